"""`coach squad time` and `sheet` without a terminal: lines in, events or a sheet out, and what is refused."""

import json
import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from coach.app.by_hand import HandLines, HandTimingService
from coach.app.terminal import SilentConsole
from coach.cli.group import root
from tests.edge.doubles import FakeClock
from tests.squad.hand_sessions import hand_setup


@pytest.fixture
def squad(tmp_path, monkeypatch):
    """Types a command of the group in an empty home, with lines piped in."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("Ana\nBen\nCleo\n")

    def typed(*words, lines=""):
        return CliRunner().invoke(root, ["squad", *words], input=lines.encode("utf-8", "surrogateescape"))

    return typed


def events(done):
    """The events that were printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


LINES = "@60 space\n@60.08 space\n@61 space\ngive b\na\nundo\na\nc\n@120 space\nswap a\nout c\nend\nspace\n"


def test_lines_time_a_class_and_print_its_events(squad):
    """Every event of a runner carries them; what comes after the end is no press."""
    done = squad("time", "names.txt", "--distance", "1200", "--json", lines=LINES)
    assert done.exit_code == 0, done.stderr
    made = events(done)
    assert [(each["event"], each.get("press"), each.get("runner")) for each in made] == [
        ("clock_started", None, None),
        ("line", 1, None),
        ("line", 2, None),
        ("line", 3, None),
        ("line_given", 1, "ben"),
        ("line_given", 2, "ana"),
        ("undone", None, None),
        ("line_loose", 2, None),
        ("line_given", 2, "ana"),
        ("line_given", 3, "cleo"),
        ("line", 4, "ben"),
        ("line_moved", 4, "ana"),
        ("left_order", None, "cleo"),
        ("timing_ended", None, None),
    ]
    assert made[-1]["presses"] == 4
    assert made[11]["lap_s"] == 59.92
    sheet = squad("sheet").stdout.splitlines()
    assert sheet[1].split() == ["1", "Ana", "2:00.0", "800", "m", "60.1", "59.9"]
    table = squad("sheet", "last", "--csv", "-").stdout.splitlines()
    assert table[2].startswith("2,ana,Ana,1,1,1,400,60.08,60.08,60.08,key,")
    rows = events(squad("sheet", "--json"))
    assert rows[3]["runner"] == "ana"
    listed = events(squad("sheet", "--list", "--json"))
    assert [(each["presses"], each["loose"], each["is_finished"]) for each in listed] == [(4, 0, True)]
    assert "ended" in squad("sheet", "--list").stdout
    saved = squad("sheet", "1", "--csv", "splits.csv")
    assert "Saved as splits.csv" in saved.stderr
    assert squad("sheet", "1", "--csv", "none/splits.csv").exit_code == 1
    assert "no terminal" in squad("sheet", "1", "--copy").stderr


def test_the_sheet_is_printed_at_the_end_and_the_session_kept(squad):
    """Words in place of events."""
    done = squad(
        "time", "names.txt", lines="@70 a\n@71.5 b\nfoo\n@x space\n@1\ncall b Bea\ngive b 9\ntake 9\n"
    )
    assert done.exit_code == 0
    out = done.stdout.splitlines()
    assert out[1] == "  1:10.0  | press 1  Ana  lap 1  70.0  1:10.0"
    assert "called Bea" in done.stdout
    assert out[-1].split()[:3] == ["2", "Bea", "1:11.5"]
    said = done.stderr
    assert "foo: not understood" in said
    assert "@x space: after @ comes a time" in said
    assert "There is no press 9." in said
    assert "Saved as" in said


def test_a_session_that_was_left_goes_on(squad, tmp_path):
    """By name or the newest; its presses are there."""
    squad("time", "names.txt", lines="@70 a\nend\n")
    home = tmp_path / "home/data/by-hand"
    (file,) = home.iterdir()
    kept = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for line in kept if b'"end"' not in line))
    offered = squad("time", "names.txt", "--no-record", lines="end\n").stderr
    assert f"coach squad time --resume={file.name.split('.')[0]}" in offered
    done = squad("time", "--resume", "--json", lines="undo\nend\n")
    assert [each["event"] for each in events(done)] == ["undone", "line_taken_back", "timing_ended"]
    assert squad("time", "names.txt", "--no-record", lines="end\n").stderr == ""
    assert len(list(home.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--runners", "0"), 2, "0 is not in the range"),
        (("--runners", "41"), 2, "41 is not in the range"),
        (("--heats", "0"), 2, "is not in the range"),
        (("--lap", "0"), 2, "is not in the range"),
        (("--lap", "nan"), 2, "nan is not a length"),
        (("--distance", "inf"), 2, "is not in the range"),
        (("none.txt",), 3, "none.txt does not exist"),
        (("many.txt",), 3, "41 runners, and at most 40"),
        (("empty.txt",), 3, "nobody is in it"),
        (("twice.json",), 3, '"a"'),
        (("names.txt", "--runners", "3"), 2, "without a roster"),
        (("-",), 2, "Standard input is for the keys"),
        (("names.txt", "--resume"), 2, "needs no roster"),
        (("--record", "x", "--no-record"), 2, "exclude each other"),
        (("--resume=zz",), 3, "there is no session by hand zz"),
        (("long.txt",), 3, "a name of 10000 letters"),
        (("control.json",), 3, "runners[0].name: the text holds a control character"),
    ],
)
def test_what_cannot_be_timed_is_refused(squad, tmp_path, words, code, says):
    """With what is wrong and what to write instead."""
    (tmp_path / "many.txt").write_text("".join(f"Runner{number}x\n" for number in range(41)))
    (tmp_path / "empty.txt").write_text("\n\n")
    (tmp_path / "long.txt").write_text("x" * 10_000 + "\nBen\n")
    runner = {
        "format": "coach-squad/1",
        "runners": [{"name": "Ana", "key": "a"}, {"name": "Ben", "key": "a"}],
    }
    (tmp_path / "twice.json").write_text(json.dumps(runner))
    runner["runners"] = [{"name": "A\u202ena"}]
    (tmp_path / "control.json").write_text(json.dumps(runner))
    done = squad("time", *words, lines="space\n")
    assert done.exit_code == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_marks_in_names_never_reach_the_terminal(squad, tmp_path):
    """In a list they are taken off; in a name that is typed too."""
    (tmp_path / "odd.txt").write_bytes("A\u202ena\x1b[31m\nBen\n".encode())
    done = squad("time", "odd.txt", lines="@70 a\ncall b B\u202ee\x07a\nend\n\udcff\udcfe\n")
    assert done.exit_code == 0
    assert not {"\u202e", "\x1b", "\x07"} & set(done.stdout + done.stderr)


def test_numbers_without_a_roster(squad):
    """As many as cross; a heat more on one word."""
    done = squad("time", "--json", lines="@70 space\n@71 space\nheat\n@151 2\n")
    assert [(each.get("runner"), each.get("rep")) for each in events(done) if "press" in each] == [
        ("1", 1), ("2", 1), ("2", 2)
    ]  # fmt: skip


def test_more_than_one_laptop_coaches_are_timed_by_hand(squad, tmp_path):
    """It is said, and the keys are there at once."""
    (tmp_path / "nine.txt").write_text("".join(f"R{number}\n" for number in range(1, 10)))
    done = squad("run", "nine.txt", "6x800", "--json", lines="@70 i\nend\n")
    assert done.exit_code == 0
    assert "9 runners: at most 8 are coached on one laptop, so they are timed by hand." in done.stderr
    assert events(done)[1]["runner"] == "r9"
    piped = squad("run", "-", "6x800", lines=(tmp_path / "nine.txt").read_text())
    assert piped.exit_code == 3
    assert "coach squad time ROSTER" in piped.stderr


def test_an_interrupt_leaves_a_session_that_goes_on(tmp_path):
    """While lines are waited for: exit code 130, and everything kept."""
    (tmp_path / "names.txt").write_text("Ana\nBen\n")
    environment = os.environ | {"COACH_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        [sys.executable, "-m", "coach", "squad", "time", str(tmp_path / "names.txt"), "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    ) as timing:  # fmt: skip
        assert timing.stdin is not None
        assert timing.stdout is not None
        timing.stdin.write(b"@70 a\n")
        timing.stdin.flush()
        assert [json.loads(timing.stdout.readline())["event"] for _ in range(2)] == ["clock_started", "line"]
        timing.send_signal(signal.SIGINT)
        assert timing.wait(60) == 130
        assert timing.stderr is not None
        assert b"coach squad time --resume=" in timing.stderr.read()


def test_a_session_without_a_press_is_not_kept(squad, tmp_path):
    """There is nothing in it."""
    done = squad("time", "names.txt")
    assert done.exit_code == 0
    assert "Nothing was timed" in done.stderr
    assert list((tmp_path / "home/data/by-hand").iterdir()) == []


# --- the words of lines


class Said(SilentConsole):
    """Keeps what is said."""

    def __init__(self):
        self.lines = []

    def say(self, text):
        """Keep it."""
        self.lines.append(text)


@pytest.mark.parametrize(
    ("lines", "owners"),
    [
        (["space", "give ana"], {1: "ana"}),
        (["space", "enter", "give Ben 2"], {1: "", 2: "ben"}),
        (["line", "press", "loose", "2"], {1: "ben", 2: "", 3: ""}),
        (["a", "give b"], {1: "ben"}),
        (["a", ". b"], {1: "ben"}),
        (["a", "was b", "backspace"], {1: "ana"}),
        (["a", "take 1"], {1: None}),
        (["a", "tab"], {1: "ana"}),
        (["space", "order"], {1: ""}),
        (["a", "- a", "A"], {1: "ana", 2: "ana"}),
        (["# a", "", "a b", "give", "give zz", "take x", "call a", "out zz"], {}),
        (["]", "gun", "a"], {1: "ana"}),
    ],
)
def test_words_of_lines(lines, owners, capsys):
    """Each as it is written in the how-to; what is not understood changes nothing."""
    service = HandTimingService(hand_setup(3), FakeClock())
    reader = HandLines(service, Said(), as_json=True)
    service.begin()
    for line in lines:
        reader.read(line)
    assert service.timing.owners == owners
    capsys.readouterr()


def test_a_flood_of_nonsense_is_told_once(capsys):
    """The wrong file, piped in."""
    said = Said()
    reader = HandLines(HandTimingService(hand_setup(3), FakeClock()), said, as_json=True)
    for number in range(100):
        reader.read(f"zz{number}")
    assert len(said.lines) == 20
    assert said.lines[-1] == "Many lines are not understood; no more of them are reported."
    capsys.readouterr()


def test_a_press_that_waits_is_given_by_the_order(capsys):
    """To who was most likely there then."""
    service = HandTimingService(hand_setup(3), FakeClock())
    reader = HandLines(service, Said(), as_json=False)
    service.begin()
    for line in ("@70 a", "@80 b", "@140 enter", "tab", "-", "@150 -", "@160 -"):
        reader.read(line)
    assert service.timing.owners[3] == "ana"
    assert service.timing.out == {"ana", "ben"}
    assert "press 3  Ana  lap 2  70.0  2:20.0" in capsys.readouterr().out
