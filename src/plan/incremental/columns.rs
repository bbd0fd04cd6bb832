//! The columns that the projection below an operator gives.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, ExprSchemable};

use crate::types::Result;

/// Expressions, each once, in the order of their columns.
pub struct Columns {
    expressions: Vec<Expr>,
}

impl Columns {
    /// These first.
    pub fn new(expressions: Vec<Expr>) -> Self {
        Columns { expressions }
    }

    /// The expressions.
    pub fn expressions(&self) -> &[Expr] {
        &self.expressions
    }

    /// The index of the column that holds this expression.
    pub fn index_of(&mut self, expression: &Expr) -> usize {
        if let Some(index) = self.expressions.iter().position(|e| e == expression) {
            return index;
        }
        self.expressions.push(expression.clone());
        self.expressions.len() - 1
    }

    /// The fields: columns of the input keep their names.
    pub fn schema(&self, input: &DFSchema) -> Result<SchemaRef> {
        let mut fields = Vec::with_capacity(self.expressions.len());
        for (index, expression) in self.expressions.iter().enumerate() {
            let name = match expression {
                Expr::Column(column) => column.name.clone(),
                _ => format!("c{index}"),
            };
            fields.push(Field::new(name, expression.get_type(input)?, true));
        }
        Ok(Arc::new(Schema::new(fields)))
    }
}
