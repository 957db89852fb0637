"""What can be learnt from a run: one more fold of its recording, from which its lessons are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from coach.learnt import CadenceLesson, CountLesson, HeartLesson, Lesson, PodLesson
from coach.live.inputs import Input
from coach.live.outputs import Output
from coach.live.run import LiveRun
from coach.physiology.kinetics import EffortChange, HeartRateKinetics, fit
from coach.quantities import Seconds
from coach.session.events import StepEnded
from coach.signals.config import LearntFactor
from coach.signals.readings import PODS, Freshness, Learnt, LinkChanged, Reading, Source, freshness
from coach.workout.kinds import EASY, RESTS, TIMED

EVEN_S: Final = 20.0
"""Length of a stretch whose cadence counts: that of the cue it will be held against."""
EVEN_SHARE: Final = 0.08
"""Within it no speed lies further than this from another, as a share of their mean."""
_FEWEST_VALUES: Final = 10
"""A stretch with fewer values has holes in it."""
_RUNNING_MPS: Final = 2.2
_RUNNING_SPM: Final = 130.0
"""Slower is walking, whose cadence tells nothing of running."""
_FOOT: Final = frozenset({*PODS, Source.WATCH})
_SOFT: Final = EASY | RESTS
"""Kinds in which the heart comes down from hard running."""


@dataclass(frozen=True, slots=True)
class Pod:
    """Which pod a source was, and the shoe it sat on."""

    id: str
    shoe: str = ""


@dataclass(slots=True)
class _Seen:
    """What the fold let pass."""

    beats: list[tuple[float, float]] = field(default_factory=list)
    stretch: list[tuple[float, float, float]] = field(default_factory=list)
    even: list[tuple[float, float]] = field(default_factory=list)
    ended: list[StepEnded] = field(default_factory=list)
    counts: dict[tuple[Source, int | None], Literal[1, 2]] = field(default_factory=dict)
    """By source, and by the number of the sensor behind it where several may be."""
    devices: dict[Source, int] = field(default_factory=dict)
    """Which of several sensors is behind a source now."""
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
    """Draw what a recording teaches: factors of its pods, how fast the heart follows, cadence at speed.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time.
        day: the day it was run, `2026-05-31`.
        pods: which pod each source was, or each number where several may be behind one; of one that is not named
            nothing is kept.
        kinetics: what was known of the heart before.
    """
    seen = _Seen()
    for event in inputs:
        if isinstance(event, LinkChanged) and event.device is not None:
            _change_device(run, event.source, event.device, seen)
        _see(run, run.receive(event), event.at, seen)
    return Lesson(
        run=run.setup.run,
        day=day,
        pods=_pods(run, pods, seen),
        counts=tuple(
            CountLesson(sensor=pod.id, factor=factor)
            for (source, device), factor in seen.counts.items()
            if (pod := pods.get(source if device is None else device)) is not None
        ),
        heart=_heart(seen, kinetics),
        cadence=_cadence(seen.even),
    )


def _change_device(run: LiveRun, source: Source, device: int, seen: _Seen) -> None:
    """Note that another sensor may be behind a source, and keep what the one before has taught."""
    for learnt in run.signals.distance.learnt():
        seen.factors[learnt.source, seen.devices.get(learnt.source)] = learnt
    seen.devices[source] = device
    seen.factors.pop((source, device), None)


def _see(run: LiveRun, said: Sequence[Output], now: Seconds, seen: _Seen) -> None:
    for one in said:
        if isinstance(one, StepEnded):
            seen.ended.append(one)
        elif isinstance(one, Learnt) and one.what == "cadence_count":
            seen.counts[one.sensor, seen.devices.get(one.sensor)] = 2 if one.value == 2 else 1
    signals = run.signals
    heart, speed, cadence = signals.heart_rate(), signals.speed(), signals.cadence()
    if (
        heart is not None
        and heart.source is Source.STRAP
        and (not seen.beats or heart.at > seen.beats[-1][0])
    ):
        seen.beats.append((heart.at, heart.value))
    if speed is None or cadence is None or not _belong(speed, cadence, now):
        seen.stretch.clear()
    elif not seen.stretch or speed.at > seen.stretch[-1][0]:
        if seen.stretch and freshness(speed.at - seen.stretch[-1][0], speed.period_s) is not Freshness.LIVE:
            seen.stretch.clear()
        seen.stretch.append((speed.at, speed.value, cadence.value))
        if speed.at - seen.stretch[0][0] >= EVEN_S:
            _close(seen)


def _belong(speed: Reading, cadence: Reading, now: Seconds) -> bool:
    """Tell whether speed and cadence are of one foot's sensor, live, and of somebody running."""
    live = all(freshness(now - one.at, one.period_s) is Freshness.LIVE for one in (speed, cadence))
    same = speed.source is cadence.source and speed.source in _FOOT
    return live and same and speed.value >= _RUNNING_MPS and cadence.value >= _RUNNING_SPM


def _close(seen: _Seen) -> None:
    """Keep the stretch if it was even; begin the next."""
    speeds = [speed for _, speed, _ in seen.stretch]
    mean = sum(speeds) / len(speeds)
    if len(speeds) >= _FEWEST_VALUES and max(speeds) - min(speeds) <= EVEN_SHARE * mean:
        seen.even.append((mean, sum(spm for *_, spm in seen.stretch) / len(speeds)))
    seen.stretch.clear()


def _pods(run: LiveRun, pods: Mapping[Source | int, Pod], seen: _Seen) -> tuple[PodLesson, ...]:
    """The factors this run changed; one that stands as it began teaches nothing new."""
    settings = run.setup.signals
    before: set[tuple[float | None, float | None]] = {
        (one.factor, one.sd) for one in settings.learnt if one.source not in seen.devices
    }
    before |= {(one.factor, one.sd) for one in settings.learnt_of_pool}
    factors = seen.factors | {
        (one.source, seen.devices.get(one.source)): one for one in run.signals.distance.learnt()
    }
    found = []
    for (source, device), one in factors.items():
        pod = pods.get(source if device is None else device)
        if pod is not None and (one.factor, one.sd) not in before:
            found.append(
                PodLesson(pod=pod.id, shoe=pod.shoe, factor=round(one.factor, 5), sd=round(one.sd, 5))
            )
    return tuple(found)


def _heart(seen: _Seen, before: HeartRateKinetics | None) -> HeartLesson | None:
    known = before or HeartRateKinetics()
    found = fit(seen.beats, _changes(seen.ended), known)
    if found == known:
        return None
    return HeartLesson(
        delay_up_s=round(found.delay_up_s, 2),
        tau_up_s=round(found.tau_up_s, 2),
        delay_down_s=round(found.delay_down_s, 2),
        tau_down_s=round(found.tau_down_s, 2),
        ups=found.ups,
        downs=found.downs,
    )


def _changes(ended: Sequence[StepEnded]) -> list[EffortChange]:
    """Where easy became hard or hard easy, in the steps as they were run."""
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
