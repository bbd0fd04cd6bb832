//! `SELECT set_config('name', 'value', false)`: `SET` as a function, which
//! drivers use because it takes parameters.

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem, SetExpr, Value,
};

use super::listing::{text_rows, text_schema};
use crate::session::{Description, Outcome, Session};
use crate::sql::Statement as Syntax;
use crate::types::{Error, Result, SqlState};

/// The three arguments, if the statement is such a call and nothing else.
pub(super) fn set_config(syntax: &Syntax) -> Option<[&Value; 3]> {
    let Syntax::Query(query) = syntax else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let [
        SelectItem::UnnamedExpr(Expr::Function(call))
        | SelectItem::ExprWithAlias { expr: Expr::Function(call), .. },
    ] = select.projection.as_slice()
    else {
        return None;
    };
    let name = call.name.0.last().and_then(|part| part.as_ident())?;
    let FunctionArguments::List(list) = &call.args else { return None };
    if !select.from.is_empty() || name.value != "set_config" {
        return None;
    }
    let [name, value, local] = list.args.as_slice() else { return None };
    Some([constant(name)?, constant(value)?, constant(local)?])
}

fn constant(argument: &FunctionArg) -> Option<&Value> {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else { return None };
    match expr {
        Expr::Value(ast::ValueWithSpan { value, .. }) => Some(value),
        Expr::Cast { expr, .. } => match expr.as_ref() {
            Expr::Value(ast::ValueWithSpan { value, .. }) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn schema() -> SchemaRef {
    text_schema(&["set_config"])
}

/// Its parameters are text, but for the last, which is boolean.
pub(super) fn describe(arguments: [&Value; 3]) -> Description {
    let mut parameters: Vec<(usize, DataType)> = vec![];
    for (at, argument) in arguments.iter().enumerate() {
        if let Some(index) = placeholder(argument) {
            let data_type = if at == 2 { DataType::Boolean } else { DataType::Utf8 };
            parameters.push((index, data_type));
        }
    }
    parameters.sort_by_key(|(index, _)| *index);
    let parameters = parameters.into_iter().map(|(_, data_type)| data_type).collect();
    Description { parameters, columns: Some(schema()) }
}

/// Which parameter it is, counted from 0.
fn placeholder(value: &Value) -> Option<usize> {
    let Value::Placeholder(name) = value else { return None };
    name.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1)
}

impl Session {
    pub(super) fn run_set_config(
        &mut self,
        arguments: [&Value; 3],
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        let [name, value, local] = arguments.map(|argument| text(argument, parameters));
        let (Some(name), Some(value)) = (name, value) else {
            return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "set_config needs a name and a value"));
        };
        let local = local.is_some_and(|l| l.starts_with('t'));
        self.run_set(&name, &[value], local)?;
        let now = self.settings.show(&name)?.1;
        let rows = text_rows(&schema(), &[vec![Some(now)]])?;
        Ok(Outcome::Rows(self.outgoing_batch(rows, "SELECT")))
    }
}

fn text(value: &Value, parameters: &[ScalarValue]) -> Option<String> {
    match value {
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Number(number, _) => Some(number.clone()),
        Value::Placeholder(_) => match parameters.get(placeholder(value)?)? {
            given if given.is_null() => None,
            ScalarValue::Utf8(text) => text.clone(),
            other => Some(other.to_string()),
        },
        other => other.clone().into_string(),
    }
}
