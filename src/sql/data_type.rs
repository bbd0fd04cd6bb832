//! SQL types to Arrow types and back.
//!
//! `NUMERIC` without a precision is unbounded in PostgreSQL; here it has 56
//! digits before and 20 behind the point. `jsonb`, `json` and `uuid` are types of
//! Arrow that nothing else uses: see [`logical`](crate::types::logical).
//! Lengths of `VARCHAR(n)` are not enforced, as values are checked nowhere else
//! against them; `CHAR(n)`, whose blanks have a meaning, is refused instead.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use datafusion::sql::sqlparser::ast::{
    self, ArrayElemTypeDef, CharacterLength, ExactNumberInfo, ObjectName, TimezoneInfo,
};

use crate::expr::sql_name;
use crate::types::{Error, Result, SqlState, logical};

/// The Arrow type of a SQL type; `0A000` for one that is known and not built,
/// `42704` for one that does not exist.
pub fn arrow_type(sql: &ast::DataType) -> Result<DataType> {
    use ast::DataType as Sql;
    Ok(match sql {
        Sql::Boolean | Sql::Bool => DataType::Boolean,
        Sql::SmallInt(None) | Sql::Int2(None) => DataType::Int16,
        Sql::Int(None) | Sql::Integer(None) | Sql::Int4(None) => DataType::Int32,
        Sql::BigInt(None) | Sql::Int8(None) => DataType::Int64,
        Sql::Real | Sql::Float4 => DataType::Float32,
        Sql::Float8 | Sql::DoublePrecision | Sql::Double(ExactNumberInfo::None) => DataType::Float64,
        Sql::Float(precision) => float(precision)?,
        Sql::Numeric(info) | Sql::Decimal(info) | Sql::Dec(info) => numeric(info)?,
        Sql::Varchar(length) | Sql::CharacterVarying(length) | Sql::CharVarying(length) => {
            varying(sql, length.as_ref())?
        }
        Sql::Text | Sql::String(None) => DataType::Utf8,
        Sql::Bytea => DataType::Binary,
        Sql::JSONB => logical::jsonb(),
        Sql::JSON => logical::json(),
        Sql::Uuid => logical::uuid(),
        Sql::Date => DataType::Date32,
        Sql::Time(precision, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            fraction("time", *precision)?;
            DataType::Time64(TimeUnit::Microsecond)
        }
        Sql::Timestamp(precision, zone) => timestamp(*precision, zone)?,
        Sql::Interval { fields: None, precision } => {
            fraction("interval", *precision)?;
            DataType::Interval(IntervalUnit::MonthDayNano)
        }
        Sql::Array(ArrayElemTypeDef::AngleBracket(element) | ArrayElemTypeDef::SquareBracket(element, _)) => {
            DataType::new_list(arrow_type(element)?, true)
        }
        Sql::Struct(fields, _) => structure(fields)?,
        Sql::Map(key, value) => map(key, value)?,
        Sql::Custom(name, parts) if parts.len() == 2 && name.to_string().eq_ignore_ascii_case("map") => {
            map(&map_part(&parts[0])?, &map_part(&parts[1])?)?
        }
        Sql::Custom(name, modifiers) if modifiers.is_empty() => custom(name)?,
        other => return Err(Error::unsupported(format!("type {}", other.to_string().to_lowercase()))),
    })
}

fn float(precision: &ExactNumberInfo) -> Result<DataType> {
    match precision {
        ExactNumberInfo::None | ExactNumberInfo::Precision(25..=53) => Ok(DataType::Float64),
        ExactNumberInfo::Precision(1..=24) => Ok(DataType::Float32),
        _ => Err(Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            "precision for type float must be between 1 and 53",
        )),
    }
}

fn numeric(info: &ExactNumberInfo) -> Result<DataType> {
    let (precision, scale) = match *info {
        ExactNumberInfo::None => return Ok(logical::numeric()),
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    let text = match (precision, scale) {
        (0, _) | (1001.., _) => format!("NUMERIC precision {precision} must be between 1 and 1000"),
        (1..=38, 0..=38) if scale as u64 <= precision => {
            return Ok(DataType::Decimal128(precision as u8, scale as i8));
        }
        (39..=75, 0..) if scale as u64 <= precision => {
            return Ok(DataType::Decimal256(precision as u8, scale as i8));
        }
        (1..=75, _) => format!("NUMERIC scale {scale} must be between 0 and precision {precision}"),
        _ => return Err(Error::unsupported(format!("NUMERIC with a precision of {precision}, above 75,"))),
    };
    Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, text))
}

fn varying(sql: &ast::DataType, length: Option<&CharacterLength>) -> Result<DataType> {
    match length {
        None => Ok(DataType::Utf8),
        Some(CharacterLength::IntegerLength { length: 0, .. }) => {
            Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "length for type varchar must be at least 1"))
        }
        Some(CharacterLength::IntegerLength { unit: None, .. }) => Ok(DataType::Utf8),
        Some(_) => Err(Error::unsupported(format!("type {}", sql.to_string().to_lowercase()))),
    }
}

fn timestamp(precision: Option<u64>, zone: &TimezoneInfo) -> Result<DataType> {
    fraction("timestamp", precision)?;
    let zone = match zone {
        TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => None,
        TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => Some(Arc::from("UTC")),
    };
    Ok(DataType::Timestamp(TimeUnit::Microsecond, zone))
}

/// Digits after the second: microseconds, and nothing coarser, are kept.
fn fraction(name: &str, precision: Option<u64>) -> Result<()> {
    match precision {
        None | Some(6) => Ok(()),
        Some(precision) => Err(Error::unsupported(format!("{name}({precision})"))),
    }
}

fn structure(fields: &[ast::StructField]) -> Result<DataType> {
    let mut arrow = Vec::with_capacity(fields.len());
    for field in fields {
        let Some(name) = &field.field_name else {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "a field of a STRUCT type needs a name")
                .with_hint("Write for example STRUCT<a INT, b VARCHAR>."));
        };
        if arrow.iter().any(|known: &Field| *known.name() == name.value) {
            let text = format!("field \"{}\" specified more than once", name.value);
            return Err(Error::new(SqlState::DUPLICATE_COLUMN, text));
        }
        arrow.push(Field::new(&name.value, arrow_type(&field.field_type)?, true));
    }
    if arrow.is_empty() {
        return Err(Error::new(SqlState::SYNTAX_ERROR, "a STRUCT type needs fields")
            .with_hint("Write for example STRUCT<a INT, b VARCHAR>."));
    }
    Ok(DataType::Struct(Fields::from(arrow)))
}

/// A type that `sqlparser` knows only by its name.
fn custom(name: &ObjectName) -> Result<DataType> {
    let last = name.0.last().and_then(|part| part.as_ident());
    match last.map(|ident| ident.value.as_str()).unwrap_or_default() {
        "timestamptz" => Ok(DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")))),
        "text" | "varchar" => Ok(DataType::Utf8),
        "bytea" => Ok(DataType::Binary),
        "jsonb" => Ok(logical::jsonb()),
        "json" => Ok(logical::json()),
        "uuid" => Ok(logical::uuid()),
        known @ ("serial" | "bigserial" | "smallserial" | "rw_int256" | "money" | "inet" | "cidr"
        | "hstore" | "oid" | "name") => Err(Error::unsupported(format!("type {known}"))),
        _ => Err(Error::new(SqlState::UNDEFINED_OBJECT, format!("type \"{name}\" does not exist"))),
    }
}

/// A type of ours as syntax; `None` for what no syntax names.
pub fn sql_type(arrow: &DataType) -> Option<ast::DataType> {
    use ast::DataType as Sql;
    let precise =
        |p: &u8, s: &i8| Sql::Numeric(ExactNumberInfo::PrecisionAndScale(u64::from(*p), i64::from(*s)));
    Some(match arrow {
        DataType::Boolean => Sql::Boolean,
        DataType::Int16 => Sql::SmallInt(None),
        DataType::Int32 => Sql::Int(None),
        DataType::Int64 => Sql::BigInt(None),
        DataType::Float32 => Sql::Real,
        DataType::Float64 => Sql::DoublePrecision,
        numeric if *numeric == logical::numeric() => Sql::Numeric(ExactNumberInfo::None),
        DataType::Decimal128(p, s) | DataType::Decimal256(p @ ..=75, s) => precise(p, s),
        DataType::Utf8 => Sql::Text,
        DataType::Binary => Sql::Bytea,
        DataType::LargeBinary => Sql::JSONB,
        DataType::BinaryView => Sql::JSON,
        DataType::FixedSizeBinary(16) => Sql::Uuid,
        DataType::Date32 => Sql::Date,
        DataType::Time64(_) => Sql::Time(None, TimezoneInfo::None),
        DataType::Timestamp(_, None) => Sql::Timestamp(None, TimezoneInfo::None),
        DataType::Timestamp(_, Some(_)) => Sql::Timestamp(None, TimezoneInfo::WithTimeZone),
        DataType::Interval(_) => Sql::Interval { fields: None, precision: None },
        DataType::List(item) => {
            Sql::Array(ArrayElemTypeDef::SquareBracket(Box::new(sql_type(item.data_type())?), None))
        }
        DataType::Struct(fields) => {
            let field = |f: &Arc<Field>| {
                Some(ast::StructField {
                    field_name: Some(ast::Ident::with_quote('"', f.name())),
                    field_type: sql_type(f.data_type())?,
                    options: None,
                })
            };
            let fields = fields.iter().map(field).collect::<Option<_>>()?;
            Sql::Struct(fields, ast::StructBracketKind::AngleBrackets)
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                let (key, value) = (sql_type(pair[0].data_type())?, sql_type(pair[1].data_type())?);
                Sql::Map(Box::new(key), Box::new(value))
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// `MAP(key, value)`. The key is a type that can be compared.
fn map(key: &ast::DataType, value: &ast::DataType) -> Result<DataType> {
    let (key, value) = (arrow_type(key)?, arrow_type(value)?);
    if key.is_nested() || key == logical::jsonb() || key == logical::json() {
        let message = format!("type {} cannot be the key of a MAP", type_name(&key));
        return Err(Error::new(SqlState::INVALID_TABLE_DEFINITION, message));
    }
    let pair = Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)]);
    Ok(DataType::Map(Arc::new(Field::new("entries", DataType::Struct(pair), false)), false))
}

/// One of the types between the parentheses of `MAP(…)`, which are words to the
/// parser.
fn map_part(text: &str) -> Result<ast::DataType> {
    use datafusion::sql::sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(text).and_then(|mut p| p.parse_data_type());
    parsed.map_err(|e| Error::new(SqlState::SYNTAX_ERROR, e.to_string()))
}

/// PostgreSQL's name of an Arrow type with its parts, as `\d` has it.
pub fn type_name(arrow: &DataType) -> String {
    match arrow {
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => match (*p, *s) {
            // Results of arithmetic are numerics without a precision.
            (38 | 76, _) => "numeric".to_string(),
            (p, s) => format!("numeric({p},{s})"),
        },
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "character varying".to_string(),
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => format!("{}[]", type_name(element.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|f| format!("{} {}", f.name(), type_name(f.data_type()))).collect();
            format!("struct<{}>", fields.join(", "))
        }
        DataType::Dictionary(_, value) => type_name(value),
        DataType::RunEndEncoded(_, value) => type_name(value.data_type()),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let parts: Vec<String> = pair.iter().map(|f| type_name(f.data_type())).collect();
                format!("map({})", parts.join(", "))
            }
            other => format!("map({})", type_name(other)),
        },
        DataType::Union(..) => "union".to_string(),
        plain => sql_name(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Statement, parse};

    fn of(sql: &str) -> Result<DataType> {
        let parsed = parse(&format!("CREATE TABLE t (c {sql})")).unwrap().remove(0);
        let Statement::CreateRelation(t) = parsed.statement else { panic!("{sql}") };
        arrow_type(t.columns[0].data_type.as_ref().unwrap())
    }

    #[test]
    fn types_come_back_by_postgresqls_names() {
        for (sql, name) in [
            ("BOOLEAN", "boolean"),
            ("bool", "boolean"),
            ("SMALLINT", "smallint"),
            ("int2", "smallint"),
            ("INT", "integer"),
            ("INTEGER", "integer"),
            ("int4", "integer"),
            ("BIGINT", "bigint"),
            ("int8", "bigint"),
            ("REAL", "real"),
            ("float4", "real"),
            ("DOUBLE PRECISION", "double precision"),
            ("DOUBLE", "double precision"),
            ("float", "double precision"),
            ("float(10)", "real"),
            ("NUMERIC", "numeric"),
            ("NUMERIC(10,2)", "numeric(10,2)"),
            ("DECIMAL(5)", "numeric(5,0)"),
            ("VARCHAR", "character varying"),
            ("varchar(20)", "character varying"),
            ("CHARACTER VARYING", "character varying"),
            ("TEXT", "character varying"),
            ("STRING", "character varying"),
            ("BYTEA", "bytea"),
            ("JSONB", "jsonb"),
            ("json", "json"),
            ("uuid", "uuid"),
            ("NUMERIC(50,2)", "numeric(50,2)"),
            ("DATE", "date"),
            ("TIME", "time without time zone"),
            ("TIMESTAMP", "timestamp without time zone"),
            ("TIMESTAMP WITHOUT TIME ZONE", "timestamp without time zone"),
            ("TIMESTAMPTZ", "timestamp with time zone"),
            ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
            ("INTERVAL", "interval"),
            ("INT[]", "integer[]"),
            ("MAP(VARCHAR, INT)", "map(character varying, integer)"),
            ("VARCHAR[][]", "character varying[][]"),
            ("STRUCT<a INT, \"B\" VARCHAR[]>", "struct<a integer, B character varying[]>"),
            ("STRUCT<a STRUCT<b STRUCT<c NUMERIC(3,1)>>>[]", "struct<a struct<b struct<c numeric(3,1)>>>[]"),
        ] {
            assert_eq!(type_name(&of(sql).unwrap_or_else(|e| panic!("{sql}: {e}"))), name, "{sql}");
        }
        assert_eq!(
            of("TIMESTAMPTZ").unwrap(),
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        );
        assert_eq!(of("NUMERIC").unwrap(), logical::numeric());
        assert_eq!(of("INTERVAL").unwrap(), DataType::Interval(IntervalUnit::MonthDayNano));
    }

    #[test]
    fn what_cannot_be_held_is_refused() {
        for (sql, code) in [
            ("CHAR(3)", SqlState::FEATURE_NOT_SUPPORTED),
            ("TIMETZ", SqlState::FEATURE_NOT_SUPPORTED),
            ("TIMESTAMP(3)", SqlState::FEATURE_NOT_SUPPORTED),
            ("NUMERIC(80, 2)", SqlState::FEATURE_NOT_SUPPORTED),
            ("NUMERIC(5, 6)", SqlState::INVALID_PARAMETER_VALUE),
            ("NUMERIC(0)", SqlState::INVALID_PARAMETER_VALUE),
            ("SERIAL", SqlState::FEATURE_NOT_SUPPORTED),
            ("potato", SqlState::UNDEFINED_OBJECT),
            ("STRUCT<a INT, a INT>", SqlState::DUPLICATE_COLUMN),
            ("STRUCT", SqlState::SYNTAX_ERROR),
        ] {
            assert_eq!(of(sql).unwrap_err().code(), code, "{sql}");
        }
    }
}
