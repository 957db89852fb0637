"""What a screen needs of a run at one moment, frozen. Unknown is None, never 0 and never the last value."""

from dataclasses import dataclass

from coach.cues.cue import Cue
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.facts import SplitRole, StepEnded
from coach.session.light import Light
from coach.session.phases import Phase
from coach.signals.readings import DisplayValue, SensorStatus, Source
from coach.workout.timeline import Band, Quantity, Step, Timeline


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One line of the split table."""

    rep: int | None
    metres: Metres | None
    time_s: Seconds
    """Step time at the mark."""
    lap_s: Seconds
    """Time since the mark before it."""
    light_s: Seconds | None
    role: SplitRole


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The run at `at`."""

    at: Seconds
    phase: Phase
    timeline: Timeline
    index: int
    """Place of the step in the timeline; the number of steps when finished."""
    step: Step | None
    """The step under way or about to start; None when finished."""
    next_step: Step | None
    athlete: str
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start."""
    step_time_s: Seconds | None
    """Running time of the step; None before it starts."""
    left_s: Seconds | None
    """What is left of a step that ends by time (or of a delay, a slot), negative in overtime."""
    left_m: Metres | None
    """What is left of a step that ends by distance."""
    step_m: Metres | None
    """Metres of the step so far."""
    estimated: bool
    """Are the metres bridged across a gap?"""
    distance_source: Source | None
    speed: DisplayValue | None
    heart_rate: DisplayValue | None
    cadence: DisplayValue | None
    power: DisplayValue | None
    judged: Quantity | None
    """What the needle of the tape shows; None when there is nothing to judge."""
    band: Band | None
    """The band of `judged` at this moment, ramps and shifts applied."""
    light: Light | None
    rep_mean_speed: MetresPerSecond | None
    cue: Cue | None
    """The cue to show, while it is worth showing."""
    last_verdict: Cue | None
    """The last cue that judged the runner, for `w`."""
    sensors: tuple[SensorStatus, ...]
    splits: tuple[SplitRow, ...]
    """Splits of the step under way and the one before, oldest first."""
    results: tuple[StepEnded, ...]
    """Every step that ended, in order; a later end of one step replaces the earlier."""
    offer: str
    """The offer `accept` would take; empty when none stands."""
    item: int
    """Place of the checklist item under way, sets unrolled."""
    coach_mode: bool
    """Is it timed by hand: marks and no sensors?"""
    effort_day: bool
    unit: str = "km"
    """What paces are shown per: `km` or `mile`."""
    reserve: float | None = None
    """Share of the reserve above critical speed that is left, 0 to 1, an estimate; None unknown."""
    slower_percent: float = 0.0
    """By how much an effort day slows the step under way, in per cent of its pace; 0 without one."""
    is_unproven: bool = False
    """Does distance come from a pod on a track that is not calibrated, so that bands are judged wider?"""
