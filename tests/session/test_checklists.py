"""Checklists: every set and side ticked off, what is held timed, and the rest between two sets."""

import pytest

from coach.cues.cue import Cue, CueKind
from coach.quantities import Seconds
from coach.session.events import EndReason, StepEnded
from coach.session.phases import GET_READY_S, Button, ItemPart, ItemTurn, item_timer, item_turn, items_of
from coach.workout.kinds import Kind
from coach.workout.timeline import ChecklistItem, OpenEnd
from tests.session.builders import Track, step

PLANK = ChecklistItem("Plank", sets=2, seconds=Seconds(30), rest_s=Seconds(60))
SIDES = ChecklistItem("Side plank", seconds=Seconds(20), each_side=True, rest_s=Seconds(60))
SQUATS = ChecklistItem("Squats", sets=2, reps=6, rest_s=Seconds(90))


def listed(*items: ChecklistItem) -> Track:
    """A run of one checklist, begun at 0."""
    return Track(step("list", Kind.CHECKLIST, OpenEnd(), items=items))


def counted(events):
    """When and what was counted down, tones included."""
    return [
        (event.at, event.text)
        for event in events
        if isinstance(event, Cue) and event.kind is CueKind.COUNTDOWN
    ]


def timer(track: Track, at: float):
    """The timer at a moment."""
    return track.session.item_timer(Seconds(at))


def test_every_set_and_side_is_a_turn():
    """Left before right, and the sets of one exercise before the next."""
    items = (SIDES, PLANK)
    assert items_of(items) == 4
    assert [item_turn(items, place) for place in range(-1, 5)] == [
        None,
        ItemTurn(SIDES, 1, "left"),
        ItemTurn(SIDES, 1, "right"),
        ItemTurn(PLANK, 1, ""),
        ItemTurn(PLANK, 2, ""),
        None,
    ]


def test_what_is_held_is_counted_down_after_a_moment_to_get_ready():
    """Five seconds, go, thirty seconds with the last ones called, and a tone; then it waits for the press."""
    track = listed(PLANK)
    assert timer(track, 0) == (ItemPart.READY, GET_READY_S, GET_READY_S)
    said = counted(track.wait(60))
    assert [at for at, _ in said] == pytest.approx([5, 25, 32, 33, 34, 35])
    assert [text for _, text in said] == ["Go.", "Ten.", "Three.", "Two.", "One.", "And easy."]
    assert timer(track, 20) == (ItemPart.HOLD, 15, 30)
    assert timer(track, 60) == (ItemPart.HOLD, 0, 30)
    assert track.session.left_s(Seconds(20)) == 15
    assert track.session.item == 0


def test_a_rest_goes_by_itself_and_is_ended_by_a_press():
    """A press in the rest begins the next set; after it, or without one, a press ticks it off."""
    track = listed(SQUATS)
    track.mark(10)
    assert timer(track, 10) == (ItemPart.REST, 90, 90)
    assert timer(track, 99.5).left_s == pytest.approx(0.5)
    assert timer(track, 100.1) is None
    track.mark(40)
    assert timer(track, 40) is None
    assert track.session.item == 1
    track.mark(60)
    ended = [event for event in track.events if isinstance(event, StepEnded)]
    assert [(each.reason, each.items_done) for each in ended] == [(EndReason.DONE, 2)]


def test_a_rest_that_is_over_says_go():
    """Once, at its end; the set after it waits for its press without a timer."""
    track = listed(SQUATS)
    track.mark(10)
    assert [at for at, _ in counted(track.wait(150))][-1] == 100
    assert track.session.item == 1


def test_both_sides_are_one_set():
    """Between left and right there is a moment to turn, and no rest."""
    track = listed(SIDES, PLANK)
    track.mark(30)
    assert timer(track, 30).part is ItemPart.READY
    track.mark(60)
    assert timer(track, 60) == (ItemPart.REST, 60, 60)
    assert timer(track, 121) == (ItemPart.HOLD, 29, 30)


def test_a_pause_holds_the_timer():
    """The clock of the list stands with that of the run."""
    track = listed(PLANK)
    track.press(Button.PAUSE, 15)
    track.press(Button.RESUME, 115)
    assert timer(track, 120) == (ItemPart.HOLD, 15, 30)


def test_back_and_again_begin_the_timer_anew():
    """The item before without its rest, and the whole list with its moment to get ready."""
    track = listed(PLANK)
    track.mark(40)
    track.press(Button.BACK, 50)
    assert timer(track, 50) == (ItemPart.HOLD, 30, 30)
    track.press(Button.RESTART, 60)
    assert timer(track, 60) == (ItemPart.READY, 5, 5)


def test_an_undone_press_is_no_tick():
    """The timer goes on as if it had not been pressed."""
    track = listed(PLANK)
    track.mark(20)
    track.press(Button.UNDO, 22)
    assert track.session.item == 0
    assert timer(track, 25) == (ItemPart.HOLD, 10, 30)


def test_what_was_ticked_off_is_told_when_a_list_is_left():
    """The result of a list that is left early counts the sets that were done."""
    track = listed(SQUATS)
    track.mark(10)
    track.press(Button.NEXT, 20)
    (ended,) = [event for event in track.events if isinstance(event, StepEnded)]
    assert ended.items_done == 1


@pytest.mark.parametrize(
    ("place", "elapsed_s", "expected"),
    [
        (0, 4.9, ItemPart.READY),
        (0, 5.0, ItemPart.HOLD),
        (1, 59.9, ItemPart.REST),
        (1, 60.0, ItemPart.HOLD),
        (2, 0.0, None),
    ],
)
def test_the_timer_turns_at_its_bounds(place, elapsed_s, expected):
    """Get ready, hold, rest, hold; after the last set nothing."""
    made = item_timer((PLANK,), place, elapsed_s, is_rested=False)
    assert (None if made is None else made.part) == expected


def test_only_running_has_no_timer():
    """A step without a checklist has no timer."""
    assert Track(step("open", Kind.OPEN, OpenEnd())).session.item_timer(Seconds(1.0)) is None
