//! Random queries of the kinds that views can keep up to date.

use crate::derived::qualified;
use crate::expression::{Expression, Generator};
use crate::schema::{Class, Column, Exactness};

/// A query as a tree that can be made smaller.
#[derive(Clone, Debug)]
pub enum Query {
    Select(Box<Select>),
    /// `UNION`, `INTERSECT` or `EXCEPT`, with or without `ALL`.
    Set {
        operation: &'static str,
        branches: Vec<Query>,
    },
    /// One made from a template as a whole.
    Whole {
        sql: Expression,
        reads: Vec<String>,
    },
}

#[derive(Clone, Debug)]
pub struct Select {
    pub distinct: bool,
    /// Expressions and the names they get.
    pub items: Vec<(Expression, String)>,
    pub from: From,
    pub filter: Option<Expression>,
    /// How many of the items, from the first, are group keys; `None` if it does not aggregate.
    pub keys: Option<usize>,
    /// `GROUP BY 1, 2` instead of the expressions.
    pub by_position: bool,
    /// `ROLLUP`, `CUBE` or `GROUPING SETS` over the keys.
    pub grouping: Option<&'static str>,
    pub having: Option<Expression>,
}

#[derive(Clone, Debug)]
pub enum From {
    Relation(String),
    /// `TUMBLE(relation, column, …)` and `HOP`.
    Window {
        function: &'static str,
        relation: String,
        column: String,
        rest: String,
    },
    Subquery(Box<Query>),
    /// A subquery made from a template, see `derived`.
    Derived {
        sql: Expression,
        reads: Vec<String>,
    },
}

/// Something a query can read.
#[derive(Clone, Debug)]
pub struct Relation {
    pub name: String,
    pub columns: Vec<Column>,
    /// No row of it is ever retracted.
    pub append_only: bool,
    pub time: Option<EventTime>,
    /// Of a table: the SQL types of its columns.
    pub types: Option<Vec<&'static str>>,
}

impl Relation {
    /// What may change in any way.
    pub fn of(name: &str, columns: Vec<Column>) -> Relation {
        Relation { name: name.into(), columns, append_only: false, time: None, types: None }
    }

    /// Its columns as they are called under an alias.
    pub fn qualified(&self, alias: &str) -> Vec<Column> {
        qualified(&self.columns, alias)
    }
}

/// The column of a relation that follows a watermark.
#[derive(Clone, Debug)]
pub struct EventTime {
    pub column: String,
    /// SQL of the watermark as it stands.
    pub watermark: String,
    /// Its values are beginnings of hours, told when the hour is over.
    pub hourly: bool,
}

impl Query {
    pub fn sql(&self) -> String {
        match self {
            Query::Select(select) => select.sql(),
            Query::Set { operation, branches } => {
                let parts: Vec<String> = branches.iter().map(Query::sql).collect();
                parts.join(&format!(" {operation} "))
            }
            Query::Whole { sql, .. } => sql.sql(),
        }
    }

    /// The relations it reads.
    pub fn reads(&self) -> Vec<&str> {
        match self {
            Query::Set { branches, .. } => branches.iter().flat_map(Query::reads).collect(),
            Query::Whole { reads, .. } => reads.iter().map(String::as_str).collect(),
            Query::Select(select) => match &select.from {
                From::Relation(name) | From::Window { relation: name, .. } => vec![name],
                From::Subquery(inner) => inner.reads(),
                From::Derived { reads, .. } => reads.iter().map(String::as_str).collect(),
            },
        }
    }
}

impl Select {
    fn sql(&self) -> String {
        let items: Vec<String> =
            self.items.iter().map(|(e, name)| format!("{} AS {name}", e.sql())).collect();
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        let mut sql = format!("SELECT {distinct}{} FROM {}", items.join(", "), self.from.sql());
        if let Some(filter) = &self.filter {
            sql.push_str(&format!(" WHERE {}", filter.sql()));
        }
        if let Some(keys @ 1..) = self.keys {
            let keys: Vec<String> = self.items[..keys]
                .iter()
                .enumerate()
                .map(|(i, (e, _))| if self.by_position { (i + 1).to_string() } else { e.sql() })
                .collect();
            let keys = match self.grouping {
                Some("GROUPING SETS") => format!("GROUPING SETS (({}), ({}), ())", keys.join(", "), keys[0]),
                Some(word) => format!("{word} ({})", keys.join(", ")),
                None => keys.join(", "),
            };
            sql.push_str(&format!(" GROUP BY {keys}"));
        }
        if let Some(having) = &self.having {
            sql.push_str(&format!(" HAVING {}", having.sql()));
        }
        sql
    }
}

impl From {
    fn sql(&self) -> String {
        match self {
            From::Relation(name) => format!("{name} AS o"),
            From::Window { function, relation, column, rest } => {
                format!("{function}({relation}, {column}, {rest}) AS o")
            }
            From::Subquery(query) => format!("({}) AS o", query.sql()),
            From::Derived { sql, .. } => format!("{} AS o", sql.sql()),
        }
    }
}

impl Generator<'_> {
    /// A query over some of the relations, and the relation that it makes.
    pub fn query(&mut self, relations: &[Relation], name: &str, depth: usize) -> (Query, Relation) {
        if self.rng.chance(14) {
            return self.set_operation(relations, name, depth);
        }
        let (from, columns, append_only) = self.from(relations, depth);
        let mut select = Select {
            distinct: false,
            items: vec![],
            from,
            filter: None,
            keys: None,
            by_position: self.rng.chance(30),
            grouping: None,
            having: None,
        };
        if self.rng.chance(50) {
            self.coverage.count("WHERE");
            select.filter = Some(if self.rng.chance(35) {
                self.subquery_predicate(&columns, relations)
            } else {
                self.scalar(&columns, Class::Bool, 3)
            });
        }
        if self.rng.chance(55) {
            self.aggregate(&mut select, &columns, append_only);
        } else {
            self.project(&mut select, &columns);
        }
        let aggregated = select.keys.is_some();
        let columns = select.items.iter().map(|(e, name)| output(e, name)).collect();
        let asks_others = select.filter.as_ref().is_some_and(|f| f.sql().contains("(SELECT"));
        let still_append_only = append_only && !aggregated && !asks_others;
        (
            Query::Select(Box::new(select)),
            Relation { append_only: still_append_only, ..Relation::of(name, columns) },
        )
    }

    fn from(&mut self, relations: &[Relation], depth: usize) -> (From, Vec<Column>, bool) {
        if depth > 0 && self.rng.chance(20) {
            self.coverage.count("subquery");
            let (query, relation) = self.query(relations, "s", depth - 1);
            return (From::Subquery(Box::new(query)), relation.columns, relation.append_only);
        }
        if self.rng.chance(55)
            && let Some(made) = self.derived(relations)
        {
            return made;
        }
        let relation = self.rng.pick(relations).clone();
        let times: Vec<&Column> = relation
            .columns
            .iter()
            .filter(|c| c.class == Class::Timestamp && !c.name.starts_with("window_"))
            .collect();
        if times.is_empty() || self.rng.chance(30) {
            return (From::Relation(relation.name), relation.columns, relation.append_only);
        }
        let column = times[self.rng.below(times.len())].name.clone();
        let (function, rest) = *self.rng.pick(&[
            ("TUMBLE", "INTERVAL '1' HOUR"),
            ("TUMBLE", "INTERVAL '15 minutes'"),
            ("TUMBLE", "INTERVAL '1' DAY, INTERVAL '5' HOUR"),
            ("HOP", "INTERVAL '1' HOUR, INTERVAL '3' HOUR"),
            ("HOP", "INTERVAL '6' HOUR, INTERVAL '1' DAY, INTERVAL '2' HOUR"),
            ("CUMULATE", "INTERVAL '2' HOUR, INTERVAL '6' HOUR"),
            ("CUMULATE", "INTERVAL '1' HOUR, INTERVAL '4' HOUR"),
            ("SESSION", "INTERVAL '2' HOUR"),
            ("SESSION", "INTERVAL '30' MINUTE"),
        ]);
        self.coverage.count(function);
        let append_only = relation.append_only && function != "SESSION";
        let from = From::Window { function, relation: relation.name.clone(), column, rest: rest.to_string() };
        let mut columns = relation.columns;
        for name in ["window_start", "window_end"] {
            columns.push(Column::of(name, Class::Timestamp));
        }
        (from, columns, append_only)
    }

    fn set_operation(&mut self, relations: &[Relation], name: &str, depth: usize) -> (Query, Relation) {
        let operation = *self.rng.pick(&[
            "UNION ALL",
            "UNION ALL",
            "UNION",
            "INTERSECT",
            "EXCEPT",
            "INTERSECT ALL",
            "EXCEPT ALL",
        ]);
        self.coverage.count(operation);
        let classes: Vec<Class> = (0..1 + self.rng.below(3))
            .map(|_| {
                let relation = self.rng.pick(relations).clone();
                self.class_in(&relation.columns)
            })
            .collect();
        let mut append_only = true;
        let mut columns: Vec<Column> = vec![];
        let mut branches = vec![];
        let several = operation.starts_with("UNION") && self.rng.chance(50);
        for _ in 0..2 + usize::from(several) {
            let (from, scope, inserts) = self.from(relations, depth.min(1));
            append_only &= inserts;
            let items: Vec<(Expression, String)> = classes
                .iter()
                .enumerate()
                .map(|(i, class)| (self.scalar(&scope, *class, 2), format!("k{i}")))
                .collect();
            let made: Vec<Column> = items.iter().map(|(e, n)| output(e, n)).collect();
            for (column, other) in columns.iter_mut().zip(&made) {
                column.bound = column.bound.max(other.bound);
                column.exactness = column.exactness.max(other.exactness);
            }
            if columns.is_empty() {
                columns = made;
            }
            let filter = self.rng.chance(40).then(|| self.scalar(&scope, Class::Bool, 2));
            let select = Select {
                distinct: false,
                items,
                from,
                filter,
                keys: None,
                by_position: false,
                grouping: None,
                having: None,
            };
            branches.push(Query::Select(Box::new(select)));
        }
        (
            Query::Set { operation, branches },
            Relation {
                append_only: append_only && operation.starts_with("UNION"),
                ..Relation::of(name, columns)
            },
        )
    }

    fn project(&mut self, select: &mut Select, scope: &[Column]) {
        let count = 1 + self.rng.below(4);
        for i in 0..count {
            let expression = if self.rng.chance(10) {
                // Values whose last digits depend on the order are only passed on.
                Expression::column(self.rng.pick(scope))
            } else {
                let class = self.class_in(scope);
                self.scalar(scope, class, 3)
            };
            select.items.push((expression, format!("k{i}")));
        }
        if self.rng.chance(15) {
            self.coverage.count("unnest");
            let elements = (0..1 + self.rng.below(3)).map(|_| self.scalar(scope, Class::Whole, 1)).collect();
            let list = Expression::node("array", Class::Opaque, "", elements);
            let template = vec!["{}"; list.arguments.len()].join(", ");
            let unnest = Expression::node(
                "unnest",
                Class::Whole,
                &format!("unnest(ARRAY[{template}])"),
                list.arguments,
            );
            select.items.push((unnest, format!("k{count}")));
        } else if self.rng.chance(25)
            && select.items.iter().all(|(e, _)| e.exactness < Exactness::Approximate)
        {
            self.coverage.count("DISTINCT");
            select.distinct = true;
        }
    }
}

/// The column that an item becomes.
pub fn output(expression: &Expression, name: &str) -> Column {
    Column {
        name: name.into(),
        class: expression.class,
        bound: expression.bound,
        exactness: expression.exactness,
    }
}
