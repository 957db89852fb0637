"""Edits of a workout by the runner or coach during a run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.quantities import Metres, Seconds
from coach.workout.kinds import Kind
from coach.workout.timeline import free_run
from tests.workout.building import EASY, compile_workout, document, edits, jog, work

COOL = {"kind": "cool_down", "until": {"any": [{"mark": True}, {"time": "10:00"}]}}
PACED = work({"distance": "1000 m"}, target={"pace": "4:00/km"})


def timeline(*steps, **more):
    """A compiled workout."""
    return compile_workout(document(*steps, **more), None)


def sets(**more):
    """Warm-up, three kilometres with a jog between, cool-down."""
    return timeline(EASY, {"repeat": 3, "steps": [PACED, jog()], **more}, COOL)


def kinds(plan):
    """The kinds of the steps in short."""
    return [str(step.kind.value) for step in plan.steps]


def test_a_step_is_extended_by_what_it_ends_by():
    """A distance step grows by metres, a timed one by seconds, a capped one by its cap."""
    plan = timeline(PACED, jog(), jog({"mark": True, "cap": "3:00"}), {"kind": "open"})
    assert edits.extend(plan, 0, metres=Metres(100)).steps[0].until.distance() == 1100
    assert edits.extend(plan, 1, seconds=Seconds(30)).steps[1].until.time() == 90
    assert edits.extend(plan, 2, seconds=Seconds(30)).steps[2].until.cap_s == 210
    assert edits.extend(plan, 3, seconds=Seconds(30)) is None
    assert edits.extend(timeline(COOL), 0, seconds=Seconds(30)).steps[0].until.time() == 630
    assert edits.extend(plan, 0, seconds=Seconds(30)) is None
    assert edits.extend(plan, 9, seconds=Seconds(30)) is None


def test_each_edit_is_the_next_revision_and_the_old_one_stays():
    """The timeline before is not touched; the name made from the length follows it."""
    plan = sets()
    longer = edits.extend(plan, 1, metres=Metres(100))
    assert (plan.revision, longer.revision) == (0, 1)
    assert plan.steps[1].until.distance() == 1000
    assert longer.steps[1].name == "1100 m"
    assert longer.steps[1].step_id == plan.steps[1].step_id
    assert longer.steps[2:] == plan.steps[2:]


def test_a_rep_is_added_at_the_end_of_its_set():
    """A fourth rep follows the third, with a name of its own, and every rep now counts to four."""
    plan = edits.add_rep(sets(), 3)
    assert kinds(plan) == ["warm_up", *["work", "recovery"] * 4, "cool_down"]
    assert {step.of for step in plan.steps if step.rep} == {4}
    assert plan.steps[7].path == "Main / rep 4 of 4 / work"
    assert plan.steps[1].path == "Main / rep 1 of 4 / work"
    assert len({step.step_id for step in plan.steps}) == len(plan.steps)
    assert plan.steps[7].optional


def test_an_added_rep_brings_the_recovery_that_was_skipped():
    """Where the set ends with work, the recovery comes before the new rep, also of a recovery between."""
    for plan in (
        sets(skip_last_recovery=True),
        timeline(EASY, {"repeat": 3, "steps": [PACED], "between": jog()}, COOL),
    ):
        longer = edits.add_rep(plan, 1)
        assert kinds(longer) == ["warm_up", *["work", "recovery"] * 3, "work", "cool_down"]
        assert [step.rep for step in longer.steps[1:-1]] == [1, 1, 2, 2, 3, 3, 4]


def test_a_rep_added_to_a_send_off_keeps_its_slot():
    """The rest to the slot and the slot of the new rep are there."""
    plan = edits.add_rep(timeline({"repeat": 2, "send_off": "6:00", "steps": [PACED]}), 0)
    assert [step.send_off_s for step in plan.steps] == [360, None, 360, None, 360]


def test_a_rep_is_added_to_the_inner_set_only():
    """In sets of reps the set under way grows, not its neighbours."""
    inner = {"repeat": 2, "steps": [work(), jog()]}
    plan = edits.add_rep(timeline({"repeat": 2, "steps": [inner]}), 5)
    assert [step.path for step in plan.steps if step.kind is Kind.WORK] == [
        "Main / set 1 of 2 / rep 1 of 2 / work",
        "Main / set 1 of 2 / rep 2 of 2 / work",
        "Main / set 2 of 2 / rep 1 of 3 / work",
        "Main / set 2 of 2 / rep 2 of 3 / work",
        "Main / set 2 of 2 / rep 3 of 3 / work",
    ]


def test_the_last_rep_is_dropped_with_the_recovery_before_it():
    """A set that ends with work still does after the last rep is dropped."""
    plan = edits.drop_rep(sets(skip_last_recovery=True), 1)
    assert kinds(plan) == ["warm_up", "work", "recovery", "work", "cool_down"]
    assert {step.of for step in plan.steps if step.rep} == {2}
    assert kinds(edits.drop_rep(sets(), 1)) == ["warm_up", *["work", "recovery"] * 2, "cool_down"]


def test_a_rep_under_way_or_past_is_not_dropped():
    """In the last rep there is nothing left to drop, and outside a set never was."""
    plan = sets()
    assert edits.drop_rep(plan, 5) is None
    assert edits.drop_rep(plan, 0) is None
    assert edits.add_rep(plan, 0) is None
    assert edits.add_rep(free_run(), 0) is None


def test_in_a_recovery_the_next_rep_can_go_but_the_recovery_stays():
    """Dropping the last rep while in the recovery before it keeps that recovery, which is under way."""
    plan = edits.drop_rep(sets(skip_last_recovery=True), 4)
    assert kinds(plan) == ["warm_up", "work", "recovery", "work", "recovery", "cool_down"]


def test_add_and_drop_undo_each_other():
    """A rep added and dropped again leaves the steps as they were."""
    plan = sets(skip_last_recovery=True)
    assert edits.drop_rep(edits.add_rep(plan, 1), 1).steps == plan.steps


def ranged(**more):
    """Two to four reps with a jog, then a cool-down."""
    return timeline({"repeat": {"min": 2, "max": 4}, "steps": [PACED, jog()], **more}, COOL)


@pytest.mark.parametrize(
    ("more", "index", "left"),
    [
        ({}, 0, ["work", "recovery", "work", "recovery", "cool_down"]),
        ({}, 4, ["work", "recovery"] * 3 + ["cool_down"]),
        ({"skip_last_recovery": True}, 0, ["work", "recovery", "work", "cool_down"]),
        ({"skip_last_recovery": True}, 2, ["work", "recovery", "work", "cool_down"]),
        ({"skip_last_recovery": True}, 3, ["work", "recovery", "work", "recovery", "cool_down"]),
        ({"skip_last_recovery": True}, 4, ["work", "recovery", "work", "recovery", "work", "cool_down"]),
    ],
)
def test_a_range_ends_after_the_rep_under_way_or_its_minimum(more, index, left):
    """After reps are left out the range looks as if it had been that short from the start; the current rest stays."""
    plan = edits.enough(ranged(**more), index)
    assert kinds(plan) == left
    assert {step.of for step in plan.steps if step.rep} == {left.count("work")}
    assert plan.steps[0].path.startswith(f"Main / rep 1 of {left.count('work')}")


def test_a_range_of_sets_ends_after_its_set():
    """The set under way is finished, the jog to the next one is left out."""
    inner = {"repeat": 2, "steps": [PACED, jog()]}
    between = {"kind": "recovery", "until": {"time": "3:00"}}
    plan = timeline({"repeat": {"min": 1, "max": 4}, "steps": [inner], "between": between}, COOL)
    index = next(place for place, step in enumerate(plan.steps) if "set 2 of 4 / rep 1" in step.path)
    fewer = edits.enough(plan, index)
    assert kinds(fewer) == [*["work", "recovery"] * 2, "recovery", *["work", "recovery"] * 2, "cool_down"]
    assert fewer.steps[index].path == "Main / set 2 of 2 / rep 1 of 2 / work"


def test_enough_needs_a_range_with_more_to_come():
    """In the last turn, after it, and where the count is fixed there is nothing to leave out."""
    assert edits.enough(ranged(), 6) is None
    assert edits.enough(ranged(), 8) is None
    assert edits.enough(ranged(), 99) is None
    assert edits.enough(sets(), 1) is None
    once = edits.enough(ranged(), 0)
    assert edits.enough(once, 0) is None


def test_a_rep_added_to_a_range_can_be_left_out_again():
    """A fifth rep belongs to the range as well."""
    longer = edits.add_rep(ranged(), 0)
    assert kinds(longer).count("work") == 5
    assert kinds(edits.enough(longer, 2)).count("work") == 2
    assert kinds(edits.enough(longer, 6)).count("work") == 4


def test_remaining_reps_are_shortened_by_a_fifth():
    """The rep under way and the recoveries keep their length, the later reps lose a fifth."""
    plan = edits.shorten(sets(), 1)
    assert [step.until.distance() for step in plan.steps if step.kind is Kind.WORK] == [1000, 800, 800]
    assert plan.steps[3].name == "800 m"
    timed = edits.shorten(timeline({"repeat": 2, "steps": [work({"time": "3:00"})]}), 0)
    assert [step.until.time() for step in timed.steps] == [180, 145]


def test_reps_are_not_shortened_away():
    """Under a hundred metres there is nothing left to take."""
    assert edits.shorten(timeline({"repeat": 3, "steps": [work({"distance": "100 m"})]}), 0) is None
    assert edits.shorten(sets(), 5) is None
    assert edits.shorten(timeline({"repeat": 3, "steps": [work({"mark": True})]}), 0) is None


def test_targets_shift_by_seconds_a_lap():
    """Two seconds per 400 m turn 4:00/km into 4:05/km, from this rep on and for work alone."""
    plan = timeline(PACED, jog(target={"pace": "6:00/km"}), PACED)
    slower = edits.shift_targets(plan, 1, 2.0)
    assert 1000 / slower.steps[2].target.band.aim == pytest.approx(245)
    assert slower.steps[2].target.label == "4:05/km"
    assert slower.steps[:2] == plan.steps[:2]
    again = edits.shift_targets(slower, 1, -2.0)
    assert again.steps[2].target.band.aim == pytest.approx(plan.steps[2].target.band.aim)


def test_an_effort_day_scales_every_pace_to_come():
    """Five per cent slower: every pace from here on, ranges and miles kept as they were written."""
    plan = timeline(work(target={"pace": "3:50-4:10/km"}), jog(target={"pace": "10:00/mile"}), COOL)
    slower = edits.scale_paces(plan, 0, lambda _: 5)
    assert [step.target.label for step in slower.steps[:2]] == ["4:02-4:22/km", "10:30/mile"]
    assert edits.scale_paces(plan, 2, lambda _: 5) is None
    assert edits.scale_paces(plan, 0, lambda _: -100) is None


def test_ramps_and_bounds_move_too():
    """Both ends of a ramp move, and an open bound stays open."""
    ramped = edits.scale_paces(
        timeline(work(target={"pace": "5:00/km"}, ramp={"pace": "4:00/km"})), 0, lambda _: 10
    )
    assert ramped.steps[0].target.label == "5:30/km to 4:24/km"
    bound = edits.scale_paces(timeline(work(target={"pace": {"fastest": "4:00/km"}})), 0, lambda _: 10)
    assert bound.steps[0].target.label == "no faster than 4:24/km"
    assert bound.steps[0].target.band.low is None


def test_no_target_leaves_what_is_possible():
    """A pace is not shifted beyond the fastest sprint or below a crawl."""
    plan = timeline(work(target={"pace": "1:25/km"}))
    assert edits.shift_targets(plan, 0, -30) is None
    assert edits.shift_targets(plan, 0, -40) is None
    assert edits.shift_targets(timeline(work(target={"effort": "hard"})), 0, 1) is None


def test_the_next_cool_down_is_found():
    """The next cool-down is found from any step before it; from the cool-down itself there is none."""
    plan = sets()
    assert edits.cool_down_index(plan, 0) == 7
    assert edits.cool_down_index(plan, 7) is None
    assert edits.cool_down_index(free_run(), 0) is None


def test_marks_are_found_anew_after_an_edit():
    """A rep longer by 100 m ends at another mark, and the next begins there."""
    plan = timeline(PACED, jog(), PACED, context={"surface": "track"})
    longer = edits.extend(plan, 0, metres=Metres(100))
    assert [(step.start_mark, step.finish_mark) for step in longer.steps] == [
        ("A", "300"),
        ("", ""),
        ("300", "100"),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "drop", "short", "shift", "scale", "more"]), st.integers(0, 12))
    )
)
@settings(max_examples=100, deadline=None)
def test_any_row_of_edits_keeps_the_timeline_sound(row):
    """After any edits the steps before the current one are unchanged, ids are unique and reps count to their number."""
    plan = sets(skip_last_recovery=True)
    act = {
        "add": edits.add_rep,
        "drop": edits.drop_rep,
        "enough": edits.enough,
        "short": edits.shorten,
        "shift": lambda plan, i: edits.shift_targets(plan, i, 2.0),
        "scale": lambda plan, i: edits.scale_paces(plan, i, lambda _: -3.0),
        "more": lambda plan, i: edits.extend(plan, i, metres=Metres(100)),
    }
    for name, index in row:
        edited = act[name](plan, index)
        if edited is None:
            continue
        assert edited.revision == plan.revision + 1
        before = slice(0, min(index, len(plan.steps)))
        assert [step.step_id for step in edited.steps[before]] == [
            step.step_id for step in plan.steps[before]
        ]
        assert len({step.step_id for step in edited.steps}) == len(edited.steps)
        counted = [step.rep for step in edited.steps if step.kind is Kind.WORK]
        assert counted == list(range(1, len(counted) + 1))
        assert {step.of for step in edited.steps if step.rep} == {len(counted)}
        plan = edited
