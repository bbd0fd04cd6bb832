//! What a changelog is told.

use arrow::datatypes::SchemaRef;

/// Turns each change into a row that stays: the input's columns, then an
/// operation (1 insert, 2 delete, 3 the new and 4 the old row of an update).
#[derive(Clone, Debug)]
pub struct ChangelogSpec {
    /// The columns by which an insert and a delete of one epoch are an update.
    pub key: Option<Vec<usize>>,
    /// The input is insert-only.
    pub append_only: bool,
    /// The input's columns, then the operation.
    pub schema: SchemaRef,
}

impl ChangelogSpec {
    /// The input's columns by whose equality changes of one row meet.
    pub fn meeting(&self) -> Vec<usize> {
        self.key.clone().unwrap_or_else(|| (0..self.schema.fields().len() - 1).collect())
    }
}
