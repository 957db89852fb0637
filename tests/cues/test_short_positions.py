"""Positions that read short on a track make nobody slow."""

import pytest

from coach.cues.cue import CueKind, SuppressionReason
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.events import StepEnded
from coach.signals.readings import Reported, Source
from coach.workout.timeline import CoachBy
from tests.cues.bench import Bench, kinds, rep
from tests.signals.test_laps import places, track

SLOW = {CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.FADE, CueKind.ADVICE, CueKind.NEW_LIGHT}


def run(bench: Bench, speed: float, *, reads: float, seconds: int) -> None:
    """Run so many seconds on the track with positions that read short."""
    bench.start()
    for at, place, metres in places(track, seconds, lambda _: speed, reads=reads):
        bench.now = at
        bench.receive(
            Reported(
                Seconds(at),
                Source.POSITIONS,
                speed=MetresPerSecond(speed * reads),
                distance=Metres(metres),
                place=place,
            )
        )


@pytest.mark.parametrize("steer", [CoachBy.TIME, CoachBy.RATE])
def test_an_even_runner_on_short_positions_is_not_called_slow(steer: CoachBy) -> None:
    """Positions 5 % short, 4:10/km run: no word, and from the second rep on every kilometre takes its time."""
    bench = Bench(*[rep(steer=steer, rep=n + 1, of=4, set_id="a") for n in range(4)], pod=False)
    run(bench, 4.0, reads=0.95, seconds=1100)

    assert not SLOW & set(kinds(bench.cues))
    times = [output.time_s for output in bench.outputs if isinstance(output, StepEnded)]
    assert times == pytest.approx([250] * 4, abs=2.5)


@pytest.mark.parametrize("steer", [CoachBy.TIME, CoachBy.RATE])
def test_a_runner_who_is_slow_is_called_once_a_lap_has_told(steer: CoachBy) -> None:
    """8 % slow: nothing in the first lap and why, then a word."""
    bench = Bench(rep(3000, steer=steer), pod=False)
    run(bench, 3.68, reads=0.97, seconds=100)
    assert not SLOW & set(kinds(bench.cues))
    reasons = [each.reason for each in bench.coach.suppressions(Seconds(bench.now))]
    assert SuppressionReason.AWAITS_LAP in reasons

    bench = Bench(rep(3000, steer=steer), pod=False)
    run(bench, 3.68, reads=0.97, seconds=400)
    assert SLOW & set(kinds(bench.cues))


def test_a_runner_who_is_fast_is_called_before_a_lap_has_told() -> None:
    """Short positions can hide a fast runner, but never make one."""
    bench = Bench(rep(3000, rep=2, of=3), pod=False)
    run(bench, 4.5, reads=0.97, seconds=85)
    assert CueKind.TOO_FAST in kinds(bench.cues)
