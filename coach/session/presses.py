"""Takes the presses: keys are debounced, the table is asked, and what was done can be undone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from coach.quantities import Metres, Seconds
from coach.session.buttons import Button, Origin, Pressed
from coach.session.deeds import Deeds
from coach.session.edits import Edits
from coach.session.facts import BoundaryMoved, MovedBy, Undone
from coach.session.flow import Flow
from coach.session.lines import Lines
from coach.session.phases import BUTTONS, Does, Row
from coach.session.relief import Relief
from coach.session.rows import mark_row_of, refusal, row_of
from coach.session.state import State
from coach.signals.readings import Rejected

_GUARDED = frozenset({Button.MARK, Button.GO, Button.NEXT, Button.ABANDON, Button.RESTART, Button.BACK})
_NOT_UNDONE = frozenset({Button.PAUSE, Button.RESUME, Button.UNDO})
_MAY_BE_UNENDED = frozenset(Row) - {Row.READY, Row.OVERTIME, Row.CHECKLIST, Row.PAUSED, Row.FINISHED}
_NEVER_CONFIRMS = frozenset({Row.PAUSED, Row.OVERTIME, Row.CHECKLIST})


class Presses:
    """The buttons of one run."""

    def __init__(self, flow: Flow) -> None:
        """Act on the steps of `flow`."""
        self._flow = flow
        self._lines = Lines(flow)
        self._edits = Edits(flow)
        self.relief = Relief(flow, self._edits)
        """What is offered to a runner who slows."""
        self._deeds = Deeds(flow, self._lines, self._edits, self.relief)
        self._saved: list[_Saved] = []
        self._last_key: dict[Button, Seconds] = {}
        self._acted_at: dict[Button, Seconds] = {}
        self._does: dict[Does, Callable[[Pressed], str]] = self._table()

    @property
    def ended(self) -> bool:
        """Was the run ended by a button?"""
        return self._deeds.ended

    @property
    def discarded(self) -> bool:
        """Was it thrown away?"""
        return self._deeds.discarded

    def press(self, pressed: Pressed) -> list[Rejected]:
        """Do what the button does now; what cannot be done is said. The facts are collected in the flow."""
        if pressed.origin is Origin.KEY and self._is_bounce(pressed):
            return []
        flow = self._flow
        before, was_paused = replace(flow.state), flow.clock.paused_at is not None
        row = row_of(flow.phase(), flow.state.step)
        does = self._deed(row, pressed)
        trouble = self._does[does](pressed) if does is not Does.REJECT else refusal(row, pressed.button)
        flow.forget()
        if trouble:
            return [Rejected(pressed.at, str(pressed.button), trouble)]
        if pressed.origin is Origin.KEY:
            self._acted_at[pressed.button] = pressed.at
        if pressed.button not in _NOT_UNDONE:
            resumed = was_paused and flow.clock.paused_at is None
            self._saved.append(_Saved(pressed.at, pressed.button, before, resumed))
            del self._saved[: -flow.settings.undo_depth]
        return []

    def _deed(self, row: Row, pressed: Pressed) -> Does:
        """What the table says, and what a mark says beyond it: of a boundary just behind, of a step un-ended."""
        does, step = BUTTONS[row][pressed.button], self._flow.state.step
        if pressed.button is not Button.MARK:
            return does
        if row not in _NEVER_CONFIRMS and self._lines.confirms(pressed.at):
            return Does.CONFIRM_OR_IGNORE
        if row is Row.SEND_OFF_REP and step is not None:
            does = BUTTONS[mark_row_of(step)][Button.MARK]
        if self._flow.state.held_open and row in _MAY_BE_UNENDED and does is not Does.CREDIT_MARK:
            return Does.END_BY_MARK
        return does

    def _table(self) -> dict[Does, Callable[[Pressed], str]]:
        edits, lines, deeds = self._edits, self._lines, self._deeds
        return {
            Does.GO: deeds.go,
            Does.CREDIT_MARK: lines.credit,
            Does.TIME_SPLIT: lines.time_split,
            Does.END_BY_MARK: deeds.end_by_mark,
            Does.CONFIRM_OR_GO: deeds.confirm_or_go,
            Does.CONFIRM_OR_IGNORE: lines.confirm_or_ignore,
            Does.GO_AFTER_FLOOR: deeds.go_after_floor,
            Does.NEXT_ITEM: deeds.next_item,
            Does.END_NOW: deeds.end_now,
            Does.SKIP: deeds.skip,
            Does.PREVIOUS: deeds.previous,
            Does.ITEM_BACK: deeds.item_back,
            Does.REARM: deeds.rearm,
            Does.FALSE_START: deeds.false_start,
            Does.RESTART_STEP: deeds.restart_step,
            Does.RESLOT: deeds.reslot,
            Does.RESTART_LIST: deeds.restart_list,
            Does.ABANDON: deeds.abandon,
            Does.FLOAT_TO_JOG: edits.float_to_jog,
            Does.PAUSE: deeds.pause,
            Does.CANCEL_DELAY: deeds.cancel_delay,
            Does.RESUME: deeds.resume,
            Does.RESUME_AND_END: deeds.resume_and_end,
            Does.RESUME_AND_ABANDON: deeds.resume_and_abandon,
            Does.RESUME_AND_REARM: deeds.resume_and_rearm,
            Does.MORE_METRES: edits.more_metres,
            Does.MORE_TIME: edits.more_time,
            Does.LATER_CAP: edits.more_time,
            Does.LATER_DELAY: edits.later_delay,
            Does.SLIDE_SLOTS: edits.slide_slots,
            Does.BACK_TO_REST: edits.back_to_rest,
            Does.FREE_LAP: edits.free_lap,
            Does.FREE_TIME: edits.free_time,
            Does.UNDO: self._undo,
            Does.ADD_REP: edits.add_rep,
            Does.DROP_REP: edits.drop_rep,
            Does.SHORTEN: edits.shorten,
            Does.COOL_DOWN: deeds.cool_down,
            Does.FASTER: edits.faster,
            Does.SLOWER: edits.slower,
            Does.ACCEPT: deeds.accept,
            Does.ANSWER: deeds.answer,
            Does.LINE_EARLIER: lines.earlier,
            Does.LINE_LATER: lines.later,
            Does.EFFORT_DAY: edits.effort_day,
            Does.FINISH: deeds.finish,
            Does.DISCARD: deeds.discard,
        }

    def _is_bounce(self, pressed: Pressed) -> bool:
        settings = self._flow.settings
        before = self._last_key.get(pressed.button)
        self._last_key[pressed.button] = pressed.at
        if before is not None and pressed.at - before < settings.held_key_s:
            return True
        acted = self._acted_at.get(pressed.button)
        return pressed.button in _GUARDED and acted is not None and pressed.at - acted < settings.guard_s

    def _undo(self, pressed: Pressed) -> str:
        flow, at = self._flow, pressed.at
        saved, unend = self._saved[-1] if self._saved else None, flow.before_end
        latest = max(-inf if saved is None else saved.at, -inf if unend is None else unend[0])
        if at - latest > flow.settings.undo_s:
            return "Nothing was pressed or ended within the last minute."
        if unend is not None and (saved is None or unend[0] > saved.at):
            flow.before_end = None
            self._give_back(at, None, replace(unend[1], held_open=True))
        elif saved is not None:
            self._saved.pop()
            if unend is not None and unend[0] == saved.at:
                flow.before_end = None  # the press itself brought that end
            if saved.resumed:
                flow.clock.pause(at)
            self._give_back(at, saved.button, saved.state)
        return ""

    def _give_back(self, at: Seconds, button: Button | None, state: State) -> None:
        flow = self._flow
        now, passed = (
            flow.state.last_end,
            flow.state.passed if _is_same_step(flow.state, state) else Metres(0.0),
        )
        flow.state = replace(state, passed=max(state.passed, passed))
        if state.started_at is None:
            flow.clock.resume(at)  # nothing is under way that could be paused
        flow.forget()
        step, then = flow.state.step, flow.state.last_end
        flow.told.say(Undone(at, button, step.step_id if step is not None else ""))
        if (
            now is not None
            and then is not None
            and now.step_id == then.step_id
            and now.ended_at != then.ended_at
        ):
            flow.told.say(BoundaryMoved(at, then.step_id, now.ended_at, then.ended_at, MovedBy.UNDO))
        flow.say_phase(at, Button.UNDO)
        flow.catch_up(at)


def _is_same_step(one: State, other: State) -> bool:
    """Do both stand in the same step, begun at the same time?"""
    return one.index == other.index and one.started_at == other.started_at


@dataclass(frozen=True, slots=True)
class _Saved:
    """How things stood before a press."""

    at: Seconds
    button: Button
    state: State
    resumed: bool
    """Did the press end a pause?"""
