//! `SELECT`, `VALUES`, `WITH`, `TABLE`.

use datafusion::common::ScalarValue;

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
        let plan = self.plan(statement, None)?;
        self.select(&plan, parameters).await
    }

    /// Runs a bound query.
    pub(super) async fn select(&mut self, plan: &Plan, parameters: &[ScalarValue]) -> Result<Outcome> {
        let (schema, rows) = self.read(&plan.catalog, plan.bound.query(), parameters).await?;
        Ok(Outcome::Rows(self.outgoing(&schema, rows, "SELECT")))
    }
}
