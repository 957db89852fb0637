"""Workouts in Training Center XML."""

import pytest

from coach.interchange.workouts import Format, ReportKind
from coach.interchange.workouts.converting import import_workout
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places

MINUTE = '<Duration xsi:type="Time_t"><Seconds>60</Seconds></Duration>'
NONE = '<Target xsi:type="None_t"/>'


def _step(
    duration: str = MINUTE, target: str = NONE, name: str = "", intensity: str = "Active", tag: str = "Step"
) -> str:
    named = f"<Name>{name}</Name>" if name else ""
    return f'<{tag} xsi:type="Step_t">{named}{duration}<Intensity>{intensity}</Intensity>{target}</{tag}>'


def _tcx(*steps: str, more: str = "", sport: str = "Running") -> str:
    return (
        '<TrainingCenterDatabase xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Workouts>'
        f'<Workout Sport="{sport}"><Name>It</Name>{"".join(steps)}{more}</Workout></Workouts></TrainingCenterDatabase>'
    )


@pytest.mark.parametrize(
    ("name", "intensity", "kind"),
    [
        ("Warm-up", "Active", "warm_up"),
        ("Cool down", "Resting", "cool_down"),
        ("Anything", "Resting", "recovery"),
        ("", "Active", "work"),
    ],
)
def test_kinds_come_from_intensities_and_names(name, intensity, kind):
    """Two intensities make work and recovery; warm-up and cool-down are known by their names."""
    steps, report = imported(_tcx(_step(name=name, intensity=intensity)))

    assert steps[0]["kind"] == kind
    assert steps[0].get("name", "") == name
    assert lost(report) == []


def _beats(kind: str, value: str, unit: str = "HeartRateInBeatsPerMinute_t") -> str:
    return f'<Duration xsi:type="{kind}"><HeartRate xsi:type="{unit}"><Value>{value}</Value></HeartRate></Duration>'


@pytest.mark.parametrize(
    ("duration", "until"),
    [
        ('<Duration xsi:type="Distance_t"><Meters>400</Meters></Duration>', {"distance": "400 m"}),
        ('<Duration xsi:type="UserInitiated_t"/>', {"mark": True}),
        (_beats("HeartRateAbove_t", "150"), {"heart_rate_above": "150 bpm"}),
        (_beats("HeartRateBelow_t", "70", "HeartRateAsPercentOfMax_t"), {"heart_rate_below": "70 %max"}),
    ],
)
def test_durations_are_ends(duration, until):
    """Each duration our documents know means the same there."""
    steps, report = imported(_tcx(_step(duration)))

    assert steps[0]["until"] == until
    assert lost(report) == []


@pytest.mark.parametrize(
    "duration",
    [
        "",
        '<Duration xsi:type="Moon_t"/>',
        "<Duration/>",
        '<Duration xsi:type="HeartRateAbove_t"/>',
        '<Duration xsi:type="Time_t"><Seconds>soon</Seconds></Duration>',
    ],
)
def test_durations_we_cannot_count_are_marks(duration):
    """A duration of a kind we lack, or without a number, becomes a mark and is reported."""
    steps, report = imported(_tcx(_step(duration)))

    assert steps[0]["until"] == {"mark": True}
    assert len(places(report)) == 1


def test_a_step_of_no_length_is_left_out():
    """Zero seconds are not run."""
    zero = '<Duration xsi:type="Time_t"><Seconds>0</Seconds></Duration>'
    steps, report = imported(_tcx(_step(zero), _step()))

    assert len(steps) == 1
    assert len(places(report)) == 1


def _zone(inner: str, kind: str) -> str:
    return f'<Target xsi:type="HeartRate_t"><HeartRateZone xsi:type="{kind}">{inner}</HeartRateZone></Target>'


def _value(name: str, value: int, unit: str = "HeartRateInBeatsPerMinute_t") -> str:
    return f'<{name} xsi:type="{unit}"><Value>{value}</Value></{name}>'


CUSTOM = "CustomHeartRateZone_t"
PERCENT = "HeartRateAsPercentOfMax_t"


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("", None),
        ("<Target/>", None),
        (
            _zone(_value("Low", 140) + _value("High", 150), CUSTOM),
            {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}},
        ),
        (
            _zone(_value("Low", 70, PERCENT) + _value("High", 80, PERCENT), CUSTOM),
            {"heart_rate": {"min": "70 %max", "max": "80 %max"}},
        ),
        (
            '<Target xsi:type="Cadence_t"><Low>85</Low><High>90</High></Target>',
            {"cadence": {"min": "170 spm", "max": "180 spm"}},
        ),
    ],
)
def test_targets_mean_the_same(target, made):
    """A target with numbers is understood; cadence counts one foot."""
    steps, report = imported(_tcx(_step(target=target)))

    assert steps[0].get("target") == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (_zone("<Number>3</Number>", "PredefinedHeartRateZone_t"), ReportKind.APPROXIMATED),
        (_zone("<Number>x</Number>", "PredefinedHeartRateZone_t"), ReportKind.DROPPED),
        (_zone(_value("Low", 140), CUSTOM), ReportKind.DROPPED),
        (_zone(_value("Low", 140) + _value("High", 80, PERCENT), CUSTOM), ReportKind.DROPPED),
        ('<Target xsi:type="HeartRate_t"/>', ReportKind.DROPPED),
        ('<Target xsi:type="Speed_t"/>', ReportKind.DROPPED),
        ('<Target xsi:type="Speed_t"><SpeedZone xsi:type="CustomSpeedZone_t"/></Target>', ReportKind.DROPPED),
        (
            (
                '<Target xsi:type="Speed_t"><SpeedZone xsi:type="PredefinedSpeedZone_t"><Number>3</Number>'
                "</SpeedZone></Target>"
            ),
            ReportKind.APPROXIMATED,
        ),
        ('<Target xsi:type="Moon_t"/>', ReportKind.DROPPED),
        ('<Target xsi:type="Cadence_t"><Low>170</Low><High>180</High></Target>', ReportKind.APPROXIMATED),
    ],
)
def test_targets_that_are_not_all_there_are_told(target, found):
    """A zone of the watch is approximated, a target that says too little dropped; both with their line."""
    _, report = imported(_tcx(_step(target=target)))

    (entry,) = report.losses
    assert entry.kind is found
    assert "(line 1)" in entry.where


def test_repeats_nest():
    """A repeat may hold a repeat; its count is read, an impossible one reported."""
    inner = f'<Child xsi:type="Repeat_t"><Repetitions>4</Repetitions>{_step(tag="Child")}</Child>'
    outer = f'<Step xsi:type="Repeat_t"><Repetitions>3</Repetitions>{inner}{_step(tag="Child")}</Step>'
    broken = f"<Step><Repetitions>lots</Repetitions>{_step(tag='Child')}</Step>"
    steps, report = imported(_tcx(outer, broken))

    assert (steps[0]["repeat"], steps[0]["steps"][0]["repeat"]) == (3, 4)
    assert steps[1] == {"kind": "work", "until": {"time": "1:00"}}
    assert len(places(report)) == 1


def test_dates_and_extensions_are_told():
    """A scheduled day is not kept, and the report says which."""
    _, report = imported(
        _tcx(_step(), more="<ScheduledOn>2026-05-01</ScheduledOn><Extensions/><Notes>Why</Notes>")
    )

    assert [entry.text for entry in report.losses] == ["ScheduledOn: 2026-05-01", "Extensions"]


def test_several_workouts_in_one_file():
    """Each workout of a file is a document."""
    one = _tcx(_step())
    inner = one[one.index("<Workout ") : one.index("</Workouts>")]
    found = import_workout(one.replace("</Workouts>", f"{inner}</Workouts>").encode(), name="it")

    assert [document["name"] for document in found.documents] == ["It", "It"]


def test_more_workouts_than_anybody_has_are_refused():
    """Two hundred workouts are the most."""
    one = _tcx(_step())
    inner = one[one.index("<Workout ") : one.index("</Workouts>")]

    with pytest.raises(WorkoutProblem, match="more than 200"):
        imported(one.replace("</Workouts>", f"{inner * 200}</Workouts>"))


def test_a_recording_is_refused():
    """A TCX file of activities has no workout, and the way to see it is named."""
    with pytest.raises(WorkoutProblem, match="activities") as caught:
        imported("<TrainingCenterDatabase><Activities/></TrainingCenterDatabase>")
    assert "coach replay" in caught.value.hint


def test_another_root_is_refused():
    """A name inside the text does not make it TCX."""
    with pytest.raises(WorkoutProblem, match="not a workout file in a known format"):
        imported("<x><!-- <TrainingCenterDatabase> --></x>")
    with pytest.raises(WorkoutProblem, match="is not a TCX file"):
        imported("<x><!-- <TrainingCenterDatabase> --></x>", source=Format.TCX)
