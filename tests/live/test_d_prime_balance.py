"""The reserve above critical speed along a run: an estimate that only readings of speed change."""

import pytest

from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.readings import Reported, Source
from coach.workout.timeline import Timeline
from tests.session.builders import work_time

FULL = 200.0
AN_EVENING = [(5.0, 80), (2.5, 80), (5.0, 80), (2.5, 80), (5.0, 80)]
LEFT = [120.000, 156.095, 76.095, 132.000, 52.000]
"""Metres left after each of those, from the differential form worked out by itself."""


def a_run(critical=(4.0, FULL)):
    """Open a long run of an athlete with a critical speed of 4 m/s and 200 m above it."""
    known = None if critical is None else (MetresPerSecond(critical[0]), Metres(critical[1]))
    run = LiveRun(RunSetup("run", Timeline("workout", (work_time(3600.0),)), critical=known))
    run.receive(Opened(Seconds(0.0)))
    hear(run, 0.0, 0.0)
    return run


def hear(run, at, speed, source=Source.POD):
    """Hand in one reading of speed."""
    run.receive(Reported(Seconds(at), source, Seconds(1.0), speed))


def run_on(run, start, *, period=1, woken=False):
    """Run the evening from a time on; gives the metres left after each part."""
    at, left = start, []
    for speed, seconds in AN_EVENING:
        for _ in range(0, seconds, period):
            if woken:
                for part in (0.25, 0.5, 0.75):
                    run.fire(Seconds(at + part * period))
            at += period
            hear(run, at, speed)
        left.append(run.snapshot().d_prime_left * FULL)
    return left


@pytest.mark.parametrize("period", [1, 4, 16])
def test_the_balance_follows_the_differential_form(period):
    """Spent in a line above critical speed, won back exponentially below it, whatever the period of the source."""
    assert run_on(a_run(), 0.0, period=period) == pytest.approx(LEFT, abs=5e-4)


def test_wakes_do_not_change_it():
    """A run that is woken three times a second says the same to the last bit."""
    assert run_on(a_run(), 0.0, woken=True) == run_on(a_run(), 0.0)


def test_without_a_critical_speed_there_is_none():
    """Without trials nothing is estimated or shown."""
    run = a_run(critical=None)
    hear(run, 10.0, 5.0)
    assert run.snapshot().d_prime_left is None


def test_it_is_unknown_before_the_first_speed():
    """A run that has heard no speed does not say that its runner is fresh."""
    critical = (MetresPerSecond(4.0), Metres(FULL))
    run = LiveRun(RunSetup("run", Timeline("workout", (work_time(3600.0),)), critical=critical))
    run.receive(Opened(Seconds(0.0)))
    assert run.snapshot(Seconds(20.0)).d_prime_left is None


def test_a_gap_that_is_bridged_counts_at_the_speed_after_it():
    """Thirty seconds of silence are the far side of a lap."""
    run = a_run()
    hear(run, 30.0, 5.0)
    assert run.snapshot().d_prime_left == pytest.approx(170.0 / FULL)


def test_after_a_longer_gap_it_is_unknown_for_the_rest_of_the_run():
    """Nobody knows what was spent in it; what comes after does not tell."""
    run = a_run()
    for at in range(1, 11):
        hear(run, at, 5.0)
    assert run.snapshot(Seconds(40.0)).d_prime_left == pytest.approx(190.0 / FULL)
    assert run.snapshot(Seconds(40.5)).d_prime_left is None
    for at in range(41, 1500):
        hear(run, at, 1.0)
    assert run.snapshot().d_prime_left is None


def test_an_overdrawn_reserve_is_nothing():
    """Whoever runs on below nothing had more than the model thought; it shows 0, and ends nothing."""
    run = a_run()
    for at in range(1, 300):
        hear(run, at, 6.0)
    assert run.snapshot().d_prime_left == 0.0
    assert not run.has_ended


def test_it_never_makes_a_line():
    """The outputs of a run are the same with the estimate and without it."""
    said = []
    for critical in (None, (4.0, FULL)):
        run, lines = a_run(critical), []
        for at in range(1, 400):
            lines += run.receive(Reported(Seconds(at), Source.POD, Seconds(1.0), MetresPerSecond(6.0)))
        said.append(lines)
    assert said[0] == said[1]


def test_two_sources_at_once_count_each_second_once():
    """A watch that speaks beside the pod does not spend anything twice."""
    run = a_run()
    for at in range(1, 81):
        hear(run, at, 5.0)
        hear(run, at + 0.5, 5.0, Source.WATCH)
    assert run.snapshot().d_prime_left * FULL == pytest.approx(120.0)
