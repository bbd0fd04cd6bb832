//! The columns that names in a SELECT can mean, as far as its text and the
//! catalog tell them.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableFunctionArgs, TableWithJoins,
    WildcardAdditionalOptions,
};

use super::syntax::output_name;
use super::types::fold;
use crate::catalog::Snapshot;

/// A column of FROM.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    /// How it is named without doubt.
    pub value: Expr,
    /// A star does not show it.
    pub hidden: bool,
    /// Made by USING or NATURAL: its value stands where its name stands.
    pub merged: bool,
    /// A star shows the merged column in its place, and a plain name does not mean it.
    pub replaced: bool,
}

/// What is called how: the relations of one SELECT, and the queries around it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'p> {
    /// `None`: not all of them are known.
    pub columns: Option<&'p [Column]>,
    /// What the relations are called.
    pub relations: &'p [String],
    pub outer: Option<&'p Scope<'p>>,
}

/// What a plain name means in one scope.
pub(super) enum Meaning<'p> {
    Nothing,
    One(&'p Column),
    Several,
}

impl Scope<'_> {
    /// `None`: that cannot be said.
    pub fn meaning(&self, name: &str) -> Option<Meaning<'_>> {
        let mut named = self.columns?.iter().filter(|c| c.name == name && !c.replaced);
        Some(match (named.next(), named.next()) {
            (None, _) => Meaning::Nothing,
            (Some(column), None) => Meaning::One(column),
            (Some(_), Some(_)) => Meaning::Several,
        })
    }
}

/// The names that WITH gives, the innermost last, and their columns.
pub(super) type CommonTables = Vec<(String, Option<Vec<String>>)>;

/// Where columns are looked up.
pub(super) struct Columns<'a> {
    pub catalog: &'a Snapshot,
    pub common: &'a CommonTables,
}

impl Columns<'_> {
    /// The columns of a relation in FROM, whose subqueries name theirs.
    pub fn of_factor(&self, factor: &TableFactor) -> Option<Vec<Column>> {
        match factor {
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                self.of_plain_joins(table_with_joins)
            }
            TableFactor::Table { name, alias, args: Some(args), .. } if is_window_table(name) => {
                called(name, alias.as_ref(), self.of_window_table(args)?)
            }
            TableFactor::Table { name, alias, args: None, .. } => {
                called(name, alias.as_ref(), self.of_table(name)?)
            }
            TableFactor::Derived { subquery, alias: Some(alias), .. } => {
                let names = self.of_query(subquery)?.into_iter().map(|name| (name, false)).collect();
                Some(columns(&alias.name, renamed(names, Some(alias))))
            }
            TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Function { alias: Some(alias), .. }
            | TableFactor::UNNEST { alias: Some(alias), .. } => of_function(alias),
            _ => None,
        }
    }

    /// Joins in brackets, once none of them merges columns.
    fn of_plain_joins(&self, from: &TableWithJoins) -> Option<Vec<Column>> {
        let mut all = self.of_factor(&from.relation)?;
        for join in &from.joins {
            all.extend(self.of_factor(&join.relation)?);
        }
        Some(all)
    }

    fn of_table(&self, name: &ObjectName) -> Option<Vec<(String, bool)>> {
        let parts: Vec<String> =
            name.0.iter().map(|part| part.as_ident().map(fold)).collect::<Option<_>>()?;
        let (table, schema) = match parts.as_slice() {
            [table] => (table, None),
            [.., schema, table] => (table, Some(schema.as_str())),
            [] => return None,
        };
        if schema.is_none()
            && let Some((_, columns)) = self.common.iter().rev().find(|(name, _)| name == table)
        {
            return Some(columns.as_ref()?.iter().map(|name| (name.clone(), false)).collect());
        }
        let object = self.catalog.find(schema, table).filter(|object| object.is_relation())?;
        Some(object.columns.iter().map(|c| (c.name.clone(), c.hidden)).collect())
    }

    /// `TUMBLE(relation, …)` and its like.
    fn of_window_table(&self, args: &TableFunctionArgs) -> Option<Vec<(String, bool)>> {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(relation)) = args.args.first()? else { return None };
        let mut names = match relation {
            Expr::Identifier(name) => self.of_table(&vec![name.clone()].into())?,
            Expr::CompoundIdentifier(name) => self.of_table(&name.clone().into())?,
            Expr::Subquery(query) => {
                self.of_query(query)?.into_iter().map(|name| (name, false)).collect::<Vec<_>>()
            }
            _ => return None,
        };
        names.extend(["window_start", "window_end"].map(|name| (name.to_string(), false)));
        Some(names)
    }

    /// The names of a query's output.
    pub fn of_query(&self, query: &Query) -> Option<Vec<String>> {
        let mut common = self.common.clone();
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            let inside = Columns { catalog: self.catalog, common: &common };
            let names = inside.of_common_table(&table.alias, &table.query);
            common.push((fold(&table.alias.name), names));
        }
        Columns { catalog: self.catalog, common: &common }.of_body(&query.body)
    }

    /// The columns of a query that WITH names.
    pub fn of_common_table(&self, alias: &TableAlias, query: &Query) -> Option<Vec<String>> {
        let names = self.of_query(query)?.into_iter().map(|name| (name, false)).collect();
        Some(renamed(names, Some(alias)).into_iter().map(|(name, _)| name).collect())
    }

    fn of_body(&self, body: &SetExpr) -> Option<Vec<String>> {
        let select = match body {
            SetExpr::Select(select) => select,
            SetExpr::Query(query) => return self.of_query(query),
            SetExpr::SetOperation { left, .. } => return self.of_body(left),
            SetExpr::Values(values) => {
                let width = values.rows.first()?.content.len();
                return Some((1..=width).map(|n| format!("column{n}")).collect());
            }
            _ => return None,
        };
        let from = || {
            let columns = select.from.iter().map(|from| self.of_plain_joins(from));
            Some(columns.collect::<Option<Vec<_>>>()?.concat())
        };
        let mut names = vec![];
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => names.push(fold(alias)),
                SelectItem::UnnamedExpr(expr) => names.push(output_name(expr)),
                SelectItem::Wildcard(options) if is_plain(options) => {
                    names.extend(from()?.into_iter().filter(|c| !c.hidden).map(|c| c.name));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
                    if is_plain(options) =>
                {
                    let table = name.0.last()?.as_ident().map(fold)?;
                    let of_table =
                        from()?.into_iter().filter(|c| !c.hidden && qualifier(&c.value) == Some(&table));
                    names.extend(of_table.map(|c| c.name));
                }
                _ => return None,
            }
        }
        Some(names)
    }
}

/// What a relation is called.
pub(super) fn relation_name(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. }
        | TableFactor::NestedJoin { alias: Some(alias), .. } => Some(fold(&alias.name)),
        TableFactor::Table { name, .. } | TableFactor::Function { name, .. } => {
            name.0.last().and_then(|part| part.as_ident()).map(fold)
        }
        _ => None,
    }
}

/// Does this function add windows to a relation that it is given by name?
pub(super) fn is_window_table(name: &ObjectName) -> bool {
    let name = name.0.last().and_then(|part| part.as_ident()).map(fold);
    name.is_some_and(|name| ["tumble", "hop", "cumulate", "session"].contains(&name.as_str()))
}

/// Does a star show all there is?
pub(super) fn is_plain(options: &WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_none()
        && options.opt_exclude.is_none()
        && options.opt_except.is_none()
        && options.opt_replace.is_none()
        && options.opt_rename.is_none()
        && options.opt_alias.is_none()
}

/// The relation in `relation.column`, quoted as it is called.
fn qualifier(value: &Expr) -> Option<&String> {
    match value {
        Expr::CompoundIdentifier(parts) => parts.first().map(|ident| &ident.value),
        _ => None,
    }
}

/// The columns of a relation under its alias or its name.
fn called(name: &ObjectName, alias: Option<&TableAlias>, names: Vec<(String, bool)>) -> Option<Vec<Column>> {
    let own = || name.0.last()?.as_ident().cloned();
    let relation = alias.map(|alias| alias.name.clone()).or_else(own)?;
    Some(columns(&relation, renamed(names, alias)))
}

/// The columns of a function in FROM, if its alias names them.
fn of_function(alias: &TableAlias) -> Option<Vec<Column>> {
    let names: Vec<_> = alias.columns.iter().map(|c| (fold(&c.name), false)).collect();
    (!names.is_empty()).then(|| columns(&alias.name, names))
}

fn columns(relation: &Ident, names: Vec<(String, bool)>) -> Vec<Column> {
    let relation = Ident::with_quote('"', fold(relation));
    let column = |(name, hidden): (String, bool)| Column {
        value: Expr::CompoundIdentifier(vec![relation.clone(), Ident::with_quote('"', &name)]),
        name,
        hidden,
        merged: false,
        replaced: false,
    };
    names.into_iter().map(column).collect()
}

fn renamed(mut names: Vec<(String, bool)>, alias: Option<&TableAlias>) -> Vec<(String, bool)> {
    let shown = names.iter_mut().filter(|(_, hidden)| !hidden);
    for ((name, _), new) in shown.zip(alias.iter().flat_map(|a| &a.columns)) {
        *name = fold(&new.name);
    }
    names
}
