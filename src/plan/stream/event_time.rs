//! Columns that follow a watermark.
//!
//! A column follows the watermark `w` of a source when every row still to come
//! has a value of at least `bound(w)` there. `bound` is a chain of monotone
//! functions, built up as the planner goes through projections and windows.

use crate::types::ObjectId;

/// A column that follows a source's watermark.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTime {
    /// Index of the column.
    pub column: usize,
    /// The source or table whose watermark it follows.
    pub source: ObjectId,
    /// From the watermark to the least value still to come.
    pub bound: TimeBound,
    /// How long after the watermark has passed them rows still count; microseconds.
    pub lateness: i64,
}

/// A chain of monotone functions on microseconds, applied in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeBound(pub Vec<Monotone>);

/// One monotone function on microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotone {
    /// `t + micros`
    Add(i64),
    /// The start of the window of `size` (shifted by `offset`) that holds `t`.
    Floor { size: i64, offset: i64 },
    /// The earliest start among the hopping windows that hold `t`.
    FirstHop { slide: i64, size: i64, offset: i64 },
}

impl TimeBound {
    /// The least value still to come at this watermark.
    pub fn at(&self, watermark: i64) -> i64 {
        self.0.iter().fold(watermark, |t, f| f.apply(t))
    }

    /// The least watermark at which `value` is below the bound: with it nothing
    /// as small is still to come.
    pub fn passes(&self, value: i64) -> i64 {
        self.0.iter().rev().fold(value, |v, f| f.last_at_most(v)).saturating_add(1)
    }

    /// The bound as text, of a time called `name`.
    pub fn of(&self, name: &str) -> String {
        let seconds = |micros: i64| format!("{} s", micros as f64 / 1e6);
        self.0.iter().fold(name.to_string(), |inner, f| match f {
            Monotone::Add(micros) if *micros < 0 => format!("{inner} - {}", seconds(-micros)),
            Monotone::Add(micros) => format!("{inner} + {}", seconds(*micros)),
            Monotone::Floor { size, .. } => format!("floor({inner}, {})", seconds(*size)),
            Monotone::FirstHop { slide, size, .. } => {
                format!("first_hop({inner}, {}, {})", seconds(*slide), seconds(*size))
            }
        })
    }

    /// This bound, then one more function.
    pub fn then(&self, next: Monotone) -> TimeBound {
        let mut chain = self.0.clone();
        chain.push(next);
        TimeBound(chain)
    }
}

impl Monotone {
    /// The function's value; saturates, so that "no more rows" stays so.
    pub fn apply(self, t: i64) -> i64 {
        if t == i64::MAX || t == i64::MIN {
            return t;
        }
        match self {
            Monotone::Add(micros) => t.saturating_add(micros),
            Monotone::Floor { size, offset } => floor(t, size, offset),
            Monotone::FirstHop { slide, size, offset } => {
                floor(t, slide, offset).saturating_sub(size).saturating_add(slide)
            }
        }
    }

    /// The greatest `t` at which the function is still at most `value`.
    fn last_at_most(self, value: i64) -> i64 {
        match self {
            Monotone::Add(micros) => value.saturating_sub(micros),
            Monotone::Floor { size, offset } => floor(value, size, offset).saturating_add(size - 1),
            Monotone::FirstHop { slide, size, offset } => {
                let start = value.saturating_add(size).saturating_sub(slide);
                floor(start, slide, offset).saturating_add(slide - 1)
            }
        }
    }
}

fn floor(t: i64, size: i64, offset: i64) -> i64 {
    t.saturating_sub(t.saturating_sub(offset).rem_euclid(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_their_times() {
        let hop = Monotone::FirstHop { slide: 2, size: 10, offset: 0 };
        assert_eq!(hop.apply(11), 2);
        assert_eq!(Monotone::Floor { size: 10, offset: 3 }.apply(2), -7);
        assert_eq!(TimeBound::default().then(hop).then(Monotone::Add(10)).at(11), 12);
        assert_eq!(hop.apply(i64::MAX), i64::MAX);
    }

    #[test]
    fn a_value_is_passed_exactly_when_it_is_below_the_bound() {
        let floor = Monotone::Floor { size: 7, offset: 2 };
        let hop = Monotone::FirstHop { slide: 3, size: 9, offset: 1 };
        for chain in [vec![], vec![floor], vec![hop], vec![Monotone::Add(4), floor, Monotone::Add(-3), hop]] {
            let bound = TimeBound(chain);
            for value in -40..40 {
                let passes = bound.passes(value);
                assert!(bound.at(passes) > value, "{bound:?} at {passes} has passed {value}");
                assert!(bound.at(passes - 1) <= value, "{bound:?} before {passes} has not passed {value}");
            }
        }
    }
}
