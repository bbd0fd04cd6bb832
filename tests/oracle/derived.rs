//! Random relations made of others in FROM.
//!
//! Each is a subquery whose columns have names of their own, so that whatever
//! can be asked of a table can be asked of it. Where SQL leaves ties open, all
//! columns come last in the order.

use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{Class, Column, Exactness};

/// What FROM holds, its columns, and whether it never retracts.
pub type Made = (From, Vec<Column>, bool);

impl Generator<'_> {
    /// A relation made of some of these; `None` if the dice find nothing to make it of.
    pub fn derived(&mut self, relations: &[Relation]) -> Option<Made> {
        match self.rng.below(72) {
            0..=11 => self.join(relations),
            12..=16 => self.interval_join(relations),
            17..=21 => self.window_join(relations),
            22..=30 => self.top_n(relations),
            31..=38 => self.over(relations),
            39..=41 => self.distinct_on(relations),
            42..=45 => self.limit(relations),
            46..=51 => self.recursive(relations),
            52..=54 => self.lateral(relations),
            55..=58 => self.series(relations),
            59..=64 => self.asof(relations),
            65..=67 => self.array_of_rows(relations),
            _ => self.clocked(relations),
        }
    }

    /// A column to join by, and its class: with a constant a join may turn out empty.
    pub fn column_of(&mut self, scope: &[Column]) -> (Class, Expression) {
        let usable: Vec<&Column> = scope
            .iter()
            .filter(|c| c.exactness < Exactness::Approximate && c.class.ordered() == c.class)
            .collect();
        match usable.is_empty() {
            true => (Class::Whole, self.scalar(scope, Class::Whole, 0)),
            false => {
                let column = *self.rng.pick(&usable);
                (column.class, Expression::column(column))
            }
        }
    }

    /// One whose rows can be put in one order.
    pub fn ordered(&mut self, relations: &[Relation]) -> Option<Relation> {
        let relation = self.rng.pick(relations).clone();
        let orderly = |c: &Column| c.class != Class::Opaque && c.exactness < Exactness::Approximate;
        relation.columns.iter().all(orderly).then_some(relation)
    }

    /// `ORDER BY {} …`; with `total`, all columns come last.
    pub fn order(&mut self, scope: &[Column], total: bool) -> String {
        let direction = *self.rng.pick(&["", " DESC", " NULLS FIRST", " DESC NULLS LAST"]);
        let mut order = format!("ORDER BY {{}}{direction}");
        if total {
            scope.iter().for_each(|c| order.push_str(&format!(", {}", c.name)));
        }
        order
    }
}

/// FROM's SQL as a tree of one template.
pub fn whole(template: &str, arguments: Vec<Expression>) -> Expression {
    Expression::node("derived", Class::Opaque, template, arguments)
}

/// A column of small whole numbers.
pub fn whole_column(name: &str) -> Column {
    Column { name: name.into(), class: Class::Whole, bound: 2_000, exactness: Exactness::Exact }
}

/// The columns as they are called under an alias.
pub fn qualified(columns: &[Column], alias: &str) -> Vec<Column> {
    columns.iter().map(|c| Column { name: format!("{alias}.{}", c.name), ..c.clone() }).collect()
}

pub fn renamed(column: &Column, side: &str) -> Column {
    Column { name: format!("{side}_{}", column.name), ..column.clone() }
}
