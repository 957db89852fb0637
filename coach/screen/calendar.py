"""The season: its weeks, what to run today and why; sessions are moved by keys, and say which rule that breaks."""

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

from coach.plan.model import (
    DaysOff,
    OffReason,
    Plan,
    SessionKind,
    monday_of,
)
from coach.problems import CoachProblem
from coach.screen import keys
from coach.screen.app import Leaving
from coach.screen.calendar_view import (
    BrokenRule,
    SeasonActions,
    coming_words,
    day_line,
    race_words,
    strip_of,
    week_head,
    week_summary,
)
from coach.screen.overlays import HelpOverlay, Overlay
from coach.screen.paint import sanitise
from coach.screen.protocols import LiveFeed
from coach.screen.widgets.base import Keys
from coach.screen.widgets.calendar_page import (
    Answer,
    CalendarPage,
    CalendarView,
    DayLine,
    NoRace,
    NoRacePage,
    TypedRace,
    is_whole,
    needs_month,
    shown_days,
)
from coach.screen.widgets.library import clock_words, unit_word

if TYPE_CHECKING:
    from coach.plan.edit import EditedPlan

LONGEST_LINE: Final = 120
MOST_BROKEN: Final = 3
"""Rules that are named at most, the worst first; the rest is for `coach plan check --all`."""
_HELP: Final = "M, then arrows: a day that breaks a rule says so before you let go."
_OFF_KEYS: Final = {"t": OffReason.TRAVEL, "i": OffReason.ILLNESS, "enter": OffReason.OFF}
"""Why days are taken off, by the key that says so."""


# --- the screen


class WhyToday(Overlay):
    """Each rule about today: what it saw, its limit, and where the limit comes from."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "Why"
    footing = "Arrows scroll, Escape closes"

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = tuple(rows)

    def lines(self) -> Sequence[tuple[str, str]]:
        """Give the rules."""
        made: list[tuple[str, str]] = []
        for name, words in self._rows:
            for number, line in enumerate(wrap(sanitise(words, 600), _WHY_WIDTH) or [""]):
                made.append((sanitise(name, 24) if not number else "", line))
        return made or [("", "No rule has anything to say about today.")]


_WHY_WIDTH: Final = 46
"""Columns of a reason, so that the box fits 80."""


class CalendarHelp(HelpOverlay):
    """The keys of the calendar."""

    footing = "Escape closes"


class CalendarScreen(Screen[None]):
    """The season."""

    BINDINGS = [
        # None of those that follow another key has priority: `m` and an arrow that come at once would change places.
        Binding("escape", "back", show=False),
        Binding("q", "leave", show=False),
        Binding("enter", "enter", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("right,pagedown", "step(7)", show=False),
        Binding("left,pageup", "step(-7)", show=False),
        Binding("home", "today", show=False),
        Binding("tab", "month", show=False, priority=True),
        Binding("m", "pick_up", show=False),
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

    class ToRun(Message):
        """Today's session is to be run."""

        def __init__(self, start: Callable[..., LiveFeed], say: Callable[[str], None]) -> None:
            super().__init__()
            self.start = start
            """Begins it."""
            self.say = say
            """Takes the reason why it cannot begin."""

    def __init__(self, actions: SeasonActions, *, is_only: bool = False, is_ticking: bool = True) -> None:
        """Show the season of one runner; `is_only` where nothing is below this screen."""
        super().__init__()
        self._actions = actions
        self._is_only = is_only
        self._is_ticking = is_ticking
        self._plan: Plan | None = None
        self._is_read = False
        self._are_rules_read = False
        """Whether rules and today's answer are known."""
        self._at = actions.now().date()
        """The day with the cursor."""
        self._read_on = self._at
        """The day the season was read on."""
        self._is_month = False
        self._message = "Reading the season ..."
        self._done: Mapping[str, str] = {}
        self._answer: Answer | None = None
        self._held = ""
        """The id of the session that is being moved; empty while none is."""
        self._held_from = self._at
        self._off_from: date | None = None
        """The first of the days that are marked as off; None while none are."""
        self._draft: EditedPlan | None = None
        """The season as it would be kept."""
        self._broken: tuple[tuple[Plan, tuple[BrokenRule, ...]], ...] = ()
        """What the seasons shown last break, the newest last."""
        self._typed: TypedRace | None = None
        self._typed_line = ""
        """The line that was understood."""

    def compose(self) -> ComposeResult:
        """Set out the page and the field."""
        yield CalendarPage(id="page")
        yield NoRacePage(id="none")
        yield Input(id="field", max_length=LONGEST_LINE, select_on_focus=False)

    def on_mount(self) -> None:
        """Read the season off the loop."""
        self._field.cursor_blink = False
        self._show()
        self._read("")
        if self._is_ticking:
            self.set_interval(_CLOCK_S, self._tick)

    def _tick(self) -> None:
        """Move the clock; at midnight there is another answer."""
        if self._today != self._read_on and not self._held and self._off_from is None:
            self._read("")
        self._show()

    def on_resize(self) -> None:
        """Set the page out anew."""
        self._show()

    # --- looking

    def action_step(self, by: int) -> None:
        """Move the cursor, or what is held, by so many days."""
        plan = self._plan
        if plan is None:
            return
        self._message = ""
        if self._held:
            self._move_held(by)
        else:
            to = self._at + timedelta(days=by)
            first, last = self._reach(plan)
            self._at = min(max(to, first), last)
            if self._off_from is not None:
                self._mark_off(OffReason.OFF)
        self._show()

    def action_today(self) -> None:
        """Go to today."""
        if not self._held and self._off_from is None:
            self._at = self._today
            self._show()

    def action_month(self) -> None:
        """Show the month in place of the week, or the week again."""
        self._is_month = not self._is_month
        self._show()

    def action_why(self) -> None:
        """Say why today is answered so, and why the chosen day is as it is."""
        if self._plan is None:
            return
        rows = [*self._why_of_day(self._shown_plan), *(self._actions.why() if self._are_rules_read else ())]
        self.app.push_screen(WhyToday(rows))

    def action_keys(self) -> None:
        """Show the keys."""
        if not self._field.has_focus:
            self.app.push_screen(CalendarHelp(keys.CALENDAR))

    def action_back(self) -> None:
        """Put back what is held, else leave."""
        if self._held or self._off_from is not None:
            self._at = self._held_from if self._held else self._off_from or self._at
            self._let_go()
            self._tell("Put back.")
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave."""
        if self._is_only:
            self.app.exit(Leaving.NOTHING)
        else:
            self.dismiss(None)

    # --- changing

    def action_pick_up(self) -> None:
        """Pick up the session of the day; a second time the other one of the same day."""
        plan = self._plan
        if plan is None or self._off_from is not None:
            return
        day = self._held_from if self._held else self._at
        sessions = [each for each in plan.day(day).sessions if each.kind is not SessionKind.REST]
        if self._draft is not None or not sessions:
            return
        ids = [each.id for each in sessions]
        place = ids.index(self._held) + 1 if self._held in ids else 0
        self._held, self._held_from, self._message = ids[place % len(ids)], day, ""
        self._show()

    def action_take_off(self) -> None:
        """Begin to mark days as off, from the one with the cursor on."""
        if self._plan is None or self._held or self._off_from is not None:
            return
        self._off_from, self._message = self._at, ""
        self._mark_off(OffReason.OFF)
        self._show()

    async def action_off_for(self, key: str) -> None:
        """Take the marked days off for a reason; else `t` changes the theme."""
        if self._off_from is not None:
            self._mark_off(_OFF_KEYS[key])
            self._keep()
        elif key == "t":
            await self.run_action("app.switch_theme")

    def action_enter(self) -> None:
        """Let go of what is held; else run what is answered, or go to today."""
        if self._held or self._off_from is not None:
            self._keep()
        elif self._at != self._today:
            self.action_today()
        else:
            self.action_run("suggested")

    def action_run(self, way: str) -> None:
        """Run today's session, as it is answered or as it was planned."""
        answer = self._answer if self._are_rules_read and self._at == self._today and not self._held else None
        if answer is not None and (answer.can_run if way == "suggested" else not answer.is_as_planned):
            start = partial(self._actions.start, as_planned=way == "as-planned")
            self.post_message(self.ToRun(start, self.say))

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._held or self._off_from is not None:
            return
        try:
            undone = self._actions.undo()
        except CoachProblem as problem:
            self.say(str(problem))
            return
        self._read(f"Taken back: {undone}" if undone else "There is nothing to take back.")

    def say(self, problem: str) -> None:
        """Say what stands in the way."""
        self._tell(" ".join(problem.split()))

    # --- a race of one's own

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Show what would come of a race while it is typed; a season takes longer to plan than a key to follow."""
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
        """Make a season for the race that was typed."""
        line = self._field.value
        is_refused = self._typed is not None and self._typed_line == line and bool(self._typed.problem)
        if not line.strip() or is_refused:
            return

        async def enter() -> None:
            await asyncio.to_thread(self._actions.enter, line)
            await self._read_all()
            self._message = "Kept. u takes it back." if self._plan is not None else ""

        self._work(enter)

    # --- what is behind it

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
        """The first and the last day the cursor goes to."""
        return min(plan.first, self._today), max(plan.last, self._today)

    def _move_held(self, by: int) -> None:
        """Try the next day in that direction that takes what is held; a day that is over takes nothing."""
        from coach.plan.edit import move

        plan = self._plan
        assert plan is not None
        first, last = min(self._held_from, self._today), plan.last
        to = self._at + timedelta(days=by)
        while first <= to <= last:
            if to < self._today and to != self._held_from:
                to += timedelta(days=1 if by > 0 else -1)
                continue
            if to == self._held_from:
                self._at, self._draft, self._message = to, None, ""
                return
            try:
                self._draft = move(plan, self._held, to)
            except CoachProblem as problem:
                self._message = " ".join(problem.message.split())
                to += timedelta(days=by)
                continue
            self._at, self._message = to, ""
            return

    def _mark_off(self, why: OffReason) -> None:
        """See the season without the marked days."""
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
        """Save what is seen."""
        draft, is_move = self._draft, bool(self._held)
        day = f"{self._at:%a} {self._at.day} {self._at:%b}"
        said = f"Moved to {day}" if is_move else f"Off until {day}"
        self._let_go()
        if draft is None:
            self._tell("Nothing was changed.")
            return
        try:
            self._plan = self._actions.keep(draft, "Calendar")
        except CoachProblem as problem:
            self._read(" ".join(str(problem).split()))
            return
        self._read(f"{said}. u takes it back.")

    def _let_go(self) -> None:
        self._held, self._off_from, self._draft = "", None, None

    def _tell(self, message: str) -> None:
        self._message = message
        self._show()

    def _read(self, message: str) -> None:
        """Read the season anew, then say what was done."""

        async def read() -> None:
            await self._read_all()
            self._message = message

        self._work(read)

    async def _read_all(self) -> None:
        """Read the plan and show it, then what its rules and today's answer ask for, which takes longer."""
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
        """Do something off the loop; what stands in its way is told in the row for it."""

        async def guarded() -> None:
            try:
                await work()
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
            self._show()

        self.run_worker(guarded(), group="season", exclusive=True)

    def _broken_in(self, plan: Plan) -> tuple[BrokenRule, ...]:
        """What a season breaks; a season that was just seen is not asked about again."""
        if not self._are_rules_read:
            return ()
        for known, broken in self._broken:
            if known is plan:
                return broken
        broken = tuple(self._actions.broken(plan))
        self._broken = (*self._broken[-7:], (plan, broken))
        return broken

    def _why_of_day(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """What is said of the day with the cursor."""
        day = plan.day(self._at)
        name = f"{day.date:%a} {day.date.day} {day.date:%b}"
        for session in day.sessions:
            yield name, session.why if session.kind is SessionKind.REST else f"{session.title}: {session.why}"
            name = ""
            if session.moved_from is not None:
                yield (
                    "",
                    f"Moved from {session.moved_from:%a} {session.moved_from.day} {session.moved_from:%b}.",
                )
        week = plan.week_of(day.date)
        if week is not None and week.note:
            yield "this week", week.note
        for rule in self._broken_in(plan):
            if self._at in rule.days:
                yield "check", f"{rule.words} {rule.fix}".strip()
        yield "", ""

    # --- shown

    def _show(self) -> None:
        """Paint everything as it is now."""
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
            self.query_one(CalendarPage).put(
                CalendarView(
                    "",
                    who,
                    self._today,
                    "km",
                    (),
                    "",
                    "",
                    (),
                    self._at,
                    None,
                    "",
                    "",
                    self._keys(),
                    message=self._message,
                )
            )

    def _view(self, who: str) -> CalendarView:
        plan, unit = self._shown_plan, self._actions.unit
        width, height = self.size
        broken = self._broken_in(plan)
        marked = {day for rule in broken if not rule.is_mild for day in rule.days}
        week = {monday_of(self._at) + timedelta(days=number) for number in range(7)}
        touched = set() if self._draft is None else set(self._draft.touched)
        here = [rule.words for rule in broken if not (week | touched).isdisjoint(rule.days)]
        held = self._held_days()
        sees_month = self._is_month or needs_month(width, height)
        days = tuple(
            self._day_line(plan, each, is_broken=each in marked, is_held=each in held)
            for each in shown_days(self._at, sees_month=sees_month)
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
            check=tuple(here[:MOST_BROKEN]) if self._are_rules_read else None,
            coming=coming_words(plan, self._at, unit),
            moving=self._moving_words(plan),
            is_moving=bool(held),
            label="days off" if self._off_from is not None else "moving",
            keys=self._keys(),
            answer=self._answer if self._are_rules_read else None,
            is_month=self._is_month,
            message=self._message,
        )

    def _day_line(self, plan: Plan, day: date, *, is_broken: bool, is_held: bool) -> DayLine:
        if plan.week_of(day) is None:
            return DayLine(day, is_planned=False)
        off = plan.availability.off_on(day)
        return day_line(
            plan.day(day),
            self._actions.unit,
            self._done,
            away="" if off is None else off.note,
            is_broken=is_broken,
            is_held=is_held,
        )

    def _held_days(self) -> frozenset[date]:
        if self._held:
            return frozenset({self._at})
        if self._off_from is not None:
            first, last = sorted((self._off_from, self._at))
            return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))
        return frozenset()

    def _moving_words(self, plan: Plan) -> str:
        """What is under way."""
        day = f"{self._at:%a} {self._at.day} {self._at:%b}"
        if self._held:
            found = plan.find(self._held)
            title = "" if found is None else sanitise(found[1].title, 40)
            if self._at == self._held_from:
                return f"{title}: where to?"
            others = () if self._draft is None else self._draft.says[1:2]  # the first says what is seen
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
        if self._held:
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


_PAUSE_S: Final = 0.1
"""Without a key before a race that is typed is planned for: nobody reads what is gone with the next letter. Judged."""
_CLOCK_S: Final = 10.0
"""Time between two looks at the clock, which shows minutes."""
