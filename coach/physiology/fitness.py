"""How fit a runner is: by the best of the recent races, else the threshold pace, else a race pace set by hand.

Source: Daniels and Gilbert's VDOT (see `vdot`). Error: one race speaks for a fitness to about one point of VDOT (6 s/km
at 5:00/km): weather, course and tactics are all taken for fitness.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from coach.athlete import Now, Race
from coach.documents.races import race_name
from coach.documents.spelling import read_distance, read_pace, read_pace_range, read_time
from coach.physiology import vdot
from coach.physiology.critical_speed import CriticalSpeed, fitted
from coach.physiology.limits import within
from coach.quantities import Metres, Seconds

ONE_HOUR_S = Seconds(3600.0)
"""Threshold pace is about what a runner can race for an hour."""


@dataclass(frozen=True, slots=True)
class Result:
    """Something the runner did that says how fit they are."""

    metres: Metres
    seconds: Seconds
    vdot: float
    words: str
    """What it was: `5 km in 20:15 on 2026-05-31`."""
    is_race: bool
    """Was it run? Else it is an hour at the threshold pace, which was only told."""


def results(now: Now) -> Iterator[Result]:
    """The recent races that the formula can be asked about; others (too short, too long) are left out."""
    for race in now.races:
        metres, seconds = read_distance(race.distance), read_time(race.time)
        try:
            found = vdot.vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, found, words_of(race), is_race=True)


def best_race(now: Now) -> Result | None:
    """The recent race with the highest VDOT; None without any."""
    return max(results(now), key=lambda result: result.vdot, default=None)


def of_threshold(now: Now) -> Result | None:
    """An hour at the threshold pace, as if raced; None if it is not known or no formula fits it."""
    if now.threshold_pace is None:
        return None
    speed = read_pace(now.threshold_pace)
    try:
        found = vdot.vdot_of_threshold(speed)
    except ValueError:
        return None
    words = f"threshold pace {now.threshold_pace}"
    return Result(Metres(speed * ONE_HOUR_S), ONE_HOUR_S, found, words, is_race=False)


def of_race_pace(now: Now) -> Result | None:
    """The best of the race paces set by hand, as if raced; None if there is none, or no formula fits."""
    return max(_hand_paces(now), key=lambda result: result.vdot, default=None)


def _hand_paces(now: Now) -> Iterator[Result]:
    for name, metres in vdot.RACES.items():
        if name not in now.paces:
            continue
        slow, fast = read_pace_range(now.paces[name])
        seconds = Seconds(metres / ((slow + fast) / 2))
        try:
            found = vdot.vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, found, f"{name} pace {now.paces[name]}", is_race=False)


def fitness(now: Now) -> Result | None:
    """What derived paces are made from: the best recent race, else the threshold pace, else a race pace by hand."""
    return best_race(now) or of_threshold(now) or of_race_pace(now)


def critical_speed(now: Now) -> CriticalSpeed | None:
    """Critical speed and D' of the recent trials; None without any.

    Raises:
        ValueError: there are trials, and they are too few or too alike, or one was no full effort.
    """
    if not now.trials:
        return None
    return fitted([(read_distance(trial.distance), read_time(trial.time)) for trial in now.trials])


def words_of(race: Race) -> str:
    """A result as a runner says it, with its day."""
    return f"{race_name(race.distance)} in {race.time} on {race.date}"


def used_share(race_speed: float, top_speed: float) -> float:
    """Race speed as a share of top speed, both in m/s; 0 to 1.

    Coaching practice (a "speed reserve"): a runner whose race pace is a small share of top speed has speed and wants
    endurance, and the other way round. Top speed is the best over 60 to 100 m; a footpod at one value a second measures
    it to about 3 %, a timed 60 m by hand to about 4 %.

    Raises:
        ValueError: a top speed outside 3 to 12.5 m/s, or a race speed above it.
    """
    within(top_speed, 3.0, 12.5, "top speed", "m/s")
    if not 0 < race_speed <= top_speed:
        raise ValueError("the race speed must lie above 0 and not above the top speed")
    return race_speed / top_speed
