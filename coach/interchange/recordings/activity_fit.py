"""Writes a run as a FIT activity: records a second, laps that name their step, the workout, pauses and beats.

The order is that of a watch: file id first, then messages of the whole run, then everything in order of time, at last
session and activity. Times are whole seconds, lengths of laps and of the session thousandths. The distance of the
records is the measured one; the length of a lap by its line is in a field of its own.
"""

from binascii import crc32
from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import Any, Final

from coach.interchange.fit_file import EPOCH_S, BaseType, FitEncoder, FitField, MessageType
from coach.interchange.recordings.activity import Activity, ActivityLap, LapTrigger, mean_of, most_of, strides
from coach.interchange.workouts.fit import FILE_ID, INTENSITIES, add_steps
from coach.quantities import Seconds
from coach.review.trace import TraceRow
from coach.signals.readings import CALIBRATED, Source
from coach.workout.kinds import KINDS

_TIME: Final = FitField(253, BaseType.UINT32)
_INDEX: Final = FitField(254, BaseType.UINT16)
_SECONDS: Final = (BaseType.UINT32, 1000)
_METRES: Final = (BaseType.UINT32, 100)
_SPEED: Final = (BaseType.UINT16, 1000)

EVENT: Final = MessageType(
    21, {"time": _TIME, "event": FitField(0, BaseType.ENUM), "type": FitField(1, BaseType.ENUM)}
)
DEVICE: Final = MessageType(
    23,
    {
        "time": _TIME,
        "index": FitField(0, BaseType.UINT8),
        "type": FitField(1, BaseType.UINT8),
        "manufacturer": FitField(2, BaseType.UINT16),
        "source": FitField(25, BaseType.ENUM),
        "name": FitField(27, BaseType.TEXT),
    },
)
DEVELOPER: Final = MessageType(
    207,
    {"application": FitField(1, BaseType.BYTE), "index": FitField(3, BaseType.UINT8)},
)
DEVELOPER_FIELD: Final = MessageType(
    206,
    {
        "developer": FitField(0, BaseType.UINT8),
        "number": FitField(1, BaseType.UINT8),
        "base": FitField(2, BaseType.UINT8),
        "name": FitField(3, BaseType.TEXT),
        "units": FitField(8, BaseType.TEXT),
    },
)
RECORD: Final = MessageType(
    20,
    {
        "time": _TIME,
        "heart_rate": FitField(3, BaseType.UINT8),
        "cadence": FitField(4, BaseType.UINT8),
        "distance": FitField(5, *_METRES),
        "speed": FitField(6, *_SPEED),
        "power": FitField(7, BaseType.UINT16),
        "fractional_cadence": FitField(53, BaseType.UINT8, 128),
    },
)
HRV: Final = MessageType(78, {"time": FitField(0, BaseType.UINT16, 1000)})
LAP: Final = MessageType(
    19,
    {
        "time": _TIME,
        "index": _INDEX,
        "event": FitField(0, BaseType.ENUM),
        "event_type": FitField(1, BaseType.ENUM),
        "start": FitField(2, BaseType.UINT32),
        "elapsed": FitField(7, *_SECONDS),
        "timer": FitField(8, *_SECONDS),
        "distance": FitField(9, *_METRES),
        "speed": FitField(13, *_SPEED),
        "top_speed": FitField(14, *_SPEED),
        "heart_rate": FitField(15, BaseType.UINT8),
        "top_heart_rate": FitField(16, BaseType.UINT8),
        "cadence": FitField(17, BaseType.UINT8),
        "top_cadence": FitField(18, BaseType.UINT8),
        "power": FitField(19, BaseType.UINT16),
        "top_power": FitField(20, BaseType.UINT16),
        "intensity": FitField(23, BaseType.ENUM),
        "trigger": FitField(24, BaseType.ENUM),
        "sport": FitField(25, BaseType.ENUM),
        "sub_sport": FitField(39, BaseType.ENUM),
        "step": FitField(71, BaseType.UINT16),
        "fractional_cadence": FitField(80, BaseType.UINT8, 128),
        "line_distance": FitField(0, BaseType.FLOAT32, is_developer=True),
    },
)
SESSION: Final = MessageType(
    18,
    {
        "time": _TIME,
        "index": _INDEX,
        "event": FitField(0, BaseType.ENUM),
        "event_type": FitField(1, BaseType.ENUM),
        "start": FitField(2, BaseType.UINT32),
        "sport": FitField(5, BaseType.ENUM),
        "sub_sport": FitField(6, BaseType.ENUM),
        "elapsed": FitField(7, *_SECONDS),
        "timer": FitField(8, *_SECONDS),
        "distance": FitField(9, *_METRES),
        "speed": FitField(14, *_SPEED),
        "top_speed": FitField(15, *_SPEED),
        "heart_rate": FitField(16, BaseType.UINT8),
        "top_heart_rate": FitField(17, BaseType.UINT8),
        "cadence": FitField(18, BaseType.UINT8),
        "top_cadence": FitField(19, BaseType.UINT8),
        "power": FitField(20, BaseType.UINT16),
        "top_power": FitField(21, BaseType.UINT16),
        "first_lap": FitField(25, BaseType.UINT16),
        "laps": FitField(26, BaseType.UINT16),
        "trigger": FitField(28, BaseType.ENUM),
        "fractional_cadence": FitField(92, BaseType.UINT8, 128),
    },
)
ACTIVITY: Final = MessageType(
    34,
    {
        "time": _TIME,
        "timer": FitField(0, *_SECONDS),
        "sessions": FitField(1, BaseType.UINT16),
        "type": FitField(2, BaseType.ENUM),
        "event": FitField(3, BaseType.ENUM),
        "event_type": FitField(4, BaseType.ENUM),
        "local_time": FitField(5, BaseType.UINT32),
    },
)

_ACTIVITY_FILE, _DEVELOPMENT, _RUNNING, _MANUAL = 4, 255, 1, 0
"""The type of the file; the maker number of the profile for software without a number; the sport; how the run ended."""
_TREADMILL, _TRACK, _GENERIC = 1, 4, 0
"""`sub_sport`."""
_TIMER, _SESSION_EVENT, _LAP_EVENT, _ACTIVITY_EVENT = 0, 8, 9, 26
"""`event`."""
_START, _STOP, _STOP_ALL = 0, 1, 4
"""`event_type`."""
_TRIGGERS: Final = {LapTrigger.MANUAL: 0, LapTrigger.TIME: 1, LapTrigger.DISTANCE: 2, LapTrigger.END: 7}
"""`lap_trigger`."""
_INTERVAL, _REST = 5, 1
"""`intensity`: in a lap an interval is named, unlike in a workout for an old watch."""
_BLUETOOTH, _STRAP, _FOOTPOD = 3, 1, 6
"""`source_type`, and `ble_device_type` under it."""
_BEATS_TOGETHER: Final = 5
"""Beats in a message, as watches write them."""
_LONGEST_BEAT_S: Final = 65.534
_APPLICATION: Final = tuple(b"trackside-coach\0")
"""Sixteen bytes that identify the owner of the developer fields."""
LINE_DISTANCE: Final = "line_distance"
"""The developer field of a lap: its length by the line it ended at."""

_Message = tuple[MessageType, Mapping[str, Any]]


def write(activity: Activity) -> bytes:
    """Write a FIT activity."""
    return _FitWriter(activity).file()


class _FitWriter:
    """Writes one run."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._trace = activity.trace
        self._zero = round(activity.began.epoch_s) - EPOCH_S
        self._encoder = FitEncoder()
        self._steps: Mapping[str, int] = {}

    def file(self) -> bytes:
        """The whole file."""
        activity, add = self._activity, self._encoder.add
        start = self._stamp(activity.started_at)
        add(
            FILE_ID,
            {
                "type": _ACTIVITY_FILE,
                "manufacturer": _DEVELOPMENT,
                "product": 0,
                "serial_number": crc32(activity.run.encode()) or 1,
                "time_created": start,
            },
        )
        add(DEVELOPER, {"application": _APPLICATION, "index": 0})
        described = {"developer": 0, "number": 0, "base": BaseType.FLOAT32.number}
        add(DEVELOPER_FIELD, {**described, "name": LINE_DISTANCE, "units": "m"})
        for device in self._devices():
            add(DEVICE, {"time": start, **device})
        if activity.document is not None:
            self._steps = add_steps(self._encoder, activity.name, self._trace.timeline.steps)
        for kind, values in self._in_order():
            add(kind, values)
        self._add_ends()
        return self._encoder.file()

    def _stamp(self, at: float) -> int:
        return max(0, self._zero + round(at))

    def _devices(self) -> Iterator[Mapping[str, Any]]:
        """The writer of the file, and the kinds of sensors; their names are left out."""
        yield {"index": 0, "manufacturer": _DEVELOPMENT, "name": "Trackside Coach"}
        kinds = []
        if self._trace.distance_source in CALIBRATED:
            kinds.append(_FOOTPOD)
        if any(row.heart_rate_bpm is not None for row in self._trace.run_rows):
            kinds.append(_STRAP)
        for index, kind in enumerate(kinds, 1):
            yield {"index": index, "type": kind, "source": _BLUETOOTH}

    # --- In order of time

    def _in_order(self) -> Iterator[_Message]:
        """Timer, beats, records and laps, each at its time; a lap ends after the record of that second."""
        messages: list[tuple[int, int, int, _Message]] = []
        for place, (stamp, rank, message) in enumerate(
            (*self._timers(), *self._records(), *self._hrv(), *self._laps())
        ):
            messages.append((stamp, rank, place, message))
        messages.sort(key=lambda each: each[:3])
        return (message for *_, message in messages)

    def _timers(self) -> Iterator[tuple[int, int, _Message]]:
        def event(at: float, kind: int, rank: int) -> tuple[int, int, _Message]:
            stamp = self._stamp(at)
            return stamp, rank, (EVENT, {"time": stamp, "event": _TIMER, "type": kind})

        yield event(self._activity.started_at, _START, 0)
        for since, until in self._trace.pauses:
            if self._stamp(until) > self._stamp(since):
                yield event(since, _STOP_ALL, 4)
                yield event(until, _START, 0)
        yield event(ceil(self._activity.ended_at), _STOP_ALL, 5)

    def _records(self) -> Iterator[tuple[int, int, _Message]]:
        for row in self._activity.records:
            stamp = self._stamp(row.at_s)
            yield stamp, 2, (RECORD, {"time": stamp, **_values(row), "distance": row.distance_m})

    def _hrv(self) -> Iterator[tuple[int, int, _Message]]:
        """The beats, in groups of five before the record of the second of the last one."""
        since, until = self._activity.started_at, self._activity.ended_at
        pending: list[float] = []
        stamp = 0
        for at, beat_s in self._trace.beats:
            if since <= at <= until and beat_s <= _LONGEST_BEAT_S:
                if len(pending) == _BEATS_TOGETHER:
                    yield stamp, 1, (HRV, {"time": tuple(pending)})
                    pending.clear()
                pending.append(beat_s)
                stamp = self._stamp(ceil(at))
        if pending:
            yield stamp, 1, (HRV, {"time": tuple(pending)})

    def _laps(self) -> Iterator[tuple[int, int, _Message]]:
        for index, lap in enumerate(self._activity.laps):
            stamp = self._stamp(lap.to_s)
            values = {
                "time": stamp,
                "index": index,
                "event": _LAP_EVENT,
                "event_type": _STOP,
                "start": self._stamp(lap.from_s),
                "intensity": _intensity(lap),
                "trigger": _TRIGGERS[lap.trigger],
                "step": None if lap.step is None else self._steps.get(lap.step.step_id),
                **_totals(lap.rows, Seconds(lap.to_s - lap.from_s), lap.time_s, lap.metres),
                **self._sport(),
                "line_distance": lap.line_metres,
            }
            if lap.metres is None and self._trace.distance is None:
                values["distance"] = lap.line_metres
            yield stamp, 3, (LAP, values)

    # --- At the end of the file

    def _add_ends(self) -> None:
        activity, add = self._activity, self._encoder.add
        start, end = activity.started_at, activity.ended_at
        stamp = self._stamp(ceil(end))
        rows = [row for row in self._trace.run_rows if not row.is_paused]
        add(
            SESSION,
            {
                "time": stamp,
                "index": 0,
                "event": _SESSION_EVENT,
                "event_type": _STOP,
                "start": self._stamp(start),
                **self._sport(),
                **_totals(rows, Seconds(end - start), activity.time_s, activity.metres),
                "first_lap": 0,
                "laps": len(activity.laps),
                "trigger": 0,
            },
        )
        offset_s = activity.began.utc_offset_s
        add(
            ACTIVITY,
            {
                "time": stamp,
                "timer": activity.time_s,
                "sessions": 1,
                "type": _MANUAL,
                "event": _ACTIVITY_EVENT,
                "event_type": _STOP,
                "local_time": None if offset_s is None else max(0, stamp + offset_s),
            },
        )

    def _sport(self) -> Mapping[str, int]:
        sub_sport = _TRACK if self._activity.is_on_track else _GENERIC
        if (
            self._trace.distance_source is Source.TREADMILL
            or self._trace.timeline.context.surface == "treadmill"
        ):
            sub_sport = _TREADMILL
        return {"sport": _RUNNING, "sub_sport": sub_sport}


def _values(row: TraceRow) -> Mapping[str, float | None]:
    """The values of a second; values that do not fit their fields are left out."""
    cadence, rest = (None, None) if row.cadence_spm is None else strides(row.cadence_spm)
    return {
        "heart_rate": _within(row.heart_rate_bpm, 254),
        "cadence": _within(cadence, 254),
        "fractional_cadence": rest,
        "speed": _within(row.speed_mps, 65.534),
        "power": _within(row.power_w, 65534),
    }


def _totals(
    rows: Iterable[TraceRow], elapsed_s: Seconds, time_s: Seconds, metres: float | None
) -> Mapping[str, float | None]:
    """The totals of a stretch; its mean speed is its length over its running time."""
    rows = list(rows)
    cadence = mean_of(rows, "cadence_spm", above=0.0)
    count, rest = (None, None) if cadence is None else strides(cadence)
    top_cadence = most_of(rows, "cadence_spm")
    return {
        "elapsed": elapsed_s,
        "timer": time_s,
        "distance": metres,
        "speed": _within(metres / time_s if metres is not None and time_s > 0 else None, 65.534),
        "top_speed": _within(most_of(rows, "speed_mps"), 65.534),
        "heart_rate": _within(mean_of(rows, "heart_rate_bpm"), 254),
        "top_heart_rate": _within(most_of(rows, "heart_rate_bpm"), 254),
        "cadence": _within(count, 254),
        "fractional_cadence": rest,
        "top_cadence": None if top_cadence is None else _within(strides(top_cadence)[0], 254),
        "power": _within(mean_of(rows, "power_w"), 65534),
        "top_power": _within(most_of(rows, "power_w"), 65534),
    }


def _intensity(lap: ActivityLap) -> int:
    if lap.step is None:
        return _REST
    word = KINDS[lap.step.kind].elsewhere
    return _INTERVAL if word == "interval" else INTENSITIES[word]


def _within(value: float | None, most: float) -> float | None:
    """A value, unless no field of the profile can hold it."""
    return value if value is not None and 0 <= value <= most else None
