"""The program itself against a real bluetoothd: pair, run, lose the pod in every rep, finish, replay."""

import statistics

import pytest

from tests.vm.guest.air import POD, STRAP
from tests.vm.guest.product import REP_M, REPS

pytestmark = [pytest.mark.vm, pytest.mark.timeout(900)]  # the first test waits for the whole machine

SCENARIO = "product"
MENDED_WITHIN_S = 15.0
"""An emulated machine on a computer that is busy with other things takes ten times as long as a quiet one."""


def test_a_scan_finds_both_sensors(report):
    """`coach sensors scan` names both and what they measure first of all."""
    found = report.fact("scanned", SCENARIO)["found"]
    assert {name: measures[0] for name, measures in found.items()} == {
        STRAP.name: "heart_rate",
        POD.name: "running",
    }, report.tail


def test_both_are_remembered_with_what_they_say_of_themselves(report):
    """`coach sensors pair` keeps label, kind and the serial number that was read over the air."""
    kept = {
        each["label"]: (each["kind"], each["serial"]) for each in report.fact("paired", SCENARIO)["sensors"]
    }
    assert kept == {"my strap": ("strap", STRAP.serial), "my pod": ("pod", POD.serial)}


def test_the_run_came_to_its_end(report):
    """Every step was done, and the program said so."""
    assert report.fact("finished", SCENARIO)["events"] > 10, report.tail
    steps = report.facts("step", SCENARIO)
    assert [step["reason"] for step in steps] == ["done"] * (1 + 2 * REPS)


def test_every_loss_was_mended(report):
    """The pod was lost in each rep and heard again."""
    assert len(report.facts("lost", SCENARIO)) == REPS, report.tail


def test_no_metre_is_lost_with_the_link(report):
    """The pod counts on while nobody hears it, so each rep is as long as it should be."""
    reps = [
        step["distance_m"] for step in report.facts("step", SCENARIO)[1::2]
    ]  # the warm-up, then rep and float
    assert reps == pytest.approx([REP_M] * REPS, abs=3.0)


def test_the_journal_replays_to_the_same_lines(report):
    """What was printed live is printed again by `coach replay`, byte for byte."""
    replayed = report.fact("replayed", SCENARIO)
    assert replayed["lines"] > 10
    assert replayed["same"], report.tail


def test_the_pod_is_back_within_seconds(report):
    """Half of the reconnections take seconds, not a rescan after another; the figure itself is printed."""
    again = [fact["reconnect_s"] for fact in report.facts("lost", SCENARIO)]
    assert statistics.median(again) < MENDED_WITHIN_S, report.tail


def test_the_machine_ran_the_program_to_its_end(report):
    """The scenario ended without an error."""
    assert f"VM scenario {SCENARIO} 0" in report.console, report.tail
