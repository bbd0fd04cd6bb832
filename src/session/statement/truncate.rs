//! `TRUNCATE`: all rows of some tables go, together.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast;

use super::stored_rows::stored_rows;
use crate::catalog::Object;
use crate::coordinator::{TableChangeKind, TableWrite};
use crate::session::plan_cache::changeable;
use crate::session::transaction::BufferedWrite;
use crate::session::{Outcome, Session};
use crate::types::Result;

impl Session {
    pub(super) async fn run_truncate(&mut self, names: &[ast::ObjectName]) -> Result<Outcome> {
        const COMMAND: &str = "TRUNCATE TABLE";
        self.require_writable(COMMAND)?;
        let catalog = self.catalog();
        let tables = names.iter().map(|name| changeable(&catalog, name, "truncate"));
        let mut tables = tables.collect::<Result<Vec<Arc<Object>>>>()?;
        // Everybody takes the leases in the same order, so nobody waits in a circle.
        tables.sort_by_key(|t| t.id);
        tables.dedup_by_key(|t| t.id);
        let (mut writes, mut leases) = (vec![], vec![]);
        for table in tables {
            let schema = table.schema.replace('"', "\"\"");
            let name = table.name.replace('"', "\"\"");
            let all = self.binder(&catalog).bind_all_columns(&format!("\"{schema}\".\"{name}\""), &table)?;
            let (batches, lease) = self.read_to_change(&catalog, &table, &all, &[]).await?;
            let change = TableChangeKind::Delete { old: stored_rows(&table, &batches, 0)? };
            let write = BufferedWrite { write: TableWrite { table: table.id, change }, table };
            let buffering = self.transaction.lock().is_buffering();
            if buffering {
                self.writer().apply(write, lease).await?;
            } else {
                writes.push(write);
                leases.extend(lease);
            }
        }
        if !writes.is_empty() {
            self.writer().commit(writes, leases).await?;
        }
        Ok(Outcome::Command(COMMAND.to_string()))
    }
}
