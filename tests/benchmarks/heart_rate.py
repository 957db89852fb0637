"""When a heart-rate cap is crossed, how long before or after is the runner told, and how often for nothing?

`python -m tests.benchmarks.heart_rate` folds reps of two minutes and more through `LiveRun` as shipped, each with a
cap at every beat from 16 under to 14 over the highest value of the rep: those of the public interval recordings,
found by clustering their speed into two, pieces of five minutes of the steady ones, and reps of the virtual runner,
who heeds nothing. A recording that its watch thinned out has a reading each second again, on a straight line.

- Crossed is over the cap for 10 s in a row; a cap that the rep begins over is left out. Foretold is a word before it.
- False is a word about a cap that was not even touched by 10 s after the rep.
- The figure is that of a word said ahead, less the highest rate of the 75 s after it.
- A start near the cap begins 2 to 10 beats under it, with an effort that leads 6 to 24 beats over it.
- A long run is a steady recording under one cap, at every tenth of its heart rates; a word falls if the rate of the
  10 s before it is lower than that of the 20 s before those by a beat.

The five minutes of silence of a run's beginning are off. Shares have Wilson's interval, counts Poisson's, of 95 %; the
caps of one rep are alike, so the true ones are wider.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from statistics import fmean, median
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.cue import Cue, CueKind
from coach.interchange.recordings.common import read_recording
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import BeatsPerMinute, MetresPerSecond, Seconds
from coach.signals.readings import Reported, Source
from coach.simulate import Heart, Rng, RunnerProfile
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, Quantity, Step, StepTarget, TimeEnd, Timeline
from tests.benchmarks.table import drawn

RECORDINGS: Final = Path(__file__).parents[3] / "shared" / "data" / "recordings"
INTERVALS: Final = (
    "intervals_fenix6x_stryd_4xhalfmile.fit",
    "workout_9x2min_pace_target_smartrec.fit",
    "track_7x1km_1hz.gpx",
    "track_12x400m_1hz.gpx",
    "intervals_11x80s_1hz.gpx",
    "workout_10x400m_90s_smartrec.fit",
)
STEADY: Final = (
    "long_fenix5x_stryd_7pauses.fit",
    "outdoor_stryd_speed_source.fit",
    "short_run_vivoactive3.fit",
    "steady_11km_sparse.tcx",
    "steady_fenix2.fit",
    "steady_fenix6x_stryd_3pauses.fit",
    "stryd_app_pod_and_gps_speed.fit",
    "treadmill_stryd_280s_hole.fit",
)
SHORTEST_S: Final = 120.0
LEVELS: Final = range(-16, 15)
NEAR_S: Final = 40.0
"""How soon after a crossing from near the cap the word must come."""
_BEFORE_S: Final = 60.0
_HOLE_S: Final = 15.0
"""A longer hole in a recording stays one."""

Series = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Rep:
    """One rep with the heart rate around it."""

    heart: Series
    start: float
    end: float
    kind: Kind = Kind.WORK
    """Steady running is an easy run, which is judged with more patience."""

    def within(self, start: float, end: float) -> Series:
        """The heart rates of a stretch, by seconds from the rep's start."""
        return [(at, rate) for at, rate in self.heart if self.start + start <= at <= self.start + end]


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of a heart rate over its cap."""

    at: float
    """Seconds from the start of the rep."""
    rule: str
    value: float


@dataclass(slots=True)
class Tally:
    """What became of the caps of one group of reps."""

    reps: int = 0
    crossed: int = 0
    leads: list[float] = field(default_factory=list)
    """Seconds from a word to the crossing it foretold."""
    delays: list[float] = field(default_factory=list)
    """Seconds from a crossing to the first word about it."""
    figures: list[float] = field(default_factory=list)
    """The figure of a word said ahead, less the highest rate that came."""
    kept: int = 0
    false: int = 0
    misled: int = 0
    """Reps with a false word under any of the caps."""


def recorded(names: Sequence[str], *, steady: bool) -> Iterator[Rep]:
    """The reps of some recordings; of steady ones pieces of five minutes."""
    for name in names:
        heart, speed = _series(name)
        if steady:
            first, last = heart[0][0], heart[-1][0]
            starts = range(int(first) + 300, int(last) - 300, 300)
            pieces = [(float(at), at + 300.0) for at in starts]
        else:
            pieces = _fast(speed)
        for start, end in pieces:
            rep = Rep(heart, start, end, Kind.OPEN if steady else Kind.WORK)
            if end - start >= SHORTEST_S and len(rep.within(0.0, end - start)) > 30:
                yield rep


def simulated(count: int) -> Iterator[Rep]:
    """Reps of 4 to 6 min of virtual runners of many hearts, after five easy minutes."""
    rng = Rng(11)
    for _ in range(count):
        profile = replace(
            RunnerProfile(),
            heart_delay_s=Seconds(4.0 + 12.0 * rng.even()),
            heart_tau_up_s=Seconds(26.0 + 32.0 * rng.even()),
            heart_drift_bpm=3.0 * rng.even(),
        )
        heart, length = Heart(profile, 1.0), round(240.0 + 120.0 * rng.even())
        jog, fast = 2.4 + 0.4 * rng.even(), 3.4 + 0.8 * rng.even()
        wobble, rates = 0.0, []
        for second in range(300 + length + 20):
            wobble = 0.92 * wobble + rng.normal(0.012)
            speed = (fast if 300 <= second < 300 + length else jog) * (1.0 + wobble)
            rates.append((float(second), float(round(heart.beat(MetresPerSecond(speed)) + rng.normal(0.5)))))
        yield Rep(rates, 300.0, 300.0 + length)


def started_near(count: int) -> Iterator[tuple[Rep, float]]:
    """Reps of four minutes that begin just under their cap, with the cap."""
    rng = Rng(23)
    for _ in range(count):
        delay_s, tau_s = 4.0 + 12.0 * rng.even(), 26.0 + 32.0 * rng.even()
        start = 150.0 + 10.0 * rng.even()
        cap = float(round(start + 2.0 + 8.0 * rng.even()))
        steady = cap + 6.0 + 18.0 * rng.even()
        rates = []
        for second in range(60 + 240):
            risen = 1.0 - exp(-max(0.0, second - 60 - delay_s) / tau_s)
            rates.append((float(second), float(round(start + (steady - start) * risen + rng.normal(0.5)))))
        yield Rep(rates, 60.0, 300.0), cap


def tally(reps: Iterator[Rep]) -> Tally:
    """Run every rep under every cap."""
    result = Tally()
    for rep in reps:
        result.reps += 1
        top = max(rate for _, rate in rep.within(20.0, rep.end - rep.start))
        false = sum(_count(rep, top + level + 0.5, result) for level in LEVELS)
        result.false += false
        result.misled += false > 0
    return result


def _count(rep: Rep, cap: float, result: Tally) -> bool:
    """Run a rep under a cap; tell whether a word about it was false."""
    length = rep.end - rep.start
    if any(rate > cap for _, rate in rep.within(0.0, 2.0)):
        return False
    crossing, words = _crossing(rep, cap, length), said(rep, cap)
    word = words[0] if words else None
    if word is not None and word.rule == "heart_rate_heading":
        reached = max(rate for _, rate in rep.within(word.at, word.at + 75.0))
        result.figures.append(word.value - reached)
    if crossing is None:
        result.kept += 1
        return word is not None and all(rate <= cap for _, rate in rep.within(20.0, length + 10.0))
    result.crossed += 1
    if word is not None and word.at < crossing:
        result.leads.append(crossing - word.at)
    elif word is not None:
        result.delays.append(word.at - crossing)
    return False


def table() -> str:
    """Measure and draw."""
    groups = [
        ("interval recordings", tally(recorded(INTERVALS, steady=False))),
        ("steady recordings", tally(recorded(STEADY, steady=True))),
        ("virtual runners", tally(simulated(20))),
    ]
    heads = (
        *("reps", "of", "caps crossed", "foretold", "lead, s", "told after, s", "untold"),
        *("figure less rate, bpm", "caps kept", "false", "reps misled"),
    )
    return "\n\n".join(
        [
            drawn("Heart-rate caps that were going to be crossed", heads, [_row(*group) for group in groups]),
            _near_table(),
            _long_table(),
        ]
    )


def _row(name: str, result: Tally) -> tuple[str, ...]:
    foretold, false = len(result.leads), result.false
    low, high = share_interval(foretold, result.crossed)
    least, most = count_interval(false)
    per_cap = 100.0 / max(1, result.kept)
    return (
        name,
        f"{result.reps}",
        f"{result.crossed}",
        f"{foretold} ({foretold / max(1, result.crossed):.0%}; {low:.0%} to {high:.0%})",
        _spread(result.leads),
        _spread(result.delays),
        f"{result.crossed - foretold - len(result.delays)}",
        _spread(result.figures),
        f"{result.kept}",
        f"{false} ({false * per_cap:.1f} %; {least * per_cap:.1f} to {most * per_cap:.1f})",
        f"{result.misled}",
    )


def _near_table() -> str:
    """Seconds from the crossing to the word, of starts near the cap."""
    delays = []
    for rep, cap in started_near(60):
        crossing, words = _crossing(rep, cap, rep.end - rep.start), said(rep, cap)
        if crossing is not None:
            delays.append(words[0].at - crossing if words else 999.0)
    late = sum(delay > NEAR_S for delay in delays)
    ahead = sum(delay < 0.0 for delay in delays)
    low, high = share_interval(len(delays) - late, len(delays))
    row = (
        *(f"{len(delays)}", f"{ahead}", _spread(delays), f"{max(delays):.0f}"),
        f"{len(delays) - late} ({1 - late / len(delays):.0%}; {low:.0%} to {high:.0%})",
    )
    heads = ("caps crossed", "foretold", "word after crossing, s", "latest, s", f"within {NEAR_S:.0f} s")
    return drawn("Starts near the cap (virtual runners)", heads, [row])


def _long_table() -> str:
    """Words in long runs under a cap, and how many fell while the rate was falling by itself."""
    words = falling = caps = 0
    hours = 0.0
    for name in STEADY:
        heart, _ = _series(name)
        rates = sorted(rate for _, rate in heart)
        run = Rep(heart, heart[0][0] + _BEFORE_S, heart[-1][0], Kind.OPEN)
        for tenth in range(3, 10):
            caps += 1
            hours += (run.end - run.start) / 3600.0
            for word in said(run, rates[len(rates) * tenth // 10]):
                words += 1
                falling += _falls(run, word.at)
    least, most = count_interval(falling)
    row = (f"{caps}", f"{hours:.1f}", f"{words}", f"{falling} ({least:.1f} to {most:.1f})")
    return drawn("Long runs under a cap", ("runs with a cap", "hours", "words", "while it fell"), [row])


def _falls(rep: Rep, at: float) -> bool:
    before = [rate for _, rate in rep.within(at - 30.0, at - 10.0)]
    present = [rate for _, rate in rep.within(at - 10.0, at)]
    return bool(before and present) and fmean(present) <= fmean(before) - 1.0


def _spread(values: Sequence[float]) -> str:
    """Median, and the middle eight tenths."""
    if not values:
        return "-"
    ordered = sorted(values)
    tenth, ninth = ordered[len(ordered) // 10], ordered[len(ordered) * 9 // 10]
    return f"{median(ordered):.0f} ({tenth:.0f} to {ninth:.0f})"


def share_interval(hits: int, count: int) -> tuple[float, float]:
    """Wilson's interval of 95 % of a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def count_interval(count: int) -> tuple[float, float]:
    """The exact interval of 95 % of a Poisson count."""

    def below(mean: float, most: int) -> float:
        term = total = exp(-mean)
        for number in range(1, most + 1):
            term *= mean / number
            total += term
        return total

    def solved(most: int, wanted: float) -> float:
        low, high = 0.0, 4.0 * count + 20.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle, most) > wanted else (low, middle)
        return low

    return (solved(count - 1, 0.975) if count else 0.0), solved(count, 0.025)


def said(rep: Rep, cap: float) -> list[Word]:
    """What is said in a rep of a heart rate over a cap."""
    started = rep.start - _BEFORE_S
    inputs: list[Input] = [Opened(Seconds(0.0))]
    for at, rate in rep.heart:
        if started <= at <= rep.end:
            inputs.append(Reported(Seconds(at - started), Source.STRAP, heart_rate=BeatsPerMinute(rate)))
    steps = (
        Step("0", "Before", "Before", Kind.OPEN, "Before", EndConditions((TimeEnd(Seconds(_BEFORE_S)),))),
        Step(
            *("1", "Rep", "Rep", rep.kind, "Rep"),
            EndConditions((TimeEnd(Seconds(rep.end - rep.start)),)),
            caps=(StepTarget(Quantity.HEART_RATE, Band(high=cap), "cap"),),
        ),
    )
    run = LiveRun(
        RunSetup("bench", Timeline("bench", steps), cues=CueSettings(heart_rate_from_s=Seconds(0.0)))
    )
    words = []
    for event in (*inputs, Closed(Seconds(rep.end - started))):
        outputs = run.receive(event)
        cues = (output for output in outputs if isinstance(output, Cue))
        high = (cue for cue in cues if cue.kind is CueKind.HEART_RATE_HIGH)
        words += [Word(cue.at - _BEFORE_S, cue.why.rule, cue.why.value or 0.0) for cue in high]
    return words


def _crossing(rep: Rep, cap: float, length: float) -> float | None:
    """When the cap was crossed for at least ten seconds, in seconds from the start."""
    since: float | None = None
    for at, rate in rep.within(0.0, length):
        if rate <= cap:
            since = None
        elif since is None:
            since = at
        elif at - since >= 10.0:
            return since - rep.start
    return None


def _series(name: str) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Heart rate each second and speed of a recording, the speed from metres where it has none."""
    heart, speed = [], []
    last: tuple[float, float] | None = None
    for event in read_recording((RECORDINGS / name).read_bytes(), name=name).inputs:
        if not isinstance(event, Reported):
            continue
        if event.heart_rate:
            heart.append((float(event.at), float(event.heart_rate)))
        if event.speed is not None:
            speed.append((float(event.at), float(event.speed)))
        elif event.distance is not None:
            if last is not None and event.at > last[0]:
                speed.append((float(event.at), (event.distance - last[1]) / (event.at - last[0])))
            last = (event.at, event.distance)
    return _each_second(heart), speed


def _each_second(heart: Series) -> list[tuple[float, float]]:
    """A reading a second again, where a watch kept one only now and then; a hole stays a hole."""
    filled = [heart[0]]
    for (since, before), (until, after) in pairwise(heart):
        gap_s = until - since
        count = round(gap_s) if gap_s <= _HOLE_S else 1
        for number in range(1, count + 1):
            share = number / count
            filled.append((since + gap_s * share, float(round(before + (after - before) * share))))
    return filled


def _fast(speed: Series) -> list[tuple[float, float]]:
    """The stretches of fast running: speed averaged over 12 s, clustered into two levels."""
    times, total = [at for at, _ in speed], [0.0]
    for _, value in speed:
        total.append(total[-1] + value)
    spans = [(bisect_left(times, at - 6.0), bisect_right(times, at + 6.0)) for at in times]
    means = [(total[last] - total[first]) / (last - first) for first, last in spans]
    low, high = (sorted(means)[int(len(means) * share)] for share in (0.25, 0.93))
    for _ in range(30):
        between = (low + high) / 2
        slow = [mean for mean in means if 0.3 < mean < between]
        fast = [mean for mean in means if mean >= between]
        low, high = sum(slow) / len(slow), sum(fast) / len(fast)
    found: list[tuple[float, float, bool]] = []
    begin, is_fast = times[0], means[0] >= between
    for at, mean in [*zip(times, means, strict=True), (times[-1], -1.0 if is_fast else 1e9)]:
        if (mean >= between) == is_fast:
            continue
        if found and (at - begin < 15.0 or found[-1][2] == is_fast):
            found[-1] = (found[-1][0], at, found[-1][2])
        else:
            found.append((begin, at, is_fast))
        begin, is_fast = at, mean >= between
    return [(start, end) for start, end, fast_one in found if fast_one]


if __name__ == "__main__":
    print(table())
