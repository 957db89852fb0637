"""What the other formats write, where it is more than the table says."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from coach.athlete import athlete_from
from coach.interchange.workouts import ExportFormat
from coach.interchange.workouts.converting import WorkoutPart
from tests.interchange.workouts.exporting import (
    ALL,
    RUNNER,
    exported,
    step,
    steps_of,
    text_of,
    there_and_back,
    workout,
)

REPS = {
    "repeat": 6,
    "skip_last_recovery": True,
    "steps": [
        step(until={"distance": "800 m"}, target={"pace": {"ref": "5k"}}),
        step("recovery", until={"distance": "400 m"}),
    ],
}
SETS = {
    "repeat": 2,
    "between": step("recovery", until={"time": "3:00"}),
    "steps": [{"repeat": 5, "steps": [step(target={"pace": "4:00/km"}), step("recovery")]}],
}


def text(tree, to, athlete=RUNNER):
    """The file as text."""
    return exported(tree, to, athlete).data.decode()


def test_garmin_numbers_steps_through_the_groups_and_names_the_end_of_a_group():
    """`stepOrder` counts on, a group ends by `iterations`, and the flag leaves out its last rest."""
    tree = json.loads(text(workout(step("warm_up"), REPS), ExportFormat.GARMIN_JSON))
    warm_up, group = tree["workoutSegments"][0]["workoutSteps"]

    assert [warm_up["stepOrder"], group["stepOrder"]] == [1, 2]
    assert [each["stepOrder"] for each in group["workoutSteps"]] == [3, 4]
    assert group["endCondition"]["conditionTypeKey"] == "iterations"
    assert (group["numberOfIterations"], group["endConditionValue"]) == (6, 6.0)
    assert group["skipLastRestStep"] is True
    assert {each["childStepId"] for each in group["workoutSteps"]} == {group["childStepId"]}
    work = group["workoutSteps"][0]
    assert work["targetType"]["workoutTargetTypeKey"] == "pace.zone"
    assert work["targetValueOne"] < 1000 / 270 < work["targetValueTwo"]


def test_a_rest_between_sets_is_not_run_after_the_last_set():
    """Two sets with a rest between come to the same steps in every format."""
    for to in ALL:
        ends = re.findall(r'"time": "([\d:]+)"', text_of(there_and_back(workout(SETS), to)))
        assert ends.count("3:00") >= 2, to
        assert len(steps_of(there_and_back(workout(step("warm_up"), SETS, step("cool_down")), to))) >= 2


def test_tcx_tells_of_what_its_schema_does_not_take():
    """More than twenty steps, and more than 99 repeats, are written all the same."""
    many = workout(*[step(until={"time": f"0:{n + 10}"}) for n in range(21)])
    out = exported(many, ExportFormat.TCX)
    assert WorkoutPart.LENGTH in out.lost
    assert any("21 steps" in entry.text for entry in out.report.losses)

    (first, second) = steps_of(there_and_back(workout({"repeat": 120, "steps": [step()]}), ExportFormat.TCX))
    assert first["repeat"] + second["repeat"] == 120


def test_tcx_is_in_the_order_of_its_schema():
    """A step has its number, name, end, intensity and target in this order; the notes come behind the steps."""
    root = ET.fromstring(text(workout(REPS, notes="Even"), ExportFormat.TCX))
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    only = names[names.index("Child") : names.index("Child") + 6]

    assert only == ["Child", "StepId", "Duration", "Meters", "Intensity", "Target"]
    assert names.index("Notes") > max(n for n, name in enumerate(names) if name == "Step")


def test_zwift_has_names_of_paces_where_nobody_has_numbers():
    """Without an athlete, 5k pace is the runner's own 5k pace there, and comes back as it."""
    tree = workout(step(target={"pace": {"ref": "5k", "offset": "+4 %"}}))
    out = exported(tree, ExportFormat.ZWO, None)

    assert 'pace="1"' in out.data.decode()
    assert "thresholdSecPerKm" not in out.data.decode()
    assert not out.lost
    (node,) = steps_of(there_and_back(tree, ExportFormat.ZWO, None))
    assert node["target"] == {"pace": {"ref": "5k", "offset": "+4 %"}}


def test_zwift_does_not_mix_names_and_numbers():
    """Beside a pace in numbers a name that nobody gives is reported and kept in words."""
    tree = workout(step(target={"pace": {"ref": "5k"}}), step(target={"pace": "4:00/km"}))
    out = exported(tree, ExportFormat.ZWO, None)

    assert out.lost == {WorkoutPart.UNKNOWN_PACE}
    assert "5k pace" in out.data.decode()


def test_zwift_is_in_metres_where_the_hard_running_is():
    """Reps by distance make a file of metres; the warm-up in minutes is converted and reported with its pace."""
    out = exported(workout(step("warm_up", target={"pace": "6:00/km"}), REPS), ExportFormat.ZWO)
    body = out.data.decode()

    assert "<durationType>distance</durationType>" in body
    assert '<Warmup Duration="500"' in body
    assert any("3:00 is written as 500 m, at 6:00/km" in entry.text for entry in out.report.losses)


def test_zwift_ramps_from_the_first_speed_to_the_last():
    """`PowerLow` is where a stretch begins, also where it slows down."""
    tree = workout(step("cool_down", target={"pace": "4:00/km"}, ramp={"pace": "5:00/km"}))
    (node,) = steps_of(there_and_back(tree, ExportFormat.ZWO))

    assert (node["target"], node["ramp"]) == ({"pace": "4:00/km"}, {"pace": "5:00/km"})


def test_intervals_has_a_header_for_each_repeat():
    """Steps before and after a repeat stand under headers of their own, and are one section when they are read."""
    tree = workout(step("warm_up"), REPS, step("cool_down"))
    body = text(tree, ExportFormat.INTERVALS)

    assert (
        "\n\nMain 5x\n- 800mtr 4:30/km Pace intensity=interval\n- 400mtr intensity=recovery\n\nMain\n" in body
    )
    (section,) = there_and_back(tree, ExportFormat.INTERVALS).documents[0]["sections"]
    assert section["steps"][1]["repeat"] == 6


def test_intervals_writes_shares_of_the_threshold_for_nobody():
    """Threshold pace needs no athlete there: it is 100 % of the runner's own."""
    tree = workout(step(target={"pace": {"ref": "threshold"}}))
    out = exported(tree, ExportFormat.INTERVALS, None)

    assert "- 3m 100% Pace" in out.data.decode()
    assert not out.lost


@pytest.mark.parametrize("name", ["800 m easy", "Z2", "ramp it up", "Press lap", "4x", "10 % more"])
def test_a_name_that_would_be_read_as_a_length_or_a_target_is_said_elsewhere(name):
    """The step stays what it is, and the name is in the description."""
    tree = workout(step(name=name, until={"distance": "1000 m"}))
    out = exported(tree, ExportFormat.INTERVALS)

    assert WorkoutPart.NAME in out.lost
    (node,) = steps_of(there_and_back(tree, ExportFormat.INTERVALS))
    assert node["until"] == {"distance": "1000 m"}
    assert "target" not in node


@pytest.mark.parametrize("line", ["- 10m 80% Pace", "800 m at 90% Pace", "5x", "• 1km", "Main set 6x", "---"])
def test_a_description_is_no_step(line):
    """Texts that look like steps or repeats stay texts."""
    back = there_and_back(workout(step(), description=f"First\n{line}"), ExportFormat.INTERVALS)

    assert not back.report.losses
    (node,) = steps_of(back)
    assert node["until"] == {"time": "3:00"}


def test_texts_are_said_at_their_points():
    """Zwift and intervals.icu say a text at its second; one at a metre of a timed step is kept in words."""
    tree = workout(step(says=[{"text": "Half way", "at": "1:30"}]))
    for to in (ExportFormat.ZWO, ExportFormat.INTERVALS):
        (node,) = steps_of(there_and_back(tree, to))
        assert node["says"] == [{"text": "Half way", "at": "1:30"}]
        other = exported(workout(step(says=[{"text": "Half way", "at": "200 m"}])), to)
        assert WorkoutPart.SAYS in other.lost
        assert "Half way" in other.data.decode()


@pytest.mark.parametrize("to", ALL)
def test_letters_that_a_format_cannot_hold_do_no_harm(to):
    """Markup and letters that XML refuses come to a file that can be read."""
    tree = workout(
        step(name="a <b> & 'c' \"d\"\ufffe]]>", notes="</Step>"),
        name="<&>",
        notes="--\n- 5m",
    )
    (node, *_) = steps_of(there_and_back(tree, to))

    assert node["until"] == {"time": "3:00"}


@pytest.mark.parametrize("to", ALL)
def test_a_send_off_is_a_rest_of_what_is_left(to):
    """Laps of 1:36 every 3:06 leave a minute and a half, and the rule is said in words."""
    lap = step(until={"distance": "400 m"}, target={"pace": "4:00/km"})
    out = exported(workout({"repeat": 8, "send_off": "3:06", "steps": [lap]}), to)

    assert any("1:30 of rest" in entry.text for entry in out.report.losses)
    assert b"every 3:06" in out.data


@pytest.mark.parametrize("to", ALL)
def test_the_same_request_gives_the_same_bytes(to):
    """Nothing of the machine is in a file but the moment it was made at."""
    assert exported(workout(REPS, SETS), to).data == exported(workout(REPS, SETS), to).data


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("auto", "by itself"),
        ("press", "when you press"),
        ("movement", "when you run"),
        ({"delay": "0:30"}, "after 0:30"),
    ],
)
def test_every_start_is_said(start, words):
    """How a step starts is reported, and stands in its notes."""
    out = exported(workout(step(start=start)), ExportFormat.GARMIN_JSON)

    assert out.lost == {WorkoutPart.START}
    assert f"Starts {words}." in out.data.decode()


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"surface": "grass"}, "Where: grass."),
        ({"lap_m": 300}, "Where: laps of 300 m."),
        ({"surface": "track", "lap_m": 400, "lane": 2}, "Where: track, laps of 400 m, lane 2."),
    ],
)
def test_where_it_is_run_is_said(context, words):
    """Surface, lap and lane are in the description, whichever of them is written."""
    out = exported(workout(context=context), ExportFormat.TCX)

    assert out.lost == {WorkoutPart.SURFACE}
    assert words in out.data.decode()


def test_an_empty_context_says_nothing():
    """What is not written is not reported."""
    assert not exported(workout(context={}), ExportFormat.TCX).lost


def test_a_repeat_of_one_or_of_nothing_is_none():
    """What is run once is a step, and a repeat of questions leaves nothing but their words."""
    once = {"repeat": 1, "skip_last_recovery": True, "steps": [step(), step("recovery")]}
    asked = {"repeat": 3, "steps": [{"kind": "prompt", "question": "How was it?"}]}
    nodes = steps_of(there_and_back(workout(once, asked), ExportFormat.FIT))

    assert [node["kind"] for node in nodes] == ["work"]


def test_two_turns_without_the_last_rest_are_written_out():
    """A pair and a half has no repeat left in it."""
    twice = {"repeat": 2, "skip_last_recovery": True, "steps": [step(), step("recovery")]}

    assert [node["kind"] for node in steps_of(there_and_back(workout(twice), ExportFormat.TCX))] == [
        "work",
        "recovery",
        "work",
    ]


def test_a_hundred_repeats_are_ninety_nine_and_one():
    """TCX counts from 2 to 99; what is left over is written out."""
    first, *rest = steps_of(there_and_back(workout({"repeat": 100, "steps": [step()]}), ExportFormat.TCX))

    assert first["repeat"] == 99
    assert len(rest) == 1


def test_an_athlete_without_a_threshold_has_a_unit_all_the_same():
    """Shares of Zwift are of the fastest pace of the workout where the threshold is not known."""
    bare = athlete_from({"format": "coach-athlete/1", "slug": "x", "name": "X"}, name="x")
    tree = workout(step(target={"pace": "4:00/km"}), step(target={"pace": "5:00/km"}))
    back = there_and_back(tree, ExportFormat.ZWO, bare)

    assert [node["target"] for node in steps_of(back)] == [{"pace": "4:00/km"}, {"pace": "5:00/km"}]


@pytest.mark.parametrize(
    ("target", "to", "words"),
    [
        ({"heart_rate": "75 %max"}, ExportFormat.INTERVALS, "- 3m 75% HR"),
        ({"heart_rate": {"max": "75 %max"}}, ExportFormat.INTERVALS, "- 3m 1-75% HR"),
        ({"heart_rate": "88-92 %LTHR"}, ExportFormat.INTERVALS, "- 3m 88-92% LTHR"),
        ({"speed": "90-95 %threshold"}, ExportFormat.INTERVALS, "- 3m 90-95% Pace"),
        ({"speed": "95 %threshold"}, ExportFormat.INTERVALS, "- 3m 95% Pace"),
        ({"power": "250-270 W"}, ExportFormat.INTERVALS, "- 3m 250-270w"),
        ({"pace": {"ref": "marathon", "offset": "-3 %"}}, ExportFormat.ZWO, 'Power="1.03093" pace="4"'),
    ],
)
def test_shares_need_no_athlete_where_the_format_has_them(target, to, words):
    """What a runner of the other program has set is a share of theirs."""
    out = exported(workout(step(target=target)), to, None)

    assert words in out.data.decode()
    assert not out.lost


@pytest.mark.parametrize("offset", ["-100 %", "+900 %", "+30 s/km"])
def test_a_share_no_reader_takes_is_kept_in_words(offset):
    """A name with an offset that is no usual share of it stands in words."""
    out = exported(workout(step(target={"pace": {"ref": "5k", "offset": offset}})), ExportFormat.ZWO, None)

    assert out.lost == {WorkoutPart.UNKNOWN_PACE}
    assert f"5k {offset}" in out.data.decode()


def test_a_ramp_with_an_open_side_is_open_over_all_of_it():
    """The range of a ramp is as wide as both its ends together."""
    ramp = step(target={"pace": "4:00-5:00/km"}, ramp={"pace": {"fastest": "3:30/km"}})
    (node,) = steps_of(there_and_back(workout(ramp), ExportFormat.FIT))

    assert node["target"] == {"pace": {"fastest": "3:29/km"}}
    assert "5:00/km" in node["notes"]


def test_a_limit_nobody_gives_a_number_for_is_kept_in_words():
    """A share of a maximum that is not known is no second target."""
    capped = step(target={"pace": "4:00/km"}, caps=[{"heart_rate": "90 %reserve"}])
    out = exported(workout(capped), ExportFormat.FIT, None)

    assert out.lost == {WorkoutPart.MORE_LIMITS}
    assert b"at most 90 %reserve" in out.data


def test_a_heart_rate_end_nobody_gives_a_number_for_ends_by_the_lap_key():
    """It is reported with the fix."""
    out = exported(workout(step(until={"heart_rate_below": "60 %reserve"})), ExportFormat.GARMIN_JSON, None)

    assert out.lost == {WorkoutPart.HEART_END}
    assert "lap.button" in out.data.decode()
    assert "--athlete" in str(out.report.losses)


def test_a_name_that_is_said_elsewhere_is_said_once():
    """Eight reps of one name have one line in the description."""
    reps = {"repeat": 2, "steps": [{"repeat": 3, "steps": [step(name="3 min")]}, step("recovery")]}
    body = text(workout(reps), ExportFormat.INTERVALS)

    assert body.count("3 min") == 1


@pytest.mark.parametrize(
    ("ends", "to", "words"),
    [
        ([{"mark": True}, {"time": "15:00"}], ExportFormat.FIT, "15:00"),
        ([{"heart_rate_below": "120 bpm"}, {"mark": True}], ExportFormat.FIT, "until under 120 bpm"),
        ([{"heart_rate_below": "120 bpm"}, {"mark": True}], ExportFormat.INTERVALS, "until the mark"),
        ([{"heart_rate_below": "60 %reserve"}, {"open": True}], ExportFormat.TCX, "until the mark"),
    ],
)
def test_of_several_ends_the_one_that_is_written_is_told(ends, to, words):
    """A time or a distance first, then a heart rate where the format knows one, then the lap key."""
    out = exported(workout(step(until={"any": ends})), to, None)

    assert out.lost == {WorkoutPart.FIRST_OF}
    (loss,) = out.report.losses
    assert loss.text.endswith(f"is written as one of them, {words}")


@pytest.mark.parametrize("to", [ExportFormat.FIT, ExportFormat.TCX, ExportFormat.GARMIN_JSON])
@pytest.mark.parametrize(
    "sides", [{"min": "170 spm"}, {"max": "180 spm"}, {"min": "170 spm", "max": "180 spm"}]
)
def test_a_cadence_with_an_open_side_stays_open(to, sides):
    """Formats that count one foot and need both sides give back the side that was written."""
    (node,) = steps_of(there_and_back(workout(step(target={"cadence": sides})), to))

    assert node["target"] == {"cadence": sides}
