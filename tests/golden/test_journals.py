"""Journals of released versions are read, replayed and shown for ever."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from click.testing import CliRunner

from coach.app.setup import header_of, recorded_setup, recorded_workout
from coach.cli.group import root
from coach.cli.shared import CONSOLE
from coach.edge.clock import MachineClock
from coach.edge.files import runner_paths
from coach.recording.codec import (
    FORMAT,
    READERS,
    Header,
    encode_header,
    encode_input,
    encode_output,
    read_journal,
)
from tests.golden.journals import JOURNALS, GoldenJournal, printed, replayed

OPTIONAL = tuple(
    field.name
    for field in fields(Header)
    if field.name != "format" and (field.default, field.default_factory) != (MISSING, MISSING)
)
"""The header keys a journal may be without."""
LATER = frozenset({"alive", "loop_blocked", "recorder_recovered", "resumed", "switched"})
"""Kinds of input that came after the versions whose journals are kept."""
EVENTS_DEPEND_ON = frozenset({"settings", "learnt"})
"""Those of them that a replay goes by."""


@pytest.fixture(params=JOURNALS, ids=lambda golden: golden.name)
def golden(request: pytest.FixtureRequest) -> GoldenJournal:
    """Each of the journals."""
    journal: GoldenJournal = request.param
    return journal


def test_a_journal_of_an_old_version_is_read_whole(golden: GoldenJournal) -> None:
    """Its header, every input and every output are read, and nothing is set aside."""
    journal = golden.journal

    assert golden.data.startswith(b'{"format":"coach-journal/1"')
    assert (journal.problem, journal.set_aside_bytes) == ("", 0)
    assert golden.data.count(b"\n") == 1 + len(journal.inputs) + len(journal.outputs)
    assert journal.is_closed


def test_an_old_journal_is_written_as_it_was(golden: GoldenJournal) -> None:
    """What is read of it and written again is what the old version wrote, save for keys it did not know."""
    journal = golden.journal
    inputs, outputs = map(encode_input, journal.inputs), map(encode_output, journal.outputs)
    first, *lines = golden.data.splitlines(keepends=True)
    written = [next(outputs if line.startswith(b'{"out":') else inputs) for line in lines]
    known = json.loads(first[:-10])
    header = json.loads(encode_header(journal.header)[:-10])

    assert signed({key: value for key, value in header.items() if key in known}) == first
    assert written == lines


def test_an_old_journal_replays_to_its_events(golden: GoldenJournal) -> None:
    """The lines of `coach replay --json` are those that were replayed when the journal was kept."""
    assert replayed(golden.folder) == golden.events.read_text(encoding="utf-8")


def test_an_old_journal_is_shown_and_explained(golden: GoldenJournal) -> None:
    """`coach runs show` and `coach explain` print of it what they printed when it was kept."""
    assert printed(golden) == golden.printed.read_text(encoding="utf-8")


def test_every_setting_of_an_old_journal_is_applied(
    golden: GoldenJournal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thawed and frozen again, the header still says all it said: no setting was renamed, none lost its value."""
    header = golden.journal.header
    again = header_of(recorded_setup(header, CONSOLE), recorded_workout(header, CONSOLE), MachineClock())

    assert capsys.readouterr().err == ""
    assert missing(header.settings, again.settings) == []
    assert again.learnt == header.learnt


def test_settings_that_are_not_the_defaults_are_among_them() -> None:
    """Some of the journals hold settings, sensors and lessons of their own, so that losing them would show."""
    headers = [golden.journal.header for golden in JOURNALS]

    assert any(header.settings["cues"]["hold_s"] != 8.0 for header in headers)
    assert any(header.settings["gates"]["red_minutes_per_km"] for header in headers)
    assert any(header.settings.get("unit") == "mile" for header in headers)
    assert any(header.settings.get("heart_rate_kinetics") for header in headers)
    assert any(header.settings["by_hand"] for header in headers)
    assert any(header.settings["starts"].get("holds_for_standing") for header in headers)
    assert any(header.devices for header in headers)
    assert {fact["what"] for header in headers for fact in header.learnt} == {"pod_factor", "cadence_line"}
    assert any(header.workout is None for header in headers)


def test_every_kind_of_input_is_in_them() -> None:
    """The journals hold every kind of input there was; those that came later are younger than they are."""
    kinds = {record["in"] for golden in JOURNALS for record in records(golden) if "in" in record}

    assert kinds == READERS.keys() - LATER


@pytest.mark.parametrize("key", OPTIONAL)
def test_an_old_journal_may_lack_a_key_of_the_header(golden: GoldenJournal, key: str, tmp_path: Path) -> None:
    """A journal from before a key is read and replayed; only settings and lessons change what is said."""
    first, rest = golden.data.split(b"\n", 1)
    header = json.loads(first[:-9])
    header.pop(key, None)
    path = tmp_path / "recording.jsonl"
    path.write_bytes(signed(header) + rest)

    assert read_journal(path.read_bytes()).inputs == golden.journal.inputs
    events = replayed(path)
    if key not in EVENTS_DEPEND_ON:
        assert events == golden.events.read_text(encoding="utf-8")


def test_a_journal_of_a_later_version_of_the_format_is_read(golden: GoldenJournal, tmp_path: Path) -> None:
    """A key this version does not know is passed over, in the header and in its settings."""
    first, rest = golden.data.split(b"\n", 1)
    header = json.loads(first[:-9]) | {"shoes": ["blue"], "weather": {"rain": True}}
    path = tmp_path / "recording.jsonl"
    path.write_bytes(signed(header) + rest)

    assert replayed(path) == golden.events.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "golden", [each for each in JOURNALS if each.manifest.exists()], ids=lambda golden: golden.name
)
def test_a_run_of_an_old_version_is_listed(golden: GoldenJournal) -> None:
    """The folder of a run, manifest and all, put among the runner's runs, is listed and shown by its id."""
    run = golden.journal.header.run
    shutil.copytree(golden.folder, runner_paths().runs / run)
    manifest = json.loads(golden.manifest.read_bytes())
    del manifest["format"]

    listed = CliRunner().invoke(root, ["runs", "list", "--json"])
    shown = CliRunner().invoke(root, ["runs", "show", run, "--json"])

    expected = {"v": 1, "id": run} | manifest
    row = json.loads(listed.stdout)
    assert {key: row[key] for key in expected} == expected
    assert row["day"] == manifest["started"][:10]
    assert json.loads(shown.stdout)["run"] == run == manifest["run"]


def test_the_first_line_of_a_journal_says_its_format() -> None:
    """The journals are of the format this version writes, or of one before it, and several kinds are kept."""
    assert {golden.journal.header.format for golden in JOURNALS} == {FORMAT}
    assert len(JOURNALS) >= 8


def records(golden: GoldenJournal) -> list[dict[str, Any]]:
    """The JSON of every line."""
    return [json.loads(line[:-9]) for line in golden.data.splitlines()]


def signed(record: Mapping[str, Any]) -> bytes:
    """A line whose sum agrees."""
    text = json.dumps(record, separators=(",", ":")).encode()
    return b"%b\t%08x\n" % (text, crc32(text))


def missing(values: Mapping[str, Any], others: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The keys, by their whole names, whose values are not among others; those may have more."""
    absent: list[str] = []
    for key, value in values.items():
        other = others.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            absent += missing(value, other, f"{prefix}{key}.")
        elif key not in others or other != value:
            absent.append(f"{prefix}{key}")
    return absent
