//! How much state a plan keeps: by what each operator's state grows, what bounds
//! it, and, where nothing does, what would.
//!
//! A collection is as large as what it is made of: a query's own constants, the
//! tables and views that are kept anyway, the rows of a span of time, or all
//! that a source has ever delivered ([`Growth`]). The size of rows and of each
//! column's set of values is followed through the plan (`extent`), the state of
//! an operator follows from those of its inputs (`held`).
//!
//! Only what grows with a source is worth a word to the user: a table's rows are
//! kept anyway, and a join that keeps them once more is what was asked for.

mod advice;
mod extent;
mod held;
mod hint;

pub use advice::advice;
pub use extent::{Extents, Growth};
pub use held::{Held, held};
pub use hint::growth_hint;
