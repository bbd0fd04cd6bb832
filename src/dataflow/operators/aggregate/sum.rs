//! `sum` and `avg`, with signed weights.
//!
//! Integers and decimals are summed exactly in 128 bits. Floats are summed as
//! they come; infinities and NaN are counted apart, so that they go away again
//! when their rows are retracted.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};

use super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::types::{Error, Result};

/// Sum and number of the values of each group.
pub struct SumAccumulator {
    domain: Domain,
    average: bool,
    result: DataType,
    counts: Vec<i64>,
    exact: Vec<i128>,
    floats: Vec<f64>,
    /// (NaN, +infinity, -infinity) counts, only for groups that have had any.
    specials: hashbrown::HashMap<u32, [i64; 3]>,
}

#[derive(Clone, Copy, PartialEq)]
enum Domain {
    Integer,
    /// Scale of the argument.
    Decimal(i8),
    Float,
}

impl SumAccumulator {
    /// `sum` with a result of this type.
    pub fn sum(result: DataType) -> Result<Self> {
        Self::new(result.clone(), result, false)
    }

    /// `avg` of arguments of one type with a result of another.
    pub fn average(argument: DataType, result: DataType) -> Result<Self> {
        Self::new(argument, result, true)
    }

    fn new(argument: DataType, result: DataType, average: bool) -> Result<Self> {
        let domain = match argument {
            DataType::Decimal128(_, scale) => Domain::Decimal(scale),
            t if t.is_integer() => Domain::Integer,
            DataType::Float32 | DataType::Float64 => Domain::Float,
            other => return Err(Error::unsupported(format!("sum of {other} in a view"))),
        };
        Ok(SumAccumulator {
            domain,
            average,
            result,
            counts: Vec::new(),
            exact: Vec::new(),
            floats: Vec::new(),
            specials: hashbrown::HashMap::new(),
        })
    }

    fn float_result(&self, slot: u32) -> f64 {
        match self.specials.get(&slot) {
            Some([nan, up, down]) if *nan > 0 || (*up > 0 && *down > 0) => f64::NAN,
            Some([_, up, _]) if *up > 0 => f64::INFINITY,
            Some([_, _, down]) if *down > 0 => f64::NEG_INFINITY,
            _ => self.floats[slot as usize],
        }
    }

    fn add_float(&mut self, slot: u32, value: f64, diff: i64) {
        if value.is_finite() {
            self.floats[slot as usize] += value * diff as f64;
            return;
        }
        let kind = if value.is_nan() {
            0
        } else if value > 0.0 {
            1
        } else {
            2
        };
        self.specials.entry(slot).or_default()[kind] += diff;
    }

    fn sums(&self, slots: &[u32]) -> Result<ArrayRef> {
        let some = |s: &u32| self.counts[*s as usize] > 0;
        Ok(match self.domain {
            Domain::Integer => {
                let sum = |s: &u32| some(s).then(|| self.exact[*s as usize] as i64);
                cast(&slots.iter().map(sum).collect::<Int64Array>(), &self.result)?
            }
            Domain::Decimal(_) => {
                let sum = |s: &u32| some(s).then(|| self.exact[*s as usize]);
                let sums: Decimal128Array = slots.iter().map(sum).collect();
                Arc::new(sums.with_data_type(self.result.clone()))
            }
            Domain::Float => {
                let sum = |s: &u32| some(s).then(|| self.float_result(*s));
                cast(&slots.iter().map(sum).collect::<Float64Array>(), &self.result)?
            }
        })
    }

    fn averages(&self, slots: &[u32]) -> Result<ArrayRef> {
        let count = |s: &u32| self.counts[*s as usize];
        if let (Domain::Decimal(scale), DataType::Decimal128(_, wider)) = (self.domain, &self.result) {
            let factor = 10i128.pow(u32::try_from(wider - scale).unwrap_or(0));
            let average = |s: &u32| {
                (count(s) > 0).then(|| self.exact[*s as usize].wrapping_mul(factor) / i128::from(count(s)))
            };
            let averages: Decimal128Array = slots.iter().map(average).collect();
            return Ok(Arc::new(averages.with_data_type(self.result.clone())));
        }
        let average = |s: &u32| {
            let sum = match self.domain {
                Domain::Float => self.float_result(*s),
                _ => self.exact[*s as usize] as f64,
            };
            (count(s) > 0).then(|| sum / count(s) as f64)
        };
        Ok(cast(&slots.iter().map(average).collect::<Float64Array>(), &self.result)?)
    }
}

impl Accumulator for SumAccumulator {
    fn resize(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
        match self.domain {
            Domain::Float => self.floats.resize(slots, 0.0),
            _ => self.exact.resize(slots, 0),
        }
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = &rows.arguments[0];
        let length = rows.slots.len();
        match self.domain {
            Domain::Integer => {
                let column = cast(column, &DataType::Int64)?;
                let column = column.as_primitive::<Int64Type>();
                for_each_valid(column, length, |row| {
                    let (slot, diff) = (rows.slots[row] as usize, rows.diff(row));
                    self.counts[slot] += diff;
                    self.exact[slot] += i128::from(column.value(row)) * i128::from(diff);
                });
            }
            Domain::Decimal(_) => {
                let column = column.as_primitive::<Decimal128Type>();
                for_each_valid(column, length, |row| {
                    let (slot, diff) = (rows.slots[row] as usize, rows.diff(row));
                    self.counts[slot] += diff;
                    self.exact[slot] =
                        self.exact[slot].wrapping_add(column.value(row).wrapping_mul(i128::from(diff)));
                });
            }
            Domain::Float => {
                let column = cast(column, &DataType::Float64)?;
                let column = column.as_primitive::<Float64Type>();
                for_each_valid(column, length, |row| {
                    let (slot, diff) = (rows.slots[row], rows.diff(row));
                    self.counts[slot as usize] += diff;
                    self.add_float(slot, column.value(row), diff);
                });
            }
        }
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        if self.average { self.averages(slots) } else { self.sums(slots) }
    }

    fn clear(&mut self, slots: &[u32]) {
        for slot in slots {
            let index = *slot as usize;
            self.counts[index] = 0;
            match self.domain {
                Domain::Float => self.floats[index] = 0.0,
                _ => self.exact[index] = 0,
            }
            self.specials.remove(slot);
        }
    }
}
