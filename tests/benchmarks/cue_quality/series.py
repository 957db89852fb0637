"""Speeds of recorded runs, read once and kept under `build/`: times, speeds and metres, never positions."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from coach.interchange.recordings.common import read_recording
from coach.problems import RecordingProblem
from coach.signals.readings import Reported, Source

ROOT: Final = Path(__file__).parents[3]
RECORDINGS: Final = ROOT.parent / "shared" / "data" / "recordings"
CACHE: Final = ROOT / "build" / "cue-quality"
_KEPT_AS: Final = 2
"""The number of the format of the cache: another one, and every recording is read anew."""
_EACH_SECOND: Final = 1.5
"""A series whose samples lie further apart (a watch that saves memory) has no noise to speak of."""


class Sample(NamedTuple):
    """What a source said at one moment."""

    at: float
    """Seconds since the first input of the recording."""
    speed: float
    """m/s."""
    metres: float | None
    """Metres since the source's own zero, where it counts them."""


@dataclass(frozen=True)
class Series:
    """The speeds of one source in one recording."""

    name: str
    """The recording's file name."""
    source: Source
    samples: tuple[Sample, ...]


def series_in(folder: Path, names: Sequence[str] = ()) -> list[Series]:
    """Every series of a sample a second in the recordings of a folder (or in those named), by name and source."""
    found: list[Series] = []
    for file in sorted(folder.iterdir()):
        if file.is_file() and (not names or file.name in names):
            found += _series_of(file)
    return found


def _series_of(file: Path) -> list[Series]:
    data = file.read_bytes()
    kept = CACHE / f"{_KEPT_AS}-{hashlib.sha256(data).hexdigest()[:24]}.json"
    if not kept.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{file.stat().st_ino}.tmp")
        draft.write_text(json.dumps(_read(data, file.name)))
        draft.replace(kept)
    sources: dict[str, list[list[float]]] = json.loads(kept.read_text())
    return [
        Series(file.name, Source(source), tuple(Sample(*row) for row in rows))
        for source, rows in sources.items()
    ]


def _read(data: bytes, name: str) -> dict[str, list[Sample]]:
    try:
        recording = read_recording(data, name=name)
    except RecordingProblem:
        return {}
    found: dict[str, list[Sample]] = {}
    for event in recording.inputs:
        if isinstance(event, Reported) and event.speed is not None and event.period_s <= _EACH_SECOND:
            found.setdefault(event.source.value, []).append(Sample(event.at, event.speed, event.distance))
    return found
