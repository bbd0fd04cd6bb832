//! Runs `tests/slt/**/*.slt` over the wire, each file against a fresh server.
//!
//! Under `views/` every query is asked twice: as batch, and as a materialized
//! view which then stays. After each later change of data all those views are
//! compared with a new batch run of their queries. A query that begins with
//! `-- batch only` is asked once.
//!
//! `MILLSTREAM_SLT_REFERENCE='host=… user=…'` runs the files against PostgreSQL
//! instead, each in a schema of its own; with `MILLSTREAM_SLT_OVERWRITE=1` its
//! answers are written into the files as the expected ones.

mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Trial};
use server::Server;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Workers of each server: more than one, so that every exchange is taken.
const WORKERS: usize = 2;

fn main() {
    let arguments = Arguments::from_args();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut files = vec![];
    find(&root, &mut files);
    files.sort();
    let trials = files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).expect("found under the root").display().to_string();
            Trial::test(name, move || run(&file).map_err(Into::into))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("tests/slt can be listed") {
        let path = entry.expect("an entry of tests/slt can be read").path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|e| e == "slt") {
            files.push(path);
        }
    }
}

fn run(file: &Path) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let target = Arc::new(Target::new(file)?);
        let made = target.clone();
        let mut runner = Runner::new(move || {
            let target = made.clone();
            async move { target.connect().await }
        });
        runner.add_label(target.engine());
        if std::env::var_os("MILLSTREAM_SLT_OVERWRITE").is_some() {
            let validator = sqllogictest::default_validator;
            let columns = sqllogictest::default_column_validator;
            let normalizer = sqllogictest::default_normalizer;
            let done = runner.update_test_file(file, " ", validator, normalizer, columns).await;
            return done.map_err(|e| e.to_string());
        }
        let result = runner.run_file_async(file).await;
        runner.shutdown_async().await;
        result.map_err(|e| format!("{}\n{}", e.display(false), target.log()))
    })
}

/// What the statements of one file are sent to.
enum Target {
    Millstream { server: Server, as_views: bool, views: Arc<AtomicUsize> },
    Reference { config: String, schema: String },
}

impl Target {
    fn new(file: &Path) -> Result<Target, String> {
        if let Ok(config) = std::env::var("MILLSTREAM_SLT_REFERENCE") {
            let stem = file.file_stem().expect("a file has a name").to_string_lossy().to_string();
            return Ok(Target::Reference { config, schema: format!("slt_{stem}") });
        }
        let as_views = file.parent().is_some_and(|folder| folder.ends_with("views"));
        Ok(Target::Millstream { server: Server::in_memory(WORKERS)?, as_views, views: Arc::default() })
    }

    fn engine(&self) -> &'static str {
        match self {
            Target::Millstream { .. } => "millstream",
            Target::Reference { .. } => "postgres",
        }
    }

    fn log(&self) -> String {
        match self {
            Target::Millstream { server, .. } => server.log(),
            Target::Reference { .. } => String::new(),
        }
    }

    async fn connect(&self) -> Result<Wire, Failure> {
        match self {
            Target::Millstream { server, as_views, views } => {
                let client = server.connect().await?;
                let numbers = as_views.then(|| views.clone());
                Ok(Wire { client, engine: "millstream", numbers, watched: vec![] })
            }
            Target::Reference { config, schema } => {
                let (client, connection) = tokio_postgres::connect(config, NoTls).await?;
                tokio::spawn(connection);
                client
                    .batch_execute(&format!(
                        "SET client_min_messages = error; DROP SCHEMA IF EXISTS {schema} CASCADE; \
                         CREATE SCHEMA {schema}; SET search_path = {schema}"
                    ))
                    .await?;
                Ok(Wire { client, engine: "postgres", numbers: None, watched: vec![] })
            }
        }
    }
}

/// One connection.
struct Wire {
    client: Client,
    engine: &'static str,
    /// Where views get their names from, if queries are to be asked as views too.
    numbers: Option<Arc<AtomicUsize>>,
    /// (view, query) pairs that must stay equal.
    watched: Vec<(String, String)>,
}

/// Why a statement failed.
#[derive(Debug)]
enum Failure {
    Postgres(tokio_postgres::Error),
    /// A view differs from its query.
    View(String),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Failure::Postgres(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::View(text) => f.write_str(text),
            Failure::Postgres(error) => match error.as_db_error() {
                None => write!(f, "{error}"),
                Some(db) => {
                    write!(f, "{}: {}", db.code().code(), db.message())?;
                    db.detail().map_or(Ok(()), |detail| write!(f, "; detail: {detail}"))?;
                    db.hint().map_or(Ok(()), |hint| write!(f, "; hint: {hint}"))
                }
            },
        }
    }
}

impl std::error::Error for Failure {}

#[async_trait::async_trait]
impl AsyncDB for Wire {
    type Error = Failure;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Failure> {
        let answer = self.ask(sql).await?;
        if self.numbers.is_some() {
            if is_query(sql) {
                self.watch(sql, &answer).await?;
            } else {
                self.compare().await?;
            }
        }
        Ok(match answer {
            Answer::Rows { columns, rows } => {
                DBOutput::Rows { types: vec![DefaultColumnType::Any; columns], rows }
            }
            Answer::Count(count) => DBOutput::StatementComplete(count),
        })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        self.engine
    }

    fn error_sql_state(error: &Failure) -> Option<String> {
        match error {
            Failure::Postgres(error) => error.code().map(|code| code.code().to_string()),
            Failure::View(_) => None,
        }
    }
}

/// What came back.
enum Answer {
    Rows { columns: usize, rows: Vec<Vec<String>> },
    Count(u64),
}

impl Answer {
    fn sorted(&self) -> Vec<Vec<String>> {
        match self {
            Answer::Count(_) => vec![],
            Answer::Rows { rows, .. } => {
                let mut rows = rows.clone();
                rows.sort();
                rows
            }
        }
    }
}

impl Wire {
    /// Sends one statement by the simple protocol; values come back as text.
    async fn ask(&mut self, sql: &str) -> Result<Answer, Failure> {
        let mut columns = None;
        let mut rows = vec![];
        let mut count = 0;
        for message in self.client.simple_query(sql).await? {
            match message {
                SimpleQueryMessage::RowDescription(names) => columns = Some(names.len()),
                SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|i| value(row.get(i))).collect());
                }
                SimpleQueryMessage::CommandComplete(n) => count = n,
                _ => {}
            }
        }
        Ok(columns.map_or(Answer::Count(count), |columns| Answer::Rows { columns, rows }))
    }

    /// Makes a view of the query, and keeps an eye on it.
    async fn watch(&mut self, sql: &str, answer: &Answer) -> Result<(), Failure> {
        let Some(numbers) = &self.numbers else { return Ok(()) };
        let view = format!("as_view_{}", numbers.fetch_add(1, Ordering::Relaxed));
        self.client.batch_execute(&format!("CREATE MATERIALIZED VIEW {view} AS {sql}")).await?;
        let seen = self.ask(&format!("SELECT * FROM {view}")).await?;
        differ(sql, &seen, answer)?;
        self.watched.push((view, sql.to_string()));
        Ok(())
    }

    /// Compares every view made so far with its query.
    async fn compare(&mut self) -> Result<(), Failure> {
        for (view, sql) in self.watched.clone() {
            let seen = self.ask(&format!("SELECT * FROM {view}")).await?;
            let wanted = self.ask(&sql).await?;
            differ(&sql, &seen, &wanted)?;
        }
        Ok(())
    }
}

fn differ(sql: &str, view: &Answer, batch: &Answer) -> Result<(), Failure> {
    let (view, batch) = (view.sorted(), batch.sorted());
    if view == batch {
        return Ok(());
    }
    let lines = |rows: &[Vec<String>]| rows.iter().map(|r| r.join(" ")).collect::<Vec<_>>().join("\n  ");
    Err(Failure::View(format!(
        "as a view this query holds other rows: {sql}\nview:\n  {}\nbatch:\n  {}",
        lines(&view),
        lines(&batch)
    )))
}

fn is_query(sql: &str) -> bool {
    let start = sql.trim_start().to_lowercase();
    ["select", "with", "values"].iter().any(|word| start.starts_with(word))
}

fn value(text: Option<&str>) -> String {
    match text {
        None => "NULL".to_string(),
        Some("") => "(empty)".to_string(),
        Some(text) => text.to_string(),
    }
}
