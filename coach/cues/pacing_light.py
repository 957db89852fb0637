"""Targets in time: seconds against the light, and a new light for a runner it has run away from.

- Nothing before 150 m and 30 s; a standing start is forgiven.
- In long reps on a track whole laps are compared, at the line; elsewhere the error must hold for a while.
- Whoever hears `new_light` (the run, live) sets the session's light back to the runner.
- Nobody who is closing the gap already hears of it, and nobody is asked to close more than 5 s per km.
"""

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import METRES_PER_KM, Seconds
from coach.signals.readings import Reading


class PacingLightRule(Rule):
    """Speaks of the light in steps steered by time."""

    __slots__ = ("_lap", "_laps", "_new_light_said", "_watch")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin level with the light."""
        super().__init__(context, arbiter)
        self._watch = BandMonitor(arbiter.record("light"))
        self._new_light_said = arbiter.record("new_light")
        self._lap = 0
        self._laps = False

    def on_step(self, now: Seconds) -> None:
        """Begin level with the light; laps that lie behind after an undo are not compared again."""
        self._watch.reset()
        self._new_light_said.forget()
        self._laps = self._by_laps()
        self._lap = int((self.context.session.step_metres(now) or 0.0) // self._lap_m())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen in steps coached by the light, where something measures them."""
        if (
            not self.context.follows_light()
            or not self.context.is_running()
            or self.context.session.clock_mode
        ):
            return ()
        return (Subscription.SPEED,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare with the light: at the end of a lap, or whenever the error has held."""
        session, settings = self.context.session, self.context.settings
        time = session.step_time(now)
        if time is None or time < settings.light_from_s or not self.context.is_settled(now):
            return
        metres = session.step_metres(now)
        if metres is None or metres < settings.light_from_m or not self._at_lap(metres):
            return
        light = session.light(now)
        if light is None:
            return
        behind, worth = self._forgiven(light.behind_s), self._worth(time)
        if not self._watch.said.was_said() and abs(behind) <= worth:
            self._watch.interrupt()
            return
        if session.estimated(now) or self.context.is_walking(now):
            self._watch.interrupt()
            return
        side = self._watch.update(now, behind, -worth, worth, worth / 2.0)
        if side is None or not (self._laps or self._watch.held_s(now) >= settings.hold_s):
            return
        why = Why("light", behind, "light_s", -worth, worth, self._window(now), Seconds(now - reading.at))
        if side is Side.BACK:
            if self.arbiter.remark(now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why):
                self._watch.said.forget()
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
        if far and self._watch.said.was_said_of(Side.HIGH) and not self._new_light_said.was_said():
            if self.arbiter.advise(
                now, CueKind.NEW_LIGHT, phrases.new_light(aim, self.context.athlete.unit), why
            ):
                self._new_light_said.note(now)
                self._watch.reset()
        elif not self._new_light_said.was_said() and self.arbiter.advise(
            now, CueKind.BEHIND_LIGHT, phrases.behind(behind), why
        ):
            self._watch.said.note(now, Side.HIGH)

    def _ahead(self, ahead: float, why: Why, now: Seconds) -> None:
        target, quick = self.context.session.target_now(now), self.context.quick.value
        aim = None if target is None else pace_of(target.band)
        if aim is None or quick is None or quick < aim * (1.0 - self.context.settings.catching_up):
            return
        if self.arbiter.advise(now, CueKind.AHEAD_OF_LIGHT, phrases.ahead(ahead), why):
            self._watch.said.note(now, Side.LOW)

    def _forgiven(self, behind: float) -> float:
        if not self.context.is_standing_start or self._new_light_said.was_said() or behind <= 0.0:
            return behind
        return max(0.0, behind - self.context.settings.standing_start_s)

    def _worth(self, time: float) -> float:
        settings = self.context.settings
        share = settings.light_share + (settings.unproven_band if self.context.is_unproven() else 0.0)
        return max(settings.light_least_s, share * time)

    def _by_laps(self) -> bool:
        length = self.context.length_m
        on_track = self.context.session.timeline.context.surface == "track"
        return on_track and length is not None and length >= self.context.settings.light_laps_from_m

    def _at_lap(self, metres: float) -> bool:
        """Is this the moment to compare: always, or in a long rep when a lap just ended?"""
        if not self._laps:
            return True
        lap = int(metres // self._lap_m())
        new_lap, self._lap = lap > self._lap, max(lap, self._lap)
        return new_lap

    def _window(self, now: Seconds) -> Seconds:
        return self.context.session.step_time(now) or Seconds(0.0)

    def _lap_m(self) -> float:
        return self.context.session.timeline.context.lap_m
