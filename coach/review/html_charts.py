"""The charts of the reports as SVG, drawn without a library: curves over time, bars, deviations.

A curve is drawn into an inner picture that is stretched to the width of the page, one unit a sample, so that the same
page fits a phone and a service; words and signs are in the outer picture, where nothing is stretched, and their places
along the time are per cent. No colour is written here: a class names the meaning of a shape, and the page's style
colours it in both themes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock
from coach.review.html_page import escape
from coach.workout.timeline import Band

UNITS: Final = 200
"""Units from the top to the bottom of a stretched plot: finer than the pixels of the highest plot."""
SLOWEST_S: Final = 1200.0
"""A pace slower than 20:00/km is drawn as standing still. Judged."""
_BANDS_BEYOND: Final = 2.0
"""Widths of its band that are shown beyond a target on either side; more wastes the plot. Judged by eye."""
_LEAST_HALF: Final = 0.0125
"""Half the width of a target that is a single pace, as a share of it: 3 s/km at 4:00/km. Judged by eye."""
_NARROW: Final = 4
"""The narrowest step, in per cent of the width, that has room for its number on a phone (13 px of 320)."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The vertical axis of a plot; for a pace the top is the smaller number, so that faster is higher."""

    bottom: float
    top: float
    ticks: tuple[tuple[float, str], ...]
    """Positions of the grid lines, and their labels."""

    def y(self, value: float) -> float:
        """The position of a value, in units from the top."""
        return UNITS * (self.top - value) / (self.top - self.bottom)

    def share(self, value: float) -> float:
        """The position of a value, as a share of the height from the top."""
        return (self.top - value) / (self.top - self.bottom)


@dataclass(frozen=True, slots=True)
class ChartStretch:
    """A step along the time, which colours the background of the curves."""

    since: float
    """In samples from the left, like every position along the time in this module."""
    until: float
    tone: str
    """`work`, `easy` or `rest`: a class of the style."""
    height: float = 0.0
    """Height of its block in the profile, 0 to 1."""
    label: str = ""
    """Text in its block if there is room: the number of a rep."""


@dataclass(frozen=True, slots=True)
class TargetArea:
    """The target of a step from its start to its end; an open side is None."""

    since: float
    until: float
    start: Band
    end: Band


@dataclass(frozen=True, slots=True)
class Flag:
    """A cue above a plot, at the time it was given."""

    at: float
    shape: str
    """`down` for ease off, `up` for faster, `dot` for anything else: a symbol of the page."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot; None is a gap and stays one."""

    values: Sequence[float | None]
    tone: str = "curve"


def pace_of(speed: float | None, unit: str = "km") -> float | None:
    """Seconds per kilometre or mile, for a plot; None where nothing was measured."""
    if speed is None:
        return None
    seconds = (METRES_PER_KM if unit == "km" else METRES_PER_MILE) / max(speed, 1e-3)
    return min(seconds, SLOWEST_S)


# --- axes


def pace_axis(
    paces: Iterable[float | None], targets: Iterable[Band], run: Iterable[float] = (), unit: str = "km"
) -> Axis:
    """The axis of paces: around the targets and two widths of their bands, or else around the paces of the run.

    Args:
        paces: of the whole run, in seconds a kilometre or mile.
        targets: as speeds, as every target is.
        run: paces that are on the axis however far from the targets.
        unit: what a pace is per.
    """
    edges = [pace_edges(band, unit) for band in targets]
    closed = [(fast, slow) for fast, slow in edges if fast is not None and slow is not None]
    if closed:
        means = list(run)
        top = min([fast - _BANDS_BEYOND * (slow - fast) for fast, slow in closed] + means)
        bottom = max([slow + _BANDS_BEYOND * (slow - fast) for fast, slow in closed] + means)
    else:
        values = sorted(pace for pace in paces if pace is not None and pace < SLOWEST_S)
        if not values:
            return Axis(420.0, 240.0, _ticks(240.0, 420.0, 60.0, format_clock))
        # Walking and standing, and a sprint for the bus, would compress the range of the running: 8 % and 1 % of
        # the time may leave the plot (looked at on twenty recordings).
        top, bottom = values[len(values) // 100], values[-1 - len(values) * 8 // 100]
    middle, half = (top + bottom) / 2, max((bottom - top) / 2 * 1.08, 10.0)
    top, bottom = middle - half, middle + half
    step = _step(bottom - top, (5, 10, 15, 30, 60, 120, 300))
    return Axis(bottom, top, _ticks(top, bottom, step, format_clock))


def pace_edges(band: Band, unit: str = "km") -> tuple[float | None, float | None]:
    """The fast and the slow edge of a target in paces; of a single pace a narrow band around it."""
    if band.low is None and band.high is None and band.aim is not None:
        return (pace_of(band.aim * (1 + _LEAST_HALF), unit), pace_of(band.aim * (1 - _LEAST_HALF), unit))
    return (pace_of(band.high, unit), pace_of(band.low, unit))


def value_axis(
    values: Iterable[float | None], targets: Iterable[Band], *, least: float, low: float = 0.0
) -> Axis:
    """The axis of a heart rate, a cadence or a power: around the measured and the target values.

    Args:
        values: the measured values.
        targets: in the same unit.
        least: the axis is never narrower than this.
        low: smaller values are not drawn, such as the cadence of a runner who stands.
    """
    numbers = sorted(value for value in values if value is not None and value > low)
    edges = [edge for band in targets for edge in (band.low, band.high) if edge is not None]
    if not numbers and not edges:
        return Axis(0.0, least, ())
    bottom = min([*numbers[len(numbers) // 100 :][:1], *edges])
    top = max([*numbers[-1:], *edges])
    middle, half = (bottom + top) / 2, max((top - bottom) / 2 * 1.08, least / 2)
    bottom, top = middle - half, middle + half
    ticks = _ticks(bottom, top, _step(top - bottom, (5, 10, 20, 50, 100, 200)), lambda value: f"{value:.0f}")
    return Axis(bottom, top, ticks)


def _step(extent: float, steps: Sequence[float]) -> float:
    """The finest of the round steps that leaves at most five lines."""
    return next((step for step in steps if extent / step <= 5), steps[-1])


def _ticks(
    low: float, high: float, step: float, words: Callable[[float], str]
) -> tuple[tuple[float, str], ...]:
    return tuple(
        (place * step, words(place * step)) for place in range(ceil(low / step), floor(high / step) + 1)
    )


# --- curves over time


def plot_html(
    label: str,
    key: str,
    axis: Axis,
    curves: Sequence[Curve],
    *,
    stretches: Sequence[ChartStretch] = (),
    pauses: Sequence[float] = (),
    targets: Sequence[TargetArea] = (),
    flags: Sequence[Flag] = (),
    height: int = 130,
    description: str = "",
) -> str:
    """A plot with its axis at the left, its name above and the scrubber's value beside that.

    Args:
        label: name of the quantity, such as `pace`.
        key: its row in the data of the page; empty where no scrubber reads it.
        axis: the vertical axis.
        curves: the first one says how many samples the width has.
        stretches: the steps in the background.
        pauses: the positions of pauses.
        targets: bands to stay in.
        flags: cues along the upper edge.
        height: in pixels.
        description: the plot in words, for screen readers.
    """
    count = max(1, *(len(curve.values) for curve in curves))
    lines = "".join(
        f'<path class="{curve.tone}" d="{path_of(curve.values, axis)}"/>'
        for curve in curves
        if any_of(curve.values)
    )
    inner = (
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none">'
        + _behind(stretches)
        + _grid(axis, count)
        + (f'<path class="pause" d="{"".join(f"M{at:.1f} 0V{UNITS}" for at in pauses)}"/>' if pauses else "")
        + _targets(targets, axis)
        + lines
        + "</svg>"
    )
    readout = f'<span data-read="{key}" data-name="{escape(label)}"></span>' if key else ""
    description_html = escape(description or label)
    return (
        f'<div class="plot"><p class="head"><b>{escape(label)}</b> {readout}</p>'
        f"{_axis_html(axis, height)}"
        f'<svg class="area" width="100%" height="{height}" role="img" aria-label="{description_html}">{inner}'
        + "".join(f'<use href="#{flag.shape}" x="{_percent(flag.at, count)}"/>' for flag in flags)
        + (f'<line class="cursor" x1="-9" x2="-9" y1="0" y2="{height}"/>' if key else "")
        + "</svg></div>"
    )


def small_html(axis: Axis, curves: Sequence[Curve], *, height: int = 70) -> str:
    """A plot without labels, one of many on one axis."""
    count = max(1, *(len(curve.values) for curve in curves), 1)
    lines = "".join(
        f'<path class="{curve.tone}" d="{path_of(curve.values, axis)}"/>'
        for curve in curves
        if any_of(curve.values)
    )
    return (
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="none" width="{count}" height="{UNITS}"/>{_grid(axis, count)}{lines}</svg>'
    )


def overlay_html(label: str, key: str, axis: Axis, count: int, *, height: int = 130) -> str:
    """A plot with room for two lines that the script draws: the paths `key` of two reps of the data."""
    inner = (
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none">'
        f'<rect class="none" width="{count}" height="{UNITS}"/>{_grid(axis, count)}'
        f'<path class="curve" data-line="{key}"/><path class="other" data-line="{key}"/></svg>'
    )
    return (
        f'<div class="plot"><p class="head"><b>{escape(label)}</b></p>{_axis_html(axis, height)}'
        f'<svg width="100%" height="{height}" role="img" aria-label="{escape(label)} of two reps">{inner}</svg></div>'
    )


def _grid(axis: Axis, count: int) -> str:
    lines = "".join(f"M0 {axis.y(value):.0f}H{count}" for value, _ in axis.ticks)
    return f'<path class="grid" d="{lines}"/>'


def _axis_html(axis: Axis, height: int) -> str:
    """The labels of an axis, left of its plot."""
    ticks = "".join(
        f'<text class="axis" x="36" y="{_clear(axis.share(value) * height + 4, height)}">{escape(words)}</text>'
        for value, words in axis.ticks
    )
    return f'<svg width="40" height="{height}" aria-hidden="true">{ticks}</svg>'


def path_of(values: Sequence[float | None], axis: Axis) -> str:
    """A line through the samples, whole units up and down from one to the next; after a gap a new line begins.

    Far outside the plot it runs along, so that a stop does not make the numbers long.
    """
    pieces: list[str] = []
    before: int | None = None
    for place, value in enumerate(values):
        if value is None:
            before = None
            continue
        y = round(min(2 * UNITS, max(-UNITS, axis.y(value))))
        if before is None:
            pieces.append(f"M{place}.5 {y}h0")
        else:
            pieces.append(f"l1 {y - before}")
        before = y
    return "".join(pieces)


def any_of(values: Iterable[float | None]) -> bool:
    """Return whether anything was measured."""
    return any(value is not None for value in values)


def _behind(stretches: Sequence[ChartStretch]) -> str:
    """The colours of the steps behind a curve, one shape for all of a colour."""
    shapes: dict[str, list[str]] = {}
    for stretch in stretches:
        width = max(0.0, stretch.until - stretch.since)
        shapes.setdefault(stretch.tone, []).append(
            f"M{stretch.since:.1f} 0h{width:.1f}v{UNITS}h-{width:.1f}z"
        )
    return "".join(f'<path class="{tone} behind" d="{"".join(pieces)}"/>' for tone, pieces in shapes.items())


def _targets(areas: Sequence[TargetArea], axis: Axis) -> str:
    """The target bands: the paper shows through, and each of their sides is a dashed edge."""
    fills, edges = [], []
    for area in areas:
        sides = [
            (None if start is None else axis.y(start), None if end is None else axis.y(end))
            for start, end in ((area.start.high, area.end.high), (area.start.low, area.end.low))
        ]
        (high, high_end), (low, low_end) = sides
        x, until = f"{area.since:.1f}", f"{area.until:.1f}"
        corners = (
            0.0 if high is None else high,
            0.0 if high_end is None else high_end,
            UNITS if low_end is None else low_end,
            UNITS if low is None else low,
        )
        one, two, three, four = (f"{corner:.0f}" for corner in corners)
        fills.append(f"M{x} {one}L{until} {two}V{three}L{x} {four}z")
        edges += [
            f"M{x} {start:.0f}L{until} {end:.0f}"
            for start, end in sides
            if start is not None and end is not None
        ]
    if not fills:
        return ""
    return f'<path class="target" d="{"".join(fills)}"/><path class="edge" d="{"".join(edges)}"/>'


def _percent(at: float, count: int) -> str:
    return f"{100 * at / count:.2f}%"


def _clear(y: float, height: int) -> int:
    """The position of a label, moved so that nothing of it is cut off."""
    return round(min(height - 2.0, max(10.0, y)))


def profile_html(stretches: Sequence[ChartStretch], count: int, *, height: int = 36) -> str:
    """The steps as blocks along the time, the harder the higher, with the numbers of the reps."""
    blocks: dict[str, list[str]] = {}
    numbers = []
    for stretch in stretches:
        width, tall = stretch.until - stretch.since, stretch.height * UNITS
        shape = f"M{stretch.since:.1f} {UNITS}h{width:.1f}v-{tall:.0f}h-{width:.1f}z"
        blocks.setdefault(stretch.tone, []).append(shape)
        if stretch.label and 100 * width / count >= _NARROW:
            numbers.append(
                f'<text class="number" x="{_percent(stretch.since + width / 2, count)}" y="{height - 8}">'
                f"{escape(stretch.label)}</text>"
            )
    shapes = "".join(f'<path class="{tone}" d="{"".join(pieces)}"/>' for tone, pieces in blocks.items())
    return (
        f'<div class="plot"><span></span><svg class="area" width="100%" height="{height}" aria-hidden="true">'
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none">{shapes}</svg>'
        f"{''.join(numbers)}</svg></div>"
    )


def times_html(seconds: float) -> str:
    """The times below plots so many seconds wide, at most seven of them so that a phone has room."""
    step = next((step for step in (60, 120, 300, 600, 900, 1800, 3600) if seconds / step <= 6), 7200)
    places = range(0, int(seconds) + 1, step)
    words = "".join(
        f'<text x="{100 * at / seconds:.2f}%" y="12" text-anchor="{_anchor(at / seconds)}">'
        f"{format_clock(at)}</text>"
        for at in places
    )
    return (
        f'<div class="plot"><span></span><svg width="100%" height="16" aria-hidden="true">{words}</svg></div>'
    )


def _anchor(share: float) -> str:
    if share < 0.02:
        return "start"
    return "end" if share > 0.96 else "middle"


SYMBOLS: Final = (
    '<svg width="0" height="0" aria-hidden="true"><defs>'
    '<path id="down" class="flag down" d="M-6 1H6L0 11z"/><path id="up" class="flag up" d="M-6 11H6L0 1z"/>'
    '<circle id="dot" class="flag dot" cy="6" r="4.5"/></defs></svg>'
)
"""The shapes that a page may point at: ease off, faster, anything else."""


# --- bars


_FULL_S: Final = 5.0
"""Seconds against the plan that fill a side of a deviation bar, as on the screen."""
_LEAST_S: Final = 0.5
"""Smaller deviations are not drawn: a thumb on a watch errs by as much."""


def deviation_html(off_s: float | None) -> str:
    """A bar left of its zero line for fast, right of it for slow; nothing without a plan."""
    if off_s is None:
        return ""
    length = 40 * min(1.0, abs(off_s) / _FULL_S)
    bar = ""
    if abs(off_s) >= _LEAST_S:
        x, tone = (41.0, "slow") if off_s > 0 else (40.0 - length, "fast")
        bar = f'<rect class="{tone}" x="{x:.1f}" y="2" width="{length:.1f}" height="10"/>'
    return f'<svg width="82" height="14" aria-hidden="true">{bar}<path class="zero" d="M40.5 0V14"/></svg>'


def share_html(shares: Sequence[tuple[str, float]], *, width: str = "100%", height: int = 14) -> str:
    """A bar divided by shares of a whole, each with the class of its part."""
    x, parts = 0.0, []
    for tone, share in shares:
        parts.append(
            f'<rect class="{tone}" x="{100 * x:.1f}%" y="0" width="{100 * share:.1f}%" height="{height}"/>'
        )
        x += share
    back = f'<rect class="none" width="100%" height="{height}"/>'
    return f'<svg width="{width}" height="{height}" aria-hidden="true">{back}{"".join(parts)}</svg>'


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One column of a bar chart."""

    value: float | None
    hard: float = 0.0
    """The share of it that is drawn as hard, 0 to 1."""
    title: str = ""


def columns_html(
    label: str, columns: Sequence[ChartColumn], words: Sequence[str], *, height: int = 150
) -> str:
    """Columns that begin at zero, with the hard part of each at its foot.

    Args:
        label: name of the quantity.
        columns: from left to right; one without a value leaves its place empty.
        words: the label under each column, mostly empty.
        height: in pixels.
    """
    highest = max((column.value or 0.0 for column in columns), default=0.0)
    step = _step(highest, (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)) if highest else 10
    axis = Axis(0.0, max(highest * 1.05, step), _ticks(0.0, highest, step, lambda value: f"{value:.0f}"))
    bars = []
    for place, column in enumerate(columns):
        if column.value is None:
            continue
        top, edge = axis.y(column.value), axis.y(column.value * column.hard)
        title = f"<title>{escape(column.title)}</title>"
        bars.append(
            f'<rect class="bar" x="{place}.1" y="{top:.1f}" width=".8" height="{UNITS - top:.1f}">{title}</rect>'
        )
        if column.hard:
            bars.append(
                f'<rect class="bar hard" x="{place}.1" y="{edge:.1f}" width=".8" height="{UNITS - edge:.1f}"/>'
            )
    count = max(1, len(columns))
    inner = (
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none">'
        f"{_grid(axis, count)}{''.join(bars)}</svg>"
    )
    return (
        f'<div class="plot"><p class="head"><b>{escape(label)}</b></p>{_axis_html(axis, height)}'
        f'<svg width="100%" height="{height}" role="img" aria-label="{escape(label)}, also as a table below">{inner}'
        f"</svg></div>{words_html(words)}"
    )


def words_html(words: Sequence[str]) -> str:
    """Labels under a plot: each below its place; of two, one at either end."""
    count = len(words)
    places = [
        (place / (count - 1) if count == 2 else (place + 0.5) / count, word)
        for place, word in enumerate(words)
    ]
    texts = "".join(
        f'<text x="{100 * share:.1f}%" y="12" text-anchor="{_anchor(share)}">{escape(word)}</text>'
        for share, word in places
        if word
    )
    return (
        f'<div class="plot"><span></span><svg width="100%" height="16" aria-hidden="true">{texts}</svg></div>'
    )


def dot_html(share: float) -> str:
    """A dot on a band with its limits printed beside it, for a value that has no length."""
    return (
        '<svg width="120" height="14" aria-hidden="true"><rect class="band" width="120" height="14"/>'
        f'<circle class="work" cx="{6 + 108 * share:.1f}" cy="7" r="5"/></svg>'
    )


def legend_html(keys: Iterable[tuple[str, str]]) -> str:
    """The meanings of colours and shapes, in words.

    Args:
        keys: a shape of SVG, 14 wide and 12 high, and its meaning.
    """
    pieces = "".join(
        f'<svg class="key" width="14" height="12" aria-hidden="true">{shape}</svg>{escape(words)}'
        for shape, words in keys
    )
    return f'<p class="legend">{pieces}</p>'


def swatch(tone: str) -> str:
    """A patch of a colour, for a legend."""
    return f'<rect class="{tone}" width="14" height="12"/>'
