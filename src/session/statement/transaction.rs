//! `BEGIN`, `COMMIT`, `ROLLBACK`, and savepoints.

use chrono::Utc;

use crate::session::transaction::SavedSession;
use crate::session::{Outcome, Session};
use crate::types::{Error, Result, SqlState};

impl Session {
    /// `BEGIN`, with its modes, which only the text still has.
    pub(super) fn run_begin(&mut self, text: &str) -> Result<Outcome> {
        let now = Utc::now();
        if self.transaction.lock().begin(now) {
            self.settings.begin();
            self.now = now;
        } else {
            let message = "there is already a transaction in progress";
            self.notices.warning(SqlState::ACTIVE_SQL_TRANSACTION, message);
        }
        for (name, value) in modes(text) {
            self.settings.set(name, &[value], true)?;
        }
        let tag = if text.trim_start().to_ascii_lowercase().starts_with("start") {
            "START TRANSACTION"
        } else {
            "BEGIN"
        };
        Ok(Outcome::Command(tag.to_string()))
    }

    /// `COMMIT`: all changes of the block at once. Of a failed block, or when
    /// the commit fails, nothing is left.
    pub(super) async fn run_commit(&mut self) -> Result<Outcome> {
        let (in_block, failed) = {
            let transaction = self.transaction.lock();
            (transaction.in_block(), transaction.has_failed())
        };
        if failed {
            return self.run_rollback();
        }
        if !in_block {
            self.no_transaction();
        }
        let (writes, leases) = self.transaction.lock().take();
        self.transaction.lock().end();
        self.cursors.end_block();
        let committed = match writes.is_empty() {
            true => Ok(()),
            false => self.writer().commit(writes, leases).await.map(|_| ()),
        };
        self.settings.end(committed.is_ok());
        committed.map(|()| Outcome::Command("COMMIT".to_string()))
    }

    /// `ROLLBACK`: nothing of the block has happened, but for DDL.
    pub(super) fn run_rollback(&mut self) -> Result<Outcome> {
        if !self.transaction.lock().in_block() {
            self.no_transaction();
        }
        self.transaction.lock().end();
        self.cursors.end_block();
        self.settings.end(false);
        Ok(Outcome::Command("ROLLBACK".to_string()))
    }

    /// `SAVEPOINT`.
    pub(super) fn run_savepoint(&mut self, name: &str) -> Result<Outcome> {
        self.require_block("SAVEPOINT")?;
        let rest = SavedSession { settings: self.settings.mark(), cursors: self.cursors.names() };
        self.transaction.lock().save(name, rest);
        Ok(Outcome::Command("SAVEPOINT".to_string()))
    }

    /// `ROLLBACK TO`: what has been done since the savepoint has not happened,
    /// but for DDL. A block that has failed goes on.
    pub(super) fn run_rollback_to(&mut self, name: &str) -> Result<Outcome> {
        self.require_block("ROLLBACK TO SAVEPOINT")?;
        let saved = self.transaction.lock().go_back(name).ok_or_else(|| no_savepoint(name))?;
        self.settings.go_back(&saved.settings);
        self.cursors.keep(&saved.cursors);
        Ok(Outcome::Command("ROLLBACK".to_string()))
    }

    /// `RELEASE`.
    pub(super) fn run_release(&mut self, name: &str) -> Result<Outcome> {
        self.require_block("RELEASE SAVEPOINT")?;
        match self.transaction.lock().release(name) {
            true => Ok(Outcome::Command("RELEASE".to_string())),
            false => Err(no_savepoint(name)),
        }
    }

    fn require_block(&self, command: &str) -> Result<()> {
        if self.transaction.lock().in_block() {
            return Ok(());
        }
        let message = format!("{command} can only be used in transaction blocks");
        Err(Error::new(SqlState::NO_ACTIVE_SQL_TRANSACTION, message).with_hint("Begin one with BEGIN."))
    }

    fn no_transaction(&self) {
        self.notices.warning(SqlState::NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress");
    }
}

fn no_savepoint(name: &str) -> Error {
    Error::new(SqlState::INVALID_SAVEPOINT, format!("savepoint \"{name}\" does not exist"))
}

/// The modes of a `BEGIN` that has been parsed: (variable, value), the last
/// word on each.
fn modes(text: &str) -> Vec<(&'static str, String)> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut modes = vec![];
    for (at, pair) in words.windows(2).enumerate() {
        let rest = words.get(at + 2..).unwrap_or_default();
        match (pair[0], pair[1], rest) {
            ("isolation", "level", ["serializable", ..]) => {
                modes.push(("transaction_isolation", "serializable".to_string()));
            }
            ("isolation", "level", [first, second, ..]) => {
                modes.push(("transaction_isolation", format!("{first} {second}")));
            }
            ("read", "only", _) => modes.push(("transaction_read_only", "on".to_string())),
            ("read", "write", _) => modes.push(("transaction_read_only", "off".to_string())),
            _ => {}
        }
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_begin_are_found() {
        let found =
            |text| modes(text).into_iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(";");
        assert_eq!(found("BEGIN"), "");
        assert_eq!(found("START TRANSACTION READ ONLY"), "transaction_read_only=on");
        assert_eq!(
            found("begin isolation level repeatable read, read write"),
            "transaction_isolation=repeatable read;transaction_read_only=off"
        );
        assert_eq!(found("BEGIN ISOLATION LEVEL SERIALIZABLE"), "transaction_isolation=serializable");
        assert_eq!(
            found("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
            "transaction_isolation=read committed;transaction_read_only=on"
        );
    }
}
