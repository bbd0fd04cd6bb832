//! Incremental plans: what flows, by which key, and what is known of it.

mod aggregate;
mod event_time;
mod node;

pub use aggregate::{AggregateCall, AggregateKind, AggregateSpec, KeyTime};
pub use event_time::{EventTime, Monotone, TimeBound};
pub use node::{Properties, StreamNode, StreamOperator, UnnestSpec};
