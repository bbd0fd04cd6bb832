//! A relation by its name alone, and the query `TABLE t`.

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, SelectItem, SetExpr, TableFactor, TableWithJoins, WildcardAdditionalOptions,
};

use super::syntax::select;

/// `TABLE t` is `SELECT * FROM t`.
pub(super) fn rewrite(body: &mut SetExpr) {
    match body {
        SetExpr::SetOperation { left, right, .. } => {
            rewrite(left);
            rewrite(right);
        }
        SetExpr::Table(table) => {
            let names = [&table.schema_name, &table.table_name].into_iter().flatten();
            let name = ObjectName::from(names.map(Ident::new).collect::<Vec<_>>());
            let star = SelectItem::Wildcard(WildcardAdditionalOptions::default());
            let from = TableWithJoins { relation: table_factor(name), joins: vec![] };
            *body = *select(vec![star], from, None).body;
        }
        _ => {}
    }
}

/// A relation by its name.
pub(super) fn table_factor(name: ObjectName) -> TableFactor {
    TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: vec![],
        version: None,
        with_ordinality: false,
        partitions: vec![],
        json_path: None,
        sample: None,
        index_hints: vec![],
    }
}
