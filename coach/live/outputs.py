"""Everything a run can say: the facts of the session and the signals, the cues, and its beginning and end."""

from dataclasses import dataclass

from coach.cues.cue import Cue
from coach.quantities import Metres, Seconds
from coach.session.facts import Fact
from coach.signals.readings import Calibrated, Learnt, Rejected, SensorChanged


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run listens."""

    at: Seconds
    run: str
    """Its id: a ULID, or `file-` and 16 hex digits of a foreign file's SHA-256."""
    workout: str
    """The workout's name."""
    athlete: str
    """The athlete's slug; empty when nobody was named."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last line of every run."""

    at: Seconds
    completed: bool
    """Did every step end before the run did?"""
    steps_done: int
    time_s: Seconds | None
    """Running time, pauses excluded; None if it never started."""
    distance: Metres | None
    """Metres of all steps that were measured; None if none was."""


Output = RunStarted | RunEnded | Fact | Cue | SensorChanged | Calibrated | Learnt | Rejected
