"""Decides which proposed cues are spoken, by class, budget and silence.

- Safety is always said. Countdowns, first words and information are said when they are due.
- Coach cues are few: a budget for each step, at least 20 s apart, with longer silences while the runner does not
  answer them. Budgets and growing silences are for small errors: a severe one is called all the same, 45 s after the
  last call of it, from the third unanswered call on after twice as long each time.
- More speed is asked for twice without an answer, and then the light is set back to the runner.
- No coach cue is said in the last seconds of a step, nor in a rep too short to correct anything.
- Nothing is said while an undo replays the past, and nothing is spoken in coach mode without sensors.
"""

from collections.abc import Hashable, Iterator
from math import inf
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.context import StepContext
from coach.cues.cue import VERDICTS, Cue, CueClass, CueKind, Sound, Suppression, SuppressionReason, Why
from coach.cues.language import Words
from coach.cues.speech import Speech
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
"""How long a cue of each class is worth saying; judged: a late countdown is wrong, and pace changes in seconds."""

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

_MATTERS: Final = {
    CueKind.START_TOO_FAST: "fast",
    CueKind.TOO_FAST: "fast",
    CueKind.AHEAD_OF_LIGHT: "fast",
    CueKind.FLOAT_TOO_FAST: "fast",
    CueKind.POWER_HIGH: "fast",
    CueKind.TOO_SLOW: "slow",
    CueKind.BEHIND_LIGHT: "slow",
    CueKind.FADE: "slow",
    CueKind.NEW_LIGHT: "slow",
    CueKind.FLOAT_TOO_SLOW: "slow",
    CueKind.POWER_LOW: "slow",
}
"""What a kind is about, where several kinds are about one thing: the silences of all of them count together."""

_AGAINST_LIGHT: Final = frozenset({CueKind.BEHIND_LIGHT, CueKind.AHEAD_OF_LIGHT})
"""Kinds that say what a lap between two presses says better."""
_OWN_WORDS: Final = ("reminder", "gate: ", "question")
"""How the rules begin that say the words of the workout itself; a checklist is read where one stands."""
VERDICT_SHOWN_S: Final = Seconds(8.0)
"""How long a verdict stays on the screen at least: time to look up from the track. Judged, not measured."""
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
        "_can_ask_again",
        "_can_be_severe",
        "_can_renew",
        "_has_let_be",
        "_is_light_due",
        "_is_short",
        "_last_coach_at",
        "_last_matter",
        "_live_cues",
        "_no_push_set",
        "_no_push_step",
        "_no_push_until",
        "_records",
        "_session",
        "_settings",
        "_signals",
        "_slow_times",
        "_spent",
        "_unanswered",
        "_was_let_be",
        "are_laps_pressed",
        "cues",
        "is_quiet",
        "last_verdict",
        "open_verdict",
        "speech",
        "was_light_set_back",
    )

    def __init__(self, settings: CueSettings, session: Session, signals: Signals) -> None:
        """Start with nothing said."""
        self._settings = settings
        self._session = session
        self._signals = signals
        self._records: dict[Hashable, CueRecord] = {}
        self._live_cues: list[Cue] = []
        self._last_coach_at = -inf
        self._last_matter = ""
        self._is_light_due = False
        self._has_let_be = False
        self._was_let_be = False
        self._can_ask_again = True
        self._slow_times = 0
        self._unanswered = 0
        self._spent = 0
        self._budget = 0
        self._is_short = False
        self._can_renew = False
        self._can_be_severe = False
        self._no_push_set: str | None = None
        self._no_push_step = ""
        self._no_push_until = -inf
        self.speech = Speech(settings, session)
        self.cues: list[Cue] = []
        self.is_quiet = False
        self.last_verdict: Cue | None = None
        self.open_verdict: Cue | None = None
        """The last verdict of this step that asked for something and was not answered yet."""
        self.was_light_set_back = False
        """True if the pacing light of this step was set back to the runner."""
        self.are_laps_pressed = False
        """Whether a mark was pressed at the last line, so that the next lap is announced at its press too."""

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
        self.was_light_set_back = False
        self._begin_asking(kind)
        self._can_renew = expected_s is None or expected_s > settings.renew_from_s
        is_long = length_m > settings.long_m if length_m is not None else self._is_long(expected_s)
        self._budget = settings.budget_long if is_long else settings.budget
        is_treadmill = self._session.timeline.context.surface == "treadmill"
        self._can_be_severe = kind not in RESTS and not is_treadmill
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
        text: str | Words,
        why: Why,
        *,
        spoken: bool = True,
        sound: Sound | None = None,
    ) -> bool:
        """Emit a cue that needs no budget; return False if nothing was said.

        To a runner who stands nothing but safety is spoken, and nobody is coached. The tone is that of the kind unless
        another is given.
        """
        screen_text, spoken_text = text if isinstance(text, Words) else (text, text)
        is_to_standing = cue_class is not CueClass.SAFETY and self._session.is_stopped(now)
        if self.is_quiet or not screen_text or (is_to_standing and cue_class is CueClass.COACH):
            return False
        is_spoken = spoken and not is_to_standing and not self.is_stopwatch()
        if is_spoken and self._session.timeline.is_own_words:
            is_spoken = cue_class is CueClass.SAFETY or why.rule.startswith(_OWN_WORDS)
        speech, tone = self.speech.heard(now, kind, spoken_text, sound) if is_spoken else ("", Sound.NONE)
        cue = Cue(now, kind, cue_class, screen_text, why, TTL_S[cue_class], is_spoken, speech, tone)
        self.cues.append(cue)
        self._live_cues = [live_cue for live_cue in self._live_cues if live_cue.at + shown_s(live_cue) > now]
        self._live_cues.append(cue)
        if kind in VERDICTS:
            self.last_verdict = cue
            self.open_verdict = None if kind is CueKind.BACK_ON_TARGET else cue
        return True

    def advise(
        self,
        now: Seconds,
        kind: CueKind,
        text: str | Words,
        why: Why,
        *,
        is_gross: bool = False,
        is_severe: bool = False,
    ) -> bool:
        """Emit a coach cue if budget and silence allow it.

        A gross start is called in short reps too; a severe error when the budget is spent or a silence has grown.
        """
        if kind in _AGAINST_LIGHT and self.are_laps_pressed:
            return False
        if kind in _PUSHING and (self._may_not_push() or now < self._no_push_until):
            return False
        if kind in _PUSHING and self._signals.distance.awaits_lap():
            return False
        if self.speech.is_out_of_earshot(now, kind):
            return False
        if self._session.is_standing(now):
            return False  # their speed says nothing; what was averaged holds again once they run
        if self._is_short and not is_gross:
            return False
        matter = _MATTERS.get(kind, kind)
        if matter == "slow" and self.is_said_twice():
            return False
        if matter != self._last_matter:
            self._unanswered = 0
        silent_s = now - self._last_coach_at
        may_speak = (
            self._has_budget(now) and silent_s >= self._gap_s(matter) and not self.is_near_boundary(now)
        )
        may_say_severe = is_severe and self._can_be_severe and self._may_say_severe(matter, now)
        if not may_speak and not may_say_severe:
            return False
        if not self.emit(now, kind, CueClass.COACH, text, why):
            return False
        self._unanswered += 1
        self._slow_times = {"slow": self._slow_times + 1, "fast": 0}.get(matter, self._slow_times)
        if kind is CueKind.NEW_LIGHT:
            self._set_light_back()
        else:
            self._spent += 1
        self._last_matter = matter
        self._last_coach_at = now
        return True

    def remark(self, now: Seconds, kind: CueKind, cue_class: CueClass, text: str | Words, why: Why) -> bool:
        """Emit a cue outside the budget but not within the silence: heart rate in long steps, and good news."""
        if now - self._last_coach_at < self._settings.gaps_s[0] or self.is_near_boundary(now):
            return False
        if self.speech.is_out_of_earshot(now, kind) or not self.emit(now, kind, cue_class, text, why):
            return False
        self._last_coach_at = now
        return True

    def suppressions(self, now: Seconds) -> Iterator[Suppression]:
        """Yield the reasons why a coach cue would be suppressed now."""
        settings, step = self._settings, self._session.step
        if self._is_short:
            yield Suppression(SuppressionReason.SHORT)
        if not self._has_budget(now):
            left_s = Seconds(self._last_coach_at + settings.renew_s - now) if self._can_renew else None
            yield Suppression(SuppressionReason.SPENT, left_s)
        if self._has_let_be or self.is_said_twice():
            yield Suppression(SuppressionReason.SAID_TWICE)
        silent_until = self._last_coach_at + settings.gaps_s[0]
        if now < silent_until:
            yield Suppression(SuppressionReason.QUIET, Seconds(silent_until - now))
        if now < self._no_push_until or (step is not None and self._may_not_push()):
            yield Suppression(SuppressionReason.SPARED)
        if self._signals.distance.awaits_lap():
            yield Suppression(SuppressionReason.AWAITS_LAP)
        if self.speech.is_out_of_earshot(now, CueKind.TOO_FAST):
            yield Suppression(SuppressionReason.OUT_OF_EARSHOT)
        if self.is_near_boundary(now):
            yield Suppression(SuppressionReason.BOUNDARY)

    def is_silent(self, now: Seconds, *, is_severe: bool = False) -> bool:
        """Return True if no coach cue can be said now, whatever it is; asked before its words are made."""
        if now - self._last_coach_at < self._settings.gaps_s[0]:
            return True
        return not (is_severe and self._can_be_severe) and not self._has_budget(now)

    def may_call_slow(self, now: Seconds) -> bool:
        """Return True unless the runner is spared: rest was advised in this set, or the heart is at its cap."""
        return not self._may_not_push() and now >= self._no_push_until

    def note_error(self, now: Seconds) -> None:
        """Keep the silence of a coach cue after a split that named an error."""
        self._last_coach_at = now

    def reset_back_off(self) -> None:
        """Start the silences anew: the runner did what was asked."""
        self.open_verdict = None
        self._unanswered = 0
        self._slow_times = 0
        self._has_let_be = False

    def is_said_twice(self) -> bool:
        """Return True if more speed was asked for twice, and the runner cannot or will not."""
        return self._slow_times >= self._settings.slow_times

    def has_let_be(self) -> bool:
        """Return True if the light was set back to a runner who has not answered since."""
        return self._has_let_be

    def let_be(self, now: Seconds) -> bool:
        """Have the light set back, without a word, to a runner who was asked twice and had the time to answer.

        What follows is judged from there, and may be called once more. Return True if it was set back now.
        """
        if self._has_let_be or now - self._last_coach_at < self._settings.severe_gap_s:
            return False
        self._set_light_back()
        return True

    def take_new_light(self) -> bool:
        """Return True, once, if the pacing light is to be set back to the runner."""
        is_due, self._is_light_due = self._is_light_due, False
        return is_due

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
        """Return the newest cue of the first class, of those that are still shown."""
        live_cues = [cue for cue in self._live_cues if cue.at <= now < cue.at + shown_s(cue)]
        return min(live_cues, key=lambda cue: (_ORDER[cue.cue_class], -cue.at), default=None)

    def withdraw(self, kind: CueKind) -> None:
        """Show no cue of this kind any longer: what it said is over."""
        self._live_cues = [cue for cue in self._live_cues if cue.kind is not kind]

    def _is_long(self, expected_s: float | None) -> bool:
        return expected_s is None or expected_s > self._settings.long_s

    def _is_renewed(self, now: Seconds) -> bool:
        return self._can_renew and now - self._last_coach_at >= self._settings.renew_s

    def _may_not_push(self) -> bool:
        step = self._session.step
        return step is not None and (step.set_id == self._no_push_set or step.step_id == self._no_push_step)

    def _set_light_back(self) -> None:
        self._is_light_due = self._has_let_be = self.was_light_set_back = True
        if self._can_ask_again:
            self._slow_times = self._settings.slow_times - 1

    def _begin_asking(self, kind: Kind | None) -> None:
        """Begin a step as to how often more speed is asked for: once after a rep in which nothing came of it."""
        was_let_be = self._has_let_be or self.is_said_twice()
        self.reset_back_off()
        if kind in RESTS:
            self._was_let_be = was_let_be
            return
        self._can_ask_again = not (was_let_be or self._was_let_be)
        self._slow_times = 0 if self._can_ask_again else self._settings.slow_times - 1
        self._was_let_be = False

    def _has_budget(self, now: Seconds) -> bool:
        return self._spent < self._budget or self._is_renewed(now)

    def _gap_s(self, matter: str) -> float:
        """Return the silence before the next cue about a matter."""
        settings = self._settings
        gaps = settings.gaps_long_s if matter == self._last_matter and self._can_renew else settings.gaps_s
        return gaps[min(max(self._unanswered - 1, 0), len(gaps) - 1)]

    def _may_say_severe(self, matter: str, now: Seconds) -> bool:
        """Return True if the silence of severe errors is over; it doubles from the third unanswered cue on."""
        settings = self._settings
        gap_s: float = settings.gaps_s[0]
        if matter == self._last_matter and self._unanswered:
            gap_s = settings.severe_gap_s * 2.0 ** max(0, self._unanswered - 2)
        end = self._session.expected_end(now)
        is_near_end = end is not None and end - now <= settings.severe_boundary_s
        return now - self._last_coach_at >= gap_s and not is_near_end


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
    if context.is_slow() and context.is_effort_enough(now):
        yield Suppression(SuppressionReason.EFFORT)
    if context.is_wind(now):
        yield Suppression(SuppressionReason.WIND)
    if context.is_wind_unknown(now):
        yield Suppression(SuppressionReason.FIRST_LAP)
    yield from arbiter.suppressions(now)


def shown_s(cue: Cue) -> Seconds:
    """Return how long a cue is shown: as long as it is worth saying, a verdict for 8 s at least."""
    return max(cue.ttl_s, VERDICT_SHOWN_S) if cue.kind in VERDICTS else cue.ttl_s
