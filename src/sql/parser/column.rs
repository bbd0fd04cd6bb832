//! The column list of `CREATE SOURCE` and `CREATE TABLE`.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::{ColumnClause, CreateRelation, WatermarkSyntax};
use crate::types::{Error, SqlState};

/// `(column, …, PRIMARY KEY (…), WATERMARK FOR …)` if it comes next.
pub(super) fn list(cursor: &mut Cursor, relation: &mut CreateRelation) -> Parse<bool> {
    if *cursor.peek() != Token::LParen {
        return Ok(false);
    }
    cursor.next();
    if cursor.eat_token(&Token::RParen) {
        return Ok(true);
    }
    loop {
        item(cursor, relation)?;
        if !cursor.eat_token(&Token::Comma) {
            break;
        }
    }
    if !cursor.eat_token(&Token::RParen) {
        return cursor.fail("\",\" or \")\"");
    }
    Ok(true)
}

fn item(cursor: &mut Cursor, relation: &mut CreateRelation) -> Parse<()> {
    let named = cursor.at("constraint");
    if named {
        cursor.next();
        cursor.name()?;
    }
    if cursor.at("primary key") {
        let place = cursor.span();
        cursor.eat("primary key");
        let key = cursor.parenthesized(Cursor::name)?;
        return set_primary_key(cursor, relation, key, place);
    }
    if let Some(part) = table_constraint(cursor) {
        return unbuilt(part);
    }
    if named {
        return cursor.fail("PRIMARY KEY");
    }
    if cursor.at("watermark for") {
        return watermark(cursor, relation);
    }
    column(cursor, relation)
}

fn table_constraint(cursor: &Cursor) -> Option<&'static str> {
    match (cursor.word_at(0)?, cursor.word_at(1)) {
        ("unique", _) => Some("UNIQUE constraint"),
        ("check", None) => Some("CHECK constraint"),
        ("foreign", Some("key")) => Some("FOREIGN KEY constraint"),
        ("exclude", None | Some("using")) => Some("EXCLUDE constraint"),
        ("like", Some(_)) => Some("CREATE TABLE … LIKE"),
        _ => None,
    }
}

fn set_primary_key(
    cursor: &Cursor,
    relation: &mut CreateRelation,
    key: Vec<String>,
    place: datafusion::sql::sqlparser::tokenizer::Span,
) -> Parse<()> {
    if !relation.primary_key.is_empty() {
        let text = format!("multiple primary keys for table \"{}\" are not allowed", relation.name);
        let error = Error::new(SqlState::INVALID_TABLE_DEFINITION, text);
        return Err(error.at(cursor.source.in_message(place.start)).into());
    }
    relation.primary_key = key;
    Ok(())
}

/// `WATERMARK FOR column AS expression` and its three extras, in any order.
fn watermark(cursor: &mut Cursor, relation: &mut CreateRelation) -> Parse<()> {
    let position = cursor.position();
    let place = cursor.source.in_message(cursor.span().start);
    cursor.expect("watermark for")?;
    let column = cursor.name()?;
    cursor.expect("as")?;
    let expression = cursor.expr()?;
    let mut clause = WatermarkSyntax {
        column,
        expression,
        idle_after: None,
        max_skew: None,
        allow_lateness: None,
        position,
    };
    loop {
        if cursor.at("idle") && clause.idle_after.is_none() {
            cursor.expect("idle after")?;
            clause.idle_after = Some(interval(cursor)?);
        } else if cursor.at("max") && clause.max_skew.is_none() {
            cursor.expect("max skew")?;
            clause.max_skew = Some(interval(cursor)?);
        } else if cursor.at("allow") && clause.allow_lateness.is_none() {
            cursor.expect("allow lateness")?;
            clause.allow_lateness = Some(interval(cursor)?);
        } else {
            break;
        }
    }
    if relation.watermark.is_some() {
        let error = Error::new(SqlState::INVALID_TABLE_DEFINITION, "only one WATERMARK clause is allowed");
        return Err(error.at(place).into());
    }
    relation.watermark = Some(clause);
    Ok(())
}

fn interval(cursor: &mut Cursor) -> Parse<Expr> {
    if !cursor.at("interval") {
        return cursor.fail_with_hint("Write an interval, for example INTERVAL '10' SECOND.");
    }
    cursor.expr()
}

fn column(cursor: &mut Cursor, relation: &mut CreateRelation) -> Parse<()> {
    let position = cursor.position();
    let name = cursor.name()?;
    // A generated column may leave its type to its expression.
    let untyped = cursor.at("as") || cursor.at("generated");
    let data_type = if untyped { None } else { Some(cursor.data_type()?) };
    let mut column =
        ColumnClause { name, data_type, not_null: false, default: None, generated: None, position };
    while constraint(cursor, &mut column, relation)? {}
    relation.columns.push(column);
    Ok(())
}

/// One constraint of a column, if one comes next.
fn constraint(cursor: &mut Cursor, column: &mut ColumnClause, relation: &mut CreateRelation) -> Parse<bool> {
    if cursor.eat("constraint") {
        cursor.name()?;
    }
    let place = cursor.span();
    if cursor.eat("not null") {
        column.not_null = true;
    } else if cursor.eat("null") {
        if column.not_null {
            let text = format!("conflicting NULL/NOT NULL declarations for column \"{}\"", column.name);
            let error = Error::new(SqlState::SYNTAX_ERROR, text);
            return Err(error.at(cursor.source.in_message(place.start)).into());
        }
    } else if cursor.eat("primary key") {
        set_primary_key(cursor, relation, vec![column.name.clone()], place)?;
    } else if column.default.is_none() && cursor.eat("default") {
        column.default = Some(cursor.expr()?);
    } else if column.generated.is_none() && cursor.eat("as") {
        column.generated = Some(cursor.expr()?);
    } else if column.generated.is_none() && cursor.eat("generated") {
        column.generated = Some(generated(cursor)?);
    } else {
        return refuse_constraint(cursor);
    }
    Ok(true)
}

/// `ALWAYS AS (expression) STORED`, after `GENERATED`.
fn generated(cursor: &mut Cursor) -> Parse<Expr> {
    if cursor.at("by default as identity") || cursor.at("always as identity") {
        return unbuilt("identity columns");
    }
    cursor.expect("always as")?;
    cursor.expect_token(&Token::LParen)?;
    let expression = cursor.expr()?;
    cursor.expect_token(&Token::RParen)?;
    if cursor.at("virtual") {
        return unbuilt("GENERATED … VIRTUAL");
    }
    cursor.expect("stored")?;
    Ok(expression)
}

fn refuse_constraint(cursor: &Cursor) -> Parse<bool> {
    match cursor.word_at(0) {
        Some("unique") => unbuilt("UNIQUE constraint"),
        Some("check") => unbuilt("CHECK constraint"),
        Some("references") => unbuilt("FOREIGN KEY constraint"),
        Some("collate") => unbuilt("COLLATE of a column"),
        _ => Ok(false),
    }
}
