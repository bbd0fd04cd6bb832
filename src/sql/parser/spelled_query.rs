//! Queries and INSERTs in a form that what comes later need not know of.

use datafusion::sql::sqlparser::ast::{
    Ident, Insert, ObjectName, Query, Select, SelectItem, SetExpr, Statement as Syntax, TableFactor,
    WildcardAdditionalOptions,
};

/// `TABLE t` becomes `SELECT * FROM t`, also in set operations. `any` is some SELECT.
pub(super) fn without_table(body: &mut SetExpr, any: &Select) {
    match body {
        SetExpr::Table(table) => {
            let parts = table.schema_name.iter().chain(&table.table_name);
            let parts: Vec<Ident> = parts.map(|part| Ident::with_quote('"', part)).collect();
            let mut select = any.clone();
            select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
            if let Some(TableFactor::Table { name, .. }) = select.from.first_mut().map(|f| &mut f.relation) {
                *name = ObjectName::from(parts);
            }
            *body = SetExpr::Select(Box::new(select));
        }
        SetExpr::SetOperation { left, right, .. } => {
            without_table(left, any);
            without_table(right, any);
        }
        _ => {}
    }
}

/// `WITH q AS (…) INSERT INTO t SELECT … FROM q` as `INSERT INTO t WITH q AS (…) SELECT … FROM q`,
/// if the query of the INSERT has no WITH itself.
pub(super) fn insert_with(query: &Query) -> Option<Insert> {
    let SetExpr::Insert(Syntax::Insert(insert)) = query.body.as_ref() else { return None };
    let mut insert = insert.clone();
    let source = insert.source.as_mut()?;
    if source.with.is_some() {
        return None;
    }
    source.with = query.with.clone();
    Some(insert)
}
