"""The buttons and the phases of a run, and the table that says what each button does in each phase.

A row is a phase, and for work, floats and recoveries also how the step ends (`until`); `context_of` picks it. The table
is the only place where a button gets its meaning, except for a mark. `ButtonHandler` may take it for a boundary just
behind, where it re-times that or does nothing, or for the end of a step whose end was undone, and in the rep of a
send-off for what it means in work that ends the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from coach.quantities import Metres, Seconds
from coach.workout.kinds import KINDS, UPHILL, Kind
from coach.workout.timeline import ChecklistItem, DistanceEnd, MarkEnd, OpenEnd, Step, TimeEnd

# --- buttons, and their presses


class Button(StrEnum):
    """The buttons of keys, stdin, events and recordings (`docs/reference/cli.md` has the keys)."""

    GO = "go"
    MARK = "mark"
    NEXT = "next"
    UNDO = "undo"
    BACK = "back"
    RESTART = "restart"
    ABANDON = "abandon"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    ADD_REP = "add_rep"
    DROP_REP = "drop_rep"
    ENOUGH = "enough"
    SHORTEN = "shorten"
    COOL_DOWN = "cool_down"
    FASTER = "faster"
    SLOWER = "slower"
    ACCEPT = "accept"
    ANSWER = "answer"
    LINE_EARLIER = "line_earlier"
    LINE_LATER = "line_later"
    EFFORT_DAY = "effort_day"
    BY_EFFORT = "by_effort"
    FINISH = "finish"
    DISCARD = "discard"


BUTTON_NAMES: Final[Mapping[str, Button]] = {
    **{button.value: button for button in Button},
    "start": Button.GO,
    **dict.fromkeys(("line", "at_the_line", "split", "end", "done", "hard/easy", "run_on"), Button.MARK),
    **dict.fromkeys(("go_now", "skip_step", "no_answer"), Button.NEXT),
    **dict.fromkeys(("end_rep", "end_stride", "end_hill", "end_step"), Button.NEXT),
    **dict.fromkeys(("longer", "+100_m", "+30_s", "rest_+30_s", "5_min_more"), Button.EXTEND),
    "false_start": Button.RESTART,
    "hold": Button.PAUSE,
    "go_on": Button.RESUME,
    "add": Button.ADD_REP,
    "drop": Button.DROP_REP,
    "jog": Button.ABANDON,
    "cooldown": Button.COOL_DOWN,
    "count_it": Button.ACCEPT,
}
"""The names of a button where they are typed: its own, and the one the screen prints beside its key."""


def spelt_as_name(text: str) -> str:
    """A name of a button as `BUTTON_NAMES` spells it: `Add rep`, `add-rep` and `add_rep` are one name."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


PAST_S: Final = Seconds(5.0)
"""The greatest age of a press from elsewhere. Judged: a phone that is out of reach for longer is lost."""


class Origin(StrEnum):
    """The origin of a press; only keys are debounced."""

    KEY = "key"
    DIALOGUE = "dialogue"
    """A choice of the dialogue that leaves a run, which has asked by itself."""
    STDIN = "stdin"
    MQTT = "mqtt"
    """A command of another program or of a device, through a broker."""
    PHONE = "phone"
    """The buttons on the phone of somebody at the line, or of the runner."""
    GATE = "gate"
    """A timing gate: nobody pressed, and it tells a line only where the runner was expected at it."""
    LINE = "line"
    """A coach at the line who times several runners: whose it is was decided before, and bounces were left out."""
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class TimingGate:
    """A timing gate that somebody passed."""

    name: str
    """Its name without the others: `line`, `back`."""
    place: Metres = Metres(0.0)
    """Its place on the lap, in metres after the finish line; off the track a gate stands where reps end."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button."""

    at: Seconds
    """The time when the run received it, in seconds since its first input."""
    button: Button
    """The button."""
    origin: Origin = Origin.KEY
    """The origin of the press."""
    answer: int | None = None
    """The number of the chosen answer, 1 to 10, for the button `answer`."""
    pressed_at: Seconds | None = None
    """The time when it was pressed, where that was known to be before it was received: on a phone, or at a gate."""
    expected_step: str | None = None
    """The step the presser saw, by its id or by `#` and its place; None if unknown."""
    gate: TimingGate | None = None
    """The gate that was passed, for the origin `gate`."""


class SplitRole(StrEnum):
    """The meaning that a mark (or a planned mark passed) was given."""

    START = "start"
    SPLIT = "split"
    END = "end"
    CONFIRM = "confirm"
    IGNORED = "ignored"
    DOUBTFUL = "doubtful"


# --- phases


class Phase(StrEnum):
    """The phases of a run; the events have these values."""

    READY = "ready"
    """Waiting for a start: a count-down, a press, or movement."""
    WORK = "work"
    FLOAT = "float"
    RECOVERY = "recovery"
    SEND_OFF_REP = "send_off_rep"
    SEND_OFF_REST = "send_off_rest"
    OVERTIME = "overtime"
    """A rest is over and the next rep waits for its press."""
    CHECKLIST = "checklist"
    PROMPT = "prompt"
    PAUSED = "paused"
    FINISHED = "finished"


_UNDER_WAY: Final = frozenset(
    {
        Phase.READY,
        Phase.WORK,
        Phase.FLOAT,
        Phase.RECOVERY,
        Phase.SEND_OFF_REP,
        Phase.SEND_OFF_REST,
        Phase.CHECKLIST,
        Phase.PROMPT,
        Phase.FINISHED,
    }
)

TRANSITIONS: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.READY: _UNDER_WAY,
    Phase.WORK: _UNDER_WAY | {Phase.PAUSED},
    Phase.FLOAT: _UNDER_WAY | {Phase.PAUSED},
    Phase.RECOVERY: _UNDER_WAY | {Phase.PAUSED, Phase.OVERTIME},
    Phase.SEND_OFF_REP: _UNDER_WAY | {Phase.PAUSED},
    Phase.SEND_OFF_REST: _UNDER_WAY | {Phase.PAUSED, Phase.OVERTIME},
    Phase.OVERTIME: _UNDER_WAY | {Phase.PAUSED},
    Phase.CHECKLIST: _UNDER_WAY | {Phase.PAUSED},
    Phase.PROMPT: _UNDER_WAY | {Phase.PAUSED},
    Phase.PAUSED: _UNDER_WAY | {Phase.OVERTIME},
    Phase.FINISHED: _UNDER_WAY | {Phase.OVERTIME},
}
"""Which phase may follow which. `EventBuffer` checks every change, except by an undo, which goes back to any phase."""


# --- the table of buttons


class ButtonContext(Enum):
    """A row of the button table: a phase, split by how its step ends."""

    READY = auto()
    WORK_BY_DISTANCE = auto()
    WORK_BY_TIME = auto()
    WORK_OPEN = auto()
    FARTLEK = auto()
    """However it ends, a mark turns it from hard to easy and back."""
    FREE_RUN = auto()
    FLOAT_BY_DISTANCE = auto()
    RECOVERY_BY_TIME = auto()
    RECOVERY_BY_DISTANCE = auto()
    RECOVERY_OPEN = auto()
    """A recovery that ends by heart rate, by a mark or by a press."""
    SEND_OFF_REP = auto()
    SEND_OFF_REST = auto()
    OVERTIME = auto()
    CHECKLIST = auto()
    PROMPT = auto()
    PAUSED = auto()
    FINISHED = auto()


class Action(StrEnum):
    """The actions of buttons; the value is the description in the reference page."""

    REJECT = "Nothing: an output says so."
    GO = "Start the step (or begin its count-down)."
    CREDIT_MARK = "Credit the mark to a planned mark; the last one ends the step."
    TIME_SPLIT = "Keep the time; nothing ends."
    TURN = "Turn a fartlek from hard to easy, or back; nothing ends."
    KEEP_LAP = "Keep a lap, its time and its metres; nothing ends."
    END_BY_MARK = "End the step at the mark."
    CONFIRM_OR_GO = (
        "Re-time the end before, else start the next step if it waits for a press, else keep a split."
    )
    CONFIRM_OR_IGNORE = "Re-time the end before, else nothing."
    GO_AFTER_FLOOR = "Start the next step; before the floor only when pressed twice."
    NEXT_ITEM = "Tick the item off, or end the rest before it; the last one ends the list."
    END_NOW = "End the step and go on."
    SKIP = "Leave the step out, unstarted."
    PREVIOUS = "Go back to the step before."
    ITEM_BACK = "Go back an item; from the first one, a step."
    REARM = "Wait for the start again."
    FALSE_START = "Back to ready; the start did not count."
    RESTART_STEP = "Begin this step again, now."
    RESLOT = "Begin the rest of a send-off again and count the slots from it."
    RESTART_LIST = "Begin the list again."
    ABANDON = "Give the step up and go on to what follows."
    FLOAT_TO_JOG = "The float becomes a jog recovery."
    PAUSE = "Stop the clock."
    CANCEL_DELAY = "Stop the count-down to the start."
    RESUME = "Let the clock go on."
    RESUME_AND_END = "Let the clock go on, and end the step."
    RESUME_AND_ABANDON = "Let the clock go on, and give the step up."
    RESUME_AND_REARM = "Let the clock go on, and go back to ready."
    MORE_METRES = "Make the step 100 m longer."
    MORE = "Make the step longer by what ends it, 100 m or 30 s."
    MORE_TIME = "Make the step 30 s longer."
    LATER_CAP = "Put the latest end off by 30 s."
    LATER_DELAY = "Put the start off by 30 s."
    SLIDE_SLOTS = "Put this and every later send-off off by 30 s."
    BACK_TO_REST = "Rest 30 s more."
    FREE_LAP = "Run on: a step that ends at a mark."
    FREE_TIME = "Run on for five minutes."
    UNDO = "Take back the last button, or the end of a step that ended by itself."
    ADD_REP = "One rep more."
    DROP_REP = "One rep fewer."
    ENOUGH = "End the range of reps after this one, but not before its minimum."
    SHORTEN = "Make the remaining reps shorter."
    COOL_DOWN = "Go to the cool-down now."
    FASTER = "Targets 1 s per 400 m faster."
    SLOWER = "Targets 1 s per 400 m slower."
    ACCEPT = "Take the offer that stands; without one, count the mark that was doubted."
    ANSWER = (
        "Answer the open question, of several put in a row the first; without one, which line a press was at."
    )
    LINE_EARLIER = "The line came 5 m before the end that was said."
    LINE_LATER = "The line came 5 m after the end that was said."
    EFFORT_DAY = (
        "Make every pace from here on slower by what heat asks for, else 3 per cent, or take that back."
    )
    BY_EFFORT = "Run by effort and heart rate from here on, without a pace or its light, or take that back."
    FINISH = "End the run here."
    DISCARD = "Throw the run away; it takes two presses within 5 s."


_ANYWHERE: Final[dict[Button, Action]] = {
    Button.UNDO: Action.UNDO,
    Button.ADD_REP: Action.ADD_REP,
    Button.DROP_REP: Action.DROP_REP,
    Button.ENOUGH: Action.ENOUGH,
    Button.SHORTEN: Action.SHORTEN,
    Button.COOL_DOWN: Action.COOL_DOWN,
    Button.FASTER: Action.FASTER,
    Button.SLOWER: Action.SLOWER,
    Button.ACCEPT: Action.ACCEPT,
    Button.ANSWER: Action.ANSWER,
    Button.LINE_EARLIER: Action.LINE_EARLIER,
    Button.LINE_LATER: Action.LINE_LATER,
    Button.EFFORT_DAY: Action.EFFORT_DAY,
    Button.BY_EFFORT: Action.BY_EFFORT,
    Button.FINISH: Action.FINISH,
    Button.DISCARD: Action.DISCARD,
    Button.GO: Action.REJECT,
    Button.RESUME: Action.REJECT,
    Button.PAUSE: Action.PAUSE,
    Button.BACK: Action.PREVIOUS,
    Button.NEXT: Action.END_NOW,
}

_WORK: Final = _ANYWHERE | {Button.RESTART: Action.FALSE_START, Button.ABANDON: Action.ABANDON}
_REST: Final = _ANYWHERE | {Button.RESTART: Action.RESTART_STEP, Button.ABANDON: Action.REJECT}

BUTTONS: Final[dict[ButtonContext, dict[Button, Action]]] = {
    ButtonContext.READY: _ANYWHERE
    | {
        Button.MARK: Action.GO,
        Button.GO: Action.GO,
        Button.NEXT: Action.SKIP,
        Button.RESTART: Action.REARM,
        Button.ABANDON: Action.REJECT,
        Button.PAUSE: Action.CANCEL_DELAY,
        Button.EXTEND: Action.LATER_DELAY,
    },
    ButtonContext.WORK_BY_DISTANCE: _WORK
    | {Button.MARK: Action.CREDIT_MARK, Button.EXTEND: Action.MORE_METRES},
    ButtonContext.WORK_BY_TIME: _WORK | {Button.MARK: Action.TIME_SPLIT, Button.EXTEND: Action.MORE_TIME},
    ButtonContext.WORK_OPEN: _WORK | {Button.MARK: Action.END_BY_MARK, Button.EXTEND: Action.REJECT},
    ButtonContext.FARTLEK: _WORK | {Button.MARK: Action.TURN, Button.EXTEND: Action.MORE},
    ButtonContext.FREE_RUN: _ANYWHERE
    | {
        Button.MARK: Action.KEEP_LAP,
        Button.COOL_DOWN: Action.END_NOW,
        Button.BACK: Action.REJECT,
        Button.RESTART: Action.REJECT,
        Button.ABANDON: Action.REJECT,
        Button.EXTEND: Action.REJECT,
    },
    ButtonContext.FLOAT_BY_DISTANCE: _REST
    | {
        Button.MARK: Action.CREDIT_MARK,
        Button.ABANDON: Action.FLOAT_TO_JOG,
        Button.EXTEND: Action.MORE_METRES,
    },
    ButtonContext.RECOVERY_BY_TIME: _REST
    | {Button.MARK: Action.CONFIRM_OR_GO, Button.GO: Action.CONFIRM_OR_GO, Button.EXTEND: Action.MORE_TIME},
    ButtonContext.RECOVERY_BY_DISTANCE: _REST
    | {Button.MARK: Action.CREDIT_MARK, Button.EXTEND: Action.MORE_METRES},
    ButtonContext.RECOVERY_OPEN: _REST
    | {Button.MARK: Action.GO_AFTER_FLOOR, Button.GO: Action.GO_AFTER_FLOOR, Button.EXTEND: Action.LATER_CAP},
    ButtonContext.SEND_OFF_REP: _WORK | {Button.MARK: Action.CREDIT_MARK, Button.EXTEND: Action.SLIDE_SLOTS},
    ButtonContext.SEND_OFF_REST: _REST
    | {
        Button.MARK: Action.CONFIRM_OR_IGNORE,
        Button.RESTART: Action.RESLOT,
        Button.EXTEND: Action.SLIDE_SLOTS,
    },
    ButtonContext.OVERTIME: _REST
    | {Button.MARK: Action.GO, Button.GO: Action.GO, Button.EXTEND: Action.BACK_TO_REST},
    ButtonContext.CHECKLIST: _ANYWHERE
    | {
        Button.MARK: Action.NEXT_ITEM,
        Button.BACK: Action.ITEM_BACK,
        Button.RESTART: Action.RESTART_LIST,
        Button.ABANDON: Action.REJECT,
        Button.EXTEND: Action.REJECT,
    },
    ButtonContext.PROMPT: _ANYWHERE
    | {
        Button.MARK: Action.REJECT,
        Button.RESTART: Action.REJECT,
        Button.ABANDON: Action.REJECT,
        Button.EXTEND: Action.REJECT,
    },
    ButtonContext.PAUSED: _ANYWHERE
    | {
        Button.MARK: Action.REJECT,
        Button.NEXT: Action.RESUME_AND_END,
        Button.BACK: Action.REJECT,
        Button.RESTART: Action.RESUME_AND_REARM,
        Button.ABANDON: Action.RESUME_AND_ABANDON,
        Button.PAUSE: Action.RESUME,
        Button.RESUME: Action.RESUME,
        Button.EXTEND: Action.REJECT,
    },
    ButtonContext.FINISHED: dict.fromkeys(Button, Action.REJECT)
    | {
        Button.MARK: Action.FREE_LAP,
        Button.UNDO: Action.UNDO,
        Button.EXTEND: Action.FREE_TIME,
        Button.ANSWER: Action.ANSWER,
        Button.FINISH: Action.FINISH,
        Button.DISCARD: Action.DISCARD,
    },
}
"""The action of each button in each row; the reference page is drawn from it."""


_PHASES: Final = {kind: Phase(traits.phase) for kind, traits in KINDS.items()}
"""The phase of each kind of step."""
_CONTEXTS: Final = {
    Phase.READY: ButtonContext.READY,
    Phase.SEND_OFF_REP: ButtonContext.SEND_OFF_REP,
    Phase.SEND_OFF_REST: ButtonContext.SEND_OFF_REST,
    Phase.OVERTIME: ButtonContext.OVERTIME,
    Phase.CHECKLIST: ButtonContext.CHECKLIST,
    Phase.PROMPT: ButtonContext.PROMPT,
    Phase.PAUSED: ButtonContext.PAUSED,
    Phase.FINISHED: ButtonContext.FINISHED,
}
"""The row of a phase that has one row only."""
_CONTEXTS_BY_END: Final = {
    Phase.WORK: (ButtonContext.WORK_BY_DISTANCE, ButtonContext.WORK_BY_TIME, ButtonContext.WORK_OPEN),
    Phase.FLOAT: (ButtonContext.FLOAT_BY_DISTANCE, ButtonContext.WORK_BY_TIME, ButtonContext.WORK_OPEN),
    Phase.RECOVERY: (
        ButtonContext.RECOVERY_BY_DISTANCE,
        ButtonContext.RECOVERY_BY_TIME,
        ButtonContext.RECOVERY_OPEN,
    ),
}
"""The rows of the other phases: of a step that ends by distance, by time, or otherwise."""


def context_of(phase: Phase, step: Step | None) -> ButtonContext:
    """The row of the button table that holds in a phase, with a step under way."""
    fixed = _CONTEXTS.get(phase)
    if fixed is not None or step is None:
        return fixed or ButtonContext.FINISHED
    if any(isinstance(end, OpenEnd) and not end.ends_at_mark for end in step.until.ends):
        return ButtonContext.FREE_RUN
    if phase is Phase.WORK and step.kind is Kind.FARTLEK:
        return ButtonContext.FARTLEK
    return _CONTEXTS_BY_END[phase][_column(phase, step)]


def mark_context_of(step: Step) -> ButtonContext:
    """The row whose mark holds in the rep of a send-off: that of a rep that ends the same way."""
    return _CONTEXTS_BY_END[Phase.WORK][_column(Phase.WORK, step)]


def phase_of(step: Step) -> Phase:
    """The phase a step is run in."""
    if step.send_off_s is not None:
        return Phase.SEND_OFF_REP
    if step.until.is_slot:
        return Phase.SEND_OFF_REST
    return _PHASES[step.kind]


def _column(phase: Phase, step: Step) -> int:
    """The place of a step's row in `_CONTEXTS_BY_END`."""
    ends = step.until.ends
    if step.kind in UPHILL or any(isinstance(end, MarkEnd | OpenEnd) for end in ends):
        return 2
    if any(isinstance(end, DistanceEnd) for end in ends):
        return 0
    # A mark never ends work that ends by heart rate alone: no line is known for it.
    return 1 if phase is not Phase.RECOVERY or any(isinstance(end, TimeEnd) for end in ends) else 2


# --- the timer of a checklist


class ItemTurn(NamedTuple):
    """One time that an exercise of a checklist is done and ticked off."""

    item: ChecklistItem
    number: int
    """Of its sets, from 1."""
    side: str
    """`left` or `right` where each side is done for itself, else empty."""


def item_turn(items: tuple[ChecklistItem, ...], place: int) -> ItemTurn | None:
    """The turn at a place of a checklist, every set and side counted from 0; None where there is none."""
    if place < 0:
        return None
    for item in items:
        sides = 2 if item.each_side else 1
        if place < item.sets * sides:
            side = ("left", "right")[place % 2] if item.each_side else ""
            return ItemTurn(item, place // sides + 1, side)
        place -= item.sets * sides
    return None


class ItemPart(StrEnum):
    """The kinds of time that a timer of a checklist counts."""

    REST = "rest"
    """The rest between two sets."""
    READY = "ready"
    """The moment to get into position for what is held."""
    HOLD = "hold"
    """An exercise that is held for a time."""


class ItemTimer(NamedTuple):
    """The timer of a checklist at a moment."""

    part: ItemPart
    left_s: Seconds
    """0 where a hold is over and waits to be ticked off."""
    length_s: Seconds


GET_READY_S: Final = Seconds(5.0)
"""To lie down for a plank, or to turn to the other side. Judged."""


def item_timer(
    items: tuple[ChecklistItem, ...], place: int, elapsed_s: float, *, is_rested: bool
) -> ItemTimer | None:
    """The timer of the exercise at a place; None where nothing of it is timed.

    Args:
        items: of the checklist.
        place: of the exercise, every set and side counted.
        elapsed_s: since it came up, pauses excluded.
        is_rested: whether the rest before it was ended by a press.
    """
    turn, before = item_turn(items, place), item_turn(items, place - 1)
    if turn is None:
        return None
    hold_s = turn.item.seconds
    rest_s = Seconds(0.0) if before is None or before.side == "left" else before.item.rest_s
    lead_s = Seconds(0.0) if is_rested else rest_s or (GET_READY_S if hold_s is not None else Seconds(0.0))
    if elapsed_s < lead_s:
        return ItemTimer(ItemPart.REST if rest_s else ItemPart.READY, Seconds(lead_s - elapsed_s), lead_s)
    if hold_s is None:
        return None
    return ItemTimer(ItemPart.HOLD, Seconds(max(0.0, lead_s + hold_s - elapsed_s)), hold_s)


def items_of(items: tuple[ChecklistItem, ...]) -> int:
    """The number of ticks of a checklist: one for every set, each side for itself."""
    return sum([item.sets * (2 if item.each_side else 1) for item in items])


# --- why a press changed nothing


class Refusal(Enum):
    """A reason; the value is the sentence of the `rejected` event, with gaps that `sentence_of` fills."""

    NOTHING_HERE = "The button {button} does nothing here ({context})."
    PAUSED = "Paused: press pause again to go on."
    PAUSED_ALREADY = "It is paused already."
    OTHER_STEP = "That was for another step, which is not under way any more."
    STARTS_BY_ITSELF = "The next step does not wait for a go: it starts by itself."
    NO_COUNTDOWN = "No count-down is running."
    NO_SEND_OFF = "No send-off is running."
    NO_COOL_DOWN = "The workout has no cool-down ahead."
    NO_DISTANCE = "The step has no distance to extend."
    NO_TIME = "The step has no time to extend."
    NO_REPS = "No reps to add to here."
    NO_REP_LEFT = "No rep left to drop here."
    NO_RANGE = "No range of reps is under way that could end sooner."
    NO_REPS_LEFT = "No reps left to shorten."
    NO_PACES_LEFT = "No paces left to change."
    TOO_HOT = "It is too hot for a faster target: hard running is not recommended today."
    NO_OFFER = "Nothing is on offer."
    NO_FACTOR = "The stretch says nothing about the pod: no pod, too short, too slow, or broken by a gap."
    NO_QUESTION = "No question is open."
    NO_SUCH_ANSWER = "The question takes an answer from 1 to {answers}."
    NO_LINE = "The line can be moved in the rest after a rep by distance."
    LINE_AHEAD = "The runner has not been there yet."
    NOTHING_TO_UNDO = "Nothing was pressed or ended within the last minute."


class RefusedError(Exception):
    """A press that changed nothing; `ButtonHandler` turns it into a `rejected` event."""

    def __init__(self, refusal: Refusal, *, answers: int = 0) -> None:
        """Refuse for a reason; `answers` is how many answers the open question takes."""
        super().__init__(refusal.name)
        self.refusal = refusal
        self.answers = answers


def sentence_of(error: RefusedError, button: Button, context: ButtonContext) -> str:
    """The sentence for a press of `button` that was refused in `context`."""
    place = context.name.lower().replace("_", " ")
    return error.refusal.value.format(button=button, context=place, answers=error.answers)
