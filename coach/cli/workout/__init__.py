"""What can be asked about workouts?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "list": Entry("coach.cli.workout.list", "List the workouts that can be run by name."),
    "show": Entry("coach.cli.workout.show", "Show every step of a workout."),
    "check": Entry("coach.cli.workout.check", "Say what a workout is, or what is wrong with it."),
    "import": Entry("coach.cli.workout.import_", "Make a workout of ours from a file of another tool."),
    "schema": Entry("coach.cli.workout.schema", "Print the JSON Schema of workout documents."),
    "new": Entry("coach.cli.workout.new", "Write a workout to start from."),
    "generate": Entry("coach.cli.workout.generate", "Make a workout from a few numbers."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """The workout library: list, show, check, write your own."""
