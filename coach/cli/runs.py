"""`coach runs`: the runs recorded so far."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from coach.cli.errors import exit_with_run
from coach.cli.group import CoachGroup
from coach.cli.text import CONSOLE, narrate, out, out_json, table
from coach.edge.text_output import gap_text
from coach.live.encoding import put_measure, put_result
from coach.quantities import format_clock, format_metres, format_pace
from coach.review.guided_tests import Finding
from coach.review.summary import Summary
from coach.review.two_pods import PodDifference, TwoPods
from coach.session.events import RunResumed, StepEnded
from coach.workout.describe import target_text

# --- What a run came to, as a table for people and as JSON for programs.

_HEAD = ("", "step", "time", "distance", "pace", "target", "on target", "heart rate", "light", "")


def summary_lines(summary: Summary, unit: str) -> Iterator[str]:
    """Say the totals, then a line for every step; what was not measured stays blank."""
    yield summary.workout
    parts = ["completed" if summary.completed else "not completed"]
    if summary.time_s is not None:
        parts.append(format_clock(summary.time_s))
    if summary.distance is not None:
        parts.append(format_metres(summary.distance))
    parts.append(f"{summary.verdicts} corrections" if summary.verdicts != 1 else "1 correction")
    yield ", ".join(parts)
    yield ""
    rows = [_cells(place, row, unit) for place, row in enumerate(summary.rows, 1)]
    yield from table(_HEAD, rows)
    yield from (f"at {format_clock(gap.since)} it was {gap_text(gap)}" for gap in summary.gaps)


def summary_tree(summary: Summary) -> dict[str, Any]:
    """The summary with the keys of the events; what is not known is absent."""
    tree: dict[str, Any] = {"v": 1, "run": summary.run, "workout": summary.workout}
    if summary.athlete:
        tree["athlete"] = summary.athlete
    tree |= {"completed": summary.completed, "steps_done": summary.steps_done}
    put_measure(tree, "time_s", summary.time_s)
    put_measure(tree, "distance_m", summary.distance)
    tree["cues"] = {kind.value: count for kind, count in summary.cues.items()}
    if summary.gaps:
        tree["gaps"] = [_gap_tree(gap) for gap in summary.gaps]
    tree["steps"] = [_row_tree(row) for row in summary.rows]
    return tree


def finding_lines(findings: Sequence[Finding], athlete: str, day: str) -> Iterator[str]:
    """Say what a guided test found, and the commands that would save it: nothing is saved by itself."""
    for finding in findings:
        yield ""
        yield f"Test, {finding.test}: {finding.words}"
        if finding.options:
            yield f"  to save it: {finding.command(athlete, day)}"


def finding_tree(findings: Sequence[Finding], athlete: str, day: str) -> dict[str, Any]:
    """What a guided test found, under `findings`; nothing where there was no test."""
    rows = [
        {"test": finding.test, "words": finding.words}
        | ({"command": finding.command(athlete, day)} if finding.options else {})
        for finding in findings
    ]
    return {"findings": rows} if rows else {}


def pods_lines(pods: TwoPods | None) -> Iterator[str]:
    """Say how far apart two pods were, and how sure that is; nothing where there were not two."""
    if pods is None:
        return
    yield ""
    yield f"Two pods, over {format_clock(pods.seconds)} of running; the second against the first:"
    yield f"  speed {_difference(pods.speed)}"
    if pods.step_length is not None:
        yield f"  step length {_difference(pods.step_length)}"
    open_share = f"{100 * pods.calibration_sd:.1f} %"
    yield f"  their calibration alone leaves ± {open_share} open; compare it with other runs of the same two pods"


def pods_tree(pods: TwoPods | None) -> dict[str, Any]:
    """How far apart two pods were, under `two_pods`; nothing where there were not two."""
    if pods is None:
        return {}
    tree: dict[str, Any] = {"time_s": round(pods.seconds, 2)}
    for name, difference in (("speed", pods.speed), ("step_length", pods.step_length)):
        if difference is not None:
            tree[f"{name}_difference_fraction"] = round(difference.share, 4)
            tree[f"{name}_difference_sd"] = round(difference.sd, 4)
    return {"two_pods": tree | {"calibration_sd": round(pods.calibration_sd, 4)}}


def _difference(difference: PodDifference) -> str:
    return f"{100 * difference.share:+.1f} % ± {100 * difference.sd:.1f} %"


def _cells(place: int, row: StepEnded, unit: str) -> tuple[str, ...]:
    about = "~" if row.estimated else ""
    notes = [word for word, is_so in (("broken", row.broken), ("cut", row.cut)) if is_so]
    if row.hard_s is not None and row.easy_s is not None:
        notes.append(f"hard {format_clock(row.hard_s)}, easy {format_clock(row.easy_s)}")
    if row.moving_time_s is not None:
        notes.append(f"moving {format_clock(row.moving_time_s, tenths=True)}")
    return (
        str(place),
        row.step.path,
        format_clock(row.time_s, tenths=True),
        "" if row.distance is None else about + format_metres(row.distance),
        "" if row.mean_speed is None else format_pace(row.mean_speed, unit=unit),
        target_text(row.step.target),
        "" if row.in_band_fraction is None else f"{100 * row.in_band_fraction:.0f} %",
        "" if row.mean_heart_rate is None else f"{row.mean_heart_rate:.0f}",
        "" if row.light_s is None else f"{row.light_s:+.1f} s",
        " ".join(notes),
    )


def _gap_tree(gap: RunResumed) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    put_measure(tree, "from_s", gap.since)
    put_measure(tree, "gap_s", gap.at - gap.since)
    tree["choice"] = gap.choice.value
    if gap.step_id:
        tree["step_id"] = gap.step_id
    return tree


def _row_tree(row: StepEnded) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "step_id": row.step.step_id,
        "path": row.step.path,
        "kind": row.step.kind.value,
        "reason": row.reason.value,
        "estimated": row.estimated,
    }
    tree |= {name: True for name, is_so in (("broken", row.broken), ("cut", row.cut)) if is_so}
    put_measure(tree, "time_s", row.time_s)
    put_measure(tree, "moving_time_s", row.moving_time_s)
    put_measure(tree, "distance_m", row.distance)
    put_result(tree, row)
    return tree


@click.group(cls=CoachGroup)
def command() -> None:
    """The runs recorded so far: list, show, resume, repair, delete."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(as_json: bool) -> None:
    """List the recorded runs, newest first.

    A run that is `interrupted` was cut off or left, and can be resumed.
    """
    from coach.edge.store import Store

    manifests = [each.manifest for each in Store().runs()]
    if as_json:
        for run in manifests:
            tree = {
                "v": 1,
                "run": run.run,
                "state": run.state.value,
                "workout": run.workout,
                "athlete": run.athlete,
                "started": run.started,
                "steps_done": run.steps_done,
                "steps": run.steps,
            }
            out_json({key: value for key, value in tree.items() if value != ""})
    elif manifests:
        rows = [
            (
                run.run,
                run.started[:16].replace("T", " "),
                run.state.value,
                f"{run.steps_done}/{run.steps}",
                run.workout,
            )
            for run in manifests
        ]
        for line in table(("run", "started", "state", "steps", "workout"), rows):
            out(line)
    else:
        narrate("No runs yet. Record one: coach run WORKOUT")


@command.command("show")
@click.argument("recording")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(recording: str, as_json: bool) -> None:
    """Show what a run came to, step by step.

    RECORDING is the id of a run (its first letters do), its folder, or a recording in a file.
    """
    from coach.app.playback import RecordingRequest, load_recording
    from coach.edge.paths import runner_paths
    from coach.edge.playback import close_inputs
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun
    from coach.recording.replay import refold
    from coach.review.guided_tests import SECTIONS, findings
    from coach.review.summary import summarize
    from coach.review.two_pods import compared

    settings = load_settings(runner_paths().settings, os.environ)
    playable = load_recording(RecordingRequest(recording), settings, CONSOLE)
    is_test = any(step.section in SECTIONS for step in playable.setup.timeline.steps)
    folded = refold(LiveRun(playable.setup), close_inputs(playable.inputs), snapshots=is_test)
    summary = summarize(folded.outputs)
    results = findings(folded.outputs, folded.snapshots, unit=playable.setup.unit) if is_test else ()
    pods = compared(playable.inputs, playable.setup.signals)
    if as_json:
        tree = summary_tree(summary) | finding_tree(results, summary.athlete, playable.day)
        out_json(tree | pods_tree(pods))
        return
    for line in (
        *summary_lines(summary, playable.setup.unit),
        *finding_lines(results, summary.athlete, playable.day),
        *pods_lines(pods),
    ):
        out(line)


@command.command("resume")
@click.argument("run", required=False)
@click.option("--continue", "way", flag_value="continue", help="Go on where it was, after less than 15 s.")
@click.option("--restart", "way", flag_value="restart", help="Begin the step anew.")
@click.option("--done", "way", flag_value="done", help="Count the step as done and go on to the next.")
@click.option("--finish", "way", flag_value="finish", help="End the run where it was cut off.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def resume(run: str | None, way: str | None, as_json: bool) -> None:
    """Go on with a run that was cut off.

    RUN is its id (the first letters do) or its folder; without it, the newest that was cut off. A terminal asks
    how to go on. Elsewhere a gap under 15 s is continued, and after a longer one the step begins anew.

    The workout, the athlete, the settings and what measures it are those it began with; what lies between counts
    as a gap. A damaged end of the recording is set aside first, and nothing is lost.
    """
    from coach.app.resume import resume_run
    from coach.review.cut_off import WayOn

    exit_with_run(resume_run(run, None if way is None else WayOn(way), CONSOLE, as_json=as_json))


@command.command("repair")
@click.argument("run")
def repair(run: str) -> None:
    """Cut a damaged recording back to its last good line.

    What is cut off is kept beside it as recording.jsonl.torn; nothing is deleted.
    """
    from coach.app.resume import repair_run

    narrate(repair_run(run))


@command.command("delete")
@click.argument("run")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(run: str, yes: bool) -> None:
    """Delete a recorded run.

    For good: it asks first on a terminal, and wants --yes elsewhere.
    """
    from coach.edge.store import Store

    store = Store()
    manifest = store.run(run).manifest
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Nobody can be asked here: say --yes to delete the run for good.")
        narrate(f"{manifest.run}, {manifest.started[:16].replace('T', ' ')}, {manifest.workout}")
        click.confirm("Delete it for good?", abort=True, err=True)
    store.delete_run(manifest.run)
    narrate(f"Deleted {manifest.run}.")
