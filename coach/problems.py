"""The errors that are not mistakes in the program, sorted by the person who can fix them.

A problem has a message (what is wrong, and where) and a hint (what to do next). Commands print both and exit with
`exit_code`; a traceback is only printed for mistakes in the program.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, Final

FAILURE: Final = 1
"""Exit code of a command that failed."""
INTERRUPTED: Final = 130
"""Exit code of an interrupted command: 128 + SIGINT, as in shells."""


class CoachProblem(Exception):
    """The base of all problems: `message` names fault and place, `hint` the fix."""

    exit_code: ClassVar[int] = 1
    """The exit code of a command that ends with this problem (`docs/reference/cli.md`)."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep message and hint, both without a final line break."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return message and hint as one text."""
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class WorkoutProblem(CoachProblem):
    """A workout document is wrong; its author can fix it. `where` is the JSON path, such as `sections[1].steps[0]`."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", *, where: str = "") -> None:
        """Keep the place in the document beside message and hint."""
        super().__init__(f"{where}: {message}" if where else message, hint)
        self.where = where


class AthleteProblem(CoachProblem):
    """An athlete document is wrong or lacks a number that the workout needs; the runner can fix it."""

    exit_code = 3


class PlanProblem(CoachProblem):
    """A plan is wrong, or an edit of it is impossible; the runner can fix it."""

    exit_code = 3


class RecordingProblem(CoachProblem):
    """A recording or activity file cannot be read, or nothing in it can be replayed."""

    exit_code = 3


class SettingsProblem(CoachProblem):
    """A settings file, an environment variable or a flag has an invalid value."""

    exit_code = 2


class UsageProblem(CoachProblem):
    """Two arguments of the command line contradict each other."""

    exit_code = 2


class SensorTrouble(StrEnum):
    """The reason that no sensor could be used."""

    NOT_FOUND = "not_found"
    POWERED_OFF = "powered_off"
    DENIED = "denied"
    NOT_SUPPORTED = "not_supported"
    HELD = "held"
    """Another program is connected to it."""
    FAILED = "failed"
    """The radio or the sensor answered with an error."""


class SensorProblem(CoachProblem):
    """A sensor or the radio cannot be reached; `reason` says why."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "", *, reason: SensorTrouble) -> None:
        """Keep the reason beside message and hint."""
        super().__init__(message, hint)
        self.reason = reason


class TerminalProblem(CoachProblem):
    """The terminal or the machine went away; the run is kept and can be resumed."""

    exit_code = 5


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: `; did you mean NAME?`, or nothing if no name is similar."""
    import difflib  # noqa: PLC0415 - only a message needs it

    matches = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {matches[0]}?" if matches else ""
