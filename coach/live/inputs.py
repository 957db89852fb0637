"""The setup of a run, and its inputs.

Each input is stamped once: by the conductor, or in the log it is played from.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coach.cues.config import CueSettings
from coach.physiology.kinetics import HeartRateKinetics
from coach.physiology.performance import CadenceLine
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.buttons import Pressed
from coach.session.config import SessionSettings, StartPolicy
from coach.session.events import ResumeChoice, StepUnderWay
from coach.signals.config import SignalSettings
from coach.signals.readings import LinkChanged, Notified, Reported
from coach.signals.sensors import RelayMerger
from coach.workout.edits import OptIn
from coach.workout.timeline import Timeline


@dataclass(frozen=True, slots=True)
class RunSetup:
    """Everything a run depends on besides its inputs; the header of its journal holds all of it."""

    run: str
    """Its id: a ULID, or `file-` and 16 hex digits for a foreign file."""
    timeline: Timeline
    """The compiled workout."""
    athlete: str = ""
    """The athlete's slug; empty without an athlete."""
    starts: StartPolicy = field(default_factory=StartPolicy)
    """How steps start where the document leaves it open."""
    by_hand: bool = False
    """Whether the run is timed by marks: `--marks`, or a file that holds marks."""
    ends_after_s: Seconds | None = None
    """How long after the last step the run closes by itself: 60 s on a terminal, 0 without one, None for never."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """The rules that the runner switched on; their gates are already in the timeline."""
    ceiling_bpm: BeatsPerMinute | None = None
    """The athlete's own heart-rate ceiling; None without one."""
    threshold_bpm: BeatsPerMinute | None = None
    """The athlete's measured threshold heart rate; None where it is unknown or estimated."""
    cadence_line: CadenceLine | None = None
    """The athlete's cadence by speed; None until it is learned from three runs."""
    unit: str = "km"
    """The unit paces are shown per: `km` or `mile`."""
    critical: tuple[MetresPerSecond, Metres] | None = None
    """The athlete's critical speed and the distance above it (D'); None without trials."""
    heart_rate_kinetics: HeartRateKinetics = field(default_factory=HeartRateKinetics)
    """How fast the athlete's heart rate follows their effort; the medians of many runners until it is learned."""
    light: Mapping[str, MetresPerSecond] = field(default_factory=dict)
    """Speeds of an earlier run by step id, which the pacing light runs; the timeline already has them as targets."""
    planned: Mapping[str, MetresPerSecond] = field(default_factory=dict)
    """The speeds that the workout itself has for those steps."""
    counts_from: Seconds | None = None
    """The distance at which a foreign file begins; None for our own runs, whose pods count from their start."""
    recorded_until: Seconds | None = None
    """When the recording of these inputs ends; None in a live run."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The run begins; always the first input, at 0."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class Resumed:
    """An interrupted run is resumed; the time between `alive_until` and now is a gap, like a pause."""

    at: Seconds
    alive_until: Seconds | None = None
    """The time of its last input or output; None: that of its last input."""
    choice: ResumeChoice | None = None
    """How it is resumed; None in a journal of version 0.1.0, which always continued."""
    under_way: StepUnderWay | None = None
    """The state of the run as it was last shown; None if the fold has it, as the program never ended."""


@dataclass(frozen=True, slots=True)
class LoopBlocked:
    """The program was blocked for some seconds; outputs that were due in between were not spoken."""

    at: Seconds
    since: Seconds
    """When the block began."""


@dataclass(frozen=True, slots=True)
class WorkoutSwitched:
    """The runner goes over to another workout: the step under way is run to its end, and its steps follow.

    They are resolved already, so that a replay runs the same whatever has become of the workout and the athlete.
    """

    at: Seconds
    timeline: Timeline
    """The steps that follow, the first of which waits for a start, and what they are steps of."""


@dataclass(frozen=True, slots=True)
class Alive:
    """The program was running and nothing arrived; so the end of a run that is cut off is known."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class RecorderTrouble:
    """The recorder cannot keep up or cannot write. It is an input so that a replay has it too."""

    at: Seconds
    message: str
    lasts: bool = False
    """Whether its end will be reported; in journals of 0.1.0 it was not."""


@dataclass(frozen=True, slots=True)
class RecorderRecovered:
    """The recorder works again, and the trouble lost nothing."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class Closed:
    """The run is closed: by finish, by quitting, or at the end of a recording."""

    at: Seconds


Input = (
    Opened
    | Resumed
    | WorkoutSwitched
    | Alive
    | Notified
    | Reported
    | LinkChanged
    | Pressed
    | LoopBlocked
    | RecorderTrouble
    | RecorderRecovered
    | Closed
)


def without_repeats(inputs: Iterable[Input]) -> Iterator[Input]:
    """The inputs of a run without forwarded repeats: one sensor may arrive by several ways."""
    merger: RelayMerger | None = None
    for event in inputs:
        if not isinstance(event, Notified | Reported) or (merger is None and event.relayed is None):
            yield event
            continue
        merger = merger or RelayMerger()
        if event.relayed is None:
            merger.note_radio(event, event.at)
            yield event
        elif (merged := merger.merge(event, event.relayed, event.at)) is not None:
            yield merged.event
