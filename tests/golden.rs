//! Golden text: what operators emit for changes, and what plans look like.
//!
//! A file under `tests/operators/` or `tests/plans/` is a list of blocks, parted
//! by empty lines. A block is a word, lines of SQL, `----`, and what is expected:
//!
//! - `exec` runs statements; expected are the changes that the watched query
//!   emits, one a line, its count first, sorted;
//! - `watch` begins to watch a query; expected are the rows that are there;
//! - `wait` takes a number of milliseconds, in which nothing is done; expected
//!   are the changes that follow from the passing of time;
//! - `table` takes no SQL; expected is the sum of all changes so far;
//! - `explain` prints the incremental plan of a query.
//!
//! `UPDATE_GOLDEN=1 cargo test --release --test golden` writes what came out
//! into the files; look at the difference before you keep it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use crossbeam_channel::Receiver;
use libtest_mimic::{Arguments, Failed, Trial};
use millstream::coordinator::{Subscription, definition};
use millstream::dataflow::Change;
use millstream::expr::TextPrinter;
use millstream::plan::incremental::Planner;
use millstream::sql::{Statement, parse};
use millstream::{Database, Options};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut trials = vec![];
    for folder in ["operators", "plans"] {
        let mut files: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
            .expect("the folder is there")
            .flatten()
            .map(|f| f.path())
            .collect();
        files.sort();
        for file in files {
            for workers in [1, 3] {
                let name =
                    format!("{folder}/{}, {workers} workers", file.file_stem().unwrap_or_default().display());
                let file = file.clone();
                trials.push(Trial::test(name, move || run(&file, workers)));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// One block of a file.
struct Block {
    word: String,
    sql: String,
    expected: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = vec![];
    for part in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let comments: Vec<&str> = part.lines().filter(|l| !l.starts_with('#')).collect();
        let part = comments.join("\n");
        let (question, expected) = part.split_once("----").unwrap_or((&part, ""));
        let (word, sql) = question.trim().split_once('\n').unwrap_or((question.trim(), ""));
        if !word.is_empty() {
            let text = |s: &str| s.trim().to_string();
            blocks.push(Block { word: text(word), sql: text(sql), expected: text(expected) });
        }
    }
    blocks
}

fn run(file: &Path, workers: usize) -> Result<(), Failed> {
    let text = std::fs::read_to_string(file)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(play(&text, workers))?;
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut rewritten = text.clone();
    for (block, got) in blocks(&text).into_iter().zip(&outcome) {
        if block.expected == *got {
            continue;
        }
        if !update {
            let Block { word, sql, expected } = block;
            return Err(format!("{word}\n{sql}\n---- expected\n{expected}\n---- got\n{got}").into());
        }
        let head = format!("{}\n{}", block.word, block.sql);
        let old = format!("{}\n----\n{}", head.trim(), block.expected);
        rewritten = rewritten.replacen(old.trim_end(), format!("{}\n----\n{got}", head.trim()).trim_end(), 1);
    }
    if update && rewritten != text {
        std::fs::write(file, rewritten)?;
    }
    Ok(())
}

/// Plays a file and returns what each block gave.
async fn play(text: &str, workers: usize) -> Result<Vec<String>, Failed> {
    let database = Database::open(Options { workers, ..Options::default() }).await?;
    let mut watched: Option<(Subscription, Receiver<Change>)> = None;
    let mut table: BTreeMap<String, i64> = BTreeMap::new();
    let mut outcome = vec![];
    for block in blocks(text) {
        match block.word.as_str() {
            "exec" => drop(database.execute(&block.sql).await?),
            "wait" => tokio::time::sleep(Duration::from_millis(block.sql.parse()?)).await,
            "watch" => {
                table.clear();
                watched = Some(watch(&database, &block.sql).await?);
            }
            "explain" => {
                let sql = format!("EXPLAIN CREATE MATERIALIZED VIEW explained AS {}", block.sql);
                let rows = database.execute(&sql).await?;
                outcome.push(lines(&rows[0])?.join("\n"));
                continue;
            }
            "table" => {
                let alive = table.iter().filter(|(_, count)| **count != 0);
                outcome
                    .push(alive.map(|(row, count)| format!("{count} {row}")).collect::<Vec<_>>().join("\n"));
                continue;
            }
            other => return Err(format!("unknown block {other}").into()),
        }
        database.execute("FLUSH").await?;
        let Some((_, changes)) = &watched else {
            outcome.push(String::new());
            continue;
        };
        let mut sum: BTreeMap<String, i64> = BTreeMap::new();
        for change in changes.try_iter() {
            for delta in &change.deltas {
                for (row, line) in lines(std::slice::from_ref(delta.rows()))?.into_iter().enumerate() {
                    *sum.entry(line.clone()).or_default() += delta.diff(row);
                    *table.entry(line).or_default() += delta.diff(row);
                }
                for fault in delta.faults() {
                    *sum.entry(format!("ERROR {} {}", fault.message, fault.row)).or_default() += fault.diff;
                }
            }
        }
        let emitted =
            sum.iter().filter(|(_, count)| **count != 0).map(|(row, count)| format!("{count:+} {row}"));
        outcome.push(emitted.collect::<Vec<_>>().join("\n"));
    }
    drop(watched);
    database.shutdown().await?;
    Ok(outcome)
}

async fn watch(database: &Database, query: &str) -> Result<(Subscription, Receiver<Change>), Failed> {
    let (query, close) = match query.strip_suffix("EMIT ON WINDOW CLOSE") {
        Some(query) => (query, true),
        None => (query, false),
    };
    let Some(Statement::Query(syntax)) = parse(query)?.into_iter().next().map(|p| p.statement) else {
        return Err("only a query can be watched".into());
    };
    let handle = database.handle();
    let bound = definition::bind(&syntax, query, &handle.catalog())?;
    let plan = Planner::new(handle.shared().as_ref(), close).plan(bound.plan)?;
    let (sender, receiver) = crossbeam_channel::unbounded();
    Ok((handle.subscribe(Arc::new(plan), sender).await?, receiver))
}

fn lines(batches: &[RecordBatch]) -> Result<Vec<String>, Failed> {
    let mut lines = vec![];
    for batch in batches {
        let columns = batch.columns().iter().map(TextPrinter::new).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cell = |column: &TextPrinter| {
                let mut text = String::new();
                if column.write(row, &mut text) { text } else { "NULL".to_string() }
            };
            lines.push(columns.iter().map(cell).collect::<Vec<_>>().join(" "));
        }
    }
    Ok(lines)
}
