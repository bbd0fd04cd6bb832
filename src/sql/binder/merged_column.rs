//! The column that `RIGHT JOIN … USING (k)` and `FULL JOIN … USING (k)` make of
//! two: the right one's value, and the one that there is. DataFusion takes the
//! left one's in every join.

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, JoinConstraint, JoinOperator, Select, SelectItem,
    SelectItemQualifiedWildcardKind, TableFactor, TableWithJoins, WildcardAdditionalOptions,
};

use super::plain_names;
use super::rewriting::call;
use super::types::fold;
use crate::types::{Error, Result};

/// Puts the merged columns' values where a SELECT names them.
pub(super) fn rewrite(select: &mut Select) -> Result<()> {
    let mut merged = vec![];
    for from in &select.from {
        merge(from, &mut merged)?;
    }
    if merged.is_empty() {
        return Ok(());
    }
    name_items(select, &merged)?;
    plain_names::replace_in_clauses(select, |name| {
        let name = fold(name);
        merged.iter().find(|m| m.name == name).map(|m| m.value.clone())
    });
    Ok(())
}

struct Merged {
    name: String,
    value: Expr,
}

fn merge(from: &TableWithJoins, merged: &mut Vec<Merged>) -> Result<()> {
    let is_full = |op: &JoinOperator| matches!(op, JoinOperator::FullOuter(_));
    for (index, join) in from.joins.iter().enumerate() {
        let constraint = match &join.join_operator {
            JoinOperator::Right(c) | JoinOperator::RightOuter(c) | JoinOperator::FullOuter(c) => c,
            _ => continue,
        };
        let columns = match constraint {
            JoinConstraint::Using(columns) => columns,
            JoinConstraint::Natural => return Err(Error::unsupported("NATURAL in a RIGHT or FULL JOIN")),
            _ => continue,
        };
        let right = name_of(&join.relation);
        for column in columns {
            let Some(ident) = column.0.last().and_then(|part| part.as_ident()) else { continue };
            let name = fold(ident);
            let of = |table: &Ident| Expr::CompoundIdentifier(vec![table.clone(), ident.clone()]);
            let before = merged.iter().position(|m| m.name == name);
            let left = match (before, index) {
                (Some(at), _) => Some(merged.remove(at).value),
                (None, 0) => name_of(&from.relation).as_ref().map(of),
                (None, _) => None,
            };
            let value = match (left, right.as_ref().map(of)) {
                (_, Some(right)) if !is_full(&join.join_operator) => right,
                (Some(left), Some(right)) => call("coalesce", vec![left, right]),
                _ => return Err(Error::unsupported("FULL JOIN … USING after other joins")),
            };
            merged.push(Merged { name, value });
        }
    }
    Ok(())
}

/// What a relation is called.
fn name_of(relation: &TableFactor) -> Option<Ident> {
    match relation {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => {
            Some(alias.name.clone())
        }
        TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()).cloned(),
        _ => None,
    }
}

/// A merged column keeps its name, and stands before the others in a star.
fn name_items(select: &mut Select, merged: &[Merged]) -> Result<()> {
    let mut items = Vec::with_capacity(select.projection.len());
    for mut item in std::mem::take(&mut select.projection) {
        if let SelectItem::UnnamedExpr(Expr::Identifier(ident)) = &item
            && merged.iter().any(|m| m.name == fold(ident))
        {
            let alias = ident.clone();
            item = SelectItem::ExprWithAlias { expr: Expr::Identifier(alias.clone()), alias };
        }
        if let SelectItem::Wildcard(_) = &item {
            items.extend(star(select, merged)?);
            continue;
        }
        items.push(item);
    }
    select.projection = items;
    Ok(())
}

/// `*`: the merged columns, then the others of the left side and of the right.
fn star(select: &Select, merged: &[Merged]) -> Result<Vec<SelectItem>> {
    let unsupported = || Error::unsupported("* over a RIGHT or FULL JOIN … USING and something else");
    let [TableWithJoins { relation, joins }] = select.from.as_slice() else { return Err(unsupported()) };
    let [join] = joins.as_slice() else { return Err(unsupported()) };
    let mut items: Vec<SelectItem> = vec![];
    items.extend(merged.iter().map(|m| SelectItem::ExprWithAlias {
        expr: m.value.clone(),
        alias: Ident::with_quote('"', &m.name),
    }));
    let names: Vec<_> = merged.iter().map(|m| vec![Ident::with_quote('"', &m.name)].into()).collect();
    for side in [relation, &join.relation] {
        let name = name_of(side).ok_or_else(unsupported)?;
        let options = WildcardAdditionalOptions {
            opt_exclude: Some(ExcludeSelectItem::Multiple(names.clone())),
            ..WildcardAdditionalOptions::default()
        };
        let kind = SelectItemQualifiedWildcardKind::ObjectName(vec![name].into());
        items.push(SelectItem::QualifiedWildcard(kind, options));
    }
    Ok(items)
}
