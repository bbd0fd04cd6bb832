//! Functions that users have made, while a statement is planned.
//!
//! A call is planned like that of a built-in function: which of the functions
//! of one name it means is seen from the types of its arguments, as PostgreSQL
//! sees it. Before anything else happens to the plan, [`inline`](super::inline)
//! puts the function's expression in the place of the call.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as PlanResult, ScalarValue, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion::sql::sqlparser::ast::{self, FunctionArg};

use super::types::fold;
use crate::catalog::{FunctionProperties, Object, Snapshot};
use crate::expr::{sql_name, undefined_function};
use crate::types::{Error, Result, SqlState};

/// All functions of one name, as one that chooses.
#[derive(Debug)]
pub(super) struct UserFunction {
    name: String,
    candidates: Vec<Arc<Object>>,
    signature: Signature,
}

impl UserFunction {
    /// The functions of this name, of which there is at least one.
    pub fn udf(name: &str, candidates: Vec<Arc<Object>>) -> Arc<ScalarUDF> {
        let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
        let signature = Signature::one_of(any, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(UserFunction { name: name.to_string(), candidates, signature }))
    }

    /// The function that arguments of these types mean; `Null` is the type of
    /// a quoted literal. `42883` if there is none, `42725` if there are several.
    pub fn choose(&self, types: &[DataType]) -> Result<&Arc<Object>> {
        let given: Vec<String> = types.iter().map(sql_name).collect();
        let fits = self.candidates.iter().filter_map(|candidate| {
            let wanted: Vec<String> = candidate.function()?.types().iter().map(sql_name).collect();
            let same_count = wanted.len() == given.len();
            let all = same_count && given.iter().zip(&wanted).all(|(from, to)| is_implicit(from, to));
            all.then(|| (rank(&given, &wanted), candidate))
        });
        let mut fits: Vec<_> = fits.collect();
        fits.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        match fits.as_slice() {
            [] => Err(undefined_function(&self.name, types)),
            [(_, one)] => Ok(one),
            [(best, one), (next, _), ..] if best > next => Ok(one),
            _ => {
                let message = format!("function {}({}) is not unique", self.name, given.join(", "));
                Err(Error::new(SqlState::AMBIGUOUS_FUNCTION, message).with_hint(
                    "Could not choose a best candidate function. You might need to add explicit type casts.",
                ))
            }
        }
    }
}

/// How well the arguments fit: those of the very type, those that become the
/// preferred type of their kind, those whose type is open and becomes text.
fn rank(given: &[String], wanted: &[String]) -> (usize, usize, usize) {
    let count =
        |fits: fn(&str, &str) -> bool| given.iter().zip(wanted).filter(|(from, to)| fits(from, to)).count();
    let preferred = ["double precision", "timestamp with time zone", "interval", "text", "boolean"];
    let is_preferred = |(from, to): &(&String, &String)| from != to && preferred.contains(&to.as_str());
    (
        count(|from, to| from == to),
        given.iter().zip(wanted).filter(is_preferred).count(),
        count(|from, to| from == "unknown" && to == "text"),
    )
}

/// Does a value of the one type become the other by itself?
fn is_implicit(from: &str, to: &str) -> bool {
    const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    const MOMENTS: [&str; 3] = ["date", "timestamp without time zone", "timestamp with time zone"];
    let rises = |order: &[&str]| {
        let place = |name: &str| order.iter().position(|n| *n == name);
        place(from).zip(place(to)).is_some_and(|(from, to)| from < to)
    };
    from == to
        || from == "unknown"
        || rises(&NUMBERS)
        || rises(&MOMENTS)
        || (from, to) == ("time without time zone", "interval")
}

impl PartialEq for UserFunction {
    fn eq(&self, other: &Self) -> bool {
        let ids = |f: &UserFunction| f.candidates.iter().map(|c| c.id).collect::<Vec<_>>();
        self.name == other.name && ids(self) == ids(other)
    }
}

impl Eq for UserFunction {}

impl Hash for UserFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for UserFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> PlanResult<DataType> {
        let chosen = self.choose(types).map_err(|e| DataFusionError::External(Box::new(e)))?;
        Ok(chosen.function().map_or(DataType::Null, |f| f.result.clone()))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> PlanResult<FieldRef> {
        let arguments = args.arg_fields.iter().zip(args.scalar_arguments);
        let types: Vec<DataType> =
            arguments.map(|(field, value)| argument_type(field.data_type(), *value)).collect();
        Ok(Arc::new(Field::new(&self.name, self.return_type(&types)?, true)))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        internal_err!("a call of {} was not replaced", self.name)
    }
}

/// The type by which a function is chosen: that of a quoted literal is open.
pub(super) fn argument_type(data_type: &DataType, value: Option<&ScalarValue>) -> DataType {
    match value {
        Some(ScalarValue::Utf8(_)) => DataType::Null,
        _ => data_type.clone(),
    }
}

/// Checks a call of a user's function, and puts arguments that have names in
/// their places.
pub(super) fn plain_call(expr: &mut ast::Expr, catalog: &Snapshot) -> Result<()> {
    let ast::Expr::Function(call) = expr else { return Ok(()) };
    let parts: Vec<String> = call.name.0.iter().filter_map(|p| p.as_ident()).map(fold).collect();
    let candidates = match parts.as_slice() {
        [name] => catalog.functions(None, name),
        [.., schema, name] => catalog.functions(Some(schema), name),
        [] => vec![],
    };
    let (Some(name), false) = (parts.last(), candidates.is_empty()) else { return Ok(()) };
    let wrong = |message: String| Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message));
    if call.over.is_some() {
        return wrong(format!(
            "OVER specified, but {name} is not a window function nor an aggregate function"
        ));
    }
    if call.filter.is_some() {
        return wrong(format!("FILTER specified, but {name} is not an aggregate function"));
    }
    let ast::FunctionArguments::List(list) = &mut call.args else { return Ok(()) };
    if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return wrong(format!("DISTINCT or ORDER BY specified, but {name} is not an aggregate function"));
    }
    if !list.args.iter().any(|a| matches!(a, FunctionArg::Named { .. })) {
        return Ok(());
    }
    let ordered = candidates.iter().filter_map(|f| in_order(&list.args, f.function()?)).next();
    let Some(ordered) = ordered else {
        let message = format!("function {name} does not have such arguments");
        return Err(Error::new(SqlState::UNDEFINED_FUNCTION, message));
    };
    list.args = ordered;
    Ok(())
}

/// The arguments in the order of the declaration, if their names are in it.
fn in_order(given: &[FunctionArg], function: &FunctionProperties) -> Option<Vec<FunctionArg>> {
    let mut places: Vec<Option<FunctionArg>> = vec![None; function.arguments.len()];
    for (index, argument) in given.iter().enumerate() {
        let (place, argument) = match argument {
            FunctionArg::Named { name, arg, .. } => {
                let name = fold(name);
                let place = function.arguments.iter().position(|(n, _)| n.as_deref() == Some(&name))?;
                (place, FunctionArg::Unnamed(arg.clone()))
            }
            other => (index, other.clone()),
        };
        if places.get_mut(place)?.replace(argument).is_some() {
            return None;
        }
    }
    places.into_iter().collect()
}
