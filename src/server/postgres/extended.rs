//! The extended query: `Parse`, `Bind`, `Describe`, `Execute`, `Close`.
//!
//! A statement is described as soon as it is parsed, so that its errors come
//! where drivers expect them. A portal that is suspended keeps its stream, and
//! with it its place and its snapshot, until it is closed or the transaction
//! ends.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use pgwire::api::Type;
use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, Close, CloseComplete, Describe, Execute, Parse, ParseComplete, PortalSuspended,
    TARGET_TYPE_BYTE_STATEMENT,
};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Conversation;
use super::attend::attend;
use super::connection::Connection;
use super::failure::Failure;
use super::rows::{RowCursor, Sent, row_description};
use super::values::{self, Format, arrow_type, pg_type, pg_type_of_field};
use crate::session::{Description, Outcome, Rows, TransactionStatus};
use crate::types::{Error, Result, SqlState};

/// How many statements, and how many portals, one connection may keep.
const KEPT_MAX: usize = 10_000;

/// A prepared statement.
pub(super) struct Prepared<T> {
    /// `None` if the text was empty.
    statement: Option<T>,
    /// The types that the client gave.
    declared: Vec<Option<Type>>,
    description: Description,
}

/// A prepared statement with its parameters.
pub(super) struct Portal<T> {
    prepared: Arc<Prepared<T>>,
    parameters: Vec<ScalarValue>,
    formats: Vec<Format>,
    state: PortalState,
}

enum PortalState {
    New,
    Suspended(RowCursor),
    /// With the tag of a statement that gives rows: it has none left.
    Finished(Option<&'static str>),
}

impl<T> Prepared<T> {
    /// What the client is told of parameter `at`.
    fn parameter_type(&self, at: usize) -> Type {
        match self.declared.get(at) {
            Some(Some(declared)) => declared.clone(),
            _ => pg_type(&self.description.parameters[at]),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, C: Conversation> Connection<'_, S, C> {
    pub(super) async fn parse(&mut self, parse: Parse) -> Result<(), Failure> {
        let name = parse.name.unwrap_or_default();
        self.check_new(&name, self.statements.len(), self.statements.contains_key(&name), || {
            (SqlState::DUPLICATE_PREPARED_STATEMENT, "prepared statement")
        })?;
        let mut statements = self.session.parse(&parse.query)?;
        if statements.len() > 1 {
            return Err(Failure::Statement(Error::new(
                SqlState::SYNTAX_ERROR,
                "cannot insert multiple commands into a prepared statement",
            )));
        }
        let declared: Vec<Option<Type>> = parse
            .type_oids
            .iter()
            .map(|oid| Type::from_oid(*oid).filter(|known| *known != Type::UNKNOWN))
            .collect();
        let types: Vec<_> = declared.iter().map(|known| known.as_ref().and_then(arrow_type)).collect();
        let statement = statements.pop();
        let description = match &statement {
            Some(statement) => {
                attend(self.wire, &self.cancel, self.session.describe(statement, &types)).await??
            }
            None => Description { parameters: Vec::new(), columns: None },
        };
        self.statements.insert(name, Arc::new(Prepared { statement, declared, description }));
        self.wire.put(&ParseComplete::new())
    }

    pub(super) fn bind(&mut self, bind: Bind) -> Result<(), Failure> {
        let name = bind.portal_name.unwrap_or_default();
        self.check_new(&name, self.portals.len(), self.portals.contains_key(&name), || {
            (SqlState::DUPLICATE_CURSOR, "cursor")
        })?;
        let prepared = Arc::clone(self.prepared(bind.statement_name.as_deref())?);
        let wanted = &prepared.description.parameters;
        if bind.parameters.len() != wanted.len() {
            return Err(Failure::Statement(Error::new(
                SqlState::PROTOCOL_VIOLATION,
                format!(
                    "bind message supplies {} parameters, but prepared statement \"{}\" requires {}",
                    bind.parameters.len(),
                    bind.statement_name.unwrap_or_default(),
                    wanted.len()
                ),
            )));
        }
        let formats = Format::read(&bind.parameter_format_codes, wanted.len())?;
        let parameters = bind
            .parameters
            .iter()
            .zip(formats)
            .zip(wanted)
            .enumerate()
            .map(|(at, ((bytes, format), wanted))| {
                let declared = prepared.declared.get(at).and_then(Option::as_ref);
                values::parameter(bytes.as_deref(), format, declared, wanted)
            })
            .collect::<Result<Vec<_>>>()?;
        let columns = prepared.description.columns.as_ref().map_or(0, |schema| schema.fields().len());
        let formats = if columns == 0 && bind.result_column_format_codes.len() > 1 {
            Vec::new()
        } else {
            Format::read(&bind.result_column_format_codes, columns)?
        };
        self.portals.insert(name, Portal { prepared, parameters, formats, state: PortalState::New });
        self.wire.put(&BindComplete::new())
    }

    /// A name may be taken only once, but for the empty one.
    fn check_new(
        &self,
        name: &str,
        kept: usize,
        exists: bool,
        what: impl Fn() -> (SqlState, &'static str),
    ) -> Result<()> {
        let (code, what) = what();
        if exists && !name.is_empty() {
            return Err(Error::new(code, format!("{what} \"{name}\" already exists")));
        }
        if kept >= KEPT_MAX && !exists {
            return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, format!("too many {what}s"))
                .with_hint(format!("A connection may keep {KEPT_MAX}; close those that are not needed.")));
        }
        Ok(())
    }

    fn prepared(&self, name: Option<&str>) -> Result<&Arc<Prepared<C::Statement>>> {
        let name = name.unwrap_or_default();
        self.statements.get(name).ok_or_else(|| {
            let message = if name.is_empty() {
                "unnamed prepared statement does not exist".to_owned()
            } else {
                format!("prepared statement \"{name}\" does not exist")
            };
            Error::new(SqlState::INVALID_SQL_STATEMENT_NAME, message)
        })
    }

    pub(super) fn describe(&mut self, describe: &Describe) -> Result<(), Failure> {
        let name = describe.name.as_deref();
        if describe.target_type == TARGET_TYPE_BYTE_STATEMENT {
            let prepared = Arc::clone(self.prepared(name)?);
            let count = prepared.description.parameters.len();
            let types = (0..count).map(|at| prepared.parameter_type(at).oid()).collect();
            self.wire.put(&ParameterDescription::new(types))?;
            return self.describe_columns(prepared.description.columns.as_ref(), &[]);
        }
        // What `DECLARE … CURSOR` made is a portal too.
        if let Some(schema) = name.and_then(|name| self.session.cursor_schema(name)) {
            return self.describe_columns(Some(&schema), &[]);
        }
        let portal = self.portals.get(name.unwrap_or_default()).ok_or_else(|| no_portal(name))?;
        let (prepared, formats) = (Arc::clone(&portal.prepared), portal.formats.clone());
        self.describe_columns(prepared.description.columns.as_ref(), &formats)
    }

    fn describe_columns(&mut self, columns: Option<&SchemaRef>, formats: &[Format]) -> Result<(), Failure> {
        match columns {
            Some(schema) => self.wire.put(&row_description(schema, formats)),
            None => self.wire.put(&NoData::new()),
        }
    }

    /// Runs a portal, or goes on with a suspended one. It is taken out while it
    /// runs, so that an error leaves none behind.
    pub(super) async fn execute(&mut self, execute: Execute) -> Result<(), Failure> {
        let name = execute.name.unwrap_or_default();
        let limit = u64::try_from(execute.max_rows).ok().filter(|limit| *limit > 0);
        let mut portal = self.portals.remove(&name).ok_or_else(|| no_portal(Some(&name)))?;
        let state = std::mem::replace(&mut portal.state, PortalState::Finished(None));
        portal.state = match state {
            PortalState::Suspended(cursor) => self.send_rows(cursor, limit).await?,
            PortalState::Finished(Some(tag)) => {
                self.complete(Some(format!("{tag} 0")))?;
                PortalState::Finished(Some(tag))
            }
            PortalState::Finished(None) => {
                return Err(Failure::Statement(Error::new(
                    SqlState("55000"),
                    format!("portal \"{name}\" cannot be run"),
                )));
            }
            PortalState::New => {
                let parameters = std::mem::take(&mut portal.parameters);
                let formats = portal.formats.clone();
                self.run_portal(Arc::clone(&portal.prepared), parameters, formats, limit).await?
            }
        };
        self.portals.insert(name, portal);
        Ok(())
    }

    async fn run_portal(
        &mut self,
        prepared: Arc<Prepared<C::Statement>>,
        parameters: Vec<ScalarValue>,
        formats: Vec<Format>,
        limit: Option<u64>,
    ) -> Result<PortalState, Failure> {
        let Some(statement) = &prepared.statement else {
            self.complete(None)?;
            return Ok(PortalState::Finished(None));
        };
        self.begin_pipeline();
        let run = self.session.execute(statement, &parameters);
        let outcome = attend(self.wire, &self.cancel, run).await??;
        self.report()?;
        let tag = match outcome {
            Outcome::Rows(rows) => {
                check_columns(prepared.description.columns.as_ref(), &rows)?;
                return self.send_rows(RowCursor::new(rows, formats), limit).await;
            }
            Outcome::Empty => None,
            Outcome::Command(tag) => Some(tag),
            Outcome::CopyIn(copy) => Some(self.copy_in(copy).await?),
            Outcome::CopyOut(copy) => Some(self.copy_out(copy).await?),
        };
        self.complete(tag)?;
        Ok(PortalState::Finished(None))
    }

    /// More statements behind this one before `Sync` make them all one implicit
    /// transaction. Clients send a pipeline in one go, so what follows is here
    /// already; a lone statement commits by itself.
    fn begin_pipeline(&mut self) {
        let more = matches!(self.wire.peek(), Some(b'P' | b'B' | b'D' | b'E'));
        if more && !self.in_pipeline && self.session.transaction_status() == TransactionStatus::Idle {
            self.session.begin_message();
            self.in_pipeline = true;
        }
    }

    async fn send_rows(&mut self, mut cursor: RowCursor, limit: Option<u64>) -> Result<PortalState, Failure> {
        match cursor.send(self.wire, &self.cancel, limit).await? {
            Sent::All(count) => {
                self.complete(Some(format!("{} {count}", cursor.tag)))?;
                Ok(PortalState::Finished(Some(cursor.tag)))
            }
            Sent::Suspended => {
                self.wire.put(&PortalSuspended::new())?;
                Ok(PortalState::Suspended(cursor))
            }
        }
    }

    pub(super) fn close(&mut self, close: &Close) -> Result<(), Failure> {
        let name = close.name.as_deref().unwrap_or_default();
        if close.target_type == TARGET_TYPE_BYTE_STATEMENT {
            self.statements.remove(name);
        } else {
            self.portals.remove(name);
        }
        self.wire.put(&CloseComplete::new())
    }
}

fn no_portal(name: Option<&str>) -> Error {
    Error::new(
        SqlState::INVALID_CURSOR_NAME,
        format!("portal \"{}\" does not exist", name.unwrap_or_default()),
    )
}

/// The client decodes by what it was told; if the statement means something
/// else by now, it must prepare anew.
fn check_columns(described: Option<&SchemaRef>, rows: &Rows) -> Result<()> {
    let types = |schema: &SchemaRef| schema.fields().iter().map(|f| pg_type_of_field(f)).collect::<Vec<_>>();
    match described {
        Some(schema) if types(schema) == types(&rows.schema) => Ok(()),
        _ => Err(Error::new(SqlState::FEATURE_NOT_SUPPORTED, "cached plan must not change result type")
            .with_hint("Prepare the statement again.")),
    }
}
