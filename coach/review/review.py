"""A review of a run: the data it is made of, and each of its numbers or the reason why it is missing.

Each number is a `ReviewValue` under the name of its formula (`coach.review.formulas`): measured, estimated, or not
measured at all, which then says why. The terminal, the screens, the report and the history read a `Review` and compute
nothing of their own. `coach.review.reviewer` makes it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, median
from typing import Final, NamedTuple, TypeVar

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.physiology import zones
from coach.physiology.zones import Zone
from coach.quantities import Metres, Seconds
from coach.review import measures, tables
from coach.review.lessons import GuidedFinding
from coach.review.measures import DoesNotApply, NotMeasured, RedKilometre, RunThirds, Thresholds
from coach.review.summary import RepRow, RepSplit, Summary
from coach.review.trace import RunSeconds, RunTrace, known, step_rows
from coach.session.events import EndReason, StepEnded, light_time
from coach.signals.readings import Rejected, Source
from coach.workout.kinds import FLOATS, HARD, REPS, RESTS, RUN


class Standing(StrEnum):
    """Reliability of a number."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    """An input was guessed: an end across a gap, a maximum from age."""
    NOT_MEASURED = "not_measured"
    """There is no number."""


@dataclass(frozen=True, slots=True)
class ReviewValue:
    """One number of a review, or the reason why it is missing."""

    name: str
    """Its row in `FORMULAS`."""
    value: float | None
    standing: Standing
    reason: str = ""
    """The reason why it is missing, or a remark on it."""
    applies: bool = True
    """False if the number has no meaning for the run: the fade of reps in a run without reps."""


class KnownRate(NamedTuple):
    """A heart rate of an athlete."""

    bpm: float
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Runner:
    """The athlete as known on the day of the run."""

    threshold: KnownRate | None = None
    maximum: KnownRate | None = None
    rest: KnownRate | None = None
    threshold_speed: float | None = None
    easy_speed: float | None = None
    """The middle of the easy pace."""


@dataclass(frozen=True, slots=True)
class RunnerNotes:
    """The runner's notes on the run, made afterwards."""

    rpe: int | None = None
    text: str = ""
    worked: str = ""
    """Their answer to `What worked?`."""
    failed: str = ""
    """Their answer to `What did not?`."""
    shoe: str = ""
    answered_at: str = ""
    """Local time of the last answer; empty where it is not known."""
    after_s: float | None = None
    """Seconds from the end of the run to the rating of effort; None if unknown."""
    can_answer: bool = False
    """True if answers can be stored, as for a run recorded by this program."""


@dataclass(frozen=True, slots=True)
class StepReview:
    """One step: its plan, and results that are not in `result`."""

    place: int
    """From 1."""
    result: StepEnded
    rep: int | None
    """Its number among the reps; None for other steps."""
    plan_time_s: Seconds | None
    plan_distance: Metres | None
    plan_speed: float | None
    power: float | None
    """Mean in watts."""
    fade: float | None
    """Speed of the first third over that of the last, less 1; + is a slower end."""
    standing: Standing
    """Of its distance."""
    splits: tuple[RepSplit, ...] = ()
    laps: tuple[Seconds | None, ...] = ()
    """The time from each split to the one before; None for a split that does not count."""
    answer: str = ""
    """Question and answer, in words."""

    @property
    def drop(self) -> float | None:
        """Fall of the heart rate in the first 60 s of a rest."""
        return self.result.heart_rate_drop


class Outcome(StrEnum):
    """Outcome of a cue that judged the runner."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not answered"
    STEP_OVER = "step was over"
    """The step ended before the time for an answer was over."""
    UNKNOWN = "not known"
    """There were no readings after it."""


@dataclass(frozen=True, slots=True)
class CueReview:
    """A cue and its outcome."""

    cue: Cue
    run_s: Seconds | None
    """Running time when it was said."""
    step_id: str
    outcome: Outcome | None = None
    """None where the cue asked for nothing."""
    after_s: float | None = None
    """Seconds to the answer."""


@dataclass(frozen=True, slots=True)
class SensorReview:
    """Reception of a sensor."""

    source: Source
    live: float
    """Share of the time from its first value to the end."""
    gaps: int
    longest_gap_s: float | None
    """None without a gap."""


@dataclass(frozen=True, slots=True)
class ZoneTime:
    """The time in one zone."""

    zone: Zone
    seconds: float
    share: float
    """Of the time with a heart rate."""


@dataclass(frozen=True, slots=True)
class CalibrationReview:
    """A factor of a pod, known at the start or learnt during the run."""

    sensor: Source
    at: Seconds | None
    """Time in this run when it was learnt; None for a factor from before."""
    day: str
    factor: float
    sd: float
    origin: str
    """`mark`, `stretch`, `line`, `lap`; `earlier` and `start` for what was known before."""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a run."""

    summary: Summary
    title: str
    """The workout."""
    day: str
    unit: str
    """`km` or `mile`."""
    surface: str
    steps: tuple[StepReview, ...]
    values: Mapping[str, ReviewValue]
    """Every number that occurs once in a run, in the order of `FORMULAS`."""
    seconds: RunSeconds
    zones: tuple[ZoneTime, ...] = ()
    zone_model: str = ""
    """The basis of the zones, in words; empty without zones."""
    splits: tuple[measures.RunSplit, ...] = ()
    """The kilometres or miles of the whole run."""
    cues: tuple[CueReview, ...] = ()
    sensors: tuple[SensorReview, ...] = ()
    calibrations: tuple[CalibrationReview, ...] = ()
    red: tuple[RedKilometre, ...] = ()
    gates: Mapping[str, int] = field(default_factory=dict)
    """The count of cues by each of the runner's own rules."""
    findings: tuple[GuidedFinding, ...] = ()
    notes: RunnerNotes = RunnerNotes()
    verdict: tuple[str, ...] = ()
    """At most three plain sentences: facts, without praise and without a cause."""
    thirds: RunThirds | None = None
    """The easy, steady and hard parts; None without zones, or without a heart rate for half of the time."""

    def value(self, name: str) -> float | None:
        """The number of a formula; None where it is missing."""
        return self.values[name].value


# --- the numbers that occur once in a run

_Measured = tuple[float | None, str]
"""A value, and a remark on it."""
Item = TypeVar("Item")
_NO_PLAN: Final = "no pace to compare it with"
_GUESSED: Final = "the maximum is estimated from age"


@dataclass
class RunValues:
    """Computes every number that occurs once in a run, by the name of its formula; each group of them is a method."""

    trace: RunTrace
    heat_sum_f: float | None
    """Sum of air temperature and dew point, in degrees Fahrenheit; None if the weather is unknown."""
    runner: Runner
    notes: RunnerNotes
    summary: Summary
    seconds: RunSeconds
    spans: tuple[tuple[float, float], ...]
    """The stretches of running time."""
    steps: tuple[StepReview, ...]
    cues: tuple[CueReview, ...]
    limits: Thresholds | None
    """The heart rates of the two thresholds; None without zones."""
    is_model_measured: bool
    """True if the basis of the zones was measured."""
    values: dict[str, ReviewValue] = field(init=False, default_factory=dict)
    splits: tuple[measures.RunSplit, ...] = field(init=False, default=())
    """The kilometres or miles of the run."""
    thirds: RunThirds | None = field(init=False, default=None)
    """The easy, steady and hard parts; None if unknown."""
    red: tuple[RedKilometre, ...] = field(init=False, default=())
    """Each kilometre with its seconds over threshold heart rate."""
    beats: measures.BeatWindows | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Compute the numbers."""
        self.outputs = [timed.output for timed in self.trace.outputs]
        self.gates: Mapping[str, int] = Counter(
            output.why.rule.removeprefix("gate: ")
            for output in self.outputs
            if isinstance(output, Cue) and output.kind is CueKind.GATE and output.why.value is not None
        )
        """The count of cues by each of the runner's own rules."""
        for group in (
            self._totals,
            self._reps,
            self._promises,
            self._steady,
            self._heart,
            self._load,
            self._coached,
            self._said,
        ):
            group()

    def _put(
        self, name: str, compute: Callable[[], float | _Measured | None], *, estimated: str = ""
    ) -> None:
        """Keep a number, or the reason why it is missing; `estimated` is the reason why it is an estimate."""
        value: float | None = None
        reason, applies = "", True
        try:
            number = compute()
            value, reason = number if isinstance(number, tuple) else (number, "")
        except DoesNotApply as missing:
            reason, applies = str(missing), False
        except (NotMeasured, ValueError) as missing:
            reason = str(missing)
        standing = Standing.NOT_MEASURED if value is None else Standing.MEASURED
        if value is not None and estimated:
            standing, reason = Standing.ESTIMATED, ", ".join(part for part in (estimated, reason) if part)
        self.values[name] = ReviewValue(
            name, value, standing, reason or ("" if value is not None else "not known"), applies
        )

    def _totals(self) -> None:
        summary, seconds = self.summary, self.seconds
        run = [row for row in summary.rows if row.step.kind in RUN]
        unmeasured = sum(row.run_metres is None for row in run)
        unsure = sum(row.estimated for row in run)
        self._put("run_time", lambda: summary.time_s)
        about = f"{unsure} of {len(run)} steps estimated" if unsure else ""
        missing = f"{unmeasured} of {len(run)} steps not measured" if unmeasured else ""
        self._put("run_distance", lambda: (summary.metres, missing), estimated=about)
        rows = [row for row in run if row.run_metres is not None]
        self._put(
            "run_pace",
            lambda: measures.speed_of(
                sum(row.run_metres or 0.0 for row in rows), sum(row.time_s for row in rows)
            ),
            estimated=about,
        )
        self._put("run_heart_rate", lambda: measures.mean_of(seconds.heart_rate, "heart rate"))
        self._put("run_peak", lambda: max(known(seconds.heart_rate), default=None))
        self._put(
            "run_cadence", lambda: measures.mean_of((value for value in seconds.cadence if value), "cadence")
        )
        self._put("run_power", lambda: measures.mean_of(seconds.power, "power"))

    def _reps(self) -> None:
        table = self.summary.reps
        whole = [
            row for row in table.rows if not row.result.cut and row.result.reason is not EndReason.ABANDONED
        ]
        unsure = sum(row.result.estimated for row in table.rows)
        about = f"{unsure} of {len(table.rows)} reps estimated" if unsure else ""
        times, alike = _rep_times(whole)

        def of_times(name: str, count: int, compute: Callable[[Sequence[float]], float]) -> None:
            def value() -> _Measured:
                if len(table.rows) < count:
                    raise DoesNotApply(f"no {count} reps")
                if len(times) < count:
                    raise NotMeasured(f"{len(times)} whole reps of one length, {count} are needed")
                return compute(times), alike

            self._put(name, value, estimated=about)

        self._put(
            "reps_whole",
            lambda: (float(len(_some(table.rows, "no reps")) and len(whole)), f"of {len(table.rows)}"),
        )
        self._put(
            "rep_pace", lambda: table.mean_speed if _some(table.rows, "no reps") else None, estimated=about
        )
        offs = table.offs
        self._put("seconds_a_rep", lambda: fmean(off for _, off in _some(offs, _NO_PLAN)), estimated=about)
        self._put("within_2s", lambda: (float(table.near * bool(_some(offs, _NO_PLAN))), f"of {len(offs)}"))
        of_times("evenness", 2, zones.variation)
        of_times("first_rep", 3, measures.first_against_others)
        of_times("fade_across", 2, measures.last_over_first)
        of_times("rep_trend", 4, measures.trend_of)
        of_times("speed_kept", 2, lambda values: min(values) / max(values))
        of_times("reps_half", 4, measures.halves_of)
        fades = [step.fade for step in self.steps if step.rep is not None and step.fade is not None]
        self._put("fade_within", lambda: fmean(_some(fades, "no rep of 45 s with a speed")))
        floats = [row for row in self.summary.rows if row.step.kind in FLOATS]
        behind = [row.light_s for row in floats if row.light_s is not None]
        self._put("float_seconds", lambda: fmean(_some(behind, "no floats with a pace")))
        bands = [(row.in_band_fraction, row.time_s) for row in floats if row.in_band_fraction is not None]
        self._put(
            "float_in_band",
            lambda: (
                sum(share * time_s for share, time_s in _some(bands, "no floats with a band"))
                / sum(time_s for _, time_s in bands)
            ),
        )
        self._put("last_like_first", self._last_like_first)

    def _last_like_first(self) -> float:
        table = self.summary.reps
        if len(table.rows) < 2 or len(table.columns) < 2 or not table.is_by_metres:
            raise DoesNotApply("no reps with splits")
        spreads: list[float] = []
        for row in (table.rows[0], table.rows[-1]):
            columns = [column for column in table.columns if column in row.times]
            lengths = [column - before for column, before in zip(columns, [0.0, *columns], strict=False)]
            paces = [
                lap / length
                for lap, length in zip(row.laps(columns), lengths, strict=True)
                if lap is not None
            ]
            if len(paces) < 2:
                raise NotMeasured("the first or the last rep has no splits")
            spreads.append(zones.variation(paces))
        return spreads[1] - spreads[0]

    def _promises(self) -> None:
        timed = [
            row
            for row in self.summary.rows
            if row.step.kind in HARD | FLOATS
            and row.step.until.time() is not None
            and row.step.rep is not None
        ]
        unsure = sum(row.estimated for row in timed)
        about = f"{unsure} of {len(timed)} steps estimated" if unsure else ""
        self._put("set_distance", lambda: _set_distance(timed), estimated=about)
        self._put("even_400s", self._even_400s)
        self._put("last_minute", self._last_minute)
        self._put("quarters", lambda: measures.quarters_of(self.seconds.speed[self._single_hard_step()]))
        self._put("finish", lambda: measures.finish_of(self._unbroken()))
        self._put("fuel", self._fuel)

    def _even_400s(self) -> _Measured:
        rows = [
            row.result
            for row in self.summary.reps.rows
            if (step := row.result.step).until.distance() == 400.0
            and step.target is not None
            and step.target.ref == "5k"
        ]
        if len(rows) < 8:
            raise DoesNotApply("no 8 laps of 400 m at 5k pace")
        whole = [row.time_s for row in rows if not row.cut]
        plan = light_time(rows[0].step, 400.0, None)
        near = [
            time_s
            for time_s in whole
            if abs(time_s / fmean(whole) - 1.0) <= 0.02 and (plan is None or time_s <= plan * 1.02)
        ]
        return float(len(near)), f"of {len(rows)}" + (
            "; ready for a 5k at that pace" if len(near) >= 10 else ""
        )

    def _single_hard_step(self) -> slice:
        """The seconds of the one hard step of a workout, if it is long enough.

        Raises:
            DoesNotApply: there is none, or several.
        """
        hard = [row for row in self.summary.rows if row.step.kind in HARD]
        if len(hard) != 1 or hard[0].time_s < 480.0:
            raise DoesNotApply("no hard step of 8 minutes by itself")
        return step_rows(self.seconds, hard[0])

    def _last_minute(self) -> float:
        rows = self._single_hard_step()
        return measures.mean_of(
            self.seconds.heart_rate[max(rows.start, rows.stop - 60) : rows.stop], "heart rate"
        )

    def _fuel(self) -> _Measured:
        amounts = {
            reminder.text: (reminder.amount, reminder.unit)
            for step in self.trace.timeline.steps
            for reminder in step.reminders
            if reminder.amount is not None
        }
        if not amounts:
            raise DoesNotApply("no reminder carries an amount")
        totals: dict[str, float] = {unit: 0.0 for _, unit in amounts.values()}
        for output in self.outputs:
            if isinstance(output, Cue) and output.kind is CueKind.FUEL:
                words = output.text.casefold()
                matches = [text for text in amounts if words.startswith(text.rstrip(".").casefold())]
                if matches:
                    amount, unit = amounts[max(matches, key=len)]
                    totals[unit] += amount
        (first, total), *others = totals.items()
        return total, "; ".join([first, *(f"{more:g} {unit}" for unit, more in others)])

    def _unbroken(self) -> RunSeconds:
        """The seconds of a run without reps.

        Raises:
            DoesNotApply: it has reps, or rests.
        """
        if any(row.step.kind in REPS | RESTS for row in self.summary.rows):
            raise DoesNotApply("a run with reps")
        return self.seconds

    def _steady(self) -> None:
        try:
            self.splits = tuple(measures.splits_of(self.seconds, self.summary.metres, self.trace.unit))
        except NotMeasured:
            self.splits = ()
        weather = "" if self.heat_sum_f is not None else "the weather is not known"
        self._put("split_evenness", self._split_evenness)
        self._put("negative_split", lambda: measures.negative_split(self._unbroken()))
        self._put("decoupling", lambda: (measures.decoupling_of(self._halves(), self.heat_sum_f), weather))
        self._put("heart_drift", lambda: (measures.drift_of(self._halves()), weather))
        self._put("late_pace", lambda: (measures.late_pace(self._unbroken()), weather))

    def _split_evenness(self) -> float:
        self._unbroken()
        length = max((split.metres for split in self.splits), default=0.0)
        whole = [split.time_s for split in self.splits if split.metres >= length - 0.5]
        if len(whole) < 3:
            raise NotMeasured(f"{len(whole)} whole, 3 are needed")
        return zones.variation(whole)

    def _halves(self) -> measures.SteadyHalves:
        seconds = self._unbroken()
        if self.trace.timeline.context.surface in {"trail", "hill"}:
            raise NotMeasured("not on the level")
        return measures.steady_halves(seconds)

    def _heart(self) -> None:
        guessed = "" if self.is_model_measured else _GUESSED
        if self.limits is not None:
            with suppress(NotMeasured):
                self.thirds = measures.thirds_of(self.seconds, self.limits)
        self._put("easy_time", lambda: self._third(of_metres=False, place=0), estimated=guessed)
        self._put("easy_distance", lambda: self._third(of_metres=True, place=0), estimated=guessed)
        self._put("grey_time", lambda: self._third(of_metres=False, place=1), estimated=guessed)
        self._put("hard_session", self._hard_session)
        self._put("heart_at_pace", self._heart_at_pace)
        self._put("dfa_alpha_1", lambda: (measures.alpha_of(self._beats()), self._windows()))
        self._put("aerobic_dfa", lambda: (measures.share_over(self._beats(), 0.75), self._windows()))
        self._put("rr_artefacts", lambda: self._beats().artefact_share)

    def _heart_at_pace(self) -> _Measured:
        reference, what = self.runner.easy_speed, "at the easy pace of that day"
        if reference is None:
            speeds = known(self._unbroken().speed[measures.WARM_S :])
            reference, what = (fmean(speeds) if speeds else None), "at the mean pace of this run"
        if not reference:
            raise NotMeasured("no pace is known")
        return measures.heart_rate_at(self.seconds, reference)[0], what

    def _beats(self) -> measures.BeatWindows:
        """Measures of the R-R intervals that were received while the run's time ran, computed once.

        Raises:
            NotMeasured: there are not two minutes of them.
        """
        if self.beats is None:
            self.beats = measures.beats_of(
                (at, 1000.0 * interval)
                for at, interval in self.trace.beats
                if any(start <= at <= end for start, end in self.spans)
            )
        if not self.beats.windows:
            raise NotMeasured("no two minutes of R-R intervals")
        return self.beats

    def _windows(self) -> str:
        beats = self._beats()
        return f"experimental; {len(beats.alphas)} of {beats.windows} windows"

    def _third(self, *, of_metres: bool, place: int) -> float:
        """The share of one third of the time or the metres with a heart rate."""
        if self.limits is None:
            raise NotMeasured("no heart rates of the athlete are known")
        measures.require(self.seconds.heart_rate, "heart rate")
        if of_metres:
            measures.require(self.seconds.speed, "speed")
        assert self.thirds is not None
        amounts = self.thirds.metres if of_metres else self.thirds.seconds
        if amounts is None or not (total := sum(amounts)):
            raise NotMeasured("nothing was run with a heart rate")
        return amounts[place] / total

    def _hard_session(self) -> float | _Measured:
        hard_s = sum(
            row.time_s if row.hard_s is None else row.hard_s
            for row in self.summary.rows
            if row.step.kind in HARD
        )
        thirds = None if self.thirds is None else self.thirds.seconds
        is_hard = measures.is_hard_session(hard_s, thirds)
        if is_hard is None:
            raise NotMeasured("no hard steps, and no time in zones")
        if not is_hard:
            return 0.0
        if hard_s >= measures.HARD_SESSION_S or thirds is None:
            return 1.0, f"{hard_s / 60:.0f} min of hard steps"
        return 1.0, f"{thirds[2] / 60:.0f} min above the second threshold"

    def _load(self) -> None:
        maximum = self.runner.maximum
        guessed = "" if maximum is None or maximum.is_measured else _GUESSED
        self._put("trimp", lambda: self._trimp("men"), estimated=guessed)
        self._put("trimp_women", lambda: self._trimp("women"), estimated=guessed)
        self._put("edwards", self._edwards, estimated=guessed)
        self._put("lucia", self._lucia, estimated="" if self.is_model_measured else guessed)
        self._put("session_load", self._session_load)
        self._put("graded_load", self._graded_load)

    def _trimp(self, weights: str) -> float:
        rest, maximum = self.runner.rest, self.runner.maximum
        if rest is None or maximum is None:
            raise NotMeasured("resting and maximum heart rate are not both known")
        return measures.trimp_of(self.seconds.heart_rate, rest.bpm, maximum.bpm, weights)

    def _edwards(self) -> float:
        if self.runner.maximum is None:
            raise NotMeasured("the maximum heart rate is not known")
        return measures.edwards_of(self.seconds.heart_rate, self.runner.maximum.bpm)

    def _lucia(self) -> float:
        self._third(of_metres=False, place=0)
        assert self.thirds is not None
        return zones.lucia([time_s / 60 for time_s in self.thirds.seconds])

    def _session_load(self) -> float:
        if self.rpe is None or self.summary.time_s is None:
            raise NotMeasured("no effort was given")
        return zones.session_load(self.rpe, self.summary.time_s / 60)

    def _graded_load(self) -> _Measured:
        if self.runner.threshold_speed is None:
            raise NotMeasured("the threshold pace is not known")
        slope = "" if known(self.seconds.slope) else "level, as no slope is known"
        return measures.graded_load(self.seconds, self.runner.threshold_speed), slope

    @property
    def rpe(self) -> int | None:
        """The effort, as rated afterwards, or else as the workout asked."""
        return self.summary.effort if self.notes.rpe is None else self.notes.rpe

    def _coached(self) -> None:
        verdicts = [each for each in self.cues if each.cue.kind in VERDICTS]
        answerable = [each for each in verdicts if each.outcome in {Outcome.ANSWERED, Outcome.NOT_ANSWERED}]
        answered = [each.after_s for each in answerable if each.after_s is not None]
        self._put("cues_said", lambda: float(len(self.cues)))
        self._put("verdicts_said", lambda: float(len(verdicts)))
        self._put(
            "verdicts_answered",
            lambda: (
                float(bool(_some(answerable, "none to be answered")) * len(answered)),
                f"of {len(answerable)} with an outcome",
            ),
        )
        self._put("answer_time", lambda: median(_some(answered, "none was answered")))
        self._put("gate_count", lambda: float(sum(self.gates.values())))
        self._put("red_seconds", self._red_seconds)
        self._put("red_kilometre", self._red_kilometre)

    def _red_seconds(self) -> float:
        limit = self._red_limit()
        measures.require(self.seconds.heart_rate, "heart rate")
        return float(sum(rate > limit for rate in known(self.seconds.heart_rate)))

    def _red_limit(self) -> float:
        threshold = self.runner.threshold
        if threshold is None or not threshold.is_measured:
            raise NotMeasured("no measured threshold heart rate is known")
        return threshold.bpm

    def _red_kilometre(self) -> float:
        self.red = tuple(measures.red_kilometres(self.seconds, self._red_limit()))
        whole = [each.seconds for each in self.red if each.metres >= 1000.0]
        return max(_some(whole, "no whole kilometre is known"))

    def _said(self) -> None:
        self._put("rejected", lambda: float(sum(isinstance(output, Rejected) for output in self.outputs)))
        rpe, after_s = self.rpe, self.notes.after_s
        self._put("effort", lambda: float(_some([rpe] if rpe else [], "not said")[0] or 0))
        self._put(
            "effort_asked",
            lambda: _some([after_s] if after_s is not None else [], "not said", applies=False)[0],
        )


def _some(values: Sequence[Item], reason: str, *, applies: bool = False) -> Sequence[Item]:
    """Return the values, of which there must be at least one.

    Raises:
        DoesNotApply: there is none.
    """
    if not values:
        raise (NotMeasured if applies else DoesNotApply)(reason)
    return values


def _rep_times(rows: Sequence[RepRow]) -> tuple[list[float], str]:
    """The times of the reps of the most common length, and which they are if others differ.

    Of reps by time it is the seconds they took for a kilometre, and of reps without a length nothing.
    """
    lengths = Counter(tables.length_text(row.result.step) for row in rows)
    if not lengths:
        return [], ""
    length, count = lengths.most_common(1)[0]
    alike = [row.result for row in rows if tables.length_text(row.result.step) == length]
    words = f"of {count} x {length}" if len(lengths) > 1 else ""
    until = alike[0].step.until
    if until.distance() is not None:
        return [row.time_s for row in alike], words
    if until.time() is None:
        return [], words
    return [1000.0 / row.mean_speed for row in alike if row.mean_speed], words


def _set_distance(timed: Sequence[StepEnded]) -> _Measured:
    """The metres of a set of timed reps and floats, and in how many minutes they were run."""
    if len({row.step.kind in FLOATS for row in timed}) < 2:
        raise DoesNotApply("no set of timed reps and floats")
    metres = [row.run_metres for row in timed]
    unmeasured = sum(each is None for each in metres)
    if unmeasured:
        raise NotMeasured(f"{unmeasured} of {len(timed)} steps not measured")
    return sum(each or 0.0 for each in metres), f"in {sum(row.time_s for row in timed) / 60:.0f} min"
