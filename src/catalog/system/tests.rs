//! What clients send, as captured from them, is answered as PostgreSQL does: read,
//! bound, planned and run as any other query.
//!
//! `tests/clients/*/*.sql` hold queries with the answer that PostgreSQL 15 gave
//! over the same objects: the number of columns, and the rows as COPY prints
//! them. Where no rows are given they differ for a reason (sizes, locales).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::Utc;
use datafusion::catalog::TableProvider;
use datafusion::logical_expr::ScalarUDF;
use datafusion::sql::sqlparser::ast;
use futures::{StreamExt, TryStreamExt};

use super::*;
use crate::catalog::{
    Column, Object, ObjectKind, Snapshot, SourceProperties, TableProperties, ViewProperties,
};
use crate::query::{Engine, RowStream, Snapshots};
use crate::sql::binder::{Binder, Settings, SystemRelations};
use crate::sql::{Statement, parse};
use crate::types::{Error, ObjectId, Result};

const OBJECTS: [(&str, u32); 6] = [
    ("accounts_pkey", 16385 + constant::KEY_INDEX_OFFSET),
    ("accounts", 16385),
    ("rich", 16386),
    ("totals", 16387),
    ("events", 16388),
    ("plain", 16389),
];

fn column(name: &str, data_type: DataType, nullable: bool) -> Column {
    Column { name: name.into(), data_type, nullable, default: None, generated: None, hidden: false }
}

fn object(name: &str, kind: ObjectKind, columns: Vec<Column>) -> Arc<Object> {
    let id = OBJECTS.iter().find(|(n, _)| *n == name).unwrap().1;
    let sql = format!("CREATE {name}");
    let comment = (name == "accounts").then(|| "who owns what".to_string());
    Arc::new(Object {
        id: ObjectId(id),
        schema: "public".into(),
        name: name.into(),
        kind,
        columns,
        sql,
        depends_on: vec![],
        created_at: 0,
        comment,
    })
}

/// A table with a primary key and one without, a view, a materialized view and a source.
fn snapshot() -> Arc<Snapshot> {
    let mut snapshot = Snapshot::default();
    let timestamp = DataType::Timestamp(TimeUnit::Microsecond, None);
    let numeric = DataType::Decimal128(38, 10);
    let mut balance = column("balance", numeric.clone(), true);
    balance.default = Some("0".into());
    let columns = vec![
        column("id", DataType::Int64, false),
        column("owner", DataType::Utf8, false),
        balance,
        column("opened", timestamp.clone(), true),
        Column { hidden: true, ..column("_row_id", DataType::Int64, false) },
    ];
    let key = TableProperties { primary_key: vec![0], ..TableProperties::default() };
    snapshot.insert(object("accounts", ObjectKind::Table(key), columns));
    let view = |query: &str| ViewProperties { query: query.into(), emit_on_window_close: false };
    let rich =
        "SELECT accounts.id,\n    accounts.owner\n   FROM accounts\n  WHERE accounts.balance > 100::numeric";
    let columns = vec![column("id", DataType::Int64, true), column("owner", DataType::Utf8, true)];
    snapshot.insert(object("rich", ObjectKind::View(view(rich)), columns));
    let totals = "SELECT accounts.owner,\n    sum(accounts.balance) AS total\n   FROM accounts\n  GROUP BY accounts.owner";
    let columns = vec![column("owner", DataType::Utf8, true), column("total", numeric, true)];
    snapshot.insert(object("totals", ObjectKind::MaterializedView(view(totals)), columns));
    let source = SourceProperties {
        connector: "datagen".into(),
        options: BTreeMap::new(),
        format: None,
        include: vec![],
        watermark: None,
    };
    let columns = vec![
        column("user_id", DataType::Int64, true),
        column("ts", timestamp, true),
        column("kind", DataType::Utf8, true),
    ];
    snapshot.insert(object("events", ObjectKind::Source(source), columns));
    let list = DataType::new_list(DataType::Utf8, true);
    let columns = vec![column("a", DataType::Int32, true), column("b", list, true)];
    snapshot.insert(object("plain", ObjectKind::Table(TableProperties::default()), columns));
    Arc::new(snapshot)
}

fn context() -> SystemContext {
    let setting = |name: &str, value: &str| (name.to_string(), value.to_string(), String::new());
    SystemContext {
        settings: vec![
            setting("timezone", "UTC"),
            setting("server_version", "15.0"),
            setting("search_path", "\"$user\", public"),
        ],
        ..SystemContext::default()
    }
}

/// The catalogs as one statement sees them.
struct System {
    snapshot: Arc<Snapshot>,
    functions: Vec<Arc<ScalarUDF>>,
}

impl SystemRelations for System {
    fn relation(&self, schema: Option<&str>, name: &str) -> Option<Arc<dyn TableProvider>> {
        let relation = system_table(schema, name)?;
        Some(build_table(relation, &self.snapshot, &context()).unwrap())
    }

    fn function(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.functions.iter().find(|f| f.name() == name).cloned()
    }

    fn concerns(&self, query: &ast::Query) -> bool {
        mentions_catalog(query)
    }

    fn rewrite(&self, query: &mut ast::Query) {
        rewrite_catalog_query(query);
    }
}

/// No user's relation has rows.
struct NoRows;

impl Snapshots for NoRows {
    fn read(&self, _: &Arc<Object>, _: Option<&[usize]>) -> RowStream {
        futures::stream::empty().boxed()
    }
}

/// A binder and an engine over the objects above.
struct Asked {
    binder: Binder,
    engine: Engine,
}

fn asked() -> Asked {
    let snapshot = snapshot();
    let functions = functions(&snapshot, &context()).into_iter().map(Arc::new).collect();
    let system = Arc::new(System { snapshot: snapshot.clone(), functions });
    let binder = Binder::new(snapshot, Arc::new(Settings::default()), system);
    Asked { binder, engine: Engine::new(256 << 20).unwrap() }
}

/// Runs one query: the columns' names, and the rows as COPY prints them.
async fn run(asked: &Asked, sql: &str) -> Result<(Vec<String>, Vec<String>)> {
    let parsed = parse(sql)?.pop().map(|p| p.statement);
    let Some(Statement::Query(query)) = parsed else { return Err(Error::internal("not a query")) };
    let bound = asked.binder.bind_query(&query, &[])?;
    let (schema, rows) = asked.engine.execute(&bound, Arc::new(NoRows), &[], Utc::now()).await?;
    let batches: Vec<RecordBatch> = rows.try_collect().await?;
    let names = schema.fields().iter().map(|f| f.name().clone()).collect();
    Ok((names, batches.iter().flat_map(copy_rows).collect()))
}

fn copy_rows(batch: &RecordBatch) -> Vec<String> {
    let row = |row: usize| {
        let values: Vec<String> = batch.columns().iter().map(|c| copy_value(c.as_ref(), row)).collect();
        values.join("\t")
    };
    (0..batch.num_rows()).map(row).collect()
}

fn copy_value(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) || array.data_type() == &DataType::Null {
        return "\\N".into();
    }
    match array.data_type() {
        DataType::Boolean => if array.as_boolean().value(row) { "t" } else { "f" }.into(),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            let items: Vec<String> = (0..list.len()).map(|i| copy_value(list.as_ref(), i)).collect();
            format!("{{{}}}", items.join(","))
        }
        _ => {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::default()).unwrap();
            formatter.value(row).to_string().replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")
        }
    }
}

/// One query of a fixture, with the answer of PostgreSQL.
struct Expectation {
    query: String,
    columns: usize,
    rows: Option<Vec<String>>,
}

fn read_fixture(path: &Path) -> Vec<Expectation> {
    let text = with_oids(&std::fs::read_to_string(path).unwrap());
    let mut expectations = Vec::new();
    let mut query = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(shape) = line.strip_prefix("---- ") else {
            let comment = line.starts_with("-- ") && query.trim().is_empty();
            if !comment {
                let _ = writeln!(query, "{line}");
            }
            continue;
        };
        let numbers: Vec<usize> = shape.split(' ').filter_map(|word| word.parse().ok()).collect();
        let rows = numbers.get(1).map(|n| lines.by_ref().take(*n).map(str::to_string).collect());
        expectations.push(Expectation { query: std::mem::take(&mut query), columns: numbers[0], rows });
    }
    expectations
}

/// The expected rows; sorted if the query leaves the order open.
fn in_order(expected: &Expectation) -> Option<Vec<String>> {
    expected.rows.clone().map(|rows| sorted_unless_ordered(expected, rows))
}

fn sorted_unless_ordered(expected: &Expectation, mut rows: Vec<String>) -> Vec<String> {
    let last_part = expected.query.rsplit(')').next().unwrap_or_default();
    if !last_part.contains("ORDER BY") && !expected.query.contains("\nORDER BY") {
        rows.sort();
    }
    rows
}

fn with_oids(text: &str) -> String {
    OBJECTS
        .iter()
        .fold(text.to_string(), |text, (name, oid)| text.replace(&format!("${name}"), &oid.to_string()))
}

async fn check_fixtures(client: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(client);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "sql"));
    paths.sort();
    let asked = asked();
    let mut differences = String::new();
    for path in &paths {
        for (number, expected) in read_fixture(path).iter().enumerate() {
            let problem = match run(&asked, &expected.query).await {
                Err(problem) => format!("{problem:?}"),
                Ok((names, _)) if names.len() != expected.columns => {
                    format!("{} columns, not {}: {names:?}", names.len(), expected.columns)
                }
                Ok((_, rows)) => match &in_order(expected) {
                    Some(wanted) if *wanted != sorted_unless_ordered(expected, rows.clone()) => {
                        format!("rows\n  {}\nnot\n  {}", rows.join("\n  "), wanted.join("\n  "))
                    }
                    _ => continue,
                },
            };
            let name = path.file_name().unwrap().to_string_lossy();
            let _ = writeln!(differences, "=== {name} query {}\n{problem}", number + 1);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[tokio::test]
async fn psql_commands_answer_as_in_postgresql() {
    check_fixtures("psql").await;
}

#[tokio::test]
async fn drivers_and_tools_are_answered_as_by_postgresql() {
    check_fixtures("drivers").await;
}

/// Every relation can be read, and has the columns and types that it promises.
#[tokio::test]
async fn every_system_relation_can_be_read() {
    let asked = asked();
    for relation in relation::system_relations() {
        let sql = format!("SELECT * FROM {}.{}", relation.schema, relation.name);
        let (names, _) = run(&asked, &sql).await.unwrap();
        let listed: Vec<&str> = relation.columns.iter().map(|c| c.name).collect();
        assert_eq!(names, listed, "{}", relation.name);
    }
}

/// The dialect's own catalog names what exists.
#[tokio::test]
async fn the_dialects_catalog_lists_objects() {
    let asked = asked();
    let sql = "SELECT relation_type, name FROM rw_relations ORDER BY id";
    let rows = run(&asked, sql).await.unwrap().1;
    let expected =
        ["table\taccounts", "view\trich", "materialized view\ttotals", "source\tevents", "table\tplain"];
    assert_eq!(rows, expected);
    let sql = "SELECT c.name, c.data_type, c.is_primary_key FROM rw_catalog.rw_columns c \
               JOIN rw_catalog.rw_tables t ON t.id = c.relation_id WHERE t.name = 'accounts' ORDER BY position";
    let rows = run(&asked, sql).await.unwrap().1;
    assert_eq!(rows[0], "id\tbigint\tt");
    assert_eq!(rows.len(), 4, "hidden columns are left out");
}

/// Names that mean nothing are PostgreSQL's errors.
#[tokio::test]
async fn unknown_names_are_errors() {
    let asked = asked();
    let error = run(&asked, "SELECT 'nothing'::regclass").await.unwrap_err();
    assert!(error.message().contains("relation \"nothing\" does not exist"), "{error:?}");
    let error = run(&asked, "SELECT 'nothing'::regtype").await.unwrap_err();
    assert!(error.message().contains("type \"nothing\" does not exist"), "{error:?}");
}

/// What has a meaning in queries about the catalogs alone, and names that
/// PostgreSQL gives to columns.
#[tokio::test]
async fn words_of_the_catalogs_are_known() {
    let asked = asked();
    for (sql, names, rows) in [
        (
            "SELECT 1, 2, oid::regclass FROM pg_class WHERE relname = 'plain'",
            "?column? ?column? oid",
            "1\t2\tplain",
        ),
        ("SELECT 'plain'::regclass, NULL::oid", "regclass oid", "plain\t\\N"),
        ("SELECT 'plain'::regclass::oid::text = '16389' AS same", "same", "t"),
        (
            "SELECT n.tableoid::regclass FROM pg_namespace n WHERE nspname = 'public'",
            "tableoid",
            "pg_namespace",
        ),
        ("SELECT * FROM current_schema()", "current_schema", "public"),
        ("SELECT r FROM pg_class c, quote_ident(c.relname) AS r WHERE c.oid = 16389", "r", "plain"),
        ("SELECT * FROM pg_options_to_table('{a=1,b}'::text[])", "option_name option_value", "a\t1\nb\t"),
        ("SELECT pg_catalog.count(*) FROM pg_class WHERE relname LIKE 'acc/ounts' ESCAPE '/'", "count", "1"),
        ("WITH pg_class AS (SELECT 1 AS a) SELECT a FROM pg_class", "a", "1"),
    ] {
        let (found, lines) = run(&asked, sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        assert_eq!((found.join(" "), lines.join("\n")), (names.to_string(), rows.to_string()), "{sql}");
    }
    for sql in
        ["SELECT oid COLLATE \"de_DE\" FROM pg_class", "SELECT 'none'::regoperator", "SELECT 1::regtyp"]
    {
        assert!(run(&asked, sql).await.is_err(), "{sql}");
    }
}

/// A query about users' own relations stays as it is, letter by letter.
#[test]
fn users_queries_are_left_alone() {
    for sql in [
        "SELECT owner, count(*) FROM accounts WHERE EXISTS (SELECT 1 FROM plain) GROUP BY owner",
        "SELECT ARRAY(SELECT a FROM plain), (SELECT max(a) FROM plain p WHERE p.a = plain.a) FROM plain",
        "SELECT 1, 1, x::text, now(), current_timestamp FROM events WHERE y LIKE 'a/%' ESCAPE '/'",
    ] {
        let parsed = parse(sql).unwrap().pop().map(|p| p.statement);
        let Some(Statement::Query(query)) = parsed else { unreachable!() };
        assert!(!mentions_catalog(&query), "{sql}");
    }
}
