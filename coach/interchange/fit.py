"""FIT activities, the files watches write.

Rules:
- Only a lap with trigger `manual` is somebody at the line: it becomes a mark. Every lap is kept to compare
  with.
- The timer's stops and starts become pause and resume; its first start is the start of the workout.
- Speed and distance in developer fields come from a foot pod and are the pod's. The watch's own belong to
  the pod only if the file shows it: a foot pod is among the devices (or its application wrote the file),
  and either there are no positions, or the distance is the sum of the speeds, which a watch that measures
  by positions never writes.
- Positions are used only where there is no speed and no
  distance.
"""

from collections.abc import Mapping
from typing import Any, Final

from coach.interchange.common import Findings, Lap, Press, RecordingFile, Row, printable
from coach.interchange.fit_file import File, gathered
from coach.interchange.fit_frames import Message, is_fit, number, whole
from coach.interchange.fit_source import native_source
from coach.interchange.fit_workout import workout_from
from coach.interchange.positions import Walker
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.signals.readings import Source

_ON_FOOT: Final = frozenset(
    {"", "running", "walking", "hiking", "training", "fitness_equipment", "generic", "all"}
)
_DEGREES: Final = 180.0 / 2**31
"""A semicircle in degrees (FIT profile)."""


def looks_like(file: RecordingFile) -> bool:
    """Does it begin as a FIT file does?"""
    return is_fit(file.data)


def read(file: RecordingFile) -> Findings:
    """Gather what an activity says.

    Raises:
        RecordingProblem: it holds no record.
    """
    return read_fit(file.data)


def read_fit(data: bytes) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no sample in it, or it is a file of another kind, such as a workout.
    """
    found = Findings()
    file = gathered(data, found.problems)
    if not file.records:
        raise _no_records(file, found.problems)
    _fill(found, file)
    return found


def _no_records(file: File, problems: list[str]) -> RecordingProblem:
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


def _fill(found: Findings, file: File) -> None:
    native = native_source(file)
    on_foot = file.sport in _ON_FOOT
    if not on_foot:
        found.problems.append(
            f"The file calls itself {file.sport}, not running; its cadence is left as it is."
        )
        found.cadence_factor = None
    if any(
        "enhanced_speed" in m.values or "speed" in m.values or "distance" in m.values for m, _ in file.records
    ):
        for message, beats in file.records:
            _add_rows(found, message, beats, native)
    else:
        _add_walk(found, file)
    _add_timers(found, file)
    _add_laps(found, file)
    found.devices.extend(filter(None, map(_name, ({"manufacturer": file.maker}, *file.devices))))
    if file.steps:
        found.workout = workout_from(file.steps, file.workout, found.problems)


def _add_rows(found: Findings, message: Message, beats: tuple[float, ...], native: Source) -> None:
    values = message.values
    at = float(values["timestamp"])
    pod_speed = message.developers("speed", {"m/s", "mps"})
    pod_distance = message.developers("distance", {"m", "meters", "metres"})
    power = message.developers("power", {"watts", "w", "watt"})
    from_pod = pod_speed is not None or native is Source.POD
    if power is None:
        power, power_source = message.number("power"), (Source.POD if from_pod else native)
    else:
        power_source = Source.POD
    cadence = _cadence(message)
    if pod_speed is not None:
        found.add(Row(at, Source.POD, pod_speed, pod_distance, cadence, None, power))
        if native is not Source.POD:
            found.add(Row(at, native, message.speed(), message.number("distance")))
    else:
        own_power = power if power_source is native else None
        found.add(Row(at, native, message.speed(), message.number("distance"), cadence, None, own_power))
        if power_source is not native:
            found.add(Row(at, power_source, power=power))
    found.add(Row(at, Source.STRAP, heart_rate=message.number("heart_rate"), rr_s=beats))


def _add_walk(found: Findings, file: File) -> None:
    """Positions, where nothing else tells of movement."""
    walker = Walker()
    for message, beats in file.records:
        values = message.values
        at = float(values["timestamp"])
        latitude, longitude = message.number("position_lat"), message.number("position_long")
        cadence, power = _cadence(message), message.number("power")
        if latitude is not None and longitude is not None:
            speed, distance = walker.step(at, latitude * _DEGREES, longitude * _DEGREES)
            found.add(Row(at, Source.POSITIONS, speed, distance, cadence, None, power))
        else:
            found.add(Row(at, Source.WATCH, cadence=cadence, power=power))
        found.add(Row(at, Source.STRAP, heart_rate=message.number("heart_rate"), rr_s=beats))
    found.problems.extend(walker.problems())


def _add_timers(found: Findings, file: File) -> None:
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


def _add_laps(found: Findings, file: File) -> None:
    precise: float | None = None
    for lap in file.laps:
        told = number(lap.get("timestamp"))
        start = number(lap.get("start_time"))
        elapsed = number(lap.get("total_elapsed_time"))
        if told is None:
            precise = None
            continue
        begun = start if start is not None else told - (elapsed or 0.0)
        precise = _end_of_lap(told, begun if precise is None else precise, elapsed)
        trigger = str(lap.get("lap_trigger", ""))
        if trigger == "manual":
            found.presses.append(Press(precise, Button.MARK))
        time = number(lap.get("total_timer_time"))
        metres = number(lap.get("total_distance"))
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
                    whole(lap.get("wkt_step_index")),
                ),
            )
        )


def _end_of_lap(told: float, begun: float, elapsed: float | None) -> float:
    """When a lap ended: stamped in whole seconds, its length in thousandths; the finer one if the two agree."""
    exact = begun + elapsed if elapsed is not None else told
    return exact if abs(exact - told) <= 1.0 else told


def _cadence(message: Message) -> float | None:
    own = message.number("cadence")
    if own is not None:
        return own + (message.number("fractional_cadence") or 0.0)
    return message.developers("cadence", {"rpm", "spm"})


def _name(device: Mapping[str, Any]) -> str:
    """A device as a person may know it: maker and product, as far as they are words."""
    words = [device.get("manufacturer"), device.get("garmin_product"), device.get("product_name")]
    return " ".join(filter(None, map(printable, words)))
