"""Runs during which the laptop stays awake; where it cannot be held awake, that is said before they start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from coach.cli.errors import narrate
from coach.edge.sleep_inhibitor import SleepInhibitor

MAY_SLEEP: Final = "laptop may sleep"
"""What stands in the title bar of a run on a laptop that cannot be held awake."""


@contextmanager
def held_awake() -> Iterator[str]:
    """Hold the machine awake; gives what the title bar is to say, empty where all is well."""
    with SleepInhibitor() as awake:
        if awake.trouble:
            narrate(f"Note: the laptop may sleep during the run: {awake.trouble}")
        yield MAY_SLEEP if awake.trouble else ""
