"""Drives a server through psycopg: what applications do, check by check.

Prints `ok NAME` or `FAILED NAME` for each; exits 1 if one failed.
"""

import datetime as dt
import decimal
import os
import sys
import tempfile
import types
import threading
import time
import traceback

import psycopg
from psycopg import sql

from server import Server

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def rows(connection, query, parameters=None, **options):
    return connection.execute(query, parameters, **options).fetchall()


def sqlstate(connection, query, parameters=None):
    """The SQLSTATE with which the statement fails."""
    try:
        connection.execute(query, parameters)
    except psycopg.Error as error:
        return error.sqlstate
    raise AssertionError(f"did not fail: {query}")


# What a driver looks at when it connects.


@check
def startup_parameters(connect):
    with connect() as c:
        report = c.info.parameter_status
        assert report("server_version"), "server_version is missing"
        assert report("client_encoding") == "UTF8", report("client_encoding")
        assert report("integer_datetimes") == "on"
        assert report("standard_conforming_strings") == "on"
        assert c.info.server_version >= 90000
        assert c.info.backend_pid != 0


@check
def settings(connect):
    with connect() as c:
        c.execute("SET application_name = 'checks'")
        assert rows(c, "SHOW application_name") == [("checks",)]
        c.execute("SET extra_float_digits TO 3")
        c.execute("SET datestyle = 'ISO, MDY'")
        c.execute("RESET application_name")
        assert rows(c, "SELECT current_database()") == [("dev",)]
        assert rows(c, "SELECT current_user") == [("root",)]
        assert rows(c, "SELECT current_schema()") == [("public",)]
        assert "Millstream" in rows(c, "SELECT version()")[0][0]


# Values, out and in, in text and binary.

VALUES = {
    "smallint": ("smallint", 7),
    "int": ("int", -2147483648),
    "bigint": ("bigint", 9223372036854775807),
    "real": ("real", 1.5),
    "double": ("double precision", 0.1),
    "numeric": ("numeric(20,4)", decimal.Decimal("12345.6789")),
    "boolean": ("boolean", True),
    "text": ("text", "Grüße, 世界 'quoted' \\ \n"),
    "varchar": ("varchar", ""),
    "bytea": ("bytea", b"\x00\xff\\'"),
    "date": ("date", dt.date(2024, 2, 29)),
    "time": ("time", dt.time(23, 59, 59, 999999)),
    "timestamp": ("timestamp", dt.datetime(1999, 12, 31, 23, 59, 59, 123456)),
    "timestamptz": ("timestamptz", dt.datetime(2024, 6, 1, 12, 0, tzinfo=dt.timezone.utc)),
    "interval": ("interval", dt.timedelta(days=3, hours=4, seconds=5)),
    "int array": ("int[]", [1, None, 3]),
    "text array": ("text[]", ["a", 'b"c', None]),
}


def value_check(name, type_name, value, binary):
    def run(connect):
        with connect() as c:
            mark = "%b" if binary else "%t"
            query = f"SELECT {mark}::{type_name} AS v, NULL::{type_name} AS n"
            cursor = c.execute(query, [value], binary=binary)
            got = cursor.fetchone()
            assert got == (value, None), got

    run.__name__ = f"value_{name.replace(' ', '_')}_{'binary' if binary else 'text'}"
    CHECKS.append(run)


for _name, (_type, _value) in VALUES.items():
    value_check(_name, _type, _value, False)
    value_check(_name, _type, _value, True)


@check
def parameters_without_casts(connect):
    with connect() as c:
        c.execute("CREATE TABLE untyped (id bigint PRIMARY KEY, v double precision, s varchar, t timestamp, d date, b boolean)")
        row = (5, 2.5, "five", dt.datetime(2024, 1, 2, 3, 4, 5), dt.date(2024, 1, 2), True)
        c.execute("INSERT INTO untyped VALUES (%s, %s, %s, %s, %s, %s)", row)
        assert rows(c, "SELECT * FROM untyped WHERE id = %s AND s = %s", (5, "five")) == [row]
        assert rows(c, "SELECT id FROM untyped WHERE t >= %s", (dt.datetime(2024, 1, 1),)) == [(5,)]
        c.execute("UPDATE untyped SET v = %s, s = %s WHERE id = %s", (None, "x", 5))
        assert rows(c, "SELECT v, s FROM untyped", binary=True) == [(None, "x")]


@check
def limit_as_parameter(connect):
    with connect() as c:
        assert len(rows(c, "SELECT x FROM generate_series(1, 10) AS g(x) LIMIT %s", (3,))) == 3


# Statements.


@check
def prepared_statements(connect):
    with connect() as c:
        c.prepare_threshold = 0
        for i in range(20):
            assert rows(c, "SELECT %s::int + 1", (i,)) == [(i + 1,)]
        c.execute("PREPARE twice (int) AS SELECT $1 * 2")
        assert rows(c, "EXECUTE twice (21)") == [(42,)]
        c.execute("DEALLOCATE twice")
        assert sqlstate(c, "EXECUTE twice (21)") == "26000"


@check
def prepared_statement_sees_new_rows(connect):
    with connect() as c:
        c.prepare_threshold = 0
        c.execute("CREATE TABLE fresh (a int)")
        c.execute("CREATE MATERIALIZED VIEW fresh_count AS SELECT count(*) AS n FROM fresh")
        for i in range(5):
            assert rows(c, "SELECT n FROM fresh_count") == [(i,)]
            c.execute("INSERT INTO fresh VALUES (%s)", (i,))


@check
def several_statements(connect):
    with connect() as c:
        cursor = c.execute("CREATE TABLE several (a int); INSERT INTO several VALUES (1), (2); SELECT count(*) FROM several")
        cursor.nextset()
        assert cursor.rowcount == 2, cursor.rowcount
        cursor.nextset()
        assert cursor.fetchall() == [(2,)]


@check
def executemany_and_pipeline(connect):
    with connect() as c:
        c.execute("CREATE TABLE many (id int PRIMARY KEY, s varchar)")
        with c.cursor() as cursor:
            cursor.executemany("INSERT INTO many VALUES (%s, %s)", [(i, f"row {i}") for i in range(100)])
            assert cursor.rowcount == 100
        assert rows(c, "SELECT count(*), max(id) FROM many") == [(100, 99)]
        with c.pipeline():
            first = c.execute("SELECT 1")
            second = c.execute("SELECT 2")
            assert first.fetchone() == (1,) and second.fetchone() == (2,)


@check
def returning(connect):
    with connect() as c:
        c.execute("CREATE TABLE back (id int PRIMARY KEY, v int DEFAULT 4)")
        assert rows(c, "INSERT INTO back (id) VALUES (1), (2) RETURNING id, v") == [(1, 4), (2, 4)]
        assert rows(c, "UPDATE back SET v = v + 1 WHERE id = 2 RETURNING v") == [(5,)]
        assert rows(c, "DELETE FROM back WHERE id = 1 RETURNING *") == [(1, 4)]


@check
def command_tags(connect):
    with connect() as c:
        tags = []
        for statement in (
            "CREATE TABLE tags (a int)",
            "INSERT INTO tags VALUES (1), (2)",
            "UPDATE tags SET a = 3",
            "DELETE FROM tags WHERE a = 3",
            "SELECT 1",
            "SET application_name = 'x'",
            "CREATE VIEW tags_v AS SELECT a FROM tags",
            "CREATE MATERIALIZED VIEW tags_m AS SELECT a FROM tags",
            "DROP MATERIALIZED VIEW tags_m",
            "DROP VIEW tags_v",
            "DROP TABLE tags",
        ):
            tags.append(c.execute(statement).statusmessage)
        assert tags == [
            "CREATE TABLE",
            "INSERT 0 2",
            "UPDATE 2",
            "DELETE 2",
            "SELECT 1",
            "SET",
            "CREATE VIEW",
            "CREATE MATERIALIZED VIEW",
            "DROP MATERIALIZED VIEW",
            "DROP VIEW",
            "DROP TABLE",
        ], tags


@check
def column_descriptions(connect):
    with connect() as c:
        cursor = c.execute("SELECT 1::int AS a, 2::bigint AS b, 'x'::varchar AS c, now() AS d, 1.5::float8 AS e, true AS f")
        assert [d.name for d in cursor.description] == ["a", "b", "c", "d", "e", "f"]
        oids = [d.type_code for d in cursor.description]
        assert oids[:2] == [23, 20] and oids[2] in (25, 1043) and oids[3:] == [1184, 701, 16], oids


@check
def empty_statement(connect):
    with connect() as c:
        c.execute("")
        c.execute("   -- only a comment")
        assert rows(c, "SELECT 1;") == [(1,)]


@check
def large_result(connect):
    with connect() as c:
        got = rows(c, "SELECT x, x * 2 FROM generate_series(1, 200000) AS g(x)")
        assert len(got) == 200000 and sum(r[1] for r in got) == 200000 * 200001


@check
def server_side_cursor(connect):
    with connect(autocommit=False) as c:
        with c.cursor(name="big") as cursor:
            cursor.itersize = 100
            cursor.execute("SELECT x FROM generate_series(1, 1000) AS g(x)")
            assert sum(row[0] for row in cursor) == 500500


# Transactions.


@check
def transactions_for_reads(connect):
    with connect(autocommit=False) as c:
        assert rows(c, "SELECT 1") == [(1,)]
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        c.commit()
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert sqlstate(c, "SELECT * FROM missing") == "42P01"
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        assert sqlstate(c, "SELECT 1") == "25P02"
        c.rollback()
        assert rows(c, "SELECT 2") == [(2,)]


@check
def a_read_transaction_sees_one_epoch(connect):
    with connect() as writer, connect(autocommit=False) as reader:
        writer.execute("CREATE TABLE one (a int)")
        writer.execute("CREATE MATERIALIZED VIEW one_count AS SELECT count(*) AS n FROM one")
        assert rows(reader, "SELECT count(*) FROM one") == [(0,)]
        writer.execute("INSERT INTO one VALUES (1)")
        assert rows(reader, "SELECT n FROM one_count") == [(0,)]
        assert rows(reader, "SELECT count(*) FROM one") == [(0,)]
        reader.commit()
        assert rows(reader, "SELECT n FROM one_count") == [(1,)]


@check
def counts_under_concurrent_upserts(connect):
    """INSERT … ON CONFLICT DO UPDATE counts every time, outside and inside blocks."""
    with connect() as c:
        c.execute("CREATE TABLE hits (page text PRIMARY KEY, n bigint NOT NULL)")
        c.execute("CREATE MATERIALIZED VIEW all_hits AS SELECT sum(n) AS n FROM hits")
    failures = []
    each, writers = 40, 4

    def count(number):
        try:
            with connect() as w:
                for i in range(each):
                    page = f"p{(i + number) % 3}"
                    if number == 0:
                        w.execute("BEGIN")
                    w.execute(
                        "INSERT INTO hits VALUES (%s, 1) ON CONFLICT (page) DO UPDATE SET n = hits.n + excluded.n",
                        (page,),
                    )
                    if number == 0:
                        w.execute("COMMIT")
        except psycopg.Error as error:
            failures.append(str(error))

    threads = [threading.Thread(target=count, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    with connect() as c:
        assert rows(c, "SELECT sum(n)::bigint, count(*) FROM hits") == [(each * writers, 3)]
        assert rows(c, "SELECT n::bigint FROM all_hits") == [(each * writers,)]


@check
def parameters_of_functions_and_changes(connect):
    with connect() as c:
        c.execute("CREATE FUNCTION rest_of(a int, b int) RETURNS int LANGUAGE sql AS 'select a % b'")
        c.execute("CREATE TABLE counted (id int PRIMARY KEY, n int)")
        for _ in range(3):
            assert rows(c, "SELECT rest_of(%s, %s)", (7, 4)) == [(3,)]
        upsert = "INSERT INTO counted VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET n = counted.n + %s RETURNING n"
        assert [rows(c, upsert, (1, 2, 10), prepare=True) for _ in range(3)] == [[(2,)], [(12,)], [(22,)]]
        update = "UPDATE counted AS t SET n = v.n FROM (VALUES (%s::int, %s::int)) AS v(id, n) WHERE v.id = t.id RETURNING t.n, v.id"
        assert rows(c, update, (1, 77)) == [(77, 1)]
        delete = "DELETE FROM counted USING (VALUES (%s::int)) AS v(id) WHERE v.id = counted.id RETURNING v.id"
        assert rows(c, delete, (1,)) == [(1,)]


@check
def copy_into_a_table_with_conflicts(connect):
    with connect() as c:
        c.execute("CREATE TABLE full_rows (id int PRIMARY KEY, a int, b text) ON CONFLICT DO UPDATE FULL")
        c.execute("CREATE TABLE part_rows (id int PRIMARY KEY, a int, b text) ON CONFLICT DO UPDATE IF NOT NULL")
        c.execute("CREATE TABLE first_rows (id int PRIMARY KEY, a int, b text) ON CONFLICT DO NOTHING")
        for table in ["full_rows", "part_rows", "first_rows"]:
            c.execute(f"INSERT INTO {table} VALUES (1, 1, 'old'), (2, 2, 'old')")
            with c.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(b"1\t10\t\\N\n3\t30\tnew\n3\t31\t\\N\n")
        assert rows(c, "SELECT * FROM full_rows ORDER BY id") == [(1, 10, None), (2, 2, "old"), (3, 31, None)]
        assert rows(c, "SELECT * FROM part_rows ORDER BY id") == [(1, 10, "old"), (2, 2, "old"), (3, 31, "new")]
        assert rows(c, "SELECT * FROM first_rows ORDER BY id") == [(1, 1, "old"), (2, 2, "old"), (3, 30, "new")]


@check
def constant_total_under_concurrent_writers(connect):
    """Transfers keep the total: every read of the views must see it (P2)."""
    with connect() as c:
        c.execute("CREATE TABLE account (id int PRIMARY KEY, balance bigint)")
        c.execute("CREATE MATERIALIZED VIEW total AS SELECT sum(balance) AS s FROM account")
        c.execute("CREATE MATERIALIZED VIEW even AS SELECT sum(balance) AS s FROM account WHERE id % 2 = 0")
        c.execute("CREATE MATERIALIZED VIEW odd AS SELECT sum(balance) AS s FROM account WHERE id % 2 = 1")
        c.execute("INSERT INTO account SELECT x, 100 FROM generate_series(0, 9) AS g(x)")
    stop = threading.Event()
    wrong = []

    def write(number):
        with connect() as w:
            i = number
            while not stop.is_set():
                a, b = i % 10, (i * 7 + 3) % 10
                if a != b:
                    w.execute(
                        "UPDATE account SET balance = balance + CASE WHEN id = %s THEN -1 ELSE 1 END WHERE id IN (%s, %s)",
                        (a, a, b),
                    )
                i += 1

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    with connect() as r:
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            seen = rows(r, "SELECT (SELECT s FROM total), (SELECT s FROM even) + (SELECT s FROM odd), (SELECT sum(balance) FROM account)")[0]
            if seen != (1000, 1000, 1000):
                wrong.append(seen)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:5]


@check
def a_read_sees_every_acknowledged_write(connect):
    with connect() as w, connect() as r:
        w.execute("CREATE TABLE seen (a int)")
        w.execute("CREATE MATERIALIZED VIEW seen_max AS SELECT max(a) AS m, count(*) AS n FROM seen")
        for i in range(200):
            w.execute("INSERT INTO seen VALUES (%s)", (i,))
            assert rows(r, "SELECT m, n FROM seen_max") == [(i, i + 1)]


# COPY.


@check
def copy_in_and_out(connect):
    with connect() as c:
        c.execute("CREATE TABLE copied (id int PRIMARY KEY, s varchar, d double precision, t timestamp)")
        data = [
            (1, "plain", 1.5, dt.datetime(2024, 1, 1)),
            (2, "tab\tnew\nline\\", None, None),
            (3, None, -0.25, dt.datetime(2024, 1, 1, 1, 2, 3, 4)),
            (4, "", 1e100, None),
        ]
        with c.cursor() as cursor:
            with cursor.copy("COPY copied FROM STDIN") as copy:
                for row in data:
                    copy.write_row(row)
            assert cursor.statusmessage == "COPY 4", cursor.statusmessage
        assert rows(c, "SELECT * FROM copied ORDER BY id") == data
        with c.cursor() as cursor, cursor.copy("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT") as copy:
            text = b"".join(copy).decode()
        assert text.splitlines()[1] == "2\ttab\\tnew\\nline\\\\\t\\N\t\\N", text
        assert text.splitlines()[2] == "3\t\\N\t-0.25\t2024-01-01 01:02:03.000004", text


@check
def copy_csv(connect):
    with connect() as c:
        c.execute("CREATE TABLE csv (a int, s varchar)")
        with c.cursor() as cursor:
            with cursor.copy("COPY csv (s, a) FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
                copy.write('s,a\n"with, comma",1\n"a ""quote""",2\n')
                copy.write('"two\nlines",3\n,4\n"",')
                copy.write("5\n")
        assert rows(c, "SELECT a, s FROM csv ORDER BY a") == [
            (1, "with, comma"),
            (2, 'a "quote"'),
            (3, "two\nlines"),
            (4, None),
            (5, ""),
        ]
        with c.cursor() as cursor, cursor.copy("COPY (SELECT a, s FROM csv WHERE a IN (1, 4, 5) ORDER BY a) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
            text = b"".join(copy).decode()
        assert text == 'a,s\n1,"with, comma"\n4,\n5,""\n', text


@check
def copy_of_many_rows_reaches_views(connect):
    with connect() as c:
        c.execute("CREATE TABLE bulk (a int, b int)")
        c.execute("CREATE MATERIALIZED VIEW bulk_sums AS SELECT b, count(*) AS n, sum(a) AS s FROM bulk GROUP BY b")
        with c.cursor() as cursor, cursor.copy("COPY bulk FROM STDIN") as copy:
            for i in range(50000):
                copy.write(f"{i}\t{i % 3}\n")
        assert rows(c, "SELECT sum(n), sum(s) FROM bulk_sums") == [(50000, 50000 * 49999 // 2)]


@check
def bad_copy_changes_nothing(connect):
    with connect() as c:
        c.execute("CREATE TABLE strict (a int NOT NULL)")
        for text, code in (("1\nx\n", "22P02"), ("1\t2\n", "22P04"), ("\\N\n", "23502")):
            try:
                with c.cursor() as cursor, cursor.copy("COPY strict FROM STDIN") as copy:
                    copy.write(text)
                raise AssertionError(f"accepted {text!r}")
            except psycopg.Error as error:
                assert error.sqlstate == code, (text, error.sqlstate, str(error))
        assert rows(c, "SELECT count(*) FROM strict") == [(0,)]


@check
def abandoned_copy_changes_nothing(connect):
    with connect() as c:
        c.execute("CREATE TABLE half (a int)")
        try:
            with c.cursor() as cursor, cursor.copy("COPY half FROM STDIN") as copy:
                copy.write("1\n2\n")
                raise ValueError("changed my mind")
        except (ValueError, psycopg.Error):
            pass
        assert rows(c, "SELECT count(*) FROM half") == [(0,)]
    other = connect()
    other.pgconn.exec_(b"COPY half FROM STDIN")
    other.pgconn.put_copy_data(b"1\n2\n")
    other.pgconn.finish()
    with connect() as c:
        assert rows(c, "SELECT count(*) FROM half") == [(0,)]


# Errors.


@check
def error_fields(connect):
    with connect() as c:
        try:
            c.execute("SELECT 1 FRM t")
            raise AssertionError("accepted")
        except psycopg.Error as error:
            assert error.sqlstate == "42601", error.sqlstate
            assert error.diag.severity == "ERROR"
            assert error.diag.statement_position == "14", error.diag.statement_position
        try:
            c.execute("SELECT nme FROM (SELECT 1 AS name) AS t")
            raise AssertionError("accepted")
        except psycopg.Error as error:
            assert error.sqlstate == "42703", error.sqlstate
            assert "name" in (error.diag.message_hint or ""), error.diag.message_hint


@check
def sqlstates(connect):
    with connect() as c:
        c.execute("CREATE TABLE known (id int PRIMARY KEY, v int NOT NULL)")
        c.execute("INSERT INTO known VALUES (1, 1)")
        for statement, code in (
            ("SELEC 1", "42601"),
            ("SELECT * FROM nowhere", "42P01"),
            ("SELECT nothing FROM known", "42703"),
            ("SELECT no_such_function(1)", "42883"),
            ("SELECT 1 / 0", "22012"),
            ("SELECT 'x'::int", "22P02"),
            ("INSERT INTO known VALUES (1, 2)", "23505"),
            ("INSERT INTO known VALUES (2, NULL)", "23502"),
            ("CREATE TABLE known (a int)", "42P07"),
            ("DROP TABLE nowhere", "42P01"),
            ("SELECT id, count(*) FROM known", "42803"),
            ("CREATE SOURCE s (a int) WITH (connector = 'no such')", None),
        ):
            got = sqlstate(c, statement)
            assert got == code or code is None, (statement, got)
        assert rows(c, "SELECT count(*) FROM known") == [(1,)]


@check
def cancel_a_query(connect):
    with connect() as c:
        timer = threading.Timer(0.5, c.cancel)
        timer.start()
        begun = time.monotonic()
        code = sqlstate(c, "SELECT count(*) FROM generate_series(1, 100000) AS a(x), generate_series(1, 100000) AS b(y) WHERE x * y % 7 = 3")
        timer.join()
        assert code == "57014", code
        assert time.monotonic() - begun < 20
        assert rows(c, "SELECT 1") == [(1,)]


@check
def vanishing_client(connect):
    other = connect()
    other.pgconn.send_query(b"SELECT x FROM generate_series(1, 5000000) AS g(x)")
    other.pgconn.finish()
    with connect() as c:
        assert rows(c, "SELECT 1") == [(1,)]


@check
def huge_statement(connect):
    with connect() as c:
        text = "x" * (10 * 1024 * 1024)
        assert rows(c, f"SELECT length('{text}')") == [(len(text),)]


@check
def identifiers(connect):
    with connect() as c:
        name = 'Odd "name"'
        c.execute(sql.SQL("CREATE TABLE {} (a int)").format(sql.Identifier(name)))
        c.execute(sql.SQL("INSERT INTO {} VALUES (1)").format(sql.Identifier(name)))
        assert rows(c, sql.SQL("SELECT a FROM {}").format(sql.Identifier(name))) == [(1,)]
        c.execute('CREATE TABLE MixedCase (A int)')
        assert rows(c, "SELECT a FROM mixedcase") == []


@check
def sixty_connections(connect):
    connections = [connect() for _ in range(60)]
    for i, c in enumerate(connections):
        assert rows(c, "SELECT %s::int", (i,)) == [(i,)]
    for c in connections:
        c.close()


# What a view or sink will keep for ever is told when it is made.


def noticed(connection, statement):
    """The notices of one statement; their fields are gone once it is over."""
    fields = ("severity", "sqlstate", "message_primary", "message_detail", "message_hint")
    notices = []

    def note(notice):
        notices.append(types.SimpleNamespace(**{field: getattr(notice, field) for field in fields}))

    connection.add_notice_handler(note)
    try:
        connection.execute(statement)
    finally:
        connection.remove_notice_handler(note)
    return notices


@check
def state_without_bound_is_told(connect):
    with connect() as c:
        c.autocommit = True
        gen = "connector = 'datagen', fields.id.kind = 'sequence', fields.id.start = '1', fields.id.end = '9'"
        c.execute(
            "CREATE SOURCE hint_s (id INT, ok BOOLEAN AS id > 3, ts TIMESTAMP AS to_timestamp(id)::TIMESTAMP,"
            f" WATERMARK FOR ts AS ts) WITH ({gen})"
        )
        c.execute(f"CREATE SOURCE hint_u (id INT) WITH ({gen})")
        c.execute("CREATE TABLE hint_t (id INT PRIMARY KEY, v INT)")
        view = "CREATE MATERIALIZED VIEW {} AS "
        quiet = [
            "SELECT count(*) AS n FROM hint_s",
            "SELECT id, ts FROM hint_s",
            "SELECT v, count(*) AS n, count(DISTINCT id) AS d FROM hint_t GROUP BY v",
            "SELECT a.v FROM hint_t a JOIN hint_t b ON a.id = b.v",
            "SELECT id % 3 AS m, ok, CASE WHEN id > 5 THEN 'x' ELSE 'y' END AS z, count(*) AS n FROM hint_s GROUP BY 1, 2, 3",
            "SELECT extract(hour FROM ts) AS h, count(*) AS n FROM hint_s GROUP BY 1",
            "SELECT window_start, count(DISTINCT id) AS n FROM TUMBLE(hint_s, ts, INTERVAL '1' MINUTE) GROUP BY 1",
            "SELECT DISTINCT window_start, id FROM TUMBLE(hint_s, ts, INTERVAL '1' MINUTE)",
            "SELECT id, count(*) AS n FROM hint_s WHERE ts > now()::TIMESTAMP - INTERVAL '1' DAY GROUP BY id",
            "SELECT * FROM hint_s ORDER BY id DESC LIMIT 3",
            "SELECT hint_t.v, count(*) AS n FROM hint_s s JOIN hint_t FOR SYSTEM_TIME AS OF PROCTIME() ON hint_t.id = s.id GROUP BY hint_t.v",
            "SELECT a.id FROM hint_s a JOIN hint_s b ON a.id = b.id AND a.ts BETWEEN b.ts - INTERVAL '1' MINUTE AND b.ts",
        ]
        for number, query in enumerate(quiet):
            told = noticed(c, view.format(f"hint_quiet_{number}") + query)
            assert not told, (query, [n.message_detail for n in told])
        loud = [
            ("SELECT id, count(*) AS n FROM hint_s GROUP BY id", "a group for each (id), from hint_s", "TUMBLE(hint_s, ts"),
            ("SELECT count(DISTINCT id) AS n FROM hint_s", "the different values of", "TUMBLE(hint_s, ts"),
            ("SELECT DISTINCT id FROM hint_u", "a group for each (id), from hint_u", 'Give source "hint_u"'),
            ("SELECT s.id FROM hint_s s JOIN hint_t t ON t.id = s.id", "the left rows by (id), from hint_s", "SYSTEM_TIME"),
            ("SELECT a.id FROM hint_s a JOIN hint_s b ON a.id = b.id", "the right rows by (id)", "BETWEEN hint_s.ts"),
            ("SELECT id, sum(id) OVER (ORDER BY id) AS x FROM hint_s", "all rows", "ORDER BY ts"),
            ("SELECT * FROM (SELECT id, ts, rank() OVER (PARTITION BY id ORDER BY ts) AS r FROM hint_s) q WHERE r < 3",
             "for each (id)", "PARTITION BY window_start"),
        ]
        for number, (query, detail, hint) in enumerate(loud):
            told = noticed(c, view.format(f"hint_loud_{number}") + query)
            assert len(told) == 1, (query, len(told))
            notice = told[0]
            assert (notice.severity, notice.sqlstate) == ("NOTICE", "00000")
            assert f'"hint_loud_{number}"' in notice.message_primary
            assert detail in notice.message_detail, (query, notice.message_detail)
            assert hint in notice.message_hint, (query, notice.message_hint)
        sink = "CREATE SINK {} AS SELECT id, count(*) AS n FROM hint_s GROUP BY id WITH (connector = 'blackhole')"
        assert len(noticed(c, sink.format("hint_k"))) == 1
        assert len(noticed(c, "EXPLAIN " + sink.format("hint_k2"))) == 1
        assert not noticed(c, "CREATE SINK hint_k3 FROM hint_s WITH (connector = 'blackhole')")
        c.execute("SET client_min_messages = warning")
        assert not noticed(c, sink.format("hint_k4"))
        c.execute("RESET client_min_messages")
        c.execute("DROP SOURCE hint_s CASCADE")
        c.execute("DROP SOURCE hint_u CASCADE")
        c.execute("DROP TABLE hint_t CASCADE")


@check
def verify_tells_how_many_rows_it_compared(connect):
    with connect() as c:
        c.autocommit = True
        c.execute("CREATE TABLE verified (k INT, v INT)")
        c.execute("INSERT INTO verified VALUES (1, 1), (1, 2), (2, 3)")
        c.execute("CREATE MATERIALIZED VIEW verified_sums AS SELECT k, sum(v) AS s FROM verified GROUP BY k")
        told = noticed(c, "VERIFY MATERIALIZED VIEW verified_sums")
        expected = 'materialized view "verified_sums" equals its query: 2 rows compared with 2 of the query'
        assert [n.message_primary for n in told] == [expected], told
        c.execute("DROP TABLE verified CASCADE")


@check
def an_exploding_join_is_held_and_dropped(connect):
    with connect() as c, connect() as other:
        c.autocommit = other.autocommit = True
        c.execute("CREATE TABLE boom_a (i INT)")
        c.execute("CREATE TABLE boom_b (j INT)")
        c.execute("CREATE TABLE boom_s (x INT)")
        c.execute("CREATE MATERIALIZED VIEW boom_n AS SELECT count(*) AS n FROM boom_s")
        c.execute("CREATE MATERIALIZED VIEW boom AS SELECT i, count(*) AS n FROM boom_a, boom_b GROUP BY i")
        c.execute("INSERT INTO boom_a SELECT generate_series(1, 50000)")
        c.execute("INSERT INTO boom_b SELECT generate_series(1, 50000)")
        told = []

        def wait():
            try:
                told.append(rows(other, "SELECT count(*) FROM boom"))
            except psycopg.Error as error:
                told.append((error.sqlstate, error.diag.message_primary))

        reader = threading.Thread(target=wait)
        reader.start()
        slowest = 0.0
        for number in range(1, 31):
            begun = time.monotonic()
            c.execute("INSERT INTO boom_s VALUES (1)")
            assert rows(c, "SELECT n FROM boom_n") == [(number,)]
            slowest = max(slowest, time.monotonic() - begun)
        assert slowest < 2, f"another view waited for {slowest:.2f} s"
        assert not told, told
        c.execute("DROP MATERIALIZED VIEW boom")
        reader.join(10)
        assert told == [("42P01", "the relation was dropped meanwhile")], told
        c.execute("DROP TABLE boom_a, boom_b, boom_s CASCADE")


@check
def explain_as_json(connect):
    def nodes(plan):
        return [plan] + [n for p in plan.get("Plans", []) for n in nodes(p)]

    with connect() as c:
        c.autocommit = True
        c.execute("CREATE TABLE json_t (id INT PRIMARY KEY, v INT)")
        c.execute("INSERT INTO json_t VALUES (1, 1), (2, 1)")
        # psycopg reads the column as JSON only if its type says so.
        query = "SELECT v, count(*) AS n FROM json_t GROUP BY v"
        [[[plan]]] = rows(c, f"EXPLAIN (FORMAT JSON) {query}")
        assert "Aggregate" in [n["Node Type"] for n in nodes(plan["Plan"])]
        [[[plan]]] = rows(c, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        assert plan["Plan"]["Actual Rows"] == 1 and plan["Execution Time"] > 0
        [[[plan]]] = rows(c, f"EXPLAIN (FORMAT JSON) CREATE MATERIALIZED VIEW json_v AS {query}")
        found = {n["Node Type"]: n for n in nodes(plan["Plan"])}
        assert found["Materialize"]["Key"] == ["v"] and not found["Aggregate"]["Append Only"]
        assert found["Aggregate"]["State"][0]["Bounded By"] == "the tables it reads"
        c.execute(f"CREATE MATERIALIZED VIEW json_v AS {query}")
        c.execute("FLUSH")
        [[[plan]]] = rows(c, "EXPLAIN (ANALYZE, FORMAT JSON) MATERIALIZED VIEW json_v")
        found = {n["Node Type"]: n for n in nodes(plan["Plan"])}
        aggregate = found["Aggregate"]
        assert (aggregate["Rows In"], aggregate["Rows Out"], aggregate["State Rows"]) == (2, 1, 1)
        assert aggregate["State Bytes"] > 0 and aggregate["Busy Time"] > 0
        assert found["Materialize"]["State Rows"] == 1
        c.execute("DROP TABLE json_t CASCADE")


@check
def a_read_of_a_source_tells_what_it_rejects(connect):
    with tempfile.TemporaryDirectory() as folder, connect() as c:
        heard = []
        c.add_notice_handler(lambda d: heard.append((d.severity, d.message_primary, d.message_hint)))
        csv, lines = os.path.join(folder, "x.csv"), os.path.join(folder, "x.ndjson")
        with open(csv, "w") as file:
            file.write("a,b,c\n1,2\n3\n4,x\n")
        with open(lines, "w") as file:
            file.write('{"a": 1, "b": 2}\n{"a": "one"}\nnothing\n')
        columns = "(a int, b int) WITH (connector = 'file', path = '{}')"
        c.execute(f"CREATE SOURCE xc {columns.format(csv)} FORMAT PLAIN ENCODE CSV (without_header = 'true')")
        c.execute(f'CREATE SOURCE "Xj" {columns.format(lines)} FORMAT PLAIN ENCODE JSON')
        reasons = [
            "the record has 3 fields, but 2 columns are declared: a, b; "
            "it looks like a header, which without_header takes for a row",
            "the record has 1 field, but 2 columns are declared: a, b",
            'invalid input syntax for type integer: "x" (column "b")',
        ]
        heard.clear()
        assert rows(c, "SELECT * FROM xc") == [(1, 2)]
        warning = f'3 rows of source "xc" rejected in this read: {reasons[0]} ({csv}:1)'
        assert heard == [("WARNING", warning, "SELECT * FROM rejected_rows('xc')")], heard
        rejected = "SELECT reason, raw FROM rejected_rows('xc') ORDER BY place"
        assert rows(c, rejected) == list(zip(reasons, ["a,b,c", "3", "4,x"])), rows(c, rejected)
        heard.clear()
        assert rows(c, "SELECT count(*) FROM xc t, xc u") == [(1,)]
        assert len(heard) == 1, heard
        heard.clear()
        c.execute("CREATE TABLE of_xc (a int, b int)")
        c.execute("INSERT INTO of_xc SELECT * FROM xc")
        assert [h[1] for h in heard] == [warning], heard
        heard.clear()
        assert rows(c, 'SELECT * FROM "Xj"') == [(1, 2)]
        assert len(heard) == 1 and heard[0][1].startswith('2 rows of source "Xj" rejected'), heard
        assert heard[0][2] == "SELECT * FROM rejected_rows('Xj')", heard
        assert rows(c, heard[0][2].replace("*", "count(*)")) == [(2,)]
        # A view keeps what it has rejected.
        c.execute("CREATE MATERIALIZED VIEW of_x AS SELECT a FROM xc")
        c.execute("FLUSH")
        assert rows(c, "SELECT count(*) FROM rejected_rows('xc')") == [(3,)]
        heard.clear()
        assert rows(c, "SELECT * FROM of_x") == [(1,)] and not heard, heard
        c.execute("DROP SOURCE xc CASCADE")
        c.execute('DROP SOURCE "Xj"; DROP TABLE of_xc')


def main():
    only = set(sys.argv[1:])
    failed = 0
    with Server("--workers", "2") as server:

        def connect(autocommit=True):
            return psycopg.connect(server.dsn, autocommit=autocommit, connect_timeout=10)

        for run in CHECKS:
            if only and run.__name__ not in only:
                continue
            outcome = []

            def guarded(run=run, outcome=outcome):
                try:
                    run(connect)
                    outcome.append(None)
                except BaseException:
                    outcome.append(traceback.format_exc(limit=-3))

            thread = threading.Thread(target=guarded, daemon=True)
            thread.start()
            thread.join(60)
            problem = outcome[0] if outcome else "does not end within 60 s"
            if problem is None:
                print(f"ok {run.__name__}", flush=True)
            else:
                failed += 1
                print(f"FAILED {run.__name__}\n{problem}", flush=True)
            if server.process.poll() is not None:
                server.log.seek(0)
                print(f"FAILED server_alive: it ended\n{server.log.read()[-4000:]}")
                return 1
    return 1 if failed else 0


if __name__ == "__main__":
    # A stuck check must not keep the process alive.
    code = main()
    sys.stdout.flush()
    import os

    os._exit(code)
