//! How many rows a collection can have, and how many values each column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, CaseExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use crate::catalog::ObjectKind;
use crate::expr::Step;
use crate::plan::stream::{JoinKind, RankKind, StreamNode, StreamOperator, TemporalCondition};

/// How many there can be at any moment, from few to many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Growth {
    /// As many as the query itself says.
    #[default]
    Fixed,
    /// As many as tables and views have, whose rows are kept anyway.
    Stored,
    /// Those of a span of time.
    Time,
    /// As many as a source has ever delivered.
    Stream,
}

/// The size of one collection.
#[derive(Clone, Debug, Default)]
pub struct Extent {
    /// Its rows.
    pub rows: Growth,
    /// The different values of each column.
    pub columns: Vec<Growth>,
}

/// The sizes of all collections of a plan.
#[derive(Default)]
pub struct Extents {
    of: HashMap<*const StreamNode, Extent>,
}

impl Extent {
    /// `rows` rows, whose columns can have a value each.
    fn wide(rows: Growth, columns: usize) -> Self {
        Extent { rows, columns: vec![rows; columns] }
    }

    fn new(rows: Growth, columns: Vec<Growth>) -> Self {
        Extent { rows, columns: columns.into_iter().map(|c| c.min(rows)).collect() }
    }

    /// The different values of these columns together.
    pub fn values(&self, columns: impl IntoIterator<Item = usize>) -> Growth {
        let of = |c: usize| self.columns.get(c).copied().unwrap_or(self.rows);
        columns.into_iter().map(of).max().unwrap_or_default()
    }
}

impl Extents {
    /// The sizes in a plan.
    pub fn of_plan(plan: &StreamNode) -> Self {
        let mut extents = Extents::default();
        plan.visit(&mut |node| {
            let extent = extents.one(node);
            extents.of.insert(node, extent);
        });
        extents
    }

    /// The size of what leaves `node`; nothing of a node of another plan.
    pub fn of(&self, node: &StreamNode) -> Extent {
        self.of.get(&std::ptr::from_ref(node)).cloned().unwrap_or_default()
    }

    /// The sizes of what comes into `node`.
    pub fn inputs(&self, node: &StreamNode) -> Vec<Extent> {
        node.inputs.iter().map(|input| self.of(input)).collect()
    }

    fn one(&self, node: &StreamNode) -> Extent {
        let inputs = self.inputs(node);
        let width = node.schema.fields().len();
        let all = inputs.iter().map(|i| i.rows).max().unwrap_or_default();
        let first = inputs.first().cloned().unwrap_or_default();
        match &node.operator {
            StreamOperator::Import { object, .. } => imported(node, &object.kind),
            StreamOperator::Constant { .. } => Extent::wide(Growth::Fixed, width),
            StreamOperator::Map(program) => {
                program.steps().iter().fold((first, input_schema(node)), stepped).0
            }
            StreamOperator::Unnest(spec) => {
                Extent::new(first.rows, spec.columns.iter().map(|(c, _)| first.values([*c])).collect())
            }
            StreamOperator::Union => {
                let column = |c| inputs.iter().map(|i| i.values([c])).max().unwrap_or_default();
                Extent::new(all, (0..width).map(column).collect())
            }
            StreamOperator::Aggregate(spec) => {
                let keys: Vec<Growth> = spec.keys.iter().map(|k| first.values([*k])).collect();
                let rows = keys.iter().copied().max().unwrap_or_default();
                Extent::new(rows, with_rest(keys, rows, width))
            }
            StreamOperator::TopN(spec) => {
                let rows = match spec.limit {
                    // Equal rows share a rank, however many there are.
                    Some(_) if spec.rank == RankKind::RowNumber => first.values(spec.partition.clone()),
                    _ => first.rows,
                };
                Extent::new(rows, with_rest(first.columns, rows, width))
            }
            StreamOperator::Over(_) | StreamOperator::Session(_) => {
                Extent::new(first.rows, with_rest(first.columns, first.rows, width))
            }
            StreamOperator::Join(spec) => {
                let rows = match spec.kind {
                    JoinKind::Semi | JoinKind::Anti | JoinKind::Mark => first.rows,
                    _ => all,
                };
                let columns: Vec<Growth> = inputs.iter().flat_map(|i| i.columns.clone()).collect();
                let column = |c: &usize| columns.get(*c).copied().unwrap_or(Growth::Fixed);
                let mark = spec.kind == JoinKind::Mark;
                let columns = spec.output.iter().map(column).collect::<Vec<_>>();
                if mark { Extent::wide(rows, width) } else { Extent::new(rows, columns) }
            }
            // A left row meets one right row.
            StreamOperator::Asof(spec) => {
                let sides = inputs.iter().zip([spec.left.width, spec.right.width]);
                let columns = sides.flat_map(|(side, width)| side.columns.iter().take(width).copied());
                Extent::new(first.rows, columns.collect())
            }
            StreamOperator::Temporal(spec) => {
                let goes = spec.conditions.iter().any(|c: &TemporalCondition| !c.begins());
                let rows = if goes { first.rows.min(Growth::Time) } else { first.rows };
                Extent::new(rows, spec.output.iter().map(|c| first.values([*c])).collect())
            }
            // Each change is a row that stays.
            StreamOperator::Changelog(spec) => {
                let rows = if spec.append_only { first.rows } else { Growth::Stream };
                let mut columns = vec![rows; width.saturating_sub(1)];
                columns.push(Growth::Fixed);
                Extent::new(rows, columns)
            }
            StreamOperator::Recursive(_) => Extent::wide(all, width),
            StreamOperator::Given(_) => Extent::wide(Growth::Stream, width),
        }
    }
}

fn imported(node: &StreamNode, kind: &ObjectKind) -> Extent {
    let rows = if matches!(kind, ObjectKind::Source(_)) { Growth::Stream } else { Growth::Stored };
    let column = |data_type: &DataType| if *data_type == DataType::Boolean { Growth::Fixed } else { rows };
    Extent::new(rows, node.schema.fields().iter().map(|f| column(f.data_type())).collect())
}

fn with_rest(mut columns: Vec<Growth>, rest: Growth, width: usize) -> Vec<Growth> {
    columns.resize(width, rest);
    columns
}

fn input_schema(node: &StreamNode) -> SchemaRef {
    node.inputs.first().map_or_else(|| node.schema.clone(), |input| input.schema.clone())
}

fn stepped((extent, schema): (Extent, SchemaRef), step: &Step) -> (Extent, SchemaRef) {
    match step {
        Step::Filter(_) => (extent, schema),
        Step::Project(expressions, output) => {
            let columns = expressions.iter().map(|e| values_of(e, &extent, &schema)).collect();
            (Extent::new(extent.rows, columns), output.clone())
        }
    }
}

/// How many values an expression can have.
fn values_of(expr: &Arc<dyn PhysicalExpr>, input: &Extent, schema: &SchemaRef) -> Growth {
    if let Some(column) = expr.downcast_ref::<Column>() {
        return input.values([column.index()]);
    }
    let is_boolean = expr.data_type(schema).is_ok_and(|t| t == DataType::Boolean);
    if is_boolean || expr.downcast_ref::<Literal>().is_some() || is_remainder(expr) {
        return Growth::Fixed;
    }
    let most = |parts: &mut dyn Iterator<Item = &Arc<dyn PhysicalExpr>>| {
        parts.map(|part| values_of(part, input, schema)).max()
    };
    if let Some(case) = expr.downcast_ref::<CaseExpr>() {
        let then = case.when_then_expr().iter().map(|(_, then)| then);
        return most(&mut then.chain(case.else_expr())).unwrap_or_default();
    }
    // A call without arguments may be random() or a clock.
    most(&mut expr.children().into_iter()).unwrap_or(input.rows)
}

/// `x % 10`, or a field of a calendar that comes round again, as `extract(hour FROM ts)`.
fn is_remainder(expr: &Arc<dyn PhysicalExpr>) -> bool {
    if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
        let by_literal = binary.right().downcast_ref::<Literal>().is_some();
        return by_literal && *binary.op() == Operator::Modulo;
    }
    let Some(call) = expr.downcast_ref::<ScalarFunctionExpr>() else { return false };
    let field = call.args().first().and_then(|a| a.downcast_ref::<Literal>());
    let field = field.and_then(|f| f.value().try_as_str().flatten()).unwrap_or_default();
    const FIELDS: [&str; 10] =
        ["second", "minute", "hour", "day", "dow", "isodow", "doy", "week", "month", "quarter"];
    matches!(call.name(), "date_part" | "ms_date_part" | "extract" | "ms_extract")
        && FIELDS.contains(&field.to_ascii_lowercase().as_str())
}
