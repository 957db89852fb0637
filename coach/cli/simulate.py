"""`coach simulate`: a simulated run of a workout, as a file or over the air."""

import click

from coach.cli.errors import exit_with_run
from coach.cli.group import CoachCommand
from coach.cli.parameters import athlete_option, race_option, workout_argument
from coach.cli.text import CONSOLE, narrate

_MOST_CONTROLLERS = 2


@click.command(cls=CoachCommand)
@workout_argument()
@click.option("--out", metavar="FILE", help="Write there: .jsonl is a journal, .csv a CSV stream.")
@click.option(
    "--radio",
    metavar="CONTROLLER",
    multiple=True,
    help="Send it over this Bluetooth controller instead, in real time; twice: strap and footpod apart.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same run.")
@athlete_option("Whose paces they are.")
@race_option()
@click.option("--profile", metavar="FILE", help="What the runner is like: coach-runner/1, JSON.")
def command(
    workout: str,
    *,
    out: str | None,
    radio: tuple[str, ...],
    seed: int,
    athlete: str | None,
    race: str | None,
    profile: str | None,
) -> None:
    """Simulate a run of a workout: to a file, or over the air.

    A virtual runner runs WORKOUT, hears what the coach says and answers late, with a footpod and a strap that
    are noisy and lose the radio every lap. WORKOUT is a file, the name of a library workout, or a workout in one
    line, such as 6x800 @ 5k / 400 jog. What is at FILE already is never overwritten. Replay it with
    coach replay FILE.

    With --radio it acts as a Bluetooth sensor for heart rate, running and battery instead, and runs once somebody
    connects, in real time. CONTROLLER is named as bumble does: usb:0, serial:/dev/ttyACM0,1000000,
    hci-socket:0, or vhci for a virtual one that this computer takes for its own (Linux). It needs the extra
    trackside-coach[radio].
    """
    if (out is None) != bool(radio):
        raise click.UsageError("Name one of --out FILE and --radio CONTROLLER.")
    if len(radio) > _MOST_CONTROLLERS:
        raise click.UsageError("--radio is named once, or twice for a strap and a footpod.")
    from pathlib import Path

    from coach.app.simulation import FORMATS, SimulationRequest, broadcast, simulated_file
    from coach.cli.files import write_new_file
    from coach.edge.files import plain

    request = SimulationRequest(workout, seed, athlete, profile, race)
    if out is None:
        exit_with_run(broadcast(request, radio, CONSOLE))
        return
    path = Path(out).expanduser()
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise click.UsageError(f"--out takes a name that ends in {' or '.join(FORMATS)}, not {plain(out)!r}.")
    write_new_file(path, simulated_file(request, suffix, CONSOLE), what="simulated run")
    narrate(f"Wrote {plain(out)}. Next: coach replay {plain(out)}")
