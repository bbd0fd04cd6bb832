//! `FETCH FIRST`, and locks of rows.

use datafusion::sql::sqlparser::ast::{Expr, LimitClause, Query, Value};

use crate::types::{Error, Result, SqlState};

/// `FETCH FIRST n ROWS ONLY` is `LIMIT n`; row locks are not built.
pub(super) fn limit_and_locks(query: &mut Query) -> Result<()> {
    if !query.locks.is_empty() {
        return Err(Error::unsupported("row locking (FOR UPDATE)"));
    }
    let Some(fetch) = query.fetch.take() else { return Ok(()) };
    if fetch.percent {
        return Err(Error::unsupported("FETCH … PERCENT"));
    }
    let one = || Expr::Value(Value::Number("1".to_string(), false).with_empty_span());
    let limit = fetch.quantity.unwrap_or_else(one);
    let limit = if fetch.with_ties { super::with_ties::marked(query, limit)? } else { limit };
    match &mut query.limit_clause {
        Some(LimitClause::LimitOffset { limit: none @ None, .. }) => *none = Some(limit),
        None => {
            let clause = LimitClause::LimitOffset { limit: Some(limit), offset: None, limit_by: vec![] };
            query.limit_clause = Some(clause);
        }
        Some(_) => return Err(Error::new(SqlState::SYNTAX_ERROR, "multiple LIMIT clauses not allowed")),
    }
    Ok(())
}
