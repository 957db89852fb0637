"""`coach doctor`: checks that everything is there that a run needs."""

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import ClockType, adapter_option


@click.command(cls=CoachCommand)
@click.option("--seconds", type=ClockType(0.1, 600), default=8.0, show_default=True, help="How long to look.")
@adapter_option()
@click.option("--sound", is_flag=True, help="Check the sound alone, by ear: one, two, three.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(seconds: float, adapter: str | None, sound: bool, as_json: bool) -> None:
    """Check this machine: terminal, Bluetooth, sensors, disk.

    And sound, settings, athletes, and whether it can be kept awake. One line a check: ok, warn or FAIL, and
    below it what to do. Leaves with 0 if nothing failed. Remembered sensors are looked for until all are
    there: wear them, so that they wake up.

    With --sound only the sound is checked, and you are asked: three words are spoken, which earphones that sleep
    may swallow the first of. What follows from your answer is set.
    """
    if sound:
        from coach.cli.doctor_checks import check_hearing

        check_hearing(as_json=as_json)
        return
    from coach.cli.doctor_checks import check_up

    check_up(seconds, adapter, as_json=as_json)
