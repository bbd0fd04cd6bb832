//! `timezone(zone, time)`, which is `time AT TIME ZONE zone`: an instant as the
//! wall clock there shows it, or the instant at which it shows this.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, AsArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNanoType, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::OffsetName;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::expr::undefined_function;
use crate::types::{Error, SqlState, logical};

/// The function's name.
pub const NAME: &str = "timezone";

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    let signature = Signature::user_defined(Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(TimeZoneFunction { signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TimeZoneFunction {
    signature: Signature,
}

const WALL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

impl ScalarUDFImpl for TimeZoneFunction {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let undefined = || DataFusionError::External(Box::new(undefined_function(NAME, types)));
        let [zone, time] = types else { return Err(undefined()) };
        let zone = match zone {
            t if logical::is_text(t) || *t == DataType::Null => DataType::Utf8,
            DataType::Interval(_) => DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano),
            _ => return Err(undefined()),
        };
        let time = match time {
            DataType::Timestamp(_, None) => WALL,
            // Text and dates are instants, as in PostgreSQL.
            DataType::Timestamp(_, Some(_)) | DataType::Date32 | DataType::Null => instant(),
            t if logical::is_text(t) => instant(),
            _ => return Err(undefined()),
        };
        Ok(vec![zone, time])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(if types[1] == WALL { instant() } else { WALL })
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |columns| {
            moved(&columns[0], &columns[1]).map_err(|e| DataFusionError::External(Box::new(e)))
        })
    }
}

fn moved(zones: &ArrayRef, times: &ArrayRef) -> Result<ArrayRef, Error> {
    let to_wall = *times.data_type() != WALL;
    let times = cast(times, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
    let times = times.as_primitive::<TimestampMicrosecondType>();
    // Zones seldom change from row to row.
    let mut last: Option<(String, Tz)> = None;
    let mut moved = Vec::with_capacity(times.len());
    for row in 0..times.len() {
        if zones.is_null(row) || times.is_null(row) {
            moved.push(None);
            continue;
        }
        let name = zone_name(zones, row)?;
        let zone = match &last {
            Some((known, zone)) if *known == name => *zone,
            _ => last.insert((name.clone(), parse_zone(&name)?)).1,
        };
        let time = times.value(row);
        let shifted = if to_wall { wall(time, &zone) } else { instant_of(time, &zone) };
        let out_of_range = || Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range");
        moved.push(Some(shifted.ok_or_else(out_of_range)?));
    }
    let moved = TimestampMicrosecondArray::from(moved);
    Ok(if to_wall { Arc::new(moved) } else { Arc::new(moved.with_timezone("UTC")) })
}

fn zone_name(zones: &ArrayRef, row: usize) -> Result<String, Error> {
    if *zones.data_type() == DataType::Utf8 {
        return Ok(zones.as_string::<i32>().value(row).to_string());
    }
    let interval = zones.as_primitive::<IntervalMonthDayNanoType>().value(row);
    if interval.months != 0 || interval.days != 0 {
        let message = "interval time zone must not include months or days";
        return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
    }
    // East of Greenwich, where a text is west of it.
    let minutes = interval.nanoseconds / 60_000_000_000;
    let sign = if minutes < 0 { '+' } else { '-' };
    Ok(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

/// A zone of the tz database, or an offset, which is positive west of Greenwich:
/// that is POSIX's way, and PostgreSQL's.
pub fn parse_zone(name: &str) -> Result<Tz, Error> {
    let unknown =
        || Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("time zone \"{name}\" not recognized"));
    let given = name.trim();
    if let Some(zone) = chrono_tz::TZ_VARIANTS.iter().find(|z| z.name().eq_ignore_ascii_case(given)) {
        return Tz::from_str(zone.name()).map_err(|_| unknown());
    }
    let upper = given.to_ascii_uppercase();
    if upper == "Z" || upper == "ZULU" {
        return Tz::from_str("UTC").map_err(|_| unknown());
    }
    let abbreviations = [
        ("EDT", 4),
        ("CST", 6),
        ("CDT", 5),
        ("MDT", 6),
        ("PST", 8),
        ("PDT", 7),
        ("BST", -1),
        ("CEST", -2),
        ("EEST", -3),
        ("MSK", -3),
        ("IST", -2),
        ("JST", -9),
        ("KST", -9),
        ("AEST", -10),
    ];
    if let Some((_, west)) = abbreviations.iter().find(|(known, _)| *known == upper) {
        return offset_zone(*west, 0).ok_or_else(unknown);
    }
    let digits = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let hours: i32 = hours.parse().map_err(|_| unknown())?;
    let minutes: i32 = minutes.parse().map_err(|_| unknown())?;
    offset_zone(sign * hours, sign * minutes).ok_or_else(unknown)
}

/// What the clock on the wall of a zone shows.
pub struct WallClock {
    zone: Tz,
    /// The same in the tz database, which knows abbreviations.
    named: Option<chrono_tz::Tz>,
}

impl WallClock {
    /// The clock of a zone as `timezone()` names it.
    pub fn of(name: &str) -> Result<Self, Error> {
        let zone = parse_zone(name)?;
        Ok(WallClock { zone, named: zone.to_string().parse().ok() })
    }

    /// What it shows at an instant (microseconds), the zone's abbreviation then,
    /// and its seconds east of Greenwich.
    pub fn at(&self, instant: i64) -> Result<(i64, String, i64), Error> {
        let out_of_range = || Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range");
        let utc = DateTime::from_timestamp_micros(instant).ok_or_else(out_of_range)?.naive_utc();
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        let seconds = i64::from(offset.local_minus_utc());
        let named = self.named.map(|zone| zone.offset_from_utc_datetime(&utc));
        let name = named.as_ref().and_then(|o| o.abbreviation()).map(str::to_string);
        let shown = instant.checked_add(seconds * 1_000_000).ok_or_else(out_of_range)?;
        Ok((shown, name.unwrap_or_else(|| offset.to_string()), seconds))
    }
}

fn offset_zone(hours_west: i32, minutes_west: i32) -> Option<Tz> {
    let east = -(hours_west * 60 + minutes_west);
    let sign = if east < 0 { '-' } else { '+' };
    Tz::from_str(&format!("{sign}{:02}:{:02}", east.abs() / 60, east.abs() % 60)).ok()
}

/// What the wall clock shows at an instant.
fn wall(instant: i64, zone: &Tz) -> Option<i64> {
    let utc = DateTime::from_timestamp_micros(instant)?.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    instant.checked_add(i64::from(offset) * 1_000_000)
}

/// The instant at which the wall clock shows this: the later one if there are
/// two, and as if the clock had not been put forward if there is none.
fn instant_of(wall: i64, zone: &Tz) -> Option<i64> {
    let local: NaiveDateTime = DateTime::from_timestamp_micros(wall)?.naive_utc();
    let offset = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) => offset,
        LocalResult::Ambiguous(_, later) => later,
        LocalResult::None => {
            let before = local.checked_sub_signed(Duration::hours(3))?;
            zone.offset_from_local_datetime(&before).latest()?
        }
    };
    wall.checked_sub(i64::from(offset.fix().local_minus_utc()) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_put_forward_and_back() {
        let berlin = parse_zone("europe/berlin").unwrap();
        let micros = |text: &str| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().timestamp_micros()
        };
        for (wall_clock, utc) in [
            ("2024-07-01 12:00", "2024-07-01 10:00"),
            ("2024-01-01 12:00", "2024-01-01 11:00"),
            // Does not exist, and exists twice.
            ("2024-03-31 02:30", "2024-03-31 01:30"),
            ("2024-10-27 02:30", "2024-10-27 01:30"),
        ] {
            assert_eq!(instant_of(micros(wall_clock), &berlin), Some(micros(utc)), "{wall_clock}");
        }
        assert_eq!(wall(micros("2024-07-01 10:00"), &berlin), Some(micros("2024-07-01 12:00")));
        let west = parse_zone("+02:00").unwrap();
        assert_eq!(wall(micros("2024-07-01 10:00"), &west), Some(micros("2024-07-01 08:00")));
        assert_eq!(parse_zone("nowhere").unwrap_err().code(), SqlState::INVALID_PARAMETER_VALUE);
    }
}
