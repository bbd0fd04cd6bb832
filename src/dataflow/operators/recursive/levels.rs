//! At which level of a `UNION` recursion each row is.
//!
//! A row may be made at several levels; it counts at the first of them alone.
//! Invariant between epochs: a row is told at level `n` exactly if it is made
//! at `n` and at no lower level.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, SortField};

use super::super::footprint::of_boxes;
use crate::delta::Delta;
use crate::types::Result;

type Row = Arc<[u8]>;

/// The rows of a recursion and their levels.
pub struct Levels {
    schema: SchemaRef,
    format: RowConverter,
    rows: HashMap<Row, Entry, foldhash::fast::FixedState>,
    /// Rows to look at, by level.
    due: BTreeMap<i64, HashSet<Row, foldhash::fast::FixedState>>,
    /// Rows that were looked at in this epoch.
    touched: HashSet<Row, foldhash::fast::FixedState>,
}

/// One row.
#[derive(Default)]
struct Entry {
    /// How often it is made at each level.
    made: BTreeMap<i64, i64>,
    /// The level at which it was told when the epoch began.
    told: Option<i64>,
}

impl Entry {
    fn first(&self) -> Option<i64> {
        self.made.iter().find(|(_, count)| **count > 0).map(|(level, _)| *level)
    }
}

impl Levels {
    /// No rows.
    pub fn new(schema: SchemaRef) -> Result<Self> {
        let fields = schema.fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
        Ok(Levels {
            schema,
            format: RowConverter::new(fields)?,
            rows: HashMap::default(),
            due: BTreeMap::new(),
            touched: HashSet::default(),
        })
    }

    /// How many rows it knows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// About how much memory they take.
    pub fn memory(&self) -> usize {
        let levels = self.rows.len() * size_of::<(i64, i64)>() * 2;
        self.rows.capacity() * size_of::<(Row, Entry)>()
            + of_boxes(self.rows.keys().map(AsRef::as_ref), self.rows.len())
            + levels
    }

    /// The lowest level with something to look at.
    pub fn next(&self) -> Option<i64> {
        self.due.keys().next().copied()
    }

    /// Rows are made, or no longer, at `level`, which is not below any that was
    /// looked at in this epoch.
    pub fn make(&mut self, level: i64, delta: &Delta) -> Result<()> {
        let rows = self.format.convert_columns(delta.rows().columns())?;
        for (index, row) in rows.iter().enumerate() {
            let row: Row = Arc::from(row.as_ref());
            let entry = self.rows.entry(row.clone()).or_default();
            let count = entry.made.entry(level).or_default();
            *count += delta.diff(index);
            if *count == 0 {
                entry.made.remove(&level);
            }
            self.due.entry(level).or_default().insert(row);
        }
        Ok(())
    }

    /// What changes at `level`, the lowest that is due.
    pub fn take(&mut self, level: i64) -> Result<Option<Delta>> {
        let due = self.due.remove(&level).unwrap_or_default();
        let (mut changed, mut diffs) = (vec![], vec![]);
        for row in due {
            let Some(entry) = self.rows.get(&row) else { continue };
            let (first, told) = (entry.first(), entry.told);
            self.touched.insert(row.clone());
            // Where the row was told, or will be, has to be looked at as well.
            for later in [first, told].into_iter().flatten().filter(|l| *l > level) {
                self.due.entry(later).or_default().insert(row.clone());
            }
            let diff = i64::from(first == Some(level)) - i64::from(told == Some(level));
            if diff != 0 {
                changed.push(row);
                diffs.push(diff);
            }
        }
        self.delta(changed, diffs)
    }

    /// The epoch is over.
    pub fn settle(&mut self) {
        for row in self.touched.drain() {
            let Some(entry) = self.rows.get_mut(&row) else { continue };
            entry.told = entry.first();
            if entry.made.is_empty() {
                self.rows.remove(&row);
            }
        }
    }

    fn delta(&self, rows: Vec<Row>, diffs: Vec<i64>) -> Result<Option<Delta>> {
        if rows.is_empty() {
            return Ok(None);
        }
        let parser = self.format.parser();
        let columns = self.format.convert_rows(rows.iter().map(|row| parser.parse(row)))?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        Ok(Some(Delta::new(batch, Some(Int64Array::from(diffs)))))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};

    use super::*;

    fn delta(rows: &[(i64, i64)]) -> Delta {
        let schema = Arc::new(Schema::new(vec![Field::new("x", DataType::Int64, true)]));
        let values = Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.0)));
        let diffs = Int64Array::from_iter_values(rows.iter().map(|r| r.1));
        Delta::new(RecordBatch::try_new(schema, vec![values]).unwrap(), Some(diffs))
    }

    fn take(levels: &mut Levels, level: i64) -> Vec<(i64, i64)> {
        let Some(delta) = levels.take(level).unwrap() else { return vec![] };
        let values = delta.column(0).as_primitive::<Int64Type>();
        let mut rows: Vec<_> = (0..delta.num_rows()).map(|i| (values.value(i), delta.diff(i))).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn a_row_is_told_at_the_first_level_that_makes_it() {
        let mut levels = Levels::new(delta(&[]).schema()).unwrap();
        levels.make(0, &delta(&[(7, 2)])).unwrap();
        levels.make(2, &delta(&[(7, 1), (8, 1)])).unwrap();
        assert_eq!(take(&mut levels, 0), [(7, 1)]);
        assert_eq!(take(&mut levels, 2), [(8, 1)]);
        levels.settle();
        // It is gone from the first level, and there at the next that makes it.
        levels.make(0, &delta(&[(7, -2)])).unwrap();
        assert_eq!(take(&mut levels, 0), [(7, -1)]);
        assert_eq!(levels.next(), Some(2));
        assert_eq!(take(&mut levels, 2), [(7, 1)]);
        levels.settle();
        // A lower level takes it over.
        levels.make(1, &delta(&[(8, 1)])).unwrap();
        assert_eq!(take(&mut levels, 1), [(8, 1)]);
        assert_eq!(take(&mut levels, 2), [(8, -1)]);
        levels.settle();
        levels.make(1, &delta(&[(8, -1)])).unwrap();
        levels.make(2, &delta(&[(7, -1), (8, -1)])).unwrap();
        assert_eq!(take(&mut levels, 1), [(8, -1)]);
        assert_eq!(take(&mut levels, 2), [(7, -1)]);
        levels.settle();
        assert_eq!(levels.len(), 0);
    }
}
