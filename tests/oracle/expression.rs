//! Random scalar expressions that cannot fail at run time: divisors are
//! literals other than zero, and bounds on the operands keep products small.

use crate::coverage::Coverage;
use crate::rng::Rng;
use crate::schema::{CLASSES, Class, Column, Exactness, literal};

/// Products above this are not formed.
const BOUND_MAX: i64 = 1_000_000;

/// An expression as a tree that can be made smaller.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What coverage counts it as.
    pub kind: &'static str,
    pub class: Class,
    /// SQL with `{}` where the arguments go; a leaf is whole.
    template: String,
    pub arguments: Vec<Expression>,
    pub bound: i64,
    pub exactness: Exactness,
}

impl Expression {
    pub fn leaf(kind: &'static str, class: Class, sql: String) -> Expression {
        Expression { kind, class, template: sql, arguments: vec![], bound: 50, exactness: Exactness::Exact }
    }

    pub fn column(column: &Column) -> Expression {
        let mut leaf = Expression::leaf("column", column.class, column.name.clone());
        leaf.bound = column.bound;
        leaf.exactness = column.exactness;
        leaf
    }

    pub fn node(kind: &'static str, class: Class, template: &str, arguments: Vec<Expression>) -> Expression {
        let bound = arguments.iter().map(|a| a.bound).sum::<i64>().max(50);
        let exactness = arguments.iter().map(|a| a.exactness).max().unwrap_or(Exactness::Exact);
        Expression { kind, class, template: template.into(), arguments, bound, exactness }
    }

    pub fn sql(&self) -> String {
        if self.arguments.is_empty() {
            return self.template.clone();
        }
        let mut sql = String::new();
        let mut arguments = self.arguments.iter();
        for (i, piece) in self.template.split("{}").enumerate() {
            if i > 0 {
                sql.push_str(&arguments.next().expect("a template has a place per argument").sql());
            }
            sql.push_str(piece);
        }
        sql
    }

    pub fn mentions_a_column(&self) -> bool {
        self.kind == "column" || self.arguments.iter().any(Expression::mentions_a_column)
    }

    fn bounded(mut self, bound: i64) -> Expression {
        self.bound = bound;
        self
    }
}

/// What is random, and what has been used.
pub struct Generator<'a> {
    pub rng: &'a mut Rng,
    pub coverage: &'a mut Coverage,
}

impl Generator<'_> {
    /// An expression of the class over the columns of `scope`.
    pub fn scalar(&mut self, scope: &[Column], class: Class, depth: usize) -> Expression {
        let made = if depth == 0 || self.rng.chance(25) {
            self.leaf(scope, class)
        } else {
            match class {
                Class::Whole => self.whole(scope, depth - 1),
                Class::Double => self.double(scope, depth - 1),
                Class::Numeric => self.numeric(scope, depth - 1),
                Class::Text => self.text(scope, depth - 1),
                Class::Bool => self.boolean(scope, depth - 1),
                Class::Timestamp => self.timestamp(scope, depth - 1),
                Class::Date => self.date(scope, depth - 1),
                Class::Instant => self.instant(scope, depth - 1),
                Class::Uuid if self.rng.chance(50) => self.any(scope, Class::Uuid, depth - 1),
                Class::Uuid | Class::Json | Class::List => self.leaf(scope, class),
                Class::Opaque => self.leaf(scope, Class::Whole),
            }
        };
        self.coverage.count(made.kind);
        made
    }

    /// A class that some column of the scope has, mostly.
    pub fn class_in(&mut self, scope: &[Column]) -> Class {
        let usable: Vec<Class> = scope.iter().map(|c| c.class).filter(|c| *c != Class::Opaque).collect();
        if usable.is_empty() || self.rng.chance(15) {
            *self.rng.pick(&CLASSES)
        } else {
            *self.rng.pick(&usable)
        }
    }

    /// The same for what needs an order.
    pub fn ordered_class_in(&mut self, scope: &[Column]) -> Class {
        self.class_in(scope).ordered()
    }

    /// A column if there is one of the class, else the shortest way to the class
    /// from a column; a literal now and then.
    fn leaf(&mut self, scope: &[Column], class: Class) -> Expression {
        if self.rng.chance(10) {
            let sql = literal(self.rng, class);
            return Expression::leaf("literal", class, sql);
        }
        let usable: Vec<&Column> = scope
            .iter()
            .filter(|c| c.exactness < Exactness::Approximate && c.class != Class::Opaque)
            .collect();
        let own: Vec<&Column> = usable.iter().copied().filter(|c| c.class == class).collect();
        if !own.is_empty() && (class != Class::Bool || self.rng.chance(50)) {
            return Expression::column(own[self.rng.below(own.len())]);
        }
        if usable.is_empty() {
            let sql = literal(self.rng, class);
            return Expression::leaf("literal", class, sql);
        }
        let column = usable[self.rng.below(usable.len())];
        let template = match (column.class, class) {
            (Class::Json, Class::Bool) => "({} ? 'n')".into(),
            (Class::List, Class::Bool) => "(2 = ANY({}))".into(),
            (Class::Json, Class::Whole) => "CAST({} ->> 'n' AS INT)".into(),
            (Class::Json, Class::Text) => "({} ->> 'a')".into(),
            (Class::List, Class::Whole) => "cardinality({})".into(),
            (Class::Uuid | Class::List, Class::Text) => "CAST({} AS VARCHAR)".into(),
            (Class::Instant, Class::Timestamp) => "({} AT TIME ZONE 'UTC')".into(),
            (Class::Timestamp, Class::Instant) => "({} AT TIME ZONE 'Europe/Berlin')".into(),
            (from, Class::Bool) => {
                let test = *self.rng.pick(&["=", "<>", "<", ">="]);
                format!("({{}} {test} {})", literal(self.rng, from))
            }
            (Class::Bool, Class::Whole) => "CAST({} AS INT)".into(),
            (Class::Text, Class::Whole) => "length({})".into(),
            (Class::Timestamp | Class::Date, Class::Whole) => "CAST(extract(day FROM {}) AS BIGINT)".into(),
            (Class::Whole, Class::Double) => "CAST({} AS DOUBLE PRECISION)".into(),
            (Class::Whole, Class::Numeric) => "CAST({} AS NUMERIC(18,2))".into(),
            (Class::Whole | Class::Date | Class::Bool, Class::Text) => "CAST({} AS VARCHAR)".into(),
            (Class::Date, Class::Timestamp) => "CAST({} AS TIMESTAMP)".into(),
            (Class::Timestamp, Class::Date) => "CAST({} AS DATE)".into(),
            _ => {
                let sql = literal(self.rng, class);
                return Expression::leaf("literal", class, sql);
            }
        };
        Expression::node("cast", class, &template, vec![Expression::column(column)])
    }

    /// Forms that exist for every class.
    fn any(&mut self, scope: &[Column], class: Class, depth: usize) -> Expression {
        let a = self.scalar(scope, class, depth);
        let b = self.scalar(scope, class, depth);
        match self.rng.below(5) {
            0 => Expression::node("coalesce", class, "coalesce({}, {})", vec![a, b]),
            1 => Expression::node("nullif", class, "nullif({}, {})", vec![a, b]),
            2 => {
                let when = self.scalar(scope, Class::Bool, depth);
                Expression::node("case", class, "CASE WHEN {} THEN {} ELSE {} END", vec![when, a, b])
            }
            3 => {
                let when = self.scalar(scope, Class::Bool, depth);
                Expression::node("case", class, "CASE WHEN {} THEN {} END", vec![when, a])
            }
            _ if class == Class::Bool => Expression::node("coalesce", class, "coalesce({}, {})", vec![a, b]),
            _ => {
                let which = *self.rng.pick(&["greatest", "least"]);
                Expression::node(which, class, &format!("{which}({{}}, {{}})"), vec![a, b])
            }
        }
    }

    fn whole(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Whole;
        let k = self.rng.between(2, 7);
        match self.rng.below(13) {
            0 | 1 => self.any(scope, Whole, depth),
            2 | 3 => self.binary(scope, Whole, depth, &["+", "-"]),
            4 => self.product(scope, depth),
            5 => {
                let a = self.scalar(scope, Whole, depth);
                Expression::node("/", Whole, &format!("({{}} / {k})"), vec![a])
            }
            6 => {
                let a = self.scalar(scope, Whole, depth);
                Expression::node("%", Whole, &format!("({{}} % {k})"), vec![a])
            }
            7 => self.call(scope, depth, "abs", Whole, Whole, "abs({})"),
            8 => self.call(scope, depth, "negation", Whole, Whole, "(- {})"),
            9 => self.call(scope, depth, "length", Whole, Class::Text, "length({})").bounded(500),
            10 => self.call(scope, depth, "strpos", Whole, Class::Text, "strpos({}, 'a')").bounded(500),
            11 => {
                let part = *self.rng.pick(&["year", "month", "day", "hour", "minute", "dow"]);
                let template = format!("CAST(extract({part} FROM {{}}) AS BIGINT)");
                self.call(scope, depth, "extract", Whole, Class::Timestamp, &template).bounded(3000)
            }
            _ => self.call(scope, depth, "cast", Whole, Class::Bool, "CAST({} AS INT)"),
        }
    }

    fn double(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Double;
        match self.rng.below(9) {
            0..=2 => self.any(scope, Double, depth),
            3 | 4 => self.binary(scope, Double, depth, &["+", "-"]),
            5 => self.call(scope, depth, "*", Double, Double, "({} * 2.0)").doubled(),
            6 => self.call(scope, depth, "abs", Double, Double, "abs({})"),
            // Adding zero turns a negative zero into zero.
            7 => {
                let which = *self.rng.pick(&["floor", "ceil", "round"]);
                self.call(scope, depth, which, Double, Double, &format!("({which}({{}}) + 0.0)"))
            }
            _ => self.call(scope, depth, "cast", Double, Class::Whole, "CAST({} AS DOUBLE PRECISION)"),
        }
    }

    fn numeric(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Numeric;
        match self.rng.below(8) {
            0..=2 => self.any(scope, Numeric, depth),
            3 | 4 => self.binary(scope, Numeric, depth, &["+", "-"]),
            5 => self.call(scope, 0, "*", Numeric, Numeric, "({} * 3)").doubled().doubled(),
            6 => self.call(scope, depth, "abs", Numeric, Numeric, "abs({})"),
            _ => self.call(scope, depth, "cast", Numeric, Class::Whole, "CAST({} AS NUMERIC(18,2))"),
        }
    }

    fn text(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Text;
        const CALLS: [(&str, &str); 14] = [
            ("upper", "upper({})"),
            ("lower", "lower({})"),
            ("substring", "substring({} FROM 1 FOR 2)"),
            ("substr", "substr({}, 2)"),
            ("trim", "trim({})"),
            ("replace", "replace({}, 'a', 'xy')"),
            ("left", "left({}, 1)"),
            ("right", "right({}, 2)"),
            ("reverse", "reverse({})"),
            ("lpad", "lpad({}, 4, '*')"),
            ("initcap", "initcap({})"),
            ("split_part", "split_part({}, 'b', 1)"),
            ("md5", "md5({})"),
            ("translate", "translate({}, 'ab', 'cd')"),
        ];
        match self.rng.below(8) {
            0 | 1 => self.any(scope, Text, depth),
            2 => self.binary(scope, Text, depth, &["||"]),
            3 => {
                let arguments = vec![self.scalar(scope, Text, depth), self.scalar(scope, Text, depth)];
                Expression::node("concat", Text, "concat({}, {})", arguments)
            }
            4 => {
                let from = *self.rng.pick(&[Class::Whole, Class::Date, Class::Bool]);
                self.call(scope, depth, "cast", Text, from, "CAST({} AS VARCHAR)")
            }
            _ => {
                let (name, template) = *self.rng.pick(&CALLS);
                self.call(scope, depth, name, Text, Text, template)
            }
        }
    }

    fn boolean(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Bool;
        match self.rng.below(18) {
            0 => self.any(scope, Bool, depth),
            16 => {
                let (name, template) = *self.rng.pick(&[
                    ("jsonb @>", "({} @> '{\"n\": 1}')"),
                    ("jsonb ?", "({} ? 'a')"),
                    ("jsonb =", "({} -> 'n' = '2')"),
                ]);
                self.call(scope, depth, name, Bool, Class::Json, template)
            }
            17 => {
                let (name, template) = *self.rng.pick(&[
                    ("= ANY", "(1 = ANY({}))"),
                    ("array @>", "({} @> ARRAY[2])"),
                    ("array =", "({} = ARRAY[1, 2])"),
                ]);
                self.call(scope, depth, name, Bool, Class::List, template)
            }
            1 | 2 => self.binary(scope, Bool, depth, &["AND", "OR"]),
            3 => self.call(scope, depth, "NOT", Bool, Bool, "(NOT {})"),
            4 => {
                let test = *self.rng.pick(&["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE"]);
                self.call(scope, depth, test, Bool, Bool, &format!("({{}} {test})"))
            }
            5 | 6 => {
                let class = self.class_in(scope);
                let test = *self.rng.pick(&["IS NULL", "IS NOT NULL"]);
                self.call(scope, depth, test, Bool, class, &format!("({{}} {test})"))
            }
            7 => {
                let test = *self.rng.pick(&["LIKE", "NOT LIKE", "ILIKE"]);
                let pattern = *self.rng.pick(&["a%", "%b", "%a%", "_b", "%", "x y"]);
                self.call(scope, depth, test, Bool, Class::Text, &format!("({{}} {test} '{pattern}')"))
            }
            8 => self.call(scope, depth, "~", Bool, Class::Text, "({} ~ '^[ab]')"),
            9 => self.call(scope, depth, "starts_with", Bool, Class::Text, "starts_with({}, 'a')"),
            10 => self.list(scope, depth),
            11 => {
                let class = self.ordered_class_in(scope);
                let arguments = (0..3).map(|_| self.scalar(scope, class, depth.min(1))).collect();
                let test = *self.rng.pick(&["BETWEEN", "NOT BETWEEN"]);
                Expression::node(test, Bool, &format!("({{}} {test} {{}} AND {{}})"), arguments)
            }
            12 => self.comparison(scope, depth, &["IS DISTINCT FROM", "IS NOT DISTINCT FROM"]),
            _ => self.comparison(scope, depth, &["=", "<>", "<", "<=", ">", ">="]),
        }
    }

    fn timestamp(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Timestamp;
        match self.rng.below(6) {
            0 | 1 => self.any(scope, Timestamp, depth),
            2 => {
                let step = *self.rng.pick(&["1 hour", "30 minutes", "1 day", "1 month"]);
                let sign = *self.rng.pick(&["+", "-"]);
                let template = format!("({{}} {sign} INTERVAL '{step}')");
                self.call(scope, depth, "timestamp + interval", Timestamp, Timestamp, &template)
            }
            3 => {
                let unit = *self.rng.pick(&["minute", "hour", "day", "month"]);
                let template = format!("date_trunc('{unit}', {{}})");
                self.call(scope, depth, "date_trunc", Timestamp, Timestamp, &template)
            }
            4 => {
                let template = "date_bin(INTERVAL '15 minutes', {}, TIMESTAMP '2024-01-01 00:05:00')";
                self.call(scope, depth, "date_bin", Timestamp, Timestamp, template)
            }
            _ => self.call(scope, depth, "cast", Timestamp, Class::Date, "CAST({} AS TIMESTAMP)"),
        }
    }

    fn instant(&mut self, scope: &[Column], depth: usize) -> Expression {
        use Class::Instant;
        match self.rng.below(4) {
            0 => self.any(scope, Instant, depth),
            1 => {
                let template = "({} + INTERVAL '90 minutes')";
                self.call(scope, depth, "timestamptz + interval", Instant, Instant, template)
            }
            2 => {
                let template = "({} AT TIME ZONE 'Europe/Berlin')";
                self.call(scope, depth, "AT TIME ZONE", Instant, Class::Timestamp, template)
            }
            _ => self.call(scope, depth, "date_trunc", Instant, Instant, "date_trunc('hour', {})"),
        }
    }

    fn date(&mut self, scope: &[Column], depth: usize) -> Expression {
        if self.rng.chance(60) {
            return self.any(scope, Class::Date, depth);
        }
        self.call(scope, depth, "cast", Class::Date, Class::Timestamp, "CAST({} AS DATE)")
    }

    fn call(
        &mut self,
        scope: &[Column],
        depth: usize,
        kind: &'static str,
        to: Class,
        from: Class,
        template: &str,
    ) -> Expression {
        let argument = self.scalar(scope, from, depth);
        Expression::node(kind, to, template, vec![argument])
    }

    fn binary(
        &mut self,
        scope: &[Column],
        class: Class,
        depth: usize,
        operators: &[&'static str],
    ) -> Expression {
        let operator = *self.rng.pick(operators);
        let arguments = vec![self.scalar(scope, class, depth), self.scalar(scope, class, depth)];
        Expression::node(operator, class, &format!("({{}} {operator} {{}})"), arguments)
    }

    fn comparison(&mut self, scope: &[Column], depth: usize, operators: &[&'static str]) -> Expression {
        let class = self.ordered_class_in(scope);
        let mut made = self.binary(scope, class, depth.min(1), operators);
        made.class = Class::Bool;
        made
    }

    fn product(&mut self, scope: &[Column], depth: usize) -> Expression {
        let a = self.scalar(scope, Class::Whole, depth);
        let b = self.scalar(scope, Class::Whole, depth);
        match a.bound.checked_mul(b.bound) {
            Some(bound) if bound <= BOUND_MAX => {
                Expression::node("*", Class::Whole, "({} * {})", vec![a, b]).bounded(bound)
            }
            _ => Expression::node("+", Class::Whole, "({} + {})", vec![a, b]),
        }
    }

    fn list(&mut self, scope: &[Column], depth: usize) -> Expression {
        let class = self.ordered_class_in(scope);
        let items: Vec<String> = (0..1 + self.rng.below(4)).map(|_| literal(self.rng, class)).collect();
        let test = *self.rng.pick(&["IN", "NOT IN"]);
        let template = format!("({{}} {test} ({}))", items.join(", "));
        self.call(scope, depth.min(1), test, Class::Bool, class, &template)
    }
}

impl Expression {
    fn doubled(mut self) -> Expression {
        self.bound *= 2;
        self
    }
}
