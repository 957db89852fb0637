"""Two logs of one recording are compared, cue by cue."""

from hypothesis import given
from hypothesis import strategies as st

from coach.review.comparison import CueChange, compare_cues, count_changes, event_of_difference


def step(step_id="s1"):
    """The start of a step."""
    return {"event": "step_started", "at_s": 0.0, "step_id": step_id, "path": f"Main / {step_id}"}


def cue(at, kind="too_slow", text="A little faster.", **more):
    """A cue."""
    return {"event": "cue", "at_s": at, "kind": kind, "text": text, **more}


def changes(before, after):
    """The changes of the cues, in order."""
    return [one.change for one in compare_cues(before, after)]


def test_the_same_log_has_no_difference():
    """A log against itself is the same throughout."""
    log = [step(), cue(10.0), cue(50.0)]
    assert changes(log, log) == [CueChange.SAME, CueChange.SAME]


def test_a_cue_said_at_another_time_moved():
    """Within twenty seconds it is the same cue, sooner or later."""
    assert changes([step(), cue(30.0)], [step(), cue(22.0)]) == [CueChange.SOONER]
    assert changes([step(), cue(30.0)], [step(), cue(50.0)]) == [CueChange.LATER]


def test_beyond_a_silence_it_is_another_cue():
    """A cue more than twenty seconds away is a new one, and the old one is gone."""
    assert changes([step(), cue(30.0)], [step(), cue(50.1)]) == [CueChange.GONE, CueChange.NEW]


def test_other_words_at_the_same_moment_are_told():
    """A cue reworded, or no longer spoken, is neither the same nor gone."""
    assert changes([step(), cue(30.0)], [step(), cue(30.0, text="Faster.")]) == [CueChange.REWORDED]
    assert changes([step(), cue(30.0)], [step(), cue(30.0, spoken=False)]) == [CueChange.REWORDED]


def test_the_same_words_pair_before_the_nearest():
    """A countdown's "Two." pairs with "Two.", though "One." is nearer."""
    before = [step(), cue(8.0, "countdown", "Two."), cue(9.0, "countdown", "One.")]
    after = [step(), cue(9.0, "countdown", "Two."), cue(10.0, "countdown", "One.")]
    assert changes(before, after) == [CueChange.LATER, CueChange.LATER]


def test_cues_of_other_steps_never_pair():
    """A cue that moves from one rep to the next is gone in the first and new in the second."""
    before = [step("s1"), cue(30.0), step("s2")]
    after = [step("s1"), step("s2"), cue(31.0)]
    assert changes(before, after) == [CueChange.GONE, CueChange.NEW]


def test_counts_leave_out_what_did_not_happen():
    """Every change is counted; a change that did not happen is not there."""
    found = compare_cues([step(), cue(10.0), cue(60.0)], [step(), cue(10.0), cue(100.0, "too_fast")])
    assert count_changes(found) == {CueChange.SAME: 1, CueChange.GONE: 1, CueChange.NEW: 1}


def test_a_difference_as_an_event_leaves_out_the_missing_side():
    """A new cue has no `before`, and no key is null."""
    (one,) = compare_cues([step()], [step(), cue(10.0)])
    assert event_of_difference(one) == {
        "change": "new",
        "after": {
            "at_s": 10.0,
            "step_id": "s1",
            "kind": "too_slow",
            "text": "A little faster.",
            "spoken": True,
        },
    }


_LOG = st.lists(
    st.tuples(
        st.integers(0, 3000).map(lambda tenths: tenths / 10),
        st.sampled_from(["too_slow", "too_fast"]),
        st.sampled_from(["a", "b"]),
    ),
    max_size=8,
)


@given(_LOG, _LOG)
def test_every_cue_of_both_sides_is_told_once(left, right):
    """Nothing is lost and nothing doubled: each cue stands on its side of exactly one difference."""
    before = [step(), *(cue(*one) for one in sorted(left))]
    after = [step(), *(cue(*one) for one in sorted(right))]
    found = compare_cues(before, after)
    assert sorted(one.before.at for one in found if one.before) == sorted(at for at, *_ in left)
    assert sorted(one.after.at for one in found if one.after) == sorted(at for at, *_ in right)
