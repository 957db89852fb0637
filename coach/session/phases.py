"""The phases of a run, and the tables that say what each button does in each of them.

Rule 1: what a button means is decided in `BUTTONS` and nowhere else; `coach.session.presses` only carries it out.
Rule 2: a row follows how the step ends (`until`), not what the runner calls it; `coach.session.session` picks the row.
Rule 3: every phase stands in `TRANSITIONS`, also one that nothing leaves.
"""

from enum import Enum, StrEnum, auto
from typing import Final

from coach.session.buttons import Button


class Phase(StrEnum):
    """Where a run is; every phase of the events and no other."""

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
"""Which phase may follow which. Any step may follow any step, and undo goes back the way it came."""


class Row(Enum):
    """A row of the button table: a phase, split by how its step ends."""

    READY = auto()
    WORK_BY_DISTANCE = auto()
    WORK_BY_TIME = auto()
    WORK_OPEN = auto()
    FLOAT_BY_DISTANCE = auto()
    RECOVERY_BY_TIME = auto()
    RECOVERY_BY_DISTANCE = auto()
    RECOVERY_OPEN = auto()
    """A recovery that ends by heart rate, mark or word."""
    SEND_OFF_REP = auto()
    SEND_OFF_REST = auto()
    OVERTIME = auto()
    CHECKLIST = auto()
    PROMPT = auto()
    PAUSED = auto()
    FINISHED = auto()


class Does(StrEnum):
    """What a button does in a row; the value says it, and stands in the reference page."""

    REJECT = "Nothing: an output says so."
    GO = "Start the step (or begin its count-down)."
    CREDIT_MARK = "Credit the mark to a planned mark; the last one ends the step."
    TIME_SPLIT = "Keep the time; nothing ends."
    END_BY_MARK = "End the step at the mark."
    CONFIRM_OR_GO = (
        "Re-time the end before, else start the next step if it waits for a press, else keep a split."
    )
    CONFIRM_OR_IGNORE = "Re-time the end before, else nothing."
    GO_AFTER_FLOOR = "Start the next step; before the floor only when pressed twice."
    NEXT_ITEM = "Tick the item off; the last one ends the list."
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
    SHORTEN = "Make the remaining reps shorter."
    COOL_DOWN = "Go to the cool-down now."
    FASTER = "Targets 1 s per 400 m faster."
    SLOWER = "Targets 1 s per 400 m slower."
    ACCEPT = "Take the offer that stands."
    ANSWER = "Answer the open question."
    LINE_EARLIER = "The line came 5 m before the end that was said."
    LINE_LATER = "The line came 5 m after the end that was said."
    EFFORT_DAY = (
        "Make every pace from here on slower by what heat asks for, else 3 per cent, or take that back."
    )
    FINISH = "End the run here."
    DISCARD = "Throw the run away; it takes two presses within 5 s."


_ANYWHERE: Final[dict[Button, Does]] = {
    Button.UNDO: Does.UNDO,
    Button.ADD_REP: Does.ADD_REP,
    Button.DROP_REP: Does.DROP_REP,
    Button.SHORTEN: Does.SHORTEN,
    Button.COOL_DOWN: Does.COOL_DOWN,
    Button.FASTER: Does.FASTER,
    Button.SLOWER: Does.SLOWER,
    Button.ACCEPT: Does.ACCEPT,
    Button.ANSWER: Does.ANSWER,
    Button.LINE_EARLIER: Does.LINE_EARLIER,
    Button.LINE_LATER: Does.LINE_LATER,
    Button.EFFORT_DAY: Does.EFFORT_DAY,
    Button.FINISH: Does.FINISH,
    Button.DISCARD: Does.DISCARD,
    Button.GO: Does.REJECT,
    Button.RESUME: Does.REJECT,
    Button.PAUSE: Does.PAUSE,
    Button.BACK: Does.PREVIOUS,
    Button.NEXT: Does.END_NOW,
}

_WORK: Final = _ANYWHERE | {Button.RESTART: Does.FALSE_START, Button.ABANDON: Does.ABANDON}
_REST: Final = _ANYWHERE | {Button.RESTART: Does.RESTART_STEP, Button.ABANDON: Does.REJECT}

BUTTONS: Final[dict[Row, dict[Button, Does]]] = {
    Row.READY: _ANYWHERE
    | {
        Button.MARK: Does.GO,
        Button.GO: Does.GO,
        Button.NEXT: Does.SKIP,
        Button.RESTART: Does.REARM,
        Button.ABANDON: Does.REJECT,
        Button.PAUSE: Does.CANCEL_DELAY,
        Button.EXTEND: Does.LATER_DELAY,
    },
    Row.WORK_BY_DISTANCE: _WORK | {Button.MARK: Does.CREDIT_MARK, Button.EXTEND: Does.MORE_METRES},
    Row.WORK_BY_TIME: _WORK | {Button.MARK: Does.TIME_SPLIT, Button.EXTEND: Does.MORE_TIME},
    Row.WORK_OPEN: _WORK | {Button.MARK: Does.END_BY_MARK, Button.EXTEND: Does.REJECT},
    Row.FLOAT_BY_DISTANCE: _REST
    | {Button.MARK: Does.CREDIT_MARK, Button.ABANDON: Does.FLOAT_TO_JOG, Button.EXTEND: Does.MORE_METRES},
    Row.RECOVERY_BY_TIME: _REST
    | {Button.MARK: Does.CONFIRM_OR_GO, Button.GO: Does.CONFIRM_OR_GO, Button.EXTEND: Does.MORE_TIME},
    Row.RECOVERY_BY_DISTANCE: _REST | {Button.MARK: Does.CREDIT_MARK, Button.EXTEND: Does.MORE_METRES},
    Row.RECOVERY_OPEN: _REST
    | {Button.MARK: Does.GO_AFTER_FLOOR, Button.GO: Does.GO_AFTER_FLOOR, Button.EXTEND: Does.LATER_CAP},
    Row.SEND_OFF_REP: _WORK | {Button.MARK: Does.CREDIT_MARK, Button.EXTEND: Does.SLIDE_SLOTS},
    Row.SEND_OFF_REST: _REST
    | {Button.MARK: Does.CONFIRM_OR_IGNORE, Button.RESTART: Does.RESLOT, Button.EXTEND: Does.SLIDE_SLOTS},
    Row.OVERTIME: _REST | {Button.MARK: Does.GO, Button.GO: Does.GO, Button.EXTEND: Does.BACK_TO_REST},
    Row.CHECKLIST: _ANYWHERE
    | {
        Button.MARK: Does.NEXT_ITEM,
        Button.BACK: Does.ITEM_BACK,
        Button.RESTART: Does.RESTART_LIST,
        Button.ABANDON: Does.REJECT,
        Button.EXTEND: Does.REJECT,
    },
    Row.PROMPT: _ANYWHERE
    | {
        Button.MARK: Does.REJECT,
        Button.RESTART: Does.REJECT,
        Button.ABANDON: Does.REJECT,
        Button.EXTEND: Does.REJECT,
    },
    Row.PAUSED: _ANYWHERE
    | {
        Button.MARK: Does.REJECT,
        Button.NEXT: Does.RESUME_AND_END,
        Button.BACK: Does.REJECT,
        Button.RESTART: Does.RESUME_AND_REARM,
        Button.ABANDON: Does.RESUME_AND_ABANDON,
        Button.PAUSE: Does.RESUME,
        Button.RESUME: Does.RESUME,
        Button.EXTEND: Does.REJECT,
    },
    Row.FINISHED: dict.fromkeys(Button, Does.REJECT)
    | {
        Button.MARK: Does.FREE_LAP,
        Button.UNDO: Does.UNDO,
        Button.EXTEND: Does.FREE_TIME,
        Button.ANSWER: Does.ANSWER,
        Button.FINISH: Does.FINISH,
        Button.DISCARD: Does.DISCARD,
    },
}
"""What each button does in each row; the reference page is drawn from it."""
