"""The apps of a squad's board, live and played back: their screens, and the coach's keys at the line.

Keys at the line are handled before all others, with the time at which they were pressed, so they also work while a
dialogue is open.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from coach.quantities import Seconds, format_clock
from coach.screen.app import ChoiceDialog, LinkOverlay, ThemedApp
from coach.screen.base import Keys, WatchingScreen
from coach.screen.board_page import BoardPage, BoardView, SquadActions, SquadView, board_view, opening_view
from coach.screen.paint import sanitise
from coach.screen.protocols import PlaybackControls
from coach.screen.run import RunScreen
from coach.session.phases import Button, Phase
from coach.squad.roster import DIGITS, Roster, SquadRunner

_LEAVE_S: Final = 3.0
"""Time in which a second press of a key ends a run. Judged."""
_ENLARGE_S: Final = 5.0
"""Time in which a runner's key after `enter` enlarges the runner; later it is a split. Judged."""
_MESSAGE_S: Final = 8.0
"""Time for which a message is shown."""
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
"""The key line of a squad with digits; `1-8` is replaced by the keys of the runners."""
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
"""The key line of a squad with letters, in which no letter is a command."""
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
"""Every key, for the help."""
_ENLARGING_KEYS: Final = {
    "exclamation_mark": 0, "at": 1, "number_sign": 2, "dollar_sign": 3, "percent_sign": 4,
    "circumflex_accent": 5, "ampersand": 6, "asterisk": 7,
    **{f"f{number + 1}": number for number in range(8)},
}  # fmt: skip
"""Keys that enlarge a runner at once: F1 to F8, and on an American keyboard shift and a digit."""


def keys_of(line: Keys, roster: Roster) -> Keys:
    """Return a key line with the keys of these runners in place of `1-8`."""
    keys = [runner.key for runner in roster.runners]
    span = keys[0] if len(keys) == 1 else f"{min(keys)}-{max(keys)}"
    return tuple((key.replace("1-8", span), says) for key, says in line)


class BoardScreen(WatchingScreen):
    """The board, redrawn four times a second and after every input of a run."""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield BoardPage(id="board")

    def look(self) -> None:
        """Show the current state of the squad."""
        app = self.app
        assert isinstance(app, BoardApp)  # no other app has a board
        self.query_one(BoardPage).put(app.page())
        if app.is_open:
            app.notice_end()


class EnlargedRun(RunScreen, inherit_bindings=False):
    """One runner of a squad, as large as a single run; the keys are those of the board."""

    BINDINGS = []


class SquadDialog(ChoiceDialog[str]):
    """A dialogue over the board, answered by a letter; the keys at the line still work."""

    BINDINGS = [Binding("escape,q,question_mark,f9", "choose('')", show=False)]

    def __init__(self, heading: str, choices: Keys, hint: str = "") -> None:
        """Ask a question; each choice has its key and a text."""
        super().__init__(heading, ((key, f"{key}  {says}") for key, says in choices), hint)

    def on_key(self, event: events.Key) -> None:
        """Take a choice by its letter."""
        if event.key in {key for key, _ in self._choices}:
            self.action_choose(event.key)

    def action_choose(self, choice: str) -> None:
        """Take a choice; an empty one is none of them."""
        self.dismiss(choice)


class BoardApp(ThemedApp[bool]):
    """The board of a squad, live or played back: a row for each runner, and one runner enlarged on request."""

    KEY_LINE: ClassVar[Keys] = KEYS
    BINDINGS = [
        Binding("ctrl+q", "ask_leave", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
    ]

    def __init__(self, roster: Roster, *, theme: str = "sun") -> None:
        """Show the names of the runners, until `show` is called with a squad."""
        super().__init__(theme)
        self._roster = roster
        self._squad_view: SquadView | None = None
        self._redraw: Callable[[], None] = lambda: None
        self.seen = asyncio.Event()
        """Set once the board is on the terminal."""
        self.is_finished = False
        """True if the runs are to be ended rather than left."""
        self._has_letters = any(not runner.key.isdigit() for runner in roster.runners)
        self._scopes = ["all", *(group.name for group in roster.groups if len(roster.groups) > 1)]
        self._scope = "all"
        self._enlarged = ""
        self._enlarges_until = Seconds(-1.0)
        self._message: tuple[str, Seconds] = ("", Seconds(0.0))

    @property
    def squad_view(self) -> SquadView:
        """The squad; only after `show`."""
        assert self._squad_view is not None  # keys and redraws come after it
        return self._squad_view

    @property
    def is_open(self) -> bool:
        """True once a squad is shown."""
        return self._squad_view is not None

    def show(self, squad: SquadView) -> None:
        """Show a squad from now on."""
        self._squad_view = squad
        squad.subscribe(self._notify)
        self._redraw()

    def _subscribe(self, changed: Callable[[], None]) -> None:
        self._redraw = changed

    def _notify(self) -> None:
        self._redraw()

    def on_mount(self) -> None:
        """Open the board."""
        self.push_screen(BoardScreen(self._subscribe))
        self.call_after_refresh(self.call_when_seen, self.seen.set)

    def tell(self, text: str) -> None:
        """Show a message in its row for some seconds."""
        if self.is_open:
            self._message = (sanitise(text, 160), Seconds(self.squad_view.now() + _MESSAGE_S))

    def notice_end(self) -> None:
        """Do nothing; a live board leaves when every run is over. The board calls this on every redraw."""

    def page(self) -> BoardView:
        """Return the current state of the board; before `show`, the names of the runners."""
        return self.view() if self.is_open else opening_view(self._roster, self.key_line())

    def view(self) -> BoardView:
        """Return the current state of the board."""
        return board_view(self.squad_view, self.message(self.squad_view.now()), (), "", self.key_line())

    def message(self, now: Seconds) -> str:
        """Return the text of the row of messages."""
        if now < self._enlarges_until:
            return "Enlarge whom? Press a runner's key."
        message, until = self._message
        return message if now < until else sanitise(self.squad_view.assigner.message, 160)

    def key_line(self) -> Keys:
        """Return the key line with the keys of the runners."""
        return keys_of(self.KEY_LINE, self._roster)

    def at_place(self, place: int) -> SquadRunner | None:
        """Return the runner of a digit, or, in a squad with letters, the runner at that place of the roster."""
        roster = self.squad_view.roster
        if not self._has_letters:
            return roster.by_key(DIGITS[place])
        return roster.runners[place] if place < len(roster.runners) else None

    def action_begin_enlarge(self) -> None:
        """Let the next runner's key enlarge that runner; if one is enlarged, go back to the board."""
        if self._enlarged:
            self.action_go_back()
        else:
            is_waiting = self.squad_view.now() < self._enlarges_until
            self._enlarges_until = Seconds(-1.0 if is_waiting else self.squad_view.now() + _ENLARGE_S)

    def enlarge(self, runner: SquadRunner | None) -> None:
        """Show one runner as large as a single run; the same key again goes back."""
        self._enlarges_until = Seconds(-1.0)
        if runner is None or isinstance(self.screen, ModalScreen):
            return
        before, self._enlarged = self._enlarged, ""
        if before:
            self.pop_screen()
        if before != runner.slug:
            self._enlarged = self._scope = runner.slug
            self.push_screen(EnlargedRun(self.squad_view.feed_of(runner.slug)))
        elif self._scope == before:
            self._scope = "all"

    def on_run_screen_ended(self) -> None:
        """Stay on the enlarged run: the board shows runs that are over too."""

    def action_go_back(self) -> None:
        """Go back to the board; from the board ask how to leave it."""
        if self._enlarged:
            self.pop_screen()
            self._scope = "all" if self._scope == self._enlarged else self._scope
            self._enlarged = ""
        elif self.squad_view.now() < self._enlarges_until:
            self._enlarges_until = Seconds(-1.0)
        else:
            self.action_ask_leave()

    def action_ask_leave(self) -> None:
        """Leave the board."""
        self.exit(True)

    def action_interrupt(self) -> None:
        """Leave at once; the runs can be resumed."""
        self.exit(None)


class SquadApp(BoardApp):
    """The board of a live squad; `run` returns True for ended runs, False for runs left open, None after Ctrl-C."""

    _squad: SquadActions

    def __init__(self, roster: Roster, *, theme: str = "sun") -> None:
        """Show the names of the runners; the keys act on the squad given to `coach`."""
        super().__init__(roster, theme=theme)
        self._waits_for_owner = False
        self._cut: int | None = None
        self._leaving: tuple[str, Seconds] | None = None
        self._is_muted = False

    def coach(self, squad: SquadActions) -> None:
        """Show a squad, on which the keys act."""
        self._squad = squad
        self.show(squad)

    def notice_end(self) -> None:
        """Leave the board when every run is over."""
        if self._squad.is_over and not self.is_finished:
            self.is_finished = True
            self.exit(True)

    # --- the state of the board

    def view(self) -> BoardView:
        """Return the current state of the board."""
        enlarged = [self._enlarged] if self._enlarged else []
        runner = [self._scope] if self._scope not in (*self._scopes, self._enlarged) else []
        scopes = (*self._scopes, *runner, *enlarged)
        return board_view(self._squad, self.message(self._squad.now()), scopes, self._scope, self.key_line())

    def key_line(self) -> Keys:
        """Return the key line with the keys of the runners; if these are letters, no letter is a command."""
        return keys_of(LETTER_KEYS if self._has_letters else KEYS, self._roster)

    def message(self, now: Seconds) -> str:
        """Return the text of the row of messages: a question, else the last message."""
        unassigned = self._squad.assigner.loose(now)
        if unassigned:
            return f"{format_clock(unassigned[0][1], tenths=True)}: whose was it? Press a runner's key."
        if self._waits_for_owner:
            return "The last press was whose? Press a runner's key."
        if self._cut is not None:
            return f"Cut the set to {self._cut} reps for {self._scope}: arrows change it, enter does it."
        if self._leaving is not None and now - self._leaving[1] <= _LEAVE_S:
            return f"x again: {self._name_of(self._leaving[0])} drops out, their run is kept."
        return super().message(now)

    def _name_of(self, runner: str) -> str:
        return sanitise(self._squad.roster.runner(runner).name, 24)

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """Handle the keys at the line before all others, with the time at which they were pressed."""
        if self.is_open and isinstance(event, events.Key) and self._on_line_key(event):
            for screen in self.screen_stack:
                if isinstance(screen, BoardScreen):
                    screen.look()  # at once, without the limit on redraws
            return
        await super().on_event(event)

    def _on_line_key(self, event: events.Key) -> bool:
        """Handle a key at the line: space, a runner's key, or undo; returns whether it was one."""
        squad = self._squad
        moment = squad.moment_of(event.time)
        if event.key == "space":
            squad.cross(moment)
            return True
        runner = squad.roster.by_key(event.character or "")
        if runner is None:
            return event.key == "backspace" and self.action_undo()
        if self._waits_for_owner:
            self._waits_for_owner = False
            squad.give_last_to(runner.slug)
        elif squad.now() < self._enlarges_until:
            self.enlarge(runner)
        elif self._enlarged == runner.slug and self._answer(runner.slug, event):
            pass
        else:
            squad.name(runner.slug, moment)
        return True

    def _answer(self, runner: str, event: events.Key) -> bool:
        """Answer the open question of the enlarged runner by a digit; returns whether it did."""
        feed = self._squad.feed_of(runner)
        snapshot = feed.snapshot(feed.now())
        if snapshot.question is None or not (event.character or "").isdigit():
            return False
        feed.press(Button.ANSWER, int(event.character or "0"))
        return True

    def action_undo(self) -> bool:
        """Undo the last press at the line; always True, because the key is one at the line."""
        self._squad.undo()
        return True

    def on_key(self, event: events.Key) -> None:
        """Handle the keys for a group of runners, and those of the board itself."""
        if isinstance(self.screen, ModalScreen) or not self.is_open:
            return
        event.prevent_default()  # otherwise the dialogue that it opens gets the key too
        if self._cut is not None and self._on_cut_key(event.key):
            return
        if event.key in _ENLARGING_KEYS:
            self.enlarge(self.at_place(_ENLARGING_KEYS[event.key]))
        elif event.key in _COMMANDS:
            _COMMANDS[event.key](self)
        elif not self._has_letters and (event.character or "") in _LETTER_COMMANDS:
            _LETTER_COMMANDS[event.character or ""](self)

    def _on_cut_key(self, key: str) -> bool:
        assert self._cut is not None  # the caller has checked
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
        """The runners that the keys apply to."""
        roster = self._squad.roster
        if self._scope == "all":
            return tuple(runner.slug for runner in roster.runners)
        members = roster.members(self._scope)
        return tuple(runner.slug for runner in members) if members else (self._scope,)

    def _only_one(self) -> str | None:
        """The only runner that the keys apply to; None, with a message, if there are several."""
        chosen = self._chosen()
        if len(chosen) == 1:
            return chosen[0]
        self.tell("Choose one runner first: tab, or enlarge them.")
        return None

    def action_press_for(self, button: Button) -> None:
        """Press a button for the chosen runners."""
        self._squad.command(self._chosen(), button)

    def action_pause(self) -> None:
        """Pause the chosen runners, or resume them if one of them is paused."""
        chosen = self._chosen()
        is_paused = any(
            standing.snapshot.phase is Phase.PAUSED
            for standing in self._squad.standings()
            if standing.runner.slug in chosen
        )
        self._squad.command(chosen, Button.RESUME if is_paused else Button.PAUSE)

    def action_wave(self) -> None:
        """Start the chosen runners who wait for the start."""
        count = self._squad.start_wave(self._chosen())
        self.tell(f"{count} set off." if count else "Nobody of them waits for the start.")

    def action_next_scope(self, by: int = 1) -> None:
        """Choose the next scope of the keys: all, a group, one runner."""
        scopes = [*self._scopes, *(runner.slug for runner in self._squad.roster.runners)]
        place = scopes.index(self._scope) if self._scope in scopes else 0
        self._scope = scopes[(place + by) % len(scopes)]

    def action_swap(self) -> None:
        """Let the next runner's key take over the last press."""
        self._waits_for_owner = self._squad.assigner.last() is not None

    def action_leave_order(self) -> None:
        """Remove the next runner from the order of crossing."""
        following = self._squad.following()
        first = self._squad.assigner.first(self._squad.now()) or (following[0] if following else None)
        if first is not None:
            self._squad.leave_out(first.runner)
            self.tell(f"{self._name_of(first.runner)} is out of the order; their key puts them back.")

    def action_begin_cut(self) -> None:
        """Ask for the number of reps that the set is cut to."""
        chosen = self._chosen()
        reps = [
            standing.of
            for standing in self._squad.standings()
            if standing.of and standing.runner.slug in chosen
        ]
        self._cut = max(1, max(reps) - 1) if reps else None

    def action_move(self) -> None:
        """Move the chosen runner to the next group."""
        runner, groups = self._only_one(), [group.name for group in self._squad.roster.groups]
        if runner is None:
            return
        before = self._squad.roster.runner(runner).group
        group = groups[(groups.index(before) + 1) % len(groups)]
        if group == before:
            self.tell("There is one group.")
            return
        refusal = self._squad.move(runner, group)
        self.tell(refusal or f"{self._name_of(runner)} is in {group} now and goes with its next rep.")

    def action_drop_out(self) -> None:
        """End the run of the chosen runner, after a second press."""
        runner, now = self._only_one(), self._squad.now()
        if runner is None:
            return
        if self._leaving is not None and self._leaving[0] == runner and now - self._leaving[1] <= _LEAVE_S:
            self._leaving = None
            self._squad.drop_out(runner)
            self.tell(f"{self._name_of(runner)} drops out; their run is kept.")
        else:
            self._leaving = (runner, now)

    def action_go_back(self) -> None:
        """Cancel a question; without one go back to the board, or ask how to leave it."""
        if self._waits_for_owner and not self._enlarged:
            self._waits_for_owner = False
        else:
            super().action_go_back()

    def action_link(self) -> None:
        """Show the link that lets the chosen runner see the run on a phone."""
        runner = self._only_one()
        actions = None if runner is None else self._squad.links_of(runner)
        if actions is not None:
            self.push_screen(LinkOverlay(actions))
        elif runner is not None:
            self.tell("Their run is not shared. coach squad run --share shows it on their phone.")

    def action_mute(self) -> None:
        """Mute or unmute the voice."""
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

        def act_on(choice: str | None) -> None:
            if choice == keys[1]:
                self.is_finished = True
                self.exit(True)
            elif choice == keys[2]:
                self.exit(False)

        if not isinstance(self.screen, ModalScreen):
            choices = tuple(zip(keys, says, strict=True))
            self.push_screen(
                SquadDialog("Leave the squad?", choices, "The keys at the line still work."), act_on
            )


class PlayedBoardApp(BoardApp):
    """The board of a session as it plays back: keys control the playback, the presses come from the recording."""

    KEY_LINE = (
        ("space", "pause"),
        ("+ -", "speed"),
        ("enter 1-8", "enlarge"),
        ("t", "sun/night"),
        ("q", "leave"),
    )

    def __init__(self, squad: SquadView, playback: PlaybackControls, *, theme: str = "sun") -> None:
        """Show a session during its playback."""
        super().__init__(squad.roster, theme=theme)
        self._playback = playback
        self.show(squad)

    def view(self) -> BoardView:
        """Return the current state of the board; it asks no questions about presses."""
        view = super().view()
        is_due = self.squad_view.assigner.first(self.squad_view.now()) is not None
        return view if is_due else replace(view, due="")

    def message(self, now: Seconds) -> str:
        """Return the speed of the playback, and the last message."""
        message = super().message(now)
        pace = "paused" if self._playback.is_paused() else f"at {self._playback.speed():g}x"
        over = "   The session is over." if self.squad_view.is_over else ""
        return f"Played again {pace}.{over}   {message}".rstrip()

    def action_begin_enlarge(self) -> None:
        """Wait for the key as long as on a live board, at any speed of the playback."""
        super().action_begin_enlarge()
        if self.squad_view.now() < self._enlarges_until:
            self._enlarges_until = Seconds(
                self.squad_view.now() + _ENLARGE_S * max(1.0, self._playback.speed())
            )

    def on_key(self, event: events.Key) -> None:
        """Handle the keys of the playback, and those that enlarge a runner."""
        runner = self.squad_view.roster.by_key(event.character or "")
        if event.key in _ENLARGING_KEYS:
            self.enlarge(self.at_place(_ENLARGING_KEYS[event.key]))
        elif runner is not None and self.squad_view.now() < self._enlarges_until:
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
"""The commands of keys that are no letters."""
_LETTER_COMMANDS: Final[dict[str, Callable[[SquadApp], object]]] = {
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
"""The commands of letters, in a squad without letters for runners."""
