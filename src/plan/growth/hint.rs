//! The message at the creation of a view or sink whose state grows for ever.

use super::advice::{advice, streams};
use super::extent::{Extents, Growth};
use super::held::{Held, held};
use crate::plan::explain::operator_name;
use crate::plan::stream::StreamNode;

/// What grows, and what would bound it; a line for each thing.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthHint {
    /// Which operators keep what.
    pub detail: String,
    /// What can be done.
    pub hint: String,
}

/// What in a plan grows with a source and has no bound; `None` if nothing does.
pub fn growth_hint(plan: &StreamNode) -> Option<GrowthHint> {
    let extents = Extents::of_plan(plan);
    let (mut detail, mut hint) = (Lines::default(), Lines::default());
    plan.visit(&mut |node| {
        for held in held(node, &extents).iter().filter(|h| h.growth == Growth::Stream) {
            detail.add(line(node, held));
            advice(node, held, &extents).into_iter().for_each(|line| hint.add(line));
        }
    });
    let empty = detail.0.is_empty();
    (!empty).then(|| GrowthHint { detail: detail.0.join("\n"), hint: hint.0.join("\n") })
}

/// Lines, each once.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, line: String) {
        if !self.0.contains(&line) {
            self.0.push(line);
        }
    }
}

fn line(node: &StreamNode, held: &Held) -> String {
    let input = node.inputs.get(held.input);
    let names: Vec<String> =
        input.map(|input| streams(input)).unwrap_or_default().iter().map(|s| s.name.clone()).collect();
    let of = if names.is_empty() { String::new() } else { format!(", from {}", names.join(", ")) };
    format!("{} keeps {}{of}.", operator_name(node), held.what)
}
