"""The first rep gone off too fast: the one error worth a word early, even in a short rep."""

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.workout.timeline import Kind


class FastStart(Rule):
    """Watches the first minute of the first rep of a set, once."""

    __slots__ = ("_past_mark", "_said_of", "_watch")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with a rep to watch."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._said_of = ""
        self._past_mark = False

    def begin(self, now: Seconds) -> None:
        """Watch a first rep from its beginning; the mark counts only if it still lies ahead."""
        self._watch.forget()
        mark = self.scene.settings.start_fast_mark_m
        self._past_mark = (self.scene.session.step_metres(now) or 0.0) >= mark

    def listens(self) -> tuple[Channel, ...]:
        """Listen in a paced first rep that something measures."""
        step = self.scene.step
        if (
            step is None
            or step.kind is not Kind.WORK
            or step.rep not in {None, 1}
            or step.step_id == self._said_of
        ):
            return ()
        if not self.scene.paced() or not self.scene.running() or self.scene.session.clock_mode:
            return ()
        return (Channel.SPEED,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Look at the speed of the last seconds, and at the first 200 m."""
        session = self.scene.session
        time, target = session.step_time(now), session.target_now(now)
        aim = None if target is None else pace_of(target.band)
        if time is None or aim is None or time > self.scene.settings.start_fast_until_s:
            return
        if self.scene.walking(now) or session.estimated(now):
            self._watch.interrupt()
            return
        why = self._up_at_mark(reading, now) or self._too_fast(aim, time, reading, now)
        if why is not None:
            self._say(why, now)

    def _too_fast(self, aim: float, time: float, reading: Reading, now: Seconds) -> Why | None:
        settings, quick = self.scene.settings, self.scene.quick.value
        if quick is None or time < settings.start_fast_from_s:
            return None
        high = aim * (
            1.0 + max(settings.start_fast_share, settings.start_fast_times * self.scene.noise.level)
        )
        side = self._watch.take(now, quick, None, high, 0.0)
        held = self._watch.held_s(now)
        if side is not Side.HIGH or held < settings.start_fast_hold_s:
            return None
        return Why("start_pace", quick, "speed_mps", None, high, Seconds(held), Seconds(now - reading.at))

    def _up_at_mark(self, reading: Reading, now: Seconds) -> Why | None:
        settings, session = self.scene.settings, self.scene.session
        metres = session.step_metres(now)
        if self._past_mark or metres is None or metres < settings.start_fast_mark_m:
            return None
        self._past_mark = True
        light = session.light(now)
        if light is None or light.behind_s > -settings.start_fast_up_s:
            return None
        time, age = session.step_time(now), Seconds(now - reading.at)
        return Why("too_fast_at_200", light.behind_s, "light_s", -settings.start_fast_up_s, None, time, age)

    def _say(self, why: Why, now: Seconds) -> None:
        step, light = self.scene.step, self.scene.session.light(now)
        if step is None or step.step_id == self._said_of:
            return
        up = 0.0 if light is None else -light.behind_s
        if self.manners.advise(now, CueKind.START_TOO_FAST, phrases.too_fast_by(up), why, gross=True):
            self._said_of = step.step_id
