//! `CREATE SINK`.

use super::cursor::Cursor;
use super::options;
use super::syntax::{Parse, unbuilt};
use crate::sql::{CreateSink, SinkInput, Statement};

/// From `SINK` on.
pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("sink")?;
    let if_not_exists = cursor.if_not_exists()?;
    let name = cursor.object_name()?;
    if cursor.at("into") {
        return unbuilt("CREATE SINK INTO");
    }
    let input = if cursor.eat("from") {
        SinkInput::From(cursor.object_name()?)
    } else if cursor.eat("as") {
        SinkInput::Query(cursor.query()?)
    } else {
        return cursor.fail("FROM or AS");
    };
    let emit_on_window_close = cursor.emit_on_window_close()?;
    cursor.pass_boundary();
    if !cursor.eat("with") {
        return cursor.fail_with_hint("A sink needs WITH (connector = '…').");
    }
    let options = options::list(cursor)?;
    let format = if cursor.at("format") { Some(options::format(cursor)?) } else { None };
    Ok(Statement::CreateSink(Box::new(CreateSink {
        name,
        if_not_exists,
        input,
        options,
        format,
        emit_on_window_close,
    })))
}
