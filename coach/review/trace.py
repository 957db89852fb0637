"""The trace of a run: its values at each second, its steps and pauses; and one moment of a recording, with reasons.

A trace is made once a run was folded, from the readings the fold has kept, so it needs no second fold. A value that
was not live at a second is None there: a gap stays a gap. The review, the report and every export read this one.

Sums and charts are made from `RunSeconds`: the seconds of running time alone, as columns. Pauses, gaps and
the time after the end have no rows in it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from math import ceil, floor, inf
from operator import attrgetter
from typing import Final, TypeVar

from coach.cues.cue import Cue, Suppression, SuppressionReason, Why
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.live.contract import Input, Output, without_repeats
from coach.live.run import LiveRun, TimedOutput, alive_until
from coach.live.snapshot import Snapshot
from coach.quantities import (
    BeatsPerMinute,
    Metres,
    MetresPerSecond,
    Seconds,
    StepsPerMinute,
    Watts,
    format_pace,
)
from coach.review.summary import RunCurves, Summary
from coach.session.events import StepEnded
from coach.session.results import ReadingSeries
from coach.signals.readings import Characteristic, Notified, Reported, Source, is_live, stale_after
from coach.workout.timeline import Step, Timeline

OutputType = TypeVar("OutputType", bound=Output)

_BEAT_SOURCES: Final = (Source.STRAP, Source.SIM, Source.RELAY, Source.WATCH)
"""The sources whose intervals between beats are kept, the best first."""


@dataclass(frozen=True, slots=True)
class WallStart:
    """The start of a run by the calendar."""

    epoch_s: float
    """Unix time at the first input, in seconds."""
    utc_offset_s: int | None = None
    """Seconds the local time was ahead of UTC; None where the recording does not say."""


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One second of a run; values that were not live are None."""

    at_s: Seconds
    """Whole seconds since the first input."""
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start and after the end."""
    distance_m: Metres | None
    """Metres run since the start, without those in pauses; None in a gap."""
    speed_mps: MetresPerSecond | None
    heart_rate_bpm: BeatsPerMinute | None
    cadence_spm: StepsPerMinute | None
    power_w: Watts | None
    step_id: str | None
    """The step under way; None between steps."""
    is_paused: bool
    has_gap: bool
    """True if the distance was measured before, and is not at this second."""


@dataclass(frozen=True, slots=True)
class TracedStep:
    """One step that was run, with its place in the run."""

    result: StepEnded
    """Its result, every correction of its end included."""
    from_s: Seconds
    """Its start, in seconds since the first input."""
    to_s: Seconds
    from_run_s: Seconds
    """Running time at its start."""
    to_run_s: Seconds
    from_m: Metres | None
    """Metres of the run at its start; None if not measured."""
    to_m: Metres | None

    @property
    def step(self) -> Step:
        """The step as planned."""
        return self.result.step

    @property
    def metres(self) -> Metres | None:
        """Its length as measured along the run; `result.distance` may be the planned one, if a line corrected it."""
        if self.from_m is None or self.to_m is None:
            return None
        return Metres(self.to_m - self.from_m)


@dataclass(frozen=True)
class RunTrace:
    """A whole run, second by second."""

    rows: tuple[TraceRow, ...]
    """From the first input to the last; the rows of the run itself have a `run_s`."""
    steps: tuple[TracedStep, ...]
    """The steps that were run, in the order they began; a question that was answered has no length."""
    pauses: tuple[tuple[Seconds, Seconds], ...]
    """The pauses between start and end, including gaps in which the program did not run."""
    beats: tuple[tuple[Seconds, Seconds], ...]
    """Intervals between beats of one sensor, in seconds, each with the time it was received; as sent, uncorrected."""
    outputs: tuple[TimedOutput, ...]
    """The outputs of the run, in order."""
    timeline: Timeline
    """The workout as it was at the end."""
    unit: str
    """Unit of paces: `km` or `mile`."""
    distance_source: Source | None
    """The source of most of the distance; `marks` for a run timed by hand, None if nothing was measured."""
    started_at: Seconds | None
    """The start of the run, in seconds since the first input; None if it never started."""
    ended_at: Seconds
    """The end of its last step, or of the run if that came first."""
    distance: Metres | None
    """Metres from the start to the end as measured, uncorrected by lines; None if nothing was measured."""
    began: WallStart | None
    """The start by the calendar; None if the recording does not say."""

    @cached_property
    def run_rows(self) -> tuple[TraceRow, ...]:
        """The rows between the start and the end."""
        return tuple(row for row in self.rows if row.run_s is not None)

    @property
    def curves(self) -> RunCurves:
        """Speed and heart rate over the whole run, for a picture."""
        rows = self.rows
        return RunCurves(
            tuple((row.at_s, row.speed_mps) for row in rows if row.speed_mps is not None),
            tuple((row.at_s, row.heart_rate_bpm) for row in rows if row.heart_rate_bpm is not None),
        )

    @property
    def cues(self) -> Iterator[Cue]:
        """The cues, in order."""
        return (timed.output for timed in self.outputs if isinstance(timed.output, Cue))

    def outputs_of(self, kind: type[OutputType]) -> Iterator[OutputType]:
        """The outputs of one type, in order: `trace.outputs_of(Split)`."""
        return (timed.output for timed in self.outputs if isinstance(timed.output, kind))

    def time_at(self, run_s: float) -> Seconds:
        """The first time at which running time reached `run_s`, in seconds since the first input."""
        return _time_at(self.started_at, self.pauses, run_s)

    def rows_of(self, step: TracedStep) -> tuple[TraceRow, ...]:
        """The rows of one step, those in its pauses left out."""
        first = bisect_left(self.rows, step.from_s, key=_at_s)
        last = bisect_left(self.rows, step.to_s, key=_at_s)
        return tuple(row for row in self.rows[first:last] if not row.is_paused)


def trace_of(
    run: LiveRun,
    summary: Summary,
    outputs: Sequence[TimedOutput] = (),
    inputs: Iterable[Input] = (),
    *,
    began: WallStart | None = None,
) -> RunTrace:
    """Make the trace of a run from the fold that it is.

    Args:
        run: the run, after its last input or as far as it has come.
        summary: of the outputs of that fold; its rows are the steps.
        outputs: to keep with the trace.
        inputs: those of the fold, for the intervals between beats; without them there are none.
        began: the calendar at the first input.
    """
    clock = _Clock(run)
    metres = _Metres(run, clock)
    traced = (_traced(result, clock, metres) for result in summary.rows)
    steps = tuple(sorted(traced, key=attrgetter("from_s")))
    return RunTrace(
        rows=tuple(_rows(run, clock, metres, steps)),
        steps=steps,
        pauses=clock.pauses,
        beats=_beats(inputs),
        outputs=tuple(outputs),
        timeline=run.session.timeline,
        unit=run.setup.unit,
        distance_source=_distance_source(run, summary),
        started_at=clock.started_at,
        ended_at=clock.ended_at,
        distance=metres.whole(),
        began=began,
    )


def _at_s(row: TraceRow) -> Seconds:
    return row.at_s


class _Clock:
    """Start, end and pauses of a run."""

    def __init__(self, run: LiveRun) -> None:
        self.last_at = run.snapshot().at
        self.ended_at = run.session.finished_at or self.last_at
        self.started_at = run.session.run_started_at
        if self.started_at is None:
            self.pauses: tuple[tuple[Seconds, Seconds], ...] = ()
        else:
            self.pauses = tuple(run.session.pauses(self.started_at, self.ended_at))

    def run_s(self, at: float) -> Seconds | None:
        """Running time at a moment; None outside the run."""
        if self.started_at is None or not self.started_at <= at <= self.ended_at:
            return None
        paused_s = sum(min(until, at) - since for since, until in self.pauses if since < at)
        return Seconds(at - self.started_at - paused_s)

    def time_at(self, run_s: float) -> Seconds:
        """The first time at which running time reached `run_s`."""
        return _time_at(self.started_at, self.pauses, run_s)


def _time_at(started_at: Seconds | None, pauses: Sequence[tuple[Seconds, Seconds]], run_s: float) -> Seconds:
    at = (started_at or 0.0) + run_s
    for since, until in pauses:
        if at <= since:
            break
        at += until - since
    return Seconds(at)


class _Metres:
    """The distance of a run at any of its moments, from the samples of its odometer."""

    def __init__(self, run: LiveRun, clock: _Clock) -> None:
        self._total_at = run.signals.distance.metres_at
        self._times = run.signals.distance.sample_times()
        self._widest_s = stale_after(run.signals.distance.period_s())
        self._clock = clock
        self._base = 0.0
        self._pauses: list[tuple[float, float, float]] = []  # from, to, and the metres in them
        if self._times and clock.started_at is not None:
            self._base = self._near(clock.started_at)
            self._pauses = [
                (since, until, self._near(until) - self._near(since)) for since, until in clock.pauses
            ]

    def is_measured(self, at: float) -> bool:
        """Return whether a moment lies at a sample, or between two that are no gap apart."""
        right = bisect_left(self._times, at)
        if right == len(self._times):
            return False
        return self._times[right] == at or (
            right > 0 and self._times[right] - self._times[right - 1] <= self._widest_s
        )

    def is_in_gap(self, at: float) -> bool:
        """Return whether something was measured before, and nothing is at this moment."""
        return bool(self._times) and at > self._times[0] and not self.is_measured(at)

    def at(self, at: float) -> Metres | None:
        """Metres of the run at a moment; None in a gap and outside the run."""
        return self._run_metres(at) if self.is_measured(at) else None

    def across(self, at: float) -> Metres | None:
        """The same, between the samples on both sides where the moment lies in a gap that a count bridges.

        At the start of the run it is 0.
        """
        is_known = bool(self._times) and (at >= self._times[0] or at == self._clock.started_at)
        return self._run_metres(at) if is_known else None

    def whole(self) -> Metres | None:
        """Metres of the whole run; None if nothing was measured."""
        started_at = self._clock.started_at
        if not self._times or started_at is None or self._times[-1] <= started_at:
            return None
        return self._run_metres(self._clock.ended_at)

    def _run_metres(self, at: float) -> Metres | None:
        if self._clock.started_at is None or not self._clock.started_at <= at <= self._clock.ended_at:
            return None
        paused_m = sum(
            metres if at >= until else self._near(at) - self._near(since)
            for since, until, metres in self._pauses
            if since < at
        )
        return Metres(max(0.0, self._near(at) - self._base - paused_m))

    def _near(self, at: float) -> float:
        """The odometer's total at a moment, or at the sample that is nearest to it."""
        return self._total_at(Seconds(min(max(at, self._times[0]), self._times[-1]))) or 0.0


def _traced(result: StepEnded, clock: _Clock, metres: _Metres) -> TracedStep:
    to_run_s = clock.run_s(result.ended_at)
    if to_run_s is None:  # it ended with the run, or the run has not started
        to_run_s = clock.run_s(clock.ended_at) or Seconds(0.0)
    from_run_s = Seconds(max(0.0, to_run_s - result.time_s))
    from_s = clock.time_at(from_run_s)
    return TracedStep(
        result,
        from_s,
        result.ended_at,
        from_run_s,
        to_run_s,
        metres.across(from_s),
        metres.across(result.ended_at),
    )


def _rows(run: LiveRun, clock: _Clock, metres: _Metres, steps: Sequence[TracedStep]) -> Iterator[TraceRow]:
    history = run.session.history
    last = floor(clock.last_at)
    columns = [
        _live_values(series, last)
        for series in (history.speed, history.heart_rate, history.cadence, history.power)
    ]
    place, steps = 0, [step for step in steps if step.to_s > step.from_s]
    for second, (speed, heart_rate, cadence, power) in enumerate(zip(*columns, strict=True)):
        at = Seconds(float(second))
        while place < len(steps) and steps[place].to_s <= at:
            place += 1
        is_in_step = place < len(steps) and steps[place].from_s <= at
        yield TraceRow(
            at,
            clock.run_s(at),
            metres.at(at),
            None if speed is None else MetresPerSecond(speed),
            None if heart_rate is None else BeatsPerMinute(heart_rate),
            None if cadence is None else StepsPerMinute(cadence),
            None if power is None else Watts(power),
            steps[place].step.step_id if is_in_step else None,
            any(since <= at < until for since, until in clock.pauses),
            metres.is_in_gap(at),
        )


def _live_values(series: ReadingSeries, last: int) -> list[float | None]:
    """The newest value at each whole second from 0 on, where it was live then."""
    values: list[float | None] = [None] * (last + 1)
    for at, until, value, period_s in zip_longest(
        series.times, series.times[1:], series.values, series.periods, fillvalue=inf
    ):
        for second in range(ceil(at), last + 1):
            if second >= until or not is_live(second - at, period_s):
                break
            values[second] = value
    return values


def _beats(inputs: Iterable[Input]) -> tuple[tuple[Seconds, Seconds], ...]:
    """The intervals between beats of the best sensor that sent any, each with when it was received."""
    beats: dict[Source, list[tuple[Seconds, Seconds]]] = {}
    for event in without_repeats(inputs):
        if isinstance(event, Reported):
            intervals = event.rr_s
        elif isinstance(event, Notified) and event.characteristic == Characteristic.HEART_RATE_MEASUREMENT:
            measurement = HeartRateMeasurement.from_bytes(event.payload)
            intervals = measurement.rr_s if isinstance(measurement, HeartRateMeasurement) else ()
        else:
            continue
        if intervals:
            beats.setdefault(event.source, []).extend((event.at, interval) for interval in intervals)
    sources = sorted(beats, key=lambda source: (source not in _BEAT_SOURCES, source))
    best = next((source for source in _BEAT_SOURCES if source in beats), next(iter(sources), None))
    return () if best is None else tuple(beats[best])


def _distance_source(run: LiveRun, summary: Summary) -> Source | None:
    """The source of most metres of the steps, or else the last source."""
    metres: Counter[Source] = Counter()
    for row in summary.rows:
        if row.distance_source is not None and row.run_metres:
            metres[row.distance_source] += round(row.run_metres)
    return metres.most_common(1)[0][0] if metres else run.signals.distance.last_source()


# --- the seconds of running time, as columns

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class RunSeconds:
    """A row for each second of running time; pauses, and time after the end, have none."""

    at: tuple[float, ...] = ()
    """On the run's own clock."""
    speed: tuple[float | None, ...] = ()
    """m/s."""
    heart_rate: tuple[float | None, ...] = ()
    """bpm."""
    cadence: tuple[float | None, ...] = ()
    """Steps per minute."""
    power: tuple[float | None, ...] = ()
    """W."""
    slope: tuple[float | None, ...] = ()
    """Rise over run; known only on a treadmill."""

    def between(self, start: float, end: float) -> slice:
        """The rows between two times of the run's own clock."""
        return slice(bisect_left(self.at, start), bisect_left(self.at, end))


def run_seconds(rows: Iterable[TraceRow], slopes: Sequence[tuple[float, float]] = ()) -> RunSeconds:
    """The seconds of a trace in which the run's time ran.

    Args:
        rows: the rows between the start and the end.
        slopes: rise over run with its time, oldest first; one holds until the next.
    """
    running = [row for row in rows if row.run_s is not None and not row.is_paused]
    times = [at for at, _ in slopes]
    places = [bisect_right(times, row.at_s) for row in running]
    return RunSeconds(
        tuple(row.at_s for row in running),
        tuple(row.speed_mps for row in running),
        tuple(row.heart_rate_bpm for row in running),
        tuple(row.cadence_spm for row in running),
        tuple(row.power_w for row in running),
        tuple(slopes[place - 1][1] if place else None for place in places),
    )


def known(values: Iterable[float | None]) -> list[float]:
    """The values that are known."""
    return [value for value in values if value is not None]


def share_known(values: Values) -> float:
    """The share of the seconds in which a value is known, 0 to 1."""
    return len(known(values)) / len(values) if values else 0.0


def running_spans(
    start: float, end: float, pauses: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """The stretches from start to end without the pauses, which may touch or overlap."""
    spans: list[tuple[float, float]] = []
    at = start
    for since, until in sorted(pauses):
        if since > at:
            spans.append((at, min(since, end)))
        at = max(at, until)
    if at < end:
        spans.append((at, end))
    return tuple(span for span in spans if span[1] > span[0])


def step_rows(seconds: RunSeconds, row: StepEnded) -> slice:
    """The rows of a step: from its end back by its running time, so that a pause in it has none."""
    end = bisect_right(seconds.at, row.ended_at)
    return slice(max(0, end - round(row.time_s)), end)


# --- one moment of a recording

BEFORE_S: Final = Seconds(60.0)
"""Outputs this long before a moment are shown with it: the cues of a rep are 20 to 80 s apart."""
AFTER_S: Final = Seconds(15.0)
"""Outputs this long after it too: a cue may be held back before it is spoken."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A run at one moment."""

    snapshot: Snapshot
    """The state of the run, as a screen would have shown it."""
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start."""
    before: tuple[TimedOutput, ...]
    """The outputs of the last `BEFORE_S` up to the moment itself."""
    after: tuple[TimedOutput, ...]
    """The outputs of the `AFTER_S` that followed."""
    silences: tuple[Suppression, ...] = ()
    """The reasons why no cue about pace was given at that moment."""
    judged: Why | None = None
    """The comparison of the pace with its target, spoken or not; None if the rate was not judged."""
    gap: tuple[Seconds, Seconds] | None = None
    """Start and end of the gap that the moment lies in; the state before the gap is shown."""


def moment_of(run: LiveRun, inputs: Sequence[Input], at: Seconds) -> Moment:
    """Fold a recording up to a moment and a little further.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time, the last of them `Closed`.
        at: seconds since the first input, from 0 to the time of the last input.
    """
    emitted: list[TimedOutput] = []
    place = 0
    while place < len(inputs) and inputs[place].at <= at:
        emitted += [TimedOutput(output, run.run_s(output.at)) for output in run.receive(inputs[place])]
        place += 1
    gap = _gap_at(inputs, place, at)
    moment_at = at if gap is None else gap[0]
    emitted += [TimedOutput(output, run.run_s(output.at)) for output in run.fire(moment_at)]
    snapshot, run_s = run.snapshot(moment_at), run.run_s(moment_at)
    silences, judged = run.coach.suppressions(moment_at), run.coach.evidence(moment_at)
    before = tuple(row for row in emitted if row.output.at >= at - BEFORE_S)
    after: list[TimedOutput] = []
    while place < len(inputs) and inputs[place].at <= at + AFTER_S:
        after += [TimedOutput(output, run.run_s(output.at)) for output in run.receive(inputs[place])]
        place += 1
    ends_at = Seconds(at + AFTER_S) if place == len(inputs) else min(at + AFTER_S, alive_until(inputs, place))
    after += [TimedOutput(output, run.run_s(output.at)) for output in run.fire(Seconds(ends_at))]
    return Moment(snapshot, run_s, before, tuple(after), silences, judged, gap)


def _gap_at(inputs: Sequence[Input], place: int, at: Seconds) -> tuple[Seconds, Seconds] | None:
    """The gap that a moment lies in, before the input at `place`; None if the run went on."""
    if place == len(inputs) or (known_at := alive_until(inputs, place)) >= at:
        return None
    return None if known_at == inputs[place].at else (known_at, inputs[place].at)


def evidence(why: Why, unit: str = "km") -> Sequence[tuple[str, str]]:
    """Name and words of each input to a cue; those that do not apply are left out.

    Args: unit: what paces are written per, `km` or `mile`.
    """
    rows = [("rule", why.rule)]
    if why.value is not None:
        rows.append(("value", amount(why.value, why.quantity, unit)))
    if why.low is not None or why.high is not None:
        rows.append(("band", band(why, unit)))
    if why.window_s is not None:
        rows.append(("over", f"{why.window_s:.1f} s"))
    if why.sample_age_s is not None:
        rows.append(("sample age", f"{why.sample_age_s:.1f} s"))
    if why.noise is not None:
        rows.append(("noise", f"{100 * why.noise:.1f} %"))
    return rows


def held_back(silence: Suppression) -> str:
    """Write why the coach was silent, a sentence without a full stop."""
    remainder = "" if silence.for_s is None else f", {silence.for_s:.0f} s more"
    return _SILENCES[silence.reason] + remainder


_SILENCES: Final = {
    SuppressionReason.NO_TARGET: "this step has no pace to judge",
    SuppressionReason.UNJUDGED: "strides, hills and lists get no verdicts",
    SuppressionReason.NOT_RUNNING: "no step was under way",
    SuppressionReason.NOT_FRESH: "no speed was fresh enough to judge by",
    SuppressionReason.WALKING: "cadence says walking or standing",
    SuppressionReason.STOPPED: "the runner stood: the light waited",
    SuppressionReason.SETTLING: "the speed had not settled yet",
    SuppressionReason.SHORT: "in a rep this short only a start far off the pace gets a cue",
    SuppressionReason.SPENT: "this rep has had its cues",
    SuppressionReason.SAID_TWICE: "said twice without an answer: the light was set back to the runner",
    SuppressionReason.QUIET: "the last cue was too recent",
    SuppressionReason.SPARED: "no cue for more speed: a rest was advised, or the heart rate is over its cap",
    SuppressionReason.AWAITS_LAP: "positions may read short on a track: no cue for more speed before a lap is measured",
    SuppressionReason.UNHURRIED: "steps of this kind get no cue for more speed",
    SuppressionReason.EFFORT: "the heart rate is already that of this target, so there is no cue for more speed",
    SuppressionReason.WIND: "it was the same at this place a lap before: wind",
    SuppressionReason.FIRST_LAP: "it may be wind: no lap was run here yet, and it has not lasted for half of one",
    SuppressionReason.OUT_OF_EARSHOT: "cues come from a speaker, and the runner was not near it",
    SuppressionReason.BOUNDARY: "the last seconds of a step belong to the countdown",
}


def band(why: Why, unit: str = "km") -> str:
    """Write the band of a value: two sides, or the one it has."""
    if why.low is None and why.high is None:
        return ""
    if why.low is None:
        return f"up to {amount(why.high, why.quantity, unit)}"
    if why.high is None:
        return f"from {amount(why.low, why.quantity, unit)}"
    return f"{amount(why.low, why.quantity, unit)} to {amount(why.high, why.quantity, unit)}"


def amount(value: float | None, quantity: str, unit: str = "km") -> str:
    """Write a value in the unit its name ends in; a speed as the pace it is, per `unit`. Nothing for None."""
    if value is None:
        return ""
    if quantity == "speed_mps":
        return f"{format_pace(value, unit=unit)} ({value:.2f} m/s)"
    name, _, ending = quantity.rpartition("_")
    return f"{value:.1f} {ending}" if name else f"{value:.1f} {quantity}".rstrip()
