"""FIT activities, the files of watches: read into the findings of a recording, and written from a run."""

from binascii import crc32
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, isfinite
from typing import Any, Final

from coach.interchange.fit_file import (
    EPOCH_S,
    BaseType,
    File,
    FitEncoder,
    FitField,
    Message,
    MessageType,
    gather,
    is_fit,
    number,
    whole,
)
from coach.interchange.recordings.activity import Activity, ActivityLap, LapTrigger, mean_of, most_of, strides
from coach.interchange.recordings.common import Findings, Press, RecordedLap, RecordingFile, Row, printable
from coach.interchange.recordings.track import Walker
from coach.interchange.workouts import Reporter
from coach.interchange.workouts.builder import Json
from coach.interchange.workouts.fit import FILE_ID, INTENSITIES, add_steps, workouts_of
from coach.problems import RecordingProblem, WorkoutProblem
from coach.quantities import Metres, Seconds, format_clock
from coach.review.trace import TraceRow
from coach.session.phases import Button
from coach.signals.readings import CALIBRATED, Source
from coach.workout.document import document_from
from coach.workout.kinds import KINDS

# --- reading
#
# - Only a lap with trigger `manual` was pressed at a line: it becomes a mark. Every lap is kept to compare with.
# - The workout in the file is read as for an import (`coach.interchange.workouts.fit`).
# - Speed and distance in developer fields come from a foot pod and are the pod's.
# - Positions are used only where there is no speed and no distance.

_DEGREES: Final = 180.0 / 2**31
"""A semicircle in degrees (FIT profile)."""


def looks_like(file: RecordingFile) -> bool:
    """Return whether it begins like a FIT file."""
    return is_fit(file.data)


def read(file: RecordingFile) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no sample in it, or it is a file of another kind, such as a workout.
    """
    findings = Findings()
    fit = gather(file.data, findings.problems)
    if not fit.records:
        raise _no_records(fit, findings.problems)
    _add_all(findings, fit)
    return findings


def _no_records(file: File, problems: list[str]) -> RecordingProblem:
    text = " ".join(problems)
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
    return RecordingProblem(f"The FIT file holds no sample. {text}".strip(), "Export the activity once more.")


def _add_all(findings: Findings, file: File) -> None:
    legs = _keep_run(file, _legs_of(file), findings.problems)
    native = _native_source(file, legs[0].sub_sport)
    if not legs[0].is_on_foot:
        findings.cadence_factor = None
    if any(_tells_movement(message) for message, _ in file.records):
        for message, beats in file.records:
            _add_rows(findings, message, beats, native)
    else:
        _add_walk(findings, file)
    _add_timers(findings, file)
    _add_laps(findings, file)
    findings.devices.extend(filter(None, map(_name, ({"manufacturer": file.builder}, *file.devices))))
    if file.workouts:
        findings.workout = _workout(file, findings.problems)


def _tells_movement(message: Message) -> bool:
    own = message.values
    return "enhanced_speed" in own or "speed" in own or "distance" in own or "speed" in message.developer


def _workout(file: File, problems: list[str]) -> Json | None:
    """The first workout in the file, read like an import; its losses are reported."""
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


def _add_rows(findings: Findings, message: Message, beats: tuple[float, ...], native: Source) -> None:
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
        findings.add(Row(at, Source.POD, pod_speed, pod_distance, cadence, None, power))
        if native is not Source.POD:
            findings.add(Row(at, native, message.speed(), message.number("distance")))
    else:
        own_power = power if power_source is native else None
        findings.add(Row(at, native, message.speed(), message.number("distance"), cadence, None, own_power))
        if power_source is not native:
            findings.add(Row(at, power_source, power=power))
    findings.add(Row(at, Source.STRAP, heart_rate=message.number("heart_rate"), rr_s=beats))


def _add_walk(findings: Findings, file: File) -> None:
    """Add positions, if nothing else shows movement."""
    walker = Walker()
    for message, beats in file.records:
        values = message.values
        at = float(values["timestamp"])
        latitude, longitude = message.number("position_lat"), message.number("position_long")
        cadence, power = _cadence(message), message.number("power")
        if latitude is not None and longitude is not None:
            movement = walker.step(at, latitude * _DEGREES, longitude * _DEGREES)
            findings.add(
                Row(
                    at,
                    Source.POSITIONS,
                    movement.speed,
                    movement.distance,
                    cadence,
                    None,
                    power,
                    place=movement.place,
                )
            )
        else:
            findings.add(Row(at, Source.WATCH, cadence=cadence, power=power))
        findings.add(Row(at, Source.STRAP, heart_rate=message.number("heart_rate"), rr_s=beats))
    findings.problems.extend(walker.problems())


def _add_laps(findings: Findings, file: File) -> None:
    precise: float | None = None
    for message in file.laps:
        lap = message.values
        stamp = number(lap.get("timestamp"))
        start = number(lap.get("start_time"))
        elapsed = number(lap.get("total_elapsed_time"))
        if stamp is None:
            precise = None
            continue
        lap_start = start if start is not None else stamp - (elapsed or 0.0)
        precise = _end_of_lap(stamp, lap_start if precise is None else precise, elapsed)
        trigger = str(lap.get("lap_trigger", ""))
        if trigger == "manual":
            findings.presses.append(Press(precise, Button.MARK))
        time = number(lap.get("total_timer_time"))
        metres = number(lap.get("total_distance"))
        findings.laps.append(
            (
                lap_start,
                precise,
                RecordedLap(
                    Seconds(0.0),
                    Seconds(0.0),
                    None if time is None else Seconds(time),
                    None if metres is None else Metres(metres),
                    trigger,
                    whole(lap.get("wkt_step_index")),
                ),
            )
        )


def _end_of_lap(stamp: float, lap_start: float, elapsed: float | None) -> float:
    """The end of a lap: stamped in whole seconds, its length in thousandths; the finer one if the two agree."""
    exact = lap_start + elapsed if elapsed is not None else stamp
    return exact if abs(exact - stamp) <= 1.0 else stamp


def _cadence(message: Message) -> float | None:
    own = message.number("cadence")
    if own is not None:
        return own + (message.number("fractional_cadence") or 0.0)
    return message.developers("cadence", {"rpm", "spm"})


def _name(device: Mapping[str, Any]) -> str:
    """A device in words: maker and product, if the file has words for them."""
    words = [device.get("manufacturer"), device.get("garmin_product"), device.get("product_name")]
    return " ".join(filter(None, map(printable, words)))


# --- the timer: its stops and starts become pause and resume, those that are missing as well
#
# The events of a whole file take turns, beginning with a start. Where one is missing, or the first start stands in
# the middle, what the device counted decides: its distance grows while its timer runs, and no longer.

COUNTED_M: Final = 20.0
"""A smaller growth of the distance does not show that the timer runs: the last samples after a stop may have it.
Judged.
"""
STANDS_M: Final = 1.0
"""A distance that grows by no more stands still. Judged."""
GAP_S: Final = 10.0
"""Samples further apart are a gap: watches that store changes write one every 9 s at the latest."""
SLACK_S: Final = 5.0
"""A stretch this short before the timer's first start is not reported."""
Event = tuple[float, bool]
"""A moment of the file's clock, and whether the timer starts then."""


def _add_timers(findings: Findings, file: File) -> None:
    """Turn the timer's events into the start of the run, its pauses and its end; the last stop is not a pause."""
    samples = _Samples(file)
    events = sorted(file.timers, key=lambda event: event[0])
    while events and not events[0][1] and events[0][0] <= samples.first:
        del events[0]  # what was run before the first sample is missing
    if events and events[0][1]:
        _begin_run(findings, samples, file, events[0][0])
    for at, starts in _complete(events, samples, findings.problems):
        findings.presses.append(Press(at, Button.RESUME if starts else Button.PAUSE))
    if (
        findings.presses
        and findings.presses[-1].button is Button.PAUSE
        and findings.presses[-1].at >= samples.last
    ):
        findings.ended_at = findings.presses.pop().at


class _Samples:
    """The times of the samples, and the distances counted by then."""

    def __init__(self, file: File) -> None:
        pairs = [
            (float(message.values["timestamp"]), message.number("distance")) for message, _ in file.records
        ]
        self._times = sorted(at for at, _ in pairs)
        counted = sorted((at, metres) for at, metres in pairs if metres is not None)
        self._counted_at = [at for at, _ in counted]
        self._metres = [metres for _, metres in counted]
        self.first = self._times[0]
        self.last = self._times[-1]

    def before(self, at: float) -> float:
        """The last sample before a moment; the first of all if there is none."""
        return self._times[max(0, bisect_left(self._times, at) - 1)]

    def resumed(self, after: float, until: float = inf) -> float | None:
        """When the device began to count again between two moments; None if it did not.

        A file without any distance does not show it: the first sample in between is used.
        """
        if not self._metres:
            index = bisect_right(self._times, after)
            return self._times[index] if index < len(self._times) and self._times[index] <= until else None
        start, stop = bisect_right(self._counted_at, after), bisect_right(self._counted_at, until)
        if stop <= start or self._metres[stop - 1] - self._metres[start] <= COUNTED_M:
            return None
        stands = self._metres[start] + STANDS_M
        return self._counted_at[next(i for i in range(start, stop) if self._metres[i] > stands) - 1]


def _begin_run(findings: Findings, samples: _Samples, file: File, at: float) -> None:
    """The timer's first start begins the run, unless the device had counted before it."""
    before = at - samples.first
    began = [start for each in file.sessions if (start := _session_start(each)) is not None]
    ran = min(began) < at - SLACK_S if began else samples.resumed(-inf, at) is not None
    if before > SLACK_S and ran:
        findings.problems.append(
            f"The timer's first start is written {format_clock(before)} after the first sample, and the device "
            "counted before it: the run begins with the first sample."
        )
        return
    findings.started_at = at
    if before > SLACK_S:
        findings.problems.append(
            f"What was recorded before the timer's first start, {format_clock(before)}, was left out."
        )


def _complete(events: list[Event], samples: _Samples, problems: list[str]) -> list[Event]:
    """The events that change the state of the timer, alternating, with missing ones added."""
    turns: list[Event] = []
    runs = True
    since = -inf
    missing: list[Event] = []
    for at, starts in events:
        if starts and runs and -inf < since <= samples.before(at) < at - GAP_S:
            missing.append((samples.before(at), False))
            turns += [missing[-1], (at, True)]
        elif not starts and not runs:
            resumed = samples.resumed(since, at)
            if resumed is not None:
                missing.append((resumed, True))
                turns += [missing[-1], (at, False)]
        elif starts != runs:
            turns.append((at, starts))
        runs, since = starts, at
    resumed = None if runs else samples.resumed(since)
    if resumed is not None:
        missing.append((resumed, True))
        turns.append(missing[-1])
    for at, starts in missing:
        place = format_clock(at - samples.first)
        problems.append(
            f"A {'start' if starts else 'stop'} of the timer is missing at {place}; the samples show it."
        )
    return turns


# --- the legs of a file with several sports, of which only what was done on foot is read
#
# Each session is a leg, from its start to the start of the next (FIT profile, `session`). A file that was cut before
# its sessions were written has legs by the messages that name a sport, in the order of the file.

_ON_FOOT: Final = frozenset(
    {"", "running", "walking", "hiking", "training", "fitness_equipment", "generic", "all", "multisport"}
)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a recording in one sport, on the file's clock."""

    start: float
    end: float
    finished: float
    """When its session ended, no later than `end`."""
    sport: str
    sub_sport: str

    @property
    def is_on_foot(self) -> bool:
        """True if the sport is on foot."""
        return self.sport in _ON_FOOT


def _legs_of(file: File) -> list[Leg]:
    """One leg or more in order of time; the first begins before the first sample, the last ends after the last."""
    starts = [each for each in file.sessions if _word(each, "sport") != "multisport"] or file.sessions
    placed = sorted(
        ((at, each) for each in starts if (at := _session_start(each)) is not None), key=lambda pair: pair[0]
    )
    changes = [
        (float(file.records[index][0].values["timestamp"]), each)
        for index, each in file.sports
        if index < len(file.records)
    ]
    if placed:
        placed += [change for change in changes if change[0] >= _session_end(*placed[-1])]
    else:
        unplaced = [(-inf, each) for each in (*starts[:1], *(each for _, each in file.sports[:1]))]
        placed = unplaced[:1] if starts or not changes else changes
    if not placed:
        return [Leg(-inf, inf, inf, "", "")]
    bounds = [-inf, *(at for at, _ in placed[1:]), inf]
    return [
        Leg(start, end, min(end, _session_end(at, each)), _word(each, "sport"), _word(each, "sub_sport"))
        for (start, end), (at, each) in zip(pairwise(bounds), placed, strict=True)
    ]


def _session_start(session: Message) -> float | None:
    """The start of a session, on the file's clock."""
    start, end, elapsed = (session.number(key) for key in ("start_time", "timestamp", "total_elapsed_time"))
    if start is None and end is not None and elapsed is not None:
        return end - elapsed
    return start


def _session_end(start: float, session: Message) -> float:
    elapsed = session.number("total_elapsed_time")
    return inf if elapsed is None else start + elapsed


def _word(message: Message, key: str) -> str:
    return str(message.values.get(key, ""))


def _keep_run(file: File, legs: list[Leg], problems: list[str]) -> list[Leg]:
    """Remove the legs of other sports from a file that also has one on foot.

    The time between two runs is a pause without distance: the distance continues where the run before it ended, even if
    the device counts each leg anew.
    """
    on_foot = [leg for leg in legs if leg.is_on_foot]
    others = [leg for leg in legs if not leg.is_on_foot]
    if len(legs) == 1 and on_foot:
        return legs
    if not on_foot:
        sports = " and ".join(dict.fromkeys(leg.sport for leg in others))
        problems.append(f"The file calls itself {sports}, not running; its cadence is left as it is.")
        return legs
    spans = [f"{leg.sport.replace('_', ' ')} ({format_clock(_leg_seconds(file, leg))})" for leg in others]
    if spans:
        problems.append(f"Only the run in the file was read; left out: {', '.join(spans)}.")
    _drop_records(file, on_foot)
    starts, ends = {leg.start for leg in on_foot}, {leg.end for leg in on_foot}
    file.timers = [event for event in file.timers if _leg_at(event[0], on_foot)]
    file.timers += [
        (_run_end(file, leg), False) for leg in on_foot if isfinite(leg.end) and leg.end not in starts
    ]
    file.timers += [(at, True) for at in starts - ends if isfinite(at)]
    file.laps = [lap for lap in file.laps if (at := _session_start(lap)) is None or _leg_at(at, on_foot)]
    file.sessions = [
        each for each in file.sessions if (at := _session_start(each)) is not None and _leg_at(at, on_foot)
    ]
    return on_foot


def _run_end(file: File, leg: Leg) -> float:
    """The end of the run of a leg: the change of sports before the next leg does not belong to it."""
    times = [at for message, _ in file.records if _leg_at(at := float(message.values["timestamp"]), [leg])]
    return max(leg.finished, *times, -inf)


def _drop_records(file: File, legs: list[Leg]) -> None:
    """Drop the records outside the remaining legs, and continue the distance across the omitted ones."""
    records = []
    metres = shift = 0.0
    before: Leg | None = None
    is_after_gap = False
    for message, beats in file.records:
        leg = _leg_at(float(message.values["timestamp"]), legs)
        if leg is None:
            is_after_gap = True
            continue
        records.append((message, beats))
        distance = message.number("distance")
        if distance is None:
            continue
        if is_after_gap or (leg is not before and distance + shift < metres):
            shift = metres - distance
        before, is_after_gap = leg, False
        metres = message.values["distance"] = distance + shift
    file.records = records


def _leg_at(at: float, legs: list[Leg]) -> Leg | None:
    return next((leg for leg in legs if leg.start <= at < leg.end), None)


def _leg_seconds(file: File, leg: Leg) -> float:
    times = [at for message, _ in file.records if _leg_at(at := float(message.values["timestamp"]), [leg])]
    return max(times) - min(times) if times else 0.0


# --- the source of the watch's own speed and distance
#
# They belong to a foot pod only if the file shows it: a pod is among the devices (or its application wrote the file),
# and either there are no positions, or the distance is the sum of the speeds, which a watch that measures by positions
# never writes.

SUMS_WITHIN: Final = 0.02
"""Distance and summed speed may differ by this share of the distance."""


def _native_source(file: File, sub_sport: str) -> Source:
    """The source of the watch's own speed and distance, in a run of this sub-sport."""
    has_positions = any("position_lat" in message.values for message, _ in file.records)
    has_pod_speed = any("speed" in message.developer for message, _ in file.records)
    if file.has_pod() and (not has_positions or (not has_pod_speed and _sums_its_speed(file))):
        return Source.POD
    belt = any(device.get("antplus_device_type") == "fitness_equipment" for device in file.devices)
    if belt and sub_sport == "treadmill":
        return Source.TREADMILL
    return Source.WATCH


def _sums_its_speed(file: File) -> bool:
    """Return whether the distance grows, second by second, by the recorded speed.

    If a pod is known to be the source the two differ by 0.2 % of the distance, summed second by second; if a watch
    measured by positions by 14 % and more (the recordings of `tests/interchange`).
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


# --- writing: records a second, laps that name their step, the workout, pauses and beats
#
# The order is that of a watch: file id first, then messages of the whole run, then everything in order of time, at
# last session and activity. Times are whole seconds, lengths of laps and of the session thousandths. The distance of
# the records is the measured one; the length of a lap by its line is in a field of its own.

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
            yield stamp, 2, (RECORD, {"time": stamp, **_record_values(row), "distance": row.distance_m})

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


def _record_values(row: TraceRow) -> Mapping[str, float | None]:
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
