"""`coach replay`: a recorded run, coached again."""

import click

from coach.cli.errors import exit_with
from coach.cli.group import CoachCommand
from coach.cli.parameters import SpeedType
from coach.cli.text import CONSOLE
from coach.interchange.formats import SUFFIXES_LISTED

_HELP = f"""Coach a recorded run again.

RECORDING is the id of a run, its folder, a {SUFFIXES_LISTED} file, or - for standard input. A .gz
is opened, and a .zip with one activity in it. Its own workout is coached if it holds one, else a free run.
The same code coaches as in a live run, and says the same at any speed; nothing is written anywhere.

On a terminal it plays on the live screen in real time, where keys drive the playback. Everywhere else, and
with --json or --speed max, lines are printed, as fast as possible unless --speed says otherwise. What is
damaged in a file is told on stderr, and the rest is replayed.

With --compare nothing is played: the cues are listed that a settings file (a few lines of it do) would change,
or that this version says otherwise than was said when the run was recorded.

Columns of a CSV file are time_s, speed_mps, distance_m, cadence_spm, heart_rate_bpm, rr_ms, power_w, mark
and source; --map speed_mps=Pace:min/mile says that the speed stands in the column "Pace".
"""


@click.command(cls=CoachCommand, help=_HELP)
@click.argument("recording")
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@click.option("--athlete", metavar="FILE|SLUG", help="Coach this athlete.")
@click.option("--speed", type=SpeedType(has_max=True), metavar="X|max", help="Play so many times faster.")
@click.option(
    "--compare",
    metavar="SETTINGS",
    help='Show which cues would differ by this settings file, or, with "recorded", from those said then.',
)
@click.option(
    "--map", "columns", multiple=True, metavar="KEY=COLUMN[:UNIT]", help="Name a column of a CSV file."
)
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def command(
    recording: str,
    *,
    workout: str | None,
    athlete: str | None,
    speed: float | None,
    compare: str | None,
    columns: tuple[str, ...],
    as_json: bool,
) -> None:
    """Coach a recorded run again."""
    if compare is not None and speed is not None:
        raise click.UsageError("--compare prints a list; --speed has no meaning with it.")

    from coach.app.playback import RecordingRequest, play

    request = RecordingRequest(recording, workout, athlete, columns)
    if compare is None:
        exit_with(play(request, CONSOLE, speed=speed, as_json=as_json))
        return
    from coach.cli.differences_text import compare_cues

    compare_cues(request, compare, as_json=as_json)
