//! `ms_record(record)`: a record as one with other names and types, field by
//! field. Users write casts and assignments.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Fields};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::expr::input::read_column;
use crate::types::{Error, SqlState, logical};

/// The function that gives records of these fields.
pub fn udf(to: DataType) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Record { signature, to }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Record {
    signature: Signature,
    to: DataType,
}

impl ScalarUDFImpl for Record {
    fn name(&self) -> &str {
        "ms_record"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.to.clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |values| renamed(&values[0], &self.to))
    }
}

fn renamed(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    match (values.data_type(), to) {
        (from, to) if from == to => Ok(values.clone()),
        (DataType::Struct(from), DataType::Struct(fields)) => fields_of(values, from, fields),
        (from, to) if logical::is_text(from) => {
            let texts = arrow::compute::cast(values, &DataType::Utf8)?;
            let read = read_column(texts.as_string::<i32>(), to, "UTC");
            read.map_err(|(_, error)| DataFusionError::External(Box::new(error)))
        }
        (_, to) => {
            let options = CastOptions { safe: false, ..CastOptions::default() };
            Ok(cast_with_options(values, to, &options)?)
        }
    }
}

fn fields_of(values: &ArrayRef, from: &Fields, to: &Fields) -> Result<ArrayRef> {
    if from.len() != to.len() {
        let error = Error::new(SqlState("42846"), "cannot cast type record to another of other length");
        return Err(DataFusionError::External(Box::new(error)));
    }
    let record = values.as_struct();
    let columns = record.columns().iter().zip(to).map(|(c, f)| renamed(c, f.data_type()));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let nulls = record.nulls().cloned();
    Ok(Arc::new(StructArray::try_new_with_length(to.clone(), columns, nulls, values.len())?))
}
