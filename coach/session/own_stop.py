"""The runner's own stop: a rep ends where its runner stops, or turns to a jog, near its measured end.

A pod reads short or long by some per cent, and its runner stops at the line of the track. Where a rest follows, the
fall of the speed tells better than the odometer where the line was.

- A fall counts once the speed has stayed down; after a stumble or a child on the track it comes back before.
- It is dated to where a quarter of it is done, less the run-out, and weighed with the measured end.
- It counts within a window about the measured end. Elsewhere the runner gave up, or ran on.
- It moves the boundary. The factor of a pod is at most offered.
- A rep after standing or walking starts, for its time, at the onset of running.

The constants that are `measured` were chosen on the scripted runners of `tests/benchmarks/lines`, seeds 0 to 300.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from operator import itemgetter
from statistics import fmean, median
from typing import Final, NamedTuple

from coach.quantities import Metres, Seconds
from coach.session.config import step_after
from coach.session.edits import Offers
from coach.session.events import EndReason, MovedBy, StepEnded
from coach.session.sequencer import StepSequencer
from coach.session.state import LastEnd
from coach.signals.readings import CALIBRATED, Source, is_stale
from coach.workout.kinds import FLOATS, HARD, RESTS, Kind
from coach.workout.timeline import Move, Quantity, Step

Series = Sequence[tuple[float, float]]
"""Times and speeds, oldest first."""

_time, _speed = itemgetter(0), itemgetter(1)
_WORK: Final = Kind.WORK  # an enum's member costs a tenth of a microsecond to look up

_SURFACES: Final = frozenset({"track", ""})
"""The surfaces on which there is, or may be, a line to stop at."""
_LATE_S: Final = {Source.WATCH: (3.0, 1.5), Source.RELAY: (3.0, 1.5), Source.POSITIONS: (0.5, 1.0)}
"""The delay of a speed that comes from positions, against a pod's, and its standard deviation. Measured: 2 to 8 s on a
watch's; with a deviation of 0.5 s for positions five of ten recorded reps have no line."""

# --- what is a fall (shares are of the rep's own speed)
_SLOWER: Final = 0.88
"""A newest speed over this is not looked at. Judged: above every jog."""
_STOPPED: Final = 0.60
"""A runner under this does not jog any more. Measured: jogs between reps are 0.60 to 0.75."""
_CLEAR: Final = 0.68
"""A runner under this does not run the rep, tired or round a bend. Measured: bends run 25 % slower."""
_JOG_UNKNOWN: Final = 0.72
"""Under this a jog begins, while this runner's jog is not known. Measured."""
_NEAR_JOG: Final = 0.15
"""A known jog begins under a speed this share of the way from it to the rep's. Measured."""
_MUCH_SLOWER: Final = 0.85
"""Once the runner is past the window, a speed under this counts. Judged: the fastest jogs are 0.80."""
_RAN: Final = 0.70
"""Before the fall they ran faster than this, so that the stop of a runner who fades is not dated to the fade."""
_RAN_LEVEL: Final = 0.65
"""The same for a runner at one speed, as in a slow bend. Measured: a bend at 0.70, less noise."""
_LEVEL_SAMPLES: Final = 20
"""So many samples before the fall tell whether it was one speed. Judged: a slow bend lasts 25 s."""
_LEVEL: Final = 2.5
"""The fall is so much larger than the difference of their halves. Judged."""
_RUNS_ON: Final = 0.66
"""Before the fall a speed under this is part of it. Measured: noise of a bend run at 0.75."""
_SLOWS_BY: Final = 0.08
"""But no speed so far over the newest one is part of it. Measured: a bend at 0.70, then a walk."""
_LEAST_FALL: Final = 0.09
"""The least fall. Measured: a jog at 0.75, less noise."""
_LEAST_FALL_FROM_BEND: Final = 0.06
"""The least fall after a slow bend. Measured: a bend at 0.75, then a jog at 0.65, less noise."""
_FEWEST: Final = 8
"""Samples needed to speak of a rep's speed. Judged."""
_SPLIT_S: Final = 30.0
"""The stretch in which a fall is looked for, holes not counted. Measured: 20 s are no better."""
_LOOK_S: Final = 90.0
"""The longest such stretch, also after the end of a rep. Judged: the longest window at the slowest jog."""
_BEND_SAMPLES: Final = 8
"""A second fall so many samples after the first is the line after a slow bend. Measured: falls last under 6 s."""
_HOLE_S: Final = 3.0
"""Samples further apart than this, in seconds, hide a fall between them: the age at which a value is stale."""

# --- where the line is
_RUN_OUT_M: Final = 5.5
"""The distance past the line of a quarter of the fall. Measured: the middle of 0 to 8 m run on, and of the lag."""
_RUN_OUT_S: Final = 1.5
"""The same in seconds, for slow runners; the shorter counts. Measured."""
_LINE_SD_M: Final = 2.5
"""The standard deviation of the run-out in metres: 8 m / sqrt(12)."""
_LINE_SD_S: Final = 0.5
"""The standard deviation of the onset in seconds (track_semantics, section 5)."""
_HOLE_RUN_OUT_S: Final = 0.9
"""The delay of a fall whose samples are lost: it is dated to its middle. Measured on lost samples of all kinds."""
_BEFORE_HOLE_S: Final = 10.0
"""For so long before a hole the metres tell the speed in it. Measured: with 20 and 40 s fewer lines are right."""
_HOLE_NOISE: Final = 0.02
"""The standard deviation of a distance across a hole, as a share. Judged: a pod's noise over some seconds."""
_SD: Final = 2.5
"""The window on either side of the measured end, in standard deviations of the factor (track_semantics, section 5)."""
_LEAST_WINDOW_M: Final = 10.0
"""The narrowest window, of a pod however well it is calibrated (track_semantics, section 5)."""
_WINDOW_M: Final = 25.0
"""The widest window of a pod that is not calibrated, in metres, while the runner has not stood for long."""
_STAND_WINDOW_M: Final = 40.0
"""The widest window for a runner who has stood, and of a calibrated pod (track_semantics, section 5)."""
_LONG_WINDOW: Final = 0.036
"""Of long reps the window is this share, and the run-out: two pods in three are within 3 %."""
_LONG_WINDOW_M: Final = 96.0
"""But no more: a stop 120 m before the end of 3 km is no line. Measured: with 72 m 73 % of 3 km reps end at theirs."""
_WIDEST_M: Final = 1.0 + max(_STAND_WINDOW_M, _LONG_WINDOW_M)
"""No window is so wide: judged, the widest and a metre. Further before its end nothing of a rep is looked at."""
_DOUBTFUL_M: Final = 40.0
"""A fall that is not clear counts this near only: a bend begins 110 m before the line."""
_PAST_M: Final = 20.0
"""So far past the window the runner has run on, and any fall within it is the line (track_semantics, section 5)."""

# --- when it is sure
_NEAR_M: Final = 10.0
"""Within this distance of the line of the last rep a stop is soon sure. Judged: two run-outs differ by up to 8 m."""
_SURE_S: Final = 6.0
"""The time a stop must last there. Measured: a dodge of 4 s with the lag of a pod is over in 5.5 s."""
_HOLD_S: Final = 10.0
"""The time elsewhere: a runner back within 10 s has not ended the rep (track_semantics, section 5)."""

# --- what is worth a move
_LEAST_MOVE_S: Final = 0.5
"""A boundary is moved by at least this. Judged: less is less than the onset is known by."""
_RUN_ON_S: Final = 2.0
"""A stop up to so long after the measured end, and no sooner than `_RUN_ON_LEAST_S`, fits it. Measured."""
_RUN_ON_LEAST_S: Final = 0.7
"""Measured: the lag of a pod and a metre run on."""
_RUN_ON_M: Final = 8.0
"""With a calibrated pod every stop up to so many metres past the end fits it (track_semantics, section 5)."""
_FITS_M: Final = 1.5
"""The distance before the end within which a stop still fits it. Judged: the spacing of samples."""

# --- the start
_WALK_MPS: Final = 2.2
"""Faster than this is running: walking ends near 2.0 m/s."""
_WALK: Final = 0.67
"""The same as a share of the speed of the rep to come; the slower counts. Judged."""
_AT_SPEED: Final = 0.75
"""The rep has begun at this share of its speed. Judged."""
_RUNS_S: Final = 4.0
"""For so long they must have run. Judged."""
_ONSET_LATE_S: Final = 0.3
"""The delay of a quarter of the rise after the onset. Measured on scripted starts."""
_ONSET_BEFORE_S: Final = 10.0
"""The most an onset lies before the go. Judged: nobody starts sooner unasked."""
_ONSET_AFTER_S: Final = 30.0
"""The most it lies after the go. Judged: a runner who stands longer did not hear it."""
_WALKED_ON_M: Final = 5.0
"""A runner who walked on further than this after the go has not waited at a line. Judged."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A fall of the speed that has not come back."""

    began_at: Seconds
    """The time when a quarter of it was done."""
    low_since: Seconds
    """Since when the speed has been low."""
    before: float
    """The speed before it, in m/s."""
    after: float
    """The speed after it, in m/s."""
    is_stop: bool
    """Whether the runner stands or walks; else they jog."""
    is_clear: bool
    """Return True if the speed is too slow for the rep."""
    is_sharp: bool
    """Whether it was over within a sample, as in a recording made by hand."""
    hole: tuple[Seconds, Seconds] | None = None
    """The samples before and after it, where those between are lost."""


def find_fall(
    speeds: Series, rep_speed: float, jog_speed: float | None, *, is_late: bool = False
) -> Fall | None:
    """Find the last fall of the speed of a rep, if the runner has stayed slow since; else None.

    `jog_speed` is how fast this runner jogs, where that is known. With `is_late` any fall counts that left the runner
    15 % slower: they had the time to come back.
    """
    if len(speeds) < _FEWEST or rep_speed <= 0:  # who stood for most of a rep ends it nowhere
        return None
    newest = fmean(speed for _, speed in speeds[-4:])
    if newest > rep_speed * (_MUCH_SLOWER if is_late else _slow_share(rep_speed, jog_speed)):
        return None
    times = [at for at, _ in speeds]
    split_at = _split(_recent(speeds, _LOOK_S if is_late else _SPLIT_S))
    if split_at is None:
        return None
    place, before = bisect_left(times, split_at), 0.0
    runs_on = max(_STOPPED * rep_speed, min(_RUNS_ON * rep_speed, newest + _SLOWS_BY * rep_speed))
    for _ in range(2):  # the speed just before the fall tells the fall, and the fall where "just before" is
        before = _speed_before(speeds, place, max(runs_on, (speeds[place - 1][1] + newest) / 2))
        place = _first_low(speeds, (before + newest) / 2)
        if place == len(speeds):
            return None
    again_at = _split(speeds[place:])
    is_second = again_at is not None and (again := bisect_left(times, again_at)) - place >= _BEND_SAMPLES
    if is_second:
        slower = _speed_before(speeds, again, runs_on)
        slow = fmean(speed for _, speed in speeds[min(again + 2, len(speeds) - 3) :])
        is_second = _is_fall_from_bend(speeds[place + 2 : again], slower, slow, rep_speed)
        if is_second:
            before, place = slower, _first_low(speeds, (slower + slow) / 2)
    if not 0 < place < len(speeds):
        return None
    after = fmean(speed for _, speed in speeds[(place + 1 + len(speeds)) // 2 :] or speeds[-1:])
    is_from_run = before >= _RAN * rep_speed and before - after >= _LEAST_FALL * rep_speed
    run = speeds[max(0, place - _LEVEL_SAMPLES) : place - 2]
    if not (is_second or is_from_run or _is_fall_from_bend(run, before, after, rep_speed)):
        return None
    return _fall(speeds, place, before, after, rep_speed)


def find_onset(speeds: Series, rep_speed: float) -> Seconds | None:
    """Find when a runner who stood or walked began to run at about `rep_speed`; None while they have not.

    They must have run for some seconds.
    """
    slow = min(_WALK_MPS, _WALK * rep_speed)
    place = next((i for i in range(len(speeds) - 1, -1, -1) if speeds[i][1] < slow), None)
    if place is None or speeds[-1][0] - speeds[place][0] < _RUNS_S:
        return None
    rest_speed = median(speed for _, speed in speeds[max(0, place - 4) : place + 1])
    run_speed = median(speed for _, speed in speeds[place + 1 :])
    if run_speed < _AT_SPEED * rep_speed:
        return None
    quarter = rest_speed + 0.25 * (run_speed - rest_speed)
    while place > 0 and speeds[place][1] > quarter:
        place -= 1
    (slow_at, low), (fast_at, high) = speeds[place], speeds[place + 1]
    share = min(1.0, max(0.0, (quarter - low) / (high - low))) if high > low else 0.0
    return Seconds(max(speeds[0][0], slow_at + share * (fast_at - slow_at) - _ONSET_LATE_S))


class OwnStops:
    """Finds where the runner of one run stops at the end of a rep, and where they start after a rest."""

    def __init__(self, sequencer: StepSequencer, offers: Offers) -> None:
        """Act on the steps of `sequencer`, and let `offers` offer a factor."""
        self._sequencer = sequencer
        self._offers = offers
        self._is_on = sequencer.settings.stop_ends_rep and not sequencer.by_hand
        self._no_line: LastEnd | None = None  # a boundary behind that is no line of a rep
        self._awaited: tuple[LastEnd, Step] | None = None  # the end of a rest and the rep after it

    def on_distance(self, now: Seconds) -> None:
        """Judge a new sample of the distance: whether a rep ended, where one behind ended, when one began."""
        sequencer, state = self._sequencer, self._sequencer.state
        if not self._is_on or sequencer.clock.paused_at is not None:
            return
        step = state.step
        rep = step if step is not None and step.kind is _WORK else None
        if rep is not None:
            self._judge_rep_under_way(rep, now)
            if sequencer.state is not state:
                return  # it ended at its line, which is told, and what follows is no rep
        last, judged = state.records.last_end, state.judged_lines
        if last is not None and last is not self._no_line and judged.ended_step != last.step_id:
            self._judge_rep_behind(last, now)
        if rep is not None and judged.started_step != rep.step_id:
            self._judge_start(rep, now)

    def settles_at(self) -> Seconds | None:
        """Until when the boundary behind may still be moved; None where it may not."""
        last = self._sequencer.state.records.last_end
        if not self._is_on or last is None or self._open_result(last) is None:
            return None
        return Seconds(last.ended_at + _HOLD_S + _HOLE_S)

    # --- the end of a rep
    def _judge_rep_under_way(self, step: Step, now: Seconds) -> None:
        """End the rep under way where its runner stopped."""
        sequencer, state = self._sequencer, self._sequencer.state
        started_at = state.progress.started_at
        if started_at is None or state.progress.is_held_open:
            return
        length = step.until.distance()
        if length is None or sequencer.distance.is_short(state, Metres(length - _WIDEST_M)):
            return  # asked at every sample, and nearly always so
        window_m, latest = self._window_m(length, has_stood=True), sequencer.distance.latest()
        if sequencer.distance.is_short(state, Metres(length - window_m - 1.0)):
            return
        if latest is None or state.measurement.is_clock_mode:
            return
        goal = sequencer.distance.goal_total(state, length, now)
        if goal is None or latest[1] - goal < -window_m:
            return
        mean_speed = sequencer.distance.mean_speed(state)
        if mean_speed is None or not self._is_slower(mean_speed, now):
            return
        if not self._has_line(state.progress.index):
            return
        line = self._line_of(_Rep(length, started_at, goal, latest[0]), now, _UNDER_WAY)
        if line is not None:
            sequencer.end_at_line(now, line.at, line.total)
            self._offers.offer_agreed_factor(now, line.at)

    def _judge_rep_behind(self, last: LastEnd, now: Seconds) -> None:
        """Re-time the end of a rep that ended by its measured distance, where its runner stopped elsewhere."""
        sequencer, state = self._sequencer, self._sequencer.state
        result, latest = self._open_result(last), sequencer.distance.latest()
        if result is None or latest is None or last.goal_total is None:
            return
        if (
            (length := result.step.until.distance()) is None
            or not result.mean_speed
            or now - last.ended_at > _LOOK_S
        ):
            state.judged_lines.ended_step = last.step_id
            return
        past_m = latest[1] - last.goal_total - self._window_m(length, has_stood=True)
        is_past = past_m > _PAST_M and not sequencer.distance.has_gap(Seconds(now - _HOLD_S), now)
        if not is_past and not self._is_slower(result.mean_speed, now):
            return
        rep = _Rep(length, last.started_at, last.goal_total, last.ended_at)
        line = self._line_of(rep, now, _PAST if is_past else _BEHIND)
        if line is not None or is_past:
            state.judged_lines.ended_step = last.step_id
        if line is not None and not self._fits(last, line):
            measured = Metres(length + line.total - rep.goal_total)
            sequencer.move_boundary(now, line.at, MovedBy.LINE, begin_total=line.total, measured=measured)
            self._offers.offer_agreed_factor(now, line.at)

    def _line_of(self, rep: "_Rep", now: Seconds, case: "_Case") -> "_Line | None":
        """Return the line of a rep by the runner's stop; None while that is not sure, and outside the window."""
        speeds = self._speeds(rep.started_at)
        if case.least_s and not _may_have_lasted(speeds, now, case.least_s):
            return None
        fall = self._fall_of(rep, speeds, is_late=case is _PAST)
        if fall is None:
            return None
        line, low_s = self._line(rep, fall), now - fall.low_since
        window_m = self._window_m(rep.length, has_stood=fall.is_stop and low_s >= _HOLD_S)
        if not fall.is_clear and case is not _PAST:
            window_m = min(window_m, _DOUBTFUL_M)
        if abs(line.total - rep.goal_total) > window_m:
            return None
        is_near = case is _UNDER_WAY and self._is_near_last_line(rep, line)
        return line if low_s >= (case.least_s if is_near else case.hold_s) else None

    def _open_result(self, last: LastEnd) -> StepEnded | None:
        """The result of the rep behind whose measured end may still be moved to its line; None where none may."""
        state = self._sequencer.state
        if last.is_told or last.estimated or not last.by_itself or last.goal_total is None:
            self._no_line = last
            return None
        if state.judged_lines.ended_step == last.step_id:
            return None
        result = self._sequencer.results.result_of(state, last.step_id)
        if result is None or result.step.kind is not _WORK:
            self._no_line = None if result is None else last
            return None
        before = range(min(state.progress.index, len(state.steps)))
        place = next((i for i in reversed(before) if state.steps[i].step_id == last.step_id), None)
        is_open = result.reason is EndReason.DONE and place is not None and self._has_line(place)
        return result if is_open else None

    def _fits(self, last: LastEnd, line: "_Line") -> bool:
        """Return True if the stop fits the measured end of the rep."""
        fall = line.fall
        if abs(line.at - last.ended_at) < self._least_move_s() or line.at <= last.started_at:
            return True
        if fall.hole is not None:
            return False
        is_known = self._is_calibrated()
        run_on_s = line.fell_at - last.ended_at
        least_s = -_FITS_M / fall.before if fall.is_sharp or is_known else _RUN_ON_LEAST_S
        return least_s <= run_on_s <= max(_RUN_ON_S, _RUN_ON_M / fall.before if is_known else 0.0)

    def _least_move_s(self) -> float:
        """The least move of a boundary: more, where speeds come late and at intervals."""
        if self._sequencer.distance.last_source() not in _LATE_S:
            return _LEAST_MOVE_S
        period_s = self._sequencer.signals.distance.period_s()
        return max(2.0, 0.6 * (2.0 * period_s + 3.0))  # the tolerance is max(2 s, 2 P + 3 s); measured

    def _has_line(self, place: int) -> bool:
        """Whether the step at a place is a rep from line to line, after which its runner slows down."""
        sequencer, state = self._sequencer, self._sequencer.state
        step, after = state.steps[place], step_after(state.steps, place)
        source = sequencer.distance.last_source()
        return (
            step.kind is _WORK
            and (after is None or (after.kind not in HARD and after.kind not in FLOATS))
            and state.timeline.context.surface in _SURFACES
            and (source in CALIBRATED or source in _LATE_S)
        )

    def _is_slower(self, mean_speed: float, now: Seconds) -> bool:
        """Whether the newest speed or cadence says that the runner is slower than in the rep."""
        cadence, settings = self._sequencer.signals.cadence(), self._sequencer.settings
        is_fresh = cadence is not None and not is_stale(now - cadence.at, cadence.period_s)
        if cadence is not None and is_fresh and cadence.value < settings.standing_spm:
            return True
        return any(speed < _SLOWER * mean_speed for _, speed in self._speeds(Seconds(now - 4.0))[-1:])

    def _fall_of(self, rep: "_Rep", speeds: Series, *, is_late: bool) -> Fall | None:
        """The last fall of the speed in or after a rep."""
        first = bisect_left(speeds, rep.started_at + 5.0, key=_time)
        of_rep = [speed for _, speed in speeds[first : bisect_right(speeds, rep.until - 10.0, key=_time)]]
        if len(of_rep) < _FEWEST:
            of_rep = [speed for at, speed in speeds if at <= rep.until]
        if len(of_rep) < _FEWEST:
            return None
        return find_fall(_recent(speeds, _LOOK_S), median(of_rep), self._jog_speed(), is_late=is_late)

    def _jog_speed(self) -> float | None:
        """The speed at which this runner jogs, by the last rest they jogged; None while not known."""
        results = reversed(self._sequencer.state.records.results)
        rests = (result for result in results if result.step.kind in RESTS and result.step.move is Move.JOG)
        return next((rest.mean_speed for rest in rests if rest.mean_speed), None)

    def _line(self, rep: "_Rep", fall: Fall) -> "_Line":
        """The runner's place and time at the line: at the fall less the run-out, weighed with the measured end."""
        distance, source = self._sequencer.distance, self._sequencer.distance.last_source()
        late_s, late_sd_s = (0.0, 0.0) if source is None else _LATE_S.get(source, (0.0, 0.0))
        run_out_m = min(_RUN_OUT_M, _RUN_OUT_S * fall.before) + late_s * fall.before
        line_sd = hypot(_LINE_SD_M, (_LINE_SD_S + late_sd_s) * fall.before)
        if fall.hole is None:
            fell_at = self._fell_at(fall)
            fell_total = distance.total_at(fell_at)
        else:
            fell_at, fell_total = self._fell_in_hole(rep, fall, fall.hole)
            hole_m = (fall.hole[1] - fall.hole[0]) * fall.before
            run_out_m += _HOLE_RUN_OUT_S * fall.before
            line_sd = hypot(line_sd, _HOLE_NOISE * hole_m * fall.before / (fall.before - fall.after))
        if fell_total is None:
            fell_total = rep.goal_total
        odometer_sd = self._sequencer.signals.distance.factor()[1] * rep.length
        weight = odometer_sd**2 / (odometer_sd**2 + line_sd**2)
        total = Metres(rep.goal_total + weight * (fell_total - run_out_m - rep.goal_total))
        line_at = self._sequencer.signals.distance.time_at(total, rep.started_at)
        if fall.hole is not None or line_at is None:  # none straight across a hole: up to the line they ran
            line_at = Seconds(fell_at - (fell_total - total) / fall.before)
        return _Line(total, line_at, fell_at, fall)

    def _fell_at(self, fall: Fall) -> Seconds:
        """The time a fall began: by the speed, or by the metres between samples where they fell half a second later."""
        counted = self._sequencer.distance.speeds(Seconds(fall.began_at - 4.0), Seconds(fall.began_at + 4.0))
        quarter = fall.before - 0.25 * (fall.before - fall.after)
        for (fast_at, fast), (slow_at, slow) in pairwise(counted):
            if fast >= quarter > slow:
                spacing_s = slow_at - fast_at
                crossed_at = fast_at + ((fast - quarter) / (fast - slow) - 0.5) * spacing_s
                return Seconds(min(max(crossed_at, fall.began_at), fall.began_at + 0.5))
        return fall.began_at

    def _fell_in_hole(
        self, rep: "_Rep", fall: Fall, hole: tuple[Seconds, Seconds]
    ) -> tuple[Seconds, Metres | None]:
        """The time and place of a fall without samples: there two even speeds make up the metres of the hole."""
        distance, since = self._sequencer.distance, Seconds(hole[0] - _BEFORE_HOLE_S)
        since_total, start_total, end_total = (distance.total_at(at) for at in (since, *hole))
        if start_total is None or end_total is None:
            return fall.began_at, None
        before = fall.before
        if since > rep.started_at and since_total is not None:
            before = (start_total - since_total) / _BEFORE_HOLE_S
        before = max(before, fall.after + 0.5 * (fall.before - fall.after))  # the count may have stood still
        hole_s = hole[1] - hole[0]
        fast_s = (end_total - start_total - fall.after * hole_s) / (before - fall.after)
        fast_s = min(max(fast_s, 0.0), hole_s)
        return Seconds(hole[0] + fast_s), Metres(start_total + fast_s * before)

    def _is_near_last_line(self, rep: "_Rep", line: "_Line") -> bool:
        """Whether the line is near where the last rep of this length ended by a stop."""
        results = reversed(self._sequencer.state.records.results)
        alike = (result for result in results if result.step.until.distance() == rep.length)
        expected = next((result.measured for result in alike if result.measured is not None), None)
        return expected is not None and abs(line.total - rep.goal_total - (expected - rep.length)) <= _NEAR_M

    def _window_m(self, length: Metres, *, has_stood: bool) -> float:
        """The metres from the measured end within which a stop tells the line."""
        is_calibrated = self._is_calibrated()
        most = _STAND_WINDOW_M if has_stood or is_calibrated else _WINDOW_M
        if not is_calibrated:
            most = max(most, min(_LONG_WINDOW_M, _LONG_WINDOW * length + _RUN_OUT_M))
        return min(max(_SD * self._sequencer.signals.distance.factor()[1] * length, _LEAST_WINDOW_M), most)

    def _is_calibrated(self) -> bool:
        source = self._sequencer.distance.last_source()
        return source is not None and self._sequencer.signals.distance.is_calibrated(source)

    # --- the start of a rep
    def _judge_start(self, step: Step, now: Seconds) -> None:
        """Let a rep after standing or walking start, for its time, at the onset of running."""
        sequencer, state = self._sequencer, self._sequencer.state
        last, judged = state.records.last_end, state.judged_lines
        if last is None or state.progress.started_at is None:
            return
        if last.is_told or not last.by_itself or last.estimated:
            return
        speed = self._speed_of(step)
        if speed is None or now - last.ended_at > _ONSET_AFTER_S or not self._may_start_late(step, last):
            judged.started_step = step.step_id
            return
        since = Seconds(last.ended_at - _ONSET_BEFORE_S)
        if not self._may_have_walked(since) or (onset := find_onset(self._speeds(since), speed)) is None:
            return
        judged.started_step = step.step_id
        total, go_total = sequencer.distance.total_at(onset), sequencer.distance.total_at(last.ended_at)
        if total is None or go_total is None or total - go_total > _WALKED_ON_M:
            return
        if abs(onset - last.ended_at) >= self._least_move_s() and onset > last.started_at:
            sequencer.move_boundary(now, onset, MovedBy.LINE, begin_total=total)

    def _may_start_late(self, step: Step, last: LastEnd) -> bool:
        """Whether a step is a rep from a line that follows the end of a rest."""
        if self._awaited is not None and self._awaited[0] is last and self._awaited[1] is step:
            return True
        rest = self._sequencer.results.result_of(self._sequencer.state, last.step_id)
        if (
            rest is None
            or rest.step.kind not in RESTS
            or step.send_off_s is not None
            or rest.step.until.is_slot
            or step.until.distance() is None
            or self._sequencer.state.timeline.context.surface not in _SURFACES
        ):
            return False
        self._awaited = last, step
        return True

    def _speed_of(self, step: Step) -> float | None:
        """The speed a rep is about to be run at: its target, else that of the last rep."""
        target = step.target
        if target is not None and target.quantity is Quantity.SPEED and target.band.aim:
            return target.band.aim
        results = reversed(self._sequencer.state.records.results)
        reps = (result for result in results if result.step.kind is _WORK)
        return next((rep.mean_speed for rep in reps if rep.mean_speed), None)

    def _may_have_walked(self, since: Seconds) -> bool:
        """Whether the runner may have stood or walked after `since`: not where every speed measured was faster."""
        times, newest = self._sequencer.history.speed.times, self._sequencer.history.speed.between
        return not self._has_speed() or min(newest(since, Seconds(times[-1])), default=0.0) < _WALK_MPS

    def _has_speed(self) -> bool:
        """Whether speeds are measured, and not only metres."""
        times, newest_at = self._sequencer.history.speed.times, self._sequencer.distance.newest_at
        return bool(times) and newest_at is not None and newest_at - times[-1] <= _HOLE_S

    def _speeds(self, since: Seconds) -> list[tuple[float, float]]:
        """Speeds after `since`: as measured, else by the metres between two samples.

        Those that come from positions are medians of five: single ones are off by half.
        """
        history, newest_at = self._sequencer.history.speed, self._sequencer.distance.newest_at
        if not self._has_speed():
            return [] if newest_at is None else self._sequencer.distance.speeds(since, newest_at)
        speeds = list(history.pairs(since, Seconds(history.times[-1])))
        is_rough = self._sequencer.distance.last_source() in _LATE_S
        if is_rough and self._sequencer.signals.distance.period_s() < _HOLE_S:
            return [
                (at, median(speed for _, speed in speeds[max(0, i - 2) : i + 3]))
                for i, (at, _) in enumerate(speeds)
            ]
        return speeds


class _Rep(NamedTuple):
    """A rep whose line is looked for."""

    length: Metres
    started_at: Seconds
    goal_total: Metres
    """The odometer's total at its measured end."""
    until: Seconds
    """Its end, else the newest sample."""


class _Case(NamedTuple):
    """The time that a fall must have lasted to be sure."""

    least_s: float
    """Near the line of the last rep of this length."""
    hold_s: float
    """Elsewhere."""


_UNDER_WAY: Final = _Case(_SURE_S, _HOLD_S)
"""The rep is under way: its end is announced."""
_BEHIND: Final = _Case(_HOLD_S, _HOLD_S)
"""The rep ended by its metres: its end is moved."""
_PAST: Final = _Case(0.0, 0.0)
"""The same, and the runner is past the window: they had the time to come back, and any fall is the line."""


class _Line(NamedTuple):
    """A line, estimated from the runner's stop."""

    total: Metres
    """The odometer's total there."""
    at: Seconds
    fell_at: Seconds
    """The time when the speed began to fall."""
    fall: Fall


def _fall(speeds: Series, place: int, before: float, after: float, rep_speed: float) -> Fall:
    """The fall whose first low sample is at `place`."""
    low_since, quarter = speeds[place][0], before - 0.25 * (before - after)
    first = place - 1
    while first > 0 and speeds[first][1] < quarter and low_since - speeds[first][0] < 8.0:
        first -= 1
    (fast_at, fast), (slow_at, slow) = speeds[first], speeds[first + 1]
    share = min(1.0, max(0.0, (fast - quarter) / (fast - slow))) if fast > slow else 0.0
    stretches = zip(speeds[first:place], speeds[first + 1 : place + 1], strict=True)
    hole = next(
        ((Seconds(start), Seconds(end)) for (start, _), (end, _) in stretches if end - start > _HOLE_S), None
    )
    return Fall(
        began_at=Seconds(fast_at + share * (slow_at - fast_at)),
        low_since=Seconds(low_since),
        before=before,
        after=after,
        is_stop=after <= _STOPPED * rep_speed,
        is_clear=after <= _CLEAR * rep_speed,
        is_sharp=fast - slow >= 0.85 * (before - after),
        hole=hole,
    )


def _is_fall_from_bend(bend: Series, before: float, after: float, rep_speed: float) -> bool:
    """Whether a runner who was slow already, at one speed, became slower still; not who slows bit by bit."""
    middle = len(bend) // 2
    if middle == 0 or before < _RAN_LEVEL * rep_speed:
        return False
    fade = fmean(map(_speed, bend[:middle])) - fmean(map(_speed, bend[middle:]))
    return before - after >= max(_LEAST_FALL_FROM_BEND * rep_speed, _LEVEL * fade)


def _slow_share(rep_speed: float, jog_speed: float | None) -> float:
    """The share of the rep's speed under which the runner may have ended it."""
    if jog_speed is None:
        return _JOG_UNKNOWN
    jog_share = jog_speed / rep_speed
    return min(_MUCH_SLOWER, max(_STOPPED, jog_share + _NEAR_JOG * (1 - jog_share)))


def _may_have_lasted(speeds: Series, now: Seconds, seconds: float) -> bool:
    """Whether a fall can have lasted so long: since then no speed was over the middle of the highest and the newest."""
    if len(speeds) < _FEWEST:
        return False
    newest = fmean(speed for _, speed in speeds[-4:])
    level, place = (max(map(_speed, speeds)) + newest) / 2, bisect_left(speeds, now - seconds, key=_time)
    return all(speed <= level for _, speed in speeds[place:])


def _recent(speeds: Series, seconds: float) -> Series:
    """The newest samples, so many seconds of them, holes not counted."""
    place, measured_s, later_at = len(speeds) - 1, 0.0, speeds[-1][0]
    for at, _ in speeds[-2::-1]:
        if measured_s >= seconds:
            break
        place -= 1
        gap_s, later_at = later_at - at, at
        measured_s += gap_s if gap_s < _HOLE_S else _HOLE_S  # noqa: FURB136 - min() costs three times as much
    return speeds[place:]


def _split(speeds: Series) -> float | None:
    """The time at which two levels fit the speeds best, the second lower; None if they do not fall."""
    count, total = len(speeds), sum([speed for _, speed in speeds])
    best, best_at, high = 0.0, None, 0.0
    for place in range(1, count - 1):
        high += speeds[place - 1][1]
        fall = high / place - (total - high) / (count - place)
        gain = fall * fall * place * (count - place) if fall > 0 else 0.0
        if gain > best:
            best, best_at = gain, speeds[place][0]
    return best_at


def _first_low(speeds: Series, level: float) -> int:
    """The place of the first sample since which all are at or under a level; their number if the newest is not."""
    return next((i for i in range(len(speeds) - 1, -1, -1) if speeds[i][1] > level), -1) + 1


def _speed_before(speeds: Series, place: int, least: float) -> float:
    """The speed just before a fall: of the last samples over `least` without a break; 0 where they are few."""
    fast: list[float] = []
    for earlier in range(place - 1, max(-1, place - 9), -1):
        speed = speeds[earlier][1]
        if speed >= least:
            fast.append(speed)
        elif fast or place - earlier > 3:
            break
    if len(fast) > 2:
        return median(fast[1:6])
    return max(fast) if len(fast) > 1 else 0.0
