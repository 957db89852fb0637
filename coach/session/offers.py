"""What is offered to a runner who slows from rep to rep: a longer rest, else slower paces; `accept` takes it.

Facts only: whether there is reason to offer it is for the cues. An offer goes with the rest it was made in.
"""

from coach.quantities import Seconds
from coach.session.buttons import Pressed
from coach.session.edits import Edits
from coach.session.events import Asked, StepEnded
from coach.session.phases import Phase
from coach.session.sequencer import StepSequencer
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Quantity, Step

LONGER_REST, SLOWER_TARGET = "longer_rest", "slower_target"


class Offers:
    """Offers of one run, and what comes of them."""

    def __init__(self, sequencer: StepSequencer, edits: Edits) -> None:
        """Act on the steps of `sequencer`; plans are changed by `edits`."""
        self._sequencer = sequencer
        self._edits = edits

    def offer(self, now: Seconds) -> None:
        """Offer what the rest under way allows, if anything, and if nothing else is on offer."""
        state = self._sequencer.state
        what = "" if state.offer else self._possible()
        if what and state.step is not None:
            state.offer = what
            self._sequencer.events.emit(Asked(now, what, state.step.step_id))

    def accept(self, pressed: Pressed) -> str:
        """Take it: 30 s more of this rest, or slower paces for what is left of the set."""
        state, edits, last = self._sequencer.state, self._edits, self._last_rep()
        what, state.offer = state.offer, ""
        if what == SLOWER_TARGET and last is not None:
            return edits.ease_set(pressed, last.step.set_id, self._slower_percent(last))
        return edits.back_to_rest(pressed) if state.phase is Phase.OVERTIME else edits.more_time(pressed)

    def _possible(self) -> str:
        state, last = self._sequencer.state, self._last_rep()
        if state.step is None or state.step.kind not in RESTS or last is None:
            return ""
        later = [one for one in state.steps[state.index :] if _is_like(one, last.step)]
        if not later:
            return ""
        if state.step.until.time() is not None:
            return LONGER_REST
        paced = any(one.target is not None and one.target.quantity is Quantity.SPEED for one in later)
        return SLOWER_TARGET if paced and self._slower_percent(last) > 0.0 else ""

    def _last_rep(self) -> StepEnded | None:
        results = reversed(self._sequencer.state.results)
        return next((one for one in results if one.step.kind in PACED_REPS), None)

    def _slower_percent(self, last: StepEnded) -> float:
        """By how much the paces may be eased: as much as the last rep was slow, in per cent of its pace."""
        target, mean = last.step.target, last.mean_speed
        if target is None or target.quantity is not Quantity.SPEED or not mean:
            return 0.0
        band = target.band
        aim = band.aim if band.aim is not None else band.low
        return (
            0.0
            if aim is None
            else min((aim / mean - 1.0) * 100.0, self._sequencer.settings.ease_most_percent)
        )


def _is_like(step: Step, rep: Step) -> bool:
    """Is it a rep of the same set?"""
    return step.kind in PACED_REPS and step.set_id == rep.set_id
