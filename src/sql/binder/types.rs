//! Types in casts, for DataFusion's planner.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::ast::ArrayElemTypeDef;

use crate::sql::arrow_type;
use crate::types::Result;

/// The Arrow type of an SQL type in an expression. Beside the types of columns
/// there are those of PostgreSQL's catalogs, which clients cast to.
pub fn data_type(sql: &ast::DataType) -> Result<DataType> {
    use ast::DataType as Sql;
    match sql {
        // OIDs: only the system catalogs' own rewriting writes this.
        Sql::IntUnsigned(_) => Ok(DataType::UInt32),
        Sql::Regclass | Sql::Char(_) | Sql::Character(_) => Ok(DataType::Utf8),
        Sql::Array(ArrayElemTypeDef::SquareBracket(item, _)) => {
            Ok(DataType::List(Arc::new(Field::new_list_field(data_type(item)?, true))))
        }
        Sql::Custom(name, arguments) if arguments.is_empty() => {
            match name.to_string().to_lowercase().as_str() {
                "oid" | "xid" | "cid" => Ok(DataType::UInt32),
                "name" | "bpchar" | "cstring" | "\"char\"" | "regtype" | "regproc" | "regnamespace" => {
                    Ok(DataType::Utf8)
                }
                _ => arrow_type(sql),
            }
        }
        _ => arrow_type(sql),
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
