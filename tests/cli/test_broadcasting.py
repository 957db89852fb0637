"""`coach simulate --radio`, where it cannot begin; a run over the air is in tests/edge/test_peripheral.py."""

import sys

import pytest


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "Give --out FILE or --radio CONTROLLER"),
        (["--out", "run.csv", "--radio", "usb:0"], "Give --out FILE or --radio CONTROLLER"),
        (["--radio", "usb:0", "--radio", "usb:1", "--radio", "usb:2"], "twice for a strap and a footpod"),
    ],
)
def test_a_run_goes_to_a_file_or_over_the_air(coach, options, says):
    """No destination, two destinations or too many controllers are a usage error."""
    result = coach("simulate", "demo", *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_without_bumble_it_says_how_to_get_it(coach, monkeypatch):
    """The extra that is missing is named, with the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("coach.edge.peripheral")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bumble", None)
    for name in [name for name in sys.modules if name.startswith("bumble.")]:
        monkeypatch.setitem(sys.modules, name, None)
    result = coach("simulate", "demo", "--radio", "usb:0")
    assert result.exit_code == 4
    assert "--radio needs bumble" in result.stderr
    assert "trackside-coach[radio]" in result.stderr


def test_a_controller_that_is_not_there_is_no_traceback(coach):
    """The problem and its fix are printed, and the exit code is that of sensors."""
    result = coach("simulate", "demo", "--radio", "unix:/nowhere/at/all")
    assert result.exit_code == 4
    assert "no Bluetooth controller at unix:/nowhere/at/all" in result.stderr
