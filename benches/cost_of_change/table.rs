//! Measurements as a table.

use std::time::Duration;

use crate::harness::page;
use crate::harness::process::quantiles;
use crate::measure::Measurement;

/// The head of the table: a column for each size.
pub fn head(sizes: &[u64]) -> String {
    let columns: Vec<String> = sizes.iter().map(|size| format!("{} rows", grouped(*size))).collect();
    let rules = vec!["---"; sizes.len() + 4].join("|");
    format!("| operator | {} | grows by | creation | peak memory |\n|{rules}|", columns.join(" | "))
}

/// One operator at all sizes, the smallest first.
pub fn line(row: &[Measurement]) -> String {
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let cells = row.iter().map(|m| {
        let (middle, slow) = quantiles(m.changes.clone());
        format!("{} ({}) ms", ms(middle), ms(slow))
    });
    let middle = |m: &Measurement| quantiles(m.changes.clone()).0.as_secs_f64();
    let (first, last) = (&row[0], &row[row.len() - 1]);
    format!(
        "| {} | {} | {:.2} | {:.1} s | {} MB |",
        first.name,
        cells.collect::<Vec<_>>().join(" | "),
        middle(last) / middle(first),
        last.create.as_secs_f64(),
        last.memory / 1_000_000,
    )
}

/// Puts the table into `docs/performance.md`.
pub fn write(lines: &[String], sizes: &[u64], rounds: u64, workers: usize) {
    let about = format!(
        "Median time of {rounds} changes, in brackets what 1 of 20 exceeds; {workers} workers. Creation and memory are \
         those of the largest state."
    );
    page::write("cost", &format!("{about}\n\n{}\n{}", head(sizes), lines.join("\n")));
}

/// A number with a comma at each thousand.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
    parts.join(",")
}
