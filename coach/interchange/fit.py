"""FIT activities, the files watches write.

Rules:
- Only a lap with trigger `manual` is somebody at the line: it becomes a mark. Every lap is kept to compare
  with.
- The timer's stops and starts become pause and resume, those that are missing as well (`fit_timer`).
- Of a file with several sports only what was done on foot is read (`fit_legs`).
- The workout in it is read as the importer reads it (`imports.fit`).
- Speed and distance in developer fields come from a foot pod and are the pod's. The watch's own belong to
  the pod only if the file shows it: a foot pod is among the devices (or its application wrote the file),
  and either there are no positions, or the distance is the sum of the speeds, which a watch that measures
  by positions never writes.
- Positions are used only where there is no speed and no
  distance.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from coach.interchange.common import Findings, Lap, Press, RecordingFile, Row, printable
from coach.interchange.fit_bytes import is_fit
from coach.interchange.fit_file import File, gathered
from coach.interchange.fit_frames import Message, number, whole
from coach.interchange.fit_legs import keep_run, legs_of
from coach.interchange.fit_timer import add_timers
from coach.interchange.imports.fit import workouts_of
from coach.interchange.imports.trees import Json
from coach.interchange.positions import Walker
from coach.interchange.report import Reporter
from coach.problems import RecordingProblem, WorkoutProblem
from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.signals.readings import Source
from coach.workout.document import document_from

# --- Whose the speed of a FIT file is: the watch's, a foot pod's or a treadmill's.

SUMS_WITHIN: Final = 0.02
"""Distance and summed speed may differ by this share of the way."""


def native_source(file: File, sub_sport: str) -> Source:
    """Whose the watch's own speed and distance are, in a run of this sub-sport."""
    placed = any("position_lat" in message.values for message, _ in file.records)
    has_pod_speed = any("speed" in message.developer for message, _ in file.records)
    if file.has_pod() and (not placed or (not has_pod_speed and _sums_its_speed(file))):
        return Source.POD
    belt = any(device.get("antplus_device_type") == "fitness_equipment" for device in file.devices)
    if belt and sub_sport == "treadmill":
        return Source.TREADMILL
    return Source.WATCH


def _sums_its_speed(file: File) -> bool:
    """Does the distance grow, second by second, by the very speed told?

    Where a pod is known to be the source the two differ by 0.2 % of the way, summed second by second; where
    a watch measured by positions by 14 % and more (the recordings of `tests/interchange`).
    """
    way = apart = 0.0
    for (one, _), (two, _) in pairwise(file.records):
        metres, before, speed = (
            two.number("distance"),
            one.number("distance"),
            two.speed(),
        )
        if metres is None or before is None or speed is None:
            continue
        if two.values["timestamp"] - one.values["timestamp"] == 1:
            way += abs(metres - before)
            apart += abs(metres - before - speed)
    return way > 100.0 and apart < SUMS_WITHIN * way


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
    if file.workouts or file.kind == "workout":
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
    legs = keep_run(file, legs_of(file), found.problems)
    native = native_source(file, legs[0].sub_sport)
    if not legs[0].is_on_foot:
        found.cadence_factor = None
    if any(_tells_movement(message) for message, _ in file.records):
        for message, beats in file.records:
            _add_rows(found, message, beats, native)
    else:
        _add_walk(found, file)
    add_timers(found, file)
    _add_laps(found, file)
    found.devices.extend(filter(None, map(_name, ({"manufacturer": file.maker}, *file.devices))))
    if file.workouts:
        found.workout = _workout(file, found.problems)


def _tells_movement(message: Message) -> bool:
    own = message.values
    return "enhanced_speed" in own or "speed" in own or "distance" in own or "speed" in message.developer


def _workout(file: File, problems: list[str]) -> Json | None:
    """The first workout in the file, as the importer reads it; what is lost of it is told."""
    report = Reporter("FIT")
    try:
        document = workouts_of(file, report)[0]
        document_from(document, name="the embedded workout")
    except WorkoutProblem as problem:
        problems.append(f"The embedded workout cannot be used: {problem.message}")
        return None
    if len(file.workouts) > 1:
        problems.append(f"The file holds {len(file.workouts)} workouts; the first is used.")
    problems.extend(f"The embedded workout, {line}." for line in report.report().loss_lines()[:20])
    return document


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
            walked = walker.step(at, latitude * _DEGREES, longitude * _DEGREES)
            found.add(
                Row(
                    at,
                    Source.POSITIONS,
                    walked.speed,
                    walked.distance,
                    cadence,
                    None,
                    power,
                    place=walked.place,
                )
            )
        else:
            found.add(Row(at, Source.WATCH, cadence=cadence, power=power))
        found.add(Row(at, Source.STRAP, heart_rate=message.number("heart_rate"), rr_s=beats))
    found.problems.extend(walker.problems())


def _add_laps(found: Findings, file: File) -> None:
    precise: float | None = None
    for message in file.laps:
        lap = message.values
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
