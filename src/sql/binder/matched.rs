//! `UPDATE … FROM` and `DELETE … USING`: a target row and what is joined to it.
//!
//! A row that several rows of the other relations match is changed once. So
//! each row needs something that tells it from the others: its primary key, or
//! else a number that it gets for the statement.

use datafusion::sql::sqlparser::ast::{
    self, Expr, Ident, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor,
    TableWithJoins, WildcardAdditionalOptions,
};

use super::syntax::{column_of, select};
use crate::catalog::{Object, ObjectKind};
use crate::sql::{Statement, parse};
use crate::types::{Error, Result};

const NUMBER: &str = "ms_number";

/// The relations of a change, and how a row of its target is told from others.
pub(super) struct Matched {
    from: Vec<TableWithJoins>,
    /// Output columns that identify a row; `numbered` if one more is needed.
    key: Vec<usize>,
    numbered: bool,
}

impl Matched {
    /// A target, called `alias`, and the other relations.
    pub fn new(
        target: &TableWithJoins,
        others: &[TableWithJoins],
        table: &Object,
        alias: &Ident,
    ) -> Result<Matched> {
        let key = match &table.kind {
            ObjectKind::Table(properties) => properties.primary_key.clone(),
            _ => vec![],
        };
        let numbered = key.is_empty() && !others.is_empty();
        let target = if numbered { with_numbers(table, alias)? } else { target.clone() };
        Ok(Matched { from: std::iter::once(target).chain(others.iter().cloned()).collect(), key, numbered })
    }

    /// `SELECT items, [number], [the others' columns] FROM … WHERE condition`, and
    /// the places of the columns that identify a row.
    pub fn select(
        &self,
        mut items: Vec<SelectItem>,
        condition: Option<Expr>,
        alias: &Ident,
        shows_others: bool,
    ) -> (ast::Query, Vec<usize>) {
        let mut key = self.key.clone();
        if self.numbered {
            key = vec![items.len()];
            let name = Ident::with_quote('"', NUMBER);
            items.push(SelectItem::ExprWithAlias { expr: column_of(alias, NUMBER), alias: name });
        }
        if shows_others {
            items.extend(self.from[1..].iter().flat_map(names).map(|name| {
                let kind = SelectItemQualifiedWildcardKind::ObjectName(vec![name].into());
                SelectItem::QualifiedWildcard(kind, WildcardAdditionalOptions::default())
            }));
        }
        let mut query = select(items, self.from[0].clone(), condition);
        if let SetExpr::Select(select) = query.body.as_mut() {
            select.from = self.from.clone();
        }
        (query, key)
    }

    /// The number of columns before those of the others.
    pub fn own_columns(&self, columns: usize) -> usize {
        columns + usize::from(self.numbered)
    }
}

/// What the relations are called.
fn names(from: &TableWithJoins) -> Vec<Ident> {
    let factors = std::iter::once(&from.relation).chain(from.joins.iter().map(|j| &j.relation));
    factors
        .filter_map(|factor| match factor {
            TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Derived { alias: Some(alias), .. }
            | TableFactor::Function { alias: Some(alias), .. }
            | TableFactor::UNNEST { alias: Some(alias), .. }
            | TableFactor::NestedJoin { alias: Some(alias), .. } => Some(alias.name.clone()),
            TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()).cloned(),
            _ => None,
        })
        .collect()
}

/// The target as a subquery in which each row has a number.
fn with_numbers(table: &Object, alias: &Ident) -> Result<TableWithJoins> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let columns: Vec<String> = table.columns.iter().map(|c| quoted(&c.name)).collect();
    let text = format!(
        "SELECT {}, row_number() OVER () AS {NUMBER} FROM {}.{}",
        columns.join(", "),
        quoted(&table.schema),
        quoted(&table.name)
    );
    let Some(Statement::Query(subquery)) = parse(&text)?.pop().map(|p| p.statement) else {
        return Err(Error::internal("a made-up query does not parse"));
    };
    let alias = TableAlias { explicit: true, name: alias.clone(), columns: vec![], at: None };
    let relation = TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None };
    Ok(TableWithJoins { relation, joins: vec![] })
}
