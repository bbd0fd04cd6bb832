//! The oracle: a view equals its query (promise P1).
//!
//! Random tables, streams of changes and queries. Each query becomes a
//! materialized view; after every statement the view is compared with the query
//! run as batch. What differs is made small and kept in `found/`, whose scripts
//! run first each time.
//!
//! ```sh
//! cargo test --release --test oracle -- --cases 2000 --seed 7 --workers 1,3
//! cargo test --release --test oracle -- --scenario 1234567 --workers 3    # one again
//! ```

mod aggregate;
mod asof;
mod change;
mod check;
mod coverage;
mod derived;
mod engine;
mod expression;
mod found;
mod options;
mod query;
mod rng;
mod scenario;
mod schema;
mod shrink;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use check::check;
use coverage::Coverage;
use options::Options;
use rng::Rng;
use scenario::Scenario;
use shrink::shrink;

/// Views per scenario; each is a case.
const VIEWS: usize = 6;

/// What all scenarios together came to.
#[derive(Default)]
struct Tally {
    cases: usize,
    coverage: Coverage,
    /// Messages of queries that the engine refuses as views, how often, and an example.
    refused: BTreeMap<String, (usize, String)>,
    /// The same for queries that are not valid at all.
    invalid: BTreeMap<String, (usize, String)>,
    differences: usize,
}

fn main() -> ExitCode {
    let options = match Options::from_command_line() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    // A panic of the engine is one finding among others: one line of it is enough.
    std::panic::set_hook(Box::new(|panic| println!("oracle: {panic}")));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    let replays = if options.scenario.is_none() { found::replay(&runtime, &options) } else { (0, 0) };
    let mut all = Tally::default();
    for &workers in &options.workers {
        let tally = match options.scenario {
            Some(seed) => {
                let tally = Mutex::default();
                one(&runtime, seed, workers, options.verbose, &tally);
                tally.into_inner().expect("no thread panicked with the tally")
            }
            None => many(&runtime, &options, workers),
        };
        all.cases += tally.cases;
        all.differences += tally.differences;
        all.coverage.add(&tally.coverage);
        for (message, (times, example)) in tally.refused {
            all.refused.entry(message).or_insert((0, example)).0 += times;
        }
        for (message, (times, example)) in tally.invalid {
            all.invalid.entry(message).or_insert((0, example)).0 += times;
        }
    }
    report(&all, replays)
}

fn report(all: &Tally, (replayed, broken): (usize, usize)) -> ExitCode {
    let top = |title: &str, messages: &BTreeMap<String, (usize, String)>| {
        let mut sorted: Vec<_> = messages.values().collect();
        sorted.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
        for (times, example) in sorted.into_iter().take(12) {
            println!("{title}, {times} times: {example}");
        }
    };
    top("not kept up to date", &all.refused);
    top("not valid", &all.invalid);
    let (refused, invalid): (usize, usize) =
        (all.refused.values().map(|r| r.0).sum(), all.invalid.values().map(|r| r.0).sum());
    println!(
        "oracle: {} cases, {} differences, {refused} refused, {invalid} not valid, coverage: {}",
        all.cases, all.differences, all.coverage
    );
    // A generator that mostly makes nonsense, or an engine that refuses everything, proves nothing.
    let too_few = (refused + invalid) * 50 > all.cases.max(50);
    if too_few {
        println!("oracle: more than 2 % of the queries were refused or not valid");
    }
    let failed = all.differences + broken + usize::from(too_few);
    let passed = replayed - broken + usize::from(failed == 0);
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Scenarios until there are enough cases, on several threads.
fn many(runtime: &tokio::runtime::Runtime, options: &Options, workers: usize) -> Tally {
    println!("oracle: seed {}, {} cases, {workers} workers", options.seed, options.cases);
    let tally = Mutex::new(Tally::default());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed) as u64;
                    let seed = Rng::new(options.seed ^ (number << 20)).next() >> 16;
                    one(runtime, seed, workers, options.verbose, &tally);
                    let tally = tally.lock().expect("no thread panicked with the tally");
                    if tally.cases >= options.cases || tally.differences >= options.differences_max {
                        stop.store(true, Ordering::Relaxed);
                    }
                    if number % 200 == 199 {
                        let seconds = started.elapsed().as_secs();
                        println!("  {} cases, {} differences, {seconds} s", tally.cases, tally.differences);
                    }
                }
            });
        }
    });
    tally.into_inner().expect("no thread panicked with the tally")
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_string()
}

/// One scenario: run it, and shrink and keep it if something differs.
fn one(runtime: &tokio::runtime::Runtime, seed: u64, workers: usize, verbose: bool, tally: &Mutex<Tally>) {
    let (scenario, coverage) = Scenario::random(seed, VIEWS);
    if verbose {
        println!("-- scenario {seed}\n{};", scenario.script().join(";\n"));
    }
    let verdict = runtime.block_on(check(&scenario.script(), workers));
    {
        let mut tally = tally.lock().expect("no thread panicked with the tally");
        tally.cases += scenario.views();
        tally.coverage.add(&coverage);
        for message in verdict.refused {
            tally.refused.entry(first_line(&message)).or_insert((0, message)).0 += 1;
        }
        for message in verdict.invalid {
            tally.invalid.entry(first_line(&message)).or_insert((0, message)).0 += 1;
        }
        if verdict.difference.is_some() {
            tally.differences += 1;
        }
    }
    if let Some(difference) = verdict.difference {
        println!("oracle: scenario {seed} differs with {workers} workers:\n{}", difference.report);
        let (small, difference) = runtime.block_on(shrink(scenario, workers, difference));
        let path = found::keep(seed, workers, &small.script(), &difference.report);
        println!("made small:\n{};\n{}\nkept in {path}", small.script().join(";\n"), difference.report);
    }
}
