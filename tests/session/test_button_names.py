"""What a button may be called where its name is typed."""

import pytest

from coach.session.buttons import BUTTON_NAMES, Button, spelt_as_name


def test_every_button_is_called_by_its_own_name():
    """No other name hides one of them, and each is spelt as it is looked up."""
    assert all(BUTTON_NAMES[button.value] is button for button in Button)
    assert all(spelt_as_name(name) == name for name in BUTTON_NAMES)


@pytest.mark.parametrize("text", ["add rep", "Add-Rep", " ADD  rep ", "add_rep"])
def test_spelling_does_not_matter(text):
    """Capitals, hyphens, underscores and blanks are one."""
    assert BUTTON_NAMES[spelt_as_name(text)] is Button.ADD_REP
