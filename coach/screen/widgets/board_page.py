"""The page of a squad's board: a row a runner, and who crosses next in large letters.

StripWidget from a value, so that a look costs a comparison where nothing has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final, Protocol

from coach.quantities import Seconds, format_clock, signed
from coach.screen import words
from coach.screen.judgement import Frame, Tone, judgement
from coach.screen.paint import Canvas, Pair, Palette, fit, has_picture, sanitise, width_of
from coach.screen.widgets.base import Keys, PageWidget, paint_keys, paint_title
from coach.session.buttons import Button
from coach.session.phases import Phase

if TYPE_CHECKING:  # the runs load once the board is seen
    from coach.live.snapshot import Snapshot
    from coach.screen.protocols import LiveFeed, ShareActions
    from coach.squad.board import BoardStanding
    from coach.squad.crossing import Expected, PressAssigner
    from coach.squad.roster import Roster

TALL: Final = 38
"""From this height on a runner has four rows; below it two."""
_WIDE: Final = 116
"""From this width on there are figures in large letters."""
_NARROW: Final = 78
"""Below this width who crosses next stands in ordinary letters."""
_LETTERS: Final = 8
"""Letters of a name in large letters; a longer one is cut."""
_DUE: Final = 26
"""Columns beside the name of who crosses next, for when and who then."""
_WORDS: Final = {"FASTER": "SPEED", "BEHIND": "LATE"}
"""Words of the live screen that do not fit beside the figures of a row."""
_GOOD: Final = frozenset({"ON", "READY", "DONE", "LAST"})
_MINUS: Final = str.maketrans("-", "−")


class SquadView(Protocol):
    """What the board shows of a squad, live or played again."""

    @property
    def assigner(self) -> "PressAssigner":
        """Whose the presses at the line are."""
        ...

    @property
    def roster(self) -> "Roster":
        """Who is in the squad, in which groups now."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether no run goes on any more."""
        ...

    def now(self) -> Seconds:
        """Seconds since the session began."""
        ...

    def clock_words(self) -> str:
        """The time of day, for the title."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever there may be something new to show."""
        ...

    def standings(self) -> "Sequence[BoardStanding]":
        """How everybody stands now, whoever needs the coach most first."""
        ...

    def following(self) -> "Sequence[Expected]":
        """Those who cross next."""
        ...

    def feed_of(self, runner: str) -> "LiveFeed":
        """One runner's run."""
        ...


class SquadActions(SquadView, Protocol):
    """What the board needs of a live squad besides."""

    def moment_of(self, monotonic: float) -> Seconds:
        """The time of the session at a moment of the machine's monotonic clock."""
        ...

    def mute(self, *, is_muted: bool) -> None:
        """Silence the one voice, or let it speak again."""
        ...

    def links_of(self, runner: str) -> "ShareActions | None":
        """The links that show a runner's run to their phone; None where it is not shared."""
        ...

    def cross(self, moment: Seconds | None = None) -> None:
        """Somebody crosses the line."""
        ...

    def name(self, runner: str, moment: Seconds | None = None) -> None:
        """A runner's own key."""
        ...

    def give_last_to(self, runner: str) -> None:
        """The last press was this runner's."""
        ...

    def undo(self) -> None:
        """Take back the last press at the line."""
        ...

    def command(self, runners: Sequence[str], button: Button, times: int = 1) -> None:
        """Press a button for some runners."""
        ...

    def start_wave(self, runners: Sequence[str]) -> int:
        """Let those set off who wait for it; returns how many there are."""
        ...

    def cut_to(self, runners: Sequence[str], reps: int) -> None:
        """Drop reps until so many are left of the set."""
        ...

    def drop_out(self, runner: str) -> None:
        """End a runner's run, and keep it."""
        ...

    def leave_out(self, runner: str) -> None:
        """Take a runner out of the order of crossing, or put them back."""
        ...

    def move(self, runner: str, group: str) -> str:
        """Put a runner into another group, whose workout they join; returns why not, if so."""
        ...


@dataclass(frozen=True, slots=True)
class BoardRow:
    """What a row shows."""

    key: str
    name: str
    group: str
    rep: str
    plan: str
    heart: str
    tone: Tone
    arrow: str
    word: str
    """In large letters where it has a picture; empty where two rows of text say the state."""
    texts: tuple[str, str]
    light: str
    last: str
    fade: str
    lamp: str
    """How the sensors are heard: empty without any."""
    is_cold: bool
    """Whether nothing is heard of the runner, or their run has ended."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the board shows."""

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
    """What a split is called: `last 200 s`."""
    keys: Keys


def board_view(
    squad: SquadView,
    message: str,
    scopes: Sequence[str],
    scope: str,
    keys: Keys,
) -> BoardView:
    """What the board shows of a squad now; a scope is a group or a runner, whom keys speak to."""
    now, roster = squad.now(), squad.roster
    names = {one.slug: (one.key, sanitise(one.name, 24)) for one in roster.runners}
    first = squad.assigner.first(now)
    following = [each for each in squad.following() if first is None or each.runner != first.runner]
    key, name = ("", "") if first is None else names[first.runner]
    then = ", ".join(
        f"{names[each.runner][0]} {fit(names[each.runner][1], 8)} {max(0.0, each.at - now):.0f} s"
        for each in following[:3]
    )
    last = squad.assigner.last()
    shown = (
        ""
        if last is None
        else f"last press: {' '.join(names[last.runner])} {format_clock(last.moment, tenths=True)}"
    )
    called = {slug: name for slug, (_, name) in names.items()}
    return BoardView(
        title=_title_words(squad),
        clock=f"{len(roster.runners)} runners   {squad.clock_words()}",
        next_key=key,
        next_name=name[:_LETTERS].upper() if has_picture(name) else "",
        due=_due(first, now, name),
        then=f"then {then}" if then else "",
        last_press=shown,
        message=message,
        scopes=tuple(called.get(each, each) for each in scopes),
        scope=called.get(scope, scope),
        rows=tuple(board_row(each) for each in squad.standings()),
        split="last 200 s",
        keys=keys,
    )


def opening_view(roster: "Roster", keys: Keys) -> BoardView:
    """What the board shows before the runs are there: who runs."""
    rows = tuple(
        BoardRow(
            key=one.key,
            name=sanitise(one.name, 24),
            group=sanitise(one.group, 10),
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
            lamp="",
            is_cold=False,
        )
        for one in roster.runners
    )
    return BoardView(
        *("", f"{len(roster.runners)} runners", "", "", "", "", "", ""), (), "", rows, "last 200 s", keys
    )


def _title_words(squad: SquadView) -> str:
    """The groups and what each runs."""
    said = []
    for group in squad.roster.groups:
        members = squad.roster.members(group.name)
        if members:
            name = sanitise(squad.feed_of(members[0].slug).snapshot(Seconds(0.0)).timeline.name, 40)
            said.append(f"{group.name}: {name}" if len(squad.roster.groups) > 1 else name)
    return "   ".join(said)


def _due(first: "Expected | None", now: Seconds, name: str) -> str:
    """When who is next crosses: `in 3 s`, `now`, or what to do where nobody is near."""
    if first is None:
        return "nobody within 5 s: space asks"
    seconds = first.at - now
    when = f"in {seconds:.0f} s" if seconds >= 0.5 else "now" if seconds > -1.5 else f"{-seconds:.0f} s late"
    return when if has_picture(name) else f"{name} {when}"


def board_row(standing: "BoardStanding") -> BoardRow:
    """What a row shows of a runner."""
    from coach.squad.board import Need

    runner, snapshot = standing.runner, standing.snapshot
    tone, arrow, word, texts = _state(standing)
    rep = (
        "" if standing.rep is None else f"{standing.rep}/{standing.of}" if standing.of else f"{standing.rep}"
    )
    heart = standing.heart_rate_bpm
    is_cold = standing.need in {Need.SILENT, Need.OVER}
    group = sanitise(runner.group, 10)
    if standing.wave_in_s is not None:
        group = f"{group} in {standing.wave_in_s:.0f} s"
    fade = standing.fade_s
    return BoardRow(
        runner.key,
        sanitise(runner.name, 24),
        group,
        rep,
        "" if standing.plan_split_s is None else words.stopped(standing.plan_split_s),
        ("" if not standing.has_sensors else "--") if heart is None else f"{heart:.0f}",
        tone,
        arrow,
        word,
        texts,
        "" if standing.light_s is None or not word else signed(standing.light_s, 1).translate(_MINUS),
        "" if standing.last_split_s is None else words.stopped(standing.last_split_s),
        "" if fade is None or abs(fade) < 0.05 else f"fade {signed(fade, 1).translate(_MINUS)}",
        _lamp(snapshot),
        is_cold,
    )


def _lamp(snapshot: "Snapshot") -> str:
    """How the sensors are heard: `live`, or the age of the one that is silent longest."""
    if not snapshot.sensors:
        return ""
    ages = [sensor.age_s for sensor in snapshot.sensors if sensor.age_s is not None]
    oldest = max(ages, default=None)
    if oldest is None:
        return "sought"
    return "live" if oldest < 3.0 else f"{floor(oldest)} s"


def _state(standing: "BoardStanding") -> tuple[Tone, str, str, tuple[str, str]]:
    """The state of a runner: its colour, its arrow, its word, or two rows of text where it is not judged."""
    from coach.squad.board import Need

    snapshot = standing.snapshot
    if standing.need is Need.OVER:
        return Tone.NONE, "", "", ("finished", words.running(snapshot.run_s))
    if standing.is_out:
        return Tone.NONE, "", "", ("out of the order", "their key puts them back")
    if snapshot.phase is Phase.PAUSED:
        return Tone.NONE, "", "", ("paused", words.running(snapshot.paused_s))
    if snapshot.phase in words.RESTING:
        return Tone.NONE, "", "", _rest_texts(snapshot)
    if snapshot.phase is Phase.READY:
        return Tone.NONE, "", "", ("waits for the start", f"g, or key {standing.runner.key}")
    if standing.silent_s is not None:
        return Tone.NONE, "", "", ("nothing heard", f"silent {floor(standing.silent_s)} s")
    made = judgement(snapshot)
    word = _WORDS.get(made.wordings[0], made.wordings[0]).replace("\n", " ")
    is_shown = made.tone is not Tone.NONE or word in _GOOD
    if is_shown and has_picture(word) and width_of(word) <= 35:
        arrow = made.arrow if made.tone in {Tone.SLOW, Tone.FAST} and made.frame is not Frame.CORNERS else ""
        return made.tone, arrow, word, ("", "")
    foot = made.says or (made.foot[0] if made.foot else "")
    head, _, rest = foot.partition(": ")
    if not rest:
        head, rest = word.lower(), foot
    return Tone.NONE, "", "", (sanitise(head, 60), sanitise(rest, 60))


def _rest_texts(snapshot: "Snapshot") -> tuple[str, str]:
    """What a runner who rests is told: how, and when they go."""
    step = snapshot.step
    move = "rest" if step is None else words.rest_word(step).lower()
    if snapshot.phase is Phase.OVERTIME:
        return move, "waits to go"
    if snapshot.left_s is not None:
        return move, f"go in {words.countdown(snapshot.left_s)}"
    metres = words.metres_left(snapshot)
    return move, "" if metres is None else f"{metres} m left"


# --- the page as strips


class BoardPage(PageWidget[BoardView]):
    """The whole board."""

    def draw(self, canvas: Canvas, view: BoardView, colours: Palette) -> None:
        """Paint the title, who crosses next, the rows that fit, and the keys."""
        paint_title(canvas, "Squad", view.title, view.clock, colours, gap=3)
        _paint_next(canvas, view, colours)
        is_tall = canvas.height >= TALL and canvas.width >= _WIDE
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
    """Who crosses next in large letters, when, who then, and who the keys speak to."""
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
    """Four rows with the word and the deviation in large letters."""
    plain = colours.stale if row.is_cold else colours.plain
    stale = colours.stale
    canvas.put_block(2, y, row.key, plain)
    canvas.put(9, y, fit(row.name, 12), plain, bold=True)
    canvas.put_right(27, y, row.rep, plain, bold=True)
    canvas.put(9, y + 1, fit(row.group, 12), stale)
    canvas.put_right(27, y + 1, row.plan, stale)
    canvas.put(9, y + 2, "heart" if row.heart else "by hand", stale)
    canvas.put_right(27, y + 2, row.heart, plain)
    canvas.put(9, y + 3, row.fade, stale)
    canvas.put_right(27, y + 3, row.lamp, stale)
    if row.arrow:
        pair = _tone(row.tone, colours)
        for down in range(4):
            canvas.put(29, y + down, " " * 9, pair)
        canvas.put_block(31, y, row.arrow, pair)
    if row.word:
        canvas.put_block(41, y, row.word, plain)
        canvas.put_block(94 - width_of(row.light), y, row.light, plain) if row.light else None
    else:
        canvas.put(41, y + 1, fit(row.texts[0], 50), plain, bold=True)
        canvas.put(41, y + 2, fit(row.texts[1], 50), stale)
    if row.last:
        canvas.put_block(119 - width_of(row.last), y, row.last, plain)


def _paint_low(canvas: Canvas, row: BoardRow, y: int, colours: Palette) -> None:
    """Two rows in ordinary letters, for the presses at the line."""
    plain = colours.stale if row.is_cold else colours.plain
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
    canvas.put_right(78, y + 1, row.lamp, stale)
