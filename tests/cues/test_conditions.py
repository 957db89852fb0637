"""Wind on a track, hills off it: a speed off the target that is no error."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.context import HeartRateCost, LapSwing
from coach.cues.cue import CueKind, SuppressionReason
from coach.signals.readings import Reading, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy
from tests.cues.bench import Bench, rep, rest

SLOW = {CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.FADE, CueKind.NEW_LIGHT}


def windy(metres, *, worse=0.0):
    """The speed at a place of a lap with 7 % of wind on the back straight and 6 % behind on the home straight."""
    at = metres % 400.0
    if 100.0 <= at < 200.0:
        return 4.0 * (0.93 - worse)
    return 4.24 if at >= 300.0 else 4.0


def pushes(bench):
    """What asked for more speed."""
    return [cue for cue in bench.cues if cue.kind in SLOW]


@pytest.mark.parametrize("steer", list(CoachBy))
@pytest.mark.parametrize("metres", [800, 2400])
def test_nobody_is_pushed_into_the_wind(steer, metres):
    """The back straight of every lap is the wind's: of the first lap, whose wind nobody knows, and of later reps."""
    bench = Bench(rep(metres, rep=1, of=2, steer=steer), rest(60), rep(metres, rep=2, of=2, steer=steer))
    for place in (0, 2):
        bench.start(place, came_from=Kind.RECOVERY)
        began_m = bench.metres
        while bench.session.index <= place + 1 and bench.metres - began_m < metres - 10.0:
            bench.run(1, windy(bench.metres - began_m))
    assert pushes(bench) == []


@pytest.mark.parametrize(
    ("speed", "kinds", "least_m", "most_m"),
    [
        (3.7, SLOW, 230.0, 300.0),  # half a lap after it settled
        (3.5, SLOW, 0.0, 160.0),  # more than a wind takes
        (4.4, {CueKind.TOO_FAST}, 0.0, 150.0),
    ],
)
def test_in_a_first_lap_slow_is_called_after_half_of_it(speed, kinds, least_m, most_m):
    """A straight and a bend are not the wind alone; and nobody who is too fast is let run on."""
    bench = Bench(rep(3000, rep=2, of=3, steer=CoachBy.RATE))
    bench.start(came_from=Kind.RECOVERY)
    reasons = set()
    while bench.metres < most_m and not any(cue.kind in kinds for cue in bench.cues):
        bench.run(1, speed)
        reasons |= {one.reason for one in bench.coach.suppressions(bench.now)}
    assert least_m <= bench.metres < most_m
    assert (SuppressionReason.FIRST_LAP in reasons) is (speed == 3.7)


def test_what_is_worse_than_the_wind_is_the_runner():
    """15 % slow where it was 7 % before, or slow for more than half a lap, is called."""
    for worse, slows_m in ((0.08, 100.0), (0.0, 400.0)):
        bench = Bench(rep(3000, rep=2, of=3))
        bench.start(came_from=Kind.RECOVERY)
        while bench.metres < 1300.0:
            bench.run(1, windy(bench.metres))
        bench.cues.clear()
        while bench.metres < 1300.0 + slows_m:
            bench.run(1, windy(bench.metres, worse=worse) if worse else 3.7)
        assert pushes(bench) != []


def lapped(metres, error, swing, *, tau_s=14.0):
    """Add the same error at so many metres, 12 m and 3 s apart: smoothed it is much the same."""
    for place in metres:
        off = error(place % 400.0)
        swing.add(place / 4.0, place, (off, off), 0.02, tau_s)


def on_the_back_straight(metres):
    """7 % slower there, 2 % faster elsewhere."""
    return -0.07 if 100 <= metres < 200 else 0.02


def test_a_place_is_compared_with_itself_one_lap_before():
    """Not with the place before it, and only when most of a lap is known; what is left over must be worth a word."""
    swing = LapSwing(400.0)
    for metres in range(0, 380, 12):
        lapped([metres], on_the_back_straight, swing)
        assert not swing.is_wind(metres, -0.06)
    lapped(range(400, 590, 12), on_the_back_straight, swing)
    assert swing.is_wind(580.0, -0.06)
    assert not swing.is_wind(580.0, -0.13)
    assert swing.is_wind(580.0, -0.13, 0.09)
    assert not swing.is_wind(580.0, 0.06)
    lapped(range(592, 700, 12), on_the_back_straight, swing)
    assert not swing.is_wind(690.0, -0.06)
    swing.reset()
    assert not swing.is_wind(580.0, -0.06)


def test_a_runner_who_is_slow_everywhere_has_no_wind():
    """The wind of a lap is what differs from its mean."""
    swing = LapSwing(400.0)
    lapped(range(0, 800, 12), lambda _: -0.06, swing)
    assert not swing.is_wind(795.0, -0.06)
    assert swing.mean() == pytest.approx(-0.06)


def test_nothing_is_known_of_a_first_lap_for_half_of_it():
    """Then a place is known once most of a lap was run and the runner comes back to it."""
    swing = LapSwing(400.0)
    for metres in range(0, 396, 12):
        lapped([metres], lambda _: -0.06, swing)
        assert swing.is_unknown(metres, -0.06) is (metres < 200)
        assert not swing.is_unknown(metres, -0.12)
    lapped([400, 412], lambda _: 0.0, swing)
    assert swing.is_lap_known()
    assert not swing.is_unknown(412.0, -0.06)


def on_the_hill(surface, *, heart, seconds=60):
    """Five minutes on target at 160 bpm, then 9 % slow up a hill with a heart of so much."""
    bench = Bench(rep(5000, rep=2, of=3), surface=surface)
    bench.start(came_from=Kind.RECOVERY)
    bench.run(300, 4.0, heart=160)
    bench.run(seconds, 3.64, heart=heart)
    return bench


@pytest.mark.parametrize(
    ("surface", "heart", "is_pushed"),
    [("road", 162, False), ("trail", 160, False), ("road", 150, True), ("", 162, True), ("track", 162, True)],
)
def test_up_a_hill_the_heart_tells(surface, heart, is_pushed):
    """Off the track nobody is pushed whose heart works as hard as the target usually costs."""
    bench = on_the_hill(surface, heart=heart)
    assert bool(pushes(bench)) is is_pushed
    reasons = {reason.reason for reason in bench.coach.suppressions(bench.now)}
    assert (SuppressionReason.EFFORT in reasons) is not is_pushed


def test_too_fast_is_called_whatever_the_heart_says():
    """A hill down, or an eager runner: the heart does not excuse it."""
    bench = Bench(rep(5000, rep=2, of=3), surface="road")
    bench.start(came_from=Kind.RECOVERY)
    bench.run(300, 4.0, heart=160)
    assert CueKind.TOO_FAST in [cue.kind for cue in bench.run(60, 4.4, heart=160)]


def test_a_target_costs_what_the_last_minute_on_it_did():
    """Ten readings are the least; each target has its own cost."""
    cost = HeartRateCost()
    for second in range(40):
        assert cost.is_reached(4.0) is (second >= 10)
        cost.add(Reading(float(second), 160.0, Source.STRAP, 1.0))
        cost.learn(4.0)
    assert not cost.is_reached(3.5)
    for second in range(40, 46):
        cost.add(Reading(float(second), 157.0, Source.STRAP, 1.0))
    assert not cost.is_reached(4.0)
