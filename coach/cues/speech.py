"""Decides how a cue is heard: with which tone, in which words, or not at all.

Every kind of cue has a row in `CUES`: its class and its tone. The words of a cue come from `phrases`; this module
decides how many of them are spoken:

- A step's words take at most a share of its time. What does not fit is shortened to its first sentence, then left out;
  the tone is played all the same. In a step of half a minute it is one word that tells something by itself.
- A text is said in words: digits, signs and units that stand in a workout are read out.
- A countdown is beeps and a tone, so that it is heard at its moment.
- On an open speaker a verdict waits until the runner is near the laptop. Heart rate and advice are for the runner's
  ears alone. A runner's name is in no cue.

A sink plays the tone and then the words, and drops or pre-empts by class and `ttl_s`; it decides nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, inf
from typing import Final

from coach.cues.config import CueSettings, Listening
from coach.cues.cue import VERDICTS, CueClass, CueKind, Sound
from coach.cues.language import read_out
from coach.cues.phrases import LANGUAGES
from coach.physiology.surroundings import lap_in_lane, mark_m
from coach.quantities import Seconds
from coach.session.session import Session
from coach.workout.kinds import RESTS
from coach.workout.timeline import Quantity

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
