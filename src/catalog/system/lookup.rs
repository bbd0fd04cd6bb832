//! The functions that catalog queries call.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::ScalarUDF;

use super::SystemContext;
use super::array_function::array_functions;
use super::builtin::{BuiltinFunction, builtin_functions, format_type};
use super::constant::{KEY_CONSTRAINT_OFFSET, OWNER};
use super::entry::{Entry, entries};
use super::function::{Arguments, function};
use super::regtype::{
    REG_TYPES, find_relation, is_visible, name_to_oid, oid_to_name, quote_identifier, visible_schemas,
};
use crate::catalog::Snapshot;
use crate::expr::sql_name;
use crate::types::ObjectId;

/// All functions of the catalogs, over one snapshot.
pub fn functions(snapshot: &Arc<Snapshot>, context: &SystemContext) -> Vec<ScalarUDF> {
    let catalog = Catalog { snapshot: snapshot.clone(), context: Arc::new(context.clone()) };
    let mut all = Vec::new();
    all.extend(session_functions(&catalog));
    all.extend(relation_functions(&catalog));
    all.extend(name_functions(&catalog));
    all.extend(object_functions(&catalog));
    all.extend(privilege_functions());
    all.extend(text_functions());
    all.extend(array_functions());
    all
}

/// What the functions look things up in.
#[derive(Clone)]
struct Catalog {
    snapshot: Arc<Snapshot>,
    context: Arc<SystemContext>,
}

impl Catalog {
    /// A function of the entries of `pg_class`, which are made when it is first called.
    fn of_entries(
        &self,
        name: &'static str,
        result: DataType,
        body: impl Fn(&Catalog, &[Entry], &Arguments) -> Result<ScalarValue> + Send + Sync + 'static,
    ) -> ScalarUDF {
        let catalog = self.clone();
        let made = std::sync::OnceLock::new();
        function(name, result, move |arguments| {
            let entries = made.get_or_init(|| entries(&catalog.snapshot));
            body(&catalog, entries, arguments)
        })
    }
}

fn text(value: impl Into<String>) -> Result<ScalarValue> {
    Ok(ScalarValue::Utf8(Some(value.into())))
}

fn optional_text(value: Option<String>) -> Result<ScalarValue> {
    Ok(ScalarValue::Utf8(value))
}

fn boolean(value: bool) -> Result<ScalarValue> {
    Ok(ScalarValue::Boolean(Some(value)))
}

fn failure(error: crate::types::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// An array of texts.
pub fn text_list(values: &[&str]) -> ScalarValue {
    let values: Vec<ScalarValue> = values.iter().map(|v| ScalarValue::from(*v)).collect();
    ScalarValue::List(ScalarValue::new_list_nullable(&values, &DataType::Utf8))
}

/// Its type.
pub fn text_list_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

fn instant(micros: i64) -> Result<ScalarValue> {
    Ok(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
}

/// About the session: who, where, since when.
fn session_functions(catalog: &Catalog) -> Vec<ScalarUDF> {
    let constant = |name, value: String| function(name, DataType::Utf8, move |_| text(value.clone()));
    let context = &catalog.context;
    let instant_type = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let (started_at, now, pid) = (context.started_at, context.now, context.backend_pid);
    let mut all = vec![
        constant("version", context.version()),
        constant("current_database", context.database.clone()),
        constant("current_catalog", context.database.clone()),
        constant("pg_client_encoding", "UTF8".to_string()),
        constant("getdatabaseencoding", "UTF8".to_string()),
        function("pg_backend_pid", DataType::Int32, move |_| Ok(ScalarValue::Int32(Some(pid)))),
        function("pg_is_in_recovery", DataType::Boolean, |_| boolean(false)),
        function("pg_my_temp_schema", DataType::UInt32, |_| Ok(ScalarValue::UInt32(Some(0)))),
        function("txid_current", DataType::Int64, move |_| Ok(ScalarValue::Int64(Some(now)))),
        function("pg_postmaster_start_time", instant_type.clone(), move |_| instant(started_at)),
        function("pg_conf_load_time", instant_type, move |_| instant(started_at)),
    ];
    for name in ["current_user", "session_user", "current_role", "user"] {
        all.push(constant(name, context.user.clone()));
    }
    for name in ["inet_server_addr", "inet_client_addr"] {
        all.push(function(name, DataType::Utf8, |_| optional_text(None)));
    }
    for name in ["inet_server_port", "inet_client_port"] {
        all.push(function(name, DataType::Int32, |_| Ok(ScalarValue::Int32(None))));
    }
    all.extend(setting_functions(context));
    all
}

fn setting_functions(context: &Arc<SystemContext>) -> Vec<ScalarUDF> {
    let (for_schema, for_schemas, for_setting) = (context.clone(), context.clone(), context.clone());
    vec![
        function("current_schema", DataType::Utf8, move |_| {
            optional_text(for_schema.search_path.first().cloned())
        }),
        function("current_schemas", text_list_type(), move |arguments| {
            let implicit = matches!(arguments.value(0), Some(ScalarValue::Boolean(Some(true))));
            let path: Vec<&str> = visible_schemas(&for_schemas).collect();
            Ok(text_list(if implicit { &path } else { &path[1..] }))
        }),
        function("current_setting", DataType::Utf8, move |arguments| {
            let name = arguments.text(0).unwrap_or_default();
            let forgiving = matches!(arguments.value(1), Some(ScalarValue::Boolean(Some(true))));
            match for_setting.setting(&name) {
                Some(value) => text(value),
                None if forgiving => optional_text(None),
                None => Err(failure(crate::types::Error::new(
                    crate::types::SqlState::UNDEFINED_OBJECT,
                    format!("unrecognized configuration parameter \"{name}\""),
                ))),
            }
        }),
    ]
}

/// About relations, by OID.
fn relation_functions(catalog: &Catalog) -> Vec<ScalarUDF> {
    let mut all = vec![
        catalog.of_entries("pg_table_is_visible", DataType::Boolean, |catalog, entries, arguments| {
            let entry = by_oid(entries, arguments.oid(0));
            Ok(ScalarValue::Boolean(entry.map(|e| is_visible(entries, &catalog.context, e))))
        }),
        catalog.of_entries("pg_get_indexdef", DataType::Utf8, |catalog, entries, arguments| {
            let Some(index) = by_oid(entries, arguments.oid(0)).filter(|e| e.index_of.is_some()) else {
                return optional_text(None);
            };
            match arguments.int(1).unwrap_or(0) {
                0 => {
                    let pretty = matches!(arguments.value(2), Some(ScalarValue::Boolean(Some(true))));
                    let qualified = !pretty || !is_visible(entries, &catalog.context, index);
                    text(index_definition(index, entries, qualified))
                }
                column => {
                    let column = index.columns.iter().find(|c| i64::from(c.number) == column);
                    optional_text(column.map(|c| quote_identifier(&c.name)))
                }
            }
        }),
        catalog.of_entries("pg_get_constraintdef", DataType::Utf8, |_, entries, arguments| {
            let table = arguments.oid(0).and_then(|oid| oid.checked_sub(KEY_CONSTRAINT_OFFSET));
            let table = by_oid(entries, table).filter(|e| !e.key.is_empty());
            optional_text(table.map(|t| format!("PRIMARY KEY ({})", key_list(t, entries))))
        }),
        catalog.of_entries("pg_get_viewdef", DataType::Utf8, |catalog, entries, arguments| {
            let entry = match (arguments.oid(0), arguments.text(0)) {
                (Some(oid), _) => by_oid(entries, Some(oid)),
                (None, Some(name)) => find_relation(entries, &catalog.context, &name),
                (None, None) => None,
            };
            optional_text(entry.and_then(view_definition))
        }),
        catalog.of_entries("obj_description", DataType::Utf8, |_, entries, arguments| {
            if arguments.len() > 1 && arguments.text(1).as_deref() != Some("pg_class") {
                return optional_text(None);
            }
            let entry = by_oid(entries, arguments.oid(0));
            optional_text(entry.and_then(|e| e.comment().map(str::to_string)))
        }),
        catalog.of_entries("pg_relation_is_publishable", DataType::Boolean, |_, entries, arguments| {
            let entry = by_oid(entries, arguments.oid(0));
            Ok(ScalarValue::Boolean(entry.map(|e| e.kind == "r" && e.object.is_some())))
        }),
    ];
    for name in ["col_description", "shobj_description"] {
        all.push(function(name, DataType::Utf8, |_| optional_text(None)));
    }
    // What a stored relation takes is not known here: NULL, and psql leaves the place blank.
    for name in ["pg_relation_size", "pg_table_size", "pg_total_relation_size", "pg_indexes_size"] {
        all.push(catalog.of_entries(name, DataType::Int64, |_, entries, arguments| {
            let stored = by_oid(entries, arguments.oid(0)).is_none_or(|e| !matches!(e.kind, "v" | "f"));
            Ok(ScalarValue::Int64(if stored { None } else { Some(0) }))
        }));
    }
    for name in ["pg_database_size", "pg_tablespace_size"] {
        all.push(function(name, DataType::Int64, |_| Ok(ScalarValue::Int64(None))));
    }
    all
}

fn by_oid(entries: &[Entry], oid: Option<u32>) -> Option<&Entry> {
    entries.iter().find(|e| Some(e.oid) == oid)
}

fn key_list(entry: &Entry, entries: &[Entry]) -> String {
    let names: Vec<String> = entry.key_columns(entries).into_iter().map(quote_identifier).collect();
    names.join(", ")
}

/// The statement that would make an index; the table's name with or without its schema.
pub fn index_definition(index: &Entry, entries: &[Entry], qualified: bool) -> String {
    let table = entries.iter().find(|e| Some(e.oid) == index.index_of);
    let table_name = table.map_or(String::new(), |t| quote_identifier(&t.name));
    let schema = if qualified { format!("{}.", quote_identifier(&index.schema)) } else { String::new() };
    format!(
        "CREATE UNIQUE INDEX {} ON {schema}{table_name} USING btree ({})",
        quote_identifier(&index.name),
        key_list(index, entries)
    )
}

/// A view's query as psql prints it.
pub fn view_definition(entry: &Entry) -> Option<String> {
    entry.query().map(|query| format!(" {};", query.trim().trim_end_matches(';').trim_end()))
}

/// Between names and OIDs.
fn name_functions(catalog: &Catalog) -> Vec<ScalarUDF> {
    let mut all = Vec::new();
    for (reg, to_oid, to_name) in REG_TYPES {
        if reg == "regprocedure" {
            continue;
        }
        let (forward, back) = (catalog.clone(), catalog.clone());
        all.push(function(to_oid, DataType::UInt32, move |arguments| {
            let name = arguments.text(0).unwrap_or_default();
            let oid = name_to_oid(reg, &name, &forward.snapshot, &forward.context).map_err(failure)?;
            Ok(ScalarValue::UInt32(Some(oid)))
        }));
        all.push(function(to_name, DataType::Utf8, move |arguments| match arguments.oid(0) {
            Some(oid) => text(oid_to_name(reg, oid, &back.snapshot, &back.context)),
            // Already a name.
            None => optional_text(arguments.text(0)),
        }));
    }
    for (name, reg) in [
        ("to_regclass", "regclass"),
        ("to_regtype", "regtype"),
        ("to_regnamespace", "regnamespace"),
        ("to_regrole", "regrole"),
        ("to_regproc", "regproc"),
    ] {
        let catalog = catalog.clone();
        all.push(function(name, DataType::Utf8, move |arguments| {
            let asked = arguments.text(0).unwrap_or_default();
            let oid = name_to_oid(reg, &asked, &catalog.snapshot, &catalog.context).ok();
            optional_text(oid.map(|oid| oid_to_name(reg, oid, &catalog.snapshot, &catalog.context)))
        }));
    }
    let user = catalog.context.user.clone();
    all.push(function("pg_get_userbyid", DataType::Utf8, move |arguments| match arguments.oid(0) {
        Some(OWNER) => text(user.clone()),
        other => text(format!("unknown (OID={})", other.unwrap_or(0))),
    }));
    all
}

/// About types, functions and other objects, most of which do not exist here.
fn object_functions(catalog: &Catalog) -> Vec<ScalarUDF> {
    let (results, listed, defined) = (catalog.clone(), catalog.clone(), catalog.clone());
    let mut all = vec![
        function("format_type", DataType::Utf8, |arguments| {
            text(format_type(arguments.oid(0).unwrap_or(0), arguments.int(1)))
        }),
        function("pg_get_expr", DataType::Utf8, |arguments| optional_text(arguments.text(0))),
        function("pg_get_function_result", DataType::Utf8, move |arguments| {
            if let Some((_, result)) = user_function(&results, arguments) {
                return text(result);
            }
            optional_text(function_by_oid(arguments).map(|f| {
                let set = if f.returns_set { "SETOF " } else { "" };
                format!("{set}{}", format_type(f.result, None))
            }))
        }),
        function("pg_encoding_to_char", DataType::Utf8, |arguments| {
            text(if arguments.int(0) == Some(6) { "UTF8" } else { "" })
        }),
        function("pg_char_to_encoding", DataType::Int32, |arguments| {
            let utf8 = arguments.text(0).is_some_and(|n| n.replace('-', "").eq_ignore_ascii_case("utf8"));
            Ok(ScalarValue::Int32(Some(if utf8 { 6 } else { -1 })))
        }),
        function("pg_get_functiondef", DataType::Utf8, move |arguments| {
            optional_text(function_definition(&defined, arguments))
        }),
        function("pg_tablespace_location", DataType::Utf8, |_| text("")),
    ];
    for name in ["pg_get_function_arguments", "pg_get_function_identity_arguments"] {
        let listed = listed.clone();
        all.push(function(name, DataType::Utf8, move |arguments| {
            if let Some((arguments, _)) = user_function(&listed, arguments) {
                return text(arguments);
            }
            optional_text(function_by_oid(arguments).map(|f| {
                let types: Vec<String> = f.arguments.iter().map(|oid| format_type(*oid, None)).collect();
                types.join(", ")
            }))
        }));
    }
    for name in [
        "pg_get_function_sqlbody",
        "pg_get_ruledef",
        "pg_get_triggerdef",
        "pg_get_partkeydef",
        "pg_get_partition_constraintdef",
        "pg_get_statisticsobjdef",
        "pg_get_statisticsobjdef_columns",
        "pg_get_serial_sequence",
        "pg_describe_object",
    ] {
        all.push(function(name, DataType::Utf8, |_| optional_text(None)));
    }
    for name in [
        "pg_type_is_visible",
        "pg_function_is_visible",
        "pg_operator_is_visible",
        "pg_opclass_is_visible",
        "pg_opfamily_is_visible",
        "pg_collation_is_visible",
        "pg_conversion_is_visible",
        "pg_statistics_obj_is_visible",
        "pg_ts_config_is_visible",
        "pg_ts_dict_is_visible",
        "pg_ts_parser_is_visible",
        "pg_ts_template_is_visible",
    ] {
        all.push(function(name, DataType::Boolean, |_| boolean(true)));
    }
    all.push(function("pg_is_other_temp_schema", DataType::Boolean, |_| boolean(false)));
    all
}

/// The arguments and the result of a user's function, as text.
fn user_function(catalog: &Catalog, arguments: &Arguments) -> Option<(String, String)> {
    let object = catalog.snapshot.get(ObjectId(arguments.oid(0)?))?;
    let function = object.function()?;
    let list = function.arguments.iter().map(|(name, data_type)| match name {
        Some(name) => format!("{name} {}", sql_name(data_type)),
        None => sql_name(data_type),
    });
    Some((list.collect::<Vec<_>>().join(", "), sql_name(&function.result)))
}

/// The statement that would make a user's function.
fn function_definition(catalog: &Catalog, called: &Arguments) -> Option<String> {
    let (list, result) = user_function(catalog, called)?;
    let object = catalog.snapshot.get(ObjectId(called.oid(0)?))?;
    let function = object.function()?;
    let name = format!("{}.{}", quote_identifier(&object.schema), quote_identifier(&object.name));
    let volatility = match function.volatility {
        'i' => " IMMUTABLE",
        's' => " STABLE",
        _ => "",
    };
    let strict = if function.strict { " STRICT" } else { "" };
    let properties = format!("{volatility}{strict}");
    let properties = if properties.is_empty() { properties } else { format!("\n{properties}") };
    let body = &function.body;
    Some(format!(
        "CREATE OR REPLACE FUNCTION {name}({list})\n RETURNS {result}\n LANGUAGE sql{properties}\nAS $function${body}$function$\n"
    ))
}

fn function_by_oid(arguments: &Arguments) -> Option<&'static BuiltinFunction> {
    let oid = arguments.oid(0)?;
    builtin_functions().iter().find(|f| f.oid == oid)
}

/// There is one user, who may do everything.
fn privilege_functions() -> Vec<ScalarUDF> {
    [
        "has_any_column_privilege",
        "has_column_privilege",
        "has_database_privilege",
        "has_foreign_data_wrapper_privilege",
        "has_function_privilege",
        "has_language_privilege",
        "has_schema_privilege",
        "has_sequence_privilege",
        "has_server_privilege",
        "has_table_privilege",
        "has_tablespace_privilege",
        "has_type_privilege",
        "pg_has_role",
    ]
    .into_iter()
    .map(|name| function(name, DataType::Boolean, |_| boolean(true)))
    .collect()
}

/// Quoting and printing.
fn text_functions() -> Vec<ScalarUDF> {
    vec![
        function("quote_ident", DataType::Utf8, |arguments| {
            optional_text(arguments.text(0).map(|name| quote_identifier(&name)))
        }),
        function("quote_literal", DataType::Utf8, |arguments| {
            optional_text(arguments.text(0).map(|value| quote_literal(&value)))
        }),
        function("format", DataType::Utf8, |arguments| text(format_text(arguments))),
        function("pg_size_pretty", DataType::Utf8, |arguments| {
            optional_text(arguments.int(0).map(size_pretty))
        }),
    ]
}

fn quote_literal(value: &str) -> String {
    let escape = if value.contains('\\') { "E" } else { "" };
    format!("{escape}'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}

/// `format(pattern, …)` with `%s`, `%I`, `%L` and `%%`.
fn format_text(arguments: &Arguments) -> String {
    let pattern = arguments.text(0).unwrap_or_default();
    let mut out = String::new();
    let mut next = 1;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(kind) = chars.next() else { break };
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = arguments.text(next);
        next += 1;
        match (kind, value) {
            ('I', Some(value)) => out.push_str(&quote_identifier(&value)),
            ('L', Some(value)) => out.push_str(&quote_literal(&value)),
            ('L', None) => out.push_str("NULL"),
            (_, value) => out.push_str(&value.unwrap_or_default()),
        }
    }
    out
}

/// As PostgreSQL: the unit changes at 10,240 of the smaller one.
fn size_pretty(bytes: i64) -> String {
    let mut size = bytes as f64;
    let mut units = ["bytes", "kB", "MB", "GB", "TB", "PB"].iter();
    let mut unit = units.next().copied().unwrap_or("bytes");
    for larger in units {
        if size.abs() < 10_240.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    format!("{:.0} {unit}", size.round())
}
