"""Closed laps of a track tell how short its positions read, for this run only."""

from collections.abc import Callable, Iterator
from math import cos, hypot, pi, sin

import pytest

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.config import SignalSettings
from coach.signals.odometer import TrackLaps
from coach.signals.readings import Calibrated, Reported, Source
from coach.signals.signals import Signals

SETTINGS = SignalSettings()
LAP_M = Metres(400.0)

Shape = Callable[[float], tuple[float, float]]


def track(metres: float) -> tuple[float, float]:
    """A place on a track of 400 m, so many metres along it."""
    straight, radius = 84.39, (400 - 2 * 84.39) / (2 * pi)
    half, along = divmod(metres % 400, 200)
    side = 1 if half else -1
    if along < straight:
        return side * (straight / 2 - along), side * radius
    angle = (along - straight) / radius
    return -side * (straight / 2 + radius * sin(angle)), side * radius * cos(angle)


def out_and_back(metres: float) -> tuple[float, float]:
    """A place on a road of 450 m that is run to and fro: 400 m later they are back at it, the other way."""
    along = metres % 900
    return (along if along < 450 else 900 - along), 0.0


def places(
    shape: Shape, seconds: int, speed: Callable[[int], float], *, reads: float = 1.0
) -> Iterator[tuple[float, tuple[float, float], float]]:
    """Times, places and metres of a runner whose positions read so much of the way: 0.97 is 3 % short."""
    metres = counted = 0.0
    before = tuple(value * reads for value in shape(0.0))
    for second in range(seconds):
        east, north = (value * reads for value in shape(metres))
        counted += hypot(east - before[0], north - before[1])
        before = (east, north)
        yield float(second), (east, north), counted
        metres += speed(second)


def learnt(shape: Shape, seconds: int, speed: Callable[[int], float], *, reads: float = 1.0) -> list[float]:
    """The factors that were learnt, in order."""
    laps = TrackLaps(SETTINGS, LAP_M)
    estimates = [laps.add(*each) for each in places(shape, seconds, speed, reads=reads)]
    return [estimate[0] for estimate in estimates if estimate is not None]


def even(second: int) -> float:
    """Four metres a second, all along."""
    return 4.0


@pytest.mark.parametrize("reads", [0.95, 0.97, 1.0, 1.03])
def test_laps_tell_how_short_positions_read(reads: float) -> None:
    """After four laps the factor is within a third of a per cent."""
    assert learnt(track, 400, even, reads=reads)[-1] == pytest.approx(1 / reads, abs=0.004)


def test_nothing_is_learnt_before_a_lap_is_closed() -> None:
    """The first factor is learnt some 60 m into the second lap."""
    assert learnt(track, 100, even) == []
    assert learnt(track, 120, even) != []


def test_an_out_and_back_is_no_lap() -> None:
    """The same place in the other direction closes nothing."""
    assert learnt(out_and_back, 900, even) == []


def test_a_walk_closes_no_lap() -> None:
    """Laps walked, and laps with a walk of 30 s in them, tell nothing."""
    assert learnt(track, 1500, lambda _: 1.6) == []
    assert learnt(track, 1500, lambda second: 1.4 if second % 110 > 80 else 4.0) == []


def test_a_lap_in_another_lane_is_not_taken_for_one() -> None:
    """A lap 10 % longer than the lane's is another lane, or a warm-up outside."""
    assert learnt(track, 600, even, reads=1.10) == []


def test_a_place_behind_a_pause_begins_anew() -> None:
    """The runner walks elsewhere while paused: the place leaps, the metres do not, and no lap goes across it."""
    laps = TrackLaps(SETTINGS, LAP_M)
    way = list(places(track, 95, even))
    assert [laps.add(*each) for each in way] == [None] * 95
    at, (east, north), metres = way[-1]
    moved = [(at + 1 + n, (east + 100 + 4 * n, north), metres + 4 * n) for n in range(80)]
    assert [laps.add(*each) for each in moved] == [None] * 80


def on_track(signals: Signals, seconds: int, *, reads: float = 0.96) -> list[Calibrated]:
    """Let positions on a track report, and return what they were calibrated by."""
    found: list[Calibrated] = []
    for at, place, metres in places(track, seconds, even, reads=reads):
        event = Reported(
            Seconds(at),
            Source.POSITIONS,
            speed=MetresPerSecond(4.0 * reads),
            distance=Metres(metres),
            place=place,
        )
        found += [one for one in signals.on_event(event) if isinstance(one, Calibrated)]
    return found


def test_the_factor_corrects_metres_and_speed_of_this_run_only() -> None:
    """It is told, in force at once, and no lesson for the runs to come."""
    signals = Signals(SETTINGS)
    signals.expect_laps(LAP_M)
    found = on_track(signals, 300)

    assert (found[0].origin, found[0].sensor) == ("lap", Source.POSITIONS)
    assert not signals.distance.awaits_lap()
    reading = signals.speed()
    assert reading is not None
    assert reading.value == pytest.approx(4.0, abs=0.03)
    assert signals.distance.factor()[0] == found[-1].factor
    assert signals.distance.learnt() == []


def test_positions_on_a_track_are_doubtful_until_a_lap_has_told() -> None:
    """Until then they await it; without places, and where nobody said that it is a track, they do not."""
    awaiting = Signals(SETTINGS)
    awaiting.expect_laps(LAP_M)
    assert on_track(awaiting, 90) == []
    assert awaiting.distance.awaits_lap()

    road = Signals(SETTINGS)
    assert on_track(road, 400) == []
    assert not road.distance.awaits_lap()

    placeless = Signals(SETTINGS)
    placeless.expect_laps(LAP_M)
    placeless.on_event(Reported(Seconds(0.0), Source.POSITIONS, distance=Metres(0.0)))
    assert not placeless.distance.awaits_lap()
