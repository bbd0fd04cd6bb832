//! Random conditions on the clock, over columns of times near the present.

use crate::derived::{Made, whole};
use crate::expression::Generator;
use crate::query::{From, Relation};
use crate::schema::{Class, DUE};

/// `{due}` is the column.
const CONDITIONS: [&str; 10] = [
    "{due} > now()",
    "now() >= {due}",
    "{due} > now() - INTERVAL '100 milliseconds'",
    "{due} + INTERVAL '150 milliseconds' <= now()",
    "now() < {due} + INTERVAL '150 milliseconds'",
    "{due} BETWEEN now() - INTERVAL '200 milliseconds' AND now() + INTERVAL '300 milliseconds'",
    "now() >= {due} AND now() < {due} + INTERVAL '200 milliseconds'",
    "now() - {due} < INTERVAL '100 milliseconds'",
    "{due} > now() - INTERVAL '1 hour'",
    "{due} < date_trunc('day', now())",
];

impl Generator<'_> {
    pub fn clocked(&mut self, relations: &[Relation]) -> Option<Made> {
        let due = |r: &&Relation| r.columns.iter().any(|c| c.name == DUE);
        let near: Vec<&Relation> = relations.iter().filter(due).collect();
        if near.is_empty() {
            return None;
        }
        let relation = (*self.rng.pick(&near)).clone();
        self.coverage.count("now()");
        let condition = self.rng.pick(&CONDITIONS).replace("{due}", DUE);
        let mut template = format!("(SELECT * FROM {} WHERE {condition})", relation.name);
        let mut arguments = vec![];
        match self.rng.below(4) {
            0 => {
                arguments.push(self.scalar(&relation.columns, Class::Bool, 1));
                template = template.replace(" WHERE ", " WHERE {} AND ");
            }
            1 if !condition.contains("AND") => {
                arguments.push(self.scalar(&relation.columns, Class::Bool, 1));
                template = template.replace(" WHERE ", " WHERE {} OR ");
            }
            _ => {}
        }
        let sql = whole(&template, arguments);
        Some((From::Derived { sql, reads: vec![relation.name] }, relation.columns, false))
    }
}
