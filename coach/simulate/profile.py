"""The profile of a virtual runner: their fitness, their habits, their sensors, and where the radio fails."""

import json
from dataclasses import dataclass, fields
from typing import Any, Final

from coach.problems import SettingsProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds

FORMAT: Final = "coach-runner/1"
"""What a profile file says of itself under `format`."""
_MOST: Final = 1e5
"""No field means anything beyond it."""
_LOWEST_VO2MAX: Final = 10.0
"""ml/kg/min; below it nobody walks."""


@dataclass(frozen=True, slots=True)
class RunnerProfile:
    """A club runner with a footpod and a strap; every number may be another."""

    threshold_speed: MetresPerSecond = MetresPerSecond(4.2)
    """The speed held for an hour, in m/s; what a step without numbers is run at follows from it."""
    vo2max: float = 55.0
    """Maximal oxygen uptake in ml/kg/min."""
    heart_rate_rest: BeatsPerMinute = BeatsPerMinute(50.0)
    heart_rate_max: BeatsPerMinute = BeatsPerMinute(190.0)
    heart_rate_start: BeatsPerMinute = BeatsPerMinute(70.0)
    heart_delay_s: Seconds = Seconds(10.0)
    """The heart hears of a change of pace so much later (8 to 16 s measured)."""
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
    """How evenly the runner holds it: relative sd within a step."""
    wobble_s: Seconds = Seconds(12.0)
    """Time constant of that unevenness."""
    eagerness: float = 0.03
    """How much too fast the first rep begins, relative."""
    eagerness_s: Seconds = Seconds(40.0)
    """How long that lasts (time constant)."""
    fatigue_per_km: float = 0.002
    """Speed lost for each kilometre of work run, relative."""
    cue_delay_s: Seconds = Seconds(2.0)
    """Time from a spoken cue to the runner acting on it."""
    obedience: float = 0.7
    """The share of what a cue asks that is done, 0 to 1."""

    has_pod: bool = True
    has_strap: bool = True
    pod_factor: float = 1.0
    """Metres the pod says for a true metre."""
    pod_noise: float = 0.02
    """Relative sd of its speed at an even pace (outdoors 0.019 to 0.030, on a treadmill 0.010)."""
    pod_noise_s: Seconds = Seconds(4.5)
    """Time constant of that noise: it is slow, so averaging a few seconds does not help."""
    pod_lag_s: Seconds = Seconds(1.5)
    """The pod smooths its speed by this time constant."""
    on_treadmill: bool = False
    """Whether the runner is on a belt, which sends in the pod's place and from near by."""
    counts_one_foot: bool = True
    """Whether the pod sends the cadence of one foot."""
    cadence_offset: float = 0.0
    """Steps per minute above what runners take at that speed."""

    lap_m: Metres = Metres(400.0)
    starts_at_m: Metres = Metres(0.0)
    """Where on the lap the runner stands at first, in metres from the finish line."""
    lost_at_m: Metres = Metres(240.0)
    """Where the radio is weakest, in metres from the finish line."""
    pod_lost_m: Metres = Metres(40.0)
    """How long a stretch around there the pod is not heard on; 0 for never."""
    strap_lost_m: Metres = Metres(80.0)
    """The same for the strap, which the body shades."""
    lap_loss: float = 1.0
    """In which share of the laps that happens."""
    packet_loss: float = 0.005
    """Share of packets lost anywhere."""

    marks_every_m: Metres = Metres(0.0)
    """Somebody presses `mark` at every so many true metres of a step, and at its end; 0 for nobody."""
    press_sd_s: Seconds = Seconds(0.25)
    """How well the presser hits the moment."""
    ready_s: Seconds = Seconds(8.0)
    """How long it takes to get ready where a start waits for a press or for movement."""


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
        raise SettingsProblem(f'{name} is no runner profile: its "format" is not "{FORMAT}"', hint)
    known = {each.name: each.default for each in fields(RunnerProfile)}
    for key, value in document.items():
        if key not in known:
            raise SettingsProblem(f'{name}: there is no "{key}" in a runner profile', hint)
        if not _fits(value, is_flag=isinstance(known[key], bool), may_be_negative=key == "cadence_offset"):
            raise SettingsProblem(f'{name}: "{key}" cannot be {value!r}', hint)
    profile = RunnerProfile(**document)
    if profile.vo2max < _LOWEST_VO2MAX or profile.heart_rate_max <= profile.heart_rate_rest:
        raise SettingsProblem(f"{name}: nobody lives with that vo2max, or that heart rate at rest", hint)
    return profile


def _fits(value: object, *, is_flag: bool, may_be_negative: bool) -> bool:
    """Say whether it is a flag where one belongs, else a finite number, not negative unless that has a meaning."""
    if is_flag or isinstance(value, bool):
        return is_flag and isinstance(value, bool)
    return isinstance(value, int | float) and -_MOST < value < _MOST and (may_be_negative or value >= 0)
