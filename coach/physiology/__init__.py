"""Formulas of exercise physiology, each with its source, its units and its valid range.

The ranges of settings and of people's numbers are checked here, so that no formula is given what nobody can have.
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
"""The range of a setting by the unit its name ends with: a day, an ultramarathon, a sprint, a heart, the whole."""
_BEYOND_FLOATS: Final = 10**300
"""A whole number from here on may be more than a float holds, and is not written out."""
_ANY: Final[Range] = (0.0, 100_000.0)
"""The range of a setting whose name ends otherwise."""


def within(value: float, low: float, high: float, what: str, unit: str = "") -> float:
    """Give a value back that lies within `low` to `high`, both included.

    Raises:
        ValueError: it lies outside, or is no number; the message names `what` and the range.
    """
    if not isfinite(value) or not low <= value <= high:
        after = f" {unit}" if unit else ""
        article = "an" if what[0] in "aeiou" else "a"
        raise ValueError(f"{article} {what} of {value:g}{after} lies outside {low:g} to {high:g}{after}")
    return value


def check_ranges(settings: Any, ranges: Mapping[str, Range]) -> None:
    """Check every number of a settings dataclass, and every number in a tuple of it.

    A field that `ranges` does not name has the range of the unit its name ends with. A tuple that it names has at least
    one number.

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
            if not low <= number <= high:  # never true of what is no number
                said = (
                    f"{number:g}"
                    if isinstance(number, float) or abs(number) < _BEYOND_FLOATS
                    else "more than anybody counts"
                )
                raise ValueError(f"{setting.name} must lie within {low:g} to {high:g}, not {said}")


def _usual_range(name: str) -> Range:
    return next((limits for ending, limits in _BY_ENDING.items() if name.endswith(ending)), _ANY)
