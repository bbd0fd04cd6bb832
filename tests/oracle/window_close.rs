//! Random queries with `EMIT ON WINDOW CLOSE`: over a table, over a join of
//! windows, over windows of windows, and over views that carry the time on.
//!
//! By the watermark as it stands a batch query finds the windows that are closed.

use crate::expression::{Expression, Generator};
use crate::query::{EventTime, From, Query, Relation, Select, output};
use crate::schema::{Class, Column};
use crate::view::View;

/// What views are made of that are more than a query.
type Made = Option<(View, Relation)>;

impl Generator<'_> {
    /// Windows of one relation.
    pub fn window_close(&mut self, relations: &[Relation], name: &str) -> Made {
        let (relation, time) = self.timed(relations)?;
        let (function, rest) = if time.hourly {
            ("TUMBLE", *self.rng.pick(&["INTERVAL '6' HOUR", "INTERVAL '1' DAY"]))
        } else {
            *self.rng.pick(&[
                ("TUMBLE", "INTERVAL '1' HOUR"),
                ("TUMBLE", "INTERVAL '1' HOUR"),
                ("TUMBLE", "INTERVAL '6' HOUR, INTERVAL '1' HOUR"),
                ("HOP", "INTERVAL '2' HOUR, INTERVAL '6' HOUR"),
            ])
        };
        self.coverage.count("EMIT ON WINDOW CLOSE");
        if relation.name.starts_with('v') {
            self.coverage.count("EMIT ON WINDOW CLOSE over view");
        }
        let mut items =
            vec![(Expression::column(&Column::of("window_end", Class::Timestamp)), "k0".to_string())];
        if self.rng.chance(50) {
            items.push((Expression::column(&Column::of("window_start", Class::Timestamp)), "k1".into()));
        }
        let starts = items.len() > 1;
        // Of the time itself a group would be final before its window closes. Of
        // hourly windows `k0` is the time of their end.
        let is_time = |c: &&Column| c.name == time.column || time.hourly && c.name == "k0";
        let others: Vec<Column> = relation.columns.iter().filter(|c| !is_time(c)).cloned().collect();
        if self.rng.chance(50) {
            items.push((self.key(&others), format!("k{}", items.len())));
        }
        let filter = self.rng.chance(30).then(|| self.scalar(&relation.columns, Class::Bool, 2));
        let from = From::Window {
            function,
            relation: relation.name.clone(),
            column: time.column.clone(),
            rest: rest.into(),
        };
        let mut select = Select {
            distinct: false,
            keys: Some(items.len()),
            items,
            from,
            filter,
            by_position: false,
            grouping: None,
            having: None,
        };
        for i in 0..1 + self.rng.below(3) {
            let measure = self.measure(&relation.columns, true);
            select.items.push((measure, format!("a{i}")));
        }
        let columns = select.items.iter().map(|(e, name)| output(e, name)).collect();
        let hours = !time.hourly && starts && (function, rest) == ("TUMBLE", "INTERVAL '1' HOUR");
        let carried =
            hours.then(|| EventTime { column: "k1".into(), watermark: time.watermark.clone(), hourly: true });
        let view = closing(name, Query::Select(Box::new(select)), &[&time]);
        Some((view, Relation { append_only: true, time: carried, ..Relation::of(name, columns) }))
    }

    /// Windows of two relations that meet.
    pub fn window_close_over_join(&mut self, relations: &[Relation], name: &str) -> Made {
        let (left, l) = self.plainly_timed(relations)?;
        let (right, r) = self.plainly_timed(relations)?;
        self.coverage.count("EMIT ON WINDOW CLOSE over join");
        let size = *self.rng.pick(&["INTERVAL '1' HOUR", "INTERVAL '6' HOUR", "INTERVAL '1' DAY"]);
        let (left_columns, right_columns) = (left.qualified("l"), right.qualified("r"));
        let mut arguments = vec![];
        let mut equal = String::new();
        if self.rng.chance(40) {
            equal = " AND {} = {}".into();
            let (class, one) = self.column_of(&left_columns);
            arguments = vec![one, self.scalar(&right_columns, class, 0)];
        }
        let mut both = left_columns;
        both.extend(right_columns);
        let measure = self.measure(&both, true);
        let columns = vec![Column::of("k0", Class::Timestamp), whole("n"), output(&measure, "a0")];
        arguments.insert(0, measure);
        let template = format!(
            "SELECT l.window_end AS k0, count(*) AS n, {{}} AS a0 FROM TUMBLE({}, {}, {size}) AS l \
             JOIN TUMBLE({}, {}, {size}) AS r ON l.window_end = r.window_end{equal} GROUP BY l.window_end",
            left.name, l.column, right.name, r.column
        );
        let sql = Expression::node("window join", Class::Opaque, &template, arguments);
        let reads = vec![left.name, right.name];
        let view = closing(name, Query::Whole { sql, reads }, &[&l, &r]);
        Some((view, Relation { append_only: true, ..Relation::of(name, columns) }))
    }

    /// Windows of windows.
    pub fn window_close_nested(&mut self, relations: &[Relation], name: &str) -> Made {
        let (relation, time) = self.plainly_timed(relations)?;
        self.coverage.count("EMIT ON WINDOW CLOSE nested");
        let measure = self.measure(&relation.columns, true);
        let outer = *self.rng.pick(&["INTERVAL '6' HOUR", "INTERVAL '1' DAY"]);
        let template = format!(
            "SELECT window_end AS k0, count(*) AS n, sum(s) AS s, count(a) AS a FROM TUMBLE((SELECT window_start AS m, \
             count(*) AS s, {{}} AS a FROM TUMBLE({}, {}, INTERVAL '1' HOUR) GROUP BY window_start), m, {outer}) \
             GROUP BY window_end",
            relation.name, time.column
        );
        let sql = Expression::node("nested windows", Class::Opaque, &template, vec![measure]);
        let view = closing(name, Query::Whole { sql, reads: vec![relation.name] }, &[&time]);
        let columns = vec![Column::of("k0", Class::Timestamp), whole("n"), whole("s"), whole("a")];
        Some((view, Relation { append_only: true, ..Relation::of(name, columns) }))
    }

    /// A view whose time column is made of another that follows a watermark.
    pub fn later(&mut self, relations: &[Relation], name: &str) -> Made {
        let (relation, time) = self.plainly_timed(relations)?;
        self.coverage.count("derived time");
        let template = *self.rng.pick(&[
            "{} + INTERVAL '30 minutes'",
            "{} - INTERVAL '1 day'",
            "date_trunc('minute', {})",
            "date_bin(INTERVAL '15 minutes', {}, TIMESTAMP '2024-01-01')",
        ]);
        let others: Vec<&Column> = relation.columns.iter().filter(|c| c.name != time.column).collect();
        let rest: Vec<String> =
            others.iter().enumerate().map(|(i, c)| format!(", {} AS c{i}", c.name)).collect();
        let sql = format!(
            "SELECT {} AS later{} FROM {}",
            template.replace("{}", &time.column),
            rest.concat(),
            relation.name
        );
        let mut columns = vec![Column::of("later", Class::Timestamp)];
        columns
            .extend(others.iter().enumerate().map(|(i, c)| Column { name: format!("c{i}"), ..(*c).clone() }));
        let watermark = format!("({})", template.replace("{}", &time.watermark));
        let time = EventTime { column: "later".into(), watermark, hourly: false };
        let view = View::fixed(name, sql, &[&relation]);
        Some((view, Relation { append_only: true, time: Some(time), ..Relation::of(name, columns) }))
    }

    /// A relation with an event time.
    fn timed(&mut self, relations: &[Relation]) -> Option<(Relation, EventTime)> {
        let mut timed: Vec<&Relation> = relations.iter().filter(|r| r.time.is_some()).collect();
        let views: Vec<&Relation> = timed.iter().copied().filter(|r| r.types.is_none()).collect();
        if !views.is_empty() && self.rng.chance(80) {
            timed = views;
        }
        if timed.is_empty() {
            return None;
        }
        let relation = (*self.rng.pick(&timed)).clone();
        let time = relation.time.clone()?;
        Some((relation, time))
    }

    /// One whose times are any.
    pub fn plainly_timed(&mut self, relations: &[Relation]) -> Option<(Relation, EventTime)> {
        self.timed(relations).filter(|(_, time)| !time.hourly)
    }
}

/// The view of a query whose first column is the end of a window.
fn closing(name: &str, query: Query, times: &[&EventTime]) -> View {
    let passed: Vec<String> = times.iter().map(|t| format!("k0 <= {}", t.watermark)).collect();
    let batch = format!("SELECT * FROM ({{query}}) AS w WHERE {}", passed.join(" AND "));
    let view = View::plain(name, query).with_comment("batch", batch);
    View { closes: true, ..view }
}

fn whole(name: &str) -> Column {
    Column { bound: 2_000, ..Column::of(name, Class::Whole) }
}
