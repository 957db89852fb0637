"""TrainingPeaks' structure JSON."""

import json
from typing import Any

import pytest

from coach.interchange.workouts import ReportKind
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places


def _step(
    value: Any = 60, unit: str = "second", low: Any = None, high: Any = None, **more: Any
) -> dict[str, Any]:
    targets = [{"minValue": low, "maxValue": high}] if low or high else []
    length = {"value": value, "unit": unit}
    return {"name": "", "length": length, "targets": targets, "intensityClass": "active"} | more


def _block(*steps: Any, times: Any = 1, kind: str = "step") -> dict[str, Any]:
    return {"type": kind, "length": {"value": times, "unit": "repetition"}, "steps": list(steps)}


def _workout(*blocks: Any, metric: str = "percentOfThresholdPace", **more: Any) -> dict[str, Any]:
    inner = {"structure": list(blocks), "primaryLengthMetric": "duration", "primaryIntensityMetric": metric}
    return {"title": "It", "workoutTypeValueId": 3, "structure": inner} | more


@pytest.mark.parametrize(
    ("length", "until"),
    [
        ((90, "second"), {"time": "1:30"}),
        ((2, "minute"), {"time": "2:00"}),
        ((1, "hour"), {"time": "1:00:00"}),
        ((400, "meter"), {"distance": "400 m"}),
        ((1, "kilometer"), {"distance": "1000 m"}),
        ((1, "mile"), {"distance": "1609.344 m"}),
    ],
)
def test_lengths(length, until):
    """Each unit of length means the same in our document."""
    steps, report = imported(_workout(_block(_step(*length))))

    assert steps[0]["until"] == until
    assert lost(report) == []


def test_repetitions_and_kinds():
    """A repetition repeats its steps; the intensity classes are kinds."""
    steps, report = imported(
        _workout(
            _block(_step(600, intensityClass="warmUp")),
            _block(_step(240), _step(120, intensityClass="rest"), times=4, kind="repetition"),
            _block(_step(600, intensityClass="coolDown", name="Home", notes="slowly")),
        )
    )

    assert [step.get("kind") for step in steps] == ["warm_up", None, "cool_down"]
    assert steps[1]["repeat"] == 4
    assert [step["kind"] for step in steps[1]["steps"]] == ["work", "recovery"]
    assert (steps[2]["name"], steps[2]["notes"]) == ("Home", "slowly")
    assert lost(report) == []


@pytest.mark.parametrize(
    ("metric", "low", "high", "target"),
    [
        ("percentOfThresholdPace", 95, 105, {"speed": {"min": "95 %threshold", "max": "105 %threshold"}}),
        ("percentOfThresholdPace", 95, None, {"speed": "95 %threshold"}),
        ("percentOfThresholdHr", 85, 90, {"heart_rate": {"min": "85 %lthr", "max": "90 %lthr"}}),
        ("percentOfMaxHr", 75, 75, {"heart_rate": "75 %max"}),
        ("rpe", 6, 7, {"effort": "RPE 6-7"}),
        ("watts", 250, 260, {"power": {"min": "250 W", "max": "260 W"}}),
        ("heartRate", 140, 150, {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
    ],
)
def test_intensities(metric, low, high, target):
    """Shares of a threshold, numbers and perceived effort are understood."""
    steps, report = imported(_workout(_block(_step(low=low, high=high)), metric=metric))

    assert steps[0]["target"] == target
    assert lost(report) == []


def test_power_is_kept_as_words_and_unknown_metrics_are_dropped():
    """A share of threshold power is words; a metric nobody knows is dropped; both with their place."""
    _, power = imported(_workout(_block(_step(low=80, high=90)), metric="percentOfFtp"))
    _, other = imported(_workout(_block(_step(low=80, high=90)), metric="phaseOfTheMoon"))

    where = ["structure.structure[0].steps[0].targets[0]"]
    assert places(power, ReportKind.APPROXIMATED) == places(other) == where


def test_second_targets_and_cadence_are_limits():
    """Strides per minute count one foot and become a limit; a target without numbers is none."""
    targets: list[Any] = [
        {"minValue": 85, "maxValue": 90, "unit": "roundOrStridePerMinute"},
        {"minValue": 90, "maxValue": 100},
        {"minValue": 80, "maxValue": 85},
        {},
        "x",
    ]
    steps, report = imported(_workout(_block(_step(targets=targets))))

    assert steps[0]["target"] == {"speed": {"min": "90 %threshold", "max": "100 %threshold"}}
    assert steps[0]["caps"][0] == {"cadence": {"min": "170 spm", "max": "180 spm"}}
    assert len(places(report)) == 1


def test_open_steps():
    """An open step ends by a mark; the length it was planned for is reported."""
    steps, report = imported(_workout(_block(_step(openDuration=True), _step(None, openDuration=True))))

    assert [step["until"] for step in steps] == [{"mark": True}] * 2
    assert places(report) == ["structure.structure[0].steps[0]"]


@pytest.mark.parametrize("step", [_step(5, "furlong"), _step(None), _step(None, "meter"), _step(5, "")])
def test_lengths_without_sense_are_marks(step):
    """A length without a number or of an unknown unit becomes a mark and is reported."""
    steps, report = imported(_workout(_block(step)))

    assert steps[0]["until"] == {"mark": True}
    assert len(places(report)) == 1


def test_what_was_decided_is_told():
    """An unknown class of intensity is work, an unknown type of block is read as it stands, zero is left out."""
    steps, report = imported(
        _workout(
            _block(_step(intensityClass="other"), _step(0), kind="rampUp"), _step(30, intensityClass=None)
        )
    )

    assert len(steps) == 2
    assert len(places(report, ReportKind.APPROXIMATED)) == 3
    assert len(places(report)) == 1


def test_the_structure_may_be_a_list():
    """The structure without its head is a list of blocks; the metric stands beside it then."""
    tree = {
        "workoutType": "run",
        "primaryIntensityMetric": "rpe",
        "structure": [_block(_step(low=5, high=5)), _block(_step(), times="many")],
    }
    steps, report = imported(tree)

    assert steps[0]["target"] == {"effort": "RPE 5"}
    assert places(report) == ["structure[1]"]


def test_other_sports():
    """Swimming is refused; of a bike workout the times stay."""
    with pytest.raises(WorkoutProblem, match="another sport"):
        imported(_workout(_block(_step()), workoutTypeValueId=1))
    steps, _ = imported(_workout(_block(_step(low=80, high=90)), workoutTypeValueId=2))
    assert "target" not in steps[0]


def test_a_step_that_is_no_object_is_refused():
    """A step that is a number is named with its place."""
    with pytest.raises(WorkoutProblem, match=r"structure\.structure\[0\]\.steps\[0\]"):
        imported(_workout(_block(7)))


def test_the_structure_may_be_a_text():
    """The structure as JSON inside a text is read, and what is not JSON there is refused."""
    tree = _workout(_block(_step(low=90, high=95)))
    steps, report = imported(tree | {"structure": json.dumps(tree["structure"])})

    assert steps[0]["target"] == {"speed": {"min": "90 %threshold", "max": "95 %threshold"}}
    assert lost(report) == []
    with pytest.raises(WorkoutProblem, match="not JSON"):
        imported(tree | {"structure": "{"})
