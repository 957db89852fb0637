"""Everything an undo restores: the place in the timeline and the state of the step under way.

`State` is made of parts. Each part is written by one class only, which its docstring names; a test in
`tests/architecture` keeps it so. A new `State` is made only here, on reaching a step and for an undo. Pauses and the
history of the sensors are not part of it: undoing a button does not undo a pause or a measurement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from coach.quantities import Metres, Seconds
from coach.session.events import EndReason, StepEnded
from coach.session.phases import Phase, SplitRole
from coach.workout.kinds import Kind
from coach.workout.timeline import Start, Step, Timeline

_FINISHED: Final = Phase.FINISHED  # an enum's member costs a tenth of a microsecond to look up


@dataclass(frozen=True, slots=True)
class StepMark:
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
    """Whether it came without a press."""
    estimated: bool
    """Whether it was predicted across a gap, so that the returning source re-times it."""
    goal_total: Metres | None
    """The odometer's total where the step should have ended; None unless it ended by distance."""
    confirm_until: Seconds
    """Until when a mark re-times it."""
    is_told: bool = False
    """Whether a mark, a key or the runner's own stop told where it is."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line the runner was surely at."""

    step_id: str
    """The step under way at that moment."""
    at: Seconds
    total: Metres
    """The odometer's total there."""
    metres: Metres
    """Planned metres of the step there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A declared stretch that has been run."""

    ended_at: Seconds
    measured: Metres
    """The metres the odometer measured."""
    true: Metres
    """The metres the document declares."""


@dataclass(slots=True)
class WorkoutRevision:
    """The workout as edited so far; written by `Edits`."""

    timeline: Timeline
    is_effort_day: bool = False
    """Whether the paces are re-based to effort."""
    paced: Mapping[str, Step] = field(default_factory=dict)
    """The steps that are run by effort alone, by their ids, as they were with their paces; empty where none is."""
    extra_s: Seconds = Seconds(0.0)
    """Time added by extend to the cap of a rest by heart rate, where the document names none."""


@dataclass(slots=True)
class StepProgress:
    """The place of the run in its steps; written by `StepSequencer`."""

    index: int = 0
    """The place of the step in the timeline; the number of steps when finished."""
    phase: Phase = Phase.READY
    """Never `paused`: that is in the clock."""
    came_from: Kind | None = None
    """The kind of step the runner came out of, moving; None from standing."""
    run_started_at: Seconds | None = None
    started_at: Seconds | None = None
    """The time when the step began; None while it has not."""
    finished_at: Seconds | None = None
    is_held_open: bool = False
    """Whether its end was undone. Only a mark or next ends it then."""
    light_shift_s: Seconds = Seconds(0.0)
    """The time by which the pacing light was set back to the runner."""
    questions: tuple[Step, ...] = ()
    """The prompts that can still be answered, in the order in which they were put."""


@dataclass(slots=True)
class PendingStart:
    """The start that is awaited; written by `StepSequencer`."""

    start: Start | None = None
    """The kind of start, while the step has not started."""
    delay_ends: Seconds | None = None
    """The time when a count-down reaches the start."""
    waits_to_move: bool = False
    """Whether running starts the step."""
    ask_press_at: Seconds | None = None
    """The time to ask for a press, should nothing measure speed by then."""
    waits_for_runner: bool = False
    """Whether an automatic go was taken back, so that the step waits for a standing runner to move."""
    go_to_check: Seconds | None = None
    """An automatic go that is taken back if the runner turns out to stand."""
    over_since: Seconds | None = None
    """The time when the rest was over, in overtime and after a false start."""
    over_reason: EndReason = EndReason.DONE
    """The reason why the rest was over."""


@dataclass(slots=True)
class SendOffSlot:
    """The slot of a send-off under way; written by `StepSequencer`."""

    slot_from: Seconds | None = None
    """Running time at which the slot began."""
    planned_rest_s: Seconds | None = None
    """The rest planned after the rep."""


@dataclass(slots=True)
class StepMeasurement:
    """The measurement of the step; written by `StepDistance`."""

    begin_total: Metres | None = None
    """The odometer's total where the step began; None before a sample lies beyond it."""
    is_clock_mode: bool = False
    """Whether the step runs on the clock because nothing measures it."""
    clock_from: Seconds | None = None
    """The time when the clock was accepted in the middle of a step."""
    may_be_measured: bool = False
    """Whether a source that appears still measures the step, which began without one."""


@dataclass(slots=True)
class HeartRateHold:
    """Heart rates held against a heart-rate end; written by `EndForecaster`."""

    beyond_since: Seconds | None = None
    """Since when fresh heart rates have been beyond the end."""
    beyond_at: Seconds | None = None
    """The time of the newest heart rate held against it."""
    beyond_until: Seconds | None = None
    """Until when that heart rate is fresh."""
    beyond_met_at: Seconds | None = None
    """The time when they had been beyond it for long enough."""


@dataclass(slots=True)
class MovementOnset:
    """Running, while a start by movement is awaited; written by `SensorMonitor`."""

    moving_since: Seconds | None = None
    """Since when the runner has been running."""
    moving_at: Seconds | None = None
    """The time of the newest speed."""


@dataclass(slots=True)
class StepMarks:
    """The marks pressed in the step; written by `MarkHandler`."""

    marks: tuple[StepMark, ...] = ()
    earlier_marks: tuple[StepMark, ...] = ()
    """Marks of the last step before that had any."""
    doubtful: StepMark | None = None
    """A doubtful mark that a second press within 2 s makes good."""
    anchor: Anchor | None = None
    """The last line the runner was surely at."""


@dataclass(slots=True)
class PassedMarks:
    """The planned marks passed without a press; written by `AutomaticSplits`."""

    passed: Metres = Metres(0.0)
    """The distance up to which the planned marks of the step have been passed."""


@dataclass(slots=True)
class OpenOffer:
    """The offer that `accept` would take, and the questions asked in a gap; written by `Offers`."""

    offer: str = ""
    """The offer that stands; empty when none does."""
    stretch: Stretch | None = None
    """The declared stretch whose factor is on offer."""
    line_asked: bool = False
    """Whether the runner was asked to press at the line in this gap."""
    clock_offered: bool = False
    """Whether the clock was offered in this gap."""
    factor_offered: bool = False
    """Whether a factor was offered in this run that the lines of several reps agree on."""


@dataclass(slots=True)
class PressMemory:
    """The facts of earlier presses that the next one depends on; written by `ButtonHandler`."""

    item: int = 0
    """The place of the checklist item under way, sets unrolled."""
    item_since: Seconds | None = None
    """The time when it came up; None for the first, which comes with its step."""
    is_rested: bool = False
    """Whether the rest before it was ended by a press."""
    floor_press_at: Seconds | None = None
    """The time when a go was pressed before the floor of a rest."""
    discard_at: Seconds | None = None
    """The time when a first discard was pressed."""
    boundary_at: Seconds | None = None
    """The time when a mark or go brought the step under way; None if it came otherwise."""


@dataclass(slots=True)
class JudgedLines:
    """The lines that need no further look; written by `OwnStops`."""

    ended_step: str = ""
    """The rep behind whose line was judged."""
    started_step: str = ""
    """The rep under way whose start was judged."""


@dataclass(slots=True)
class StepRecords:
    """The steps that ended; written by `StepResults`."""

    results: tuple[StepEnded, ...] = ()
    """Every step that ended, as corrected since, in the order of their ends."""
    last_end: LastEnd | None = None
    """The boundary before the step under way."""


@dataclass(slots=True)
class State:
    """The session at one moment, in parts that one class each writes."""

    workout: WorkoutRevision
    progress: StepProgress = field(default_factory=StepProgress)
    pending: PendingStart = field(default_factory=PendingStart)
    send_off: SendOffSlot = field(default_factory=SendOffSlot)
    measurement: StepMeasurement = field(default_factory=StepMeasurement)
    heart_rate_hold: HeartRateHold = field(default_factory=HeartRateHold)
    movement: MovementOnset = field(default_factory=MovementOnset)
    step_marks: StepMarks = field(default_factory=StepMarks)
    passed_marks: PassedMarks = field(default_factory=PassedMarks)
    open_offer: OpenOffer = field(default_factory=OpenOffer)
    press_memory: PressMemory = field(default_factory=PressMemory)
    judged_lines: JudgedLines = field(default_factory=JudgedLines)
    records: StepRecords = field(default_factory=StepRecords)

    @property
    def timeline(self) -> Timeline:
        """The timeline of the revision in force."""
        return self.workout.timeline

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the timeline."""
        return self.workout.timeline.steps

    @property
    def step(self) -> Step | None:
        """The step under way or about to start; None when finished."""
        progress = self.progress
        return None if progress.phase is _FINISHED else self.workout.timeline.steps[progress.index]

    def at_step(self, index: int, came_from: Kind | None) -> "State":
        """The state on reaching another step: what belongs to the run stays, what belonged to the step goes."""
        workout, progress, marks, offer = self.workout, self.progress, self.step_marks, self.open_offer
        return State(
            workout=WorkoutRevision(
                workout.timeline, is_effort_day=workout.is_effort_day, paced=workout.paced
            ),
            progress=StepProgress(
                index=min(index, len(self.steps)),
                came_from=came_from,
                run_started_at=progress.run_started_at,
                questions=progress.questions,
            ),
            send_off=replace(self.send_off),
            step_marks=StepMarks(earlier_marks=marks.marks or marks.earlier_marks, anchor=marks.anchor),
            open_offer=OpenOffer(
                "" if offer.stretch is None else "calibration",
                offer.stretch,
                factor_offered=offer.factor_offered,
            ),
            press_memory=PressMemory(discard_at=self.press_memory.discard_at),
            judged_lines=replace(self.judged_lines),
            records=replace(self.records),
        )

    def copy(self) -> "State":
        """A copy that shares no part with this state."""
        return State(*(replace(getattr(self, part.name)) for part in fields(self)))

    def restored(self, undone_state: "State") -> "State":
        """A copy to go on from in place of `undone`; planned marks passed meanwhile in the same step stay passed."""
        state, progress, undone_progress = self.copy(), self.progress, undone_state.progress
        if progress.index == undone_progress.index and progress.started_at == undone_progress.started_at:
            passed = max(self.passed_marks.passed, undone_state.passed_marks.passed)
            state.passed_marks = PassedMarks(passed)
        return state
