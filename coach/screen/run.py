"""The live screen: the hero, the cue box beside it, the tape below, and the screen that passes snapshots to them.

The hero is the largest figure: the most important known value of pace, remainder of the step, and clock. The box shows
the coach's judgement: slow is dark, fast is bright, on target is an outline. The tape shows it by position, without
colour: SPEED UP, ON, EASE OFF, and a needle above.
"""

import math
from collections.abc import Callable, Mapping
from textwrap import wrap
from typing import Any, Final, NamedTuple

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from coach.live.snapshot import Snapshot
from coach.quantities import format_clock
from coach.screen import base, words
from coach.screen.base import MARK, LiveWidget, Profile, Throttle, key_word
from coach.screen.figures import Figures, SplitTable, last_valid
from coach.screen.lines import (
    KeyBar,
    NextLine,
    Question,
    SensorRow,
    StepLine,
    TitleBar,
    question_replaces_run,
    wordings,
)
from coach.screen.paint import (
    HEIGHT,
    Pair,
    Palette,
    beside,
    blank,
    block_rows,
    first_that_fits,
    largest,
    lettered,
    sanitise,
    stack,
    text_row,
)
from coach.screen.protocols import LiveFeed, PlaybackControls
from coach.screen.words import PROGRESS_STEPS, Frame, Judgement, Needle, Tone, judgement
from coach.session.phases import ItemPart, Phase, item_turn, items_of
from coach.signals.readings import DISTANCE_PRIORITY, DisplayValue, SensorState
from coach.workout.timeline import Band, HeartRateEnd, Quantity, Step

# --- the hero

_BETWEEN: Final = "   "
"""Separator between the parts of the line, the more important first."""
_CADENCE_FIGURE: Final = range(60, 100)
"""Columns of this field on terminals whose figures have the cadence."""
_QUANTITY_NAMES: Final = {
    Quantity.SPEED: "PACE",
    Quantity.HEART_RATE: "HEART RATE bpm",
    Quantity.CADENCE: "CADENCE spm",
    Quantity.POWER: "POWER W",
}
_PRESS: Final = "PRESS"
"""Shown large for a key that is no short word."""
_PARTS: Final = {ItemPart.REST: "REST, then ", ItemPart.READY: "GET READY: ", ItemPart.HOLD: ""}
"""Text before the exercise while its timer counts."""


class Hero(NamedTuple):
    """The large text, from the preferred one to the shortest, and the line below it."""

    texts: tuple[str, ...]
    below: str
    is_stale: bool = False
    cadence: str = ""
    """The cadence, for the label of a pace if the figures have no room for it."""


class HeroBox(LiveWidget[Hero]):
    """Block letters as large as the room allows, and one line that labels them."""

    def look(self, snapshot: Snapshot) -> Hero:
        """Choose the most important value of the moment."""
        return hero(snapshot)

    def paint(self, value: Hero, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the letters over their line; text too long for letters stays ordinary."""
        pair = colours.stale if value.is_stale else colours.plain
        rows = _pad(lettered(value.texts, Size(width - 2, max(1, height - 1)), pair), 1, pair)
        label = value.below
        if value.cadence and width not in _CADENCE_FIGURE:
            first, *others = label.split(_BETWEEN)
            label = _BETWEEN.join([first, *others[:1], value.cadence, *others[1:]])
        below = text_row(" " + _shorten(label, width - 1), width, colours.plain)
        return [*stack(rows, width, height - 1, pair), below]


def hero(snapshot: Snapshot) -> Hero:
    """Choose the hero of a snapshot: a question, the remainder of the step, the pace, or a clock."""
    step = snapshot.step
    if snapshot.phase is Phase.FINISHED or step is None:
        return Hero(("DONE",), f"run time {words.running_clock(snapshot.run_s)}")
    if snapshot.phase is Phase.PROMPT:
        return Hero((sanitise(step.question, 60),), "answer with its number")
    if snapshot.phase is Phase.CHECKLIST:
        return _checklist(snapshot, step)
    if snapshot.phase is Phase.READY:
        return _ready(snapshot, step)
    if snapshot.phase in words.RESTING:
        return _rest(snapshot, step)
    if snapshot.phase is Phase.PAUSED:
        return Hero((words.UNKNOWN,), "NO PACE   paused, nothing is judged")
    return _work(snapshot)


def _shorten(below: str, width: int) -> str:
    """Leave out parts of the line from its end until it fits; never the first."""
    while len(below) > width and _BETWEEN in below:
        below = below.rpartition(_BETWEEN)[0]
    return below


def _checklist(snapshot: Snapshot, step: Step) -> Hero:
    count = items_of(step.items)
    place = min(max(snapshot.item, 0), count - 1)
    turn, timer = item_turn(step.items, place), snapshot.item_timer
    if turn is None:
        return Hero(("LIST",), "")
    item = turn.item
    amounts = [
        f"{item.reps} times" if item.reps else "",
        words.running_clock(item.seconds) if item.seconds else "",
        f"{round(item.metres)} m" if item.metres else "",
        turn.side,
        f"set {turn.number} of {item.sets}" if item.sets > 1 else "",
        f"item {place + 1} of {count}",
    ]
    name = sanitise(item.do, 40)
    below = _BETWEEN.join(part for part in amounts if part)
    if timer is None:
        return Hero((name, name.partition(" ")[0]), below)
    return Hero((words.countdown(timer.left_s),), _BETWEEN.join((f"{_PARTS[timer.part]}{name}", below)))


def _offset(before_m: float) -> str:
    """Write the distance of a step's start from its mark: `9 m before `; empty at the mark."""
    metres = round(before_m)
    return f"{abs(metres)} m {'before' if metres > 0 else 'after'} " if metres else ""


def _ready(snapshot: Snapshot, step: Step) -> Hero:
    place = f"   {_offset(step.line_m)}mark {sanitise(step.start_mark, 8)}" if step.start_mark else ""
    if snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), f"START IN   {key_word(MARK)} starts now{place}")
    word = key_word(MARK).upper()
    large = word if word.isalnum() and len(word) <= len(_PRESS) else _PRESS
    return Hero((large,), f"TO START{place or '   at the line'}")


def _rest(snapshot: Snapshot, step: Step) -> Hero:
    label = f"LEFT OF THE {words.rest_word(step)}"
    if step.target is not None:
        label += f"   {words.aim(step.target, snapshot.unit)}"
    if snapshot.phase is Phase.OVERTIME:
        label = f"OVER TIME   {key_word(MARK)} is GO"
    if snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), label)
    metres = words.metres_left(snapshot)
    if metres is not None:
        return Hero((f"{metres} M", metres), label)
    by_heart = next((end for end in step.until.ends if isinstance(end, HeartRateEnd)), None)
    if by_heart is not None:
        side = "under" if by_heart.below else "over"
        return _value(
            snapshot.heart_rate, Quantity.HEART_RATE, f"HEART RATE bpm   until {side} {round(by_heart.bpm)}"
        )
    return Hero(
        (words.running_clock(snapshot.step_time_s),), f"{words.rest_word(step)} TIME   {key_word(MARK)} is GO"
    )


def _work(snapshot: Snapshot) -> Hero:
    if snapshot.coach_mode:
        return Hero((words.running_clock(snapshot.step_time_s),), f"REP TIME   {_split_by_hand(snapshot)}")
    quantity = snapshot.judged_quantity
    if quantity in {Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER}:
        return _value(words.judged_value(snapshot), quantity, _label(snapshot, quantity))
    if snapshot.speed is not None:
        result = _value(snapshot.speed, Quantity.SPEED, _label(snapshot, Quantity.SPEED), snapshot.unit)
        cadence = snapshot.cadence
        if cadence is None or words.is_stale(cadence):
            return result
        return result._replace(cadence=f"{round(cadence.value)} spm")
    if snapshot.is_by_clock and snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), f"LEFT   by the clock{_aim_of(snapshot)}")
    pulse = "" if snapshot.heart_rate is None else f"   HR {round(snapshot.heart_rate.value)}"
    return Hero((words.UNKNOWN,), f"NO PACE   {_silence(snapshot)}{pulse}")


def _split_by_hand(snapshot: Snapshot) -> str:
    """The last split of the rep under way, with its error; before the first, the key that makes one."""
    rep = None if snapshot.step is None else snapshot.step.rep
    last = last_valid(snapshot.splits)
    if last is None or last.rep != rep or last.time_s > (snapshot.step_time_s or 0.0):
        return f"{key_word(MARK)} at the line"
    return words.split_sentence(last)


def _aim_of(snapshot: Snapshot) -> str:
    target = None if snapshot.step is None else snapshot.step.target
    aimed = words.aim(target, snapshot.unit)
    return f"   target {aimed}" if aimed else ""


def _silence(snapshot: Snapshot) -> str:
    """The reason why there is no pace: the first source of one that is silent, and for how long."""
    for source in DISTANCE_PRIORITY:
        for sensor in snapshot.sensors:
            if sensor.source is source and sensor.state is not SensorState.LIVE:
                age = "" if sensor.age_s is None else f" for {math.floor(sensor.age_s)} s"
                return f"{words.sensor_name(sensor)} silent{age}"
    return "nothing measures it"


def _label(snapshot: Snapshot, quantity: Quantity) -> str:
    unit = snapshot.unit
    name = _QUANTITY_NAMES[quantity]
    parts = [f"{name} /{unit}" if quantity is Quantity.SPEED else name]
    if snapshot.judged_quantity is quantity:
        band = words.band_text(snapshot.band, quantity, unit)
        parts.append(f"target {band}" if band else "")
        if band and snapshot.leave:
            parts.append(f"pod ±{100 * snapshot.leave:g} %")
    if quantity is Quantity.SPEED and snapshot.light is not None and snapshot.light.projected_s is not None:
        parts.append(f"on course for {format_clock(round(snapshot.light.projected_s))}")
    if quantity is Quantity.SPEED and snapshot.rep_mean_speed is not None:
        parts.append(f"mean {words.pace(snapshot.rep_mean_speed, unit)}")
    return _BETWEEN.join(part for part in parts if part)


def _value(reading: DisplayValue | None, quantity: Quantity, label: str, unit: str = "km") -> Hero:
    if reading is None:
        return Hero((words.UNKNOWN,), label)
    result = Hero((words.amount(reading.value, quantity, unit),), label)
    if not words.is_stale(reading):
        return result
    return result._replace(is_stale=True, below=f"{words.age(reading).upper()}   {label}")


# --- the cue box

_LEG: Final = 5
"""Cells of a corner's foot."""
_CHIP_ROWS: Final = 6
"""Least rows of the chip of a verdict: its word and a row of fill above and below."""


class CueBox(LiveWidget[Judgement]):
    """The box beside the hero."""

    def look(self, snapshot: Snapshot) -> Judgement:
        """Read the coach's judgement."""
        return judgement(snapshot)

    def paint(self, value: Judgement, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the box by its frame; one too small for a frame is its word alone."""
        if width < 4 or height < 3:
            return stack([], width, height, colours.plain)
        if value.frame is Frame.FILL:
            return _fill_rows(value, width, height, _pair(value.tone, colours))
        inner = Size(width - 2, height - 2)
        rows = [*_cue_rows(value, inner, colours), *_bar(value, inner, colours)]
        room = Size(inner.width, inner.height - len(rows))
        inside = [*_word(value, room, colours), *rows]
        foot = next((text for text in value.foot if len(text) <= width - 4), "")
        frame = _outline_rows if value.frame is Frame.OUTLINE else _corner_rows
        return frame(inside, foot, width, colours.plain)


def _pair(tone: Tone, colours: Palette) -> Pair:
    return {Tone.SLOW: colours.slow, Tone.FAST: colours.fast}.get(tone, colours.plain)


def _fill_rows(value: Judgement, width: int, height: int, pair: Pair) -> list[Strip]:
    inner = Size(width - 2, height)
    cue_words = wrap(value.says, max(1, inner.width))[:3] if inner.height > 4 else []
    foot = [text_row(line, inner.width, pair, align="middle") for line in cue_words]
    room = Size(inner.width, max(1, inner.height - len(foot)))
    inside = stack(lettered(value.wordings, room, pair, arrow=value.arrow), *room, pair) + foot
    return _pad(inside, 1, pair)


def _cue_rows(value: Judgement, inner: Size, colours: Palette) -> list[Strip]:
    """The words of the cue inside the frame."""
    lines = wrap(value.says, max(1, inner.width - 2))[:3] if inner.height > 4 else []
    return [text_row(line, inner.width, colours.plain, align="middle") for line in lines]


def _bar(value: Judgement, inner: Size, colours: Palette) -> list[Strip]:
    """The bar of a wait, on its own row."""
    if value.progress is None or inner.height < 6 or inner.width < 12:
        return []
    wide = inner.width - 6
    done = wide * value.progress // PROGRESS_STEPS
    segments = [
        Segment(" " * 3, colours.plain.style()),
        Segment(" " * done, colours.plain.block()),
        Segment(" " * (wide - done), colours.track.style()),
        Segment(" " * 3, colours.plain.style()),
    ]
    return [Strip(segments, inner.width)]


def _word(value: Judgement, room: Size, colours: Palette) -> list[Strip]:
    """The word in the middle of its room; the word of a state is smaller than that of a cue."""
    plain = colours.plain
    if value.frame is Frame.CHIP:
        return stack(_chip(value, room, colours), *room, plain)
    height = max(4, room.height * 2 // 3) if value.is_quiet else room.height
    side = 1 if value.frame is Frame.OUTLINE else 0
    letters = lettered(value.wordings, Size(room.width - 2 * side, min(room.height, height)), plain)
    return stack(_pad(letters, side, plain), *room, plain)


def _chip(value: Judgement, room: Size, colours: Palette) -> list[Strip]:
    """The small filled chip of a cue."""
    pair = _pair(value.tone, colours)
    wide, rows = room.width - 2, min(room.height, max(_CHIP_ROWS, room.height // 2))
    if wide < 4:
        return []
    letters = lettered(value.wordings, Size(wide - 2, max(1, rows - 2)), pair, arrow=value.arrow)
    inside = stack(_pad(letters, 1, pair), wide, rows, pair)
    return _pad(inside, 1, colours.plain)


def _outline_rows(inside: list[Strip], foot: str, width: int, pair: Pair) -> list[Strip]:
    bar = [Strip([Segment(" ", pair.block())], 1)] * len(inside)
    top = text_row("▄" * width, width, pair, bold=False)
    return [top, *beside([bar, inside, bar]), _edge(foot, "▀" * width, width, pair)]


def _corner_rows(inside: list[Strip], foot: str, width: int, pair: Pair) -> list[Strip]:
    leg = min(_LEG, width // 3)
    gap = " " * (width - 2 * leg)
    top = text_row("▄" * leg + gap + "▄" * leg, width, pair, bold=False)
    ends = {0, len(inside) - 1} if len(inside) > 2 else set()
    sides = [
        Strip([Segment(" ", pair.block() if at in ends else pair.style())], 1) for at in range(len(inside))
    ]
    return [top, *beside([sides, inside, sides]), _edge(foot, "▀" * leg + gap + "▀" * leg, width, pair)]


def _edge(foot: str, line: str, width: int, pair: Pair) -> Strip:
    """The lower edge with the foot cut into it."""
    if not foot:
        return text_row(line, width, pair, bold=False)
    before = (width - len(foot) - 2) // 2
    after = width - before - len(foot) - 2
    pieces = [
        Segment(line[:before], pair.style(bold=False)),
        Segment(f" {foot} ", pair.style()),
        Segment(line[width - after :], pair.style(bold=False)),
    ]
    return Strip(pieces, width)


def _pad(rows: list[Strip], by: int, pair: Pair) -> list[Strip]:
    """Set rows between margins of some columns."""
    margin = [blank(by, pair)] * len(rows)
    return beside([margin, rows, margin]) if by else rows


# --- the tape

NEEDLE_STEPS: Final = 240
"""Positions of the needle from end to end: finer than the half cells of the widest screen."""

_LABELS: Final = {
    Quantity.SPEED: ("SPEED UP", "EASE OFF"),
    Quantity.HEART_RATE: ("HR LOW", "EASE OFF"),
    Quantity.CADENCE: ("QUICKER STEPS", "FEWER STEPS"),
    Quantity.POWER: ("MORE", "EASE OFF"),
}


class TapeReading(NamedTuple):
    """The tape: the labels left and right of the band, its edges, and the needle."""

    low_label: str
    high_label: str
    low_edge: str
    high_edge: str
    needle: int
    """0 to `NEEDLE_STEPS`."""
    is_judged: bool
    """True if the needle agrees with the box; a hollow one is not judged."""


class TapeWords(NamedTuple):
    """Text in place of a needle: letters if there is room, else a line."""

    letters: tuple[str, ...] = ()
    text: str = ""


class Tape(LiveWidget[TapeReading | TapeWords]):
    """Needle over a band in three parts; without a value or a band, words."""

    def look(self, snapshot: Snapshot) -> TapeReading | TapeWords:
        """Read band and value; in a rest the wordings of the next step."""
        return tape_of(snapshot)

    def paint(self, value: TapeReading | TapeWords, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint needle and band; from three rows on the edges are below in numbers."""
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


def tape_of(snapshot: Snapshot) -> TapeReading | TapeWords:
    """Return the needle over its band, or the text in its place."""
    quantity, band, reading = snapshot.judged_quantity, snapshot.band_in_force, words.judged_value(snapshot)
    needle = judgement(snapshot).needle
    if needle is Needle.ABSENT or quantity not in _LABELS or band is None or reading is None:
        return _tape_words(snapshot)
    low, high = _LABELS[quantity]
    return TapeReading(
        "" if band.low is None else low,
        "" if band.high is None else high,
        "" if band.low is None else words.amount(band.low, quantity, snapshot.unit),
        "" if band.high is None else words.amount(band.high, quantity, snapshot.unit),
        round(NEEDLE_STEPS * place_on_tape(reading.value, band)),
        needle is Needle.SOLID,
    )


def place_on_tape(value: float, band: Band) -> float:
    """Return the place of a value on the tape, 0 to 1: the band takes the middle third, or runs to an open end.

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
    """Return the first column of the needle and its width."""
    wide = 5 if width >= 100 else 3
    return min(width - wide, max(0, round(at / NEEDLE_STEPS * (width - 1)) - wide // 2)), wide


def _needle(value: TapeReading, width: int, pair: Pair) -> Strip:
    left, wide = _needle_at(value.needle, width)
    return text_row(" " * left + ("▼" if value.is_judged else "▽") * wide, width, pair)


def _tape_words(snapshot: Snapshot) -> TapeWords:
    """Text in place of the tape: the rest so far, the next step, or that nothing is measured."""
    step, phase = snapshot.step, snapshot.phase
    if snapshot.coach_mode and phase not in {Phase.READY, Phase.PAUSED}:
        return TapeWords(text=words.reps_by_hand(snapshot))
    if phase is Phase.PAUSED:
        return TapeWords(text="CLOCK PAUSED, STILL RECORDING")
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
            for piece in _part(label if is_lowest else "", size, pair, has_edges=pair is colours.plain)
        ]
        strip = Strip(segments, width)
        rows.append(
            strip if is_lowest or not value.is_judged else _with_needle(strip, value.needle, colours.plain)
        )
    return rows


def _with_needle(strip: Strip, at: int, pair: Pair) -> Strip:
    left, wide = _needle_at(at, strip.cell_length)
    before, _, after = strip.divide([left, left + wide, strip.cell_length])
    return Strip.join([before, Strip([Segment(" " * wide, pair.block())], wide), after])


def _part(label: str, size: int, pair: Pair, *, has_edges: bool) -> list[Segment]:
    """Paint a part of the band; the part without a fill gets a full cell at both ends."""
    if size == 0:
        return []
    if not has_edges or size < 6:
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


# --- the reading distance

MM_PER_M: Final = 6.4
"""Height of a letter that is read with ease from a metre: 22 minutes of arc (reference, UX 1.1)."""
FAR_ENOUGH_M: Final = 3.0
"""The distance from which the screen should be readable: from the lane to a laptop on the infield."""
_BEST: Final = (80, 24)
"""The terminal size with the largest letters."""
_FIXED_ROWS: Final = ((50, 36), (30, 23), (24, 15), (18, 8), (0, 0))
"""Rows of the live screen outside the main display, by the least lines of the terminal (coach.tcss)."""


def letter_rows(columns: int, lines: int) -> float:
    """Return the height of a pace's digits in rows, in a run on a terminal of this size."""
    fixed = next(rows for least, rows in _FIXED_ROWS if lines >= least)
    height, width = lines - fixed - 1, int(0.525 * columns) - 2
    if columns < 60:
        height, width = 3 * lines // 5 - 1, columns - 2
    scale = largest("4:00", max(1, width), max(1, height))
    return 1.0 if scale is None else HEIGHT * scale.y / 2


def read_from_m(letters_mm: float) -> float:
    """Return the distance in metres from which letters of this height are read with ease."""
    return letters_mm / MM_PER_M


def reading_advice(columns: int, lines: int, row_mm: float, full_mm: float, how: str) -> tuple[str, str]:
    """Write the height of the pace and its reading distance, and a remedy if that is short; else an empty text.

    `row_mm` is the height of a row, `full_mm` that of all rows of a terminal that fills the screen, `how` says how the
    first is known.
    """
    letters_mm = letter_rows(columns, lines) * row_mm
    text = f"your pace is {letters_mm:.0f} mm: read from {read_from_m(letters_mm):.1f} m ({how})"
    best_mm = letter_rows(*_BEST) * full_mm / _BEST[1]
    if read_from_m(letters_mm) >= FAR_ENOUGH_M or best_mm < 1.1 * letters_mm:
        return text, ""
    larger = f"{best_mm:.0f} mm, read from {read_from_m(best_mm):.1f} m"
    return text, f"Fill the screen and enlarge the letters (F11, Ctrl +) down to 80 x 24: {larger}."


class Sizing(LiveWidget[tuple[str, ...]]):
    """Before the start of the first run: the reading distance of the screen, and a remedy if it is short."""

    texts: Callable[[int, int], tuple[str, str]] | None = None
    """Returns the texts for columns and lines; None in every later run."""

    def look(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Read the texts for the current size of the terminal."""
        if self.texts is None or snapshot.phase is not Phase.READY:
            return ()
        text, fix = self.texts(self.app.size.width, self.app.size.height)
        again = fix or "After a change of size or font: coach doctor."
        return ("Can you read it from the track?", f"{text[0].upper()}{text[1:]}.", again)

    def paint(self, value: tuple[str, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the lines in the colours of an offer."""
        lines = [line for text in value for line in wrap(text, max(8, width - 4))]
        rows = [text_row(line, width, colours.offer, align="middle") for line in lines]
        return stack(rows, width, height, colours.offer if value else colours.plain)


# --- the screen
#
# It is redrawn after an input of the run, at most ten times a second; a timer at 4 Hz moves clocks and needle in
# between.

TICK_S: Final = 0.25
"""Time between redraws for the clock."""
REST_S: Final = 0.1
"""Least time between two redraws, also for faster data, such as a playback at 60x."""


class RunScreen(Screen[None]):
    """A run in progress."""

    BINDINGS = [key.binding() for key in base.LIVE]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-w0"), (60, "-w60"), (100, "-w100"), (160, "-w160")]
    VERTICAL_BREAKPOINTS = [(0, "-h0"), (18, "-h18"), (24, "-h24"), (30, "-h30"), (50, "-h50")]

    class Changed(Message):
        """The run received an input."""

        def can_replace(self, message: Message) -> bool:
            """One redraw is enough for all waiting changes."""
            return isinstance(message, RunScreen.Changed)

    class Ended(Message):
        """The last step is over, or the run was ended."""

    def __init__(
        self,
        feed: LiveFeed,
        playback: PlaybackControls | None = None,
        *,
        keymap: Mapping[str, str] | None = None,
        warning: "str | Callable[[], str]" = "",
        is_ticking: bool = True,
        sizing: Callable[[int, int], tuple[str, str]] | None = None,
    ) -> None:
        super().__init__()
        self._sizing = sizing
        self._feed = feed
        self._playback = playback
        self._keymap = dict(keymap or {})
        self._warning = warning
        self._is_ticking = is_ticking
        self._throttle = Throttle(self, REST_S, self.look)
        self._has_ended = False
        self._parts: list[LiveWidget[Any]] = []
        self.is_muted = False
        """True if the voice is silenced, as the title bar shows."""
        self.snapshot = feed.snapshot(feed.now())
        """The snapshot that is shown."""

    def fit(self, size: Size) -> None:
        """Set the classes of a size before the screen is mounted, because Textual first lays it out without them."""
        for cells, limits in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(max(limit for limit in limits if limit[0] <= cells)[1])

    def compose(self) -> ComposeResult:
        """Lay out the widgets from top to foot."""
        yield TitleBar(id="title")
        yield Question(id="question")
        yield StepLine(id="step")
        with Horizontal(id="main"):
            yield HeroBox(id="hero")
            yield CueBox(id="cue")
            yield SplitTable(id="splits")
        yield Sizing(id="sizing")
        yield Tape(id="tape")
        yield Figures(id="figures")
        yield Profile(id="profile")
        yield NextLine(id="next")
        yield SensorRow(id="sensors")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Subscribe to the run, and start the timer."""
        self._parts = [part for part in self.query(Widget) if isinstance(part, LiveWidget)]
        self.query_one(KeyBar).keymap = self._keymap
        if self._playback is not None:
            self.query_one(KeyBar).is_playback = True
        self.query_one(Sizing).texts = self._sizing
        self._feed.subscribe(self._post_change)
        if self._is_ticking:
            self.set_interval(TICK_S, self._throttle.tick)
        self.look()

    def on_resize(self) -> None:
        """Redraw, because a wider profile has more columns."""
        self.look()

    @on(Changed)
    def look_soon(self) -> None:
        """Redraw now, or as soon as `REST_S` has passed."""
        self._throttle.look_soon()

    def look(self) -> None:
        """Pass a new snapshot to the widgets; each repaints only if its value has changed."""
        self.snapshot = snapshot = self._feed.snapshot(self._feed.now())
        self.query_one(TitleBar).states = self._states()
        self.set_class(is_stopwatch(snapshot), "-by-hand")
        self.set_class(question_replaces_run(snapshot), "-asked")
        self.set_class(self._sizing is not None and snapshot.phase is Phase.READY, "-sizing")
        for part in self._parts:
            if part.display:
                part.show(snapshot)
        # A recording may go on after its last step.
        is_over = self._feed.has_ended() or (snapshot.phase is Phase.FINISHED and self._playback is None)
        if is_over and not self._has_ended:
            self._has_ended = True
            self.post_message(self.Ended())

    def _post_change(self) -> None:
        self.post_message(self.Changed())

    def _states(self) -> str:
        warning = self._warning if isinstance(self._warning, str) else self._warning()
        states = [warning] if warning else []
        if self.snapshot.recording_trouble:
            states = [f"NOT RECORDING: {self.snapshot.recording_trouble}"]
        states.extend(["muted"] if self.is_muted else [])
        if self._playback is not None:
            speed = self._playback.speed()
            states.append("max" if speed == float("inf") else f"{speed:g}x")
            states.extend(["playback paused"] if self._playback.is_paused() else [])
        return "   ".join(states)


def is_stopwatch(snapshot: Snapshot) -> bool:
    """Return whether the splits replace box and tape: during a run timed by hand, while something is timed."""
    return snapshot.coach_mode and snapshot.phase not in {Phase.READY, Phase.PAUSED, Phase.FINISHED}


class PlaybackScreen(RunScreen, inherit_bindings=False):
    """A recording as it plays: keys control the playback, the buttons come from the recording."""

    BINDINGS = [key.binding() for key in base.PLAYBACK]
