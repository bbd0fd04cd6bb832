//! A point in time, or a length of time, as fields of the calendar.

use arrow::datatypes::IntervalMonthDayNano;

use crate::expr::calendar::Date;
use crate::expr::input::days_of;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;
/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;

/// A point in time as fields of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Days since 1970-01-01.
    pub days: i64,
    /// The astronomical year: 0 is 1 BC.
    pub year: i64,
    pub month: i64,
    pub day: i64,
    /// Microseconds since midnight.
    pub micros: i64,
}

impl Moment {
    /// The fields of microseconds since 1970.
    pub fn of(time: i64) -> Moment {
        let (days, micros) = (time.div_euclid(DAY), time.rem_euclid(DAY));
        let Date { year, month, day } = Date::of_day(days);
        Moment { days, year, month: month.into(), day: day.into(), micros }
    }

    /// The fields of a day.
    pub fn of_day(days: i64) -> Moment {
        Moment::of(days.saturating_mul(DAY))
    }

    /// An interval's fields: years, months, days and the rest, which may be more than a day.
    pub fn of_interval(value: IntervalMonthDayNano) -> Moment {
        let months = i64::from(value.months);
        Moment {
            days: 0,
            year: months / 12,
            month: months % 12,
            day: value.days.into(),
            micros: value.nanoseconds / 1000,
        }
    }

    /// Hours of the day, of any number in an interval.
    pub fn hour(&self) -> i64 {
        self.micros / HOUR
    }

    /// Hours of a clock with twelve of them.
    pub fn hour12(&self) -> i64 {
        match self.hour() % 12 {
            0 => 12,
            hour => hour,
        }
    }

    /// 0 is Sunday.
    pub fn weekday(&self) -> i64 {
        (self.days + 4).rem_euclid(7)
    }

    /// 1 is the first of January.
    pub fn day_of_year(&self) -> i64 {
        self.days - days_of(self.year, 1, 1).unwrap_or(0) + 1
    }

    /// ISO 8601 year and week: those of the week's Thursday.
    pub fn iso_week(&self) -> (i64, i64) {
        let thursday = Moment::of_day(self.days - (self.weekday() + 6) % 7 + 3);
        (thursday.year, (thursday.day_of_year() - 1) / 7 + 1)
    }

    /// The first day of the ISO year.
    pub fn iso_year_start(year: i64) -> i64 {
        let fourth = days_of(year, 1, 4).unwrap_or(0);
        fourth - (Moment::of_day(fourth).weekday() + 6) % 7
    }

    /// The year as it is written: there is no year 0.
    pub fn shown_year(&self) -> i64 {
        if self.year > 0 { self.year } else { self.year - 1 }
    }

    /// The century: 2000 is in the 20th, 2001 in the 21st.
    pub fn century(&self) -> i64 {
        if self.year > 0 { (self.year + 99) / 100 } else { -((99 - (self.year - 1)) / 100) }
    }

    /// The millennium.
    pub fn millennium(&self) -> i64 {
        if self.year > 0 { (self.year + 999) / 1000 } else { -((999 - (self.year - 1)) / 1000) }
    }

    /// Midnight of a day as microseconds since 1970, if there is such a day.
    pub fn midnight(year: i64, month: i64, day: i64) -> Option<i64> {
        days_of(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?.checked_mul(DAY)
    }
}
