"""Tests of the table of a sensor's link: the phase after each event, and the length of each rest."""

from itertools import product

import pytest

from coach.edge.paired_sensors import BACKOFF_S, TRANSITIONS, Link, LinkEvent, LinkPhase

LEADS = {
    ("searching", "heard"): "connecting",
    ("connecting", "up"): "connected",
    ("connecting", "failed"): "resting",
    ("connected", "measured"): "streaming",
    ("connected", "lost"): "resting",
    ("connected", "silent"): "resting",
    ("streaming", "lost"): "resting",
    ("streaming", "silent"): "resting",
    ("resting", "rested"): "searching",
    **{(phase.value, "stopped"): "closed" for phase in LinkPhase},
}
"""Every transition, written a second time."""


@pytest.mark.parametrize(("phase", "event"), product(LinkPhase, LinkEvent))
def test_every_event_in_every_phase_leads_where_it_is_written(phase, event):
    """Each of the phases answers each of the events by the table; what is not in it changes nothing."""
    assert Link(phase, 3).after(event).phase == LEADS.get((phase, event), phase)


def test_every_phase_stands_in_the_table():
    """The table lists every phase, also the one that nothing leaves."""
    assert set(TRANSITIONS) == set(LinkPhase)
    assert TRANSITIONS[LinkPhase.CLOSED] == {}


def test_every_phase_but_closed_can_be_reached_again():
    """From every other phase a link can stream again: it never gives up."""
    for start in set(LinkPhase) - {LinkPhase.CLOSED}:
        reached = {start}
        while more := {to for phase in reached for to in TRANSITIONS[phase].values()} - reached:
            reached |= more
        assert LinkPhase.STREAMING in reached, start


def _tries(link: Link, *events: str) -> Link:
    for event in events:
        link = link.after(LinkEvent(event))
    return link


def test_fruitless_tries_rest_longer_and_longer_but_never_more_than_the_last_rest():
    """The rests after fruitless tries are 0.25, 0.5, 1, 2 and then 5 seconds for ever."""
    link = Link()
    rests = []
    for _ in range(8):
        link = _tries(link, "heard", "failed")
        rests.append(link.rest_s())
        link = _tries(link, "rested")

    assert rests == [0.25, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0, 5.0]
    assert BACKOFF_S[0] == 0.0


def test_a_link_that_brought_a_measurement_is_tried_again_at_once():
    """A measurement clears the count of failed tries, so there is no rest after the link is lost."""
    link = _tries(Link(), "heard", "failed", "rested", "heard", "up", "measured", "lost")

    assert (link.phase, link.rest_s()) == (LinkPhase.RESTING, 0.0)


def test_a_link_that_comes_up_and_brings_nothing_counts_as_fruitless():
    """A link that is connected and then lost or silent without a measurement rests before the next try."""
    assert _tries(Link(), "heard", "up", "silent").rest_s() == 0.25
    assert _tries(Link(), "heard", "up", "lost", "rested", "heard", "up", "silent").rest_s() == 0.5
