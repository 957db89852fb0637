"""The names of a button where it is typed."""

import pytest

from coach.screen.lines import _KEYS, _WORDS
from coach.session.phases import BUTTON_NAMES, BUTTONS, Button, spelt_as_name
from coach.workout.kinds import KINDS


def test_every_button_is_called_by_its_own_name():
    """No other name hides one of them, and each is spelt as it is looked up."""
    assert all(BUTTON_NAMES[button.value] is button for button in Button)
    assert all(spelt_as_name(name) == name for name in BUTTON_NAMES)


@pytest.mark.parametrize("text", ["add rep", "Add-Rep", " ADD  rep ", "add_rep"])
def test_spelling_does_not_matter(text):
    """Capitals, hyphens, underscores and blanks are one."""
    assert BUTTON_NAMES[spelt_as_name(text)] is Button.ADD_REP


ANOTHER_BUTTON = {"go": Button.GO, "go on": Button.RESUME, "count it": Button.ACCEPT}
"""Words beside a key that does, at that moment, what another button is for."""


def printed():
    """Each word of the key line with the button of its key."""
    for row in BUTTONS.values():
        for button, action in row.items():
            if button in _KEYS and action in _WORDS:
                yield _WORDS[action], button
    for kind in KINDS.values():
        yield f"end {kind.rep_word or 'step'}", Button.NEXT
    yield from [("no answer", Button.NEXT), ("go now", Button.NEXT), ("at the line", Button.MARK)]


@pytest.mark.parametrize(("word", "button"), sorted(set(printed())))
def test_what_is_printed_beside_a_key_names_its_button(word, button):
    """Whoever types what the key line says presses what the key presses."""
    assert BUTTON_NAMES[spelt_as_name(word)] is ANOTHER_BUTTON.get(word, button)
