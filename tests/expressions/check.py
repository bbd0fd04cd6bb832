"""Evaluates expressions in a real PostgreSQL and in Millstream and compares the texts.

Each `tests/expressions/TOPIC.txt` has one expression a line; `#` begins a comment. A line that begins with `FROM`
gives the relation that the expressions after it read, up to the next such line; a lone `FROM` ends it.
Every expression is asked as `SELECT (expression)::text` and as `SELECT expression`, by the simple protocol. Over the
relation `samples`, which both databases hold as a table, Millstream is asked a third time: as a materialized view.
An error is compared by its SQLSTATE.

`known.txt` lists the differences that stay, under headings that give the reason. One that has gone is told.

    check.py [--show] [TOPIC ...]     --show prints every difference, known or not

MILLSTREAM_POSTGRES is the connection string of the PostgreSQL to use.
"""

import os
import pathlib
import sys

import psycopg

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "clients"))

from server import Server  # noqa: E402

SAMPLES = (HERE / "samples.sql").read_text()
SAMPLE_ROWS = 5
NOT_TOPICS = {"known"}


class Asker:
    """One connection; every question is a simple query of its own."""

    def __init__(self, dsn):
        self.dsn = dsn
        self.connection = psycopg.connect(dsn, autocommit=True)

    def ask(self, query):
        """Rows as text, one a line; `ERROR 22012` for an error."""
        result = self.connection.pgconn.exec_(query.encode())
        status = psycopg.pq.ExecStatus(result.status)
        if status in (psycopg.pq.ExecStatus.FATAL_ERROR, psycopg.pq.ExecStatus.BAD_RESPONSE):
            state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
            message = result.error_field(psycopg.pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message
            if state is None:
                self.connection = psycopg.connect(self.dsn, autocommit=True)
                return "CONNECTION LOST", message.decode()
            return f"ERROR {state.decode()}", message.decode()
        rows = []
        for row in range(result.ntuples):
            values = [result.get_value(row, column) for column in range(result.nfields)]
            rows.append("|".join("NULL" if v is None else v.decode(errors="replace") for v in values))
        return "\n".join(rows), None

    def script(self, text):
        for statement in text.split(";\n"):
            if statement.strip():
                answer, message = self.ask(statement)
                if message:
                    raise SystemExit(f"{statement}\n{answer}: {message}")


class Lines:
    """The expressions of one file, each with the relation that it reads."""

    def __init__(self, path):
        self.cases = []
        source = ""
        for line in path.read_text().splitlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line == "FROM" or line.startswith("FROM "):
                source = line[4:].strip()
            else:
                self.cases.append((line, source))


def known_differences():
    """Expression to reason."""
    known = {}
    reason = ""
    path = HERE / "known.txt"
    for line in path.read_text().splitlines() if path.exists() else []:
        line = line.strip()
        if line.startswith("#"):
            reason = line.lstrip("# ")
        elif line:
            known[line] = reason
    return known


def forms(expression, source):
    """The queries that must give the same in both databases."""
    tail = f" FROM {source}" if source else ""
    if source.startswith("samples"):
        tail += "" if "(" in source else " ORDER BY id"
    return [("as text", f"SELECT ({expression})::text{tail}"), ("plain", f"SELECT {expression}{tail}")]


def in_view(millstream, expression, number):
    """The same by a view over the table."""
    name = f"view_{number}"
    answer, message = millstream.ask(f"CREATE MATERIALIZED VIEW {name} AS SELECT id, ({expression})::text AS e FROM samples")
    if message:
        return answer, message
    # An error of a row is data in a view: it is told when the view is read.
    answer, message = millstream.ask(f"SELECT e FROM {name} ORDER BY id")
    millstream.ask(f"DROP MATERIALIZED VIEW {name}")
    return answer, message


def differences(postgres, millstream, expression, source, number):
    found = []
    for form, query in forms(expression, source):
        expected, _ = postgres.ask(query)
        answer, message = millstream.ask(query)
        if answer != expected:
            found.append((form, expected, answer, message))
        if form == "as text" and source == "samples" and answer == expected:
            viewed, message = in_view(millstream, expression, number)
            # A row whose expression fails leaves the view; the others stay.
            lost = expected.startswith("ERROR") and (message or len(viewed.split("\n")) < SAMPLE_ROWS)
            if viewed != expected and not lost:
                found.append(("in a view", expected, viewed, message))
    return found


def short(text):
    text = text.replace("\n", " / ")
    return text if len(text) < 200 else text[:200] + "…"


def check(topic, postgres, millstream, known, show):
    cases = Lines(HERE / f"{topic}.txt").cases
    wrong, stays, gone = [], 0, []
    for number, (expression, source) in enumerate(cases):
        found = differences(postgres, millstream, expression, source, number)
        if found and (expression not in known or show):
            wrong.append(expression)
            for form, expected, answer, message in found[:1]:
                told = f" ({message})" if message else ""
                print(f"  {expression}\n    {form}: {short(expected)}\n    millstream: {short(answer)}{short(told)}")
        elif found:
            stays += 1
        elif expression in known:
            gone.append(expression)
            print(f"  no longer differs: {expression}")
    word = "FAILED" if wrong else "ok"
    print(f"{word} expressions_{topic}: {len(cases)} expressions, {len(wrong)} differ, {stays} known to differ", flush=True)
    return len(cases), len(wrong)


def own_database(dsn):
    """A new database that knows the case of letters beyond ASCII, and orders text by code point."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS expressions")
        connection.execute(
            "CREATE DATABASE expressions TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )
    return psycopg.conninfo.make_conninfo(dsn, dbname="expressions")


def main():
    show = "--show" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    topics = sorted(p.stem for p in HERE.glob("*.txt") if p.stem not in NOT_TOPICS)
    known = known_differences()
    total = failed = 0
    with Server() as server:
        postgres = Asker(own_database(os.environ["MILLSTREAM_POSTGRES"]))
        millstream = Asker(server.dsn)
        for asker in (postgres, millstream):
            asker.script(SAMPLES)
        for topic in wanted or topics:
            cases, wrong = check(topic, postgres, millstream, known, show)
            total, failed = total + cases, failed + wrong
    print(f"{total} expressions, {failed} wrong, {len(known)} listed in known.txt")
    sys.exit(1 if failed else 0)


main()
