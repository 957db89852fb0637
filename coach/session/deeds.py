"""What the buttons do: one method for each deed of the table, answering why it cannot be done, or nothing."""

from coach.quantities import Seconds
from coach.session.buttons import Button, Pressed
from coach.session.edits import Edits
from coach.session.facts import Answered, EndReason, SplitRole
from coach.session.flow import Flow
from coach.session.lines import Lines
from coach.session.phases import Phase
from coach.session.relief import LONGER_REST, SLOWER_TARGET, Relief
from coach.session.rows import items_of
from coach.session.slots import slot_length
from coach.session.starts import only_asks
from coach.workout.kinds import REPS, RESTS, Kind
from coach.workout.timeline import AutoStart, DelayStart, PressStart


class Deeds:
    """What the buttons of one run do."""

    def __init__(self, flow: Flow, lines: Lines, edits: Edits, relief: Relief) -> None:
        """Act on the steps of `flow`; marks are for `lines`, plans for `edits`, offered relief for `relief`."""
        self._flow = flow
        self._lines = lines
        self._edits = edits
        self._relief = relief
        self.discarded = False
        self.ended = False

    def go(self, pressed: Pressed) -> str:
        """Start the step, or begin its count-down."""
        flow, state, at = self._flow, self._flow.state, pressed.at
        if state.phase is Phase.OVERTIME:
            flow.end(at, state.over_reason, at, start=AutoStart(), button=pressed.button)
        elif isinstance(state.how, DelayStart) and state.delay_ends is None:
            state.delay_ends = Seconds(at + state.how.seconds)
            return ""
        else:
            flow.start(at, button=pressed.button)
        self._from_line(pressed)
        return ""

    def end_by_mark(self, pressed: Pressed) -> str:
        """End the step at the mark; in a fartlek it turns from hard to easy and back."""
        flow, at = self._flow, pressed.at
        step = flow.state.step
        if step is not None and step.kind is Kind.FARTLEK and not flow.state.held_open:
            return self._lines.time_split(pressed)
        rest = step is not None and step.kind in RESTS
        self._lines.split(at, SplitRole.END)
        flow.end(at, EndReason.MARK, at, start=AutoStart() if rest else None, button=pressed.button)
        return ""

    def confirm_or_go(self, pressed: Pressed) -> str:
        """Start the next step if it waits for a press, else keep a split."""
        flow = self._flow
        if isinstance(flow.follow_up(pressed.at), PressStart):
            flow.end(pressed.at, _by(pressed), pressed.at, start=AutoStart(), button=pressed.button)
            self._from_line(pressed)
            return ""
        if pressed.button is Button.GO:
            return "The next step does not wait for a go: it starts by itself."
        return self._lines.time_split(pressed)

    def go_after_floor(self, pressed: Pressed) -> str:
        """End the rest; before its floor only when pressed twice."""
        flow, state, at = self._flow, self._flow.state, pressed.at
        floor = flow.ends.floor_at(state)
        pressed_before = state.floor_press_at
        twice = pressed_before is not None and at - pressed_before <= flow.settings.press_twice_s
        if floor is not None and at < floor and not twice:
            state.floor_press_at = at
            self._lines.split(at, SplitRole.IGNORED)
            return ""
        flow.end(at, _by(pressed), at, start=AutoStart(), button=pressed.button)
        self._from_line(pressed)
        return ""

    def _from_line(self, pressed: Pressed) -> None:
        """The step just started did so from its line: the mark that said so is kept as a start."""
        self._lines.anchor_here(pressed.at)
        if pressed.button is Button.MARK:
            self._lines.split(pressed.at, SplitRole.START)

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
        self._end(pressed, EndReason.NEXT)
        return ""

    def _end(self, pressed: Pressed, reason: EndReason) -> None:
        flow = self._flow
        rest = flow.state.phase in {Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME}
        start = AutoStart() if rest else None
        flow.end(pressed.at, reason, pressed.at, start=start, button=pressed.button)

    def skip(self, pressed: Pressed) -> str:
        """Leave the step out."""
        self._flow.end(pressed.at, EndReason.SKIPPED, pressed.at, button=pressed.button)
        return ""

    def previous(self, pressed: Pressed) -> str:
        """Go back to the step before."""
        flow, state = self._flow, self._flow.state
        index = max(0, state.index - 1)
        while index > 0 and only_asks(state.steps[index]):
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
        """Wait for the start again, with its count-down if it had one."""
        flow, state = self._flow, self._flow.state
        how = PressStart() if state.how is None or isinstance(state.how, AutoStart) else state.how
        over, came_from = state.over_since, state.came_from
        flow.reach(state.index, pressed.at, start=how, came_from=came_from, button=pressed.button)
        flow.state.over_since = over
        return ""

    def false_start(self, pressed: Pressed) -> str:
        """Take the start back; the rest before it keeps counting."""
        over = self._flow.state.started_at
        self._again(pressed, EndReason.FALSE_START, PressStart())
        self._flow.state.over_since = over
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
        rest = state.planned_rest_s or Seconds(0.0)
        every = Seconds(0.0) if state.step is None else slot_length(state.step)
        self.restart_step(pressed)
        flow.state.slot_from = Seconds(flow.clock.running(pressed.at) - (every - rest))
        flow.forget()
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
        """Stop the clock."""
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
        """Let the clock go on, and count the step as done."""
        self.resume(pressed)
        self._end(pressed, EndReason.DONE)
        return ""

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
        flow.clock.resume(pressed.at)
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
            flow = self._flow
            flow.forget()
            flow.advance(pressed.at)
            return ""
        if state.offer == "calibration":
            return self._lines.accept_stretch(pressed)
        if state.offer in {LONGER_REST, SLOWER_TARGET}:
            return self._relief.accept(pressed)
        return "Nothing is on offer."

    def answer(self, pressed: Pressed) -> str:
        """Answer the open question."""
        flow, state, answer = self._flow, self._flow.state, pressed.answer
        question = state.question
        if question is None:
            return "No question is open."
        if answer is None or not 1 <= answer <= (len(question.answers) or 10):
            return f"The question takes an answer from 1 to {len(question.answers) or 10}."
        flow.told.say(Answered(pressed.at, question.step_id, question.question, answer))
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


def _by(pressed: Pressed) -> EndReason:
    return EndReason.MARK if pressed.button is Button.MARK else EndReason.NEXT
