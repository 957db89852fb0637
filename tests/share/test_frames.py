"""A frame says what the live screen says, in every situation of a run, and nothing that is not known."""

import json
from dataclasses import replace
from typing import Any

import pytest

from coach.app.sharing import FrameMaker
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.screen.paint import PALETTES
from coach.screen.words import judgement
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from tests.screen.builders import cue, rep_four, shown
from tests.screen.screens import asked, at_the_start, by_hand, doubted, drills, judged, resting

SITUATIONS = {
    "rep": rep_four,
    "told to ease": lambda: rep_four(cue=cue()),
    "rest": resting,
    "by hand": by_hand,
    "start": at_the_start,
    "asked": asked,
    "judged": judged,
    "doubted": doubted,
    "drills": drills,
    "paused": lambda: rep_four(phase=Phase.PAUSED, paused_s=Seconds(42.0)),
    "finished": lambda: rep_four(phase=Phase.FINISHED, step=None, next_step=None),
    "miles": lambda: rep_four(unit="mile"),
    "nothing measured": lambda: rep_four(speed=None, heart_rate=None, cadence=None, light=None, sensors=()),
    "disk": lambda: rep_four(recording_trouble="the disk is full"),
}


def values(of: Any) -> list[Any]:
    """Every value of a message, however deep."""
    if isinstance(of, dict | list):
        return [value for each in (of.values() if isinstance(of, dict) else of) for value in values(each)]
    return [of]


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_situation_has_a_frame(name):
    """It is one line of JSON with the state the screen has, its colour a pair of every theme, and no empty value."""
    snapshot: Snapshot = SITUATIONS[name]()
    frame = FrameMaker().frame(snapshot)
    text = json.dumps(frame)
    assert "\n" not in text
    assert not [value for value in values(frame) if value is None or value == "" or value is False]
    state = judgement(snapshot)
    assert (frame["state"]["tone"], frame["state"]["frame"]) == (state.tone.value, state.frame.value)
    assert all(hasattr(palette, frame["state"]["colour"]) for palette in PALETTES.values())
    assert frame["hero"]["texts"]
    assert frame["figures"]
    assert len(text) < 4000


def test_a_verdict_fills_the_page_and_a_rest_does_not():
    """Amber with an arrow down and EASE; on target and in a rest the page is plain."""
    verdict = FrameMaker().frame(rep_four(cue=cue()))["state"]
    assert (verdict["colour"], verdict["arrow"], verdict["word"], verdict["says"]) == (
        "fast",
        "↓",
        "EASE",
        "Ease off. Three fifty.",
    )
    assert FrameMaker().frame(resting())["state"]["colour"] == "plain"


def test_sentences_name_buttons_and_no_keys():
    """A phone has no space bar: where the screen names a key the frame names the button."""
    start = FrameMaker().frame(at_the_start())
    assert "space" not in json.dumps(start)
    assert "MARK" in json.dumps(start)
    assert "PAUSE goes on" in json.dumps(FrameMaker().frame(SITUATIONS["paused"]()))


def test_what_is_old_says_so():
    """A value that is stale has its age beside it; one that is gone is absent."""
    old = FrameMaker().frame(rep_four(heart_rate=shown(171.0, age=6.2, state=Freshness.STALE)))
    assert old["heart_rate"] == {"text": "171", "unit": "bpm", "is_stale": True, "age": "6 s old"}
    assert "heart_rate" not in FrameMaker().frame(rep_four(heart_rate=None))


def test_names_are_one_line_of_plain_characters():
    """A workout may call itself anything; escape sequences and marks that turn the writing round go."""
    evil = "<script>alert(1)</script>\x1b[2J\n\u202eevil"
    snapshot = rep_four()
    named = replace(snapshot, timeline=replace(snapshot.timeline, name=evil))
    assert FrameMaker().frame(named)["title"] == "<script>alert(1)</script>[2J evil"


def test_figures_are_in_the_runners_unit():
    """Paces per mile, with the unit."""
    frame = FrameMaker().frame(SITUATIONS["miles"]())
    assert frame["pace"]["unit"] == "/mile"
    assert frame["pace"]["text"] == "5:41"
