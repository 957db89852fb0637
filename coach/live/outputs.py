"""The outputs of a run: its beginning and end, the events of the session and the signals, and the cues."""

from dataclasses import dataclass

from coach.cues.cue import Cue
from coach.quantities import Metres, Seconds
from coach.session.events import SessionEvent
from coach.signals.readings import Calibrated, Learnt, Rejected, SensorChanged


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run began."""

    at: Seconds
    run: str
    """Its id: a ULID, or `file-` and 16 hex digits of the SHA-256 of a foreign file."""
    workout: str
    """The workout's name."""
    athlete: str
    """The athlete's slug; empty when nobody was named."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run ended; always the last output."""

    at: Seconds
    completed: bool
    """Whether every step ended before the run did."""
    steps_done: int
    time_s: Seconds | None
    """Running time, pauses excluded; None if it never started."""
    distance: Metres | None
    """Metres of all measured steps; None if there were none."""
    unused_s: Seconds = Seconds(0.0)
    """Seconds of the recording after its end."""
    was_open: bool = False
    """Whether the last step still ran and ends only when somebody says so: then nothing of the plan is missing."""


Output = RunStarted | RunEnded | SessionEvent | Cue | SensorChanged | Calibrated | Learnt | Rejected
