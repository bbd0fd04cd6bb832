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
        // Few nodes make paths, circles, and several ways from one to another.
        let nodes = *self.rng.pick(&[3, 4, 4, 6, 25]);
        let edge = format!("(SELECT {from} % {nodes} AS s, {to} % {nodes} AS t FROM {name})");
        // A view has many rows of few values: each once, or paths over paths explode.
        let step = if relation.types.is_some() {
            edge.clone()
        } else {
            edge.replacen("SELECT", "SELECT DISTINCT", 1)
        };
        let (kind, body) = match self.rng.below(6) {
            0 | 1 => (
                "recursion to a fixed point",
                format!(
                    "SELECT s, t FROM {edge} AS f UNION SELECT w.a, e.t FROM w JOIN {edge} AS e ON w.b = e.s"
                ),
            ),
            2 => (
                "recursion with a filter",
                format!(
                    "SELECT s, t FROM {edge} AS f WHERE s > 0 UNION \
                     SELECT e.s, w.b FROM {edge} AS e JOIN w ON e.t = w.a WHERE e.s <> w.b"
                ),
            ),
            3 => (
                "recursion UNION ALL",
                format!(
                    "SELECT s, 0 FROM {edge} AS f UNION ALL \
                     SELECT e.t, w.b + 1 FROM w JOIN {step} AS e ON w.a = e.s WHERE w.b < 2"
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
                format!("SELECT 1, 0 UNION SELECT e.t, w.a FROM {edge} AS e JOIN w ON e.s = w.a"),
            ),
        };
        self.coverage.count(kind);
        let sql = format!("(WITH RECURSIVE w(a, b) AS ({body}) SELECT a, b FROM w)");
        let sql = Expression::leaf("WITH RECURSIVE", Class::Opaque, sql);
        let columns = vec![whole_column("a"), whole_column("b")];
        Some((From::Derived { sql, reads: vec![name.clone()] }, columns, false))
    }
}
