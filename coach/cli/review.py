"""`coach review`: how a run went. `coach export` and `coach redact`: a run as a file."""

import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.app.terminal import SilentConsole
from coach.cli.group import CoachCommand
from coach.cli.parameters import DayType, athlete_option, race_option
from coach.cli.text import CONSOLE, narrate, out, out_json, progress_bar
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from datetime import date

NARROW, WIDE = 80, 200
"""The least and the most columns of a review; without a terminal it has the least."""
_LAST: Final = "last"
NAMES: Final = "list"
"""The value of `--explain` that lists all names."""


@click.command(cls=CoachCommand)
@click.argument("recording", default=_LAST)
@click.option("--workout", metavar="WORKOUT", help="Compare it with this workout instead of its own.")
@athlete_option("Review it for this athlete.")
@race_option()
@click.option(
    "--explain",
    "name",
    metavar="NAME",
    help="Explain one number: formula, inputs, source, validity. `list` names them all.",
)
@click.option("--season", "is_season", is_flag=True, help="Show the development over the weeks, of all runs.")
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="Start of the season: 2026-09-01, or 12w for 12 weeks ago.",
)
@click.option(
    "--load",
    type=click.Choice(["trimp", "edwards", "srpe"]),
    help="The kind of load of the season (default: the one that most runs have).",
)
@click.option("--html", "page", metavar="FILE", help="Write it as a page to a new file instead.")
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
    """Review a run: reps, pace, heart rate, load.

    RECORDING is a run (its number in `coach runs list`, `last`, or its ID, of which the first letters are enough), its
    folder, or a recording in a file: .jsonl .fit .tcx .gpx .csv. The default is the last run.

    It starts with a chart of the run, solid where it was hard, and a summary in three sentences. Then come the reps
    with their splits, plan and result, pace, heart rate, load, the cues and their effect, and the sensors. A ~ marks an
    estimate; a number that is missing has its reason.

    With --html the review is a page to read on a phone, to print or to send, with the curves of the run, the targets
    and the cues. It is one file and needs no network.

    last-squad, or the folder or ID of a squad's session, shows all runners' reps side by side; with --html a page for
    each runner is written too. last-squad/ana is one runner's run.

    With --season it shows your training week by week: load, fitness, how easy the easy running is, best efforts, and
    the heart rate at one pace; --html writes that as a page too.
    """
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_folded, review_run
    from coach.review.sections import explanation, review_lines, review_tree

    if page is not None and (as_json or name is not None):
        raise click.UsageError("--html does not go with --json or --explain.")
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
        from coach.cli.parameters import write_page
        from coach.review.html_report import run_report

        write_page(page, run_report(review, run.trace))
    elif as_json:
        out_json(review_tree(review))
    else:
        _print(review_lines(review, width()))


def _session_called(recording: str) -> "tuple[Path, str] | None":
    """Return the folder of a squad's session and the runner named in it, empty for all; None if it is none."""
    from coach.edge.files import runner_paths
    from coach.edge.squad_files import MANIFEST

    path = Path(recording).expanduser()
    is_folder = (path / MANIFEST).is_file() or (path.parent / MANIFEST).is_file()
    if not is_folder and not runner_paths().squads.is_dir():
        return None
    from coach.app.squad_playback import session_called

    return session_called(recording)


def _squad(folder: Path, *, page: str | None, as_json: bool) -> None:
    """Print the review of a squad's session, or write its page and one for each runner."""
    from coach.app.squad_playback import review_session
    from coach.squad.review import review_lines, review_tree

    reviewed = review_session(folder)
    if page is not None:
        from coach.cli.parameters import write_page

        for name, text in reviewed.pages(page).items():
            write_page(name, text)
    elif as_json:
        out_json(review_tree(reviewed.review))
    else:
        for line in review_lines(reviewed.review, width()):
            out(line)


def _print(lines: Iterable[str], tree: Mapping[str, Any] | None = None, *, as_json: bool = False) -> None:
    """Print lines, or the object with the same content."""
    if as_json and tree is not None:
        out_json(tree)
        return
    for line in lines:
        out(line)


def _is_told(name: str, *, as_json: bool) -> bool:
    """Print the explanation of a number that needs no run: the list of all names, or a number of a season.

    Raises:
        BadParameter: the name is unknown.
    """
    from coach.review.formulas import FORMULAS, formula_lines
    from coach.review.season import SEASON
    from coach.review.sections import formula_names, formula_tree

    if name == NAMES:
        _print(formula_names({**FORMULAS, **SEASON}))
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
    """Return True if a season is asked for; refuse options that do not go with it, or need it."""
    if season["is_season"] and is_of_one:
        raise click.UsageError(
            "--season covers all runs: it does not go with a run, --workout, --race or --explain."
        )
    if not season["is_season"] and (season["since"] is not None or season["load"] is not None):
        raise click.UsageError("--since and --load need --season.")
    return bool(season["is_season"])


def _season(
    athlete: str | None, since: "date | None", load: str | None, *, page: str | None, as_json: bool
) -> None:
    """Print how training has changed over the weeks, or write it as a page."""
    from coach.app.athletes import find_athlete
    from coach.app.history import season_here
    from coach.review.season import LoadKind
    from coach.review.season_report import season_lines, season_tree

    runner = find_athlete(athlete)
    slug, unit = (None, "km") if runner is None else (runner.slug, runner.units)
    with progress_bar("Reading the runs") as progress:
        kind = None if load is None else LoadKind(load)
        season = season_here(since, athlete=slug, load=kind, unit=unit, progress=progress)
    if page is not None:
        from coach.cli.parameters import write_page
        from coach.review.season_report import season_report

        write_page(page, season_report(season))
    elif as_json:
        out_json(season_tree(season))
    else:
        for line in season_lines(season):
            out(line)


def width() -> int:
    """Return the columns to lay out for: those of the terminal, within `NARROW` and `WIDE`."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else NARROW
    return max(NARROW, min(WIDE, columns))


# --- coach export, coach redact: a run as a file for other programs --------------------------------------------------

_TO = ("fit", "tcx", "csv", "json")


@click.command("export", cls=CoachCommand)
@click.argument("recording", required=False)
@click.option("--to", type=click.Choice(_TO), required=True, help="The format.")
@click.option("--out", metavar="FILE", help="Write to a new file or into a folder; - is stdout.")
@click.option("--all", "is_all", is_flag=True, help="Write every run, into the folder named by --out.")
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="With --all: only runs from this day on: 2026-05-31, or 4w for 4 weeks ago.",
)
@click.option("--workout", metavar="WORKOUT", help="The workout, if the recording has none.")
@athlete_option("The athlete, if the recording has none.")
@click.option("--json", "as_json", is_flag=True, help="With --all: print one JSON object a run.")
def export(
    recording: str | None,
    *,
    to: str,
    out: str | None,
    is_all: bool,
    since: "date | None",
    workout: str | None,
    athlete: str | None,
    as_json: bool,
) -> None:
    """Write a run for another program: fit, tcx, csv, json.

    RECORDING is a run (its number in `coach runs list`, `last`, or its ID, of which the first letters are enough), its
    folder, or a recording in a file. FIT has everything a watch writes, and is the best for uploads. TCX has no
    workout. The CSV stream has every value as received, and replays to the same cues. JSON has all outputs, and the
    values of each second. The default output is stdout.

    With --all every finished run is written, or those since a day, except simulated ones. Existing files are kept, so
    the same command later adds the new runs.
    """
    if is_all:
        if recording is not None:
            raise click.UsageError("Give a recording or --all, not both.")
        if out is None or out == "-":
            raise click.UsageError("--all needs the folder to write to: --out FOLDER.")
        _export_all(to, out, since, as_json=as_json)
        return
    if since is not None or as_json:
        raise click.UsageError("--since and --json need --all.")
    if recording is None:
        raise click.UsageError("Give a run, such as last, or --all.")
    if out in {None, "-"} and to == "fit" and sys.stdout.isatty():
        raise click.UsageError("FIT is not text; write it with --out run.fit.")
    from pathlib import Path

    from coach.app.playback import RecordingRequest
    from coach.app.reviews import export_file_name, export_run, review_run
    from coach.cli.parameters import STDOUT, write_new_file
    from coach.edge.files import plain
    from coach.interchange.recordings.activity import ActivityFormat

    run = review_run(RecordingRequest(recording, workout=workout, athlete=athlete), CONSOLE)
    data = export_run(run, ActivityFormat(to), CONSOLE)
    path = Path(STDOUT if out is None else out).expanduser()
    if path.is_dir():
        path /= export_file_name(run, ActivityFormat(to))
    write_new_file(path, data, what="run")
    if plain(path) != STDOUT:
        narrate(f"Wrote {plain(path)}")


@click.command("redact", cls=CoachCommand)
@click.argument("recording")
@click.option(
    "--out", metavar="FILE", required=True, help="Write to a new file, such as run.jsonl; - is stdout."
)
def redact(recording: str, *, out: str) -> None:
    """Write a run without name, date and place.

    RECORDING is a run (its number in `coach runs list`, `last`, or its ID, of which the first letters are enough), its
    folder, or a recording in a file. The output is a journal without names, sensors, dates, positions and texts that a
    person wrote. It replays to the same cues, with `left out` in place of such texts.
    """
    from pathlib import Path

    from coach.app.playback import RecordingRequest
    from coach.app.reviews import redact_run
    from coach.cli.parameters import STDOUT, write_new_file
    from coach.edge.files import plain

    path = Path(out).expanduser()
    if path.is_dir():
        path /= "redacted.jsonl"
    name = plain(path)
    if name != STDOUT and path.suffix != ".jsonl":
        raise UsageProblem("A redacted run is a journal", "Name it .jsonl, such as --out redacted.jsonl.")
    redacted = redact_run(RecordingRequest(recording), CONSOLE)
    write_new_file(path, redacted.data, what="run")
    narrate(f"Wrote {'the run' if name == STDOUT else name}: {_count(redacted.cues)}, as before.")
    if redacted.others:
        narrate(
            f"Note: {redacted.others} of them differ or come at another time: the positions on a track, "
            "which are left out, had corrected its distance."
        )


def _count(cues: int) -> str:
    return f"{cues} {'cue' if cues == 1 else 'cues'}"


class _Notes(SilentConsole):
    """A console that keeps its lines until the progress bar is done."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def say(self, text: str) -> None:
        """Keep the line."""
        self._notes.append(text)


def _export_all(to: str, folder: str, since: "date | None", *, as_json: bool) -> None:
    from pathlib import Path

    from coach.app.reviews import ExportedRun, export_all, runs_since
    from coach.edge.files import plain
    from coach.interchange.recordings.activity import ActivityFormat

    selection = runs_since(since)
    runs = selection.runs
    if selection.simulated:
        count = (
            "1 simulated run is" if selection.simulated == 1 else f"{selection.simulated} simulated runs are"
        )
        narrate(f"Note: {count} left out; name one to write it.")
    if not runs:
        narrate("There is no run to write." if since is None else f"There is no run since {since}.")
        return
    exported: list[ExportedRun] = []
    notes: list[str] = []
    label = "Writing 1 run" if len(runs) == 1 else f"Writing {len(runs)} runs"
    results = export_all(selection, ActivityFormat(to), Path(folder).expanduser(), _Notes(notes))
    with click.progressbar(results, length=len(runs), label=label, file=sys.stderr) as bar:
        exported.extend(bar)
    for note in notes:
        narrate(note)
    for run in exported:
        if as_json:
            tree = {"v": 1, "id": run.run}
            out_json(tree | ({"problem": run.problem} if run.file is None else {"file": plain(run.file)}))
        elif run.file is not None:
            out(plain(run.file))
        if run.file is None:
            narrate(f"Run {run.run} was left out: {run.problem}")
    if any(run.file is None for run in exported):
        raise click.exceptions.Exit(1)
