"""What is done to a window, and what counts: steps of speed at known moments, and the verdicts that follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, fsum, inf, lgamma, log
from statistics import fmean, median
from typing import Final, NamedTuple

from coach.signals.readings import Source

STEPS: Final = (-0.08, -0.04, -0.02, 0.02, 0.04, 0.08)
"""Changes of speed, as shares of the pace."""
ONSETS_S: Final = tuple(range(45, 120, 8))
"""Seconds into the window at which the speed begins to change."""
MISSED_AFTER_S: Final = 60
"""A change not called by then is missed."""
APART_S: Final = 10.0
"""Verdicts closer together than this are one."""
JUDGED_FROM_S: Final = 20
"""False verdicts are counted per minute from here on: nobody says anything before."""
LARGE: Final = 0.06
LARGE_FOR_S: Final = 20
"""An error of this share for this long must be called (whole sessions count the others): no word of it is false."""
_RESPONSE_S: Final = 3.0
_RESPONSE_OF_POSITIONS_S: Final = 1.0


class Verdict(NamedTuple):
    """Somebody says the runner is off."""

    at: float
    """Seconds into the window."""
    sign: int
    """+1 too fast, -1 too slow."""


@dataclass(slots=True)
class Trial:
    """One step in one window, and what was said."""

    step: float
    onset: int
    spoiled: bool
    """Was there a verdict before the step?"""
    verdicts: tuple[Verdict, ...] = ()
    """What was said after it, up to the first in the right direction."""

    @property
    def delay_s(self) -> float:
        """Seconds to the first verdict in the right direction; infinite when it was missed."""
        right = [one.at - self.onset for one in self.verdicts if one.sign * self.step > 0]
        return right[0] if right and right[0] <= MISSED_AFTER_S else inf

    @property
    def wrong(self) -> bool:
        """Was something said in the wrong direction after the step, before anything right?"""
        return bool(self.verdicts) and self.verdicts[0].sign * self.step < 0


@dataclass(slots=True)
class Judged:
    """All that one detector said of one window."""

    file: str
    judged_s: float
    """Seconds without a step in which a verdict would have been false."""
    false: tuple[Verdict, ...]
    """Verdicts in the window without a step that nothing real is behind."""
    trials: list[Trial] = field(default_factory=list)
    real: int = 0
    """Verdicts in the window without a step of a large error that was there."""


class Figures(NamedTuple):
    """What is printed of a detector in a class."""

    false: int
    """Verdicts in windows without a step that nothing real is behind."""
    real: int
    """Verdicts in windows without a step of a large error that was there."""
    false_per_10_min: float
    between: tuple[float, float]
    """The rates between which the true one lies in 95 of 100 cases, if false verdicts come by chance (Poisson)."""
    first_per_10_min: float
    """Windows with any false verdict, per 10 min before it: what silence after a verdict cannot flatter."""
    spoiled: float
    wrong: float
    median_s: dict[float, float]
    """By size of step, as far as they were tried; infinite when more than half were missed, or all spoiled."""
    missed: dict[float, float]
    trials: int


def change(step: float, onset: int, second: int, source: Source) -> float:
    """What the speed is multiplied with at a second, by a runner who changes pace by `step` at `onset`."""
    if second <= onset:
        return 1.0
    tau = _RESPONSE_OF_POSITIONS_S if source is Source.POSITIONS else _RESPONSE_S
    return 1.0 + step * (1.0 - exp(-(second - onset) / tau))


def injected(shares: Sequence[float], step: float, onset: int, source: Source) -> list[float]:
    """A window in which the runner changes pace by `step` at `onset`, as a sensor would tell it."""
    return [share * change(step, onset, second, source) for second, share in enumerate(shares)]


def apart(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Verdicts at least 10 s apart; one that follows sooner is the same one, said again."""
    kept: list[Verdict] = []
    for one in verdicts:
        if not kept or one.at - kept[-1].at >= APART_S:
            kept.append(one)
    return tuple(kept)


def unfounded(verdicts: Sequence[Verdict], shares: Sequence[float]) -> list[Verdict]:
    """Those of some verdicts in a window that no large error is behind: 6 % over the 20 s before, on their side."""
    found = []
    for one in verdicts:
        last = shares[max(0, int(one.at) - LARGE_FOR_S) + 1 : int(one.at) + 1]
        if not last or one.sign * (fmean(last) - 1.0) < LARGE:
            found.append(one)
    return found


def is_out(said: Sequence[Verdict], false: Sequence[Verdict], onset: int) -> bool:
    """True if the first word of a window was of a large error and came before this moment: no trial can begin there."""
    return bool(said) and said[0].at <= onset and said[0] not in false


def poisson_interval(count: int, per_one: float = 1.0) -> tuple[float, float]:
    """The exact 95 % interval of what is expected where `count` came by chance, each of them worth `per_one`."""

    def at_most(most: int, expected: float) -> float:
        # In logarithms, as the powers of several hundred words leave the range of a float.
        return fsum(exp(number * log(expected) - expected - lgamma(number + 1)) for number in range(most + 1))

    def solved(most: int, share: float) -> float:
        low, high = 0.0, 10.0 + 3.0 * count
        for _ in range(60):
            middle = (low + high) / 2.0
            low, high = (middle, high) if at_most(most, middle) > share else (low, middle)
        return low * per_one

    return (solved(count - 1, 0.975) if count else 0.0, solved(count, 0.025))


def figures(judged: Sequence[Judged]) -> Figures:
    """Sum up what a detector said of the windows of a class."""
    seconds = sum(one.judged_s for one in judged)
    quiet = sum(one.false[0].at - JUDGED_FROM_S if one.false else one.judged_s for one in judged)
    trials = [trial for one in judged for trial in one.trials]
    sizes = sorted({abs(trial.step) for trial in trials})
    clean = [trial for trial in trials if not trial.spoiled]
    delays = {size: [trial.delay_s for trial in clean if abs(trial.step) == size] for size in sizes}
    false = sum(len(one.false) for one in judged)
    return Figures(
        false,
        sum(one.real for one in judged),
        600.0 * false / seconds if seconds else 0.0,
        poisson_interval(false, 600.0 / seconds) if seconds else (0.0, inf),
        600.0 * sum(bool(one.false) for one in judged) / quiet if quiet > 0.0 else 0.0,
        _share(trial.spoiled for trial in trials),
        _share(trial.wrong for trial in clean),
        {size: median(found) if found else inf for size, found in delays.items()},
        {size: _share(delay == inf for delay in found) if found else 1.0 for size, found in delays.items()},
        len(trials),
    )


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found) if found else 0.0
