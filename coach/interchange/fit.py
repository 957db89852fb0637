"""FIT activities, the files watches write.

Rules:
- Only a lap with trigger `manual` is somebody at the line: it becomes a mark. Every lap is kept to compare with.
- The timer's stops and starts become pause and resume; its first start is the start of the workout.
- Speed and distance in developer fields come from a foot pod and are the pod's. The watch's own belong to the pod
  only if the file shows it: a foot pod is among the devices (or its application wrote the file), and either there
  are no positions, or the distance is the sum of the speeds, which a watch that measures by positions never writes.
- Running cadence counts one foot and is doubled. Positions are used only where there is no speed and no distance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from coach.interchange.common import Findings, Lap, Press, Row
from coach.interchange.fit_frames import Message, messages
from coach.interchange.fit_workout import workout_from
from coach.interchange.positions import Walker
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.signals.readings import Source

_STARTS: Final = frozenset({"start"})
_STOPS: Final = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})
_ON_FOOT: Final = frozenset({"running", "walking", "hiking", "training", "fitness_equipment", "generic", "all"})
_DEGREES: Final = 180.0 / 2**31
"""A semicircle in degrees (FIT profile)."""


def read_fit(data: bytes) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no sample in it, or it is a file of another kind, such as a workout.
    """
    found = Findings()
    file = _File()
    for message in messages(data, found.problems):
        taker = _TAKERS.get(message.name)
        if taker is not None:
            taker(file, message)
    if not file.records:
        raise _no_records(file, found.problems)
    _fill(found, file)
    return found


SUMS_WITHIN: Final = 0.02
"""Distance and summed speed may differ by this share of the way."""


@dataclass(slots=True)
class _File:
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
            device.get("antplus_device_type") == "stride_speed_distance" or device.get("manufacturer") == "stryd"
            for device in self.devices
        )


def _take_file_id(file: _File, message: Message) -> None:
    file.kind = file.kind or str(message.values.get("type", ""))
    file.maker = file.maker or str(message.values.get("manufacturer", ""))


def _take_record(file: _File, message: Message) -> None:
    if _number(message.values.get("timestamp")) is not None:
        file.records.append((message, tuple(file.beats)))
        file.beats.clear()


def _take_hrv(file: _File, message: Message) -> None:
    """Beats are written before the record of their second."""
    beats = message.values.get("time")
    for beat in beats if isinstance(beats, tuple) else (beats,):
        value = _number(beat)
        if value is not None and len(file.beats) < 32:  # more than that in one second is no heart
            file.beats.append(value)


def _take_event(file: _File, message: Message) -> None:
    at = _number(message.values.get("timestamp"))
    if at is None or message.values.get("event") != "timer":
        return
    how = message.values.get("event_type")
    if how in _STARTS or how in _STOPS:
        file.timers.append((at, how in _STARTS))


def _take_sport(file: _File, message: Message) -> None:
    file.sport = str(message.values.get("sport", file.sport))
    file.sub_sport = str(message.values.get("sub_sport", file.sub_sport))


def _take_lap(file: _File, message: Message) -> None:
    file.laps.append(message.values)


def _take_step(file: _File, message: Message) -> None:
    file.steps.append(message.values)


def _take_workout(file: _File, message: Message) -> None:
    file.workout = message.values


def _take_device(file: _File, message: Message) -> None:
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


def _no_records(file: _File, problems: list[str]) -> RecordingProblem:
    said = " ".join(problems)
    if file.steps or file.kind == "workout":
        return RecordingProblem(
            "This FIT file is a workout, not a recording of a run.",
            "Look at it with: coach workout check FILE",
        )
    if file.kind and file.kind != "activity":
        return RecordingProblem(
            f"This FIT file holds {file.kind.replace('_', ' ')} data, not a recording of a run.",
            "Export the activity itself from the watch or its web page.",
        )
    return RecordingProblem(f"The FIT file holds no sample. {said}".strip(), "Export the activity once more.")


def _fill(found: Findings, file: _File) -> None:
    native = _native_source(file)
    on_foot = file.sport in _ON_FOOT or not file.sport
    if not on_foot:
        found.problems.append(f"The file calls itself {file.sport}, not running; its cadence is left as it is.")
    factor = 2.0 if on_foot else 1.0
    if any("enhanced_speed" in m.values or "speed" in m.values or "distance" in m.values for m, _ in file.records):
        for message, beats in file.records:
            _add_rows(found, message, beats, native, factor)
    else:
        _add_walk(found, file, factor)
    _add_timers(found, file)
    _add_laps(found, file)
    found.devices.extend(_name(device) for device in ({"manufacturer": file.maker}, *file.devices) if _name(device))
    if file.steps:
        found.workout = workout_from(file.steps, file.workout, found.problems)


def _native_source(file: _File) -> Source:
    """Whose the watch's own speed and distance are."""
    placed = any("position_lat" in message.values for message, _ in file.records)
    has_pod_speed = any("speed" in message.developer for message, _ in file.records)
    if file.has_pod() and (not placed or (not has_pod_speed and _sums_its_speed(file))):
        return Source.POD
    belt = any(device.get("antplus_device_type") == "fitness_equipment" for device in file.devices)
    if belt and file.sub_sport == "treadmill":
        return Source.TREADMILL
    return Source.WATCH


def _sums_its_speed(file: _File) -> bool:
    """Does the distance grow, second by second, by the very speed told?

    Where a pod is known to be the source the two differ by 0.2 % of the way, summed second by second; where a watch
    measured by positions by 14 % and more (the recordings of `tests/interchange`).
    """
    way = apart = 0.0
    for (one, _), (two, _) in pairwise(file.records):
        metres, before, speed = (
            _number(two.values.get("distance")),
            _number(one.values.get("distance")),
            _speed(two.values),
        )
        if metres is None or before is None or speed is None:
            continue
        if two.values["timestamp"] - one.values["timestamp"] == 1:
            way += abs(metres - before)
            apart += abs(metres - before - speed)
    return way > 100.0 and apart < SUMS_WITHIN * way


def _add_rows(
    found: Findings, message: Message, beats: tuple[float, ...], native: Source, factor: float
) -> None:
    values = message.values
    at = float(values["timestamp"])
    pod_speed = _developer(message, "speed", {"m/s", "mps"})
    pod_distance = _developer(message, "distance", {"m", "meters", "metres"})
    power = _developer(message, "power", {"watts", "w", "watt"})
    from_pod = pod_speed is not None or native is Source.POD
    if power is None:
        power, power_source = _number(values.get("power")), (Source.POD if from_pod else native)
    else:
        power_source = Source.POD
    cadence = _cadence(message, factor)
    if pod_speed is not None:
        found.add(Row(at, Source.POD, pod_speed, pod_distance, cadence, None, power))
        if native is not Source.POD:
            found.add(Row(at, native, _speed(values), _number(values.get("distance"))))
    else:
        own_power = power if power_source is native else None
        found.add(Row(at, native, _speed(values), _number(values.get("distance")), cadence, None, own_power))
        if power_source is not native:
            found.add(Row(at, power_source, power=power))
    found.add(Row(at, Source.STRAP, heart_rate=_number(values.get("heart_rate")), rr_s=beats))


def _add_walk(found: Findings, file: _File, factor: float) -> None:
    """Positions, where nothing else tells of movement."""
    walker = Walker()
    for message, beats in file.records:
        values = message.values
        at = float(values["timestamp"])
        latitude, longitude = _number(values.get("position_lat")), _number(values.get("position_long"))
        cadence, power = _cadence(message, factor), _number(values.get("power"))
        if latitude is not None and longitude is not None:
            speed, distance = walker.step(at, latitude * _DEGREES, longitude * _DEGREES)
            found.add(Row(at, Source.POSITIONS, speed, distance, cadence, None, power))
        else:
            found.add(Row(at, Source.WATCH, cadence=cadence, power=power))
        found.add(Row(at, Source.STRAP, heart_rate=_number(values.get("heart_rate")), rr_s=beats))
    found.problems.extend(walker.problems())


def _add_timers(found: Findings, file: _File) -> None:
    """The timer's first start, the pauses after it, and its last stop, which is no pause but the end."""
    last_record = max(float(message.values["timestamp"]) for message, _ in file.records)
    running: bool | None = None
    for at, starts in sorted(file.timers, key=lambda one: one[0]):
        if starts == running:
            continue
        if running is None and starts:
            found.started_at = at
        elif running is not None:
            found.presses.append(Press(at, Button.RESUME if starts else Button.PAUSE))
        running = starts
    if found.presses and found.presses[-1].button is Button.PAUSE and found.presses[-1].at >= last_record:
        found.ended_at = found.presses.pop().at


def _add_laps(found: Findings, file: _File) -> None:
    precise: float | None = None
    for lap in file.laps:
        told = _number(lap.get("timestamp"))
        start = _number(lap.get("start_time"))
        elapsed = _number(lap.get("total_elapsed_time"))
        if told is None:
            precise = None
            continue
        begun = start if start is not None else told - (elapsed or 0.0)
        precise = _end_of_lap(told, begun if precise is None else precise, elapsed)
        trigger = str(lap.get("lap_trigger", ""))
        if trigger == "manual":
            found.presses.append(Press(precise, Button.MARK))
        time = _number(lap.get("total_timer_time"))
        metres = _number(lap.get("total_distance"))
        found.laps.append(
            (
                begun,
                precise,
                Lap(
                    Seconds(0.0),
                    Seconds(0.0),
                    None if time is None else Seconds(time),
                    None if metres is None else Metres(metres),
                    trigger,
                    _whole(lap.get("wkt_step_index")),
                ),
            )
        )


def _end_of_lap(told: float, begun: float, elapsed: float | None) -> float:
    """When a lap ended: its time stamp is in whole seconds, its elapsed time in thousandths; use both if they agree."""
    exact = begun + elapsed if elapsed is not None else told
    return exact if abs(exact - told) <= 1.0 else told


def _speed(values: Mapping[str, Any]) -> float | None:
    enhanced = _number(values.get("enhanced_speed"))
    return enhanced if enhanced is not None else _number(values.get("speed"))


def _cadence(message: Message, factor: float) -> float | None:
    own = _number(message.values.get("cadence"))
    if own is not None:
        return (own + (_number(message.values.get("fractional_cadence")) or 0.0)) * factor
    pod = _developer(message, "cadence", {"rpm", "spm"})
    if pod is None:
        return None
    return pod if message.developer["cadence"][1] == "spm" else pod * factor


def _developer(message: Message, name: str, units: set[str]) -> float | None:
    """A developer's value of that name, if it is in one of the units we know."""
    value, unit = message.developer.get(name, (None, ""))
    return _number(value) if unit in units else None


def _name(device: Mapping[str, Any]) -> str:
    """A device as a person may know it: maker and product, as far as they are words."""
    words = [device.get("manufacturer"), device.get("garmin_product"), device.get("product_name")]
    return " ".join(word for word in words if isinstance(word, str) and word)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
