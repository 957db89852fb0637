"""The clock of a foreign file, mended: it may jump, stand still or be set back, a run's time may not."""

from typing import Final

from coach.interchange.common import count
from coach.problems import RecordingProblem

JUMP_FORWARD_S: Final = 6 * 3600.0
"""A step of the clock longer than this is a clock set anew, not a pause: nobody rests six hours in a
workout."""

OUT_OF_ORDER_S: Final = 5.0
"""A row older than its forerunner by no more than this is one row out of order; older still is a clock set
back."""


MOST_JUMPS: Final = 1_000
"""A clock that jumps more often tells no time."""


class FileClock:
    """Maps the file's clock to seconds that never run backward, and says where it had to be mended."""

    def __init__(self) -> None:
        """Start before the first row."""
        self.problems: list[str] = []
        self._stretches: list[list[float]] = []  # first and last time of the file's clock, and its zero
        self._late = 0

    def place(self, raw: float) -> float | None:
        """Where the next row of the file lies; None for a row a little out of order, which is left out.

        Raises:
            RecordingProblem: the clock jumps more often than any.
        """
        if not self._stretches:
            self._stretches.append([raw, raw, raw])
            return 0.0
        stretch = self._stretches[-1]
        step = raw - stretch[1]
        if 0 <= step <= JUMP_FORWARD_S:
            stretch[1] = raw
            return round(raw - stretch[2], 6)
        if -OUT_OF_ORDER_S <= step < 0:
            self._late += 1
            return None
        if len(self._stretches) > MOST_JUMPS:
            raise RecordingProblem(
                f"The file's clock jumps more than {MOST_JUMPS:,} times.", "Export it again."
            )
        at = round(stretch[1] - stretch[2] + 1.0, 6)
        self._stretches.append([raw, raw, raw - at])
        way = "forward" if step > 0 else "back"
        self.problems.append(
            f"The file's clock jumps {way} by {_span(abs(step))} after {_span(at - 1.0)}; "
            "the recording goes on from there one second later."
        )
        return at

    def find(self, raw: float) -> float:
        """Where another moment of the file's clock lies: in the stretch of the clock nearest to it."""
        nearest = min(self._stretches, key=lambda one: max(one[0] - raw, raw - one[1], 0.0))
        return round(raw - nearest[2], 6)

    def close(self) -> None:
        """Say how many rows were left out."""
        if self._late:
            self.problems.append(f"{count(self._late, 'sample')} out of order, left out.")


def _span(seconds: float) -> str:
    """A duration in words short enough for a sentence."""
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} days"
    if seconds >= 2 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds:.0f} s"
