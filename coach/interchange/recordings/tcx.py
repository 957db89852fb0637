"""TCX activities, read and written: laps and track points, speed and running cadence in Garmin's ActivityExtension.

In a file that is read, laps are for comparison, never marks: many programs write `Manual` under laps without a press.
Their running times reveal pauses (`coach.interchange.recordings.track`). In a file that is written a pause separates
two tracks of a lap, the lap counts the running time alone, and there are no positions. TCX has no place for beats, for
the workout, or for the length of a lap by its line; FIT has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from coach.interchange.recordings.activity import Activity, ActivityLap, LapTrigger, mean_of, most_of, strides
from coach.interchange.recordings.common import (
    MOST_LAPS,
    Findings,
    RecordedLap,
    RecordingFile,
    printable,
    too_many_laps,
)
from coach.interchange.recordings.track import Point, RecordedActivity, TimedLap, add_activities
from coach.interchange.text import number, read_xml, seconds_of
from coach.quantities import Metres, Seconds
from coach.review.trace import TraceRow
from coach.workout.kinds import RESTS

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
    """Return whether it is XML of the Training Center."""
    return file.root == "TrainingCenterDatabase"


def read(file: RecordingFile) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no track point with a time in it.
    """
    findings = Findings()
    reader = _TcxReader(findings)
    is_whole = read_xml(file.known_text, reader.opened, reader.ended, findings.problems)
    reader.close()
    add_activities(findings, reader.activities, "TCX", walks=False, is_whole=is_whole)
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
