"""Pure measures over the seconds of a run: evenness, effort, load.

Everything works on `RunSeconds`, a row for each second of running time. A value that was not known in a second is
None and counts for nothing; a measure whose conditions are not met raises `NotMeasured` with the reason in words.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import ceil, inf
from statistics import fmean, median
from typing import Final, NamedTuple

from coach.physiology import heart_rate, surroundings, zones
from coach.physiology.zones import Zone
from coach.quantities import METRES_PER_MILE, BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.review.trace import RunSeconds, Values, known, share_known


class NotMeasured(Exception):
    """The conditions of a measure are not met; the text says which."""


class DoesNotApply(NotMeasured):
    """The measure has no meaning for this run."""


# --- the rows


def mean_of(values: Iterable[float | None], what: str) -> float:
    """The mean of the known values.

    Raises:
        NotMeasured: none is known.
    """
    numbers = known(values)
    if not numbers:
        raise NotMeasured(f"no {what} was measured")
    return fmean(numbers)


ENOUGH: Final = 0.5
"""Share of the running time in which a heart rate (or speed) must be known for a sum over the run. Judged."""


def require(values: Values, what: str, share: float = ENOUGH) -> None:
    """Check that a value is known for a share of the running time.

    Raises:
        NotMeasured: it is not.
    """
    share_found = share_known(values)
    if not share_found:
        raise NotMeasured(f"no {what} was measured")
    if share_found < share:
        raise NotMeasured(
            f"{what} was known for {100 * share_found:.0f} % of the time, {100 * share:.0f} % are needed"
        )


def metres_run(seconds: RunSeconds) -> list[float]:
    """Metres at the end of each second by the speed; a second without a speed adds none."""
    return list(accumulate(speed or 0.0 for speed in seconds.speed))


# --- how even

FADE_S: Final = 45.0
"""Reps shorter than this have no fade: their thirds are shorter than a pace takes to settle."""
_STANDING_S: Final = 7
"""Seconds of getting up to speed at the start of a rep: the median time of settling (docs/explanation)."""


STOPPED_MPS: Final = 1.5
STOPPED_S: Final = 3
"""Slower for longer than this is a stop, as where cues are given."""


def fade_of(speeds: Values) -> float:
    """Speed of the first third of a rep over that of its last, less 1; the first seconds are left out.

    Raises:
        NotMeasured: the rep is short, holds a stop, or a third of it has no speed for half of its time.
    """
    if len(speeds) < FADE_S:
        raise NotMeasured("too short")
    settled = speeds[_STANDING_S:]
    if sum(speed < STOPPED_MPS for speed in known(settled)) > STOPPED_S:
        raise NotMeasured("a stop in it")
    third = len(settled) // 3
    first, last = settled[:third], settled[-third:]
    for part in (first, last):
        require(part, "speed")
    return fmean(known(first)) / max(1e-9, fmean(known(last))) - 1.0


def trend_of(values: Sequence[float]) -> float:
    """Slope of the least-squares line through values in order, per value."""
    middle, mean = (len(values) - 1) / 2, fmean(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread


def first_against_others(values: Sequence[float]) -> float:
    """The first of some values over the mean of the others, less 1."""
    return values[0] / fmean(values[1:]) - 1.0


def last_over_first(values: Sequence[float]) -> float:
    """The last of some values over the first, less 1."""
    return values[-1] / values[0] - 1.0


def halves_of(values: Sequence[float]) -> float:
    """The second half of values over the first, less 1; of an odd number the middle one is left out."""
    half = len(values) // 2
    return sum(values[-half:]) / sum(values[:half]) - 1.0


class RunSplit(NamedTuple):
    """One kilometre or mile of a whole run."""

    metres: Metres
    time_s: Seconds
    total_s: Seconds
    heart_rate: BeatsPerMinute | None


_LEAST_SPLIT_M: Final = 20.0
"""A remainder at the end that is shorter than this is not a split."""


def splits_of(seconds: RunSeconds, total_m: float | None, unit: str = "km") -> list[RunSplit]:
    """The kilometres (or miles) of a run by its speed, scaled to its metres in all; the last may be shorter.

    Raises:
        NotMeasured: speed is not known for nine tenths of the time.
    """
    require(seconds.speed, "speed", 0.9)
    metres = metres_run(seconds)
    scale = total_m / metres[-1] if total_m and metres[-1] > 0 and 0.9 <= total_m / metres[-1] <= 1.1 else 1.0
    length, end = (METRES_PER_MILE if unit == "mile" else 1000.0), metres[-1] * scale
    splits: list[RunSplit] = []
    before = 0.0
    for number in range(1, ceil(end / length) + 1):
        line = min(number * length, end)
        if line - (number - 1) * length < _LEAST_SPLIT_M:
            break
        total_s = _when(metres, line / scale)
        beats = known(seconds.heart_rate[int(before) : int(total_s)])
        splits.append(
            RunSplit(
                Metres(line - (number - 1) * length),
                Seconds(total_s - before),
                Seconds(total_s),
                BeatsPerMinute(fmean(beats)) if beats else None,
            )
        )
        before = total_s
    return splits


def _when(metres: Sequence[float], line: float) -> float:
    """Seconds of running time at a distance in metres."""
    place = min(bisect_left(metres, line - 1e-9), len(metres) - 1)
    start = metres[place - 1] if place else 0.0
    length = metres[place] - start
    return place + (min(1.0, (line - start) / length) if length > 0 else 1.0)


def negative_split(seconds: RunSeconds) -> float:
    """Time of the second half of the distance over that of the first, less 1; below 0 it was faster.

    Raises:
        NotMeasured: the run is shorter than 3 km, or speed is not known for nine tenths of it.
    """
    require(seconds.speed, "speed", 0.9)
    metres = metres_run(seconds)
    if metres[-1] < 3000.0:
        raise NotMeasured(f"{metres[-1] / 1000:.1f} km, 3 are needed")
    half_s = _when(metres, metres[-1] / 2)
    return (len(metres) - half_s) / half_s - 1.0


FINISH_S: Final = 1200


def finish_of(seconds: RunSeconds) -> float:
    """Speed of the last fifth of a run over that of the rest, less 1.

    Raises:
        NotMeasured: it is shorter than 20 minutes, or speed is not known for nine tenths of it.
    """
    if len(seconds.at) < FINISH_S:
        raise NotMeasured(f"{len(seconds.at) // 60} min, {FINISH_S // 60} are needed")
    require(seconds.speed, "speed", 0.9)
    fifth = len(seconds.at) // 5
    before = mean_of(seconds.speed[:-fifth], "speed")
    if not before:
        raise NotMeasured("no running before it")
    return mean_of(seconds.speed[-fifth:], "speed") / before - 1.0


def quarters_of(speeds: Values) -> float:
    """Variation of the mean speeds of the four quarters of a step.

    Raises:
        NotMeasured: a quarter has no speed for half of its time.
    """
    quarter = len(speeds) // 4
    parts = [speeds[place * quarter : (place + 1) * quarter] for place in range(4)]
    for part in parts:
        require(part, "speed")
    return zones.variation([fmean(known(part)) for part in parts])


# --- steady running

WARM_S: Final = 600
"""The first ten minutes of a run: the heart is still rising."""
STEADY_SHARE: Final = 0.08
"""Standard deviation of the minutes' speeds over their mean up to which a run is steady. Judged: even runs had 6 %."""
COOL_F: Final = 120.0
"""Sum of temperature and dew point up to which heat costs at most 1 % (the table of
`coach.physiology.surroundings`)."""


class SteadyHalves(NamedTuple):
    """The two halves of the steady part of a run, each as mean speed and mean heart rate."""

    first: tuple[float, float]
    second: tuple[float, float]


def steady_halves(seconds: RunSeconds) -> SteadyHalves:
    """The halves of a run without its first ten minutes, if that is 40 steady minutes and more.

    Raises:
        NotMeasured: it is too short, uneven, on a slope, or heart rate or speed is missing.
    """
    part = slice(WARM_S, None)
    speeds, beats = seconds.speed[part], seconds.heart_rate[part]
    if len(speeds) < zones.STEADY_S:
        raise NotMeasured(
            f"{max(0, len(speeds)) // 60} min after the first 10, {zones.STEADY_S / 60:.0f} are needed"
        )
    for values, what in ((speeds, "speed"), (beats, "heart rate")):
        require(values, what, 0.8)
    slopes = known(seconds.slope[part])
    if any(abs(slope) > 0.02 for slope in slopes):
        raise NotMeasured("not on the level")
    minutes = [known(speeds[start : start + 60]) for start in range(0, len(speeds) - 59, 60)]
    spread = zones.variation([fmean(minute) for minute in minutes if minute])
    if spread > STEADY_SHARE:
        raise NotMeasured(
            f"not steady: its minutes differ by {100 * spread:.0f} %, {100 * STEADY_SHARE:.0f} at most"
        )
    half = len(speeds) // 2
    first, second = (
        (
            fmean(known(speeds[side])),
            fmean(known(beats[side])),
        )
        for side in (slice(0, half), slice(half, None))
    )
    return SteadyHalves(first, second)


def decoupling_of(halves: SteadyHalves, heat_sum_f: float | None) -> float:
    """Aerobic decoupling of a steady, cool run.

    Raises:
        NotMeasured: it was too warm.
    """
    if heat_sum_f is not None and heat_sum_f > COOL_F:
        raise NotMeasured(
            f"too warm: temperature and dew point add up to {heat_sum_f:.0f} F, {COOL_F:.0f} at most"
        )
    return zones.decoupling(*halves)


def drift_of(halves: SteadyHalves) -> float:
    """Heart rate of the second half less that of the first, at one speed.

    Raises:
        NotMeasured: the speeds of the halves differ by over 2 %.
    """
    change = halves.second[0] / halves.first[0] - 1.0
    if abs(change) > 0.02:
        raise NotMeasured(
            f"the second half was {100 * abs(change):.1f} % {'faster' if change > 0 else 'slower'}"
        )
    return halves.second[1] - halves.first[1]


LATE_FROM_S: Final = 5400
_EARLY: Final = slice(1200, 3600)
_LATE_LEAST_S: Final = 6000
_SAME_BPM: Final = 3.0
_LATE_ENOUGH_S: Final = 300


def late_pace(seconds: RunSeconds) -> float:
    """Speed after 90 minutes over that of minutes 20 to 60 at one heart rate, less 1.

    Raises:
        NotMeasured: the run is shorter than 100 minutes, or that heart rate was not held for 5 minutes in both.
    """
    if len(seconds.at) < _LATE_LEAST_S:
        raise NotMeasured(f"{len(seconds.at) // 60} min, {_LATE_LEAST_S // 60} are needed")
    early = list(zip(seconds.speed[_EARLY], seconds.heart_rate[_EARLY], strict=True))
    late = list(zip(seconds.speed[LATE_FROM_S:], seconds.heart_rate[LATE_FROM_S:], strict=True))
    centre = mean_of((beats for _, beats in early), "heart rate")
    sides = [
        [
            speed
            for speed, beats in part
            if speed is not None and beats is not None and abs(beats - centre) <= _SAME_BPM and speed > 0
        ]
        for part in (early, late)
    ]
    if min(map(len, sides)) < _LATE_ENOUGH_S:
        raise NotMeasured(f"{centre:.0f} bpm were not held for 5 minutes after 90 min")
    return fmean(sides[1]) / fmean(sides[0]) - 1.0


HELD_S: Final = 180
"""Three time constants of the heart (58 s): before that the heart rate is still rising to that of the pace."""
_NEAR_PACE: Final = 0.03
_SMOOTH_S: Final = 30
PACE_CLASS_S: Final = 10
"""Paces are put in classes of this many seconds a kilometre, so that weeks can be compared."""


def heart_rate_at(seconds: RunSeconds, speed: float) -> tuple[float, float]:
    """Mean heart rate at a speed that was held for three minutes, and the seconds it was held.

    Raises:
        NotMeasured: it was not held so for three minutes more, after the first ten.
    """
    return _heart_at(_smoothed(seconds.speed), seconds.heart_rate, speed)


def _heart_at(smooth: Values, beats: Values, speed: float) -> tuple[float, float]:
    if not known(beats):
        raise NotMeasured("no heart rate was measured")
    rates: list[float] = []
    steady_s = 0
    for place, value in enumerate(smooth):
        is_near = value is not None and abs(value / speed - 1.0) <= _NEAR_PACE
        steady_s = steady_s + 1 if is_near else 0
        rate = beats[place]
        if steady_s >= HELD_S and place >= WARM_S and rate is not None:
            rates.append(rate)
    if len(rates) < HELD_S:
        raise NotMeasured(
            f"the pace was held for {(held_text(len(rates)))} after three minutes of it, 3 min are needed"
        )
    return fmean(rates), float(len(rates))


def held_text(seconds: int) -> str:
    """Write seconds of holding a pace."""
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


def heart_at_paces(seconds: RunSeconds) -> dict[int, tuple[float, float]]:
    """For each pace held long enough, in s/km rounded to 10: its mean heart rate and the seconds it was held."""
    smooth = _smoothed(seconds.speed)
    counts: dict[int, int] = {}
    for value in smooth:
        if value is not None and value > 1.0:
            pace = round(1000.0 / value / PACE_CLASS_S) * PACE_CLASS_S
            counts[pace] = counts.get(pace, 0) + 1
    rates: dict[int, tuple[float, float]] = {}
    for pace in sorted(pace for pace, count in counts.items() if count >= HELD_S):
        try:
            rates[pace] = _heart_at(smooth, seconds.heart_rate, 1000.0 / pace)
        except NotMeasured:
            continue
    return rates


def _smoothed(values: Values) -> list[float | None]:
    """Trailing means over 30 s; None where fewer than half of them are known."""
    sums = [0.0, *accumulate(value or 0.0 for value in values)]
    counts = [0, *accumulate(value is not None for value in values)]
    smooth: list[float | None] = []
    for end in range(1, len(values) + 1):
        start = max(0, end - _SMOOTH_S)
        count = counts[end] - counts[start]
        smooth.append((sums[end] - sums[start]) / count if 2 * count >= _SMOOTH_S else None)
    return smooth


# --- zones and load


Thirds = tuple[float, float, float]
"""Easy, steady, hard: below, between and above two thresholds."""


class RunThirds(NamedTuple):
    """The easy, steady and hard parts of a run."""

    seconds: Thirds
    metres: Thirds | None
    """None where no speed was known for half of the time."""


class Thresholds(NamedTuple):
    """The heart rates of an athlete's two thresholds, as far as their zones give them."""

    first: float
    second: float


def zone_seconds(beats: Values, table: Sequence[Zone]) -> dict[str, float]:
    """Seconds in each zone of a table, and under no name below its first."""
    totals = dict.fromkeys(("", *(zone.name for zone in table)), 0.0)
    zone_names: dict[float, str] = {}
    for rate in beats:
        if rate is None:
            continue
        if rate not in zone_names:
            zone_names[rate] = zones.zone_of(rate, tuple(table)) or ""
        totals[zone_names[rate]] += 1.0
    return totals


def thirds_of(seconds: RunSeconds, limits: Thresholds) -> RunThirds:
    """Seconds and metres below, between and above two thresholds, where a heart rate (and a speed) is known.

    Raises:
        NotMeasured: no heart rate for half of the time.
    """
    require(seconds.heart_rate, "heart rate")
    time_s, metres = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for rate, speed in zip(seconds.heart_rate, seconds.speed, strict=True):
        if rate is None:
            continue
        place = (rate >= limits.first) + (rate >= limits.second)
        time_s[place] += 1.0
        metres[place] += speed or 0.0
    has_metres = share_known(seconds.speed) >= ENOUGH
    return RunThirds(
        (time_s[0], time_s[1], time_s[2]), (metres[0], metres[1], metres[2]) if has_metres else None
    )


HARD_SESSION_S: Final = 300.0
_HARD_SHARE: Final = 0.1
"""With this many seconds of hard steps, or this share of the time above the second threshold, a run is hard. Judged."""


def is_hard_session(hard_s: float | None, thirds: Thirds | None) -> bool | None:
    """Return whether a run counts as a hard session; None without hard steps and without time in zones.

    Args:
        hard_s: how long its hard steps were, of a fartlek its hard stretches; None or 0 without any.
        thirds: its seconds below, between and above the thresholds; None where they are not known.
    """
    if hard_s is not None and hard_s >= HARD_SESSION_S:
        return True
    if thirds is not None and sum(thirds) > 0:
        return thirds[2] >= _HARD_SHARE * sum(thirds)
    return False if hard_s else None


def trimp_of(beats: Values, rest: float, maximum: float, weights: str) -> float:
    """Banister's impulse, summed up second by second.

    Raises:
        NotMeasured: no heart rate for half of the time.
    """
    require(beats, "heart rate")
    return _summed(beats, lambda rate: zones.trimp(1.0, rate, rest, maximum, weights=weights))


def edwards_of(beats: Values, maximum: float) -> float:
    """Edwards' sum of minutes in the tenths of the maximum from 50 %.

    Raises:
        NotMeasured: no heart rate for half of the time.
    """
    require(beats, "heart rate")
    minutes = [0.0] * 5
    for rate in known(beats):
        tenth = int(rate / maximum * 10) - 5
        if tenth >= 0:
            minutes[min(4, tenth)] += 1 / 60
    return zones.edwards(minutes)


def _summed(values: Values, of: Callable[[float], float]) -> float:
    """The sum of a function over the known values; it is called once for each distinct value."""
    counts: dict[float, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return sum(count * of(value) for value, count in counts.items())


_POWER_S: Final = 30


def graded_load(seconds: RunSeconds, threshold: float) -> float:
    """Hours times the squared intensity times 100, of speeds on the level; an hour at threshold speed is 100.

    Raises:
        NotMeasured: no speed for half of the time.
    """
    require(seconds.speed, "speed")
    level = [
        None if speed is None else speed if not slope else min(12.5, speed) * surroundings.factor(slope)
        for speed, slope in zip(seconds.speed, seconds.slope, strict=True)
    ]
    smooth = known(_smoothed(level)[_POWER_S - 1 :]) or known(level)
    intensity = fmean(value**4 for value in smooth) ** 0.25 / threshold
    return float(len(known(level)) / 3600 * intensity**2 * 100)


BESTS: Final[Mapping[str, float]] = {
    "400": 400.0,
    "800": 800.0,
    "1000": 1000.0,
    "mile": METRES_PER_MILE,
    "5k": 5000.0,
    "10k": 10_000.0,
    "half": 21_097.5,
    "marathon": 42_195.0,
}
"""The distances of best efforts, in metres, the shortest first."""


def best_efforts(seconds: RunSeconds) -> dict[str, float]:
    """The shortest time in which the run covered each distance, by its speed.

    A second without a speed covers nothing, and a pause counts with its whole length.
    """
    metres = [0.0, *metres_run(seconds)]
    bests: dict[str, float] = {}
    for name, length in BESTS.items():
        if metres[-1] < length:
            break
        best, start = inf, 0
        for end in range(1, len(metres)):
            while start + 1 < end and metres[end] - metres[start + 1] >= length:
                start += 1
            beyond = metres[end] - metres[start] - length
            if beyond >= 0:
                first, last = metres[start + 1] - metres[start], metres[end] - metres[end - 1]
                step = max(first, last)
                took = seconds.at[end - 1] - seconds.at[start] + 1.0
                best = min(best, took - (beyond / step if step > 0 else 0.0))
        bests[name] = best
    return bests


class RedKilometre(NamedTuple):
    """One kilometre of a run and its seconds over threshold heart rate."""

    number: int
    metres: float
    seconds: float


def red_kilometres(seconds: RunSeconds, threshold: float) -> list[RedKilometre]:
    """The seconds over threshold heart rate in each kilometre; the last may be shorter.

    Raises:
        NotMeasured: no heart rate or no speed for half of the time.
    """
    require(seconds.heart_rate, "heart rate")
    require(seconds.speed, "speed")
    kilometres: list[RedKilometre] = []
    metres, red = 0.0, 0.0
    for speed, rate in zip(seconds.speed, seconds.heart_rate, strict=True):
        metres += speed or 0.0
        red += rate is not None and rate > threshold
        if metres >= 1000.0:
            kilometres.append(RedKilometre(len(kilometres) + 1, 1000.0, red))
            metres, red = metres - 1000.0, 0.0
    if metres > 0:
        kilometres.append(RedKilometre(len(kilometres) + 1, metres, red))
    return kilometres


# --- beats

DFA_S: Final = 120.0
_LEAST_WINDOWS: Final = 3


class BeatWindows(NamedTuple):
    """Measures of the intervals between beats."""

    artefact_share: float
    alphas: tuple[float, ...]
    """DFA alpha-1 of each usable window of two minutes."""
    windows: int


def beats_of(intervals: Iterable[tuple[float, float]]) -> BeatWindows:
    """Correct R-R intervals in windows of two minutes, and take DFA alpha-1 of those that are usable.

    Args: intervals: when each was received, and its length in milliseconds.

    Without two minutes of them on end there is no window.
    """
    beats = wrong = windows = 0
    alphas: list[float] = []
    for window in _windows(intervals):
        windows += 1
        correction = heart_rate.correct_beats(window)
        beats += len(window)
        wrong += round(correction.share * len(window))
        if correction.share <= heart_rate.USABLE_SHARE_DFA:
            try:
                alphas.append(heart_rate.alpha_1(correction.intervals_ms))
            except ValueError:
                continue
    return BeatWindows(wrong / max(1, beats), tuple(alphas), windows)


def _windows(intervals: Iterable[tuple[float, float]]) -> Iterator[list[float]]:
    """Intervals of two minutes on end, side by side; windows with holes in them are left out."""
    window: list[float] = []
    start = None
    for at, length in intervals:
        if length <= 0:
            continue
        start = at if start is None else start
        if at - start >= DFA_S:
            if sum(window) >= 900 * DFA_S and len(window) >= heart_rate.FEWEST_BEATS:
                yield window
            window, start = [], at
        window.append(length)


def alpha_of(beats: BeatWindows) -> float:
    """The median of DFA alpha-1 over the usable windows.

    Raises:
        NotMeasured: fewer than three are usable.
    """
    if len(beats.alphas) < _LEAST_WINDOWS:
        raise NotMeasured(
            f"{len(beats.alphas)} of {beats.windows} windows have at most 3 % of artefacts, {_LEAST_WINDOWS} are needed"
        )
    return median(beats.alphas)


def share_over(beats: BeatWindows, limit: float) -> float:
    """The share of the usable windows whose alpha-1 is over a limit.

    Raises:
        NotMeasured: fewer than three are usable.
    """
    alpha_of(beats)
    return sum(alpha > limit for alpha in beats.alphas) / len(beats.alphas)


def speed_of(metres: float | None, time_s: float) -> MetresPerSecond | None:
    """Metres over seconds; None where the metres are not known."""
    return MetresPerSecond(metres / time_s) if metres and time_s > 0 else None
