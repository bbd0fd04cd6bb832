//! What each operator is and does, in one line.

use std::fmt::Write;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;

use super::asof::asof;
use crate::expr::Step;
use crate::plan::stream::{
    AggregateKind, AggregateSpec, ClosedBy, JoinSpec, OverSpec, RankKind, Reach, SessionSpec, StreamNode,
    StreamOperator, TemporalCondition, TemporalRelation, TemporalSpec, TopNSpec,
};

/// The operator of this node.
pub fn describe_operator(node: &StreamNode) -> String {
    match &node.operator {
        StreamOperator::Import { object, columns } => {
            let names: Vec<&str> =
                columns.iter().filter_map(|c| object.columns.get(*c)).map(|c| c.name.as_str()).collect();
            format!("Import {} {} ({})", object.kind_name(), object.name, names.join(", "))
        }
        StreamOperator::Constant { rows } => format!("Constant ({} rows)", rows.num_rows()),
        StreamOperator::Map(program) => {
            let steps: Vec<String> = program.steps().iter().map(step).collect();
            format!("Map {}", steps.join(" -> "))
        }
        StreamOperator::Unnest(spec) => {
            let input = &node.inputs[0].schema;
            let lists = spec.columns.iter().filter(|(_, unnested)| *unnested);
            let lists: Vec<&str> = lists.map(|(c, _)| input.field(*c).name().as_str()).collect();
            format!("Unnest ({})", lists.join(", "))
        }
        StreamOperator::Union => "Union".to_string(),
        StreamOperator::Aggregate(spec) => aggregate(spec),
        StreamOperator::Join(spec) => join(spec, node),
        StreamOperator::Asof(spec) => asof(spec, node),
        StreamOperator::Over(spec) => over(spec),
        StreamOperator::Recursive(spec) => {
            let union = if spec.distinct { "UNION" } else { "UNION ALL" };
            format!("Recursive {union}, state grows with its rows and what the body keeps")
        }
        StreamOperator::Given(0) => "Rows of the level before".to_string(),
        StreamOperator::Given(input) => format!("Input {input} of the recursion"),
        StreamOperator::TopN(spec) => top_n(spec),
        StreamOperator::Session(spec) => session(spec),
        StreamOperator::Changelog(_) => "Changelog".to_string(),
        StreamOperator::Temporal(spec) => temporal(spec, &node.inputs[0].schema),
    }
}

/// Its name alone.
pub fn operator_name(node: &StreamNode) -> String {
    let name = match &node.operator {
        StreamOperator::Import { .. } => "Import",
        StreamOperator::Constant { .. } => "Constant",
        StreamOperator::Map(_) => "Map",
        StreamOperator::Unnest(_) => "Unnest",
        StreamOperator::Union => "Union",
        StreamOperator::Aggregate(_) => "Aggregate",
        StreamOperator::Join(spec) => return format!("{:?} join", spec.kind),
        StreamOperator::Asof(spec) if spec.outer => "Left asof join",
        StreamOperator::Asof(_) => "Asof join",
        StreamOperator::Over(_) => "Over",
        StreamOperator::Recursive(_) => "Recursive",
        StreamOperator::Given(_) => "Given",
        StreamOperator::TopN(_) => "Top-n",
        StreamOperator::Session(_) => "Session",
        StreamOperator::Changelog(_) => "Changelog",
        StreamOperator::Temporal(_) => "Temporal filter",
    };
    name.to_string()
}

fn session(spec: &SessionSpec) -> String {
    let name = |c: &usize| spec.schema.field(*c).name().clone();
    let by = spec.partition.iter().map(name).collect::<Vec<_>>().join(", ");
    let gap = spec.gap as f64 / 1e6;
    let mut text = format!("Session of {} by ({by}), gap {gap} s", name(&spec.time));
    text.push_str(if spec.append_only { " over inserts" } else { " over changes" });
    if spec.emit_on_window_close {
        text.push_str(", told when the session is over");
    }
    let bounded = spec.append_only && spec.event_time.is_some();
    text.push_str(if bounded { ", state bounded by the watermark" } else { ", state grows with the rows" });
    text
}

/// What is joined how, and what its state follows.
fn join(spec: &JoinSpec, node: &StreamNode) -> String {
    let [left, right] = node.inputs.as_slice() else { return format!("{:?} join", spec.kind) };
    let mut text = format!("{:?} join", spec.kind);
    let column = |node: &StreamNode, column: usize| node.schema.field(column).name().clone();
    let equal = if spec.null_equals_null { "is not distinct from" } else { "=" };
    let on = spec.on.iter().map(|(l, r)| format!("{} {equal} {}", column(left, *l), column(right, *r)));
    let on: Vec<String> = on.collect();
    let _ = match on.is_empty() {
        true => write!(text, " of all pairs"),
        false => write!(text, " on ({})", on.join(", ")),
    };
    if spec.null_aware {
        text.push_str(" where NULL is unknown");
    }
    if let Some(residual) = &spec.residual {
        let conditions: Vec<String> = residual.program.steps().iter().map(step).collect();
        let _ = write!(text, " {}", conditions.join(" "));
    }
    if spec.as_of_now {
        text.push_str(", each left row as of its moment; right state grows with its rows");
        return text;
    }
    for (name, side, input) in [("left", &spec.left, left), ("right", &spec.right, right)] {
        let changes = if side.append_only { "inserts" } else { "changes" };
        let _ = match &side.expiry {
            Some(expiry) => {
                let time = column(input, expiry.column);
                write!(text, ", {name} {changes}: state bounded by the watermark on {time}")
            }
            None => write!(text, ", {name} {changes}: state grows with its rows"),
        };
    }
    text
}

fn temporal(spec: &TemporalSpec, input: &SchemaRef) -> String {
    let condition = |c: &TemporalCondition| {
        let relation = match c.relation {
            TemporalRelation::After => ">",
            TemporalRelation::NotBefore => ">=",
            TemporalRelation::Before => "<",
            TemporalRelation::NotAfter => "<=",
        };
        format!("{} {relation} {}", c.moment.of("now()"), input.field(c.column).name())
    };
    let conditions: Vec<String> = spec.conditions.iter().map(condition).collect();
    format!("Temporal filter {}, state of the rows that are still to come or go", conditions.join(" AND "))
}

fn step(step: &Step) -> String {
    match step {
        Step::Filter(predicate) => format!("filter {predicate}"),
        Step::Project(expressions, schema) => {
            let named = expressions.iter().zip(schema.fields());
            let shown: Vec<String> = named.map(|(e, f)| format!("{e} AS {}", f.name())).collect();
            format!("project [{}]", shown.join(", "))
        }
    }
}

fn aggregate(spec: &AggregateSpec) -> String {
    let keys: Vec<&str> = (0..spec.keys.len()).map(|k| spec.schema.field(k).name().as_str()).collect();
    let calls: Vec<String> = spec.calls.iter().map(|c| c.field.name().clone()).collect();
    let mut text = format!("Aggregate by ({}) [{}]", keys.join(", "), calls.join(", "));
    text.push_str(if spec.append_only { " over inserts" } else { " over changes" });
    if spec.emit_on_window_close {
        text.push_str(", told when the window closes");
    }
    match spec.event_times.first() {
        Some(time) if spec.append_only => {
            let _ = write!(text, ", state bounded by the watermark on {}", keys[time.key]);
        }
        _ if keys.is_empty() => text.push_str(", state of one group"),
        _ => text.push_str(", state grows with the groups"),
    }
    let count =
        |wanted: fn(&AggregateKind) -> bool| spec.calls.iter().filter(|c| wanted(&c.function)).count();
    let others = count(|kind| matches!(kind, AggregateKind::Other(_)));
    if others > 0 {
        let _ = write!(text, " ({others} by partial state)");
    }
    let multisets = count(|kind| matches!(kind, AggregateKind::Multiset(..)));
    if multisets > 0 {
        let _ = write!(text, " ({multisets} from all rows of a group)");
    }
    text
}

fn over(spec: &OverSpec) -> String {
    let name = |c: usize| spec.schema.field(c).name().as_str();
    let partition: Vec<&str> = spec.partition.iter().map(|c| name(*c)).collect();
    let sorted = |(c, options): &(usize, SortOptions)| {
        format!("{}{}", name(*c), if options.descending { " DESC" } else { "" })
    };
    let order: Vec<String> = spec.order.iter().map(sorted).collect();
    let calls: Vec<&str> = spec.calls.iter().map(|c| c.window.name()).collect();
    let mut text = format!("Over partition by ({}) order by ({})", partition.join(", "), order.join(", "));
    let _ = write!(text, " [{}]", calls.join(", "));
    let is_any = |wanted: fn(&Reach) -> bool| spec.calls.iter().any(|c| wanted(&c.reach));
    text.push_str(if is_any(|r| matches!(r, Reach::Partition)) {
        ", a change reaches its partition"
    } else if is_any(|r| matches!(r, Reach::Running(_))) {
        ", a change reaches the rows behind it"
    } else {
        ", a change reaches its neighbours"
    });
    if spec.emit_on_window_close {
        text.push_str(", told when final");
    }
    match &spec.closing {
        Some(closing) if spec.append_only => {
            let of = if closing.by == ClosedBy::Order { " of each partition" } else { "" };
            let _ = write!(text, ", state{of} bounded by the watermark on {}", name(closing.column));
        }
        _ => text.push_str(", state grows with the rows"),
    }
    text
}

fn top_n(spec: &TopNSpec) -> String {
    let name = |column: &usize| spec.schema.field(*column).name().as_str();
    let partition: Vec<&str> = spec.partition.iter().map(name).collect();
    let sorted = |(column, options): &(usize, SortOptions)| {
        let direction = if options.descending { " DESC" } else { "" };
        let nulls = match (options.nulls_first, options.descending) {
            (true, false) => " NULLS FIRST",
            (false, true) => " NULLS LAST",
            _ => "",
        };
        format!("{}{direction}{nulls}", name(column))
    };
    let order: Vec<String> = spec.order.iter().map(sorted).collect();
    let mut text =
        format!("Top-n by ({}) order ({}), {}", partition.join(", "), order.join(", "), ranks(spec));
    text.push_str(if spec.append_only { " over inserts" } else { " over changes" });
    if spec.emit_on_window_close {
        text.push_str(", told when the window closes");
    }
    let _ = match spec.limit.map(|limit| spec.offset.saturating_add(limit)) {
        Some(last) if spec.append_only && spec.rank == RankKind::RowNumber => {
            write!(text, ", state of {last} rows a partition")
        }
        Some(last) if spec.append_only => write!(text, ", state of the rows up to rank {last} a partition"),
        _ => write!(text, ", state of all rows"),
    };
    match spec.event_times.first() {
        Some(time) if spec.append_only => {
            let _ = write!(text, ", bounded by the watermark on {}", partition[time.key]);
        }
        _ if partition.is_empty() => {}
        _ => text.push_str(", grows with the partitions"),
    }
    text
}

/// The ranks that come out.
fn ranks(spec: &TopNSpec) -> String {
    let kind = match spec.rank {
        RankKind::RowNumber => "row_number",
        RankKind::Rank => "rank",
        RankKind::DenseRank => "dense_rank",
    };
    let first = spec.offset.saturating_add(1);
    match spec.limit {
        Some(limit) => format!("{kind} {first} to {}", spec.offset.saturating_add(limit)),
        None => format!("{kind} {first} and on"),
    }
}
