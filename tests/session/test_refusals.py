"""A press that changes nothing is refused, and its event says why in one sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.session.edits import Edits
from coach.session.phases import Button, ButtonContext, Origin, Pressed, Refusal, RefusedError, sentence_of
from coach.signals.readings import Rejected, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import MarkEnd, PressStart, SlotEnd
from tests.session.builders import Track, open_, prompt, rest, step, work, work_time


def timed() -> Track:
    """A rep by time, with nothing to change in it."""
    return Track(work_time(60.0))


def armed() -> Track:
    """A rep that waits for a press."""
    return Track(work_time(60.0), starts=StartPolicy(first=PressStart()))


def paused() -> Track:
    """A run in a pause."""
    track = timed()
    track.press(Button.PAUSE, 1.0)
    return track


def resting() -> Track:
    """A rest that has just begun, after a rep by distance."""
    track = Track(work(400.0), rest(60.0), work(400.0))
    track.run_at(4.0, 0.0, 101.0)
    return track


def stretched() -> Track:
    """A declared stretch on offer, measured by a source that has no factor."""
    track = Track(work(800.0, calibrate=True, mps=None), rest(60.0))
    track.run_at(4.0 * 1.06, 0.0, 200.0, source=Source.WATCH)
    track.mark(200.0)
    return track


def hot() -> Track:
    """A rep in dangerous heat."""
    track = timed()
    weather = replace(track.setup.session, temperature_c=36.0, dew_point_c=32.0)
    track.run = LiveRun(replace(track.setup, session=weather))
    track.feed(Opened(Seconds(0.0)))
    return track


PRESSES: dict[Refusal, tuple[Callable[[], Track], Button, str]] = {
    Refusal.NOTHING_HERE: (timed, Button.GO, "The button go does nothing here (work by time)."),
    Refusal.PAUSED: (paused, Button.MARK, "Paused: press pause again to go on."),
    Refusal.STARTS_BY_ITSELF: (
        lambda: Track(rest(300.0), work_time(60.0)), Button.GO,
        "The next step does not wait for a go: it starts by itself.",
    ),
    Refusal.NO_COUNTDOWN: (armed, Button.EXTEND, "No count-down is running."),
    Refusal.NO_SEND_OFF: (
        lambda: Track(step("slot", Kind.RECOVERY, SlotEnd(Seconds(60.0)))), Button.EXTEND,
        "No send-off is running.",
    ),
    Refusal.NO_COOL_DOWN: (timed, Button.COOL_DOWN, "The workout has no cool-down ahead."),
    Refusal.NO_TIME: (
        lambda: Track(step("rest", Kind.RECOVERY, MarkEnd())), Button.EXTEND,
        "The step has no time to extend.",
    ),
    Refusal.NO_REPS: (timed, Button.ADD_REP, "No reps to add to here."),
    Refusal.NO_REP_LEFT: (timed, Button.DROP_REP, "No rep left to drop here."),
    Refusal.NO_RANGE: (timed, Button.ENOUGH, "No range of reps is under way that could end sooner."),
    Refusal.NO_REPS_LEFT: (timed, Button.SHORTEN, "No reps left to shorten."),
    Refusal.NO_PACES_LEFT: (timed, Button.SLOWER, "No paces left to change."),
    Refusal.TOO_HOT: (
        hot, Button.FASTER, "It is too hot for a faster target: hard running is not recommended today.",
    ),
    Refusal.NO_OFFER: (timed, Button.ACCEPT, "Nothing is on offer."),
    Refusal.NO_FACTOR: (
        stretched, Button.ACCEPT,
        "The stretch says nothing about the pod: no pod, too short, too slow, or broken by a gap.",
    ),
    Refusal.NO_QUESTION: (timed, Button.ANSWER, "No question is open."),
    Refusal.NO_SUCH_ANSWER: (
        lambda: Track(prompt(), open_()), Button.ANSWER, "The question takes an answer from 1 to 3.",
    ),
    Refusal.NO_LINE: (
        timed, Button.LINE_LATER, "The line can be moved in the rest after a rep by distance.",
    ),
    Refusal.LINE_AHEAD: (resting, Button.LINE_LATER, "The runner has not been there yet."),
    Refusal.NOTHING_TO_UNDO: (
        timed, Button.UNDO, "Nothing was pressed or ended within the last minute.",
    ),
}  # fmt: skip
"""For each refusal a run, the button that is refused in it, and the sentence of the event."""


@pytest.mark.parametrize(
    ("track", "button", "sentence"), PRESSES.values(), ids=[refusal.name for refusal in PRESSES]
)
def test_a_refused_press_says_why(track, button, sentence):
    """A refused press emits one event with its sentence, and leaves the run as it was."""
    run = track()
    before = run.session._sequencer.state.copy()
    at = run.now + 0.5
    assert run.press(button, at) == [Rejected(at, str(button), sentence)]
    after = run.session._sequencer.state
    assert replace(after, open_offer=before.open_offer) == before
    assert after.open_offer.offer == ""


def test_a_step_without_distance_is_not_made_longer():
    """No button extends the metres of a step that has none; the edit itself refuses it."""
    track = timed()
    with pytest.raises(RefusedError) as caught:
        Edits(track.session._sequencer).more_metres(Pressed(Seconds(1.0), Button.EXTEND))
    sentence = sentence_of(caught.value, Button.EXTEND, ButtonContext.WORK_BY_TIME)
    assert sentence == "The step has no distance to extend."


def test_a_press_for_another_step_is_refused():
    """A press that names another step than the one under way changes nothing."""
    run = timed()
    at = Seconds(run.now + 0.5)
    said = run.feed(Pressed(at, Button.NEXT, Origin.PHONE, expected_step="another"))
    assert said == [Rejected(at, "next", "That was for another step, which is not under way any more.")]


def test_a_second_pause_from_elsewhere_is_refused():
    """Whoever pressed had not seen that somebody else paused."""
    run = paused()
    at = Seconds(run.now + 0.5)
    assert run.feed(Pressed(at, Button.PAUSE, Origin.PHONE)) == [
        Rejected(at, "pause", "It is paused already.")
    ]


def test_every_refusal_has_its_press():
    """The presses above lead to every refusal."""
    assert set(PRESSES) | {Refusal.NO_DISTANCE, Refusal.OTHER_STEP, Refusal.PAUSED_ALREADY} == set(Refusal)
