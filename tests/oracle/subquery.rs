//! Random subqueries: predicates that ask another relation, and LATERAL.

use crate::derived::{Made, qualified, renamed, whole};
use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{Class, Column};

impl Generator<'_> {
    /// A predicate that asks another relation. Columns of `scope` must be those
    /// of what is called `o` in FROM.
    pub fn subquery_predicate(&mut self, scope: &[Column], relations: &[Relation]) -> Expression {
        let relation = self.rng.pick(relations).clone();
        let inner = qualified(&relation.columns, "x");
        let outer = qualified(scope, "o");
        let class = self.ordered_class_in(&inner);
        let depth = usize::from(self.rng.chance(30));
        let inner_value = self.scalar(&inner, class, depth);
        let outer_value = self.scalar(&outer, class, depth);
        let name = &relation.name;
        let correlation = self.rng.chance(50).then(|| {
            let class = self.ordered_class_in(&inner);
            let test = *self.rng.pick(&["=", "=", "=", "<", "IS DISTINCT FROM"]);
            let sides = vec![self.scalar(&inner, class, 0), self.scalar(&outer, class, 0)];
            Expression::node("correlation", Class::Bool, &format!("({{}} {test} {{}})"), sides)
        });
        self.coverage.count(if correlation.is_some() { "correlated" } else { "uncorrelated" });
        let mut filter = String::new();
        let mut arguments = vec![];
        let kind = match self.rng.below(8) {
            0 | 1 => "IN (SELECT)",
            2 | 3 => "NOT IN (SELECT)",
            4 => "EXISTS",
            5 => "NOT EXISTS",
            _ => "scalar subquery",
        };
        let tests_value = !kind.contains("EXISTS");
        if tests_value {
            arguments.push(outer_value.clone());
            arguments.push(inner_value.clone());
        }
        if kind.contains("EXISTS") && self.rng.chance(70) {
            filter = " WHERE {} = {}".into();
            arguments.extend([inner_value, outer_value]);
        }
        if let Some(correlation) = correlation {
            filter.push_str(if filter.is_empty() { " WHERE {}" } else { " AND {}" });
            arguments.push(correlation);
        }
        self.coverage.count(kind);
        let template = match kind {
            "IN (SELECT)" => format!("({{}} IN (SELECT {{}} FROM {name} AS x{filter}))"),
            "NOT IN (SELECT)" => format!("({{}} NOT IN (SELECT {{}} FROM {name} AS x{filter}))"),
            "EXISTS" => format!("(EXISTS (SELECT 1 FROM {name} AS x{filter}))"),
            "NOT EXISTS" => format!("(NOT EXISTS (SELECT 1 FROM {name} AS x{filter}))"),
            _ => {
                let test = *self.rng.pick(&["=", "<", ">=", "<>"]);
                let function = if class == Class::Bool { "bool_or" } else { *self.rng.pick(&["max", "min"]) };
                format!("({{}} {test} (SELECT {function}({{}}) FROM {name} AS x{filter}))")
            }
        };
        Expression::node(kind, Class::Bool, &template, arguments)
    }

    /// Rows with an array of what another relation has for each.
    pub fn array_of_rows(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, right) = (self.rng.pick(relations).clone(), self.rng.pick(relations).clone());
        self.coverage.count("ARRAY(SELECT)");
        let (l, r) = (left.qualified("l"), right.qualified("r"));
        let (class, key) = (self.ordered_class_in(&r), self.ordered_class_in(&r));
        let value = self.scalar(&r, class, 0);
        let exactness = value.exactness;
        let arguments = vec![value.clone(), self.scalar(&r, key, 0), self.scalar(&l, key, 0), value];
        let limit = if self.rng.chance(20) { " LIMIT 2" } else { "" };
        let array =
            format!("ARRAY(SELECT {{}} FROM {} AS r WHERE {{}} = {{}} ORDER BY {{}}{limit})", right.name);
        let template = format!("(SELECT l.*, {array} AS items FROM {} AS l)", left.name);
        let mut columns = left.columns.clone();
        columns.push(Column { name: "items".into(), class: Class::Opaque, bound: 0, exactness });
        let reads = vec![left.name, right.name];
        Some((From::Derived { sql: whole(&template, arguments), reads }, columns, false))
    }

    /// For each row the first of those that go with it.
    pub fn lateral(&mut self, relations: &[Relation]) -> Option<Made> {
        let left = self.rng.pick(relations).clone();
        let right = self.ordered(relations)?;
        self.coverage.count("LATERAL");
        let (l, r) = (left.qualified("l"), right.qualified("r"));
        let class = self.ordered_class_in(&r);
        let mut arguments = vec![self.scalar(&r, class, 0), self.scalar(&l, class, 0), self.key(&r)];
        let test = *self.rng.pick(&["=", "=", "=", "<"]);
        let order: Vec<&str> = r.iter().map(|c| c.name.as_str()).collect();
        let limit = 1 + self.rng.below(2);
        let inner: Vec<String> =
            r.iter().zip(&right.columns).map(|(c, o)| format!("{} AS r_{}", c.name, o.name)).collect();
        let inner = format!(
            "LATERAL (SELECT {} FROM {} AS r WHERE {{}} {test} {{}} ORDER BY {{}}, {} LIMIT {limit}) AS x",
            inner.join(", "),
            right.name,
            order.join(", ")
        );
        let outer: Vec<String> =
            l.iter().zip(&left.columns).map(|(c, o)| format!("{} AS l_{}", c.name, o.name)).collect();
        let mut columns: Vec<Column> = left.columns.iter().map(|c| renamed(c, "l")).collect();
        columns.extend(right.columns.iter().map(|c| renamed(c, "r")));
        let template = if self.rng.chance(50) {
            format!("(SELECT {}, x.* FROM {} AS l LEFT JOIN {inner} ON true)", outer.join(", "), left.name)
        } else {
            format!("(SELECT {}, x.* FROM {} AS l, {inner})", outer.join(", "), left.name)
        };
        let sql = whole(&template, std::mem::take(&mut arguments));
        Some((From::Derived { sql, reads: vec![left.name, right.name] }, columns, false))
    }
}
