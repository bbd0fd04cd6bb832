//! Sources, the engine's records, and stopping.

use std::time::Duration;

use futures::StreamExt;

use super::{Talk, server};
use crate::session::*;

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
