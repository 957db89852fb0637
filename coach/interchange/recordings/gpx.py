"""GPX tracks: positions with times, and heart rate and cadence in Garmin's extension.

A GPX file has no button and no lap. Its speed comes from its positions unless a point has its own. A course is read
from the same files: places and heights, with or without times.
"""

from math import isfinite, radians
from typing import Final

from coach.interchange.recordings.common import MOST_LAPS, Findings, RecordingFile, printable, too_many_laps
from coach.interchange.recordings.track import Point, RecordedActivity, add_activities, metres_between
from coach.interchange.text import number, read_xml, seconds_of
from coach.physiology.surroundings import Course
from coach.problems import RecordingProblem

_VALUES: Final = {
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "speed": "speed",
    "power": "power",
}


def looks_like(file: RecordingFile) -> bool:
    """Return whether it is XML with the element of a GPX file."""
    return file.root == "gpx"


def read(file: RecordingFile) -> Findings:
    """Read a track.

    Raises:
        RecordingProblem: no point of it has a time.
    """
    findings = Findings()
    reader = _GpxReader(findings)
    is_whole = read_xml(file.known_text, reader.opened, reader.ended, findings.problems)
    add_activities(findings, reader.tracks, "GPX", walks=True, is_whole=is_whole)
    return findings


class _GpxReader:
    """Gathers the points one after the other."""

    def __init__(self, findings: Findings) -> None:
        self.tracks: list[RecordedActivity] = []
        self._found = findings
        self._path: list[str] = []
        self._place: tuple[float | None, float | None] = (None, None)
        self._values: dict[str, float | None] = {}
        self._at: float | None = None
        self._begins = True

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "trkpt":
            self._place = number(attributes.get("lat", "")), number(attributes.get("lon", ""))
            self._values = {}
            self._at = None
        elif name == "trkseg":
            self._begins = True
        elif name == "trk":
            self.tracks.append(RecordedActivity(""))
            if len(self.tracks) > MOST_LAPS:
                raise too_many_laps()
        elif name == "gpx" and "creator" in attributes:
            self._found.devices.append(printable(attributes["creator"]))

    def ended(self, name: str, text: str) -> None:
        self._path.pop()
        if name in _VALUES:
            self._values[_VALUES[name]] = number(text)
        elif name == "time" and self._path[-1:] == ["trkpt"]:
            self._at = seconds_of(text)
        elif name == "trkpt":
            self._add()
        elif name == "type" and self._path[-1:] == ["trk"]:
            self.tracks[-1].sport = text

    def _add(self) -> None:
        if not self.tracks:  # a point outside of any track
            self.tracks.append(RecordedActivity(""))
        track = self.tracks[-1]
        if self._at is None:
            track.timeless += 1
            return
        latitude, longitude = self._place
        track.add(Point(self._at, self._begins, latitude, longitude, **self._values))
        self._begins = False


# --- Courses

_COURSE_POINTS: Final = frozenset({"trkpt", "rtept"})
_SAME_M: Final = 0.5
"""Points nearer together count as one: a watch at rest writes one a second."""
_HEIGHTS: Final = (-500.0, 9000.0)
"""Possible heights; some programs write -32768 for an unknown height."""


def read_course(data: bytes, *, name: str) -> Course:
    """Read a course from the bytes of a GPX file called `name`: its first route or all its tracks, with heights.

    Raises:
        RecordingProblem: it is no GPX, is damaged, or has no places or no heights.
    """
    file = RecordingFile(data)
    if file.foreign_text is None or not looks_like(file):
        raise RecordingProblem(f"{name} is not a GPX file", "A course is read from GPX.")
    reader, problems = _CourseReader(), list[str]()
    if not read_xml(file.known_text, reader.opened, reader.ended, problems):
        raise RecordingProblem(f"{name}: {problems[-1]}", "A course must be whole: export it again.")
    points, metres = list[tuple[float, float]](), 0.0
    last: tuple[float, float, float] | None = None
    for latitude, longitude, height in reader.points:
        here = (0.0, radians(latitude), radians(longitude))
        way = 0.0 if last is None else metres_between(last, here)
        if last is not None and way < _SAME_M:
            continue
        metres, last = metres + way, here
        if height is not None:
            points.append((metres, height))
    if not points or metres == 0.0:
        what = "no heights" if reader.points else "no track and no route"
        raise RecordingProblem(f"{name} has {what} in it", "Export the course with its heights (<ele>).")
    first, final = points[0], points[-1]
    try:
        return Course.of([(0.0, first[1]), *points, (metres, final[1])])
    except ValueError as wrong:
        raise RecordingProblem(f"{name}: {wrong}", "Is it the right file?") from None


class _CourseReader:
    """Gathers places and heights; those of a route only if there is no track."""

    def __init__(self) -> None:
        self._points: dict[str, list[tuple[float, float, float | None]]] = {"trkpt": [], "rtept": []}
        self._place: tuple[float | None, float | None] = (None, None)
        self._height: float | None = None
        self._path: list[str] = []

    @property
    def points(self) -> list[tuple[float, float, float | None]]:
        return self._points["trkpt"] or self._points["rtept"]

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name in _COURSE_POINTS:
            self._place = number(attributes.get("lat", "")), number(attributes.get("lon", ""))
            self._height = None

    def ended(self, name: str, text: str) -> None:
        self._path.pop()
        if name == "ele" and self._path[-1:] and self._path[-1] in _COURSE_POINTS:
            height = number(text)
            is_one = height is not None and isfinite(height) and _HEIGHTS[0] <= height <= _HEIGHTS[1]
            self._height = height if is_one else None
        elif name in _COURSE_POINTS:
            latitude, longitude = self._place
            if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
                return
            self._points[name].append((latitude, longitude, self._height))
