//! Changes as lines of text.

use std::io::Write;

use crate::dataflow::Change;
use crate::expr::TextPrinter;
use crate::types::{Error, Result, SqlState};

/// Writes one line per changed row: its count (`+1`, `-1`), then its columns.
pub fn write_changes(change: &Change, out: &mut impl Write) -> Result<()> {
    let failed = |e: std::io::Error| {
        if e.kind() == std::io::ErrorKind::BrokenPipe {
            // Whoever read has seen enough, as with `| head`.
            std::process::exit(0);
        }
        Error::new(SqlState::IO_ERROR, format!("the output cannot be written: {e}"))
    };
    let mut line = String::new();
    for delta in &change.deltas {
        let printers = delta.rows().columns().iter().map(TextPrinter::new).collect::<Result<Vec<_>>>()?;
        for row in 0..delta.num_rows() {
            line.clear();
            line.push_str(&format!("{:+}", delta.diff(row)));
            for printer in &printers {
                line.push('\t');
                if !printer.write(row, &mut line) {
                    line.push_str("NULL");
                }
            }
            writeln!(out, "{line}").map_err(failed)?;
        }
        for fault in delta.faults() {
            writeln!(out, "{:+}\tERROR {}: {}: row {}", fault.diff, fault.code, fault.message, fault.row)
                .map_err(failed)?;
        }
    }
    out.flush().map_err(failed)
}
