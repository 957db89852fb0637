"""Offers to the runner, which the button `accept` carries out.

- In a gap in the distance the runner is asked for a press at the line, then the clock is offered.
- After a declared stretch the pod's factor is offered.
- To a runner who slows from rep to rep a longer rest is offered, else slower paces. The cues decide whether they slow.

An offer ends with the step it was made in, except that of a factor.
"""

from coach.quantities import Metres, Seconds
from coach.session.buttons import Pressed
from coach.session.edits import Edits
from coach.session.events import Asked, StepEnded
from coach.session.phases import Phase
from coach.session.refusals import Refusal, RefusedError
from coach.session.sequencer import StepSequencer
from coach.session.state import Stretch
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Quantity, Step

CALIBRATION, CLOCK_MODE, LONGER_REST, SLOWER_TARGET = (
    "calibration",
    "clock_mode",
    "longer_rest",
    "slower_target",
)


class Offers:
    """Makes the offers of one run and carries out those that are accepted."""

    def __init__(self, sequencer: StepSequencer, edits: Edits) -> None:
        """Act on the steps of `sequencer`; plans are changed by `edits`."""
        self._sequencer = sequencer
        self._edits = edits

    def offer_relief(self, now: Seconds) -> None:
        """Offer a longer rest, else slower paces, where the rest under way allows it and nothing is on offer."""
        state = self._sequencer.state
        offer = "" if state.open_offer.offer else self._possible_relief()
        if offer and state.step is not None:
            state.open_offer.offer = offer
            self._sequencer.events.emit(Asked(now, offer, state.step.step_id))

    def offer_calibration(
        self, at: Seconds, measured: Metres, true: Metres, ended_at: Seconds | None = None
    ) -> None:
        """Offer the factor of a stretch of known length that ended at `ended_at` (now, unless given).

        It must be near enough to have been meant.
        """
        state = self._sequencer.state
        if state.step is None or measured <= 0:
            return
        if abs(true / measured - 1) <= self._sequencer.settings.stretch_fraction:
            state.open_offer.stretch, state.open_offer.offer = (
                Stretch(at if ended_at is None else ended_at, measured, true),
                CALIBRATION,
            )
            self._sequencer.events.emit(Asked(at, CALIBRATION, state.step.step_id))

    def ask_in_gap(self, now: Seconds) -> None:
        """Ask for a press at the line, then offer the clock, where nothing has measured the step for long."""
        sequencer, state, step = self._sequencer, self._sequencer.state, self._sequencer.state.step
        stage = sequencer.ends.gap_stage(state, now) if step is not None else None
        if stage is None or step is None or state.progress.phase is Phase.OVERTIME:
            return
        offer = state.open_offer
        if not offer.line_asked and stage[0] <= now:
            offer.line_asked = True
            sequencer.events.emit(Asked(now, "press_at_line", step.step_id))
        if not offer.clock_offered and stage[1] <= now:
            offer.clock_offered, offer.offer = True, CLOCK_MODE
            sequencer.events.emit(Asked(now, CLOCK_MODE, step.step_id))

    def gap_deadlines(self, now: Seconds) -> list[Seconds]:
        """When to ask in the gap under way."""
        offer, stage = (
            self._sequencer.state.open_offer,
            self._sequencer.ends.gap_stage(self._sequencer.state, now),
        )
        if stage is None:
            return []
        deadlines = [] if offer.line_asked else [stage[0]]
        return deadlines if offer.clock_offered else [*deadlines, stage[1]]

    def end_gap(self) -> None:
        """Withdraw what was asked in a gap: the distance is measured again."""
        offer = self._sequencer.state.open_offer
        offer.line_asked = offer.clock_offered = False
        if offer.offer == CLOCK_MODE:
            offer.offer = ""

    def accept(self, pressed: Pressed) -> None:
        """Carry out the offer that stands; there is one."""
        open_offer = self._sequencer.state.open_offer
        offer, open_offer.offer = open_offer.offer, ""
        if offer == CLOCK_MODE:
            self._sequencer.run_by_clock(pressed.at)
        elif offer == CALIBRATION:
            self._accept_calibration(pressed)
        else:
            self._accept_relief(pressed, offer)

    def _accept_calibration(self, pressed: Pressed) -> None:
        """Put the factor of the declared stretch in force, and count the running step with it from its line on."""
        sequencer, state, stretch = (
            self._sequencer,
            self._sequencer.state,
            self._sequencer.state.open_offer.stretch,
        )
        state.open_offer.stretch = None
        assert stretch is not None  # a calibration on offer has its stretch
        if not learn_factor(sequencer, stretch.ended_at, stretch.measured, stretch.true, "stretch"):
            raise RefusedError(Refusal.NO_FACTOR)
        odometer, latest = sequencer.signals.distance, sequencer.distance.latest()
        before = odometer.factor()[0]
        odometer.apply()
        if latest is not None:
            sequencer.distance.rescale_begin(state, latest[1], before, odometer.factor()[0])
        sequencer.discard_forecast()
        sequencer.advance(pressed.at)

    def _accept_relief(self, pressed: Pressed, offer: str) -> None:
        """Give 30 s more of this rest, or make the paces slower for what is left of the set."""
        edits, last_rep = self._edits, self._last_rep()
        if offer == SLOWER_TARGET and last_rep is not None:
            edits.ease_set(pressed, last_rep.step.set_id, self._slower_percent(last_rep))
        elif self._sequencer.state.progress.phase is Phase.OVERTIME:
            edits.back_to_rest(pressed)
        else:
            edits.more_time(pressed)

    def _possible_relief(self) -> str:
        """The offer of relief that the rest under way allows; empty where it allows none."""
        state, last = self._sequencer.state, self._last_rep()
        if state.step is None or state.step.kind not in RESTS or last is None:
            return ""
        steps_ahead = [step for step in state.steps[state.progress.index :] if _is_like(step, last.step)]
        if not steps_ahead:
            return ""
        if state.step.until.time() is not None:
            return LONGER_REST
        is_paced = any(
            step.target is not None and step.target.quantity is Quantity.SPEED for step in steps_ahead
        )
        return SLOWER_TARGET if is_paced and self._slower_percent(last) > 0.0 else ""

    def _last_rep(self) -> StepEnded | None:
        results = reversed(self._sequencer.state.records.results)
        return next((result for result in results if result.step.kind in PACED_REPS), None)

    def _slower_percent(self, last_rep: StepEnded) -> float:
        """By how much the paces may be eased: as much as the last rep was slow, in per cent of its pace."""
        target, mean = last_rep.step.target, last_rep.mean_speed
        if target is None or target.quantity is not Quantity.SPEED or not mean:
            return 0.0
        band = target.band
        aim = band.aim if band.aim is not None else band.low
        return (
            0.0
            if aim is None
            else min((aim / mean - 1.0) * 100.0, self._sequencer.settings.ease_most_percent)
        )


def learn_factor(sequencer: StepSequencer, at: Seconds, measured: Metres, true: Metres, origin: str) -> bool:
    """Let the pod learn from a stretch that ended at `at`; tell whether it could, and emit what it learnt."""
    calibration = sequencer.signals.distance.learn(at, measured, true, origin)
    if calibration is not None:
        sequencer.events.emit_calibration(calibration)
    return calibration is not None


def _is_like(step: Step, rep: Step) -> bool:
    """Whether the step is a rep of the same set."""
    return step.kind in PACED_REPS and step.set_id == rep.set_id
