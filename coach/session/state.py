"""Everything an undo gives back: the place in the timeline and what is known of the step under way.

Pauses and the sensors' history are not in it: a pause is not undone by undoing another button, and what was
measured stays measured.
"""

from dataclasses import dataclass

from coach.quantities import Metres, Seconds
from coach.session.events import EndReason, SplitRole, StepEnded
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import Start, Step, Timeline


@dataclass(frozen=True, slots=True)
class KnownMark:
    """A mark of the step under way."""

    at: Seconds
    time_s: Seconds
    """Step time."""
    metres: Metres | None
    """Planned metres it was credited with; None for a bare split."""
    role: SplitRole
    light_s: Seconds | None = None
    rep: int | None = None
    """The rep it was in."""


@dataclass(frozen=True, slots=True)
class LastEnd:
    """The boundary before the step under way, while it may still be re-timed."""

    step_id: str
    started_at: Seconds
    ended_at: Seconds
    by_itself: bool
    """Did nobody press for it?"""
    estimated: bool
    """Was it predicted across a gap, so that the returning source re-times it?"""
    goal_total: Metres | None
    """The odometer's total where the step should have ended; None unless it ended by distance."""
    confirm_until: Seconds
    """Until when a mark re-times it."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line the runner was surely at."""

    step_id: str
    """The step under way then."""
    at: Seconds
    total: Metres
    """The odometer's total there."""
    metres: Metres
    """Planned metres of the step there."""


@dataclass(slots=True)
class State:
    """The session at one moment; replaced as a whole by an undo, so every field is immutable or replaced."""

    timeline: Timeline
    index: int = 0
    how: Start | None = None
    """How the step starts, while it has not."""
    phase: Phase = Phase.READY
    """Never `paused`: that is the clock's to say."""
    run_started_at: Seconds | None = None
    started_at: Seconds | None = None
    """When the step began; None while it has not."""
    begin_total: Metres | None = None
    """The odometer's total where the step began; None while unknown."""
    delay_ends: Seconds | None = None
    """When a count-down reaches the start."""
    slot_from: Seconds | None = None
    """Running time at which the send-off slot under way began."""
    planned_rest_s: Seconds | None = None
    """The rest a send-off plans after the rep under way."""
    clock_mode: bool = False
    """Does the step run on the clock because nothing measures it?"""
    may_measure_until: Seconds | None = None
    """A source that appears by then still measures a step that began without one."""
    held_open: bool = False
    """Was its end undone? Then only a mark or next ends it."""
    extra_s: Seconds = Seconds(0.0)
    """Time added by extend to the cap of a rest by heart rate, where the document names none."""
    marks: tuple[KnownMark, ...] = ()
    passed: Metres = Metres(0.0)
    """How far its planned marks have been passed by distance."""
    earlier_marks: tuple[KnownMark, ...] = ()
    """Marks of the step before that had any."""
    over_since: Seconds | None = None
    """When the rest was over, in overtime and after a false start."""
    over_reason: EndReason = EndReason.DONE
    """What the rest was over by."""
    waits_to_move: bool = False
    """Does running start the step?"""
    ask_press_at: Seconds | None = None
    """When to say that a start by movement takes a press, should nothing measure speed by then."""
    doubtful: KnownMark | None = None
    """A doubtful mark that a second press within 2 s makes good."""
    floor_press_at: Seconds | None = None
    offer: str = ""
    clock_offered: bool = False
    line_asked: bool = False
    item: int = 0
    light_shift_s: Seconds = Seconds(0.0)
    """How far the light was set back to the runner."""
    clock_from: Seconds | None = None
    """When the clock was accepted in the middle of a step."""
    beyond_since: Seconds | None = None
    """Since when fresh heart rates have been beyond a heart-rate end."""
    beyond_at: Seconds | None = None
    """The newest heart rate held against it."""
    beyond_until: Seconds | None = None
    """Until when that one is fresh."""
    beyond_met_at: Seconds | None = None
    """When they had been so for long enough."""
    moving_since: Seconds | None = None
    """Since when the runner has been running, while a start by movement is awaited."""
    moving_at: Seconds | None = None
    """The newest speed that said so."""
    discard_at: Seconds | None = None
    """When a first discard was pressed."""
    go_to_check: Seconds | None = None
    """An automatic go that is taken back if the runner turns out to stand."""
    waits: bool = False
    """Does it wait for a standing runner to move?"""
    came_from: Kind | None = None
    """The kind of step the runner came out of, moving; None from standing."""
    last_end: LastEnd | None = None
    anchor: Anchor | None = None
    """The last line surely known."""
    stretch: tuple[Seconds, Metres, Metres] | None = None
    """A declared stretch on offer: when it ended, what was measured, what is true."""
    results: tuple[StepEnded, ...] = ()
    question: Step | None = None
    """The prompt whose answer is still welcome."""
    effort_day: bool = False
    finished_at: Seconds | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the timeline."""
        return self.timeline.steps

    @property
    def step(self) -> Step | None:
        """The step under way or about to start; None when finished."""
        return self.timeline.steps[self.index] if self.phase is not Phase.FINISHED else None

    def at_step(self, index: int, came_from: Kind | None) -> "State":
        """The state on reaching another step: what belongs to the run stays, what belonged to the step goes."""
        return State(
            timeline=self.timeline,
            index=min(index, len(self.timeline.steps)),
            run_started_at=self.run_started_at,
            slot_from=self.slot_from,
            planned_rest_s=self.planned_rest_s,
            came_from=came_from,
            last_end=self.last_end,
            anchor=self.anchor,
            stretch=self.stretch,
            offer="calibration" if self.stretch is not None else "",
            results=self.results,
            question=self.question,
            effort_day=self.effort_day,
            discard_at=self.discard_at,
            earlier_marks=self.marks or self.earlier_marks,
        )
