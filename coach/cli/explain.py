"""`coach explain`: the story of one moment of a recording."""

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import ClockType
from coach.quantities import Seconds


@click.command(cls=CoachCommand)
@click.argument("recording")
@click.option(
    "--at", type=ClockType(), required=True, metavar="TIME", help="The moment, such as 12:34 or 754.2."
)
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@click.option("--athlete", metavar="FILE|SLUG", help="Coach this athlete.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(recording: str, *, at: Seconds, workout: str | None, athlete: str | None, as_json: bool) -> None:
    """Tell the story of one moment of a recording.

    TIME is the time that stands before each line of `coach replay`, and `at_s` in its --json. Told are the step,
    what was known of the runner then and how old it was, what was said in the minute before and just after, and
    the evidence behind each cue: the value, the band it was held against, over how long, how old the newest
    sample was, the noise of the sensor, and the rule that spoke.
    """
    from coach.cli.moment_text import explain

    explain(recording, at, workout=workout, athlete=athlete, as_json=as_json)
