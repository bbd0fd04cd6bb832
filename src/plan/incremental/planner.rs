//! Each logical node becomes a stream node, bottom up.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Filter, LogicalPlan, Projection, TableScan, Unnest,
};

use super::aggregate::{key_times, plan_aggregate};
use super::closing::{closes_windows, told_when_closed};
use super::event_time::{imported_event_times, projected_event_times};
use super::expression::ExpressionBuilder;
use super::join::{check_marks, plan_join, plan_projected_join};
use super::over::plan_over;
use super::recursive::{plan_level, plan_recursive};
use super::series::{reads_series, series_rows};
use super::session::plan_extension;
use super::temporal::{has_now, lift_from_joins, plan_temporal, split};
use super::top_n::{plan_limit, plan_ranked, plan_sort};
use super::values::constant_rows;
use crate::catalog::{Object, ObjectKind};
use crate::expr::{Program, Step};
use crate::plan::optimize::optimize;
use crate::plan::stream::{AggregateSpec, Properties, StreamNode, StreamOperator, UnnestSpec};
use crate::sql::RelationSource;
use crate::sql::binder::AsOfNow;
use crate::types::{Error, Result};

/// What the planner asks about collections that run already.
pub trait Collections {
    /// The properties of a materialized view's rows.
    fn properties(&self, object: &Object) -> Properties;
}

/// Plans one query.
pub struct Planner<'a> {
    collections: &'a dyn Collections,
    pub(super) emit_on_window_close: bool,
    /// What is planned already: equal parts of a query become one node.
    planned: RefCell<HashMap<LogicalPlan, Arc<StreamNode>>>,
}

impl<'a> Planner<'a> {
    /// A planner; with `emit_on_window_close`, grouped results appear when their
    /// window is closed.
    pub fn new(collections: &'a dyn Collections, emit_on_window_close: bool) -> Self {
        Planner { collections, emit_on_window_close, planned: RefCell::default() }
    }

    /// The incremental plan of an analyzed logical plan. What cannot be kept
    /// incrementally is `0A000`, naming the part.
    pub fn plan(&self, logical: LogicalPlan) -> Result<StreamNode> {
        let optimized = lift_from_joins(optimize(logical)?)?;
        check_marks(&optimized)?;
        let node = self.node(&optimized)?;
        let node = Arc::unwrap_or_clone(node);
        if self.emit_on_window_close && !closes_windows(&node) {
            return told_when_closed(self, &optimized, &node);
        }
        Ok(node)
    }

    /// Do grouped results appear when their window is closed?
    pub(super) fn emits_on_window_close(&self) -> bool {
        self.emit_on_window_close
    }

    /// From now on this is the node of a logical one.
    pub(super) fn take_for(&self, plan: LogicalPlan, node: StreamNode) {
        self.planned.borrow_mut().insert(plan, Arc::new(node));
    }

    /// The node of a logical one; the same for equal ones.
    pub(super) fn node(&self, plan: &LogicalPlan) -> Result<Arc<StreamNode>> {
        if let Some(marked) = AsOfNow::marked(plan) {
            return self.node(marked);
        }
        match plan {
            LogicalPlan::SubqueryAlias(alias) => return self.node(&alias.input),
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => return self.node(&sort.input),
            _ => {}
        }
        if let Some(node) = self.planned.borrow().get(plan) {
            return Ok(node.clone());
        }
        let node = Arc::new(self.new_node(plan)?);
        if !reads_series(plan)? {
            self.planned.borrow_mut().insert(plan.clone(), node.clone());
        }
        Ok(node)
    }

    fn new_node(&self, plan: &LogicalPlan) -> Result<StreamNode> {
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(scan),
            LogicalPlan::Projection(projection) => self.projection(projection),
            LogicalPlan::Filter(filter) => self.filter(filter),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Distinct(Distinct::All(input)) => self.distinct(input),
            LogicalPlan::Distinct(Distinct::On(_)) => Err(in_view("DISTINCT ON")),
            LogicalPlan::Union(union) => self.union(&union.inputs, union.schema.as_ref()),
            LogicalPlan::Unnest(unnest) => self.unnest(unnest),
            LogicalPlan::EmptyRelation(_) | LogicalPlan::Values(_) => constant(plan),
            LogicalPlan::Sort(sort) => plan_sort(self, sort),
            LogicalPlan::Limit(limit) => plan_limit(self, limit),
            LogicalPlan::Join(join) => plan_join(self, join, None),
            LogicalPlan::Window(window) => {
                plan_over(self, self.node(&window.input)?, window, self.emit_on_window_close)
            }
            LogicalPlan::Extension(extension) => plan_extension(self, extension),
            LogicalPlan::RecursiveQuery(query) => plan_recursive(self, query),
            other => Err(in_view(&other.display().to_string())),
        }
    }

    fn scan(&self, scan: &TableScan) -> Result<StreamNode> {
        let Some(relation) = scan.source.downcast_ref::<RelationSource>() else {
            return table_function(scan);
        };
        let object = relation.object().clone();
        let columns = scan.projection.clone().unwrap_or_else(|| (0..object.columns.len()).collect());
        let properties = self.imported(&object, &columns);
        let schema = nullable(scan.projected_schema.as_ref());
        let operator = StreamOperator::Import { object, columns };
        let mut node = StreamNode { operator, inputs: vec![], schema, properties };
        for filter in &scan.filters {
            node = self.filtered(Arc::new(node), filter, scan.projected_schema.as_ref())?;
        }
        Ok(node)
    }

    fn imported(&self, object: &Arc<Object>, columns: &[usize]) -> Properties {
        let whole = match &object.kind {
            ObjectKind::Source(_) => {
                Properties { append_only: true, event_times: imported_event_times(object), key: None }
            }
            ObjectKind::Table(table) => Properties {
                append_only: table.append_only,
                event_times: imported_event_times(object),
                key: (!table.primary_key.is_empty()).then(|| table.primary_key.clone()),
            },
            _ => self.collections.properties(object),
        };
        whole.through(columns)
    }

    fn projection(&self, projection: &Projection) -> Result<StreamNode> {
        if let LogicalPlan::Join(join) = projection.input.as_ref()
            && let Some(node) = plan_projected_join(self, projection, join)?
        {
            return Ok(node);
        }
        let ranked = match projection.input.as_ref() {
            LogicalPlan::Filter(filter) => plan_ranked(self, filter, Some(&projection.expr))?.map(Arc::new),
            _ => None,
        };
        let input = ranked.map_or_else(|| self.node(&projection.input), Ok)?;
        let schema = nullable(projection.schema.as_ref());
        self.projected(input, &projection.expr, projection.input.schema(), schema)
    }

    /// `expressions` over the rows of `input`.
    pub(super) fn projected(
        &self,
        input: Arc<StreamNode>,
        expressions: &[Expr],
        input_schema: &DFSchema,
        schema: SchemaRef,
    ) -> Result<StreamNode> {
        let mut builder = ExpressionBuilder::default();
        let built = expressions.iter().map(|e| builder.build(e, input_schema)).collect::<Result<Vec<_>>>()?;
        let kept: Vec<Option<usize>> = expressions.iter().map(|e| column_of(e, input_schema)).collect();
        let properties = Properties {
            append_only: input.properties.append_only,
            event_times: projected_event_times(&input.properties.event_times, expressions, input_schema),
            key: input.properties.key.as_ref().and_then(|key| {
                key.iter().map(|k| kept.iter().position(|c| *c == Some(*k))).collect::<Option<Vec<_>>>()
            }),
        };
        let step = Step::Project(built, schema.clone());
        let program = Program::new(vec![step], builder.clock());
        mapped(input, program, schema, properties)
    }

    fn filter(&self, filter: &Filter) -> Result<StreamNode> {
        if let Some(ranked) = plan_ranked(self, filter, None)? {
            return Ok(ranked);
        }
        let input = self.node(&filter.input)?;
        self.filtered(input, &filter.predicate, filter.input.schema())
    }

    /// The rows of `input` for which `predicate` is true.
    pub(super) fn filtered(
        &self,
        input: Arc<StreamNode>,
        predicate: &Expr,
        input_schema: &DFSchema,
    ) -> Result<StreamNode> {
        if has_now(predicate) {
            let (temporal, plain) = split(predicate.clone());
            let input = match conjunction(plain) {
                Some(plain) => Arc::new(self.filtered(input, &plain, input_schema)?),
                None => input,
            };
            return plan_temporal(self, input, &temporal, input_schema);
        }
        let mut builder = ExpressionBuilder::default();
        let step = Step::Filter(builder.build(predicate, input_schema)?);
        let (schema, properties) = (input.schema.clone(), input.properties.clone());
        mapped(input, Program::new(vec![step], builder.clock()), schema, properties)
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Result<StreamNode> {
        let input = self.node(&aggregate.input)?;
        plan_aggregate(self, input, aggregate, self.emit_on_window_close)
    }

    fn distinct(&self, input: &LogicalPlan) -> Result<StreamNode> {
        let node = self.node(input)?;
        let spec = AggregateSpec {
            keys: (0..node.schema.fields().len()).collect(),
            calls: vec![],
            append_only: node.properties.append_only,
            event_times: key_times(&node.properties.event_times, node.schema.fields().len()),
            emit_on_window_close: false,
            schema: node.schema.clone(),
        };
        let (schema, mut properties) = (node.schema.clone(), node.properties.clone());
        properties.key = Some(spec.keys.clone());
        Ok(StreamNode {
            operator: StreamOperator::Aggregate(Arc::new(spec)),
            inputs: vec![node],
            schema,
            properties,
        })
    }

    fn union(&self, inputs: &[Arc<LogicalPlan>], schema: &DFSchema) -> Result<StreamNode> {
        let schema = nullable(schema);
        let mut nodes = Vec::with_capacity(inputs.len());
        for input in inputs {
            // Names may differ between the inputs; the union's are the first one's.
            let node = self.node(input)?;
            let columns: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
            nodes.push(if node.schema == schema {
                node
            } else {
                Arc::new(self.projected(node, &columns, input.schema(), schema.clone())?)
            });
        }
        let append_only = nodes.iter().all(|n| n.properties.append_only);
        let first = nodes.first().map(|n| n.properties.event_times.clone()).unwrap_or_default();
        let everywhere = |e: &_| nodes.iter().all(|n| n.properties.event_times.contains(e));
        let event_times = first.into_iter().filter(everywhere).collect();
        let properties = Properties { append_only, event_times, key: None };
        Ok(StreamNode { operator: StreamOperator::Union, inputs: nodes, schema, properties })
    }

    fn unnest(&self, unnest: &Unnest) -> Result<StreamNode> {
        if !unnest.struct_type_columns.is_empty() {
            return Err(in_view("unnest of a struct"));
        }
        if unnest.list_type_columns.iter().any(|(_, list)| list.depth != 1) {
            return Err(in_view("unnest of nested lists"));
        }
        let input = self.node(&unnest.input)?;
        let unnested = |column: usize| unnest.list_type_columns.iter().any(|(c, _)| *c == column);
        let columns: Vec<(usize, bool)> =
            unnest.dependency_indices.iter().map(|c| (*c, unnested(*c))).collect();
        let sources: Vec<usize> = columns.iter().map(|(c, _)| *c).collect();
        let mut properties = input.properties.through(&sources);
        properties.key = None;
        let spec = UnnestSpec { columns, preserve_nulls: unnest.options.preserve_nulls() };
        let schema = nullable(unnest.schema.as_ref());
        Ok(StreamNode {
            operator: StreamOperator::Unnest(Arc::new(spec)),
            inputs: vec![input],
            schema,
            properties,
        })
    }
}

impl Properties {
    /// What is known of the columns `columns` of a collection.
    pub fn through(&self, columns: &[usize]) -> Properties {
        let place = |column: usize| columns.iter().position(|c| *c == column);
        let mut event_times = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let followed = self.event_times.iter().filter(|e| e.column == *column);
            event_times
                .extend(followed.map(|e| crate::plan::stream::EventTime { column: index, ..e.clone() }));
        }
        let key = self.key.as_ref().and_then(|key| key.iter().map(|k| place(*k)).collect());
        Properties { append_only: self.append_only, event_times, key }
    }
}

/// A map over `input`, joined with the map below it if there is one.
pub(super) fn mapped(
    input: Arc<StreamNode>,
    program: Program,
    schema: SchemaRef,
    properties: Properties,
) -> Result<StreamNode> {
    if let StreamOperator::Map(below) = &input.operator {
        let joined = below.followed_by(&program)?;
        let operator = StreamOperator::Map(Arc::new(joined));
        return Ok(StreamNode { operator, inputs: input.inputs.clone(), schema, properties });
    }
    Ok(StreamNode {
        operator: StreamOperator::Map(Arc::new(program)),
        inputs: vec![input],
        schema,
        properties,
    })
}

fn table_function(scan: &TableScan) -> Result<StreamNode> {
    if let Some(level) = plan_level(scan) {
        return Ok(level);
    }
    let schema = nullable(scan.projected_schema.as_ref());
    let Some(rows) = series_rows(scan, &schema)? else {
        return Err(in_view(&format!("system relation {}", scan.table_name)));
    };
    let properties = Properties { append_only: true, ..Properties::default() };
    Ok(StreamNode { operator: StreamOperator::Constant { rows }, inputs: vec![], schema, properties })
}

fn constant(plan: &LogicalPlan) -> Result<StreamNode> {
    let schema = nullable(plan.schema().as_ref());
    let rows = constant_rows(plan, &schema)?;
    let properties = Properties { append_only: true, ..Properties::default() };
    Ok(StreamNode { operator: StreamOperator::Constant { rows }, inputs: vec![], schema, properties })
}

/// The index of the column that an expression merely passes on.
fn column_of(expression: &Expr, schema: &DFSchema) -> Option<usize> {
    match expression {
        Expr::Column(column) => schema.maybe_index_of_column(column),
        Expr::Alias(alias) => column_of(&alias.expr, schema),
        _ => None,
    }
}

/// The plan's schema with every column nullable: what is known not to be NULL
/// in the past need not stay so.
pub(super) fn nullable(schema: &DFSchema) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| Field::new(f.name(), f.data_type().clone(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// `0A000` for a part of a query that can be asked ad hoc, but not kept yet.
pub(super) fn in_view(part: &str) -> Error {
    Error::unsupported(format!("{part} in a materialized view"))
        .with_hint("The same query works as an ad-hoc SELECT.")
}
