//! `jsonb_to_recordset(x) AS r(a int, b text)`: documents as rows whose columns
//! the alias declares.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query,
    SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value,
};

use super::syntax::{column_of, select};
use super::types::fold;
use crate::types::{Error, Result, SqlState};

/// What the documents of the inner SELECT are called.
const RELATION: &str = "ms_documents";

/// Rewrites one relation of FROM in place.
pub(super) fn rewrite(factor: &mut TableFactor) -> Result<()> {
    let (name, args, alias) = match factor {
        TableFactor::Table { name, args: Some(args), alias, .. } => (name, &args.args, alias),
        TableFactor::Function { name, args, alias, .. } => (name, &*args, alias),
        _ => return Ok(()),
    };
    let Some(function) = name.0.last().and_then(|part| part.as_ident()).map(fold) else { return Ok(()) };
    let is_set = match function.as_str() {
        "jsonb_to_recordset" | "json_to_recordset" => true,
        "jsonb_to_record" | "json_to_record" => false,
        _ => return Ok(()),
    };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(document))] = args.as_slice() else { return Ok(()) };
    let columns = alias.as_ref().map(|a| a.columns.as_slice()).unwrap_or_default();
    if columns.is_empty() || columns.iter().any(|c| c.data_type.is_none()) {
        let message = "a column definition list is required for functions returning \"record\"";
        return Err(Error::new(SqlState::SYNTAX_ERROR, message));
    }
    let document = if is_set { column_of(&Ident::new(RELATION), "value") } else { document.clone() };
    let fields = columns.iter().map(|c| {
        let data_type = c.data_type.as_ref().expect("every column has a type");
        let expr = field(&document, &fold(&c.name), data_type)?;
        Ok(SelectItem::ExprWithAlias { expr, alias: c.name.clone() })
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let mut alias = alias.clone();
    alias.iter_mut().for_each(|a| a.columns.clear());
    *factor = TableFactor::Derived {
        lateral: true,
        subquery: Box::new(rows(fields, is_set.then(|| args.clone()))),
        alias,
        sample: None,
    };
    Ok(())
}

/// `SELECT fields FROM jsonb_array_elements(documents) AS ms_documents`, or one row.
fn rows(fields: Vec<SelectItem>, documents: Option<Vec<FunctionArg>>) -> Query {
    let is_one = documents.is_none();
    let relation = TableFactor::Function {
        lateral: true,
        name: ObjectName::from(vec![Ident::new("jsonb_array_elements")]),
        args: documents.unwrap_or_default(),
        with_ordinality: false,
        alias: Some(TableAlias { explicit: true, name: Ident::new(RELATION), columns: vec![], at: None }),
    };
    let mut query = select(fields, TableWithJoins { relation, joins: vec![] }, None);
    if let (SetExpr::Select(select), true) = (query.body.as_mut(), is_one) {
        select.from.clear();
    }
    query
}

/// A member of the document as a value of its type.
fn field(document: &Expr, name: &str, data_type: &DataType) -> Result<Expr> {
    let is_json = matches!(data_type, DataType::JSON | DataType::JSONB);
    if matches!(data_type, DataType::Array(_)) {
        return Err(Error::unsupported("an array in a column definition list"));
    }
    let key = Expr::Value(Value::SingleQuotedString(name.to_string()).with_empty_span());
    let member = Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(document.clone()))),
        op: if is_json { BinaryOperator::Arrow } else { BinaryOperator::LongArrow },
        right: Box::new(key),
    };
    if is_json {
        return Ok(member);
    }
    let expr = Box::new(Expr::Nested(Box::new(member)));
    Ok(Expr::Cast { kind: CastKind::Cast, expr, data_type: data_type.clone(), array: false, format: None })
}
