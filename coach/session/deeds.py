"""What the buttons do: one method for each deed of the table, answering why it cannot be done, or nothing."""

from coach.quantities import Seconds
from coach.session.buttons import Button, Pressed
from coach.session.edits import Edits
from coach.session.facts import Answered, EndReason, SplitRole
from coach.session.flow import Flow
from coach.session.lines import Lines
from coach.session.phases import Phase
from coach.session.rows import items_of
from coach.session.starts import REPS, waits_for_runner
from coach.workout.timeline import AutoStart, DelayStart, Kind, PressStart, SlotEnd, Step


class Deeds:
    """What the buttons of one run do."""

    def __init__(self, flow: Flow, lines: Lines, edits: Edits) -> None:
        """Act on the steps of `flow`; marks are for `lines`, plans for `edits`."""
        self._flow = flow
        self._lines = lines
        self._edits = edits
        self.discarded = False
        self.ended = False

    def go(self, pressed: Pressed) -> str:
        """Start the step, or begin its count-down."""
        flow, state, at = self._flow, self._flow.state, pressed.at
        if state.phase is Phase.OVERTIME:
            flow.end(at, EndReason.DONE, at, start=AutoStart(), button=pressed.button)
        else:
            start = flow.start_of_step(at)
            if isinstance(start, DelayStart) and state.delay_ends is None:
                state.delay_ends = Seconds(at + start.seconds)
                return ""
            flow.start(at, button=pressed.button)
        if flow.state.marks == () and flow.state.started_at == at:
            self._lines.anchor_here(at)
        return ""

    def end_by_mark(self, pressed: Pressed) -> str:
        """End the step at the mark; in a fartlek it turns from hard to easy and back."""
        flow, at = self._flow, pressed.at
        step = flow.state.step
        if step is not None and step.kind is Kind.FARTLEK:
            return self._lines.time_split(pressed)
        flow.split(at, SplitRole.END)
        flow.end(at, EndReason.MARK, at, button=pressed.button)
        return ""

    def confirm_or_go(self, pressed: Pressed) -> str:
        """Start the next step if it waits for a press, else keep a split."""
        flow = self._flow
        if waits_for_runner(flow.follow_up(flow.state.index)):
            reason = EndReason.MARK if pressed.button is Button.MARK else EndReason.NEXT
            flow.end(pressed.at, reason, pressed.at, start=AutoStart(), button=pressed.button)
            self._lines.anchor_here(pressed.at)
            return ""
        return self._lines.time_split(pressed)

    def go_after_floor(self, pressed: Pressed) -> str:
        """End the rest; before its floor only when pressed twice."""
        flow, state, at = self._flow, self._flow.state, pressed.at
        floor = flow.ends.floor_at(state)
        pressed_before = state.floor_press_at
        twice = pressed_before is not None and at - pressed_before <= flow.settings.press_twice_s
        if floor is not None and at < floor and not twice:
            state.floor_press_at = at
            flow.split(at, SplitRole.IGNORED)
            return ""
        flow.end(at, EndReason.MARK, at, start=AutoStart(), button=pressed.button)
        return ""

    def next_item(self, pressed: Pressed) -> str:
        """Tick an item off."""
        flow, state = self._flow, self._flow.state
        step = state.step
        state.item += 1
        if step is None or state.item >= items_of(step.items):
            flow.end(pressed.at, EndReason.DONE, pressed.at, button=pressed.button)
        return ""

    def end_now(self, pressed: Pressed) -> str:
        """End the step and go on."""
        flow, step = self._flow, self._flow.state.step
        rest = step is not None and flow.state.phase in {Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME}
        flow.end(
            pressed.at,
            EndReason.NEXT,
            pressed.at,
            start=AutoStart() if rest else None,
            button=pressed.button,
        )
        return ""

    def skip(self, pressed: Pressed) -> str:
        """Leave the step out."""
        self._flow.end(pressed.at, EndReason.SKIPPED, pressed.at, button=pressed.button)
        return ""

    def previous(self, pressed: Pressed) -> str:
        """Go back to the step before."""
        flow, state = self._flow, self._flow.state
        index = max(0, state.index - 1)
        while index > 0 and state.steps[index].kind is Kind.PROMPT:
            index -= 1
        start = PressStart() if state.steps[index].kind in REPS else AutoStart()
        if state.started_at is None:
            flow.reach(index, pressed.at, start=PressStart(), button=pressed.button)
        else:
            flow.end(pressed.at, EndReason.BACK, pressed.at, goto=index, start=start, button=pressed.button)
        return ""

    def item_back(self, pressed: Pressed) -> str:
        """Go back an item."""
        if self._flow.state.item == 0:
            return self.previous(pressed)
        self._flow.state.item -= 1
        return ""

    def rearm(self, pressed: Pressed) -> str:
        """Wait for the start again."""
        flow = self._flow
        flow.reach(flow.state.index, pressed.at, start=flow.start_of_step(pressed.at), button=pressed.button)
        return ""

    def false_start(self, pressed: Pressed) -> str:
        """Take the start back."""
        self._again(pressed, EndReason.FALSE_START, PressStart())
        return ""

    def restart_step(self, pressed: Pressed) -> str:
        """Begin the step again, now."""
        self._again(pressed, EndReason.RESTARTED, AutoStart())
        return ""

    def _again(self, pressed: Pressed, reason: EndReason, start: AutoStart | PressStart) -> None:
        flow = self._flow
        flow.end(pressed.at, reason, pressed.at, goto=flow.state.index, start=start, button=pressed.button)

    def reslot(self, pressed: Pressed) -> str:
        """Begin the rest of a send-off again and count the slots from it."""
        flow, state = self._flow, self._flow.state
        rest, every = state.planned_rest_s or 0.0, _slot_length(state.step)
        self.restart_step(pressed)
        flow.state.slot_from = Seconds(flow.clock.running(pressed.at) - (every - rest))
        return ""

    def restart_list(self, _pressed: Pressed) -> str:
        """Begin the list again."""
        self._flow.state.item = 0
        return ""

    def abandon(self, pressed: Pressed) -> str:
        """Give the step up."""
        self._flow.end(pressed.at, EndReason.ABANDONED, pressed.at, button=pressed.button)
        return ""

    def pause(self, pressed: Pressed) -> str:
        """Stop the clock, or let it go on."""
        if self._flow.clock.paused_at is not None:
            return self.resume(pressed)
        self._flow.clock.pause(pressed.at)
        self._flow.say_phase(pressed.at, pressed.button)
        return ""

    def cancel_delay(self, pressed: Pressed) -> str:
        """Stop the count-down."""
        if self._flow.state.delay_ends is None:
            return "No count-down is running."
        self._flow.state.delay_ends = None
        del pressed
        return ""

    def resume(self, pressed: Pressed) -> str:
        """Let the clock go on."""
        self._flow.clock.resume(pressed.at)
        self._flow.say_phase(pressed.at, pressed.button)
        return ""

    def resume_and_end(self, pressed: Pressed) -> str:
        """Let the clock go on and end the step."""
        self.resume(pressed)
        return self.end_now(pressed)

    def resume_and_abandon(self, pressed: Pressed) -> str:
        """Let the clock go on and give the step up."""
        self.resume(pressed)
        return self.abandon(pressed)

    def resume_and_rearm(self, pressed: Pressed) -> str:
        """Let the clock go on and take the start back."""
        self.resume(pressed)
        return self.false_start(pressed)

    def cool_down(self, pressed: Pressed) -> str:
        """Go to the cool-down."""
        flow, state = self._flow, self._flow.state
        index = self._edits.cool_down_at()
        if index is None:
            return "The workout has no cool-down ahead."
        for place in range(state.index + 1, index):
            flow.leave_out(place, pressed.at)
        reason = EndReason.COOL_DOWN if state.started_at is not None else EndReason.SKIPPED
        flow.end(pressed.at, reason, pressed.at, goto=index, start=AutoStart(), button=pressed.button)
        return ""

    def accept(self, pressed: Pressed) -> str:
        """Take what is on offer."""
        state = self._flow.state
        if state.offer == "clock_mode":
            state.clock_mode, state.clock_from, state.offer = True, pressed.at, ""
            self._flow.advance(pressed.at)
            return ""
        if state.offer == "calibration":
            return self._lines.accept_stretch(pressed)
        return "Nothing is on offer."

    def answer(self, pressed: Pressed) -> str:
        """Answer the open question."""
        flow, state, answer = self._flow, self._flow.state, pressed.answer
        question = state.question
        if question is None:
            return "No question is open."
        if answer is None or not 1 <= answer <= (len(question.answers) or 10):
            return f"The question takes an answer from 1 to {len(question.answers) or 10}."
        flow.facts.append(Answered(pressed.at, question.step_id, question.question, answer))
        state.question = None
        if state.step is question and state.started_at is not None:
            flow.end(pressed.at, EndReason.DONE, pressed.at, button=pressed.button)
        return ""

    def finish(self, pressed: Pressed) -> str:
        """End the run here."""
        self._flow.close(pressed.at, pressed.button)
        self.ended = True
        return ""

    def discard(self, pressed: Pressed) -> str:
        """Throw the run away; it takes two presses."""
        state = self._flow.state
        first = state.discard_at
        if first is None or pressed.at - first > self._flow.settings.discard_s:
            state.discard_at = pressed.at
            return ""
        self.discarded = True
        return self.finish(pressed)


def _slot_length(step: Step | None) -> float:
    ends = () if step is None else step.until.ends
    return next((end.every_s for end in ends if isinstance(end, SlotEnd)), 0.0)
