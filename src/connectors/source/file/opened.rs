//! One file being read, whatever its format.

use std::path::Path;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use bytes::{Bytes, BytesMut};

use super::offset::Progress;
use super::store::Store;
use crate::connectors::format::{Decoder, Encoding, ParquetRows, Place, shortened};
use crate::connectors::shape;
use crate::dataflow::{Rejected, SourceBatch};
use crate::types::{Error, Result, SqlState};

/// How much of a text file is read at a time.
const CHUNK: u64 = 1 << 20;

/// A record longer than this is cut. It bounds what a file without line ends
/// can take of memory.
const RECORD_MAX: u64 = 16 << 20;

/// What a reader asks of a file.
pub struct Want<'a> {
    pub store: &'a Store,
    pub encoding: &'a Encoding,
    pub schema: &'a SchemaRef,
    pub projection: &'a [usize],
    /// Nothing comes after `end`, so that a last line needs no line end.
    pub ends: bool,
}

/// A file with what was read of it but not handed out yet.
pub enum Opened {
    Text(Text),
    Parquet(ParquetRows),
    /// It cannot be read at all: one rejected row says so, instead of its rows.
    Unusable(Option<Error>),
}

/// A text file.
#[derive(Default)]
pub struct Text {
    /// Made when the beginning of the file is there.
    decoder: Option<Box<dyn Decoder>>,
    /// Bytes of the file from the position of its progress on.
    buffer: Bytes,
}

impl Opened {
    /// Opens a file at its progress.
    pub fn new(want: &Want<'_>, progress: &Progress) -> Self {
        if want.encoding.is_text() {
            return Opened::Text(Text::default());
        }
        let path = Path::new(&progress.path);
        match want.encoding.rows(want.schema, want.projection, path, progress.position) {
            Ok(rows) => Opened::Parquet(rows),
            Err(error) => Opened::Unusable((progress.position == 0).then_some(error)),
        }
    }

    /// At most `limit` more rows before byte `end`; `None` when there is no
    /// whole record left before it.
    pub fn read(
        &mut self,
        want: &Want<'_>,
        progress: &mut Progress,
        end: u64,
        limit: usize,
    ) -> Result<Option<SourceBatch>> {
        match self {
            Opened::Text(text) => match text.read(want, progress, end, limit) {
                // The file does not fit the declared columns.
                Err(error) if text.decoder.is_none() && is_about_content(&error) => {
                    progress.position = end;
                    let rejected = unusable(want, progress, &error);
                    *self = Opened::Unusable(None);
                    Ok(Some(rejected))
                }
                outcome => outcome,
            },
            Opened::Parquet(rows) => {
                let batch = rows.read(limit, &progress.path)?;
                progress.position = rows.row();
                Ok(batch)
            }
            Opened::Unusable(error) => {
                let Some(error) = error.take() else {
                    progress.position = progress.position.max(end);
                    return Ok(None);
                };
                progress.position = end;
                Ok(Some(unusable(want, progress, &error)))
            }
        }
    }
}

impl Text {
    fn read(
        &mut self,
        want: &Want<'_>,
        progress: &mut Progress,
        end: u64,
        limit: usize,
    ) -> Result<Option<SourceBatch>> {
        if self.decoder.is_none() && !self.begin(want, progress, end)? {
            return Ok(None);
        }
        loop {
            let decoder = self.decoder.as_ref().expect("the file was begun");
            let reached = progress.position + self.buffer.len() as u64;
            let mut chunk = decoder.split(&self.buffer, limit, want.ends && reached >= end);
            if chunk.bytes == 0 && self.buffer.len() as u64 >= RECORD_MAX {
                chunk = decoder.split(&self.buffer, 1, true);
            }
            if chunk.bytes > 0 {
                let place = Place { file: &progress.path, line: progress.line };
                let batch = decoder.decode(&self.buffer, &chunk, place)?;
                self.buffer = self.buffer.split_off(chunk.bytes);
                progress.position += chunk.bytes as u64;
                progress.line += u64::from(chunk.line_ends);
                if !chunk.records.is_empty() {
                    return Ok(Some(batch));
                }
            } else if reached >= end {
                return Ok(None);
            } else {
                self.fill(want, progress, reached, end)?;
            }
        }
    }

    /// Makes the decoder and passes over the header. False when the beginning
    /// of the file is not all there yet.
    fn begin(&mut self, want: &Want<'_>, progress: &mut Progress, end: u64) -> Result<bool> {
        let mut size = CHUNK.min(end);
        let (head, first) = loop {
            let head = want.store.read(&progress.path, 0..size)?;
            let whole = (want.ends && size == end) || size >= RECORD_MAX;
            match want.encoding.beginning(&head, whole) {
                Some(first) => break (head, first),
                None if size == end => return Ok(false),
                None => size = (size * 2).min(end),
            }
        };
        // Of a file that grows, every reader must look at the same beginning.
        let seen = if want.ends { &head[..] } else { &head[..first] };
        self.decoder = Some(want.encoding.decoder(want.schema, want.projection, &progress.path, seen)?);
        if progress.position == 0 {
            let (bytes, lines) = want.encoding.header_end(&head, true);
            (progress.position, progress.line) = (bytes as u64, u64::from(lines));
        }
        if progress.position <= size {
            self.buffer = head.slice(progress.position as usize..);
        }
        Ok(true)
    }

    /// Reads on from byte `from`.
    fn fill(&mut self, want: &Want<'_>, progress: &Progress, from: u64, end: u64) -> Result<()> {
        // Doubling keeps the cost of a long record linear.
        let size = CHUNK.max(self.buffer.len() as u64);
        let more = want.store.read(&progress.path, from..(from + size).min(end))?;
        if self.buffer.is_empty() {
            self.buffer = more;
            return Ok(());
        }
        let mut joined = BytesMut::with_capacity(self.buffer.len() + more.len());
        joined.extend_from_slice(&self.buffer);
        joined.extend_from_slice(&more);
        self.buffer = joined.freeze();
        Ok(())
    }
}

/// A file that is there but does not hold what was declared, in contrast to one
/// that cannot be read.
fn is_about_content(error: &Error) -> bool {
    ![
        SqlState::UNDEFINED_FILE,
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::IO_ERROR,
        SqlState::INTERNAL_ERROR,
    ]
    .contains(&error.code())
}

fn unusable(want: &Want<'_>, progress: &Progress, error: &Error) -> SourceBatch {
    let detail = error.detail().map(|d| format!(": {d}")).unwrap_or_default();
    let schema: &Schema = want.schema;
    SourceBatch {
        rows: RecordBatch::new_empty(shape::projected(schema, want.projection)),
        rejected: vec![Rejected {
            reason: format!("the file was left out: {}{detail}", error.message()),
            raw: shortened(progress.path.as_bytes()),
            place: progress.path.clone(),
        }],
    }
}
