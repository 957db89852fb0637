"""A moment, in the words of a command line."""

from math import isfinite
from typing import Any

import click

from coach.quantities import Seconds, parse_clock


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
