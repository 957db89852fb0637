"""The size of the letters on the screen: printed once before a first run, and by `coach doctor`."""

from coach.app.terminal import first_sizing, letters_here
from coach.edge.files import runner_paths


def test_the_letters_are_said_before_the_first_run_only(home):
    """The second call returns None; the file that remembers it is private."""
    said = first_sizing()
    assert said is not None
    assert "your pace is" in said(80, 24)[0]
    assert first_sizing() is None
    assert runner_paths().letters_seen.stat().st_mode & 0o077 == 0


def test_a_home_that_may_not_be_written_is_no_fault(home):
    """Nothing is printed, and the run continues."""
    home.mkdir(exist_ok=True)
    (home / "state").write_text("in the way")
    assert first_sizing() is None


def test_without_a_terminal_the_window_is_taken_to_fill_a_screen():
    """Values that were not measured are marked."""
    text, _ = letters_here(80, 24, may_ask=False)
    assert "where the window fills" in text
