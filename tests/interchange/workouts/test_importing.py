"""Rules of every format: detection by content, bounds, reports, and documents of our own."""

import json
from typing import Any

import pytest

from coach.interchange.workouts import FORMATS, MOST_REPORTED, Format, LossReport, Reporter, ReportKind
from coach.interchange.workouts.builder import (
    heart_rate,
    join_last_turns,
    one_line,
    pace_target,
    prose,
    time_end,
)
from coach.interchange.workouts.converting import format_of, import_workout, read_workout, reader_of
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places

STEP = {
    "stepType": {"stepTypeKey": "interval"},
    "endCondition": {"conditionTypeKey": "time"},
    "endConditionValue": 60,
}
OURS = {
    "format": "coach-workout/1",
    "name": "Ours",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "1:00"}}]}],
}


def _garmin(*steps: Any, **more: Any) -> dict[str, Any]:
    sport = {"sportTypeKey": "running"}
    return {"sportType": sport, "workoutSegments": [{"sportType": sport, "workoutSteps": list(steps)}]} | more


def _group(*steps: Any, count: int = 2) -> dict[str, Any]:
    return {"type": "RepeatGroupDTO", "numberOfIterations": count, "workoutSteps": list(steps)}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x0e\x20\x00\x00\x00\x00\x00\x00.FIT", Format.FIT),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<workout_file/>", Format.ZWO),
        (b"<TrainingCenterDatabase/>", Format.TCX),
        (b"<gpx/>", None),
        (b'{"workoutSegments": []}', Format.GARMIN),
        (b'{"com.garmin.connect.workout.json.UserWorkoutJson": {}}', Format.GARMIN),
        (b'{"structure": []}', Format.TRAININGPEAKS),
        (b'[{"workout_doc": {}}]', Format.INTERVALS),
        ('{"steps": []}'.encode("utf-16"), Format.INTERVALS),
        ('{"steps": []}'.encode("utf-32"), Format.INTERVALS),
        ('{"steps": []}'.encode("utf-16-le"), Format.INTERVALS),
        ('{"steps": []}'.encode("utf-16-be"), Format.INTERVALS),
        (b'{"steps": [', None),
        (b'{"inner": {"steps": []}}', None),
        (b'"steps"', None),
        (b'["steps"]', None),
        (b'{"format": "other", "steps": []}', None),
        (b'{"nothing": 1}', None),
        (b"# Page\n\n- 10m Z2 HR\n", Format.INTERVALS),
        (b"- milk\n- bread\n", None),
        (b"\x00\x01\x02\x03 - 10m \x04\x05", None),
        (b"", None),
        (json.dumps(OURS).encode(), None),
    ],
)
def test_a_format_is_told_by_what_the_file_holds(data, found):
    """No name is needed, and a document of ours or damage of any kind is no foreign format."""
    assert format_of(data) is found


def test_every_format_has_a_row_and_a_reader():
    """Every value of `--from` names a format that is detected and read."""
    assert set(FORMATS) == set(Format)
    for each in Format:
        assert callable(reader_of(each).looks_like)
        assert callable(reader_of(each).read)


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\x00" * 8])
def test_an_empty_file_is_refused(data):
    """A file of nothing is named as such."""
    with pytest.raises(WorkoutProblem, match="is empty"):
        import_workout(data, name="it")


def test_a_file_over_one_megabyte_is_refused():
    """The bound is 1 MB, whatever is in it."""
    with pytest.raises(WorkoutProblem, match="larger than 1 MB"):
        import_workout(b"- 10m\n" * 200_000, name="it")


@pytest.mark.parametrize("source", [Format.GARMIN, Format.ZWO])
def test_what_is_no_text_is_refused(source):
    """Bytes that are no text are named as such, whatever format is given."""
    with pytest.raises(WorkoutProblem, match="not a text file"):
        import_workout(bytes(range(32)) * 4, name="it", source=source)


def test_json_that_is_none_is_named_with_its_line():
    """A comma too few is a problem with line and column."""
    with pytest.raises(WorkoutProblem, match=r"not JSON: .* at line 2, column"):
        import_workout(b'{"workoutSegments": [\n}', name="it", source=Format.GARMIN)


def test_damaged_json_of_anybody_is_named_with_its_place():
    """A file cut short is no unknown one: where it ends is reported, also where nobody says what it should be."""
    for data in (b'{"workoutName": "Tue', b'{"workoutSegments": [\n}'):
        with pytest.raises(
            WorkoutProblem, match=r"^it: this is not JSON: (?!.* at at ).* at line \d, column"
        ) as caught:
            import_workout(data, name="it")
        assert "Is the file complete" in caught.value.hint


def test_a_list_without_a_run_names_its_entries():
    """A calendar of races and days off gives a reason for each entry; of many the first are named."""
    race = {"category": "RACE_A", "name": "City", "start_date_local": "2026-05-01"}
    with pytest.raises(WorkoutProblem, match="none of its 5 entries") as caught:
        import_workout(json.dumps([race] * 5).encode(), name="it")
    assert '[2] "City": its category is RACE_A, which is not a workout; and 2 more' in caught.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 5000, "nested more than"),
        ("[" + "1," * 450_000 + "1]", "more values than any workout"),
        ('{"steps": ' + "9" * 5000 + "}", "far too long"),
        ("[]", "at most 200"),
        ("[1]", "at most 200"),
        ("7", "at most 200"),
    ],
)
def test_json_beyond_any_workout_is_refused(text, words):
    """Bombs of brackets, commas and digits are problems, and so is JSON of another shape."""
    with pytest.raises(WorkoutProblem, match=words):
        import_workout(text.encode(), name="it", source=Format.GARMIN)


def test_a_key_written_twice_is_told():
    """Of two equal keys the last counts, and the report says which key it is."""
    text = json.dumps(_garmin(STEP)).replace(
        '"endConditionValue": 60', '"endConditionValue": 60, "endConditionValue": 90'
    )
    steps, report = imported(text)

    assert steps[0]["until"] == {"time": "1:30"}
    assert '"endConditionValue" is written twice' in lost(report)[0]


def test_windows_1252_is_read_and_told():
    """Bytes that are not UTF-8 are read as Windows-1252; nothing is lost by it."""
    data = json.dumps(_garmin(STEP, workoutName="Häns"), ensure_ascii=False).encode("cp1252")
    found = import_workout(data, name="it")

    assert found.documents[0]["name"] == "Häns"
    assert next(entry.where for entry in found.report.of(ReportKind.UNDERSTOOD)) == "line 1"
    assert found.report.losses == ()


def test_ten_thousand_steps_are_the_most():
    """Ten thousand steps are imported in lists of a thousand; one more is refused, also by repeats."""
    found = import_workout(json.dumps({"steps": [{"duration": 60}] * 10_000}).encode(), name="it")

    assert [len(section["steps"]) for section in found.documents[0]["sections"]] == [1000] * 10
    with pytest.raises(WorkoutProblem, match="it has 10001 steps"):
        import_workout(json.dumps({"steps": [{"duration": 60}] * 10_001}).encode(), name="it")
    with pytest.raises(WorkoutProblem, match="it has 20000 steps"):
        imported(_garmin(_group(STEP, STEP, count=10_000)))


def test_repeats_nested_deeper_than_documents_allow_are_refused():
    """Eight repeats within each other are imported, nine refused."""
    step: Any = STEP
    for _ in range(8):
        step = _group(step)
    steps, _ = imported(_garmin(step))

    assert steps[0]["repeat"] == 2
    with pytest.raises(WorkoutProblem, match="nested more than 8 deep"):
        imported(_garmin(_group(step)))


def test_a_repeat_of_more_than_a_thousand_steps_is_refused():
    """A list inside a repeat cannot be cut, so it is refused."""
    with pytest.raises(WorkoutProblem, match="more than 1000 steps"):
        imported(_garmin(_group(*[STEP] * 1001)))


def test_more_sections_than_a_document_takes_are_joined():
    """A text of 101 sections becomes one section, and the report says so."""
    steps, report = imported("\n".join(f"Part {n}\n- 1m\n" for n in range(101)))

    assert len(steps) == 101
    assert any("joined" in text for text in lost(report))


def test_a_description_too_long_is_cut_and_told():
    """Four thousand characters of description are kept."""
    found = import_workout(json.dumps(_garmin(STEP, description="word " * 2000)).encode(), name="it")

    assert len(found.documents[0]["description"]) <= 4000
    assert "description" in found.report.losses[0].text


def test_texts_are_made_harmless():
    """Control characters and directions become blanks; other values than texts are empty."""
    assert one_line("a\x1b[2J\u202eb\n c") == "a [2J b c"
    assert prose("a\nb\x00c") == "a\nb c"
    assert prose(["x"]) == one_line(7) == ""


def test_strict_refuses_a_loss_and_names_it():
    """With `strict` the first losses are named and nothing comes out; a file without a loss passes."""
    zoned = STEP | {"targetType": {"workoutTargetTypeKey": "heart.rate.zone"}}
    zones = [zoned | {"zoneNumber": zone, "endConditionValue": 60 + zone} for zone in range(1, 6)]
    ends = [
        STEP | {"endCondition": {"conditionTypeKey": "calories"}, "endConditionValue": 10 + n}
        for n in range(5)
    ]
    with pytest.raises(WorkoutProblem, match="cannot be imported without loss: approximated") as caught:
        imported(_garmin(*zones, *ends), strict=True)
    assert "And 4 more." in caught.value.hint
    with pytest.raises(WorkoutProblem) as caught:
        imported(_garmin(ends[0]), strict=True)
    assert caught.value.hint == "Without --strict it is imported with these losses."
    assert imported(_garmin(STEP), strict=True)[0]


def test_a_step_with_a_loss_is_not_called_understood():
    """The report lists a step as understood only if nothing of it was lost."""
    lossy = STEP | {"endCondition": {"conditionTypeKey": "calories"}}
    _, report = imported(_garmin(STEP, lossy, STEP))

    assert places(report, ReportKind.UNDERSTOOD) == [f"workoutSegments[0].workoutSteps[{n}]" for n in (0, 2)]


def test_report_lines_join_what_is_alike():
    """The same sentence at several places is one line with a count; a long report is cut."""
    reporter = Reporter("Test")
    for n in range(MOST_REPORTED + 5):
        reporter.dropped(f"line {n}", "the same" if n % 2 else f"other {n}")
    reporter.dropped("line 1", "the same")
    report = reporter.report()

    assert report.lines(most=3)[0] == f"Test: 0 parts understood, {MOST_REPORTED + 5} lost or changed."
    assert (
        report.lines(most=3)[2] == f"  dropped: line 1: the same (and {MOST_REPORTED // 2 - 1} more like it)"
    )
    assert report.lines(most=3)[-1].startswith("  ... and ")
    assert report.as_json()["more_losses"] == 5
    assert len(report.as_json()["dropped"]) == MOST_REPORTED


def test_a_report_without_a_loss():
    """A report that lost nothing is one line, and says so."""
    reporter = Reporter("Test")
    reporter.understood("line 1", "a step")
    reporter.understood("line 1", "a step")

    assert reporter.report().lines() == ["Test: 1 part understood, nothing lost or changed."]
    assert reporter.report().as_json() == {
        "format": "Test",
        "understood": [{"where": "line 1", "text": "a step"}],
        "approximated": [],
        "dropped": [],
    }


def test_one_loss_is_counted_in_the_singular():
    """One loss is one loss."""
    reporter = Reporter("Test")
    reporter.approximated("", "the whole")

    assert reporter.report().lines() == [
        "Test: 0 parts understood, 1 is lost or changed.",
        "  approximated: the whole",
    ]
    assert isinstance(reporter.report(), LossReport)


def test_a_document_of_ours_is_imported_as_it_is():
    """Our own document passes through whole; a damaged one is a problem with its place."""
    found = import_workout(json.dumps(OURS).encode(), name="it")

    assert found.documents == (OURS,)
    assert found.report.losses == ()
    with pytest.raises(WorkoutProblem, match="sections"):
        import_workout(b'{"format": "coach-workout/1", "name": "x"}', name="it")


def test_any_workout_can_be_read():
    """`read_workout` gives ours without a report, a foreign one with its own, and refuses several or none."""
    document, report = read_workout(json.dumps(OURS).encode(), name="it")
    assert (document.name, report) == ("Ours", None)

    document, report = read_workout(b"- 10m Z2 HR", name="it")
    assert report is not None
    assert len(report.losses) == 1
    with pytest.raises(WorkoutProblem, match="holds 2 workouts"):
        read_workout(b"```\n- 1m\n```\n```\n- 1m\n```", name="it")
    with pytest.raises(WorkoutProblem, match="not a workout file in a known format"):
        read_workout(b"<gpx/>", name="it")
    with pytest.raises(WorkoutProblem, match="not JSON"):
        read_workout(b"hello", name="it")


def test_a_number_among_words_is_no_length():
    """A bare number is not taken for a length."""
    steps, _ = imported("- Do 4 of them 10m")

    assert steps[0]["until"] == {"time": "10:00"}
    assert steps[0]["name"] == "Do 4 of them"


def test_a_workout_too_large_for_a_document_is_refused():
    """More steps than a document may hold are refused in words about the file."""
    step = {"duration": 60, "text": "x" * 70, "pace": {"value": 90, "units": "%pace"}}
    data = json.dumps({"target": "PACE", "steps": [step] * 7000}, separators=(",", ":")).encode()

    with pytest.raises(WorkoutProblem, match="it: the result is not a valid workout: the file is larger"):
        import_workout(data, name="it")


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.0001, float("inf"), float("nan"), 1e12])
def test_a_time_no_step_can_take_is_no_end(seconds):
    """Zero, nothing a clock can show, infinity and more than a day's run give no end, and no traceback."""
    assert time_end(seconds) is None


WORK, JOG, FLOAT = (
    {"kind": "work", "until": {"distance": "800 m"}},
    {"kind": "recovery", "until": {"time": "2:00"}},
    {"kind": "float", "until": {"distance": "200 m"}},
)


@pytest.mark.parametrize("rest", [JOG, FLOAT])
def test_a_last_turn_without_its_rest_is_of_the_repeat(rest):
    """Five pairs and the first half of a sixth are six, the last rest left out; nested ones too."""
    six = {"repeat": 6, "steps": [WORK, rest], "skip_last_recovery": True}

    assert join_last_turns([{"repeat": 5, "steps": [WORK, rest]}, WORK, JOG]) == [six, JOG]
    inner = [{"repeat": 5, "steps": [WORK, rest]}, WORK, JOG]
    assert join_last_turns([{"repeat": 2, "steps": inner}]) == [{"repeat": 2, "steps": [six, JOG]}]


@pytest.mark.parametrize(
    "steps",
    [
        [{"repeat": 5, "steps": [WORK, JOG]}, WORK | {"name": "Last"}],
        [{"repeat": 5, "steps": [JOG, WORK]}, JOG],
        [{"repeat": 5, "steps": [WORK, JOG], "skip_last_recovery": True}, WORK],
        [{"repeat": 5, "steps": [WORK]}, WORK],
        [WORK, JOG, WORK],
    ],
)
def test_what_is_another_step_stays_one(steps):
    """A last rep that differs in anything, or a repeat that does not end with a rest, is not joined."""
    assert join_last_turns(steps) == steps


def test_a_side_nobody_can_be_beyond_is_open():
    """The last values that documents take are no sides; values beyond them are still refused."""
    assert pace_target(0.278, 4.0) == {"pace": {"fastest": "4:10/km"}}
    assert pace_target(3.0, 12.5) == {"pace": {"slowest": "5:34/km"}}
    assert heart_rate(30, 150, "bpm") == {"heart_rate": {"max": "150 bpm"}}
    assert heart_rate(120, 240, "bpm") == {"heart_rate": {"min": "120 bpm"}}
    assert heart_rate(20, 150, "bpm") is None
    assert heart_rate(30, 30, "bpm") == {"heart_rate": "30 bpm"}
