"""The results of a session by hand: a comparison for each split, the sheet as text, and a table.

A word says how a split is against this runner's earlier ones: of this session, of those that are kept, and of the reps
of their recorded runs. It is for the coach's eyes alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from coach.interchange.text import csv_table
from coach.quantities import Metres, Seconds, format_clock
from coach.squad.by_hand import HandCrossing, HandTiming

if TYPE_CHECKING:  # a timing without saved athletes reads no journal
    from coach.review.journaled import JournaledRep


@dataclass(frozen=True, slots=True)
class PastSplit:
    """A crossing of an earlier session."""

    day: str
    """`2026-05-14`."""
    metres: Metres
    lap_m: Metres
    time_s: Seconds
    lap_s: Seconds


PastSplits = Mapping[str, Sequence[PastSplit]]
"""Earlier crossings of each runner, by slug, the oldest first."""
SEASON_DAYS: Final = 183
"""Days of a season: half a year. Judged: a track season is a summer or a winter."""
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
)  # fmt: skip


def past_splits_of(timing: HandTiming) -> dict[str, list[PastSplit]]:
    """The crossings of a session in the form that later ones read."""
    day = timing.setup.started[:10]
    return {
        runner.slug: [
            PastSplit(day, each.metres, each.lap_m, each.time_s, each.lap_s)
            for each in timing.crossings(runner.slug)
            if each.time_s is not None and each.lap_s is not None
        ]
        for runner in timing.setup.roster.runners
    }


def splits_of_reps(reps: "Iterable[tuple[str, JournaledRep]]", lap_m: Metres) -> list[PastSplit]:
    """The laps of a length in the reps of recorded runs: each such stretch between two timed marks.

    A rep is a mark at its beginning, at each of its splits and at its planned end; one that was cut tells of nothing.
    """
    splits = []
    for day, rep in reps:
        if not rep.is_timed or not rep.is_whole or rep.length_m is None:
            continue
        marks = {0.0: 0.0} | {each.metres: each.time_s for each in rep.splits if each.metres is not None}
        marks[rep.length_m] = rep.time_s
        for metres, time_s in sorted(marks.items()):
            before_s = next((at for mark, at in marks.items() if abs(metres - mark - lap_m) < 1.0), None)
            if before_s is not None and time_s > before_s:
                lap_s = Seconds(time_s - before_s)
                splits.append(PastSplit(day, Metres(metres), lap_m, Seconds(time_s), lap_s))
    return splits


def split_words(timing: HandTiming, crossing: HandCrossing, past: PastSplits) -> str:
    """Compare a split with this runner's earlier ones, in a few words; empty without a comparison."""
    if crossing.time_s is None or crossing.lap_s is None:
        return ""
    earlier = past.get(crossing.runner, ())
    same = [each for each in earlier if abs(each.metres - crossing.metres) < 1.0]
    if crossing.lap > 1 and same and crossing.time_s < min(each.time_s for each in same):
        return "PB so far"
    own = [
        each.lap_s
        for each in timing.crossings(crossing.runner)
        if each.moment < crossing.moment and each.lap_s is not None and abs(each.lap_m - crossing.lap_m) < 1.0
    ]
    laps = [
        each.lap_s for each in earlier if abs(each.lap_m - crossing.lap_m) < 1.0 and _is_recent(timing, each)
    ]
    if laps and crossing.lap_s < min([*laps, *own]):
        return f"best {crossing.lap_m:.0f} this season"
    if crossing.rep > 1:
        first = next(
            (
                each.time_s
                for each in timing.crossings(crossing.runner)
                if each.rep == 1 and each.lap == crossing.lap and each.time_s is not None
            ),
            None,
        )
        return "" if first is None else f"{_signed(crossing.time_s - first)} to rep 1"
    if same:
        day = same[-1].day
        when = "earlier" if day == timing.setup.started[:10] else f"on {_MONTHS[int(day[5:7]) - 1]}"
        return f"{_signed(crossing.time_s - same[-1].time_s)} {when}"
    return "first time here" if past and not earlier and crossing.lap == 1 else ""


def _signed(seconds: float) -> str:
    return f"{round(seconds, 1) + 0.0:+.1f}"  # + 0.0 turns -0.0 into 0.0


def _is_recent(timing: HandTiming, split: PastSplit) -> bool:
    try:
        today, day = date.fromisoformat(timing.setup.started[:10]), date.fromisoformat(split.day)
    except ValueError:
        return False
    return 0 <= (today - day).days <= SEASON_DAYS


# --- the sheet

HEADS: Final = (
    "press", "runner", "name", "heat", "rep", "lap", "metres",
    "lap_s", "time_s", "moment_s", "source", "word",
)  # fmt: skip
"""The columns of the table: a row for each press."""


def sheet_table(timing: HandTiming, past: PastSplits) -> list[tuple[str | float | None, ...]]:
    """The table of a session, a row for each press in order of time; an unassigned press has no runner."""
    rows: list[tuple[str | float | None, ...]] = [HEADS]
    by_press = {
        each.press: each for entry in timing.setup.roster.runners for each in timing.crossings(entry.slug)
    }
    for press in sorted(timing.presses, key=lambda each: (each.moment, each.number)):
        crossing = by_press.get(press.number)
        moment, source = round(press.moment, 3), press.place or press.source.value
        if crossing is None:
            word = "taken back" if timing.owners[press.number] is None else "nobody's"
            rows.append((press.number, *[None] * 8, moment, source, word))
            continue
        runner = crossing.runner
        is_timed = crossing.time_s is not None
        rows.append(
            (
                press.number,
                runner,
                timing.called(runner),
                crossing.heat + 1 if is_timed else None,
                crossing.rep if is_timed else None,
                crossing.lap,
                round(crossing.metres),
                None if crossing.lap_s is None else round(crossing.lap_s, 3),
                None if crossing.time_s is None else round(crossing.time_s, 3),
                moment,
                source,
                split_words(timing, crossing, past),
            )
        )
    return rows


def sheet_csv(timing: HandTiming, past: PastSplits) -> bytes:
    """The table as a file; no cell is a formula for a spreadsheet."""
    return csv_table(sheet_table(timing, past))


def sheet_lines(timing: HandTiming, past: PastSplits) -> Iterator[str]:
    """The sheet as text: a line for each runner in the order of each heat, then the unassigned presses."""
    setup = timing.setup
    distance = "" if setup.distance_m is None else f"{setup.distance_m:.0f} m, "
    count = len(timing.shown())
    yield f"Timing by hand   {distance}{count} {'runner' if count == 1 else 'runners'}   {setup.started[:16]}".rstrip()
    starts = sorted({(clock.moment, clock.heat) for clock in timing.clocks})
    width = max((len(timing.called(runner.slug)) for runner in timing.shown()), default=0)
    rounds: dict[int, int] = {}
    for _, heat in starts:
        rep = rounds[heat] = rounds.get(heat, 0) + 1
        rows = _rows_of(timing, heat, rep)
        if len(starts) > 1 and rows:
            yield ""
            yield f"heat {heat + 1}" + (f", rep {rep}" if rep > 1 or len(starts) > len(setup.heats) else "")
        for place, row in enumerate(rows, 1):
            yield _sheet_line(timing, place, row, width, past)
    loose = timing.loose()
    if loose:
        yield ""
        yield "presses without a runner"
        for press in loose:
            yield f"{press.number:>4}  {format_clock(timing.by_clock(press), tenths=True):>8}  {press.place}".rstrip()


def _rows_of(timing: HandTiming, heat: int, rep: int) -> list[list[HandCrossing]]:
    """The crossings of each runner of a heat in one rep: the furthest first, then by time."""
    rows = [
        own
        for slug in timing.setup.heats[heat]
        if (own := [each for each in timing.crossings(slug) if each.rep == rep])
    ]
    return sorted(rows, key=lambda own: (-own[-1].lap, own[-1].time_s or 0.0))


def _sheet_line(
    timing: HandTiming, place: int, row: Sequence[HandCrossing], width: int, past: PastSplits
) -> str:
    last = row[-1]
    name = timing.called(last.runner)
    laps = " ".join("--" if each.lap_s is None else f"{each.lap_s:.1f}" for each in row)
    time = "--" if last.time_s is None else format_clock(last.time_s, tenths=True)
    out = "  out" if last.runner in timing.out else ""
    word = split_words(timing, last, past)
    return f"{place:>3}  {name:<{width}}  {time:>8}  {last.metres:>5.0f} m  {laps}{out}{'  ' + word if word else ''}"
