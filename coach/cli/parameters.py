"""The parameters of the command line that several commands share: a moment, a speed, a workout."""

from collections.abc import Callable
from math import inf, isfinite
from typing import Any, Final

import click

from coach.quantities import Seconds, parse_clock

FASTEST: Final = 1000.0
"""Beyond it nobody can tell it from `max`."""


def workout_argument(
    metavar: str = "WORKOUT", *, required: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Take a workout: a file, a name, or a line whose words need no quotes."""

    def joined(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> str | None:
        return " ".join(value) or None

    return click.argument("workout", nargs=-1, required=required, metavar=metavar, callback=joined)


def athlete_option(about: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Take the athlete whose paces they are; `about` is the help."""
    return click.option("--athlete", metavar="FILE|SLUG", help=about)


def race_option() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Take a race whose paces are used in place of the athlete's."""
    about = "Use the paces of this race, such as 5k=22:30 or half=1:35, instead of the athlete's."
    return click.option("--race", metavar="DISTANCE=TIME", help=about)


class ClockType(click.ParamType[Seconds]):
    """A time from 0 on: `12:34`, `1:02:03`, or seconds such as `754.2`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Seconds:
        """Read a clock time or seconds."""
        text = str(value).strip()
        try:
            seconds = parse_clock(text) if ":" in text else Seconds(float(text))
        except ValueError:
            seconds = Seconds(-1.0)
        if not isfinite(seconds) or seconds < 0:
            self.fail(f"{value!r} is no time: write it as 12:34, 1:02:03 or in seconds.", param, ctx)
        return seconds


class SpeedType(click.ParamType[float]):
    """A factor of real time above 0, or `max`, which is read as infinite."""

    name = "x"

    def __init__(self, *, has_max: bool) -> None:
        """Take `max` too, or not."""
        self._has_max = has_max

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `2`, `0.5`, `60x` or `max`."""
        text = str(value).strip().lower()
        if text == "max" and self._has_max:
            return inf
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            speed = 0.0
        if not 0.01 <= speed <= FASTEST:
            also = ', or "max"' if self._has_max else ""
            self.fail(f"{value!r} is no speed: give a number from 0.01 to {FASTEST:.0f}{also}.", param, ctx)
        return speed
