"""Says the splits at marks and the times of reps; in coach mode they are shown in tenths."""

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

_RAN_OUT: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.LINE, EndReason.NEXT})


class Splits(Rule):
    """Says the time at a mark within a rep and the time of the rep at its end."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("split")
        """Its scope is the mark, in metres."""

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start with no mark said."""
        self._record.reset()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say a split or the result of a rep, unless it was not measured."""
        match event:
            case Split(role=SplitRole.SPLIT, metres=metres, time_s=time) if time is not None:
                step = self.context.step
                if step is not None and step.kind in TIMED and not self.context.session.is_clock_mode:
                    is_about = not event.pressed and self.context.session.is_estimated(now)
                    is_repeat = metres is not None and self._record.was_said_of(metres)
                    self._record.note(now, metres)
                    is_spoken = self._is_spoken(metres) and not is_repeat and not self._is_late(time, now)
                    self._say(metres, time, now, about=is_about, spoken=is_spoken, light=event.light)
            case StepEnded(step=step, reason=reason) if step.kind in TIMED and reason in _RAN_OUT:
                is_by_time = step.until.distance() is None and step.until.time() is not None
                if event.distance_source is not Source.CLOCK and not is_by_time:
                    metres = None if event.cut else step.until.distance()
                    self._say(metres, event.time_s, now, about=event.estimated, spoken=True)

    def _is_late(self, time: Seconds, now: Seconds) -> bool:
        """Return True if the split is too old to be spoken, as after a gap."""
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
            behind_s = None if light is None else light.behind_s
            projected_s = self._projected_s(light)
            words = phrases.split_shown(metres, time, about=about, behind_s=behind_s, projected_s=projected_s)
        else:
            has_tenths = metres is not None and metres <= settings.split_tenths_to_m and not about
            words = phrases.split(metres, time, tenths=has_tenths, about=about)
        self.arbiter.emit(now, CueKind.SPLIT, CueClass.INFO, words, Why("split"), spoken=spoken)

    def _projected_s(self, light: Light | None) -> Seconds | None:
        """Return the projected time of a long rep if it differs from the planned one."""
        length, planned_s, settings = self.context.length_m, self.context.expected_s, self.context.settings
        projected_s = None if light is None else light.projected_s
        if projected_s is None or planned_s is None or length is None or length < settings.split_laps_from_m:
            return None
        return projected_s if abs(projected_s - planned_s) > settings.split_off_s else None

    def _is_spoken(self, metres: Metres | None) -> bool:
        """Return True if the mark is spoken: every one in a short rep, whole laps in a long one, kilometres beyond."""
        length, settings = self.context.length_m, self.context.settings
        if metres is None or length is None or length < settings.split_laps_from_m:
            return True
        every_m = self.context.session.timeline.context.lap_m
        if length > settings.split_km_from_m:
            every_m = settings.split_km_m
        offset_m = metres % every_m
        return min(offset_m, every_m - offset_m) < 1.0
