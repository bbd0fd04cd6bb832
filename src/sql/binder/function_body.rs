//! The body of a user's function: one query, whose parameters are the arguments.

use std::collections::HashSet;
use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{self, Expr, SetExpr, Value, VisitMut, VisitorMut};

use super::assignment::is_assignable;
use super::bound::BoundQuery;
use super::query::Binder;
use super::types::fold;
use crate::catalog::{FunctionProperties, Object, Snapshot};
use crate::expr::sql_name;
use crate::sql::{Statement, parse};
use crate::types::{Error, Result, SqlState};

impl Binder {
    /// The plan of a function's body; parameters are its arguments.
    pub(super) fn plan_function(&self, object: &Object) -> Result<LogicalPlan> {
        let function = object.function().ok_or_else(|| Error::internal("a function without a body"))?;
        self.deeper().plan_body(&object.name, function)
    }

    fn plan_body(&self, name: &str, function: &FunctionProperties) -> Result<LogicalPlan> {
        let mut query = body(&function.body)?;
        name_parameters(&mut query, name, function, &self.catalog);
        let types: Vec<Option<DataType>> = function.types().into_iter().map(Some).collect();
        self.plan_query(*query, &types, None)
    }

    /// Binds a body to see whether it is right; places in errors count from its beginning.
    pub fn check_function(&self, name: &str, function: &FunctionProperties) -> Result<BoundQuery> {
        let (text, offset) = match parse(&function.body)?.pop() {
            Some(parsed) => (parsed.text, parsed.offset),
            None => (String::new(), 0),
        };
        let binder = Binder { text: Some(text.into()), ..self.clone() };
        let types: Vec<Option<DataType>> = function.types().into_iter().map(Some).collect();
        let bound = binder.plan_body(name, function).and_then(|plan| binder.finish(plan, &types));
        let bound = bound.map_err(|error| match error.position() {
            Some(position) => error.at(position + offset),
            None => calls_itself(error, name),
        })?;
        let mismatch = |detail: String| {
            let message =
                format!("return type mismatch in function declared to return {}", sql_name(&function.result));
            Err(Error::new(SqlState::INVALID_FUNCTION_DEFINITION, message).with_detail(detail))
        };
        if bound.parameter_types.len() > function.arguments.len() {
            let message = format!("there is no parameter ${}", bound.parameter_types.len());
            return Err(Error::new(SqlState::UNDEFINED_PARAMETER, message));
        }
        let [field] = bound.schema.fields().as_ref() else {
            return mismatch("Final statement must return exactly one column.".to_string());
        };
        if !is_assignable(field.data_type(), &function.result) {
            return mismatch(format!("Actual return type is {}.", sql_name(field.data_type())));
        }
        Ok(bound)
    }
}

/// A function is not there before it is made, so it cannot call itself.
fn calls_itself(error: Error, name: &str) -> Error {
    match error.code() == SqlState::UNDEFINED_FUNCTION
        && error.message().starts_with(&format!("function {name}("))
    {
        true => error.with_detail("A function cannot call itself."),
        false => error,
    }
}

/// The only query of a body; what else PostgreSQL takes is `0A000`.
fn body(text: &str) -> Result<Box<ast::Query>> {
    let mut parsed = parse(text)?;
    let last = parsed.pop().map(|p| p.statement);
    if !parsed.is_empty() {
        return Err(Error::unsupported("several statements in a function"));
    }
    match last {
        Some(Statement::Query(query)) => Ok(query),
        Some(Statement::Unsupported { part }) => Err(Error::unsupported(part)),
        Some(Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)) => {
            Err(Error::unsupported("INSERT, UPDATE or DELETE in a function"))
        }
        Some(_) => Err(Error::unsupported("a function that is not one query")),
        None => {
            let error = Error::new(
                SqlState::INVALID_FUNCTION_DEFINITION,
                "return type mismatch in function: its body is empty",
            );
            Err(error.with_hint("Its body is one SELECT."))
        }
    }
}

/// Names of arguments become parameters, where they are not names of columns.
fn name_parameters(query: &mut ast::Query, name: &str, function: &FunctionProperties, catalog: &Snapshot) {
    let mut columns = HashSet::new();
    let _ = ast::visit_relations(query, |relation| {
        let parts: Vec<String> = relation.0.iter().filter_map(|p| p.as_ident()).map(fold).collect();
        let object = match parts.as_slice() {
            [name] => catalog.find(None, name),
            [.., schema, name] => catalog.find(Some(schema), name),
            [] => None,
        };
        columns.extend(object.into_iter().flat_map(|o| &o.columns).map(|c| c.name.clone()));
        ControlFlow::<()>::Continue(())
    });
    let names = function.arguments.iter().map(|(name, _)| name.clone()).collect();
    let reads = matches!(query.body.as_ref(), SetExpr::Select(select) if !select.from.is_empty());
    let mut parameters = Parameters { function: name, names, columns, reads };
    let _ = VisitMut::visit(query, &mut parameters);
}

struct Parameters<'a> {
    function: &'a str,
    names: Vec<Option<String>>,
    columns: HashSet<String>,
    reads: bool,
}

impl Parameters<'_> {
    fn parameter(&self, name: &str) -> Option<Expr> {
        let index = self.names.iter().position(|n| n.as_deref() == Some(name))?;
        Some(Expr::Value(Value::Placeholder(format!("${}", index + 1)).with_empty_span()))
    }
}

impl VisitorMut for Parameters<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let parameter = match &*expr {
            Expr::Identifier(name) if !(self.reads && self.columns.contains(&fold(name))) => {
                self.parameter(&fold(name))
            }
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [function, name] if fold(function) == self.function => self.parameter(&fold(name)),
                _ => None,
            },
            _ => None,
        };
        if let Some(parameter) = parameter {
            *expr = parameter;
        }
        ControlFlow::Continue(())
    }
}
