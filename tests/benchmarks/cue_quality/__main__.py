"""Prints the benchmark of the cues: `python -m tests.benchmarks.cue_quality --help`."""

import argparse
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.cue_quality.bench import QUICK, Plan, judged
from tests.benchmarks.cue_quality.classes import (
    CLASSES,
    ENOUGH_MIN,
    SourceClass,
    made_up_windows,
    minutes,
    windows_by_class,
)
from tests.benchmarks.cue_quality.fade import fades_table
from tests.benchmarks.cue_quality.generator import check_table
from tests.benchmarks.cue_quality.hearts import hearts_table
from tests.benchmarks.cue_quality.report import Result, class_table, label_of, rivals_table, summary_table
from tests.benchmarks.cue_quality.series import RECORDINGS
from tests.benchmarks.cue_quality.starts import gaps_table, hours_table, starts_table
from tests.benchmarks.cue_quality.windows import Window

PARTS: Final = ("windows", "generator", "starts", "gaps", "hours", "fade", "heart")


class _Group(NamedTuple):
    kind: SourceClass
    windows: list[Window]


def main() -> None:
    """Measure and print, one table after the other."""
    asked = _arguments()
    parts = asked.parts or (
        PARTS[:1] if asked.quick or asked.classes or asked.folder != RECORDINGS else PARTS
    )
    real = windows_by_class(asked.folder)
    groups = _groups(asked, real)
    if "windows" in parts:
        plan = (QUICK if asked.quick else Plan())._replace(workers=asked.workers, alone=asked.alone)
        results = []
        for kind, windows in groups:
            results.append(Result(kind, windows, judged(windows, plan)))
            _show(class_table(results[-1]))
        _show(summary_table(results))
        if plan.rivals:
            _show(rivals_table(results))
    if "generator" in parts:
        _show(check_table([(kind.label, real[kind.name], made_up_windows(kind)) for kind in CLASSES]))
    if "starts" in parts:
        _show(starts_table(asked.workers))
    if "gaps" in parts:
        _show(gaps_table(asked.workers))
    if "hours" in parts:
        _show(hours_table([(label_of(*group), group.windows) for group in groups], asked.workers))
    if "fade" in parts:
        _show(fades_table(asked.workers))
    if "heart" in parts:
        _show(hearts_table(asked.workers))


def _show(table: str) -> None:
    print(table, end="\n\n", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cue_quality", description=__doc__)
    names = [kind.name for kind in CLASSES]
    parser.add_argument("--class", dest="classes", action="append", choices=names, help="only this class")
    parser.add_argument("--part", dest="parts", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--quick", action="store_true", help="our rule alone, four onsets, 4 and 8 %% steps")
    parser.add_argument(
        "--folder", type=Path, default=RECORDINGS, help="other recordings than the public ones"
    )
    parser.add_argument("--made-up", action="store_true", help="made-up windows of every class, to compare")
    parser.add_argument("--alone", action="store_true", help="let every run begin with its window")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def _groups(asked: argparse.Namespace, real: dict[str, list[Window]]) -> list[_Group]:
    """The real windows of each class, and made-up ones where there are too few."""
    found: list[_Group] = []
    for kind in CLASSES:
        if asked.classes and kind.name not in asked.classes:
            continue
        if real[kind.name]:
            found.append(_Group(kind, real[kind.name]))
        if asked.made_up or (minutes(real[kind.name]) < ENOUGH_MIN and asked.folder == RECORDINGS):
            found.append(_Group(kind, made_up_windows(kind)))
    return found


if __name__ == "__main__":
    main()
