//! A view of a scenario: its query, and what the comparison has to ask.

use crate::expression::{Expression, Generator};
use crate::query::{Query, Relation};

#[derive(Clone, Debug)]
pub struct View {
    pub name: String,
    pub query: Query,
    /// `EMIT ON WINDOW CLOSE`.
    pub closes: bool,
    /// The comments that `Watched` reads: label and SQL, with `{query}` for the query.
    pub comments: Vec<(&'static str, String)>,
}

impl View {
    pub fn plain(name: &str, query: Query) -> View {
        View { name: name.into(), query, closes: false, comments: vec![] }
    }

    /// One whose query is as it is.
    pub fn fixed(name: &str, sql: String, reads: &[&Relation]) -> View {
        let sql = Expression::leaf("view", crate::schema::Class::Opaque, sql);
        let reads = reads.iter().map(|r| r.name.clone()).collect();
        View::plain(name, Query::Whole { sql, reads })
    }

    pub fn with_comment(mut self, label: &'static str, sql: String) -> View {
        self.comments.push((label, sql));
        self
    }

    pub fn with_query(&self, query: Query) -> View {
        View { query, ..self.clone() }
    }

    pub fn create(&self) -> String {
        let query = self.query.sql();
        let mut sql = format!("CREATE MATERIALIZED VIEW {} AS {query}", self.name);
        if self.closes {
            sql.push_str(" EMIT ON WINDOW CLOSE");
        }
        for (label, comment) in &self.comments {
            sql.push_str(&format!(" /* {label}: {} */", comment.replace("{query}", &query)));
        }
        sql
    }
}

impl Generator<'_> {
    /// A view over some of these, and the relation that it is.
    pub fn view(&mut self, relations: &[Relation], name: &str) -> (View, Relation) {
        let special = match self.rng.below(100) {
            0..=9 => self.window_close(relations, name),
            10..=13 => self.window_close_over_join(relations, name),
            14..=17 => self.window_close_nested(relations, name),
            18..=22 => self.later(relations, name),
            23..=25 => self.changelog(relations, name),
            26..=35 => self.as_of_now(relations, name),
            36..=43 => self.failing(relations, name),
            _ => None,
        };
        special.unwrap_or_else(|| {
            let (query, relation) = self.query(relations, name, 2);
            (View::plain(name, query), relation)
        })
    }
}
