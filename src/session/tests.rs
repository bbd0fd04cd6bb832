//! Conversations with a running engine.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use bytes::Bytes;
use datafusion::common::ScalarValue;
use futures::{StreamExt, TryStreamExt};

use super::*;
use crate::coordinator::{Handle, start};
use crate::expr::TextPrinter;
use crate::query::Engine;
use crate::storage::DataFolder;
use crate::types::{Error, Result};

fn server() -> SessionContext {
    let handle: Handle = start(&DataFolder::in_memory(), crate::connectors::all(), 2).expect("it starts");
    SessionContext { handle, engine: Arc::new(Engine::new(64 << 20).expect("it starts")), started_at: 0 }
}

/// A client that writes down what it hears.
struct Talk(Session);

impl Talk {
    fn new(server: &SessionContext) -> Talk {
        Talk(Session::new(server.clone()))
    }

    /// Statements one by one: rows, then the tag, then notices.
    async fn hear(&mut self, sql: &str) -> Result<Vec<String>> {
        let mut heard = vec![];
        for statement in self.0.parse(sql)? {
            let outcome = self.0.execute(&statement, &[]).await?;
            heard.extend(lines(outcome).await?);
            let notices = self.0.take_notices();
            heard.extend(notices.iter().map(|n| format!("{}: {}", n.severity, n.error.message())));
        }
        Ok(heard)
    }

    async fn expect(&mut self, sql: &str, expected: &[&str]) {
        let heard = self.hear(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        assert_eq!(heard, expected, "{sql}");
    }

    async fn refused(&mut self, sql: &str, code: &str) -> Error {
        match self.hear(sql).await {
            Ok(heard) => panic!("{sql} gave {heard:?}"),
            Err(error) => {
                assert_eq!(error.code().0, code, "{sql}: {error:?}");
                error
            }
        }
    }

    async fn copy(&mut self, sql: &str, data: &str) -> Result<String> {
        let statement = self.0.parse(sql)?.remove(0);
        let Outcome::CopyIn(mut input) = self.0.execute(&statement, &[]).await? else {
            panic!("{sql} takes no data");
        };
        input.push(Bytes::copy_from_slice(data.as_bytes())).await?;
        input.finish().await
    }
}

async fn lines(outcome: Outcome) -> Result<Vec<String>> {
    Ok(match outcome {
        Outcome::Empty => vec![],
        Outcome::Command(tag) => vec![tag],
        Outcome::Rows(rows) => {
            let batches: Vec<RecordBatch> = rows.batches.try_collect().await?;
            let mut lines: Vec<String> = batches.iter().flat_map(print).collect();
            lines.push(format!("{} {}", rows.tag, lines.len()));
            lines
        }
        Outcome::CopyIn(_) => vec!["COPY IN".to_string()],
        Outcome::CopyOut(copy) => {
            let chunks: Vec<(Bytes, usize)> = copy.chunks.try_collect().await?;
            chunks.iter().map(|(bytes, _)| String::from_utf8_lossy(bytes).to_string()).collect()
        }
    })
}

fn print(batch: &RecordBatch) -> Vec<String> {
    let printers: Vec<_> =
        batch.columns().iter().map(|c| TextPrinter::new(c).expect("a type with text")).collect();
    let cell = |printer: &TextPrinter, row: usize| {
        let mut text = String::new();
        if printer.write(row, &mut text) { text } else { "NULL".to_string() }
    };
    let line = |row| printers.iter().map(|p| cell(p, row)).collect::<Vec<_>>().join("|");
    (0..batch.num_rows()).map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_read_at_once_by_everybody() {
    let server = server();
    let (mut a, mut b) = (Talk::new(&server), Talk::new(&server));
    a.expect(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL DEFAULT 7, w INT AS v * 2)",
        &["CREATE TABLE"],
    )
    .await;
    a.expect(
        "CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n, sum(v) AS s FROM t",
        &["CREATE MATERIALIZED VIEW"],
    )
    .await;
    a.expect("INSERT INTO t VALUES (1, 10), (2, 20)", &["INSERT 0 2"]).await;
    b.expect(
        "SELECT * FROM t ORDER BY id; SELECT * FROM mv",
        &["1|10|20", "2|20|40", "SELECT 2", "2|30", "SELECT 1"],
    )
    .await;
    a.expect("INSERT INTO t (id) VALUES (3) RETURNING id, v, w + 1 AS x", &["3|7|15", "INSERT 0 1"]).await;
    b.expect("UPDATE t SET v = v + 1 WHERE id <= 2 RETURNING *", &["1|11|22", "2|21|42", "UPDATE 2"]).await;
    b.expect("UPDATE t SET v = 0 WHERE id = 99", &["UPDATE 0"]).await;
    a.expect("DELETE FROM t WHERE id = 1", &["DELETE 1"]).await;
    a.expect("SELECT n, s FROM mv", &["2|28", "SELECT 1"]).await;
    let duplicate = a.refused("INSERT INTO t VALUES (5, 5), (2, 2)", "23505").await;
    assert_eq!(duplicate.detail(), Some("Key (id)=(2) already exists."));
    a.refused("INSERT INTO t (id, v) VALUES (6, NULL)", "23502").await;
    a.refused("INSERT INTO mv VALUES (1)", "42809").await;
    let missing = a.refused("SELECT 1;\nINSERT INTO tt VALUES (1)", "42P01").await;
    assert_eq!(missing.hint(), Some("Perhaps you meant \"t\"."));
    b.expect("SELECT count(*) FROM t", &["2", "SELECT 1"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_reads_one_epoch_and_writes_at_its_end() {
    let server = server();
    let (mut a, mut b) = (Talk::new(&server), Talk::new(&server));
    a.expect(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT); CREATE TABLE u (v INT)",
        &["CREATE TABLE", "CREATE TABLE"],
    )
    .await;
    a.expect("CREATE MATERIALIZED VIEW mv AS SELECT sum(v) AS s FROM t", &["CREATE MATERIALIZED VIEW"]).await;
    a.expect("INSERT INTO t VALUES (1, 100), (2, 100)", &["INSERT 0 2"]).await;
    a.expect("BEGIN; SELECT s FROM mv", &["BEGIN", "200", "SELECT 1"]).await;
    assert_eq!(a.0.transaction_status(), TransactionStatus::InBlock);
    b.expect("INSERT INTO t VALUES (3, 1); INSERT INTO u VALUES (1)", &["INSERT 0 1", "INSERT 0 1"]).await;
    a.expect("SELECT count(*) FROM t; SELECT count(*) FROM u", &["2", "SELECT 1", "0", "SELECT 1"]).await;
    a.expect("COMMIT; SELECT s FROM mv", &["COMMIT", "201", "SELECT 1"]).await;

    a.expect("BEGIN; UPDATE t SET v = v - 30 WHERE id = 1", &["BEGIN", "UPDATE 1"]).await;
    a.expect(
        "UPDATE t SET v = v + 30 WHERE id = 2; SELECT v FROM t WHERE id < 3 ORDER BY id",
        &["UPDATE 1", "70", "130", "SELECT 2"],
    )
    .await;
    a.expect(
        "INSERT INTO t VALUES (4, 4) RETURNING id; DELETE FROM t WHERE id = 4",
        &["4", "INSERT 0 1", "DELETE 1"],
    )
    .await;
    b.expect("SELECT v FROM t WHERE id < 3 ORDER BY id", &["100", "100", "SELECT 2"]).await;
    let view = a.refused("SELECT * FROM mv", "0A000").await;
    assert!(view.hint().is_some_and(|h| h.contains("COMMIT")));
    a.refused("SELECT 1", "25P02").await;
    a.expect("COMMIT", &["ROLLBACK"]).await;
    b.expect("SELECT v FROM t WHERE id < 3 ORDER BY id", &["100", "100", "SELECT 2"]).await;

    a.expect(
        "BEGIN; UPDATE t SET v = v - 30 WHERE id = 1; UPDATE t SET v = v + 30 WHERE id = 2; COMMIT",
        &["BEGIN", "UPDATE 1", "UPDATE 1", "COMMIT"],
    )
    .await;
    b.expect(
        "SELECT id, v FROM t ORDER BY id; SELECT s FROM mv",
        &["1|70", "2|130", "3|1", "SELECT 3", "201", "SELECT 1"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_block_has_read_is_not_overwritten() {
    let server = server();
    let (mut a, mut b) = (Talk::new(&server), Talk::new(&server));
    a.expect(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT); CREATE TABLE u (v INT)",
        &["CREATE TABLE", "CREATE TABLE"],
    )
    .await;
    a.expect("INSERT INTO t VALUES (1, 1)", &["INSERT 0 1"]).await;
    a.expect("BEGIN; SELECT v FROM t", &["BEGIN", "1", "SELECT 1"]).await;
    b.expect("INSERT INTO u VALUES (1)", &["INSERT 0 1"]).await;
    a.expect("UPDATE t SET v = 2; COMMIT", &["UPDATE 1", "COMMIT"]).await;
    a.expect("BEGIN; SELECT v FROM t", &["BEGIN", "2", "SELECT 1"]).await;
    b.expect("UPDATE t SET v = 10", &["UPDATE 1"]).await;
    a.refused("UPDATE t SET v = 3", "40001").await;
    a.expect("ROLLBACK; SELECT v FROM t", &["ROLLBACK", "10", "SELECT 1"]).await;

    a.expect("BEGIN; UPDATE t SET v = v + 1", &["BEGIN", "UPDATE 1"]).await;
    b.hear("SET lock_timeout = '50ms'").await.unwrap();
    b.refused("UPDATE t SET v = v * 2", "55P03").await;
    b.hear("RESET lock_timeout").await.unwrap();
    let waiting = tokio::spawn(async move {
        b.expect("UPDATE t SET v = v * 2", &["UPDATE 1"]).await;
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    a.expect("COMMIT", &["COMMIT"]).await;
    waiting.await.unwrap();
    a.expect("SELECT v FROM t", &["22", "SELECT 1"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_changes_tables_together() {
    let server = server();
    let mut a = Talk::new(&server);
    let mut b = Talk::new(&server);
    a.expect("CREATE TABLE t (id INT PRIMARY KEY)", &["CREATE TABLE"]).await;
    a.0.begin_message();
    a.expect("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", &["INSERT 0 1", "INSERT 0 1"]).await;
    b.expect("SELECT count(*) FROM t", &["0", "SELECT 1"]).await;
    a.0.end_message(false).await.unwrap();
    b.expect("SELECT count(*) FROM t", &["2", "SELECT 1"]).await;
    a.0.begin_message();
    a.expect("INSERT INTO t VALUES (3)", &["INSERT 0 1"]).await;
    a.0.end_message(true).await.unwrap();
    b.expect("SELECT count(*) FROM t", &["2", "SELECT 1"]).await;
    a.0.begin_message();
    a.expect("INSERT INTO t VALUES (4); SELECT count(*) FROM t", &["INSERT 0 1", "3", "SELECT 1"]).await;
    a.expect("INSERT INTO t VALUES (1)", &["INSERT 0 1"]).await;
    assert_eq!(a.0.end_message(false).await.unwrap_err().code().0, "23505");
    b.expect("SELECT count(*) FROM t", &["3", "SELECT 1"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_begin_and_end_as_in_postgresql() {
    let server = server();
    let mut a = Talk::new(&server);
    a.expect("COMMIT", &["COMMIT", "WARNING: there is no transaction in progress"]).await;
    a.expect("ROLLBACK", &["ROLLBACK", "WARNING: there is no transaction in progress"]).await;
    a.expect("BEGIN; BEGIN", &["BEGIN", "BEGIN", "WARNING: there is already a transaction in progress"])
        .await;
    a.refused("SELECT 1/0", "22012").await;
    assert_eq!(a.0.transaction_status(), TransactionStatus::Failed);
    a.expect("ROLLBACK", &["ROLLBACK"]).await;
    assert_eq!(a.0.transaction_status(), TransactionStatus::Idle);
    a.expect("START TRANSACTION READ ONLY", &["START TRANSACTION"]).await;
    a.refused("CREATE TABLE t (v INT)", "25006").await;
    a.expect("ROLLBACK", &["ROLLBACK"]).await;
    a.expect("BEGIN", &["BEGIN"]).await;
    assert!(a.0.parse("SELEC 1").is_err());
    a.refused("SELECT 1", "25P02").await;
    a.expect("END", &["ROLLBACK"]).await;
    a.expect(
        "BEGIN; CREATE TABLE t (v INT)",
        &[
            "BEGIN",
            "CREATE TABLE",
            "WARNING: CREATE TABLE takes effect at once and is not undone by ROLLBACK",
        ],
    )
    .await;
    a.expect(
        "INSERT INTO t VALUES (1); SELECT * FROM t; ROLLBACK; SELECT count(*) FROM t",
        &["INSERT 0 1", "1", "SELECT 1", "ROLLBACK", "0", "SELECT 1"],
    )
    .await;
}

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
    a.expect("COPY t TO STDOUT", &["1\tone\t5\t10\n2\t\\N\t\\N\t\\N\n", "3\ta,b\t7\t14\n"]).await;
    a.expect(
        "COPY (SELECT id, name FROM t WHERE id = 3) TO STDOUT WITH (FORMAT csv, HEADER)",
        &["id,name\n", "3,\"a,b\"\n"],
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
async fn cursors_keep_what_they_read() {
    let server = server();
    let (mut a, mut b) = (Talk::new(&server), Talk::new(&server));
    a.expect("CREATE TABLE t (id INT); INSERT INTO t VALUES (1), (2), (3)", &["CREATE TABLE", "INSERT 0 3"])
        .await;
    a.refused("DECLARE c CURSOR FOR SELECT 1", "25P01").await;
    a.expect(
        "BEGIN; DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id; FETCH 2 FROM c",
        &["BEGIN", "DECLARE CURSOR", "1", "2", "FETCH 2"],
    )
    .await;
    b.expect("DELETE FROM t", &["DELETE 3"]).await;
    a.expect("FETCH c; FETCH ALL FROM c; CLOSE c", &["3", "FETCH 1", "FETCH 0", "CLOSE CURSOR"]).await;
    a.refused("FETCH c", "34000").await;
    a.expect(
        "ROLLBACK; DECLARE h CURSOR WITH HOLD FOR SELECT 5; FETCH h",
        &["ROLLBACK", "DECLARE CURSOR", "5", "FETCH 1"],
    )
    .await;
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
    a.expect("RESET ALL; SHOW application_name", &["RESET", "", "SHOW 1"]).await;
    a.refused("SHOW nothing_of_the_kind", "42704").await;
    a.expect("SET default_transaction_read_only = on", &["SET"]).await;
    a.refused("CREATE TABLE t (v INT)", "25006").await;
    a.expect("DISCARD ALL; SHOW transaction_read_only", &["DISCARD ALL", "off", "SHOW 1"]).await;
    let client = Client { database: "other".to_string(), ..Client::default() };
    assert_eq!(Session::connect(server.clone(), client).err().unwrap().code().0, "3D000");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_stopped() {
    let server = server();
    let mut a = Talk::new(&server);
    let endless = "SELECT count(*) FROM generate_series(1, 100000000000) AS g(n)";
    a.expect("SET statement_timeout = 30", &["SET"]).await;
    assert!(a.refused(endless, "57014").await.message().contains("timeout"));
    a.expect("SET statement_timeout = 0", &["SET"]).await;
    let cancel = a.0.cancel_handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        cancel.cancel();
    });
    assert!(a.refused(endless, "57014").await.message().contains("user request"));
    a.expect("SELECT 1", &["1", "SELECT 1"]).await;
    a.expect("BEGIN", &["BEGIN"]).await;
    let statement = a.0.parse("SELECT 1 / (n - 2) FROM generate_series(1, 3) AS g(n)").unwrap().remove(0);
    if let Ok(Outcome::Rows(rows)) = a.0.execute(&statement, &[]).await {
        let all: Vec<_> = rows.batches.collect().await;
        assert!(all.iter().any(|b| b.is_err()));
    }
    assert_eq!(a.0.transaction_status(), TransactionStatus::Failed, "rows that fail, fail the block");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_and_records_are_read() {
    let server = server();
    let mut a = Talk::new(&server);
    let source = "CREATE SOURCE bids WITH (connector = 'nexmark', nexmark.table.type = 'Bid', \
                  nexmark.event.num = '1000', nexmark.min.event.gap.in.ns = '0')";
    a.expect(source, &["CREATE SOURCE"]).await;
    a.expect("SELECT count(*) FROM bids", &["920", "SELECT 1"]).await;
    let endless = "CREATE SOURCE forever WITH (connector = 'nexmark', nexmark.table.type = 'Bid', \
                   nexmark.min.event.gap.in.ns = '0')";
    a.expect(endless, &["CREATE SOURCE"]).await;
    a.expect("SELECT auction > 0 FROM forever LIMIT 1", &["t", "SELECT 1"]).await;
    a.refused("SELECT count(*) FROM forever", "0A000").await;
    a.refused("INSERT INTO bids VALUES (1)", "42809").await;

    a.expect(
        "CREATE TABLE t (id INT, ts TIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE)",
        &["CREATE TABLE"],
    )
    .await;
    a.expect("INSERT INTO t VALUES (1, '2024-01-01 12:00:00')", &["INSERT 0 1"]).await;
    a.expect(
        "INSERT INTO t VALUES (2, '2024-01-01 11:00:00'), (3, '2024-01-01 12:01:00')",
        &["INSERT 0 1", "NOTICE: 1 late row was left out of table \"t\""],
    )
    .await;
    a.expect(
        "SELECT id, ms_watermark, ms_delay FROM late_events('t')",
        &["2|2024-01-01 11:59:00|00:59:00", "SELECT 1"],
    )
    .await;
    a.expect("SELECT count(*) FROM rejected_rows('t')", &["0", "SELECT 1"]).await;
    a.expect("SELECT name, late_rows FROM ms_catalog.ms_sources WHERE name = 't'", &["t|1", "SELECT 1"])
        .await;
    a.refused("SELECT * FROM late_events('nothing')", "42P01").await;
    a.expect(
        "CREATE TABLE d (v INT); CREATE MATERIALIZED VIEW q AS SELECT 10 / v AS r FROM d",
        &["CREATE TABLE", "CREATE MATERIALIZED VIEW"],
    )
    .await;
    a.expect(
        "INSERT INTO d VALUES (0), (5); SELECT * FROM q; SELECT code, row, count FROM view_errors('q')",
        &["INSERT 0 2", "2", "SELECT 1", "22012|(0)|1", "SELECT 1"],
    )
    .await;
    a.refused("SELECT * FROM view_errors('d')", "42809").await;
    a.expect("SELECT relname FROM pg_catalog.pg_class WHERE relname = 'q'", &["q", "SELECT 1"]).await;
}
