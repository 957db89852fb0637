"""A virtual heart that crosses a cap, and one that does not: how early is it said, and how often falsely?"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from statistics import median
from typing import Final, NamedTuple

from coach.cues.cue import Cue, CueKind
from coach.live.contract import Input, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.events import StepEnded, StepStarted
from coach.simulate import RunnerProfile, VirtualRunner, simulate, steady_heart_rate
from coach.workout.kinds import Kind
from coach.workout.resolve import pace_band
from coach.workout.timeline import (
    Band,
    CoachBy,
    Context,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)
from tests.benchmarks.table import drawn

OVER_BPM: Final = (12, 8, 4)
UNDER_BPM: Final = (3, 6, 10)
_PACE: Final = 4.0
_REP_S: Final = 360.0
_REPS: Final = 2
"""From the third rep of a set that crosses early on there is advice in place of a warning, then silence."""
_SEEDS: Final = 6
_DEAF: Final = RunnerProfile(
    obedience=0.0,
    eagerness=0.0,
    fatigue_per_km=0.0,
    pace_sense=0.0,
    heart_drift_bpm=0.0,
    strap_lost_m=Metres(0.0),
)
"""He runs the pace he was given and does nothing of what he is told."""
HEARTS: Final = (
    ("usual (10 s, 40 s)", _DEAF),
    ("quick (6 s, 28 s)", replace(_DEAF, heart_delay_s=Seconds(6.0), heart_tau_up_s=Seconds(28.0))),
    ("slow (16 s, 56 s)", replace(_DEAF, heart_delay_s=Seconds(16.0), heart_tau_up_s=Seconds(56.0))),
)


class Rep(NamedTuple):
    """What became of a rep with a cap."""

    crossed_at: float | None
    """When the true heart rate went over the cap, seconds into the rep."""
    called_at: float | None
    """When it was first said to be high, or to become so."""


def hearts_table(workers: int) -> str:
    """Lead before a true crossing of the cap, and warnings where it is never crossed."""
    rows = []
    with get_context("fork").Pool(workers) as pool:
        for label, profile in HEARTS:
            for over in (*OVER_BPM, *(-under for under in UNDER_BPM)):
                found = pool.starmap(reps_of, [(profile, over, seed) for seed in range(_SEEDS)])
                rows.append([label, f"{over:+d} bpm", *_cells([rep for reps in found for rep in reps])])
    head = [
        "heart (delay, time constant)",
        "leads to, from the cap",
        "median lead",
        "before it",
        "later",
        "never",
        "false",
    ]
    return drawn("Reps of 6 min with a heart-rate cap: warnings against the true crossing", head, rows)


def reps_of(profile: RunnerProfile, over_bpm: float, seed: int, *, reps: int = _REPS) -> list[Rep]:
    """A session of reps whose pace leads the heart so far over the cap (under it, if negative)."""
    cap = steady_heart_rate(profile, _PACE) - over_bpm
    setup = RunSetup("bench", _session(cap, reps))
    runner = _Watched(profile, seed, timeline=setup.timeline)
    told = simulate(LiveRun(setup), runner)
    starts = [one.at for one in told.outputs if isinstance(one, StepStarted) and one.step.kind is Kind.WORK]
    ends = [one.at for one in told.outputs if isinstance(one, StepEnded) and one.step.kind is Kind.WORK]
    calls = [one.at for one in told.outputs if isinstance(one, Cue) and one.kind is CueKind.HEART_RATE_HIGH]
    return [
        Rep(
            _first(
                [b for (_, before), (b, now) in pairwise(runner.beats) if before <= cap < now], start, end
            ),
            _first(calls, start, end),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


class _Watched(VirtualRunner):
    """A runner whose true heart rate is written down."""

    beats: list[tuple[float, float]]

    def advance(self, to: Seconds) -> list[Input]:
        """Run on, and note the heart rate."""
        due = super().advance(to)
        if not hasattr(self, "beats"):
            self.beats = []
        self.beats.append((to, self.heart_rate))
        return due


def _session(cap: float, reps: int) -> Timeline:
    target = StepTarget(Quantity.SPEED, pace_band(_PACE, "", Kind.WORK), "4:10/km")
    limit = StepTarget(Quantity.HEART_RATE, Band(high=cap), f"under {cap:.0f} bpm")
    rep, rest, warm_up = (EndConditions((TimeEnd(Seconds(long)),)) for long in (_REP_S, 120.0, 480.0))
    steps = [Step("0", "Warm-up", "Warm-up", Kind.WARM_UP, "Warm-up", warm_up)]
    for number in range(1, reps + 1):
        name = f"Main / rep {number} of {reps}"
        steps += [
            Step(
                f"{number}/0",
                name,
                "Main",
                Kind.WORK,
                "6:00",
                rep,
                target,
                (limit,),
                steer=CoachBy.RATE,
                rep=number,
                of=reps,
            ),
            Step(f"{number}/1", f"{name} / jog", "Main", Kind.RECOVERY, "jog", rest),
        ]
    return Timeline("Capped", tuple(steps), Context(surface="road"))


def _first(times: Sequence[float], start: float, end: float) -> float | None:
    return next((at - start for at in times if start <= at < end), None)


def _cells(reps: Sequence[Rep]) -> list[str]:
    crossed = [(rep.crossed_at, rep.called_at) for rep in reps if rep.crossed_at is not None]
    leads = [crossing - called for crossing, called in crossed if crossing is not None and called is not None]
    before = sum(lead > 0.0 for lead in leads)
    false = sum(rep.crossed_at is None and rep.called_at is not None for rep in reps)
    return [
        f"{median(leads):+.0f} s" if leads else "-",
        f"{before} of {len(crossed)}" if crossed else "-",
        f"{len(leads) - before}" if crossed else "-",
        f"{len(crossed) - len(leads)}" if crossed else "-",
        f"{false} of {len(reps) - len(crossed)}" if len(crossed) < len(reps) else "-",
    ]
