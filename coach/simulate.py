"""The virtual runner: hears the cues, runs, and sends what their sensors would send; and a whole run with one.

All random numbers come from one seed: same seed, same bytes.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields
from heapq import heappop, heappush
from itertools import count
from math import ceil, exp, sqrt
from random import Random  # noqa: TID251 - seeded, and the one place that may
from typing import Any, Final, assert_never

from coach.cues.cue import Cue, CueKind
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT, RunningSpeedCadenceMeasurement
from coach.live.contract import Closed, Input, Opened, Output, RunEnded
from coach.live.run import LiveRun
from coach.physiology.performance import oxygen_cost, speed_at_cost
from coach.physiology.surroundings import Course, factor
from coach.problems import SettingsProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.events import PhaseChanged, StepEnded, StepStarted, Waiting
from coach.session.phases import Button, Origin, Phase, Pressed
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from coach.workout.kinds import HARD, KINDS, PACED_REPS, RESTS, Kind
from coach.workout.timeline import (
    Band,
    MarkEnd,
    Move,
    MovementStart,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    Timeline,
)

# --- the profile: fitness, habits, sensors, and where the radio fails

FORMAT: Final = "coach-runner/1"
"""The `format` of a profile file."""
_LARGEST: Final = 1e5
"""No field accepts a larger number."""
_LOWEST_VO2MAX: Final = 10.0
"""In ml/kg/min; judged: a person with less cannot walk."""


@dataclass(frozen=True, slots=True)
class RunnerProfile:
    """A club runner with a footpod and a strap; every number can be changed."""

    threshold_speed: MetresPerSecond = MetresPerSecond(4.2)
    """The speed held for an hour, in m/s; the speed of steps without numbers is derived from it."""
    vo2max: float = 55.0
    """Maximal oxygen uptake in ml/kg/min."""
    heart_rate_rest: BeatsPerMinute = BeatsPerMinute(50.0)
    heart_rate_max: BeatsPerMinute = BeatsPerMinute(190.0)
    heart_rate_start: BeatsPerMinute = BeatsPerMinute(70.0)
    heart_delay_s: Seconds = Seconds(10.0)
    """Delay of the heart rate after a change of pace (8 to 16 s measured)."""
    heart_tau_up_s: Seconds = Seconds(40.0)
    """Time constant of its rise (28 to 60 s)."""
    heart_tau_down_s: Seconds = Seconds(60.0)
    """Time constant of its fall (43 to 90 s)."""
    heart_drift_bpm: float = 1.0
    """Upward drift in bpm for each 10 min of running after the first ten."""

    jog_speed: MetresPerSecond = MetresPerSecond(2.4)
    walk_speed: MetresPerSecond = MetresPerSecond(1.4)
    reaction_s: Seconds = Seconds(0.5)
    """From "go", or the end of a step, to the first change of pace."""
    pick_up_s: Seconds = Seconds(2.5)
    """Time constant of a change of pace; real reps settle in 7 s (median)."""
    pace_sense: float = 0.012
    """How well the runner finds a pace unaided: relative sd from step to step."""
    wobble: float = 0.012
    """How evenly the runner holds a pace: relative sd within a step."""
    wobble_s: Seconds = Seconds(12.0)
    """Time constant of that unevenness."""
    eagerness: float = 0.03
    """How much too fast the first rep begins, as a share."""
    eagerness_s: Seconds = Seconds(40.0)
    """Time constant of that."""
    fatigue_per_km: float = 0.002
    """Speed lost for each kilometre of work run, as a share."""
    cue_delay_s: Seconds = Seconds(2.0)
    """Time from a spoken cue to the runner acting on it."""
    obedience: float = 0.7
    """The share of a requested change that the runner makes, 0 to 1."""

    has_pod: bool = True
    has_strap: bool = True
    pod_factor: float = 1.0
    """Metres that the pod counts for a true metre."""
    pod_noise: float = 0.02
    """Relative sd of its speed at an even pace (outdoors 0.019 to 0.030, on a treadmill 0.010)."""
    pod_noise_s: Seconds = Seconds(4.5)
    """Time constant of that noise: it is slow, so averaging a few seconds does not help."""
    pod_lag_s: Seconds = Seconds(1.5)
    """Time constant with which the pod smooths its speed."""
    on_treadmill: bool = False
    """Whether the runner is on a treadmill, which sends in the pod's place and is always near."""
    counts_one_foot: bool = True
    """Whether the pod sends the cadence of one foot."""
    cadence_offset: float = 0.0
    """Steps per minute above what runners take at that speed."""

    lap_m: Metres = Metres(400.0)
    starts_at_m: Metres = Metres(0.0)
    """The runner's place on the lap at the beginning, in metres from the finish line."""
    lost_at_m: Metres = Metres(240.0)
    """The place on the lap where the radio is weakest, in metres from the finish line."""
    pod_lost_m: Metres = Metres(40.0)
    """The length of the stretch around it where the pod is not received; 0 for none."""
    strap_lost_m: Metres = Metres(80.0)
    """The same for the strap, which the body shades."""
    lap_loss: float = 1.0
    """The share of the laps in which that happens."""
    packet_loss: float = 0.005
    """The share of packets lost anywhere."""

    marks_every_m: Metres = Metres(0.0)
    """`mark` is pressed at every so many true metres of a step, and at its end; 0 for never."""
    press_sd_s: Seconds = Seconds(0.25)
    """Standard deviation of the times of presses."""
    ready_s: Seconds = Seconds(8.0)
    """How long it takes to get ready when a start waits for a press or for movement."""


def read_profile(data: bytes, *, name: str) -> RunnerProfile:
    """Read a profile file: a JSON object with `format` and any of the fields of `RunnerProfile`.

    Raises:
        SettingsProblem: it is no such object, or a field is unknown, of another kind, or below 0.
    """
    hint = f'A profile looks like {{"format": "{FORMAT}", "threshold_speed": 4.2, "pod_factor": 1.02}}.'
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise SettingsProblem(f"{name} is not JSON: {problem}", hint) from None
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise SettingsProblem(f'{name} is not a runner profile: its "format" is not "{FORMAT}"', hint)
    defaults = {each.name: each.default for each in fields(RunnerProfile)}
    for key, value in document.items():
        if key not in defaults:
            raise SettingsProblem(f'{name}: there is no "{key}" in a runner profile', hint)
        if not _fits(value, is_flag=isinstance(defaults[key], bool), may_be_negative=key == "cadence_offset"):
            raise SettingsProblem(f'{name}: "{key}" cannot be {value!r}', hint)
    profile = RunnerProfile(**document)
    if profile.vo2max < _LOWEST_VO2MAX or profile.heart_rate_max <= profile.heart_rate_rest:
        raise SettingsProblem(f"{name}: that vo2max, or that heart rate at rest, is not possible", hint)
    return profile


def _fits(value: object, *, is_flag: bool, may_be_negative: bool) -> bool:
    """Return whether it is a flag where one belongs, else a finite number, negative only where that has a meaning."""
    if is_flag or isinstance(value, bool):
        return is_flag and isinstance(value, bool)
    return isinstance(value, int | float) and -_LARGEST < value < _LARGEST and (may_be_negative or value >= 0)


# --- random numbers, the same on every machine and with every release of Python


class Rng:
    """Random numbers from one seed. Only `Random.random` is used: Python guarantees that its numbers never change."""

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self._random = Random(seed)

    def even(self) -> float:
        """A uniform number from 0 up to 1."""
        return self._random.random()

    def normal(self, sd: float) -> float:
        """A number around 0 with standard deviation `sd`, never beyond 6 of them.

        It is the sum of twelve uniform numbers less six: close enough to a normal distribution for a runner, and exact
        arithmetic everywhere, which logarithms and cosines are not.
        """
        roll = self._random.random
        return sd * (sum([roll() for _ in range(12)]) - 6.0)


# --- the speed aimed at: runners follow the cues a little late, and only partly

_Relevant = Cue | StepStarted | StepEnded | PhaseChanged | Waiting
"""The outputs that a runner reacts to."""
_AT_REST: Final = 3.5
"""Oxygen uptake at rest, ml/kg/min: one MET."""
_SLOWER: Final = frozenset(
    {
        CueKind.TOO_FAST,
        CueKind.START_TOO_FAST,
        CueKind.FLOAT_TOO_FAST,
        CueKind.AHEAD_OF_LIGHT,
        CueKind.HEART_RATE_HIGH,
        CueKind.HEART_RATE_CEILING,
    }
)
_FASTER: Final = frozenset(
    {
        CueKind.TOO_SLOW,
        CueKind.FLOAT_TOO_SLOW,
        CueKind.BEHIND_LIGHT,
        CueKind.FADE,
        CueKind.HEART_RATE_LOW,
    }
)
_DEFAULT_ERROR: Final = 0.02
"""The assumed error of the pace when a cue does not name one, as a share."""
_MOST_CHANGE: Final = 0.08
"""The largest change of pace after one cue, as a share."""
_TO_THE_LINE: Final = 0.05
"""A pod may end a rep this share of its length early; the runner runs on to the line all the same."""


class Behaviour:
    """The speed a runner aims at, given the cues they have heard."""

    def __init__(self, profile: RunnerProfile, rng: Rng, timeline: Timeline | None = None) -> None:
        """Wait for the first step; with a `timeline` the next steps are known before they are announced."""
        self.step: Step | None = None
        """The step being run; None while the runner stands."""
        self.phase = Phase.READY
        self.phase_since = 0.0
        self.step_since = 0.0
        self.step_from_m = 0.0
        """Where it began, in true metres run."""
        self.next_index = 0
        self._profile = profile
        self._rng = rng
        self._timeline = timeline
        self._pending: list[tuple[float, int, _Relevant]] = []
        self._order = count()
        self._had: Step | None = None
        self._before: tuple[Step, float] | None = None
        self._reps = 0
        self._work_m = 0.0
        self._sense = 0.0
        self._eager = 0.0
        self._correction = 0.0

    @property
    def line_ahead(self) -> float | None:
        """The line of a rep that ended before the runner reached it, in true metres run; None otherwise."""
        return self._before[1] if self._before is not None else None

    def hear(self, output: Output) -> None:
        """Receive an output; the runner acts on it after their reaction time."""
        if isinstance(output, Cue):
            if output.is_heard and (output.kind in _SLOWER or output.kind in _FASTER):
                self._later(output.at + self._profile.cue_delay_s, output)
        elif isinstance(output, StepStarted | StepEnded | PhaseChanged | Waiting):
            self._later(output.at + self._profile.reaction_s, output)

    def goal(self, now: float, metres: float) -> float:
        """Return the speed in m/s the runner aims at after `metres` run in all."""
        while self._pending and self._pending[0][0] <= now:
            self._act(heappop(self._pending)[2], now, metres)
        if self.phase is Phase.READY or self.phase is Phase.OVERTIME:
            self._perhaps_begin(now, metres)
        if self.phase is Phase.PAUSED or self.step is None:
            return 0.0
        if self._before is not None:
            step, line = self._before
            if metres < line:
                return self._pace(step, now, metres)
            self._before = None
        return self._pace(self.step, now, metres)

    def _later(self, at: float, output: _Relevant) -> None:
        heappush(self._pending, (at, next(self._order), output))

    def _act(self, output: _Relevant, now: float, metres: float) -> None:
        match output:
            case StepStarted(index=index, step=step):
                self._begin(step, now, metres)
                self.next_index = index + 1
            case StepEnded(index=index, step=step):
                self.next_index = index + 1
                if step.kind in HARD:
                    self._work_m += metres - self.step_from_m
            case PhaseChanged(phase=phase):
                self.phase, self.phase_since = phase, output.at
                if phase is Phase.READY or phase is Phase.FINISHED:
                    self.step = None
            case Waiting():
                if self._had is not None:
                    self._begin(self._had, now, metres)
            case Cue():
                self._follow(output)
            case _:
                assert_never(output)

    def _begin(self, step: Step, now: float, metres: float) -> None:
        """Begin a step; a rep that was ended before its line is first run to the line."""
        self._before = None
        last_step = self.step
        length = last_step.until.distance() if last_step is not None else None
        if last_step is not None and length is not None and step is not last_step:
            line = self.step_from_m + length
            if metres < line <= metres + _TO_THE_LINE * length:
                self._before = (last_step, line)
        self.step, self._had, self.step_since = step, step, now
        self.step_from_m = metres if self._before is None else self._before[1]
        self._correction = 0.0
        self._sense = self._rng.normal(self._profile.pace_sense)
        self._eager = 0.0
        if step.kind in PACED_REPS:
            self._eager = 0.0 if self._reps else self._profile.eagerness
            self._reps += 1

    def _perhaps_begin(self, now: float, metres: float) -> None:
        """Begin moving where a step starts by movement: once ready, or when the rest is over."""
        timeline = self._timeline
        if timeline is None or self.next_index >= len(timeline.steps):
            return
        step = timeline.steps[self.next_index]
        gets_ready_s = self._profile.ready_s if self.phase is Phase.READY else 0.0
        is_due = now >= self.phase_since + gets_ready_s
        if is_due and step is not self.step and isinstance(step.start, MovementStart):
            self._begin(step, now, metres)

    def _follow(self, cue: Cue) -> None:
        """Change the pace by most of the error that the cue names."""
        if self.step is None:
            return
        off = _DEFAULT_ERROR
        low, high, value = cue.why.low, cue.why.high, cue.why.value
        if cue.why.quantity == "speed_mps" and value is not None and low and high:
            off = min(_MOST_CHANGE, abs(2 * value / (low + high) - 1.0))
        if cue.kind in _SLOWER:
            off = -off
            self._eager *= 1.0 - self._profile.obedience
        self._correction += self._profile.obedience * off

    def _pace(self, step: Step, now: float, metres: float) -> float:
        """Return the speed the runner believes a step requires, with their own errors."""
        since = max(0.0, now - self.step_since)
        plan = self._planned(step, since, metres - self.step_from_m)
        if plan <= self._profile.jog_speed:
            return plan
        faults = self._sense + self._correction
        if self._profile.eagerness_s:
            faults += self._eager * exp(-since / self._profile.eagerness_s)
        if step.kind in HARD:
            ran = self._work_m + metres - self.step_from_m
            faults -= self._profile.fatigue_per_km * ran / 1000.0
        return max(0.0, plan * (1.0 + max(-0.3, min(0.3, faults))))

    def _planned(self, step: Step, since: float, metres: float) -> float:
        """The speed that the workout requires."""
        profile = self._profile
        if step.target is not None:
            required = _required_speed(step.target, _share_done(step, since, metres), profile)
            if required is not None:
                return required
        if step.kind in RESTS:
            return {Move.JOG: profile.jog_speed, Move.WALK: profile.walk_speed, Move.STAND: 0.0}[step.move]
        return profile.threshold_speed * KINDS[step.kind].threshold_share


def _share_done(step: Step, since: float, metres: float) -> float:
    """Return the share of a step that is done, 0 to 1; 0 where it is unknown."""
    length, time = step.until.distance(), step.until.time()
    if length:
        return min(1.0, max(0.0, metres / length))
    return min(1.0, since / time) if time else 0.0


def _required_speed(target: StepTarget, share: float, profile: RunnerProfile) -> float | None:
    """The speed in m/s that a target requires; None if it is not about speed."""
    aim = _aim(target.band)
    end = _aim(target.ramp) if target.ramp else aim
    if aim is None or end is None:
        return None
    value = aim + (end - aim) * share
    if target.quantity is Quantity.SPEED:
        return value
    if target.quantity is Quantity.HEART_RATE:
        reserve = profile.heart_rate_max - profile.heart_rate_rest
        part = max(0.0, min(1.0, (value - profile.heart_rate_rest) / reserve))
        return speed_at_cost(_AT_REST + part * (profile.vo2max - _AT_REST))
    return None


def _aim(band: Band) -> float | None:
    """The speed aimed at in a band: its aim, else its middle, else a little inside its one side."""
    if band.aim is not None:
        return band.aim
    if band.low is not None and band.high is not None:
        return 0.5 * (band.low + band.high)
    if band.high is not None:
        return 0.97 * band.high
    return None if band.low is None else 1.02 * band.low


# --- true speed, metres and cadence

_MOST_PICK_UP: Final = 2.5
"""In m/s per second: a brisk standing start of a distance runner."""
_STANDS_BELOW: Final = 0.3
"""In m/s: a runner who slows further stands."""
_RUNS_FROM: Final = 2.0
"""In m/s: above it most people run."""


class Locomotion:
    """True speed and true metres of a runner, in steps of a fixed length."""

    def __init__(self, profile: RunnerProfile, rng: Rng, step_s: float) -> None:
        """Start at a stand."""
        self.speed = 0.0
        """The speed now, in m/s."""
        self.metres = 0.0
        """The distance run since the beginning, in metres."""
        self._rng = rng
        self._step_s = step_s
        self._follows = 1.0 - exp(-step_s / profile.pick_up_s) if profile.pick_up_s else 1.0
        self._keeps = exp(-step_s / profile.wobble_s) if profile.wobble_s else 0.0
        self._stirs = profile.wobble * sqrt(1.0 - self._keeps**2)
        self._wobble = 0.0

    def move(self, goal: float) -> float:
        """Run one step towards a goal speed in m/s; returns the metres of that step."""
        if goal > _RUNS_FROM:
            self._wobble = self._keeps * self._wobble + self._rng.normal(self._stirs)
            goal *= 1.0 + self._wobble
        most = _MOST_PICK_UP * self._step_s
        before = self.speed
        self.speed += max(-most, min(most, (goal - before) * self._follows))
        if goal == 0.0 and self.speed < _STANDS_BELOW:
            self.speed = 0.0
        distance = 0.5 * (before + self.speed) * self._step_s
        self.metres += distance
        return distance


def natural_cadence(speed: float) -> StepsPerMinute:
    """The cadence of most runners at a speed in m/s, in steps per minute; 0 at a stand.

    A line through self-selected cadences of novices (van Oeveren 2017); walkers take 100 to 120.
    """
    if speed < _STANDS_BELOW:
        return StepsPerMinute(0.0)
    if speed < _RUNS_FROM:
        return StepsPerMinute(95.0 + 12.0 * speed)
    return StepsPerMinute(126.84 + 11.579 * speed)


# --- the heart rate: it follows the effort with dead time, faster up than down, and drifts
#
# Structure: F1000Research 13:894 (a first-order model with dead time is adequate for running); figures from the same
# and from 24 recorded interval sessions. Oxygen cost: Daniels and Gilbert; %HRR = %VO2R (ACSM).

_DRIFT_AFTER_S: Final = 600.0


class Heart:
    """The heart rate of a runner, in steps of one fixed length."""

    def __init__(self, profile: RunnerProfile, step_s: float) -> None:
        """Start at the profile's heart rate, at a stand."""
        self.rate: float = profile.heart_rate_start
        """The heart rate now, in bpm, with fractions."""
        self._profile = profile
        self._step_s = step_s
        self._on_its_way: deque[float] = deque(
            [steady_heart_rate(profile, 0.0)] * round(profile.heart_delay_s / step_s)
        )
        self._up = 1.0 - exp(-step_s / profile.heart_tau_up_s) if profile.heart_tau_up_s else 1.0
        self._down = 1.0 - exp(-step_s / profile.heart_tau_down_s) if profile.heart_tau_down_s else 1.0
        self._ran_s = 0.0
        self._speed = 0.0
        self._steady = steady_heart_rate(profile, 0.0)

    def beat(self, speed: float) -> float:
        """Advance one step at a speed in m/s on the level; returns the heart rate after it."""
        if speed != self._speed:
            self._speed = speed
            self._steady = steady_heart_rate(self._profile, speed)
        self._on_its_way.append(self._steady)
        target = self._on_its_way.popleft()
        if speed > _RUNS_FROM:
            self._ran_s += self._step_s
            target += self._profile.heart_drift_bpm * max(0.0, self._ran_s - _DRIFT_AFTER_S) / 600.0
        target = min(target, self._profile.heart_rate_max)
        self.rate += (target - self.rate) * (self._up if target > self.rate else self._down)
        return self.rate


def steady_heart_rate(profile: RunnerProfile, speed: float) -> BeatsPerMinute:
    """The heart rate that a speed in m/s leads to, in bpm; at most the maximum."""
    oxygen = max(_AT_REST, oxygen_cost(speed)) if speed > 0 else _AT_REST
    share = min(1.0, (oxygen - _AT_REST) / (profile.vo2max - _AT_REST))
    reserve = profile.heart_rate_max - profile.heart_rate_rest
    return BeatsPerMinute(profile.heart_rate_rest + share * reserve)


# --- the bytes that a strap and a footpod send

_MOST_INTERVALS: Final = 9
"""As many as fit into a packet of 20 bytes."""
_RATE_SD_BPM: Final = 0.3
_INTERVAL_SD: Final = 0.01
"""Beat-to-beat variability while running, about 1 %."""
_CADENCE_SD_SPM: Final = 1.5
"""In steps per minute; footpods at an even pace scatter by 1.6."""
_FASTEST: Final = 255.0
"""The largest speed in a u16 of 1/256 m/s."""


class Strap:
    """A heart-rate strap that sends the rate and the intervals of the beats since its last packet."""

    def __init__(self, rng: Rng) -> None:
        """Start before the first beat."""
        self._rng = rng
        self._phase = 0.0
        self._since_beat_s = 0.0
        self._intervals: list[Seconds] = []

    def advance(self, rate: float, step_s: float) -> None:
        """Advance one step at a heart rate in bpm."""
        self._phase += rate / 60.0 * step_s
        self._since_beat_s += step_s
        while self._phase >= 1.0:
            self._phase -= 1.0
            late_s = self._phase * 60.0 / rate
            interval = (self._since_beat_s - late_s) * (1.0 + self._rng.normal(_INTERVAL_SD))
            self._intervals.append(Seconds(round(max(0.0, interval) * 1024) / 1024))
            self._since_beat_s = late_s

    def send(self, rate: float) -> bytes:
        """The packet at this moment."""
        intervals, self._intervals = self._intervals[-_MOST_INTERVALS:], []
        bpm = max(0, min(255, round(rate + self._rng.normal(_RATE_SD_BPM))))
        return bytes(
            HeartRateMeasurement(BeatsPerMinute(bpm), Contact.DETECTED, rr_s=tuple(intervals)),
        )


class Footpod:
    """A footpod with its own factor, slow noise, and a count of metres that continues over a lost link."""

    def __init__(self, profile: RunnerProfile, rng: Rng, step_s: float) -> None:
        """Start at rest."""
        self._profile = profile
        self._rng = rng
        self._follows = 1.0 - exp(-step_s / profile.pod_lag_s) if profile.pod_lag_s else 1.0
        self._keeps = exp(-1.0 / profile.pod_noise_s) if profile.pod_noise_s else 0.0
        self._stirs = profile.pod_noise * sqrt(1.0 - self._keeps**2)
        self._error = 0.0
        self._speed = 0.0
        self._metres = 0.0

    def advance(self, speed: float, distance: float) -> None:
        """Advance one step, given the true speed in m/s at its end and its true metres."""
        self._speed += (speed - self._speed) * self._follows
        self._metres += distance * self._profile.pod_factor * (1.0 + self._error)

    def send(self, speed: float) -> bytes:
        """The packet at this moment; `speed` is the true one."""
        self._error = self._keeps * self._error + self._rng.normal(self._stirs)
        cadence: float = natural_cadence(speed)
        if cadence:
            cadence += self._profile.cadence_offset + self._rng.normal(_CADENCE_SD_SPM)
        pod_speed = self._speed * self._profile.pod_factor * (1.0 + self._error)
        if not cadence:
            pod_speed = 0.0
        per_minute = cadence / 2 if self._profile.counts_one_foot else cadence
        return bytes(
            RunningSpeedCadenceMeasurement(
                MetresPerSecond(max(0.0, min(pod_speed, _FASTEST))),
                max(0, min(255, round(per_minute))),
                distance=Metres(self._metres % (DISTANCE_WRAPS_AT - 0.1)),
                is_running=speed > _RUNS_FROM,
            )
        )


# --- the presses: a coach at the line, within a quarter of a second of the moment

_ITEM_S: Final = 5.0
"""Duration of an item of a checklist in a simulated run."""
_PATIENCE_S: Final = 30.0
"""When a step should have begun by movement and has not, the key is pressed after this time."""
_ANSWER_S: Final = 4.0
_UNTIL_MARKED_S: Final = 60.0
"""Duration of a step that only a press ends and that names no time."""


class Presses:
    """The presses that a run needs to go on, and the marks at the line when it is timed by hand."""

    def __init__(self, profile: RunnerProfile, rng: Rng, timeline: Timeline | None) -> None:
        """Start at the line."""
        self._profile = profile
        self._rng = rng
        self._timeline = timeline
        self._due: list[tuple[float, int, Pressed]] = []
        self._order = count()
        self._for: tuple[Phase, Step | None, float] | None = None
        self._marked = 0
        self._marks: list[tuple[float, int, Pressed]] = []
        self._line: float | None = None

    def up_to(self, now: float, behaviour: Behaviour, metres: float, speed: float) -> list[Pressed]:
        """The presses due by `now`, with the runner at `metres` true metres and `speed` m/s."""
        place = (behaviour.phase, behaviour.step, behaviour.step_since)
        if place != self._for:
            self._for = place
            self._marked = 0
            self._due.clear()
            self._line = behaviour.line_ahead
        if not self._due:
            self._plan(now, behaviour)
        self._mark_the_line(now, behaviour, metres, speed)
        presses = []
        for queue in (self._marks, self._due):
            while queue and queue[0][0] <= now:
                presses.append(heappop(queue)[2])
        return presses

    def _plan(self, now: float, behaviour: Behaviour) -> None:
        """Schedule the presses that this phase and step require."""
        step = behaviour.step
        if behaviour.phase is Phase.READY or behaviour.phase is Phase.OVERTIME:
            patience = _PATIENCE_S if self._starts_by_itself(behaviour.next_index) else 0.0
            gets_ready = self._profile.ready_s if behaviour.phase is Phase.READY else self._profile.reaction_s
            self._press(now + gets_ready + patience, Button.GO)
        elif step is None:
            return
        elif step.kind is Kind.CHECKLIST:
            self._press(now + _ITEM_S, Button.MARK)
        elif step.kind is Kind.PROMPT:
            self._press(now + _ANSWER_S, Button.ANSWER, answer=1)
        elif all(isinstance(end, MarkEnd | OpenEnd) for end in step.until.ends) and step.until.cap_s is None:
            self._press(now + (step.else_time_s or _UNTIL_MARKED_S), Button.MARK)

    def _starts_by_itself(self, index: int) -> bool:
        """Return whether the next step starts by movement and not by a key; without a pod no movement is seen."""
        if self._timeline is None or not self._profile.has_pod or index >= len(self._timeline.steps):
            return False
        return isinstance(self._timeline.steps[index].start, MovementStart)

    def _mark_the_line(self, now: float, behaviour: Behaviour, metres: float, speed: float) -> None:
        """Schedule marks at every so many true metres of a step, and at its end, with human errors."""
        every, step = self._profile.marks_every_m, behaviour.step
        if not every:
            return
        if self._line is not None and metres >= self._line:
            self._mark(now, metres - self._line, speed)
            self._line = None
        length = step.until.distance() if step is not None else None
        step_m = metres - behaviour.step_from_m
        while (
            length is not None
            and self._marked < ceil(length / every)
            and (line := min(every * (self._marked + 1), length)) <= step_m
        ):
            self._marked += 1
            self._mark(now, step_m - line, speed)

    def _mark(self, now: float, past_m: float, speed: float) -> None:
        """Schedule a press for a line that lies so many metres behind the runner."""
        at = max(now, now - past_m / max(speed, 0.1) + self._rng.normal(self._profile.press_sd_s))
        heappush(self._marks, (at, next(self._order), Pressed(Seconds(at), Button.MARK)))

    def _press(self, at: float, button: Button, *, answer: int | None = None) -> None:
        press = Pressed(Seconds(at), button, Origin.KEY, answer)
        heappush(self._due, (at, next(self._order), press))


# --- the runner, put together

STEP_S: Final = 0.25
"""The runner moves in steps of a quarter of a second: exact in binary, and shorter than any reaction."""
_QUARTERS: Final = 4
_POD_QUARTER: Final = 2
_STRAP_QUARTER: Final = 0
_POD_AFTER_S: Final = 0.06
_STRAP_AFTER_S: Final = 0.11
"""The two sensors keep their own seconds, so their packets never arrive together."""
_NAMES: Final = {
    Source.POD: "Virtual footpod",
    Source.TREADMILL: "Virtual treadmill",
    Source.STRAP: "Virtual strap",
}


class VirtualRunner:
    """A simulated runner of a workout, at any speed of time.

    What they do depends on the seed, on the cues and their times, and on nothing else: not on how often `advance` is
    called.
    """

    def __init__(
        self,
        profile: RunnerProfile | None = None,
        seed: int = 0,
        *,
        timeline: Timeline | None = None,
        presses: bool = False,
        course: Course | None = None,
    ) -> None:
        """Start at a stand.

        Args:
            profile: The runner's profile; that of a club runner by default.
            seed: The seed of all random numbers.
            timeline: The workout, so that they begin a step that starts by movement on their own.
            presses: Whether the keys that a run needs (go, mark, answers) are pressed.
            course: The hills they run over; None on the level.
        """
        self._course = course
        self.profile = profile or RunnerProfile()
        rng = Rng(seed)
        self._rng = rng
        self._quarter = 0
        self._heart = Heart(self.profile, STEP_S)
        self._locomotion = Locomotion(self.profile, rng, STEP_S)
        self._behaviour = Behaviour(self.profile, rng, timeline)
        self._presses = (
            Presses(self.profile, rng, timeline) if presses or self.profile.marks_every_m else None
        )
        self._most_mps = speed_at_cost(self.profile.vo2max)
        """No slope is run faster than the speed on the level that takes all the oxygen there is."""
        self._foot = Source.TREADMILL if self.profile.on_treadmill else Source.POD
        self._pod = Footpod(self.profile, rng, STEP_S)
        self._strap = Strap(rng)
        self._lap = -1
        self._lap_is_lost = False
        self._waiting: list[Input] = []

    @property
    def speed(self) -> MetresPerSecond:
        """The true speed now, in m/s."""
        return MetresPerSecond(self._locomotion.speed)

    @property
    def metres(self) -> Metres:
        """The true distance run, in metres."""
        return Metres(self._locomotion.metres)

    @property
    def heart_rate(self) -> float:
        """The true heart rate in bpm."""
        return self._heart.rate

    def hear(self, output: Output) -> None:
        """Receive an output of the run; the runner acts on it after their reaction time."""
        self._behaviour.hear(output)

    def advance(self, to: Seconds) -> list[Input]:
        """Advance to a time; returns what sensors and presser sent since the last call, in order of time."""
        while self._quarter * STEP_S <= to:
            self._advance_step()
            self._quarter += 1
        due = sorted((event for event in self._waiting if event.at <= to), key=_at)
        self._waiting = [event for event in self._waiting if event.at > to]
        return due

    def _advance_step(self) -> None:
        """Advance one step: behaviour, locomotion, heart and sensors, in this order."""
        now = self._quarter * STEP_S
        locomotion = self._locomotion
        cost = 1.0 if self._course is None else factor(self._course.slope(locomotion.metres))
        goal = self._behaviour.goal(now, locomotion.metres)
        distance = locomotion.move(goal if cost <= 1.0 else min(goal, max(_RUNS_FROM, self._most_mps / cost)))
        rate = self._heart.beat(locomotion.speed * cost)
        if self.profile.has_pod:
            self._pod.advance(locomotion.speed, distance)
        if self.profile.has_strap:
            self._strap.advance(rate, STEP_S)
        if self._quarter == 0:
            self._connect(now)
        self._send(now)
        if self._presses is not None:
            self._waiting += self._presses.up_to(now, self._behaviour, locomotion.metres, locomotion.speed)

    def _connect(self, now: float) -> None:
        """Send the links: the radio found the sensors before the run began."""
        for source, has in ((Source.STRAP, self.profile.has_strap), (self._foot, self.profile.has_pod)):
            if has:
                name = _NAMES[source]
                self._waiting.append(LinkChanged(Seconds(now), source, LinkState.CONNECTED, name, 90, -60))

    def _send(self, now: float) -> None:
        """Send the packets of this second; those that the radio loses are measured all the same."""
        quarter = self._quarter % _QUARTERS
        if quarter == _STRAP_QUARTER and self.profile.has_strap:
            payload = self._strap.send(self._heart.rate)
            if self._reaches(self.profile.strap_lost_m):
                at = Seconds(now + _STRAP_AFTER_S)
                what = Characteristic.HEART_RATE_MEASUREMENT
                self._waiting.append(Notified(at, Source.STRAP, what, payload, heard_at=at))
        elif quarter == _POD_QUARTER and self.profile.has_pod:
            payload = self._pod.send(self._locomotion.speed)
            if self._reaches(self.profile.pod_lost_m):
                at = Seconds(now + _POD_AFTER_S)
                self._waiting.append(
                    Notified(at, self._foot, Characteristic.RSC_MEASUREMENT, payload, heard_at=at)
                )

    def _reaches(self, lost_m: float) -> bool:
        """Return whether a packet gets through from the runner's place."""
        profile = self.profile
        is_lost_anyway = self._rng.even() < profile.packet_loss
        if profile.on_treadmill or not profile.lap_m:
            return not is_lost_anyway
        lap, place = divmod(profile.starts_at_m + self._locomotion.metres, profile.lap_m)
        if lap != self._lap:
            self._lap = int(lap)
            self._lap_is_lost = self._rng.even() < profile.lap_loss
        half = profile.lap_m / 2
        away = abs((place - profile.lost_at_m + half) % profile.lap_m - half)
        return not is_lost_anyway and not (self._lap_is_lost and away < lost_m / 2)


def _at(event: Input) -> Seconds:
    return event.at


# --- a whole run at once: a live run and a virtual runner in one loop, as fast as possible

_LONGEST_S: Final = Seconds(6 * 3600.0)
_LINGER_S: Final = Seconds(5.0)
"""How long the runner stands after the last step before the run is closed."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """The inputs and outputs of a simulated run."""

    inputs: tuple[Input, ...]
    """Everything the run received: `Opened` first, `Closed` last, in order of time."""
    outputs: tuple[Output, ...]
    """Every output of the run; folding the inputs again gives the same."""
    completed: bool
    """Whether the run reached the end of its workout; False if it was closed for lasting too long."""


def simulate(run: LiveRun, runner: VirtualRunner, *, longest_s: Seconds = _LONGEST_S) -> Simulated:
    """Let `runner` run the workout of `run`, from the first input to the last.

    Args:
        run: A live run that has received nothing yet; it is used up.
        runner: A virtual runner who has not run yet; one with `presses` completes any workout.
        longest_s: A run that has not ended by then is closed.
    """
    inputs: list[Input] = []
    outputs: list[Output] = []
    ends_at: float | None = None
    has_ended = False

    def emit(new_outputs: Sequence[Output]) -> None:
        nonlocal ends_at, has_ended
        outputs.extend(new_outputs)
        for output in new_outputs:
            runner.hear(output)
            if isinstance(output, PhaseChanged):
                ends_at = output.at + _LINGER_S if output.phase is Phase.FINISHED else None
            has_ended = has_ended or isinstance(output, RunEnded)

    def receive(event: Input) -> None:
        inputs.append(event)
        emit(run.receive(event))

    now = Seconds(0.0)
    receive(Opened(now))
    tick = 0
    while not has_ended and now < longest_s and (ends_at is None or now < ends_at):
        now = Seconds(tick * STEP_S)
        for event in runner.advance(now):
            receive(event)
        emit(run.fire(now))
        tick += 1
    completed = has_ended or ends_at is not None
    receive(Closed(now))
    return Simulated(tuple(inputs), tuple(outputs), completed)
