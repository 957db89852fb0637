"""`coach runs`, `coach review`, `coach export`, `coach redact`: the recorded runs, how one went, and one as a file."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.app.terminal import RunMode, SilentConsole, run_mode_here
from coach.cli.group import CoachCommand, CoachGroup
from coach.cli.shared import (
    CONSOLE,
    STDOUT,
    DayType,
    athlete_option,
    exit_with_run,
    mqtt_options,
    narrate,
    out,
    out_json,
    out_lines,
    progress_bar,
    race_option,
    safe_line,
    send_to_clipboard,
    share_options,
    table,
    write_new_file,
    write_page,
)
from coach.edge.files import plain, runner_paths
from coach.problems import UsageProblem
from coach.quantities import format_clock, rounded, signed

if TYPE_CHECKING:
    from datetime import date

    from coach.app.live_run import ShareRequest
    from coach.edge.history import IndexedRun
    from coach.edge.mqtt_address import MqttRequest
    from coach.edge.run_folder import RunNote
    from coach.live.contract import Input
    from coach.quantities import Seconds
    from coach.review.lessons import GuidedFinding, PodDifference, TwoPods
    from coach.review.summary import RepSplit, RepTable, Summary
    from coach.session.events import RunResumed, StepEnded

_RUN_NAMES: Final = (
    "its number in `coach runs list`, `last`, or its ID, of which the first letters are enough"
)


@click.group(cls=CoachGroup, invoke_without_command=True, no_args_is_help=False)
@click.pass_context
def command(context: click.Context) -> None:
    """The recorded runs: find, show, compare, note, resume, repair, delete.

    Without a command it shows them on the screen; without a terminal it lists them.
    """
    if context.invoked_subcommand is not None:
        return
    if run_mode_here(as_json=False) is not RunMode.SCREEN:
        context.invoke(list_)
        return
    from coach.app.library import show_history

    context.exit(show_history())


# --- coach runs list and index


@command.command("list")
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="Only runs from this day on: 2026-09-01, or 4w for 4 weeks ago.",
)
@click.option("--until", type=DayType(), metavar="DATE", help="Only runs up to this day.")
@click.option(
    "--workout", "title", metavar="WORDS", help="Only runs with these words in the workout's title."
)
@click.option("--athlete", "slug", metavar="SLUG", help="Only runs of this athlete.")
@click.option(
    "--kind",
    metavar="KIND",
    help="Only runs that train this, such as threshold; free is a run without a plan.",
)
@click.option(
    "--text", "words", metavar="WORDS", help="Only runs with these words in workout, athlete, kind or note."
)
@click.option(
    "--state",
    type=click.Choice(["finished", "interrupted", "recording"]),
    help="Only runs that ended, were cut off, or are under way.",
)
@click.option("--limit", type=click.IntRange(1), metavar="NUMBER", help="The most runs to list.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(as_json: bool, **options: Any) -> None:
    """List the recorded runs, newest first.

    A run that is `interrupted` was cut off or left, and can be resumed. Other commands find a run by the number before
    it, which is the same in every list, by its ID, or by the first letters of its ID: coach runs show 2.

    The day of a run is the local day of its start. Simulated runs are marked, and are excluded from the season, best
    efforts and the pacing light.
    """
    from coach.edge.history import RunFilter
    from coach.edge.run_folder import RunState
    from coach.edge.store import Store

    which = RunFilter(
        since=options["since"],
        until=options["until"],
        workout=options["title"] or "",
        athlete=options["slug"] or "",
        kind=options["kind"] or "",
        text=options["words"] or "",
        state=None if options["state"] is None else RunState(options["state"]),
        limit=options["limit"],
    )
    with Store().history() as history, progress_bar("Reading the runs") as progress:
        runs = history.runs(which, with_results=as_json, progress=progress)
        count = history.count()
    if as_json:
        for run in runs:
            out_json(run_tree(run))
    elif runs:
        rows = [
            (
                str(run.number),
                run.run,
                run.started[:16].replace("T", " "),
                run.state.value,
                f"{run.steps_done}/{run.steps}",
                f"{run.workout} (simulated)" if run.is_simulated else run.workout,
            )
            for run in runs
        ]
        out_lines(table(("#", "run", "started", "state", "steps", "workout"), rows))
    elif count:
        narrate(f"None of the {count} runs matches.")
    else:
        narrate("No runs yet. Record one: coach run WORKOUT")


def run_tree(run: "IndexedRun") -> dict[str, Any]:
    """Return a run of a list with the keys of the events; unknown values are absent."""
    tree = {
        "v": 1,
        "id": run.run,
        "run": run.run,
        "number": run.number,
        "state": run.state.value,
        "workout": run.workout,
        "athlete": run.athlete,
        "started": run.started,
        "day": run.day,
        "steps_done": run.steps_done,
        "steps": run.steps,
        "simulated": run.is_simulated or None,
        "kind": run.kind,
        "completed": run.completed,
        "time_s": rounded(run.time_s, 2),
        "distance_m": rounded(run.distance_m, 1),
        "hard_s": rounded(run.hard_s, 2),
        "hard_m": rounded(run.hard_m, 1),
        "light_s": rounded(run.light_s, 2),
        "rpe": run.effort,
        "text": run.note,
        "shoe": run.shoe,
    }
    return {key: value for key, value in tree.items() if value not in ("", None)}


@command.command("index")
@click.option("--rebuild", is_flag=True, help="Rebuild it from the recordings.")
@click.option("--json", "as_json", is_flag=True, help="Print its contents as one JSON object.")
def index(*, rebuild: bool, as_json: bool) -> None:
    """Update the index of the runs.

    The index makes lists of thousands of runs quick. Every command that needs it updates it from the recordings, and it
    can be deleted at any time.
    """
    from coach.edge.store import Store

    with Store().history() as history, progress_bar("Reading the runs") as progress:
        if rebuild:
            history.rebuild(progress)
        else:
            history.update(with_results=True, progress=progress)
        count = history.count()
        trouble = history.trouble
        path = str(history.path)
    if as_json:
        out_json({"v": 1, "runs": count, "path": path} | ({"trouble": trouble} if trouble else {}))
        return
    runs = "1 run" if count == 1 else f"{count} runs"
    if trouble:
        narrate(f"The index was not written: {trouble}. Lists take longer until it can be; no run is lost.")
    else:
        narrate(f"{runs} in {path}")


# --- coach runs show


@command.command(
    "show",
    help=f"""Show how a run went: its reps with their splits, then every step.

    RECORDING is a run ({_RUN_NAMES}), its folder, or a recording in a file. The default is the last run.

    With --sheet the output is a table for a spreadsheet, with a row for each rep and a column for each split, separated
    by tabs; a terminal that supports it also gets the table in its clipboard.
    """,
)
@click.argument("recording", default="last")
@click.option("--sheet", is_flag=True, help="Print reps and splits separated by tabs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(recording: str, *, sheet: bool, as_json: bool) -> None:
    """Show how a run went."""
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_run
    from coach.review.lessons import compare_pods, findings
    from coach.review.tables import profile_lines, summary_lines

    if sheet and as_json:
        raise click.UsageError("--sheet and --json exclude each other.")
    run = review_run(RecordingRequest(recording), CONSOLE, snapshots=None)
    summary, setup, day = run.summary, run.recording.setup, run.recording.day
    if sheet:
        _print_sheet(list(profile_lines(summary)))
        return
    results = findings(run.outputs, run.snapshots, unit=setup.unit) if run.snapshots else ()
    pods = compare_pods(run.recording.inputs, setup.signals)
    if as_json:
        tree = summary_tree(summary) | finding_tree(results, summary.athlete, day)
        out_json(tree | stops_tree(run.recording.inputs) | pods_tree(pods) | note_tree(run.note))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in (
        *summary_lines(summary, setup.unit, width=width),
        *stop_lines(run.recording.inputs),
        *note_lines(run.note),
        *finding_lines(results, summary.athlete, day),
        *pods_lines(pods),
    ):
        out(line)


def _print_sheet(lines: Sequence[str]) -> None:
    """Print a sheet on stdout, and copy it to a terminal's clipboard (OSC 52)."""
    for line in lines:
        click.echo("\t".join(map(safe_line, line.split("\t"))))
    if send_to_clipboard("".join(f"{line}\n" for line in lines)):
        narrate(
            "Sent to the clipboard too; a terminal that does not allow it needs: coach runs show --sheet > FILE"
        )


def summary_tree(summary: "Summary") -> dict[str, Any]:
    """Return the summary with the keys of the events; unknown values are absent."""
    from coach.live.contract import put_measure

    tree: dict[str, Any] = {"v": 1, "run": summary.run, "workout": summary.workout}
    if summary.athlete:
        tree["athlete"] = summary.athlete
    tree |= {"completed": summary.completed, "steps_done": summary.steps_done}
    put_measure(tree, "time_s", summary.time_s)
    put_measure(tree, "distance_m", summary.distance)
    tree["cues"] = {kind.value: count for kind, count in summary.cues.items()}
    if summary.gaps:
        tree["gaps"] = [_gap_tree(gap) for gap in summary.gaps]
    tree |= reps_tree(summary.reps)
    tree["steps"] = [_step_tree(row, summary) for row in summary.rows]
    if summary.answers:
        tree["answers"] = [
            {"step_id": answer.step_id, "question": answer.question, "answer": answer.answer}
            for answer in summary.answers
        ]
    if summary.skipped:
        tree["skipped"] = [step.step_id for step in summary.skipped]
    return tree


def finding_lines(findings: "Sequence[GuidedFinding]", athlete: str, day: str) -> Iterator[str]:
    """Format the findings of a guided test and the commands that would save them; nothing is saved automatically."""
    for finding in findings:
        yield ""
        yield f"Test, {finding.test}: {finding.words}"
        if finding.options:
            yield f"  to save it: {finding.command(athlete, day)}"


def finding_tree(findings: "Sequence[GuidedFinding]", athlete: str, day: str) -> dict[str, Any]:
    """Return the findings of a guided test under `findings`; empty without a test."""
    rows = [
        {"test": finding.test, "words": finding.words}
        | ({"command": finding.command(athlete, day)} if finding.options else {})
        for finding in findings
    ]
    return {"findings": rows} if rows else {}


def pods_lines(pods: "TwoPods | None") -> Iterator[str]:
    """Format the difference between two pods and its uncertainty; nothing without two pods."""
    if pods is None:
        return
    yield ""
    is_pod = pods.second.value == "pod_2"
    pair = "Two pods" if is_pod else f"Pod and {pods.second}"
    which = "the second against the first" if is_pod else f"the {pods.second} against the pod"
    yield f"{pair}, over {format_clock(pods.seconds)} of running; {which}:"
    yield f"  speed {_difference(pods.speed)}"
    if pods.step_length is not None:
        yield f"  step length {_difference(pods.step_length)}"
    open_share = f"{100 * pods.calibration_sd:.1f} %"
    same = "the same two pods" if is_pod else "the same two"
    yield f"  their calibration alone has an uncertainty of ± {open_share}; compare it with other runs of {same}"


def pods_tree(pods: "TwoPods | None") -> dict[str, Any]:
    """Return the difference between two pods under `two_pods`, or pod and watch under `pod_and_watch`; else empty."""
    if pods is None:
        return {}
    tree: dict[str, Any] = {"time_s": round(pods.seconds, 2)}
    for name, difference in (("speed", pods.speed), ("step_length", pods.step_length)):
        if difference is not None:
            tree[f"{name}_difference_fraction"] = round(difference.share, 4)
            tree[f"{name}_difference_sd"] = round(difference.sd, 4)
    name = "two_pods" if pods.second.value == "pod_2" else f"pod_and_{pods.second}"
    return {name: tree | {"calibration_sd": round(pods.calibration_sd, 4)}}


def _difference(difference: "PodDifference") -> str:
    return f"{signed(100 * difference.share, 1)} % ± {100 * difference.sd:.1f} %"


def _gap_tree(gap: "RunResumed") -> dict[str, Any]:
    from coach.live.contract import put_measure

    tree: dict[str, Any] = {}
    put_measure(tree, "from_s", gap.since)
    put_measure(tree, "gap_s", gap.at - gap.since)
    tree["choice"] = gap.choice.value
    if gap.step_id:
        tree["step_id"] = gap.step_id
    return tree


def _step_tree(row: "StepEnded", summary: "Summary") -> dict[str, Any]:
    from coach.live.contract import put_measure, put_result
    from coach.session.phases import items_of

    tree: dict[str, Any] = {
        "step_id": row.step.step_id,
        "path": row.step.path,
        "kind": row.step.kind.value,
        "reason": row.reason.value,
        "estimated": row.estimated,
    }
    rep = next((rep.number for rep in summary.reps.rows if rep.result is row), None)
    tree |= {} if rep is None else {"number": rep}
    tree |= {name: True for name, is_so in (("broken", row.broken), ("cut", row.cut)) if is_so}
    put_measure(tree, "time_s", row.time_s)
    put_measure(tree, "moving_time_s", row.moving_time_s)
    put_measure(tree, "distance_m", row.distance)
    put_result(tree, row)
    if row.items_done is not None:
        tree |= {"items_done": row.items_done, "items": items_of(row.step.items)}
    _put(tree, "heart_rate_drop_bpm", row.heart_rate_drop)
    if row.distance_source is not None:
        tree["distance_source"] = row.distance_source.value
    splits = summary.splits.get(row.step.step_id, ())
    if splits:
        tree["splits"] = [
            _split_tree(split, laps) for split, laps in zip(splits, summary.laps_of(row), strict=True)
        ]
    answer = next((answer for answer in summary.answers if answer.step_id == row.step.step_id), None)
    if answer is not None:
        tree |= {"question": answer.question, "answer": answer.answer}
    return tree


_DIGITS: Final = {
    "heart_rate_drop_bpm": 0,
    "lap_s": 2,
    "told_s": 2,
    "best_light_s": 2,
    "worst_light_s": 2,
    "evenness_fraction": 4,
}
"""Decimals of the keys that no event has."""


def _put(tree: dict[str, Any], key: str, value: float | None) -> None:
    """Set a key of `runs show`, rounded; an unknown value is left out."""
    if value is not None:
        tree[key] = round(value, _DIGITS[key]) + 0.0 if _DIGITS[key] else round(value)


def _split_tree(split: "RepSplit", lap_s: float | None) -> dict[str, Any]:
    from coach.live.contract import put_measure

    tree: dict[str, Any] = {}
    put_measure(tree, "metres", split.metres)
    put_measure(tree, "time_s", split.time_s)
    _put(tree, "lap_s", lap_s)
    if split.told_s != split.time_s:
        _put(tree, "told_s", split.told_s)
    return tree | {"role": split.role.value, "pressed": split.pressed}


def reps_tree(table: "RepTable") -> dict[str, Any]:
    """Return the averages of the reps under `reps`; empty without any."""
    from coach.live.contract import put_measure

    if not table.rows:
        return {}
    tree: dict[str, Any] = {"count": len(table.rows)}
    put_measure(tree, "time_s", table.mean_time_s)
    put_measure(tree, "mean_speed_mps", table.mean_speed)
    put_measure(tree, "light_s", table.mean_off_s)
    if table.offs:
        tree["within_2_s"] = table.near
        _put(tree, "best_light_s", min(off for _, off in table.offs))
        _put(tree, "worst_light_s", max(off for _, off in table.offs))
    _put(tree, "evenness_fraction", table.evenness)
    put_measure(tree, "mean_heart_rate_bpm", table.mean_heart_rate)
    put_measure(tree, "max_heart_rate_bpm", table.peak)
    _put(tree, "heart_rate_drop_bpm", table.mean_drop)
    return {"reps": tree}


def stop_lines(inputs: "Sequence[Input]") -> Iterator[str]:
    """Format the stretches in which the program stood still, and their consequence; nothing without any."""
    for since, length in _stops(inputs):
        yield f"At {format_clock(since)} the program was stopped for {round(length)} s: there were no cues."


def stops_tree(inputs: "Sequence[Input]") -> dict[str, Any]:
    """Return the stretches in which the program stood still under `stops`."""
    trees = [{"from_s": round(since, 1), "for_s": round(length, 1)} for since, length in _stops(inputs)]
    return {"stops": trees} if trees else {}


def _stops(inputs: "Sequence[Input]") -> "list[tuple[Seconds, float]]":
    from coach.live.contract import LoopBlocked

    return [(event.since, event.at - event.since) for event in inputs if isinstance(event, LoopBlocked)]


# --- coach runs note

_SURFACES: Final = ("track", "road", "grass", "trail", "treadmill")
"""The surfaces of a workout's `context`; repeated here because its model must not load for a help page."""
_NOTE_WORDS: Final = {
    "rpe": "Effort (RPE) {} of 10",
    "text": "Note: {}",
    "worked": "What worked: {}",
    "failed": "What did not: {}",
    "shoe": "Shoe: {}",
    "surface": "Surface: {}",
    "route": "Route: {}",
}
"""The lines of a note, by the names of its parts."""


@command.command(
    "note",
    help=f"""Note the effort of a run and a remark.

    RUN is {_RUN_NAMES}. Each answer is saved beside the recording with its time; the last one counts. The effort is
    best rated half an hour after the run. Without options the note is shown.
    """,
)
@click.argument("run")
@click.argument("text", required=False)
@click.option("--rpe", type=click.IntRange(1, 10), metavar="1-10", help="How hard it was, from 1 to 10.")
@click.option("--worked", metavar="TEXT", help="What worked.")
@click.option("--failed", metavar="TEXT", help="What did not.")
@click.option("--shoe", metavar="SLUG", help="The shoe you wore.")
@click.option("--surface", type=click.Choice(_SURFACES), help="The surface.")
@click.option("--route", metavar="TEXT", help="The route, in your own words.")
@click.option("--json", "as_json", is_flag=True, help="Print the note as one JSON object.")
def note(
    run: str,
    text: str | None,
    *,
    rpe: int | None,
    worked: str | None,
    failed: str | None,
    shoe: str | None,
    surface: str | None,
    route: str | None,
    as_json: bool,
) -> None:
    """Note the effort of a run and a remark."""
    from coach.edge.clock import MachineClock, local_iso
    from coach.edge.run_folder import RunNote, append_note, read_note
    from coach.edge.store import Store

    path = Store().run(run).path
    if any(value is not None for value in (rpe, text, worked, failed, shoe, surface, route)):
        now = local_iso(MachineClock().wall())
        append_note(path, RunNote(rpe, text, shoe, now, worked, failed, surface=surface, route=route))
    record = read_note(path)
    if as_json:
        out_json({"v": 1, "id": path.name} | note_tree(record))
        return
    lines = [line for line in note_lines(record) if line]
    for line in lines or [
        f'There is no note on run {path.name} yet. Write one: coach runs note {run} --rpe 7 "text"'
    ]:
        (out if lines else narrate)(line)


def note_lines(note: "RunNote | None") -> Iterator[str]:
    """Format the runner's note on the run; nothing without one."""
    values = {} if note is None else {name: getattr(note, name) for name in _NOTE_WORDS}
    if any(values.values()):
        yield ""
        yield from (_NOTE_WORDS[name].format(value) for name, value in values.items() if value)


def note_tree(note: "RunNote | None") -> dict[str, Any]:
    """Return the runner's note on the run under `note`; empty without one."""
    if note is None:
        return {}
    names = ("rpe", "text", "worked", "failed", "shoe", "surface", "route", "answered_at")
    values = {name: getattr(note, name) for name in names}
    answers = {name: value for name, value in values.items() if value}
    return {"note": answers} if answers else {}


# --- coach runs compare, resume, repair and delete


@command.command(
    "compare",
    help=f"""Compare runs rep by rep.

    Each RECORDING is a run ({_RUN_NAMES}), its folder, or a recording in a file; the others are compared with the
    first. Reps are paired by their steps, and times are compared if the lengths are the same.

    With --html a page is written too, with each rep drawn over its counterpart; it needs no network.
    """,
)
@click.argument("recordings", nargs=-1, required=True, metavar="RECORDING RECORDING...")
@click.option("--html", "page", metavar="FILE", help="Write a page to a new file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(recordings: tuple[str, ...], *, page: str | None, as_json: bool) -> None:
    """Compare runs rep by rep."""
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_run
    from coach.review.comparison import ComparedRun, compare_runs, comparison_lines, comparison_tree

    reviewed = [review_run(RecordingRequest(recording), CONSOLE) for recording in recordings]
    comparison = compare_runs([ComparedRun(run.summary, run.recording.day) for run in reviewed])
    unit = reviewed[0].recording.setup.unit
    if page is not None:
        from coach.review.comparison import comparison_report

        write_page(page, comparison_report(comparison, [run.trace for run in reviewed], unit))
    if as_json:
        out_json(comparison_tree(comparison))
    elif page is None:
        for line in comparison_lines(comparison, unit):
            out(line)


@command.command("resume")
@click.argument("run", required=False)
@click.option("--continue", "way", flag_value="continue", help="Continue the step, after less than 15 s.")
@click.option("--restart", "way", flag_value="restart", help="Start the step again.")
@click.option("--done", "way", flag_value="done", help="Count the step as done and start the next.")
@click.option("--finish", "way", flag_value="finish", help="End the run where it was cut off.")
@share_options
@mqtt_options
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def resume(
    run: str | None,
    *,
    way: str | None,
    as_json: bool,
    sharing: "ShareRequest | None",
    mqtt: "MqttRequest | None",
) -> None:
    """Resume a run that was cut off.

    RUN is its ID, of which the first letters are enough, or its folder; the default is the newest that was cut off. On
    a terminal you are asked how to resume. Otherwise a gap under 15 s is continued, and after a longer one the step
    starts again.

    Workout, athlete, settings and sensors are those of the start; the time in between counts as a gap. A damaged end of
    the recording is moved to a file beside it first.
    """
    from coach.app.resume import resume_run
    from coach.review.journaled import WayOn

    way_on = None if way is None else WayOn(way)
    exit_with_run(resume_run(run, way_on, CONSOLE, as_json=as_json, sharing=sharing, mqtt=mqtt))


@command.command("repair")
@click.argument("run")
def repair(run: str) -> None:
    """Rescue the readable part of a damaged recording.

    The recording is rewritten from all intact records, before and after the damage. The damaged part is kept beside it
    in recording.jsonl.torn; nothing is deleted.
    """
    from coach.app.resume import repair_run

    narrate(repair_run(run))


@command.command("delete")
@click.argument("run")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(run: str, yes: bool) -> None:
    """Delete a recorded run.

    It cannot be undone: on a terminal you are asked first, without one --yes is needed.
    """
    from coach.edge.store import Store

    store = Store()
    stored = store.run(run)
    manifest = stored.manifest
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Not interactive: add --yes to delete the run for good.")
        narrate(f"{manifest.run}, {manifest.started[:16].replace('T', ' ')}, {manifest.workout}")
        click.confirm("Delete it for good?", abort=True, err=True)
    store.delete_run(str(stored.path))
    narrate(f"Deleted {manifest.run}.")


# --- coach review

_NARROW, _WIDE = 80, 200
"""The least and the most columns of a review; without a terminal it has the least."""
_LAST: Final = "last"
ALL_NAMES: Final = "list"
"""The value of `--explain` that lists all names."""


@click.command(cls=CoachCommand)
@click.argument("recording", default=_LAST)
@click.option("--workout", metavar="WORKOUT", help="Compare it with this workout instead of its own.")
@athlete_option("Review it for this athlete; `last` is their newest run.")
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
def review(
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
    if _wants_season(season, is_of_one=(recording, workout, race, name) != (_LAST, None, None, None)):
        _review_season(athlete, season["since"], season["load"], page=page, as_json=as_json)
        return
    if name is not None and _print_explained(name, as_json=as_json):
        return
    session = _session_called(recording)
    if session is not None and not session[1]:
        _review_squad(session[0], page=page, as_json=as_json)
        return
    recording = recording if session is None else session[1]
    run = review_run(RecordingRequest(recording, workout, athlete, race), CONSOLE, snapshots=None)
    review = review_folded(run)
    if name is not None:
        lines, tree = explanation(review, name)
        _print_lines(lines, tree, as_json=as_json)
    elif page is not None:
        from coach.review.html_report import run_report

        write_page(page, run_report(review, run.trace))
    elif as_json:
        out_json(review_tree(review))
    else:
        _print_lines(review_lines(review, _review_width()))


def _print_lines(
    lines: Iterable[str], tree: Mapping[str, Any] | None = None, *, as_json: bool = False
) -> None:
    """Print lines, or the object with the same content."""
    if as_json and tree is not None:
        out_json(tree)
        return
    for line in lines:
        out(line)


def _print_explained(name: str, *, as_json: bool) -> bool:
    """Print the explanation of a number that needs no run: the list of all names, or a number of a season.

    Raises:
        BadParameter: the name is unknown.
    """
    from coach.review.formulas import FORMULAS, formula_lines
    from coach.review.season import SEASON
    from coach.review.sections import formula_names, formula_tree

    if name == ALL_NAMES:
        _print_lines(formula_names({**FORMULAS, **SEASON}))
        return True
    if name in FORMULAS:
        return False
    if name not in SEASON:
        raise click.BadParameter(
            f"no number is called {name!r}; `--explain {ALL_NAMES}` names them all.", param_hint="--explain"
        )
    _print_lines(formula_lines(name, SEASON), formula_tree(name, SEASON), as_json=as_json)
    return True


def _session_called(recording: str) -> "tuple[Path, str] | None":
    """Return the folder of a squad's session and the runner named in it, empty for all; None if it is none."""
    from coach.edge.squad_files import MANIFEST

    path = Path(recording).expanduser()
    is_folder = (path / MANIFEST).is_file() or (path.parent / MANIFEST).is_file()
    if not is_folder and not runner_paths().squads.is_dir():
        return None
    from coach.app.squad_playback import session_called

    return session_called(recording)


def _review_squad(folder: Path, *, page: str | None, as_json: bool) -> None:
    """Print the review of a squad's session, or write its page and one for each runner."""
    from coach.app.squad_playback import review_session
    from coach.squad.board import review_lines, review_tree

    reviewed = review_session(folder)
    if page is not None:
        for name, text in reviewed.pages(page).items():
            write_page(name, text)
    elif as_json:
        out_json(review_tree(reviewed.review))
    else:
        for line in review_lines(reviewed.review, _review_width()):
            out(line)


def _wants_season(season: Mapping[str, Any], *, is_of_one: bool) -> bool:
    """Return True if a season is asked for; refuse options that do not go with it, or need it."""
    if season["is_season"] and is_of_one:
        raise click.UsageError(
            "--season covers all runs: it does not go with a run, --workout, --race or --explain."
        )
    if not season["is_season"] and (season["since"] is not None or season["load"] is not None):
        raise click.UsageError("--since and --load need --season.")
    return bool(season["is_season"])


def _review_season(
    athlete: str | None, since: "date | None", load: str | None, *, page: str | None, as_json: bool
) -> None:
    """Print how training has changed over the weeks, or write it as a page."""
    from coach.app.athletes import find_athlete
    from coach.app.library import season_here
    from coach.review.season import LoadKind
    from coach.review.season_report import season_lines, season_tree

    runner = find_athlete(athlete)
    slug, unit = (None, "km") if runner is None else (runner.slug, runner.units)
    with progress_bar("Reading the runs") as progress:
        kind = None if load is None else LoadKind(load)
        season = season_here(since, athlete=slug, load=kind, unit=unit, progress=progress)
    if page is not None:
        from coach.review.season_report import season_report

        write_page(page, season_report(season))
    elif as_json:
        out_json(season_tree(season))
    else:
        for line in season_lines(season):
            out(line)


def _review_width() -> int:
    """Return the columns to lay out for: those of the terminal, within `_NARROW` and `_WIDE`."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _NARROW
    return max(_NARROW, min(_WIDE, columns))


# --- coach export and redact

_FORMATS: Final = ("fit", "tcx", "csv", "json")


@click.command("export", cls=CoachCommand)
@click.argument("recording", required=False)
@click.option("--to", type=click.Choice(_FORMATS), required=True, help="The format.")
@click.option("--out", metavar="FILE", help="Write to a new file or into a folder; - is stdout.")
@click.option("--all", "is_all", is_flag=True, help="Write every run, into the folder named by --out.")
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="With --all: only runs from this day on: 2026-05-31, or 4w for 4 weeks ago.",
)
@click.option("--workout", metavar="WORKOUT", help="The workout, if the recording has none.")
@athlete_option("The athlete, if the recording has none; `last` is their newest run.")
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
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import export_file_name, export_run, review_run
    from coach.interchange.recordings.activity import ActivityFormat

    run = review_run(RecordingRequest(recording, workout=workout, athlete=athlete), CONSOLE)
    data = export_run(run, ActivityFormat(to), CONSOLE)
    path = Path(STDOUT if out is None else out).expanduser()
    if path.is_dir():
        path /= export_file_name(run, ActivityFormat(to))
    write_new_file(path, data, what="run")
    if plain(path) != STDOUT:
        narrate(f"Wrote {plain(path)}")


def _export_all(to: str, folder: str, since: "date | None", *, as_json: bool) -> None:
    from coach.app.reviews import ExportedRun, export_all, runs_since
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


class _Notes(SilentConsole):
    """A console that keeps its lines until the progress bar is done."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def say(self, text: str) -> None:
        """Keep the line."""
        self._notes.append(text)


def _cues_text(cues: int) -> str:
    return f"{cues} {'cue' if cues == 1 else 'cues'}"


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
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import redact_run

    path = Path(out).expanduser()
    if path.is_dir():
        path /= "redacted.jsonl"
    name = plain(path)
    if name != STDOUT and path.suffix != ".jsonl":
        raise UsageProblem("A redacted run is a journal", "Name it .jsonl, such as --out redacted.jsonl.")
    redacted = redact_run(RecordingRequest(recording), CONSOLE)
    write_new_file(path, redacted.data, what="run")
    narrate(f"Wrote {'the run' if name == STDOUT else name}: {_cues_text(redacted.cues)}, as before.")
    if redacted.others:
        narrate(
            f"Note: {redacted.others} of them differ or come at another time: the positions on a track, "
            "which are left out, had corrected its distance."
        )
