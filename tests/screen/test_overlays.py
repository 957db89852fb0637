"""The overlays' words: the key map, and the evidence of a cue."""

from dataclasses import replace

import pytest
from textual.widgets import Static

from coach.cues.cue import Why
from coach.screen import base
from coach.screen.app import CoachApp, HelpOverlay, WhyOverlay
from tests.screen.builders import FakePlayback, FakeRun, cue, rep_four


def test_why_shows_the_whole_evidence():
    """The overlay has value, band, window, age, noise and rule of the last verdict, speeds as paces."""
    lines = dict(WhyOverlay(cue(), now=1086).lines())
    assert lines == {
        "said": "Ease off. Three fifty.",
        "kind": "too fast",
        "ago": "2 s",
        "rule": "pace_band",
        "value": "3:32/km (4.72 m/s)",
        "band": "3:55/km (4.26 m/s) to 3:45/km (4.44 m/s)",
        "over": "8.0 s",
        "sample age": "0.4 s",
        "noise": "2.1 %",
    }


def test_why_is_in_the_runners_unit():
    """Speeds are paces per mile for a mile runner; metres per second stand beside them."""
    lines = dict(WhyOverlay(cue(), now=1086, unit="mile").lines())
    assert lines["value"] == "5:41/mile (4.72 m/s)"
    assert lines["band"] == "6:18/mile (4.26 m/s) to 6:02/mile (4.44 m/s)"


@pytest.mark.parametrize(
    ("why", "value", "band"),
    [
        (Why("cap", 171, "heart_rate_bpm", None, 165), "171.0 bpm", "up to 165.0 bpm"),
        (Why("light", 2.4, "light_s", None, None), "2.4 s", None),
        (Why("metric", 1.0, "lactate"), "1.0 lactate", None),
    ],
)
def test_other_quantities_are_written_in_their_unit(why, value, band):
    """The unit is the end of the quantity's name; an open side says so; what does not apply is left out."""
    lines = dict(WhyOverlay(replace(cue(), why=why), now=1086).lines())
    assert lines["value"] == value
    assert lines.get("band") == band
    assert "noise" not in lines


def test_before_any_verdict_why_says_so():
    """There is nothing to explain before something was judged."""
    assert WhyOverlay(None, now=0).lines() == [("", "Nothing has been judged yet.")]


def test_why_says_first_what_the_step_is_for():
    """The purpose stands above the verdict, in lines that fit; a step without one adds nothing."""
    purpose = ("this is for", "Two laps alike")
    assert WhyOverlay(cue(), now=1086, purpose=purpose).lines()[0] == purpose
    assert WhyOverlay(None, now=0, purpose=purpose).lines()[0] == purpose
    assert WhyOverlay(cue(), now=1086).lines()[0][0] == "said"
    long = ("this is for", "Hold it: the heart rate and pace of these 20 minutes are your threshold")
    assert WhyOverlay(None, now=0, purpose=long).lines() == [
        ("this is for", "Hold it: the heart rate and pace of these 20"),
        ("", "minutes are your threshold"),
        ("", "Nothing has been judged yet."),
    ]


def test_help_names_every_key_once():
    """Every line of the key map is there; the ten answers are one line."""
    text = HelpOverlay(base.LIVE).text()
    for key in base.LIVE:
        if key.answer is None:
            assert key.says in text
    assert text.count("answer") == 1


def test_help_fits_the_smallest_full_screen():
    """On 80x24 the key map needs no scrolling: at most 15 rows of 72 columns."""
    rows = HelpOverlay(base.LIVE).text().splitlines()
    assert len(rows) <= 15
    assert max(map(len, rows)) <= 72


def test_the_help_of_a_playback_names_its_own_keys():
    """In a playback space pauses, and no answer can be given."""
    text = HelpOverlay(base.PLAYBACK).text()
    assert "pause / go on" in text
    assert "answer" not in text


@pytest.mark.asyncio
@pytest.mark.parametrize("key", ["question_mark", "w"])
async def test_over_a_playback_space_pauses_it(key):
    """No page over a playback says that space marks the line, and a space there pauses and goes on."""
    playback = FakePlayback()
    app = CoachApp(FakeRun(rep_four()), playback=playback, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert "marks the line" not in str(app.screen.query(Static).last().content)
        await pilot.press("space")
        assert playback.paused
        await pilot.press("space", "escape")
        assert not playback.paused
