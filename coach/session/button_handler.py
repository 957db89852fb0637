"""Handles the buttons: debounces keys, looks the action up in the table, carries it out, and can undo it.

- A press that arrives late is carried out as it would have been when it was pressed, in the state of then.
- It is never credited before the last press that was taken, and 5 s back at most.
- What came by itself since is brought again. What was announced stays so: a step that ended then is re-timed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from coach.quantities import Metres, Seconds
from coach.session.config import only_asks, slot_length
from coach.session.edits import Edits, Offers
from coach.session.events import (
    Answered,
    BoundaryMoved,
    EndReason,
    MovedBy,
    PhaseChanged,
    SessionEvent,
    Split,
    StepEnded,
    StepStarted,
)
from coach.session.marks import MarkHandler
from coach.session.phases import (
    BUTTONS,
    PAST_S,
    Action,
    Button,
    ButtonContext,
    ItemPart,
    Origin,
    Phase,
    Pressed,
    Refusal,
    RefusedError,
    SplitRole,
    context_of,
    items_of,
    mark_context_of,
    sentence_of,
)
from coach.session.sequencer import StepSequencer
from coach.session.state import State
from coach.signals.readings import Calibrated, Rejected
from coach.workout.kinds import REPS, RESTS
from coach.workout.timeline import AutoStart, PressStart

_GUARDED = frozenset({Button.MARK, Button.GO, Button.NEXT, Button.ABANDON, Button.RESTART, Button.BACK})
"""The keys that do nothing for 0.7 s after they did something."""
_NOT_UNDONE = frozenset({Button.PAUSE, Button.RESUME, Button.UNDO})
"""The buttons that undo does not take back."""
_MAY_BE_UNENDED = frozenset(ButtonContext) - {
    ButtonContext.READY,
    ButtonContext.OVERTIME,
    ButtonContext.CHECKLIST,
    ButtonContext.PAUSED,
    ButtonContext.FINISHED,
}
"""The contexts in which a mark ends a step whose end was undone."""
_REMOTE = frozenset({Origin.PHONE, Origin.MQTT})
"""A second pause from there does not let the clock go on: its sender may not have seen the first one yet."""
_NEVER_CONFIRMS = frozenset({ButtonContext.PAUSED, ButtonContext.OVERTIME, ButtonContext.CHECKLIST})
"""The contexts in which a mark never means the boundary just behind."""
_BY_PRESS_ONLY = frozenset(
    {ButtonContext.READY, ButtonContext.CHECKLIST, ButtonContext.FREE_RUN, ButtonContext.FARTLEK}
)
"""The contexts in which a mark just after a boundary is the same press again only if a press brought the boundary."""
_CROSSES = frozenset({Button.MARK, Button.GO})
"""The buttons that say where the runner was: arrived late, they re-time a step that has ended by itself since."""
_TIMED = _CROSSES | {Button.NEXT, Button.ABANDON, Button.RESTART, Button.BACK, Button.PAUSE, Button.RESUME}
"""The buttons that count from when they were pressed. For the others it makes no difference."""
_IN_STEP = frozenset({SplitRole.SPLIT, SplitRole.END, SplitRole.DOUBTFUL, SplitRole.IGNORED})
"""The roles of a mark that belongs to the step it was pressed in."""
_JUDGED_BY_TIME = frozenset({ButtonContext.WORK_BY_DISTANCE, ButtonContext.SEND_OFF_REP})
"""The contexts in which the mark itself is doubted where nobody can have run so far."""


class ButtonHandler:
    """Handles the buttons of one run.

    The actions are methods of this class, of `MarkHandler`, of `Edits` and of `Offers`. An action that changes nothing
    raises `RefusedError`.
    """

    def __init__(self, sequencer: StepSequencer, edits: Edits, offers: Offers) -> None:
        """Act on the steps of `sequencer`; plans are changed by `edits`, offers carried out by `offers`."""
        self._sequencer = sequencer
        self._edits = edits
        self._offers = offers
        self._marks = MarkHandler(sequencer, offers)
        self._saved: list[_SavedState] = []
        self._last_key: dict[Button, Seconds] = {}
        self._acted_at: dict[Button, Seconds] = {}
        self._handlers: dict[Action, Callable[[Pressed], None]] = self._table()
        self._taken_at: Seconds | None = None
        self._changed_at: Seconds | None = None
        self.has_ended = False
        """Whether a button ended the run."""
        self.is_retold = False
        """Whether the last press announced a step again."""
        self._has_counted = False

    def press(self, pressed: Pressed) -> list[Rejected]:
        """Carry out the action of the button; the sequencer collects the events. A refused press is a `Rejected`."""
        self.is_retold = False
        if pressed.origin is Origin.KEY and self._is_bounce(pressed):
            return []
        if not self._is_for_this_step(pressed):
            return [Rejected(pressed.at, str(pressed.button), Refusal.OTHER_STEP.value)]
        moment = self._moment_of(pressed)
        return self._press(pressed) if moment >= pressed.at else self._press_late(pressed, moment)

    def _press(self, pressed: Pressed) -> list[Rejected]:
        """Carry out the action of a button that is pressed now."""
        sequencer = self._sequencer
        before, was_paused = sequencer.state.copy(), sequencer.clock.paused_at is not None
        context = context_of(sequencer.phase(), sequencer.state.step)
        self._has_counted = False
        try:
            self._has_counted = self._act(context, pressed)
        except RefusedError as error:
            return [Rejected(pressed.at, str(pressed.button), sentence_of(error, pressed.button, context))]
        finally:
            sequencer.discard_forecast()
        if not self._has_counted:
            return []
        if pressed.origin is Origin.KEY:
            self._acted_at[pressed.button] = pressed.at
        self._taken_at = pressed.at
        if pressed.button in {Button.MARK, Button.GO}:
            self._note_boundary(before, pressed.at)
        if pressed.button not in {Button.PAUSE, Button.RESUME}:
            self._changed_at = pressed.at
        if pressed.button not in _NOT_UNDONE:
            resumed = was_paused and sequencer.clock.paused_at is None
            self._saved.append(_SavedState(pressed.at, pressed.button, before, resumed))
            del self._saved[: -sequencer.settings.undo_depth]
        return []

    def _act(self, context: ButtonContext, pressed: Pressed) -> bool:
        """Carry out what a button, or a gate, does in a context; return True if there is anything to take back.

        Raises:
            RefusedError: it does nothing there.
        """
        if pressed.gate is not None:
            return self._marks.pass_gate(pressed, pressed.gate, context)
        if context is ButtonContext.PAUSED and pressed.button is Button.PAUSE and pressed.origin in _REMOTE:
            raise RefusedError(Refusal.PAUSED_ALREADY)
        action = self._action_of(context, pressed)
        if action is Action.REJECT:
            is_paused_mark = context is ButtonContext.PAUSED and pressed.button is Button.MARK
            raise RefusedError(Refusal.PAUSED if is_paused_mark else Refusal.NOTHING_HERE)
        self._handlers[action](pressed)
        return True

    def _is_for_this_step(self, pressed: Pressed) -> bool:
        """Return True if the presser saw the current step; a mark always counts, as it says where the runner is."""
        expected, progress = pressed.expected_step, self._sequencer.state.progress
        if expected is None or pressed.button in _CROSSES:
            return True
        step = self._sequencer.state.step
        return expected in {"" if step is None else step.step_id, f"#{progress.index}"}

    def _moment_of(self, pressed: Pressed) -> Seconds:
        """The time a press counts from: that of the press, but not before the last one taken, and 5 s back at most."""
        at, button = pressed.at, pressed.button
        if pressed.pressed_at is None or button not in _TIMED:
            return at
        passages, settled_at = self._sequencer.passages, self._sequencer.settled_at
        since = self._changed_at if button in _CROSSES else self._taken_at
        earliest = max(at - PAST_S, settled_at, -inf if since is None else since)
        if button not in _CROSSES and passages:
            earliest = max(earliest, passages[-1].at)
        return Seconds(min(at, max(pressed.pressed_at, earliest)))

    def _press_late(self, pressed: Pressed, moment: Seconds) -> list[Rejected]:
        """Carry out a press as it would have been at a moment that is past, and bring again what came since."""
        sequencer, events, clock = self._sequencer, self._sequencer.events, self._sequencer.clock
        announced, pressed_in, phase = sequencer.state, sequencer.state_at(moment), events.phase
        pauses, present = clock.go_back_to(moment), sequencer.go_back_to(moment)
        events.assume_phase(sequencer.phase())
        rejections = self._press(replace(pressed, at=moment, pressed_at=None))
        if pressed.button in _CROSSES:  # no other is credited before a pause or its end
            if (paused_at := next((since for since, _ in pauses if since > moment), None)) is not None:
                sequencer.catch_up(paused_at)
            if rejections or sequencer.state.progress.started_at is not None:
                clock.go_on_with(pauses)  # else nothing was under way that could be paused
        sequencer.discard_forecast()
        if self._has_counted:
            sequencer.catch_up(pressed.at)
        else:
            sequencer.return_to(present)
        new = events.drain()
        events.assume_phase(phase)
        self._announce(new, _Late(pressed.at, moment, announced, pressed_in))
        events.emit_phase(sequencer.phase(), pressed.at, pressed.button, is_back=True)
        return [replace(rejection, at=pressed.at) for rejection in rejections]

    def _announce(self, new: Sequence[SessionEvent | Calibrated], late: "_Late") -> None:
        """Emit now what is new of the events of a late press; a step that had ended is re-timed, not told again."""
        events, at = self._sequencer.events, late.at
        for event in new:
            match event:
                case StepEnded(step=step, ended_at=ended_at):
                    before = late.told_end(step.step_id)
                    if before is None:
                        events.emit(replace(event, at=at))
                        continue
                    self._sequencer.results.keep_announced(self._sequencer.state, before)
                    if ended_at != before.ended_at and not only_asks(step):
                        moved = BoundaryMoved(at, step.step_id, before.ended_at, ended_at, MovedBy.MARK)
                        events.emit(moved)
                case StepStarted(index=index):
                    self._announce_start(event, late, is_told=late.was_started(index))
                case Split(role=role, at=since):
                    step_id = late.ended_step_id() if role in _IN_STEP else ""
                    events.emit(replace(event, at=at, effective_at=since, step_id=step_id))
                case Calibrated():
                    events.emit_calibration(replace(event, at=at))
                case PhaseChanged():
                    pass  # the phase is told last
                case _:
                    events.emit(replace(event, at=at))
        progress, under_way = self._sequencer.state.progress, self._sequencer.state.step
        is_back = progress.index < late.announced.progress.index and progress.started_at is not None
        if is_back and under_way is not None:
            self.is_retold = True
            events.emit(StepStarted(at, progress.index, under_way, progress.started_at))

    def _announce_start(self, event: StepStarted, late: "_Late", *, is_told: bool) -> None:
        """Emit that a step began, unless that was told and only the boundary before it has moved."""
        began_at = event.at if event.effective_at is None else event.effective_at
        announced = late.announced.progress
        if is_told and (event.index != late.pressed_in.progress.index or began_at == announced.started_at):
            return
        self.is_retold = self.is_retold or is_told
        self._sequencer.events.emit(
            replace(event, at=late.at, effective_at=None if began_at == late.at else began_at)
        )

    def lines_asked(self, now: Seconds) -> tuple[Metres, ...]:
        """The lines that the next answer chooses from, for a press without a distance; empty where none is asked."""
        return () if self._sequencer.state.progress.questions else self._marks.lines_asked(now)

    def forget(self) -> None:
        """Forget the presses so far: undo does not lead back across a gap."""
        self._saved.clear()

    def take_end_back(self, at: Seconds) -> None:
        """Take the end of the run back, however long ago: where it was closed, else the end of its last step."""
        self.has_ended = False
        if self._saved and self._saved[-1].button is Button.FINISH:
            self._saved.pop()
        if not self._sequencer.take_close_back(at) and not self._undo_newest(at):
            self._edits.free_lap(Pressed(at, Button.MARK))
        self._sequencer.discard_forecast()

    def _action_of(self, context: ButtonContext, pressed: Pressed) -> Action:
        """The action of the table, unless a mark means a boundary just behind, or ends a step whose end was undone."""
        action, step = BUTTONS[context][pressed.button], self._sequencer.state.step
        if pressed.button is not Button.MARK:
            return action
        if context not in _NEVER_CONFIRMS and self._marks.confirms(pressed.at):
            return Action.CONFIRM_OR_IGNORE
        if self._is_pressed_again(context, pressed.at):
            return Action.CONFIRM_OR_IGNORE
        if context is ButtonContext.SEND_OFF_REP and step is not None:
            action = BUTTONS[mark_context_of(step)][Button.MARK]
        is_held_open = self._sequencer.state.progress.is_held_open
        if is_held_open and context in _MAY_BE_UNENDED and action is not Action.CREDIT_MARK:
            return Action.END_BY_MARK
        return action

    def _note_boundary(self, before: State, at: Seconds) -> None:
        """Remember a boundary that a mark or go brought."""
        was, now = before.progress, self._sequencer.state.progress
        if (was.index, was.started_at) != (now.index, now.started_at):
            self._sequencer.state.press_memory.boundary_at = at

    def _is_pressed_again(self, context: ButtonContext, at: Seconds) -> bool:
        """Return True if a mark comes so soon after a boundary that it is for that boundary and ends no step."""
        state = self._sequencer.state
        if context in _NEVER_CONFIRMS - {ButtonContext.CHECKLIST} or context in _JUDGED_BY_TIME:
            return False
        boundary_at = state.press_memory.boundary_at
        if context not in _BY_PRESS_ONLY:
            begun_at, finished_at = state.progress.started_at, state.progress.finished_at
            boundary_at = max(
                (at for at in (boundary_at, begun_at, finished_at) if at is not None), default=None
            )
        return boundary_at is not None and at - boundary_at < self._sequencer.settings.pressed_again_s

    def _table(self) -> dict[Action, Callable[[Pressed], None]]:
        edits, marks = self._edits, self._marks
        return {
            Action.GO: self._go,
            Action.CREDIT_MARK: marks.credit,
            Action.TIME_SPLIT: marks.time_split,
            Action.TURN: marks.turn,
            Action.KEEP_LAP: marks.keep_lap,
            Action.END_BY_MARK: self._end_by_mark,
            Action.CONFIRM_OR_GO: self._confirm_or_go,
            Action.CONFIRM_OR_IGNORE: marks.confirm_or_ignore,
            Action.GO_AFTER_FLOOR: self._go_after_floor,
            Action.NEXT_ITEM: self._next_item,
            Action.END_NOW: self._end_now,
            Action.SKIP: self._skip,
            Action.PREVIOUS: self._previous,
            Action.ITEM_BACK: self._item_back,
            Action.REARM: self._rearm,
            Action.FALSE_START: self._false_start,
            Action.RESTART_STEP: self._restart_step,
            Action.RESLOT: self._reslot,
            Action.RESTART_LIST: self._restart_list,
            Action.ABANDON: self._abandon,
            Action.FLOAT_TO_JOG: edits.float_to_jog,
            Action.PAUSE: self._pause,
            Action.CANCEL_DELAY: self._cancel_delay,
            Action.RESUME: self._resume,
            Action.RESUME_AND_END: self._resume_and_end,
            Action.RESUME_AND_ABANDON: self._resume_and_abandon,
            Action.RESUME_AND_REARM: self._resume_and_rearm,
            Action.MORE_METRES: edits.more_metres,
            Action.MORE: edits.more,
            Action.MORE_TIME: edits.more_time,
            Action.LATER_CAP: edits.more_time,
            Action.LATER_DELAY: edits.later_delay,
            Action.SLIDE_SLOTS: edits.slide_slots,
            Action.BACK_TO_REST: edits.back_to_rest,
            Action.FREE_LAP: edits.free_lap,
            Action.FREE_TIME: edits.free_time,
            Action.UNDO: self._undo,
            Action.ADD_REP: edits.add_rep,
            Action.DROP_REP: edits.drop_rep,
            Action.ENOUGH: edits.enough,
            Action.SHORTEN: edits.shorten,
            Action.COOL_DOWN: self._cool_down,
            Action.FASTER: edits.faster,
            Action.SLOWER: edits.slower,
            Action.ACCEPT: self._accept,
            Action.ANSWER: self._answer,
            Action.LINE_EARLIER: marks.earlier,
            Action.LINE_LATER: marks.later,
            Action.EFFORT_DAY: edits.effort_day,
            Action.BY_EFFORT: edits.by_effort,
            Action.FINISH: self._finish,
            Action.DISCARD: self._discard,
        }

    def _is_bounce(self, pressed: Pressed) -> bool:
        settings = self._sequencer.settings
        last_press_at = self._last_key.get(pressed.button)
        self._last_key[pressed.button] = pressed.at
        if last_press_at is not None and pressed.at - last_press_at < settings.held_key_s:
            return True
        acted_at = self._acted_at.get(pressed.button)
        return (
            pressed.button in _GUARDED and acted_at is not None and pressed.at - acted_at < settings.guard_s
        )

    def _undo(self, pressed: Pressed) -> None:
        before_end = self._sequencer.before_end
        newest_at = max(
            -inf if before_end is None else before_end[0], self._saved[-1].at if self._saved else -inf
        )
        if pressed.at - newest_at > self._sequencer.settings.undo_s:
            raise RefusedError(Refusal.NOTHING_TO_UNDO)
        self._undo_newest(pressed.at)

    def _undo_newest(self, at: Seconds) -> bool:
        """Take back the newest press, or the end that a step came to by itself since; False where there is neither."""
        sequencer = self._sequencer
        saved, before_end = self._saved[-1] if self._saved else None, sequencer.before_end
        pressed_at = -inf if saved is None else saved.at
        ended_at = -inf if before_end is None else before_end[0]
        if before_end is not None and ended_at > pressed_at:
            sequencer.before_end = None
            sequencer.restore(at, before_end[1], None)
            return True
        if saved is None:
            return False
        self._saved.pop()
        if ended_at == pressed_at:
            sequencer.before_end = None  # the press itself brought that end
        if saved.resumed:
            sequencer.clock.pause(at)
        sequencer.restore(at, saved.state, saved.button)
        return True

    def _go(self, pressed: Pressed) -> None:
        """Start the step, or begin its count-down."""
        sequencer, state, at = self._sequencer, self._sequencer.state, pressed.at
        if state.progress.phase is Phase.OVERTIME:
            sequencer.end(at, state.pending.over_reason, at, start=AutoStart(), button=pressed.button)
        elif sequencer.begin_countdown(at):
            return
        else:
            sequencer.start(at, button=pressed.button)
        self._start_at_line(pressed)

    def _accept(self, pressed: Pressed) -> None:
        """Take the offer that stands; without one, count the press that was doubted."""
        if self._sequencer.state.open_offer.offer:
            self._offers.accept(pressed)
        else:
            self._marks.count_doubtful(pressed)

    def _end_by_mark(self, pressed: Pressed) -> None:
        """End the step at the mark."""
        sequencer, at = self._sequencer, pressed.at
        step = sequencer.state.step
        is_rest = step is not None and step.kind in RESTS
        self._marks.split(at, SplitRole.END)
        sequencer.end(at, EndReason.MARK, at, start=AutoStart() if is_rest else None, button=pressed.button)

    def _confirm_or_go(self, pressed: Pressed) -> None:
        """Start the next step if it waits for a press, else keep a split."""
        sequencer = self._sequencer
        if isinstance(sequencer.follow_up(pressed.at), PressStart):
            sequencer.end(
                pressed.at, _reason_of(pressed), pressed.at, start=AutoStart(), button=pressed.button
            )
            self._start_at_line(pressed)
            return
        if pressed.button is Button.GO:
            raise RefusedError(Refusal.STARTS_BY_ITSELF)
        self._marks.time_split(pressed)

    def _go_after_floor(self, pressed: Pressed) -> None:
        """End the rest; before its floor only when pressed twice."""
        sequencer, state, at = self._sequencer, self._sequencer.state, pressed.at
        floor = sequencer.ends.floor_at(state)
        memory = state.press_memory
        first_press_at = memory.floor_press_at
        is_second = first_press_at is not None and at - first_press_at <= sequencer.settings.press_twice_s
        if floor is not None and at < floor and not is_second:
            memory.floor_press_at = at
            self._marks.split(at, SplitRole.IGNORED)
            return
        sequencer.end(at, _reason_of(pressed), at, start=AutoStart(), button=pressed.button)
        self._start_at_line(pressed)

    def _next_item(self, pressed: Pressed) -> None:
        """Tick an item off; in a rest between sets begin the next one."""
        sequencer, state = self._sequencer, self._sequencer.state
        step, memory = state.step, state.press_memory
        timer = sequencer.item_timer(pressed.at)
        memory.item_since = pressed.at
        if timer is not None and timer.part is ItemPart.REST:
            memory.is_rested = True
            return
        memory.item += 1
        memory.is_rested = False
        if step is None or memory.item >= items_of(step.items):
            sequencer.end(pressed.at, EndReason.DONE, pressed.at, button=pressed.button)

    def _end_now(self, pressed: Pressed) -> None:
        """End the step and go on."""
        self._end(pressed, EndReason.NEXT)

    def _skip(self, pressed: Pressed) -> None:
        """Leave the step out."""
        self._sequencer.end(pressed.at, EndReason.SKIPPED, pressed.at, button=pressed.button)

    def _previous(self, pressed: Pressed) -> None:
        """Go back to the step before."""
        sequencer, state = self._sequencer, self._sequencer.state
        index = max(0, state.progress.index - 1)
        while index > 0 and only_asks(state.steps[index]):
            index -= 1
        start = PressStart() if state.steps[index].kind in REPS else AutoStart()
        if state.progress.started_at is None:
            sequencer.reach(index, pressed.at, start=PressStart(), button=pressed.button)
        else:
            sequencer.end(
                pressed.at, EndReason.BACK, pressed.at, goto=index, start=start, button=pressed.button
            )

    def _item_back(self, pressed: Pressed) -> None:
        """Go back an item."""
        memory = self._sequencer.state.press_memory
        if memory.item == 0:
            self._previous(pressed)
            return
        memory.item -= 1
        memory.item_since, memory.is_rested = pressed.at, True

    def _rearm(self, pressed: Pressed) -> None:
        """Wait for the start again, with its count-down if it had one."""
        sequencer, state = self._sequencer, self._sequencer.state
        start = state.pending.start
        start = PressStart() if start is None or isinstance(start, AutoStart) else start
        index, came_from = state.progress.index, state.progress.came_from
        sequencer.reach(index, pressed.at, start=start, came_from=came_from, button=pressed.button)
        sequencer.count_rest_from(state.pending.over_since)

    def _false_start(self, pressed: Pressed) -> None:
        """Take the start back; the rest before it keeps counting."""
        started_at = self._sequencer.state.progress.started_at
        self._restart(pressed, EndReason.FALSE_START, PressStart())
        self._sequencer.count_rest_from(started_at)

    def _restart_step(self, pressed: Pressed) -> None:
        """Begin the step again, now."""
        self._restart(pressed, EndReason.RESTARTED, AutoStart())

    def _reslot(self, pressed: Pressed) -> None:
        """Begin the rest of a send-off again and count the slots from it."""
        sequencer, state = self._sequencer, self._sequencer.state
        rest = state.send_off.planned_rest_s or Seconds(0.0)
        every = Seconds(0.0) if state.step is None else slot_length(state.step)
        self._restart_step(pressed)
        sequencer.restart_slots(Seconds(sequencer.clock.running(pressed.at) - (every - rest)))

    def _restart_list(self, pressed: Pressed) -> None:
        """Begin the list again."""
        memory = self._sequencer.state.press_memory
        memory.item, memory.item_since, memory.is_rested = 0, pressed.at, False

    def _abandon(self, pressed: Pressed) -> None:
        """Give the step up."""
        self._sequencer.end(pressed.at, EndReason.ABANDONED, pressed.at, button=pressed.button)

    def _pause(self, pressed: Pressed) -> None:
        """Stop the clock."""
        self._sequencer.clock.pause(pressed.at)
        self._sequencer.emit_phase(pressed.at, pressed.button)

    def _cancel_delay(self, _pressed: Pressed) -> None:
        """Stop the count-down."""
        if not self._sequencer.cancel_countdown():
            raise RefusedError(Refusal.NO_COUNTDOWN)

    def _resume(self, pressed: Pressed) -> None:
        """Let the clock go on."""
        self._sequencer.clock.resume(pressed.at)
        self._sequencer.emit_phase(pressed.at, pressed.button)

    def _resume_and_end(self, pressed: Pressed) -> None:
        """Let the clock go on, and count the step as done."""
        self._resume(pressed)
        self._end(pressed, EndReason.DONE)

    def _resume_and_abandon(self, pressed: Pressed) -> None:
        """Let the clock go on and give the step up."""
        self._resume(pressed)
        self._abandon(pressed)

    def _resume_and_rearm(self, pressed: Pressed) -> None:
        """Let the clock go on and take the start back."""
        self._resume(pressed)
        self._false_start(pressed)

    def _cool_down(self, pressed: Pressed) -> None:
        """Go to the cool-down."""
        sequencer, state = self._sequencer, self._sequencer.state
        index = self._edits.cool_down_at()
        if index is None:
            raise RefusedError(Refusal.NO_COOL_DOWN)
        sequencer.clock.resume(pressed.at)
        for place in range(state.progress.index + 1, index):
            sequencer.skip(place, pressed.at)
        reason = EndReason.COOL_DOWN if state.progress.started_at is not None else EndReason.SKIPPED
        sequencer.end(pressed.at, reason, pressed.at, goto=index, start=AutoStart(), button=pressed.button)

    def _answer(self, pressed: Pressed) -> None:
        """Answer the open question, of several put in a row the first; without one, which line a press was at."""
        sequencer, state, answer = self._sequencer, self._sequencer.state, pressed.answer
        question = next(iter(state.progress.questions), None)
        if question is None:
            self._marks.answer_line(pressed)
            return
        most = len(question.answers) or 10
        if answer is None or not 1 <= answer <= most:
            raise RefusedError(Refusal.NO_SUCH_ANSWER, answers=most)
        sequencer.events.emit(Answered(pressed.at, question.step_id, question.question, answer))
        sequencer.close_question()
        if state.step is question and state.progress.started_at is not None:
            sequencer.end(pressed.at, EndReason.DONE, pressed.at, button=pressed.button)

    def _finish(self, pressed: Pressed) -> None:
        """End the run here."""
        self._sequencer.close(pressed.at, pressed.button)
        self.has_ended = True

    def _discard(self, pressed: Pressed) -> None:
        """Throw the run away; it takes two presses."""
        memory = self._sequencer.state.press_memory
        first_press_at = memory.discard_at
        if first_press_at is None or pressed.at - first_press_at > self._sequencer.settings.discard_s:
            memory.discard_at = pressed.at
            return
        self._finish(pressed)

    def _start_at_line(self, pressed: Pressed) -> None:
        """Anchor the step just started at its line, and keep the mark that started it."""
        self._marks.anchor_here(pressed.at)
        if pressed.button is Button.MARK:
            self._marks.split(pressed.at, SplitRole.START)

    def _end(self, pressed: Pressed, reason: EndReason) -> None:
        sequencer = self._sequencer
        is_rest = sequencer.state.progress.phase in {Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME}
        start = AutoStart() if is_rest else None
        sequencer.end(pressed.at, reason, pressed.at, start=start, button=pressed.button)

    def _restart(self, pressed: Pressed, reason: EndReason, start: AutoStart | PressStart) -> None:
        sequencer = self._sequencer
        sequencer.end(
            pressed.at,
            reason,
            pressed.at,
            goto=sequencer.state.progress.index,
            start=start,
            button=pressed.button,
        )


def _reason_of(pressed: Pressed) -> EndReason:
    return EndReason.MARK if pressed.button is Button.MARK else EndReason.NEXT


@dataclass(frozen=True, slots=True)
class _SavedState:
    """The state before a press."""

    at: Seconds
    button: Button
    state: State
    resumed: bool
    """Whether the press ended a pause."""


@dataclass(frozen=True, slots=True)
class _Late:
    """A press that arrives late: what was announced by then, and what held when it was pressed."""

    at: Seconds
    """The time when it arrived."""
    moment: Seconds
    """The time when it counts."""
    announced: State
    """The state as it was announced."""
    pressed_in: State
    """The state at the moment; the same object if nothing came by itself since."""

    def told_end(self, step_id: str) -> StepEnded | None:
        """The end of a step that came by itself since, and was announced; None if none was."""
        earlier = self.pressed_in.records.results
        for result in self.announced.records.results:
            if result.step.step_id == step_id and all(result is not other for other in earlier):
                return result
        return None

    def was_started(self, index: int) -> bool:
        """Whether a step was announced to have started since."""
        start, announced = self.pressed_in.progress, self.announced.progress
        is_begun = index < announced.index or (index == announced.index and announced.started_at is not None)
        return is_begun and (index > start.index or (index == start.index and start.started_at is None))

    def ended_step_id(self) -> str:
        """The id of the step under way at the press, if it was announced to have ended since; else empty."""
        if self.pressed_in.step is None or self.pressed_in.progress.index == self.announced.progress.index:
            return ""
        return self.pressed_in.step.step_id
