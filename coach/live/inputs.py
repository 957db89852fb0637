"""What goes into a run: what it knows before its first input, and everything that can happen to it.

Each input is stamped once, where the conductor or the log hands it in.
"""

from dataclasses import dataclass, field

from coach.cues.defaults import CueSettings
from coach.physiology.cadence import CadenceLine
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.buttons import Pressed
from coach.session.defaults import SessionSettings
from coach.session.starts import StartPolicy
from coach.signals.config import SignalSettings
from coach.signals.readings import LinkChanged, Notified, Reported
from coach.workout.opt_in import OptIn
from coach.workout.timeline import Timeline


@dataclass(frozen=True, slots=True)
class RunSetup:
    """One run: who runs what, and by which settings."""

    run: str
    """Its id: a ULID, or `file-` and 16 hex digits for a foreign file."""
    timeline: Timeline
    """The compiled workout."""
    athlete: str = ""
    """The athlete's slug; empty when nobody was named."""
    starts: StartPolicy = field(default_factory=StartPolicy)
    """What a start means that the document leaves open."""
    by_hand: bool = False
    """Is it timed by marks: `--marks`, or a file that holds marks?"""
    ends_after_s: Seconds | None = None
    """How long after the last step the run closes by itself: 60 s on a terminal, 0 without one, None for never."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """Rules the runner switched on; their gates already stand on the timeline."""
    ceiling_bpm: BeatsPerMinute | None = None
    """The athlete's own heart-rate ceiling; None without one."""
    cadence_line: CadenceLine | None = None
    """The cadence the athlete takes at a speed; None until three runs have taught it."""
    unit: str = "km"
    """What paces are shown per: `km` or `mile`."""
    critical: tuple[MetresPerSecond, Metres] | None = None
    """The athlete's critical speed and reserve above it (D'); None when no trials tell."""
    heart_rate_kinetics: HeartRateKinetics = field(default_factory=HeartRateKinetics)
    """How fast the athlete's heart rate follows their legs; as medians of many runners until learnt."""


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
