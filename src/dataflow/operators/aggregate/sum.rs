//! `sum` and `avg`, with signed weights.
//!
//! Integers and decimals are summed exactly: in 128 bits, with what does not fit
//! there apart, or in 256. Floats are summed as they come; infinities and NaN are
//! counted apart, so that they go away again when their rows are retracted.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Decimal256Array, Float64Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, DecimalType, Float64Type, Int64Type, i256};

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::expr::numeric::{Number, quotient_of_integer};
use crate::types::{Error, Result};

/// Sum and number of the values of each group.
pub struct SumAccumulator {
    domain: Domain,
    average: bool,
    result: DataType,
    counts: Vec<i64>,
    exact: Vec<i128>,
    /// What did not fit into `exact`, only for groups that have had any.
    carries: hashbrown::HashMap<u32, i256>,
    wide: Vec<i256>,
    floats: Vec<f64>,
    /// (NaN, +infinity, -infinity) counts, only for groups that have had any.
    specials: hashbrown::HashMap<u32, [i64; 3]>,
}

#[derive(Clone, Copy, PartialEq)]
enum Domain {
    Integer,
    /// Scale of the argument.
    Decimal(i8),
    /// The same, of 256 bits.
    Wide(i8),
    Float,
}

impl SumAccumulator {
    /// `sum` of arguments of one type with a result of another.
    pub fn sum(argument: DataType, result: DataType) -> Result<Self> {
        Self::new(argument, result, false)
    }

    /// `avg` of arguments of one type with a result of another.
    pub fn average(argument: DataType, result: DataType) -> Result<Self> {
        Self::new(argument, result, true)
    }

    fn new(argument: DataType, result: DataType, average: bool) -> Result<Self> {
        let domain = match argument {
            DataType::Decimal128(_, scale) => Domain::Decimal(scale),
            DataType::Decimal256(_, scale) => Domain::Wide(scale),
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
            carries: hashbrown::HashMap::new(),
            wide: Vec::new(),
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

    fn add_exact(&mut self, slot: usize, value: i128, diff: i64) {
        let sum = value.checked_mul(i128::from(diff)).and_then(|v| self.exact[slot].checked_add(v));
        if let Some(sum) = sum {
            self.exact[slot] = sum;
            return;
        }
        let product = i256::from_i128(value).wrapping_mul(i256::from_i128(i128::from(diff)));
        let carry = self.carries.entry(slot as u32).or_insert(i256::ZERO);
        *carry = carry.wrapping_add(product);
    }

    /// The sum of a group of whole numbers or decimals.
    fn total(&self, slot: u32) -> i256 {
        if let Domain::Wide(_) = self.domain {
            return self.wide[slot as usize];
        }
        let sum = i256::from_i128(self.exact[slot as usize]);
        self.carries.get(&slot).map_or(sum, |carry| sum.wrapping_add(*carry))
    }

    fn scale(&self) -> i32 {
        match self.domain {
            Domain::Decimal(scale) | Domain::Wide(scale) => i32::from(scale),
            Domain::Integer | Domain::Float => 0,
        }
    }

    fn average_of(&self, slot: u32) -> Option<i256> {
        let sum = Number { value: self.total(slot), scale: self.scale() };
        quotient_of_integer(sum, self.counts[slot as usize])
    }

    /// Does the result of this group fit into its type?
    fn fits(&self, slot: u32) -> bool {
        match (&self.result, self.domain) {
            _ if self.counts[slot as usize] <= 0 => true,
            (_, Domain::Float) => true,
            (_, Domain::Integer) => true,
            _ if self.average => self.average_of(slot).is_some(),
            (DataType::Decimal128(..), _) => {
                let sum = self.total(slot).to_i128();
                sum.is_some_and(|s| Decimal128Type::is_valid_decimal_precision(s, 38))
            }
            (DataType::Decimal256(..), _) => Decimal256Type::is_valid_decimal_precision(self.total(slot), 76),
            _ => true,
        }
    }

    fn sums(&self, slots: &[u32]) -> Result<ArrayRef> {
        let some = |s: &u32| self.counts[*s as usize] > 0;
        Ok(match (&self.result, self.domain) {
            (_, Domain::Float) => {
                let sum = |s: &u32| some(s).then(|| self.float_result(*s));
                cast(&slots.iter().map(sum).collect::<Float64Array>(), &self.result)?
            }
            (DataType::Decimal128(..), _) => {
                let exact = |s: &u32| match self.carries.is_empty() {
                    true => self.exact[*s as usize],
                    false => self.total(*s).as_i128(),
                };
                let sum = |s: &u32| some(s).then(|| exact(s));
                let sums: Decimal128Array = slots.iter().map(sum).collect();
                Arc::new(sums.with_data_type(self.result.clone()))
            }
            (DataType::Decimal256(..), _) => {
                let sum = |s: &u32| some(s).then(|| self.total(*s));
                let sums: Decimal256Array = slots.iter().map(sum).collect();
                Arc::new(sums.with_data_type(self.result.clone()))
            }
            _ => {
                let sum = |s: &u32| some(s).then(|| self.exact[*s as usize] as i64);
                cast(&slots.iter().map(sum).collect::<Int64Array>(), &self.result)?
            }
        })
    }

    fn averages(&self, slots: &[u32]) -> Result<ArrayRef> {
        let count = |s: &u32| self.counts[*s as usize];
        if self.domain != Domain::Float {
            let average = |s: &u32| if count(s) > 0 { self.average_of(*s) } else { None };
            let averages: Decimal256Array = slots.iter().map(average).collect();
            return Ok(Arc::new(averages.with_data_type(self.result.clone())));
        }
        let average = |s: &u32| (count(s) > 0).then(|| self.float_result(*s) / count(s) as f64);
        Ok(cast(&slots.iter().map(average).collect::<Float64Array>(), &self.result)?)
    }
}

impl Accumulator for SumAccumulator {
    fn memory(&self) -> usize {
        let sums = of_vec(&self.exact) + of_vec(&self.wide) + of_vec(&self.floats);
        sums + of_vec(&self.counts) + self.carries.allocation_size() + self.specials.allocation_size()
    }

    fn resize(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
        match self.domain {
            Domain::Float => self.floats.resize(slots, 0.0),
            Domain::Wide(_) => self.wide.resize(slots, i256::ZERO),
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
                    self.add_exact(slot, column.value(row), diff);
                });
            }
            Domain::Wide(_) => {
                let column = column.as_primitive::<Decimal256Type>();
                for_each_valid(column, length, |row| {
                    let (slot, diff) = (rows.slots[row] as usize, rows.diff(row));
                    self.counts[slot] += diff;
                    let change = column.value(row).wrapping_mul(i256::from_i128(i128::from(diff)));
                    self.wide[slot] = self.wide[slot].wrapping_add(change);
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

    /// No number of bigints has a sum of more than 38 digits, and averages have
    /// room for all sums of 128 bits.
    fn is_bounded(&self) -> bool {
        match self.domain {
            Domain::Integer | Domain::Float => true,
            Domain::Decimal(_) => self.average,
            Domain::Wide(_) => false,
        }
    }

    fn is_out_of_range(&self, slot: u32) -> bool {
        !self.fits(slot)
    }

    fn clear(&mut self, slots: &[u32]) {
        for slot in slots {
            let index = *slot as usize;
            self.counts[index] = 0;
            match self.domain {
                Domain::Float => self.floats[index] = 0.0,
                Domain::Wide(_) => self.wide[index] = i256::ZERO,
                _ => self.exact[index] = 0,
            }
            self.specials.remove(slot);
            self.carries.remove(slot);
        }
    }
}
