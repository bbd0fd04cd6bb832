//! The functions of arrays that catalog queries call.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ScalarUDF;

use super::function::{Arguments, function};
use super::lookup::{text_list, text_list_type};

/// What DataFusion lacks for arrays.
pub fn array_functions() -> Vec<ScalarUDF> {
    vec![
        function("ms_option_names", text_list_type(), |arguments| Ok(option_parts(arguments, true))),
        function("ms_option_values", text_list_type(), |arguments| Ok(option_parts(arguments, false))),
        function("ms_expand_array", expanded_type(), |arguments| match arguments.value(0) {
            Some(ScalarValue::List(list)) => expand(&list.value(0)),
            _ => ScalarValue::try_from(&expanded_type()),
        }),
        function("array_upper", DataType::Int32, |arguments| match arguments.value(0) {
            Some(ScalarValue::List(list)) if list.value_length(0) > 0 => {
                Ok(ScalarValue::Int32(Some(list.value_length(0))))
            }
            _ => Ok(ScalarValue::Int32(None)),
        }),
        function("array_lower", DataType::Int32, |arguments| match arguments.value(0) {
            Some(ScalarValue::List(list)) if list.value_length(0) > 0 => Ok(ScalarValue::Int32(Some(1))),
            _ => Ok(ScalarValue::Int32(None)),
        }),
    ]
}

/// The names or the values of options that are written `name=value`.
fn option_parts(arguments: &Arguments, names: bool) -> ScalarValue {
    let Some(ScalarValue::List(list)) = arguments.value(0) else { return text_list(&[]) };
    let options = list.value(0);
    let options = options.as_string_opt::<i32>().into_iter().flatten().flatten();
    let parts = options.map(|option| option.split_once('=').unwrap_or((option, "")));
    text_list(&parts.map(|(name, value)| if names { name } else { value }).collect::<Vec<_>>())
}

/// The fields of what `_pg_expandarray` gives: a value and its place from 1.
fn expanded_fields() -> Fields {
    Fields::from(vec![Field::new("x", DataType::Int64, true), Field::new("n", DataType::Int32, true)])
}

fn expanded_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(expanded_fields()), true)))
}

fn expand(values: &ArrayRef) -> Result<ScalarValue> {
    let x = arrow::compute::cast(values, &DataType::Int64)?;
    let places = (1..).take(values.len());
    let n: ArrayRef = Arc::new(Int32Array::from_iter_values(places));
    let pairs = StructArray::try_new(expanded_fields(), vec![x, n], None)?;
    let element = Arc::new(Field::new_list_field(pairs.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([pairs.len()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(element, offsets, Arc::new(pairs), None)?)))
}
