//! Random numbers by counter.
//!
//! The roll for row `n` is a pure function of (seed, purpose, n): no state is
//! carried from row to row, so rows can be made in any order, in batches of any
//! size and by any split, and are always the same. The function is splitmix64
//! jumped to its `n`-th step.

/// Splitmix64's stride: 2^64 divided by the golden ratio.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

/// A die for one purpose.
#[derive(Clone, Copy, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice for different purposes roll independently.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Dice(mix(mix(seed.wrapping_add(STRIDE)).wrapping_add(purpose.wrapping_mul(STRIDE))))
    }

    /// 64 random bits for row `n`.
    #[inline(always)]
    pub fn roll(self, n: u64) -> u64 {
        mix(self.0.wrapping_add(n.wrapping_mul(STRIDE)))
    }
}

/// Splitmix64's finalizer.
#[inline(always)]
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The lower half of a roll, scaled to `0..bound`.
#[inline(always)]
pub fn low(roll: u64, bound: u64) -> u64 {
    ((roll & 0xFFFF_FFFF) * bound) >> 32
}

/// The upper half of a roll, scaled to `0..bound`; independent of [`low`].
/// `bound` is at most 2^32.
#[inline(always)]
pub fn high(roll: u64, bound: u64) -> u64 {
    ((roll >> 32) * bound) >> 32
}

/// A whole roll scaled to `0..bound`, for any bound.
#[inline(always)]
pub fn below(roll: u64, bound: u64) -> u64 {
    ((u128::from(roll) * u128::from(bound)) >> 64) as u64
}

/// A whole roll as a number in `0.0..1.0`.
#[inline(always)]
pub fn unit(roll: u64) -> f64 {
    (roll >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Would catch a finalizer that lost a step: nearby counters must not give
    /// nearby values, and every value of a small range must come up.
    #[test]
    fn rolls_are_spread() {
        let dice = Dice::new(0, 1);
        let mut counts = [0usize; 10];
        for n in 0..100_000 {
            counts[low(dice.roll(n), 10) as usize] += 1;
            assert!(high(dice.roll(n), 7) < 7 && below(dice.roll(n), 7) < 7);
            assert!((0.0..1.0).contains(&unit(dice.roll(n))));
        }
        assert!(counts.iter().all(|c| (9_500..10_500).contains(c)), "{counts:?}");
        assert_ne!(Dice::new(0, 1).roll(5), Dice::new(0, 2).roll(5));
        assert_ne!(Dice::new(0, 1).roll(5), Dice::new(1, 1).roll(5));
    }
}
