"""The profile of a simulated runner, and the speed they aim at: they follow the cues a little late, and only partly.

The profile is a table of numbers: fitness, habits, sensors, and where the radio fails. All random numbers come from one
seed.
"""

import json
from dataclasses import dataclass, fields
from heapq import heappop, heappush
from itertools import count
from math import exp
from random import Random  # noqa: TID251 - seeded, and the one place that may
from typing import Any, Final, assert_never

from coach.cues.cue import Cue, CueKind
from coach.live.outputs import Output
from coach.physiology.performance import speed_at_cost
from coach.problems import SettingsProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.events import PhaseChanged, StepEnded, StepStarted, Waiting
from coach.session.phases import Phase
from coach.workout.kinds import HARD, KINDS, PACED_REPS, RESTS
from coach.workout.timeline import Band, Move, MovementStart, Quantity, Step, StepTarget, Timeline

FORMAT: Final = "coach-runner/1"
"""The `format` of a profile file."""
_MOST_RANGES: Final = 1e5
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
    return (
        isinstance(value, int | float)
        and -_MOST_RANGES < value < _MOST_RANGES
        and (may_be_negative or value >= 0)
    )


# --- Seeded random numbers, the same on every machine and with every release of Python


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


# --- Behaviour

_Relevant = Cue | StepStarted | StepEnded | PhaseChanged | Waiting
"""The outputs that a runner reacts to."""
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
_MOST: Final = 0.08
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
            off = min(_MOST, abs(2 * value / (low + high) - 1.0))
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
        return speed_at_cost(3.5 + part * (profile.vo2max - 3.5))
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
