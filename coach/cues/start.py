"""A rep or run gone off too fast: the one error worth a word early, even in a short rep. At once, and once."""

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.workout.kinds import PACED_REPS


class FastStart(Rule):
    """Watches the first minute of a first rep, the first 400 m of a run, and the first half minute of any rep."""

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
        """Listen in paced work that something measures."""
        step = self.scene.step
        if step is None or step.kind not in PACED_REPS or step.step_id == self._said_of:
            return ()
        if not self.scene.paced() or not self.scene.running() or self.scene.session.clock_mode:
            return ()
        return (Channel.SPEED,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Look at the speed of the last seconds, and at the first 200 m."""
        session = self.scene.session
        time, target = session.step_time(now), session.target_now(now)
        aim = None if target is None else pace_of(target.band)
        if time is None or aim is None or self.manners.is_fast_told or not self._is_start(time, now):
            return
        if self.scene.walking(now) or session.estimated(now):
            self._watch.interrupt()
            return
        up = self._up_at_mark(reading, now) if self._is_first() else None
        why = up or self._too_fast(aim, time, reading, now)
        if why is not None:
            self._say(why, now)

    def _too_fast(self, aim: float, time: float, reading: Reading, now: Seconds) -> Why | None:
        settings, quick, smooth = self.scene.settings, self.scene.quick.value, self.scene.smooth.value
        if quick is None or smooth is None or time < settings.start_fast_from_s:
            return None
        noise = min(self.scene.noise.level, self.scene.noise.presumed)
        early = self._is_first() and time <= settings.start_fast_until_s
        share = settings.start_fast_share if early else settings.start_fast_later
        high = aim * (1.0 + max(share, settings.start_fast_times * noise))
        lasting = smooth - aim >= settings.alarm_still * (high - aim)
        side = self._watch.take(now, quick if lasting else aim, None, high, 0.0)
        held = self._watch.held_s(now)
        if side is not Side.HIGH or held < settings.start_fast_hold_s:
            return None
        age = Seconds(now - reading.at)
        return Why("start_pace", quick, "speed_mps", None, high, Seconds(held), age, noise)

    def _is_first(self) -> bool:
        """Is it a first rep, or no rep at all?"""
        return self.scene.step is not None and self.scene.step.rep in {None, 1}

    def _is_start(self, time: float, now: Seconds) -> bool:
        """Is this still the start: a minute of a first rep, half of one later, 400 m of a run?"""
        settings = self.scene.settings
        if not self._is_first():
            return time <= settings.start_fast_later_s
        if time <= settings.start_fast_until_s:
            return True
        session = self.scene.session
        metres, light = session.step_metres(now), session.light(now)
        long = self.scene.expected_s is None or self.scene.expected_s > settings.renew_from_s
        if not long or metres is None or metres > settings.start_fast_run_m:
            return False
        return light is not None and light.behind_s < 0.0  # who lost time before is not off too fast

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
