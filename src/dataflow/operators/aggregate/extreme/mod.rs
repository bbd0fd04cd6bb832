//! `min` and `max`.
//!
//! On insert-only input a group keeps its best value. On changing input it keeps
//! the multiset of its values in order, so that the next best is at hand when
//! the best goes away: O(log n) per change. Values of fixed width are kept as
//! numbers that ascend from the best one, all others in Arrow's row format.

mod best;
mod counts;
mod encoded;
mod fixed;

use arrow::datatypes::DataType;

use self::best::Best;
use self::counts::Counts;
use self::encoded::Encoded;
use self::fixed::{Fixed, Rank};
use super::accumulator::Accumulator;
use crate::types::Result;

/// `max` or `min` of values of this type.
pub fn extreme(data_type: DataType, max: bool, append_only: bool) -> Result<Box<dyn Accumulator>> {
    Ok(if i64::supports(&data_type) {
        fixed::<i64>(data_type, max, append_only)
    } else if i128::supports(&data_type) {
        fixed::<i128>(data_type, max, append_only)
    } else {
        Box::new(Encoded::new(data_type, max, append_only)?)
    })
}

fn fixed<K: Fixed + 'static>(data_type: DataType, max: bool, append_only: bool) -> Box<dyn Accumulator> {
    let rank = Rank { data_type, max };
    if append_only { Box::new(Best::<K>::new(rank)) } else { Box::new(Counts::<K>::new(rank)) }
}
