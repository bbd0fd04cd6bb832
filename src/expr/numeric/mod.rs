//! `numeric` over Arrow's decimals: division, and how many digits are shown.
//!
//! PostgreSQL keeps with each value how many decimal places it shows; Arrow keeps
//! one scale a column. So a column's type says how its values are shown: `numeric`
//! without a precision without zeros at the end, a quotient by the rule of
//! [`quotient`], every other one with all places of its scale.

mod arithmetic;
mod quotient;
mod shown;

pub use arithmetic::{add, divide, multiply, remainder};
pub use quotient::{Number, quotient, quotient_of_integer};
pub use shown::shown;
