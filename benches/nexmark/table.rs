//! Measurements as a table.

use crate::harness::page;
use crate::measure::Measurement;
use crate::reference::{dbsp, geometric_mean};

/// The head of the table.
pub const HEADER: &str = "| query | workers | events/s | events/CPU-s | DBSP | ratio | rows out | peak memory | epoch p50 | epoch p99 |\n\
    |---|---|---|---|---|---|---|---|---|---|";

/// One row of the table.
pub fn line(m: &Measurement) -> String {
    let mark = dbsp(&m.query).map_or_else(|| "-".into(), |rate| format!("{rate:.0}k"));
    let ratio = ratio(m).map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}"));
    format!(
        "| {} | {} | {:.0}k | {:.0}k | {mark} | {ratio} | {} | {} MB | {:.1} ms | {:.1} ms |",
        m.query,
        m.workers,
        thousands(m, m.wall.as_secs_f64()),
        thousands(m, m.cpu.as_secs_f64()),
        m.rows_out,
        m.memory / 1_000_000,
        m.p50.as_secs_f64() * 1e3,
        m.p99.as_secs_f64() * 1e3,
    )
}

/// Thousand events per second.
fn thousands(m: &Measurement, seconds: f64) -> f64 {
    m.events as f64 / seconds / 1e3
}

/// Events per CPU second against DBSP's.
fn ratio(m: &Measurement) -> Option<f64> {
    Some(thousands(m, m.cpu.as_secs_f64()) / dbsp(&m.query)?)
}

/// The geometric means for each number of workers.
pub fn summary(rows: &[Measurement]) -> String {
    let mut counts: Vec<usize> = rows.iter().map(|m| m.workers).collect();
    counts.sort();
    counts.dedup();
    let lines = counts.into_iter().filter_map(|workers| {
        let compared: Vec<&Measurement> =
            rows.iter().filter(|m| m.workers == workers && ratio(m).is_some()).collect();
        let ratios: Vec<f64> = compared.iter().filter_map(|m| ratio(m)).collect();
        let rates: Vec<f64> = compared.iter().map(|m| thousands(m, m.cpu.as_secs_f64())).collect();
        let slowest = compared.iter().min_by(|a, b| ratio(a).partial_cmp(&ratio(b)).expect("finite"))?;
        Some(format!(
            "{workers} workers, {} queries: geometric mean {:.0}k events/CPU-s, {:.2} times DBSP's; least {:.2} ({}); \
             peak memory up to {} MB.",
            compared.len(),
            geometric_mean(&rates)?,
            geometric_mean(&ratios)?,
            ratio(slowest)?,
            slowest.query,
            rows.iter().filter(|m| m.workers == workers).map(|m| m.memory).max()? / 1_000_000,
        ))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Puts the table into `docs/performance.md`.
pub fn write(rows: &[Measurement], events: u64) {
    let table: Vec<String> = rows.iter().map(line).collect();
    let head = format!("{events} events, both generator and sink in the process.");
    page::write("nexmark", &format!("{head}\n\n{HEADER}\n{}\n\n{}", table.join("\n"), summary(rows)));
}
