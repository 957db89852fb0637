"""Running cadence in files of other tools: most count one foot, some count both."""

from statistics import median
from typing import Final

from coach.interchange.common import Findings

BOTH_FEET: Final = 120.0
"""Nobody takes 120 steps a minute with one foot for most of a run: a median above it counts both feet
already."""


def doubled(found: Findings) -> None:
    """Turn every cadence of the file into steps per minute of both feet."""
    moving = [row.cadence for row in found.rows if row.cadence]
    if not moving:
        return
    if median(moving) > BOTH_FEET:
        found.problems.append("The file's cadence counts both feet already; it was not doubled.")
        return
    found.rows[:] = [
        row if row.cadence is None else row._replace(cadence=row.cadence * 2) for row in found.rows
    ]
