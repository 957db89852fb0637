"""Makes the review of a run: steps, cues, sensors and every number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, NamedTuple

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.gatt.running_speed_cadence import TreadmillData
from coach.live.contract import Input, RunSetup
from coach.live.run import TimedOutput
from coach.physiology import zones
from coach.physiology.zones import Zone
from coach.quantities import Seconds
from coach.review import measures, tables
from coach.review.formulas import COLUMNS, FORMULAS
from coach.review.lessons import GuidedFinding
from coach.review.measures import NotMeasured, Thresholds, require
from coach.review.review import (
    CalibrationReview,
    CueReview,
    KnownRate,
    Outcome,
    Review,
    ReviewValue,
    Runner,
    RunnerNotes,
    RunValues,
    SensorReview,
    Standing,
    StepReview,
    ZoneTime,
)
from coach.review.summary import Summary
from coach.review.trace import (
    RunSeconds,
    RunTrace,
    Values,
    known,
    run_seconds,
    running_spans,
    share_known,
    step_rows,
)
from coach.session.events import StepEnded, StepStarted, light_time
from coach.signals.config import LearntFactor
from coach.signals.readings import (
    INCLINE,
    Calibrated,
    Characteristic,
    Notified,
    Reported,
    SensorChanged,
    SensorState,
    Source,
)
from coach.workout.kinds import TIMED
from coach.workout.timeline import Quantity, Step

_READ: Final = {
    "speed_mps": "speed",
    "heart_rate_bpm": "heart_rate",
    "cadence_spm": "cadence",
    "power_w": "power",
}
"""The columns of `RunSeconds` with the quantity of a cue."""
_FASTER: Final = frozenset({CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.FLOAT_TOO_SLOW, CueKind.FADE})
_SLOWER: Final = frozenset(
    {CueKind.TOO_FAST, CueKind.AHEAD_OF_LIGHT, CueKind.FLOAT_TOO_FAST, CueKind.START_TOO_FAST}
)
ASKS: Final = VERDICTS - {CueKind.BACK_ON_TARGET}
"""The cues that ask the runner to change something."""


@dataclass(frozen=True, slots=True)
class EarlierFactor:
    """The factor of a pod as an earlier run left it."""

    source: Source
    day: str
    factor: float
    sd: float


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run after its fold, and its circumstances."""

    trace: RunTrace
    summary: Summary
    slopes: Sequence[tuple[float, float]] = ()
    """Rise over run as reported by a treadmill, with its time."""
    learnt: Sequence[LearntFactor] = ()
    """The pod factors at the start of the run."""
    heat_sum_f: float | None = None
    """Sum of air temperature and dew point, in degrees Fahrenheit; None if the weather is unknown."""
    day: str = ""
    """The day it was run, `2026-05-31`; empty where it is not known."""
    earlier: Sequence[EarlierFactor] = ()
    """Factors of its pods learnt in earlier runs, oldest first."""


def record_of(
    trace: RunTrace,
    summary: Summary,
    setup: RunSetup,
    inputs: Iterable[Input] = (),
    *,
    day: str = "",
    earlier: Sequence[EarlierFactor] = (),
) -> RunRecord:
    """Collect the data for a review from a run that was folded.

    Args:
        trace: the values of each second, and the outputs.
        summary: of the same fold.
        setup: the workout, settings and lessons it began with.
        inputs: for the slopes of a treadmill, which a trace does not keep.
        day: the day it was run.
        earlier: factors of its pods learnt in earlier runs.
    """
    return RunRecord(
        trace, summary, _slopes(inputs), setup.signals.learnt, setup.session.heat_sum_f(), day, earlier
    )


def _slopes(inputs: Iterable[Input]) -> tuple[tuple[float, float], ...]:
    """The slopes that a treadmill reported, as rise over run, each with its time."""
    slopes: list[tuple[float, float]] = []
    for event in inputs:
        if isinstance(event, Reported):
            slopes += [(event.at, value / 100.0) for name, value in event.metrics if name == INCLINE]
        elif isinstance(event, Notified) and event.characteristic is Characteristic.TREADMILL_DATA:
            belt = TreadmillData.from_bytes(event.payload)
            if isinstance(belt, TreadmillData) and belt.incline_percent is not None:
                slopes.append((event.at, belt.incline_percent / 100.0))
    return tuple(slopes)


def review_of(
    record: RunRecord,
    runner: Runner | None = None,
    notes: RunnerNotes | None = None,
    findings: Sequence[GuidedFinding] = (),
) -> Review:
    """Make the review of a run.

    Args:
        record: the run.
        runner: the athlete as known on that day.
        notes: the runner's notes on it.
        findings: the results of guided tests in it.
    """
    runner, notes = runner or Runner(), notes or RunnerNotes()
    trace, summary = record.trace, record.summary
    start = trace.ended_at if trace.started_at is None else trace.started_at
    spans = running_spans(start, trace.ended_at, trace.pauses)
    seconds = run_seconds(trace.run_rows, record.slopes)
    zones_of_day = _zones_of(runner)
    steps, cues = _steps(summary, seconds), tuple(_cues(trace, summary, seconds))
    numbers = RunValues(
        trace,
        record.heat_sum_f,
        runner,
        notes,
        summary,
        seconds,
        spans,
        steps,
        cues,
        zones_of_day.limits,
        zones_of_day.is_measured,
    )
    values = {name: numbers.values[name] for name in FORMULAS if name not in COLUMNS}
    return Review(
        summary=summary,
        title=summary.workout or trace.timeline.name,
        day=record.day,
        unit=trace.unit,
        surface=trace.timeline.context.surface,
        steps=steps,
        values=values,
        seconds=seconds,
        zones=_zone_times(seconds, zones_of_day.table),
        zone_model=zones_of_day.words,
        splits=numbers.splits,
        cues=cues,
        sensors=tuple(_sensors(trace.outputs, spans)),
        calibrations=_calibrations(record),
        red=numbers.red,
        gates=numbers.gates,
        findings=tuple(findings),
        notes=notes,
        verdict=tuple(verdict(summary, values, trace.unit)),
        thirds=numbers.thirds,
    )


def _steps(summary: Summary, seconds: RunSeconds) -> tuple[StepReview, ...]:
    """Every step that was run, with plan and result."""
    numbers = {id(rep.result): rep.number for rep in summary.reps.rows}
    answers = {answer.step_id: answer for answer in summary.answers}
    steps: list[StepReview] = []
    for place, row in enumerate(summary.rows, 1):
        rows = step_rows(seconds, row)
        answer = answers.get(row.step.step_id)
        steps.append(
            StepReview(
                place=place,
                result=row,
                rep=numbers.get(id(row)),
                plan_time_s=_plan_time(row.step),
                plan_distance=row.step.until.distance(),
                plan_speed=_plan_speed(row.step),
                power=_mean(seconds.power[rows]),
                fade=_fade(row, seconds.speed[rows]),
                standing=_standing(row),
                splits=tuple(summary.splits.get(row.step.step_id, ())),
                laps=tuple(summary.laps_of(row)),
                answer="" if answer is None else tables.answer_text(row.step, answer),
            )
        )
    return tuple(steps)


def _fade(row: StepEnded, speeds: Values) -> float | None:
    if row.step.kind not in TIMED:
        return None
    try:
        return measures.fade_of(speeds)
    except NotMeasured:
        return None


# --- outcomes of cues, and reception of sensors

ANSWER_S: Final[Mapping[str, float]] = {"heart_rate_bpm": 90.0}
"""Time allowed for an answer to a cue, where it differs from `ANSWER_ELSE_S`: the heart follows in 60 s."""
ANSWER_ELSE_S: Final = 30.0
HOLD_S: Final = 5
_NEARER: Final = 0.015
"""Change of speed that answers a cue on seconds: three quarters of the error of a pod over 5 s."""


def answered_after(values: Values, low: float | None, high: float | None, within_s: float) -> float | None:
    """Seconds until the mean of the last 5 was inside a band; None if it was not within `within_s`.

    Raises:
        NotMeasured: the values after the cue are not known for half of the time.
    """
    after = values[: int(within_s)]
    require(after, "value")
    for end in range(HOLD_S, len(after) + 1):
        recent = known(after[end - HOLD_S : end])
        if len(recent) < 3:
            continue
        mean = fmean(recent)
        if (low is None or mean >= low) and (high is None or mean <= high):
            return float(end)
    return None


def nearer_after(before: Values, after: Values, *, faster: bool) -> float | None:
    """Seconds until the speed had changed by 1.5 % in the direction a cue asked for; None if it did not in 30 s.

    Raises:
        NotMeasured: the speed before or after is not known for half of the time.
    """
    for part in (before, after):
        require(part, "speed")
    base = fmean(known(before))
    low, high = (base * (1 + _NEARER), None) if faster else (None, base * (1 - _NEARER))
    return answered_after(after, low, high, ANSWER_ELSE_S)


_LEAST_GAP_S: Final = 1.0
"""Silence that lies in a pause except for less than this is not a drop-out."""


def heard_share(
    changes: Sequence[tuple[float, bool, float]], spans: Sequence[tuple[float, float]]
) -> tuple[float, list[float]]:
    """Share of the running time a sensor was live from its first value on, and the length of each drop-out.

    Args:
        changes: when it changed, whether to live, and the age of its last value then.
        spans: the stretches in which the run's time ran.
    """
    first = next((at for at, is_live, _ in changes if is_live), None)
    end = spans[-1][1] if spans else 0.0
    if first is None or _within(spans, first, end) <= 0:
        return 0.0, []
    gaps: list[float] = []
    since: float | None = None
    for at, is_live, age_s in (*changes, (end, True, 0.0)):
        if not is_live and since is None and at > first:
            since = at - age_s
        elif is_live and since is not None:
            gaps.append(_within(spans, since, at))
            since = None
    gaps = [gap for gap in gaps if gap > _LEAST_GAP_S]
    return max(0.0, 1.0 - sum(gaps) / _within(spans, first, end)), gaps


def _within(spans: Sequence[tuple[float, float]], start: float, end: float) -> float:
    """Seconds of running time between two moments."""
    return sum(max(0.0, min(end, until) - max(start, since)) for since, until in spans)


def _cues(trace: RunTrace, summary: Summary, seconds: RunSeconds) -> Iterator[CueReview]:
    """Every cue, and the outcome of those that asked for something."""
    ends = {row.step.step_id: row.ended_at for row in summary.rows}
    cues: list[tuple[TimedOutput, Cue, str]] = []
    step_id = ""
    for timed in trace.outputs:
        if isinstance(timed.output, StepStarted):
            step_id = timed.output.step.step_id
        elif isinstance(timed.output, Cue):
            cues.append((timed, timed.output, step_id))
    for place, (timed, cue, step_id) in enumerate(cues):
        outcome, after_s = None, None
        if cue.kind in ASKS:
            outcome, after_s = _outcome_of(cue, seconds, ends.get(step_id, trace.ended_at))
            following = [later for _, later, step in cues[place + 1 :] if step == step_id]
            back_s = None if outcome is Outcome.ANSWERED else _back_after(cue, following)
            if back_s is not None:
                outcome, after_s = Outcome.ANSWERED, back_s
        yield CueReview(cue, timed.run_s, step_id, outcome, after_s)


def _back_after(cue: Cue, following: Iterable[Cue]) -> float | None:
    """Seconds until the coach said that the runner is back on target; None if too late or never."""
    for later in following:
        if later.at - cue.at > ANSWER_S.get(cue.why.quantity, ANSWER_ELSE_S):
            return None
        if later.kind in VERDICTS:
            return later.at - cue.at if later.kind is CueKind.BACK_ON_TARGET else None
    return None


def _outcome_of(cue: Cue, seconds: RunSeconds, step_end: float) -> tuple[Outcome, float | None]:
    """The outcome of a cue within its step, and the seconds until it was answered."""
    why = cue.why
    series = _READ.get(why.quantity)
    within_s = ANSWER_S.get(why.quantity, ANSWER_ELSE_S)
    rows = seconds.between(cue.at, min(step_end, cue.at + within_s))
    try:
        if series is not None and (why.low is not None or why.high is not None):
            after = getattr(seconds, series)[rows]
            after_s = answered_after(after, why.low, why.high, within_s)
        elif cue.kind in _FASTER | _SLOWER:
            before = seconds.speed[max(0, rows.start - 10) : rows.start]
            after_s = nearer_after(before, seconds.speed[rows], faster=cue.kind in _FASTER)
        else:
            return Outcome.UNKNOWN, None
    except NotMeasured:
        return (Outcome.STEP_OVER if step_end - cue.at < HOLD_S else Outcome.UNKNOWN), None
    if after_s is not None:
        return Outcome.ANSWERED, after_s
    return (Outcome.STEP_OVER if step_end < cue.at + within_s else Outcome.NOT_ANSWERED), None


def _sensors(outputs: Sequence[TimedOutput], spans: Sequence[tuple[float, float]]) -> Iterator[SensorReview]:
    """The reception of each sensor."""
    changes: dict[Source, list[tuple[float, bool, float]]] = {}
    for timed in outputs:
        output = timed.output
        if isinstance(output, SensorChanged):
            is_live = output.state is SensorState.LIVE
            changes.setdefault(output.sensor, []).append((output.at, is_live, output.age_s or 0.0))
    for source, rows in changes.items():
        live, gaps = heard_share(rows, spans)
        if live > 0:
            yield SensorReview(source, live, len(gaps), max(gaps, default=None))


def _calibrations(record: RunRecord) -> tuple[CalibrationReview, ...]:
    """The factors of the pods: from earlier runs, at the start of this one, and learnt in it."""
    day = record.day
    earlier = [
        CalibrationReview(each.source, None, each.day, each.factor, each.sd, "earlier")
        for each in record.earlier
    ]
    began = [
        CalibrationReview(each.source, None, day, each.factor, each.sd, "start") for each in record.learnt
    ]
    learnt = [
        CalibrationReview(each.sensor, each.at, day, each.factor, each.sd, each.origin)
        for each in (timed.output for timed in record.trace.outputs)
        if isinstance(each, Calibrated)
    ]
    return (*earlier, *began, *learnt)


class _ZonesOfDay(NamedTuple):
    """The zones of a runner on a day."""

    words: str
    """The basis of the zones, in words."""
    table: tuple[Zone, ...]
    limits: Thresholds | None
    """The lower limits of the third and the fifth zone."""
    is_measured: bool


def _zones_of(runner: Runner) -> _ZonesOfDay:
    """Zones by the threshold, else by the reserve, else by the maximum; empty where none of them is known."""
    threshold, maximum, rest = runner.threshold, runner.maximum, runner.rest
    if threshold is not None:
        table = zones.friel(threshold.bpm)
        words = f"threshold {threshold.bpm:.0f} bpm ({_how(threshold)}), Friel's zones"
        return _ZonesOfDay(words, table, _limits(table, "3", "5a"), threshold.is_measured)
    if maximum is None:
        return _ZonesOfDay("", (), None, is_measured=True)
    if rest is not None:
        table = zones.karvonen(rest.bpm, maximum.bpm)
        words = f"reserve from {rest.bpm:.0f} to {maximum.bpm:.0f} bpm ({_how(maximum)}), Karvonen"
    else:
        table = zones.maximum(maximum.bpm)
        words = f"maximum {maximum.bpm:.0f} bpm ({_how(maximum)}), tenths of it"
    return _ZonesOfDay(words, table, _limits(table, "3", "5"), maximum.is_measured)


def _zone_times(seconds: RunSeconds, table: Sequence[Zone]) -> tuple[ZoneTime, ...]:
    """The time in each zone, and below the first if they do not begin at 0; empty without heart rate for half of it."""
    if not table or share_known(seconds.heart_rate) < measures.ENOUGH:
        return ()
    totals = measures.zone_seconds(seconds.heart_rate, table)
    total = sum(totals.values())
    below = Zone("below", "below the zones", None, table[0].low)
    rows = [(below, totals[""])] if table[0].low is not None else []
    rows += [(zone, totals[zone.name]) for zone in table]
    return tuple(ZoneTime(zone, time_s, time_s / total) for zone, time_s in rows)


def _how(beat: KnownRate) -> str:
    return "measured" if beat.is_measured else "estimated"


def _limits(table: Sequence[Zone], first: str, second: str) -> Thresholds:
    lows = {zone.name: zone.low or 0.0 for zone in table}
    return Thresholds(lows[first], lows[second])


def _plan_time(step: Step) -> Seconds | None:
    time_s, metres = step.until.time(), step.until.distance()
    if time_s is not None:
        return time_s
    return None if metres is None else light_time(step, metres, None)


def _plan_speed(step: Step) -> float | None:
    target = step.target
    return target.band.aim if target is not None and target.quantity is Quantity.SPEED else None


def _standing(row: StepEnded) -> Standing:
    if row.distance is None:
        return Standing.NOT_MEASURED
    return Standing.ESTIMATED if row.estimated else Standing.MEASURED


def _mean(values: Sequence[float | None]) -> float | None:
    numbers = known(values)
    return fmean(numbers) if numbers else None


def verdict(summary: Summary, values: Mapping[str, ReviewValue], unit: str = "km") -> list[str]:
    """A verdict in at most three plain sentences; of a run without reps by its halves and its heart rate."""
    sentences = tables.sentences(summary)
    if summary.reps.rows:
        return sentences
    split, drift = values["negative_split"].value, values["decoupling"].value
    if split is not None:
        side = "slower" if split > 0 else "faster"
        sentences.append(
            "Both halves took the same time."
            if abs(split) < 0.005
            else f"The second half was {100 * abs(split):.1f} % {side} than the first."
        )
    evenness = values["split_evenness"].value
    if evenness is not None:
        sentences.append(
            f"The {'miles' if unit == 'mile' else 'kilometres'} differ by {100 * evenness:.1f} %."
        )
    if drift is not None:
        sentences.append(
            f"Speed for each heart beat fell by {100 * drift:.1f} % from half to half."
            if drift > 0
            else f"Speed for each heart beat rose by {-100 * drift:.1f} % from half to half."
        )
    peak, mean = values["run_peak"].value, values["run_heart_rate"].value
    if peak is not None and mean is not None:
        sentences.append(f"Heart rate was {mean:.0f} on average and {peak:.0f} at most.")
    return sentences[:3]
