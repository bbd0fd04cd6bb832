//! Aggregates that must see their values: ordered ones (`array_agg(x ORDER BY
//! y)`), medians and percentiles, and those that cannot be taken back, over
//! changing input.
//!
//! A group keeps the multiset of its rows, in the order asked for. Medians,
//! percentiles and values at a place look at one or two of them, so that a
//! change costs little however large the group. The others are computed anew
//! from the whole group.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Float64Type};
use arrow::row::{RowConverter, SortField};
use datafusion::common::ScalarValue;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::Literal;

use super::super::footprint::of_ordered;
use super::accumulator::{Accumulator, Rows};
use crate::dataflow::operators::ordered::{Entry, Key, Ordered};
use crate::types::Result;

/// The rows of each group, in Arrow's row format.
pub struct MultisetAccumulator {
    function: Arc<AggregateFunctionExpr>,
    converter: RowConverter,
    /// How many of the arguments, the last ones, say the order.
    order: usize,
    needs: Needs,
    groups: Vec<Ordered>,
}

/// Which rows of a group decide the result.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Needs {
    All,
    /// The first ones.
    First(i64),
    Last,
    /// The one or two in the middle; NULLs do not count.
    Middle,
    /// Those next to this part of the way from the least to the greatest;
    /// NULLs do not count.
    Percentile(f64),
}

impl MultisetAccumulator {
    /// `types` are those of all arguments; the last ones are sorted by, as `order` says.
    pub fn new(
        function: Arc<AggregateFunctionExpr>,
        types: &[DataType],
        order: &[SortOptions],
    ) -> Result<Self> {
        let values = types.len() - order.len();
        let needs = Needs::of(&function, types, order);
        let ascending = matches!(needs, Needs::Percentile(_));
        let sorted = types[values..].iter().zip(order);
        let sorted = sorted.map(|(t, options)| {
            let options = if ascending { SortOptions::default() } else { *options };
            SortField::new_with_options(t.clone(), options)
        });
        let plain = types[..values].iter().map(|t| SortField::new(t.clone()));
        let converter = RowConverter::new(sorted.chain(plain).collect())?;
        Ok(MultisetAccumulator { function, converter, order: order.len(), needs, groups: Vec::new() })
    }

    fn result(&self, slot: u32) -> Result<ScalarValue> {
        let group = &self.groups[slot as usize];
        let rows = self.needs.rows(group);
        let parser = self.converter.parser();
        let columns = self.converter.convert_rows(rows.iter().map(|entry| parser.parse(&entry.row)))?;
        if let Needs::Percentile(percentile) = self.needs {
            return Ok(interpolated(columns[self.order].as_primitive(), percentile, group.total()));
        }
        let mut accumulator = self.function.create_accumulator()?;
        accumulator.update_batch(&columns[self.order..])?;
        Ok(accumulator.evaluate()?)
    }
}

impl Needs {
    fn of(function: &AggregateFunctionExpr, types: &[DataType], order: &[SortOptions]) -> Needs {
        let literal = |argument: usize| {
            let expressions = function.expressions();
            let literal = expressions.get(argument).and_then(|e| e.downcast_ref::<Literal>());
            literal.map(|l| l.value().clone())
        };
        match (function.fun().name(), order) {
            ("median", []) => Needs::Middle,
            ("first_value", [_, ..]) => Needs::First(1),
            ("last_value", [_, ..]) => Needs::Last,
            ("nth_value", [_, ..]) => match literal(1) {
                Some(ScalarValue::Int64(Some(place @ 1..))) => Needs::First(place),
                _ => Needs::All,
            },
            ("percentile_cont", [options]) if types[0] == DataType::Float64 => match literal(1) {
                Some(ScalarValue::Float64(Some(p))) if (0.0..=1.0).contains(&p) => {
                    Needs::Percentile(if options.descending { 1.0 - p } else { p })
                }
                _ => Needs::All,
            },
            _ => Needs::All,
        }
    }

    fn skips_nulls(self) -> bool {
        matches!(self, Needs::Middle | Needs::Percentile(_))
    }

    /// The rows that are needed, in order, each as often as it is there.
    fn rows(self, group: &Ordered) -> Vec<&Entry> {
        let total = group.total();
        let between =
            |from: i64, to: i64| (from.max(0)..to.min(total)).filter_map(|n| group.nth(n)).collect();
        match self {
            Needs::All => group.iter().flat_map(|e| std::iter::repeat_n(e, e.count() as usize)).collect(),
            Needs::First(rows) => between(0, rows),
            Needs::Last => between(total - 1, total),
            Needs::Middle => between((total - 1) / 2, total / 2 + 1),
            Needs::Percentile(percentile) => {
                let index = percentile * (total - 1) as f64;
                between(index.floor() as i64, index.ceil() as i64 + 1)
            }
        }
    }
}

/// What DataFusion's `percentile_cont` makes of the values next to the place.
fn interpolated(
    values: &arrow::array::PrimitiveArray<Float64Type>,
    percentile: f64,
    total: i64,
) -> ScalarValue {
    /// Weights are of this precision.
    const PRECISION: f64 = 1_000_000.0;
    let value = match values.values()[..] {
        [] => return ScalarValue::Float64(None),
        [only] => only,
        [lower, upper, ..] => {
            let index = percentile * (total - 1) as f64;
            let weight = ((index - index.floor()) * PRECISION).trunc() / PRECISION;
            lower + (upper - lower) * weight
        }
    };
    ScalarValue::Float64(Some(value))
}

impl Accumulator for MultisetAccumulator {
    fn memory(&self) -> usize {
        of_ordered(&self.groups)
    }

    fn resize(&mut self, slots: usize) {
        self.groups.resize_with(slots, Ordered::default);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let values = rows.arguments.len() - self.order;
        let columns: Vec<ArrayRef> =
            rows.arguments[values..].iter().chain(&rows.arguments[..values]).cloned().collect();
        let encoded = self.converter.convert_columns(&columns)?;
        let nulls = rows.arguments[0].logical_nulls().filter(|_| self.needs.skips_nulls());
        for (row, slot) in rows.slots.iter().enumerate() {
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                self.groups[*slot as usize].change(Key::of(encoded.row(row).data()), rows.diff(row));
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
        slots.iter().for_each(|slot| self.groups[*slot as usize] = Ordered::default());
    }
}
