//! The oracle: a view equals its query (promise P1).
//!
//! Random tables, streams of changes and queries. Each query becomes a
//! materialized view; after every statement the view is compared with the query
//! run as batch. What differs is made small and kept in `found/`, whose scripts
//! run first each time. A case is one query with one number of workers.
//!
//! ```sh
//! cargo test --release --test oracle -- --cases 2000 --seed 7 --workers 1,3
//! cargo test --release --test oracle -- --cases 50000     # 100,000: both numbers of workers
//! cargo test --release --test oracle -- --scenario 1234567 --workers 3    # one again
//! ```

mod aggregate;
mod asof;
mod change;
mod check;
mod clock;
mod clocked;
mod coverage;
mod derived;
mod engine;
mod expression;
mod failing;
mod found;
mod history;
mod join;
mod options;
mod over;
mod query;
mod ranked;
mod recursive;
mod rng;
mod scenario;
mod schema;
mod series;
mod shrink;
mod subquery;
mod tally;
mod view;
mod watched;
mod window_close;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use check::check;
use options::Options;
use rng::Rng;
use scenario::Scenario;
use shrink::shrink;
use tally::Tally;

/// What the server allocates with, too: planning allocates much.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Views per scenario; each is a case.
const VIEWS: usize = 6;

/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

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
    let tally = match options.scenario {
        Some(seed) => {
            let tally = Mutex::default();
            one(&runtime, seed, &options, &tally);
            tally.into_inner().expect("no thread panicked with the tally")
        }
        None => many(&runtime, &options),
    };
    tally.report(replays)
}

/// Scenarios until there are enough cases, on several threads.
fn many(runtime: &tokio::runtime::Runtime, options: &Options) -> Tally {
    let wanted = options.cases * options.workers.len();
    println!("oracle: seed {}, {wanted} cases, {:?} workers", options.seed, options.workers);
    let tally = Mutex::new(Tally::default());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let progress = Mutex::new(Progress::new());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed) as u64;
                    let seed = Rng::new(options.seed ^ (number << 20)).next() >> 16;
                    one(runtime, seed, options, &tally);
                    let tally = tally.lock().expect("no thread panicked with the tally");
                    if tally.cases >= wanted || tally.differences >= options.differences_max {
                        stop.store(true, Ordering::Relaxed);
                    }
                    progress.lock().expect("no thread panicked while it told").tell(&tally);
                }
            });
        }
    });
    tally.into_inner().expect("no thread panicked with the tally")
}

/// Tells how far a long run is.
struct Progress {
    started: Instant,
    told: Instant,
    /// Each time, instead of every ten seconds.
    terminal: bool,
}

impl Progress {
    fn new() -> Progress {
        let now = Instant::now();
        Progress { started: now, told: now, terminal: std::io::stderr().is_terminal() }
    }

    fn tell(&mut self, tally: &Tally) {
        if !self.terminal && self.told.elapsed() < PROGRESS {
            return;
        }
        self.told = Instant::now();
        let seconds = self.started.elapsed().as_secs_f64();
        let Tally { cases, differences, .. } = tally;
        let rate = *cases as f64 / seconds.max(0.001);
        let (begin, end) = if self.terminal { ("\r", "  ") } else { ("", "\n") };
        eprint!("{begin}  {cases} cases, {rate:.0}/s, {differences} differences, {seconds:.0} s{end}");
    }
}

/// One scenario: run it, and shrink and keep it if something differs.
fn one(runtime: &tokio::runtime::Runtime, seed: u64, options: &Options, tally: &Mutex<Tally>) {
    let (scenario, coverage) = Scenario::random(seed, VIEWS);
    if options.verbose {
        println!("-- scenario {seed}\n{};", scenario.script().join(";\n"));
    }
    let verdict = runtime.block_on(check(&scenario.script(), &options.workers));
    let (views, times) = (scenario.views(), options.workers.len());
    tally.lock().expect("no thread panicked with the tally").add(views, times, &coverage, &verdict);
    if let Some(difference) = verdict.difference {
        let workers = difference.workers;
        println!("oracle: scenario {seed} differs with {workers} workers:\n{}", difference.report);
        let (small, difference) = runtime.block_on(shrink(scenario, difference));
        let path = found::keep(seed, &small.script(), &difference);
        println!("made small:\n{};\n{}\nkept in {path}", small.script().join(";\n"), difference.report);
    }
}
