//! How often each operator, function and clause was used.

use std::collections::BTreeMap;

/// Every operator of the design, and every kind of query that plans in its own way.
const REQUIRED: &[&str] = &[
    "JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "CROSS JOIN",
    "equi-join",
    "other join condition",
    "join residual",
    "interval join",
    "window join",
    "AS OF PROCTIME()",
    "GROUP BY 0",
    "GROUP BY 1",
    "GROUP BY 2",
    "GROUP BY 3",
    "ROLLUP",
    "CUBE",
    "GROUPING SETS",
    "HAVING",
    "FILTER",
    "DISTINCT",
    "count(*)",
    "count",
    "count distinct",
    "sum",
    "avg",
    "min",
    "max",
    "bool_and",
    "bool_or",
    "stddev",
    "stddev_pop",
    "var_samp",
    "var_pop",
    "corr",
    "covar_pop",
    "covar_samp",
    "regr_slope",
    "regr_count",
    "median",
    "array_agg",
    "array_agg distinct",
    "string_agg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "approx_distinct",
    "first_value",
    "last_value",
    "sum distinct",
    "percentile_cont",
    "row_number",
    "rank",
    "dense_rank",
    "DISTINCT ON",
    "LIMIT",
    "WITH TIES",
    "ASOF JOIN",
    "ASOF LEFT JOIN",
    "SESSION frame",
    "ARRAY(SELECT)",
    "lag",
    "lead",
    "first_value over",
    "last_value over",
    "nth_value",
    "row_number over",
    "rank over",
    "dense_rank over",
    "percent_rank",
    "cume_dist",
    "ntile",
    "count over",
    "sum over",
    "min over",
    "max over",
    "ROWS frame",
    "RANGE frame",
    "GROUPS frame",
    "UNION ALL",
    "UNION",
    "INTERSECT",
    "INTERSECT ALL",
    "EXCEPT",
    "EXCEPT ALL",
    "IN (SELECT)",
    "NOT IN (SELECT)",
    "EXISTS",
    "NOT EXISTS",
    "scalar subquery",
    "correlated",
    "uncorrelated",
    "LATERAL",
    "WITH RECURSIVE",
    "generate_series",
    "unnest",
    "unnest in FROM",
    "TUMBLE",
    "HOP",
    "CUMULATE",
    "SESSION",
    "EMIT ON WINDOW CLOSE",
    "EMIT ON WINDOW CLOSE over join",
    "EMIT ON WINDOW CLOSE nested",
    "EMIT ON WINDOW CLOSE over view",
    "derived time",
    "now()",
    "changelog",
    "division by zero",
    "bad cast",
    "overflow",
    "view on table",
    "view on view",
    "view on view on view",
    "view from a snapshot",
    "DROP",
    "INSERT",
    "UPDATE",
    "DELETE",
];

#[derive(Clone, Default)]
pub struct Coverage(BTreeMap<&'static str, usize>);

impl Coverage {
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Coverage) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }
}

impl Coverage {
    /// What every longer run has to use, and this one did not.
    pub fn missing(&self) -> Vec<&'static str> {
        REQUIRED.iter().copied().filter(|what| !self.0.contains_key(what)).collect()
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(what, times)| format!("{what} {times}")).collect();
        f.write_str(&parts.join(", "))
    }
}
