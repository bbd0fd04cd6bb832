//! CREATE and DROP in all their forms.

use super::{SOURCE, at, error, map, names, one, part, relation, sink, syntax, view};
use crate::sql::{ConflictAction, DropKind, SinkInput, Statement, interval_micros, parse};
use crate::types::SqlState;

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
