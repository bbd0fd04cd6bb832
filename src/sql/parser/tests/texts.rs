//! Where statements begin and end, what they read as, and what an error says and where.

use super::{SOURCE, at, error, one, syntax};
use crate::sql::{Statement, parse};

#[test]
fn errors_have_postgresqls_words_and_places() {
    assert_eq!(syntax("SELECT 1 +"), ("syntax error at end of input".to_string(), 11));
    assert_eq!(syntax("SELECT 1 + ; SELECT 2"), at(";", 12));
    assert_eq!(syntax("SELECT (1; SELECT 2)"), at(";", 10));
    assert_eq!(syntax("SELECT 1;\n\n  SELECT 'ä' FROM FROM t"), at("FROM", 30));
    assert_eq!(syntax("SELECT a, FROM t"), at("FROM", 11));
    assert_eq!(syntax("SELECT a FROM WHERE a"), at("WHERE", 15));
    assert_eq!(syntax("SELECT * FROM (SELECT a FRM t WHERE) x"), at("t", 29));
    assert_eq!(syntax("SELECT * FROM (SELECT a FROM (SELECT 1 +) y) x"), at(")", 41));
    assert_eq!(
        syntax("SELECT * FROM (SELECT a FROM t) x JOIN b ON"),
        ("syntax error at end of input".to_string(), 44)
    );
    assert_eq!(syntax("SELECT count(*) FILTER (WHERE) FROM t"), at(")", 30));
    assert_eq!(syntax("SELECT 'ä', 2 'x' y"), at("'x'", 15));
    assert_eq!(syntax("nonsense"), at("nonsense", 1));
    assert_eq!(syntax("SELECT 1 1"), at("1", 10));
    assert_eq!(syntax("CREATE TABLE t (a INT"), ("syntax error at end of input".to_string(), 22));
    assert_eq!(syntax("CREATE TABLE select (a INT)"), at("select", 14));
    assert_eq!(syntax("SELECT * FROM t WHERE )"), at(")", 23));
    assert_eq!(error("SELECT * FROM t WHERE )").detail(), Some("expected an expression"));
    assert_eq!(syntax("SELECT 'abc"), ("unterminated quoted string at or near \"'abc\"".to_string(), 8));
    assert_eq!(
        syntax("SELECT \"abc"),
        ("unterminated quoted identifier at or near \"\"abc\"".to_string(), 8)
    );
    assert_eq!(syntax("SELECT /* x"), ("unterminated /* comment at or near \"/* x\"".to_string(), 8));
    assert_eq!(
        syntax("SELECT $$ x"),
        ("unterminated dollar-quoted string at or near \"$$ x\"".to_string(), 8)
    );
}

#[test]
fn misspelt_words_get_a_hint() {
    let hint = |sql: &str| error(sql).hint().unwrap_or_default().to_string();
    assert_eq!(hint("SELCT 1"), "Perhaps you meant SELECT instead of SELCT.");
    assert_eq!(
        hint("CREATE MATERIALISED VIEW v AS SELECT 1"),
        "Perhaps you meant MATERIALIZED instead of MATERIALISED."
    );
    assert_eq!(hint("CREATE SOURCE s (a INT)"), "A source needs WITH (connector = '…').");
    assert_eq!(
        hint("CREATE MATERIALIZED VIEW v AS SELECT 1 FROM t EMIT ON WINDOW CLOSED"),
        "The clause is EMIT ON WINDOW CLOSE."
    );
    assert_eq!(hint("SELECT * FROM t WHER a = 1"), "Perhaps you meant WHERE instead of WHER.");
    assert_eq!(hint("SELECT 1 1"), "");
}

#[test]
fn a_message_is_cut_at_its_semicolons() {
    let cut = |sql: &str| -> Vec<(String, usize)> {
        parse(sql).unwrap().into_iter().map(|p| (p.text, p.offset)).collect()
    };
    assert_eq!(cut(""), []);
    assert_eq!(cut(" ;; -- nothing\n /* or ; this */ ;"), []);
    let sql = "-- ü first\nSELECT ';' ; /* ; */ SELECT $a$ ; $$ ; $a$, \";\" ;SELECT 3";
    let expected = [("SELECT ';'", 11), ("SELECT $a$ ; $$ ; $a$, \";\"", 32), ("SELECT 3", 60)];
    assert_eq!(cut(sql), expected.map(|(text, at)| (text.to_string(), at)));
    assert_eq!(cut("SELECT 1 -- x\r\n + 2 -- y"), [("SELECT 1 -- x\r\n + 2".to_string(), 0)]);
    let strings = one("SELECT 'a'\n  'b'");
    assert!(matches!(strings, Statement::Query(q) if q.to_string() == "SELECT 'ab'"));
}

#[test]
fn places_count_from_the_statements_beginning() {
    let parsed = parse("SELECT 1;\n CREATE TABLE t (\n  ä INT, b INT)").unwrap();
    let Statement::CreateRelation(t) = &parsed[1].statement else { panic!() };
    let b = t.columns[1].position;
    assert_eq!(parsed[1].text.chars().nth(b - 1), Some('b'));
    assert_eq!((parsed[1].offset, b), (11, 27));
}

#[test]
fn the_texts_parse_again_to_the_same_statement() {
    let sql = format!("{SOURCE} SELECT 1; CREATE VIEW v AS SELECT a FROM t; FLUSH; SHOW TABLES");
    for parsed in parse(&sql).unwrap() {
        let again = parse(&parsed.text).unwrap().remove(0);
        assert_eq!((again.statement, again.text, again.offset), (parsed.statement, parsed.text, 0));
    }
}

#[test]
fn trees_print_as_sql_that_parses_to_the_same_tree() {
    for sql in [
        "SELECT a, \"B\" FROM tumble(t, ts, INTERVAL '1' MINUTE) AS w WHERE a > 1 GROUP BY a",
        "VALUES (1, 'a''b')",
    ] {
        let Statement::Query(query) = one(sql) else { panic!() };
        assert_eq!(one(&query.to_string()), one(sql));
    }
}

#[test]
fn a_kept_query_reads_as_it_was_written() {
    let sql = "SELECT 'GLOBAL JOIN', é.a FROM é ASOF LEFT JOIN b ON é.k = b.k AND b.ts <= é.ts";
    let Statement::Query(query) = one(sql) else { panic!() };
    assert_eq!(crate::sql::query_text(&query), sql);
    let plain = "SELECT global.a FROM t global JOIN u ON true ASOF JOIN b ON b.ts <= u.ts";
    let Statement::Query(query) = one(plain) else { panic!() };
    assert_eq!(crate::sql::query_text(&query), plain);
}
