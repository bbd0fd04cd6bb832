//! Which rows of a batch answer a view with `EMIT ON WINDOW CLOSE` has told.
//!
//! A row is told when the watermark has passed the bound of one of its
//! event-time columns. That a column's value alone decides holds when every
//! operator above the one that waits works row by row, and every input that has
//! an event time waits; other plans are refused.

use arrow::array::{Array, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;

use super::verify::Cuts;
use crate::expr::functions::as_micros;
use crate::plan::stream::{EventTime, JoinKind, StreamNode, StreamOperator};
use crate::types::{Error, ObjectId, Result};

/// The event-time columns of a view's rows.
pub(super) struct WindowClose {
    times: Vec<EventTime>,
}

/// What comes out of an operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Rows as they come, and nothing below waits.
    AtOnce,
    /// Rows when their window is closed.
    WhenClosed,
}

impl WindowClose {
    /// Of the plan of a view; `0A000` where the rows do not say when they were told.
    pub fn of_plan(plan: &StreamNode) -> Result<Self> {
        let times = plan.properties.event_times.clone();
        if told(plan)? != Told::WhenClosed {
            return Err(refused("whose rows are not all told when a window closes"));
        }
        if times.is_empty() {
            return Err(refused("whose rows have no event-time column")
                .with_hint("Select window_start or window_end as well."));
        }
        Ok(WindowClose { times })
    }

    /// The sources and tables whose watermarks decide.
    pub fn sources(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.times.iter().map(|time| time.source)
    }

    /// The rows whose windows are closed.
    pub fn closed(&self, rows: &RecordBatch, cuts: &Cuts) -> Result<RecordBatch> {
        let mut closed = vec![false; rows.num_rows()];
        for time in &self.times {
            let Some(watermark) = cuts.get(&time.source).and_then(|cut| cut.watermark) else { continue };
            let bound = time.bound.at(watermark);
            let values = as_micros(rows.column(time.column))?;
            for (row, closed) in closed.iter_mut().enumerate() {
                *closed |= bound == i64::MAX || (values.is_valid(row) && values.value(row) < bound);
            }
        }
        Ok(filter_record_batch(rows, &BooleanArray::from(closed))?)
    }
}

fn refused(which: &str) -> Error {
    Error::unsupported(format!("VERIFY of a view with EMIT ON WINDOW CLOSE {which}"))
}

fn told(node: &StreamNode) -> Result<Told> {
    let inputs = node.inputs.iter().map(|input| told(input)).collect::<Result<Vec<_>>>()?;
    let waits = inputs.contains(&Told::WhenClosed);
    let emits = match &node.operator {
        StreamOperator::Aggregate(spec) => spec.emit_on_window_close,
        StreamOperator::TopN(spec) => spec.emit_on_window_close,
        StreamOperator::Over(spec) => spec.emit_on_window_close,
        StreamOperator::Session(spec) => spec.emit_on_window_close,
        _ => false,
    };
    if emits {
        return Ok(Told::WhenClosed);
    }
    match &node.operator {
        _ if !waits => Ok(Told::AtOnce),
        StreamOperator::Map(_) | StreamOperator::Unnest(_) => Ok(Told::WhenClosed),
        StreamOperator::Union if inputs.iter().all(|input| *input == Told::WhenClosed) => {
            Ok(Told::WhenClosed)
        }
        StreamOperator::Join(spec) => {
            let timed = |input: &StreamNode| !input.properties.event_times.is_empty();
            let mut each = node.inputs.iter().zip(&inputs);
            let by_time = each.all(|(input, told)| *told == Told::WhenClosed || !timed(input));
            let whole = inputs.iter().all(|input| *input == Told::WhenClosed);
            // The row that waits must be in every row that comes out.
            let kept = match spec.kind {
                JoinKind::Inner => true,
                JoinKind::Full => whole,
                _ => whole || inputs.first() == Some(&Told::WhenClosed),
            };
            if by_time && kept {
                Ok(Told::WhenClosed)
            } else {
                Err(refused("that joins what has closed with what has not"))
            }
        }
        _ => Err(refused("with another operator above the one that waits")),
    }
}
