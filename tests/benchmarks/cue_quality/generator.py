"""Is made-up noise like the real? Size, colour, and how often simple detectors are fooled by either."""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean, median
from typing import Final

from tests.benchmarks.cue_quality.bench import false_per_10_min, ruled, thresholded
from tests.benchmarks.cue_quality.rivals import Cusum, Exponential, MovingAverage, RunnerUp
from tests.benchmarks.cue_quality.windows import Window, autocorrelation
from tests.benchmarks.table import drawn

_LAGS: Final = (1, 3, 5, 10)
_FOOLED: Final[tuple[tuple[str, Callable[[], MovingAverage | Exponential | Cusum]], ...]] = (
    ("mean of 10 s", lambda: MovingAverage(10)),
    ("EMA 0.07", lambda: Exponential(0.07)),
    ("CUSUM 2 %", Cusum),
)
_SET_AT: Final = 3.0
"""False verdicts in 10 min the detectors' thresholds are set to on real windows: enough to be counted."""


def check_table(groups: Sequence[tuple[str, Sequence[Window], Sequence[Window]]]) -> str:
    """Real and made-up windows of each class, with thresholds set on the real ones for both."""
    rows = []
    for label, real, made in groups:
        alarms = [thresholded(make, real, _SET_AT) for _, make in _FOOLED] if real else []
        for what, windows in (("real", real), ("made up", made)):
            if windows:
                rates = [false_per_10_min(alarm, windows) for alarm in (*alarms, ruled(RunnerUp))]
                blank = [""] * (len(_FOOLED) + 1 - len(rates))
                rows.append(
                    [f"{label}, {what}", *_figures(windows), *blank, *(f"{rate:.1f}" for rate in rates)]
                )
    head = ["windows", "number", "noise", "p10 to p90", "alike at 1, 3, 5, 10 s", "noise of 5 s means"]
    head += [f"{name}, false in 10 min" for name, _ in _FOOLED]
    return drawn("The generator of made-up windows", [*head, "RunnerUp"], rows)


def _figures(windows: Sequence[Window]) -> list[str]:
    sizes = sorted(window.sd for window in windows)
    alike = (median(autocorrelation(one.shares, lag) for one in windows) for lag in _LAGS)
    return [
        str(len(windows)),
        f"{median(sizes):.2%}",
        f"{sizes[len(sizes) // 10]:.2%} to {sizes[-1 - len(sizes) // 10]:.2%}",
        " ".join(f"{one:.2f}" for one in alike),
        f"{median(_of_means(one.shares) for one in windows):.2%}",
    ]


def _of_means(shares: Sequence[float], seconds: int = 5) -> float:
    means = [fmean(shares[start : start + seconds]) for start in range(0, len(shares), seconds)]
    return sqrt(fmean((mean - 1.0) ** 2 for mean in means))
