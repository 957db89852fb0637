"""The messages of a FIT activity that matter to a run, gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from coach.interchange.fit_frames import Message, messages, number

MOST_BEATS: Final = 32
"""More beats than that between two records of a second or a few are no heart."""

_STARTS: Final = frozenset({"start"})
_STOPS: Final = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})


def gathered(data: bytes, problems: list[str]) -> "File":
    """Read every message up to the end or the first damage, which is told in `problems`."""
    file = File()
    for message in messages(data, problems):
        taker = _TAKERS.get(message.name)
        if taker is not None:
            taker(file, message)
    return file


@dataclass(slots=True)
class File:
    """The messages that matter, as they came."""

    kind: str = ""
    maker: str = ""
    sport: str = ""
    sub_sport: str = ""
    records: list[tuple[Message, tuple[float, ...]]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    timers: list[tuple[float, bool]] = field(default_factory=list)
    laps: list[Mapping[str, Any]] = field(default_factory=list)
    steps: list[Mapping[str, Any]] = field(default_factory=list)
    workout: Mapping[str, Any] = field(default_factory=dict)
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
    file.sport = str(message.values.get("sport", file.sport))
    file.sub_sport = str(message.values.get("sub_sport", file.sub_sport))


def _take_lap(file: File, message: Message) -> None:
    file.laps.append(message.values)


def _take_step(file: File, message: Message) -> None:
    file.steps.append(message.values)


def _take_workout(file: File, message: Message) -> None:
    file.workout = message.values


def _take_device(file: File, message: Message) -> None:
    if len(file.devices) < 1000:
        file.devices.append(message.values)


_TAKERS: Final = {
    "file_id": _take_file_id,
    "record": _take_record,
    "hrv": _take_hrv,
    "event": _take_event,
    "sport": _take_sport,
    "session": _take_sport,
    "lap": _take_lap,
    "workout_step": _take_step,
    "workout": _take_workout,
    "device_info": _take_device,
}
