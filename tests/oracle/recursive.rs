//! Random recursion over pairs of whole numbers: what can be reached, paths of
//! a bounded length, numbers that are counted up.

use crate::derived::{Made, whole_column};
use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{Class, Column};

impl Generator<'_> {
    pub fn recursive(&mut self, relations: &[Relation]) -> Option<Made> {
        let pairs: Vec<(&Relation, Vec<&Column>)> = relations
            .iter()
            .map(|r| (r, r.columns.iter().filter(|c| c.class == Class::Whole).collect()))
            .filter(|(_, whole): &(_, Vec<_>)| !whole.is_empty())
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let (relation, whole) = self.rng.pick(&pairs).clone();
        let (from, to) = (&self.rng.pick(&whole).name, &self.rng.pick(&whole).name);
        let name = &relation.name;
        self.coverage.count("WITH RECURSIVE");
        let (kind, body) = match self.rng.below(6) {
            0 | 1 => (
                "recursion to a fixed point",
                format!(
                    "SELECT {from}, {to} FROM {name} UNION \
                     SELECT w.a, e.{to} FROM w JOIN {name} AS e ON w.b = e.{from}"
                ),
            ),
            2 => (
                "recursion with a filter",
                format!(
                    "SELECT {from}, {to} FROM {name} WHERE {from} > 0 UNION \
                     SELECT e.{from}, w.b FROM {name} AS e JOIN w ON e.{to} = w.a WHERE e.{from} <> w.b"
                ),
            ),
            3 => (
                "recursion UNION ALL",
                format!(
                    "SELECT {from}, 0 FROM {name} UNION ALL \
                     SELECT e.{to}, w.b + 1 FROM w JOIN {name} AS e ON w.a = e.{from} WHERE w.b < 2"
                ),
            ),
            4 => (
                "recursion without a join",
                format!(
                    "SELECT {from}, {to} FROM {name} UNION ALL SELECT a + 1, b FROM w WHERE a < 8 AND a > 2"
                ),
            ),
            _ => (
                "recursion from a constant",
                format!("SELECT 1, 0 UNION SELECT e.{to}, w.a FROM {name} AS e JOIN w ON e.{from} = w.a"),
            ),
        };
        self.coverage.count(kind);
        let sql = format!("(WITH RECURSIVE w(a, b) AS ({body}) SELECT a, b FROM w)");
        let sql = Expression::leaf("WITH RECURSIVE", Class::Opaque, sql);
        let columns = vec![whole_column("a"), whole_column("b")];
        Some((From::Derived { sql, reads: vec![name.clone()] }, columns, false))
    }
}
