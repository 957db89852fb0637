"""The rules of time and distance: splits and the times of reps, the reps of a set compared, and countdowns."""

from dataclasses import dataclass
from math import floor
from statistics import fmean
from typing import Final

from coach.cues.arbiter import DUST_S, NEVER, CueArbiter, Rule, RuleEvent, Subscription, deadline
from coach.cues.config import CueSettings, LapFigure, Listening
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Sound, Why
from coach.cues.language import Words
from coach.physiology.surroundings import MARK_TOLERANCE_M, lap_in_lane
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, Metres, Seconds
from coach.session.events import EndReason, Light, Split, StepEnded, StepStarted, Undone
from coach.session.phases import ItemPart, Phase, SplitRole
from coach.signals.readings import Source
from coach.workout.kinds import BRIEF, EASING_OFF, PACED_REPS, RESTS, RUN, TIMED, Kind
from coach.workout.timeline import PACED_OFF_M, Band, Quantity, Step, StepTarget

# --- splits
#
# A press at the line is the best sensor there is: one press a lap shows 2 %, 1.9 s at 4:00/km, where any other
# detector needs minutes. So a lap between two marks is told by its own time, and its error is named at the line that
# ends it. A press has an error of its own; each lap is therefore compared with the mean of the marks before it, not
# with the last. In coach mode splits are shown in tenths.

_RAN_OUT: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.LINE, EndReason.NEXT})
_PER_M: Final = {LapFigure.KM: METRES_PER_KM, LapFigure.MILE: METRES_PER_MILE}
"""The metres that a lap is told by the pace of; by any other figure it is told by its own time."""
_ON_PACE: Final = 0.01
"""At most this share under the target after a standing start, a runner is not told that the lap was slow. Judged."""
_MARGIN: Final = 0.04
"""A band of at most this half-width is a margin around the aim, judged; outside a wider one only its edges count."""


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap of the track that ended at a line, or several where no mark was pressed in between."""

    seconds: Seconds
    count: int = 1
    """The number of laps."""
    off_s: Seconds | None = None
    """The seconds it was slower than planned, negative: faster; None where that is not known."""
    is_off: bool = False
    """Whether that is more than presses can err."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the step at which a mark was pressed, or its start."""

    count: int
    """Its place, in laps from the first line of the step on."""
    time_s: Seconds
    behind_s: float = 0.0
    """Seconds behind the plan there."""


class Splits(Rule):
    """Says the time at a mark within a rep and the time of the rep at its end."""

    __slots__ = ("_compared", "_ended_m", "_lines", "_passed", "_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("split")
        """Its scope is the mark, in metres."""
        self._lines: list[Line] = []
        self._compared: list[float] = []
        """Seconds behind the plan at the lines pressed since an error was last named."""
        self._ended_m: Metres | None = None
        """The length of the last rep whose time was told."""
        self._passed: dict[int, Seconds] = {}
        """The step time at each line, pressed or not, by its place."""

    def on_step(self, now: Seconds) -> None:
        """Start with no mark said; the lines that were pressed before an undo still count."""
        self._record.reset()
        self._passed = {0: Seconds(0.0)}
        self._lines, self._compared = [Line(0, Seconds(0.0))], [0.0]
        for mark in self.context.session.marks if self._is_by_lap() else ():
            count = None if mark.metres is None else self._laps_to(mark.metres)
            if count and mark.at <= now:
                self._passed[count] = mark.time_s
                self._lines.append(Line(count, mark.time_s, mark.light_s or 0.0))
                self._compared.append(mark.light_s or 0.0)

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say a split or the result of a rep, unless it was not measured."""
        match event:
            case Split(role=SplitRole.SPLIT, time_s=time) if time is not None:
                step = self.context.step
                if step is not None and step.kind in TIMED and not self.context.session.is_clock_mode:
                    self._on_split(event, time, now)
            case Split(role=SplitRole.DOUBTFUL, metres=metres, time_s=time) if time is not None:
                if metres is not None:  # presses were missed before it: it is a line, but tells nothing
                    self._lap_at(event, metres, time)
            case StepEnded(step=step, reason=reason) if step.kind in TIMED and reason in _RAN_OUT:
                is_by_time = step.until.distance() is None and step.until.time() is not None
                if event.distance_source is not Source.CLOCK and not is_by_time:
                    self._on_end(event, now)

    def _on_split(self, event: Split, time: Seconds, now: Seconds) -> None:
        metres = event.metres
        lap = None if metres is None else self._lap_at(event, metres, time)
        is_about = not event.pressed and self.context.session.is_estimated(now)
        is_repeat = metres is not None and self._record.was_said_of(metres)
        self._record.note(now, metres)
        is_new = not is_repeat or (event.pressed and lap is not None)
        if lap is not None:
            if event.pressed:
                self.arbiter.are_laps_pressed = True
            elif metres is not None and (count := self._laps_to(metres)) is not None and count > 1:
                self.arbiter.are_laps_pressed = (
                    self._lines[-1].count == count - 1
                )  # else nobody pressed there
            is_new = is_new and (event.pressed or not self.arbiter.are_laps_pressed)
        is_spoken = self._is_spoken(metres, lap) and is_new and not self._is_late(time, now)
        self._say(metres, time, now, about=is_about, spoken=is_spoken, light=event.light, lap=lap)

    def _on_end(self, event: StepEnded, now: Seconds) -> None:
        """Say the time of a rep, and how far it was off where a mark at the line ended it."""
        step = event.step
        metres = None if event.cut else step.until.distance()
        lap = None
        is_at_line = event.reason is EndReason.MARK and metres is not None and event.light_s is not None
        if self._is_by_lap() and is_at_line and event.light_s is not None:
            planned_s, off_s = event.time_s - event.light_s, event.light_s
            is_off = self._is_off(off_s, planned_s, event.time_s, step.target, now)
            lap = Lap(event.time_s, off_s=off_s, is_off=is_off)
        is_as_before = metres is not None and metres == self._ended_m
        self._ended_m = metres
        is_bare = is_as_before or self.arbiter.speech.is_brief
        self._say(metres, event.time_s, now, about=event.estimated, spoken=True, lap=lap, bare=is_bare)

    def _laps_to(self, metres: Metres) -> int | None:
        """Return how many laps after the first line of the step this line is; None if it is between two of them."""
        line_m = 0.0 if self.context.step is None else self.context.step.line_m
        count = round((metres - line_m) / self._lap_m())
        return count if count > 0 and _is_near(metres - line_m, count * self._lap_m()) else None

    def _lap_at(self, event: Split, metres: Metres, time: Seconds) -> Lap | None:
        """Return the lap that ended at a line a whole number of laps from the first one of the step."""
        count = self._laps_to(metres) if self._is_by_lap() else None
        if count is None:
            return None
        before_s = self._passed.get(count - 1)
        self._passed[count] = time
        if event.pressed:
            return self._pressed_lap(event, count, time)
        return None if before_s is None else Lap(Seconds(time - before_s))

    def _pressed_lap(self, event: Split, count: int, time: Seconds) -> Lap:
        """Return the laps since the mark before, with their error if the step has a pace."""
        self._lines = [line for line in self._lines if line.count < count]  # a press replaces one at its line
        last = self._lines[-1]
        seconds, laps = Seconds(time - last.time_s), count - last.count
        behind_s = None if event.light is None else event.light.behind_s
        self._lines.append(Line(count, time, behind_s or 0.0))
        if behind_s is None:
            return Lap(seconds, laps)
        off_s, compared = behind_s - last.behind_s, self._compared[-self.context.settings.lap_off_marks :]
        self._compared.append(behind_s)
        change_s = behind_s - fmean(compared)
        target = None if self.context.step is None else self.context.step.target
        # a lap that is even by itself is not named for what was lost before it
        has_grown = off_s * change_s > 0 and 2.0 * abs(off_s) >= self.context.settings.lap_off_s
        is_off = has_grown and self._is_off(change_s, seconds - off_s, seconds, target, event.at)
        if is_off:
            self._compared = [behind_s]
            is_off = not (off_s > 0 and last.count == 0 and self._was_slow_start(event.at))
        return Lap(seconds, laps, Seconds(off_s), is_off)

    def _is_off(
        self, off_s: float, planned_s: float, seconds: float, target: StepTarget | None, now: Seconds
    ) -> bool:
        """Return True if an error is more than presses can err, the target has that side, and it may be said."""
        settings = self.context.settings
        limit_s = max(settings.lap_off_s, settings.lap_off_share * planned_s)
        if not limit_s <= abs(off_s) <= settings.lap_off_most * planned_s or target is None:
            return False
        if target.quantity is not Quantity.SPEED or target.estimated:
            return False
        if off_s > 0 and not (self.context.may_push() and self.arbiter.may_call_slow(now)):
            return False
        side = target.band.low if off_s > 0 else target.band.high
        if side is None:
            return False
        if not target.is_range and _half_width(target.band) <= _MARGIN:
            return True
        factor = planned_s / seconds * (target.band.aim or side)
        return factor < side if off_s > 0 else factor > side

    def _was_slow_start(self, now: Seconds) -> bool:
        """Return True if a first lap is slow by its standing start alone: a fresh speed says that the pace is right.

        A pod that is not calibrated yet cannot say so within 2 %.
        """
        target, speed = self.context.session.target_now(now), self.context.signals.speed()
        aim, recent_speed = None if target is None else target.band.nominal, self.context.recent.value
        if not self.context.is_standing_start or self.context.is_unproven():
            return False
        if speed is None or not self.context.is_live(speed, now):
            return False
        return aim is not None and recent_speed is not None and recent_speed > aim * (1.0 - _ON_PACE)

    def _is_by_lap(self) -> bool:
        settings = self.context.settings
        return self.context.is_track() and settings.speak is not LapFigure.TOTAL

    def _is_late(self, time: Seconds, now: Seconds) -> bool:
        """Return True if the split is too old to be spoken, as after a gap."""
        step_time = self.context.session.step_time(now)
        return step_time is not None and step_time - time > self.context.settings.split_late_s

    def _say(
        self,
        metres: Metres | None,
        time: Seconds,
        now: Seconds,
        *,
        about: bool,
        spoken: bool,
        light: Light | None = None,
        lap: Lap | None = None,
        bare: bool = False,
    ) -> None:
        """Emit a split; with `bare` the voice leaves out the place, because the rep is as long as the one before."""
        settings = self.context.settings
        off_s = lap.off_s if lap is not None and lap.is_off else None
        words: str | Words
        if self.arbiter.is_stopwatch() or not spoken:
            words = self.phrases.split_shown(
                metres,
                time,
                about=about,
                behind_s=None if light is None else light.behind_s,
                projected_s=self._projected_s(light),
                lap_s=None if lap is None else lap.seconds,
                off_s=off_s,
            )
        else:
            off = "" if off_s is None else f" {self.phrases.off_by(off_s)}"
            text = self._words(metres, time, lap, about=about)
            speech = self._words(metres, time, lap, about=about, bare=bare)
            words = Words(f"{text}{off}", f"{speech}{off}")
        why = Why("split")
        if lap is not None and lap.off_s is not None:
            limit_s = max(settings.lap_off_s, settings.lap_off_share * (lap.seconds - lap.off_s))
            why = Why("split", lap.off_s, "lap_off_s", -limit_s, limit_s, lap.seconds)
        self.arbiter.emit(now, CueKind.SPLIT, CueClass.INFO, words, why, spoken=spoken)
        if off_s is not None:
            self.arbiter.note_error(now)

    def _words(
        self, metres: Metres | None, time: Seconds, lap: Lap | None, *, about: bool, bare: bool = False
    ) -> str:
        """Return what is spoken: the figure of a single lap, else the time so far and, unless `bare`, the place."""
        settings, lap_m = self.context.settings, self._lap_m()
        over_m = 0.0 if metres is None or lap is None else metres - lap.count * lap_m
        is_first = lap is not None and time == lap.seconds
        if lap is not None and lap.count == 1 and (not is_first or abs(over_m) <= PACED_OFF_M):
            ran_m = lap_m + (over_m if is_first else 0.0)
            return self.phrases.lap(lap.seconds, ran_m, _PER_M.get(settings.speak, ran_m), about=about)
        has_tenths = metres is not None and metres <= settings.split_tenths_to_m and not about
        return self.phrases.split(None if bare else metres, time, tenths=has_tenths, about=about)

    def _projected_s(self, light: Light | None) -> Seconds | None:
        """Return the projected time of a long rep if it differs from the planned one."""
        length, planned_s, settings = self.context.length_m, self.context.expected_s, self.context.settings
        projected_s = None if light is None else light.projected_s
        if projected_s is None or planned_s is None or length is None or length < settings.split_laps_from_m:
            return None
        return projected_s if abs(projected_s - planned_s) > settings.split_off_s else None

    def _is_spoken(self, metres: Metres | None, lap: Lap | None) -> bool:
        """Return True if the mark is spoken: every one in a short rep, whole laps in a long one, kilometres beyond.

        A lap whose error is known is spoken in a rep of any length.
        """
        length, settings = self.context.length_m, self.context.settings
        if metres is None or length is None or length < settings.split_laps_from_m:
            return True
        if lap is not None and (lap.off_s is not None or length <= settings.split_km_from_m):
            return True
        every_m: float = self.context.session.timeline.context.lap_m
        if length > settings.split_km_from_m:
            every_m = settings.split_km_m
        offset_m = metres % every_m
        return min(offset_m, every_m - offset_m) < 1.0

    def _lap_m(self) -> float:
        context = self.context.session.timeline.context
        return lap_in_lane(context.lap_m, context.lane)


def _is_near(metres: float, place: float) -> bool:
    return abs(metres - place) <= MARK_TOLERANCE_M


def _half_width(band: Band) -> float:
    """Return half the width of a band as a share of its aim; infinite where a side is open."""
    if band.low is None or band.high is None or not band.aim:
        return float("inf")
    return (band.high - band.low) / 2 / band.aim


# --- the reps of a set
#
# Reps are compared with each other by their times (`PaceBand` calls a fade within a rep):
#
# - After two slow reps in a row a longer rest, or the end of the session, is advised once; more speed is not asked
#   for in the rest of the set.
# - A rep under the band and clearly slower than the first two good ones of its set is called once, in the rest.
#
# After each of them the session offers a longer rest or slower paces.

ASKS_FOR_RELIEF: Final = frozenset({"slow_reps", "fade_of_reps"})
"""Rules after whose cues the session offers a longer rest or slower paces."""
_WHOLE: Final = _RAN_OUT - {EndReason.NEXT}
_FIRST_REPS: Final = 2
"""The number of reps of a set that later ones are compared with; judged: a single one may be chance."""


class FadeAcrossReps(Rule):
    """Compares the reps of a set with their target and with the first ones."""

    __slots__ = ("_advice_record", "_fade_record", "_first_reps", "_set", "_slow_reps")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no set."""
        super().__init__(context, arbiter)
        self._set = ""
        self._slow_reps: list[str] = []
        self._first_reps: list[StepEnded] = []
        self._advice_record = arbiter.record("slow_reps")
        self._fade_record = arbiter.record("fade_of_reps")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Count a rep that ended, start a new set, and take back what an undo takes back."""
        match event:
            case StepEnded(step=step) if step.kind in PACED_REPS:
                self._count(event, now)
            case StepStarted(step=step) if step.kind in PACED_REPS and step.set_id != self._set:
                self._new_set(step)
            case Undone(step_id=step_id):
                self._slow_reps = [slow_id for slow_id in self._slow_reps if slow_id != step_id]
                self._first_reps = [rep for rep in self._first_reps if rep.step.step_id != step_id]

    def _count(self, result: StepEnded, now: Seconds) -> None:
        if result.step.set_id != self._set:
            self._new_set(result.step)
        slow_under = _slow_under(result.step, self.context.settings.fade_share)
        if slow_under is None or result.moving_speed is None or not _is_whole(result):
            return
        if result.time_s < self.context.settings.fade_from_s or self.context.signals.distance.awaits_lap():
            return
        if result.moving_speed >= slow_under:
            self._slow_reps.clear()
        elif result.step.step_id not in self._slow_reps:
            self._slow_reps.append(result.step.step_id)
        if len(self._slow_reps) >= self.context.settings.fade_reps and not self._advice_record.was_said():
            self._advise(result, slow_under, now)
        elif not self._advice_record.was_said() and not self._fade_record.was_said():
            self._compare(result, result.moving_speed, now)

    def _advise(self, result: StepEnded, slow_under: float, now: Seconds) -> None:
        why = Why("slow_reps", result.moving_speed, "speed_mps", slow_under, None, result.time_s)
        self._advice_record.note(now)
        self.arbiter.suppress_push_in_set(self._set)
        self.arbiter.emit(now, CueKind.ADVICE, CueClass.COACH, self.phrases.language.rest_longer, why)

    def _compare(self, result: StepEnded, mean: float, now: Seconds) -> None:
        """Compare a rep with the first two good ones, or make it one of them."""
        step, first_reps = result.step, self._first_reps
        if (
            step.target is None
            or step.target.estimated
            or not all(_are_alike(rep, result) for rep in first_reps)
        ):
            return
        low, high = step.target.band.low, step.target.band.high
        if low is None or len(first_reps) < _FIRST_REPS:
            if low is not None and low <= mean and (high is None or mean <= high):
                self._first_reps = [*(rep for rep in first_reps if rep.step.step_id != step.step_id), result]
            return
        usual_mean = fmean(rep.moving_speed or 0.0 for rep in first_reps)
        limit = usual_mean * (1.0 - self.context.settings.fade_reps_share)
        if mean < min(limit, low) and self._has_rep_ahead(result) and not self._has_eased_early(mean):
            self._call_fade(result, mean, usual_mean, now)

    def _has_eased_early(self, mean: float) -> bool:
        """Return True if the runner stopped before the planned line, so that the mean includes some of the rest."""
        recent = self.context.recent.value
        return recent is None or recent < mean * self.context.settings.line_eased_share

    def _has_rep_ahead(self, result: StepEnded) -> bool:
        """Return True if another rep follows in the set."""
        steps_ahead = self.context.session.timeline.steps[result.index + 1 :]
        return any(step.kind in PACED_REPS and step.set_id == self._set for step in steps_ahead)

    def _call_fade(self, result: StepEnded, mean: float, usual_mean: float, now: Seconds) -> None:
        context, speed, step = self.context, self.context.signals.speed(), self.context.session.step
        if speed is None or not context.is_live(speed, now):
            return
        limit = usual_mean * (1.0 - context.settings.fade_reps_share)
        age_s, noise = Seconds(now - speed.at), context.noise.level
        why = Why("fade_of_reps", mean, "speed_mps", limit, None, result.time_s, age_s, noise)
        may_rest = step is not None and step.kind in RESTS and step.until.time() is not None
        words = self.phrases.slower_than_first(100.0 * (1.0 - mean / usual_mean), may_rest=may_rest)
        if self.arbiter.emit(now, CueKind.FADE, CueClass.COACH, words, why):
            self._fade_record.note(now)

    def _new_set(self, step: Step) -> None:
        self._set = step.set_id
        self._slow_reps.clear()
        self._first_reps.clear()
        self._advice_record.reset()
        self._fade_record.reset()
        self.arbiter.suppress_push_in_set(None)


def _is_whole(result: StepEnded) -> bool:
    """Return True if the rep was run whole and measured."""
    return result.reason in _WHOLE and not (result.cut or result.estimated or result.broken)


def _are_alike(rep: StepEnded, other: StepEnded) -> bool:
    """Return True if both reps had the same target and the same source."""
    target, other_target = rep.step.target, other.step.target
    has_same_target = target is not None and other_target is not None and target.band == other_target.band
    return has_same_target and rep.distance_source is other.distance_source


def _slow_under(step: Step, share: float) -> float | None:
    """Return the speed under which a rep is slow: below its range and some per cent below its aim."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    aim, low = target.band.nominal, target.band.low
    if aim is None or low is None:
        return None
    return min(low, aim * (1.0 - share))


# --- countdowns
#
# Rests and timed reps are counted down by the clock, jogs and long reps by metres, clock mode by the pacing light.

_COUNTED: Final = frozenset(
    {
        Phase.WORK,
        Phase.FLOAT,
        Phase.RECOVERY,
        Phase.SEND_OFF_REP,
        Phase.SEND_OFF_REST,
        Phase.READY,
        Phase.CHECKLIST,
    }
)
STARTED_BY_GO: Final = RUN - EASING_OFF
"""Kinds whose start is told by "go"."""


def countdown_marks(settings: CueSettings, length_s: float, *, is_belt: bool) -> tuple[int, ...]:
    """Return the seconds before the end at which a step of this length is counted down, the longest first."""
    return tuple(
        mark
        for mark in settings.countdown_s
        if length_s >= _least_s(settings, mark) and not (is_belt and mark == round(settings.belt_ahead_s))
    )


def _least_s(settings: CueSettings, mark: int) -> float:
    if mark >= 30:
        return settings.countdown_half_min_s
    return settings.countdown_ten_min_s if mark >= 10 else settings.countdown_three_min_s


def has_end_tone(settings: CueSettings, step: Step) -> bool:
    """Return True for a stride, whose end is a tone without a countdown."""
    seconds = step.until.time()
    return step.kind in BRIEF and seconds is not None and seconds <= settings.stride_s


class Countdown(Rule):
    """Counts thirty, ten, three, two, one, each at its own time, and says "go" after a countdown to a start.

    Each is called earlier by as much as the device of the sound plays late (`countdown_lead_s`).
    """

    __slots__ = ("_go_record", "_one_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing counted."""
        super().__init__(context, arbiter)
        self._one_record = arbiter.record("countdown_one")
        self._go_record = arbiter.record("countdown_go")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say "go" at a start that was counted down, and end a stride with a tone."""
        match event:
            case StepStarted(step=step) if step.kind in STARTED_BY_GO and self._was_counted(now):
                self._go(now)
            case StepEnded(step=step, reason=EndReason.DONE) if self._is_stride(step):
                self._count(now, Words(self.phrases.language.end_of_stride, ""), "end_of_stride", Sound.EASE)

    def schedule(self, now: Seconds) -> None:
        """Schedule the next mark that lies ahead."""
        self.due = NEVER
        left_s = self._left_s(now)
        if left_s is None:
            return
        lead_s = self.context.settings.countdown_lead_s
        is_called = self._is_listed() or (lead_s and self._was_counted(now))
        for mark in (*self._marks_ahead(now, left_s), *((0,) if is_called else ())):
            if left_s - mark - lead_s > DUST_S:
                self.due = deadline(now, left_s - mark - lead_s)
                return

    def fire(self, now: Seconds) -> None:
        """Say the mark that is due."""
        lead_s = self.context.settings.countdown_lead_s
        if self._is_listed():  # its timer turns to its next part at the end of this one
            timer = self.context.session.item_timer(Seconds(now - DUST_S))
            left_s = None if timer is None else timer.left_s - lead_s
        else:
            left_s = self._left_s(now)
        mark = round(left_s or 0.0)
        if not mark:
            self._end(now)
            return
        if mark == 1:
            self._one_record.note(now)
        words = self.phrases.seconds_left(mark)
        if mark <= self.context.settings.beep_to_s:
            self._count(now, words._replace(speech=""), "countdown", Sound.BEEP)
        else:
            self._count(now, words, "countdown", Sound.NONE)

    def _end(self, now: Seconds) -> None:
        """Call the end of what was counted: a start, or the end of what is held in a checklist."""
        if self._is_listed():
            timer = self.context.session.item_timer(Seconds(now - DUST_S))
            if timer is not None and timer.part is ItemPart.HOLD:
                self._count(now, Words(self.phrases.language.end_of_stride, ""), "end_of_hold", Sound.EASE)
                return
            self._go(now)
        elif self._next_kind() in STARTED_BY_GO:
            self._go(now)

    def _is_listed(self) -> bool:
        """Return True if the timer is that of a checklist."""
        return self.context.session.phase is Phase.CHECKLIST

    def _was_counted(self, now: Seconds) -> bool:
        """Return True if "one" was called a moment ago, and "go" not yet."""
        return now - self._one_record.at < 1.5 and self._go_record.at < self._one_record.at

    def _go(self, now: Seconds) -> None:
        self._go_record.note(now)
        self._count(now, Words(self.phrases.language.go, ""), "go", Sound.GO)

    def _next_kind(self) -> Kind | None:
        """Return the kind of the step that a countdown leads to."""
        session = self.context.session
        index = session.index if session.phase is Phase.READY else session.index + 1
        steps = session.timeline.steps
        return steps[index].kind if index < len(steps) else None

    def _left_s(self, now: Seconds) -> float | None:
        session, step = self.context.session, self.context.step
        if step is None or session.phase not in _COUNTED:
            return None
        if self._is_listed():
            timer = session.item_timer(now)
            return timer.left_s if timer is not None and timer.left_s > DUST_S else None
        if step.kind not in RUN:
            return None
        is_ready = session.phase is Phase.READY
        if not is_ready and self._is_stride(step):
            return None
        if session.phase is Phase.SEND_OFF_REP and step.until.time() is None and not session.is_clock_mode:
            return None
        left_s = self.context.session.left_s(now)
        return None if left_s is None or left_s < 0 else left_s

    def _marks_ahead(self, now: Seconds, left_s: float) -> tuple[int, ...]:
        settings, session = self.context.settings, self.context.session
        if session.phase is Phase.READY:
            return settings.countdown_delay_s
        timer = session.item_timer(now)
        length_s = (
            timer.length_s if timer is not None else left_s + (session.step_time(now) or 0.0)
        ) + DUST_S
        return countdown_marks(settings, length_s, is_belt=self.context.is_treadmill)

    def _is_stride(self, step: Step) -> bool:
        return has_end_tone(self.context.settings, step)

    def _count(self, now: Seconds, words: str | Words, rule: str, sound: Sound) -> None:
        self.arbiter.emit(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, words, Why(rule), sound=sound)


class LastMetres(Rule):
    """Says "fifty to go" in a jog by distance and "last two hundred" in a long rep on a track."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("last_metres")

    def on_step(self, now: Seconds) -> None:
        """Start a step; a mark that lies behind counts as said."""
        mark = self._mark()
        self._record.reset()
        if mark is None or (self.context.session.step_metres(now) or 0.0) >= mark[0]:
            self._record.note(now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance if a mark lies ahead."""
        return () if self._record.was_said() or self._mark() is None else (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say the mark at the first sample past it."""
        mark = self._mark()
        if self._record.was_said() or mark is None or metres < mark[0]:
            return
        self._record.note(now)
        self.arbiter.emit(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, mark[1], Why("last_metres"))

    def _mark(self) -> tuple[float, str] | None:
        step, settings = self.context.step, self.context.settings
        distance = None if step is None else step.until.distance()
        if step is None or distance is None or self.context.session.is_clock_mode:
            return None
        if step.kind in RESTS and distance > 2 * settings.jog_to_go_m:
            return distance - settings.jog_to_go_m, self.phrases.language.fifty_to_go
        if step.kind in PACED_REPS and self.context.is_track() and distance >= settings.last_from_m:
            return distance - settings.last_m, self.phrases.language.last_200
        return None


class PacingLightCalls(Rule):
    """Calls every hundred metres of the pacing light in clock mode, where nothing measures the rep."""

    __slots__ = ()

    def schedule(self, now: Seconds) -> None:
        """Schedule the light's next hundred metres before the end."""
        self.due = NEVER
        in_s = self._next_call(now)
        if in_s is not None:
            self.due = deadline(now, in_s)

    def fire(self, now: Seconds) -> None:
        """Call the hundred metres the light passes now."""
        speed, time_s = self._speed(), self.context.session.step_time(now)
        every_m = self.context.settings.beep_m
        if speed is not None and time_s is not None:
            words = Words(self.phrases.beep(round(time_s * speed / every_m) * every_m), "")
            settings = self.context.settings
            is_heard = settings.listening is Listening.EARS or settings.speaker_light_beeps
            self.arbiter.emit(
                now,
                CueKind.COUNTDOWN,
                CueClass.COUNTDOWN,
                words,
                Why("light_calls"),
                spoken=is_heard,
                sound=Sound.BEEP,
            )

    def _next_call(self, now: Seconds) -> float | None:
        speed, time_s = self._speed(), self.context.session.step_time(now)
        step = self.context.step
        if speed is None or time_s is None or step is None or not self.context.session.is_clock_mode:
            return None
        distance, every_m = step.until.distance(), self.context.settings.beep_m
        if distance is None or not self.context.is_running():
            return None
        call = floor(time_s * speed / every_m + DUST_S) + 1
        return call * every_m / speed - time_s if call * every_m < distance - 1.0 else None

    def _speed(self) -> float | None:
        step = self.context.step
        if step is None or step.target is None or not step.has_speed_target:
            return None
        return step.target.band.nominal
