//! From a bound query to an incremental plan.

mod aggregate;
mod event_time;
mod expression;
mod over;
mod planner;
mod rank_filter;
mod top_n;
mod values;

pub use expression::ExpressionBuilder;
pub use planner::{Collections, Planner};
