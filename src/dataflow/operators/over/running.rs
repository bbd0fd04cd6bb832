//! Functions whose results follow from the rows ahead: they are evaluated from
//! a partial state on, and leave one behind.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, UInt64Array, new_null_array,
};
use arrow::compute::{filter, take};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Accumulator;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use crate::plan::stream::{FrameEnd, Running};
use crate::types::Result;

/// What a function knows of the rows ahead; empty at the beginning.
pub type State = Vec<ScalarValue>;

/// The results of a function over the next rows of a partition, and its state
/// behind them. `ends` are the ends of the groups of peers; the last is the
/// number of rows.
pub fn run(
    running: &Running,
    state: &State,
    rows: &RecordBatch,
    ends: &[usize],
) -> Result<(ArrayRef, State)> {
    let count = rows.num_rows();
    let ahead = counted(state);
    let after = |n: u64| vec![ScalarValue::UInt64(Some(n))];
    match running {
        Running::RowNumber => {
            let numbers = Int64Array::from_iter_values((1..=count as u64).map(|n| (ahead + n) as i64));
            Ok((Arc::new(numbers), after(ahead + count as u64)))
        }
        Running::Rank => {
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let groups = starts.zip(ends).map(|(start, end)| (ahead + start as u64 + 1, end - start));
            Ok((repeated(groups), after(ahead + count as u64)))
        }
        Running::DenseRank => {
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let groups = starts.zip(ends).zip(ahead + 1..).map(|((start, end), rank)| (rank, end - start));
            Ok((repeated(groups), after(ahead + ends.len() as u64)))
        }
        Running::Nth { argument, n, ends: frame } => {
            nth(rows.column(*argument), *n, state, steps(*frame, ends, count))
        }
        Running::Aggregate { function, filter, ends: frame } => {
            let mask = filter.map(|f| rows.column(f).as_boolean());
            aggregate(function, mask, state, rows, steps(*frame, ends, count))
        }
    }
}

/// Past the last row of each step in which results stay the same.
fn steps(frame: FrameEnd, peers: &[usize], rows: usize) -> Vec<usize> {
    match frame {
        FrameEnd::Row => (1..=rows).collect(),
        FrameEnd::Peers => peers.to_vec(),
    }
}

/// How many rows (or groups) were ahead.
fn counted(state: &State) -> u64 {
    match state.first() {
        Some(ScalarValue::UInt64(Some(n))) => *n,
        _ => 0,
    }
}

fn repeated(groups: impl Iterator<Item = (u64, usize)>) -> ArrayRef {
    let values = groups.flat_map(|(value, count)| std::iter::repeat_n(value as i64, count));
    Arc::new(values.collect::<Int64Array>())
}

/// The state is the number of rows ahead and, once it is known, the value.
fn nth(column: &ArrayRef, n: u64, state: &State, steps: Vec<usize>) -> Result<(ArrayRef, State)> {
    let ahead = counted(state);
    let rows = column.len() as u64;
    let known = match state.get(1) {
        Some(value) => value.to_array()?,
        None if ahead + rows >= n => column.slice((n - ahead - 1) as usize, 1),
        None => new_null_array(column.data_type(), 1),
    };
    let is_there = |end: usize| ahead + end as u64 >= n;
    let results: UInt64Array = spread(&steps, |_, end| is_there(end).then_some(0));
    let mut after = vec![ScalarValue::UInt64(Some(ahead + rows))];
    if ahead + rows >= n {
        after.push(ScalarValue::try_from_array(&known, 0)?);
    }
    Ok((take(&known, &results, None)?, after))
}

fn aggregate(
    function: &Arc<AggregateFunctionExpr>,
    mask: Option<&BooleanArray>,
    state: &State,
    rows: &RecordBatch,
    steps: Vec<usize>,
) -> Result<(ArrayRef, State)> {
    let value = |e: &Arc<dyn datafusion::physical_expr::PhysicalExpr>| {
        Ok(e.evaluate(rows)?.into_array(rows.num_rows())?)
    };
    let arguments = function.expressions().iter().map(value).collect::<Result<Vec<_>>>()?;
    if let Some(done) = fold(function, mask, state, &arguments, &steps) {
        return Ok(done);
    }
    let mut accumulator = resume(function, state)?;
    let mut results = Vec::with_capacity(steps.len());
    let mut start = 0;
    for end in &steps {
        let part = arguments.iter().map(|a| part(a, mask, start, end - start)).collect::<Result<Vec<_>>>()?;
        accumulator.update_batch(&part)?;
        results.push(accumulator.evaluate()?);
        start = *end;
    }
    let after = accumulator.state()?;
    if results.is_empty() {
        return Ok((new_null_array(function.field().data_type(), 0), after));
    }
    let indices: UInt64Array = spread(&steps, |step, _| Some(step as u64));
    Ok((take(&ScalarValue::iter_to_array(results)?, &indices, None)?, after))
}

/// The commonest functions of 64-bit integers, without a call per row. State and
/// results are those of DataFusion's accumulators.
fn fold(
    function: &AggregateFunctionExpr,
    mask: Option<&BooleanArray>,
    state: &State,
    arguments: &[ArrayRef],
    steps: &[usize],
) -> Option<(ArrayRef, State)> {
    let [column] = arguments else { return None };
    let name = function.fun().name();
    let values = column.as_primitive_opt::<Int64Type>();
    let next: fn(i64, i64) -> i64 = match name {
        "count" => |count, _| count + 1,
        "sum" => i64::wrapping_add,
        "min" => i64::min,
        "max" => i64::max,
        _ => return None,
    };
    let counts = name == "count";
    if !counts && (values.is_none() || *function.field().data_type() != DataType::Int64) {
        return None;
    }
    let mut known = match state.first() {
        Some(ScalarValue::Int64(known)) => *known,
        _ => counts.then_some(0),
    };
    let nulls = column.logical_nulls();
    let seen = |row: usize| {
        nulls.as_ref().is_none_or(|n| n.is_valid(row)) && mask.is_none_or(|m| m.is_valid(row) && m.value(row))
    };
    let mut results = Vec::with_capacity(column.len());
    for end in steps {
        let start = results.len();
        for row in (start..*end).filter(|row| seen(*row)) {
            let value = values.map_or(1, |values| values.value(row));
            known = Some(known.map_or(value, |known| next(known, value)));
        }
        results.resize(*end, known);
    }
    Some((Arc::new(Int64Array::from(results)), vec![ScalarValue::Int64(known)]))
}

fn resume(function: &AggregateFunctionExpr, state: &State) -> Result<Box<dyn Accumulator>> {
    let mut accumulator = function.create_accumulator()?;
    if !state.is_empty() {
        let state = state.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>, _>>()?;
        accumulator.merge_batch(&state)?;
    }
    Ok(accumulator)
}

/// The chosen ones of `count` rows from `start`.
fn part(column: &ArrayRef, mask: Option<&BooleanArray>, start: usize, count: usize) -> Result<ArrayRef> {
    let column = column.slice(start, count);
    Ok(match mask {
        Some(mask) => filter(&column, &mask.slice(start, count))?,
        None => column,
    })
}

/// For each row, what `of` says of its step (by number and end).
fn spread(steps: &[usize], of: impl Fn(usize, usize) -> Option<u64>) -> UInt64Array {
    let mut start = 0;
    let mut all = Vec::with_capacity(steps.last().copied().unwrap_or(0));
    for (step, end) in steps.iter().enumerate() {
        all.extend(std::iter::repeat_n(of(step, *end), end - start));
        start = *end;
    }
    UInt64Array::from(all)
}
