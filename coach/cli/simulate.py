"""`coach simulate`: a made-up run of a workout, as a file."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("workout")
@click.option(
    "--out", required=True, metavar="FILE", help="Write there: .jsonl is a journal, .csv a CSV stream."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same run.")
@click.option("--athlete", metavar="FILE|SLUG", help="Whose paces they are.")
@click.option("--profile", metavar="FILE", help="What the runner is like: coach-runner/1, JSON.")
def command(workout: str, *, out: str, seed: int, athlete: str | None, profile: str | None) -> None:
    """Write a made-up run of a workout to a file.

    A virtual runner runs WORKOUT, hears what the coach says and answers late, with a footpod and a strap that
    are noisy and lose the radio every lap. What is at FILE already is never overwritten. Replay it with
    coach replay FILE.
    """
    from coach.cli.simulating import simulate_workout

    simulate_workout(workout, out=out, seed=seed, athlete=athlete, profile=profile)
