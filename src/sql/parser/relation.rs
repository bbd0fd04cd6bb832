//! `CREATE SOURCE` and `CREATE TABLE`.

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::{column, options};
use crate::sql::{ConflictAction, CreateRelation, IncludeClause, Statement};

/// What `INCLUDE` can name, and what other systems of the dialect add.
const METADATA: &[&str] = &["key", "partition", "offset", "timestamp", "header", "payload"];
const OTHER_METADATA: &[&str] = &["database_name", "schema_name", "table_name", "subject", "file"];

/// From the word `SOURCE` or `TABLE` on.
pub(super) fn parse(cursor: &mut Cursor, is_source: bool) -> Parse<Statement> {
    cursor.next();
    let if_not_exists = cursor.if_not_exists()?;
    let name = cursor.object_name()?;
    let mut relation = CreateRelation {
        is_source,
        name,
        if_not_exists,
        columns: Vec::new(),
        primary_key: Vec::new(),
        watermark: None,
        append_only: false,
        on_conflict: None,
        include: Vec::new(),
        options: Default::default(),
        format: None,
    };
    let has_columns = column::list(cursor, &mut relation)?;
    let has_options = clauses(cursor, &mut relation)?;
    if cursor.at("as") && !is_source {
        return table_as(cursor, relation, has_columns, has_options);
    }
    refuse_foreign_clauses(cursor)?;
    if cursor.at_end() && is_source && !has_options {
        return cursor.fail_with_hint("A source needs WITH (connector = '…').");
    }
    if cursor.at_end() && !has_columns && !has_options {
        return cursor.fail_with_hint("A table needs columns, or WITH (connector = '…'), or AS SELECT.");
    }
    Ok(Statement::CreateRelation(Box::new(relation)))
}

/// The clauses after the columns, in any order; whether `WITH` was among them.
fn clauses(cursor: &mut Cursor, relation: &mut CreateRelation) -> Parse<bool> {
    let mut has_options = false;
    loop {
        if !relation.append_only && cursor.eat("append only") {
            relation.append_only = true;
        } else if relation.on_conflict.is_none() && cursor.eat("on conflict") {
            relation.on_conflict = Some(conflict(cursor)?);
        } else if cursor.eat("include") {
            relation.include.push(include(cursor)?);
        } else if !has_options && cursor.eat("with") {
            relation.options = options::list(cursor)?;
            has_options = true;
        } else if relation.format.is_none() && cursor.at("format") {
            relation.format = Some(options::format(cursor)?);
        } else {
            return Ok(has_options);
        }
    }
}

fn conflict(cursor: &mut Cursor) -> Parse<ConflictAction> {
    if cursor.at("overwrite") || cursor.at("ignore") {
        return unbuilt("ON CONFLICT OVERWRITE and IGNORE");
    }
    let action = if cursor.eat("do nothing") {
        ConflictAction::DoNothing
    } else if cursor.eat("do update full") {
        ConflictAction::DoUpdateFull
    } else if cursor.eat("do update if not null") {
        ConflictAction::DoUpdateIfNotNull
    } else {
        return cursor.fail("DO NOTHING, DO UPDATE FULL or DO UPDATE IF NOT NULL");
    };
    if cursor.at("with version") {
        return unbuilt("ON CONFLICT … WITH VERSION COLUMN");
    }
    Ok(action)
}

/// `INCLUDE metadata ['header'] [type] [AS alias]`, after `INCLUDE`.
fn include(cursor: &mut Cursor) -> Parse<IncludeClause> {
    let metadata = match cursor.word_at(0) {
        Some(word) if METADATA.contains(&word) => word.to_owned(),
        Some(word) if OTHER_METADATA.contains(&word) => return unbuilt(format!("INCLUDE {word}")),
        _ => return cursor.fail(&METADATA.join(", ")),
    };
    cursor.next();
    let header = if metadata == "header" { cursor.string_if() } else { None };
    let next_clause = ["as", "include", "with", "format", "on", "append"];
    let typed = cursor.word_at(0).is_some_and(|word| !next_clause.contains(&word));
    let data_type = if typed { Some(cursor.data_type()?) } else { None };
    let alias = if cursor.eat("as") { Some(cursor.name()?) } else { None };
    Ok(IncludeClause { metadata, header, data_type, alias })
}

/// `CREATE TABLE t AS query`.
fn table_as(cursor: &mut Cursor, relation: CreateRelation, columns: bool, options: bool) -> Parse<Statement> {
    let bare = !relation.append_only && relation.on_conflict.is_none() && relation.format.is_none();
    if columns || options || !bare || !relation.include.is_empty() {
        return unbuilt("CREATE TABLE AS with columns or options");
    }
    cursor.expect("as")?;
    let query = cursor.query()?;
    if cursor.at("with no data") || cursor.at("with data") {
        return unbuilt("CREATE TABLE AS … WITH [NO] DATA");
    }
    Ok(Statement::CreateTableAs { name: relation.name, if_not_exists: relation.if_not_exists, query })
}

/// PostgreSQL's clauses that have no meaning here yet.
fn refuse_foreign_clauses(cursor: &Cursor) -> Parse<()> {
    match cursor.word_at(0) {
        Some(
            word @ ("inherits" | "partition" | "tablespace" | "using" | "engine" | "of" | "like" | "from"),
        ) => unbuilt(format!("CREATE TABLE … {}", word.to_ascii_uppercase())),
        _ => Ok(()),
    }
}
