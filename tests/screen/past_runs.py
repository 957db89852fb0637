"""Simulated runs of a season, and a store of them in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from coach.problems import CoachProblem, RecordingProblem
from coach.review.journaled import JournaledRep
from coach.review.season import LoadKind, Season, SeasonRun, season
from coach.screen.app import CoachApp
from coach.screen.protocols import HistoryRow
from tests.screen.builders import FakeLibrary, FakeRun, listed
from tests.screen.reviews import FakeNotes, FakeReviewActions, over

TODAY: Final = date(2026, 5, 26)
"""A Tuesday."""
_KINDS: Final = (
    ("6 × 800 m at 5k pace", "vo2max", 4800.0),
    ("Easy run, 8 km", "easy", None),
    ("20 min at threshold", "threshold", 4200.0),
    ("Long run, 90 min", "easy", None),
    ("8 × 400 m at 5k pace", "vo2max", 3200.0),
)


def made_up(count: int = 40) -> tuple[HistoryRow, ...]:
    """Runs of every second or third day, the newest first, one of them cut off, one a test with a note."""
    rows, day = [], TODAY
    for number in range(1, count + 1):
        workout, kind, hard = _KINDS[number % len(_KINDS)]
        row = HistoryRow(
            run=f"01JD{number:022}",
            number=number,
            workout=workout,
            day=day,
            clock="18:05",
            athlete="ida",
            kind=kind,
            is_cut_off=number == 4,
            time_s=2820.0 + 600 * (number % 5),
            distance_m=8100.0 + 1300 * (number % 5),
            hard_m=hard,
            light_s=None if hard is None else 0.4 * (number % 7) - 0.8,
            effort=None if number == 3 else 3 + number % 6,
            note="Legs heavy from Sunday." if number in {1, 9} else "",
        )
        rows.append(row)
        day -= timedelta(days=2 + number % 2)
    rows[6] = replace(rows[6], workout="5 km time trial", kind="test", hard_m=5000.0, time_s=1328.0)
    return tuple(rows)


def reps_of(count: int = 6) -> tuple[JournaledRep, ...]:
    """Reps of 800 m, the first fast and the last slow."""
    return tuple(
        JournaledRep(
            number,
            f"1.{number}",
            "",
            "work",
            213.0 + number,
            "done",
            800.0,
            800.0,
            light_s=1.4 * number - 3.5,
        )
        for number in range(1, count + 1)
    )


def weeks_of(rows: Sequence[HistoryRow], *, is_known: bool = True) -> Season:
    """The season of these runs; without what needs a heart rate where nothing is `known`."""
    return season(
        [
            SeasonRun(
                row.run,
                row.day or TODAY,
                row.workout,
                row.kind,
                row.time_s,
                row.distance_m,
                row.effort,
                {LoadKind.TRIMP: 40.0 + 9 * (row.number % 7)} if is_known else {},
                (2300.0, 300.0, 40.0 * (row.number % 5)) if is_known else None,
                (6900.0, 1000.0, 150.0 * (row.number % 5)) if is_known else None,
                None if row.hard_m is None else row.hard_m / 4,
                row.hard_m,
                row.hard_m is not None,
                bests={"400": 82.0 + row.number, "1000": 248.0, "5k": 1328.0 + row.number}
                if is_known
                else {},
                heart_at_pace={340: (145.0 + row.number / 8, 700.0)} if is_known else {},
            )
            for row in rows
        ],
        today=TODAY,
    )


@dataclass
class FakeRuns:
    """The runs of a season, without a disk."""

    holds: tuple[HistoryRow, ...] = field(default_factory=made_up)
    who: str = "ida"
    unit: str = "km"
    problem: CoachProblem | None = None
    """The problem of any change of a run."""
    opened: list[str] = field(default_factory=list)
    taken: list[HistoryRow] = field(default_factory=list)
    is_closed: bool = False
    is_known: bool = True

    def now(self) -> datetime:
        """An evening in May."""
        return datetime(2026, 5, 26, 18, 50, tzinfo=UTC)

    def rows(self, progress: Callable[[int, int], None]) -> Sequence[HistoryRow]:
        """Give what is there."""
        progress(len(self.holds), len(self.holds))
        return self.holds

    def reps(self, run: str) -> Sequence[JournaledRep]:
        """Give six reps of the workouts that have some."""
        row = next(row for row in self.holds if row.run == run)
        return reps_of() if row.hard_m is not None else ()

    def open(self, run: str) -> tuple[FakeRun, FakeNotes]:
        """Give a run that is over."""
        self._may()
        self.opened.append(run)
        return over(), FakeNotes()

    def actions(self, run: str, *, against: str = "") -> FakeReviewActions:
        """Give a review, and keep of which run it was asked for."""
        self._may()
        self.opened.append(f"{run} {against}".strip())
        return FakeReviewActions()

    def note(self, run: str, text: str) -> None:
        """Keep a remark."""
        self._may()
        self.holds = tuple(replace(row, note=text) if row.run == run else row for row in self.holds)

    def delete(self, run: str) -> None:
        """Take a run away."""
        self._may()
        self.taken += [row for row in self.holds if row.run == run]
        self.holds = tuple(row for row in self.holds if row.run != run)

    def undo(self) -> str:
        """Put it back."""
        if not self.taken:
            return ""
        row = self.taken.pop()
        self.holds = tuple(sorted((*self.holds, row), key=lambda each: each.number))
        return row.run

    def close(self) -> None:
        """Remember that the page was left."""
        self.is_closed = True

    def season(self, progress: Callable[[int, int], None]) -> Season:
        """Add the weeks up."""
        del progress
        self._may()
        return weeks_of(self.holds, is_known=self.is_known)

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


def history(runs: FakeRuns | None = None, *, has_library: bool = False) -> Callable[[str], CoachApp]:
    """Show the runs, alone or from the library."""

    def app(theme: str) -> CoachApp:
        library = FakeLibrary((listed("6x800-5k"),)) if has_library else None
        past = FakeRuns() if runs is None else runs
        return CoachApp(library=library, past=lambda: past, theme=theme, is_ticking=False)

    return app


REFUSED: Final = RecordingProblem("01JD is being recorded", "Leave that run first.")
