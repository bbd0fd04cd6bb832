//! `SELECT`, `VALUES`, `WITH`, `TABLE`.

use datafusion::common::ScalarValue;

use super::session_call::session_call;
use super::set_config::set_config;
use crate::session::conversation::Statement;
use crate::session::plan_cache::Plan;
use crate::session::{Outcome, Session};
use crate::types::Result;

impl Session {
    pub(super) async fn run_query(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        if let Some(call) = set_config(statement.syntax()) {
            return self.run_set_config(call, parameters);
        }
        if let Some(call) = session_call(statement) {
            return self.run_session_call(call, parameters).await;
        }
        let plan = self.plan(statement, None)?;
        self.select(&plan, parameters).await
    }

    /// Runs a bound query.
    pub(super) async fn select(&mut self, plan: &Plan, parameters: &[ScalarValue]) -> Result<Outcome> {
        let (schema, rows) = self.read(&plan.catalog, plan.bound.query(), parameters).await?;
        Ok(Outcome::Rows(self.outgoing(&schema, rows, "SELECT")))
    }
}
