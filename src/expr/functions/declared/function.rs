//! All forms of one name as a function for the planner.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};

use super::call::Column;
use super::{Call, Form, Kind, Result, narrow};
use crate::expr::error::undefined_function;

/// A function by its forms.
pub struct Declared {
    name: String,
    forms: Vec<Form>,
}

impl Declared {
    /// The function of these forms, which have one name.
    pub fn udf(forms: Vec<Form>) -> Arc<ScalarUDF> {
        let name = forms.first().map(|form| form.name.clone()).unwrap_or_default();
        Arc::new(ScalarUDF::new_from_impl(Declared { name, forms }))
    }

    /// The nearest form that takes these types; the first of equally near ones.
    fn form(&self, types: &[DataType]) -> Result<&Form> {
        let near = self.forms.iter().filter_map(|form| Some((form.distance(types)?, form)));
        let found = near.min_by_key(|(distance, _)| *distance);
        found.map(|(_, form)| form).ok_or_else(|| undefined_function(&self.name, types))
    }

    fn result(&self, types: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
        let form = self.form(types)?;
        let as_narrow = |scale: Option<i8>| -> Result<DataType> {
            let argument = |(index, t): (usize, &DataType)| match form.kind(index) {
                Kind::Numeric => narrow::stand_in(t, scale),
                _ => t.clone(),
            };
            form.result(&types.iter().enumerate().map(argument).collect::<Vec<_>>(), literals)
        };
        let result = as_narrow(None)?;
        Ok(match result {
            DataType::Decimal128(_, scale) if as_narrow(Some(0))? != result => narrow::widened(types, scale),
            result => result,
        })
    }

    /// Only a quoted literal is read as another type, not any text.
    fn check_literals(&self, types: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<()> {
        let form = self.form(types)?;
        let is_read = |index: usize, from: &DataType| {
            matches!(from, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
                && form.kind(index).distance(from).is_some_and(|distance| distance >= Kind::READ)
        };
        let mut arguments = types.iter().zip(literals).enumerate();
        match arguments.any(|(index, (from, literal))| literal.is_none() && is_read(index, from)) {
            true => Err(undefined_function(&self.name, types)),
            false => Ok(()),
        }
    }

    fn call(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let types: Vec<DataType> = args.args.iter().map(ColumnarValue::data_type).collect();
        let form = self.form(&types)?;
        let is_constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let mut columns = Vec::with_capacity(args.args.len());
        for (index, value) in args.args.iter().enumerate() {
            let constant = matches!(value, ColumnarValue::Scalar(_));
            let array = value.to_array(if constant { 1 } else { rows })?;
            columns.push(Column { array: form.kind(index).bring(&array)?, constant });
        }
        let planned = args.return_field.data_type().clone();
        // Of numerics of 256 bits the values say how many places there are.
        let result = match planned {
            DataType::Decimal128(..) | DataType::Decimal256(..) if form.typed.is_some() => {
                let brought: Vec<DataType> = columns.iter().map(|c| c.array.data_type().clone()).collect();
                let literal = |a: &'_ ColumnarValue| match a {
                    ColumnarValue::Scalar(value) => Some(value.clone()),
                    ColumnarValue::Array(_) => None,
                };
                let literals: Vec<Option<ScalarValue>> = args.args.iter().map(literal).collect();
                form.result(&brought, &literals.iter().map(Option::as_ref).collect::<Vec<_>>())?
            }
            _ => planned.clone(),
        };
        let is_null = |c: &Column| c.constant && c.array.is_null(0);
        let array = if form.strict && columns.iter().any(is_null) {
            new_null_array(&planned, rows)
        } else {
            (form.run)(&Call::new(columns, rows, result, form.strict))?
        };
        let array = super::bring_to(&array, &planned)?;
        Ok(match is_constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?),
            false => ColumnarValue::Array(array),
        })
    }
}

impl std::fmt::Debug for Declared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// A name is declared once, so it tells functions apart.
impl PartialEq for Declared {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Declared {}

impl Hash for Declared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn external(error: crate::types::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl ScalarUDFImpl for Declared {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        static SIGNATURE: LazyLock<Signature> = LazyLock::new(|| {
            let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
            Signature::one_of(any, Volatility::Immutable)
        });
        &SIGNATURE
    }

    fn return_type(&self, types: &[DataType]) -> PlanResult<DataType> {
        self.result(types, &vec![None; types.len()]).map_err(external)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> PlanResult<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        self.check_literals(&types, args.scalar_arguments).map_err(external)?;
        let result = self.result(&types, args.scalar_arguments).map_err(external)?;
        Ok(Arc::new(Field::new(&self.name, result, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        self.call(args).map_err(external)
    }
}
