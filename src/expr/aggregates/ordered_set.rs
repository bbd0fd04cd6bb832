//! `percentile_disc(f) WITHIN GROUP (ORDER BY x)` and `mode() WITHIN GROUP (ORDER BY x)`:
//! one of a group's values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::{SortOptions, cast, concat, is_not_null, sort};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use crate::types::{Error, SqlState};

/// The functions and what the manual says about them.
pub fn udafs() -> Vec<(Arc<AggregateUDF>, &'static str)> {
    let udaf = |kind, arguments| {
        let signature = Signature::any(arguments, Volatility::Immutable);
        Arc::new(AggregateUDF::new_from_impl(OrderedSet { kind, signature }))
    };
    vec![
        (udaf(Kind::Percentile, 2), "The first value of which the position reaches the fraction"),
        (udaf(Kind::Mode, 1), "The value that comes most often, the first in order of several"),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Percentile,
    Mode,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OrderedSet {
    kind: Kind,
    signature: Signature,
}

impl AggregateUDFImpl for OrderedSet {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Percentile => "percentile_disc",
            Kind::Mode => "mode",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = args.input_fields[0].data_type().clone();
        let values = Field::new(format!("{}[values]", args.name), DataType::new_list(item, true), true);
        let fraction = Field::new(format!("{}[fraction]", args.name), DataType::Float64, true);
        Ok(vec![Arc::new(values), Arc::new(fraction)])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let descending = args.order_bys.first().is_some_and(|order| order.options.descending);
        let data_type = args.expr_fields[0].data_type().clone();
        Ok(Box::new(Values { kind: self.kind, data_type, descending, batches: vec![], fraction: None }))
    }

    fn supports_within_group_clause(&self) -> bool {
        true
    }
}

/// All values of a group that are not NULL.
#[derive(Debug)]
struct Values {
    kind: Kind,
    data_type: DataType,
    descending: bool,
    batches: Vec<ArrayRef>,
    fraction: Option<f64>,
}

impl Values {
    fn all(&self) -> Result<ArrayRef> {
        let batches: Vec<&dyn Array> = self.batches.iter().map(|b| b.as_ref()).collect();
        match batches.is_empty() {
            true => Ok(arrow::array::new_empty_array(&self.data_type)),
            false => Ok(concat(&batches)?),
        }
    }

    fn take(&mut self, values: &ArrayRef) -> Result<()> {
        let values = match values.null_count() {
            0 => values.clone(),
            _ => arrow::compute::filter(values, &is_not_null(values)?)?,
        };
        if !values.is_empty() {
            self.batches.push(values);
        }
        Ok(())
    }

    fn take_fraction(&mut self, fractions: &ArrayRef) -> Result<()> {
        let fractions = cast(fractions, &DataType::Float64)?;
        let fractions: &Float64Array = fractions.as_primitive::<Float64Type>();
        let Some(fraction) = fractions.iter().flatten().next() else { return Ok(()) };
        if !(0.0..=1.0).contains(&fraction) {
            let message = format!("percentile value {fraction} is not between 0 and 1");
            let error = Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message);
            return Err(DataFusionError::External(Box::new(error)));
        }
        self.fraction = Some(fraction);
        Ok(())
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        self.take(&arguments[0])?;
        match arguments.get(1) {
            Some(fractions) if self.kind == Kind::Percentile => self.take_fraction(fractions),
            _ => Ok(()),
        }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.take(&list)?;
        }
        self.take_fraction(&states[1])
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let all = self.all()?;
        let values: Vec<ScalarValue> =
            (0..all.len()).map(|row| ScalarValue::try_from_array(&all, row)).collect::<Result<_>>()?;
        let list = ScalarValue::new_list_nullable(&values, &self.data_type);
        Ok(vec![ScalarValue::List(list), ScalarValue::Float64(self.fraction)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let options = SortOptions { descending: self.descending, nulls_first: false };
        let sorted = sort(&self.all()?, Some(options))?;
        if sorted.is_empty() {
            return ScalarValue::try_from(&self.data_type);
        }
        let at = match self.kind {
            Kind::Percentile => match self.fraction {
                Some(fraction) => (fraction * sorted.len() as f64).ceil().max(1.0) as usize - 1,
                None => return ScalarValue::try_from(&self.data_type),
            },
            Kind::Mode => most_frequent(&sorted)?,
        };
        ScalarValue::try_from_array(&sorted, at)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.batches.iter().map(|b| b.get_array_memory_size()).sum::<usize>()
    }
}

/// Where the longest run of equal values begins.
fn most_frequent(sorted: &ArrayRef) -> Result<usize> {
    let compare = arrow::array::make_comparator(sorted, sorted, SortOptions::default())?;
    let (mut start, mut best, mut length) = (0, 0, 0);
    for row in 0..sorted.len() {
        if compare(start, row).is_ne() {
            start = row;
        }
        if row - start + 1 > length {
            (best, length) = (start, row - start + 1);
        }
    }
    Ok(best)
}
