//! From a bound query to an incremental plan.

mod aggregate;
mod asof;
mod closing;
mod columns;
mod event_time;
mod expression;
mod join;
mod join_time;
mod level;
mod over;
mod planner;
mod rank_filter;
mod recursive;
mod series;
mod session;
mod temporal;
mod top_n;
mod values;

pub use expression::ExpressionBuilder;
pub use planner::{Collections, Planner};
pub(super) use temporal::plan_has_now;
