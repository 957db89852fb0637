"""The tables of `make bench-cues`, with what must be reached beside what is."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

from tests.benchmarks.cue_quality.bench import PRODUCT
from tests.benchmarks.cue_quality.classes import (
    FALSE_PER_10_MIN,
    SPOILED,
    WRONG,
    Bound,
    SourceClass,
    minutes,
)
from tests.benchmarks.cue_quality.trials import Figures, Judged, figures
from tests.benchmarks.cue_quality.windows import Window
from tests.benchmarks.table import drawn

_HEAD: Final = (
    "rule",
    "false in 10 min (in all; 95 %)",
    "of real errors",
    "first in 10 min",
    "spoiled",
    "wrong way",
    "8 %: s (missed)",
    "4 %: s (missed)",
    "2 %: s (missed)",
)
_SIZES: Final = (0.08, 0.04, 0.02)


class Result(NamedTuple):
    """What came of one class of windows."""

    kind: SourceClass
    windows: Sequence[Window]
    found: Mapping[str, Sequence[Judged]]


def label_of(kind: SourceClass, windows: Sequence[Window]) -> str:
    """The name of a class of windows, and whether they are real."""
    return f"{kind.label}, {'made up' if windows[0].made_up else 'real'}"


def class_table(result: Result) -> str:
    """One class: every rule a row, then what must be reached, and the false verdicts file by file."""
    kind, windows, found = result
    rows = [_row(name, figures(judged)) for name, judged in found.items()]
    ours = figures(found[PRODUCT])
    rows.append(_checked("must", ours, kind.must))
    rows.append(_checked("aim", ours, kind.aim))
    title = f"{label_of(kind, windows)}: {len(windows)} windows, {minutes(windows):.0f} min, noise {_noise(windows)}"
    return drawn(title, _HEAD, rows) + "\n\n" + _by_file(found[PRODUCT])


def summary_table(results: Sequence[Result]) -> str:
    """Every class in a row: ours against what must be, and RunnerUp's rule where it was tried."""
    rows = []
    for kind, windows, found in results:
        ours = figures(found[PRODUCT])
        must, aim = (_verdict(ours, asked) for asked in (kind.must, kind.aim))
        row = [label_of(kind, windows), *_row("", ours)[1:], must, aim]
        theirs = found.get("RunnerUp")
        rows.append([*row, "" if theirs is None else _beside(figures(theirs))])
    head = ["", *_HEAD[1:], "must", "aim", "RunnerUp: 8 %, false in 10 min"]
    return drawn("All classes, one setting", head, rows)


def rivals_table(results: Sequence[Result]) -> str:
    """Every rule a row, every class a column: seconds to call 8 % and 4 %, and false verdicts in 10 min."""
    names = dict.fromkeys(name for result in results for name in result.found)
    rows = [[name, *(_short(result.found.get(name)) for result in results)] for name in names]
    head = [
        "8 % / 4 % in s (4 % missed), false in 10 min",
        *(label_of(one.kind, one.windows) for one in results),
    ]
    return drawn("Side by side", head, rows)


def _short(judged: Sequence[Judged] | None) -> str:
    if judged is None:
        return ""
    found = figures(judged)
    if found.spoiled == 1.0:
        return f"all spoiled, {found.false_per_10_min:.1f}"
    seconds = " / ".join(_seconds(found.median_s[size]) for size in (0.08, 0.04))
    return f"{seconds} ({found.missed[0.04]:.0%}), {found.false_per_10_min:.1f}"


def _verdict(ours: Figures, asked: Mapping[float, Bound]) -> str:
    missed = [
        what
        for what, kept in (
            ("false", ours.false_per_10_min <= FALSE_PER_10_MIN),
            ("spoiled", ours.spoiled <= SPOILED),
            ("wrong way", ours.wrong <= WRONG),
            *((f"{size:.0%}", _kept(ours, size, bound)) for size, bound in asked.items()),
        )
        if not kept
    ]
    return f"**MISS**: {', '.join(missed)}" if missed else "pass"


def _beside(theirs: Figures) -> str:
    return f"{_delay(theirs, 0.08)}, {theirs.false_per_10_min:.1f}"


def _row(name: str, ours: Figures) -> list[str]:
    return [
        name,
        f"{ours.false_per_10_min:.2f} ({ours.false}; {ours.between[0]:.1f} to {ours.between[1]:.1f})",
        str(ours.real),
        f"{ours.first_per_10_min:.2f}",
        f"{ours.spoiled:.0%}",
        f"{ours.wrong:.1%}",
        *(_delay(ours, size) for size in _SIZES),
    ]


def _delay(ours: Figures, size: float) -> str:
    if ours.spoiled == 1.0:
        return "-"
    return f"{_seconds(ours.median_s[size])} ({ours.missed[size]:.0%})" if size in ours.median_s else ""


def _checked(name: str, ours: Figures, asked: Mapping[float, Bound]) -> list[str]:
    return [
        f"*{name}*",
        _against(ours.false_per_10_min <= FALSE_PER_10_MIN, f"≤ {FALSE_PER_10_MIN}"),
        "",
        "",
        _against(ours.spoiled <= SPOILED, f"≤ {SPOILED:.0%}"),
        _against(ours.wrong <= WRONG, f"≤ {WRONG:.0%}"),
        *(_bound(ours, size, asked.get(size, Bound())) for size in _SIZES),
    ]


def _bound(ours: Figures, size: float, bound: Bound) -> str:
    if bound == Bound() or size not in ours.median_s:
        return ""
    kept = _kept(ours, size, bound)
    missed = "" if bound.missed == inf else f" (≤ {bound.missed:.0%})"
    return _against(kept, f"≤ {bound.median_s:.0f}{missed}")


def _kept(ours: Figures, size: float, bound: Bound) -> bool:
    if size not in ours.median_s:
        return True
    return ours.median_s[size] <= bound.median_s and ours.missed[size] <= bound.missed


def _against(kept: bool, asked: str) -> str:
    return f"{asked} pass" if kept else f"{asked} **MISS**"


def _seconds(value: float) -> str:
    return "> 60" if value == inf else f"{value:.0f}"


def _noise(windows: Sequence[Window]) -> str:
    sizes = sorted(window.sd for window in windows)
    low, high = sizes[len(sizes) // 10], sizes[-1 - len(sizes) // 10]
    return f"{sizes[len(sizes) // 2]:.1%} (p10 {low:.1%}, p90 {high:.1%})"


def _by_file(judged: Sequence[Judged]) -> str:
    """False verdicts of ours, file by file, the worst first; and the figure of the rest without each."""
    files = sorted({one.file for one in judged})
    rows = []
    for file in files:
        own = figures([one for one in judged if one.file == file])
        rest = figures([one for one in judged if one.file != file])
        without = f", {rest.false_per_10_min:.2f} without it" if len(files) > 1 else ""
        rows.append((own.false_per_10_min, f"{file} {own.false_per_10_min:.2f}{without}"))
    rows.sort(key=lambda row: -row[0])
    shown = [text for _, text in rows[:6]]
    more = f"; {len(rows) - 6} more, none worse" if len(rows) > 6 else ""
    return "False verdicts in 10 min by file, the worst first: " + "; ".join(shown) + more + "."
