//! ROLLUP and CUBE that name a key twice.
//!
//! `ROLLUP (k, k)` has the sets `(k)`, `(k)` and `()`: a set has a key once, but
//! a set that comes twice gives its groups twice. DataFusion takes the keys for
//! columns of a relation, which must differ, so the sets are spelled out.

use datafusion::sql::sqlparser::ast::Expr;

/// Rewrites one expression of GROUP BY.
pub(super) fn rewrite(expr: &mut Expr) {
    let sets = match expr {
        Expr::Rollup(keys) if has_repeated(keys) => {
            (0..=keys.len()).rev().map(|length| keys[..length].iter().collect()).collect::<Vec<Vec<_>>>()
        }
        // More keys are refused where they are expanded.
        Expr::Cube(keys) if has_repeated(keys) && keys.len() <= 12 => {
            let chosen = |bits: u32| keys.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1);
            (0..1u32 << keys.len()).rev().map(|bits| chosen(bits).map(|(_, key)| key).collect()).collect()
        }
        Expr::GroupingSets(sets) if sets.iter().any(|set| once(set.iter()).len() < set.len()) => {
            sets.iter().map(|set| vec![set]).collect()
        }
        _ => return,
    };
    *expr = Expr::GroupingSets(sets.into_iter().map(|keys| once(keys.into_iter().flatten())).collect());
}

fn has_repeated(keys: &[Vec<Expr>]) -> bool {
    once(keys.iter().flatten()).len() < keys.iter().map(Vec::len).sum()
}

/// Each of them once.
fn once<'a>(keys: impl Iterator<Item = &'a Expr>) -> Vec<Expr> {
    let mut kept: Vec<Expr> = vec![];
    for key in keys {
        if !kept.contains(key) {
            kept.push(key.clone());
        }
    }
    kept
}
