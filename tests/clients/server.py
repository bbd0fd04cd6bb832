"""One `millstream` process for the tests in Python."""

import os
import subprocess
import tempfile
import threading
import time


class Server:
    """A server in memory on a free port, ended when the block is left."""

    def __init__(self, *arguments):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        binary = os.environ.get("MILLSTREAM_BIN", "target/release/millstream")
        self.process = subprocess.Popen(
            [binary, "--in-memory", "--listen", "127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.port = self._wait()
        # Whatever else it says must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def _wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            if not line:
                break
            if "listening on " in line:
                return int(line.split("listening on ")[1].split()[0].rsplit(":", 1)[1])
        self.log.seek(0)
        raise SystemExit(f"millstream does not start: {self.log.read()}")

    @property
    def dsn(self):
        return f"host=127.0.0.1 port={self.port} user=root dbname=dev"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
