"""How old a frame is on a phone, what five phones cost the run, and what a stranger's connection costs.

The program runs as a runner starts it, with a simulated runner, and is asked over the loopback. The phones live in this
process, so their own work is not counted. Run alone: `python -m tests.benchmarks.share`.
"""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from tests.benchmarks.table import drawn, machine_unit
from tests.pty.terminal import COACH

_PHONES: Final = 5
_FOR_S: Final = 15.0
_STRANGERS: Final = 100
_LINK: Final = re.compile(r"http://127\.0\.0\.1:(\d+)(/in/[\w-]{22})")


def table(unit: float) -> str:
    """The ages of frames and the shares of a core."""
    del unit
    with _program() as (process, port, link):
        cookie = _enter(port, link)
        alone = _busy(process.pid, lambda: time.sleep(_FOR_S))
        ages: list[float] = []
        shared = _busy(process.pid, lambda: ages.extend(_look(port, cookie)))
        began = _cpu_s(process.pid)
        for _ in range(_STRANGERS):
            _ask(port, "/in/guessed")
        stranger_s = (_cpu_s(process.pid) - began) / _STRANGERS
    rows = [
        ["frame made to frame read, median", f"{median(ages) * 1e3:.1f} ms", "20 ms"],
        ["the same, 95 %", f"{quantiles(ages, n=20)[-1] * 1e3:.1f} ms", ""],
        [
            f"{_PHONES} phones, beside the same run without one",
            f"{100 * (shared - alone):.2f} % of a core",
            "1 %",
        ],
        ["the run without a phone", f"{100 * alone:.2f} % of a core", ""],
        ["a stranger's request, refused", f"{stranger_s * 1e3:.2f} ms of a core", ""],
    ]
    return drawn("Share", [f"{_PHONES} phones, loopback, {_FOR_S:.0f} s", "measured", "budget"], rows)


@contextmanager
def _program() -> Iterator[tuple["subprocess.Popen[str]", int, str]]:
    """A simulated run that is shared, once its link was told."""
    command = [
        COACH,
        "run",
        "10min @ 5:00/km",
        "--sensors",
        "sim",
        "--no-record",
        "--json",
        "--share=127.0.0.1",
    ]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"COACH_HOME": home}
        log = Path(home) / "said"
        with log.open("w") as said:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                text=True,
            )
        try:
            while (found := _LINK.search(log.read_text())) is None:
                time.sleep(0.05)
            time.sleep(2.0)  # what is loaded at the start is not the run
            yield process, int(found[1]), found[2]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _cpu_s(pid: int) -> float:
    """Seconds a process has computed so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _busy(pid: int, work: Callable[[], object]) -> float:
    """The share of a core that a process takes during some work."""
    cpu_s, began = _cpu_s(pid), time.monotonic()
    work()
    return (_cpu_s(pid) - cpu_s) / (time.monotonic() - began)


def _ask(port: int, path: str, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse()


def _enter(port: int, link: str) -> str:
    cookie = _ask(port, link).headers["Set-Cookie"] or ""
    return cookie.partition(";")[0]


def _offset_s(port: int, cookie: str) -> float:
    """The run's clock less ours, from the quickest of 20 questions: half of it is the error, about 0.2 ms."""
    best = (1.0, 0.0)
    for _ in range(20):
        asked = time.monotonic()
        now_s = json.loads(_ask(port, "/time", cookie).read())["now_s"]
        answered = time.monotonic()
        best = min(best, (answered - asked, now_s - (asked + answered) / 2))
    return best[1]


def _look(port: int, cookie: str) -> list[float]:
    """Ages of the frames that all phones read, in seconds."""
    offset_s = _offset_s(port, cookie)
    ages: list[float] = []
    ends_at = time.monotonic() + _FOR_S

    def read() -> None:
        with socket.create_connection(("127.0.0.1", port)) as phone:
            phone.sendall(
                f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
            )
            kind = b""
            for line in phone.makefile("rb"):
                if line.startswith(b"event: "):
                    kind = line.strip()
                elif line.startswith(b"data: ") and kind == b"event: frame":
                    at_s = json.loads(line[6:])["at_s"]
                    ages.append(time.monotonic() + offset_s - at_s)
                if time.monotonic() > ends_at:
                    return

    threads = [threading.Thread(target=read) for _ in range(_PHONES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ages


if __name__ == "__main__":
    print(table(machine_unit()))
