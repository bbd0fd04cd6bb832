//! An aggregate function kept per group, as columns indexed by slot.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};

use super::boolean::BoolAccumulator;
use super::count::CountAccumulator;
use super::extreme::extreme;
use super::interval::IntervalSums;
use super::multiset::MultisetAccumulator;
use super::other::OtherAccumulator;
use super::sum::SumAccumulator;
use crate::plan::stream::{AggregateCall, AggregateKind};
use crate::types::{Error, Result, SqlState};

/// The rows of one delta as an aggregate sees them.
pub struct Rows<'a> {
    /// The slot of each row.
    pub slots: &'a [u32],
    /// The signed count of each row; `None` when all are +1.
    pub diffs: Option<&'a [i64]>,
    /// The arguments' columns.
    pub arguments: &'a [ArrayRef],
}

impl Rows<'_> {
    /// The signed count of one row.
    pub fn diff(&self, row: usize) -> i64 {
        self.diffs.map_or(1, |d| d[row])
    }
}

/// One aggregate of all groups.
pub trait Accumulator {
    /// Makes room for slots `0..slots`; new ones are empty groups.
    fn resize(&mut self, slots: usize);
    /// Adds the rows to their groups.
    fn update(&mut self, rows: &Rows<'_>) -> Result<()>;
    /// The current results of these groups.
    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef>;
    /// Does every result fit into its type?
    fn is_bounded(&self) -> bool {
        true
    }
    /// Has the result of this group too many digits for its type? Such a group is
    /// a fault, not a row.
    fn is_out_of_range(&self, _slot: u32) -> bool {
        false
    }
    /// The error of such a group: its code and message.
    fn overflow(&self) -> (SqlState, &'static str) {
        (SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format")
    }
    /// About how much memory it takes.
    fn memory(&self) -> usize;
    /// Makes these groups empty.
    fn clear(&mut self, slots: &[u32]);
}

/// The accumulator for one aggregate call. Filters and DISTINCT stand before it.
pub fn accumulator(call: &AggregateCall, append_only: bool) -> Result<Box<dyn Accumulator>> {
    let result = call.field.data_type().clone();
    let argument = call.argument_types.first().cloned();
    let accumulator: Box<dyn Accumulator> = match &call.function {
        AggregateKind::Count => Box::new(CountAccumulator::default()),
        AggregateKind::Sum | AggregateKind::Avg
            if matches!(argument, Some(DataType::Interval(_) | DataType::Duration(_))) =>
        {
            Box::new(IntervalSums::new(matches!(call.function, AggregateKind::Avg)))
        }
        AggregateKind::Sum => Box::new(SumAccumulator::sum(argument_type(argument)?, result)?),
        AggregateKind::Avg => Box::new(SumAccumulator::average(argument_type(argument)?, result)?),
        AggregateKind::Min | AggregateKind::Max => {
            extreme(result, matches!(call.function, AggregateKind::Max), append_only)?
        }
        AggregateKind::BoolAnd => Box::new(BoolAccumulator::and()),
        AggregateKind::BoolOr => Box::new(BoolAccumulator::or()),
        AggregateKind::Other(function) => Box::new(OtherAccumulator::new(function.clone())),
        AggregateKind::Multiset(function, order) => {
            Box::new(MultisetAccumulator::new(function.clone(), &call.argument_types, order)?)
        }
    };
    Ok(accumulator)
}

fn argument_type(argument: Option<DataType>) -> Result<DataType> {
    argument.ok_or_else(|| Error::internal("an aggregate without its argument"))
}

/// Gives `rows` at `chosen` to `accumulator`.
pub fn update_chosen(accumulator: &mut dyn Accumulator, rows: &Rows<'_>, chosen: Vec<u32>) -> Result<()> {
    let slots: Vec<u32> = chosen.iter().map(|row| rows.slots[*row as usize]).collect();
    let diffs: Option<Vec<i64>> = rows.diffs.map(|d| chosen.iter().map(|row| d[*row as usize]).collect());
    let indices = UInt32Array::from(chosen);
    let arguments = rows.arguments.iter().map(|a| take(a, &indices, None)).collect::<Result<Vec<_>, _>>()?;
    accumulator.update(&Rows { slots: &slots, diffs: diffs.as_deref(), arguments: &arguments })
}

/// A column whose equal values have equal bits: -0 becomes 0.
pub fn canonical(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => {
            Arc::new(column.as_primitive::<Float64Type>().unary::<_, Float64Type>(|v| v + 0.0))
        }
        DataType::Float32 => {
            Arc::new(column.as_primitive::<Float32Type>().unary::<_, Float32Type>(|v| v + 0.0))
        }
        _ => column.clone(),
    }
}

/// An integer-like column as 64-bit numbers, bit for bit or widened.
pub fn as_int64(column: &ArrayRef) -> Result<Int64Array> {
    use arrow::compute::cast;
    let column = match column.data_type() {
        DataType::Date32 | DataType::Time32(_) => cast(column, &DataType::Int32)?,
        _ => column.clone(),
    };
    Ok(cast(&column, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}

/// The reverse of [`as_int64`].
pub fn from_int64(numbers: Int64Array, data_type: &DataType) -> Result<ArrayRef> {
    use arrow::compute::cast;
    Ok(match data_type {
        DataType::Date32 | DataType::Time32(_) => cast(&cast(&numbers, &DataType::Int32)?, data_type)?,
        _ => cast(&numbers, data_type)?,
    })
}

/// Calls `each(row)` for every row whose first argument is not NULL.
pub fn for_each_valid(column: &dyn Array, rows: usize, mut each: impl FnMut(usize)) {
    match column.nulls().filter(|n| n.null_count() > 0) {
        None => (0..rows).for_each(each),
        Some(nulls) => nulls.valid_indices().for_each(&mut each),
    }
}
