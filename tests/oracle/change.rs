//! Random streams of inserts, updates and deletes.

use std::collections::BTreeSet;

use crate::expression::{Expression, Generator};
use crate::rng::Rng;
use crate::schema::{Class, Column, Table, TableColumn, moving_time};

/// One DML statement.
#[derive(Clone, Debug)]
pub enum Change {
    Insert { table: String, columns: Vec<String>, rows: Vec<Vec<String>> },
    Update { table: String, sets: Vec<(String, Expression)>, filter: Expression },
    Delete { table: String, filter: Expression },
}

impl Change {
    pub fn sql(&self) -> String {
        match self {
            Change::Insert { table, columns, rows } => {
                let rows: Vec<String> = rows.iter().map(|r| format!("({})", r.join(", "))).collect();
                format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), rows.join(", "))
            }
            Change::Update { table, sets, filter } => {
                let sets: Vec<String> = sets.iter().map(|(c, e)| format!("{c} = {}", e.sql())).collect();
                format!("UPDATE {table} SET {} WHERE {}", sets.join(", "), filter.sql())
            }
            Change::Delete { table, filter } => format!("DELETE FROM {table} WHERE {}", filter.sql()),
        }
    }
}

/// Makes changes to one table, never breaking its key.
pub struct Changer {
    table: Table,
    /// Keys never given out start here.
    fresh: i64,
    /// Keys that were deleted by name and may come again.
    free: Vec<i64>,
    live: BTreeSet<i64>,
    /// Inserts so far.
    step: usize,
}

impl Changer {
    pub fn new(table: Table) -> Changer {
        Changer { table, fresh: 1, free: vec![], live: BTreeSet::new(), step: 0 }
    }

    pub fn next(&mut self, generator: &mut Generator) -> Change {
        if self.table.append_only || generator.rng.chance(55) {
            return self.insert(generator.rng);
        }
        if self.table.keyed && !self.table.upsert && generator.rng.chance(40) {
            return self.delete_by_key(generator.rng);
        }
        if generator.rng.chance(50) { self.update(generator) } else { self.delete(generator) }
    }

    pub fn insert(&mut self, rng: &mut Rng) -> Change {
        self.step += 1;
        let count = if rng.chance(10) { 30 } else { 1 + rng.below(6) };
        let rows = (0..count)
            .map(|_| {
                let key = self.table.keyed.then(|| self.key(rng));
                let rest = self.table.columns.iter().skip(usize::from(self.table.keyed));
                key.into_iter().map(|k| k.to_string()).chain(rest.map(|c| self.value(rng, c))).collect()
            })
            .collect();
        let columns = self.table.columns.iter().map(|c| c.column.name.clone()).collect();
        Change::Insert { table: self.table.name.clone(), columns, rows }
    }

    fn value(&self, rng: &mut Rng, column: &TableColumn) -> String {
        let moves = self.table.watermark.as_ref().is_some_and(|(time, _)| *time == column.column.name);
        if moves && rng.chance(90) { moving_time(rng, self.step) } else { column.value(rng) }
    }

    /// A key for a new row. Tables that resolve conflicts get keys that meet.
    fn key(&mut self, rng: &mut Rng) -> i64 {
        if self.table.upsert {
            return rng.between(1, 12);
        }
        let again = !self.free.is_empty() && rng.chance(50);
        let key = if again { self.free.swap_remove(rng.below(self.free.len())) } else { self.fresh };
        if !again {
            self.fresh += 1;
        }
        self.live.insert(key);
        key
    }

    fn delete_by_key(&mut self, rng: &mut Rng) -> Change {
        let mut keys: Vec<i64> = vec![];
        for _ in 0..1 + rng.below(3) {
            let live: Vec<i64> = self.live.iter().copied().collect();
            if live.is_empty() {
                break;
            }
            let key = *rng.pick(&live);
            self.live.remove(&key);
            self.free.push(key);
            keys.push(key);
        }
        keys.push(0);
        let list: Vec<String> = keys.iter().map(i64::to_string).collect();
        let filter = Expression::leaf("key list", Class::Bool, format!("id IN ({})", list.join(", ")));
        Change::Delete { table: self.table.name.clone(), filter }
    }

    fn update(&mut self, generator: &mut Generator) -> Change {
        let scope = self.scope();
        let first = usize::from(self.table.keyed);
        let index = first + generator.rng.below(self.table.columns.len() - first);
        let target = self.table.columns[index].clone();
        let class = target.column.class;
        let own = !target.not_null && matches!(class, Class::Bool | Class::Timestamp | Class::Date);
        let value = if own && generator.rng.chance(30) {
            generator.scalar(&scope, class, 1)
        } else {
            Expression::leaf("literal", class, target.value(generator.rng))
        };
        let filter = generator.scalar(&scope, Class::Bool, 2);
        Change::Update { table: self.table.name.clone(), sets: vec![(target.column.name, value)], filter }
    }

    fn delete(&mut self, generator: &mut Generator) -> Change {
        let scope = self.scope();
        let some = generator.scalar(&scope, Class::Bool, 1);
        let other = generator.scalar(&scope, Class::Bool, 1);
        let filter = Expression::node("AND", Class::Bool, "({}) AND ({})", vec![some, other]);
        Change::Delete { table: self.table.name.clone(), filter }
    }

    fn scope(&self) -> Vec<Column> {
        self.table.columns.iter().map(|c| c.column.clone()).collect()
    }
}
