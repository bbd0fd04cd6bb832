//! Rows into tables without SQL in between, so that only the engine is timed.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use millstream::Database;
use millstream::coordinator::{TableChangeKind, TableWrite, Transaction};
use millstream::types::{ObjectId, Result};

/// One table.
#[derive(Clone)]
pub struct Target {
    table: ObjectId,
    /// Its columns as they are stored.
    pub schema: SchemaRef,
}

impl Target {
    /// The table of that name.
    pub fn new(database: &Database, name: &str) -> Result<Self> {
        let object = database.handle().catalog().resolve(None, name)?.clone();
        let nullable = |f: &arrow::datatypes::FieldRef| f.as_ref().clone().with_nullable(true);
        let fields: Vec<_> = object.arrow_schema().fields().iter().map(nullable).collect();
        Ok(Target { table: object.id, schema: Arc::new(Schema::new(fields)) })
    }

    /// New rows; those whose key is there replace the old ones if the table says so.
    pub fn insertion(&self, rows: RecordBatch) -> TableWrite {
        TableWrite { table: self.table, change: TableChangeKind::Insert { rows, on_conflict: None } }
    }

    /// These rows go.
    pub fn deletion(&self, old: RecordBatch) -> TableWrite {
        TableWrite { table: self.table, change: TableChangeKind::Delete { old } }
    }
}

/// Writes in one epoch, and waits until every view has taken them in.
pub async fn apply(database: &Database, writes: Vec<TableWrite>) -> Result<()> {
    database.handle().write(Transaction { writes, leases: vec![] }).await?;
    database.handle().flush().await
}
