"""GPX tracks: positions with times, and heart rate and cadence in Garmin's extension.

A GPX file has no button and no lap. Its speed comes from its positions unless a point tells its own.
"""

from coach.interchange.common import Findings, RecordingFile, Row, printable
from coach.interchange.moments import seconds_of
from coach.interchange.positions import Walker
from coach.interchange.xml_stream import number, read_xml
from coach.problems import RecordingProblem
from coach.signals.readings import Source


def looks_like(file: RecordingFile) -> bool:
    """Is it XML with the element of a GPX file?"""
    return file.has_element("<gpx")


def read(file: RecordingFile) -> Findings:
    """Gather what a track says.

    Raises:
        RecordingProblem: no point of it has a time.
    """
    return read_gpx(file.data)


def read_gpx(data: bytes) -> Findings:
    """Read a track.

    Raises:
        RecordingProblem: no point of it has a time.
    """
    found = Findings()
    reader = _GpxReader(found)
    read_xml(data, reader.opened, reader.ended, found.problems)
    if not found.rows:
        said = " ".join(found.problems) or "A route or a planned course has none."
        raise RecordingProblem(
            f"The GPX file has no track point with a time. {said}", "Export the activity, not the route."
        )
    found.problems.extend(reader.walker.problems())
    return found


class _GpxReader:
    """Gathers one point after the other."""

    def __init__(self, found: Findings) -> None:
        self.walker = Walker()
        self._found = found
        self._place: tuple[float | None, float | None] = (None, None)
        self._values: dict[str, float | None] = {}
        self._at: float | None = None
        self._inside = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "trkpt":
            self._inside = True
            self._place = number(attributes.get("lat", "")), number(attributes.get("lon", ""))
            self._values = {}
            self._at = None
        elif name == "gpx" and "creator" in attributes:
            self._found.devices.append(printable(attributes["creator"]))

    def ended(self, name: str, text: str) -> None:
        if not self._inside:
            return
        if name == "trkpt":
            self._inside = False
            self._add()
        elif name == "time":
            self._at = seconds_of(text)
        elif name in {"hr", "heartrate", "cad", "cadence", "speed", "power"}:
            self._values[{"heartrate": "hr", "cadence": "cad"}.get(name, name)] = number(text)

    def _add(self) -> None:
        at = self._at
        if at is None:
            return
        speed = distance = None
        latitude, longitude = self._place
        if latitude is not None and longitude is not None:
            speed, distance = self.walker.step(at, latitude, longitude)
        told = self._values.get("speed")
        self._found.add(
            Row(
                at,
                Source.POSITIONS,
                told if told is not None else speed,
                distance,
                self._values.get("cad"),
                None,
                self._values.get("power"),
            )
        )
        self._found.add(Row(at, Source.STRAP, heart_rate=self._values.get("hr")))
