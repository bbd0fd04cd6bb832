//! How fast a generator lets its rows out.
//!
//! One pace is shared by all readers of a source, so that a reader opened later
//! passes through the past at full speed and then keeps step with the others.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Readers are woken no more often than this, so that a fast stream comes in
/// batches and not row by row.
const BATCHING: Duration = Duration::from_millis(1);

/// A clock that counts rows: one more every `gap`. A gap of zero releases
/// everything at once.
#[derive(Debug)]
pub struct Pace {
    gap_ns: u64,
    /// When the clock started, and at which count.
    start: Mutex<Option<(Instant, u64)>>,
}

impl Pace {
    /// A clock that starts with the first reader.
    pub fn new(gap_ns: u64) -> Self {
        Pace { gap_ns, start: Mutex::new(None) }
    }

    /// Tells the clock that a reader starts at `count`: a stream that is taken
    /// up again later goes on from there.
    pub fn join(&self, count: u64, now: Instant) {
        let mut start = self.start.lock();
        let ahead = start.is_none_or(|start| self.count(start, now) < count);
        if ahead {
            *start = Some((now, count));
        }
    }

    /// How many rows may be out now.
    pub fn released(&self, now: Instant) -> u64 {
        match *self.start.lock() {
            _ if self.gap_ns == 0 => u64::MAX,
            Some(start) => self.count(start, now),
            None => 0,
        }
    }

    /// When to look again for the moment at which `count` rows are out.
    pub fn due(&self, count: u64, now: Instant) -> Instant {
        let (start, base) = self.start.lock().unwrap_or((now, 0));
        let wait = self.gap_ns.saturating_mul(count.saturating_sub(base));
        (start + Duration::from_nanos(wait)).max(now + BATCHING)
    }

    fn count(&self, (start, base): (Instant, u64), now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(start).as_nanos() as u64;
        elapsed.checked_div(self.gap_ns).map_or(u64::MAX, |rows| base.saturating_add(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_with_time_and_lets_latecomers_catch_up() {
        let pace = Pace::new(1_000_000);
        let now = Instant::now();
        pace.join(0, now);
        assert_eq!(pace.released(now), 0);
        let later = now + Duration::from_millis(50);
        assert_eq!(pace.released(later), 50);
        pace.join(0, later);
        assert_eq!(pace.released(later), 50, "a latecomer does not turn the clock back");
        assert_eq!(pace.due(60, later), now + Duration::from_millis(60));
        pace.join(1_000, later);
        assert_eq!(pace.released(later), 1_000, "a stream goes on from where it was");
    }

    #[test]
    fn no_gap_means_no_waiting() {
        let pace = Pace::new(0);
        pace.join(0, Instant::now());
        assert_eq!(pace.released(Instant::now()), u64::MAX);
    }
}
