"""What to do about it: an arrow and a word in a box. Slow is dark, fast is bright, on target is an outline."""

from dataclasses import dataclass, replace
from enum import Enum
from textwrap import wrap
from typing import Final

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from coach.cues.cue import Cue, CueKind
from coach.live.snapshot import Snapshot
from coach.screen import words
from coach.screen.block import HEIGHT, LARGEST, Block, block, first_that_fits, has_picture, largest, width_of
from coach.screen.paint import beside, blank, block_rows, stack, text_row
from coach.screen.palette import Pair, Palette
from coach.screen.safe import safe
from coach.screen.widgets.painted import Painted
from coach.session.phases import Phase
from coach.signals.readings import Freshness


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

_PHASES: Final = {
    Phase.READY: "READY",
    Phase.OVERTIME: "GO?",
    Phase.PAUSED: "PAUSED",
    Phase.FINISHED: "DONE",
    Phase.PROMPT: "?",
    Phase.CHECKLIST: "DO",
    Phase.SEND_OFF_REST: "REST",
}


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
        foot = (
            [text_row(value.says, inner.width, pair, align="middle")]
            if value.says and inner.height > 4
            else []
        )
        room = Size(inner.width, inner.height - len(foot))
        # What was not said but only is (on target, a rest) does not shout.
        most = room if value.says or not is_outline else Size(room.width, max(4, room.height * 2 // 3))
        inside = stack(_letters(value, most, pair), *room, pair) + foot
        return _outlined(inside, width, pair) if is_outline else _padded(inside, 1, pair)


def advice(snapshot: Snapshot) -> Advice:
    """Choose what the box says: a cue while it is worth showing, else the state of things."""
    cue = snapshot.cue
    if cue is not None:
        return _of_cue(cue, snapshot)
    if snapshot.phase in _PHASES:
        return Advice(Look.OUTLINE, (_PHASES[snapshot.phase],))
    if snapshot.phase is Phase.RECOVERY:
        return Advice(Look.OUTLINE, (words.rest_word(snapshot.step),))
    return Advice(Look.OUTLINE, ("ON",)) if _is_on_target(snapshot) else Advice(Look.EMPTY)


def _of_cue(cue: Cue, snapshot: Snapshot) -> Advice:
    says = safe(cue.text, 120)
    known = VERDICT_LOOKS.get(cue.kind)
    if known is not None:
        return replace(known, says=says)
    left = snapshot.left_s
    if cue.kind is CueKind.COUNTDOWN and left is not None and 0.5 <= left < 60:
        return Advice(Look.OUTLINE, (str(int(left + 0.5)),), says=says)
    return Advice(Look.OUTLINE, (says,))


def _is_on_target(snapshot: Snapshot) -> bool:
    shown, band = words.judged(snapshot), snapshot.band
    if shown is None or band is None or shown.freshness not in {Freshness.LIVE, Freshness.HELD}:
        return False
    over = band.high is not None and shown.value > band.high
    under = band.low is not None and shown.value < band.low
    return not over and not under


def _letters(value: Advice, room: Size, pair: Pair) -> list[Strip]:
    """Set arrow and word as large as they go: side by side or one above the other, long words on several rows."""
    for wording in value.wordings:
        found = _largest_layout(wording, value.arrow, room, pair) if has_picture(wording) else None
        if found is not None:
            return found
    plain = " ".join([value.arrow, *value.wordings[:1]]).strip()
    return [text_row(row, room.width, pair, align="middle") for row in wrap(plain, max(1, room.width))]


def _largest_layout(wording: str, arrow: str, room: Size, pair: Pair) -> list[Strip] | None:
    for y in range(LARGEST, 0, -1):
        rows = [_at_scale(row, room.width, y) for row in _wrapped(wording, room.width, y)]
        painted = [row for row in rows if row is not None]
        found = _with_arrow(painted, arrow, room, pair) if len(painted) == len(rows) else None
        if found is not None:
            return found
    return None


def _with_arrow(words_: list[Block], arrow: str, room: Size, pair: Pair) -> list[Strip] | None:
    """Set the arrow beside the word, larger than it if it can be, else above it; None if it fits neither way."""
    high, wide = sum(row.height for row in words_), max(row.width for row in words_)
    if high > room.height:
        return None
    if not arrow:
        return [strip for row in words_ for strip in block_rows(row, room.width, pair)]
    aside = first_that_fits((arrow,), room.width - wide - 2, room.height)
    if aside is not None and aside.height >= words_[0].height:
        left, right = aside.width + 2, wide
        both = max(aside.height, high)
        arrow_part = stack(block_rows(aside, left, pair, align="left"), left, both, pair)
        word_part = stack(
            [strip for row in words_ for strip in block_rows(row, right, pair)], right, both, pair
        )
        before = (room.width - left - right) // 2
        return _between(beside([arrow_part, word_part]), before, room.width - left - right - before, pair)
    above = first_that_fits((arrow,), room.width, room.height - high)
    if above is None or above.height < words_[0].height:
        return None
    gap = [blank(room.width, pair)] * min(1, room.height - high - above.height)
    below = [strip for row in words_ for strip in block_rows(row, room.width, pair)]
    return [*block_rows(above, room.width, pair), *gap, *below]


def _at_scale(text: str, width: int, y: int) -> Block | None:
    scale = largest(text, width, (HEIGHT * y + 1) // 2, limit=y)
    return block(text, scale) if scale is not None and scale.y == y else None


def _wrapped(text: str, width: int, y: int) -> list[str]:
    """Break a text into rows that fit at a scale, word by word."""
    rows: list[str] = []
    for word in text.split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width_of(longer) * y <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _outlined(inside: list[Strip], width: int, pair: Pair) -> list[Strip]:
    bar = [Strip([Segment(" ", pair.block())], 1)] * len(inside)
    top, foot = text_row("▄" * width, width, pair, bold=False), text_row("▀" * width, width, pair, bold=False)
    return [top, *beside([bar, _padded(inside, 1, pair), bar]), foot]


def _padded(rows: list[Strip], by: int, pair: Pair) -> list[Strip]:
    return _between(rows, by, by, pair)


def _between(rows: list[Strip], before: int, after: int, pair: Pair) -> list[Strip]:
    left, right = [blank(before, pair)] * len(rows), [blank(after, pair)] * len(rows)
    return beside([left, rows, right])
