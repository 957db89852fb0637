"""Every detector on every window of a class, thresholds from the other half of the windows."""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from typing import Final, NamedTuple

from tests.benchmarks.cue_quality import product
from tests.benchmarks.cue_quality.classes import FALSE_PER_10_MIN
from tests.benchmarks.cue_quality.rivals import (
    Cusum,
    Exponential,
    Matched,
    MovingAverage,
    Rule,
    RunnerUp,
    RunPowerWorkout,
    Statistic,
    coloured,
)
from tests.benchmarks.cue_quality.trials import (
    JUDGED_FROM_S,
    ONSETS_S,
    STEPS,
    Judged,
    Trial,
    Verdict,
    apart,
    injected,
    is_out,
    unfounded,
)
from tests.benchmarks.cue_quality.windows import WINDOW_S, Window

PRODUCT: Final = "Trackside Coach"
ALONE: Final = "the same, nothing run before"
MATCHED: Final = "matched test (reference)"
_HIGHEST: Final = 4096.0
_HALVINGS: Final = 24


Detector = Callable[[Sequence[float]], list[Verdict]]


class Plan(NamedTuple):
    """What is tried."""

    onsets: tuple[int, ...] = ONSETS_S
    steps: tuple[float, ...] = STEPS
    rivals: bool = True
    alone: bool = False
    """Is nothing known of what was run before the window?"""
    workers: int = 2


QUICK: Final = Plan((45, 69, 93, 117), (-0.08, -0.04, 0.04, 0.08), rivals=False)
RULES: Final[dict[str, Callable[[], Rule]]] = {"RunnerUp": RunnerUp, "RunPowerWorkout": RunPowerWorkout}
STATISTICS: Final[dict[str, Callable[[], Statistic]]] = {
    **{f"mean of {seconds} s": partial(MovingAverage, seconds) for seconds in (10, 20, 30)},
    **{f"EMA {alpha}": partial(Exponential, alpha) for alpha in (0.05, 0.07, 0.1)},
    "CUSUM 2 %": Cusum,
}


def judged(windows: Sequence[Window], plan: Plan) -> dict[str, list[Judged]]:
    """What every detector says of every window, by its name."""
    work = partial(product.judge, onsets=plan.onsets, steps=plan.steps, alone=plan.alone)
    with get_context("fork").Pool(plan.workers) as pool:
        found = {PRODUCT: pool.map(work, windows, chunksize=1)}
        if plan.rivals:
            found[ALONE] = pool.map(partial(work, alone=True), windows, chunksize=1)
        if plan.rivals:
            for name, make in RULES.items():
                found[name] = pool.map(partial(_judge, plan, ruled(make)), windows)
            for name, statistic in STATISTICS.items():
                found[name] = _two_fold(windows, plan, partial(thresholded, statistic), pool.map)
            found[MATCHED] = _matched(windows, plan)
    return found


def ruled(make: Callable[[], Rule]) -> Detector:
    """A rule that has nothing to set, as a detector."""
    return partial(_said_by, make)


def _said_by(make: Callable[[], Rule], shares: Sequence[float]) -> list[Verdict]:
    rule = make()
    return [Verdict(float(s), sign) for s, share in enumerate(shares) if (sign := rule.take(share - 1.0))]


class _Alarm:
    """A statistic with a threshold."""

    def __init__(self, make: Callable[[], Statistic], threshold: float) -> None:
        self._make = make
        self._threshold = threshold

    def __call__(self, shares: Sequence[float]) -> list[Verdict]:
        """What it says of a window: an alarm at each second beyond the threshold."""
        statistic, found = self._make(), []
        for second, share in enumerate(shares):
            value = statistic.take(share - 1.0)
            if abs(value) > self._threshold and second >= JUDGED_FROM_S:
                found.append(Verdict(float(second), 1 if value > 0.0 else -1))
                statistic.forget()
        return found


def _judge(plan: Plan, detector: Detector, window: Window) -> Judged:
    said = detector(window.shares)
    false = unfounded(said, window.shares)
    result = Judged(
        window.file, float(WINDOW_S - JUDGED_FROM_S), apart(false), real=len(apart(said)) - len(apart(false))
    )
    for onset in plan.onsets:
        if is_out(said, false, onset):
            continue
        spoiled = bool(said) and said[0].at <= onset
        for step in plan.steps:
            trial = Trial(step, onset, spoiled)
            if not spoiled:
                shares = injected(window.shares, step, onset, window.source)
                trial.verdicts = tuple(one for one in detector(shares) if one.at > onset)
            result.trials.append(trial)
    return result


def thresholded(
    make: Callable[[], Statistic], trained_on: Sequence[Window], at_most: float = FALSE_PER_10_MIN
) -> Detector:
    """The detector with the lowest threshold that keeps to so many false verdicts in 10 min on some windows."""
    low, high = 0.0, _HIGHEST
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5 if low else high / 64.0
        if false_per_10_min(_Alarm(make, middle), trained_on) > at_most:
            low = middle
        else:
            high = middle
    return _Alarm(make, high)


def false_per_10_min(detector: Detector, windows: Sequence[Window]) -> float:
    """How often a detector speaks in windows without a step."""
    seconds = len(windows) * (WINDOW_S - JUDGED_FROM_S)
    return (
        600.0
        * sum(len(apart(unfounded(detector(window.shares), window.shares))) for window in windows)
        / seconds
    )


def _two_fold(
    windows: Sequence[Window],
    plan: Plan,
    train: Callable[[Sequence[Window]], Detector],
    mapped: Callable[..., list[Judged]],
) -> list[Judged]:
    """Every second window is judged by what was learnt on the others, then the other way round."""
    found: list[Judged] = []
    for half in (0, 1):
        others = windows[1 - half :: 2] or windows
        found += mapped(partial(_judge, plan, train(others)), windows[half::2])
    return found


def _matched(windows: Sequence[Window], plan: Plan) -> list[Judged]:
    """The reference: a test of its own for each step; false verdicts of all of them, on average."""
    found: list[Judged] = []
    for step in plan.steps:
        train = partial(_matched_to, step)
        found += _two_fold(
            windows, plan._replace(steps=(step,)), train, lambda work, some: list(map(work, some))
        )
    return found


def _matched_to(step: float, trained_on: Sequence[Window]) -> Detector:
    weights, left = coloured([[share - 1.0 for share in window.shares] for window in trained_on])
    return thresholded(partial(Matched, step, weights, left), trained_on)
