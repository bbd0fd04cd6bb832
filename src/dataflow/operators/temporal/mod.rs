//! Temporal filters: rows that come and go with the clock.

mod operator;
mod schedule;
#[cfg(test)]
mod tests;

pub use operator::TemporalOperator;
