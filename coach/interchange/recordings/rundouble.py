"""The CSV of the RunDouble app: a row every five seconds, with the stage of its programme.

`Pace` is minutes per mile, smoothed by the app (checked against `Distance`, which is metres since the
start); a stage is data to compare with, never a mark.
"""

from typing import Final

from coach.interchange.recordings.common import (
    ColumnMap,
    Findings,
    RecordedLap,
    RecordingFile,
    Row,
    printable,
)
from coach.interchange.recordings.csv import Table, header_of
from coach.quantities import Seconds
from coach.signals.readings import Source

HEADER: Final = ("Time", "Stage", "HeartRate", "Pace", "Distance")

_MAP: Final = ColumnMap(
    {"time_s": "Time", "heart_rate_bpm": "HeartRate", "speed_mps": "Pace", "distance_m": "Distance"},
    {"time_s": "iso", "speed_mps": "min/mile"},
)


def looks_like(file: RecordingFile) -> bool:
    """Tell whether it has the app's header, and nobody named columns."""
    return file.is_table and file.mapping is None and header_of(file)[: len(HEADER)] == HEADER


def read(file: RecordingFile) -> Findings:
    """Gather what the rows say; a row without a time is left out."""
    found = Findings()
    stages: list[tuple[float, str]] = []
    last = 0.0
    for cells in Table(file.known_text.utf8, found):
        values = {key: _MAP.reader(key)(cells.get(column, "")) for key, column in _MAP.columns.items()}
        at = values["time_s"]
        if at is None:
            continue
        found.add(Row(at, Source.WATCH, values["speed_mps"], values["distance_m"]))
        found.add(Row(at, Source.STRAP, heart_rate=values["heart_rate_bpm"]))
        stage = printable(cells.get("Stage", ""))
        if not stages or stages[-1][1] != stage:
            stages.append((at, stage))
        last = at
    ends = [*(at for at, _ in stages[1:]), last]
    for (start, name), end in zip(stages, ends, strict=False):
        lap = RecordedLap(Seconds(0.0), Seconds(0.0), Seconds(max(0.0, end - start)), None, name)
        found.laps.append((start, end, lap))
    found.devices.append("RunDouble")
    return found
