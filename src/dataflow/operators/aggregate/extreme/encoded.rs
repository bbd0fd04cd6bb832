//! Values without a fixed width, in Arrow's row format.

use arrow::array::ArrayRef;
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};

use super::super::super::footprint::{of_boxes, of_ordered};
use super::super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::dataflow::operators::ordered::{Key, Ordered};
use crate::types::Result;

/// The values of each group, ascending from the best one.
pub struct Encoded {
    converter: RowConverter,
    data_type: DataType,
    groups: Groups,
}

enum Groups {
    /// Insert-only input: the best value, if there is one.
    Best(Vec<Option<Box<[u8]>>>),
    /// Changing input: all of them.
    All(Vec<Ordered>),
}

impl Encoded {
    /// `max` or `min` of values of this type.
    pub fn new(data_type: DataType, max: bool, append_only: bool) -> Result<Self> {
        let order = SortOptions { descending: max, nulls_first: false };
        let converter = RowConverter::new(vec![SortField::new_with_options(data_type.clone(), order)])?;
        let groups = if append_only { Groups::Best(Vec::new()) } else { Groups::All(Vec::new()) };
        Ok(Encoded { converter, data_type, groups })
    }
}

impl Accumulator for Encoded {
    fn memory(&self) -> usize {
        match &self.groups {
            Groups::Best(groups) => of_boxes(groups.iter().flatten().map(AsRef::as_ref), groups.len()),
            Groups::All(groups) => of_ordered(groups),
        }
    }

    fn resize(&mut self, slots: usize) {
        match &mut self.groups {
            Groups::Best(groups) => groups.resize(slots, None),
            Groups::All(groups) => groups.resize_with(slots, Ordered::default),
        }
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = cast(&rows.arguments[0], &self.data_type)?;
        let encoded = self.converter.convert_columns(std::slice::from_ref(&column))?;
        for_each_valid(column.as_ref(), rows.slots.len(), |row| {
            let (slot, value) = (rows.slots[row] as usize, encoded.row(row));
            match &mut self.groups {
                Groups::Best(groups) => {
                    if groups[slot].as_deref().is_none_or(|best| value.data() < best) {
                        groups[slot] = Some(value.data().into());
                    }
                }
                Groups::All(groups) => groups[slot].change(Key::of(value.data()), rows.diff(row)),
            }
        });
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        let null = arrow::array::new_null_array(&self.data_type, 1);
        let null = self.converter.convert_columns(&[null])?;
        let parser = self.converter.parser();
        let best = |slot: &u32| {
            let best = match &self.groups {
                Groups::Best(groups) => groups[*slot as usize].as_deref(),
                Groups::All(groups) => groups[*slot as usize].first().map(|entry| &*entry.row),
            };
            parser.parse(best.unwrap_or(null.row(0).data()))
        };
        let mut columns = self.converter.convert_rows(slots.iter().map(best))?;
        Ok(columns.remove(0))
    }

    fn clear(&mut self, slots: &[u32]) {
        match &mut self.groups {
            Groups::Best(groups) => slots.iter().for_each(|slot| groups[*slot as usize] = None),
            Groups::All(groups) => slots.iter().for_each(|slot| groups[*slot as usize] = Ordered::default()),
        }
    }
}
