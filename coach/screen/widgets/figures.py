"""The figures under the tape: what is left, heart rate, cadence, the light.

Unknown is `--`; a stale value is grey and has its age in its label. The reserve above critical speed, an estimate,
is there only where it costs the others neither their place nor the size of their letters.
"""

from dataclasses import dataclass
from typing import Final, Literal

from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.screen import words
from coach.screen.block import first_that_fits, width_of
from coach.screen.paint import beside, block_rows, stack, text_row
from coach.screen.palette import Palette
from coach.screen.widgets.painted import Painted
from coach.session.phases import Phase
from coach.signals.readings import DisplayValue
from coach.workout.kinds import HARD

_WIDEST: Final = "100"
"""The widest share; its field is as wide whatever it says, so that it does not come and go with its digits."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its label and its texts, the fullest first."""

    label: str
    texts: tuple[str, ...]
    is_stale: bool = False
    fill: Literal["plain", "fast", "slow"] = "plain"
    """The pair of the palette it is painted with: nothing, a bright fill, a dark fill."""
    is_extra: bool = False
    """Is it shown only in room that the others leave?"""


class Figures(Painted[tuple[Figure, ...]]):
    """Four figures side by side, five where there is room."""

    def look(self, snapshot: Snapshot) -> tuple[Figure, ...]:
        """Take the figures, the least important last."""
        return (*figures(snapshot), *_reserve(snapshot))

    def paint(self, value: tuple[Figure, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint every figure in a field of its own, all fields alike."""
        main = tuple(figure for figure in value if not figure.is_extra)
        shown, widths = _widths(main[: 5 if width >= 110 else 4 if width >= 72 else 3], width)
        extra = tuple(figure for figure in value if figure.is_extra)
        if extra and width >= 110 and len(shown) == len(main):
            shown, widths = _with_extra(shown, widths, extra, height)
        return beside(
            [_field(figure, own, height, colours) for figure, own in zip(shown, widths, strict=True)]
        )


def figures(snapshot: Snapshot) -> tuple[Figure, ...]:
    """Choose the figures of a snapshot."""
    if snapshot.coach_mode:
        return _by_hand(snapshot)
    text, unit = words.left(snapshot)
    pulse = _reading("HR bpm", snapshot.heart_rate)
    steps = _reading("CADENCE spm", snapshot.cadence)
    clock = Figure("STEP TIME", (words.running(snapshot.step_time_s),))
    if snapshot.phase in words.RESTING | {Phase.READY, Phase.CHECKLIST, Phase.PROMPT}:
        return (pulse, _last_rep(snapshot), steps, clock)
    left = Figure(f"LEFT {unit}{_needed_pace(snapshot)}".rstrip(), (text, text.lstrip("~")))
    return (left, pulse, steps, _light(snapshot), clock)


def _by_hand(snapshot: Snapshot) -> tuple[Figure, ...]:
    last = snapshot.splits[-1] if snapshot.splits else None
    lap = words.UNKNOWN if last is None else words.stopped(last.lap_s)
    at = words.UNKNOWN if last is None or last.metres is None else str(round(last.metres))
    off = words.UNKNOWN if last is None or last.light_s is None else words.seconds_off(last.light_s)
    text, unit = words.left(snapshot)
    return (
        Figure("LAST LAP", (lap, lap.partition(".")[0])),
        Figure("TO TARGET s", (off, off.partition(".")[0])),
        Figure(f"LEFT {unit}".rstrip(), (text,)),
        _last_rep(snapshot),
        Figure("MARKED m", (at,)),
    )


def _reading(label: str, shown: DisplayValue | None) -> Figure:
    if shown is None:
        return Figure(label, (words.UNKNOWN,))
    stale = words.is_stale(shown)
    return Figure(f"{label} {words.age(shown)}" if stale else label, (str(round(shown.value)),), stale)


def _light(snapshot: Snapshot) -> Figure:
    light = snapshot.light
    if light is None:
        return Figure("LIGHT s", (words.UNKNOWN,))
    text = words.seconds_off(light.behind_s)
    side = "BEHIND" if light.behind_s > 0 else "AHEAD"
    name = "NEW LIGHT s" if light.set_back_s else "LIGHT s"
    label = f"{name}  {abs(round(light.behind_m))} m {side}" if round(light.behind_m) else name
    return Figure(label, (text, text.partition(".")[0]))


def _needed_pace(snapshot: Snapshot) -> str:
    """The pace of what is left that still meets the light, where one does."""
    needed = None if snapshot.light is None else snapshot.light.needed
    return "" if needed is None else f"  NEEDS {words.pace(needed, snapshot.unit)}"


def _last_rep(snapshot: Snapshot) -> Figure:
    last = next((result for result in reversed(snapshot.results) if result.step.kind in HARD), None)
    if last is None:
        return Figure("LAST REP", (words.UNKNOWN,))
    text = words.stopped(last.time_s)
    return Figure("LAST REP", (text, text.partition(".")[0]))


def _reserve(snapshot: Snapshot) -> tuple[Figure, ...]:
    """The estimate of the reserve: without a fill, bright from a half down, dark under a fifth."""
    if snapshot.d_prime_left is None or snapshot.coach_mode:
        return ()
    percent = round(100 * snapshot.d_prime_left)
    fill: Literal["plain", "fast", "slow"] = "plain" if percent > 50 else "fast" if percent >= 20 else "slow"
    return (Figure("RESERVE est. %", (str(percent),), fill=fill, is_extra=True),)


def _widths(value: tuple[Figure, ...], width: int) -> tuple[tuple[Figure, ...], list[int]]:
    """Share the width out: alike if all letters fit so, else by need; what still does not fit leaves the row."""
    shown = value
    while True:
        needs = [width_of(figure.texts[0]) + 2 for figure in shown]
        own, over = divmod(width, len(shown))
        if max(needs) <= own + 1 or len(shown) == 1:
            return shown, [own + (place < over) for place in range(len(shown))]
        if sum(needs) <= width:
            own, over = divmod(width - sum(needs), len(shown))
            return shown, [need + own + (place < over) for place, need in enumerate(needs)]
        shown = shown[:-1]


def _with_extra(
    shown: tuple[Figure, ...], widths: list[int], extra: tuple[Figure, ...], height: int
) -> tuple[tuple[Figure, ...], list[int]]:
    """Add figures if there is room without those shown, each in its width, losing size; else leave all as it is."""
    needs = [_needed(figure, own, height) for figure, own in zip(shown, widths, strict=True)]
    needs += [max(len(figure.label), width_of(_WIDEST)) + _margin(height) for figure in extra]
    left = sum(widths) - sum(needs)
    if left < 0:
        return shown, widths
    own, over = divmod(left, len(needs))
    return (*shown, *extra), [need + own + (place < over) for place, need in enumerate(needs)]


def _needed(figure: Figure, width: int, height: int) -> int:
    """The cells that a figure fills of its field, its margin with it."""
    letters = first_that_fits(figure.texts, width - _margin(height), height - 1)
    filled = len(figure.texts[-1]) if letters is None else letters.width
    return max(len(figure.label), filled) + _margin(height)


def _margin(height: int) -> int:
    return 1 if height <= 5 else 4


def _field(figure: Figure, width: int, height: int, colours: Palette) -> list[Strip]:
    pairs = {"plain": colours.plain, "fast": colours.fast, "slow": colours.slow}
    pair = colours.stale if figure.is_stale else pairs[figure.fill]
    label = text_row(figure.label, width, colours.plain, align="middle")
    letters = first_that_fits(figure.texts, width - _margin(height), height - 1)
    if letters is None:
        rows = [text_row(figure.texts[-1], width, pair, align="middle")]
    else:
        rows = block_rows(letters, width, pair)
    return [label, *stack(rows, width, height - 1, pair, top=0)]
