"""Courses from GPX: tracks and routes, with or without times, and files that are no course."""

import pytest

from coach.interchange.recordings.track import read_course
from coach.problems import RecordingProblem

NORTH = 1 / 111_194.93
"""Degrees of latitude to a metre, on the sphere that positions are measured on."""


def gpx(*points, kind="trkpt", inner="<trk><trkseg>{}</trkseg></trk>"):
    """A file of (metres north, height) points; a height of None is left out."""
    told = "".join(
        f'<{kind} lat="{50 + metres * NORTH:.8f}" lon="8">{"" if height is None else f"<ele>{height}</ele>"}</{kind}>'
        for metres, height in points
    )
    return f'<?xml version="1.0"?><gpx version="1.1" creator="x">{inner.format(told)}</gpx>'.encode()


def test_a_track_without_times_is_a_course():
    """Its length and its heights."""
    course = read_course(gpx((0, 10), (500, 20), (1000, 10)), name="x.gpx")
    assert course.length == pytest.approx(1000, abs=0.1)
    assert max(course.heights) == pytest.approx(20, abs=1.2)


def test_a_route_is_one_too():
    """Where there is no track."""
    route = gpx((0, 0), (1000, 50), kind="rtept", inner="<rte>{}</rte>")
    assert read_course(route, name="x.gpx").between(100, 900)[0] == pytest.approx(40, abs=0.5)


def test_heights_that_are_not_known_lie_between_those_that_are():
    """Missing ones, and the number some programs write for none."""
    course = read_course(gpx((0, 0), (250, None), (500, -32768), (750, "nan"), (1000, 10)), name="x.gpx")
    assert course.slope(500) == pytest.approx(0.01, abs=1e-4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no", "not a GPX"),
        (b"", "not a GPX"),
        (b"\xff\x00\x01", "not a GPX"),
        (b"<tcx></tcx>", "not a GPX"),
        (gpx((0, None), (1000, None)), "no heights"),
        (gpx(), "no track and no route"),
        (gpx((0, 1)), "heights"),
        (gpx((0, 1), (1000, 2))[:-20], "must be whole"),
        (gpx((0, 1), (0.1, 2)), "heights"),
    ],
)
def test_what_is_no_course_is_refused(data, words):
    """With the file's name and what to do."""
    with pytest.raises(RecordingProblem) as problem:
        read_course(data, name="x.gpx")
    assert words in str(problem.value)
    assert "x.gpx" in str(problem.value)


@pytest.mark.parametrize("name", ["track_7x1km_1hz", "intervals_11x80s_1hz", "track_12x400m_1hz"])
def test_recorded_runs_are_courses(recordings, name):
    """A flat track is flat: no kilometre of it costs 6 % more than another."""
    file = recordings / f"{name}.gpx"
    course = read_course(file.read_bytes(), name=file.name)
    costs = [course.between(start, start + 1000)[2] for start in range(0, int(course.length) - 1000, 1000)]
    assert all(0.95 < cost < 1.06 for cost in costs)
