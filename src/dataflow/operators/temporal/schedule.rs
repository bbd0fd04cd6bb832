//! Rows in the order of the moments at which something happens to them.
//!
//! A log of sorted runs, merged in tiers: adding and taking cost a logarithm
//! per row, and rows that cancel go away when their runs meet. The moment is
//! the last column of every run, an `Int64` of microseconds.

use arrow::array::{AsArray, UInt32Array};
use arrow::compute::sort_to_indices;
use arrow::datatypes::{Int64Type, SchemaRef};

use crate::delta::{Delta, consolidate};
use crate::types::{Error, Result};

/// Rows by moment.
pub struct Schedule {
    schema: SchemaRef,
    runs: Vec<Run>,
}

/// Rows sorted by moment; those before `next` are gone.
struct Run {
    rows: Delta,
    next: usize,
}

impl Schedule {
    /// How much memory its rows take.
    pub fn memory(&self) -> usize {
        self.runs.iter().map(|run| run.rows.rows().get_array_memory_size()).sum()
    }

    /// Nothing yet. The schema's last column is the moment.
    pub fn new(schema: SchemaRef) -> Self {
        Schedule { schema, runs: Vec::new() }
    }

    /// Adds rows in any order.
    pub fn add(&mut self, rows: Delta) -> Result<()> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.runs.push(Run { rows: sorted(rows)?, next: 0 });
        while let [.., longer, shorter] = self.runs.as_slice() {
            if longer.len() >= 2 * shorter.len() {
                break;
            }
            self.merge_last()?;
        }
        Ok(())
    }

    /// The first moment at which something happens.
    pub fn first(&self) -> Option<i64> {
        self.runs.iter().filter_map(|run| run.moments().first().copied()).min()
    }

    /// Takes out all rows up to this moment.
    pub fn take_until(&mut self, moment: i64) -> Result<Vec<Delta>> {
        let mut taken = Vec::new();
        for run in &mut self.runs {
            let count = run.moments().partition_point(|m| *m <= moment);
            if count > 0 {
                taken.push(run.rows.slice(run.next, count));
                run.next += count;
                run.shrink()?;
            }
        }
        self.runs.retain(|run| run.len() > 0);
        Ok(taken)
    }

    /// How many rows wait.
    pub fn len(&self) -> usize {
        self.runs.iter().map(Run::len).sum()
    }

    fn merge_last(&mut self) -> Result<()> {
        let (Some(late), Some(early)) = (self.runs.pop(), self.runs.pop()) else {
            return Ok(());
        };
        let parts = [early.rest(), late.rest()];
        let in_order = parts[0].num_rows() == 0 || early.moments().last() <= late.moments().first();
        let mut rows = Delta::concat(&self.schema, &parts)?;
        if rows.diffs().is_some() {
            rows = consolidate(&rows)?;
        }
        let rows = if in_order { rows } else { sorted(rows)? };
        if rows.num_rows() > 0 {
            self.runs.push(Run { rows, next: 0 });
        }
        Ok(())
    }
}

impl Run {
    fn len(&self) -> usize {
        self.rows.num_rows() - self.next
    }

    fn moments(&self) -> &[i64] {
        let column = self.rows.rows().columns().last().expect("the moment is the last column");
        &column.as_primitive::<Int64Type>().values()[self.next..]
    }

    fn rest(&self) -> Delta {
        self.rows.slice(self.next, self.len())
    }

    /// Gives memory back once most rows are gone.
    fn shrink(&mut self) -> Result<()> {
        if self.next > 1024 && self.next > 2 * self.len() {
            let rest = UInt32Array::from_iter_values(self.next as u32..self.rows.num_rows() as u32);
            self.rows = self.rows.take(&rest)?;
            self.next = 0;
        }
        Ok(())
    }
}

fn sorted(rows: Delta) -> Result<Delta> {
    let moments = rows.rows().columns().last();
    let moments = moments.ok_or_else(|| Error::internal("scheduled rows without a moment"))?;
    if moments.as_primitive::<Int64Type>().values().is_sorted() {
        return Ok(rows);
    }
    rows.take(&sort_to_indices(moments, None, None)?)
}
