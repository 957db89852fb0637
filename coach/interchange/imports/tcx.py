"""Workouts in Garmin's Training Center XML (TrainingCenterDatabasev2.xsd), which knows two intensities."""

import re
from typing import Final

from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.json_access import Json, number, whole
from coach.interchange.imports.sport import read_sport
from coach.interchange.imports.step_builder import MARK, NO_LENGTH, StepBuilder
from coach.interchange.imports.workout_builder import WorkoutBuilder, document, repeated, step
from coach.interchange.imports.workout_file import MOST_WORKOUTS, WorkoutFile
from coach.interchange.report import Reporter
from coach.interchange.xml import Element
from coach.problems import WorkoutProblem

_WARM_UP = re.compile(r"warm[\s-]*up|einlaufen|échauffement|calentamiento", re.IGNORECASE)
_COOL_DOWN = re.compile(r"cool[\s-]*down|auslaufen|retour au calme|enfriamiento", re.IGNORECASE)
_ROOT: Final = "TrainingCenterDatabase"


def looks_like(file: WorkoutFile) -> bool:
    """Is it XML of the Training Center?"""
    return file.root == _ROOT


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout of a TCX file.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    return read_tcx(file.xml(_ROOT, report), report)


def read_tcx(root: Element, report: Reporter) -> list[Json]:
    """Make a document of each workout of a TCX file.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    found = [workout for part in root.all("Workouts") for workout in part.all("Workout")]
    if not found:
        raise WorkoutProblem(
            "this TCX file has no workout in it: it holds activities or courses",
            "coach replay shows a recording; a workout is exported from where it was planned.",
        )
    if len(found) > MOST_WORKOUTS:
        raise WorkoutProblem(f"the file holds more than {MOST_WORKOUTS} workouts", "Split it.")
    return [_workout(workout, report) for workout in found]


def _workout(workout: Element, report: Reporter) -> Json:
    sport = read_sport(workout.get("Sport") or "", f"{workout.where} Sport", report)
    builder = StepBuilder(report, sport)
    for name in ("ScheduledOn", "Extensions"):
        for lost in workout.all(name):
            report.dropped(lost.where, f"{name}: {one_line(lost.text, 40)}".rstrip(": "))
    draft = WorkoutBuilder(
        name=workout.says("Name"),
        where=workout.where,
        description=workout.says("Notes"),
        source="TCX workout",
    )
    draft.sections.append(("", _nodes(workout.all("Step"), builder)))
    return document(draft, report)


def _nodes(steps: list[Element], builder: StepBuilder) -> list[Json]:
    nodes: list[Json] = []
    for one in steps:
        if one.get("type") == "Repeat_t" or one.first("Repetitions") is not None:
            inner = _nodes(one.all("Child"), builder)
            nodes += repeated(builder.report, one.where, whole(one.says("Repetitions")), inner)
        else:
            nodes += _step(one, builder)
    return nodes


def _step(one: Element, builder: StepBuilder) -> list[Json]:
    name, intensity = one.says("Name"), one.says("Intensity").lower()
    if _WARM_UP.search(name):
        kind = "warm_up"
    elif _COOL_DOWN.search(name):
        kind = "cool_down"
    else:
        kind = "recovery" if intensity == "resting" else "work"
    until = _until(one, builder)
    if until is NO_LENGTH:
        return []
    return [
        step(
            builder.report,
            one.where,
            kind,
            until,
            target=_target(one, builder),
            name=name,
            notes=one.says("Notes"),
        )
    ]


def _until(one: Element, builder: StepBuilder) -> Json:
    end = one.first("Duration")
    if end is None:
        return builder.no_end(one.where, "not said")
    match end.get("type"):
        case "Time_t":
            return builder.after_seconds(end.where, number(end.says("Seconds")))
        case "Distance_t":
            return builder.after_metres(end.where, number(end.says("Meters")))
        case "UserInitiated_t":
            return dict(MARK)
        case "HeartRateAbove_t" | "HeartRateBelow_t" as how:
            return _until_beats(end, builder, below=how == "HeartRateBelow_t")
        case "CaloriesBurned_t":
            return builder.no_end(end.where, f"{one_line(end.says('Calories'), 12)} kcal")
    return builder.no_end(end.where, one_line(end.get("type"), 40) or "not said")


def _until_beats(end: Element, builder: StepBuilder, *, below: bool) -> Json:
    rate = end.first("HeartRate")
    value, unit = _beats(rate) if rate is not None else (None, "bpm")
    return builder.at_heart_rate(end.where, value, unit, below=below)


def _beats(rate: Element) -> tuple[float | None, str]:
    unit = "%max" if rate.get("type") == "HeartRateAsPercentOfMax_t" else "bpm"
    return number(rate.says("Value") or rate.text), unit


def _target(one: Element, builder: StepBuilder) -> Json | None:
    target = one.first("Target")
    if target is None or target.get("type") in {None, "None_t"}:
        return None
    match target.get("type"):
        case "Speed_t":
            return _speed(target, builder)
        case "HeartRate_t":
            return _heart_rate(target, builder)
        case "Cadence_t":
            low, high = number(target.says("Low")), number(target.says("High"))
            return builder.cadence(target.where, low, high, one_foot=True)
    return builder.no_target(target.where, one_line(target.get("type"), 40))


def _speed(target: Element, builder: StepBuilder) -> Json | None:
    zone = target.first("SpeedZone")
    if zone is None:
        return builder.no_target(target.where, "a speed without a zone")
    if zone.get("type") == "PredefinedSpeedZone_t":
        return builder.in_words(zone.where, f"speed zone {one_line(zone.says('Number'), 8)}")
    low, high = number(zone.says("LowInMetersPerSecond")), number(zone.says("HighInMetersPerSecond"))
    return builder.speed(zone.where, low, high)


def _heart_rate(target: Element, builder: StepBuilder) -> Json | None:
    zone = target.first("HeartRateZone")
    if zone is None:
        return builder.no_target(target.where, "a heart rate without a zone")
    if zone.get("type") == "PredefinedHeartRateZone_t":
        return builder.garmin_heart_zone(zone.where, whole(zone.says("Number")) or 0)
    low, high = zone.first("Low"), zone.first("High")
    if low is None or high is None:
        return builder.no_target(zone.where, "a heart-rate zone without its borders")
    (bottom, unit), (top, other) = _beats(low), _beats(high)
    if unit != other:
        return builder.no_target(zone.where, "a heart rate from a share of the maximum to beats per minute")
    return builder.heart_rate(zone.where, bottom, top, unit)
