"""The morning screen: a measurement of heart rate variability, ten questions on one page, and the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from math import exp
from textwrap import wrap
from typing import Final, Protocol

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from coach.plan.mornings import AnswerKind, CheckIn, CheckInQuestion, UsualRange, answer_text
from coach.plan.readiness import FiredRule, ReadinessAnswer, Verdict, blind_words, not_known_words
from coach.problems import CoachProblem
from coach.quantities import format_clock
from coach.screen.app import CoachApp, Leaving
from coach.screen.base import MARGIN, PageWidget, day_text, paint_keys, paint_title
from coach.screen.paint import Canvas, Palette, fit, sanitise

_WIDE: Final = 116
_LONGEST_ANSWER: Final = 120
"""Characters of a typed answer."""
_LOOK_S: Final = 0.5
"""Time between two looks at a measurement."""
_MOST_WRONG: Final = 0.05
"""Most corrected beats, as a share, before the runner is told to lie still."""
BLOCKS: Final = {
    Verdict.AS_PLANNED: "PLANNED",
    Verdict.EASIER: "EASIER",
    Verdict.EASY_ONLY: "EASY",
    Verdict.REST: "REST",
}
"""The word of each verdict, in block letters."""


class MeasureState(Protocol):
    """The state of a measurement; unknown values are None."""

    @property
    def is_settling(self) -> bool:
        """True until the minutes that count begin."""

    @property
    def left_s(self) -> float | None:
        """Seconds left of this part of the measurement."""

    @property
    def bpm(self) -> float | None:
        """The current heart rate."""

    @property
    def beats(self) -> int:
        """Number of beats that count so far."""

    @property
    def corrected_share(self) -> float | None:
        """The share of them that had to be corrected."""

    @property
    def is_lost(self) -> bool:
        """True while no beats arrive."""

    @property
    def has_begun(self) -> bool:
        """True once the strap has sent something."""


class MorningActions(Protocol):
    """A morning, and the actions on it."""

    day: date
    who: str
    """The athlete's name; empty if unknown."""
    questions: tuple[CheckInQuestion, ...]
    has_strap: bool
    """True if there is a strap to measure with."""
    posture: str

    def check_in(self) -> CheckIn:
        """Return the answers of the day so far."""

    def state(self) -> MeasureState:
        """Return the state of the measurement."""

    def measure(self, changed: Callable[[], None]) -> Awaitable[tuple[bool, str]]:
        """Measure; returns whether the result can be used, and the result in words.

        Raises:
            CoachProblem: it cannot be recorded, or there is no radio.
        """

    def break_off(self) -> None:
        """Cancel the measurement in progress; its data are discarded."""

    def say(self, question: CheckInQuestion, text: str) -> None:
        """Store an answer.

        Raises:
            ValueError: it is no answer to the question.
            CoachProblem: it cannot be stored.
        """

    def answer(self) -> ReadinessAnswer:
        """Return the answer for the day."""


class Page(Enum):
    """The parts of a morning."""

    MEASURE = auto()
    OFFER = auto()
    """The measurement is over; if it cannot be used, one repeat is offered."""
    ASK = auto()
    ANSWER = auto()


@dataclass(frozen=True, slots=True)
class MorningView:
    """The state of the page."""

    page: Page
    day: date
    who: str
    posture: str = ""
    clock: str = ""
    """The time left of this part of the measurement."""
    is_settling: bool = False
    bpm: str = ""
    beats: int = 0
    quality: str = ""
    trouble: str = ""
    result: str = ""
    can_repeat: bool = False
    questions: Sequence[CheckInQuestion] = ()
    answers: tuple[str | None, ...] = ()
    """The answer to each question; None without one."""
    at: int = 0
    typed: str = ""
    message: str = ""
    answer: ReadinessAnswer | None = None
    shows_sources: bool = False


class MorningPage(PageWidget[MorningView]):
    """The page, painted whole."""

    def draw(self, canvas: Canvas, view: MorningView, colours: Palette) -> None:
        """Paint the title, and the part of the morning that is shown."""
        paint_title(canvas, "Morning", day_text(view.day), view.who, colours)
        paint = {
            Page.MEASURE: _paint_measure,
            Page.OFFER: _paint_offer,
            Page.ASK: _paint_questions,
            Page.ANSWER: _paint_answer,
        }
        paint[view.page](canvas, view, colours)


def _paint_measure(canvas: Canvas, view: MorningView, colours: Palette) -> None:
    """Paint the clock, the heart rate, and the quality of the beats."""
    words = "Settle. This is not counted." if view.is_settling else "Now it counts. Lie or sit still."
    canvas.put(MARGIN, 2, words, colours.plain, bold=True)
    canvas.put(MARGIN, 3, f"{view.posture}, breathe as usual, do not talk", colours.stale)
    for place, (text, label) in enumerate(((view.clock, "left"), (view.bpm, "heart rate"))):
        x = MARGIN + place * 38
        canvas.put_block(x, 6, text or "--", colours.plain)
        canvas.put(x, 10, label, colours.stale)
    canvas.put(MARGIN, 13, f"{view.beats} beats" if view.beats else "", colours.plain)
    canvas.put(MARGIN + 38, 13, view.quality, colours.plain)
    if view.trouble:
        canvas.put(MARGIN, 16, fit(f" {view.trouble} ", canvas.width - 2 * MARGIN), colours.offer, bold=True)
    paint_keys(canvas, (("s", "skip"), ("F2", "sun/night"), ("ctrl+q", "leave")), colours)


def _paint_offer(canvas: Canvas, view: MorningView, colours: Palette) -> None:
    """Paint the result of the measurement, and the offer of a repeat."""
    canvas.put(MARGIN, 2, "Measured", colours.plain, bold=True)
    for down, line in enumerate(wrap(view.result, canvas.width - 2 * MARGIN)):
        canvas.put(MARGIN, 4 + down, line, colours.plain)
    again = (("r", "measure once more"),) if view.can_repeat else ()
    if view.can_repeat:
        canvas.put(MARGIN, 9, " Wet the strap, lie still: once more? ", colours.offer, bold=True)
    paint_keys(canvas, (*again, ("enter", "go on"), ("ctrl+q", "leave")), colours)


# --- the questions

_BELOW_QUESTIONS: Final = 11
"""Rows of the head, of two choices and of the typed line; a low window shows fewer questions."""


def _paint_questions(canvas: Canvas, view: MorningView, colours: Palette) -> None:
    """Paint the questions with their answers, the choices of the chosen question, and the typed line."""
    column = 66 if canvas.width >= _WIDE else min(54, max(24, canvas.width - 26))
    count = len(view.questions)
    rows = max(1, min(count, canvas.height - _BELOW_QUESTIONS))
    first = max(0, min(view.at - rows // 2, count - rows))
    for place, question in list(enumerate(view.questions))[first : first + rows]:
        y, is_chosen = 2 + place - first, place == view.at
        pair = colours.choice if is_chosen else colours.plain
        if is_chosen:
            canvas.put(MARGIN - 1, y, " " * (canvas.width - 2 * MARGIN + 2), pair)
        canvas.put_right(MARGIN + 2, y, str(place + 1), pair if is_chosen else colours.stale)
        canvas.put(MARGIN + 4, y, fit(question.text, column - MARGIN - 6), pair, bold=is_chosen)
        answer = view.answers[place]
        text = "--" if answer is None else sanitise(answer, 80)
        canvas.put(column, y, fit(text, canvas.width - column - MARGIN), pair, bold=answer is not None)
    y = 3 + rows
    canvas.put(MARGIN, y, "─" * (canvas.width - 2 * MARGIN), colours.line)
    question = view.questions[view.at]
    room = canvas.height - y - 6
    for down, line in enumerate([*_choices(question, canvas.width - 2 * MARGIN, room)][:room]):
        canvas.put(MARGIN, y + 1 + down, line, colours.plain)
    canvas.put(MARGIN, canvas.height - 4, f"> {view.typed}", colours.plain, bold=True)
    canvas.put(MARGIN + 2 + cell_len(view.typed), canvas.height - 4, " ", colours.choice)
    if view.message:
        canvas.put(
            MARGIN, canvas.height - 3, fit(f"▲ {view.message}", canvas.width - 2 * MARGIN), colours.plain
        )
    paint_keys(canvas, (("enter", "next"), ("↑ ↓", "choose"), ("esc", "answer now")), colours)


def _choices(question: CheckInQuestion, width: int, room: int) -> Iterator[str]:
    """The possible answers, with numbers if these can be typed; in two columns if there are too few rows."""
    words = list(question.words.items())
    if question.kind is AnswerKind.SIGNS:
        texts = [f"{number}  {meaning}" for number, (_, meaning) in enumerate(words, 1)]
        yield "By number or word, any of them; none if there is none."
        columns = 1 if len(texts) + 1 <= room else 2
        rows = -(-len(texts) // columns)
        for down in range(rows):
            beside = texts[down::rows]
            yield "".join(fit(text, width // columns - 2).ljust(width // columns) for text in beside).rstrip()
    elif question.kind is AnswerKind.CHOICE:
        for word, meaning in words:
            yield f"{word}  {meaning}" if meaning != word else word
    else:
        yield f"As in: {question.example.partition(' ')[2]}"


# --- the answer

_YOU, _LIMIT = 58, 88
"""Columns of the value and of the limit, on a wide screen."""


def _paint_answer(canvas: Canvas, view: MorningView, colours: Palette) -> None:
    """Paint the verdict, each rule that fired with its value and limit, and the unknown values."""
    answer = view.answer
    if answer is None:
        return
    pair = colours.plain if answer.verdict is Verdict.AS_PLANNED else colours.offer
    canvas.put_block(MARGIN, 2, BLOCKS[answer.verdict], colours.plain)
    x = MARGIN + 44
    for down, line in enumerate(_headline(answer, canvas.width - x - MARGIN)[:4]):
        is_doctor = answer.needs_doctor and down == 0
        canvas.put(x, 2 + down, line, pair if is_doctor else colours.plain, bold=is_doctor)
    foot = canvas.height - 3
    below = _paint_fired(canvas, view, answer, colours)
    if answer.usual is not None and below + 3 < foot - 2:
        below = _paint_usual(canvas, answer.usual, colours, below + 1, foot - 3)
    words = not_known_words(answer)
    if words:
        lines = wrap(f"not known: {words}", canvas.width - 2 * MARGIN)
        for down, line in enumerate(lines[:2]):
            is_cut = down == 1 and len(lines) > 2
            canvas.put(MARGIN, foot - 2 + down, f"{line[:-1]}…" if is_cut else line, colours.stale)
    text = "You decide. As planned is kept as your choice, without a word."
    canvas.put(MARGIN, foot, view.message or text, colours.stale)
    why = "plain" if view.shows_sources else "why"
    keys = (("b", "questions"), ("w", why), ("t", "sun/night"), ("q", "done"))
    paint_keys(canvas, keys, colours)


def _headline(answer: ReadinessAnswer, width: int) -> list[str]:
    """The answer in a few words, beside the verdict."""
    sentences: list[str] = []
    if answer.needs_doctor:
        sentences.append("See a doctor today.")
    if answer.is_blind:
        sentences.append(blind_words(answer))
    if answer.share < 1:
        sentences.append(f"{answer.share:.0%} of what is planned.")
    if answer.is_maintain:
        sentences.append("Hold what you have: nothing longer or harder.")
    if not sentences and answer.fired and answer.verdict is not Verdict.AS_PLANNED:
        sentences.append(answer.fired[0].says)
    return [line for sentence in sentences for line in wrap(sentence, max(10, width))]


def _paint_fired(canvas: Canvas, view: MorningView, answer: ReadinessAnswer, colours: Palette) -> int:
    """Paint the rules that fired, on two rows each, on a wide screen on one; returns the row after them."""
    y, last = 7, canvas.height - 8
    if not answer.fired:
        canvas.put(MARGIN, y, "no rule fired", colours.stale)
        return y + 1
    is_wide = canvas.width >= _WIDE
    canvas.put(MARGIN, y, "because", colours.stale)
    if is_wide:
        canvas.put(_YOU, y, "you", colours.stale)
        canvas.put(_LIMIT, y, "limit", colours.stale)
    y += 1
    for place, rule in enumerate(answer.fired):
        rows = [*_fired_rows(rule, is_wide=is_wide, shows_source=view.shows_sources)]
        if y + len(rows) > last + 1:
            canvas.put(MARGIN, y, f"and {len(answer.fired) - place} more", colours.stale)
            return y + 1
        is_note = rule.verdict is Verdict.AS_PLANNED
        canvas.put(MARGIN, y, " " if is_note else "▶", colours.plain, bold=True)
        for x, down, text in rows:
            edges = (_YOU, _LIMIT, canvas.width) if is_wide else (canvas.width,)
            room = next((edge for edge in edges if x < edge), canvas.width) - x - 2
            is_first = down == 0
            pair = colours.plain if is_first else colours.stale
            canvas.put(x, y + down, fit(text, room), pair, bold=is_first and not is_note)
        y += 1 + max(down for _, down, _ in rows)
    return y


def _fired_rows(rule: FiredRule, *, is_wide: bool, shows_source: bool) -> Iterator[tuple[int, int, str]]:
    """The texts of a rule, each as column, row from its first, and words."""
    x = MARGIN + 2
    says = f"{rule.rule.replace('_', ' ')} ({rule.source})" if shows_source else rule.says
    yield x, 0, says
    if is_wide:
        yield _YOU, 0, rule.value
        yield _LIMIT, 0, rule.limit
    else:
        yield x, 1, f"you {rule.value}; limit {rule.limit}"


def _paint_usual(canvas: Canvas, usual: UsualRange, colours: Palette, y: int, last: int) -> int:
    """Paint the mornings of the week as dots on the usual range, with its limits; returns the row after them."""
    values = [value for _, value in usual.week] or [usual.mean]
    low, high = min(*values, usual.low), max(*values, usual.high)
    pad = max(0.02, (high - low) * 0.1)
    low, high = low - pad, high + pad
    left, wide = MARGIN + 12, min(44, canvas.width - 40)
    canvas.put(MARGIN, y, "HRV, 7 days", colours.stale)

    def column(value: float) -> int:
        return left + round((value - low) / (high - low) * (wide - 1))

    rows = (
        [(f"{day:%a} {day.day}", value) for day, value in usual.week]
        if last - y >= len(usual.week) + 2
        else []
    )
    for down, (name, value) in enumerate([*rows, ("mean", usual.mean)], 1):
        canvas.put(MARGIN, y + down, name, colours.plain)
        canvas.put(left, y + down, " " * wide, colours.zebra)
        canvas.put(
            column(usual.low), y + down, " " * (column(usual.high) - column(usual.low) + 1), colours.track
        )
        is_usual = usual.low <= value <= usual.high
        mark = "●" if name != "mean" else "◆"
        canvas.put(column(value), y + down, mark, colours.track if is_usual else colours.zebra, bold=True)
        canvas.put_right(left + wide + 7, y + down, f"{exp(value):.0f} ms", colours.plain)
    below = y + len(rows) + 2
    canvas.put(column(usual.low), below, f"{exp(usual.low):.0f}", colours.stale)
    canvas.put(column(usual.high), below, f"{exp(usual.high):.0f}", colours.stale)
    return below + 1


# --- the screen


class MorningScreen(Screen[None]):
    """The screen of a morning."""

    BINDINGS = [Binding("f2", "app.switch_theme", show=False)]
    AUTO_FOCUS = ""

    def __init__(self, actions: MorningActions, *, is_ticking: bool = True) -> None:
        """Show a morning; `is_ticking` is False in tests that move the clock themselves."""
        super().__init__()
        self._actions = actions
        self._is_ticking = is_ticking
        self._view = MorningView(
            Page.MEASURE if actions.has_strap else Page.ASK,
            actions.day,
            actions.who,
            actions.posture,
            questions=actions.questions,
            answers=(None,) * len(actions.questions),
        )
        self._measuring: asyncio.Task[None] | None = None
        self._repeats = 1

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield MorningPage(id="page")

    def on_mount(self) -> None:
        """Start the measurement, or ask the questions."""
        if self._view.page is Page.MEASURE:
            self._begin()
        if self._is_ticking:
            self.set_interval(_LOOK_S, self.look)
        self.look()

    def on_unmount(self) -> None:
        """Cancel a measurement in progress."""
        self._actions.break_off()

    def look(self) -> None:
        """Show the current state."""
        view = self._view
        if view.page is Page.MEASURE:
            view = self._with_measurement(view)
        if view.page is Page.ASK:
            check_in = self._actions.check_in()
            view = replace(view, answers=tuple(answer_text(check_in, each) for each in view.questions))
        self._view = view
        self.query_one(MorningPage).put(view)

    def _with_measurement(self, view: MorningView) -> MorningView:
        state = self._actions.state()
        share = state.corrected_share
        trouble = ""
        if state.is_lost:
            trouble = "No beat for some seconds: wet the strap, pull it tighter."
        elif not state.has_begun:
            trouble = "Looking for the strap."
        elif share is not None and share > _MOST_WRONG:
            trouble = f"{share:.0%} of the beats are wrong, 5 % is the most: lie still."
        return replace(
            view,
            clock="" if state.left_s is None else format_clock(max(0.0, round(state.left_s))),
            is_settling=state.is_settling,
            bpm="" if state.bpm is None else f"{state.bpm:.0f}",
            beats=state.beats,
            quality="" if share is None else f"{share:.0%} of the beats corrected",
            trouble=trouble,
        )

    def _begin(self) -> None:
        """Start a measurement."""
        self._view = replace(self._view, page=Page.MEASURE, result="")
        self._measuring = asyncio.create_task(self._measure())

    async def _measure(self) -> None:
        try:
            is_usable, words = await self._actions.measure(self._look_if_untimed)
        except CoachProblem as problem:
            is_usable, words = False, problem.message
        if not self.is_attached or self._view.page is not Page.MEASURE:
            return
        can_repeat = not is_usable and self._repeats > 0
        self._view = replace(self._view, page=Page.OFFER, result=sanitise(words, 300), can_repeat=can_repeat)
        self.look()

    def _look_if_untimed(self) -> None:
        """Show the current state at once if no timer does."""
        if not self._is_ticking and self.is_attached:
            self.look()

    # --- keys

    async def on_key(self, event: events.Key) -> None:
        """Pass a key to the part that is shown."""
        if event.key == "f2" or event.key.startswith("ctrl+"):
            return
        event.stop()
        page = self._view.page
        if page is Page.MEASURE and event.key == "s":
            await self._skip()
        elif page is Page.OFFER:
            self._key_of_offer(event.key)
        elif page is Page.ASK:
            self._key_of_question(event)
        elif page is Page.ANSWER:
            self._key_of_answer(event.key)
        if self.is_attached and self.is_mounted:
            self.look()

    async def _skip(self) -> None:
        """Skip the measurement, and ask the questions."""
        self._view = replace(self._view, page=Page.ASK)
        self._actions.break_off()
        if self._measuring is not None:
            await self._measuring

    def _key_of_offer(self, key: str) -> None:
        if key == "r" and self._view.can_repeat:
            self._repeats -= 1
            self._begin()
        elif key in {"enter", "escape"}:
            self._view = replace(self._view, page=Page.ASK)

    def _key_of_question(self, event: events.Key) -> None:
        view, last = self._view, len(self._view.questions) - 1
        match event.key:
            case "up":
                self._choose(max(0, view.at - 1))
            case "down" | "tab":
                self._choose(min(last, view.at + 1))
            case "backspace":
                self._view = replace(view, typed=view.typed[:-1], message="")
            case "escape":
                if view.typed:
                    self._view = replace(view, typed="", message="")
                else:
                    self._show_answer()
            case "enter":
                self._take()
            case _ if event.character is not None and event.character.isprintable():
                self._view = replace(view, typed=(view.typed + event.character)[:_LONGEST_ANSWER], message="")

    def _choose(self, at: int) -> None:
        self._view = replace(self._view, at=at, typed="", message="")

    def _take(self) -> None:
        """Store the typed answer and go to the next question; after the last one show the answer for the day."""
        view = self._view
        if view.typed.strip():
            try:
                self._actions.say(view.questions[view.at], view.typed)
            except ValueError as error:
                self._view = replace(view, message=sanitise(str(error), 200))
                return
            except CoachProblem as problem:
                self._view = replace(view, message=sanitise(problem.message, 200))
                return
        if view.at == len(view.questions) - 1:
            self._show_answer()
        else:
            self._choose(view.at + 1)

    def _show_answer(self) -> None:
        self._view = replace(
            self._view, page=Page.ANSWER, answer=self._actions.answer(), typed="", message=""
        )

    def _key_of_answer(self, key: str) -> None:
        match key:
            case "b" | "escape":
                self._view = replace(self._view, page=Page.ASK, at=0, shows_sources=False)
            case "w":
                self._view = replace(self._view, shows_sources=not self._view.shows_sources)
            case "t":
                if isinstance(self.app, CoachApp):
                    self.app.action_switch_theme()
            case "q" | "enter":
                self.app.exit(Leaving.FINISHED)

    async def on_paste(self, event: events.Paste) -> None:
        """Add pasted text to the typed line."""
        if self._view.page is Page.ASK:
            typed = sanitise(self._view.typed + event.text.replace("\n", " "), _LONGEST_ANSWER)
            self._view = replace(self._view, typed=typed, message="")
            self.look()


class MorningApp(CoachApp):
    """The app of a morning."""

    def __init__(self, actions: MorningActions, *, theme: str = "sun", is_ticking: bool = True) -> None:
        """Show a morning in a theme of `coach.themes`."""
        super().__init__(theme=theme, is_ticking=is_ticking)
        self._actions = actions

    def on_mount(self) -> None:
        """Open the page."""
        self.push_screen(MorningScreen(self._actions, is_ticking=self._is_ticking))
