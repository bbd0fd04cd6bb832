//! Depth, length and nonsense: an error in time, and no crash.

use std::time::Instant;

use super::{SOURCE, error, one, relation};
use crate::sql::{Statement, parse};
use crate::types::SqlState;

#[test]
fn depth_is_an_error_and_not_a_crash() {
    let many = 10_000;
    let nested = |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(many), close.repeat(many));
    for sql in [
        nested("(", ")"),
        nested("f(", ")"),
        nested("(SELECT ", ")"),
        nested("ARRAY[", "]"),
        nested("- ", ""),
        nested("NOT ", ""),
        nested("CASE WHEN ", " THEN 1 END"),
        nested("1 + ", ""),
        nested("x AND ", ""),
        nested("1 UNION SELECT ", ""),
        format!("SELECT * FROM {}t{}", "(".repeat(many), ")".repeat(many)),
        format!("SELECT * FROM {}t{}", "(SELECT * FROM ".repeat(many), ") x".repeat(many)),
        format!("CREATE TABLE t (a {}INT{})", "STRUCT<a ".repeat(many), ">".repeat(many)),
        format!("CREATE TABLE t (a INT{})", "[]".repeat(many)),
        format!("SELECT a{}", "::int".repeat(many)),
        "EXPLAIN ".repeat(many),
        "SELECT ".to_string() + &"INTERVAL ".repeat(many),
        "(".repeat(many),
    ] {
        let error = error(&sql);
        let codes = [SqlState::STATEMENT_TOO_COMPLEX, SqlState::SYNTAX_ERROR];
        assert!(codes.contains(&error.code()), "{}: {error:?}", &sql[..40]);
    }
}

/// A thread that serves a client has 2 MB; copying a tree takes the most of it.
#[test]
fn a_statement_within_the_limits_needs_little_stack() {
    let work = || {
        let sql = format!("SELECT 1{}", " + 1".repeat(990));
        let Statement::Query(query) = one(&sql) else { panic!() };
        assert_eq!(query.clone(), query);
        assert_eq!(query.to_string(), sql);
        let sql = format!("SELECT 1{}", " UNION SELECT 1".repeat(245));
        assert!(matches!(one(&sql), Statement::Query(query) if query.clone() == query));
        let sql = format!("SELECT {}1{}", "(".repeat(150), ")".repeat(150));
        assert!(matches!(one(&sql), Statement::Query(query) if query.clone() == query));
    };
    std::thread::Builder::new().stack_size(1_500_000).spawn(work).unwrap().join().unwrap();
}

/// Shuffled pieces of real statements: anything may come out but a panic or a
/// place outside the message.
#[test]
fn no_soup_of_words_makes_it_panic() {
    let recipe = [
        SOURCE,
        "CREATE SINK k AS SELECT a FROM t EMIT ON WINDOW CLOSE WITH (c.d = 'x') FORMAT UPSERT ENCODE JSON (a = 'b')",
        "COPY t (a) FROM STDIN WITH (FORMAT csv, HEADER) ; EXPLAIN (VERBOSE) SELECT ( 1 ) ; FETCH FORWARD 5 FROM c",
        "SET TIME ZONE - 7 ; SHOW CREATE TABLE x ; BEGIN ISOLATION LEVEL SERIALIZABLE ; PREPARE p ( int ) AS VALUES ( $1 )",
        "SELECT CASE WHEN a IS NOT NULL THEN x::int [ 1 ] ELSE INTERVAL '1' DAY END FROM ( SELECT * FROM u ) AS y JOIN z USING ( k )",
        "INSERT INTO t ( a ) VALUES ( 'ü' , E'\\n' , $$x$$ ) ON CONFLICT DO NOTHING RETURNING * ; DECLARE c CURSOR FOR TABLE t",
    ];
    let words: Vec<&str> = recipe.iter().flat_map(|sql| sql.split_whitespace()).collect();
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..30_000 {
        let mut soup: Vec<&str> = recipe[random(recipe.len())].split_whitespace().collect();
        for _ in 0..=random(4) {
            let at = random(soup.len());
            match random(3) {
                0 => soup[at] = words[random(words.len())],
                1 => soup.insert(at, words[random(words.len())]),
                _ => soup.truncate(at + 1),
            }
        }
        let sql = soup.join(if random(2) == 0 { " " } else { "\n" });
        match parse(&sql) {
            Ok(parsed) => assert!(parsed.iter().all(|p| sql.contains(&p.text))),
            Err(error) => {
                assert_ne!(error.code(), SqlState::INTERNAL_ERROR, "{sql}");
                let position = error.position().unwrap_or(1);
                assert!((1..=sql.chars().count() + 1).contains(&position), "{position}: {sql}");
            }
        }
    }
}

#[test]
fn backtracking_does_not_explode() {
    let start = Instant::now();
    for (open, close) in [
        ("f(", ")"),
        ("cast(", ""),
        ("floor(", ""),
        ("case when ", ""),
        ("substring(", ""),
        ("position(", ")"),
    ] {
        let sql = format!("SELECT {}1{} FROM", open.repeat(45), close.repeat(45));
        assert!(parse(&sql).is_err(), "{sql}");
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn long_statements_take_time_in_proportion() {
    let start = Instant::now();
    let rows = "(1, 'abc', 2.5), ".repeat(150_000);
    let insert = format!("INSERT INTO t VALUES {}(1, 'a', 2)", rows);
    let Statement::Insert(insert) = one(&insert) else { panic!() };
    assert!(insert.source.is_some());
    let literal = format!("SELECT '{}'", "x".repeat(10_000_000));
    assert!(matches!(one(&literal), Statement::Query(_)));
    let many = parse(&"SELECT 1; ".repeat(50_000)).unwrap();
    assert_eq!((many.len(), many[49_999].offset), (50_000, 499_990));
    let columns: String = (0..20_000).map(|i| format!("c{i} INT,\n")).collect();
    assert_eq!(relation(&format!("CREATE TABLE t ({columns} last INT)")).columns.len(), 20_001);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
