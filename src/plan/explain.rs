//! Incremental plans as text: one operator a line, inputs below and indented.

use std::fmt::Write;

use super::stream::{
    AggregateKind, AggregateSpec, JoinSide, JoinSpec, Properties, StreamNode, StreamOperator,
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
        if let StreamOperator::Join(spec) = &node.operator
            && let Some(hint) = join_hint(spec)
        {
            let _ = writeln!(text, "{indent}  to bound its state: {hint}");
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
        StreamOperator::Join(spec) => join(spec, node),
        StreamOperator::TopN(_) => "Top-n".to_string(),
        StreamOperator::Over(_) => "Over".to_string(),
        StreamOperator::Session(_) => "Session".to_string(),
        StreamOperator::Temporal(_) => "Temporal filter".to_string(),
    }
}

/// What would bound the state of a join.
fn join_hint(spec: &JoinSpec) -> Option<&'static str> {
    let bounded = |side: &JoinSide| side.expiry.is_some();
    if spec.as_of_now || (bounded(&spec.left) && bounded(&spec.right)) {
        return None;
    }
    Some(if !spec.left.append_only || !spec.right.append_only {
        "sources or APPEND ONLY tables on both sides, and a condition on their times"
    } else if bounded(&spec.left) || bounded(&spec.right) {
        "a condition on times in the other direction too"
    } else {
        "a condition on times that follow watermarks, such as l.ts BETWEEN r.ts AND r.ts + INTERVAL '1' HOUR"
    })
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
