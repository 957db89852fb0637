"""Where the value lies: SPEED UP, ON, EASE OFF, and a needle above. Position says it without any colour."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.strip import Strip

from coach.screen import words
from coach.screen.paint import block_rows, first_that_fits, stack, text_row
from coach.screen.palette import Pair, Palette
from coach.screen.stance import Needle, stance
from coach.screen.widgets.lines import wordings
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.phases import Phase
from coach.workout.timeline import Band, Quantity

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

STEPS: Final = 240
"""Places of the needle from end to end: finer than the half cells of the widest screen."""

_LABELS: Final = {
    Quantity.SPEED: ("SPEED UP", "EASE OFF"),
    Quantity.HEART_RATE: ("HR LOW", "EASE OFF"),
    Quantity.CADENCE: ("QUICKER STEPS", "FEWER STEPS"),
    Quantity.POWER: ("MORE", "EASE OFF"),
}


@dataclass(frozen=True, slots=True)
class TapeReading:
    """The tape: what lies left and right of the band, its edges, and the needle."""

    low_label: str
    high_label: str
    low_edge: str
    high_edge: str
    needle: int
    """0 to `STEPS`."""
    is_judged: bool
    """Whether the needle shows what the box says; a hollow one is not judged."""


@dataclass(frozen=True, slots=True)
class TapeWords:
    """What stands there where no needle does: letters where there is room, else a line of text."""

    letters: tuple[str, ...] = ()
    text: str = ""


class Tape(StripWidget[TapeReading | TapeWords]):
    """Needle over a band in three parts; without a value or a band, words."""

    def look(self, snapshot: "Snapshot") -> TapeReading | TapeWords:
        """Take band and value; in a rest the wordings of the next step."""
        return tape_of(snapshot)

    def paint(self, value: TapeReading | TapeWords, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint needle and band; from three rows on the edges stand below in numbers."""
        if isinstance(value, TapeWords):
            letters = first_that_fits(value.letters, width - 2, height)
            if letters is not None:
                return stack(block_rows(letters, width, colours.plain), width, height, colours.plain)
            line = text_row(value.text, width, colours.plain, align="middle")
            return stack(
                [line], width, height, colours.plain, top=max(0, height // 2 if height > 2 else height - 1)
            )
        rows = [_needle(value, width, colours.plain)]
        thick = max(1, height - 2)
        rows += _band(value, width, thick, colours)
        if height >= 3:
            rows.append(_edges(value, width, colours.plain))
        return rows[:height]


def tape_of(snapshot: "Snapshot") -> TapeReading | TapeWords:
    """Give the needle over its band, or what stands in its place."""
    quantity, band, shown = snapshot.judged_quantity, snapshot.band_in_force, words.judged(snapshot)
    needle = stance(snapshot).needle
    if needle is Needle.ABSENT or quantity not in _LABELS or band is None or shown is None:
        return _words(snapshot)
    low, high = _LABELS[quantity]
    return TapeReading(
        "" if band.low is None else low,
        "" if band.high is None else high,
        "" if band.low is None else words.amount(band.low, quantity, snapshot.unit),
        "" if band.high is None else words.amount(band.high, quantity, snapshot.unit),
        round(STEPS * place(shown.value, band)),
        needle is Needle.SOLID,
    )


def place(value: float, band: Band) -> float:
    """Give the place of a value on the tape, 0 to 1: the band takes the middle third, or runs to an open end.

    Outside the band a third of the tape is as much as the band is wide; of a band with one side, 6 % of that side
    (about 15 s per km at 4:00).
    """
    low, high = band.low, band.high
    if low is not None and high is not None and high > low:
        return min(1.0, max(0.0, 1 / 3 + (value - low) / (high - low) / 3))
    if high is not None:
        return min(1.0, max(0.0, 2 / 3 + (value - high) / (0.06 * high) / 3))
    if low is not None:
        return min(1.0, max(0.0, 1 / 3 + (value - low) / (0.06 * low) / 3))
    return 0.5


def _needle_at(at: int, width: int) -> tuple[int, int]:
    """Give the first column of the needle and its width."""
    wide = 5 if width >= 100 else 3
    return min(width - wide, max(0, round(at / STEPS * (width - 1)) - wide // 2)), wide


def _needle(value: TapeReading, width: int, pair: Pair) -> Strip:
    left, wide = _needle_at(value.needle, width)
    return text_row(" " * left + ("▼" if value.is_judged else "▽") * wide, width, pair)


def _words(snapshot: "Snapshot") -> TapeWords:
    """What stands in place of the tape: how the rest goes, what comes, or that nothing is measured."""
    step, phase = snapshot.step, snapshot.phase
    if snapshot.coach_mode and phase not in {Phase.READY, Phase.PAUSED}:
        return TapeWords(text=words.reps_by_hand(snapshot))
    if phase is Phase.PAUSED:
        return TapeWords(text="THE CLOCK STANDS, THE RECORDING RUNS")
    if step is None or phase in {Phase.FINISHED, Phase.PROMPT, Phase.CHECKLIST}:
        return TapeWords()
    if phase is Phase.READY:
        return TapeWords(text=words.what(step, snapshot.unit).upper())
    if phase in words.RESTING:
        following = snapshot.next_step
        letters = () if following is None else wordings(following, snapshot.unit)
        return TapeWords(tuple(f"→ {text}" for text in letters), words.rest_so_far(snapshot))
    if snapshot.judged_quantity is None:
        return TapeWords()
    light_m = words.plan_metres(snapshot)
    if light_m is None:
        return TapeWords(text="NO SIGNAL")
    return TapeWords((f"LIGHT AT {light_m} M",), f"LIGHT RUNS ON: {light_m} m")


def _thirds(value: TapeReading, width: int) -> tuple[int, int, int]:
    third = width // 3
    low = third if value.low_label else 0
    high = third if value.high_label else 0
    return low, width - low - high, high


def _band(value: TapeReading, width: int, thick: int, colours: Palette) -> list[Strip]:
    """Paint the band: its labels on the lowest row, the needle through the rows above them."""
    low, middle, high = _thirds(value, width)
    rows = []
    for row in range(thick):
        is_lowest = row == thick - 1
        parts = (
            (low, value.low_label, colours.slow),
            (middle, "ON", colours.plain),
            (high, value.high_label, colours.fast),
        )
        segments = [
            piece
            for size, label, pair in parts
            for piece in _part(label if is_lowest else "", size, pair, edged=pair is colours.plain)
        ]
        strip = Strip(segments, width)
        rows.append(
            strip if is_lowest or not value.is_judged else _crossed(strip, value.needle, colours.plain)
        )
    return rows


def _crossed(strip: Strip, at: int, pair: Pair) -> Strip:
    left, wide = _needle_at(at, strip.cell_length)
    before, _, after = strip.divide([left, left + wide, strip.cell_length])
    return Strip.join([before, Strip([Segment(" " * wide, pair.block())], wide), after])


def _part(label: str, size: int, pair: Pair, *, edged: bool) -> list[Segment]:
    """Paint a part of the band; the part without a fill gets a full cell at both ends."""
    if size == 0:
        return []
    if not edged or size < 6:
        return [Segment(label[:size].center(size), pair.style())]
    edge = Segment(" ", pair.block())
    return [edge, Segment(label[: size - 2].center(size - 2), pair.style()), edge]


def _edges(value: TapeReading, width: int, pair: Pair) -> Strip:
    low, middle, _ = _thirds(value, width)
    text = [" "] * width
    for edge, at in ((value.low_edge, low), (value.high_edge, low + middle)):
        start = min(max(0, at - len(edge) // 2), width - len(edge))
        text[start : start + len(edge)] = edge
    return text_row("".join(text), width, pair)
