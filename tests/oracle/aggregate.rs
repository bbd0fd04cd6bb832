//! Random aggregations: keys, aggregates with and without FILTER, HAVING.

use crate::expression::{Expression, Generator};
use crate::query::Select;
use crate::schema::{CLASSES, Class, Column, Exactness};

/// Aggregates that the engine keeps over input that never retracts, beyond
/// those for changing input: (name, template, class of the arguments, class of
/// the result). `Opaque` as an argument stands for any class, as a result for one that is only passed on.
const INSERT_ONLY: [(&str, &str, Class, Class); 24] = [
    ("stddev", "stddev({})", Class::Double, Class::Double),
    ("stddev_pop", "stddev_pop({})", Class::Double, Class::Double),
    ("var_samp", "var_samp({})", Class::Whole, Class::Double),
    ("var_pop", "var_pop({})", Class::Double, Class::Double),
    ("corr", "corr({}, {})", Class::Double, Class::Double),
    ("covar_pop", "covar_pop({}, {})", Class::Double, Class::Double),
    ("covar_samp", "covar_samp({}, {})", Class::Double, Class::Double),
    ("regr_slope", "regr_slope({}, {})", Class::Double, Class::Double),
    ("regr_count", "regr_count({}, {})", Class::Double, Class::Whole),
    ("median", "median({})", Class::Whole, Class::Whole),
    ("median", "median({})", Class::Double, Class::Double),
    ("array_agg", "array_agg({} ORDER BY {})", Class::Opaque, Class::Opaque),
    ("array_agg distinct", "array_agg(DISTINCT {} ORDER BY {})", Class::Opaque, Class::Opaque),
    ("string_agg", "string_agg({}, ',' ORDER BY {})", Class::Text, Class::Text),
    ("bit_and", "bit_and({})", Class::Whole, Class::Whole),
    ("bit_or", "bit_or({})", Class::Whole, Class::Whole),
    ("bit_xor", "bit_xor({})", Class::Whole, Class::Whole),
    ("approx_distinct", "approx_distinct({})", Class::Whole, Class::Opaque),
    ("approx_distinct", "approx_distinct({})", Class::Text, Class::Opaque),
    ("first_value", "first_value({} ORDER BY {})", Class::Opaque, Class::Opaque),
    ("last_value", "last_value({} ORDER BY {})", Class::Opaque, Class::Opaque),
    ("sum distinct", "sum(DISTINCT {})", Class::Whole, Class::Whole),
    ("sum distinct", "sum(DISTINCT {})", Class::Double, Class::Double),
    ("percentile_cont", "percentile_cont(0.5) WITHIN GROUP (ORDER BY {})", Class::Double, Class::Double),
];

/// Sums are taken of expressions no larger than this, and count as this times as large.
const ROWS_MAX: i64 = 2_000;

impl Generator<'_> {
    pub fn aggregate(&mut self, select: &mut Select, scope: &[Column], append_only: bool) {
        let keys = self.rng.below(4);
        for i in 0..keys {
            let key = self.key(scope);
            select.items.push((key, format!("k{i}")));
        }
        self.coverage.count(["GROUP BY 0", "GROUP BY 1", "GROUP BY 2", "GROUP BY 3"][keys]);
        select.keys = Some(keys);
        if keys > 0 && self.rng.chance(12) {
            let word = *self.rng.pick(&["ROLLUP", "CUBE", "GROUPING SETS"]);
            self.coverage.count(word);
            select.grouping = Some(word);
        }
        for i in 0..2 + self.rng.below(3) {
            let aggregate = self.measure(scope, append_only);
            select.items.push((aggregate, format!("a{i}")));
        }
        if self.rng.chance(15) {
            self.coverage.count("HAVING");
            let measure = self.changing(scope);
            let having = match measure.class {
                Class::Whole | Class::Double | Class::Numeric => {
                    let limit = self.rng.between(0, 3);
                    let test = *self.rng.pick(&[">", "<=", "<>"]);
                    Expression::node("HAVING", Class::Bool, &format!("({{}} {test} {limit})"), vec![measure])
                }
                Class::Bool => measure,
                _ => Expression::node("HAVING", Class::Bool, "({} IS NOT NULL)", vec![measure]),
            };
            select.having = Some(having);
        }
    }

    /// Something to group by: mentions a column, and has few values.
    pub fn key(&mut self, scope: &[Column]) -> Expression {
        for _ in 0..4 {
            let class = self.class_in(scope);
            let key = self.scalar(scope, class, 2);
            if key.mentions_a_column() {
                return key;
            }
        }
        let usable: Vec<&Column> = scope
            .iter()
            .filter(|c| c.exactness < Exactness::Approximate && c.class != Class::Opaque)
            .collect();
        match usable.first() {
            Some(column) => Expression::column(column),
            None => Expression::leaf("literal", Class::Text, "'all'".into()),
        }
    }

    /// One aggregate, now and then inside an expression.
    pub fn measure(&mut self, scope: &[Column], append_only: bool) -> Expression {
        let others = if append_only { 55 } else { 45 };
        let mut made = if self.rng.chance(others) { self.insert_only(scope) } else { self.changing(scope) };
        if self.rng.chance(15) && made.class == Class::Whole {
            made = Expression::node("aggregate in expression", Class::Whole, "({} * 2 + 1)", vec![made]);
        }
        made
    }

    /// Aggregates for input that may retract.
    fn changing(&mut self, scope: &[Column]) -> Expression {
        let class = self.class_in(scope);
        let number = *self.rng.pick(&[Class::Whole, Class::Whole, Class::Double, Class::Numeric]);
        let made = match self.rng.below(12) {
            0 | 1 => Expression::leaf("count(*)", Class::Whole, "count(*)".into()),
            2 => self.measured(scope, "count", class, Class::Whole, "count({})"),
            3 | 4 => self.measured(scope, "count distinct", class, Class::Whole, "count(DISTINCT {})"),
            5 | 6 => self.measured(scope, "sum", number, number, "sum({})"),
            7 => self.measured(scope, "avg", number, averaged(number), "avg({})"),
            8 | 9 => {
                let (name, template) = *self.rng.pick(&[("min", "min({})"), ("max", "max({})")]);
                let unordered = matches!(class, Class::Bool | Class::Uuid);
                let class = if unordered { Class::Text } else { class.ordered() };
                self.measured(scope, name, class, class, template)
            }
            10 => self.measured(scope, "bool_and", Class::Bool, Class::Bool, "bool_and({})"),
            _ => self.measured(scope, "bool_or", Class::Bool, Class::Bool, "bool_or({})"),
        };
        self.filtered(scope, made)
    }

    fn insert_only(&mut self, scope: &[Column]) -> Expression {
        let (name, template, from, to) = *self.rng.pick(&INSERT_ONLY);
        let any = *self.rng.pick(&CLASSES);
        let (from, to) = match (from, to) {
            (Class::Opaque, Class::Opaque) if name.starts_with("array") => (any, Class::Opaque),
            (Class::Opaque, _) => (any, any),
            other => other,
        };
        let mut first = self.exact(scope, from);
        // A literal to order by would be the position of a column.
        if !first.mentions_a_column() {
            first = Expression::node("coalesce", from, "coalesce({}, {})", vec![first.clone(), first]);
        }
        let places = template.matches("{}").count();
        let ordered = template.contains("ORDER BY") && places == 2;
        let arguments = match (places, ordered) {
            (1, _) => vec![first],
            (_, true) => vec![first.clone(), first],
            (_, false) => vec![first, self.exact(scope, from)],
        };
        let mut made = Expression::node(name, to, template, arguments);
        if to == Class::Double {
            made.exactness = Exactness::Approximate;
        }
        if name == "sum distinct" {
            made.exactness = Exactness::Exact;
        }
        if name.starts_with("bit") {
            made.bound = 1 << 20;
        }
        self.filtered(scope, made)
    }

    fn measured(
        &mut self,
        scope: &[Column],
        name: &'static str,
        from: Class,
        to: Class,
        template: &str,
    ) -> Expression {
        let argument = self.exact(scope, from);
        let mut made = Expression::node(name, to, template, vec![argument]);
        match name {
            "sum" => made.bound = made.bound.saturating_mul(ROWS_MAX),
            "count" | "count distinct" => made.bound = ROWS_MAX,
            "avg" => made.exactness = Exactness::Rounded,
            _ => {}
        }
        made
    }

    /// An expression whose sum does not depend on the order, nor grows too large.
    pub fn exact(&mut self, scope: &[Column], class: Class) -> Expression {
        for _ in 0..4 {
            let made = self.scalar(scope, class, 2);
            if made.exactness == Exactness::Exact && made.bound < 100_000_000 {
                return made;
            }
        }
        Expression::leaf("literal", class, crate::schema::literal(self.rng, class))
    }

    fn filtered(&mut self, scope: &[Column], aggregate: Expression) -> Expression {
        self.coverage.count(aggregate.kind);
        if !self.rng.chance(15) {
            return aggregate;
        }
        self.coverage.count("FILTER");
        let condition = self.scalar(scope, Class::Bool, 1);
        let (class, bound, exactness) = (aggregate.class, aggregate.bound, aggregate.exactness);
        let mut made = Expression::node("FILTER", class, "{} FILTER (WHERE {})", vec![aggregate, condition]);
        made.bound = bound;
        made.exactness = exactness;
        made
    }
}

/// The class of an average.
fn averaged(class: Class) -> Class {
    if class == Class::Whole { Class::Double } else { class }
}
