"""What to do about it: an arrow and a word in a box. Slow is dark, fast is bright, on target is an outline."""

from dataclasses import dataclass, replace
from enum import Enum
from math import ceil
from textwrap import wrap
from typing import Final

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from coach.cues.cue import Cue, CueKind, Why
from coach.live.snapshot import Snapshot
from coach.screen import words
from coach.screen.lettering import lettered
from coach.screen.paint import beside, blank, stack, text_row
from coach.screen.palette import Pair, Palette
from coach.screen.safe import safe
from coach.screen.widgets.painted import Painted
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from coach.workout.kinds import HARD
from coach.workout.timeline import Step


class Look(Enum):
    """How the box is filled."""

    SLOW = "slow"
    FAST = "fast"
    OUTLINE = "outline"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Advice:
    """What the box says: an arrow or none, wordings from the fullest to the shortest, and the cue's own text."""

    look: Look
    wordings: tuple[str, ...] = ()
    arrow: str = ""
    says: str = ""
    is_quiet: bool = False
    """Is it a state rather than something said?"""


UP: Final = "↑"
DOWN: Final = "↓"

VERDICT_LOOKS: Final = {
    CueKind.TOO_FAST: Advice(Look.FAST, ("EASE",), DOWN),
    CueKind.TOO_SLOW: Advice(Look.SLOW, ("FASTER",), UP),
    CueKind.BACK_ON_TARGET: Advice(Look.OUTLINE, ("ON",)),
    CueKind.BEHIND_LIGHT: Advice(Look.SLOW, ("BEHIND",), UP),
    CueKind.AHEAD_OF_LIGHT: Advice(Look.FAST, ("AHEAD",), DOWN),
    CueKind.HEART_RATE_HIGH: Advice(Look.FAST, ("HR HIGH", "HR"), DOWN),
    CueKind.HEART_RATE_LOW: Advice(Look.SLOW, ("HR LOW", "HR"), UP),
    CueKind.HEART_RATE_CEILING: Advice(Look.FAST, ("HR MAX", "HR"), DOWN),
    CueKind.CADENCE_LOW: Advice(Look.SLOW, ("STEPS",), UP),
    CueKind.CADENCE_HIGH: Advice(Look.FAST, ("STEPS",), DOWN),
    CueKind.POWER_HIGH: Advice(Look.FAST, ("POWER",), DOWN),
    CueKind.POWER_LOW: Advice(Look.SLOW, ("POWER",), UP),
    CueKind.START_TOO_FAST: Advice(Look.FAST, ("RELAX",), DOWN),
    CueKind.FLOAT_TOO_FAST: Advice(Look.FAST, ("EASE",), DOWN),
    CueKind.FLOAT_TOO_SLOW: Advice(Look.SLOW, ("FASTER",), UP),
    CueKind.FADE: Advice(Look.SLOW, ("HOLD",), UP),
    CueKind.METRIC_HIGH: Advice(Look.FAST, ("HIGH",), DOWN),
    CueKind.METRIC_LOW: Advice(Look.SLOW, ("LOW",), UP),
}
"""Arrow, word and fill of every kind that judges; a test walks all verdicts."""

NEWS: Final = {
    CueKind.FUEL: "FUEL",
    CueKind.FORM: "FORM",
    CueKind.SENSOR_GONE: "SENSOR",
    CueKind.SENSOR_BACK: "BACK",
    CueKind.SENSOR_LOW_BATTERY: "POWER",
    CueKind.GATE: "STOP?",
    CueKind.PROMPT: "?",
    CueKind.WAITING: "WAIT",
    CueKind.HEAT: "HEAT",
    CueKind.RECORDING_FAILING: "DISK!",
    CueKind.RECORDING_BACK: "DISK OK",
    CueKind.CALIBRATION: "POD",
    CueKind.ADVICE: "!",
    CueKind.NEW_LIGHT: "LIGHT",
    CueKind.PAUSED: "PAUSED",
}
"""The word of every other kind that has one; steps, splits and countdowns show their numbers."""

_PHASES: Final = {
    Phase.READY: "READY",
    Phase.OVERTIME: "GO?",
    Phase.PAUSED: "PAUSED",
    Phase.FINISHED: "DONE",
    Phase.CHECKLIST: "DO",
    Phase.SEND_OFF_REST: "REST",
}
_RESTS: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME})
_SHORT: Final = 16
"""Letters of a cue that can be taken in at a glance; a longer one shows its word, and its text small."""


class CueBox(Painted[Advice]):
    """The box beside the hero."""

    def look(self, snapshot: Snapshot) -> Advice:
        """Take the cue that is worth showing, else what the phase itself says."""
        return advice(snapshot)

    def paint(self, value: Advice, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the box: a fill or an outline, the letters, the cue's own words at its foot."""
        if value.look is Look.EMPTY or width < 4 or height < 3:
            return stack([], width, height, colours.plain)
        pair = {Look.SLOW: colours.slow, Look.FAST: colours.fast}.get(value.look, colours.plain)
        is_outline = value.look is Look.OUTLINE
        inner = Size(width - 4, height - 2) if is_outline else Size(width - 2, height)
        said = wrap(value.says, max(1, inner.width))[:3] if inner.height > 4 else []
        foot = [text_row(line, inner.width, pair, align="middle") for line in said]
        room = Size(inner.width, max(1, inner.height - len(foot)))
        # What was not said but only is (on target, a rest) does not shout.
        most = Size(room.width, max(4, room.height * 2 // 3)) if value.is_quiet else room
        inside = stack(lettered(value.wordings, most, pair, arrow=value.arrow), *room, pair) + foot
        return _outlined(inside, width, pair) if is_outline else _padded(inside, 1, pair)


def advice(snapshot: Snapshot) -> Advice:
    """Choose what the box says: a cue while it is worth showing, else the state of things."""
    cue = snapshot.cue
    if cue is not None:
        return _of_cue(cue, snapshot)
    word = _PHASES.get(snapshot.phase, "")
    if snapshot.phase is Phase.PROMPT and snapshot.step is not None:
        return Advice(Look.OUTLINE, (answers(snapshot.step),))
    if snapshot.phase is Phase.RECOVERY:
        word = words.rest_word(snapshot.step)
    elif snapshot.stopped_s is not None:
        says = "" if snapshot.light is None else "the light waits"
        return Advice(Look.OUTLINE, ("STOPPED", "STOP"), says=says, is_quiet=True)
    elif not word and _is_on_target(snapshot):
        word = "ON"
    elif not word and snapshot.is_let_be:
        return Advice(Look.OUTLINE, ("QUIET",), says="quiet: said twice", is_quiet=True)
    return Advice(Look.OUTLINE, (word,), is_quiet=True) if word else Advice(Look.EMPTY)


def answers(step: Step) -> str:
    """Word the answers of a question with their numbers; without words, their range."""
    named = [f"{number} {safe(answer, 24)}" for number, answer in enumerate(step.answers[:10], 1)]
    return "\n".join(named) or "1-10"


def _of_cue(cue: Cue, snapshot: Snapshot) -> Advice:
    says = safe(cue.text, 160)
    known = VERDICT_LOOKS.get(cue.kind)
    if cue.kind is CueKind.FADE and snapshot.phase in _RESTS:
        return Advice(Look.OUTLINE, (NEWS[CueKind.ADVICE],), says=says)  # of a rep that is over
    if known is not None:
        return replace(known, says=says)
    if cue.kind is CueKind.COUNTDOWN and snapshot.left_s is not None and 0 < snapshot.left_s < 60:
        return Advice(Look.OUTLINE, (str(ceil(snapshot.left_s - 1e-6)),))
    if cue.kind is CueKind.SPLIT and cue.spoken:  # said in few words; the others have theirs in the text
        says = "   ".join(
            part for part in (says, _tenths(cue.why) or words.against_light(snapshot.light)) if part
        )
    word = _number_or_word(cue.kind, snapshot)
    if not word or len(says) <= _SHORT:
        return Advice(Look.OUTLINE, (says, word) if word else (says,))
    return Advice(Look.OUTLINE, (word,), says=says)


def _tenths(why: Why) -> str:
    """Write a lap between two presses and its error in tenths: `1:38.1  +2.1 s`; nothing for another split."""
    if why.quantity != "lap_off_s" or why.value is None or why.window_s is None:
        return ""
    return f"{words.stopped(why.window_s)}  {words.seconds_off(why.value)} s"


def _number_or_word(kind: CueKind, snapshot: Snapshot) -> str:
    if kind is CueKind.STEP and snapshot.step is not None:
        is_off = snapshot.phase not in _PHASES and snapshot.step.kind in HARD
        return "GO" if is_off else words.kind_word(snapshot.step)
    if kind is CueKind.SPLIT and snapshot.splits:
        return words.stopped(snapshot.splits[-1].lap_s)
    return NEWS.get(kind, "")


def _is_on_target(snapshot: Snapshot) -> bool:
    shown, band = words.judged(snapshot), snapshot.band_in_force
    if shown is None or band is None or shown.freshness not in {Freshness.LIVE, Freshness.HELD}:
        return False
    return band.contains(shown.value)


def _outlined(inside: list[Strip], width: int, pair: Pair) -> list[Strip]:
    bar = [Strip([Segment(" ", pair.block())], 1)] * len(inside)
    top, foot = text_row("▄" * width, width, pair, bold=False), text_row("▀" * width, width, pair, bold=False)
    return [top, *beside([bar, _padded(inside, 1, pair), bar]), foot]


def _padded(rows: list[Strip], by: int, pair: Pair) -> list[Strip]:
    return _between(rows, by, by, pair)


def _between(rows: list[Strip], before: int, after: int, pair: Pair) -> list[Strip]:
    left, right = [blank(before, pair)] * len(rows), [blank(after, pair)] * len(rows)
    return beside([left, rows, right])
