//! Which runs to merge, so that they stay few and rows are seldom moved.
//!
//! Neighbours are merged when they are at least four and weigh at least twice as
//! much as the heaviest of them. So each merge doubles the run that a row is in
//! (a row moves at most log2 n times), and runs that are left alone weigh more
//! than all after them together (they are some log2 n).

use std::ops::Range;

/// How many neighbours make merging worth it.
const FAN_IN: usize = 4;

/// The newest group worth merging among neighbours of these weights, oldest
/// first. Nothing heavier than `full` is made.
pub(super) fn choose(weights: &[usize], full: usize) -> Option<Range<usize>> {
    (FAN_IN..=weights.len()).rev().find_map(|end| choose_before(&weights[..end], full))
}

fn choose_before(weights: &[usize], full: usize) -> Option<Range<usize>> {
    let (mut sum, mut heaviest) = (0, 0);
    for (start, weight) in weights.iter().enumerate().rev() {
        sum += weight;
        heaviest = heaviest.max(*weight);
        if sum > full {
            return None;
        }
        if weights.len() - start >= FAN_IN && sum >= 2 * heaviest {
            return Some(start..weights.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_runs_become_few_at_logarithmic_cost() {
        let (mut weights, mut moved) = (vec![], 0);
        for _ in 0..100_000 {
            weights.push(1);
            while let Some(group) = choose(&weights, 1 << 30) {
                let sum: usize = weights[group.clone()].iter().sum();
                moved += sum;
                weights.splice(group, [sum]);
            }
        }
        assert!(weights.len() <= 20, "{weights:?}");
        assert!(moved <= 100_000 * 17, "each row was moved {} times", moved / 100_000);
    }

    #[test]
    fn a_heavy_run_is_not_moved_for_a_few_light_ones() {
        assert_eq!(choose(&[500, 1, 1, 1], 1000), None);
        assert_eq!(choose(&[500, 1, 1, 1, 1], 1000), Some(1..5));
    }

    #[test]
    fn full_runs_stay_and_those_before_them_are_merged() {
        assert_eq!(choose(&[1000, 1, 1000, 1, 1000], 1000), None);
        assert_eq!(choose(&[1, 1, 1, 1, 1000, 1], 1000), Some(0..4));
        assert_eq!(choose(&[300, 300, 300, 300], 1000), None);
    }
}
