"""`coach squad time` and `coach squad sheet`: many runners timed by hand, and what became of it."""

from math import isnan
from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import OptionalValue, mqtt_options
from coach.cli.text import CONSOLE, exit_with, exit_with_run, narrate, out, out_json

if TYPE_CHECKING:
    from coach.edge.hand_journal import HandSession
    from coach.edge.telemetry.address import MqttRequest


class MetresType(click.FloatRange):
    """A length in metres; no number is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what is no number, which no range does."""
        length = super().convert(value, param, ctx)
        if isnan(length):
            self.fail(f"{value} is no length.", param, ctx)
        return length


@click.command("time", cls=CoachCommand)
@click.argument("roster", required=False)
@click.option("--distance", type=MetresType(10, 200_000), metavar="M", help="How far each runs, in metres.")
@click.option(
    "--lap",
    type=MetresType(10, 50_000),
    default=400.0,
    show_default=True,
    metavar="M",
    help="Metres between two crossings of the line.",
)
@click.option(
    "--heats",
    type=click.IntRange(1, 40),
    metavar="N",
    help="How many heats of like size (default: the groups of the roster).",
)
@click.option(
    "--runners",
    type=click.IntRange(1, 40),
    metavar="N",
    help="Without a roster: how many numbers there are (default: as many as cross, 40 at most).",
)
@click.option(
    "--resume",
    cls=OptionalValue,
    metavar="SESSION",
    help="Go on with a session that was left or cut off (default: the newest).",
)
@click.option("--record", metavar="DIR", help="Keep the session in this folder.")
@click.option("--no-record", is_flag=True, help="Keep nothing.")
@mqtt_options
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def time(
    roster: str | None,
    *,
    distance: float | None,
    lap: float,
    heats: int | None,
    runners: int | None,
    resume: str | None,
    record: str | None,
    no_record: bool,
    mqtt: "MqttRequest | None",
    as_json: bool,
) -> None:
    """Time 1 to 40 runners by hand, without any sensor.

    Every press of the space bar is a split that is kept at once and given to a runner at once or later: to whoever is
    next in the order, by the runner's key, or from the list. ROSTER is a file as for coach squad run; without one
    runners are numbers, and names may be typed when there is time.

    Without a terminal keys are read as lines from standard input: space, enter, a runner's key, give b, give b 17,
    undo, swap b, heat, out b, call b NAME, end. @1:12.3 before a word says when it was.

    With --mqtt timing gates and phones at the line are further presses, each with its own time.
    """
    from coach.app.by_hand import HandRequest, time_by_hand

    if record is not None and no_record:
        raise click.UsageError("--record and --no-record exclude each other.")
    if roster == "-":
        raise click.UsageError("Standard input is for the keys: name a file with the roster.")
    if roster is not None and runners is not None:
        raise click.UsageError("--runners is for timing without a roster.")
    if resume is not None and (roster is not None or runners is not None or no_record):
        raise click.UsageError("--resume goes on with a session that is kept: it needs no roster.")
    kept = None if resume is None else resume or "last"
    people = None
    if roster is not None:
        from coach.app.squad_sessions import load_roster

        people = load_roster(roster)
    request = HandRequest(people, runners, distance, lap, heats, record, not no_record, kept, mqtt)
    exit_with_run(time_by_hand(request, CONSOLE, as_json=as_json))


@click.command("sheet", cls=CoachCommand)
@click.argument("session", default="last")
@click.option("--list", "is_list", is_flag=True, help="List the sessions by hand that are kept.")
@click.option("--csv", "table", metavar="FILE", help="Save a row a press as CSV; - is standard output.")
@click.option("--copy", is_flag=True, help="Send the sheet to the clipboard of the terminal too (OSC 52).")
@click.option("--record", metavar="DIR", help="The folder the session is kept in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a press, or a session.")
def sheet(
    session: str, *, is_list: bool, table: str | None, copy: bool, record: str | None, as_json: bool
) -> None:
    """Print the sheet of a session that was timed by hand.

    coach squad sheet | lp prints it on paper. SESSION is its id or the first letters of it, last, its number in the
    list, or a file.
    """
    from pathlib import Path

    from coach.app.by_hand import kept_hand_sessions, load_sheet
    from coach.squad.sheet import HEADS, sheet_csv, sheet_lines, sheet_table

    folder = None if record is None else Path(record).expanduser()
    if is_list:
        for number, kept in enumerate(kept_hand_sessions(folder), 1):
            _list_one(number, kept, as_json=as_json)
        return
    timing, past, kept = load_sheet(session, folder)
    for problem in kept.problems:
        narrate(problem)
    if table is not None:
        _save(table, sheet_csv(timing, past))
    elif as_json:
        for row in sheet_table(timing, past)[1:]:
            keys = zip(HEADS, row, strict=True)
            out_json({"v": 1} | {key: value for key, value in keys if value is not None and value != ""})
    else:
        lines = list(sheet_lines(timing, past))
        for line in lines:
            out(line)
        if copy:
            _copy("\n".join(lines))
    exit_with(0)


def _list_one(number: int, kept: "HandSession", *, as_json: bool) -> None:
    timing = kept.timing()
    presses, loose = len(timing.presses), len(timing.loose())
    if as_json:
        tree: dict[str, Any] = {"v": 1, "session": kept.name, "started": kept.setup.started}
        tree |= {"runners": len(timing.shown()), "presses": presses, "loose": loose}
        out_json(tree | {"is_finished": kept.is_finished, "file": str(kept.path)})
        return
    state = "ended" if kept.is_finished else "open"
    out(
        f"{number:>3}  {kept.setup.started[:16]}  {state:<5}  {kept.name}  "
        f"{len(timing.shown())} runners, {presses} presses, {loose} loose"
    )


def _save(name: str, data: bytes) -> None:
    """Write the table to a file, or to standard output for `-`.

    Raises:
        CoachProblem: it cannot be written.
    """
    from pathlib import Path

    from coach.edge.files import plain, write_atomically
    from coach.problems import CoachProblem

    if name == "-":
        click.echo(data.decode(), nl=False)
        return
    path = Path(name).expanduser()
    try:
        write_atomically(path, data)
    except OSError as error:
        raise CoachProblem(
            f"{plain(path)} cannot be written: {error.strerror}", "Name another file after --csv."
        ) from None
    narrate(f"Saved as {plain(path)}.")


def _copy(text: str) -> None:
    """Send a text to the clipboard of the terminal."""
    import base64
    import os
    import sys

    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        sys.stdout.write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
        sys.stdout.flush()
        narrate("Sent to the clipboard too.")
    else:
        narrate("There is no terminal whose clipboard could take it: coach squad sheet > FILE")
