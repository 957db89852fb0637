"""Stops inside a paced step: a traffic light, a shoelace, a friend met. A stop is not slow running.

- A stop is a speed under 1.5 m/s for 3 s. It lasts from the last sample at the step's own pace to the first one after
  it, so that easing off and getting going again belong to it.
- Where a step begins with no running at all, 6 s make it a stop: standing starts and lagging watches look alike.
- A silence of the source in which the runner came on at less than 1.5 m/s was a stop too; they are taken to have run
  the metres of it at their target at its end. A hole that nothing measured, and one that began before the step, tell
  nothing.
- All times are running time: a pause inside a stop is no part of it.
"""

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum
from math import inf
from typing import Final, NamedTuple

from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings
from coach.session.distance import RunningClock, StepDistance
from coach.session.events import EventBuffer, Stopped
from coach.session.state import State
from coach.signals.readings import NEVER_STALE_S, Reading, is_stale, stale_after
from coach.workout.kinds import JUDGED, RESTS
from coach.workout.timeline import Quantity, Step

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
            self._aimed_step, self._aim_mps = step, _aim(step)
        return self._aim_mps


def _aim(step: Step) -> float | None:
    """The speed a step aims at, or the slow side of its range; None in one that cannot be stopped in."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED or step.kind not in _STOPS_IN:
        return None
    return target.band.aim or target.band.low or target.band.high
