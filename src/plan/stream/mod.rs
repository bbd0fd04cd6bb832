//! Incremental plans: what flows, by which key, and what is known of it.

mod aggregate;
mod asof;
mod changelog;
mod event_time;
mod join;
mod node;
mod over;
mod ranking;
mod recursive;
mod session;
mod temporal;

pub use aggregate::{AggregateCall, AggregateKind, AggregateSpec, KeyTime};
pub use asof::{AsofClosing, AsofSide, AsofSpec};
pub use changelog::ChangelogSpec;
pub use event_time::{EventTime, Monotone, TimeBound};
pub use join::{JoinExpiry, JoinKind, JoinResidual, JoinSide, JoinSpec, JoinWatermark};
pub use node::{Properties, StreamNode, StreamOperator, UnnestSpec};
pub use over::{ClosedBy, Closing, Distance, FrameEnd, OverCall, OverSpec, Reach, Running};
pub use ranking::{RankKind, TopNSpec};
pub use recursive::RecursiveSpec;
pub use session::SessionSpec;
pub use temporal::{TemporalCondition, TemporalRelation, TemporalSpec};
