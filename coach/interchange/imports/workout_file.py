"""A workout file as its readers see it: bytes, text, JSON or XML, each made when it is asked for."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Literal

from coach.interchange.imports.decoding import decoded, one_line
from coach.interchange.imports.formats import KNOWN
from coach.interchange.imports.json_access import Json, read_json
from coach.interchange.report import Reporter
from coach.interchange.text import ForeignText, text_of
from coach.interchange.xml import Element, read_tree, root_of
from coach.problems import WorkoutProblem

MOST_WORKOUTS: Final = 200
_SHOWN: Final = 3
"""So many entries of a list are named in a problem."""
_NEAR: Final = 4096
_NAMES: Final = ("name", "title", "workoutName")

Durations = Literal["seconds", "metres"]


class WorkoutFile:
    """The bytes of a file, and what they are when read.

    Args:
        data: the whole file.
        durations: what lengths are that the file leaves open (ZWO without `durationType`, `800m` of
            intervals.icu); None decides, and tells.
    """

    def __init__(self, data: bytes, durations: Durations | None = None) -> None:
        self.data = data
        self.durations = durations

    @cached_property
    def root(self) -> str:
        """The name of the outermost element of XML; empty if it is none."""
        return root_of((self._text or "")[: 16 * _NEAR])

    @cached_property
    def is_xml(self) -> bool:
        """Does the text begin as XML does?"""
        return self._begins("<") or bool(self.root)

    @cached_property
    def is_json(self) -> bool:
        """Does the text begin as an object or a list does?"""
        return self._begins("{", "[")

    @cached_property
    def plain(self) -> str:
        """The text of a file that is neither XML nor JSON; empty if it is either, or no text."""
        return "" if self.is_xml or self.is_json else self._text or ""

    @cached_property
    def objects(self) -> tuple[Json, ...]:
        """The outermost object, or those of a list; none of a document that names its own format."""
        try:
            tree = read_json(self._text or "") if self.is_json else None
        except WorkoutProblem:
            return ()
        trees = tree if isinstance(tree, list) else [tree]
        return tuple(each for each in trees if isinstance(each, dict) and "format" not in each)

    def check_json(self) -> None:
        """Refuse what begins as JSON and is none, with the place of the fault.

        Raises:
            WorkoutProblem: it is.
        """
        if self.is_json:
            read_json(self._text or "")

    def has_key(self, *keys: str) -> bool:
        """Does one of the objects have one of these keys?"""
        return any(key in each for each in self.objects for key in keys)

    def text(self, report: Reporter) -> str:
        """Give the whole text; the report says where it was not UTF-8.

        Raises:
            WorkoutProblem: it is no text.
        """
        text = self._foreign_text()
        if text.note:
            report.understood(f"line {text.line}", text.note)
        return self._text or ""

    def xml(self, root: str, report: Reporter) -> Element:
        """Give the outermost element, which has this name.

        Raises:
            WorkoutProblem: it is no XML, or another element.
        """
        element = read_tree(self._foreign_text(), report)
        if element.name != root:
            raise WorkoutProblem(f"this XML is no {report.format} file: it has no <{root}>", KNOWN)
        return element

    def each_json(self, read: Callable[[Json, Reporter, str], Json], report: Reporter) -> list[Json]:
        """Read the outermost object, or each of a list, with what is given; it is told the place in the list.

        Of a list, what cannot be run is left out and told by its name: a calendar holds races and days off.

        Raises:
            WorkoutProblem: it is no JSON, neither an object nor a list of them, a list too long, or none can be run.
        """
        tree = read_json(self.text(report), report)
        trees: list[Any] = tree if isinstance(tree, list) else [tree]
        if not trees or len(trees) > MOST_WORKOUTS or not all(isinstance(each, dict) for each in trees):
            raise WorkoutProblem(
                f"this is no {report.format} workout, nor a list of at most {MOST_WORKOUTS}", KNOWN
            )
        if len(trees) == 1:
            return [read(trees[0], report, "")]
        documents: list[Json] = []
        left_out: list[str] = []
        for n, each in enumerate(trees):
            try:
                documents.append(read(each, report, f"[{n}]"))
            except WorkoutProblem as problem:
                called = next((one_line(each[key], 60) for key in _NAMES if one_line(each.get(key))), "")
                shown = f'"{called}"' if called else "an entry"
                why = re.sub(r"^\[\d+\][^: ]*: ", "", problem.message)
                left_out.append(f"[{n}] {shown}: {why}")
                report.dropped(f"[{n}]", f"{shown} was left out: {why}")
        if not documents:
            more = f"; and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
            raise WorkoutProblem(
                f"none of its {len(left_out)} entries is a workout that can be run: "
                f"{'; '.join(left_out[:_SHOWN])}{more}",
                "Export the planned workouts themselves.",
            )
        return documents

    def _foreign_text(self) -> ForeignText:
        if self._utf8 is None:
            raise WorkoutProblem("this is no text file", KNOWN)
        return self._utf8

    @cached_property
    def _utf8(self) -> ForeignText | None:
        return text_of(self.data)

    @cached_property
    def _text(self) -> str | None:
        return decoded(self._utf8)

    def _begins(self, *marks: str) -> bool:
        return (self._text or "")[:_NEAR].lstrip().startswith(marks)
