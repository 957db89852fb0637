"""Text from strangers cannot control the terminal it is printed on."""

import io
import json
import os
import unicodedata
from contextlib import contextmanager, redirect_stderr, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.cli.shared import TerminalConsole, _in_lines, out_json, progress_bar, safe_line, table

DANGEROUS = {
    "escape": "\x1b[2J",
    "c1 csi": "\x9b31m",
    "bell": "\a",
    "delete": "\x7f",
    "right-to-left override": "\u202egpx.exe",
    "line separator": "one\u2028two",
    "lone surrogate": "\udc9b",
    "nul": "\0",
}


@pytest.mark.parametrize("text", DANGEROUS.values(), ids=DANGEROUS)
def test_a_dangerous_character_is_shown_as_a_replacement(text):
    """Controls, direction changes and halves of pairs become a visible replacement character."""
    assert "\N{REPLACEMENT CHARACTER}" in safe_line(text)


@given(st.text(st.characters()))
def test_plain_text_is_one_printable_line(text):
    """Any text becomes one line of printable characters and blanks."""
    shown = safe_line(text)

    assert len(shown.splitlines()) <= 1
    assert {unicodedata.category(character)[0] for character in shown} <= set("LMNPSZ")


@pytest.mark.parametrize("name", ["5 × 1000 m", "Løp på bane", "持久走", "¼ mile – hard"])
def test_names_of_every_language_are_left_alone(name):
    """Letters, digits, signs and blanks of any script come through unchanged."""
    assert safe_line(name) == name


def test_json_is_ascii(capsys):
    """JSON on stdout holds no character a terminal could act on, and still says the same."""
    out_json({"name": "\x9b31m Løp"})
    line = capsys.readouterr().out

    assert line.isascii()
    assert line.rstrip("\n").isprintable()
    assert json.loads(line) == {"name": "\x9b31m Løp"}


def test_another_count_begins_another_bar(monkeypatch):
    """A new count starts a new bar instead of moving the old one backwards."""

    class Terminal(io.StringIO):
        """A stderr that is a terminal."""

        def isatty(self):
            """Return True, as a terminal does."""
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    with progress_bar("Reading") as progress:
        for count in (20, 40):
            for done in range(1, count + 1):
                progress(done, count)
    assert shown.getvalue().count("100%") == 2
    assert shown.getvalue().count("\n") == 2


def test_a_table_sets_its_columns_under_their_heads():
    """Every column starts where its head starts, and no line ends in blanks."""
    assert table(("name", "what"), [("5x1000", "five"), ("mile", "one\x1b[2J")]) == [
        "name    what",
        "5x1000  five",
        "mile    one\N{REPLACEMENT CHARACTER}[2J",
    ]


@contextmanager
def unread():
    """Let stderr be a full pipe; gives a function that reads what is in it."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    with (
        os.fdopen(reading, "rb"),
        os.fdopen(writing, "w", encoding="utf-8") as stream,
        redirect_stderr(stream),
    ):
        yield lambda: os.read(reading, 1 << 20)


def test_a_stderr_that_nobody_reads_holds_a_run_up_once():
    """Lines that find no room are dropped; once somebody reads again, they are written again."""
    with unread() as read:
        console = TerminalConsole()
        for number in range(2000):
            console.say(f"line {number}")
        read()
        console.say("read \x1b[2J again ü")

        assert read().decode() == "read \N{REPLACEMENT CHARACTER}[2J again ü\n"


def test_a_line_longer_than_a_pipe_takes_at_once_is_written_whole():
    """The line is written in pieces."""
    with unread() as read:
        read()
        TerminalConsole().say("y" * 20_000)

        assert read() == b"y" * 20_000 + b"\n"


def test_a_last_column_is_wrapped_to_the_width():
    """Long words of the last column go on below it; where there is no room, or no width, the line stays whole."""
    rows = [("a", "one two three four five six seven"), ("b", "")]

    assert table(("n", "what"), rows, width=23) == [
        "n  what",
        "a  one two three four",
        "   five six seven",
        "b",
    ]
    assert table(("n", "what"), rows, width=10) == table(("n", "what"), rows)


def test_a_question_is_broken_between_words(monkeypatch):
    """A question wider than the terminal is broken between words, with room for the text behind it."""
    monkeypatch.setenv("COLUMNS", "40")
    question = "A recent race, such as 5k 22:30 (or a threshold pace 4:10/km)"
    assert _in_lines(question) == "A recent race, such as 5k 22:30 (or a\nthreshold pace 4:10/km)"
    assert _in_lines("When?") == "When?"
