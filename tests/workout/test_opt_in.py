"""Rules a runner may switch on: off by default, each a gate that names itself."""

from typing import Any

import pytest

from coach.problems import AthleteProblem
from coach.quantities import Metres, Seconds
from coach.workout import edits as opting
from coach.workout import timeline as lines
from tests.workout.building import jog, steps_of, work

OptIn: Any = opting.OptIn
with_opt_in: Any = opting.with_opt_in
RED, HRV = "red minutes per km", "HRV within 3 % of the 30-day mean"


def plan(*steps, **more):
    """A timeline of such steps."""
    return lines.Timeline("Test", tuple(steps_of(*steps, **more)))


def rules(timeline):
    """The names of the gates of each step."""
    return [[gate.rule for gate in step.gates] for step in timeline.steps]


def test_nothing_is_on_by_default():
    """Without a setting the timeline is the same object, whatever is known of the athlete."""
    timeline = plan(work(), jog())
    assert with_opt_in(timeline, OptIn(), threshold_bpm=170.0) is timeline
    assert with_opt_in(timeline, OptIn(fallback_bpm=130.0), threshold_bpm=None) is timeline


def test_red_minutes_watch_every_step_that_is_run():
    """Three minutes above the threshold heart rate in a kilometre, on reps and jogs, not in a standing rest."""
    timeline = with_opt_in(
        plan(
            {"kind": "checklist", "name": "Drills", "items": [{"do": "A-skips"}]},
            work(),
            jog(),
            jog(move="stand"),
            work(),
        ),
        OptIn(red_minutes_per_km=3.0),
        threshold_bpm=170.0,
    )
    assert rules(timeline) == [[], [RED], [RED], [], [RED]]
    assert timeline.steps[1].gates[0] == lines.StepGate(
        RED,
        "during",
        "3 minutes over threshold heart rate in this kilometre: your rule says ease off",
        lines.Quantity.HEART_RATE,
        above=170.0,
        for_s=Seconds(180.0),
        per_m=Metres(1000.0),
    )


def test_hrv_is_asked_once_before_the_run():
    """The question stands on the first step; with a heart rate to fall back on it says which."""
    asked = with_opt_in(plan(work(), jog()), OptIn(hrv_within_percent=3.0), threshold_bpm=None)
    told = with_opt_in(plan(work()), OptIn(hrv_within_percent=3.0, fallback_bpm=130.0), threshold_bpm=None)
    assert rules(asked) == [[HRV], []]
    assert [(gate.when, gate.quantity) for gate in asked.steps[0].gates] == [("before", None)]
    assert asked.steps[0].gates[0].text == "Is this morning's HRV within 3 % of your 30-day mean?"
    assert told.steps[0].gates[0].text.endswith("mean? If not, run at 130 bpm today.")


def test_the_workouts_own_gates_stay():
    """The gates of the author come first."""
    own = {"rule": "soreness", "when": "before", "text": "Any pain?"}
    both = OptIn(red_minutes_per_km=1.0, hrv_within_percent=3.0)
    timeline = with_opt_in(plan(work(gates=[own])), both, threshold_bpm=170.0)
    assert rules(timeline) == [["soreness", RED, HRV]]
    assert timeline.steps[0].gates[1].text.startswith("1 minute over")


def test_a_timeline_without_steps_takes_every_rule():
    """Nothing to gate is nothing gated."""
    empty = lines.Timeline("None", ())
    both = OptIn(red_minutes_per_km=3.0, hrv_within_percent=3.0)
    assert with_opt_in(empty, both, threshold_bpm=170.0).steps == ()


def test_red_minutes_need_a_measured_threshold():
    """Without one the rule is refused, with the command that sets it."""
    with pytest.raises(AthleteProblem, match="threshold heart rate") as caught:
        with_opt_in(plan(work()), OptIn(red_minutes_per_km=3.0), threshold_bpm=None)
    assert "coach athlete set --threshold-heart-rate 170" in caught.value.hint


@pytest.mark.parametrize(
    "values",
    [
        {"red_minutes_per_km": -1.0},
        {"red_minutes_per_km": 31.0},
        {"hrv_within_percent": -3.0},
        {"hrv_within_percent": 101.0},
        {"fallback_bpm": 13.0},
        {"fallback_bpm": 1300.0},
        {"smo2_percent_below": 101.0},
        {"core_temperature_c_above": 100.4},
        {"skin_temperature_c_above": -1.0},
    ],
)
def test_numbers_nobody_can_have_are_refused(values):
    """A negative budget, or an impossible heart rate."""
    with pytest.raises(ValueError, match="must be"):
        OptIn(**values)


def test_limits_of_the_runners_own_are_caps_of_what_is_run():
    """Muscle oxygen has a floor, temperatures a top; a checklist has neither."""
    own = OptIn(smo2_percent_below=35.0, core_temperature_c_above=38.9, skin_temperature_c_above=36.0)
    drills = {"kind": "checklist", "name": "Drills", "items": [{"do": "A-skips"}]}
    timeline = with_opt_in(plan(drills, work()), own, threshold_bpm=None)
    assert timeline.steps[0].caps == ()
    assert [(cap.metric, cap.band.low, cap.band.high, cap.label) for cap in timeline.steps[1].caps] == [
        ("smo2_percent", 35.0, None, "muscle oxygen over 35 %"),
        ("core_temperature_c", None, 38.9, "core temperature under 38.9 C"),
        ("skin_temperature_c", None, 36.0, "skin temperature under 36 C"),
    ]
