//! Objects, prepared statements, COPY and settings.

use std::time::Duration;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::{Talk, lines, server};
use crate::session::*;

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_made_listed_and_dropped() {
    let server = server();
    let mut a = Talk::new(&server);
    a.expect("CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, name VARCHAR)", &["CREATE TABLE"]).await;
    a.expect(
        "CREATE TABLE IF NOT EXISTS t (x INT)",
        &["CREATE TABLE", "NOTICE: relation \"t\" already exists, skipping"],
    )
    .await;
    a.refused("CREATE TABLE t (x INT)", "42P07").await;
    a.expect(
        "CREATE VIEW v AS SELECT id FROM t; CREATE MATERIALIZED VIEW mv AS SELECT * FROM v",
        &["CREATE VIEW", "CREATE MATERIALIZED VIEW"],
    )
    .await;
    a.expect("CREATE SINK k FROM mv WITH (connector = 'blackhole')", &["CREATE SINK"]).await;
    a.expect(
        "SHOW TABLES; SHOW MATERIALIZED VIEWS LIKE 'm%'; SHOW SINKS LIKE 'x'",
        &["t", "SHOW 1", "mv", "SHOW 1", "SHOW 0"],
    )
    .await;
    a.expect(
        "DESCRIBE t",
        &[
            "id|integer|false|NULL",
            "name|character varying|false|NULL",
            "primary key|id|NULL|NULL",
            "table description|t|NULL|NULL",
            "DESCRIBE 4",
        ],
    )
    .await;
    a.expect("SHOW CREATE VIEW v", &["public.v|CREATE VIEW v AS SELECT id FROM t", "SHOW 1"]).await;
    let wrong = a.refused("DROP TABLE v", "42809").await;
    assert_eq!(wrong.hint(), Some("Use DROP VIEW to remove a view."));
    let needed = a.refused("DROP TABLE t", "2BP01").await;
    assert!(needed.detail().is_some_and(|d| d.starts_with("view v depends on table t\n")), "{needed}");
    a.expect(
        "DROP TABLE IF EXISTS nothing",
        &["DROP TABLE", "NOTICE: table \"nothing\" does not exist, skipping"],
    )
    .await;
    a.expect("DROP SINK k", &["DROP SINK"]).await;
    a.expect("DROP VIEW v CASCADE", &["DROP VIEW", "NOTICE: drop cascades to materialized view mv"]).await;
    a.expect(
        "CREATE VIEW v AS SELECT id FROM t; DROP VIEW v; DROP TABLE t",
        &["CREATE VIEW", "DROP VIEW", "DROP TABLE"],
    )
    .await;
    a.expect("CREATE TABLE c AS SELECT n, n * 2 AS d FROM generate_series(1, 3) AS g(n)", &["SELECT 3"])
        .await;
    a.expect("SELECT sum(d) FROM c", &["12", "SELECT 1"]).await;
    a.expect(
        "CREATE SCHEMA s; CREATE TABLE s.t (v INT); INSERT INTO s.t VALUES (1); SHOW TABLES FROM s",
        &["CREATE SCHEMA", "CREATE TABLE", "INSERT 0 1", "t", "SHOW 1"],
    )
    .await;
    a.refused("DROP SCHEMA s", "2BP01").await;
    a.expect("DROP SCHEMA s CASCADE", &["DROP SCHEMA", "NOTICE: drop cascades to table s.t"]).await;
    a.expect("FLUSH", &["FLUSH"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_prepared_described_and_planned_anew() {
    let server = server();
    let mut a = Talk::new(&server);
    a.expect("CREATE TABLE t (id INT, at TIMESTAMPTZ)", &["CREATE TABLE"]).await;
    a.expect(
        "PREPARE ins AS INSERT INTO t VALUES ($1, $2); PREPARE one (int) AS SELECT id FROM t WHERE id = $1",
        &["PREPARE", "PREPARE"],
    )
    .await;
    a.expect(
        "EXECUTE ins(1 + 1, '2024-01-01 00:00:00+00'); EXECUTE one('2')",
        &["INSERT 0 1", "2", "SELECT 1"],
    )
    .await;
    a.refused("EXECUTE one(1, 2)", "42601").await;
    a.refused("EXECUTE other", "26000").await;
    a.refused("PREPARE one AS SELECT 1", "42P05").await;
    a.expect("DEALLOCATE one; DEALLOCATE ALL", &["DEALLOCATE", "DEALLOCATE ALL"]).await;

    let statement = a.0.parse("SELECT id + $1 AS x, at FROM t").unwrap().remove(0);
    let described = a.0.describe(&statement, &[None]).await.unwrap();
    assert_eq!(described.parameters, [DataType::Int32]);
    assert_eq!(described.columns.unwrap().field(0).name(), "x");
    let value = [ScalarValue::Int32(Some(5))];
    let outcome = a.0.execute(&statement, &value).await.unwrap();
    assert_eq!(lines(outcome).await.unwrap(), ["7|2024-01-01 00:00:00+00", "SELECT 1"]);
    a.expect("SET TIME ZONE 'Asia/Tokyo'", &["SET"]).await;
    let outcome = a.0.execute(&statement, &value).await.unwrap();
    assert_eq!(lines(outcome).await.unwrap(), ["7|2024-01-01 09:00:00+09", "SELECT 1"]);
    a.expect(
        "DROP TABLE t; CREATE TABLE t (at TEXT, id BIGINT); INSERT INTO t VALUES ('now', 1)",
        &["DROP TABLE", "CREATE TABLE", "INSERT 0 1"],
    )
    .await;
    let outcome = a.0.execute(&statement, &[ScalarValue::Int64(Some(5))]).await.unwrap();
    assert_eq!(lines(outcome).await.unwrap(), ["6|now", "SELECT 1"]);

    for (sql, columns) in [
        ("INSERT INTO t VALUES ('x', 1) RETURNING id", Some("id")),
        ("INSERT INTO t VALUES ('x', 1)", None),
        ("SHOW TABLES", Some("Name")),
        ("SHOW timezone", Some("TimeZone")),
        ("EXPLAIN SELECT 1", Some("QUERY PLAN")),
        ("SELECT set_config('a.b', $1, false)", Some("set_config")),
        ("BEGIN", None),
    ] {
        let statement = a.0.parse(sql).unwrap().remove(0);
        let described = a.0.describe(&statement, &[]).await.unwrap();
        let names = described.columns.map(|c| c.field(0).name().clone());
        assert_eq!(names.as_deref(), columns, "{sql}");
    }
    let explained = a.hear("EXPLAIN CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM t").await.unwrap();
    assert!(explained.len() > 1, "{explained:?}");
    let explained = a.hear("EXPLAIN DELETE FROM t").await.unwrap();
    assert_eq!(explained[0], "Delete on t");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_copied_in_and_out() {
    let server = server();
    let mut a = Talk::new(&server);
    a.expect(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR, v INT DEFAULT 7, w INT AS v * 2)",
        &["CREATE TABLE"],
    )
    .await;
    assert_eq!(a.copy("COPY t FROM STDIN", "1\tone\t5\n2\t\\N\t\\N\n").await.unwrap(), "COPY 2");
    assert_eq!(
        a.copy("COPY t (name, id) FROM STDIN WITH (FORMAT csv)", "\"a,b\",3\n").await.unwrap(),
        "COPY 1"
    );
    a.expect(
        "COPY (SELECT * FROM t ORDER BY id) TO STDOUT",
        &["1\tone\t5\t10", "2\t\\N\t\\N\t\\N", "3\ta,b\t7\t14"],
    )
    .await;
    a.expect(
        "COPY (SELECT id, name FROM t WHERE id = 3) TO STDOUT WITH (FORMAT csv, HEADER)",
        &["id,name", "3,\"a,b\""],
    )
    .await;
    let bad = a.copy("COPY t FROM STDIN", "4\tfour\t4\n5\tfive\tx\n").await.unwrap_err();
    assert_eq!((bad.code().0, bad.detail()), ("22P02", Some("COPY t, line 2, column v: \"x\"")));
    assert_eq!(a.copy("COPY t (id) FROM STDIN", "9\n9\n").await.unwrap_err().code().0, "23505");
    a.expect("SELECT count(*) FROM t", &["3", "SELECT 1"]).await;
    a.expect("BEGIN", &["BEGIN"]).await;
    assert_eq!(a.copy("COPY t (id) FROM STDIN", "10\n").await.unwrap(), "COPY 1");
    a.expect("SELECT id, v FROM t WHERE id = 10; COMMIT", &["10|7", "SELECT 1", "COMMIT"]).await;
    a.expect("BEGIN", &["BEGIN"]).await;
    let statement = a.0.parse("COPY t FROM STDIN").unwrap().remove(0);
    drop(a.0.execute(&statement, &[]).await.unwrap());
    assert_eq!(a.0.transaction_status(), TransactionStatus::Failed, "a COPY without its end");
    a.expect("ROLLBACK", &["ROLLBACK"]).await;
    a.refused("COPY t (w) FROM STDIN", "42P10").await;
    a.refused("COPY t (nope) FROM STDIN", "42703").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_set_and_shown() {
    let server = server();
    let mut a = Talk::new(&server);
    a.0.take_parameter_changes();
    a.expect("SET application_name TO 'me'; SHOW application_name", &["SET", "me", "SHOW 1"]).await;
    assert_eq!(a.0.take_parameter_changes(), [("application_name".to_string(), "me".to_string())]);
    a.expect("SELECT set_config('application_name', 'you', false)", &["you", "SELECT 1"]).await;
    a.expect("SELECT current_setting('application_name')", &["you", "SELECT 1"]).await;
    a.expect(
        "SET LOCAL application_name = 'x'",
        &["SET", "WARNING: SET LOCAL can only be used in transaction blocks"],
    )
    .await;
    a.expect(
        "BEGIN; SET LOCAL application_name = 'x'; SHOW application_name; COMMIT; SHOW application_name",
        &["BEGIN", "SET", "x", "SHOW 1", "COMMIT", "you", "SHOW 1"],
    )
    .await;
    a.expect(
        "BEGIN; SET application_name = 'z'; ROLLBACK; SHOW application_name",
        &["BEGIN", "SET", "ROLLBACK", "you", "SHOW 1"],
    )
    .await;
    a.expect("SET idle_in_transaction_session_timeout = '20ms'; BEGIN", &["SET", "BEGIN"]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    a.refused("SELECT 1", "25P02").await;
    a.expect(
        "ROLLBACK",
        &["ROLLBACK", "WARNING: the transaction block was idle for too long and has been rolled back"],
    )
    .await;
    a.expect("RESET ALL; SHOW application_name", &["RESET", "", "SHOW 1"]).await;
    a.refused("SHOW nothing_of_the_kind", "42704").await;
    a.expect("SET default_transaction_read_only = on", &["SET"]).await;
    a.refused("CREATE TABLE t (v INT)", "25006").await;
    a.expect("DISCARD ALL; SHOW transaction_read_only", &["DISCARD ALL", "off", "SHOW 1"]).await;
    let client = Client { database: "other".to_string(), ..Client::default() };
    assert_eq!(Session::connect(server.clone(), client).err().unwrap().code().0, "3D000");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_stand_alone() {
    let server = server();
    let (mut a, mut b) = (Talk::new(&server), Talk::new(&server));
    a.expect("SELECT pg_sleep(0.01)", &["", "SELECT 1"]).await;
    a.expect("SELECT pg_sleep(NULL)", &["NULL", "SELECT 1"]).await;
    a.expect("SET statement_timeout = '20ms'", &["SET"]).await;
    a.refused("SELECT pg_sleep(60)", "57014").await;
    a.expect("RESET statement_timeout", &["RESET"]).await;
    a.refused("SELECT 1, pg_sleep(1)", "0A000").await;
    a.refused("CREATE MATERIALIZED VIEW m AS SELECT pg_sleep(1)", "0A000").await;
    a.refused("SELECT pg_sleep(1, 2)", "0A000").await;
    a.expect("SELECT pg_advisory_lock(40 + 2) AS got", &["", "SELECT 1"]).await;
    b.expect("SELECT pg_try_advisory_lock(42)", &["f", "SELECT 1"]).await;
    b.expect("SELECT pg_try_advisory_lock(4, 2)", &["t", "SELECT 1"]).await;
    b.expect("SET statement_timeout = '20ms'", &["SET"]).await;
    b.refused("SELECT pg_advisory_lock(42)", "57014").await;
    b.expect("RESET statement_timeout", &["RESET"]).await;
    b.expect(
        "SELECT pg_advisory_unlock(42)",
        &["f", "SELECT 1", "WARNING: you don't own a lock of type ExclusiveLock"],
    )
    .await;
    b.expect("BEGIN; SELECT pg_advisory_xact_lock(7)", &["BEGIN", "", "SELECT 1"]).await;
    a.expect("SELECT pg_try_advisory_lock_shared(7)", &["f", "SELECT 1"]).await;
    b.expect("COMMIT", &["COMMIT"]).await;
    a.expect("SELECT pg_try_advisory_lock_shared(7)", &["t", "SELECT 1"]).await;
    drop(a);
    b.expect("SELECT pg_try_advisory_lock(42)", &["t", "SELECT 1"]).await;
    b.expect("UNLISTEN *; UNLISTEN news", &["UNLISTEN", "UNLISTEN"]).await;
    b.expect(
        "SHOW ALL LIKE 'statement_t%'",
        &["statement_timeout|0|A statement that runs longer than this is canceled.", "SHOW 1"],
    )
    .await;
}
