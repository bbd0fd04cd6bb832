//! The types that signatures are written in.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{
    DataType, Field, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, Time64MicrosecondType,
    TimeUnit,
};

use super::narrow;
use crate::expr::functions::days;
use crate::expr::input;
use crate::types::{Error, Result, logical};

/// A type in a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Boolean,
    SmallInt,
    Integer,
    BigInt,
    Real,
    Double,
    Numeric,
    Text,
    Bytea,
    Date,
    Time,
    Timestamp,
    Timestamptz,
    Interval,
    TextArray,
    IntegerArray,
    AnyArray,
    /// Any type; as a result, the type of the first argument.
    Any,
}

const WORDS: &[(&str, Kind)] = &[
    ("boolean", Kind::Boolean),
    ("smallint", Kind::SmallInt),
    ("integer", Kind::Integer),
    ("bigint", Kind::BigInt),
    ("real", Kind::Real),
    ("double precision", Kind::Double),
    ("numeric", Kind::Numeric),
    ("text", Kind::Text),
    ("bytea", Kind::Bytea),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("timestamp", Kind::Timestamp),
    ("timestamptz", Kind::Timestamptz),
    ("interval", Kind::Interval),
    ("text[]", Kind::TextArray),
    ("integer[]", Kind::IntegerArray),
    ("anyarray", Kind::AnyArray),
    ("any", Kind::Any),
];

impl Kind {
    /// The distance of a quoted literal from a type other than text.
    pub(super) const READ: u32 = 20;

    /// The kind that a word of a signature means.
    pub fn of(word: &str) -> Kind {
        let found = WORDS.iter().find(|(name, _)| *name == word);
        found.expect("signatures are written in the words above").1
    }

    /// The Arrow type; `None` if the kind stands for several.
    pub fn data_type(self) -> Option<DataType> {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
        Some(match self {
            Kind::Boolean => DataType::Boolean,
            Kind::SmallInt => DataType::Int16,
            Kind::Integer => DataType::Int32,
            Kind::BigInt => DataType::Int64,
            Kind::Real => DataType::Float32,
            Kind::Double => DataType::Float64,
            Kind::Text => DataType::Utf8,
            Kind::Bytea => DataType::Binary,
            Kind::Date => DataType::Date32,
            Kind::Time => DataType::Time64(TimeUnit::Microsecond),
            Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Kind::Timestamptz => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
            Kind::TextArray => list(DataType::Utf8),
            Kind::IntegerArray => list(DataType::Int32),
            Kind::Numeric | Kind::AnyArray | Kind::Any => return None,
        })
    }

    /// How far a type is from this kind; `None` if it does not become it by itself.
    pub fn distance(self, from: &DataType) -> Option<u32> {
        use DataType::*;
        if *from == Null {
            return Some(1);
        }
        if self.data_type().as_ref() == Some(from) {
            return Some(0);
        }
        let is_text = logical::is_text(from);
        Some(match (self, from) {
            (Kind::Text, _) if is_text => 0,
            (Kind::SmallInt, Int8 | UInt8) => 1,
            (Kind::Integer, Int8 | Int16 | UInt8 | UInt16) => 1,
            (Kind::Integer, Int64) => 9,
            (Kind::BigInt, t) if t.is_integer() => 2,
            (Kind::Numeric, Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..)) => 0,
            (Kind::Numeric, t) if t.is_integer() => 4,
            (Kind::Double, Float32 | Float16) => 2,
            (Kind::Double, t) if t.is_integer() => 3,
            (Kind::Double, t) if t.is_decimal() => 5,
            (Kind::Time, Time32(_) | Time64(_)) => 0,
            (Kind::Timestamp, Timestamp(_, None)) => 0,
            (Kind::Timestamptz, Timestamp(_, Some(_))) => 0,
            (Kind::Timestamptz, Date32 | Date64) => 2,
            (Kind::Timestamp, Date32 | Date64) => 3,
            (Kind::Timestamptz, Timestamp(_, None)) => 4,
            (Kind::Interval, Duration(_) | Interval(_)) => 0,
            (Kind::Interval, Time64(_)) => 5,
            (Kind::AnyArray, List(_) | LargeList(_) | FixedSizeList(..)) => 0,
            (Kind::TextArray | Kind::IntegerArray, List(_)) => 4,
            (Kind::Any, _) => 8,
            // A quoted literal has no type before it has a place.
            (Kind::AnyArray, _) => return None,
            _ if is_text => Kind::READ,
            _ => return None,
        })
    }

    /// A column brought to this kind.
    pub fn bring(self, array: &ArrayRef) -> Result<ArrayRef> {
        let from = array.data_type();
        let to = match self {
            Kind::Any => return Ok(array.clone()),
            Kind::AnyArray => match from {
                DataType::LargeList(item) | DataType::FixedSizeList(item, _) => DataType::List(item.clone()),
                _ => return Ok(array.clone()),
            },
            Kind::Numeric => match from {
                DataType::Decimal128(..) => return Ok(array.clone()),
                DataType::Decimal32(p, s) | DataType::Decimal64(p, s) => DataType::Decimal128(*p, *s),
                DataType::Decimal256(..) => return narrow::bring(array),
                from if logical::is_text(from) => {
                    return narrow::bring(&bring_to(array, &logical::numeric())?);
                }
                _ => DataType::Decimal128(20, 0),
            },
            _ => self.data_type().expect("the others have one type"),
        };
        bring_to(array, &to)
    }
}

/// Casts as PostgreSQL's implicit casts do.
pub fn bring_to(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let from = array.data_type();
    if from == to {
        return Ok(array.clone());
    }
    match (from, to) {
        (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, DataType::Utf8) => Ok(cast(array, to)?),
        (DataType::Utf8, _) => {
            input::read_column(array.as_string::<i32>(), to, "UTC").map_err(|(_, error)| error)
        }
        (DataType::LargeUtf8 | DataType::Utf8View, _) => bring_to(&cast(array, &DataType::Utf8)?, to),
        (DataType::Duration(_), DataType::Interval(_)) => Ok(days::of_durations(array)?),
        (DataType::Time64(TimeUnit::Microsecond), DataType::Interval(_)) => {
            let times = array.as_primitive::<Time64MicrosecondType>();
            let gaps: IntervalMonthDayNanoArray =
                times.unary::<_, IntervalMonthDayNanoType>(|t| IntervalMonthDayNano::new(0, 0, t * 1000));
            Ok(Arc::new(gaps))
        }
        _ => {
            let options = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(array, to, &options).map_err(Error::from)
        }
    }
}
