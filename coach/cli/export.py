"""`coach export`: recorded runs as files for other programs. `coach redact`: a run without who, when and where."""

import sys
from typing import TYPE_CHECKING

import click

from coach.app.terminal import SilentConsole
from coach.cli.group import CoachCommand
from coach.cli.parameters import DayType, athlete_option
from coach.cli.text import CONSOLE, narrate, out, out_json
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from datetime import date

_TO = ("fit", "tcx", "csv", "json")


@click.command(cls=CoachCommand)
@click.argument("recording", required=False)
@click.option("--to", type=click.Choice(_TO), required=True, help="The format.")
@click.option(
    "--out", metavar="FILE", help="Write it there; - is stdout; into a folder under its day and id."
)
@click.option("--all", "is_all", is_flag=True, help="Write every run, into the folder named by --out.")
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="With --all: only runs from this day on: 2026-05-31, or 4w for 4 weeks ago.",
)
@click.option(
    "--workout", metavar="WORKOUT", help="The workout it was, where the recording does not hold it."
)
@athlete_option("Whose paces they were, where the recording does not hold them.")
@click.option("--json", "as_json", is_flag=True, help="With --all: print one JSON object a run.")
def command(
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

    RECORDING is a run (its number in `coach runs list`, `last`, its id or the first letters of it), its folder, or a
    recording in a file. FIT has everything a watch writes, and is what to upload. TCX has no workout in it. The CSV
    stream has every value as it was received, and replays to the same cues. JSON has all that was said, and a trace of
    each second. Without --out it goes to stdout.

    With --all every run that has ended is written, or those since a day, but none of a simulated runner. A file that
    is there already is kept, so the same command later writes what has come since.
    """
    if is_all:
        if recording is not None:
            raise click.UsageError("Name a recording or --all, not both.")
        if out is None or out == "-":
            raise click.UsageError("--all needs the folder to write to: --out FOLDER.")
        _export_all(to, out, since, as_json=as_json)
        return
    if since is not None or as_json:
        raise click.UsageError("--since and --json go with --all.")
    if recording is None:
        raise click.UsageError("Name a run, such as last, or --all.")
    if out in {None, "-"} and to == "fit" and sys.stdout.isatty():
        raise click.UsageError("FIT is no text; write it with --out run.fit.")
    from pathlib import Path

    from coach.app.export import export_file_name, export_run
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_run
    from coach.cli.files import STDOUT, write_new_file
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
@click.option("--out", metavar="FILE", required=True, help="Write it there, such as run.jsonl; - is stdout.")
def redact(recording: str, *, out: str) -> None:
    """Write a run without who, when and where.

    RECORDING is a run (its number in `coach runs list`, `last`, its id or the first letters of it), its folder, or a
    recording in a file. What is written is a recording of ours without names, sensors, dates, positions and texts that
    a person wrote. It replays to the same cues; only where a cue would say such a text, it says `left out`.
    """
    from pathlib import Path

    from coach.app.export import redact_run
    from coach.app.playback import RecordingRequest
    from coach.cli.files import STDOUT, write_new_file
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
            f"Note: {redacted.others} of them come at another time or are others: the positions on a track, "
            "which are left out, had corrected its distance."
        )


def _count(cues: int) -> str:
    return f"{cues} {'cue' if cues == 1 else 'cues'}"


class _Notes(SilentConsole):
    """Keeps what is said until the bar of progress is done."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def say(self, text: str) -> None:
        """Keep it."""
        self._notes.append(text)


def _export_all(to: str, folder: str, since: "date | None", *, as_json: bool) -> None:
    from pathlib import Path

    from coach.app.export import ExportedRun, export_all, runs_since
    from coach.edge.files import plain
    from coach.interchange.recordings.activity import ActivityFormat

    chosen = runs_since(since)
    runs = chosen.runs
    if chosen.simulated:
        count = "1 simulated run is" if chosen.simulated == 1 else f"{chosen.simulated} simulated runs are"
        narrate(f"Note: {count} left out; name one to write it.")
    if not runs:
        narrate("There is no run to write." if since is None else f"There is no run since {since}.")
        return
    exported: list[ExportedRun] = []
    notes: list[str] = []
    label = "Writing 1 run" if len(runs) == 1 else f"Writing {len(runs)} runs"
    made = export_all(chosen, ActivityFormat(to), Path(folder).expanduser(), _Notes(notes))
    with click.progressbar(made, length=len(runs), label=label, file=sys.stderr) as bar:
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
