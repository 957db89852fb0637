"""A virtual runner who fades: how long until somebody says so?"""

from collections.abc import Sequence
from math import inf
from multiprocessing import get_context
from statistics import median
from typing import Final, NamedTuple

from coach.cues.cue import Cue
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.contract import Input, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres
from coach.signals.readings import Characteristic, Notified
from coach.simulate import Behaviour, RunnerProfile, VirtualRunner, simulate
from coach.workout.kinds import Kind
from coach.workout.resolve import pace_band
from coach.workout.timeline import (
    CoachBy,
    Context,
    DistanceEnd,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    Timeline,
)
from tests.benchmarks.cue_quality.bench import PRODUCT, RULES, ruled
from tests.benchmarks.cue_quality.product import SIGNS
from tests.benchmarks.cue_quality.trials import MISSED_AFTER_S, Verdict
from tests.benchmarks.table import drawn

SIZES: Final = (0.04, 0.06, 0.08)
_PACE: Final = 4.0
_REP_M: Final = 2000.0
_ONSETS_S: Final = tuple(range(90, 270, 15))
_START_S: Final = 60.0
"""What is said of the start is counted among the starts."""
_OVER_S: Final = 10.0
"""A fade comes within so many seconds."""
_MUTE: Final = RunnerProfile(
    obedience=0.0, eagerness=0.0, fatigue_per_km=0.0, pace_sense=0.0, has_strap=False, pod_lost_m=Metres(0.0)
)
"""He runs the pace he was given and does nothing of what he is told."""


class Fade(NamedTuple):
    """One fade, how long until each said so, and who had said something between the first minute and it."""

    size: float
    delays_s: dict[str, float]
    early: dict[str, bool]


class _Fading(Behaviour):
    """A will that weakens."""

    size = 0.0
    onset = 0.0

    def goal(self, now: float, metres: float) -> float:
        """The speed he goes for, less what the fade takes."""
        return super().goal(now, metres) * (
            1.0 - self.size * min(1.0, max(0.0, (now - self.onset) / _OVER_S))
        )


def fades_table(workers: int) -> str:
    """Median delay to the first word of being slow, by the size of the fade and how the rep is steered."""
    rows = []
    with get_context("fork").Pool(workers) as pool:
        for steer in (CoachBy.RATE, CoachBy.TIME):
            for size in SIZES:
                works = [(steer, size, onset, seed) for seed, onset in enumerate(_ONSETS_S)]
                found = pool.starmap(faded, works)
                names = list(found[0].delays_s)
                cells = [_cell(found, name) for name in names]
                rows.append([f"{size:.0%}, steered by {steer.value}", *cells])
    title = f"A simulated runner fades in a rep of {_REP_M:.0f} m: median delay in s (missed, said before)"
    return drawn(title, ["", PRODUCT, *RULES], rows)


def faded(steer: CoachBy, size: float, onset_s: float, seed: int) -> Fade:
    """Let a runner fade once."""
    target = StepTarget(Quantity.SPEED, pace_band(_PACE, "", Kind.WORK), "4:10/km")
    until = EndConditions((DistanceEnd(Metres(_REP_M)),))
    step = Step("1", "Main", "Main", Kind.WORK, "2000 m", until, target, steer=steer)
    setup = RunSetup("bench", Timeline("Fade", (step,), Context(surface="road")))
    runner = VirtualRunner(_MUTE, seed, timeline=setup.timeline)
    will = _Fading(_MUTE, runner._rng, setup.timeline)
    will.size, will.onset = size, onset_s
    runner._behaviour = will
    told = simulate(LiveRun(setup), runner)
    said = {
        PRODUCT: [
            Verdict(one.at, SIGNS[one.kind])
            for one in told.outputs
            if isinstance(one, Cue) and one.kind in SIGNS
        ],
        **{name: _ruled(name, told.inputs) for name in RULES},
    }
    return Fade(
        size,
        {name: _delay(found, onset_s) for name, found in said.items()},
        {name: any(_START_S <= one.at <= onset_s for one in found) for name, found in said.items()},
    )


def _ruled(name: str, inputs: Sequence[Input]) -> list[Verdict]:
    samples = [
        (event.at, RunningSpeedCadenceMeasurement.from_bytes(event.payload))
        for event in inputs
        if isinstance(event, Notified) and event.characteristic is Characteristic.RSC_MEASUREMENT
    ]
    speeds = [(at, pod.speed) for at, pod in samples if isinstance(pod, RunningSpeedCadenceMeasurement)]
    found = ruled(RULES[name])([speed / _PACE for _, speed in speeds])
    return [Verdict(speeds[int(one.at)][0], one.sign) for one in found]


def _delay(said: Sequence[Verdict], onset_s: float) -> float:
    after = [one.at - onset_s for one in said if one.at > onset_s and one.sign < 0]
    return after[0] if after and after[0] <= MISSED_AFTER_S else inf


def _cell(found: Sequence[Fade], name: str) -> str:
    clean = [one.delays_s[name] for one in found if not one.early[name]]
    early = sum(one.early[name] for one in found)
    if not clean:
        return f"- (said before in {early} of {len(found)})"
    middle, missed = median(clean), sum(delay == inf for delay in clean)
    return (
        f"{'> 60' if middle == inf else f'{middle:.0f}'} ({missed} of {len(clean)}, {early} of {len(found)})"
    )
