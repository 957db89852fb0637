"""The key map: one table for the bindings, the help overlay and the key bar.

`keymap` in the settings refers to the names on the left.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final, NamedTuple

from textual.binding import Binding
from textual.keys import format_key

from coach.session.buttons import Button
from coach.themes import SCREEN_THEMES


class Key(NamedTuple):
    """One line of the key map."""

    name: str
    """Its name in the settings' `keymap`."""
    keys: str
    """Textual's names of the keys, separated by commas."""
    label: str
    """The keys as printed on a keyboard."""
    says: str
    """Its effect, in a word or two."""
    button: Button | None = None
    """The button it presses; None if it concerns only the screen."""
    answer: int | None = None
    """The number of the answer it gives."""
    does: str = ""
    """The action of the app, if its name differs from the key's."""

    def printed(self, keymap: Mapping[str, str]) -> str:
        """Its keys as printed on a keyboard, with the settings' `keymap` applied."""
        names = keymap.get(self.name)
        return self.label if names is None else " ".join(_printed(name) for name in names.split(","))

    def binding(self, *, priority: bool = False) -> Binding:
        """Return the Textual binding of the line; all actions are the app's."""
        if self.answer is not None:
            action = f"app.answer({self.answer})"
        elif self.button is not None:
            action = f"app.press('{self.button.value}')"
        else:
            action = f"app.{self.does or self.name}"
        return Binding(self.keys, action, self.says, id=self.name, show=False, priority=priority)


MARK: Final = Key("mark", "space,pagedown", "space PgDn", "mark: at the line", Button.MARK)
UNDO: Final = Key("undo", "u,pageup", "u PgUp", "undo", Button.UNDO)
ACCEPT: Final = Key("accept", "c", "c", "accept the offer", Button.ACCEPT)

BUTTONS: Final = (
    MARK,
    Key("next", "n", "n", "next step", Button.NEXT),
    UNDO,
    Key("back", "b", "b", "back a step", Button.BACK),
    Key("restart", "r", "r", "restart / false start", Button.RESTART),
    Key("abandon", "x", "x", "abandon rep", Button.ABANDON),
    Key("extend", "e", "e", "longer: +100 m, +30 s", Button.EXTEND),
    Key("add_rep", "a", "a", "add a rep", Button.ADD_REP),
    Key("drop_rep", "d", "d", "drop a rep", Button.DROP_REP),
    Key("enough", "o", "o", "enough: end the range", Button.ENOUGH),
    Key("shorten", "l", "l", "shorten reps left", Button.SHORTEN),
    Key("cool_down", "f", "f", "cool-down now", Button.COOL_DOWN),
    Key("faster", "plus", "+", "target faster", Button.FASTER),
    Key("slower", "minus", "-", "target slower", Button.SLOWER),
    ACCEPT,
    Key("line_earlier", "left_square_bracket", "[", "line 5 m earlier", Button.LINE_EARLIER),
    Key("line_later", "right_square_bracket", "]", "line 5 m later", Button.LINE_LATER),
    Key("effort_day", "h", "h", "effort day", Button.EFFORT_DAY),
    Key("by_effort", "H", "h w", "wind, hills: by effort", Button.BY_EFFORT),
)
"""The keys that press one button each, in every phase of the run."""

PAUSE: Final = Key("pause", "p", "p", "pause / resume")
ANSWERS: Final = tuple(
    Key(f"answer_{number}", str(number % 10), str(number % 10), f"answer {number}", answer=number)
    for number in range(1, 11)
)
MUTE: Final = Key("mute", "m", "m", "mute the voice")
THEME: Final = Key("theme", "t", "t", " / ".join(SCREEN_THEMES), does="switch_theme")
SHARE: Final = Key("share", "s", "s", "link for a phone")
WHY: Final = Key("why", "w", "w", "why: step and cue")
HELP: Final = Key("help", "question_mark", "?", "keys", does="keys")
QUIT: Final = Key("leave", "q", "q", "quit")

LIVE: Final = (*BUTTONS, PAUSE, *ANSWERS, SHARE, MUTE, THEME, WHY, HELP, QUIT)
"""The keys of a live run."""

PLAYBACK: Final = (
    Key("playback_pause", "space", "space", "pause / go on"),
    Key("playback_faster", "plus", "+", "faster, up to max"),
    Key("playback_slower", "minus", "-", "slower, to 0.5x"),
    MUTE,
    THEME,
    WHY,
    HELP,
    QUIT,
)
"""The keys while a recording plays: the run's buttons come from the recording."""

EDITOR: Final = (
    Key("editor_run", "enter", "enter", "run what is shown"),
    Key("editor_change", "space", "space 0-9", "type into the cell"),
    Key("editor_next", "tab", "tab", "accept, next cell"),
    Key("editor_add", "a", "a", "add, as in a line"),
    Key("editor_remove", "x", "x", "remove"),
    Key("editor_double", "d", "d", "double"),
    Key("editor_repeat", "r", "r", "make a set"),
    Key("editor_move", "J,K", "J K", "move down, up"),
    Key("editor_undo", "u", "u", "undo, repeatedly"),
    Key("editor_save", "s", "s", "save as"),
    Key("editor_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("editor_back", "escape", "Esc", "back"),
)
"""The keys of the editor, which are not changed by the settings."""

LIBRARY: Final = (
    Key("library_run", "enter", "enter", "run what is chosen"),
    Key("library_search", "slash", "/ 0-9", "search, or write a workout"),
    Key("library_edit", "e", "e ^e", "edit a copy"),
    Key("library_save", "ctrl+s", "^s", "save what is written"),
    Key("library_take", "tab", "tab", "take it, read as written"),
    Key("library_sort", "s", "s", "next column to sort by"),
    Key("library_turn", "S", "S", "reverse the order"),
    Key("library_filter", "f", "f F3-F6", "filters"),
    Key("library_about", "w", "w", "full description"),
    Key("library_athlete", "a", "a F9", "athlete"),
    Key("library_sensors", "b", "b F8", "sensors"),
    Key("library_history", "h", "h F7", "past runs"),
    Key("library_plan", "p", "p F10", "plan: the season, today"),
    Key("library_commands", "ctrl+p", "^p", "every command by name"),
    Key("library_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("library_back", "escape", "esc q", "back, leave"),
)
"""The keys of the library, which are not changed by the settings."""

HISTORY: Final = (
    Key("history_review", "enter", "enter", "how it went"),
    Key("history_search", "slash", "/", "search"),
    Key("history_sort", "s", "s", "next column to sort by"),
    Key("history_turn", "S", "S", "reverse the order"),
    Key("history_season", "y", "y", "the season"),
    Key("history_note", "e", "e", "write a note"),
    Key("history_pick", "space", "space", "pick, to compare two"),
    Key("history_compare", "c", "c", "against the picked, or last time"),
    Key("history_export", "x", "x", "write it as FIT"),
    Key("history_delete", "d", "d", "delete, after a question"),
    Key("history_undo", "u", "u", "have it back"),
    Key("history_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("history_back", "escape", "esc q", "back, leave"),
)
"""The keys of the history, which are not changed by the settings."""

CALENDAR: Final = (
    Key("calendar_enter", "enter", "enter", "run it, let go, keep"),
    Key("calendar_planned", "p", "p", "run it as planned"),
    Key("calendar_step", "up,down", "↑ ↓", "a day back, on"),
    Key("calendar_week", "left,right", "← →", "a week back, on"),
    Key("calendar_today", "home", "Home", "to today"),
    Key("calendar_month", "tab", "tab", "month or week"),
    Key("calendar_move", "m", "m m", "move it, the other one"),
    Key("calendar_off", "o", "o", "days off: t, i, enter"),
    Key("calendar_why", "w", "w", "why today is so"),
    Key("calendar_undo", "u", "u", "undo, repeatedly"),
    Key("calendar_theme", "f2", "F2 t", " / ".join(SCREEN_THEMES)),
    Key("calendar_back", "escape", "esc q", "put back, leave"),
)
"""The keys of the calendar, which are not changed by the settings."""


def _printed(name: str) -> str:
    """One key of the settings as printed: Textual's names of signs are signs, `enter` stays a word."""
    return "enter" if name == "enter" else format_key(name)


_KEYMAP: Final[ContextVar[Mapping[str, str]]] = ContextVar("keymap", default=MappingProxyType({}))
"""The settings' `keymap` of the app whose tasks write a sentence."""


def use_keymap(keymap: Mapping[str, str]) -> None:
    """Use these keys in the sentences of this app, and of every task it starts from here on."""
    _KEYMAP.set(keymap)


def key_word(key: Key) -> str:
    """The word for a key in a sentence: `space`, `c`, or the key that the settings use instead."""
    return key.printed(_KEYMAP.get()).split()[0]


def printed_label(label: str, keymap: Mapping[str, str], table: Sequence[Key]) -> str:
    """The label of one key or two (`space`, `+ -`), with the keys that the settings' `keymap` gives instead."""
    if not keymap:
        return label
    by_label = {key.label.split()[0]: key for key in table}
    matches = [by_label.get(part) for part in label.split()]
    if not any(key is not None and key.name in keymap for key in matches):
        return label
    return " ".join(
        part if key is None else key.printed(keymap).split()[0]
        for part, key in zip(label.split(), matches, strict=True)
    )
