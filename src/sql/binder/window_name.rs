//! `WINDOW w AS (…)`: named windows, put where they are named.
//!
//! DataFusion knows `OVER w`, but reads `OVER (w ORDER BY …)` as if there were
//! no `w`. Here both become a window written out, by PostgreSQL's rules: the
//! copy has the partition of the named window, and its order unless that is
//! empty, and the named one must not have a frame.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, NamedWindowDefinition, NamedWindowExpr, Query, Select, SetExpr, VisitMut, VisitorMut,
    WindowSpec, WindowType,
};

use super::types::fold;
use crate::types::{Error, Result, SqlState};

/// Writes out the windows that the order of a query names. They are those of
/// its SELECT.
pub(super) fn resolve_order(query: &mut Query) -> Result<()> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return Ok(());
    };
    let windows = defined(&select.named_window)?;
    match &mut query.order_by {
        Some(order) => written_out(order, &windows),
        None => Ok(()),
    }
}

/// Writes out the windows that a SELECT names. Subqueries have their own.
pub(super) fn resolve(select: &mut Select) -> Result<()> {
    let windows = defined(&select.named_window)?;
    written_out(&mut select.projection, &windows)?;
    written_out(&mut select.qualify, &windows)
}

type Windows = HashMap<String, WindowSpec>;

fn written_out<T: VisitMut>(syntax: &mut T, windows: &Windows) -> Result<()> {
    match syntax.visit(&mut WriteOut { windows, depth: 0 }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// A window may name those defined ahead of it.
fn defined(definitions: &[NamedWindowDefinition]) -> Result<Windows> {
    let mut windows = Windows::new();
    for NamedWindowDefinition(name, window) in definitions {
        let spec = match window {
            NamedWindowExpr::NamedWindow(other) => found(other, &windows)?.clone(),
            NamedWindowExpr::WindowSpec(spec) => copied(spec, &windows)?,
        };
        if windows.insert(fold(name), spec).is_some() {
            return Err(windowing(format!("window \"{}\" is already defined", fold(name))));
        }
    }
    Ok(windows)
}

fn found<'a>(name: &Ident, windows: &'a Windows) -> Result<&'a WindowSpec> {
    let name = fold(name);
    let undefined = || Error::new(SqlState::UNDEFINED_OBJECT, format!("window \"{name}\" does not exist"));
    windows.get(&name).ok_or_else(undefined)
}

/// A window with what it takes from the one that it names.
fn copied(spec: &WindowSpec, windows: &Windows) -> Result<WindowSpec> {
    let Some(name) = &spec.window_name else {
        return Ok(spec.clone());
    };
    let base = found(name, windows)?;
    let name = fold(name);
    if !spec.partition_by.is_empty() {
        return Err(windowing(format!("cannot override PARTITION BY clause of window \"{name}\"")));
    }
    if !spec.order_by.is_empty() && !base.order_by.is_empty() {
        return Err(windowing(format!("cannot override ORDER BY clause of window \"{name}\"")));
    }
    if base.window_frame.is_some() {
        let error = windowing(format!("cannot copy window \"{name}\" because it has a frame clause"));
        let bare = spec.order_by.is_empty() && spec.window_frame.is_none();
        return Err(if bare { error.with_hint("Omit the parentheses in this OVER clause.") } else { error });
    }
    let order = if base.order_by.is_empty() { &spec.order_by } else { &base.order_by };
    Ok(WindowSpec {
        window_name: None,
        partition_by: base.partition_by.clone(),
        order_by: order.clone(),
        window_frame: spec.window_frame.clone(),
    })
}

fn windowing(message: String) -> Error {
    Error::new(SqlState::WINDOWING_ERROR, message)
}

struct WriteOut<'a> {
    windows: &'a Windows,
    /// How many queries deep.
    depth: usize,
}

impl VisitorMut for WriteOut<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let Expr::Function(function) = expr else {
            return ControlFlow::Continue(());
        };
        let written = match &function.over {
            _ if self.depth > 0 => return ControlFlow::Continue(()),
            None => return ControlFlow::Continue(()),
            Some(WindowType::NamedWindow(name)) => found(name, self.windows).cloned(),
            Some(WindowType::WindowSpec(spec)) => copied(spec, self.windows),
        };
        match written {
            Ok(spec) => function.over = Some(WindowType::WindowSpec(spec)),
            Err(error) => return ControlFlow::Break(error),
        }
        ControlFlow::Continue(())
    }
}
