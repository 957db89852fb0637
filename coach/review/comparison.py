"""Comparisons: runs of one workout rep by rep, as text and as one HTML page; and the cues of two folds of a recording.

Reps are paired by the step they were of, which keeps its id from one outing to the next. A rep that was added during
the run or comes from another edition of the workout is paired by its place and length, and a rep without a counterpart
stands alone. Times are compared only where the lengths are the same. What is not known of either run stays None.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from coach.live.contract import Event, put_measure
from coach.problems import UsageProblem
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    BeatsPerMinute,
    Seconds,
    format_pace,
    pace_s_per_km,
    signed,
)
from coach.review import html_page as html
from coach.review import tables
from coach.review.summary import RepRow, RepTable, Summary
from coach.review.trace import RunTrace
from coach.session.events import StepEnded
from coach.workout.kinds import RUN
from coach.workout.timeline import Step

_SAME_M: Final = 0.5
"""Planned lengths closer than this, in metres or seconds, are one length: documents round them."""
_NEWS_S: Final = 1.0
"""A change of the mean pace under this many seconds a kilometre is not mentioned: a footpod errs by as much."""


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One of the runs."""

    summary: Summary
    day: str = ""
    """The day it was run, `2026-05-31`; empty where it is not known."""

    @property
    def reps(self) -> tuple[RepRow, ...]:
        """Its reps; of a run without any, the steps that were run."""
        if self.summary.reps.rows:
            return self.summary.reps.rows
        rows = [row for row in self.summary.rows if row.step.kind in RUN]
        return tuple(RepRow(number, row, {}, None) for number, row in enumerate(rows, 1))


@dataclass(frozen=True, slots=True)
class MatchedRep:
    """A rep of the workout, once for each run."""

    reps: tuple[RepRow | None, ...]
    """One place for each run, in their order; None where a run has no such rep."""

    def is_same_length(self, place: int) -> bool:
        """Return whether the rep of a run was planned as long as that of the first run."""
        first, other = self.reps[0], self.reps[place]
        return first is not None and other is not None and _same_length(first.result.step, other.result.step)

    def time_change(self, place: int) -> Seconds | None:
        """Seconds a run took more than the first run, where both ran the same distance whole."""
        first, other = self.reps[0], self.reps[place]
        if first is None or other is None or not self.is_same_length(place):
            return None
        results = (first.result, other.result)
        if any(result.cut or result.step.until.distance() is None for result in results):
            return None
        return Seconds(other.result.time_s - first.result.time_s)

    def pace_change(self, place: int) -> Seconds | None:
        """Seconds a kilometre a run was slower than the first run."""
        before, after = self._of(0, _pace), self._of(place, _pace)
        return None if before is None or after is None else Seconds(after - before)

    def heart_rate_change(self, place: int) -> BeatsPerMinute | None:
        """Difference of the mean heart rate of a run to that of the first run, + is higher."""
        before, after = self._of(0, _heart_rate), self._of(place, _heart_rate)
        return None if before is None or after is None else BeatsPerMinute(after - before)

    def _of(self, place: int, value: Callable[[StepEnded], float | None]) -> float | None:
        rep = self.reps[place]
        return None if rep is None else value(rep.result)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more runs, rep by rep; the others are compared with the first."""

    runs: tuple[ComparedRun, ...]
    reps: tuple[MatchedRep, ...]
    has_reps: bool
    """True if the rows are reps; else they are the steps of runs without reps."""

    @property
    def is_one_workout(self) -> bool:
        """True if all runs were of a workout of one name."""
        return len({run.summary.workout for run in self.runs}) == 1

    def is_alike(self, place: int) -> bool:
        """Return whether a run has reps as long as those of the first run, so that their means can be compared."""
        return any(row.is_same_length(place) for row in self.reps)


def compare_runs(runs: Sequence[ComparedRun]) -> Comparison:
    """Pair the reps of runs.

    Raises:
        UsageProblem: there are fewer than two runs, or one of them has nothing that was run.
    """
    if len(runs) < 2:
        raise UsageProblem("One run alone cannot be compared; name two: coach runs compare 2 last")
    for run in runs:
        if not run.reps:
            raise UsageProblem(f"Nothing was run in {run.summary.run}; name another: coach runs list")
    rows: list[list[RepRow | None]] = [[rep] for rep in runs[0].reps]
    for place, run in enumerate(runs[1:], 1):
        _add_run(rows, place, run.reps)
    has_reps = any(run.summary.reps.rows for run in runs)
    return Comparison(tuple(runs), tuple(MatchedRep(tuple(row)) for row in rows), has_reps)


def _add_run(rows: list[list[RepRow | None]], place: int, reps: Sequence[RepRow]) -> None:
    """Add a run to the rows, the rows of its own reps at the end included."""
    unmatched = {rep.result.step.step_id: rep for rep in reps}
    for row in rows:
        row.append(unmatched.pop(_step(row).step_id, None))
    for row in rows:
        if row[place] is None:
            name = next(
                (key for key, rep in unmatched.items() if _same_length(_step(row), rep.result.step)), None
            )
            row[place] = None if name is None else unmatched.pop(name)
    rows += [[*([None] * place), rep] for rep in unmatched.values()]


def _step(row: Sequence[RepRow | None]) -> Step:
    """The step that a row is for."""
    return next(rep for rep in row if rep is not None).result.step


def _same_length(step: Step, other: Step) -> bool:
    """Return whether two steps were planned equally long, and in the same measure."""
    pairs = (
        (step.until.distance(), other.until.distance()),
        (step.until.time(), other.until.time()),
    )
    return all(
        first == second or (first is not None and second is not None and abs(first - second) < _SAME_M)
        for first, second in pairs
    )


def _pace(result: StepEnded | RepTable, unit: str = "km") -> float | None:
    """Seconds a kilometre or mile; None where nothing was measured."""
    speed = result.mean_speed
    if not speed:
        return None
    return pace_s_per_km(speed) * (METRES_PER_MILE / METRES_PER_KM if unit == "mile" else 1.0)


def _heart_rate(result: StepEnded) -> float | None:
    return result.mean_heart_rate


# --- words


def comparison_sentences(comparison: Comparison, unit: str = "km") -> list[str]:
    """Say in at most three plain sentences how the second run differs from the first: facts without a cause."""
    first, second = (run.summary.reps for run in comparison.runs[:2])
    sentences = [*_counts(comparison)]
    if comparison.is_alike(1):
        sentences += [*_paces(first, second, unit), *_heart_rates(first, second)]
    return sentences[: tables.MOST_SENTENCES]


def _counts(comparison: Comparison) -> Iterator[str]:
    if not comparison.is_one_workout:
        yield "The runs are of different workouts: their reps are paired by place and length."
    counts = [len(run.reps) for run in comparison.runs]
    if comparison.has_reps and len(set(counts)) > 1:
        yield f"They have {', '.join(map(str, counts[:-1]))} and {counts[-1]} reps."


def _paces(first: RepTable, second: RepTable, unit: str) -> Iterator[str]:
    """Say how the mean pace of the reps changed."""
    if not first.mean_speed or not second.mean_speed:
        return
    before, after = (format_pace(speed, unit=unit) for speed in (first.mean_speed, second.mean_speed))
    change = pace_s_per_km(second.mean_speed) - pace_s_per_km(first.mean_speed)
    if abs(change) < _NEWS_S:
        yield f"The reps were run at the same mean pace: {before} and {after}."
    else:
        yield f"The second run's reps were {'slower' if change > 0 else 'faster'}: {after} after {before}."


def _heart_rates(first: RepTable, second: RepTable) -> Iterator[str]:
    before, after = first.mean_heart_rate, second.mean_heart_rate
    if before is not None and after is not None:
        change = round(after) - round(before)
        if not change:
            yield f"Their mean heart rate was the same: {after:.0f}."
        else:
            side = "higher" if change > 0 else "lower"
            yield f"Their mean heart rate was {abs(change)} bpm {side}: {after:.0f} after {before:.0f}."


def run_name(run: ComparedRun) -> str:
    """Name a run in a comparison by its day and workout."""
    return f"{run.day or run.summary.run}  {run.summary.workout}"


LEGEND: Final = (
    "(change: against run 1, + is slower or higher; +/- s: against the plan; "
    "drop: of the heart rate in 60 s of rest)"
)
HEAD: Final = ("", "run", "time", "change", "pace", "change", "+/- s", "HR", "change", "drop")


def comparison_rows(comparison: Comparison, unit: str = "km") -> Iterator[tuple[str, ...]]:
    """The table: a row for each run under each rep, and their means at the end; see `HEAD`."""
    per = "km" if unit == "km" else "mile"
    for number, matched in enumerate(comparison.reps, 1):
        for place, rep in enumerate(matched.reps):
            name = _rep_name(number, matched, has_reps=comparison.has_reps) if place == 0 else ""
            yield (name, str(place + 1), *_rep_cells(matched, place, rep, per))
    if comparison.has_reps:
        for place, run in enumerate(comparison.runs):
            yield ("mean" if place == 0 else "", str(place + 1), *_mean_cells(comparison, place, run, per))


def _rep_name(number: int, matched: MatchedRep, *, has_reps: bool) -> str:
    step = _step(matched.reps)
    return f"{number}, {tables.length_text(step)}" if has_reps else step.name


def _rep_cells(matched: MatchedRep, place: int, rep: RepRow | None, unit: str) -> tuple[str, ...]:
    if rep is None:
        return (tables.NO_USE, *([""] * (len(HEAD) - 3)))
    result, first = rep.result, matched.reps[0]
    before = None if first is None or place == 0 else first.result
    is_timed = matched.time_change(place) is not None
    return (
        ("~" if result.estimated else "") + tables.lap_text(result.time_s),
        _change(result.time_s, before.time_s if before is not None and is_timed else None, digits=1),
        tables.UNKNOWN
        if not result.mean_speed
        else format_pace(result.mean_speed, unit=unit, with_unit=False),
        _change(_pace(result, unit), None if before is None else _pace(before, unit)),
        tables.off_text(rep.off_s),
        tables.beats_text(result.mean_heart_rate),
        _change(result.mean_heart_rate, None if before is None else before.mean_heart_rate),
        tables.drop_text(rep),
    )


def _mean_cells(comparison: Comparison, place: int, run: ComparedRun, unit: str) -> tuple[str, ...]:
    table = run.summary.reps
    is_alike = place > 0 and comparison.is_alike(place)
    first = comparison.runs[0].summary.reps if is_alike else RepTable((), (), is_by_metres=True)
    lengths = {
        (row.result.step.until.distance(), row.result.step.until.time())
        for each in (first, table)
        for row in each.rows
    }
    return (
        "" if table.mean_time_s is None else tables.lap_text(table.mean_time_s),
        _change(table.mean_time_s, first.mean_time_s if len(lengths) == 1 else None, digits=1),
        "" if table.mean_speed is None else format_pace(table.mean_speed, unit=unit, with_unit=False),
        _change(_pace(table, unit), _pace(first, unit)),
        tables.off_text(table.mean_off_s),
        tables.beats_text(table.mean_heart_rate),
        _change(table.mean_heart_rate, first.mean_heart_rate),
        tables.beats_text(table.mean_drop),
    )


def _change(after: float | None, before: float | None, *, digits: int = 0) -> str:
    """Write a change with its sign; it is the difference of the two figures as they are shown."""
    if after is None or before is None:
        return ""
    return signed(round(after, digits) - round(before, digits), digits)


def comparison_lines(comparison: Comparison, unit: str = "km") -> Iterator[str]:
    """The comparison as text."""
    for place, run in enumerate(comparison.runs, 1):
        yield f"{place}  {run_name(run)}"
    yield ""
    yield from comparison_sentences(comparison, unit)
    yield ""
    yield from tables.column_lines([HEAD, *comparison_rows(comparison, unit)])
    yield LEGEND


def comparison_tree(comparison: Comparison) -> dict[str, Any]:
    """The comparison with the keys of the events; unknown values are absent."""
    runs = [
        {"run": run.summary.run, "workout": run.summary.workout} | ({"day": run.day} if run.day else {})
        for run in comparison.runs
    ]
    reps = [
        {
            "place": number,
            "runs": [
                _rep_tree(comparison, matched, place, rep) for place, rep in enumerate(matched.reps) if rep
            ],
        }
        for number, matched in enumerate(comparison.reps, 1)
    ]
    return {"v": 1, "runs": runs, "reps": reps}


def _rep_tree(comparison: Comparison, matched: MatchedRep, place: int, rep: RepRow) -> dict[str, Any]:
    result = rep.result
    tree: dict[str, Any] = {
        "run": comparison.runs[place].summary.run,
        "step_id": result.step.step_id,
        "number": rep.number,
        "estimated": result.estimated,
    }
    put_measure(tree, "time_s", result.time_s)
    put_measure(tree, "distance_m", result.distance)
    put_measure(tree, "mean_speed_mps", result.mean_speed)
    put_measure(tree, "mean_heart_rate_bpm", result.mean_heart_rate)
    put_measure(tree, "light_s", rep.off_s)
    changes = (
        ("heart_rate_drop_bpm", rep.drop),
        *(
            (
                ("time_change_s", matched.time_change(place)),
                ("pace_change_s_per_km", matched.pace_change(place)),
                ("heart_rate_change_bpm", matched.heart_rate_change(place)),
            )
            if place
            else ()
        ),
    )
    return tree | {key: round(value, 1) for key, value in changes if value is not None}


# --- the comparison as one page

PAGE_FORMAT: Final = "coach-comparison/1"
_POINTS: Final = 150
"""Most samples of a rep: a small picture shows no more."""
_TONES: Final = ("curve", "other")
"""Styles of the two runs of a picture: an unbroken line, and a dotted one over it."""


@dataclass(frozen=True, slots=True)
class _RepCurves:
    """The measurements of one rep, along its own time."""

    name: str
    """Run and rep in words."""
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
    pace_axis = html.pace_axis(paces, (), unit=unit)
    heart_axis = html.value_axis((rate for each in every for rate in each.heart_rates), (), least=20.0)
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
    return html.page(title, body, _page_tree(comparison, every, pace_axis, heart_axis, unit))


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
        tuple(html.pace_of(row.speed_mps, unit) for row in rows),
        tuple(row.heart_rate_bpm for row in rows),
    )


def _table(comparison: Comparison, unit: str) -> str:
    rows = [[html.name_html(row[0]), *map(html.escape, row[1:])] for row in comparison_rows(comparison, unit)]
    head = ["rep" if comparison.has_reps else "step", *HEAD[1:]]
    return html.table_html("Each rep of each run", head, rows, words=(0,)) + (
        f'<p class="legend">{html.escape(LEGEND.strip("()"))}</p>'
    )


def _pictures(
    comparison: Comparison, curves: Sequence[Sequence[_RepCurves | None]], axis: html.Axis, name: str
) -> Iterator[str]:
    """A small picture for each rep: the first two runs over each other, on one axis for all."""
    if not any(html.any_of(getattr(each, name)) for row in curves for each in row[:2] if each):
        return
    yield '<p class="legend">unbroken: run 1; dotted: run 2</p>'
    figures = (
        _picture(matched, row[:2], axis, name)
        for matched, row in zip(comparison.reps, curves, strict=True)
        if any(each is not None and html.any_of(getattr(each, name)) for each in row[:2])
    )
    yield f'<div class="small">{"".join(figures)}</div>'


def _picture(matched: MatchedRep, pair: Sequence[_RepCurves | None], axis: html.Axis, name: str) -> str:
    seconds = max(each.seconds for each in pair if each is not None)
    lines = [
        html.Curve(_thinned(getattr(each, name), seconds), tone)
        for each, tone in zip(pair, _TONES, strict=False)
        if each is not None
    ]
    first = next(rep for rep in matched.reps if rep is not None)
    caption = f"{first.number}: " + " / ".join(
        "no such rep" if each is None else each.result for each in pair
    )
    return f"<figure>{html.small_html(axis, lines)}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _thinned(values: Sequence[float | None], seconds: float) -> list[float | None]:
    """Every second, third ... of the values along so many seconds, so that at most `_POINTS` are left."""
    every = max(1, -(-int(seconds) // _POINTS))
    return list(values[::every]) + [None] * ((int(seconds) - len(values)) // every)


def _overlay(every: Sequence[_RepCurves], pace_axis: html.Axis, heart_axis: html.Axis) -> Iterator[str]:
    """Two reps of any of the runs over each other, chosen by the reader; drawn by the script."""
    options = [
        f'<option value="{place}">{html.escape(each.name)}</option>' for place, each in enumerate(every)
    ]
    yield '<div id="overlay" hidden>'
    for side, words in enumerate(("unbroken line", "dotted line")):
        choices = [
            option.replace("<option", "<option selected") if place == side * (len(every) - 1) else option
            for place, option in enumerate(options)
        ]
        yield (
            f'<p><label>{words} <select>{"".join(choices)}</select></label> <span class="told"></span></p>'
        )
    count = int(max(each.seconds for each in every))
    yield html.overlay_html("pace", "paces", pace_axis, count)
    yield html.overlay_html("heart rate", "heart_rates", heart_axis, count)
    yield html.times_html(float(count))
    yield "</div>"


def _page_tree(
    comparison: Comparison,
    every: Sequence[_RepCurves],
    pace_axis: html.Axis,
    heart_axis: html.Axis,
    unit: str,
) -> dict[str, Any]:
    return {
        "format": PAGE_FORMAT,
        "unit": unit,
        "comparison": comparison_tree(comparison),
        "reps": [
            {
                "name": each.name,
                "told": each.result,
                "paces": html.path_of(each.paces, pace_axis),
                "heart_rates": html.path_of(each.heart_rates, heart_axis),
            }
            for each in every
        ],
    }


# --- the cues of two folds of one recording
#
# The two may differ in a setting, or in the version of the program: a journal keeps its cues. Only the cues are
# compared, for a changed rule shows there; where steps begin and end is the recording's own.

NEAR_CUE_S: Final = 20.0
"""Two cues of one kind in one step that lie closer than this are one cue, said sooner or later: it is the shortest
silence between two of them."""
SAME_CUE_S: Final = 0.05
"""Cues closer than this were given at the same moment: a log is read to a tenth of a second."""


class CueChange(StrEnum):
    """The difference between a cue in the first fold and in the second."""

    SAME = "same"
    SOONER = "sooner"
    LATER = "later"
    REWORDED = "reworded"
    """Given at the same moment in other words, or no longer spoken."""
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class LoggedCue:
    """One cue, read from its event."""

    at: Seconds
    """Seconds since the first input."""
    step_id: str
    """The step under way; empty before the first."""
    path: str
    """That step in words."""
    kind: str
    text: str
    is_spoken: bool


@dataclass(frozen=True, slots=True)
class CueDifference:
    """One cue of either side, and its counterpart if there is one."""

    change: CueChange
    before: LoggedCue | None
    after: LoggedCue | None

    @property
    def at(self) -> Seconds:
        """Time of the earlier of the two."""
        return min(cue.at for cue in (self.before, self.after) if cue is not None)


def compare_cues(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> tuple[CueDifference, ...]:
    """Compare the cues of two event logs of one recording, in order of time.

    Cues are paired within their step and kind, the closest first, as long as they lie within `NEAR_CUE_S`; a cue that
    finds no counterpart is gone or new.

    Args: before, after: events as `--json` prints them or a journal keeps them.
    """
    left, right = logged_cues(before), logged_cues(after)
    pairs = _pairs(left, right)
    differences = [CueDifference(_cue_change(left[i], right[j]), left[i], right[j]) for i, j in pairs]
    paired_left, paired_right = {i for i, _ in pairs}, {j for _, j in pairs}
    differences += [
        CueDifference(CueChange.GONE, cue, None) for i, cue in enumerate(left) if i not in paired_left
    ]
    differences += [
        CueDifference(CueChange.NEW, None, cue) for j, cue in enumerate(right) if j not in paired_right
    ]
    return tuple(sorted(differences, key=lambda difference: (difference.at, difference.after is None)))


def count_changes(differences: Iterable[CueDifference]) -> dict[CueChange, int]:
    """Count the cues by their change, in the order of `CueChange`; changes that do not occur are left out."""
    counter = Counter(difference.change for difference in differences)
    return {change: counter[change] for change in CueChange if counter[change]}


def logged_cues(events: Iterable[Mapping[str, Any]]) -> list[LoggedCue]:
    """Read the cues of an event log, each with the step under way."""
    step_id = path = ""
    cues: list[LoggedCue] = []
    for event in events:
        if event.get("event") == "step_started":
            step_id, path = str(event.get("step_id", "")), str(event.get("path", ""))
        elif event.get("event") == "cue":
            cues.append(_cue(event, step_id, path))
    return cues


def _cue(event: Mapping[str, Any], step_id: str, path: str) -> LoggedCue:
    return LoggedCue(
        at=Seconds(float(event["at_s"])),
        step_id=step_id,
        path=path,
        kind=str(event.get("kind", "")),
        text=str(event.get("text", "")),
        is_spoken=event.get("spoken", True) is True,
    )


def _pairs(left: Sequence[LoggedCue], right: Sequence[LoggedCue]) -> list[tuple[int, int]]:
    """Pair cues of one step and kind, same words before others, the closest in time first."""
    near = [
        (cue.text != other.text, abs(cue.at - other.at), i, j)
        for i, cue in enumerate(left)
        for j, other in enumerate(right)
        if (cue.step_id, cue.kind) == (other.step_id, other.kind) and abs(cue.at - other.at) <= NEAR_CUE_S
    ]
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _, _, i, j in sorted(near):
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            pairs.append((i, j))
    return pairs


def _cue_change(before: LoggedCue, after: LoggedCue) -> CueChange:
    if abs(before.at - after.at) >= SAME_CUE_S:
        return CueChange.SOONER if after.at < before.at else CueChange.LATER
    same = before.text == after.text and before.is_spoken == after.is_spoken
    return CueChange.SAME if same else CueChange.REWORDED


def event_of_difference(difference: CueDifference) -> Event:
    """Write a difference as one object: `change`, then the cue `before` and the cue `after`."""
    event: Event = {"change": difference.change.value}
    for name, cue in (("before", difference.before), ("after", difference.after)):
        if cue is not None:
            event[name] = {
                "at_s": cue.at,
                "step_id": cue.step_id,
                "kind": cue.kind,
                "text": cue.text,
                "spoken": cue.is_spoken,
            }
    return event
