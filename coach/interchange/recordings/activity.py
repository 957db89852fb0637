"""A run in the form that writers of activities get: its laps and its records; and the formats, one row each.

A new format is a row of `ACTIVITY_FORMATS` and the module the row names, which offers `write`. The names in hints and
helps follow from the rows.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from math import ceil, floor
from statistics import fmean
from typing import Any, Final, Protocol, cast

from coach.live.contract import Input, RunSetup, encode_event, put_measure
from coach.quantities import Metres, Seconds, rounded
from coach.review.summary import Summary
from coach.review.trace import RunTrace, TracedStep, TraceRow, WallStart
from coach.session.config import only_asks
from coach.session.events import EndReason
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, Step, TimeEnd

UNDATED: Final = 946_684_800.0
"""2000-01-01 00:00 UTC in Unix time: the day of a run without a date, such as a simulated one."""
FIRST_DATE: Final = 631_065_600.0 + 0x1000_0000
"""1998-07-03 in Unix time: FIT reads a smaller time stamp as seconds since the watch was switched on."""
LAST_DATE: Final = 4_102_444_800.0
"""2100-01-01 in Unix time, before the time stamps of FIT run out. Judged: a later clock is wrong."""
_WAITED_S: Final = 1.0
"""A longer wait between two steps is a lap of its own. Judged: files count in seconds."""


class ActivityFormat(StrEnum):
    """The formats in which a run can be written."""

    FIT = "fit"
    TCX = "tcx"
    CSV = "csv"
    JSON = "json"


class LapTrigger(StrEnum):
    """Why a lap ended."""

    MANUAL = "manual"
    """A press at its end."""
    TIME = "time"
    DISTANCE = "distance"
    END = "end"
    """The end of the run, or none of the other reasons."""


@dataclass(frozen=True, slots=True)
class ActivityLap:
    """A step that was run, a lap of a free run, or a wait between steps."""

    from_s: Seconds
    """In seconds since the first input."""
    to_s: Seconds
    time_s: Seconds
    """Running time, pauses excluded."""
    from_m: Metres | None
    """Metres of the run where it began; None if unmeasured."""
    to_m: Metres | None
    trigger: LapTrigger
    rows: tuple[TraceRow, ...]
    """Its seconds, without those in pauses."""
    traced: TracedStep | None = None
    """The step of the lap; None for a wait."""

    @property
    def step(self) -> Step | None:
        """The step of the workout; None for a wait."""
        return None if self.traced is None else self.traced.step

    @property
    def metres(self) -> Metres | None:
        """Its measured length; None if unmeasured."""
        if self.from_m is None or self.to_m is None:
            return None
        return Metres(max(0.0, self.to_m - self.from_m))

    @property
    def line_metres(self) -> Metres | None:
        """Its length by the line it ended at, as planned; None without a line or plan."""
        if self.traced is None or self.step is None:
            return None
        planned, measured = self.step.until.distance(), self.traced.result.distance
        return (
            measured
            if planned is not None and measured is not None and abs(measured - planned) < 0.01
            else None
        )


@dataclass(frozen=True)
class Activity:
    """A run, ready to be written."""

    run: str
    """Its id."""
    summary: Summary
    trace: RunTrace
    setup: RunSetup
    inputs: Sequence[Input]
    """The inputs it was folded from."""
    document: Mapping[str, Any] | None
    """The workout as written; None for a free run."""

    @property
    def name(self) -> str:
        """The name of the workout."""
        return self.trace.timeline.name

    @property
    def began(self) -> WallStart:
        """The calendar at the first input; `UNDATED` for a run without a date."""
        return (self.trace.began if self.has_date else None) or WallStart(UNDATED)

    @property
    def has_date(self) -> bool:
        """Whether the recording has a date; a clock that had not been set gives none."""
        return self.trace.began is not None and FIRST_DATE <= self.trace.began.epoch_s < LAST_DATE

    @property
    def started_at(self) -> Seconds:
        """When it started; its first input if it never did."""
        return self.trace.started_at or Seconds(0.0)

    @property
    def ended_at(self) -> Seconds:
        """When it ended; a run that never started has no duration."""
        return self.started_at if self.trace.started_at is None else self.trace.ended_at

    @property
    def time_s(self) -> Seconds:
        """Running time, pauses excluded."""
        paused_s = sum(until - since for since, until in self.trace.pauses)
        return Seconds(max(0.0, self.ended_at - self.started_at - paused_s))

    @cached_property
    def laps(self) -> tuple[ActivityLap, ...]:
        """Its laps, which cover the run from the start to the end."""
        return tuple(_laps(self))

    @cached_property
    def records(self) -> tuple[TraceRow, ...]:
        """A row a second from the start to the end, none within pauses.

        Files count in whole seconds. So that no metre is lost when the clock stops, the rows at both edges of a pause
        have the metres at the stop, and the last row, up to a second late, has those of the end.
        """
        return tuple(_records(self.trace))

    @property
    def metres(self) -> Metres | None:
        """Its measured length; if unmeasured, that of its steps by the lines."""
        return self.summary.distance if self.trace.distance is None else self.trace.distance

    @property
    def is_on_track(self) -> bool:
        """True if the workout is on a track."""
        return self.trace.timeline.context.surface == "track"


def _records(trace: RunTrace) -> Iterator[TraceRow]:
    metres_at: dict[int, Metres | None] = {}
    inside: set[int] = set()
    for since, until in trace.pauses:
        metres = trace.rows[ceil(since)].distance_m if ceil(since) < until else None
        metres = metres or trace.rows[floor(since)].distance_m
        first, last = round(since), round(until)
        inside.update(range(first + 1, last))
        if last > first and metres is not None:
            metres_at |= {first: metres, last: metres}
    end = Seconds(float(ceil(trace.ended_at)))
    if trace.distance is not None:
        metres_at[int(end)] = trace.distance
    last_row: TraceRow | None = None
    for row in trace.run_rows:
        second = int(row.at_s)
        if second not in inside:
            last_row = replace(row, distance_m=metres_at[second]) if second in metres_at else row
            yield last_row
    if last_row is not None and trace.distance is not None and end > last_row.at_s:
        yield replace(last_row, at_s=end, distance_m=trace.distance)


def _laps(activity: Activity) -> Iterator[ActivityLap]:
    """The laps of a run, which together cover it; a run that never started has one of no length.

    What follows the last step, such as a question or a wait for a start that never came, is a lap of its own, or joins
    the last one if it is short.
    """
    trace, end_s, last_s = activity.trace, activity.started_at, activity.ended_at
    reached_m: Metres | None = None if trace.distance is None else Metres(0.0)
    steps = [traced for traced in trace.steps if not only_asks(traced.step)]
    if steps and 0.0 < last_s - steps[-1].to_s <= _WAITED_S:
        steps[-1] = replace(steps[-1], to_s=last_s, to_m=trace.distance)
    for traced in steps:
        if traced.from_s - end_s > _WAITED_S:
            yield _lap(trace, (end_s, traced.from_s), (reached_m, traced.from_m), LapTrigger.END, None)
            end_s, reached_m = traced.from_s, traced.from_m
        cuts = _cuts(activity, traced)
        for place, (to_s, to_m) in enumerate(cuts):
            trigger = LapTrigger.MANUAL if place < len(cuts) - 1 else _trigger(traced)
            yield _lap(trace, (end_s, to_s), (reached_m, to_m), trigger, traced)
            end_s, reached_m = to_s, to_m
    if last_s > end_s or not steps:
        yield _lap(trace, (end_s, last_s), (reached_m, trace.distance), LapTrigger.END, None)


def _cuts(activity: Activity, traced: TracedStep) -> list[tuple[Seconds, Metres | None]]:
    """The ends of the laps of a step: each press of a free run, and the end of the step."""
    end = (traced.to_s, traced.to_m)
    if traced.step.kind is not Kind.OPEN:
        return [end]
    splits = [split for split in activity.summary.splits.get(traced.step.step_id, ()) if split.counts]
    cuts = [
        (
            activity.trace.time_at(traced.from_run_s + split.time_s),
            None if split.metres is None or traced.from_m is None else Metres(traced.from_m + split.metres),
        )
        for split in splits
    ]
    return [*(cut for cut in cuts if traced.from_s < cut[0] < traced.to_s), end]


def _lap(
    trace: RunTrace,
    times: tuple[Seconds, Seconds],
    metres: tuple[Metres | None, Metres | None],
    trigger: LapTrigger,
    traced: TracedStep | None,
) -> ActivityLap:
    from_s, to_s = times
    paused_s = sum(
        min(until, to_s) - max(since, from_s)
        for since, until in trace.pauses
        if since < to_s and until > from_s
    )
    rows = tuple(row for row in trace.rows if from_s <= row.at_s < to_s and not row.is_paused)
    return ActivityLap(from_s, to_s, Seconds(to_s - from_s - paused_s), *metres, trigger, rows, traced)


def _trigger(traced: TracedStep) -> LapTrigger:
    match traced.result.reason:
        case EndReason.MARK | EndReason.NEXT:
            return LapTrigger.MANUAL
        case EndReason.DONE | EndReason.LINE:
            if any(isinstance(end, DistanceEnd) for end in traced.step.until.ends):
                return LapTrigger.DISTANCE
            is_by_time = any(isinstance(end, TimeEnd) for end in traced.step.until.ends)
            return LapTrigger.TIME if is_by_time else LapTrigger.END
        case EndReason.CAP:
            return LapTrigger.TIME
    return LapTrigger.END


def mean_of(rows: Sequence[TraceRow], name: str, *, above: float = -1.0) -> float | None:
    """The mean of a value over the rows that have it; None if none has."""
    values = [value for row in rows if (value := getattr(row, name)) is not None and value > above]
    return fmean(values) if values else None


def most_of(rows: Sequence[TraceRow], name: str) -> float | None:
    """The highest value of the rows; None if none has it."""
    return max((value for row in rows if (value := getattr(row, name)) is not None), default=None)


def strides(cadence_spm: float) -> tuple[int, float]:
    """A cadence of both feet as other programs count it: whole strides of one foot a minute, and the fraction."""
    count, rest = divmod(round(64.0 * cadence_spm), 128)
    return count, rest / 128.0


# --- formats


class ActivityWriter(Protocol):
    """The function that the module of a format offers."""

    def write(self, activity: Activity) -> bytes:
        """Write the run as a file."""
        ...


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """The facts about a format."""

    title: str
    """Its name in a sentence."""
    is_dated: bool
    """True if each of its values carries a date."""
    module: str
    """The module that writes it, loaded when it is needed."""


ACTIVITY_FORMATS: Final[Mapping[ActivityFormat, ActivityRow]] = {
    ActivityFormat.FIT: ActivityRow("FIT", is_dated=True, module="coach.interchange.recordings.fit"),
    ActivityFormat.TCX: ActivityRow("TCX", is_dated=True, module="coach.interchange.recordings.track"),
    ActivityFormat.CSV: ActivityRow(
        "the CSV stream", is_dated=False, module="coach.interchange.recordings.csv"
    ),
    ActivityFormat.JSON: ActivityRow("JSON", is_dated=False, module="coach.interchange.recordings.activity"),
}


def write_activity(activity: Activity, to: ActivityFormat) -> bytes:
    """Write a run as a file of a format."""
    return cast("ActivityWriter", import_module(ACTIVITY_FORMATS[to].module)).write(activity)


# --- a run as one JSON object: its outputs as events, the laps, and the values of each second
#
# The events have the keys of `coach replay --json`. A value that was not known at a second is null there, because the
# columns of the trace are as long as each other; everywhere else an unknown key is absent.

FORMAT: Final = "coach-activity/1"
_DIGITS: Final = {
    "at_s": 0,
    "run_s": 2,
    "distance_m": 2,
    "speed_mps": 3,
    "heart_rate_bpm": 0,
    "cadence_spm": 1,
    "power_w": 0,
}
"""The columns of the trace, with their decimals."""


def write(activity: Activity) -> bytes:
    """Write JSON, one event a line."""
    trace, began = activity.trace, activity.trace.began
    head: dict[str, Any] = {"format": FORMAT, "run": activity.run, "unit": trace.unit}
    if began is not None:
        head["began_epoch_s"] = round(began.epoch_s, 3)
        if began.utc_offset_s is not None:
            head["utc_offset_s"] = began.utc_offset_s
    put_measure(head, "time_s", activity.time_s)
    put_measure(head, "distance_m", activity.metres)
    if trace.distance_source is not None:
        head["distance_source"] = trace.distance_source.value
    if activity.document is not None:
        head["workout"] = dict(activity.document)
    head["laps"] = [_lap_tree(lap) for lap in activity.laps]
    head["pauses"] = [{"from_s": round(since, 3), "to_s": round(until, 3)} for since, until in trace.pauses]
    head["rr"] = [{"at_s": round(at, 3), "rr_s": round(beat, 4)} for at, beat in trace.beats]
    head["trace"] = _trace_tree(trace)
    events = ",\n".join(_json_text(encode_event(timed.output, timed.run_s)) for timed in trace.outputs)
    return f'{_json_text(head)[:-1]},"events":[\n{events}\n]}}\n'.encode()


def _json_text(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _lap_tree(lap: ActivityLap) -> dict[str, Any]:
    tree: dict[str, Any] = {"from_s": round(lap.from_s, 3), "to_s": round(lap.to_s, 3)}
    put_measure(tree, "time_s", lap.time_s)
    put_measure(tree, "distance_m", lap.metres)
    if lap.step is not None:
        tree |= {"step_id": lap.step.step_id, "path": lap.step.path, "kind": lap.step.kind.value}
    if lap.line_metres is not None:
        tree["line_distance_m"] = round(lap.line_metres, 2)
    return tree | {"trigger": lap.trigger.value}


def _trace_tree(trace: RunTrace) -> dict[str, list[Any]]:
    """The seconds of the run as columns."""
    rows = trace.run_rows
    columns: dict[str, list[Any]] = {
        name: [rounded(getattr(row, name), digits) for row in rows] for name, digits in _DIGITS.items()
    }
    columns["step_id"] = [row.step_id for row in rows]
    columns["is_paused"] = [row.is_paused for row in rows]
    columns["has_gap"] = [row.has_gap for row in rows]
    return columns
