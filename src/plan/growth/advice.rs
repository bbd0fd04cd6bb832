//! What would bound the state of an operator that nothing bounds.

use std::sync::Arc;

use super::extent::{Extents, Growth};
use super::held::Held;
use crate::catalog::{Object, ObjectKind};
use crate::plan::stream::{StreamNode, StreamOperator};

/// What would bound `held`, as full sentences.
pub fn advice(node: &StreamNode, held: &Held, extents: &Extents) -> Vec<String> {
    let Some(input) = node.inputs.get(held.input) else { return vec![] };
    let streams = streams(input);
    let mut advice = vec![];
    let timed = streams.iter().find_map(|s| Some((s, time_of(s)?)));
    if timed.is_none()
        && let Some(source) = streams.iter().find(|s| matches!(s.kind, ObjectKind::Source(_)))
    {
        advice.push(format!(
            "Give source \"{0}\" an event time (WATERMARK FOR … in CREATE SOURCE): what follows needs one.",
            source.name
        ));
    }
    let time = timed.map(|(_, column)| column).unwrap_or("ts");
    let source = timed.map_or("s", |(s, _)| &s.name);
    let settles = input.properties.append_only;
    if !settles && !input.properties.event_times.is_empty() {
        advice.push(
            "EMIT ON WINDOW CLOSE makes the results below final, so that the watermark can bound what is kept of them."
                .to_string(),
        );
    }
    if settles {
        advice.extend(by_watermark(node, held, extents, source, time));
    }
    advice.push(format!("Look at recent rows only: WHERE {time} > now() - INTERVAL '1' DAY."));
    advice
}

/// What a watermark would bound.
fn by_watermark(
    node: &StreamNode,
    held: &Held,
    extents: &Extents,
    source: &str,
    time: &str,
) -> Option<String> {
    Some(match &node.operator {
        StreamOperator::Aggregate(_) => format!(
            "Group by a window of event time as well: FROM TUMBLE({source}, {time}, INTERVAL '1' MINUTE) … GROUP BY window_start."
        ),
        StreamOperator::TopN(_) => format!(
            "Partition by a window of event time as well: FROM TUMBLE({source}, {time}, INTERVAL '1' MINUTE), PARTITION BY window_start."
        ),
        StreamOperator::Over(_) => format!(
            "ORDER BY {time} with a frame that ends, or PARTITION BY a window of it, lets the watermark bound the rows."
        ),
        StreamOperator::Session(_) => format!("Take the session's time from {time}, which has a watermark."),
        StreamOperator::Join(_) => {
            let other = node.inputs.get(1 - held.input)?;
            match extents.of(other).rows {
                Growth::Stream => format!(
                    "Join on a range of event times of both sides: … AND l.{time} BETWEEN r.{time} - INTERVAL '1' MINUTE AND r.{time} + INTERVAL '1' MINUTE."
                ),
                _ if held.input == 0 => format!(
                    "Join with the rows as they are at that moment, which keeps nothing of the stream: JOIN {} FOR SYSTEM_TIME AS OF PROCTIME() ON ….",
                    tables(other).first().map_or("t", |t| &t.name)
                ),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// The sources below a node.
pub fn streams(node: &StreamNode) -> Vec<Arc<Object>> {
    node.imports().into_iter().filter(|o| matches!(o.kind, ObjectKind::Source(_))).collect()
}

fn tables(node: &StreamNode) -> Vec<Arc<Object>> {
    node.imports().into_iter().filter(|o| !matches!(o.kind, ObjectKind::Source(_))).collect()
}

/// The event-time column of a source.
fn time_of(source: &Object) -> Option<&str> {
    let clause = source.watermark()?;
    Some(source.columns.get(clause.column)?.name.as_str())
}
