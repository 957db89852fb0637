"""Decides which proposed cues are spoken, by class, budget and silence.

- Safety is always said. Countdowns, first words and information are said when they are due.
- Coach cues are few: a budget for each step, at least 20 s apart, with longer silences while the runner does not
  answer them.
- No coach cue is said in the last seconds of a step, nor in a rep too short to correct anything.
- Nothing is said while an undo replays the past, and nothing is spoken in coach mode without sensors.
"""

from collections.abc import Hashable, Iterator
from math import inf
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.context import StepContext
from coach.cues.cue import VERDICTS, Cue, CueClass, CueKind, Suppression, SuppressionReason, Why
from coach.quantities import Seconds
from coach.session.session import Session
from coach.signals.signals import Signals
from coach.workout.kinds import FLOATS, JUDGED, RESTS, Kind

TTL_S: Final = {
    CueClass.SAFETY: Seconds(30.0),
    CueClass.COUNTDOWN: Seconds(1.0),
    CueClass.STEP: Seconds(8.0),
    CueClass.COACH: Seconds(6.0),
    CueClass.INFO: Seconds(10.0),
}
"""How long a cue of each class is worth saying; a late countdown is wrong."""

_PUSHING: Final = frozenset(
    {
        CueKind.TOO_SLOW,
        CueKind.BEHIND_LIGHT,
        CueKind.FADE,
        CueKind.FLOAT_TOO_SLOW,
        CueKind.NEW_LIGHT,
        CueKind.POWER_LOW,
    }
)
"""Kinds that ask for more speed; they are suppressed after a rest was advised, and above a heart-rate cap."""

_SLOW: Final = frozenset({CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.FADE})
"""Kinds that mean the same: the runner is slower than planned."""

_AGAINST_LIGHT: Final = frozenset({CueKind.BEHIND_LIGHT, CueKind.AHEAD_OF_LIGHT})
"""Kinds that say what a lap between two presses says better."""

_TOO_FAST: Final = frozenset({CueKind.START_TOO_FAST, CueKind.TOO_FAST, CueKind.AHEAD_OF_LIGHT})
_ORDER: Final = {cue_class: place for place, cue_class in enumerate(CueClass)}


class CueRecord:
    """What was last said on one topic: when, of which scope, and how often in a row of this scope.

    A scope is a step, a set, a side of a band or a mark; it is None where a topic has only one.
    """

    __slots__ = ("at", "scope", "times")

    def __init__(self) -> None:
        """Start with nothing said."""
        self.reset()

    def reset(self) -> None:
        """Start with nothing said."""
        self.at: float = -inf
        self.scope: Hashable = None
        self.times = 0

    def note(self, now: Seconds, scope: Hashable = None) -> None:
        """Remember that it was said; another scope starts the count anew."""
        self.times = self.times + 1 if scope == self.scope else 1
        self.at = now
        self.scope = scope

    def was_said(self) -> bool:
        """Return True if anything was said."""
        return self.times > 0

    def was_said_of(self, scope: Hashable) -> bool:
        """Return True if the last thing said was said of this scope."""
        return self.times > 0 and scope == self.scope


class CueArbiter:
    """Turns what the rules propose into cues, or suppresses it."""

    __slots__ = (
        "_budget",
        "_can_renew",
        "_is_short",
        "_last_coach_at",
        "_last_kind",
        "_live_cues",
        "_no_push_set",
        "_no_push_step",
        "_no_push_until",
        "_records",
        "_session",
        "_settings",
        "_signals",
        "_spent",
        "_unanswered",
        "are_laps_pressed",
        "cues",
        "is_quiet",
        "last_verdict",
    )

    def __init__(self, settings: CueSettings, session: Session, signals: Signals) -> None:
        """Start with nothing said."""
        self._settings = settings
        self._session = session
        self._signals = signals
        self._records: dict[Hashable, CueRecord] = {}
        self._live_cues: list[Cue] = []
        self._last_coach_at = -inf
        self._last_kind: CueKind | None = None
        self._unanswered = 0
        self._spent = 0
        self._budget = 0
        self._is_short = False
        self._can_renew = False
        self._no_push_set: str | None = None
        self._no_push_step = ""
        self._no_push_until = -inf
        self.cues: list[Cue] = []
        self.is_quiet = False
        self.last_verdict: Cue | None = None
        self.are_laps_pressed = False
        """Whether a mark was pressed at the last line, so that the next lap is told by its press too."""

    def record(self, topic: Hashable) -> CueRecord:
        """Return the record of a topic; rules that ask for one topic share one record."""
        record = self._records.get(topic)
        if record is None:
            record = self._records[topic] = CueRecord()
        return record

    def begin_step(self, length_m: float | None, expected_s: float | None, kind: Kind | None = None) -> None:
        """Set the budget of a step by its length in metres, else by its time in seconds; a rest has its own.

        A short float has a budget too.
        """
        settings = self._settings
        self._spent = 0
        self._unanswered = 0
        self.record(CueKind.START_TOO_FAST).reset()
        self.record(CueKind.TOO_FAST).reset()
        self._can_renew = expected_s is None or expected_s > settings.renew_from_s
        is_long = length_m > settings.long_m if length_m is not None else self._is_long(expected_s)
        self._budget = settings.budget_long if is_long else settings.budget
        if kind in RESTS:
            self._budget = settings.budget_rest
        if length_m is not None:
            self._is_short = length_m <= settings.short_m
        else:
            self._is_short = expected_s is not None and expected_s <= settings.short_s
        if kind in FLOATS and self._is_short:
            self._is_short, self._budget = False, settings.budget_float

    def emit(
        self,
        now: Seconds,
        kind: CueKind,
        cue_class: CueClass,
        text: str,
        why: Why,
        *,
        spoken: bool = True,
    ) -> bool:
        """Emit a cue that needs no budget; return False if nothing was said.

        To a runner who stands nothing but safety is spoken, and nobody is coached.
        """
        is_to_standing = cue_class is not CueClass.SAFETY and self._session.is_stopped(now)
        if self.is_quiet or not text or (is_to_standing and cue_class is CueClass.COACH):
            return False
        is_spoken = spoken and not is_to_standing and not self.is_stopwatch()
        cue = Cue(now, kind, cue_class, text, why, TTL_S[cue_class], is_spoken)
        self.cues.append(cue)
        self._live_cues = [live_cue for live_cue in self._live_cues if live_cue.at + live_cue.ttl_s > now]
        self._live_cues.append(cue)
        if kind in VERDICTS:
            self.last_verdict = cue
        return True

    def advise(self, now: Seconds, kind: CueKind, text: str, why: Why, *, is_gross: bool = False) -> bool:
        """Emit a coach cue if budget and silence allow it; `gross` errors are called in short reps too."""
        if kind in _AGAINST_LIGHT and self.are_laps_pressed:
            return False
        if kind in _PUSHING and (self._may_not_push() or now < self._no_push_until):
            return False
        if kind in _PUSHING and self._signals.distance.awaits_lap():
            return False
        if self._session.is_standing(now):
            return False  # their speed says nothing; what was averaged holds again once they run
        if self._is_short and not is_gross:
            return False
        if self._spent >= self._budget and not self._is_renewed(now):
            return False
        if kind is not self._last_kind:
            self._unanswered = 0
        if (
            not self._is_silence_over(kind, now)
            or self._was_just_said(kind, now)
            or self.is_near_boundary(now)
        ):
            return False
        if not self.emit(now, kind, CueClass.COACH, text, why):
            return False
        self._spent += 1
        self._unanswered += 1
        # START_TOO_FAST is TOO_FAST called sooner, so the silences of both count together
        self._last_kind = CueKind.TOO_FAST if kind is CueKind.START_TOO_FAST else kind
        if kind is CueKind.START_TOO_FAST:
            self.record(kind).note(now)
        if kind in _TOO_FAST:
            self.record(CueKind.TOO_FAST).note(now)
        self._last_coach_at = now
        return True

    def remark(self, now: Seconds, kind: CueKind, cue_class: CueClass, text: str, why: Why) -> bool:
        """Emit a cue outside the budget but not within the silence: heart rate in long steps, and good news."""
        if now - self._last_coach_at < self._settings.gaps_s[0] or self.is_near_boundary(now):
            return False
        if not self.emit(now, kind, cue_class, text, why):
            return False
        self._last_coach_at = now
        return True

    def suppressions(self, now: Seconds) -> Iterator[Suppression]:
        """Yield the reasons why a coach cue would be suppressed now."""
        settings, step = self._settings, self._session.step
        if self._is_short:
            yield Suppression(SuppressionReason.SHORT)
        if self._spent >= self._budget and not self._is_renewed(now):
            left_s = Seconds(self._last_coach_at + settings.renew_s - now) if self._can_renew else None
            yield Suppression(SuppressionReason.SPENT, left_s)
        silent_until = self._last_coach_at + settings.gaps_s[0]
        if now < silent_until:
            yield Suppression(SuppressionReason.QUIET, Seconds(silent_until - now))
        if now < self._no_push_until or (step is not None and self._may_not_push()):
            yield Suppression(SuppressionReason.SPARED)
        if self._signals.distance.awaits_lap():
            yield Suppression(SuppressionReason.AWAITS_LAP)
        if self.is_near_boundary(now):
            yield Suppression(SuppressionReason.BOUNDARY)

    def may_call_slow(self, now: Seconds) -> bool:
        """Return True unless the runner is spared: rest was advised in this set, or the heart is at its cap."""
        return not self._may_not_push() and now >= self._no_push_until

    def note_error(self, now: Seconds) -> None:
        """Keep the silence of a coach cue after a split that named an error."""
        self._last_coach_at = now

    def reset_back_off(self) -> None:
        """Start the silences anew: the runner did what was asked."""
        self._unanswered = 0

    def is_stopwatch(self) -> bool:
        """Return True in coach mode without any sensor; then nothing is spoken."""
        if not self._session.coach_mode:
            return False
        return self._signals.distance.last_source() is None and self._signals.heart_rate() is None

    def suppress_push_in_set(self, set_id: str | None) -> None:
        """Suppress cues that ask for more speed for the rest of a set; None ends it."""
        self._no_push_set = set_id

    def suppress_push_until(self, until: Seconds, step_id: str = "") -> None:
        """Suppress cues that ask for more speed until a time, or to the end of a named step."""
        self._no_push_until = until
        self._no_push_step = step_id or self._no_push_step

    def is_near_boundary(self, now: Seconds) -> bool:
        """Return True in the last seconds of a step, which belong to the countdown."""
        end = self._session.expected_end(now)
        return end is not None and end - now <= self._settings.boundary_s

    def cue_to_show(self, now: Seconds) -> Cue | None:
        """Return the newest cue of the first class, of those whose time to live is not over."""
        live_cues = [cue for cue in self._live_cues if cue.at <= now < cue.at + cue.ttl_s]
        return min(live_cues, key=lambda cue: (_ORDER[cue.cue_class], -cue.at), default=None)

    def _is_long(self, expected_s: float | None) -> bool:
        return expected_s is None or expected_s > self._settings.long_s

    def _is_renewed(self, now: Seconds) -> bool:
        return self._can_renew and now - self._last_coach_at >= self._settings.renew_s

    def _may_not_push(self) -> bool:
        step = self._session.step
        return step is not None and (step.set_id == self._no_push_set or step.step_id == self._no_push_step)

    def _was_just_said(self, kind: CueKind, now: Seconds) -> bool:
        """Return True if a fade was just called by another name, or the other way round."""
        kinds = {kind, self._last_kind}
        if CueKind.FADE not in kinds or not kinds <= _SLOW:
            return False
        return now - self._last_coach_at < self._settings.one_word_s

    def _is_silence_over(self, kind: CueKind, now: Seconds) -> bool:
        settings = self._settings
        is_repeat = kind is self._last_kind and self._can_renew
        gaps = settings.gaps_long_s if is_repeat else settings.gaps_s
        return now - self._last_coach_at >= gaps[min(max(self._unanswered - 1, 0), len(gaps) - 1)]


def suppressions(context: StepContext, arbiter: CueArbiter, now: Seconds) -> Iterator[Suppression]:
    """Yield the reasons why a cue about pace would be suppressed now, for `coach explain`."""
    step = context.step
    if step is None or not context.is_running():
        yield Suppression(SuppressionReason.NOT_RUNNING)
        return
    if step.kind not in JUDGED:
        yield Suppression(SuppressionReason.UNJUDGED)
        return
    if not context.is_paced() or (step.target is not None and step.target.estimated):
        yield Suppression(SuppressionReason.NO_TARGET)
        return
    speed = context.signals.speed()
    if speed is None or not context.is_live(speed, now):
        yield Suppression(SuppressionReason.NOT_FRESH)
    if context.session.is_standing(now):
        yield Suppression(SuppressionReason.STOPPED)
    elif context.is_walking(now):
        yield Suppression(SuppressionReason.WALKING)
    if not context.is_settled(now):
        yield Suppression(SuppressionReason.SETTLING)
    if not context.may_push():
        yield Suppression(SuppressionReason.UNHURRIED)
    yield from arbiter.suppressions(now)
