"""The slots of a send-off: a grid counted from the first go, moved only by hand."""

from math import floor

from coach.quantities import Seconds
from coach.session.starts import sends_off
from coach.session.state import State
from coach.workout.timeline import SlotEnd, Step

_ROUNDING_S = 1e-6


def slot_from(state: State, previous: Step | None, running: Seconds) -> Seconds:
    """The running time at which the slot of a rep begins that starts at `running`.

    A rep that followed its rest by itself stands on the grid, however late a short rest made it; any other
    start begins a grid of its own.
    """
    every = 0.0 if previous is None else slot_length(previous)
    last = state.last_end
    if previous is None or not sends_off(previous) or state.slot_from is None or every <= 0:
        return running
    if last is None or not last.by_itself or last.step_id != previous.step_id:
        return running
    slots = max(1, floor((running - state.slot_from + _ROUNDING_S) / every))
    return Seconds(state.slot_from + slots * every)


def planned_rest_s(step: Step, takes_s: Seconds) -> Seconds:
    """The rest a send-off plans after a rep that takes so long."""
    return Seconds(max(0.0, (step.send_off_s or 0.0) - takes_s))


def slot_length(step: Step) -> Seconds:
    """How far apart the slots are at whose next one the step ends; 0 if it does not."""
    return next((end.every_s for end in step.until.ends if isinstance(end, SlotEnd)), Seconds(0.0))
