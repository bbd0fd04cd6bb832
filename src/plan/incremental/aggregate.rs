//! GROUP BY: a projection of keys, arguments and filters, then the aggregate.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{FieldRef, SchemaRef};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr};
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};

use super::columns::Columns;
use super::planner::{Planner, in_view, nullable};
use crate::plan::stream::{
    AggregateCall, AggregateKind, AggregateSpec, EventTime, KeyTime, Properties, StreamNode, StreamOperator,
};
use crate::types::{Error, Result};

/// Plans one aggregate over `input`.
pub fn plan_aggregate(
    planner: &Planner<'_>,
    input: Arc<StreamNode>,
    aggregate: &Aggregate,
    emit_on_window_close: bool,
) -> Result<StreamNode> {
    let schema = nullable(aggregate.schema.as_ref());
    if aggregate.group_expr.iter().any(|e| matches!(e, Expr::GroupingSet(_))) {
        return Err(Error::internal("grouping sets that were not expanded"));
    }
    // The optimiser leaves keys that it found to be the same; the schema has each once.
    let mut group: Vec<Expr> = vec![];
    for key in &aggregate.group_expr {
        if !group.contains(key) {
            group.push(key.clone());
        }
    }
    let keys = group.len();
    let mut columns = Columns::new(group);
    let mut planned = Vec::with_capacity(aggregate.aggr_expr.len());
    for expression in &aggregate.aggr_expr {
        planned.push(plan_call(function_of(expression)?, &mut columns)?);
    }
    let below = columns.schema(aggregate.input.schema())?;
    let input = planner.projected(input, columns.expressions(), aggregate.input.schema(), below.clone())?;
    let mut calls = Vec::with_capacity(planned.len());
    for (index, call) in planned.into_iter().enumerate() {
        calls.push(call.finish(
            &below,
            schema.fields()[keys + index].clone(),
            input.properties.append_only,
        )?);
    }
    let event_times = key_times(&input.properties.event_times, keys);
    let spec = AggregateSpec {
        keys: (0..keys).collect(),
        calls,
        append_only: input.properties.append_only,
        emit_on_window_close: emit_on_window_close && !event_times.is_empty(),
        event_times,
        schema: schema.clone(),
    };
    let properties = properties_of(&spec, &input.properties, keys);
    Ok(StreamNode {
        operator: StreamOperator::Aggregate(Arc::new(spec)),
        inputs: vec![Arc::new(input)],
        schema,
        properties,
    })
}

/// The keys, which are the first `keys` columns, that follow a watermark.
pub(super) fn key_times(event_times: &[EventTime], keys: usize) -> Vec<KeyTime> {
    let of_key = event_times.iter().filter(|e| e.column < keys);
    let key_time = |e: &EventTime| KeyTime {
        key: e.column,
        source: e.source,
        bound: e.bound.clone(),
        lateness: e.lateness,
    };
    of_key.map(key_time).collect()
}

fn properties_of(spec: &AggregateSpec, input: &Properties, keys: usize) -> Properties {
    let final_when_told =
        spec.emit_on_window_close && spec.append_only && spec.event_times.iter().all(|t| t.lateness == 0);
    Properties {
        append_only: final_when_told || (spec.calls.is_empty() && spec.append_only && keys > 0),
        event_times: input.event_times.iter().filter(|e| e.column < keys).cloned().collect(),
        key: Some((0..keys).collect()),
    }
}

/// A call whose arguments have their columns, but not yet their types.
struct PlannedCall {
    function: AggregateFunction,
    arguments: Vec<usize>,
    filter: Option<usize>,
    distinct: bool,
}

fn function_of(expression: &Expr) -> Result<&AggregateFunction> {
    match expression {
        Expr::AggregateFunction(function) => Ok(function),
        Expr::Alias(alias) => function_of(&alias.expr),
        other => Err(Error::internal(format!("{other} where an aggregate was expected"))),
    }
}

fn plan_call(function: &AggregateFunction, columns: &mut Columns) -> Result<PlannedCall> {
    let name = function.func.name();
    let params = &function.params;
    if params.null_treatment.is_some() {
        return Err(in_view("IGNORE NULLS"));
    }
    // count(*) is count of a constant: no column is needed.
    let counts_rows =
        name == "count" && matches!(params.args.as_slice(), [Expr::Literal(value, _)] if !value.is_null());
    let arguments = if counts_rows && !params.distinct {
        vec![]
    } else {
        params.args.iter().map(|a| columns.index_of(a)).collect()
    };
    // To these an order makes no difference.
    let arguments = match name {
        "count" | "sum" | "avg" | "min" | "max" | "bool_and" | "bool_or" => arguments,
        _ => arguments.into_iter().chain(params.order_by.iter().map(|s| columns.index_of(&s.expr))).collect(),
    };
    let filter = params.filter.as_ref().map(|f| columns.index_of(f));
    Ok(PlannedCall { function: function.clone(), arguments, filter, distinct: params.distinct })
}

impl PlannedCall {
    fn finish(self, below: &SchemaRef, field: FieldRef, append_only: bool) -> Result<AggregateCall> {
        let name = self.function.func.name().to_string();
        let kind = match name.as_str() {
            "count" => AggregateKind::Count,
            "sum" => AggregateKind::Sum,
            "avg" => AggregateKind::Avg,
            "min" => AggregateKind::Min,
            "max" => AggregateKind::Max,
            "bool_and" => AggregateKind::BoolAnd,
            "bool_or" => AggregateKind::BoolOr,
            // The partial state of a median is all of its values.
            _ if append_only && name != "median" && self.function.params.order_by.is_empty() => {
                AggregateKind::Other(Arc::new(self.other(below, &field)?))
            }
            _ => AggregateKind::Multiset(Arc::new(self.other(below, &field)?), self.order()),
        };
        let argument_types = self.arguments.iter().map(|a| below.field(*a).data_type().clone()).collect();
        Ok(AggregateCall {
            function: kind,
            arguments: self.arguments,
            argument_types,
            filter: self.filter,
            distinct: self.distinct,
            field,
        })
    }

    fn order(&self) -> Vec<SortOptions> {
        let options = |s: &datafusion::logical_expr::SortExpr| SortOptions {
            descending: !s.asc,
            nulls_first: s.nulls_first,
        };
        self.function.params.order_by.iter().map(options).collect()
    }

    fn other(
        &self,
        below: &SchemaRef,
        field: &FieldRef,
    ) -> Result<datafusion::physical_expr::aggregate::AggregateFunctionExpr> {
        let column = |index: &usize| {
            // Literals stay literals: percentiles and separators must be constant.
            Arc::new(Column::new(below.field(*index).name(), *index)) as Arc<dyn PhysicalExpr>
        };
        let values = self.function.params.args.len();
        let mut arguments: Vec<Arc<dyn PhysicalExpr>> = self.arguments[..values].iter().map(column).collect();
        for (argument, logical) in arguments.iter_mut().zip(&self.function.params.args) {
            if let Expr::Literal(value, _) = logical {
                *argument = Arc::new(datafusion::physical_expr::expressions::Literal::new(value.clone()));
            }
        }
        // A percentile counts from the end that its order says.
        let percentile = self.function.func.supports_within_group_clause();
        let sorted = self.arguments[values..].iter().zip(self.order()).filter(|_| percentile);
        let sorted = sorted.map(|(index, options)| PhysicalSortExpr::new(column(index), options));
        let built = AggregateExprBuilder::new(self.function.func.clone(), arguments)
            .order_by(sorted.collect())
            .schema(below.clone())
            .alias(field.name().clone())
            .build()?;
        Ok(built)
    }
}
