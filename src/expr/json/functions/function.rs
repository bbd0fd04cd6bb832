//! One function: its name, its arguments and what it does with a row.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::arguments::{Argument, Arguments, Output, Value, collect};
use crate::expr::functions::over_columns;
use crate::expr::undefined_function;
use crate::types::Error;

/// What is done with the arguments of a row, none of which is NULL unless the
/// function is not strict.
pub(super) type Body = fn(&Arguments, usize) -> Result<Option<Value>, Error>;

/// A row of a table of functions.
pub(super) struct JsonFunction {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [Argument],
    /// How many arguments there must be at least.
    pub(super) least: usize,
    /// The last argument may be repeated.
    pub(super) repeats: bool,
    /// NULL gives NULL.
    pub(super) strict: bool,
    pub(super) output: Output,
    pub(super) body: Body,
}

impl JsonFunction {
    /// A strict function of exactly these arguments.
    pub(super) const fn new(
        name: &'static str,
        arguments: &'static [Argument],
        output: Output,
        body: Body,
    ) -> Self {
        let least = arguments.len();
        JsonFunction { name, arguments, least, repeats: false, strict: true, output, body }
    }

    /// The same with so many arguments at least.
    pub(super) const fn at_least(self, least: usize) -> Self {
        JsonFunction { least, ..self }
    }

    /// The same, the last argument as often as one likes.
    pub(super) const fn repeated(self, least: usize) -> Self {
        JsonFunction { least, repeats: true, ..self }
    }

    /// The same, called for NULLs too.
    pub(super) const fn lenient(self) -> Self {
        JsonFunction { strict: false, ..self }
    }

    pub(super) fn udf(&'static self) -> Arc<ScalarUDF> {
        let signature = Signature::user_defined(Volatility::Immutable);
        let aliases = match super::SETS.contains(&self.name) {
            true => vec![format!("ms_{}", self.name)],
            false => vec![],
        };
        Arc::new(ScalarUDF::new_from_impl(Function { is: self, signature, aliases }))
    }
}

#[derive(Debug)]
struct Function {
    is: &'static JsonFunction,
    signature: Signature,
    /// The name that gives a list where the plain one gives rows.
    aliases: Vec<String>,
}

impl std::fmt::Debug for JsonFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.is.name == other.is.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.is.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.is.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let undefined = || DataFusionError::External(Box::new(undefined_function(self.is.name, given)));
        let most = if self.is.repeats { usize::MAX } else { self.is.arguments.len() };
        if given.len() < self.is.least || given.len() > most {
            return Err(undefined());
        }
        let last = self.is.arguments.last();
        let coerced = given.iter().enumerate().map(|(i, t)| {
            let argument = self.is.arguments.get(i).or(last).ok_or_else(undefined)?;
            argument.coerced(t).ok_or_else(undefined)
        });
        coerced.collect()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(self.is.output.data_type(arguments))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |columns| {
            let external = |e: Error| DataFusionError::External(Box::new(e));
            // Without arguments it is a constant.
            let rows = columns.first().map_or(1, |c| c.len());
            let arguments = Arguments::new(columns, self.is.arguments).map_err(external)?;
            let mut values = Vec::with_capacity(rows);
            for row in 0..rows {
                values.push(match self.is.strict && arguments.any_null(row) {
                    true => None,
                    false => (self.is.body)(&arguments, row).map_err(external)?,
                });
            }
            collect(values, args.return_field.data_type()).map_err(external)
        })
    }
}
