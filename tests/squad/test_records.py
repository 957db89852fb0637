"""The keys of a session as records: written and read back the same, and what is damaged is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.session.phases import Button
from coach.squad.run import (
    GivenBy,
    OrderChanged,
    RunnerLeft,
    RunnerMoved,
    SplitGiven,
    SplitMoved,
    SplitTaken,
    SquadPressed,
    WaveStarted,
    squad_input_of,
    squad_record,
)
from tests.squad.squads import at

EVERY = [
    SplitGiven(at(81.5), 7, "ana", at(80.0), GivenBy.ORDER),
    SplitMoved(at(82.0), 7, "ben", "ana", at(80.0)),
    SplitTaken(at(83.0), 7, "ben", at(80.0)),
    SquadPressed(at(84.0), ("ana", "ben"), Button.DROP_REP, 2),
    WaveStarted(at(85.0), (("ana", at(85.0)), ("ben", at(95.0)))),
    RunnerLeft(at(86.0), "ana"),
    RunnerMoved(at(87.0), "ben", "new"),
    RunnerMoved(at(88.0), "ben", "new", 3),
    OrderChanged(at(89.0), "ana", is_out=True),
]


@pytest.mark.parametrize("event", EVERY)
def test_every_kind_is_read_back(event):
    """Each input is read back as it was written."""
    assert squad_input_of(squad_record(event)) == event


@given(
    st.dictionaries(
        st.sampled_from(
            ["squad", "at", "press", "runner", "moment", "by", "starts", "runners", "button", "times"]
        ),
        st.none()
        | st.integers()
        | st.text(max_size=5)
        | st.sampled_from(["given", "wave", "pressed", "moved"])
        | st.lists(st.integers(), max_size=2),
    )
)
def test_what_is_damaged_is_left_out(record):
    """Whatever a record holds: an input, or none; nothing is raised."""
    squad_input_of(record)


def test_what_a_newer_program_wrote_is_left_out():
    """A kind that is not known."""
    assert squad_input_of({"squad": "teleported", "at": 1.0}) is None
