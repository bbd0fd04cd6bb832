//! The dialect's page, statement by statement, and what goes wrong.

mod definitions;
mod limits;
mod statements;
mod texts;

use std::collections::BTreeMap;

use crate::sql::{ColumnClause, CreateRelation, CreateSink, CreateView, Statement, parse};
use crate::types::{Error, SqlState};

fn one(sql: &str) -> Statement {
    let mut parsed = parse(sql).unwrap_or_else(|e| panic!("{sql}: {e:?} at {:?}", e.position()));
    assert_eq!(parsed.len(), 1, "{sql}");
    parsed.remove(0).statement
}

fn relation(sql: &str) -> CreateRelation {
    match one(sql) {
        Statement::CreateRelation(relation) => *relation,
        other => panic!("{sql}: {other:?}"),
    }
}

fn view(sql: &str) -> CreateView {
    match one(sql) {
        Statement::CreateView(view) => *view,
        other => panic!("{sql}: {other:?}"),
    }
}

fn sink(sql: &str) -> CreateSink {
    match one(sql) {
        Statement::CreateSink(sink) => *sink,
        other => panic!("{sql}: {other:?}"),
    }
}

fn part(sql: &str) -> String {
    match one(sql) {
        Statement::Unsupported { part } => part,
        other => panic!("{sql}: {other:?}"),
    }
}

fn error(sql: &str) -> Error {
    match parse(sql) {
        Err(error) => error,
        Ok(parsed) => panic!("{sql}: {parsed:?}"),
    }
}

/// The message and place of a syntax error.
fn syntax(sql: &str) -> (String, usize) {
    let error = error(sql);
    assert_eq!(error.code(), SqlState::SYNTAX_ERROR, "{sql}: {error:?}");
    (error.message().to_string(), error.position().expect("a place"))
}

fn at(word: &str, position: usize) -> (String, usize) {
    (format!("syntax error at or near \"{word}\""), position)
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn names(columns: &[ColumnClause]) -> Vec<&str> {
    columns.iter().map(|c| c.name.as_str()).collect()
}

const SOURCE: &str = "CREATE SOURCE IF NOT EXISTS s (
  id INT, ts TIMESTAMP, doc STRUCT<a INT, b VARCHAR[]>,
  day DATE AS ts::date,                      -- generated column
  pt TIMESTAMPTZ AS PROCTIME(),
  PRIMARY KEY (id),                          -- FORMAT UPSERT / DEBEZIUM
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
    IDLE AFTER INTERVAL '10' SECOND MAX SKEW INTERVAL '2' MINUTE ALLOW LATENESS INTERVAL '1' HOUR )
INCLUDE KEY AS k INCLUDE partition INCLUDE offset INCLUDE timestamp AS kts INCLUDE header 'h' VARCHAR AS h
WITH (connector = 'kafka', topic = 't', properties.bootstrap.server = 'b:9092', scan.startup.mode = 'earliest')
FORMAT PLAIN ENCODE JSON;";
