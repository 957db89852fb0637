"""A Markdown page with workouts in fenced blocks: a catalogue of intervals.icu texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coach.interchange.imports.intervals_text import is_intervals_text, read_intervals_text
from coach.interchange.imports.trees import Json
from coach.interchange.imports.workout_file import Durations
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

MOST_WORKOUTS: Final = 200

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced block, with the heading and the words above it."""

    line: int
    """The number of its first line of text."""
    text: str
    heading: str
    words: str


def workouts_of(text: str) -> list[Fenced]:
    """The fenced blocks of a page that are workouts."""
    return [block for block in _fenced(text) if is_intervals_text(block.text)]


def read_markdown(text: str, report: Reporter, durations: Durations | None = None) -> list[Json]:
    """Make a document of each workout on a page.

    Raises:
        WorkoutProblem: there is none, or a block cannot be a workout.
    """
    found = workouts_of(text)
    if len(found) > MOST_WORKOUTS:
        raise WorkoutProblem(f"the page holds more than {MOST_WORKOUTS} workouts", "Split it.")
    return [
        read_intervals_text(
            block.text,
            report,
            durations,
            first_line=block.line,
            name=block.heading,
            description=block.words,
        )
        for block in found
    ]


def _fenced(text: str) -> Iterator[Fenced]:
    heading, words = "", list[str]()
    fence, start, inside = "", 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line)
        if fence:
            if mark is not None and mark[1].startswith(fence):
                yield Fenced(start, "\n".join(inside), heading, "\n".join(words).strip())
                fence, words = "", []
            else:
                inside.append(line)
        elif mark is not None:
            fence, start, inside = mark[1], number + 1, []
        elif (found := _HEADING.match(line)) is not None:
            heading, words = found[1], []
        else:
            words.append(line)
