"""The HTML of reports: the frame of a page, its pieces, its charts, its style and its script.

Each report is one self-contained page. It loads nothing: its policy allows only the one style and the one script that
are in it, named by their hashes, so nothing injected by a name can run or load. There are no inline styles and no
handlers in attributes; places and lengths are drawn as SVG, without a library.

The colours are those of the screen's themes, so that slow, fast, hard and easy look alike everywhere, and every text on
its paper has the contrast that the themes' tests measure. No colour is in a shape: a class names its meaning, and the
style colours it in both themes. The page follows the reader's system until its button is pressed; on paper it is always
light. Nothing is animated.

A curve is drawn into an inner picture that is stretched to the width of the page, one unit a sample, so that the same
page fits a phone and a service; words and signs are in the outer picture, where nothing is stretched, and their places
along the time are per cent.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape as escape_markup
from math import ceil, floor
from typing import Any, Final

from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock
from coach.review.formulas import Formula
from coach.themes import SCREEN_THEMES
from coach.workout.timeline import Band

# --- safe text

_UNPRINTABLE: Final = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"
}
"""Control characters, which HTML forbids."""
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn the direction of the text around them, with which a name could rewrite its neighbours."""
_HALVES: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no encoding can write."""


def escape(text: str) -> str:
    """Make any text safe between tags and in a quoted attribute."""
    return escape_markup(_HALVES.sub("\N{REPLACEMENT CHARACTER}", text).translate(_UNPRINTABLE | _TURNS))


def name_html(text: str) -> str:
    """A name from a document or a runner, isolated from the text around it if its direction may differ."""
    return escape(text) if text.isascii() else f"<bdi>{escape(text)}</bdi>"


# --- the page and its data


def page(
    title: str,
    body: Iterable[str],
    tree: Mapping[str, Any],
    *,
    paper: str = "",
    style: str = "",
    script: str | None = None,
) -> str:
    """A whole page.

    Args:
        title: as a name, not yet escaped.
        body: pieces of HTML.
        tree: its data, which the script reads and other programs can.
        paper: `full` or `fuller` where it has so much to print that one sheet needs smaller letters; or a class of the
            page's own style.
        style: rules added to the common style.
        script: its own script in place of the common one.
    """
    style = style_sheet() + style
    script = SCRIPT if script is None else script
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    pieces = (
        "<!doctype html>",
        f'<html lang="en-GB" class="{paper}">' if paper else '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        '<button id="theme" type="button" hidden>dark</button>',
        *body,
        "</main>",
        json_html("data", tree),
        f"<script>{script}</script>",
        "</body>",
        "</html>",
        "",
    )
    return "\n".join(pieces)


def _digest(text: str) -> str:
    """The hash by which the policy of a page names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_html(name: str, tree: Mapping[str, Any]) -> str:
    """The data of a page as a script element, safe against any text in it.

    Everything that is not ASCII and each of `<`, `>` and `&` is written as an escape of JSON: neither `</script>` nor
    `<!--` nor a line separator (U+2028) can occur in it.

    Raises:
        ValueError: a number is not finite: unknown is absent or null, never NaN.
    """
    line = json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        line = line.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{name}">{line}</script>'


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of like objects as columns and rows of values, which takes a third of the space; absent is null.

    One level of nesting is flattened: `done: {time_s: 4}` is the column `done.time_s`.
    """
    flat = [
        {
            f"{name}.{inner}" if inner else name: value
            for name, outer in row.items()
            for inner, value in (outer.items() if isinstance(outer, dict) else (("", outer),))
        }
        for row in rows
    ]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in flat]}


# --- pieces of a page


def section_html(title: str, *pieces: str, name: str = "") -> str:
    """A part of the page with its heading; nothing where it has no content."""
    content = "\n".join(piece for piece in pieces if piece)
    place = f' class="{name}"' if name else ""
    return f"<section{place}>\n<h2>{escape(title)}</h2>\n{content}\n</section>" if content else ""


def details_html(summary: str, *pieces: str) -> str:
    """A part that opens when asked."""
    content = "\n".join(piece for piece in pieces if piece)
    return f"<details><summary>{escape(summary)}</summary>\n{content}\n</details>" if content else ""


def terms_html(terms: Iterable[tuple[str, str]]) -> str:
    """Words and their meanings, such as the numbers of a page and their formulas."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(words)}</dd>" for term, words in terms)
    return f"<dl>{rows}</dl>" if rows else ""


def formulas_html(formulas: Iterable[Formula]) -> str:
    """A list of formulas: formula, inputs, source and conditions."""
    return terms_html(
        (
            each.label,
            f"{each.formula}. From: {each.inputs}. Source: {each.source}. Holds for: {each.valid}.",
        )
        for each in formulas
    )


def list_html(lines: Iterable[str]) -> str:
    """A list of sentences."""
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{rows}</ul>" if rows else ""


def tiles_html(tiles: Iterable[tuple[str, str, str]]) -> str:
    """The figures at the top of a page: value, name, comparison."""
    rows = (
        f'<div class="tile"><dt>{escape(label)}</dt><dd>{escape(value)}</dd>'
        + (f"<dd>{escape(against)}</dd>" if against else "")
        + "</div>"
        for value, label, against in tiles
    )
    content = "".join(rows)
    return f'<dl class="tiles">{content}</dl>' if content else ""


def table_html(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: Iterable[int] = (),
    wide: Iterable[int] = (),
    foot: Sequence[str] = (),
    name: str = "",
) -> str:
    """A table that scrolls inside its own frame where the page is narrower.

    Args:
        caption: its title, for screen readers.
        head: as text.
        rows: cells of HTML, already escaped; the first cell names its row.
        words: the columns that hold words, set to the left.
        wide: the columns that a phone has no room for, because another one says the same.
        foot: cells of HTML of the row below the rule.
        name: a class of the style.
    """
    texts, spare = frozenset(words), frozenset(wide)

    def mark(place: int) -> str:
        classes = [*(["w"] if place in texts else []), *(["wide"] if place in spare else [])]
        return f' class="{" ".join(classes)}"' if classes else ""

    def line(cells: Sequence[str]) -> str:
        first = f'<th scope="row"{mark(0)}>{cells[0]}</th>'
        rest = "".join(f"<td{mark(place)}>{cell}</td>" for place, cell in enumerate(cells[1:], 1))
        return f"<tr>{first}{rest}</tr>"

    body = "\n".join(line(cells) for cells in rows)
    if not body:
        return ""
    heads = "".join(f'<th scope="col"{mark(place)}>{escape(word)}</th>' for place, word in enumerate(head))
    last = f"\n<tfoot>{line(foot)}</tfoot>" if foot else ""
    kind = f' class="{name}"' if name else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table{kind}>'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>{last}"
        "</table></div>"
    )


# --- axes of charts

UNITS: Final = 200
"""Units from the top to the bottom of a stretched plot: finer than the pixels of the highest plot."""
SLOWEST_S: Final = 1200.0
"""A pace slower than 20:00/km is drawn as standing still. Judged."""
_BANDS_BEYOND: Final = 2.0
"""Widths of its band that are shown beyond a target on either side; more wastes the plot. Judged by eye."""
_LEAST_HALF: Final = 0.0125
"""Half the width of a target that is a single pace, as a share of it: 3 s/km at 4:00/km. Judged by eye."""


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


def pace_of(speed: float | None, unit: str = "km") -> float | None:
    """Seconds per kilometre or mile, for a plot; None where nothing was measured."""
    if speed is None:
        return None
    seconds = (METRES_PER_KM if unit == "km" else METRES_PER_MILE) / max(speed, 1e-3)
    return min(seconds, SLOWEST_S)


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

_NARROW: Final = 4
"""The narrowest step, in per cent of the width, that has room for its number on a phone (13 px of 320)."""


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
    inner = _stretch(
        count,
        height,
        _behind(stretches),
        _grid(axis, count),
        f'<path class="pause" d="{"".join(f"M{at:.1f} 0V{UNITS}" for at in pauses)}"/>' if pauses else "",
        _targets(targets, axis),
        _lines(curves, axis),
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
    return _stretch(count, height, _paper(count), _grid(axis, count), _lines(curves, axis), is_hidden=True)


def overlay_html(label: str, key: str, axis: Axis, count: int, *, height: int = 130) -> str:
    """A plot with room for two lines that the script draws: the paths `key` of two reps of the data."""
    paths = (f'<path class="{tone}" data-line="{key}"/>' for tone in ("curve", "other"))
    inner = _stretch(count, height, _paper(count), _grid(axis, count), *paths)
    return (
        f'<div class="plot"><p class="head"><b>{escape(label)}</b></p>{_axis_html(axis, height)}'
        f'<svg width="100%" height="{height}" role="img" aria-label="{escape(label)} of two reps">{inner}</svg></div>'
    )


def _stretch(count: int, height: int, *shapes: str, is_hidden: bool = False) -> str:
    """A picture of `count` samples that is as wide as the page."""
    hidden = ' aria-hidden="true"' if is_hidden else ""
    return (
        f'<svg width="100%" height="{height}" viewBox="0 0 {count} {UNITS}" preserveAspectRatio="none"{hidden}>'
        f"{''.join(shapes)}</svg>"
    )


def _paper(count: int) -> str:
    return f'<rect class="none" width="{count}" height="{UNITS}"/>'


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


def _lines(curves: Iterable[Curve], axis: Axis) -> str:
    """The curves that have any value."""
    return "".join(
        f'<path class="{curve.tone}" d="{path_of(curve.values, axis)}"/>'
        for curve in curves
        if any_of(curve.values)
    )


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
        f"{_stretch(count, height, shapes)}{''.join(numbers)}</svg></div>"
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
    return _labels_below(words)


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
    return _labels_below(texts)


def _anchor(share: float) -> str:
    if share < 0.02:
        return "start"
    return "end" if share > 0.96 else "middle"


def _labels_below(texts: str) -> str:
    return (
        f'<div class="plot"><span></span><svg width="100%" height="16" aria-hidden="true">{texts}</svg></div>'
    )


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
    inner = _stretch(count, height, _grid(axis, count), *bars)
    return (
        f'<div class="plot"><p class="head"><b>{escape(label)}</b></p>{_axis_html(axis, height)}'
        f'<svg width="100%" height="{height}" role="img" aria-label="{escape(label)}, also as a table below">{inner}'
        f"</svg></div>{words_html(words)}"
    )


def dot_html(share: float) -> str:
    """A dot on a band with its limits printed beside it, for a value that has no length."""
    return (
        '<svg width="120" height="14" aria-hidden="true"><rect class="band" width="120" height="14"/>'
        f'<circle class="work" cx="{6 + 108 * share:.1f}" cy="7" r="5"/></svg>'
    )


# --- legends

SYMBOLS: Final = (
    '<svg width="0" height="0" aria-hidden="true"><defs>'
    '<path id="down" class="flag down" d="M-6 1H6L0 11z"/><path id="up" class="flag up" d="M-6 11H6L0 1z"/>'
    '<circle id="dot" class="flag dot" cy="6" r="4.5"/></defs></svg>'
)
"""The shapes that a page may point at: ease off, faster, anything else."""


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


# --- the style and the script

_LIGHT: Final = "sun"
_DARK: Final = "night"
_STYLE: Final = """
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",
sans-serif;-webkit-text-size-adjust:100%;font-variant-numeric:tabular-nums}
body{margin:0 auto;max-width:64rem;padding:1rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.55rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
p,ul{margin:.35rem 0}
ul{padding-left:1.1rem}
.sub,.tile dt,.tile dd+dd,.axis,.legend,.hint,dd{color:var(--stale)}
.lead{font-size:1.05rem}
#theme{float:right;margin:0 0 .5rem 1rem;min-width:4rem;min-height:2.75rem;font:inherit;color:var(--ink);
background:var(--paper);border:1px solid var(--stale);border-radius:.5rem;cursor:pointer}
.tiles{clear:both}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.5rem;margin:1rem 0}
.tile{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:.6rem;padding:.5rem .75rem}
.tile dt{order:1;font-size:.9rem}
.tile dd{margin:0;color:var(--ink);font-size:1.8rem;font-weight:700;line-height:1.15}
.tile dd+dd{order:2;font-size:.85rem;font-weight:400;line-height:1.3}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;min-width:100%}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:.3rem .5rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);font-weight:400}
th:first-child,td:first-child{padding-left:0}
thead th{font-size:.9rem;color:var(--stale);vertical-align:bottom}
tbody th{font-weight:700}
.w{text-align:left}
td.w,th.w{white-space:normal;min-width:7rem}
tr:has(+tr>th:empty)>*{border-bottom:0}
tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--line)}
b{font-weight:700}
details{margin:.75rem 0}
summary{cursor:pointer;min-height:2rem;padding:.25rem 0}
dl{margin:.5rem 0}
dt{font-weight:700}
dd{margin:0 0 .4rem}
.two{columns:22rem 2;column-gap:2.5rem}
.two section{break-inside:avoid;padding-top:1px}
.key{display:inline-block;vertical-align:-1px;margin:0 .25rem 0 .75rem}
.key:first-child{margin-left:0}
svg{display:block;overflow:hidden}
td svg,.legend svg{display:inline-block;vertical-align:middle}
svg text{font-size:12px;fill:var(--stale)}
.plot{display:grid;grid-template-columns:2.6rem 1fr;margin-bottom:.35rem}
.plot .head{grid-column:1/3;margin:.35rem 0 .1rem;min-height:1.5rem}
.plot .area{touch-action:pan-y;cursor:crosshair}
.axis{text-anchor:end}
.work{fill:var(--work)}.easy{fill:var(--easy)}.rest{fill:var(--rest)}
.pause{stroke:var(--stale);stroke-dasharray:2 3;vector-effect:non-scaling-stroke}.none{fill:var(--track)}
.behind{fill-opacity:var(--tint)}
.number{fill:var(--work-ink);font-weight:700;text-anchor:middle}
.grid{stroke:var(--line);fill:none}
.curve,.other,.edge{fill:none;stroke:var(--ink);stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}
.other{stroke-width:2.2;stroke:var(--second);stroke-dasharray:1 4}
.edge{stroke-width:1.2;stroke-dasharray:5 3}
.target{fill:var(--paper);fill-opacity:.72}
.curve,.other,.edge,.grid{vector-effect:non-scaling-stroke}
.slow{fill:var(--slow)}.fast{fill:var(--fast)}.near{fill:var(--stale)}
.slow,.fast,.flag{stroke:var(--ink);stroke-width:.75}
.zero{stroke:var(--stale)}
.flag.dot{fill:var(--paper)}.flag.down{fill:var(--fast)}.flag.up{fill:var(--slow)}
.cursor{stroke:var(--ink);stroke-width:2}
.bar{fill:var(--easy)}.bar.hard{fill:var(--work)}.bar.steady{fill:var(--rest);stroke:var(--stale)}
.band{fill:var(--track)}
.scrub{display:grid;grid-template-columns:2.6rem 1fr;align-items:center}
.scrub input{grid-column:2;width:100%;min-height:2.75rem;margin:0;accent-color:var(--ink)}
.now{min-height:3.1rem}
select{font:inherit;min-height:2.75rem;max-width:100%;color:var(--ink);background:var(--paper)}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.5rem 1rem}
.small figure{margin:0}
.small figcaption{font-size:.9rem}
.numbers thead{position:absolute;clip-path:inset(50%)}
.numbers th{font-weight:400}
.said{list-style:none;padding:0}
@media(max-width:30rem){.wide{display:none}th,td{padding:.3rem .35rem}
.tiles{grid-template-columns:1fr 1fr}.tile dd{font-size:1.6rem}}
.steps th.w{min-width:9.5rem}
@media(min-width:48rem){.steps th.w{min-width:15.5rem}}
@page{margin:9mm}
@media print{
html{zoom:.58}
html.full{zoom:.5}
html.fuller{zoom:.41}
body{max-width:none;padding:0}
#theme,.scrub,.now,details,.screen,#overlay,.numbers .w:nth-child(3){display:none}
h2{margin:.5rem 0 .15rem;break-after:avoid}
th,td{padding:.05rem .45rem}
tr{break-inside:avoid}
.scroll{overflow:visible}
.tiles{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));margin:.6rem 0}
.plot .head{margin:.1rem 0}
.many{columns:2;column-gap:2rem}
.two{columns:4;column-gap:1.5rem;font-size:.85rem}
.two section{break-inside:auto}
.two th,.two td{padding:0 .3rem 0 0;font-size:inherit}
.two td.w,.two th.w{min-width:4rem}
.two svg{width:3rem}
.two h2{margin:.4rem 0 .1rem}
.two h2+.scroll,.two tbody tr:nth-child(-n+2){break-before:avoid}
.lead{margin:.1rem 0}
}
"""


@cache
def style_sheet() -> str:
    """The style of every page, with the colours of both themes."""
    light, dark = _colours(_LIGHT), _colours(_DARK)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f"@media print{{:root,:root[data-theme],:root:not([data-theme=light]){{color-scheme:light;{light}}}}}"
        f"{_STYLE}"
    )


def _colours(theme: str) -> str:
    """The colours of a theme as variables."""
    colours = SCREEN_THEMES[theme].colours
    ink, paper = colours["plain"]
    variables = {"ink": ink, "paper": paper, "stale": colours["stale"][0], "line": colours["line"][0]}
    variables |= {tone: colours[tone][1] for tone in ("slow", "fast", "work", "easy", "rest", "track")}
    variables |= {"work-ink": colours["work"][0], "second": colours["work"][1]}
    variables["tint"] = ".36" if SCREEN_THEMES[theme].is_dark else ".3"
    return "".join(f"--{name}:{value};" for name, value in variables.items())


SCRIPT: Final = """
(() => {
'use strict';
const root = document.documentElement, find = (rule) => document.querySelector(rule);
const all = (rule) => [...document.querySelectorAll(rule)];
const theme = find('#theme'), dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
const label = () => {
  theme.textContent = isDark() ? 'light' : 'dark';
  theme.setAttribute('aria-label', 'show the page ' + theme.textContent);
};
theme.hidden = false;
theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
dark.addEventListener('change', label);
label();

const data = JSON.parse(find('#data').textContent);
const clock = (seconds) => {
  const whole = Math.round(seconds), two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
  return (hours ? hours + ':' + two(minutes % 60) : minutes) + ':' + two(whole % 60);
};
const known = (value) => value !== null && value !== undefined;
const pace = (speed) => speed < 0.5 ? 'standing' : clock((data.unit === 'mile' ? 1609.344 : 1000) / speed);
const words = {
  speed_mps: (value) => pace(value) + (value < 0.5 ? '' : ' /' + (data.unit || 'km')),
  heart_rate_bpm: (value) => value + ' bpm', cadence_spm: (value) => value + ' spm', power_w: (value) => value + ' W',
};

const slider = find('#scrub'), trace = data.trace;
if (slider && trace) {
  const objects = ({columns, rows}) => rows.map((row) => Object.fromEntries(columns.map((key, i) => [key, row[i]])));
  const steps = objects(data.review.steps), cues = objects(data.review.cues).reverse();
  const show = () => {
    const place = Number(slider.value), at = place * trace.interval_s, middle = at + trace.interval_s / 2;
    const x = 100 * (place + 0.5) / (Number(slider.max) + 1) + '%';
    for (const line of all('.cursor')) { line.setAttribute('x1', x); line.setAttribute('x2', x); }
    const step = steps.find((each) => each.from_run_s <= middle && middle < each.to_run_s);
    const cue = cues.find((each) => known(each.run_s) && each.run_s <= middle && middle - each.run_s < 10);
    const said = [];
    for (const read of all('[data-read]')) {
      const value = trace[read.dataset.read][place];
      read.textContent = known(value) ? words[read.dataset.read](value) : 'no data';
      said.push(read.dataset.name + ' ' + read.textContent);
    }
    const inStep = step ? ', ' + step.path + ', ' + clock(Math.max(0, at - step.from_run_s)) + ' in' : '';
    const where = clock(at) + inStep;
    find('#where').textContent = where;
    find('#said').textContent = cue ? '\\u201c' + cue.text + '\\u201d' : '';
    slider.setAttribute('aria-valuetext', [where, ...said, ...(cue ? ['cue: ' + cue.text] : [])].join(', '));
  };
  slider.addEventListener('input', show);
  for (const area of all('.area')) {
    const move = (event) => {
      const box = area.getBoundingClientRect(), count = Number(slider.max) + 1;
      const place = Math.floor(count * (event.clientX - box.left) / box.width);
      slider.value = Math.min(count - 1, Math.max(0, place));
      show();
    };
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerdown', move);
    area.addEventListener('click', () => slider.focus({preventScroll: true}));
  }
  for (const each of all('.hint')) each.hidden = false;
}

const overlay = find('#overlay');
if (overlay) {
  overlay.hidden = false;
  const picks = all('#overlay select'), told = all('#overlay .told');
  const draw = () => picks.forEach((pick, side) => {
    const rep = data.reps[Number(pick.value)];
    for (const line of all('#overlay [data-line].' + (side ? 'other' : 'curve'))) {
      line.setAttribute('d', rep[line.dataset.line]);
    }
    told[side].textContent = rep.told;
  });
  for (const pick of picks) pick.addEventListener('change', draw);
  draw();
}
})();
"""
"""Adds only the cursor and the choice of two reps: everything else is on the page without it."""
