"""The run as a screen shows it at one moment, frozen. An unknown value is None, never 0 and never the last value."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coach.cues.cue import Cue, Opinion
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.events import Light
from coach.session.phases import Button, ItemTimer, Phase, SplitRole
from coach.signals.readings import DISTANCE_PRIORITY, DisplayValue, SensorStatus, Source
from coach.workout.timeline import Band, Quantity, Step, StepTarget, Timeline

if TYPE_CHECKING:  # the first picture of the demonstration is painted before what folds a run is loaded
    from coach.cues.coach import Coach
    from coach.live.contract import RunSetup
    from coach.session.events import Split, StepEnded
    from coach.session.session import Session
    from coach.session.state import StepMark
    from coach.signals.signals import Signals


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One line of the split table."""

    rep: int | None
    metres: Metres | None
    time_s: Seconds
    """Step time at the mark."""
    lap_s: Seconds
    """Time since the previous mark; a doubtful mark that was not credited does not count."""
    light_s: Seconds | None
    role: SplitRole
    lap_m: Metres | None = None
    """Metres since the previous mark; None if the place of one of the two is unknown."""


@dataclass(frozen=True, slots=True)
class PressReply:
    """The result of pressing a button."""

    at: Seconds
    button: Button
    refusal: str = ""
    """Why it had no effect, as a sentence; empty if it had one."""
    undone: Button | None = None
    """The button whose effect was undone."""
    mark: "Split | None" = None
    """The role the mark was given."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The run at one moment."""

    at: Seconds
    phase: Phase
    timeline: Timeline
    index: int
    """Index of the step in the timeline; the number of steps once finished."""
    step: Step | None
    """The step under way or about to start; None once finished."""
    next_step: Step | None
    athlete: str
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start."""
    step_time_s: Seconds | None
    """Running time of the step; None before it starts."""
    left_s: Seconds | None
    """Time left of a step that ends by time, of a delay or of a slot; negative in overtime."""
    left_m: Metres | None
    """Distance left of a step that ends by distance."""
    step_m: Metres | None
    """Metres of the step so far."""
    estimated: bool
    """Whether the metres are bridged across a gap."""
    distance_source: Source | None
    speed: DisplayValue | None
    heart_rate: DisplayValue | None
    cadence: DisplayValue | None
    power: DisplayValue | None
    judged_quantity: Quantity | None
    """The quantity that the needle shows; None without a target."""
    band: Band | None
    """The band of `judged_quantity` at this moment as in the workout, with ramps and shifts."""
    light: Light | None
    rep_mean_speed: MetresPerSecond | None
    cue: Cue | None
    """The cue to show at this moment."""
    last_verdict: Cue | None
    """The last verdict, which the key `w` explains."""
    sensors: tuple[SensorStatus, ...]
    splits: tuple[SplitRow, ...]
    """Splits of the step under way and the one before, oldest first."""
    results: "tuple[StepEnded, ...]"
    """Every step that ended, in order; a corrected end of a step replaces the earlier one."""
    offer: str
    """The offer that `accept` would accept; empty when there is none."""
    item: int
    """Index of the current checklist item, every set and side counted."""
    coach_mode: bool
    """Whether the run is timed by hand, with marks and without sensors."""
    is_effort_day: bool
    is_easy_stretch: bool | None = None
    """Whether the current fartlek step is set to easy; None in other steps."""
    item_timer: ItemTimer | None = None
    """The timer of the current item; None if nothing of it is timed."""
    unit: str = "km"
    """What paces are shown per: `km` or `mile`."""
    d_prime_left: float | None = None
    """Share of the distance above critical speed (D') that is left, 0 to 1, an estimate; None if unknown."""
    slower_percent: float = 0.0
    """How much an effort day slows the current step, in per cent of its pace; 0 without one."""
    leave: float = 0.0
    """How much wider the band is now, as a share: a pod on a track is not calibrated; 0 otherwise."""

    stopped_s: Seconds | None = None
    """How long the runner has been standing in a paced step; None unless they are."""
    recording_trouble: str = ""
    """Why the recording is failing now; empty while it is not."""
    is_let_be: bool = False
    """Whether more speed was requested twice without effect, so that the coach no longer requests it."""
    opinion: Opinion = field(default_factory=Opinion)
    """The coach's current verdict on the step, spoken or not."""
    is_by_clock: bool = False
    """Whether the step runs by the clock, because nothing measures its distance."""
    paused_s: Seconds | None = None
    """How long the current pause has lasted; None outside a pause."""
    go_in_s: Seconds | None = None
    """Seconds to the next go: of a send-off also while its rep is run."""
    question: Step | None = None
    """The prompt that waits for an answer."""
    question_age_s: Seconds | None = None
    """How long it has waited."""
    doubtful: "StepMark | None" = None
    """The press that was ignored and can still be counted: by `accept`, within 2 s by a second press."""
    lines_asked: tuple[Metres, ...] = ()
    """The lines that a press without a distance may mean; the answer after the last ignores it."""
    reply: PressReply | None = None
    """The result of the last button."""

    @property
    def band_in_force(self) -> Band | None:
        """The band inside which the runner is on target now, and no correction is spoken."""
        return None if self.band is None else self.band.widened(self.leave)

    @property
    def is_by_effort(self) -> bool:
        """Return whether paces no longer count from here on: targets are effort and heart rate."""
        from coach.workout.edits import is_run_by_effort  # noqa: PLC0415 - what is painted first has none

        return any(is_run_by_effort(step) for step in self.timeline.steps[self.index :])


_JUDGED = frozenset({Quantity.SPEED, Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER})


def take_snapshot(  # noqa: PLR0917 - what a run is made of
    setup: "RunSetup",
    session: "Session",
    signals: "Signals",
    coach: "Coach",
    now: Seconds,
    d_prime_left: float | None,
) -> Snapshot:
    """Take the snapshot of a session at `now`, with the share of D' that is left."""
    step, target, sensors = session.step, session.target_now(now), signals.sensors(now)
    return Snapshot(
        at=now,
        phase=session.phase,
        timeline=session.timeline,
        index=session.index,
        step=step,
        next_step=next(iter(session.timeline.steps[session.index + 1 : session.index + 2]), None),
        athlete=setup.athlete,
        run_s=session.run_time(session.finished_at or now),
        step_time_s=session.step_time(now) if step is not None else None,
        left_s=session.left_s(now),
        left_m=session.left_m(now),
        step_m=session.step_metres(now),
        estimated=session.is_estimated(now),
        distance_source=signals.distance.source_at(now),
        speed=signals.display_value(signals.speed(), now),
        heart_rate=signals.display_value(signals.heart_rate(), now),
        cadence=signals.display_value(signals.cadence(), now),
        power=signals.display_value(signals.power(), now),
        judged_quantity=(judged := _judged(session, step, target)),
        band=target.band if judged is not None and target is not None else None,
        light=session.light(now),
        rep_mean_speed=session.mean_speed(now),
        cue=coach.cue_to_show(now),
        last_verdict=coach.last_verdict(),
        sensors=sensors,
        splits=(*_rows(session.earlier_marks), *_rows(session.marks)),
        results=session.results,
        offer=session.offer,
        item=session.item,
        item_timer=session.item_timer(now),
        coach_mode=setup.by_hand and not _measures(sensors),
        is_effort_day=session.is_effort_day,
        is_easy_stretch=session.is_easy_stretch,
        slower_percent=session.slower_percent,
        unit=setup.unit,
        d_prime_left=d_prime_left,
        leave=0.0 if judged is None or target is None else session.leave(target),
        stopped_s=session.stopped_s(now),
        recording_trouble=coach.recording_trouble(),
        is_let_be=coach.is_let_be(),
        opinion=coach.opinion(now, judged),
        is_by_clock=session.is_clock_mode,
        paused_s=session.paused_s(now),
        go_in_s=session.go_in_s(now),
        question=session.question,
        question_age_s=session.question_age_s(now),
        doubtful=session.doubtful_mark(now),
        lines_asked=session.lines_asked(now),
    )


def _judged(session: "Session", step: Step | None, target: StepTarget | None) -> Quantity | None:
    if step is None or target is None or session.step_started_at is None or session.is_clock_mode:
        return None
    return target.quantity if target.quantity in _JUDGED else None


def _rows(marks: "tuple[StepMark, ...]") -> list[SplitRow]:
    rows, before = [], Seconds(0.0)
    from_m: Metres | None = Metres(0.0)
    for mark in marks:
        lap = Seconds(mark.time_s - before)
        lap_m = None if mark.metres is None or from_m is None else Metres(mark.metres - from_m)
        rows.append(SplitRow(mark.rep, mark.metres, mark.time_s, lap, mark.light_s, mark.role, lap_m))
        if mark.role is not SplitRole.DOUBTFUL or mark.metres is not None:
            before, from_m = mark.time_s, mark.metres
    return rows


def _measures(sensors: tuple[SensorStatus, ...]) -> bool:
    """Return whether one of the sensors measures distance."""
    return any(sensor.source in DISTANCE_PRIORITY for sensor in sensors)
