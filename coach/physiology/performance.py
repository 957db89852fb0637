"""What a runner can sustain: VDOT with its paces, critical speed, fitness, predicted races, and the cadence of a speed.

VDOT: J. Daniels and J. Gilbert, "Oxygen Power" (1979), curves of oxygen cost and of the sustainable fraction. The
training paces are the shares of VDOT that reproduce the printed tables of "Daniels' Running Formula". Valid for maximal
efforts of about 3.5 minutes to 4 hours.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Final

from coach.physiology import within
from coach.problems import AthleteProblem
from coach.quantities import METRES_PER_MILE, Metres, MetresPerSecond, Seconds, format_clock, format_pace
from coach.spelling import race_name, read_distance, read_pace, read_pace_range, read_time

if TYPE_CHECKING:
    from coach.athlete import (  # loads pydantic, which a run starts without
        Athlete,
        CadenceLesson,
        Lesson,
        Now,
        Race,
    )


# --- VDOT and its training paces

SHORTEST_M: Final = 1200.0
"""In shorter races sprinting counts for more than oxygen uptake."""
SHORTEST_S: Final = 180.0
"""The same limit in seconds."""
LONGEST_S: Final = 5 * 3600.0
"""The curve was fitted up to about 4 hours; printed tables go to 4:50 for the marathon."""
LOWEST: Final = 15.0
HIGHEST: Final = 95.0
"""The range of VDOT for which paces are given; the printed tables span 30 to 85."""
THRESHOLD_SHARE: Final = 0.88
"""Threshold pace is the speed that costs 88 % of VDOT (within 1 s/km of the printed table)."""
EASY_SHARES: Final = (0.63, 0.73)
"""Easy runs lie between these shares of VDOT (within 3 s/km of the printed table)."""
INTERVAL_SHARE: Final = 0.975
"""Interval pace, reps of 2 to 5 minutes (within 1 s/km of the printed table)."""
REPETITION_SHARE: Final = 1.075
"""Repetition pace, reps of up to 2 minutes (within 1.3 s per 400 m of the printed table, VDOT 35 to 70)."""
RACES: Final = {
    "marathon": Metres(42_195.0),
    "half": Metres(21_097.5),
    "10k": Metres(10_000.0),
    "5k": Metres(5_000.0),
    "3k": Metres(3_000.0),
    "mile": Metres(METRES_PER_MILE),
}
"""The race distances whose paces a workout may refer to."""


def oxygen_cost(speed: float) -> float:
    """Oxygen cost of running in ml/kg/min at a speed in m/s above 0."""
    per_minute = speed * 60
    return -4.60 + 0.182258 * per_minute + 0.000104 * per_minute**2


def sustainable_fraction(seconds: float) -> float:
    """Share of VO2max a runner can hold for a time in seconds, 0.8 to about 1.29."""
    minutes = seconds / 60
    return 0.8 + 0.1894393 * exp(-0.012778 * minutes) + 0.2989558 * exp(-0.1932605 * minutes)


def speed_at_cost(oxygen: float) -> MetresPerSecond:
    """Speed in m/s whose oxygen cost is `oxygen` ml/kg/min; the inverse of `oxygen_cost` above 0."""
    a, b = 0.000104, 0.182258
    return MetresPerSecond((-b + sqrt(b * b + 4 * a * (4.60 + oxygen))) / (2 * a) / 60)


def vdot_of_race(metres: float, seconds: float) -> float:
    """VDOT of a race result.

    Raises:
        ValueError: shorter than 1200 m or 3 minutes, longer than 5 hours, or a speed no runner reaches.
    """
    if metres < SHORTEST_M or seconds < SHORTEST_S:
        message = "a race under 1200 m or 3 minutes says too little about endurance"
        raise ValueError(message)
    if seconds > LONGEST_S:
        message = "a race of over 5 hours is outside the range of the formula"
        raise ValueError(message)
    return _in_range(oxygen_cost(metres / seconds) / sustainable_fraction(seconds))


def vdot_of_threshold(speed: float) -> float:
    """VDOT of a threshold speed in m/s.

    Raises:
        ValueError: a speed whose VDOT lies outside 15 to 95.
    """
    return _in_range(oxygen_cost(speed) / THRESHOLD_SHARE)


def race_time(vdot: float, metres: float) -> Seconds:
    """Time in seconds for a race of `metres` at a VDOT, found by halving; within 0.25 % of the printed tables.

    Raises:
        ValueError: a VDOT outside 15 to 95 or a distance outside 1200 m to the marathon.
    """
    _in_range(vdot)
    if not SHORTEST_M <= metres <= RACES["marathon"]:
        message = "race times are given from 1200 m to the marathon"
        raise ValueError(message)
    fast, slow = metres / 10.0, metres / 0.8
    for _ in range(60):
        middle = (fast + slow) / 2
        if oxygen_cost(metres / middle) / sustainable_fraction(middle) > vdot:
            fast = middle
        else:
            slow = middle
    return Seconds(slow)


def threshold_speed(vdot: float) -> MetresPerSecond:
    """Threshold speed in m/s at a VDOT of 15 to 95."""
    return speed_at_cost(THRESHOLD_SHARE * _in_range(vdot))


def interval_speed(vdot: float) -> MetresPerSecond:
    """Speed in m/s of intervals at a VDOT of 15 to 95."""
    return speed_at_cost(INTERVAL_SHARE * _in_range(vdot))


def repetition_speed(vdot: float) -> MetresPerSecond:
    """Speed in m/s of short repetitions at a VDOT of 15 to 95."""
    return speed_at_cost(REPETITION_SHARE * _in_range(vdot))


def easy_speeds(vdot: float) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Slowest and fastest easy speed in m/s at a VDOT of 15 to 95."""
    slow, fast = EASY_SHARES
    return speed_at_cost(slow * _in_range(vdot)), speed_at_cost(fast * vdot)


def race_speed(vdot: float, race: str) -> MetresPerSecond:
    """Mean speed in m/s of a race named in `RACES` at a VDOT of 15 to 95."""
    return MetresPerSecond(RACES[race] / race_time(vdot, RACES[race]))


def _in_range(vdot: float) -> float:
    """Return a VDOT that lies in the range of the formula."""
    if not LOWEST <= vdot <= HIGHEST:
        message = f"a VDOT of {vdot:.1f} lies outside {LOWEST:.0f} to {HIGHEST:.0f}"
        raise ValueError(message)
    return vdot


# --- critical speed, the distance D' that can be run above it, and how much of D' is left
#
# Sources: the linear distance-time model d = CS t + D'; field tests after Galbraith et al. (2011, 2014: runs of about
# 3, 7 and 12 minutes; typical error 0.14 m/s for CS, 88 m for D', so D' of one test is a hint); the balance after
# Skiba et al., Eur J Appl Physiol 115 (2015) 703, in its differential form. The older integral form has its constants
# in watts and means nothing in metres. On a track even the differential form predicts exhaustion badly: it is shown
# as an estimate, and nothing is ever stopped by it.

TYPICAL_ERROR_MPS: Final = 0.14
"""Typical error of a critical speed from a field test (Galbraith 2014)."""
TYPICAL_ERROR_M: Final = 88.0
"""Typical error of D' from a field test (Galbraith 2014): a third or half of the value."""
SHORTEST_TRIAL_S: Final = 110.0
LONGEST_TRIAL_S: Final = 1500.0
"""Trials shorter than about 2 minutes or longer than about 20 do not lie on the line."""


@dataclass(frozen=True, slots=True)
class CriticalSpeed:
    """Critical speed and D' of a runner; show both with their errors."""

    speed: MetresPerSecond
    """Critical speed in m/s, typical error 0.14."""
    reserve: Metres
    """D' in metres, typical error 88."""
    trials: int
    """Number of runs it is from; with two the fit cannot be checked."""
    worst_s: Seconds
    """How far the worst trial lies from the line, in seconds."""


def fit_critical_speed(trials: Sequence[tuple[float, float]]) -> CriticalSpeed:
    """Fit critical speed and D' to maximal runs, each (metres, seconds), by least squares of distance on time.

    Valid for two or more runs of about 2 to 25 minutes, the longest at least twice the shortest.

    Raises:
        ValueError: too few or too similar runs, runs out of range, a longer one that was faster, or results nobody
            has (CS outside 1.5 to 7 m/s, D' outside 0 to 600 m).
    """
    _check_trials(trials)
    count = len(trials)
    mean_t = sum(seconds for _, seconds in trials) / count
    mean_d = sum(metres for metres, _ in trials) / count
    covariance = sum((seconds - mean_t) * (metres - mean_d) for metres, seconds in trials)
    speed = covariance / sum((seconds - mean_t) ** 2 for _, seconds in trials)
    reserve = mean_d - speed * mean_t
    within(speed, 1.5, 7.0, "critical speed", "m/s")
    within(reserve, 0.0, 600.0, "D'", "m")
    worst = max(abs(seconds - (metres - reserve) / speed) for metres, seconds in trials)
    return CriticalSpeed(MetresPerSecond(speed), Metres(reserve), count, Seconds(worst))


def _check_trials(trials: Sequence[tuple[float, float]]) -> None:
    if len(trials) < 2:
        raise ValueError("critical speed needs at least two maximal runs, better three")
    in_order = sorted(trials)
    for metres, seconds in in_order:
        within(metres, 400, 8000, "trial distance", "m")
        within(seconds, SHORTEST_TRIAL_S, LONGEST_TRIAL_S, "trial time", "s")
    if in_order[-1][0] < 2 * in_order[0][0]:
        raise ValueError("the longest run should be at least twice as long as the shortest")
    speeds = [metres / seconds for metres, seconds in in_order]
    if any(later >= before for before, later in pairwise(speeds)):
        raise ValueError("a longer run was as fast as a shorter one, so one of them was not a full effort")


def time_over(critical: CriticalSpeed, metres: float) -> Seconds:
    """Time in seconds over a distance, (d - D') / CS; for efforts of about 2 to 25 minutes.

    Raises:
        ValueError: the answer lies outside that.
    """
    seconds = (metres - critical.reserve) / critical.speed
    return Seconds(within(seconds, SHORTEST_TRIAL_S, LONGEST_TRIAL_S, "time by critical speed", "s"))


class Balance:
    """What is left of D' along a run: a labelled estimate for a colour, never a reason to stop.

    Below zero the runner had more than the model says, and a new test is due.
    """

    __slots__ = ("_critical", "_full", "_spent")

    def __init__(self, critical: float, reserve: float) -> None:
        """Start fresh, with a critical speed in m/s and a D' in metres.

        Raises:
            ValueError: a critical speed outside 1.5 to 7 m/s, or a D' outside 10 to 600 m.
        """
        self._critical = within(critical, 1.5, 7.0, "critical speed", "m/s")
        self._full = within(reserve, 10.0, 600.0, "D'", "m")
        self._spent = 0.0

    @property
    def metres(self) -> Metres:
        """What is left of D', in metres."""
        return Metres(self._full - self._spent)

    @property
    def fraction(self) -> float:
        """What is left as a share of D': 1 is fresh; below 0 the model is wrong."""
        return 1 - self._spent / self._full

    def run(self, speed: float, seconds: float) -> Metres:
        """Advance at a steady speed in m/s for so many seconds (0 or more); returns what is left, in metres.

        Spending is linear, recovery exponential with the rate (CS - v) / D'; exact for any step size.
        """
        above = speed - self._critical
        if above >= 0:
            self._spent += above * seconds
        else:
            self._spent *= exp(above * seconds / self._full)
        return self.metres


# --- Riegel's power law of endurance
#
# P. S. Riegel, "Athletic Records and Human Endurance", American Scientist 69 (1981) 285-290: times grow with distance
# to the power 1.06, from about 3.5 minutes to 4 hours. Error: a few per cent over a doubling; it flatters recreational
# runners over the marathon, who slow by 1.08 and more.

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


# --- fitness: from the best of the recent races, else the threshold pace, else a race pace set by hand
#
# One race tells the fitness to about one point of VDOT (6 s/km at 5:00/km): weather, course and tactics all count as
# fitness.

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


def results(now: "Now") -> Iterator[Result]:
    """The recent races that the formula covers; those too short or too long are left out."""
    for race in now.races:
        metres, seconds = read_distance(race.distance), read_time(race.time)
        try:
            vdot = vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, vdot, words_of(race), is_race=True)


def best_race(now: "Now") -> Result | None:
    """The recent race with the highest VDOT; None without any."""
    return max(results(now), key=lambda result: result.vdot, default=None)


def of_threshold(now: "Now") -> Result | None:
    """An hour at the threshold pace, as if raced; None if the pace is unknown or outside the formula."""
    if now.threshold_pace is None:
        return None
    speed = read_pace(now.threshold_pace)
    try:
        vdot = vdot_of_threshold(speed)
    except ValueError:
        return None
    words = f"threshold pace {now.threshold_pace}"
    return Result(Metres(speed * ONE_HOUR_S), ONE_HOUR_S, vdot, words, is_race=False)


def of_race_pace(now: "Now") -> Result | None:
    """The best of the race paces set by hand, as if raced; None if there is none, or none fits the formula."""
    return max(_hand_paces(now), key=lambda result: result.vdot, default=None)


def _hand_paces(now: "Now") -> Iterator[Result]:
    for name, metres in RACES.items():
        if name not in now.paces:
            continue
        slow, fast = read_pace_range(now.paces[name])
        seconds = Seconds(metres / ((slow + fast) / 2))
        try:
            vdot = vdot_of_race(metres, seconds)
        except ValueError:
            continue
        yield Result(metres, seconds, vdot, f"{name} pace {now.paces[name]}", is_race=False)


def fitness(now: "Now") -> Result | None:
    """The result that derived paces are made from: the best recent race, else the threshold pace, else a race pace."""
    return best_race(now) or of_threshold(now) or of_race_pace(now)


def critical_speed(now: "Now") -> CriticalSpeed | None:
    """Critical speed and D' of the recent trials; None without any.

    Raises:
        ValueError: there are trials, and they are too few or too alike, or one was no full effort.
    """
    if not now.trials:
        return None
    return fit_critical_speed(
        [(read_distance(trial.distance), read_time(trial.time)) for trial in now.trials]
    )


def words_of(race: "Race") -> str:
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


# --- predictions: VDOT and Riegel side by side, with the range between them
#
# VDOT predicts from the result that the paces are made from, so a race and its pace never disagree. Riegel predicts
# from the recent race nearest in length, for distances up to four times as long or as short; farther off there is only
# a wide range, with the factor. Critical-speed trials give a third prediction for races of 2 to 25 minutes. The range
# is valid for a runner trained for the distance.

DISTANCES: Final = {
    "1500 m": Metres(1500.0),
    "mile": RACES["mile"],
    "3k": RACES["3k"],
    "5k": RACES["5k"],
    "10k": RACES["10k"],
    "15k": Metres(15_000.0),
    "half": RACES["half"],
    "marathon": RACES["marathon"],
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


def predictions(now: "Now", distances: dict[str, Metres] | None = None) -> tuple[Prediction, ...]:
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
    return tuple(predict(name, metres, basis, races, critical) for name, metres in lengths.items())


def predict(
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
        vdot_s = race_time(basis.vdot, metres)
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


# --- impossible results
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


def implausible(athlete: "Athlete") -> Iterator[str]:
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


def check_athlete(athlete: "Athlete", *, name: str = "") -> "Athlete":
    """Return an athlete whose numbers are possible.

    Raises:
        AthleteProblem: with what cannot be true and why; `name` says whose document it is, where it is one.
    """
    for reason in implausible(athlete):
        message = f"{name}: {reason}" if name else reason
        raise AthleteProblem(message, "Is the distance, the time or the unit right?")
    return athlete


def _too_fast(race: "Race") -> Iterator[str]:
    seconds, record = read_time(race.time), record_time(read_distance(race.distance))
    if seconds < ROOM * record:
        yield f"{race.distance} in {race.time} is faster than anyone has run (about {format_clock(record)})"


# --- the cadence that goes with a speed: a line through the cadences of a runner's own runs
#
# Sources: van Oeveren et al. 2017 (novices chose 154, 158 and 160 steps per minute at 2.4, 2.6 and 2.9 m/s); Lieberman
# 2015 (economical at 169.6 +- 7.2 at 3.0 m/s). Runners differ by +- 10 steps per minute and more at one speed, so a
# runner is compared with their own line; there is no 180 for everybody.

LARGEST_GAIN: Final = 0.05
"""A cadence is raised by 5 % over some weeks, and by no more at a time."""
GAIN_WEEKS: Final = 4
"""Weeks over which a cadence is raised (science 1.7)."""


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """The cadence a runner chooses at a speed: a line, and how far single stretches lie from it."""

    speed_mps: float
    """Mean of the speeds it was learned at."""
    cadence_spm: float
    """Mean cadence at those speeds."""
    slope: float
    """Steps per minute per m/s; 0 where the speeds were too similar to tell."""
    sd_spm: float
    """Standard deviation of a stretch about the line."""
    slowest_mps: float
    fastest_mps: float
    """The line is used between these two speeds."""

    def at(self, speed: float) -> float | None:
        """The cadence at a speed in m/s; None outside the speeds it was learned at."""
        if not self.slowest_mps <= speed <= self.fastest_mps:
            return None
        return self.cadence_spm + self.slope * (speed - self.speed_mps)


FEWEST_RUNS: Final = 3
"""A cadence habit needs at least three runs."""
_FEWEST_STRETCHES: Final = 30
"""Of twenty seconds each: ten minutes of even running in all."""
_LEAST_SPREAD_MPS: Final = 0.15
"""If all speeds are closer together than this (SD), the slope of the cadence cannot be measured."""


def cadence_line(lessons: Iterable["Lesson"]) -> CadenceLine | None:
    """The line through the cadences of all runs; None under `FEWEST_RUNS` runs or ten minutes of even running."""
    runs = [lesson.cadence for lesson in lessons if lesson.cadence is not None]
    count = sum(run.stretches for run in runs)
    if len(runs) < FEWEST_RUNS or count < _FEWEST_STRETCHES:
        return None
    speed = _mean(runs, [run.speed_mps for run in runs])
    cadence = _mean(runs, [run.cadence_spm for run in runs])
    vv = _mean(runs, [run.speed_variance + (run.speed_mps - speed) ** 2 for run in runs])
    cc = _mean(runs, [run.cadence_variance + (run.cadence_spm - cadence) ** 2 for run in runs])
    vc = _mean(runs, [run.covariance + (run.speed_mps - speed) * (run.cadence_spm - cadence) for run in runs])
    spread = sqrt(vv)
    slope = vc / vv if spread >= _LEAST_SPREAD_MPS else 0.0
    residual = max(0.0, cc - slope * vc)
    reach = 2.0 * max(spread, _LEAST_SPREAD_MPS)
    return CadenceLine(speed, cadence, slope, sqrt(residual), speed - reach, speed + reach)


def _mean(runs: Sequence["CadenceLesson"], values: Sequence[float]) -> float:
    """Mean, weighted by the number of stretches in each run."""
    total = sum(run.stretches for run in runs)
    return sum(run.stretches * value for run, value in zip(runs, values, strict=True)) / total


def cadence_goal(own_spm: float, week: int) -> float:
    """The cadence to aim at in a week of a goal, 1 to 4: the runner's own and up to 5 %."""
    return own_spm * (1 + LARGEST_GAIN * min(max(week, 0), GAIN_WEEKS) / GAIN_WEEKS)
