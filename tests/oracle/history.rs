//! Views that depend on how their input came to be: changelogs, and joins with
//! a relation as it was when a row came.

use crate::expression::Generator;
use crate::query::Relation;
use crate::schema::{Class, Column};
use crate::view::View;

impl Generator<'_> {
    /// All changes of a relation: added up they are the relation.
    pub fn changelog(&mut self, relations: &[Relation], name: &str) -> Option<(View, Relation)> {
        let relation = self.ordered(relations)?;
        self.coverage.count("changelog");
        let columns: Vec<&str> = relation.columns.iter().map(|c| c.name.as_str()).collect();
        let list = columns.join(", ");
        let operation = format!("op{name}");
        let sql = format!(
            "WITH c AS changelog FROM {} SELECT {list}, changelog_op AS {operation} FROM c",
            relation.name
        );
        let sum = format!("sum(CASE WHEN {operation} IN (1, 3) THEN 1 ELSE -1 END)");
        let seen = format!("SELECT {list}, {sum} AS n FROM {name} GROUP BY {list} HAVING {sum} <> 0");
        let batch = format!("SELECT {list}, count(*) AS n FROM {} GROUP BY {list}", relation.name);
        let view =
            View::fixed(name, sql, &[&relation]).with_comment("seen", seen).with_comment("batch", batch);
        let mut columns = relation.columns;
        columns.push(Column::of(&operation, Class::Whole));
        Some((view, Relation { append_only: true, ..Relation::of(name, columns) }))
    }

    /// Each row with what there was when it came. The comparison adds up what
    /// each INSERT finds: `each` is run with its rows before it.
    pub fn as_of_now(&mut self, relations: &[Relation], name: &str) -> Option<(View, Relation)> {
        // Of a table with a watermark some rows are late and do not come.
        let plain = |r: &&Relation| r.append_only && r.time.is_none() && r.types.is_some();
        let plain: Vec<&Relation> = relations.iter().filter(plain).collect();
        let others: Vec<&Relation> = relations.iter().filter(|r| r.types.is_some()).collect();
        if plain.is_empty() || others.is_empty() {
            return None;
        }
        let left = (*self.rng.pick(&plain)).clone();
        let right = (*self.rng.pick(&others)).clone();
        if left.name == right.name {
            return None;
        }
        self.coverage.count("AS OF PROCTIME()");
        let (l, r) = (left.qualified("l"), right.qualified("r"));
        let class = self.ordered_class_in(&l);
        let (one, other) = (self.scalar(&l, class, 0), self.scalar(&r, class, 0));
        let kind = *self.rng.pick(&["JOIN", "LEFT JOIN"]);
        let on = format!("ON {} = {}", one.sql(), other.sql());
        let mut columns = vec![];
        let mut items = vec![];
        for (side, c) in l.iter().zip(&left.columns).chain(r.iter().zip(&right.columns)) {
            items.push(format!("{} AS k{}", side.name, items.len()));
            columns.push(Column { name: format!("k{}", columns.len()), ..c.clone() });
        }
        let items = items.join(", ");
        let join = |left: &str, mark: &str| {
            format!("SELECT {items} FROM {left} AS l {kind} {}{mark} AS r {on}", right.name)
        };
        let types = left.types.clone()?;
        let casts: Vec<String> = left
            .columns
            .iter()
            .zip(&types)
            .map(|(c, t)| format!("CAST({} AS {t}) AS {}", c.name, c.name))
            .collect();
        let names: Vec<&str> = left.columns.iter().map(|c| c.name.as_str()).collect();
        let rows = format!("(SELECT {} FROM (VALUES {{rows}}) AS x({}))", casts.join(", "), names.join(", "));
        let sql = join(&left.name, " FOR SYSTEM_TIME AS OF PROCTIME()");
        let view = View::fixed(name, sql, &[&left, &right])
            .with_comment("batch", join(&left.name, ""))
            .with_comment("each", format!("{} {}", left.name, join(&rows, "")));
        Some((view, Relation { append_only: true, ..Relation::of(name, columns) }))
    }
}
