//! `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::options;
use super::syntax::{Parse, unbuilt};
use crate::sql::{CreateView, Statement};

/// From `[MATERIALIZED] VIEW` on.
pub(super) fn parse(cursor: &mut Cursor, or_replace: bool) -> Parse<Statement> {
    let materialized = cursor.eat("materialized");
    cursor.expect("view")?;
    let if_not_exists = cursor.if_not_exists()?;
    let name = cursor.object_name()?;
    let columns = match cursor.peek() {
        Token::LParen => cursor.parenthesized(Cursor::name)?,
        _ => Vec::new(),
    };
    let options = if cursor.eat("with") { options::list(cursor)? } else { Default::default() };
    cursor.expect("as")?;
    let query = cursor.query()?;
    let emit_on_window_close = cursor.emit_on_window_close()?;
    if cursor.at("with") {
        return unbuilt("WITH after the query of a view");
    }
    Ok(Statement::CreateView(Box::new(CreateView {
        materialized,
        or_replace,
        if_not_exists,
        name,
        columns,
        options,
        query,
        emit_on_window_close,
    })))
}
