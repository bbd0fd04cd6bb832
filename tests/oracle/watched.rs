//! A view that is compared, and how: its statement may say in comments what
//! the comparison has to ask.
//!
//! ```sql
//! CREATE MATERIALIZED VIEW v AS SELECT … /* seen: … */ /* batch: … */ /* errors: … */
//! ```
//!
//! `seen` is asked instead of the view's rows, `batch` instead of its query.
//! With `each: t SELECT …` the batch query is run once, and this one after each
//! INSERT into `t`, with its rows in the place of `{rows}`: the view is all of it together.
//! `errors` is a query of one number: how many rows the view must be without,
//! and so list in `view_errors`.

use std::collections::BTreeSet;

use crate::engine::Row;

pub struct Watched {
    pub name: String,
    /// What the view's side of the comparison is.
    pub seen: String,
    /// What the query's side of the comparison is.
    pub batch: String,
    pub errors: Option<String>,
    /// The table and what to ask after an INSERT into it.
    pub each: Option<(String, String)>,
    /// What came of that so far.
    pub model: Vec<Row>,
    /// The tables it comes from, through other views too.
    pub tables: BTreeSet<String>,
    /// Its rows change with the clock.
    pub timed: bool,
    /// What `batch` and `errors` gave when last asked.
    pub answer: Option<Answer>,
}

/// The query's side of a comparison, in order.
#[derive(Clone)]
pub struct Answer {
    pub rows: Vec<Row>,
    pub errors: Vec<Row>,
}

const VIEW_PREFIX: &str = "CREATE MATERIALIZED VIEW ";

impl Watched {
    /// The view that the statement makes, if it makes one.
    pub fn of(statement: &str, tables: &[String], others: &[Watched]) -> Option<Watched> {
        let (name, rest) = statement.strip_prefix(VIEW_PREFIX)?.split_once(" AS ")?;
        let (query, comments) = rest.split_once(" /* ").unwrap_or((rest, ""));
        let comment = |label: &str| {
            let mut parts = comments.split(" */").map(|part| part.trim_start_matches(" /* "));
            parts.find_map(|part| part.strip_prefix(label)?.strip_prefix(": ")).map(str::to_string)
        };
        let mut view = Watched {
            name: name.trim().to_string(),
            seen: comment("seen").unwrap_or_else(|| format!("SELECT * FROM {}", name.trim())),
            batch: comment("batch").unwrap_or_else(|| query.to_string()),
            errors: comment("errors"),
            each: comment("each").and_then(|e| e.split_once(' ').map(|(t, q)| (t.into(), q.into()))),
            model: vec![],
            tables: BTreeSet::new(),
            timed: query.contains("now()"),
            answer: None,
        };
        view.tables.extend(tables.iter().filter(|t| mentions(rest, t)).cloned());
        for other in others.iter().filter(|other| mentions(rest, &other.name)) {
            view.tables.extend(other.tables.iter().cloned());
            view.timed |= other.timed;
        }
        Some(view)
    }
}

/// Is the word in the text?
pub fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}
