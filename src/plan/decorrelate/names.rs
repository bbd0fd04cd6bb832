//! Names for columns that no user has named.

use datafusion::common::Column;

const PREFIX: &str = "__ms_c";

/// Gives each name once.
#[derive(Debug, Default)]
pub struct Names {
    given: usize,
}

impl Names {
    /// A column that is nowhere else, without a qualifier.
    pub fn fresh(&mut self) -> Column {
        self.given += 1;
        Column::new_unqualified(format!("{PREFIX}{}", self.given))
    }

    /// A relation that is nowhere else.
    pub fn relation(&mut self) -> String {
        self.given += 1;
        format!("__ms_q{}", self.given)
    }

    /// Was it given here?
    pub fn is_ours(column: &Column) -> bool {
        column.relation.is_none() && column.name.starts_with(PREFIX)
    }
}
