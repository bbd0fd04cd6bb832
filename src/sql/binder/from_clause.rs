//! What a query's FROM must not have: one name twice, forms that are not built.
//!
//! It is looked at before anything is rewritten, so that errors have the place
//! in the statement as it was written.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, Spanned, TableFactor, TableWithJoins, Value, Visit, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::error::position;
use super::types::fold;
use crate::types::{Error, Result, SqlState};

/// Checks a query and all in it; `text` is what it was parsed from.
pub(super) fn check(query: &Query, text: Option<&str>) -> Result<()> {
    match Visit::visit(query, &mut Check { text }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Check<'a> {
    text: Option<&'a str>,
}

impl Visitor for Check<'_> {
    type Break = Error;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Error> {
        let mut names: Vec<(String, &Ident)> = vec![];
        select.from.iter().for_each(|item| named(item, &mut names));
        for (index, (name, ident)) in names.iter().enumerate() {
            if names[..index].iter().any(|(other, _)| other == name) {
                let message = format!("table name \"{}\" specified more than once", fold(ident));
                return self.refuse(Error::new(SqlState("42712"), message), ident.span);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        let (part, table) = match factor {
            TableFactor::Pivot { table, .. } => ("PIVOT", table),
            TableFactor::Unpivot { table, .. } => ("UNPIVOT", table),
            _ => return ControlFlow::Continue(()),
        };
        let error = Error::unsupported(part);
        ControlFlow::Break(match self.behind(table.span(), part) {
            Some(at) => error.at(at),
            None => error,
        })
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        match expr {
            Expr::Value(value) if matches!(value.value, Value::SingleQuotedByteStringLiteral(_)) => {
                self.refuse(Error::unsupported("a bit string (B'…')"), value.span)
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Check<'_> {
    fn refuse(&self, error: Error, span: Span) -> ControlFlow<Error> {
        let at = self.text.filter(|_| span.start.line > 0);
        let at = at.and_then(|text| position(text, span.start.line, span.start.column));
        ControlFlow::Break(if let Some(at) = at { error.at(at) } else { error })
    }

    /// Where a word stands behind a relation.
    fn behind(&self, span: Span, word: &str) -> Option<usize> {
        let text = self.text.filter(|_| span.start.line > 0)?;
        let start = position(text, span.start.line, span.start.column)?;
        let rest: Vec<char> = text.chars().skip(start - 1).collect();
        let is_word = |part: &[char]| part.iter().zip(word.chars()).all(|(a, b)| a.eq_ignore_ascii_case(&b));
        rest.windows(word.len()).position(is_word).map(|found| start + found)
    }
}

/// The names under which the relations of one item of FROM are known.
fn named<'a>(item: &'a TableWithJoins, names: &mut Vec<(String, &'a Ident)>) {
    for factor in std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation)) {
        match factor {
            TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Derived { alias: Some(alias), .. }
            | TableFactor::Function { alias: Some(alias), .. }
            | TableFactor::NestedJoin { alias: Some(alias), .. } => {
                names.push((fold(&alias.name), &alias.name));
            }
            // Relations of two schemas may have one name.
            TableFactor::Table { name, alias: None, args: None, .. } => {
                let parts: Option<Vec<&Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
                let Some(parts) = parts else { continue };
                let Some(last) = parts.last() else { continue };
                names.push((parts.iter().map(|p| fold(p)).collect::<Vec<_>>().join("."), last));
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => named(table_with_joins, names),
            _ => {}
        }
    }
}
