//! JOIN of every kind: keys that are expressions get a projection below, right
//! joins become left ones with the sides exchanged, and what is known of both
//! inputs says what is known of the pairs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, JoinType, NullEquality};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, ExprSchemable, Join, LogicalPlan, Projection};

use super::expression::ExpressionBuilder;
use super::join_time::{TimeBounds, expiries, output_event_times};
use super::planner::{Planner, in_view, nullable};
use crate::expr::{Program, Step};
use crate::plan::stream::{
    JoinKind, JoinResidual, JoinSide, JoinSpec, Properties, StreamNode, StreamOperator,
};
use crate::sql::binder::AsOfNow;
use crate::types::{Error, Result};

/// One input while the join is planned.
pub(super) struct Input<'a> {
    /// Its columns' names.
    pub schema: &'a DFSchema,
    /// Its rows; expressions that are keys have been added behind its columns.
    pub node: Arc<StreamNode>,
}

/// Plans a join. `wanted` are the columns of its output that are looked at,
/// ascending; all if `None`.
pub fn plan_join(planner: &Planner<'_>, join: &Join, wanted: Option<&[usize]>) -> Result<StreamNode> {
    let (kind, mut exchanged) = kind_of(join.join_type);
    let (left, right) = (planner.node(&join.left)?, planner.node(&join.right)?);
    // Without keys every worker gets the right side: let it be the one row.
    let marks = [is_as_of_now(&join.left), is_as_of_now(&join.right)];
    exchanged |= kind == JoinKind::Inner && marks == [true, false];
    let as_of_now = marks[if exchanged { 0 } else { 1 }];
    let one_row = |node: &StreamNode| node.properties.key.as_ref().is_some_and(Vec::is_empty);
    if kind == JoinKind::Inner && !as_of_now && join.on.is_empty() && one_row(&left) && !one_row(&right) {
        exchanged = true;
    }
    let (on, filter, null_aware) = conditions(join)?;
    let mut inputs = [
        Input { schema: join.left.schema(), node: left },
        Input { schema: join.right.schema(), node: right },
    ];
    let mut on = keyed(planner, &mut inputs, &on)?;
    if exchanged {
        inputs.reverse();
        on.iter_mut().for_each(|pair| *pair = (pair.1, pair.0));
    }
    let [left, right] = &inputs;
    let residual = filter.as_ref().map(|filter| residual(filter, left, right)).transpose()?;
    let all = nullable(join.schema.as_ref());
    let wanted: Vec<usize> = wanted.map_or_else(|| (0..all.fields().len()).collect(), <[usize]>::to_vec);
    let schema: SchemaRef = Arc::new(all.project(&wanted)?);
    let places = places(kind, exchanged, left, right);
    let bounds = TimeBounds::of(&on, filter.as_ref(), left, right);
    let null_equals_null = join.null_equality == NullEquality::NullEqualsNull;
    let [left_expiry, right_expiry] = if null_equals_null || null_aware || as_of_now {
        [None, None]
    } else {
        expiries(&bounds, left, right)
    };
    let mut spec = JoinSpec {
        kind,
        left: JoinSide { expiry: left_expiry, ..side(&left.node, on.iter().map(|p| p.0)) },
        right: JoinSide { expiry: right_expiry, ..side(&right.node, on.iter().map(|p| p.1)) },
        on,
        null_equals_null,
        null_aware,
        as_of_now,
        residual,
        output: wanted.iter().map(|w| places[*w]).collect(),
        schema: schema.clone(),
        watermarks: vec![],
    };
    if marks != [false, false] {
        check_as_of_now(&spec, marks)?;
    }
    let properties =
        if as_of_now { as_of_now_properties(&spec, left) } else { properties(&mut spec, left, right) };
    let inputs = inputs.into_iter().map(|input| input.node).collect();
    Ok(StreamNode { operator: StreamOperator::Join(Arc::new(spec)), inputs, schema, properties })
}

/// Plans a projection of a join: columns that it does not look at never leave
/// the join, and are not kept for it. `None` if it looks at all.
pub fn plan_projected_join(
    planner: &Planner<'_>,
    projection: &Projection,
    join: &Join,
) -> Result<Option<StreamNode>> {
    let seen = |index: &usize| {
        let (qualifier, field) = join.schema.qualified_field(*index);
        let column = Column::new(qualifier.cloned(), field.name());
        projection.expr.iter().any(|e| e.column_refs().contains(&column))
    };
    let width = join.schema.fields().len();
    let wanted: Vec<usize> = (0..width).filter(seen).collect();
    if wanted.len() == width {
        return Ok(None);
    }
    let fields = wanted.iter().map(|w| join.schema.qualified_field(*w));
    let fields = fields.map(|(qualifier, field)| (qualifier.cloned(), field.clone())).collect();
    let narrowed = DFSchema::new_with_metadata(fields, HashMap::new())?;
    let node = Arc::new(plan_join(planner, join, Some(&wanted))?);
    let schema = nullable(projection.schema.as_ref());
    planner.projected(node, &projection.expr, &narrowed, schema).map(Some)
}

fn kind_of(join_type: JoinType) -> (JoinKind, bool) {
    match join_type {
        JoinType::Inner => (JoinKind::Inner, false),
        JoinType::Left => (JoinKind::Left, false),
        JoinType::Right => (JoinKind::Left, true),
        JoinType::Full => (JoinKind::Full, false),
        JoinType::LeftSemi => (JoinKind::Semi, false),
        JoinType::RightSemi => (JoinKind::Semi, true),
        JoinType::LeftAnti => (JoinKind::Anti, false),
        JoinType::RightAnti => (JoinKind::Anti, true),
        JoinType::LeftMark => (JoinKind::Mark, false),
        JoinType::RightMark => (JoinKind::Mark, true),
    }
}

/// Keys, everything else, and whether NULL makes the answer unknown.
type Conditions = (Vec<(Expr, Expr)>, Option<Expr>, bool);

/// `NOT IN` with more than its key to look at becomes an anti join on the rest:
/// what is equal or may be is a match.
fn conditions(join: &Join) -> Result<Conditions> {
    if !join.null_aware || (join.on.len() == 1 && join.filter.is_none()) {
        return Ok((join.on.clone(), join.filter.clone(), join.null_aware));
    }
    if join.join_type != JoinType::LeftAnti {
        return Err(in_view("a correlated IN whose answer may be unknown"));
    }
    let Some(((left, right), rest)) = join.on.split_first() else {
        return Ok((vec![], join.filter.clone(), false));
    };
    let may_be_equal = Expr::IsNotFalse(Box::new(left.clone().eq(right.clone())));
    let filter = conjunction(join.filter.iter().cloned().chain([may_be_equal]));
    Ok((rest.to_vec(), filter, false))
}

/// The columns that are the keys, after both inputs have got what is missing.
pub(super) fn keyed(
    planner: &Planner<'_>,
    inputs: &mut [Input<'_>; 2],
    on: &[(Expr, Expr)],
) -> Result<Vec<(usize, usize)>> {
    let mut keys: [Vec<Expr>; 2] = [vec![], vec![]];
    for (left, right) in on {
        let (left, right) = same_type(left, right, inputs)?;
        keys[0].push(left);
        keys[1].push(right);
    }
    let mut columns = vec![];
    for (input, keys) in inputs.iter_mut().zip(&keys) {
        columns.push(key_columns(planner, input, keys)?);
    }
    let right = columns.pop().unwrap_or_default();
    Ok(columns.pop().unwrap_or_default().into_iter().zip(right).collect())
}

fn same_type(left: &Expr, right: &Expr, inputs: &[Input<'_>; 2]) -> Result<(Expr, Expr)> {
    let types = (left.get_type(inputs[0].schema)?, right.get_type(inputs[1].schema)?);
    if types.0 == types.1 {
        return Ok((left.clone(), right.clone()));
    }
    let common = comparison_coercion(&types.0, &types.1)
        .ok_or_else(|| Error::internal(format!("{left} and {right} cannot be compared")))?;
    let cast = |expr: &Expr, schema: &DFSchema| expr.clone().cast_to(&common, schema);
    Ok((cast(left, inputs[0].schema)?, cast(right, inputs[1].schema)?))
}

/// The columns that hold these keys; those that are expressions are added.
fn key_columns(planner: &Planner<'_>, input: &mut Input<'_>, keys: &[Expr]) -> Result<Vec<usize>> {
    let width = input.schema.fields().len();
    let mut added: Vec<Expr> = vec![];
    let mut columns = vec![];
    for key in keys {
        let plain = match key {
            Expr::Column(column) => input.schema.maybe_index_of_column(column),
            _ => None,
        };
        columns.push(plain.unwrap_or_else(|| {
            let place = added.iter().position(|a| a == key).unwrap_or_else(|| {
                added.push(key.clone());
                added.len() - 1
            });
            width + place
        }));
    }
    if added.is_empty() {
        return Ok(columns);
    }
    let mut fields: Vec<Field> = nullable(input.schema).fields().iter().map(|f| f.as_ref().clone()).collect();
    for (index, key) in added.iter().enumerate() {
        fields.push(Field::new(format!("key{index}"), key.get_type(input.schema)?, true));
    }
    let own = input.schema.columns().into_iter().map(Expr::Column);
    let all: Vec<Expr> = own.chain(added).collect();
    let schema = Arc::new(Schema::new(fields));
    input.node = Arc::new(planner.projected(input.node.clone(), &all, input.schema, schema)?);
    Ok(columns)
}

impl Input<'_> {
    /// How many columns there are, with those of keys.
    pub fn width(&self) -> usize {
        self.node.schema.fields().len()
    }
}

/// The filter over the columns that it looks at.
fn residual(filter: &Expr, left: &Input<'_>, right: &Input<'_>) -> Result<Arc<JoinResidual>> {
    let mut named: Vec<&Column> = filter.column_refs().into_iter().collect();
    named.sort();
    let (mut columns, mut fields, mut qualified) = (vec![], vec![], vec![]);
    for column in named {
        let found = left.schema.maybe_index_of_column(column).map(|i| (left, i, i));
        let found = found
            .or_else(|| right.schema.maybe_index_of_column(column).map(|i| (right, i, left.width() + i)));
        let (input, index, place) = found
            .ok_or_else(|| Error::internal(format!("a join condition on {column}, which is not there")))?;
        let (qualifier, field) = input.schema.qualified_field(index);
        let field = Arc::new(field.as_ref().clone().with_nullable(true));
        fields.push(field.clone());
        qualified.push((qualifier.cloned(), field));
        columns.push(place);
    }
    let seen = DFSchema::new_with_metadata(qualified, HashMap::new())?;
    let mut builder = ExpressionBuilder::default();
    let step = Step::Filter(builder.build(filter, &seen)?);
    if format!("{filter}").contains("proctime()") {
        return Err(in_view("proctime() in a join condition"));
    }
    let program = Program::new(vec![step], builder.clock());
    Ok(Arc::new(JoinResidual { columns, schema: Arc::new(Schema::new(fields)), program }))
}

/// Where each column of the join's output is in left ++ right.
fn places(kind: JoinKind, exchanged: bool, left: &Input<'_>, right: &Input<'_>) -> Vec<usize> {
    let lefts = 0..left.schema.fields().len();
    match kind {
        JoinKind::Semi | JoinKind::Anti => lefts.collect(),
        JoinKind::Mark => lefts.chain([left.width()]).collect(),
        JoinKind::Inner | JoinKind::Left | JoinKind::Full => {
            let rights = (0..right.schema.fields().len()).map(|c| left.width() + c);
            if exchanged { rights.chain(lefts).collect() } else { lefts.chain(rights).collect() }
        }
    }
}

fn side(node: &StreamNode, mut on: impl Iterator<Item = usize>) -> JoinSide {
    let on: Vec<usize> = on.by_ref().collect();
    let key = node.properties.key.clone();
    JoinSide {
        append_only: node.properties.append_only,
        unique: key.as_ref().is_some_and(|key| key.iter().all(|k| on.contains(k))),
        key,
        expiry: None,
    }
}

/// What is known of the join's output.
fn properties(spec: &mut JoinSpec, left: &Input<'_>, right: &Input<'_>) -> Properties {
    let both_append_only = spec.left.append_only && spec.right.append_only;
    let event_times = output_event_times(spec, left, right);
    let place = |column: usize| spec.output.iter().position(|o| *o == column);
    let placed = |key: Option<Vec<usize>>| -> Option<Vec<usize>> {
        key.and_then(|key| key.into_iter().map(place).collect())
    };
    let left_key = spec.left.key.clone();
    let right_key = spec.right.key.clone();
    let right_key = right_key.map(|key| key.into_iter().map(|k| left.width() + k).collect::<Vec<_>>());
    let both = || Some([left_key.clone()?, right_key.clone()?].concat());
    let key = match spec.kind {
        JoinKind::Semi | JoinKind::Anti | JoinKind::Mark => placed(left_key.clone()),
        JoinKind::Inner if spec.left.unique => placed(right_key.clone()).or_else(|| placed(both())),
        JoinKind::Inner | JoinKind::Left if spec.right.unique => {
            placed(left_key.clone()).or_else(|| placed(both()))
        }
        JoinKind::Inner | JoinKind::Left => placed(both()),
        // Two rows without a match, one of each side, may both have a NULL key.
        JoinKind::Full => None,
    };
    Properties {
        append_only: both_append_only && matches!(spec.kind, JoinKind::Inner | JoinKind::Semi),
        event_times,
        key,
    }
}

/// Is this `FOR SYSTEM_TIME AS OF PROCTIME()`?
fn is_as_of_now(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::SubqueryAlias(alias) => is_as_of_now(&alias.input),
        LogicalPlan::Projection(projection) => is_as_of_now(&projection.input),
        LogicalPlan::Filter(filter) => is_as_of_now(&filter.input),
        other => AsOfNow::marked(other).is_some(),
    }
}

fn check_as_of_now(spec: &JoinSpec, marks: [bool; 2]) -> Result<()> {
    if marks == [true, true] || !spec.as_of_now || spec.kind == JoinKind::Full {
        return Err(in_view("FOR SYSTEM_TIME AS OF PROCTIME() elsewhere than on the right of a join"));
    }
    if !spec.left.append_only {
        return Err(in_view("FOR SYSTEM_TIME AS OF PROCTIME() joined with rows that change")
            .with_hint("The other side must be a source or an APPEND ONLY table, or leave the clause out."));
    }
    Ok(())
}

fn as_of_now_properties(spec: &JoinSpec, left: &Input<'_>) -> Properties {
    let columns: Vec<usize> = spec.output.clone();
    let known = left.node.properties.through(&columns);
    Properties { append_only: true, key: known.key.filter(|_| spec.right.unique), ..known }
}

/// Are all relations marked [`AsOfNow`] looked up by a join?
pub fn check_marks(plan: &LogicalPlan) -> Result<()> {
    let (mut marks, mut looked_up) = (0, 0);
    plan.apply(|node| {
        marks += usize::from(AsOfNow::marked(node).is_some());
        if let LogicalPlan::Join(join) = node {
            looked_up += usize::from(is_as_of_now(&join.left)) + usize::from(is_as_of_now(&join.right));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    if marks > looked_up {
        return Err(in_view("FOR SYSTEM_TIME AS OF PROCTIME() elsewhere than on the right of a join"));
    }
    Ok(())
}

/// Does this type hold the microseconds that watermarks are in?
pub(super) fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, _))
}
