"""The summary of a run: its totals, a row for every step that was run, and its reps with their splits.

Made from the outputs of a run or of its fold, so that the review on the screen, `coach runs show`, the table that
stays in the terminal and the sheet cannot disagree. What was not measured stays None.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from statistics import fmean, stdev
from typing import Final, NamedTuple

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.live.contract import Output, RunEnded, RunStarted
from coach.physiology.surroundings import MARK_TOLERANCE_M
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.events import (
    NOT_RUN,
    Answered,
    BoundaryMoved,
    EndReason,
    RunResumed,
    Split,
    StepEnded,
    StepStarted,
    Undone,
    light_time,
)
from coach.session.phases import Button, SplitRole
from coach.signals.readings import Source
from coach.workout.kinds import RESTS, RUN, TIMED, Kind
from coach.workout.timeline import Step, Timeline

NEAR_S: Final = Seconds(2.0)
"""A rep within this of its plan was run as planned: half a per cent of 400 s, and the error of a thumb on a watch."""


@dataclass(frozen=True, slots=True)
class RepSplit:
    """One split of a step."""

    time_s: Seconds
    """Step time of the split, with every correction of the line."""
    told_s: Seconds
    """Step time as it was spoken during the run."""
    metres: Metres | None
    """Planned metres of the step; of a free run those measured; None for a bare split."""
    role: SplitRole
    pressed: bool
    """True if it was pressed; else it was passed by distance."""

    @property
    def counts(self) -> bool:
        """True if it separates two stretches: a doubtful press does if it was credited to a mark."""
        credited = self.role in {SplitRole.DOUBTFUL, SplitRole.END} and self.metres is not None
        return credited or self.role is SplitRole.SPLIT


@dataclass(frozen=True, slots=True)
class RepRow:
    """One rep of the table."""

    number: int
    """From 1, counted over the whole run."""
    result: StepEnded
    times: Mapping[float, Seconds]
    """Step time at each column the rep reached: its splits and its end."""
    rest: StepEnded | None
    """The rest that followed it; None where none did."""

    @property
    def off_s(self) -> Seconds | None:
        """Seconds against the plan, + is slow; None without a plan, of no time, or if its metres are not known."""
        return self.result.light_s if self.result.time_s > 0.0 else None

    @property
    def has_drop(self) -> bool:
        """True if a rest of a minute followed, in which a heart rate can fall."""
        return self.rest is not None and self.rest.time_s >= DROP_S

    @property
    def drop(self) -> BeatsPerMinute | None:
        """Fall of the heart rate in the first 60 s of the rest; None if unknown."""
        return None if self.rest is None else self.rest.heart_rate_drop

    def laps(self, columns: Sequence[float]) -> list[Seconds | None]:
        """The time from each column to the next; None if either end is unknown."""
        laps: list[Seconds | None] = []
        before: Seconds | None = Seconds(0.0)
        for column in columns:
            time_s = self.times.get(column)
            is_known = time_s is not None and before is not None
            laps.append(
                Seconds(time_s - before) if is_known and time_s is not None and before is not None else None
            )
            before = time_s
        return laps

    def plan_laps(self, columns: Sequence[float]) -> list[Seconds | None]:
        """The planned time of each of those stretches; None without a pace."""
        step, laps, before = self.result.step, [], 0.0
        for column in columns:
            at = light_time(step, column, None)
            laps.append(None if at is None or column not in self.times else Seconds(at - before))
            before = 0.0 if at is None else at
        return laps


DROP_S: Final = 60.0
"""Seconds of a rest after which the drop of the heart rate is read, the stretch that studies of recovery use."""


@dataclass(frozen=True, slots=True)
class RepTable:
    """The reps of a run, and their totals."""

    rows: tuple[RepRow, ...]
    columns: tuple[float, ...]
    """Positions of the splits: planned metres of the rep, or 1, 2, 3 ... for bare splits."""
    is_by_metres: bool
    """True if the columns are metres."""

    @property
    def is_even(self) -> bool:
        """True if all reps have one planned length, so that their times can be compared."""
        return len({_length(row.result.step) for row in self.rows}) == 1

    @property
    def mean_speed(self) -> MetresPerSecond | None:
        """Metres of the measured reps over their time; None where none was measured."""
        rows = [row.result for row in self.rows if row.result.distance and row.result.time_s > 0]
        time_s = sum(row.time_s for row in rows)
        return MetresPerSecond(sum(row.distance or 0.0 for row in rows) / time_s) if rows else None

    @property
    def plan_speed(self) -> MetresPerSecond | None:
        """The pace all reps were planned at, as a speed; None where they differ or have none."""
        speeds = {1.0 / at if (at := light_time(row.result.step, 1.0, None)) else None for row in self.rows}
        speed = speeds.pop() if len(speeds) == 1 else None
        return None if speed is None else MetresPerSecond(speed)

    @property
    def whole_times(self) -> tuple[Seconds, ...]:
        """The times of the reps that were not cut short."""
        return tuple(row.result.time_s for row in self.rows if not row.result.cut)

    @property
    def mean_time_s(self) -> Seconds | None:
        """The mean time of a rep that was not cut short; None without one, or if their lengths differ."""
        times = self.whole_times
        return Seconds(fmean(times)) if times and self.is_even else None

    @property
    def offs(self) -> tuple[tuple[RepRow, Seconds], ...]:
        """The reps that have a plan, with their seconds against it."""
        return tuple((row, row.off_s) for row in self.rows if row.off_s is not None)

    @property
    def mean_off_s(self) -> Seconds | None:
        """Seconds a rep against the plan, + is slow."""
        return Seconds(fmean(off for _, off in self.offs)) if self.offs else None

    @property
    def near(self) -> int:
        """Number of reps within 2 s of their plan, by the tenths that are shown."""
        return sum(abs(round(off, 1)) <= NEAR_S for _, off in self.offs)

    @property
    def evenness(self) -> float | None:
        """Standard deviation of the rep times over their mean; None below two whole reps of one length."""
        times = self.whole_times
        if len(times) < 2 or not self.is_even or _length(self.rows[0].result.step) is None:
            return None
        return stdev(times) / fmean(times)

    @property
    def mean_heart_rate(self) -> BeatsPerMinute | None:
        """The mean of the reps' mean heart rates."""
        rates = [row.result.mean_heart_rate for row in self.rows if row.result.mean_heart_rate is not None]
        return BeatsPerMinute(fmean(rates)) if rates else None

    @property
    def peak(self) -> BeatsPerMinute | None:
        """The highest heart rate of all reps."""
        return max(
            (row.result.max_heart_rate for row in self.rows if row.result.max_heart_rate), default=None
        )

    @property
    def mean_drop(self) -> BeatsPerMinute | None:
        """The mean fall of the heart rate in the first 60 s of a rest."""
        drops = [row.drop for row in self.rows if row.drop is not None]
        return BeatsPerMinute(fmean(drops)) if drops else None

    @property
    def is_by_hand(self) -> bool:
        """True if every rep was measured by presses alone."""
        return bool(self.rows) and all(row.result.distance_source is Source.MARKS for row in self.rows)

    def mean_laps(self, columns: Sequence[float]) -> list[Seconds | None]:
        """The mean of each stretch over the reps that have it; all None if the reps differ in length."""
        stretches = zip(*(row.laps(columns) for row in self.rows), strict=True)
        laps_run = [[lap for lap in stretch if lap is not None] for stretch in stretches]
        return [Seconds(fmean(laps)) if laps and self.is_even else None for laps in laps_run]

    def thinned(self, most: int) -> tuple[float, ...]:
        """At most `most` columns: every second, third ... of them counted from the end, so that the last stays."""
        if most <= 0:
            return ()
        every = -(-len(self.columns) // most)
        return self.columns[::-1][:: max(1, every)][::-1]


@dataclass(frozen=True, slots=True)
class FreeLap:
    """One lap of running without reps."""

    number: int
    time_s: Seconds
    """From the split before to this one."""
    total_s: Seconds
    metres: Metres | None
    """Metres of this lap; None where they are not known."""


class RunCurves(NamedTuple):
    """The measurements of a whole run, each value with its time."""

    speed: tuple[tuple[float, float], ...]
    heart_rate: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run."""

    run: str
    workout: str
    athlete: str
    """The athlete's slug; empty if none was given."""
    completed: bool
    """True if every step ended before the run did."""
    steps_done: int
    time_s: Seconds | None
    """Running time, pauses excluded; None if it never started."""
    distance: Metres | None
    """Metres of all steps that were measured; None if none was."""
    rows: tuple[StepEnded, ...]
    """The steps that were run, in the order they ended, after every correction of an end."""
    cues: Mapping[CueKind, int]
    """The number of cues of each kind."""
    splits: Mapping[str, tuple[RepSplit, ...]] = field(default_factory=dict)
    """Every press and passed mark of each step by its id, with its role."""
    answers: tuple[Answered, ...] = ()
    """The questions of the workout with their answers."""
    skipped: tuple[Step, ...] = ()
    """The steps that never started, because the cool-down came early."""
    gaps: tuple[RunResumed, ...] = ()
    """The gaps in which the program was cut off, each with how the run went on."""
    planned_reps: int | None = None
    """The reps of the workout as it was at the end; None if unknown."""
    reps: RepTable = RepTable((), (), is_by_metres=True)
    """The reps that were run, with their splits."""
    laps: tuple[FreeLap, ...] = ()
    """The laps of a free run; empty where there are none."""

    @property
    def has_plan(self) -> bool:
        """True if there was a plan to complete; a free run has none."""
        return bool(self.skipped) or any(row.step.kind is not Kind.OPEN for row in self.rows)

    @property
    def verdicts(self) -> int:
        """The number of cues that judged the runner."""
        return sum(count for kind, count in self.cues.items() if kind in VERDICTS)

    @property
    def metres(self) -> Metres | None:
        """Metres of the run so far; None if nothing was measured."""
        lengths = [metres for row in self.rows if (metres := row.run_metres) is not None]
        return Metres(sum(lengths)) if lengths else None

    def laps_of(self, row: StepEnded) -> list[Seconds | None]:
        """The time from each split of a step to the one before it that counts; None for one that does not."""
        laps: list[Seconds | None] = []
        before_s = Seconds(0.0)
        for split in self.splits.get(row.step.step_id, ()):
            counts = split.counts
            laps.append(Seconds(split.time_s - before_s) if counts else None)
            before_s = split.time_s if counts else before_s
        return laps

    @property
    def effort(self) -> int | None:
        """The effort of the run, 1 to 10, if the workout asked for it and got an answer."""
        efforts = [answer.answer for answer in self.answers if is_effort_question(answer.question)]
        return efforts[-1] if efforts else None


def is_effort_question(question: str) -> bool:
    """Return whether a question of a workout asks for the effort of the run, so that it need not be asked again."""
    words = question.casefold()
    return "rpe" in words or ("how hard" in words and "1" in words)


class SummaryBuilder:
    """Adds up the outputs of a run as they come."""

    def __init__(self) -> None:
        """Start empty."""
        self._started = RunStarted(Seconds(0.0), "", "", "")
        self._ended: RunEnded | None = None
        self._rows: dict[str, StepEnded] = {}
        self._skipped: dict[str, Step] = {}
        self._splits: dict[str, list[RepSplit]] = {}
        self._answers: dict[str, Answered] = {}
        self._cues: Counter[CueKind] = Counter()
        self._gaps: list[RunResumed] = []
        self._step_id = ""
        self._presses: list[tuple[str, RepSplit]] = []

    def add(self, output: Output) -> None:
        """Add an output."""
        match output:
            case RunStarted():
                self._started = output
            case RunEnded():
                self._ended = output
            case StepStarted(step=step):
                self._skipped.pop(step.step_id, None)
                self._step_id = step.step_id
            case StepEnded():
                self._add_end(output)
            case BoundaryMoved():
                self._move(output)
            case Split():
                self._add_split(output)
            case Undone():
                self._undo(output)
            case Answered(step_id=step_id):
                self._answers[step_id] = output
            case RunResumed():
                self._gaps.append(output)
                self._ended = None  # an end that was taken back is none
            case Cue(kind=kind):
                self._cues[kind] += 1
            case _:
                pass

    def summary(self, timeline: Timeline | None = None) -> Summary:
        """The summary of the outputs so far.

        Args: timeline: the workout as it was at the end, for its number of reps.
        """
        started, ended, rows = self._started, self._ended, self._rows
        splits = {name: tuple(own) for name, own in self._splits.items() if name in rows and own}
        results = tuple(rows.values())
        return Summary(
            run=started.run,
            workout=started.workout,
            athlete=started.athlete,
            completed=ended is not None and ended.completed,
            steps_done=len(rows) if ended is None else ended.steps_done,
            time_s=None if ended is None else ended.time_s,
            distance=None if ended is None else ended.distance,
            rows=results,
            cues=dict(self._cues),
            splits=splits,
            answers=tuple(self._answers.values()),
            skipped=tuple(self._skipped.values()),
            gaps=tuple(self._gaps),
            planned_reps=None if timeline is None else sum(step.kind in TIMED for step in timeline.steps),
            reps=rep_table(results, splits),
            laps=free_laps(results, splits),
        )

    def _add_end(self, ended: StepEnded) -> None:
        name = ended.step.step_id
        self._rows.pop(name, None)  # a second end of a step replaces the first
        self._skipped.pop(name, None)
        if ended.reason is EndReason.SKIPPED:
            self._skipped[name] = ended.step
        if ended.reason in NOT_RUN:
            self._splits.pop(name, None)
        else:
            self._rows[name] = ended

    def _add_split(self, split: Split) -> None:
        """Keep a split of the step under way, or of one that has ended; it replaces one at the same metres."""
        if split.time_s is None:
            return
        step_id = split.step_id or self._step_id
        row = RepSplit(split.time_s, split.time_s, split.metres, split.role, split.pressed)
        if split.pressed and not split.is_listed_only:
            self._presses.append((step_id, row))
        splits = self._splits.setdefault(step_id, [])
        splits[:] = [other for other in splits if not _is_same_place(other.metres, row.metres)] + [row]

    def _undo(self, undone: Undone) -> None:
        """Take back the newest press if it was a mark, and the end of the step that goes on."""
        if undone.button in {Button.MARK, Button.GO} and self._presses:
            step_id, split = self._presses.pop()
            splits = self._splits.get(step_id, [])
            splits[:] = [other for other in splits if other.told_s != split.told_s]
        self._rows.pop(undone.step_id, None)
        self._skipped.pop(undone.step_id, None)
        self._step_id = undone.step_id

    def _move(self, event: BoundaryMoved) -> None:
        """Re-time the end of a step, and the splits of the one that has begun there."""
        row, shift = self._rows.get(event.step_id), event.to_s - event.from_s
        if row is not None:
            self._rows[event.step_id] = _moved(row, event)
        if event.step_id != self._step_id and shift:
            splits = self._splits.get(self._step_id, [])
            splits[:] = [replace(split, time_s=Seconds(max(0.0, split.time_s - shift))) for split in splits]


def summarize(outputs: Iterable[Output], timeline: Timeline | None = None) -> Summary:
    """Add up the outputs of a run, from its start to its end (or as far as they go)."""
    builder = SummaryBuilder()
    for output in outputs:
        builder.add(output)
    return builder.summary(timeline)


def rep_table(rows: Sequence[StepEnded], splits: Mapping[str, Sequence[RepSplit]]) -> RepTable:
    """The reps among the steps that were run, with their splits."""
    run = [row for row in rows if row.step.kind in RUN]
    reps = [(row, after) for row, after in zip_longest(run, run[1:]) if row.step.kind in TIMED]
    step_splits = [_counted(row, splits) for row, _ in reps]
    is_by_metres = any(split.metres is not None for row in step_splits for split in row) or not any(
        step_splits
    )
    times = [
        _times(row, split, is_by_metres=is_by_metres)
        for (row, _), split in zip(reps, step_splits, strict=True)
    ]
    return RepTable(
        tuple(
            RepRow(number, row, time, after if after is not None and after.step.kind in RESTS else None)
            for number, ((row, after), time) in enumerate(zip(reps, times, strict=True), 1)
        ),
        tuple(sorted({column for time in times for column in time}))
        if any(len(time) > 1 for time in times)
        else (),
        is_by_metres,
    )


def free_laps(rows: Sequence[StepEnded], splits: Mapping[str, Sequence[RepSplit]]) -> tuple[FreeLap, ...]:
    """The laps of a free run; empty where none was pressed."""
    laps: list[FreeLap] = []
    total_s = 0.0
    for row in rows:
        step_splits = _counted(row, splits)
        if row.step.kind is not Kind.OPEN or not step_splits:
            continue
        before_s: float = 0.0
        before_m: Metres | None = Metres(0.0)
        ends = [(split.time_s, split.metres) for split in step_splits]
        for time_s, metres in [*ends, (row.time_s, row.distance)]:
            total_s += time_s - before_s
            length = None if metres is None or before_m is None else Metres(metres - before_m)
            laps.append(FreeLap(len(laps) + 1, Seconds(time_s - before_s), Seconds(total_s), length))
            before_s, before_m = time_s, metres
    return tuple(laps)


def _counted(row: StepEnded, splits: Mapping[str, Sequence[RepSplit]]) -> list[RepSplit]:
    """The splits of a step that count."""
    return [split for split in splits.get(row.step.step_id, ()) if split.counts]


def _moved(row: StepEnded, event: BoundaryMoved) -> StepEnded:
    """Correct a row whose end was re-timed: time, distance and mean speed; the light moves with the time."""
    shift = event.to_s - event.from_s
    time_s = Seconds(row.time_s + shift)
    distance = row.distance if event.distance is None else event.distance
    if event.measured is not None:  # the runner was at the line
        distance = row.step.until.distance()
    is_measured = distance is not None and row.mean_speed is not None and time_s > 0
    return replace(
        row,
        ended_at=event.to_s,
        time_s=time_s,
        distance=distance,
        measured=row.measured if event.measured is None else event.measured,
        mean_speed=MetresPerSecond(distance / time_s)
        if is_measured and distance is not None
        else row.mean_speed,
        light_s=None if row.light_s is None else Seconds(row.light_s + shift),
        estimated=False,
    )


def _times(row: StepEnded, splits: Sequence[RepSplit], *, is_by_metres: bool) -> dict[float, Seconds]:
    """Step time at each column: the splits, then the end of the rep where it reached one.

    A pod that measured another length up to the line is scaled by it: its splits lie a share of their time later
    or earlier. A press was at the line and stays.
    """
    length = _length(row.step)
    if not is_by_metres:
        laps = [split.time_s for split in splits] + ([row.time_s] if splits else [])
        return {float(place): time_s for place, time_s in enumerate(laps, 1)}
    scale = row.measured / length if row.measured and length and row.distance == length else 1.0
    times: dict[float, Seconds] = {}
    for split in splits:
        if split.metres is not None and (length is None or split.metres < length - MARK_TOLERANCE_M):
            times[round(split.metres)] = Seconds(split.time_s * (1.0 if split.pressed else scale))
    if length is not None and row.distance is not None and abs(row.distance - length) <= MARK_TOLERANCE_M:
        times[round(length)] = row.time_s
    return times


def _length(step: Step) -> float | None:
    """The planned length of a rep: metres; None for one by time or mark."""
    return step.until.distance()


def _is_same_place(metres: Metres | None, other: Metres | None) -> bool:
    return metres is not None and other is not None and abs(metres - other) < MARK_TOLERANCE_M
