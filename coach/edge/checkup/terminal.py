"""Can the screen be read from the track? Size, colours, glyphs, and how tall a row is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coach.edge.checkup import CheckResult, ok, warn

GLYPHS: Final = "▀▄▁█ ↑↓→▼ ×–…"
"""Characters beyond ASCII that the screens are made of."""
MANY_ROWS: Final = 45
"""From here on a row of a 14-inch screen is under 4 mm, and the pace in block letters no longer reaches 3 m."""
_PANEL_MM: Final = 175.0
"""Height a full-screen terminal has for its rows on a 14-inch 16:10 panel: 93 per cent of 188 mm."""
_SMALL: Final = (60, 18)
"""Below this only pace and cue are shown (coach/screen/coach.tcss)."""
_COMFORTABLE: Final = (80, 24)


@dataclass(frozen=True, slots=True)
class TerminalInfo:
    """What stdout is."""

    is_terminal: bool
    columns: int
    rows: int
    encoding: str
    """Of stdout, such as `utf-8`; empty if nobody knows."""
    environment: Mapping[str, str]
    """`TERM`, `COLORTERM` and `NO_COLOR` are looked at."""


def check_terminal(here: TerminalInfo) -> list[CheckResult]:
    """Look at a terminal; of what is none there is one finding."""
    if not here.is_terminal:
        return [ok("terminal", "stdout is no terminal: runs print lines instead of the live screen")]
    return [_check_size(here), _row_height(here), _colours(here.environment), _glyphs(here)]


def _check_size(here: TerminalInfo) -> CheckResult:
    said = f"{here.columns} x {here.rows} characters"
    if here.columns < _SMALL[0] or here.rows < _SMALL[1]:
        return warn(
            "terminal", f"{said}: room for pace and cue only", "Make the window larger: 80 x 24 shows it all."
        )
    if here.columns < _COMFORTABLE[0] or here.rows < _COMFORTABLE[1]:
        return warn(
            "terminal", f"{said}: some rows are left out", "Make the window larger: 80 x 24 shows it all."
        )
    return ok("terminal", said)


def _row_height(here: TerminalInfo) -> CheckResult:
    said = f"{here.rows} rows are {_PANEL_MM / here.rows:.1f} mm each, full screen on a 14-inch laptop"
    if here.rows > MANY_ROWS:
        return warn(
            "row height",
            said,
            "Enlarge the terminal's font (Ctrl +): 24 rows can be read from furthest away.",
        )
    return ok("row height", said)


def _colours(environment: Mapping[str, str]) -> CheckResult:
    kind = environment.get("TERM", "")
    if environment.get("NO_COLOR"):
        return ok("colours", "off, as NO_COLOR asks: words, arrows and places say the same")
    if kind == "dumb" or not kind:
        return warn(
            "colours", "none: TERM names no terminal with colours", "Run in a terminal window, or set TERM."
        )
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return ok("colours", "16 million")
    if "256" in kind or "direct" in kind:
        return ok("colours", "256: close to the real ones")
    return warn(
        "colours",
        f"few: {kind} promises no more than 16",
        "If the terminal can do more, say so: export COLORTERM=truecolor",
    )


def _glyphs(here: TerminalInfo) -> CheckResult:
    if here.encoding.lower().replace("-", "").replace("_", "") != "utf8":
        return warn(
            "glyphs",
            f"the terminal is written to in {here.encoding or 'an unknown code'}, which lacks blocks and arrows",
            "Choose a UTF-8 language: export LANG=C.UTF-8",
        )
    return ok("glyphs", f"UTF-8; you should see blocks, arrows and no question marks: {GLYPHS}")
