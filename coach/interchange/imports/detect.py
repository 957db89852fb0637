"""Whose is this workout? Told by what the file holds, never by its name."""

from enum import StrEnum
from typing import Final

from coach.interchange.imports.decoding import decoded, is_ours
from coach.interchange.imports.garmin_legacy import ROOT
from coach.interchange.imports.intervals_text import is_intervals_text
from coach.interchange.imports.trees import read_json
from coach.problems import WorkoutProblem


class Format(StrEnum):
    """The formats that can be imported, by the names `--from` takes."""

    GARMIN = "garmin"
    FIT = "fit"
    ZWO = "zwo"
    TCX = "tcx"
    INTERVALS = "intervals"
    TRAININGPEAKS = "trainingpeaks"


_FIT: Final = b".FIT"
"""Bytes 8 to 11 of every FIT header (FIT protocol, file header)."""
_NEAR: Final = 4096

NAMES: Final = {
    Format.GARMIN: "Garmin Connect JSON",
    Format.FIT: "FIT",
    Format.ZWO: "Zwift ZWO",
    Format.TCX: "TCX",
    Format.INTERVALS: "intervals.icu",
    Format.TRAININGPEAKS: "TrainingPeaks",
}
"""What each is called in a report."""


def format_of(data: bytes) -> Format | None:
    """The foreign format the bytes are certainly in; None for our own documents and for what nobody knows."""
    if data[8:12] == _FIT:
        return Format.FIT
    if is_ours(data):
        return None
    text = decoded(data)
    if text is None:
        return None
    start = text[:_NEAR].lstrip()
    if start.startswith("<"):
        return _of_xml(text)
    if start.startswith(("{", "[")):
        return _of_json(text)
    return Format.INTERVALS if is_intervals_text(text) else None


def _of_xml(text: str) -> Format | None:
    head = text[: 4 * _NEAR]
    if "<workout_file" in head:
        return Format.ZWO
    return Format.TCX if "TrainingCenterDatabase" in head else None


def _of_json(text: str) -> Format | None:
    if not any(f'"{key}"' in text for key in _KEYS):
        return None  # not worth reading twice
    try:
        tree = read_json(text)
    except WorkoutProblem:
        return None
    first = tree[0] if isinstance(tree, list) and tree else tree
    if not isinstance(first, dict) or "format" in first:
        return None
    return next((found for key, found in _KEYS.items() if key in first), None)


_KEYS: Final = {
    ROOT: Format.GARMIN,
    "workoutSegments": Format.GARMIN,
    "workoutSteps": Format.GARMIN,
    "structure": Format.TRAININGPEAKS,
    "workout_doc": Format.INTERVALS,
    "steps": Format.INTERVALS,
}
"""A key of the outermost object that only this format has there."""
