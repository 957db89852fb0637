"""The cue box: its word and arrow, its fill, and its agreement with the needle."""

import random
from dataclasses import replace

import pytest

from coach.cues.cue import VERDICTS, CueKind, Opinion, Settling, Suppression, SuppressionReason, Why
from coach.quantities import Metres, Seconds
from coach.screen.paint import SUN, first_that_fits, has_picture
from coach.screen.run import CueBox
from coach.screen.words import (
    FAR_M,
    NEWS,
    VERDICT_LOOKS,
    Frame,
    Judgement,
    Needle,
    Tone,
    judgement,
    needle_side,
    state_line,
)
from coach.session.events import Light
from coach.session.phases import Phase
from coach.signals.readings import Freshness, SensorState, Source
from coach.signals.readings import SensorStatus as Sensor
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Move, Quantity
from tests.screen.builders import cue, rep_four, shown, step


def box(snapshot, width=54, height=17):
    """Paint the box of a snapshot."""
    return CueBox().paint(judgement(snapshot), width, height, SUN)


def papers(strips):
    """Give the colours the box is filled with."""
    return {segment.style.bgcolor.name for strip in strips for segment in strip if segment.style}


def test_every_verdict_has_a_word_and_a_fill():
    """No kind that judges is without a look, and none has one that does not judge."""
    assert set(VERDICT_LOOKS) == VERDICTS


def test_every_kind_of_cue_can_be_shown():
    """A cue that is no verdict has a word, or shows its own number or text."""
    assert set(CueKind) - VERDICTS - set(NEWS) == {CueKind.STEP, CueKind.COUNTDOWN, CueKind.SPLIT}


@pytest.mark.parametrize("kind", sorted(VERDICTS))
def test_arrow_fill_and_word_agree(kind):
    """Up is dark, down is bright, an outline has no arrow; so no state hangs on its hue alone."""
    look = VERDICT_LOOKS[kind]
    assert (look.arrow, look.tone) in {("↑", Tone.SLOW), ("↓", Tone.FAST), ("", Tone.ON)}


@pytest.mark.parametrize("kind", sorted(VERDICTS))
def test_every_verdict_fits_the_smallest_box_in_letters(kind):
    """On 80x24 each verdict is painted in letters, not in ordinary text."""
    look = VERDICT_LOOKS[kind]
    assert any(has_picture(word) and first_that_fits((word,), 35, 4) for word in look.wordings)


def test_too_fast_is_a_bright_box_with_ease_and_its_text():
    """The cue's own words stand at the foot of the box."""
    state = judgement(rep_four())
    text = "Ease off. Three fifty."
    assert state == Judgement(Frame.FILL, ("EASE",), (), Tone.FAST, "↓", text, needle=Needle.SOLID)
    strips = box(rep_four())
    assert "Ease off. Three fifty." in strips[-1].text
    assert papers(strips) == {SUN.fast.paper, SUN.fast.ink}


def test_a_fade_told_in_the_rest_holds_nobody_to_a_pace():
    """In a rep it says HOLD; in the rest after it, it is a word about what is over."""
    verdict = cue(CueKind.FADE, "Last one was three per cent off your first. Longer rest?")
    assert judgement(rep_four(cue=verdict)).wordings == ("HOLD",)
    resting = judgement(rep_four(cue=verdict, phase=Phase.RECOVERY, judged_quantity=None))
    assert resting == Judgement(Frame.OUTLINE, ("!",), says=verdict.text)


def test_too_slow_is_a_dark_box():
    """Slow differs from fast in lightness, not only in hue."""
    strips = box(rep_four(cue=cue(CueKind.TOO_SLOW, "Pick it up.")))
    assert SUN.slow.paper in papers(strips)
    assert SUN.fast.paper not in papers(strips)


def test_on_target_is_an_outline_without_a_fill():
    """Back on target fills nothing: only ink and paper."""
    strips = box(rep_four(cue=cue(CueKind.BACK_ON_TARGET, "On."), speed=shown(1000 / 231)))
    assert papers(strips) == {SUN.plain.paper, SUN.plain.ink}
    assert strips[0].text == "▄" * 54


def on(**changes):
    """Make a rep at its pace with nothing said."""
    return rep_four(**{"cue": None, "speed": shown(1000 / 231), **changes})


def test_on_target_without_a_cue_says_on():
    """A live value inside the band says ON, quietly, with the light beside it."""
    state = judgement(on())
    assert (state.frame, state.wordings, state.foot[0]) == (Frame.OUTLINE, ("ON",), "on pace, 1.7 s ahead")
    assert (state.is_quiet, state.needle) == (True, Needle.SOLID)


def light(behind_m, behind_s):
    """Make a light so far from the runner."""
    return Light(Seconds(behind_s), Metres(behind_m), None, None)


@pytest.mark.parametrize(("metres", "word"), [(-10.0, "ON"), (10.0, "ON"), (10.1, "LIGHT"), (-25.0, "LIGHT")])
def test_far_from_the_light_nobody_is_on(metres, word):
    """Further than ten metres from the light, at the right pace, the box names the light and the needle is hollow."""
    state = judgement(on(light=light(metres, metres / 4.3)))
    assert state.wordings == (word,)
    assert (state.needle is Needle.SOLID) == (word == "ON")
    back = cue(CueKind.BACK_ON_TARGET, "On pace.", why=Why("pace_band", 4.3, "speed_mps"))
    assert judgement(on(light=light(metres, metres / 4.3), cue=back)).wordings == (word,)


@pytest.mark.parametrize(
    ("behind_s", "speed", "foot"),
    [
        (-4.1, 1000 / 254, "pacing light first: 4 s in hand"),
        (2.2, 1000 / 254, "2 s down: no rush"),
        (-3.0, 1000 / 212, "3 s up: let it come back"),
        (2.2, 1000 / 212, "2 s down: coming back"),
    ],
)
def test_where_the_light_judges_it_says_so(behind_s, speed, foot):
    """In a rep that is steered by the light the needle alone judges nothing."""
    by_light = step(rep=4, of=8)
    state = judgement(on(step=by_light, speed=shown(speed), light=light(4 * behind_s, behind_s)))
    assert (state.frame, state.wordings, state.foot[0]) == (Frame.CORNERS, ("LIGHT",), foot)
    assert state.needle is Needle.HOLLOW


def test_a_verdict_that_is_not_answered_stays_as_a_chip():
    """The chip says how long ago the cue was and that it still holds; once answered it goes."""
    verdict = cue(at=Seconds(1072))
    snapshot = on(speed=shown(1000 / 212), opinion=Opinion(True, open_verdict=verdict))
    state = judgement(snapshot)
    assert (state.frame, state.arrow, state.wordings) == (Frame.CHIP, "↓", ("EASE",))
    assert state.foot[0] == "said 0:14 ago, still 13 s/km fast"
    assert state.needle is Needle.SOLID
    assert judgement(replace(snapshot, unit="mile")).foot[1] == "still 21 s/mile fast"
    assert judgement(replace(snapshot, speed=shown(1000 / 231))).wordings == ("ON",)
    assert judgement(replace(snapshot, speed=shown(1000 / 260))).frame is Frame.CORNERS


def test_a_cap_beside_a_pace_is_kept_by_its_own_value():
    """A heart rate over its cap holds while it is over it, whatever the pace."""
    why = Why("heart_rate_cap", 171, "heart_rate_bpm", None, 165)
    verdict = cue(CueKind.HEART_RATE_HIGH, "Heart rate 171.", at=Seconds(1066), why=why)
    snapshot = on(opinion=Opinion(True, open_verdict=verdict))
    assert judgement(snapshot).foot[0] == "said 0:20 ago, still 6 over"
    assert judgement(snapshot).needle is Needle.HOLLOW
    assert judgement(replace(snapshot, heart_rate=shown(160))).wordings == ("ON",)
    assert judgement(replace(snapshot, heart_rate=None)).wordings == ("ON",)


def test_while_the_speed_settles_the_box_counts_it_down():
    """No verdict before its time: the wait has its seconds and its bar."""
    state = judgement(on(opinion=Opinion(True, Settling(Seconds(7.6), Seconds(20)))))
    assert (state.frame, state.wordings) == (Frame.CORNERS, ("SETTLING", "SETTLE"))
    assert (state.foot[0], state.progress) == ("settling 8 s: no verdict yet", 14)
    assert state.needle is Needle.HOLLOW
    late = judgement(on(opinion=Opinion(True, Settling(Seconds(0), Seconds(20)))))
    assert late.foot[0] == "settling: no verdict yet"
    heart = judgement(on(opinion=Opinion(True, Settling(Seconds(252), Seconds(300)))))
    assert heart.foot[0] == "settling 4:12: no verdict yet"


@pytest.mark.parametrize(
    ("reason", "speed", "foot"),
    [
        (SuppressionReason.SAID_TWICE, 1000 / 250, "quiet: said twice"),
        (SuppressionReason.SHORT, 1000 / 212, "too short a rep to correct"),
        (SuppressionReason.SPENT, 1000 / 212, "quiet: said enough in this rep"),
        (SuppressionReason.WIND, 1000 / 250, "wind: the same a lap before"),
        (SuppressionReason.WALKING, 1000 / 700, "walking: nothing is judged"),
    ],
)
def test_off_target_the_box_says_why_nothing_is_said(reason, speed, foot):
    """The box has the coach's reason for its silence; ON needs none."""
    opinion = Opinion(True, suppressions=(Suppression(reason),))
    state = judgement(on(light=None, speed=shown(speed), opinion=opinion))
    assert (state.frame, state.wordings, state.foot) == (Frame.CORNERS, ("QUIET",), (foot,))
    assert judgement(on(light=None, opinion=opinion)).wordings == ("ON",)


def test_reasons_not_to_push_are_none_for_a_runner_who_is_fast():
    """A runner who was asked for more speed twice and is too fast now gets no word that the coach is quiet."""
    spared = Opinion(True, suppressions=(Suppression(SuppressionReason.SAID_TWICE),))
    assert judgement(on(light=None, speed=shown(1000 / 212), opinion=spared)).wordings[0] == "CHECKING"


@pytest.mark.parametrize(
    ("speed", "foot"), [(212, "13 s/km fast: not sure yet"), (250, "15 s/km slow: not sure yet")]
)
def test_off_target_without_a_reason_the_coach_is_not_sure_yet(speed, foot):
    """The cues decide whether to speak: before a verdict there are corners, with the distance from the target."""
    state = judgement(on(light=None, speed=shown(1000 / speed)))
    assert (state.frame, state.foot[0], state.needle) == (Frame.CORNERS, foot, Needle.HOLLOW)


def test_a_lost_pod_is_named():
    """There is no needle; the box names the lost sensor and how the rep is timed meanwhile."""
    sensors = (Sensor(Source.POD, "Stryd", SensorState.GONE, Seconds(12.4), 64, None),)
    state = judgement(on(speed=None, sensors=sensors))
    assert (state.frame, state.wordings[0]) == (Frame.CORNERS, "NO POD")
    assert state.foot == ("timed by the line: press space", "pod silent for 12 s")
    assert state.needle is Needle.ABSENT
    old = shown(1000 / 231, age=6, state=Freshness.STALE)
    assert judgement(on(speed=old, sensors=sensors)).wordings[0] == "NO POD"
    assert judgement(on(speed=None, sensors=())).wordings[0] == "NO PACE"


def test_a_lost_strap_is_named_where_the_heart_rate_is_judged():
    """Each quantity has its own sensor."""
    strap = (Sensor(Source.STRAP, "H10", SensorState.STALE, Seconds(6.2), 87, None),)
    state = judgement(
        on(judged_quantity=Quantity.HEART_RATE, band=Band(high=150), heart_rate=None, sensors=strap)
    )
    assert (state.wordings[0], state.foot[0]) == ("NO STRAP", "strap silent for 6 s")
    bare = judgement(
        on(judged_quantity=Quantity.HEART_RATE, band=Band(high=150), heart_rate=None, sensors=())
    )
    assert bare.wordings[0] == "NO HR"


@pytest.mark.parametrize("changes", [{"judged_quantity": None}, {"band": None}])
def test_without_a_target_the_box_says_so(changes):
    """Without a target there is no ON and no needle, but the name of the step."""
    state = judgement(on(**changes, step=step(Kind.OPEN, target=None)))
    assert (state.wordings, state.needle) == (("RUN",), Needle.ABSENT)
    assert state.foot == ("no target: nothing is judged",)


def made_up(dice):
    """Make up a moment of a run: any value, verdict and reason, known or not."""

    def some(value, chance=0.7):
        return value if dice.random() < chance else None

    behind = dice.uniform(-40, 40)
    kinds = sorted(VERDICTS)
    verdict = cue(
        dice.choice(kinds),
        at=Seconds(dice.uniform(1000, 1086)),
        why=Why(
            "rule",
            dice.uniform(1, 200),
            dice.choice(["speed_mps", "light_s", "heart_rate_bpm", "cadence_spm", "d"]),
            some(dice.uniform(1, 200)),
            some(dice.uniform(1, 200)),
        ),
    )
    reasons = tuple(Suppression(reason) for reason in SuppressionReason if dice.random() < 0.1)
    bands = [
        (Quantity.SPEED, Band(4.2, 4.3, 4.4)),
        (Quantity.SPEED, Band(high=4.4)),
        (Quantity.HEART_RATE, Band(150, None, 165)),
        (Quantity.CADENCE, Band(low=176)),
    ]
    quantity, band = dice.choice(bands)
    return rep_four(
        phase=dice.choice([Phase.WORK] * 4 + list(Phase)),
        cue=some(verdict, 0.2),
        step=step(
            rep=4,
            of=8,
            steer=dice.choice(list(CoachBy)),
            kind=dice.choice([Kind.WORK, Kind.FLOAT, Kind.STRIDE]),
        ),
        speed=some(shown(dice.uniform(3.6, 5.0), state=dice.choice(list(Freshness)[:3]))),
        heart_rate=some(shown(dice.uniform(130, 190))),
        cadence=some(shown(dice.uniform(150, 200))),
        judged_quantity=some(quantity, 0.95),
        band=some(band, 0.97),
        leave=dice.choice([0.0, 0.02]),
        light=some(Light(Seconds(behind / 4.3), Metres(behind), None, None)),
        stopped_s=some(Seconds(5), 0.05),
        is_let_be=dice.random() < 0.1,
        is_by_clock=dice.random() < 0.05,
        opinion=Opinion(
            dice.random() < 0.9,
            some(Settling(Seconds(dice.uniform(0, 20)), Seconds(20)), 0.2),
            some(verdict, 0.4),
            reasons,
        ),
    )


@pytest.mark.parametrize(
    "moments", [2_000, pytest.param(20_000, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
def test_box_and_needle_never_disagree(moments):
    """Of random moments: the box is never empty, a solid needle lies where the box says, and ON is near the light."""
    dice = random.Random(13)
    frames = set()
    for _ in range(moments):
        snapshot = made_up(dice)
        state, side = judgement(snapshot), needle_side(snapshot)
        frames.add((state.frame, state.wordings[0], state.needle))
        assert state.wordings[0].strip()
        assert (state.needle is Needle.SOLID) <= (state.tone is side)
        if state.tone in {Tone.FAST, Tone.SLOW} and side in {Tone.FAST, Tone.SLOW, Tone.ON} - {state.tone}:
            assert state.needle is not Needle.SOLID
        if state.wordings == ("ON",) and state.needle is not Needle.ABSENT:
            assert side is Tone.ON
            assert snapshot.light is None or abs(snapshot.light.behind_m) <= FAR_M or state.says
        if state.frame is Frame.OUTLINE and state.tone is Tone.ON and side is not None and not state.says:
            assert side is Tone.ON
        assert state.needle is not Needle.SOLID or state.frame is not Frame.CORNERS
        assert box(snapshot, 38, 9)[4].cell_length == 38
        assert state.wordings[0] in state_line(snapshot).replace(", ", "\n")
    words = {word for _, word, _ in frames}
    assert {"SETTLING", "LIGHT", "ON", "QUIET", "CHECKING", "STOPPED", "BY TIME", "PAUSED", "NO POD"} <= words


def test_why_tells_the_same_as_the_box():
    """The key `w` has the word of the box and what it means."""
    settling = on(opinion=Opinion(True, Settling(Seconds(8), Seconds(20))))
    assert state_line(settling) == "SETTLING: settling 8 s: no verdict yet"
    snapshot = on(speed=shown(1000 / 212), opinion=Opinion(True, open_verdict=cue(at=Seconds(1072))))
    assert state_line(snapshot) == "↓ EASE: said 0:14 ago, still 13 s/km fast"
    assert state_line(rep_four()) == "↓ EASE: Ease off. Three fifty."


@pytest.mark.parametrize(
    ("phase", "word"),
    [
        (Phase.READY, "READY"),
        (Phase.OVERTIME, "GO?"),
        (Phase.PAUSED, "PAUSED"),
        (Phase.FINISHED, "DONE"),
        (Phase.CHECKLIST, "DO"),
    ],
)
def test_a_phase_without_a_cue_says_its_name(phase, word):
    """Between the cues the box says what is the case."""
    assert judgement(rep_four(phase=phase, cue=None, judged_quantity=None)).wordings[0] == word


def test_a_runner_who_stands_sees_that_the_light_waits():
    """A stop is shown as a stop, whatever the needle reads; without a light nothing waits."""
    standing = on(stopped_s=Seconds(12.0))
    state = judgement(standing)
    assert (state.frame, state.wordings) == (Frame.CORNERS, ("STOPPED", "STOP"))
    assert state.foot == ("the light waits",)
    assert state.needle is Needle.HOLLOW
    assert judgement(replace(standing, light=None)).foot == ("",)


def test_a_rest_says_what_comes():
    """The box has the next rep with its number, pace and time; in the last step it says so."""
    walking = step(Kind.RECOVERY, move=Move.WALK)
    resting = rep_four(
        phase=Phase.RECOVERY, step=walking, next_step=step(rep=3, of=6), cue=None, judged_quantity=None
    )
    state = judgement(resting)
    assert (state.frame, state.wordings[0]) == (Frame.OUTLINE, "REP 3")
    assert state.foot == ("next: 400 m at 3:50, that is 1:32", "next: 400 m at 3:50")
    assert judgement(replace(resting, next_step=None)).wordings == ("LAST",)
    assert judgement(replace(resting, next_step=step(Kind.COOL_DOWN, target=None))).wordings[0] == "COOL-DOWN"


def test_a_pause_says_how_long_it_is_and_how_to_go_on():
    """PAUSED is shown large, whatever else is the case except a cue."""
    state = judgement(on(phase=Phase.PAUSED, paused_s=Seconds(42.7)))
    assert (state.wordings, state.foot) == (("PAUSED", "PAUSE"), ("0:42 long: p goes on",))
    assert state.needle is Needle.ABSENT


def test_before_the_start_the_box_says_which_sensors_are_live():
    """The box names the live sensors, or those that are not heard yet."""
    ready = on(phase=Phase.READY, judged_quantity=None)
    assert judgement(ready).foot == ("strap and pod are live",)
    strap, pod = ready.sensors
    sought = replace(pod, state=SensorState.SEARCHING)
    assert judgement(replace(ready, sensors=(strap, sought))).foot == ("pod not heard yet",)
    assert judgement(replace(ready, sensors=())).foot == ("no sensors",)


@pytest.mark.parametrize(("left", "number"), [(3.0, "3"), (2.4, "3"), (10.0, "10"), (0.6, "1")])
def test_a_countdown_shows_the_number_that_is_left(left, number):
    """The number in the box is the one on the clock."""
    counting = cue(CueKind.COUNTDOWN, "three")
    state = judgement(rep_four(phase=Phase.RECOVERY, left_s=Seconds(left), cue=counting))
    assert state.wordings == (number,)


def test_a_countdown_in_metres_shows_its_words():
    """A countdown in metres has no seconds, so the words of the cue are shown."""
    assert judgement(rep_four(cue=cue(CueKind.COUNTDOWN, "last 200"))).wordings == ("last 200",)


def test_a_long_announcement_shows_a_word_and_its_text_small():
    """`Rep four of eight` cannot be read from three metres; GO can."""
    state = judgement(rep_four(cue=cue(CueKind.STEP, "Rep four of eight. Four hundred at three fifty.")))
    assert state.wordings == ("GO",)
    assert state.says.startswith("Rep four")


def test_an_announced_rest_says_how_it_is_spent():
    """At the start of a rest the word is JOG, not GO."""
    resting = rep_four(
        phase=Phase.RECOVERY, step=step(Kind.RECOVERY), cue=cue(CueKind.STEP, "Jog for one minute.")
    )
    assert judgement(resting).wordings == ("JOG",)


def test_an_announced_float_is_not_a_go():
    """Only what is run hard begins with GO; a float begins with its name."""
    floating = step(Kind.FLOAT, rep=1, of=2)
    announced = cue(CueKind.STEP, "Float. Fifteen seconds at five flat.")
    assert judgement(rep_four(phase=Phase.FLOAT, step=floating, cue=announced)).wordings == ("FLOAT",)


def test_a_split_shows_its_time():
    """The lap in tenths is the word of a split, its sentence stands below."""
    state = judgement(rep_four(cue=cue(CueKind.SPLIT, "Two hundred in forty-four."), light=None))
    assert (state.wordings, state.says) == (("44.2",), "Two hundred in forty-four.")


def test_the_text_of_a_cue_cannot_order_the_terminal_about():
    """Words from a workout's author reach the box without escapes."""
    state = judgement(rep_four(cue=cue(CueKind.FORM, "\x1b]0;owned\x07Relax your shoulders, please.")))
    assert state.says == "]0;ownedRelax your shoulders, please."


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (4, 3), (10, 3), (37, 9), (54, 17), (92, 40)])
@pytest.mark.parametrize("kind", [CueKind.TOO_FAST, CueKind.BACK_ON_TARGET, CueKind.STEP])
def test_the_box_always_fills_its_field(kind, width, height):
    """However small, the box is exactly as large as its field."""
    strips = box(rep_four(cue=cue(kind, "Four hundred at three fifty, relaxed.")), width, height)
    assert [strip.cell_length for strip in strips] == [width] * height


def test_a_split_that_is_spoken_shows_the_light_beside_it():
    """A short cue is shown with the seconds against the light; level with it, alone."""
    text = cue(CueKind.SPLIT, "Four hundred, one thirty-two.")
    assert judgement(rep_four(cue=text)).says == "Four hundred, one thirty-two.   1.7 s ahead"
    level = Light(Seconds(0.04), Metres(0.2), None, None)
    assert judgement(rep_four(cue=text, light=level)).says == text.text
    reset = Light(Seconds(1.2), Metres(5.0), None, None, set_back_s=Seconds(5.0))
    assert judgement(rep_four(cue=text, light=reset)).says == f"{text.text}   1.2 s behind the new light"
    lap = replace(
        text, text="Ninety-eight. Two slow.", why=Why("split", 2.12, "lap_off_s", window_s=Seconds(98.1))
    )
    assert judgement(rep_four(cue=lap)).says == "Ninety-eight. Two slow.   1:38.1  +2.1 s"
    assert judgement(rep_four(cue=replace(text, spoken=False))).says == text.text
