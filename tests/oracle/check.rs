//! Runs a script and compares every view with its query after each statement.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;

use crate::engine::{Engine, Failure};

/// How long one statement may take before it counts as stuck.
const STATEMENT_SECONDS_MAX: u64 = 10;

/// What became of a script.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The first thing that went wrong, if anything did.
    pub difference: Option<Difference>,
    /// Views that were compared at least once.
    pub compared: usize,
    /// Why views were not made: the engine does not keep such a query up to date (`0A000`).
    pub refused: Vec<String>,
    /// Why queries were not even valid as batch: the generator's fault.
    pub invalid: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Difference {
    /// The statement after which it showed.
    pub step: usize,
    /// The view, if one is to blame.
    pub view: Option<String>,
    pub report: String,
}

/// One view being watched.
struct Watched {
    name: String,
    query: String,
}

const VIEW_PREFIX: &str = "CREATE MATERIALIZED VIEW ";

/// Runs the statements on a fresh engine.
pub async fn check(script: &[String], workers: usize) -> Verdict {
    let mut verdict = Verdict::default();
    let mut engine = match Engine::open(workers).await {
        Ok(engine) => engine,
        Err(failure) => {
            let report = format!("the database does not open: {failure}");
            verdict.difference = Some(Difference { step: 0, view: None, report });
            return verdict;
        }
    };
    let mut watched: Vec<Watched> = vec![];
    let mut missing: Vec<String> = vec![];
    for (step, statement) in script.iter().enumerate() {
        let view = view_of(statement);
        let outcome = match &view {
            Some(view) => create(&mut engine, view, statement, &mut missing, &mut verdict).await,
            None => within(engine.execute(statement)).await.map(|_| true).map_err(|f| f.to_string()),
        };
        match (outcome, view) {
            (Ok(true), Some(view)) => {
                verdict.compared += 1;
                watched.push(view);
            }
            (Ok(_), _) => {}
            (Err(report), view) => {
                let report = format!("{report}\nstatement: {statement}");
                verdict.difference = Some(Difference { step, view: view.map(|v| v.name), report });
                break;
            }
        }
        if let Some((view, report)) = compare(&mut engine, &watched, &mut verdict).await {
            let report = format!("{report}\nafter: {statement}");
            verdict.difference = Some(Difference { step, view: Some(view), report });
            break;
        }
    }
    engine.close().await;
    verdict
}

fn view_of(statement: &str) -> Option<Watched> {
    let (name, query) = statement.strip_prefix(VIEW_PREFIX)?.split_once(" AS ")?;
    // What a batch run has to ask may differ from the view's query: see `Scenario::script`.
    let batch = query.split_once(" /* batch: ").and_then(|(_, rest)| rest.strip_suffix(" */"));
    Some(Watched { name: name.trim().to_string(), query: batch.unwrap_or(query).to_string() })
}

/// Makes a view. False if there is none to watch, and it is nobody's bug.
async fn create(
    engine: &mut Engine,
    view: &Watched,
    statement: &str,
    missing: &mut Vec<String>,
    verdict: &mut Verdict,
) -> Result<bool, String> {
    let words = |text: &str, word: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
    };
    if missing.iter().any(|name| words(&view.query, name)) {
        missing.push(view.name.clone());
        return Ok(false);
    }
    let Err(failure) = within(engine.execute(statement)).await else { return Ok(true) };
    missing.push(view.name.clone());
    if failure.code() == Some("0A000") {
        verdict.refused.push(failure.to_string());
        return Ok(false);
    }
    match within(engine.query(&view.query)).await {
        Err(batch) => {
            verdict.invalid.push(format!("{batch}\n    {}", view.query));
            Ok(false)
        }
        Ok(_) => Err(format!("as batch the query runs, as a view it fails: {failure}")),
    }
}

async fn compare(
    engine: &mut Engine,
    watched: &[Watched],
    verdict: &mut Verdict,
) -> Option<(String, String)> {
    for view in watched {
        let seen = within(engine.query(&format!("SELECT * FROM {}", view.name))).await;
        let wanted = within(engine.query(&view.query)).await;
        let report = match (seen, wanted) {
            (Ok(seen), Ok(wanted)) if same(&seen, &wanted) => continue,
            (Ok(seen), Ok(wanted)) => describe(&seen, &wanted),
            (Err(failure), Ok(_)) => format!("the view cannot be read: {failure}"),
            // Nothing to compare with: counted with the queries that are not valid.
            (Ok(_), Err(failure)) if failure.code().is_some() => {
                let report = format!("{failure}\n    {}", view.query);
                if !verdict.invalid.contains(&report) {
                    verdict.invalid.push(report);
                }
                continue;
            }
            (Ok(_), Err(failure)) => format!("the view can be read, its query fails as batch: {failure}"),
            (Err(_), Err(failure)) => format!("neither view nor batch can be read: {failure}"),
        };
        return Some((view.name.clone(), format!("view {}: {}\n{report}", view.name, view.query)));
    }
    None
}

async fn within<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let caught = AssertUnwindSafe(future).catch_unwind();
    match tokio::time::timeout(Duration::from_secs(STATEMENT_SECONDS_MAX), caught).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::Stuck),
    }
}

/// Equal as bags, up to the last digits of floating-point values.
fn same(a: &[Vec<String>], b: &[Vec<String>]) -> bool {
    sorted(a) == sorted(b)
}

fn sorted(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut rows = rows.to_vec();
    rows.sort();
    rows
}

fn describe(seen: &[Vec<String>], wanted: &[Vec<String>]) -> String {
    let (seen, wanted) = (sorted(seen), sorted(wanted));
    let without = |from: &[Vec<String>], other: &[Vec<String>]| {
        let mut other = other.to_vec();
        let left = from.iter().filter(|row| match other.iter().position(|o| o == *row) {
            Some(i) => {
                other.swap_remove(i);
                false
            }
            None => true,
        });
        left.take(10).map(|row| format!("    {}", row.join(" | "))).collect::<Vec<_>>().join("\n")
    };
    format!(
        "  {} rows in the view, {} as batch\n  only in the view:\n{}\n  only as batch:\n{}",
        seen.len(),
        wanted.len(),
        without(&seen, &wanted),
        without(&wanted, &seen)
    )
}
