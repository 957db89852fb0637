"""The sinks of a run are those of the table that are wanted."""

import pytest

from coach.app.feeds import SINKS, SinkRequest
from coach.app.terminal import RunMode
from coach.edge.clock import MachineClock
from coach.edge.conductor import SimulatedRunner
from coach.simulate import VirtualRunner

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
    """The screen covers the lines, JSON takes the place of plain lines, and a simulated runner always hears."""
    assert [row.name for row in SINKS if row.is_wanted(request_)] == names


def test_every_sink_has_a_name_of_its_own():
    """No two rows of the table share a name."""
    assert len({row.name for row in SINKS}) == len(SINKS)
