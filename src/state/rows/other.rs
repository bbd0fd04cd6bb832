//! A column of lists, structs and whatever else has no fixed width: pieces of
//! Arrow arrays, small ones put together, mostly dead ones written anew.

use arrow::array::{Array, ArrayRef, UInt32Array, new_empty_array, new_null_array};
use arrow::compute::{concat, interleave, take};
use arrow::datatypes::DataType;

use super::values::comparator;
use crate::types::Result;

/// Values of any type.
pub struct OtherColumn {
    data_type: DataType,
    pieces: Vec<Piece>,
    /// Where each row's value is: piece and place in it.
    places: Vec<(u32, u32)>,
}

struct Piece {
    values: ArrayRef,
    /// Whose value each is.
    ids: Vec<u32>,
    live: usize,
}

/// No value.
const NOWHERE: (u32, u32) = (u32::MAX, 0);

impl OtherColumn {
    /// No values yet.
    pub fn new(data_type: DataType) -> Self {
        OtherColumn { data_type, pieces: Vec::new(), places: Vec::new() }
    }

    /// Sets the values of rows `ids`: those of `source` at `rows`.
    pub fn set(&mut self, ids: &[u32], source: &ArrayRef, rows: &[u32]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        ids.iter().for_each(|id| self.forget(*id));
        let values = take(source, &UInt32Array::from(rows.to_vec()), None)?;
        self.push(Piece { values, ids: ids.to_vec(), live: ids.len() });
        while let [.., before, last] = self.pieces.as_slice()
            && (before.live <= last.live * 2 || before.live * 2 < before.ids.len())
        {
            // Two that are too large for one array stay two.
            if self.merge_last_two().is_err() {
                break;
            }
        }
        Ok(())
    }

    fn push(&mut self, piece: Piece) {
        let number = self.pieces.len() as u32;
        for (at, id) in piece.ids.iter().enumerate() {
            let id = *id as usize;
            if id >= self.places.len() {
                self.places.resize(id + 1, NOWHERE);
            }
            self.places[id] = (number, at as u32);
        }
        self.pieces.push(piece);
    }

    fn merge_last_two(&mut self) -> Result<()> {
        let (mut values, mut ids) = (vec![], vec![]);
        for number in [self.pieces.len() - 2, self.pieces.len() - 1] {
            let piece = &self.pieces[number];
            let alive = |at: &u32| self.places[piece.ids[*at as usize] as usize] == (number as u32, *at);
            let alive: Vec<u32> = (0..piece.ids.len() as u32).filter(alive).collect();
            ids.extend(alive.iter().map(|at| piece.ids[*at as usize]));
            values.push(take(&piece.values, &UInt32Array::from(alive), None)?);
        }
        let values = concat(&[values[0].as_ref(), values[1].as_ref()])?;
        self.pieces.truncate(self.pieces.len() - 2);
        self.push(Piece { values, live: ids.len(), ids });
        Ok(())
    }

    /// The row is gone.
    pub fn forget(&mut self, id: u32) {
        if let Some(place) = self.places.get_mut(id as usize)
            && *place != NOWHERE
        {
            self.pieces[place.0 as usize].live -= 1;
            *place = NOWHERE;
        }
    }

    /// Is this row's value the same as that of `source` at `row`?
    pub fn same(&self, id: u32, source: &ArrayRef, row: usize) -> bool {
        let (piece, at) = self.places[id as usize];
        let (own, other) = (self.pieces[piece as usize].values.slice(at as usize, 1), source.slice(row, 1));
        match comparator(own.as_ref(), other.as_ref()) {
            Ok(compare) => compare(0, 0).is_eq(),
            Err(_) => own.to_data() == other.to_data(),
        }
    }

    /// The values of these rows.
    pub fn gather(&self, ids: &[u32]) -> Result<ArrayRef> {
        if self.data_type == DataType::Null {
            return Ok(new_null_array(&self.data_type, ids.len()));
        }
        if ids.is_empty() {
            return Ok(new_empty_array(&self.data_type));
        }
        let arrays: Vec<&dyn Array> = self.pieces.iter().map(|p| p.values.as_ref()).collect();
        let places: Vec<(usize, usize)> = ids
            .iter()
            .map(|id| self.places[*id as usize])
            .map(|(piece, at)| (piece as usize, at as usize))
            .collect();
        Ok(interleave(&arrays, &places)?)
    }
}

impl OtherColumn {
    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        let of = |p: &Piece| p.values.get_array_memory_size() + p.ids.capacity() * size_of::<u32>();
        self.pieces.iter().map(of).sum::<usize>() + self.places.capacity() * size_of::<(u32, u32)>()
    }
}
