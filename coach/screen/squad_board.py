"""The board of a squad: a row a runner, who crosses next in large letters, and the coach's keys at the line.

One widget paints the whole page from a value. Keys at the line are taken before anything else, at the moment they were
pressed: they work whatever lies over the board.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.driver import Driver
from textual.filter import DimFilter
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.quantities import Seconds, format_clock
from coach.screen.overlays import LinkOverlay
from coach.screen.paint import has_picture
from coach.screen.palette import THEMES
from coach.screen.run import RunScreen
from coach.screen.sanitise import fit, sanitise
from coach.screen.widgets.board_page import BoardPage, BoardView, board_row
from coach.screen.widgets.strip_widget import WatchingScreen
from coach.session.buttons import Button
from coach.session.phases import Phase
from coach.squad.board import BoardStanding
from coach.squad.crossing import Expected, LineDesk
from coach.squad.roster import Roster
from coach.themes import SCREEN_THEMES

if TYPE_CHECKING:
    from coach.screen.protocols import LiveFeed, ShareDesk

_LEAVE_S: Final = 3.0
"""How long a key that ends a run waits for its second press."""
_LETTERS: Final = 8
"""Letters of a name in large letters; a longer one is cut."""


class SquadDesk(Protocol):
    """What the board needs of a live squad."""

    @property
    def desk(self) -> LineDesk:
        """Whose the presses at the line are."""
        ...

    @property
    def roster(self) -> Roster:
        """Who is in the squad, in which groups now."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether no run goes on any more."""
        ...

    def now(self) -> Seconds:
        """Seconds since the session began."""
        ...

    def moment_of(self, monotonic: float) -> Seconds:
        """The time of the session at a moment of the machine's monotonic clock."""
        ...

    def clock_words(self) -> str:
        """The time of day, for the title."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever there may be something new to show."""
        ...

    def standings(self) -> Sequence[BoardStanding]:
        """How everybody stands now, whoever needs the coach most first."""
        ...

    def following(self) -> Sequence[Expected]:
        """Those who cross next."""
        ...

    def feed_of(self, runner: str) -> "LiveFeed":
        """One runner's run."""
        ...

    def mute(self, *, is_muted: bool) -> None:
        """Silence the one voice, or let it speak again."""
        ...

    def links_of(self, runner: str) -> "ShareDesk | None":
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


# --- the screens

KEYS: Final = (
    ("space", "next one"),
    ("1-8", "that runner"),
    ("u", "undo"),
    ("tab", "who"),
    ("g", "a wave"),
    ("shift 1-8", "enlarge"),
    ("p", "pause"),
    ("?", "keys"),
    ("q", "leave"),
)
"""The key line of a squad with digits."""
LETTER_KEYS: Final = (
    ("space", "next one"),
    ("a-x", "that runner"),
    ("backspace", "undo"),
    ("F1-F8", "enlarge"),
    ("tab", "who"),
    ("]", "start a wave"),
    (".", "was another's"),
    ("F9", "keys"),
    ("esc", "leave"),
)
"""The key line of a squad with letters: no letter is a command."""
ALL_KEYS: Final = (
    ("space", "whoever stands as next has crossed"),
    ("1-8, or the runner's letter", "that runner has crossed; within 3 s after space: it was them"),
    ("u, backspace", "take the last press back"),
    (".", "the last press was another's: then their key"),
    ("o, -", "who stands as next leaves the order: they stopped, or were lapped"),
    ("tab, shift tab", "whom the keys below speak to: all, a group, one runner"),
    ("g, ]", "start their wave"),
    ("p", "pause, and go on"),
    ("n", "next step"),
    ("+ <", "faster, slower"),
    ("a d", "a rep more, a rep less"),
    ("c", "cut the set to fewer reps: arrows, then enter"),
    ("m", "move the runner to the next group"),
    ("x x", "the runner drops out: their run is ended and kept"),
    ("shift 1-8, F1-F8", "enlarge one runner; again, or esc: back"),
    ("s", "the link of one runner for their own phone"),
    ("t", "sun and night"),
    ("v", "silence the voice, or let it speak"),
    ("q, esc", "leave"),
)
"""Every key, for the page of keys."""
_SHIFTED: Final = {
    "exclamation_mark": 0, "at": 1, "number_sign": 2, "dollar_sign": 3, "percent_sign": 4,
    "circumflex_accent": 5, "ampersand": 6, "asterisk": 7,
    **{f"f{number + 1}": number for number in range(8)},
}  # fmt: skip
"""Keys that enlarge a runner, by the place of their key: shifted digits of an American keyboard, and F1 to F8."""


class BoardScreen(WatchingScreen):
    """The board, looked at four times a second and whenever a run has taken something in."""

    def compose(self) -> ComposeResult:
        """Set the page out."""
        yield BoardPage(id="board")

    def look(self) -> None:
        """Show the squad as it is now."""
        app = self.app
        assert isinstance(app, SquadApp)  # no other app has a board
        self.query_one(BoardPage).put(app.view())
        app.notice_end()


class EnlargedRun(RunScreen, inherit_bindings=False):
    """One runner of a squad, as large as a run alone; the keys at the line stay those of the board."""

    BINDINGS = []


class SquadDialog(ModalScreen[str]):
    """Something over the board that is answered by a letter; the keys at the line go past it."""

    BINDINGS = [Binding("escape,q,question_mark,f9", "back", show=False)]

    def __init__(self, heading: str, choices: Sequence[tuple[str, str]], hint: str = "") -> None:
        super().__init__()
        self._heading = heading
        self._choices = choices
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Set out the heading and the choices."""
        with Vertical(classes="box"):
            yield Static(Content(self._heading), classes="heading")
            yield OptionList(*(Option(f"{key}  {says}", id=key) for key, says in self._choices), markup=False)
            if self._hint:
                yield Static(Content(self._hint), classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        self.dismiss(event.option_id or "")

    def on_key(self, event: events.Key) -> None:
        """Take a choice by its letter."""
        if event.key in {key for key, _ in self._choices}:
            self.dismiss(event.key)

    def action_back(self) -> None:
        """Leave things as they are."""
        self.dismiss("")


class SquadApp(App[bool]):
    """The board of a live squad; `run` returns True if the runs were ended, False if they were left, None by Ctrl-C."""

    TITLE = "Trackside Coach"
    CSS_PATH = "coach.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        Binding("ctrl+q", "ask_leave", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
    ]

    def __init__(self, squad: SquadDesk, *, theme: str = "sun") -> None:
        """Show a squad."""
        super().__init__()
        self._filters = [each for each in self._filters if not isinstance(each, DimFilter)]
        for ours in THEMES:
            self.register_theme(ours)
        self.theme = theme
        self._squad = squad
        self.is_finished = False
        """Whether the runs are to be ended, rather than left."""
        roster = squad.roster
        self._has_letters = any(not one.key.isdigit() for one in roster.runners)
        self._scopes = ["all", *(group.name for group in roster.groups if len(roster.groups) > 1)]
        self._scope = "all"
        self._enlarged = ""
        self._gives_last = False
        self._cut: int | None = None
        self._leaving: tuple[str, Seconds] | None = None
        self._is_muted = False
        self._told: tuple[str, Seconds] = ("", Seconds(0.0))

    def get_driver_class(self) -> type[Driver]:
        """Draw by a driver that never waits for the terminal."""
        stock = super().get_driver_class()
        if stock.__name__ != "LinuxDriver":
            return stock
        from coach.screen.driver import TerminalDriver  # it needs termios, which Windows has not

        return TerminalDriver

    def on_mount(self) -> None:
        """Open the board."""
        self.push_screen(BoardScreen(self._squad.subscribe))

    def tell(self, text: str) -> None:
        """Say something in the row of messages for some seconds."""
        self._told = (sanitise(text, 160), Seconds(self._squad.now() + 8.0))

    def notice_end(self) -> None:
        """Leave the board when every run is over."""
        if self._squad.is_over and not self.is_finished:
            self.is_finished = True
            self.exit(True)

    # --- what is shown

    def view(self) -> BoardView:
        """What the board shows now."""
        squad, now = self._squad, self._squad.now()
        standings = squad.standings()
        roster = squad.roster
        names = {one.slug: (one.key, sanitise(one.name, 24)) for one in roster.runners}
        first = squad.desk.first(now)
        following = [each for each in squad.following() if first is None or each.runner != first.runner]
        key, name = ("", "") if first is None else names[first.runner]
        then = ", ".join(
            f"{names[each.runner][0]} {fit(names[each.runner][1], 8)} {max(0.0, each.at - now):.0f} s"
            for each in following[:3]
        )
        last = squad.desk.last()
        shown = (
            ""
            if last is None
            else f"last press: {' '.join(names[last.runner])} {format_clock(last.moment, tenths=True)}"
        )
        enlarged = [names[self._enlarged][1]] if self._enlarged else []
        one = [names[self._scope][1]] if self._scope in names and self._scope != self._enlarged else []
        scope = names[self._scope][1] if self._scope in names else self._scope
        return BoardView(
            title=self._title_words(),
            clock=f"{len(roster.runners)} runners   {squad.clock_words()}",
            next_key=key,
            next_name=name[:_LETTERS].upper() if has_picture(name) else "",
            due=_due(first, now, name),
            then=f"then {then}" if then else "",
            last_press=shown,
            message=self._message(now),
            scopes=(*self._scopes, *one, *enlarged),
            scope=scope,
            rows=tuple(board_row(each) for each in standings),
            split="last 200 s",
            keys=LETTER_KEYS if self._has_letters else KEYS,
        )

    def _title_words(self) -> str:
        """The groups and what each runs."""
        roster = self._squad.roster
        said = []
        for group in roster.groups:
            members = roster.members(group.name)
            if members:
                name = sanitise(self._squad.feed_of(members[0].slug).snapshot(Seconds(0.0)).timeline.name, 40)
                said.append(f"{group.name}: {name}" if len(roster.groups) > 1 else name)
        return "   ".join(said)

    def _message(self, now: Seconds) -> str:
        """What the row of messages says: a question first, then what was told last."""
        loose = self._squad.desk.loose(now)
        if loose:
            return f"{format_clock(loose[0][1], tenths=True)}: whose was it? Press a runner's key."
        if self._gives_last:
            return "The last press was whose? Press a runner's key."
        if self._cut is not None:
            return f"Cut the set to {self._cut} reps for {self._scope}: arrows change it, enter does it."
        if self._leaving is not None and now - self._leaving[1] <= _LEAVE_S:
            return f"x again: {self._called(self._leaving[0])} drops out, their run is kept."
        told, until = self._told
        return told if now < until else sanitise(self._squad.desk.message, 160)

    def _called(self, runner: str) -> str:
        return sanitise(self._squad.roster.runner(runner).name, 24)

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """Take the keys at the line before anything else, at the moment they were pressed."""
        if isinstance(event, events.Key) and self._on_line_key(event):
            for screen in self.screen_stack:
                if isinstance(screen, BoardScreen):
                    screen.look()  # a press is answered at once, however often runs have been heard
            return
        await super().on_event(event)

    def _on_line_key(self, event: events.Key) -> bool:
        """Whether a key was one at the line: space, a runner's key, or what takes a press back."""
        squad = self._squad
        moment = squad.moment_of(event.time)
        if event.key == "space":
            squad.cross(moment)
            return True
        runner = squad.roster.by_key(event.character or "")
        if runner is None:
            return event.key == "backspace" and self.action_undo()
        if self._gives_last:
            self._gives_last = False
            squad.give_last_to(runner.slug)
        elif self._enlarged == runner.slug and self._answers(runner.slug, event):
            pass
        else:
            squad.name(runner.slug, moment)
        return True

    def _answers(self, runner: str, event: events.Key) -> bool:
        """Whether a key answered the question of the runner who is enlarged."""
        feed = self._squad.feed_of(runner)
        snapshot = feed.snapshot(feed.now())
        if snapshot.question is None or not (event.character or "").isdigit():
            return False
        feed.press(Button.ANSWER, int(event.character or "0"))
        return True

    def action_undo(self) -> bool:
        """Take back the last press at the line; it was a key at the line."""
        self._squad.undo()
        return True

    def on_key(self, event: events.Key) -> None:
        """Take the keys that speak to a group, and those of the board itself."""
        if isinstance(self.screen, ModalScreen):
            return
        event.prevent_default()  # else the key goes on to the dialogue that it opens
        if self._cut is not None and self._on_cut_key(event.key):
            return
        if event.key in _SHIFTED:
            self._enlarge(_SHIFTED[event.key])
        elif event.key in _COMMANDS:
            _COMMANDS[event.key](self)
        elif not self._has_letters and (event.character or "") in _LETTERED:
            _LETTERED[event.character or ""](self)

    def _on_cut_key(self, key: str) -> bool:
        assert self._cut is not None  # the caller looked
        if key in {"up", "right"}:
            self._cut += 1
        elif key in {"down", "left"}:
            self._cut = max(1, self._cut - 1)
        elif key == "enter":
            self._squad.cut_to(self._chosen(), self._cut)
            self._cut = None
        elif key == "escape":
            self._cut = None
        else:
            return False
        return True

    def _chosen(self) -> tuple[str, ...]:
        """The runners whom the keys speak to."""
        roster = self._squad.roster
        if self._scope == "all":
            return tuple(one.slug for one in roster.runners)
        members = roster.members(self._scope)
        return tuple(one.slug for one in members) if members else (self._scope,)

    def _one(self) -> str | None:
        """The one runner whom the keys speak to; None, said, where it is several."""
        chosen = self._chosen()
        if len(chosen) == 1:
            return chosen[0]
        self.tell("Choose one runner first: tab, or enlarge them.")
        return None

    def action_press_for(self, button: Button) -> None:
        """Press a button for whom the keys speak to."""
        self._squad.command(self._chosen(), button)

    def action_pause(self) -> None:
        """Pause them, or let them go on."""
        chosen = self._chosen()
        paused = [
            s for s in self._squad.standings() if s.runner.slug in chosen and s.snapshot.phase is Phase.PAUSED
        ]
        self._squad.command(chosen, Button.RESUME if paused else Button.PAUSE)

    def action_wave(self) -> None:
        """Let those set off who wait for it."""
        count = self._squad.start_wave(self._chosen())
        self.tell(f"{count} set off." if count else "Nobody of them waits for the start.")

    def action_next_scope(self, by: int = 1) -> None:
        """Speak to the next: all, a group, one runner."""
        everybody = [*self._scopes, *(one.slug for one in self._squad.roster.runners)]
        place = everybody.index(self._scope) if self._scope in everybody else 0
        self._scope = everybody[(place + by) % len(everybody)]

    def action_swap(self) -> None:
        """Let the next key say whose the last press was."""
        self._gives_last = self._squad.desk.last() is not None

    def action_leave_order(self) -> None:
        """Take who stands as next out of the order."""
        first = self._squad.desk.first(self._squad.now())
        following = self._squad.following()
        chosen = first or (following[0] if following else None)
        if chosen is not None:
            self._squad.leave_out(chosen.runner)
            self.tell(f"{self._called(chosen.runner)} is out of the order; their key puts them back.")

    def action_begin_cut(self) -> None:
        """Ask to how many reps the set is cut."""
        reps = [each.of for each in self._squad.standings() if each.of and each.runner.slug in self._chosen()]
        self._cut = max(1, max(reps) - 1) if reps else None

    def action_move(self) -> None:
        """Put the chosen runner into the next group."""
        runner, groups = self._one(), [group.name for group in self._squad.roster.groups]
        if runner is None:
            return
        now_in = self._squad.roster.runner(runner).group
        group = groups[(groups.index(now_in) + 1) % len(groups)]
        if group == now_in:
            self.tell("There is one group.")
            return
        refusal = self._squad.move(runner, group)
        self.tell(refusal or f"{self._called(runner)} is in {group} now and goes with its next rep.")

    def action_drop_out(self) -> None:
        """End the run of the chosen runner, at the second press."""
        runner, now = self._one(), self._squad.now()
        if runner is None:
            return
        if self._leaving is not None and self._leaving[0] == runner and now - self._leaving[1] <= _LEAVE_S:
            self._leaving = None
            self._squad.drop_out(runner)
            self.tell(f"{self._called(runner)} drops out; their run is kept.")
        else:
            self._leaving = (runner, now)

    def _enlarge(self, place: int) -> None:
        """Show one runner as large as a run alone; the same key again goes back."""
        runners = self._squad.roster.runners
        keys = "12345678" if not self._has_letters else ""
        runner = self._squad.roster.by_key(keys[place]) if keys else None
        if runner is None and place < len(runners):
            runner = runners[place] if self._has_letters else None
        if runner is None:
            return
        was, self._enlarged = self._enlarged, ""
        if was:
            self.pop_screen()
        if was != runner.slug:
            self._enlarged = self._scope = runner.slug
            self.push_screen(EnlargedRun(self._squad.feed_of(runner.slug)))
        elif self._scope == was:
            self._scope = "all"

    def on_run_screen_ended(self) -> None:
        """Stay: a run that is over stands on the board."""

    def action_go_back(self) -> None:
        """Go back to the board, or ask how to leave it."""
        if self._enlarged:
            self.pop_screen()
            self._scope = "all" if self._scope == self._enlarged else self._scope
            self._enlarged = ""
        elif self._gives_last:
            self._gives_last = False
        else:
            self.action_ask_leave()

    def action_switch_theme(self) -> None:
        """Change to the next theme."""
        first, *others = SCREEN_THEMES
        self.theme = dict(zip(SCREEN_THEMES, [*others, first], strict=True)).get(self.theme, first)

    def action_link(self) -> None:
        """Show the link of the chosen runner for their own phone."""
        runner = self._one()
        desk = None if runner is None else self._squad.links_of(runner)
        if desk is not None:
            self.push_screen(LinkOverlay(desk))
        elif runner is not None:
            self.tell("Their run is not shared. coach squad run --share shows it on their phone.")

    def action_mute(self) -> None:
        """Silence the voice, or let it speak again."""
        self._is_muted = not self._is_muted
        self._squad.mute(is_muted=self._is_muted)
        self.tell("The voice is silent; v lets it speak." if self._is_muted else "The voice speaks.")

    def action_show_keys(self) -> None:
        """Show every key."""
        self.push_screen(SquadDialog("Keys at the line work here too", ALL_KEYS, "esc: back"))

    def action_ask_leave(self) -> None:
        """Ask how to leave the board."""
        choices = (
            ("g", "Go on"),
            ("f", "Finish: end every run here"),
            ("l", "Leave: keep the runs, to be resumed later"),
        )

        def answered(choice: str | None) -> None:
            if choice == "f":
                self.is_finished = True
                self.exit(True)
            elif choice == "l":
                self.exit(False)

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(
                SquadDialog("Leave the squad?", choices, "The keys at the line still work."), answered
            )

    def action_interrupt(self) -> None:
        """Leave at once; the runs are kept."""
        self.exit(None)


_COMMANDS: Final[dict[str, Callable[[SquadApp], object]]] = {
    "tab": SquadApp.action_next_scope,
    "shift+tab": lambda app: app.action_next_scope(-1),
    "right_square_bracket": SquadApp.action_wave,
    "full_stop": SquadApp.action_swap,
    "minus": SquadApp.action_leave_order,
    "plus": lambda app: app.action_press_for(Button.FASTER),
    "less_than_sign": lambda app: app.action_press_for(Button.SLOWER),
    "escape": SquadApp.action_go_back,
    "f9": SquadApp.action_show_keys,
    "f10": SquadApp.action_switch_theme,
}
"""Keys that are no letters, and what they do."""
_LETTERED: Final[dict[str, Callable[[SquadApp], object]]] = {
    "u": SquadApp.action_undo,
    "g": SquadApp.action_wave,
    "p": SquadApp.action_pause,
    "n": lambda app: app.action_press_for(Button.NEXT),
    "a": lambda app: app.action_press_for(Button.ADD_REP),
    "d": lambda app: app.action_press_for(Button.DROP_REP),
    "c": SquadApp.action_begin_cut,
    "m": SquadApp.action_move,
    "o": SquadApp.action_leave_order,
    "x": SquadApp.action_drop_out,
    "s": SquadApp.action_link,
    "t": SquadApp.action_switch_theme,
    "v": SquadApp.action_mute,
    "?": SquadApp.action_show_keys,
    "q": SquadApp.action_ask_leave,
}
"""Letters, where no runner has one for a key."""


def _due(first: Expected | None, now: Seconds, name: str) -> str:
    """When who is next crosses: `in 3 s`, `now`, or what to do where nobody is near."""
    if first is None:
        return "nobody within 5 s: space asks"
    seconds = first.at - now
    when = f"in {seconds:.0f} s" if seconds >= 0.5 else "now" if seconds > -1.5 else f"{-seconds:.0f} s late"
    return when if has_picture(name) else f"{name} {when}"
