//! `ORDER BY … LIMIT`, and filters on a rank, as top-n.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::SortOptions;
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Expr, ExprSchemable, FetchType, Filter, Limit, LogicalPlan, Projection, SkipType, Sort, SortExpr, Window,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};

use super::planner::{Planner, in_view, mapped, nullable};
use super::rank_filter::{RankFilter, RankRange};
use crate::expr::{EpochTime, Program, Step};
use crate::plan::stream::{EventTime, KeyTime, Properties, RankKind, StreamNode, StreamOperator, TopNSpec};
use crate::types::Result;

/// `ORDER BY` with a limit of its own.
pub fn plan_sort(planner: &Planner<'_>, sort: &Sort) -> Result<StreamNode> {
    let range = RankRange { low: 0, high: sort.fetch.map(|fetch| fetch as u64) };
    first_rows(planner, &sort.input, &sort.expr, range)
}

/// `LIMIT` and `OFFSET`, over an order if there is one below.
pub fn plan_limit(planner: &Planner<'_>, limit: &Limit) -> Result<StreamNode> {
    let (SkipType::Literal(skip), FetchType::Literal(fetch)) =
        (limit.get_skip_type()?, limit.get_fetch_type()?)
    else {
        return Err(in_view("LIMIT or OFFSET with an expression"));
    };
    let low = skip as u64;
    let mut range = RankRange { low, high: fetch.map(|fetch| low.saturating_add(fetch as u64)) };
    let (below, path) = below_projections(&limit.input);
    let LogicalPlan::Sort(sort) = below else {
        return first_rows(planner, &limit.input, &[], range);
    };
    range.high = range.high.into_iter().chain(sort.fetch.map(|fetch| fetch as u64)).min();
    let node = first_rows(planner, &sort.input, &sort.expr, range)?;
    projected_again(planner, node, &path)
}

fn below_projections(mut plan: &LogicalPlan) -> (&LogicalPlan, Vec<&Projection>) {
    let mut path = vec![];
    loop {
        match plan {
            LogicalPlan::Projection(projection) => {
                path.push(projection);
                plan = &projection.input;
            }
            LogicalPlan::SubqueryAlias(alias) => plan = &alias.input,
            _ => return (plan, path),
        }
    }
}

/// The projections of a path, the lowest last, over `node`.
fn projected_again(planner: &Planner<'_>, mut node: StreamNode, path: &[&Projection]) -> Result<StreamNode> {
    for projection in path.iter().rev() {
        let schema = nullable(projection.schema.as_ref());
        node = planner.projected(Arc::new(node), &projection.expr, projection.input.schema(), schema)?;
    }
    Ok(node)
}

fn first_rows(
    planner: &Planner<'_>,
    input: &LogicalPlan,
    order: &[SortExpr],
    range: RankRange,
) -> Result<StreamNode> {
    if range == (RankRange { low: 0, high: None }) {
        return Ok(Arc::unwrap_or_clone(planner.node(input)?));
    }
    let ranking = Ranking { rank: RankKind::RowNumber, range, partition: &[], order, rank_field: None };
    let width = input.schema().fields().len();
    let columns = (0..width).map(Shown::Column).collect();
    ranking.plan(planner, input, columns, nullable(input.schema().as_ref()))
}

/// A filter on a rank; `None` if it is another filter. `shown` are the only
/// expressions over its rows, if they are known.
pub fn plan_ranked(
    planner: &Planner<'_>,
    filter: &Filter,
    shown: Option<&[Expr]>,
) -> Result<Option<StreamNode>> {
    let Some(found) = RankFilter::of(&filter.predicate, &filter.input) else {
        return Ok(None);
    };
    let rest: Vec<Expr> = found.rest.iter().map(|e| (*e).clone()).collect();
    let hidden =
        found.path.is_empty() && shown.is_some_and(|s| !found.uses_rank(s)) && !found.uses_rank(&rest);
    let RankFilter { window, call, rank, params, range, .. } = &found;
    let mut others = window.window_expr.clone();
    others.remove(*call);
    let input = match others.is_empty() {
        true => window.input.as_ref().clone(),
        false => LogicalPlan::Window(Window::try_new(others, window.input.clone())?),
    };
    let rank_field = window.schema.field(found.column());
    let one = range.high.is_some_and(|high| high == range.low + 1);
    let rank_shown = match (hidden, one) {
        (true, _) => Shown::Constant(ScalarValue::try_from(rank_field.data_type())?),
        (_, true) => {
            Shown::Constant(ScalarValue::UInt64(Some(range.low + 1)).cast_to(rank_field.data_type())?)
        }
        _ => Shown::Rank,
    };
    let mut columns: Vec<Shown> = (0..input.schema().fields().len()).map(Shown::Column).collect();
    columns.insert(found.column(), rank_shown);
    let ranking = Ranking {
        rank: *rank,
        range: *range,
        partition: &params.partition_by,
        order: &params.order_by,
        rank_field: Some(rank_field),
    };
    let node = ranking.plan(planner, &input, columns, nullable(window.schema.as_ref()))?;
    let node = projected_again(planner, node, &found.path)?;
    Ok(Some(match conjunction(rest) {
        Some(rest) => planner.filtered(Arc::new(node), &rest, filter.input.schema())?,
        None => node,
    }))
}

/// Which rows of an input come out.
struct Ranking<'a> {
    rank: RankKind,
    range: RankRange,
    partition: &'a [Expr],
    order: &'a [SortExpr],
    rank_field: Option<&'a Field>,
}

/// A column of the output.
#[derive(Clone)]
enum Shown {
    /// A column of the input.
    Column(usize),
    Rank,
    Constant(ScalarValue),
}

impl Ranking<'_> {
    /// A top-n over `input`, with these columns.
    fn plan(
        &self,
        planner: &Planner<'_>,
        input: &LogicalPlan,
        columns: Vec<Shown>,
        schema: SchemaRef,
    ) -> Result<StreamNode> {
        if self.range.high.is_some_and(|high| high <= self.range.low) {
            return Ok(nothing(schema));
        }
        let mut keys = Keys::over(input.schema());
        let partition: Vec<usize> = self.partition.iter().map(|e| keys.index_of(e)).collect();
        let options = |s: &SortExpr| SortOptions { descending: !s.asc, nulls_first: s.nulls_first };
        let order: Vec<(usize, SortOptions)> =
            self.order.iter().map(|s| (keys.index_of(&s.expr), options(s))).collect();
        let node = keys.plan(planner, input)?;
        let with_rank = columns.iter().any(|c| matches!(c, Shown::Rank));
        let mut fields: Vec<Field> = node.schema.fields().iter().map(|f| f.as_ref().clone()).collect();
        let rank = self.rank_field.filter(|_| with_rank);
        fields.extend(rank.map(|f| f.clone().with_nullable(true)));
        let event_times = key_times(&node.properties.event_times, &partition);
        let spec = TopNSpec {
            partition,
            order,
            rank: self.rank,
            offset: self.range.low,
            limit: self.range.high.map(|high| high - self.range.low),
            with_rank,
            append_only: node.properties.append_only,
            emit_on_window_close: planner.emits_on_window_close() && !event_times.is_empty(),
            event_times,
            schema: Arc::new(Schema::new(fields)),
        };
        chosen(top_n(node, spec), columns, schema)
    }
}

fn nothing(schema: SchemaRef) -> StreamNode {
    let properties = Properties { append_only: true, ..Properties::default() };
    let operator = StreamOperator::Constant { rows: RecordBatch::new_empty(schema.clone()) };
    StreamNode { operator, inputs: vec![], schema, properties }
}

fn key_times(event_times: &[EventTime], partition: &[usize]) -> Vec<KeyTime> {
    let of_partition = event_times.iter().filter_map(|e| {
        let key = partition.iter().position(|p| *p == e.column)?;
        Some(KeyTime { key, source: e.source, bound: e.bound.clone(), lateness: e.lateness })
    });
    of_partition.collect()
}

fn top_n(input: Arc<StreamNode>, spec: TopNSpec) -> StreamNode {
    let numbered = spec.rank == RankKind::RowNumber;
    let rank = spec.schema.fields().len() - 1;
    let key = match spec.limit {
        Some(1) if numbered => Some(spec.partition.clone()),
        _ if numbered && spec.with_rank => Some(spec.partition.iter().copied().chain([rank]).collect()),
        _ => None,
    };
    let final_when_told =
        spec.emit_on_window_close && spec.append_only && spec.event_times.iter().all(|t| t.lateness == 0);
    let known = &input.properties;
    let properties = Properties {
        append_only: final_when_told,
        event_times: known
            .event_times
            .iter()
            .filter(|e| spec.partition.contains(&e.column))
            .cloned()
            .collect(),
        key: known.key.clone().or(key),
    };
    let schema = spec.schema.clone();
    StreamNode { operator: StreamOperator::TopN(Arc::new(spec)), inputs: vec![input], schema, properties }
}

/// The columns that are shown of a top-n, whose rank comes last.
fn chosen(node: StreamNode, columns: Vec<Shown>, schema: SchemaRef) -> Result<StreamNode> {
    let rank = node.schema.fields().len() - 1;
    let place = |shown: &Shown| match shown {
        Shown::Column(column) => *column,
        Shown::Rank => rank,
        Shown::Constant(_) => usize::MAX,
    };
    let places: Vec<usize> = columns.iter().map(place).collect();
    if places.iter().copied().eq(0..node.schema.fields().len()) && node.schema == schema {
        return Ok(node);
    }
    let expression = |shown: &Shown| -> Arc<dyn PhysicalExpr> {
        match shown {
            Shown::Constant(value) => Arc::new(Literal::new(value.clone())),
            column => Arc::new(Column::new(node.schema.field(place(column)).name(), place(column))),
        }
    };
    let expressions = columns.iter().map(expression).collect();
    let program = Program::new(vec![Step::Project(expressions, schema.clone())], EpochTime::default());
    let properties = node.properties.through(&places);
    mapped(Arc::new(node), program, schema, properties)
}

/// The columns of an input, then those that must be computed for the order.
struct Keys<'a> {
    input: &'a DFSchema,
    computed: Vec<Expr>,
}

impl<'a> Keys<'a> {
    fn over(input: &'a DFSchema) -> Self {
        Keys { input, computed: Vec::new() }
    }

    /// The column with the value of an expression.
    fn index_of(&mut self, expression: &Expr) -> usize {
        let width = self.input.fields().len();
        if let Expr::Column(column) = expression
            && let Some(index) = self.input.maybe_index_of_column(column)
        {
            return index;
        }
        let known = self.computed.iter().position(|e| e == expression);
        width
            + known.unwrap_or_else(|| {
                self.computed.push(expression.clone());
                self.computed.len() - 1
            })
    }

    fn plan(self, planner: &Planner<'_>, input: &LogicalPlan) -> Result<Arc<StreamNode>> {
        let node = planner.node(input)?;
        if self.computed.is_empty() {
            return Ok(node);
        }
        let mut fields: Vec<Field> = node.schema.fields().iter().map(|f| f.as_ref().clone()).collect();
        for (index, expression) in self.computed.iter().enumerate() {
            fields.push(Field::new(format!("key{index}"), expression.get_type(self.input)?, true));
        }
        let columns = self.input.columns().into_iter().map(Expr::Column);
        let expressions: Vec<Expr> = columns.chain(self.computed).collect();
        let schema = Arc::new(Schema::new(fields));
        Ok(Arc::new(planner.projected(node, &expressions, self.input, schema)?))
    }
}
