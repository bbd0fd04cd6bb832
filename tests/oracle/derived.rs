//! Random relations made of others in FROM: joins, top-n, windows over
//! partitions, DISTINCT ON, LIMIT, recursion.
//!
//! Each is a subquery whose columns have names of their own, so that whatever
//! can be asked of a table can be asked of it. Where SQL leaves ties open, all
//! columns come last in the order.

use crate::expression::{Expression, Generator};
use crate::query::{From, Relation};
use crate::schema::{CLASSES, Class, Column, Exactness};

/// What FROM holds, its columns, and whether it never retracts.
type Made = (From, Vec<Column>, bool);

impl Generator<'_> {
    /// A relation made of some of these; `None` if the dice find nothing to make it of.
    pub fn derived(&mut self, relations: &[Relation]) -> Option<Made> {
        match self.rng.below(20) {
            0..=10 => self.join(relations),
            11..=13 => self.top_n(relations),
            14..=16 => self.over(relations),
            17 => self.distinct_on(relations),
            18 => self.limit(relations),
            _ => self.recursive(relations),
        }
    }

    fn join(&mut self, relations: &[Relation]) -> Option<Made> {
        let (left, right) = (self.rng.pick(relations).clone(), self.rng.pick(relations).clone());
        let kind = *self.rng.pick(&["JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"]);
        self.coverage.count(kind);
        let (l, r) = (qualified(&left.columns, "l"), qualified(&right.columns, "r"));
        let mut both = l.clone();
        both.extend(r.clone());
        let named: Vec<Column> = left
            .columns
            .iter()
            .map(|c| renamed(c, "l"))
            .chain(right.columns.iter().map(|c| renamed(c, "r")))
            .collect();
        let items: Vec<String> =
            both.iter().zip(&named).map(|(c, n)| format!("{} AS {}", c.name, n.name)).collect();
        let mut template =
            format!("(SELECT {} FROM {} AS l {kind} {} AS r", items.join(", "), left.name, right.name);
        let mut arguments = vec![];
        if kind != "CROSS JOIN" {
            let mut tests = vec![];
            for _ in 0..1 + usize::from(self.rng.chance(20)) {
                let class = self.class_in(&l);
                let depth = usize::from(self.rng.chance(25));
                arguments.push(self.scalar(&l, class, depth));
                arguments.push(self.scalar(&r, class, depth));
                let test = *self.rng.pick(&["=", "=", "=", "=", "=", "IS NOT DISTINCT FROM", "<", ">="]);
                self.coverage.count(if test == "=" { "equi-join" } else { "other join condition" });
                tests.push(format!("{{}} {test} {{}}"));
            }
            if self.rng.chance(25) {
                self.coverage.count("join residual");
                arguments.push(self.scalar(&both, Class::Bool, 1));
                tests.push("{}".into());
            }
            template.push_str(&format!(" ON {}", tests.join(" AND ")));
        }
        template.push(')');
        let append_only = left.append_only && right.append_only && matches!(kind, "JOIN" | "CROSS JOIN");
        let reads = vec![left.name, right.name];
        Some((From::Derived { sql: whole(&template, arguments), reads }, named, append_only))
    }

    fn top_n(&mut self, relations: &[Relation]) -> Option<Made> {
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

    fn over(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.ordered(relations)?;
        let class = *self.rng.pick(&CLASSES);
        let number = *self.rng.pick(&[Class::Whole, Class::Double, Class::Numeric]);
        let frame = *self.rng.pick(&[
            "",
            "",
            " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
            " ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
            " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
            " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
            " GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        ]);
        let (name, call, from, to, framed) = match self.rng.below(14) {
            0 => ("lag", "lag({})", class, class, false),
            1 => ("lead", "lead({}, 2)", class, class, false),
            2 => ("first_value", "first_value({})", class, class, true),
            3 => ("last_value", "last_value({})", class, class, true),
            4 => ("nth_value", "nth_value({}, 2)", class, class, true),
            5 => ("row_number over", "row_number()", Class::Opaque, Class::Whole, false),
            6 => ("rank over", "rank()", Class::Opaque, Class::Whole, false),
            7 => ("dense_rank over", "dense_rank()", Class::Opaque, Class::Whole, false),
            8 => ("ntile", "ntile(3)", Class::Opaque, Class::Whole, false),
            9 => ("count over", "count({})", class, Class::Whole, true),
            10 | 11 => ("sum over", "sum({})", number, number, true),
            12 => ("min over", "min({})", number, number, true),
            _ => ("max over", "max({})", number, number, true),
        };
        self.coverage.count(name);
        let mut arguments = vec![];
        if from != Class::Opaque {
            arguments.push(self.exact(&relation.columns, from));
        }
        let partition = if self.rng.chance(80) {
            arguments.push(self.key(&relation.columns));
            "PARTITION BY {} "
        } else {
            ""
        };
        arguments.push(self.key(&relation.columns));
        let order = self.order(&relation.columns, true);
        let frame = if framed { frame } else { "" };
        let template =
            format!("(SELECT *, {call} OVER ({partition}{order}{frame}) AS w FROM {})", relation.name);
        let mut columns = relation.columns;
        let bound = arguments.first().map_or(50, |a| a.bound);
        let bound = if name == "sum over" { bound.saturating_mul(2_000) } else { bound.max(2_000) };
        columns.push(Column { name: "w".into(), class: to, bound, exactness: Exactness::Exact });
        Some((From::Derived { sql: whole(&template, arguments), reads: vec![relation.name] }, columns, false))
    }

    fn distinct_on(&mut self, relations: &[Relation]) -> Option<Made> {
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

    fn limit(&mut self, relations: &[Relation]) -> Option<Made> {
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

    /// What can be reached along pairs of whole numbers.
    fn recursive(&mut self, relations: &[Relation]) -> Option<Made> {
        let relation = self.rng.pick(relations).clone();
        let whole_numbers: Vec<&Column> =
            relation.columns.iter().filter(|c| c.class == Class::Whole).collect();
        let [from, .., to] = whole_numbers.as_slice() else { return None };
        self.coverage.count("WITH RECURSIVE");
        let (name, from, to) = (&relation.name, &from.name, &to.name);
        let sql = format!(
            "(WITH RECURSIVE w(a, b) AS (SELECT {from}, {to} FROM {name} UNION \
             SELECT w.a, e.{to} FROM w JOIN {name} AS e ON w.b = e.{from}) SELECT a, b FROM w)"
        );
        let columns = vec![whole_column("a"), whole_column("b")];
        let sql = Expression::leaf("WITH RECURSIVE", Class::Opaque, sql);
        Some((From::Derived { sql, reads: vec![relation.name] }, columns, false))
    }

    /// A predicate that asks another relation. Columns of `scope` must be those
    /// of what is called `o` in FROM.
    pub fn subquery_predicate(&mut self, scope: &[Column], relations: &[Relation]) -> Expression {
        let relation = self.rng.pick(relations).clone();
        let inner = qualified(&relation.columns, "x");
        let outer = qualified(scope, "o");
        let class = self.class_in(&inner);
        let depth = usize::from(self.rng.chance(30));
        let inner_value = self.scalar(&inner, class, depth);
        let outer_value = self.scalar(&outer, class, depth);
        let name = &relation.name;
        let correlation = self.rng.chance(50).then(|| {
            let class = self.class_in(&inner);
            let test = *self.rng.pick(&["=", "=", "=", "<", "IS DISTINCT FROM"]);
            let sides = vec![self.scalar(&inner, class, 0), self.scalar(&outer, class, 0)];
            Expression::node("correlation", Class::Bool, &format!("({{}} {test} {{}})"), sides)
        });
        self.coverage.count(if correlation.is_some() { "correlated" } else { "uncorrelated" });
        let mut filter = String::new();
        let mut arguments = vec![];
        let kind = match self.rng.below(8) {
            0 | 1 => "IN (SELECT)",
            2 | 3 => "NOT IN (SELECT)",
            4 => "EXISTS",
            5 => "NOT EXISTS",
            _ => "scalar subquery",
        };
        let tests_value = !kind.contains("EXISTS");
        if tests_value {
            arguments.push(outer_value.clone());
            arguments.push(inner_value.clone());
        }
        if kind.contains("EXISTS") && self.rng.chance(70) {
            filter = " WHERE {} = {}".into();
            arguments.extend([inner_value, outer_value]);
        }
        if let Some(correlation) = correlation {
            filter.push_str(if filter.is_empty() { " WHERE {}" } else { " AND {}" });
            arguments.push(correlation);
        }
        self.coverage.count(kind);
        let template = match kind {
            "IN (SELECT)" => format!("({{}} IN (SELECT {{}} FROM {name} AS x{filter}))"),
            "NOT IN (SELECT)" => format!("({{}} NOT IN (SELECT {{}} FROM {name} AS x{filter}))"),
            "EXISTS" => format!("(EXISTS (SELECT 1 FROM {name} AS x{filter}))"),
            "NOT EXISTS" => format!("(NOT EXISTS (SELECT 1 FROM {name} AS x{filter}))"),
            _ => {
                let test = *self.rng.pick(&["=", "<", ">=", "<>"]);
                let function = if class == Class::Bool { "bool_or" } else { *self.rng.pick(&["max", "min"]) };
                format!("({{}} {test} (SELECT {function}({{}}) FROM {name} AS x{filter}))")
            }
        };
        Expression::node(kind, Class::Bool, &template, arguments)
    }

    /// One whose rows can be put in one order.
    fn ordered(&mut self, relations: &[Relation]) -> Option<Relation> {
        let relation = self.rng.pick(relations).clone();
        let orderly = |c: &Column| c.class != Class::Opaque && c.exactness < Exactness::Approximate;
        relation.columns.iter().all(orderly).then_some(relation)
    }

    /// `ORDER BY {} …`; with `total`, all columns come last.
    fn order(&mut self, scope: &[Column], total: bool) -> String {
        let direction = *self.rng.pick(&["", " DESC", " NULLS FIRST", " DESC NULLS LAST"]);
        let mut order = format!("ORDER BY {{}}{direction}");
        if total {
            scope.iter().for_each(|c| order.push_str(&format!(", {}", c.name)));
        }
        order
    }
}

fn whole(template: &str, arguments: Vec<Expression>) -> Expression {
    Expression::node("derived", Class::Opaque, template, arguments)
}

fn whole_column(name: &str) -> Column {
    Column { name: name.into(), class: Class::Whole, bound: 2_000, exactness: Exactness::Exact }
}

fn qualified(columns: &[Column], alias: &str) -> Vec<Column> {
    columns.iter().map(|c| Column { name: format!("{alias}.{}", c.name), ..c.clone() }).collect()
}

fn renamed(column: &Column, side: &str) -> Column {
    Column { name: format!("{side}_{}", column.name), ..column.clone() }
}
