"""How a sensor is written on the Sensors screen: a row of the list, and all that is known of it."""

from typing import Final

from rich.cells import cell_len, set_cell_size

from coach.screen.ports import SensorLine
from coach.screen.safe import fit, safe

BARS: Final = "▁▂▃▄▅▆▇█"
WEAK_DBM: Final = -100
"""The lowest bar: about where a link breaks."""
STRONG_DBM: Final = -40
"""The highest bar: a strap in the hand beside the laptop."""
_WIDE: Final = 100
"""From this width on a row has room for 16 signals, below for 8: the last seconds at one a second."""


def sparkline(signals: tuple[int, ...], width: int) -> str:
    """Draw the last `width` signals, the newest at the right, each as a bar between weak and strong."""
    step = (STRONG_DBM - WEAK_DBM) / len(BARS)
    bars = (BARS[min(len(BARS) - 1, max(0, int((dbm - WEAK_DBM) / step)))] for dbm in signals[-width:])
    return "".join(bars).rjust(width)


def title(line: SensorLine) -> str:
    """What a sensor is called: its label, else its own name."""
    return safe(line.label, 40) or safe(line.name, 60) or "(no name)"


def row(line: SensorLine, width: int) -> str:
    """One sensor in one row of `width` cells: what it measures gives way first, then the name."""
    signal = f"{line.signals[-1]:>4} dBm" if line.signals else "held" if line.is_held else ""
    battery = "" if line.battery_percent is None else f"{line.battery_percent:>3} %"
    whose = "yours" if line.is_remembered else ""
    many = 16 if width >= _WIDE else 8
    right = f"{sparkline(line.signals, many)} {signal:>8}  {battery:>5}  {whose:<5}"
    if line.is_remembered and not line.is_near:
        right = f"{'not near':>{many + 9}}  {battery:>5}  {whose:<5}"
    room = max(8, width - cell_len(right) - 1)
    name = title(line)
    words = ", ".join(line.measures)
    if room >= 40:
        half = min(30, room // 2)
        return f"{_cell(name, half)} {_cell(words, room - half - 1)} {right}"
    return f"{_cell(name, room)} {right}"


def about(line: SensorLine) -> str:
    """All that is known of a sensor, a row each: who it is, what it does, where it is worn."""
    name = safe(line.name, 120) or "(no name)"
    worn = ", ".join(
        part for part in (safe(line.location, 40), f"shoe {safe(line.shoe, 40)}" if line.shoe else "") if part
    )
    rows = (
        f"{name}   {safe(line.id, 60)}",
        f"measures {', '.join(line.measures) or 'what it does not say'}",
        f"yours as {safe(line.kind, 20)}" + (f", worn: {worn}" if worn else "") if line.is_remembered else "",
        _range(line),
    )
    return "\n".join(each for each in rows if each)


def _range(line: SensorLine) -> str:
    """The span its signal moved in."""
    if not line.signals:
        return "held by the system: it does not advertise" if line.is_held else ""
    return f"signal {min(line.signals)} to {max(line.signals)} dBm, {len(line.signals)} heard"


def _cell(text: str, width: int) -> str:
    return set_cell_size(fit(text, width), width)
