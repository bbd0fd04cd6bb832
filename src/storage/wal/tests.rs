//! The log against a disk that fails and crashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{FileLog, Log, TableChange, TableRows};
use crate::delta::Delta;
use crate::storage::disk::{Disk, FaultyDisk};
use crate::types::{Epoch, ObjectId, Result, SqlState};

/// Rows of (table, value) with their counts.
type Content = BTreeMap<(u32, i64), i64>;

fn rows(values: &[i64]) -> RecordBatch {
    let text = StringArray::from_iter_values(values.iter().map(|v| "x".repeat(*v as usize % 7)));
    let numbers = Int64Array::from(values.to_vec());
    RecordBatch::try_from_iter([("n", Arc::new(numbers) as _), ("t", Arc::new(text) as _)]).unwrap()
}

fn change(table: u32, values: &[i64], diffs: Option<Vec<i64>>) -> TableChange {
    TableChange { table: ObjectId(table), delta: Delta::new(rows(values), diffs.map(Int64Array::from)) }
}

fn add(content: &mut Content, changes: &[TableChange]) {
    for change in changes {
        let values = change.delta.column(0).as_primitive::<Int64Type>();
        for row in 0..change.delta.num_rows() {
            *content.entry((change.table.0, values.value(row))).or_default() += change.delta.diff(row);
        }
    }
    content.retain(|_, count| *count != 0);
}

fn random_changes(rng: &mut StdRng, epoch: u64) -> Vec<TableChange> {
    let mut changes = vec![change(1, &[epoch as i64], None)];
    for table in 2..4 {
        if rng.random_bool(0.4) {
            let values: Vec<i64> = (0..rng.random_range(0..5)).map(|_| rng.random_range(0..9)).collect();
            let diffs =
                rng.random_bool(0.5).then(|| values.iter().map(|_| rng.random_range(-2..3)).collect());
            changes.push(change(table, &values, diffs));
        }
    }
    changes
}

fn open(disk: &FaultyDisk) -> FileLog {
    FileLog::new(Arc::new(disk.clone())).with_segment_bytes(3000)
}

/// What a replay gives: the content, and the epochs logged after the snapshot.
fn replay(log: &mut FileLog) -> Result<(Content, Vec<u64>, Epoch)> {
    let (mut content, mut epochs) = (Content::new(), vec![]);
    let last = log.replay(&mut |epoch, changes| {
        add(&mut content, &changes);
        epochs.push(epoch.0);
        Ok(())
    })?;
    Ok((content, epochs, last))
}

/// The content after each append, and how many of them are sure to last.
#[derive(Default)]
struct Model {
    contents: Vec<Content>,
    sure: usize,
}

impl Model {
    fn newest(&self) -> Content {
        self.contents.last().cloned().unwrap_or_default()
    }

    /// Appends, syncs and takes checkpoints, going on after failures.
    fn drive(&mut self, log: &mut FileLog, rng: &mut StdRng, last: Epoch) {
        let mut last = last.0;
        for _ in 0..rng.random_range(1..60) {
            match rng.random_range(0..10) {
                0..6 => {
                    last += rng.random_range(1..5);
                    let changes = random_changes(rng, last);
                    let mut content = self.newest();
                    add(&mut content, &changes);
                    // A failed append may still be found on the disk.
                    self.contents.push(content);
                    let _ = log.append(Epoch(last), &changes);
                }
                6..9 => {
                    if log.sync().is_ok() {
                        self.sure = self.contents.len();
                    }
                }
                _ if self.newest().values().all(|count| *count > 0) => {
                    last += rng.random_range(0..3);
                    if self.checkpoint(log, Epoch(last)).is_ok() {
                        self.sure = self.contents.len();
                    }
                }
                _ => {}
            }
        }
    }

    fn checkpoint(&self, log: &mut FileLog, epoch: Epoch) -> Result<()> {
        let content = self.newest();
        let mut tables = content.iter().map(|((table, value), count)| {
            let values = vec![*value; *count as usize];
            Ok(TableRows { table: ObjectId(*table), rows: vec![rows(&values)] })
        });
        log.checkpoint(epoch, &mut tables)
    }

    /// What was found must be a state between what is sure and the newest; it is
    /// what is sure from now on.
    fn check(&mut self, found: &Content, context: &str) {
        let first = self.sure.saturating_sub(1);
        let at = self.contents.iter().skip(first).position(|content| content == found).map(|n| n + first);
        let at = at.or((self.sure == 0 && found.is_empty()).then_some(usize::MAX));
        let at = at.unwrap_or_else(|| panic!("{context}: not a state that may be found"));
        self.contents.truncate(at.wrapping_add(1));
        self.sure = self.contents.len();
    }
}

#[test]
fn after_any_crash_what_was_synced_is_there_once_and_in_order() {
    for seed in 0..1500 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut disk, mut model) = (FaultyDisk::default(), Model::default());
        for life in 0..4 {
            let context = format!("seed {seed}, life {life}");
            let mut log = open(&disk);
            if rng.random_bool(0.7) {
                disk.fail_after(rng.random_range(0..60), rng.random_bool(0.5));
            }
            // A start that fails half-way must leave what it found.
            if let Ok((content, epochs, last)) = replay(&mut log) {
                model.check(&content, &context);
                assert!(epochs.iter().all(|epoch| *epoch <= last.0), "{context}");
                model.drive(&mut log, &mut rng, last);
            }
            // Sometimes only the process ends, and what it wrote is there but not safe.
            if rng.random_bool(0.7) {
                disk = disk.crash(&mut rng);
            }
            disk.heal();
        }
        let (content, ..) = replay(&mut open(&disk)).unwrap();
        model.check(&content, &format!("seed {seed}, at last"));
    }
}

#[test]
fn epochs_come_back_one_by_one_across_segments() {
    let disk = FaultyDisk::default();
    let mut log = open(&disk);
    replay(&mut log).unwrap();
    for epoch in 1..=50 {
        log.append(Epoch(epoch), &[change(1, &[epoch as i64], None), change(2, &[1, 2], Some(vec![-1, 3]))])
            .unwrap();
    }
    log.sync().unwrap();
    assert!(disk.names().unwrap().len() > 5, "the log is in several segments");
    let (content, epochs, last) = replay(&mut open(&disk)).unwrap();
    assert_eq!(epochs, (1..=50).collect::<Vec<_>>());
    assert_eq!((content[&(2, 1)], content[&(2, 2)], last), (-50, 150, Epoch(50)));
}

#[test]
fn a_checkpoint_forgets_segments_and_dropped_tables() {
    let disk = FaultyDisk::default();
    let mut log = open(&disk);
    replay(&mut log).unwrap();
    for epoch in 1..=50 {
        log.append(Epoch(epoch), &[change(1, &[epoch as i64], None), change(2, &[0], None)]).unwrap();
    }
    let before = log.bytes();
    let all: Vec<i64> = (1..=50).collect();
    let table = TableRows { table: ObjectId(1), rows: vec![rows(&all[..20]), rows(&all[20..])] };
    log.checkpoint(Epoch(60), &mut [Ok(table)].into_iter()).unwrap();
    assert!(log.bytes() < before / 10);
    assert_eq!(disk.names().unwrap().len(), 2, "one snapshot and one segment");
    assert!(log.append(Epoch(60), &[]).is_err(), "epochs go on after the checkpoint");
    log.append(Epoch(61), &[change(3, &[1], None)]).unwrap();
    log.sync().unwrap();
    let (content, epochs, last) = replay(&mut open(&disk)).unwrap();
    assert_eq!((content.len(), last), (51, Epoch(61)));
    assert_eq!(epochs, [60, 60, 61]);
}

#[test]
fn damage_to_what_was_synced_is_an_error_and_not_a_gap() {
    let disk = FaultyDisk::default();
    let mut log = FileLog::new(Arc::new(disk.clone()));
    replay(&mut log).unwrap();
    for epoch in 1..=3 {
        log.append(Epoch(epoch), &[change(1, &[epoch as i64], None)]).unwrap();
        log.sync().unwrap();
    }
    let name = "wal-00000001.log";
    for at in 0..disk.length(name) {
        disk.spoil(name, at);
        let third = disk.length(name) - (disk.length(name) - 16) / 3;
        match replay(&mut FileLog::new(Arc::new(disk.crash(&mut StdRng::seed_from_u64(1))))) {
            // Nothing after the last record tells that it had been synced.
            Ok((_, epochs, _)) => assert!(at >= third && epochs == [1, 2], "byte {at} gave {epochs:?}"),
            Err(error) => {
                assert!(at < third);
                assert!([SqlState::DATA_CORRUPTED, SqlState::FEATURE_NOT_SUPPORTED].contains(&error.code()));
                assert!(error.message().contains(name), "{error}");
            }
        }
        disk.spoil(name, at);
    }
}

#[test]
fn damage_to_older_segments_and_snapshots_is_an_error() {
    let disk = FaultyDisk::default();
    let mut log = open(&disk);
    replay(&mut log).unwrap();
    let table = TableRows { table: ObjectId(1), rows: vec![rows(&[1, 2, 3])] };
    log.checkpoint(Epoch(1), &mut [Ok(table)].into_iter()).unwrap();
    for epoch in 2..=20 {
        log.append(Epoch(epoch), &[change(1, &[epoch as i64], None)]).unwrap();
    }
    log.sync().unwrap();
    for name in ["wal-00000001.log", "wal-00000002.log", "snapshot-00000001.arrow"] {
        for at in (0..disk.length(name)).step_by(7) {
            disk.spoil(name, at);
            let error = replay(&mut open(&disk.crash(&mut StdRng::seed_from_u64(1)))).unwrap_err();
            assert!(error.message().contains(name), "{error}");
            disk.spoil(name, at);
        }
    }
    disk.remove("wal-00000002.log").unwrap();
    let error = replay(&mut open(&disk)).unwrap_err();
    assert!(error.message().contains("wal-00000002.log") && error.message().contains("missing"), "{error}");
}

#[test]
fn after_a_failed_sync_nothing_more_is_taken() {
    let disk = FaultyDisk::default();
    let mut log = open(&disk);
    replay(&mut log).unwrap();
    log.append(Epoch(1), &[change(1, &[1], None)]).unwrap();
    disk.fail_after(0, true);
    assert_eq!(log.sync().unwrap_err().code(), SqlState::IO_ERROR);
    let error = log.append(Epoch(2), &[change(1, &[2], None)]).unwrap_err();
    assert!(error.hint().unwrap().contains("Restart"), "{error}");
    assert!(log.sync().is_err());
}

#[test]
fn rows_without_columns_and_empty_epochs_are_kept() {
    use arrow::array::RecordBatchOptions;
    let options = RecordBatchOptions::new().with_row_count(Some(3));
    let schema = Arc::new(arrow::datatypes::Schema::empty());
    let none = RecordBatch::try_new_with_options(schema, vec![], &options).unwrap();
    let disk = FaultyDisk::default();
    let mut log = open(&disk);
    replay(&mut log).unwrap();
    log.append(Epoch(1), &[TableChange { table: ObjectId(1), delta: Delta::retract(none) }]).unwrap();
    log.append(Epoch(2), &[]).unwrap();
    let mut seen = vec![];
    let each = &mut |epoch: Epoch, changes: Vec<TableChange>| {
        seen.push((epoch.0, changes.first().map(|c| (c.delta.num_rows(), c.delta.diff(0)))));
        Ok(())
    };
    open(&disk).replay(each).unwrap();
    assert_eq!(seen, [(1, Some((3, -1))), (2, None)]);
}
