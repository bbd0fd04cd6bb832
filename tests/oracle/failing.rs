//! Views whose expressions fail on some rows: the view goes on without them
//! and lists them. As batch such a query fails, so it is asked of the other rows.

use crate::expression::Generator;
use crate::query::Relation;
use crate::schema::{Class, Column};
use crate::view::View;

/// An expression, the class of `{}` in it, and the rows for which it fails.
const FAILING: [(&str, &str, Class, &str); 6] = [
    ("division by zero", "60 / {}", Class::Whole, "{} = 0"),
    ("division by zero", "7 % CAST({} AS BIGINT)", Class::Whole, "{} = 0"),
    ("division by zero", "CAST(1 AS NUMERIC(12,2)) / {}", Class::Numeric, "{} = 0"),
    ("bad cast", "CAST({} AS INT)", Class::Text, "{} <> '0'"),
    ("overflow", "CAST({} AS INT) * 2000000000", Class::Whole, "abs({}) > 1"),
    ("bad cast", "CAST(CAST({} AS INT) + 32760 AS SMALLINT)", Class::Whole, "{} > 7"),
];

impl Generator<'_> {
    pub fn failing(&mut self, relations: &[Relation], name: &str) -> Option<(View, Relation)> {
        let (kind, expression, class, fails) = *self.rng.pick(&FAILING);
        let has = |r: &&Relation| r.types.is_some() && r.columns.iter().any(|c| c.class == class);
        let usable: Vec<&Relation> = relations.iter().filter(has).collect();
        if usable.is_empty() {
            return None;
        }
        let relation = (*self.rng.pick(&usable)).clone();
        self.coverage.count(kind);
        let own: Vec<&Column> = relation.columns.iter().filter(|c| c.class == class).collect();
        let column = self.rng.pick(&own).name.clone();
        let (expression, fails) = (expression.replace("{}", &column), fails.replace("{}", &column));
        let condition = self.scalar(&relation.columns, Class::Bool, 1).sql();
        let key = self.key(&relation.columns).sql();
        let rows = format!("(SELECT * FROM {} WHERE {condition})", relation.name);
        let safe = format!("(SELECT * FROM {rows} AS i WHERE ({fails}) IS NOT TRUE)");
        let made = Column { bound: 4_000_000_000, ..Column::of("w", Class::Whole) };
        let (shape, columns) = match self.rng.below(3) {
            0 => {
                let names: Vec<&str> = relation.columns.iter().map(|c| c.name.as_str()).collect();
                let mut columns = relation.columns.clone();
                let opaque = Column { class: Class::Opaque, ..made };
                columns.push(opaque);
                (format!("SELECT {}, {expression} AS w FROM {{from}} AS o", names.join(", ")), columns)
            }
            1 => {
                let k = Column::of("k", Class::Opaque);
                let w = Column { class: Class::Opaque, ..made };
                (
                    format!("SELECT {key} AS k, sum({expression}) AS w FROM {{from}} AS o GROUP BY {key}"),
                    vec![k, w],
                )
            }
            _ => {
                let columns = relation.columns.clone();
                // Of a bare cast the optimiser would compare what is cast.
                (format!("SELECT * FROM {{from}} AS o WHERE abs({expression}) > 3"), columns)
            }
        };
        let batch = shape.replace("{from}", &safe);
        let errors = format!("SELECT count(*) AS n FROM {rows} AS i WHERE {fails}");
        let view = View::fixed(name, shape.replace("{from}", &rows), &[&relation])
            .with_comment("batch", batch)
            .with_comment("errors", errors);
        Some((view, Relation::of(name, columns)))
    }
}
