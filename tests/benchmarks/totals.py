"""Totals of the public recordings beside an independent reading: `python -m tests.benchmarks.totals`.

The other reading is fitdecode's decoding or ElementTree's and a few lines here; no reader of the program has a part
in it. FIT: the metres counted, leaps left out, and the device's own timer; CSV: the last count less the first; TCX:
the metres of its laps; GPX: the straight lines between positions, so noise included.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, hypot, radians, sin
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fitdecode

from coach.app.setup import foreign_setup
from coach.app.terminal import SILENT
from coach.app.workouts import compile_embedded
from coach.edge.settings import Settings
from coach.interchange.recordings.common import read_recording
from coach.live.contract import RunEnded
from coach.live.run import LiveRun, refold
from coach.problems import RecordingProblem
from tests.benchmarks.table import drawn

SUFFIXES = frozenset({".fit", ".tcx", ".gpx", ".csv"})
_EARTH_M = 6_371_000.0
_FASTEST_MPS = 12.0
_LEAP_M = 100.0


@dataclass(frozen=True, slots=True)
class Totals:
    """Running time and distance of a whole recording; None where it does not say."""

    time_s: float | None
    metres: float | None


def ours(path: Path) -> Totals:
    """What a free run of the recording comes to.

    Raises:
        RecordingProblem: it is no recording.
    """
    recording = read_recording(path.read_bytes(), name=path.name)
    setup = foreign_setup(compile_embedded(None, None, SILENT, name=path.name), Settings(), recording)
    ended = refold(LiveRun(setup), recording.inputs).outputs[-1]
    assert isinstance(ended, RunEnded)
    return Totals(ended.time_s, ended.distance)


def theirs(path: Path) -> Totals:
    """The same by other means."""
    return {".fit": _fit, ".tcx": _tcx, ".gpx": _gpx, ".csv": _csv}[path.suffix](path)


def _fit(path: Path) -> Totals:
    """The timer of the session; a foot pod's own count where there is one, else the device's."""
    timer: float | None = None
    counts: dict[str, list[tuple[float, float]]] = {"distance": [], "Distance": []}
    for name, values in _messages(path):
        if name == "session":
            timer = values.get("total_timer_time")
        elif name == "record":
            for key, count in counts.items():
                if values.get(key) is not None:
                    count.append((values["timestamp"].timestamp(), values[key]))
    return Totals(timer, _gained(counts["Distance"] or counts["distance"]))


def _gained(count: list[tuple[float, float]]) -> float | None:
    """Metres a count gains, without a leap that nobody can run."""
    gains = [(later - earlier, till - since) for (since, earlier), (till, later) in pairwise(count)]
    return (
        sum(gain for gain, took in gains if 0 <= gain <= max(_LEAP_M, _FASTEST_MPS * took)) if count else None
    )


def _messages(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every message up to the end or the first damage."""
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        try:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    yield frame.name, {field.name: field.value for field in frame.fields}
        except fitdecode.FitError:
            return


def _tcx(path: Path) -> Totals:
    laps = [each for each in ET.fromstring(path.read_text("utf-8-sig").strip()).iter() if _tag(each) == "Lap"]
    told = [(_tag(child), float(child.text or 0)) for lap in laps for child in lap if _tag(child) in _LAP]
    time_s, metres = (sum(value for tag, value in told if tag == wanted) for wanted in _LAP)
    return Totals(time_s, metres)


_LAP = ("TotalTimeSeconds", "DistanceMeters")


def _gpx(path: Path) -> Totals:
    points = [each for each in ET.parse(path).getroot().iter() if _tag(each) == "trkpt"]
    places = [(radians(float(each.attrib["lat"])), radians(float(each.attrib["lon"]))) for each in points]
    return Totals(None, sum(_apart(*pair) for pair in pairwise(places)))


def _apart(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Metres between two places in radians."""
    north, east = sin((there[0] - here[0]) / 2), sin((there[1] - here[1]) / 2)
    return 2 * _EARTH_M * asin(hypot(north, cos(here[0]) ** 0.5 * cos(there[0]) ** 0.5 * east))


def _csv(path: Path) -> Totals:
    with path.open(encoding="utf-8-sig", newline="") as file:
        metres = [float(row["Distance"]) for row in csv.DictReader(file) if row.get("Distance")]
    return Totals(None, metres[-1] - metres[0])


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def table(folder: Path) -> str:
    """A row for each recording of a folder."""
    rows = []
    for path in sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES):
        try:
            mine = ours(path)
        except RecordingProblem:
            continue  # a workout
        other = theirs(path)
        times, metres = (mine.time_s, other.time_s), (mine.metres, other.metres)
        rows.append((path.name, *map(_shown, (*times, _less(*times), *metres, _less(*metres)))))
    head = ("recording", "s", "device", "difference", "m", "other reading", "difference")
    return drawn("Totals of the public recordings", head, rows)


def _less(mine: float | None, other: float | None) -> float | None:
    return None if mine is None or other is None else mine - other


def _shown(value: float | None) -> str:
    return "--" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    print(table(Path(__file__).resolve().parents[3] / "shared" / "data" / "recordings"))
