//! An ASOF join in one line.

use std::fmt::Write;

use crate::plan::stream::{AsofSpec, StreamNode};

/// What is joined how, and what its state follows.
pub fn asof(spec: &AsofSpec, node: &StreamNode) -> String {
    let mut text = if spec.outer { "Left asof join".to_string() } else { "Asof join".to_string() };
    let [left, right] = node.inputs.as_slice() else { return text };
    let column = |node: &StreamNode, column: usize| node.schema.field(column).name().clone();
    let on = spec.on.iter().map(|(l, r)| format!("{} = {}", column(left, *l), column(right, *r)));
    let on: Vec<String> = on.collect();
    if !on.is_empty() {
        let _ = write!(text, " on ({})", on.join(", "));
    }
    let times = [column(left, spec.times.0), column(right, spec.times.1)];
    let _ = write!(text, ", nearest right {} {} left {}", times[1], spec.nearest.operator(), times[0]);
    for (name, side) in [("left", &spec.left), ("right", &spec.right)] {
        let changes = if side.append_only { "inserts" } else { "changes" };
        let _ = match (&spec.closing, name) {
            (None, _) => write!(text, ", {name} {changes}: state grows with its rows"),
            (Some(_), "left") => {
                write!(text, ", {name} {changes}: state bounded by the watermark of right {}", times[1])
            }
            (Some(_), _) => {
                write!(text, ", {name} {changes}: state bounded by the watermarks, and one row a key")
            }
        };
    }
    text
}
