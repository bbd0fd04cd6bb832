//! Making columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Fields};

use crate::connectors::source::dice::{Dice, below, low, unit};
use crate::types::Result;

/// Characters of random text.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How the values of a field are made.
#[derive(Clone, Debug)]
pub struct Values {
    pub data_type: DataType,
    pub kind: Kind,
}

/// What a field's options say.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Counts from a number, one a row.
    Sequence(i64),
    /// Both bounds included.
    Integer {
        min: i64,
        max: i64,
        dice: Dice,
    },
    /// The upper bound excluded, but for rounding.
    Float {
        min: f64,
        max: f64,
        dice: Dice,
    },
    Boolean(Dice),
    /// Letters and digits.
    Text {
        length: u64,
        dice: Dice,
    },
    /// At most `past_us` before the base.
    Time {
        past_us: i64,
        base: Base,
        dice: Dice,
    },
    Struct(Fields, Vec<Values>),
    /// Arrays of one length.
    List(u64, FieldRef, Box<Values>),
}

/// What random times are relative to.
#[derive(Clone, Copy, Debug)]
pub enum Base {
    /// Microseconds since 1970.
    Given(i64),
    /// The source's base time.
    Start,
    /// The time at which the row is due.
    Due,
}

/// The source's base time, and the time between rows.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Microseconds since 1970.
    pub start_us: i64,
    pub gap_ns: u64,
}

impl Clock {
    /// When a row is due, in microseconds since 1970.
    fn due_us(&self, row: u64) -> i64 {
        self.start_us + (u128::from(row) * u128::from(self.gap_ns) / 1_000) as i64
    }
}

impl Values {
    /// The column for the given rows.
    pub fn column(&self, rows: &[u64], clock: Clock) -> Result<ArrayRef> {
        let column: ArrayRef = match &self.kind {
            Kind::Sequence(start) => integers(rows, |row| start + row as i64),
            Kind::Integer { min, max, dice } => {
                let bound = max.wrapping_sub(*min) as u64 + 1;
                integers(rows, |row| min.wrapping_add(below(dice.roll(row), bound) as i64))
            }
            Kind::Float { min, max, dice } => {
                let value = |row: &u64| min + (max - min) * unit(dice.roll(*row));
                Arc::new(Float64Array::from_iter_values(rows.iter().map(value)))
            }
            Kind::Boolean(dice) => {
                Arc::new(rows.iter().map(|row| Some(dice.roll(*row) & 1 == 1)).collect::<BooleanArray>())
            }
            Kind::Text { length, dice } => text(rows, *length, *dice),
            Kind::Time { past_us, base, dice } => {
                let time = |row: &u64| {
                    let base = match base {
                        Base::Given(base) => *base,
                        Base::Start => clock.start_us,
                        Base::Due => clock.due_us(*row),
                    };
                    base - below(dice.roll(*row), *past_us as u64 + 1) as i64
                };
                Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(time)))
            }
            Kind::Struct(fields, children) => structs(fields, children, rows, clock)?,
            Kind::List(length, item, items) => lists(*length, item, items, rows, clock)?,
        };
        Ok(if column.data_type() == &self.data_type { column } else { cast(&column, &self.data_type)? })
    }
}

fn structs(fields: &Fields, children: &[Values], rows: &[u64], clock: Clock) -> Result<ArrayRef> {
    let children = children.iter().map(|c| c.column(rows, clock)).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), children, None, rows.len())?))
}

fn lists(length: u64, item: &FieldRef, items: &Values, rows: &[u64], clock: Clock) -> Result<ArrayRef> {
    let each: Vec<u64> = rows.iter().flat_map(|row| row * length..(row + 1) * length).collect();
    let offsets = OffsetBuffer::from_repeated_length(length as usize, rows.len());
    Ok(Arc::new(ListArray::try_new(item.clone(), offsets, items.column(&each, clock)?, None)?))
}

fn integers(rows: &[u64], value: impl Fn(u64) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| value(*row))))
}

fn text(rows: &[u64], length: u64, dice: Dice) -> ArrayRef {
    let mut made = String::with_capacity(length as usize);
    let value = |row: &u64| {
        made.clear();
        // Ten characters of six bits each out of one roll.
        for at in 0..length {
            let roll = Dice::new(dice.roll(*row), at / 10).roll(0) >> (at % 10 * 6);
            made.push(char::from(ALPHABET[low(roll << 26, 62) as usize]));
        }
        Some(made.clone())
    };
    Arc::new(rows.iter().map(value).collect::<StringArray>())
}
