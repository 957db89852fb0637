"""The real program shares a run: what it says, asks and refuses, its links on the screen and down a pipe, its board."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pyte
import pytest

from coach.edge import share
from coach.edge.share import BoardBrowser, Interface, names_of, parse_address, qr_rows
from coach.problems import CoachProblem, UsageProblem
from tests.patience import block_until
from tests.pty.terminal import COACH, PATIENCE_S, Terminal

LINE = "60s @ 5:00/km"
RUN = ("run", LINE, "--sensors", "sim", "--no-record")
LINK = re.compile(rb"http://127\.0\.0\.1:(\d+)(/in/[\w-]{22})(?![\w-])")


@contextmanager
def program(*arguments: str, home: Path, words: tuple[str, ...] = RUN) -> Iterator["subprocess.Popen[bytes]"]:
    """The program without a terminal; it is interrupted at the end of the block."""
    command = [COACH, *words, "--json", *arguments]
    environment = os.environ | {"COACH_HOME": str(home)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE_S)


def read_until(
    process: "subprocess.Popen[bytes]", pattern: "re.Pattern[bytes]", times: int = 1
) -> list["re.Match[bytes]"]:
    """Read stderr until something was said so often."""
    assert process.stderr is not None
    output, deadline = b"", time.monotonic() + PATIENCE_S
    while len(matches := list(pattern.finditer(output))) < times:
        assert time.monotonic() < deadline, output
        if select.select([process.stderr], [], [], 0.1)[0]:
            piece = os.read(process.stderr.fileno(), 65536)
            assert piece, output
            output += piece
    return matches


def ask(port: int, path: str, cookie: str = "") -> tuple[int, str, bytes]:
    """Ask the server; gives status, cookie and the first bytes."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    answer = (response.status, (response.headers["Set-Cookie"] or "").partition(";")[0], response.read(400))
    connection.close()
    return answer


def test_without_a_terminal_the_link_is_told_with_its_code(tmp_path):
    """Link, code and who sees what are on stderr, the events on stdout; the line `share` makes a new link."""
    with program("--share=127.0.0.1", home=tmp_path) as process:
        assert process.stdin is not None
        match = read_until(process, LINK)[0]
        port, path = int(match[1]), match[2].decode()
        status, cookie, _ = ask(port, path)
        assert status == 200
        assert ask(port, path)[0] == 403
        _, _, first = ask(port, "/events", cookie)
        assert b'event: hello\ndata: {"v":1,"run":' in first
        process.stdin.write(b"share\n")
        process.stdin.flush()
        renewed = read_until(process, LINK)[0]
        assert renewed[2].decode() != path
        assert ask(port, renewed[2].decode())[0] == 200


def test_what_is_shared_is_told_on_stderr_alone(tmp_path):
    """A program that reads the events finds nothing else among them, and no token in them."""
    with program("--share=127.0.0.1", "--share-control", "--relay", home=tmp_path) as process:
        tokens = read_until(process, re.compile(rb"http://127\.0\.0\.1:\d+/(?:in|relay)/([\w-]{22})"), 3)
        process.send_signal(signal.SIGINT)
        out, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert all(json.loads(line)["v"] == 1 for line in out.splitlines())
    assert not any(token[1] in out for token in tokens)
    assert b"Traceback" not in stderr


def test_a_run_that_goes_on_can_be_shared(tmp_path):
    """After the battery the phones come back, each by a new link."""
    with program(home=tmp_path, words=RUN[:-1]) as process:
        assert process.stdout is not None
        while b'"step_started"' not in process.stdout.readline():
            pass
    with program("--restart", "--share=127.0.0.1", home=tmp_path, words=("runs", "resume")) as process:
        match = read_until(process, LINK)[0]
        port = int(match[1])
        _, cookie, _ = ask(port, match[2].decode())
        assert b'"role":"view"' in ask(port, "/events", cookie)[2]


class Seen:
    """What stands on a terminal, as an emulator shows it: only what changes is sent to it."""

    def __init__(self, terminal: Terminal, columns: int, lines: int) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._read = 0

    @property
    def text(self) -> str:
        """Every line of it."""
        output = self._terminal.output
        self._stream.feed(output[self._read :])
        self._read = len(output)
        return "\n".join(self._screen.display)

    @property
    def link(self) -> tuple[int, str]:
        """The port and the path of the link that is shown."""
        match = LINK.search(self.text.encode())
        return (0, "") if match is None else (int(match[1]), match[2].decode())


@pytest.mark.pty
def test_a_key_shows_the_link_on_the_live_screen(tmp_path):
    """`s` shows link and code over the run, `n` makes another, `s` goes back; a link that was used is replaced."""
    words = ["run", LINE, "--sensors", "sim", "--no-record", "--share=127.0.0.1"]
    terminal = Terminal(words, tmp_path, columns=80, lines=24)
    screen = Seen(terminal, 80, 24)
    try:
        terminal.until(lambda: "Shared at http://127.0.0.1:" in screen.text, "where it is shared")
        terminal.type("s")
        terminal.until(lambda: screen.link[1], "the link")
        port, first = screen.link
        assert all(row in screen.text for row in qr_rows(f"http://127.0.0.1:{port}{first}"))
        terminal.type("n")
        terminal.until(lambda: screen.link[1] not in {"", first}, "another link")
        _, second = screen.link
        assert ask(port, first)[0] == 403
        assert ask(port, second)[0] == 200
        terminal.until(lambda: screen.link[1] not in {"", first, second}, "a new link once it was used")
        terminal.type("s")
        terminal.until(lambda: not screen.link[1], "the run again")
        terminal.type("q")
        terminal.until(lambda: "Leave the run?" in screen.text, "the way out")
        terminal.type("l")
        assert terminal.exit_code() == 0
    finally:
        terminal.close()


# --- where


def test_a_bare_share_asks_where(coach, monkeypatch):
    """Without a terminal it is a usage error that names the addresses; the workout is not taken for one."""
    interfaces = [Interface("wlan0", "192.168.1.5"), Interface("lo", "127.0.0.1")]
    monkeypatch.setattr("coach.app.sharing.interfaces", lambda: interfaces)
    refused = coach("run", "--share", "20s @ 5:00/km", "--sensors", "sim", "--no-record")
    assert refused.exit_code == 2
    assert "192.168.1.5 (wlan0), 127.0.0.1 (this laptop only)" in refused.stderr
    assert "--share=192.168.1.5" in refused.stderr


@pytest.mark.pty
def test_a_bare_share_asks_on_a_terminal(tmp_path):
    """The addresses are numbered, and Enter takes the first."""
    terminal = Terminal(["run", LINE, "--share", "--sensors", "sim", "--no-record"], tmp_path)
    screen = Seen(terminal, 120, 40)
    try:
        terminal.until(lambda: b"Share at (1 to " in terminal.output, "the question")
        number = re.findall(rb"(\d+)  127\.0\.0\.1 \(this laptop only\)", terminal.output)[0].decode()
        terminal.type("x\n")
        terminal.until(lambda: b"Answer with a number" in terminal.output, "a correction")
        terminal.type(f"{number}\n")
        terminal.until(lambda: "Shared at http://127.0.0.1:" in screen.text, "where it is shared")
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("192.168.1.5", "192.168.1.5", None), ("192.168.1.5:80", "192.168.1.5", 80), (":9000", "127.0.0.1", 9000),
     ("[::1]:9000", "::1", 9000), ("laptop.local", "laptop.local", None)],
)  # fmt: skip
def test_an_address_as_it_is_written(text, host, port):
    """A host, a port, or both."""
    assert parse_address(text) == (host, port)


@pytest.mark.parametrize("text", ["1.2.3.4:", "a b", "1.2.3.4:0", "1.2.3.4:70000", "http://1.2.3.4", "::1"])
def test_what_is_no_address(text):
    """Anything else is a usage error that says how to write one."""
    with pytest.raises(UsageProblem, match="is not an address"):
        parse_address(text)


def test_an_address_of_another_machine_is_refused(coach):
    """It says which this laptop has."""
    refused = coach("run", LINE, "--sensors", "sim", "--no-record", "--share=198.51.100.7")
    assert refused.exit_code == 2
    assert "198.51.100.7 is not an address of this laptop" in refused.stderr
    assert "127.0.0.1 (this laptop only)" in refused.stderr


def test_a_port_that_is_taken(coach):
    """A named port is told to be taken; the usual one gives way to another."""
    first = share.listen("127.0.0.1", None)
    second = share.listen("127.0.0.1", None)
    port = first.getsockname()[1]
    try:
        assert second.getsockname()[1] != port
        with pytest.raises(CoachProblem, match=f"Port {port} of 127.0.0.1 is taken"):
            share.listen("127.0.0.1", port)
    finally:
        first.close()
        second.close()


def test_only_its_own_names_are_answered():
    """The address and, on the loopback, localhost; always with the port."""
    listening = share.listen("127.0.0.1", None)
    port = listening.getsockname()[1]

    try:
        assert names_of(listening) == {f"127.0.0.1:{port}", f"localhost:{port}"}
    finally:
        listening.close()


def test_the_code_is_that_of_the_link():
    """The rows are the modules of the code, two a line, with a white edge around them."""
    import segno

    link = "http://192.168.1.5:8321/in/AAAAAAAAAAAAAAAAAAAAAA"
    rows = qr_rows(link)
    halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
    lines = [[halves[each][half] for each in row] for row in rows for half in (0, 1)]
    modules = [list(row) for row in segno.make(link, error="m", boost_error=False, micro=False).matrix]
    size = len(modules)
    assert [row[2 : 2 + size] for row in lines[2 : 2 + size]] == modules
    assert set(lines[0]) == set(lines[1]) == {0}
    assert len(rows) <= 20  # with the link and two lines below it fits 24 rows
    assert len(rows[0]) <= 40


# --- the board

BROWSER = """#!{python}
import os, pathlib, re, sys, time, urllib.request
page = pathlib.Path(sys.argv[-1].removeprefix("file://"))
link = re.search("url=([^\\"]+)", page.read_text())[1]
answer = urllib.request.urlopen(link)
told = [oct(page.stat().st_mode & 0o777), link, str(answer.status), answer.read().decode(), *sys.argv[1:]]
pathlib.Path({out!r}).write_text("\\n".join(told))
time.sleep(60)
"""


def test_the_board_is_opened_and_ended_with_the_program(tmp_path):
    """A browser in kiosk mode gets a link that works once, not on its command line, and ends by its process id."""
    out, folder = tmp_path / "out", tmp_path / "bin"
    folder.mkdir()
    fake = folder / "chromium"
    fake.write_text(BROWSER.format(python=sys.executable, out=str(out)))
    fake.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
        with program("--board", home=tmp_path / "home"):
            block_until(lambda: out.exists() and out.read_text().count("\n") > 5, "a browser")
            running = subprocess.run(["pgrep", "-f", str(fake)], capture_output=True, text=True, check=True)
    mode, link, status, page, *arguments = out.read_text().split("\n")
    assert (mode, status) == ("0o600", "200")
    assert "url=/board" in page
    assert "--kiosk" in arguments
    assert not any(link in argument for argument in arguments)
    for pid in running.stdout.split():
        assert not Path(f"/proc/{pid}").exists()
    assert not Path(arguments[-1].removeprefix("file://")).exists()


def test_without_a_chromium_the_usual_browser_is_opened(monkeypatch):
    """It is told how to make it full screen; where there is none either, that is told."""
    opened: list[str] = []

    def opens(url: str) -> bool:
        opened.append(url)
        return len(opened) == 1

    monkeypatch.setattr(share, "find_chromium", lambda: None)
    monkeypatch.setattr("webbrowser.open", opens)
    board, other = BoardBrowser(), BoardBrowser()
    assert "F11" in board.open("http://127.0.0.1:1/in/x")
    assert opened[0].startswith("file://")
    board.close()
    assert board.open("http://127.0.0.1:1/in/x") == ""  # the program has ended
    assert other.open("http://127.0.0.1:1/in/x") == "No browser was found for the board."
    other.close()


def test_a_browser_that_does_not_end_is_killed(tmp_path, monkeypatch):
    """It is asked first, and not for ever."""
    stubborn = tmp_path / "chromium"
    ready = tmp_path / "ready"
    deaf = (
        f"import signal, time\nsignal.signal(15, signal.SIG_IGN)\nopen({str(ready)!r}, 'w')\ntime.sleep(60)\n"
    )
    stubborn.write_text(f"#!{sys.executable}\n{deaf}")
    stubborn.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(share, "_END_S", 0.1)
    board = BoardBrowser()
    assert board.open("http://127.0.0.1:1/in/x") == ""
    pid = board.pid
    while not ready.exists():
        time.sleep(0.01)
    board.close()
    assert not Path(f"/proc/{pid}").exists()
