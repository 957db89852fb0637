"""The calendar screen: the weeks of a season, today's session with its reasons, and moving sessions by keys.

A move that breaks a rule of the plan names the rule before it is stored.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from coach.plan.model import DaysOff, OffReason, Plan, SessionKind, monday_of
from coach.problems import CoachProblem
from coach.quantities import unit_word
from coach.screen import base
from coach.screen.app import Leaving, Overlay, PageHelp
from coach.screen.base import Keys, day_text
from coach.screen.calendar_page import (
    Answer,
    BrokenRule,
    CalendarPage,
    CalendarView,
    DayLine,
    NoRace,
    NoRacePage,
    SeasonActions,
    TypedRace,
    coming_words,
    day_line,
    is_whole,
    needs_month,
    race_words,
    shown_days,
    strip_of,
    week_head,
    week_summary,
)
from coach.screen.library_page import clock_words
from coach.screen.paint import sanitise
from coach.screen.protocols import LiveFeed

if TYPE_CHECKING:
    from coach.plan.edit import EditedPlan

_LONGEST_LINE: Final = 120
"""Characters of a typed race."""
_MOST_BROKEN: Final = 3
"""Most broken rules that are shown, the worst first; `coach plan check --all` lists all."""
_HELP: Final = "M, then arrows: a day that breaks a rule says so before you let go."
_OFF_KEYS: Final = {"t": OffReason.TRAVEL, "i": OffReason.ILLNESS, "enter": OffReason.OFF}
"""The reason of days off, by its key."""
_PAUSE_S: Final = 0.1
"""Time without a key before a typed race is planned for: an earlier plan would be gone with the next letter. Judged."""
_CLOCK_S: Final = 10.0
"""Time between two updates of the clock, which shows minutes."""
_WHY_WIDTH: Final = 46
"""Columns of a reason, so that the box fits 80."""


class WhyToday(Overlay):
    """Each rule that was checked for today, with its value, its limit and the source of the limit."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "Why"
    footing = "Arrows scroll, Escape closes"

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = tuple(rows)

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return the rules."""
        rows: list[tuple[str, str]] = []
        for name, words in self._rows:
            for number, line in enumerate(wrap(sanitise(words, 600), _WHY_WIDTH) or [""]):
                rows.append((sanitise(name, 24) if not number else "", line))
        return rows or [("", "No rule has anything to say about today.")]


class CalendarScreen(Screen[None]):
    """The screen of a season."""

    BINDINGS = [
        # Keys that follow another key have no priority, or `m` and an arrow in one read would change places.
        Binding("escape", "back", show=False),
        Binding("q", "leave", show=False),
        Binding("enter", "enter", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("right,pagedown", "step(7)", show=False),
        Binding("left,pageup", "step(-7)", show=False),
        Binding("home", "today", show=False),
        Binding("tab", "month", show=False, priority=True),
        Binding("m", "begin_move", show=False),
        Binding("o", "take_off", show=False),
        Binding("i", "off_for('i')", show=False),
        Binding("t", "off_for('t')", show=False),
        Binding("f2", "app.switch_theme", show=False, priority=True),
        Binding("p", "run('as-planned')", show=False),
        Binding("u", "undo", show=False),
        Binding("w", "why", show=False),
        Binding("question_mark", "keys", show=False),
        Binding("f1", "keys", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    class RunRequested(Message):
        """Posted to run today's session."""

        def __init__(self, start: Callable[..., LiveFeed], say: Callable[[str], None]) -> None:
            super().__init__()
            self.start = start
            """Starts it."""
            self.say = say
            """Called with the reason if it cannot be started."""

    def __init__(self, actions: SeasonActions, *, is_only: bool = False, is_ticking: bool = True) -> None:
        """Show the season of a runner; `is_only` if nothing is below this screen, so leaving it leaves the program."""
        super().__init__()
        self._actions = actions
        self._is_only = is_only
        self._is_ticking = is_ticking
        self._plan: Plan | None = None
        self._is_read = False
        self._are_rules_read = False
        """True once the rules and today's answer are read."""
        self._at = actions.now().date()
        """The day with the cursor."""
        self._read_on = self._at
        """The day the season was read on."""
        self._is_month = False
        self._message = "Reading the season ..."
        self._done: Mapping[str, str] = {}
        self._answer: Answer | None = None
        self._moved = ""
        """The id of the session being moved; empty while none is."""
        self._moved_from = self._at
        self._off_from: date | None = None
        """The first of the days being marked off; None while none are."""
        self._draft: EditedPlan | None = None
        """The season with the edit in progress."""
        self._broken: tuple[tuple[Plan, tuple[BrokenRule, ...]], ...] = ()
        """The broken rules of the seasons shown last, the newest last."""
        self._typed: TypedRace | None = None
        self._typed_line = ""
        """The line that `_typed` was read from."""

    def compose(self) -> ComposeResult:
        """Lay out the page and the field."""
        yield CalendarPage(id="page")
        yield NoRacePage(id="none")
        yield Input(id="field", max_length=_LONGEST_LINE, select_on_focus=False)

    def on_mount(self) -> None:
        """Read the season off the loop."""
        self._field.cursor_blink = False
        self._show()
        self._read("")
        if self._is_ticking:
            self.set_interval(_CLOCK_S, self._tick)

    def _tick(self) -> None:
        """Update the clock; after midnight read the season again."""
        if self._today != self._read_on and not self._moved and self._off_from is None:
            self._read("")
        self._show()

    def on_resize(self) -> None:
        """Lay out the page for the new size."""
        self._show()

    # --- looking

    def action_step(self, by: int) -> None:
        """Move the cursor, or the session being moved, by some days."""
        plan = self._plan
        if plan is None:
            return
        self._message = ""
        if self._moved:
            self._move_by(by)
        else:
            to = self._at + timedelta(days=by)
            first, last = self._reach(plan)
            self._at = min(max(to, first), last)
            if self._off_from is not None:
                self._mark_off(OffReason.OFF)
        self._show()

    def action_today(self) -> None:
        """Go to today."""
        if not self._moved and self._off_from is None:
            self._at = self._today
            self._show()

    def action_month(self) -> None:
        """Show the month in place of the week, or the week again."""
        self._is_month = not self._is_month
        self._show()

    def action_why(self) -> None:
        """Show the reasons for today's answer, and the purpose of the chosen day."""
        if self._plan is None:
            return
        rows = [*self._why_of_day(self._shown_plan), *(self._actions.why() if self._are_rules_read else ())]
        self.app.push_screen(WhyToday(rows))

    def action_keys(self) -> None:
        """Show the keys."""
        if not self._field.has_focus:
            self.app.push_screen(PageHelp(base.CALENDAR))

    def action_back(self) -> None:
        """Cancel the edit in progress; without one leave."""
        if self._moved or self._off_from is not None:
            self._at = self._moved_from if self._moved else self._off_from or self._at
            self._end_edit()
            self._tell("Put back.")
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the screen."""
        if self._is_only:
            self.app.exit(Leaving.NOTHING)
        else:
            self.dismiss(None)

    # --- changing

    def action_begin_move(self) -> None:
        """Start moving the session of the day; a second press takes the other session of the day."""
        plan = self._plan
        if plan is None or self._off_from is not None:
            return
        day = self._moved_from if self._moved else self._at
        sessions = [each for each in plan.day(day).sessions if each.kind is not SessionKind.REST]
        if self._draft is not None or not sessions:
            return
        ids = [each.id for each in sessions]
        place = ids.index(self._moved) + 1 if self._moved in ids else 0
        self._moved, self._moved_from, self._message = ids[place % len(ids)], day, ""
        self._show()

    def action_take_off(self) -> None:
        """Start marking days off, from the one with the cursor."""
        if self._plan is None or self._moved or self._off_from is not None:
            return
        self._off_from, self._message = self._at, ""
        self._mark_off(OffReason.OFF)
        self._show()

    async def action_off_for(self, key: str) -> None:
        """Take the marked days off for a reason; without any, `t` changes the theme."""
        if self._off_from is not None:
            self._mark_off(_OFF_KEYS[key])
            self._keep()
        elif key == "t":
            await self.run_action("app.switch_theme")

    def action_enter(self) -> None:
        """Store the edit in progress; without one run today's answer, or go to today."""
        if self._moved or self._off_from is not None:
            self._keep()
        elif self._at != self._today:
            self.action_today()
        else:
            self.action_run("suggested")

    def action_run(self, way: str) -> None:
        """Run today's session, as answered or as planned."""
        answer = (
            self._answer if self._are_rules_read and self._at == self._today and not self._moved else None
        )
        if answer is not None and (answer.can_run if way == "suggested" else not answer.is_as_planned):
            start = partial(self._actions.start, as_planned=way == "as-planned")
            self.post_message(self.RunRequested(start, self.say))

    def action_undo(self) -> None:
        """Undo the last change."""
        if self._moved or self._off_from is not None:
            return
        try:
            change = self._actions.undo()
        except CoachProblem as problem:
            self.say(str(problem))
            return
        self._read(f"Taken back: {change}" if change else "There is nothing to take back.")

    def say(self, problem: str) -> None:
        """Show why something could not be done."""
        self._tell(" ".join(problem.split()))

    # --- typing a race

    @on(Input.Changed)
    def show_typed(self, event: Input.Changed) -> None:
        """Show the plan for a race while it is typed, after a pause: planning takes longer than typing a key."""
        self._message, line = "", event.value
        if not line.strip():
            self._typed = None
        self._show()

        async def understand() -> None:
            await asyncio.sleep(_PAUSE_S)
            typed = await asyncio.to_thread(self._actions.understand, line)
            if self._field.value == line:
                self._typed, self._typed_line = typed, line
                self._show()

        if line.strip():
            self.run_worker(understand(), group="typed", exclusive=True)

    @on(Input.Submitted)
    def _enter_race(self) -> None:
        """Make a season for the typed race."""
        line = self._field.value
        is_refused = self._typed is not None and self._typed_line == line and bool(self._typed.problem)
        if not line.strip() or is_refused:
            return

        async def enter() -> None:
            await asyncio.to_thread(self._actions.enter, line)
            await self._read_all()
            self._message = "Kept. u takes it back." if self._plan is not None else ""

        self._work(enter)

    # --- the edit in progress, and the season

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    @property
    def _today(self) -> date:
        return self._actions.now().date()

    @property
    def _shown_plan(self) -> Plan:
        assert self._plan is not None
        return self._plan if self._draft is None else self._draft.plan

    def _reach(self, plan: Plan) -> tuple[date, date]:
        """The first and the last day of the cursor."""
        return min(plan.first, self._today), max(plan.last, self._today)

    def _move_by(self, by: int) -> None:
        """Move the session to the next possible day in a direction; past days are skipped."""
        from coach.plan.edit import move

        plan = self._plan
        assert plan is not None
        first, last = min(self._moved_from, self._today), plan.last
        to = self._at + timedelta(days=by)
        while first <= to <= last:
            if to < self._today and to != self._moved_from:
                to += timedelta(days=1 if by > 0 else -1)
                continue
            if to == self._moved_from:
                self._at, self._draft, self._message = to, None, ""
                return
            try:
                self._draft = move(plan, self._moved, to)
            except CoachProblem as problem:
                self._message = " ".join(problem.message.split())
                to += timedelta(days=by)
                continue
            self._at, self._message = to, ""
            return

    def _mark_off(self, why: OffReason) -> None:
        """Show the season without the marked days."""
        from coach.plan.edit import take_off

        assert self._plan is not None
        assert self._off_from is not None
        first, last = sorted((self._off_from, self._at))
        try:
            self._draft = take_off(self._plan, DaysOff(first, last, why))
            self._message = ""
        except CoachProblem as problem:
            self._draft, self._message = None, " ".join(problem.message.split())

    def _keep(self) -> None:
        """Save the edit in progress."""
        draft, is_move = self._draft, bool(self._moved)
        day = day_text(self._at)
        result = f"Moved to {day}" if is_move else f"Off until {day}"
        self._end_edit()
        if draft is None:
            self._tell("Nothing was changed.")
            return
        try:
            self._plan = self._actions.keep(draft, "Calendar")
        except CoachProblem as problem:
            self._read(" ".join(str(problem).split()))
            return
        self._read(f"{result}. u takes it back.")

    def _end_edit(self) -> None:
        self._moved, self._off_from, self._draft = "", None, None

    def _tell(self, message: str) -> None:
        self._message = message
        self._show()

    def _read(self, message: str) -> None:
        """Read the season again, then show a message."""

        async def read() -> None:
            await self._read_all()
            self._message = message

        self._work(read)

    async def _read_all(self) -> None:
        """Read the plan and show it, then read the rules and today's answer, which takes longer."""
        self._broken, self._read_on = (), self._today
        self._plan = await asyncio.to_thread(self._actions.read)
        self._is_read = True
        if self._plan is None:
            self._are_rules_read = False
            self._field.focus()
            return
        self.set_focus(None)
        first, last = self._reach(self._plan)
        self._at = min(max(self._at, first), last)
        self._show()
        self._done = await asyncio.to_thread(self._actions.done)
        self._answer = await asyncio.to_thread(self._actions.answer)
        self._are_rules_read = True

    def _work(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a coroutine that takes a while; errors are shown in the message row."""

        async def run() -> None:
            try:
                await work()
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
            self._show()

        self.run_worker(run(), group="season", exclusive=True)

    def _broken_in(self, plan: Plan) -> tuple[BrokenRule, ...]:
        """The rules that a season breaks, from a cache of the seasons shown last."""
        if not self._are_rules_read:
            return ()
        for checked_plan, broken in self._broken:
            if checked_plan is plan:
                return broken
        broken = tuple(self._actions.broken(plan))
        self._broken = (*self._broken[-7:], (plan, broken))
        return broken

    def _why_of_day(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """The reasons for the day with the cursor."""
        day = plan.day(self._at)
        name = day_text(day.date)
        for session in day.sessions:
            yield name, session.why if session.kind is SessionKind.REST else f"{session.title}: {session.why}"
            name = ""
            if session.moved_from is not None:
                yield "", f"Moved from {day_text(session.moved_from)}."
        week = plan.week_of(day.date)
        if week is not None and week.note:
            yield "this week", week.note
        for rule in self._broken_in(plan):
            if self._at in rule.days:
                yield "check", f"{rule.words} {rule.fix}".strip()
        yield "", ""

    # --- painting

    def _show(self) -> None:
        """Paint the current state."""
        if not self.is_mounted:
            return
        has_plan = self._plan is not None or not self._is_read
        self.query_one(CalendarPage).display = has_plan
        self.query_one(NoRacePage).display = not has_plan
        self._field.display = not has_plan
        who = clock_words(self._actions.who, self._actions.now())
        if self._plan is not None:
            self.query_one(CalendarPage).put(self._view(who))
        elif self._is_read:
            self.query_one(NoRacePage).put(NoRace(who, self._keys(), self._typed, self._message))
        else:
            self.query_one(CalendarPage).put(self._empty_view(who))

    def _empty_view(self, who: str) -> CalendarView:
        """The page until the season is read."""
        return CalendarView(
            title="",
            who=who,
            today=self._today,
            unit="km",
            weeks=(),
            head="",
            summary="",
            days=(),
            at=self._at,
            check=None,
            coming="",
            moving="",
            keys=self._keys(),
            message=self._message,
        )

    def _view(self, who: str) -> CalendarView:
        plan, unit = self._shown_plan, self._actions.unit
        width, height = self.size
        broken = self._broken_in(plan)
        marked = {day for rule in broken if not rule.is_mild for day in rule.days}
        week = {monday_of(self._at) + timedelta(days=number) for number in range(7)}
        touched = set() if self._draft is None else set(self._draft.touched)
        here = [rule.words for rule in broken if not (week | touched).isdisjoint(rule.days)]
        edited = self._edited_days()
        shows_month = self._is_month or needs_month(width, height)
        days = tuple(
            self._day_line(plan, each, is_broken=each in marked, is_edited=each in edited)
            for each in shown_days(self._at, shows_month=shows_month)
        )
        return CalendarView(
            title=race_words(plan, self._today),
            who=who,
            today=self._today,
            unit=unit_word(unit),
            weeks=strip_of(plan),
            head=week_head(plan, self._at),
            summary=week_summary(plan, self._at, unit),
            days=days,
            at=self._at,
            check=tuple(here[:_MOST_BROKEN]) if self._are_rules_read else None,
            coming=coming_words(plan, self._at, unit),
            moving=self._moving_words(plan),
            is_moving=bool(edited),
            label="days off" if self._off_from is not None else "moving",
            keys=self._keys(),
            answer=self._answer if self._are_rules_read else None,
            is_month=self._is_month,
            message=self._message,
        )

    def _day_line(self, plan: Plan, day: date, *, is_broken: bool, is_edited: bool) -> DayLine:
        if plan.week_of(day) is None:
            return DayLine(day, is_planned=False)
        off = plan.availability.off_on(day)
        return day_line(
            plan.day(day),
            self._actions.unit,
            self._done,
            off_note="" if off is None else off.note,
            is_broken=is_broken,
            is_edited=is_edited,
        )

    def _edited_days(self) -> frozenset[date]:
        if self._moved:
            return frozenset({self._at})
        if self._off_from is not None:
            first, last = sorted((self._off_from, self._at))
            return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))
        return frozenset()

    def _moving_words(self, plan: Plan) -> str:
        """The edit in progress in words, or how to move a session."""
        day = day_text(self._at)
        if self._moved:
            place = plan.find(self._moved)
            title = "" if place is None else sanitise(place[1].title, 40)
            if self._at == self._moved_from:
                return f"{title}: where to?"
            # The first sentence describes the change that is visible.
            others = () if self._draft is None else self._draft.says[1:2]
            return " ".join([f"{title} to {day}.", *others])
        if self._off_from is not None:
            first, last = sorted((self._off_from, self._at))
            count = (last - first).days + 1
            return f"{count} {'day' if count == 1 else 'days'} off, to {day}: t travel, i illness, enter neither."
        return _HELP if self._today <= plan.last else "The season is over. coach plan new makes the next one."

    def _keys(self) -> Keys:
        """The keys that do something now, the way out last."""
        is_large = is_whole(*self.size)
        out = ("esc", "leave" if self._is_only else "library" if is_large else "back")
        if self._plan is None:
            can_enter = self._typed is not None and not self._typed.problem
            undo = () if self._is_read else (("u", "undo"),)
            return (("enter", "plan for it"), out) if can_enter else (*undo, out)
        if self._moved:
            return (("↑ ↓", "a day"), ("← →", "a week"), ("enter", "let go"), ("esc", "put back"))
        if self._off_from is not None:
            return (("↑ ↓", "to"), ("t", "travel"), ("i", "illness"), ("enter", "off"), ("esc", "put back"))
        return (*self._run_keys(is_large=is_large), *self._change_keys(is_large=is_large), out)

    def _run_keys(self, *, is_large: bool) -> Iterator[tuple[str, str]]:
        answer = self._answer if self._are_rules_read else None
        if self._at != self._today:
            yield ("enter", "today")
            return
        if answer is None:
            return
        if answer.can_run:
            easier = "run the easier one" if is_large else "easier"
            yield ("enter", "run it" if answer.is_as_planned else easier)
        if not answer.is_as_planned:
            yield ("p", "as planned")

    def _change_keys(self, *, is_large: bool) -> Iterator[tuple[str, str]]:
        assert self._plan is not None
        if any(each.kind is not SessionKind.REST for each in self._plan.day(self._at).sessions):
            yield ("m", "move a day" if is_large else "move")
        if is_large:
            yield ("o", "days off")
        yield ("w", "why")
        yield ("← →", "week")
        if is_large:
            yield ("u", "undo")
        if not needs_month(*self.size):
            yield ("tab", "week" if self._is_month else "month")
