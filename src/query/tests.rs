//! SQL in, rows or errors out: the binder and the engine together.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast;

use super::fixture::{Fixture, check, error, parse, print, rows};
use crate::catalog::Object;
use crate::sql::binder::check_not_null;
use crate::types::Error;

#[tokio::test]
async fn reads_tables_and_expands_views() {
    let f = Fixture::flights();
    assert_eq!(rows(&f, "SELECT id, name FROM t WHERE id = 2").await, ["2|two"]);
    assert_eq!(rows(&f, "SELECT * FROM v ORDER BY 1").await, ["1|ONE", "2|TWO", "3|"]);
    assert_eq!(rows(&f, "SELECT b FROM v AS w(a, b) WHERE a = 1").await, ["ONE"]);
    assert_eq!(rows(&f, "SELECT count(*) FROM public.t").await, ["3"]);
}

#[tokio::test]
async fn hidden_columns_are_seen_only_when_named() {
    let f = Fixture::flights();
    assert_eq!(f.columns("SELECT * FROM t"), ["id", "name", "v", "ts"]);
    assert_eq!(f.columns("SELECT *, _row_id FROM t"), ["id", "name", "v", "ts", "_row_id"]);
    assert_eq!(rows(&f, "SELECT _row_id FROM t ORDER BY 1").await, ["10", "11", "12"]);
    assert_eq!(
        f.columns("SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MINUTE)"),
        ["id", "name", "v", "ts", "window_start", "window_end"]
    );
}

#[tokio::test]
async fn columns_are_named_as_in_postgresql() {
    let f = Fixture::flights();
    assert_eq!(f.columns("SELECT 1, 2, count(*), sum(v), v::bigint, upper(name), 'x'::text, CASE WHEN true THEN 1 END FROM t GROUP BY v, name"), [
        "?column?", "?column?", "count", "sum", "v", "upper", "text", "case"
    ]);
    assert_eq!(f.columns("SELECT id, id, t.id FROM t"), ["id", "id", "id"]);
    assert_eq!(rows(&f, "SELECT count FROM (SELECT count(*) FROM t)").await, ["3"]);
    assert_eq!(rows(&f, "SELECT v + 1, v + 2 FROM t ORDER BY 1, 2").await, ["11|12", "21|22", "31|32"]);
}

#[tokio::test]
async fn numbers_have_postgresql_types() {
    let f = Fixture::flights();
    assert_eq!(
        f.types("SELECT 1, 3000000000, 1.5, 1e3, v + 1, coalesce(v, 0), CASE WHEN true THEN 1 END FROM t"),
        ["integer", "bigint", "numeric", "numeric", "integer", "integer", "integer"]
    );
    assert_eq!(rows(&f, "SELECT 7 / 2, -7 / 2, 0.1 + 0.2, 7 % 3").await, ["3|-3|0.3|1"]);
    assert_eq!(rows(&f, "SELECT round(2.567, 2), v FROM t ORDER BY 2 LIMIT 1").await, ["2.57|10"]);
    assert_eq!(
        rows(&f, "SELECT sum(v) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t ORDER BY id").await,
        ["10", "30", "50"]
    );
}

#[tokio::test]
async fn arithmetic_fails_as_in_postgresql() {
    let f = Fixture::flights();
    for (sql, code) in [
        ("SELECT 1/0", "22012"),
        ("SELECT v / 0 FROM t", "22012"),
        ("SELECT 2147483647 + 1", "22003"),
        ("SELECT v + 2147483647 FROM t", "22003"),
        ("SELECT * FROM t WHERE v * 2147483647 > 0", "22003"),
        ("SELECT sum(v * 2147483647) FROM t", "22003"),
        ("SELECT 9223372036854775807 - -1", "22003"),
        ("SELECT 'x'::int", "22P02"),
        ("SELECT 3000000000::int", "22003"),
    ] {
        assert_eq!(error(&f, sql).await.code().0, code, "{sql}");
    }
    assert_eq!(rows(&f, "SELECT 2147483647 + 1::bigint").await, ["2147483648"]);
}

#[tokio::test]
async fn wrong_names_are_told_with_place_and_hint() {
    let f = Fixture::flights();
    let relation = error(&f, "SELECT *\nFROM tt").await;
    assert_eq!(relation.message(), "relation \"tt\" does not exist");
    assert_eq!((relation.code().0, relation.position()), ("42P01", Some(15)));
    assert_eq!(relation.hint(), Some("Perhaps you meant to reference the relation \"t\"."));
    let column = error(&f, "SELECT nam FROM t").await;
    assert_eq!(column.message(), "column \"nam\" does not exist");
    assert_eq!((column.code().0, column.position()), ("42703", Some(8)));
    assert!(column.hint().unwrap().contains("name"));
    let function = error(&f, "SELECT frob(id, 'x') FROM t").await;
    assert_eq!(function.message(), "function frob(integer, text) does not exist");
    assert_eq!(function.code().0, "42883");
    let grouping = error(&f, "SELECT id, count(*) FROM t").await;
    assert_eq!(grouping.code().0, "42803");
    let ambiguous = error(&f, "SELECT id FROM t AS a, t AS b").await;
    assert_eq!(ambiguous.code().0, "42702");
}

#[tokio::test]
async fn tumble_and_hop_add_windows() {
    let f = Fixture::flights();
    let tumble = "SELECT id, window_start, window_end FROM TUMBLE(t, ts, INTERVAL '1' MINUTE) ORDER BY 1";
    assert_eq!(
        rows(&f, tumble).await,
        ["1|2024-01-01T00:00:00|2024-01-01T00:01:00", "2|2024-01-01T00:01:00|2024-01-01T00:02:00"]
    );
    let offset =
        "SELECT window_start FROM TUMBLE(t, ts, INTERVAL '1' MINUTE, INTERVAL '10' SECOND) ORDER BY 1";
    assert_eq!(rows(&f, offset).await, ["2024-01-01T00:00:10", "2024-01-01T00:01:10"]);
    let hop = "SELECT h.id, window_start, window_end FROM HOP(t, ts, INTERVAL '30' SECOND, INTERVAL '1' MINUTE) h \
               WHERE h.id = 1 ORDER BY 2";
    assert_eq!(
        rows(&f, hop).await,
        ["1|2024-01-01T00:00:00|2024-01-01T00:01:00", "1|2024-01-01T00:00:30|2024-01-01T00:01:30"]
    );
    let cte = "WITH c AS (SELECT id AS \"Id\", ts AS \"Time\" FROM t) \
               SELECT count(*), c.window_start FROM TUMBLE(c, \"Time\", INTERVAL '1' DAY) GROUP BY 2";
    assert_eq!(rows(&f, cte).await, ["2|2024-01-01T00:00:00"]);
    let nested = "SELECT (SELECT count(*) FROM tumble(v2, ts, interval '1' minute)) AS n";
    assert_eq!(rows(&f, nested).await, ["2"]);
}

#[tokio::test]
async fn cumulate_and_session_add_windows() {
    let f = Fixture::flights();
    let cumulate = "SELECT id, window_end FROM CUMULATE(t, ts, INTERVAL '30' SECOND, INTERVAL '1' MINUTE) \
                    WHERE window_start < '2024-01-01 00:01:00' ORDER BY 1, 2";
    assert_eq!(rows(&f, cumulate).await, ["1|2024-01-01T00:01:00"]);
    for (gap, starts) in [("61", 1), ("60", 2)] {
        let sql = format!("SELECT count(DISTINCT window_start) FROM SESSION(t, ts, INTERVAL '{gap}' SECOND)");
        assert_eq!(rows(&f, &sql).await, [starts.to_string()], "rows a minute apart, gap {gap} s");
    }
    let by = "SELECT s.id, window_start, window_end FROM SESSION(t, ts, INTERVAL '1' DAY, ms_partition(id)) s ORDER BY 1";
    assert_eq!(
        rows(&f, by).await,
        ["1|2024-01-01T00:00:30|2024-01-02T00:00:30", "2|2024-01-01T00:01:30|2024-01-02T00:01:30"]
    );
    let bound = f.bind("SELECT * FROM ms_changelog(t)").unwrap();
    let error = f.run(&bound, &[]).await.unwrap_err();
    assert_eq!(error.code().0, "0A000");
    assert!(error.hint().unwrap().contains("materialized view"));
}

#[tokio::test]
async fn wrong_windows_are_refused() {
    let f = Fixture::flights();
    for (sql, code) in [
        ("SELECT * FROM TUMBLE(t, ts)", "42883"),
        ("SELECT * FROM TUMBLE(t, name, INTERVAL '1' MINUTE)", "42883"),
        ("SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MONTH)", "0A000"),
        ("SELECT * FROM TUMBLE(t, ts, INTERVAL '0' MINUTE)", "22023"),
        ("SELECT * FROM HOP(t, ts, INTERVAL '2' MINUTE, INTERVAL '5' MINUTE)", "22023"),
        ("SELECT * FROM CUMULATE(t, ts, INTERVAL '2' MINUTE, INTERVAL '5' MINUTE)", "22023"),
        ("SELECT * FROM CUMULATE(t, ts, INTERVAL '1' MINUTE)", "42883"),
        ("SELECT * FROM SESSION(t, ts)", "42883"),
        ("SELECT * FROM SESSION(t, name, INTERVAL '1' MINUTE)", "42883"),
        ("SELECT * FROM SESSION(t, ts, INTERVAL '0' MINUTE)", "22023"),
        ("SELECT * FROM SESSION(t, ts, INTERVAL '1' MONTH)", "0A000"),
        ("SELECT * FROM SESSION(t, ts, v)", "42703"),
        ("SELECT * FROM SESSION(t, ts + INTERVAL '1' DAY, INTERVAL '1' MINUTE)", "42601"),
        ("SELECT * FROM SESSION(t, ts, INTERVAL '1' MINUTE, ms_partition(nobody))", "42703"),
        ("SELECT * FROM SESSION(tt, ts, INTERVAL '1' MINUTE)", "42P01"),
        ("SELECT * FROM TUMBLE(tt, ts, INTERVAL '1' MINUTE)", "42P01"),
        ("SELECT * FROM TUMBLE(t, tss, INTERVAL '1' MINUTE)", "42703"),
    ] {
        let error = f.bind(sql).map(|_| ()).unwrap_err();
        assert_eq!(error.code().0, code, "{sql}: {error}");
    }
    assert!(f.bind("SELECT * FROM TUMBLE(t, ts)").unwrap_err().hint().unwrap().contains("TUMBLE(bids"));
}

#[tokio::test]
async fn parameters_are_inferred_and_replaced() {
    let f = Fixture::flights();
    let bound = f.bind("SELECT id + $2 FROM t WHERE name = $1 LIMIT $3").unwrap();
    assert_eq!(bound.parameter_types, [DataType::Utf8, DataType::Int32, DataType::Int64]);
    let values = [ScalarValue::from("two"), ScalarValue::Int64(Some(5)), ScalarValue::Int64(Some(1))];
    assert_eq!(f.run(&bound, &values).await.unwrap(), ["7"]);
    let bound = f.bind("SELECT $1").unwrap();
    assert_eq!(bound.parameter_types, [DataType::Utf8]);
    let few = f.run(&bound, &[]).await.unwrap_err();
    assert_eq!(few.code().0, "08P01");
}

#[tokio::test]
async fn usual_postgresql_words_work() {
    let f = Fixture::flights();
    check(&f, &[
        ("SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL", "t|t"),
        ("SELECT 'Abc' ILIKE 'a%', 'abc' ~ '^a.c$', 'abc' !~ 'x'", "t|t|t"),
        ("SELECT count(*) FROM t WHERE ts >= '2024-01-01 00:01:00'", "1"),
        ("SELECT now() = current_timestamp, now() > '2020-01-01'", "t|t"),
        ("SELECT proctime() = now()", "t"),
        ("SELECT INTERVAL '1 day 2 hours' > INTERVAL '1 day'", "t"),
        ("SELECT to_char(ts, 'YYYY-MM-DD HH24:MI:SS') FROM t WHERE id = 1", "2024-01-01 00:00:30"),
        ("SELECT split_part('a/b/c', '/', 2)", "b"),
        ("SELECT extract(hour from TIMESTAMP '2024-01-01 05:00:00')::int", "5"),
        ("SELECT date_trunc('day', TIMESTAMP '2024-01-01 05:00:00')", "2024-01-01T00:00:00"),
        ("SELECT sum(n) FROM generate_series(1, 10) AS g(n)", "55"),
        (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT count(*) FROM r",
            "5",
        ),
        ("SELECT a.id FROM t a JOIN t b ON a.id = b.id + 1 ORDER BY 1 LIMIT 1", "2"),
        ("SELECT bool_and(v > 5), bool_or(v > 25), avg(v)::float8 FROM t", "t|t|20.0"),
        ("SELECT (ARRAY[1, 2, 3])[2]", "2"),
        ("SELECT DATE '2024-01-31' + INTERVAL '1 month'", "2024-02-29T00:00:00"),
        (
            "SELECT id FROM t WHERE id IN (SELECT id FROM v2) AND EXISTS (SELECT 1 FROM t) ORDER BY id LIMIT 1",
            "1",
        ),
    ]).await;
}

#[tokio::test]
async fn explain_shows_the_physical_plan_without_marks() {
    let f = Fixture::flights();
    let bound = f.bind("SELECT v, v, count(*) FROM t GROUP BY v").unwrap();
    let text = f.engine.explain(&bound, true).await.unwrap();
    assert!(text.contains("StreamingTableExec") && !text.contains('\u{1}'), "{text}");
}

#[tokio::test]
async fn small_queries_are_fast() {
    let f = Fixture::flights();
    for sql in ["SELECT 1", "SELECT * FROM t WHERE id = 1"] {
        let mut best = u128::MAX;
        for _ in 0..50 {
            let started = std::time::Instant::now();
            rows(&f, sql).await;
            best = best.min(started.elapsed().as_micros());
        }
        println!("{sql}: {best} us");
        assert!(best < 5_000, "{sql} took {best} us");
    }
}

#[tokio::test]
async fn results_have_types_that_can_be_stored() {
    let f = Fixture::flights();
    let types = f.types("SELECT row_number() OVER (), NULL, substr(name, 1, 1), ts - ts, approx_distinct(id) OVER (), to_timestamp(0), md5(name) FROM t");
    let expected = ["bigint", "text", "text", "interval", "bigint", "timestamp with time zone", "text"];
    assert_eq!(types, expected);
    check(
        &f,
        &[
            ("SELECT (TIMESTAMP '2024-01-03 02:00:00' - TIMESTAMP '2024-01-01')::text", "2 days 02:00:00"),
            ("SELECT avg(ts - TIMESTAMP '2024-01-01 00:00:00')::text FROM t", "00:01:00"),
            ("SELECT DATE '2024-03-01' - DATE '2024-02-01', DATE '2024-02-28' + 2", "29|2024-03-01"),
            ("SELECT DATE '2024-01-01' + INTERVAL '90 minutes'", "2024-01-01T01:30:00"),
            ("SELECT t.*, t.id, id AS id FROM t WHERE id = 1", "1|one|10|2024-01-01T00:00:30|1|1"),
            ("SELECT *, v FROM t WHERE id = 1 ORDER BY v", "1|one|10|2024-01-01T00:00:30|10"),
            ("SELECT id FROM t ORDER BY id DESC FETCH FIRST 1 ROW ONLY", "3"),
        ],
    )
    .await;
    for (sql, code) in [
        ("SELECT * FROM t FOR UPDATE", "0A000"),
        ("SELECT * INTO x FROM t", "0A000"),
        ("SELECT * FROM t WHERE id", "42804"),
    ] {
        assert_eq!(error(&f, sql).await.code().0, code, "{sql}");
    }
}

#[tokio::test]
async fn casts_round_and_print_as_in_postgresql() {
    let f = Fixture::flights();
    check(
        &f,
        &[
            ("SELECT 2.5::int, 2.7::int, -2.5::int, 2.5::float8::int, 3.5::float8::int", "3|3|-3|2|4"),
            ("SELECT ts::text, (v / 4)::float8::text FROM t WHERE id = 1", "2024-01-01 00:00:30|2"),
            ("SELECT '1 day 2 hours'::interval::text", "1 day 02:00:00"),
            ("SELECT 'a' || 20::float8, 'b' || 1", "a20|b1"),
            ("SELECT true::text, 1::bool", "true|t"),
        ],
    )
    .await;
    for (sql, code, message) in [
        ("SELECT 'x'::int", "22P02", "invalid input syntax for type integer: \"x\""),
        ("SELECT '99999999999'::int", "22003", "value \"99999999999\" is out of range for type integer"),
        ("SELECT 3000000000::int", "22003", "integer out of range"),
        ("SELECT 'x'::timestamp", "22007", "invalid input syntax for type timestamp: \"x\""),
        ("SELECT abs('a'::text)", "42883", "function abs(text) does not exist"),
        ("SELECT x.id FROM t", "42P01", "missing FROM-clause entry for table \"x\""),
        ("SELECT t.nam FROM t", "42703", "column t.nam does not exist"),
        ("SELECT now(1)", "42883", "function now(bigint) does not exist"),
        ("SELECT 1 UNION SELECT 1, 2", "42601", ""),
        ("SELECT v FROM t HAVING count(*) > 1", "42803", ""),
        ("SELECT 1::frob", "42704", "type \"frob\" does not exist"),
        ("SELECT (SELECT id FROM t)", "21000", ""),
    ] {
        let error = error(&f, sql).await;
        assert_eq!(error.code().0, code, "{sql}: {error}");
        assert!(message.is_empty() || error.message() == message, "{sql}: {error}");
    }
}

fn table(f: &Fixture, name: &str) -> Arc<Object> {
    f.catalog.find(None, name).unwrap().clone()
}

async fn insert(f: &Fixture, sql: &str, values: &[ScalarValue]) -> Result<Vec<String>, Error> {
    let ast::Statement::Insert(insert) = parse(sql) else { panic!("not an insert: {sql}") };
    let table = table(f, "d");
    let bound = f.binder(sql).bind_insert(&insert, &table, &[])?;
    let batches = f.batches(&bound.source, values).await?;
    for batch in &batches {
        check_not_null(&table, batch)?;
    }
    match bound.returning {
        None => Ok(batches.iter().flat_map(print).collect()),
        Some(returning) => Ok(batches.iter().flat_map(|b| print(&returning.project(b).unwrap())).collect()),
    }
}

#[tokio::test]
async fn inserts_are_filled_cast_and_generated() {
    let f = Fixture::flights();
    for (sql, expected) in [
        ("INSERT INTO d VALUES (1, 2, 'a')", "1|2|4|a"),
        ("INSERT INTO d VALUES (1)", "1|7|14|"),
        ("INSERT INTO d (note, id) VALUES (5, '9')", "9|7|14|5"),
        ("INSERT INTO d (id, v) VALUES (1, DEFAULT)", "1|7|14|"),
        ("INSERT INTO d (id, v) VALUES (1, 2.5)", "1|3|6|"),
        ("INSERT INTO d (id, note) SELECT id, name FROM t WHERE id = 2", "2|7|14|two"),
        ("INSERT INTO d (id, v) SELECT 1, '3'", "1|3|6|"),
        ("INSERT INTO d (id, v) VALUES (1, 2) RETURNING v + 1, d.twice, *", "3|4|1|2|4|"),
        ("INSERT INTO d AS x (id) VALUES (1 + 1) RETURNING x.id AS n", "2"),
    ] {
        let rows = insert(&f, sql, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        assert_eq!(rows, [expected], "{sql}");
    }
    let values = [ScalarValue::from("12"), ScalarValue::Int64(Some(3))];
    assert_eq!(insert(&f, "INSERT INTO d (v, id) VALUES ($1, $2)", &values).await.unwrap(), ["3|12|24|"]);
}

#[tokio::test]
async fn wrong_inserts_are_refused() {
    let f = Fixture::flights();
    for (sql, code) in [
        ("INSERT INTO d VALUES (1, 2, 'a', 4)", "42601"),
        ("INSERT INTO d (id) VALUES (1, 2)", "42601"),
        ("INSERT INTO d (id, v) VALUES (1)", "42601"),
        ("INSERT INTO d VALUES (1), (1, 2)", "42601"),
        ("INSERT INTO d (id, nope) VALUES (1, 2)", "42703"),
        ("INSERT INTO d (id, twice) VALUES (1, 2)", "428C9"),
        ("INSERT INTO d (id, id) VALUES (1, 2)", "42701"),
        ("INSERT INTO d (id, v) SELECT 1, name FROM t", "42804"),
        ("INSERT INTO d (id, v) VALUES (1, 'x')", "22P02"),
        ("INSERT INTO d (id) VALUES (NULL)", "23502"),
        ("INSERT INTO d (id, v) VALUES (1, 2000000000)", "22003"),
    ] {
        let error = insert(&f, sql, &[]).await.map(|rows| panic!("{sql} gave {rows:?}")).unwrap_err();
        assert_eq!(error.code().0, code, "{sql}: {error}");
    }
    let null = insert(&f, "INSERT INTO d (note) VALUES ('a b')", &[]).await.unwrap_err();
    assert_eq!(null.message(), "null value in column \"id\" of relation \"d\" violates not-null constraint");
    assert_eq!(null.detail(), Some("Failing row contains (null, 7, 14, a b)."));
}

async fn change(f: &Fixture, sql: &str, name: &str, values: &[ScalarValue]) -> Result<Vec<String>, Error> {
    let table = table(f, name);
    let (query, returning) = match parse(sql) {
        ast::Statement::Delete(delete) => {
            let bound = f.binder(sql).bind_delete(&delete, &table, &[])?;
            (bound.query, bound.returning)
        }
        update => {
            let bound = f.binder(sql).bind_update(&update, &table, &[])?;
            (bound.query, bound.returning)
        }
    };
    let batches = f.batches(&query, values).await?;
    let width = table.columns.len();
    let rows = batches.iter().flat_map(|batch| match &returning {
        None => print(batch),
        Some(returning) => {
            let from = batch.num_columns() - width;
            let last = batch.project(&(from..from + width).collect::<Vec<_>>()).unwrap();
            let last = arrow::array::RecordBatch::try_new(table.arrow_schema(), last.columns().to_vec());
            print(&returning.project(&last.unwrap()).unwrap())
        }
    });
    Ok(rows.collect())
}

#[tokio::test]
async fn updates_give_old_and_new_rows() {
    let f = Fixture::flights();
    for (sql, name, expected) in [
        ("UPDATE d SET v = v + 1 WHERE id = 1", "d", "1|5|10|x|1|6|12|x"),
        ("UPDATE d AS x SET v = DEFAULT, note = x.id WHERE x.id = 2", "d", "2|6|12||2|7|14|2"),
        ("UPDATE d SET (v, note) = (1, 'q') WHERE note IS NULL", "d", "2|6|12||2|1|2|q"),
        ("UPDATE d SET v = (SELECT max(v) FROM t) WHERE id = 1", "d", "1|5|10|x|1|30|60|x"),
        ("UPDATE d SET v = 9 WHERE id = 1 RETURNING twice, d.id", "d", "18|1"),
        ("UPDATE t SET v = 1 WHERE id = 3", "t", "3||30||12|3||1||12"),
        ("DELETE FROM t WHERE id = 3", "t", "3||30||12"),
        (
            "DELETE FROM t AS q WHERE q.id IN (SELECT id FROM v2) AND q.id > 1 AND ts IS NOT NULL RETURNING q.name",
            "t",
            "two",
        ),
        ("DELETE FROM t WHERE id = 1 RETURNING *", "t", "1|one|10|2024-01-01T00:00:30"),
    ] {
        let rows = change(&f, sql, name, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        assert_eq!(rows, [expected], "{sql}");
    }
    let values = [ScalarValue::from("4"), ScalarValue::Int64(Some(1))];
    let rows = change(&f, "UPDATE d SET v = $1 WHERE id = $2", "d", &values).await.unwrap();
    assert_eq!(rows, ["1|5|10|x|1|4|8|x"]);
    for (sql, code) in [
        ("UPDATE d SET twice = 1", "428C9"),
        ("UPDATE d SET nope = 1", "42703"),
        ("UPDATE d SET v = name FROM t", "42804"),
        ("UPDATE d SET v = note", "42804"),
        ("UPDATE d SET v = 1, v = 2", "42601"),
        ("DELETE FROM d WHERE frob = 1", "42703"),
    ] {
        let error = change(&f, sql, "d", &[]).await.map(|rows| panic!("{sql} gave {rows:?}")).unwrap_err();
        assert_eq!(error.code().0, code, "{sql}: {error}");
    }
}
