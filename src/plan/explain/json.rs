//! A plan as JSON, in the form of PostgreSQL's `EXPLAIN (FORMAT JSON)`: an array
//! of one object, whose `Plan` has its inputs under `Plans`.

use serde_json::Value;

use super::tree::{Fact, PlanTree};

/// The whole text; `summary` are the fields beside `Plan`.
pub fn json(tree: &PlanTree, summary: &[Fact]) -> String {
    let mut fields = vec![format!("\"Plan\": {}", object(tree, 2))];
    fields.extend(summary.iter().map(field));
    format!("[\n  {}\n]", braces(&fields, 1))
}

fn object(tree: &PlanTree, depth: usize) -> String {
    let mut facts: Vec<Fact> = vec![("Node Type", Value::from(tree.name.as_str()))];
    facts.extend(tree.role.map(|role| ("Parent Relationship", Value::from(role))));
    facts.push(("Plan Id", Value::from(tree.id)));
    facts.push(("Description", Value::from(tree.line.as_str())));
    if tree.shared {
        facts.push(("Shared", Value::from(true)));
    }
    let mut fields: Vec<String> = facts.iter().chain(&tree.facts).map(field).collect();
    if !tree.inputs.is_empty() {
        let indent = "  ".repeat(depth + 2);
        let inputs: Vec<String> =
            tree.inputs.iter().map(|input| format!("{indent}{}", object(input, depth + 2))).collect();
        fields.push(format!("\"Plans\": [\n{}\n{}]", inputs.join(",\n"), "  ".repeat(depth + 1)));
    }
    braces(&fields, depth)
}

fn field((name, value): &Fact) -> String {
    format!("{}: {value}", Value::from(*name))
}

fn braces(fields: &[String], depth: usize) -> String {
    let indent = "  ".repeat(depth + 1);
    let fields: Vec<String> = fields.iter().map(|f| format!("{indent}{f}")).collect();
    format!("{{\n{}\n{}}}", fields.join(",\n"), "  ".repeat(depth))
}
