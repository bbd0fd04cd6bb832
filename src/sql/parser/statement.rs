//! Which statement it is: a table of leading words.

use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::{
    copy, drop, explain, function, portal, prepared, relation, show, sink, spelled_query, transaction,
    truncate, variable, verify, view,
};
use crate::sql::Statement;

impl Cursor<'_> {
    /// The whole statement, to its end.
    pub(super) fn whole(&mut self) -> Parse<Statement> {
        if let Some(part) = super::unbuilt::statement(self)? {
            return unbuilt(part);
        }
        let statement = self.statement()?;
        self.refuse_stray_emit(&statement)?;
        self.expect_end()?;
        Ok(statement)
    }

    fn statement(&mut self) -> Parse<Statement> {
        let Some(verb) = self.word_at(0).map(str::to_owned) else {
            return match self.peek() {
                Token::LParen => self.query_statement(),
                _ => self.fail("a statement"),
            };
        };
        match verb.as_str() {
            "select" | "with" | "values" | "table" => self.query_statement(),
            "create" => create(self),
            "drop" => drop::parse(self),
            "insert" | "update" | "delete" => self.change(),
            "truncate" => truncate::parse(self),
            "copy" => copy::parse(self),
            "flush" => self.single(Statement::Flush),
            "explain" => explain::parse(self),
            "show" => show::parse(self),
            "verify" => verify::parse(self),
            "describe" | "desc" => show::describe(self),
            "set" => variable::set(self),
            "reset" => variable::reset(self),
            "begin" | "start" | "commit" | "end" | "rollback" | "abort" => transaction::parse(self),
            "savepoint" | "release" => transaction::savepoint(self),
            "discard" => variable::discard(self),
            "unlisten" => variable::unlisten(self),
            "prepare" => prepared::prepare(self),
            "execute" => prepared::execute(self),
            "deallocate" => prepared::deallocate(self),
            "declare" => portal::declare(self),
            "fetch" => portal::fetch(self),
            "close" => portal::close(self),
            _ => self.fail("a statement"),
        }
    }

    /// `SELECT`, `VALUES`, `WITH`, `TABLE`, `INSERT`, `UPDATE`, `DELETE`: what can be prepared.
    pub(super) fn preparable(&mut self) -> Parse<Statement> {
        match self.word_at(0) {
            Some("select" | "with" | "values" | "table") => self.query_statement(),
            Some("insert" | "update" | "delete") => self.change(),
            None if *self.peek() == Token::LParen => self.query_statement(),
            _ => self.fail("a query, INSERT, UPDATE or DELETE"),
        }
    }

    /// `CREATE …` for `EXPLAIN`.
    pub(super) fn creation(&mut self) -> Parse<Statement> {
        create(self)
    }

    fn query_statement(&mut self) -> Parse<Statement> {
        let query = self.query()?;
        if let Some(insert) = spelled_query::insert_with(&query) {
            return Ok(Statement::Insert(Box::new(insert)));
        }
        match *query.body {
            ast::SetExpr::Insert(_) | ast::SetExpr::Update(_) | ast::SetExpr::Delete(_) => {
                unbuilt("WITH before UPDATE or DELETE")
            }
            ast::SetExpr::Merge(_) => unbuilt("MERGE"),
            ast::SetExpr::Select(ref select) if select.into.is_some() => unbuilt("SELECT INTO"),
            _ if !query.locks.is_empty() => unbuilt("locking rows with FOR UPDATE or FOR SHARE"),
            _ => Ok(Statement::Query(query)),
        }
    }

    fn change(&mut self) -> Parse<Statement> {
        let verb = self.next();
        let insert = matches!(&verb.token, Token::Word(word) if word.value == "insert");
        if insert && !self.at("into") {
            return self.fail("INTO");
        }
        let update = matches!(&verb.token, Token::Word(word) if word.value == "update");
        let statement = self.relational(|p| match (insert, update) {
            (true, _) => p.parse_insert(verb),
            (_, true) => p.parse_update(verb),
            _ => p.parse_delete(verb),
        })?;
        match statement {
            ast::Statement::Insert(insert) => Ok(Statement::Insert(Box::new(insert))),
            ast::Statement::Delete(delete) => Ok(Statement::Delete(Box::new(delete))),
            update @ ast::Statement::Update(_) => Ok(Statement::Update(Box::new(update))),
            _ => unbuilt("this form of INSERT"),
        }
    }

    fn single(&mut self, statement: Statement) -> Parse<Statement> {
        self.next();
        Ok(statement)
    }

    /// `EMIT ON WINDOW CLOSE` of a view or sink, after its query.
    pub(super) fn emit_on_window_close(&mut self) -> Parse<bool> {
        self.pass_boundary();
        if !self.eat("emit on window") {
            return Ok(false);
        }
        if !self.eat("close") {
            return self.fail_with_hint("The clause is EMIT ON WINDOW CLOSE.");
        }
        Ok(true)
    }

    fn refuse_stray_emit(&mut self, statement: &Statement) -> Parse<()> {
        let query = matches!(statement, Statement::Query(_) | Statement::CreateTableAs { .. });
        if query && self.emit_on_window_close()? {
            return unbuilt("EMIT ON WINDOW CLOSE outside CREATE MATERIALIZED VIEW and CREATE SINK");
        }
        Ok(())
    }
}

fn create(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("create")?;
    let or_replace = cursor.eat("or replace");
    if or_replace && !["view", "materialized", "function"].iter().any(|word| cursor.at(word)) {
        return cursor.fail("VIEW or FUNCTION");
    }
    match cursor.word_at(0) {
        Some("source") => relation::parse(cursor, true),
        Some("table") => relation::parse(cursor, false),
        Some("view" | "materialized") => view::parse(cursor, or_replace),
        Some("sink") => sink::parse(cursor),
        Some("schema") => schema(cursor),
        Some("function") => function::create(cursor, or_replace),
        _ => cursor.fail("TABLE, SOURCE, VIEW, MATERIALIZED VIEW, SINK, FUNCTION or SCHEMA"),
    }
}

fn schema(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("schema")?;
    let if_not_exists = cursor.if_not_exists()?;
    let name = cursor.object_name()?;
    if cursor.at("authorization") {
        return unbuilt("CREATE SCHEMA AUTHORIZATION");
    }
    Ok(Statement::CreateSchema { name, if_not_exists })
}

impl Cursor<'_> {
    /// `[IF NOT EXISTS]`.
    pub(super) fn if_not_exists(&mut self) -> Parse<bool> {
        if !self.eat("if") {
            return Ok(false);
        }
        self.expect("not exists")?;
        Ok(true)
    }
}
