//! The variables that `SET` knows: their table, and how their values are read.

mod table;
mod value;

pub(super) use table::{Kind, VARIABLES, Variable};
pub(super) use value::{parse_millis, user};
