//! A plan becomes a Timely dataflow on one worker.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use arrow::datatypes::Schema;
use timely::container::NoopBuilder;
use timely::dataflow::Scope;
use timely::dataflow::operators::Concatenate;
use timely::dataflow::operators::generic::OutputBuilder;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;

use super::adapter::{
    Backfill, DeltaStream, Routing, Surroundings, Time, place_import, place_operator, place_transform,
};
use super::feed::FeedQueue;
use super::meter::DataflowMeters;
use super::operator::Operator;
use super::operators::{
    AggregateOperator, AsofOperator, ChangelogOperator, JoinOperator, MapOperator, NullAwareOperator,
    OverOperator, RecursiveOperator, SessionOperator, TemporalOperator, TopNOperator, UnnestOperator,
};
use crate::delta::Delta;
use crate::plan::stream::{JoinKind, JoinSpec, StreamNode, StreamOperator};
use crate::types::{Epoch, Error, ObjectId, Result};

/// One import of a dataflow: where its rows come from on this worker.
pub struct ImportInput {
    /// Follows the collection.
    pub queue: Rc<RefCell<FeedQueue>>,
    /// The collection's past.
    pub backfill: Option<Box<dyn Backfill>>,
}

/// Makes plans run on one worker.
pub struct Renderer<'a> {
    /// What every operator shares.
    pub around: &'a Surroundings,
    /// What its operators count into.
    pub meters: &'a DataflowMeters,
    /// The dataflow is right from this epoch on.
    pub as_of: Epoch,
    /// One entry for each `Import` node, in the order in which a walk of the
    /// plan (inputs first, left to right) meets them.
    pub imports: BTreeMap<ObjectId, Vec<ImportInput>>,
}

impl Renderer<'_> {
    /// The stream of changes that leave `node`.
    pub fn render<'scope>(
        &mut self,
        scope: Scope<'scope, Time>,
        node: &StreamNode,
    ) -> Result<DeltaStream<'scope>> {
        self.shared(scope, node, &mut HashMap::new())
    }

    /// The stream of `node`, made once however many nodes it feeds.
    fn shared<'scope>(
        &mut self,
        scope: Scope<'scope, Time>,
        node: &StreamNode,
        made: &mut HashMap<*const StreamNode, DeltaStream<'scope>>,
    ) -> Result<DeltaStream<'scope>> {
        if let Some(stream) = made.get(&std::ptr::from_ref(node)) {
            return Ok(stream.clone());
        }
        let inputs = node.inputs.iter().map(|input| self.shared(scope, input, made));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        if let Some(meter) = self.meters.of(node) {
            self.around.meter.replace(meter.clone());
        }
        let stream = self.one(scope, node, inputs)?;
        made.insert(node, stream.clone());
        Ok(stream)
    }

    fn one<'scope>(
        &mut self,
        scope: Scope<'scope, Time>,
        node: &StreamNode,
        inputs: Vec<DeltaStream<'scope>>,
    ) -> Result<DeltaStream<'scope>> {
        match &node.operator {
            StreamOperator::Import { object, columns } => {
                let ready = self.imports.get_mut(&object.id).and_then(Vec::pop);
                let ready = ready.ok_or_else(|| Error::internal(format!("no input for {}", object.name)))?;
                Ok(place_import(scope, self.around, ready.queue, ready.backfill, self.as_of, columns.clone()))
            }
            StreamOperator::Constant { rows } => Ok(place_constant(scope, Delta::insert(rows.clone()))),
            StreamOperator::Map(program) => {
                let logic = Box::new(MapOperator::new(program)?);
                Ok(place_transform("Map", only(inputs)?, self.around, logic))
            }
            StreamOperator::Unnest(spec) => {
                let logic = Box::new(UnnestOperator::new(spec.clone(), node.schema.clone()));
                Ok(place_transform("Unnest", only(inputs)?, self.around, logic))
            }
            StreamOperator::Union => Ok(scope.concatenate(inputs)),
            StreamOperator::Aggregate(spec) => {
                let logic = Box::new(AggregateOperator::new(spec.clone())?);
                self.keyed("Aggregate", inputs, &spec.keys, logic)
            }
            StreamOperator::Session(spec) => {
                let logic = Box::new(SessionOperator::new(spec.clone())?);
                self.keyed("Session", inputs, &spec.partition, logic)
            }
            StreamOperator::Changelog(spec) => {
                let logic = Box::new(ChangelogOperator::new(spec.clone()));
                self.keyed("Changelog", inputs, &spec.meeting(), logic)
            }
            StreamOperator::Over(spec) => {
                let logic = Box::new(OverOperator::new(spec.clone())?);
                self.keyed("Over", inputs, &spec.partition, logic)
            }
            StreamOperator::TopN(spec) => {
                let logic = Box::new(TopNOperator::new(spec.clone())?);
                self.keyed("TopN", inputs, &spec.partition, logic)
            }
            StreamOperator::Temporal(spec) => {
                let logic = Box::new(TemporalOperator::new(spec.clone()));
                place_operator("Temporal filter", vec![(only(inputs)?, Routing::Local)], self.around, logic)
            }
            StreamOperator::Join(spec) => self.join(spec, node, inputs),
            StreamOperator::Asof(spec) => {
                let [left, right] = node.inputs.as_slice() else {
                    return Err(Error::internal("an ASOF join without its two inputs"));
                };
                let logic = Box::new(AsofOperator::new(spec.clone(), &left.schema, &right.schema)?);
                let inputs = inputs.into_iter().zip(equal_routing(&spec.on, &left.schema)).collect();
                place_operator("Asof join", inputs, self.around, logic)
            }
            StreamOperator::Recursive(spec) => {
                let logic = Box::new(RecursiveOperator::new(spec.clone())?);
                let inputs = inputs.into_iter().map(|input| (input, Routing::Key(vec![]))).collect();
                place_operator("Recursive", inputs, self.around, logic)
            }
            StreamOperator::Given(_) => Err(Error::internal("a part of a recursion outside of it")),
        }
    }
}

impl Renderer<'_> {
    /// An operator with one input, whose rows meet by the columns `key`.
    fn keyed<'scope>(
        &self,
        name: &str,
        inputs: Vec<DeltaStream<'scope>>,
        key: &[usize],
        logic: Box<dyn Operator>,
    ) -> Result<DeltaStream<'scope>> {
        place_operator(name, vec![(only(inputs)?, Routing::Key(key.to_vec()))], self.around, logic)
    }
}

impl Renderer<'_> {
    fn join<'scope>(
        &self,
        spec: &Arc<JoinSpec>,
        node: &StreamNode,
        inputs: Vec<DeltaStream<'scope>>,
    ) -> Result<DeltaStream<'scope>> {
        let [left, right] = node.inputs.as_slice() else {
            return Err(Error::internal("a join without its two inputs"));
        };
        let (left, right) = (&left.schema, &right.schema);
        let logic: Box<dyn Operator> = if spec.null_aware {
            Box::new(NullAwareOperator::new(spec.clone(), left, right)?)
        } else {
            Box::new(JoinOperator::new(spec.clone(), left, right)?)
        };
        let inputs = inputs.into_iter().zip(join_routing(spec, left)).collect();
        place_operator("Join", inputs, self.around, logic)
    }
}

/// Rows meet by their keys. Without keys the left rows are dealt out, and every
/// worker gets all right ones; a full join needs all of both in one place.
fn join_routing(spec: &JoinSpec, left: &Schema) -> [Routing; 2] {
    let keys = spec.on.iter().copied().unzip();
    let (left_key, right_key): (Vec<usize>, Vec<usize>) = keys;
    if spec.null_aware {
        return [Routing::Key(left_key), Routing::Everywhere];
    }
    if spec.on.is_empty() && spec.kind == JoinKind::Full {
        return [Routing::Key(left_key), Routing::Key(right_key)];
    }
    equal_routing(&spec.on, left)
}

/// Left rows that each meet right ones with equal keys, or any.
fn equal_routing(on: &[(usize, usize)], left: &Schema) -> [Routing; 2] {
    if on.is_empty() {
        let flat = |c: &usize| !left.field(*c).data_type().is_nested();
        return [Routing::Key((0..left.fields().len()).filter(flat).collect()), Routing::Everywhere];
    }
    let (left_key, right_key) = on.iter().copied().unzip();
    [Routing::Key(left_key), Routing::Key(right_key)]
}

fn only<'scope>(mut inputs: Vec<DeltaStream<'scope>>) -> Result<DeltaStream<'scope>> {
    inputs.pop().ok_or_else(|| Error::internal("an operator without its input"))
}

/// Rows that were always there, on the first worker.
fn place_constant(scope: Scope<'_, Time>, rows: Delta) -> DeltaStream<'_> {
    let mut builder = OperatorBuilder::new("Constant".to_string(), scope);
    let (output, stream) = builder.new_output::<Delta>();
    let mut output = OutputBuilder::<_, NoopBuilder<Delta>>::from(output);
    let mut rows = (scope.index() == 0 && !rows.is_empty()).then_some(rows);
    builder.build(move |mut capabilities| {
        move |_| {
            if let (Some(capability), Some(mut rows)) = (capabilities.pop(), rows.take()) {
                output.activate().session_with_builder(&capability).give_container(&mut rows);
            }
        }
    });
    stream
}
