"""A rep ends where its runner ends it: a few evenings of each kind; `python -m tests.benchmarks.lines` has many."""

from random import Random

import pytest

from coach.session.events import Asked
from tests.benchmarks.lines.matrix import ROWS, Row
from tests.benchmarks.lines.runners import Script, evening
from tests.benchmarks.lines.trials import outcomes, outputs_of

SEEDS = range(2000, 2004)
"""Seeds that nothing was tuned on."""
SPARE = 0.15
"""How far below its target a row may be, of so few evenings."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_reps_end_at_their_runners_lines(row: Row) -> None:
    """The share that is asked for ends within the tolerance, and nothing is cut short."""
    reps = [outcome for seed in SEEDS for outcome in outcomes(row.draw(Random(seed)), seed, row)]
    assert not any(rep.is_cut_short for rep in reps)
    run = [rep for rep in reps if rep.was_run]
    if row.target:
        assert sum(rep.is_right for rep in run) >= (row.target - SPARE) * len(run)


def test_a_habit_changes_no_factor() -> None:
    """Eight reps ended 10 m early by habit: no factor is offered, as one length cannot tell."""
    row = next(row for row in ROWS if "habit" in row.name)
    for seed in SEEDS:
        outputs, _ = outputs_of(row.draw(Random(seed)), seed, row)
        assert not [event for event in outputs if isinstance(event, Asked)]


def test_a_float_is_never_reached_by_a_stop() -> None:
    """No boundary before a float is the runner's own."""
    row = next(row for row in ROWS if row.is_float)
    for seed in SEEDS:
        assert not any(rep.is_by_line for rep in outcomes(row.draw(Random(seed)), seed, row)[:-1])


def test_an_evening_is_what_its_script_says() -> None:
    """Reps of 400 m at 4 m/s take 100 s and a start, and the runner stands between them."""
    night = evening(Script(speed=4.0), 1)
    times = [line - start for start, line in zip(night.starts, night.lines, strict=True)]
    assert times == pytest.approx([101.0] * 3, abs=6.0)
