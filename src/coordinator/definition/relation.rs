//! `CREATE TABLE` and `CREATE SOURCE`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::sql::sqlparser::ast;

use super::row::RowBinder;
use super::{Definition, Running, TableRules, object_name, placeholder};
use crate::catalog::{
    Column, Object, ObjectKind, OnConflict, Snapshot, SourceProperties, TableProperties, WatermarkClause,
};
use crate::coordinator::handle::Shared;
use crate::dataflow::{Connector, FormatSpec, IngestSpec, ORDINAL, SourceSpec, WatermarkSpec, check_options};
use crate::expr::{Program, Step, nearest};
use crate::sql::{
    ConflictAction, CreateRelation, IncludeClause, WatermarkSyntax, arrow_type, interval_micros,
};
use crate::types::{Error, ObjectId, Result, SqlState};

/// `CREATE TABLE` or `CREATE SOURCE` with columns.
pub fn define_relation(
    statement: &CreateRelation,
    sql: &str,
    catalog: &Arc<Snapshot>,
    shared: &Shared,
) -> Result<Definition> {
    if statement.is_source {
        return define_source(statement, sql, catalog, shared);
    }
    if statement.options.contains_key("connector") {
        return Err(Error::unsupported("CREATE TABLE with a connector")
            .with_hint("Use CREATE SOURCE, and a materialized view to keep its rows."));
    }
    if let Some(option) = statement.options.keys().next() {
        return Err(Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            format!("unknown option \"{option}\" of a table"),
        ));
    }
    if statement.format.is_some() || !statement.include.is_empty() {
        return Err(Error::unsupported("FORMAT or INCLUDE on a table without a connector"));
    }
    let (schema, name) = object_name(&statement.name, catalog)?;
    let columns = declared_columns(statement, &name)?;
    let rows = RowBinder::new(&name, &columns, catalog);
    let columns = with_generated_types(columns, &rows)?;
    let primary_key = primary_key(statement, &columns)?;
    let rows = RowBinder::new(&name, &columns, catalog);
    let (clause, watermark) = watermark(statement.watermark.as_ref(), &columns, &rows)?;
    let mut columns = columns;
    primary_key.iter().for_each(|k| columns[*k].nullable = false);
    let properties = TableProperties {
        primary_key,
        append_only: statement.append_only,
        on_conflict: match statement.on_conflict {
            None => OnConflict::Error,
            Some(ConflictAction::DoNothing) => OnConflict::DoNothing,
            Some(ConflictAction::DoUpdateFull) => OnConflict::DoUpdateFull,
            Some(ConflictAction::DoUpdateIfNotNull) => OnConflict::DoUpdateIfNotNull,
        },
        watermark: clause,
    };
    check_table(&properties)?;
    let depends_on = called_functions(&columns, properties.watermark.as_ref(), &rows, catalog);
    let object =
        Object { columns, depends_on, ..placeholder(schema, name, ObjectKind::Table(properties), sql) };
    Ok(Definition { object, running: Running::Table(TableRules { watermark }) })
}

/// `CREATE TABLE … AS SELECT`: a table with the query's columns.
pub fn define_table_as(
    name: &ast::ObjectName,
    query: &Schema,
    sql: &str,
    catalog: &Arc<Snapshot>,
) -> Result<Definition> {
    let (schema, name) = object_name(name, catalog)?;
    let column = |f: &Arc<Field>| column(f.name(), f.data_type().clone(), true);
    let columns: Vec<Column> = query.fields().iter().map(column).collect();
    no_duplicates(&columns)?;
    let kind = ObjectKind::Table(TableProperties::default());
    let object = Object { columns, ..placeholder(schema, name, kind, sql) };
    Ok(Definition { object, running: Running::Table(TableRules::default()) })
}

/// The users' functions in defaults, generated columns and the watermark.
fn called_functions(
    columns: &[Column],
    watermark: Option<&WatermarkClause>,
    rows: &RowBinder,
    catalog: &Snapshot,
) -> Vec<ObjectId> {
    if !catalog.has_functions() {
        return vec![];
    }
    let texts = columns.iter().flat_map(|c| c.default.iter().chain(&c.generated));
    let texts = texts.chain(watermark.map(|w| &w.expression));
    let mut found: Vec<ObjectId> =
        texts.filter_map(|text| rows.bind(&[text]).ok()).flat_map(|bound| bound.functions).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn check_table(table: &TableProperties) -> Result<()> {
    if table.append_only && !table.primary_key.is_empty() && table.on_conflict != OnConflict::Error {
        let replaces = table.on_conflict != OnConflict::DoNothing;
        if replaces {
            return Err(Error::new(
                SqlState::INVALID_TABLE_DEFINITION,
                "an APPEND ONLY table cannot replace rows ON CONFLICT",
            )
            .with_hint("Leave out APPEND ONLY, or use ON CONFLICT DO NOTHING."));
        }
    }
    if table.on_conflict != OnConflict::Error && table.primary_key.is_empty() {
        return Err(Error::new(SqlState::INVALID_TABLE_DEFINITION, "ON CONFLICT needs a PRIMARY KEY"));
    }
    Ok(())
}

fn define_source(
    statement: &CreateRelation,
    sql: &str,
    catalog: &Arc<Snapshot>,
    shared: &Shared,
) -> Result<Definition> {
    let (schema, name) = object_name(&statement.name, catalog)?;
    let (connector, options) = find_connector(&statement.options, shared)?;
    if statement.on_conflict.is_some() || statement.append_only {
        return Err(Error::new(SqlState::SYNTAX_ERROR, "APPEND ONLY and ON CONFLICT belong to CREATE TABLE"));
    }
    if !statement.primary_key.is_empty() {
        return Err(Error::unsupported("PRIMARY KEY of a source (FORMAT UPSERT and DEBEZIUM)"));
    }
    let format = format_spec(statement);
    let mut columns = declared_columns(statement, &name)?;
    if let Some(column) = columns.iter().find(|c| c.default.is_some()) {
        return Err(Error::unsupported(format!("DEFAULT of column \"{}\" of a source", column.name))
            .with_hint("Give the value where the source is read: coalesce(column, value)."));
    }
    let mut spec = source_spec(&name, &options, format.clone(), &columns, vec![]);
    if columns.iter().all(|c| c.generated.is_some()) {
        let found = connector.columns(&spec)?.ok_or_else(|| no_columns(connector.name()))?;
        let found = found.fields().iter().map(|f| column(f.name(), f.data_type().clone(), f.is_nullable()));
        columns = found.chain(columns).collect();
        no_duplicates(&columns)?;
    }
    let include = include_columns(&statement.include, &mut columns)?;
    spec = source_spec(&name, &options, format.clone(), &columns, include.clone());
    let source = connector.source(&spec)?;
    let rows = RowBinder::new(&name, &columns, catalog);
    let columns = with_generated_types(columns, &rows)?;
    let (program, made_of) = ingest_program(&name, &columns, catalog)?;
    let rows = RowBinder::new(&name, &columns, catalog);
    let (clause, watermark) = watermark(statement.watermark.as_ref(), &columns, &rows)?;
    let properties = SourceProperties {
        connector: connector.name().to_string(),
        options,
        format: format.map(|f| (f.format, f.encode, f.options)),
        include,
        watermark: clause,
    };
    let depends_on = called_functions(&columns, properties.watermark.as_ref(), &rows, catalog);
    let object =
        Object { columns, depends_on, ..placeholder(schema, name, ObjectKind::Source(properties), sql) };
    let not_null = (0..object.columns.len()).filter(|c| !object.columns[*c].nullable).collect();
    let ingest = IngestSpec {
        object: ObjectId(0),
        source,
        connector_schema: spec.schema,
        program: Arc::new(program),
        made_of,
        schema: nullable(&object.arrow_schema()),
        not_null,
        watermark,
    };
    Ok(Definition { object, running: Running::Source(Arc::new(ingest)) })
}

fn no_columns(connector: &str) -> Error {
    Error::new(
        SqlState::INVALID_TABLE_DEFINITION,
        format!("connector '{connector}' does not know its columns"),
    )
    .with_hint("Declare them: CREATE SOURCE s (id BIGINT, …) WITH (…).")
}

fn find_connector(
    options: &BTreeMap<String, String>,
    shared: &Shared,
) -> Result<(Arc<dyn Connector>, BTreeMap<String, String>)> {
    let mut options = options.clone();
    let name = options.remove("connector").ok_or_else(|| {
        let near = options.keys().find(|key| nearest(key, ["connector"]).is_some());
        Error::new(SqlState::INVALID_PARAMETER_VALUE, "option \"connector\" is missing").with_hint(match near
        {
            Some(key) => format!("Did you mean \"connector\" by \"{key}\"?"),
            None => format!("Write WITH (connector = '…', …); there are {}.", known(shared, false)),
        })
    })?;
    let connector = connector(&name, shared, false)?;
    check_options(connector.as_ref(), &options)?;
    Ok((connector, options))
}

/// The connector of this name; another is answered with the sinks or the
/// sources that there are.
pub(super) fn connector(name: &str, shared: &Shared, sinks: bool) -> Result<Arc<dyn Connector>> {
    shared.connectors.iter().find(|c| c.name() == name).cloned().ok_or_else(|| {
        let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("unknown connector '{name}'"));
        let all = known(shared, sinks);
        match nearest(name, of_kind(shared, sinks)) {
            Some(near) => error.with_hint(format!("Perhaps you meant '{near}'. There are {all}.")),
            None => error.with_hint(format!("There are {all}.")),
        }
    })
}

fn of_kind(shared: &Shared, sinks: bool) -> impl Iterator<Item = &'static str> {
    shared.connectors.iter().filter(move |c| c.is_sink() == sinks).map(|c| c.name())
}

fn known(shared: &Shared, sinks: bool) -> String {
    of_kind(shared, sinks).map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

fn format_spec(statement: &CreateRelation) -> Option<FormatSpec> {
    let clause = statement.format.clone()?;
    Some(FormatSpec { format: clause.format, encode: clause.encode, options: clause.options })
}

fn source_spec(
    name: &str,
    options: &BTreeMap<String, String>,
    format: Option<FormatSpec>,
    columns: &[Column],
    include: Vec<(String, usize)>,
) -> SourceSpec {
    let delivered = columns.iter().filter(|c| c.generated.is_none());
    let fields = delivered.map(|c| Field::new(&c.name, c.data_type.clone(), c.nullable)).collect::<Vec<_>>();
    SourceSpec {
        name: name.to_string(),
        options: options.clone(),
        format,
        schema: Arc::new(Schema::new(fields)),
        include,
    }
}

fn include_columns(clauses: &[IncludeClause], columns: &mut Vec<Column>) -> Result<Vec<(String, usize)>> {
    if let Some(clause) = clauses.first() {
        let _ = columns;
        return Err(Error::unsupported(format!("INCLUDE {}", clause.metadata)));
    }
    Ok(vec![])
}

fn declared_columns(statement: &CreateRelation, relation: &str) -> Result<Vec<Column>> {
    let mut columns = Vec::with_capacity(statement.columns.len());
    for clause in &statement.columns {
        let data_type = match &clause.data_type {
            Some(data_type) => arrow_type(data_type)?,
            None => DataType::Null,
        };
        let generated = clause.generated.as_ref().map(|e| match &clause.data_type {
            Some(data_type) => format!("CAST({e} AS {data_type})"),
            None => e.to_string(),
        });
        columns.push(Column {
            name: clause.name.clone(),
            data_type,
            nullable: !clause.not_null,
            default: clause.default.as_ref().map(ToString::to_string),
            generated,
            hidden: false,
        });
    }
    no_duplicates(&columns)?;
    if columns.is_empty() && !statement.is_source {
        return Err(Error::new(
            SqlState::INVALID_TABLE_DEFINITION,
            format!("table \"{relation}\" has no columns"),
        ));
    }
    Ok(columns)
}

fn column(name: &str, data_type: DataType, nullable: bool) -> Column {
    Column { name: name.to_string(), data_type, nullable, default: None, generated: None, hidden: false }
}

fn no_duplicates(columns: &[Column]) -> Result<()> {
    for (index, column) in columns.iter().enumerate() {
        if columns[..index].iter().any(|c| c.name == column.name) {
            let message = format!("column \"{}\" specified more than once", column.name);
            return Err(Error::new(SqlState::DUPLICATE_COLUMN, message));
        }
    }
    Ok(())
}

/// Generated columns declared without a type get that of their expression; the
/// expressions of all are checked.
fn with_generated_types(mut columns: Vec<Column>, rows: &RowBinder) -> Result<Vec<Column>> {
    for index in 0..columns.len() {
        if let Some(text) = columns[index].generated.clone() {
            let bound = rows.bind(&[&text])?;
            columns[index].data_type = bound.types[0].clone();
        }
    }
    Ok(columns)
}

fn primary_key(statement: &CreateRelation, columns: &[Column]) -> Result<Vec<usize>> {
    let find = |name: &String| {
        columns.iter().position(|c| c.name == *name).ok_or_else(|| {
            let message = format!("column \"{name}\" named in key does not exist");
            Error::new(SqlState::UNDEFINED_COLUMN, message)
        })
    };
    statement.primary_key.iter().map(find).collect()
}

fn watermark(
    syntax: Option<&WatermarkSyntax>,
    columns: &[Column],
    rows: &RowBinder,
) -> Result<(Option<WatermarkClause>, Option<WatermarkSpec>)> {
    let Some(syntax) = syntax else {
        return Ok((None, None));
    };
    let column = columns.iter().position(|c| c.name == syntax.column).ok_or_else(|| {
        let message = format!("column \"{}\" of the watermark does not exist", syntax.column);
        Error::new(SqlState::UNDEFINED_COLUMN, message).at(syntax.position)
    })?;
    let time = &columns[column].data_type;
    if !matches!(time, DataType::Timestamp(..)) {
        let message = format!("the watermark column \"{}\" must be a timestamp", syntax.column);
        return Err(Error::new(SqlState::DATATYPE_MISMATCH, message).at(syntax.position));
    }
    let text = syntax.expression.to_string();
    let bound = rows.bind(&[&text])?;
    if !matches!(bound.types[0], DataType::Timestamp(..)) {
        let message = "the watermark expression must give a timestamp";
        return Err(Error::new(SqlState::DATATYPE_MISMATCH, message)
            .at(syntax.position)
            .with_hint("For example WATERMARK FOR ts AS ts - INTERVAL '5' SECOND."));
    }
    let micros = |e: &Option<ast::Expr>| e.as_ref().map(interval_micros).transpose();
    let clause = WatermarkClause {
        column,
        expression: text,
        idle_after: micros(&syntax.idle_after)?,
        max_skew: micros(&syntax.max_skew)?,
        allow_lateness: micros(&syntax.allow_lateness)?.unwrap_or(0),
    };
    let spec = WatermarkSpec {
        column,
        expression: bound.expressions[0].clone(),
        idle_after: clause.idle_after,
        max_skew: clause.max_skew,
        lateness: clause.allow_lateness,
    };
    Ok((Some(clause), Some(spec)))
}

/// From the connector's columns (and the ordinal, which stays last) to all
/// columns, and which of the connector's columns each is made of.
fn ingest_program(name: &str, columns: &[Column], catalog: &Snapshot) -> Result<(Program, Vec<Vec<usize>>)> {
    let mut input: Vec<Column> = columns.iter().filter(|c| c.generated.is_none()).cloned().collect();
    input.iter_mut().for_each(|c| c.nullable = true);
    input.push(column(ORDINAL, DataType::Int64, false));
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let texts: Vec<String> =
        columns.iter().map(|c| c.generated.clone().unwrap_or_else(|| quoted(&c.name))).collect();
    let ordinal = quoted(ORDINAL);
    let texts: Vec<&str> = texts.iter().map(String::as_str).chain([ordinal.as_str()]).collect();
    let bound = RowBinder::new(name, &input, catalog).bind(&texts)?;
    let made_of = bound.expressions[..columns.len()].iter().map(|e| {
        let mut made_of: Vec<usize> = collect_columns(e).into_iter().map(|c| c.index()).collect();
        made_of.sort_unstable();
        made_of
    });
    let made_of = made_of.collect();
    if columns.iter().all(|c| c.generated.is_none()) {
        return Ok((Program::default(), made_of));
    }
    let mut fields: Vec<Field> =
        columns.iter().map(|c| Field::new(&c.name, c.data_type.clone(), true)).collect();
    fields.push(Field::new(ORDINAL, DataType::Int64, false));
    let step = Step::Project(bound.expressions, Arc::new(Schema::new(fields)));
    Ok((Program::new(vec![step], bound.clock), made_of))
}

fn nullable(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
