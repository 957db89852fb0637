"""Pauses of TCX and GPX, sports that are no run, and points without a time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from coach.app.setup import foreign_setup
from coach.app.workouts import CompiledWorkout
from coach.edge.conductor import replay_max
from coach.edge.settings import Settings
from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.live.contract import RunEnded
from coach.live.run import LiveRun
from coach.problems import RecordingProblem
from coach.session.phases import Button, Pressed
from coach.signals.readings import Reported, Source
from coach.workout.timeline import free_run

ZERO = datetime(2024, 1, 1, 10, tzinfo=UTC)
DEGREE_M = 111_195.08

Moment = tuple[float, float]
"""Seconds and metres."""


def steps(start: int, end: int, metres: float, every: int = 1) -> list[Moment]:
    """A runner at 3 m/s from a time to a time, both included."""
    return [(second, metres + 3.0 * (second - start)) for second in range(start, end + 1, every)]


def time_of(seconds: float) -> str:
    """A moment as files write it."""
    return (ZERO + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def track(points: Iterable[Moment]) -> str:
    """A track of TCX."""
    return "<Track>{}</Track>".format(
        "".join(
            f"<Trackpoint><Time>{time_of(at)}</Time><DistanceMeters>{metres:.2f}</DistanceMeters></Trackpoint>"
            for at, metres in points
        )
    )


def lap(start: float, running: float | None, *tracks: Sequence[Moment]) -> str:
    """A lap of TCX, which says how long it ran, or does not."""
    told = "" if running is None else f"<TotalTimeSeconds>{running}</TotalTimeSeconds>"
    return f"<Lap StartTime='{time_of(start)}'>{told}{''.join(map(track, tracks))}</Lap>"


def tcx(*laps: str, sport: str = "Running") -> ForeignRecording:
    """A file of one activity."""
    return activities(f"<Activity Sport='{sport}'>{''.join(laps)}</Activity>")


def activities(*elements: str) -> ForeignRecording:
    """A file of TCX."""
    inner = f"<Activities>{''.join(elements)}</Activities>"
    return read_recording(f"<TrainingCenterDatabase>{inner}</TrainingCenterDatabase>".encode(), name="it")


def segment(points: Iterable[Moment]) -> str:
    """A segment of GPX, straight north."""
    return "<trkseg>{}</trkseg>".format(
        "".join(
            f"<trkpt lat='{metres / DEGREE_M:.9f}' lon='5'><time>{time_of(at)}</time></trkpt>"
            for at, metres in points
        )
    )


def gpx(*segments: Sequence[Moment]) -> ForeignRecording:
    """A file of one track."""
    return read_recording(f"<gpx><trk>{''.join(map(segment, segments))}</trk></gpx>".encode(), name="it")


def pauses(read: ForeignRecording) -> list[tuple[float, float]]:
    """From when to when the clock stood."""
    presses = [event for event in read.inputs if isinstance(event, Pressed)]
    assert [press.button for press in presses] == [Button.PAUSE, Button.RESUME] * (len(presses) // 2)
    return [(stop.at, go.at) for stop, go in zip(presses[::2], presses[1::2], strict=True)]


def totals(read: ForeignRecording) -> tuple[float, float]:
    """Running time and distance of the free run, which no mark ends."""
    setup = foreign_setup(CompiledWorkout(free_run(), None, None), Settings(), read)
    inputs = [
        event for event in read.inputs if not (isinstance(event, Pressed) and event.button is Button.MARK)
    ]
    *_, last = replay_max(LiveRun(setup), inputs)
    assert isinstance(last.output, RunEnded)
    assert last.output.time_s is not None
    assert last.output.distance is not None
    return last.output.time_s, last.output.distance


def comes_to(
    read: ForeignRecording, seconds: float, metres: float, *, within_s: float, within_m: float
) -> bool:
    """Return whether the free run has these totals, within a tolerance."""
    time, distance = totals(read)
    return abs(time - seconds) <= within_s and abs(distance - metres) <= within_m


FIRST, SECOND = steps(0, 60, 0), steps(660, 720, 180)
"""A minute, ten minutes of rest, a minute."""


@pytest.mark.parametrize(
    ("laps", "paused"),
    [
        ([lap(0, 120, FIRST, SECOND)], [(60, 660)]),
        ([lap(0, 120, FIRST + SECOND)], [(60, 660)]),
        ([lap(0, None, FIRST, SECOND)], [(60, 660)]),
        ([lap(0, 720, FIRST, SECOND)], [(60, 660)]),
        ([lap(0, 0, FIRST, SECOND)], [(60, 660)]),
        ([lap(0, 120.4, FIRST, SECOND)], [(60.4, 660)]),
        ([lap(0, 60, FIRST), lap(660, 60, SECOND)], [(60, 660)]),
        ([lap(0, 60, FIRST), lap(60, 60, SECOND)], [(60, 660)]),
        ([lap(0, 60, FIRST), lap(300, 60, SECOND)], [(60, 660)]),
        ([lap(0, 660, FIRST), lap(660, 60, SECOND)], [(60, 660)]),
        ([lap(0, None, FIRST), lap(660, None, SECOND)], [(60, 660)]),
        ([lap(0, 30, steps(0, 30, 0)), lap(30, 90, steps(31, 60, 93), SECOND)], [(60, 660)]),
        ([lap(9000, 120, FIRST, SECOND)], [(60, 660)]),
        ([lap(0, 120, FIRST, steps(660, 720, 480))], [(60, 660)]),
        ([lap(0, 120, FIRST + [(at, 180.0) for at in range(61, 660)] + SECOND)], [(60, 660)]),
        (
            [lap(0, 120, FIRST + [(at, 180.0 + (at % 7) / 50) for at in range(61, 660, 5)] + SECOND)],
            [(60, 660)],
        ),
    ],
    ids=[
        "tracks",
        "one track",
        "no time told",
        "time with its pauses",
        "time of 0",
        "a bit later",
        "between laps",
        "at the end of a lap",
        "over the end of a lap",
        "between laps, time with its pauses",
        "between laps, no time told",
        "in the second lap",
        "a lap on another clock",
        "carried on 300 m",
        "points while standing",
        "points that drift",
    ],
)
def test_ten_minutes_of_rest_are_a_pause(laps, paused):
    """However a TCX shows it, the rest is no running time, and no metre of it counts."""
    read = tcx(*laps)

    assert pauses(read) == [pytest.approx(pause, abs=0.001) for pause in paused]
    time, metres = totals(read)
    assert time == pytest.approx(120, abs=0.5)
    assert metres == pytest.approx(360, abs=4)
    assert read.problems == ()


def test_two_pauses_in_a_lap():
    """Two rests of different length in one lap are both taken out, to the second the lap tells."""
    read = tcx(lap(0, 92, steps(0, 30, 0), steps(60, 90, 90), steps(290, 320, 180)))

    assert pauses(read) == [
        pytest.approx((60 - 30 * 228 / 230, 60), abs=0.001),
        pytest.approx((290 - 200 * 228 / 230, 290), abs=0.001),
    ]
    assert comes_to(read, 92, 270, within_s=0.1, within_m=3)


def test_a_single_second_between_two_pauses():
    """A timer that started by itself for one second gives two pauses and that second."""
    read = tcx(lap(0, 61, steps(0, 30, 0), steps(100, 101, 90), steps(300, 330, 93)))

    assert [(round(stop, 1), go) for stop, go in pauses(read)] == [(30.0, 100.0), (101.0, 300.0)]
    assert comes_to(read, 61, 183, within_s=0.1, within_m=4)


def test_a_single_point_between_two_pauses():
    """A track of one point ends one pause and begins the next."""
    read = tcx(lap(0, 60, steps(0, 30, 0), [(100, 90.0)], steps(300, 330, 90)))

    assert pauses(read) == [(30.0, 300.0)]
    assert totals(read)[0] == pytest.approx(60, abs=0.1)


def test_a_lap_without_a_track_is_run():
    """A lap without a point but with a time was run: its gap is not a pause."""
    read = tcx(lap(0, 60, FIRST), lap(60, 120, []), lap(180, 60, steps(180, 240, 540)))

    assert pauses(read) == []
    assert comes_to(read, 240, 720, within_s=0.1, within_m=1)


def test_a_lap_without_a_track_may_have_a_pause():
    """Of the time of a lap without a point, what it does not count is a pause."""
    read = tcx(lap(0, 60, FIRST), lap(60, 20, []), lap(180, 60, steps(180, 240, 240)))

    assert pauses(read) == [(80.0, 180.0)]
    assert comes_to(read, 140, 420, within_s=0.1, within_m=4)


def test_a_lap_that_ends_after_the_points_and_starts_before_them():
    """The timer's start before the first fix and its stop after the last point count as running."""
    read = tcx(lap(-20, 90, FIRST))

    assert read.first_timer_start_s == 0.0
    assert next(event.at for event in read.inputs if isinstance(event, Reported)) == 20.0
    assert read.inputs[-1].at == 90.0


@pytest.mark.parametrize("every", [1, 3, 5])
def test_laps_without_a_gap_have_no_pause(every):
    """Ten laps and tracks one after the other, with as many points a minute, are one run."""
    read = tcx(*(lap(60 * n, 60, steps(60 * n, 60 * n + 59, 180.0 * n, every)) for n in range(10)))

    assert pauses(read) == []
    assert totals(read)[0] == pytest.approx(600, abs=5)


def test_a_hole_that_the_lap_counts_is_no_pause():
    """Forty seconds without a point in one track, all of them counted, were run."""
    read = tcx(lap(0, 160, FIRST + steps(100, 160, 300)))

    assert pauses(read) == []
    assert comes_to(read, 160, 480, within_s=0.1, within_m=1)


def test_of_a_hole_and_a_pause_the_pause_is_taken():
    """A new track tells which of two gaps of a lap was the pause, also if it is the shorter one."""
    read = tcx(lap(0, 220, steps(0, 60, 0) + steps(120, 160, 360), steps(200, 260, 480)))

    assert pauses(read) == [(160.0, 200.0)]


def test_a_pause_nobody_can_find_is_told():
    """A lap that counts a minute less than a steady run lasts is reported, and the time is kept."""
    read = tcx(lap(0, 540, steps(0, 600, 0)))

    assert pauses(read) == []
    assert read.problems == (
        "The laps count 60 s less than they last, and nothing shows where the pause was; it counts as running.",
    )


def test_a_lap_that_a_cut_file_leaves_open_keeps_its_pauses():
    """The last lap of a cut file has the pauses that its tracks show."""
    data = "<TrainingCenterDatabase><Activities><Activity Sport='Running'>" + lap(0, 9999, FIRST, SECOND)
    read = read_recording(data[:-20].encode(), name="it")

    assert pauses(read) == [(60.0, 660.0)]
    assert totals(read)[0] == pytest.approx(119, abs=1)
    assert read.problems[0].startswith("The file is cut short or damaged at line 1")


@pytest.mark.parametrize(
    ("segments", "paused"),
    [
        ([FIRST, SECOND], [(60, 660)]),
        ([FIRST, steps(660, 720, 3300)], [(60, 660)]),
        ([FIRST, steps(65, 125, 180)], [(60, 65)]),
        ([FIRST, steps(61, 121, 183)], []),
        ([FIRST, steps(60, 120, 180)], []),
        ([steps(0, 60, 0, 3), steps(66, 126, 198, 3)], []),
        ([FIRST, [], SECOND], [(60, 660)]),
        ([FIRST, steps(100, 160, 180), steps(500, 560, 360)], [(60, 100), (160, 500)]),
        ([FIRST + SECOND], []),
    ],
    ids=["rest", "far off", "a light", "no gap", "one moment", "sparse", "empty", "two", "no segment"],
)
def test_a_gap_between_segments_is_a_pause(segments, paused):
    """Segments after a gap longer than any between points stand behind a pause; the way across it does not count."""
    read = gpx(*segments)
    last = max(at for part in segments for at, _ in part)
    parts = segments if paused else [[moment for part in segments for moment in part]]
    ran = sum(part[-1][1] - part[0][1] for part in parts if part)

    assert pauses(read) == paused
    time, metres = totals(read)
    assert time == pytest.approx(last - sum(go - stop for stop, go in paused), abs=0.1)
    assert metres == pytest.approx(ran, abs=7)


def test_tracks_of_gpx_are_parted_as_segments_are():
    """Two tracks of one file are one run with a pause between."""
    read = read_recording(
        f"<gpx><trk>{segment(FIRST)}</trk><trk>{segment(steps(660, 720, 3300))}</trk></gpx>".encode(),
        name="it",
    )

    assert pauses(read) == [(60.0, 660.0)]
    assert comes_to(read, 120, 360, within_s=0.1, within_m=1)


# --- FIT and TCX of one run


@pytest.mark.parametrize(
    "name",
    [
        "steady_fenix6x_stryd_3pauses.fit",
        "long_fenix5x_stryd_7pauses.fit",
        "workout_10x400m_90s_smartrec.fit",
        "short_run_vivoactive3.fit",
        "steady_fenix2.fit",
    ],
)
@pytest.mark.parametrize("has_tracks", [True, False])
def test_fit_and_tcx_of_one_run_agree(recordings, name, has_tracks):
    """A TCX made from a FIT, with a track for each stretch or each lap, has the same totals within 5 s and 20 m."""
    fit = read_recording((recordings / name).read_bytes(), name=name)
    points = [
        (event.at, event.distance)
        for event in fit.inputs
        if isinstance(event, Reported) and event.source is Source.WATCH and event.distance is not None
    ]
    stops = pauses_of(fit)
    laps: list[str] = []
    bounds = [*(one.start_s for one in fit.laps), points[-1][0] + 0.001]
    for one, (start, end) in zip(fit.laps, pairwise(bounds), strict=True):
        inside = [point for point in points if start <= point[0] < end]
        tracks: list[list[Moment]] = [[]]
        for point in inside:
            if has_tracks and tracks[-1] and any(tracks[-1][-1][0] <= stop < point[0] for stop in stops):
                tracks.append([])
            tracks[-1].append(point)
        laps.append(lap(start, one.time_s, *tracks))

    time, metres = totals(fit)
    assert comes_to(tcx(*laps), time, metres, within_s=5, within_m=20)


def pauses_of(read: ForeignRecording) -> list[float]:
    """When the timer stopped."""
    return [event.at for event in read.inputs if isinstance(event, Pressed) and event.button is Button.PAUSE]


# --- sports


@pytest.mark.parametrize("sport", ["Biking", "cycling"])
def test_another_sport_is_said(sport):
    """A ride is replayed, and the report says that it is not a run."""
    read = tcx(lap(0, 60, FIRST), sport=sport)

    assert read.problems == (f"The file calls itself {sport.lower()}, not running.",)
    assert comes_to(read, 60, 180, within_s=0.1, within_m=0.5)


@pytest.mark.parametrize("sport", ["Running", "Other", "", "Trail run"])
def test_what_may_be_a_run_is_one(sport):
    """Running, and what a file leaves open, is read without a word."""
    assert tcx(lap(0, 60, FIRST), sport=sport).problems == ()


def test_only_the_run_is_a_run():
    """Of a ride, a change and a run in one file the run is read, and the others are named."""
    read = activities(
        f"<Activity Sport='Biking'>{lap(0, 60, steps(0, 60, 0))}</Activity>",
        f"<Transition Sport='Other'>{lap(70, 10, steps(70, 80, 180))}</Transition>",
        f"<Activity Sport='Running'>{lap(90, 120, steps(90, 210, 0))}</Activity>",
    )

    assert read.problems == (
        "61 track points were of another sport (biking), left out.",
        "11 track points were of another sport (other), left out.",
    )
    assert len(read.laps) == 1
    assert comes_to(read, 120, 360, within_s=0.1, within_m=0.5)


@pytest.mark.parametrize(
    ("word", "problems"),
    [
        ("running", ()),
        ("track_running", ()),
        ("9", ()),
        ("hiking", ()),
        ("cycling", ("The file calls itself cycling, not running.",)),
        ("Ride", ("The file calls itself ride, not running.",)),
    ],
)
def test_the_type_of_a_gpx_track_is_its_sport(word, problems):
    """A track of GPX has a type, which is no other element of that name."""
    read = read_recording(
        f"<gpx><metadata><link><type>ride</type></link></metadata><trk><type>{word}</type>{segment(FIRST)}</trk></gpx>".encode(),
        name="it",
    )

    assert read.problems == problems


# --- points without a time


def test_points_without_a_time_are_counted():
    """In both formats the points that have no time, or none that is one, are left out and counted."""
    read = read_recording(
        b"<gpx><trk><trkseg><trkpt lat='0' lon='0'/><trkpt lat='0' lon='0'><time>noon</time></trkpt>"
        b"<trkpt lat='0' lon='0'><time>2024-01-01T10:00:00Z</time><x><time>7</time></x></trkpt>"
        b"</trkseg></trk></gpx>",
        name="it",
    )
    assert read.problems == ("2 track points were without a time, left out.",)

    read = tcx(lap(0, 60, FIRST) + "<Lap><Track><Trackpoint/></Track></Lap>")
    assert read.problems == ("1 track point was without a time, left out.",)


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (
            "<gpx><trk><trkseg><trkpt lat='0' lon='0'/><trkpt lat='0' lon='0'/></trkseg></trk></gpx>",
            "A route or a planned course has no times: none of its points has one.",
            "Export the activity itself, not a route, a course or a workout.",
        ),
        (
            "<gpx><rte><rtept lat='0' lon='0'/></rte></gpx>",
            "The GPX file has no track point with a time.",
            "Export the activity itself, not a route, a course or a workout.",
        ),
        (
            "<gpx><trk>",
            "The file is cut short or damaged at line 1: no element found; everything before was read.",
            "Export it again.",
        ),
        (
            "<workout_file/>",
            "This is a Zwift workout, not a recording of a run.",
            "Look at it with: coach workout check FILE",
        ),
        ("<kml/>", "This XML file is neither GPX nor TCX but <kml>.", None),
    ],
)
def test_the_hint_fits_the_file(data, message, hint):
    """A route, a cut file, a workout and a map are each refused by their name."""
    with pytest.raises(RecordingProblem) as refused:
        read_recording(data.encode(), name="it")

    assert refused.value.message.startswith("it: ")
    assert refused.value.message.endswith(message)
    assert hint is None or refused.value.hint == hint


# --- files that went wrong


@pytest.mark.parametrize(
    ("name", "seconds", "metres", "problems"),
    [
        ("tcx_leading_spaces.tcx", 60, 180, ()),
        ("tcx_pause.tcx", 120, 360, ()),
        ("tcx_biking.tcx", 60, 480, ("The file calls itself biking, not running.",)),
        ("gpx_two_segments.gpx", 120, 360, ()),
        ("gpx_undeclared_prefix.gpx", 60, 180, ()),
        ("gpx_root_with_prefix.gpx", 60, 180, ()),
        ("gpx_bare_ampersand.gpx", 59, 177, ("Line 2: a bare & was read as the character &.",)),
        ("gpx_latin1_name.gpx", 59, 177, ("Line 2: the text is not UTF-8 and was read as Windows-1252.",)),
        ("gpx_control_char.gpx", 59, 177, ("Line 2: a character that XML forbids was read as a space.",)),
        ("gpx_points_without_time.gpx", 60, 180, ("30 track points were without a time, left out.",)),
    ],
)
def test_files_that_went_wrong_are_right(shared_data, name, seconds, metres, problems):
    """Each has its own running time and distance, and reports its repairs."""
    read = read_recording((shared_data / "wild" / "files" / name).read_bytes(), name=name)

    assert comes_to(read, seconds, metres, within_s=0.1, within_m=0.3)
    assert read.problems == problems


def test_a_prefix_that_nobody_declared_hides_no_heart_rate(shared_data):
    """The heart rate under `gpxtpx:` is read."""
    read = read_recording((shared_data / "wild/files/gpx_undeclared_prefix.gpx").read_bytes(), name="it")

    rates = [event.heart_rate for event in read.inputs if isinstance(event, Reported) and event.heart_rate]
    assert rates == [150.0] * 61


def test_tracks_that_begin_with_the_newest_are_put_in_order():
    """Of two tracks of GPX, or activities of TCX, the older may stand behind: neither is lost."""
    tracks = "".join(f"<trk>{segment(each)}</trk>" for each in (SECOND, FIRST))
    runs = (
        f"<Activity Sport='Running'>{each}</Activity>" for each in (lap(660, 60, SECOND), lap(0, 60, FIRST))
    )
    for read in (
        gpx(SECOND, FIRST),
        read_recording(f"<gpx>{tracks}</gpx>".encode(), name="it"),
        activities(*runs),
    ):
        assert comes_to(read, 120, 360, within_s=0.5, within_m=1)
        assert pauses(read) == [(60, 660)]
        assert read.problems == ("The tracks of the file were put in the order of time.",)


def test_positions_go_on_where_a_clock_was_set_back():
    """Within a track an older time is a clock set back, and what follows it is walked as well."""
    read = gpx([*steps(300, 360, 0), *steps(0, 60, 180)])

    assert comes_to(read, 121, 360, within_s=0.5, within_m=4)
    assert len(read.problems) == 1
    assert "clock jumps back by 360 s" in read.problems[0]


def test_points_without_a_value_at_either_end_are_running_time():
    """A watch that waits for its first fix, or loses the last, runs all the same, as its lap says."""
    bare = [f"<Trackpoint><Time>{time_of(at)}</Time></Trackpoint>" for at in range(101)]
    before, after = "".join(bare[:10]), "".join(bare[81:])
    inner = (
        track(steps(10, 80, 0)).replace("<Track>", f"<Track>{before}").replace("</Track>", f"{after}</Track>")
    )
    told = f"<Lap StartTime='{time_of(0)}'><TotalTimeSeconds>100</TotalTimeSeconds>{inner}</Lap>"
    read = activities(f"<Activity Sport='Running'>{told}</Activity>")

    assert comes_to(read, 100, 210, within_s=0.5, within_m=0.5)
    assert pauses(read) == []


def test_decimal_commas_of_programs_that_speak_german():
    """Positions and distances with a comma for the point are those with the point."""
    meant = f"<gpx><trk>{segment(FIRST)}</trk></gpx>"
    read = read_recording(meant.replace("lat='0.", "lat='0,").encode(), name="it")
    assert comes_to(read, 60, 180, within_s=0.5, within_m=1)

    inner = f"<Activities><Activity Sport='Running'>{lap(0, 60, FIRST)}</Activity></Activities>"
    written = f"<TrainingCenterDatabase>{inner}</TrainingCenterDatabase>".replace(".00</Dist", ",00</Dist")
    assert comes_to(read_recording(written.encode(), name="it"), 60, 180, within_s=0.5, within_m=0.5)


def test_a_course_is_told():
    """The times of a course are those of a virtual partner: it is read, and reported as a course."""
    course = f"<Courses><Course><Name>Loop</Name>{track(FIRST)}</Course></Courses>"
    written = f"<TrainingCenterDatabase>{course}</TrainingCenterDatabase>"
    read = read_recording(written.encode(), name="it")

    assert comes_to(read, 60, 180, within_s=0.5, within_m=0.5)
    assert read.problems == ("The file holds a course: its times may be those of a plan and not of a run.",)
