//! `min` and `max`.
//!
//! On insert-only input a group keeps one number. On changing input it keeps
//! the multiset of its values in order, so that the next best is at hand when
//! the best goes away: O(log n) per change.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use arrow::row::{RowConverter, SortField};

use super::super::footprint::{of_boxes, of_vec};
use super::accumulator::{Accumulator, Rows, as_int64, for_each_valid, from_int64};
use crate::types::Result;

/// The extreme so far, for insert-only input of fixed-width types.
pub struct RunningExtreme {
    data_type: DataType,
    max: bool,
    some: Vec<bool>,
    integers: Vec<i64>,
    floats: Vec<f64>,
}

impl RunningExtreme {
    /// Can values of this type be kept as one number?
    pub fn supports(data_type: &DataType) -> bool {
        data_type.is_signed_integer()
            || matches!(
                data_type,
                DataType::Timestamp(..)
                    | DataType::Date32
                    | DataType::Time64(_)
                    | DataType::Float32
                    | DataType::Float64
            )
    }

    /// `max` or `min` of values of this type.
    pub fn new(data_type: DataType, max: bool) -> Self {
        RunningExtreme { data_type, max, some: Vec::new(), integers: Vec::new(), floats: Vec::new() }
    }

    fn is_float(&self) -> bool {
        self.data_type.is_floating()
    }
}

impl Accumulator for RunningExtreme {
    fn memory(&self) -> usize {
        of_vec(&self.some) + of_vec(&self.integers) + of_vec(&self.floats)
    }

    fn resize(&mut self, slots: usize) {
        self.some.resize(slots, false);
        if self.is_float() {
            self.floats.resize(slots, 0.0);
        } else {
            self.integers.resize(slots, 0);
        }
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = &rows.arguments[0];
        if self.is_float() {
            let column = cast(column, &DataType::Float64)?;
            let column = column.as_primitive::<Float64Type>();
            for_each_valid(column, rows.slots.len(), |row| {
                let (slot, value) = (rows.slots[row] as usize, column.value(row));
                let order = value.total_cmp(&self.floats[slot]);
                if !self.some[slot] || if self.max { order.is_gt() } else { order.is_lt() } {
                    self.floats[slot] = value;
                    self.some[slot] = true;
                }
            });
        } else {
            let column = as_int64(column)?;
            for_each_valid(&column, rows.slots.len(), |row| {
                let (slot, value) = (rows.slots[row] as usize, column.value(row));
                let best = self.integers[slot];
                if !self.some[slot] || if self.max { value > best } else { value < best } {
                    self.integers[slot] = value;
                    self.some[slot] = true;
                }
            });
        }
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        if self.is_float() {
            let value = |s: &u32| self.some[*s as usize].then(|| self.floats[*s as usize]);
            return Ok(cast(&slots.iter().map(value).collect::<Float64Array>(), &self.data_type)?);
        }
        let value = |s: &u32| self.some[*s as usize].then(|| self.integers[*s as usize]);
        from_int64(slots.iter().map(value).collect::<Int64Array>(), &self.data_type)
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|s| self.some[*s as usize] = false);
    }
}

/// The values of each group in order, in Arrow's row format.
pub struct ExtremeAccumulator {
    converter: RowConverter,
    max: bool,
    data_type: DataType,
    values: Vec<BTreeMap<Box<[u8]>, i64>>,
}

impl ExtremeAccumulator {
    /// `max` or `min` of values of this type.
    pub fn new(data_type: DataType, max: bool) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(data_type.clone())])?;
        Ok(ExtremeAccumulator { converter, max, data_type, values: Vec::new() })
    }
}

impl Accumulator for ExtremeAccumulator {
    fn memory(&self) -> usize {
        let values: usize = self.values.iter().map(BTreeMap::len).sum();
        let some = self.values.iter().flat_map(BTreeMap::keys).map(AsRef::as_ref);
        of_vec(&self.values) + of_boxes(some, values) + values * size_of::<i64>()
    }

    fn resize(&mut self, slots: usize) {
        self.values.resize_with(slots, BTreeMap::new);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = cast(&rows.arguments[0], &self.data_type)?;
        let encoded = self.converter.convert_columns(std::slice::from_ref(&column))?;
        for_each_valid(column.as_ref(), rows.slots.len(), |row| {
            let values = &mut self.values[rows.slots[row] as usize];
            let key = encoded.row(row);
            match values.get_mut(key.data()) {
                Some(count) => {
                    *count += rows.diff(row);
                    if *count == 0 {
                        values.remove(key.data());
                    }
                }
                None => {
                    values.insert(key.data().into(), rows.diff(row));
                }
            }
        });
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        let null = arrow::array::new_null_array(&self.data_type, 1);
        let null = self.converter.convert_columns(&[null])?;
        let parser = self.converter.parser();
        let best = |slot: &u32| {
            let values = &self.values[*slot as usize];
            let best = if self.max { values.last_key_value() } else { values.first_key_value() };
            parser.parse(best.map_or(null.row(0).data(), |(key, _)| key))
        };
        let mut columns = self.converter.convert_rows(slots.iter().map(best))?;
        Ok(Arc::clone(&columns.remove(0)))
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|s| self.values[*s as usize].clear());
    }
}
