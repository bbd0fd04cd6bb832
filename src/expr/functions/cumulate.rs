//! `ms_cumulate_ends(time, step, size, offset)`: the ends of all cumulating
//! windows that a point in time falls into, earliest first, as a list. Such
//! windows of one `size` begin together and end a `step` apart.
//!
//! `CUMULATE(…)` in FROM unnests it.

use super::tumble::tumble_start;

/// The function's name.
pub const CUMULATE_ENDS: &str = "ms_cumulate_ends";

/// The ends of the windows that hold `time`, of all that begin where the window
/// of `size` around it begins.
pub fn cumulate_ends(time: i64, step: i64, size: i64, offset: i64) -> impl Iterator<Item = i64> {
    let start = tumble_start(time, size, offset);
    let passed = time.wrapping_sub(start) / step;
    (passed + 1..=size / step).map(move |steps| start.wrapping_add(steps * step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_that_holds_the_time_is_found() {
        assert_eq!(cumulate_ends(125, 20, 60, 0).collect::<Vec<_>>(), [140, 160, 180]);
        assert_eq!(cumulate_ends(160, 20, 60, 0).collect::<Vec<_>>(), [180]);
        assert_eq!(cumulate_ends(-1, 20, 60, 0).collect::<Vec<_>>(), [0]);
        assert_eq!(cumulate_ends(125, 20, 60, 10).collect::<Vec<_>>(), [130]);
    }
}
