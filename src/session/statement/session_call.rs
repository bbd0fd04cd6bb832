//! `SELECT pg_sleep(1)` and `SELECT pg_advisory_lock(1)`: calls that do something
//! to the session, and stand alone in their SELECT.
//!
//! The arguments are computed as a query of their own, with the types that the
//! function takes; then the call happens, so that it can wait and be cancelled.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    self, CastKind, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem, SetExpr,
};

use crate::session::advisory::{Key, Scope};
use crate::session::conversation::Statement;
use crate::session::{Description, Outcome, Session};
use crate::sql::{Parsed, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

/// The longest sleep: a year.
const SLEEP_SECONDS_MAX: f64 = 31_536_000.0;

/// One such call.
pub(super) struct SessionCall {
    action: Action,
    /// What the result is called.
    name: String,
    /// `SELECT` of the arguments.
    arguments: Statement,
}

#[derive(Clone, Copy)]
enum Action {
    Sleep,
    Lock { shared: bool, waits: bool, scope: Scope },
    Unlock { shared: bool },
    UnlockAll,
}

impl Action {
    fn of(name: &str) -> Option<Action> {
        let lock = |shared, waits, scope| Some(Action::Lock { shared, waits, scope });
        match name {
            "pg_sleep" => Some(Action::Sleep),
            "pg_advisory_lock" => lock(false, true, Scope::Session),
            "pg_advisory_lock_shared" => lock(true, true, Scope::Session),
            "pg_advisory_xact_lock" => lock(false, true, Scope::Transaction),
            "pg_advisory_xact_lock_shared" => lock(true, true, Scope::Transaction),
            "pg_try_advisory_lock" => lock(false, false, Scope::Session),
            "pg_try_advisory_lock_shared" => lock(true, false, Scope::Session),
            "pg_try_advisory_xact_lock" => lock(false, false, Scope::Transaction),
            "pg_try_advisory_xact_lock_shared" => lock(true, false, Scope::Transaction),
            "pg_advisory_unlock" => Some(Action::Unlock { shared: false }),
            "pg_advisory_unlock_shared" => Some(Action::Unlock { shared: true }),
            "pg_advisory_unlock_all" => Some(Action::UnlockAll),
            _ => None,
        }
    }

    /// The types of that many arguments.
    fn takes(self, arguments: usize) -> Option<ast::DataType> {
        match (self, arguments) {
            (Action::Sleep, 1) => Some(ast::DataType::DoublePrecision),
            (Action::Lock { .. } | Action::Unlock { .. }, 1) => Some(ast::DataType::BigInt(None)),
            (Action::Lock { .. } | Action::Unlock { .. }, 2) => Some(ast::DataType::Integer(None)),
            (Action::UnlockAll, 0) => Some(ast::DataType::BigInt(None)),
            _ => None,
        }
    }

    /// Does it say whether it did it?
    fn tells(self) -> bool {
        matches!(self, Action::Lock { waits: false, .. } | Action::Unlock { .. })
    }
}

/// The call, if the statement is one and nothing else.
pub(super) fn session_call(statement: &Statement) -> Option<SessionCall> {
    let Syntax::Query(query) = statement.syntax() else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let (call, alias) = match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(Expr::Function(call))] => (call, None),
        [SelectItem::ExprWithAlias { expr: Expr::Function(call), alias }] => (call, Some(alias)),
        _ => return None,
    };
    let function = call.name.0.last().and_then(|part| part.as_ident())?.value.to_lowercase();
    let action = Action::of(&function)?;
    let FunctionArguments::List(list) = &call.args else { return None };
    if !select.from.is_empty() || select.selection.is_some() || query.with.is_some() {
        return None;
    }
    let data_type = action.takes(list.args.len())?;
    let typed = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(cast(expr.clone(), data_type.clone())),
        _ => None,
    });
    let mut arguments = query.clone();
    if let SetExpr::Select(select) = arguments.body.as_mut() {
        select.projection = typed.collect::<Option<Vec<_>>>()?;
    }
    let name = alias.map_or(function, |alias| alias.value.clone());
    let parsed = Parsed { statement: Syntax::Query(arguments), text: statement.text.to_string(), offset: 0 };
    Some(SessionCall { action, name, arguments: Statement::new(parsed) })
}

fn cast(expr: Expr, data_type: ast::DataType) -> SelectItem {
    let expr = Box::new(Expr::Nested(Box::new(expr)));
    SelectItem::UnnamedExpr(Expr::Cast { kind: CastKind::Cast, expr, data_type, array: false, format: None })
}

impl SessionCall {
    fn schema(&self) -> SchemaRef {
        let data_type = if self.action.tells() { DataType::Boolean } else { DataType::Utf8 };
        Arc::new(Schema::new(vec![Field::new(&self.name, data_type, true)]))
    }
}

impl Session {
    /// What the client learns of the call before it happens.
    pub(super) fn describe_session_call(
        &self,
        call: &SessionCall,
        types: &[Option<DataType>],
    ) -> Result<Description> {
        let plan = self.plan(&call.arguments, Some(types))?;
        let parameters = plan.bound.query().parameter_types.clone();
        Ok(Description { parameters, columns: Some(call.schema()) })
    }

    pub(super) async fn run_session_call(
        &mut self,
        call: SessionCall,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        let arguments = self.arguments(&call, parameters).await?;
        let told = match arguments {
            Some(arguments) => self.do_session_call(call.action, &arguments).await?,
            None => None,
        };
        let column: ArrayRef = match (call.action.tells(), told) {
            (true, told) => Arc::new(BooleanArray::from(vec![told])),
            // What PostgreSQL shows of a void.
            (false, Some(_)) => Arc::new(StringArray::from(vec![""])),
            (false, None) => Arc::new(StringArray::from(vec![None::<&str>])),
        };
        let rows = RecordBatch::try_new(call.schema(), vec![column])?;
        Ok(Outcome::Rows(self.outgoing_batch(rows, "SELECT")))
    }

    /// The arguments' values; `None` if one is NULL, and nothing is to be done.
    async fn arguments(
        &mut self,
        call: &SessionCall,
        parameters: &[ScalarValue],
    ) -> Result<Option<Vec<ScalarValue>>> {
        if matches!(call.action, Action::UnlockAll) {
            return Ok(Some(vec![]));
        }
        let plan = self.plan(&call.arguments, None)?;
        let (_, rows) = self.read(&plan.catalog, plan.bound.query(), parameters).await?;
        let batches = self.collect(rows).await?;
        let Some(row) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let values = row.columns().iter().map(|column| ScalarValue::try_from_array(column, 0));
        let values = values.collect::<datafusion::common::Result<Vec<_>>>()?;
        Ok(values.iter().all(|value| !value.is_null()).then_some(values))
    }

    async fn do_session_call(&mut self, action: Action, arguments: &[ScalarValue]) -> Result<Option<bool>> {
        match (action, arguments) {
            (Action::Sleep, [ScalarValue::Float64(Some(seconds))]) => self.sleep(*seconds).await,
            (Action::UnlockAll, _) => {
                self.locks.unlock_all();
                Ok(Some(true))
            }
            (Action::Lock { shared, waits: false, scope }, key) => {
                Ok(Some(self.locks.try_lock(key_of(key)?, shared, scope)))
            }
            (Action::Lock { shared, scope, .. }, key) => {
                let (key, locks) = (key_of(key)?, &self.locks);
                let taken = async {
                    locks.lock(key, shared, scope).await;
                    Ok(())
                };
                self.interrupt.race(taken).await?;
                Ok(Some(true))
            }
            (Action::Unlock { shared }, key) => Ok(Some(self.unlock(key_of(key)?, shared))),
            _ => Err(Error::internal("the arguments of a call have other types")),
        }
    }

    async fn sleep(&self, seconds: f64) -> Result<Option<bool>> {
        if seconds > 0.0 {
            let time = Duration::from_secs_f64(seconds.min(SLEEP_SECONDS_MAX));
            let slept = async {
                tokio::time::sleep(time).await;
                Ok(())
            };
            self.interrupt.race(slept).await?;
        }
        Ok(Some(true))
    }

    fn unlock(&self, key: Key, shared: bool) -> bool {
        let had = self.locks.unlock(key, shared);
        if !had {
            let kind = if shared { "ShareLock" } else { "ExclusiveLock" };
            self.notices.warning(SqlState("01000"), format!("you don't own a lock of type {kind}"));
        }
        had
    }
}

fn key_of(arguments: &[ScalarValue]) -> Result<Key> {
    match arguments {
        [ScalarValue::Int64(Some(key))] => Ok(Key::One(*key)),
        [ScalarValue::Int32(Some(class)), ScalarValue::Int32(Some(key))] => Ok(Key::Two(*class, *key)),
        _ => Err(Error::internal("the key of a lock is no number")),
    }
}
