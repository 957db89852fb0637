"""Writes a review as titled sections of text, as lines for a terminal, and as one JSON object; it computes nothing.

The terminal, the screen and the report print these sections, so that a number reads the same everywhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean
from typing import Any, Final, NamedTuple

from coach.cues.cue import VERDICTS, CueKind
from coach.quantities import format_clock, format_metres, format_pace, rounded, signed
from coach.review import tables
from coach.review.formulas import FORMULAS, UNITS, Formula, Style, formula_lines
from coach.review.review import (
    CalibrationReview,
    CueReview,
    Outcome,
    Review,
    ReviewValue,
    Standing,
    StepReview,
)
from coach.review.trace import step_rows
from coach.workout.kinds import HARD, RUN


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One number of a section."""

    name: str
    """The name of its formula."""
    label: str
    text: str
    """`--` if it is not known."""
    note: str
    """The reason why it is missing, or a remark on it."""
    standing: Standing


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """One part of a review."""

    key: str
    title: str
    rows: tuple[SectionRow, ...]
    lines: tuple[str, ...]
    """Its tables, as text."""
    after: tuple[str, ...] = ()
    """Lines below its tables."""


# --- numbers


def value_text(value: float | None, style: Style, unit: str = "km") -> str:
    """Write a number in the format of its formula; `--` if it is not known."""
    if value is None:
        return tables.UNKNOWN
    if style is Style.DISTANCE:
        return format_metres(value, unit)
    if style is Style.PACE:
        return format_pace(value, unit=unit)
    if style is Style.SHARE and value < 0.1:
        return f"{100 * value:.1f} %"
    return _WRITERS[style](value)


_WRITERS: Final[Mapping[Style, Callable[[float], str]]] = {
    Style.CLOCK: format_clock,
    Style.TENTHS: tables.lap_text,
    Style.SIGNED_TENTHS: lambda value: f"{tables.off_text(value)} s",
    Style.BEATS: "{:.0f} bpm".format,
    Style.SIGNED_BEATS: lambda value: f"{signed(value)} bpm",
    Style.SHARE: lambda value: f"{100 * value:.0f} %",
    Style.SIGNED_SHARE: lambda value: f"{signed(100 * value, 1)} %",
    Style.COUNT: "{:.0f}".format,
    Style.YES: lambda value: "yes" if value else "no",
    Style.LOAD: "{:.0f}".format,
    Style.WATTS: "{:.0f} W".format,
    Style.CADENCE: "{:.0f} spm".format,
    Style.HUNDREDTHS: "{:.2f}".format,
    Style.THOUSANDTHS: "{:.3f}".format,
    Style.AMOUNT: "{:.0f}".format,
}
"""Formats of numbers, except distances and paces, which depend on the unit."""


def row_of(number: ReviewValue, unit: str = "km") -> SectionRow:
    """Write a number with its label and note."""
    formula = FORMULAS[number.name]
    text = value_text(number.value, formula.style, unit)
    if number.standing is Standing.ESTIMATED:
        text = f"~{text}"
    return SectionRow(number.name, formula.label, text, number.reason, number.standing)


# --- sections


class SectionNames(NamedTuple):
    """The title of a section and the names of its numbers."""

    title: str
    names: tuple[str, ...]


SECTION_ROWS: Final[Mapping[str, SectionNames]] = {
    "run": SectionNames("The run", (
        "run_time", "run_distance", "run_pace", "run_heart_rate", "run_peak", "run_cadence", "run_power",
        "hard_session",
    )),
    "reps": SectionNames("Reps", (
        "reps_whole", "rep_pace", "seconds_a_rep", "within_2s", "evenness", "first_rep", "fade_within",
        "fade_across", "rep_trend", "reps_half", "speed_kept", "last_like_first", "even_400s",
        "set_distance", "float_seconds", "float_in_band",
    )),
    "steps": SectionNames("Planned and done", ()),
    "pace": SectionNames("Pace over the run", (
        "split_evenness", "negative_split", "finish", "quarters", "decoupling", "heart_drift", "late_pace",
    )),
    "heart": SectionNames("Heart", (
        "easy_time", "easy_distance", "grey_time", "heart_at_pace", "last_minute", "red_seconds",
        "red_kilometre", "rr_artefacts", "dfa_alpha_1", "aerobic_dfa",
    )),
    "load": SectionNames("Load", (
        "session_load", "trimp", "trimp_women", "edwards", "lucia", "graded_load",
    )),
    "cues": SectionNames("Cues and their outcome", (
        "cues_said", "verdicts_said", "verdicts_answered", "answer_time", "gate_count", "fuel",
    )),
    "sensors": SectionNames("Sensors", ("rejected",)),
    "you": SectionNames("Your notes", (
        "effort", "effort_asked",
    )),
}  # fmt: skip
"""The sections in order."""


def sections(review: Review, width: int = 80) -> tuple[ReviewSection, ...]:
    """The sections of a review that have something to show, their tables no wider than `width`."""
    lines = {
        "steps": step_table(review, width),
        "pace": split_table(review),
        "heart": zone_table(review, width),
        "cues": cue_table(review, width),
        "sensors": sensor_table(review),
        "you": said_lines(review),
    }
    after = {
        "reps": [f"Test, {finding.test}: {finding.words}" for finding in review.findings],
        "cues": [
            f"{rule}: spoke {count} {'time' if count == 1 else 'times'}"
            for rule, count in review.gates.items()
        ],
        "load": ["Loads of different kinds cannot be added. None predicts an injury."],
    }
    parts: list[ReviewSection] = []
    for key, (title, names) in SECTION_ROWS.items():
        rows = tuple(
            row_of(review.values[name], review.unit) for name in names if review.values[name].applies
        )
        section = ReviewSection(key, title, rows, tuple(lines.get(key, ())), tuple(after.get(key, ())))
        if section.rows or section.lines or section.after:
            parts.append(section)
    return tuple(parts)


def section_lines(section: ReviewSection, width: int = 80) -> Iterator[str]:
    """Write a section as lines of text, its title first; notes that do not fit go on in the next line."""
    yield section.title
    label = max((len(row.label) for row in section.rows), default=0)
    value = max((len(row.text) for row in section.rows), default=0)
    for row in section.rows:
        head = f"  {row.label:<{label}}  {row.text:>{value}}"
        yield from wrapped(head, row.note, width)
    if section.rows and section.lines:
        yield ""
    yield from (f"  {line}" if line else "" for line in section.lines)
    for line in section.after:
        yield from wrapped("", line, width, indent=2)


def wrapped(head: str, text: str, width: int, indent: int | None = None) -> Iterator[str]:
    """Write a head with a text behind it, wrapped and aligned below its first word."""
    left = len(head) + 2 if indent is None else indent
    line = head if indent is None else " " * indent
    is_first = True
    for word in text.split():
        gap = ("  " if is_first else " ") if line.strip() else ""
        if not is_first and len(line) + len(gap) + len(word) > width:
            yield line.rstrip()
            line, gap = " " * left, ""
        line, is_first = line + gap + word, False
    yield line.rstrip()


# --- tables


def _table(columns: Sequence[tuple[str, Sequence[str], str]], width: int, drops: Sequence[str]) -> list[str]:
    """Cells in columns, no wider than `width`: columns without a cell go first, then those of `drops` in order.

    A column is its head, its cells and its side, `<` or `>`.
    """
    visible = [column for column in columns if any(column[1])]
    sizes = _sizes(visible)
    for head in drops:
        if sum(sizes) + 2 * (len(sizes) - 1) <= width:
            break
        visible = [column for column in visible if column[0] != head]
        sizes = _sizes(visible)
    over = sum(sizes) + 2 * (len(sizes) - 1) - width
    if over > 0:
        sizes[0] = max(8, sizes[0] - over)
    rows = [
        [head for head, _, _ in visible],
        *(list(row) for row in zip(*(cells for _, cells, _ in visible), strict=True)),
    ]
    sides = [side for _, _, side in visible]
    return [
        "  ".join(
            f"{cell[:size]:{side}{size}}" for cell, size, side in zip(row, sizes, sides, strict=True)
        ).rstrip()
        for row in rows
    ]


def _sizes(columns: Sequence[tuple[str, Sequence[str], str]]) -> list[int]:
    """The width of each column."""
    return [max(len(head), *map(len, cells)) for head, cells, _ in columns]


def step_table(review: Review, width: int = 80) -> list[str]:
    """The table of all steps that were run, with plan and result."""
    steps = [step for step in review.steps if step.result.step.kind in RUN]
    if not steps:
        return []
    unit = review.unit
    columns = [
        ("step", [_name(step) for step in steps], "<"),
        ("plan", [_clock(step.plan_time_s) for step in steps], ">"),
        ("time", [tables.lap_text(step.result.time_s) for step in steps], ">"),
        ("+/- s", [tables.off_text(step.result.light_s) for step in steps], ">"),
        ("plan m", [_whole(step.plan_distance) for step in steps], ">"),
        ("m", [_done_metres(step) for step in steps], ">"),
        ("plan pace", [_pace(step.plan_speed, unit) for step in steps], ">"),
        ("pace", [_pace(step.result.mean_speed, unit) for step in steps], ">"),
        ("band", [_per_cent(step.result.in_band_fraction) for step in steps], ">"),
        ("fade", [_signed(step.fade) for step in steps], ">"),
        ("HR", [_whole(step.result.mean_heart_rate) for step in steps], ">"),
        ("peak", [_whole(step.result.max_heart_rate) for step in steps], ">"),
        ("drop", [_whole(step.drop) for step in steps], ">"),
        ("spm", [_whole(step.result.cadence) for step in steps], ">"),
        ("W", [_whole(step.power) for step in steps], ">"),
    ]
    drops = ("plan m", "fade", "HR", "W", "plan pace", "spm", "drop", "m", "plan")
    lines = _table(columns, width - 2, drops)
    marks = []
    if any(step.standing is Standing.ESTIMATED for step in steps):
        marks.append("~ estimated, where the signal was lost")
    unmeasured = sum(step.standing is Standing.NOT_MEASURED for step in steps)
    if unmeasured:
        marks.append(f"{unmeasured} not measured in metres")
    return lines + ([f"({'; '.join(marks)})"] if marks else [])


def _name(step: StepReview) -> str:
    path = step.result.step.path
    return path if len(path) <= 34 else "…" + path[-33:]


def _done_metres(step: StepReview) -> str:
    about = "~" if step.standing is Standing.ESTIMATED else ""
    return about + _whole(step.result.distance)


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else tables.lap_text(seconds)


def _pace(speed: float | None, unit: str) -> str:
    return "" if speed is None else format_pace(speed, unit=unit, with_unit=False)


def _per_cent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _signed(share: float | None) -> str:
    return "" if share is None else f"{signed(100 * share, 1)} %"


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def split_rows(review: Review) -> list[tuple[str, str, str, str, str]]:
    """Each kilometre or mile of the run: which, its time, the time since the start, pace, heart rate.

    The last one, if it is shorter, has its share in place of its number. A run of at most one gives no rows.
    """
    splits = review.splits
    if len(splits) < 2:
        return []
    return [
        (
            f"{split.metres / splits[0].metres:.2f}" if split.metres < splits[0].metres - 0.5 else str(place),
            tables.lap_text(split.time_s),
            format_clock(split.total_s),
            _pace(split.metres / split.time_s if split.time_s > 0 else None, review.unit),
            _whole(split.heart_rate),
        )
        for place, split in enumerate(splits, 1)
    ]


def split_table(review: Review) -> list[str]:
    """The kilometres or miles of the run, then the splits of steps that are no reps."""
    lines: list[str] = []
    rows = split_rows(review)
    if rows:
        heads = (review.unit, "time", "total", "pace", "HR")
        lines += _table(
            [(head, [row[place] for row in rows], ">") for place, head in enumerate(heads)], 80, ()
        )
    for step in review.steps:
        laps = [
            f"{'' if split.metres is None else f'{split.metres:.0f} m '}{tables.lap_text(lap)}"
            for split, lap in zip(step.splits, step.laps, strict=True)
            if lap is not None
        ]
        if laps and step.rep is None:
            lines.append(f"{_name(step)}: {', '.join(laps)}")
    return lines


def zone_table(review: Review, width: int = 80) -> list[str]:
    """The time in each zone, with a bar for its share."""
    if not review.zones:
        return []
    room = max(10, min(40, width - 54))
    lines = [f"time in zones: {review.zone_model}"]
    for each in review.zones:
        low, high = each.zone.low, each.zone.high
        edges = f"{'' if low is None else f'{low:.0f}':>3}-{'' if high is None else f'{high:.0f}':<3}"
        bar = "█" * round(room * each.share)
        lines.append(
            f"{each.zone.name:<5} {each.zone.meaning[:20]:<20} {edges} {format_clock(each.seconds):>7} "
            f"{100 * each.share:>3.0f} % {bar}".rstrip()
        )
    return lines


def cue_table(review: Review, width: int = 80) -> list[str]:
    """The verdicts with their outcomes; of the other cues the number of each kind."""
    lines: list[str] = []
    judged = [each for each in review.cues if each.cue.kind in VERDICTS]
    for each in judged:
        when = "" if each.run_s is None else format_clock(each.run_s)
        text = each.cue.text[: max(10, width - 34)]
        lines.append(f"{when:>7}  {text:<{max(10, width - 34)}}  {outcome_text(each)}".rstrip())
    others: dict[CueKind, int] = {}
    for each in review.cues:
        if each.cue.kind not in VERDICTS:
            others[each.cue.kind] = others.get(each.cue.kind, 0) + 1
    if others:
        words = ", ".join(f"{kind.value.replace('_', ' ')} {count}" for kind, count in others.items())
        lines += wrapped("", f"others: {words}", width - 2, indent=0)
    return lines


def outcome_text(each: CueReview) -> str:
    """Write the outcome of a cue: `answered in 12 s`; empty if it was no verdict."""
    if each.outcome is None:
        return ""
    if each.outcome is Outcome.ANSWERED and each.after_s is not None:
        return f"answered in {each.after_s:.0f} s"
    return each.outcome.value


def sensor_table(review: Review) -> list[str]:
    """The reception of each sensor, and the factors of pods."""
    rows = review.sensors
    columns = [
        ("sensor", [each.source.value for each in rows], "<"),
        ("live", [_per_cent(each.live) for each in rows], ">"),
        ("drop-outs", [str(each.gaps) for each in rows], ">"),
        ("longest", ["" if (gap := each.longest_gap_s) is None else format_clock(gap) for each in rows], ">"),
    ]
    lines = _table(columns, 80, ()) if rows else []
    return lines + [calibration_text(each) for each in review.calibrations]


def calibration_text(each: CalibrationReview) -> str:
    """Write a factor of a pod and its origin: `pod factor 1.004 ± 0.012 at the start`."""
    when = {"earlier": f"on {each.day}", "start": "at the start"}.get(each.origin)
    if when is None:
        when = f"at {format_clock(each.at or 0.0)}, from a {each.origin}"
    return f"{each.sensor.value} factor {each.factor:.3f} ± {each.sd:.3f} {when}"


QUESTIONS: Final[Mapping[str, str]] = {"worked": "What worked?", "failed": "What did not?"}
"""The questions after a run, by the field that keeps the answer."""


def said_lines(review: Review) -> list[str]:
    """The runner's answers during the run and afterwards."""
    lines = [f"{step.answer} ({step.result.step.path})" for step in review.steps if step.answer]
    for name, question in QUESTIONS.items():
        answer = getattr(review.notes, name)
        if answer:
            lines.append(f"{question} {answer}")
    lines += [f"Note: {review.notes.text}"] if review.notes.text else []
    return lines + ([f"Shoe: {review.notes.shoe}"] if review.notes.shoe else [])


# --- the profile

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LABEL: Final = 8
_WALK_MPS: Final = 1.5
"""Slower parts do not move the foot of the columns, so that a walk does not compress the rest."""
HIGH: Final = 6


def profile_lines(review: Review, width: int = 80, height: int = HIGH) -> list[str]:
    """The run as columns of speed over time, hard steps solid and all others hatched; a gap was not measured.

    Colour carries no meaning.
    """
    speeds = review.seconds.speed
    room = min(len(speeds), width - _LABEL - 2)
    if room < 20:
        return []
    spans = [step_rows(review.seconds, row) for row in review.summary.rows if row.step.kind in HARD]
    columns: list[float | None] = []
    hard: list[bool] = []
    for column in range(room):
        rows = slice(
            column * len(speeds) // room,
            max(column * len(speeds) // room + 1, (column + 1) * len(speeds) // room),
        )
        values = [value for value in speeds[rows] if value is not None]
        columns.append(fmean(values) if values else None)
        middle = (rows.start + rows.stop - 1) // 2
        hard.append(any(span.start <= middle < span.stop for span in spans))
    running = [value for value in columns if value is not None and value > 0.5]
    if not running:
        return []
    low, high = 0.8 * min([value for value in running if value > _WALK_MPS] or running), max(running)
    lines: list[str] = []
    for row in range(height, 0, -1):
        label = _pace(high, review.unit) if row == height else _pace(low, review.unit) if row == 1 else ""
        cells = (
            _cell(value, is_hard, (low, high), row, height)
            for value, is_hard in zip(columns, hard, strict=True)
        )
        lines.append(f"{label:>{_LABEL}}  {''.join(cells)}".rstrip())
    start, end = format_clock(0), format_clock(len(speeds))
    lines.append(f"{'/' + review.unit:>{_LABEL}}  {start}{end:>{max(1, room - len(start))}}")
    return lines


def _cell(value: float | None, is_hard: bool, edges: tuple[float, float], row: int, height: int) -> str:
    if value is None or value <= 0.5:
        return " "
    share = (value - edges[0]) / (edges[1] - edges[0]) if edges[1] > edges[0] else 1.0
    eighths = max(1, round(8 * height * share)) - 8 * (row - 1)
    if not is_hard:
        return "░" if eighths >= 4 or (row == 1 and eighths > 0) else " "
    return _EIGHTHS[max(0, min(8, eighths))]


# --- the whole of it


def review_lines(review: Review, width: int = 80) -> Iterator[str]:
    """A review as lines of text, no wider than `width`."""
    summary = review.summary
    yield " · ".join(part for part in (review.title, review.day, summary.athlete) if part)
    yield tables.totals_text(summary, review.unit)
    profile = profile_lines(review, min(width, 160))
    if profile:
        yield ""
        yield from profile
    if review.verdict:
        yield ""
        for sentence in review.verdict:
            yield from wrapped("", sentence, width, indent=0)
    for line in tables.rep_lines(summary.reps, review.unit, width=width):
        yield from [line] if len(line) <= width else wrapped("", line, width, indent=0)
    yield from tables.lap_lines(summary, review.unit)
    for section in sections(review, width):
        yield ""
        yield from section_lines(section, width)
    unanswered = [question for name, question in QUESTIONS.items() if not getattr(review.notes, name)]
    if review.notes.can_answer and unanswered:
        yield ""
        words = f"{' '.join(unanswered)} coach runs note {summary.run[:8]} --worked TEXT --failed TEXT"
        yield from wrapped("", words, width, indent=0)
    yield ""
    yield "How a number is made: coach review RUN --explain NAME; the names: --explain list"


# --- a review as one JSON object

FORMAT: Final = "coach-review/1"

_DIGITS: Final[Mapping[Style, int]] = {
    Style.CLOCK: 2, Style.TENTHS: 2, Style.SIGNED_TENTHS: 2, Style.DISTANCE: 1, Style.PACE: 3,
    Style.BEATS: 1, Style.SIGNED_BEATS: 1, Style.SHARE: 4, Style.SIGNED_SHARE: 4, Style.COUNT: 0,
    Style.YES: 0, Style.LOAD: 1, Style.WATTS: 1, Style.CADENCE: 1, Style.HUNDREDTHS: 3,
    Style.THOUSANDTHS: 4, Style.AMOUNT: 1,
}  # fmt: skip
"""Decimals of a number in JSON, by how it is written for people."""


def review_tree(review: Review) -> dict[str, Any]:
    """A review as one JSON object; unknown values are absent."""
    summary = review.summary
    tree: dict[str, Any] = {"v": 1, "format": FORMAT, "run": summary.run, "workout": review.title}
    tree |= _known({"day": review.day, "athlete": summary.athlete, "surface": review.surface})
    tree |= {"unit": review.unit, "completed": summary.completed, "verdict": list(review.verdict)}
    tree["values"] = {name: _value_tree(number) for name, number in review.values.items()}
    tree["steps"] = [_step_tree(step) for step in review.steps]
    tree |= _known({"zones": _zones_tree(review)})
    if review.thirds is not None:
        thirds = {"time_s": review.thirds.seconds, "distance_m": review.thirds.metres}
        tree["thirds"] = {name: [round(each) for each in row] for name, row in thirds.items() if row}
    tree["splits"] = [
        _known(
            {
                "metres": round(split.metres, 1),
                "time_s": round(split.time_s, 2),
                "total_s": round(split.total_s, 2),
                "mean_heart_rate_bpm": rounded(split.heart_rate, 0),
            }
        )
        for split in review.splits
    ]
    tree["cues"] = [_cue_tree(each) for each in review.cues]
    tree["sensors"] = [
        _known(
            {
                "sensor": each.source.value,
                "live_fraction": round(each.live, 4),
                "gaps": each.gaps,
                "longest_gap_s": rounded(each.longest_gap_s, 1),
            }
        )
        for each in review.sensors
    ]
    tree["calibrations"] = [
        _known(
            {
                "sensor": each.sensor.value,
                "at_s": rounded(each.at, 2),
                "day": each.day,
                "factor": round(each.factor, 4),
                "sd": round(each.sd, 4),
                "from": each.origin,
            }
        )
        for each in review.calibrations
    ]
    tree["red_kilometres"] = [
        {"metres": round(each.metres), "time_s": round(each.seconds)} for each in review.red
    ]
    findings = [{"test": finding.test, "words": finding.words} for finding in review.findings]
    tree |= _known({"gates": dict(review.gates), "findings": findings})
    notes = review.notes
    answers = {
        name: getattr(notes, name) for name in ("rpe", "text", "worked", "failed", "shoe", "answered_at")
    }
    return tree | _known({"note": _known(answers)})


def _zones_tree(review: Review) -> dict[str, Any]:
    rows = [
        _known(
            {
                "name": each.zone.name,
                "meaning": each.zone.meaning,
                "from_bpm": rounded(each.zone.low, 1),
                "to_bpm": rounded(each.zone.high, 1),
            }
        )
        | {"time_s": round(each.seconds), "fraction": round(each.share, 4)}
        for each in review.zones
    ]
    return {"model": review.zone_model, "rows": rows} if rows else {}


def _value_tree(number: ReviewValue) -> dict[str, Any]:
    style = FORMULAS[number.name].style
    tree: dict[str, Any] = {"standing": number.standing.value}
    if number.value is not None and isfinite(number.value):
        digits = _DIGITS[style]
        tree |= {
            "value": round(number.value, digits) + 0.0 if digits else round(number.value),
            "unit": UNITS[style],
        }
    return tree | _known({"reason": number.reason}) | ({} if number.applies else {"applies": False})


def _step_tree(step: StepReview) -> dict[str, Any]:
    result = step.result
    planned = {
        "time_s": rounded(step.plan_time_s, 2),
        "distance_m": rounded(step.plan_distance, 1),
        "mean_speed_mps": rounded(step.plan_speed, 3),
    }
    done = {
        "time_s": rounded(result.time_s, 2),
        "moving_time_s": rounded(result.moving_time_s, 2),
        "distance_m": rounded(result.distance, 1),
        "mean_speed_mps": rounded(result.mean_speed, 3),
        "in_band_fraction": rounded(result.in_band_fraction, 3),
        "light_s": rounded(result.light_s, 2),
        "mean_heart_rate_bpm": rounded(result.mean_heart_rate, 0),
        "max_heart_rate_bpm": rounded(result.max_heart_rate, 0),
        "heart_rate_drop_bpm": rounded(result.heart_rate_drop, 0),
        "cadence_spm": rounded(result.cadence, 0),
        "power_w": rounded(step.power, 0),
        "fade_fraction": rounded(step.fade, 4),
    }
    tree: dict[str, Any] = {
        "step_id": result.step.step_id,
        "path": result.step.path,
        "kind": result.step.kind.value,
        "reason": result.reason.value,
        "standing": step.standing.value,
        "ended_at_s": round(result.ended_at, 2),
    }
    tree |= _known({"rep": step.rep, "cut": result.cut, "broken": result.broken})
    tree |= {"planned": _known(planned), "done": _known(done)}
    splits = [
        _known(
            {
                "metres": rounded(split.metres, 0),
                "time_s": round(split.time_s, 2),
                "lap_s": rounded(lap, 2),
                "role": split.role.value,
                "pressed": split.pressed,
            }
        )
        for split, lap in zip(step.splits, step.laps, strict=True)
    ]
    return tree | _known({"splits": splits, "answer": step.answer})


def _cue_tree(each: CueReview) -> dict[str, Any]:
    return {"at_s": round(each.cue.at, 2), "kind": each.cue.kind.value, "text": each.cue.text} | _known(
        {
            "run_s": rounded(each.run_s, 2),
            "step_id": each.step_id,
            "came": None if each.outcome is None else each.outcome.value.replace(" ", "_"),
            "after_s": rounded(each.after_s, 0),
        }
    )


def _known(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A tree without the keys whose value is unknown, empty or false; 0 stays."""
    return {key: value for key, value in tree.items() if value or (value == 0 and value is not False)}


def formula_names(rows: Mapping[str, Formula]) -> Iterator[str]:
    """The names of all numbers of a table with their labels, for `--explain list`."""
    width = max(len(name) for name in rows)
    for name, row in rows.items():
        yield f"{name:<{width}}  {row.label}"


def formula_tree(name: str, rows: Mapping[str, Formula] = FORMULAS) -> dict[str, Any]:
    """A row of a table as one JSON object."""
    row = rows[name]
    parts = ("label", "formula", "inputs", "source", "valid")
    return {"v": 1, "name": name} | {part: getattr(row, part) for part in parts}


def explanation(review: Review, name: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The formula of a number and its value in this run, as lines and as one JSON object."""
    tree = formula_tree(name)
    lines = formula_lines(name)
    number = review.values.get(name)
    if number is None:
        return (*lines, "  here     it stands in a table, one for each row"), tree
    row = row_of(number, review.unit)
    note = f" ({row.note})" if row.note else ""
    standing = number.standing.value.replace("_", " ")
    here = f"{row.text}, {standing}{note}" if number.value is not None else f"{standing}: {row.note}"
    return (*lines, f"  here     {here}"), tree | {"here": _value_tree(number)}
