"""The figures under the tape, and the splits of a rep timed by hand.

The figures are the remainder of the step, heart rate, cadence and the light, in a rest the last rep. Every figure has
a column of its own whose right edge never moves, and all are of one size. A value too wide for its column loses its
decimals, then its unit, and never moves its neighbour. Unknown is `--`; a stale value is grey and has its age in its
label.

The splits are the last valid one in letters, a field for doubts and questions, and a table.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Final, Literal, NamedTuple

from textual.strip import Strip

from coach.live.snapshot import Snapshot, SplitRow
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, long_distance
from coach.screen import words
from coach.screen.base import ACCEPT, LiveWidget, key_word
from coach.screen.lines import offer_text, question_text, reply
from coach.screen.paint import (
    Palette,
    Scale,
    beside,
    blank,
    block,
    block_rows,
    first_that_fits,
    stack,
    text_row,
    width_of,
)
from coach.session.events import StepEnded
from coach.session.phases import Button, Phase, SplitRole
from coach.signals.readings import DisplayValue
from coach.workout.kinds import HARD
from coach.workout.timeline import Quantity

_GAP: Final = 5
"""Least blank columns between two figures."""
_NARROW: Final = 72
"""Columns from which three figures fit; on fewer there are two."""


class Grid(NamedTuple):
    """The right edges of the columns of figures on a terminal of some width, as the last cell of each."""

    width: int
    scale: int
    work: tuple[int, ...]
    """During a step that is run."""
    rest: tuple[int, ...]
    """In a rest and with times by hand, where the first figure is a time in tenths."""

    def edges(self, width: int, *, is_rest: bool) -> list[int]:
        """Return the edges on a terminal that is a little wider or narrower, each one past its last cell."""
        return [round((edge + 1) * width / self.width) for edge in (self.rest if is_rest else self.work)]


GRIDS: Final = (
    Grid(60, 1, (27, 57), (27, 57)),
    Grid(80, 1, (20, 48, 78), (28, 52, 78)),
    Grid(120, 1, (18, 41, 64, 88, 118), (27, 54, 83, 118)),
    Grid(200, 2, (39, 85, 135, 197), (53, 94, 137, 196)),
)
"""The columns at each size: the widest texts are `995` 17 dots, `4:30` 19, `-6.2` 18, `12:34` 25, `3:35.4` 27."""


def grid_for(width: int, height: int) -> Grid:
    """Choose the columns for a row of figures of this size."""
    if width >= GRIDS[3].width and height >= 8:
        return GRIDS[3]
    return GRIDS[2] if width >= GRIDS[2].width else GRIDS[1] if width >= _NARROW else GRIDS[0]


class FigureText(NamedTuple):
    """One figure: its labels and its texts, the fullest first."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    is_stale: bool = False
    fill: Literal["plain", "fast", "slow"] = "plain"
    """The pair of the palette it is painted with: plain, a bright fill, a dark fill."""
    short_label: str = ""
    """The label of the last text, if that is in another unit."""


class FigureRow(NamedTuple):
    """The figures by the room there is, the most important ones first."""

    few: tuple[FigureText, ...]
    """Three figures; on a narrow terminal the first two."""
    four: tuple[FigureText, ...]
    many: tuple[FigureText, ...] = ()
    """Five, if the columns are those of work and of scale 1."""
    is_rest: bool = False


class Figures(LiveWidget[FigureRow]):
    """Two to five figures side by side."""

    def look(self, snapshot: Snapshot) -> FigureRow:
        """Take the figures."""
        return figures(snapshot)

    def paint(self, value: FigureRow, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint every figure in its column."""
        grid = grid_for(width, height)
        edges = grid.edges(width, is_rest=value.is_rest)
        visible = value.many if len(edges) == 5 else value.four if len(edges) == 4 else value.few
        parts: list[Sequence[Strip]] = []
        begin = 0
        for figure, edge in zip(visible, edges, strict=False):
            parts.append(_field(figure, edge - begin, height, grid.scale, colours, is_first=not begin))
            begin = edge
        parts.append(stack([], width - begin, height, colours.plain))
        return beside(parts)


def figures(snapshot: Snapshot) -> FigureRow:
    """Choose the figures of a snapshot."""
    if snapshot.coach_mode:
        return _by_hand(snapshot)
    pulse, steps = _reading("HR bpm", snapshot.heart_rate), _reading("CADENCE spm", snapshot.cadence)
    clock = _reserve(snapshot) or _clock("STEP TIME", snapshot.step_time_s)
    if snapshot.phase in {Phase.READY, Phase.CHECKLIST, Phase.PROMPT}:
        start = (_pace(snapshot), pulse, steps)
        power = () if snapshot.power is None else (_reading("POWER W", snapshot.power),)
        return FigureRow(start, (*start, *power), is_rest=True)
    if snapshot.phase in words.RESTING or snapshot.phase is Phase.FINISHED:
        rest = (_last_rep(snapshot), pulse, _to_plan_of_rep(snapshot))
        return FigureRow(rest, (*rest, clock), is_rest=True)
    if snapshot.is_by_clock:
        return _by_clock(snapshot, pulse)
    if snapshot.speed is None and snapshot.phase is not Phase.PAUSED:
        return _without_pace(snapshot, pulse)
    left, light = _left(snapshot), _light(snapshot)
    third = steps if snapshot.judged_quantity is Quantity.HEART_RATE else pulse
    if snapshot.phase is Phase.PAUSED:
        time = _clock("STEP TIME", snapshot.step_time_s)
        return FigureRow((left, pulse, time), (left, pulse, light, time), (left, pulse, steps, light, time))
    if snapshot.light is None:
        few = (left, third, _clock("STEP TIME", snapshot.step_time_s))
        return FigureRow(few, (left, pulse, steps, clock), (left, pulse, steps, light, clock))
    return FigureRow((left, third, light), (left, third, light, clock), (left, pulse, steps, light, clock))


def _by_hand(snapshot: Snapshot) -> FigureRow:
    """Times from presses: the last valid split, seconds against the plan, the next go, the last rep."""
    last = last_valid(snapshot.splits)
    go_in = _clock("GO IN", snapshot.go_in_s, is_left=True)
    if snapshot.go_in_s is None:
        go_in = _clock("LAST REP", None) if snapshot.step is None else _left(snapshot)
    first = (_split(last), _to_plan(None if last is None else last.light_s), go_in)
    rep = _last_rep(snapshot)
    return FigureRow(first, (*first, rep), is_rest=True)


def last_valid(splits: tuple[SplitRow, ...]) -> SplitRow | None:
    """Return the newest split that is not doubtful."""
    return next((split for split in reversed(splits) if split.role is not SplitRole.DOUBTFUL), None)


def _by_clock(snapshot: Snapshot, pulse: FigureText) -> FigureRow:
    """Without a measurement: the step time, the last split, the next step; a known heart rate stays."""
    time, last = _clock("STEP TIME", snapshot.step_time_s), _split(last_valid(snapshot.splits))
    following = _following(snapshot)
    has_pulse = snapshot.heart_rate is not None
    few = (time, pulse if has_pulse else last, following)
    four = (*few, last if has_pulse else _last_rep(snapshot))
    return FigureRow(few, four, is_rest=True)


def _without_pace(snapshot: Snapshot, pulse: FigureText) -> FigureRow:
    """Without a pace: the step time in place of the remainder, the last split in place of the light."""
    last = last_valid(snapshot.splits)
    first = _clock("STEP TIME", snapshot.step_time_s) if snapshot.left_s is None else _left(snapshot)
    split, plan = _split(last), _to_plan(None if last is None else last.light_s)
    has_pulse = snapshot.heart_rate is not None
    second = split if last is not None or not has_pulse else pulse
    four = (first, pulse, plan, split) if has_pulse else (first, split, plan, _last_rep(snapshot))
    return FigureRow((first, second, plan), four, is_rest=True)


def _reading(label: str, reading: DisplayValue | None) -> FigureText:
    if reading is None:
        return FigureText((label,), (words.UNKNOWN,))
    is_stale = words.is_stale(reading)
    labels = (f"{label} {words.age(reading)}", words.age(reading)) if is_stale else (label,)
    return FigureText(labels, (str(round(reading.value)),), is_stale)


def _pace(snapshot: Snapshot) -> FigureText:
    label = f"PACE /{snapshot.unit}"
    reading = snapshot.speed
    if reading is None:
        return FigureText((label,), (words.UNKNOWN,))
    is_stale = words.is_stale(reading)
    return FigureText(
        (f"{label} {words.age(reading)}" if is_stale else label, label),
        (words.pace(reading.value, snapshot.unit),),
        is_stale,
    )


def _clock(label: str, seconds: float | None, *, is_left: bool = False) -> FigureText:
    """A clock; in minutes if it is too long for its column."""
    if seconds is None:
        return FigureText((label,), (words.UNKNOWN,))
    text = words.countdown(seconds) if is_left else words.running_clock(seconds)
    if is_left and seconds <= -1:
        minutes = f"+{math.floor(-seconds / 60)}"
    else:
        minutes = str(math.ceil(seconds / 60) if is_left else math.floor(seconds / 60))
    return FigureText((label,), (text, minutes), short_label=f"{label} min")


def _left(snapshot: Snapshot) -> FigureText:
    """The remainder of the step: metres, from 1000 m on km (from a mile on miles, if chosen), or a time."""
    metres = snapshot.left_m
    if metres is None:
        return _clock("LEFT", snapshot.left_s, is_left=True)
    near = 5 * math.ceil(metres / 5 - 1e-6)
    from_m = METRES_PER_MILE if snapshot.unit == "mile" else METRES_PER_KM
    text, unit = long_distance(metres, snapshot.unit) if near >= from_m else (str(near), "m")
    if snapshot.estimated:
        return FigureText((f"LEFT {unit} about", f"LEFT {unit}"), (f"~{text}", text))
    needed = None if snapshot.light is None else snapshot.light.needed
    needs = "" if needed is None else f"  NEEDS {words.pace(needed, snapshot.unit)}"
    return FigureText((f"LEFT {unit}{needs}", f"LEFT {unit}"), (text, text.partition(".")[0]))


def _light(snapshot: Snapshot) -> FigureText:
    light = snapshot.light
    if light is None:
        return FigureText(("LIGHT s",), (words.UNKNOWN,))
    name = "NEW LIGHT s" if light.set_back_s else "LIGHT s"
    side = "BEHIND" if light.behind_s > 0 else "AHEAD"
    metres = abs(round(light.behind_m))
    labels = (f"{name}  {metres} m {side}", f"{name}  {metres} m", name) if metres else (name,)
    return FigureText(labels, _signed_texts(light.behind_s), short_label=f"{name.removesuffix(' s')} min")


def _signed_texts(seconds: float) -> tuple[str, ...]:
    """Write seconds with their sign, from 10 s on without tenths, and finally in minutes."""
    whole, minutes = f"{round(seconds):+d}", f"{round(seconds / 60):+d}"
    return (whole, minutes) if abs(seconds) >= 9.95 else (words.seconds_off(seconds), whole, minutes)


def _split(split: SplitRow | None) -> FigureText:
    if split is None:
        return FigureText(("LAST SPLIT s",), (words.UNKNOWN,))
    name = "LAST SPLIT s" if split.lap_m is None else f"LAST {round(split.lap_m)} s"
    return FigureText((name,), _tenths(split.lap_s), short_label="LAST SPLIT min")


def _tenths(seconds: float) -> tuple[str, ...]:
    text = words.stopwatch_time(seconds)
    return (text, text.partition(".")[0], str(round(seconds / 60)))


def _to_plan(seconds: float | None) -> FigureText:
    if seconds is None:
        return FigureText(("TO PLAN s",), (words.UNKNOWN,))
    return FigureText(("TO PLAN s",), _signed_texts(seconds), short_label="TO PLAN min")


def _last_rep_of(snapshot: Snapshot) -> StepEnded | None:
    return next((result for result in reversed(snapshot.results) if result.step.kind in HARD), None)


def _last_rep(snapshot: Snapshot) -> FigureText:
    last = _last_rep_of(snapshot)
    if last is None:
        return FigureText(("LAST REP",), (words.UNKNOWN,))
    return FigureText(("LAST REP",), _tenths(last.time_s), short_label="LAST REP min")


def _to_plan_of_rep(snapshot: Snapshot) -> FigureText:
    last = _last_rep_of(snapshot)
    return _to_plan(None if last is None else last.light_s)


def _following(snapshot: Snapshot) -> FigureText:
    """The next step: its name in the label, its length in the figure."""
    following = snapshot.next_step
    if following is None:
        return FigureText(("NEXT finish", "FINISH"), (words.UNKNOWN,))
    length = words.until(following)
    name = words.where(following)
    if length.endswith(" m"):
        return FigureText((f"NEXT {name} m", f"NEXT {name}", name), (length.removesuffix(" m"),))
    return FigureText((f"NEXT {name}", name), (length or words.UNKNOWN, words.UNKNOWN))


def _reserve(snapshot: Snapshot) -> FigureText | None:
    """The estimate of the reserve: without a fill, bright from a half down, dark under a fifth."""
    if snapshot.d_prime_left is None:
        return None
    percent = round(100 * snapshot.d_prime_left)
    fill: Literal["plain", "fast", "slow"] = "plain" if percent > 50 else "fast" if percent >= 20 else "slow"
    return FigureText(("RESERVE est. %",), (str(percent),), fill=fill)


@lru_cache(maxsize=32)
def _field(
    figure: FigureText, width: int, height: int, scale: int, colours: Palette, *, is_first: bool
) -> Sequence[Strip]:
    """Paint a figure at the right edge of its column; of five that are shown one or two have changed."""
    pairs = {"plain": colours.plain, "fast": colours.fast, "slow": colours.slow}
    pair = colours.stale if figure.is_stale else pairs[figure.fill]
    gap = 0 if is_first else min(_GAP, width)
    room = width - gap
    text, label = _fitting(figure, room, scale)
    title = next((word for word in figure.labels if len(word) < width + is_first), figure.labels[-1])
    labels = text_row(label or title, width, colours.plain, align="right")
    high = (7 * scale + 1) // 2
    if height - 1 < high or width_of(text) * scale > room:
        rows = [text_row(text, room, pair, align="right")]
    else:
        rows = block_rows(block(text, Scale(scale, scale)), room, pair, align="right")
    rows = stack(rows, room, height - 1, pair, top=0)
    return [labels, *beside([[blank(gap, colours.plain)] * len(rows), rows])]


def _fitting(figure: FigureText, room: int, scale: int) -> tuple[str, str]:
    """Return the fullest text that fits, with its own label if it has one."""
    for text in figure.texts:
        if width_of(text) * scale <= room:
            is_short = text is figure.texts[-1] and len(figure.texts) > 1
            return text, figure.short_label if is_short else ""
    return figure.texts[-1], figure.short_label


# --- the splits

_FIELD_ROWS: Final = 4
"""Rows of the field for doubts, replies and questions; they stay blank when it is empty."""


class SplitText(NamedTuple):
    """One line of the table, in words."""

    at: str
    time: str
    lap: str
    off: str
    is_doubtful: bool

    def small(self) -> str:
        """The line as ordinary text."""
        doubt = " ?" if self.is_doubtful else ""
        return f"{self.at:>6} {self.time:>9} {self.lap:>8} {self.off:>7}{doubt}"


class Stopwatch(NamedTuple):
    """The last valid split, the text of the field, and all splits, newest first."""

    last: SplitText | None
    field: tuple[str, ...]
    splits: tuple[SplitText, ...]


class SplitTable(LiveWidget[Stopwatch]):
    """The newest valid split in letters, the field below it, then the table if there is room."""

    def look(self, snapshot: Snapshot) -> Stopwatch:
        """Take the splits, newest first."""
        last = last_valid(snapshot.splits)
        rows = tuple(split_text(row) for row in reversed(snapshot.splits))
        return Stopwatch(None if last is None else split_text(last), _field_texts(snapshot), rows)

    def paint(self, value: Stopwatch, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the split at the top, the field always at the same place, the table in the rows that are left."""
        if width < 16:
            return stack([], width, height, colours.plain)
        is_tall = height >= 12
        rows = [_heads(width, colours)] if is_tall else []
        rows += _large(value.last, width, colours)
        rows += [blank(width, colours.plain)] if is_tall else []
        rows += _offer_field(value.field, width, colours)
        left = height - len(rows)
        if left >= 3 and value.splits:
            rows += [
                blank(width, colours.plain),
                text_row(f"{'m':>6} {'time':>9} {'split':>8} {'+/-':>7}", width, colours.bar),
            ]
            rows += [text_row(split.small(), width, colours.plain) for split in value.splits[: left - 2]]
        return stack(rows, width, height, colours.plain, top=0)


def _field_texts(snapshot: Snapshot) -> tuple[str, ...]:
    """The doubt about a press, the reply to the last key, or an open question; usually empty."""
    answer, mark = reply(snapshot), snapshot.doubtful
    if answer and snapshot.reply is not None and snapshot.reply.button is not Button.MARK:
        return (answer,)  # a key after the doubtful press has a reply too
    if mark is not None:
        last = last_valid(snapshot.splits)
        since = ""
        if last is not None:
            since = f"{words.stopwatch_time(mark.time_s - last.time_s)} after {words.at_line(last)}"
        accept, may_press = key_word(ACCEPT), words.may_press_again(snapshot)
        again = f"Press again to count it, or {accept}." if may_press else f"{accept} counts it."
        return (
            f"?  {words.stopwatch_time(mark.time_s)}  {since}".rstrip(),
            "Too soon: left out for now.",
            again,
        )
    newest = snapshot.splits[-1] if snapshot.splits else None
    if snapshot.lines_asked and newest is not None:
        split = f"?  {words.stopwatch_time(newest.time_s)}   split of {words.stopwatch_time(newest.lap_s)}"
        return (split, words.WHICH_LINE, words.lines_of(snapshot))
    text = answer or question_text(snapshot)
    if text:
        return (text,)
    if snapshot.offer:
        return (offer_text(snapshot.offer),)
    if newest is None or newest.role is not SplitRole.DOUBTFUL:
        return ()
    if newest.metres is not None:
        note = f"Late for {round(newest.metres)} m, counted as that."
        return (
            f"?  {words.stopwatch_time(newest.time_s)}   split of {words.stopwatch_time(newest.lap_s)}",
            note,
        )
    valid = last_valid(snapshot.splits)
    begin = "the start" if valid is None else words.at_line(valid)
    return (f"?  {words.stopwatch_time(newest.time_s)}   left out", f"The next split counts from {begin}.")


def _columns(width: int) -> tuple[int, int]:
    """Return the widths of the line's name with the split, and of the seconds off; 0 if there is no room for them."""
    return (width - 24, 23) if width >= 53 else (width - 1, 0)


def _heads(width: int, colours: Palette) -> Strip:
    first, second = _columns(width)
    head = f" line{'split s':>{first - 5}}" + ("to plan s".rjust(second) if second else "")
    return text_row(head, width, colours.stale, bold=False)


def _large(last: SplitText | None, width: int, colours: Palette) -> list[Strip]:
    """The last valid split: its line at the left, time and seconds off in letters."""
    plain = colours.plain
    if last is None:
        return stack([text_row(" no split yet", width, plain)], width, 4, plain)
    first, second = _columns(width)
    label = [f" {last.at} m" if last.at != words.UNKNOWN else " split", "" if second else f" {last.off}"]
    parts = [stack([text_row(text, 9, plain) for text in label], 9, 4, plain)]
    for room, texts in (
        (first - 9, (last.lap, last.lap.partition(".")[0])),
        (second, (last.off or words.UNKNOWN,)),
    ):
        letters = first_that_fits(texts, room, 4) if room > 0 else None
        if letters is not None:
            parts.append(block_rows(letters, room, plain, align="right"))
        elif room > 0:
            parts.append(stack([text_row(texts[0], room, plain, align="right")], room, 4, plain))
    return beside([*parts, [blank(1, plain)] * 4])


def _offer_field(lines: tuple[str, ...], width: int, colours: Palette) -> list[Strip]:
    if not lines:
        return [blank(width, colours.plain)] * _FIELD_ROWS
    rows = [row for line in lines for row in wrap(line, max(8, width - 2))][:_FIELD_ROWS]
    return stack(
        [text_row(f" {row}", width, colours.offer) for row in rows], width, _FIELD_ROWS, colours.offer
    )


def split_text(row: SplitRow) -> SplitText:
    """Write a split as a line of the table."""
    return SplitText(
        at=words.UNKNOWN if row.metres is None else str(round(row.metres)),
        time=words.stopwatch_time(row.time_s),
        lap=words.stopwatch_time(row.lap_s),
        off="" if row.light_s is None else words.seconds_off(row.light_s),
        is_doubtful=row.role is SplitRole.DOUBTFUL,
    )
