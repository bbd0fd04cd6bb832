//! From told results to changes: old ones go, new ones come.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, SortField};

use crate::delta::{Delta, Fault, take_rows};
use crate::expr::row_text;
use crate::types::{Error, Result};

/// Results in the row format, with a byte ahead that says what they are: 0
/// for results, 1 for the text of a failure; 2 more while they wait to be told.
/// Nothing at all where there are no results yet.
pub struct ResultLayout {
    converter: RowConverter,
    /// The input's columns, then the results.
    schema: SchemaRef,
}

const RESULTS: u8 = 0;
const FAILURE: u8 = 1;
const WAITING: u8 = 2;

/// Has nothing been told yet?
pub fn is_waiting(results: &[u8]) -> bool {
    results.first().is_none_or(|kind| kind & WAITING != 0)
}

/// The same results, waiting to be told.
pub fn waiting(mut results: Box<[u8]>) -> Box<[u8]> {
    results.iter_mut().take(1).for_each(|kind| *kind |= WAITING);
    results
}

/// Tells results that waited; `None` when they are told already.
pub fn tell(results: &mut Box<[u8]>) -> Option<Box<[u8]>> {
    let kind = results.first_mut().filter(|kind| **kind & WAITING != 0)?;
    *kind &= !WAITING;
    Some(results.clone())
}

/// Old and new results of some rows of a batch.
#[derive(Default)]
pub struct Changes {
    /// (row, what was told of it)
    pub old: Vec<(u32, Box<[u8]>)>,
    /// (row, its results)
    pub new: Vec<(u32, Box<[u8]>)>,
}

impl ResultLayout {
    /// The last `calls` columns of `schema` are results.
    pub fn new(schema: SchemaRef, calls: usize) -> Result<Self> {
        let results = &schema.fields()[schema.fields().len() - calls..];
        let fields = results.iter().map(|f| SortField::new(f.data_type().clone())).collect();
        Ok(ResultLayout { converter: RowConverter::new(fields)?, schema })
    }

    /// The results of each row, as they are kept.
    pub fn encode(&self, results: &[ArrayRef]) -> Result<Vec<Box<[u8]>>> {
        let rows = self.converter.convert_columns(results)?;
        let one = |row: arrow::row::Row<'_>| {
            let mut told = Vec::with_capacity(row.data().len() + 1);
            told.push(RESULTS);
            told.extend_from_slice(row.data());
            told.into_boxed_slice()
        };
        Ok(rows.iter().map(one).collect())
    }

    /// A failure in the place of results.
    pub fn failure(error: &Error) -> Box<[u8]> {
        let mut told = vec![FAILURE];
        told.extend_from_slice(error.code().0.as_bytes());
        told.extend_from_slice(error.message().as_bytes());
        told.into_boxed_slice()
    }

    /// The delta in which old results go and new ones come, for rows of `batch`.
    pub fn delta(&self, batch: &RecordBatch, changes: &Changes) -> Result<Delta> {
        let mut faults = vec![];
        let mut good = (Vec::new(), Vec::new(), Vec::new());
        let old = changes.old.iter().map(|(row, told)| (row, told, -1));
        let new = changes.new.iter().map(|(row, told)| (row, told, 1));
        for (row, told, diff) in old.chain(new) {
            match told.split_first() {
                Some((&RESULTS, results)) => {
                    good.0.push(*row);
                    good.1.push(results);
                    good.2.push(diff);
                }
                Some((kind, _)) if kind & WAITING != 0 => {}
                Some((_, text)) => faults.push(fault(text, row_text(batch, *row as usize)?, diff)),
                None => {}
            }
        }
        let (rows, results, diffs) = good;
        if rows.is_empty() {
            return Ok(Delta::of_faults(self.schema.clone(), faults));
        }
        let rows = take_rows(batch, &UInt32Array::from(rows))?;
        let parser = self.converter.parser();
        let results = self.converter.convert_rows(results.into_iter().map(|r| parser.parse(r)))?;
        let columns = rows.columns().iter().cloned().chain(results).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        let diffs = diffs.iter().any(|d| *d != 1).then(|| Int64Array::from(diffs));
        Ok(Delta::new(rows, diffs).with_faults(faults))
    }
}

fn fault(text: &[u8], row: String, diff: i64) -> Fault {
    let text = String::from_utf8_lossy(text);
    let (code, message) = text.split_at_checked(5).unwrap_or(("XX000", &text));
    Fault { code: code.to_string(), message: message.to_string(), row, diff }
}
