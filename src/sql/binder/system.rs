//! What the binder asks of relations and functions that are not in the catalog.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::sql::sqlparser::ast;

use crate::types::Result;

/// System catalogs and the table functions over the engine's own records, as
/// seen by one statement.
pub trait SystemRelations: Send + Sync {
    /// The system relation of this name (folded), for example `pg_class` with
    /// no schema or with `pg_catalog`.
    fn relation(&self, schema: Option<&str>, name: &str) -> Option<Arc<dyn TableProvider>>;

    /// The scalar function of this name (folded), for example `pg_get_viewdef`.
    fn function(&self, _name: &str) -> Option<Arc<ScalarUDF>> {
        None
    }

    /// A function in FROM, for example `late_events('s')`; `None` when the name
    /// (folded) is not known. The arguments are constants.
    fn table_function(&self, _name: &str, _arguments: &[Expr]) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(None)
    }

    /// Is a query about these relations, so that [`rewrite`](Self::rewrite) is for it?
    fn concerns(&self, _query: &ast::Query) -> bool {
        false
    }

    /// Puts what only such queries say into words that can be bound.
    fn rewrite(&self, _query: &mut ast::Query) {}
}

/// None at all: for views' own tests and for expressions over one table.
pub struct NoSystemRelations;

impl SystemRelations for NoSystemRelations {
    fn relation(&self, _schema: Option<&str>, _name: &str) -> Option<Arc<dyn TableProvider>> {
        None
    }
}
