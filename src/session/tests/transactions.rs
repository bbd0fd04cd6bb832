//! What is seen when, and what is left of it.

use std::time::Duration;

use super::{Talk, server};
use crate::session::*;

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
