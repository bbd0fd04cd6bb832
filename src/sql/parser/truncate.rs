//! `TRUNCATE`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::Statement;

/// `TRUNCATE [TABLE] [ONLY] a [*], … [RESTART IDENTITY | CONTINUE IDENTITY] [CASCADE | RESTRICT]`
pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("truncate")?;
    cursor.eat("table");
    cursor.eat("only");
    let names = cursor.separated(|cursor| {
        let name = cursor.object_name()?;
        cursor.eat_token(&Token::Mul);
        Ok(name)
    })?;
    if cursor.at("restart identity") {
        return unbuilt("TRUNCATE … RESTART IDENTITY");
    }
    cursor.eat("continue identity");
    // No table refers to another, so there is nothing to go on to.
    if !cursor.eat("cascade") {
        cursor.eat("restrict");
    }
    Ok(Statement::Truncate { names })
}
