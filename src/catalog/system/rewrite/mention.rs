//! Is a query about the catalogs at all?
//!
//! Nearly none is, and what the rewriting takes for a name of the catalogs may
//! be a user's own elsewhere.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, Expr, ObjectName, Query, TableFactor, Visit, Visitor,
};

use super::name_parts;
use crate::catalog::system::relation::system_table;

/// Does it name a system relation, a function of the catalogs or a `reg…` type?
pub fn mentions_catalog(query: &Query) -> bool {
    Visit::visit(query, &mut Mention).is_break()
}

struct Mention;

impl Visitor for Mention {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let (schema, name) = name_parts(relation);
        found(
            system_table(schema.as_deref(), &name).is_some() || schema.is_some_and(|s| is_system_schema(&s)),
        )
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        found(match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                is_catalog_function(&name_parts(name).1)
            }
            _ => false,
        })
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        found(match expr {
            Expr::Function(function) => {
                let (schema, name) = name_parts(&function.name);
                schema.is_some_and(|s| is_system_schema(&s)) || is_catalog_function(&name)
            }
            Expr::Cast { data_type, .. } => match data_type {
                DataType::Regclass => true,
                DataType::Custom(name, _) => {
                    let (schema, name) = name_parts(name);
                    schema.is_some_and(|s| is_system_schema(&s)) || name.starts_with("reg") || name == "oid"
                }
                _ => false,
            },
            Expr::BinaryOp { op: BinaryOperator::PGCustomBinaryOperator(_), .. } => true,
            Expr::Identifier(ident) => {
                ident.quote_style.is_none() && super::is_special_register(&ident.value)
            }
            _ => false,
        })
    }
}

fn found(found: bool) -> ControlFlow<()> {
    if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn is_system_schema(name: &str) -> bool {
    matches!(name, "pg_catalog" | "information_schema" | "rw_catalog")
}

/// By how the catalogs' functions are called.
pub fn is_catalog_function(name: &str) -> bool {
    ["pg_", "to_reg", "current_", "session_user", "inet_", "quote_"].iter().any(|p| name.starts_with(p))
        && !matches!(name, "current_date" | "current_time" | "current_timestamp")
        || name.ends_with("_privilege")
        || name.ends_with("_description")
        || matches!(name, "format_type" | "version" | "txid_current" | "user")
}
