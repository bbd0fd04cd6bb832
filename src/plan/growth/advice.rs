//! What would bound the state of an operator that nothing bounds.

use std::sync::Arc;

use arrow::datatypes::DataType;

use super::extent::{Extents, Growth};
use super::held::Held;
use crate::catalog::{Column, Object, ObjectKind};
use crate::plan::stream::{StreamNode, StreamOperator};

/// What would bound `held`, as full sentences.
pub fn advice(node: &StreamNode, held: &Held, extents: &Extents) -> Vec<String> {
    let Some(input) = node.inputs.get(held.input) else { return vec![] };
    let streams = streams(input);
    let settles = input.properties.append_only;
    let mut advice = vec![];
    if !settles && !input.properties.event_times.is_empty() {
        advice.push(
            "EMIT ON WINDOW CLOSE makes the results below final, so that the watermark can bound what is kept of them."
                .to_string(),
        );
    }
    if settles && let Some(by_watermark) = by_watermark(node, held, extents, streams.first()) {
        let timeless = streams.iter().find(|s| s.watermark().is_none());
        advice.extend(timeless.map(|source| {
            let (name, time) = (&source.name, time_of(source));
            format!("Give source \"{name}\" an event time first: WATERMARK FOR {time} AS … in CREATE SOURCE.")
        }));
        advice.push(by_watermark);
    }
    let time = streams.first().map_or("ts", |source| time_of(source));
    advice.push(format!("Look at recent rows only: WHERE {time} > now() - INTERVAL '1' DAY."));
    advice
}

/// What a watermark would bound.
fn by_watermark(
    node: &StreamNode,
    held: &Held,
    extents: &Extents,
    source: Option<&Arc<Object>>,
) -> Option<String> {
    let time = source.map_or("ts", |source| time_of(source));
    let source = source.map_or("s", |source| source.name.as_str());
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
        StreamOperator::Asof(_) => {
            "Give both sides of the ASOF JOIN a time that a watermark follows, and let none of their rows change."
                .to_string()
        }
        StreamOperator::Join(_) => {
            let [left, right] = node.inputs.as_slice() else { return None };
            let other = if held.input == 0 { right } else { left };
            match extents.of(other).rows {
                Growth::Stream => {
                    let (l, r) = (moment(left), moment(right));
                    format!(
                        "Join on a range of event times as well: … AND {l} BETWEEN {r} - INTERVAL '1' MINUTE AND {r} + INTERVAL '1' MINUTE."
                    )
                }
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

/// The event time of a join's input, as a query would name it.
fn moment(input: &StreamNode) -> String {
    match streams(input).first() {
        Some(source) => format!("{}.{}", source.name, time_of(source)),
        None => "ts".to_string(),
    }
}

/// The sources below a node.
pub fn streams(node: &StreamNode) -> Vec<Arc<Object>> {
    node.imports().into_iter().filter(|o| matches!(o.kind, ObjectKind::Source(_))).collect()
}

fn tables(node: &StreamNode) -> Vec<Arc<Object>> {
    node.imports().into_iter().filter(|o| !matches!(o.kind, ObjectKind::Source(_))).collect()
}

/// The event-time column of a source, or what may become it.
fn time_of(source: &Object) -> &str {
    let declared = source.watermark().and_then(|clause| source.columns.get(clause.column));
    let is_time = |c: &&Column| matches!(c.data_type, DataType::Timestamp(..));
    declared.or_else(|| source.columns.iter().find(is_time)).map_or("ts", |column| &column.name)
}
