"""Speeds of any kind, fed to the coach and to the other rules: what each says and when."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from coach.cues.cue import Cue
from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.readings import Reported, Source
from tests.benchmarks.cue_quality.bench import PRODUCT, RULES, ruled
from tests.benchmarks.cue_quality.product import REP_S, SIGNS, setup_of
from tests.benchmarks.cue_quality.series import Sample
from tests.benchmarks.cue_quality.trials import Verdict

RIVALS: Final = tuple(RULES)
Verdicts = dict[str, list[Verdict]]
"""What was said, by the name of who said it."""


def said_of(samples: Sequence[Sample], pace: float, source: Source, step_s: Seconds = REP_S) -> Verdicts:
    """What the coach says of a step at `pace` (m/s) that starts with these samples, and what the two rules say.

    The rules count ticks of a second: a sample that did not come is no tick, as in the applications they are from.
    """
    said: Verdicts = {PRODUCT: _coached(samples, pace, source, step_s)}
    shares = [samples[0].speed / pace, *(_speed(*two) / pace for two in pairwise(samples))]
    for name in RIVALS:
        found = ruled(RULES[name])(shares)
        said[name] = [Verdict(samples[int(one.at)].at, one.sign) for one in found]
    return said


def _speed(before: Sample, now: Sample) -> float:
    """The speed of a second by what was counted in it, as an application that has only distance takes it."""
    if before.metres is None or now.metres is None:
        return now.speed
    return (now.metres - before.metres) / (now.at - before.at)


def _coached(samples: Sequence[Sample], pace: float, source: Source, step_s: Seconds) -> list[Verdict]:
    run = LiveRun(setup_of(pace, 0.0, step_s))
    run.receive(Opened(Seconds(0.0)))
    said: list[Verdict] = []
    for one in samples:
        metres = None if one.metres is None else Metres(one.metres)
        report = Reported(Seconds(one.at), source, speed=MetresPerSecond(one.speed), distance=metres)
        cues = [one for one in run.receive(report) if isinstance(one, Cue) and one.kind in SIGNS]
        said += [Verdict(cue.at, SIGNS[cue.kind]) for cue in cues]
    return said
