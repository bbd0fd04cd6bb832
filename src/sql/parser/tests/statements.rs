//! What is neither CREATE nor DROP.

use super::{at, error, one, part, syntax};
use crate::sql::{CopyDirection, Explain, ExplainFormat, ShowKind, Statement};
use crate::types::SqlState;

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
        Statement::ShowVariable { name, .. } => name,
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
    let name = || "a".to_string();
    assert_eq!(one("SAVEPOINT A"), Statement::Savepoint { name: name() });
    for sql in ["ROLLBACK TO SAVEPOINT a", "ROLLBACK WORK TO a", "ABORT TRANSACTION TO \"a\""] {
        assert_eq!(one(sql), Statement::RollbackTo { name: name() }, "{sql}");
    }
    for sql in ["RELEASE SAVEPOINT a", "RELEASE a"] {
        assert_eq!(one(sql), Statement::Release { name: name() }, "{sql}");
    }
    assert_eq!(syntax("SAVEPOINT"), ("syntax error at end of input".to_string(), 10));
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
