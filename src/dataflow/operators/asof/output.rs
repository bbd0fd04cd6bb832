//! What leaves an ASOF join: left rows with what they meet.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::{DataType, SchemaRef};

use super::codec::RowCodec;
use crate::delta::Delta;
use crate::types::Result;

/// Some rows of the output, as bytes of either side.
pub struct Output<'a> {
    left: Picked<'a>,
    right: Picked<'a>,
    diffs: Vec<i64>,
    /// Left rows that meet none are left out.
    inner: bool,
}

/// Rows of one side, those that are repeated closely once.
#[derive(Default)]
struct Picked<'a> {
    rows: Vec<&'a [u8]>,
    /// Which of them; none is NULLs.
    places: Vec<Option<u32>>,
}

impl<'a> Picked<'a> {
    fn push(&mut self, row: Option<&'a [u8]>) {
        let place = row.map(|row| {
            let recent = self.rows.len().saturating_sub(2);
            let same = self.rows[recent..].iter().position(|r| std::ptr::eq(*r, row));
            let place = same.map_or(self.rows.len(), |same| recent + same);
            if same.is_none() {
                self.rows.push(row);
            }
            place as u32
        });
        self.places.push(place);
    }

    fn columns(self, codec: &RowCodec, types: &[DataType]) -> Result<Vec<ArrayRef>> {
        if self.rows.is_empty() {
            return Ok(types.iter().map(|t| new_null_array(t, self.places.len())).collect());
        }
        let columns = codec.decode(&self.rows)?;
        let in_order = self.rows.len() == self.places.len()
            && self.places.iter().enumerate().all(|(at, place)| *place == Some(at as u32));
        if in_order {
            return Ok(columns);
        }
        let places = UInt32Array::from(self.places);
        Ok(columns.iter().map(|column| take(column, &places, None)).collect::<Result<_, _>>()?)
    }
}

impl<'a> Output<'a> {
    /// Without rows; if it is of an inner join, left rows that meet none are left out.
    pub fn new(inner: bool) -> Self {
        Output { left: Picked::default(), right: Picked::default(), diffs: Vec::new(), inner }
    }

    /// A left row with what it meets comes or goes `diff` times.
    pub fn push(&mut self, left: &'a [u8], right: Option<&'a [u8]>, diff: i64) {
        if self.inner && right.is_none() {
            return;
        }
        self.left.push(Some(left));
        self.right.push(right);
        self.diffs.push(diff);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.diffs.len()
    }

    /// The rows as a delta of `schema`.
    pub fn into_delta(self, left: &RowCodec, right: &RowCodec, schema: &SchemaRef) -> Result<Delta> {
        let count = self.diffs.len();
        let types: Vec<DataType> = schema.fields().iter().map(|f| f.data_type().clone()).collect();
        let (left_types, right_types) = types.split_at(left.width());
        let mut columns = self.left.columns(left, left_types)?;
        columns.extend(self.right.columns(right, right_types)?);
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let rows = RecordBatch::try_new_with_options(schema.clone(), columns, &options)?;
        let diffs = self.diffs.iter().any(|d| *d != 1).then(|| Int64Array::from(self.diffs));
        Ok(Delta::new(rows, diffs))
    }
}

/// Left rows that can meet nothing, with NULLs.
pub fn alone(left: &Delta, width: usize, schema: &SchemaRef) -> Result<Delta> {
    let mut columns: Vec<ArrayRef> = left.rows().columns()[..width].to_vec();
    let nulls = schema.fields().iter().skip(width);
    columns.extend(nulls.map(|field| new_null_array(field.data_type(), left.num_rows())));
    let options = RecordBatchOptions::new().with_row_count(Some(left.num_rows()));
    let rows = RecordBatch::try_new_with_options(schema.clone(), columns, &options)?;
    Ok(Delta::new(rows, left.diffs().cloned()))
}
