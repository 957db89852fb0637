"""What to do about it: an arrow and a word in a box. Slow is dark, fast is bright, on target is an outline."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from textual.strip import Strip

from coach.cues.cue import Cue, CueKind
from coach.live.snapshot import Snapshot
from coach.screen import words
from coach.screen.block import Block, first_that_fits, has_picture
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
    """What the box says: words from the fullest to the shortest, each a row or two, and the cue's own text."""

    look: Look
    texts: tuple[tuple[str, ...], ...]
    says: str = ""


UP: Final = "↑"
DOWN: Final = "↓"


def _arrow(arrow: str, *wordings: str) -> tuple[tuple[str, ...], ...]:
    beside_it = tuple((f"{arrow} {word}",) for word in wordings)
    above_it = tuple((arrow, word) for word in wordings)
    return beside_it + above_it


VERDICT_LOOKS: Final = {
    CueKind.TOO_FAST: (Look.FAST, _arrow(DOWN, "EASE")),
    CueKind.TOO_SLOW: (Look.SLOW, _arrow(UP, "FASTER", "UP")),
    CueKind.BACK_ON_TARGET: (Look.OUTLINE, (("ON",),)),
    CueKind.BEHIND_LIGHT: (Look.SLOW, _arrow(UP, "BEHIND")),
    CueKind.AHEAD_OF_LIGHT: (Look.FAST, _arrow(DOWN, "AHEAD")),
    CueKind.HEART_RATE_HIGH: (Look.FAST, _arrow(DOWN, "HR HIGH", "EASE")),
    CueKind.HEART_RATE_LOW: (Look.SLOW, _arrow(UP, "HR LOW")),
    CueKind.HEART_RATE_CEILING: (Look.FAST, _arrow(DOWN, "HR MAX", "EASE")),
    CueKind.CADENCE_LOW: (Look.SLOW, _arrow(UP, "STEPS")),
    CueKind.CADENCE_HIGH: (Look.FAST, _arrow(DOWN, "STEPS")),
    CueKind.POWER_HIGH: (Look.FAST, _arrow(DOWN, "POWER", "EASE")),
    CueKind.POWER_LOW: (Look.SLOW, _arrow(UP, "POWER")),
    CueKind.START_TOO_FAST: (Look.FAST, _arrow(DOWN, "RELAX", "EASE")),
    CueKind.FLOAT_TOO_FAST: (Look.FAST, _arrow(DOWN, "FLOAT", "EASE")),
    CueKind.FLOAT_TOO_SLOW: (Look.SLOW, _arrow(UP, "FLOAT")),
    CueKind.FADE: (Look.SLOW, _arrow(UP, "HOLD")),
    CueKind.METRIC_HIGH: (Look.FAST, _arrow(DOWN, "HIGH")),
    CueKind.METRIC_LOW: (Look.SLOW, _arrow(UP, "LOW")),
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
        inner_width, inner_height = width - 4, height - 2
        foot = [text_row(value.says, inner_width, pair, align="middle")] if value.says and inner_height > 4 else []
        letters = _letters(value.texts, inner_width, inner_height - len(foot), pair)
        inside = stack(letters, inner_width, inner_height - len(foot), pair) + foot
        return _framed(inside, width, pair, colours.plain, outline=value.look is Look.OUTLINE)


def advice(snapshot: Snapshot) -> Advice:
    """Choose what the box says: a cue while it is worth showing, else the state of things."""
    cue = snapshot.cue
    if cue is not None:
        return _of_cue(cue, snapshot)
    if snapshot.phase in _PHASES:
        return Advice(Look.OUTLINE, ((_PHASES[snapshot.phase],),))
    if snapshot.phase is Phase.RECOVERY:
        return Advice(Look.OUTLINE, ((words.rest_word(snapshot.step),),))
    return Advice(Look.OUTLINE, (("ON",),)) if _is_on_target(snapshot) else Advice(Look.EMPTY, ())


def _of_cue(cue: Cue, snapshot: Snapshot) -> Advice:
    says = safe(cue.text, 120)
    known = VERDICT_LOOKS.get(cue.kind)
    if known is not None:
        return Advice(known[0], known[1], says)
    if cue.kind is CueKind.COUNTDOWN:
        left = snapshot.left_s
        text = str(int(left + 0.5)) if left is not None and 0.5 <= left < 60 else says
        return Advice(Look.OUTLINE, ((text,),), says)
    return Advice(Look.OUTLINE, ((says,), *_lines(says)), "")


def _lines(text: str) -> tuple[tuple[str, ...], ...]:
    """Break a text in two about its middle, so that short sentences can still be painted in letters."""
    parts = text.split(" ")
    if len(parts) < 2:
        return ()
    middle = min(range(1, len(parts)), key=lambda at: abs(len(" ".join(parts[:at])) - len(text) / 2))
    return ((" ".join(parts[:middle]), " ".join(parts[middle:])),)


def _is_on_target(snapshot: Snapshot) -> bool:
    shown, band = words.judged(snapshot), snapshot.band
    if shown is None or band is None or shown.freshness not in {Freshness.LIVE, Freshness.HELD}:
        return False
    over = band.high is not None and shown.value > band.high
    under = band.low is not None and shown.value < band.low
    return not over and not under


def _letters(texts: tuple[tuple[str, ...], ...], width: int, height: int, pair: Pair) -> list[Strip]:
    best: list[Block] = []
    for rows in texts:
        if not all(has_picture(row) for row in rows):
            continue
        room = (height - (len(rows) - 1)) // len(rows)
        blocks = [first_that_fits((row,), width, room) for row in rows]
        fitting = [painted for painted in blocks if painted is not None]
        if len(fitting) == len(rows) and (not best or _size(fitting) > _size(best)):
            best = fitting
    if not best:
        return [text_row(" ".join(texts[0]), width, pair, align="middle")] if texts else []
    rows = block_rows(best[0], width, pair)
    for painted in best[1:]:
        rows += [blank(width, pair), *block_rows(painted, width, pair)]
    return rows


def _size(blocks: list[Block]) -> int:
    return blocks[-1].height


def _framed(inside: list[Strip], width: int, pair: Pair, plain: Pair, *, outline: bool) -> list[Strip]:
    side, edge = ("█", pair) if outline else (" ", pair)
    height = len(inside)
    if outline:
        top, foot = text_row("▄" * width, width, plain), text_row("▀" * width, width, plain)
        bar = Pair(plain.paper, plain.ink)
        left = [text_row(" ", 1, bar)] * height
        gap = [text_row(" ", 1, plain)] * height
        return [top, *beside([left, gap, inside, gap, left]), foot]
    del side, edge
    margin = [text_row("  ", 2, pair)] * height
    empty = blank(width, pair)
    return [empty, *beside([margin, inside, margin]), empty]
