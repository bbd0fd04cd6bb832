//! Which PostgreSQL type stands for which Arrow type.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use arrow_pg::datatypes::{PG_CHAR_KEY, PG_OID_ALIAS_KEY, pg_type_for_alias_kind};
use pgwire::api::Type;

use crate::types::logical;

/// The type of a column: that of its Arrow type, unless its metadata says that
/// it is one of PostgreSQL's catalog types (`oid`, `regclass`, `"char"`, …).
pub fn pg_type_of_field(field: &Field) -> Type {
    let metadata = field.metadata();
    if let Some(alias) = metadata.get(PG_OID_ALIAS_KEY).and_then(|kind| pg_type_for_alias_kind(kind)) {
        return alias;
    }
    if metadata.contains_key(PG_CHAR_KEY) {
        return Type::CHAR;
    }
    pg_type(field.data_type())
}

/// The type that values of an Arrow type have on the wire. An unsigned integer
/// is the next wider signed one; what PostgreSQL does not have is `text`.
pub fn pg_type(data_type: &DataType) -> Type {
    use DataType::*;
    match data_type {
        Boolean => Type::BOOL,
        Int8 | Int16 | UInt8 => Type::INT2,
        Int32 | UInt16 => Type::INT4,
        Int64 | UInt32 => Type::INT8,
        UInt64 | Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => Type::NUMERIC,
        Float16 | Float32 => Type::FLOAT4,
        Float64 => Type::FLOAT8,
        LargeBinary => Type::JSONB,
        BinaryView => Type::JSON,
        FixedSizeBinary(16) => Type::UUID,
        Binary | FixedSizeBinary(_) => Type::BYTEA,
        Date32 | Date64 => Type::DATE,
        Time32(_) | Time64(_) => Type::TIME,
        Timestamp(_, None) => Type::TIMESTAMP,
        Timestamp(_, Some(_)) => Type::TIMESTAMPTZ,
        Interval(_) | Duration(_) => Type::INTERVAL,
        List(field) | LargeList(field) | FixedSizeList(field, _) | ListView(field) | LargeListView(field) => {
            array_of(field)
        }
        Map(..) => Type::RECORD_ARRAY,
        Struct(_) => Type::RECORD,
        Dictionary(_, values) => pg_type(values),
        RunEndEncoded(_, values) => pg_type(values.data_type()),
        Null | Utf8 | LargeUtf8 | Utf8View | Union(..) => Type::TEXT,
    }
}

/// The array types that are sent or taken, each before its elements' type.
const ARRAYS: [(Type, Type); 25] = [
    (Type::TEXT_ARRAY, Type::TEXT),
    (Type::BOOL_ARRAY, Type::BOOL),
    (Type::INT2_ARRAY, Type::INT2),
    (Type::INT4_ARRAY, Type::INT4),
    (Type::INT8_ARRAY, Type::INT8),
    (Type::NUMERIC_ARRAY, Type::NUMERIC),
    (Type::FLOAT4_ARRAY, Type::FLOAT4),
    (Type::FLOAT8_ARRAY, Type::FLOAT8),
    (Type::BYTEA_ARRAY, Type::BYTEA),
    (Type::DATE_ARRAY, Type::DATE),
    (Type::TIME_ARRAY, Type::TIME),
    (Type::TIMESTAMP_ARRAY, Type::TIMESTAMP),
    (Type::TIMESTAMPTZ_ARRAY, Type::TIMESTAMPTZ),
    (Type::INTERVAL_ARRAY, Type::INTERVAL),
    (Type::RECORD_ARRAY, Type::RECORD),
    (Type::OID_ARRAY, Type::OID),
    (Type::CHAR_ARRAY, Type::CHAR),
    (Type::VARCHAR_ARRAY, Type::VARCHAR),
    (Type::NAME_ARRAY, Type::NAME),
    (Type::BPCHAR_ARRAY, Type::BPCHAR),
    (Type::UUID_ARRAY, Type::UUID),
    (Type::JSONB_ARRAY, Type::JSONB),
    (Type::JSON_ARRAY, Type::JSON),
    (Type::INT2_VECTOR, Type::INT2),
    (Type::OID_VECTOR, Type::OID),
];

fn array_of(element: &Field) -> Type {
    match element.name().as_str() {
        "int2vector" => return Type::INT2_VECTOR,
        "oidvector" => return Type::OID_VECTOR,
        _ => {}
    }
    let element = pg_type_of_field(element);
    // An array of arrays has the type of its innermost elements.
    if element_type(&element).is_some() {
        return element;
    }
    let pair = ARRAYS.iter().find(|(_, of)| *of == element);
    pair.map_or(Type::TEXT_ARRAY, |(array, _)| array.clone())
}

/// The type of an array's elements; `None` if it is not an array.
pub fn element_type(array: &Type) -> Option<Type> {
    ARRAYS.iter().find(|(of, _)| of == array).map(|(_, element)| element.clone())
}

/// The Arrow type for a type that a client declared for a parameter; `None`
/// where the client leaves it to us or names a type that we do not know.
pub fn arrow_type(declared: &Type) -> Option<DataType> {
    let list = |element: DataType| DataType::List(Arc::new(Field::new_list_field(element, true)));
    Some(match *declared {
        Type::BOOL => DataType::Boolean,
        Type::INT2 => DataType::Int16,
        Type::INT4 | Type::OID | Type::REGCLASS | Type::REGTYPE | Type::REGPROC | Type::REGNAMESPACE => {
            DataType::Int32
        }
        Type::INT8 => DataType::Int64,
        Type::FLOAT4 => DataType::Float32,
        Type::FLOAT8 => DataType::Float64,
        Type::NUMERIC => logical::numeric(),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::CHAR => DataType::Utf8,
        Type::JSON => logical::json(),
        Type::JSONB => logical::jsonb(),
        Type::UUID => logical::uuid(),
        Type::BYTEA => DataType::Binary,
        Type::DATE => DataType::Date32,
        Type::TIME => DataType::Time64(TimeUnit::Microsecond),
        Type::TIMESTAMP => DataType::Timestamp(TimeUnit::Microsecond, None),
        Type::TIMESTAMPTZ => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        Type::INTERVAL => DataType::Interval(IntervalUnit::MonthDayNano),
        _ => list(arrow_type(&element_type(declared)?)?),
    })
}

/// The fixed size in bytes of a type's values, -1 for those of any size, for
/// `RowDescription`.
pub fn type_size(data_type: &Type) -> i16 {
    match *data_type {
        Type::BOOL | Type::CHAR => 1,
        Type::INT2 => 2,
        Type::INT4 | Type::FLOAT4 | Type::DATE | Type::OID => 4,
        Type::REGCLASS | Type::REGTYPE | Type::REGPROC | Type::REGNAMESPACE => 4,
        Type::INT8 | Type::FLOAT8 | Type::TIME | Type::TIMESTAMP | Type::TIMESTAMPTZ => 8,
        Type::INTERVAL | Type::UUID => 16,
        _ => -1,
    }
}
