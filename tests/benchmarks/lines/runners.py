"""Scripted runners on a track, who know where their line is, with the sensors they wear.

A runner runs reps from line to line: a start, an even speed with what a script does to it, and after the line a stop, a
walk or a jog. What the sensors make of it has errors of its own: a factor, noise, lag, lost samples.
"""

from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Final, Literal

from coach.live.contract import Closed, Input, Opened
from coach.quantities import Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.signals.readings import Reported, Source

TICK_S: Final = 0.1
"""How finely the runner is moved."""

Rest = Literal["stand", "walk", "jog"]


@dataclass(frozen=True, slots=True)
class Slow:
    """A stretch in which the runner is slow: a stumble, a dodge, a bend, a walk."""

    before_m: float
    """How far before the line it begins, in metres."""
    share: float
    """Their speed in it, as a share of the rep's."""
    seconds: float
    """How long it lasts; infinite for the rest of the rep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a runner does and what their sensors make of it."""

    lengths: tuple[float, ...] = (400.0, 400.0, 400.0)
    """The reps, in metres."""
    speed: float = 4.0
    """Their speed in m/s."""
    rest: Rest = "stand"
    rest_s: float = 90.0
    rest_speed: float = 0.0
    """Their speed in the rest, in m/s."""
    overrun_m: tuple[float, float] = (0.0, 8.0)
    """How far they run on at full speed, from and to; drawn for each rep."""
    early_m: float = 0.0
    """How far before the planned line theirs is, by habit."""
    ease_s: tuple[float, float] = (0.5, 1.5)
    """The time constant in which their speed falls and rises, from and to."""
    start_sd_s: float = 1.0
    send_off_s: float | None = None
    """The time from start to start; else they start so long after their line."""
    """How far they start off the planned end of the rest."""
    slow: Slow | None = None
    gives_up_at: tuple[int, float] | None = None
    """The rep (from 0) and the metre at which they stop for good."""
    source: Source = Source.POD
    period_s: float = 1.0
    factor: float = 1.0
    """Metres the sensor measures per metre run."""
    noise: float = 0.015
    """The standard deviation of a measured speed, as a share of it."""
    lag_s: tuple[float, float] = (0.0, 1.2)
    """The time constant with which the sensor's speed follows, from and to."""
    has_distance: bool = True
    has_speed: bool = True
    cadence: Literal["measured", "none", "only_at_first"] = "measured"
    lost: tuple[float, float] | None = None
    """Seconds before and after each line in which no sample arrives."""
    lead_s: float = 0.0
    """How long they jog before the first rep."""
    tail_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Evening:
    """What was received, and when the runner was at their lines."""

    inputs: tuple[Input, ...]
    starts: tuple[float, ...]
    lines: tuple[float, ...]
    """When each rep was over; shorter than the reps where the runner gave up."""


@dataclass(slots=True)
class _Runner:
    script: Script
    random: Random
    at: float = 0.0
    metres: float = 0.0
    speed: float = 0.0
    track: list[tuple[float, float, float, str]] = field(default_factory=list)
    """Time, metres, speed and gait at each tick."""

    def move(self, aim: float, ease_s: float, gait: str) -> None:
        """Move one tick towards a speed."""
        self.track.append((self.at, self.metres, self.speed, gait))
        self.speed += (aim - self.speed) * (1 - exp(-TICK_S / max(ease_s, 0.05)))
        self.metres += self.speed * TICK_S
        self.at += TICK_S


def evening(script: Script, seed: int) -> Evening:
    """Run a script; the same seed is the same evening."""
    random = Random(seed)
    runner, starts, lines = _Runner(script, random), [], []
    ease_s = random.uniform(*script.ease_s)
    _rest(runner, script.lead_s, script.speed * 0.65, ease_s, "jog")
    for place, length in enumerate(script.lengths):
        starts.append(runner.at)
        gave_up = _rep(runner, place, length, ease_s)
        if gave_up:
            _rest(runner, script.rest_s + script.tail_s, 0.0, ease_s, "stand")
            break
        lines.append(runner.at)
        _overrun(runner, ease_s)
        is_last = place == len(script.lengths) - 1
        rest_s = script.tail_s if is_last else script.rest_s + random.gauss(0.0, script.start_sd_s)
        goes_at = lines[-1] + rest_s
        if script.send_off_s is not None and not is_last:
            goes_at = (place + 1) * script.send_off_s + abs(random.gauss(0.0, 0.5))
        _rest(runner, goes_at - runner.at, script.rest_speed, ease_s, script.rest)
    inputs = _received(script, runner, random, lines)
    return Evening(tuple(inputs), tuple(starts), tuple(lines))


def _rep(runner: _Runner, place: int, length: float, ease_s: float) -> bool:
    """Run a rep to the runner's own line; tell whether they gave up before it."""
    script, began_m, slow = runner.script, runner.metres, runner.script.slow
    end_m = length - script.early_m
    wander, slow_from = 0.0, None
    while runner.metres - began_m < end_m:
        gives_up = script.gives_up_at
        if gives_up is not None and gives_up[0] == place and runner.metres - began_m >= gives_up[1]:
            return True
        wander = 0.98 * wander + runner.random.gauss(0.0, 0.004)
        aim = script.speed * (1 + wander)
        if slow is not None and runner.metres - began_m >= length - slow.before_m:
            slow_from = runner.at if slow_from is None else slow_from
            if runner.at - slow_from < slow.seconds:
                aim *= slow.share
        gait = "run" if aim > 0.3 * script.speed else "stand"
        runner.move(aim, 0.4 if slow_from is not None else 0.8, gait)
    return False


def _overrun(runner: _Runner, ease_s: float) -> None:
    """Run on past the line at full speed."""
    script, began_m, speed = runner.script, runner.metres, runner.speed
    metres = runner.random.uniform(*script.overrun_m)
    while runner.metres - began_m < metres:
        runner.move(speed, ease_s, "run")


def _rest(runner: _Runner, seconds: float, aim: float, ease_s: float, gait: str) -> None:
    until = runner.at + seconds
    while runner.at < until:
        runner.move(aim, ease_s, gait if runner.speed < 0.6 * runner.script.speed or gait == "jog" else "run")


_CADENCE: Final = {"run": 178.0, "jog": 162.0, "walk": 112.0, "stand": 0.0}


def _received(script: Script, runner: _Runner, random: Random, lines: list[float]) -> list[Input]:
    """What the sensors tell of the run."""
    inputs: list[Input] = [Opened(Seconds(0.0))]
    lag_s = random.uniform(*script.lag_s)
    lags_distance = random.random() < 0.5
    every = round(script.period_s / TICK_S)
    lagged_speed = lagged_m = last_m = total = wander = 0.0
    keep = exp(-TICK_S / lag_s) if lag_s > 0.05 else 0.0
    for tick, (at, metres, speed, gait) in enumerate(runner.track):
        lagged_speed = keep * lagged_speed + (1 - keep) * speed
        lagged_m += lagged_speed * TICK_S
        if tick % every:
            continue
        wander = 0.8 * wander + random.gauss(0.0, 0.6 * script.noise)
        measured_m = lagged_m if lags_distance else metres
        total += (measured_m - last_m) * script.factor * (1 + wander)
        last_m = measured_m
        if script.lost is not None and any(
            line - script.lost[0] <= at <= line + script.lost[1] for line in lines
        ):
            continue
        shown = max(0.0, lagged_speed * script.factor * (1 + wander))
        has_cadence = script.cadence == "measured" or (script.cadence == "only_at_first" and at < 60.0)
        inputs.append(
            Reported(
                Seconds(round(at, 3)),
                script.source,
                Seconds(script.period_s),
                MetresPerSecond(round(shown, 3)) if script.has_speed else None,
                Metres(round(total, 2)) if script.has_distance else None,
                StepsPerMinute(_CADENCE[gait]) if has_cadence else None,
            )
        )
    inputs.append(Closed(Seconds(round(runner.at, 3))))
    return inputs
