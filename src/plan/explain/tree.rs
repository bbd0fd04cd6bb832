//! A plan as it is shown, whatever kind of plan it is.

use serde_json::Value;

/// One operator with its inputs.
#[derive(Clone, Debug, Default)]
pub struct PlanTree {
    /// Which operator it is: `Aggregate`.
    pub name: String,
    /// What it does, in one line.
    pub line: String,
    /// What it is to the operator above, where that is not clear.
    pub role: Option<&'static str>,
    /// Its number in the plan.
    pub id: usize,
    /// It feeds several operators and was shown before; so its inputs are left out.
    pub shared: bool,
    /// What is known of it and of the rows that leave it, in order.
    pub facts: Vec<Fact>,
    /// Lines below it in a text.
    pub remarks: Vec<String>,
    /// Where its rows come from.
    pub inputs: Vec<PlanTree>,
}

/// A name and a value.
pub type Fact = (&'static str, Value);

/// What a running operator has done: facts, and the same as a line.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// For JSON.
    pub facts: Vec<Fact>,
    /// For a text.
    pub line: String,
}
