//! Text to values: what PostgreSQL's input functions do, for casts, COPY and
//! parameters alike.

mod array_literal;
mod column;
mod decimal;
mod interval;
mod moment;
mod record;
mod uuid;

pub use column::{BadValue, read_column, read_value};
pub use interval::interval;
