//! TPC-H: the 22 queries as views, kept up to date under refresh streams.
//!
//! ```text
//! cargo bench --bench tpch -- all --scale 0.1,1 --rounds 20 --workers 2 [--write]
//! cargo bench --bench tpch -- q3 q5 together
//! ```
//!
//! A refresh inserts 0.1 % of the orders with their lines, then deletes as many.
//! Each query has a process and a database of its own, with the tables that it
//! reads; `together` is all 22 in one. `--write` puts the table into
//! `docs/performance.md`.

mod generate;
#[path = "../harness/mod.rs"]
#[allow(dead_code)]
mod harness;
mod load;
mod measure;
mod table;

use std::process::ExitCode;

use harness::process::{in_own_process, told};
use measure::{Measurement, TOGETHER, measure};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

struct Arguments {
    /// Print the lines of this table for the process that loads it.
    lines: Option<String>,
    queries: Vec<String>,
    scales: Vec<f64>,
    rounds: u64,
    workers: usize,
    write: bool,
    /// Run one and print its measurement as a line of JSON.
    one: bool,
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed = Arguments {
        lines: None,
        queries: vec![],
        scales: vec![0.1],
        rounds: 20,
        workers: 2,
        write: false,
        one: false,
    };
    let all = || (1..=22).map(|n| format!("q{n}")).collect::<Vec<_>>();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = |name: &str| words.next().ok_or(format!("{name} needs a value"));
        match word.as_str() {
            "--scale" => {
                let list = value("--scale")?;
                let list = list.split(',').map(|s| s.parse().map_err(|e| format!("--scale: {e}")));
                parsed.scales = list.collect::<Result<_, _>>()?;
            }
            "--rounds" => parsed.rounds = value("--rounds")?.parse().map_err(|e| format!("--rounds: {e}"))?,
            "--workers" => {
                parsed.workers = value("--workers")?.parse().map_err(|e| format!("--workers: {e}"))?
            }
            "--lines" => parsed.lines = Some(value("--lines")?),
            "--write" => parsed.write = true,
            "--one" => parsed.one = true,
            // What `cargo bench` adds.
            "--bench" => {}
            "all" => parsed.queries.extend(all()),
            query if query == TOGETHER || all().iter().any(|q| q == query) => {
                parsed.queries.push(query.into())
            }
            other => return Err(format!("unknown argument {other}; queries are q1 to q22, all, {TOGETHER}")),
        }
    }
    if parsed.queries.is_empty() {
        parsed.queries = all();
        parsed.queries.push(TOGETHER.into());
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
    if let Some(table) = &arguments.lines {
        return load::print(table, arguments.scales[0], arguments.rounds);
    }
    if arguments.one {
        let (query, scale) = (&arguments.queries[0], arguments.scales[0]);
        return told(measure(query, scale, arguments.rounds, arguments.workers));
    }
    let (mut rows, mut failed) = (vec![], false);
    println!("{}", table::HEADER);
    for scale in &arguments.scales {
        for query in &arguments.queries {
            let (scale, rounds) = (scale.to_string(), arguments.rounds.to_string());
            let workers = arguments.workers.to_string();
            let words = [query, "--one", "--scale", &scale, "--rounds", &rounds, "--workers", &workers];
            match in_own_process::<Measurement>(&words.map(String::from)) {
                Ok(measured) => {
                    println!("{}", table::line(&measured));
                    rows.push(measured);
                }
                Err(error) => {
                    eprintln!("error: {query} at scale {scale}: {error}");
                    failed = true;
                }
            }
        }
    }
    if arguments.write {
        table::write(&rows, arguments.rounds, arguments.workers);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
