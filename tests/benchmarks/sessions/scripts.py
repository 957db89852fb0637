"""The scripted runners: what workout each runs, and where they leave its pace.

A script says at each moment how far off the target its runner is. It is the truth: what a sensor makes of it, and
what the coach says of that, is found by running it (`played`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from coach.workout.timeline import CoachBy

STANDS: Final = -1.0
"""The share off the target of somebody who stands still."""
_LUCKS: Final = ((250, 1000, 5), (225, 800, 6), (240, 1200, 4), (270, 1000, 4), (210, 800, 5))
"""Pace in seconds per kilometre, metres of a rep, and how many there are; the first is the one of the samples."""
_HELD_OUT_FROM: Final = 1000
"""Seeds from here on belong to the held-out set, on which no rule may be tuned."""


@dataclass(frozen=True)
class Luck:
    """What a seed decides besides the noise."""

    pace_s: int
    """Seconds per kilometre."""
    metres: int
    """Length of a rep."""
    count: int
    """Number of reps."""
    amount: float
    """How large the runner's error is, of what the script says."""
    shift: float
    """Where in a rep it comes, in shares of the rep around the place the script says."""


@dataclass(frozen=True)
class Place:
    """Where a runner is in their own step."""

    rep: int
    """Number of the paced step, from 0."""
    since_s: float
    """Seconds in this step."""
    metres: float
    """True metres in this step."""
    share: float
    """The share of the step that is done."""
    lap_m: float
    """True metres since the line of the lap."""
    luck: Luck


Off = Callable[[Place], float]


@dataclass(frozen=True)
class Script:
    """A runner and their workout."""

    name: str
    off: Off
    """How far off the target the runner is, as a share of it; plus is fast."""
    workout: Callable[[Luck, CoachBy], Mapping[str, Any]]
    effort: Off | None = None
    """What the heart feels, as a share over the target; what the runner runs if nobody says."""
    line_m: float = 0.0
    """Where the runner ends a rep, from its line; minus is before it."""
    factor: float = 1.0
    """Metres the pod counts for a true one; another than 1 is not known beforehand."""
    lost_m: float = 0.0
    """Metres of each lap on which the radio is lost."""
    start_m: float = 0.0
    """Where on the lap each rep starts, from the line; minus is before it."""
    marks: bool = False
    """Does somebody press at the line in each lap?"""
    drift_bpm: float = 0.5
    """Beats the heart rises in 10 min by itself."""
    is_tired: bool = False
    """Would a word that asks for more speed be wrong from the third rep on?"""
    is_spared: bool = False
    """Would any such word be wrong: in the wind, on a hill, at the cap of the heart?"""


def luck_of(seed: int) -> Luck:
    """What a seed decides: seed 0 runs 5 x 1000 m at 4:10/km, exactly as the script says."""
    if seed == 0:
        return Luck(*_LUCKS[0], 1.0, 0.0)
    rng = Random(f"luck {seed}")
    return Luck(*_LUCKS[seed % len(_LUCKS)], rng.uniform(0.8, 1.25), rng.uniform(-0.12, 0.12))


def seeds(count: int, *, held_out: bool) -> range:
    """The seeds of the tuning set, or of the held-out set."""
    first = _HELD_OUT_FROM if held_out else 0
    return range(first, first + count)


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _document(name: str, surface: str, *steps: Mapping[str, Any]) -> Mapping[str, Any]:
    warm_up = {"kind": "warm_up", "until": {"time": "5:00"}}
    cool_down = {"kind": "cool_down", "until": {"time": "1:00"}}
    sections = [{"name": "Main", "steps": [warm_up, *steps, cool_down]}]
    return {"format": "coach-workout/1", "name": name, "context": {"surface": surface}, "sections": sections}


def _reps(luck: Luck, steer: CoachBy) -> Mapping[str, Any]:
    rep = {
        "kind": "work",
        "until": {"distance": f"{luck.metres} m"},
        "target": {"pace": f"{_clock(luck.pace_s)}/km"},
        "steer": steer.value,
    }
    rest = {"kind": "recovery", "move": "jog", "until": {"time": "1:30"}}
    repeat = {"repeat": luck.count, "skip_last_recovery": True, "steps": [rep, rest]}
    return _document(f"{luck.count} x {luck.metres} m", "track", repeat)


def _tempo(luck: Luck, steer: CoachBy) -> Mapping[str, Any]:
    return _long(luck, steer, "road")


def _long(luck: Luck, steer: CoachBy, surface: str, **more: Any) -> Mapping[str, Any]:
    work = {
        "kind": "work",
        "until": {"time": "20:00"},
        "target": {"pace": f"{_clock(luck.pace_s + 30)}/km"},
        "steer": steer.value,
        **more,
    }
    return _document("20 min", surface, work)


def _capped(luck: Luck, steer: CoachBy) -> Mapping[str, Any]:
    return _long(luck, steer, "road", caps=[{"heart_rate": {"max": "162 bpm"}}])


def _miles(luck: Luck, steer: CoachBy) -> Mapping[str, Any]:
    rep = {
        "kind": "work",
        "until": {"distance": "1 mile"},
        "target": {"pace": f"{_clock(luck.pace_s + 10)}/km"},
        "steer": steer.value,
    }
    rest = {"kind": "recovery", "move": "walk", "until": {"time": "2:00"}}
    return _document("3 x 1 mile", "track", {"repeat": 3, "skip_last_recovery": True, "steps": [rep, rest]})


def _thirty_twenty_ten(luck: Luck, steer: CoachBy) -> Mapping[str, Any]:
    def part(kind: str, seconds: int, pace_s: int) -> Mapping[str, Any]:
        pace = {"pace": f"{_clock(pace_s)}/km"}
        return {"kind": kind, "until": {"time": f"0:{seconds}"}, "target": pace, "steer": steer.value}

    slow, steady, quick = luck.pace_s + 100, luck.pace_s + 20, luck.pace_s - 30
    block = [part("work", 30, slow), part("work", 20, steady), part("work", 10, quick)]
    rest = {"kind": "recovery", "move": "jog", "until": {"time": "2:00"}}
    sets = {"repeat": 3, "skip_last_recovery": True, "steps": [{"repeat": 5, "steps": block}, rest]}
    return _document("30-20-10", "road", sets)


def _even(_: Place) -> float:
    return 0.0


def _always(share: float) -> Off:
    return lambda place: share * place.luck.amount


def _surges(place: Place) -> float:
    """Faster on both straights, slower on both bends."""
    is_straight = place.lap_m % 200.0 >= 100.0
    return place.luck.amount * (0.035 if is_straight else -0.035)


def _wind(place: Place) -> float:
    """A wind along the straights: against the runner on the back straight."""
    at = place.lap_m % 400.0
    if 100.0 <= at < 200.0:
        return -0.07 * place.luck.amount
    return 0.04 * place.luck.amount if at >= 300.0 else 0.0


def _hill(place: Place) -> float:
    """Two hills of two minutes, at an even effort, each with its way down."""
    within = (place.since_s - 240.0 - 120.0 * place.luck.shift) % 480.0
    if place.since_s < 200.0:
        return 0.0
    if within < 120.0:
        return -0.13 * place.luck.amount
    return 0.05 * place.luck.amount if within < 180.0 else 0.0


def _uphill(place: Place) -> float:
    return 0.02 if _hill(place) < 0.0 else 0.0


def _fast_start(place: Place) -> float:
    return 0.11 * place.luck.amount * max(0.0, 1.0 - max(0.0, place.since_s - 30.0) / 40.0)


def _fast_then_fade(place: Place) -> float:
    turns = 0.4 + place.luck.shift
    over = min(1.0, max(0.0, (place.share - turns) / 0.1))
    return place.luck.amount * (0.08 - 0.17 * over)


def _fade(place: Place) -> float:
    begins = 0.45 + place.luck.shift
    return -0.12 * place.luck.amount * min(1.0, max(0.0, (place.share - begins) / 0.25))


def _slow_then_fast(place: Place) -> float:
    turns = 0.5 + place.luck.shift
    return place.luck.amount * (-0.04 if place.share < turns else 0.09)


def _light(place: Place) -> float:
    """Half a minute at a traffic light, in the second and the fourth rep."""
    if place.rep not in {1, 3}:
        return 0.0
    return _standing(place, 30.0)


def _standing(place: Place, seconds: float) -> float:
    """Stand for so long once half of the rep is run."""
    half = 0.5 + place.luck.shift
    at = half * place.luck.metres * place.luck.pace_s / 1000.0
    return STANDS if at <= place.since_s < at + seconds else 0.0


def _dodge(place: Place) -> float:
    """Four seconds of stepping aside, in the middle and just before the line."""
    length = place.luck.metres
    middle = (0.5 + place.luck.shift) * length
    is_there = middle <= place.metres < middle + 10.0 or length - 20.0 <= place.metres < length - 10.0
    return -0.45 if is_there else 0.0


def _walk(place: Place) -> float:
    half = (0.55 + place.luck.shift) * place.luck.metres * place.luck.pace_s / 1000.0
    return -0.65 if half <= place.since_s < half + 20.0 else 0.0


def _heat(place: Place) -> float:
    """Slower as the heart nears its cap."""
    return -0.06 * place.luck.amount * min(1.0, max(0.0, (place.share - 0.4) / 0.3))


SCRIPTS: Final = {
    script.name: script
    for script in (
        Script("even", _even, _reps),
        Script("even_tempo", _even, _tempo),
        Script("surges", _surges, _reps, effort=_even),
        Script("wind", _wind, _reps, effort=_even, is_spared=True),
        Script("hill", _hill, _tempo, effort=_uphill, is_spared=True),
        Script("tired", _always(-0.05), _reps, effort=_even, is_tired=True),
        Script("fast_start", _fast_start, _reps),
        Script("fast_then_fade", _fast_then_fade, _reps),
        Script("fade", _fade, _reps),
        Script("slow_5", _always(-0.05), _reps),
        Script("slow_9", _always(-0.09), _reps),
        Script("fast_4", _always(0.04), _reps),
        Script("fast_9", _always(0.09), _reps),
        Script("slow_then_fast", _slow_then_fast, _tempo),
        Script("light", _light, _reps),
        Script("dodge", _dodge, _reps),
        Script("walk", _walk, _reps),
        Script("early", _even, _reps, line_m=-10.0),
        Script("through", _even, _reps, line_m=15.0),
        Script("lost", _even, _reps, lost_m=50.0),
        Script("pod_long", _even, _reps, factor=1.02),
        Script("pod_short", _even, _reps, factor=0.985),
        Script("heat", _heat, _capped, effort=_even, drift_bpm=9.0, is_spared=True),
        Script("30_20_10", _even, _thirty_twenty_ten),
        Script("mile", _even, _miles, start_m=-9.0, marks=True),
    )
}
"""Every scripted runner, by name."""
