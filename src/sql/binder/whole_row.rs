//! A relation's name as a value: `row_to_json(t)`, `jsonb_agg(x ORDER BY x.id)`.
//!
//! It is a record of the relation's columns; the name of a function that gives
//! one column is that column. Nothing is done where a column may be meant, where
//! the columns are not known from the text alone, and in outer joins, where the
//! row of the other side may be missing as a whole.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, JoinOperator, Query, Select, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins,
    Value,
};

use super::plain_names;
use super::rewriting::call;
use super::spelled;
use super::syntax::output_name;
use super::types::fold;
use crate::catalog::Snapshot;

/// Puts values where a SELECT names its relations.
pub(super) fn rewrite(select: &mut Select, catalog: &Snapshot) {
    if let Some(scope) = Scope::of(select, catalog) {
        plain_names::replace(&mut select.from, |name| scope.value_of(name));
        plain_names::replace_in_clauses(select, |name| scope.value_of(name));
    }
}

/// Likewise in ORDER BY, where the output's names come first.
pub(super) fn rewrite_order(query: &mut Query, catalog: &Snapshot) {
    let SetExpr::Select(select) = query.body.as_ref() else { return };
    let (Some(order), Some(mut scope)) = (&mut query.order_by, Scope::of(select, catalog)) else { return };
    let outputs = names(&select.projection).unwrap_or_default();
    scope.relations.retain(|r| !outputs.contains(&r.name));
    plain_names::replace(order, |name| scope.value_of(name));
}

/// What the relations of one SELECT are called.
struct Scope {
    relations: Vec<Relation>,
}

struct Relation {
    name: String,
    alias: Ident,
    row: Row,
}

#[derive(Clone)]
enum Row {
    /// A record of these columns.
    Record(Vec<String>),
    /// The value of this one.
    Value(&'static str),
}

impl Scope {
    /// `None` if nothing can be named.
    fn of(select: &Select, catalog: &Snapshot) -> Option<Scope> {
        let mut relations = vec![];
        let mut known = true;
        for from in &select.from {
            known &= is_inner(from);
            for factor in std::iter::once(&from.relation).chain(from.joins.iter().map(|j| &j.relation)) {
                match relation(factor, catalog) {
                    Some(relation) => relations.push(relation),
                    None => known = false,
                }
            }
        }
        let columns: Vec<String> = relations.iter().flat_map(|r| r.row.columns()).collect();
        relations.retain(|r| !columns.contains(&r.name) && (known || matches!(r.row, Row::Value(_))));
        (!relations.is_empty()).then_some(Scope { relations })
    }

    fn value_of(&self, name: &Ident) -> Option<Expr> {
        let name = fold(name);
        self.relations.iter().find(|r| r.name == name).map(Relation::value)
    }
}

impl Row {
    fn columns(&self) -> Vec<String> {
        match self {
            Row::Record(names) => names.clone(),
            Row::Value(name) => vec![name.to_string()],
        }
    }
}

fn is_inner(from: &TableWithJoins) -> bool {
    let inner = |op: &JoinOperator| {
        matches!(op, JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_))
    };
    from.joins.iter().all(|join| inner(&join.join_operator))
}

fn relation(factor: &TableFactor, catalog: &Snapshot) -> Option<Relation> {
    let (alias, row) = match factor {
        TableFactor::Table { name, alias, args: None, .. } => {
            let table = name.0.last()?.as_ident()?;
            let object = catalog.objects().find(|o| o.name == fold(table) && o.is_relation())?;
            let columns = object.columns.iter().filter(|c| !c.hidden).map(|c| c.name.clone()).collect();
            (alias.as_ref().map_or(table, |a| &a.name), renamed(columns, alias.as_ref()))
        }
        TableFactor::Derived { subquery, alias: Some(alias), .. } => {
            let SetExpr::Select(select) = subquery.body.as_ref() else { return None };
            (&alias.name, renamed(names(&select.projection)?, Some(alias)))
        }
        TableFactor::Table { name, args: Some(_), alias: Some(alias), .. }
        | TableFactor::Function { name, alias: Some(alias), .. }
            if alias.columns.is_empty() =>
        {
            let function = name.0.last()?.as_ident().map(fold)?;
            (&alias.name, Row::Value(spelled::only_column(&function)?))
        }
        _ => return None,
    };
    Some(Relation { name: fold(alias), alias: alias.clone(), row })
}

fn renamed(mut columns: Vec<String>, alias: Option<&TableAlias>) -> Row {
    for (column, new) in columns.iter_mut().zip(alias.iter().flat_map(|a| &a.columns)) {
        *column = fold(&new.name);
    }
    Row::Record(columns)
}

/// The output's names, if the text says them all.
fn names(items: &[SelectItem]) -> Option<Vec<String>> {
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(fold(alias)),
        SelectItem::UnnamedExpr(expr) => Some(output_name(expr)),
        _ => None,
    };
    items.iter().map(name).collect()
}

impl Relation {
    fn value(&self) -> Expr {
        let column =
            |name: &str| Expr::CompoundIdentifier(vec![self.alias.clone(), Ident::with_quote('"', name)]);
        let columns = match &self.row {
            Row::Value(name) => return column(name),
            Row::Record(columns) => columns,
        };
        let text = |name: &String| Expr::Value(Value::SingleQuotedString(name.clone()).with_empty_span());
        call("named_struct", columns.iter().flat_map(|name| [text(name), column(name)]).collect())
    }
}
