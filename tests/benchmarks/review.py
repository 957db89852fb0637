"""How soon the review stands there: from the last step of a run to its painted page, and from the shell."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from coach.app.playback import RecordingRequest, load_recording
from coach.app.reviews import export_run, fold, review_folded
from coach.app.terminal import SILENT
from coach.edge.settings import Settings
from coach.interchange.recordings.activity import ActivityFormat
from coach.review.html_report import run_report
from coach.screen.app import CoachApp
from tests.benchmarks.table import drawn, spread
from tests.screen.builders import FakeRun, rep_four
from tests.screen.reviews import LAPS, FakeNotes, over, reps_of_800

COACH = str(Path(sys.executable).with_name("coach"))
ROUNDS = 7
LINE = "12:00 + 6x800 @ 4:30/km / 400 jog + 10:00"
HOUR = [LAPS[number % 6] for number in range(12)]


def table(unit: float) -> str:
    """The review of twelve reps after their last step, and `coach runs show` of an hour."""
    first, *rest = [asyncio.run(_after_the_last_step()) for _ in range(ROUNDS)]
    rows = [
        ["the first page", "", f"{first:.3f} s ({first / unit:.1f} units)", "0.2 s"],
        [
            "a later page",
            f"{min(rest):.3f} s",
            f"{median(rest):.3f} s ({median(rest) / unit:.1f} units)",
            "0.2 s",
        ],
    ]
    with tempfile.TemporaryDirectory() as home:
        journal = Path(home) / "run.jsonl"
        _run(["simulate", LINE, "--out", str(journal)], home)
        rows += _page(journal, unit)
        least, middle = spread(partial(_run, ["runs", "show", str(journal)], home))
        rows.append(["coach runs show", f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", ""])
        least, middle = spread(partial(_run, ["review", str(journal)], home))
        rows.append(["coach review", f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", ""])
        run = fold(load_recording(RecordingRequest(str(journal)), Settings(), SILENT))
        least, middle = spread(lambda: review_folded(run))
        rows.append(
            ["review of that hour", f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", "0.3 s"]
        )
    return drawn("Review", ["from the last step on", "least", "median", "budget"], rows)


def _page(journal: Path, unit: float) -> list[list[str]]:
    """The HTML of an hour, made of its review, and the kilobytes it has."""
    run = fold(load_recording(RecordingRequest(str(journal)), Settings(), SILENT))
    review = review_folded(run)
    size = len(run_report(review, run.trace).encode()) / 1000
    least, middle = spread(lambda: run_report(review, run.trace))
    fit, middle_of_fit = spread(lambda: export_run(run, ActivityFormat.FIT))
    return [
        [
            "FIT of an hour",
            f"{fit:.3f} s",
            f"{middle_of_fit:.3f} s ({middle_of_fit / unit:.1f} units)",
            "0.5 s",
        ],
        ["HTML of an hour", f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", "0.2 s"],
        ["size of that page", "", f"{size:.1f} kB", "120 kB"],
    ]


async def _after_the_last_step() -> float:
    """Seconds from the end of the last step until its page was painted at 120x40."""
    is_over, run = over(reps_of_800(HOUR), ended=False), FakeRun(rep_four())
    app = CoachApp(run, notes=FakeNotes(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        run.said, run.measured = is_over.said, is_over.measured
        started = time.perf_counter()
        run.show(is_over.shows)
        from coach.screen.review_page import ReviewPage  # the program loads it no sooner

        while not any(page._painted_for for page in app.screen.query(ReviewPage)):
            await asyncio.sleep(0)
            if time.perf_counter() - started > 60:
                raise TimeoutError("the review did not come")
        return time.perf_counter() - started


def _run(words: list[str], home: str) -> None:
    environment = os.environ | {"COACH_HOME": home}
    subprocess.run(
        [COACH, *words], check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment
    )
