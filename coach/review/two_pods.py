"""Two pods, left and right, or a pod and a watch: how far apart they were, and how sure that is.

Only what was measured and how far it can be trusted; no verdict. Two pods that are each right within 3 % differ
by up to 4 % (one standard deviation) for that reason alone, so a difference says something about two feet only
where both pods are calibrated, or as a change from one run of the same pods to the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.inputs import Input, without_repeats
from coach.quantities import Seconds
from coach.signals.config import SignalSettings
from coach.signals.footpod import CadenceCount
from coach.signals.readings import PODS, Characteristic, Notified, Reported, Source

_TOGETHER_S: Final = 0.75
"""Two packets are of one moment if they came within this: pods speak once a second, each at its own time."""
_BLOCK_S: Final = 30.0
"""Differences within half a minute are not independent: pods smooth over seconds. Each block counts as one."""
_LEAST_BLOCKS: Final = 4
"""Two minutes of running: before that nothing is said."""


_BESIDE: Final = (Source.POD_2, Source.WATCH, Source.RELAY)
"""What is compared with the first pod; the first of these that was heard."""


@dataclass(frozen=True, slots=True)
class PodDifference:
    """How much more the second pod says than the first, as a share of their mean."""

    share: float
    """0.01 is 1 % more."""
    sd: float
    """Standard deviation of that mean difference over this run: what another such run might say."""


@dataclass(frozen=True, slots=True)
class TwoPods:
    """What two pods, or a pod and another sensor, said of the same running."""

    seconds: Seconds
    """How long both were heard while running."""
    speed: PodDifference
    step_length: PodDifference | None
    """By speed and cadence; None where a cadence was missing."""
    calibration_sd: float
    """Standard deviation of the difference that the pods' own factors leave open."""
    second: Source = Source.POD_2
    """What is compared with the first pod."""


def compared(inputs: Iterable[Input], settings: SignalSettings) -> TwoPods | None:
    """Compare the two pods of a run, or its pod and another sensor.

    None where there were not two, or not for two minutes of running.
    """
    samples = _samples(inputs, settings)
    second = next((source for source in _BESIDE if samples[source]), Source.POD_2)
    pairs = _pairs(samples[PODS[0]], samples[second])
    speed = _difference([(at, one[0], two[0]) for at, one, two in pairs])
    if speed is None:
        return None
    lengths = [
        (at, 60.0 * one[0] / one[1], 60.0 * two[0] / two[1])
        for at, one, two in pairs
        if one[1] > 0 and two[1] > 0
    ]
    factors = {learnt.source: learnt.sd for learnt in settings.learnt}
    open_sd = hypot(*(factors.get(source, settings.prior_factor_sd) for source in (PODS[0], second)))
    return TwoPods(Seconds(float(len(pairs))), speed, _difference(lengths), open_sd, second)


_Sample = tuple[float, tuple[float, float]]
"""When, and speed in m/s and steps per minute (0 where unknown)."""


def _samples(inputs: Iterable[Input], settings: SignalSettings) -> Mapping[Source, list[_Sample]]:
    """What each of them said while it ran, by the factor known before the run."""
    found: dict[Source, list[_Sample]] = {source: [] for source in (PODS[0], *_BESIDE)}
    counts = {pod: CadenceCount(settings, pod) for pod in found}
    factors = {learnt.source: learnt.factor for learnt in settings.learnt}
    for event in without_repeats(inputs):
        if not isinstance(event, Notified | Reported) or event.source not in found:
            continue
        if isinstance(event, Reported):
            speed, steps = event.speed, event.cadence or 0.0
        else:
            if event.characteristic != Characteristic.RSC_MEASUREMENT:
                continue
            read = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
            if not isinstance(read, RunningSpeedCadenceMeasurement):
                continue
            speed = read.speed
            steps = counts[event.source].steps_per_minute(read.cadence, speed, read.stride, event.period_s)
        if speed is not None and settings.running_speed <= speed <= settings.highest_speed:
            found[event.source].append((event.at, (speed * factors.get(event.source, 1.0), steps)))
    return found


def _pairs(
    first: Sequence[_Sample], second: Sequence[_Sample]
) -> list[tuple[float, tuple[float, float], tuple[float, float]]]:
    """What both said at one moment: each sample of the first with the nearest of the second."""
    pairs = []
    place = 0
    for at, one in first:
        while place + 1 < len(second) and abs(second[place + 1][0] - at) <= abs(second[place][0] - at):
            place += 1
        if second and abs(second[place][0] - at) <= _TOGETHER_S:
            pairs.append((at, one, second[place][1]))
    return pairs


def _difference(values: Sequence[tuple[float, float, float]]) -> PodDifference | None:
    """The mean difference of two rows and its standard deviation, by means of blocks; None for too few."""
    blocks: dict[int, list[float]] = {}
    for at, one, two in values:
        blocks.setdefault(int(at // _BLOCK_S), []).append(2.0 * (two - one) / (two + one))
    means = [sum(block) / len(block) for block in blocks.values() if 2 * len(block) >= _BLOCK_S]
    if len(means) < _LEAST_BLOCKS:
        return None
    mean = sum(means) / len(means)
    spread = sum((each - mean) ** 2 for each in means) / (len(means) - 1)
    return PodDifference(mean, sqrt(spread / len(means)))
