"""The pacing light: seconds ahead or behind in steps with a target time, and a new light for a runner far behind.

- Nothing is said before 150 m and 30 s. A standing start is forgiven.
- In long reps on a track whole laps are compared, at the line. Elsewhere the error must hold for a while.
- After `new_light` the run sets the session's light back to the runner.
- A runner who is closing the gap is told nothing, and nobody is asked to close more than 5 s per km.
"""

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import METRES_PER_KM, Seconds
from coach.signals.readings import Reading


class PacingLightRule(Rule):
    """Judges steps by the pacing light."""

    __slots__ = ("_by_laps", "_lap", "_monitor", "_new_light_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start level with the light."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor(arbiter.record("light"))
        self._new_light_record = arbiter.record("new_light")
        self._lap = 0
        self._by_laps = False

    def on_step(self, now: Seconds) -> None:
        """Start level with the light; laps that were run before an undo are not compared again."""
        self._monitor.reset()
        self._new_light_record.forget()
        self._by_laps = self._is_by_laps()
        self._lap = int((self.context.session.step_metres(now) or 0.0) // self._lap_m())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed in measured steps judged by the light."""
        if (
            not self.context.follows_light()
            or not self.context.is_running()
            or self.context.session.is_clock_mode
        ):
            return ()
        return (Subscription.SPEED,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the runner with the light, at the end of a lap or when the error has held."""
        session, settings = self.context.session, self.context.settings
        time = session.step_time(now)
        if time is None or time < settings.light_from_s or not self.context.is_settled(now):
            return
        metres = session.step_metres(now)
        if metres is None or metres < settings.light_from_m or not self._is_due(metres):
            return
        light = session.light(now)
        if light is None:
            return
        behind, worth = self._forgiven(light.behind_s), self._worth(time)
        if not self._monitor.record.was_said() and abs(behind) <= worth:
            self._monitor.interrupt()
            return
        if session.is_estimated(now) or self.context.is_walking(now):
            self._monitor.interrupt()
            return
        side = self._monitor.update(now, behind, -worth, worth, worth / 2.0)
        if side is None or not (self._by_laps or self._monitor.held_s(now) >= settings.hold_s):
            return
        why = Why("light", behind, "light_s", -worth, worth, self._window(now), Seconds(now - reading.at))
        if side is Side.BACK:
            if self.arbiter.remark(now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why):
                self._monitor.record.forget()
        elif side is Side.HIGH:
            self._behind(behind, metres, why, now)
        else:
            self._ahead(-behind, why, now)

    def _behind(self, behind: float, metres: float, why: Why, now: Seconds) -> None:
        settings, session = self.context.settings, self.context.session
        target = session.target_now(now)
        aim, quick = (None if target is None else pace_of(target.band)), self.context.quick.value
        if aim is None or quick is None or quick > aim * (1.0 + settings.catching_up):
            return
        if self.context.is_unproven() and not self.context.is_settled(now, settings.unproven_factor):
            return
        far = behind / (metres / METRES_PER_KM) > settings.new_light_s_per_km
        if far and self._monitor.record.was_said_of(Side.HIGH) and not self._new_light_record.was_said():
            if self.arbiter.advise(
                now, CueKind.NEW_LIGHT, phrases.new_light(aim, self.context.athlete.unit), why
            ):
                self._new_light_record.note(now)
                self._monitor.reset()
        elif not self._new_light_record.was_said() and self.arbiter.advise(
            now, CueKind.BEHIND_LIGHT, phrases.behind(behind), why
        ):
            self._monitor.record.note(now, Side.HIGH)

    def _ahead(self, ahead: float, why: Why, now: Seconds) -> None:
        target, quick = self.context.session.target_now(now), self.context.quick.value
        aim = None if target is None else pace_of(target.band)
        if aim is None or quick is None or quick < aim * (1.0 - self.context.settings.catching_up):
            return
        if self.arbiter.advise(now, CueKind.AHEAD_OF_LIGHT, phrases.ahead(ahead), why):
            self._monitor.record.note(now, Side.LOW)

    def _forgiven(self, behind: float) -> float:
        if not self.context.is_standing_start or self._new_light_record.was_said() or behind <= 0.0:
            return behind
        return max(0.0, behind - self.context.settings.standing_start_s)

    def _worth(self, time: float) -> float:
        settings = self.context.settings
        share = settings.light_share + (settings.unproven_band if self.context.is_unproven() else 0.0)
        return max(settings.light_least_s, share * time)

    def _is_by_laps(self) -> bool:
        length = self.context.length_m
        on_track = self.context.session.timeline.context.surface == "track"
        return on_track and length is not None and length >= self.context.settings.light_laps_from_m

    def _is_due(self, metres: float) -> bool:
        """Return True if the light is compared now: always, or in a long rep when a lap has just ended."""
        if not self._by_laps:
            return True
        lap = int(metres // self._lap_m())
        new_lap, self._lap = lap > self._lap, max(lap, self._lap)
        return new_lap

    def _window(self, now: Seconds) -> Seconds:
        return self.context.session.step_time(now) or Seconds(0.0)

    def _lap_m(self) -> float:
        return self.context.session.timeline.context.lap_m
