//! Random windows over partitions.

use crate::derived::{Made, whole};
use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{CLASSES, Class, Column, Exactness};

/// Most calls of one query; each with a frame of its own.
const CALLS: usize = 4;

const FRAMES: [&str; 9] = [
    "",
    "",
    " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    " ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
    " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    " GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
];

impl Generator<'_> {
    pub fn over(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.ordered(relations)?;
        let mut columns = relation.columns.clone();
        let mut items = String::new();
        let mut arguments = vec![];
        for i in 0..CALLS - self.rng.below(2) {
            let (item, more, class) = self.over_call(&relation);
            let bound = more.first().map_or(50, |a| a.bound);
            let bound = if item.starts_with("sum") { bound.saturating_mul(2_000) } else { bound.max(2_000) };
            items.push_str(&format!(", {item} AS w{i}"));
            arguments.extend(more);
            columns.push(Column { name: format!("w{i}"), class, bound, exactness: Exactness::Exact });
        }
        let template = format!("(SELECT *{items} FROM {})", relation.name);
        Some((From::Derived { sql: whole(&template, arguments), reads: vec![relation.name] }, columns, false))
    }

    /// A call with its window, the expressions in it, and what it gives.
    fn over_call(&mut self, relation: &Relation) -> (String, Vec<Expression>, Class) {
        let class = *self.rng.pick(&CLASSES);
        let number = *self.rng.pick(&[Class::Whole, Class::Double, Class::Numeric]);
        let (name, call, from, to, framed) = match self.rng.below(17) {
            0 => ("lag", "lag({})", class, class, false),
            1 => ("lead", "lead({}, 2)", class, class, false),
            2 => ("first_value over", "first_value({})", class, class, true),
            3 => ("last_value over", "last_value({})", class, class, true),
            4 => ("nth_value", "nth_value({}, 2)", class, class, true),
            5 => ("row_number over", "row_number()", Class::Opaque, Class::Whole, false),
            6 => ("rank over", "rank()", Class::Opaque, Class::Whole, false),
            7 => ("dense_rank over", "dense_rank()", Class::Opaque, Class::Whole, false),
            8 => ("ntile", "ntile(3)", Class::Opaque, Class::Whole, false),
            9 | 10 => ("count over", "count({})", class, Class::Whole, true),
            11 | 12 => ("sum over", "sum({})", number, number, true),
            16 => ("cume_dist", "cume_dist()", Class::Opaque, Class::Double, false),
            13 => ("percent_rank", "percent_rank()", Class::Opaque, Class::Double, false),
            14 => ("min over", "min({})", number, number, true),
            _ => ("max over", "max({})", number, number, true),
        };
        self.coverage.count(name);
        let mut arguments = vec![];
        if from != Class::Opaque {
            arguments.push(self.exact(&relation.columns, from));
        }
        let partition = if self.rng.chance(80) {
            arguments.push(self.key(&relation.columns));
            "PARTITION BY {} "
        } else {
            ""
        };
        // Which of several rows of one time is the first would be open.
        let of_all = ["count over", "sum over", "min over", "max over"].contains(&name);
        if of_all
            && self.rng.chance(25)
            && let Some(time) = self.column_of_class(&relation.columns, Class::Timestamp)
        {
            self.coverage.count("SESSION frame");
            arguments.push(time);
            let gap = *self.rng.pick(&["1 minute", "10 minutes", "1 hour"]);
            let frame = format!("SESSION WITH GAP INTERVAL '{gap}'");
            return (format!("{call} OVER ({partition}ORDER BY {{}} {frame})"), arguments, to);
        }
        arguments.push(self.key(&relation.columns));
        let order = self.order(&relation.columns, true);
        let frame = if framed { *self.rng.pick(&FRAMES) } else { "" };
        self.coverage.count(match frame.trim_start().split(' ').next() {
            Some("ROWS") => "ROWS frame",
            Some("RANGE") => "RANGE frame",
            Some("GROUPS") => "GROUPS frame",
            _ => "no frame",
        });
        let mut sql = format!("{call} OVER ({partition}{order}{frame})");
        if from == Class::Opaque && to == Class::Whole {
            sql = format!("CAST({sql} AS BIGINT)");
        }
        (sql, arguments, to)
    }
}
