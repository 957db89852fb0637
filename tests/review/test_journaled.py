"""Results read from the outputs in a journal equal those of the fold of that run."""

import json
from dataclasses import replace
from typing import Any

import pytest

from coach.live.contract import encode_event
from coach.live.run import LiveRun, refold
from coach.quantities import Seconds
from coach.recording.codec import encode_output
from coach.recording.lines import sign
from coach.review.journaled import JournaledRun, journaled_run, kind_of, local_start, read_journaled_run
from coach.review.summary import summarize
from coach.session.phases import Button, Origin, Pressed
from coach.workout.kinds import HARD
from tests.golden.evenings import EVENINGS, setup_of, simulated
from tests.golden.journals import JOURNALS


def equals(read: JournaledRun, summary) -> None:
    """Compare what was read with the summary of the same outputs, to the decimals of an event."""
    assert read.time_s == (None if summary.time_s is None else pytest.approx(summary.time_s, abs=0.02))
    assert read.distance_m == (
        None
        if summary.distance is None
        else pytest.approx(summary.distance, abs=0.1 * len(summary.rows) + 0.1)
    )
    assert (read.completed, read.steps_done) == (summary.completed, summary.steps_done)
    hard = [row for row in summary.rows if row.step.kind in HARD]
    assert [rep.step_id for rep in read.reps] == [row.step.step_id for row in hard]
    for rep, row in zip(read.reps, hard, strict=True):
        assert rep.time_s == pytest.approx(row.time_s, abs=0.03)
        assert rep.distance_m == (None if row.distance is None else pytest.approx(row.distance, abs=0.1))
        assert rep.length_m == row.step.until.distance()
        assert rep.light_s == (
            None if row.light_s is None or row.time_s <= 0 else pytest.approx(row.light_s, abs=0.03)
        )
        splits = summary.splits.get(row.step.step_id, ())
        assert [split.role for split in rep.splits] == [split.role.value for split in splits]
        for split, known in zip(rep.splits, splits, strict=True):
            assert split.time_s == pytest.approx(known.time_s, abs=0.03)
    mean = summary.reps.mean_off_s
    assert read.light_s == (None if mean is None else pytest.approx(mean, abs=0.03))


def events_of(outputs):
    """The outputs as a journal has them."""
    return [encode_event(output) for output in outputs]


@pytest.mark.parametrize("evening", EVENINGS, ids=lambda each: each.name)
def test_an_evening_is_read_as_it_is_folded(evening):
    """With a pod, without one, by hand and with strides."""
    outputs = refold(LiveRun(setup_of(evening)), simulated(evening).inputs).outputs
    equals(journaled_run({}, events_of(outputs)), summarize(outputs))


@pytest.mark.parametrize(
    "button", [Button.UNDO, Button.NEXT, Button.ABANDON, Button.RESTART, Button.BACK, Button.MARK]
)
@pytest.mark.parametrize("evening", [EVENINGS[0], EVENINGS[2]], ids=lambda each: each.name)
def test_presses_are_taken_back_as_in_the_fold(evening, button):
    """Twenty presses of a button all over the run: what was undone, moved, begun again or given up is the same."""
    inputs = list(simulated(evening).inputs)
    end = inputs[-1].at
    presses = [Pressed(Seconds(end * place / 21), button, Origin.KEY) for place in range(1, 21)]
    played = sorted([*inputs[:-1], *presses], key=lambda each: each.at)
    outputs = refold(LiveRun(setup_of(evening)), [*played, inputs[-1]]).outputs
    equals(journaled_run({}, events_of(outputs)), summarize(outputs))


@pytest.mark.parametrize("golden", JOURNALS, ids=lambda each: each.name)
def test_a_journal_is_read_with_and_without_its_inputs(golden):
    """The quick way leaves the inputs unread and says the same as reading every line."""
    quick = read_journaled_run(golden.data)
    slow = read_journaled_run(golden.data + b"a torn li")
    assert quick == slow
    lines = golden.data.splitlines(keepends=True)
    damaged = b"".join([*lines[:3], b'{"out":{"event":"run_ended","time_s":1.0}}\t00000000\n', *lines[3:]])
    assert read_journaled_run(damaged) == quick


def test_a_damaged_line_costs_itself():
    """The second rep is lost with its line, and no other; without a header the rest is read."""
    lines = [sign(json.dumps({"format": "coach-journal/1", "run": "x", "workout": None}).encode())]
    for step in ("a", "b", "c"):
        lines.append(
            encode_output({"event": "step_started", "step_id": step, "kind": "work", "until": {"time_s": 60}})
        )
        lines.append(
            encode_output({"event": "step_ended", "step_id": step, "reason": "done", "time_s": 60.0})
        )
    whole = read_journaled_run(b"".join(lines))
    assert ([rep.step_id for rep in whole.reps], whole.kind, whole.time_s) == (["a", "b", "c"], "free", None)
    lines[4] = lines[4].replace(b"60.0", b"61.0")
    assert [rep.step_id for rep in read_journaled_run(b"".join(lines)).reps] == ["a", "c"]
    lines[0] = b"{}\n"
    assert [rep.step_id for rep in read_journaled_run(b"".join(lines)).reps] == ["a", "c"]
    glued = b"".join(lines).replace(b"\n", b" ", 1)
    assert [rep.step_id for rep in read_journaled_run(glued).reps] == ["a", "c"]


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\xff" * 200, b'{"out":1}\n', sign(b'{"out":[]}'), sign(b"[1]")]
)
def test_nonsense_says_nothing(data):
    """And raises nothing."""
    assert read_journaled_run(data) == replace(JournaledRun(), kind=read_journaled_run(data).kind)


def test_wrong_types_in_an_event_say_nothing():
    """A line may be whole and hold nonsense."""
    events: list[dict[str, Any]] = [
        {"event": "step_started", "step_id": 3, "kind": "work", "until": [1]},
        {"event": "step_ended", "step_id": 3, "time_s": "long", "distance_m": None, "light_s": True},
        {"event": "split", "time_s": {}},
        {"event": "answer", "question": "RPE?", "answer": "hard"},
        {"event": "boundary_moved", "step_id": "3", "to_s": "now"},
        {"event": "undone"},
    ]
    read = journaled_run({"workout": 7, "athlete": [], "wall_epoch": "noon"}, events[:-1])
    assert (read.time_s, read.distance_m, read.effort, read.started) == (None, None, None, "")
    assert [(rep.time_s, rep.length_m) for rep in read.reps] == [(0.0, None)]
    assert journaled_run({}, events).reps == read.reps


def test_the_start_is_in_the_zone_of_the_run():
    """Epoch and offset are in the header; what no calendar has is not known."""
    assert local_start({"wall_epoch": 1.7e9, "utc_offset_s": 32400}) == "2023-11-15T07:13:20+09:00"
    assert local_start({"wall_epoch": 1.7e9}) == "2023-11-14T22:13:20+00:00"
    assert local_start({"wall_epoch": 1e30}) == ""
    assert local_start({"wall_epoch": 1.7e9, "utc_offset_s": 10**9}) == ""


def test_the_kind_is_what_the_workout_trains():
    """Without a workout it is free; without a tag it is empty."""
    assert kind_of(None) == "free"
    assert kind_of({"tags": {"system": "threshold"}}) == "threshold"
    assert [kind_of(each) for each in ({}, {"tags": 1}, {"tags": {"system": 1}}, 5)] == [""] * 4


def test_the_last_resumption_counts():
    """An end that was taken back is none; how hard it was is the last answer to such a question."""
    ended = {"event": "run_ended", "completed": True, "steps_done": 4, "time_s": 100.0, "distance_m": 400.0}
    question = {"event": "answer", "question": "RPE, 1 to 10?", "answer": 7}
    read = journaled_run({}, [ended, {"event": "resumed", "run_s": 90.0}, question, question | {"answer": 8}])
    assert (read.completed, read.time_s, read.distance_m, read.effort) == (False, 90.0, None, 8)
    assert journaled_run({}, [ended]).distance_m == 400.0
