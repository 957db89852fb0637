"""The two formats of track points: GPX and TCX are read, TCX is written, and a course is read from GPX."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from math import asin, cos, isfinite, radians, sin, sqrt
from statistics import median, quantiles
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from coach.interchange.recordings.activity import Activity, ActivityLap, LapTrigger, mean_of, most_of, strides
from coach.interchange.recordings.common import (
    JUMP_FORWARD_S,
    MOST_LAPS,
    MOST_ROWS,
    OUT_OF_ORDER_S,
    Findings,
    Press,
    RecordedLap,
    RecordingFile,
    Row,
    count,
    printable,
    too_long,
    too_many_laps,
)
from coach.interchange.text import number, read_xml, seconds_of
from coach.physiology.surroundings import Course
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.review.trace import TraceRow
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import RESTS

# --- movement from positions

EARTH_M: Final = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""
FASTEST_MPS: Final = 12.5
"""No runner is faster (the record is 12.4 m/s); a faster step between positions is a jump of the receiver."""
GAP_S: Final = 10.0
"""Across a longer gap the straight line counts as distance, but gives no speed."""
JUMPS_BELIEVED: Final = 3
"""So many jumps in a row are accepted as a new place."""


class Movement(NamedTuple):
    """The movement derived from a position; unknown is None."""

    speed: float | None = None
    """m/s since the one before."""
    distance: float | None = None
    """Metres walked so far."""
    place: tuple[float, float] | None = None
    """Metres east and north of the first position, to a tenth."""


class Walker:
    """Derives speed and distance from positions as received; nothing is smoothed."""

    def __init__(self) -> None:
        """Start without a place."""
        self._last: tuple[float, float, float] | None = None
        self._first: tuple[float, float, float] | None = None
        self._metres = 0.0
        self._in_a_row = 0
        self._jumps = 0

    def step(self, at: float, latitude: float, longitude: float) -> Movement:
        """Go on to a position in degrees, at a time in seconds; if the clock was set back, start anew from there."""
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            return Movement()
        here = (at, radians(latitude), radians(longitude))
        if self._last is None:
            self._last = here
            self._first = self._first or here
            return Movement(None, self._metres, self._place(here))
        seconds = at - self._last[0]
        if seconds < -OUT_OF_ORDER_S:
            self._last = here
            return Movement(None, self._metres, self._place(here))
        if seconds <= 0:
            return Movement()
        metres = metres_between(self._last, here)
        if metres > FASTEST_MPS * seconds:
            return self._jump(here)
        self._in_a_row = 0
        self._last = here
        self._metres += metres
        return Movement(metres / seconds if seconds <= GAP_S else None, self._metres, self._place(here))

    def restart(self) -> None:
        """Forget the place after a pause: the distance to the next one does not count."""
        self._last = None

    def problems(self) -> list[str]:
        """Report how many positions were rejected."""
        if not self._jumps:
            return []
        return [f"{count(self._jumps, 'position')} farther off than anyone can run, left out."]

    def _place(self, here: tuple[float, float, float]) -> tuple[float, float]:
        """East and north of the first position, on a plane, which is exact enough over a track."""
        first = self._first or here
        east = EARTH_M * cos(first[1]) * (here[2] - first[2])
        return round(east, 1), round(EARTH_M * (here[1] - first[1]), 1)

    def _jump(self, here: tuple[float, float, float]) -> Movement:
        self._jumps += 1
        self._in_a_row += 1
        if self._in_a_row >= JUMPS_BELIEVED:
            self._last = here
            self._in_a_row = 0
        return Movement()


def metres_between(start: tuple[float, float, float], end: tuple[float, float, float]) -> float:
    """Great-circle distance by the haversine formula between two (time, latitude, longitude) in radians."""
    _, latitude, longitude = start
    _, other_latitude, other_longitude = end
    half = sin((other_latitude - latitude) / 2) ** 2
    half += cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))


# --- from track points to rows, pauses and laps

_OTHER_SPORTS: Final = re.compile(
    r"bik|cycl|\brid|swim|ski|snow|\brow|skat|paddl|kayak|canoe|surf|sail|driv|motor|golf|\bfly|horse",
    re.IGNORECASE,
)


class Point(NamedTuple):
    """A track point; unknown is None."""

    at: float
    """Seconds since 1970."""
    begins: bool
    """True if it is the first of a track or segment."""
    latitude: float | None = None
    longitude: float | None = None
    speed: float | None = None
    distance: float | None = None
    cadence: float | None = None
    power: float | None = None
    heart_rate: float | None = None

    @property
    def has_value(self) -> bool:
        """True if there is any value besides its time."""
        return any(value is not None for value in self[2:])


class TimedLap(NamedTuple):
    """A lap as the file has it."""

    start: float
    running_s: float | None
    """Without its pauses; None if the file does not say."""
    points: int
    """Number of its points."""
    lap: RecordedLap


@dataclass(slots=True)
class RecordedActivity:
    """An activity of a file, usually the only one."""

    sport: str
    """In the file's own word; empty if it has none."""
    points: list[Point] = field(default_factory=list)
    laps: list[TimedLap] = field(default_factory=list)
    timeless: int = 0
    """Number of points without a time."""

    def add(self, point: Point) -> None:
        """Add a point.

        Raises:
            RecordingProblem: the activity has more points than any run.
        """
        if len(self.points) >= MOST_ROWS:
            raise too_long()
        self.points.append(point)


class Gap(NamedTuple):
    """The time from a point to the next, or the part of it in a lap."""

    start: float
    end: float
    is_break: bool = False
    """True if a new track begins after it."""

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start


def _add_activities(
    findings: Findings, activities: Sequence[RecordedActivity], kind: str, *, walks: bool, is_whole: bool
) -> None:
    """Make rows, pauses and laps of the activities on foot; what is left out is reported.

    Args:
        findings: receives them.
        activities: in the order of the file.
        kind: what the file is, `TCX` or `GPX`.
        walks: the distance is always that between the positions; a point's own speed counts all the same.
        is_whole: the file was read to its end.

    Raises:
        RecordingProblem: no point has a time.
    """
    timeless = sum(activity.timeless for activity in activities)
    with_points = [activity for activity in activities if activity.points]
    if not with_points:
        raise _no_points(findings, kind, timeless)
    if timeless:
        findings.problems.append(f"{count(timeless, 'track point')} without a time, left out.")
    runs = _runs_of(with_points, findings)
    points = [point for run in runs for point in run.points]
    laps = [lap for run in runs for lap in run.laps]
    in_order = _in_order(points)
    if in_order != points:
        findings.problems.append("The tracks of the file were put in the order of time.")
        points = in_order
        laps.sort(key=lambda lap: lap.start)
    _add_run(findings, points, laps, walks=walks, is_whole=is_whole)


def _in_order(points: list[Point]) -> list[Point]:
    """The points with their tracks in order of time; an export of several activities begins with the newest.

    Overlapping tracks stay as they are: their clock was set back, which is repaired elsewhere.
    """
    begins = [place for place, point in enumerate(points) if point.begins or place == 0]
    tracks = [points[start:end] for start, end in pairwise([*begins, len(points)])]
    ordered = sorted(tracks, key=lambda track: track[0].at)
    if any(one[-1].at > other[0].at for one, other in pairwise(ordered)):
        return points
    return [point for track in ordered for point in track]


def _no_points(findings: Findings, kind: str, timeless: int) -> RecordingProblem:
    text = " ".join(findings.problems)
    if timeless:
        number = "none of its points has one" if timeless > 1 else "its only point has none"
        text = f"{text} A route or a planned course has no times: {number}.".lstrip()
    hint = (
        "Export it again."
        if findings.problems
        else "Export the activity itself, not a route, a course or a workout."
    )
    return RecordingProblem(f"The {kind} file has no track point with a time. {text}".rstrip(), hint)


def _runs_of(activities: list[RecordedActivity], findings: Findings) -> list[RecordedActivity]:
    """The activities on foot; all of them if there is none, which is reported."""
    runs = [each for each in activities if "run" in each.sport.lower()]
    runs = runs or [each for each in activities if not _OTHER_SPORTS.search(each.sport)]
    run_ids = {id(each) for each in runs}
    points = Counter[str]()
    for other in activities:
        if id(other) not in run_ids:
            points[printable(other.sport).lower() or "unnamed"] += len(other.points)
    for sport, total in points.items():
        if runs:
            findings.problems.append(f"{count(total, 'track point')} of another sport ({sport}), left out.")
        else:
            findings.problems.append(f"The file calls itself {sport}, not running.")
            findings.cadence_factor = None
    return runs or activities


LONGEST_STEP: Final = 1.5
"""A step across a pause may cover this many times the distance of the step before."""


def _add_run(
    findings: Findings, points: Sequence[Point], laps: Sequence[TimedLap], *, walks: bool, is_whole: bool
) -> None:
    pauses = _pauses(points, laps, findings, is_whole=is_whole)
    for pause in pauses:
        findings.presses += (Press(pause.start, Button.PAUSE), Press(pause.end, Button.RESUME))
    findings.laps += (
        (each.start, each.start + each.running_s, each.lap) for each in laps if each.running_s is not None
    )
    walks = walks or all(point.speed is None and point.distance is None for point in points)
    source = Source.POSITIONS if walks else Source.WATCH
    walker = Walker()
    way = _position_movement(points, pauses, walker) if walks else _device_movement(points, pauses)
    for point, (speed, distance, place) in zip(points, way, strict=True):
        findings.add(Row(point.at, source, speed, distance, point.cadence, None, point.power, place=place))
        findings.add(Row(point.at, Source.STRAP, heart_rate=point.heart_rate))
    findings.problems.extend(walker.problems())


def _position_movement(points: Sequence[Point], pauses: Sequence[Gap], walker: Walker) -> Iterator[Movement]:
    """Speed and distance of each point by the positions; the distance across a pause does not count."""
    ends = deque(pause.end for pause in pauses)
    for point in points:
        if ends and point.at >= ends[0]:
            walker.restart()
            while ends and ends[0] <= point.at:
                ends.popleft()
        movement = Movement()
        if point.latitude is not None and point.longitude is not None:
            movement = walker.step(point.at, point.latitude, point.longitude)
        yield movement if point.speed is None else movement._replace(speed=point.speed)


def _device_movement(points: Sequence[Point], pauses: Sequence[Gap]) -> Iterator[Movement]:
    """Speed and distance as the points have them, without the distance added in a pause.

    Across a pause at most one ordinary step is kept: the device measured until it was stopped.
    """
    coming = deque(pauses)
    last: tuple[float, float] | None = None  # time and value of the last distance while running
    pace = spacing = excess = 0.0
    for point in points:
        distance = point.distance
        if distance is None:
            yield Movement(point.speed)
            continue
        if coming and coming[0].start < point.at < coming[0].end:
            yield Movement(point.speed, None if last is None else last[1] - excess)
            continue
        over: list[Gap] = []
        while coming and coming[0].end <= point.at:
            over.append(coming.popleft())
        if last is not None and point.at > last[0]:
            seconds, metres = point.at - last[0], distance - last[1]
            if over:
                seconds -= sum(pause.length for pause in over)
                if metres > LONGEST_STEP * pace * max(seconds, spacing):
                    excess += metres - pace * seconds
            else:
                pace, spacing = metres / seconds, seconds
        last = point.at, distance
        yield Movement(point.speed, distance - excess)


# --- pauses
#
# These formats have no element for a pause. A gap before a new track (TCX) or segment (GPX) is one. If a lap of a TCX
# counts less running time than passed, the gaps in it are pauses, or else the stretches without movement.

ROUNDING_S: Final = 2.0
"""Laps and points are written in whole seconds: a lap whose running time is less by this has no pause."""
LONG_GAP_S: Final = 10.0
"""A longer gap between two tracks of a lap is a pause even if the lap counts it as running."""
EDGE_S: Final = 60.0
"""Laps may begin and end this long before and after the points."""
STANDING_MPS: Final = 0.3
"""A slower runner stands."""


def _pauses(
    points: Sequence[Point], laps: Sequence[TimedLap], findings: Findings, *, is_whole: bool
) -> list[Gap]:
    """Every pause in order of time, also where the timer started before the points and stopped after them."""
    gaps = [Gap(one.at, other.at, other.begins) for one, other in pairwise(points) if other.at > one.at]
    if not gaps:
        return []
    lengths = [gap.length for gap in gaps if not gap.is_break] or [1.0]
    longest = max(2 * median(lengths), quantiles(lengths, n=20)[-1] if len(lengths) > 1 else 0.0)
    gaps = sorted(gap for gap in gaps if gap.length > longest)
    stands = _standing_gaps(points) if laps else []
    windows = _windows(laps, points[0].at, points[-1].at)
    pauses: list[Gap] = []
    unplaced = 0.0
    for lap, start, end in windows:
        parts = [part for part in _within(gaps, start, end) if part.length > longest]
        breaks = [part for part in parts if part.is_break]
        paused = None if lap is None or lap.running_s is None else end - start - lap.running_s
        if paused is None:
            pauses += breaks
        elif paused > ROUNDING_S:
            parts.sort(key=lambda part: (part.is_break, part.length), reverse=True)
            selection = _choose([*parts, *_within(stands, start, end)], paused)
            pauses += selection or breaks
            unplaced += 0.0 if selection else paused - sum(part.length for part in breaks)
        elif lap is not None and lap.points:
            pauses += [part for part in breaks if part.length > LONG_GAP_S]
    if unplaced > LONG_GAP_S:
        findings.problems.append(
            f"The laps count {unplaced:.0f} s less than they last, and nothing shows where the pause was; "
            "it counts as running."
        )
    pauses = _join(pauses)
    _add_ends(findings, windows, points, pauses, is_whole=is_whole)
    return pauses


def _windows(
    laps: Sequence[TimedLap], first: float, last: float
) -> list[tuple[TimedLap | None, float, float]]:
    """Each lap from its start to that of the next; one window without a lap if laps and points do not fit together."""
    starts = [lap.start for lap in laps]
    if not laps or starts != sorted(starts):
        return [(None, first, last)]
    lead = EDGE_S if laps[0].points else JUMP_FORWARD_S
    tail = EDGE_S if laps[-1].points else JUMP_FORWARD_S
    if not (first - lead <= starts[0] <= first + EDGE_S and starts[-1] <= last + tail):
        return [(None, first, last)]
    return list(zip(laps, starts, [*starts[1:], max(last, starts[-1])], strict=True))


def _add_ends(
    findings: Findings,
    windows: Sequence[tuple[TimedLap | None, float, float]],
    points: Sequence[Point],
    pauses: Sequence[Gap],
    *,
    is_whole: bool,
) -> None:
    """Add the timer's start and stop, if the laps show that it ran before the first value or after the last."""
    at_first = next((point.at for point in points if point.has_value), points[0].at)
    at_last = next((point.at for point in reversed(points) if point.has_value), points[-1].at)
    first, start, _ = windows[0]
    if first is not None and start < at_first:
        findings.started_at = start
    lap, start, end = windows[-1]
    if lap is None or lap.running_s is None or not is_whole:
        return
    stop = start + lap.running_s + sum(part.length for part in _within(pauses, start, end))
    if at_last < stop <= points[-1].at + (EDGE_S if lap.points else JUMP_FORWARD_S):
        findings.ended_at = stop


def _within(gaps: Sequence[Gap], start: float, end: float) -> list[Gap]:
    """The parts of gaps, in order of time, that lie between two moments."""
    first = max(0, bisect_right(gaps, start, key=lambda gap: gap.start) - 1)
    inside = gaps[first : bisect_left(gaps, end, lo=first, key=lambda gap: gap.start)]
    return [Gap(max(gap.start, start), min(gap.end, end), gap.is_break) for gap in inside if gap.end > start]


def _choose(candidates: Sequence[Gap], paused: float) -> list[Gap]:
    """The first candidates that together last as long as the pauses, cut to that; none if all are too short.

    They are cut at the beginning: a device records nothing more before it is stopped, and goes on at once.
    """
    selection: list[Gap] = []
    total = 0.0
    for part in candidates:
        if total >= paused - ROUNDING_S:
            break
        selection.append(part)
        total += part.length
    if total < paused - ROUNDING_S:
        return []
    share = min(1.0, paused / total)
    return [Gap(part.end - share * part.length, part.end) for part in selection]


def _standing_gaps(points: Sequence[Point]) -> list[Gap]:
    """The long stretches in which the recorded distance stands still, in order of time."""
    stands: list[Gap] = []
    for one, other in pairwise(points):
        if one.distance is None or other.distance is None or other.at <= one.at:
            continue
        if abs(other.distance - one.distance) > STANDING_MPS * (other.at - one.at):
            continue
        if stands and stands[-1].end == one.at:
            stands[-1] = Gap(stands[-1].start, other.at)
        else:
            stands.append(Gap(one.at, other.at))
    return sorted(stand for stand in stands if stand.length > LONG_GAP_S)


def _join(pauses: Sequence[Gap]) -> list[Gap]:
    """The pauses in order of time, with touching ones joined."""
    result: list[Gap] = []
    for pause in sorted(pauses):
        if result and pause.start <= result[-1].end:
            result[-1] = Gap(result[-1].start, max(pause.end, result[-1].end))
        else:
            result.append(pause)
    return result


# --- GPX: positions, with heart rate and cadence in Garmin's extension
#
# A file has no button and no lap. Its speed comes from its positions unless a point has its own.

_GPX_VALUES: Final = {
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "speed": "speed",
    "power": "power",
}


class Gpx:
    """Reads the tracks of GPX files."""

    def looks_like(self, file: RecordingFile) -> bool:
        """Return whether it is XML with the element of a GPX file."""
        return file.root == "gpx"

    def read(self, file: RecordingFile) -> Findings:
        """Read a track.

        Raises:
            RecordingProblem: no point of it has a time.
        """
        findings = Findings()
        reader = _GpxReader(findings)
        is_whole = read_xml(file.known_text, reader.opened, reader.ended, findings.problems)
        _add_activities(findings, reader.tracks, "GPX", walks=True, is_whole=is_whole)
        return findings


class _GpxReader:
    """Gathers the points one after the other."""

    def __init__(self, findings: Findings) -> None:
        self.tracks: list[RecordedActivity] = []
        self._findings = findings
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
            self._findings.devices.append(printable(attributes["creator"]))

    def ended(self, name: str, text: str) -> None:
        self._path.pop()
        if name in _GPX_VALUES:
            self._values[_GPX_VALUES[name]] = number(text)
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


# --- a course from GPX: places and heights, with or without times

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
    if file.foreign_text is None or file.root != "gpx":
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


# --- TCX, read and written: laps and track points, speed and running cadence in Garmin's ActivityExtension
#
# In a file that is read, laps are for comparison, never marks: many programs write `Manual` under laps without a
# press. In a file that is written a pause separates two tracks of a lap, the lap counts the running time alone, and
# there are no positions. TCX has no place for beats, for the workout, or for the length of a lap by its line; FIT has.

_TCX_VALUES: Final = {
    "DistanceMeters": "distance",
    "Speed": "speed",
    "RunCadence": "cadence",
    "Cadence": "cadence",
    "Watts": "power",
    "LatitudeDegrees": "latitude",
    "LongitudeDegrees": "longitude",
}
_PLANNED: Final = "The file holds a course: its times may be those of a plan and not of a run."


class Tcx:
    """Reads the activities of TCX files."""

    def looks_like(self, file: RecordingFile) -> bool:
        """Return whether it is XML of the Training Center."""
        return file.root == "TrainingCenterDatabase"

    def read(self, file: RecordingFile) -> Findings:
        """Read an activity.

        Raises:
            RecordingProblem: there is no track point with a time in it.
        """
        findings = Findings()
        reader = _TcxReader(findings)
        is_whole = read_xml(file.known_text, reader.opened, reader.ended, findings.problems)
        reader.close()
        _add_activities(findings, reader.activities, "TCX", walks=False, is_whole=is_whole)
        return findings


class _TcxReader:
    """Gathers points and laps."""

    def __init__(self, findings: Findings) -> None:
        self.activities: list[RecordedActivity] = []
        self._findings = findings
        self._path: list[str] = []
        self._in_point = False
        self._at: float | None = None
        self._point: dict[str, float | None] = {}
        self._begins = True
        self._lap: dict[str, float | None] | None = None
        self._points_before = 0
        self._trigger = ""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "Trackpoint":
            self._in_point, self._at, self._point = True, None, {}
        elif name == "Track":
            self._begins = True
        elif name == "Lap":
            if not self.activities:
                self.activities.append(RecordedActivity(""))
            self._lap = {"start": seconds_of(attributes.get("StartTime", ""))}
            self._points_before = len(self.activities[-1].points)
            self._trigger = ""
        elif name in {"Activity", "Transition", "Course"}:
            self.activities.append(RecordedActivity(attributes.get("Sport", "")))
            if len(self.activities) > MOST_LAPS:
                raise too_many_laps()
            if name == "Course" and _PLANNED not in self._findings.problems:
                self._findings.problems.append(_PLANNED)

    def ended(self, name: str, text: str) -> None:
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "Trackpoint":
            self._end_point()
        elif self._in_point:
            if name in _TCX_VALUES:
                self._point[_TCX_VALUES[name]] = number(text)
            elif name == "Time" and parent == "Trackpoint":
                self._at = seconds_of(text)
            elif name == "Value" and parent == "HeartRateBpm":
                self._point["heart_rate"] = number(text)
        elif name == "Lap":
            self._end_lap()
        elif self._lap is not None and parent == "Lap" and name in {"TotalTimeSeconds", "DistanceMeters"}:
            self._lap[name] = number(text)
        elif parent == "Lap" and name == "TriggerMethod":
            self._trigger = printable(text).lower()
        elif parent == "Creator" and name == "Name":
            self._findings.devices.append(printable(text))

    def close(self) -> None:
        """Keep the lap that a truncated file leaves open; its totals cover more than was read."""
        if self._lap is not None:
            self._lap["TotalTimeSeconds"] = None
            self._end_lap()

    def _end_point(self) -> None:
        self._in_point = False
        if not self.activities:  # a point outside of any activity
            self.activities.append(RecordedActivity(""))
        activity = self.activities[-1]
        if self._at is None:
            activity.timeless += 1
            return
        activity.add(Point(self._at, self._begins, **self._point))
        self._begins = False

    def _end_lap(self) -> None:
        lap_facts, activity = self._lap or {}, self.activities[-1]
        self._lap = None
        time, metres = lap_facts.get("TotalTimeSeconds") or None, lap_facts.get("DistanceMeters")
        points = activity.points[self._points_before :]
        start = lap_facts.get("start")
        if start is None and points:
            start = points[0].at
        if start is None:
            return
        lap = RecordedLap(
            Seconds(0.0),
            Seconds(0.0),
            None if time is None else Seconds(time),
            None if metres is None else Metres(metres),
            self._trigger,
        )
        if len(activity.laps) >= MOST_LAPS:
            raise too_many_laps()
        activity.laps.append(TimedLap(start, time, len(points), lap))


_SPACE: Final = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
_EXTENSION: Final = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
_SCHEMA: Final = "http://www.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd"
_TRIGGERS: Final = {
    LapTrigger.MANUAL: "Manual",
    LapTrigger.TIME: "Time",
    LapTrigger.DISTANCE: "Distance",
    LapTrigger.END: "Manual",
}
"""The values of the schema; readers take none of them for a press, because many programs write `Manual`."""


def write(activity: Activity) -> bytes:
    """Write a TCX activity."""
    root = Element(
        "TrainingCenterDatabase",
        {
            "xmlns": _SPACE,
            "xmlns:ns3": _EXTENSION,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_SPACE} {_SCHEMA}",
        },
    )
    writer = _TcxWriter(activity)
    run = SubElement(SubElement(root, "Activities"), "Activity", {"Sport": "Running"})
    _put(run, "Id", writer.time(activity.started_at))
    for lap, records in writer.laps():
        writer.add_lap(run, lap, records)
    _put(run, "Notes", activity.name)
    creator = SubElement(run, "Creator", {"xsi:type": "Device_t"})
    for name, text in (("Name", "Trackside Coach"), ("UnitId", "0"), ("ProductID", "0")):
        _put(creator, name, text)
    version = SubElement(creator, "Version")
    for name in ("VersionMajor", "VersionMinor", "BuildMajor", "BuildMinor"):
        _put(version, name, "0")
    indent(root, " ")
    document: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'.encode()


class _TcxWriter:
    """Writes one run."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._zero = round(activity.began.epoch_s)
        self._until = {round(until) for _, until in activity.trace.pauses}

    def time(self, at: float) -> str:
        """A moment of the run in UTC, to a thousandth if it is not a whole second."""
        moment = datetime.fromtimestamp(self._zero + round(at, 3), UTC)
        text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
        return text.replace("+00:00", "Z")

    def laps(self) -> Iterator[tuple[ActivityLap, Sequence[TraceRow]]]:
        """Each lap with its rows; rows after the last lap belong to it."""
        records, laps = list(self._activity.records), self._activity.laps
        start = 0
        for place, lap in enumerate(laps):
            end = start
            is_last = place == len(laps) - 1
            while end < len(records) and (is_last or records[end].at_s < lap.to_s):
                end += 1
            yield lap, records[start:end]
            start = end

    def add_lap(self, run: Element, lap: ActivityLap, records: Sequence[TraceRow]) -> None:
        """Add a lap, its elements in the order of the schema."""
        element = SubElement(run, "Lap", {"StartTime": self.time(lap.from_s)})
        metres = lap.metres
        if metres is None and self._activity.trace.distance is None:
            metres = lap.line_metres
        _put(element, "TotalTimeSeconds", f"{lap.time_s:.3f}")
        _put(element, "DistanceMeters", f"{metres or 0.0:.2f}")
        fastest = most_of(lap.rows, "speed_mps")
        _put(element, "MaximumSpeed", None if fastest is None else f"{fastest:.3f}")
        _put(element, "Calories", "0")
        for name, value in (
            ("AverageHeartRateBpm", mean_of(lap.rows, "heart_rate_bpm")),
            ("MaximumHeartRateBpm", most_of(lap.rows, "heart_rate_bpm")),
        ):
            if value is not None:
                _put(SubElement(element, name), "Value", str(round(value)))
        is_rest = lap.step is None or lap.step.kind in RESTS
        _put(element, "Intensity", "Resting" if is_rest else "Active")
        _put(element, "TriggerMethod", _TRIGGERS[lap.trigger])
        for rows in self._tracks(records):
            track = SubElement(element, "Track")
            for row in rows:
                self._add_point(track, row)
        _extend(element, "LX", _lap_extras(lap, metres))

    def _tracks(self, records: Iterable[TraceRow]) -> Iterator[list[TraceRow]]:
        """The rows from one pause to the next."""
        track: list[TraceRow] = []
        for row in records:
            if round(row.at_s) in self._until and track:
                yield track
                track = []
            track.append(row)
        if track:
            yield track

    def _add_point(self, track: Element, row: TraceRow) -> None:
        point = SubElement(track, "Trackpoint")
        _put(point, "Time", self.time(row.at_s))
        _put(point, "DistanceMeters", None if row.distance_m is None else f"{row.distance_m:.2f}")
        if row.heart_rate_bpm is not None:
            _put(SubElement(point, "HeartRateBpm"), "Value", str(round(row.heart_rate_bpm)))
        values: dict[str, str] = {}
        if row.speed_mps is not None:
            values["Speed"] = f"{row.speed_mps:.3f}"
        if row.cadence_spm is not None:
            values["RunCadence"] = str(round(sum(strides(row.cadence_spm))))
        if row.power_w is not None:
            values["Watts"] = str(round(row.power_w))
        _extend(point, "TPX", values)


def _lap_extras(lap: ActivityLap, metres: float | None) -> Mapping[str, str]:
    values: dict[str, str] = {}
    if metres is not None and lap.time_s > 0:
        values["AvgSpeed"] = f"{metres / lap.time_s:.3f}"
    cadence = mean_of(lap.rows, "cadence_spm", above=0.0)
    if cadence is not None:
        values["AvgRunCadence"] = str(round(cadence / 2))
    power = mean_of(lap.rows, "power_w")
    if power is not None:
        values["AvgWatts"] = str(round(power))
    return values


def _extend(element: Element, name: str, values: Mapping[str, str]) -> None:
    """Add Garmin's ActivityExtension, if it has a value."""
    if values:
        extension = SubElement(SubElement(element, "Extensions"), f"ns3:{name}")
        for key, text in values.items():
            _put(extension, f"ns3:{key}", text)


def _put(element: Element, name: str, text: str | None) -> None:
    """Add an element with a text; none if the value is unknown."""
    if text is not None:
        SubElement(element, name).text = "".join(char for char in text if char.isprintable())
