"""The messages of a FIT file that matter to a run or a workout, gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from coach.interchange.fit_bytes import RUN_FIELDS, Fields
from coach.interchange.fit_frames import Message, messages, number

MOST_BEATS: Final = 32
"""More beats than that between two records of a second or a few are no heart."""

_STARTS: Final = frozenset({"start"})
_STOPS: Final = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})


def gathered(data: bytes, problems: list[str], fields: Fields = RUN_FIELDS) -> "File":
    """Read the messages that are wanted; faults of the file are told in `problems`."""
    file = File()
    for message in messages(data, problems, fields):
        taker = _TAKERS.get(message.name)
        if taker is not None:
            taker(file, message)
    return file


@dataclass(slots=True)
class FitWorkout:
    """A workout of a FIT file: what is said of it as a whole, and its steps as they came."""

    head: Mapping[str, Any] | None = None
    steps: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """The messages that matter, as they came."""

    kind: str = ""
    maker: str = ""
    records: list[tuple[Message, tuple[float, ...]]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    timers: list[tuple[float, bool]] = field(default_factory=list)
    laps: list[Message] = field(default_factory=list)
    sessions: list[Message] = field(default_factory=list)
    sports: list[tuple[int, Message]] = field(default_factory=list)
    """The messages that name a sport, and how many records come before each."""
    workouts: list[FitWorkout] = field(default_factory=list)
    devices: list[Mapping[str, Any]] = field(default_factory=list)

    def has_pod(self) -> bool:
        """Is a foot pod among the devices, or did the pod's own application write the file?"""
        return self.maker == "stryd" or any(
            device.get("antplus_device_type") == "stride_speed_distance"
            or device.get("manufacturer") == "stryd"
            for device in self.devices
        )


def _take_file_id(file: File, message: Message) -> None:
    file.kind = file.kind or str(message.values.get("type", ""))
    file.maker = file.maker or str(message.values.get("manufacturer", ""))


def _take_record(file: File, message: Message) -> None:
    if message.number("timestamp") is not None:
        file.records.append((message, tuple(file.beats)))
        file.beats.clear()


def _take_hrv(file: File, message: Message) -> None:
    """Beats are written before the record of their second."""
    beats = message.values.get("time")
    for beat in beats if isinstance(beats, tuple) else (beats,):
        value = number(beat)
        if value is not None and len(file.beats) < MOST_BEATS:
            file.beats.append(value)


def _take_event(file: File, message: Message) -> None:
    at = message.number("timestamp")
    if at is None or message.values.get("event") != "timer":
        return
    how = message.values.get("event_type")
    if how in _STARTS or how in _STOPS:
        file.timers.append((at, how in _STARTS))


def _take_sport(file: File, message: Message) -> None:
    file.sports.append((len(file.records), message))


def _take_session(file: File, message: Message) -> None:
    file.sessions.append(message)


def _take_lap(file: File, message: Message) -> None:
    file.laps.append(message)


def _take_step(file: File, message: Message) -> None:
    if not file.workouts:
        file.workouts.append(FitWorkout())
    file.workouts[-1].steps.append(message)


def _take_workout(file: File, message: Message) -> None:
    """A workout's own message comes before its steps; the first may come behind them."""
    if not file.workouts or file.workouts[-1].head is not None:
        file.workouts.append(FitWorkout())
    file.workouts[-1].head = message.values


def _take_device(file: File, message: Message) -> None:
    if len(file.devices) < 1000:
        file.devices.append(message.values)


_TAKERS: Final = {
    "file_id": _take_file_id,
    "record": _take_record,
    "hrv": _take_hrv,
    "event": _take_event,
    "sport": _take_sport,
    "session": _take_session,
    "lap": _take_lap,
    "workout_step": _take_step,
    "workout": _take_workout,
    "device_info": _take_device,
}
