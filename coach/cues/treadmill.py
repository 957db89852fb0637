"""Asks which speed is right when footpod and belt disagree, and says the next belt speed ahead of time."""

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, has_speed_target, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import DUST_S, NEVER, Rule, Subscription, deadline
from coach.quantities import Metres, Seconds
from coach.signals.readings import PODS, Reading, Source
from coach.workout.timeline import Quantity


class BeltQuestion(Rule):
    """Asks once a run which speed is right, after footpod and belt have disagreed for long enough."""

    __slots__ = ("_record", "_since")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing asked."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("pod_against_belt")
        self._since: float | None = None

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start the hold anew, because another step has another belt speed."""
        self._since = None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed on a treadmill until it was asked."""
        is_wanted = self.context.is_treadmill and not self._record.was_said() and self.context.is_running()
        return (Subscription.SPEED,) if is_wanted else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the pod's smoothed speed with the belt's own speed, else with its target."""
        settings, value = self.context.settings, self.context.smooth.value
        belt_speed = self._belt(value, now)
        if self._record.was_said():
            return
        if (
            reading.source not in PODS
            or value is None
            or belt_speed is None
            or not self.context.is_settled(now)
        ):
            self._since = None
            return
        if abs(value / belt_speed - 1.0) <= settings.belt_share:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        held_s = Seconds(now - self._since)
        if held_s < settings.belt_hold_s:
            return
        low, high = belt_speed * (1.0 - settings.belt_share), belt_speed * (1.0 + settings.belt_share)
        why = Why("pod_against_belt", value, "speed_mps", low, high, held_s, Seconds(now - reading.at))
        words = self.phrases.pod_against_belt(value, belt_speed)
        if self.arbiter.emit(now, CueKind.PROMPT, CueClass.INFO, words, why):
            self._record.note(now)

    def _belt(self, pod: float | None, now: Seconds) -> float | None:
        """Return the belt's speed in m/s, as it reports it, else its target; None if neither is known.

        A pod within the range of a target does not disagree with it.
        """
        reading = self.context.signals.speed_of(Source.TREADMILL)
        if reading is not None and self.context.is_live(reading, now):
            return reading.value or None
        target = self.context.session.target_now(now)
        if target is None or target.quantity is not Quantity.SPEED or target.estimated:
            return None
        low, high = target.band.low, target.band.high
        if low is not None and high is not None and pod is not None and low <= pod <= high:
            return None
        return pace_of(target.band) or None


class BeltAhead(Rule):
    """Says the next belt speed ten seconds ahead."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("belt_speed")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start with nothing said."""
        self._record.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance in a step by distance, whose end can only be projected."""
        step = self.context.step
        if step is None or step.until.distance() is None or not self._is_needed():
            return ()
        return (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Say the next speed once the step will probably end in ten seconds."""
        end = self.context.session.expected_end(now)
        if (
            not self._record.was_said()
            and end is not None
            and end - now <= self.context.settings.belt_ahead_s
        ):
            self.fire(now)

    def schedule(self, now: Seconds) -> None:
        """Schedule it before the end of a timed step that another speed follows."""
        self.due = NEVER
        left_s = self.context.session.left_s(now) if self._is_needed() else None
        if left_s is not None and left_s - self.context.settings.belt_ahead_s > DUST_S:
            self.due = deadline(now, left_s - self.context.settings.belt_ahead_s)

    def fire(self, now: Seconds) -> None:
        """Say the next speed."""
        speed = self._next_speed()
        if speed is not None:
            self._record.note(now)
            words = self.phrases.belt_ahead(self.context.settings.belt_ahead_s, speed)
            self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why("belt_speed"))

    def _is_needed(self) -> bool:
        return self.context.is_treadmill and self.context.is_running() and self._next_speed() is not None

    def _next_speed(self) -> float | None:
        steps, index = self.context.session.timeline.steps, self.context.session.index + 1
        if (
            index >= len(steps)
            or (target := steps[index].target) is None
            or not has_speed_target(steps[index])
        ):
            return None
        return pace_of(target.band)
