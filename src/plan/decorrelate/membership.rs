//! `EXISTS` and `IN`.

use datafusion::common::{Column, NullEquality, Result, ScalarValue};
use datafusion::functions_aggregate::expr_fn::{bool_or, count};
use datafusion::logical_expr::{
    Expr, ExprSchemable, JoinType, LogicalPlan, LogicalPlanBuilder, Subquery, lit, when,
};

use super::Purpose;
use super::apply::Applier;
use super::dependent::{Dependent, same};
use super::operator::Carrier;
use super::ordered::bounds;
use super::outer::Outer;

/// `[NOT] EXISTS (subquery)` or `value [NOT] IN (subquery)`.
pub struct Membership {
    pub value: Option<Expr>,
    pub subquery: Subquery,
    pub negated: bool,
}

/// The candidates, ready to be joined.
struct Candidates {
    /// Under one name of their own.
    plan: LogicalPlan,
    /// What makes a row of them belong to an outer row.
    belongs: Vec<Expr>,
    /// The candidate itself, if there is a value to compare it with.
    candidate: Option<Expr>,
    /// There is one for every outer row.
    certain: bool,
}

/// What together is true where `predicate` is. A comparison with `ANY`, `ALL`
/// or rows is a CASE of two tests, which tells NULL from false: here it need not.
pub fn where_true(predicate: Expr) -> Vec<Expr> {
    match predicate {
        Expr::Not(inner) => match decided(&inner) {
            Some((true, first, second)) => vec![negated(first, true), negated(second, true)],
            Some((false, first, _)) => vec![first],
            None => vec![Expr::Not(inner)],
        },
        other => match decided(&other) {
            Some((true, first, _)) => vec![first],
            Some((false, first, second)) => vec![negated(first, true), negated(second, true)],
            None => vec![other],
        },
    }
}

/// `CASE WHEN first THEN v WHEN second THEN NULL ELSE NOT v END`, with `v`.
fn decided(expression: &Expr) -> Option<(bool, Expr, Expr)> {
    let Expr::Case(case) = expression else { return None };
    let [(first, value), (second, unknown)] = case.when_then_expr.as_slice() else { return None };
    let literal = |e: &Expr| match e {
        Expr::Literal(ScalarValue::Boolean(value), _) => Some(*value),
        Expr::Literal(value, _) if value.is_null() => Some(None),
        Expr::Cast(cast) if matches!(cast.expr.as_ref(), Expr::Literal(v, _) if v.is_null()) => Some(None),
        _ => None,
    };
    let value = literal(value)??;
    let otherwise = literal(case.else_expr.as_deref()?)??;
    let tests = matches!((first.as_ref(), second.as_ref()), (Expr::Exists(_), Expr::Exists(_)));
    let fits = case.expr.is_none() && literal(unknown)?.is_none() && otherwise != value && tests;
    fits.then(|| (value, first.as_ref().clone(), second.as_ref().clone()))
}

/// The rows of `input` for which the test is true.
pub fn keep(applier: &mut Applier, input: LogicalPlan, test: Membership) -> Result<LogicalPlan> {
    let found = candidates(applier, &input, &test)?;
    let kind = if test.negated { JoinType::LeftAnti } else { JoinType::LeftSemi };
    let mut on = found.belongs;
    match (&test.value, found.candidate) {
        (Some(value), Some(candidate)) if test.negated => {
            let nullable = value.nullable(input.schema())? || candidate.nullable(found.plan.schema())?;
            let equal = same(value.clone(), candidate, false);
            let has_key = !value.column_refs().is_empty();
            if nullable && on.is_empty() && has_key {
                let no_keys = (Vec::<Column>::new(), Vec::<Column>::new());
                return LogicalPlanBuilder::from(input)
                    .join_detailed_with_options(
                        found.plan,
                        kind,
                        no_keys,
                        Some(equal),
                        NullEquality::NullEqualsNothing,
                        true,
                    )?
                    .build();
            }
            on.push(if nullable { equal.is_not_false() } else { equal });
        }
        (Some(value), Some(candidate)) => on.push(same(value.clone(), candidate, false)),
        _ if found.certain => {
            return LogicalPlanBuilder::from(input).filter(lit(!test.negated))?.build();
        }
        _ if on.is_empty() => {
            let one = at_most_one(applier, found.plan)?;
            return LogicalPlanBuilder::from(input).join_on(one, kind, [lit(true)])?.build();
        }
        _ => {}
    }
    LogicalPlanBuilder::from(input).join_on(found.plan, kind, on)?.build()
}

/// `input` with a column for the test. Where only `true` counts (`lax`), false
/// may stand for NULL.
pub fn mark(
    applier: &mut Applier,
    input: LogicalPlan,
    test: Membership,
    lax: bool,
) -> Result<(LogicalPlan, Expr)> {
    let found = candidates(applier, &input, &test)?;
    let (Some(value), Some(candidate)) = (test.value.clone(), found.candidate.clone()) else {
        if found.certain {
            return Ok((input, lit(!test.negated)));
        }
        let (plan, mark) = marked(applier, input, found.plan, found.belongs)?;
        return Ok((plan, if test.negated { Expr::Not(Box::new(mark)) } else { mark }));
    };
    let value_nullable = value.nullable(input.schema())?;
    let candidate_nullable = candidate.nullable(found.plan.schema())?;
    let equal = same(value.clone(), candidate.clone(), false);
    let mut on = found.belongs.clone();
    let exact = (value_nullable || candidate_nullable) && !(lax && !test.negated);
    on.push(equal);
    let (plan, hit) = marked(applier, input, found.plan.clone(), on)?;
    let answer = if exact {
        // Without a hit: false over no candidates, else NULL if a NULL is about.
        let (plan, any, any_null) = summary(applier, plan, found, &candidate)?;
        let unknown = value.is_null().or(any_null);
        let answer = when(hit, lit(true))
            .when(any.and(unknown), lit(ScalarValue::Boolean(None)))
            .otherwise(lit(false))?;
        return Ok((plan, negated(answer, test.negated)));
    } else {
        hit
    };
    Ok((plan, negated(answer, test.negated)))
}

fn negated(expression: Expr, negated: bool) -> Expr {
    if negated { Expr::Not(Box::new(expression)) } else { expression }
}

/// `input` with whether there are candidates for a row, and whether one of them
/// is NULL.
fn summary(
    applier: &mut Applier,
    input: LogicalPlan,
    found: Candidates,
    candidate: &Expr,
) -> Result<(LogicalPlan, Expr, Expr)> {
    let is_null = candidate.clone().is_null();
    if !found.belongs.is_empty() {
        let (plan, any) = marked(applier, input, found.plan.clone(), found.belongs.clone())?;
        let nulls = LogicalPlanBuilder::from(found.plan).filter(is_null)?;
        // The same relation once more needs another name.
        let (nulls, belongs) = renamed(applier, nulls.build()?, found.belongs)?;
        let (plan, any_null) = marked(applier, plan, nulls, belongs)?;
        return Ok((plan, any, any_null));
    }
    let (number, null) = (applier.names.fresh(), applier.names.fresh());
    let counted = LogicalPlanBuilder::from(found.plan)
        .aggregate(
            Vec::<Expr>::new(),
            vec![count(lit(1i64)).alias(&number.name), bool_or(is_null).alias(&null.name)],
        )?
        .build()?;
    let plan = LogicalPlanBuilder::from(input).cross_join(counted)?.build()?;
    Ok((plan, Expr::Column(number).gt(lit(0i64)), Expr::Column(null).is_true()))
}

/// The same plan under another name, and predicates over it.
fn renamed(
    applier: &mut Applier,
    plan: LogicalPlan,
    predicates: Vec<Expr>,
) -> Result<(LogicalPlan, Vec<Expr>)> {
    let relation = applier.names.relation();
    let columns = plan.schema().columns();
    let moved = |c: &Column| Column::new(Some(relation.as_str()), c.name.clone());
    let output: Vec<Expr> = columns
        .iter()
        .map(|c| Expr::Column(c.clone()).alias_qualified(Some(relation.as_str()), &c.name))
        .collect();
    let plan = LogicalPlanBuilder::from(plan).project(output)?.build()?;
    let by = |c: &Column| columns.contains(c).then(|| Expr::Column(moved(c)));
    let predicates =
        predicates.into_iter().map(|p| super::outer::with_columns(p, &by)).collect::<Result<_>>()?;
    Ok((plan, predicates))
}

/// `input` with a mark: is there a row of `plan` for which all of `on` is true?
fn marked(
    applier: &mut Applier,
    input: LogicalPlan,
    plan: LogicalPlan,
    on: Vec<Expr>,
) -> Result<(LogicalPlan, Expr)> {
    let name = applier.names.fresh();
    if on.is_empty() {
        let bounded = match applier.purpose {
            Purpose::Once => LogicalPlanBuilder::from(plan).limit(0, Some(1))?.build()?,
            Purpose::Kept => plan,
        };
        let counted = LogicalPlanBuilder::from(bounded)
            .aggregate(Vec::<Expr>::new(), vec![count(lit(1i64)).alias(&name.name)])?
            .build()?;
        let joined = LogicalPlanBuilder::from(input).cross_join(counted)?.build()?;
        return Ok((joined, Expr::Column(name).gt(lit(0i64))));
    }
    let mut columns: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
    let joined = LogicalPlanBuilder::from(input).join_on(plan, JoinType::LeftMark, on)?.build()?;
    let mark = joined.schema().columns().pop().map(Expr::Column);
    columns.extend(mark.map(|m| m.alias(&name.name)));
    let joined = LogicalPlanBuilder::from(joined).project(columns)?.build()?;
    Ok((joined, Expr::Column(name)))
}

/// One row if there is any.
fn at_most_one(applier: &mut Applier, plan: LogicalPlan) -> Result<LogicalPlan> {
    if applier.purpose == Purpose::Once {
        return LogicalPlanBuilder::from(plan).limit(0, Some(1))?.build();
    }
    let name = applier.names.fresh();
    LogicalPlanBuilder::from(plan)
        .aggregate(Vec::<Expr>::new(), vec![count(lit(1i64)).alias(&name.name)])?
        .filter(Expr::Column(name).gt(lit(0i64)))?
        .build()
}

fn candidates(applier: &mut Applier, input: &LogicalPlan, test: &Membership) -> Result<Candidates> {
    let mut inner = applier.inner(&test.subquery)?;
    if test.value.is_none() {
        inner = without_limit(inner)?;
    }
    let outer = Outer { plan: input.clone() };
    let mut part = Carrier { outer: &outer, names: &mut applier.names }.carry(&inner)?;
    if test.value.is_some() {
        part.settle(&outer, &mut applier.names)?;
    }
    let candidate = test.value.as_ref().and_then(|_| inner.schema().columns().into_iter().next());
    named(applier, &outer, part, candidate)
}

/// The part under one name, with only the columns that are looked at.
fn named(
    applier: &mut Applier,
    outer: &Outer,
    part: Dependent,
    candidate: Option<Column>,
) -> Result<Candidates> {
    let relation = applier.names.relation();
    let mut kept: Vec<Column> = part.bound.values().map(|b| b.column.clone()).collect();
    kept.extend(part.pending.iter().flat_map(super::outer::columns_of));
    kept.extend(candidate.clone());
    kept.sort();
    kept.dedup();
    let place = |c: &Column| kept.iter().position(|k| k == c);
    let moved =
        |c: &Column| place(c).map(|i| Expr::Column(Column::new(Some(relation.as_str()), format!("c{i}"))));
    let mut output: Vec<Expr> = vec![];
    for (index, column) in kept.iter().enumerate() {
        output
            .push(Expr::Column(column.clone()).alias_qualified(Some(relation.as_str()), format!("c{index}")));
    }
    if output.is_empty() {
        output.push(lit(true).alias_qualified(Some(relation.as_str()), "c0"));
    }
    let mut belongs = vec![];
    for (column, binding) in &part.bound {
        let own = moved(&binding.column).expect("bound columns are kept");
        belongs.push(same(Expr::Column(column.clone()), own, binding.nullable));
    }
    for predicate in &part.pending {
        let own = super::outer::with_columns(predicate.clone(), &moved)?;
        belongs.push(outer.at_home(own)?);
    }
    let certain = part.missing.is_some();
    let plan = LogicalPlanBuilder::from(part.plan).project(output)?.build()?;
    Ok(Candidates { plan, belongs, candidate: candidate.and_then(|c| moved(&c)), certain })
}

/// Whether there are rows does not depend on a limit of at least one.
fn without_limit(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Limit(limit) => match bounds(&limit)? {
            (0, Some(1..) | None) => without_limit(limit.input.as_ref().clone()),
            _ => Ok(LogicalPlan::Limit(limit)),
        },
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => without_limit(sort.input.as_ref().clone()),
        other => Ok(other),
    }
}
