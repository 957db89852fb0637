"""The page of timing by hand: the order of this lap, who crosses next in large letters, presses that are nobody's yet.

One widget paints it from a value, so that a look costs a comparison where nothing has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final, Protocol

from textual.strip import Strip

from coach.quantities import Seconds, format_clock
from coach.screen.paint import Canvas, Pair, Palette, Scale, block, fit, has_picture, sanitise, width_of
from coach.screen.widgets.strip_widget import StripWidget
from coach.squad.by_hand import HandCrossing, HandPress, HandTiming
from coach.squad.crossing import Expected
from coach.squad.roster import SquadRunner
from coach.squad.sheet import PastSplits, split_words

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

WIDE: Final = 116
"""From this width on the presses stand beside the table; below it the page is one column."""
TALL: Final = 34
"""And only from this height on."""
TICKS_S: Final = 30.0
"""How far back the ticks go."""
_TICKS: Final = 36
"""Columns of the ticks."""


class HandActions(Protocol):
    """What the screen needs of a session by hand."""

    chosen: int | None
    is_over: bool

    @property
    def timing(self) -> HandTiming:
        """The session."""
        ...

    @property
    def past(self) -> PastSplits:
        """What splits are held against."""
        ...

    @property
    def trouble(self) -> str:
        """Why something could not be kept."""
        ...

    def now(self) -> Seconds:
        """Seconds since the session began."""
        ...

    def moment_of(self, monotonic: float) -> Seconds:
        """The time of the session at a moment of the machine's monotonic clock."""
        ...

    def day_words(self) -> str:
        """The time of day."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever there is something new to show."""
        ...

    def cross(self, moment: Seconds | None = None, *, is_loose: bool = False) -> int:
        """Somebody crosses the line."""
        ...

    def name(self, runner: str, moment: Seconds | None = None) -> int | None:
        """A runner's key."""
        ...

    def give_by_order(self) -> None:
        """Give the oldest press that is nobody's to who was most likely there."""
        ...

    def swap(self, runner: str) -> None:
        """The press that was given last was this runner's."""
        ...

    def undo(self) -> None:
        """Undo what was done by hand last."""
        ...

    def next_heat(self, moment: Seconds | None = None) -> None:
        """The gun."""
        ...

    def drop(self, runner: str | None = None) -> None:
        """Who stands as next stopped or was lapped."""
        ...

    def take_back(self, *presses: int, is_held_key: bool = False) -> None:
        """Presses were nobody's crossing."""
        ...

    def call(self, runner: str, name: str) -> None:
        """Name a runner."""
        ...

    def choose(self, step: int) -> None:
        """Move the choice among the presses."""
        ...

    def save_table(self) -> str:
        """Save the table of the session beside where the program was started; returns what to say."""
        ...


# --- what is shown


@dataclass(frozen=True, slots=True)
class HandRow:
    """A runner in the order of this lap."""

    key: str
    name: str
    lap: str
    last: str
    time: str
    gap: str
    word: str
    laps: str
    """Their last laps, for a wide screen."""
    has_crossed: bool
    """Whether they have run the lap that the first is on."""
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class LoosePress:
    """A press that waits for a runner."""

    number: str
    time: str
    whose: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class HandView:
    """What the page shows."""

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
    """Rows that the table was moved by hand."""
    loose: tuple[LoosePress, ...]
    loose_count: int
    hint: str
    counts: str
    taken: str
    """How many presses were taken back; empty for none."""
    ticks: tuple[tuple[int, bool], ...]
    """Columns of the last presses, and whether each is nobody's."""
    last_given: str
    still: str
    message: str
    asks: bool
    """Whether the message waits for a key."""
    keys: tuple[tuple[str, str], ...]


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
_SHORT: Final = {
    "next in order": "next", "that runner": "runner", "keep loose": "loose", "backspace": "bksp",
    "next heat": "heat", "next rep": "rep",
}  # fmt: skip
"""Words of the key line on a narrow screen."""


def hand_view(actions: HandActions, *, scroll: int = 0, asks: str = "") -> HandView:
    """What the page shows now."""
    timing, now = actions.timing, actions.now()
    first = timing.first(now)
    following = timing.following(now)
    shown_next = first or next((each for each in following if each.at >= now), None)
    slug = "" if shown_next is None else shown_next.runner
    runners = _on_track(timing)
    rows = _rows(actions, runners, now, slug, is_near=first is not None)
    loose = timing.loose()
    chosen = actions.chosen if actions.chosen is not None else loose[0].number if loose else None
    keys = {one.slug: one.key for one in timing.setup.roster.runners}
    clock = timing.clocks[-1] if timing.clocks else None
    taken = sum(owner is None for owner in timing.owners.values())
    given = len(timing.presses) - len(loose) - taken
    counts = f"{len(timing.presses)} presses kept, {given} given, {len(loose)} loose"
    return HandView(
        title=_title(timing),
        right=actions.day_words(),
        clock=_running(now - clock.moment) if clock is not None else "0:00",
        heat="" if clock is None else _heat_words(timing),
        heats=_heats_words(timing, now),
        next_name=sanitise(timing.called(slug), 24) if slug else "",
        next_key=f"key {keys[slug]}" if slug else "",
        next_in="" if shown_next is None else _due_words(shown_next.at - now),
        lap_name=f"last {timing.setup.lap_m:.0f}",
        rows=rows,
        scroll=scroll,
        loose=_waiting(timing, loose, chosen, actions),
        loose_count=len(loose),
        hint=_hint(timing, loose, actions),
        counts=counts,
        taken=f"{taken} taken back" if taken else "",
        ticks=_ticks(timing, now),
        last_given=_last_given(timing),
        still=_still(timing, rows, runners),
        message=asks
        or (f"Not kept: {actions.trouble}" if actions.trouble else sanitise(timing.message, 160)),
        asks=bool(asks),
        keys=_chips(timing),
    )


def _chips(timing: HandTiming) -> tuple[tuple[str, str], ...]:
    own = [one.key for one in timing.setup.roster.runners]
    span = own[0] if len(own) == 1 else f"{own[0]}-{own[-1]}"
    heat = "next heat" if len(timing.setup.heats) > 1 else "next rep"
    heat = "gun" if timing.clocks and timing.clocks[-1].is_early else heat
    return tuple((span if key == "a-N" else key, heat if key == "]" else says) for key, says in _KEYS)


def _title(timing: HandTiming) -> str:
    setup = timing.setup
    count = len(timing.shown())
    heats = len(setup.heats)
    heat = timing.clocks[-1].heat + 1 if timing.clocks else 1
    parts = [
        "" if setup.distance_m is None else f"{setup.distance_m:.0f} m",
        f"heat {heat} of {heats}" if heats > 1 else "",
        "numbers" if setup.is_numbered and not count else f"{count} {'runner' if count == 1 else 'runners'}",
    ]
    return ", ".join(filter(None, parts))


def _running(seconds: float) -> str:
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
    """How the other heats stand, each by its own clock."""
    heats = timing.setup.heats
    if len(heats) < 2 or not timing.clocks:
        return ""
    current = timing.clocks[-1].heat
    last = {clock.heat: clock for clock in timing.clocks}
    said = []
    for heat, slugs in enumerate(heats):
        if heat == current:
            continue
        clock = last.get(heat)
        if clock is None:
            said.append(f"{heat + 1} waits")
        elif all(timing.is_finished(slug) or slug in timing.out for slug in slugs):
            said.append(f"{heat + 1} done")
        else:
            said.append(f"{heat + 1} at {_running(now - clock.moment)}")
    return f"heat {', '.join(said)}"


def _on_track(timing: HandTiming) -> list[SquadRunner]:
    """Whom the table shows: the heat that started last, then those of others who still run."""
    shown = timing.shown()
    if len(timing.setup.heats) < 2 or not timing.clocks:
        return shown
    current = set(timing.setup.heats[timing.clocks[-1].heat])
    others = [
        one
        for one in shown
        if one.slug not in current
        and timing.starts(one.slug)
        and not timing.is_finished(one.slug)
        and one.slug not in timing.out
        and timing.setup.crossings is not None
    ]
    return [one for one in shown if one.slug in current] + others


def _rows(
    actions: HandActions, runners: Sequence[SquadRunner], now: Seconds, next_slug: str, *, is_near: bool
) -> tuple[HandRow, ...]:
    """The order of this lap: who has run it by time, below them those to come by when they are due."""
    timing = actions.timing
    done = {one.slug: timing.in_rep(one.slug) for one in runners}
    heat = set(timing.setup.heats[timing.clocks[-1].heat] if timing.clocks else done)
    lead = max((len(crossings) for slug, crossings in done.items() if slug in heat), default=0)
    across = [one for one in runners if lead and one.slug in heat and len(done[one.slug]) == lead]
    across.sort(key=lambda one: (done[one.slug][-1].time_s or 0.0, done[one.slug][-1].moment))
    due = {one.slug: timing.expected(one.slug, now) for one in runners}
    to_come = [one for one in runners if one not in across]
    to_come.sort(
        key=lambda one: (
            one.slug not in heat,
            one.slug in timing.out,
            timing.is_finished(one.slug),
            inf if (each := due[one.slug]) is None else each.at,
        )
    )
    best = done[across[0].slug][-1].time_s if across else None
    return tuple(
        _row(
            actions,
            one,
            done[one.slug],
            due[one.slug],
            best=best,
            now=now,
            has_crossed=one in across,
            is_next=one.slug == next_slug and is_near,
        )
        for one in (*across, *to_come)
    )


def _row(
    actions: HandActions,
    one: SquadRunner,
    crossings: Sequence[HandCrossing],
    expected: Expected | None,
    *,
    best: Seconds | None,
    now: Seconds,
    has_crossed: bool,
    is_next: bool,
) -> HandRow:
    """A runner's row: their time on this lap, else when they are due; a word, or that space is theirs."""
    timing = actions.timing
    count, is_out = timing.setup.crossings, one.slug in timing.out
    last = crossings[-1] if crossings and has_crossed else None
    time = gap = word = ""
    if last is not None:
        time = "--" if last.time_s is None else format_clock(last.time_s, tenths=True)
        gap = _gap(last.time_s, best)
        word = "out" if is_out else split_words(timing, last, actions.past)
    elif is_out or timing.is_finished(one.slug):
        time = "out" if is_out else "done"
    elif expected is not None:
        time, gap = "due", _due_words(expected.at - now).removeprefix("in ")
    if is_next:
        word = f"space: {timing.called(one.slug)}"
    return HandRow(
        one.key,
        sanitise(timing.called(one.slug), 24),
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


_SHOWN_LOOSE: Final = 3


def _waiting(
    timing: HandTiming, loose: Sequence[HandPress], chosen: int | None, actions: HandActions
) -> tuple[LoosePress, ...]:
    """The presses that wait, from the chosen one on; a chosen one that is somebody's stands alone."""
    if actions.chosen is not None and timing.owners.get(actions.chosen) != "":
        press = timing.presses[actions.chosen - 1]
        owner = timing.owners[actions.chosen]
        whose = "taken back" if owner is None else sanitise(timing.called(owner), 16)
        return (
            LoosePress(
                str(press.number), format_clock(timing.by_clock(press), tenths=True), whose, is_chosen=True
            ),
        )
    at = next((place for place, each in enumerate(loose) if each.number == chosen), 0)
    return tuple(
        LoosePress(
            str(press.number),
            format_clock(timing.by_clock(press), tenths=True),
            " or ".join(sanitise(timing.called(slug), 12) for slug in timing.candidates(press)[:2])
            or (press.place and f"gate {sanitise(press.place, 12)}"),
            press.number == chosen,
        )
        for press in loose[at : at + _SHOWN_LOOSE]
    )


def _hint(timing: HandTiming, loose: Sequence[HandPress], actions: HandActions) -> str:
    if actions.chosen is not None and timing.owners.get(actions.chosen) != "":
        return "A key moves it, delete takes it back."
    return "A key gives the grey one to a runner." if loose else ""


def _ticks(timing: HandTiming, now: Seconds) -> tuple[tuple[int, bool], ...]:
    recent = [press for press in timing.presses[-200:] if now - press.moment < TICKS_S]
    return tuple(
        (max(0, min(_TICKS - 1, int((TICKS_S - (now - press.moment)) / TICKS_S * _TICKS))), not owner)
        for press in recent
        if (owner := timing.owners[press.number]) is not None
    )


def _last_given(timing: HandTiming) -> str:
    number = timing.last_given
    owner = None if number is None else timing.owners[number]
    if number is None or not owner:
        return ""
    by = timing.given_by.get(number)
    how = {"order": " by the order", "key": " by key", "answer": ""}["key" if by is None else by.value]
    crossing = next(each for each in timing.crossings(owner) if each.press == number)
    at = crossing.moment if crossing.time_s is None else crossing.time_s
    return f"{format_clock(at, tenths=True)} to {sanitise(timing.called(owner), 24)}{how}"


def _still(timing: HandTiming, rows: Sequence[HandRow], runners: Sequence[SquadRunner]) -> str:
    """Who is still to come on this lap, and who is out."""
    out = [sanitise(timing.called(one.slug), 16) for one in runners if one.slug in timing.out]
    waiting = sum(not row.has_crossed and row.time not in {"out", "done"} for row in rows)
    if not any(row.has_crossed for row in rows):
        words = "Nobody has crossed yet."
    elif waiting:
        words = f"{waiting} {'runner' if waiting == 1 else 'runners'} still to come on this lap."
    else:
        words = "Everybody has crossed on this lap."
    said = (
        f"{', '.join(out)} {'is' if len(out) == 1 else 'are'} out of the order." if out else "Nobody is out."
    )
    return f"{words} {said}"


# --- the page as strips


def hand_rows(view: HandView, width: int, height: int, colours: Palette) -> list[Strip]:
    """Paint the page."""
    canvas = Canvas(width, height, colours.plain)
    canvas.put(0, 0, " " * width, colours.bar)
    after = canvas.put(1, 0, "Timing by hand   ", colours.bar, bold=True)
    canvas.put(after, 0, fit(view.title, max(0, width - after - len(view.right) - 3)), colours.bar)
    canvas.put_right(width - 1, 0, view.right, colours.bar)
    if _is_wide(canvas):
        _paint_wide(canvas, view, colours)
    else:
        _paint_narrow(canvas, view, colours)
    _paint_keys(canvas, view.keys, colours)
    return canvas.strips()


def _is_wide(canvas: Canvas) -> bool:
    return canvas.width >= WIDE and canvas.height >= TALL


def _paint_wide(canvas: Canvas, view: HandView, colours: Palette) -> None:
    """The table at the left; the clock, the next and the presses at the right; what was last below."""
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
    canvas.put_right(
        width - 1, 17, str(view.loose_count) if view.loose_count else "", colours.plain, bold=True
    )
    for place, press in enumerate(view.loose):
        pair = colours.track if press.is_chosen else colours.plain
        canvas.put(pane - 1, 18 + place, " " * (width - pane), pair)
        canvas.put(pane, 18 + place, press.number, pair)
        canvas.put_right(pane + 12, 18 + place, press.time, pair, bold=True)
        canvas.put(pane + 14, 18 + place, fit(press.whose, width - pane - 15), pair)
    more = view.loose_count - len(view.loose)
    canvas.put(pane, 21, f"and {more} more" if more > 0 and view.loose_count else "", colours.stale)
    canvas.put(pane, 22, view.hint, colours.stale)
    canvas.put(pane, 24, fit(view.counts, width - pane), colours.plain)
    canvas.put(pane, 25, view.taken, colours.plain)
    if height >= 40:
        _paint_ticks(canvas, view, colours, pane, 27)
    canvas.put(2, height - 8, "─" * (width - 4), colours.line)
    after = canvas.put(2, height - 6, "last given  ", colours.stale)
    after = canvas.put(after, height - 6, view.last_given or "nothing yet", colours.plain, bold=True)
    canvas.put(
        max(60, after + 3), height - 6, "backspace takes it back,  . gives it to another", colours.stale
    )
    canvas.put(2, height - 4, fit(view.still, width - 4), colours.stale)
    _paint_message(canvas, view, colours, height - 3)


def _paint_narrow(canvas: Canvas, view: HandView, colours: Palette) -> None:
    """One column: the clock and the next above the table."""
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
    waiting = "   ".join(f"{each.number} {each.time} {each.whose}".rstrip() for each in view.loose)
    if view.loose:
        at = canvas.put(2, height - 4, f"loose {view.loose_count}", colours.offer, bold=True) + 2
        at = canvas.put(at, height - 4, " ", colours.track)
        first, _, rest = waiting.partition("   ")
        at = canvas.put(at, height - 4, fit(first, width - at - 2), colours.track)
        at = canvas.put(at, height - 4, " ", colours.track)
        canvas.put(at + 2, height - 4, fit(rest, max(0, width - at - 3)), colours.plain)
    else:
        canvas.put(2, height - 4, fit(view.still, width - 3), colours.stale)
    after = canvas.put(2, height - 3, "last given  ", colours.stale)
    canvas.put(
        after, height - 3, fit(view.last_given or "nothing yet", width - after - 27), colours.plain, bold=True
    )
    canvas.put_right(width - 1, height - 3, view.counts.replace(" presses kept", " kept"), colours.stale)


def _paint_message(canvas: Canvas, view: HandView, colours: Palette, row: int) -> None:
    if view.message:
        canvas.put(2, row, fit(view.message, canvas.width - 4), colours.offer if view.asks else colours.plain)


def _paint_table(
    canvas: Canvas, view: HandView, colours: Palette, *, top: int, foot: int, width: int, word: int
) -> None:
    """The heads and the rows, moved so that who is next is in sight."""
    for x, head in ((25, "lap"), (36, view.lap_name), (47, "time"), (56, "gap")):
        canvas.put_right(x, top, head, colours.stale)
    canvas.put(2, top, "key", colours.stale)
    canvas.put(8, top, "runner", colours.stale)
    has_laps = width - word > 60
    if has_laps:
        canvas.put(word + 22, top, "laps", colours.stale)
    room = max(1, foot - top - 1)
    first = table_top(view, room)
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


def table_top(view: HandView, room: int) -> int:
    """The first row in sight: who is next stays in it unless the table is moved by hand."""
    most = max(0, len(view.rows) - room)
    place = next((at for at, row in enumerate(view.rows) if row.is_next), None)
    if place is None:
        place = sum(row.has_crossed for row in view.rows)
    return max(0, min(most, place - room * 2 // 3 + view.scroll))


def _paint_ticks(canvas: Canvas, view: HandView, colours: Palette, x: int, y: int) -> None:
    """The presses of the last half minute; those that are nobody's in the colour of `fast`, and lower."""
    canvas.put(x, y, "the last 30 s", colours.stale)
    for column, is_loose in view.ticks:
        pair = colours.fast if is_loose else colours.plain
        style = Pair(pair.paper, colours.plain.paper).style() if is_loose else colours.plain.style()
        canvas.put_style(x + column, y + 1, "▄" if is_loose else "┃", style)
        canvas.put_style(x + column, y + 2, "█" if is_loose else "┃", style)
    canvas.put(x, y + 3, "─" * _TICKS, colours.line)
    canvas.put(x, y + 4, "-30", colours.stale)
    canvas.put_right(x + _TICKS, y + 4, "now", colours.stale)


def _put_letters(canvas: Canvas, x: int, y: int, text: str, pair: Pair, *, room: int, most: int = 2) -> None:
    """Write block letters as large as they fit: twice the size, or twice as high, or once."""
    scales = [Scale(2, 2), Scale(1, 2), Scale(1, 1)] if most == 2 else [Scale(1, 1)]
    scale = next((each for each in scales if width_of(text) * each.x <= room), Scale(1, 1))
    glyphs = {"#": (" ", pair.block()), "^": ("▀", pair.style()), "v": ("▄", pair.style())}
    for down, row in enumerate(block(text, scale).rows):
        column = x
        for kind, length in row:
            if kind in glyphs:
                glyph, style = glyphs[kind]
                canvas.put_style(column, y + down, glyph * length, style)
            column += length


def _put_name(canvas: Canvas, x: int, y: int, name: str, pair: Pair, *, room: int) -> None:
    """Write a name in block letters, cut to what fits; one without pictures in ordinary ones."""
    if not name or not has_picture(name):
        canvas.put(x, y + 1, fit(name, room), pair, bold=True)
        return
    shown = name.upper()
    while len(shown) > 1 and width_of(shown) > room:
        shown = shown[:-1].rstrip()
    canvas.put_block(x, y, shown, pair)


def _paint_keys(canvas: Canvas, keys: Sequence[tuple[str, str]], colours: Palette) -> None:
    """The key line: what does not fit goes from the right, before the way out."""
    is_wide = _is_wide(canvas)
    gap = 2 if is_wide else 1
    chosen = list(keys) if is_wide else [(_SHORT.get(key, key), _SHORT.get(says, says)) for key, says in keys]
    while (
        len(chosen) > 1 and sum(len(key) + len(says) + 3 + gap for key, says in chosen) > canvas.width + gap
    ):
        chosen.pop(-2)
    x = 0
    for key, says in chosen:
        x = canvas.put(x, canvas.height - 1, f" {key} ", colours.key, bold=True)
        x = canvas.put(x, canvas.height - 1, f" {says}", colours.plain) + gap


class HandPage(StripWidget[HandView]):
    """The whole page."""

    def look(self, snapshot: "Snapshot") -> HandView:
        """Not used: nothing by hand has a run."""
        raise NotImplementedError

    def paint(self, value: HandView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the page."""
        return hand_rows(value, width, height, colours)
