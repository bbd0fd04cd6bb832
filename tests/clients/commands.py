"""The commands of the binary: `playground` and `run FILE.sql`.

Prints `ok NAME` or `FAILED NAME` for each check.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import psycopg

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("MILLSTREAM_BIN", "target/release/millstream"))


def script(name, text=None, expects=()):
    """A script runs to its end and prints what it should."""
    with tempfile.TemporaryDirectory() as folder:
        path = ROOT / "sql" / name
        if text is not None:
            path = pathlib.Path(folder) / name
            path.write_text(text)
        done = subprocess.run(
            [BINARY, "run", str(path), "--until-idle"], capture_output=True, text=True, timeout=120, cwd=folder
        )
        assert done.returncode == 0, done.stderr
        for words in expects:
            assert words in done.stdout, f"{words!r} is not in\n{done.stdout[-2000:]}"
        left = [p for p in pathlib.Path(folder).iterdir() if p != path]
        assert not left, f"files were left behind: {left}"


def run_accounts():
    script("accounts.sql", expects=["Ada", "Emmy"])


def run_auctions():
    script("auctions.sql", expects=["2015-07-15"])


def run_prints_changes():
    text = (
        "CREATE TABLE t (a INT); CREATE MATERIALIZED VIEW m AS SELECT sum(a) AS s FROM t;\n"
        "INSERT INTO t VALUES (40), (2); SELECT s FROM m;\n"
    )
    script("small.sql", text, ["42"])


def run_says_what_is_wrong():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "wrong.sql"
        path.write_text("CREATE TABLE t (a INT);\nSELEC 1;\n")
        done = subprocess.run([BINARY, "run", str(path)], capture_output=True, text=True, timeout=60, cwd=folder)
        assert done.returncode != 0
        assert "syntax" in done.stderr.lower() and "panicked" not in done.stderr, done.stderr
        done = subprocess.run([BINARY, "run", "/no/such.sql"], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "/no/such.sql" in done.stderr, done.stderr


def playground():
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [BINARY, "playground", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True, cwd=folder
        )
        try:
            said = ""
            while "listening on " not in said:
                line = process.stdout.readline()
                assert line, f"it ended: {said}"
                said += line
            port = said.split("listening on ")[1].split()[0].rsplit(":", 1)[1]
            with psycopg.connect(f"host=127.0.0.1 port={port} user=root dbname=dev", autocommit=True) as client:
                deadline = time.monotonic() + 20
                seen = set()
                while len(seen) < 3 and time.monotonic() < deadline:
                    seen.add(str(client.execute("SELECT * FROM bids_per_channel").fetchall()))
                    time.sleep(0.3)
                assert len(seen) >= 3, "the view does not change"
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(20)
        assert code == 0, f"exit code {code}"
        assert not list(pathlib.Path(folder).iterdir()), "files were left behind"


def help_and_version():
    for argument, words in (("--help", "playground"), ("--version", "millstream")):
        done = subprocess.run([BINARY, argument], capture_output=True, text=True, timeout=20)
        assert done.returncode == 0 and words in done.stdout.lower(), done.stdout
    done = subprocess.run([BINARY, "--no-such-flag"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "--no-such-flag" in done.stderr, done.stderr
    for command in (["--workers", "0"], ["run", "x.sql", "--workers", "0"]):
        done = subprocess.run([BINARY, *command], capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and "at least one worker" in done.stderr, done.stderr


def main():
    failed = 0
    for check in (help_and_version, run_accounts, run_auctions, run_prints_changes, run_says_what_is_wrong, playground):
        try:
            check()
            print(f"ok command_{check.__name__}", flush=True)
        except Exception as error:  # every check must get its turn
            failed += 1
            print(f"FAILED command_{check.__name__}\n{error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
