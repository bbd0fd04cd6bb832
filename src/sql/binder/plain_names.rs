//! The plain names of a SELECT, put in for what they stand for. The names inside
//! a query of its own are that query's, and stay.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, Select, VisitMut, VisitorMut};

/// Puts what `value_of` says for each plain name of the SELECT list, WHERE, GROUP
/// BY and HAVING.
pub(super) fn replace_in_clauses(select: &mut Select, value_of: impl Fn(&Ident) -> Option<Expr>) {
    replace(&mut select.projection, &value_of);
    replace(&mut select.selection, &value_of);
    replace(&mut select.group_by, &value_of);
    replace(&mut select.having, &value_of);
}

/// Likewise in one clause.
pub(super) fn replace(clause: &mut impl VisitMut, value_of: impl Fn(&Ident) -> Option<Expr>) {
    let _ = clause.visit(&mut Replacing { value_of, depth: 0 });
}

struct Replacing<F> {
    value_of: F,
    /// How many queries deep.
    depth: usize,
}

impl<F: Fn(&Ident) -> Option<Expr>> VisitorMut for Replacing<F> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Expr::Identifier(name) = expr
            && let Some(value) = (self.value_of)(name)
        {
            *expr = value;
        }
        ControlFlow::Continue(())
    }
}
