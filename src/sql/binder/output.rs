//! The types of a result's columns.
//!
//! Inside a plan DataFusion's functions give whatever type suits them. What
//! leaves a query is one of the types that [`data_type`](super::data_type) gives,
//! so that it can be stored, compared and sent.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};

use crate::expr::functions::days;

/// The plan with its output cast where a type is not one of ours.
pub(super) fn canonical(plan: LogicalPlan) -> Result<LogicalPlan> {
    let schema = plan.schema().clone();
    if schema.fields().iter().all(|f| canonical_type(f.data_type()).is_none()) {
        return Ok(plan);
    }
    let columns = (0..schema.fields().len()).map(|i| {
        let (qualifier, field) = schema.qualified_field(i);
        let column = Expr::Column(Column::from((qualifier, field)));
        match canonical_type(field.data_type()) {
            None => column,
            Some(to) => {
                convert(column, field.data_type(), to).alias_qualified(qualifier.cloned(), field.name())
            }
        }
    });
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

fn convert(column: Expr, from: &DataType, to: DataType) -> Expr {
    match from {
        DataType::Duration(_) => Expr::ScalarFunction(ScalarFunction::new_udf(days::udf(), vec![column])),
        _ => cast(column, to),
    }
}

/// The type of ours that stands for another one; `None` if it is ours.
fn canonical_type(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Null | DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::Int8 | DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 => DataType::Float32,
        DataType::FixedSizeBinary(16) => return None,
        DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Date64 => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(TimeUnit::Microsecond, None) => return None,
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if zone.as_ref() == "UTC" => return None,
        DataType::Timestamp(_, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into()))
        }
        DataType::Time32(_) | DataType::Time64(TimeUnit::Nanosecond) => {
            DataType::Time64(TimeUnit::Microsecond)
        }
        DataType::Duration(_) => DataType::Interval(IntervalUnit::MonthDayNano),
        DataType::Interval(IntervalUnit::YearMonth | IntervalUnit::DayTime) => {
            DataType::Interval(IntervalUnit::MonthDayNano)
        }
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Dictionary(_, value) => canonical_type(value).unwrap_or_else(|| value.as_ref().clone()),
        DataType::List(item) => DataType::List(canonical_item(item)?),
        DataType::LargeList(item) | DataType::FixedSizeList(item, _) | DataType::ListView(item) => {
            DataType::List(canonical_item(item).unwrap_or_else(|| item.clone()))
        }
        _ => return None,
    })
}

fn canonical_item(item: &Field) -> Option<Arc<Field>> {
    let data_type = canonical_type(item.data_type())?;
    Some(Arc::new(Field::new(item.name(), data_type, item.is_nullable())))
}
