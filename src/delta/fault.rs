//! Run-time errors as data.

use serde::{Deserialize, Serialize};

/// One input row that an expression could not be evaluated on. It leaves the
/// rows and enters the view's second collection, `view_errors('mv')`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// SQLSTATE of the failure.
    pub code: String,
    /// The primary message, as a query would have raised it.
    pub message: String,
    /// The failing input row, printed as a PostgreSQL row literal.
    pub row: String,
    /// The signed count: +1 when the row came, -1 when it was retracted.
    pub diff: i64,
}
