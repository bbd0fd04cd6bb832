//! DataFusion's errors in PostgreSQL's words.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};

use super::nearest::distance;
use crate::types::{Error, SqlState, logical};

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error {
            DataFusionError::ArrowError(inner, _) => arrow_error(*inner),
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => Error::from(*inner),
            DataFusionError::Shared(inner) => match std::sync::Arc::try_unwrap(inner) {
                Ok(inner) => Error::from(inner),
                Err(shared) => Error::from_text(&shared.to_string()),
            },
            DataFusionError::Collection(mut all) if !all.is_empty() => Error::from(all.swap_remove(0)),
            DataFusionError::External(inner) => match inner.downcast::<Error>() {
                Ok(ours) => *ours,
                Err(other) => Error::from_text(&other.to_string()),
            },
            DataFusionError::SchemaError(inner, _) => Error::from_schema(&inner),
            DataFusionError::NotImplemented(text) => Error::from_missing(&text),
            DataFusionError::ResourcesExhausted(text) => Error::new(SqlState::OUT_OF_MEMORY, text),
            DataFusionError::IoError(inner) => Error::new(SqlState::IO_ERROR, inner.to_string()),
            DataFusionError::SQL(inner, _) => Error::new(SqlState::SYNTAX_ERROR, inner.to_string()),
            DataFusionError::Plan(text) | DataFusionError::Execution(text) => Error::from_text(&text),
            other => Error::internal(other.to_string()),
        }
    }
}

/// What DataFusion says that it has not, without its saying so.
fn part_of(text: &str) -> &str {
    let text = text.trim_end_matches(['.', '!']).trim_end_matches(" yet");
    let verbs = ["supported", "implemented"].iter();
    let ends = verbs.filter_map(|verb| text.strip_suffix(verb)?.strip_suffix(" not "));
    ends.map(|part| part.trim_end_matches(" is").trim_end_matches(" are")).next().unwrap_or(text)
}

/// Sentences of DataFusion's about what users get wrong: a piece of it, the code,
/// and PostgreSQL's sentence where it does not need the details.
const KNOWN: &[(&str, &str, Option<&str>)] = &[
    ("order by column out of bounds", "42P10", Some("an ORDER BY position is not in the select list")),
    ("subquery should only return one column", "42601", Some("subquery must return only one column")),
    ("unary operator 'not' requires", "42804", Some("argument of NOT must be type boolean")),
    ("filter with non-boolean predicate", "42804", Some("argument of WHERE must be type boolean")),
    ("limit must be >=", "2201W", Some("LIMIT must not be negative")),
    ("offset must be >=", "2201X", Some("OFFSET must not be negative")),
    ("incompatible inputs for union", "42804", None),
    ("source table contains", "42P10", None),
    ("for select distinct, order by", "42P10", None),
    ("select distinct on expressions must match", "42P10", None),
    ("invalid window frame", "42P20", None),
    ("with query name", "42712", None),
    ("ntile requires a positive", "22014", Some("argument of ntile must be greater than zero")),
    ("percentile value must be between", "22003", None),
    ("unnest() can only be applied", "42883", None),
    ("result type for temporal operation", "42883", None),
];

fn known(text: &str, lower: &str) -> Option<Error> {
    let (_, code, message) = KNOWN.iter().find(|(piece, ..)| lower.contains(piece))?;
    Some(Error::new(SqlState(code), message.map_or_else(|| lower_first(text), str::to_string)))
}

/// `Invalid function 'row_number'. …`, if it is a window function.
fn no_window(text: &str) -> Option<Error> {
    let (_, rest) = text.split_once("nvalid function '")?;
    let (name, _) = rest.split_once('\'')?;
    let message = format!("window function {name} requires an OVER clause");
    super::registry().window.contains_key(name).then(|| Error::new(SqlState("42809"), message))
}

/// `Invalid qualifier t`, of `t.*`.
fn no_qualifier(text: &str) -> Option<Error> {
    let (_, name) = text.split_once("nvalid qualifier ")?;
    let name = name.lines().next()?.trim().trim_matches('"');
    let message = format!("missing FROM-clause entry for table \"{name}\"");
    Some(Error::new(SqlState::UNDEFINED_TABLE, message))
}

impl Error {
    /// What DataFusion has not, or takes for something that it has not.
    fn from_missing(text: &str) -> Error {
        let misplaced = |kind: &str| text.contains(&format!("does not support logical expression {kind}"));
        let (code, what) = if misplaced("AggregateFunction") {
            (SqlState::GROUPING_ERROR, "aggregate functions are not allowed here")
        } else if misplaced("WindowFunction") {
            (SqlState("42P20"), "window functions are not allowed here")
        } else if misplaced("Wildcard") {
            (SqlState::SYNTAX_ERROR, "* is not allowed here")
        } else if text.contains("not supported for") {
            (SqlState::FEATURE_NOT_SUPPORTED, text)
        } else {
            return Error::unsupported(lower_first(part_of(text)));
        };
        Error::new(code, what)
    }

    /// DataFusion has no codes for what users get wrong, only sentences: the
    /// usual ones are told apart here.
    fn from_text(text: &str) -> Error {
        let text = text.strip_prefix("Error during planning: ").unwrap_or(text);
        let lower = text.to_lowercase();
        if lower.contains("divide by zero") || lower.contains("division by zero") {
            return Error::new(SqlState::DIVISION_BY_ZERO, "division by zero");
        }
        if lower.contains("subquery returned more than one row") {
            let message = "more than one row returned by a subquery used as an expression";
            return Error::new(SqlState::CARDINALITY_VIOLATION, message);
        }
        if let Some(error) = no_function(text).or_else(|| not_grouped(text)).or_else(|| bad_text(text)) {
            return error;
        }
        if let Some(error) = no_qualifier(text) {
            return error;
        }
        if let Some(error) = no_operator(text).or_else(|| no_window(text)).or_else(|| known(text, &lower)) {
            return error;
        }
        let code = if lower.contains("overflow") || lower.contains("out of range") {
            SqlState::NUMERIC_VALUE_OUT_OF_RANGE
        } else if lower.contains("invalid function")
            || lower.contains("failed to coerce")
            || lower.contains("candidate functions")
        {
            SqlState::UNDEFINED_FUNCTION
        } else if lower.contains("group by") || lower.contains("aggregate") {
            SqlState::GROUPING_ERROR
        } else if lower.contains("cannot coerce")
            || lower.contains("non-boolean")
            || lower.contains("cannot infer common")
        {
            SqlState::DATATYPE_MISMATCH
        } else if lower.contains("different number of columns")
            || lower.contains("query in the same order")
            || lower.contains("same number of columns")
        {
            SqlState::SYNTAX_ERROR
        } else if lower.contains("more than one row") {
            SqlState::CARDINALITY_VIOLATION
        } else if lower.contains("cast") || lower.contains("parse") {
            SqlState::INVALID_TEXT_REPRESENTATION
        } else {
            SqlState::DATA_EXCEPTION
        };
        Error::new(code, lower_first(text))
    }

    fn from_schema(error: &SchemaError) -> Error {
        match error {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let table = field.relation.as_ref().map(|r| r.table());
                let is_known = |t: &str| {
                    valid_fields.iter().any(|f| f.relation.as_ref().is_some_and(|r| r.table() == t))
                };
                if let Some(table) = table.filter(|t| !valid_fields.is_empty() && !is_known(t)) {
                    return Error::new(
                        SqlState::UNDEFINED_TABLE,
                        format!("missing FROM-clause entry for table \"{table}\""),
                    );
                }
                let name = match table {
                    Some(table) => format!("{table}.{}", field.name),
                    None => format!("\"{}\"", field.name),
                };
                let error = Error::new(SqlState::UNDEFINED_COLUMN, format!("column {name} does not exist"));
                let near = valid_fields.iter().min_by_key(|f| distance(&f.name, &field.name));
                match near {
                    Some(f) if distance(&f.name, &field.name) <= 1 + f.name.len() / 3 => error.with_hint(
                        format!("Perhaps you meant to reference the column \"{}\".", f.flat_name()),
                    ),
                    _ => error,
                }
            }
            SchemaError::AmbiguousReference { field } => Error::new(
                SqlState::AMBIGUOUS_COLUMN,
                format!("column reference \"{}\" is ambiguous", field.name),
            ),
            SchemaError::DuplicateQualifiedField { name, .. }
            | SchemaError::DuplicateUnqualifiedField { name } => {
                Error::new(SqlState::DUPLICATE_COLUMN, format!("column \"{name}\" specified more than once"))
            }
        }
    }
}

/// Arrow's words for what went wrong in a value, in PostgreSQL's.
fn arrow_error(error: ArrowError) -> Error {
    match error {
        ArrowError::CastError(text) | ArrowError::ParseError(text) => bad_text(&text)
            .unwrap_or_else(|| Error::new(SqlState::INVALID_TEXT_REPRESENTATION, lower_first(&text))),
        ArrowError::ArithmeticOverflow(text) => {
            let error = Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value out of range");
            error.with_detail(text)
        }
        ArrowError::InvalidArgumentError(text) | ArrowError::ComputeError(text)
            if text.contains("too large to store") || text.contains("too small to store") =>
        {
            Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow").with_detail(text)
        }
        ArrowError::ExternalError(inner) => match inner.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => Error::from_text(&other.to_string()),
        },
        other => Error::from(other),
    }
}

/// `Cannot cast string 'x' to value of Int32 type`, `Can't cast value 1 to type
/// Int8`, `Error parsing timestamp from 'x': …`
fn bad_text(text: &str) -> Option<Error> {
    if let Some((_, rest)) = text.split_once("Can't cast value ") {
        let (_, name) = rest.split_once(" to type ")?;
        let message = format!("{} out of range", sql_word(name));
        return Some(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message));
    }
    if let Some((_, name)) = text.split_once(" is out of range Int") {
        let name = sql_word(&format!("Int{name}"));
        return Some(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, format!("{name} out of range")));
    }
    if text.contains("Overflowing on") {
        return Some(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow"));
    }
    let (value, name) = if let Some((_, rest)) = text.split_once("Error parsing timestamp from '") {
        (rest.split_once("': ").or_else(|| rest.split_once('\''))?.0, "Timestamp")
    } else {
        let (_, rest) =
            text.split_once("Cannot cast string '").or_else(|| text.split_once("Cannot cast value '"))?;
        rest.rsplit_once("' to value of ")?
    };
    let name = sql_word(name);
    if value.trim().parse::<i128>().is_ok() && matches!(name, "smallint" | "integer" | "bigint") {
        let message = format!("value \"{value}\" is out of range for type {name}");
        return Some(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message));
    }
    let code = match name {
        "timestamp" | "date" | "time" | "interval" => SqlState::INVALID_DATETIME_FORMAT,
        _ => SqlState::INVALID_TEXT_REPRESENTATION,
    };
    Some(Error::new(code, format!("invalid input syntax for type {name}: \"{value}\"")))
}

/// PostgreSQL's name of a type that begins with Arrow's name.
fn sql_word(text: &str) -> &'static str {
    let names = [
        ("Boolean", "boolean"),
        ("Int16", "smallint"),
        ("Int32", "integer"),
        ("Int64", "bigint"),
        ("Float32", "real"),
        ("Float64", "double precision"),
        ("Decimal", "numeric"),
        ("Timestamp", "timestamp"),
        ("Date", "date"),
        ("Time", "time"),
        ("Interval", "interval"),
        ("BinaryView", "json"),
        ("LargeBinary", "jsonb"),
        ("Binary", "bytea"),
        ("FixedSizeBinary(16)", "uuid"),
        ("Utf8", "text"),
        ("LargeUtf8", "text"),
        ("Null", "unknown"),
        ("List", "array"),
        ("Struct", "record"),
    ];
    names.iter().find(|(arrow, _)| text.trim().starts_with(arrow)).map_or("value", |(_, sql)| sql)
}

/// `No function matches the given name and argument types 'f(Int32, Utf8)'. …`
fn no_function(text: &str) -> Option<Error> {
    let (_, rest) = text.split_once("No function matches the given name and argument types '")?;
    let (call, _) = rest.split_once("'. ")?;
    let (name, arguments) = call.split_once('(')?;
    let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
    let types: Vec<String> = parts(arguments).into_iter().map(operand).collect();
    Some(Error::new(SqlState::UNDEFINED_FUNCTION, format!("function {name}({}) does not exist", types.join(", "))).with_hint(
        "No function matches the given name and argument types. You might need to add explicit type casts.",
    ))
}

/// `Cannot coerce arithmetic expression Date32 + Utf8 to valid types`, and of comparisons
/// `Cannot infer common argument type for comparison operation Boolean = Int64`.
fn no_operator(text: &str) -> Option<Error> {
    let (_, rest) = text
        .split_once("annot coerce arithmetic expression ")
        .or_else(|| text.split_once("annot infer common argument type for comparison operation "))?;
    let rest = rest.split(" to valid types").next().unwrap_or(rest);
    let symbols = [
        " + ",
        " - ",
        " * ",
        " / ",
        " % ",
        " = ",
        " != ",
        " <> ",
        " < ",
        " <= ",
        " > ",
        " >= ",
        " IS DISTINCT FROM ",
        " IS NOT DISTINCT FROM ",
    ];
    let symbol = symbols.iter().find(|symbol| rest.contains(**symbol))?;
    let (left, right) = rest.split_once(*symbol)?;
    let op = symbol
        .trim()
        .replace("!=", "<>")
        .replace("IS DISTINCT FROM", "=")
        .replace("IS NOT DISTINCT FROM", "=");
    Some(undefined_operator(&operand(left), &op, &operand(right)))
}

/// What commas part, but for those in brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = text.split(|c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// PostgreSQL's name of the type of an argument or operand.
fn operand(text: &str) -> String {
    if let Some(inner) = text.trim().strip_prefix("List(") {
        let inner = inner.trim_end().strip_suffix(')').unwrap_or(inner);
        let inner = inner.trim_start_matches("nullable ").trim_start_matches("non-null ");
        return format!("{}[]", operand(inner.split(", field: ").next().unwrap_or(inner)));
    }
    let zone = if text.contains("Some(") { "with" } else { "without" };
    match sql_word(text) {
        "timestamp" => format!("timestamp {zone} time zone"),
        "time" => "time without time zone".to_string(),
        name => name.to_string(),
    }
}

/// `42883` for an operator between values of these types.
pub(super) fn undefined_operator(left: &str, op: &str, right: &str) -> Error {
    let message = format!("operator does not exist: {left} {op} {right}");
    Error::new(SqlState::UNDEFINED_FUNCTION, message).with_hint(
        "No operator matches the given name and argument types. You might need to add explicit type casts.",
    )
}

/// `… column "t.a" must appear in the GROUP BY clause …`
fn not_grouped(text: &str) -> Option<Error> {
    let (before, _) = text.split_once("\" must appear in the GROUP BY clause")?;
    let (_, column) = before.rsplit_once('"')?;
    let message =
        format!("column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function");
    Some(Error::new(SqlState::GROUPING_ERROR, message))
}

/// Messages begin in lower case; words like `UNION` stay as they are.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

/// `42883` for a call of `name` with these argument types.
pub fn undefined_function(name: &str, arguments: &[DataType]) -> Error {
    let types: Vec<String> = arguments.iter().map(sql_name).collect();
    Error::new(
        SqlState::UNDEFINED_FUNCTION,
        format!("function {name}({}) does not exist", types.join(", ")),
    )
    .with_hint(
        "No function matches the given name and argument types. You might need to add explicit type casts.",
    )
}

/// A type as PostgreSQL names it in messages: without its parts.
pub fn sql_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "unknown".to_string(),
        DataType::Boolean => "boolean".to_string(),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => "smallint".to_string(),
        DataType::Int32 | DataType::UInt16 => "integer".to_string(),
        DataType::Int64 | DataType::UInt32 => "bigint".to_string(),
        DataType::UInt64 | DataType::Decimal128(..) | DataType::Decimal256(..) => "numeric".to_string(),
        DataType::Float16 | DataType::Float32 => "real".to_string(),
        DataType::Float64 => "double precision".to_string(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_string(),
        DataType::LargeBinary => "jsonb".to_string(),
        DataType::BinaryView => "json".to_string(),
        DataType::FixedSizeBinary(16) => "uuid".to_string(),
        DataType::Binary | DataType::FixedSizeBinary(_) => "bytea".to_string(),
        DataType::Date32 | DataType::Date64 => "date".to_string(),
        DataType::Time32(_) | DataType::Time64(_) => "time without time zone".to_string(),
        DataType::Timestamp(_, None) => "timestamp without time zone".to_string(),
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone".to_string(),
        DataType::Interval(_) | DataType::Duration(_) => "interval".to_string(),
        DataType::List(item) if logical::is_vector(item) => item.name().clone(),
        DataType::List(item) | DataType::LargeList(item) => format!("{}[]", sql_name(item.data_type())),
        DataType::Struct(_) => "record".to_string(),
        other => other.to_string(),
    }
}
