"""What the screen is given of a run."""

from coach.app.feeds import keymap_of
from coach.edge.settings import Settings


def test_the_keys_of_the_settings_are_those_of_the_screen():
    """Two keys of one action stand together, and quitting is called leaving there."""
    settings = Settings(keymap={"f1": "mark", "f2": "mark", "f10": "quit"})

    assert keymap_of(settings) == {"mark": "f1,f2", "leave": "f10"}
