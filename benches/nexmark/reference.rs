//! The mark to beat: what DBSP's compiled Nexmark programs do.

/// Thousand events per CPU second of each query, all threads counted: DBSP
/// 0.349, 10 million events, 2 workers on 2 cores, the generator inside the
/// process, output discarded, nothing durable. It has no q10 and no q11.
pub const DBSP: [(&str, f64); 21] = [
    ("q0", 631.0),
    ("q1", 506.0),
    ("q2", 675.0),
    ("q3", 618.0),
    ("q4", 435.0),
    ("q5", 548.0),
    ("q6", 382.0),
    ("q7", 425.0),
    ("q8", 588.0),
    ("q9", 160.0),
    ("q12", 505.0),
    ("q13", 370.0),
    ("q14", 529.0),
    ("q15", 241.0),
    ("q16", 112.0),
    ("q17", 227.0),
    ("q18", 254.0),
    ("q19", 265.0),
    ("q20", 304.0),
    ("q21", 604.0),
    ("q22", 501.0),
];

/// DBSP's thousand events per CPU second, for the queries that it has.
pub fn dbsp(query: &str) -> Option<f64> {
    DBSP.iter().find(|(name, _)| *name == query).map(|(_, rate)| *rate)
}

/// The geometric mean; `None` of nothing.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    let logs: f64 = values.iter().map(|v| v.ln()).sum();
    (!values.is_empty()).then(|| (logs / values.len() as f64).exp())
}
