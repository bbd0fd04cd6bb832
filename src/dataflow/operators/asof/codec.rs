//! Rows of one side as bytes, the time first, in the order of time.
//!
//! The bytes are Arrow's row format. Those of the time, the [`lead`](Meeting::lead),
//! have the same length in all rows of both sides, so that rows of the two can
//! be compared by them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::{DataType, Schema};
use arrow::row::{RowConverter, Rows, SortField};

use crate::dataflow::operators::ordered::{Entry, Key, Ordered, Place};
use crate::types::{Error, Result};

/// The widest time: a decimal of 256 bits, and one byte for NULL.
const LEAD_MAX: usize = 33;

/// Between the columns of one side and bytes.
pub struct RowCodec {
    /// The input's columns in the order of the bytes.
    places: Vec<usize>,
    /// For each column that comes out, where it is in the bytes.
    columns: Vec<usize>,
    converter: RowConverter,
}

/// Which rows meet, by their bytes.
#[derive(Clone, Copy)]
pub struct Meeting {
    /// How many bytes the time takes.
    pub lead: usize,
    /// Rows at the same time do not meet.
    pub strict: bool,
}

/// A place in the order, by time alone.
struct Edge {
    bytes: [u8; LEAD_MAX],
    length: usize,
}

impl RowCodec {
    /// Of rows whose first `width` columns come out, and whose time is `time`.
    pub fn new(schema: &Schema, width: usize, time: usize, descending: bool) -> Result<Self> {
        let rest = (0..width).filter(|column| *column != time);
        let places: Vec<usize> = [time].into_iter().chain(rest).collect();
        let place = |column| places.iter().position(|p| *p == column).expect("every column has a place");
        let plain = SortOptions { descending: false, nulls_first: false };
        let field = |(index, column): (usize, &usize)| {
            let options = SortOptions { descending: descending && index == 0, ..plain };
            SortField::new_with_options(schema.field(*column).data_type().clone(), options)
        };
        Ok(RowCodec {
            columns: (0..width).map(place).collect(),
            converter: RowConverter::new(places.iter().enumerate().map(field).collect())?,
            places,
        })
    }

    /// How many columns come out.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The bytes of these rows.
    pub fn encode(&self, rows: &RecordBatch) -> Result<Rows> {
        let columns: Vec<ArrayRef> = self.places.iter().map(|place| rows.column(*place).clone()).collect();
        Ok(self.converter.convert_columns(&columns)?)
    }

    /// The columns that come out, of rows that were encoded.
    pub fn decode(&self, rows: &[&[u8]]) -> Result<Vec<ArrayRef>> {
        let parser = self.converter.parser();
        let decoded = self.converter.convert_rows(rows.iter().map(|row| parser.parse(row)))?;
        Ok(self.columns.iter().map(|place| Arc::clone(&decoded[*place])).collect())
    }
}

impl Meeting {
    /// Of times of this type.
    pub fn new(time: &DataType, strict: bool) -> Result<Meeting> {
        let width = time.primitive_width().filter(|width| *width < LEAD_MAX);
        let width = width.ok_or_else(|| Error::internal(format!("an ASOF join by {time}")))?;
        Ok(Meeting { lead: 1 + width, strict })
    }

    /// Can the left row meet the right one, or one behind it?
    #[inline]
    pub fn meets(&self, left: &[u8], right: &[u8]) -> bool {
        let (left, right) = (&left[..self.lead], &right[..self.lead]);
        if self.strict { right < left } else { right <= left }
    }

    /// The row that a left row meets.
    pub fn met<'a>(&self, left: &[u8], rights: &'a Ordered) -> Option<&'a Entry> {
        let edge = self.edge(left, !self.strict);
        before(rights, rights.place_of(edge.key())).map(|place| &rights.chunk(place.chunk)[place.index])
    }

    /// The first left row that can meet a right one.
    pub fn first_that_meets(&self, right: &[u8], lefts: &Ordered) -> Place {
        lefts.place_of(self.edge(right, self.strict).key())
    }

    /// Ahead of all rows at the time of this one, or behind them.
    fn edge(&self, row: &[u8], behind: bool) -> Edge {
        let mut edge = Edge { bytes: [0; LEAD_MAX], length: self.lead };
        edge.bytes[..self.lead].copy_from_slice(&row[..self.lead]);
        if behind {
            // The least bytes that are greater than all which begin like these.
            let last = (0..self.lead).rev().find(|at| edge.bytes[*at] < u8::MAX);
            let last = last.expect("a value that is not NULL does not begin with the greatest byte");
            edge.bytes[last] += 1;
            edge.length = last + 1;
        }
        edge
    }
}

impl Edge {
    fn key(&self) -> Key<'_> {
        Key::of(&self.bytes[..self.length])
    }
}

/// The place of the row before a place.
pub fn before(rows: &Ordered, place: Place) -> Option<Place> {
    match (place.index.checked_sub(1), place.chunk.checked_sub(1)) {
        (Some(index), _) => Some(Place { index, ..place }),
        (None, Some(chunk)) => Some(Place { chunk, index: rows.chunk(chunk).len() - 1 }),
        (None, None) => None,
    }
}

/// The row at a place or the first one behind it, with its own place.
pub fn row_at(rows: &Ordered, place: Place) -> Option<(Place, &Entry)> {
    let next = Place { chunk: place.chunk + 1, index: 0 };
    [place, next].into_iter().find_map(|at| Some((at, rows.chunk(at.chunk).get(at.index)?)))
}

/// The bytes of a time of this type, which is a timestamp in microseconds.
pub fn lead_of(micros: i64, data_type: &DataType) -> Result<Vec<u8>> {
    let time: ArrayRef = Arc::new(Int64Array::from(vec![micros]));
    let plain = SortOptions { descending: false, nulls_first: false };
    let converter = RowConverter::new(vec![SortField::new_with_options(data_type.clone(), plain)])?;
    Ok(converter.convert_columns(&[cast(&time, data_type)?])?.row(0).data().to_vec())
}
