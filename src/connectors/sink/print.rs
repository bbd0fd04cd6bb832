//! `connector = 'print'`: one line for each change, on standard output or at the
//! end of a file.
//!
//! A row that comes is `+ (1, abc)`, one that goes `- (1, abc)`; a row that
//! comes twice has two lines. What all workers write in one epoch is flushed
//! before the epoch counts as written. Not exactly-once: a line that was printed
//! before a crash may be printed again after it.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use parking_lot::Mutex;

use crate::connectors::access::file_error;
use crate::connectors::settings::Settings;
use crate::dataflow::{Connector, OptionSpec, Sink, SinkSpec, SinkWriter};
use crate::delta::Delta;
use crate::types::{Epoch, Error, Result, SqlState};

/// The connector.
pub struct Print;

impl Connector for Print {
    fn name(&self) -> &'static str {
        "print"
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec { name: "path", about: "a file to append to; absent: standard output" }]
    }

    fn is_sink(&self) -> bool {
        true
    }

    fn sink(&self, spec: &SinkSpec) -> Result<Arc<dyn Sink>> {
        let out: Box<dyn Write + Send> = match Settings(&spec.options).text("path") {
            None => Box::new(io::stdout()),
            Some(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                Box::new(file.map_err(|e| file_error(path, &e))?)
            }
        };
        Ok(Arc::new(PrintSink { out: Arc::new(Mutex::new(BufWriter::new(out))) }))
    }
}

type Output = Arc<Mutex<BufWriter<Box<dyn Write + Send>>>>;

struct PrintSink {
    out: Output,
}

impl Sink for PrintSink {
    fn open(&self, _worker: usize, _workers: usize) -> Result<Box<dyn SinkWriter>> {
        Ok(Box::new(PrintWriter { out: self.out.clone() }))
    }
}

struct PrintWriter {
    out: Output,
}

impl SinkWriter for PrintWriter {
    fn write(&mut self, _epoch: Epoch, changes: &[Delta]) -> Result<()> {
        let mut out = self.out.lock();
        for delta in changes {
            print(&mut *out, delta)?;
        }
        out.flush().map_err(failed)
    }
}

fn print(out: &mut impl Write, delta: &Delta) -> Result<()> {
    let options = FormatOptions::default()
        .with_null("NULL")
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"));
    let columns = delta.rows().columns().iter();
    let columns = columns.map(|c| ArrayFormatter::try_new(c, &options)).collect::<Result<Vec<_>, _>>()?;
    for row in 0..delta.num_rows() {
        let diff = delta.diff(row);
        let sign = if diff > 0 { '+' } else { '-' };
        for _ in 0..diff.unsigned_abs() {
            write!(out, "{sign} (").map_err(failed)?;
            for (index, column) in columns.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(out, "{comma}{}", column.value(row)).map_err(failed)?;
            }
            writeln!(out, ")").map_err(failed)?;
        }
    }
    Ok(())
}

fn failed(error: io::Error) -> Error {
    Error::new(SqlState::IO_ERROR, format!("could not print a change: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
    use arrow::datatypes::Schema;

    use super::*;

    #[test]
    fn prints_a_line_for_each_change() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("out");
        let options = BTreeMap::from([("path".to_string(), path.display().to_string())]);
        let schema = Arc::new(Schema::empty());
        let spec = SinkSpec { name: "k".into(), options, format: None, schema, append_only: false };
        let mut writer = Print.sink(&spec).unwrap().open(0, 1).unwrap();
        let columns: [(&str, ArrayRef); 3] = [
            ("a", Arc::new(Int64Array::from(vec![1, 2, 3]))),
            ("b", Arc::new(StringArray::from(vec![Some("abc"), None, Some("x")]))),
            ("t", Arc::new(TimestampMicrosecondArray::from(vec![0, 1_500_000, 0]))),
        ];
        let rows = RecordBatch::try_from_iter(columns).unwrap();
        let delta = Delta::new(rows, Some(vec![1, -2, 0].into()));
        writer.write(Epoch(1), &[delta]).unwrap();
        let printed = std::fs::read_to_string(&path).unwrap();
        let gone = "- (2, NULL, 1970-01-01 00:00:01.500)\n";
        assert_eq!(printed, format!("+ (1, abc, 1970-01-01 00:00:00)\n{gone}{gone}"));
    }

    #[test]
    fn a_file_that_cannot_be_written_fails_at_once() {
        let options = BTreeMap::from([("path".to_string(), "/no/such/folder/out".to_string())]);
        let schema = Arc::new(Schema::empty());
        let spec = SinkSpec { name: "k".into(), options, format: None, schema, append_only: false };
        assert_eq!(Print.sink(&spec).err().unwrap().code(), SqlState::UNDEFINED_FILE);
    }
}
