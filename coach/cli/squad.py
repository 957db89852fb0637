"""`coach squad`: several runners at once, on one laptop."""

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachCommand, CommandEntry, LazyGroup
from coach.cli.shared import (
    CONSOLE,
    ClockType,
    OptionalValue,
    SpeedType,
    adapter_option,
    exit_with,
    exit_with_run,
    mqtt_options,
    narrate,
    out,
    out_document,
    out_json,
    send_to_clipboard,
    voice_option,
    workout_argument,
)
from coach.edge.files import plain, runner_paths, write_atomically
from coach.problems import CoachProblem

if TYPE_CHECKING:
    from coach.app.squad_sessions import PlannedRunner
    from coach.edge.squad_files import HandSession, SquadSession
    from coach.edge.telemetry.address import MqttRequest


TABLE = {
    "run": CommandEntry("coach.cli.squad", "Coach a squad live, up to eight runners.", "run"),
    "time": CommandEntry("coach.cli.squad", "Time 1 to 40 runners by hand, without any sensor.", "time"),
    "sheet": CommandEntry("coach.cli.squad", "Print the sheet of a session that was timed by hand.", "sheet"),
    "check": CommandEntry(
        "coach.cli.squad", "Check a roster: who runs what, with which key and sensors.", "check"
    ),
    "pair": CommandEntry("coach.cli.squad", "Pair everybody's strap and pod, one runner at a time.", "pair"),
    "list": CommandEntry("coach.cli.squad", "List the recorded sessions, the newest first.", "list_sessions"),
    "replay": CommandEntry(
        "coach.cli.squad", "Replay a recorded session and coach all its runs again.", "replay"
    ),
    "resume": CommandEntry("coach.cli.squad", "Resume every run of a session that was cut off.", "resume"),
    "schema": CommandEntry("coach.cli.squad", "Print the JSON Schema of rosters.", "schema"),
    "demo": CommandEntry(
        "coach.cli.squad", "Watch simulated runners side by side; no hardware needed.", "demo"
    ),
}


@click.group("squad", cls=LazyGroup, table=TABLE)
def command() -> None:
    """Coach several runners at once: a board, one voice, splits by hand."""


@click.command("demo", cls=CoachCommand)
@click.option(
    "--runners",
    type=click.IntRange(1, 8),
    default=8,
    show_default=True,
    help="The number of runners, 1 to 8.",
)
@click.option("--speed", type=SpeedType(has_max=False), default=1.0, metavar="X", help="Run X times as fast.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def demo(runners: int, speed: float, *, as_json: bool) -> None:
    """Watch simulated runners side by side; no hardware needed.

    Two reps in two groups on the board, with all its keys; nothing is recorded. Without a terminal, lines
    are printed: the events of each runner, with their name.
    """
    from coach.app.simulation import run_squad_demo

    exit_with_run(run_squad_demo(runners, speed, CONSOLE, as_json=as_json))


def _groups(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read `fast=6x800`, once a group."""
    groups = {}
    for value in values:
        name, sign, workout = value.partition("=")
        if not sign or not name.strip() or not workout.strip():
            raise click.BadParameter(f"{value!r} is not a group with its workout, such as fast=6x800")
        groups[name.strip()] = workout.strip()
    return groups


def _group_option(command: Any) -> Any:
    return click.option(
        "--group",
        "groups",
        multiple=True,
        metavar="NAME=WORKOUT",
        callback=_groups,
        help="The workout of a group; may be repeated.",
    )(command)


@click.command("run", cls=CoachCommand)
@click.argument("roster")
@workout_argument(required=False)
@_group_option
@click.option(
    "--sensors",
    type=click.Choice(["ble", "sim", "none", "mqtt"]),
    help="The sensors (default: those of each runner in the roster, else none).",
)
@adapter_option()
@click.option("--record", metavar="DIR", help="Record into this folder of sessions.")
@click.option("--no-record", is_flag=True, help="Record nothing.")
@voice_option("default: the setting sound.voice on the board, else off")
@click.option(
    "--share",
    metavar="ADDR",
    cls=OptionalValue,
    help="Show each runner's run on their phone, with a link for one phone each.",
)
@mqtt_options
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def run(
    roster: str,
    workout: str | None,
    *,
    groups: dict[str, str],
    sensors: str | None,
    adapter: str | None,
    record: str | None,
    no_record: bool,
    voice: str | None,
    share: str | None,
    mqtt: "MqttRequest | None",
    as_json: bool,
) -> None:
    """Coach a squad live, up to eight runners.

    ROSTER is a file: names, one a line, a table with a column name, or a coach-squad/1 document; - reads standard
    input. WORKOUT is for groups without one of their own. Runners who cannot be set up are listed; the others start.

    On a terminal the board opens: g starts a wave, space times the next runner, 1 to 8 times that runner, ? shows the
    keys. Without a terminal all start at once, lines are printed, and keys are read as lines from a piped stdin:
    space, 3, ana, undo, was ben, fast pause, all cut 6, ana drop out.
    """
    if record is not None and no_record:
        raise click.UsageError("--record and --no-record exclude each other.")
    from coach.app.squad_playback import offer_session
    from coach.app.squad_sessions import SquadRequest, run_session

    request = SquadRequest(
        roster, workout or "", groups, sensors, record, not no_record, voice, adapter, mqtt, share
    )
    code = offer_session(runner_paths().squads, CONSOLE, as_json=as_json)
    exit_with_run(run_session(request, CONSOLE, as_json=as_json) if code is None else code)


@click.command("check", cls=CoachCommand)
@click.argument("roster")
@workout_argument(required=False)
@_group_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a runner.")
def check(roster: str, workout: str | None, *, groups: dict[str, str], as_json: bool) -> None:
    """Check a roster: who runs what, with which key and sensors.

    A runner who could not start is named with the reason, and the exit code is 3. Without a workout only the roster
    is checked.
    """
    from coach.app.squad_sessions import PlannedRunner, SquadRequest, load_roster, plan_squad
    from coach.squad.roster import MOST_COACHED

    people = load_roster(roster)
    has_workouts = workout or groups or all(group.workout for group in people.groups)
    if has_workouts:
        runners = plan_squad(SquadRequest(roster, workout or "", groups), people, CONSOLE)
    else:
        runners = [PlannedRunner(runner, None) for runner in people.runners]
    for runner in runners:
        if as_json:
            out_json(_checked_tree(runner))
        else:
            out(_checked_line(runner, is_planned=bool(has_workouts)))
    if len(people.runners) > MOST_COACHED:
        CONSOLE.say(
            f"{len(people.runners)} runners: over {MOST_COACHED} are timed by hand, coach squad time."
        )
    exit_with(3 if has_workouts and any(runner.workout is None for runner in runners) else 0)


def _checked_tree(planned: "PlannedRunner") -> dict[str, Any]:
    runner = planned.runner
    tree: dict[str, Any] = {"v": 1, "runner": runner.slug, "name": runner.name, "key": runner.key}
    tree["group"] = runner.group
    if planned.workout is not None:
        tree["workout"] = planned.workout.timeline.name
        if planned.workout.athlete is not None:
            tree["athlete"] = planned.workout.athlete.slug
    if planned.problem:
        tree["problem"] = planned.problem
    if planned.sensors:
        tree["sensors"] = [sensor.id for sensor in planned.sensors]
    if planned.missing:
        tree["missing"] = list(planned.missing)
    return tree


def _checked_line(planned: "PlannedRunner", *, is_planned: bool) -> str:
    runner = planned.runner
    what = (
        ""
        if not is_planned
        else planned.problem
        if planned.workout is None
        else planned.workout.timeline.name
    )
    whose = "" if planned.workout is None or planned.workout.athlete is not None else "by effort"
    sensors = ", ".join(sensor.label or sensor.name or sensor.id for sensor in planned.sensors)
    missing = ", ".join(f"{word} is not paired" for word in planned.missing)
    rest = [part for part in (what, whose, sensors, missing) if part]
    return f"{runner.key}  {plain(runner.name):<16} {runner.group:<10} {plain('; '.join(rest))}".rstrip()


@click.command("pair", cls=CoachCommand)
@click.argument("roster")
@adapter_option()
@click.option(
    "--seconds", type=ClockType(0.1, 600), default=8.0, show_default=True, help="How long to search for each."
)
def pair(roster: str, *, adapter: str | None, seconds: float) -> None:
    """Pair everybody's strap and pod, one runner at a time.

    The runners come to the laptop one after the other, strap on and pod shaken. A sensor is taken if it is clearly the
    strongest of its kind (10 dB) and belongs to no other runner. Exits with code 4 if none was paired.
    """
    import asyncio

    from coach.app.squad_sessions import load_roster, pair_at_keys

    paired = asyncio.run(pair_at_keys(load_roster(roster), CONSOLE, adapter=adapter, seconds=seconds))
    CONSOLE.say(f"{paired} paired. See them: coach sensors list")
    exit_with(0 if paired else 4)


@click.command("list", cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a session.")
def list_sessions(*, as_json: bool) -> None:
    """List the recorded sessions, the newest first."""
    from coach.app.squad_playback import recorded_sessions

    for number, session in enumerate(recorded_sessions(), 1):
        if as_json:
            out_json(_session_tree(session))
        else:
            manifest = session.manifest
            names = ", ".join(runner.name for runner in manifest.roster.runners)
            out(
                f"{number:>3}  {manifest.started[:16]}  {session.state.value:<11}  {manifest.session}  {names}"
            )


def _session_tree(session: "SquadSession") -> dict[str, Any]:
    manifest = session.manifest
    tree: dict[str, Any] = {"v": 1, "session": manifest.session, "started": manifest.started}
    tree |= {"state": session.state.value, "runs": dict(manifest.runs), "folder": str(session.folder)}
    if manifest.workout:
        tree["workout"] = manifest.workout
    return tree


@click.command("replay", cls=CoachCommand)
@click.argument("session")
@click.option(
    "--speed",
    type=SpeedType(has_max=True),
    metavar="X|max",
    help="Play X times as fast (default: 1 on the board, else max).",
)
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def replay(session: str, *, speed: float | None, as_json: bool) -> None:
    """Replay a recorded session and coach all its runs again.

    They play in one order of time: on a terminal on the board, else as lines. With --speed max or --json, lines are
    printed.

    SESSION is a folder, an ID or its first letters, last, or a number of coach squad list. The lines of each runner
    are those of their run alone (coach replay FOLDER/RUN) with their name. A damaged run is reported and left out.
    """
    from coach.app.squad_playback import replay_session

    exit_with(replay_session(session, CONSOLE, speed=speed, as_json=as_json))


@click.command("resume", cls=CoachCommand)
@click.argument("session", required=False)
@click.option("--continue", "way", flag_value="continue", help="Continue the steps, after less than 10 s.")
@click.option("--restart", "way", flag_value="restart", help="Start everybody's step again.")
@click.option("--finish", "way", flag_value="finish", help="End the runs where they were cut off.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def resume(session: str | None, *, way: str | None, as_json: bool) -> None:
    """Resume every run of a session that was cut off.

    The default is the newest session. On a terminal you are asked once for all runs; without one, steps continue after
    a short gap, and start again after a longer one.
    """
    from coach.app.squad_playback import resume_session
    from coach.review.journaled import WayOn

    way_on = None if way is None else WayOn(way)
    exit_with_run(resume_session(session, way_on, CONSOLE, as_json=as_json))


@click.command("schema", cls=CoachCommand)
def schema() -> None:
    """Print the JSON Schema of rosters."""
    from coach.squad.roster import squad_schema

    out_document(squad_schema())


# --- by hand ---------------------------------------------------------------------------------------------------------


class MetresType(click.FloatRange):
    """A length in metres; NaN is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a length; NaN passes every range, so it is refused here."""
        length = super().convert(value, param, ctx)
        if isnan(length):
            self.fail(f"{value} is not a length.", param, ctx)
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
    help="The number of heats of equal size (default: the groups of the roster).",
)
@click.option(
    "--runners",
    type=click.IntRange(1, 40),
    metavar="N",
    help="The count of numbers without a roster (default: as many as cross, at most 40).",
)
@click.option(
    "--resume",
    cls=OptionalValue,
    metavar="SESSION",
    help="Resume a session that was left or cut off (default: the newest).",
)
@click.option("--record", metavar="DIR", help="Record into this folder.")
@click.option("--no-record", is_flag=True, help="Record nothing.")
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

    Every press of the space bar is a split that is saved at once, and assigned to a runner at once or later: to the
    next in the order, by the runner's key, or from the list. ROSTER is a file as for coach squad run; without one,
    runners are numbers, which can be named later.

    Without a terminal, keys are read as lines from standard input: space, enter, a runner's key, give b, give b 17,
    undo, swap b, heat, out b, call b NAME, end. @1:12.3 before a word is its time.

    With --mqtt, timing gates and phones at the line add presses, each with its own time.
    """
    from coach.app.by_hand import HandRequest, time_by_hand

    if record is not None and no_record:
        raise click.UsageError("--record and --no-record exclude each other.")
    if roster == "-":
        raise click.UsageError("Standard input is for the keys: name a file with the roster.")
    if roster is not None and runners is not None:
        raise click.UsageError("--runners is for timing without a roster.")
    if resume is not None and (roster is not None or runners is not None or no_record):
        raise click.UsageError("--resume continues a recorded session: it needs no roster.")
    session = None if resume is None else resume or "last"
    people = None
    if roster is not None:
        from coach.app.squad_sessions import load_roster

        people = load_roster(roster)
    request = HandRequest(people, runners, distance, lap, heats, record, not no_record, session, mqtt)
    exit_with_run(time_by_hand(request, CONSOLE, as_json=as_json))


@click.command("sheet", cls=CoachCommand)
@click.argument("session", default="last")
@click.option("--list", "is_list", is_flag=True, help="List the sessions that were timed by hand.")
@click.option(
    "--csv", "table", metavar="FILE", help="Save it as CSV, a row for each press; - is standard output."
)
@click.option("--copy", is_flag=True, help="Send the sheet to the clipboard of the terminal too (OSC 52).")
@click.option("--record", metavar="DIR", help="The folder of the session.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a press, or a session.")
def sheet(
    session: str, *, is_list: bool, table: str | None, copy: bool, record: str | None, as_json: bool
) -> None:
    """Print the sheet of a session that was timed by hand.

    coach squad sheet | lp prints it on paper. SESSION is an ID or its first letters, last, a number of the list, or a
    file.
    """
    from coach.edge.squad_files import load_sheet, read_hand_sessions
    from coach.squad.by_hand import HEADS, sheet_csv, sheet_lines, sheet_table

    folder = runner_paths().by_hand if record is None else Path(record).expanduser()
    if is_list:
        for number, each in enumerate(read_hand_sessions(folder), 1):
            _list_one(number, each, as_json=as_json)
        return
    timing, past, hand_session = load_sheet(session, folder)
    for problem in hand_session.problems:
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


def _list_one(number: int, session: "HandSession", *, as_json: bool) -> None:
    timing = session.timing()
    presses, loose = len(timing.presses), len(timing.loose())
    if as_json:
        tree: dict[str, Any] = {"v": 1, "session": session.name, "started": session.setup.started}
        tree |= {"runners": len(timing.runners_on_page()), "presses": presses, "loose": loose}
        out_json(tree | {"is_finished": session.is_finished, "file": str(session.path)})
        return
    state = "ended" if session.is_finished else "open"
    out(
        f"{number:>3}  {session.setup.started[:16]}  {state:<5}  {session.name}  "
        f"{len(timing.runners_on_page())} runners, {presses} presses, {loose} loose"
    )


def _save(name: str, data: bytes) -> None:
    """Write the table to a file, or to standard output for `-`.

    Raises:
        CoachProblem: it cannot be written.
    """
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
    if send_to_clipboard(text):
        narrate("Sent to the clipboard too.")
    else:
        narrate("There is no terminal whose clipboard could take it: coach squad sheet > FILE")
