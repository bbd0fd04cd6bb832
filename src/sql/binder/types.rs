//! Types in casts, for DataFusion's planner.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::ast::ArrayElemTypeDef;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::sql::arrow_type;
use crate::types::Result;

/// The Arrow type of an SQL type in an expression. Beside the types of columns
/// there are those of PostgreSQL's catalogs, which clients cast to.
pub fn data_type(sql: &ast::DataType) -> Result<DataType> {
    use ast::DataType as Sql;
    match sql {
        Sql::Regclass | Sql::Char(_) | Sql::Character(_) => Ok(DataType::Utf8),
        Sql::Array(ArrayElemTypeDef::SquareBracket(item, _)) => {
            Ok(DataType::List(Arc::new(Field::new_list_field(data_type(item)?, true))))
        }
        Sql::Custom(name, arguments) if arguments.is_empty() => match system_name(name).as_deref() {
            Some(name) => system_type(name),
            None => arrow_type(sql),
        },
        _ => arrow_type(sql),
    }
}

/// What a type is called that only the catalogs have, or that is called by its
/// name in `pg_type`.
pub(super) fn catalog_type(sql: &ast::DataType) -> Option<String> {
    match sql {
        ast::DataType::Regclass => Some("regclass".to_string()),
        ast::DataType::Custom(name, _) => {
            let qualified = name.0.len() > 1;
            system_name(name)
                .filter(|name| qualified || catalog_only(name).is_some() || name.starts_with("reg"))
        }
        _ => None,
    }
}

/// The folded name of a type without a schema, or in `pg_catalog`.
fn system_name(name: &ast::ObjectName) -> Option<String> {
    let mut parts = name.0.iter().rev().map(|part| part.as_ident().map(fold));
    let last = parts.next()??;
    match parts.next() {
        Some(schema) => (schema? == "pg_catalog").then_some(last),
        None => Some(last),
    }
}

fn catalog_only(name: &str) -> Option<DataType> {
    Some(match name {
        "oid" | "xid" | "cid" => DataType::UInt32,
        "name" | "char" | "bpchar" | "cstring" | "pg_node_tree" | "unknown" | "aclitem" => DataType::Utf8,
        "regtype" | "regproc" | "regnamespace" => DataType::Utf8,
        "oidvector" => DataType::new_list(DataType::UInt32, true),
        "int2vector" => DataType::new_list(DataType::Int16, true),
        _ => return None,
    })
}

/// A type by its name in `pg_type`; an array's begins with `_`.
fn system_type(name: &str) -> Result<DataType> {
    if let Some(known) = catalog_only(name) {
        return Ok(known);
    }
    if let Some(element) = name.strip_prefix('_') {
        return Ok(DataType::new_list(system_type(element)?, true));
    }
    let written = Parser::new(&PostgreSqlDialect {}).try_with_sql(name).and_then(|mut p| p.parse_data_type());
    match written {
        Ok(sql) => arrow_type(&sql),
        Err(_) => {
            arrow_type(&ast::DataType::Custom(ast::ObjectName::from(vec![ast::Ident::new(name)]), vec![]))
        }
    }
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
