"""GPX tracks: positions with times, and heart rate and cadence in Garmin's extension.

A GPX file has no button and no lap. Its speed comes from its positions unless a point tells its own.
"""

from typing import Final

from coach.interchange.recordings.common import MOST_LAPS, Findings, RecordingFile, printable, too_many_laps
from coach.interchange.recordings.track import Point, RecordedActivity, add_activities
from coach.interchange.text import seconds_of
from coach.interchange.xml import number, read_xml

_VALUES: Final = {
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "speed": "speed",
    "power": "power",
}


def looks_like(file: RecordingFile) -> bool:
    """Tell whether it is XML with the element of a GPX file."""
    return file.root == "gpx"


def read(file: RecordingFile) -> Findings:
    """Gather what a track says.

    Raises:
        RecordingProblem: no point of it has a time.
    """
    found = Findings()
    reader = _GpxReader(found)
    is_whole = read_xml(file.known_text, reader.opened, reader.ended, found.problems)
    add_activities(found, reader.tracks, "GPX", walks=True, is_whole=is_whole)
    return found


class _GpxReader:
    """Gathers one point after the other."""

    def __init__(self, found: Findings) -> None:
        self.tracks: list[RecordedActivity] = []
        self._found = found
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
