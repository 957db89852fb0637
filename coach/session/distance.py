"""The runner's time and distance in the step: running time, and metres measured, bridged over a gap, or unknown."""

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import SessionSettings
from coach.session.state import State
from coach.signals.readings import Freshness, Source, freshness, stale_after
from coach.signals.signals import Signals
from coach.workout.timeline import Quantity, Step

# --- running time: the clock of the run without its pauses
#
# The time, the end and the send-off slot of a step are in running time. So a pause shifts all of them, and an undo
# does not have to know of it.


class RunningClock:
    """Turns the run's own time into running time and back."""

    def __init__(self) -> None:
        """Start with no pause."""
        self._pauses: list[tuple[Seconds, Seconds | None]] = []
        self._gaps: set[Seconds] = set()
        self.has_paused = False
        """Whether there was a pause at all."""
        self.paused_at: Seconds | None = None
        """The time when the pause under way began; None when none is."""

    def pause(self, at: Seconds) -> None:
        """Stop the clock; a second pause changes nothing."""
        if self.paused_at is None:
            self._pauses.append((at, None))
            self.has_paused, self.paused_at = True, at

    def resume(self, at: Seconds) -> None:
        """Let the clock go on; without a pause it changes nothing."""
        since = self.paused_at
        if since is not None:
            self._pauses[-1] = (since, at)
            self.paused_at = None

    def go_back_to(self, at: Seconds) -> list[tuple[Seconds, Seconds | None]]:
        """Run as the clock did at a moment that is past; what this returns is for `go_on_with`."""
        pauses = self._pauses
        self._pauses = [
            (since, until if until is not None and until <= at else None)
            for since, until in pauses
            if since <= at
        ]
        is_paused = bool(self._pauses) and self._pauses[-1][1] is None
        self.paused_at = self._pauses[-1][0] if is_paused else None
        return pauses

    def go_on_with(self, pauses: list[tuple[Seconds, Seconds | None]]) -> None:
        """Run as the clock did before it went back."""
        self._pauses = pauses
        is_paused = bool(pauses) and pauses[-1][1] is None
        self.paused_at = pauses[-1][0] if is_paused else None

    def skip(self, since: Seconds, until: Seconds) -> None:
        """Leave out a stretch in which the program did not run; in a pause it changes nothing."""
        if self.paused_at is None:
            self.pause(since)
            self.resume(until)
            self._gaps.add(since)

    def is_gap(self, since: Seconds) -> bool:
        """Whether the pause that began at `since` is a stretch in which the program did not run."""
        return since in self._gaps

    def running(self, at: Seconds) -> Seconds:
        """Running time at a moment, in seconds since the first input."""
        paused_s = 0.0
        for since, until in self._pauses:
            if since >= at:
                break
            paused_s += (at if until is None or until > at else until) - since
        return Seconds(at - paused_s)

    def between(self, start: Seconds, end: Seconds) -> Seconds:
        """Running time from one moment to another."""
        if not self._pauses:
            return Seconds(end - start)
        return Seconds(self.running(end) - self.running(start))

    def moment(self, running: Seconds) -> Seconds | None:
        """The moment at which running time first read `running`; None when a pause under way comes before it."""
        at = float(running)
        for since, until in self._pauses:
            if at <= since:
                break
            if until is None:
                return None
            at += until - since
        return Seconds(at)

    def pauses(self, start: Seconds, end: Seconds) -> list[tuple[Seconds, Seconds]]:
        """The pauses that touch `start` to `end`, clipped to it."""
        return [
            (max(since, start), end if until is None else min(until, end))
            for since, until in self._pauses
            if since < end and (until is None or until > start)
        ]


# --- metres into the step
#
# - With a source that is not stale nothing is predicted.
# - A gap is bridged with the rep's own mean speed, else its target, for 30 s and no longer.
# - Before the first sample of a run nothing is counted; a step by distance is bridged there, at its target speed.
# - Metres run while the clock was paused belong to no step.

_MEAN_NEEDS_S = 5.0
"""A mean speed needs at least this much of the step. Judged: five samples of a pod."""
_RAN_ON = 0.9
"""A runner who covers this share of a gap at their speed did not slow down in it. Judged: a jog is 0.75."""


class StepPosition(NamedTuple):
    """Metres into the step at a moment."""

    metres: Metres
    at: Seconds
    """The moment they hold for: that of the newest sample, or the one asked for where they are bridged."""
    estimated: bool
    """Whether a part of them was bridged over a gap."""


class StepDistance:
    """Measures how far the runner is in a step, with the odometer and the running clock."""

    def __init__(self, signals: Signals, clock: RunningClock, settings: SessionSettings) -> None:
        """Ask `signals` for the distance and `clock` for pauses."""
        self._signals = signals
        self._odometer = signals.distance
        self._clock = clock
        self._settings = settings
        self._first: tuple[Seconds, Metres] | None = None
        self._first_speed = 0.0
        self._first_stale_s = 0.0
        self.newest_at: Seconds | None = None
        """The time when the newest sample was taken."""
        self.stale_from: Seconds | None = None
        """The time when the distance goes (or went) stale."""
        self._times = array("d")
        self._gaps: list[tuple[Seconds, Seconds]] = []
        self._plain_latest: tuple[Seconds, Metres] | None = None  # the sample of `_plain_position`
        self._plain_from: tuple[Seconds, Metres | None] | None = None
        self._plain_position: StepPosition | None = None
        self._position_key: tuple[object, ...] = ()
        self._last_position: StepPosition | None = None

    def on_sample(self) -> None:
        """Note when the first sample came, and the gaps between samples."""
        latest = self._odometer.latest()
        if latest is None or latest[0] == self.newest_at:
            return
        at, stale_s = latest[0], stale_after(self._odometer.period_s())
        if self.newest_at is None:
            speed = self._signals.speed()
            self._first, self._first_speed = latest, speed.value if speed is not None else 0.0
            self._first_stale_s = stale_s
        elif at - self.newest_at > stale_s:
            self._gaps.append((self.newest_at, at))
        self.newest_at, self.stale_from = at, Seconds(at + stale_s)
        self._times.append(at)

    def begin_step(
        self, state: State, step: Step, at: Seconds, begin_total: Metres | None, *, by_hand: bool
    ) -> None:
        """Measure the step that just started from `begin_total` on; by the clock where nothing measures it.

        A run timed by marks (`by_hand`) never goes by the clock.
        """
        state.measurement.begin_total = begin_total
        self.keep_begin(state)
        if step.until.distance() is None or by_hand or self.source(at) is not None:
            return
        state.measurement.is_clock_mode = state.measurement.may_be_measured = True

    def keep_begin(self, state: State) -> None:
        """Keep the odometer's total where the step began, once a sample lies beyond it."""
        started = state.progress.started_at
        if state.measurement.begin_total is None and started is not None:
            state.measurement.begin_total = self._measured_begin(started)

    def move_begin(self, state: State, total: Metres | None) -> None:
        """Let the step begin at another total; None to look it up when a sample lies beyond the start."""
        state.measurement.begin_total = total

    def rescale_begin(self, state: State, total: Metres, before: float, after: float) -> None:
        """Move the beginning of the step: its metres up to `total` were counted by factor `before`, not `after`."""
        begin = self.begin_total(state)
        if begin is not None and total > begin:
            state.measurement.begin_total = Metres(total - (total - begin) * after / before)

    def run_by_clock(self, state: State, at: Seconds) -> None:
        """Let the step run on the clock from `at` on."""
        state.measurement.is_clock_mode, state.measurement.clock_from = True, at

    def measure_after_all(self, state: State, now: Seconds) -> bool:
        """Measure a step that began on the clock once a source has appeared; return True if it has."""
        measurement = state.measurement
        if not measurement.may_be_measured or self.source(now) is None:
            return False
        measurement.is_clock_mode = measurement.may_be_measured = False
        return True

    def has_gap(self, start: Seconds, end: Seconds) -> bool:
        """Whether the distance went stale in between."""
        return any(since < end and until > start for since, until in self._gaps)

    def is_short(self, state: State, metres: Metres) -> bool:
        """Whether the step is certainly still shorter than `metres`, as measured by a source that is not stale.

        False only means that pauses and holes have to be looked at.
        """
        latest = self._odometer.latest()
        begin, start = state.measurement.begin_total, state.progress.started_at
        if latest is None or begin is None or start is None or latest[1] >= begin + metres:
            return latest is None
        if not self._odometer.has_gap_since(start) and self._first is not None and self._first[0] <= start:
            return True
        return not self._lead_s(state) and not self._odometer.gaps(start, latest[0])

    def latest(self) -> tuple[Seconds, Metres] | None:
        """The newest sample of the odometer: its time and total."""
        return self._odometer.latest()

    def speeds(self, since: Seconds, until: Seconds) -> list[tuple[float, float]]:
        """Times after `since` and up to `until` with the speed since the sample before, in m/s."""
        times = self._times[max(0, bisect_right(self._times, since) - 1) : bisect_right(self._times, until)]
        totals = [self._odometer.metres_at(Seconds(at)) or 0.0 for at in times]
        pairs = zip(times, times[1:], totals, totals[1:], strict=False)
        return [(at, (metres - last) / (at - last_at)) for last_at, at, last, metres in pairs if at > last_at]

    def freshness(self, now: Seconds) -> Freshness:
        """The freshness of the distance."""
        latest = self._odometer.latest()
        if latest is None:
            return Freshness.GONE
        return freshness(Seconds(now - latest[0]), self._odometer.period_s())

    def is_stale(self, now: Seconds) -> bool:
        """Whether the newest sample is too old to tell where the runner is."""
        return self.stale_from is not None and now > self.stale_from

    def source(self, now: Seconds) -> Source | None:
        """The source that measures now, or did within the time a gap is bridged; None when none does."""
        source = self._odometer.source_at(now)
        if source is not None:
            return source
        latest = self._odometer.latest()
        if latest is not None and self._clock.between(latest[0], now) <= self._settings.bridge_s:
            return self._odometer.last_source()
        return None

    def last_source(self) -> Source | None:
        """The source of the newest sample, however old."""
        return self._odometer.last_source()

    def factor_sd(self) -> float:
        """The standard deviation of the factor of the source that leads, as a share of the distance."""
        return self._odometer.factor()[1]

    def total_at(self, at: Seconds) -> Metres | None:
        """The odometer's total at a moment, carried on at the last speed while that is fresh."""
        total = self._odometer.metres_at(at)
        if total is not None:
            return total
        latest, speed = self._odometer.latest(), self._signals.speed()
        if latest is None or at < latest[0] or self.freshness(at) is not Freshness.LIVE:
            return None
        carried_m = speed.value * (at - latest[0]) if speed is not None else 0.0
        return Metres(latest[1] + carried_m)

    def running_total(self, state: State, now: Seconds) -> Metres | None:
        """The odometer's newest total without what was run in pauses of the step; None before the first sample."""
        latest = self._odometer.latest()
        return None if latest is None else Metres(latest[1] - self._paused_metres(state, now))

    def begin_total(self, state: State) -> Metres | None:
        """The odometer's total where the step began; carried on at the last speed until a sample lies beyond it."""
        begin, started = state.measurement.begin_total, state.progress.started_at
        if begin is None and started is not None:
            begin = self._measured_begin(started)
            return self.total_at(started) if begin is None else begin
        return begin

    def goal_total(self, state: State, metres: float, now: Seconds) -> Metres | None:
        """The odometer's total at which the step will be `metres` long."""
        begin = self.begin_total(state)
        if begin is None or state.progress.started_at is None:
            return None
        return Metres(begin + metres + self._paused_metres(state, now) - self._hole_metres(state, now))

    def measured_to(self, state: State, metres: float, total: float, now: Seconds) -> Metres | None:
        """Metres of the step up to a total of the odometer, near its end at `metres`."""
        goal = self.goal_total(state, metres, now)
        return None if goal is None else Metres(metres + total - goal)

    def reached_at(self, state: State, metres: float, now: Seconds) -> Seconds | None:
        """The time when the step became `metres` long, by measurement; None if it has not."""
        goal = self.goal_total(state, metres, now)
        if goal is None or state.progress.started_at is None:
            return None
        return self.time_at(goal, state.progress.started_at, self.begin_total(state))

    def time_at(self, total: Metres, after: Seconds, begin_total: Metres | None) -> Seconds | None:
        """The time when a total was reached in a step that began at `after`, with `begin_total`; None if it was not.

        In a gap that a count bridges nobody saw the runner slow down. Where they were slower in it than in the step
        before, they ran at the step's own speed up to its end.
        """
        at = self._odometer.time_at(total, after)
        if at is None or begin_total is None or not self._settings.stop_ends_rep:
            return at
        gap = next(((since, until) for since, until in reversed(self._gaps) if since < at < until), None)
        if gap is None or gap[0] - after < _MEAN_NEEDS_S:
            return at
        since, until = gap
        before, behind = self._odometer.metres_at(since), self._odometer.metres_at(until)
        assert before is not None  # both ends of a gap are samples
        assert behind is not None
        speed = (before - begin_total) / (since - after)
        if behind - before >= _RAN_ON * speed * (until - since):
            return at
        return Seconds(since + (total - before) / speed)

    def position(self, state: State, now: Seconds) -> StepPosition | None:
        """Metres into the step at `now`; None when nothing measures them."""
        latest = self._odometer.latest()
        progress, measurement = state.progress, state.measurement
        started = progress.started_at
        if latest is None or started is None or measurement.is_clock_mode:
            return None
        # Session and cues ask several times about one sample, and nearly always nothing else matters.
        begin = measurement.begin_total
        stale_from = self.stale_from
        is_fresh = stale_from is None or now <= stale_from
        if begin is not None and is_fresh and not self._clock.has_paused:
            if latest is self._plain_latest and (started, begin) == self._plain_from:
                return self._plain_position
            if latest[0] >= started and self._is_plain(started):
                self._plain_latest, self._plain_from = latest, (started, begin)
                self._plain_position = StepPosition(Metres(max(0.0, latest[1] - begin)), latest[0], False)
                return self._plain_position
        key = (now, latest, started, begin, progress.index, self._clock.paused_at)
        if key != self._position_key:
            self._last_position = self._position(state, started, now, latest)
            self._position_key = key
        return self._last_position

    def position_at(self, state: State, at: Seconds) -> StepPosition | None:
        """Metres into the step at a moment that may lie between samples."""
        total = self.total_at(at) if not state.measurement.is_clock_mode else None
        if total is None:
            return self.position(state, at)
        metres = self._since_begin(state, total, at)
        return None if metres is None else StepPosition(Metres(metres), at, self._hole_metres(state, at) > 0)

    def measured(self, state: State, at: Seconds) -> StepPosition | None:
        """Metres into the step up to its newest sample at a moment, however old; None without one in the step."""
        latest, started = self._odometer.latest(), state.progress.started_at
        if latest is None or started is None or not started <= latest[0] <= at:
            return None
        metres = self._since_begin(state, latest[1], latest[0])
        bridged = self.is_bridged(state, latest[0])
        return None if metres is None else StepPosition(Metres(metres), latest[0], bridged)

    def is_bridged(self, state: State, at: Seconds) -> bool:
        """Whether a part of the step up to a moment was bridged over a hole."""
        return self._hole_metres(state, at) > 0

    def uncounted_s(self, state: State) -> Seconds:
        """Running seconds at the beginning of the step of which no metre is counted, as nothing measured yet."""
        is_by_distance = state.step is not None and state.step.until.distance() is not None
        return Seconds(0.0) if is_by_distance else self._lead_s(state)

    def mean_speed(self, state: State) -> MetresPerSecond | None:
        """Mean speed of the step as measured so far; None in its first seconds or unmeasured."""
        latest = self._odometer.latest()
        if latest is None or state.progress.started_at is None or latest[0] <= state.progress.started_at:
            return None
        time_s = self._clock.running(latest[0]) - self._clock.running(state.progress.started_at)
        time_s -= self.uncounted_s(state)
        metres = self._since_begin(state, latest[1], latest[0])
        if time_s < _MEAN_NEEDS_S or metres is None:
            return None
        return MetresPerSecond(metres / time_s)

    def bridge_ends_at(self, state: State, metres: float) -> Seconds | None:
        """The time at which a bridged step would be `metres` long; None if that lies beyond the bridge."""
        latest, speed = self._odometer.latest(), self._bridge_speed(state)
        if latest is None or state.progress.started_at is None or speed is None:
            return None
        at = max(latest[0], state.progress.started_at)
        step_m = (
            self._since_begin(state, latest[1], latest[0]) if latest[0] >= state.progress.started_at else 0.0
        )
        if step_m is None:
            return None
        ends_at = self._clock.moment(Seconds(self._clock.running(at) + max(0.0, metres - step_m) / speed))
        if ends_at is None or self._clock.between(latest[0], ends_at) > self._settings.bridge_s:
            return None
        return ends_at

    def unmeasured_s(self, now: Seconds) -> Seconds:
        """Running seconds since the newest sample, pauses left out; 0 before the first."""
        latest = self._odometer.latest()
        return Seconds(0.0) if latest is None else self._clock.between(latest[0], now)

    def unmeasured_for(self, seconds: float) -> Seconds | None:
        """The time when the newest sample will be so many running seconds old; None without one, or in a pause."""
        latest = self._odometer.latest()
        return (
            None if latest is None else self._clock.moment(Seconds(self._clock.running(latest[0]) + seconds))
        )

    def is_hole_at(self, at: Seconds) -> bool:
        """Whether the moment lies in a hole, which no source measured, then or later."""
        return bool(self._odometer.gaps(Seconds(at - 1e-6), Seconds(at + 1e-6)))

    def _position(
        self, state: State, started: Seconds, now: Seconds, latest: tuple[Seconds, Metres]
    ) -> StepPosition | None:
        at, total = latest
        metres = self._since_begin(state, total, min(at, now)) if at >= started else 0.0
        if metres is None:
            return None
        if not self.is_stale(now):
            return StepPosition(Metres(metres), at, self._hole_metres(state, now) > 0)
        return self._bridged(state, max(at, started), metres, now)

    def _is_plain(self, started: Seconds) -> bool:
        """Whether a step was measured all along and never paused, as nearly every one: its metres are a difference."""
        is_led = self._first is not None and self._first[0] > started
        return not is_led and not self._clock.has_paused and not self._odometer.has_gap_since(started)

    def _since_begin(self, state: State, total: float, at: Seconds) -> float | None:
        """Metres from the beginning of the step to a total, pauses left out and holes filled."""
        begin = self.begin_total(state)
        if begin is None:
            return None
        return max(0.0, total - begin - self._paused_metres(state, at) + self._hole_metres(state, at))

    def _measured_begin(self, started_at: Seconds) -> Metres | None:
        """The total at the start of a step, as measured; None before a sample lies beyond it."""
        begin = self._odometer.metres_at(started_at)
        return self._from_first_sample(started_at) if begin is None else begin

    def _from_first_sample(self, started_at: Seconds) -> Metres | None:
        """The total at a start before the first sample: of that sample, or carried back at its speed if just before."""
        if self._first is None or started_at > self._first[0]:
            return None
        at, total = self._first
        lead = at - started_at
        return Metres(total - self._first_speed * lead) if lead <= self._first_stale_s else total

    def _lead_s(self, state: State) -> Seconds:
        """Running seconds between the start of the step and the first sample of the run, where they lie apart."""
        started, first = state.progress.started_at, self._first
        if first is None or started is None or first[0] - started <= self._first_stale_s:
            return Seconds(0.0)
        return (
            Seconds(0.0)
            if self._odometer.metres_at(started) is not None
            else self._clock.between(started, first[0])
        )

    def _paused_metres(self, state: State, now: Seconds) -> float:
        """Metres run in the pauses of the step, which belong to no step."""
        if not self._clock.has_paused:
            return 0.0
        assert state.progress.started_at is not None
        pauses = self._clock.pauses(state.progress.started_at, now)
        return sum([self._metres_between(since, until) for since, until in pauses])

    def _metres_between(self, since: Seconds, until: Seconds) -> float:
        """Metres run in a pause; 0 in one without a sample, whose runner is taken to have stood.

        In a gap nobody listened to the samples there were.
        """
        is_silent = bisect_left(self._times, since) == bisect_left(self._times, until)
        if is_silent and not self._clock.is_gap(since):
            return 0.0
        return self._total_or_outermost(until) - self._total_or_outermost(since)

    def _total_or_outermost(self, at: Seconds) -> float:
        """The total at a moment; before the first and after the newest sample that of the sample."""
        total, latest = self._odometer.metres_at(at), self._odometer.latest()
        if total is not None:
            return total
        return latest[1] if latest is not None and at > latest[0] else 0.0

    def _hole_metres(self, state: State, now: Seconds) -> float:
        """Metres by which the holes in the step are filled: its own mean speed, for 30 s of each at most.

        A step by distance is filled before the first sample of the run too: all along at its target speed, as the
        clock takes it to be run, where it has one.
        """
        assert state.progress.started_at is not None
        if self._is_plain(state.progress.started_at):
            return 0.0
        holes = self._odometer.gaps(state.progress.started_at, now)
        lead = self._lead_s(state)
        if not holes and not lead:
            return 0.0
        bridge_s = self._settings.bridge_s
        speed = self._speed_outside(state, sum([end - start for start, end in holes]) + lead)
        metres = sum([min(end - start, bridge_s) for start, end in holes]) * speed
        if lead and not self.uncounted_s(state):
            target = self._target_speed(state.step)
            metres += min(lead, bridge_s) * speed if target is None else lead * target
        return metres

    def _speed_outside(self, state: State, hole_s: float) -> float:
        """Mean speed of the step outside its holes, else its target."""
        latest, begin, started = self._odometer.latest(), self.begin_total(state), state.progress.started_at
        if latest is not None and begin is not None and started is not None:
            measured_s = latest[0] - started - hole_s
            if measured_s >= _MEAN_NEEDS_S:
                return max(0.0, (latest[1] - begin) / measured_s)
        return self._target_speed(state.step) or 0.0

    def _bridge_speed(self, state: State) -> float | None:
        """The speed to bridge a gap with; None where the runner stood when it began: nothing tells when they go on."""
        speed = self.mean_speed(state) or self._target_speed(state.step)
        newest, settings = self._signals.speed(), self._settings
        if not speed or speed <= 0:
            return None
        stood = newest is not None and newest.value < settings.stop_mps <= speed
        return None if settings.tells_stops and stood else speed

    def _bridged(self, state: State, since: Seconds, metres: float, now: Seconds) -> StepPosition | None:
        speed = self._bridge_speed(state)
        latest = self._odometer.latest()
        if speed is None or latest is None or self.unmeasured_s(now) > self._settings.bridge_s:
            return None
        time_s = self._clock.running(now) - self._clock.running(since)
        return StepPosition(Metres(metres + speed * time_s), now, estimated=True)

    @staticmethod
    def _target_speed(step: Step | None) -> float | None:
        if step is None or step.target is None or step.target.quantity is not Quantity.SPEED:
            return None
        return step.target.band.aim
