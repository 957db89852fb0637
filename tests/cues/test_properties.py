"""What holds for every runner, however they run and whatever their sensors do."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.cues.config import CueSettings
from coach.cues.cue import VERDICTS, Cue, CueClass, CueKind
from coach.live.contract import Closed, Opened, RunSetup
from coach.live.run import LiveRun
from coach.session.events import StepEnded, StepStarted
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Quantity, Step, StepReminder, StepTarget, Timeline
from tests.cues.bench import pace, rep, rest, step

ALL = CueSettings()
STEPS = (
    step(
        Kind.WARM_UP,
        seconds=320,
        step_id="w",
        caps=(StepTarget(Quantity.HEART_RATE, Band(high=150.0), "cap"),),
    ),
    rep(1000, step_id="1", rep=1, of=3, set_id="a", steer=CoachBy.RATE),
    rest(60, step_id="r1"),
    rep(600, step_id="2", rep=2, of=3, set_id="a", steer=CoachBy.TIME),
    step(Kind.FLOAT, metres=200, step_id="f", target=pace(3.3, 0.08, 0.08), steer=CoachBy.RATE),
    rep(200, step_id="3", rep=3, of=3, set_id="a", steer=CoachBy.TIME),
    step(Kind.COOL_DOWN, seconds=90, step_id="c", reminders=(StepReminder("sip", at_s=33.3),)),
)
SEGMENTS = st.lists(
    st.tuples(
        st.integers(5, 60),  # seconds
        st.one_of(st.none(), st.floats(1.0, 6.0)),  # speed; None is a lost pod
        st.one_of(st.none(), st.integers(100, 200)),  # heart rate
        st.sampled_from([None, 110, 165, 180]),  # cadence
    ),
    min_size=3,
    max_size=25,
)


def fold(segments, *, wakes=(), presses=()):
    """A live run over segments of steady running; `wakes` are idle looks at the clock in between."""
    run = LiveRun(RunSetup("r", Timeline("t", STEPS), ceiling_bpm=190))
    outputs = list(run.receive(Opened(0.0)))
    now, metres, idle, pressed = 0.0, 0.0, list(wakes), dict(presses)
    for seconds, speed, heart, feet in segments:
        for _ in range(seconds):
            if idle:
                outputs += run.fire(now + idle.pop(0))
            now += 1.0
            if speed is not None:
                metres += speed
                outputs += run.receive(Reported(now, Source.POD, speed=speed, distance=metres, cadence=feet))
            if heart is not None:
                outputs += run.receive(Reported(now, Source.STRAP, heart_rate=heart))
            if (button := pressed.pop(round(now), None)) is not None:
                outputs += run.receive(Pressed(now, button, Origin.STDIN))
    return [*outputs, *run.receive(Closed(now + 1.0))]


def by_step(outputs):
    """The cues of each step, with when it began and what came before it."""
    found: list[tuple[Step, float, Kind | None, list[Cue]]] = []
    before = None
    for output in outputs:
        if isinstance(output, StepStarted):
            found.append((output.step, output.effective_at or output.at, before, []))
        elif isinstance(output, StepEnded):
            before = output.step.kind
        elif hasattr(output, "cue_class") and found:
            found[-1][3].append(output)
    return found


@settings(max_examples=60, deadline=None)
@given(SEGMENTS)
def test_no_verdict_is_stale_early_or_beyond_the_budget(segments):
    """Every verdict is fresh and says why; none in the settle window, none more than the manners allow."""
    least = {None: 20, Kind.RECOVERY: 15, Kind.WARM_UP: 15, Kind.FLOAT: 12, Kind.WORK: 12}
    for one, began, before, cues in by_step(fold(segments)):
        coach = [cue for cue in cues if cue.cue_class is CueClass.COACH and cue.kind is not CueKind.ADVICE]
        for cue in cues:
            if cue.kind in VERDICTS:
                assert cue.why.sample_age_s is not None
                assert cue.why.sample_age_s <= 2.0
                assert None not in (cue.why.value, cue.why.window_s)
                assert cue.why.low is not None or cue.why.high is not None
            if cue.kind in VERDICTS - {CueKind.HEART_RATE_CEILING, CueKind.START_TOO_FAST}:
                assert cue.at - began >= least[before]
            if cue.kind is CueKind.START_TOO_FAST:
                assert cue.at - began >= 18
        if one.kind in {Kind.WORK, Kind.FLOAT}:
            beyond = coach[ALL.budget :]
            assert all(abs(cue.why.value / one.target.band.aim - 1.0) >= 0.055 for cue in beyond)
        if one.kind is Kind.FLOAT and (one.until.distance() or 999) <= ALL.short_m:
            assert len(coach) <= ALL.budget_float
        elif (one.until.distance() or 999) <= ALL.short_m:
            assert all(cue.kind is CueKind.START_TOO_FAST for cue in coach)
        assert all(later.at - sooner.at >= 20 for sooner, later in itertools.pairwise(coach))


@settings(max_examples=40, deadline=None)
@given(
    SEGMENTS,
    st.lists(st.floats(0.0, 0.999), max_size=400),
    st.dictionaries(st.integers(5, 400), st.sampled_from(list(Button)), max_size=8),
)
def test_the_number_of_wakes_changes_nothing(segments, wakes, presses):
    """Looking at the clock between inputs says the same at the same times."""
    assert fold(segments, wakes=wakes, presses=presses) == fold(segments, presses=presses)


@settings(max_examples=30, deadline=None)
@given(SEGMENTS)
def test_times_never_fall(segments):
    """What is said comes in the order of its times."""
    times = [output.at for output in fold(segments)]
    assert times == sorted(times)
