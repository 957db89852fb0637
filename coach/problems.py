"""Everything that can be wrong and is not our own mistake, sorted by whose hands it is in.

A problem is one sentence and one hint: what is wrong, where, and what to do next. Commands print both and
exit with `exit_code`; a traceback is for our own mistakes only.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, Final

FAILURE: Final = 1
"""Exit code of a command that failed."""
INTERRUPTED: Final = 130
"""Exit code of a command that was interrupted: 128 + SIGINT, as shells count it."""


class CoachProblem(Exception):
    """The base of all problems: `message` says what and where, `hint` what to do next."""

    exit_code: ClassVar[int] = 1
    """The exit code of a command that ends with this problem (`docs/reference/cli.md`)."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the sentence and the hint, both without a final line break."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Say the message and, after it, the hint."""
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class WorkoutProblem(CoachProblem):
    """The author of a workout document can mend it; `where` is the JSON path, such as `sections[1].steps[0]`."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", *, where: str = "") -> None:
        """Keep the place in the document beside sentence and hint."""
        super().__init__(f"{where}: {message}" if where else message, hint)
        self.where = where


class AthleteProblem(CoachProblem):
    """The runner can mend it: an athlete document that is wrong or lacks a number the workout needs."""

    exit_code = 3


class PlanProblem(CoachProblem):
    """The runner can mend it: a plan that is wrong, or an edit of it that cannot be made."""

    exit_code = 3


class RecordingProblem(CoachProblem):
    """A recording or activity file cannot be read, or nothing in it can be replayed."""

    exit_code = 3


class SettingsProblem(CoachProblem):
    """A settings file, an environment variable or a flag has a value that does not fit."""

    exit_code = 2


class UsageProblem(CoachProblem):
    """Two things on the command line do not go together."""

    exit_code = 2


class SensorTrouble(StrEnum):
    """Why no sensor could be used."""

    NOT_FOUND = "not_found"
    POWERED_OFF = "powered_off"
    DENIED = "denied"
    NOT_SUPPORTED = "not_supported"
    HELD = "held"
    """Another program holds it."""
    FAILED = "failed"
    """The radio or the sensor answered with an error."""


class SensorProblem(CoachProblem):
    """A sensor or the radio is out of reach; `reason` says how."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "", *, reason: SensorTrouble) -> None:
        """Keep the reason beside sentence and hint."""
        super().__init__(message, hint)
        self.reason = reason


class TerminalProblem(CoachProblem):
    """The terminal or the machine went away; the run is kept and can be resumed."""

    exit_code = 5


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: `; did you mean NAME?`, or nothing if no name is similar."""
    import difflib  # noqa: PLC0415 - only a message needs it

    matches = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {matches[0]}?" if matches else ""
