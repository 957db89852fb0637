"""What it costs to read a workout while it is typed: each key reads the whole line and paints its page anew."""

from statistics import median
from typing import Final

from coach.app.workouts import read_typed
from coach.screen.library_page import OwnPage, OwnView
from coach.screen.paint import SUN
from tests.benchmarks.table import drawn, seconds
from tests.workout.notation.documents import ATHLETE

LINES: Final = (
    "2km easy + 6x800 @ 5k / 400 jog + 1km easy",
    "15min easy + 2x(5x1000 @ threshold / 200 float @ marathon+20s/km) / 3:00 + 6x20s stride / 1:00 walk + 10min easy",
    "400-800-1200-1600-1200-800-400 @ 5k / 400 + 10x200 @ mile / 200 + 30min easy",
)


def table(unit: float) -> str:
    """Three lines, typed key by key, on a screen of 120 x 40."""
    page = OwnPage()

    def key(text: str) -> None:
        page.paint(OwnView(read_typed(text, ATHLETE), 3), 120, 35, SUN)

    key(LINES[0])
    rows = []
    for line in LINES:
        times = [seconds(lambda: key(line[:length])) for length in range(1, len(line) + 1)]  # noqa: B023 - called at once
        middle, worst = median(times), max(times)
        shown = f"{1000 * worst:.1f} ms ({worst / unit:.2f} units)"
        rows.append([f"{line[:40]} ...", f"{1000 * middle:.1f} ms", shown, "30 ms"])
    return drawn("A workout as it is typed", ["line", "median of a key", "worst key", "budget"], rows)
