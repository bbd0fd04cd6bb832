//! A small dataflow inside one operator.
//!
//! Invariant: what [`run`](Body::run) has returned in all is the plan's function
//! of all that it was given in all. It may run several times in one epoch.

use std::collections::HashMap;
use std::sync::Arc;

use crate::dataflow::operator::{EpochContext, Inputs, Operator, Transform};
use crate::dataflow::operators::{
    AggregateOperator, JoinOperator, MapOperator, NullAwareOperator, OverOperator, TopNOperator,
    UnnestOperator,
};
use crate::delta::Delta;
use crate::plan::stream::{StreamNode, StreamOperator};
use crate::types::{Error, Result};

/// A plan that runs by hand.
pub struct Body {
    /// Inputs first.
    parts: Vec<Part>,
}

struct Part {
    logic: Logic,
    /// Which parts feed it.
    inputs: Vec<usize>,
}

enum Logic {
    /// What was given under this number.
    Given(usize),
    /// All rows of all inputs.
    Union,
    /// Each delta alone.
    Transform(Box<dyn Transform>),
    /// All deltas together; with what is there before any input.
    Operator(Box<dyn Operator>, Option<Vec<Delta>>),
}

impl Body {
    /// The plan's operators, without any rows.
    pub fn new(plan: &StreamNode) -> Result<Self> {
        let mut body = Body { parts: vec![] };
        body.add(plan, &mut HashMap::new())?;
        Ok(body)
    }

    fn add(&mut self, node: &StreamNode, known: &mut HashMap<*const StreamNode, usize>) -> Result<usize> {
        if let Some(index) = known.get(&std::ptr::from_ref(node)) {
            return Ok(*index);
        }
        let inputs = node.inputs.iter().map(|input| self.add(input, known));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        self.parts.push(Part { logic: logic(node)?, inputs });
        known.insert(node, self.parts.len() - 1);
        Ok(self.parts.len() - 1)
    }

    /// The changes that follow from changes of what is given.
    pub fn run(&mut self, cx: &EpochContext<'_>, given: &[Vec<Delta>]) -> Result<Vec<Delta>> {
        let mut results: Vec<Vec<Delta>> = Vec::with_capacity(self.parts.len());
        for part in &mut self.parts {
            let inputs: Inputs = part.inputs.iter().map(|i| results[*i].clone()).collect();
            results.push(part.logic.run(cx, inputs, given)?);
        }
        Ok(results.pop().unwrap_or_default())
    }

    /// Rows, groups or entries that it holds.
    pub fn state_rows(&self) -> usize {
        let held = |part: &Part| match &part.logic {
            Logic::Operator(operator, _) => operator.state_rows(),
            _ => 0,
        };
        self.parts.iter().map(held).sum()
    }
}

impl Body {
    /// About how much memory that takes.
    pub fn state_bytes(&self) -> usize {
        let held = |part: &Part| match &part.logic {
            Logic::Operator(operator, _) => operator.state_bytes(),
            _ => 0,
        };
        self.parts.iter().map(held).sum()
    }
}

impl Logic {
    fn run(&mut self, cx: &EpochContext<'_>, inputs: Inputs, given: &[Vec<Delta>]) -> Result<Vec<Delta>> {
        match self {
            Logic::Given(number) => Ok(given.get(*number).cloned().unwrap_or_default()),
            Logic::Union => Ok(inputs.into_iter().flatten().collect()),
            Logic::Transform(transform) => {
                let deltas = inputs.into_iter().flatten();
                deltas.map(|delta| transform.apply(delta, cx.epoch)).collect()
            }
            Logic::Operator(operator, first) => {
                let mut out = first.take().unwrap_or_default();
                if inputs.iter().flatten().any(|delta| !delta.is_empty()) {
                    out.extend(operator.step(cx, inputs)?);
                    while let Some(part) = operator.more(cx)? {
                        out.extend(part);
                    }
                }
                out.retain(|delta| !delta.is_empty());
                Ok(out)
            }
        }
    }
}

fn logic(node: &StreamNode) -> Result<Logic> {
    let operator: Box<dyn Operator> = match &node.operator {
        StreamOperator::Given(number) => return Ok(Logic::Given(*number)),
        StreamOperator::Union => return Ok(Logic::Union),
        StreamOperator::Map(program) => {
            return Ok(Logic::Transform(Box::new(MapOperator::new(program)?)));
        }
        StreamOperator::Unnest(spec) => {
            let unnest = UnnestOperator::new(spec.clone(), node.schema.clone());
            return Ok(Logic::Transform(Box::new(unnest)));
        }
        StreamOperator::Aggregate(spec) => Box::new(AggregateOperator::new(spec.clone())?),
        StreamOperator::Over(spec) => Box::new(OverOperator::new(spec.clone())?),
        StreamOperator::TopN(spec) => Box::new(TopNOperator::new(spec.clone())?),
        StreamOperator::Join(spec) => {
            let [left, right] = node.inputs.as_slice() else {
                return Err(Error::internal("a join without its two inputs"));
            };
            let (left, right): (&Arc<_>, &Arc<_>) = (&left.schema, &right.schema);
            if spec.null_aware {
                Box::new(NullAwareOperator::new(spec.clone(), left, right)?)
            } else {
                Box::new(JoinOperator::new(spec.clone(), left, right)?)
            }
        }
        _ => return Err(Error::unsupported("this part of a query inside WITH RECURSIVE")),
    };
    let mut operator = operator;
    let first = operator.initial()?;
    Ok(Logic::Operator(operator, Some(first)))
}
