"""The runner of a press at the line: the order, the digits, overruling, and undo."""

import pytest

from coach.squad.run import Crossings, Expected, GivenBy, PressAssigner, SplitGiven, SplitMoved, SplitTaken
from tests.squad.squads import at


@pytest.fixture
def crossings() -> Crossings:
    """Three runners who start together."""
    made = Crossings(["ana", "ben", "cleo"])
    for runner in ("ana", "ben", "cleo"):
        made.start(runner, at(0.0))
    return made


def test_nobody_is_expected_before_a_lap_is_known(crossings):
    """A start alone gives no prediction."""
    assert crossings.following(at(10.0)) == ()


def test_the_next_three_stand_in_order(crossings):
    """By their last laps: the median of three, so that one doubled press does not count alone."""
    for runner, laps in (("ana", (80.0, 160.0, 161.0)), ("ben", (78.0, 158.0)), ("cleo", (90.0,))):
        for moment in laps:
            crossings.cross(runner, at(moment))
    following = crossings.following(at(165.0))
    assert [(each.runner, each.at) for each in following] == [
        ("cleo", 180.0),
        ("ben", 237.0),
        ("ana", 241.0),
    ]


def test_what_a_run_says_goes_before_laps(crossings):
    """A measured pace counts before the last laps."""
    crossings.cross("ana", at(80.0))
    crossings.expect("ana", at(155.0))
    assert crossings.of("ana", at(100.0)) == Expected("ana", at(155.0))
    crossings.expect("ana", None)
    assert crossings.of("ana", at(100.0)).at == 160.0


def test_who_was_missed_is_expected_a_lap_later(crossings):
    """A runner who is half a lap late was missed, and is expected a lap later."""
    crossings.cross("ana", at(80.0))
    assert crossings.of("ana", at(195.0)).at == 160.0
    assert crossings.of("ana", at(201.0)).at == 240.0


def test_who_is_out_is_nobody_next(crossings):
    """One key takes out a runner who stopped or was lapped, and puts them back."""
    crossings.cross("ana", at(80.0))
    crossings.leave_out("ana")
    assert crossings.is_out("ana")
    assert crossings.following(at(100.0)) == ()
    crossings.take_in("ana")
    assert crossings.following(at(100.0))[0].runner == "ana"


def test_space_takes_who_is_next(crossings):
    """The first of the order, at the moment of the press."""
    assigner = PressAssigner(crossings)
    crossings.expect("ben", at(100.0))
    crossings.expect("ana", at(103.0))
    first = assigner.first(at(99.0))
    assert first is not None
    assert first.runner == "ben"
    assert assigner.press(at(99.4)) == [SplitGiven(at(99.4), 1, "ben", at(99.4), GivenBy.ORDER)]
    assert assigner.press(at(101.0)) == [SplitGiven(at(101.0), 2, "ana", at(101.0), GivenBy.ORDER)]
    assert assigner.count == 2


def test_with_nobody_near_space_asks(crossings):
    """Without a runner expected within 5 s the press keeps its moment, and the next key assigns it."""
    assigner = PressAssigner(crossings)
    crossings.expect("ben", at(110.0))
    assert assigner.press(at(99.0)) == []
    assert assigner.message == "Whose was it? Press a runner's key."
    assert assigner.loose(at(100.0)) == ((1, 99.0),)
    assert assigner.name("cleo", at(101.5)) == [SplitGiven(at(101.5), 1, "cleo", at(99.0), GivenBy.ANSWER)]
    assert assigner.loose(at(102.0)) == ()


def test_a_press_nobody_answers_is_given_up(crossings):
    """A run credits a press 5 s back at most; at the assigner of a class it is kept."""
    assigner, patient = PressAssigner(crossings), PressAssigner(crossings, keeps_s=None)
    for each in (assigner, patient):
        each.press(at(99.0))
    assert assigner.loose(at(105.0)) == ()
    assert patient.loose(at(900.0)) == ((1, 99.0),)


def test_two_presses_wait_in_order(crossings):
    """The keys after them answer the oldest first."""
    assigner = PressAssigner(crossings)
    assigner.press(at(10.0))
    assigner.press(at(10.3))
    given = [*assigner.name("ben", at(11.0)), *assigner.name("ana", at(11.2))]
    assert [(each.press, each.runner, each.moment) for each in given] == [(1, "ben", 10.0), (2, "ana", 10.3)]


def test_an_answer_within_the_guard_is_refused(crossings):
    """Ana cannot have crossed twice in a second, whatever assigns the press."""
    assigner = PressAssigner(crossings)
    assigner.name("ana", at(10.0))
    assigner.press(at(11.0))
    assert assigner.name("ana", at(11.5)) == []
    assert "given up" in assigner.message


def test_a_key_within_3_s_overrules_the_order(crossings):
    """That was Ana, not Ben: the moment stays, and Ben is next again."""
    assigner = PressAssigner(crossings)
    crossings.expect("ben", at(100.0))
    assigner.press(at(99.4))
    assert assigner.name("ana", at(101.0)) == [SplitMoved(at(101.0), 1, "ana", "ben", at(99.4))]
    assert crossings.of("ben", at(101.0)) is None
    assert crossings.of("ana", at(101.0)) == Expected("ana", at(2 * 99.4))
    assert assigner.name("cleo", at(101.2)) == [SplitGiven(at(101.2), 2, "cleo", at(101.2), GivenBy.KEY)]


def test_a_key_later_than_3_s_is_a_split_of_its_own(crossings):
    """After that the key says that its runner is at the line now."""
    assigner = PressAssigner(crossings)
    crossings.expect("ben", at(100.0))
    assigner.press(at(99.4))
    assert [each.runner for each in assigner.name("ana", at(102.5))] == ["ana"]
    assert assigner.count == 2


def test_the_key_of_whom_the_order_took_confirms(crossings):
    """Space and then Ben's own key are one press; the key after it corrects nothing."""
    assigner = PressAssigner(crossings)
    crossings.expect("ben", at(100.0))
    assigner.press(at(99.4))
    assert assigner.name("ben", at(100.0)) == []
    assert [each.press for each in assigner.name("ana", at(100.5))] == [2]


def test_eight_digits_in_a_second_are_eight_splits():
    """Two runners may cross at the same time; two presses of one runner are two seconds apart."""
    slugs = [f"r{number}" for number in range(8)]
    assigner = PressAssigner(Crossings(slugs))
    given = [assigner.name(slug, at(50.0 + place / 8)) for place, slug in enumerate(slugs)]
    assert [each[0].runner for each in given] == slugs
    assert assigner.name("r0", at(51.9)) == []
    assert assigner.name("r0", at(52.1))[0].runner == "r0"


def test_undo_takes_back_the_last(crossings):
    """One after the other, a press that waits first; nothing is left to take back at the end."""
    assigner = PressAssigner(crossings)
    assigner.name("ana", at(10.0))
    assigner.name("ben", at(11.0))
    assigner.press(at(14.0))
    assert assigner.undo(at(14.5)) == []
    last = assigner.last()
    assert last is not None
    assert last.runner == "ben"
    assert assigner.undo(at(15.0)) == [SplitTaken(at(15.0), 2, "ben", at(11.0))]
    assert crossings.of("ben", at(15.0)) is None
    assert assigner.undo(at(15.5))[0].runner == "ana"
    assert assigner.undo(at(16.0)) == []
    assert assigner.last() is None


def test_moving_a_press(crossings):
    """To another runner at any time, to the same runner never, and only an existing press."""
    assigner = PressAssigner(crossings)
    assigner.name("ana", at(10.0))
    assert assigner.move(1, "ana", at(20.0)) == []
    assert assigner.move(7, "ben", at(20.0)) == []
    assert assigner.move(1, "ben", at(20.0)) == [SplitMoved(at(20.0), 1, "ben", "ana", at(10.0))]


def test_taking_back_what_is_not_there_changes_nothing(crossings):
    """A crossing that is not kept can be forgotten without an error."""
    crossings.forget("ana", at(7.0))
    crossings.cross("ana", at(90.0))
    assert crossings.of("ana", at(91.0)) == Expected("ana", at(180.0))
