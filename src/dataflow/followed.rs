//! Whose watermarks the operators of a dataflow look at.
//!
//! A watermark's history must reach back to where the slowest of them is. An
//! operator that is behind would otherwise miss a move: it would close a window
//! in a later epoch than the operators of other workers do, and what stands
//! above it would be told the window in two parts.

use std::collections::BTreeSet;

use crate::plan::stream::{StreamNode, StreamOperator};
use crate::types::ObjectId;

/// The sources and tables below a plan, and the watermarks that joins make in
/// it; `of` gives those of the views that it reads.
pub fn followed<'a>(
    plan: &StreamNode,
    of: impl Fn(ObjectId) -> Option<&'a BTreeSet<ObjectId>>,
) -> BTreeSet<ObjectId> {
    let mut followed = BTreeSet::new();
    plan.visit(&mut |node| match &node.operator {
        StreamOperator::Import { object, .. } => {
            followed.insert(object.id);
            followed.extend(of(object.id).into_iter().flatten());
        }
        StreamOperator::Join(spec) => followed.extend(spec.watermarks.iter().map(|w| w.name)),
        StreamOperator::Asof(spec) => followed.extend(spec.watermarks.iter().map(|w| w.name)),
        _ => {}
    });
    followed
}
