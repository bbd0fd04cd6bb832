//! How often each operator, function and clause was used.

use std::collections::BTreeMap;

/// Every operator of the design, and every kind of query that plans in its own way.
const REQUIRED: &[&str] = &[
    "JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "CROSS JOIN",
];

#[derive(Clone, Default)]
pub struct Coverage(BTreeMap<&'static str, usize>);

impl Coverage {
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Coverage) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }
}

impl Coverage {
    /// What every longer run has to use, and this one did not.
    pub fn missing(&self) -> Vec<&'static str> {
        REQUIRED.iter().copied().filter(|what| !self.0.contains_key(what)).collect()
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(what, times)| format!("{what} {times}")).collect();
        f.write_str(&parts.join(", "))
    }
}
