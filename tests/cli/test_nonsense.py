"""A value that makes no sense, in a file that is otherwise whole, is told or passed over; it is no mistake of ours."""

import json
import random
import shutil
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

JOURNALS = Path(__file__).parents[1] / "golden" / "journals"
RUN = "01M8KV1SC0KBBJ01866STGH9A5"
NONSENSE: list[Any] = [
    None,
    "",
    "\ud800",
    -1,
    0,
    True,
    [],
    {},
    [1],
    "1:30",
    1e308,
    -0.5,
    10**25,
    10**400,
    float("inf"),
]
COMMANDS = [
    ("replay", "--speed", "max", "--json"),
    ("replay", "--speed", "max"),
    ("runs show", "--json"),
    ("explain", "--at", "10"),
]


def places(tree, path=()):
    """The path of everything in a tree."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def with_value(tree, path, value):
    """The tree with another value at a path, as JSON; an infinity is written as a number that is too large."""
    changed = json.loads(json.dumps(tree))
    owner = changed
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = value
    return json.dumps(changed, separators=(",", ":")).replace("Infinity", "1e400")


def line(text):
    """A line of a journal, whole by its checksum."""
    data = text.encode()
    return b"%b\t%08x\n" % (data, crc32(data))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("is_header", [True, False], ids=["header", "record"])
def test_nonsense_in_a_journal_is_told(coach, tmp_path, seed, is_header):
    """For any value in a line, every command that reads the recording ends with its readable part."""
    chance = random.Random(seed)
    folder = chance.choice(sorted(each for each in JOURNALS.iterdir() if each.is_dir()))
    lines = (folder / "recording.jsonl").read_bytes().splitlines(keepends=True)
    at = 0 if is_header else chance.randrange(1, len(lines))
    record = json.loads(lines[at].rpartition(b"\t")[0])
    path = chance.choice(list(places(record)))
    lines[at] = line(with_value(record, path, chance.choice(NONSENSE)))
    (tmp_path / "run.jsonl").write_bytes(b"".join(lines))

    words, *options = chance.choice(COMMANDS)
    ended = coach(*words.split(), tmp_path / "run.jsonl", *options)
    assert "mistake" not in ended.stderr, (path, words)
    assert ended.exit_code in {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("settings", "starts"), "1:30"),
        (("settings", "starts", "first"), {"delay_s": 10**400}),
        (("settings", "ends_after_s"), 10**400),
        (("settings", "cues", "hold_s"), 10**400),
        (("settings", "session", "undo_depth"), 10**400),
        (("wall_epoch",), 10**400),
        (("utc_offset_s",), float("inf")),
        (("learnt",), [{"what": "pod_factor", "sensor": "pod", "factor": 10**400, "sd": 1}]),
    ],
)
def test_a_header_beyond_all_numbers_is_told(coach, tmp_path, path, value):
    """A whole number that no float holds is refused, or the default is taken with a note."""
    first, *rest = (JOURNALS / "by-hand" / "recording.jsonl").read_bytes().splitlines(keepends=True)
    text = with_value(json.loads(first.rpartition(b"\t")[0]), path, value)
    (tmp_path / "run.jsonl").write_bytes(b"".join([line(text), *rest]))
    ended = coach("replay", tmp_path / "run.jsonl", "--speed", "max", "--json")

    assert "mistake" not in ended.stderr
    assert ended.exit_code in {0, 3}


@pytest.mark.parametrize("value", NONSENSE, ids=repr)
@pytest.mark.parametrize("key", ["run", "state", "workout", "athlete", "started", "steps_done", "steps"])
def test_nonsense_in_a_manifest_is_passed_over(coach, home, key, value):
    """Lists show what they can, and a repair writes a manifest that can be read."""
    run = home / "data" / "runs" / RUN
    shutil.copytree(JOURNALS / "by-hand", run)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(with_value(manifest, (key,), value))

    for words in (("runs", "list"), ("runs", "list", "--json"), ("runs", "repair", RUN), ("runs", "list")):
        ended = coach(*words)
        assert ended.exit_code == 0, ended.stderr
        assert RUN in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "text",
    [
        f"[cues]\nhold_s = {10**400}",
        f"[session]\nundo_depth = {10**400}",
        f"[cues]\nhold_s = {'9' * 5000}",
        "[cues]\nhold_s = 1e400",
        "[cues]\nhold_s = -inf",
        "[cues]\nhold_s = 1979-05-27",
        'athlete = "\\u0000"',
        "units = []",
        "keymap = 3",
        "[keymap]\nx = 3",
        "[signals.cadence_counts]\npod = 1e9",
        "a = " + "[" * 2000,
    ],
    ids=range(12),
)
def test_nonsense_in_the_settings_is_told_with_its_place(coach, home, text):
    """The file, the key and what it should be are named by every command that reads them; nothing is written."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    for words in (("config", "show"), ("config", "set", "theme", "sun"), ("demo", "--speed", "1000")):
        ended = coach(*words)
        assert "mistake" not in ended.stderr, words
        assert len(ended.stderr) < 2000
    assert ended.exit_code in {0, 2}


@pytest.mark.parametrize("name", ["data/athletes/me.json", "state/catalogue.json", "data/sensors.json"])
def test_a_file_that_nests_without_end_is_no_mistake_of_ours(coach, home, name):
    """A document is refused with its place; what the program made for itself is made anew."""
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[" * 50_000)
    for words in (("workout", "list"), ("athlete", "list"), ("sensors", "list"), ("doctor",)):
        assert "mistake" not in coach(*words).stderr, words


def test_a_record_that_nests_without_end_hides_no_run(coach, home):
    """A line that is whole by its sum and holds such a value is left out; the run is listed, offered and ended."""
    run = home / "data" / "runs" / RUN
    shutil.copytree(JOURNALS / "by-hand", run)
    journal = run / "recording.jsonl"
    kept = journal.read_bytes().splitlines(keepends=True)[:20]
    journal.write_bytes(b"".join([*kept, line('{"out":' + "[" * 50_000)]))
    (run / "manifest.json").unlink()
    for words in (("runs", "list"), ("runs", "show", RUN), ("runs", "resume", RUN, "--finish")):
        assert "mistake" not in coach(*words).stderr, words


def test_settings_that_are_a_link_to_themselves_are_told(coach, home):
    """Settings that link to themselves cannot be read or written; the message has the way out."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.symlink_to(path)
    assert coach("config", "show").exit_code == 0
    ended = coach("config", "set", "theme", "sun")
    assert ended.exit_code == 2
    assert "a link that leads back to itself" in ended.stderr
    assert "settings.toml" in ended.stderr
