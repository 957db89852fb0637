"""`coach runs`: the runs recorded so far."""

import os
import sys

import click

from coach.cli.errors import exit_with_run
from coach.cli.group import CoachGroup
from coach.cli.text import CONSOLE, narrate, out, out_json, table


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
    from coach.cli.summary_text import (
        finding_lines,
        finding_tree,
        pods_lines,
        pods_tree,
        summary_lines,
        summary_tree,
    )
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
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def resume(run: str | None, as_json: bool) -> None:
    """Go on with a run that was cut off.

    Without RUN, with the newest that was. The workout, the athlete and the settings are those it began with;
    what lies between counts as a gap. A damaged end of the recording is set aside first, and nothing is lost.
    """
    from coach.app.resume import resume_run

    exit_with_run(resume_run(run, CONSOLE, as_json=as_json))


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
