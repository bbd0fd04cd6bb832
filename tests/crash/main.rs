//! What lasts: `kill -9`, a second process on the folder, SIGTERM.
//!
//! Clients insert rows with ids of their own and remember which were
//! acknowledged. After a kill every acknowledged row must be there exactly
//! once; a row that was sent and not acknowledged may be there, once.

#[path = "../server/mod.rs"]
mod server;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use server::Server;
use tokio_postgres::{Client, SimpleQueryMessage};

const CLIENTS: usize = 100;
const ROUNDS: usize = 4;
const GROUPS: i64 = 7;

const SCHEMA: [&str; 5] = [
    "CREATE TABLE t (id BIGINT PRIMARY KEY, g INT NOT NULL, v BIGINT)",
    "CREATE TABLE log (id BIGINT, g INT) APPEND ONLY",
    "CREATE MATERIALIZED VIEW per_group AS SELECT g, count(*) AS n, sum(v) AS total FROM t GROUP BY g",
    "CREATE MATERIALIZED VIEW large AS SELECT id, v FROM t WHERE v >= 500",
    "CREATE MATERIALIZED VIEW log_size AS SELECT count(*) AS n FROM log",
];

/// Views and the queries they must equal.
const VIEWS: [(&str, &str); 3] = [
    ("per_group", "SELECT g, count(*) AS n, sum(v) AS total FROM t GROUP BY g"),
    ("large", "SELECT id, v FROM t WHERE v >= 500"),
    ("log_size", "SELECT count(*) AS n FROM log"),
];

#[test]
fn kill_keeps_every_acknowledged_row_once() {
    on_folder(async |folder| {
        let (mut server, mut client) = serve(folder, 2).await;
        run(&client, &SCHEMA).await;
        let mut acknowledged = BTreeSet::new();
        let mut sent = BTreeSet::new();
        for round in 0..ROUNDS {
            let (server_killed, acked, tried) = insert_and_kill(server, round).await;
            assert!(!acked.is_empty(), "round {round}: nothing was acknowledged\n{server_killed}");
            acknowledged.extend(acked);
            sent.extend(tried);
            // Another number of workers must find the same rows.
            (server, client) = serve(folder, 1 + round % 3).await;
            verify(&client, &acknowledged, &sent, round).await;
        }
    });
}

/// Inserts from many clients, then kills the server under them. Returns its
/// log and the ids acknowledged and sent.
async fn insert_and_kill(server: Server, round: usize) -> (String, BTreeSet<i64>, BTreeSet<i64>) {
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = vec![];
    for number in 0..CLIENTS {
        let client = server.connect().await.expect("a client connects");
        let stop = stop.clone();
        clients.push(tokio::spawn(async move { insert(client, round, number, &stop).await }));
    }
    // Each round dies at another moment of the write path.
    tokio::time::sleep(Duration::from_millis(400 + 137 * round as u64)).await;
    let log = server.log();
    server.kill();
    stop.store(true, Ordering::Relaxed);
    let (mut acknowledged, mut sent) = (BTreeSet::new(), BTreeSet::new());
    for client in clients {
        let (acked, tried) = client.await.expect("a client ends");
        acknowledged.extend(acked);
        sent.extend(tried);
    }
    (log, acknowledged, sent)
}

/// Inserts until the connection breaks: one row, or a few in one statement.
async fn insert(client: Client, round: usize, number: usize, stop: &AtomicBool) -> (Vec<i64>, Vec<i64>) {
    let (mut acknowledged, mut sent) = (vec![], vec![]);
    let mut next = (round * CLIENTS + number) as i64 * 1_000_000;
    while !stop.load(Ordering::Relaxed) {
        let ids: Vec<i64> = (next..next + 1 + next % 3).collect();
        next += ids.len() as i64;
        sent.extend(&ids);
        let rows: Vec<String> =
            ids.iter().map(|id| format!("({id}, {}, {})", id % GROUPS, id % 1000)).collect();
        let log: Vec<String> = ids.iter().map(|id| format!("({id}, {})", id % GROUPS)).collect();
        if client.batch_execute(&format!("INSERT INTO t VALUES {}", rows.join(", "))).await.is_err() {
            break;
        }
        acknowledged.extend(&ids);
        if client.batch_execute(&format!("INSERT INTO log VALUES {}", log.join(", "))).await.is_err() {
            break;
        }
    }
    (acknowledged, sent)
}

async fn verify(client: &Client, acknowledged: &BTreeSet<i64>, sent: &BTreeSet<i64>, round: usize) {
    let rows = rows(client, "SELECT id FROM t").await;
    let ids: Vec<i64> = rows.iter().map(|row| row[0].parse().expect("an id is a number")).collect();
    let once: BTreeSet<i64> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len(), "round {round}: a row is there twice");
    let lost: Vec<&i64> = acknowledged.difference(&once).take(10).collect();
    assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    let unknown: Vec<&i64> = once.difference(sent).take(10).collect();
    assert!(unknown.is_empty(), "round {round}: never sent: {unknown:?}");
    let twice = self::rows(client, "SELECT id FROM log GROUP BY id HAVING count(*) > 1").await;
    assert!(twice.is_empty(), "round {round}: logged twice: {twice:?}");
    for (view, query) in VIEWS {
        let mut seen = self::rows(client, &format!("SELECT * FROM {view}")).await;
        let mut wanted = self::rows(client, query).await;
        seen.sort();
        wanted.sort();
        assert_eq!(seen, wanted, "round {round}: {view} differs from its query");
    }
}

/// Runs a test on a folder of its own.
fn on_folder(test: impl AsyncFnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(test(folder.path()));
}

/// A server on the folder, and a client of it.
async fn serve(folder: &Path, workers: usize) -> (Server, Client) {
    let server = Server::on(folder, workers).expect("the server starts");
    let client = server.connect().await.expect("connects");
    (server, client)
}

async fn run(client: &Client, statements: &[&str]) {
    for statement in statements {
        client.batch_execute(statement).await.expect(statement);
    }
}

async fn refused(client: &Client, statement: &str, code: &str) {
    let error = client.batch_execute(statement).await.expect_err(statement);
    assert_eq!(error.code().map(|c| c.code()), Some(code), "{statement}");
}

async fn rows(client: &Client, sql: &str) -> Vec<Vec<String>> {
    let messages = client.simple_query(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|i| row.get(i).unwrap_or("NULL").to_string()).collect())
        }
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

#[test]
fn restart_keeps_definitions() {
    on_folder(async |folder| {
        let (server, client) = serve(folder, 1).await;
        let made = [
            "CREATE TABLE k (id INT PRIMARY KEY, v INT NOT NULL DEFAULT 5, w INT AS v * 2)",
            "INSERT INTO k (id) VALUES (1), (2)",
            "UPDATE k SET v = 7 WHERE id = 2",
            "CREATE VIEW plain AS SELECT id, w FROM k",
            "CREATE MATERIALIZED VIEW kept AS SELECT sum(w) AS total FROM plain",
            "CREATE TABLE gone (a INT)",
            "DROP TABLE gone",
            "DELETE FROM k WHERE id = 1",
        ];
        run(&client, &made).await;
        server.kill();
        let (_server, client) = serve(folder, 3).await;
        assert_eq!(rows(&client, "SELECT id, v, w FROM k").await, [["2", "7", "14"]]);
        assert_eq!(rows(&client, "SELECT * FROM kept").await, [["14"]]);
        run(&client, &["INSERT INTO k (id) VALUES (3)"]).await;
        assert_eq!(rows(&client, "SELECT * FROM kept").await, [["24"]]);
        refused(&client, "INSERT INTO k (id) VALUES (2)", "23505").await;
        refused(&client, "SELECT * FROM gone", "42P01").await;
    });
}

#[test]
fn restart_keeps_functions_and_what_uses_them() {
    on_folder(async |folder| {
        let (server, client) = serve(folder, 1).await;
        let made = [
            "CREATE FUNCTION next_of(x int) RETURNS int LANGUAGE sql STRICT AS $$ select x + 1 $$",
            "CREATE FUNCTION next_of(x text) RETURNS text LANGUAGE sql AS $$ select x || '+' $$",
            "CREATE FUNCTION after_next(int) RETURNS int RETURN next_of(next_of($1))",
            "CREATE TABLE k (a INT, b INT AS next_of(a), c INT DEFAULT next_of(9))",
            "INSERT INTO k (a) VALUES (1), (2)",
            "CREATE VIEW plain AS SELECT a, after_next(b) AS n FROM k",
            "CREATE MATERIALIZED VIEW kept AS SELECT sum(n) AS total, max(next_of(a::text)) AS m FROM plain",
            "CREATE FUNCTION gone(int) RETURNS int LANGUAGE sql AS 'select 1'",
            "DROP FUNCTION gone(int)",
        ];
        run(&client, &made).await;
        server.kill();
        let (_server, client) = serve(folder, 2).await;
        assert_eq!(rows(&client, "SELECT after_next(1), next_of('a'::text)").await, [["3", "a+"]]);
        assert_eq!(rows(&client, "SELECT * FROM kept").await, [["9", "2+"]]);
        run(&client, &["INSERT INTO k (a) VALUES (10)"]).await;
        assert_eq!(rows(&client, "SELECT a, b, c FROM k WHERE a = 10").await, [["10", "11", "10"]]);
        assert_eq!(rows(&client, "SELECT * FROM kept").await, [["22", "2+"]]);
        refused(&client, "DROP FUNCTION next_of(int)", "2BP01").await;
        refused(&client, "SELECT gone(1)", "42883").await;
        refused(&client, "CREATE FUNCTION after_next(int) RETURNS int RETURN 1", "42723").await;
    });
}

#[test]
fn a_second_process_on_the_folder_is_refused() {
    on_folder(async |folder| {
        let (_server, client) = serve(folder, 1).await;
        let refusal = match Server::on(folder, 1) {
            Ok(_) => panic!("two servers on one folder"),
            Err(refusal) => refusal,
        };
        assert!(refusal.contains("ended with exit status"), "it must end: {refusal}");
        let message = refusal.to_lowercase();
        assert!(
            message.contains("another") || message.contains("in use") || message.contains("locked"),
            "the message must say that the folder is in use: {refusal}"
        );
        assert!(!message.contains("panicked"), "a refusal, not a panic: {refusal}");
        assert_eq!(rows(&client, "SELECT 1").await, [["1"]]);
    });
}

#[test]
fn sigterm_ends_with_success_and_keeps_the_rows() {
    on_folder(async |folder| {
        let (server, client) = serve(folder, 2).await;
        run(&client, &["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2)"]).await;
        // A client that stays connected must not keep it from ending.
        let status = server.terminate(Duration::from_secs(20)).expect("it ends within 20 s");
        assert_eq!(status.code(), Some(0), "exit code after SIGTERM");
        drop(client);
        let (_server, client) = serve(folder, 2).await;
        assert_eq!(rows(&client, "SELECT count(*) FROM t").await, [["2"]]);
    });
}

#[test]
fn a_port_in_use_is_said_clearly() {
    let first = Server::in_memory(1).expect("the server starts");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_millstream"))
        .args(["--in-memory", "--listen", first.address()])
        .output()
        .expect("millstream runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(said.contains("in use") && said.contains(first.address()), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
