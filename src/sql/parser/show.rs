//! `SHOW` and `DESCRIBE`.

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::variable;
use crate::sql::{Show, ShowKind, Statement};

/// Lists, by the words after `SHOW`, and whether they must name an object.
const LISTS: &[(&str, ShowKind, bool)] = &[
    ("tables", ShowKind::Tables, false),
    ("sources", ShowKind::Sources, false),
    ("views", ShowKind::Views, false),
    ("materialized views", ShowKind::MaterializedViews, false),
    ("sinks", ShowKind::Sinks, false),
    ("indexes", ShowKind::Indexes, true),
    ("columns", ShowKind::Columns, true),
    ("functions", ShowKind::Functions, false),
    ("schemas", ShowKind::Schemas, false),
    ("databases", ShowKind::Databases, false),
    ("jobs", ShowKind::Jobs, false),
];

const UNBUILT: &[&str] = &[
    "cluster",
    "connections",
    "cursors",
    "internal tables",
    "parameters",
    "processlist",
    "secrets",
    "subscriptions",
    "subscription cursors",
    "users",
];

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("show")?;
    if cursor.eat("create") {
        return create(cursor);
    }
    if let Some(words) = UNBUILT.iter().find(|words| cursor.at(words)) {
        return unbuilt(format!("SHOW {}", words.to_ascii_uppercase()));
    }
    let Some((_, what, needs_object)) = LISTS.iter().find(|(words, ..)| cursor.eat(words)) else {
        let name = variable::name(cursor)?;
        let like = if name == "all" && cursor.eat("like") { Some(cursor.string()?) } else { None };
        return Ok(Statement::ShowVariable { name, like });
    };
    let from = if cursor.eat("from") || cursor.eat("in") { Some(cursor.object_name()?) } else { None };
    if from.is_none() && *needs_object {
        return cursor.fail("FROM");
    }
    let like = if cursor.eat("like") { Some(cursor.string()?) } else { None };
    Ok(Statement::Show(Show { what: *what, from, like }))
}

/// `SHOW CREATE <kind> name`.
fn create(cursor: &mut Cursor) -> Parse<Statement> {
    let kinds = ["table", "source", "view", "materialized view", "sink"];
    if cursor.at("index") || cursor.at("function") || cursor.at("subscription") || cursor.at("connection") {
        return unbuilt("SHOW CREATE of this kind");
    }
    if !kinds.iter().any(|words| cursor.eat(words)) {
        return cursor.fail("TABLE, SOURCE, VIEW, MATERIALIZED VIEW or SINK");
    }
    let from = Some(cursor.object_name()?);
    Ok(Statement::Show(Show { what: ShowKind::Create, from, like: None }))
}

/// `DESCRIBE t`.
pub(super) fn describe(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.next();
    Ok(Statement::Describe { name: cursor.object_name()? })
}
