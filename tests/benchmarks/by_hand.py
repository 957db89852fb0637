"""What timing 40 runners by hand costs: a press until it is kept and painted, the page, and a long session."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median

from coach.app.by_hand import HandTimingService
from coach.edge.clock import MachineClock
from coach.edge.run_folder import new_ulid
from coach.edge.squad_files import HAND_SUFFIX, HandJournal
from coach.squad.roster import LETTERS
from tests.benchmarks.screen import MEASURED_S, WARM_UP_S, _begin, _cpu_s, _drain, _memory_mb, _press, _Seen
from tests.benchmarks.table import drawn
from tests.squad.hand_sessions import bunched, hand_setup

_KEYS = 12
_LAPS = 25


def table() -> str:
    """The rows of timing by hand."""
    with tempfile.TemporaryDirectory() as folder:
        return drawn(
            "Timing 40 runners by hand",
            ["", "least", "median", "most", "budget"],
            [*_kept(Path(folder)), *_painted(Path(folder))],
        )


def _row(name: str, times_ms: list[float], budget: str) -> list[str]:
    times = (min(times_ms), median(times_ms), max(times_ms))
    return [name, *(f"{each:.2f} ms" for each in times), budget]


def _kept(folder: Path) -> list[list[str]]:
    """A press until it is in the journal and told, in an empty session and in one of 1,000 presses."""
    setup = hand_setup(40)
    service = HandTimingService(
        setup, MachineClock(), journal=HandJournal(folder / f"{new_ulid(1.0)}{HAND_SUFFIX}", setup)
    )
    service.begin()
    slugs = [one.slug for one in setup.roster.runners]
    times: list[float] = []
    for moment, place in bunched(40, laps=_LAPS):
        service.set_least(moment)
        start = time.perf_counter()
        service.name(slugs[place], moment)
        times.append((time.perf_counter() - start) * 1e3)
    service.close()
    return [
        _row("a press until it is kept and told, the first 40", times[:40], "5 ms"),
        _row("the last 40 of 1,000", times[-40:], "5 ms"),
    ]


def _painted(folder: Path) -> list[list[str]]:
    """A key until its press stands on the terminal, and what the page costs while nobody presses."""
    names = folder / "names.txt"
    names.write_text("".join(f"{one.name}\n" for one in hand_setup(40).roster.runners))
    child, terminal = _begin(["squad", "time", str(names)], 120, 40, str(folder / "home"))
    seen = _Seen(120, 40)
    try:
        _drain(terminal, WARM_UP_S, 0.0, seen)
        keys = LETTERS[:_KEYS]
        answers = [
            _press(terminal, seen, key.encode(), f"{number} presses kept")
            for number, key in enumerate(keys, 1)
        ]
        before = _cpu_s(child)
        _drain(terminal, MEASURED_S, 0.0, seen)
        cpu = (_cpu_s(child) - before) / MEASURED_S * 100
        memory = _memory_mb(child)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    return [
        _row("a key until it is painted, 120x40", answers, "30 ms"),
        ["CPU of one core while the clock runs", "", f"{cpu:.1f} %", "", "8 %"],
        ["memory", "", f"{memory:.0f} MB", "", "120 MB"],
    ]


def main() -> None:
    """Measure and print."""
    print(table())


if __name__ == "__main__":
    main()
