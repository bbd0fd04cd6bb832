//! Names of result columns, as PostgreSQL gives them, and no two alike.
//!
//! PostgreSQL lets columns of a result share a name; DataFusion does not, so a
//! repeated one gets a number.

use std::collections::HashSet;

use datafusion::sql::sqlparser::ast::{Expr, Ident, Select, SelectItem, SetExpr};

use crate::catalog::system::simplify::{fold, name_parts};

/// Gives a name to each column that is more than a column reference.
pub fn name_columns(select: &mut Select) {
    let mut used: HashSet<String> = HashSet::new();
    for item in &select.projection {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => drop(used.insert(fold(alias))),
            SelectItem::UnnamedExpr(Expr::Identifier(ident)) => drop(used.insert(fold(ident))),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                used.extend(parts.last().map(fold));
            }
            _ => {}
        }
    }
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            continue;
        }
        let wanted = column_name(expr).unwrap_or_else(|| "?column?".to_string());
        let alias = Ident::with_quote('"', unused(&wanted, &used));
        used.insert(alias.value.clone());
        *item = SelectItem::ExprWithAlias { expr: super::take(expr), alias };
    }
}

fn unused(wanted: &str, used: &HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_string()).chain(numbered);
    names.find(|name| !used.contains(name)).expect("there are endlessly many numbers")
}

/// The name that PostgreSQL would give; `None` for `?column?`.
fn column_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(fold(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(fold),
        Expr::Function(function) => Some(name_parts(&function.name).1),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => column_name(inner),
        Expr::Cast { expr: inner, data_type, .. } => column_name(inner).or_else(|| {
            let name = data_type.to_string().to_lowercase();
            Some(name.rsplit('.').next().unwrap_or(&name).trim_matches('"').to_string())
        }),
        Expr::Case { else_result: Some(otherwise), .. } => {
            column_name(otherwise).or_else(|| Some("case".to_string()))
        }
        Expr::Case { .. } => Some("case".to_string()),
        Expr::Exists { .. } => Some("exists".to_string()),
        Expr::Array(_) => Some("array".to_string()),
        Expr::Trim { .. } => Some("btrim".to_string()),
        Expr::Subquery(query) => match query.body.as_ref() {
            SetExpr::Select(select) => match select.projection.first()? {
                SelectItem::UnnamedExpr(expr) => column_name(expr),
                SelectItem::ExprWithAlias { alias, .. } => Some(fold(alias)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
