"""TCX activities: laps and track points, with speed and running cadence in Garmin's ActivityExtension.

Laps are data to compare with, never marks: many programs write `Manual` under laps nobody pressed.
"""

from typing import Final

from coach.interchange.common import Findings, Lap, RecordingFile, Row, printable
from coach.interchange.moments import seconds_of
from coach.interchange.positions import Walker
from coach.interchange.xml_stream import number, read_xml
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.signals.readings import Source

_POINT: Final = {
    "DistanceMeters": "distance",
    "Speed": "speed",
    "RunCadence": "cadence",
    "Cadence": "cadence",
    "Watts": "power",
    "LatitudeDegrees": "latitude",
    "LongitudeDegrees": "longitude",
}


def looks_like(file: RecordingFile) -> bool:
    """Is it XML of the Training Center?"""
    return file.has_element("<TrainingCenterDatabase")


def read(file: RecordingFile) -> Findings:
    """Gather what an activity says.

    Raises:
        RecordingProblem: there is no track point with a time in it.
    """
    return read_tcx(file.data)


def read_tcx(data: bytes) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no track point with a time in it.
    """
    found = Findings()
    reader = _TcxReader(found)
    read_xml(data, reader.opened, reader.ended, found.problems)
    reader.add_points()
    if not found.rows:
        said = " ".join(found.problems) or "A workout or a course has none."
        raise RecordingProblem(
            f"The TCX file has no track point with a time. {said}", "Export the activity itself."
        )
    return found


class _TcxReader:
    """Gathers points and laps."""

    def __init__(self, found: Findings) -> None:
        self._found = found
        self._path: list[str] = []
        self._point: dict[str, float | None] = {}
        self._points: list[dict[str, float | None]] = []
        self._lap: dict[str, float | None] = {}
        self._trigger = ""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "Trackpoint":
            self._point = {}
        elif name == "Lap":
            self._lap = {"start": seconds_of(attributes.get("StartTime", ""))}
            self._trigger = ""

    def ended(self, name: str, text: str) -> None:
        parent = self._path[-2] if len(self._path) > 1 else ""
        self._path.pop()
        if name == "Trackpoint":
            if self._point.get("time") is not None:
                self._points.append(self._point)
        elif name == "Lap":
            self._end_lap()
        elif name == "Time" and parent == "Trackpoint":
            self._point["time"] = seconds_of(text)
        elif name == "Value" and parent == "HeartRateBpm" and "Trackpoint" in self._path:
            self._point["heart_rate"] = number(text)
        elif name in _POINT and "Trackpoint" in self._path:
            self._point[_POINT[name]] = number(text)
        elif parent == "Lap" and name in {"TotalTimeSeconds", "DistanceMeters"}:
            self._lap[name] = number(text)
        elif parent == "Lap" and name == "TriggerMethod":
            self._trigger = printable(text).lower()
        elif parent == "Creator" and name == "Name":
            self._found.devices.append(printable(text))

    def add_points(self) -> None:
        """Turn the points into rows; positions count only where nothing else tells of movement."""
        moved = any(p.get("speed") is not None or p.get("distance") is not None for p in self._points)
        walker = Walker()
        for point in self._points:
            at = point["time"]
            assert at is not None  # only points with a time are kept
            speed, distance = point.get("speed"), point.get("distance")
            latitude, longitude = point.get("latitude"), point.get("longitude")
            if not moved and latitude is not None and longitude is not None:
                speed, distance = walker.step(at, latitude, longitude)
            source = Source.WATCH if moved else Source.POSITIONS
            self._found.add(Row(at, source, speed, distance, point.get("cadence"), None, point.get("power")))
            self._found.add(Row(at, Source.STRAP, heart_rate=point.get("heart_rate")))
        self._found.problems.extend(walker.problems())

    def _end_lap(self) -> None:
        start, time = self._lap.get("start"), self._lap.get("TotalTimeSeconds")
        metres = self._lap.get("DistanceMeters")
        if start is None or time is None:
            return
        lap = Lap(
            Seconds(0.0),
            Seconds(0.0),
            Seconds(time),
            None if metres is None else Metres(metres),
            self._trigger,
        )
        self._found.laps.append((start, start + time, lap))
