"""Everything that can happen to a run. Each input is stamped once, where the conductor or the log hands it in."""

from dataclasses import dataclass

from coach.quantities import Seconds
from coach.session.buttons import Pressed
from coach.signals.readings import LinkChanged, Notified, Reported


@dataclass(frozen=True, slots=True)
class Opened:
    """The run begins to listen; always the first input, at 0."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class Reopened:
    """A run that had been cut off goes on; what lies between `alive_until` and now is a gap, like a pause."""

    at: Seconds
    alive_until: Seconds | None = None
    """When the run was last known to go on: the time of its last input or output. None: of its last input."""


@dataclass(frozen=True, slots=True)
class RecorderTrouble:
    """The recorder cannot keep up or cannot write; an input, so that it replays."""

    at: Seconds
    message: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more will come: finish, quit, or the end of the recording."""

    at: Seconds


Input = Opened | Reopened | Notified | Reported | LinkChanged | Pressed | RecorderTrouble | Closed
