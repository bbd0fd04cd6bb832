//! Aggregates that must see their values: ordered ones (`array_agg(x ORDER BY
//! y)`), and those that cannot be taken back, over changing input.
//!
//! A group keeps the multiset of its rows, in the order asked for. A touched
//! group is computed anew from it: the work follows the size of the groups that
//! change, not of the state.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::ScalarValue;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::accumulator::{Accumulator, Rows};
use crate::types::Result;

/// The rows of each group, in Arrow's row format.
pub struct MultisetAccumulator {
    function: Arc<AggregateFunctionExpr>,
    converter: RowConverter,
    /// How many of the arguments, the last ones, say the order.
    order: usize,
    groups: Vec<BTreeMap<Box<[u8]>, i64>>,
}

impl MultisetAccumulator {
    /// `types` are those of all arguments; the last ones are sorted by, as `order` says.
    pub fn new(
        function: Arc<AggregateFunctionExpr>,
        types: &[DataType],
        order: &[SortOptions],
    ) -> Result<Self> {
        let values = types.len() - order.len();
        let sorted = types[values..].iter().zip(order);
        let sorted = sorted.map(|(t, options)| SortField::new_with_options(t.clone(), *options));
        let plain = types[..values].iter().map(|t| SortField::new(t.clone()));
        let converter = RowConverter::new(sorted.chain(plain).collect())?;
        Ok(MultisetAccumulator { function, converter, order: order.len(), groups: Vec::new() })
    }

    fn result(&self, slot: u32) -> Result<ScalarValue> {
        let mut accumulator = self.function.create_accumulator()?;
        let parser = self.converter.parser();
        let group = self.groups[slot as usize].iter();
        let rows = group.flat_map(|(row, count)| std::iter::repeat_n(row, (*count).max(0) as usize));
        let columns = self.converter.convert_rows(rows.map(|row| parser.parse(row)))?;
        accumulator.update_batch(&columns[self.order..])?;
        Ok(accumulator.evaluate()?)
    }
}

impl Accumulator for MultisetAccumulator {
    fn resize(&mut self, slots: usize) {
        self.groups.resize_with(slots, BTreeMap::new);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let values = rows.arguments.len() - self.order;
        let columns: Vec<ArrayRef> =
            rows.arguments[values..].iter().chain(&rows.arguments[..values]).cloned().collect();
        let encoded = self.converter.convert_columns(&columns)?;
        for (row, slot) in rows.slots.iter().enumerate() {
            let group = &mut self.groups[*slot as usize];
            let key = encoded.row(row).data();
            match group.get_mut(key) {
                Some(count) => {
                    *count += rows.diff(row);
                    if *count == 0 {
                        group.remove(key);
                    }
                }
                None => drop(group.insert(key.into(), rows.diff(row))),
            }
        }
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        if slots.is_empty() {
            return Ok(arrow::array::new_empty_array(self.function.field().data_type()));
        }
        let results = slots.iter().map(|slot| self.result(*slot)).collect::<Result<Vec<_>>>()?;
        Ok(ScalarValue::iter_to_array(results)?)
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.groups[*slot as usize].clear());
    }
}
