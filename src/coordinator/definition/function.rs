//! `CREATE FUNCTION`.

use std::sync::Arc;

use super::{Definition, Running, object_name, placeholder};
use crate::catalog::{FunctionProperties, Object, ObjectKind, Snapshot};
use crate::expr::registry;
use crate::sql::binder::{Binder, NoSystemRelations, Settings};
use crate::sql::{CreateFunction, arrow_type};
use crate::types::{Error, Result, SqlState};

/// `CREATE FUNCTION … LANGUAGE sql`.
pub fn define_function(statement: &CreateFunction, sql: &str, catalog: &Arc<Snapshot>) -> Result<Definition> {
    let (schema, name) = object_name(&statement.name, catalog)?;
    refuse_builtin(&name)?;
    let mut arguments: Vec<(Option<String>, _)> = vec![];
    for argument in &statement.arguments {
        if argument.name.is_some() && arguments.iter().any(|(name, _)| *name == argument.name) {
            let name = argument.name.as_deref().unwrap_or_default();
            let message = format!("parameter name \"{name}\" used more than once");
            let error = Error::new(SqlState::INVALID_FUNCTION_DEFINITION, message);
            return Err(error.at(argument.position));
        }
        arguments.push((argument.name.clone(), arrow_type(&argument.data_type)?));
    }
    let returns = statement.returns.as_ref().ok_or_else(|| Error::internal("a function without a result"))?;
    let function = FunctionProperties {
        arguments,
        result: arrow_type(returns)?,
        strict: statement.strict,
        volatility: statement.volatility,
        body: statement.body.clone(),
    };
    let binder = Binder::new(catalog.clone(), Arc::new(Settings::default()), Arc::new(NoSystemRelations));
    let bound = binder.check_function(&name, &function).map_err(|error| match error.position() {
        Some(position) => error.at(position + statement.body_position - 1),
        None => error,
    })?;
    let mut depends_on = bound.functions;
    depends_on.extend(bound.relations.iter().map(|o| o.id));
    let kind = ObjectKind::Function(function);
    let object = Object { depends_on, ..placeholder(schema, name, kind, sql) };
    Ok(Definition { object, running: Running::View })
}

/// A built-in function is not hidden by one of a user.
fn refuse_builtin(name: &str) -> Result<()> {
    let known = registry();
    let builtin = known.scalar.contains_key(name)
        || known.aggregate.contains_key(name)
        || known.window.contains_key(name)
        || known.higher_order.contains_key(name);
    match builtin {
        true => Err(Error::unsupported(format!("a function with the name of the built-in \"{name}\""))
            .with_hint("Give it another name.")),
        false => Ok(()),
    }
}

/// The function with the same name and types of arguments, if there is one.
pub fn same_function(catalog: &Snapshot, object: &Object) -> Option<Arc<Object>> {
    let types = object.function()?.types();
    let mut all = catalog.functions(Some(&object.schema), &object.name).into_iter();
    all.find(|other| other.function().is_some_and(|f| f.types() == types))
}
