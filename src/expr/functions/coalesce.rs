//! `coalesce`, whose arguments may be quoted literals and NULLs beside values of any type.
//!
//! DataFusion finds no type that a date and a text share, nor one for a jsonb
//! and NULL. The literal is cast by [`resolve`](crate::expr::resolve); here the
//! type is said that it will have.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::functions::core::coalesce::CoalesceFunc;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

use crate::expr::literals::takes_literals;
use crate::types::logical;

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Coalesce::default()))
}

#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Coalesce {
    inner: CoalesceFunc,
}

impl ScalarUDFImpl for Coalesce {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types = args.arg_fields.iter().map(|field| field.data_type());
        match literals_type(types) {
            Some(data_type) => Ok(Arc::new(Field::new(self.name(), data_type, true))),
            None => self.inner.return_field_from_args(args),
        }
    }

    fn simplify(&self, args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, context)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.inner.invoke_with_args(args)
    }

    fn conditional_arguments<'a>(&self, args: &'a [Expr]) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.inner.conditional_arguments(args)
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let common = self.inner.coerce_types(types);
        if common.is_ok() {
            return common;
        }
        let is_valued = |t: &&DataType| !logical::is_text(t) && !t.is_null();
        let valued: Vec<DataType> = types.iter().filter(is_valued).cloned().collect();
        if literals_type(types.iter()).is_some() {
            return Ok(types.to_vec());
        }
        // Types that do not agree are refused in PostgreSQL's words later.
        let Some(first) = valued.first() else { return common };
        let common = match valued.iter().all(|t| t == first) {
            true => first.clone(),
            false => self.inner.coerce_types(&valued).map_or(first.clone(), |mut all| all.swap_remove(0)),
        };
        Ok(vec![common; types.len()])
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// The type that text beside it is no argument for, but a literal is read as.
fn literals_type<'a>(mut types: impl Iterator<Item = &'a DataType> + Clone) -> Option<DataType> {
    let known = types.clone().find(|t| takes_literals(t))?.clone();
    let has_text = types.clone().any(logical::is_text);
    let is_one = types.all(|t| *t == known || logical::is_text(t) || t.is_null());
    (has_text && is_one).then_some(known)
}
