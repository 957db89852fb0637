"""The buttons of a run: one enum for keys, stdin, events and recordings."""

from dataclasses import dataclass
from enum import StrEnum

from coach.quantities import Seconds


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
    FINISH = "finish"
    DISCARD = "discard"


class Origin(StrEnum):
    """Where a press came from; only keys are debounced."""

    KEY = "key"
    DIALOGUE = "dialogue"
    """A choice of the dialogue that leaves a run, which has asked by itself."""
    STDIN = "stdin"
    MQTT = "mqtt"
    """Not yet: nothing reads buttons from a broker."""
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button."""

    at: Seconds
    """When the run received it, in seconds since its first input."""
    button: Button
    """The button."""
    origin: Origin = Origin.KEY
    """Where the press came from."""
    answer: int | None = None
    """The number of the chosen answer, 1 to 10, for the button `answer`."""
