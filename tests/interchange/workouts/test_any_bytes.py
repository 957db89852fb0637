"""Any bytes give a document that loads or a problem of the workout."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.interchange.workouts import Format
from coach.interchange.workouts.converting import import_workout, read_workout
from coach.problems import WorkoutProblem
from coach.workout.document import document_from

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data"

MODERATE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

NUMBERS = st.one_of(
    st.integers(-3, 2000),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0, 1e12, -1, 0.25, 4.0, "12", "x", None, True]),
)
KEYS = st.sampled_from(
    [
        "running",
        "time",
        "distance",
        "heart.rate",
        "lap.button",
        "reps",
        "iterations",
        "no.target",
        "pace.zone",
        "heart.rate.zone",
        "cadence",
        "power.zone",
        "warmup",
        "interval",
        "rest",
        "repeat",
        "cooldown",
        "second",
        "meter",
        "repetition",
        "rest",
        "active",
        "warmUp",
    ]
)
VALUES = st.one_of(NUMBERS, KEYS, st.text(max_size=8))
WORDS = [
    "workoutSegments",
    "workoutSteps",
    "sportType",
    "sportTypeKey",
    "stepType",
    "stepTypeKey",
    "endCondition",
    "conditionTypeKey",
    "endConditionValue",
    "endConditionCompare",
    "targetType",
    "workoutTargetTypeKey",
    "targetValueOne",
    "targetValueTwo",
    "zoneNumber",
    "numberOfIterations",
    "skipLastRestStep",
    "stepOrder",
    "groupId",
    "parentGroupId",
    "endConditionTypeKey",
    "targetTypeKey",
    "structure",
    "steps",
    "length",
    "value",
    "unit",
    "targets",
    "minValue",
    "maxValue",
    "intensityClass",
    "openDuration",
    "type",
    "primaryIntensityMetric",
    "workout_doc",
    "duration",
    "reps",
    "pace",
    "hr",
    "power",
    "start",
    "end",
    "units",
    "ramp",
    "text",
    "until_lap_press",
]


def objects(inner: st.SearchStrategy) -> st.SearchStrategy:
    """Lists and objects with the keys of the formats."""
    return st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=9))


TREES = st.recursive(VALUES, objects, max_leaves=40)
ELEMENTS = st.sampled_from(
    [
        "workout",
        "Warmup",
        "Cooldown",
        "SteadyState",
        "IntervalsT",
        "FreeRide",
        "MaxEffort",
        "textevent",
        "Workouts",
        "Workout",
        "Step",
        "Child",
        "Duration",
        "Seconds",
        "Meters",
        "Repetitions",
        "Target",
        "HeartRateZone",
        "SpeedZone",
        "Low",
        "High",
        "Value",
        "Name",
        "Intensity",
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            "Duration",
            "Power",
            "PowerLow",
            "PowerHigh",
            "pace",
            "Repeat",
            "OnDuration",
            "OffDuration",
            "OnPower",
            "OffPower",
            "Cadence",
            "timeoffset",
            "distoffset",
            "message",
            "type",
            "Sport",
        ]
    ),
    st.one_of(
        st.integers(-5, 4000).map(str),
        st.sampled_from(
            [
                "0.75",
                "1.1",
                "nan",
                "inf",
                "x",
                "Time_t",
                "Distance_t",
                "HeartRateBelow_t",
                "Speed_t",
                "Repeat_t",
                "Running",
            ]
        ),
    ),
    max_size=6,
)
LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "Warmup", "Main set 4x", "3x", "Cooldown", "```", "## Tempo"]),
        st.builds(
            "- {} {} {}".format,
            st.sampled_from(["", "Steady", "4x", "Press lap", "10m"]),
            st.sampled_from(
                ["10m", "800m", "0s", "1km", "5:00", "1h30m", "5'30\"", "99999999h", "2mi", "0m"]
            ),
            st.sampled_from(
                [
                    "80% Pace",
                    "Z2 HR",
                    "Z9 HR",
                    "5:00/km Pace",
                    "0:00/km",
                    "ramp 60-80%",
                    "90rpm",
                    "RPE 7",
                    "Z3-Z5 Pace",
                ]
            ),
        ),
        st.text(max_size=20),
    ),
    max_size=12,
)


def held(data: bytes, source: Format | None = None) -> None:
    """Import, and hold whatever comes out to the promise."""
    try:
        imported = import_workout(data, name="the file", source=source)
    except WorkoutProblem:
        return
    assert imported.documents
    for document in imported.documents:
        assert document_from(json.loads(json.dumps(document)), name="the file").workout.sections
    assert all(entry.text.strip() for entry in imported.report.entries)


@cache
def samples() -> tuple[bytes, ...]:
    """The public files, none of them large."""
    files = [*SAMPLES.glob("workouts/*"), *SAMPLES.glob("recordings/workout_*.fit")]
    return tuple(file.read_bytes() for file in sorted(files) if file.stat().st_size < 10_000)


@pytest.mark.parametrize("source", [None, *Format])
@MODERATE
@given(data=st.binary(max_size=200))
def test_random_bytes_are_a_problem_at_most(source, data):
    """Bytes of no format raise nothing but a problem, whatever format is named."""
    held(data, source)
    held(data[:8] + b".FIT" + data[8:], source)


@MODERATE
@given(source=st.sampled_from([Format.GARMIN, Format.TRAININGPEAKS, Format.INTERVALS]), tree=TREES)
def test_json_of_the_right_words_is_a_problem_at_most(source, tree):
    """JSON made of the formats' own words in any order loads, or is a problem."""
    held(json.dumps(tree).encode(), source)


@MODERATE
@given(steps=st.lists(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=9), max_size=4))
def test_steps_of_the_right_words_are_a_problem_at_most(steps):
    """Steps of any shape inside a well-formed file load, or are a problem."""
    held(json.dumps({"workoutSegments": [{"workoutSteps": steps}]}).encode())
    held(json.dumps({"workoutSteps": steps, "sportTypeKey": "running"}).encode())
    held(json.dumps({"structure": {"structure": steps, "primaryIntensityMetric": "rpe"}}).encode())
    held(json.dumps({"workout_doc": {"steps": steps}}).encode())


@st.composite
def xml(draw, depth=3):
    """An element with the names of the formats."""
    name, attributes = draw(ELEMENTS), draw(ATTRIBUTES)
    inner = (
        draw(st.lists(xml(depth=depth - 1), max_size=3))
        if depth
        else [draw(st.sampled_from(["", "60", "x", "&"]))]
    )
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inner)}</{name}>"


@MODERATE
@given(root=st.sampled_from(["workout_file", "TrainingCenterDatabase"]), parts=st.lists(xml(), max_size=4))
def test_xml_of_the_right_words_is_a_problem_at_most(root, parts):
    """XML made of the formats' own elements in any order loads, or is a problem."""
    inner = "".join(parts)
    held(f"<{root}><sportType>run</sportType><workout>{inner}</workout></{root}>".encode())
    held(f"<{root}><Workouts><Workout Sport='Running'>{inner}</Workout></Workouts></{root}>".encode())


@MODERATE
@given(lines=LINES)
def test_lines_of_the_right_words_are_a_problem_at_most(lines):
    """Lines of intervals.icu in any order load, or are a problem."""
    held("\n".join(lines).encode(), Format.INTERVALS)
    held("\n".join(["```", *lines, "```"]).encode(), Format.INTERVALS)


@MODERATE
@given(data=st.data())
def test_damaged_samples_are_a_problem_at_most(data):
    """A public file with bytes changed, taken out or cut off loads, or is a problem."""
    sample = bytearray(data.draw(st.sampled_from(samples())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(sample) - 1))
        how = data.draw(st.sampled_from(["change", "drop", "double", "cut"]))
        if how == "change":
            sample[at] = data.draw(st.integers(0, 255))
        elif how == "drop":
            del sample[at : at + data.draw(st.integers(1, 30))]
        elif how == "double":
            sample[at:at] = sample[at : at + data.draw(st.integers(1, 200))]
        else:
            del sample[at + 1 :]
        if not sample:
            break
    held(bytes(sample))
    with suppress(WorkoutProblem):
        assert read_workout(bytes(sample), name="the file")[0].workout.sections
