//! Merging neighbouring runs into one, without the rows that are dead for good.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::SchemaRef;

use super::run::{Run, StoredRows};
use crate::types::Result;

/// What takes the place of the first `settled` runs (some of them merged), and
/// how many dead rows were left out.
///
/// `group` lies within the settled runs. Deaths of later runs are not carried
/// out: somebody may still read an epoch at which these rows lived.
pub(super) fn merge(
    schema: &SchemaRef,
    settled: &[Arc<Run>],
    group: Range<usize>,
) -> Result<(Vec<Arc<Run>>, usize)> {
    let first = group.start.checked_sub(1).map_or(0, |before| settled[before].end);
    let ids = first..settled[group.end - 1].end;
    let mut dead: Vec<u64> =
        settled[group.start..].iter().flat_map(|run| run.deaths_in(&ids)).copied().collect();
    dead.sort_unstable();

    let mut runs = settled[..group.start].to_vec();
    let merged = merge_group(schema, &settled[group.clone()], &ids, &dead)?;
    let last = group.end == settled.len();
    if last || merged.weight() > 0 {
        runs.push(Arc::new(merged));
    }
    runs.extend(settled[group.end..].iter().map(|run| without_deaths(run, &ids)));
    Ok((runs, dead.len()))
}

fn merge_group(schema: &SchemaRef, group: &[Arc<Run>], ids: &Range<u64>, dead: &[u64]) -> Result<Run> {
    let mut batches = Vec::with_capacity(group.len());
    let mut kept = Vec::new();
    let mut dead = dead;
    for run in group {
        let (own, later) = dead.split_at(dead.partition_point(|id| *id < run.end));
        dead = later;
        batches.push(survivors(&run.rows, own, &mut kept)?);
    }
    let batch = match batches.iter().filter(|batch| batch.num_rows() > 0).collect::<Vec<_>>()[..] {
        [one] => one.clone(),
        ref several => concat_batches(schema, several.iter().copied())?,
    };
    let newest = group.last().expect("a group has runs");
    let mut deaths: Vec<u64> =
        group.iter().flat_map(|run| run.deaths.iter()).copied().filter(|id| *id < ids.start).collect();
    deaths.sort_unstable();
    let rows = Arc::new(StoredRows::with_ids(batch, kept));
    Ok(Run { rows, deaths, end: newest.end, epoch: newest.epoch, step: newest.step, owed: newest.owed })
}

/// The rows without those in `dead`; their ids are added to `kept`.
fn survivors(rows: &StoredRows, dead: &[u64], kept: &mut Vec<u64>) -> Result<RecordBatch> {
    if dead.is_empty() {
        rows.ids.for_each(|id| kept.push(id));
        return Ok(rows.batch.clone());
    }
    let mut next = dead.iter().peekable();
    let mut alive = Vec::with_capacity(rows.batch.num_rows());
    rows.ids.for_each(|id| {
        let dies = next.next_if_eq(&&id).is_some();
        alive.push(!dies);
        if !dies {
            kept.push(id);
        }
    });
    Ok(filter_record_batch(&rows.batch, &BooleanArray::from(alive))?)
}

/// The run without the deaths of `ids`, which have been carried out.
fn without_deaths(run: &Arc<Run>, ids: &Range<u64>) -> Arc<Run> {
    if run.deaths_in(ids).is_empty() {
        return run.clone();
    }
    let deaths = run.deaths.iter().copied().filter(|id| !ids.contains(id)).collect();
    Arc::new(Run {
        rows: run.rows.clone(),
        deaths,
        end: run.end,
        epoch: run.epoch,
        step: run.step,
        owed: run.owed,
    })
}
