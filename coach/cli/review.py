"""`coach review`: how a run went, in the terminal."""

import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import DayType, athlete_option, race_option
from coach.cli.text import CONSOLE, out, out_json, progress_bar

if TYPE_CHECKING:
    from datetime import date

NARROW, WIDE = 80, 200
"""The widths of text it is laid out for; without a terminal it is the first."""
_LAST: Final = "last"
NAMES: Final = "list"
"""What is asked for in place of a name to see all of them."""


@click.command(cls=CoachCommand)
@click.argument("recording", default=_LAST)
@click.option("--workout", metavar="WORKOUT", help="Hold it against this workout instead of the one in it.")
@athlete_option("Review it for this athlete.")
@race_option()
@click.option(
    "--explain",
    "name",
    metavar="NAME",
    help="Say how one number is made: formula, inputs, source, where it holds. `list` names them all.",
)
@click.option(
    "--season", "is_season", is_flag=True, help="Say what is changing over the weeks instead, of all runs."
)
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="Begin the season there: 2026-09-01, or 12w for 12 weeks ago.",
)
@click.option(
    "--load",
    type=click.Choice(["trimp", "edwards", "srpe"]),
    help="What the load of the season is in; without it, what most runs have.",
)
@click.option(
    "--html", "page", metavar="FILE", help="Write it as a page instead; what is there already is kept."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    recording: str,
    *,
    workout: str | None,
    athlete: str | None,
    race: str | None,
    name: str | None,
    page: str | None,
    as_json: bool,
    **season: Any,
) -> None:
    """Say how a run went.

    RECORDING is a run (its number in `coach runs list`, `last`, its id or the first letters of it), its folder, or a
    recording in a file: .jsonl .fit .tcx .gpx .csv. Without one it is the last run.

    It begins with the run as columns, solid where it was hard, and what there is to say in three sentences. Then
    come the reps with their splits, what was planned and done, pace, heart rate, load, what the coach said and what
    came of it, and the sensors. A number with a ~ is estimated; one that was not measured says why.

    With --html it is a page to look at on a phone, to print or to send: with the curves of the run, the targets in
    them and the cues where they were said. It is one file and needs no network.

    last-squad, or a squad's session by folder or id, sets everybody's reps beside each other; with --html a page for
    each runner is written too. last-squad/ana is one runner's run.

    With --season it says what your runs come to week by week: load, fitness, how easy the easy running is, best
    efforts, and the heart rate at one pace; --html makes a page of that too.
    """
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_folded, review_run
    from coach.review.review_tree import explanation, review_tree
    from coach.review.sections import review_lines

    if page is not None and (as_json or name is not None):
        raise click.UsageError("--html goes without --json and --explain.")
    if _is_season(season, is_of_one=(recording, workout, race, name) != (_LAST, None, None, None)):
        _season(athlete, season["since"], season["load"], page=page, as_json=as_json)
        return
    if name is not None and _is_told(name, as_json=as_json):
        return
    session = _session_called(recording)
    if session is not None and not session[1]:
        _squad(session[0], page=page, as_json=as_json)
        return
    recording = recording if session is None else session[1]
    run = review_run(RecordingRequest(recording, workout, athlete, race), CONSOLE, snapshots=None)
    review = review_folded(run)
    if name is not None:
        lines, tree = explanation(review, name)
        _print(lines, tree, as_json=as_json)
    elif page is not None:
        from coach.cli.files import write_page
        from coach.review.html_report import run_report

        write_page(page, run_report(review, run.trace))
    elif as_json:
        out_json(review_tree(review))
    else:
        _print(review_lines(review, width()))


def _session_called(recording: str) -> "tuple[Path, str] | None":
    """The session of a squad that a recording is named by, and one runner's run in it; None where it is none."""
    from coach.edge.files import runner_paths
    from coach.edge.squad_folder import MANIFEST

    path = Path(recording).expanduser()
    is_folder = (path / MANIFEST).is_file() or (path.parent / MANIFEST).is_file()
    if not is_folder and not runner_paths().squads.is_dir():
        return None
    from coach.app.squad_playback import session_called

    return session_called(recording)


def _squad(folder: Path, *, page: str | None, as_json: bool) -> None:
    """Say how a session of a squad went; pages are written together with one of each runner."""
    from coach.app.squad_playback import review_session
    from coach.squad.review import review_lines, review_tree

    reviewed = review_session(folder)
    if page is not None:
        from coach.cli.files import write_page

        for name, text in reviewed.pages(page).items():
            write_page(name, text)
    elif as_json:
        out_json(review_tree(reviewed.review))
    else:
        for line in review_lines(reviewed.review, width()):
            out(line)


def _print(lines: Iterable[str], tree: Mapping[str, Any] | None = None, *, as_json: bool = False) -> None:
    """Print lines, or the object that says the same."""
    if as_json and tree is not None:
        out_json(tree)
        return
    for line in lines:
        out(line)


def _is_told(name: str, *, as_json: bool) -> bool:
    """Print what can be said of a number without a run: all their names, or how one of a season is made.

    Raises:
        BadParameter: no number is called so.
    """
    from coach.review.formulas import FORMULAS, formula_lines
    from coach.review.review_tree import explained, formula_tree
    from coach.review.season import SEASON

    if name == NAMES:
        _print(explained({**FORMULAS, **SEASON}))
        return True
    if name in FORMULAS:
        return False
    if name not in SEASON:
        raise click.BadParameter(
            f"no number is called {name!r}; `--explain {NAMES}` names them all.", param_hint="--explain"
        )
    _print(formula_lines(name, SEASON), formula_tree(name, SEASON), as_json=as_json)
    return True


def _is_season(season: Mapping[str, Any], *, is_of_one: bool) -> bool:
    """Whether a season is asked for, and nothing that does not go with what is asked for."""
    if season["is_season"] and is_of_one:
        raise click.UsageError(
            "--season is of all runs: it goes without a run, --workout, --race and --explain."
        )
    if not season["is_season"] and (season["since"] is not None or season["load"] is not None):
        raise click.UsageError("--since and --load go with --season.")
    return bool(season["is_season"])


def _season(
    athlete: str | None, since: "date | None", load: str | None, *, page: str | None, as_json: bool
) -> None:
    """Say what is changing over the weeks."""
    from coach.app.athletes import find_athlete
    from coach.app.history import season_here
    from coach.review.season import LoadKind
    from coach.review.season_tables import season_lines, season_tree

    runner = find_athlete(athlete)
    slug, unit = (None, "km") if runner is None else (runner.slug, runner.units)
    with progress_bar("Reading what the runs came to") as progress:
        kind = None if load is None else LoadKind(load)
        season = season_here(since, athlete=slug, load=kind, unit=unit, progress=progress)
    if page is not None:
        from coach.cli.files import write_page
        from coach.review.html_season import season_report

        write_page(page, season_report(season))
    elif as_json:
        out_json(season_tree(season))
    else:
        for line in season_lines(season):
            out(line)


def width() -> int:
    """The width to lay out for: that of the terminal, within what a review is made for."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else NARROW
    return max(NARROW, min(WIDE, columns))
