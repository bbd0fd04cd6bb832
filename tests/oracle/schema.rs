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
    /// `TIMESTAMPTZ`.
    Instant,
    Uuid,
    /// `JSONB`: a document, with a number under `n` if there is any.
    Json,
    /// `INT[]`.
    List,
    /// Only ever passed through (arrays of anything).
    Opaque,
}

/// The classes whose values have an order.
pub const CLASSES: [Class; 9] = [
    Class::Whole,
    Class::Double,
    Class::Numeric,
    Class::Text,
    Class::Bool,
    Class::Timestamp,
    Class::Date,
    Class::Instant,
    Class::Uuid,
];

impl Class {
    /// This class, or text if its values have no order that queries should ask for.
    pub fn ordered(self) -> Class {
        if CLASSES.contains(&self) { self } else { Class::Text }
    }
}

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

impl Column {
    /// A column of values as tables have them.
    pub fn of(name: &str, class: Class) -> Column {
        Column { name: name.into(), class, bound: 50, exactness: Exactness::Exact }
    }
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
    /// `WATERMARK FOR column AS column - INTERVAL 'delay'`, on tables that only grow:
    /// the column and the delay.
    pub watermark: Option<(String, &'static str)>,
}

impl Table {
    pub fn random(rng: &mut Rng, name: &str) -> Table {
        let append_only = rng.chance(45);
        let keyed = !append_only && rng.chance(60);
        let upsert = keyed && rng.chance(40);
        let mut columns = vec![];
        if keyed {
            let mut key = TableColumn::of(rng, "id", Class::Whole);
            (key.column.bound, key.not_null) = (10_000, true);
            columns.push(key);
        }
        for i in 0..2 + rng.below(4) {
            columns.push(TableColumn::random(rng, &format!("c{i}")));
        }
        if rng.chance(20) {
            columns.push(TableColumn::of(rng, DUE, Class::Instant));
        }
        if append_only && rng.chance(75) {
            columns.push(TableColumn::of(rng, "ts", Class::Timestamp));
        }
        let times: Vec<&TableColumn> =
            columns.iter().filter(|c| c.column.class == Class::Timestamp).collect();
        let delay = *rng.pick(&["3 hours", "12 hours", "1 day"]);
        let watermark = (append_only && !times.is_empty() && rng.chance(65))
            .then(|| (rng.pick(&times).column.name.clone(), delay));
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
        if let Some((column, delay)) = &self.watermark {
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

/// The column of times near the present.
pub const DUE: &str = "due";

impl TableColumn {
    fn random(rng: &mut Rng, name: &str) -> TableColumn {
        let class = match rng.below(14) {
            0 | 1 => Class::Whole,
            n @ 2..11 => CLASSES[n - 2],
            11 => Class::Json,
            12 => Class::List,
            _ => Class::Text,
        };
        TableColumn::of(rng, name, class)
    }

    fn of(rng: &mut Rng, name: &str, class: Class) -> TableColumn {
        let sql_type = match class {
            Class::Whole => *rng.pick(&["INT", "BIGINT"]),
            Class::Double => "DOUBLE PRECISION",
            Class::Numeric => *rng.pick(&["NUMERIC(12,2)", "NUMERIC"]),
            Class::Text => "VARCHAR",
            Class::Bool => "BOOLEAN",
            Class::Timestamp => "TIMESTAMP",
            Class::Date | Class::Opaque => "DATE",
            Class::Instant => "TIMESTAMPTZ",
            Class::Uuid => "UUID",
            Class::Json => "JSONB",
            Class::List => "INT[]",
        };
        let column = Column::of(name, class);
        TableColumn { column, sql_type, not_null: rng.chance(25) }
    }

    /// A literal for this column.
    pub fn value(&self, rng: &mut Rng) -> String {
        if !self.not_null && rng.chance(20) {
            return "NULL".into();
        }
        match self.column.class {
            Class::Instant if self.column.name == DUE => {
                format!("TIMESTAMPTZ '{{now{:+}}}'", rng.between(-8, 24) * 50 + 25)
            }
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
        Class::Instant => {
            let zone = *rng.pick(&["+00", "+02", "-08"]);
            format!("TIMESTAMPTZ '2024-03-{:02} {:02}:30:00{zone}'", rng.between(1, 4), rng.between(0, 23))
        }
        Class::Uuid => {
            format!("CAST('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1{}' AS UUID)", rng.between(0, 5))
        }
        Class::Json => {
            let (n, text) = (rng.between(0, 3), *rng.pick(&["x", "y", ""]));
            let document = match rng.below(5) {
                0 => format!("{{\"n\": {n}}}"),
                1 => format!("{{\"a\": \"{text}\", \"n\": {n}}}"),
                2 => format!("{{\"a\": [{n}, null], \"b\": {{\"n\": {n}}}}}"),
                3 => format!("[{n}, \"{text}\"]"),
                _ => "{}".to_string(),
            };
            format!("CAST('{document}' AS JSONB)")
        }
        Class::List => {
            let items: Vec<String> = (0..rng.below(4)).map(|_| rng.between(0, 3).to_string()).collect();
            format!("CAST(ARRAY[{}] AS INT[])", items.join(", "))
        }
    }
}

fn quarter(rng: &mut Rng) -> String {
    format!("{:?}", rng.between(-20, 20) as f64 / 4.0)
}

fn cents(rng: &mut Rng) -> String {
    format!("{:.2}", rng.between(-400, 400) as f64 / 100.0)
}
