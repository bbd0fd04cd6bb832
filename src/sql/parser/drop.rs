//! `DROP`.

use super::cursor::Cursor;
use super::function;
use super::syntax::Parse;
use crate::sql::{DropKind, Statement};

const KINDS: &[(&str, DropKind)] = &[
    ("table", DropKind::Table),
    ("source", DropKind::Source),
    ("view", DropKind::View),
    ("materialized view", DropKind::MaterializedView),
    ("sink", DropKind::Sink),
    ("index", DropKind::Index),
    ("schema", DropKind::Schema),
];

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("drop")?;
    if cursor.eat("function") {
        return function::drop(cursor);
    }
    let Some((_, kind)) = KINDS.iter().find(|(words, _)| cursor.eat(words)) else {
        if cursor.eat("materialized") {
            return cursor.fail("VIEW");
        }
        return cursor.fail("TABLE, SOURCE, VIEW, MATERIALIZED VIEW, SINK, INDEX, FUNCTION or SCHEMA");
    };
    let if_exists = cursor.eat("if");
    if if_exists {
        cursor.expect("exists")?;
    }
    let names = cursor.separated(Cursor::object_name)?;
    let cascade = cursor.eat("cascade");
    if !cascade {
        cursor.eat("restrict");
    }
    Ok(Statement::Drop { kind: *kind, names, if_exists, cascade })
}
