"""The cue box: word and arrow first, fill second, and no verdict of its own."""

from dataclasses import replace

import pytest

from coach.cues.cue import VERDICTS, CueKind, Why
from coach.quantities import Metres, Seconds
from coach.screen.block import first_that_fits, has_picture
from coach.screen.palette import SUN
from coach.screen.widgets.cue_box import NEWS, VERDICT_LOOKS, Advice, CueBox, Look, advice
from coach.session.light import Light
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Move
from tests.screen.builders import cue, rep_four, shown, step


def box(snapshot, width=54, height=17):
    """Paint the box of a snapshot."""
    return CueBox().paint(advice(snapshot), width, height, SUN)


def papers(strips):
    """Give the colours the box is filled with."""
    return {segment.style.bgcolor.name for strip in strips for segment in strip if segment.style}


def test_every_verdict_has_a_word_and_a_fill():
    """No kind that judges is without a look, and none has one that does not judge."""
    assert set(VERDICT_LOOKS) == VERDICTS


def test_every_kind_of_cue_can_be_shown():
    """What is no verdict has a word, or shows its own number or text."""
    assert set(CueKind) - VERDICTS - set(NEWS) == {CueKind.STEP, CueKind.COUNTDOWN, CueKind.SPLIT}


@pytest.mark.parametrize("kind", sorted(VERDICTS))
def test_arrow_fill_and_word_agree(kind):
    """Up is dark, down is bright, an outline has no arrow; so no state hangs on its hue alone."""
    look = VERDICT_LOOKS[kind]
    assert (look.arrow, look.look) in {("↑", Look.SLOW), ("↓", Look.FAST), ("", Look.OUTLINE)}


@pytest.mark.parametrize("kind", sorted(VERDICTS))
def test_every_verdict_fits_the_smallest_box_in_letters(kind):
    """On 80x24 each verdict is painted in letters, not in ordinary text."""
    look = VERDICT_LOOKS[kind]
    assert any(has_picture(word) and first_that_fits((word,), 35, 4) for word in look.wordings)


def test_too_fast_is_a_bright_box_with_ease_and_its_text():
    """The cue's own words stand at the foot of the box."""
    made = advice(rep_four())
    assert made == Advice(Look.FAST, ("EASE",), "↓", "Ease off. Three fifty.")
    strips = box(rep_four())
    assert "Ease off. Three fifty." in strips[-1].text
    assert papers(strips) == {SUN.fast.paper, SUN.fast.ink}


def test_a_fade_told_in_the_rest_holds_nobody_to_a_pace():
    """In a rep it says HOLD; in the rest after it, it is a word about what is over."""
    told = cue(CueKind.FADE, "Last one was three per cent off your first. Longer rest?")
    assert advice(rep_four(cue=told)).wordings == ("HOLD",)
    resting = advice(rep_four(cue=told, phase=Phase.RECOVERY))
    assert resting == Advice(Look.OUTLINE, ("!",), says=told.text)


def test_too_slow_is_a_dark_box():
    """Slow differs from fast in lightness, not only in hue."""
    strips = box(rep_four(cue=cue(CueKind.TOO_SLOW, "Pick it up.")))
    assert SUN.slow.paper in papers(strips)
    assert SUN.fast.paper not in papers(strips)


def test_on_target_is_an_outline_without_a_fill():
    """Back on target fills nothing: only ink and paper."""
    strips = box(rep_four(cue=cue(CueKind.BACK_ON_TARGET, "On.")))
    assert papers(strips) == {SUN.plain.paper, SUN.plain.ink}
    assert strips[0].text == "▄" * 54


def test_on_target_without_a_cue_says_on():
    """A live value inside the band says ON, quietly."""
    made = advice(rep_four(cue=None, speed=shown(1000 / 231)))
    assert made == Advice(Look.OUTLINE, ("ON",), is_quiet=True)


def test_who_was_asked_twice_reads_why_nothing_is_said():
    """Off target and let be: QUIET, and why; back on target it says ON."""
    made = advice(rep_four(cue=None, speed=shown(1000 / 250), is_let_be=True))
    assert made == Advice(Look.OUTLINE, ("QUIET",), says="quiet: said twice", is_quiet=True)
    assert advice(rep_four(cue=None, speed=shown(1000 / 231), is_let_be=True)).wordings == ("ON",)


@pytest.mark.parametrize("speed", [1000 / 212, 1000 / 250])
def test_off_target_without_a_cue_judges_nothing(speed):
    """Whether to speak is decided by the cues: before a verdict the box stays empty."""
    assert advice(rep_four(cue=None, speed=shown(speed))).look is Look.EMPTY


@pytest.mark.parametrize(
    "changes", [{"speed": None}, {"band": None}, {"band": Band(low=9)}, {"band": Band(high=1)}]
)
def test_on_is_never_said_without_value_and_band(changes):
    """Nothing measured, or nothing to hold it against, or outside an open band: no ON."""
    assert advice(rep_four(**{"cue": None, "speed": shown(1000 / 231), **changes})).look is Look.EMPTY


def test_on_is_never_said_of_a_stale_value():
    """A value six seconds old is no ground for ON."""
    old = shown(1000 / 231, age=6, state=Freshness.STALE)
    assert advice(rep_four(cue=None, speed=old)).look is Look.EMPTY


@pytest.mark.parametrize(
    ("phase", "word"),
    [
        (Phase.READY, "READY"),
        (Phase.OVERTIME, "GO?"),
        (Phase.PAUSED, "PAUSED"),
        (Phase.FINISHED, "DONE"),
        (Phase.CHECKLIST, "DO"),
        (Phase.SEND_OFF_REST, "REST"),
    ],
)
def test_a_phase_without_a_cue_says_its_name(phase, word):
    """Between the cues the box says what is the case."""
    assert advice(rep_four(phase=phase, cue=None)).wordings == (word,)


def test_a_runner_who_stands_sees_that_the_light_waits():
    """A stop is shown as a stop, whatever the needle reads; without a light nothing waits."""
    standing = replace(rep_four(), cue=None, stopped_s=Seconds(12.0))
    assert advice(standing) == Advice(
        Look.OUTLINE, ("STOPPED", "STOP"), says="the light waits", is_quiet=True
    )
    assert advice(replace(standing, light=None)).says == ""


def test_a_recovery_says_how_it_is_spent():
    """Jog, walk or stand."""
    walking = step(Kind.RECOVERY, move=Move.WALK)
    assert advice(rep_four(phase=Phase.RECOVERY, step=walking, cue=None)).wordings == ("WALK",)


def test_a_question_shows_its_answers_with_their_numbers():
    """The box lists what may be answered, made safe; without words, the range."""
    asked = step(Kind.PROMPT, question="Could you talk?", answers=("yes", "un\x07sure", "no"))
    made = advice(rep_four(phase=Phase.PROMPT, step=asked, cue=None))
    assert made.wordings == ("1 yes\n2 unsure\n3 no",)
    bare = advice(rep_four(phase=Phase.PROMPT, step=step(Kind.PROMPT), cue=None))
    assert bare.wordings == ("1-10",)


@pytest.mark.parametrize(("left", "number"), [(3.0, "3"), (2.4, "3"), (10.0, "10"), (0.6, "1")])
def test_a_countdown_shows_the_number_that_is_left(left, number):
    """The number in the box is the one on the clock."""
    counting = cue(CueKind.COUNTDOWN, "three")
    made = advice(rep_four(phase=Phase.RECOVERY, left_s=Seconds(left), cue=counting))
    assert made.wordings == (number,)


def test_a_countdown_in_metres_shows_its_words():
    """Of a distance there are no seconds: the cue's own words are painted."""
    assert advice(rep_four(cue=cue(CueKind.COUNTDOWN, "last 200"))).wordings == ("last 200",)


def test_a_long_announcement_shows_a_word_and_its_text_small():
    """Rep four of eight cannot be read from three metres, GO can."""
    made = advice(rep_four(cue=cue(CueKind.STEP, "Rep four of eight. Four hundred at three fifty.")))
    assert made.wordings == ("GO",)
    assert made.says.startswith("Rep four")


def test_an_announced_rest_says_how_it_is_spent():
    """At the start of a rest the word is JOG, not GO."""
    resting = rep_four(
        phase=Phase.RECOVERY, step=step(Kind.RECOVERY), cue=cue(CueKind.STEP, "Jog for one minute.")
    )
    assert advice(resting).wordings == ("JOG",)


def test_an_announced_float_is_not_a_go():
    """Only what is run hard begins with GO; a float begins with its name."""
    floating = step(Kind.FLOAT, rep=1, of=2)
    announced = cue(CueKind.STEP, "Float. Fifteen seconds at five flat.")
    assert advice(rep_four(phase=Phase.FLOAT, step=floating, cue=announced)).wordings == ("FLOAT",)


def test_a_split_shows_its_time():
    """The lap in tenths is the word of a split, its sentence stands below."""
    made = advice(rep_four(cue=cue(CueKind.SPLIT, "Two hundred in forty-four."), light=None))
    assert (made.wordings, made.says) == (("44.2",), "Two hundred in forty-four.")


def test_the_text_of_a_cue_cannot_order_the_terminal_about():
    """Words from a workout's author reach the box without escapes."""
    made = advice(rep_four(cue=cue(CueKind.FORM, "\x1b]0;owned\x07Relax your shoulders, please.")))
    assert made.says == "]0;ownedRelax your shoulders, please."


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (4, 3), (10, 3), (37, 9), (54, 17), (92, 40)])
@pytest.mark.parametrize("kind", [CueKind.TOO_FAST, CueKind.BACK_ON_TARGET, CueKind.STEP])
def test_the_box_always_fills_its_field(kind, width, height):
    """However small, the box is exactly as large as its field."""
    strips = box(rep_four(cue=cue(kind, "Four hundred at three fifty, relaxed.")), width, height)
    assert [strip.cell_length for strip in strips] == [width] * height


def test_a_split_that_is_spoken_shows_the_light_beside_it():
    """What is said in few words is shown with the seconds against the light; level with it, as it is."""
    said = cue(CueKind.SPLIT, "Four hundred, one thirty-two.")
    assert advice(rep_four(cue=said)).says == "Four hundred, one thirty-two.   1.7 s ahead"
    level = Light(Seconds(0.04), Metres(0.2), None, None)
    assert advice(rep_four(cue=said, light=level)).says == said.text
    reset = Light(Seconds(1.2), Metres(5.0), None, None, set_back_s=Seconds(5.0))
    assert advice(rep_four(cue=said, light=reset)).says == f"{said.text}   1.2 s behind the new light"
    lap = replace(
        said, text="Ninety-eight. Two slow.", why=Why("split", 2.12, "lap_off_s", window_s=Seconds(98.1))
    )
    assert advice(rep_four(cue=lap)).says == "Ninety-eight. Two slow.   1:38.1  +2.1 s"
    assert advice(rep_four(cue=replace(said, spoken=False))).says == said.text
