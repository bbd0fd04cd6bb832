//! Measurements as a table.

use crate::measure::Measurement;

/// The head of the table.
pub const HEADER: &str = "| query | workers | events/s | events/CPU-s | rows out | peak memory | epoch p50 | epoch p99 |\n\
    |---|---|---|---|---|---|---|---|";

/// One row of the table.
pub fn line(m: &Measurement) -> String {
    let thousands = |seconds: f64| format!("{:.0}k", m.events as f64 / seconds / 1e3);
    format!(
        "| {} | {} | {} | {} | {} | {} MB | {:.1} ms | {:.1} ms |",
        m.query,
        m.workers,
        thousands(m.wall.as_secs_f64()),
        thousands(m.cpu.as_secs_f64()),
        m.rows_out,
        m.memory / 1_000_000,
        m.p50.as_secs_f64() * 1e3,
        m.p99.as_secs_f64() * 1e3,
    )
}

const BEGIN: &str = "<!-- nexmark: begin -->";
const END: &str = "<!-- nexmark: end -->";

/// Puts the table into `docs/performance.md`, between its marks.
pub fn write(rows: &[Measurement], events: u64) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
    let page = std::fs::read_to_string(path).unwrap_or_else(|_| format!("# Performance\n\n{BEGIN}\n{END}\n"));
    let table: Vec<String> = rows.iter().map(line).collect();
    let (before, rest) = page.split_once(BEGIN).expect("the page has its marks");
    let (_, after) = rest.split_once(END).expect("the page has its marks");
    let table = format!(
        "{BEGIN}\n{events} events, both generator and sink in the process.\n\n{HEADER}\n{}\n{END}",
        table.join("\n")
    );
    std::fs::write(path, format!("{before}{table}{after}")).expect("the page can be written");
}
