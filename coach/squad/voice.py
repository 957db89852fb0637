"""Cues of several runners over one speaker: each begins with the runner, and few are spoken.

Each run decides by itself on its runner's cues and silences. This module decides which of these cues go over the one
speaker that everybody hears: a coach's cue each 15 s over all, the same words for several runners once. Countdowns and
safety do not count. A runner's own phone and wrist get their cues whole.
"""

from dataclasses import replace
from typing import Final

from coach.cues.cue import Cue, CueClass
from coach.quantities import Seconds
from coach.squad.roster import DIGITS, SquadRunner

BUDGET_S: Final = Seconds(15.0)
"""Least time between two coaching cues over the speaker: nobody follows more than four a minute. Judged."""
SAME_S: Final = Seconds(3.0)
"""The same words within this time are of one moment: a group that starts together hears them once."""
STEPS_S: Final = Seconds(4.0)
"""Least time between two announcements of steps: of eight runners' reps only some are announced."""
_NUMBERS: Final = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
_FREE: Final = frozenset({CueClass.SAFETY, CueClass.COUNTDOWN})
"""Classes that are always spoken: safety, and countdowns, which are tones."""


class SquadVoice:
    """Chooses the cues of all runners that are spoken over one speaker."""

    def __init__(self) -> None:
        """Start without cues."""
        self._coach_at: Seconds | None = None
        self._step_at: Seconds | None = None
        self._said: dict[tuple[str, str], Seconds] = {}

    def heard(self, runner: SquadRunner, cue: Cue) -> Cue | None:
        """The cue as spoken over the speaker, with the runner first; None if it is not spoken."""
        if not cue.spoken or not cue.is_heard:
            return None
        if cue.cue_class in _FREE:
            return self._once(cue) and (named(runner, cue) if cue.cue_class is CueClass.SAFETY else cue)
        if cue.cue_class is CueClass.INFO or not cue.speech:
            return None  # it is for the runner's own ears
        if cue.cue_class is CueClass.STEP:
            if self._is_within(self._step_at, cue.at, STEPS_S) or not self._once(cue):
                return None
            self._step_at = cue.at
            return named(runner, cue)
        if self._is_within(self._coach_at, cue.at, BUDGET_S):
            return None
        self._coach_at = cue.at
        return named(runner, cue)

    def _once(self, cue: Cue) -> Cue | None:
        """The cue, unless the same was spoken a moment ago for another runner."""
        key = (cue.kind.value, cue.speech or cue.sound.value)
        said_at = self._said.get(key)
        if self._is_within(said_at, cue.at, SAME_S):
            return None
        self._said[key] = cue.at
        return cue

    @staticmethod
    def _is_within(before: Seconds | None, at: Seconds, span: Seconds) -> bool:
        return before is not None and abs(at - before) < span


def named(runner: SquadRunner, cue: Cue) -> Cue:
    """The cue with its runner before its words: the number of their key, else their name."""
    who = _NUMBERS[DIGITS.index(runner.key)] if runner.key in DIGITS else runner.name
    return replace(cue, speech=f"{who}. {cue.speech}" if cue.speech else f"{who}.")
