//! A small catalog with rows in memory, for tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::Utc;
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use futures::{StreamExt, TryStreamExt};

use super::{Engine, RowStream, Snapshots};
use crate::catalog::{Column, Object, ObjectKind, Snapshot, TableProperties, ViewProperties};
use crate::sql::binder::{Binder, BoundQuery, NoSystemRelations, Settings};
use crate::types::{Error, ObjectId, Result};

/// 2024-01-01 in microseconds.
const DAY: i64 = 1_704_067_200_000_000;

pub(crate) struct Fixture {
    pub catalog: Arc<Snapshot>,
    pub engine: Engine,
    pub rows: Arc<Memory>,
}

/// Whole relations by id.
pub(crate) struct Memory(pub BTreeMap<ObjectId, RecordBatch>);

impl Snapshots for Memory {
    fn read(&self, object: &Arc<Object>, projection: Option<&[usize]>) -> RowStream {
        let batch = self.0[&object.id].clone();
        let batch = match projection {
            Some(columns) => batch.project(columns).unwrap(),
            None => batch,
        };
        futures::stream::iter([Ok(batch)]).boxed()
    }
}

pub(crate) fn column(name: &str, data_type: DataType) -> Column {
    let (default, generated) = (None, None);
    Column { name: name.to_string(), data_type, nullable: true, default, generated, hidden: false }
}

pub(crate) fn object(id: u32, name: &str, kind: ObjectKind, columns: Vec<Column>) -> Arc<Object> {
    Arc::new(Object {
        id: ObjectId(id),
        schema: "public".to_string(),
        name: name.to_string(),
        kind,
        columns,
        sql: String::new(),
        depends_on: vec![],
        created_at: 0,
        comment: None,
    })
}

fn view(id: u32, name: &str, query: &str, columns: Vec<Column>) -> Arc<Object> {
    let query = query.to_string();
    object(id, name, ObjectKind::View(ViewProperties { query, emit_on_window_close: false }), columns)
}

impl Fixture {
    /// `t(id, name, v, ts)` with three rows and views `v` and `v2` on it;
    /// `d(id, v, twice, note)` with a default and a generated column.
    pub fn flights() -> Fixture {
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        let mut row_id = column("_row_id", DataType::Int64);
        row_id.hidden = true;
        let t = object(
            1,
            "t",
            ObjectKind::Table(TableProperties::default()),
            vec![
                column("id", DataType::Int32),
                column("name", DataType::Utf8),
                column("v", DataType::Int32),
                column("ts", time.clone()),
                row_id,
            ],
        );
        let batch = RecordBatch::try_new(
            t.arrow_schema(),
            vec![
                Arc::new(Int32Array::from(vec![1, 2, 3])) as ArrayRef,
                Arc::new(StringArray::from(vec![Some("one"), Some("two"), None])),
                Arc::new(Int32Array::from(vec![10, 20, 30])),
                Arc::new(TimestampMicrosecondArray::from(vec![
                    Some(DAY + 30_000_000),
                    Some(DAY + 90_000_000),
                    None,
                ])),
                Arc::new(Int64Array::from(vec![10, 11, 12])),
            ],
        );
        let mut d_columns = vec![
            column("id", DataType::Int64),
            column("v", DataType::Int32),
            column("twice", DataType::Int32),
            column("note", DataType::Utf8),
        ];
        d_columns[0].nullable = false;
        d_columns[1].default = Some("7".to_string());
        d_columns[2].generated = Some("v * 2".to_string());
        let d = object(2, "d", ObjectKind::Table(TableProperties::default()), d_columns);
        let d_rows = RecordBatch::try_new(
            d.arrow_schema(),
            vec![
                Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef,
                Arc::new(Int32Array::from(vec![5, 6])),
                Arc::new(Int32Array::from(vec![10, 12])),
                Arc::new(StringArray::from(vec![Some("x"), None])),
            ],
        );
        let upper = vec![column("a", DataType::Int32), column("b", DataType::Utf8)];
        let times = vec![column("id", DataType::Int32), column("ts", time)];
        let mut catalog = Snapshot::default();
        catalog.insert(t);
        catalog.insert(d);
        catalog.insert(view(3, "v", "SELECT id, upper(name) FROM t", upper));
        catalog.insert(view(4, "v2", "WITH t AS (SELECT * FROM t) SELECT id, ts FROM t", times));
        let rows = BTreeMap::from([(ObjectId(1), batch.unwrap()), (ObjectId(2), d_rows.unwrap())]);
        Fixture {
            catalog: Arc::new(catalog),
            engine: Engine::new(64 << 20).unwrap(),
            rows: Arc::new(Memory(rows)),
        }
    }

    pub fn binder(&self, sql: &str) -> Binder {
        Binder::new(self.catalog.clone(), Arc::new(Settings::default()), Arc::new(NoSystemRelations))
            .with_text(sql)
    }

    pub fn bind(&self, sql: &str) -> Result<BoundQuery> {
        let ast::Statement::Query(query) = parse(sql) else { panic!("not a query: {sql}") };
        self.binder(sql).bind_query(&query, &[])
    }

    /// Rows as text, columns separated by bars, NULL as nothing.
    pub async fn run(&self, bound: &BoundQuery, parameters: &[ScalarValue]) -> Result<Vec<String>> {
        let batches = self.batches(bound, parameters).await?;
        Ok(batches.iter().flat_map(print).collect())
    }

    pub async fn batches(&self, bound: &BoundQuery, parameters: &[ScalarValue]) -> Result<Vec<RecordBatch>> {
        let (_, stream) = self.engine.execute(bound, self.rows.clone(), parameters, Utc::now()).await?;
        stream.try_collect().await
    }

    pub fn columns(&self, sql: &str) -> Vec<String> {
        self.bind(sql).unwrap().schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    pub fn types(&self, sql: &str) -> Vec<String> {
        self.bind(sql).unwrap().schema.fields().iter().map(|f| crate::expr::sql_name(f.data_type())).collect()
    }
}

pub(crate) fn parse(sql: &str) -> ast::Statement {
    Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0)
}

pub(crate) async fn rows(fixture: &Fixture, sql: &str) -> Vec<String> {
    let bound = fixture.bind(sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    fixture.run(&bound, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"))
}

/// Each query gives one row, this one; tells about all that do not.
pub(crate) async fn check(fixture: &Fixture, cases: &[(&str, &str)]) {
    let mut wrong = vec![];
    for (sql, expected) in cases {
        let rows = match fixture.bind(sql) {
            Ok(bound) => fixture.run(&bound, &[]).await,
            Err(error) => Err(error),
        };
        if rows.as_ref().ok() != Some(&vec![expected.to_string()]) {
            wrong.push(format!("{sql}\n  gave {rows:?}\n  not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

pub(crate) async fn error(fixture: &Fixture, sql: &str) -> Error {
    match fixture.bind(sql) {
        Err(error) => error,
        Ok(bound) => match fixture.run(&bound, &[]).await {
            Err(error) => error,
            Ok(rows) => panic!("{sql} gave {rows:?}"),
        },
    }
}

pub(crate) fn print(batch: &RecordBatch) -> Vec<String> {
    let cell = |array: &ArrayRef, row: usize| match array.as_any().downcast_ref::<BooleanArray>() {
        Some(b) if b.is_valid(row) => if b.value(row) { "t" } else { "f" }.to_string(),
        _ => ArrayFormatter::try_new(array, &FormatOptions::default()).unwrap().value(row).to_string(),
    };
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|c| cell(c, row)).collect::<Vec<_>>().join("|"))
        .collect()
}
