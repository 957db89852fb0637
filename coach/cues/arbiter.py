"""What the rules share: the arbiter of what they propose, how much of a cue is heard, and the base class of a rule.

Rules propose cues, and the arbiter decides by class, budget and silence which of them are said:

- Safety is always said. Countdowns, first words and information are said when they are due.
- Coach cues are few: a budget for each step, at least 20 s apart, with longer silences while the runner does not
  answer them. Budgets and growing silences are for small errors: a severe one is called all the same, 45 s after the
  last call of it, from the third unanswered call on after twice as long each time.
- More speed is asked for twice without an answer, and then the light is set back to the runner.
- No coach cue is said in the last seconds of a step, nor in a rep too short to correct anything.
- Nothing is said while an undo replays the past, and nothing is spoken in coach mode without sensors.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf
from typing import Final

from coach.cues.config import CueSettings, Listening
from coach.cues.context import StepContext
from coach.cues.cue import (
    VERDICTS,
    Cue,
    CueClass,
    CueKind,
    Sound,
    Suppression,
    SuppressionReason,
    Why,
)
from coach.cues.language import LANGUAGES, Words, read_out
from coach.physiology.surroundings import lap_in_lane, mark_m
from coach.quantities import Metres, Seconds
from coach.session.events import SessionEvent
from coach.session.session import Session
from coach.signals.readings import Calibrated, Reading, SensorChanged
from coach.signals.signals import Signals
from coach.workout.kinds import FLOATS, JUDGED, RESTS, Kind
from coach.workout.timeline import Quantity

# --- how a cue is heard: with which tone, in which words, or not at all
#
# Every kind of cue has a row in `CUES`: its class and its tone. The rules propose the words; `Speech` decides how
# many of them are spoken:
#
# - A step's words take at most a share of its time. What does not fit is shortened to its first sentence, then left
#   out; the tone is played all the same. In a step of half a minute it is one word that tells something by itself.
# - A text is said in words: digits, signs and units that stand in a workout are read out.
# - A countdown is beeps and a tone, so that it is heard at its moment.
# - On an open speaker a verdict waits until the runner is near the laptop. Heart rate and advice are for the runner's
#   ears alone. A runner's name is in no cue.
#
# A sink plays the tone and then the words, and drops or pre-empts by class and `ttl_s`; it decides nothing else.

WORDS_PER_S: Final = 2.5
"""How fast a cue is spoken: 150 words a minute, the slow end at which audio books are read. Judged, not measured."""


@dataclass(frozen=True, slots=True)
class CueTraits:
    """What is the same of every cue of a kind."""

    cue_class: CueClass
    """Its class; a heart rate that waits for a long step's silence, and good news, are said as information."""
    sound: Sound = Sound.NONE
    """The tone before its words, or in their place."""


CUES: Final[Mapping[CueKind, CueTraits]] = {
    CueKind.TOO_FAST: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.TOO_SLOW: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.BACK_ON_TARGET: CueTraits(CueClass.INFO, Sound.ON),
    CueKind.BEHIND_LIGHT: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.AHEAD_OF_LIGHT: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.HEART_RATE_HIGH: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.HEART_RATE_LOW: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.HEART_RATE_CEILING: CueTraits(CueClass.SAFETY, Sound.EASE),
    CueKind.CADENCE_LOW: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.CADENCE_HIGH: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.POWER_HIGH: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.POWER_LOW: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.START_TOO_FAST: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.FLOAT_TOO_FAST: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.FLOAT_TOO_SLOW: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.FADE: CueTraits(CueClass.COACH, Sound.FASTER),
    CueKind.STEP: CueTraits(CueClass.STEP),
    CueKind.COUNTDOWN: CueTraits(CueClass.COUNTDOWN),
    CueKind.SPLIT: CueTraits(CueClass.INFO),
    CueKind.SENSOR_GONE: CueTraits(CueClass.INFO, Sound.LOW),
    CueKind.SENSOR_BACK: CueTraits(CueClass.INFO, Sound.ON),
    CueKind.SENSOR_LOW_BATTERY: CueTraits(CueClass.INFO, Sound.LOW),
    CueKind.FUEL: CueTraits(CueClass.INFO),
    CueKind.FORM: CueTraits(CueClass.COACH),
    CueKind.PROMPT: CueTraits(CueClass.STEP),
    CueKind.GATE: CueTraits(CueClass.STEP, Sound.LOW),
    CueKind.METRIC_HIGH: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.METRIC_LOW: CueTraits(CueClass.COACH, Sound.EASE),
    CueKind.WAITING: CueTraits(CueClass.STEP, Sound.LOW),
    CueKind.HEAT: CueTraits(CueClass.SAFETY, Sound.LOW),
    CueKind.RECORDING_FAILING: CueTraits(CueClass.SAFETY, Sound.LOW),
    CueKind.RECORDING_BACK: CueTraits(CueClass.INFO, Sound.ON),
    CueKind.CALIBRATION: CueTraits(CueClass.INFO),
    CueKind.ADVICE: CueTraits(CueClass.COACH),
    CueKind.NEW_LIGHT: CueTraits(CueClass.COACH, Sound.ON),
    CueKind.PAUSED: CueTraits(CueClass.STEP, Sound.LOW),
}
"""One row a kind."""

_FOR_EARS_ONLY: Final = frozenset(
    {
        CueKind.HEART_RATE_HIGH,
        CueKind.HEART_RATE_LOW,
        CueKind.HEART_RATE_CEILING,
        CueKind.METRIC_HIGH,
        CueKind.METRIC_LOW,
        CueKind.ADVICE,
        CueKind.GATE,
    }
)
"""Kinds about the runner's body, and advice: never on an open speaker."""
_ENDS: Final = ".?!"
"""What ends the part of a cue that can stand alone."""
_REPLACEABLE: Final = frozenset({CueClass.SAFETY, CueClass.COUNTDOWN, CueClass.STEP, CueClass.COACH})
"""Classes whose moment is marked by a beep if no word of theirs is spoken and they have no tone of their own."""
_GO_S: Final = 0.5
"""A start that had its tone within this time needs no beep in place of its words; judged: they sound as one."""
_FIGURE_WORDS: Final = 3
"""Words of a time to the second, such as "About one thirty-seven."; judged: most times have so many."""


def stand_in(sound: Sound) -> Sound:
    """Return the tone that is played where the words of a cue cannot be spoken."""
    return Sound.BEEP if sound is Sound.NONE else sound


class Speech:
    """Decides how much of a cue is heard, by the step under way and what was spoken in it."""

    __slots__ = ("_go_at", "_is_brief", "_language", "_session", "_settings", "_step_id", "_words_left")

    def __init__(self, settings: CueSettings, session: Session) -> None:
        """Start before the first step, with nothing spoken."""
        self._settings = settings
        self._session = session
        self._step_id = ""
        self._words_left: float = inf
        self._is_brief = False
        self._language = LANGUAGES[settings.language]
        self._go_at: float = -inf

    @property
    def is_brief(self) -> bool:
        """True in a step so short that one word of it is spoken."""
        return self._is_brief

    def begin_step(self, step_id: str, expected_s: float | None, *, is_anew: bool = False) -> None:
        """Set how many words a step may take; a step that goes on, or was begun with the end of another, keeps its.

        Args:
            step_id: the step.
            expected_s: how long it will take; None if unknown, and then nothing is left out.
            is_anew: True if the step begins once more.
        """
        if step_id == self._step_id and not is_anew:
            return
        settings = self._settings
        self._step_id = step_id
        self._is_brief = expected_s is not None and expected_s <= settings.one_word_to_s
        self._words_left = (
            inf if expected_s is None else float(floor(settings.speech_share * expected_s * WORDS_PER_S))
        )
        if self._is_brief:
            self._words_left = 1.0

    def heard(self, now: Seconds, kind: CueKind, text: str, sound: Sound | None = None) -> tuple[str, Sound]:
        """Return the words that are spoken of a cue, and its tone.

        Args:
            now: the time.
            kind: its kind.
            text: the words for the ears; empty for a tone alone.
            sound: its tone, where that is not the one of its kind.
        """
        if self._settings.listening is Listening.NOWHERE:
            return "", Sound.NONE
        traits = CUES[kind]
        tone = traits.sound if sound is None else sound
        if self._settings.listening is Listening.SPEAKER:
            text, tone = self._from_speaker(now, kind, text, tone)
        if tone is Sound.GO:
            self._go_at = now
        words = self._shortened(read_out(text, self._language), kind, traits.cue_class) if text else ""
        is_just_gone = now - self._go_at < _GO_S and traits.cue_class is CueClass.STEP
        if text and not words and traits.cue_class in _REPLACEABLE and not is_just_gone:
            tone = stand_in(tone)
        return words, tone

    def is_out_of_earshot(self, now: Seconds, kind: CueKind) -> bool:
        """Return True if a verdict is better said later: cues come from a speaker, and the runner will pass it."""
        if (
            self._settings.listening is not Listening.SPEAKER
            or kind not in VERDICTS
            or kind in _FOR_EARS_ONLY
        ):
            return False
        off_m = self._off_m(now)
        return off_m is not None and off_m > self._settings.speaker_reaches_m

    def _from_speaker(self, now: Seconds, kind: CueKind, text: str, tone: Sound) -> tuple[str, Sound]:
        """Return what an open speaker says and plays of a cue."""
        if kind in _FOR_EARS_ONLY:
            return "", tone if kind is CueKind.HEART_RATE_CEILING else Sound.NONE
        if kind in VERDICTS:
            off_m = self._off_m(now)
            is_near = off_m is not None and off_m <= self._settings.speaker_reaches_m
            return (text, tone) if is_near else ("", Sound.NONE)
        return text, tone

    def _shortened(self, text: str, kind: CueKind, cue_class: CueClass) -> str:
        """Return as many of the words as the step has room for, and count them; safety has room in every step."""
        if cue_class is CueClass.SAFETY:
            return text
        if (
            self._is_brief and kind is CueKind.SPLIT
        ):  # the figure of the step before takes no word of this one
            return text if len(text.split()) <= _FIGURE_WORDS else ""
        if self._is_brief and cue_class in {CueClass.COUNTDOWN, CueClass.COACH}:
            return ""  # the word is for what to do
        forms = (text, _first_sentence(text))
        words = next((form for form in forms if len(form.split()) <= self._words_left), "")
        self._words_left -= len(words.split())
        return words

    def _off_m(self, now: Seconds) -> float | None:
        """Return how far the runner is from the laptop, along the lap; None if unknown."""
        context = self._session.timeline.context
        if context.surface == "treadmill":
            return 0.0
        place_m = _place_m(self._session, now) if context.surface == "track" else None
        if place_m is None:
            return None
        lap_m = lap_in_lane(context.lap_m, context.lane)
        off_m = (place_m - self._settings.speaker_at_m) % lap_m
        return min(off_m, lap_m - off_m)


def _first_sentence(words: str) -> str:
    end = next((place for place, letter in enumerate(words) if letter in _ENDS), len(words) - 1)
    return words[: end + 1]


def _place_m(session: Session, now: Seconds) -> float | None:
    """Return where on the lap the runner is, in metres after the finish line, as measured or by the pacing light.

    A recovery without a distance of its own is spent near the mark at which the rep ended.
    """
    step, steps = session.step, session.timeline.steps
    if step is None:
        return None
    context = session.timeline.context
    lap_m = lap_in_lane(context.lap_m, context.lane)
    if not step.start_mark:
        before = steps[session.index - 1] if 0 < session.index <= len(steps) else None
        is_near_mark = step.kind in RESTS and before is not None and bool(before.finish_mark)
        return mark_m(before.finish_mark, lap_m) if is_near_mark and before is not None else None
    metres: float | None = session.step_metres(now)
    if session.is_clock_mode:
        time_s, target = session.step_time(now), session.target_now(now)
        speed = None if target is None or target.quantity is not Quantity.SPEED else target.band.aim
        metres = None if time_s is None or speed is None else time_s * speed
    elif session.step_started_at is None:
        metres = 0.0
    return None if metres is None else mark_m(step.start_mark, lap_m) - step.line_m + metres


# --- which proposed cues are said

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


def shown_s(cue: Cue) -> Seconds:
    """Return how long a cue is shown: as long as it is worth saying, a verdict for 8 s at least."""
    return max(cue.ttl_s, VERDICT_SHOWN_S) if cue.kind in VERDICTS else cue.ttl_s


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


# --- the base of the rules, and the monitor of a band

RuleEvent = SessionEvent | SensorChanged | Calibrated
NEVER: Final = inf
DUST_S: Final = 1e-3
"""Two times closer than this are the same; judged: far more than rounding errs by, far less than is heard."""


class Side(StrEnum):
    """The side of a band a value is on."""

    LOW = "low"
    HIGH = "high"
    BACK = "back"


class BandMonitor:
    """Watches on which side of its band a value is, and for how long; there is a hysteresis after a side was called."""

    __slots__ = ("_side", "_since", "record")

    def __init__(self, record: CueRecord | None = None) -> None:
        """Start inside the band; the scope of the record is the side that was called and is not over yet."""
        self._since = 0.0
        self._side: Side | None = None
        self.record = record or CueRecord()

    def reset(self) -> None:
        """Start inside the band, with nothing called."""
        self._side = None
        self.record.reset()

    def interrupt(self) -> None:
        """Start every hold anew, because there was nothing to judge for a while."""
        self._side = None

    def update(
        self, now: float, value: float, low: float | None, high: float | None, inner: float
    ) -> Side | None:
        """Return the side the value is on, or None inside the band.

        BACK means that a side was called and the value is inside its edge by `inner`.
        """
        side: Side | None = None
        if high is not None and value > high:
            side = Side.HIGH
        elif low is not None and value < low:
            side = Side.LOW
        elif (self.record.scope is Side.HIGH and high is not None and value <= high - inner) or (
            self.record.scope is Side.LOW and low is not None and value >= low + inner
        ):
            side = Side.BACK
        if side is not self._side:
            self._side = side
            self._since = now
        return side

    def held_s(self, now: float) -> float:
        """Return how long the value has been on its side, in seconds."""
        return now - self._since


class Subscription(StrEnum):
    """What a rule can subscribe to besides events and deadlines."""

    SPEED = "speed"
    HEART_RATE = "heart_rate"
    CADENCE = "cadence"
    POWER = "power"
    METRIC = "metric"
    """External metrics, those that `metrics` names."""
    DISTANCE = "distance"
    STATE = "state"
    """Changes of the session without an event; checked with every input."""


class Rule:
    """Base class of the rules; override the hooks a rule needs."""

    __slots__ = ("arbiter", "context", "due", "phrases")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Read the context, propose cues to the arbiter."""
        self.context = context
        self.phrases = context.phrases
        self.arbiter = arbiter
        self.due: float = NEVER

    def on_step(self, now: Seconds) -> None:
        """Start a step, or go back to one after an undo."""

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Handle an event of the session or the signals."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return what the rule subscribes to in this step and phase."""
        return ()

    def metrics(self) -> tuple[str, ...]:
        """Return the external metrics the rule subscribes to."""
        return ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge a new sample that is fresh."""

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Handle a new distance into the step."""

    def evidence(self, now: Seconds) -> Why | None:  # noqa: ARG002 - a rule may override it
        """Return the present evidence of this rule, said or not; None if it judges nothing."""
        return None

    def on_change(self, now: Seconds) -> None:
        """Check the session for changes without an event."""

    def schedule(self, now: Seconds) -> None:
        """Set `due` to the next deadline after `now`, from the session alone."""

    def fire(self, now: Seconds) -> None:
        """Say what is due at exactly `now`."""


def deadline(now: Seconds, in_s: float) -> float:
    """Return a deadline free of rounding errors, so that scheduling it twice gives the same."""
    return round(now + in_s, 6)
