//! `WITH c AS changelog FROM t`, as a node of the logical plan.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::{DFSchema, DFSchemaRef, Result as PlanResult, internal_err};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};

/// One row for each change of `input`: its columns, then `changelog_op`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Changelog {
    /// What changes.
    pub input: LogicalPlan,
    schema: DFSchemaRef,
}

impl Changelog {
    /// The changes of `input`.
    pub fn new(input: LogicalPlan) -> PlanResult<Self> {
        let known = input.schema();
        let mut fields: Vec<_> =
            known.iter().map(|(qualifier, field)| (qualifier.cloned(), field.clone())).collect();
        fields.push((None, Arc::new(Field::new("changelog_op", DataType::Int16, true))));
        let schema = Arc::new(DFSchema::new_with_metadata(fields, known.metadata().clone())?);
        Ok(Changelog { input, schema })
    }

    /// As a plan.
    pub fn into_plan(self) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(self) })
    }
}

impl PartialOrd for Changelog {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input).filter(|o| o.is_ne() || self == other)
    }
}

impl UserDefinedLogicalNodeCore for Changelog {
    fn name(&self) -> &str {
        "Changelog"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Changelog")
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> PlanResult<Self> {
        match inputs.into_iter().next() {
            Some(input) => Changelog::new(input),
            None => internal_err!("a changelog has an input"),
        }
    }
}
