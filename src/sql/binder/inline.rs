//! The expressions of users' functions in the place of their calls.
//!
//! The body of a function is planned with its arguments as parameters `$1`,
//! `$2`, …; in the place of a call these become the arguments, cast to the
//! declared types. A body that reads relations is a scalar subquery, in which
//! the arguments refer to the query outside.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{DFSchema, ExprSchema, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::expr::{Exists, InSubquery, ScalarFunction, SetComparison};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Subquery, cast, when};

use super::error::external;
use super::query::Binder;
use super::user_function::{UserFunction, argument_type};
use crate::catalog::Object;
use crate::types::{Error, ObjectId, Result};

impl Binder {
    /// The plan without calls of users' functions, and the functions that it
    /// called.
    pub(super) fn inline(&self, plan: LogicalPlan) -> Result<(LogicalPlan, Vec<ObjectId>)> {
        if !self.catalog.has_functions() {
            return Ok((plan, vec![]));
        }
        let inliner = Inliner { binder: self, used: RefCell::default() };
        let plan = inliner.plan(plan)?;
        let mut used = inliner.used.into_inner();
        used.sort_unstable();
        used.dedup();
        Ok((plan, used))
    }
}

struct Inliner<'a> {
    binder: &'a Binder,
    used: RefCell<Vec<ObjectId>>,
}

impl Inliner<'_> {
    fn plan(&self, plan: LogicalPlan) -> PlanResult<LogicalPlan> {
        let inlined = plan.transform_up_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            let names = NamePreserver::new(&node);
            let node = node.map_expressions(|expr| {
                let name = names.save(&expr);
                Ok(self.expr(expr, &schema)?.update_data(|expr| name.restore(expr)))
            })?;
            match node.transformed {
                true => node.map_data(LogicalPlan::recompute_schema),
                // What lies below may have changed in what can be NULL.
                false => Ok(node),
            }
        });
        inlined.data()
    }

    fn expr(&self, expr: Expr, schema: &DFSchema) -> PlanResult<Transformed<Expr>> {
        expr.transform_up(|expr| match expr {
            Expr::ScalarFunction(call) => match call.func.inner().downcast_ref::<UserFunction>() {
                Some(function) => self.call(function, &call, schema).map(Transformed::yes),
                None => Ok(Transformed::no(Expr::ScalarFunction(call))),
            },
            other => Ok(Transformed::no(other)),
        })
    }

    fn call(&self, function: &UserFunction, call: &ScalarFunction, schema: &DFSchema) -> PlanResult<Expr> {
        let typed = call.args.iter().map(|argument| {
            let value = if let Expr::Literal(value, _) = argument { Some(value) } else { None };
            Ok(argument_type(&argument.get_type(schema)?, value))
        });
        let types = typed.collect::<PlanResult<Vec<_>>>()?;
        let chosen = function.choose(&types).map_err(external)?;
        self.used.borrow_mut().push(chosen.id);
        self.inlined(chosen, &call.args, schema).map_err(external)
    }

    fn inlined(&self, object: &Object, given: &[Expr], schema: &DFSchema) -> Result<Expr> {
        let function = object.function().ok_or_else(|| Error::internal("a function without a body"))?;
        let body = self.binder.plan_function(object)?;
        // What the body calls is what the function depends on, not its caller.
        let body = Inliner { binder: self.binder, used: RefCell::default() }.plan(body)?;
        let mut arguments = vec![];
        for (argument, data_type) in given.iter().zip(function.types()) {
            arguments.push(typed(argument.clone(), &data_type, schema)?);
        }
        let body = Body::of(body);
        body.refuse_volatile(given, object)?;
        let arguments = Arguments { values: arguments, schema };
        let value = body.with(&arguments)?;
        let value = typed(value, &function.result, schema)?;
        let nullable =
            arguments.values.into_iter().filter(|a| !matches!(a, Expr::Literal(v, _) if !v.is_null()));
        match nullable.map(Expr::is_null).reduce(Expr::or) {
            Some(is_null) if function.strict => {
                let nothing = Expr::Literal(ScalarValue::try_from(&function.result)?, None);
                Ok(when(is_null, nothing).otherwise(value)?)
            }
            _ => Ok(value),
        }
    }
}

/// The value as one of this type.
fn typed(expr: Expr, data_type: &DataType, schema: &DFSchema) -> Result<Expr> {
    let open = matches!(expr, Expr::Placeholder(_));
    match !open && expr.get_type(schema).is_ok_and(|t| t == *data_type) {
        true => Ok(expr),
        false => Ok(cast(expr, data_type.clone())),
    }
}

/// The arguments of a call, over the columns of where it stands.
struct Arguments<'a> {
    values: Vec<Expr>,
    schema: &'a DFSchema,
}

/// What a function computes.
enum Body {
    /// An expression without relations.
    Value(Expr),
    /// One column, of which there is at most one row.
    Query(LogicalPlan),
}

impl Body {
    fn of(plan: LogicalPlan) -> Body {
        match plan {
            LogicalPlan::Projection(projection)
                if matches!(projection.input.as_ref(), LogicalPlan::EmptyRelation(e) if e.produce_one_row)
                    && projection.expr.len() == 1 =>
            {
                Body::Value(projection.expr[0].clone().unalias())
            }
            plan => Body::Query(plan),
        }
    }

    /// An argument that is another value each time must not be put in twice.
    fn refuse_volatile(&self, given: &[Expr], object: &Object) -> Result<()> {
        if !given.iter().any(Expr::is_volatile) {
            return Ok(());
        }
        if let Body::Value(value) = self {
            for (index, argument) in given.iter().enumerate().filter(|(_, a)| a.is_volatile()) {
                let mut count = 0;
                let name = format!("${}", index + 1);
                value.apply(|e| {
                    count += usize::from(matches!(e, Expr::Placeholder(p) if p.id == name));
                    Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
                })?;
                if count > 1 {
                    return Err(volatile(argument, object));
                }
            }
            return Ok(());
        }
        Err(volatile(&given[0], object))
    }

    fn with(self, arguments: &Arguments) -> Result<Expr> {
        match self {
            Body::Value(value) => Ok(substituted(value, arguments)?.data),
            Body::Query(plan) => {
                let subquery = Subquery {
                    subquery: Arc::new(plan),
                    outer_ref_columns: vec![],
                    spans: Default::default(),
                };
                Ok(Expr::ScalarSubquery(inside(subquery, arguments)?))
            }
        }
    }
}

fn volatile(argument: &Expr, object: &Object) -> Error {
    Error::unsupported(format!(
        "{argument}, which is another value each time, as an argument of {}",
        object.title()
    ))
    .with_hint("Compute it in a subquery first.")
}

/// The expression with the arguments in the place of its parameters.
fn substituted(expr: Expr, arguments: &Arguments) -> PlanResult<Transformed<Expr>> {
    expr.transform_up(|expr| {
        Ok(Transformed::yes(match expr {
            Expr::Placeholder(placeholder) => {
                let number = placeholder.id.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
                match number.and_then(|n| arguments.values.get(n.wrapping_sub(1))) {
                    Some(argument) => argument.clone(),
                    None => Expr::Placeholder(placeholder),
                }
            }
            Expr::ScalarSubquery(subquery) => Expr::ScalarSubquery(inside(subquery, arguments)?),
            Expr::Exists(Exists { subquery, negated }) => {
                Expr::Exists(Exists { subquery: inside(subquery, arguments)?, negated })
            }
            Expr::InSubquery(InSubquery { expr, subquery, negated }) => {
                Expr::InSubquery(InSubquery { expr, subquery: inside(subquery, arguments)?, negated })
            }
            Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }) => {
                let subquery = inside(subquery, arguments)?;
                Expr::SetComparison(SetComparison { expr, subquery, op, quantifier })
            }
            other => return Ok(Transformed::no(other)),
        }))
    })
}

/// The subquery with the arguments, whose columns are those of the query outside.
fn inside(subquery: Subquery, arguments: &Arguments) -> PlanResult<Subquery> {
    let outside = arguments.values.iter().map(|a| as_outside(a.clone(), arguments.schema));
    let arguments = Arguments { values: outside.collect::<PlanResult<Vec<_>>>()?, schema: arguments.schema };
    let plan = Arc::unwrap_or_clone(subquery.subquery);
    let plan = plan.transform_up(|node| {
        let names = NamePreserver::new(&node);
        let node = node.map_expressions(|expr| {
            let name = names.save(&expr);
            Ok(substituted(expr, &arguments)?.update_data(|expr| name.restore(expr)))
        })?;
        match node.transformed {
            true => node.map_data(LogicalPlan::recompute_schema),
            false => Ok(node),
        }
    });
    let plan = plan.data()?;
    let outer_ref_columns = plan.all_out_ref_exprs();
    Ok(Subquery { subquery: Arc::new(plan), outer_ref_columns, spans: subquery.spans })
}

/// The expression as one of a query inside: its columns are of the query outside.
fn as_outside(expr: Expr, schema: &DFSchema) -> PlanResult<Expr> {
    let outside = expr.transform_up(|expr| match expr {
        Expr::Column(column) => {
            let field = schema.field_from_column(&column)?.clone();
            Ok(Transformed::yes(Expr::OuterReferenceColumn(field, column)))
        }
        other => Ok(Transformed::no(other)),
    });
    outside.data()
}
