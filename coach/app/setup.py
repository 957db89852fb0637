"""Creates the setup of a run: live, of a journal, of another program's file, and of the demonstration.

A setup is written into the header of the journal of its run, and read from there for a replay. How a step starts if its
document does not say depends on where the run happens (docs/how-to/write-a-workout.md). The readers of documents are
imported in the functions that need them, because the demonstration needs none.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeVar

from coach import __version__
from coach.app.terminal import Console, RunMode
from coach.app.workouts import CompiledWorkout, compile_embedded, with_reminder, with_wide_bands
from coach.edge.clock import Clock, WallTime, local_iso
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.settings import InvalidSetting, Settings, as_tree, dataclass_from_dict
from coach.gatt.services import usual_cadence_count
from coach.live.contract import RunSetup
from coach.physiology.heart_rate import HeartRateKinetics
from coach.physiology.performance import Balance, CadenceLine, cadence_line, critical_speed
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.config import StartPolicy
from coach.session.phases import Button, Pressed
from coach.signals.config import LearntFactor, PooledSensor
from coach.signals.readings import PODS, Reported, Source
from coach.workout.edits import (
    FASTEST_MPS,
    SLOWEST_MPS,
    easy_cap,
    light_speed,
    with_easy_cap,
    with_light,
    with_opt_in,
)
from coach.workout.timeline import AutoStart, DelayStart, PressStart, Start, Timeline, free_run

if TYPE_CHECKING:
    from coach.athlete import Athlete
    from coach.interchange.recordings.common import ForeignRecording
    from coach.recording.codec import Header


WALK_S: Final = Seconds(60.0)
"""Time to walk to the line. Judged."""
LINGER_S: Final = Seconds(60.0)
"""How long a finished run stays open on a terminal, for an undo. Judged."""
_FEWEST_TRIALS: Final = 3
"""Fewest trials for critical speed: two always fit a line, a third checks it."""


# --- live runs


def live_setup(
    workout: CompiledWorkout,
    settings: Settings,
    run: str,
    run_mode: RunMode,
    *,
    marks: bool = False,
    simulated: bool = False,
) -> RunSetup:
    """Set up a live run, without the lessons of earlier runs.

    Args:
        workout: the workout, compiled for its athlete.
        settings: those in force.
        run: the run's ID.
        run_mode: where it happens.
        marks: True if lines are marked by hand.
        simulated: True for a simulated runner; then there is no walk to the line, and no press is needed.

    A run without a plan starts at once: there is no first line to walk to.
    """
    by_press = marks and not simulated
    has_plan = workout.document is not None
    first: Start = AutoStart()
    if run_mode is RunMode.SCREEN and not simulated and (by_press or has_plan):
        first = PressStart() if by_press else DelayStart(WALK_S)
    starts = StartPolicy(
        first=first,
        after_rest=PressStart() if by_press else AutoStart(),
        holds_for_standing=run_mode is RunMode.SCREEN and not simulated and has_plan,
    )
    setup = _base_setup(workout, settings, run)
    return replace(setup, starts=starts, by_hand=marks, ends_after_s=_linger(run_mode))


def demonstration_setup(timeline: Timeline, settings: Settings, run: str, run_mode: RunMode) -> RunSetup:
    """Set up the demonstration: without an athlete and optional rules, in kilometres."""
    return RunSetup(
        run,
        timeline,
        ends_after_s=_linger(run_mode),
        signals=settings.signals,
        session=settings.session,
        cues=settings.cues,
    )


def _linger(run_mode: RunMode) -> Seconds:
    return LINGER_S if run_mode is RunMode.SCREEN else Seconds(0.0)


def with_lessons(
    setup: RunSetup,
    athlete: "Athlete | None",
    sensors: Mapping[Source, PairedSensor],
    pool: Mapping[int, PairedSensor] | None = None,
) -> RunSetup:
    """Return the setup with the lessons of earlier runs about its athlete and its sensors.

    A sensor without a lesson about its cadence counts as its name suggests. `pool` has all sensors that may be behind a
    source, by their number; `sensors` has the likeliest.
    """
    own_counts = setup.signals.cadence_counts
    stated_counts = {
        source: sensor.cadence_count for source, sensor in sensors.items() if sensor.cadence_count is not None
    }
    usual_counts = {
        source: count for source, sensor in sensors.items() if (count := usual_cadence_count(sensor.name))
    }
    signals = replace(
        setup.signals,
        cadence_counts={**setup.signals.cadence_counts, **stated_counts},
        learnt_cadence_counts=usual_counts,
        learnt_of_pool=tuple(
            _pooled_sensor(number, sensor, athlete, own_counts)
            for number, sensor in (pool or {}).items()
            if sensor.kind is SensorKind.POD
        ),
    )
    setup = replace(setup, signals=signals)
    if athlete is None or not athlete.learnt:
        return setup
    from coach.athlete import cadence_count, heart_lesson

    lessons = athlete.learnt
    learnt_counts = {
        source: count for source, sensor in sensors.items() if (count := cadence_count(lessons, sensor.id))
    }
    heart = heart_lesson(lessons)
    kinetics = HeartRateKinetics()
    if heart is not None:
        kinetics = HeartRateKinetics(
            Seconds(heart.delay_up_s),
            Seconds(heart.tau_up_s),
            Seconds(heart.delay_down_s),
            Seconds(heart.tau_down_s),
            heart.ups,
            heart.downs,
        )
    return replace(
        setup,
        signals=replace(
            setup.signals,
            learnt=tuple(_pod_factors(athlete, sensors)),
            learnt_cadence_counts={**usual_counts, **learnt_counts},
        ),
        heart_rate_kinetics=kinetics,
        cadence_line=cadence_line(lessons),
    )


def _pooled_sensor(
    number: int, sensor: PairedSensor, athlete: "Athlete | None", counts: Mapping[Source, int]
) -> PooledSensor:
    """Return what is known of one of several pods, from the runner, from earlier runs and from its name."""
    from coach.athlete import cadence_count, pod_factor

    lessons = () if athlete is None else athlete.learnt
    factor = pod_factor(lessons, sensor.id, sensor.shoe)
    return PooledSensor(
        number,
        None if factor is None else factor.factor,
        None if factor is None else factor.sd,
        sensor.cadence_count or counts.get(Source.POD),
        cadence_count(lessons, sensor.id) or usual_cadence_count(sensor.name),
    )


def _pod_factors(athlete: "Athlete", sensors: Mapping[Source, PairedSensor]) -> Iterator[LearntFactor]:
    from coach.athlete import pod_factor

    for source, sensor in sensors.items():
        factor = pod_factor(athlete.learnt, sensor.id, sensor.shoe) if source in PODS else None
        if factor is not None:
            yield LearntFactor(source, factor.factor, factor.sd)


def by_light(setup: RunSetup, speeds: Mapping[str, MetresPerSecond]) -> RunSetup:
    """Return the setup with a pacing light at these speeds, by step ID; without any, the setup is unchanged."""
    if not speeds:
        return setup
    speeds_before = {
        step.step_id: speed for step in setup.timeline.steps if (speed := light_speed(step)) is not None
    }
    timeline = with_light(setup.timeline, speeds)
    return replace(
        setup,
        timeline=timeline,
        light=speeds,
        planned={each: speeds_before[each] for each in speeds if each in speeds_before},
    )


# --- replays


def recorded_setup(
    header: "Header",
    console: Console,
    workout: CompiledWorkout | None = None,
    settings: Settings | None = None,
    *,
    is_as_run: bool | None = None,
) -> RunSetup:
    """Read the setup of a recorded run; a given workout and given settings replace those of the header.

    `is_as_run` is True if the workout is the header's for the header's athlete; None if no workout is given. Only then
    does the pacing light run the reps it ran.

    Raises:
        CoachProblem: a document in the header no longer fits this program.
    """
    is_as_run = workout is None if is_as_run is None else is_as_run
    light = recorded_light(header) if is_as_run else {}  # it belongs to the steps and paces of that workout
    workout = workout or recorded_workout(header, console)
    settings_in_force = recorded_settings(header, console)
    if settings is not None:
        settings_in_force = replace(
            settings_in_force,
            signals=settings.signals,
            session=settings.session,
            cues=settings.cues,
            gates=settings.gates,
        )
    return with_recorded(
        by_light(_base_setup(workout, settings_in_force, header.run), light), header, console
    )


def foreign_setup(workout: CompiledWorkout, settings: Settings, recording: "ForeignRecording") -> RunSetup:
    """Set up the replay of another program's recording: no countdown, and no wait for a press it does not contain."""
    presses = [
        event.at
        for event in recording.inputs
        if isinstance(event, Pressed) and event.button in {Button.MARK, Button.GO}
    ]
    timer = recording.first_timer_start_s
    starts = StartPolicy(
        first=DelayStart(timer) if timer > 0 else AutoStart(),
        counts_delays=timer > 0,
        presses_until=presses[-1] if presses else Seconds(0.0),
    )
    setup = _base_setup(workout, settings, recording.run)
    if timer > 0 and isinstance(setup.timeline.steps[0].start, DelayStart):
        # The start of the device's timer replaces the delay of the document.
        first, *others = setup.timeline.steps
        setup = replace(setup, timeline=replace(setup.timeline, steps=(replace(first, start=None), *others)))
    return replace(
        setup,
        starts=starts,
        by_hand=recording.has_marks,
        ends_after_s=Seconds(0.0),
        counts_from=None if _begins_with_a_pod_at_zero(recording) else timer,
        recorded_until=recording.inputs[-1].at if recording.inputs else None,
    )


def _begins_with_a_pod_at_zero(recording: "ForeignRecording") -> bool:
    """Return True if the first distance is 0 and from a footpod: it counts from there, not from the timer's start."""
    counts = (
        event for event in recording.inputs if isinstance(event, Reported) and event.distance is not None
    )
    first = next(counts, None)
    return first is not None and first.source is Source.POD and first.distance == 0.0


# --- what every run has


def _base_setup(workout: CompiledWorkout, settings: Settings, run: str) -> RunSetup:
    """Set up the part that does not depend on where the run happens.

    Raises:
        AthleteProblem: an enabled rule needs a number that the athlete lacks.
    """
    athlete, threshold = workout.athlete, _threshold_bpm(workout.athlete)
    ceiling = None if athlete is None or athlete.ceiling_bpm is None else BeatsPerMinute(athlete.ceiling_bpm)
    cap = easy_cap(athlete.now) if athlete is not None and settings.cues.easy_cap else None
    timeline = with_easy_cap(workout.timeline, cap)
    return RunSetup(
        run=run,
        timeline=with_opt_in(timeline, settings.gates, threshold_bpm=threshold),
        athlete="" if athlete is None else athlete.slug,
        signals=settings.signals,
        session=settings.session,
        cues=settings.cues,
        gates=settings.gates,
        ceiling_bpm=ceiling,
        threshold_bpm=None if threshold is None else BeatsPerMinute(threshold),
        critical=None if athlete is None else _critical(athlete),
        unit=_unit(settings, athlete),
    )


def _unit(settings: Settings, athlete: "Athlete | None") -> str:
    """Return the unit of paces: `mile` if the settings or the athlete say so, else `km`."""
    if settings.units != Settings().units or athlete is None:
        return settings.units
    return athlete.units


def _threshold_bpm(athlete: "Athlete | None") -> float | None:
    """Return the measured threshold heart rate; an estimate from age never triggers a cue."""
    rate = None if athlete is None else athlete.now.heart_rate.threshold
    return None if rate is None or rate.source != "measured" else rate.bpm


def _critical(athlete: "Athlete") -> tuple[MetresPerSecond, Metres] | None:
    """Return critical speed and D' from the athlete's trials; None without three that fit together."""
    now = athlete.now
    if len(now.trials) < _FEWEST_TRIALS:
        return None
    try:
        fit = critical_speed(now)
        if fit is not None:
            Balance(fit.speed, fit.reserve)
    except ValueError:
        return None  # the athlete's profile says why
    return None if fit is None else (fit.speed, fit.reserve)


# --- the header, written


def header_of(
    setup: RunSetup,
    workout: CompiledWorkout,
    clock: Clock,
    sensors: Mapping[Source, PairedSensor] | None = None,
    mode: str = "",
    *,
    pool: Mapping[int, PairedSensor] | None = None,
) -> "Header":
    """Return the header of the journal of a run that starts now, measured by these sensors in this mode.

    `pool` are the sensors that may be behind a source, by their number.
    """
    from coach.recording.codec import Header

    wall = clock.wall()
    return Header(
        run=setup.run,
        version=__version__,
        workout=workout.document,
        athlete=None if workout.athlete is None else _athlete_tree(workout.athlete),
        settings=_settings_tree(setup, workout),
        learnt=learnt_trees(setup),
        devices=_device_trees(sensors or {}, pool or {}),
        sensors=mode,
        wall_epoch=wall.epoch_s,
        monotonic_epoch=clock.monotonic(),
        zone=wall.zone,
        utc_offset_s=wall.utc_offset_s,
    )


def _athlete_tree(athlete: "Athlete") -> dict[str, Any]:
    """Return the athlete's document without lessons; the header has those in force under `learnt`."""
    from coach.athlete import dump_athlete

    tree: dict[str, Any] = json.loads(dump_athlete(athlete.model_copy(update={"learnt": ()})))
    return tree


def _settings_tree(setup: RunSetup, workout: CompiledWorkout) -> dict[str, Any]:
    """Return the settings in force; those that are as in most runs are left out."""
    starts = setup.starts
    tree: dict[str, Any] = {
        "starts": {"first": _start_tree(starts.first), "after_rest": _start_tree(starts.after_rest)},
        "by_hand": setup.by_hand,
        "signals": as_tree(setup.signals),
        "session": as_tree(setup.session),
        "cues": as_tree(setup.cues),
        "gates": as_tree(setup.gates),
    }
    if starts.after_warm_up != AutoStart():
        tree["starts"]["after_warm_up"] = _start_tree(starts.after_warm_up)
    if starts.holds_for_standing:
        tree["starts"]["holds_for_standing"] = True
    if starts.presses_until is not None:
        tree["starts"]["presses_until_s"] = starts.presses_until
    if setup.counts_from is not None:
        tree["counts_from_s"] = setup.counts_from
    if setup.unit != "km":
        tree["unit"] = setup.unit
    if setup.heart_rate_kinetics != HeartRateKinetics():
        tree["heart_rate_kinetics"] = as_tree(setup.heart_rate_kinetics)
    if setup.light:
        tree["light"] = dict(setup.light)
    if setup.ends_after_s is not None:
        tree["ends_after_s"] = setup.ends_after_s
    if workout.document is None:
        tree |= {"marks_are_laps": True, **_reminders_tree(workout)}
    if workout.by_effort:
        tree["by_effort"] = True
    if workout.has_wider_bands:
        tree["wider_bands"] = True
    return tree


def _reminders_tree(workout: CompiledWorkout) -> dict[str, Any]:
    """Return the reminders of a run without a plan, which has no document for them."""
    reminders = [each for step in workout.timeline.steps for each in step.reminders]
    return {"reminders": [{"text": each.text, "at_s": each.at_s} for each in reminders]} if reminders else {}


def _start_tree(start: Start) -> Any:
    """Return a start as workout documents write it."""
    match start:
        case DelayStart(seconds):
            return {"delay_s": seconds}
        case PressStart():
            return "press"
        case _:
            return "auto"


def learnt_trees(setup: RunSetup) -> tuple[Mapping[str, Any], ...]:
    """Return the lessons of earlier runs as JSON values, one object each."""
    trees: list[Mapping[str, Any]] = [
        {"what": "pod_factor", "sensor": learnt.source.value, "factor": learnt.factor, "sd": learnt.sd}
        for learnt in setup.signals.learnt
    ]
    trees += [{"what": "pooled_sensor", **as_tree(sensor)} for sensor in setup.signals.learnt_of_pool]
    if setup.cadence_line is not None:
        trees.append({"what": "cadence_line", **asdict(setup.cadence_line)})
    return tuple(trees)


def _device_trees(
    sensors: Mapping[Source, PairedSensor], pool: Mapping[int, PairedSensor]
) -> tuple[Mapping[str, Any], ...]:
    """Return the sensors as they are saved when the run starts; those of a pool that no source relies on are last."""
    numbers = {sensor.id: number for number, sensor in pool.items()}

    def tree(sensor: PairedSensor, source: str = "") -> Mapping[str, Any]:
        head: dict[str, Any] = {"sensor": source} if source else {"kind": sensor.kind.value}
        if sensor.id in numbers:
            head["number"] = numbers[sensor.id]
        return (
            head
            | {"id": sensor.id, "name": sensor.name}
            | {
                key: value
                for key in ("label", "location", "shoe", "serial")
                if (value := getattr(sensor, key))
            }
        )

    counted_on = {sensor.id for sensor in sensors.values()}
    return (
        *(tree(sensor, source.value) for source, sensor in sensors.items()),
        *(tree(sensor) for sensor in pool.values() if sensor.id not in counted_on),
    )


# --- the header, read

Table = TypeVar("Table")


_AS_IN_0_1_0: Final[Mapping[str, Mapping[str, object]]] = {
    "signals": {"forgives_gaps": False, "learns_laps": False, "reconciles_speed": False},
    "session": {
        "asks_line": False,
        "in_band_leave": False,
        "least_measured": 0.0,
        "marks_in_timed_reps": False,
        "pressed_again_s": 0.0,
        "stop_ends_rep": False,
        "tells_stops": False,
    },
    "cues": {
        "speak": "total",
        "power_from_s": 61.0,
        "power_settle_s": 20.0,
        "heart_rate_early_s": 600.0,
        "heart_rate_near": 0.0,
        "heart_rate_rise_doubt": 0.0,
        "listening": "nowhere",
        "losses_shown": True,
        "unheard_s": 0.0,
        "back_after_s": 0.0,
        "missing_s": 0.0,
        "recorder_steady_s": 0.0,
        "repeats_names": True,
    },
}
"""Settings newer than version 0.1.0, with the value that behaves like 0.1.0.

They apply to journals whose header lacks them, so that a replay has the cues of the live run.
"""


_LONGEST_TEXT: Final = 120
_LONGEST_S: Final = 86_400.0
"""The longest time that a setting can have: a day."""


def recorded_day(header: "Header") -> str:
    """Return the local day the run started on, `2026-05-31`; empty without a valid time.

    A simulated run has no day: its clock stands at 0.
    """
    if not header.wall_epoch:
        return ""
    try:
        return local_iso(WallTime(header.wall_epoch, header.zone, header.utc_offset_s))[:10]
    except (ValueError, OverflowError, OSError):
        return ""


def device_numbers(header: "Header") -> dict[str, int]:
    """Return the number of each sensor of a pool, by its ID."""
    return {
        str(device["id"]): device["number"]
        for device in header.devices
        if isinstance(device.get("number"), int) and "id" in device
    }


def recorded_workout(header: "Header", console: Console) -> CompiledWorkout:
    """Compile the workout of a recorded run for its athlete.

    Raises:
        CoachProblem: a document in the header no longer fits this program.
    """
    from coach.athlete import athlete_from

    name = f"run {header.run}"
    athlete = None if header.athlete is None else athlete_from(dict(header.athlete), name=name)
    return compile_recorded(header, athlete, console, name=name)


def compile_recorded(
    header: "Header", athlete: "Athlete | None", console: Console, *, name: str
) -> CompiledWorkout:
    """Compile the workout of a recorded run for an athlete.

    Raises:
        CoachProblem: as `compile_embedded`.
    """
    if header.workout is None and header.settings.get("marks_are_laps") is not True:
        return CompiledWorkout(free_run(ends_at_mark=True), None, athlete)  # as version 0.1.0 ran it
    by_effort = header.settings.get("by_effort") is True
    compiled = compile_embedded(header.workout, athlete, console, name=name, by_effort=by_effort)
    for text, at_s in _read_reminders(header):
        compiled = with_reminder(compiled, text, at_s)
    return with_wide_bands(compiled) if header.settings.get("wider_bands") is True else compiled


def _read_reminders(header: "Header") -> Iterator[tuple[str, float]]:
    """Yield the reminders of a run without a plan, which has no document for them."""
    rows = header.settings.get("reminders") if header.workout is None else None
    for row in rows if isinstance(rows, list) else ():
        text, at_s = (row.get("text"), row.get("at_s")) if isinstance(row, dict) else (None, None)
        if isinstance(text, str) and isinstance(at_s, int | float) and 0 < at_s < inf:
            yield text[:_LONGEST_TEXT], float(at_s)


def recorded_light(header: "Header") -> dict[str, MetresPerSecond]:
    """Return the pacing light's own speeds, by step ID; invalid speeds are left out."""
    tree = header.settings.get("light")
    if not isinstance(tree, Mapping):
        return {}
    return {
        step_id: MetresPerSecond(float(speed))
        for step_id, speed in tree.items()
        if isinstance(speed, int | float)
        and not isinstance(speed, bool)
        and SLOWEST_MPS <= speed <= FASTEST_MPS
    }


def recorded_settings(header: "Header", console: Console) -> Settings:
    """Read the settings of a recorded run; settings that this version lacks are left out, with a note.

    A rule younger than the header is off, so that the run replays as it was.
    """
    defaults = Settings()
    return replace(
        defaults,
        signals=_read_table(header, "signals", defaults.signals, console),
        session=_read_table(header, "session", defaults.session, console),
        cues=_read_table(header, "cues", defaults.cues, console),
        gates=_read_table(header, "gates", defaults.gates, console),
    )


def _read_table(header: "Header", name: str, table: Table, console: Console) -> Table:
    """Read one table of the settings, over its defaults or over the behaviour of versions without a setting."""
    tree, unknown = header.settings.get(name, {}), []
    values = {**_AS_IN_0_1_0.get(name, {}), **(tree if isinstance(tree, Mapping) else {})}
    with suppress(InvalidSetting):  # one by one costs a check of the whole table for each
        return dataclass_from_dict(table, values)
    for key, value in values.items():
        try:
            table = dataclass_from_dict(table, {key: value})
        except InvalidSetting:
            unknown.append(f"{name}.{key}")
    if unknown:
        what = ", ".join(unknown)
        console.say(f"Note: run {header.run} was recorded with settings that this version lacks: {what}")
    return table


def with_recorded(setup: RunSetup, header: "Header", console: Console) -> RunSetup:
    """Return the setup with the parts that only the header has: starts, the end of the run, and lessons.

    Unreadable parts are left out, with a note.
    """
    settings = header.settings
    setup = _with_recorded_lessons(setup, header, console)
    return replace(
        setup,
        starts=_read_starts(settings.get("starts")),
        by_hand=settings.get("by_hand") is True,
        ends_after_s=_read_seconds(settings.get("ends_after_s")),
        counts_from=_read_seconds(settings.get("counts_from_s")),
        unit="mile" if settings.get("unit") == "mile" else "km",
        heart_rate_kinetics=_read_table(header, "heart_rate_kinetics", HeartRateKinetics(), console),
    )


def _read_starts(tree: object) -> StartPolicy:
    """Read how steps start; unreadable parts are as by default."""
    if not isinstance(tree, Mapping):
        return StartPolicy()
    first, after_rest = (_read_start(tree.get(name)) for name in ("first", "after_rest"))
    return StartPolicy(
        first,
        after_rest,
        _read_start(tree.get("after_warm_up")),
        presses_until=_read_seconds(tree.get("presses_until_s")),
        holds_for_standing=tree.get("holds_for_standing") is True,
    )


def _read_start(tree: object) -> Start:
    if isinstance(tree, Mapping):
        seconds = _read_seconds(tree.get("delay_s"))
        return AutoStart() if seconds is None else DelayStart(seconds)
    return PressStart() if tree == "press" else AutoStart()


def _read_seconds(value: object) -> Seconds | None:
    """Return a time of the header; None if it is invalid or longer than a day."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_S:
        return None
    return Seconds(float(value))


def _with_recorded_lessons(setup: RunSetup, header: "Header", console: Console) -> RunSetup:
    """Return the setup with the lessons in the header; unreadable ones are left out, with a note."""
    factors, line = [], None
    pool: list[PooledSensor] = []
    for tree in header.learnt:
        try:
            match tree.get("what"):
                case "pod_factor":
                    factors.append(
                        LearntFactor(Source(tree["sensor"]), float(tree["factor"]), float(tree["sd"]))
                    )
                case "pooled_sensor":
                    pool.append(_read_pooled_sensor(tree))
                case "cadence_line":
                    line = CadenceLine(**{key: float(value) for key, value in tree.items() if key != "what"})
                case _:
                    raise ValueError(tree)
        except (KeyError, TypeError, ValueError, OverflowError):
            console.say(f"Note: run {header.run} has a lesson that this version cannot read.")
    signals = replace(setup.signals, learnt=tuple(factors), learnt_of_pool=tuple(pool))
    return replace(setup, signals=signals, cadence_line=line)


def _read_pooled_sensor(tree: Mapping[str, Any]) -> PooledSensor:
    """Read a sensor of a pool.

    Raises:
        KeyError, TypeError, ValueError: it is invalid.
    """
    factor, sd = tree.get("factor"), tree.get("sd")
    counts = [tree.get("stated_count"), tree.get("learnt_count")]
    if any(count not in {None, 1, 2} for count in counts):
        raise ValueError(tree)
    return PooledSensor(
        int(tree["number"]),
        None if factor is None else float(factor),
        None if sd is None else float(sd),
        *counts,
    )
