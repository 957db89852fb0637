"""Prints the benchmark of the cues: `python -m tests.benchmarks.cue_quality --help`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.cue_quality.bench import QUICK, Plan, judged
from tests.benchmarks.cue_quality.classes import (
    CLASSES,
    ENOUGH_MIN,
    SourceClass,
    made_up_windows,
    minutes,
    windows_by_class,
)
from tests.benchmarks.cue_quality.report import class_table
from tests.benchmarks.cue_quality.series import RECORDINGS
from tests.benchmarks.cue_quality.windows import Window


def main() -> None:
    """Measure and print, one class after the other."""
    asked = _arguments()
    plan = (QUICK if asked.quick else Plan())._replace(workers=asked.workers)
    for kind, windows in _groups(asked):
        print(class_table(kind, windows, judged(windows, plan)), end="\n\n", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cue_quality", description=__doc__)
    names = [kind.name for kind in CLASSES]
    parser.add_argument("--class", dest="classes", action="append", choices=names, help="only this class")
    parser.add_argument("--quick", action="store_true", help="our rule alone, four onsets, 4 and 8 %% steps")
    parser.add_argument(
        "--folder", type=Path, default=RECORDINGS, help="other recordings than the public ones"
    )
    parser.add_argument("--made-up", action="store_true", help="made-up windows of every class, to compare")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def _groups(asked: argparse.Namespace) -> Iterator[tuple[SourceClass, list[Window]]]:
    real = windows_by_class(asked.folder)
    for kind in CLASSES:
        if asked.classes and kind.name not in asked.classes:
            continue
        if real[kind.name]:
            yield kind, real[kind.name]
        if asked.made_up or (minutes(real[kind.name]) < ENOUGH_MIN and asked.folder == RECORDINGS):
            yield kind, made_up_windows(kind)


if __name__ == "__main__":
    main()
