//! WITH RECURSIVE: the body becomes a plan of its own, whose leaves are the
//! recursion's rows and what comes in from outside.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::logical_expr::{Expr, LogicalPlan, RecursiveQuery, TableScan};

use super::level::{LevelSource, leveled, with_level};
use super::planner::{Planner, in_view, nullable};
use crate::plan::stream::{Properties, RecursiveSpec, StreamNode, StreamOperator};
use crate::types::Result;

/// Plans a recursion.
pub fn plan_recursive(planner: &Planner<'_>, query: &RecursiveQuery) -> Result<StreamNode> {
    let schema = nullable(query.schema.as_ref());
    let start = planner.node(&query.static_term)?;
    let columns: Vec<Expr> = query.static_term.schema().columns().into_iter().map(Expr::Column).collect();
    let start = Arc::new(planner.projected(start, &columns, query.static_term.schema(), schema.clone())?);
    let Some(body) = with_level(&query.recursive_term, &query.name)? else {
        return Err(in_view("WITH RECURSIVE that does not read itself"));
    };
    let columns: Vec<Expr> = body.schema().columns().into_iter().map(Expr::Column).collect();
    let with_level = leveled(query.schema.as_ref());
    let body = planner.node(&body).and_then(|node| {
        Ok(Arc::new(planner.projected(node, &columns, body_schema(&body), with_level)?))
    })?;
    let mut parting = Parting { inputs: vec![start], parted: HashMap::new() };
    let body = parting.part(&body);
    let spec = RecursiveSpec { body, distinct: query.is_distinct, schema: schema.clone() };
    let key = query.is_distinct.then(|| (0..schema.fields().len()).collect());
    let properties = Properties { key, ..Properties::default() };
    let operator = StreamOperator::Recursive(Arc::new(spec));
    Ok(StreamNode { operator, inputs: parting.inputs, schema, properties })
}

fn body_schema(body: &LogicalPlan) -> &datafusion::common::DFSchema {
    body.schema()
}

/// The leaf of a body that stands for the recursion's rows, if the scan is one.
pub fn plan_level(scan: &TableScan) -> Option<StreamNode> {
    scan.source.downcast_ref::<LevelSource>()?;
    let schema = nullable(scan.projected_schema.as_ref());
    let given = StreamNode {
        operator: StreamOperator::Given(0),
        inputs: vec![],
        schema,
        properties: Properties::default(),
    };
    Some(given)
}

/// Parts a body from what it reads besides the recursion's rows: that is kept
/// outside, on all workers, and comes in as changes.
struct Parting {
    inputs: Vec<Arc<StreamNode>>,
    parted: HashMap<*const StreamNode, Arc<StreamNode>>,
}

impl Parting {
    fn part(&mut self, node: &Arc<StreamNode>) -> Arc<StreamNode> {
        if let Some(done) = self.parted.get(&Arc::as_ptr(node)) {
            return done.clone();
        }
        let done = if matches!(node.operator, StreamOperator::Given(_)) {
            node.clone()
        } else if reads_recursion(node) {
            let inputs = node.inputs.iter().map(|input| self.part(input)).collect();
            Arc::new(StreamNode { inputs, ..node.as_ref().clone() })
        } else {
            self.inputs.push(node.clone());
            Arc::new(StreamNode {
                operator: StreamOperator::Given(self.inputs.len() - 1),
                inputs: vec![],
                schema: node.schema.clone(),
                properties: node.properties.clone(),
            })
        };
        self.parted.insert(Arc::as_ptr(node), done.clone());
        done
    }
}

fn reads_recursion(node: &StreamNode) -> bool {
    let mut found = false;
    node.visit(&mut |n| found |= matches!(n.operator, StreamOperator::Given(0)));
    found
}
