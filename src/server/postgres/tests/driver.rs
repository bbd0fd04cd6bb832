//! By a real driver: `tokio-postgres`.

use futures::{SinkExt, TryStreamExt};
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::SqlState;

use super::super::bind;
use super::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn simple_queries_answer_in_text() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let messages = client.simple_query("rows 3; notice").await.expect("rows");
    let values: Vec<_> = messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((row.get(0), row.get("word"))),
            _ => None,
        })
        .collect();
    assert_eq!(values, [(Some("0"), None), (Some("1"), Some("word 1")), (Some("2"), Some("word 2"))]);
    assert!(matches!(messages[4], SimpleQueryMessage::CommandComplete(3)), "{messages:?}");
    assert_eq!(
        server.log.entries()[..4],
        ["begin message", "run rows 3", "rows dropped", "run notice"].map(str::to_owned)
    );
    assert!(server.log.has("message done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_stops_the_rest_and_has_all_its_parts() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let error = client.simple_query("rows 1; nothing; rows 2").await.expect_err("refused");
    let error = error.as_db_error().expect("from the server");
    assert_eq!(error.code(), &SqlState::UNDEFINED_TABLE);
    assert_eq!(error.message(), "relation \"nothing\" does not exist");
    assert_eq!(error.detail(), Some("Nothing is known of it."));
    assert_eq!(error.hint(), Some("Create it."));
    assert_eq!(error.position(), Some(&tokio_postgres::error::ErrorPosition::Original(3)));
    assert!(server.log.has("message failed") && !server.log.has("run rows 2"));
    assert_eq!(client.simple_query("rows 1").await.expect("it goes on").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn prepared_statements_take_binary_parameters() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let statement = client.prepare("echo bigint").await.expect("prepared");
    assert_eq!(statement.params(), [tokio_postgres::types::Type::INT8]);
    let row = client.query_one(&statement, &[&-5i64]).await.expect("a row");
    assert_eq!(row.get::<_, i64>(0), -5);
    let row = client.query_one(&statement, &[&None::<i64>]).await.expect("a row");
    assert_eq!(row.get::<_, Option<i64>>(0), None);
    let row = client.query_one("echo text", &[&"häß"]).await.expect("a row");
    assert_eq!(row.get::<_, &str>(0), "häß");
    let row = client.query_one("echo float", &[&0.5f64]).await.expect("a row");
    assert_eq!(row.get::<_, f64>(0), 0.5);
    let rows = client.query("rows 250", &[]).await.expect("rows");
    assert_eq!((rows.len(), rows[249].get::<_, i32>(0)), (250, 249));
    let error = client.query("rows 250 fail 100", &[]).await.expect_err("refused");
    assert_eq!(error.code(), Some(&SqlState::FEATURE_NOT_SUPPORTED), "the columns were not announced");
    assert_eq!(client.query("rows 1", &[]).await.expect("it goes on").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn portals_give_rows_in_parts() {
    let server = TestServer::start(4).await;
    let mut client = server.client().await;
    let transaction = client.transaction().await.expect("begun");
    let portal = transaction.bind("rows 5", &[]).await.expect("bound");
    let mut counts = Vec::new();
    for limit in [2, 2, 2, 2] {
        counts.push(transaction.query_portal(&portal, limit).await.expect("rows").len());
    }
    assert_eq!(counts, [2, 2, 1, 0]);
    transaction.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn copy_goes_both_ways() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let sink = client.copy_in("copyin").await.expect("copying");
    let mut sink = std::pin::pin!(sink);
    sink.send(bytes::Bytes::from_static(b"1\ta\n")).await.expect("sent");
    assert_eq!(sink.finish().await.expect("copied"), 4);
    assert!(server.log.has("copied 4 bytes"));
    let chunks: Vec<bytes::Bytes> =
        client.copy_out("copyout").await.expect("copying").try_collect().await.expect("copied");
    assert_eq!(chunks, ["1\ta\n", "2\tb\n", "3\tc\n"]);

    let sink = client.copy_in("copyin").await.expect("copying");
    let mut sink = std::pin::pin!(sink);
    sink.send(bytes::Bytes::from_static(b"bad")).await.expect("sent");
    let error = sink.finish().await.expect_err("refused");
    assert_eq!(error.code(), Some(&SqlState::BAD_COPY_FILE_FORMAT));

    let sink = client.copy_in::<_, bytes::Bytes>("copyin").await.expect("copying");
    drop(sink);
    assert_eq!(client.simple_query("rows 1").await.expect("it goes on").len(), 3);
    server.log.wait_for("copy dropped").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_request_ends_the_statement() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let cancel = client.cancel_token();
    let log = server.log.clone();
    let canceller = tokio::spawn(async move {
        log.wait_for("asleep").await;
        cancel.cancel_query(tokio_postgres::NoTls).await
    });
    let error = client.query("sleep", &[]).await.expect_err("cancelled");
    assert_eq!(error.code(), Some(&SqlState::QUERY_CANCELED));
    canceller.await.expect("joined").expect("sent");
    assert_eq!(client.simple_query("rows 1").await.expect("it goes on").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_connection_only() {
    let server = TestServer::start(4).await;
    let (one, other) = (server.client().await, server.client().await);
    let error = one.simple_query("panic").await.expect_err("panicked");
    assert_eq!(error.code(), Some(&SqlState::INTERNAL_ERROR));
    assert!(one.simple_query("rows 1").await.is_err(), "the connection is closed");
    assert_eq!(other.simple_query("rows 1").await.expect("it goes on").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_clients_are_told_so() {
    let server = TestServer::start(1).await;
    let first = server.client().await;
    let error = server.try_client().await.err().expect("refused");
    assert_eq!(error.code(), Some(&SqlState::TOO_MANY_CONNECTIONS));
    drop(first);
    for _ in 0..100 {
        if server.try_client().await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the place of a client that left is not free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_of_ten_megabytes_works() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let sql = format!("long {}", "x".repeat(10 * 1024 * 1024));
    client.simple_query(&sql).await.expect("run");
    client.execute(&sql, &[]).await.expect("run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_and_an_unknown_database_are_explained() {
    let server = TestServer::start(4).await;
    let error = bind(&format!("127.0.0.1:{}", server.port)).await.expect_err("in use");
    assert!(error.hint().is_some_and(|hint| hint.contains("--listen")), "{error:?}");
    let parameters = format!("host=127.0.0.1 port={} user=root dbname=other", server.port);
    let refused = tokio_postgres::connect(&parameters, tokio_postgres::NoTls).await.err().expect("refused");
    assert_eq!(refused.code(), Some(&SqlState::INVALID_CATALOG_NAME));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_tells_the_clients() {
    let server = TestServer::start(4).await;
    let client = server.client().await;
    let log = server.log.clone();
    let stop = server.shutdown.clone();
    tokio::spawn(async move {
        log.wait_for("asleep").await;
        stop.cancel();
    });
    let error = client.simple_query("sleep").await.expect_err("stopped");
    assert_eq!(error.code(), Some(&SqlState::ADMIN_SHUTDOWN));
    server.log.wait_for("sleep over").await;
}
