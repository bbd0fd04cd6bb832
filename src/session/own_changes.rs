//! What a transaction block has changed itself, laid over what it reads.

use std::collections::BTreeMap;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::datatypes::SchemaRef;

use super::transaction::BufferedWrite;
use crate::catalog::{ObjectKind, OnConflict};
use crate::coordinator::TableChangeKind;
use crate::delta::{Delta, consolidate, take_rows};
use crate::types::{ObjectId, Result};

/// Changes by table, in the order of the statements.
pub(super) type OwnChanges = BTreeMap<ObjectId, Vec<Delta>>;

/// Can it be told before the commit what the write will do? Not if a key that
/// exists changes its meaning, or a watermark may leave rows out.
pub(super) fn is_certain(write: &BufferedWrite) -> bool {
    let ObjectKind::Table(table) = &write.table.kind else { return false };
    match &write.write.change {
        TableChangeKind::Insert { on_conflict, .. } => {
            let replaces = on_conflict.unwrap_or(table.on_conflict) != OnConflict::Error;
            !replaces && table.watermark.is_none()
        }
        TableChangeKind::Update { .. } | TableChangeKind::Delete { .. } => true,
    }
}

/// The write as changes of rows.
pub(super) fn deltas(write: &BufferedWrite) -> Vec<Delta> {
    match &write.write.change {
        TableChangeKind::Insert { rows, .. } => vec![Delta::insert(rows.clone())],
        TableChangeKind::Update { old, new } => vec![Delta::retract(old.clone()), Delta::insert(new.clone())],
        TableChangeKind::Delete { old } => vec![Delta::retract(old.clone())],
    }
}

/// The rows of `stored` after `changes`. `schema` is that of the result; the
/// inputs may differ from it in what may be NULL.
pub(super) fn overlay(
    schema: &SchemaRef,
    stored: Vec<RecordBatch>,
    changes: &[Delta],
) -> Result<RecordBatch> {
    let same = |delta: Delta| -> Result<Delta> {
        let rows = RecordBatch::try_new(schema.clone(), delta.rows().columns().to_vec())?;
        Ok(delta.with_rows(rows))
    };
    let all = stored.into_iter().map(Delta::insert).chain(changes.iter().cloned());
    let all = all.map(same).collect::<Result<Vec<_>>>()?;
    let net = consolidate(&Delta::concat(schema, &all)?)?;
    let copies = (0..net.num_rows()).flat_map(|row| {
        let count = usize::try_from(net.diff(row)).unwrap_or(0);
        std::iter::repeat_n(row as u32, count)
    });
    take_rows(net.rows(), &UInt32Array::from_iter_values(copies))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int32Array};
    use arrow::datatypes::{DataType, Field, Int32Type, Schema};

    use super::*;

    #[test]
    fn changes_follow_one_another() {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, true)]));
        let rows = |values: &[i32]| {
            let column: ArrayRef = Arc::new(Int32Array::from(values.to_vec()));
            RecordBatch::try_new(schema.clone(), vec![column]).unwrap()
        };
        let changes = [
            Delta::insert(rows(&[4, 4])),
            Delta::retract(rows(&[1, 4])),
            Delta::insert(rows(&[10])),
            Delta::retract(rows(&[10])),
        ];
        let after = overlay(&schema, vec![rows(&[1, 2]), rows(&[2])], &changes).unwrap();
        let mut values = after.column(0).as_primitive::<Int32Type>().values().to_vec();
        values.sort_unstable();
        assert_eq!(values, [2, 2, 4]);
    }
}
