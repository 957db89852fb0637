"""Who may speak when: classes, times to live, budgets and silences. Rules propose, manners dispose.

- Safety speaks always. Countdowns, first words and information speak when they are due.
- Coach cues are few: a budget a step, at least 20 s apart, and a silence that grows while nothing comes of them.
- None of them in the last seconds before a boundary, none in a rep too short to mend anything.
- While an undo replays the past, and for a coach with a stopwatch, nothing is spoken.
"""

from collections.abc import Iterator
from typing import Final

from coach.cues.cue import VERDICTS, Cue, CueClass, CueKind, Reason, Silence, Why
from coach.cues.defaults import CueSettings
from coach.cues.view import SessionView, SignalsView
from coach.quantities import Seconds
from coach.workout.kinds import FLOATS, RESTS, Kind

TTL_S: Final = {
    CueClass.SAFETY: Seconds(30.0),
    CueClass.COUNTDOWN: Seconds(1.0),
    CueClass.STEP: Seconds(8.0),
    CueClass.COACH: Seconds(6.0),
    CueClass.INFO: Seconds(10.0),
}
"""How long a cue of each class is worth saying: a "two" that comes a second late is a lie."""

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
"""What is not said any more to a runner who was just advised to rest, nor to a heart over its cap."""

_SLOW: Final = frozenset({CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.FADE})
"""Words for one thing."""

_TOO_FAST: Final = frozenset({CueKind.START_TOO_FAST, CueKind.TOO_FAST, CueKind.AHEAD_OF_LIGHT})
_ORDER: Final = {cue_class: place for place, cue_class in enumerate(CueClass)}


class Manners:
    """Turns what the rules want to say into cues, or into silence."""

    __slots__ = (
        "_alive",
        "_budget",
        "_eased",
        "_eased_until",
        "_last_coach_at",
        "_last_kind",
        "_renews",
        "_said",
        "_session",
        "_settings",
        "_short",
        "_signals",
        "_spared",
        "_unanswered",
        "is_fast_told",
        "is_start_told",
        "last_verdict",
        "out",
        "quiet",
    )

    def __init__(self, settings: CueSettings, session: SessionView, signals: SignalsView) -> None:
        """Begin with nothing said."""
        self._settings = settings
        self._session = session
        self._signals = signals
        self._alive: list[Cue] = []
        self._last_coach_at = float("-inf")
        self._last_kind: CueKind | None = None
        self._unanswered = 0
        self._said = 0
        self._budget = 0
        self._short = False
        self._renews = False
        self._spared: str | None = None
        self._eased = ""
        self._eased_until = float("-inf")
        self.out: list[Cue] = []
        self.quiet = False
        self.is_fast_told = False
        """Was this step told that it is too fast, in whatever words?"""
        self.is_start_told = False
        """Was this step told that it began too fast, and not yet that it is on pace?"""
        self.last_verdict: Cue | None = None

    def begin(self, length_m: float | None, expected_s: float | None, kind: Kind | None = None) -> None:
        """Open the budget of a step, by its length in metres, else by its time in seconds; a rest has its own.

        A float is short by nature and coached all the same: once.
        """
        settings = self._settings
        self._said = 0
        self._unanswered = 0
        self.is_start_told = self.is_fast_told = False
        self._renews = expected_s is None or expected_s > settings.renew_from_s
        long = length_m > settings.long_m if length_m is not None else self._is_long(expected_s)
        self._budget = settings.budget_long if long else settings.budget
        if kind in RESTS:
            self._budget = settings.budget_rest
        if length_m is not None:
            self._short = length_m <= settings.short_m
        else:
            self._short = expected_s is not None and expected_s <= settings.short_s
        if kind in FLOATS and self._short:
            self._short, self._budget = False, settings.budget_float

    def say(
        self,
        now: Seconds,
        kind: CueKind,
        cue_class: CueClass,
        text: str,
        why: Why,
        *,
        spoken: bool = True,
    ) -> bool:
        """Say something that needs no leave; False in silence."""
        if self.quiet or not text:
            return False
        aloud = spoken and not self.stopwatch()
        cue = Cue(now, kind, cue_class, text, why, TTL_S[cue_class], aloud)
        self.out.append(cue)
        self._alive = [one for one in self._alive if one.at + one.ttl_s > now]
        self._alive.append(cue)
        if kind in VERDICTS:
            self.last_verdict = cue
        return True

    def advise(self, now: Seconds, kind: CueKind, text: str, why: Why, *, gross: bool = False) -> bool:
        """Say a coach cue if the budget and the silence allow it; `gross` ones are heard in short reps too."""
        if kind in _PUSHING and (self._is_spared() or now < self._eased_until):
            return False
        if self._short and not gross:
            return False
        if self._said >= self._budget and not self._renewed(now):
            return False
        if kind is not self._last_kind:
            self._unanswered = 0
        if (
            not self._quiet_long_enough(kind, now)
            or self._was_just_said(kind, now)
            or self.near_boundary(now)
        ):
            return False
        if not self.say(now, kind, CueClass.COACH, text, why):
            return False
        self._said += 1
        self._unanswered += 1
        self._last_kind = CueKind.TOO_FAST if kind is CueKind.START_TOO_FAST else kind  # the same, sooner
        self.is_start_told = self.is_start_told or kind is CueKind.START_TOO_FAST
        self.is_fast_told = self.is_fast_told or kind in _TOO_FAST
        self._last_coach_at = now
        return True

    def remark(self, now: Seconds, kind: CueKind, cue_class: CueClass, text: str, why: Why) -> bool:
        """Say what has its own rhythm (heart rate) or is good news: outside the budget, inside the silence."""
        if now - self._last_coach_at < self._settings.gaps_s[0] or self.near_boundary(now):
            return False
        if not self.say(now, kind, cue_class, text, why):
            return False
        self._last_coach_at = now
        return True

    def silences(self, now: Seconds) -> Iterator[Silence]:
        """What keeps a word of advice unsaid now."""
        settings, step = self._settings, self._session.step
        if self._short:
            yield Silence(Reason.SHORT)
        if self._said >= self._budget and not self._renewed(now):
            left = Seconds(self._last_coach_at + settings.renew_s - now) if self._renews else None
            yield Silence(Reason.SPENT, left)
        quiet_until = self._last_coach_at + settings.gaps_s[0]
        if now < quiet_until:
            yield Silence(Reason.QUIET, Seconds(quiet_until - now))
        if now < self._eased_until or (step is not None and self._is_spared()):
            yield Silence(Reason.SPARED)
        if self.near_boundary(now):
            yield Silence(Reason.BOUNDARY)

    def answered(self) -> None:
        """Take note that the runner did what was asked: the next silence is a short one again."""
        self._unanswered = 0

    def stopwatch(self) -> bool:
        """Is it timed by hand with no sensor at all? Then nothing is spoken."""
        if not self._session.coach_mode:
            return False
        return self._signals.distance.last_source() is None and self._signals.heart_rate() is None

    def spare(self, set_id: str | None) -> None:
        """Ask for no more speed for the rest of a set; None ends it."""
        self._spared = set_id

    def ease(self, until: Seconds, step_id: str = "") -> None:
        """Ask for no more speed until a time, the heart being over its cap; in a step named, to its end."""
        self._eased_until = until
        self._eased = step_id or self._eased

    def near_boundary(self, now: Seconds) -> bool:
        """Does the step end within the next seconds, which belong to the countdown?"""
        end = self._session.expected_end(now)
        return end is not None and end - now <= self._settings.boundary_s

    def showing(self, now: Seconds) -> Cue | None:
        """Give the cue to show: of those still worth it the first class, and of these the newest."""
        alive = [cue for cue in self._alive if cue.at <= now < cue.at + cue.ttl_s]
        return min(alive, key=lambda cue: (_ORDER[cue.cue_class], -cue.at), default=None)

    def _is_long(self, expected_s: float | None) -> bool:
        return expected_s is None or expected_s > self._settings.long_s

    def _renewed(self, now: Seconds) -> bool:
        return self._renews and now - self._last_coach_at >= self._settings.renew_s

    def _is_spared(self) -> bool:
        step = self._session.step
        return step is not None and (step.set_id == self._spared or step.step_id == self._eased)

    def _was_just_said(self, kind: CueKind, now: Seconds) -> bool:
        """Was a fade just called by another name, or what is called now a fade?"""
        one_thing = {kind, self._last_kind}
        if CueKind.FADE not in one_thing or not one_thing <= _SLOW:
            return False
        return now - self._last_coach_at < self._settings.one_word_s

    def _quiet_long_enough(self, kind: CueKind, now: Seconds) -> bool:
        settings = self._settings
        again = kind is self._last_kind and self._renews
        gaps = settings.gaps_long_s if again else settings.gaps_s
        return now - self._last_coach_at >= gaps[min(max(self._unanswered - 1, 0), len(gaps) - 1)]
