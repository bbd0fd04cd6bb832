//! Nexmark q0 to q22: each view equals its query run as batch.
//!
//! Three ways to the same answer over the same events, at several cut points:
//! the query as batch over tables; the same query as a view over those tables,
//! which grow chunk by chunk, compared after every cut; the query as a view over
//! the generator's sources, compared when these have ended. With
//! `MILLSTREAM_POSTGRES` set, PostgreSQL answers every query as well.
//!
//! ```sh
//! cargo test --release --test nexmark -- q4 q5
//! ```

#[path = "../oracle/engine.rs"]
#[allow(dead_code)]
mod engine;
mod events;
mod postgres;

use std::collections::BTreeMap;
use std::process::ExitCode;

use engine::{Engine, Failure};
use postgres::Postgres;

/// Events of all kinds at which answers are compared.
const CUTS: [u64; 3] = [5_000, 10_000, 20_000];
/// Events of one insertion.
const CHUNK: u64 = 1_000;
const WORKERS: [usize; 2] = [1, 3];
const QUERIES: usize = 23;
/// Its windows are of processing time, which is another one for every run.
const BY_PROCESSING_TIME: &str = "q12";
/// It joins a stream with a table as of now, so it takes sources and not tables that change.
const OVER_SOURCES_ALONE: &str = "q13";

type Rows = Vec<Vec<String>>;
/// The batch answer of each query at each cut.
type Answers = BTreeMap<(u64, String), Rows>;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| a.starts_with('q')).collect();
    let queries: Vec<String> = (0..QUERIES).map(|n| format!("q{n}")).collect();
    let queries: Vec<String> =
        queries.into_iter().filter(|q| wanted.is_empty() || wanted.contains(q)).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    match runtime.block_on(run(&queries)) {
        Ok(report) => report.end(),
        Err(failure) => {
            println!("FAILED nexmark\n{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(queries: &[String]) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut answers = Answers::new();
    for workers in WORKERS {
        tables(workers, queries, &mut answers, &mut report).await?;
        for cut in CUTS {
            sources(workers, cut, queries, &answers, &mut report).await?;
        }
    }
    if let Ok(config) = std::env::var("MILLSTREAM_POSTGRES") {
        reference(&config, queries, &answers, &mut report).await?;
    }
    Ok(report)
}

/// Views over tables that grow, against batch over the same tables.
async fn tables(
    workers: usize,
    queries: &[String],
    answers: &mut Answers,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut engine = Engine::open(workers).await?;
    engine.execute(&events::sources(*CUTS.last().expect("there are cuts"), 1, "_events")).await?;
    engine.execute(&events::tables()).await?;
    engine.execute(&events::query("side_input")).await?;
    let kept: Vec<String> = queries.iter().filter(|q| *q != OVER_SOURCES_ALONE).cloned().collect();
    let made = views(&mut engine, &kept, &format!("tables, {workers} workers"), report).await;
    for cut in CUTS {
        let begun = CUTS.iter().copied().filter(|c| *c < cut).max().unwrap_or(0);
        for start in (begun..cut).step_by(CHUNK as usize) {
            engine.execute(&events::insertion(start, start + CHUNK)).await?;
        }
        for query in queries {
            let place = format!("{query} at {cut} events in tables with {workers} workers");
            let batch = match engine.query(&events::query(query)).await {
                Ok(rows) => rows,
                Err(failure) => {
                    report.failed(&place, &format!("as batch: {failure}"));
                    continue;
                }
            };
            if made.contains(query) {
                match engine.query(&format!("SELECT * FROM view_{query}")).await {
                    Ok(view) => report.compare(&place, &view, &batch),
                    Err(failure) => report.failed(&place, &failure.to_string()),
                }
            }
            answers.insert((cut, query.clone()), batch);
        }
    }
    engine.close().await;
    Ok(())
}

/// Views over sources that end at `cut`, against the batch answers.
async fn sources(
    workers: usize,
    cut: u64,
    queries: &[String],
    answers: &Answers,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut engine = Engine::open(workers).await?;
    engine.execute(&events::query("side_input")).await?;
    engine.execute(&events::sources(cut, workers, "")).await?;
    let made = views(&mut engine, queries, &format!("sources of {cut}, {workers} workers"), report).await;
    engine.until_idle().await?;
    for query in made {
        let Some(batch) = answers.get(&(cut, query.clone())) else { continue };
        let place = format!("{query} over sources of {cut} events with {workers} workers");
        let view = match engine.query(&format!("SELECT * FROM view_{query}")).await {
            Ok(rows) => rows,
            Err(failure) => {
                report.failed(&place, &failure.to_string());
                continue;
            }
        };
        if query == BY_PROCESSING_TIME {
            report.compare(&place, &per_bidder(&view), &per_bidder(batch));
        } else {
            report.compare(&place, &view, batch);
        }
    }
    engine.close().await;
    Ok(())
}

/// The counts of q12 over all windows.
fn per_bidder(rows: &Rows) -> Rows {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        *counts.entry(&row[0]).or_default() += row[1].parse::<u64>().unwrap_or(0);
    }
    counts.into_iter().map(|(bidder, count)| vec![bidder.to_string(), count.to_string()]).collect()
}

/// PostgreSQL's answers against the batch answers.
async fn reference(
    config: &str,
    queries: &[String],
    answers: &Answers,
    report: &mut Report,
) -> Result<(), Failure> {
    let postgres = Postgres::connect(config).await;
    let mut engine = Engine::open(1).await?;
    engine.execute(&events::sources(*CUTS.last().expect("there are cuts"), 1, "_events")).await?;
    engine.execute(&events::tables()).await?;
    engine.execute(&events::insertion(0, *CUTS.last().expect("there are cuts"))).await?;
    postgres.load(&mut engine).await?;
    engine.close().await;
    for cut in CUTS {
        postgres.cut(cut).await;
        for query in queries.iter().filter(|q| *q != BY_PROCESSING_TIME) {
            let Some(batch) = answers.get(&(cut, query.clone())) else { continue };
            let place = format!("{query} at {cut} events in PostgreSQL");
            match postgres.answer(&events::query(query)).await {
                Ok(rows) => report.compare(&place, batch, &rows),
                Err(message) => report.failed(&place, &message),
            }
        }
    }
    Ok(())
}

/// Makes the views that the engine takes; the others are failures.
async fn views(engine: &mut Engine, queries: &[String], place: &str, report: &mut Report) -> Vec<String> {
    let mut made = vec![];
    for query in queries {
        let text = format!("CREATE MATERIALIZED VIEW view_{query} AS {}", events::query(query));
        match engine.execute(&text).await {
            Ok(()) => made.push(query.clone()),
            Err(failure) => report.failed(&format!("{query} as a view, {place}"), &failure.to_string()),
        }
    }
    made
}

/// What was compared.
#[derive(Default)]
struct Report {
    failed: usize,
}

impl Report {
    /// `ours` and `theirs` as bags.
    fn compare(&mut self, place: &str, ours: &Rows, theirs: &Rows) {
        let sorted = |rows: &Rows| {
            let mut rows: Rows = rows.iter().map(|row| row.iter().map(|v| canonical(v)).collect()).collect();
            rows.sort();
            rows
        };
        let (ours, theirs) = (sorted(ours), sorted(theirs));
        if ours == theirs {
            println!("ok {place}: {} rows", ours.len());
            return;
        }
        let mut lines = vec![format!("{} rows, {} expected", ours.len(), theirs.len())];
        lines.extend(only(&ours, &theirs).map(|row| format!("  not expected: {}", row.join(" | "))));
        lines.extend(only(&theirs, &ours).map(|row| format!("  missing:      {}", row.join(" | "))));
        self.failed(place, &lines.join("\n"));
    }

    fn failed(&mut self, place: &str, problem: &str) {
        println!("FAILED {place}\n{problem}");
        self.failed += 1;
    }

    fn end(self) -> ExitCode {
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Some rows that `these` has more often than `those`.
fn only<'a>(these: &'a Rows, those: &'a Rows) -> impl Iterator<Item = &'a Vec<String>> {
    const SHOWN_MAX: usize = 5;
    let mut counts: BTreeMap<&Vec<String>, i64> = BTreeMap::new();
    those.iter().for_each(|row| *counts.entry(row).or_default() -= 1);
    these.iter().for_each(|row| *counts.entry(row).or_default() += 1);
    counts.into_iter().filter(|(_, n)| *n > 0).map(|(row, _)| row).take(SHOWN_MAX)
}

/// One spelling of a value for both engines: numbers to nine significant digits,
/// times with a blank and without trailing zeros.
fn canonical(value: &str) -> String {
    if let Ok(number) = value.parse::<f64>() {
        return format!("{number:.9e}");
    }
    let is_time =
        value.len() >= 19 && value.as_bytes()[4] == b'-' && matches!(value.as_bytes()[10], b'T' | b' ');
    if !is_time {
        return value.to_string();
    }
    let spaced = value.replacen('T', " ", 1);
    if spaced.contains('.') { spaced.trim_end_matches('0').trim_end_matches('.').to_string() } else { spaced }
}
