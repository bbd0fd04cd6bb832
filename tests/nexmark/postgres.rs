//! PostgreSQL's answers over the same events.

use arrow::array::RecordBatch;
use futures::SinkExt;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::Rows;
use crate::engine::{Engine, Failure};
use crate::events;

/// What PostgreSQL writes where the dialect has a form of its own. Windows become
/// columns of a subquery; sessions become the rows with the bounds of theirs.
const FORMS: [(&str, &str); 6] = [
    (
        "HOP(bid, date_time, INTERVAL '2' SECOND, INTERVAL '10' SECOND)",
        "(SELECT *, date_bin('2 s', date_time, 'epoch') - before * INTERVAL '1 s' AS window_start
          FROM bid, generate_series(0, 8, 2) AS before) AS windows",
    ),
    ("TUMBLE(bid, date_time, INTERVAL '10' SECOND)", "(SELECT *, {tumble} FROM bid) AS windows"),
    ("TUMBLE(person, date_time, INTERVAL '10' SECOND)", "(SELECT *, {tumble} FROM person) AS windows"),
    ("TUMBLE(auction, date_time, INTERVAL '10' SECOND)", "(SELECT *, {tumble} FROM auction) AS windows"),
    (
        "SESSION(bid, date_time, INTERVAL '10' SECOND, PARTITION BY bidder)",
        "(SELECT *, min(date_time) OVER whole AS window_start, max(date_time) OVER whole + INTERVAL '10 s' AS window_end
          FROM (SELECT *, sum(begins::int) OVER (PARTITION BY bidder ORDER BY date_time) AS session
                FROM (SELECT *, coalesce(date_time - lag(date_time) OVER (PARTITION BY bidder ORDER BY date_time)
                                         >= INTERVAL '10 s', true) AS begins FROM bid) AS steps) AS numbered
          WINDOW whole AS (PARTITION BY bidder, session)) AS windows",
    ),
    (" FOR SYSTEM_TIME AS OF PROCTIME()", ""),
];
const TUMBLE: &str = "date_bin('10 s', date_time, 'epoch') AS window_start,
    date_bin('10 s', date_time, 'epoch') + INTERVAL '10 s' AS window_end";

const TABLES: [&str; 3] = ["person", "auction", "bid"];

pub struct Postgres {
    client: Client,
}

impl Postgres {
    pub async fn connect(config: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(config, NoTls).await.expect("PostgreSQL answers");
        tokio::spawn(connection);
        Postgres { client }
    }

    /// Copies what the tables of `engine` hold into tables of the name and `_all`.
    pub async fn load(&self, engine: &mut Engine) -> Result<(), Failure> {
        for statement in events::tables().split_inclusive(";\n") {
            let (columns, _) = statement.split_once("WATERMARK").expect("each has a watermark");
            let columns = columns.replace("p_time TIMESTAMPTZ AS PROCTIME(),", "");
            let columns = columns.trim_end().trim_end_matches(',').replacen(" (", "_all (", 1);
            self.run(&format!("{}\n)", columns.replacen("CREATE TABLE", "CREATE TEMP TABLE", 1))).await;
        }
        for table in TABLES {
            let columns =
                if table == "bid" { "auction, bidder, price, channel, url, date_time, extra" } else { "*" };
            let batches = engine.batches(&format!("SELECT {columns} FROM {table}")).await?;
            let copy = format!("COPY {table}_all FROM STDIN (FORMAT csv)");
            let sink = self.client.copy_in(copy.as_str()).await.expect("a COPY begins");
            futures::pin_mut!(sink);
            sink.send(csv(&batches)).await.expect("rows are sent");
            sink.close().await.expect("the COPY ends");
        }
        self.run(&events::query("side_input").replace("CREATE TABLE", "CREATE TEMP TABLE")).await;
        Ok(())
    }

    /// Lets the tables show only the first `events` events.
    pub async fn cut(&self, events: u64) {
        for table in TABLES {
            let until = events::time(events);
            let view = format!("SELECT * FROM {table}_all WHERE date_time < {until}");
            self.run(&format!("CREATE OR REPLACE TEMP VIEW {table} AS {view}")).await;
        }
    }

    /// The rows of a query, or why there are none.
    pub async fn answer(&self, query: &str) -> Result<Rows, String> {
        let text = FORMS.iter().fold(query.to_string(), |text, (ours, theirs)| text.replace(ours, theirs));
        let text = text.replace("{tumble}", TUMBLE);
        let messages = self.client.simple_query(&text).await.map_err(|e| format!("{e:?}"))?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|i| row.get(i).unwrap_or("NULL").to_string()).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    async fn run(&self, statement: &str) {
        self.client.batch_execute(statement).await.expect("PostgreSQL takes it");
    }
}

fn csv(batches: &[RecordBatch]) -> bytes::Bytes {
    let mut text = vec![];
    let mut writer = arrow::csv::WriterBuilder::new().with_header(false).build(&mut text);
    batches.iter().for_each(|batch| writer.write(batch).expect("memory takes it"));
    drop(writer);
    text.into()
}
