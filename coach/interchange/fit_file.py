"""The messages of a FIT file that matter to a run or a workout, gathered; nothing else knows how fitdecode decodes.

Any bytes are survived: what the decoder makes of damaged bytes ends the reading with a statement, never with an
exception of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import fitdecode
from fitdecode.reader import FitReader

from coach.interchange.fit_bytes import RUN_FIELDS, Fields, sifted

_NONE: Final[Mapping[int, Any]] = MappingProxyType({})


class Message(NamedTuple):
    """One data message: its name and its known values, the developers' fields apart."""

    name: str
    values: dict[str, Any]
    """Values that are not invalid, by profile name, scaled to SI; times are whole seconds since 1989-12-31
    UTC."""
    developer: dict[str, tuple[Any, str]]
    """Values and units of developer fields, by their own lower-case names."""
    raw: Mapping[int, Any] = _NONE
    """Of a workout step, the values as they stand in the file, by the number of their field. The profile has words
    for a few of the numbers, such as `bpm_offset` for 100 % of the maximum heart rate."""

    def number(self, name: str) -> float | None:
        """A value that is a number, or None."""
        return number(self.values.get(name))

    def speed(self) -> float | None:
        """The message's own speed in m/s, from the finer field where both are there."""
        fine = self.number("enhanced_speed")
        return self.number("speed") if fine is None else fine

    def developers(self, name: str, units: set[str]) -> float | None:
        """A developer's number of that name, if it is in one of these units."""
        value, unit = self.developer.get(name, (None, ""))
        return number(value) if unit in units else None


def messages(data: bytes, problems: list[str], fields: Fields = RUN_FIELDS) -> Iterator[Message]:
    """Every wanted message of each file, up to its end or its first damage; faults are told in `problems`."""
    for file in sifted(data, fields, problems):
        # Times stay whole seconds without a processor: quicker, and no date is too wild to be made.
        with FitReader(
            file,
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as reader:
            frames = iter(reader)
            while True:
                try:
                    frame = next(frames, None)
                except Exception:  # noqa: BLE001 - damaged bytes make the decoder fail in many ways, all mean the same
                    problems.append("The file is damaged; everything before the damage was read.")
                    break
                if frame is None:
                    break
                if isinstance(frame, fitdecode.FitDataMessage):
                    yield _message(frame)


def _message(frame: Any) -> Message:
    values: dict[str, Any] = {}
    developer: dict[str, tuple[Any, str]] = {}
    for item in frame.fields:
        if item.value is None:
            continue
        if item.field_type == "devfield":
            developer[str(item.name).strip().lower()] = (item.value, str(item.units or "").strip().lower())
        else:
            values.setdefault(item.name, item.value)
    name = str(frame.name)
    if name != "workout_step":
        return Message(name, values, developer)
    raw = {item.def_num: item.raw_value for item in frame.fields if item.raw_value is not None}
    return Message(name, values, developer, raw)


def number(value: object) -> float | None:
    """A value as a number, or None: damaged definitions turn fields into text or rows."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A value as a whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


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
    builder: str = ""
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
        return self.builder == "stryd" or any(
            device.get("antplus_device_type") == "stride_speed_distance"
            or device.get("manufacturer") == "stryd"
            for device in self.devices
        )


def _take_file_id(file: File, message: Message) -> None:
    file.kind = file.kind or str(message.values.get("type", ""))
    file.builder = file.builder or str(message.values.get("manufacturer", ""))


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
