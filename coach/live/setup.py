"""What a run needs to know before its first input; all of it is frozen in the header of its journal."""

from dataclasses import dataclass, field

from coach.cues.defaults import CueSettings
from coach.physiology.cadence import CadenceLine
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.defaults import SessionSettings
from coach.session.starts import StartPolicy
from coach.signals.config import SignalSettings
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
