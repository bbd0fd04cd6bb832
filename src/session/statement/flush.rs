//! `FLUSH`: returns when every view covers every acknowledged write.

use crate::session::{Outcome, Session};
use crate::types::Result;

impl Session {
    pub(super) async fn run_flush(&mut self) -> Result<Outcome> {
        self.commit_message().await?;
        self.interrupt.race(self.db.handle.flush()).await?;
        Ok(Outcome::Command("FLUSH".to_string()))
    }
}
