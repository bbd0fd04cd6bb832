//! The statements around the queries, from `sql/nexmark/`.

/// Event time between events, so that the events span some windows.
const GAP_MS: u64 = 10;
/// Event time of event 0.
const BASE: &str = "TIMESTAMP '2015-07-15 00:00:00'";

/// The text of one file of `sql/nexmark/`.
pub fn query(name: &str) -> String {
    let path = format!("{}/sql/nexmark/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("sql/nexmark has it")
}

/// The three sources, their names with a suffix.
pub fn sources(events: u64, splits: usize, suffix: &str) -> String {
    let gap = format!("nexmark.event.time.gap.in.ns = '{}', nexmark.event.num", GAP_MS * 1_000_000);
    let text = query("sources").replace("nexmark.event.num", &gap);
    let text = text.replace(":events", &events.to_string()).replace(":splits", &splits.to_string());
    ["person", "auction", "bid"].iter().fold(text, |text, name| {
        text.replace(&format!("CREATE SOURCE {name} "), &format!("CREATE SOURCE {name}{suffix} "))
    })
}

/// Tables of the columns of the sources.
pub fn tables() -> String {
    let text = query("sources").replace("CREATE SOURCE", "CREATE TABLE");
    let statements = text.split_inclusive(";\n").map(|statement| {
        let (columns, _) = statement.split_once(" WITH (").expect("a source has options");
        format!("{columns};\n")
    });
    statements.collect()
}

/// Inserts the events from `begin` until before `end` into the tables.
pub fn insertion(begin: u64, end: u64) -> String {
    let bid = "auction, bidder, price, channel, url, date_time, extra";
    let tables =
        [("person", "*", String::new()), ("auction", "*", String::new()), ("bid", bid, format!("({bid})"))];
    let one = |(table, columns, list): (&str, &str, String)| {
        format!(
            "INSERT INTO {table} {list} SELECT {columns} FROM {table}_events
             WHERE date_time >= {} AND date_time < {};",
            time(begin),
            time(end)
        )
    };
    tables.map(one).join("\n")
}

/// When an event happens, as SQL.
pub fn time(event: u64) -> String {
    format!("{BASE} + INTERVAL '{} milliseconds'", event * GAP_MS)
}
