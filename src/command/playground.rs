//! `millstream playground`: a server with sample streams and live views.

use std::io::{IsTerminal, Write, stdout};
use std::time::Duration;

use futures::TryStreamExt;

use super::serve::{ServeOptions, begin};
use crate::embedded::Database;
use crate::expr::TextPrinter;
use crate::session::Outcome;
use crate::types::{Error, Result};

const SCRIPT: &str = include_str!("../../sql/playground.sql");
/// The view shown on a terminal, and how often.
const SHOWN: &str = "SELECT window_start, channel, bids, highest FROM bids_per_channel \
    ORDER BY window_start DESC, bids DESC LIMIT 8";
const REFRESH: Duration = Duration::from_millis(500);

/// Serves sample streams and views from memory, until Ctrl-C.
pub async fn playground(listen: String, workers: usize, memory: usize) -> Result<()> {
    let serving = begin(ServeOptions { listen, data_dir: None, workers, memory }).await?;
    serving.database.execute(SCRIPT).await?;
    let (host, port) = (serving.address.ip(), serving.address.port());
    println!("Millstream playground: everything is in memory and goes away with Ctrl-C.\n");
    println!("listening on {}", serving.address);
    println!("In another terminal:\n");
    println!("    psql -h {host} -p {port} -U root dev\n");
    println!("and there, for example:\n");
    println!("    \\d                                        -- what is here");
    println!("    SELECT * FROM bids_per_channel ORDER BY window_start DESC LIMIT 5;");
    println!("    SELECT * FROM category_prices ORDER BY category;");
    println!("    CREATE TABLE t (k TEXT, v INT);");
    println!("    CREATE MATERIALIZED VIEW totals AS SELECT k, sum(v) FROM t GROUP BY k;");
    println!("    INSERT INTO t VALUES ('a', 1), ('b', 2), ('a', 3);");
    println!("    SELECT * FROM totals;\n");
    let database = serving.database.clone();
    let show = async {
        if stdout().is_terminal() { show_forever(&database).await } else { std::future::pending().await }
    };
    tokio::select! {
        shown = show => shown,
        stopped = serving.until_signal() => stopped,
    }
}

/// Redraws the view in place.
async fn show_forever(database: &Database) -> Result<()> {
    let failed = |e: std::io::Error| Error::internal(format!("the terminal cannot be written: {e}"));
    let mut drawn = 0;
    loop {
        let lines = table(database).await?;
        let mut out = stdout().lock();
        if drawn > 0 {
            write!(out, "\x1b[{drawn}A").map_err(failed)?;
        }
        for line in &lines {
            writeln!(out, "\x1b[2K{line}").map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        drop(out);
        drawn = lines.len();
        tokio::time::sleep(REFRESH).await;
    }
}

async fn table(database: &Database) -> Result<Vec<String>> {
    let mut session = database.session();
    let mut lines = vec![format!("{:<20} {:<12} {:>8} {:>12}", "window_start", "channel", "bids", "highest")];
    for statement in session.parse(SHOWN)? {
        let Outcome::Rows(rows) = session.execute(&statement, &[]).await? else {
            continue;
        };
        let batches: Vec<_> = rows.batches.try_collect().await?;
        for batch in &batches {
            let columns = batch.columns().iter().map(TextPrinter::new).collect::<Result<Vec<_>>>()?;
            for row in 0..batch.num_rows() {
                let text = |column: &TextPrinter| {
                    let mut text = String::new();
                    column.write(row, &mut text);
                    text
                };
                let cells: Vec<String> = columns.iter().map(text).collect();
                lines.push(format!("{:<20} {:<12} {:>8} {:>12}", cells[0], cells[1], cells[2], cells[3]));
            }
        }
    }
    lines.resize(9, String::new());
    Ok(lines)
}
