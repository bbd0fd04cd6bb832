//! The rows of a batch as `DataRow` messages.
//!
//! They are written by hand, straight into the output, since this is what a
//! large result spends its time on.

use arrow::array::RecordBatch;
use bytes::{BufMut, BytesMut};

use super::binary::{BinaryPrinter, too_long};
use super::parameter::Format;
use crate::expr::TextPrinter;
use crate::types::Result;

/// Writes the rows of one batch.
pub struct RowEncoder {
    columns: Vec<Column>,
    rows: usize,
    scratch: String,
}

enum Column {
    Text(TextPrinter),
    Binary(BinaryPrinter),
}

impl RowEncoder {
    /// `formats` has one format for each column.
    pub fn new(batch: &RecordBatch, formats: &[Format]) -> Result<Self> {
        let schema = batch.schema_ref();
        let columns = batch
            .columns()
            .iter()
            .enumerate()
            .map(|(at, column)| match formats.get(at) {
                Some(Format::Binary) => Ok(Column::Binary(BinaryPrinter::new(schema.field(at), column)?)),
                _ => Ok(Column::Text(TextPrinter::new(column)?)),
            })
            .collect::<Result<_>>()?;
        Ok(RowEncoder { columns, rows: batch.num_rows(), scratch: String::new() })
    }

    /// How many rows the batch has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Appends one whole message. After an error `out` ends in a part of one.
    pub fn write(&mut self, row: usize, out: &mut BytesMut) -> Result<()> {
        let start = out.len();
        out.put_u8(b'D');
        out.put_i32(0);
        out.put_u16(self.columns.len() as u16);
        for column in &self.columns {
            match column {
                Column::Binary(column) => column.write(row, out)?,
                Column::Text(column) => {
                    self.scratch.clear();
                    if column.write(row, &mut self.scratch) {
                        out.put_i32(i32::try_from(self.scratch.len()).map_err(|_| too_long())?);
                        out.put_slice(self.scratch.as_bytes());
                    } else {
                        out.put_i32(-1);
                    }
                }
            }
        }
        let length = i32::try_from(out.len() - start - 1).map_err(|_| too_long())?;
        out[start + 1..start + 5].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }
}
