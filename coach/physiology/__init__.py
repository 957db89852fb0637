"""Formulas of exercise physiology, each with its source, its units and its valid range.

The ranges of settings and of people's numbers are checked here, so that no formula gets an impossible value.
"""

from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, Final

Range = tuple[float, float]
"""The lowest and the highest value, both included."""

_BY_ENDING: Final[Mapping[str, Range]] = {
    "_s": (0.0, 86_400.0),
    "_m": (0.0, 100_000.0),
    "_mps": (0.0, 15.0),
    "_bpm": (0.0, 300.0),
    "_spm": (0.0, 400.0),
    "_percent": (0.0, 100.0),
    "_share": (0.0, 1.0),
    "_fraction": (0.0, 1.0),
}
"""The range of a setting by the unit at the end of its name."""
_BEYOND_FLOATS: Final = 10**300
"""A whole number from here on may not fit a float, and is not written out."""
_ANY: Final[Range] = (0.0, 100_000.0)
"""The range of a setting whose name ends in none of them."""


def within(value: float, low: float, high: float, what: str, unit: str = "") -> float:
    """Return a value that lies within `low` to `high`, both included.

    Raises:
        ValueError: it lies outside, or is no number; the message names `what` and the range.
    """
    if not isfinite(value) or not low <= value <= high:
        after = f" {unit}" if unit else ""
        article = "an" if what[0] in "aeiou" else "a"
        raise ValueError(f"{article} {what} of {value:g}{after} lies outside {low:g} to {high:g}{after}")
    return value


def check_ranges(settings: Any, ranges: Mapping[str, Range]) -> None:
    """Check every number of a settings dataclass, also those in its tuples.

    A field that `ranges` does not name has the range of the unit at the end of its name. A tuple that `ranges` names
    must not be empty.

    Raises:
        ValueError: a number lies outside; the message names the setting, its range and the number.
    """
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        low, high = ranges.get(setting.name) or _usual_range(setting.name)
        numbers = value if isinstance(value, tuple) else (value,)
        if not numbers and setting.name in ranges:
            raise ValueError(f"{setting.name} must have a number from {low:g} to {high:g}")
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, int | float):
                continue
            if not low <= number <= high:  # false also for NaN
                shown_value = (
                    f"{number:g}"
                    if isinstance(number, float) or abs(number) < _BEYOND_FLOATS
                    else "a number that large"
                )
                raise ValueError(f"{setting.name} must lie within {low:g} to {high:g}, not {shown_value}")


def _usual_range(name: str) -> Range:
    return next((limits for ending, limits in _BY_ENDING.items() if name.endswith(ending)), _ANY)
