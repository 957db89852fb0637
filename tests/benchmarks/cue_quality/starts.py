"""Standing starts, gaps and an hour of even running: situations in which nobody should say anything."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from typing import Final

from coach.signals.readings import Source
from tests.benchmarks.cue_quality.classes import CLASSES, SourceClass, made_up_windows, minutes
from tests.benchmarks.cue_quality.fed import Verdicts, said_of
from tests.benchmarks.cue_quality.product import HOUR_S
from tests.benchmarks.cue_quality.series import Sample
from tests.benchmarks.cue_quality.trials import apart
from tests.benchmarks.cue_quality.windows import Window
from tests.benchmarks.table import drawn

RAMPS_S: Final = (3, 5, 8, 12)
_START_S: Final = 60.0
"""What is said in the first minute of a step belongs to its start."""
_PACE: Final = 1000.0 / 225.0
"""3:45/km."""
_GAP_AT_S: Final = 90
_GAP_S: Final = 10
_AFTER_GAP_S: Final = 60
_STARTS: Final = 24
_NOISY: Final = ("outdoor", "smooth", "rough", "slow", "positions")
"""Classes whose noise is laid over starts and gaps; on a belt nobody starts standing."""


def even(seconds: int, ramp_s: float = 0.0, pace: float = _PACE) -> list[Sample]:
    """A runner who reaches the pace in `ramp_s` from standing, and holds it to the millimetre."""
    metres, found = 0.0, []
    for second in range(seconds):
        speed = pace * min(1.0, second / ramp_s) if ramp_s else pace
        metres += speed
        found.append(Sample(float(second), speed, metres))
    return found


def noisy(samples: Sequence[Sample], shares: Sequence[float]) -> list[Sample]:
    """The same with the noise of a steady window over it."""
    metres, found = 0.0, []
    for one, share in zip(samples, shares, strict=False):
        metres += one.speed * share
        found.append(Sample(one.at, one.speed * share, metres))
    return found


def silent(samples: Sequence[Sample], start: int, seconds: int) -> list[Sample]:
    """A link lost for a while: nothing comes, the sensor counts on."""
    return [one for one in samples if not start <= one.at < start + seconds]


def frozen(samples: Sequence[Sample], start: int, seconds: int) -> list[Sample]:
    """A receiver that holds its distance for a while, repeats its last speed, and then catches up at once."""
    held = samples[start - 1]
    return [Sample(one.at, *held[1:]) if start <= one.at < start + seconds else one for one in samples]


def uncounted(samples: Sequence[Sample], start: int, seconds: int) -> list[Sample]:
    """A source of speeds alone, lost for a while."""
    return [one._replace(metres=None) for one in silent(samples, start, seconds)]


_GAPS: Final[tuple[tuple[str, Callable[[Sequence[Sample], int, int], list[Sample]]], ...]] = (
    ("nothing comes, the count goes on", silent),
    ("nothing comes, speeds alone", uncounted),
    ("the distance stands, then catches up", frozen),
)


def starts_table(workers: int) -> str:
    """False verdicts in the first minute of a step, per start."""
    works = [("no noise", [partial(said_of, even(60, ramp), _PACE, Source.POD) for ramp in RAMPS_S])]
    for kind in _noisy():
        windows = made_up_windows(kind)[:_STARTS]
        runs = [noisy(even(60, RAMPS_S[i % 4]), window.shares) for i, window in enumerate(windows)]
        works.append((kind.label, [partial(said_of, run, _PACE, kind.source) for run in runs]))
    title = "Standing starts (3, 5, 8, 12 s to the pace): false verdicts in the first minute / starts"
    return _drawn(title, [_row(label, found, 0.0, _START_S) for label, found in _all(works, workers)])


def gaps_table(workers: int) -> str:
    """False verdicts in the minute after the beginning of a gap, and in the same minute without it."""
    works: list[tuple[str, list[partial[Verdicts]]]] = []
    length = _GAP_AT_S + _AFTER_GAP_S + 1
    for label, gap in _GAPS:
        runs = [gap(even(length), _GAP_AT_S, _GAP_S)]
        works.append((f"no noise: {label}", [partial(said_of, run, _PACE, Source.POD) for run in runs]))
    for kind in _noisy()[:3]:
        windows = made_up_windows(kind)[:_STARTS]
        for label, gap in (("no gap", _left_alone), *_GAPS):
            runs = [gap(noisy(even(length), one.shares), _GAP_AT_S, _GAP_S) for one in windows]
            works.append(
                (f"{kind.label}: {label}", [partial(said_of, run, _PACE, kind.source) for run in runs])
            )
    until = float(_GAP_AT_S + _AFTER_GAP_S)
    title = "Gaps of 10 s in an even run: false verdicts in the minute from its beginning / gaps"
    return _drawn(title, [_row(label, found, _GAP_AT_S, until) for label, found in _all(works, workers)])


def hours_table(groups: Sequence[tuple[str, Sequence[Window]]], workers: int) -> str:
    """False verdicts in an hour of even running: the windows of a group, one after the other, as one long step."""
    works = [
        (label, [partial(said_of, _chained(windows), _PACE, windows[0].source, HOUR_S)])
        for label, windows in groups
    ]
    rows = []
    for (label, found), (_, windows) in zip(_all(works, workers), groups, strict=True):
        hours = minutes(windows) / 60.0
        counts = [len(apart(said)) / hours for said in found[0].values()]
        rows.append((list(found[0]), [label, *(f"{count:.1f} in {hours:.1f} h" for count in counts)]))
    return _drawn("Even running in one long step: false verdicts an hour", rows)


def _chained(windows: Sequence[Window]) -> list[Sample]:
    shares = [share for window in windows for share in window.shares]
    return noisy(even(len(shares)), shares)


def _left_alone(samples: Sequence[Sample], start: int, seconds: int) -> list[Sample]:
    return list(samples)


def _noisy() -> list[SourceClass]:
    return [kind for kind in CLASSES if kind.name in _NOISY]


def _all(
    works: Iterable[tuple[str, list[partial[Verdicts]]]], workers: int
) -> Iterator[tuple[str, list[Verdicts]]]:
    with get_context("fork").Pool(workers) as pool:
        for label, work in works:
            yield label, pool.map(_call, work)


def _call(work: partial[Verdicts]) -> Verdicts:
    return work()


def _row(label: str, found: Sequence[Verdicts], start_s: float, end_s: float) -> tuple[list[str], list[str]]:
    """The names of who spoke, and a row of how often each did between two moments."""
    names = list(found[0])
    counts = [
        sum(len(apart(one for one in said[name] if start_s <= one.at < end_s)) for said in found)
        for name in names
    ]
    return names, [label, *(f"{count} / {len(found)}" for count in counts)]


def _drawn(title: str, rows: Sequence[tuple[list[str], list[str]]]) -> str:
    return drawn(title, ["", *rows[0][0]], [row for _, row in rows])
