"""How long before a heart-rate cap is crossed is the runner warned, and how often for nothing?

`python -m tests.benchmarks.heart_rate` folds reps of two minutes and more through `LiveRun` as shipped, each with a
cap at every beat from 16 under to 14 over the highest value of the rep: those of the public interval recordings,
found by clustering their speed into two, pieces of five minutes of the steady ones, and reps of the virtual runner,
who heeds nothing. Crossed is over the cap for 10 s in a row, later than the warning could come; false is a warning
of a cap that was not even touched by 10 s after the rep. The five minutes of silence of a run's beginning are off.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.cue import Cue, CueKind
from coach.interchange.recordings import read_recording
from coach.live.inputs import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import BeatsPerMinute, MetresPerSecond, Seconds
from coach.signals.readings import Reported, Source
from coach.simulate.dice import Dice
from coach.simulate.heart import Heart
from coach.simulate.profile import RunnerProfile
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
_BEFORE_S: Final = 60.0
_EARLIEST_S: Final = (
    HeartRateKinetics().delay_up_s + CueSettings().heart_rate_seen * HeartRateKinetics().tau_up_s
)

Series = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Rep:
    """One rep with the heart rate around it."""

    heart: Series
    start: float
    end: float

    def within(self, start: float, end: float) -> Series:
        """The heart rates of a stretch, by seconds from the rep's start."""
        return [(at, rate) for at, rate in self.heart if self.start + start <= at <= self.start + end]


@dataclass(slots=True)
class Tally:
    """What became of the warnings of one group of reps."""

    crossed: int = 0
    leads: list[float] | None = None
    sooner: list[float] | None = None
    """Seconds from the warning to the word the cap itself would have brought: 30 s over it, from 90 s on."""
    kept: int = 0
    false: int = 0
    reps: int = 0
    misled: int = 0


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
            rep = Rep(heart, start, end)
            if end - start >= SHORTEST_S and len(rep.within(0.0, end - start)) > 30:
                yield rep


def simulated(count: int) -> Iterator[Rep]:
    """Reps of 4 to 6 min of virtual runners of many hearts, after five easy minutes."""
    dice = Dice(11)
    for _ in range(count):
        profile = replace(
            RunnerProfile(),
            heart_delay_s=Seconds(4.0 + 12.0 * dice.even()),
            heart_tau_up_s=Seconds(26.0 + 32.0 * dice.even()),
            heart_drift_bpm=3.0 * dice.even(),
        )
        heart, length = Heart(profile, 1.0), round(240.0 + 120.0 * dice.even())
        jog, fast = 2.4 + 0.4 * dice.even(), 3.4 + 0.8 * dice.even()
        wobble, rates = 0.0, []
        for second in range(300 + length + 20):
            wobble = 0.92 * wobble + dice.normal(0.012)
            speed = (fast if 300 <= second < 300 + length else jog) * (1.0 + wobble)
            rates.append((float(second), float(round(heart.beat(MetresPerSecond(speed)) + dice.normal(0.5)))))
        yield Rep(rates, 300.0, 300.0 + length)


def tally(reps: Iterator[Rep]) -> Tally:
    """Run every rep under every cap."""
    found = Tally(leads=[], sooner=[])
    for rep in reps:
        found.reps += 1
        length = rep.end - rep.start
        top = max(rate for _, rate in rep.within(20.0, length))
        touched = max(rate for _, rate in rep.within(20.0, length + 10.0))
        misled = False
        for level in LEVELS:
            cap = top + level + 0.5
            crossing = _crossing(rep, cap, length)
            early = any(rate > cap for _, rate in rep.within(_EARLIEST_S - 20.0, _EARLIEST_S))
            if early or (crossing is not None and crossing < _EARLIEST_S):
                continue
            warned = _warned(rep, cap)
            if crossing is None:
                found.kept += 1
                if warned is not None and touched <= cap:
                    found.false += 1
                    misled = True
            else:
                found.crossed += 1
                if warned is not None and warned < crossing:
                    assert found.leads is not None
                    assert found.sooner is not None
                    found.leads.append(crossing - warned)
                    found.sooner.append(max(crossing + 30.0, 120.0) - warned)
        found.misled += misled
    return found


def table() -> str:
    """Measure and draw."""
    rows = [
        ("interval recordings", tally(recorded(INTERVALS, steady=False))),
        ("steady recordings", tally(recorded(STEADY, steady=True))),
        ("virtual runners", tally(simulated(20))),
    ]
    return drawn(
        "Heart-rate caps that were going to be crossed",
        (
            "reps",
            "of",
            "caps crossed",
            "warned before",
            "lead, s",
            "sooner, s",
            "caps kept",
            "false",
            "reps misled",
        ),
        [_row(name, found) for name, found in rows],
    )


def _row(name: str, found: Tally) -> tuple[str, ...]:
    leads, sooner = sorted(found.leads or []), sorted(found.sooner or [])
    share = len(leads) / found.crossed if found.crossed else 0.0
    tenth, ninth = (leads[len(leads) // 10], leads[len(leads) * 9 // 10]) if leads else (0.0, 0.0)
    lead = f"{median(leads):.0f} ({tenth:.0f} to {ninth:.0f})" if leads else "-"
    false = f"{found.false} ({found.false / found.kept:.1%})" if found.kept else "-"
    words = f"{median(sooner):.0f}" if sooner else "-"
    warned = f"{len(leads)} ({share:.0%})"
    return (
        name,
        f"{found.reps}",
        f"{found.crossed}",
        warned,
        lead,
        words,
        f"{found.kept}",
        false,
        f"{found.misled}",
    )


def _warned(rep: Rep, cap: float) -> float | None:
    """When the rep is warned of a cap, in seconds from its start."""
    started = rep.start - _BEFORE_S
    inputs: list[Input] = [Opened(Seconds(0.0))]
    for at, rate in rep.heart:
        if started <= at <= rep.end:
            inputs.append(Reported(Seconds(at - started), Source.STRAP, heart_rate=BeatsPerMinute(rate)))
    steps = (
        Step("0", "Before", "Before", Kind.OPEN, "Before", EndConditions((TimeEnd(Seconds(_BEFORE_S)),))),
        Step(
            *("1", "Rep", "Rep", Kind.WORK, "Rep"),
            EndConditions((TimeEnd(Seconds(rep.end - rep.start)),)),
            caps=(StepTarget(Quantity.HEART_RATE, Band(high=cap), "cap"),),
        ),
    )
    run = LiveRun(
        RunSetup("bench", Timeline("bench", steps), cues=CueSettings(heart_rate_from_s=Seconds(0.0)))
    )
    for event in (*inputs, Closed(Seconds(rep.end - started))):
        for said in run.receive(event):
            if isinstance(said, Cue) and said.kind is CueKind.HEART_RATE_HIGH:
                return said.at - _BEFORE_S if said.why.rule == "heart_rate_heading" else None
    return None


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
    """Heart rate and speed of a recording, the speed from metres where it has none."""
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
    return heart, speed


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
