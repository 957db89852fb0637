"""The public recordings, with the workout each runner evidently ran.

Nobody wrote the truth into these files. It is taken from what the source said before and after each moment, which no
coach can have: a mean around it of 7 s (positions: 15 s), late by nothing. Seconds against the light are counted in the
source's own metres: a late, smoothed speed leaves up to 50 m of a lap of 400 m out. Where a file's speed and its
distance differ, distance is right: the speed is multiplied by what is missing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Final

from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.live.contract import Input, RunSetup
from coach.quantities import Seconds
from coach.session.phases import Pressed
from coach.signals.odometer import interpolated
from coach.signals.readings import Reported, Source
from coach.workout.document import compile_workout, document_from
from coach.workout.kinds import Kind
from coach.workout.resolve import pace_band
from coach.workout.timeline import (
    Band,
    CoachBy,
    Context,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)
from tests.benchmarks.cue_quality.series import RECORDINGS
from tests.benchmarks.sessions.played import Session, Truth, replayed

INTERVALS: Final = (
    "track_12x400m_1hz.gpx",
    "track_7x1km_1hz.gpx",
    "intervals_11x80s_1hz.gpx",
    "intervals_fenix6x_stryd_4xhalfmile.fit",
    "workout_10x400m_90s_smartrec.fit",
    "run_walk_intervals_rundouble.csv",
)
"""Sessions whose reps stand out by their speed; their pace is the median of what was run."""
STEADY: Final = (
    "steady_fenix2.fit",
    "steady_fenix6x_stryd_3pauses.fit",
    "long_fenix5x_stryd_7pauses.fit",
    "outdoor_stryd_speed_source.fit",
    "stryd_app_pod_and_gps_speed.fit",
    "treadmill_stryd_280s_hole.fit",
    "steady_11km_sparse.tcx",
)
"""Long runs: one step in the range of speeds that was run, after the first five minutes."""
EMBEDDED: Final = ("workout_9x2min_pace_target_smartrec.fit",)
"""Sessions with their workout in the file."""
_WARM_UP_S: Final = 300
_SHORTEST_REP_S: Final = 35
_LAPS_OF_REPS: Final = 4
_WALK: Final = 1.5
"""m/s; slower is no running."""
_AROUND_S: Final = 3
_AROUND_POSITIONS_S: Final = 7
_LONGEST_GAP_S: Final = 15.0
_LATE_S: Final = {Source.POD: 2, Source.WATCH: 3, Source.POSITIONS: 0}
"""What a source says is so many seconds old."""
_DIFFERS: Final = 0.04
_PIECE_S: Final = 300.0


@dataclass(frozen=True)
class _Part:
    """A stretch of a recording that is one step."""

    kind: Kind
    start_s: int
    end_s: int


def recorded_names(folder: Path = RECORDINGS) -> list[str]:
    """The recordings that are there."""
    return [name for name in (*INTERVALS, *EMBEDDED, *STEADY) if (folder / name).is_file()]


def run_recorded(name: str, steer: CoachBy, folder: Path = RECORDINGS) -> Session:
    """Fold one recording, steered one way."""
    recording = read_recording((folder / name).read_bytes(), name=name)
    inputs = [event for event in recording.inputs if not isinstance(event, Pressed)]
    told = _leading(inputs)
    source, speeds = told[0].source, _true_speeds(told)
    if name in EMBEDDED:
        timeline = _embedded(recording, name)
    else:
        is_steady = name in STEADY
        parts = [_Part(Kind.WORK, _WARM_UP_S, len(speeds) - 30)] if is_steady else _reps(recording, speeds)
        target = _range_of(speeds) if is_steady else _pace_of(parts, speeds)
        timeline = _timeline(name, parts, target, steer, "treadmill" if "treadmill" in name else "road")
    setup = RunSetup(name, timeline, counts_from=inputs[0].at)
    truth = _truth(timeline, speeds, _true_metres(told, speeds))
    return replayed(f"{name}, {steer.value}, {source.value}", setup, inputs, truth)


def _embedded(recording: ForeignRecording, name: str) -> Timeline:
    assert recording.workout is not None
    return compile_workout(document_from(dict(recording.workout), name=name), None)


def _leading(inputs: Sequence[Input]) -> list[Reported]:
    """What the source that leads told: its samples with a speed."""
    by_source: dict[Source, list[Reported]] = {}
    for event in inputs:
        if isinstance(event, Reported) and event.speed is not None:
            by_source.setdefault(event.source, []).append(event)
    return next(by_source[one] for one in (Source.POD, Source.WATCH, Source.POSITIONS) if one in by_source)


def _true_speeds(told: Sequence[Reported]) -> list[float]:
    """The true speed of each second."""
    source, times = told[0].source, [one.at for one in told]
    around = _AROUND_POSITIONS_S if source is Source.POSITIONS else _AROUND_S
    by_second = [_at(told, times, second + _LATE_S[source]) for second in range(int(times[-1]))]
    right = _ratio(told)
    return [
        right * fmean(by_second[max(0, second - around) : second + around + 1])
        for second in range(len(by_second))
    ]


def _true_metres(told: Sequence[Reported], speeds: Sequence[float]) -> list[float]:
    """What was run at the end of each second, by the source's own metres; by its speed where it counts none."""
    counts = [(one.at, float(one.distance)) for one in told if one.distance is not None]
    if not counts:
        return list(accumulate(speeds))
    times, metres = [at for at, _ in counts], [gone for _, gone in counts]
    ends = (min(max(second + 1.0, times[0]), times[-1]) for second in range(len(speeds)))
    return [interpolated(times, metres, end) or 0.0 for end in ends]


def _at(told: Sequence[Reported], times: Sequence[float], at: float) -> float:
    """The speed at a moment, along a line between two samples; 0 in a gap."""
    index = bisect_right(times, at) - 1
    if index < 0:
        return told[0].speed or 0.0
    if index + 1 >= len(told):
        return told[-1].speed or 0.0
    before, after = told[index], told[index + 1]
    gap = after.at - before.at
    if gap > _LONGEST_GAP_S:
        return 0.0
    share = (at - before.at) / gap if gap else 0.0
    return (before.speed or 0.0) * (1.0 - share) + (after.speed or 0.0) * share


def _ratio(told: Sequence[Reported]) -> float:
    """Distance over speed summed up, where they differ by 4 % in most pieces of five minutes; else 1.

    It is the median of the pieces: one in which a speed is missing, as at a start, says nothing of the others.
    """
    pieces: dict[int, tuple[float, float]] = {}
    for before, after in pairwise(told):
        gap = after.at - before.at
        if gap > _LONGEST_GAP_S or before.distance is None or after.distance is None:
            continue
        summed, gone = pieces.get(int(after.at // _PIECE_S), (0.0, 0.0))
        summed += gap * ((before.speed or 0.0) + (after.speed or 0.0)) / 2
        pieces[int(after.at // _PIECE_S)] = summed, gone + after.distance - before.distance
    ratios = [gone / summed for summed, gone in pieces.values() if summed and gone]
    ratio = median(ratios) if ratios else 1.0
    return ratio if abs(ratio - 1.0) >= _DIFFERS else 1.0


def _reps(recording: ForeignRecording, speeds: Sequence[float]) -> list[_Part]:
    """The laps that are clearly faster than the rest, or such stretches where nobody pressed a key, and the rests."""
    ranked = sorted(speeds)
    middle = (ranked[len(ranked) // 4] + ranked[int(len(ranked) * 0.85)]) / 2
    if len(recording.laps) >= _LAPS_OF_REPS:
        laps = [(round(lap.start_s), min(round(lap.end_s), len(speeds))) for lap in recording.laps]
        fast = [(start, end) for start, end in laps if end > start and fmean(speeds[start:end]) >= middle]
    else:
        fast = list(_stretches(speeds, middle))
    parts: list[_Part] = []
    for begin, end in fast:
        if end - begin < _SHORTEST_REP_S:
            continue
        if parts and begin > parts[-1].end_s:
            parts.append(_Part(Kind.RECOVERY, parts[-1].end_s, begin))
        parts.append(_Part(Kind.WORK, begin, end))
    return parts


def _stretches(speeds: Sequence[float], middle: float) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for second, speed in enumerate([*speeds, 0.0]):
        if speed >= middle and start is None:
            start = second
        elif speed < middle and start is not None:
            yield start, second
            start = None


def _pace_of(parts: Sequence[_Part], speeds: Sequence[float]) -> StepTarget:
    """The pace of the reps: the median of their means, in whole seconds."""
    means = [fmean(speeds[one.start_s + 5 : one.end_s - 5]) for one in parts if one.kind is Kind.WORK]
    pace = 1000.0 / round(1000.0 / median(means))
    return StepTarget(Quantity.SPEED, pace_band(pace, "", Kind.WORK), "the pace of the reps")


def _range_of(speeds: Sequence[float]) -> StepTarget:
    """The range of a long run: from its slowest sixth to its fastest, stops left out."""
    ran = sorted(speed for speed in speeds if speed > _WALK)
    low, high = (ran[len(ran) * sixths // 6] for sixths in (1, 5))
    return StepTarget(
        Quantity.SPEED, Band(low, (low + high) / 2, high), "the range of the run", is_range=True
    )


def _timeline(
    name: str, parts: Sequence[_Part], target: StepTarget, steer: CoachBy, surface: str
) -> Timeline:
    """The steps of the parts, all of them by time."""
    steps = []
    if parts[0].start_s:
        steps.append(_step(0, _Part(Kind.WARM_UP, 0, parts[0].start_s), None, steer))
    steps += [
        _step(number + 1, part, target if part.kind is Kind.WORK else None, steer)
        for number, part in enumerate(parts)
    ]
    return Timeline(name, tuple(steps), Context(surface=surface))


def _step(number: int, part: _Part, target: StepTarget | None, steer: CoachBy) -> Step:
    until = EndConditions((TimeEnd(Seconds(float(part.end_s - part.start_s))),))
    return Step(str(number), "Main", "Main", part.kind, part.kind.value, until, target, steer=steer)


def _truth(timeline: Timeline, speeds: list[float], metres: list[float]) -> Truth:
    """The truth of a recording: its steps are by time, so the runner's own are the coach's."""
    truth, at = Truth(speeds, metres), 0.0
    for index, step in enumerate(timeline.steps):
        truth.began[index] = at
        at += step.until.time() or 0.0
        truth.ended[index] = min(at, float(len(speeds)))
    for second in range(len(speeds)):
        truth.own.append(max(index for index, began in truth.began.items() if began <= second))
    return truth
