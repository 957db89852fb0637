"""FIT workout files, and the workout inside a FIT activity.

Steps are a flat row; a repeat says how far back to jump and how many times in all (FIT profile,
`workout_step`). Targets that name a zone of the watch are told apart from those with their own numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from coach.interchange.fit_file import File, gathered
from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.draft import Draft, document, repeated, step
from coach.interchange.imports.fit_skim import skimmed
from coach.interchange.imports.ground import Ground, ground_of
from coach.interchange.imports.maker import MARK, NO_LENGTH, Maker
from coach.interchange.imports.report import Reporter
from coach.interchange.imports.trees import Json, number
from coach.interchange.imports.workout_file import WorkoutFile
from coach.problems import WorkoutProblem

KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
    "other": "work",
}
MOST_STEPS: Final = 10_000

Step = Mapping[str, Any]


def looks_like(file: WorkoutFile) -> bool:
    """Is it a FIT file? Bytes 8 to 11 of every header say so (FIT protocol, file header)."""
    return file.data[8:12] == b".FIT"


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of the workout in a FIT file.

    Raises:
        WorkoutProblem: there is none in it, or no step of it can be run.
    """
    return [read_fit(file.data, report)]


def read_fit(data: bytes, report: Reporter) -> Json:
    """Make a document of the workout in a FIT file.

    Raises:
        WorkoutProblem: there is none in it, or no step of it can be run.
    """
    problems: list[str] = []
    file = gathered(skimmed(data), problems)
    for problem in problems:
        report.dropped("", problem.rstrip("."))
    if not file.steps:
        raise WorkoutProblem(
            "this FIT file has no workout in it: it is a recording of a free run",
            "coach replay shows a recording; a workout is exported from where it was planned.",
        )
    if len(file.steps) > MOST_STEPS:
        raise WorkoutProblem(f"it has {len(file.steps)} steps; {MOST_STEPS} is the most")
    ground = ground_of(_sport(file), "workout.sport", report)
    _check_count(file, report)
    maker = Maker(report, ground)
    draft = Draft(
        name=one_line(file.workout.get("wkt_name"), 1000),
        named_at="workout.wkt_name",
        description=file.workout.get("wkt_description"),
        source="FIT file" if file.kind == "workout" else "Workout inside a FIT recording",
    )
    draft.sections.append(("", _folded(file.steps, maker)))
    return document(draft, report)


def _sport(file: File) -> str:
    sub, sport = str(file.workout.get("sub_sport") or ""), str(file.workout.get("sport") or file.sport or "")
    return sub if sport in {"training", "fitness_equipment"} and sub not in {"", "generic"} else sport


def _check_count(file: File, report: Reporter) -> None:
    told, there = file.workout.get("num_valid_steps"), len(file.steps)
    if isinstance(told, int) and told != there:
        text = f"the file says it has {told} steps and holds {there}; all of them were read"
        report.understood("workout.num_valid_steps", text)


def _folded(steps: Sequence[Step], maker: Maker) -> list[Json]:
    """The flat row folded into repeats."""
    placed: list[tuple[int, list[Json]]] = []
    for index, one in enumerate(steps):
        where = f"workout_step[{index}]"
        if str(one.get("duration_type", "")).startswith("repeat_"):
            _fold(placed, one, where, maker)
        else:
            placed.append((index, _step(one, where, maker)))
    return [node for _, nodes in placed for node in nodes]


def _fold(placed: list[tuple[int, list[Json]]], one: Step, where: str, maker: Maker) -> None:
    back, how = one.get("duration_step"), str(one.get("duration_type"))
    if not isinstance(back, int) or not placed or back > placed[-1][0]:
        maker.report.dropped(where, "a repeat that points at no step before it was left out")
        return
    first = next(place for place, (start, _) in enumerate(placed) if start >= back)
    inner = [node for _, nodes in placed[first:] for node in nodes]
    if how != "repeat_until_steps_cmplt":
        words = how.removeprefix("repeat_until_").replace("_", " ")
        maker.report.dropped(where, f"a repeat until {words}{_limit(one)}; its steps are run once")
        nodes = inner
    else:
        count = one.get("repeat_steps")
        nodes = repeated(maker.report, where, count if isinstance(count, int) else None, inner)
    placed[first:] = [(placed[first][0], nodes)]


def _limit(one: Step) -> str:
    """What a repeat waits for, in words; empty if the file does not say."""
    beats = number(one.get("repeat_hr"))
    if beats is not None:
        return f" ({beats:g} % of the maximum)" if beats <= 100 else f" ({beats - 100:g} bpm)"
    seconds, metres = number(one.get("repeat_time")), number(one.get("repeat_distance"))
    if seconds is not None:
        return f" ({seconds:g} s)"
    return f" ({metres:g} m)" if metres is not None else ""


def _step(one: Step, where: str, maker: Maker) -> list[Json]:
    intensity = str(one.get("intensity", "active"))
    if intensity not in KINDS:
        maker.report.approximated(
            where, f"a step of the intensity {one_line(intensity, 40)} was taken for work"
        )
    kind = KINDS.get(intensity, "work")
    if maker.ground is Ground.GYM and kind == "work":
        return _exercise(one, where, maker)
    until = _until(one, where, maker)
    if until is NO_LENGTH:
        return []
    move = {"move": "walk"} if intensity == "rest" else {}
    return [
        step(
            maker.report,
            where,
            kind,
            until,
            target=_target(one, where, maker, "target", "custom_target"),
            caps=(_target(one, where, maker, "secondary_target", "secondary_custom_target"),),
            name=one.get("wkt_step_name"),
            notes=one.get("notes"),
            **move,
        )
    ]


def _exercise(one: Step, where: str, maker: Maker) -> list[Json]:
    name = one.get("wkt_step_name") or one.get("exercise_category")
    item: Json = {"do": one_line(str(name or "").replace("_", " ").capitalize(), 100) or "Exercise"}
    reps, seconds = number(one.get("duration_reps")), number(one.get("duration_time"))
    if reps is not None and 1 <= reps <= 1000:
        item["reps"] = int(reps)
    elif seconds is not None and 0 < seconds <= 3600:
        item["seconds"] = seconds
    else:
        maker.report.dropped(where, "how much of the exercise")
    maker.report.understood(where, f"exercise: {item['do']}")
    return [{"kind": "checklist", "items": [item]}]


def _until(one: Step, where: str, maker: Maker) -> Json:
    how = str(one.get("duration_type", "open"))
    match how:
        case "open":
            return dict(MARK)
        case "time" | "repetition_time":
            return maker.after_seconds(where, number(one.get("duration_time")))
        case "time_only":  # the decoder knows no field of its own for it: milliseconds as they stand
            milliseconds = number(one.get("duration_value"))
            return maker.after_seconds(where, None if milliseconds is None else milliseconds / 1000)
        case "distance":
            return maker.after_metres(where, number(one.get("duration_distance")))
        case "hr_less_than" | "hr_greater_than":
            beats, unit = _beats(number(one.get("duration_hr")))
            return maker.at_heart_rate(where, beats, unit, below=how == "hr_less_than")
    words = how.replace("_", " ")
    amount = next((value for key in _AMOUNTS if (value := number(one.get(key))) is not None), None)
    return maker.no_end(where, words if amount is None else f"{words} {amount:g}")


_AMOUNTS: Final = ("duration_calories", "duration_power", "duration_reps", "duration_value")


def _target(one: Step, where: str, maker: Maker, prefix: str, custom: str) -> Json | None:
    """The first or second target of a step."""
    how = str(one.get(f"{prefix}_type", "open"))
    quantity = _QUANTITIES.get(how, "")
    zone = _zone(one, prefix, quantity)
    low, high = (_side(one, custom, quantity, side) for side in ("low", "high"))
    if zone:
        return _by_zone(how, zone, where, maker)
    match how:
        case "open":
            return None
        case "speed" | "speed_lap":
            return maker.speed(where, low or None, high or None)
        case "heart_rate" | "heart_rate_lap":
            (bottom, unit), (top, other) = _beats(low or None), _beats(high or None)
            if bottom is not None and top is not None and unit != other:
                return maker.no_target(where, "a heart rate from a share of the maximum to beats per minute")
            return maker.heart_rate(where, bottom, top, unit if bottom is not None else other)
        case "cadence":
            return maker.cadence(where, low or None, high or None, one_foot=True)
        case "power" | "power_3s" | "power_10s" | "power_30s" | "power_lap":
            return _power(low or None, high or None, where, maker)
    return maker.no_target(where, one_line(how.replace("_", " "), 60))


def _side(one: Step, custom: str, quantity: str, side: str) -> float | None:
    """One border of a range; targets over a lap stand in it raw, speeds in mm/s."""
    own, raw = number(one.get(f"{custom}{quantity}_{side}")), number(one.get(f"{custom}_value_{side}"))
    if own is not None or raw is None:
        return own
    return raw / 1000 if quantity == "_speed" else raw


_QUANTITIES: Final = {
    "speed": "_speed",
    "speed_lap": "_speed",
    "heart_rate": "_heart_rate",
    "heart_rate_lap": "_heart_rate",
    "cadence": "_cadence",
    "power": "_power",
    "power_3s": "_power",
    "power_10s": "_power",
    "power_30s": "_power",
    "power_lap": "_power",
}


def _zone(one: Step, prefix: str, quantity: str) -> int:
    """The number of the watch's zone a target names; 0 if it has numbers of its own."""
    short = "_hr" if quantity == "_heart_rate" else quantity
    for key in (f"{prefix}{short}_zone", f"{prefix}_value"):
        value = one.get(key)
        if isinstance(value, int) and 0 < value < 20:
            return value
    return 0


def _by_zone(how: str, zone: int, where: str, maker: Maker) -> Json | None:
    if how.startswith("heart_rate"):
        return maker.garmin_heart_zone(where, zone)
    if how.startswith(("power", "speed", "cadence")):
        return maker.in_words(where, f"{how.partition('_')[0].replace('speed', 'pace')} zone {zone}")
    return maker.no_target(where, one_line(f"{how.replace('_', ' ')} {zone}", 60))


def _beats(raw: float | None) -> tuple[float | None, str]:
    """Up to 100 it is % of the maximum, above it beats per minute plus 100 (FIT profile, `workout_hr`)."""
    if raw is None:
        return None, "bpm"
    return (raw, "%max") if raw <= 100 else (raw - 100, "bpm")


def _power(low: float | None, high: float | None, where: str, maker: Maker) -> Json | None:
    """Watts are written with 1000 added, up to that it is % of a threshold (FIT profile, `workout_power`)."""
    if low is not None and high is not None and max(low, high) <= 1000:
        return maker.in_words(where, f"{min(low, high):g}-{max(low, high):g} % of threshold power")
    if (low or 1001) <= 1000 or (high or 1001) <= 1000:
        return maker.no_target(where, "a power from a share of threshold to watts")
    return maker.power(where, low and low - 1000, high and high - 1000)
