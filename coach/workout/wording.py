"""Writes numbers as the labels of targets do; imports no document model, so that a run starts quickly."""

from coach.quantities import format_pace


def pace_label(low: float, high: float, unit: str) -> str:
    """Write a speed or a range as a pace, faster first: `3:55-4:05/km`."""
    fast, slow = format_pace(high, unit=unit, with_unit=False), format_pace(low, unit=unit)
    return slow if slow.startswith(f"{fast}/") else f"{fast}-{slow}"


def range_words(low: float | None, high: float | None) -> str:
    """Write a range of numbers: `140-150`, `150`, `under 150`, `over 140`."""
    if low is None:
        return f"under {high:g}"
    if high is None:
        return f"over {low:g}"
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"
