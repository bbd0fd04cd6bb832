//! The ids of a run's rows: ascending, with gaps where rows are gone.
//!
//! Looking an id up is what each retraction waits for, so it costs one cache line
//! where it can: a bit for each id of the span, and in the same line how many
//! rows come before it (rank by population count, after Jacobson's "Space-efficient
//! static trees and graphs", 1989).

/// Ids that a line covers.
const LINE_IDS: u64 = 64 * WORDS as u64;
const WORDS: usize = 7;

/// Which ids the rows of a run have.
pub(super) struct RowIds {
    first: u64,
    rows: usize,
    form: Form,
}

enum Form {
    /// They follow on from the first without a gap.
    Dense,
    /// A bit for each id from the first on.
    Lines(Vec<Line>),
    /// All of them: most are gone.
    List(Vec<u64>),
}

/// One cache line.
#[derive(Clone, Default)]
#[repr(align(64))]
struct Line {
    bits: [u64; WORDS],
    /// Rows in the lines before this one.
    before: u32,
}

impl RowIds {
    /// So many ids without a gap.
    pub fn dense(first: u64, rows: usize) -> Self {
        RowIds { first, rows, form: Form::Dense }
    }

    /// These ids, which ascend.
    pub fn of(ids: Vec<u64>) -> Self {
        let (first, last) = (ids.first().copied().unwrap_or(0), ids.last().copied().unwrap_or(0));
        let (rows, span) = (ids.len(), last - first + 1);
        if ids.is_empty() || span == rows as u64 {
            return RowIds::dense(first, rows);
        }
        let lines = span.div_ceil(LINE_IDS);
        let form = if lines.saturating_mul(size_of::<Line>() as u64) <= (rows * size_of::<u64>()) as u64 {
            Form::Lines(lines_of(&ids, first, lines as usize))
        } else {
            Form::List(ids)
        };
        RowIds { first, rows, form }
    }

    /// Memory, in bytes.
    pub fn bytes(&self) -> usize {
        match &self.form {
            Form::Dense => 0,
            Form::Lines(lines) => lines.capacity() * size_of::<Line>(),
            Form::List(ids) => ids.capacity() * size_of::<u64>(),
        }
    }

    /// Which row has this id, if one has.
    #[inline]
    pub fn position(&self, id: u64) -> Option<usize> {
        let offset = id.checked_sub(self.first)?;
        match &self.form {
            Form::Dense => (offset < self.rows as u64).then_some(offset as usize),
            Form::Lines(lines) => lines.get((offset / LINE_IDS) as usize)?.position(offset % LINE_IDS),
            Form::List(ids) => ids.binary_search(&id).ok(),
        }
    }

    /// Calls `each` for all ids in order.
    pub fn for_each(&self, mut each: impl FnMut(u64)) {
        match &self.form {
            Form::Dense => (self.first..).take(self.rows).for_each(each),
            Form::List(ids) => ids.iter().copied().for_each(each),
            Form::Lines(lines) => {
                let words = lines.iter().flat_map(|line| line.bits);
                for (start, mut word) in (self.first..).step_by(64).zip(words) {
                    while word != 0 {
                        each(start + u64::from(word.trailing_zeros()));
                        word &= word - 1;
                    }
                }
            }
        }
    }
}

impl Line {
    #[inline]
    fn position(&self, bit: u64) -> Option<usize> {
        let (word, bit) = ((bit / 64) as usize, bit % 64);
        if self.bits[word] >> bit & 1 == 0 {
            return None;
        }
        let here: u32 = self.bits[..word].iter().map(|w| w.count_ones()).sum();
        let below = self.bits[word] & ((1 << bit) - 1);
        Some((self.before + here + below.count_ones()) as usize)
    }
}

fn lines_of(ids: &[u64], first: u64, count: usize) -> Vec<Line> {
    let mut lines = vec![Line::default(); count];
    for id in ids {
        let offset = id - first;
        let bit = offset % LINE_IDS;
        lines[(offset / LINE_IDS) as usize].bits[(bit / 64) as usize] |= 1 << (bit % 64);
    }
    let mut before = 0;
    for line in &mut lines {
        line.before = before;
        before += line.bits.iter().map(|w| w.count_ones()).sum::<u32>();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Form, RowIds};

    #[test]
    fn every_id_is_found_however_they_lie() {
        let even: Vec<u64> = (0..5000).map(|n| 7 + n * 3).collect();
        let torn: Vec<u64> = (0..2500).chain(2900..5000).collect();
        let sparse: Vec<u64> = (0..500).map(|n| 7 + n * n * n).collect();
        let far: Vec<u64> = (0..250).chain(1 << 62..(1 << 62) + 250).collect();
        let lined = |ids: &[u64]| matches!(RowIds::of(ids.to_vec()).form, Form::Lines(_));
        assert!(lined(&even) && lined(&torn) && !lined(&sparse) && !lined(&far));
        for ids in [vec![], vec![5], vec![5, 6, 7], vec![5, u64::MAX - 1], even, torn, sparse, far] {
            let kept = RowIds::of(ids.clone());
            let around = ids.iter().flat_map(|id| [id.saturating_sub(1), *id, id + 1]);
            for id in around.chain([0, u64::MAX]) {
                assert_eq!(kept.position(id), ids.binary_search(&id).ok(), "{id}");
            }
            let mut all = vec![];
            kept.for_each(|id| all.push(id));
            assert_eq!(all, ids);
        }
    }
}
