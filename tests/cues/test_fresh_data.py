"""A cue that judges the runner always has data fresher than its limit behind it, whatever the sensors do."""
# mypy: disable-error-code="arg-type"
# Bare numbers read better here than quantities with their names.

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.cues.coach import SampleDispatcher
from coach.cues.cue import VERDICTS, Cue
from coach.cues.sensors import LineHint
from coach.live.contract import Closed, Opened, Output, RunSetup
from coach.live.run import LiveRun
from coach.signals.readings import Freshness, Reported, Source, freshness
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget, Timeline
from tests.cues.bench import Bench, pace, rep, rest, step

CAP = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150 bpm")
STEPS = (
    step(Kind.WARM_UP, seconds=310, step_id="w", caps=(CAP,)),
    rep(1200, step_id="1", rep=1, of=2, set_id="a", steer=CoachBy.RATE),
    rest(60, step_id="r"),
    rep(1200, step_id="2", rep=2, of=2, set_id="a", steer=CoachBy.TIME),
    step(Kind.FLOAT, metres=400, step_id="f", target=pace(3.3, 0.08, 0.08), steer=CoachBy.RATE),
    step(Kind.COOL_DOWN, seconds=400, step_id="c", caps=(CAP,)),
)
STRETCHES = st.lists(
    st.tuples(
        st.integers(4, 120),  # seconds
        st.sampled_from([Source.POD, Source.WATCH, Source.POSITIONS, None]),  # who tells speed; None: nobody
        st.sampled_from([1.0, 1.0, 3.0, 5.0]),  # how often
        st.floats(1.0, 6.5),  # m/s
        st.one_of(st.none(), st.integers(120, 190)),  # heart rate; None: no strap
        st.floats(0.0, 2.9),  # how long it all stays away before
    ),
    min_size=4,
    max_size=20,
)
_SPEED = {"speed_mps", "light_s"}


@pytest.mark.parametrize(("later_s", "speeds"), [(0.0, [4.0]), (1.5, [4.0]), (2.5, []), (6.0, [])])
def test_a_rule_that_begins_to_ask_gets_no_old_sample(later_s, speeds):
    """The newest sample is dispatched to a new subscription while it is live, and never once it is older."""
    bench = Bench(step(seconds=600), stop_ends_rep=False)
    bench.start()
    bench.run(5, 4.0)
    rule = LineHint(bench.coach._context, bench.coach._arbiter)  # it keeps every speed it is handed
    dispatcher = SampleDispatcher(bench.coach._context, [rule])
    dispatcher.resubscribe()

    dispatcher.dispatch(bench.signals.speed().at + later_s)

    assert [speed for _, speed in rule._speeds] == speeds


def fed(stretches: list[tuple[int, Source | None, float, float, int | None, float]]) -> list[Output]:
    """Fold the stretches; every input's time and nominal period by what it tells of; idle looks in between."""
    run = LiveRun(RunSetup("r", Timeline("t", STEPS), ceiling_bpm=185))
    said: list[Output] = list(run.receive(Opened(0.0)))
    now, metres = 0.0, 0.0
    heard: dict[str, tuple[float, float]] = {}
    for seconds, source, period, speed, heart, away in stretches:
        now += away
        for second in range(seconds):
            now += 1.0
            metres += speed
            reports = []
            if source is not None and second % period == 0:
                reports.append(Reported(now, source, period, speed=speed, distance=metres))
                heard["speed"] = (now, period)
            if heart is not None:
                reports.append(Reported(now, Source.STRAP, heart_rate=heart))
                heard["heart rate"] = (now, 1.0)
            for report in reports:
                said += checked(run.receive(report), heard)
            said += checked(run.fire(now + 0.5), heard)
    return [*said, *checked(run.receive(Closed(now + 1.0)), heard)]


def checked(outputs: list[Output], heard: dict[str, tuple[float, float]]) -> list[Output]:
    """Hold every verdict against what was really heard by then."""
    for cue in outputs:
        if isinstance(cue, Cue) and cue.kind in VERDICTS:
            what = "speed" if cue.why.quantity in _SPEED else "heart rate"
            at, period = heard[what]
            assert freshness(cue.at - at, period) is Freshness.LIVE, cue
            assert cue.why.sample_age_s is not None, cue
            assert freshness(cue.why.sample_age_s, period) is Freshness.LIVE, cue
    return outputs


@settings(max_examples=60, deadline=None)
@given(STRETCHES)
def test_a_cue_that_judges_has_fresh_data_behind_it(stretches):
    """Nothing is said of pace, the light or the heart by data older than its limit, and its age is told."""
    times = [output.at for output in fed(stretches)]

    assert times == sorted(times)


def test_the_check_sees_verdicts():
    """The stretches do bring verdicts of both kinds: too fast, too slow and a heart too high."""
    stretches = [
        (360, Source.POD, 1.0, 3.0, 172, 0.0),
        (120, Source.POD, 1.0, 5.5, 172, 0.0),
        (300, Source.WATCH, 1.0, 3.2, 172, 0.0),
        (800, Source.POD, 1.0, 3.0, 172, 0.0),
    ]
    found = {one.why.quantity for one in fed(stretches) if isinstance(one, Cue) and one.kind in VERDICTS}

    assert found >= {"speed_mps", "heart_rate_bpm"}
