//! `SET`, `SHOW` of a variable, `RESET`, `DISCARD`.

use arrow::datatypes::SchemaRef;

use super::listing::{like_first, text_rows, text_schema};
use crate::session::{Outcome, Session};
use crate::types::{Error, Result, SqlState};

/// Variables of the transaction at hand.
const OF_TRANSACTION: [&str; 2] = ["transaction_isolation", "transaction_read_only"];

impl Session {
    pub(super) fn run_set(&mut self, name: &str, values: &[String], local: bool) -> Result<Outcome> {
        let of_transaction = OF_TRANSACTION.contains(&name);
        if (local || of_transaction) && !self.transaction.lock().in_block() {
            // Checked all the same: a wrong name is an error, not a warning.
            self.settings.clone().set(name, values, true)?;
            let what = if of_transaction { "SET TRANSACTION" } else { "SET LOCAL" };
            let message = format!("{what} can only be used in transaction blocks");
            self.notices.warning(SqlState::NO_ACTIVE_SQL_TRANSACTION, message);
        } else {
            self.settings.set(name, values, local)?;
        }
        Ok(Outcome::Command("SET".to_string()))
    }

    pub(super) fn run_reset(&mut self, name: &str) -> Result<Outcome> {
        match name {
            "all" => self.settings.reset_all(),
            name => self.settings.reset(name)?,
        }
        Ok(Outcome::Command("RESET".to_string()))
    }

    /// The columns of `SHOW name`.
    pub(super) fn variable_schema(&self, name: &str) -> Result<SchemaRef> {
        match name {
            "all" => Ok(text_schema(&["name", "setting", "description"])),
            name => Ok(text_schema(&[self.settings.show(name)?.0.as_str()])),
        }
    }

    pub(super) fn show_variable(&mut self, name: &str, like: Option<&str>) -> Result<Outcome> {
        let schema = self.variable_schema(name)?;
        let rows = match name {
            "all" => {
                let all = self.settings.all().into_iter();
                all.map(|(name, value, about)| vec![Some(name), Some(value), Some(about)]).collect()
            }
            name => vec![vec![Some(self.settings.show(name)?.1)]],
        };
        let rows = like_first(text_rows(&schema, &rows)?, like)?;
        Ok(Outcome::Rows(self.outgoing_batch(rows, "SHOW")))
    }

    /// `DISCARD ALL` gives back a session as new; of the other kinds there is
    /// nothing to discard.
    pub(super) fn run_discard(&mut self, text: &str) -> Result<Outcome> {
        let what = text.split_whitespace().nth(1).unwrap_or("ALL").to_ascii_uppercase();
        if what == "ALL" {
            if self.transaction.lock().in_block() {
                let message = "DISCARD ALL cannot run inside a transaction block";
                return Err(Error::new(SqlState::ACTIVE_SQL_TRANSACTION, message));
            }
            self.settings.reset_all();
            self.prepared.clear();
            self.cursors.close_all();
            self.locks.unlock_all();
        }
        Ok(Outcome::Command(format!("DISCARD {what}")))
    }
}
