//! From a bound query to an incremental plan.

mod aggregate;
mod event_time;
mod expression;
mod join;
mod join_time;
mod planner;
mod series;
mod values;

pub use expression::ExpressionBuilder;
pub use planner::{Collections, Planner};
