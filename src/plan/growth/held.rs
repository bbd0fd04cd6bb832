//! What each operator keeps.

use super::extent::{Extent, Extents, Growth};
use crate::plan::stream::{
    AggregateCall, AggregateKind, AggregateSpec, AsofSpec, ClosedBy, JoinSpec, OverSpec, RankKind,
    SessionSpec, StreamNode, StreamOperator, TopNSpec,
};

/// Aggregates whose partial state is all that they have seen.
const COLLECTING: [&str; 11] = [
    "array_agg",
    "string_agg",
    "json_agg",
    "jsonb_agg",
    "json_object_agg",
    "jsonb_object_agg",
    "percentile_cont",
    "percentile_disc",
    "quantile_cont",
    "mode",
    "median",
];

/// One thing that an operator keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What, such as `a group for each (k)`.
    pub what: String,
    /// How much of it there can be.
    pub growth: Growth,
    /// The columns by whose watermark it goes.
    pub watermark: Vec<String>,
    /// For a join: of which input it is.
    pub input: usize,
}

impl Held {
    fn new(what: impl Into<String>, growth: Growth) -> Self {
        Held { what: what.into(), growth, watermark: vec![], input: 0 }
    }

    /// It goes when the watermark on `columns` has passed it.
    fn until(mut self, columns: Vec<String>) -> Self {
        if !columns.is_empty() {
            self.growth = self.growth.min(Growth::Time);
            self.watermark = columns;
        }
        self
    }

    /// What bounds it, in words.
    pub fn bound(&self) -> String {
        match self.growth {
            _ if !self.watermark.is_empty() => format!("the watermark on {}", self.watermark.join(", ")),
            Growth::Fixed => "the query".to_string(),
            Growth::Stored => "the tables it reads".to_string(),
            Growth::Time => "the clock".to_string(),
            Growth::Stream => "nothing".to_string(),
        }
    }
}

/// What an operator of a plan keeps; nothing for one without state.
pub fn held(node: &StreamNode, extents: &Extents) -> Vec<Held> {
    held_by(node, &extents.inputs(node))
}

/// The same, with the sizes of its inputs.
pub(super) fn held_by(node: &StreamNode, inputs: &[Extent]) -> Vec<Held> {
    let first = inputs.first().cloned().unwrap_or_default();
    match &node.operator {
        StreamOperator::Aggregate(spec) => aggregate(spec, &first),
        StreamOperator::Join(spec) => join(spec, node, inputs),
        StreamOperator::Asof(spec) => asof(spec, node, inputs),
        StreamOperator::TopN(spec) => vec![top_n(spec, &first)],
        StreamOperator::Over(spec) => vec![over(spec, &first)],
        StreamOperator::Session(spec) => vec![session(spec, &first)],
        StreamOperator::Temporal(_) => {
            vec![Held::new("rows that are still to come or go", first.rows.min(Growth::Time))]
        }
        StreamOperator::Recursive(_) => {
            let rows = inputs.iter().map(|i| i.rows).max().unwrap_or_default();
            vec![Held::new("all its rows, and what its body keeps", rows)]
        }
        StreamOperator::Import { .. }
        | StreamOperator::Constant { .. }
        | StreamOperator::Map(_)
        | StreamOperator::Unnest(_)
        | StreamOperator::Union
        | StreamOperator::Changelog(_)
        | StreamOperator::Given(_) => vec![],
    }
}

fn aggregate(spec: &AggregateSpec, input: &Extent) -> Vec<Held> {
    let name = |k: usize| spec.schema.field(k).name().clone();
    let keys: Vec<String> = (0..spec.keys.len()).map(name).collect();
    let closed = |held: Held| match spec.append_only {
        true => held.until(spec.event_times.iter().map(|t| name(t.key)).collect()),
        false => held,
    };
    let groups = if keys.is_empty() {
        Held::new("one group", Growth::Fixed)
    } else {
        Held::new(format!("a group for each ({})", keys.join(", ")), input.values(spec.keys.clone()))
    };
    let mut all = vec![closed(groups)];
    for call in &spec.calls {
        if let Some((what, growth)) = kept_by(call, spec.append_only, input) {
            let what = format!("{what} of {}", call.field.name());
            all.push(closed(Held::new(what, growth)));
        }
    }
    all
}

/// What an aggregate keeps of each group that grows with the group.
fn kept_by(call: &AggregateCall, append_only: bool, input: &Extent) -> Option<(&'static str, Growth)> {
    let values = || input.values(call.arguments.clone());
    match &call.function {
        AggregateKind::Min | AggregateKind::Max if append_only => None,
        _ if call.distinct => Some(("the different values", values())),
        AggregateKind::Min | AggregateKind::Max => Some(("the different values", values())),
        AggregateKind::Multiset(..) => Some(("the values", input.rows)),
        AggregateKind::Other(function) => {
            COLLECTING.contains(&function.fun().name()).then(|| ("the values", input.rows))
        }
        _ => None,
    }
}

fn join(spec: &JoinSpec, node: &StreamNode, inputs: &[Extent]) -> Vec<Held> {
    let sides = [("left", &spec.left), ("right", &spec.right)];
    let mut all = vec![];
    for (index, (name, side)) in sides.into_iter().enumerate() {
        if spec.as_of_now && index == 0 {
            continue;
        }
        let (Some(input), Some(extent)) = (node.inputs.get(index), inputs.get(index)) else { continue };
        let column = |c: usize| input.schema.field(c).name().clone();
        let on = spec.on.iter().map(|(l, r)| column(if index == 0 { *l } else { *r }));
        let on: Vec<String> = on.collect();
        let by = if on.is_empty() { String::new() } else { format!(" by ({})", on.join(", ")) };
        let until = side.expiry.iter().map(|e| column(e.column)).collect();
        let rows = Held { input: index, ..Held::new(format!("the {name} rows{by}"), extent.rows) };
        all.push(rows.until(until));
    }
    all
}

fn asof(spec: &AsofSpec, node: &StreamNode, inputs: &[Extent]) -> Vec<Held> {
    let time = |input: usize| {
        let column = if input == 0 { spec.times.0 } else { spec.times.1 };
        node.inputs.get(input).map(|node| node.schema.field(column).name().clone())
    };
    let times: Vec<String> = (0..2).filter_map(time).collect();
    // Left rows wait for the right; of right rows both decide.
    let until = [times.get(1).cloned().into_iter().collect(), times];
    let sides = ["the left rows", "the right rows, but the last of each key"].into_iter().zip(until);
    let held = |(index, (what, until)): (usize, (&str, Vec<String>))| {
        let rows = inputs.get(index).map(|i| i.rows).unwrap_or_default();
        let held = Held { input: index, ..Held::new(what, rows) };
        if spec.closing.is_some() { held.until(until) } else { held }
    };
    sides.enumerate().map(held).collect()
}

fn top_n(spec: &TopNSpec, input: &Extent) -> Held {
    let name = |c: &usize| spec.schema.field(*c).name().clone();
    let partition: Vec<String> = spec.partition.iter().map(name).collect();
    let each =
        if partition.is_empty() { String::new() } else { format!(" for each ({})", partition.join(", ")) };
    let held = match spec.limit.map(|limit| spec.offset.saturating_add(limit)) {
        Some(last) if spec.append_only => {
            let by_row = spec.rank == RankKind::RowNumber;
            let rows = if by_row { format!("{last} rows") } else { format!("the rows up to rank {last}") };
            // Equal rows share a rank, however many there are.
            let growth = if by_row { input.values(spec.partition.clone()) } else { input.rows };
            Held::new(format!("{rows}{each}"), growth)
        }
        _ => Held::new(format!("all rows{each}"), input.rows),
    };
    match spec.append_only {
        true => held.until(spec.event_times.iter().map(|t| partition[t.key].clone()).collect()),
        false => held,
    }
}

fn over(spec: &OverSpec, input: &Extent) -> Held {
    let name = |c: &usize| spec.schema.field(*c).name().clone();
    let partition = spec.partition.iter().map(name).collect::<Vec<_>>().join(", ");
    let each = if partition.is_empty() { String::new() } else { format!(" of each ({partition})") };
    let rows = match &spec.closing {
        Some(closing) if closing.by == ClosedBy::Order => "the rows that can still change",
        _ => "all rows",
    };
    let until = spec.closing.iter().filter(|_| spec.append_only).map(|c| name(&c.column)).collect();
    Held::new(format!("{rows}{each}"), input.rows).until(until)
}

fn session(spec: &SessionSpec, input: &Extent) -> Held {
    let name = |c: &usize| spec.schema.field(*c).name().clone();
    let partition = spec.partition.iter().map(name).collect::<Vec<_>>().join(", ");
    let bounded = spec.append_only && spec.event_time.is_some();
    let until = if bounded { vec![name(&spec.time)] } else { vec![] };
    Held::new(format!("the rows of each session of ({partition})"), input.rows).until(until)
}
