//! From a bound query to an incremental plan.

mod aggregate;
mod event_time;
mod expression;
mod planner;
mod session;
mod temporal;
mod values;

pub use expression::ExpressionBuilder;
pub use planner::{Collections, Planner};
pub(super) use temporal::plan_has_now;
