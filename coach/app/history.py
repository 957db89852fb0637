"""The season and the runs as the index knows them, and what takes a run into it when it ends."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.athletes import today as local_day
from coach.edge.paths import runner_paths
from coach.edge.store import Store
from coach.problems import CoachProblem
from coach.review.season import WARM_UP_DAYS, LoadKind, Season, SeasonRun, first_day, season

if TYPE_CHECKING:
    from coach.edge.history import Figures, IndexedRun

Progress = Callable[[int, int], None]
_HARD_S: Final = 300.0
_HARD_SHARE: Final = 0.10
"""A session is a hard one with five minutes of hard steps, or a tenth of the time above the second threshold: the row
`hard_session` of the formulas."""
_MEMORY_DAYS: Final = 2 * WARM_UP_DAYS
"""How long before a season its runs are read, so that fitness is warm when it begins."""


def index_run(path: Path) -> None:
    """Take a run that has ended into the index, where it is one of the usual folder; the index is no reason to fail."""
    paths = runner_paths()
    if path.parent != paths.runs:
        return
    with suppress(CoachProblem, OSError), Store(paths).history() as history:
        history.take_run(path.name)


def season_here(
    since: date | None = None,
    *,
    athlete: str | None = None,
    load: LoadKind | None = None,
    progress: Progress | None = None,
) -> Season:
    """The season of the runs in the usual folder, up to today.

    Args:
        since: a day of its first week; None for the last 24 weeks.
        athlete: whose runs; those of nobody count as theirs. None for everybody's.
        load: what the load is to be in; None for the kind that most runs have.
        progress: is told how many runs of how many are read.
    """
    from coach.edge.history import Figures, RunFilter

    today = date.fromisoformat(local_day())
    begin = first_day(today, since) - timedelta(days=_MEMORY_DAYS)
    with Store().history() as history:
        runs = history.runs(RunFilter(since=begin, until=today), with_results=True, progress=progress)
        figures = history.figures()
    mine = [run for run in runs if not athlete or run.athlete in {"", athlete}]
    rows = [_season_run(run, figures.get(run.run, Figures())) for run in mine if run.time_s and run.day]
    return season(rows, today=today, since=since, load=load)


def _season_run(run: "IndexedRun", figures: "Figures") -> SeasonRun:
    """A row of the season: what a run came to, what its readings come to, and how hard it felt."""
    from coach.physiology.load import session_load

    loads = {LoadKind(kind): load for kind, load in figures.loads.items() if kind in set(LoadKind)}
    if run.effort is not None and run.time_s is not None:
        with suppress(ValueError):
            loads[LoadKind.SRPE] = session_load(run.effort, run.time_s / 60)
    zones = figures.zone_s
    is_fast = zones is not None and sum(zones) > 0 and zones[2] / sum(zones) >= _HARD_SHARE
    return SeasonRun(
        run=run.run,
        day=date.fromisoformat(run.day),
        workout=run.workout,
        kind=run.kind or "",
        time_s=run.time_s,
        distance_m=run.distance_m,
        rpe=run.effort,
        loads=loads,
        zone_s=zones,
        zone_m=figures.zone_m,
        hard_m=run.hard_m,
        has_hard=is_fast or (run.hard_s or 0.0) >= _HARD_S,
        bests=figures.bests,
        heart_at_pace=figures.heart_rates,
    )
