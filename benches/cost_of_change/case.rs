//! The operators that are measured, each as a view over the table `t`.

/// One operator.
pub struct Case {
    pub name: &'static str,
    /// Rows of `t` for each value of its column `k`; `None`: all have the same.
    pub rows_per_key: Option<u64>,
    /// The query of the view; none to see what the table costs by itself.
    pub query: Option<&'static str>,
}

/// All of them.
pub const CASES: [Case; 8] = [
    Case { name: "table", rows_per_key: Some(10), query: None },
    Case {
        name: "aggregate",
        rows_per_key: Some(10),
        query: Some("SELECT k, count(*) AS n, sum(v) AS total, min(v) AS lowest, max(v) AS highest FROM t GROUP BY k"),
    },
    Case { name: "max", rows_per_key: None, query: Some("SELECT max(v) AS highest FROM t") },
    Case {
        name: "join",
        rows_per_key: Some(10),
        query: Some("SELECT t.id, t.v, d.w FROM t JOIN d ON t.k = d.k"),
    },
    Case {
        name: "top-n",
        rows_per_key: Some(100),
        query: Some(
            "SELECT id, k, v, place
             FROM (SELECT id, k, v, row_number() OVER (PARTITION BY k ORDER BY v DESC, id) AS place FROM t) ranked
             WHERE place <= 3",
        ),
    },
    Case { name: "limit", rows_per_key: None, query: Some("SELECT id, v FROM t ORDER BY v DESC, id LIMIT 100") },
    Case { name: "distinct", rows_per_key: Some(2), query: Some("SELECT DISTINCT k FROM t") },
    Case {
        name: "session",
        rows_per_key: Some(100),
        query: Some(
            "SELECT k, count(*) AS n, sum(v) AS total, window_start, window_end
             FROM SESSION(t, ts, INTERVAL '1' MINUTE, PARTITION BY k)
             GROUP BY k, window_start, window_end",
        ),
    },
];
