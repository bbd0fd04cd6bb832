//! Text columns, written straight into their buffers.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};

use crate::connectors::source::dice::{Dice, high, low};

/// The shortest random word.
const WORD_MIN: u64 = 3;

/// One in so many characters of prose is a space.
const SPACE_RATIO: u64 = 13;

/// A text column being written.
pub struct TextColumn {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
}

impl TextColumn {
    /// Room for `rows` values of about `width` bytes.
    pub fn new(rows: usize, width: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        TextColumn { offsets, bytes: Vec::with_capacity(rows * width) }
    }

    /// A column of one part a row.
    pub fn of<'a>(events: &[u64], width: usize, part: impl Fn(u64) -> &'a [u8]) -> ArrayRef {
        let mut column = TextColumn::new(events.len(), width);
        for n in events {
            column.push(part(*n));
            column.end();
        }
        column.finish()
    }

    /// Adds ASCII to the value being written.
    #[inline(always)]
    pub fn push(&mut self, part: &[u8]) {
        self.bytes.extend_from_slice(part);
    }

    /// Ends the value being written.
    #[inline(always)]
    pub fn end(&mut self) {
        self.offsets.push(self.bytes.len() as i32);
    }

    /// The column.
    pub fn finish(self) -> ArrayRef {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let column = StringArray::try_new(offsets, Buffer::from_vec(self.bytes), None);
        Arc::new(column.expect("the generator writes ASCII"))
    }
}

/// A list of words in one piece of memory.
#[derive(Default)]
pub struct Words {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Words {
    /// The words of an iterator.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut list = Words { bytes: Vec::new(), ends: vec![0] };
        for word in words {
            list.bytes.extend_from_slice(word.as_bytes());
            list.ends.push(list.bytes.len() as u32);
        }
        list
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.ends.len() as u64 - 1
    }

    /// The word at `index`.
    #[inline(always)]
    pub fn get(&self, index: u64) -> &[u8] {
        let index = index as usize;
        &self.bytes[self.ends[index] as usize..self.ends[index + 1] as usize]
    }
}

/// Random text made once, out of which values are cut.
pub struct Pool {
    letters: Vec<u8>,
    /// Letters with a space here and there.
    prose: Vec<u8>,
    /// Where a cut may start.
    starts: u64,
}

impl Pool {
    /// A pool for cuts of at most `longest` bytes.
    pub fn new(seed: u64, longest: u64) -> Self {
        let starts = 1 << 16;
        let letter = |roll: u64| b'a' + high(roll, 26) as u8;
        let (plain, spaced) = (Dice::new(seed, 100), Dice::new(seed, 101));
        let length = starts + longest;
        let prose = |n| match spaced.roll(n) {
            roll if low(roll, SPACE_RATIO) == 0 => b' ',
            roll => letter(roll),
        };
        Pool {
            letters: (0..length).map(|n| letter(plain.roll(n))).collect(),
            prose: (0..length).map(prose).collect(),
            starts,
        }
    }

    /// `length` letters chosen by the upper half of a roll.
    #[inline(always)]
    pub fn letters(&self, roll: u64, length: u64) -> &[u8] {
        let start = high(roll, self.starts) as usize;
        &self.letters[start..start + length as usize]
    }

    /// A word of letters, shorter than `longest`.
    #[inline(always)]
    pub fn word(&self, roll: u64, longest: u64) -> &[u8] {
        self.letters(roll, WORD_MIN + low(roll, longest - WORD_MIN))
    }

    /// Letters and inner spaces, shorter than `longest`.
    #[inline(always)]
    pub fn phrase(&self, roll: u64, longest: u64) -> &[u8] {
        let start = high(roll, self.starts) as usize;
        let length = WORD_MIN + low(roll, longest - WORD_MIN);
        self.prose[start..start + length as usize].trim_ascii()
    }

    /// What fills an event of `size` bytes up to `average` bytes, give or take
    /// a fifth.
    #[inline(always)]
    pub fn filler(&self, roll: u64, size: u64, average: u64) -> &[u8] {
        if size > average {
            return &[];
        }
        let wanted = average - size;
        let spread = (wanted + 2) / 5;
        self.letters(roll, wanted - spread + low(roll, (2 * spread).max(1)))
    }
}
