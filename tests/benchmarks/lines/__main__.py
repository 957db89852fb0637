"""Prints how near reps end to their runners' lines: `python -m tests.benchmarks.lines --help`."""

import argparse
from random import Random
from statistics import quantiles

from tests.benchmarks.lines.matrix import ROWS, Row
from tests.benchmarks.lines.trials import outcomes

_HEAD = f"{'runners':36} reps  right  asked  cut short  moved wrongly  error p5 p50 p95 s  told p50 p90 s"


def main() -> None:
    """Run the evenings of each row and print its line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lines")
    parser.add_argument("--evenings", type=int, default=40, help="how many of each row (default 40)")
    parser.add_argument("--seed", type=int, default=1000, help="the first seed; 0 to 600 were tuned on")
    parser.add_argument("names", nargs="*", help="only rows with one of these in their name")
    asked = parser.parse_args()
    print(_HEAD)
    for row in ROWS:
        if not asked.names or any(name in row.name for name in asked.names):
            print(_line(row, range(asked.seed, asked.seed + asked.evenings)), flush=True)


def _line(row: Row, seeds: range) -> str:
    """The line of one row of the table."""
    reps = [outcome for seed in seeds for outcome in outcomes(row.draw(Random(seed)), seed, row)]
    run = [rep for rep in reps if rep.was_run]
    right = f"{sum(rep.is_right for rep in run) / len(run):5.1%}" if run and row.target else "    -"
    cut, wrong = sum(rep.is_cut_short for rep in reps), sum(rep.is_moved_wrongly for rep in run)
    target = f"{row.target:5.0%}" if row.target else "    -"
    words = f"{row.name:36}{len(reps):5}  {right:>6}  {target}  {cut:9}  {wrong:13}"
    errors = [rep.error_s for rep in run if rep.error_s is not None]
    told = [rep.told_after_s for rep in run if rep.told_after_s is not None]
    if len(errors) < 2:
        return words
    parts, late = quantiles(errors, n=20), quantiles(told, n=10)
    return f"{words}  {parts[0]:+8.1f} {parts[9]:+5.1f} {parts[18]:+5.1f}  {late[4]:10.1f} {late[8]:4.1f}"


if __name__ == "__main__":
    main()
