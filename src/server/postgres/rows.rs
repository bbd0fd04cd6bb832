//! Rows on their way to the client: as many as it asked for, as fast as it
//! takes them.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use futures::stream::BoxStream;
use pgwire::messages::data::{FieldDescription, RowDescription};
use tokio::io::{AsyncRead, AsyncWrite};

use super::CancelFn;
use super::attend::attend;
use super::failure::Failure;
use super::values::{Format, RowEncoder, pg_type_of_field, type_size};
use super::wire::Wire;
use crate::session::Rows;
use crate::types::Result;

/// A result and the place in it. At most one batch is held.
pub(super) struct RowCursor {
    batches: BoxStream<'static, Result<RecordBatch>>,
    formats: Vec<Format>,
    current: Option<(RowEncoder, usize)>,
    pub(super) tag: &'static str,
}

/// How far [`RowCursor::send`] came, and the rows that it sent.
pub(super) enum Sent {
    All(u64),
    /// The limit was reached.
    Suspended,
}

impl RowCursor {
    /// `formats` has one format for each column.
    pub(super) fn new(rows: Rows, formats: Vec<Format>) -> Self {
        RowCursor { batches: rows.batches, formats, current: None, tag: rows.tag }
    }

    /// Sends the rest, or the next `limit` rows.
    pub(super) async fn send<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        wire: &mut Wire<S>,
        cancel: &CancelFn,
        limit: Option<u64>,
    ) -> Result<Sent, Failure> {
        let mut sent = 0;
        loop {
            if let Some((encoder, next)) = &mut self.current {
                while *next < encoder.rows() {
                    if limit == Some(sent) {
                        return Ok(Sent::Suspended);
                    }
                    encoder.write(*next, &mut wire.output)?;
                    wire.mark();
                    *next += 1;
                    sent += 1;
                    wire.flush_if_full().await?;
                }
                self.current = None;
            }
            if limit == Some(sent) {
                return Ok(Sent::Suspended);
            }
            match attend(wire, cancel, self.batches.next()).await? {
                Some(batch) => self.current = Some((RowEncoder::new(&batch?, &self.formats)?, 0)),
                None => return Ok(Sent::All(sent)),
            }
        }
    }
}

/// Names, types and formats of the columns.
pub(super) fn row_description(schema: &SchemaRef, formats: &[Format]) -> RowDescription {
    let fields = schema.fields().iter().enumerate().map(|(at, field)| {
        let pg_type = pg_type_of_field(field);
        let format = formats.get(at).copied().unwrap_or_default();
        // A zero byte in a name would end it early.
        let name = field.name().replace('\0', "");
        FieldDescription::new(name, 0, 0, pg_type.oid(), type_size(&pg_type), -1, format.code())
    });
    RowDescription::new(fields.collect())
}
