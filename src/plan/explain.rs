//! Incremental plans as text: one operator a line, inputs below and indented.

use std::fmt::Write;

use arrow::datatypes::SchemaRef;

use super::stream::{
    AggregateKind, AggregateSpec, Properties, SessionSpec, StreamNode, StreamOperator, TemporalCondition,
    TemporalRelation, TemporalSpec,
};
use crate::expr::Step;

/// The plan of a view. With `verbose`, each operator says what is known of the
/// rows that leave it.
pub fn explain_stream(node: &StreamNode, verbose: bool) -> String {
    let mut text = String::new();
    write_node(node, 0, verbose, &mut text);
    text.trim_end().to_string()
}

fn write_node(node: &StreamNode, depth: usize, verbose: bool, text: &mut String) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(text, "{indent}{}", describe(node));
    if verbose {
        let columns: Vec<String> =
            node.schema.fields().iter().map(|f| format!("{}:{}", f.name(), f.data_type())).collect();
        let _ = writeln!(text, "{indent}  output: {}", columns.join(", "));
        let known = properties(&node.properties, node);
        if !known.is_empty() {
            let _ = writeln!(text, "{indent}  known: {known}");
        }
    }
    node.inputs.iter().for_each(|input| write_node(input, depth + 1, verbose, text));
}

fn describe(node: &StreamNode) -> String {
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
        StreamOperator::Join(spec) => format!("{:?} join", spec.kind),
        StreamOperator::TopN(_) => "Top-n".to_string(),
        StreamOperator::Over(_) => "Over".to_string(),
        StreamOperator::Session(spec) => session(spec),
        StreamOperator::Changelog(_) => "Changelog".to_string(),
        StreamOperator::Temporal(spec) => temporal(spec, &node.inputs[0].schema),
    }
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

fn properties(known: &Properties, node: &StreamNode) -> String {
    let mut parts = vec![];
    if known.append_only {
        parts.push("append-only".to_string());
    }
    let name = |c: &usize| node.schema.field(*c).name().clone();
    if let Some(key) = &known.key {
        parts.push(format!("key ({})", key.iter().map(name).collect::<Vec<_>>().join(", ")));
    }
    if !known.event_times.is_empty() {
        let columns: Vec<String> = known.event_times.iter().map(|e| name(&e.column)).collect();
        parts.push(format!("event time ({})", columns.join(", ")));
    }
    parts.join(", ")
}
