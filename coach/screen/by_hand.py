"""The app of timing by hand: its screen and its keys; the page is in `coach.screen.widgets.hand_page`.

No letter is a command, because letters are runners. Keys are handled with the time at which they went down, also while
a dialogue is open. A key that is held down is one press.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from coach.quantities import Seconds
from coach.screen.app import ThemedApp
from coach.screen.overlays import ChoiceDialog
from coach.screen.paint import sanitise
from coach.screen.widgets.base import WatchingScreen
from coach.screen.widgets.hand_page import HandActions, HandPage, HandView, hand_view
from coach.squad.sheet import sheet_lines

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
        """Handle a key; returns whether it was one of this app. The end dialogue has the arrows, enter and esc."""
        key = event.key
        if isinstance(self.screen, ModalScreen) and key in {
            "up",
            "down",
            "enter",
            "escape",
            "tab",
            "home",
            "end",
            "pageup",
            "pagedown",
        }:
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

        def answered(choice: str | None) -> None:
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
            self.push_screen(EndDialog(), answered)

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
