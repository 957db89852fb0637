"""The pacing light: a virtual pacer that runs each paced rep at target pace.

The light of the plan never moves: splits and results are told against it. The light that helps a runner on the way may
be set back to them once they are far behind.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.workout.timeline import Quantity, Step

_SPEED: Final = Quantity.SPEED  # an enum's member costs a tenth of a microsecond to look up
_FASTEST_CATCH_UP = 1.02
"""The greatest share of the target that a runner is asked to run at. Judged."""
_SHORTEST_S = 5.0
"""A projection needs at least this much of the step. Judged: a start is over by then."""


@dataclass(frozen=True, slots=True)
class Light:
    """The runner against the pacing light."""

    behind_s: Seconds
    """Seconds behind the pacing light; negative is ahead."""
    behind_m: Metres
    """Metres behind the pacing light; negative is ahead."""
    projected_s: Seconds | None
    """The time the rep would take at its mean speed so far; None without a distance end."""
    needed: MetresPerSecond | None
    """The speed that would still meet the light at the end, at most the target + 2 %; None without a distance end."""
    set_back_s: Seconds = Seconds(0.0)
    """By how many seconds this light was set back to the runner; 0 for the light of the plan."""
    waited_s: Seconds = Seconds(0.0)
    """The time for which it waited for a runner who stood in the step."""
    on_way_s: Seconds = Seconds(0.0)
    """The time for which it has been on its way, as of the newest sample."""


def light_time(step: Step, metres: float, expected_s: float | None) -> Seconds | None:
    """The time when the pacing light is `metres` into the step, in seconds of step time; None for a step without one.

    With a ramp its speed changes evenly: over the metres of a step by distance, over the time of a step by time.
    """
    speed, final = _speeds(step)
    if speed is None:
        return None
    if final is None or final == speed:
        return Seconds(metres / speed)
    length = step.until.distance()
    if length is not None:
        slope = (final - speed) / length
        return Seconds(log((speed + slope * min(metres, length)) / speed) / slope)
    if expected_s is None:
        return Seconds(metres / speed)
    gain = (final - speed) / expected_s
    root = speed * speed + 2 * gain * metres
    return Seconds((sqrt(root) - speed) / gain) if root > 0 else Seconds(expected_s)


def light_metres(step: Step, seconds: float) -> Metres | None:
    """The light's distance into the step after so many seconds on its way; None for a step without one.

    It is what `light_time` is the time of, and goes on at its last speed beyond the end of a ramp.
    """
    speed, final = _speeds(step)
    if speed is None:
        return None
    if final is None or final == speed or seconds <= 0.0:
        return Metres(speed * seconds)
    length, expected_s = step.until.distance(), step.until.time()
    if length is not None:
        slope = (final - speed) / length
        end_s = log(final / speed) / slope
        ramp_m = speed * (exp(slope * min(seconds, end_s)) - 1.0) / slope
    elif expected_s is not None:
        end_s = expected_s
        ramp_s = min(seconds, end_s)
        ramp_m = speed * ramp_s + (final - speed) / end_s * ramp_s * ramp_s / 2
    else:
        return Metres(speed * seconds)
    return Metres(ramp_m + final * max(0.0, seconds - end_s))


def behind_light(
    step: Step, metres: Metres, step_time: Seconds, set_back_s: Seconds = Seconds(0.0)
) -> Seconds | None:
    """The seconds a runner, `metres` into the step at `step_time`, is behind the light; negative is ahead."""
    light_s = light_time(step, metres, step.until.time())
    return None if light_s is None else Seconds(step_time - light_s - set_back_s)


def light_at(
    step: Step, metres: Metres, step_time: Seconds, set_back_s: Seconds = Seconds(0.0)
) -> Light | None:
    """The runner, `metres` into the step at `step_time`, against the light of the plan, or one that was set back."""
    behind_s = behind_light(step, metres, step_time, set_back_s)
    speed, final = _speeds(step)
    if behind_s is None or speed is None:
        return None
    pace = speed if final is None else (speed + final) / 2
    length = step.until.distance()
    projected_s = needed = None
    if length is not None and metres > 0 and step_time >= _SHORTEST_S:
        left_m = length - metres
        projected_s = Seconds(step_time + max(0.0, left_m) * step_time / metres)
        length_s = light_time(step, length, None)
        left_s = (length_s or 0.0) + set_back_s - step_time
        if left_m > 0:
            fastest = pace * _FASTEST_CATCH_UP
            needed = MetresPerSecond(min(left_m / left_s, fastest) if left_s > 0 else fastest)
    return Light(behind_s, Metres(behind_s * pace), projected_s, needed, set_back_s)


def _speeds(step: Step) -> tuple[float | None, float | None]:
    target = step.target
    if target is None or target.quantity is not _SPEED or not target.band.aim:
        return None, None
    return target.band.aim, target.ramp.aim if target.ramp is not None else None
