"""The pacing light: seconds ahead or behind in steps with a target time, and a new light for a runner far behind.

- The band is that of the target: a runner whose mean speed since the start lies inside it is not called, and an open
  side is never called.
- Nothing is said before 150 m and 30 s. A standing start is forgiven.
- In long reps on a track whole laps are compared, at the line. Elsewhere the error must hold for a while.
- After `new_light` the run sets the session's light back to the runner.
- Nothing is said to a runner who is closing the gap, and nobody is asked to close more than 5 s per km.
"""

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import METRES_PER_KM, Seconds
from coach.signals.readings import Reading
from coach.workout.timeline import Band


class PacingLightRule(Rule):
    """Judges steps by the pacing light."""

    __slots__ = ("_is_judged_by_lap", "_lap", "_monitor", "_new_light_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start level with the light."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor(arbiter.record("light"))
        self._new_light_record = arbiter.record("new_light")
        self._lap = 0
        self._is_judged_by_lap = False

    def on_step(self, now: Seconds) -> None:
        """Start level with the light; laps that were run before an undo are not compared again."""
        self._monitor.reset()
        self._new_light_record.reset()
        self._is_judged_by_lap = self._has_laps()
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
        time_s = session.step_time(now)
        if time_s is None or time_s < settings.light_from_s or not self.context.is_settled(now):
            return
        metres = session.step_metres(now)
        if metres is None or metres < settings.light_from_m or not self._is_due(metres):
            return
        light = session.light(now)
        if light is None:
            return
        behind_s = self._without_standing_start(light.behind_s)
        is_said = self._monitor.record.was_said()
        if not is_said and abs(behind_s) <= settings.light_least_s:  # inside every band
            self._monitor.interrupt()
            return
        band = self._band_s(time_s, now)
        if not is_said and band.contains(behind_s):
            self._monitor.interrupt()
            return
        if session.is_estimated(now) or self.context.is_walking(now):
            self._monitor.interrupt()
            return
        edges = [abs(edge) for edge in (band.low, band.high) if edge is not None]
        inner_s = min(edges, default=0.0) / 2.0
        side = self._monitor.update(now, behind_s, band.low, band.high, inner_s)
        if side is None or not (self._is_judged_by_lap or self._monitor.held_s(now) >= settings.hold_s):
            return
        why = Why(
            *("light", behind_s, "light_s", band.low, band.high, self._window(now)),
            sample_age_s=Seconds(now - reading.at),
        )
        if side is Side.BACK:
            if self.arbiter.remark(now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why):
                self._monitor.record.reset()
        elif side is Side.HIGH:
            self._call_behind(behind_s, metres, why, now)
        else:
            self._call_ahead(-behind_s, why, now)

    def _call_behind(self, behind_s: float, metres: float, why: Why, now: Seconds) -> None:
        settings, session = self.context.settings, self.context.session
        target = session.target_now(now)
        aim, quick = (None if target is None else pace_of(target.band)), self.context.quick.value
        if aim is None or quick is None or quick > aim * (1.0 + settings.catching_up):
            return
        if self.context.is_unproven() and not self.context.is_settled(now, settings.unproven_factor):
            return
        is_far = behind_s / (metres / METRES_PER_KM) > settings.new_light_s_per_km
        if is_far and self._monitor.record.was_said_of(Side.HIGH) and not self._new_light_record.was_said():
            if self.arbiter.advise(
                now, CueKind.NEW_LIGHT, phrases.new_light(aim, self.context.athlete.unit), why
            ):
                self._new_light_record.note(now)
                self._monitor.reset()
        elif not self._new_light_record.was_said() and self.arbiter.advise(
            now, CueKind.BEHIND_LIGHT, phrases.behind(behind_s), why
        ):
            self._monitor.record.note(now, Side.HIGH)

    def _call_ahead(self, ahead_s: float, why: Why, now: Seconds) -> None:
        target, quick = self.context.session.target_now(now), self.context.quick.value
        aim = None if target is None else pace_of(target.band)
        if aim is None or quick is None or quick < aim * (1.0 - self.context.settings.catching_up):
            return
        if self.arbiter.advise(now, CueKind.AHEAD_OF_LIGHT, phrases.ahead(ahead_s), why):
            self._monitor.record.note(now, Side.LOW)

    def _without_standing_start(self, behind_s: float) -> float:
        if not self.context.is_standing_start or self._new_light_record.was_said() or behind_s <= 0.0:
            return behind_s
        return max(0.0, behind_s - self.context.settings.standing_start_s)

    def _band_s(self, time_s: float, now: Seconds) -> Band:
        """Return the band of the target in seconds against the light after so much time; minus is ahead."""
        context, settings, target = self.context, self.context.settings, self.context.session.target_now(now)
        aim = None if target is None else pace_of(target.band)
        if target is None or not aim:
            return Band()
        leave = context.session.leave(target)
        slow, fast = (
            None if side is None else max(settings.light_share, abs(side / aim - 1.0)) + leave
            for side in (target.band.low, target.band.high)
        )
        return Band(
            None if fast is None else -max(settings.light_least_s, fast * time_s),
            None,
            None if slow is None else max(settings.light_least_s, slow * time_s),
        )

    def _has_laps(self) -> bool:
        length = self.context.length_m
        return (
            self.context.is_track()
            and length is not None
            and length >= self.context.settings.light_laps_from_m
        )

    def _is_due(self, metres: float) -> bool:
        """Return True if the light is compared now: always, or in a long rep when a lap has just ended."""
        if not self._is_judged_by_lap:
            return True
        lap = int(metres // self._lap_m())
        new_lap, self._lap = lap > self._lap, max(lap, self._lap)
        return new_lap

    def _window(self, now: Seconds) -> Seconds:
        return self.context.session.step_time(now) or Seconds(0.0)

    def _lap_m(self) -> float:
        return self.context.session.timeline.context.lap_m
