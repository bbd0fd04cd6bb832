//! `jsonb_agg`, `jsonb_object_agg` and their twins for `json`.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::utils::compare_rows;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::of_array::{Converter, key_text};
use super::{Json, compact, text};
use crate::expr::undefined_function;
use crate::types::{Error, logical};

/// All of them.
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    let one = |name, objects, is_json| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(AggregateUDF::new_from_impl(Gather { name, objects, is_json, signature }))
    };
    vec![
        one("jsonb_agg", false, false),
        one("json_agg", false, true),
        one("jsonb_object_agg", true, false),
        one("json_object_agg", true, true),
    ]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Gather {
    name: &'static str,
    objects: bool,
    is_json: bool,
    signature: Signature,
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        if types.len() != if self.objects { 2 } else { 1 } {
            return Err(DataFusionError::External(Box::new(undefined_function(self.name, types))));
        }
        Ok(types.to_vec())
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(if self.is_json { logical::json() } else { logical::jsonb() })
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let order = args.order_bys.iter().map(|o| o.options).collect();
        let (objects, is_json) = (self.objects, self.is_json);
        Ok(Box::new(Gathered { objects, is_json, parts: vec![], order, sort: vec![] }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = Field::new_list_field(DataType::Utf8, true);
        Ok(vec![Arc::new(Field::new_list(format!("{}[parts]", args.name), item, true))])
    }
}

/// The documents of a group, as text; keys and values in turns for an object.
#[derive(Debug)]
struct Gathered {
    objects: bool,
    is_json: bool,
    parts: Vec<String>,
    /// How the rows are ordered, and by what; nothing if they are in order.
    order: Vec<SortOptions>,
    sort: Vec<Vec<ScalarValue>>,
}

fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl Gathered {
    /// Puts the rows in order.
    fn arrange(&mut self) {
        if self.sort.is_empty() {
            return;
        }
        let mut rows: Vec<usize> = (0..self.sort.len()).collect();
        rows.sort_by(|a, b| {
            compare_rows(&self.sort[*a], &self.sort[*b], &self.order).unwrap_or(Ordering::Equal)
        });
        let width = 1 + usize::from(self.objects);
        let part = |row: usize| self.parts[row * width..(row + 1) * width].iter().cloned();
        self.parts = rows.iter().flat_map(|row| part(*row)).collect();
        self.sort.clear();
    }

    fn document(&self) -> Result<String> {
        if !self.objects {
            return Ok(format!("[{}]", self.parts.join(", ")));
        }
        if self.is_json {
            let entries = self.parts.chunks(2).map(|pair| format!("{} : {}", pair[0], pair[1]));
            return Ok(format!("{{ {} }}", entries.collect::<Vec<_>>().join(", ")));
        }
        let mut entries = Vec::with_capacity(self.parts.len() / 2);
        for pair in self.parts.chunks(2) {
            let key = match super::parse(&pair[0]).map_err(external)? {
                Json::String(key) => key,
                _ => pair[0].clone(),
            };
            entries.push((key, super::parse(&pair[1]).map_err(external)?));
        }
        Ok(text(&Json::object(entries)))
    }
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        // Behind the arguments come the values to order by.
        let by = &values[(1 + usize::from(self.objects)).min(values.len())..];
        if !self.order.is_empty() && by.len() == self.order.len() {
            for row in 0..values[0].len() {
                let key = by.iter().map(|c| ScalarValue::try_from_array(c, row));
                self.sort.push(key.collect::<Result<_>>()?);
            }
        }
        let values = &values[..1 + usize::from(self.objects)];
        let converters =
            values.iter().map(Converter::new).collect::<Result<Vec<_>, _>>().map_err(external)?;
        for row in 0..values[0].len() {
            for (place, converter) in converters.iter().enumerate() {
                let value = converter.value(row).map_err(external)?;
                self.parts.push(match self.objects && place == 0 {
                    true => text(&Json::String(key_text(&value).map_err(external)?)),
                    false if self.is_json => compact(&value),
                    false => text(&value),
                });
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.arrange();
        let document = if self.parts.is_empty() { None } else { Some(self.document()?.into_bytes()) };
        Ok(match self.is_json {
            true => ScalarValue::BinaryView(document),
            false => ScalarValue::LargeBinary(document),
        })
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.parts.iter().map(|p| p.capacity() + size_of::<String>()).sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.arrange();
        let parts: Vec<ScalarValue> = self.parts.iter().map(|p| ScalarValue::from(p.as_str())).collect();
        Ok(vec![ScalarValue::List(ScalarValue::new_list(&parts, &DataType::Utf8, true))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.parts.extend(list.as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        Ok(())
    }
}
