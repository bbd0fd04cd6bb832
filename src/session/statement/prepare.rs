//! `PREPARE`, `EXECUTE`, `DEALLOCATE`.

use arrow::array::StringArray;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast;

use crate::expr::input::read_column;
use crate::session::conversation::Statement;
use crate::session::{Outcome, Session};
use crate::sql::{self, Parsed, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

/// How many statements one session may keep.
const PREPARED_MAX: usize = 10_000;

/// A statement under a name.
pub(in crate::session) struct Prepared {
    /// It keeps its plan.
    pub statement: Statement,
    /// The types of `$1`, `$2`, …
    pub types: Vec<DataType>,
    /// The columns that it gives.
    pub columns: Option<SchemaRef>,
}

impl Session {
    pub(super) fn run_prepare(
        &mut self,
        outer: &Statement,
        name: &str,
        types: &[ast::DataType],
        inner: &Syntax,
    ) -> Result<Outcome> {
        if self.prepared.contains_key(name) {
            let message = format!("prepared statement \"{name}\" already exists");
            return Err(Error::new(SqlState::DUPLICATE_PREPARED_STATEMENT, message));
        }
        if self.prepared.len() >= PREPARED_MAX {
            return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "too many prepared statements")
                .with_hint("DEALLOCATE those that are not needed."));
        }
        let declared =
            types.iter().map(|t| sql::binder::data_type(t).map(Some)).collect::<Result<Vec<_>>>()?;
        let parsed = Parsed { statement: inner.clone(), text: outer.text.to_string(), offset: 0 };
        let statement = Statement::new(parsed);
        let plan = self.plan(&statement, Some(&declared))?;
        let types = plan.bound.query().parameter_types.clone();
        let columns = plan.bound.columns();
        self.prepared.insert(name.to_string(), Prepared { statement, types, columns });
        Ok(Outcome::Command("PREPARE".to_string()))
    }

    pub(super) async fn run_execute(&mut self, name: &str, values: &[ast::Expr]) -> Result<Outcome> {
        let prepared = self.prepared(name)?;
        let (statement, types) = (prepared.statement.clone(), prepared.types.clone());
        if types.len() != values.len() {
            let message = format!("wrong number of parameters for prepared statement \"{name}\"");
            let detail = format!("Expected {} parameters but got {}.", types.len(), values.len());
            return Err(Error::new(SqlState::SYNTAX_ERROR, message).with_detail(detail));
        }
        let parameters = self.evaluate(values, &types).await?;
        match statement.syntax() {
            Syntax::Insert(_) => self.run_insert(&statement, &parameters).await,
            Syntax::Update(_) => self.run_update(&statement, &parameters).await,
            Syntax::Delete(_) => self.run_delete(&statement, &parameters).await,
            _ => self.run_query(&statement, &parameters).await,
        }
    }

    pub(super) fn run_deallocate(&mut self, name: Option<&str>) -> Result<Outcome> {
        let Some(name) = name else {
            self.prepared.clear();
            return Ok(Outcome::Command("DEALLOCATE ALL".to_string()));
        };
        self.prepared(name)?;
        self.prepared.remove(name);
        Ok(Outcome::Command("DEALLOCATE".to_string()))
    }

    /// The prepared statement of this name; `26000` if there is none.
    pub(super) fn prepared(&self, name: &str) -> Result<&Prepared> {
        self.prepared.get(name).ok_or_else(|| {
            let message = format!("prepared statement \"{name}\" does not exist");
            Error::new(SqlState::INVALID_SQL_STATEMENT_NAME, message)
        })
    }

    /// The values of constant expressions, as these types.
    pub(super) async fn evaluate(
        &mut self,
        values: &[ast::Expr],
        types: &[DataType],
    ) -> Result<Vec<ScalarValue>> {
        if values.is_empty() {
            return Ok(vec![]);
        }
        let list: Vec<String> = values.iter().map(ToString::to_string).collect();
        let parsed = sql::parse(&format!("SELECT {}", list.join(", ")))?;
        let [Parsed { statement: Syntax::Query(query), .. }] = parsed.as_slice() else {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "EXECUTE takes values"));
        };
        let catalog = self.catalog();
        let bound = self.binder(&catalog).bind_query(query, &[])?;
        let (_, rows) = self.read(&catalog, &bound, &[]).await?;
        let batches = self.collect(rows).await?;
        let Some(row) = batches.iter().find(|b| b.num_rows() > 0) else {
            return Err(Error::internal("constants gave no row"));
        };
        let values = row.columns().iter().zip(types);
        values.map(|(value, to)| as_type(&ScalarValue::try_from_array(value, 0)?, to)).collect()
    }
}

/// The value as another type; text is read as PostgreSQL reads it.
fn as_type(value: &ScalarValue, to: &DataType) -> Result<ScalarValue> {
    match value {
        ScalarValue::Utf8(Some(text)) if *to != DataType::Utf8 => {
            let texts = StringArray::from(vec![text.as_str()]);
            let read = read_column(&texts, to, "UTC").map_err(|(_, error)| error)?;
            Ok(ScalarValue::try_from_array(&read, 0)?)
        }
        value => Ok(value.cast_to(to)?),
    }
}
