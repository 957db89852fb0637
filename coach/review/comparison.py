"""Runs of one workout held against each other, rep by rep.

Reps are paired by the step they were of, which keeps its id from one outing to the next; what was added on the way or
comes from another edition of the workout is paired by its place and length, and a rep without a counterpart stands
alone. Times are held against each other only where the lengths are the same. What is not known of either stays None.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coach.live.outputs import put_measure
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
from coach.review import tables
from coach.review.summary import RepRow, RepTable, Summary
from coach.session.events import StepEnded
from coach.workout.kinds import RUN
from coach.workout.timeline import Step

_SAME_M: Final = 0.5
"""Planned lengths closer than this, in metres or seconds, are one length: documents round them."""
_NEWS_S: Final = 1.0
"""A change of the mean pace under this many seconds a kilometre is no news: a footpod errs by as much."""


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
    """A rep of the workout as each run has it."""

    reps: tuple[RepRow | None, ...]
    """One place a run, in their order; None where a run has no such rep."""

    def is_same_length(self, place: int) -> bool:
        """Whether the rep of a run was planned as long as that of the first run."""
        first, other = self.reps[0], self.reps[place]
        return first is not None and other is not None and _same_length(first.result.step, other.result.step)

    def time_change(self, place: int) -> Seconds | None:
        """Seconds a run took more than the first one, where both ran one distance whole."""
        first, other = self.reps[0], self.reps[place]
        if first is None or other is None or not self.is_same_length(place):
            return None
        results = (first.result, other.result)
        if any(result.cut or result.step.until.distance() is None for result in results):
            return None
        return Seconds(other.result.time_s - first.result.time_s)

    def pace_change(self, place: int) -> Seconds | None:
        """Seconds a kilometre a run was slower than the first one."""
        before, after = self._of(0, _pace), self._of(place, _pace)
        return None if before is None or after is None else Seconds(after - before)

    def heart_rate_change(self, place: int) -> BeatsPerMinute | None:
        """By how much the mean heart rate of a run was higher than that of the first one."""
        before, after = self._of(0, _heart_rate), self._of(place, _heart_rate)
        return None if before is None or after is None else BeatsPerMinute(after - before)

    def _of(self, place: int, value: Callable[[StepEnded], float | None]) -> float | None:
        rep = self.reps[place]
        return None if rep is None else value(rep.result)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs and more, rep by rep; the first one is what the others are held against."""

    runs: tuple[ComparedRun, ...]
    reps: tuple[MatchedRep, ...]
    has_reps: bool
    """Whether the rows are reps; else they are the steps of runs without reps."""

    @property
    def is_one_workout(self) -> bool:
        """Whether all runs were of a workout of one name."""
        return len({run.summary.workout for run in self.runs}) == 1

    def is_alike(self, place: int) -> bool:
        """Whether a run has reps as long as those of the first run, so that their means say something."""
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
        _add(rows, place, run.reps)
    has_reps = any(run.summary.reps.rows for run in runs)
    return Comparison(tuple(runs), tuple(MatchedRep(tuple(row)) for row in rows), has_reps)


def _add(rows: list[list[RepRow | None]], place: int, reps: Sequence[RepRow]) -> None:
    """Add a run to the rows, the rows of its own reps at the end included."""
    left = {rep.result.step.step_id: rep for rep in reps}
    for row in rows:
        row.append(left.pop(_step(row).step_id, None))
    for row in rows:
        if row[place] is None:
            name = next((key for key, rep in left.items() if _same_length(_step(row), rep.result.step)), None)
            row[place] = None if name is None else left.pop(name)
    rows += [[*([None] * place), rep] for rep in left.values()]


def _step(row: Sequence[RepRow | None]) -> Step:
    """The step a row stands for."""
    return next(rep for rep in row if rep is not None).result.step


def _same_length(one: Step, other: Step) -> bool:
    """Whether two steps were planned equally long, and in the same measure."""
    pairs = (
        (one.until.distance(), other.until.distance()),
        (one.until.time(), other.until.time()),
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
    said = [*_counts(comparison)]
    if comparison.is_alike(1):
        said += [*_paces(first, second, unit), *_heart_rates(first, second)]
    return said[: tables.MOST_SENTENCES]


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
    """What a run is called in a comparison: its day and workout."""
    return f"{run.day or run.summary.run}  {run.summary.workout}"


LEGEND: Final = (
    "(change: against run 1, + is slower or higher; +/- s: against the plan; "
    "drop: of the heart rate in 60 s of rest)"
)
HEAD: Final = ("", "run", "time", "change", "pace", "change", "+/- s", "HR", "change", "drop")


def comparison_rows(comparison: Comparison, unit: str = "km") -> Iterator[tuple[str, ...]]:
    """The table: a row a run under each rep, and their means at the end; see `HEAD`."""
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
    """Write a change with its sign, of the two figures as they are shown, so that whoever subtracts gets the same."""
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
    """The comparison with the keys of the events; what is not known is absent."""
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
