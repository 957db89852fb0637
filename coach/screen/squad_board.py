"""The board of a squad: a row a runner, who crosses next in large letters, and the coach's keys at the line.

One widget paints the whole page from a value. Keys at the line are taken before anything else, at the moment they were
pressed: they work whatever lies over the board.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.quantities import Seconds, format_clock
from coach.screen.app import ThemedApp
from coach.screen.overlays import LinkOverlay
from coach.screen.paint import sanitise
from coach.screen.run import RunScreen
from coach.screen.widgets.base import WatchingScreen
from coach.screen.widgets.board_page import (
    BoardPage,
    BoardView,
    SquadActions,
    SquadView,
    board_view,
    opening_view,
)
from coach.session.buttons import Button
from coach.session.phases import Phase
from coach.squad.roster import DIGITS, Roster, SquadRunner

if TYPE_CHECKING:
    from coach.screen.protocols import PlaybackControls

_LEAVE_S: Final = 3.0
"""How long a key that ends a run waits for its second press."""
_ENLARGE_S: Final = 5.0
"""How long `enter` waits for the key of whom to enlarge: then that key is a split again. Judged."""


# --- the screens

KEYS: Final = (
    ("space", "next one"),
    ("1-8", "that runner"),
    ("u", "undo"),
    ("tab", "who"),
    ("g", "a wave"),
    ("enter 1-8", "enlarge"),
    ("p", "pause"),
    ("?", "keys"),
    ("q", "leave"),
)
"""The key line of a squad with digits; `1-8` stands for the keys there are."""
LETTER_KEYS: Final = (
    ("space", "next one"),
    ("1-8", "that runner"),
    ("backspace", "undo"),
    ("enter 1-8", "enlarge"),
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
    ("enter and a key, F1-F8", "enlarge one runner; enter again, or esc: back"),
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
"""Keys that enlarge a runner at once: F1 to F8, and where the keyboard is an American one shift and the digit."""


def keys_of(line: Sequence[tuple[str, str]], roster: Roster) -> tuple[tuple[str, str], ...]:
    """A key line with the keys of these runners where it has `1-8`."""
    keys = [one.key for one in roster.runners]
    theirs = keys[0] if len(keys) == 1 else f"{min(keys)}-{max(keys)}"
    return tuple((key.replace("1-8", theirs), says) for key, says in line)


class BoardScreen(WatchingScreen):
    """The board, looked at four times a second and whenever a run has taken something in."""

    def compose(self) -> ComposeResult:
        """Set the page out."""
        yield BoardPage(id="board")

    def look(self) -> None:
        """Show the squad as it is now."""
        app = self.app
        assert isinstance(app, BoardApp)  # no other app has a board
        self.query_one(BoardPage).put(app.page())
        if app.is_open:
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


class BoardApp(ThemedApp[bool]):
    """The board of a squad, live or played again: a row a runner, and one of them enlarged."""

    KEY_LINE: ClassVar[tuple[tuple[str, str], ...]] = KEYS
    BINDINGS = [
        Binding("ctrl+q", "ask_leave", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
    ]

    def __init__(self, roster: Roster, *, theme: str = "sun") -> None:
        """Show who runs, until `show` says what of them is shown."""
        super().__init__(theme)
        self._roster = roster
        self._shown: SquadView | None = None
        self._changed: Callable[[], None] = lambda: None
        self.seen = asyncio.Event()
        """Set once the board is on the terminal."""
        self.is_finished = False
        """Whether the runs are to be ended, rather than left."""
        self._has_letters = any(not one.key.isdigit() for one in roster.runners)
        self._scopes = ["all", *(group.name for group in roster.groups if len(roster.groups) > 1)]
        self._scope = "all"
        self._enlarged = ""
        self._enlarges_until = Seconds(-1.0)
        self._told: tuple[str, Seconds] = ("", Seconds(0.0))

    @property
    def shown(self) -> SquadView:
        """The squad; there is none before `show`."""
        assert self._shown is not None  # keys and looks come after it
        return self._shown

    @property
    def is_open(self) -> bool:
        """Whether a squad is shown."""
        return self._shown is not None

    def show(self, squad: SquadView) -> None:
        """Show a squad from here on."""
        self._shown = squad
        squad.subscribe(self._look_soon)
        self._changed()

    def _subscribe(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def _look_soon(self) -> None:
        self._changed()

    def on_mount(self) -> None:
        """Open the board."""
        self.push_screen(BoardScreen(self._subscribe))
        self.call_after_refresh(self.call_when_seen, self.seen.set)

    def tell(self, text: str) -> None:
        """Say something in the row of messages for some seconds."""
        if self.is_open:
            self._told = (sanitise(text, 160), Seconds(self.shown.now() + 8.0))

    def notice_end(self) -> None:
        """Do what is to be done when every run is over."""

    def page(self) -> BoardView:
        """What the board shows now; before there is a squad, who runs."""
        return self.view() if self.is_open else opening_view(self._roster, self.key_line())

    def view(self) -> BoardView:
        """What the board shows of the squad now."""
        return board_view(self.shown, self.message(self.shown.now()), (), "", self.key_line())

    def message(self, now: Seconds) -> str:
        """What the row of messages says."""
        if now < self._enlarges_until:
            return "Enlarge whom? Press a runner's key."
        told, until = self._told
        return told if now < until else sanitise(self.shown.assigner.message, 160)

    def key_line(self) -> tuple[tuple[str, str], ...]:
        """The key line, with the keys that the runners have."""
        return keys_of(self.KEY_LINE, self._roster)

    def at_place(self, place: int) -> SquadRunner | None:
        """The runner of a digit; with letters the one who stands there in the roster."""
        roster = self.shown.roster
        if not self._has_letters:
            return roster.by_key(DIGITS[place])
        return roster.runners[place] if place < len(roster.runners) else None

    def action_begin_enlarge(self) -> None:
        """Let the next key say who is enlarged; while somebody is, go back to the board."""
        if self._enlarged:
            self.action_go_back()
        else:
            is_asked = self.shown.now() < self._enlarges_until
            self._enlarges_until = Seconds(-1.0 if is_asked else self.shown.now() + _ENLARGE_S)

    def enlarge(self, runner: SquadRunner | None) -> None:
        """Show one runner as large as a run alone; the same key again goes back."""
        self._enlarges_until = Seconds(-1.0)
        if runner is None or isinstance(self.screen, ModalScreen):
            return
        was, self._enlarged = self._enlarged, ""
        if was:
            self.pop_screen()
        if was != runner.slug:
            self._enlarged = self._scope = runner.slug
            self.push_screen(EnlargedRun(self.shown.feed_of(runner.slug)))
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
        elif self.shown.now() < self._enlarges_until:
            self._enlarges_until = Seconds(-1.0)
        else:
            self.action_ask_leave()

    def action_ask_leave(self) -> None:
        """Leave the board."""
        self.exit(True)

    def action_interrupt(self) -> None:
        """Leave at once; the runs are kept."""
        self.exit(None)


class SquadApp(BoardApp):
    """The board of a live squad; `run` returns True if the runs were ended, False if they were left, None by Ctrl-C."""

    _squad: SquadActions

    def __init__(self, roster: Roster, *, theme: str = "sun") -> None:
        """Show who runs; the keys act on the squad that `coach` is given."""
        super().__init__(roster, theme=theme)
        self._gives_last = False
        self._cut: int | None = None
        self._leaving: tuple[str, Seconds] | None = None
        self._is_muted = False

    def coach(self, squad: SquadActions) -> None:
        """Show a squad, and let the keys act on it."""
        self._squad = squad
        self.show(squad)

    def notice_end(self) -> None:
        """Leave the board when every run is over."""
        if self._squad.is_over and not self.is_finished:
            self.is_finished = True
            self.exit(True)

    # --- what is shown

    def view(self) -> BoardView:
        """What the board shows now."""
        enlarged = [self._enlarged] if self._enlarged else []
        one = [self._scope] if self._scope not in (*self._scopes, self._enlarged) else []
        scopes = (*self._scopes, *one, *enlarged)
        return board_view(self._squad, self.message(self._squad.now()), scopes, self._scope, self.key_line())

    def key_line(self) -> tuple[tuple[str, str], ...]:
        """The key line, with the keys that the runners have: where they are letters, no letter is a command."""
        return keys_of(LETTER_KEYS if self._has_letters else KEYS, self._roster)

    def message(self, now: Seconds) -> str:
        """What the row of messages says: a question first, then what was told last."""
        loose = self._squad.assigner.loose(now)
        if loose:
            return f"{format_clock(loose[0][1], tenths=True)}: whose was it? Press a runner's key."
        if self._gives_last:
            return "The last press was whose? Press a runner's key."
        if self._cut is not None:
            return f"Cut the set to {self._cut} reps for {self._scope}: arrows change it, enter does it."
        if self._leaving is not None and now - self._leaving[1] <= _LEAVE_S:
            return f"x again: {self._called(self._leaving[0])} drops out, their run is kept."
        return super().message(now)

    def _called(self, runner: str) -> str:
        return sanitise(self._squad.roster.runner(runner).name, 24)

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """Take the keys at the line before anything else, at the moment they were pressed."""
        if self.is_open and isinstance(event, events.Key) and self._on_line_key(event):
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
        elif squad.now() < self._enlarges_until:
            self.enlarge(runner)
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
        if isinstance(self.screen, ModalScreen) or not self.is_open:
            return
        event.prevent_default()  # else the key goes on to the dialogue that it opens
        if self._cut is not None and self._on_cut_key(event.key):
            return
        if event.key in _SHIFTED:
            self.enlarge(self.at_place(_SHIFTED[event.key]))
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
        self._gives_last = self._squad.assigner.last() is not None

    def action_leave_order(self) -> None:
        """Take who stands as next out of the order."""
        first = self._squad.assigner.first(self._squad.now())
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

    def action_go_back(self) -> None:
        """Take a question back, go back to the board, or ask how to leave it."""
        if self._gives_last and not self._enlarged:
            self._gives_last = False
        else:
            super().action_go_back()

    def action_link(self) -> None:
        """Show the link of the chosen runner for their own phone."""
        runner = self._one()
        actions = None if runner is None else self._squad.links_of(runner)
        if actions is not None:
            self.push_screen(LinkOverlay(actions))
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
        says = ("Go on", "Finish: end every run here", "Leave: keep the runs, to be resumed later")
        keys = "123" if self._has_letters else "gfl"  # a letter may be a runner's, and is a split here too

        def answered(choice: str | None) -> None:
            if choice == keys[1]:
                self.is_finished = True
                self.exit(True)
            elif choice == keys[2]:
                self.exit(False)

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(
                SquadDialog(
                    "Leave the squad?",
                    tuple(zip(keys, says, strict=True)),
                    "The keys at the line still work.",
                ),
                answered,
            )


class PlayedBoardApp(BoardApp):
    """The board of a session that is played again: keys drive the playback, the presses are in the recording."""

    KEY_LINE = (
        ("space", "pause"),
        ("+ -", "speed"),
        ("enter 1-8", "enlarge"),
        ("t", "sun/night"),
        ("q", "leave"),
    )

    def __init__(self, squad: SquadView, playback: "PlaybackControls", *, theme: str = "sun") -> None:
        """Show a session as it plays."""
        super().__init__(squad.roster, theme=theme)
        self._playback = playback
        self.show(squad)

    def view(self) -> BoardView:
        """What the board shows now; nobody is asked whose a press is."""
        view = super().view()
        return view if self.shown.assigner.first(self.shown.now()) is not None else replace(view, due="")

    def message(self, now: Seconds) -> str:
        """How fast it plays, and what became of the last press."""
        said = super().message(now)
        pace = "paused" if self._playback.is_paused() else f"at {self._playback.speed():g}x"
        over = "   The session is over." if self.shown.is_over else ""
        return f"Played again {pace}.{over}   {said}".rstrip()

    def action_begin_enlarge(self) -> None:
        """Wait for the key as long as on a live board, however fast it plays."""
        super().action_begin_enlarge()
        if self.shown.now() < self._enlarges_until:
            self._enlarges_until = Seconds(self.shown.now() + _ENLARGE_S * max(1.0, self._playback.speed()))

    def on_key(self, event: events.Key) -> None:
        """Take the keys of the playback, and those that enlarge a runner."""
        runner = self.shown.roster.by_key(event.character or "")
        if event.key in _SHIFTED:
            self.enlarge(self.at_place(_SHIFTED[event.key]))
        elif runner is not None and self.shown.now() < self._enlarges_until:
            self.enlarge(runner)
        elif event.key in {"space", "p"}:
            self._playback.toggle_pause()
        elif event.key in {"plus", "greater_than_sign", "right"}:
            self._playback.faster()
        elif event.key in {"minus", "less_than_sign", "left"}:
            self._playback.slower()
        elif event.key == "enter":
            self.action_begin_enlarge()
        elif event.key == "escape":
            self.action_go_back()
        elif event.key == "t":
            self.action_switch_theme()
        elif event.key == "q":
            self.action_ask_leave()


_COMMANDS: Final[dict[str, Callable[[SquadApp], object]]] = {
    "tab": SquadApp.action_next_scope,
    "shift+tab": lambda app: app.action_next_scope(-1),
    "right_square_bracket": SquadApp.action_wave,
    "full_stop": SquadApp.action_swap,
    "minus": SquadApp.action_leave_order,
    "plus": lambda app: app.action_press_for(Button.FASTER),
    "less_than_sign": lambda app: app.action_press_for(Button.SLOWER),
    "escape": SquadApp.action_go_back,
    "enter": SquadApp.action_begin_enlarge,
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
