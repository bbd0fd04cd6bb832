//! Incremental plans as text: one operator a line, inputs below and indented.

mod asof;
mod operator;

use std::fmt::Write;

pub use operator::describe_operator;

use super::stream::{Properties, StreamNode, StreamOperator};

/// The plan of a view. With `verbose`, each operator says what is known of the
/// rows that leave it.
pub fn explain_stream(node: &StreamNode, verbose: bool) -> String {
    explain_running(node, verbose, &|_| None)
}

/// The same, with a line of remarks below each operator.
pub fn explain_running(
    node: &StreamNode,
    verbose: bool,
    remark: &dyn Fn(&StreamNode) -> Option<String>,
) -> String {
    let mut writer = Writer { text: String::new(), verbose, remark, written: vec![] };
    writer.node(node, 0);
    writer.text.trim_end().to_string()
}

struct Writer<'a> {
    text: String,
    verbose: bool,
    remark: &'a dyn Fn(&StreamNode) -> Option<String>,
    /// Nodes that were shown already.
    written: Vec<*const StreamNode>,
}

impl Writer<'_> {
    fn node(&mut self, node: &StreamNode, depth: usize) {
        let indent = "  ".repeat(depth);
        let again = self.written.contains(&std::ptr::from_ref(node)) && !node.inputs.is_empty();
        let shared = if again { " (shared, see above)" } else { "" };
        let _ = writeln!(self.text, "{indent}{}{shared}", describe_operator(node));
        if again {
            return;
        }
        self.written.push(node);
        if self.verbose {
            write_known(node, &indent, &mut self.text);
        }
        if let Some(remark) = (self.remark)(node) {
            let _ = writeln!(self.text, "{indent}  {remark}");
        }
        if let StreamOperator::Recursive(spec) = &node.operator {
            let _ = writeln!(self.text, "{indent}  Body:");
            self.node(&spec.body, depth + 2);
            let _ = writeln!(self.text, "{indent}  Inputs:");
            return node.inputs.iter().for_each(|input| self.node(input, depth + 2));
        }
        node.inputs.iter().for_each(|input| self.node(input, depth + 1));
    }
}

fn write_known(node: &StreamNode, indent: &str, text: &mut String) {
    let columns: Vec<String> =
        node.schema.fields().iter().map(|f| format!("{}:{}", f.name(), f.data_type())).collect();
    let _ = writeln!(text, "{indent}  output: {}", columns.join(", "));
    let known = properties(&node.properties, node);
    if !known.is_empty() {
        let _ = writeln!(text, "{indent}  known: {known}");
    }
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
