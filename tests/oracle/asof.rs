//! Random ASOF joins in FROM.

use crate::derived::{Made, qualified, renamed, whole};
use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{Class, Column};

impl Generator<'_> {
    /// Which of several right rows is met is decided by all their columns, so
    /// these must have one order.
    pub fn asof(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, right) = (self.rng.pick(relations).clone(), self.ordered(relations)?);
        let kind = *self.rng.pick(&["ASOF JOIN", "ASOF LEFT JOIN"]);
        self.coverage.count(kind);
        let (l, r) = (qualified(&left.columns, "l"), qualified(&right.columns, "r"));
        let lefts = left.columns.iter().map(|c| renamed(c, "l"));
        let named: Vec<Column> = lefts.chain(right.columns.iter().map(|c| renamed(c, "r"))).collect();
        let items = l.iter().chain(&r).zip(&named).map(|(c, n)| format!("{} AS {}", c.name, n.name));
        let items: Vec<String> = items.collect();
        let (mut tests, mut arguments) = (vec![], vec![]);
        // Every key makes it rarer that rows meet.
        for _ in 0..[0, 0, 0, 1, 1, 2][self.rng.below(6)] {
            let class = self.class_in(&r);
            arguments.push(self.scalar(&l, class, 0));
            arguments.push(self.scalar(&r, class, 0));
            tests.push("{} = {}".to_string());
        }
        let time = *self.rng.pick(&[Class::Whole, Class::Timestamp, Class::Timestamp, Class::Numeric]);
        arguments.push(self.column_of_class(&l, time)?);
        arguments.push(self.column_of_class(&r, time)?);
        tests.push(format!("{{}} {} {{}}", self.rng.pick(&["<", "<=", ">", ">="])));
        if self.rng.chance(20) {
            let side = if self.rng.chance(50) { &l } else { &r };
            arguments.push(self.scalar(side, Class::Bool, 1));
            tests.push("{}".into());
        }
        let template = format!(
            "(SELECT {} FROM {} AS l {kind} {} AS r ON {})",
            items.join(", "),
            left.name,
            right.name,
            tests.join(" AND ")
        );
        let reads = vec![left.name, right.name];
        Some((From::Derived { sql: whole(&template, arguments), reads }, named, false))
    }

    /// A column of this class, if there is one.
    pub fn column_of_class(&mut self, scope: &[Column], class: Class) -> Option<Expression> {
        let known: Vec<&Column> = scope.iter().filter(|column| column.class == class).collect();
        (!known.is_empty()).then(|| Expression::column(known[self.rng.below(known.len())]))
    }
}
