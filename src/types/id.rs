//! Names for things inside the engine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A catalog object: table, source, view, sink or index. It doubles as the
/// object's OID in `pg_catalog`, and is never used again after a drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId(pub u32);

impl ObjectId {
    /// The first id given to a user's object, as in PostgreSQL.
    pub const FIRST_USER: ObjectId = ObjectId(16384);
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
