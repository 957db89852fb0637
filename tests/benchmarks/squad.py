"""What a squad costs: the board in a real terminal, a key at the line, and a runner more: `make bench-squad`."""

import asyncio
import os
import time
from statistics import median

from coach.app.live_run import RunContext
from coach.app.simulation import demonstration_members, demonstration_roster
from coach.app.squad import LiveSquad
from coach.app.terminal import SILENT, RunMode
from coach.edge.clock import MachineClock
from coach.edge.settings import Settings
from coach.live.contract import Closed, Opened
from coach.live.run import LiveRun
from coach.session.events import Split, Undone
from coach.simulate import VirtualRunner, simulate
from coach.squad.run import RunnerInput
from tests.benchmarks import by_hand
from tests.benchmarks.fold import a_workout
from tests.benchmarks.screen import MEASURED_S, WARM_UP_S, _begin, _cpu_s, _drain, _memory_mb, _press, _Seen
from tests.benchmarks.table import compile_bytecode, cpu_seconds, drawn, machine_unit
from tests.squad.squads import FoldedSquad, roster, setup

_KEYS = 8
_COUNTS = (1, 8)


def table(unit: float) -> str:
    """The tables of the board, of a key, and of what a runner more costs."""
    return "\n\n".join((_board(), _stamped(), _fold(unit), by_hand.table()))


def _board() -> str:
    """Eight simulated runners, 16 inputs a second, the board at 4 Hz in a terminal that is read."""
    start = time.perf_counter()
    child, terminal = _begin(["squad", "demo", "--runners", "8"], 120, 40, "/nonexistent")
    seen = _Seen(120, 40)
    try:
        first, _ = _drain(terminal, WARM_UP_S, start)
        before = _cpu_s(child)
        _, size = _drain(terminal, MEASURED_S, start)
        cpu = (_cpu_s(child) - before) / MEASURED_S * 100
        memory = _memory_mb(child)
        _drain(terminal, 8.0, 0.0, seen)
        numbers = range(1, _KEYS + 1)
        answers = [_press(terminal, seen, str(key).encode(), f"last press: {key}") for key in numbers]
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    rows = [
        ["first full paint of the board", f"{first:.2f} s", "1 s"],
        ["CPU of one core, 8 runners", f"{cpu:.1f} %", "8 %"],
        ["memory", f"{memory:.0f} MB", "120 MB"],
        ["output", f"{size / MEASURED_S / 1000:.1f} kB/s", ""],
        [
            "a key until it is painted: least, median",
            f"{min(answers):.1f}, {median(answers):.1f} ms",
            "30 ms",
        ],
    ]
    return drawn("Squad on the board, 120x40", ["in a terminal", "measured", "budget"], rows)


def _stamped() -> str:
    """From a key at the line to the split of the run, the board's own loop under load."""
    late = asyncio.run(_key_to_split())
    rows = [
        [
            "a key until its split is stamped",
            f"{min(late):.2f} ms",
            f"{median(late):.2f} ms",
            f"{max(late):.2f} ms",
            "5 ms",
        ]
    ]
    return drawn("A key at the line", ["eight runners", "least", "median", "most", "budget"], rows)


async def _key_to_split() -> list[float]:
    context = RunContext(Settings(), MachineClock(), RunMode.SCREEN, SILENT)
    people = demonstration_roster(8)
    squad = LiveSquad(people, demonstration_members(people, context), context)
    late: list[float] = []
    pressed_at = 0.0

    def heard(_runner: str, timed: object) -> None:
        output = getattr(timed, "output", None)
        if isinstance(output, Split | Undone) and getattr(output, "pressed", True):
            late.append((time.perf_counter() - pressed_at) * 1e3)

    squad.listen(heard)
    conducting = asyncio.ensure_future(squad.conduct())
    await asyncio.sleep(12.0)
    for one in people.runners:
        pressed_at = time.perf_counter()
        squad.name(one.slug)
        await asyncio.sleep(0.2)
    squad.leave()
    await conducting
    return late or [0.0]


def _fold(unit: float) -> str:
    """What a minute of a run costs in a squad of one and of eight."""
    inputs = simulate(LiveRun(setup("ana", *a_workout().steps)), VirtualRunner(timeline=a_workout())).inputs
    minutes = inputs[-1].at / 60
    costs = []
    for count in _COUNTS:
        people = roster(count)

        def folded(people: object = people, count: int = count) -> None:
            whole = FoldedSquad(
                roster(count),
                {one.slug: LiveRun(setup(one.slug, *a_workout().steps)) for one in roster(count).runners},
            )
            del people
            for event in inputs:
                for slug in whole.runs:
                    whole.receive(RunnerInput(slug, event))

        costs.append(min(cpu_seconds(folded) for _ in range(2)) / count / minutes)
    assert isinstance(inputs[0], Opened)
    assert isinstance(inputs[-1], Closed)
    rows = [
        [f"{count}", f"{cost * 1e3:.2f} ms", f"{cost / unit:.3f}", f"{cost / costs[0]:.2f}", "flat"]
        for count, cost in zip(_COUNTS, costs, strict=True)
    ]
    head = ["runners", "a minute of one runner", "in units", "against one", "budget"]
    return drawn("The fold of a squad", head, rows)


def main() -> None:
    """Measure and print."""
    compile_bytecode()
    print(table(machine_unit()))


if __name__ == "__main__":
    main()
