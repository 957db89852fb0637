"""The review of real recordings and of golden journals: plausible totals, and nothing printed without its formula."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.app.playback import RecordingRequest, load_recording
from coach.app.reviews import ReviewedRun, fold, review_folded
from coach.app.terminal import SILENT
from coach.cli.group import root
from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.edge.settings import Settings
from coach.gatt.running_speed_cadence import TreadmillData
from coach.live.contract import Input
from coach.live.run import TimedOutput
from coach.quantities import MetresPerSecond, Seconds, signed
from coach.review import lessons, measures
from coach.review.formulas import COLUMNS, FORMULAS, UNITS, formula_lines
from coach.review.review import (
    KnownRate,
    Outcome,
    Review,
    ReviewValue,
    Runner,
    RunnerNotes,
    Standing,
)
from coach.review.reviewer import EarlierFactor, RunRecord, record_of, review_of
from coach.review.sections import (
    SECTION_ROWS,
    cue_table,
    explanation,
    formula_names,
    outcome_text,
    profile_lines,
    review_lines,
    review_tree,
    section_lines,
    sections,
    sensor_table,
    step_table,
    value_text,
)
from coach.review.summary import RepRow, summarize
from coach.signals.config import LearntFactor
from coach.signals.readings import (
    INCLINE,
    Characteristic,
    Notified,
    Reported,
    SensorChanged,
    SensorState,
    Source,
)
from coach.workout.kinds import HARD
from coach.workout.timeline import Context, EndConditions, MarkEnd
from tests.review.recordings import JOURNALS, NAMES, RACER, SHARED, folded, reviewed

TOTALS = {
    # seconds, metres, mean heart rate, steps, TRIMP, Edwards, grade-adjusted load, easy share, kilometres
    "hr_only_wrist_gaps.fit": (1242, 3619, 168, 1, 47, 73, None, 0.13, 0),
    "intervals_11x80s_1hz.gpx": (1246, 2817, 150, 1, 40, 73, 12, 0.54, 3),
    "intervals_fenix6x_stryd_4xhalfmile.fit": (1586, 5533, 171, 1, 83, 122, 36, 0.05, 6),
    "long_fenix5x_stryd_7pauses.fit": (6598, 18656, 160, 1, 270, 438, 98, 0.15, 19),
    "outdoor_stryd_speed_source.fit": (4735, 12241, 120, 1, 71, 145, 60, 1.0, 13),
    "run_walk_intervals_rundouble.csv": (1887, 4333, None, 1, None, None, 21, None, 5),
    "short_run_vivoactive3.fit": (706, 2030, 162, 1, 31, 49, 13, 0.24, 3),
    "steady_11km_sparse.tcx": (4313, 11047, 144, 1, 121, 229, 50, 0.76, 12),
    "steady_fenix2.fit": (2833, 9008, 154, 1, 105, 175, 57, 0.41, 9),
    "steady_fenix6x_stryd_3pauses.fit": (2294, 7075, 154, 1, 81, 141, 33, 0.39, 7),
    "stryd_app_pod_and_gps_speed.fit": (3423, 6567, 131, 1, 68, 143, 22, 1.0, 7),
    "stryd_only_1km.fit": (398, 1038, None, 1, None, None, 6, None, 2),
    "stryd_only_field_lap.fit": (220, 543, None, 1, None, None, 3, None, 1),
    "stryd_only_up_and_down.fit": (114, 363, None, 1, None, None, 2, None, 1),
    "track_12x400m_1hz.gpx": (2328, 6540, 155, 1, 88, 144, 61, 0.35, 7),
    "track_7x1km_1hz.gpx": (2242, 8309, 166, 1, 110, 157, 72, 0.26, 9),
    "treadmill_stryd_280s_hole.fit": (3097, 10630, 145, 1, 96, 165, 74, 0.56, 11),
    "workout_10x10s_strides_smartrec.fit": (3070, 9982, 167, 22, 145, 229, 56, 0.12, 10),
    "workout_10x400m_90s_smartrec.fit": (1994, 5161, 133, 20, 44, 85, 29, 0.91, 6),
    "workout_9x2min_pace_target_smartrec.fit": (3360, 9517, 163, 20, 148, 232, 44, 0.24, 10),
    "broken_bad_crc.fit": (13, 6, None, 1, None, None, 0, None, 0),
    "broken_truncated.fit": (13, 6, None, 1, None, None, 0, None, 0),
}
"""The review of each public recording for an athlete with 48, 170 and 188 bpm and 4:10/km."""
SECTIONS = set(SECTION_ROWS)


def rounded(review: Review) -> tuple[float | None, ...]:
    """The totals as they stand in the table."""
    names = ("run_time", "run_distance", "run_heart_rate", "trimp", "edwards", "graded_load")
    time_s, metres, beats, *loads = (
        None if (value := review.value(name)) is None else round(value) for name in names
    )
    easy = review.value("easy_time")
    share = None if easy is None else round(easy, 2)
    return (time_s, metres, beats, len(review.steps), *loads, share, len(review.splits))


def test_every_public_recording_has_its_totals():
    """A recording that is added wants its row; those of workouts hold no run."""
    assert TOTALS.keys() == {
        name for name in NAMES if not name.startswith(("workout_custom", "workout_ind", "workout_rep"))
    }


@pytest.mark.parametrize("name", TOTALS)
def test_a_public_recording_comes_to_plausible_totals(name):
    """Literals: a change of any of them is looked at."""
    review = reviewed(name)

    assert rounded(review) == TOTALS[name]
    time_s = review.value("run_time")
    assert time_s is not None
    assert sum(each.seconds for each in review.zones) <= time_s + 1
    assert sum(lap.time_s for lap in review.splits) <= time_s + 1.5


@pytest.mark.parametrize("name", [*TOTALS, *JOURNALS])
def test_every_number_that_is_printed_has_its_formula(name):
    """Each value and each row of a section has a row in the table, and one that is missing says why."""
    review = reviewed(name)

    assert review.values.keys() | COLUMNS == FORMULAS.keys()
    for kept in review.values.values():
        assert (kept.value is None) == (kept.standing is Standing.NOT_MEASURED), kept
        assert kept.value is not None or kept.reason, kept
    for section in sections(review):
        for row in section.rows:
            assert row.label == FORMULAS[row.name].label
    tree = review_tree(review)
    assert tree["values"].keys() == review.values.keys()
    assert None not in tree.values()


def test_every_formula_is_shown_somewhere_and_whole():
    """Each number said once of a run stands in one section; no row has an empty cell."""
    shown = [name for section in SECTION_ROWS.values() for name in section.names]

    assert sorted(shown) == sorted(FORMULAS.keys() - COLUMNS)
    for name, row in FORMULAS.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert all((row.label, row.formula, row.inputs, row.source, row.valid)), name
        assert row.style in UNITS
        assert len(formula_lines(name)) == 5
    assert len(list(formula_names(FORMULAS))) == len(FORMULAS)


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize(
    "name", ["workout_9x2min_pace_target_smartrec.fit", "steady_11km_sparse.tcx", "sensor-gaps"]
)
def test_no_line_is_wider_than_the_terminal(name, width):
    """Columns are left out, notes are broken; the profile is as wide as there is room."""
    lines = list(review_lines(reviewed(name), width))

    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_a_workout_has_its_reps_and_what_came_of_its_cues():
    """Nine timed reps: their evenness is that of their paces; a cue in the last seconds of a rep cannot be answered."""
    review = reviewed("workout_9x2min_pace_target_smartrec.fit")

    assert review.value("reps_whole") == 9
    assert review.value("evenness") == pytest.approx(0.0757, abs=1e-3)
    assert review.value("fade_within") == pytest.approx(-0.079, abs=2e-3)
    asked = [each for each in review.cues if each.outcome is not None]
    assert [each.cue.kind for each in asked][:2] == [CueKind.TOO_SLOW, CueKind.TOO_SLOW]
    assert Outcome.STEP_OVER in {each.outcome for each in asked}
    assert review.values["decoupling"].applies is False
    assert {section.key for section in sections(review)} <= SECTIONS
    hard = [step for step in review.steps if step.result.step.kind in HARD]
    assert hard[0].plan_time_s == 120.0
    assert hard[0].plan_speed == pytest.approx(4.4, abs=0.6)


def test_a_steady_run_has_its_halves():
    """72 even minutes: decoupling and drift are there, with what is not known of them."""
    review = reviewed("steady_11km_sparse.tcx")

    assert review.value("decoupling") == pytest.approx(0.015, abs=2e-3)
    assert review.value("heart_drift") == pytest.approx(4.2, abs=0.2)
    assert review.values["decoupling"].reason == "the weather is not known"
    assert review.value("negative_split") == pytest.approx(-0.052, abs=2e-3)
    assert review.values["late_pace"].reason == "71 min, 100 are needed"
    assert len(review.verdict) == 3
    assert review.verdict[0] == "The second half was 5.2 % faster than the first."
    assert measures.heart_at_paces(review.seconds)[380][0] == pytest.approx(153.4, abs=0.5)


def test_intervals_between_beats_are_read():
    """A hilly run with 9,810 R-R intervals: 17 of its windows are clean enough; the treadmill's are not."""
    assert reviewed("outdoor_stryd_speed_source.fit").value("dfa_alpha_1") == pytest.approx(1.145, abs=0.01)
    treadmill = reviewed("treadmill_stryd_280s_hole.fit")
    assert treadmill.value("dfa_alpha_1") is None
    assert treadmill.value("rr_artefacts") == pytest.approx(0.059, abs=1e-3)


def test_promises_of_the_library_are_kept(tmp_path):
    """12 x 400 m at 5k pace, simulated: how many laps were even; and the metres of a Mona fartlek."""
    laps = simulated("12x400-5k", tmp_path)
    assert laps.values["even_400s"].reason.startswith("of 12")
    assert laps.values["set_distance"].applies is False
    assert laps.value("last_like_first") is not None

    mona = simulated("mona-fartlek", tmp_path)
    metres = mona.value("set_distance")
    assert metres is not None
    assert 4000 <= metres <= 6500
    assert mona.values["set_distance"].reason.endswith("in 20 min")
    assert mona.value("float_in_band") is None or 0 <= (mona.value("float_in_band") or 0.0) <= 1

    floats = simulated("float-200s", tmp_path)
    assert floats.value("float_seconds") is not None

    taste = simulated("taste-test", tmp_path)
    assert taste.value("quarters") is not None
    assert taste.value("last_minute") is not None
    assert taste.findings
    assert review_tree(taste)["findings"][0]["test"]


def test_twelve_even_laps_are_ready_for_a_5k(tmp_path):
    """Eleven at the pace and one 3 s slow: eleven are even, which says ready; all 3 s slow say nothing."""
    run = simulated_run("12x400-5k", tmp_path)

    def with_times(off_s: list[float]) -> ReviewValue:
        table = run.summary.reps
        rows = tuple(
            replace(row, result=replace(row.result, time_s=Seconds(96.0 + off), cut=False))
            for row, off in zip(table.rows, off_s, strict=True)
        )
        summary = replace(run.summary, reps=replace(table, rows=rows))
        return review_of(record_of(run.trace, summary, run.recording.setup)).values["even_400s"]

    even = with_times([0.0] * 11 + [3.0])
    assert (even.value, even.reason) == (11.0, "of 12; ready for a 5k at that pace")
    assert with_times([3.0] * 12).value == 0.0


def test_amounts_and_own_rules_are_added_up(tmp_path):
    """Gels in grams and salt in milligrams apart; a rule of the runner's own is counted by its name."""
    reminders = [
        {"text": "gel", "after": "1:00", "every": "1:00", "amount": 29, "unit": "g"},
        {"text": "salt", "after": "1:00", "every": "2:00", "amount": 180, "unit": "mg"},
    ]
    gate = {
        "rule": "my red",
        "when": "during",
        "text": "ease off",
        "heart_rate": {"above": "90 bpm"},
        "for": "0:20",
    }
    step = {
        "kind": "open",
        "until": {"time": "5:00"},
        "reminders": reminders,
        "gates": [{**gate, "per": "1 km"}],
    }
    document = {"format": "coach-workout/1", "name": "fuel", "sections": [{"name": "M", "steps": [step]}]}
    (tmp_path / "fuel.json").write_text(json.dumps(document))

    run = simulated_run(str(tmp_path / "fuel.json"), tmp_path)
    review = review_folded(run)

    assert (review.value("fuel"), review.values["fuel"].reason) == (4 * 29.0, "g; 360 mg")
    assert review.gates == {"my red": 1}
    assert "  my red: spoke 1 time" in list(review_lines(review))
    other = tuple(
        replace(each, reminders=tuple(replace(one, text="other") for one in each.reminders))
        for each in run.trace.timeline.steps
    )
    trace = replace(run.trace, timeline=replace(run.trace.timeline, steps=other))
    assert review_of(record_of(trace, run.summary, run.recording.setup)).value("fuel") == 0.0


def test_a_slope_of_a_treadmill_counts():
    """The slope of a belt, by radio or in a file in per cent, is rise over run."""
    belt = TreadmillData(speed_kmh=10.0, incline_percent=4.0)
    inputs: list[Input] = [
        Notified(Seconds(1.0), Source.TREADMILL, Characteristic.TREADMILL_DATA, bytes(belt)),
        Reported(Seconds(2.0), Source.TREADMILL, metrics=((INCLINE, 2.0), ("other", 1.0))),
        Notified(
            Seconds(3.0),
            Source.TREADMILL,
            Characteristic.TREADMILL_DATA,
            bytes(TreadmillData(speed_kmh=10.0)),
        ),
        Notified(Seconds(4.0), Source.TREADMILL, Characteristic.TREADMILL_DATA, b""),
    ]
    run = folded("short_run_vivoactive3.fit")

    record = record_of(run.trace, run.summary, run.recording.setup, inputs)

    assert record.slopes == ((1.0, 0.04), (2.0, 0.02))
    uphill = review_of(record, Runner(threshold_speed=4.0)).values["graded_load"]
    level = review_of(replace(record, slopes=()), Runner(threshold_speed=4.0)).values["graded_load"]
    assert uphill.value is not None
    assert level.value is not None
    assert uphill.value > level.value
    assert level.reason == "level, as no slope is known"
    assert uphill.reason == ""


def test_on_a_trail_nothing_is_made_of_pace_and_heart():
    """A hilly surface has no decoupling, whatever its length."""
    run = folded("steady_11km_sparse.tcx")
    timeline = replace(run.trace.timeline, context=Context(surface="trail"))
    record = record_of(replace(run.trace, timeline=timeline), run.summary, run.recording.setup)

    assert review_of(record).values["decoupling"].reason == "not on the level"


def test_heart_rate_is_held_against_the_pace_of_the_run_where_no_other_is_known():
    """Without an athlete the mean pace of an even run is the reference."""
    even = review_of(replace(record_for("steady_11km_sparse.tcx"), day="2020-01-01")).values["heart_at_pace"]

    assert even.value is None or even.reason == "at the mean pace of this run"
    nothing = review_of(record_for("hr_only_wrist_gaps.fit")).values["heart_at_pace"]
    assert nothing.reason == "no pace is known"


def record_for(name: str) -> RunRecord:
    """The data of a review for a public recording."""
    run = folded(name)
    return record_of(run.trace, run.summary, run.recording.setup)


@pytest.mark.parametrize(
    ("kind", "why", "speeds", "came"),
    [
        (CueKind.BEHIND_LIGHT, Why("light", 2.0, "light_s"), [3.0] * 10 + [3.2] * 50, Outcome.ANSWERED),
        (CueKind.AHEAD_OF_LIGHT, Why("light", -2.0, "light_s"), [3.0] * 60, Outcome.NOT_ANSWERED),
        (
            CueKind.TOO_SLOW,
            Why("band", 3.0, "speed_mps", low=3.5),
            [3.0] * 10 + [3.6] * 50,
            Outcome.ANSWERED,
        ),
        (CueKind.TOO_FAST, Why("band", 4.0, "speed_mps", high=3.5), [4.0] * 60, Outcome.NOT_ANSWERED),
        (CueKind.TOO_FAST, Why("band", 4.0, "speed_mps", high=3.5), [None] * 60, Outcome.UNKNOWN),
        (
            CueKind.METRIC_HIGH,
            Why("metric", 39.0, "core_temperature_c", high=38.5),
            [3.0] * 60,
            Outcome.UNKNOWN,
        ),
    ],
)
def test_what_came_of_a_cue_is_told_by_what_was_measured_after_it(kind, why, speeds, came):
    """In the band, or nearer to the light by 1.5 %; what nothing was measured of is not known."""
    run = folded("short_run_vivoactive3.fit")
    rows = tuple(
        replace(row, speed_mps=None if speed is None else MetresPerSecond(speed))
        for row, speed in zip(run.trace.run_rows, speeds, strict=False)
    )
    cue = Cue(rows[10].at_s, kind, CueClass.COACH, "words", why, Seconds(5.0))
    trace = replace(run.trace, rows=rows, outputs=(TimedOutput(cue, Seconds(10.0)),))

    (found,) = review_of(record_of(trace, run.summary, run.recording.setup)).cues

    assert (found.outcome, outcome_text(found).split(" in ")[0]) == (came, came.value)
    assert outcome_text(replace(found, outcome=None)) == ""


@pytest.mark.parametrize(
    ("then", "after_s", "came"),
    [
        (CueKind.BACK_ON_TARGET, 20.0, Outcome.ANSWERED),
        (CueKind.BACK_ON_TARGET, 31.0, Outcome.UNKNOWN),
        (CueKind.TOO_SLOW, 20.0, Outcome.UNKNOWN),
        (CueKind.COUNTDOWN, 20.0, Outcome.UNKNOWN),
    ],
)
def test_what_the_coach_said_next_is_an_answer_where_no_readings_tell(then, after_s, came):
    """Back on target within 30 s is the answer; another verdict, a later one and other words are none."""
    run = folded("short_run_vivoactive3.fit")
    rows = tuple(replace(row, speed_mps=None) for row in run.trace.run_rows)
    cue = Cue(
        rows[10].at_s, CueKind.BEHIND_LIGHT, CueClass.COACH, "a", Why("light", 2.0, "light_s"), Seconds(5.0)
    )
    later = replace(cue, at=Seconds(cue.at + after_s), kind=then)
    trace = replace(run.trace, rows=rows, outputs=tuple(TimedOutput(each, None) for each in (cue, later)))

    found, _ = review_of(record_of(trace, run.summary, run.recording.setup)).cues

    assert (found.outcome, found.after_s) == (came, after_s if came is Outcome.ANSWERED else None)


def test_a_cue_in_the_last_seconds_of_a_step_cannot_be_answered():
    """The step was over before five seconds had passed."""
    run = folded("short_run_vivoactive3.fit")
    cue = Cue(
        Seconds(run.trace.ended_at - 2.0), CueKind.TOO_SLOW, CueClass.COACH, "words",
        Why("band", 3.0, "speed_mps", low=9.0), Seconds(5.0),
    )  # fmt: skip
    trace = replace(run.trace, outputs=(TimedOutput(cue, None),))

    (found,) = review_of(record_of(trace, run.summary, run.recording.setup)).cues

    assert found.outcome is Outcome.STEP_OVER


def test_calibration_has_its_history():
    """The factors of earlier runs, of the start of this one, and learnt in it, each with its day or time."""
    run = folded("track_12x400m_1hz.gpx", "12x400-5k")
    earlier = (EarlierFactor(Source.POD, "2026-05-01", 0.981, 0.01),)
    record = record_of(run.trace, run.summary, run.recording.setup, day="2026-05-08", earlier=earlier)
    record = replace(record, learnt=(LearntFactor(Source.POD, 0.985, 0.02),))

    review = review_of(record)

    assert [each.origin for each in review.calibrations][:2] == ["earlier", "start"]
    lines = sensor_table(review)
    assert "pod factor 0.981 ± 0.010 on 2026-05-01" in lines
    assert "pod factor 0.985 ± 0.020 at the start" in lines
    assert any(line.startswith("positions factor 1.001") and line.endswith("from a lap") for line in lines)


def test_a_run_that_never_began_has_nothing_to_show():
    """No step, no value, no line that makes something up."""
    run = folded("short_run_vivoactive3.fit")
    silent = SensorChanged(Seconds(5.0), Source.POD, SensorState.GONE)
    trace = replace(run.trace, rows=(), outputs=(TimedOutput(silent, None),), started_at=None, steps=())

    review = review_of(record_of(trace, summarize(()), run.recording.setup))

    assert review.steps == ()
    assert review.sensors == ()
    assert step_table(review) == []
    assert cue_table(review) == []
    assert {name for name, kept in review.values.items() if kept.value} == set()
    assert next(iter(review_lines(review)))


def test_reps_that_cannot_be_held_against_each_other_say_why(tmp_path):
    """Reps that end at a mark have no times to compare, reps without splits no evenness within."""
    run = simulated_run("12x400-5k", tmp_path)
    table = run.summary.reps
    until = EndConditions((MarkEnd(),))
    by_mark = tuple(
        replace(row, result=replace(row.result, step=replace(row.result.step, until=until)))
        for row in table.rows
    )
    bare = tuple(replace(row, times={}) for row in table.rows)

    def values_with(rows: tuple[RepRow, ...]) -> Mapping[str, ReviewValue]:
        summary = replace(run.summary, reps=replace(table, rows=rows))
        return review_of(record_of(run.trace, summary, run.recording.setup)).values

    assert values_with(by_mark)["evenness"].reason == "0 whole reps of one length, 2 are needed"
    assert values_with(bare)["last_like_first"].reason == "the first or the last rep has no splits"


def test_a_set_with_a_step_that_was_not_measured_has_no_metres(tmp_path):
    """The score of a Mona fartlek is none where one surge has no distance."""
    run = simulated_run("mona-fartlek", tmp_path)
    lost = next(row for row in run.summary.rows if row.step.rep is not None)
    rows = tuple(
        replace(row, distance=None, measured=None) if row is lost else row for row in run.summary.rows
    )
    record = record_of(run.trace, replace(run.summary, rows=rows), run.recording.setup)

    assert review_of(record).values["set_distance"].reason.startswith("1 of 2")


def test_a_very_narrow_table_cuts_its_first_column():
    """A page of forty columns shows what it can."""
    assert max(map(len, step_table(reviewed("workout_9x2min_pace_target_smartrec.fit"), 40))) <= 44


def simulated(workout: str, folder: Path) -> Review:
    """The review of a simulated run of a workout of the library."""
    return review_folded(simulated_run(workout, folder))


def simulated_run(workout: str, folder: Path) -> ReviewedRun:
    """A simulated run of a workout of the library, folded."""
    file = folder / f"{Path(workout).stem}.jsonl"
    made = CliRunner().invoke(root, ["simulate", workout, "--athlete", RACER, "--out", str(file)])
    assert made.exit_code == 0, made.output
    playable = load_recording(RecordingRequest(str(file)), Settings(), SILENT)
    is_test = any(step.section in lessons.SECTIONS for step in playable.setup.timeline.steps)
    return fold(playable, snapshots=is_test)


def test_by_hand_there_are_no_made_up_numbers():
    """Timed by presses, without sensors: no heart, no load, and it says so."""
    review = reviewed("by-hand", athlete=None)

    assert review.sensors == ()
    assert review.zones == ()
    assert review.values["trimp"].standing is Standing.NOT_MEASURED
    assert review.values["run_heart_rate"].reason == "no heart rate was measured"


def test_sensor_gaps_are_told():
    """Four drop-outs of the strap and of the pod."""
    review = reviewed("sensor-gaps", athlete=None)

    assert [(each.source.value, each.gaps) for each in review.sensors] == [("strap", 4), ("pod", 4)]
    assert all(0.5 < each.live < 0.7 for each in review.sensors)


def again(name: str, runner: Runner | None = None, notes: RunnerNotes | None = None) -> Review:
    """The same run, reviewed for another athlete."""
    run = fold(load_recording(RecordingRequest(str(SHARED / name)), Settings(), SILENT))
    return review_of(record_of(run.trace, run.summary, run.recording.setup), runner, notes)


@pytest.mark.parametrize(
    ("runner", "model", "standing"),
    [
        (Runner(), "", Standing.NOT_MEASURED),
        (
            Runner(maximum=KnownRate(190, False)),
            "maximum 190 bpm (estimated), tenths of it",
            Standing.ESTIMATED,
        ),
        (
            Runner(maximum=KnownRate(190), rest=KnownRate(50)),
            "reserve from 50 to 190 bpm (measured), Karvonen",
            Standing.MEASURED,
        ),
        (Runner(threshold=KnownRate(170)), "threshold 170 bpm (measured), Friel's zones", Standing.MEASURED),
    ],
)
def test_zones_are_of_the_best_that_is_known(runner, model, standing):
    """Threshold before reserve before maximum; a maximum from age makes everything behind it an estimate."""
    review = again("short_run_vivoactive3.fit", runner)

    assert review.zone_model == model
    assert review.values["easy_time"].standing is standing
    assert review.values["red_seconds"].standing is (
        Standing.MEASURED if runner.threshold else Standing.NOT_MEASURED
    )


def test_what_the_runner_said_stands_in_the_review():
    """Effort makes a load; answers stand in their section, and the hint asks only what is open."""
    notes = RunnerNotes(rpe=6, text="wind", worked="even", can_answer=True, after_s=1800.0)
    review = again("short_run_vivoactive3.fit", notes=notes)

    assert review.value("session_load") == pytest.approx(6 * 706 / 60, abs=0.2)
    lines = list(review_lines(review))
    assert "  What worked? even" in lines
    assert any(line.startswith("What did not? coach runs note") for line in lines)
    assert review.value("effort_asked") == 1800.0
    assert review_tree(review)["note"] == {"rpe": 6, "text": "wind", "worked": "even"}


def test_explain_says_what_a_number_is_here():
    """A number of the run has its value or its reason; a column says that it stands in a table."""
    review = reviewed("steady_11km_sparse.tcx")

    lines, tree = explanation(review, "decoupling")
    assert lines[0] == "aerobic decoupling (decoupling)"
    assert lines[-1].startswith("  here     +1.5 %, measured (the weather is not known)")
    assert tree["here"]["unit"] == "fraction"
    assert explanation(review, "late_pace")[0][-1] == "  here     not measured: 71 min, 100 are needed"
    assert "table" in explanation(review, "drop")[0][-1]


def test_numbers_are_written_by_their_formula():
    """Each way of writing has its unit; what is not known is two dashes."""
    texts = {
        name: value_text(value, FORMULAS[name].style, "mile")
        for name, value in {
            "run_time": 3723.0,
            "seconds_a_rep": -1.25,
            "run_distance": 10_000.0,
            "run_pace": 4.0,
            "run_heart_rate": 151.4,
            "heart_drift": -3.0,
            "evenness": 0.0132,
            "easy_time": 0.81,
            "negative_split": 0.0667,
            "trimp": 95.4,
            "run_power": 231.8,
            "run_cadence": 172.0,
            "dfa_alpha_1": 0.745,
            "pod_factor": 0.9804,
            "fuel": 60.0,
            "step_time": 81.26,
        }.items()
    }

    assert texts == {
        "run_time": "1:02:03",
        "seconds_a_rep": "-1.2 s",
        "run_distance": "6.2 miles",
        "run_pace": "6:42/mile",
        "run_heart_rate": "151 bpm",
        "heart_drift": "-3 bpm",
        "evenness": "1.3 %",
        "easy_time": "81 %",
        "negative_split": "+6.7 %",
        "trimp": "95",
        "run_power": "232 W",
        "run_cadence": "172 spm",
        "dfa_alpha_1": "0.74",
        "pod_factor": "0.980",
        "fuel": "60",
        "step_time": "1:21.3",
    }
    assert value_text(None, FORMULAS["trimp"].style) == "--"


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(-0.04, 1, "0.0"), (0.4, 0, "0"), (-0.06, 1, "-0.1"), (3.0, 0, "+3")]
)
def test_a_change_of_nothing_has_no_sign(value, digits, text):
    """`-0.0 %` is no fall."""
    assert signed(value, digits) == text


def test_the_profile_shows_hard_parts_solid_and_gaps_empty():
    """Reps are solid, the rest is hatched, and nothing is drawn of a run without a speed."""
    lines = profile_lines(reviewed("workout_9x2min_pace_target_smartrec.fit"), 100)

    assert len(lines) == 7
    assert "█" in lines[-2]
    assert "░" in lines[-2]
    assert lines[-1].endswith("56:01")
    assert profile_lines(reviewed("hr_only_wrist_gaps.fit"), 100) == []


def test_a_pause_in_a_rep_leaves_the_rep_where_it_is():
    """The columns are of running time: a stop, however long, does not move the solid ones."""
    review = reviewed("workout_9x2min_pace_target_smartrec.fit")
    first = next(row for row in review.summary.rows if row.step.kind in HARD)
    stood_at = first.ended_at - first.time_s / 2

    def later(at: float) -> Seconds:
        return Seconds(at + (600.0 if at > stood_at else 0.0))

    rows = tuple(replace(row, ended_at=later(row.ended_at)) for row in review.summary.rows)
    paused = replace(
        review,
        summary=replace(review.summary, rows=rows),
        seconds=replace(review.seconds, at=tuple(map(later, review.seconds.at))),
    )
    assert profile_lines(paused, 100) == profile_lines(review, 100)


def test_what_is_half_unknown_is_not_summed_up():
    """A heart rate of a tenth of the run makes no zones, no thirds and no red kilometre, and says so."""
    record = record_for("steady_fenix2.fit")
    rows = record.trace.rows
    cut = tuple(
        row if place % 10 == 0 else replace(row, heart_rate_bpm=None) for place, row in enumerate(rows)
    )
    runner = Runner(KnownRate(150.0), KnownRate(190.0), KnownRate(50.0), 4.0)
    whole = review_of(record, runner)
    lost = review_of(replace(record, trace=replace(record.trace, rows=cut)), runner)
    assert whole.thirds is not None
    assert whole.zones
    assert whole.red
    assert (lost.thirds, lost.zones, lost.red) == (None, (), ())
    for name in ("easy_time", "red_seconds", "red_kilometre"):
        assert whole.values[name].value is not None
        assert "heart rate was known for 10 %" in lost.values[name].reason
    assert lost.values["hard_session"].value is None
    tree = review_tree(lost)
    assert "zones" not in tree
    assert "thirds" not in tree


def test_metres_without_a_speed_are_absent():
    """A run by heart rate alone has its easy minutes, and no easy metres, which are not 0."""
    record = record_for("steady_fenix2.fit")
    rows = tuple(replace(row, speed_mps=None) for row in record.trace.rows)
    review = review_of(replace(record, trace=replace(record.trace, rows=rows)), Runner(KnownRate(150.0)))
    assert set(review_tree(review)["thirds"]) == {"time_s"}
    assert review.values["easy_time"].value is not None
    assert review.values["easy_distance"].reason == "no speed was measured"


def test_a_fartlek_is_hard_by_its_hard_stretches(tmp_path):
    """Half an hour of fartlek with four minutes run hard is no half-hour of hard running."""
    record = record_for("every-kind-of-step")
    hard = [row for row in record.summary.rows if row.step.kind in HARD]
    fartlek = replace(hard[0], time_s=Seconds(1800.0), turns=(Seconds(240.0),))

    def of(row):
        return review_of(replace(record, summary=replace(record.summary, rows=(row,)))).values["hard_session"]

    assert of(fartlek).value == 0.0
    assert of(replace(fartlek, turns=(Seconds(400.0),))).reason == "7 min of hard steps"


def test_an_athlete_who_counts_in_miles_gets_miles():
    """Splits are miles then, and paces are per mile."""
    review = reviewed("steady_fenix2.fit")
    miles = replace(review, unit="mile")

    assert any("/mile" in row.text for section in sections(miles) for row in section.rows)
    assert next(iter(section_lines(sections(miles)[0]))) == "The run"
    trace = replace(record_for("steady_fenix2.fit").trace, unit="mile")
    said = " ".join(review_of(replace(record_for("steady_fenix2.fit"), trace=trace)).verdict)
    assert "The miles differ by" in said
    assert "kilometres" not in said


def test_a_cue_without_readings_after_it_is_not_called_unanswered():
    """Every cue has one of the four words, and none is called answered without its seconds."""
    for name in ("sensor-gaps", "every-kind-of-step", "workout_10x10s_strides_smartrec.fit"):
        for each in reviewed(name, athlete=None).cues:
            assert isinstance(each.cue, Cue)
            assert (each.outcome is Outcome.ANSWERED) == (each.after_s is not None)
