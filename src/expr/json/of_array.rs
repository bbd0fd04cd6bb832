//! Values of any type as JSON, as `to_jsonb` has it.

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::datatypes::DataType;

use super::value::Json;
use crate::expr::TextPrinter;
use crate::types::{Error, Result};

/// The JSON values of one array.
pub struct Converter {
    array: ArrayRef,
    kind: Kind,
}

enum Kind {
    Null,
    Bool,
    Number(TextPrinter),
    /// A moment: `T` between date and time, and whole hours of an offset as `+00:00`.
    Moment(TextPrinter),
    Text(TextPrinter),
    Json(TextPrinter),
    List(Box<Converter>, ListArray),
    Struct(Vec<(String, Converter)>),
    Map(Box<Converter>, Box<Converter>),
}

impl Converter {
    /// Looks at the type once.
    pub fn new(array: &ArrayRef) -> Result<Self> {
        use DataType::*;
        let printer = || TextPrinter::new(array);
        let kind = match array.data_type() {
            Null => Kind::Null,
            Boolean => Kind::Bool,
            t if t.is_numeric() => Kind::Number(printer()?),
            Timestamp(..) => Kind::Moment(printer()?),
            LargeBinary | BinaryView => Kind::Json(printer()?),
            List(_) => {
                let list = array.as_list::<i32>().clone();
                Kind::List(Box::new(Converter::new(list.values())?), list)
            }
            LargeList(item) | FixedSizeList(item, _) | ListView(item) => {
                let list = arrow::compute::cast(array, &List(item.clone()))?;
                return Converter::new(&list);
            }
            Struct(fields) => {
                let columns = fields.iter().zip(array.as_struct().columns());
                let converters = columns.map(|(f, c)| Ok((f.name().clone(), Converter::new(c)?)));
                Kind::Struct(converters.collect::<Result<_>>()?)
            }
            Map(..) => {
                let map = array.as_map();
                let (keys, values) = (Converter::new(map.keys())?, Converter::new(map.values())?);
                Kind::Map(Box::new(keys), Box::new(values))
            }
            Dictionary(_, value) => return Converter::new(&arrow::compute::cast(array, value)?),
            _ => Kind::Text(printer()?),
        };
        Ok(Converter { array: array.clone(), kind })
    }

    /// The value of a row; NULL is `null`.
    pub fn value(&self, row: usize) -> Result<Json> {
        if self.array.is_null(row) {
            return Ok(Json::Null);
        }
        Ok(match &self.kind {
            Kind::Null => Json::Null,
            Kind::Bool => Json::Bool(self.array.as_boolean().value(row)),
            Kind::Number(printer) => {
                let text = printed(printer, row);
                match super::parse(&text) {
                    Ok(number) => number,
                    // NaN and the infinities are no numbers in JSON.
                    Err(_) => Json::String(text),
                }
            }
            Kind::Moment(printer) => {
                let text = printed(printer, row).replacen(' ', "T", 1);
                let is_whole = text.rfind(['+', '-']).is_some_and(|at| at > 10 && at + 3 == text.len());
                Json::String(if is_whole { format!("{text}:00") } else { text })
            }
            Kind::Text(printer) => Json::String(printed(printer, row)),
            Kind::Json(printer) => super::parse(&printed(printer, row))?,
            Kind::List(items, list) => {
                let (from, to) = (list.value_offsets()[row], list.value_offsets()[row + 1]);
                Json::Array((from..to).map(|i| items.value(i as usize)).collect::<Result<_>>()?)
            }
            Kind::Struct(fields) => {
                let entries = fields.iter().map(|(name, c)| Ok((name.clone(), c.value(row)?)));
                Json::object(entries.collect::<Result<_>>()?)
            }
            Kind::Map(keys, values) => {
                let offsets = self.array.as_map().value_offsets();
                let range = offsets[row] as usize..offsets[row + 1] as usize;
                let entries = range.map(|i| Ok((key_text(&keys.value(i)?)?, values.value(i)?)));
                Json::object(entries.collect::<Result<_>>()?)
            }
        })
    }
}

fn printed(printer: &TextPrinter, row: usize) -> String {
    let mut text = String::new();
    printer.write(row, &mut text);
    text
}

/// A scalar as the key of an object; `22023` for what cannot be one.
pub(super) fn key_text(value: &Json) -> Result<String> {
    use crate::types::SqlState;
    match value {
        Json::String(text) | Json::Number(text) => Ok(text.clone()),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Null => Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "field name must not be null")),
        Json::Array(_) | Json::Object(_) => Err(Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            "key value must be scalar, not array, composite, or json",
        )),
    }
}
