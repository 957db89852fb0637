"""Why a button did nothing, and the sentence that a `rejected` event gives for it."""

from enum import Enum

from coach.session.buttons import Button
from coach.session.phases import ButtonContext


class Refusal(Enum):
    """A reason why a press changed nothing; the value is its sentence, with gaps that `sentence_of` fills."""

    NOTHING_HERE = "The button {button} does nothing here ({context})."
    PAUSED = "Paused: press pause again to go on."
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
