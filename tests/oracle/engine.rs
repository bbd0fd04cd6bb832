//! The database under test, embedded: statements in, rows of text out.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt;
use millstream::session::{Outcome, Session};
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

pub struct Engine {
    session: Session,
    database: Database,
}

impl Engine {
    pub async fn open(workers: usize) -> Result<Engine, Failure> {
        let database = Database::open(Options { data_dir: None, workers, ..Default::default() }).await?;
        Ok(Engine { session: database.session(), database })
    }

    pub async fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        self.query(sql).await.map(|_| ())
    }

    /// The rows of the last statement of `sql`.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Vec<String>>, Failure> {
        let mut rows = vec![];
        for batch in self.batches(sql).await? {
            text(&batch, &mut rows)?;
        }
        Ok(rows)
    }

    /// The rows of the last statement of `sql`, as they are.
    pub async fn batches(&mut self, sql: &str) -> Result<Vec<RecordBatch>, Failure> {
        let mut last = vec![];
        for statement in self.session.parse(sql)? {
            last = vec![];
            if let Outcome::Rows(mut rows) = self.session.execute(&statement, &[]).await? {
                while let Some(batch) = rows.batches.next().await {
                    last.push(batch?);
                }
            }
        }
        Ok(last)
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

fn text(batch: &RecordBatch, rows: &mut Vec<Vec<String>>) -> Result<(), Failure> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter().map(|column| {
        let formatter =
            ArrayFormatter::try_new(column.as_ref(), &options).map_err(millstream::types::Error::from)?;
        let float = matches!(column.data_type(), DataType::Float64 | DataType::Float32);
        (0..column.len())
            .map(|row| {
                let shown = formatter.value(row).try_to_string().map_err(millstream::types::Error::from)?;
                Ok(if float { rounded(&shown) } else { shown })
            })
            .collect::<Result<Vec<String>, Failure>>()
    });
    let columns: Vec<Vec<String>> = columns.collect::<Result<_, Failure>>()?;
    for row in 0..batch.num_rows() {
        rows.push(columns.iter().map(|column| column[row].clone()).collect());
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
