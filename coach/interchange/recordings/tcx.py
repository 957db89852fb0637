"""TCX activities: laps and track points, with speed and running cadence in Garmin's ActivityExtension.

Laps are data to compare with, never marks: many programs write `Manual` under laps nobody pressed. What they say of
running time tells of pauses (`coach.interchange.recordings.track`).
"""

from typing import Final

from coach.interchange.recordings.common import (
    MOST_LAPS,
    Findings,
    RecordedLap,
    RecordingFile,
    printable,
    too_many_laps,
)
from coach.interchange.recordings.track import Point, RecordedActivity, TimedLap, add_activities
from coach.interchange.text import seconds_of
from coach.interchange.xml import number, read_xml
from coach.quantities import Metres, Seconds

_POINT: Final = {
    "DistanceMeters": "distance",
    "Speed": "speed",
    "RunCadence": "cadence",
    "Cadence": "cadence",
    "Watts": "power",
    "LatitudeDegrees": "latitude",
    "LongitudeDegrees": "longitude",
}


_PLANNED: Final = "The file holds a course: its times may be those of a plan and not of a run."


def looks_like(file: RecordingFile) -> bool:
    """Tell whether it is XML of the Training Center."""
    return file.root == "TrainingCenterDatabase"


def read(file: RecordingFile) -> Findings:
    """Gather what an activity says.

    Raises:
        RecordingProblem: there is no track point with a time in it.
    """
    found = Findings()
    reader = _TcxReader(found)
    is_whole = read_xml(file.known_text, reader.opened, reader.ended, found.problems)
    reader.close()
    add_activities(found, reader.activities, "TCX", walks=False, is_whole=is_whole)
    return found


class _TcxReader:
    """Gathers points and laps."""

    def __init__(self, found: Findings) -> None:
        self.activities: list[RecordedActivity] = []
        self._found = found
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
            if name == "Course" and _PLANNED not in self._found.problems:
                self._found.problems.append(_PLANNED)

    def ended(self, name: str, text: str) -> None:
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "Trackpoint":
            self._end_point()
        elif self._in_point:
            if name in _POINT:
                self._point[_POINT[name]] = number(text)
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
            self._found.devices.append(printable(text))

    def close(self) -> None:
        """Keep the lap that a cut file leaves open; what it says is of more than was read."""
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
        told, activity = self._lap or {}, self.activities[-1]
        self._lap = None
        time, metres = told.get("TotalTimeSeconds") or None, told.get("DistanceMeters")
        points = activity.points[self._points_before :]
        start = told.get("start")
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
