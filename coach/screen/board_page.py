"""The page of a squad's board: a row for each runner, and the runner who crosses next in block letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final, Protocol

from coach.live.snapshot import Snapshot
from coach.quantities import Seconds, format_clock, signed
from coach.screen import words
from coach.screen.base import Keys, PageWidget, paint_keys, paint_title
from coach.screen.paint import Canvas, Pair, Palette, fit, has_picture, sanitise, width_of
from coach.screen.protocols import LiveFeed, ShareActions
from coach.screen.words import Frame, Tone, judgement
from coach.session.phases import Button, Phase

if TYPE_CHECKING:
    from coach.squad.board import BoardStanding
    from coach.squad.roster import Roster
    from coach.squad.run import Expected, PressAssigner


_TALL: Final = 38
"""From this height on a runner has four rows, else two."""
_WIDE: Final = 116
"""From this width on figures are in block letters."""
_NARROW: Final = 78
"""On fewer columns the next runner is in ordinary letters."""
_LETTERS: Final = 8
"""Most block letters of a name."""
_DUE: Final = 26
"""Columns beside the name of the next runner, for the time and the runners after."""
_WORDS: Final = {"FASTER": "SPEED", "BEHIND": "LATE"}
"""Shorter words for those of the live screen that do not fit beside the figures of a row."""
_GOOD: Final = frozenset({"ON", "READY", "DONE", "LAST"})
_SPLIT: Final = "last 200 s"
"""The head of the column of splits."""
_MINUS: Final = str.maketrans("-", "−")


class SquadView(Protocol):
    """The data of the board, of a live squad or a playback."""

    @property
    def assigner(self) -> "PressAssigner":
        """Assigns the presses at the line to runners."""
        ...

    @property
    def roster(self) -> "Roster":
        """The runners and their current groups."""
        ...

    @property
    def is_over(self) -> bool:
        """True once all runs are over."""
        ...

    def now(self) -> Seconds:
        """Return the seconds since the session began."""
        ...

    def clock_words(self) -> str:
        """Return the time of day, for the title."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there may be something new to show."""
        ...

    def standings(self) -> "Sequence[BoardStanding]":
        """Return the current state of each runner, by need of the coach."""
        ...

    def following(self) -> "Sequence[Expected]":
        """Return the runners who cross next, in order."""
        ...

    def feed_of(self, runner: str) -> LiveFeed:
        """Return the run of a runner."""
        ...


class SquadActions(SquadView, Protocol):
    """The actions on a live squad."""

    def moment_of(self, monotonic: float) -> Seconds:
        """Convert a time of the machine's monotonic clock to the time of the session."""
        ...

    def mute(self, *, is_muted: bool) -> None:
        """Mute or unmute the voice."""
        ...

    def links_of(self, runner: str) -> ShareActions | None:
        """Return the links that show a run on the runner's phone; None if it is not shared."""
        ...

    def cross(self, moment: Seconds | None = None) -> None:
        """Take a press at the line, of the next runner."""
        ...

    def name(self, runner: str, moment: Seconds | None = None) -> None:
        """Take a press of a runner's own key."""
        ...

    def give_last_to(self, runner: str) -> None:
        """Assign the last press to a runner."""
        ...

    def undo(self) -> None:
        """Undo the last press at the line."""
        ...

    def command(self, runners: Sequence[str], button: Button, times: int = 1) -> None:
        """Press a button for some runners, `times` times."""
        ...

    def start_wave(self, runners: Sequence[str]) -> int:
        """Start the runners who wait for the start; returns their number."""
        ...

    def cut_to(self, runners: Sequence[str], reps: int) -> None:
        """Cut the set to a number of reps."""
        ...

    def drop_out(self, runner: str) -> None:
        """End a runner's run; its recording stays."""
        ...

    def leave_out(self, runner: str) -> None:
        """Remove a runner from the order of crossing, or put them back."""
        ...

    def move(self, runner: str, group: str) -> str:
        """Move a runner to another group, whose workout they join; returns the reason if that is impossible."""
        ...


@dataclass(frozen=True, slots=True)
class BoardRow:
    """The texts of a row."""

    key: str
    name: str
    group: str
    rep: str
    plan: str
    heart: str
    tone: Tone
    arrow: str
    word: str
    """In block letters; empty if the state is in two rows of text."""
    texts: tuple[str, str]
    light: str
    last: str
    fade: str
    sensors: str
    """The state of the sensors; empty without any."""
    is_silent: bool
    """True if the runner's sensors are silent, or the run is over; the row is grey."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """The state of the board."""

    title: str
    clock: str
    next_key: str
    next_name: str
    due: str
    then: str
    last_press: str
    message: str
    scopes: tuple[str, ...]
    scope: str
    rows: tuple[BoardRow, ...]
    split: str
    """The name of a split: `last 200 s`."""
    keys: Keys


def board_view(
    squad: SquadView,
    message: str,
    scopes: Sequence[str],
    scope: str,
    keys: Keys,
) -> BoardView:
    """Return the current state of the board; a scope is a group or a runner that the keys apply to."""
    now, roster = squad.now(), squad.roster
    names = {runner.slug: (runner.key, sanitise(runner.name, 24)) for runner in roster.runners}
    first = squad.assigner.first(now)
    following = [each for each in squad.following() if first is None or each.runner != first.runner]
    key, name = ("", "") if first is None else names[first.runner]
    then = ", ".join(
        f"{names[each.runner][0]} {fit(names[each.runner][1], 8)} {max(0.0, each.at - now):.0f} s"
        for each in following[:3]
    )
    last = squad.assigner.last()
    last_press = ""
    if last is not None:
        last_press = f"last press: {' '.join(names[last.runner])} {format_clock(last.moment, tenths=True)}"
    labels = {slug: name for slug, (_, name) in names.items()}
    return BoardView(
        title=_title_words(squad),
        clock=f"{len(roster.runners)} runners   {squad.clock_words()}",
        next_key=key,
        next_name=name[:_LETTERS].upper() if has_picture(name) else "",
        due=_due(first, now, name),
        then=f"then {then}" if then else "",
        last_press=last_press,
        message=message,
        scopes=tuple(labels.get(each, each) for each in scopes),
        scope=labels.get(scope, scope),
        rows=tuple(board_row(each) for each in squad.standings()),
        split=_SPLIT,
        keys=keys,
    )


def opening_view(roster: "Roster", keys: Keys) -> BoardView:
    """Return the board before the runs are loaded, with the names of the runners."""
    rows = tuple(
        BoardRow(
            key=runner.key,
            name=sanitise(runner.name, 24),
            group=sanitise(runner.group, 10),
            rep="",
            plan="",
            heart="--",
            tone=Tone.NONE,
            arrow="",
            word="",
            texts=("gets ready", ""),
            light="",
            last="",
            fade="",
            sensors="",
            is_silent=False,
        )
        for runner in roster.runners
    )
    return BoardView(
        title="",
        clock=f"{len(roster.runners)} runners",
        next_key="",
        next_name="",
        due="",
        then="",
        last_press="",
        message="",
        scopes=(),
        scope="",
        rows=rows,
        split=_SPLIT,
        keys=keys,
    )


def _title_words(squad: SquadView) -> str:
    """The groups with their workouts."""
    parts = []
    for group in squad.roster.groups:
        members = squad.roster.members(group.name)
        if members:
            name = sanitise(squad.feed_of(members[0].slug).snapshot(Seconds(0.0)).timeline.name, 40)
            parts.append(f"{group.name}: {name}" if len(squad.roster.groups) > 1 else name)
    return "   ".join(parts)


def _due(first: "Expected | None", now: Seconds, name: str) -> str:
    """The time until the next runner crosses: `in 3 s`, `now`; a hint if nobody is near."""
    if first is None:
        return "nobody within 5 s: space asks"
    seconds = first.at - now
    when = f"in {seconds:.0f} s" if seconds >= 0.5 else "now" if seconds > -1.5 else f"{-seconds:.0f} s late"
    return when if has_picture(name) else f"{name} {when}"


def board_row(standing: "BoardStanding") -> BoardRow:
    """Return the row of a runner."""
    from coach.squad.board import Need  # the first picture of the board has only names

    runner, snapshot = standing.runner, standing.snapshot
    tone, arrow, word, texts = _state(standing)
    rep = (
        "" if standing.rep is None else f"{standing.rep}/{standing.of}" if standing.of else f"{standing.rep}"
    )
    heart = standing.heart_rate_bpm
    is_silent = standing.need in {Need.SILENT, Need.OVER}
    group = sanitise(runner.group, 10)
    if standing.wave_in_s is not None:
        group = f"{group} in {standing.wave_in_s:.0f} s"
    fade = standing.fade_s
    return BoardRow(
        key=runner.key,
        name=sanitise(runner.name, 24),
        group=group,
        rep=rep,
        plan="" if standing.plan_split_s is None else words.stopwatch_time(standing.plan_split_s),
        heart=("" if not standing.has_sensors else "--") if heart is None else f"{heart:.0f}",
        tone=tone,
        arrow=arrow,
        word=word,
        texts=texts,
        light="" if standing.light_s is None or not word else signed(standing.light_s, 1).translate(_MINUS),
        last="" if standing.last_split_s is None else words.stopwatch_time(standing.last_split_s),
        fade="" if fade is None or abs(fade) < 0.05 else f"fade {signed(fade, 1).translate(_MINUS)}",
        sensors=_sensors_text(snapshot),
        is_silent=is_silent,
    )


def _sensors_text(snapshot: Snapshot) -> str:
    """The state of the sensors: `live`, or the age of the oldest value."""
    if not snapshot.sensors:
        return ""
    ages = [sensor.age_s for sensor in snapshot.sensors if sensor.age_s is not None]
    oldest = max(ages, default=None)
    if oldest is None:
        return "sought"
    return "live" if oldest < 3.0 else f"{floor(oldest)} s"


def _state(standing: "BoardStanding") -> tuple[Tone, str, str, tuple[str, str]]:
    """The state of a runner: colour, arrow and word, or two rows of text if the runner is not judged."""
    from coach.squad.board import Need  # the first picture of the board has only names

    snapshot = standing.snapshot
    if standing.need is Need.OVER:
        return Tone.NONE, "", "", ("finished", words.running_clock(snapshot.run_s))
    if standing.is_out:
        return Tone.NONE, "", "", ("out of the order", "their key puts them back")
    if snapshot.phase is Phase.PAUSED:
        return Tone.NONE, "", "", ("paused", words.running_clock(snapshot.paused_s))
    if snapshot.phase in words.RESTING:
        return Tone.NONE, "", "", _rest_texts(snapshot)
    if snapshot.phase is Phase.READY:
        return Tone.NONE, "", "", ("waits for the start", f"g, or key {standing.runner.key}")
    if standing.silent_s is not None:
        return Tone.NONE, "", "", ("nothing heard", f"silent {floor(standing.silent_s)} s")
    state = judgement(snapshot)
    word = _WORDS.get(state.wordings[0], state.wordings[0]).replace("\n", " ")
    is_judged = state.tone is not Tone.NONE or word in _GOOD
    if is_judged and has_picture(word) and width_of(word) <= 35:
        has_arrow = state.tone in {Tone.SLOW, Tone.FAST} and state.frame is not Frame.CORNERS
        return state.tone, state.arrow if has_arrow else "", word, ("", "")
    foot = state.says or (state.foot[0] if state.foot else "")
    head, _, rest = foot.partition(": ")
    if not rest:
        head, rest = word.lower(), foot
    return Tone.NONE, "", "", (sanitise(head, 60), sanitise(rest, 60))


def _rest_texts(snapshot: Snapshot) -> tuple[str, str]:
    """The texts of a rest: the way of moving, and the time or distance left."""
    step = snapshot.step
    move = "rest" if step is None else words.rest_word(step).lower()
    if snapshot.phase is Phase.OVERTIME:
        return move, "waits to go"
    if snapshot.left_s is not None:
        return move, f"go in {words.countdown(snapshot.left_s)}"
    metres = words.metres_left(snapshot)
    return move, "" if metres is None else f"{metres} m left"


# --- the page


class BoardPage(PageWidget[BoardView]):
    """The whole board."""

    def draw(self, canvas: Canvas, view: BoardView, colours: Palette) -> None:
        """Paint the title, the next runner, the rows that fit, and the keys."""
        paint_title(canvas, "Squad", view.title, view.clock, colours, gap=3)
        _paint_next(canvas, view, colours)
        is_tall = canvas.height >= _TALL and canvas.width >= _WIDE
        top, each, paint = (7, 4, _paint_tall) if is_tall else (7, 2, _paint_low)
        _paint_heads(canvas, view, colours, is_tall=is_tall)
        for place, row in enumerate(view.rows):
            y = top + place * each
            if y + each > canvas.height - 1:
                canvas.put(2, canvas.height - 2, f"and {len(view.rows) - place} more", colours.stale)
                break
            paint(canvas, row, y, colours)
        paint_keys(canvas, view.keys, colours, last=2, spare=0)


def _paint_next(canvas: Canvas, view: BoardView, colours: Palette) -> None:
    """Paint the next runner with the time and those who follow, and the scope of the keys."""
    canvas.put(2, 1, fit(view.message, canvas.width - 4), colours.offer if view.message else colours.plain)
    canvas.put(2, 2, "next", colours.plain, bold=True)
    canvas.put(2, 3, "to cross", colours.stale)
    large = f"{view.next_key} {view.next_name}".strip()
    x = 13
    if large and canvas.width < _NARROW:
        x = canvas.put(13, 2, fit(large, max(0, canvas.width - 24)), colours.plain, bold=True) + 2
    elif large:
        while width_of(large) > canvas.width - 13 - _DUE:
            large = large[:-1]
        canvas.put_block(13, 2, large, colours.plain)
        x = max(50 if canvas.width >= _WIDE else 0, 13 + width_of(large) + 3)
    canvas.put(x, 2, view.due, colours.plain, bold=True)
    x = 13 if canvas.width < _NARROW else x
    room = max(0, canvas.width - x - (20 if canvas.width >= _WIDE else 2))
    canvas.put(x, 3, fit(view.then, room), colours.stale)
    canvas.put(x, 4, fit(view.last_press, room), colours.stale)
    if not view.scopes:
        return
    row = 3 if canvas.width >= _WIDE else 5
    chips = [f" {name} " for name in view.scopes]
    at = canvas.width - 1 - sum(map(len, chips))
    if canvas.width >= _WIDE:
        canvas.put_right(canvas.width - 1, 2, "keys speak to", colours.stale)
    else:
        canvas.put_right(at - 1, row, "keys speak to", colours.stale)
    for name, chip in zip(view.scopes, chips, strict=True):
        is_chosen = name == view.scope
        at = canvas.put(at, row, chip, colours.choice if is_chosen else colours.plain, bold=is_chosen)


def _paint_heads(canvas: Canvas, view: BoardView, colours: Palette, *, is_tall: bool) -> None:
    if is_tall:
        canvas.put(9, 6, "runner", colours.stale)
        canvas.put(29, 6, "tell", colours.stale)
        canvas.put_right(94, 6, "light s", colours.stale)
        canvas.put_right(119, 6, view.split, colours.stale)
        return
    canvas.put(5, 6, "runner", colours.stale)
    for x, head in ((28, "rep"), (58, "light s"), (69, view.split), (78, "heart")):
        canvas.put_right(x, 6, head, colours.stale)
    canvas.put(31, 6, "tell", colours.stale)


def _tone(tone: Tone, colours: Palette) -> Pair:
    return {Tone.SLOW: colours.slow, Tone.FAST: colours.fast}.get(tone, colours.plain)


def _paint_tall(canvas: Canvas, row: BoardRow, y: int, colours: Palette) -> None:
    """Paint a runner on four rows, with the word and the deviation in block letters."""
    plain = colours.stale if row.is_silent else colours.plain
    stale = colours.stale
    canvas.put_block(2, y, row.key, plain)
    canvas.put(9, y, fit(row.name, 12), plain, bold=True)
    canvas.put_right(27, y, row.rep, plain, bold=True)
    canvas.put(9, y + 1, fit(row.group, 12), stale)
    canvas.put_right(27, y + 1, row.plan, stale)
    canvas.put(9, y + 2, "heart" if row.heart else "by hand", stale)
    canvas.put_right(27, y + 2, row.heart, plain)
    canvas.put(9, y + 3, row.fade, stale)
    canvas.put_right(27, y + 3, row.sensors, stale)
    if row.arrow:
        pair = _tone(row.tone, colours)
        for down in range(4):
            canvas.put(29, y + down, " " * 9, pair)
        canvas.put_block(31, y, row.arrow, pair)
    if row.word:
        canvas.put_block(41, y, row.word, plain)
        if row.light:
            canvas.put_block(94 - width_of(row.light), y, row.light, plain)
    else:
        canvas.put(41, y + 1, fit(row.texts[0], 50), plain, bold=True)
        canvas.put(41, y + 2, fit(row.texts[1], 50), stale)
    if row.last:
        canvas.put_block(119 - width_of(row.last), y, row.last, plain)


def _paint_low(canvas: Canvas, row: BoardRow, y: int, colours: Palette) -> None:
    """Paint a runner on two rows in ordinary letters."""
    plain = colours.stale if row.is_silent else colours.plain
    stale = colours.stale
    canvas.put(2, y, row.key, plain, bold=True)
    canvas.put(5, y, fit(row.name, 16), plain, bold=True)
    canvas.put_right(28, y, row.rep, plain, bold=True)
    canvas.put(5, y + 1, fit(row.group, 16), stale)
    canvas.put_right(28, y + 1, row.plan, stale)
    if row.word:
        label = f" {row.arrow} {row.word} " if row.arrow else row.word
        canvas.put(31, y, label, _tone(row.tone, colours) if row.arrow else plain, bold=True)
        canvas.put_right(58, y, row.light, plain, bold=True)
    else:
        canvas.put(31, y, fit(row.texts[0], 28), plain, bold=True)
        canvas.put(31, y + 1, fit(row.texts[1], 28), stale)
    canvas.put_right(69, y, row.last, plain, bold=True)
    canvas.put_right(69, y + 1, row.fade, stale)
    canvas.put_right(78, y, row.heart or "hand", plain if row.heart else stale)
    canvas.put_right(78, y + 1, row.sensors, stale)
