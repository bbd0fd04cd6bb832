//! `ASOF JOIN`: each left row meets the one right row that is nearest in time.
//!
//! A view keeps it by an operator of its own; an ad-hoc query reads it as the
//! window functions and the join that [`AsofJoin::as_window_functions`] gives.
//! [`asof_condition`](super::asof_condition) makes the node of its SQL.
//!
//! Of several right rows with the same key and time the greatest one is met:
//! that whose columns, in their order, come last in `ORDER BY`, NULLs after all
//! values. So all columns of the right are needed, whatever the query reads.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::{Column, DFSchema, DFSchemaRef, Result as PlanResult, ScalarValue, internal_err};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, ExprSchemable, Extension, JoinType, LogicalPlan, LogicalPlanBuilder,
    UserDefinedLogicalNodeCore, WindowFrame, WindowFunctionDefinition, build_join_schema, col, lit,
};

use crate::expr::registry;

/// The columns of `left`, then those of the row of `right` that is met.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AsofJoin {
    /// The rows that each meet one.
    pub left: LogicalPlan,
    /// The rows of which one is met.
    pub right: LogicalPlan,
    /// What must be equal, of the left and of the right, of the same type.
    pub on: Vec<(Expr, Expr)>,
    /// The times, of the left and of the right, of the same type.
    pub times: (Expr, Expr),
    /// Which right row is met.
    pub nearest: Nearest,
    /// Left rows that meet none stay, with NULLs.
    pub outer: bool,
    schema: DFSchemaRef,
}

/// Which right row a left one meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd)]
pub struct Nearest {
    /// The next one, rather than the last one.
    pub later: bool,
    /// One at the same time does not count.
    pub strict: bool,
}

const KEY: &str = "ms_asof_key";
const TIME: &str = "ms_asof_time";
const SIDE: &str = "ms_asof_side";
const NUMBER: &str = "ms_asof_number";
const MET: &str = "ms_asof_met";
const COLUMN: &str = "ms_asof_column";

impl Nearest {
    /// How the right time is compared with the left one.
    pub fn operator(self) -> &'static str {
        match (self.later, self.strict) {
            (false, false) => "<=",
            (false, true) => "<",
            (true, false) => ">=",
            (true, true) => ">",
        }
    }
}

impl AsofJoin {
    /// The expressions must be of the left and of the right alone.
    pub fn new(
        [left, right]: [LogicalPlan; 2],
        on: Vec<(Expr, Expr)>,
        times: (Expr, Expr),
        nearest: Nearest,
        outer: bool,
    ) -> PlanResult<Self> {
        let kind = if outer { JoinType::Left } else { JoinType::Inner };
        let schema = Arc::new(build_join_schema(left.schema(), right.schema(), &kind)?);
        Ok(AsofJoin { left, right, on, times, nearest, outer, schema })
    }

    /// As a plan.
    pub fn into_plan(self) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(self) })
    }

    /// The rows for which `predicate` holds, with what it says of the left alone
    /// moved below; `None` if that is nothing.
    pub fn filtered(&self, predicate: &Expr) -> PlanResult<Option<LogicalPlan>> {
        let conjuncts = split_conjunction_owned(predicate.clone());
        let moves = |e: &Expr| is_of(e, self.left.schema()) && !e.is_volatile();
        let (below, above): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(moves);
        let Some(below) = conjunction(below) else { return Ok(None) };
        let left = LogicalPlanBuilder::from(self.left.clone()).filter(below)?.build()?;
        let plan = AsofJoin { left, ..self.clone() }.into_plan();
        let Some(above) = conjunction(above) else { return Ok(Some(plan)) };
        LogicalPlanBuilder::from(plan).filter(above)?.build().map(Some)
    }

    /// The same by window functions: the right rows of a key are numbered in the
    /// order of time; in the order of both sides, the greatest number so far is
    /// that of the row to meet. Then a join brings the row itself.
    pub fn as_window_functions(&self) -> PlanResult<LogicalPlan> {
        let right = self.numbered()?;
        let met = self.with_met(right.clone())?;
        let left_keys = (0..self.on.len()).map(key).chain([MET.to_string()]).map(col);
        let right_keys = self.on.iter().map(|(_, right)| right.clone()).chain([col(NUMBER)]);
        let kind = if self.outer { JoinType::Left } else { JoinType::Inner };
        let joined = LogicalPlanBuilder::from(met).join_with_expr_keys(
            right,
            kind,
            (left_keys.collect::<Vec<_>>(), right_keys.collect::<Vec<_>>()),
            None,
        )?;
        joined.project(self.schema.columns().into_iter().map(Expr::Column))?.build()
    }

    /// The right rows that can be met, with their number among those of their key.
    fn numbered(&self) -> PlanResult<LogicalPlan> {
        let known = self.on.iter().map(|(_, right)| right).chain([&self.times.1]);
        let known = conjunction(known.map(|e| e.clone().is_not_null()));
        let plan = LogicalPlanBuilder::from(self.right.clone());
        let plan = known.map_or_else(|| Ok(plan.clone()), |known| plan.clone().filter(known))?;
        let columns = self.right.schema().columns().into_iter();
        let columns = columns.map(|column| Expr::Column(column).sort(true, false));
        let order = [self.times.1.clone().sort(!self.nearest.later, true)].into_iter().chain(columns);
        let keys = self.on.iter().map(|(_, right)| right.clone()).collect();
        let number = row_number().partition_by(keys).order_by(order.collect()).build()?;
        plan.window([number.alias(NUMBER)])?.build()
    }

    /// The left rows, their keys, and the number of the row that each meets.
    fn with_met(&self, right: LogicalPlan) -> PlanResult<LogicalPlan> {
        let (of_left, of_right) = if self.nearest.strict { (0, 1) } else { (1, 0) };
        let columns: Vec<Column> = self.left.schema().columns();
        let mut candidates = self.common(&self.on.iter().map(|p| p.1.clone()).collect::<Vec<_>>(), of_right);
        candidates.push(self.times.1.clone().alias(TIME));
        candidates.push(col(NUMBER));
        for (index, field) in self.left.schema().fields().iter().enumerate() {
            candidates.push(lit(ScalarValue::try_from(field.data_type())?).alias(column(index)));
        }
        let candidates = LogicalPlanBuilder::from(right).project(candidates)?.build()?;
        let mut own = self.common(&self.on.iter().map(|p| p.0.clone()).collect::<Vec<_>>(), of_left);
        own.push(self.times.0.clone().alias(TIME));
        own.push(lit(ScalarValue::UInt64(None)).alias(NUMBER));
        own.extend(columns.iter().enumerate().map(|(i, c)| Expr::Column(c.clone()).alias(column(i))));
        let own = LogicalPlanBuilder::from(self.left.clone()).project(own)?.build()?;
        let both = LogicalPlanBuilder::from(candidates).union(own)?;
        let both = both.window([self.greatest_so_far()?.alias(MET)])?;
        let back = columns.iter().enumerate();
        let back = back.map(|(i, c)| col(column(i)).alias_qualified(c.relation.clone(), &c.name));
        let keys = (0..self.on.len()).map(|index| col(key(index)));
        both.filter(col(SIDE).eq(lit(of_left)))?.project(back.chain(keys).chain([col(MET)]))?.build()
    }

    /// Keys and side, under names that both sides share.
    fn common(&self, keys: &[Expr], side: i32) -> Vec<Expr> {
        let keys = keys.iter().enumerate().map(|(index, e)| e.clone().alias(key(index)));
        keys.chain([lit(side).alias(SIDE)]).collect()
    }

    fn greatest_so_far(&self) -> PlanResult<Expr> {
        let Some(max) = registry().aggregate.get("max") else {
            return internal_err!("there is no function max");
        };
        let max = WindowFunction::new(WindowFunctionDefinition::AggregateUDF(max.clone()), vec![col(NUMBER)]);
        // A left row without a time comes before all others.
        let order = vec![col(TIME).sort(!self.nearest.later, true), col(SIDE).sort(true, true)];
        let keys = (0..self.on.len()).map(|index| col(key(index))).collect();
        let up_to_here = WindowFrame::new_bounds(
            datafusion::logical_expr::WindowFrameUnits::Rows,
            datafusion::logical_expr::WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
            datafusion::logical_expr::WindowFrameBound::CurrentRow,
        );
        Expr::from(max).partition_by(keys).order_by(order).window_frame(up_to_here).build()
    }
}

fn key(index: usize) -> String {
    format!("{KEY}{index}")
}

fn column(index: usize) -> String {
    format!("{COLUMN}{index}")
}

/// Is every column of this expression one of `schema`?
pub(super) fn is_of(expr: &Expr, schema: &DFSchema) -> bool {
    expr.column_refs().into_iter().all(|column| schema.maybe_index_of_column(column).is_some())
}

impl PartialOrd for AsofJoin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl UserDefinedLogicalNodeCore for AsofJoin {
    fn name(&self) -> &str {
        "AsofJoin"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.left, &self.right]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    /// The pairs of keys, then the times.
    fn expressions(&self) -> Vec<Expr> {
        let pairs = self.on.iter().chain([&self.times]);
        pairs.flat_map(|(left, right)| [left.clone(), right.clone()]).collect()
    }

    /// A condition would be moved below both sides.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        self.schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "AsofJoin: {}", if self.outer { "Left " } else { "" })?;
        for (left, right) in &self.on {
            write!(f, "{left} = {right}, ")?;
        }
        write!(f, "nearest {} {} {}", self.times.1, self.nearest.operator(), self.times.0)
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> PlanResult<Self> {
        let (mut exprs, mut pairs) = (exprs.into_iter(), vec![]);
        while let (Some(left), Some(right)) = (exprs.next(), exprs.next()) {
            pairs.push((left, right));
        }
        let inputs: Result<[LogicalPlan; 2], _> = inputs.try_into();
        let (Some(times), Ok(inputs)) = (pairs.pop(), inputs) else {
            return internal_err!("an ASOF join has two inputs and their times");
        };
        AsofJoin::new(inputs, pairs, times, self.nearest, self.outer)
    }

    /// Which of several right rows is met depends on all their columns.
    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let width = self.left.schema().fields().len();
        let left = output.iter().copied().filter(|column| *column < width).collect();
        Some(vec![left, (0..self.right.schema().fields().len()).collect()])
    }
}

/// The two as one type, if they can be compared.
pub(super) fn same_type(pair: (Expr, Expr), left: &DFSchema, right: &DFSchema) -> PlanResult<(Expr, Expr)> {
    let types = (pair.0.get_type(left)?, pair.1.get_type(right)?);
    if types.0 == types.1 {
        return Ok(pair);
    }
    let common = datafusion::logical_expr::type_coercion::binary::comparison_coercion(&types.0, &types.1);
    match common {
        Some(common) => Ok((pair.0.cast_to(&common, left)?, pair.1.cast_to(&common, right)?)),
        None => internal_err!("{} and {} cannot be compared", pair.0, pair.1),
    }
}
