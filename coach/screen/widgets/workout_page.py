"""The page of a workout that is being typed: message, profile, totals and steps; and the steps of a workout in words.

Every row of the page has a fixed place, also while it is empty, so that nothing moves during typing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.strip import Strip

from coach.quantities import format_clock, long_distance
from coach.screen.paint import (
    Palette,
    beside,
    blank,
    block_rows,
    ends_row,
    first_that_fits,
    fit,
    pieces_row,
    sanitise,
    stack,
    text_row,
)
from coach.screen.protocols import TypedWorkout
from coach.screen.widgets.base import MARGIN, ProfilePlan, StripWidget, profile_rows
from coach.workout.describe import (
    MOVE_WORDS,
    Estimate,
    estimate,
    likely_seconds,
    step_seconds,
    target_text,
    until_text,
)
from coach.workout.kinds import HARD, KINDS, PLAIN, RESTS
from coach.workout.timeline import Band, Step, Timeline

if TYPE_CHECKING:
    pass


_FIGURE_ROWS: Final = 4
_FIGURE_WIDE: Final = 34
"""Most columns of a total: three of them are read at a glance on a wide screen."""
_TABLE: Final = 84
"""Most columns of the table of steps, for the same reason."""
_TIMES_WIDE, _MEANS_WIDE, _TIME_WIDE = 9, 14, 9
_MOST: Final = 400
"""Most characters of a sentence that are processed; a row shows fewer."""
_TURN: Final = re.compile(r"(\d+) of (\d+)")
_EXAMPLES: Final = (
    ("lengths", "800   800m   1km   1mile   3min   90s   1'30\""),
    ("targets", "@ 5k   @ threshold   @ 4:30/km   <75%max"),
    ("rests", "/ 400 jog   / 90s stand   / 200 float   on 1:15"),
    ("sets", "3x(4x400 @ mile / 60s) / 3:00"),
)
"""Examples for each part of a line."""


@dataclass(frozen=True, slots=True)
class OwnView:
    """The state of the page: the workout as typed, and the place of its line on the screen."""

    typed: TypedWorkout
    column: int
    """The column under the first character of the line; less than 0 once the line is scrolled."""


class OwnPage(StripWidget[OwnView]):
    """The page under the line."""

    def paint(self, value: OwnView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the caret, the message, the profile, the totals and the steps."""
        typed, inner = value.typed, max(1, width - 2 * MARGIN)
        side = [blank(MARGIN, colours.plain)] * height
        if typed.is_name:
            rows = _no_such_name(typed, inner, colours)
            return beside([side, stack(rows, inner, height, colours.plain, top=0), side])
        rows = [_caret_rule(value, inner, colours), *_fault_rows(typed, inner, colours)]
        timeline = typed.timeline
        if timeline is None or not timeline.steps:
            rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        else:
            size = 3 if height < 17 else 5 if height < 30 else 8
            rows += profile_rows(ProfilePlan(timeline), inner, size, colours)
            rows.append(blank(inner, colours.plain))
            rows += _totals(estimate(timeline), typed.unit, inner, colours)
            rows.append(blank(inner, colours.plain))
            room = height - len(rows) - (len(_EXAMPLES) + 1 if typed.problem and height > 24 else 0)
            rows += _steps(timeline, inner, max(1, room), colours)
            if typed.problem and height > 24:
                rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        return beside([side, stack(rows, inner, height, colours.plain, top=0), side])


def _no_such_name(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Names near one that no workout has, and examples of written workouts."""
    gap = blank(width, colours.plain)
    near = [text_row(sanitise(typed.fix, _MOST), width, colours.plain, bold=False), gap] if typed.fix else []
    return [
        text_row("─" * width, width, colours.line, bold=False),
        gap,
        gap,
        text_row(_sentence(sanitise(typed.problem, _MOST)), width, colours.plain),
        gap,
        *near,
        text_row(
            "A line that begins with a number is a workout of your own:", width, colours.plain, bold=False
        ),
        gap,
        *(text_row(f"  {line}", width, colours.plain) for line in _LINES),
    ]


_LINES: Final = ("4x1000 @ threshold / 90s stand", "20min @ easy <75%max + 6x20s stride / walk 1:00")
"""Workouts as they are typed; a test reads them."""


def _caret_rule(value: OwnView, width: int, colours: Palette) -> Strip:
    """The rule under the line, with a caret under the character that is wrong."""
    at = value.typed.place
    if at is None:
        return text_row("─" * width, width, colours.line, bold=False)
    column = value.column - MARGIN + cell_len(value.typed.line[:at])
    column = min(max(0, column), width - 1)
    pieces = [
        ("─" * column, colours.line),
        ("▲", colours.plain),
        ("─" * (width - column - 1), colours.line),
    ]
    return pieces_row(pieces, width, colours.plain)


def _fault_rows(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Three rows: the name or the fault, then the fix or the assumptions."""
    if typed.problem:
        tab = f"tab writes {sanitise(typed.corrected, _MOST)}" if typed.corrected else ""
        texts = [sanitise(typed.fix, _MOST), tab]
        first = text_row(_sentence(sanitise(typed.problem, _MOST)), width, colours.plain)
    else:
        guesses = [f"guessed: {sanitise(guess, _MOST)}" for guess in typed.guesses]
        texts = [*guesses[:1], "; ".join(guesses[1:])]
        first = ends_row(sanitise(typed.title, _MOST), "understood", width, colours.plain)
    rest = [text_row(text, width, colours.stale, bold=False) for text in [*texts, "", ""][:2]]
    return [first, *rest]


def _sentence(text: str) -> str:
    """A reason as a sentence."""
    ended = text if text.endswith((".", "!")) else f"{text}."
    return f"{ended[:1].upper()}{ended[1:]}"


def _totals(size: Estimate, unit: str, width: int, colours: Palette) -> list[Strip]:
    """Time, distance and hard distance, in `km` or miles, in block letters over their words."""
    minutes = round(size.seconds / 60)
    unknown = f", {size.open_steps} open" if size.open_steps else ""
    about = "about " if size.guessed_steps else ""
    distance, word = long_distance(size.metres, unit)
    hard = (
        long_distance(size.hard_metres, unit)[0] if size.hard_metres >= 1 else f"{size.hard_seconds / 60:.0f}"
    )
    figures = (
        (f"{minutes // 60}:{minutes % 60:02d}", f"{about}time h{unknown}"),
        (distance, f"{about}distance {word}"),
        (hard, f"hard {word}" if size.hard_metres >= 1 else "hard min"),
    )
    third = min(width // 3, _FIGURE_WIDE)
    columns = []
    for place, (text, label) in enumerate(figures):
        own = width - 2 * third if place == len(figures) - 1 else third
        letters = first_that_fits((text,), own - 2, _FIGURE_ROWS)
        rows = [text_row(text, own, colours.plain)] if letters is None else []
        rows += block_rows(letters, own, colours.plain, align="left") if letters is not None else []
        field = stack(rows, own, _FIGURE_ROWS, colours.plain, top=0)
        columns.append([*field, text_row(label, own, colours.stale, bold=False)])
    return beside(columns)


def _steps(timeline: Timeline, width: int, room: int, colours: Palette) -> list[Strip]:
    """The steps, each once with its number of repeats; steps that do not fit are counted."""
    lines = list(step_lines(timeline))
    over = len(lines) - room
    visible = lines if over <= 0 else lines[: room - 1]
    end = min(width, _TABLE)
    rows = []
    for line in visible:
        room_for_what = end - _TIMES_WIDE - _TIME_WIDE - max(_MEANS_WIDE, cell_len(line.means)) - 2
        what = fit(line.what, max(1, room_for_what))
        gap = end - _TIMES_WIDE - cell_len(what) - cell_len(line.means) - _TIME_WIDE
        pieces = [
            (f"{line.times:>{_TIMES_WIDE - 1}} ", colours.plain),
            (what, colours.plain if line.is_hard else colours.stale),
            (" " * max(1, gap) + line.means, colours.stale),
            (f"{line.time:>{_TIME_WIDE}}", colours.plain),
        ]
        rows.append(pieces_row(pieces, width, colours.plain))
    if over > 0:
        rows.append(text_row(f"      and {over + 1} more", width, colours.stale, bold=False))
    return rows


def _examples(width: int, colours: Palette) -> list[Strip]:
    """Examples of the parts of a line."""
    return [
        pieces_row([(f"{name:<10}", colours.stale), (text, colours.plain)], width, colours.plain)
        for name, text in _EXAMPLES
    ]


@dataclass(frozen=True, slots=True)
class PaperStep:
    """A step of a workout on paper."""

    times: str
    """Its number of repeats: `6 ×`, empty for once, and for further steps of the same repeat."""
    what: str
    means: str
    """Its target today."""
    time: str
    """Its duration; with a `~` if it has no pace, `--` if unknown."""
    is_hard: bool


def step_lines(timeline: Timeline) -> Iterator[PaperStep]:
    """Each step of a workout once, those of repeats with their number."""
    counted: set[str] = set()
    for step in timeline.steps:
        turns = _TURN.findall(step.path)
        if any(turn != "1" for turn, _ in turns):
            continue
        inside = " / ".join(step.path.split(" / ")[:-1])
        counts = [int(count) for _, count in turns]
        if step.step_id.endswith(".between"):
            counts[-1] -= 1
        is_first = inside not in counted or step.step_id.endswith(".between")
        counted.add(inside)
        times = " × ".join(str(count) for count in counts)
        yield PaperStep(
            f"{times} ×" if is_first and turns and times != "1" else "",
            _what(step),
            step_means(step),
            step_time(step),
            step.kind in HARD,
        )


def _what(step: Step) -> str:
    """A step without the value of its target: `800 m at 5k`, `400 m jog`, `2 km warm-up`."""
    length = until_text(step.until)
    if step.kind in RESTS:
        return f"{length} {MOVE_WORDS[step.move]}"
    word = "" if step.kind in PLAIN else f" {KINDS[step.kind].name}"
    target = step.target
    if target is None:
        return f"{length}{word}"
    has_numbers = target.band != Band()
    at = f" at {target.ref}" if target.ref and has_numbers else "" if has_numbers else f", {target.label}"
    return f"{length}{word}{at}"


def step_time(step: Step) -> str:
    """The duration of a step: `3:12`; `~2:40` if it has no pace of its own, `--` if unknown."""
    seconds, likely = step_seconds(step), likely_seconds(step)
    if seconds is not None:
        return format_clock(seconds)
    return "--" if likely is None else f"~{format_clock(likely)}"


def step_means(step: Step) -> str:
    """The value of a step's target today; empty if unknown, or if it is in words."""
    target = step.target
    if target is None or target.band == Band():
        return ""
    return target.label if target.ref else target_text(target)
