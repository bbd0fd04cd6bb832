//! What a temporal filter is told.

use arrow::datatypes::SchemaRef;

use super::event_time::TimeBound;

/// Rows that are there for a time: while all conditions on `now()` hold.
#[derive(Clone, Debug)]
pub struct TemporalSpec {
    /// All of them must hold.
    pub conditions: Vec<TemporalCondition>,
    /// The columns of the input that are passed on.
    pub output: Vec<usize>,
    /// Names and types of the output.
    pub schema: SchemaRef,
}

impl TemporalSpec {
    /// Whoever is there after this moment (about the year 100000) stays for ever.
    pub const LAST: i64 = 3_100_000_000_000_000_000;
}

/// `moment(now()) relation column`: true from some moment on, or up to one,
/// since `moment` never falls. A NULL makes it false for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct TemporalCondition {
    /// What is done to `now()`.
    pub moment: TimeBound,
    /// How it is compared.
    pub relation: TemporalRelation,
    /// The input's column with a time.
    pub column: usize,
}

/// How a moment is compared with a row's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalRelation {
    /// `moment > time`: from then on.
    After,
    /// `moment >= time`: from then on.
    NotBefore,
    /// `moment < time`: up to then.
    Before,
    /// `moment <= time`: up to then.
    NotAfter,
}

impl TemporalRelation {
    /// The same with the sides exchanged.
    pub fn turned(self) -> TemporalRelation {
        match self {
            TemporalRelation::After => TemporalRelation::Before,
            TemporalRelation::NotBefore => TemporalRelation::NotAfter,
            TemporalRelation::Before => TemporalRelation::After,
            TemporalRelation::NotAfter => TemporalRelation::NotBefore,
        }
    }
}

impl TemporalCondition {
    /// Rows come by this condition, rather than go.
    pub fn begins(&self) -> bool {
        matches!(self.relation, TemporalRelation::After | TemporalRelation::NotBefore)
    }

    /// The first moment at which the condition has turned for a row with this
    /// time: from false to true if it [`begins`](Self::begins), else from true
    /// to false. Microseconds.
    pub fn turns(&self, time: i64) -> i64 {
        match self.relation {
            TemporalRelation::After | TemporalRelation::NotAfter => self.moment.passes(time),
            TemporalRelation::NotBefore | TemporalRelation::Before => {
                self.moment.passes(time.saturating_sub(1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::stream::Monotone;

    #[test]
    fn a_condition_turns_once() {
        let chains = [vec![], vec![Monotone::Add(-3)], vec![Monotone::Floor { size: 5, offset: 0 }]];
        for moment in chains.map(TimeBound) {
            for relation in [
                TemporalRelation::After,
                TemporalRelation::NotBefore,
                TemporalRelation::Before,
                TemporalRelation::NotAfter,
            ] {
                let condition = TemporalCondition { moment: moment.clone(), relation, column: 0 };
                for (now, time) in (0..30).flat_map(|now| (0..30).map(move |time| (now, time))) {
                    let moment = moment.at(now);
                    let holds = match relation {
                        TemporalRelation::After => moment > time,
                        TemporalRelation::NotBefore => moment >= time,
                        TemporalRelation::Before => moment < time,
                        TemporalRelation::NotAfter => moment <= time,
                    };
                    assert_eq!(holds, (now >= condition.turns(time)) == condition.begins());
                }
            }
        }
    }
}
