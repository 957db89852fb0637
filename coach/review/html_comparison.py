"""The comparison of runs as one page: each rep of one run over the same rep of the other, and any two reps at will."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coach.review import html_charts as charts
from coach.review import html_page as html
from coach.review import tables
from coach.review.comparison import (
    HEAD,
    LEGEND,
    Comparison,
    MatchedRep,
    comparison_rows,
    comparison_sentences,
    comparison_tree,
    run_name,
)
from coach.review.summary import RepRow
from coach.review.trace import RunTrace

FORMAT: Final = "coach-comparison/1"
_POINTS: Final = 150
"""Samples a rep has at most: what a small picture can show."""
_TONES: Final = ("curve", "other")
"""How the two runs of a picture are drawn: an unbroken line, and a dotted one over it."""


@dataclass(frozen=True, slots=True)
class _RepCurves:
    """What was measured in one rep, along its own time."""

    name: str
    """Which rep of which run."""
    result: str
    """Its time, pace and heart rate in words."""
    seconds: float
    paces: tuple[float | None, ...]
    """In seconds a kilometre or mile, one value a second."""
    heart_rates: tuple[float | None, ...]


def comparison_report(comparison: Comparison, traces: Sequence[RunTrace], unit: str = "km") -> str:
    """The whole page.

    Args:
        comparison: two runs and more; the pictures show the first two.
        traces: of the same runs, in the same order.
        unit: what paces are per.
    """
    curves = [
        tuple(
            None if rep is None else _curves(rep, place, traces[place], unit)
            for place, rep in enumerate(matched.reps)
        )
        for matched in comparison.reps
    ]
    every = [each for row in curves for each in row if each is not None]
    paces = [pace for each in every for pace in each.paces]
    pace_axis = charts.pace_axis(paces, (), unit=unit)
    heart_axis = charts.value_axis((rate for each in every for rate in each.heart_rates), (), least=20.0)
    title = "Comparison: " + " and ".join(dict.fromkeys(run.summary.workout for run in comparison.runs))
    body = (
        f"<h1>{html.name_html(title)}</h1>",
        "".join(
            f'<p class="sub">{place}: {html.name_html(run_name(run))}</p>'
            for place, run in enumerate(comparison.runs, 1)
        ),
        "".join(
            f'<p class="lead">{html.escape(line)}</p>' for line in comparison_sentences(comparison, unit)
        ),
        html.section_html("Rep by rep", _table(comparison, unit)),
        html.section_html(f"Pace /{unit}", *_pictures(comparison, curves, pace_axis, "paces")),
        html.section_html("Heart rate", *_pictures(comparison, curves, heart_axis, "heart_rates")),
        html.section_html("Any two reps", *_overlay(every, pace_axis, heart_axis)),
    )
    return html.page(title, body, _tree(comparison, every, pace_axis, heart_axis, unit))


def _curves(rep: RepRow, place: int, trace: RunTrace, unit: str) -> _RepCurves:
    step = next(each for each in trace.steps if each.result.step.step_id == rep.result.step.step_id)
    rows = trace.rows_of(step)
    result = rep.result
    words = [tables.lap_text(result.time_s)]
    if result.mean_heart_rate is not None:
        words.append(f"{result.mean_heart_rate:.0f} bpm")
    return _RepCurves(
        f"run {place + 1}, {rep.number}: {result.step.path}",
        ", ".join(words),
        result.time_s,
        tuple(charts.pace_of(row.speed_mps, unit) for row in rows),
        tuple(row.heart_rate_bpm for row in rows),
    )


def _table(comparison: Comparison, unit: str) -> str:
    rows = [[html.name_html(row[0]), *map(html.escape, row[1:])] for row in comparison_rows(comparison, unit)]
    head = ["rep" if comparison.has_reps else "step", *HEAD[1:]]
    return html.table_html("Each rep of each run", head, rows, words=(0,)) + (
        f'<p class="legend">{html.escape(LEGEND.strip("()"))}</p>'
    )


def _pictures(
    comparison: Comparison, curves: Sequence[Sequence[_RepCurves | None]], axis: charts.Axis, name: str
) -> Iterator[str]:
    """A small picture a rep: the first two runs over each other, on one axis for all."""
    if not any(charts.any_of(getattr(each, name)) for row in curves for each in row[:2] if each):
        return
    yield '<p class="legend">unbroken: run 1; dotted: run 2</p>'
    figures = (
        _picture(matched, row[:2], axis, name)
        for matched, row in zip(comparison.reps, curves, strict=True)
        if any(each is not None and charts.any_of(getattr(each, name)) for each in row[:2])
    )
    yield f'<div class="small">{"".join(figures)}</div>'


def _picture(matched: MatchedRep, pair: Sequence[_RepCurves | None], axis: charts.Axis, name: str) -> str:
    seconds = max(each.seconds for each in pair if each is not None)
    lines = [
        charts.Curve(_thinned(getattr(each, name), seconds), tone)
        for each, tone in zip(pair, _TONES, strict=False)
        if each is not None
    ]
    first = next(rep for rep in matched.reps if rep is not None)
    caption = f"{first.number}: " + " / ".join(
        "no such rep" if each is None else each.result for each in pair
    )
    return f"<figure>{charts.small_html(axis, lines)}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _thinned(values: Sequence[float | None], seconds: float) -> list[float | None]:
    """The values along so many seconds, every second, third ... of them."""
    every = max(1, -(-int(seconds) // _POINTS))
    return list(values[::every]) + [None] * ((int(seconds) - len(values)) // every)


def _overlay(every: Sequence[_RepCurves], pace_axis: charts.Axis, heart_axis: charts.Axis) -> Iterator[str]:
    """Two reps of any of the runs over each other, chosen by the reader; drawn by the script."""
    options = [
        f'<option value="{place}">{html.escape(each.name)}</option>' for place, each in enumerate(every)
    ]
    yield '<div id="overlay" hidden>'
    for side, words in enumerate(("unbroken line", "dotted line")):
        chosen = [
            option.replace("<option", "<option selected") if place == side * (len(every) - 1) else option
            for place, option in enumerate(options)
        ]
        yield (f'<p><label>{words} <select>{"".join(chosen)}</select></label> <span class="told"></span></p>')
    count = int(max(each.seconds for each in every))
    yield charts.overlay_html("pace", "paces", pace_axis, count)
    yield charts.overlay_html("heart rate", "heart_rates", heart_axis, count)
    yield charts.times_html(float(count))
    yield "</div>"


def _tree(
    comparison: Comparison,
    every: Sequence[_RepCurves],
    pace_axis: charts.Axis,
    heart_axis: charts.Axis,
    unit: str,
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "unit": unit,
        "comparison": comparison_tree(comparison),
        "reps": [
            {
                "name": each.name,
                "told": each.result,
                "paces": charts.path_of(each.paces, pace_axis),
                "heart_rates": charts.path_of(each.heart_rates, heart_axis),
            }
            for each in every
        ],
    }
