//! Random relations of the first rows: top-n, DISTINCT ON, LIMIT.

use crate::derived::{Made, whole, whole_column};
use crate::expression::Generator;
use crate::query::{From, Relation};

impl Generator<'_> {
    pub fn top_n(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.ordered(relations)?;
        let function = *self.rng.pick(&["row_number", "row_number", "rank", "dense_rank"]);
        let arguments = vec![self.key(&relation.columns), self.key(&relation.columns)];
        let order = self.order(&relation.columns, function == "row_number");
        let partition =
            if self.rng.chance(85) { "PARTITION BY {} " } else { "PARTITION BY coalesce({}, NULL) IS NULL " };
        let n = 1 + self.rng.below(3);
        let test = match self.rng.below(6) {
            0 => format!("rn = {n}"),
            1 => format!("rn BETWEEN {n} AND {}", n + 1),
            2 => format!("rn < {}", n + 1),
            _ => format!("rn <= {n}"),
        };
        self.coverage.count(function);
        let template = format!(
            "(SELECT * FROM (SELECT *, {function}() OVER ({partition}{order}) AS rn FROM {}) AS n WHERE {test})",
            relation.name
        );
        let mut columns = relation.columns;
        columns.push(whole_column("rn"));
        Some((From::Derived { sql: whole(&template, arguments), reads: vec![relation.name] }, columns, false))
    }

    pub fn distinct_on(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.ordered(relations)?;
        self.coverage.count("DISTINCT ON");
        let key = self.key(&relation.columns);
        let order = self.order(&relation.columns, true).replacen("ORDER BY {}", "ORDER BY {}, {}", 1);
        let template = format!("(SELECT DISTINCT ON ({{}}) * FROM {} {order})", relation.name);
        let arguments = vec![key.clone(), key, self.key(&relation.columns)];
        Some((
            From::Derived { sql: whole(&template, arguments), reads: vec![relation.name] },
            relation.columns,
            false,
        ))
    }

    pub fn limit(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.ordered(relations)?;
        self.coverage.count("LIMIT");
        let (order, limit) = (self.order(&relation.columns, true), 1 + self.rng.below(6));
        let offset =
            if self.rng.chance(30) { format!(" OFFSET {}", self.rng.below(4)) } else { String::new() };
        let with_ties = self.rng.chance(25);
        let template = if with_ties {
            self.coverage.count("WITH TIES");
            format!("(SELECT * FROM {} ORDER BY {{}} FETCH FIRST {limit} ROWS WITH TIES)", relation.name)
        } else {
            format!("(SELECT * FROM {} {order} LIMIT {limit}{offset})", relation.name)
        };
        let arguments = vec![self.key(&relation.columns)];
        Some((
            From::Derived { sql: whole(&template, arguments), reads: vec![relation.name] },
            relation.columns,
            false,
        ))
    }
}
