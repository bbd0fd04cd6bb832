"""Streams the flights of `sql/flights.sql` through Millstream, by a file source
and by COPY, and compares every view and every late row with PostgreSQL's batch
answer over the same CSV.

A row of epoch e is late if its event time is below the watermark as it stood
after epoch e-1. For COPY each chunk is an epoch; for the file source the server
says in `ms_catalog.ms_source_epochs` which rows each epoch took.

MILLSTREAM_POSTGRES is the connection string of the PostgreSQL to use.
"""

import os
import pathlib
import sys
import time

import psycopg

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "clients"))

from fetch import COLUMNS, ROOT, fetch  # noqa: E402
from server import Server  # noqa: E402

CHUNK = 250
DELAY = "INTERVAL '3 hours'"
SOURCE_SECONDS_MAX = 120

# What PostgreSQL answers, over the rows of {rows} that are not late; {ended} says whether the
# input has ended, which closes every window.
REFERENCE = {
    "per_hour": """
        SELECT origin, date_bin('1 hour', departed, '1970-01-01'), count(*), count(dep_delay),
               avg(dep_delay::double precision), max(dep_delay)
        FROM {rows} WHERE NOT late GROUP BY 1, 2""",
    "per_hour_final": """
        SELECT origin, date_bin('1 hour', departed, '1970-01-01'),
               date_bin('1 hour', departed, '1970-01-01') + INTERVAL '1 hour', count(*), count(dep_delay),
               avg(dep_delay::double precision)
        FROM {rows} WHERE NOT late
          AND ({ended} OR date_bin('1 hour', departed, '1970-01-01') + INTERVAL '1 hour'
                            <= (SELECT max(departed) - INTERVAL '3 hours' FROM {rows}))
        GROUP BY 1, 2, 3""",
    "by_carrier": """
        SELECT carrier, w, count(*), sum(distance), count(DISTINCT dest), bool_or(cancelled)
        FROM {rows}, generate_series(date_bin('30 minutes', departed, '1970-01-01') - INTERVAL '150 minutes',
                                     date_bin('30 minutes', departed, '1970-01-01'), INTERVAL '30 minutes') AS w
        WHERE NOT late GROUP BY 1, 2""",
    "per_day": """
        SELECT date_bin('1 day', departed, '1970-01-01 04:00'), count(*), count(*) FILTER (WHERE cancelled)
        FROM {rows} WHERE NOT late GROUP BY 1""",
    "busiest_hour": """
        SELECT origin, max(n), min(worst), count(*) FROM (
          SELECT origin, date_bin('1 hour', departed, '1970-01-01') AS w, count(*) AS n, max(dep_delay) AS worst
          FROM {rows} WHERE NOT late GROUP BY 1, 2) AS hours
        GROUP BY 1""",
}

TABLE = """
    CREATE TEMP TABLE flights (
      position bigint PRIMARY KEY, departed timestamp, landed timestamp, carrier varchar, flight int,
      tailnum varchar, origin varchar, dest varchar, dep_delay int, arr_delay int, air_time int,
      distance int, cancelled boolean)"""

failed = 0


def report(name, problem):
    global failed
    if problem:
        failed += 1
        print(f"FAILED flights_{name}\n{problem}", flush=True)
    else:
        print(f"ok flights_{name}", flush=True)


def note(text, begun):
    print(f"  {time.monotonic() - begun:6.1f} s  {text}", flush=True)


def compare(name, millstream, postgres):
    """Both are lists of rows; equal as bags."""
    ordered = [sorted(rows, key=lambda row: tuple((v is not None, v) for v in row)) for rows in (millstream, postgres)]
    if ordered[0] == ordered[1]:
        report(name, None)
        return
    ours, theirs = set(ordered[0]), set(ordered[1])
    lines = [f"{len(millstream)} rows in Millstream, {len(postgres)} in PostgreSQL"]
    lines += [f"  only in Millstream: {row}" for row in sorted(ours - theirs, key=str)[:8]]
    lines += [f"  only in PostgreSQL: {row}" for row in sorted(theirs - ours, key=str)[:8]]
    report(name, "\n".join(lines))


def load(postgres, lines):
    postgres.execute(TABLE)
    with postgres.cursor() as cursor, cursor.copy("COPY flights FROM STDIN WITH (FORMAT csv)") as copy:
        for start in range(0, len(lines), 10000):
            part = lines[start : start + 10000]
            copy.write("".join(f"{start + i},{line}\n" for i, line in enumerate(part)))


def rule(postgres, name, epochs):
    """Makes the table `name`: the flights, their epoch, the watermark they met and whether they were late.

    `epochs` are (epoch, first position, row count) in order.
    """
    postgres.execute("CREATE TEMP TABLE IF NOT EXISTS epochs (epoch bigint, first bigint, past bigint); TRUNCATE epochs")
    with postgres.cursor() as cursor, cursor.copy("COPY epochs FROM STDIN") as copy:
        for epoch, first, count in epochs:
            copy.write_row((epoch, first, first + count))
    postgres.execute(f"""
        CREATE TEMP TABLE {name} AS
        WITH placed AS (SELECT f.*, e.epoch FROM flights f JOIN epochs e ON f.position >= e.first AND f.position < e.past),
             tops AS (SELECT epoch, max(departed) AS top FROM placed GROUP BY epoch),
             marks AS (SELECT epoch, max(top) OVER (ORDER BY epoch) - {DELAY} AS after FROM tops),
             met AS (SELECT epoch, after, lag(after) OVER (ORDER BY epoch) AS before FROM marks)
        SELECT placed.*, met.before AS watermark, met.after, coalesce(departed < met.before, false) AS late
        FROM placed JOIN met USING (epoch)""")


def statements(path):
    """The statements of a SQL script without the ones that only show something."""
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("--"))
    parts = [part.strip() for part in text.split(";\n")]
    return [part.rstrip(";") for part in parts if part.startswith("CREATE")]


def columns(prefix=""):
    return ", ".join(prefix + name for name in COLUMNS)


def compare_views(client, postgres, kind, rows, ended):
    for name, query in REFERENCE.items():
        seen = client.execute(f"SELECT * FROM {kind}_{name}").fetchall()
        wanted = postgres.execute(query.format(rows=rows, ended=ended)).fetchall()
        compare(f"{kind}_{name}", seen, wanted)


def check_copy(client, postgres, lines, begun):
    chunks = range(0, len(lines), CHUNK)
    with client.cursor() as cursor:
        for start in chunks:
            with cursor.copy(f"COPY reports ({columns()}) FROM STDIN WITH (FORMAT csv)") as copy:
                copy.write("".join(line + "\n" for line in lines[start : start + CHUNK]))
    note(f"copied in {len(chunks)} chunks", begun)
    rule(postgres, "copied", [(i, start, min(CHUNK, len(lines) - start)) for i, start in enumerate(chunks)])
    compare_views(client, postgres, "reports", "copied", "false")
    seen = client.execute(f"SELECT {columns()}, ms_watermark FROM late_events('reports')").fetchall()
    wanted = postgres.execute(f"SELECT {columns()}, watermark FROM copied WHERE late").fetchall()
    compare("reports_late", seen, wanted)
    if not wanted:
        report("reports_some_are_late", "no row is late: the test tests nothing")


def wait_for_source(client, total):
    deadline = time.monotonic() + SOURCE_SECONDS_MAX
    count = 0
    while time.monotonic() < deadline:
        query = "SELECT coalesce(sum(row_count), 0) FROM ms_catalog.ms_source_epochs WHERE name = 'landings'"
        count = int(client.execute(query).fetchone()[0])
        if count >= total:
            return
        time.sleep(0.2)
    raise SystemExit(f"FAILED flights_source_is_read: {count} of {total} rows after {SOURCE_SECONDS_MAX} s")


def check_source(client, postgres, total, begun):
    wait_for_source(client, total)
    client.execute("FLUSH")
    note("the file is read", begun)
    epochs = client.execute(
        "SELECT epoch, partition, first_position, row_count, watermark::text FROM ms_catalog.ms_source_epochs "
        "WHERE name = 'landings' ORDER BY epoch"
    ).fetchall()
    partitions = {row[1] for row in epochs}
    report("landings_one_partition", None if len(partitions) == 1 else f"partitions {partitions}")
    rule(postgres, "streamed", [(epoch, first, count) for epoch, _, first, count, _ in epochs])
    compare_views(client, postgres, "landings", "streamed", "true")
    query = f"SELECT {columns()}, ms_epoch, ms_watermark, ms_delay, ms_position FROM late_events('landings')"
    seen = client.execute(query).fetchall()
    query = f"SELECT {columns()}, epoch, watermark, watermark - departed, position FROM streamed WHERE late"
    compare("landings_late", seen, postgres.execute(query).fetchall())
    # The end of the file closes every window: what the last epoch shows as watermark is not a time.
    last = epochs[-1][0]
    # An epoch may have taken rows in several turns.
    marks = list({(epoch, mark) for epoch, _, _, count, mark in epochs if count > 0 and epoch != last})
    query = "SELECT DISTINCT epoch, after::text FROM streamed WHERE epoch <> %s"
    compare("landings_watermarks", marks, postgres.execute(query, (last,)).fetchall())
    note(f"{len(epochs)} epochs, {len(seen)} rows were late", begun)


def main():
    begun = time.monotonic()
    lines = fetch().read_text().splitlines()[1:]
    note(f"{len(lines)} flights", begun)
    os.chdir(ROOT)
    with Server("--workers", "2") as server:
        with (
            psycopg.connect(server.dsn, autocommit=True) as client,
            psycopg.connect(os.environ["MILLSTREAM_POSTGRES"], autocommit=True) as postgres,
        ):
            load(postgres, lines)
            note("PostgreSQL has them", begun)
            for statement in statements(ROOT / "sql" / "flights.sql"):
                client.execute(statement)
            check_copy(client, postgres, lines, begun)
            check_source(client, postgres, len(lines), begun)
    note("done", begun)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
