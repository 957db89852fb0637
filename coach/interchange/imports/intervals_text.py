"""intervals.icu's workout text: sections, `Main set 6x`, and step lines that begin with a dash.

Repeats do not nest there, save for `4x` on a step line. People nest them all the same, by `- 4x` or an indented
`4x` above lines that are indented further, and are understood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from coach.interchange.imports.intervals_line import (
    LONGEST_LINE,
    has_length,
    is_step_without_dash,
    read_line,
)
from coach.interchange.imports.intervals_step import IntervalsRepeat, Items, nodes_of, settle_kinds
from coach.interchange.imports.json_access import Json
from coach.interchange.imports.sport import Sport
from coach.interchange.imports.step_builder import StepBuilder
from coach.interchange.imports.workout_builder import WorkoutBuilder, document
from coach.interchange.imports.workout_file import Durations
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem
from coach.workout.defaults import MAX_STEPS

_STEP = re.compile(r"^\s*[-–•*](?![-*])\s*(?=\S)")
_RULE = re.compile(r"^[-*_=~\s]{3,}$")
"""A line that only parts others."""
_TIMES = re.compile(
    r"^(?:(?:repeat\s+)?(\d{1,5})\s*(?:[x×]|times)(?:\s+(?!\d)(?P<behind>.*))?"
    r"|(?P<before>.*?)(?:^|[\s(-])(?:(\d{1,5})\s*(?:[x×]|times)|[x×]\s*(\d{1,5})))$",
    re.IGNORECASE,
)
MOST_NESTED: Final = 20
"""Repeats within repeats that are followed: more than a document takes, and few enough for the stack."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a section: a step, or how often those below it are repeated."""

    number: int
    indent: int
    text: str
    """Without its dash; empty for an empty line."""


@dataclass(slots=True)
class _Block:
    """A section of the text."""

    name: str
    number: int
    times: int | None = None
    lines: list[_Line] = field(default_factory=list)


def is_intervals_text(text: str) -> bool:
    """Is there at least one line that is a step?"""
    return any(_is_step(line) for line in text.split("\n", 20_000)[:20_000])


def read_intervals_text(
    text: str,
    report: Reporter,
    durations: Durations | None = None,
    *,
    first_line: int = 1,
    within: str = "",
    name: str = "",
    description: str = "",
    sport: Sport = Sport.RUN,
) -> Json:
    """Make a document of one workout.

    Args:
        text: the workout, nothing else.
        report: what is told.
        durations: what an unclear `m` means; None lets it be decided.
        first_line: the number of its first line in the file.
        within: the place of the text in the file, if it is a value in there.
        name: what it is called if it does not say so itself.
        description: what is said about it around the text.
        sport: the sport it is for.

    Raises:
        WorkoutProblem: no line of it is a step.
    """
    reader = _TextReader(report, durations, f"{within} line " if within else "line ")
    title, about, blocks = reader.blocks(text, first_line)
    if not blocks:
        raise WorkoutProblem("no line of it is a step such as `- 10m 80% Pace`", where=f"line {first_line}")
    if sum(bool(line.text) for block in blocks for line in block.lines) > MAX_STEPS:
        raise WorkoutProblem(f"it has more than {MAX_STEPS} lines of steps, which no workout has")
    sections = [(block.name, reader.items(block)) for block in blocks]
    settle_kinds(sections)
    builder = StepBuilder(report, sport)
    draft = WorkoutBuilder(
        name=name if within else title or name,
        where=f"{reader.line}{first_line}",
        description=description or about,
        source="intervals.icu",
    )
    draft.sections = [(section, nodes_of(items, builder)) for section, items in sections]
    if len(draft.sections) == 1 and draft.sections[0][0] in {"", title}:
        draft.sections = [("Workout", draft.sections[0][1])]
    return document(draft, report)


def _is_step(line: str) -> bool:
    dash = _STEP.match(line)
    return dash is not None and has_length(line[dash.end() :])


def header_of(line: str) -> tuple[str, int | None]:
    """The name of a header, and how often what is below it is repeated."""
    line = " ".join(line[:LONGEST_LINE].split()).strip(" :#*_().")
    times = _TIMES.match(line)
    if times is None:
        return line.strip(" -"), None
    name = times["behind"] or times["before"] or ""
    return name.strip(" :#*_()-"), int(times[1] or times[4] or times[5])


@dataclass(frozen=True, slots=True)
class _TextReader:
    """Reads one text."""

    report: Reporter
    durations: Durations | None
    line: str
    """The place before the number of a line."""

    def blocks(self, text: str, first_line: int) -> tuple[str, str, list[_Block]]:
        """The title, the words that belong to no step, and the sections of a text."""
        title = ""
        words: list[str] = []
        blocks: list[_Block] = []
        waiting: tuple[int, str] | None = None
        for number, raw in enumerate(text.expandtabs(4).split("\n"), first_line):
            line, dash = ("" if _RULE.match(raw) else raw.strip()), _STEP.match(raw)
            indent = len(raw) - len(raw.lstrip())
            is_nested = dash is None and indent > 0 and header_of(line)[1] is not None
            if not line:
                if blocks and waiting is None:
                    blocks[-1].lines.append(_Line(number, 0, ""))
                    if blocks[-1].times is not None and any(each.text for each in blocks[-1].lines):
                        blocks.append(_Block("", number))
            elif dash is not None or (is_nested and (blocks or waiting)):
                if waiting is not None or not blocks:
                    if waiting is not None and is_step_without_dash(waiting[1]):
                        self._left_behind(*waiting)
                    blocks.append(_header(*(waiting or (number, ""))))
                    waiting = None
                said = raw[dash.end() :].strip() if dash is not None else line
                blocks[-1].lines.append(_Line(number, indent, said))
            else:
                if waiting is not None:
                    self._left_behind(*waiting)
                    title, words = (title, [*words, waiting[1]]) if title else (waiting[1], words)
                waiting = (number, line)
        if waiting is not None:
            self._left_behind(*waiting)
            words.append(waiting[1])
        blocks = [block for block in blocks if any(each.text for each in block.lines)]
        if not title and blocks and blocks[0].name and blocks[0].times is None and len(blocks) == 1:
            title = blocks[0].name
        return title, "\n".join(words), blocks

    def items(self, block: _Block) -> Items:
        """The steps of a section."""
        items = self._nested(block.lines, block, in_repeat=block.times is not None)
        return (
            items
            if block.times is None
            else [IntervalsRepeat(f"{self.line}{block.number}", block.times, items)]
        )

    def _left_behind(self, number: int, line: str) -> None:
        """Tell of a header without steps that says more than its words."""
        if is_step_without_dash(line):
            text = f'"{line[:60]}" has no dash before it, so it is a heading and no step'
            self.report.dropped(f"{self.line}{number}", text)
        elif header_of(line)[1] is not None:
            self.report.dropped(f"{self.line}{number}", f'"{line[:60]}" has no step below it to repeat')

    def _nested(self, lines: Sequence[_Line], block: _Block, *, in_repeat: bool, depth: int = 0) -> Items:
        items: Items = []
        place = 0
        if depth > MOST_NESTED:
            raise WorkoutProblem(f"its repeats are nested more than {MOST_NESTED} deep")
        while place < len(lines):
            line = lines[place]
            place += 1
            if not line.text:
                continue
            where, times = f"{self.line}{line.number}", header_of(line.text)[1]
            if times is not None and not has_length(line.text):
                end = _end_of_repeat(lines, place, line.indent)
                inner = self._nested(lines[place:end], block, in_repeat=True, depth=depth + 1)
                items.append(IntervalsRepeat(where, times, inner))
                place = end
                continue
            made = read_line(line.text, where, block.name, in_repeat=in_repeat, wish=self.durations)
            if made is None:
                self.report.dropped(where, f'"{line.text[:60]}" says no length and was left out')
            elif isinstance(made, IntervalsRepeat) and made.times == 1:
                items += made.items
            else:
                items.append(made)
        return items


def _header(number: int, line: str) -> _Block:
    """A section from its header line."""
    name, times = header_of(line)
    return _Block(name, number, times)


def _end_of_repeat(lines: Sequence[_Line], place: int, indent: int) -> int:
    """Where the lines end that a `4x` repeats: those indented further, else all up to an empty line."""
    is_deeper = place < len(lines) and bool(lines[place].text) and lines[place].indent > indent
    while place < len(lines):
        line = lines[place]
        if is_deeper and line.text and line.indent <= indent:
            break
        if not is_deeper and (not line.text or header_of(line.text)[1] is not None):
            break
        place += 1
    return place
