"""What psql asks by itself: the backslash commands and tab completion.

Each file `psql/NAME.out` holds what psql prints for the command in its first
line, as PostgreSQL answers it. Prints `ok NAME` or `FAILED NAME`; with
`--reference DSN` it writes the files from a PostgreSQL instead.
"""

import difflib
import pathlib
import subprocess
import sys

import psycopg

from server import Server

FOLDER = pathlib.Path(__file__).parent / "psql"

# Commands whose whole answer is compared.
WHOLE = {
    "d": r"\d",
    "dt": r"\dt",
    "dv": r"\dv",
    "dm": r"\dm",
    "d_table": r"\d orders",
    "d_types": r"\d events",
    "d_view": r"\d paid_orders",
    "d_materialized": r"\d per_customer",
    "d_pattern": r"\d *orders",
    "dt_pattern": r"\dt e*",
    "d_missing": r"\d nowhere",
    "di_none": r"\di nowhere",
    "sf": r"\sf net_of",
    "names": "SELECT count(*), count(*), 'orders'::regclass, 'orders'::regclass::text, 1, 2 FROM pg_class WHERE relname = 'orders'",
    "in_from": "SELECT r, d, c.relkind FROM pg_class c, quote_ident(c.relname) AS r, current_database() AS d WHERE relname = 'orders'",
    "conninfo_user": "SELECT current_user, current_database()",
    "null": r"\pset null (null)" + "\n" + "SELECT NULL::int AS a, '' AS b",
    "unaligned": r"\a" + "\n" + "SELECT 1 AS a, true AS b, 1.50::numeric(5,2) AS c, 'x'::text AS d",
    "gdesc": r"SELECT 1::bigint AS a, 'x'::text AS b, now() AS c \gdesc",
}

# Commands of whose answer a few words are enough: the rest depends on the version of psql.
WORDS = {
    "l": (r"\l", ["dev", "root", "UTF8"]),
    "du": (r"\du", ["root"]),
    "d_plus": (r"\d+", ["orders", "per_customer", "materialized view"]),
    "d_table_plus": (r"\d+ orders", ["id", "bigint", "not null", "customer"]),
    # `rw_catalog` is shown too, as its own dialect does.
    "dn": (r"\dn", ["public", "root"]),
    "dn_plus": (r"\dn+", ["public"]),
    "df": (r"\df nothing_of_this_name", ["0 rows"]),
    "df_function": (r"\df net_of", ["net_of", "gross numeric, rate numeric", "func", "1 row"]),
    "dT": (r"\dT nothing_of_this_name", ["0 rows"]),
    "ds": (r"\ds", ["find any"]),
    "dx": (r"\dx", []),
    "dp": (r"\dp orders", ["orders"]),
    "encoding": (r"\encoding", ["UTF8"]),
    "timing": (r"\timing on" + "\nSELECT 1", ["Time:"]),
}

# What tab completion sends for `SELECT * FROM o<TAB>`, `DROP MATERIALIZED VIEW <TAB>`,
# `SELECT … FROM orders WHERE <TAB>` and `SET <TAB>` (psql 15).
COMPLETION = {
    "complete_relations": (
        "SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c "
        "WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND substring(pg_catalog.quote_ident(c.relname),1,1)='o' "
        "AND pg_catalog.pg_table_is_visible(c.oid) "
        "AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog') LIMIT 1000",
        {"orders"},
    ),
    "complete_materialized": (
        "SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c WHERE c.relkind IN ('m') "
        "AND substring(pg_catalog.quote_ident(c.relname),1,0)='' AND pg_catalog.pg_table_is_visible(c.oid) LIMIT 1000",
        {"per_customer"},
    ),
    "complete_schemas": (
        "SELECT pg_catalog.quote_ident(n.nspname) || '.' FROM pg_catalog.pg_namespace n "
        "WHERE substring(pg_catalog.quote_ident(n.nspname) || '.',1,2)='pu'",
        {"public."},
    ),
    "complete_columns": (
        "SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c "
        "WHERE c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped "
        "AND substring(pg_catalog.quote_ident(attname),1,2)='pa' AND pg_catalog.quote_ident(relname)='orders' "
        "AND pg_catalog.pg_table_is_visible(c.oid) LIMIT 1000",
        {"paid"},
    ),
    "complete_settings": (
        "SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings "
        "WHERE substring(name,1,9)='applicati' LIMIT 1000",
        {"application_name"},
    ),
}


def psql(dsn, command):
    done = subprocess.run(
        ["psql", "-X", dsn, "-P", "pager=off"],
        input=command + "\n",
        capture_output=True,
        text=True,
        timeout=30,
    )
    return (done.stdout + done.stderr).strip() + "\n"


def check_whole(dsn):
    for name, command in WHOLE.items():
        expected = (FOLDER / f"{name}.out").read_text().split("\n", 1)[1]
        got = psql(dsn, command)
        if got == expected:
            yield name, None
        else:
            lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), "PostgreSQL", "Millstream", lineterm="")
            yield name, "\n".join(lines)


def check_words(dsn):
    for name, (command, words) in WORDS.items():
        got = psql(dsn, command)
        missing = [word for word in words if word not in got]
        yield name, f"without {missing}:\n{got}" if missing or "ERROR" in got else None


def check_completion(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        for name, (query, wanted) in COMPLETION.items():
            try:
                got = {row[0] for row in connection.execute(query).fetchall()}
                yield name, None if got == wanted else f"got {got}, wanted {wanted}"
            except psycopg.Error as error:
                yield name, f"{error.sqlstate}: {error}\n{query}"


def write_reference(dsn):
    for name, command in WHOLE.items():
        first = command.replace("\n", " ; ")
        (FOLDER / f"{name}.out").write_text(f"{first}\n{psql(dsn, command)}")


def main():
    if sys.argv[1:2] == ["--reference"]:
        write_reference(sys.argv[2])
        return 0
    failed = 0
    with Server("--workers", "1") as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            for statement in (FOLDER / "setup.sql").read_text().split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        for part in (check_whole, check_words, check_completion):
            for name, problem in part(server.dsn):
                if problem is None:
                    print(f"ok psql_{name}", flush=True)
                else:
                    failed += 1
                    print(f"FAILED psql_{name}\n{problem}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
