"""Fitness from races, predicted race times, and a check for impossible results."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from coach.athlete import Athlete, Now, Race
from coach.documents.spelling import race_name, read_distance, read_pace, read_pace_range, read_time
from coach.physiology import performance, within
from coach.physiology.performance import CriticalSpeed, fitted, time_over
from coach.problems import AthleteProblem
from coach.quantities import Metres, Seconds, format_clock, format_pace

# --- Fitness: from the best of the recent races, else the threshold pace, else a race pace set by hand
#
# Source: Daniels and Gilbert's VDOT (see `performance`). Error: one race tells the fitness to about one point of VDOT
# (6 s/km at 5:00/km): weather, course and tactics all count as fitness.

ONE_HOUR_S = Seconds(3600.0)
"""Threshold pace is about the pace a runner can race for an hour."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result that shows how fit the runner is."""

    metres: Metres
    seconds: Seconds
    vdot: float
    words: str
    """The result in words: `5 km in 20:15 on 2026-05-31`."""
    is_race: bool
    """False for an hour at the threshold pace, which was entered and not run."""


def results(now: Now) -> Iterator[Result]:
    """The recent races that the formula covers; those too short or too long are left out."""
    for race in now.races:
        metres, seconds = read_distance(race.distance), read_time(race.time)
        try:
            vdot = performance.vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, vdot, words_of(race), is_race=True)


def best_race(now: Now) -> Result | None:
    """The recent race with the highest VDOT; None without any."""
    return max(results(now), key=lambda result: result.vdot, default=None)


def of_threshold(now: Now) -> Result | None:
    """An hour at the threshold pace, as if raced; None if the pace is unknown or outside the formula."""
    if now.threshold_pace is None:
        return None
    speed = read_pace(now.threshold_pace)
    try:
        vdot = performance.vdot_of_threshold(speed)
    except ValueError:
        return None
    words = f"threshold pace {now.threshold_pace}"
    return Result(Metres(speed * ONE_HOUR_S), ONE_HOUR_S, vdot, words, is_race=False)


def of_race_pace(now: Now) -> Result | None:
    """The best of the race paces set by hand, as if raced; None if there is none, or none fits the formula."""
    return max(_hand_paces(now), key=lambda result: result.vdot, default=None)


def _hand_paces(now: Now) -> Iterator[Result]:
    for name, metres in performance.RACES.items():
        if name not in now.paces:
            continue
        slow, fast = read_pace_range(now.paces[name])
        seconds = Seconds(metres / ((slow + fast) / 2))
        try:
            vdot = performance.vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, vdot, f"{name} pace {now.paces[name]}", is_race=False)


def fitness(now: Now) -> Result | None:
    """The result that derived paces are made from: the best recent race, else the threshold pace, else a race pace."""
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
    """A result in the runner's words, with its day."""
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


# --- Predictions: VDOT and Riegel side by side, with the range between them
#
# VDOT predicts from the result that the paces are made from, so a race and its pace never disagree. Riegel predicts
# from the recent race nearest in length, for distances up to four times as long or as short; farther off there is only
# a wide range, with the factor. Critical-speed trials give a third prediction for races of 2 to 25 minutes. The range
# is valid for a runner trained for the distance.
#
# Riegel's law: P. S. Riegel, "Athletic Records and Human Endurance", American Scientist 69 (1981) 285-290: times grow
# with distance to the power 1.06, from about 3.5 minutes to 4 hours. Error: a few per cent over a doubling; it flatters
# recreational runners over the marathon, who slow by 1.08 and more.

DISTANCES: Final = {
    "1500 m": Metres(1500.0),
    "mile": performance.RACES["mile"],
    "3k": performance.RACES["3k"],
    "5k": performance.RACES["5k"],
    "10k": performance.RACES["10k"],
    "15k": Metres(15_000.0),
    "half": performance.RACES["half"],
    "marathon": performance.RACES["marathon"],
}
"""The distances that are predicted by default."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A race time by each formula; None where a formula does not apply."""

    name: str
    metres: Metres
    by: Result | None
    """The result that the paces are made from; None without one."""
    nearest: Result | None = None
    """The race nearest in length, from which Riegel and the range are computed."""
    vdot_s: Seconds | None = None
    riegel_s: Seconds | None = None
    critical_speed_s: Seconds | None = None
    quickest_s: Seconds | None = None
    slowest_s: Seconds | None = None
    """All formulas lie between these two: Riegel's with exponents from 1.05 to 1.08, far from a race up to 1.10."""
    times_off: float = 1.0
    """How many times as long or as short the nearest race is."""
    refused: str = ""
    """Why there is no time, in one sentence; empty if there is one."""

    @property
    def is_far(self) -> bool:
        """True if every race is so different in length that only a wide range can be given."""
        return self.times_off > FARTHEST + 1e-9


def predictions(now: Now, distances: dict[str, Metres] | None = None) -> tuple[Prediction, ...]:
    """Predict races over the usual distances, or over those given by name (m); empty when nothing is known."""
    basis = fitness(now)
    if basis is None:
        return ()
    races = list(results(now)) or [basis]
    try:
        critical = critical_speed(now)
    except ValueError:
        critical = None  # the trials do not fit together; the page of critical speed explains why
    lengths = DISTANCES if distances is None else distances
    return tuple(predicted(name, metres, basis, races, critical) for name, metres in lengths.items())


def predicted(
    name: str, metres: Metres, basis: Result, races: Sequence[Result], critical: CriticalSpeed | None = None
) -> Prediction:
    """Predict one distance from the result the paces are made from and the nearest of the known ones (at least one)."""
    by = min(races, key=lambda result: (abs(log(metres / result.metres)), -result.vdot))
    times_off = max(metres / by.metres, by.metres / metres)
    riegel_s = None
    try:
        if times_off > FARTHEST + 1e-9:
            voices = [*far_spread(by.metres, by.seconds, metres)]
        else:
            riegel_s = predicted_time(by.metres, by.seconds, metres)
            voices = [riegel_s, *spread(by.metres, by.seconds, metres)]
    except ValueError as reason:
        return Prediction(name, metres, None, refused=f"{by.words}: {reason}")
    try:
        vdot_s = performance.race_time(basis.vdot, metres)
        voices.append(vdot_s)
    except ValueError:
        vdot_s = None
    critical_s = _by_critical_speed(critical, metres)
    if critical_s is not None:
        voices.append(critical_s)
    return Prediction(
        name, metres, basis, by, vdot_s, riegel_s, critical_s, min(voices), max(voices), times_off
    )


def _by_critical_speed(critical: CriticalSpeed | None, metres: Metres) -> Seconds | None:
    if critical is None:
        return None
    try:
        return time_over(critical, metres)
    except ValueError:
        return None


# --- Riegel's power law of endurance

EXPONENT: Final = 1.06
"""Growth of time with distance."""
USUAL_EXPONENTS: Final = (1.05, 1.08)
"""The exponents of most trained and recreational runners."""
FARTHEST: Final = 4.0
"""The law is used for a distance up to this many times as long or as short."""
FAR_EXPONENTS: Final = (1.05, 1.10)
"""Exponents for distances farther off. Over the marathon half of the recreational runners are at least 10 minutes
slower than the law says (Vickers and Vertosick 2016), about an exponent of 1.10 from 10 km; the border is judged.
"""
SHORTEST_S: Final = 180.0
LONGEST_S: Final = 5 * 3600.0
"""The law was fitted to efforts of about 3.5 minutes to 4 hours; the limits leave a margin."""


def scaled_time(metres: float, seconds: float, target_m: float, *, exponent: float = EXPONENT) -> Seconds:
    """The bare law: time in seconds over `target_m` from one over `metres`, all above 0, at any ratio.

    It is for comparing with other tools. A runner is shown `predicted_time`, which knows the limits of the law.
    """
    return Seconds(seconds * (target_m / metres) ** exponent)


def predicted_time(metres: float, seconds: float, target_m: float, *, exponent: float = EXPONENT) -> Seconds:
    """Time in seconds over `target_m` metres of a runner who took `seconds` over `metres`.

    Raises:
        ValueError: a race or an answer outside 3 minutes to 5 hours, an exponent outside 1 to 1.2, or a distance more
            than four times as long or as short.
    """
    within(metres, 400, 200_000, "distance", "m")
    within(target_m, 400, 200_000, "distance", "m")
    within(seconds, SHORTEST_S, LONGEST_S, "race time", "s")
    within(exponent, 1.0, 1.2, "exponent")
    factor = max(target_m / metres, metres / target_m)
    if factor > FARTHEST + 1e-9:
        raise ValueError(
            f"{factor:.1f} times as {'far' if target_m > metres else 'short'} is too far from the race: "
            f"it predicts up to {FARTHEST:g} times"
        )
    result = scaled_time(metres, seconds, target_m, exponent=exponent)
    return Seconds(within(result, SHORTEST_S, LONGEST_S, "predicted time", "s"))


def spread(metres: float, seconds: float, target_m: float) -> tuple[Seconds, Seconds]:
    """Fastest and slowest time in seconds that the usual exponents (1.05 to 1.08) give over `target_m`.

    Raises:
        ValueError: as `predicted_time`.
    """
    times = [predicted_time(metres, seconds, target_m, exponent=each) for each in USUAL_EXPONENTS]
    return min(times), max(times)


def far_spread(metres: float, seconds: float, target_m: float) -> tuple[Seconds, Seconds]:
    """As `spread`, for a distance too different from the race for the law: a wide range.

    Raises:
        ValueError: a race or an answer outside 3 minutes to 5 hours.
    """
    within(seconds, SHORTEST_S, LONGEST_S, "race time", "s")
    times = [scaled_time(metres, seconds, target_m, exponent=each) for each in FAR_EXPONENTS]
    within(min(times), SHORTEST_S, LONGEST_S, "predicted time", "s")
    return min(times), max(times)


# --- Impossible results
#
# Source: the men's world records as of 2024, read off between two distances along a power law; 2 % faster than that
# counts as a typing mistake. Threshold: the world record for an hour, 21,330 m.

RECORDS: Final = (
    (100.0, 9.58),
    (200.0, 19.19),
    (400.0, 43.03),
    (800.0, 100.91),
    (1500.0, 206.0),
    (3000.0, 437.55),
    (5000.0, 755.36),
    (10_000.0, 1571.0),
    (21_097.5, 3450.0),
    (42_195.0, 7235.0),
    (100_000.0, 21_935.0),
)
"""Metres and seconds."""
ROOM: Final = 0.98
"""Share of a record time below which a result counts as a mistake."""
HOUR_RECORD_MPS: Final = 21_330 / 3600


def record_time(metres: float) -> Seconds:
    """About the record time in seconds over `metres` (above 0)."""
    place = min(max(1, bisect_left(RECORDS, (metres,))), len(RECORDS) - 1)
    (short, quick), (far, slow) = RECORDS[place - 1], RECORDS[place]
    return Seconds(quick * (metres / short) ** (log(slow / quick) / log(far / short)))


def implausible(athlete: Athlete) -> Iterator[str]:
    """Name the impossible numbers of an athlete, a sentence each."""
    for entry in athlete.history:
        for race in (*entry.races, *entry.trials):
            yield from _too_fast(race)
        pace = entry.threshold_pace
        if pace is not None and read_pace(pace) > HOUR_RECORD_MPS / ROOM:
            record = format_pace(HOUR_RECORD_MPS)
            yield f"a threshold pace of {pace} is faster than anyone has run for an hour ({record})"
    now = athlete.now
    for race in now.races:
        speed = read_distance(race.distance) / read_time(race.time)
        if now.top_speed_mps is not None and speed > now.top_speed_mps:
            yield f"a top speed of {now.top_speed_mps:g} m/s is slower than the race of {race.distance} in {race.time}"


def check_athlete(athlete: Athlete, *, name: str = "") -> Athlete:
    """Return an athlete whose numbers are possible.

    Raises:
        AthleteProblem: with what cannot be true and why; `name` says whose document it is, where it is one.
    """
    for reason in implausible(athlete):
        message = f"{name}: {reason}" if name else reason
        raise AthleteProblem(message, "Is the distance, the time or the unit right?")
    return athlete


def _too_fast(race: Race) -> Iterator[str]:
    seconds, record = read_time(race.time), record_time(read_distance(race.distance))
    if seconds < ROOM * record:
        yield f"{race.distance} in {race.time} is faster than anyone has run (about {format_clock(record)})"
