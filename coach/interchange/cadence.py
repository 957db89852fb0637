"""Cadence in files of other tools: most count one foot, some both, and none says which.

One rule for every format, over the whole file. A runner of both feet takes 140 to 200 steps a minute, a walker 90 to
130; counted with one foot it is half. Each value that belongs to a movement is held against what lies between the two
at its speed, and the majority decides. Files whose values decide nothing are read as their format is usually written.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from coach.interchange.common import Findings, Row

RUNNING: Final = 120.0
"""Per minute, between one foot of a runner (60 to 110) and both (140 and more)."""
LONGEST_STEP: Final = 1.05
"""Metres, between the step of a slow runner or walker (0.5 to 0.9) and their stride of two steps (1.1 and more)."""
_SLOWEST: Final = 0.5
"""m/s; below it feet shuffle, and a value tells nothing."""
_RUNNERS_SHARE: Final = 0.1
"""Without any speed: so many values above `RUNNING` are a runner's of both feet among a walker's."""
_BOTH_AT_LEAST: Final = 108.0
"""Without any speed: a median above it is no one foot, as 216 steps a minute are nobody's for a whole run."""


def count_both_feet(found: Findings) -> None:
    """Turn every cadence of the file into steps per minute of both feet."""
    factor = found.cadence_factor
    if factor is None or not any(row.cadence for row in found.rows):
        return
    counts_both = _counts_both_feet(found.rows)
    if counts_both is None or counts_both is (factor == 1.0):
        pass
    elif counts_both:
        found.problems.append("The file's cadence counts both feet already; it was not doubled.")
        factor = 1.0
    else:
        found.problems.append("The file's cadence counts one foot; it was doubled.")
        factor = 2.0
    if factor != 1.0:
        found.rows[:] = [
            row if row.cadence is None else row._replace(cadence=row.cadence * factor) for row in found.rows
        ]


def _counts_both_feet(rows: Sequence[Row]) -> bool | None:
    """Whether the values count both feet; None where they do not tell."""
    votes = [cadence > min(RUNNING, 60.0 * speed / LONGEST_STEP) for cadence, speed in _moving(rows)]
    if votes:
        return None if 2 * sum(votes) == len(votes) else 2 * sum(votes) > len(votes)
    cadences = sorted(row.cadence for row in rows if row.cadence)
    if sum(cadence > RUNNING for cadence in cadences) >= _RUNNERS_SHARE * len(cadences):
        return True
    return True if cadences[len(cadences) // 2] > _BOTH_AT_LEAST else None


def _moving(rows: Sequence[Row]) -> Iterator[tuple[float, float]]:
    """Each cadence with the speed it belongs to: of its own row, else of the distance since the row before."""
    before: dict[str, Row] = {}
    for row in rows:
        speed, last = row.speed, before.get(row.source)
        if row.distance is not None:
            if speed is None and last is not None and last.distance is not None and row.at > last.at:
                speed = (row.distance - last.distance) / (row.at - last.at)
            before[row.source] = row
        if row.cadence and speed is not None and speed >= _SLOWEST:
            yield row.cadence, speed
