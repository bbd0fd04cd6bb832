//! `sum` and `avg` with PostgreSQL's result types: the sum of integers is a
//! bigint, that of bigints a numeric, and the average of whole numbers and
//! numerics is a numeric. Floats are DataFusion's.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Field, FieldRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, ReversedUDAF, Signature, Volatility,
};

use super::casting::Casting;
use super::exact::{ExactAccumulator, ExactGroups, Shape};
use super::interval_total::{INTERVAL, IntervalAccumulator};
use crate::expr::undefined_function;
use crate::types::logical;

/// `sum(x)`
pub fn sum() -> Arc<AggregateUDF> {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Total::udf(false));
    FUNCTION.clone()
}

/// `avg(x)`
pub fn avg() -> Arc<AggregateUDF> {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Total::udf(true));
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Total {
    average: bool,
    signature: Signature,
}

/// Who keeps the sums.
enum Keeper {
    /// DataFusion's function of that name.
    DataFusion,
    /// The same, given its argument as a bigint.
    Bigint,
    Exact(Shape),
    Intervals,
}

impl Total {
    fn udf(average: bool) -> Arc<AggregateUDF> {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(AggregateUDF::new_from_impl(Total { average, signature }))
    }

    fn datafusions(&self) -> Arc<AggregateUDF> {
        if self.average { avg_udaf() } else { sum_udaf() }
    }

    fn keeper(&self, argument: &DataType, result: &DataType) -> Keeper {
        let sum = match argument {
            DataType::Int16 | DataType::Int32 if !self.average => return Keeper::Bigint,
            DataType::Int16 | DataType::Int32 | DataType::Int64 => DataType::Decimal128(38, 0),
            DataType::Decimal128(_, scale) => DataType::Decimal128(38, *scale),
            DataType::Decimal256(_, scale) => DataType::Decimal256(76, *scale),
            DataType::Interval(_) | DataType::Duration(_) => return Keeper::Intervals,
            _ => return Keeper::DataFusion,
        };
        Keeper::Exact(Shape { sum, result: result.clone(), average: self.average })
    }
}

impl AggregateUDFImpl for Total {
    fn name(&self) -> &str {
        if self.average { "avg" } else { "sum" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let undefined = || DataFusionError::External(Box::new(undefined_function(self.name(), types)));
        let [argument] = types else { return Err(undefined()) };
        Ok(vec![match argument {
            DataType::Int16 | DataType::Int32 | DataType::Int64 => argument.clone(),
            DataType::Int8 | DataType::UInt8 => DataType::Int16,
            DataType::UInt16 => DataType::Int32,
            DataType::UInt32 | DataType::Null => DataType::Int64,
            DataType::UInt64 => DataType::Decimal128(20, 0),
            DataType::Decimal32(p, s) | DataType::Decimal64(p, s) => DataType::Decimal128(*p, *s),
            DataType::Decimal128(..) | DataType::Decimal256(..) => argument.clone(),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => DataType::Float64,
            DataType::Interval(_) | DataType::Duration(_) => argument.clone(),
            DataType::Dictionary(_, value) => return self.coerce_types(&[value.as_ref().clone()]),
            _ => return Err(undefined()),
        }])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match &types[0] {
            t if self.average && (t.is_integer() || t.is_decimal()) => logical::quotient(),
            DataType::Int16 | DataType::Int32 => DataType::Int64,
            DataType::Int64 => DataType::Decimal128(38, 0),
            DataType::Decimal128(_, scale) => DataType::Decimal128(38, *scale),
            DataType::Decimal256(_, scale) => DataType::Decimal256(76, *scale),
            DataType::Interval(_) | DataType::Duration(_) => INTERVAL,
            _ => self.datafusions().return_type(types)?,
        })
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let argument = args.expr_fields[0].data_type().clone();
        let distinct = args.is_distinct;
        Ok(match self.keeper(&argument, args.return_field.data_type()) {
            Keeper::DataFusion => self.datafusions().accumulator(args)?,
            Keeper::Bigint => {
                let inner = self.datafusions().accumulator(args)?;
                Box::new(Casting { inner, to: DataType::Int64 })
            }
            Keeper::Intervals => Box::new(IntervalAccumulator::new(self.average, distinct)),
            Keeper::Exact(shape) if matches!(shape.sum, DataType::Decimal256(..)) => {
                Box::new(ExactAccumulator::<Decimal256Type>::new(shape, distinct))
            }
            Keeper::Exact(shape) => Box::new(ExactAccumulator::<Decimal128Type>::new(shape, distinct)),
        })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let argument = args.expr_fields[0].data_type().clone();
        match self.keeper(&argument, args.return_field.data_type()) {
            Keeper::DataFusion => self.datafusions().create_sliding_accumulator(args),
            Keeper::Bigint => {
                let inner = self.datafusions().create_sliding_accumulator(args)?;
                Ok(Box::new(Casting { inner, to: DataType::Int64 }))
            }
            Keeper::Exact(_) | Keeper::Intervals => self.accumulator(args),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let argument = args.input_fields[0].data_type().clone();
        let shape = match self.keeper(&argument, args.return_field.data_type()) {
            Keeper::Exact(shape) => shape,
            Keeper::Intervals => return Ok(IntervalAccumulator::state_fields(args.name, args.is_distinct)),
            _ => return self.datafusions().state_fields(args),
        };
        let name = |part: &str| format!("{}[{part}]", args.name);
        if args.is_distinct {
            let item = Field::new_list_field(shape.sum, true);
            return Ok(vec![Arc::new(Field::new_list(name("values"), item, false))]);
        }
        let sum = Field::new(name("sum"), shape.sum, true);
        Ok(vec![Arc::new(sum), Arc::new(Field::new(name("count"), DataType::Int64, true))])
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        let argument = args.expr_fields[0].data_type().clone();
        match self.keeper(&argument, args.return_field.data_type()) {
            Keeper::Exact(_) | Keeper::Bigint => !args.is_distinct,
            Keeper::Intervals => false,
            Keeper::DataFusion => self.datafusions().groups_accumulator_supported(args),
        }
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let argument = args.expr_fields[0].data_type().clone();
        Ok(match self.keeper(&argument, args.return_field.data_type()) {
            Keeper::DataFusion => self.datafusions().create_groups_accumulator(args)?,
            Keeper::Bigint => {
                let inner = self.datafusions().create_groups_accumulator(args)?;
                Box::new(Casting { inner, to: DataType::Int64 })
            }
            Keeper::Exact(shape) if matches!(shape.sum, DataType::Decimal256(..)) => {
                Box::new(ExactGroups::<Decimal256Type>::new(shape))
            }
            Keeper::Exact(shape) => Box::new(ExactGroups::<Decimal128Type>::new(shape)),
            Keeper::Intervals => {
                return Err(DataFusionError::Internal("intervals are summed group by group".to_string()));
            }
        })
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }
}
