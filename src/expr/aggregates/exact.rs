//! `sum` and `avg` of integers and decimals, exact, for ad-hoc queries.
//!
//! Invariant: a sum never wraps around; one that has too many digits is 22003.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, AsArray, BooleanArray, Decimal256Array, Int64Array, ListArray,
    PrimitiveArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, DecimalType, Field, Int64Type, i256};
use datafusion::common::{DataFusionError, HashSet, Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::expr::numeric::{Number, quotient_of_integer};
use crate::types::{Error, SqlState};

/// What is summed, and what comes of it.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The decimal type in which is summed.
    pub sum: DataType,
    /// The type of the result.
    pub result: DataType,
    /// `avg`, not `sum`.
    pub average: bool,
}

/// What the native types of decimals can do.
pub trait Exact: DecimalType<Native: Into<i256> + Hash + Eq + ArrowNativeTypeOp> + Debug {}

impl<T: DecimalType<Native: Into<i256> + Hash + Eq + ArrowNativeTypeOp> + Debug> Exact for T {}

impl Shape {
    fn sums<T: Exact>(&self, values: &[ArrayRef]) -> Result<PrimitiveArray<T>> {
        let values = match values[0].data_type() == &self.sum {
            true => values[0].clone(),
            false => cast(&values[0], &self.sum)?,
        };
        Ok(values.as_primitive::<T>().clone())
    }

    fn state<T: Exact>(&self, sums: Vec<T::Native>, counts: Vec<i64>) -> Vec<ArrayRef> {
        let sums = PrimitiveArray::<T>::from_iter_values(sums).with_data_type(self.sum.clone());
        vec![Arc::new(sums), Arc::new(Int64Array::from(counts))]
    }

    fn results<T: Exact>(&self, sums: &[T::Native], counts: &[i64]) -> Result<ArrayRef> {
        let rows = sums.iter().zip(counts);
        if self.average {
            let scale = scale(&self.sum);
            let average = |(sum, count): (&T::Native, &i64)| match count {
                0 => Ok(None),
                count => quotient_of_integer(Number { value: (*sum).into(), scale }, *count)
                    .map(Some)
                    .ok_or_else(overflow),
            };
            let averages = rows.map(average).collect::<Result<Decimal256Array>>()?;
            return Ok(Arc::new(averages.with_data_type(self.result.clone())));
        }
        let sum = |(sum, count): (&T::Native, &i64)| match count {
            0 => Ok(None),
            _ if T::is_valid_decimal_precision(*sum, T::MAX_PRECISION) => Ok(Some(*sum)),
            _ => Err(overflow()),
        };
        let sums = rows.map(sum).collect::<Result<PrimitiveArray<T>>>()?;
        Ok(Arc::new(sums.with_data_type(self.result.clone())))
    }
}

fn scale(data_type: &DataType) -> i32 {
    match data_type {
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => i32::from(*scale),
        _ => 0,
    }
}

fn overflow() -> DataFusionError {
    let error = Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    DataFusionError::External(Box::new(error))
}

/// One group, or the rows of a window frame.
#[derive(Debug)]
pub struct ExactAccumulator<T: Exact> {
    shape: Shape,
    sum: T::Native,
    count: i64,
    /// With DISTINCT, the values.
    seen: Option<HashSet<T::Native>>,
}

impl<T: Exact> ExactAccumulator<T> {
    /// No rows yet.
    pub fn new(shape: Shape, distinct: bool) -> Self {
        ExactAccumulator { shape, sum: T::Native::default(), count: 0, seen: distinct.then(HashSet::new) }
    }

    fn add(&mut self, values: &PrimitiveArray<T>) -> Result<()> {
        for value in values.iter().flatten() {
            if self.seen.as_mut().is_some_and(|seen| !seen.insert(value)) {
                continue;
            }
            self.sum = self.sum.add_checked(value).map_err(|_| overflow())?;
            self.count += 1;
        }
        Ok(())
    }
}

impl<T: Exact> Accumulator for ExactAccumulator<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = self.shape.sums::<T>(values)?;
        self.add(&values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.shape.results::<T>(&[self.sum], &[self.count])?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn size(&self) -> usize {
        let seen = self.seen.as_ref().map_or(0, |s| s.capacity() * size_of::<T::Native>());
        size_of_val(self) + seen
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if let Some(seen) = &self.seen {
            let values = PrimitiveArray::<T>::from_iter_values(seen.iter().copied());
            let values: ArrayRef = Arc::new(values.with_data_type(self.shape.sum.clone()));
            let field = Arc::new(Field::new_list_field(self.shape.sum.clone(), true));
            let offsets = arrow::buffer::OffsetBuffer::from_lengths([values.len()]);
            return Ok(vec![ScalarValue::List(Arc::new(ListArray::new(field, offsets, values, None)))]);
        }
        let state = self.shape.state::<T>(vec![self.sum], vec![self.count]);
        state.iter().map(|s| ScalarValue::try_from_array(s, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        if self.seen.is_some() {
            for list in states[0].as_list::<i32>().iter().flatten() {
                self.add(&list.as_primitive::<T>().clone())?;
            }
            return Ok(());
        }
        for value in states[0].as_primitive::<T>().iter().flatten() {
            self.sum = self.sum.add_checked(value).map_err(|_| overflow())?;
        }
        self.count += states[1].as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = self.shape.sums::<T>(values)?;
        for value in values.iter().flatten() {
            self.sum = self.sum.sub_checked(value).map_err(|_| overflow())?;
            self.count -= 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        self.seen.is_none()
    }
}

/// Many groups.
#[derive(Debug)]
pub struct ExactGroups<T: Exact> {
    shape: Shape,
    sums: Vec<T::Native>,
    counts: Vec<i64>,
}

impl<T: Exact> ExactGroups<T> {
    /// No groups yet.
    pub fn new(shape: Shape) -> Self {
        ExactGroups { shape, sums: Vec::new(), counts: Vec::new() }
    }

    fn resize(&mut self, groups: usize) {
        self.sums.resize(groups, T::Native::default());
        self.counts.resize(groups, 0);
    }
}

impl<T: Exact> GroupsAccumulator for ExactGroups<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        let values = self.shape.sums::<T>(values)?;
        for (row, group) in groups.iter().enumerate() {
            let chosen = filter.is_none_or(|f| f.is_valid(row) && f.value(row));
            if chosen && values.is_valid(row) {
                let sum = &mut self.sums[*group];
                *sum = sum.add_checked(values.value(row)).map_err(|_| overflow())?;
                self.counts[*group] += 1;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = (emit_to.take_needed(&mut self.sums), emit_to.take_needed(&mut self.counts));
        self.shape.results::<T>(&sums, &counts)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts) = (emit_to.take_needed(&mut self.sums), emit_to.take_needed(&mut self.counts));
        Ok(self.shape.state::<T>(sums, counts))
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        let (sums, counts) = (states[0].as_primitive::<T>(), states[1].as_primitive::<Int64Type>());
        for (row, group) in groups.iter().enumerate() {
            if sums.is_valid(row) && counts.is_valid(row) {
                let sum = &mut self.sums[*group];
                *sum = sum.add_checked(sums.value(row)).map_err(|_| overflow())?;
                self.counts[*group] += counts.value(row);
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut rows = ExactGroups::<T>::new(self.shape.clone());
        let groups: Vec<usize> = (0..values[0].len()).collect();
        rows.update_batch(values, &groups, filter, groups.len())?;
        rows.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<T::Native>() + self.counts.capacity() * size_of::<i64>()
    }
}
