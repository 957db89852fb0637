"""The report of a run as one page: its results, its reps, its curves with the cues, and how each number is made.

A function of the review and the trace: the bytes are written elsewhere.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Any, Final

from coach.cues.cue import VERDICTS, CueKind
from coach.quantities import format_clock, format_metres, format_pace
from coach.review import html_page as html
from coach.review import tables
from coach.review.formulas import FORMULAS, Formula
from coach.review.review import CueReview, Review, Standing, StepReview
from coach.review.sections import (
    ReviewSection,
    calibration_text,
    outcome_text,
    review_tree,
    sections,
    split_rows,
)
from coach.review.summary import NEAR_S, RepRow, RepTable, Summary
from coach.review.trace import RunTrace, TracedStep, TraceRow
from coach.workout.kinds import HARD, KINDS, QUICK, RESTS, RUN
from coach.workout.timeline import Band, Quantity, Step, StepTarget

FORMAT: Final = "coach-report/1"
MOST_POINTS: Final = 700
"""Most samples of a curve: more than a phone has pixels, and few enough for a small page of an hour."""
_MOST_ROWS: Final = 40
"""Rows of the table of the curves at most."""
_MANY_ROWS: Final = 30
"""Rows from which a table is set in two columns on paper, so that the report stays on one page."""
_FULL_ROWS: Final = 18
_FULLER_ROWS: Final = 32
"""With more rows than these the print needs smaller letters. Judged by eye."""
_MOST_CUES: Final = 25
"""With more cues than this they are folded away; each is also on the curves."""
_MOST_STEPS, _MOST_BARS = 80, 40
"""With more steps the page leaves out the cues that call steps and splits, with more reps the bars beside the seconds.

50 x 100 m with all of them is 145 kB instead of 116, of 120."""
_ROUTINE: Final = frozenset({CueKind.STEP, CueKind.SPLIT})
_LEFT_OUT: Final = VERDICTS | {CueKind.COUNTDOWN}
"""Kinds that are not listed among the other cues: verdicts have a table, and a countdown is of no use afterwards."""
_ASKS_LESS: Final = frozenset(
    {
        CueKind.TOO_FAST,
        CueKind.AHEAD_OF_LIGHT,
        CueKind.HEART_RATE_HIGH,
        CueKind.HEART_RATE_CEILING,
        CueKind.CADENCE_HIGH,
        CueKind.POWER_HIGH,
        CueKind.START_TOO_FAST,
        CueKind.FLOAT_TOO_FAST,
        CueKind.METRIC_HIGH,
    }
)
"""The verdicts that ask for less; all others but `BACK_ON_TARGET` ask for more."""
_NOT_ON_PAPER: Final = frozenset({"run", "cues"})
"""The sections whose numbers are elsewhere on the sheet too."""
_TITLES: Final = {"reps": "Reps in numbers", "cues": "Cues in numbers"}
"""Titles of sections that would otherwise occur twice on the page."""
_OWN_TABLES: Final = frozenset({"steps"})
"""The sections of the review that have a table of their own on the page."""


@dataclass(frozen=True, slots=True)
class _Curves:
    """The samples of a run, as many as the page has room for, along its running time."""

    interval_s: int
    count: int
    values: Mapping[str, tuple[float | None, ...]]
    """By key of the events; None where nothing was measured."""

    def place(self, run_s: float) -> float:
        """The position of a moment of the running time, in samples."""
        return min(float(self.count), max(0.0, run_s / self.interval_s))

    def has(self, key: str) -> bool:
        """Return whether anything was measured under this key."""
        return html.any_of(self.values[key])


_DECIMALS: Final = {"speed_mps": 2, "heart_rate_bpm": 0, "cadence_spm": 0, "power_w": 0}
"""The curves that are drawn, with their decimals."""


def _curves(trace: RunTrace) -> _Curves:
    rows = [row for row in trace.run_rows if not row.is_paused and row.run_s is not None]
    seconds = max([1.0, *(row.run_s + 1.0 for row in rows[-1:] if row.run_s is not None)])
    seconds = max([seconds, *(step.to_run_s for step in trace.steps)])
    interval = max(1, ceil(seconds / MOST_POINTS))
    count = ceil(seconds / interval)
    values = {key: _means(rows, key, interval, count, decimals) for key, decimals in _DECIMALS.items()}
    return _Curves(interval, count, values)


def _means(
    rows: Sequence[TraceRow], key: str, interval: int, count: int, decimals: int
) -> tuple[float | None, ...]:
    """The mean of the values in each sample; None without a value."""
    sums, counts = [0.0] * count, [0] * count
    for row in rows:
        value = getattr(row, key)
        if value is not None and row.run_s is not None:
            place = min(count - 1, int(row.run_s / interval))
            sums[place] += value
            counts[place] += 1
    means = (total / many if many else None for total, many in zip(sums, counts, strict=True))
    if not decimals:
        return tuple(None if mean is None else round(mean) for mean in means)
    return tuple(None if mean is None else round(mean, decimals) for mean in means)


def run_report(review: Review, trace: RunTrace) -> str:
    """The whole page of a run."""
    curves, summary, unit = _curves(trace), review.summary, review.unit
    parts = sections(review)
    body = (
        f"<h1>{html.name_html(review.title)}</h1>",
        f'<p class="sub">{_subtitle(review)}</p>',
        html.tiles_html(
            (figure.text, figure.label, figure.more.replace("   ", ", "))
            for figure in tables.figures(summary, unit)
        ),
        "".join(f'<p class="lead">{html.escape(line)}</p>' for line in review.verdict),
        html.section_html("Reps", reps_html(summary.reps, unit), name="reps"),
        html.section_html("Laps", _laps_html(summary, unit)),
        html.section_html("The whole run", *_plots(review, trace, curves)),
        html.section_html("Cues", *_cues_html(review)),
        f'<div class="two">{"".join(_section(part, review) for part in parts if part.key not in _OWN_TABLES)}</div>',
        html.section_html(
            "Planned and done", _steps_html(review), name="screen" if summary.reps.rows else ""
        ),
        html.details_html("How each number is made", html.formulas_html(_formulas(parts))),
    )
    return html.page(
        f"{review.title} {review.day}".strip(), body, _tree(review, trace, curves), paper=_paper(review)
    )


def _paper(review: Review) -> str:
    """The style of the print, by the rows of the tables above and below the curves (tried on A4 and Letter)."""
    judged = sum(cue.cue.kind in VERDICTS for cue in review.cues)
    rows = [len(review.summary.reps.rows), len(review.summary.laps), judged if judged <= _MOST_CUES else 0]
    rows.append(0 if review.summary.reps.rows else len(review.steps))
    lines = sum(count / 2 if count > _MANY_ROWS else count for count in rows) + len(review.splits) / 4
    return "" if lines <= _FULL_ROWS else "full" if lines <= _FULLER_ROWS else "fuller"


def _subtitle(review: Review) -> str:
    summary = review.summary
    parts = [html.escape(review.day)] if review.day else []
    parts += [html.name_html(summary.athlete)] if summary.athlete else []
    parts += [format_clock(summary.time_s)] if summary.time_s is not None else []
    parts += [format_metres(summary.distance, review.unit)] if summary.distance is not None else []
    parts += tables.outcome(summary)
    return ", ".join(parts)


# --- tables


def off_html(off_s: float | None) -> str:
    """Seconds against the plan as a sign, a word and a number."""
    if off_s is None:
        return tables.NO_USE
    seconds = round(off_s, 1)
    sign, word = ("●", "on") if abs(seconds) <= NEAR_S else ("▲", "slow") if seconds > 0 else ("▼", "fast")
    return f"{sign} {word} <b>{tables.off_text(off_s)}</b>"


def reps_html(table: RepTable, unit: str = "km") -> str:
    """The reps with their splits, and their mean below; nothing without any."""
    if not table.rows:
        return ""
    has = tables.RepColumns(table)
    head = ["rep", *(["length"] if has.lengths else []), "time"]
    bars = has.off and len(table.rows) <= _MOST_BARS
    head += [
        *(["+/- s"] if has.off else []),
        *(["fast, slow"] if bars else []),
        *([f"pace /{unit}"] if has.pace else []),
    ]
    head += [*(["HR"] if has.heart else []), *(["drop"] if has.drop else [])]
    head += [tables.column_head(table, column) for column in table.columns]
    rows = [_rep_cells(row, table, has, unit) for row in table.rows]
    foot = _mean_cells(table, has, unit) if len(rows) > 1 else ()
    notes = ["+/- s: against the plan, + is slow"] if has.off else []
    notes += ["drop: how far the heart rate fell in the first 60 s of rest"] if has.drop else []
    notes += ["~ estimated: the signal was lost"] if any(row.result.estimated for row in table.rows) else []
    legend = f'<p class="legend">{html.escape("; ".join(notes))}</p>' if notes else ""
    framed = html.table_html(
        "Each rep with its splits", head, rows, foot=foot, wide=[head.index("fast, slow")] if bars else ()
    )
    return (f'<div class="many">{framed}</div>' if len(rows) > _MANY_ROWS else framed) + legend


def _rep_cells(row: RepRow, table: RepTable, has: tables.RepColumns, unit: str) -> list[str]:
    result = row.result
    cells = [str(row.number), *([tables.length_text(result.step)] if has.lengths else [])]
    cells.append(f"<b>{'~' if result.estimated else ''}{tables.lap_text(result.time_s)}</b>")
    cells += [off_html(row.off_s)] if has.off else []
    cells += [html.deviation_html(row.off_s)] if has.off and len(table.rows) <= _MOST_BARS else []
    if has.pace:
        speed = result.mean_speed
        cells.append(tables.UNKNOWN if speed is None else format_pace(speed, unit=unit, with_unit=False))
    cells += [tables.beats_text(result.mean_heart_rate)] if has.heart else []
    cells += [tables.drop_text(row)] if has.drop else []
    return cells + [
        "" if column not in row.times else tables.lap_text(lap)
        for column, lap in zip(table.columns, row.laps(table.columns), strict=True)
    ]


def _mean_cells(table: RepTable, has: tables.RepColumns, unit: str) -> list[str]:
    cells = ["mean", *([""] if has.lengths else [])]
    cells.append("" if table.mean_time_s is None else f"<b>{tables.lap_text(table.mean_time_s)}</b>")
    cells += [f"<b>{tables.off_text(table.mean_off_s)}</b>"] if has.off else []
    cells += [""] if has.off and len(table.rows) <= _MOST_BARS else []
    if has.pace:
        speed = table.mean_speed
        cells.append("" if speed is None else format_pace(speed, unit=unit, with_unit=False))
    cells += [tables.beats_text(table.mean_heart_rate)] if has.heart else []
    cells += [tables.beats_text(table.mean_drop)] if has.drop else []
    return cells + ["" if lap is None else tables.lap_text(lap) for lap in table.mean_laps(table.columns)]


def _laps_html(summary: Summary, unit: str) -> str:
    """The laps of a free run."""
    rows = [
        [
            str(lap.number),
            tables.lap_text(lap.time_s),
            format_clock(lap.total_s, tenths=True),
            tables.UNKNOWN if lap.metres is None else format_metres(lap.metres, unit),
            tables.UNKNOWN
            if not lap.metres or lap.time_s <= 0
            else format_pace(lap.metres / lap.time_s, unit=unit),
        ]
        for lap in summary.laps
    ]
    table = html.table_html("Each lap", ("lap", "time", "total", "distance", "pace"), rows)
    return f'<div class="many">{table}</div>' if len(rows) > _MANY_ROWS else table


_STEP_HEAD: Final = (
    "step", "time", "plan", "+/-", "distance", "pace", "target", "HR", "highest", "drop", "steps/min", "W", ""
)  # fmt: skip
_STEP_WORDS: Final = frozenset({"step", "target", ""})
_ALWAYS: Final = 2
"""The step and its time are always shown."""


def _steps_html(review: Review) -> str:
    """Every step, planned and done; columns without a value are left out."""
    rows = [_step_cells(step, review.unit) for step in review.steps]
    columns = [
        place for place in range(len(_STEP_HEAD)) if place < _ALWAYS or any(row[place] for row in rows)
    ]
    head = [_STEP_HEAD[place] for place in columns]
    words = [place for place, word in enumerate(head) if word in _STEP_WORDS]
    cells = ([row[place] for place in columns] for row in rows)
    table = html.table_html("Every step, planned and done", head, cells, words=words, name="steps")
    return f'<div class="many">{table}</div>' if len(rows) > _MANY_ROWS else table


def _step_cells(step: StepReview, unit: str) -> list[str]:
    result, target = step.result, step.result.step.target
    remarks = [*([step.answer] if step.answer else []), *tables.remarks(result)]
    is_run = result.step.kind in RUN
    return [
        html.name_html(result.step.path),
        tables.lap_text(result.time_s) if is_run else "",
        "" if step.plan_time_s is None else tables.lap_text(step.plan_time_s),
        html.escape(tables.against_plan(result)),
        html.escape(tables.metres_text(result, unit)),
        "" if result.mean_speed is None else format_pace(result.mean_speed, unit=unit),
        "" if target is None else html.name_html(target.label),
        _whole(result.mean_heart_rate),
        _whole(result.max_heart_rate),
        _whole(step.drop),
        _whole(result.cadence),
        _whole(step.power),
        html.name_html(", ".join(remarks)),
    ]


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _cues_html(review: Review) -> Iterator[str]:
    """The verdicts, each with its outcome; all other cues below, to be opened."""
    judged = [cue for cue in review.cues if cue.cue.kind in VERDICTS]
    paths = {row.step.step_id: row.step.path for row in review.summary.rows}
    if review.cues and not judged:
        yield "<p>There was no cue on pace or heart rate.</p>"
    if len(judged) > _MOST_CUES:
        lines = (
            f"{_moment(cue)} {html.escape(cue.cue.text)} {html.escape(outcome_text(cue))}" for cue in judged
        )
        yield html.details_html(f"All {len(judged)} cues on pace and heart rate", _said_html(lines))
    else:
        yield html.table_html(
            "Cues on pace and heart rate, and their outcome",
            ("at", "cue", "then", "step"),
            (
                [
                    _moment(cue),
                    html.name_html(cue.cue.text),
                    html.escape(outcome_text(cue)),
                    html.name_html(paths.get(cue.step_id, "")),
                ]
                for cue in judged
            ),
            words=(1, 2, 3),
        )
    left_out = _LEFT_OUT | _ROUTINE if len(review.steps) > _MOST_STEPS else _LEFT_OUT
    others = [cue for cue in review.cues if cue.cue.kind not in left_out]
    list_html = _said_html(f"{_moment(cue)} {html.escape(cue.cue.text)}" for cue in others)
    yield html.details_html(f"Other cues ({len(others)})", list_html) if others else ""


def _said_html(lines: Iterable[str]) -> str:
    """Cues as lines that are already escaped."""
    return f'<ul class="said">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'


def _moment(cue: CueReview) -> str:
    return tables.UNKNOWN if cue.run_s is None else format_clock(cue.run_s)


def _section(part: ReviewSection, review: Review) -> str:
    """A section of the review: each number with its label, and a missing one with its reason; then its tables."""
    measured = [row for row in part.rows if row.standing is not Standing.NOT_MEASURED]
    missing = [row for row in part.rows if row.standing is Standing.NOT_MEASURED]
    has_notes = any(row.note for row in measured)
    rows = (
        [
            html.escape(row.label),
            f"<b>{html.escape(row.text)}</b>",
            *([html.escape(row.note)] if has_notes else []),
        ]
        for row in measured
    )
    head = ("number", "value", "note")[: 2 + has_notes]
    numbers = html.table_html(part.title, head, rows, words=(0, 2), name="numbers")
    why = html.terms_html((row.label, row.note) for row in missing)
    unknown = html.details_html(f"Not known: {len(missing)}", why) if missing else ""
    own = {"pace": _splits_html, "heart": _zones_html, "sensors": _sensors_html}
    if part.key in own:
        tables_of_it = own[part.key](review)
    else:
        tables_of_it = "" if part.key == "cues" else html.list_html(part.lines)
    is_on_paper = part.key not in _NOT_ON_PAPER and bool(measured or tables_of_it)
    title, after = _TITLES.get(part.key, part.title), html.list_html(part.after)
    return html.section_html(
        title, numbers, tables_of_it, after, unknown, name="" if is_on_paper else "screen"
    )


def _zones_html(review: Review) -> str:
    """The time in each zone, with a bar as long as its share."""
    rows = [
        [
            html.name_html(f"{each.zone.name} {each.zone.meaning}"),
            _edges(each.zone.low, each.zone.high),
            format_clock(each.seconds),
            f"{100 * each.share:.0f} %",
            html.share_html([("bar", each.share)], width="90"),
        ]
        for each in review.zones
    ]
    title = f"Time in zones: {review.zone_model}"
    table = html.table_html(title, ("zone", "bpm", "time", "share", ""), rows, words=(0,), wide=(1,))
    return f"<p>{html.escape(title)}</p>{table}" if table else ""


def _edges(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"under {high:.0f}" if high is not None else "" if low is None else f"from {low:.0f}"
    return f"{low:.0f} to {high:.0f}"


def _splits_html(review: Review) -> str:
    """The kilometres or miles of the run."""
    unit = review.unit
    rows = [[place, f"<b>{time}</b>", *others] for place, time, *others in split_rows(review)]
    if not rows:
        return ""
    return html.table_html(f"Each {unit}", (unit, "time", "total", f"pace /{unit}", "HR"), rows)


def _sensors_html(review: Review) -> str:
    """The reception of each sensor, and the factors of pods."""
    rows = [
        [
            html.escape(each.source.value),
            f"{100 * each.live:.0f} %",
            str(each.gaps),
            "" if each.longest_gap_s is None else format_clock(each.longest_gap_s),
        ]
        for each in review.sensors
    ]
    table = html.table_html("Reception of each sensor", ("sensor", "live", "drop-outs", "longest"), rows)
    return table + html.list_html(calibration_text(each) for each in review.calibrations)


def _formulas(parts: Sequence[ReviewSection]) -> list[Formula]:
    """The formulas of the numbers on the page, in the order of the table of formulas."""
    names = {row.name for part in parts for row in part.rows if row.standing is not Standing.NOT_MEASURED}
    return [formula for name, formula in FORMULAS.items() if name in names]


# --- curves


def _plots(review: Review, trace: RunTrace, curves: _Curves) -> Iterator[str]:
    """The profile, a plot for each quantity that was measured, the times and the scrubber."""
    keys = [key for key in _DECIMALS if curves.has(key)]
    if not keys:
        return
    reps = {row.result.step.step_id: str(row.number) for row in review.summary.reps.rows}
    stretches = [_stretch(step, curves, reps.get(step.step.step_id, "")) for step in trace.steps]
    flags = [
        html.Flag(curves.place(cue.run_s), _shape(cue.cue.kind))
        for cue in review.cues
        if cue.run_s is not None and cue.cue.kind in VERDICTS
    ]
    yield html.SYMBOLS
    yield '<p class="now"><span id="where" class="hint">Move along the curves, or use the arrow keys below.</span> '
    yield '<span id="said"></span></p>'
    yield html.profile_html(stretches, curves.count)
    for place, key in enumerate(keys):
        yield _plot(key, review, trace, curves, stretches=stretches, flags=flags if place == 0 else ())
    seconds = float(curves.count * curves.interval_s)
    yield html.times_html(seconds)
    yield (
        '<div class="scrub"><input id="scrub" type="range" min="0" '
        f'max="{curves.count - 1}" value="0" aria-label="moment of the run"></div>'
    )
    yield html.legend_html(_legend(stretches, trace, has_flags=bool(flags)))
    yield html.details_html("The curves as a table", _curve_table(review, trace, curves, keys))


def _stretch(step: TracedStep, curves: _Curves, label: str) -> html.ChartStretch:
    kind = step.step.kind
    return html.ChartStretch(
        curves.place(step.from_run_s),
        curves.place(step.to_run_s),
        "work" if kind in HARD else "rest" if kind in RESTS else "easy",
        KINDS[kind].height,
        label,
    )


def _pauses(trace: RunTrace, curves: _Curves) -> list[float]:
    """The positions at which the running time stood still."""
    rows = trace.run_rows
    places = (bisect_right(rows, since, key=lambda row: row.at_s) for since, _ in trace.pauses)
    return [curves.place(rows[place - 1].run_s or 0.0) for place in places if place]


def _shape(kind: CueKind) -> str:
    if kind in _ASKS_LESS:
        return "down"
    return "dot" if kind is CueKind.BACK_ON_TARGET else "up"


_PLOTTED: Final = {
    "speed_mps": ("pace", Quantity.SPEED),
    "heart_rate_bpm": ("heart rate", Quantity.HEART_RATE),
    "cadence_spm": ("cadence", Quantity.CADENCE),
    "power_w": ("power", Quantity.POWER),
}
"""The name of each curve, and the targets that are drawn into it."""
_LEAST: Final = {"heart_rate_bpm": 40.0, "cadence_spm": 20.0, "power_w": 80.0}
"""The narrowest axis of a plot, in its unit; on a narrower one noise looks like change. Judged by eye."""
_STANDING: Final = {"heart_rate_bpm": 0.0, "cadence_spm": 120.0, "power_w": 50.0}
"""Lower values come from walking or standing, and need not be on the axis."""


def _plot(
    key: str,
    review: Review,
    trace: RunTrace,
    curves: _Curves,
    *,
    stretches: Sequence[html.ChartStretch],
    flags: Sequence[html.Flag],
) -> str:
    label, quantity = _PLOTTED[key]
    targeted = [(step, target) for step in trace.steps for target in _targets(step.step, quantity)]
    values: Sequence[float | None] = curves.values[key]
    if quantity is Quantity.SPEED:
        values = [html.pace_of(value, review.unit) for value in values]
        axis = html.pace_axis(values, _judged_bands(trace), _run_paces(trace, review.unit), review.unit)
    else:
        bands = [band for _, target in targeted for band in (target.at(0.0), target.at(1.0))]
        axis = html.value_axis(values, bands, least=_LEAST[key], low=_STANDING[key])
    areas = [
        html.TargetArea(
            curves.place(step.from_run_s),
            curves.place(step.to_run_s),
            _drawn(target.at(0.0), quantity, review.unit),
            _drawn(target.at(1.0), quantity, review.unit),
        )
        for step, target in targeted
    ]
    return html.plot_html(
        label,
        key,
        axis,
        [html.Curve(values)],
        stretches=stretches,
        pauses=_pauses(trace, curves),
        targets=areas,
        flags=flags,
        height=160 if quantity is Quantity.SPEED else 110,
        description=f"{label} over the run, also as a table below",
    )


def _targets(step: Step, quantity: Quantity) -> list[StepTarget]:
    """The targets and caps of a step that can be drawn."""
    targets = [*([step.target] if step.target is not None else []), *step.caps]
    return [
        target
        for target in targets
        if target.quantity is quantity and target.band != Band() and not target.estimated
    ]


def _drawn(band: Band, quantity: Quantity, unit: str) -> Band:
    """A band in the unit of its plot: paces have their fast side up."""
    if quantity is not Quantity.SPEED:
        return band
    fast, slow = html.pace_edges(band, unit)
    return Band(low=slow, high=fast)


def _judged_bands(trace: RunTrace) -> list[Band]:
    """The paces that the axis is made for: those of the quick steps, or those of all if there are none."""
    targeted = [(step, target) for step in trace.steps for target in _targets(step.step, Quantity.SPEED)]
    quick = [(step, target) for step, target in targeted if step.step.kind in QUICK]
    return [band for _, target in quick or targeted for band in (target.at(0.0), target.at(1.0))]


def _run_paces(trace: RunTrace, unit: str) -> list[float]:
    """The paces the quick steps were run at; they are on the axis however far from their targets."""
    steps = [step.result for step in trace.steps if step.step.kind in QUICK]
    paces = [html.pace_of(result.moving_speed, unit) for result in steps]
    return [pace for pace in paces if pace is not None and pace < html.SLOWEST_S]


def _legend(
    stretches: Sequence[html.ChartStretch], trace: RunTrace, *, has_flags: bool
) -> Iterator[tuple[str, str]]:
    """The meanings of the colours and shapes that are on the curves."""
    tones = {stretch.tone for stretch in stretches}
    for tone, word in (("work", "hard"), ("easy", "easy"), ("rest", "rest")):
        if tone in tones:
            yield html.swatch(tone), word
    if any(_targets(step.step, quantity) for step in trace.steps for _, quantity in _PLOTTED.values()):
        yield '<path class="edge" d="M0 3H14M0 10H14"/>', "between the dashed lines: on target"
    if trace.pauses:
        yield '<path class="pause" d="M7 0V12"/>', "pause"
    if has_flags:
        yield '<use href="#down" x="7"/>', "cue: ease off"
        yield '<use href="#up" x="7"/>', "cue: faster"
        yield '<use href="#dot" x="7"/>', "cue: on target again"


def _curve_table(review: Review, trace: RunTrace, curves: _Curves, keys: Sequence[str]) -> str:
    """The curves as numbers: the mean of every few minutes."""
    minutes = next(
        (
            each
            for each in (1, 2, 5, 10, 15, 30)
            if curves.count * curves.interval_s / 60 / each <= _MOST_ROWS
        ),
        60,
    )
    width = minutes * 60 / curves.interval_s
    head = [
        "from",
        *(_PLOTTED[key][0] + (f" /{review.unit}" if key == "speed_mps" else "") for key in keys),
        "step",
    ]
    rows = []
    for place in range(ceil(curves.count / width)):
        first, last = round(place * width), round((place + 1) * width)
        cells = [format_clock(place * minutes * 60)]
        for key in keys:
            values = [value for value in curves.values[key][first:last] if value is not None]
            cells.append(_value_text(key, fmean(values), review.unit) if values else "no data")
        at = place * minutes * 60
        path = next((step.step.path for step in trace.steps if step.from_run_s <= at < step.to_run_s), "")
        rows.append([*cells, html.name_html(path)])
    return html.table_html(f"The mean of every {minutes} min", head, rows, words=(len(head) - 1,))


def _value_text(key: str, value: float, unit: str) -> str:
    return format_pace(value, unit=unit, with_unit=False) if key == "speed_mps" else f"{value:.0f}"


# --- data


def _tree(review: Review, trace: RunTrace, curves: _Curves) -> dict[str, Any]:
    """The data of the page: the review as `coach review --json` prints it, long lists as columns, and the curves."""
    tree = review_tree(review)
    places = {step.step.step_id: step for step in trace.steps}
    steps = [
        step
        | {
            "from_run_s": round(places[step["step_id"]].from_run_s, 1),
            "to_run_s": round(places[step["step_id"]].to_run_s, 1),
        }
        for step in tree["steps"]
    ]
    left_out = _ROUTINE if len(steps) > _MOST_STEPS else frozenset()
    cues = [
        {name: value for name, value in cue.items() if name != "at_s"}
        for cue in tree["cues"]
        if cue["kind"] not in left_out
    ]
    tree |= {"steps": html.columns_of(steps), "cues": html.columns_of(cues)}
    return {
        "format": FORMAT,
        "unit": review.unit,
        "review": tree,
        "trace": {"interval_s": curves.interval_s}
        | {key: values for key, values in curves.values.items() if html.any_of(values)},
    }
