//! Random joins: of every kind, with keys or other conditions, bounded by time
//! or by windows.

use crate::derived::{Made, qualified, renamed, whole};
use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{Class, Column};

impl Generator<'_> {
    pub fn join(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, right) = (self.rng.pick(relations).clone(), self.rng.pick(relations).clone());
        let kind = *self.rng.pick(&["JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"]);
        self.coverage.count(kind);
        let (l, r) = (qualified(&left.columns, "l"), qualified(&right.columns, "r"));
        let mut both = l.clone();
        both.extend(r.clone());
        let (named, items) = both_named(&left.columns, &right.columns);
        let mut template = format!("(SELECT {items} FROM {} AS l {kind} {} AS r", left.name, right.name);
        let mut arguments = vec![];
        if kind != "CROSS JOIN" {
            let mut tests = vec![];
            for _ in 0..1 + usize::from(self.rng.chance(20)) {
                let class = self.ordered_class_in(&l);
                let depth = usize::from(self.rng.chance(25));
                arguments.push(self.scalar(&l, class, depth));
                arguments.push(self.scalar(&r, class, depth));
                let test = *self.rng.pick(&["=", "=", "=", "=", "=", "IS NOT DISTINCT FROM", "<", ">="]);
                self.coverage.count(if test == "=" { "equi-join" } else { "other join condition" });
                tests.push(format!("{{}} {test} {{}}"));
            }
            if self.rng.chance(25) {
                self.coverage.count("join residual");
                arguments.push(self.scalar(&both, Class::Bool, 1));
                tests.push("{}".into());
            }
            template.push_str(&format!(" ON {}", tests.join(" AND ")));
        }
        let append_only = left.append_only && right.append_only && matches!(kind, "JOIN" | "CROSS JOIN");
        Some((joined(template, arguments, left, right), named, append_only))
    }

    /// Rows whose times are near each other.
    pub fn interval_join(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, l) = self.plainly_timed(relations)?;
        let (right, r) = self.plainly_timed(relations)?;
        let kind = *self.rng.pick(&["JOIN", "JOIN", "LEFT JOIN"]);
        self.coverage.count("interval join");
        let near = *self.rng.pick(&[
            "l.{l} BETWEEN r.{r} AND r.{r} + INTERVAL '6 hours'",
            "l.{l} BETWEEN r.{r} - INTERVAL '1 day' AND r.{r} + INTERVAL '1 hour'",
            "l.{l} >= r.{r} AND l.{l} < r.{r} + INTERVAL '12 hours'",
            "l.{l} >= r.{r} - INTERVAL '3 hours'",
        ]);
        let near = near.replace("{l}", &l.column).replace("{r}", &r.column);
        let (named, items) = both_named(&left.columns, &right.columns);
        let mut template =
            format!("(SELECT {items} FROM {} AS l {kind} {} AS r ON {near}", left.name, right.name);
        let arguments = self.perhaps_equal(&left, &right, &mut template);
        let append_only = left.append_only && right.append_only && kind == "JOIN";
        Some((joined(template, arguments, left, right), named, append_only))
    }

    /// Rows of the same window.
    pub fn window_join(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, l) = self.plainly_timed(relations)?;
        let (right, r) = self.plainly_timed(relations)?;
        self.coverage.count("window join");
        let window = *self.rng.pick(&[
            ("TUMBLE", "INTERVAL '1' HOUR"),
            ("TUMBLE", "INTERVAL '1' DAY"),
            ("HOP", "INTERVAL '3' HOUR, INTERVAL '6' HOUR"),
        ]);
        let (named, items) = both_named(&left.columns, &right.columns);
        let (function, rest) = window;
        let mut template = format!(
            "(SELECT l.window_start AS w, {items} FROM {function}({}, {}, {rest}) AS l JOIN \
             {function}({}, {}, {rest}) AS r ON l.window_start = r.window_start",
            left.name, l.column, right.name, r.column
        );
        let arguments = self.perhaps_equal(&left, &right, &mut template);
        let mut columns = vec![Column::of("w", Class::Timestamp)];
        columns.extend(named);
        let append_only = left.append_only && right.append_only;
        Some((joined(template, arguments, left, right), columns, append_only))
    }

    /// Adds, now and then, that a column of `l` equals something of `r`.
    fn perhaps_equal(&mut self, left: &Relation, right: &Relation, template: &mut String) -> Vec<Expression> {
        if !self.rng.chance(60) {
            return vec![];
        }
        let (l, r) = (left.qualified("l"), right.qualified("r"));
        let (class, one) = self.column_of(&l);
        template.push_str(" AND {} = {}");
        vec![one, self.scalar(&r, class, 0)]
    }
}

/// A join for FROM; the template lacks its last parenthesis.
fn joined(template: String, arguments: Vec<Expression>, left: Relation, right: Relation) -> From {
    let sql = whole(&format!("{template})"), arguments);
    From::Derived { sql, reads: vec![left.name, right.name] }
}

/// The columns of `l` and `r` under names of their own, and the SELECT list that gives them.
fn both_named(left: &[Column], right: &[Column]) -> (Vec<Column>, String) {
    let named = |columns: &[Column], side: &'static str| {
        let named = columns.iter().map(|c| renamed(c, side)).collect::<Vec<_>>();
        let items: Vec<String> = qualified(columns, side)
            .iter()
            .zip(&named)
            .map(|(c, n)| format!("{} AS {}", c.name, n.name))
            .collect();
        (named, items)
    };
    let ((mut columns, mut items), (others, rest)) = (named(left, "l"), named(right, "r"));
    columns.extend(others);
    items.extend(rest);
    (columns, items.join(", "))
}
