//! `ms_hop_starts(time, slide, size, offset)`: the starts of all hopping windows
//! that a point in time falls into, earliest first, as a list.
//!
//! `HOP(…)` in FROM unnests it.

use super::tumble::tumble_start;

/// The function's name.
pub const HOP_STARTS: &str = "ms_hop_starts";

/// The starts of the windows of `size`, one every `slide`, that hold `time`.
pub fn hop_starts(time: i64, slide: i64, size: i64, offset: i64) -> impl Iterator<Item = i64> {
    let last = tumble_start(time, slide, offset);
    let count = size / slide;
    (0..count).rev().map(move |i| last.wrapping_sub(i * slide))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_that_holds_the_time_is_found() {
        assert_eq!(hop_starts(125, 20, 60, 0).collect::<Vec<_>>(), [80, 100, 120]);
        assert_eq!(hop_starts(-1, 20, 60, 0).collect::<Vec<_>>(), [-60, -40, -20]);
        assert_eq!(hop_starts(125, 20, 60, 5).collect::<Vec<_>>(), [85, 105, 125]);
    }
}
