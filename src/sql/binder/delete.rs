//! `DELETE`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::{self, FromTable, SelectItem};

use super::bound::{BoundDelete, BoundQuery};
use super::matched::Matched;
use super::query::Binder;
use super::syntax::{column_of, table_alias};
use crate::catalog::Object;
use crate::sql::{Statement, parse};
use crate::types::{Error, Result, SqlState};

impl Binder {
    /// All rows of `table`, which is called `name` in SQL.
    pub fn bind_all_columns(&self, name: &str, table: &Arc<Object>) -> Result<BoundQuery> {
        match parse(&format!("DELETE FROM {name}"))?.pop().map(|p| p.statement) {
            Some(Statement::Delete(delete)) => Ok(self.bind_delete(&delete, table, &[])?.query),
            _ => Err(Error::internal("a made-up DELETE does not parse")),
        }
    }

    /// Binds a DELETE from `table`, which the statement names.
    pub fn bind_delete(
        &self,
        delete: &ast::Delete,
        table: &Arc<Object>,
        parameter_types: &[Option<DataType>],
    ) -> Result<BoundDelete> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let [from] = from.as_slice() else { return Err(Error::unsupported("DELETE from several tables")) };
        if !from.joins.is_empty() {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "a DELETE is from one table")
                .with_hint("Join others with DELETE FROM … USING."));
        }
        let others = delete.using.as_deref().unwrap_or_default();
        if !delete.order_by.is_empty() || delete.limit.is_some() {
            return Err(Error::unsupported("ORDER BY and LIMIT in DELETE"));
        }
        let name = table_alias(&from.relation, table);
        let items = table.columns.iter().map(|c| SelectItem::UnnamedExpr(column_of(&name, &c.name)));
        let shows_others = delete.returning.is_some() && !others.is_empty();
        let matched = Matched::new(from, others, table, &name)?;
        let (query, key) = matched.select(items.collect(), delete.selection.clone(), &name, shows_others);
        let plan = self.plan_query(query, parameter_types, None)?;
        let query = self.finish(plan, parameter_types)?;
        let returning = self.bind_returning(delete.returning.as_deref(), table, &name, others)?;
        Ok(BoundDelete {
            table: table.clone(),
            query,
            key: (!others.is_empty()).then_some(key),
            others: shows_others.then_some(matched.own_columns(table.columns.len())),
            returning,
        })
    }
}
