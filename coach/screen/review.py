"""The Review screen: a run that is over, section by section; after the run, and from history.

A section is a page of its own, reached by its number or by the arrows. What it shows are the sections of
`coach.review`, so that a number reads here as it does in the terminal and in the report.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp
from textual.screen import Screen
from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.problems import CoachProblem
from coach.review import tables
from coach.review.formulas import FORMULAS
from coach.review.sections import (
    HIGH,
    ReviewSection,
    SectionRow,
    profile_lines,
    section_lines,
    sections,
    wrapped,
)
from coach.screen.paint import Canvas
from coach.screen.palette import Palette
from coach.screen.protocols import ReviewDesk
from coach.screen.sanitise import fit, sanitise
from coach.screen.widgets.review_page import MARGIN, paint_keys
from coach.screen.widgets.strip_widget import StripWidget

if TYPE_CHECKING:
    from coach.review.comparison import Comparison
    from coach.review.review import Review

_WORDS: Final = re.compile(r" +|[^ ]+")
_TABS_AT, _BODY_AT = 2, 4
_TALLEST, _BELOW_CHART = 16, 16
"""Rows of the drawing at most, and the rows below it."""
_FOOT: Final = 3
"""Rows below the body: a blank one, the message, the keys."""


@dataclass(frozen=True, slots=True)
class SectionsView:
    """What the screen shows."""

    title: str
    when: str
    tabs: tuple[str, ...]
    """The words of the sections, in order."""
    chosen: int
    lines: tuple[tuple[str, bool], ...]
    """The rows of the body that are in sight, and whether each is a head."""
    more: str
    """How far the body goes on below."""
    message: str
    keys: tuple[tuple[str, str], ...]


class SectionsPage(StripWidget[SectionsView]):
    """The screen, painted whole."""

    def look(self, snapshot: Snapshot) -> SectionsView:
        """Not used: the screen shows a whole run."""
        raise NotImplementedError

    def paint(self, value: SectionsView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the screen."""
        return section_rows(value, width, height, colours)


def section_rows(view: SectionsView, width: int, height: int, colours: Palette) -> list[Strip]:
    """Paint title, sections, the chosen one, what is to be said, and the keys."""
    canvas = Canvas(width, height, colours.plain)
    canvas.put(0, 0, " " * width, colours.bar)
    x = canvas.put(MARGIN - 1, 0, "Review   ", colours.bar, bold=True)
    room = width - x - len(view.when) - 3
    canvas.put(x, 0, fit(view.title, max(0, room)), colours.bar)
    canvas.put_right(width - 1, 0, view.when, colours.bar)
    x = MARGIN
    for place, word in enumerate(view.tabs):
        is_chosen = place == view.chosen
        text = f" {place + 1} {word} "
        x = canvas.put(x, _TABS_AT, text, colours.choice if is_chosen else colours.plain, bold=is_chosen)
    for down, (line, is_head) in enumerate(view.lines):
        canvas.put(MARGIN, _BODY_AT + down, fit(line, width - 2 * MARGIN), colours.plain, bold=is_head)
    canvas.put(MARGIN, height - 2, fit(view.message or view.more, width - 2 * MARGIN), colours.stale)
    paint_keys(canvas, view.keys, colours)
    return canvas.strips()


class ReviewScreen(Screen[None]):
    """A run that is over, section by section."""

    BINDINGS: ClassVar = [
        Binding("escape,q,ctrl+q", "leave", show=False, priority=False),
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)),
        Binding("right,tab,l", "turn(1)", show=False),
        Binding("left,shift+tab,h", "turn(-1)", show=False),
        Binding("down,j", "scroll_rows(1)", show=False),
        Binding("up,k", "scroll_rows(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("pageup", "scroll_page(-1)", show=False),
        Binding("w", "formulas", show=False),
        Binding("c", "compare", show=False),
        Binding("x", "export", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, desk: ReviewDesk, *, then: str = "") -> None:
        """Show the run of a desk; `then` is `compare` or `export`, to be done once it is read."""
        super().__init__()
        self._desk = desk
        self._section = ""
        self._then = then
        self._review: Review | None = None
        self._comparison: Comparison | None = None
        self._top = 0
        self._has_formulas = False
        self._message = "reading the run ..."

    def compose(self) -> ComposeResult:
        """Set out the page."""
        yield SectionsPage(id="page")

    def on_mount(self) -> None:
        """Read the run off the loop."""
        self._look()
        self._in_thread(self._read)

    def on_resize(self) -> None:
        """Set the tables anew for another width."""
        self._look()

    def action_leave(self) -> None:
        """Go back, from the comparison to the sections first."""
        if self._comparison is not None:
            self._comparison, self._top = None, 0
            self._look()
        else:
            self.dismiss()

    def action_choose(self, number: int) -> None:
        """Show a section by its number."""
        keys = self._keys_of_sections()
        if number <= len(keys):
            self._show(keys[number - 1])

    def action_turn(self, by: int) -> None:
        """Show the next section, or the one before."""
        keys = self._keys_of_sections()
        if keys:
            self._show(keys[(keys.index(self._section) + by) % len(keys)])

    def action_scroll_rows(self, by: int) -> None:
        """Move the body by so many rows."""
        self._top = max(0, min(len(self._body()) - self._room(), self._top + by))
        self._look()

    def action_scroll_page(self, pages: int) -> None:
        """Move the body by a page."""
        self.action_scroll_rows(pages * max(1, self._room() - 2))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move the body down."""
        event.stop()
        self.action_scroll_rows(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move the body up."""
        event.stop()
        self.action_scroll_rows(-1)

    def action_formulas(self) -> None:
        """Show how the numbers of the section are made, or the numbers again."""
        self._has_formulas, self._top = not self._has_formulas, 0
        self._look()

    def action_compare(self) -> None:
        """Hold the run against the last one of its workout before it."""
        if self._review is None:
            return
        self._message = "looking for the last run of this workout ..."
        self._look()
        self._in_thread(self._compare)

    def action_export(self) -> None:
        """Write the run to a file that other programs take."""
        if self._review is not None:
            self._in_thread(self._export)

    # --- what needs the disk

    def _in_thread(self, work: Callable[[], None]) -> None:
        """Do something that waits for the disk, then show what came of it."""

        async def run() -> None:
            try:
                await asyncio.to_thread(work)
            except CoachProblem as problem:
                self._message = " ".join(f"{problem.message} {problem.hint}".split())
            self._look()

        self.run_worker(run(), group="review", exclusive=True)

    def _read(self) -> None:
        self._review = self._desk.review()
        self._message = ""
        if self._then:
            {"compare": self._compare, "export": self._export}[self._then]()

    def _compare(self) -> None:
        self._comparison = self._desk.compare()
        self._top = 0
        self._message = "" if self._comparison is not None else "This workout was not run before."

    def _export(self) -> None:
        self._message = self._desk.export()

    # --- what is shown

    def _show(self, key: str) -> None:
        self._section, self._top, self._comparison, self._message = key, 0, None, ""
        self._look()

    def _sections(self) -> Sequence[ReviewSection]:
        return () if self._review is None else sections(self._review, self.size.width - 2 * MARGIN)

    def _keys_of_sections(self) -> list[str]:
        keys = [section.key for section in self._sections()]
        if keys and self._section not in keys:
            self._section = keys[0]
        return keys

    def _room(self) -> int:
        return max(1, self.size.height - _BODY_AT - _FOOT)

    def _chart_rows(self) -> int:
        """How high the run is drawn: what its figures leave, within what still tells something."""
        return max(HIGH, min(_TALLEST, self._room() - _BELOW_CHART))

    def _body(self) -> list[tuple[str, bool]]:
        """The rows of what is shown, and whether each is a head."""
        review, width = self._review, self.size.width - 2 * MARGIN
        if review is None:
            return []
        if self._comparison is not None:
            from coach.review.comparison import comparison_lines

            return [
                (line, not place)
                for place, line in enumerate(comparison_lines(self._comparison, review.unit))
            ]
        section = next(each for each in self._sections() if each.key == self._section)
        if self._has_formulas:
            return list(_formulas(section, width))
        lines: list[tuple[str, bool]] = [
            (line, not place) for place, line in enumerate(section_lines(section, width))
        ]
        if section.key == "reps":
            table = tables.rep_lines(review.summary.reps, review.unit, width=width)
            return [*lines, *((line, False) for line in table)]
        if section.key == "run":
            above = [(line, False) for line in profile_lines(review, width, self._chart_rows())]
            said = [(line, False) for each in review.verdict for line in wrapped("", each, width, indent=0)]
            return [*above, ("", False), *said, ("", False), *lines]
        return lines

    def _look(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        keys, review = self._keys_of_sections(), self._review
        body, room = self._body(), self._room()
        self._top = max(0, min(self._top, len(body) - room))
        below = len(body) - room - self._top
        view = SectionsView(
            title="" if review is None else sanitise(review.title, 80),
            when="" if review is None else sanitise(review.day, 20),
            tabs=tuple(keys),
            chosen=-1 if self._comparison is not None else keys.index(self._section) if keys else -1,
            lines=tuple((_harmless(line), is_head) for line, is_head in body[self._top : self._top + room]),
            more=f"{below} more below" if below > 0 else "",
            message=sanitise(self._message),
            keys=self._keys(len(body) > room),
        )
        self.query_one(SectionsPage).put(view)

    def _keys(self, can_scroll: bool) -> tuple[tuple[str, str], ...]:
        scroll = [("↑↓", "scroll")] if can_scroll else []
        why = "numbers" if self._has_formulas else "why"
        return (
            ("1-9 ←→", "section"),
            *scroll,
            ("w", why),
            ("c", "compare"),
            ("x", "export"),
            ("t", "sun/night"),
            ("esc", "back"),
        )


def _harmless(line: str) -> str:
    """A line without what a terminal would obey, its blanks as they are."""
    return "".join(part if part.isspace() else sanitise(part) for part in _WORDS.findall(line))


def _formulas(section: ReviewSection, width: int) -> Iterator[tuple[str, bool]]:
    """How the numbers of a section are made, with their inputs, their source and where they hold."""
    rows: Sequence[SectionRow] = section.rows
    if not rows:
        yield "The columns of this table: coach review --explain list", False
    for row in rows:
        formula = FORMULAS[row.name]
        yield f"{formula.label}  {row.text}", True
        for head, text in (
            ("formula", formula.formula),
            ("inputs", formula.inputs),
            ("source", formula.source),
            ("valid", formula.valid),
        ):
            yield from ((line, False) for line in wrapped(f"  {head:<8}", text, width))
