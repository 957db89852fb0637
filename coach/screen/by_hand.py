"""Timing by hand: the page with the order of the lap, the next runner and the unassigned presses; its keys and its app.

No letter is a command, because letters are runners. Keys are handled with the time at which they went down, also while
a dialogue is open. A key that is held down is one press.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final, Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from coach.quantities import Seconds, format_clock
from coach.screen.app import ChoiceDialog, ThemedApp
from coach.screen.base import Keys, PageWidget, WatchingScreen, paint_keys, paint_title
from coach.screen.paint import SMALLEST, Canvas, Pair, Palette, Scale, fit, has_picture, sanitise, width_of
from coach.squad.by_hand import HandCrossing, HandPress, HandTiming, PastSplits, sheet_lines, split_words
from coach.squad.roster import SquadRunner
from coach.squad.run import Expected


class HandActions(Protocol):
    """A session of timing by hand, and the actions on it."""

    chosen: int | None
    is_over: bool

    @property
    def timing(self) -> HandTiming:
        """The session."""
        ...

    @property
    def past(self) -> PastSplits:
        """Earlier splits, to compare with."""
        ...

    @property
    def trouble(self) -> str:
        """The reason why something could not be stored; empty without one."""
        ...

    def now(self) -> Seconds:
        """Return the seconds since the session began."""
        ...

    def moment_of(self, monotonic: float) -> Seconds:
        """Convert a time of the machine's monotonic clock to the time of the session."""
        ...

    def day_words(self) -> str:
        """Return the time of day."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there is something new to show."""
        ...

    def cross(self, moment: Seconds | None = None, *, is_loose: bool = False) -> int:
        """Take a press at the line and return its number; a loose one is not assigned by the order."""
        ...

    def name(self, runner: str, moment: Seconds | None = None) -> int | None:
        """Take a press of a runner's key; returns its number, None if it named an earlier press."""
        ...

    def give_by_order(self) -> None:
        """Assign the oldest unassigned press to the most likely runner."""
        ...

    def swap(self, runner: str) -> None:
        """Assign the last assigned press to another runner."""
        ...

    def undo(self) -> None:
        """Undo the last action."""
        ...

    def next_heat(self, moment: Seconds | None = None) -> None:
        """Start the next heat or rep, at the gun."""
        ...

    def drop(self, runner: str | None = None) -> None:
        """Remove a runner, by default the next one, from the order: they stopped or were lapped."""
        ...

    def take_back(self, *presses: int, is_held_key: bool = False) -> None:
        """Mark presses as no crossing."""
        ...

    def call(self, runner: str, name: str) -> None:
        """Set the name of a runner."""
        ...

    def choose(self, step: int) -> None:
        """Choose another press."""
        ...

    def save_table(self) -> str:
        """Save the table of the session in the current folder; returns a message."""
        ...


# --- the state of the page

_TICKS_S: Final = 30.0
"""Time covered by the ticks."""
_TICK_COLUMNS: Final = 36
"""Columns of the ticks."""
_MOST_UNASSIGNED: Final = 3
_KEYS: Final = (
    ("space", "next in order"),
    ("a-N", "that runner"),
    ("enter", "keep loose"),
    ("backspace", "undo"),
    (".", "swap"),
    ("]", "next heat"),
    ("-", "out"),
    ("tab", "by order"),
    ("↑↓", "choose"),
    ("/", "name"),
    ("F2", "sun/night"),
    ("esc", "end"),
)


@dataclass(frozen=True, slots=True)
class HandRow:
    """A runner in the order of the lap."""

    key: str
    name: str
    lap: str
    last: str
    time: str
    gap: str
    word: str
    laps: str
    """The last laps, for a wide screen."""
    has_crossed: bool
    """True if the runner has finished the lap of the first runner."""
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class UnassignedPress:
    """A press without a runner."""

    number: str
    time: str
    whose: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class HandView:
    """The state of the page."""

    title: str
    right: str
    clock: str
    heat: str
    heats: str
    next_name: str
    next_key: str
    next_in: str
    lap_name: str
    rows: tuple[HandRow, ...]
    scroll: int
    """Rows by which the table was scrolled."""
    unassigned: tuple[UnassignedPress, ...]
    unassigned_count: int
    hint: str
    counts: str
    rejected: str
    """The number of presses that were no crossing; empty for none."""
    ticks: tuple[tuple[int, bool], ...]
    """Columns of the last presses, and whether each is unassigned."""
    last_assigned: str
    to_come: str
    message: str
    asks: bool
    """True if the message waits for a key."""
    keys: Keys


def hand_view(actions: HandActions, *, scroll: int = 0, asks: str = "") -> HandView:
    """Return the current state of the page."""
    timing, now = actions.timing, actions.now()
    first = timing.first(now)
    following = timing.following(now)
    expected = first or next((each for each in following if each.at >= now), None)
    slug = "" if expected is None else expected.runner
    runners = _on_track(timing)
    rows = _rows(actions, runners, now, slug, is_near=first is not None)
    unassigned = timing.loose()
    chosen = actions.chosen if actions.chosen is not None else unassigned[0].number if unassigned else None
    keys = {runner.slug: runner.key for runner in timing.setup.roster.runners}
    clock = timing.clocks[-1] if timing.clocks else None
    rejected = sum(owner is None for owner in timing.owners.values())
    assigned = len(timing.presses) - len(unassigned) - rejected
    counts = f"{len(timing.presses)} presses kept, {assigned} given, {len(unassigned)} loose"
    return HandView(
        title=_title(timing),
        right=actions.day_words(),
        clock=_running_clock(now - clock.moment) if clock is not None else "0:00",
        heat="" if clock is None else _heat_words(timing),
        heats=_heats_words(timing, now),
        next_name=sanitise(timing.name_of(slug), 24) if slug else "",
        next_key=f"key {keys[slug]}" if slug else "",
        next_in="" if expected is None else _due_words(expected.at - now),
        lap_name=f"last {timing.setup.lap_m:.0f}",
        rows=rows,
        scroll=scroll,
        unassigned=_unassigned(timing, unassigned, chosen, actions),
        unassigned_count=len(unassigned),
        hint=_hint(unassigned, actions),
        counts=counts,
        rejected=f"{rejected} taken back" if rejected else "",
        ticks=_ticks(timing, now),
        last_assigned=_last_assigned(timing),
        to_come=_to_come(timing, rows, runners),
        message=asks
        or (f"Not kept: {actions.trouble}" if actions.trouble else sanitise(timing.message, 160)),
        asks=bool(asks),
        keys=_keys(timing),
    )


def _keys(timing: HandTiming) -> Keys:
    keys = [runner.key for runner in timing.setup.roster.runners]
    span = keys[0] if len(keys) == 1 else f"{keys[0]}-{keys[-1]}"
    heat = "next heat" if len(timing.setup.heats) > 1 else "next rep"
    heat = "gun" if timing.clocks and timing.clocks[-1].is_early else heat
    return tuple((span if key == "a-N" else key, heat if key == "]" else says) for key, says in _KEYS)


def _title(timing: HandTiming) -> str:
    setup = timing.setup
    count = len(timing.runners_on_page())
    heats = len(setup.heats)
    heat = timing.clocks[-1].heat + 1 if timing.clocks else 1
    parts = [
        "" if setup.distance_m is None else f"{setup.distance_m:.0f} m",
        f"heat {heat} of {heats}" if heats > 1 else "",
        "numbers" if setup.is_numbered and not count else f"{count} {'runner' if count == 1 else 'runners'}",
    ]
    return ", ".join(filter(None, parts))


def _running_clock(seconds: float) -> str:
    return format_clock(max(0.0, float(int(seconds + 1e-6))))


def _heat_words(timing: HandTiming) -> str:
    clock = timing.clocks[-1]
    rep = sum(each.heat == clock.heat for each in timing.clocks)
    if clock.is_early:
        return "] at the gun"
    if len(timing.setup.heats) == 1:
        return f"rep {rep}" if rep > 1 else ""
    return f"heat {clock.heat + 1}" + (f", rep {rep}" if rep > 1 else "")


def _heats_words(timing: HandTiming, now: Seconds) -> str:
    """The state of the other heats, each by its own clock."""
    heats = timing.setup.heats
    if len(heats) < 2 or not timing.clocks:
        return ""
    current = timing.clocks[-1].heat
    last = {clock.heat: clock for clock in timing.clocks}
    parts = []
    for heat, slugs in enumerate(heats):
        if heat == current:
            continue
        clock = last.get(heat)
        if clock is None:
            parts.append(f"{heat + 1} waits")
        elif all(timing.is_finished(slug) or slug in timing.out for slug in slugs):
            parts.append(f"{heat + 1} done")
        else:
            parts.append(f"{heat + 1} at {_running_clock(now - clock.moment)}")
    return f"heat {', '.join(parts)}"


def _on_track(timing: HandTiming) -> list[SquadRunner]:
    """The runners of the table: the heat that started last, then those of other heats who are still running."""
    runners = timing.runners_on_page()
    if len(timing.setup.heats) < 2 or not timing.clocks:
        return runners
    current = set(timing.setup.heats[timing.clocks[-1].heat])
    others = [
        runner
        for runner in runners
        if runner.slug not in current
        and timing.starts(runner.slug)
        and not timing.is_finished(runner.slug)
        and runner.slug not in timing.out
        and timing.setup.crossings is not None
    ]
    return [runner for runner in runners if runner.slug in current] + others


def _rows(
    actions: HandActions, runners: Sequence[SquadRunner], now: Seconds, next_slug: str, *, is_near: bool
) -> tuple[HandRow, ...]:
    """The order of the lap: the runners who have finished it by time, then the others by expected time."""
    timing = actions.timing
    crossings = {runner.slug: timing.in_rep(runner.slug) for runner in runners}
    heat = set(timing.setup.heats[timing.clocks[-1].heat] if timing.clocks else crossings)
    lap = max((len(own) for slug, own in crossings.items() if slug in heat), default=0)
    across = [
        runner for runner in runners if lap and runner.slug in heat and len(crossings[runner.slug]) == lap
    ]
    across.sort(
        key=lambda runner: (crossings[runner.slug][-1].time_s or 0.0, crossings[runner.slug][-1].moment)
    )
    due = {runner.slug: timing.next_crossing(runner.slug, now) for runner in runners}
    to_come = [runner for runner in runners if runner not in across]
    to_come.sort(
        key=lambda runner: (
            runner.slug not in heat,
            runner.slug in timing.out,
            timing.is_finished(runner.slug),
            inf if (expected := due[runner.slug]) is None else expected.at,
        )
    )
    best = crossings[across[0].slug][-1].time_s if across else None
    return tuple(
        _row(
            actions,
            runner,
            crossings[runner.slug],
            due[runner.slug],
            best=best,
            now=now,
            has_crossed=runner in across,
            is_next=runner.slug == next_slug and is_near,
        )
        for runner in (*across, *to_come)
    )


def _row(
    actions: HandActions,
    runner: SquadRunner,
    crossings: Sequence[HandCrossing],
    expected: Expected | None,
    *,
    best: Seconds | None,
    now: Seconds,
    has_crossed: bool,
    is_next: bool,
) -> HandRow:
    """The row of a runner: the time of the lap, else the expected time; a remark, or that space is theirs."""
    timing = actions.timing
    count, is_out = timing.setup.crossings, runner.slug in timing.out
    last = crossings[-1] if crossings and has_crossed else None
    time = gap = word = ""
    if last is not None:
        time = "--" if last.time_s is None else format_clock(last.time_s, tenths=True)
        gap = _gap(last.time_s, best)
        word = "out" if is_out else split_words(timing, last, actions.past)
    elif is_out or timing.is_finished(runner.slug):
        time = "out" if is_out else "done"
    elif expected is not None:
        time, gap = "due", _due_words(expected.at - now).removeprefix("in ")
    if is_next:
        word = f"space: {timing.name_of(runner.slug)}"
    return HandRow(
        runner.key,
        sanitise(timing.name_of(runner.slug), 24),
        f"{len(crossings)}/{count}" if count else f"{len(crossings)}",
        "" if last is None or last.lap_s is None else _lap_text(last.lap_s),
        time,
        gap,
        sanitise(word, 24),
        " ".join(f"{each.lap_s:.1f}" for each in crossings[-8:] if each.lap_s is not None),
        has_crossed,
        is_next,
    )


def _gap(time: Seconds | None, best: Seconds | None) -> str:
    if time is None or best is None:
        return ""
    return "–" if time == best else f"+{time - best:.1f}"


def _lap_text(seconds: Seconds) -> str:
    return f"{seconds:.1f}" if seconds < 100 else format_clock(seconds, tenths=True)


def _due_words(seconds: float) -> str:
    if seconds >= 0.5:
        return f"in {seconds:.0f} s"
    return "now" if seconds > -1.5 else f"{-seconds:.0f} s late"


def _unassigned(
    timing: HandTiming, presses: Sequence[HandPress], chosen: int | None, actions: HandActions
) -> tuple[UnassignedPress, ...]:
    """The unassigned presses from the chosen one on; if an assigned press is chosen, only that."""
    assigned = _chosen_assigned(actions)
    if assigned is not None:
        press, owner = timing.presses[assigned - 1], timing.owners[assigned]
        whose = "taken back" if owner is None else sanitise(timing.name_of(owner), 16)
        time = format_clock(timing.by_clock(press), tenths=True)
        return (UnassignedPress(str(press.number), time, whose, is_chosen=True),)
    at = next((place for place, press in enumerate(presses) if press.number == chosen), 0)
    return tuple(
        UnassignedPress(
            str(press.number),
            format_clock(timing.by_clock(press), tenths=True),
            " or ".join(sanitise(timing.name_of(slug), 12) for slug in timing.candidates(press)[:2])
            or (press.place and f"gate {sanitise(press.place, 12)}"),
            press.number == chosen,
        )
        for press in presses[at : at + _MOST_UNASSIGNED]
    )


def _chosen_assigned(actions: HandActions) -> int | None:
    """The number of the chosen press if it is assigned or was taken back."""
    chosen = actions.chosen
    return None if chosen is None or actions.timing.owners.get(chosen) == "" else chosen


def _hint(unassigned: Sequence[HandPress], actions: HandActions) -> str:
    if _chosen_assigned(actions) is not None:
        return "A key moves it, delete takes it back."
    return "A key gives the grey one to a runner." if unassigned else ""


def _ticks(timing: HandTiming, now: Seconds) -> tuple[tuple[int, bool], ...]:
    recent = [press for press in timing.presses[-200:] if now - press.moment < _TICKS_S]
    return tuple(
        (
            max(0, min(_TICK_COLUMNS - 1, int((_TICKS_S - (now - press.moment)) / _TICKS_S * _TICK_COLUMNS))),
            not owner,
        )
        for press in recent
        if (owner := timing.owners[press.number]) is not None
    )


def _last_assigned(timing: HandTiming) -> str:
    number = timing.last_given
    owner = None if number is None else timing.owners[number]
    if number is None or not owner:
        return ""
    by = timing.given_by.get(number)
    how = {"order": " by the order", "key": " by key", "answer": ""}["key" if by is None else by.value]
    crossing = next(each for each in timing.crossings(owner) if each.press == number)
    at = crossing.moment if crossing.time_s is None else crossing.time_s
    return f"{format_clock(at, tenths=True)} to {sanitise(timing.name_of(owner), 24)}{how}"


def _to_come(timing: HandTiming, rows: Sequence[HandRow], runners: Sequence[SquadRunner]) -> str:
    """The number of runners still to come on the lap, and the runners out of the order."""
    out = [sanitise(timing.name_of(runner.slug), 16) for runner in runners if runner.slug in timing.out]
    waiting = sum(not row.has_crossed and row.time not in {"out", "done"} for row in rows)
    if not any(row.has_crossed for row in rows):
        words = "Nobody has crossed yet."
    elif waiting:
        words = f"{waiting} {'runner' if waiting == 1 else 'runners'} still to come on this lap."
    else:
        words = "Everybody has crossed on this lap."
    verb = "is" if len(out) == 1 else "are"
    return f"{words} {', '.join(out)} {verb} out of the order." if out else f"{words} Nobody is out."


# --- the page

_WIDE: Final = 116
"""From this width on the presses are beside the table; on fewer columns the page is one column."""
_TALL: Final = 34
"""Least height for that."""
_SHORT: Final = {
    "next in order": "next", "that runner": "runner", "keep loose": "loose", "backspace": "bksp",
    "next heat": "heat", "next rep": "rep",
}  # fmt: skip
"""Shorter words of the key line, for a narrow screen."""


class HandPage(PageWidget[HandView]):
    """The whole page."""

    def draw(self, canvas: Canvas, view: HandView, colours: Palette) -> None:
        """Paint the parts beside each other, or below each other if there is less room."""
        paint_title(canvas, "Timing by hand", view.title, view.right, colours)
        if _is_wide(canvas):
            _paint_wide(canvas, view, colours)
            paint_keys(canvas, view.keys, colours, spare=0)
        else:
            _paint_narrow(canvas, view, colours)
            keys = tuple((_SHORT.get(key, key), _SHORT.get(says, says)) for key, says in view.keys)
            paint_keys(canvas, keys, colours, gap=1, spare=0)


def _is_wide(canvas: Canvas) -> bool:
    return canvas.width >= _WIDE and canvas.height >= _TALL


def _paint_wide(canvas: Canvas, view: HandView, colours: Palette) -> None:
    """Paint the table at the left, clock, next runner and presses at the right, the last press below."""
    width, height = canvas.width, canvas.height
    pane = width - 40 if width < 160 else width - 60
    _paint_table(canvas, view, colours, top=2, foot=height - 9, width=pane - 2, word=60)
    _put_letters(canvas, pane, 2, view.clock, colours.plain, room=width - 2 - pane)
    after = canvas.put(pane, 9, view.heat, colours.plain, bold=True)
    canvas.put(after + 3, 9, fit(view.heats, max(0, width - after - 4)), colours.stale)
    canvas.put(pane, 11, "next to cross", colours.stale)
    canvas.put_right(width - 1, 11, f"{view.next_key}   {view.next_in}".strip(), colours.plain, bold=True)
    _put_name(canvas, pane, 12, view.next_name, colours.plain, room=width - 2 - pane)
    canvas.put(pane, 17, "presses without a runner", colours.stale)
    canvas.put_right(width - 1, 17, str(view.unassigned_count or ""), colours.plain, bold=True)
    for place, press in enumerate(view.unassigned):
        pair = colours.track if press.is_chosen else colours.plain
        canvas.put(pane - 1, 18 + place, " " * (width - pane), pair)
        canvas.put(pane, 18 + place, press.number, pair)
        canvas.put_right(pane + 12, 18 + place, press.time, pair, bold=True)
        canvas.put(pane + 14, 18 + place, fit(press.whose, width - pane - 15), pair)
    more = view.unassigned_count - len(view.unassigned)
    canvas.put(pane, 21, f"and {more} more" if more > 0 else "", colours.stale)
    canvas.put(pane, 22, view.hint, colours.stale)
    canvas.put(pane, 24, fit(view.counts, width - pane), colours.plain)
    canvas.put(pane, 25, view.rejected, colours.plain)
    if height >= 40:
        _paint_ticks(canvas, view, colours, pane, 27)
    canvas.put(2, height - 8, "─" * (width - 4), colours.line)
    after = canvas.put(2, height - 6, "last given  ", colours.stale)
    after = canvas.put(after, height - 6, view.last_assigned or "nothing yet", colours.plain, bold=True)
    canvas.put(
        max(60, after + 3), height - 6, "backspace takes it back,  . gives it to another", colours.stale
    )
    canvas.put(2, height - 4, fit(view.to_come, width - 4), colours.stale)
    _paint_message(canvas, view, colours, height - 3)


def _paint_narrow(canvas: Canvas, view: HandView, colours: Palette) -> None:
    """Paint one column: clock and next runner above the table."""
    width, height = canvas.width, canvas.height
    _paint_message(canvas, view, colours, 1)
    _put_letters(canvas, 2, 2, view.clock, colours.plain, room=30, most=1)
    right = f"{view.next_key} {view.next_in}".strip()
    _put_name(canvas, 36, 2, view.next_name, colours.plain, room=width - 37)
    canvas.put(2, 6, view.heat, colours.plain, bold=True)
    canvas.put(5 + len(view.heat), 6, fit(view.heats, 30 - len(view.heat)), colours.stale)
    canvas.put(36, 6, "next to cross", colours.stale)
    canvas.put_right(width - 1, 6, right, colours.plain, bold=True)
    _paint_table(canvas, view, colours, top=7, foot=height - 4, width=width, word=59)
    presses = "   ".join(f"{press.number} {press.time} {press.whose}".rstrip() for press in view.unassigned)
    if presses:
        at = canvas.put(2, height - 4, f"loose {view.unassigned_count}", colours.offer, bold=True) + 2
        at = canvas.put(at, height - 4, " ", colours.track)
        first, _, rest = presses.partition("   ")
        at = canvas.put(at, height - 4, fit(first, width - at - 2), colours.track)
        at = canvas.put(at, height - 4, " ", colours.track)
        canvas.put(at + 2, height - 4, fit(rest, max(0, width - at - 3)), colours.plain)
    else:
        canvas.put(2, height - 4, fit(view.to_come, width - 3), colours.stale)
    after = canvas.put(2, height - 3, "last given  ", colours.stale)
    canvas.put(
        after,
        height - 3,
        fit(view.last_assigned or "nothing yet", width - after - 27),
        colours.plain,
        bold=True,
    )
    canvas.put_right(width - 1, height - 3, view.counts.replace(" presses kept", " kept"), colours.stale)


def _paint_message(canvas: Canvas, view: HandView, colours: Palette, row: int) -> None:
    if view.message:
        canvas.put(2, row, fit(view.message, canvas.width - 4), colours.offer if view.asks else colours.plain)


def _paint_table(
    canvas: Canvas, view: HandView, colours: Palette, *, top: int, foot: int, width: int, word: int
) -> None:
    """Paint the heads and the rows, scrolled so that the next runner is visible."""
    for x, head in ((25, "lap"), (36, view.lap_name), (47, "time"), (56, "gap")):
        canvas.put_right(x, top, head, colours.stale)
    canvas.put(2, top, "key", colours.stale)
    canvas.put(8, top, "runner", colours.stale)
    has_laps = width - word > 60
    if has_laps:
        canvas.put(word + 22, top, "laps", colours.stale)
    room = max(1, foot - top - 1)
    first = _table_top(view, room)
    above, below = first, max(0, len(view.rows) - first - room)
    more = f"{above}↑ {below}↓" if above or below else ""
    canvas.put(word, top, fit("since last time", width - word - len(more) - 2), colours.stale)
    canvas.put_right(width - 1, top, more, colours.plain)
    for place, row in enumerate(view.rows[first : first + room]):
        y = top + 1 + place
        pair = colours.plain if row.has_crossed or row.is_next else colours.stale
        canvas.put(3, y, row.key, colours.plain, bold=True)
        canvas.put(8, y, fit(row.name, 13), pair, bold=row.has_crossed or row.is_next)
        canvas.put_right(25, y, row.lap, pair)
        canvas.put_right(36, y, row.last, pair)
        canvas.put_right(47, y, row.time, pair, bold=row.has_crossed)
        canvas.put_right(56, y, row.gap, pair)
        canvas.put(
            word,
            y,
            fit(row.word, min(21, canvas.width - word - 1)),
            pair,
            bold=row.is_next or "PB" in row.word,
        )
        if has_laps:
            canvas.put(word + 22, y, fit(row.laps, width - word - 23), pair)


def _table_top(view: HandView, room: int) -> int:
    """Return the first visible row; the next runner stays visible unless the table is scrolled."""
    most = max(0, len(view.rows) - room)
    place = next((at for at, row in enumerate(view.rows) if row.is_next), None)
    if place is None:
        place = sum(row.has_crossed for row in view.rows)
    return max(0, min(most, place - room * 2 // 3 + view.scroll))


def _paint_ticks(canvas: Canvas, view: HandView, colours: Palette, x: int, y: int) -> None:
    """Paint the presses of the last half minute; the unassigned ones in the colour of `fast`, and lower."""
    canvas.put(x, y, "the last 30 s", colours.stale)
    unassigned = Pair(colours.fast.paper, colours.plain.paper)
    for column, is_unassigned in view.ticks:
        upper, lower, pair = ("▄", "█", unassigned) if is_unassigned else ("┃", "┃", colours.plain)
        canvas.put(x + column, y + 1, upper, pair, bold=True)
        canvas.put(x + column, y + 2, lower, pair, bold=True)
    canvas.put(x, y + 3, "─" * _TICK_COLUMNS, colours.line)
    canvas.put(x, y + 4, "-30", colours.stale)
    canvas.put_right(x + _TICK_COLUMNS, y + 4, "now", colours.stale)


def _put_letters(canvas: Canvas, x: int, y: int, text: str, pair: Pair, *, room: int, most: int = 2) -> None:
    """Write block letters as large as they fit: of twice the size, of twice the height, or of the smallest size."""
    scales = [Scale(2, 2), Scale(1, 2), SMALLEST] if most == 2 else [SMALLEST]
    scale = next((each for each in scales if width_of(text) * each.x <= room), SMALLEST)
    canvas.put_block(x, y, text, pair, scale)


def _put_name(canvas: Canvas, x: int, y: int, name: str, pair: Pair, *, room: int) -> None:
    """Write a name in block letters, cut to the room; in ordinary ones if a letter has no picture."""
    if not name or not has_picture(name):
        canvas.put(x, y + 1, fit(name, room), pair, bold=True)
        return
    letters = name.upper()
    while len(letters) > 1 and width_of(letters) > room:
        letters = letters[:-1].rstrip()
    canvas.put_block(x, y, letters, pair)


# --- held keys

_BOUNCE_S: Final = 0.06
"""A second event of a key within this time is a repeat or a bounce: nobody taps a key 16 times a second. Judged."""
_ONE_READ_S: Final = 0.005
"""Two events within this time were read at once: no tap and no repeat is as fast. Judged."""
_RELEASED_S: Final = 0.15
"""After this time without a repeat a held key is released, as for the keys of a run."""
_DELAY_S: Final = (0.18, 1.1)
"""Delay before the first repeat: systems let users set 200 ms to 1 s."""
_SLOW_S: Final = 0.13
"""The slowest repeat: macOS repeats every 90 ms by default."""
_EVEN_S: Final = 0.008
"""Most difference between the gaps of repeats; taps by hand differ by more."""
_EVEN_FOR: Final = 10
"""This number of even gaps in a row is a held key."""


class HeldKeys:
    """Tells presses of a key from the repeats of a held key.

    Two events in one read are two presses, because a program that was blocked for a moment gets them together.
    """

    def __init__(self) -> None:
        """Start without a key down."""
        self._key = ""
        self._events: list[tuple[float, int | None]] = []
        self._is_held = False

    def is_press(self, key: str, moment: float) -> bool:
        """Return whether an event is a press rather than a repeat; `bind` stores the number of the press."""
        if key != self._key:
            self._key, self._events, self._is_held = key, [], False
        self._events = [*self._events[-_EVEN_FOR - 2 :], (moment, None)]
        gaps = self._gaps()
        if not gaps:
            return True
        if self._is_held:
            self._is_held = gaps[-1] < _RELEASED_S
            return not self._is_held
        self._is_held = self._is_even() or (len(gaps) > 1 and max(gaps[-2:]) < _BOUNCE_S)
        return not self._is_held and (gaps[-1] >= _BOUNCE_S or gaps[-1] < _ONE_READ_S)

    def bind(self, press: int) -> None:
        """Store the number of the press of the last event."""
        self._events[-1] = (self._events[-1][0], press)

    def repeats(self) -> tuple[int, ...]:
        """Return, once each, the presses that turn out to be repeats of a held key."""
        if not self._is_held:
            return ()
        gaps = self._gaps()
        first = len(self._events) - (_EVEN_FOR if self._is_even() else 2)
        is_one_by_one = min(gaps[first - 1 :]) >= _ONE_READ_S
        if is_one_by_one and first >= 2 and _DELAY_S[0] <= gaps[first - 2] <= _DELAY_S[1]:
            first -= 1
        repeats = tuple(press for _, press in self._events[first:] if press is not None)
        self._events[first:] = [(moment, None) for moment, _ in self._events[first:]]
        return repeats

    def _gaps(self) -> list[float]:
        return [after[0] - before[0] for before, after in pairwise(self._events)]

    def _is_even(self) -> bool:
        gaps = self._gaps()[-_EVEN_FOR:]
        return len(gaps) == _EVEN_FOR and max(gaps) <= _SLOW_S and max(gaps) - min(gaps) <= _EVEN_S


# --- the app


_DIALOGUE_KEYS: Final = frozenset(
    {"up", "down", "enter", "escape", "tab", "home", "end", "pageup", "pagedown"}
)
"""Keys that the end dialogue has while it is open."""


class HandScreen(WatchingScreen):
    """The page, redrawn ten times a second, so that its seconds change in time, and after every action."""

    TICK_S = 0.1
    REST_S = 0.03

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield HandPage(id="by-hand")

    def look(self) -> None:
        """Show the current state of the session."""
        app = self.app
        assert isinstance(app, HandApp)  # no other app has this page
        self.query_one(HandPage).put(app.view())


class EndDialog(ChoiceDialog[str]):
    """Asks how to end the session; keys at the line still work."""

    CHOICES = (
        ("back", "Go on timing"),
        ("copy", "Copy the sheet to the clipboard"),
        ("save", "Save the sheet as a table (CSV)"),
        ("end", "End the timing and print the sheet"),
        ("leave", "Leave: the clock runs on, to be gone on with"),
    )

    def __init__(self) -> None:
        hint = "Arrows and enter. Space and runners' keys still time."
        super().__init__("End the timing?", self.CHOICES, hint)

    def action_choose(self, choice: str) -> None:
        """Take a choice."""
        self.dismiss(choice)

    def on_key(self, event: events.Key) -> None:
        """Go back to the page."""
        if event.key == "escape":
            event.stop()
            self.dismiss("back")


class HandApp(ThemedApp[bool]):
    """Timing by hand; `run` returns True if the timing was ended, False if it was left."""

    BINDINGS = [
        Binding("ctrl+q", "ask_end", show=False, priority=True),
        Binding("ctrl+c", "leave", show=False, priority=True),
    ]

    def __init__(self, actions: HandActions, *, theme: str = "sun") -> None:
        """Show a session."""
        super().__init__(theme)
        self._actions = actions
        self._held_keys = HeldKeys()
        self._waits_for = ""
        """The meaning of the next runner's key: `swap` or `name`; empty for a crossing."""
        self._typed: tuple[str, str] | None = None
        """The runner being named, and the text typed so far."""
        self._scroll = 0

    def on_mount(self) -> None:
        """Open the page."""
        self.push_screen(HandScreen(self._actions.subscribe))

    def view(self) -> HandView:
        """Return the current state of the page."""
        return hand_view(self._actions, scroll=self._scroll, asks=self._asks())

    def _asks(self) -> str:
        if self._typed is not None:
            slug, text = self._typed
            key = self._actions.timing.setup.roster.runner(slug).key
            return f"key {key} is called: {sanitise(text, 40)}_   enter keeps it, _ is a blank, space still times"
        if self._waits_for == "swap":
            return "That press was whose? Press a runner's key."
        return "Whom do you name? Press a runner's key." if self._waits_for == "name" else ""

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """Handle the keys at the line before all others, with the time at which they went down."""
        if isinstance(event, events.Key) and self._on_line_key(event):
            return
        await super().on_event(event)

    def _on_line_key(self, event: events.Key) -> bool:
        """Handle a key; returns whether it was one of this app."""
        key = event.key
        if isinstance(self.screen, ModalScreen) and key in _DIALOGUE_KEYS:
            return False
        if key in _MOVES:
            _MOVES[key](self)
            return True
        moment = self._actions.moment_of(event.time)
        if not self._held_keys.is_press(key, event.time):
            repeats = self._held_keys.repeats()
            if repeats:
                self._actions.take_back(*repeats, is_held_key=True)
            return True
        if self._typed is not None and key != "space" and self._type(event):
            return True
        return self._on_press(event, moment)

    def _on_press(self, event: events.Key, moment: Seconds) -> bool:
        """Handle a press; returns whether the key has a meaning here."""
        actions, key = self._actions, event.key
        if key in {"space", "enter"}:
            self._waits_for, self._scroll = "", 0
            self._held_keys.bind(actions.cross(moment, is_loose=key == "enter"))
            return True
        runner = actions.timing.by_key(event.character or "")
        if runner is not None:
            self._take_runner(runner.slug, moment)
            return True
        if key == "right_square_bracket":
            actions.next_heat(moment)
            return True
        unassigned = actions.timing.loose()
        if event.character and event.character in "123456789" and unassigned:
            actions.chosen = unassigned[min(len(unassigned), int(event.character)) - 1].number
            actions.choose(0)
            return True
        command = _COMMANDS.get(key)
        if command is None:
            return False
        command(self)
        return True

    def _take_runner(self, slug: str, moment: Seconds) -> None:
        waits, self._waits_for = self._waits_for, ""
        self._scroll = 0
        if waits == "swap":
            self._actions.swap(slug)
        elif waits == "name":
            self._typed = (slug, "")
            self._look()
        else:
            number = self._actions.name(slug, moment)
            if number is not None:
                self._held_keys.bind(number)
            self._look()

    def _type(self, event: events.Key) -> bool:
        """Handle a letter of a name; a space is no letter, it times a crossing."""
        assert self._typed is not None  # the caller has checked
        slug, text = self._typed
        if event.key == "enter":
            self._typed = None
            self._actions.call(slug, text.replace("_", " "))
        elif event.key == "escape":
            self._typed = None
        elif event.key == "backspace":
            self._typed = (slug, text[:-1])
        elif event.character and event.character.isprintable():
            self._typed = (slug, (text + event.character)[:40])
        else:
            return False
        self._look()
        return True

    def _look(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, HandScreen):
                screen.look()

    # --- commands

    def wait_for(self, what: str) -> None:
        """Change the meaning of the next runner's key; the same command again cancels that."""
        self._waits_for = "" if self._waits_for == what else what
        self._look()

    def go_back(self) -> None:
        """Cancel a command in progress; without one ask how to end."""
        if self._waits_for or self._actions.chosen is not None:
            self._waits_for, self._actions.chosen = "", None
            self._look()
        else:
            self.action_ask_end()

    def undo(self) -> None:
        """Undo the last action."""
        self._waits_for = ""
        self._actions.undo()

    def take_back(self) -> None:
        """Mark the chosen press as no crossing."""
        if self._actions.chosen is not None:
            self._actions.take_back(self._actions.chosen)

    def scroll_by(self, rows: int) -> None:
        """Scroll the table."""
        self._scroll += rows
        self._look()

    def choose(self, step: int) -> None:
        """Choose another press."""
        self._actions.choose(step)

    def drop(self) -> None:
        """Remove the next runner from the order: they stopped or were lapped."""
        self._actions.drop()

    def give_by_order(self) -> None:
        """Assign the oldest unassigned press to the most likely runner."""
        self._actions.give_by_order()

    def action_ask_end(self) -> None:
        """Ask how to end."""

        def act_on(choice: str | None) -> None:
            if choice == "end":
                self.exit(True)
            elif choice == "leave":
                self.exit(False)
            elif choice == "copy":
                self.copy_to_clipboard("\n".join(sheet_lines(self._actions.timing, self._actions.past)))
                self._actions.timing.message = "The sheet is sent to the clipboard of the terminal."
            elif choice == "save":
                self._actions.timing.message = self._actions.save_table()

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(EndDialog(), act_on)

    def action_leave(self) -> None:
        """Leave at once; the session can be continued."""
        self.exit(False)

    def tell(self, text: str) -> None:
        """Show a message until the next key."""
        self._actions.timing.message = sanitise(text, 160)
        self._look()

    def leave(self) -> None:
        """Leave after a signal."""
        self.exit(False)


_MOVES: Final[dict[str, Callable[[HandApp], object]]] = {
    "up": lambda app: app.choose(-1),
    "down": lambda app: app.choose(1),
    "pageup": lambda app: app.scroll_by(-5),
    "pagedown": lambda app: app.scroll_by(5),
}
"""The commands of keys that may be held down."""
_COMMANDS: Final[dict[str, Callable[[HandApp], object]]] = {
    "backspace": HandApp.undo,
    "full_stop": lambda app: app.wait_for("swap"),
    "slash": lambda app: app.wait_for("name"),
    "minus": HandApp.drop,
    "tab": HandApp.give_by_order,
    "delete": HandApp.take_back,
    "escape": HandApp.go_back,
    "f2": HandApp.action_switch_theme,
}
"""The commands of keys that are no letters."""
