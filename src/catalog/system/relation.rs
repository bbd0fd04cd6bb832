//! The system relations and their columns, as listed in `data/relations.txt`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, IntervalUnit, Schema, SchemaRef, TimeUnit};

/// One relation of a system schema.
#[derive(Debug)]
pub struct SystemRelation {
    /// `pg_catalog`, `information_schema` or `rw_catalog`.
    pub schema: &'static str,
    /// Its name.
    pub name: &'static str,
    /// `r` for a table, `v` for a view, as in `pg_class.relkind`.
    pub kind: &'static str,
    /// Its OID.
    pub oid: u32,
    /// Its columns in order.
    pub columns: Vec<SystemColumn>,
}

/// One column of a system relation.
#[derive(Debug)]
pub struct SystemColumn {
    /// Its name.
    pub name: &'static str,
    /// Its PostgreSQL type, as in `pg_type.typname`.
    pub type_name: &'static str,
    /// Never NULL.
    pub not_null: bool,
}

static RELATIONS: LazyLock<Vec<SystemRelation>> = LazyLock::new(|| {
    let lines = include_str!("data/relations.txt").lines();
    lines.filter(|l| !l.starts_with('#') && !l.is_empty()).map(parse_line).collect()
});

static BY_NAME: LazyLock<HashMap<(&str, &str), &SystemRelation>> =
    LazyLock::new(|| RELATIONS.iter().map(|r| ((r.schema, r.name), r)).collect());

/// The system relation of this name. Without a schema, those of `pg_catalog`
/// and `rw_catalog` are found, as both are always in the search path.
pub fn system_table(schema: Option<&str>, name: &str) -> Option<&'static SystemRelation> {
    match schema {
        Some(schema) => BY_NAME.get(&(schema, name)).copied(),
        None => ["pg_catalog", "rw_catalog"].iter().find_map(|s| BY_NAME.get(&(*s, name)).copied()),
    }
}

/// All system relations.
pub fn system_relations() -> &'static [SystemRelation] {
    &RELATIONS
}

fn parse_line(line: &'static str) -> SystemRelation {
    let mut words = line.split(' ');
    let mut next = || words.next().expect("a line has a schema, a name, a kind and an OID");
    let (schema, name, kind) = (next(), next(), next());
    let oid = next().parse().expect("an OID is a number");
    SystemRelation { schema, name, kind, oid, columns: words.map(parse_column).collect() }
}

fn parse_column(word: &'static str) -> SystemColumn {
    let (name, type_name) = word.split_once(':').expect("a column is name:type");
    let type_without_mark = type_name.trim_end_matches('!');
    SystemColumn { name, type_name: type_without_mark, not_null: type_without_mark.len() < type_name.len() }
}

impl SystemRelation {
    /// The columns as Arrow fields, all nullable.
    pub fn arrow_schema(&self) -> SchemaRef {
        let fields: Vec<Field> =
            self.columns.iter().map(|c| Field::new(c.name, arrow_type(c.type_name), true)).collect();
        Arc::new(Schema::new(fields))
    }
}

/// The Arrow type that holds a system column of this PostgreSQL type. Types
/// that only ever hold NULL here are text.
pub fn arrow_type(type_name: &str) -> DataType {
    let list = |element| DataType::List(Arc::new(Field::new_list_field(element, true)));
    let vector = |element| DataType::List(Arc::new(Field::new(type_name, element, true)));
    match type_name {
        "bool" => DataType::Boolean,
        "int2" => DataType::Int16,
        "int4" => DataType::Int32,
        "int8" => DataType::Int64,
        "float4" => DataType::Float32,
        "float8" => DataType::Float64,
        "oid" | "regproc" | "regtype" | "regclass" | "xid" => DataType::UInt32,
        "timestamptz" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "interval" => DataType::Interval(IntervalUnit::MonthDayNano),
        "bytea" => DataType::Binary,
        "int2vector" => vector(DataType::Int16),
        "oidvector" => vector(DataType::UInt32),
        _ => match type_name.strip_prefix('_') {
            Some(element) => list(arrow_type(element)),
            None => DataType::Utf8,
        },
    }
}
