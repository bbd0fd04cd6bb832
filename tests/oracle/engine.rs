//! The database under test, embedded: statements in, rows of text out.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt;
use millstream::session::{Outcome, Session, Statement};
use millstream::{Database, Options};

/// Why a statement failed.
#[derive(Clone, Debug)]
pub enum Failure {
    Engine(millstream::types::Error),
    /// It did not end in time.
    Stuck,
    /// It panicked on the caller's thread.
    Panicked,
}

impl Failure {
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Failure::Engine(error) => Some(error.code().0),
            Failure::Stuck | Failure::Panicked => None,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Engine(error) => write!(f, "{error:?}"),
            Failure::Stuck => f.write_str("the statement does not end"),
            Failure::Panicked => f.write_str("the statement panics"),
        }
    }
}

impl From<millstream::types::Error> for Failure {
    fn from(error: millstream::types::Error) -> Self {
        Failure::Engine(error)
    }
}

/// A row as text, a value each.
pub type Row = Vec<String>;

pub struct Engine {
    session: Session,
    database: Database,
    /// What has been asked before, parsed; plans are kept with it.
    asked: HashMap<String, Vec<Statement>>,
}

impl Engine {
    pub async fn open(workers: usize) -> Result<Engine, Failure> {
        let database = Database::open(Options { data_dir: None, workers, ..Default::default() }).await?;
        Ok(Engine { session: database.session(), database, asked: HashMap::new() })
    }

    pub async fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        for statement in self.session.parse(sql)? {
            self.run(&statement).await?;
        }
        Ok(())
    }

    /// The rows of the last statement of `sql`.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>, Failure> {
        let mut rows = vec![];
        for batch in self.batches(sql).await? {
            text(&batch, &mut rows)?;
        }
        Ok(rows)
    }

    /// The rows of the last statement of `sql`, as they are.
    pub async fn batches(&mut self, sql: &str) -> Result<Vec<RecordBatch>, Failure> {
        if !self.asked.contains_key(sql) {
            let parsed = self.session.parse(sql)?;
            self.asked.insert(sql.to_string(), parsed);
        }
        let statements = self.asked[sql].clone();
        let mut last = vec![];
        for statement in &statements {
            last = self.run(statement).await?;
        }
        Ok(last)
    }

    async fn run(&mut self, statement: &Statement) -> Result<Vec<RecordBatch>, Failure> {
        let mut batches = vec![];
        if let Outcome::Rows(mut rows) = self.session.execute(statement, &[]).await? {
            while let Some(batch) = rows.batches.next().await {
                batches.push(batch?);
            }
        }
        Ok(batches)
    }

    /// Returns when finite sources are read to their end.
    #[allow(dead_code)]
    pub async fn until_idle(&self) -> Result<(), Failure> {
        Ok(self.database.until_idle().await?)
    }

    pub async fn close(self) {
        drop(self.session);
        // A failed shutdown shows as threads that pile up, not as a wrong answer.
        let _ = self.database.shutdown().await;
    }
}

fn text(batch: &RecordBatch, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let options = FormatOptions::default().with_null("NULL");
    let formatters = batch.columns().iter().map(|column| {
        let float = column.data_type().is_floating();
        let made = ArrayFormatter::try_new(column.as_ref(), &options).map_err(millstream::types::Error::from);
        Ok((made?, float))
    });
    let formatters: Vec<(ArrayFormatter, bool)> = formatters.collect::<Result<_, Failure>>()?;
    for row in 0..batch.num_rows() {
        let values = formatters.iter().map(|(formatter, float)| {
            let shown = formatter.value(row).try_to_string().map_err(millstream::types::Error::from)?;
            Ok(if *float { rounded(&shown) } else { shown })
        });
        rows.push(values.collect::<Result<Row, Failure>>()?);
    }
    Ok(())
}

/// Floating-point values to nine significant digits, so that the order in which
/// a variance was summed up does not show.
fn rounded(shown: &str) -> String {
    match shown.parse::<f64>() {
        Ok(value) if value.abs() < 1e-7 => "0".into(),
        Ok(value) => format!("{value:.9e}"),
        Err(_) => shown.to_string(),
    }
}
