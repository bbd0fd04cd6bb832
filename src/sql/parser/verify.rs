//! `VERIFY MATERIALIZED VIEW mv`.

use super::cursor::Cursor;
use super::syntax::Parse;
use crate::sql::Statement;

/// From the word `VERIFY` on.
pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("verify")?;
    if !cursor.eat("materialized view") {
        return cursor.fail("MATERIALIZED VIEW");
    }
    Ok(Statement::Verify { name: cursor.object_name()? })
}
