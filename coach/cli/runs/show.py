"""`coach runs show`: what a run came to."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("recording")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(recording: str, as_json: bool) -> None:
    """Show what a run came to, step by step.

    RECORDING is the id of a run (its first letters do), its folder, or a recording in a file.
    """
    import os

    from coach.cli.playing import load_tape
    from coach.cli.results import as_tree, found_lines, found_tree, lines_of, pods_lines, pods_tree
    from coach.cli.text import out, out_json
    from coach.edge.paths import runner_paths
    from coach.edge.playback import close_inputs
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun
    from coach.recording.replay import refold
    from coach.review.guided_tests import SECTIONS, findings
    from coach.review.summary import summarize
    from coach.review.two_pods import compared

    settings = load_settings(runner_paths().settings, os.environ)
    tape = load_tape(recording, settings)
    is_test = any(step.section in SECTIONS for step in tape.setup.timeline.steps)
    folded = refold(LiveRun(tape.setup), close_inputs(tape.inputs), snapshots=is_test)
    summary = summarize(folded.outputs)
    found = findings(folded.outputs, folded.snapshots, unit=tape.setup.unit) if is_test else ()
    pods = compared(tape.inputs, tape.setup.signals)
    if as_json:
        out_json(as_tree(summary) | found_tree(found, summary.athlete, tape.day) | pods_tree(pods))
        return
    rows = lines_of(summary, tape.setup.unit)
    for line in (*rows, *found_lines(found, summary.athlete, tape.day), *pods_lines(pods)):
        out(line)
