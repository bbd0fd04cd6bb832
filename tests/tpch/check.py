"""The 22 queries of TPC-H as views, against PostgreSQL through rounds of changes.

Both databases get the same data by COPY and the same changes. A round inserts
orders with their lines, deletes others, and updates, inserts and deletes rows of
the other tables. After it each view is compared with PostgreSQL's answer to its
query, and in some rounds with Millstream's own answer to an ad-hoc query too.

    tests/tpch/check.py [--rounds 100] [--scale 0.01] [--seed 1] [--workers 1,3] [q3 q5 …]

MILLSTREAM_BIN is the server, MILLSTREAM_TPCH_DATA the example `tpch_data` (beside
the server by default), MILLSTREAM_POSTGRES the connection string of PostgreSQL.
"""

import argparse
import decimal
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import psycopg

HERE = pathlib.Path(__file__).resolve().parent
QUERIES = HERE.parents[1] / "sql" / "tpch"
sys.path.insert(0, str(HERE.parent / "clients"))

from server import Server  # noqa: E402

TABLES = ["region", "nation", "supplier", "part", "partsupp", "customer", "orders", "lineitem"]
# Rounds between two in which ad-hoc queries are compared as well.
AD_HOC_EVERY = 10
SHOWN_MAX = 5

failed = 0


def report(name, problem):
    global failed
    if problem:
        failed += 1
        print(f"FAILED tpch_{name}\n{problem}", flush=True)
    else:
        print(f"ok tpch_{name}", flush=True)


def note(text, begun):
    print(f"  {time.monotonic() - begun:6.1f} s  {text}", flush=True)


def statements(path):
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("--"))
    return [part.strip() for part in text.split(";") if part.strip()]


def canonical(value):
    """Numbers that engines divide to different lengths are equal in 12 digits."""
    if isinstance(value, (float, decimal.Decimal, int)) and not isinstance(value, bool):
        return f"{decimal.Decimal(value):.11e}" if value else "0"
    return value if value is None else str(value)


def bag(rows):
    return sorted((tuple(canonical(value) for value in row) for row in rows), key=str)


def difference(ours, theirs):
    """Why two lists of rows are not equal as bags, or None."""
    ours, theirs = bag(ours), bag(theirs)
    if ours == theirs:
        return None
    lines = [f"{len(ours)} rows in Millstream, {len(theirs)} in PostgreSQL"]
    lines += [f"  only in Millstream: {row}" for row in sorted(set(ours) - set(theirs), key=str)[:SHOWN_MAX]]
    lines += [f"  only in PostgreSQL: {row}" for row in sorted(set(theirs) - set(ours), key=str)[:SHOWN_MAX]]
    return "\n".join(lines)


def answered(client, query, wanted):
    """How Millstream's answer differs, or None."""
    try:
        return difference(client.execute(query).fetchall(), wanted)
    except psycopg.Error as error:
        return str(error)


def copy(database, table, path):
    with database.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN WITH (FORMAT csv)") as sink:
        sink.write(path.read_text())


def prepare_reference(postgres, data):
    """Temporary tables: nothing of it stays."""
    for statement in statements(QUERIES / "schema.sql"):
        postgres.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    for table in TABLES:
        copy(postgres, table, data / f"{table}.csv")
    for column in ["lineitem (l_partkey)", "orders (o_custkey)", "partsupp (ps_suppkey)", "customer (c_nationkey)"]:
        postgres.execute(f"CREATE INDEX ON {column}")
    postgres.execute("ANALYZE")


def changes(dice, postgres, data, round_number):
    """The statements of a round, the same for both; COPY is (table, path)."""
    folder = data / str(round_number)
    gone = ", ".join((folder / "deleted.txt").read_text().split())

    def key(table, column):
        rows = postgres.execute(f"SELECT {column} FROM {table} ORDER BY {column}").fetchall()
        return dice.choice(rows)[0]

    def money(low, high):
        return f"{dice.randint(low * 100, high * 100) / 100:.2f}"

    nation, size = dice.randint(0, 24), dice.choice([15, 49, 14, 23, 45])
    yield ("orders", folder / "orders.csv")
    yield ("lineitem", folder / "lineitem.csv")
    yield f"DELETE FROM lineitem WHERE l_orderkey IN ({gone})"
    yield f"DELETE FROM orders WHERE o_orderkey IN ({gone})"
    yield f"UPDATE customer SET c_acctbal = {money(-999, 9999)} WHERE c_custkey = {key('customer', 'c_custkey')}"
    yield (f"UPDATE customer SET c_mktsegment = 'BUILDING', c_nationkey = {nation} "
           f"WHERE c_custkey = {key('customer', 'c_custkey')}")
    yield f"DELETE FROM customer WHERE c_custkey = {key('customer', 'c_custkey')}"
    yield (f"INSERT INTO customer VALUES ({1_000_000 + round_number}, 'Customer#{round_number}', 'a street', {nation}, "
           f"'{dice.choice([13, 31, 23, 29, 30, 18, 17])}-101', {money(0, 9999)}, 'MACHINERY', 'came later')")
    yield f"UPDATE supplier SET s_nationkey = {nation} WHERE s_suppkey = {key('supplier', 's_suppkey')}"
    comment = dice.choice(["'Customer has Complaints'", "'none'", "NULL"])
    yield f"UPDATE supplier SET s_comment = {comment} WHERE s_suppkey = {key('supplier', 's_suppkey')}"
    yield (f"UPDATE part SET p_size = {size}, p_type = 'PROMO POLISHED BRASS', p_name = 'forest green {round_number}' "
           f"WHERE p_partkey = {key('part', 'p_partkey')}")
    yield (f"UPDATE part SET p_brand = 'Brand#23', p_container = 'MED BOX', p_type = 'ECONOMY ANODIZED STEEL' "
           f"WHERE p_partkey = {key('part', 'p_partkey')}")
    part = key("part", "p_partkey")
    yield (f"UPDATE partsupp SET ps_availqty = {dice.randint(1, 9999)}, ps_supplycost = {money(1, 1000)} "
           f"WHERE ps_partkey = {part}")
    yield f"DELETE FROM partsupp WHERE ps_partkey = {key('partsupp', 'ps_partkey')} AND ps_suppkey % 2 = 0"
    order = key("orders", "o_orderkey")
    yield f"UPDATE lineitem SET l_quantity = l_quantity + {dice.randint(1, 80)} WHERE l_orderkey = {order}"
    order = key("orders", "o_orderkey")
    yield (f"UPDATE lineitem SET l_receiptdate = l_commitdate + 3, l_returnflag = 'R', l_shipmode = 'MAIL' "
           f"WHERE l_orderkey = {order}")
    order = key("orders", "o_orderkey")
    yield (f"UPDATE orders SET o_orderpriority = '1-URGENT', o_orderdate = DATE '{dice.randint(1993, 1996)}-07-15', "
           f"o_orderstatus = 'F' WHERE o_orderkey = {order}")
    if round_number % 5 == 2:
        # A nation changes its name, and back in a later round.
        names = ("FRANCE", "FRANKREICH") if round_number % 10 == 2 else ("FRANKREICH", "FRANCE")
        yield f"UPDATE nation SET n_name = '{names[1]}' WHERE n_name = '{names[0]}'"
    if round_number % 7 == 3:
        yield f"UPDATE nation SET n_regionkey = {dice.randint(0, 4)} WHERE n_nationkey = {nation}"


def apply(database, change):
    if isinstance(change, tuple):
        copy(database, *change)
    else:
        database.execute(change)


def create_views(client, queries, workers):
    made = []
    for name in queries:
        try:
            client.execute(f"CREATE MATERIALIZED VIEW {name} AS {statements(QUERIES / f'{name}.sql')[0]}")
            made.append(name)
        except psycopg.Error as error:
            report(f"{name}_workers_{workers}", f"as a view: {error}")
    return made


def check(postgres, data, queries, rounds, seed, workers, begun):
    """One server through all rounds. The first difference of a query is its last."""
    wrong, seen_rows = {}, dict.fromkeys(queries, 0)
    dice = random.Random(seed)
    with Server("--workers", str(workers)) as server, psycopg.connect(server.dsn, autocommit=True) as client:
        for statement in statements(QUERIES / "schema.sql"):
            client.execute(statement)
        # Half of the views begin with empty tables, half with full ones.
        early = create_views(client, queries[::2], workers)
        for table in TABLES:
            copy(client, table, data / f"{table}.csv")
        views = early + create_views(client, queries[1::2], workers)
        note(f"{workers} workers: loaded, {len(views)} views", begun)

        def compare(round_number):
            place = "after loading" if round_number is None else f"round {round_number}"
            for name in (name for name in queries if name not in wrong):
                query = statements(QUERIES / f"{name}.sql")[0]
                wanted = postgres.execute(query).fetchall()
                seen_rows[name] += len(wanted)
                problem = answered(client, f"SELECT * FROM {name}", wanted) if name in views else None
                if not problem and (round_number or 0) % AD_HOC_EVERY == 0:
                    problem = answered(client, query, wanted)
                    place = f"{place}, ad hoc" if problem else place
                if problem:
                    wrong[name] = f"{place}: {problem}"

        compare(None)
        for round_number in range(rounds):
            for change in list(changes(dice, postgres, data, round_number)):
                apply(postgres, change)
                apply(client, change)
            compare(round_number)
        for name in queries:
            if name not in views and name not in wrong:
                continue
            empty = "its answer is always empty: the test tests nothing" if not seen_rows[name] else None
            report(f"{name}_workers_{workers}", wrong.get(name) or empty)
    note(f"{workers} workers: {rounds} rounds", begun)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("queries", nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--scale", default="0.01")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", default="1,3")
    options = parser.parse_args()
    queries = options.queries or [f"q{number}" for number in range(1, 23)]
    beside = pathlib.Path(os.environ.get("MILLSTREAM_BIN", "target/release/millstream")).parent
    program = os.environ.get("MILLSTREAM_TPCH_DATA", str(beside / "examples" / "tpch_data"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder)
        subprocess.run([program, folder, options.scale, str(options.rounds)], check=True)
        for workers in options.workers.split(","):
            with psycopg.connect(os.environ["MILLSTREAM_POSTGRES"], autocommit=True) as postgres:
                prepare_reference(postgres, data)
                note("PostgreSQL has the data", begun)
                check(postgres, data, queries, options.rounds, options.seed, int(workers), begun)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
