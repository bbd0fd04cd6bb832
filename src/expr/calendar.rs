//! The proleptic Gregorian calendar.

/// The date of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The astronomical year: 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// Of days since 1970-01-01, after Howard Hinnant's `civil_from_days`: years
    /// of 365.2425 days that begin in March, in eras of 400.
    pub fn of_day(days: i64) -> Date {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date { year, month: month as u8, day: day as u8 }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn dates_agree_with_chrono() {
        for days in (-1_000_000..1_000_000).step_by(97) {
            let expected = chrono::NaiveDate::from_num_days_from_ce_opt(days + 719_163).expect("in range");
            let (month, day) = (expected.month() as u8, expected.day() as u8);
            let expected = Date { year: i64::from(expected.year()), month, day };
            assert_eq!(Date::of_day(i64::from(days)), expected);
        }
    }
}
