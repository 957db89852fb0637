"""`coach plan export`: the season as a calendar, as workouts for a watch, as JSON or as a table."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import athlete_option
from coach.cli.text import narrate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coach.app.plan_export import WatchFiles
    from coach.plan.model import Plan

_TO: Final = ("ics", "fit", "json", "csv")
_SHOWN: Final = 3
"""Sessions that could not be written which are named; the rest is counted."""


@click.command("export", cls=CoachCommand)
@click.option("--to", type=click.Choice(_TO), required=True, help="The format.")
@click.option("--out", metavar="FILE", help="Write it there; - is stdout. FIT goes into a folder, or a .zip.")
@click.option(
    "--at",
    "starts",
    metavar="TIME",
    multiple=True,
    help="With ics: when sessions begin, such as 18:00, or sat=8:30 for a day; without it they take whole days.",
)
@click.option(
    "--weeks",
    metavar="N",
    type=click.IntRange(1, 160),
    help="Only this week and so many in all (default: all).",
)
@athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")
def export(to: str, out: str | None, starts: tuple[str, ...], weeks: int | None, athlete: str | None) -> None:
    """Write the season for other programs: ics, fit, json, csv. Nothing leaves this computer.

    ics is for every calendar: a session keeps its identifier, so that a second import moves what was moved. Times are
    local wherever you are, and no alarm rings. fit writes the workouts to come for a watch, each under its day. json is
    the plan itself, which can be edited and read again. csv is a row a session, for a spreadsheet.
    """
    from coach.app.plan import PlanDesk

    if starts and to != "ics":
        raise click.UsageError("--at goes with --to ics.")
    is_terminal = to == "fit" and out in {None, "-"} and sys.stdout.isatty()
    if is_terminal:
        raise click.UsageError("FIT is no text; write it into a folder or a file: --out week.zip.")
    desk = PlanDesk(athlete=athlete)
    plan = desk.plan
    first, last = _span(plan, desk.today, weeks)
    if to == "fit":
        _export_fit(desk.athlete, plan, (max(first, desk.today), last), out)
        return
    from coach.app.plan_export import written
    from coach.app.today import TodayDesk

    given = desk.files.folder / "calendar.json"
    before = TodayDesk(desk).hour_before
    data = written(plan, to, (first, last), starts=starts, unit=desk.unit, given=given, before=before)
    _write(data, out, f"{plan.id}.{to}")


def _span(plan: "Plan", today: date, weeks: int | None) -> tuple[date, date]:
    """The first and the last day that are written."""
    from coach.plan.model import monday_of

    if weeks is None:
        return plan.first, plan.last
    monday = monday_of(today)
    return monday, monday + timedelta(days=7 * weeks - 1)


def _write(data: bytes, out: str | None, name: str) -> None:
    from coach.cli.parameters import STDOUT, write_new_file
    from coach.edge.files import plain

    path = Path(STDOUT if out is None else out).expanduser()
    if path.is_dir():
        path /= name
    write_new_file(path, data, what="plan")
    if plain(path) != STDOUT:
        narrate(f"Wrote {plain(path)}")


def _export_fit(athlete: str | None, plan: "Plan", span: tuple[date, date], out: str | None) -> None:
    """Write the workouts of the days to come into a folder, or into one file."""
    from coach.app.athletes import runner_for
    from coach.app.plan_export import sessions_between, watch_files
    from coach.edge.clock import MachineClock
    from coach.problems import PlanProblem

    now_s = MachineClock().wall().epoch_s
    made = watch_files(sessions_between(plan, *span), runner_for(athlete, None), now_s)
    _tell(made)
    if not made.files:
        raise PlanProblem("there is no workout to write in these days", "See coach plan show --week.")
    if out is None or out == "-" or out.casefold().endswith(".zip"):
        _write(made.zipped(), out, "")
    else:
        _write_folder(made.files, Path(out).expanduser())
    if made.faults:
        raise click.exceptions.Exit(1)


def _write_folder(files: "Mapping[str, bytes]", folder: Path) -> None:
    from coach.cli.parameters import write_new_file
    from coach.edge.files import plain
    from coach.problems import CoachProblem

    there = next((folder / name for name in files if (folder / name).exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} is there already", "Nothing was written; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise CoachProblem(
            f"{plain(folder)} is no folder and cannot be made: {reason}", "Name another."
        ) from None
    for name, data in files.items():
        write_new_file(folder / name, data, what="workout")
    count = f"{len(files)} {'workout' if len(files) == 1 else 'workouts'}"
    narrate(f"Wrote {count} into {plain(folder)}")


def _tell(made: "WatchFiles") -> None:
    """Say what is not in the files."""
    if made.without:
        count = "1 session has" if made.without == 1 else f"{made.without} sessions have"
        narrate(f"Note: {count} no workout: sheets, races, what others decide.")
    if made.changed:
        count = "1 file" if made.changed == 1 else f"{made.changed} files"
        narrate(f"Note: in {count} something is in words only: coach workout export NAME --to fit tells.")
    for fault in made.faults[:_SHOWN]:
        narrate(f"Left out: {fault}")
    if len(made.faults) > _SHOWN:
        narrate(f"and {len(made.faults) - _SHOWN} more could not be written")
