"""Lessons of a run about its runner and sensors: guided tests, paces run by effort, learnt factors, two pods compared.

A test is known by its shape: the steps in a section called "Test" or "Ramp" (`workouts/test-*.json`,
`workouts/taste-test.json`). Each finding says how good it is, and the command that saves it. Findings and paces are
offered to the runner and never written into their record by the program.

Sources: threshold trial after J. Friel (mean heart rate of the last 20 of 30 minutes; their mean speed is threshold
speed); critical speed after Galbraith 2011, 2014 (see `coach.physiology.performance`); ramp: ventilatory thresholds
at 67 +- 9 and 84 +- 6 % of the last speed (Condello 2014); top speed by hand over 60 m, and the maximum heart rate of a
hill: coaching practice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, sqrt
from typing import Final, Literal

from coach.athlete import CadenceLesson, CountLesson, HeartLesson, Lesson, PodLesson
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.contract import Input, Output, without_repeats
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.physiology.heart_rate import EffortChange, HeartRateKinetics, fit_kinetics
from coach.physiology.performance import RACES, TYPICAL_ERROR_M, TYPICAL_ERROR_MPS, fit_critical_speed
from coach.quantities import (
    BeatsPerMinute,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
    format_metres,
    format_pace,
)
from coach.review.summary import summarize
from coach.session.events import EndReason, StepEnded
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.footpod import CadenceCount
from coach.signals.readings import (
    PODS,
    Characteristic,
    Freshness,
    Learnt,
    LinkChanged,
    Notified,
    Reading,
    Reported,
    Source,
    freshness,
)
from coach.workout.kinds import EASY, PACED_REPS, RESTS, TIMED, UPHILL
from coach.workout.timeline import MarkEnd, Quantity, Step

# --- how even a step was

QUARTERS: Final = 4
LAST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evenness:
    """The evenness of a step; what was not measured is None."""

    variation: float | None = None
    """Standard deviation (n - 1) of the quarters' speeds over their mean; 0.015 is even."""
    last_heart_rate: BeatsPerMinute | None = None
    """Mean of the live heart rates of the last minute, in bpm."""


def evenness(step: Step, snapshots: Sequence[Snapshot]) -> Evenness:
    """Judge a step that ends by time from the snapshots of the run, one after each input."""
    lasting = step.until.time()
    ours = [
        shot
        for shot in snapshots
        if shot.step is not None and shot.step.step_id == step.step_id and shot.step_time_s is not None
    ]
    if lasting is None or not ours:
        return Evenness()
    last = [shot.heart_rate for shot in ours if (shot.step_time_s or 0.0) >= lasting - LAST_S]
    beats = [heart.value for heart in last if heart is not None and heart.freshness is Freshness.LIVE]
    return Evenness(_variation(ours, lasting), BeatsPerMinute(sum(beats) / len(beats)) if beats else None)


def _variation(shots: Sequence[Snapshot], lasting: float) -> float | None:
    """The spread of the quarters' speeds; None if one of them was not measured."""
    places = [(0.0, 0.0)]
    for quarter in range(1, QUARTERS + 1):
        # The last snapshot of the step lies up to one input before its end.
        due = lasting * quarter / QUARTERS
        near = min(shots, key=lambda shot: abs((shot.step_time_s or 0.0) - due))
        if near.step_m is None or near.step_time_s is None or abs(near.step_time_s - due) > 5:
            return None
        places.append((near.step_time_s, near.step_m))
    speeds = [
        (metres - before_m) / (seconds - before_s)
        for (before_s, before_m), (seconds, metres) in pairwise(places)
        if seconds > before_s
    ]
    mean = sum(speeds) / len(speeds)
    if len(speeds) < QUARTERS or mean <= 0:
        return None
    return sqrt(sum((speed - mean) ** 2 for speed in speeds) / (len(speeds) - 1)) / mean


SECTIONS: Final = frozenset({"Test", "Ramp"})
"""The sections of a workout whose steps are a test."""
LAST_20_S: Final = 1200.0
TASTE_S: Final = 720.0
FLYING_M: Final = 60.0
"""The stretch of the top-speed test."""
HAND_S: Final = 0.2
"""Timing error of pressing by hand at both ends of it. Coaching practice."""
RAMP_SHARE: Final = 0.84
RAMP_SHARE_SD: Final = 0.06
_LEAST_RAMP_STAGES: Final = 5
_TOP_SPEED_RANGE: Final = (3.0, 12.5)


@dataclass(frozen=True, slots=True)
class GuidedFinding:
    """One result of a test, or the reason why there is none."""

    test: str
    """Name of the test: `threshold`, `critical speed`, `goal pace`, `ramp`, `top speed`, `maximum heart rate`."""
    words: str
    """The result and its error, in a sentence or two."""
    options: tuple[str, ...] = ()
    """Options for `coach athlete set`; empty if there is nothing to save."""

    def command(self, athlete: str = "", day: str = "") -> str:
        """The command that saves it, for an athlete's slug and the day of the run; empty if nothing is to be saved."""
        if not self.options:
            return ""
        words = ["coach athlete set", athlete, *self.options]
        return " ".join([word for word in words if word] + ([f"--from {day}"] if day else []))


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """The mean pace of reps run by effort, offered as the pace they were named by."""

    reps: str
    """The reps in words: `Your 800s`, `Your 20:00`."""
    ref: str
    """The pace: `5k`, `threshold`, ..."""
    pace: str
    """As documents write it: `4:28/km`."""

    @property
    def question(self) -> str:
        """The question to the runner: `Your 800s averaged 4:28/km: keep as 5k pace?`."""
        return f"{self.reps} averaged {self.pace}: keep as {self.ref} pace?"

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `coach athlete set` that keep it."""
        if self.ref == "threshold":
            return ("--threshold-pace", self.pace)
        return ("--pace", f"{self.ref}={self.pace}")

    @property
    def entry(self) -> dict[str, object]:
        """The entry for the athlete's history."""
        if self.ref == "threshold":
            return {"threshold_pace": self.pace}
        return {"paces": {self.ref: self.pace}}


def pace_offer(rows: Iterable[StepEnded], *, unit: str = "km") -> PaceOffer | None:
    """Offer a pace that was run by effort: that of the reps of one pace and length with the most metres.

    None unless two reps of it, or one of five minutes, were run whole and measured.

    Args:
        rows: the results of the run, each step once.
        unit: `km` or `mile`, for the pace.
    """
    groups: dict[tuple[str, str], list[StepEnded]] = {}
    for row in rows:
        target = row.step.target
        if target is None or target.quantity is not Quantity.EFFORT or target.ref not in OFFERED:
            continue
        is_whole = not (row.cut or row.broken or row.estimated) and row.reason not in _BROKEN_OFF
        is_rep = row.step.kind in PACED_REPS and row.time_s >= _SHORTEST_REP_S
        if is_rep and is_whole and row.mean_speed and row.distance:
            groups.setdefault((target.ref, _length_word(row.step)), []).append(row)
    enough = {
        key: reps
        for key, reps in groups.items()
        if len(reps) >= _FEWEST_REPS or reps[0].time_s >= _LONE_REP_S
    }
    if not enough:
        return None
    (ref, length), reps = max(enough.items(), key=lambda item: sum(row.distance or 0.0 for row in item[1]))
    metres = sum(row.distance or 0.0 for row in reps)
    seconds = sum((row.distance or 0.0) / (row.mean_speed or 1.0) for row in reps)
    plural = "s" if len(reps) > 1 else ""
    return PaceOffer(f"Your {length}{plural}", ref, format_pace(metres / seconds, unit=unit))


OFFERED: Final = frozenset({"threshold", *RACES})
"""The paces that are offered; other paces cannot be derived from an easy run."""
_FEWEST_REPS: Final = 2
_SHORTEST_REP_S: Final = 30.0
"""A shorter rep is a sprint, and gives no pace. Judged."""
_LONE_REP_S: Final = 300.0
_BROKEN_OFF: Final = frozenset({EndReason.ABANDONED, EndReason.NEXT, EndReason.CAP})


def _length_word(step: Step) -> str:
    """The length of a rep as runners say it: `800`, `1 km`, `3:00`."""
    metres, seconds = step.until.distance(), step.until.time()
    if metres is not None:
        return format_metres(metres).removesuffix(" m")
    return "reps" if seconds is None else format_clock(seconds)


def findings(
    outputs: Iterable[Output], snapshots: Sequence[Snapshot] = (), *, unit: str = "km"
) -> tuple[GuidedFinding, ...]:
    """Read the results of the tests in a run; empty for a run without any.

    Args:
        outputs: of the run or its fold, to the end.
        snapshots: one after each input, if available, for the evenness of a stretch.
        unit: `km` or `mile`, for the paces that are said.
    """
    rows = [row for row in summarize(outputs).rows if row.step.section in SECTIONS]
    return tuple(_read(rows, snapshots, unit))


def _read(rows: Sequence[StepEnded], snapshots: Sequence[Snapshot], unit: str) -> Iterator[GuidedFinding]:
    """Recognise the test by its shape, and read its results."""
    work = [row for row in rows if row.step.kind in PACED_REPS]
    hills = [row for row in rows if row.step.kind in UPHILL]
    flying = [row for row in work if any(isinstance(end, MarkEnd) for end in row.step.until.ends)]
    by_distance = [row for row in work if row.step.until.distance() is not None]
    last_20 = next((row for row in work if row.step.until.time() == LAST_20_S), None)
    at_goal = [row for row in work if row.step.target is not None and row.step.target.ref == "goal"]
    taste = next((row for row in at_goal if row.step.until.time() == TASTE_S), None)
    ramp = [row for row in work if row.step.section == "Ramp" and _speed(row) is not None]
    if any(item.each_side for row in rows for item in row.step.items):
        yield GuidedFinding("simple tests", _KEEP_SIDES)
    if last_20 is not None:
        yield from _threshold(last_20, unit)
    if taste is not None:
        yield _taste(taste, snapshots, unit)
    if len(ramp) >= _LEAST_RAMP_STAGES:
        yield from _ramp(ramp, unit)
    if hills:
        yield _maximum(hills)
    if flying:
        yield _top_speed(flying)
    if len(by_distance) > 1 and not ramp:
        yield _critical(by_distance, unit)


_KEEP_SIDES: Final = (
    "Save the result of each side, left first: coach athlete set --test calf-raises=28/25 --test side-plank=60/58 "
    "--test hop=150/140 --test lunge=11/11.5. coach athlete tests compares it with last time."
)


def _threshold(row: StepEnded, unit: str) -> Iterator[GuidedFinding]:
    """Threshold heart rate and pace of the last 20 minutes."""
    if not _whole(row):
        yield GuidedFinding("threshold", "The last 20 minutes were not run whole: they give no threshold.")
        return
    if row.mean_heart_rate is None:
        yield GuidedFinding("threshold", "No heart rate was measured in the last 20 minutes.")
    else:
        bpm = round(row.mean_heart_rate)
        words = f"Threshold heart rate {bpm} bpm, the mean of the last 20 minutes; good to 2 to 4 bpm."
        yield GuidedFinding("threshold", words, (f"--threshold-heart-rate {bpm}",))
    if row.mean_speed is not None:
        pace = format_pace(row.mean_speed, unit=unit)
        words = (
            f"Threshold pace {pace}, the mean of the last 20 minutes; as good as what measured the distance."
        )
        yield GuidedFinding("threshold", words, (f"--threshold-pace {pace}",))


def _taste(row: StepEnded, snapshots: Sequence[Snapshot], unit: str) -> GuidedFinding:
    """The evenness of 12 minutes at goal pace, and the heart rate at their end; nothing to save."""
    if not _whole(row) or row.mean_speed is None:
        return GuidedFinding("goal pace", "The 12 minutes were not run whole, or nothing measured them.")
    parts = [f"12 minutes at {format_pace(row.mean_speed, unit=unit)}"]
    even = evenness(row.step, snapshots)
    if even.variation is not None:
        parts.append(f"quarters within {even.variation:.1%} of each other (under 1.5 % is even)")
    if even.last_heart_rate is not None:
        parts.append(f"{even.last_heart_rate:.0f} bpm in the last minute")
    return GuidedFinding("goal pace", ", ".join(parts) + ".")


def _ramp(rows: Sequence[StepEnded], unit: str) -> Iterator[GuidedFinding]:
    """The last speed of the ramp, and an estimate of the threshold with its error."""
    whole = [row for row in rows if not row.cut]
    if len(whole) < _LEAST_RAMP_STAGES:
        yield GuidedFinding(
            "ramp", f"Fewer than {_LEAST_RAMP_STAGES} stages were run whole: too few for a result."
        )
        return
    last, after = whole[-1], rows[len(whole) :]
    top = _speed(last) or 0.0
    if after and (beyond := _speed(after[0])) is not None and (stage_s := after[0].step.until.time()):
        top += (beyond - top) * min(1.0, after[0].time_s / stage_s)  # part of a stage counts in part
    low, high = (format_pace(top * (RAMP_SHARE + side * RAMP_SHARE_SD), unit=unit) for side in (-1, 1))
    pace = format_pace(top * RAMP_SHARE, unit=unit)
    words = (
        f"The ramp ended at {top * 3.6:.1f} km/h. Threshold pace about {pace}, but anything from {high} to {low} is "
        "as likely: a 30-minute trial tells more (coach run test-threshold-30min)."
    )
    yield GuidedFinding("ramp", words, (f"--threshold-pace {pace}",))
    highest = max((row.max_heart_rate for row in rows if row.max_heart_rate is not None), default=None)
    if highest is not None:
        words = f"The highest heart rate was {highest:.0f} bpm: your maximum is that or a few more."
        yield GuidedFinding("ramp", words, (f"--max-heart-rate {highest:.0f}",))


def _maximum(rows: Sequence[StepEnded]) -> GuidedFinding:
    """The highest heart rate of the hills."""
    peaks = sorted(row.max_heart_rate for row in rows if row.max_heart_rate is not None)
    if not peaks:
        return GuidedFinding("maximum heart rate", "No heart rate was measured on the hills.")
    words = f"The highest heart rate was {peaks[-1]:.0f} bpm"
    if len(peaks) > 1:
        words += f", on the hill before it {peaks[-2]:.0f}"
    if len(peaks) > 1 and peaks[-1] - peaks[-2] > 8:
        words += ": so far apart that one of them may be the strap's mistake. Look at it before you save it."
    else:
        words += "; your maximum is that or a few more."
    return GuidedFinding("maximum heart rate", words, (f"--max-heart-rate {peaks[-1]:.0f}",))


def _top_speed(rows: Sequence[StepEnded]) -> GuidedFinding:
    """The best of the flying stretches, timed by hand."""
    times = [row.time_s for row in rows if row.reason in {EndReason.MARK, EndReason.NEXT} and not row.broken]
    speeds = [FLYING_M / seconds for seconds in times if seconds > 0]
    low, high = _TOP_SPEED_RANGE
    speeds = [speed for speed in speeds if low <= speed <= high]
    if not speeds:
        return GuidedFinding("top speed", f"No flying {FLYING_M:.0f} m was pressed at both ends.")
    best = max(speeds)
    error = HAND_S * best / FLYING_M
    words = (
        f"Top speed {best:.2f} m/s, {FLYING_M:.0f} m in {FLYING_M / best:.1f} s; "
        f"pressed by hand it is good to {error:.0%}."
    )
    return GuidedFinding("top speed", words, (f"--top-speed {best:.2f}",))


def _critical(rows: Sequence[StepEnded], unit: str) -> GuidedFinding:
    """Critical speed of the measured runs."""
    runs = [
        (Metres(metres), row.time_s)
        for row in rows
        if _whole(row) and (metres := row.step.until.distance()) is not None
    ]
    if len(runs) < len(rows):
        return GuidedFinding("critical speed", "Not every run was run whole: they give no critical speed.")
    try:
        line = fit_critical_speed(runs)
    except ValueError as reason:
        return GuidedFinding("critical speed", f"The runs do not fit together: {reason}.")
    words = (
        f"Critical speed {format_pace(line.speed, unit=unit)} ({line.speed:.2f} ± {TYPICAL_ERROR_MPS} m/s), "
        f"reserve above it {line.reserve:.0f} ± {TYPICAL_ERROR_M:.0f} m; "
        f"the worst run lies {line.worst_s:.0f} s off the line."
    )
    if any(row.estimated for row in rows):
        words += " One end was bridged across a gap: press at the line next time."
    trials = (f'--trial "{metres:.0f} m={format_clock(seconds, tenths=True)}"' for metres, seconds in runs)
    return GuidedFinding("critical speed", words, tuple(trials))


def _whole(row: StepEnded) -> bool:
    """Return whether the step was run to its end without a pause."""
    return not row.cut and not row.broken and row.reason in {EndReason.DONE, EndReason.MARK, EndReason.LINE}


def _speed(row: StepEnded) -> MetresPerSecond | None:
    """The target speed of a step."""
    target = row.step.target
    if target is None or target.quantity is not Quantity.SPEED or target.band.aim is None:
        return None
    return MetresPerSecond(target.band.aim)


# --- the lesson of a run

EVEN_S: Final = 20.0
"""Length of a stretch whose cadence counts: that of the cue that uses the lesson."""
EVEN_SHARE: Final = 0.08
"""Largest spread of the speeds in such a stretch, as a share of their mean."""
_FEWEST_VALUES: Final = 10
"""A stretch with fewer values has gaps."""
_RUNNING_MPS: Final = 2.2
_RUNNING_SPM: Final = 130.0
"""Lower values are walking, whose cadence differs from that of running."""
_FOOT: Final = frozenset({*PODS, Source.WATCH})
_SOFT: Final = EASY | RESTS
"""Kinds in which the heart comes down from hard running."""


@dataclass(frozen=True, slots=True)
class Pod:
    """The pod behind a source, and the shoe it was on."""

    id: str
    shoe: str = ""


@dataclass(slots=True)
class _Observations:
    """Values collected during the fold."""

    beats: list[tuple[float, float]] = field(default_factory=list)
    stretch: list[tuple[float, float, float]] = field(default_factory=list)
    even: list[tuple[float, float]] = field(default_factory=list)
    ended: list[StepEnded] = field(default_factory=list)
    counts: dict[tuple[Source, int | None], Literal[1, 2]] = field(default_factory=dict)
    """By source, and by the number of the sensor behind it where several may be."""
    devices: dict[Source, int] = field(default_factory=dict)
    """The sensor behind a source now, where several share it."""
    factors: dict[tuple[Source, int | None], LearntFactor] = field(default_factory=dict)
    """The factors of pods that were used before another took their place."""


def lesson_of(
    run: LiveRun,
    inputs: Sequence[Input],
    *,
    day: str,
    pods: Mapping[Source | int, Pod],
    kinetics: HeartRateKinetics | None = None,
) -> Lesson:
    """Learn from a recording: factors of its pods, kinetics of the heart rate, cadence by speed.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time.
        day: the day it was run, `2026-05-31`.
        pods: which pod each source was, or each number where several may be behind one; of one that is not named
            nothing is kept.
        kinetics: the heart's parameters learnt before.
    """
    observations = _Observations()
    for event in inputs:
        if isinstance(event, LinkChanged) and event.device is not None:
            _change_device(run, event.source, event.device, observations)
        _see(run, run.receive(event), event.at, observations)
    return Lesson(
        run=run.setup.run,
        day=day,
        pods=_pods(run, pods, observations),
        counts=tuple(
            CountLesson(sensor=pod.id, factor=factor)
            for (source, device), factor in observations.counts.items()
            if (pod := pods.get(source if device is None else device)) is not None
        ),
        heart=_heart(observations, kinetics),
        cadence=_cadence(observations.even),
    )


def _change_device(run: LiveRun, source: Source, device: int, observations: _Observations) -> None:
    """Note that another sensor may be behind a source, and keep the factors of the one before."""
    for learnt in run.signals.distance.learnt():
        observations.factors[learnt.source, observations.devices.get(learnt.source)] = learnt
    observations.devices[source] = device
    observations.factors.pop((source, device), None)


def _see(run: LiveRun, outputs: Sequence[Output], now: Seconds, observations: _Observations) -> None:
    for output in outputs:
        if isinstance(output, StepEnded):
            observations.ended.append(output)
        elif isinstance(output, Learnt) and output.what == "cadence_count":
            observations.counts[output.sensor, observations.devices.get(output.sensor)] = (
                2 if output.value == 2 else 1
            )
    signals = run.signals
    heart, speed, cadence = signals.heart_rate(), signals.speed(), signals.cadence()
    if (
        heart is not None
        and heart.source is Source.STRAP
        and (not observations.beats or heart.at > observations.beats[-1][0])
    ):
        observations.beats.append((heart.at, heart.value))
    if speed is None or cadence is None or not _belong(speed, cadence, now):
        observations.stretch.clear()
    elif not observations.stretch or speed.at > observations.stretch[-1][0]:
        if (
            observations.stretch
            and freshness(speed.at - observations.stretch[-1][0], speed.period_s) is not Freshness.LIVE
        ):
            observations.stretch.clear()
        observations.stretch.append((speed.at, speed.value, cadence.value))
        if speed.at - observations.stretch[0][0] >= EVEN_S:
            _close(observations)


def _belong(speed: Reading, cadence: Reading, now: Seconds) -> bool:
    """Return whether speed and cadence are live, from one foot sensor, and of a runner who runs."""
    live = all(freshness(now - each.at, each.period_s) is Freshness.LIVE for each in (speed, cadence))
    same = speed.source is cadence.source and speed.source in _FOOT
    return live and same and speed.value >= _RUNNING_MPS and cadence.value >= _RUNNING_SPM


def _close(observations: _Observations) -> None:
    """Keep the stretch if it was even; begin the next."""
    speeds = [speed for _, speed, _ in observations.stretch]
    mean = sum(speeds) / len(speeds)
    if len(speeds) >= _FEWEST_VALUES and max(speeds) - min(speeds) <= EVEN_SHARE * mean:
        observations.even.append((mean, sum(spm for *_, spm in observations.stretch) / len(speeds)))
    observations.stretch.clear()


def _pods(
    run: LiveRun, pods: Mapping[Source | int, Pod], observations: _Observations
) -> tuple[PodLesson, ...]:
    """The factors that this run changed."""
    settings = run.setup.signals
    before: set[tuple[float | None, float | None]] = {
        (row.factor, row.sd) for row in settings.learnt if row.source not in observations.devices
    }
    before |= {(row.factor, row.sd) for row in settings.learnt_of_pool}
    learnt = run.signals.distance.learnt()
    factors = observations.factors | {
        (row.source, observations.devices.get(row.source)): row for row in learnt
    }
    return tuple(
        PodLesson(pod=pod.id, shoe=pod.shoe, factor=round(row.factor, 5), sd=round(row.sd, 5))
        for (source, device), row in factors.items()
        if (pod := pods.get(source if device is None else device)) is not None
        and (row.factor, row.sd) not in before
    )


def _heart(observations: _Observations, before: HeartRateKinetics | None) -> HeartLesson | None:
    start = before or HeartRateKinetics()
    kinetics = fit_kinetics(observations.beats, _changes(observations.ended), start)
    if kinetics == start:
        return None
    return HeartLesson(
        delay_up_s=round(kinetics.delay_up_s, 2),
        tau_up_s=round(kinetics.tau_up_s, 2),
        delay_down_s=round(kinetics.delay_down_s, 2),
        tau_down_s=round(kinetics.tau_down_s, 2),
        ups=kinetics.ups,
        downs=kinetics.downs,
    )


def _changes(ended: Sequence[StepEnded]) -> list[EffortChange]:
    """The changes between easy and hard, in the steps as they were run."""
    changes: list[EffortChange] = []
    for before, after in pairwise(ended):
        began, until = before.ended_at, after.ended_at
        rising = before.step.kind in _SOFT and after.step.kind in TIMED
        falling = before.step.kind in TIMED and after.step.kind in _SOFT
        if (rising or falling) and until > began and not (before.broken or after.broken):
            changes.append(EffortChange(began, until, rising))
    return changes


def _cadence(even: Sequence[tuple[float, float]]) -> CadenceLesson | None:
    if not even:
        return None
    count = len(even)
    speed, cadence = (sum(values) / count for values in zip(*even, strict=True))
    return CadenceLesson(
        stretches=count,
        speed_mps=round(speed, 4),
        cadence_spm=round(cadence, 3),
        speed_variance=round(sum((v - speed) ** 2 for v, _ in even) / count, 5),
        cadence_variance=round(sum((c - cadence) ** 2 for _, c in even) / count, 4),
        covariance=round(sum((v - speed) * (c - cadence) for v, c in even) / count, 5),
    )


# --- two pods
#
# Only what was measured and how far it can be trusted; no verdict. Two pods that are each right within 3 % differ by up
# to 4 % (one standard deviation) for that reason alone, so a difference says something about two feet only where both
# pods are calibrated, or as a change from one run of the same pods to the next.

_TOGETHER_S: Final = 0.75
"""Packets this close are of one moment: pods send once a second, each at its own time."""
_BLOCK_S: Final = 30.0
"""Differences within half a minute are not independent: pods smooth over seconds. Each block counts as one."""
_LEAST_BLOCKS: Final = 4
"""Fewest blocks: two minutes of running."""
_BESIDE: Final = (Source.POD_2, Source.WATCH, Source.RELAY)
"""The sources that the first pod is compared with; the first of these that sent data is used."""


@dataclass(frozen=True, slots=True)
class PodDifference:
    """The difference of the second pod to the first, as a share of their mean."""

    share: float
    """0.01 is 1 % more."""
    sd: float
    """Standard deviation of that mean over this run; another run may differ by as much."""


@dataclass(frozen=True, slots=True)
class TwoPods:
    """Two pods, or a pod and another sensor, compared over the same running."""

    seconds: Seconds
    """Running time in which both sent data."""
    speed: PodDifference
    step_length: PodDifference | None
    """By speed and cadence; None where a cadence was missing."""
    calibration_sd: float
    """Standard deviation of the difference that is due to the pods' own factors."""
    second: Source = Source.POD_2
    """The sensor compared with the first pod."""


def compare_pods(inputs: Iterable[Input], settings: SignalSettings) -> TwoPods | None:
    """Compare the two pods of a run, or its pod and another sensor.

    None where there were not two, or not for two minutes of running.
    """
    samples = _samples(inputs, settings)
    second = next((source for source in _BESIDE if samples[source]), Source.POD_2)
    pairs = _pairs(samples[PODS[0]], samples[second])
    speed = _difference([(at, left[0], right[0]) for at, left, right in pairs])
    if speed is None:
        return None
    lengths = [
        (at, 60.0 * left[0] / left[1], 60.0 * right[0] / right[1])
        for at, left, right in pairs
        if left[1] > 0 and right[1] > 0
    ]
    factors = {learnt.source: learnt.sd for learnt in settings.learnt}
    open_sd = hypot(*(factors.get(source, settings.prior_factor_sd) for source in (PODS[0], second)))
    return TwoPods(Seconds(float(len(pairs))), speed, _difference(lengths), open_sd, second)


_Sample = tuple[float, tuple[float, float]]
"""Time, then speed in m/s and steps per minute (0 if unknown)."""


def _samples(inputs: Iterable[Input], settings: SignalSettings) -> Mapping[Source, list[_Sample]]:
    """The samples of each source while running, scaled by the factor known before the run."""
    samples: dict[Source, list[_Sample]] = {source: [] for source in (PODS[0], *_BESIDE)}
    counts = {pod: CadenceCount(settings, pod) for pod in samples}
    factors = {learnt.source: learnt.factor for learnt in settings.learnt}
    for event in without_repeats(inputs):
        if not isinstance(event, Notified | Reported) or event.source not in samples:
            continue
        if isinstance(event, Reported):
            speed, steps = event.speed, event.cadence or 0.0
        else:
            if event.characteristic != Characteristic.RSC_MEASUREMENT:
                continue
            measurement = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
            if not isinstance(measurement, RunningSpeedCadenceMeasurement):
                continue
            speed = measurement.speed
            steps = counts[event.source].steps_per_minute(
                measurement.cadence, speed, measurement.stride, event.period_s
            )
        if speed is not None and settings.running_speed <= speed <= settings.highest_speed:
            samples[event.source].append((event.at, (speed * factors.get(event.source, 1.0), steps)))
    return samples


def _pairs(
    first: Sequence[_Sample], second: Sequence[_Sample]
) -> list[tuple[float, tuple[float, float], tuple[float, float]]]:
    """The samples of both at one moment: each of the first with the nearest of the second."""
    pairs = []
    place = 0
    for at, sample in first:
        while place + 1 < len(second) and abs(second[place + 1][0] - at) <= abs(second[place][0] - at):
            place += 1
        if second and abs(second[place][0] - at) <= _TOGETHER_S:
            pairs.append((at, sample, second[place][1]))
    return pairs


def _difference(values: Sequence[tuple[float, float, float]]) -> PodDifference | None:
    """The mean difference of two series and its standard deviation, from block means; None for too few blocks."""
    blocks: dict[int, list[float]] = {}
    for at, left, right in values:
        blocks.setdefault(int(at // _BLOCK_S), []).append(2.0 * (right - left) / (right + left))
    means = [sum(block) / len(block) for block in blocks.values() if 2 * len(block) >= _BLOCK_S]
    if len(means) < _LEAST_BLOCKS:
        return None
    mean = sum(means) / len(means)
    spread = sum((each - mean) ** 2 for each in means) / (len(means) - 1)
    return PodDifference(mean, sqrt(spread / len(means)))
