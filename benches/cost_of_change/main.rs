//! The cost of a change follows the change, not the state (promise P5): views
//! over tables from 10 thousand to 10 million rows, then changes of 1,000 rows.
//!
//! ```text
//! cargo bench --bench cost_of_change -- all --sizes 10000,100000,1000000,10000000 --rounds 200 --workers 2 [--write]
//! cargo bench --bench cost_of_change -- join session --sizes 10000,100000
//! ```
//!
//! Each operator and size runs in a process of its own. `--write` puts the table
//! into `docs/performance.md`.

mod case;
#[path = "../harness/mod.rs"]
#[allow(dead_code)]
mod harness;
mod measure;
mod table;

use std::process::ExitCode;

use case::{CASES, Case};
use harness::process::{in_own_process, told};
use measure::{Measurement, measure};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

struct Arguments {
    cases: Vec<&'static Case>,
    sizes: Vec<u64>,
    rounds: u64,
    workers: usize,
    write: bool,
    /// Run one and print its measurement as a line of JSON.
    one: bool,
}

fn arguments() -> Result<Arguments, String> {
    let sizes = vec![10_000, 100_000, 1_000_000, 10_000_000];
    let mut parsed = Arguments { cases: vec![], sizes, rounds: 200, workers: 2, write: false, one: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = |name: &str| words.next().ok_or(format!("{name} needs a value"));
        match word.as_str() {
            "--sizes" => {
                let list = value("--sizes")?;
                let list = list.split(',').map(|s| s.parse().map_err(|e| format!("--sizes: {e}")));
                parsed.sizes = list.collect::<Result<_, _>>()?;
            }
            "--rounds" => parsed.rounds = value("--rounds")?.parse().map_err(|e| format!("--rounds: {e}"))?,
            "--workers" => {
                parsed.workers = value("--workers")?.parse().map_err(|e| format!("--workers: {e}"))?
            }
            "--write" => parsed.write = true,
            "--one" => parsed.one = true,
            // What `cargo bench` adds.
            "--bench" => {}
            "all" => parsed.cases = CASES.iter().collect(),
            name => match CASES.iter().find(|case| case.name == name) {
                Some(case) => parsed.cases.push(case),
                None => {
                    let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
                    return Err(format!("unknown argument {name}; there are {} and all", names.join(", ")));
                }
            },
        }
    }
    if parsed.cases.is_empty() {
        parsed.cases = CASES.iter().collect();
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
        return told(measure(arguments.cases[0], arguments.sizes[0], arguments.rounds, arguments.workers));
    }
    let mut lines = vec![];
    let mut failed = false;
    println!("{}", table::head(&arguments.sizes));
    for case in &arguments.cases {
        let mut row = vec![];
        for size in &arguments.sizes {
            let (size, rounds) = (size.to_string(), arguments.rounds.to_string());
            let workers = arguments.workers.to_string();
            let words = [case.name, "--one", "--sizes", &size, "--rounds", &rounds, "--workers", &workers];
            match in_own_process::<Measurement>(&words.map(String::from)) {
                Ok(measured) => row.push(measured),
                Err(error) => {
                    eprintln!("error: {} with {size} rows: {error}", case.name);
                    failed = true;
                    break;
                }
            }
        }
        if row.len() == arguments.sizes.len() {
            lines.push(table::line(&row));
            println!("{}", lines[lines.len() - 1]);
        }
    }
    if arguments.write {
        table::write(&lines, &arguments.sizes, arguments.rounds, arguments.workers);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
