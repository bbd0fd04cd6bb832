//! The dialect's page, statement by statement, and what goes wrong.

use std::collections::BTreeMap;
use std::time::Instant;

use super::parse;
use crate::sql::{
    ColumnClause, ConflictAction, CopyDirection, CreateRelation, CreateSink, CreateView, DropKind, Explain,
    ExplainFormat, ShowKind, SinkInput, Statement, interval_micros,
};
use crate::types::{Error, SqlState};

fn one(sql: &str) -> Statement {
    let mut parsed = parse(sql).unwrap_or_else(|e| panic!("{sql}: {e:?} at {:?}", e.position()));
    assert_eq!(parsed.len(), 1, "{sql}");
    parsed.remove(0).statement
}

fn relation(sql: &str) -> CreateRelation {
    match one(sql) {
        Statement::CreateRelation(relation) => *relation,
        other => panic!("{sql}: {other:?}"),
    }
}

fn view(sql: &str) -> CreateView {
    match one(sql) {
        Statement::CreateView(view) => *view,
        other => panic!("{sql}: {other:?}"),
    }
}

fn sink(sql: &str) -> CreateSink {
    match one(sql) {
        Statement::CreateSink(sink) => *sink,
        other => panic!("{sql}: {other:?}"),
    }
}

fn part(sql: &str) -> String {
    match one(sql) {
        Statement::Unsupported { part } => part,
        other => panic!("{sql}: {other:?}"),
    }
}

fn error(sql: &str) -> Error {
    match parse(sql) {
        Err(error) => error,
        Ok(parsed) => panic!("{sql}: {parsed:?}"),
    }
}

/// The message and place of a syntax error.
fn syntax(sql: &str) -> (String, usize) {
    let error = error(sql);
    assert_eq!(error.code(), SqlState::SYNTAX_ERROR, "{sql}: {error:?}");
    (error.message().to_string(), error.position().expect("a place"))
}

fn at(word: &str, position: usize) -> (String, usize) {
    (format!("syntax error at or near \"{word}\""), position)
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn names(columns: &[ColumnClause]) -> Vec<&str> {
    columns.iter().map(|c| c.name.as_str()).collect()
}

const SOURCE: &str = "CREATE SOURCE IF NOT EXISTS s (
  id INT, ts TIMESTAMP, doc STRUCT<a INT, b VARCHAR[]>,
  day DATE AS ts::date,                      -- generated column
  pt TIMESTAMPTZ AS PROCTIME(),
  PRIMARY KEY (id),                          -- FORMAT UPSERT / DEBEZIUM
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
    IDLE AFTER INTERVAL '10' SECOND MAX SKEW INTERVAL '2' MINUTE ALLOW LATENESS INTERVAL '1' HOUR )
INCLUDE KEY AS k INCLUDE partition INCLUDE offset INCLUDE timestamp AS kts INCLUDE header 'h' VARCHAR AS h
WITH (connector = 'kafka', topic = 't', properties.bootstrap.server = 'b:9092', scan.startup.mode = 'earliest')
FORMAT PLAIN ENCODE JSON;";

#[test]
fn the_dialects_source_has_all_its_parts() {
    let s = relation(SOURCE);
    assert!(s.is_source && s.if_not_exists && !s.append_only);
    assert_eq!(s.name.to_string(), "s");
    assert_eq!(names(&s.columns), ["id", "ts", "doc", "day", "pt"]);
    assert_eq!(s.columns[2].data_type.as_ref().unwrap().to_string(), "STRUCT<a INT, b VARCHAR[]>");
    assert_eq!(s.columns[3].generated.as_ref().unwrap().to_string(), "ts::DATE");
    assert_eq!(s.columns[4].generated.as_ref().unwrap().to_string(), "proctime()");
    assert_eq!(&SOURCE[s.columns[4].position - 1..][..2], "pt");
    assert_eq!(s.primary_key, ["id"]);
    let w = s.watermark.unwrap();
    assert_eq!((w.column.as_str(), w.expression.to_string().as_str()), ("ts", "ts - INTERVAL '5' SECOND"));
    assert!(SOURCE[w.position - 1..].starts_with("WATERMARK"));
    let micros = |e: &Option<_>| interval_micros(e.as_ref().unwrap()).unwrap() / 1_000_000;
    assert_eq!((micros(&w.idle_after), micros(&w.max_skew), micros(&w.allow_lateness)), (10, 120, 3600));
    let include: Vec<_> = s.include.iter().map(|i| (i.metadata.as_str(), i.alias.as_deref())).collect();
    let expected = [("key", Some("k")), ("partition", None), ("offset", None), ("timestamp", Some("kts"))];
    assert_eq!(include[..4], expected);
    assert_eq!((s.include[4].header.as_deref(), s.include[4].alias.as_deref()), (Some("h"), Some("h")));
    assert_eq!(s.include[4].data_type.as_ref().unwrap().to_string(), "VARCHAR");
    let options = [
        ("connector", "kafka"),
        ("topic", "t"),
        ("properties.bootstrap.server", "b:9092"),
        ("scan.startup.mode", "earliest"),
    ];
    assert_eq!(s.options, map(&options));
    let format = s.format.unwrap();
    assert_eq!((format.format.as_str(), format.encode.as_str()), ("PLAIN", "JSON"));
}

#[test]
fn the_dialects_table_has_all_its_parts() {
    let t = relation(
        "CREATE TABLE IF NOT EXISTS t (id BIGINT PRIMARY KEY, v INT NOT NULL DEFAULT 0, w INT DEFAULT 1 + 2 NOT NULL,
           ts TIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '1' DAY)
         APPEND ONLY ON CONFLICT DO UPDATE IF NOT NULL WITH (connector = 'x') FORMAT debezium ENCODE Json (a.b = 'c')",
    );
    assert!(!t.is_source && t.append_only);
    assert_eq!(t.on_conflict, Some(ConflictAction::DoUpdateIfNotNull));
    assert_eq!(t.primary_key, ["id"]);
    assert!(t.columns[1].not_null && t.columns[2].not_null && !t.columns[0].not_null);
    assert_eq!(t.columns[1].default.as_ref().unwrap().to_string(), "0");
    assert_eq!(t.columns[2].default.as_ref().unwrap().to_string(), "1 + 2");
    let format = t.format.unwrap();
    assert_eq!((format.format.as_str(), format.encode.as_str()), ("DEBEZIUM", "JSON"));
    assert_eq!(format.options, map(&[("a.b", "c")]));
    let conflict = |sql: &str| relation(sql).on_conflict;
    assert_eq!(conflict("CREATE TABLE t (a INT) ON CONFLICT DO NOTHING"), Some(ConflictAction::DoNothing));
    assert_eq!(
        conflict("CREATE TABLE t (a INT) ON CONFLICT DO UPDATE FULL"),
        Some(ConflictAction::DoUpdateFull)
    );
}

#[test]
fn generated_columns_and_keys_in_every_form() {
    let t = relation(
        "CREATE TABLE \"T\".u (a INT, \"B\" INT NOT NULL, c INT GENERATED ALWAYS AS (a + 1) STORED, d AS a * 2 NOT NULL,
           CONSTRAINT k PRIMARY KEY (a, \"B\"))",
    );
    assert_eq!(t.name.to_string(), "\"T\".u");
    assert_eq!(names(&t.columns), ["a", "B", "c", "d"]);
    assert_eq!(t.primary_key, ["a", "B"]);
    assert_eq!(t.columns[2].generated.as_ref().unwrap().to_string(), "a + 1");
    assert_eq!(t.columns[3].generated.as_ref().unwrap().to_string(), "a * 2");
    assert!(t.columns[3].data_type.is_none() && t.columns[3].not_null);
    let error = error("CREATE TABLE t (a INT PRIMARY KEY, PRIMARY KEY (a))");
    assert_eq!(error.message(), "multiple primary keys for table \"t\" are not allowed");
    assert_eq!((error.code(), error.position()), (SqlState::INVALID_TABLE_DEFINITION, Some(36)));
}

#[test]
fn the_watermarks_extras_come_in_any_order() {
    let t = relation(
        "CREATE TABLE t (ts TIMESTAMP, WATERMARK FOR ts AS ts ALLOW LATENESS INTERVAL '1' HOUR IDLE AFTER INTERVAL '3 min')",
    );
    let w = t.watermark.unwrap();
    assert_eq!(w.expression.to_string(), "ts");
    assert!(w.idle_after.is_some() && w.max_skew.is_none() && w.allow_lateness.is_some());
    assert_eq!(syntax("CREATE TABLE t (a INT, WATERMARK FOR a AS a MAX SKEW 5)"), at("5", 54));
    assert_eq!(syntax("CREATE TABLE t (a INT, WATERMARK FOR a AS a MAX SKEWED)"), at("SKEWED", 49));
}

#[test]
fn options_take_keywords_numbers_and_booleans() {
    let s = relation(
        "CREATE SOURCE s WITH (Connector = 'nexmark', nexmark.table.type = 'Bid', fields.v.min = '0', fields.v.end = -1.5,
           datagen.rows.per.second = 10, nexmark.min.event.gap.in.ns = '0', follow = TRUE, \"Big\" = 'x')",
    );
    assert!(s.columns.is_empty());
    let expected = [
        ("connector", "nexmark"),
        ("nexmark.table.type", "Bid"),
        ("fields.v.min", "0"),
        ("fields.v.end", "-1.5"),
        ("datagen.rows.per.second", "10"),
        ("nexmark.min.event.gap.in.ns", "0"),
        ("follow", "true"),
        ("Big", "x"),
    ];
    assert_eq!(s.options, map(&expected));
    let error = error("CREATE SOURCE s WITH (a.b = 1, A.B = 2)");
    assert_eq!((error.code(), error.position()), (SqlState::SYNTAX_ERROR, Some(32)));
    assert_eq!(error.message(), "option \"a.b\" given more than once");
    assert_eq!(part("CREATE SOURCE s WITH (password = SECRET pw)"), "SECRET");
}

#[test]
fn table_as_select() {
    let Statement::CreateTableAs { name, if_not_exists, query } =
        one("CREATE TABLE IF NOT EXISTS x AS SELECT 1 AS a")
    else {
        panic!("not a CREATE TABLE AS");
    };
    assert_eq!(
        (name.to_string().as_str(), if_not_exists, query.to_string().as_str()),
        ("x", true, "SELECT 1 AS a")
    );
    assert_eq!(part("CREATE TABLE x WITH (a = 1) AS SELECT 1"), "CREATE TABLE AS with columns or options");
}

#[test]
fn changes_of_rows() {
    assert!(
        matches!(one("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id"), Statement::Insert(i) if i.returning.is_some())
    );
    assert!(matches!(one("UPDATE t SET a = 1 WHERE b RETURNING *"), Statement::Update(_)));
    assert!(matches!(one("DELETE FROM t WHERE a = $1"), Statement::Delete(_)));
    assert_eq!(one("FLUSH"), Statement::Flush);
    assert_eq!(syntax("INSERT t VALUES (1)"), at("t", 8));
    assert_eq!(part("WITH a AS (SELECT 1) UPDATE t SET b = 1"), "WITH before UPDATE or DELETE");
}

#[test]
fn views() {
    let v = view(
        "CREATE MATERIALIZED VIEW IF NOT EXISTS mv (a, B) WITH (x.y = 1) AS SELECT a, count(*) FROM t EMIT ON WINDOW CLOSE",
    );
    assert!(v.materialized && v.if_not_exists && !v.or_replace && v.emit_on_window_close);
    assert_eq!((v.columns, v.options), (vec!["a".to_string(), "b".to_string()], map(&[("x.y", "1")])));
    assert_eq!(v.query.to_string(), "SELECT a, count(*) FROM t");
    let v = view("create or replace view \"V\" as select \"A\" from T");
    assert!(!v.materialized && v.or_replace && !v.emit_on_window_close);
    assert_eq!((v.name.to_string().as_str(), v.query.to_string().as_str()), ("\"V\"", "SELECT \"A\" FROM t"));
    assert!(
        view("CREATE MATERIALIZED VIEW v AS SELECT a FROM t GROUP BY a EMIT ON WINDOW CLOSE")
            .emit_on_window_close
    );
    assert!(view("CREATE MATERIALIZED VIEW v AS (SELECT 1) EMIT ON WINDOW CLOSE").emit_on_window_close);
    let stray = "SELECT a FROM t EMIT ON WINDOW CLOSE";
    assert!(part(stray).starts_with("EMIT ON WINDOW CLOSE outside"));
    let joined = "SELECT * FROM a JOIN b emit ON a.x = emit.x";
    assert!(matches!(one(joined), Statement::Query(_)));
}

#[test]
fn windows_and_joins_in_queries() {
    for sql in [
        "SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MINUTE)",
        "SELECT * FROM TUMBLE(s.t, ts, INTERVAL '1' MINUTE, INTERVAL '5' SECOND) AS w (a, b)",
        "SELECT * FROM HOP(t, ts, INTERVAL '1' MINUTE /* slide */, INTERVAL '5' MINUTE /* size */) h JOIN d ON h.k = d.k",
        "SELECT * FROM CUMULATE(t, ts, INTERVAL '1' MINUTE, INTERVAL '1' HOUR)",
        "SELECT * FROM SESSION(t, ts, INTERVAL '5' MINUTE)",
        "SELECT * FROM SESSION(t, ts, INTERVAL '5' MINUTE, PARTITION BY u, v) AS s JOIN SESSION((SELECT (1)), ts, g, partition by w) ON true",
        "WITH c AS changelog FROM t SELECT id, changelog_op FROM c",
        "SELECT x, y AS changelog FROM t",
        "SELECT first_value(x) OVER (PARTITION BY u ORDER BY ts SESSION WITH GAP INTERVAL '5' MINUTE) AS session FROM e",
        "SELECT sum(x) OVER (w SESSION WITH GAP (interval '1 day')), max(x) OVER v FROM e WINDOW v AS (ORDER BY ts SESSION WITH GAP '1 s')",
        "WITH a AS (SELECT x AS changelog FROM t) SELECT x, y AS changelog FROM a",
        "SELECT * FROM (WITH c AS changelog FROM t SELECT * FROM c) AS d",
        "WITH a AS (SELECT 1), c AS changelog FROM s.t, d AS changelog FROM t SELECT * FROM c, d",
        "SELECT * FROM t WHERE ts > now() - INTERVAL '1' HOUR",
        "SELECT * FROM a JOIN b ON a.k = b.k AND a.ts BETWEEN b.ts AND b.ts + INTERVAL '1' MINUTE",
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY v DESC) AS r FROM t) WHERE r <= 10",
        "SELECT * FROM late_events('s')",
        "SELECT INTERVAL '10 minutes', INTERVAL '1' DAY, INTERVAL '1:02' HOUR TO MINUTE, interval FROM t",
        "VALUES (1), (2)",
        "TABLE t",
        "(SELECT 1) UNION (SELECT 2) ORDER BY 1",
        "SELECT x NOTNULL, CAST(a AS STRUCT<b STRUCT<c STRUCT<d INT>>>), ARRAY[1, 2][1], x::numeric(10, 2)[] FROM t",
        "SELECT 1 >> 2, a ->> 'b', date '2020-01-01', E'a\\n', U&'\\0041', $$a'b$$, f(a => 1) FROM t",
    ] {
        assert!(matches!(one(sql), Statement::Query(_)), "{sql}");
    }
    for (sql, expected) in [
        (
            "SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.ts >= b.ts) ON a.k = b.k",
            "MATCH_CONDITION of ASOF JOIN (the inequality stands in ON)",
        ),
        ("SELECT * INTO x FROM t", "SELECT INTO"),
        ("SELECT * FROM t FOR UPDATE", "locking rows with FOR UPDATE or FOR SHARE"),
    ] {
        assert_eq!(part(sql), expected, "{sql}");
    }
    for sql in [
        "SELECT FROM t",
        "SELECT * FROM f JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS e ON f.k = e.k",
        "SELECT * FROM f x JOIN d AS y FOR SYSTEM_TIME AS OF PROCTIME() ON x.k = y.k",
        "SELECT * FROM f x JOIN s.d y FOR SYSTEM_TIME AS OF proctime() ON x.k = y.k",
        "SELECT * FROM a ASOF JOIN b ON a.k = b.k AND b.ts <= a.ts",
        "SELECT * FROM a x asof LEFT OUTER JOIN b ON a.k = b.k ASOF INNER JOIN c ON c.v > a.v",
        "SELECT global.a FROM t global JOIN u ON true",
        "SELECT a, count(DISTINCT b) FILTER (WHERE c) FROM t GROUP BY ALL LIMIT ALL OFFSET 1 ROWS",
        "SELECT a IS DISTINCT FROM b, extract(hour FROM ts), trim(BOTH 'x' FROM a), substring(a FROM 2 FOR 3) FROM t",
        "SELECT x = ANY (SELECT 1), y = ALL (ARRAY[1]), EXISTS (SELECT 1), a AT TIME ZONE 'UTC' FROM t",
        "SELECT sum(x) OVER w, rank() OVER (ORDER BY a DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t WINDOW w AS (PARTITION BY y)",
        "SELECT array_agg(x ORDER BY y DESC), string_agg(a, ',') WITHIN GROUP (ORDER BY b) FROM a LEFT JOIN LATERAL (SELECT 1) l ON true",
        "SELECT DISTINCT ON (a) a, CASE a WHEN 1 THEN 2 ELSE 3 END AS \"end\" FROM t ORDER BY a FETCH FIRST 3 ROWS ONLY",
        "WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r) SELECT * FROM r, unnest(ARRAY[1]) AS u (v)",
        "SELECT a FROM t GROUP BY GROUPING SETS ((a), ()), ROLLUP (b) HAVING count(*) > 1",
        "SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g (v, o) NATURAL JOIN t CROSS JOIN u",
        "SELECT date, path, position, floor, timestamp, value, name, type FROM t",
        "SELECT (s).a, (s).b.c, t.* FROM t WHERE a LIKE 'x' ESCAPE '!' AND b NOT IN (1, 2) AND c SIMILAR TO 'x'",
    ] {
        assert!(matches!(one(sql), Statement::Query(_)), "{sql}");
    }
    assert_eq!(syntax("SELECT * FROM t WITH (nolock)"), at("(", 22));
}

#[test]
fn sinks() {
    let k = sink(
        "CREATE SINK IF NOT EXISTS k FROM s.mv WITH (connector = 'kafka', primary_key = 'id') FORMAT UPSERT ENCODE JSON (force_append_only = 'true')",
    );
    assert!(k.if_not_exists && !k.emit_on_window_close);
    assert!(matches!(&k.input, SinkInput::From(name) if name.to_string() == "s.mv"));
    assert_eq!(k.options, map(&[("connector", "kafka"), ("primary_key", "id")]));
    assert_eq!(k.format.unwrap().options, map(&[("force_append_only", "true")]));
    let k = sink("CREATE SINK k AS SELECT a FROM t EMIT ON WINDOW CLOSE WITH (connector = 'blackhole')");
    assert!(k.emit_on_window_close && k.format.is_none());
    assert!(matches!(&k.input, SinkInput::Query(query) if query.to_string() == "SELECT a FROM t"));
    let k = sink("CREATE SINK k AS WITH c AS (SELECT 1) SELECT * FROM c WITH (type = 'upsert', from.x = 1)");
    assert_eq!(k.options, map(&[("type", "upsert"), ("from.x", "1")]));
    assert_eq!(part("CREATE SINK k INTO t FROM mv"), "CREATE SINK INTO");
    assert_eq!(error("CREATE SINK k FROM mv").hint(), Some("A sink needs WITH (connector = '…')."));
}

#[test]
fn drops() {
    let drop = |sql: &str| match one(sql) {
        Statement::Drop { kind, names, if_exists, cascade } => {
            (kind, names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), if_exists, cascade)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        drop("DROP TABLE IF EXISTS a, s.b CASCADE"),
        (DropKind::Table, "a s.b".to_string(), true, true)
    );
    assert_eq!(
        drop("DROP MATERIALIZED VIEW v RESTRICT"),
        (DropKind::MaterializedView, "v".to_string(), false, false)
    );
    for (word, kind) in [
        ("SOURCE", DropKind::Source),
        ("VIEW", DropKind::View),
        ("SINK", DropKind::Sink),
        ("INDEX", DropKind::Index),
        ("SCHEMA", DropKind::Schema),
    ] {
        assert_eq!(drop(&format!("DROP {word} x")).0, kind);
    }
    assert_eq!(syntax("DROP TABLES x"), at("TABLES", 6));
    assert_eq!(syntax("DROP TABLE"), ("syntax error at end of input".to_string(), 11));
}

#[test]
fn copies() {
    let copy = |sql: &str| match one(sql) {
        Statement::Copy(copy) => *copy,
        other => panic!("{other:?}"),
    };
    let c = copy("COPY t (a, \"B\") FROM STDIN WITH (FORMAT csv, HEADER, DELIMITER ';', NULL 'n')");
    let CopyDirection::In { table, columns } = &c.direction else { panic!("not in") };
    assert_eq!((table.to_string().as_str(), columns.join(" ").as_str()), ("t", "a B"));
    let f = &c.format;
    assert_eq!(
        (f.csv, f.header, f.delimiter, f.null.as_str(), f.quote, f.escape),
        (true, true, b';', "n", b'"', b'"')
    );
    let f = copy("COPY t FROM STDIN").format;
    assert_eq!((f.csv, f.header, f.delimiter, f.null.as_str()), (false, false, b'\t', "\\N"));
    let f = copy("COPY t FROM STDIN WITH CSV HEADER QUOTE AS '|' DELIMITER ';'").format;
    assert_eq!((f.csv, f.header, f.quote, f.escape, f.null.as_str()), (true, true, b'|', b'|', ""));
    let c = copy("COPY (SELECT 1) TO STDOUT");
    assert!(matches!(c.direction, CopyDirection::Out { query } if query.to_string() == "SELECT 1"));
    let c = copy("COPY s.t (a, \"B\"\"c\") TO STDOUT (FORMAT text, HEADER false)");
    assert!(
        matches!(c.direction, CopyDirection::Out { query } if query.to_string() == "SELECT \"a\", \"B\"\"c\" FROM \"s\".\"t\"")
    );
    assert_eq!(part("COPY t FROM '/x'"), "COPY from a file or program");
    assert_eq!(part("COPY (SUBSCRIBE (SELECT 1)) TO STDOUT"), "SUBSCRIBE");
    assert_eq!(
        error("COPY t FROM STDIN (FORMAT csv, DELIMITER 'ab')").message(),
        "COPY delimiter must be a single one-byte character"
    );
    assert_eq!(error("COPY t FROM STDIN (frmat csv)").message(), "option \"frmat\" not recognized");
}

#[test]
fn explains() {
    let explain = |sql: &str| match one(sql) {
        Statement::Explain(explain) => *explain,
        other => panic!("{other:?}"),
    };
    let Explain { statement, options } = explain(
        "EXPLAIN (VERBOSE, FORMAT JSON) CREATE MATERIALIZED VIEW v AS SELECT 1 AS a FROM t EMIT ON WINDOW CLOSE",
    );
    assert!(matches!(statement, Statement::CreateView(v) if v.emit_on_window_close));
    assert_eq!((options.analyze, options.verbose, options.format), (false, true, ExplainFormat::Json));
    let e = explain("EXPLAIN ANALYZE VERBOSE SELECT 1").options;
    assert_eq!((e.analyze, e.verbose, e.format, e.timing), (true, true, ExplainFormat::Text, true));
    let e = explain("EXPLAIN (FORMAT 'dot', ANALYZE off, TIMING off, COSTS off) (SELECT 1)").options;
    assert_eq!((e.analyze, e.timing, e.format), (false, false, ExplainFormat::Dot));
    let unknown = error("EXPLAIN (VERBOS) SELECT 1");
    assert_eq!((unknown.code(), unknown.hint()), (SqlState::SYNTAX_ERROR, Some("Did you mean \"verbose\"?")));
    let unknown = error("EXPLAIN (FORMAT jsn) SELECT 1");
    assert_eq!(unknown.code(), SqlState::INVALID_PARAMETER_VALUE);
    assert_eq!(unknown.hint(), Some("Did you mean \"json\"?"));
    assert_eq!(part("EXPLAIN (BUFFERS) SELECT 1"), "EXPLAIN (BUFFERS)");
    assert!(matches!(explain("EXPLAIN (SELECT 1)").statement, Statement::Query(_)));
    assert!(matches!(
        explain("EXPLAIN (VERBOSE) CREATE SINK k AS SELECT a FROM t WITH (c = 1)").statement,
        Statement::CreateSink(_)
    ));
    let running = one("EXPLAIN ANALYZE MATERIALIZED VIEW mv");
    assert!(matches!(running, Statement::ExplainRunning { .. }), "{running:?}");
    assert_eq!(syntax("EXPLAIN EXPLAIN SELECT 1"), at("EXPLAIN", 9));
}

#[test]
fn shows_and_variables() {
    let show = |sql: &str| match one(sql) {
        Statement::Show(s) => (s.what, s.from.map(|n| n.to_string()), s.like),
        other => panic!("{other:?}"),
    };
    assert_eq!(show("SHOW TABLES LIKE 'p%'"), (ShowKind::Tables, None, Some("p%".to_string())));
    assert_eq!(
        show("SHOW MATERIALIZED VIEWS FROM s"),
        (ShowKind::MaterializedViews, Some("s".to_string()), None)
    );
    assert_eq!(show("SHOW COLUMNS FROM s.t").0, ShowKind::Columns);
    assert_eq!(show("SHOW INDEXES FROM t").0, ShowKind::Indexes);
    assert_eq!(show("SHOW CREATE MATERIALIZED VIEW mv"), (ShowKind::Create, Some("mv".to_string()), None));
    assert_eq!(show("SHOW JOBS").0, ShowKind::Jobs);
    let variable = |sql: &str| match one(sql) {
        Statement::ShowVariable { name } => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(variable("SHOW ALL"), "all");
    assert_eq!(variable("SHOW TimeZone"), "timezone");
    assert_eq!(variable("SHOW TIME ZONE"), "timezone");
    assert_eq!(variable("SHOW TRANSACTION ISOLATION LEVEL"), "transaction_isolation");
    assert_eq!(variable("show a.B"), "a.b");
    assert!(matches!(one("DESCRIBE s.t"), Statement::Describe { name } if name.to_string() == "s.t"));

    let set = |sql: &str| match one(sql) {
        Statement::Set { name, values, local } => {
            format!("{name}={}{}", values.join(","), if local { " local" } else { "" })
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(set("SET extra_float_digits = 3"), "extra_float_digits=3");
    assert_eq!(set("SET SESSION x.y TO 'A', b, -1"), "x.y=A,b,-1");
    assert_eq!(set("SET LOCAL search_path = DEFAULT"), "search_path= local");
    assert_eq!(set("SET TIME ZONE 'Europe/Berlin'"), "timezone=Europe/Berlin");
    assert_eq!(set("SET TIME ZONE -7"), "timezone=-7");
    assert_eq!(set("SET TIME ZONE LOCAL"), "timezone=");
    assert_eq!(set("SET NAMES 'utf8'"), "client_encoding=utf8");
    assert_eq!(set("SET DateStyle TO ISO, MDY"), "datestyle=iso,mdy");
    assert_eq!(set("SET standard_conforming_strings = on"), "standard_conforming_strings=on");
    assert_eq!(
        set("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED"),
        "default_transaction_isolation=read committed"
    );
    assert_eq!(set("SET TRANSACTION READ ONLY"), "transaction_read_only=on local");
    assert_eq!(one("RESET ALL"), Statement::Reset { name: "all".to_string() });
    assert_eq!(one("DISCARD ALL"), Statement::Discard);
}

#[test]
fn transactions() {
    for sql in [
        "BEGIN",
        "BEGIN WORK",
        "START TRANSACTION READ ONLY",
        "BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE, NOT DEFERRABLE",
        "begin isolation level repeatable read read only",
    ] {
        assert_eq!(one(sql), Statement::Begin, "{sql}");
    }
    for sql in ["COMMIT", "END TRANSACTION", "COMMIT AND NO CHAIN"] {
        assert_eq!(one(sql), Statement::Commit, "{sql}");
    }
    for sql in ["ROLLBACK", "ABORT WORK", "ROLLBACK TRANSACTION"] {
        assert_eq!(one(sql), Statement::Rollback, "{sql}");
    }
    assert_eq!(part("ROLLBACK TO SAVEPOINT a"), "ROLLBACK TO SAVEPOINT");
    assert_eq!(part("COMMIT AND CHAIN"), "AND CHAIN");
    assert_eq!(syntax("BEGIN ISOLATION LEVEL FOO"), at("FOO", 23));
}

#[test]
fn prepared_statements_and_cursors() {
    let Statement::Prepare { name, types, statement } = one("PREPARE p (int, text) AS SELECT $1, $2") else {
        panic!()
    };
    assert_eq!((name.as_str(), types.len()), ("p", 2));
    assert!(matches!(*statement, Statement::Query(_)));
    assert!(matches!(one("EXECUTE p (1, 'a')"), Statement::Execute { values, .. } if values.len() == 2));
    assert_eq!(one("DEALLOCATE PREPARE ALL"), Statement::Deallocate { name: None });
    assert_eq!(one("DEALLOCATE P"), Statement::Deallocate { name: Some("p".to_string()) });
    for (sql, held) in [
        ("DECLARE c CURSOR FOR SELECT 1", false),
        ("DECLARE \"C\" INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT 1", true),
    ] {
        assert!(matches!(one(sql), Statement::Declare { hold, .. } if hold == held), "{sql}");
    }
    let fetch = |sql: &str| match one(sql) {
        Statement::Fetch { name, count } => (name, count),
        other => panic!("{other:?}"),
    };
    let c = || "c".to_string();
    assert_eq!(fetch("FETCH c"), (c(), Some(1)));
    assert_eq!(fetch("FETCH NEXT FROM c"), (c(), Some(1)));
    assert_eq!(fetch("FETCH 100 c"), (c(), Some(100)));
    assert_eq!(fetch("FETCH FORWARD ALL IN c"), (c(), None));
    assert_eq!(fetch("FETCH FORWARD 5 FROM c"), (c(), Some(5)));
    assert_eq!(fetch("FETCH next"), ("next".to_string(), Some(1)));
    assert_eq!(part("FETCH BACKWARD 1 FROM c"), "FETCH in a direction other than forward");
    assert_eq!(part("FETCH 100 c WITH (timeout = '1s')"), "FETCH … WITH");
    assert_eq!(one("CLOSE ALL"), Statement::Close { name: None });
}

#[test]
fn what_is_not_built_is_named() {
    for (sql, expected) in [
        ("CREATE INDEX i ON mv (a DESC, lower(b)) INCLUDE (c)", "CREATE INDEX"),
        ("SUBSCRIBE TO mv WITH (SNAPSHOT = false, PROGRESS)", "SUBSCRIBE"),
        ("SUBSCRIBE (SELECT 1)", "SUBSCRIBE"),
        ("DECLARE c CURSOR FOR SUBSCRIBE (SELECT 1)", "SUBSCRIBE"),
        ("CREATE SUBSCRIPTION sub FROM mv WITH (retention = '1D')", "CREATE SUBSCRIPTION"),
        ("DECLARE c SUBSCRIPTION CURSOR FOR sub SINCE now()", "SUBSCRIPTION CURSOR"),
        ("ALTER TABLE t RENAME TO u", "ALTER TABLE"),
        ("ALTER MATERIALIZED VIEW t RENAME TO u", "ALTER MATERIALIZED VIEW"),
        ("CREATE SECRET pw WITH (backend = 'meta') AS 'x'", "CREATE SECRET"),
        ("CREATE CONNECTION c WITH (type = 'kafka')", "CREATE CONNECTION"),
        (
            "CREATE FUNCTION f(int) RETURNS SETOF int LANGUAGE sql AS 'select 1'",
            "CREATE FUNCTION … RETURNS SETOF",
        ),
        (
            "CREATE FUNCTION f() RETURNS int AS $$ x $$ LANGUAGE plpgsql",
            "CREATE FUNCTION in language plpgsql",
        ),
        ("CREATE USER u WITH PASSWORD 'p'", "CREATE USER"),
        ("GRANT SELECT ON MATERIALIZED VIEW mv TO u", "GRANT"),
        ("COMMENT ON TABLE t IS 'x'", "COMMENT"),
        ("CANCEL JOBS 1, 2", "CANCEL JOBS"),
        ("DROP SECRET s", "DROP SECRET"),
        ("TRUNCATE t RESTART IDENTITY", "TRUNCATE … RESTART IDENTITY"),
        ("SAVEPOINT a", "SAVEPOINT"),
        ("VACUUM", "VACUUM"),
        ("CREATE TEMPORARY TABLE t (a INT)", "CREATE TEMPORARY TABLE"),
        ("CREATE TABLE t (a INT UNIQUE)", "UNIQUE constraint"),
        ("CREATE TABLE t (a INT, CHECK (a > 0))", "CHECK constraint"),
        ("SHOW SECRETS", "SHOW SECRETS"),
    ] {
        assert_eq!(part(sql), expected, "{sql}");
    }
    assert!(matches!(
        one("CREATE SCHEMA IF NOT EXISTS s"),
        Statement::CreateSchema { if_not_exists: true, .. }
    ));
    assert_eq!(syntax("CREATE INDEX"), ("syntax error at end of input".to_string(), 13));
    assert_eq!(syntax("ALTER x"), at("ALTER", 1));
}

#[test]
fn errors_have_postgresqls_words_and_places() {
    assert_eq!(syntax("SELECT 1 +"), ("syntax error at end of input".to_string(), 11));
    assert_eq!(syntax("SELECT 1 + ; SELECT 2"), at(";", 12));
    assert_eq!(syntax("SELECT (1; SELECT 2)"), at(";", 10));
    assert_eq!(syntax("SELECT 1;\n\n  SELECT 'ä' FROM FROM t"), at("FROM", 30));
    assert_eq!(syntax("SELECT a, FROM t"), at("FROM", 11));
    assert_eq!(syntax("SELECT a FROM WHERE a"), at("WHERE", 15));
    assert_eq!(syntax("SELECT * FROM (SELECT a FRM t WHERE) x"), at("t", 29));
    assert_eq!(syntax("SELECT * FROM (SELECT a FROM (SELECT 1 +) y) x"), at(")", 41));
    assert_eq!(
        syntax("SELECT * FROM (SELECT a FROM t) x JOIN b ON"),
        ("syntax error at end of input".to_string(), 44)
    );
    assert_eq!(syntax("SELECT count(*) FILTER (WHERE) FROM t"), at(")", 30));
    assert_eq!(syntax("SELECT 'ä', 2 'x' y"), at("'x'", 15));
    assert_eq!(syntax("nonsense"), at("nonsense", 1));
    assert_eq!(syntax("SELECT 1 1"), at("1", 10));
    assert_eq!(syntax("CREATE TABLE t (a INT"), ("syntax error at end of input".to_string(), 22));
    assert_eq!(syntax("CREATE TABLE select (a INT)"), at("select", 14));
    assert_eq!(syntax("SELECT * FROM t WHERE )"), at(")", 23));
    assert_eq!(error("SELECT * FROM t WHERE )").detail(), Some("expected an expression"));
    assert_eq!(syntax("SELECT 'abc"), ("unterminated quoted string at or near \"'abc\"".to_string(), 8));
    assert_eq!(
        syntax("SELECT \"abc"),
        ("unterminated quoted identifier at or near \"\"abc\"".to_string(), 8)
    );
    assert_eq!(syntax("SELECT /* x"), ("unterminated /* comment at or near \"/* x\"".to_string(), 8));
    assert_eq!(
        syntax("SELECT $$ x"),
        ("unterminated dollar-quoted string at or near \"$$ x\"".to_string(), 8)
    );
}

#[test]
fn misspelt_words_get_a_hint() {
    let hint = |sql: &str| error(sql).hint().unwrap_or_default().to_string();
    assert_eq!(hint("SELCT 1"), "Perhaps you meant SELECT instead of SELCT.");
    assert_eq!(
        hint("CREATE MATERIALISED VIEW v AS SELECT 1"),
        "Perhaps you meant MATERIALIZED instead of MATERIALISED."
    );
    assert_eq!(hint("CREATE SOURCE s (a INT)"), "A source needs WITH (connector = '…').");
    assert_eq!(
        hint("CREATE MATERIALIZED VIEW v AS SELECT 1 FROM t EMIT ON WINDOW CLOSED"),
        "The clause is EMIT ON WINDOW CLOSE."
    );
    assert_eq!(hint("SELECT * FROM t WHER a = 1"), "Perhaps you meant WHERE instead of WHER.");
    assert_eq!(hint("SELECT 1 1"), "");
}

#[test]
fn a_message_is_cut_at_its_semicolons() {
    let cut = |sql: &str| -> Vec<(String, usize)> {
        parse(sql).unwrap().into_iter().map(|p| (p.text, p.offset)).collect()
    };
    assert_eq!(cut(""), []);
    assert_eq!(cut(" ;; -- nothing\n /* or ; this */ ;"), []);
    let sql = "-- ü first\nSELECT ';' ; /* ; */ SELECT $a$ ; $$ ; $a$, \";\" ;SELECT 3";
    let expected = [("SELECT ';'", 11), ("SELECT $a$ ; $$ ; $a$, \";\"", 32), ("SELECT 3", 60)];
    assert_eq!(cut(sql), expected.map(|(text, at)| (text.to_string(), at)));
    assert_eq!(cut("SELECT 1 -- x\r\n + 2 -- y"), [("SELECT 1 -- x\r\n + 2".to_string(), 0)]);
    let strings = one("SELECT 'a'\n  'b'");
    assert!(matches!(strings, Statement::Query(q) if q.to_string() == "SELECT 'ab'"));
}

#[test]
fn places_count_from_the_statements_beginning() {
    let parsed = parse("SELECT 1;\n CREATE TABLE t (\n  ä INT, b INT)").unwrap();
    let Statement::CreateRelation(t) = &parsed[1].statement else { panic!() };
    let b = t.columns[1].position;
    assert_eq!(parsed[1].text.chars().nth(b - 1), Some('b'));
    assert_eq!((parsed[1].offset, b), (11, 27));
}

#[test]
fn the_texts_parse_again_to_the_same_statement() {
    let sql = format!("{SOURCE} SELECT 1; CREATE VIEW v AS SELECT a FROM t; FLUSH; SHOW TABLES");
    for parsed in parse(&sql).unwrap() {
        let again = parse(&parsed.text).unwrap().remove(0);
        assert_eq!((again.statement, again.text, again.offset), (parsed.statement, parsed.text, 0));
    }
}

#[test]
fn trees_print_as_sql_that_parses_to_the_same_tree() {
    for sql in [
        "SELECT a, \"B\" FROM tumble(t, ts, INTERVAL '1' MINUTE) AS w WHERE a > 1 GROUP BY a",
        "VALUES (1, 'a''b')",
    ] {
        let Statement::Query(query) = one(sql) else { panic!() };
        assert_eq!(one(&query.to_string()), one(sql));
    }
}

#[test]
fn a_kept_query_reads_as_it_was_written() {
    let sql = "SELECT 'GLOBAL JOIN', é.a FROM é ASOF LEFT JOIN b ON é.k = b.k AND b.ts <= é.ts";
    let Statement::Query(query) = one(sql) else { panic!() };
    assert_eq!(crate::sql::query_text(&query), sql);
    let plain = "SELECT global.a FROM t global JOIN u ON true ASOF JOIN b ON b.ts <= u.ts";
    let Statement::Query(query) = one(plain) else { panic!() };
    assert_eq!(crate::sql::query_text(&query), plain);
}

#[test]
fn depth_is_an_error_and_not_a_crash() {
    let many = 10_000;
    let nested = |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(many), close.repeat(many));
    for sql in [
        nested("(", ")"),
        nested("f(", ")"),
        nested("(SELECT ", ")"),
        nested("ARRAY[", "]"),
        nested("- ", ""),
        nested("NOT ", ""),
        nested("CASE WHEN ", " THEN 1 END"),
        nested("1 + ", ""),
        nested("x AND ", ""),
        nested("1 UNION SELECT ", ""),
        format!("SELECT * FROM {}t{}", "(".repeat(many), ")".repeat(many)),
        format!("SELECT * FROM {}t{}", "(SELECT * FROM ".repeat(many), ") x".repeat(many)),
        format!("CREATE TABLE t (a {}INT{})", "STRUCT<a ".repeat(many), ">".repeat(many)),
        format!("CREATE TABLE t (a INT{})", "[]".repeat(many)),
        format!("SELECT a{}", "::int".repeat(many)),
        "EXPLAIN ".repeat(many),
        "SELECT ".to_string() + &"INTERVAL ".repeat(many),
        "(".repeat(many),
    ] {
        let error = error(&sql);
        let codes = [SqlState::STATEMENT_TOO_COMPLEX, SqlState::SYNTAX_ERROR];
        assert!(codes.contains(&error.code()), "{}: {error:?}", &sql[..40]);
    }
}

/// A thread that serves a client has 2 MB; copying a tree takes the most of it.
#[test]
fn a_statement_within_the_limits_needs_little_stack() {
    let work = || {
        let sql = format!("SELECT 1{}", " + 1".repeat(990));
        let Statement::Query(query) = one(&sql) else { panic!() };
        assert_eq!(query.clone(), query);
        assert_eq!(query.to_string(), sql);
        let sql = format!("SELECT 1{}", " UNION SELECT 1".repeat(245));
        assert!(matches!(one(&sql), Statement::Query(query) if query.clone() == query));
        let sql = format!("SELECT {}1{}", "(".repeat(150), ")".repeat(150));
        assert!(matches!(one(&sql), Statement::Query(query) if query.clone() == query));
    };
    std::thread::Builder::new().stack_size(1_500_000).spawn(work).unwrap().join().unwrap();
}

/// Shuffled pieces of real statements: anything may come out but a panic or a
/// place outside the message.
#[test]
fn no_soup_of_words_makes_it_panic() {
    let recipe = [
        SOURCE,
        "CREATE SINK k AS SELECT a FROM t EMIT ON WINDOW CLOSE WITH (c.d = 'x') FORMAT UPSERT ENCODE JSON (a = 'b')",
        "COPY t (a) FROM STDIN WITH (FORMAT csv, HEADER) ; EXPLAIN (VERBOSE) SELECT ( 1 ) ; FETCH FORWARD 5 FROM c",
        "SET TIME ZONE - 7 ; SHOW CREATE TABLE x ; BEGIN ISOLATION LEVEL SERIALIZABLE ; PREPARE p ( int ) AS VALUES ( $1 )",
        "SELECT CASE WHEN a IS NOT NULL THEN x::int [ 1 ] ELSE INTERVAL '1' DAY END FROM ( SELECT * FROM u ) AS y JOIN z USING ( k )",
        "INSERT INTO t ( a ) VALUES ( 'ü' , E'\\n' , $$x$$ ) ON CONFLICT DO NOTHING RETURNING * ; DECLARE c CURSOR FOR TABLE t",
    ];
    let words: Vec<&str> = recipe.iter().flat_map(|sql| sql.split_whitespace()).collect();
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..30_000 {
        let mut soup: Vec<&str> = recipe[random(recipe.len())].split_whitespace().collect();
        for _ in 0..=random(4) {
            let at = random(soup.len());
            match random(3) {
                0 => soup[at] = words[random(words.len())],
                1 => soup.insert(at, words[random(words.len())]),
                _ => soup.truncate(at + 1),
            }
        }
        let sql = soup.join(if random(2) == 0 { " " } else { "\n" });
        match parse(&sql) {
            Ok(parsed) => assert!(parsed.iter().all(|p| sql.contains(&p.text))),
            Err(error) => {
                assert_ne!(error.code(), SqlState::INTERNAL_ERROR, "{sql}");
                let position = error.position().unwrap_or(1);
                assert!((1..=sql.chars().count() + 1).contains(&position), "{position}: {sql}");
            }
        }
    }
}

/// What psql and drivers ask before anyone has typed a word.
#[test]
fn clients_catalog_queries_parse() {
    for sql in [
        "SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3;",
        "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true)
         FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND a.atthasdef), a.attnotnull, (SELECT c.collname
         FROM pg_catalog.pg_collation c, pg_catalog.pg_type t WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation) AS attcollation,
         a.attidentity FROM pg_catalog.pg_attribute a WHERE a.attrelid = '16384' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;",
        "SELECT n.nspname as \"Schema\", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'materialized view' END as \"Type\",
         pg_catalog.pg_get_userbyid(c.relowner) as \"Owner\" FROM pg_catalog.pg_class c WHERE c.relkind IN ('r','p','')
         AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' ORDER BY 1,2;",
        "SELECT c.relchecks, c.relhasrules, '', c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END
         FROM pg_catalog.pg_class c WHERE c.oid = '16384';",
        "SELECT pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.quote_ident(x) FROM unnest(a) x), E'\\n'), 'a'::\"char\" FROM t",
        "SELECT t.typname, t.typtype, t.typelem, r.rngsubtype, t.typbasetype, n.nspname, t.typrelid FROM pg_catalog.pg_type t
         LEFT OUTER JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid INNER JOIN pg_catalog.pg_namespace n ON t.typnamespace = n.oid WHERE t.oid = $1",
        "SELECT NULL AS TABLE_CAT, (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ FROM pg_catalog.pg_index i",
        "SELECT current_schema(), current_user, version(), current_setting('server_version_num')::int / 10000, current_database() = 'dev'",
    ] {
        assert!(matches!(one(sql), Statement::Query(_)), "{sql}");
    }
}

#[test]
fn backtracking_does_not_explode() {
    let start = Instant::now();
    for (open, close) in [
        ("f(", ")"),
        ("cast(", ""),
        ("floor(", ""),
        ("case when ", ""),
        ("substring(", ""),
        ("position(", ")"),
    ] {
        let sql = format!("SELECT {}1{} FROM", open.repeat(45), close.repeat(45));
        assert!(parse(&sql).is_err(), "{sql}");
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn long_statements_take_time_in_proportion() {
    let start = Instant::now();
    let rows = "(1, 'abc', 2.5), ".repeat(150_000);
    let insert = format!("INSERT INTO t VALUES {}(1, 'a', 2)", rows);
    let Statement::Insert(insert) = one(&insert) else { panic!() };
    assert!(insert.source.is_some());
    let literal = format!("SELECT '{}'", "x".repeat(10_000_000));
    assert!(matches!(one(&literal), Statement::Query(_)));
    let many = parse(&"SELECT 1; ".repeat(50_000)).unwrap();
    assert_eq!((many.len(), many[49_999].offset), (50_000, 499_990));
    let columns: String = (0..20_000).map(|i| format!("c{i} INT,\n")).collect();
    assert_eq!(relation(&format!("CREATE TABLE t ({columns} last INT)")).columns.len(), 20_001);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn functions_have_arguments_a_result_and_a_body_with_its_place() {
    let parsed = |sql: &str| match one(sql) {
        Statement::CreateFunction(function) => *function,
        other => panic!("{other:?}"),
    };
    let sql = "CREATE OR REPLACE FUNCTION f(a int, double precision, c numeric(5,2)) RETURNS text STRICT \
               LANGUAGE sql IMMUTABLE AS $x$ select $1; $x$";
    let function = parsed(sql);
    assert!(function.or_replace && function.strict);
    assert_eq!(function.volatility, 'i');
    let names: Vec<Option<&str>> = function.arguments.iter().map(|a| a.name.as_deref()).collect();
    assert_eq!(names, [Some("a"), None, Some("c")]);
    assert_eq!(function.body, " select $1; ");
    assert_eq!(&sql[function.body_position - 1..][..8], " select ");
    let sql = "CREATE FUNCTION g() RETURNS int RETURN 1 + 2";
    let function = parsed(sql);
    assert_eq!(function.body, "SELECT\n1 + 2");
    assert_eq!(&sql[function.body_position - 1..], "RETURN 1 + 2");
    for incomplete in
        ["CREATE FUNCTION f() RETURNS int LANGUAGE sql", "CREATE FUNCTION f() RETURNS int AS 'x'"]
    {
        let error = parse(incomplete).unwrap_err();
        assert_eq!(error.code(), SqlState::INVALID_FUNCTION_DEFINITION, "{incomplete}");
    }
    let names = |sql: &str| match one(sql) {
        Statement::DropFunction { names, if_exists, cascade } => {
            (names.iter().map(|n| n.arguments.as_ref().map(Vec::len)).collect::<Vec<_>>(), if_exists, cascade)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(names("DROP FUNCTION f"), (vec![None], false, false));
    assert_eq!(
        names("DROP FUNCTION IF EXISTS f(), g(a int, text) CASCADE"),
        (vec![Some(0), Some(2)], true, true)
    );
}
