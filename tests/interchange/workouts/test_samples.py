"""Every public workout file imports with the right totals, and its report names what was lost.

The totals were added up by hand from the files themselves.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from coach.interchange.workouts import ReportKind
from coach.interchange.workouts.converting import Imported, import_workout
from coach.workout.document import document_from, outline
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, HeartRateEnd, MarkEnd, TimeEnd, Timeline


@dataclass(frozen=True)
class Sums:
    """What the steps of a workout add up to, repeats written out."""

    steps: int
    seconds: float
    metres: float
    by_mark: int = 0
    by_heart_rate: int = 0


def timelines(imported: Imported) -> list[Timeline]:
    """The workouts, written out."""
    return [outline(document_from(document, name="it")) for document in imported.documents]


def sums(timeline: Timeline) -> Sums:
    """Add a workout up."""
    ends = [end for step in timeline.steps for end in step.until.ends]
    return Sums(
        len(timeline.steps),
        sum(end.seconds for end in ends if isinstance(end, TimeEnd)),
        sum(end.metres for end in ends if isinstance(end, DistanceEnd)),
        sum(isinstance(end, MarkEnd) for end in ends),
        sum(isinstance(end, HeartRateEnd) for end in ends),
    )


def losses(imported: Imported, found: ReportKind) -> list[tuple[str, str]]:
    """Places and sentences of what was approximated or dropped."""
    return [(entry.where, entry.text) for entry in imported.report.of(found)]


EXPECTED = {
    # 180 + 6 x (60 + 60) + 3 x (30 + 30) + 120 s, which is what the file itself estimates
    "garminconnect_sample_workout.json": (Sums(20, 1200, 0), 0, 0),
    "kaiord_WorkoutEdgeCasesInput.gcn": (Sums(1, 0, 1000), 1, 0),
    # 600 s; 400 m; 3 x (4 x (400 + 200 m) + 180 s); two by lap button and one by calories
    "kaiord_WorkoutRunningNestedRepeatsInput.gcn": (Sums(32, 1140, 7600, by_mark=3), 1, 1),
    # 300 + 3 x (60 + 90) + 300 s of rest and warm-up, and six exercises
    "kaiord_WorkoutStrengthRepsInput.gcn": (Sums(14, 1050, 0), 1, 0),
    "kaiord_WorkoutHeartRateTargets.tcx": (Sums(3, 2100, 0), 2, 0),
    "kaiord_WorkoutMixedDurations.tcx": (Sums(6, 300, 1000, by_mark=2, by_heart_rate=2), 1, 1),
    # 600 + 5 x (240 + 120) + 300 s, written for cycling
    "kaiord_WorkoutRepeatBlocks.tcx": (Sums(12, 2700, 0), 2, 1),
    "kaiord_WorkoutSpeedTargets.tcx": (Sums(3, 180, 2400), 0, 0),
    # 600 + 4 x (240 + 150) + 600 s
    "nene_run-4-min-threshold.zwo": (Sums(10, 2760, 0), 4, 0),
    # 620 + 8 x 20 + 7 x 60 + 600 s
    "nene_run-anaerobic.zwo": (Sums(17, 1800, 0), 0, 0),
}
"""Sums, approximations and drops of each file."""

FIT_EXPECTED = {
    "workout_individual_steps.fit": (Sums(4, 60, 1000, by_heart_rate=1), 5, 0),
    # 60 s + 3 x (500 + 500 m) + down to 125 bpm
    "workout_repeat_steps.fit": (Sums(8, 60, 3000, by_heart_rate=1), 5, 0),
    # the same, repeated until the heart rate is up, which no document says
    "workout_repeat_until_hr.fit": (Sums(4, 60, 1000, by_heart_rate=1), 5, 1),
    "workout_custom_targets.fit": (Sums(4, 60, 1000, by_heart_rate=1), 1, 0),
    # 900 + 2 x (5 x (10 + 180) + 300) + 600 s
    "workout_10x10s_strides_smartrec.fit": (Sums(24, 4000, 0), 0, 0),
    # 600 + 9 x (120 + 120) + 600 s
    "workout_9x2min_pace_target_smartrec.fit": (Sums(20, 3360, 0), 0, 0),
    # 20 x (400 m + 90 s) were planned, of which ten were run
    "workout_10x400m_90s_smartrec.fit": (Sums(40, 1800, 8000), 0, 0),
}


def _holds(path: Path, expected: tuple[Sums, int, int]) -> Imported:
    imported = import_workout(path.read_bytes(), name=path.name)
    (timeline,) = timelines(imported)
    approximated, dropped = losses(imported, ReportKind.APPROXIMATED), losses(imported, ReportKind.DROPPED)
    assert (sums(timeline), len(approximated), len(dropped)) == expected, imported.report.lines()
    assert all(where for where, _ in approximated + dropped)
    return imported


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_has_the_right_totals(shared_data, name):
    """The totals are those of the file, and the report has as many losses as the file has traps."""
    _holds(shared_data / "workouts" / name, EXPECTED[name])


@pytest.mark.parametrize("name", FIT_EXPECTED)
def test_a_fit_sample_has_the_right_totals(shared_data, name):
    """The totals of FIT workout files, and of workouts inside recordings, are those of the file."""
    _holds(shared_data / "recordings" / name, FIT_EXPECTED[name])


def test_every_sample_is_in_these_tests(shared_data):
    """No public workout file is forgotten here."""
    there = {file.name for file in (shared_data / "workouts").iterdir()}
    assert there == {*EXPECTED, "README.md", "intervals_icu_running_catalogue.md"}
    assert {file.name for file in (shared_data / "recordings").glob("workout_*.fit")} == set(FIT_EXPECTED)


CATALOGUE = [
    ("Easy Run", 45 * 60, 0),
    ("Recovery Run", 30 * 60, 0),
    ("Tempo Run", 40 * 60, 0),
    ("Tempo Intervals", (10 + 3 * 12 + 10) * 60, 0),
    ("Cruise Intervals", (15 + 10) * 60 + 4 * (300 + 90), 0),
    ("Threshold Run", 45 * 60, 0),
    ("800m Repeats", 25 * 60, 800 + 5 * 1200),
    ("Hill Repeats", 20 * 60 + 8 * 165, 0),
    ("400m Repeats", 25 * 60, 8 * 800),
    ("Long Run", 90 * 60, 0),
    ("Progressive Long Run", 90 * 60, 0),
    ("Long Run with Tempo", 90 * 60, 0),
    ("Easy Run with Strides", 30 * 60 + 6 * 60, 0),
    ("Fartlek", (10 + 22 + 10) * 60, 0),
]


def test_the_catalogue_is_fourteen_workouts(shared_data):
    """A Markdown page of fenced intervals.icu texts comes out as one document each, `800m` as metres."""
    data = (shared_data / "workouts" / "intervals_icu_running_catalogue.md").read_bytes()
    imported = import_workout(data, name="the catalogue")

    found = [
        (timeline.name, total.seconds, total.metres)
        for timeline in timelines(imported)
        if (total := sums(timeline))
    ]

    assert found == CATALOGUE
    unclear = [where for where, text in losses(imported, ReportKind.APPROXIMATED) if "read as metres" in text]
    assert unclear == [f"line {number}" for number in (113, 114, 117, 118, 153, 154)]
    assert losses(imported, ReportKind.DROPPED) == []
    assert imported.documents[2]["description"] == "Sustained comfortably hard effort."


def test_what_the_catalogue_calls_minutes_can_be_insisted_on(shared_data):
    """With `--durations seconds` every `m` of the text is minutes, and nothing about it is approximated."""
    data = (shared_data / "workouts" / "intervals_icu_running_catalogue.md").read_bytes()
    imported = import_workout(data, name="the catalogue", durations="seconds")

    assert sums(timelines(imported)[8]) == Sums(18, 1500 + 8 * 800 * 60, 0)
    assert not any(
        "read as" in text and "m" in text[:6] for _, text in losses(imported, ReportKind.APPROXIMATED)
    )


def test_a_heart_rate_end_stays_one(shared_data):
    """A step that ends by heart rate still does, from the side the file says."""
    data = (shared_data / "workouts" / "kaiord_WorkoutMixedDurations.tcx").read_bytes()
    (timeline,) = timelines(import_workout(data, name="it"))

    ends = [step.until.ends[0] for step in timeline.steps]

    assert ends[4:] == [HeartRateEnd(160, below=False), HeartRateEnd(120, below=True)]


def test_a_lost_end_is_named_with_its_line(shared_data):
    """An end by calories becomes a mark, and the report names the line and the amount."""
    data = (shared_data / "workouts" / "kaiord_WorkoutMixedDurations.tcx").read_bytes()
    ((where, text),) = losses(import_workout(data, name="it"), ReportKind.DROPPED)

    assert where.endswith("Step[4]/Duration[1] (line 47)")
    assert "100 kcal" in text


def test_the_second_target_is_a_limit(shared_data):
    """A secondary heart-rate target becomes a limit beside the pace."""
    data = (shared_data / "workouts" / "kaiord_WorkoutRunningNestedRepeatsInput.gcn").read_bytes()
    imported = import_workout(data, name="it")

    step = imported.documents[0]["sections"][1]["steps"][2]

    assert step["target"] == {"pace": "4:10-4:46/km"}
    assert step["caps"] == [{"heart_rate": {"min": "160 bpm", "max": "175 bpm"}}]


def test_strength_becomes_checklists_and_rests(shared_data):
    """Exercises are checklist entries with their reps, rests keep their time, and none becomes a jog."""
    data = (shared_data / "workouts" / "kaiord_WorkoutStrengthRepsInput.gcn").read_bytes()
    (timeline,) = timelines(import_workout(data, name="it"))

    assert [step.kind for step in timeline.steps[1:5]] == [Kind.CHECKLIST, Kind.RECOVERY] * 2
    assert [step.items[0].reps for step in timeline.steps if step.items] == [10, 15] * 3
    assert {step.move for step in timeline.steps if step.kind is Kind.RECOVERY} == {"stand"}


def test_shares_of_a_reference_pace_are_shares_of_speed(shared_data):
    """115 % of the 5 km *speed* is a pace 13 % shorter; a warm-up from 65 to 80 % is a ramp."""
    data = (shared_data / "workouts" / "nene_run-anaerobic.zwo").read_bytes()
    (warm_up,), (sprint, *_), _ = (
        section["steps"] for section in import_workout(data, name="it").documents[0]["sections"]
    )

    assert sprint["target"] == {"pace": {"ref": "5k", "offset": "-13 %"}}
    assert warm_up["target"] == {"pace": {"ref": "5k", "offset": "+53.8 %"}}
    assert warm_up["ramp"] == {"pace": {"ref": "5k", "offset": "+25 %"}}
