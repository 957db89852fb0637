"""Where the heart rate is heading: found from how it moves, sure only when it may be, forgotten with the effort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.physiology.heart_rate import Heading, HeartRateKinetics
from coach.quantities import Seconds

PLAIN = HeartRateKinetics()


def followed(seconds, *, start=120.0, steady=180.0, tau=37.0, each=1):
    """A heart rate that follows a step up from the end of its dead time on, seen for so long."""
    kinetics = HeartRateKinetics(delay_up_s=Seconds(0.0), tau_up_s=Seconds(tau))
    heading = Heading(PLAIN)
    for second in range(0, seconds + 1, each):
        heading.add(float(second), round(kinetics.after(start, steady, second)))
    return heading


def test_nothing_is_foretold_of_an_effort_that_has_just_begun():
    """Until the fourth reading that is taken in there is no answer, and in the first half minute a vague one."""
    assert followed(8).ahead(60) is None
    sooner, later = (followed(seconds).ahead(60)[1] for seconds in (15, 60))
    assert sooner > 2 * later


@pytest.mark.parametrize("tau", [25.0, 37.0, 55.0])
def test_where_it_leads_is_known_long_before_it_is_there(tau):
    """After 45 s of a rise of 60 bpm the value a minute later is foretold within four, whoever's heart it is."""
    true = HeartRateKinetics(delay_up_s=Seconds(0.0), tau_up_s=Seconds(tau)).after(120, 180, 105)
    mean, sd = followed(45, tau=tau).ahead(60)
    assert mean == pytest.approx(true, abs=4.0)
    assert abs(mean - true) < 2 * sd


def test_a_file_with_a_reading_every_three_seconds_tells_as_much():
    """Readings closer than that are not even looked at."""
    often, seldom = followed(60).ahead(30), followed(60, each=3).ahead(30)
    assert often == pytest.approx(seldom, abs=0.5)


def test_an_even_heart_rate_goes_on_as_it_is():
    """At 150 for three minutes, 150 is expected, within a few beats."""
    mean, sd = followed(180, start=150.0, steady=150.0).ahead(60)
    assert mean == pytest.approx(150.0, abs=0.5)
    assert sd < 5


def test_a_new_effort_or_a_hole_makes_it_forget():
    """What was foretold of one effort says nothing of the next, nor after 15 s of silence."""
    heading = followed(60)
    heading.reset()
    assert heading.ahead(60) is None
    assert heading.seen_s == 0.0
    heading = followed(60)
    heading.add(80.0, 150.0)
    assert heading.ahead(60) is None


@given(st.lists(st.tuples(st.floats(0.0, 30.0), st.floats(25.0, 240.0)), max_size=60), st.floats(0.0, 600.0))
def test_whatever_came_the_answer_is_a_number(steps, seconds):
    """However wild the readings, what is foretold is finite and its uncertainty not negative."""
    heading, at = Heading(PLAIN), 0.0
    for step, rate in steps:
        at += step
        heading.add(at, rate)
    found = heading.ahead(seconds)
    assert found is None or (-1e4 < found[0] < 1e4 and 0.0 <= found[1] < 1e4)
