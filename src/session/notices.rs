//! Messages that do not end a statement, collected until the wire takes them.

use std::sync::Arc;

use parking_lot::Mutex;

use super::Notice;
use crate::types::{Error, SqlState};

/// Levels from the least important, as `client_min_messages` orders them.
const LEVELS: [&str; 5] = ["DEBUG", "LOG", "NOTICE", "WARNING", "ERROR"];

/// The notices of one session. Shared with what outlives a statement's call.
#[derive(Clone, Default)]
pub(super) struct Notices(Arc<Mutex<Vec<Notice>>>);

impl Notices {
    /// Something worth knowing.
    pub fn notice(&self, message: impl Into<String>) {
        self.add("NOTICE", Error::new(SqlState("00000"), message));
    }

    /// Something that is probably not what was meant.
    pub fn warning(&self, code: SqlState, message: impl Into<String>) {
        self.add("WARNING", Error::new(code, message));
    }

    /// Any message.
    pub fn add(&self, severity: &'static str, error: Error) {
        self.0.lock().push(Notice { severity, error });
    }

    /// A message that is not said twice to the same statement.
    pub fn add_once(&self, severity: &'static str, error: Error) {
        let mut notices = self.0.lock();
        if !notices.iter().any(|n| n.error.message() == error.message()) {
            notices.push(Notice { severity, error });
        }
    }

    /// All that are at or above `least`, once.
    pub fn take(&self, least: &str) -> Vec<Notice> {
        let mut notices = std::mem::take(&mut *self.0.lock());
        let least = level(least);
        notices.retain(|n| level(n.severity) >= least);
        notices
    }
}

fn level(name: &str) -> usize {
    let name = name.to_ascii_uppercase();
    LEVELS.iter().position(|l| name.starts_with(l)).unwrap_or(LEVELS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_the_level_is_left_out() {
        let notices = Notices::default();
        notices.notice("a");
        notices.warning(SqlState("01000"), "b");
        let taken = notices.take("warning");
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].error.message(), "b");
        assert!(notices.take("debug5").is_empty());
    }
}
