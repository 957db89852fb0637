"""How high a row of the terminal is in millimetres, measured on the real panel.

The terminal tells the pixels of a cell: by the window size of its line (`TIOCGWINSZ`), or by its answer to `CSI 16 t`
or `CSI 14 t`. The panel tells its millimetres and pixels in its EDID, which Linux keeps under `/sys/class/drm`. A
display that is scaled shows more millimetres for a pixel than this says.
"""

import os
import re
import select
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_DRM: Final = Path("/sys/class/drm")
_HEADER: Final = bytes([0, 255, 255, 255, 255, 255, 255, 0])
_BUILT_IN: Final = ("eDP", "LVDS", "DSI")
"""The connectors of a laptop's own panel."""
_PLAUSIBLE_MM: Final = (50.0, 1500.0)
"""Heights of a panel from a telephone's to a wall's; an EDID may hold anything."""
ASSUMED_MM: Final = 188.0
"""Height of a 14-inch 16:10 panel, where nothing is known."""
USED: Final = 0.93
"""Share of the height that the rows of a full-screen terminal take. Measured on one desktop (reference, UX)."""
_LONGEST: Final = 1024
"""Bytes of an answer; what is longer is no answer."""
_ANSWER_S: Final = 0.5
"""How long a terminal may take to answer; one on this machine takes a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A screen of this machine, in its preferred mode."""

    height_px: int
    height_mm: float
    is_built_in: bool


@dataclass(frozen=True, slots=True)
class RowHeight:
    """How high a row is, and how that is known."""

    mm: float
    how: str
    """How that is known, in words."""
    full_mm: float
    """Height of all rows of a terminal that fills the screen."""


def row_height(lines: int, *, cell_px: float | None = None, panel: Panel | None = None) -> RowHeight:
    """Tell the height of a row on a terminal of so many lines, from what is known of cells and panel."""
    full_mm = USED * (ASSUMED_MM if panel is None else panel.height_mm)
    if panel is not None and cell_px and cell_px * lines <= panel.height_px * 1.02:
        return RowHeight(cell_px * panel.height_mm / panel.height_px, "measured on this panel", full_mm)
    filled = "a 14-inch laptop" if panel is None else "this panel"
    return RowHeight(full_mm / max(1, lines), f"where the window fills {filled}", full_mm)


def panel_here(folder: Path = _DRM) -> Panel | None:
    """Find the panel the terminal is most likely on: the laptop's own, or the only one; None if that is not known."""
    panels = []
    for connector in sorted(folder.glob("card*-*")):
        try:
            if (connector / "status").read_text(encoding="ascii").strip() != "connected":
                continue
            data = (connector / "edid").read_bytes()
        except (OSError, ValueError):
            continue
        panel = panel_of(data, is_built_in=any(kind in connector.name for kind in _BUILT_IN))
        if panel is not None:
            panels.append(panel)
    built_in = [panel for panel in panels if panel.is_built_in]
    chosen = built_in or panels
    return chosen[0] if len(chosen) == 1 or built_in else None


def panel_of(edid: bytes, *, is_built_in: bool = False) -> Panel | None:
    """Read the first detailed timing of an EDID (VESA E-EDID 3.10.2); None where it says nothing believable."""
    if len(edid) < 128 or edid[:8] != _HEADER or sum(edid[:128]) % 256:
        return None
    timing = edid[54:72]
    if not (timing[0] or timing[1]):  # a descriptor of something else
        return None
    height_px = timing[5] | (timing[7] >> 4) << 8
    height_mm = float(timing[13] | (timing[14] & 0x0F) << 8) or 10.0 * edid[22]
    low, high = _PLAUSIBLE_MM
    return Panel(height_px, height_mm, is_built_in) if height_px and low <= height_mm <= high else None


def cell_height_px(lines: int, *, may_ask: bool = True) -> float | None:
    """Ask for the pixels of a row of the terminal on stdout; None where nobody tells.

    The terminal itself is asked only where `may_ask` and where it answers to us: stdin is a terminal as well.
    """
    known = _window_pixels(lines)
    if known is not None:
        return known
    if not (may_ask and sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        return pixels_in(_answer(), lines)
    except (ImportError, OSError, ValueError):
        return None


def _window_pixels(lines: int) -> float | None:
    try:
        import fcntl  # not on Windows
        import struct
        import termios

        size = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)  # type: ignore[union-attr]
        rows, _, _, height_px = struct.unpack("HHHH", size)
    except (ImportError, OSError, ValueError, AttributeError):
        return None
    return height_px / (rows or lines) if height_px else None


def pixels_in(answer: str, lines: int) -> float | None:
    """Read the height of a cell in the answers to `CSI 16 t` and `CSI 14 t`."""
    cell = re.search(r"\x1b\[6;(\d+);\d+t", answer)
    if cell and int(cell[1]):
        return float(cell[1])
    window = re.search(r"\x1b\[4;(\d+);\d+t", answer)
    return int(window[1]) / lines if window and int(window[1]) and lines else None


def _answer() -> str:
    """Ask for cell and window, and last for the attributes, which every terminal tells and which ends the wait."""
    import termios
    import tty

    line = sys.stdin.fileno()
    before = termios.tcgetattr(line)
    try:
        tty.setcbreak(line)
        os.write(sys.stdout.fileno(), b"\x1b[16t\x1b[14t\x1b[c")
        return read_until(lambda: os.read(line, 1024), lambda left_s: _can_read(line, left_s))
    finally:
        termios.tcsetattr(line, termios.TCSAFLUSH, before)


def _can_read(line: int, left_s: float) -> bool:
    return bool(select.select([line], [], [], max(0.0, left_s))[0])


def read_until(read: Callable[[], bytes], can_read: Callable[[float], bool]) -> str:
    """Read what a terminal answers, up to its attributes (`CSI ? ... c`) or until nothing comes for a while."""
    answer = b""
    while not re.search(rb"\x1b\[\?[\d;]*c", answer) and len(answer) < _LONGEST and can_read(_ANSWER_S):
        answer += read()
    return answer.decode("ascii", "replace")
