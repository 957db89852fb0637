"""Results of steps, and the stops inside them.

A result is made when its step ends, and re-timed when a better time of its boundary is known.

- Only the last boundary moves. An event corrects what was announced; nothing is withdrawn.
- If the runner had not reached an announced end, the end stays and the true distance is announced.
"""

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf
from typing import Final, NamedTuple

from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.config import SessionSettings
from coach.session.distance import RunningClock, StepDistance, StepPosition
from coach.session.events import (
    BoundaryMoved,
    EndReason,
    EventBuffer,
    Light,
    MovedBy,
    StepEnded,
    Stopped,
    light_at,
)
from coach.session.phases import SplitRole
from coach.session.state import LastEnd, State
from coach.signals.readings import CALIBRATED, NEVER_STALE_S, Reading, Source, is_stale, stale_after
from coach.workout.kinds import JUDGED, RESTS, Kind
from coach.workout.timeline import Quantity, Step, StepTarget

# --- stops
#
# A traffic light, a shoelace, a friend met: a stop inside a paced step is not slow running.
#
# - A stop is a speed under 1.5 m/s for 3 s. It lasts from the last sample at the step's own pace to the first one
#   after it, so that easing off and getting going again belong to it.
# - Where a step begins with no running at all, 6 s make it a stop: standing starts and lagging watches look alike.
# - A silence of the source in which the runner came on at less than 1.5 m/s was a stop too; they are taken to have
#   run the metres of it at their target at its end. A hole that nothing measured, and one that began before the step,
#   tell nothing.
# - All times are running time: a pause inside a stop is no part of it.

_STOPS_IN: Final = JUDGED - RESTS
"""The kinds of step in which a runner who stands is not resting."""


class StopTotal(NamedTuple):
    """The time for which a runner stood in a stretch of a step."""

    seconds: Seconds
    """Running time from easing off to running again."""
    metres: Metres
    """The metres they came on meanwhile."""


@dataclass(frozen=True, slots=True)
class _Stop:
    step_id: str
    since: Seconds
    until: float
    """Infinite while it lasts, and for one that its step ended in."""
    metres: float


class _Sample(NamedTuple):
    at: Seconds
    received_at: Seconds
    """The time when it came: the time of a packet that the radio held back is a guess."""
    speed: float
    metres: float
    """The total of the odometer, without what was run in pauses of the step."""


class _Stage(Enum):
    RUNNING = 0
    EASING = 1
    """Far under the pace of the step: this may become a stop, and nothing of it is judged yet."""
    STOPPED = 2
    STARTING = 3
    """On the move again, not yet at the pace of the step."""


_RUNNING: Final = _Stage.RUNNING
_STOPPED: Final = _Stage.STOPPED  # an enum's member costs a tenth of a microsecond to look up


class StopDetector:
    """Finds the stops of a run by its speed, and adds up what they cost."""

    def __init__(
        self, distance: StepDistance, clock: RunningClock, events: EventBuffer, settings: SessionSettings
    ) -> None:
        """Ask `distance` for metres and `clock` for running time; emit each stop to `events`."""
        self._distance = distance
        self._clock = clock
        self._events = events
        self._settings = settings
        self._stops: list[_Stop] = []
        self._step: tuple[str, Seconds] | None = None
        self._aimed_step: Step | None = None  # whose speed is `_aim_mps`
        self._aim_mps: float | None = None
        self._lost_key: tuple[str, Seconds, float, int] | None = None
        self._lost_s = Seconds(0.0)
        self._stage = _Stage.RUNNING
        self._samples: deque[_Sample] = deque()
        self._period_s = Seconds(1.0)
        self._eased = _Sample(Seconds(0.0), Seconds(0.0), 0.0, 0.0)  # where the runner eased off
        self._has_run = False  # in this step
        self._slow_at: Seconds | None = None  # since when their speed has been that of a stop
        self._moving_at: Seconds | None = None
        self._on_pace: _Sample | None = None  # the first sample at the pace of the step since they move

    def on_speed(self, state: State, reading: Reading, now: Seconds) -> None:
        """Take in a new speed of a step that can be stopped in."""
        step, started_at = state.step, state.progress.started_at
        if step is None or started_at is None:
            return
        aim = self._aim_mps if step is self._aimed_step else self._aim(step)
        if aim is None or reading.at <= started_at:
            return
        if not self._settings.tells_stops or self._clock.paused_at is not None:
            return
        total = self._distance.running_total(state, now)
        if total is None:
            return
        if self._step != (step.step_id, started_at):
            self._begin(step.step_id, started_at, total)
        samples, period_s = self._samples, reading.period_s
        sample, last = _Sample(reading.at, now, reading.value, total), samples[-1]
        self._period_s = period_s
        if len(samples) > 1 and now - last.received_at > NEVER_STALE_S:
            silence_s = self._clock.between(last.received_at, now)
            if silence_s > stale_after(period_s):
                self._on_gap(step, last, sample, aim, now)
        self._advance(step, sample, aim, now)
        samples.append(sample)
        while len(samples) > 2 and sample.at - samples[1].at > self._settings.stop_ease_s:
            samples.popleft()

    def is_standing(self, state: State, now: Seconds) -> bool:
        """Whether the runner may be stopping, stands, or is getting going again: their speed says nothing then."""
        return self._stage is not _RUNNING and self._is_known(state, now)

    def is_stopped(self, state: State, now: Seconds) -> bool:
        """Whether the runner stands, as far as a speed that is not stale tells."""
        return self._stage is _STOPPED and self._is_known(state, now)

    def stopped_s(self, state: State, now: Seconds) -> Seconds | None:
        """The time for which the runner has been standing; None unless they are."""
        return self._clock.between(self._eased.at, now) if self.is_stopped(state, now) else None

    def total(self, step_id: str, start: Seconds, end: Seconds) -> StopTotal:
        """The time for which the runner stood in a step between two moments."""
        stops = [
            stop
            for stop in self._stops
            if stop.step_id == step_id and stop.since < end and stop.until > start
        ]
        seconds = sum(
            [self._clock.between(max(stop.since, start), Seconds(min(stop.until, end))) for stop in stops]
        )
        return StopTotal(Seconds(seconds), Metres(sum([stop.metres for stop in stops])))

    def lost_s(self, state: State, at: Seconds) -> Seconds:
        """The time that stops have cost the step under way against its target up to a moment; the light waits it."""
        if not self._stops:
            return Seconds(0.0)
        step, started_at = state.step, state.progress.started_at
        aim = None if step is None else self._aim(step)
        if step is None or started_at is None or aim is None:
            return Seconds(0.0)
        is_open = self._stage in {_Stage.STOPPED, _Stage.STARTING} or self._stops[-1].until > at
        key = (step.step_id, started_at, aim, len(self._stops))
        if is_open or key != self._lost_key:  # asked at every sample, and what is over stays as it was
            total = self.total(step.step_id, started_at, at)
            self._lost_s = Seconds(max(0.0, total.seconds - total.metres / aim))
            self._lost_key = None if is_open else key
        return self._lost_s

    def _is_known(self, state: State, now: Seconds) -> bool:
        step = state.step
        if step is None or self._step != (step.step_id, state.progress.started_at):
            return False
        if self._clock.paused_at is not None:
            return False
        return not is_stale(now - self._samples[-1].at, self._period_s)

    def _begin(self, step_id: str, started_at: Seconds, total: float) -> None:
        if self._stops and self._stops[-1].until == inf:  # it belongs to no later attempt at the same step
            self._stops[-1] = replace(self._stops[-1], until=started_at)
        self._step = (step_id, started_at)
        self._stage = _Stage.RUNNING
        self._has_run = False
        self._samples.clear()
        began_m = self._distance.total_at(started_at)
        self._samples.append(
            _Sample(started_at, started_at, 0.0, total if began_m is None else min(began_m, total))
        )

    def _advance(self, step: Step, sample: _Sample, aim: float, now: Seconds) -> None:
        """Go on from stage to stage by one sample."""
        settings, speed = self._settings, sample.speed
        if self._stage is _RUNNING:
            eased_mps = aim * settings.stop_eased_share
            if speed >= settings.stop_mps and not speed < eased_mps <= self._samples[-1].speed:
                self._has_run = self._has_run or speed >= aim * settings.stop_pace_share
                return
            self._stage, self._slow_at, self._moving_at = _Stage.EASING, None, None
            self._eased = self._eased_at(sample, aim)
        if self._stage is _Stage.EASING:
            self._on_easing(step, sample, aim, now)
        else:
            self._on_stop(step, sample, aim, now)

    def _on_easing(self, step: Step, sample: _Sample, aim: float, now: Seconds) -> None:
        """Take in a sample of a runner who may be stopping."""
        settings, clock = self._settings, self._clock
        if sample.speed < settings.stop_mps:
            if self._slow_at is None:
                self._slow_at = sample.at if self._has_run else self._eased.at
            self._moving_at = None
            hold_s = settings.stop_s if self._has_run else settings.stop_at_start_s
            if clock.between(self._slow_at, sample.at) >= hold_s:
                self._stage = _Stage.STOPPED
                self._stops.append(
                    _Stop(step.step_id, self._eased.at, inf, sample.metres - self._eased.metres)
                )
                self._events.emit(Stopped(now, step.step_id, self._eased.at))
        elif self._slow_at is None:
            is_over = clock.between(self._eased.at, sample.at) > settings.stop_ease_s
            if is_over or sample.speed >= aim * settings.stop_eased_share:
                self._stage = _Stage.RUNNING
        elif self._has_moved(sample):
            self._stage = _Stage.RUNNING

    def _on_stop(self, step: Step, sample: _Sample, aim: float, now: Seconds) -> None:
        """Take in a sample of a stop; it is over once the runner is at their pace, or has been moving for a while."""
        self._stops[-1] = replace(self._stops[-1], metres=sample.metres - self._eased.metres)
        if sample.speed < self._settings.stop_mps:
            self._stage, self._moving_at, self._on_pace = _Stage.STOPPED, None, None
            return
        if self._on_pace is None and sample.speed >= aim * self._settings.stop_pace_share:
            self._on_pace = sample
        if not self._has_moved(sample):
            return
        self._stage = _Stage.STARTING
        assert self._moving_at is not None
        if self._on_pace is not None:
            self._close(step, self._on_pace.at, self._on_pace.metres, now)
        elif self._clock.between(self._moving_at, sample.at) >= self._settings.stop_ease_s:
            self._close(step, sample.at, sample.metres, now)

    def _has_moved(self, sample: _Sample) -> bool:
        """Whether the runner has moved for long enough; one sample alone may be the noise of a source."""
        if self._moving_at is None:
            self._moving_at = sample.at
        return self._clock.between(self._moving_at, sample.at) >= self._settings.stop_over_s

    def _on_gap(self, step: Step, before: _Sample, sample: _Sample, aim: float, now: Seconds) -> None:
        """Tell from the metres of a silence whether the runner stood in it."""
        is_open = self._stage in {_Stage.STOPPED, _Stage.STARTING}
        newest_at = self._distance.newest_at
        is_measured = newest_at is not None and newest_at >= sample.at
        if not is_measured or self._distance.is_hole_at(Seconds((before.at + sample.at) / 2)):
            if is_open:
                self._close(step, before.at, before.metres, now)
            self._stage = _Stage.RUNNING
            return
        gap_s, ran_m = self._clock.between(before.at, sample.at), sample.metres - before.metres
        if ran_m < self._settings.stop_mps * gap_s:
            if self._stage is _Stage.RUNNING:
                self._stage, self._eased, self._slow_at = _Stage.EASING, before, before.at
            if sample.speed < self._settings.stop_mps:
                return  # they still stand: the sample itself tells the rest
            if not is_open:
                self._stops.append(_Stop(step.step_id, self._eased.at, inf, 0.0))
                is_open = True
        if is_open:
            self._close(step, Seconds(max(before.at, sample.at - ran_m / aim)), before.metres, now)
        self._stage = _Stage.RUNNING

    def _close(self, step: Step, until: Seconds, metres: float, now: Seconds) -> None:
        """End the stop under way `until` a moment at which the runner was `metres` into the step."""
        stop = replace(self._stops[-1], until=until, metres=max(0.0, metres - self._eased.metres))
        self._stops[-1] = stop
        self._stage, self._has_run = _Stage.RUNNING, True
        self._on_pace = self._moving_at = None
        time_s = self._clock.between(stop.since, until)
        self._events.emit(Stopped(now, step.step_id, stop.since, until, time_s))

    def _eased_at(self, sample: _Sample, aim: float) -> _Sample:
        """The sample at which the runner eased off: the last at the pace of the step, else the oldest that is kept."""
        settings = self._settings
        for earlier in reversed(self._samples):
            if (
                earlier.speed >= aim * settings.stop_pace_share
                or sample.at - earlier.at > settings.stop_ease_s
            ):
                return earlier
        return self._samples[0]

    def _aim(self, step: Step) -> float | None:
        """The speed a step aims at; worked out when the step changes, as it is asked for at every sample."""
        if step is not self._aimed_step:
            self._aimed_step, self._aim_mps = step, _aim_of(step)
        return self._aim_mps


def _aim_of(step: Step) -> float | None:
    """The speed a step aims at, or the slow side of its range; None in one that cannot be stopped in."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED or step.kind not in _STOPS_IN:
        return None
    return target.band.aim or target.band.low or target.band.high


# --- the values a result is made from


class ReadingSeries:
    """Values of one kind with their times, oldest first: packed, since a run keeps them all to its end."""

    def __init__(self) -> None:
        """Start empty."""
        self.times = array("d")
        self.values = array("d")
        self.periods = array("d")
        """The nominal time between such values of the source, in seconds."""

    def add(self, reading: Reading | None) -> bool:
        """Keep a reading unless it is None or not newer than the newest; return True if it was kept."""
        if reading is None or (self.times and reading.at <= self.times[-1]):
            return False
        self.times.append(reading.at)
        self.values.append(reading.value)
        self.periods.append(reading.period_s)
        return True

    def between(
        self, start: Seconds, end: Seconds, without: Sequence[tuple[float, float]] = ()
    ) -> Sequence[float]:
        """Values after `start` and up to `end`, without those in some stretches."""
        if not without:
            return self.values[bisect_right(self.times, start) : bisect_right(self.times, end)]
        pairs = self.pairs(start, end)
        return [value for at, value in pairs if not any(since < at <= until for since, until in without)]

    def value_at(self, at: Seconds, widest_s: float) -> float | None:
        """The value at a moment, between its neighbours, which may lie so many seconds apart; else None.

        Of now it is the newest value: a rest of 60 s ends before a value after its end is known.
        """
        place = bisect_right(self.times, at)
        if place == len(self.times) and self.times and at - self.times[-1] <= _NEWEST_S:
            return self.values[-1]
        if not 0 < place < len(self.times) or self.times[place] - self.times[place - 1] > widest_s:
            return None
        (before, after), (low, high) = self.times[place - 1 : place + 1], self.values[place - 1 : place + 1]
        return low + (high - low) * (at - before) / (after - before)

    def pairs(self, start: Seconds, end: Seconds) -> Iterator[tuple[float, float]]:
        """Times and values after `start` and up to `end`."""
        first, last = bisect_right(self.times, start), bisect_right(self.times, end)
        return zip(self.times[first:last], self.values[first:last], strict=True)


def mean(values: Sequence[float]) -> float | None:
    """The mean of the values; None without any."""
    return sum(values) / len(values) if values else None


class ReadingHistory:
    """The series a step is summed up from."""

    def __init__(self) -> None:
        """Start empty."""
        self.heart_rate = ReadingSeries()
        self.cadence = ReadingSeries()
        self.speed = ReadingSeries()
        self.power = ReadingSeries()


# --- results

_SPEED: Final = Quantity.SPEED  # an enum's member costs a tenth of a microsecond to look up
_WHOLE_S, _WHOLE_M = 0.5, 0.5
"""A step that falls short by no more than this is not cut. Judged: half a sample."""
_ROUNDING_S = 0.01
"""A rest of a minute may be so much short of it in binary fractions."""
_NEWEST_S = 3.0
"""The greatest age of a heart rate that stands for now. Judged: a strap tells one a second."""
_DROP_S, _DROP_GAP_S = 60.0, 40.0
"""The fall of a heart rate is read after so long, as studies of recovery do, and across a gap of so much at most: the
radio is lost once a lap for 35 s, over which a falling heart rate bends by 1 to 2 bpm. Judged, not measured."""
_NEVER_CUT = frozenset({EndReason.DONE, EndReason.CAP, EndReason.MARK, EndReason.LINE, EndReason.SKIPPED})


class PodTolerance(NamedTuple):
    """The tolerance for a pod on a track until it is calibrated: bands of pace are wider by a share of the speed."""

    proven_sd: float = 0.02
    """A pod counts as calibrated when the standard deviation of its factor is at most this."""
    share: float = 0.02
    """By how much bands are wider until then."""


class StepResults:
    """Sums up the steps that end, and corrects the last result when its boundary moves."""

    def __init__(
        self,
        history: ReadingHistory,
        distance: StepDistance,
        stops: StopDetector,
        clock: RunningClock,
        settings: SessionSettings,
        *,
        pod_tolerance: PodTolerance,
    ) -> None:
        """Read the values of the sensors from `history`, metres from `distance` and stops from `stops`."""
        self._pod_tolerance = pod_tolerance
        self._history = history
        self._distance = distance
        self._stops = stops
        self._clock = clock
        self._settings = settings

    def summarise(
        self,
        state: State,
        step: Step,
        at: Seconds,
        reason: EndReason,
        ended_at: Seconds,
        *,
        length: Metres | None = None,
        at_line: bool = False,
        estimated: bool = False,
        measured: Metres | None = None,
    ) -> StepEnded:
        """The step as it ended; its true `length` where a line or the boundary tells it, `measured` up to that line."""
        start = state.progress.started_at
        if start is None:
            return StepEnded(at, state.progress.index, step, reason, at, Seconds(0.0))
        time_s = self._clock.between(start, ended_at)
        pauses = self._clock.pauses(start, ended_at)
        is_measured = length is None and not state.measurement.is_clock_mode
        is_last = reason is EndReason.FINISHED and self._distance.is_stale(ended_at)
        position = self._distance.position_at(state, ended_at) if is_measured and not is_last else None
        measured_s = Seconds(time_s - self._distance.uncounted_s(state))
        if is_lost := is_measured and position is None:  # what was measured counts, what follows is unknown
            position = self._distance.measured(state, ended_at)
            if position is not None:
                measured_s = Seconds(measured_s - self._clock.between(position.at, ended_at))
        metres = length if length is not None else position.metres if position is not None else None
        if length is None and metres is not None and measured_s < self._settings.least_measured * time_s:
            measured = metres  # they count in the run; of the step they tell too little
            metres = None
        is_bridged = self._is_bridged(state, ended_at, position, by_length=length is not None and not at_line)
        metres = None if (is_bridged or estimated) and self._is_unseen(state, ended_at) else metres
        mean_heart_rate, max_heart_rate = self._heart_rates(start, ended_at, pauses)
        stopped = self._stops.total(step.step_id, start, ended_at)
        return StepEnded(
            at=at,
            index=state.progress.index,
            step=step,
            reason=reason,
            ended_at=ended_at,
            time_s=time_s,
            distance=metres,
            measured=measured,
            distance_source=self._source(state, at, measured or metres, at_line=at_line),
            estimated=estimated or is_bridged,
            broken=bool(pauses),
            cut=self._is_cut(step, reason, time_s, metres),
            mean_speed=_speed(metres, measured_s),
            mean_heart_rate=mean_heart_rate,
            max_heart_rate=max_heart_rate,
            cadence=self._cadence(start, ended_at, pauses),
            in_band_fraction=self._in_band(state, step, ended_at),
            light_s=None if metres is None or is_lost else self.light_s(state, step, metres, time_s),
            stopped_s=stopped.seconds,
            stopped_m=stopped.metres,
            turns=_turns(state, step),
            heart_rate_drop=self._heart_rate_drop(step, start, ended_at),
            items_done=state.press_memory.item if step.items else None,
        )

    def _is_bridged(
        self, state: State, ended_at: Seconds, position: StepPosition | None, *, by_length: bool
    ) -> bool:
        """Whether a part of the step was bridged, up to its end where its length is told, else to its position."""
        if by_length:
            return self._distance.is_bridged(state, ended_at)
        return position is not None and position.estimated

    def _is_unseen(self, state: State, ended_at: Seconds) -> bool:
        """Return True if the distance of a step is bridged from end to end."""
        is_asked = self._settings.least_measured > 0  # not in journals from before a step had to be measured
        return is_asked and self._distance.measured(state, ended_at) is None

    def _heart_rates(
        self, start: Seconds, end: Seconds, pauses: Sequence[tuple[float, float]]
    ) -> tuple[BeatsPerMinute | None, BeatsPerMinute | None]:
        """The mean and the highest heart rate."""
        rates = self._history.heart_rate.between(start, end, pauses)
        average = mean(rates)
        if average is None:
            return None, None
        return BeatsPerMinute(average), BeatsPerMinute(max(rates))

    def _heart_rate_drop(self, step: Step, start: Seconds, end: Seconds) -> BeatsPerMinute | None:
        """By how much the heart rate fell in the first 60 s of a rest; None where either value is not known."""
        if step.kind not in RESTS or end - start < _DROP_S - _ROUNDING_S:
            return None
        first = self._history.heart_rate.value_at(start, _DROP_GAP_S)
        later = self._history.heart_rate.value_at(Seconds(start + _DROP_S), _DROP_GAP_S)
        return None if first is None or later is None else BeatsPerMinute(first - later)

    def summarise_unseen(
        self, state: State, step: Step, at: Seconds, reason: EndReason, ended_at: Seconds
    ) -> StepEnded:
        """The step as far as it was seen; its metres in all, its pace and its place against the light are unknown."""
        result = self.summarise(state, step, at, reason, ended_at)
        if state.progress.started_at is None:
            return result
        metres = result.run_metres
        return replace(
            result,
            distance=None,
            measured=metres,
            mean_speed=None,
            light_s=None,
            broken=True,
            estimated=False,
        )

    def _cadence(
        self, start: Seconds, end: Seconds, pauses: Sequence[tuple[float, float]]
    ) -> StepsPerMinute | None:
        """The mean cadence while above 0."""
        cadence = mean([value for value in self._history.cadence.between(start, end, pauses) if value > 0])
        return None if cadence is None else StepsPerMinute(cadence)

    def append(self, state: State, ended: StepEnded) -> None:
        """Record a step that was left out."""
        state.records.results = (*state.records.results, ended)

    def put(self, state: State, ended: StepEnded) -> None:
        """Record a step that ended in place of its former end, if it had one."""
        others = (result for result in state.records.results if result.step.step_id != ended.step.step_id)
        state.records.results = (*others, ended)

    def keep_announced(self, state: State, before: StepEnded) -> None:
        """Keep the announced end and reason in the result of a step that was ended again."""
        state.records.results = tuple(
            replace(result, at=before.at, reason=before.reason)
            if result.step.step_id == before.step.step_id
            else result
            for result in state.records.results
        )

    def keep_boundary(
        self,
        state: State,
        ended: StepEnded,
        goal: Metres | None,
        window_s: Seconds | None,
        *,
        by_itself: bool,
    ) -> None:
        """Remember the boundary at the end of the step under way, so that it can be re-timed.

        `goal` is the odometer's total there where it ended by distance. `window_s` is how long after it a mark
        re-times it; None for never.
        """
        started = state.progress.started_at
        if started is None:
            return
        state.records.last_end = LastEnd(
            step_id=ended.step.step_id,
            started_at=started,
            ended_at=ended.ended_at,
            by_itself=by_itself,
            estimated=ended.estimated and goal is not None,
            goal_total=goal,
            confirm_until=Seconds(0.0 if window_s is None else ended.ended_at + window_s),
            is_told=ended.reason in {EndReason.MARK, EndReason.LINE},
        )

    def move_boundary(
        self,
        state: State,
        at: Seconds,
        to: Seconds,
        by: MovedBy,
        begin_total: Metres | None,
        *,
        measured: Metres | None = None,
    ) -> BoundaryMoved:
        """Re-time the last boundary and its step to `to`, where the odometer's total is `begin_total`.

        It can be re-timed again: a second press in the confirm window is a better one.
        """
        last = state.records.last_end
        assert last is not None  # a mark, a source or a line re-times only a boundary there is
        goal = last.goal_total if begin_total is None else begin_total
        is_told = by in {MovedBy.MARK, MovedBy.LINE}
        state.records.last_end = replace(last, ended_at=to, estimated=False, goal_total=goal, is_told=is_told)
        state.records.results = tuple(
            self._with_light(state, result, _retimed(result, last, self._clock, to, measured), by)
            if result.step.step_id == last.step_id
            else result
            for result in state.records.results
        )
        return BoundaryMoved(at, last.step_id, last.ended_at, to, by, measured=measured)

    def _with_light(self, state: State, before: StepEnded, ended: StepEnded, by: MovedBy) -> StepEnded:
        """A re-timed result, with its place against the light where nothing had been measured of it before."""
        if before.distance is not None or ended.distance is None:
            return ended
        return replace(
            ended,
            light_s=self.light_s(state, ended.step, ended.distance, ended.time_s),
            distance_source=Source.MARKS if by is MovedBy.MARK else self._distance.last_source(),
        )

    def remeasure_boundary(
        self, state: State, at: Seconds, total: Metres | None, *, unmeasured: bool
    ) -> BoundaryMoved | None:
        """Record how far a step really was at its announced end, which its runner had not reached.

        `total` is the odometer's there. Where the end lies `unmeasured`, in a hole, the estimate stands.
        """
        last = state.records.last_end
        assert last is not None and last.goal_total is not None  # noqa: PT018 - of an estimated end both are known
        state.records.last_end = replace(last, estimated=False)
        ended = self.result_of(state, last.step_id)
        length = None if ended is None else ended.step.until.distance()
        if length is None or total is None or unmeasured:
            return None
        metres = Metres(max(0.0, length - (last.goal_total - total)))
        state.records.results = tuple(
            _remeasured(result, metres) if result.step.step_id == last.step_id else result
            for result in state.records.results
        )
        return BoundaryMoved(at, last.step_id, last.ended_at, last.ended_at, MovedBy.SOURCE, metres)

    @staticmethod
    def result_of(state: State, step_id: str) -> StepEnded | None:
        """The result of a step; None while it has none."""
        return next((result for result in state.records.results if result.step.step_id == step_id), None)

    def light_s(self, state: State, step: Step, metres: Metres, time_s: Seconds) -> Seconds | None:
        """Seconds behind the light of the plan at a place and time of the step; None where no light runs."""
        light = self.light(state, step, metres, time_s)
        return None if light is None else light.behind_s

    def light(
        self,
        state: State,
        step: Step,
        metres: Metres,
        time_s: Seconds,
        set_back_s: Seconds = Seconds(0.0),
    ) -> Light | None:
        """The light at a place and time of the step; None where none runs: no pace, a belt, by the clock.

        It is that of the plan, unless it was set back to the runner.
        """
        if state.measurement.is_clock_mode or state.timeline.context.surface == "treadmill":
            return None
        return light_at(step, metres, time_s, set_back_s)

    def _source(self, state: State, at: Seconds, metres: Metres | None, *, at_line: bool) -> Source | None:
        if state.measurement.is_clock_mode:
            return Source.CLOCK
        if metres is None:
            return None
        return self._distance.source(at) or (Source.MARKS if at_line else self._distance.last_source())

    def is_pod_unproven(self, state: State) -> bool:
        """Return True if distance comes from a pod on a track that is not calibrated yet."""
        if state.timeline.context.surface != "track" or self._distance.last_source() not in CALIBRATED:
            return False
        return self._distance.factor_sd() > self._pod_tolerance.proven_sd

    def leave(self, state: State, target: StepTarget) -> float:
        """By what share the band of a target is wider now; 0 unless a speed comes from an uncalibrated pod."""
        is_wider = target.quantity is _SPEED and self.is_pod_unproven(state)
        return self._pod_tolerance.share if is_wider else 0.0

    def _in_band(self, state: State, step: Step, ended_at: Seconds) -> float | None:
        target = step.target
        if target is None or state.progress.started_at is None or state.measurement.is_clock_mode:
            return None
        series = self._series(target)
        judged_from = Seconds(state.progress.started_at + self._settings.in_band_after_s)
        if series is None or judged_from >= ended_at:
            return None
        started_at = state.progress.started_at
        length_s = self._clock.between(started_at, ended_at)
        leave = self.leave(state, target) if self._settings.in_band_leave else 0.0
        judged_count = hits = 0
        pauses, band = self._clock.pauses(judged_from, ended_at), target.band.widened(leave)
        for at, value in series.pairs(judged_from, ended_at):
            if pauses and any(since < at <= until for since, until in pauses):
                continue
            judged_count += 1
            if target.ramp is not None:
                share = self._clock.between(started_at, Seconds(at)) / length_s
                band = target.at(share).widened(leave)
            hits += band.contains(value)
        return hits / judged_count if judged_count else None

    def _series(self, target: StepTarget) -> ReadingSeries | None:
        match target.quantity:
            case Quantity.SPEED:
                return self._history.speed
            case Quantity.HEART_RATE:
                return self._history.heart_rate
            case Quantity.CADENCE:
                return self._history.cadence
            case Quantity.POWER:
                return self._history.power
            case _:
                return None

    @staticmethod
    def _is_cut(step: Step, reason: EndReason, time_s: Seconds, metres: Metres | None) -> bool:
        if reason in _NEVER_CUT:
            return False
        length, time = step.until.distance(), step.until.time()
        if length is not None:
            return metres is None or metres < length - _WHOLE_M
        return time is not None and time_s < time - _WHOLE_S


def _turns(state: State, step: Step) -> tuple[Seconds, ...] | None:
    """The time when marks turned a fartlek from hard to easy and back, in step time; None for other steps."""
    if step.kind is not Kind.FARTLEK:
        return None
    return tuple(mark.time_s for mark in state.step_marks.marks if mark.role is SplitRole.SPLIT)


def _speed(metres: Metres | None, seconds: Seconds) -> MetresPerSecond | None:
    """The mean speed; None where the metres are not known, or took no time."""
    return MetresPerSecond(metres / seconds) if metres is not None and seconds > 0 else None


def _retimed(
    ended: StepEnded, last: LastEnd, clock: RunningClock, to: Seconds, measured: Metres | None
) -> StepEnded:
    """The result as if the step had ended at `to`."""
    time_s = clock.between(last.started_at, to)
    metres = ended.distance
    if measured is not None or (ended.distance_source is not Source.CLOCK and ended.estimated):
        metres = ended.step.until.distance()
    return replace(
        ended,
        ended_at=to,
        time_s=time_s,
        distance=metres,
        measured=ended.measured if measured is None else measured,
        mean_speed=MetresPerSecond(metres / time_s) if metres and time_s > 0 else None,
        light_s=None if ended.light_s is None else Seconds(ended.light_s + time_s - ended.time_s),
        estimated=False,
    )


def _remeasured(ended: StepEnded, metres: Metres) -> StepEnded:
    """The result with another distance."""
    speed = MetresPerSecond(metres / ended.time_s) if ended.time_s > 0 else None
    return replace(ended, distance=metres, mean_speed=speed, light_s=None, estimated=False)
