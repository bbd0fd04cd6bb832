//! What came of one side in an epoch: each row that changes once, by key and time.

use crate::dataflow::operators::ordered::Key;
use arrow::row::Rows;

/// Rows as bytes one behind the other, in order.
#[derive(Default)]
pub struct Changes {
    bytes: Vec<u8>,
    list: Vec<Change>,
}

/// A row that comes or goes `diff` times.
#[derive(Clone, Copy)]
pub struct Change {
    /// The slot of its key.
    pub slot: u32,
    /// How often; never 0 once [settled](Changes::settle).
    pub diff: i64,
    start: usize,
    end: usize,
}

impl Changes {
    /// Adds a row.
    pub fn push(&mut self, rows: &Rows, row: usize, slot: u32, diff: i64) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(rows.row(row).data());
        self.list.push(Change { slot, diff, start, end: self.bytes.len() });
    }

    /// Sorts the rows, and leaves each that changes once.
    pub fn settle(&mut self) {
        let Changes { bytes, list } = self;
        let row = |change: &Change| &bytes[change.start..change.end];
        list.sort_unstable_by(|a, b| a.slot.cmp(&b.slot).then_with(|| row(a).cmp(row(b))));
        list.dedup_by(|next, kept| {
            let same = next.slot == kept.slot && row(next) == row(kept);
            if same {
                kept.diff += next.diff;
            }
            same
        });
        list.retain(|change| change.diff != 0);
    }

    /// All of them.
    pub fn list(&self) -> &[Change] {
        &self.list
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The bytes of the row of the change at `index`.
    pub fn row(&self, index: usize) -> &[u8] {
        self.bytes_of(&self.list[index])
    }

    /// The bytes of the row of a change.
    pub fn bytes_of(&self, change: &Change) -> &[u8] {
        &self.bytes[change.start..change.end]
    }

    /// Where the row of the change at `index` is in its order.
    pub fn key(&self, index: usize) -> Key<'_> {
        Key::of(self.row(index))
    }
}
