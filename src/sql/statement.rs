//! Statements as typed: the streaming ones of the dialect, and those that
//! `sqlparser` knows already, in one enum. Nothing is resolved yet.

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::ast;

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `SELECT`, `VALUES`, `WITH …`, `TABLE t`.
    Query(Box<ast::Query>),
    /// `CREATE SOURCE` and `CREATE TABLE` with columns.
    CreateRelation(Box<CreateRelation>),
    /// `CREATE TABLE … AS SELECT`.
    CreateTableAs { name: ast::ObjectName, if_not_exists: bool, query: Box<ast::Query> },
    /// `CREATE [OR REPLACE] VIEW` and `CREATE MATERIALIZED VIEW`.
    CreateView(Box<CreateView>),
    /// `CREATE SINK`.
    CreateSink(Box<CreateSink>),
    /// `CREATE [OR REPLACE] FUNCTION … LANGUAGE sql`.
    CreateFunction(Box<CreateFunction>),
    /// `CREATE SCHEMA`.
    CreateSchema { name: ast::ObjectName, if_not_exists: bool },
    /// `DROP <kind> a, b [CASCADE]`.
    Drop { kind: DropKind, names: Vec<ast::ObjectName>, if_exists: bool, cascade: bool },
    /// `DROP FUNCTION f(int), g [CASCADE]`.
    DropFunction { names: Vec<FunctionName>, if_exists: bool, cascade: bool },
    /// `TRUNCATE [TABLE] a, b`.
    Truncate { names: Vec<ast::ObjectName> },
    /// `INSERT`.
    Insert(Box<ast::Insert>),
    /// `UPDATE`.
    Update(Box<ast::Statement>),
    /// `DELETE`.
    Delete(Box<ast::Delete>),
    /// `COPY`.
    Copy(Box<Copy>),
    /// `FLUSH`: wait until every view covers every acknowledged write.
    Flush,
    /// `EXPLAIN`.
    Explain(Box<Explain>),
    /// `EXPLAIN ANALYZE {MATERIALIZED VIEW | SINK} name`: what its operators have done.
    ExplainRunning { name: ast::ObjectName, options: ExplainOptions },
    /// `VERIFY MATERIALIZED VIEW mv`: compare it with its query run as batch.
    Verify { name: ast::ObjectName },
    /// `SHOW TABLES LIKE 'p%'`, `SHOW COLUMNS FROM t`, `SHOW CREATE TABLE t`, …
    Show(Show),
    /// `SHOW <variable>`, `SHOW ALL [LIKE 'p%']` (variable `all`).
    ShowVariable { name: String, like: Option<String> },
    /// `DESCRIBE t`.
    Describe { name: ast::ObjectName },
    /// `SET [SESSION | LOCAL] name {TO | =} value, …`; no values for `DEFAULT`.
    Set { name: String, values: Vec<String>, local: bool },
    /// `RESET name`; `all` for `RESET ALL`.
    Reset { name: String },
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `SAVEPOINT`.
    Savepoint { name: String },
    /// `ROLLBACK TO SAVEPOINT`.
    RollbackTo { name: String },
    /// `RELEASE SAVEPOINT`.
    Release { name: String },
    /// `UNLISTEN {channel | *}`: nothing is listened to.
    Unlisten,
    /// `DISCARD ALL` and the like.
    Discard,
    /// `PREPARE name (types) AS statement`.
    Prepare { name: String, types: Vec<ast::DataType>, statement: Box<Statement> },
    /// `EXECUTE name (values)`.
    Execute { name: String, values: Vec<ast::Expr> },
    /// `DEALLOCATE [PREPARE] {name | ALL}`; `None` for all.
    Deallocate { name: Option<String> },
    /// `DECLARE c CURSOR [WITH HOLD] FOR query`; with `hold` it outlives its transaction.
    Declare { name: String, query: Box<ast::Query>, hold: bool },
    /// `FETCH n FROM c`; `None` for all.
    Fetch { name: String, count: Option<u64> },
    /// `CLOSE c`; `None` for all.
    Close { name: Option<String> },
    /// It parses and is not built yet: `0A000`, naming the part.
    Unsupported { part: String },
}

/// `CREATE SOURCE` or `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRelation {
    pub is_source: bool,
    pub name: ast::ObjectName,
    pub if_not_exists: bool,
    pub columns: Vec<ColumnClause>,
    /// Column names of a table-level or column-level `PRIMARY KEY`.
    pub primary_key: Vec<String>,
    pub watermark: Option<WatermarkSyntax>,
    pub append_only: bool,
    pub on_conflict: Option<ConflictAction>,
    /// `INCLUDE metadata ['header'] [type] [AS alias]`.
    pub include: Vec<IncludeClause>,
    /// `WITH (…)`: names folded to lower case, dotted names joined.
    pub options: BTreeMap<String, String>,
    pub format: Option<FormatClause>,
}

/// One column of `CREATE SOURCE` or `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnClause {
    pub name: String,
    /// `None` only for a generated column without a type.
    pub data_type: Option<ast::DataType>,
    pub not_null: bool,
    pub default: Option<ast::Expr>,
    /// `AS expression`, also written `GENERATED ALWAYS AS (expression) STORED`.
    pub generated: Option<ast::Expr>,
    /// Where it stands in the text, for error messages: characters from 1.
    pub position: usize,
}

/// `WATERMARK FOR …`.
#[derive(Clone, Debug, PartialEq)]
pub struct WatermarkSyntax {
    pub column: String,
    pub expression: ast::Expr,
    /// The interval literals as typed: `IDLE AFTER`, `MAX SKEW`, `ALLOW LATENESS`.
    pub idle_after: Option<ast::Expr>,
    pub max_skew: Option<ast::Expr>,
    pub allow_lateness: Option<ast::Expr>,
    pub position: usize,
}

/// `ON CONFLICT …` of `CREATE TABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictAction {
    DoNothing,
    DoUpdateFull,
    DoUpdateIfNotNull,
}

/// One `INCLUDE …`.
#[derive(Clone, Debug, PartialEq)]
pub struct IncludeClause {
    /// `key`, `partition`, `offset`, `timestamp`, `header`, `payload`, in lower case.
    pub metadata: String,
    /// The header's name, for `header`.
    pub header: Option<String>,
    pub data_type: Option<ast::DataType>,
    /// The column's name, when given.
    pub alias: Option<String>,
}

/// `FORMAT f ENCODE e (options)`, upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatClause {
    pub format: String,
    pub encode: String,
    pub options: BTreeMap<String, String>,
}

/// `CREATE VIEW` or `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateView {
    pub materialized: bool,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub name: ast::ObjectName,
    /// `(a, b)` after the name; may be empty.
    pub columns: Vec<String>,
    pub options: BTreeMap<String, String>,
    pub query: Box<ast::Query>,
    pub emit_on_window_close: bool,
}

/// `CREATE FUNCTION` in SQL.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateFunction {
    pub or_replace: bool,
    pub name: ast::ObjectName,
    pub arguments: Vec<FunctionArgument>,
    /// Always there after parsing.
    pub returns: Option<ast::DataType>,
    /// `STRICT`: NULL for any argument that is NULL.
    pub strict: bool,
    /// `i`, `s` or `v`, as in `pg_proc.provolatile`.
    pub volatility: char,
    /// The text of the query that computes it.
    pub body: String,
    /// Where the body begins in the statement: characters from 1.
    pub body_position: usize,
}

/// One argument of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionArgument {
    pub name: Option<String>,
    pub data_type: ast::DataType,
    /// Where it stands: characters from 1.
    pub position: usize,
}

/// A function as `DROP` names it; without types there must be only one.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionName {
    pub name: ast::ObjectName,
    pub arguments: Option<Vec<ast::DataType>>,
}

/// `CREATE SINK`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSink {
    pub name: ast::ObjectName,
    pub if_not_exists: bool,
    pub input: SinkInput,
    pub options: BTreeMap<String, String>,
    pub format: Option<FormatClause>,
    pub emit_on_window_close: bool,
}

/// What a sink reads.
#[derive(Clone, Debug, PartialEq)]
pub enum SinkInput {
    /// `FROM mv`
    From(ast::ObjectName),
    /// `AS SELECT …`
    Query(Box<ast::Query>),
}

/// What `DROP` drops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropKind {
    Table,
    Source,
    View,
    MaterializedView,
    Sink,
    Index,
    Schema,
}

/// `COPY`.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    pub direction: CopyDirection,
    pub format: CopyFormat,
}

/// Which way, and what.
#[derive(Clone, Debug, PartialEq)]
pub enum CopyDirection {
    /// `COPY t [(columns)] FROM STDIN`
    In { table: ast::ObjectName, columns: Vec<String> },
    /// `COPY (query) TO STDOUT`, or `COPY t [(columns)] TO STDOUT` as a query.
    Out { query: Box<ast::Query> },
}

/// How it is written; PostgreSQL's defaults are filled in by the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFormat {
    pub csv: bool,
    pub header: bool,
    pub delimiter: u8,
    pub null: String,
    pub quote: u8,
    pub escape: u8,
}

/// `EXPLAIN`.
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    pub statement: Statement,
    pub options: ExplainOptions,
}

/// What `EXPLAIN` is to show, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainOptions {
    /// Run it, and tell what it did.
    pub analyze: bool,
    pub verbose: bool,
    /// With `analyze`: how long each operator took.
    pub timing: bool,
    /// With `analyze`: how long all of it took.
    pub summary: bool,
    pub format: ExplainFormat,
}

/// The form of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainFormat {
    Text,
    Json,
    Dot,
}

impl Default for ExplainOptions {
    fn default() -> Self {
        let format = ExplainFormat::Text;
        ExplainOptions { analyze: false, verbose: false, timing: true, summary: true, format }
    }
}

/// `SHOW` of catalog contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Show {
    pub what: ShowKind,
    /// `FROM <schema>`, or the object for `COLUMNS`, `INDEXES` and `CREATE`.
    pub from: Option<ast::ObjectName>,
    /// `LIKE 'pattern'`.
    pub like: Option<String>,
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowKind {
    Tables,
    Sources,
    Views,
    MaterializedViews,
    Sinks,
    Functions,
    Indexes,
    Columns,
    Schemas,
    Databases,
    Jobs,
    /// `SHOW CREATE {TABLE | SOURCE | VIEW | MATERIALIZED VIEW | SINK} name`
    Create,
}
