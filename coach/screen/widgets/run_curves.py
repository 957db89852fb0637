"""The whole run as two curves over time: pace, with the hard parts told from the easy ones, and heart rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

from textual.strip import Strip

from coach.quantities import format_clock, format_pace
from coach.review.summary import RunCurves, Summary
from coach.screen.paint import Canvas
from coach.screen.palette import Pair, Palette
from coach.screen.sanitise import fit
from coach.screen.widgets.review_page import MARGIN, paint_bar, paint_keys
from coach.session.events import StepEnded
from coach.workout.kinds import HARD, RESTS, Kind

_LEFT: Final = 10
"""Where the curves begin: right of the numbers."""
_WALK_MPS: Final = 0.5
"""Slower than this is no pace."""
_TICKS_S: Final = (60.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0)


@dataclass(frozen=True, slots=True)
class CurveView:
    """What the page shows."""

    curves: RunCurves
    summary: Summary
    unit: str
    title: str


def curve_rows(view: CurveView, width: int, height: int, colours: Palette) -> list[Strip]:
    """Paint the page: pace above, heart rate below, one time axis for both."""
    canvas = Canvas(width, height, colours.plain)
    canvas.put(0, 0, " " * width, colours.bar)
    after = canvas.put(MARGIN - 1, 0, "Whole run   ", colours.bar, bold=True)
    canvas.put(after, 0, fit(view.title, max(0, width - after - 1)), colours.bar)
    times = [at for curve in view.curves for at, _ in curve]
    if times:
        start, end = min(times), max(times)
        has = [bool(curve) for curve in view.curves]
        share = (height - 6) // max(1, sum(has))
        top = 2
        if has[0]:
            _paint_pace(canvas, view, (start, end), (top, top + share - 2), colours)
            top += share
        if has[1]:
            _paint_heart(canvas, view, (start, end), (top, top + share - 2), colours)
        _paint_times(canvas, (start, end), height - 3, colours)
    paint_keys(canvas, (("v", "back"), ("t", "sun/night"), ("q", "back")), colours)
    return canvas.strips()


def _paint_pace(
    canvas: Canvas, view: CurveView, span: tuple[float, float], rows: tuple[int, int], colours: Palette
) -> None:
    values = _columns(view.curves.speed, span, canvas.width - _LEFT - MARGIN)
    known = [value for value in values if value is not None and value > _WALK_MPS]
    if not known:
        return
    low, high = min(known) * 0.9, max(known)
    canvas.put(MARGIN, rows[0], format_pace(high, unit=view.unit, with_unit=False), colours.plain, bold=True)
    canvas.put(MARGIN, rows[0] + 1, f"/{view.unit}", colours.stale)
    canvas.put(MARGIN, rows[1], format_pace(low, unit=view.unit, with_unit=False), colours.stale)
    parts = list(stretches(view.summary.rows))
    for column, value in enumerate(values):
        at = span[0] + (span[1] - span[0]) * (column + 0.5) / len(values)
        kind = next((kind for since, until, kind in parts if since <= at < until), None)
        pair = colours.work if kind in HARD else colours.rest if kind in RESTS else colours.easy
        if value is not None:
            dots = _dots(rows, (value - low) / (high - low or 1.0))
            paint_bar(canvas, (_LEFT + column, rows[1]), (1, dots), pair, colours)


def stretches(rows: Sequence[StepEnded]) -> Iterator[tuple[float, float, Kind]]:
    """From when to when each step went on; one with a pause in it began where the one before it ended."""
    before = 0.0
    for row in rows:
        since = row.ended_at - row.time_s
        yield (min(since, before) if row.broken else since), row.ended_at, row.step.kind
        before = row.ended_at


def _paint_heart(
    canvas: Canvas, view: CurveView, span: tuple[float, float], rows: tuple[int, int], colours: Palette
) -> None:
    values = _columns(view.curves.heart_rate, span, canvas.width - _LEFT - MARGIN)
    known = [value for value in values if value is not None]
    low, high = min(known) - 5.0, max(known)
    canvas.put(MARGIN, rows[0], f"{high:.0f}", colours.plain, bold=True)
    canvas.put(MARGIN, rows[0] + 1, "bpm", colours.stale)
    canvas.put(MARGIN, rows[1], f"{low:.0f}", colours.stale)
    ink = Pair(colours.stale.paper, colours.stale.ink)
    for column, value in enumerate(values):
        if value is not None:
            dots = _dots(rows, (value - low) / (high - low or 1.0))
            paint_bar(canvas, (_LEFT + column, rows[1]), (1, dots), ink, colours)


def _dots(rows: tuple[int, int], share: float) -> int:
    """The height of a bar in half rows."""
    return max(1, round(2 * (rows[1] - rows[0] + 1) * min(1.0, max(0.0, share))))


def _paint_times(canvas: Canvas, span: tuple[float, float], y: int, colours: Palette) -> None:
    wide, length = canvas.width - _LEFT - MARGIN, span[1] - span[0]
    every = next((tick for tick in _TICKS_S if length <= 0 or wide * tick / length >= 10), _TICKS_S[-1])
    at = 0.0
    while at <= length:
        x = _LEFT + round(wide * at / length) if length else _LEFT
        canvas.put(x, y, format_clock(at), colours.stale)
        at += every


def _columns(
    curve: Sequence[tuple[float, float]], span: tuple[float, float], wide: int
) -> list[float | None]:
    """The mean of the values in each column; None where nothing was measured, which stays a gap."""
    start, length = span[0], max(span[1] - span[0], 1e-9)
    columns: list[list[float]] = [[] for _ in range(max(1, wide))]
    for at, value in curve:
        columns[min(len(columns) - 1, int((at - start) / length * len(columns)))].append(value)
    means = [fmean(values) if values else None for values in columns]
    if len(curve) < len(columns):  # fewer values than columns: each holds until the next, if that is not far
        return _held(curve, means, start, length)
    return means


def _held(
    curve: Sequence[tuple[float, float]], means: list[float | None], start: float, length: float
) -> list[float | None]:
    held = list(means)
    for (at, value), (later, _) in pairwise(curve):
        if later - at > max(10.0, 3 * length / max(1, len(curve))):
            continue
        first, last = (int((moment - start) / length * len(held)) for moment in (at, later))
        for column in range(first, min(last, len(held))):
            held[column] = value if held[column] is None else held[column]
    return held
