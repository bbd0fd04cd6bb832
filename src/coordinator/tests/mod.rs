//! The whole engine, without sessions or wires: statements in, snapshots out.

mod table;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::util::pretty::pretty_format_batches;

use super::definition::{Definition, define_relation, define_sink, define_view};
use super::{Handle, TableChangeKind, TableWrite, Transaction, start};
use crate::sql::{Statement, parse};
use crate::storage::DataFolder;
use crate::types::{Error, ObjectId, Result};

fn define(handle: &Handle, sql: &str) -> Result<Definition> {
    let statement = parse(sql)?.remove(0).statement;
    let (catalog, shared) = (handle.catalog(), handle.shared());
    match &statement {
        Statement::CreateRelation(relation) => define_relation(relation, sql, &catalog, shared),
        Statement::CreateView(view) => define_view(view, sql, &catalog, shared),
        Statement::CreateSink(sink) => define_sink(sink, sql, &catalog, shared),
        other => Err(Error::internal(format!("{other:?}"))),
    }
}

async fn create(handle: &Handle, sql: &str) -> ObjectId {
    let definition = define(handle, sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    handle.create(definition, false, false).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"))
}

fn engine(workers: usize) -> Handle {
    start(&DataFolder::in_memory(), crate::connectors::all(), workers).expect("it starts")
}

fn rows(columns: Vec<ArrayRef>) -> RecordBatch {
    let named = columns.into_iter().enumerate().map(|(i, c)| (format!("c{i}"), c, true));
    RecordBatch::try_from_iter_with_nullable(named).expect("columns of one length")
}

async fn insert(handle: &Handle, table: ObjectId, batch: RecordBatch) {
    let change = TableChangeKind::Insert { rows: batch, on_conflict: None };
    let writes = vec![TableWrite { table, change }];
    handle.write(Transaction { writes, leases: vec![] }).await.expect("it is written");
}

/// The sorted lines of a relation.
async fn read(handle: &Handle, id: ObjectId) -> Vec<String> {
    let ticket = handle.read(&[id]).await.expect("it can be read");
    let mut lines = vec![];
    for part in &ticket.parts[0].1 {
        let batches = part.snapshot(ticket.epoch).expect("the epoch is kept");
        let text = pretty_format_batches(&batches).expect("it prints").to_string();
        lines.extend(text.lines().skip(3).filter(|l| !l.starts_with('+')).map(squeeze));
    }
    lines.sort();
    lines
}

fn squeeze(line: &str) -> String {
    line.split('|').map(str::trim).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_view_follows_its_tables() {
    for workers in [1, 3] {
        let handle = engine(workers);
        let table = create(&handle, "CREATE TABLE t (k VARCHAR, v BIGINT)").await;
        let view = "CREATE MATERIALIZED VIEW mv AS SELECT k, count(*) AS n, sum(v) AS s FROM t GROUP BY k";
        let view = create(&handle, view).await;
        let onward = "CREATE MATERIALIZED VIEW big AS SELECT k, s * 2 AS d FROM mv WHERE n > 1";
        let onward = create(&handle, onward).await;
        let global = create(&handle, "CREATE MATERIALIZED VIEW g AS SELECT count(*) FROM t").await;
        assert_eq!(read(&handle, global).await, ["0"]);
        let keys: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "a"]));
        let values: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        insert(&handle, table, rows(vec![keys.clone(), values.clone()])).await;
        assert_eq!(read(&handle, view).await, ["a 2 4", "b 1 2"]);
        assert_eq!(read(&handle, onward).await, ["a 8"]);
        assert_eq!(read(&handle, global).await, ["3"]);
        let late = create(&handle, "CREATE MATERIALIZED VIEW late AS SELECT k FROM mv").await;
        assert_eq!(read(&handle, late).await, ["a", "b"], "a later view begins with what is there");
        insert(&handle, table, rows(vec![keys, values])).await;
        assert_eq!(read(&handle, view).await, ["a 4 8", "b 2 4"]);
        assert_eq!(read(&handle, onward).await, ["a 16", "b 8"]);
        assert_eq!(read(&handle, global).await, ["6"]);
    }
}

#[tokio::test]
async fn a_generated_stream_is_counted_to_its_end() {
    for workers in [1, 2] {
        let handle = engine(workers);
        let source = "CREATE SOURCE bid WITH (connector = 'nexmark', nexmark.table.type = 'Bid', \
             nexmark.event.num = '100000', nexmark.split.num = '2')";
        create(&handle, source).await;
        let view = create(&handle, "CREATE MATERIALIZED VIEW n AS SELECT count(*) FROM bid").await;
        handle.until_idle().await.expect("the stream ends");
        assert_eq!(read(&handle, view).await, ["92000"]);
        let later = create(&handle, "CREATE MATERIALIZED VIEW m AS SELECT count(price) FROM bid").await;
        handle.until_idle().await.expect("the stream ends");
        assert_eq!(read(&handle, later).await, ["92000"], "a later view reads the past");
    }
}
