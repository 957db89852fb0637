"""Splits at the marks and times of reps: spoken to a runner, shown in tenths in coach mode."""

from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import Rule, RuleEvent
from coach.quantities import Metres, Seconds
from coach.session.events import EndReason, Split, SplitRole, StepEnded
from coach.session.light import Light
from coach.signals.readings import Source
from coach.workout.kinds import TIMED

_RAN_OUT: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.NEXT})


class Splits(Rule):
    """Says the time at a mark within a rep and the time of the rep at its end."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("split")
        """Its scope is the mark, in metres."""

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Start with no mark said."""
        self._record.forget()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say a split or the result of a rep, unless it was not measured."""
        match event:
            case Split(role=SplitRole.SPLIT, metres=metres, time_s=time) if time is not None:
                step = self.context.step
                if step is not None and step.kind in TIMED and not self.context.session.is_clock_mode:
                    about = not event.pressed and self.context.session.is_estimated(now)
                    again = metres is not None and self._record.was_said_of(metres)
                    self._record.note(now, metres)
                    spoken = self._is_spoken(metres) and not again and not self._is_late(time, now)
                    self._say(metres, time, now, about=about, spoken=spoken, light=event.light)
            case StepEnded(step=step, reason=reason) if step.kind in TIMED and reason in _RAN_OUT:
                by_time = step.until.distance() is None and step.until.time() is not None
                if event.distance_source is not Source.CLOCK and not by_time:
                    metres = None if event.cut else step.until.distance()
                    self._say(metres, event.time_s, now, about=event.estimated, spoken=True)

    def _is_late(self, time: Seconds, now: Seconds) -> bool:
        """Return True if the split comes out of a gap, too late to be of use."""
        step_time = self.context.session.step_time(now)
        return step_time is not None and step_time - time > self.context.settings.split_late_s

    def _say(
        self,
        metres: Metres | None,
        time: Seconds,
        now: Seconds,
        *,
        about: bool,
        spoken: bool,
        light: Light | None = None,
    ) -> None:
        settings = self.context.settings
        if self.arbiter.is_stopwatch() or not spoken:
            behind = None if light is None else light.behind_s
            projected = self._projected_s(light)
            words = phrases.split_shown(metres, time, about=about, behind_s=behind, projected_s=projected)
        else:
            tenths = metres is not None and metres <= settings.split_tenths_to_m and not about
            words = phrases.split(metres, time, tenths=tenths, about=about)
        self.arbiter.emit(now, CueKind.SPLIT, CueClass.INFO, words, Why("split"), spoken=spoken)

    def _projected_s(self, light: Light | None) -> Seconds | None:
        """Return the projected time of a long rep if it differs from the planned one."""
        length, planned, settings = self.context.length_m, self.context.expected_s, self.context.settings
        projected = None if light is None else light.projected_s
        if projected is None or planned is None or length is None or length < settings.split_laps_from_m:
            return None
        return projected if abs(projected - planned) > settings.split_off_s else None

    def _is_spoken(self, metres: Metres | None) -> bool:
        """Return True if the mark is spoken: every one in a short rep, whole laps in a long one, kilometres beyond."""
        length, settings = self.context.length_m, self.context.settings
        if metres is None or length is None or length < settings.split_laps_from_m:
            return True
        every = self.context.session.timeline.context.lap_m
        if length > settings.split_km_from_m:
            every = settings.split_km_m
        off = metres % every
        return min(off, every - off) < 1.0
