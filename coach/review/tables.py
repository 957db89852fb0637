"""The summary of a run in words and as lines of text: sentences, the table of reps, every step, the sheet.

`coach runs show` prints it, and it stays in the terminal when the review on the screen is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coach.quantities import Seconds, format_clock, format_metres, format_pace, signed
from coach.review.summary import NEAR_S, RepRow, RepTable, Summary
from coach.session.events import Answered, EndReason, ResumeChoice, RunResumed, StepEnded
from coach.session.phases import items_of
from coach.signals.readings import Source
from coach.workout.describe import target_text
from coach.workout.edits import is_run_by_effort
from coach.workout.kinds import RUN, TIMED
from coach.workout.timeline import CoachBy, Quantity, Step

_RESUMED: Final = {
    ResumeChoice.CONTINUE: "continued",
    ResumeChoice.RESTART: "begun again",
    ResumeChoice.DONE: "counted as done",
    ResumeChoice.PAUSE: "paused",
}
"""The way in which a run went on after it was cut off."""
UNKNOWN: Final = "--"
NO_USE: Final = "–"
"""Shown for a value that does not apply, such as the fall of a heart rate without a rest."""
MOST_SENTENCES: Final = 3
_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_REMARKS: Final = {EndReason.ABANDONED: "given up", EndReason.CAP: "at its latest end", EndReason.LINE: ""}


def lap_text(seconds: float | None) -> str:
    """Write a split in tenths: `44.2`, `1:31.3`; `--` if it is not known."""
    if seconds is None:
        return UNKNOWN
    return f"{seconds:.1f}" if round(seconds, 1) < 60 else format_clock(seconds, tenths=True)


def off_text(seconds: float | None) -> str:
    """Write seconds against the plan with their sign, + is slow: `+1.2`; nothing without a plan."""
    if seconds is None:
        return ""
    return signed(seconds, 1)


def drop_text(row: RepRow) -> str:
    """Write the fall of the heart rate after a rep."""
    if not row.has_drop:
        return NO_USE
    return UNKNOWN if row.drop is None else f"{row.drop:.0f}"


def beats_text(value: float | None) -> str:
    """Write a heart rate."""
    return UNKNOWN if value is None else f"{value:.0f}"


def column_head(table: RepTable, column: float) -> str:
    """Write the head of a split: its metres, or its number."""
    return f"{column:g}" if table.is_by_metres else f"split {column:g}"


def outcome(summary: Summary) -> list[str]:
    """Write whether a run was completed, in a word or two; of one without a plan nothing."""
    if summary.completed:
        return ["completed"]
    return ["ended early"] if summary.has_plan else []


def totals_text(summary: Summary, unit: str = "km") -> str:
    """Write the run in one line: whether it was completed, its time, its distance, the number of verdicts."""
    parts = outcome(summary)
    if summary.time_s is not None:
        parts.append(format_clock(summary.time_s))
    if summary.distance is not None:
        parts.append(format_metres(summary.distance, unit))
    parts.append(_counted(summary.verdicts, "cue on pace or heart rate", "cues on pace or heart rate"))
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures at the top of a review."""

    text: str
    label: str
    more: str
    """Its comparison; empty without one."""


def figures(summary: Summary, unit: str = "km") -> list[Figure]:
    """The figures at the top of a review, the most important first."""
    table = summary.reps
    if not table.rows:
        return _figures_without_reps(summary, unit)
    figures = []
    if table.mean_speed is not None:
        plan = (
            ""
            if table.plan_speed is None
            else f"plan {format_pace(table.plan_speed, unit=unit, with_unit=False)}"
        )
        figures.append(
            Figure(format_pace(table.mean_speed, unit=unit, with_unit=False), f"mean pace /{unit}", plan)
        )
    if table.mean_off_s is not None:
        offs = [off for _, off in table.offs]
        spread = f"best {off_text(min(offs))}   worst {off_text(max(offs))}" if len(offs) > 1 else ""
        figures.append(Figure(off_text(table.mean_off_s), "seconds a rep", spread))
        even = "" if table.evenness is None else f"evenness {100 * table.evenness:.1f} %"
        figures.append(Figure(f"{table.near}/{len(offs)}", "reps within 2 s", even))
    elif table.mean_time_s is not None:
        times = table.whole_times
        spread = f"{lap_text(min(times))} to {lap_text(max(times))}" if len(times) > 1 else ""
        figures.append(Figure(lap_text(table.mean_time_s), "mean time of a rep", spread))
        if table.evenness is not None:
            figures.append(Figure(f"{100 * table.evenness:.1f}%", "evenness", "spread of the times"))
    if table.mean_drop is not None:
        peak = "" if table.peak is None else f"peak {table.peak:.0f}"
        figures.append(Figure(f"{table.mean_drop:.0f}", "HR down in 60 s", peak))
    elif table.peak is not None:
        mean = "" if table.mean_heart_rate is None else f"mean of the reps {table.mean_heart_rate:.0f}"
        figures.append(Figure(f"{table.peak:.0f}", "highest HR", mean))
    return figures or _figures_without_reps(summary, unit)


def _figures_without_reps(summary: Summary, unit: str) -> list[Figure]:
    run = [row for row in summary.rows if row.step.kind in RUN]
    time_s = sum(row.time_s for row in run) if summary.time_s is None else summary.time_s
    figures = [Figure(format_clock(time_s), "running time", "")] if run else []
    metres = summary.metres
    if metres is not None:
        number, _, name = format_metres(metres, unit).partition(" ")
        figures.append(Figure(number, {"m": "metres"}.get(name, name), ""))
        measured_s = sum(row.time_s for row in run if row.distance)
        if measured_s > 0:
            speed = sum(row.distance or 0.0 for row in run) / measured_s
            figures.append(Figure(format_pace(speed, unit=unit, with_unit=False), f"mean pace /{unit}", ""))
    rates = [row.max_heart_rate for row in run if row.max_heart_rate is not None]
    if rates:
        figures.append(Figure(f"{max(rates):.0f}", "highest HR", ""))
    return figures


def sentences(summary: Summary) -> list[str]:
    """Sum up the run in at most three plain sentences: facts, without praise and without a cause."""
    table = summary.reps
    if not table.rows:
        return [*_gaps(summary), *_skipped(summary)][:MOST_SENTENCES]
    words = [
        _done(summary, table),
        *_by_effort(table),
        *_gaps(summary),
        *_skipped(summary),
        *_outliers(table),
        *_starts(table),
    ]
    if table.is_by_hand:
        words.append("Times are from your presses.")
    if not table.offs:
        words += _fastest(table)
    if table.mean_drop is not None:
        way = "fell" if table.mean_drop >= 0 else "rose"
        words.append(f"Heart rate {way} by {abs(table.mean_drop):.0f} in the first minute of rest.")
    return words[:MOST_SENTENCES]


def _done(summary: Summary, table: RepTable) -> str:
    """Say how many reps were run whole, and how far from the plan they were together."""
    whole = sum(not row.result.cut and row.result.reason is not EndReason.ABANDONED for row in table.rows)
    planned = max(summary.planned_reps or 0, len(table.rows))
    words = f"{_number(whole).capitalize()} of {_number(planned)} reps {'was' if whole == 1 else 'were'} run whole"
    if not whole:
        words = (
            "The rep was not run whole" if planned == 1 else f"None of {_number(planned)} reps was run whole"
        )
    if whole and whole == planned:
        all_of_them = {1: "The rep was", 2: "Both reps were"}
        words = f"{all_of_them.get(planned, f'All {_number(planned)} reps were')} run whole"
    off = table.mean_off_s
    if off is None:
        return f"{words}."
    side = "slower" if off > 0 else "faster"
    if not round(off, 1):
        return f"{words}, on average on the plan."
    if len(table.offs) == 1:
        return f"{words}, {abs(off):.1f} s {side} than the plan."
    return f"{words}, on average {abs(off):.1f} s {side} than the plan."


def _by_effort(table: RepTable) -> list[str]:
    """Name the reps whose pace did not count: in wind, on hills, on a day left to effort."""
    count = sum(is_run_by_effort(row.result.step) for row in table.rows)
    if not count:
        return []
    who = "Every rep" if count == len(table.rows) else f"{_number(count).capitalize()} of them"
    return [f"{who} {'was' if count in {1, len(table.rows)} else 'were'} run by effort: no pace counted."]


def _gaps(summary: Summary) -> list[str]:
    """Say when the program was cut off, and for how long."""
    gaps = [gap for gap in summary.gaps if gap.choice is not ResumeChoice.TAKE_BACK]
    if len(gaps) > 1:
        return [f"The run was cut off {_number(len(gaps))} times."]
    return [f"At {format_clock(gap.since)} the run was {gap_text(gap)}." for gap in gaps]


def gap_text(gap: RunResumed) -> str:
    """Say how long a run was cut off, and how it went on."""
    if gap.choice is ResumeChoice.TAKE_BACK:
        return f"over for {format_clock(gap.at - gap.since)}, then gone on with"
    return f"cut off for {format_clock(gap.at - gap.since)}, then {_RESUMED[gap.choice]}"


def _outliers(table: RepTable) -> list[str]:
    """Name the reps furthest from the plan, if they are over 2 s off."""
    if len(table.offs) < 2:
        return []
    ends = [min(table.offs, key=lambda pair: pair[1]), max(table.offs, key=lambda pair: pair[1])]
    parts = [
        f"rep {row.number} was {abs(off):.1f} s {word}"
        for (row, off), word, sign in zip(ends, ("fast", "slow"), (-1, 1), strict=True)
        if round(sign * off, 1) > NEAR_S
    ]
    return [f"{', '.join(parts)}.".capitalize()] if parts else []


def _starts(table: RepTable) -> list[str]:
    """Name the rep that began furthest from its plan."""
    starts: list[tuple[float, RepRow, float, Seconds]] = []
    for row in table.rows:
        laps, plan = row.laps(table.columns), row.plan_laps(table.columns)
        if len(row.times) < 2 or not laps or laps[0] is None or plan[0] is None:
            continue
        starts.append((laps[0] - plan[0], row, table.columns[0], laps[0]))
    if not starts:
        return []
    off, row, metres, lap = max(starts, key=lambda start: abs(start[0]))
    if round(abs(off), 1) < NEAR_S:
        return []
    side = "slow" if off > 0 else "fast"
    return [f"Rep {row.number} began {abs(off):.1f} s {side}: {metres:g} m in {lap_text(lap)}."]


def _fastest(table: RepTable) -> list[str]:
    """Name the fastest and the slowest rep of one length."""
    if len(table.rows) < 2 or not table.is_even or table.rows[0].result.step.until.distance() is None:
        return []
    fast = min(table.rows, key=lambda row: row.result.time_s)
    slow = max(table.rows, key=lambda row: row.result.time_s)
    words = f"fastest {lap_text(fast.result.time_s)} (rep {fast.number})"
    return [f"{words}, slowest {lap_text(slow.result.time_s)} (rep {slow.number}).".capitalize()]


def _skipped(summary: Summary) -> list[str]:
    """Say in one sentence which steps were left out."""
    if not summary.skipped:
        return []
    reps = sum(step.kind in TIMED for step in summary.skipped)
    among = f", {_number(reps)} of them {'a rep' if reps == 1 else 'reps'}" if reps else ""
    return [f"{_counted(len(summary.skipped), 'step', 'steps')} left out{among}."]


# --- lines


def summary_lines(
    summary: Summary, unit: str = "km", *, width: int | None = None, has_steps: bool = True
) -> Iterator[str]:
    """The table of a run as text: its name, its totals, its sentences, its reps, then every step.

    The table of reps is no wider than `width`, where that is given. Without reps and laps every step follows,
    whatever `has_steps` says.
    """
    yield summary.workout
    yield totals_text(summary, unit)
    words = sentences(summary)
    if words:
        yield ""
        yield from words
    yield from rep_lines(summary.reps, unit, width=width)
    yield from lap_lines(summary, unit)
    if has_steps or not (summary.reps.rows or summary.laps):
        yield from step_lines(summary, unit)


def rep_lines(table: RepTable, unit: str = "km", *, width: int | None = None) -> Iterator[str]:
    """The reps with their splits, their mean below, and sentences about them."""
    if not table.rows:
        return
    has = RepColumns(table)
    columns = table.columns
    if width is not None:
        split_width = max([len(column_head(table, column)) for column in columns] + [6]) + 2
        columns = table.thinned((width - has.width) // split_width)
    head = ["rep", *(["length"] if has.lengths else []), *(column_head(table, column) for column in columns)]
    head += ["time", *(["pace" if unit == "km" else f"pace /{unit}"] if has.pace else [])]
    head += [*(["+/- s"] if has.off else []), *(["HR"] if has.heart else []), *(["drop"] if has.drop else [])]
    rows = [_rep_cells(row, columns, has, unit) for row in table.rows]
    yield ""
    lines = _right(head, [*rows, _mean_cells(table, columns, has, unit)] if len(rows) > 1 else rows)
    yield from lines
    summing = (
        [f"best {off_text(min(offs))}   worst {off_text(max(offs))}"]
        if (offs := [off for _, off in table.offs]) and len(offs) > 1
        else []
    )
    if table.offs:
        summing.append(f"{table.near} of {len(table.offs)} within 2 s of the plan")
    if table.evenness is not None:
        summing.append(f"evenness {100 * table.evenness:.1f} %")
    if table.peak is not None:
        summing.append(f"highest HR {table.peak:.0f}")
    yield "   ".join(summing)
    if has.off or has.drop:
        legend = ["+/- s: against the plan, + is slow"] if has.off else []
        legend += ["drop: how far the heart rate fell in the first 60 s of rest"] if has.drop else []
        yield f"({'; '.join(legend)})"


class RepColumns:
    """The columns of a table of reps: those with a value in some row."""

    def __init__(self, table: RepTable) -> None:
        """Find the columns that have a value."""
        rows = table.rows
        self.lengths = not table.is_even
        self.pace = any(row.result.mean_speed is not None for row in rows)
        self.off = bool(table.offs)
        self.heart = any(row.result.mean_heart_rate is not None for row in rows)
        self.drop = any(row.drop is not None for row in rows)

    @property
    def width(self) -> int:
        """The cells needed by all columns but the splits."""
        return 4 + 8 * self.lengths + 9 + 7 * self.pace + 8 * self.off + 5 * self.heart + 6 * self.drop


def _rep_cells(row: RepRow, columns: Sequence[float], has: RepColumns, unit: str) -> list[str]:
    result, about = row.result, "~" if row.result.estimated else ""
    cells = [str(row.number), *([length_text(result.step)] if has.lengths else [])]
    cells += [
        "" if column not in row.times else lap_text(lap)
        for column, lap in zip(columns, row.laps(columns), strict=True)
    ]
    cells.append(about + lap_text(result.time_s))
    if has.pace:
        cells.append(
            UNKNOWN
            if result.mean_speed is None
            else format_pace(result.mean_speed, unit=unit, with_unit=False)
        )
    cells += [off_text(row.off_s) or NO_USE] if has.off else []
    cells += [beats_text(result.mean_heart_rate)] if has.heart else []
    return cells + ([drop_text(row)] if has.drop else [])


def _mean_cells(table: RepTable, columns: Sequence[float], has: RepColumns, unit: str) -> list[str]:
    laps = table.mean_laps(columns)
    cells = ["mean", *([""] if has.lengths else []), *("" if lap is None else lap_text(lap) for lap in laps)]
    cells.append("" if table.mean_time_s is None else lap_text(table.mean_time_s))
    if has.pace:
        cells.append(
            "" if table.mean_speed is None else format_pace(table.mean_speed, unit=unit, with_unit=False)
        )
    cells += [off_text(table.mean_off_s)] if has.off else []
    cells += [beats_text(table.mean_heart_rate)] if has.heart else []
    return cells + ([beats_text(table.mean_drop)] if has.drop else [])


def length_text(step: Step) -> str:
    """Write the length of a rep: `800 m`, `3:00`, `mark`."""
    metres, seconds = step.until.distance(), step.until.time()
    if metres is not None:
        return format_metres(metres)
    return "mark" if seconds is None else format_clock(seconds)


def metres_text(row: StepEnded, unit: str = "km") -> str:
    """Write the distance of a step, with a `~` if it is estimated; empty if unknown."""
    return "" if row.distance is None else ("~" if row.estimated else "") + format_metres(row.distance, unit)


def lap_lines(summary: Summary, unit: str) -> Iterator[str]:
    """The laps of a free run."""
    laps = summary.laps
    if not laps:
        return
    yield ""
    rows = [
        [
            str(lap.number),
            lap_text(lap.time_s),
            format_clock(lap.total_s, tenths=True),
            UNKNOWN if lap.metres is None else format_metres(lap.metres, unit),
            UNKNOWN if not lap.metres or lap.time_s <= 0 else format_pace(lap.metres / lap.time_s, unit=unit),
        ]
        for lap in laps
    ]
    yield from _right(["lap", "time", "total", "distance", "pace"], rows)


_STEP_HEAD: Final = ("", "step", "time", "distance", "pace", "target", "against plan", "HR", "")


def step_lines(summary: Summary, unit: str = "km") -> Iterator[str]:
    """Every step that was run, in order; unmeasured cells stay blank."""
    if not summary.rows:
        return
    answers = {answer.step_id: answer for answer in summary.answers}
    rows = []
    for place, row in enumerate(summary.rows, 1):
        answer = answers.get(row.step.step_id)
        answer_words = "" if answer is None else answer_text(row.step, answer)
        rows.append(_step_cells(place, row, unit, answer_words))
    yield ""
    widths = [max(len(cells[column]) for cells in [_STEP_HEAD, *rows]) for column in range(len(_STEP_HEAD))]
    for cells in [_STEP_HEAD, *rows]:
        yield "  ".join(map(str.ljust, cells, widths)).rstrip()
    if any(row.estimated for row in summary.rows):
        yield "(~: estimated, where the signal was lost)"


def answer_text(step: Step, answered: Answered) -> str:
    """Write a question and its answer, with its word where it has one: `Could you talk? 2, unsure`."""
    number = answered.answer
    word = step.answers[number - 1] if 0 < number <= len(step.answers) else ""
    return f"{answered.question} {number}" + (f", {word}" if word not in {"", str(number)} else "")


def against_plan(row: StepEnded) -> str:
    """Compare a step with its plan: in seconds if it is coached in time, else by the share in its band."""
    if row.step.steer is CoachBy.TIME and row.light_s is not None:
        return f"{off_text(row.light_s)} s"
    if row.in_band_fraction is None or row.step.steer is CoachBy.TIME:
        return ""
    return f"{100 * row.in_band_fraction:.0f} % in band"


def remarks(row: StepEnded) -> list[str]:
    """Remarks on a step that was out of the ordinary."""
    words = ["with a pause"] if row.broken else []
    words += ["cut short"] if row.cut else []
    if row.hard_s is not None and row.easy_s is not None:
        words.append(f"hard {format_clock(row.hard_s)}, easy {format_clock(row.easy_s)}")
    if row.items_done is not None:
        words.append(f"{row.items_done} of {items_of(row.step.items)} ticked off")
    if row.moving_time_s is not None:
        words.append(f"moving {format_clock(row.moving_time_s, tenths=True)}")
    words += ["by the clock"] if row.distance_source is Source.CLOCK else []
    return words + ([word] if (word := _REMARKS.get(row.reason, "")) else [])


def _step_cells(place: int, row: StepEnded, unit: str, answer: str) -> tuple[str, ...]:
    is_run = row.step.kind in RUN
    target = row.step.target
    target_words = target_text(target)
    if unit == "mile" and target is not None and target.quantity is Quantity.SPEED and target.band.aim:
        target_words = format_pace(target.band.aim, unit=unit)
    return (
        str(place),
        row.step.path,
        format_clock(row.time_s, tenths=True) if is_run else "",
        metres_text(row, unit),
        "" if row.mean_speed is None else format_pace(row.mean_speed, unit=unit),
        target_words,
        against_plan(row),
        "" if row.mean_heart_rate is None else f"{row.mean_heart_rate:.0f}",
        ", ".join([*([answer] if answer else []), *remarks(row)]),
    )


# --- the sheet


def profile_lines(summary: Summary) -> Iterator[str]:
    """The reps for a coach's spreadsheet: reps down, splits across, separated by tabs; unknown values are empty.

    Of a free run its laps.
    """
    table = summary.reps
    if not table.rows:
        yield "lap\ttime\ttotal\tmetres"
        for lap in summary.laps:
            metres = "" if lap.metres is None else f"{lap.metres:.0f}"
            yield "\t".join((str(lap.number), lap_text(lap.time_s), lap_text(lap.total_s), metres))
        return
    heads = [column_head(table, column) for column in table.columns]
    yield "\t".join(("rep", "length", *heads, "time", "+/- s", "HR", "drop"))
    for row in table.rows:
        result = row.result
        cells = [str(row.number), length_text(result.step)]
        cells += ["" if lap is None else lap_text(lap) for lap in row.laps(table.columns)]
        cells += [lap_text(result.time_s), off_text(row.off_s)]
        cells.append("" if result.mean_heart_rate is None else f"{result.mean_heart_rate:.0f}")
        yield "\t".join((*cells, "" if row.drop is None else f"{row.drop:.0f}"))


def column_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Set cells in columns, the first left-aligned and the others right-aligned."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()


def _right(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Set cells in columns, right-aligned under their heads."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        yield "  ".join(map(str.rjust, row, widths)).rstrip()


def _number(value: int) -> str:
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count or 'no'} {singular if count == 1 else plural}"
