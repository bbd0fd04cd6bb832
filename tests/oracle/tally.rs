//! What all scenarios together came to.

use std::collections::BTreeMap;
use std::process::ExitCode;

use crate::check::Verdict;
use crate::coverage::Coverage;

/// From so many cases on, everything must have been used.
const CASES_MIN: usize = 1000;

#[derive(Default)]
pub struct Tally {
    pub cases: usize,
    pub differences: usize,
    coverage: Coverage,
    /// Messages of queries that the engine refuses as views, how often, and an example.
    refused: Messages,
    /// The same for queries that are not valid at all.
    invalid: Messages,
}

type Messages = BTreeMap<String, (usize, String)>;

impl Tally {
    /// One more scenario of so many views, each compared with so many numbers of workers.
    pub fn add(&mut self, views: usize, times: usize, coverage: &Coverage, verdict: &Verdict) {
        self.cases += views * times;
        self.coverage.add(coverage);
        self.differences += usize::from(verdict.difference.is_some());
        for (messages, into) in [(&verdict.refused, &mut self.refused), (&verdict.invalid, &mut self.invalid)]
        {
            for message in messages {
                let line = message.lines().next().unwrap_or_default().to_string();
                into.entry(line).or_insert((0, message.clone())).0 += times;
            }
        }
    }

    /// Prints all of it. The kept scripts that ran, and those that differ, are counted in.
    pub fn report(&self, (replayed, broken): (usize, usize)) -> ExitCode {
        top("not kept up to date", &self.refused);
        top("not valid", &self.invalid);
        let total = |messages: &Messages| messages.values().map(|m| m.0).sum::<usize>();
        let (refused, invalid) = (total(&self.refused), total(&self.invalid));
        println!(
            "oracle: {} cases, {} differences, {refused} refused, {invalid} not valid, coverage: {}",
            self.cases, self.differences, self.coverage
        );
        let mut failed = self.differences + broken;
        // A generator that mostly makes nonsense, or an engine that refuses everything, proves nothing.
        if (refused + invalid) * 50 > self.cases.max(50) {
            println!("oracle: more than 2 % of the queries were refused or not valid");
            failed += 1;
        }
        let missing = self.coverage.missing();
        if self.cases >= CASES_MIN && !missing.is_empty() {
            println!("oracle: never used: {}", missing.join(", "));
            failed += 1;
        }
        let passed = replayed - broken + usize::from(failed == 0);
        let word = if failed == 0 { "ok" } else { "FAILED" };
        println!(
            "test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"
        );
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn top(title: &str, messages: &Messages) {
    let mut sorted: Vec<_> = messages.values().collect();
    sorted.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
    for (times, example) in sorted.into_iter().take(12) {
        println!("{title}, {times} times: {example}");
    }
}
