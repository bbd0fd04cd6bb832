//! Runs a script on a database for each number of workers, and compares every
//! view with its query.
//!
//! The query is run as batch once and compared with the views of all of them:
//! their tables are the same. After a change of a table only what comes from
//! it is compared; at the end once more everything, so that a view that
//! changed for no reason is seen too.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;

use crate::clock::Clock;
use crate::engine::{Engine, Failure, Row};
use crate::watched::{Answer, Watched, mentions};

/// How long one statement may take before it counts as stuck.
const STATEMENT_SECONDS_MAX: u64 = 20;

/// How often a view that follows the clock is compared again before it counts
/// as different, and how long to wait before: longer than epochs are apart.
const LOOKS_MAX: usize = 6;
const LOOK_MILLIS: u64 = 120;

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
    /// The number of workers with which it showed.
    pub workers: usize,
    pub report: String,
}

/// A script on its way.
struct Run {
    /// With the number of workers of each.
    engines: Vec<(usize, Engine)>,
    tables: Vec<String>,
    watched: Vec<Watched>,
    /// Views that could not be made.
    missing: Vec<String>,
    verdict: Verdict,
}

/// What went wrong: the view, the number of workers, what to report.
type Wrong = (Option<String>, usize, String);

/// Runs the statements on fresh databases with so many workers.
pub async fn check(script: &[String], workers: &[usize]) -> Verdict {
    let mut run = Run {
        engines: vec![],
        tables: vec![],
        watched: vec![],
        missing: vec![],
        verdict: Verdict::default(),
    };
    let clock = Clock::now();
    let mut outcome = run.open(workers).await;
    let mut step = 0;
    for (i, statement) in script.iter().enumerate() {
        if outcome.is_err() {
            break;
        }
        step = i;
        outcome = run.step(&clock.shown(statement)).await;
    }
    if outcome.is_ok() {
        outcome = run.compare(|_| true).await;
    }
    if let Err((view, workers, report)) = outcome {
        let after = script.get(step).map_or("", String::as_str);
        let report = format!("{report}\nafter: {after}");
        run.verdict.difference = Some(Difference { step, view, workers, report });
    }
    for (_, engine) in run.engines {
        engine.close().await;
    }
    run.verdict
}

impl Run {
    async fn open(&mut self, workers: &[usize]) -> Result<(), Wrong> {
        for &workers in workers {
            let engine = Engine::open(workers).await;
            let failed = |failure| (None, workers, format!("the database does not open: {failure}"));
            self.engines.push((workers, engine.map_err(failed)?));
        }
        Ok(())
    }

    /// One statement, and the comparison of what it may have changed.
    async fn step(&mut self, statement: &str) -> Result<(), Wrong> {
        if let Some(view) = Watched::of(statement, &self.tables, &self.watched) {
            let name = view.name.clone();
            if !self.create(view, statement).await? {
                self.missing.push(name);
                return Ok(());
            }
            return self.compare(|view| view.name == name).await;
        }
        if let Some(millis) = statement.strip_prefix("-- wait ").and_then(|text| text.parse().ok()) {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            return self.compare(|view| view.timed).await;
        }
        if let Some(view) = statement.strip_prefix("DROP MATERIALIZED VIEW ") {
            if !self.watched.iter().any(|w| w.name == view) {
                return Ok(());
            }
            self.watched.retain(|w| w.name != view);
        }
        for (workers, engine) in &mut self.engines {
            let failed = |failure: Failure| (None, *workers, format!("{failure}\nstatement: {statement}"));
            within(engine.execute(statement)).await.map_err(failed)?;
        }
        self.extend_models(statement).await?;
        let mut words = statement.split([' ', '(']);
        match (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default()) {
            ("CREATE", name) => {
                self.tables.push(name.to_string());
                Ok(())
            }
            ("DROP", _) => Ok(()),
            ("UPDATE", _) => {
                let table = statement.split(' ').nth(1).unwrap_or_default();
                self.compare(|view| view.tables.contains(table)).await
            }
            (_, table) => self.compare(|view| view.tables.contains(table)).await,
        }
    }

    /// Makes a view everywhere. False if there is none to watch, and it is nobody's bug.
    async fn create(&mut self, mut view: Watched, statement: &str) -> Result<bool, Wrong> {
        if self.missing.iter().any(|name| mentions(statement, name)) {
            return Ok(false);
        }
        let mut made = 0;
        let count = self.engines.len();
        for (workers, engine) in &mut self.engines {
            let Err(failure) = within(engine.execute(statement)).await else {
                made += 1;
                continue;
            };
            let wrong = |what: &str| {
                Err((Some(view.name.clone()), *workers, format!("{what}: {failure}\nstatement: {statement}")))
            };
            if made > 0 {
                return wrong("with other workers there is such a view");
            }
            if failure.code() == Some("0A000") {
                self.verdict.refused.push(format!("{failure}\n    {statement}"));
                return Ok(false);
            }
            match within(sorted(engine, &view.batch)).await {
                Err(batch) => {
                    self.verdict.invalid.push(format!("{batch}\n    {}", view.batch));
                    return Ok(false);
                }
                Ok(_) => return wrong("as batch the query runs, as a view it fails"),
            }
        }
        self.verdict.compared += usize::from(made == count);
        if view.each.is_some() {
            let (workers, engine) = &mut self.engines[0];
            let asked = within(sorted(engine, &view.batch)).await;
            view.model = asked.map_err(|f| (Some(view.name.clone()), *workers, f.to_string()))?;
        }
        self.watched.push(view);
        Ok(true)
    }

    /// After an INSERT: what its rows find, for views that add it up.
    async fn extend_models(&mut self, statement: &str) -> Result<(), Wrong> {
        for view in &mut self.watched {
            let Some((table, query)) = &view.each else { continue };
            let Some(inserted) = statement.strip_prefix(&format!("INSERT INTO {table} (")) else { continue };
            let Some((_, rows)) = inserted.split_once(" VALUES ") else { continue };
            let (workers, engine) = &mut self.engines[0];
            let asked = within(engine.query(&query.replace("{rows}", rows))).await;
            let asked = asked.map_err(|f| (Some(view.name.clone()), *workers, f.to_string()))?;
            view.model.extend(asked);
            view.model.sort_unstable();
        }
        Ok(())
    }

    /// Compares the chosen views with their queries.
    async fn compare(&mut self, chosen: impl Fn(&Watched) -> bool) -> Result<(), Wrong> {
        for i in 0..self.watched.len() {
            if !chosen(&self.watched[i]) {
                continue;
            }
            let view = &mut self.watched[i];
            view.answer = None;
            // Each of the databases has its turn at the batch query.
            let first = i % self.engines.len();
            for turn in 0..self.engines.len() {
                let at = (first + turn) % self.engines.len();
                let (workers, engine) = &mut self.engines[at];
                let compared = compare_one(engine, view, &mut self.verdict).await;
                compared.map_err(|report| {
                    let report = format!("view {}: {}\n{report}", view.name, view.batch);
                    (Some(view.name.clone()), *workers, report)
                })?;
            }
        }
        Ok(())
    }
}

/// Compares a view of one database with its answer, which is found if there is none.
async fn compare_one(engine: &mut Engine, view: &mut Watched, verdict: &mut Verdict) -> Result<(), String> {
    let looks = if view.timed { LOOKS_MAX } else { 1 };
    let mut report = String::new();
    for look in 0..looks {
        if look > 0 {
            tokio::time::sleep(Duration::from_millis(LOOK_MILLIS)).await;
        }
        if view.timed {
            view.answer = None;
        }
        let seen = within(sorted(engine, &view.seen)).await;
        let wanted = match &view.answer {
            Some(answer) => Ok(answer.clone()),
            None => answer(engine, view).await,
        };
        report = match (seen, wanted) {
            (Ok(seen), Ok(wanted)) => match difference(engine, view, &seen, &wanted).await {
                None => {
                    view.answer = Some(wanted);
                    return Ok(());
                }
                Some(report) => report,
            },
            (Err(failure), Ok(_)) => format!("the view cannot be read: {failure}"),
            // Nothing to compare with: counted with the queries that are not valid.
            (Ok(_), Err(failure)) if failure.code().is_some() => {
                let report = format!("{failure}\n    {}", view.batch);
                if !verdict.invalid.contains(&report) {
                    verdict.invalid.push(report);
                }
                return Ok(());
            }
            (Ok(_), Err(failure)) => format!("the view can be read, its query fails as batch: {failure}"),
            (Err(_), Err(failure)) => format!("neither view nor batch can be read: {failure}"),
        };
    }
    Err(report)
}

/// The query's side.
async fn answer(engine: &mut Engine, view: &Watched) -> Result<Answer, Failure> {
    let rows = match &view.each {
        Some(_) => view.model.clone(),
        None => within(sorted(engine, &view.batch)).await?,
    };
    let errors = match &view.errors {
        Some(query) => within(sorted(engine, query)).await?,
        None => vec![],
    };
    Ok(Answer { rows, errors })
}

/// What is to be said about the rows and the errors, if they are not as wanted.
async fn difference(engine: &mut Engine, view: &Watched, seen: &[Row], wanted: &Answer) -> Option<String> {
    if *seen != *wanted.rows {
        return Some(describe(seen, &wanted.rows));
    }
    view.errors.as_ref()?;
    let listed = format!("SELECT coalesce(sum(count), 0) FROM view_errors('{}')", view.name);
    match within(sorted(engine, &listed)).await {
        Ok(listed) if listed == wanted.errors => None,
        Ok(listed) => {
            Some(format!("  {listed:?} rows in view_errors, {:?} rows fail as batch", wanted.errors))
        }
        Err(failure) => Some(format!("the view's errors cannot be read: {failure}")),
    }
}

/// The rows of a query, in order.
async fn sorted(engine: &mut Engine, sql: &str) -> Result<Vec<Row>, Failure> {
    let mut rows = engine.query(sql).await?;
    rows.sort_unstable();
    Ok(rows)
}

async fn within<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let caught = AssertUnwindSafe(future).catch_unwind();
    match tokio::time::timeout(Duration::from_secs(STATEMENT_SECONDS_MAX), caught).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::Stuck),
    }
}

fn describe(seen: &[Row], wanted: &[Row]) -> String {
    let without = |from: &[Row], other: &[Row]| {
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
        without(seen, wanted),
        without(wanted, seen)
    )
}
