//! Casts to PostgreSQL's own types.

use datafusion::sql::sqlparser::ast::{
    Array, ArrayElemTypeDef, BinaryOperator, CastKind, DataType, Expr, ObjectName, Value,
};

use super::{call, take};
use crate::catalog::system::regtype::REG_TYPES;
use crate::catalog::system::simplify::name_parts;

/// One cast, whose operand has been rewritten already.
pub fn rewrite_cast(expr: &mut Expr) {
    let Expr::Cast { expr: operand, data_type, .. } = expr else { return };
    if let Some((_, to_oid, to_name)) = reg_type(data_type) {
        let operand = take(operand);
        *expr = if is_name(&operand) { call(to_oid, vec![operand]) } else { call(to_name, vec![operand]) };
        return;
    }
    let to_oid = is_oid(data_type);
    *data_type = plain_type(data_type);
    if to_oid && let Some(oid) = named_oid(operand) {
        *operand = Box::new(oid);
    } else if is_text(data_type) && is_oid_call(operand) {
        show_name(operand);
    } else if matches!(data_type, DataType::Array(_)) && array_literal(operand, data_type).is_some() {
        *expr = array_literal(operand, data_type).unwrap_or_else(super::super::simplify::null);
    }
}

/// `'{a,b}'` next to ANY or ALL is an array.
pub fn rewrite_array_literal(expr: &mut Expr) {
    let text = DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(DataType::Text), None));
    if let Some(array) = array_literal(expr, &text) {
        *expr = array;
    }
}

/// `oid::regclass = 't'::regclass` and `oid = to_regtype('t')` compare OIDs, not names.
pub fn compare_oids(expr: &mut Expr) {
    let Expr::BinaryOp { left, op, right } = expr else { return };
    if !matches!(op, BinaryOperator::Eq | BinaryOperator::NotEq) {
        return;
    }
    if (is_oid_call(right) || is_lookup(left))
        && let Some(oid) = named_oid(left)
    {
        **left = oid;
    }
    if (is_oid_call(left) || is_lookup(right))
        && let Some(oid) = named_oid(right)
    {
        **right = oid;
    }
}

/// `to_regclass('t')` and the like: names that may not exist.
fn is_lookup(expr: &Expr) -> bool {
    called(expr).is_some_and(|f| f.starts_with("to_reg"))
}

/// A number that stands for a name is shown as the name.
pub fn show_name(expr: &mut Expr) {
    if let Some(to_name) = called(expr).and_then(|f| REG_TYPES.iter().find(|r| r.1 == f)).map(|r| r.2) {
        *expr = call(to_name, vec![take(expr)]);
    }
}

/// `CAST(expr AS BIGINT)`
pub fn cast_to_bigint(expr: Expr) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type: DataType::BigInt(None),
        array: false,
        format: None,
    }
}

fn reg_type(data_type: &DataType) -> Option<(&'static str, &'static str, &'static str)> {
    let name = match data_type {
        DataType::Regclass => "regclass".to_string(),
        DataType::Custom(name, _) => name_parts(name).1,
        _ => return None,
    };
    REG_TYPES.into_iter().find(|(reg, ..)| *reg == name)
}

fn is_oid(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Custom(name, _) if name_parts(name).1 == "oid")
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Text | DataType::Varchar(_))
}

/// A string or a parameter: something that is looked up by name.
fn is_name(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => {
            matches!(&value.value, Value::SingleQuotedString(_) | Value::Placeholder(_))
        }
        Expr::Nested(inner) => is_name(inner),
        Expr::Cast { expr: inner, data_type, .. } => is_text(data_type) && is_name(inner),
        _ => false,
    }
}

/// The name of the function that is called, if it is a call.
fn called(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Function(function) => Some(name_parts(&function.name).1),
        Expr::Nested(inner) => called(inner),
        _ => None,
    }
}

fn is_oid_call(expr: &Expr) -> bool {
    called(expr).is_some_and(|f| REG_TYPES.iter().any(|r| r.1 == f))
}

/// The OID of which an expression shows the name: `oid::regclass`, `to_regclass('t')`.
fn named_oid(expr: &Expr) -> Option<Expr> {
    let function = called(expr)?;
    let Expr::Function(call_of) = strip_parentheses(expr) else { return None };
    let argument = super::super::simplify::arguments(&call_of.args).first().map(|a| (*a).clone());
    if REG_TYPES.iter().any(|r| r.2 == function) {
        return argument;
    }
    let reg = function.strip_prefix("to_")?;
    let to_oid = REG_TYPES.iter().find(|r| r.0 == reg)?.1;
    Some(call(to_oid, vec![expr.clone()]))
}

fn strip_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => strip_parentheses(inner),
        other => other,
    }
}

/// The type by the name that DataFusion knows.
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Custom(name, modifiers) => {
            plain_custom_type(name).unwrap_or_else(|| DataType::Custom(name.clone(), modifiers.clone()))
        }
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, size)) => {
            DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(plain_type(element)), *size))
        }
        other => other.clone(),
    }
}

fn plain_custom_type(name: &ObjectName) -> Option<DataType> {
    let array = |element| DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(element), None));
    Some(match name_parts(name).1.as_str() {
        "text" | "name" | "char" | "bpchar" | "cstring" | "pg_node_tree" | "inet" | "cidr" | "unknown"
        | "aclitem" => DataType::Text,
        "varchar" => DataType::Varchar(None),
        "oid" | "xid" | "cid" | "regclass" | "regtype" | "regproc" | "regnamespace" | "regrole" => {
            DataType::IntUnsigned(None)
        }
        "bool" => DataType::Boolean,
        "int2" => DataType::SmallInt(None),
        "int4" | "int" | "integer" => DataType::Int(None),
        "int8" | "bigint" => DataType::BigInt(None),
        "float4" => DataType::Real,
        "float8" => DataType::DoublePrecision,
        "date" => DataType::Date,
        "_text" | "_name" => array(DataType::Text),
        "_oid" | "oidvector" => array(DataType::IntUnsigned(None)),
        "_int2" | "int2vector" => array(DataType::SmallInt(None)),
        "_int4" => array(DataType::Int(None)),
        "_int8" => array(DataType::BigInt(None)),
        _ => return None,
    })
}

/// `'{a,b}'` as `ARRAY['a', 'b']`, with each element cast.
fn array_literal(expr: &Expr, data_type: &DataType) -> Option<Expr> {
    let Expr::Value(value) = expr else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) = data_type else { return None };
    if inner.trim().is_empty() {
        return Some(call("ms_empty_text_array", vec![]));
    }
    let elements = inner.split(',').map(|word| Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::value(Value::SingleQuotedString(word.trim().trim_matches('"').to_string()))),
        data_type: element.as_ref().clone(),
        array: false,
        format: None,
    });
    Some(Expr::Array(Array { elem: elements.collect(), named: true }))
}
