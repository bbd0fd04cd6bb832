//! `millstream run FILE.sql`: a script without a server.

use std::io::stdout;
use std::path::Path;

use super::changes::write_changes;
use crate::embedded::{Database, Options};
use crate::sql::{Statement, parse};
use crate::types::{Error, Result, SqlState};

/// Runs the statements of a script in memory. The changes of the last one, a
/// query, are printed as they come: until Ctrl-C, or with `until_idle` until
/// finite inputs are exhausted.
pub async fn run(file: &Path, workers: usize, until_idle: bool) -> Result<()> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Error::new(SqlState::UNDEFINED_FILE, format!("cannot read {}: {e}", file.display())))?;
    let mut statements = parse(&text)?;
    let last = match statements.pop() {
        Some(last) if matches!(last.statement, Statement::Query(_)) => Some(last.text),
        Some(other) => {
            statements.push(other);
            None
        }
        None => None,
    };
    let database = Database::open(Options { workers, ..Options::default() }).await?;
    for statement in &statements {
        database.execute(&statement.text).await?;
    }
    if let Some(query) = last {
        print_changes(&database, &query, until_idle).await?;
    }
    database.shutdown().await
}

async fn print_changes(database: &Database, query: &str, until_idle: bool) -> Result<()> {
    let mut changes = database.subscribe(query).await?;
    let idle = async { if until_idle { database.until_idle().await } else { std::future::pending().await } };
    tokio::pin!(idle);
    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(change) => write_changes(&change, &mut stdout().lock())?,
                None => return Ok(()),
            },
            outcome = &mut idle => {
                outcome?;
                break;
            }
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
    // What was on its way when everything had come to rest.
    while let Ok(Some(change)) =
        tokio::time::timeout(std::time::Duration::from_millis(200), changes.next()).await
    {
        write_changes(&change, &mut stdout().lock())?;
    }
    Ok(())
}
