//! `NOT IN`, with NULL as SQL has it.
//!
//! `x NOT IN S` is true for every x, NULL too, while S is empty; once S has a
//! NULL it is never true; else it is true for an x that is not NULL and not in
//! S. When S becomes empty or not, or gets or loses its NULL, the answer may
//! change for every row; otherwise only for those whose value comes or goes.
//!
//! Every worker sees all of S, of which it keeps each value once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use arrow::array::{BooleanArray, UInt32Array};
use arrow::datatypes::SchemaRef;

use super::output::{Parts, Picked};
use super::side::{Arrived, Side, SideNeeds};
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::Delta;
use crate::plan::stream::{JoinKind, JoinSpec};
use crate::state::rows::{Keys, NONE};
use crate::types::{Error, Result};

/// Rows of output at a time.
const OUTPUT_ROWS: usize = 16_384;

/// An anti or mark join on one worker for which NULL means unknown.
pub struct NullAwareOperator {
    spec: Arc<JoinSpec>,
    left: Side,
    right: Side,
    right_nulls: bool,
    limit: usize,
    changes: VecDeque<Change>,
}

/// Kept left rows that may be told otherwise than before.
struct Change {
    before: Knowledge,
    after: Knowledge,
    /// Values that came to S, as rows kept of it, and those that went.
    came: HashSet<u32>,
    gone: Side,
    rows: Touched,
}

enum Touched {
    /// All from this id on.
    All(u32),
    /// Those of these chains.
    Chains(Vec<u32>),
}

/// What is known of S besides its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Knowledge {
    empty: bool,
    nulls: bool,
}

impl Knowledge {
    /// Is `x IN S`? `found`: x is not NULL and in S.
    fn is_in(self, found: bool, null: bool) -> Option<bool> {
        if self.empty {
            Some(false)
        } else if found {
            Some(true)
        } else if null || self.nulls {
            None
        } else {
            Some(false)
        }
    }
}

impl NullAwareOperator {
    /// A join without rows; the schemas are those of its inputs.
    pub fn new(spec: Arc<JoinSpec>, left: &SchemaRef, right: &SchemaRef) -> Result<Self> {
        Self::with_limit(spec, left, right, OUTPUT_ROWS)
    }

    /// The same, with so many rows of output at a time.
    pub fn with_limit(
        spec: Arc<JoinSpec>,
        left: &SchemaRef,
        right: &SchemaRef,
        limit: usize,
    ) -> Result<Self> {
        if spec.on.len() != 1
            || spec.residual.is_some()
            || !matches!(spec.kind, JoinKind::Anti | JoinKind::Mark)
        {
            return Err(Error::internal("a NOT IN of another form than one key"));
        }
        let width = left.fields().len();
        let needs = |right: bool| SideNeeds {
            known: if right { &spec.right } else { &spec.left },
            columns: spec.output.iter().copied().filter(|c| !right && *c < width).collect(),
            key: spec.on.iter().map(|p| if right { p.1 } else { p.0 }).collect(),
            nulls_equal: true,
            once: right,
            counted: false,
            linked: true,
        };
        let (left, right) = (Side::new(left, needs(false)), Side::new(right, needs(true)));
        Ok(NullAwareOperator { left, right, right_nulls: false, limit, changes: VecDeque::new(), spec })
    }

    fn knowledge(&self) -> Knowledge {
        Knowledge { empty: self.right.store.rows() == 0, nulls: self.right_nulls }
    }

    fn tells(&self, answer: Option<bool>) -> bool {
        self.spec.kind == JoinKind::Mark || answer == Some(false)
    }

    fn told(&self, picked: Picked<'_>, answers: &[Option<bool>], diffs: Option<Vec<i64>>) -> Result<Delta> {
        let mark = (self.spec.kind == JoinKind::Mark).then(|| BooleanArray::from(answers.to_vec()));
        let left_width = self.left.schema.fields().len();
        let parts = Parts { left: picked, right: None, mark, left_width, rows: answers.len() };
        parts.delta(&self.spec.output, &self.spec.schema, diffs)
    }

    /// Left rows that came, answered by S as it stood before.
    fn left_came(&mut self, arrived: &Arrived, out: &mut Vec<Delta>) -> Result<()> {
        let known = self.knowledge();
        let heads = self.right.store.heads(&arrived.keys);
        let answer = |row: u32| {
            let null = arrived.keys.is_null(row as usize);
            known.is_in(heads[row as usize] != NONE && !null, null)
        };
        let told: Vec<u32> = (0..arrived.len() as u32).filter(|row| self.tells(answer(*row))).collect();
        for part in told.chunks(self.limit) {
            let answers: Vec<Option<bool>> = part.iter().map(|row| answer(*row)).collect();
            let diffs = arrived.diffs.as_ref();
            let diffs = diffs.map(|d| part.iter().map(|row| d.value(*row as usize)).collect());
            let indices = UInt32Array::from(part.to_vec());
            out.push(self.told(Picked::rows(&arrived.rows, &indices), &answers, diffs)?);
        }
        let values = self.left.values(&arrived.rows)?;
        let diffs = arrived.diffs.as_ref().map(|d| &d.values()[..]);
        self.left.store.apply(&values, &arrived.keys, diffs, &[], 0..arrived.len() as u32)?;
        Ok(())
    }

    /// Values that came to S or went from it.
    fn right_came(&mut self, arrived: &Arrived) -> Result<()> {
        let before = self.knowledge();
        let values = self.right.values(&arrived.rows)?;
        let diffs = arrived.diffs.as_ref().map(|d| &d.values()[..]);
        let all = 0..arrived.len() as u32;
        let done = self.right.store.apply(&values, &arrived.keys, diffs, &[], all)?;
        let null = |row: &&u32| arrived.keys.is_null(**row as usize);
        self.right_nulls |= done.appeared.iter().any(|row| null(&row));
        self.right_nulls &= !done.vanished.iter().any(|row| null(&row));
        let after = self.knowledge();
        let heads = self.right.store.heads(&arrived.keys);
        let came = done.appeared.iter().map(|row| heads[*row as usize]).collect();
        let mut gone = Side::new(&self.right.schema, gone_needs(&self.spec));
        gone.store.apply(&values, &arrived.keys, None, &[], done.vanished.iter().copied())?;
        let rows = if before == after {
            let left = self.left.store.heads(&arrived.keys);
            let changed = done.appeared.iter().chain(&done.vanished).filter(|row| !null(row));
            Touched::Chains(changed.map(|row| left[*row as usize]).collect())
        } else {
            Touched::All(0)
        };
        self.changes.push_back(Change { before, after, came, gone, rows });
        Ok(())
    }

    /// The next kept left rows that may be told otherwise.
    fn next_touched(&self, rows: &mut Touched) -> Vec<u32> {
        match rows {
            Touched::All(from) => {
                let ids = self.left.store.scan(*from, self.limit);
                *from = ids.last().map_or(*from, |last| last + 1);
                ids
            }
            Touched::Chains(chains) => {
                let mut ids = vec![];
                while ids.len() < self.limit
                    && let Some(id) = chains.pop()
                {
                    if id != NONE {
                        ids.push(id);
                        chains.push(self.left.store.next(id));
                    }
                }
                ids
            }
        }
    }

    /// Takes back what was said of these rows, and says what is true now.
    fn tell_again(&self, change: &Change, ids: &[u32]) -> Result<Vec<Delta>> {
        let keys = self.left.keys_of(ids)?;
        let (now, gone) = (self.right.store.heads(&keys), change.gone.store.heads(&keys));
        let found = |row: usize, keys: &Keys| {
            let after = now[row] != NONE && !keys.is_null(row);
            let before = if now[row] == NONE { gone[row] != NONE } else { !change.came.contains(&now[row]) };
            (before && !keys.is_null(row), after)
        };
        let (mut old, mut new) = ((vec![], vec![], vec![]), (vec![], vec![], vec![]));
        for (row, id) in ids.iter().enumerate() {
            let null = keys.is_null(row);
            let (before, after) = found(row, &keys);
            let answers = (change.before.is_in(before, null), change.after.is_in(after, null));
            if answers.0 == answers.1 {
                continue;
            }
            for (answer, told, sign) in [(answers.0, &mut old, -1), (answers.1, &mut new, 1)] {
                if self.tells(answer) {
                    told.0.push(*id);
                    told.1.push(answer);
                    told.2.push(sign * self.left.store.weight(*id));
                }
            }
        }
        let told = [old, new].into_iter().filter(|(ids, ..)| !ids.is_empty());
        told.map(|(ids, answers, diffs)| self.told(Picked::Kept(&self.left, &ids), &answers, Some(diffs)))
            .collect()
    }
}

/// The values that went from S, for one epoch.
fn gone_needs(spec: &JoinSpec) -> SideNeeds<'_> {
    SideNeeds {
        known: &spec.right,
        columns: vec![],
        key: vec![spec.on[0].1],
        nulls_equal: true,
        once: true,
        counted: false,
        linked: true,
    }
}

impl Operator for NullAwareOperator {
    fn state_rows(&self) -> usize {
        self.left.store.rows() + self.right.store.rows()
    }

    fn state_bytes(&self) -> usize {
        self.left.store.memory() + self.right.store.memory()
    }

    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let [mut left, mut right]: [Vec<Delta>; 2] =
            inputs.try_into().map_err(|_| Error::internal("a join without its two inputs"))?;
        let faults: Vec<_> = left.iter_mut().chain(&mut right).flat_map(Delta::take_faults).collect();
        let mut out = vec![];
        if let Some(arrived) = self.left.arrived(&left)? {
            self.left_came(&arrived, &mut out)?;
        }
        if let Some(arrived) = self.right.arrived(&right)? {
            self.right_came(&arrived)?;
        }
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        if out.is_empty() {
            return Ok(self.more(cx)?.unwrap_or_default());
        }
        Ok(out)
    }

    fn more(&mut self, _cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        while let Some(mut change) = self.changes.pop_front() {
            let ids = self.next_touched(&mut change.rows);
            if ids.is_empty() {
                continue;
            }
            let out = self.tell_again(&change, &ids)?;
            self.changes.push_front(change);
            return Ok(Some(out));
        }
        Ok(None)
    }
}
