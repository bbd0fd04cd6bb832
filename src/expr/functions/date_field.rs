//! `extract`, `date_part`: one field of a date, time, timestamp or interval.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
    Time64MicrosecondType, TimestampMicrosecondType,
};
use datafusion::common::ScalarValue;

use super::declared::{Call, Form, Forms, Result, define};
use super::moment::{DAY, HOUR, Moment};
use crate::expr::sql_name;
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let sources = ["timestamp", "timestamptz", "date", "time", "interval"];
    let mut all = vec![];
    for source in sources {
        let extract = format!("extract(text, {source}) -> numeric");
        all.extend(
            define("One field; usually written EXTRACT(field FROM source)", &[&extract], |c| {
                let DataType::Decimal128(_, scale) = c.result() else {
                    return Err(Error::internal("extract gives a numeric"));
                };
                let unit = 10i128.pow(6 - (*scale).clamp(0, 6) as u32);
                fields(c, |micros| micros / unit)
            })
            .typed(numeric_type),
        );
        let part = format!("date_part(text, {source}) -> double precision");
        all.extend(define("One field as a float", &[&part], |c| {
            let exact = fields(c, |micros| micros)?;
            let exact = exact.as_primitive::<Decimal128Type>();
            Ok(std::sync::Arc::new(exact.unary::<_, Float64Type>(|micros| micros as f64 / 1e6)))
        }));
    }
    all
}

/// As many decimal places as PostgreSQL gives the field.
fn numeric_type(types: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let name = match literals.first().copied().flatten() {
        Some(ScalarValue::Utf8(Some(name))) => Some(name.as_str()),
        _ => None,
    };
    let is_date = matches!(types.get(1), Some(DataType::Date32));
    let scale = match name.map(Field::of) {
        Some(Ok(Field::Second)) => 6,
        Some(Ok(Field::Epoch | Field::Julian)) if !is_date => 6,
        Some(Ok(Field::Millisecond)) => 3,
        Some(Ok(_)) => 0,
        Some(Err(_)) => 0,
        None => 6,
    };
    Ok(DataType::Decimal128(38, scale))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    DayOfWeek,
    IsoDayOfWeek,
    DayOfYear,
    IsoYear,
    Epoch,
    Julian,
    Zone,
    ZoneHour,
    ZoneMinute,
}

impl Field {
    /// A field by any of its names; `22023` for another word.
    fn of(name: &str) -> Result<Field> {
        let name = name.trim_matches('\'');
        Ok(match name.to_ascii_lowercase().as_str() {
            "us" | "usec" | "usecs" | "usecond" | "useconds" | "microsecond" | "microseconds"
            | "microsecon" => Field::Microsecond,
            "ms" | "msec" | "msecs" | "msecond" | "mseconds" | "millisecond" | "milliseconds"
            | "millisecon" => Field::Millisecond,
            "s" | "sec" | "secs" | "second" | "seconds" => Field::Second,
            "m" | "min" | "mins" | "minute" | "minutes" => Field::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" => Field::Hour,
            "d" | "day" | "days" => Field::Day,
            "w" | "week" | "weeks" => Field::Week,
            "mon" | "mons" | "month" | "months" => Field::Month,
            "qtr" | "quarter" => Field::Quarter,
            "y" | "yr" | "yrs" | "year" | "years" => Field::Year,
            "dec" | "decs" | "decade" | "decades" => Field::Decade,
            "c" | "cent" | "century" | "centuries" => Field::Century,
            "mil" | "mils" | "millennium" | "millennia" => Field::Millennium,
            "dow" => Field::DayOfWeek,
            "isodow" => Field::IsoDayOfWeek,
            "doy" => Field::DayOfYear,
            "isoyear" => Field::IsoYear,
            "epoch" => Field::Epoch,
            "j" | "jd" | "julian" => Field::Julian,
            "timezone" => Field::Zone,
            "timezone_h" | "timezone_hour" => Field::ZoneHour,
            "timezone_m" | "timezone_minute" => Field::ZoneMinute,
            _ => {
                let message = format!("unit \"{name}\" not recognized");
                return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
            }
        })
    }
}

/// The values' millionths, turned by `scaled` into what the result's type counts.
fn fields(c: &Call, scaled: impl Fn(i128) -> i128) -> Result<ArrayRef> {
    let name = c.text(0);
    let source = c.array(1).data_type().clone();
    let constant = if name.is_constant() { Some(Field::of(name.at(0))?) } else { None };
    let field = |row: usize| constant.map_or_else(|| Field::of(name.at(row)), Ok);
    let missing =
        |field: &str| Error::unsupported(format!("unit \"{field}\" for type {}", sql_name(&source)));
    let finish = |value: Option<i128>, row: usize| match value {
        Some(value) => Ok(Some(scaled(value))),
        None => Err(missing(name.at(row))),
    };
    match &source {
        DataType::Date32 => {
            let days = c.value::<Date32Type>(1);
            c.column::<Decimal128Type>(|row| finish(of_date(field(row)?, days.at(row).into()), row))
        }
        DataType::Time64(_) => {
            let time = c.value::<Time64MicrosecondType>(1);
            c.column::<Decimal128Type>(|row| finish(of_clock(field(row)?, time.at(row)), row))
        }
        DataType::Interval(_) => {
            let value = c.value::<IntervalMonthDayNanoType>(1);
            c.column::<Decimal128Type>(|row| finish(of_interval(field(row)?, value.at(row)), row))
        }
        DataType::Timestamp(_, zone) => {
            let (time, zoned) = (c.value::<TimestampMicrosecondType>(1), zone.is_some());
            c.column::<Decimal128Type>(|row| finish(of_timestamp(field(row)?, time.at(row), zoned), row))
        }
        other => Err(Error::internal(format!("extract from {other}"))),
    }
}

const MILLION: i128 = 1_000_000;

fn of_clock(field: Field, micros: i64) -> Option<i128> {
    let micros = i128::from(micros);
    let minute = 60 * MILLION;
    Some(match field {
        Field::Microsecond => micros % minute * MILLION,
        Field::Millisecond => micros % minute * 1000,
        Field::Second => micros % minute,
        Field::Minute => micros / minute % 60 * MILLION,
        Field::Hour => micros / i128::from(HOUR) * MILLION,
        Field::Epoch => micros,
        _ => return None,
    })
}

fn of_date(field: Field, days: i64) -> Option<i128> {
    if matches!(
        field,
        Field::Microsecond
            | Field::Millisecond
            | Field::Second
            | Field::Minute
            | Field::Hour
            | Field::Zone
            | Field::ZoneHour
            | Field::ZoneMinute
    ) {
        return None;
    }
    of_timestamp(field, days * DAY, false)
}

fn of_timestamp(field: Field, time: i64, zoned: bool) -> Option<i128> {
    let whole = |value: i64| Some(i128::from(value) * MILLION);
    // The fields that need no calendar.
    match field {
        Field::Epoch => return Some(time.into()),
        Field::Zone | Field::ZoneHour | Field::ZoneMinute => return zoned.then_some(0),
        Field::Microsecond | Field::Millisecond | Field::Second | Field::Minute | Field::Hour => {
            return of_clock(field, time.rem_euclid(DAY));
        }
        Field::DayOfWeek => return whole((time.div_euclid(DAY) + 4).rem_euclid(7)),
        _ => {}
    }
    let moment = Moment::of(time);
    match field {
        Field::Day => whole(moment.day),
        Field::Week => whole(moment.iso_week().1),
        Field::Month => whole(moment.month),
        Field::Quarter => whole((moment.month - 1) / 3 + 1),
        Field::Year => whole(moment.shown_year()),
        Field::Decade => whole(moment.year.div_euclid(10)),
        Field::Century => whole(moment.century()),
        Field::Millennium => whole(moment.millennium()),
        Field::IsoDayOfWeek => whole((moment.weekday() + 6) % 7 + 1),
        Field::DayOfYear => whole(moment.day_of_year()),
        Field::IsoYear => {
            let year = moment.iso_week().0;
            whole(if year > 0 { year } else { year - 1 })
        }
        Field::Julian => {
            let part = i128::from(moment.micros) * MILLION / i128::from(DAY);
            Some(i128::from(moment.days + 2_440_588) * MILLION + part)
        }
        _ => None,
    }
}

fn of_interval(field: Field, value: IntervalMonthDayNano) -> Option<i128> {
    let (months, days, micros) = (i128::from(value.months), i128::from(value.days), value.nanoseconds / 1000);
    let years = months / 12;
    Some(
        MILLION
            * match field {
                Field::Day => days,
                Field::Month => months % 12,
                Field::Quarter => months % 12 / 3 + 1,
                Field::Year => years,
                Field::Decade => years / 10,
                Field::Century => years / 100,
                Field::Millennium => years / 1000,
                Field::Epoch => {
                    // A year has 365.25 days, a month 30.
                    let seconds = years * 31_557_600 + months % 12 * 2_592_000 + days * 86_400;
                    return Some(seconds * MILLION + i128::from(micros));
                }
                _ => return of_clock(field, micros),
            },
    )
}
