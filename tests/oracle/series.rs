//! Random relations made by functions in FROM.

use crate::derived::{Made, whole, whole_column};
use crate::expression::Generator;
use crate::query::{From, Relation};
use crate::schema::Class;

impl Generator<'_> {
    /// Several rows for each.
    pub fn series(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.rng.pick(relations).clone();
        let number = self.scalar(&relation.qualified("l"), Class::Whole, 1);
        let (kind, call) = *self.rng.pick(&[
            ("generate_series", "generate_series(1, least(abs({}), 3)) AS g(g)"),
            ("generate_series", "generate_series(0, greatest(least({}, 6), -2), 2) AS g(g)"),
            ("unnest in FROM", "unnest(ARRAY[{}, 1]) AS g(g)"),
        ]);
        self.coverage.count(kind);
        let template = format!("(SELECT l.*, g.g AS g FROM {} AS l, {call})", relation.name);
        let mut columns = relation.columns;
        let mut made = whole_column("g");
        made.bound = made.bound.max(number.bound);
        columns.push(made);
        let sql = whole(&template, vec![number]);
        Some((From::Derived { sql, reads: vec![relation.name] }, columns, relation.append_only))
    }
}
