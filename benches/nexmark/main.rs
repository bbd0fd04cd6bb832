//! Nexmark: throughput, memory and epoch times, with the generator inside the
//! process and a `blackhole` sink.
//!
//! ```text
//! cargo bench --bench nexmark -- all --events 10000000 --workers 1,2 [--write]
//! cargo bench --bench nexmark -- q3 q4 --workers 2
//! ```
//!
//! Each query and number of workers runs in a process of its own, so that peak
//! memory is its own. A query that fails is told and left out. `--write` puts the
//! table into `docs/performance.md`.

#[path = "../harness/mod.rs"]
#[allow(dead_code)]
mod harness;
mod measure;
mod reference;
mod table;

use std::process::ExitCode;

use harness::process::{in_own_process, told};
use measure::{Measurement, measure};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The queries in `sql/nexmark/`.
const QUERIES: [&str; 23] = [
    "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15",
    "q16", "q17", "q18", "q19", "q20", "q21", "q22",
];

struct Arguments {
    queries: Vec<String>,
    events: u64,
    workers: Vec<usize>,
    write: bool,
    /// Run one and print its measurement as a line of JSON.
    one: bool,
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed =
        Arguments { queries: vec![], events: 10_000_000, workers: vec![1, 2], write: false, one: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = |name: &str| words.next().ok_or(format!("{name} needs a value"));
        match word.as_str() {
            "--events" => parsed.events = value("--events")?.parse().map_err(|e| format!("--events: {e}"))?,
            "--workers" => {
                let list = value("--workers")?;
                let list = list.split(',').map(|w| w.parse().map_err(|e| format!("--workers: {e}")));
                parsed.workers = list.collect::<Result<_, _>>()?;
            }
            "--write" => parsed.write = true,
            "--one" => parsed.one = true,
            // What `cargo bench` adds.
            "--bench" => {}
            query if QUERIES.contains(&query) => parsed.queries.push(query.to_string()),
            "all" => parsed.queries = QUERIES.iter().map(|q| q.to_string()).collect(),
            other => return Err(format!("unknown argument {other}; queries are {}", QUERIES.join(" "))),
        }
    }
    if parsed.queries.is_empty() {
        parsed.queries = QUERIES.iter().map(|q| q.to_string()).collect();
    }
    Ok(parsed)
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    if arguments.one {
        return told(measure(&arguments.queries[0], arguments.events, arguments.workers[0]));
    }
    let (mut rows, mut failed) = (vec![], false);
    println!("{}", table::HEADER);
    for query in &arguments.queries {
        for workers in &arguments.workers {
            let (events, count) = (arguments.events.to_string(), workers.to_string());
            let words = [query, "--one", "--events", &events, "--workers", &count].map(String::from);
            match in_own_process::<Measurement>(&words) {
                Ok(measured) => {
                    println!("{}", table::line(&measured));
                    rows.push(measured);
                }
                Err(error) => {
                    eprintln!("error: {query} with {workers} workers: {}", error.trim());
                    failed = true;
                }
            }
        }
    }
    println!("\n{}", table::summary(&rows));
    if arguments.write {
        table::write(&rows, arguments.events);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
