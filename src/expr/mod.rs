//! Bound scalar expressions and aggregates over Arrow.
//!
//! [`registry`] is the one list of functions: DataFusion's, with ours added or
//! put in their place. [`checked`] and [`checked_plan`] make integer arithmetic
//! fail on overflow, which DataFusion does not do by itself.

mod aggregates;
mod agreement;
mod calendar;
mod checked;
mod date_arithmetic;
mod epoch_time;
mod error;
pub mod functions;
pub mod input;
pub mod json;
mod keywords;
mod literals;
mod manual;
mod nearest;
pub mod numeric;
mod operators;
mod program;
mod ranks;
mod registry;
mod row;
mod session_zone;
mod set_types;
pub mod shelter;
mod text;
mod type_operators;

pub use aggregates::{IntervalSum, as_intervals};
pub use agreement::UNKNOWN;
pub use checked::{checked, checked_plan, postgres_plan};
pub use epoch_time::EpochTime;
pub use error::{sql_name, undefined_function};
pub use keywords::{is_quoted_keyword, is_reserved};
pub use literals::resolve;
pub use manual::page as manual_page;
pub use nearest::nearest;
pub use program::{Program, Step};
pub use ranks::row_number;
pub use registry::registry;
pub use row::row_text;
pub use text::{TextPrinter, text_of_decimal};
