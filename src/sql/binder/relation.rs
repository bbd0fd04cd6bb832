//! Leaves of a bound plan.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::{Constraint, Constraints};
use datafusion::logical_expr::{LogicalPlan, TableSource, TableType};

use crate::catalog::{Object, ObjectKind};

/// A table, source or materialized view as a leaf. Its schema has all columns,
/// the hidden ones at the end, in the order of [`Object::columns`], so that a
/// scan's projection counts as the object does.
#[derive(Debug)]
pub struct RelationSource {
    object: Arc<Object>,
    schema: SchemaRef,
    /// What a row is known by: GROUP BY of a primary key is GROUP BY of all columns.
    keys: Constraints,
}

impl RelationSource {
    /// The leaf for an object, which must not be a view or a sink.
    pub fn new(object: Arc<Object>) -> Self {
        debug_assert!(!matches!(object.kind, ObjectKind::View(_) | ObjectKind::Sink(_)));
        let schema = object.arrow_schema();
        let keys = match &object.kind {
            ObjectKind::Table(table) if !table.primary_key.is_empty() => {
                vec![Constraint::PrimaryKey(table.primary_key.clone())]
            }
            _ => vec![],
        };
        RelationSource { object, schema, keys: Constraints::new_unverified(keys) }
    }

    /// The object that is read.
    pub fn object(&self) -> &Arc<Object> {
        &self.object
    }
}

impl TableSource for RelationSource {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn constraints(&self) -> Option<&Constraints> {
        Some(&self.keys)
    }
}

/// A plan under a name: a view, or a relation without its hidden columns.
pub(super) struct InlineSource {
    pub plan: LogicalPlan,
}

impl TableSource for InlineSource {
    fn schema(&self) -> SchemaRef {
        self.plan.schema().inner().clone()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn get_logical_plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        Some(Cow::Borrowed(&self.plan))
    }
}
