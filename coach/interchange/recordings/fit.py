"""FIT activities, the files watches write.

Rules:
- Only a lap with trigger `manual` was pressed at a line: it becomes a mark. Every lap is kept to compare
  with.
- The timer's stops and starts become pause and resume, those that are missing as well. The events of a whole
  file take turns, beginning with a start. Where one is missing, or the first start stands in the middle, what
  the device counted decides: its distance grows while its timer runs, and no longer.
- Of a file with several sports only what was done on foot is read. Each session is a leg, from its start to the
  start of the next (FIT profile, `session`). A file that was cut before its sessions were written has legs by
  the messages that name a sport, in the order of the file.
- The workout in it is read as for an import (`coach.interchange.workouts.fit`).
- Speed and distance in developer fields come from a foot pod and are the pod's. The watch's own belong to
  the pod only if the file shows it: a foot pod is among the devices (or its application wrote the file),
  and either there are no positions, or the distance is the sum of the speeds, which a watch that measures
  by positions never writes.
- Positions are used only where there is no speed and no
  distance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import Any, Final

from coach.interchange.fit_file import File, gathered, is_fit
from coach.interchange.fit_messages import Message, number, whole
from coach.interchange.recordings.common import Findings, Press, RecordedLap, RecordingFile, Row, printable
from coach.interchange.recordings.track import Walker
from coach.interchange.workouts import Reporter
from coach.interchange.workouts.fit import workouts_of
from coach.interchange.workouts.workout_file import Json
from coach.problems import RecordingProblem, WorkoutProblem
from coach.quantities import Metres, Seconds, format_clock
from coach.session.buttons import Button
from coach.signals.readings import Source
from coach.workout.document import document_from

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


def add_timers(findings: Findings, file: File) -> None:
    """Turn the timer's events into the start of the run, its pauses and its end; the last stop is not a pause."""
    samples = _Samples(file)
    events = sorted(file.timers, key=lambda event: event[0])
    while events and not events[0][1] and events[0][0] <= samples.first:
        del events[0]  # what was run before the first sample is missing
    if events and events[0][1]:
        _begin(findings, samples, file, events[0][0])
    for at, starts in _completed(events, samples, findings.problems):
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


def _begin(findings: Findings, samples: _Samples, file: File, at: float) -> None:
    """The timer's first start begins the run, unless the device had counted before it."""
    before = at - samples.first
    began = [start for each in file.sessions if (start := begun(each)) is not None]
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


def _completed(events: list[Event], samples: _Samples, problems: list[str]) -> list[Event]:
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


def legs_of(file: File) -> list[Leg]:
    """One leg or more in order of time; the first begins before the first sample, the last ends after the last."""
    starts = [each for each in file.sessions if _word(each, "sport") != "multisport"] or file.sessions
    placed = sorted(
        ((at, each) for each in starts if (at := begun(each)) is not None), key=lambda pair: pair[0]
    )
    changes = [
        (float(file.records[index][0].values["timestamp"]), each)
        for index, each in file.sports
        if index < len(file.records)
    ]
    if placed:
        placed += [change for change in changes if change[0] >= _finished(*placed[-1])]
    else:
        unplaced = [(-inf, each) for each in (*starts[:1], *(each for _, each in file.sports[:1]))]
        placed = unplaced[:1] if starts or not changes else changes
    if not placed:
        return [Leg(-inf, inf, inf, "", "")]
    bounds = [-inf, *(at for at, _ in placed[1:]), inf]
    return [
        Leg(start, end, min(end, _finished(at, each)), _word(each, "sport"), _word(each, "sub_sport"))
        for (start, end), (at, each) in zip(pairwise(bounds), placed, strict=True)
    ]


def begun(session: Message) -> float | None:
    """The start of a session, on the file's clock."""
    start, end, elapsed = (session.number(key) for key in ("start_time", "timestamp", "total_elapsed_time"))
    if start is None and end is not None and elapsed is not None:
        return end - elapsed
    return start


def _finished(start: float, session: Message) -> float:
    elapsed = session.number("total_elapsed_time")
    return inf if elapsed is None else start + elapsed


def _word(message: Message, key: str) -> str:
    return str(message.values.get(key, ""))


def keep_run(file: File, legs: list[Leg], problems: list[str]) -> list[Leg]:
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
    spans = [f"{leg.sport.replace('_', ' ')} ({format_clock(_length(file, leg))})" for leg in others]
    if spans:
        problems.append(f"Only the run in the file was read; left out: {', '.join(spans)}.")
    _drop_records(file, on_foot)
    starts, ends = {leg.start for leg in on_foot}, {leg.end for leg in on_foot}
    file.timers = [event for event in file.timers if _leg_at(event[0], on_foot)]
    file.timers += [
        (_stopped(file, leg), False) for leg in on_foot if isfinite(leg.end) and leg.end not in starts
    ]
    file.timers += [(at, True) for at in starts - ends if isfinite(at)]
    file.laps = [lap for lap in file.laps if (at := begun(lap)) is None or _leg_at(at, on_foot)]
    file.sessions = [
        each for each in file.sessions if (at := begun(each)) is not None and _leg_at(at, on_foot)
    ]
    return on_foot


def _stopped(file: File, leg: Leg) -> float:
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


def _length(file: File, leg: Leg) -> float:
    times = [at for message, _ in file.records if _leg_at(at := float(message.values["timestamp"]), [leg])]
    return max(times) - min(times) if times else 0.0


# --- The source of the speed in a FIT file: the watch, a foot pod or a treadmill

SUMS_WITHIN: Final = 0.02
"""Distance and summed speed may differ by this share of the distance."""


def native_source(file: File, sub_sport: str) -> Source:
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


_DEGREES: Final = 180.0 / 2**31
"""A semicircle in degrees (FIT profile)."""


def looks_like(file: RecordingFile) -> bool:
    """Return whether it begins like a FIT file."""
    return is_fit(file.data)


def read(file: RecordingFile) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: it holds no record.
    """
    return read_fit(file.data)


def read_fit(data: bytes) -> Findings:
    """Read an activity.

    Raises:
        RecordingProblem: there is no sample in it, or it is a file of another kind, such as a workout.
    """
    findings = Findings()
    file = gathered(data, findings.problems)
    if not file.records:
        raise _no_records(file, findings.problems)
    _fill(findings, file)
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


def _fill(findings: Findings, file: File) -> None:
    legs = keep_run(file, legs_of(file), findings.problems)
    native = native_source(file, legs[0].sub_sport)
    if not legs[0].is_on_foot:
        findings.cadence_factor = None
    if any(_tells_movement(message) for message, _ in file.records):
        for message, beats in file.records:
            _add_rows(findings, message, beats, native)
    else:
        _add_walk(findings, file)
    add_timers(findings, file)
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
