//! The plan of a view or sink as a tree to show, with what is known of every
//! operator: the key of its rows, whether any is ever retracted, what it keeps
//! and what bounds that.

use serde_json::{Value, json};

use super::operator::{describe_operator, operator_name};
use super::tree::{PlanTree, Remarks};
use crate::plan::growth::{Extents, Growth, Held, advice, held};
use crate::plan::stream::{StreamNode, StreamOperator};

/// What a plan is for, and what is known of that.
pub struct Root {
    /// `Materialize` or `Sink`.
    pub name: &'static str,
    /// Of the view or sink.
    pub object: String,
    /// What it has done, if it runs.
    pub remarks: Option<Remarks>,
}

/// The tree of a plan. `remarks` says what an operator has done, if it runs.
pub fn stream_tree(
    node: &StreamNode,
    root: Root,
    verbose: bool,
    remarks: &dyn Fn(&StreamNode) -> Option<Remarks>,
) -> PlanTree {
    let mut shown = Shown { verbose, remarks, extents: Extents::of_plan(node), numbers: vec![], next: 1 };
    let input = shown.node(node, None);
    let keeps = if root.name == "Materialize" { ", state of its rows" } else { "" };
    let line = format!("{} {}{keeps}{}", root.name, root.object, rows_of(node));
    let mut tree = PlanTree { name: root.name.to_string(), line, inputs: vec![input], ..PlanTree::default() };
    tree.facts.push(("Relation Name", Value::from(root.object)));
    known(node, verbose, &mut tree);
    noted(root.remarks, &mut tree);
    tree
}

struct Shown<'a> {
    verbose: bool,
    remarks: &'a dyn Fn(&StreamNode) -> Option<Remarks>,
    extents: Extents,
    /// Nodes that were shown already, with their numbers.
    numbers: Vec<(*const StreamNode, usize)>,
    next: usize,
}

impl Shown<'_> {
    fn node(&mut self, node: &StreamNode, role: Option<&'static str>) -> PlanTree {
        let mut tree = PlanTree {
            name: operator_name(node),
            line: format!("{}{}", describe_operator(node), rows_of(node)),
            role,
            ..PlanTree::default()
        };
        let before = self.numbers.iter().find(|(shown, _)| *shown == std::ptr::from_ref(node));
        if let Some((_, id)) = before {
            tree.id = *id;
            tree.shared = true;
            return tree;
        }
        tree.id = self.next;
        self.next += 1;
        self.numbers.push((node, tree.id));
        known(node, self.verbose, &mut tree);
        self.kept(node, &mut tree);
        noted((self.remarks)(node), &mut tree);
        let mut input_role = None;
        if let StreamOperator::Recursive(spec) = &node.operator {
            tree.inputs.push(self.node(&spec.body, Some("Body")));
            input_role = Some("Inputs");
        }
        tree.inputs.extend(node.inputs.iter().map(|input| self.node(input, input_role)));
        tree
    }

    /// The state of an operator.
    fn kept(&self, node: &StreamNode, tree: &mut PlanTree) {
        let all = held(node, &self.extents);
        if all.is_empty() {
            return;
        }
        let mut states = vec![];
        for held in &all {
            let grows = held.growth == Growth::Stream;
            let advice = if grows { advice(node, held, &self.extents) } else { vec![] };
            if self.verbose {
                tree.remarks.push(format!("state: {}, {}", held.what, bounded(held)));
                tree.remarks.extend(advice.iter().map(|line| format!("to bound it: {line}")));
            }
            let mut state = json!({ "Keeps": held.what, "Bounded": !grows });
            if grows {
                state["To Bound It"] = Value::from(advice);
            } else {
                state["Bounded By"] = Value::from(held.bound());
            }
            states.push(state);
        }
        tree.facts.push(("State", Value::from(states)));
    }
}

fn bounded(held: &Held) -> String {
    match held.growth {
        Growth::Stream => "grows without bound".to_string(),
        _ => format!("bounded by {}", held.bound()),
    }
}

/// Of the rows that leave a node, for the end of its line.
fn rows_of(node: &StreamNode) -> String {
    let rows = if node.properties.append_only { "append-only" } else { "changes" };
    match names(node, node.properties.key.as_deref()) {
        Some(key) => format!(" => {rows}, key ({})", key.join(", ")),
        None => format!(" => {rows}"),
    }
}

fn names(node: &StreamNode, columns: Option<&[usize]>) -> Option<Vec<String>> {
    Some(columns?.iter().map(|c| node.schema.field(*c).name().clone()).collect())
}

/// Of the rows that leave a node, as fields and, if verbose, as lines.
fn known(node: &StreamNode, verbose: bool, tree: &mut PlanTree) {
    let fields = node.schema.fields().iter();
    let column = |f: &arrow::datatypes::FieldRef| match verbose {
        true => format!("{}:{}", f.name(), f.data_type()),
        false => f.name().clone(),
    };
    let columns: Vec<String> = fields.map(column).collect();
    if verbose {
        tree.remarks.push(format!("output: {}", columns.join(", ")));
    }
    tree.facts.push(("Output", Value::from(columns)));
    tree.facts.push(("Append Only", Value::from(node.properties.append_only)));
    if let Some(key) = names(node, node.properties.key.as_deref()) {
        tree.facts.push(("Key", Value::from(key)));
    }
    let times: Vec<usize> = node.properties.event_times.iter().map(|e| e.column).collect();
    if let Some(times) = names(node, (!times.is_empty()).then_some(&times)) {
        if verbose {
            tree.remarks.push(format!("event time: {}", times.join(", ")));
        }
        tree.facts.push(("Event Time", Value::from(times)));
    }
}

fn noted(remarks: Option<Remarks>, tree: &mut PlanTree) {
    if let Some(remarks) = remarks {
        tree.facts.extend(remarks.facts);
        tree.remarks.push(remarks.line);
    }
}
