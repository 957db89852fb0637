"""Advice on form when the cadence drops at the same speed, for runners who switched it on."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"

from dataclasses import replace

import pytest

from coach.cues.config import CueSettings
from coach.cues.cue import CueKind
from coach.physiology.performance import CadenceLine
from coach.workout.kinds import Kind
from tests.cues.bench import Bench, rep, rest, texts

FORM = CueKind.FORM
WANTED = replace(CueSettings(), form_cues=True)
HABIT = CadenceLine(speed_mps=4.0, cadence_spm=180.0, slope=8.0, sd_spm=2.0, slowest_mps=3.0, fastest_mps=5.0)


def tired(*, settings=WANTED, habit=HABIT, first=180, last=174, speed=4.0, last_speed=None, seconds=60):
    """A rep of 1000 m whose last third is run with another cadence; the words about form."""
    bench = Bench(rep(1000), rest(60), rep(1000), settings=settings, cadence_line=habit)
    bench.start(0, came_from=Kind.RECOVERY)
    bench.run(170, speed, feet=first)
    bench.run(seconds, last_speed or speed, feet=last)
    return bench


def said(bench):
    """What was said about form."""
    return texts(bench.cues, FORM)


def test_slower_feet_at_the_same_speed_are_a_word_about_form():
    """Six steps a minute under one's own for twenty seconds in the last third."""
    bench = tired()
    assert said(bench) == ["Tall. Quick feet."]
    (cue,) = [cue for cue in bench.cues if cue.kind is FORM]
    assert (cue.why.rule, cue.why.quantity) == ("cadence_drop", "cadence_spm")
    assert cue.why.value == pytest.approx(174, abs=0.5)
    assert cue.why.low == pytest.approx(177, abs=0.5)
    assert cue.why.window_s == 20


def test_who_does_not_ask_for_it_hears_nothing():
    """Advice on form is off by default."""
    assert said(tired(settings=CueSettings())) == []


def test_nobody_is_held_against_somebody_elses_cadence():
    """Without three runs of one's own there is no habit to fall under."""
    assert said(tired(habit=None)) == []


def test_feet_that_slow_with_the_legs_are_no_loss_of_form():
    """At 3.5 m/s this runner takes four steps a minute fewer by habit."""
    assert said(tired(last=176, last_speed=3.5)) == []


def test_two_steps_fewer_are_chance():
    """The cadence must drop by three steps."""
    assert said(tired(last=178)) == []


def test_a_good_end_after_a_hurried_begin_is_no_drop():
    """Who began above the habit and comes back to it has lost nothing."""
    assert said(tired(first=186, last=180)) == []


def test_fifteen_seconds_are_not_twenty():
    """The drop must last 20 s."""
    assert said(tired(seconds=15)) == []


def test_outside_the_speeds_it_was_learnt_at_nothing_is_known():
    """At 6 m/s the usual cadence is unknown."""
    assert said(tired(speed=6.0, last_speed=6.0, seconds=30)) == []


def test_the_words_take_turns():
    """The next tired rep brings other words."""
    bench = tired()
    bench.end()
    bench.run(60, 2.0, feet=160)
    bench.start(2)
    bench.run(170, 4.0, feet=180)
    bench.run(60, 4.0, feet=174)
    assert said(bench) == ["Tall. Quick feet.", "Loose shoulders. Quick feet."]
