//! Random tables and random values for them.
//!
//! Values are drawn from small ranges, so that keys meet and groups form, and
//! so that no expression of the generator overflows. Doubles are quarters: they
//! add up exactly in any order.

use crate::rng::Rng;

/// What expressions are typed by. INT and BIGINT are one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Whole,
    Double,
    Numeric,
    Text,
    Bool,
    Timestamp,
    Date,
    /// Only ever passed through (arrays).
    Opaque,
}

/// The classes that a table's column can have.
pub const CLASSES: [Class; 7] =
    [Class::Whole, Class::Double, Class::Numeric, Class::Text, Class::Bool, Class::Timestamp, Class::Date];

/// How far a value can be trusted to the last bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exactness {
    /// Sums of it do not depend on the order.
    Exact,
    /// The value itself is the same each time, sums of it are not.
    Rounded,
    /// The value depends on the order of the input in its last digits.
    Approximate,
}

/// A column as queries see it.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub class: Class,
    /// Largest absolute value, for the numeric classes.
    pub bound: i64,
    pub exactness: Exactness,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct TableColumn {
    pub column: Column,
    pub sql_type: &'static str,
    pub not_null: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    /// The first is the primary key if `keyed`.
    pub columns: Vec<TableColumn>,
    pub keyed: bool,
    pub append_only: bool,
    /// `ON CONFLICT DO UPDATE FULL`.
    pub upsert: bool,
    /// `WATERMARK FOR column AS column - INTERVAL 'delay'`, on tables that only grow.
    pub watermark: Option<Watermark>,
}

#[derive(Clone, Debug)]
pub struct Watermark {
    pub column: String,
    pub delay: &'static str,
}

impl Table {
    pub fn random(rng: &mut Rng, name: &str) -> Table {
        let append_only = rng.chance(40);
        let keyed = !append_only && rng.chance(60);
        let upsert = keyed && rng.chance(40);
        let mut columns = vec![];
        if keyed {
            columns.push(TableColumn {
                column: Column {
                    name: "id".into(),
                    class: Class::Whole,
                    bound: 10_000,
                    exactness: Exactness::Exact,
                },
                sql_type: *rng.pick(&["INT", "BIGINT"]),
                not_null: true,
            });
        }
        for i in 0..2 + rng.below(4) {
            columns.push(TableColumn::random(rng, &format!("c{i}")));
        }
        if append_only && rng.chance(50) {
            let mut time = TableColumn::random(rng, "ts");
            (time.column.class, time.sql_type) = (Class::Timestamp, "TIMESTAMP");
            columns.push(time);
        }
        let times: Vec<&TableColumn> =
            columns.iter().filter(|c| c.column.class == Class::Timestamp).collect();
        let watermark = (append_only && !times.is_empty() && rng.chance(60)).then(|| Watermark {
            column: rng.pick(&times).column.name.clone(),
            delay: *rng.pick::<&str>(&["3 hours", "12 hours", "1 day"]),
        });
        Table { name: name.into(), columns, keyed, append_only, upsert, watermark }
    }

    pub fn create(&self) -> String {
        let mut parts: Vec<String> = vec![];
        for (i, c) in self.columns.iter().enumerate() {
            let suffix = match (self.keyed && i == 0, c.not_null) {
                (true, _) => " PRIMARY KEY",
                (false, true) => " NOT NULL",
                (false, false) => "",
            };
            parts.push(format!("{} {}{suffix}", c.column.name, c.sql_type));
        }
        if let Some(Watermark { column, delay }) = &self.watermark {
            parts.push(format!("WATERMARK FOR {column} AS {column} - INTERVAL '{delay}'"));
        }
        let tail = match (self.append_only, self.upsert) {
            (true, _) => " APPEND ONLY",
            (false, true) => " ON CONFLICT DO UPDATE FULL",
            (false, false) => "",
        };
        format!("CREATE TABLE {} ({}){tail}", self.name, parts.join(", "))
    }
}

impl TableColumn {
    fn random(rng: &mut Rng, name: &str) -> TableColumn {
        let class = *rng.pick(&CLASSES);
        let sql_type = match class {
            Class::Whole => *rng.pick(&["INT", "BIGINT"]),
            Class::Double => "DOUBLE PRECISION",
            Class::Numeric => "NUMERIC(12,2)",
            Class::Text => "VARCHAR",
            Class::Bool => "BOOLEAN",
            Class::Timestamp => "TIMESTAMP",
            Class::Date | Class::Opaque => "DATE",
        };
        let column = Column { name: name.into(), class, bound: 50, exactness: Exactness::Exact };
        TableColumn { column, sql_type, not_null: rng.chance(25) }
    }

    /// A literal for this column.
    pub fn value(&self, rng: &mut Rng) -> String {
        if !self.not_null && rng.chance(20) {
            return "NULL".into();
        }
        match self.column.class {
            Class::Double => quarter(rng),
            Class::Numeric => cents(rng),
            class => literal(rng, class),
        }
    }
}

/// A time that moves on with `step`, out of order by up to a day.
pub fn moving_time(rng: &mut Rng, step: usize) -> String {
    let minutes = step as i64 * 240 + rng.between(-1440, 240) + 2 * 1440;
    let (day, minute) = (1 + minutes / 1440, minutes % 1440);
    format!("TIMESTAMP '2024-03-{day:02} {:02}:{:02}:00'", minute / 60, minute % 60)
}

/// A literal of the class, never NULL.
pub fn literal(rng: &mut Rng, class: Class) -> String {
    match class {
        Class::Whole => rng.between(-12, 12).to_string(),
        Class::Double => format!("CAST({} AS DOUBLE PRECISION)", quarter(rng)),
        Class::Numeric => format!("CAST({} AS NUMERIC(12,2))", cents(rng)),
        Class::Text => {
            format!("'{}'", rng.pick(&["", "a", "b", "ab", "ba", "Ärger", "x y", "aB", "0", "a%_b"]))
        }
        Class::Bool => rng.pick(&["TRUE", "FALSE"]).to_string(),
        Class::Timestamp => {
            let (day, hour, minute) = (rng.between(1, 4), rng.between(0, 23), rng.between(0, 59));
            format!("TIMESTAMP '2024-03-{day:02} {hour:02}:{minute:02}:{:02}'", rng.pick(&[0, 0, 30, 59]))
        }
        Class::Date | Class::Opaque => {
            format!("DATE '2024-0{}-{:02}'", rng.between(1, 3), rng.between(1, 28))
        }
    }
}

fn quarter(rng: &mut Rng) -> String {
    format!("{:?}", rng.between(-20, 20) as f64 / 4.0)
}

fn cents(rng: &mut Rng) -> String {
    format!("{:.2}", rng.between(-400, 400) as f64 / 100.0)
}
