//! By hand: clients that break off, pipelines, and bytes that no driver sends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::TestServer;

struct RawClient(TcpStream);

impl RawClient {
    async fn connect(server: &TestServer) -> Self {
        let mut client = RawClient(TcpStream::connect(("127.0.0.1", server.port)).await.expect("connected"));
        client.send(&[0, 0, 0, 8, 4, 210, 22, 47]).await;
        let mut answer = [0];
        client.0.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"N", "encryption is refused");
        let body = b"\0\x03\0\0user\0root\0database\0dev\0application_name\0raw\0\0";
        client.send(&[&(4 + body.len() as u32).to_be_bytes()[..], body].concat()).await;
        client
    }

    async fn ready(server: &TestServer) -> Self {
        let mut client = Self::connect(server).await;
        client.until_ready().await;
        client
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("sent");
    }

    /// One message: type byte, and the body (its length is put before).
    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind], &(4 + body.len() as u32).to_be_bytes()[..], body].concat()
    }

    async fn next(&mut self) -> Option<(char, Vec<u8>)> {
        let kind = self.0.read_u8().await.ok()?;
        let length = self.0.read_u32().await.ok()? as usize;
        let mut body = vec![0; length - 4];
        self.0.read_exact(&mut body).await.ok()?;
        Some((char::from(kind), body))
    }

    /// All messages up to `ReadyForQuery`, or to the end of the connection.
    async fn until_ready(&mut self) -> Vec<(char, Vec<u8>)> {
        let mut messages = Vec::new();
        while let Some(message) = self.next().await {
            let last = message.0 == 'Z';
            messages.push(message);
            if last {
                break;
            }
        }
        messages
    }

    async fn kinds(&mut self) -> String {
        self.until_ready().await.iter().map(|(kind, _)| kind).collect()
    }
}

fn parse(sql: &str) -> Vec<u8> {
    RawClient::message(b'P', &[b"\0", sql.as_bytes(), b"\0\0\0"].concat())
}

fn bind_and_execute() -> Vec<u8> {
    let bind = RawClient::message(b'B', &[0; 8]);
    let execute = RawClient::message(b'E', &[0; 5]);
    [bind, execute].concat()
}

fn sync() -> Vec<u8> {
    RawClient::message(b'S', b"")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_greeting_reports_what_drivers_look_for() {
    let server = TestServer::start(4).await;
    let messages = RawClient::connect(&server).await.until_ready().await;
    let settings: Vec<String> = messages
        .iter()
        .filter(|(kind, _)| *kind == 'S')
        .map(|(_, body)| String::from_utf8_lossy(body).trim_end_matches('\0').replace('\0', "="))
        .collect();
    for expected in [
        "server_version=15.0",
        "client_encoding=UTF8",
        "DateStyle=ISO, MDY",
        "TimeZone=Etc/UTC",
        "integer_datetimes=on",
        "standard_conforming_strings=on",
        "application_name=raw",
        "session_authorization=root",
        "in_hot_standby=off",
    ] {
        assert!(settings.iter().any(|found| found == expected), "{expected} is not in {settings:?}");
    }
    assert!(messages.iter().any(|(kind, body)| *kind == 'K' && body.len() == 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_vanishes_stops_its_statement() {
    let server = TestServer::start(4).await;
    let mut client = RawClient::ready(&server).await;
    client.send(&RawClient::message(b'Q', b"sleep\0")).await;
    server.log.wait_for("asleep").await;
    drop(client);
    server.log.wait_for("sleep over").await;

    let mut client = RawClient::ready(&server).await;
    client.send(&RawClient::message(b'Q', b"rows 100000000\0")).await;
    client.next().await.expect("a first message");
    assert!(!server.log.has("rows dropped"));
    drop(client);
    server.log.wait_for("rows dropped").await;

    let mut client = RawClient::ready(&server).await;
    client.send(&RawClient::message(b'Q', b"copyin\0")).await;
    client.next().await.expect("an answer");
    client.send(&RawClient::message(b'd', b"1\ta\n")).await;
    drop(client);
    server.log.wait_for("copy dropped").await;
    assert!(!server.log.entries().iter().any(|entry| entry.starts_with("copied")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_holds_the_statement_back() {
    let server = TestServer::start(4).await;
    let mut client = RawClient::ready(&server).await;
    client.send(&RawClient::message(b'Q', b"rows 20000000\0")).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!server.log.has("rows dropped"), "the rows wait for the client");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_one_transaction_and_stops_at_an_error() {
    let server = TestServer::start(4).await;
    let mut client = RawClient::ready(&server).await;
    let run = |sql: &str| [parse(sql), bind_and_execute()].concat();
    client.send(&[run("begin"), sync()].concat()).await;
    assert_eq!(client.kinds().await, "12CZ");
    client.send(&[run("commit"), sync()].concat()).await;
    assert_eq!(client.kinds().await, "12CZ");
    assert!(!server.log.has("begin message"), "a lone statement commits by itself");

    client.send(&[run("long a"), run("nothing"), run("long b"), sync()].concat()).await;
    assert_eq!(client.kinds().await, "12C12EZ");
    assert!(server.log.has("begin message") && server.log.has("message failed"));
    assert!(!server.log.has("run long b"));
    client.send(&[run("long a"), run("long b"), sync()].concat()).await;
    assert_eq!(client.kinds().await, "12C12CZ");
    assert!(server.log.has("message done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_messages_are_refused_and_harm_nobody() {
    let server = TestServer::start(4).await;
    let mut client = RawClient::ready(&server).await;
    client.send(&RawClient::message(b'Q', b"caf\xe9\0")).await;
    assert_eq!(client.kinds().await, "EZ", "text that is not UTF-8");
    client.send(&[parse("rows 1; rows 2"), sync()].concat()).await;
    assert_eq!(client.kinds().await, "EZ", "two statements in one Parse");
    client.send(&[bind_and_execute(), sync()].concat()).await;
    assert_eq!(client.kinds().await, "EZ", "nothing to bind");
    client.send(&[parse(""), bind_and_execute(), sync()].concat()).await;
    assert_eq!(client.kinds().await, "12IZ", "an empty statement");
    client.send(&RawClient::message(b'Q', b" ;\0")).await;
    assert_eq!(client.kinds().await, "IZ", "an empty query");
    client.send(&RawClient::message(b'Q', b"? oops\0")).await;
    let messages = client.until_ready().await;
    assert!(messages[0].1.windows(3).any(|bytes| bytes == b"P1\0"), "the position is in {messages:?}");
    // A Bind that promises more than it holds.
    client.send(&RawClient::message(b'B', b"\0\0\0\0\0\x09")).await;
    let messages = client.until_ready().await;
    assert!(messages[0].1.windows(6).any(|bytes| bytes == b"C08P01"), "{messages:?}");
    assert_eq!(messages.len(), 1, "the connection is closed");

    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0, 0, 9, 0, 2, 0, 0, 0], &[0, 0, 0, 3, 0, 0, 0, 0]] {
        let mut client = RawClient(TcpStream::connect(("127.0.0.1", server.port)).await.expect("connected"));
        client.send(garbage).await;
        assert_eq!(client.kinds().await, "E");
    }
    let mut client = RawClient::ready(&server).await;
    client.send(&[b'Q', 0x7f, 0xff, 0xff, 0xff]).await;
    assert_eq!(client.kinds().await, "E", "a message that is too long");
    RawClient::ready(&server).await;
}
