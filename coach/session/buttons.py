"""The buttons of a run: one enum for keys, stdin, events and recordings."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.quantities import Metres, Seconds


class Button(StrEnum):
    """The buttons (`docs/reference/cli.md` has the keys)."""

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
