//! From group keys to slots: dense numbers that accumulators are indexed by.
//!
//! Invariant: two rows get the same slot exactly when their keys are equal
//! (NULL equals NULL), until the slot is removed; a removed slot is used again.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{RowConverter, Rows, SortField};
use hashbrown::HashTable;

use super::super::footprint::{of_boxes, of_vec};
use crate::delta::hash_rows;
use crate::types::Result;

/// The groups of one aggregate on one worker.
pub struct GroupIndex {
    table: HashTable<u32>,
    hashes: Vec<u64>,
    keys: Keys,
    free: Vec<u32>,
    next: u32,
}

/// So many rows are looked up together.
const PIECE: usize = 1_024;
/// No slot yet.
const NEW: u32 = u32::MAX;

/// Keys by slot. Up to two columns of at most eight bytes each are kept as
/// numbers, everything else in Arrow's row format.
enum Keys {
    Packed { types: Vec<DataType>, values: Vec<[i64; 2]>, nulls: Vec<u8> },
    Rows { converter: RowConverter, values: Vec<Box<[u8]>> },
}

impl GroupIndex {
    /// About how much memory it takes.
    pub fn memory(&self) -> usize {
        let keys = match &self.keys {
            Keys::Packed { values, nulls, .. } => of_vec(values) + of_vec(nulls),
            Keys::Rows { values, .. } => of_boxes(values.iter().map(AsRef::as_ref), values.len()),
        };
        keys + self.table.allocation_size() + of_vec(&self.hashes) + of_vec(&self.free)
    }

    /// Groups by columns of these types.
    pub fn new(types: &[DataType]) -> Result<Self> {
        let keys = if types.len() <= 2 && types.iter().all(fits_packed) {
            Keys::Packed { types: types.to_vec(), values: Vec::new(), nulls: Vec::new() }
        } else {
            let fields = types.iter().map(|t| SortField::new(t.clone())).collect();
            Keys::Rows { converter: RowConverter::new(fields)?, values: Vec::new() }
        };
        Ok(GroupIndex { table: HashTable::new(), hashes: Vec::new(), keys, free: Vec::new(), next: 0 })
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.slots() - self.free.len()
    }

    /// One more than the highest slot ever given.
    pub fn slots(&self) -> usize {
        self.next as usize
    }

    /// Appends the slot of each row to `slots`, making new ones; those are
    /// appended to `created` as (slot, row).
    pub fn intern(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        slots: &mut Vec<u32>,
        created: &mut Vec<(u32, u32)>,
    ) -> Result<()> {
        let hashes = hash_rows(columns, rows)?;
        let GroupIndex { table, hashes: known, keys, free, next } = self;
        let mut slotting = Slotting { table, known, free, next, hashes: &hashes, slots, created };
        match keys {
            Keys::Packed { types: _, values, nulls } => {
                let (packed, null_bits) = pack(columns, rows)?;
                slotting.run(PackedBatch { packed, null_bits, values, nulls });
            }
            Keys::Rows { converter, values } => {
                slotting.run(EncodedBatch { encoded: converter.convert_columns(columns)?, values });
            }
        }
        Ok(())
    }

    /// The key columns of these slots.
    pub fn columns(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        match &self.keys {
            Keys::Packed { types, values, nulls } => {
                let column = |(index, data_type): (usize, &DataType)| {
                    let numbers = slots.iter().map(|s| values[*s as usize][index]).collect::<Vec<_>>();
                    let valid: NullBuffer = slots
                        .iter()
                        .map(|s| nulls[*s as usize] & (1 << index) == 0)
                        .collect::<Vec<_>>()
                        .into();
                    let valid = (valid.null_count() > 0).then_some(valid);
                    unpack(Int64Array::new(numbers.into(), valid), data_type)
                };
                types.iter().enumerate().map(column).collect()
            }
            Keys::Rows { converter, values } => {
                let parser = converter.parser();
                Ok(converter.convert_rows(slots.iter().map(|s| parser.parse(&values[*s as usize])))?)
            }
        }
    }

    /// Forgets these groups; their slots will be given to others.
    pub fn remove(&mut self, slots: &[u32]) {
        for slot in slots {
            if let Ok(entry) = self.table.find_entry(self.hashes[*slot as usize], |s| s == slot) {
                entry.remove();
                self.free.push(*slot);
                if let Keys::Rows { values, .. } = &mut self.keys {
                    values[*slot as usize] = Box::default();
                }
            }
        }
    }
}

/// The keys of a batch, beside those that are kept.
trait KeyBatch {
    /// Is the key of this row the one of that slot?
    fn same(&self, row: usize, slot: u32) -> bool;
    /// The key of this row becomes the one of that slot.
    fn keep(&mut self, row: usize, slot: u32);
}

struct PackedBatch<'a> {
    packed: Vec<[i64; 2]>,
    null_bits: Option<Vec<u8>>,
    values: &'a mut Vec<[i64; 2]>,
    nulls: &'a mut Vec<u8>,
}

impl PackedBatch<'_> {
    fn null(&self, row: usize) -> u8 {
        self.null_bits.as_ref().map_or(0, |bits| bits[row])
    }
}

impl KeyBatch for PackedBatch<'_> {
    #[inline]
    fn same(&self, row: usize, slot: u32) -> bool {
        self.values[slot as usize] == self.packed[row] && self.nulls[slot as usize] == self.null(row)
    }

    fn keep(&mut self, row: usize, slot: u32) {
        let null = self.null(row);
        place(self.values, slot, self.packed[row]);
        place(self.nulls, slot, null);
    }
}

struct EncodedBatch<'a> {
    encoded: Rows,
    values: &'a mut Vec<Box<[u8]>>,
}

impl KeyBatch for EncodedBatch<'_> {
    #[inline]
    fn same(&self, row: usize, slot: u32) -> bool {
        *self.values[slot as usize] == *self.encoded.row(row).data()
    }

    fn keep(&mut self, row: usize, slot: u32) {
        place(self.values, slot, Box::from(self.encoded.row(row).data()));
    }
}

/// Slots being given to the rows of a batch.
struct Slotting<'a> {
    table: &'a mut HashTable<u32>,
    known: &'a mut Vec<u64>,
    free: &'a mut Vec<u32>,
    next: &'a mut u32,
    hashes: &'a [u64],
    slots: &'a mut Vec<u32>,
    created: &'a mut Vec<(u32, u32)>,
}

impl Slotting<'_> {
    /// Piece by piece first the groups that are there, then new ones: the look-ups
    /// of the first round are independent, so that the processor waits for the
    /// memory of many of them at a time.
    fn run(&mut self, mut batch: impl KeyBatch) {
        for first in (0..self.hashes.len()).step_by(PIECE) {
            let rows = first..self.hashes.len().min(first + PIECE);
            let found = |row| self.table.find(self.hashes[row], |slot| batch.same(row, *slot));
            let begin = self.slots.len();
            self.slots.extend(rows.clone().map(|row| found(row).copied().unwrap_or(NEW)));
            for (place, row) in (begin..).zip(rows) {
                if self.slots[place] == NEW {
                    let made = self.table.find(self.hashes[row], |slot| batch.same(row, *slot)).copied();
                    self.slots[place] =
                        made.unwrap_or_else(|| self.create(row, self.hashes[row], &mut batch));
                }
            }
        }
    }

    fn create(&mut self, row: usize, hash: u64, batch: &mut impl KeyBatch) -> u32 {
        let slot = claim(self.free, self.next);
        batch.keep(row, slot);
        place(self.known, slot, hash);
        self.table.insert_unique(hash, slot, |slot| self.known[*slot as usize]);
        self.created.push((slot, row as u32));
        slot
    }
}

/// Types that a packed key can hold: fixed width, at most eight bytes, equal
/// exactly when their bits are.
fn fits_packed(data_type: &DataType) -> bool {
    data_type.is_signed_integer()
        || matches!(
            data_type,
            DataType::Timestamp(..)
                | DataType::Date32
                | DataType::Date64
                | DataType::Time64(_)
                | DataType::Duration(_)
        )
        || matches!(data_type, DataType::UInt8 | DataType::UInt16 | DataType::UInt32)
}

/// One pair of numbers per row, and null bits unless there is no null at all.
type Packed = (Vec<[i64; 2]>, Option<Vec<u8>>);

fn pack(columns: &[ArrayRef], rows: usize) -> Result<Packed> {
    let mut packed = vec![[0i64; 2]; rows];
    let mut nulls: Option<Vec<u8>> = None;
    for (index, column) in columns.iter().enumerate() {
        let numbers = as_numbers(column)?;
        for (key, value) in packed.iter_mut().zip(numbers.values()) {
            key[index] = *value;
        }
        if numbers.null_count() > 0 {
            let bits = nulls.get_or_insert_with(|| vec![0; rows]);
            for row in (0..rows).filter(|row| numbers.is_null(*row)) {
                bits[row] |= 1 << index;
                packed[row][index] = 0;
            }
        }
    }
    Ok((packed, nulls))
}

fn as_numbers(column: &ArrayRef) -> Result<PrimitiveArray<Int64Type>> {
    let wide = match column.data_type() {
        DataType::Date32 => cast(&cast(column, &DataType::Int32)?, &DataType::Int64)?,
        _ => cast(column, &DataType::Int64)?,
    };
    Ok(wide.as_primitive::<Int64Type>().clone())
}

fn unpack(numbers: Int64Array, data_type: &DataType) -> Result<ArrayRef> {
    Ok(match data_type {
        DataType::Date32 => cast(&cast(&numbers, &DataType::Int32)?, data_type)?,
        _ => cast(&numbers, data_type)?,
    })
}

fn claim(free: &mut Vec<u32>, next: &mut u32) -> u32 {
    free.pop().unwrap_or_else(|| {
        let slot = *next;
        *next += 1;
        slot
    })
}

fn place<T>(column: &mut Vec<T>, slot: u32, value: T) {
    match column.get_mut(slot as usize) {
        Some(place) => *place = value,
        None => column.push(value),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn equal_keys_share_a_slot_and_null_is_a_key() {
        for types in [vec![DataType::Int64], vec![DataType::Utf8]] {
            let mut index = GroupIndex::new(&types).unwrap();
            let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(1), None, Some(0)]));
            let columns = vec![cast(&numbers, &types[0]).unwrap()];
            let (mut slots, mut created) = (vec![], vec![]);
            index.intern(&columns, 5, &mut slots, &mut created).unwrap();
            assert_eq!(slots, [0, 1, 0, 1, 2]);
            assert_eq!(created, [(0, 0), (1, 1), (2, 4)]);
            let back = index.columns(&slots).unwrap();
            assert_eq!(&back[0], &columns[0]);
            index.remove(&[1]);
            assert_eq!(index.table.len(), 2);
            let (mut slots, mut created) = (vec![], vec![]);
            let other: ArrayRef = cast(&StringArray::from(vec!["7"]), &types[0]).unwrap();
            index.intern(&[other], 1, &mut slots, &mut created).unwrap();
            assert_eq!(slots, [1], "a free slot is used again");
        }
    }
}
