"""What workouts can be made from a few numbers?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "ladder": Entry("coach.cli.workout.generate.ladder", "Make a ladder or pyramid."),
    "blocks": Entry("coach.cli.workout.generate.blocks", "Make blocks of 2 to 5 minutes near race pace."),
    "progression": Entry(
        "coach.cli.workout.generate.progression", "Make a run that ends faster than it begins."
    ),
    "alternation": Entry("coach.cli.workout.generate.alternation", "Make two paces in turn without a stop."),
    "cruise": Entry("coach.cli.workout.generate.cruise", "Make cruise intervals at threshold."),
    "reverse": Entry("coach.cli.workout.generate.reverse", "Turn the hard part of a workout round."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """Make a workout from a few numbers.

    Lengths are distances (400m, 1km, 1mile) or times (3:00); paces are easy, marathon, half, threshold, 10k, 5k,
    3k, mile, goal, or a pace such as 4:00/km. The workout is printed, or written with --out FILE.
    """
