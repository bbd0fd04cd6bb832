//! What a text format must offer, and the part that all of them share: keeping
//! good records and bad ones apart.

use std::ops::Range;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::SchemaRef;

use super::split::Chunk;
use super::typed::{Failures, typed};
use crate::connectors::shape;
use crate::dataflow::{Rejected, SourceBatch};
use crate::types::Result;

/// The longest raw text that a rejected row keeps, in bytes.
const RAW_MAX: usize = 1024;

/// Turns the bytes of one file into rows.
pub trait Decoder: Send {
    /// Cuts whole records off the front of `text`: at most `limit`. The last
    /// one counts without a line end only when nothing can follow (`at_end`).
    fn split(&self, text: &[u8], limit: usize, at_end: bool) -> Chunk;

    /// Decodes what `split` cut off `text`.
    fn decode(&self, text: &[u8], chunk: &Chunk, place: Place<'_>) -> Result<SourceBatch>;
}

/// Where a piece of text stands, for messages.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub file: &'a str,
    /// The line of the first byte, from 0.
    pub line: u64,
}

/// The declared columns and which of them are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub schema: SchemaRef,
    pub projection: Vec<usize>,
}

/// Decodes the records of a chunk with `attempt`, which takes a range of them
/// and either decodes all of them to text columns (one for each declared
/// column) or says what is wrong. Halving finds exactly the bad ones.
pub fn decode_records(
    text: &[u8],
    chunk: &Chunk,
    place: Place<'_>,
    wanted: &Wanted,
    attempt: &dyn Fn(Range<usize>) -> Result<RecordBatch, String>,
) -> Result<SourceBatch> {
    let mut found = Found::default();
    if !chunk.records.is_empty() {
        found.search(0..chunk.records.len(), chunk, attempt);
    }
    let rejected = |index: usize, reason: String| Rejected {
        reason,
        raw: shortened(&text[chunk.records[index].clone()]),
        place: format!("{}:{}", place.file, place.line + u64::from(chunk.lines[index]) + 1),
    };
    let mut bad = found.bad;
    let rows = match found.good.first() {
        None => RecordBatch::new_empty(shape::projected(&wanted.schema, &wanted.projection)),
        Some((_, first)) => {
            let columns = concat_batches(&first.schema(), found.good.iter().map(|(_, batch)| batch))?;
            let indices: Vec<usize> = found.good.iter().flat_map(|(range, _)| range.clone()).collect();
            let (rows, failures) = convert(&columns, wanted)?;
            bad.extend(failures.reasons.into_iter().map(|(row, reason)| (indices[row], reason)));
            rows
        }
    };
    bad.sort_by_key(|(index, _)| *index);
    Ok(SourceBatch { rows, rejected: bad.into_iter().map(|(i, reason)| rejected(i, reason)).collect() })
}

/// Raw input as it is kept with a rejected row: at most 1 kB of valid text.
pub fn shortened(raw: &[u8]) -> String {
    if raw.len() <= RAW_MAX {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let mut text = String::from_utf8_lossy(&raw[..RAW_MAX]).into_owned();
    while text.len() + '…'.len_utf8() > RAW_MAX {
        text.pop();
    }
    text.push('…');
    text
}

#[derive(Default)]
struct Found {
    good: Vec<(Range<usize>, RecordBatch)>,
    bad: Vec<(usize, String)>,
}

impl Found {
    fn search(
        &mut self,
        range: Range<usize>,
        chunk: &Chunk,
        attempt: &dyn Fn(Range<usize>) -> Result<RecordBatch, String>,
    ) {
        let broken = chunk.broken.iter().find(|(index, _)| range.contains(index));
        let outcome = match broken {
            Some((_, reason)) => Err(reason.to_string()),
            None => attempt(range.clone()),
        };
        match outcome {
            Ok(batch) => self.good.push((range, batch)),
            Err(reason) if range.len() == 1 => self.bad.push((range.start, reason)),
            Err(_) => {
                let middle = range.start + range.len() / 2;
                self.search(range.start..middle, chunk, attempt);
                self.search(middle..range.end, chunk, attempt);
            }
        }
    }
}

/// Text columns to declared types, without the rows that do not fit. All
/// columns are converted, wanted or not: see the room's page.
fn convert(text: &RecordBatch, wanted: &Wanted) -> Result<(RecordBatch, Failures)> {
    let mut failures = Failures::default();
    let mut columns = Vec::with_capacity(text.num_columns());
    for (column, field) in text.columns().iter().zip(wanted.schema.fields()) {
        columns.push(typed(column, field, &mut failures)?);
    }
    let columns = wanted.projection.iter().map(|c| columns[*c].clone()).collect();
    let schema = shape::projected(&wanted.schema, &wanted.projection);
    let rows = shape::batch(&schema, columns, text.num_rows())?;
    if failures.reasons.is_empty() {
        return Ok((rows, failures));
    }
    let good = (0..rows.num_rows()).map(|row| Some(!failures.reasons.contains_key(&row)));
    Ok((filter_record_batch(&rows, &good.collect::<BooleanArray>())?, failures))
}
