"""Whole runs say what they said when somebody read and kept it."""

import json
from pathlib import Path

import pytest

from tests.golden.evenings import EVENINGS, Evening, lines_of
from tests.golden.evenings import FOLDER as EVENING_FOLDER
from tests.golden.replays import FOLDER, REPLAYS, Replay, events, told


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
def test_a_public_recording_is_coached_as_it_was_judged(replay: Replay, recordings: Path) -> None:
    """The cues of a real run are those that somebody read and found right."""
    golden = (FOLDER / f"{replay.name}.txt").read_text(encoding="utf-8")

    assert told(events(replay, recordings)) == golden


@pytest.mark.parametrize("evening", EVENINGS, ids=lambda evening: evening.name)
def test_an_evening_is_told_as_it_was_judged(evening: Evening) -> None:
    """The event log of a simulated evening is the one that somebody read and found right."""
    golden = (EVENING_FOLDER / f"{evening.name}.jsonl").read_text(encoding="utf-8")

    assert lines_of(evening) == golden.splitlines()


@pytest.mark.parametrize("evening", EVENINGS, ids=lambda evening: evening.name)
def test_a_cue_of_an_evening_has_a_reason(evening: Evening) -> None:
    """Every cue names its rule, and a verdict the value behind it and its age."""
    for line in lines_of(evening):
        event = json.loads(line)
        if event["event"] == "cue":
            assert event["why"]["rule"]
            if event["kind"] in {"too_fast", "too_slow", "behind_light", "ahead_of_light", "heart_rate_high"}:
                assert {"value", "quantity", "sample_age_s"} <= event["why"].keys()
