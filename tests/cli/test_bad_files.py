"""For any wrong file argument, one line and a hint name the fault, and nothing is changed."""

import os

import pytest

ARGUMENTS = {
    "workout check": (["workout", "check"], 3),
    "workout show": (["workout", "show"], 3),
    "run": (["run", "--no-record"], 3),
    "simulate": (["simulate", "--out", "never.jsonl"], 3),
    "replay": (["replay"], 3),
    "runs show": (["runs", "show"], 3),
    "athlete show": (["athlete", "show"], 3),
    "replay --workout": (["replay", "good.csv", "--workout"], 3),
    "replay --athlete": (["replay", "good.csv", "--athlete"], 3),
    "run --athlete": (["run", "demo", "--no-record", "--athlete"], 3),
    "simulate --profile": (["simulate", "demo", "--out", "never.jsonl", "--profile"], 2),
}


def _missing(path):
    """The path does not exist."""


def _empty(path):
    path.touch()


def _folder(path):
    path.mkdir()


def _pipe(path):
    os.mkfifo(path)


def _gigabyte(path):
    with path.open("wb") as file:
        file.truncate(1_000_000_000)


def _noise(path):
    path.write_bytes(bytes(range(256)) * 40)


def _wrong_encoding(path):
    path.write_bytes('{"format": "løp"}'.encode("utf-16-be"))


def _truncated(path):
    path.write_text('{"format": "coach-workout/1", "name": "Half a')


def _wrong_kind(path):
    path.write_text('{"format": "somebody-else/3", "slug": "x"}')


def _too_new(path):
    path.write_text('{"format": "coach-workout/9", "name": "From the future", "sections": []}')


def _nested(path):
    path.write_text("[" * 100_000)


BAD = [
    _missing,
    _empty,
    _folder,
    _pipe,
    _gigabyte,
    _noise,
    _wrong_encoding,
    _truncated,
    _wrong_kind,
    _too_new,
    _nested,
]


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path, monkeypatch):
    """A folder with a good recording in it, in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text("time_s,speed_mps\n0,3\n1,3\n2,3\n")


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
@pytest.mark.parametrize(("words", "code"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_a_bad_file_is_a_sentence(coach, tmp_path, words, code, make):
    """No bad file is waited for, read whole or changed; stdout stays empty, and no traceback is shown."""
    bad = tmp_path / "bad.json"
    make(bad)
    before = bad.stat() if bad.exists() else None

    typed = coach(*words, "./bad.json")

    assert typed.exit_code == code, typed.output
    assert typed.stdout == ""
    assert "bad.json" in typed.stderr
    assert "Traceback" not in typed.stderr
    assert len(typed.stderr.splitlines()) <= 4
    assert not (tmp_path / "never.jsonl").exists()
    after = bad.stat() if bad.exists() else None
    assert (before and before.st_size, before and before.st_mtime_ns) == (
        after and after.st_size,
        after and after.st_mtime_ns,
    )
