//! Values between Arrow and the wire, in both formats and both directions.
//!
//! Text out is [`TextPrinter`](crate::expr::TextPrinter)'s; here are the types'
//! names on the wire, binary out, and parameters in.

mod binary;
mod numeric;
mod parameter;
mod row;
mod types;

pub use parameter::{Format, parameter};
pub use row::RowEncoder;
pub use types::{arrow_type, pg_type, pg_type_of_field, type_size};
