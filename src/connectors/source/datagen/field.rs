//! What a statement says about each field, checked against its type.

use std::cell::RefCell;
use std::collections::BTreeSet;

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use chrono::DateTime;

use super::duration;
use super::values::{Base, Kind, Values};
use crate::connectors::settings::{Settings, invalid};
use crate::connectors::source::dice::Dice;
use crate::dataflow::OptionSpec;
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// Every option of the connector.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec { name: "datagen.rows.per.second", about: "rows a second, of all splits (10); 0: no limit" },
    OptionSpec { name: "datagen.split.num", about: "partitions among which the rows are dealt (1)" },
    OptionSpec { name: "fields.*.kind", about: "sequence or random (random)" },
    OptionSpec { name: "fields.*.start", about: "first number of a sequence (0)" },
    OptionSpec { name: "fields.*.end", about: "last number of a sequence, with which the stream ends" },
    OptionSpec { name: "fields.*.min", about: "least random number (0)" },
    OptionSpec { name: "fields.*.max", about: "greatest random number (32767)" },
    OptionSpec { name: "fields.*.length", about: "characters of random text (10), items of an array (1)" },
    OptionSpec {
        name: "fields.*.max_past",
        about: "random times lie at most so far before the base (1 day)",
    },
    OptionSpec {
        name: "fields.*.max_past_mode",
        about: "absolute: one base for all rows; relative: the time at which a row is due",
    },
    OptionSpec {
        name: "fields.*.basetime",
        about: "the base, as 2023-04-01T16:00:00Z (when the source starts)",
    },
    OptionSpec { name: "fields.*.seed", about: "another seed gives other values (0)" },
];

/// The greatest random number, when none is given.
const MAX: i64 = i16::MAX as i64;

/// The longest random text, in characters, and the longest array.
const LENGTH_MAX: u64 = 1 << 20;

/// Reads the options of every column; option names are in lower case, as SQL
/// folds them, whatever the case of the column. Also the number of rows, when a sequence
/// ends.
pub fn fields(schema: &Schema, settings: Settings<'_>) -> Result<(Vec<Values>, Option<u64>)> {
    let reader = FieldReader { settings, known: RefCell::default(), rows: RefCell::default() };
    let made = schema
        .fields()
        .iter()
        .map(|f| reader.field(f, &format!("fields.{}", f.name().to_lowercase()), false));
    let made = made.collect::<Result<Vec<_>>>()?;
    reader.check(schema)?;
    Ok((made, reader.rows.into_inner()))
}

struct FieldReader<'a> {
    settings: Settings<'a>,
    /// The options that mean something for these columns.
    known: RefCell<BTreeSet<String>>,
    /// Rows until the first sequence ends.
    rows: RefCell<Option<u64>>,
}

impl FieldReader<'_> {
    fn field(&self, field: &Field, path: &str, in_array: bool) -> Result<Values> {
        let kind = match field.data_type() {
            DataType::Struct(children) => {
                let name = |f: &FieldRef| format!("{path}.{}", f.name().to_lowercase());
                let child = |f: &FieldRef| self.field(f, &name(f), in_array);
                Kind::Struct(children.clone(), children.iter().map(child).collect::<Result<_>>()?)
            }
            DataType::List(item) => {
                let length = self.number(path, "length", 0u64, LENGTH_MAX)?.unwrap_or(1);
                Kind::List(length, item.clone(), Box::new(self.field(item, &format!("{path}._"), true)?))
            }
            _ if self.is_sequence(path)? => self.sequence(field, path, in_array)?,
            _ => self.random(field, path)?,
        };
        Ok(Values { data_type: field.data_type().clone(), kind })
    }

    fn is_sequence(&self, path: &str) -> Result<bool> {
        match self.text(path, "kind") {
            None | Some("random") => Ok(false),
            Some("sequence") => Ok(true),
            Some(other) => Err(invalid(&format!("{path}.kind"), other, "'sequence' or 'random'")),
        }
    }

    fn sequence(&self, field: &Field, path: &str, in_array: bool) -> Result<Kind> {
        let Some((least, most)) = bounds(field.data_type()).filter(|_| !in_array) else {
            let place = if in_array { "in an array" } else { "of this type" };
            return Err(invalid(
                &format!("{path}.kind"),
                "sequence",
                &format!("'random' for a field {place}"),
            ));
        };
        let start = self.number(path, "start", least, most)?.unwrap_or(0);
        if let Some(end) = self.number(path, "end", least, most)? {
            let count = (end - start).checked_add(1).filter(|count| *count >= 0).ok_or_else(|| {
                invalid(&format!("{path}.end"), &end.to_string(), &format!("a number not below {start}"))
            })?;
            let mut rows = self.rows.borrow_mut();
            *rows = Some(rows.unwrap_or(u64::MAX).min(count as u64));
        }
        Ok(Kind::Sequence(start))
    }

    fn random(&self, field: &Field, path: &str) -> Result<Kind> {
        let seed = self.number(path, "seed", 0, u64::MAX)?.unwrap_or(0);
        let dice = Dice::new(
            seed,
            path.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            }),
        );
        match field.data_type() {
            DataType::Int16 | DataType::Int32 | DataType::Int64 => {
                let (least, most) = bounds(field.data_type()).expect("integers have bounds");
                let (min, max) = self.range(path, least, most, 0, MAX)?;
                Ok(Kind::Integer { min, max, dice })
            }
            DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => {
                let (min, max) = self.range(path, -1e15, 1e15, 0.0, MAX as f64)?;
                Ok(Kind::Float { min, max, dice })
            }
            DataType::Boolean => Ok(Kind::Boolean(dice)),
            DataType::Utf8 => {
                let length = self.number(path, "length", 0, LENGTH_MAX)?.unwrap_or(10);
                Ok(Kind::Text { length, dice })
            }
            DataType::Timestamp(..) | DataType::Date32 => self.time(path, dice),
            other => Err(Error::unsupported(format!("type {other} of field \"{path}\" with datagen"))),
        }
    }

    fn range<N>(&self, path: &str, least: N, most: N, min: N, max: N) -> Result<(N, N)>
    where
        N: std::str::FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let low = self.number(path, "min", least, most)?;
        let high = self.number(path, "max", least, most)?;
        let (given, low) = (low.is_some(), low.unwrap_or(min));
        let high = high.unwrap_or(if given && low > max { most } else { max });
        // Only one bound given: the other one follows when it has to.
        let low = if !given && low > high { least } else { low };
        if low > high {
            return Err(invalid(
                &format!("{path}.max"),
                &high.to_string(),
                &format!("a number not below {low}"),
            ));
        }
        Ok((low, high))
    }

    fn time(&self, path: &str, dice: Dice) -> Result<Kind> {
        let past_us = match self.text(path, "max_past") {
            None => 86_400_000_000,
            Some(text) => duration::micros(text).ok_or_else(|| {
                invalid(&format!("{path}.max_past"), text, "a length of time such as '1h' or '2 days'")
            })?,
        };
        let relative = match self.text(path, "max_past_mode") {
            None | Some("absolute") => false,
            Some("relative") => true,
            Some(other) => {
                return Err(invalid(&format!("{path}.max_past_mode"), other, "'absolute' or 'relative'"));
            }
        };
        let base = match self.text(path, "basetime") {
            _ if relative => Base::Due,
            None => Base::Start,
            Some(text) => {
                Base::Given(DateTime::parse_from_rfc3339(text).map(|t| t.timestamp_micros()).map_err(
                    |_| invalid(&format!("{path}.basetime"), text, "a time such as '2023-04-01T16:00:00Z'"),
                )?)
            }
        };
        Ok(Kind::Time { past_us, base, dice })
    }

    fn text(&self, path: &str, option: &str) -> Option<&str> {
        let name = format!("{path}.{option}");
        let text = self.settings.text(&name);
        self.known.borrow_mut().insert(name);
        text
    }

    fn number<N>(&self, path: &str, option: &str, least: N, most: N) -> Result<Option<N>>
    where
        N: std::str::FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let name = format!("{path}.{option}");
        let number = self.settings.number(&name, least, most);
        self.known.borrow_mut().insert(name);
        number
    }

    /// Fails on an option for a column that is not there, or that means nothing
    /// for its type and kind.
    fn check(&self, schema: &Schema) -> Result<()> {
        let known = self.known.borrow();
        let strange = |name: &&String| name.starts_with("fields.") && !known.contains(*name);
        let Some(name) = self.settings.0.keys().find(strange) else { return Ok(()) };
        let field =
            name.strip_prefix("fields.").and_then(|n| n.rsplit_once('.')).map_or("", |(field, _)| field);
        let own = format!("fields.{field}.");
        let allowed: Vec<&str> = known.iter().filter(|k| k.starts_with(&own)).map(String::as_str).collect();
        if !allowed.is_empty() {
            let text = format!("option \"{name}\" does not go with the type and kind of field \"{field}\"");
            return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, text)
                .with_hint(format!("Allowed: {}.", allowed.join(", "))));
        }
        let text = format!("option \"{name}\" names no column");
        let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, text);
        let columns: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        Err(match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
            None => error.with_hint(format!("The columns are {}.", columns.join(", "))),
        })
    }
}

/// The least and greatest number of a type that can count.
fn bounds(data_type: &DataType) -> Option<(i64, i64)> {
    // Far enough from the ends of 64 bits that sums stay inside.
    const WIDE: i64 = i64::MAX / 4;
    match data_type {
        DataType::Int16 => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        DataType::Int32 => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        DataType::Int64 | DataType::Float64 | DataType::Float32 | DataType::Decimal128(..) => {
            Some((-WIDE, WIDE))
        }
        _ => None,
    }
}
