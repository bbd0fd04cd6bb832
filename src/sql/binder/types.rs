//! Which Arrow type an SQL type is.
//!
//! Times count microseconds, as in PostgreSQL; a `timestamptz` is an instant,
//! kept in UTC. `numeric` without a precision has 38 digits, 10 of them after
//! the point. Text is `Utf8` everywhere.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, IntervalUnit, TimeUnit};
use datafusion::common::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::ast::{ArrayElemTypeDef, ExactNumberInfo, TimezoneInfo};

use crate::types::{Error, Result, SqlState};

/// The Arrow type of an SQL type.
pub fn data_type(sql: &ast::DataType) -> Result<DataType> {
    use ast::DataType as Sql;
    Ok(match sql {
        Sql::Boolean | Sql::Bool => DataType::Boolean,
        Sql::SmallInt(_) | Sql::Int2(_) | Sql::Int16 => DataType::Int16,
        Sql::Int(_) | Sql::Integer(_) | Sql::Int4(_) | Sql::Int32 => DataType::Int32,
        Sql::BigInt(_) | Sql::Int8(_) | Sql::Int64 => DataType::Int64,
        Sql::Real | Sql::Float4 | Sql::Float32 => DataType::Float32,
        Sql::Float(ExactNumberInfo::Precision(bits)) if *bits <= 24 => DataType::Float32,
        Sql::Float(_) | Sql::Double(_) | Sql::DoublePrecision | Sql::Float8 | Sql::Float64 => {
            DataType::Float64
        }
        Sql::Numeric(info) | Sql::Decimal(info) | Sql::Dec(info) => decimal(info)?,
        Sql::Varchar(_)
        | Sql::CharacterVarying(_)
        | Sql::CharVarying(_)
        | Sql::Char(_)
        | Sql::Character(_)
        | Sql::Text
        | Sql::String(_)
        | Sql::Regclass => DataType::Utf8,
        Sql::Bytea => DataType::Binary,
        Sql::Date => DataType::Date32,
        Sql::Time(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            DataType::Time64(TimeUnit::Microsecond)
        }
        Sql::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) | Sql::Datetime(_) => {
            DataType::Timestamp(TimeUnit::Microsecond, None)
        }
        Sql::Timestamp(_, _) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Sql::Interval { .. } => DataType::Interval(IntervalUnit::MonthDayNano),
        Sql::Array(ArrayElemTypeDef::AngleBracket(item) | ArrayElemTypeDef::SquareBracket(item, _)) => {
            DataType::List(Arc::new(Field::new_list_field(data_type(item)?, true)))
        }
        Sql::Struct(fields, _) => structure(fields)?,
        Sql::Custom(name, arguments) if arguments.is_empty() => named(&name.to_string(), sql)?,
        other => return Err(unknown(other)),
    })
}

/// Types that the parser does not know.
fn named(name: &str, sql: &ast::DataType) -> Result<DataType> {
    match name.to_lowercase().trim_start_matches("pg_catalog.") {
        "timestamptz" => Ok(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        "name" | "bpchar" | "regtype" | "regproc" | "regnamespace" | "cstring" | "\"char\"" => {
            Ok(DataType::Utf8)
        }
        "oid" | "xid" | "cid" => Ok(DataType::Int32),
        "int4" => Ok(DataType::Int32),
        "int8" => Ok(DataType::Int64),
        "int2" => Ok(DataType::Int16),
        "float8" => Ok(DataType::Float64),
        "float4" => Ok(DataType::Float32),
        "text" | "varchar" => Ok(DataType::Utf8),
        "bool" => Ok(DataType::Boolean),
        _ => Err(unknown(sql)),
    }
}

fn unknown(sql: &ast::DataType) -> Error {
    match sql {
        ast::DataType::Custom(..) => Error::new(
            SqlState::UNDEFINED_OBJECT,
            format!("type \"{}\" does not exist", sql.to_string().to_lowercase()),
        ),
        _ => Error::unsupported(format!("type {}", sql.to_string().to_lowercase())),
    }
}

fn decimal(info: &ExactNumberInfo) -> Result<DataType> {
    let (precision, scale) = match *info {
        ExactNumberInfo::None => (38, 10),
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    if precision == 0 || precision > 38 || scale < 0 || scale as u64 > precision {
        let error = Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            format!("numeric precision {precision} with scale {scale} is out of range"),
        );
        return Err(
            error.with_hint("The precision must be between 1 and 38, the scale between 0 and the precision.")
        );
    }
    Ok(DataType::Decimal128(precision as u8, scale as i8))
}

fn structure(fields: &[ast::StructField]) -> Result<DataType> {
    let fields = fields.iter().enumerate().map(|(i, field)| {
        let name = field.field_name.as_ref().map_or(format!("f{}", i + 1), fold);
        Ok(Field::new(name, data_type(&field.field_type)?, true))
    });
    Ok(DataType::Struct(fields.collect::<Result<Fields>>()?))
}

/// An identifier as PostgreSQL folds it: lower case unless quoted.
pub(super) fn fold(ident: &ast::Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

/// Gives DataFusion's planner our types.
#[derive(Debug)]
pub(super) struct Types;

impl TypePlanner for Types {
    fn plan_type_field(&self, sql: &ast::DataType) -> PlanResult<Option<FieldRef>> {
        let data_type = data_type(sql).map_err(|e| DataFusionError::External(Box::new(e)))?;
        Ok(Some(Arc::new(Field::new("", data_type, true))))
    }
}
