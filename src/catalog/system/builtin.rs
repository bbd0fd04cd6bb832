//! PostgreSQL's built-in types, as listed in `data/types.txt`, and which of
//! them stands for which Arrow type.

use std::collections::HashMap;
use std::sync::LazyLock;

use arrow::datatypes::DataType;

use crate::types::logical;

/// One built-in type: a row of `pg_type`.
#[derive(Debug)]
pub struct BuiltinType {
    pub oid: u32,
    pub name: &'static str,
    pub length: i16,
    pub by_value: bool,
    pub kind: &'static str,
    pub category: &'static str,
    pub preferred: bool,
    pub element: u32,
    pub array: u32,
    /// OIDs of the input, output, receive and send functions.
    pub functions: [u32; 4],
    pub alignment: &'static str,
    pub storage: &'static str,
    pub collation: u32,
    /// As `format_type` prints it: `character varying`.
    pub sql_name: &'static str,
}

/// One function that clients may look for: a row of `pg_proc`.
#[derive(Debug)]
pub struct BuiltinFunction {
    pub oid: u32,
    pub name: &'static str,
    /// `f`, `a` or `w`, as in `pg_proc.prokind`.
    pub kind: &'static str,
    /// `i`, `s` or `v`, as in `pg_proc.provolatile`.
    pub volatility: &'static str,
    pub returns_set: bool,
    pub result: u32,
    pub arguments: Vec<u32>,
}

/// A PostgreSQL type with its modifier, as `pg_attribute` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName {
    pub oid: u32,
    /// `atttypmod`; -1 for none.
    pub modifier: i32,
}

static TYPES: LazyLock<Vec<BuiltinType>> =
    LazyLock::new(|| data_lines(include_str!("data/types.txt")).map(parse_type).collect());

static FUNCTIONS: LazyLock<Vec<BuiltinFunction>> =
    LazyLock::new(|| data_lines(include_str!("data/functions.txt")).map(parse_function).collect());

static TYPE_BY_OID: LazyLock<HashMap<u32, &BuiltinType>> =
    LazyLock::new(|| TYPES.iter().map(|t| (t.oid, t)).collect());

/// All built-in types.
pub fn builtin_types() -> &'static [BuiltinType] {
    &TYPES
}

/// All listed functions.
pub fn builtin_functions() -> &'static [BuiltinFunction] {
    &FUNCTIONS
}

/// The built-in type of this OID.
pub fn type_by_oid(oid: u32) -> Option<&'static BuiltinType> {
    TYPE_BY_OID.get(&oid).copied()
}

/// The built-in type of this name, either as in `pg_type` or as in SQL.
pub fn type_by_name(name: &str) -> Option<&'static BuiltinType> {
    let name = name.trim().trim_start_matches("pg_catalog.");
    let bare = name.trim_matches('"');
    let alias = match bare {
        "int" => "int4",
        "decimal" => "numeric",
        "float" => "float8",
        "string" => "varchar",
        other => other,
    };
    if let Some(element) = alias.strip_suffix("[]") {
        return type_by_name(element).and_then(|t| type_by_oid(t.array));
    }
    // A bare `char` is `character`; the one-byte type is written "char".
    if alias == "char" && name == bare {
        return type_by_oid(1042);
    }
    TYPES.iter().find(|t| t.name == alias).or_else(|| TYPES.iter().find(|t| t.sql_name == alias))
}

/// The PostgreSQL type that stands for an Arrow type.
pub fn postgres_type(data_type: &DataType) -> TypeName {
    let plain = |oid| TypeName { oid, modifier: -1 };
    match data_type {
        DataType::Boolean => plain(16),
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => plain(21),
        DataType::UInt16 | DataType::Int32 => plain(23),
        DataType::UInt32 => plain(26),
        DataType::Int64 => plain(20),
        DataType::UInt64 => plain(1700),
        DataType::Float16 | DataType::Float32 => plain(700),
        DataType::Float64 => plain(701),
        // Results of arithmetic are numerics without a precision.
        DataType::Decimal128(precision, scale) if *precision < 38 => {
            TypeName { oid: 1700, modifier: (i32::from(*precision) << 16 | i32::from(*scale)) + 4 }
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => plain(1700),
        DataType::Date32 | DataType::Date64 => plain(1082),
        DataType::Time32(_) | DataType::Time64(_) => plain(1083),
        DataType::Timestamp(_, None) => plain(1114),
        DataType::Timestamp(_, Some(_)) => plain(1184),
        DataType::Interval(_) | DataType::Duration(_) => plain(1186),
        DataType::LargeBinary => plain(3802),
        DataType::BinaryView => plain(114),
        DataType::FixedSizeBinary(16) => plain(2950),
        DataType::Binary | DataType::FixedSizeBinary(_) => plain(17),
        DataType::List(f) if logical::is_vector(f) => plain(if f.name() == "int2vector" { 22 } else { 30 }),
        DataType::List(f) | DataType::LargeList(f) | DataType::FixedSizeList(f, _) => {
            let element = postgres_type(f.data_type()).oid;
            plain(type_by_oid(element).map_or(1015, |t| t.array))
        }
        DataType::Struct(_) | DataType::Map(..) => plain(2249),
        DataType::Dictionary(_, value) => postgres_type(value),
        _ => plain(1043),
    }
}

/// What `format_type` prints.
pub fn format_type(oid: u32, modifier: Option<i64>) -> String {
    let Some(found) = type_by_oid(oid) else {
        return if oid == 0 { "-".to_string() } else { "???".to_string() };
    };
    let modifier = modifier.filter(|m| *m >= 4);
    match (oid, modifier) {
        (1042 | 1043, Some(m)) => format!("{}({})", found.sql_name, m - 4),
        (1700, Some(m)) => format!("numeric({},{})", ((m - 4) >> 16) & 0xffff, (m - 4) & 0xffff),
        _ => found.sql_name.to_string(),
    }
}

/// Lines that are neither empty nor comments.
pub fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn parse_type(line: &'static str) -> BuiltinType {
    let words: Vec<&'static str> = line.splitn(17, ' ').collect();
    assert!(words.len() == 17, "a type has 17 parts: {line}");
    let number = |i: usize| words[i].parse::<u32>().expect("an OID is a number");
    BuiltinType {
        oid: number(0),
        name: words[1],
        length: words[2].parse().expect("a length is a number"),
        by_value: words[3] == "t",
        kind: words[4],
        category: words[5],
        preferred: words[6] == "t",
        element: number(7),
        array: number(8),
        functions: [number(9), number(10), number(11), number(12)],
        alignment: words[13],
        storage: words[14],
        collation: number(15),
        sql_name: words[16],
    }
}

fn parse_function(line: &'static str) -> BuiltinFunction {
    let words: Vec<&'static str> = line.split(' ').collect();
    let oid = |word: &str| word.parse::<u32>().expect("an OID is a number");
    let arguments = words.get(7).map(|list| list.split(',').map(oid).collect());
    BuiltinFunction {
        oid: oid(words[0]),
        name: words[1],
        kind: words[2],
        volatility: words[3],
        returns_set: words[4] == "t",
        result: oid(words[5]),
        arguments: arguments.unwrap_or_default(),
    }
}
