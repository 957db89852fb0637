"""The feeds of a run: the keys of its screen, and its sinks."""

import pytest

from coach.app.feeds import SINKS, SinkRequest, keymap_of
from coach.app.terminal import RunMode
from coach.edge.clock import MachineClock
from coach.edge.conductor import SimulatedRunner
from coach.edge.settings import Settings
from coach.simulate import VirtualRunner


def test_the_keys_of_the_settings_are_those_of_the_screen():
    """Two keys of one action are joined, and `quit` is called `leave`."""
    settings = Settings(keymap={"f1": "mark", "f2": "mark", "f10": "quit"})

    assert keymap_of(settings) == {"mark": "f1,f2", "leave": "f10"}


def test_a_key_may_be_called_as_it_is_printed():
    """Capitals, short names and signs become the screen's names of keys; a letter keeps its case."""
    named = {"F2": "theme", "PgUp": "undo", "Esc": "quit", ",": "next", "A": "add_rep", "Ctrl+N": "mark"}
    assert keymap_of(Settings(keymap=named)) == {
        "theme": "f2", "undo": "pageup", "leave": "escape", "next": "comma", "add_rep": "A", "mark": "ctrl+n",
    }  # fmt: skip


RUNNER = SimulatedRunner(VirtualRunner(), MachineClock())


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (SinkRequest(RunMode.SCREEN), []),
        (SinkRequest(RunMode.SCREEN, as_json=True), []),
        (SinkRequest(RunMode.SCREEN, runner=RUNNER), ["simulated runner"]),
        (SinkRequest(RunMode.UNATTENDED), ["plain lines"]),
        (SinkRequest(RunMode.UNATTENDED, as_json=True), ["json lines"]),
        (SinkRequest(RunMode.UNATTENDED, runner=RUNNER), ["simulated runner", "plain lines"]),
    ],
)
def test_a_run_has_the_sinks_it_wants(request_, names):
    """The screen replaces lines, JSON replaces plain lines, and a simulated runner always gets the outputs."""
    assert [row.name for row in SINKS if row.is_wanted(request_)] == names


def test_every_sink_has_a_name_of_its_own():
    """No two rows of the table share a name."""
    assert len({row.name for row in SINKS}) == len(SINKS)
