"""Every recording of the public set is read, and says what a look into it with another tool says."""

from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.live.contract import Closed, Opened
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.session.phases import Origin, Pressed
from coach.signals.readings import Reported, Source

WATCH, POD, STRAP, POSITIONS = Source.WATCH, Source.POD, Source.STRAP, Source.POSITIONS

# file: (kind, seconds, {source: reports}, {source: period}, laps, presses, statements)
EXPECTED: dict[str, tuple[Any, ...]] = {
    "broken_bad_crc.fit": ("fit", 13, {WATCH: 14}, {WATCH: 1}, 1, 0, 1),
    "broken_truncated.fit": ("fit", 13, {WATCH: 14}, {WATCH: 1}, 1, 0, 1),
    "hr_only_wrist_gaps.fit": ("fit", 1242, {WATCH: 546, STRAP: 546}, {WATCH: 1, STRAP: 1}, 4, 0, 0),
    "intervals_11x80s_1hz.gpx": (
        "gpx",
        1246,
        {POSITIONS: 1243, STRAP: 1243},
        {POSITIONS: 1, STRAP: 1},
        0,
        0,
        0,
    ),
    "intervals_fenix6x_stryd_4xhalfmile.fit": (
        "fit",
        1586,
        {WATCH: 1585, POD: 1585, STRAP: 1585},
        {WATCH: 1, POD: 1, STRAP: 1},
        8,
        6,
        0,
    ),
    "long_fenix5x_stryd_7pauses.fit": (
        "fit",
        6821,
        {WATCH: 6599, POD: 6599, STRAP: 6599},
        {WATCH: 1, POD: 1, STRAP: 1},
        12,
        16,
        0,
    ),
    "outdoor_stryd_speed_source.fit": ("fit", 4735, {POD: 4736, STRAP: 4736}, {POD: 1, STRAP: 1}, 4, 0, 0),
    "run_walk_intervals_rundouble.csv": ("rundouble", 1887, {WATCH: 376}, {WATCH: 5}, 9, 0, 0),
    "short_run_vivoactive3.fit": ("fit", 706, {WATCH: 707, STRAP: 707}, {WATCH: 1, STRAP: 1}, 3, 0, 0),
    "steady_11km_sparse.tcx": ("tcx", 4572, {WATCH: 1599, STRAP: 1594}, {WATCH: 2, STRAP: 2}, 12, 6, 0),
    "steady_fenix2.fit": ("fit", 2834, {WATCH: 2809, STRAP: 2808}, {WATCH: 1, STRAP: 1}, 4, 0, 0),
    "steady_fenix6x_stryd_3pauses.fit": (
        "fit",
        2359,
        {WATCH: 2297, POD: 2297, STRAP: 2297},
        {WATCH: 1, POD: 1, STRAP: 1},
        5,
        6,
        0,
    ),
    "stryd_app_pod_and_gps_speed.fit": (
        "fit",
        3423,
        {POD: 3424, WATCH: 3424, STRAP: 3424},
        {POD: 1, WATCH: 1, STRAP: 1},
        1,
        0,
        0,
    ),
    "stryd_only_1km.fit": ("fit", 398, {POD: 399}, {POD: 1}, 0, 0, 0),
    "stryd_only_field_lap.fit": ("fit", 220, {POD: 221}, {POD: 1}, 0, 0, 0),
    "stryd_only_up_and_down.fit": ("fit", 114, {POD: 115}, {POD: 1}, 0, 0, 0),
    "track_12x400m_1hz.gpx": (
        "gpx",
        2328,
        {POSITIONS: 2327, STRAP: 2327},
        {POSITIONS: 1, STRAP: 1},
        0,
        0,
        1,
    ),
    "track_7x1km_1hz.gpx": ("gpx", 2242, {POSITIONS: 2243, STRAP: 2243}, {POSITIONS: 1, STRAP: 1}, 0, 0, 0),
    "treadmill_stryd_280s_hole.fit": ("fit", 3763, {POD: 3101, STRAP: 3101}, {POD: 1, STRAP: 1}, 1, 6, 0),
    "workout_10x10s_strides_smartrec.fit": (
        "fit",
        3070,
        {WATCH: 839, STRAP: 839},
        {WATCH: 3, STRAP: 3},
        24,
        0,
        0,
    ),
    "workout_10x400m_90s_smartrec.fit": (
        "fit",
        2130,
        {WATCH: 577, STRAP: 577},
        {WATCH: 3, STRAP: 3},
        20,
        4,
        0,
    ),
    "workout_9x2min_pace_target_smartrec.fit": (
        "fit",
        3374,
        {WATCH: 905, STRAP: 905},
        {WATCH: 3, STRAP: 3},
        22,
        0,
        0,
    ),
}

REFUSED = {
    "README.md": "This is not a recording in a known format.",
    "rr_rest.txt": "This is not a recording in a known format.",
    "rr_run_polar_h10.RData": "neither FIT nor text",
    "workout_custom_targets.fit": "is a workout, not a recording",
    "workout_individual_steps.fit": "is a workout, not a recording",
    "workout_repeat_steps.fit": "is a workout, not a recording",
    "workout_repeat_until_hr.fit": "is a workout, not a recording",
}


@cache
def _read(path: Path) -> ForeignRecording:
    return read_recording(path.read_bytes(), name=path.name)


def _reports(recording: ForeignRecording, source: Source) -> list[Reported]:
    return [one for one in recording.inputs if isinstance(one, Reported) and one.source is source]


def _presses(recording: ForeignRecording) -> list[tuple[str, float]]:
    return [(one.button.value, round(one.at, 3)) for one in recording.inputs if isinstance(one, Pressed)]


def test_the_public_set_is_covered(recordings):
    """Every file of the public set is expected to be read or to be refused."""
    assert {path.name for path in recordings.iterdir()} == EXPECTED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recording_says_what_is_in_it(recordings, name):
    """Kind, length, reports by source, periods, laps, presses and statements are as a look into the file says."""
    kind, seconds, counts, periods, laps, presses, statements = EXPECTED[name]

    read = _read(recordings / name)

    assert read.kind == kind
    assert read.inputs[-1] == Closed(Seconds(seconds))
    assert Counter(one.source for one in read.inputs if isinstance(one, Reported)) == counts
    assert read.periods == periods
    assert len(read.laps) == laps
    assert len(_presses(read)) == presses
    assert len(read.problems) == statements


@pytest.mark.parametrize("name", EXPECTED)
def test_inputs_are_in_order_and_whole(recordings, name):
    """The first input is Opened at 0, the last is Closed, time never runs back, no source speaks twice at once."""
    inputs = _read(recordings / name).inputs
    told = [(one.at, one.source) for one in inputs if isinstance(one, Reported)]

    assert inputs[0] == Opened(Seconds(0))
    assert isinstance(inputs[-1], Closed)
    assert sum(isinstance(one, Opened | Closed) for one in inputs) == 2
    assert all(before.at <= after.at for before, after in pairwise(inputs))
    assert len(told) == len(set(told))


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_is_made_up(recordings, name):
    """No report is empty, no heart rate is 0, every press is the recording's, every value is one a run can have."""
    for one in _read(recordings / name).inputs:
        if isinstance(one, Pressed):
            assert one.origin is Origin.RECORDING
        if isinstance(one, Reported):
            values = (one.speed, one.distance, one.cadence, one.heart_rate, one.power)
            assert any(value is not None for value in values) or one.rr_s
            assert one.heart_rate is None or 25 < one.heart_rate < 240
            assert one.speed is None or 0 <= one.speed < 12.5
            assert one.cadence is None or 0 <= one.cadence <= 300


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_recording_is_refused(recordings, name):
    """A file that is no recording is refused with its name, the reason and a hint."""
    with pytest.raises(RecordingProblem, match=REFUSED[name]) as refused:
        _read(recordings / name)

    assert refused.value.message.startswith(f"{name}: ")
    assert refused.value.hint


def test_only_manual_laps_are_marks(recordings):
    """Of eight laps six were pressed; each mark lies at the sum of the laps before it, to the millisecond."""
    read = _read(recordings / "intervals_fenix6x_stryd_4xhalfmile.fit")

    assert read.has_marks
    assert _presses(read) == [
        ("mark", 177.518),
        ("mark", 322.056),
        ("mark", 436.004),
        ("mark", 584.138),
        ("mark", 701.994),
        ("mark", 853.649),
    ]
    assert [lap.trigger for lap in read.laps] == ["manual"] * 6 + ["distance", "session_end"]


def test_laps_a_program_calls_manual_in_tcx_are_no_marks(recordings):
    """A TCX whose every kilometre is called Manual has twelve laps to compare with and not one mark."""
    read = _read(recordings / "steady_11km_sparse.tcx")

    assert {lap.trigger for lap in read.laps} == {"manual"}
    assert read.laps[0].distance == pytest.approx(1000.0979)
    assert not read.has_marks


@pytest.mark.parametrize(
    ("name", "pauses"),
    [
        ("steady_fenix6x_stryd_3pauses.fit", [(1200, 1222), (1248, 1285), (1579, 1585)]),
        ("treadmill_stryd_280s_hole.fit", [(352, 470), (769, 1037), (2037, 2317)]),
        ("workout_10x400m_90s_smartrec.fit", [(496, 546), (674, 760)]),
    ],
)
def test_timer_stops_are_pauses(recordings, name, pauses):
    """A stop of the timer and its next start are pause and resume; the last stop is the end and no pause."""
    expected = [press for start, end in pauses for press in (("pause", start), ("resume", end))]

    assert _presses(_read(recordings / name)) == expected


def test_the_timer_may_start_after_the_first_sample(recordings):
    """The Fenix 2 wrote a sample one second before its timer started."""
    assert _read(recordings / "steady_fenix2.fit").first_timer_start_s == 1.0
    assert _read(recordings / "steady_fenix6x_stryd_3pauses.fit").first_timer_start_s == 0.0


def test_a_pod_in_developer_fields_stands_beside_the_watch(recordings):
    """The Stryd app's file has the pod's own speed and the phone's; cadence and power are the pod's."""
    read = _read(recordings / "stryd_app_pod_and_gps_speed.fit")
    pod, watch = _reports(read, POD)[4], _reports(read, WATCH)[4]

    assert (pod.at, pod.speed, pod.distance, pod.cadence, pod.power) == (
        4.0,
        1.494140625,
        251.0,
        144.0,
        165.0,
    )
    assert (watch.speed, watch.distance, watch.cadence, watch.power) == (1.586, 7.0, None, None)


def test_the_pod_is_the_source_where_the_file_shows_it(recordings):
    """Indoors, and outdoors where the distance is the sum of the speeds, the watch's numbers are the pod's."""
    outdoor = _reports(_read(recordings / "outdoor_stryd_speed_source.fit"), POD)
    indoor = _reports(_read(recordings / "treadmill_stryd_280s_hole.fit"), POD)

    assert outdoor[-1].distance == 12241.63
    assert outdoor[4].speed == 0.765
    assert indoor[4].speed == 2.529


def test_a_pod_that_only_told_power_leaves_the_speed_to_the_watch(recordings):
    """A watch that measured by positions keeps its speed though a pod was paired."""
    for name in ("intervals_fenix6x_stryd_4xhalfmile.fit", "long_fenix5x_stryd_7pauses.fit"):
        read = _read(recordings / name)
        assert all(one.speed is None and one.distance is None for one in _reports(read, POD))
        assert sum(one.speed is not None for one in _reports(read, WATCH)) >= len(_reports(read, WATCH)) - 1


def test_a_heart_rate_of_zero_is_missing(recordings):
    """The Stryd alone wrote heart rate 0 throughout: no strap is heard of."""
    assert STRAP not in _read(recordings / "stryd_only_1km.fit").periods


def test_beats_travel_with_the_strap(recordings):
    """R-R intervals reach the strap's reports, in seconds, in the order of the file."""
    straps = _reports(_read(recordings / "treadmill_stryd_280s_hole.fit"), STRAP)

    assert [beat for one in straps[:10] for beat in one.rr_s][:4] == [0.893, 0.869, 0.831, 0.823]
    assert sum(len(one.rr_s) for one in straps) > 3500


def test_heart_rate_only_keeps_its_gaps(recordings):
    """A watch that wrote a heart rate now and then, and no speed, leaves speed and cadence unknown."""
    read = _read(recordings / "hr_only_wrist_gaps.fit")
    times = [one.at for one in _reports(read, STRAP)]

    assert sum(later - earlier > 3 for earlier, later in pairwise(times)) == 113
    assert all(one.speed is None and one.cadence is None for one in _reports(read, WATCH))


@pytest.mark.parametrize(
    ("name", "own_total"), [("track_7x1km_1hz.gpx", 8310.0), ("track_12x400m_1hz.gpx", 6770.0)]
)
def test_positions_become_distance(recordings, name, own_total):
    """The way along the positions is within 4 % of the watch's own total; no latitude is left anywhere."""
    read = _read(recordings / name)
    metres = [one.distance for one in _reports(read, POSITIONS) if one.distance is not None]

    assert metres == sorted(metres)
    assert metres[-1] == pytest.approx(own_total, rel=0.04)
    assert "40.00" not in repr(read.inputs[:50])


def test_cadence_counts_both_feet(recordings):
    """Running cadence of GPX, TCX and FIT is doubled: at work it lies between 150 and 230."""
    for name, source in (
        ("track_7x1km_1hz.gpx", POSITIONS),
        ("steady_11km_sparse.tcx", WATCH),
        ("steady_fenix2.fit", WATCH),
    ):
        moving = sorted(one.cadence for one in _reports(_read(recordings / name), source) if one.cadence)
        assert 150 < moving[len(moving) // 2] < 230


def test_stages_of_the_app_are_laps(recordings):
    """RunDouble's stages are nine laps and no mark; its pace is minutes per mile."""
    read = _read(recordings / "run_walk_intervals_rundouble.csv")

    assert [lap.trigger for lap in read.laps] == ["WU", "1", "1R", "2", "2R", "3", "3R", "4", "CD"]
    assert (read.laps[1].start_s, read.laps[1].end_s) == (301.0, 481.0)
    assert _reports(read, WATCH)[0].speed == pytest.approx(1609.344 / (30.88072 * 60))


def test_the_id_is_the_hash_of_the_bytes(recordings):
    """A foreign file's run id is `file-` and the first 16 hex digits of its SHA-256 (README of the set)."""
    assert _read(recordings / "stryd_only_1km.fit").run == "file-f1c3fe1922f64e11"
    assert _read(recordings / "workout_9x2min_pace_target_smartrec.fit").run == "file-606b6aea5532b723"


def test_embedded_workouts_become_documents(recordings):
    """The steps inside three recordings become documents, nested repeats and pace ranges included."""
    nine = _read(recordings / "workout_9x2min_pace_target_smartrec.fit").workout
    tens = _read(recordings / "workout_10x10s_strides_smartrec.fit").workout
    laps = _read(recordings / "workout_10x400m_90s_smartrec.fit").workout

    assert nine is not None
    assert tens is not None
    assert laps is not None
    jog = {"kind": "recovery", "until": {"time": "2:00"}, "target": {"pace": "5:46-7:48/km"}}
    fast = {"kind": "work", "until": {"time": "2:00"}, "target": {"pace": "4:01-4:33/km"}}
    ends = {"until": {"time": "10:00"}, "target": {"pace": "5:05-6:28/km"}}
    assert [(part["name"], part["steps"]) for part in nine["sections"]] == [
        ("Warm-up", [{"kind": "warm_up"} | ends]),
        ("Main", [{"repeat": 9, "steps": [fast, jog]}]),
        ("Cool-down", [{"kind": "cool_down"} | ends]),
    ]
    outer = tens["sections"][1]["steps"][0]
    assert (outer["repeat"], outer["steps"][0]["repeat"]) == (2, 5)
    assert outer["steps"][0]["steps"][1] == {"kind": "recovery", "move": "walk", "until": {"time": "3:00"}}
    assert outer["steps"][1]["until"] == {"time": "5:00"}
    assert laps["sections"][0]["steps"][0]["repeat"] == 20
    assert laps["sections"][0]["steps"][0]["steps"][0] == {"kind": "work", "until": {"distance": "400 m"}}


def test_no_other_recording_has_a_workout(recordings):
    """Only the recordings with workout steps have a workout."""
    with_workout = {name for name in EXPECTED if _read(recordings / name).workout is not None}

    assert with_workout == {name for name in EXPECTED if name.startswith("workout_")}
