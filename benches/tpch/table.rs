//! Measurements as a table.

use std::time::Duration;

use crate::harness::page;
use crate::harness::process::quantiles;
use crate::measure::Measurement;

/// The head of the table.
pub const HEADER: &str = "| query | scale | load | create | changes a round | insert p50 | p95 | delete p50 | p95 | all rounds | rows/CPU-s | peak memory |\n\
    |---|---|---|---|---|---|---|---|---|---|---|---|";

/// One row of the table.
pub fn line(m: &Measurement) -> String {
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let (insert, slow_insert) = quantiles(m.inserts.clone());
    let (delete, slow_delete) = quantiles(m.deletes.clone());
    let all: Duration = m.inserts.iter().chain(&m.deletes).sum();
    format!(
        "| {} | {} | {:.1} s | {:.2} s | {} | {} | {} | {} | {} | {:.2} s | {:.0}k | {} MB |",
        m.query,
        m.scale,
        m.load.as_secs_f64(),
        m.create.as_secs_f64(),
        m.rows_per_round,
        ms(insert),
        ms(slow_insert),
        ms(delete),
        ms(slow_delete),
        all.as_secs_f64(),
        (m.rows_per_round * m.inserts.len()) as f64 / m.cpu.as_secs_f64() / 1e3,
        m.memory / 1_000_000,
    )
}

/// Puts the table into `docs/performance.md`.
pub fn write(rows: &[Measurement], rounds: u64, workers: usize) {
    let table: Vec<String> = rows.iter().map(line).collect();
    let head = format!("{rounds} rounds, {workers} workers.");
    page::write("tpch", &format!("{head}\n\n{HEADER}\n{}", table.join("\n")));
}
