"""bleak against a real bluetoothd: what every link of the program is built on."""

import statistics

import pytest

from tests.vm.guest.plain import LOSSES

pytestmark = [pytest.mark.vm, pytest.mark.timeout(900)]  # the first test waits for the whole machine

SCENARIO = "plain"
MENDED_WITHIN_S = 15.0
"""An emulated machine on a computer that is busy with other things takes ten times as long as a quiet one."""


def test_the_machine_ran_to_its_end(report):
    """The machine booted, ran its scenario without an error and switched itself off."""
    assert report.is_over, report.tail
    assert f"VM scenario {SCENARIO} 0" in report.console, report.tail


def test_both_sensors_were_found_and_connected(report):
    """One scan finds both; each offers its services and tells its battery."""
    assert report.fact("found", SCENARIO)["took_s"] < 20
    connected = {fact["which"]: fact for fact in report.facts("connected", SCENARIO)}
    assert {"180d", "180f", "180a"} <= set(connected["strap"]["services"]), report.tail
    assert {"1814", "180f", "180a"} <= set(connected["pod"]["services"]), report.tail
    assert (connected["strap"]["battery"], connected["pod"]["battery"]) == (80, 70)


def test_both_streams_came_whole(report):
    """Both sensors are heard at once and no notification is missing."""
    streamed = report.fact("streamed", SCENARIO)
    assert streamed["packets"] > 20, report.tail
    assert streamed["missing"] == 0


def test_every_loss_was_noticed_and_mended(report):
    """A link that was lost, or hung up, is noticed and built again each time."""
    lost = report.facts("lost", SCENARIO)
    assert [fact["how"] for fact in lost] == ["lose"] * LOSSES + ["goodbye"], report.tail


def test_a_silent_sensor_is_not_reported_by_the_system(report):
    """A link that is up and silent brings neither a packet nor a word: only a watchdog can tell."""
    stalled = report.fact("stalled", SCENARIO)
    assert (stalled["heard"], stalled["lost"], stalled["connected"]) == (False, False, True)


def test_links_end_when_they_are_let_go(report):
    """Both links end by our own hand."""
    stopped = report.facts("stopped", SCENARIO)
    assert [fact["connected"] for fact in stopped] == [False, False], report.tail


def test_a_sensor_is_back_within_seconds(report):
    """Half of the reconnections take seconds, not a rescan after another; the figure itself is printed."""
    again = [fact["reconnect_s"] for fact in report.facts("lost", SCENARIO)]
    assert statistics.median(again) < MENDED_WITHIN_S, report.tail
