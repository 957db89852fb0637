"""Splits at the marks and the time of a rep: spoken to a runner, shown in tenths to a coach."""

from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind
from coach.cues.rule import Heard, Rule, because
from coach.quantities import Metres, Seconds
from coach.session.facts import EndReason, Split, SplitRole, StepEnded
from coach.session.light import Light
from coach.signals.readings import Source
from coach.workout.kinds import TIMED

_RAN_OUT: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.NEXT})


class Splits(Rule):
    """Says the time at a mark within a rep, and at its end the time of the rep."""

    __slots__ = ("_told",)

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Another step: none of its marks has been told."""
        self._told: Metres | None = None

    def hear(self, event: Heard, now: Seconds) -> None:
        """Say a split of a rep, or its result; nothing of what was not measured."""
        match event:
            case Split(role=SplitRole.SPLIT, metres=metres, time_s=time) if time is not None:
                step = self.scene.step
                if step is not None and step.kind in TIMED and not self.scene.session.clock_mode:
                    about = not event.pressed and self.scene.session.estimated(now)
                    again = metres is not None and metres == self._told
                    self._told = metres
                    aloud = self._aloud(metres) and not again and not self._is_late(time, now)
                    self._say(metres, time, now, about=about, aloud=aloud, light=event.light)
            case StepEnded(step=step, reason=reason) if step.kind in TIMED and reason in _RAN_OUT:
                by_time = step.until.distance() is None and step.until.time() is not None
                if event.distance_source is not Source.CLOCK and not by_time:
                    metres = None if event.cut else step.until.distance()
                    self._say(metres, event.time_s, now, about=event.estimated, aloud=True)

    def _is_late(self, time: Seconds, now: Seconds) -> bool:
        """Does the split come out of a gap, too late to be of use?"""
        step_time = self.scene.session.step_time(now)
        return step_time is not None and step_time - time > self.scene.settings.split_late_s

    def _say(
        self,
        metres: Metres | None,
        time: Seconds,
        now: Seconds,
        *,
        about: bool,
        aloud: bool,
        light: Light | None = None,
    ) -> None:
        settings = self.scene.settings
        if self.manners.stopwatch() or not aloud:
            behind = None if light is None else light.behind_s
            projected = self._worth_telling(light)
            words = phrases.split_shown(metres, time, about=about, behind_s=behind, projected_s=projected)
        else:
            tenths = metres is not None and metres <= settings.split_tenths_to_m and not about
            words = phrases.split(metres, time, tenths=tenths, about=about)
        self.manners.say(now, CueKind.SPLIT, CueClass.INFO, words, because("split"), spoken=aloud)

    def _worth_telling(self, light: Light | None) -> Seconds | None:
        """Give the time a long rep is heading for, where it is not the one that was asked for."""
        length, planned, settings = self.scene.length_m, self.scene.expected_s, self.scene.settings
        projected = None if light is None else light.projected_s
        if projected is None or planned is None or length is None or length < settings.split_laps_from_m:
            return None
        return projected if abs(projected - planned) > settings.split_off_s else None

    def _aloud(self, metres: Metres | None) -> bool:
        """Is the mark one to be spoken: every one of a short rep, whole laps of a long one, kilometres beyond?"""
        length, settings = self.scene.length_m, self.scene.settings
        if metres is None or length is None or length < settings.split_laps_from_m:
            return True
        every = self.scene.session.timeline.context.lap_m
        if length > settings.split_km_from_m:
            every = settings.split_km_m
        off = metres % every
        return min(off, every - off) < 1.0
