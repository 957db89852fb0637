"""What `coach doctor` finds: every question has an answer, and every fault its fix."""

import ctypes
import re
import shutil
from types import SimpleNamespace

import pytest

from coach.edge import diagnostics
from coach.edge.diagnostics import (
    GLYPHS,
    CheckVerdict,
    TerminalInfo,
    check_athletes,
    check_disk,
    check_python,
    check_settings,
    check_sleep_inhibitor,
    check_sound,
    check_terminal,
)
from coach.edge.files import runner_paths
from coach.edge.machine import SleepInhibitor
from coach.edge.store import Store

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


LETTERS = "your pace is 51 mm: read from 8.0 m (measured on this panel)"


def here(columns=80, rows=24, encoding="utf-8", environment=GOOD, *, is_terminal=True, letters=(LETTERS, "")):
    """A terminal, a good one unless changed."""
    return TerminalInfo(is_terminal, columns, rows, encoding, environment, letters)


def verdicts(findings):
    """What each check came to, by its name."""
    return {finding.check: finding.verdict for finding in findings}


def said(findings, check):
    """What a check said."""
    return next(finding for finding in findings if finding.check == check).text


def test_a_good_terminal_has_nothing_the_matter():
    """80 x 24 in UTF-8 with true colours is all that is asked for, and each glyph is there to be looked at."""
    found = check_terminal(here())
    assert verdicts(found) == dict.fromkeys(("terminal", "letters", "colours", "glyphs"), CheckVerdict.OK)
    assert said(found, "letters") == LETTERS
    assert "letters" not in verdicts(check_terminal(here(letters=("", ""))))
    assert said(found, "glyphs").endswith(GLYPHS)


@pytest.mark.parametrize(
    ("terminal_here", "check", "word"),
    [
        (here(columns=50), "terminal", "pace and cue only"),
        (here(columns=79), "terminal", "left out"),
        (here(letters=("your pace is 9 mm", "Ctrl +")), "letters", "9 mm"),
        (here(encoding="ascii"), "glyphs", "ascii"),
        (here(encoding=""), "glyphs", "unknown"),
        (here(environment={"TERM": "dumb"}), "colours", "none"),
        (here(environment={"TERM": "linux"}), "colours", "16"),
    ],
)
def test_what_a_terminal_lacks_is_said_with_the_fix(terminal_here, check, word):
    """A small window, small letters, few colours and a strange encoding each have a way out."""
    found = next(each for each in check_terminal(terminal_here) if each.check == check)
    assert found.verdict is CheckVerdict.WARN
    assert word in found.text
    assert found.fix


@pytest.mark.parametrize("environment", [{"TERM": "dumb", "NO_COLOR": "1"}, {"TERM": "screen-256color"}])
def test_colours_may_be_fewer_or_off(environment):
    """NO_COLOR is a wish, not a fault, and 256 colours will do."""
    assert verdicts(check_terminal(here(environment=environment)))["colours"] is CheckVerdict.OK


def test_no_terminal_is_no_fault():
    """Output into a file or pipe is one finding, and nothing is said about its size."""
    (only,) = check_terminal(here(is_terminal=False))
    assert only.verdict is CheckVerdict.OK


def test_python_names_itself_and_the_program(monkeypatch):
    """A report begins with what runs; a Python that is too old fails."""
    assert re.search(r"coach \S+, (pure|compiled) core$", check_python().text)
    monkeypatch.setattr(diagnostics, "OLDEST_PYTHON", (4, 0))
    assert check_python().verdict is CheckVerdict.FAIL


@pytest.mark.parametrize(
    ("free", "verdict", "shown"),
    [
        (500 << 30, CheckVerdict.OK, "500 GB"),
        (150 << 20, CheckVerdict.WARN, "150 MB"),
        (5 << 20, CheckVerdict.FAIL, "5 MB"),
    ],
)
def test_the_disk_has_room_for_runs(tmp_path, monkeypatch, free, verdict, shown):
    """Little room is a warning, none a failure; the folder of the runs need not exist yet."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = check_disk(tmp_path / "not" / "there" / "yet")
    assert (found.verdict, bool(found.fix)) == (verdict, verdict is not CheckVerdict.OK)
    assert found.text.startswith(f"{shown} free")


def test_a_folder_that_may_not_be_written_fails(tmp_path, monkeypatch):
    """Nothing could be recorded there."""
    monkeypatch.setattr("os.access", lambda *_: False)
    assert check_disk(tmp_path).verdict is CheckVerdict.FAIL


def test_sound_is_a_server_or_a_card(tmp_path):
    """On Linux the socket of a sound server or a card of the kernel's will do, and nothing is a warning."""
    cards = tmp_path / "cards"
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA at 0xf0\n")
    nobody = tmp_path / "none"
    assert check_sound("linux", {}, cards).verdict is CheckVerdict.OK
    assert check_sound("linux", {}, nobody).verdict is CheckVerdict.WARN
    nobody.write_text("--- no soundcards ---\n")
    assert check_sound("linux", {}, nobody).verdict is CheckVerdict.WARN
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert check_sound("linux", {"XDG_RUNTIME_DIR": str(tmp_path)}, nobody).verdict is CheckVerdict.OK


def test_sound_elsewhere_is_asked_in_that_systems_way(tmp_path, monkeypatch):
    """A Mac is asked by its player, Windows by a call, and of others nothing is claimed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check_sound("darwin", {}, tmp_path).verdict is CheckVerdict.WARN
    (tmp_path / "afplay").touch(mode=0o755)
    assert check_sound("darwin", {}, tmp_path).verdict is CheckVerdict.OK
    player = SimpleNamespace(winmm=SimpleNamespace(waveOutGetNumDevs=lambda: 1))
    monkeypatch.setattr(ctypes, "windll", player, raising=False)
    assert check_sound("win32", {}, tmp_path).verdict is CheckVerdict.OK
    assert "plan9" in check_sound("plan9", {}, tmp_path).text


def test_a_machine_that_may_sleep_is_a_warning_with_a_way_out(tmp_path, monkeypatch):
    """A run works on a laptop that may sleep, until it sleeps."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = check_sleep_inhibitor(SleepInhibitor("linux"))
    assert found.verdict is CheckVerdict.WARN
    assert "systemd-inhibit is not installed" in found.text
    (tmp_path / "systemd-inhibit").write_text("#!/bin/sh\necho held\nread -r line\n")
    (tmp_path / "systemd-inhibit").chmod(0o755)
    assert check_sleep_inhibitor(SleepInhibitor("linux")).verdict is CheckVerdict.OK


def test_what_is_kept_is_read(home):
    """Settings that do not fit and an athlete who cannot be read fail, each with place and fix."""
    store = Store(runner_paths())
    assert (check_settings(store).verdict, verdicts(check_athletes(store))) == (
        CheckVerdict.OK,
        {"athletes": CheckVerdict.OK},
    )

    store.paths.config.mkdir(parents=True)
    store.paths.settings.write_text('format = "coach-settings/1"\nunits = "furlong"\n')
    store.paths.athletes.mkdir(parents=True)
    (store.paths.athletes / "ida.json").write_text("{")
    (store.paths.athletes / "ada.json").write_text(
        '{"format": "coach-athlete/1", "slug": "ada", "name": "Ada"}'
    )
    assert check_settings(store).verdict is CheckVerdict.FAIL
    assert "units" in check_settings(store).text
    found = check_athletes(store)
    assert verdicts(found) == {"athletes": CheckVerdict.OK, "athlete": CheckVerdict.FAIL}
    assert found[0].text == "ada"
    assert "ida" in found[1].text
    assert found[1].fix
