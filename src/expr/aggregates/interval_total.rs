//! `sum` and `avg` of intervals: months, days and time are added up apart, and an
//! average is PostgreSQL's quotient, in which a part of a month becomes days.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    DataType, Decimal128Type, Field, FieldRef, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit,
};
use datafusion::common::{DataFusionError, HashSet, Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use crate::expr::functions::{days, interval_length, interval_over, interval_range};
use crate::types::Error;

/// What is summed.
pub const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

/// The sum of a number of intervals.
#[derive(Clone, Copy, Debug, Default)]
pub struct IntervalSum {
    months: i128,
    days: i128,
    nanos: i128,
    /// How many they are.
    pub count: i64,
}

impl IntervalSum {
    /// Adds an interval so many times; takes it away if `times` is negative.
    pub fn add(&mut self, value: IntervalMonthDayNano, times: i64) {
        let by = i128::from(times);
        self.months += i128::from(value.months) * by;
        self.days += i128::from(value.days) * by;
        self.nanos += i128::from(value.nanoseconds) * by;
        self.count += times;
    }

    /// `22008` if it is longer than an interval can be.
    pub fn sum(&self) -> Result<IntervalMonthDayNano, Error> {
        let narrow = |value: i128| i32::try_from(value).map_err(|_| interval_range());
        let nanos = i64::try_from(self.nanos).map_err(|_| interval_range())?;
        Ok(IntervalMonthDayNano::new(narrow(self.months)?, narrow(self.days)?, nanos))
    }

    /// The sum, or that by the number of intervals; `None` if there are none.
    pub fn result(&self, average: bool) -> Result<Option<IntervalMonthDayNano>, Error> {
        match (self.count, average) {
            (..=0, _) => Ok(None),
            (_, false) => self.sum().map(Some),
            (count, true) => interval_over(self.sum()?, count as f64).map(Some),
        }
    }
}

/// Differences of times are intervals of days and a rest.
pub fn as_intervals(values: &ArrayRef) -> Result<ArrayRef> {
    Ok(match values.data_type() {
        DataType::Duration(_) => days::of_durations(values)?,
        t if *t == INTERVAL => values.clone(),
        _ => arrow::compute::cast(values, &INTERVAL)?,
    })
}

/// One group, or the rows of a window frame.
#[derive(Debug)]
pub struct IntervalAccumulator {
    sum: IntervalSum,
    average: bool,
    /// With DISTINCT, the lengths and the values of these.
    seen: Option<(HashSet<i128>, Vec<IntervalMonthDayNano>)>,
}

impl IntervalAccumulator {
    /// No rows yet.
    pub fn new(average: bool, distinct: bool) -> Self {
        IntervalAccumulator { sum: IntervalSum::default(), average, seen: distinct.then(Default::default) }
    }

    /// What [`state`](Accumulator::state) gives.
    pub fn state_fields(name: &str, distinct: bool) -> Vec<FieldRef> {
        if distinct {
            let item = Field::new_list_field(INTERVAL, true);
            return vec![Arc::new(Field::new_list(format!("{name}[values]"), item, false))];
        }
        let field = |part: &str| Field::new(format!("{name}[{part}]"), DataType::Decimal128(38, 0), true);
        ["months", "days", "nanos", "count"].map(|part| Arc::new(field(part))).to_vec()
    }

    fn add(&mut self, values: &ArrayRef, times: i64) -> Result<()> {
        let values = as_intervals(values)?;
        for value in values.as_primitive::<IntervalMonthDayNanoType>().iter().flatten() {
            if let Some((lengths, kept)) = &mut self.seen {
                if !lengths.insert(interval_length(value)) {
                    continue;
                }
                kept.push(value);
            }
            self.sum.add(value, times);
        }
        Ok(())
    }
}

impl Accumulator for IntervalAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], -1)
    }

    fn supports_retract_batch(&self) -> bool {
        self.seen.is_none()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.sum.result(self.average).map_err(|e| DataFusionError::External(Box::new(e)))?;
        Ok(ScalarValue::IntervalMonthDayNano(result))
    }

    fn size(&self) -> usize {
        let each = size_of::<i128>() + size_of::<IntervalMonthDayNano>();
        size_of_val(self) + self.seen.as_ref().map_or(0, |(lengths, _)| lengths.capacity() * each)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if let Some((_, kept)) = &self.seen {
            let values = arrow::array::IntervalMonthDayNanoArray::from(kept.clone());
            let field = Arc::new(Field::new_list_field(INTERVAL, true));
            let offsets = OffsetBuffer::from_lengths([values.len()]);
            let list = ListArray::new(field, offsets, Arc::new(values), None);
            return Ok(vec![ScalarValue::List(Arc::new(list))]);
        }
        let IntervalSum { months, days, nanos, count } = self.sum;
        let number = |value: i128| ScalarValue::Decimal128(Some(value), 38, 0);
        Ok([months, days, nanos, count.into()].map(number).to_vec())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        if self.seen.is_some() {
            return states[0].as_list::<i32>().iter().flatten().try_for_each(|list| self.add(&list, 1));
        }
        let part = |index: usize| -> &Decimal128Array { states[index].as_primitive::<Decimal128Type>() };
        for row in (0..part(0).len()).filter(|row| part(3).is_valid(*row)) {
            self.sum.months += part(0).value(row);
            self.sum.days += part(1).value(row);
            self.sum.nanos += part(2).value(row);
            self.sum.count += part(3).value(row) as i64;
        }
        Ok(())
    }
}
