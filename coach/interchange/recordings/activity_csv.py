"""Writes a run as a CSV stream, each value at the time it was received, so that it replays to the same cues.

What a sensor sent as bytes is written as numbers: metres and speed times the factor that was known of the pod, cadence
of both feet. What no column has is left out: links, charges, positions, and intervals of other sensors than the strap.
A mark that arrived late stands where it was made; who passed a timing gate and was not expected stands nowhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT, RunningSpeedCadenceMeasurement
from coach.interchange.recordings.activity import Activity
from coach.interchange.recordings.common import KEYS
from coach.interchange.recordings.csv import METRICS, START, STOP
from coach.live.inputs import Closed, Input, Resumed, without_repeats
from coach.quantities import Seconds
from coach.session.buttons import PAST_S, Button, Pressed
from coach.session.events import Split
from coach.signals.config import SignalSettings
from coach.signals.footpod import CadenceCount
from coach.signals.readings import Characteristic, Notified, Reported, Source
from coach.signals.signals import decode

_ORDER: Final = ("time_s", "source", *(key for key in KEYS if key not in {"time_s", "source"}))
_SAME_S: Final = 0.001
"""A press so near the start of the run is the start."""

Cells = Mapping[str, object]


def write(activity: Activity) -> bytes:
    """Write a CSV stream."""
    strangers = {split.at for split in activity.trace.said(Split) if split.is_listed_only}
    inputs = [
        _at_its_own_time(event)
        for event in activity.inputs
        if not isinstance(event, Pressed) or event.gate is None or event.at not in strangers
    ]
    inputs.sort(key=lambda event: event.at)
    return csv_stream(inputs, activity.setup.signals, started_at=activity.trace.started_at)


def _at_its_own_time(event: Input) -> Input:
    """A mark at the moment at which it was made; anything else as it is."""
    if not isinstance(event, Pressed) or event.button is not Button.MARK or event.pressed_at is None:
        return event
    return replace(event, at=Seconds(min(event.at, max(0.0, event.pressed_at, event.at - PAST_S))))


def csv_stream(
    inputs: Iterable[Input], settings: SignalSettings, *, started_at: Seconds | None = None
) -> bytes:
    """Write inputs as a CSV stream.

    Args:
        inputs: in order of time.
        settings: those of the run, for what was known of its pods.
        started_at: when the run started, where that is later than the first input or before the first value.
    """
    rows = list(_Rows(settings, started_at).of(inputs))
    columns = [key for key in _ORDER if any(key in row for row in rows)]
    lines = [columns, *([_cell(row.get(key, "")) for key in columns] for row in rows)]
    return "".join(f"{','.join(cells)}\n" for cells in lines).encode()


def _cell(value: object) -> str:
    """A number with six decimals at most, and none that say nothing; a word as it is."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class _Rows:
    """Turns inputs into rows."""

    def __init__(self, settings: SignalSettings, started_at: Seconds | None) -> None:
        self._settings = settings
        self._started_at = started_at
        self._factors = {learnt.source: learnt.factor for learnt in settings.learnt}
        self._counts: dict[Source, CadenceCount] = {}
        self._turns: dict[
            Source, tuple[float, float]
        ] = {}  # the last count of a pod, and what its turns come to

    def of(self, inputs: Iterable[Input]) -> Iterator[Cells]:
        """The rows, in order of time."""
        start = self._started_at
        has_rows = False
        for event in without_repeats(inputs):
            if start is not None and event.at >= start:
                if start > 0.0 or (event.at > start and not has_rows):
                    yield {"time_s": start, "event": START}
                start = None
            for cells in self._cells(event):
                has_rows = True
                yield {"time_s": event.at, **cells}

    def _cells(self, event: Input) -> Iterator[Cells]:
        match event:
            case Notified(characteristic=Characteristic.HEART_RATE_MEASUREMENT):
                beats = HeartRateMeasurement.from_bytes(event.payload)
                if isinstance(beats, HeartRateMeasurement):
                    yield from self._reported(
                        Reported(event.at, event.source, heart_rate=beats.heart_rate, rr_s=beats.rr_s)
                    )
            case Notified(characteristic=Characteristic.RSC_MEASUREMENT):
                running = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
                if isinstance(running, RunningSpeedCadenceMeasurement):
                    yield self._running(event, running)
            case Notified():
                decoded = decode(event)
                if isinstance(decoded, Reported):
                    yield from self._reported(decoded)
            case Reported():
                yield from self._reported(event)
            case Pressed():
                yield from self._pressed(event)
            case Resumed(alive_until=alive_until):
                if alive_until is not None:
                    yield {"time_s": alive_until, "event": Button.PAUSE.value}
                    yield {"event": Button.RESUME.value}
            case Closed():
                yield {"event": STOP}

    def _pressed(self, event: Pressed) -> Iterator[Cells]:
        is_start = self._started_at is not None and abs(event.at - self._started_at) < _SAME_S
        if is_start and event.button in {Button.GO, Button.MARK}:
            return
        if event.button is Button.MARK:
            yield {"mark": 1}
        else:
            answer = "" if event.answer is None else f" {event.answer}"
            yield {"event": f"{event.button.value}{answer}"}

    def _running(self, event: Notified, running: RunningSpeedCadenceMeasurement) -> Cells:
        factor = self._factors.get(event.source, 1.0)
        count = self._counts.get(event.source)
        if count is None:
            count = self._counts[event.source] = CadenceCount(self._settings, event.source)
        cells: dict[str, object] = {
            "source": event.source.value,
            "speed_mps": running.speed * factor,
            "cadence_spm": count.steps_per_minute(
                running.cadence, running.speed, running.stride, event.period_s
            ),
        }
        if running.distance is not None:
            before, turns = self._turns.get(event.source, (running.distance, 0.0))
            if running.distance - before < -DISTANCE_WRAPS_AT / 2:
                turns += DISTANCE_WRAPS_AT
            self._turns[event.source] = (running.distance, turns)
            cells["distance_m"] = (running.distance + turns) * factor
        return cells

    def _reported(self, event: Reported) -> Iterator[Cells]:
        cells: dict[str, object] = {"source": event.source.value}
        factor = self._factors.get(event.source, 1.0)
        if event.speed is not None:
            cells["speed_mps"] = event.speed * factor
        if event.distance is not None:
            cells["distance_m"] = event.distance * factor
        known = (("cadence_spm", event.cadence), ("power_w", event.power))
        cells |= {key: value for key, value in known if value is not None}
        cells |= {name: value for name, value in event.metrics if name in METRICS}
        if event.heart_rate is not None:
            cells["heart_rate_bpm"] = float(event.heart_rate)
        if event.rr_s:
            cells["rr_ms"] = " ".join(_cell(1000.0 * interval_s) for interval_s in event.rr_s)
        if len(cells) > 1:
            yield cells
