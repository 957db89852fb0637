"""One machine for all tests of this folder; its figures are printed at the end."""

import os

import pytest

from tests.vm.machine import Report, run, unavailable
from tests.vm.recipe import CannotBuildError

SCENARIOS = ("trace", "plain", "product")
_REPORT = pytest.StashKey[Report]()


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """What the machine said, with every scenario run in it; skipped, on CI failed, where none can run."""
    if (reason := unavailable()) is None:
        try:
            made = run(*SCENARIOS)
        except CannotBuildError as error:
            reason = str(error)
        else:
            pytestconfig.stash[_REPORT] = made
            return made
    if os.environ.get("CI") == "true":
        pytest.fail(f"no machine: {reason}")
    pytest.skip(f"no machine: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the machine's figures."""
    if made := config.stash.get(_REPORT, None):
        terminalreporter.section("the machine with a real bluetoothd")
        for line in made.summary():
            terminalreporter.write_line(line)
