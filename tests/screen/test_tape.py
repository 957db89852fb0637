"""The tape shows the verdict by the place of its needle, without colour."""

from dataclasses import replace

import pytest

from coach.cues.cue import Opinion, Settling
from coach.quantities import Metres, Seconds
from coach.screen.paint import SUN
from coach.screen.run import NEEDLE_STEPS, Tape, TapeReading, TapeWords, place_on_tape
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.screen.builders import rep_four, session_8x400, shown, step

BAND = Band(4.0, 4.1, 4.3)


@pytest.mark.parametrize(
    ("value", "band", "at"),
    [
        (4.0, BAND, 1 / 3),
        (4.3, BAND, 2 / 3),
        (4.15, BAND, 1 / 2),
        (3.7, BAND, 0.0),
        (2.0, BAND, 0.0),
        (4.6, BAND, 1.0),
        (9.0, BAND, 1.0),
        (4.0, Band(high=4.0), 2 / 3),
        (3.0, Band(high=4.0), 0.0),
        (4.0, Band(low=4.0), 1 / 3),
        (5.0, Band(low=4.0), 1.0),
        (4.0, Band(), 0.5),
        (4.0, Band(4.0, 4.0, 4.0), 2 / 3),
    ],
)
def test_the_band_takes_the_middle_third(value, band, at):
    """The edges of the band are at the thirds; a value far outside is at the end of the tape."""
    assert place_on_tape(value, band) == pytest.approx(at)


def rows(snapshot, width=120, height=4):
    """Paint the tape of a snapshot as text."""
    tape = Tape()
    return [strip.text for strip in tape.paint(tape.look(snapshot), width, height, SUN)]


def test_too_fast_lies_at_the_right_over_ease_off():
    """The needle of a rep run too fast stands over EASE OFF, with the edges below in paces."""
    needle, _, labels, edges = rows(rep_four())
    assert needle.index("▼") > 80
    assert labels.index("SPEED UP") < labels.index("ON") < labels.index("EASE OFF")
    assert edges.index("3:55") < edges.index("3:45")


def test_the_edges_are_in_the_runners_unit():
    """Per mile the same band has the same needle, with other numbers at its edges."""
    needle, _, _, edges = rows(rep_four(unit="mile"))
    assert edges.split() == ["6:18", "6:02"]
    assert needle == rows(rep_four())[0]


def test_on_two_rows_needle_and_labels_stay():
    """The smallest tape has no edges, but still needle and words."""
    needle, labels = rows(rep_four(), 80, 2)
    assert "▼▼▼" in needle
    assert "EASE OFF" in labels


@pytest.mark.parametrize("speed", [None, shown(4.4, age=6, state=Freshness.STALE)])
def test_without_a_fresh_value_there_is_no_needle(speed):
    """Without a fresh value the needle goes, and the light runs on in words."""
    text = "".join(rows(rep_four(cue=None, speed=speed)))
    assert "▼" not in text
    assert "▽" not in text
    assert "LIGHT RUNS ON: 175 m" in rows(rep_four(cue=None, speed=speed), 80, 2)[1]
    no_pace = step(target=StepTarget(Quantity.HEART_RATE, BAND, "hr"))
    assert "NO SIGNAL" in rows(rep_four(cue=None, speed=speed, step=no_pace), 80, 2)[1]


def test_a_needle_that_is_not_judged_is_hollow():
    """While the speed settles the needle shows its place, hollow."""
    settling = Opinion(True, Settling(Seconds(8), Seconds(20)))
    needle, crossed, *_ = rows(rep_four(cue=None, opinion=settling))
    assert "▽" in needle
    assert "▼" not in needle
    assert len(set(crossed)) == 1


def test_an_open_side_has_no_label():
    """If slow is never wrong there is no SPEED UP on the tape."""
    labels = rows(rep_four(band=Band(high=4.3)))[2]
    assert "SPEED UP" not in labels
    assert "EASE OFF" in labels


def test_nothing_to_judge_leaves_the_tape_empty():
    """A step by effort has no band and no needle."""
    assert set("".join(rows(rep_four(judged_quantity=None, band=None, step=step(target=None))))) == {" "}


def test_in_a_rest_the_next_step_stands_there_in_letters():
    """With four rows the next rep can be read from the track; with two there is how much of the rest is over."""
    timeline = session_8x400()
    resting = rep_four(
        phase=Phase.RECOVERY,
        step=timeline.steps[8],
        next_step=timeline.steps[9],
        judged_quantity=None,
        band=None,
    )
    shown_words = Tape().look(resting)
    assert isinstance(shown_words, TapeWords)
    assert shown_words.letters[0] == "→ REP 5/8   400M AT 3:50"
    by_mile = Tape().look(replace(resting, unit="mile"))
    assert isinstance(by_mile, TapeWords)
    assert by_mile.letters[0] == "→ REP 5/8   400M AT 6:10"
    assert "".join(rows(resting, 120, 4)).strip()
    assert "JOG ON: 0:41 OF 1:00" in rows(resting, 80, 2)[1]
    by_metres = replace(resting, step=step(Kind.RECOVERY), step_m=Metres(186.8))
    assert "JOG ON: 185 m OF 400 m" in rows(by_metres, 80, 2)[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phase": Phase.PAUSED}, "CLOCK PAUSED, STILL RECORDING"),
        ({"phase": Phase.READY, "judged_quantity": None}, "REP 4/8  400 M AT 3:50"),
        ({"phase": Phase.FINISHED, "step": None, "judged_quantity": None}, ""),
    ],
)
def test_where_nothing_is_judged_words_stand_there(changes, words):
    """A pause and a start have their own line; at the end there is nothing to say."""
    assert words == rows(rep_four(cue=None, **changes), 80, 2)[1].strip()


def test_the_needle_moves_in_steps():
    """Looks are equal until the needle moves by a 240th of the tape, so noise repaints nothing."""
    tape = Tape()
    one, other = (tape.look(rep_four(speed=shown(speed))) for speed in (4.3000, 4.3001))
    assert one == other
    assert isinstance(one, TapeReading)
    assert one.needle is not None
    assert 0 <= one.needle <= NEEDLE_STEPS


@pytest.mark.parametrize("width", [5, 20, 59, 80, 121])
@pytest.mark.parametrize("height", [1, 2, 3, 4, 6])
def test_the_tape_always_fills_its_field(width, height):
    """Every row is as wide as the field, and there are no more rows than it has."""
    tape = Tape()
    strips = tape.paint(tape.look(rep_four()), width, height, SUN)
    assert {strip.cell_length for strip in strips} == {width}
    assert len(strips) == height
