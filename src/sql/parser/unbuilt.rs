//! What is known and not built yet: it answers `0A000` and names the part.

use super::cursor::Cursor;
use super::syntax::Parse;

/// Statements by their first words. The part is named by those words.
const STATEMENTS: &[&str] = &[
    "alter database",
    "alter default privileges",
    "alter function",
    "alter index",
    "alter materialized view",
    "alter role",
    "alter schema",
    "alter secret",
    "alter connection",
    "alter sink",
    "alter source",
    "alter subscription",
    "alter system",
    "alter table",
    "alter type",
    "alter user",
    "alter view",
    "alter sequence",
    "analyze",
    "call",
    "cancel job",
    "cancel jobs",
    "checkpoint",
    "cluster",
    "comment",
    "create aggregate",
    "create cast",
    "create collation",
    "create connection",
    "create database",
    "create domain",
    "create event trigger",
    "create extension",
    "create foreign table",
    "create global temporary table",
    "create group",
    "create index",
    "create language",
    "create local temporary table",
    "create operator",
    "create policy",
    "create procedure",
    "create publication",
    "create recursive view",
    "create role",
    "create rule",
    "create secret",
    "create sequence",
    "create server",
    "create statistics",
    "create subscription",
    "create tablespace",
    "create temp table",
    "create temp view",
    "create temporary table",
    "create temporary view",
    "create trigger",
    "create type",
    "create unique index",
    "create unlogged table",
    "create user",
    "do",
    "drop aggregate",
    "drop cast",
    "drop collation",
    "drop connection",
    "drop database",
    "drop domain",
    "drop extension",
    "drop operator",
    "drop owned",
    "drop policy",
    "drop procedure",
    "drop publication",
    "drop role",
    "drop rule",
    "drop secret",
    "drop sequence",
    "drop server",
    "drop statistics",
    "drop subscription",
    "drop tablespace",
    "drop trigger",
    "drop type",
    "drop user",
    "grant",
    "import",
    "kill",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "reassign",
    "recover",
    "refresh",
    "reindex",
    "revoke",
    "security label",
    "show clusters",
    "subscribe",
    "use",
    "vacuum",
    "wait",
];

/// Statements that may stand alone, without a word after the ones that name them.
const ALONE: &[&str] = &["analyze", "checkpoint", "cluster", "recover", "vacuum", "wait"];

/// The part, if the statement is one that is not built.
pub(super) fn statement(cursor: &Cursor) -> Parse<Option<String>> {
    let replaced: &[&str] = &["create or replace procedure", "create or replace aggregate"];
    let known = STATEMENTS.iter().chain(replaced).filter(|words| cursor.at(words));
    let Some(words) = known.max_by_key(|words| words.len()) else { return Ok(None) };
    let length = words.split(' ').count();
    if cursor.nothing_at(length) && !ALONE.contains(words) {
        return cursor.fail_after(length);
    }
    Ok(Some(words.replace("or replace ", "").to_ascii_uppercase()))
}

/// The part, if a query that does not parse has one of the dialect's own forms.
pub(super) fn in_query(cursor: &Cursor) -> Option<&'static str> {
    const FORMS: &[(&str, &str)] = &[
        ("match_condition (", "MATCH_CONDITION of ASOF JOIN (the inequality stands in ON)"),
        ("match_recognize (", "MATCH_RECOGNIZE"),
        ("( subscribe", "SUBSCRIBE"),
        ("for subscribe", "SUBSCRIBE"),
        ("exclude current row", "EXCLUDE in a window frame"),
        ("exclude group", "EXCLUDE in a window frame"),
        ("exclude ties", "EXCLUDE in a window frame"),
        ("exclude no others", "EXCLUDE in a window frame"),
    ];
    let tokens = cursor.words();
    let found = |form: &str| {
        let form: Vec<&str> = form.split(' ').collect();
        tokens.windows(form.len()).any(|window| window == form.as_slice())
    };
    FORMS.iter().find(|(form, _)| found(form)).map(|(_, part)| *part)
}
