//! Words: which go on with a query, and which one a misspelt one was meant to be.

use crate::expr::is_reserved;

/// Words that go on with a query: none begins an expression or names a relation.
const CLAUSES: &[&str] = &[
    "and",
    "as",
    "asc",
    "desc",
    "else",
    "end",
    "except",
    "fetch",
    "for",
    "from",
    "group",
    "having",
    "in",
    "intersect",
    "into",
    "limit",
    "offset",
    "on",
    "or",
    "order",
    "returning",
    "select",
    "then",
    "to",
    "union",
    "using",
    "when",
    "where",
    "window",
    "with",
];

/// What a statement may begin with.
const VERBS: &[&str] = &[
    "abort",
    "alter",
    "analyze",
    "begin",
    "call",
    "cancel",
    "close",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "describe",
    "discard",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "flush",
    "grant",
    "insert",
    "listen",
    "merge",
    "notify",
    "prepare",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "select",
    "set",
    "show",
    "start",
    "subscribe",
    "truncate",
    "update",
    "vacuum",
    "values",
    "verify",
    "with",
];

/// Other words of the grammar that people misspell.
const KEYWORDS: &[&str] = &[
    "after",
    "allow",
    "append",
    "between",
    "cascade",
    "close",
    "columns",
    "conflict",
    "connection",
    "connector",
    "cursor",
    "databases",
    "debezium",
    "default",
    "distinct",
    "earliest",
    "emit",
    "encode",
    "exists",
    "format",
    "from",
    "function",
    "generated",
    "group",
    "having",
    "header",
    "idle",
    "include",
    "index",
    "indexes",
    "inner",
    "insert",
    "intersect",
    "interval",
    "into",
    "isolation",
    "join",
    "json",
    "lateness",
    "left",
    "limit",
    "materialized",
    "nothing",
    "null",
    "offset",
    "only",
    "order",
    "outer",
    "partition",
    "plain",
    "precision",
    "primary",
    "protobuf",
    "replace",
    "returning",
    "right",
    "schema",
    "schemas",
    "secret",
    "select",
    "sink",
    "sinks",
    "skew",
    "source",
    "sources",
    "stdin",
    "stdout",
    "stored",
    "subscription",
    "table",
    "tables",
    "timestamp",
    "transaction",
    "union",
    "update",
    "upsert",
    "values",
    "varchar",
    "varying",
    "view",
    "views",
    "watermark",
    "where",
    "window",
    "with",
    "zone",
];

/// Whether an unquoted word can only go on with a query.
pub(super) fn is_clause(word: &str) -> bool {
    CLAUSES.binary_search(&word).is_ok()
}

/// A hint for a failure at the last of these words (in lower case; empty for
/// anything but a word). The word before it may be the misspelt one, as in
/// `SELECT a FORM t`, where `form` still reads as an alias.
pub(super) fn hint(words: &[&str]) -> Option<String> {
    let suspects = words.iter().enumerate().rev().take(2).filter(|(_, word)| !is_known(word));
    suspects.filter_map(|(at, word)| meant(word, at == 0)).next()
}

fn meant(word: &str, first: bool) -> Option<String> {
    let candidates: &[&str] = if first { VERBS } else { KEYWORDS };
    let most = match word.len() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let (distance, best) = candidates.iter().map(|c| (distance(word, c), c)).min()?;
    let (best, word) = (best.to_ascii_uppercase(), word.to_ascii_uppercase());
    (distance <= most).then(|| format!("Perhaps you meant {best} instead of {word}."))
}

fn is_known(word: &str) -> bool {
    is_reserved(word) || VERBS.contains(&word) || KEYWORDS.contains(&word)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_sorted() {
        assert!(CLAUSES.is_sorted());
    }

    #[test]
    fn a_near_word_is_guessed_and_a_far_one_is_not() {
        let hint = |words: &[&str]| super::hint(words).unwrap_or_default();
        assert_eq!(hint(&["selct"]), "Perhaps you meant SELECT instead of SELCT.");
        assert_eq!(
            hint(&["create", "materialised"]),
            "Perhaps you meant MATERIALIZED instead of MATERIALISED."
        );
        assert_eq!(hint(&["", "form", "t"]), "Perhaps you meant FROM instead of FORM.");
        assert_eq!(hint(&["select", "price"]), "");
    }
}
