"""Is this a number people have? What lies outside is refused in words, before a formula makes something of it."""

from math import isfinite


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
