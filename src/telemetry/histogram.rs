//! Durations by logarithmic buckets, without locks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Eight buckets for each power of two of microseconds: quantiles are right to
/// about nine per cent.
pub struct Histogram {
    buckets: Vec<AtomicU64>,
}

const PER_POWER: u64 = 8;
const BUCKETS: usize = 40 * PER_POWER as usize;

impl Default for Histogram {
    fn default() -> Self {
        Histogram { buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&self, duration: Duration) {
        let micros = duration.as_micros().clamp(1, u128::from(u64::MAX)) as u64;
        let power = u64::from(micros.ilog2());
        let within = ((micros << 3) >> power) & (PER_POWER - 1);
        let bucket = ((power * PER_POWER + within) as usize).min(BUCKETS - 1);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
    }

    /// How many durations were counted.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|b| b.load(Ordering::Relaxed)).sum()
    }

    /// The duration below which this share (0 to 1) of all lie; zero when there
    /// is none.
    pub fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.count() as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count.load(Ordering::Relaxed);
            if seen >= wanted && seen > 0 {
                let (power, within) = (bucket as u64 / PER_POWER, bucket as u64 % PER_POWER);
                return Duration::from_micros(((PER_POWER + within + 1) << power) / PER_POWER);
            }
        }
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near() {
        let histogram = Histogram::default();
        (1..=1000).for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let near = |share, ms: f64| {
            let got = histogram.quantile(share).as_secs_f64() * 1000.0;
            assert!((got / ms - 1.0).abs() < 0.13, "{got} is far from {ms}");
        };
        near(0.5, 500.0);
        near(0.99, 990.0);
        assert_eq!(Histogram::default().quantile(0.5), Duration::ZERO);
    }
}
