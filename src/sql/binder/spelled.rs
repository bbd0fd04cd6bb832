//! Expressions that PostgreSQL spells in a way of its own, as calls.
//!
//! `x AT TIME ZONE z` is `timezone(z, x)`, `(s).field` a field of a record,
//! `ROW(a, b)` a record with the fields `f1` and `f2`, and a function that gives
//! several rows is an `unnest` of one that gives a list.

use datafusion::sql::sqlparser::ast::{
    self, AccessExpr, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, TableAlias,
    TableAliasColumnDef, TableFactor, Value,
};

use super::number_literal::type_number;
use super::rewriting::call;
use super::table_function;
use super::types::fold;
use crate::expr::json;

/// The same expression in words that DataFusion's planner knows.
pub(super) fn respell(expr: &mut Expr) {
    let new = match expr {
        Expr::AtTimeZone { timestamp, time_zone } => {
            call("timezone", vec![(**time_zone).clone(), (**timestamp).clone()])
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            // `t.a[1].f`: what follows a name directly is a part of the name.
            let is_name = |a: &AccessExpr| matches!(a, AccessExpr::Dot(Expr::Identifier(_)));
            let begins_with_name = matches!(root.as_ref(), Expr::Identifier(_));
            let in_name = access_chain.iter().take_while(|a| begins_with_name && is_name(a)).count();
            access_chain.iter_mut().skip(in_name).for_each(respell_field);
            return;
        }
        Expr::Function(function) => match arguments(function) {
            Some((name, arguments)) if name == "row" => record(arguments),
            Some((name, arguments)) if json::functions::SETS.contains(&name.as_str()) => {
                call("unnest", vec![call(&format!("ms_{name}"), arguments)])
            }
            Some((name, mut arguments)) => match table_function::list_of(&name) {
                Some(list) => {
                    arguments.iter_mut().for_each(type_number);
                    call("unnest", vec![call(list, arguments)])
                }
                None => return,
            },
            _ => return,
        },
        _ => return,
    };
    *expr = new;
}

fn respell_field(access: &mut AccessExpr) {
    if let AccessExpr::Dot(Expr::Identifier(ident)) = access {
        *access = AccessExpr::Dot(text(fold(ident)));
    }
}

fn text(value: String) -> Expr {
    Expr::Value(Value::SingleQuotedString(value).with_empty_span())
}

/// The name and the plain arguments of a plain call.
pub(super) fn arguments(function: &ast::Function) -> Option<(String, Vec<Expr>)> {
    let name = function.name.0.last()?.as_ident().map(fold)?;
    if function.over.is_some() || function.filter.is_some() {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    let plain = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    Some((name, list.args.iter().map(plain).collect::<Option<_>>()?))
}

/// A record with PostgreSQL's names of fields that have none.
fn record(values: Vec<Expr>) -> Expr {
    let mut arguments = Vec::with_capacity(2 * values.len());
    for (i, mut value) in values.into_iter().enumerate() {
        type_number(&mut value);
        arguments.push(text(format!("f{}", i + 1)));
        arguments.push(value);
    }
    call("named_struct", arguments)
}

/// `FROM jsonb_each(x) AS e` as an UNNEST of the lists that the function's columns
/// are.
pub(super) fn respell_table(factor: &mut TableFactor) {
    let (name, arguments, alias) = match factor {
        TableFactor::Table { name, args: Some(arguments), alias, .. } => (name, &arguments.args, alias),
        TableFactor::Function { name, args, alias, with_ordinality: false, .. } => (name, &*args, alias),
        _ => return,
    };
    let Some(function) = name.0.last().and_then(|part| part.as_ident()).map(fold) else { return };
    let Some(items) = lists_of(&function) else { return };
    let given = arguments.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    let Some(given) = given.collect::<Option<Vec<_>>>() else { return };
    let is_scalar = items.len() == 1 && only_column(&function).is_none();
    let mut alias = alias.clone().unwrap_or_else(|| TableAlias {
        explicit: false,
        name: Ident::new(&function),
        columns: vec![],
        at: None,
    });
    if alias.columns.is_empty() && is_scalar {
        // A function whose column has no name of its own calls it as the relation.
        alias.columns.push(TableAliasColumnDef { name: alias.name.clone(), data_type: None });
    } else if alias.columns.is_empty() {
        alias.columns = items.iter().map(|(_, column)| TableAliasColumnDef::from_name(*column)).collect();
    }
    let array_exprs = items.iter().map(|(list, _)| call(list, given.clone())).collect();
    *factor = TableFactor::UNNEST {
        alias: Some(alias),
        array_exprs,
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    };
}

/// The functions that give a function's columns, and the columns' names.
fn lists_of(function: &str) -> Option<Vec<(String, &str)>> {
    let own = |name: &str| format!("ms_{name}");
    Some(match function {
        "jsonb_each" | "json_each" => {
            vec![(own("jsonb_object_keys"), "key"), (own("json_values"), "value")]
        }
        "jsonb_each_text" | "json_each_text" => {
            vec![(own("jsonb_object_keys"), "key"), (own("json_values_text"), "value")]
        }
        name if json::functions::SETS.contains(&name) => {
            vec![(own(name), only_column(name).unwrap_or(function))]
        }
        _ => return None,
    })
}

/// The column of a function that gives one.
pub(super) fn only_column(function: &str) -> Option<&'static str> {
    let is_set = json::functions::SETS.contains(&function);
    (is_set && !function.ends_with("keys") && !function.ends_with("query")).then_some("value")
}

/// Constants in VALUES have the type that another row says for their column.
pub(super) fn type_values(values: &mut ast::Values) {
    let width = values.rows.iter().map(|row| row.content.len()).min().unwrap_or(0);
    for column in 0..width {
        let cast = values.rows.iter().find_map(|row| match &row.content[column] {
            Expr::Cast { data_type, .. } => Some(data_type.clone()),
            Expr::TypedString(typed) => Some(typed.data_type.clone()),
            _ => None,
        });
        let Some(data_type) = cast else { continue };
        let is_float = matches!(
            data_type,
            ast::DataType::DoublePrecision | ast::DataType::Double(_) | ast::DataType::Float8
        );
        for row in &mut values.rows {
            let value = &mut row.content[column];
            let untyped = match value {
                Expr::Value(value) => match &value.value {
                    Value::SingleQuotedString(_) => true,
                    Value::Number(..) => is_float,
                    _ => false,
                },
                _ => false,
            };
            if untyped {
                let expr = Box::new(value.clone());
                let data_type = data_type.clone();
                *value =
                    Expr::Cast { kind: ast::CastKind::Cast, expr, data_type, array: false, format: None };
            }
        }
    }
}
