"""How what is wrong with a workout, or missing of the athlete, becomes a problem with a fix."""

from enum import StrEnum
from typing import Final

from coach.documents.reading import Faulty
from coach.problems import AthleteProblem, WorkoutProblem


class Number(StrEnum):
    """A number of the athlete that a workout may need."""

    THRESHOLD_PACE = "threshold_pace"
    GOAL_PACE = "goal_pace"
    TOP_SPEED = "top_speed"
    MAX_HEART_RATE = "max_heart_rate"
    REST_HEART_RATE = "rest_heart_rate"
    THRESHOLD_HEART_RATE = "threshold_heart_rate"


COMMANDS: Final = {
    Number.THRESHOLD_PACE: ("threshold pace", "coach athlete set --threshold-pace 4:10/km"),
    Number.GOAL_PACE: ("goal pace", "coach athlete set --goal-pace 4:00/km"),
    Number.TOP_SPEED: ("top speed", "coach athlete set --top-speed 7.5"),
    Number.MAX_HEART_RATE: ("maximum heart rate", "coach athlete set --max-heart-rate 188"),
    Number.REST_HEART_RATE: ("resting heart rate", "coach athlete set --rest-heart-rate 50"),
    Number.THRESHOLD_HEART_RATE: ("threshold heart rate", "coach athlete set --threshold-heart-rate 170"),
}
"""What each number is called, and the command that sets it."""


RACE_COMMAND: Final = "coach athlete set --race 5k=22:30"
"""The command that gives all paces at once."""


class MissingNumber(AthleteProblem):
    """The workout needs one number nobody has told us; `number` says which."""

    def __init__(self, number: Number, wanted_for: str) -> None:
        """Name the number, what it is wanted for, and the command."""
        name, command = COMMANDS[number]
        message, hint = f"This workout needs your {name} ({wanted_for}).", f"Set it with: {command}"
        if number is Number.THRESHOLD_PACE:
            pace = wanted_for.removeprefix("for ")
            message = f"This workout needs your {pace}: a recent race gives it."
            hint = f"Set it with: {RACE_COMMAND}\n  or with: {command}"
        super().__init__(message, hint)
        self.number = number


def workout_problem(faulty: Faulty, name: str) -> WorkoutProblem:
    """Make the problem of a faulty document from a file called `name`."""
    first = faulty.faults[0]
    return WorkoutProblem(f"{first.reason} (in {name})", faulty.hint, where=first.where)
