"""The feeds of the screen, live and played back."""

from coach.app.feeds import keymap_of
from coach.edge.settings import Settings


def test_the_keys_of_the_settings_are_those_of_the_screen():
    """Two keys of one action stand together, and quitting is called leaving there."""
    settings = Settings(keymap={"f1": "mark", "f2": "mark", "f10": "quit"})

    assert keymap_of(settings) == {"mark": "f1,f2", "leave": "f10"}


def test_a_key_may_be_called_as_it_is_printed():
    """Capitals, the short names on a keyboard and signs are the screen's names of keys; a letter keeps its case."""
    named = {"F2": "theme", "PgUp": "undo", "Esc": "quit", ",": "next", "A": "add_rep", "Ctrl+N": "mark"}
    assert keymap_of(Settings(keymap=named)) == {
        "theme": "f2", "undo": "pageup", "leave": "escape", "next": "comma", "add_rep": "A", "mark": "ctrl+n",
    }  # fmt: skip
