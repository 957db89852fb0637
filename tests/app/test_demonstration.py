"""The demonstration is the library's, and starts without what it does not need."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from coach.app.simulation import FastClock, demonstration
from coach.edge.clock import MachineClock
from coach.workout.compile import compile_workout
from coach.workout.document import load_document
from coach.workout.timeline import Band, Step

LIBRARY = Path(__file__).parents[2] / "workouts"


def numbers(step: Step) -> list[float | None]:
    """The numbers of a step's band."""
    band = Band() if step.target is None else step.target.band
    return [band.low, band.aim, band.high]


def unnumbered(step: Step) -> Step:
    """A step without the numbers of its band, which floating point may write another way."""
    return step if step.target is None else replace(step, target=replace(step.target, band=Band()))


def test_it_is_the_workout_of_the_library():
    """Compiled ahead it is, step by step, what `workouts/demo.json` compiles to."""
    document = load_document((LIBRARY / "demo.json").read_bytes(), name="demo.json")
    compiled, ahead = compile_workout(document, None), demonstration()

    assert replace(ahead, steps=()) == replace(compiled, steps=())
    assert [unnumbered(step) for step in ahead.steps] == [unnumbered(step) for step in compiled.steps]
    for one, other in zip(ahead.steps, compiled.steps, strict=True):
        assert numbers(one) == pytest.approx(numbers(other))


def test_it_reads_no_documents():
    """Before its first picture it loads no reader of documents or foreign files, and no library."""
    unwanted = {
        "pydantic",
        "fitdecode",
        "http.client",
        "coach.athlete",
        "coach.edge.sinks",
        "coach.interchange.text",
        "coach.screen.pick",
        "coach.workout.document",
    }
    script = (
        "import sys, coach.app.simulation, coach.screen.app, coach.screen.run\n"
        f"print(sorted({unwanted!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_a_fast_clock_runs_ahead():
    """Ten times faster, a second of the machine is ten, and a sleep of ten of its seconds takes one."""

    class Hand(MachineClock):
        """A clock that is set by hand."""

        at = 100.0

        def monotonic(self) -> float:
            """Return the time that was set."""
            return self.at

        async def sleep_until(self, moment: float) -> None:
            """Be there at once."""
            self.at = moment

    hand = Hand()
    clock = FastClock(hand, 10.0)
    hand.at = 101.0
    assert clock.monotonic() == 110.0

    asyncio.run(clock.sleep_until(150.0))
    assert hand.at == 105.0
    assert clock.monotonic() == 150.0
