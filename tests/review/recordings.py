"""Recordings that tests of the review fold: public ones and journals, each once."""

from functools import cache
from pathlib import Path

from coach.app.playback import RecordingRequest, load_recording
from coach.app.reviews import ReviewedRun, fold, review_folded
from coach.app.terminal import SILENT
from coach.edge.settings import Settings
from coach.review.review import Review

RACER = str(Path(__file__).parent / "racer.json")
"""The same with a race, from which all paces follow."""
SHARED = Path(__file__).parents[3] / "shared" / "data" / "recordings"
GOLDEN = Path(__file__).parents[1] / "golden"
ATHLETE = str(Path(__file__).parent / "athlete.json")
"""Threshold 170, maximum 188, rest 48 bpm, threshold pace 4:10/km."""
NAMES = sorted(file.name for file in SHARED.glob("*.*") if file.suffix in {".fit", ".gpx", ".tcx", ".csv"})
JOURNALS = sorted(folder.name for folder in (GOLDEN / "journals").iterdir() if folder.is_dir())


@cache
def folded(name: str, workout: str | None = None, athlete: str | None = ATHLETE) -> ReviewedRun:
    """A public recording, or a golden journal, folded."""
    path = SHARED / name
    if not path.exists():
        path = GOLDEN / "journals" / name / "recording.jsonl"
    request = RecordingRequest(str(path), workout=workout, athlete=athlete)
    return fold(load_recording(request, Settings(), SILENT))


@cache
def reviewed(name: str, workout: str | None = None, athlete: str | None = ATHLETE) -> Review:
    """The review of a public recording, or of a golden journal."""
    return review_folded(folded(name, workout, athlete))
