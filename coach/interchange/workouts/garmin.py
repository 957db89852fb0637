"""Garmin Connect's workout JSON, the current form, read and written: `workoutSegments` with steps and repeat groups.

In reading, keys have priority over ids, because public files mix up the ids (`conditionTypeId` 3 beside `time`). The
order is that of the lists: `stepOrder` counts differently in different exports. Values are SI: seconds, metres, m/s.

The written ids and keys are those of `/workout-service/workout/types`. A repeat group names `iterations` as its end:
without it the site loses the count. `stepOrder` counts on through the groups, as the site's own exports do.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from coach.interchange.workouts import ExportFormat, Reporter
from coach.interchange.workouts.builder import (
    MARK,
    NO_LENGTH,
    OPEN_SIDES,
    Json,
    Sport,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    items,
    key_of,
    number,
    one_line,
    part,
    read_sport,
    repeat_steps,
    step,
    whole,
)
from coach.interchange.workouts.converting import (
    ExportRequest,
    Losses,
    PlanNode,
    PlanRepeat,
    PlanStep,
    PlanTarget,
    Support,
    WorkoutPart,
    exact,
)
from coach.interchange.workouts.planner import plan_of
from coach.problems import WorkoutProblem
from coach.workout.kinds import EASING_OFF, FLOATS, Kind
from coach.workout.timeline import DistanceEnd, HeartRateEnd, Quantity, TimeEnd

KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "interval": "work",
    "main": "work",
    "other": "work",
    "recovery": "recovery",
    "rest": "recovery",
}


@dataclass(frozen=True, slots=True)
class GarminTarget:
    """A target as in the file."""

    key: str = ""
    one: float | None = None
    two: float | None = None
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class RawStep:
    """A step or repeat of either form, in SI units."""

    where: str
    key: str
    """`warmup`, `interval`, ..., `repeat`."""
    end: str = ""
    value: float | None = None
    compare: str = ""
    aim: GarminTarget = GarminTarget()
    second: GarminTarget = GarminTarget()
    notes: str = ""
    exercise: str = ""
    weight: float | None = None
    count: int | None = None
    """The number of turns of a repeat; None if it ends by `end`, or if the number is missing."""
    skip_last: bool = False
    children: tuple["RawStep", ...] = ()


def nodes_of(raw: list[RawStep], builder: StepBuilder) -> list[Json]:
    """The steps of a document for steps of either form."""
    nodes: list[Json] = []
    for raw_step in raw:
        if raw_step.key == "repeat":
            nodes += _repeat(raw_step, builder)
        elif builder.sport is Sport.GYM and not (
            raw_step.key in {"warmup", "cooldown"} and raw_step.end == "time"
        ):
            nodes += _exercise(raw_step, builder)
        else:
            nodes += _run(raw_step, builder)
    return nodes


def _repeat(step: RawStep, builder: StepBuilder) -> list[Json]:
    inner = nodes_of(list(step.children), builder)
    if step.count is None and step.end and inner:
        builder.report.dropped(step.where, f"a repeat until {_repeat_end(step)}; its steps are run once")
        return inner
    if not step.skip_last:
        return repeat_steps(builder.report, step.where, step.count, inner)
    if inner and inner[-1].get("kind") == "recovery":
        return repeat_steps(builder.report, step.where, step.count, inner, skip_last_recovery=True)
    builder.report.dropped(step.where, "the last rest was to be skipped, but there is none at the end")
    return repeat_steps(builder.report, step.where, step.count, inner)


def _repeat_end(step: RawStep) -> str:
    """The end of a repeat, in words."""
    unit = {"time": " s", "distance": " m"}.get(step.end, "")
    amount = f" ({step.value:g}{unit})" if step.value is not None else ""
    return f"{step.end.replace('.', ' ')}{amount}"


def _run(one: RawStep, builder: StepBuilder) -> list[Json]:
    kind = KINDS.get(one.key)
    if kind is None:
        builder.report.approximated(one.where, f'a step of the kind "{one.key}" was taken for work')
        kind = "work"
    until = _until(one, kind, builder)
    if until is NO_LENGTH:
        return []
    target, second = _target(one.aim, one.where, builder), _target(one.second, one.where, builder)
    move = {"move": "stand" if builder.sport is Sport.GYM else "walk"} if one.key == "rest" else {}
    return [
        step(
            builder.report, one.where, kind, until, target=target, caps=(second,), notes=one.notes, **move
        )
    ]  # fmt: skip


def _exercise(step: RawStep, builder: StepBuilder) -> list[Json]:
    """A step of a strength workout: a rest stays a rest, any other becomes a checklist with one entry."""
    if step.key in {"rest", "recovery"}:
        return _run(replace(step, key="rest"), builder)
    name = one_line(step.exercise.replace("_", " ").capitalize(), 100) or "Exercise"
    weight = f" with {step.weight:g} kg" if step.weight else ""
    item: Json = {"do": f"{name}{weight}"}
    reps = whole(step.value) if step.end == "reps" else None
    if reps is not None and 1 <= reps <= 1000:
        item["reps"] = reps
    elif step.end in {"time", "fixed.rest"} and step.value and 0 < step.value <= 3600:
        item["seconds"] = step.value
    elif step.end != "lap.button":
        builder.report.dropped(step.where, f"how much of the exercise ({step.end or 'not said'})")
    builder.report.understood(step.where, f"exercise: {item['do']}")
    return [{"kind": "checklist", "items": [item]}]


def _until(step: RawStep, kind: str, builder: StepBuilder) -> Json:
    match step.end:
        case "lap.button":
            return dict(MARK)
        case "time" | "fixed.rest":
            return builder.after_seconds(step.where, step.value)
        case "distance":
            return builder.after_metres(step.where, step.value)
        case "heart.rate":
            below = step.compare in {"lt", "lte", "less_than", "below"}
            if not below and step.compare not in {"gt", "gte", "greater_than", "above"}:
                below = kind in EASING_OFF - FLOATS
                side = "below" if below else "above"
                text = f"the file does not say from which side the heart rate comes; read as {side}"
                builder.report.approximated(step.where, text)
            return builder.at_heart_rate(step.where, step.value, "bpm", below=below)
    amount = f"{step.value:g} " if step.value is not None else ""
    return builder.no_end(step.where, f"{amount}{step.end or 'not said'}")


def _target(aim: GarminTarget, where: str, builder: StepBuilder) -> Json | None:
    low, high = aim.one or aim.two, aim.two or aim.one
    has_zone, has_numbers = bool(aim.zone), low is not None and low > 0
    match aim.key:
        case "" | "no.target":
            return None
        case "pace.zone" | "speed.zone":
            if has_numbers:
                return builder.speed(where, low, high)
            return (
                builder.in_words(where, f"pace zone {aim.zone}") if has_zone else _bare(aim, where, builder)
            )
        case "heart.rate.zone" | "heart.rate.lap":
            if has_zone and has_numbers:
                text = "both a heart-rate zone and a range are given; the range counts"
                builder.report.approximated(where, text)
            if has_numbers:
                return builder.heart_rate(where, low, high)
            return builder.garmin_heart_zone(where, aim.zone or 0) if has_zone else _bare(aim, where, builder)
        case "power.zone" | "power.lap":
            if has_numbers:
                return builder.power(where, low, high)
            return (
                builder.in_words(where, f"power zone {aim.zone}") if has_zone else _bare(aim, where, builder)
            )
        case "cadence":
            return builder.cadence(where, low, high)
    return builder.no_target(where, f"{aim.key}")


def _bare(aim: GarminTarget, where: str, builder: StepBuilder) -> Json | None:
    return builder.no_target(where, f"{aim.key} without a number")


# --- Garmin Connect's workout JSON, the form of 2013 and 2014: one flat list, nested by group numbers
#
# A child's `parentGroupId` is its repeat's `groupId`; in some exports 0 means no group. Values have units of their own:
# centimetres, milliseconds, and speeds in centimetres per millisecond (10 m/s).

ROOT: Final = "com.garmin.connect.workout.json.UserWorkoutJson"

_UNITS: Final = {
    "centimeter": 0.01,
    "meter": 1.0,
    "kilometer": 1000.0,
    "mile": 1609.344,
    "ms": 0.001,
    "second": 1.0,
    "minute": 60.0,
    "centimeterspermillisecond": 10.0,
    "meterspersecond": 1.0,
    "kph": 1 / 3.6,
    "mph": 0.44704,
}
"""Units in SI; values in others (`bpm`, `dimensionless`) are unchanged."""
_END_UNITS: Final = {"distance": "centimeter", "time": "ms"}
_TARGET_UNITS: Final = {"pace.zone": "centimeterspermillisecond", "speed.zone": "centimeterspermillisecond"}


def read_legacy(tree: Json, report: Reporter) -> Json:
    """Make a document of one workout of the old form, without its outermost key.

    Raises:
        WorkoutProblem: no step of it can be run.
    """
    sport = read_sport(key_of(tree.get("sportTypeKey")), "sportTypeKey", report)
    workout_builder = WorkoutBuilder(
        name=str(tree.get("workoutName") or ""),
        named_at="workoutName",
        description=tree.get("description"),
        source="Garmin Connect",
    )
    workout_builder.sections.append(
        ("", nodes_of(_nest(items(tree.get("workoutSteps")), report), StepBuilder(report, sport)))
    )
    return workout_builder.document(report)


class _Flat:
    """The flat list, with its steps by their group."""

    def __init__(self, entries: list[Any], report: Reporter) -> None:
        self.report = report
        self.nodes = sorted(enumerate(entries), key=_order)
        self.children: dict[int, list[int]] = {}
        self.by_place = dict(self.nodes)
        groups = {
            group
            for _, node in self.nodes
            if _is_repeat(node) and (group := whole(node.get("groupId")))
        }  # fmt: skip
        for place, node in self.nodes:
            parent = whole(node.get("parentGroupId")) or 0
            if parent and parent not in groups:
                report.approximated(
                    f"workoutSteps[{place}]", f"its group {parent} is not there; it stands by itself"
                )
                parent = 0
            if _is_repeat(node) and parent and parent == whole(node.get("groupId")):
                parent = 0
            self.children.setdefault(parent, []).append(place)
        self.used: set[int] = set()

    def raw(self, group: int) -> list[RawStep]:
        """The steps of a group, in order."""
        return [self._raw(place) for place in self.children.get(group, []) if place not in self.used]

    def _raw(self, place: int) -> RawStep:
        self.used.add(place)
        node, where = self.by_place[place], f"workoutSteps[{place}]"
        if not _is_repeat(node):
            return _step(node, where)
        group = whole(node.get("groupId")) or 0
        inner = self.raw(group) if group else []
        return RawStep(where, "repeat", count=whole(node.get("endConditionValue")), children=tuple(inner))


def _nest(entries: list[Any], report: Reporter) -> list[RawStep]:
    """The flat list as a tree."""
    for place, node in enumerate(entries):
        if not isinstance(node, dict):
            raise WorkoutProblem("this step is not an object", where=f"workoutSteps[{place}]")
    flat = _Flat(entries, report)
    raw = flat.raw(0)
    for place in range(len(entries)):
        if place not in flat.used:
            report.dropped(
                f"workoutSteps[{place}]", "a step that only a circle of groups leads to was left out"
            )
    return raw


def _order(numbered: tuple[int, Json]) -> tuple[float, int]:
    place, node = numbered
    order = number(node.get("stepOrder"))
    return (order if order is not None else float("inf"), place)


def _is_repeat(node: Json) -> bool:
    return key_of(node.get("stepTypeKey")) == "repeat"


def _step(node: Json, where: str) -> RawStep:
    end = key_of(node.get("endConditionTypeKey"))
    target = key_of(node.get("targetTypeKey"))
    value = number(node.get("endConditionValue"))
    factor = _factor(node.get("endConditionUnitKey"), _END_UNITS.get(end, ""))
    scale = _factor(node.get("targetValueUnitKey"), _TARGET_UNITS.get(target, ""))
    one, two = number(node.get("targetValueOne")), number(node.get("targetValueTwo"))
    key = key_of(node.get("stepTypeKey")) or {"active": "interval"}.get(
        key_of(node.get("intensityTypeKey")), key_of(node.get("intensityTypeKey"))
    )
    aim = GarminTarget(target, one and one * scale, two and two * scale, whole(node.get("zoneNumber")))
    compare = key_of(node.get("endConditionCompare"))
    notes = str(node.get("description") or "")
    return RawStep(where, key, end, None if value is None else value * factor, compare, aim, notes=notes)


def _factor(unit: object, usual: str) -> float:
    """The factor of a value in this unit; that of the usual unit if it is unknown."""
    return _UNITS.get(key_of(unit), _UNITS.get(usual, 1.0)) if usual else 1.0


_STEPS: Final = dict(
    enumerate(["warmup", "cooldown", "interval", "recovery", "rest", "repeat", "other", "main"], 1)
)
_CONDITIONS: Final = dict(
    enumerate(
        [
            "lap.button",
            "time",
            "distance",
            "calories",
            "power",
            "heart.rate",
            "iterations",
            "fixed.rest",
            "fixed.repetition",
            "reps",
        ],
        1,
    )
)
_COUNTED: Final = frozenset({"iterations", "fixed.repetition", "reps"})
"""Ends of a repeat group that are a count."""
_TARGETS: Final = {
    1: "no.target",
    2: "power.zone",
    3: "cadence",
    4: "heart.rate.zone",
    5: "speed.zone",
    6: "pace.zone",
    7: "grade",
    8: "heart.rate.lap",
    9: "power.lap",
    15: "resistance",
}
_SPORTS: Final = dict(
    enumerate(
        [
            "running",
            "cycling",
            "other",
            "swimming",
            "strength_training",
            "cardio_training",
            "yoga",
            "pilates",
            "hiit",
            "multi_sport",
            "mobility",
        ],
        1,
    )
)
_SAME: Final = {"cadence.zone": "cadence", "cardio": "cardio_training"}
"""Spellings of one key."""


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is JSON of Garmin Connect, in the current or the old form."""
    return file.has_key(ROOT, "workoutSegments", "workoutSteps")


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout.

    Raises:
        WorkoutProblem: no step of one can be run.
    """
    return file.each_json(_read_either, report)


def _read_either(tree: Json, report: Reporter, where: str) -> Json:
    """Read the current form, or the old one, with or without its outermost key."""
    inner = tree.get(ROOT)
    if isinstance(inner, dict) or "workoutSegments" not in tree:
        return read_legacy(inner if isinstance(inner, dict) else tree, report)
    return read_garmin(tree, report, where)


def read_garmin(tree: Json, report: Reporter, where: str = "") -> Json:
    """Make a document of one workout of the current form.

    Raises:
        WorkoutProblem: no step of it can be run.
    """
    base = f"{where}." if where else ""
    segments = tree.get("workoutSegments")
    if isinstance(segments, dict):
        report.understood(
            f"{base}workoutSegments", "an object where a list belongs was read as its one entry"
        )
    own = _key_of_pair(part(tree, "sportType"), "sportType", _SPORTS, f"{base}sportType", report)
    workout_builder = WorkoutBuilder(
        name=str(tree.get("workoutName") or ""),
        where=where,
        named_at=f"{base}workoutName",
        description=tree.get("description"),
        source="Garmin Connect",
    )
    entries = items(segments)
    for place, segment in enumerate(entries):
        here = f"{base}workoutSegments[{place}]" if isinstance(segments, list) else f"{base}workoutSegments"
        sport_name = (
            _key_of_pair(part(segment, "sportType"), "sportType", _SPORTS, f"{here}.sportType", report) or own
        )
        if len(entries) > 1 and sport_name in {"swimming", "lap_swimming"}:
            report.dropped(here, "a part for swimming was left out")
            continue
        sport = read_sport("" if sport_name == "multi_sport" else sport_name, f"{here}.sportType", report)
        raw = [_raw(node, f"{here}.workoutSteps[{n}]", report) for n, node in enumerate(_steps(segment))]
        name = f"Part {place + 1}" if len(entries) > 1 else ""
        workout_builder.sections.append((name, nodes_of(raw, StepBuilder(report, sport))))
    return workout_builder.document(report)


def _steps(segment: object) -> list[Any]:
    return items(segment.get("workoutSteps")) if isinstance(segment, dict) else []


def _raw(node: object, where: str, report: Reporter) -> RawStep:
    """Read one step or repeat group."""
    if not isinstance(node, dict):
        raise WorkoutProblem("this step is not an object", "Export the workout again.", where=where)
    key = _key_of_pair(part(node, "stepType"), "stepType", _STEPS, f"{where}.stepType", report)
    inner = _steps(node)
    if inner or key == "repeat" or node.get("type") == "RepeatGroupDTO":
        children = [_raw(child, f"{where}.workoutSteps[{n}]", report) for n, child in enumerate(inner)]
        end = _key_of_pair(
            part(node, "endCondition"), "conditionType", _CONDITIONS, f"{where}.endCondition", report
        )
        end = "" if end in _COUNTED else end
        return RawStep(
            where,
            "repeat",
            end,
            number(node.get("endConditionValue")),
            count=_count(node, end, where, report),
            skip_last=node.get("skipLastRestStep") is True,
            children=tuple(children),
        )
    condition = part(node, "endCondition")
    return RawStep(
        where,
        key,
        _key_of_pair(condition, "conditionType", _CONDITIONS, f"{where}.endCondition", report),
        number(node.get("endConditionValue")),
        key_of(node.get("endConditionCompare")),
        _aim(node, "target", "zoneNumber", where, report),
        _aim(node, "secondaryTarget", "secondaryZoneNumber", where, report),
        str(node.get("description") or ""),
        str(node.get("exerciseName") or node.get("category") or ""),
        number(node.get("weightValue")),
    )


def _count(node: Json, end: str, where: str, report: Reporter) -> int | None:
    """The number of turns of a group; the two places for it may disagree, and another end is not a count."""
    count = whole(node.get("numberOfIterations"))
    other = None if end else whole(node.get("endConditionValue"))
    if count is not None and other is not None and count != other:
        report.approximated(where, f"repeat counts of {count} and {other}; {count} was taken")
    return other if count is None else count


def _aim(node: Json, prefix: str, zone: str, where: str, report: Reporter) -> GarminTarget:
    type_ = part(node, f"{prefix}Type")
    key = _key_of_pair(type_, "workoutTargetType", _TARGETS, f"{where}.{prefix}Type", report)
    one, two = number(node.get(f"{prefix}ValueOne")), number(node.get(f"{prefix}ValueTwo"))
    return GarminTarget(key, one, two, whole(node.get(zone)))


def _key_of_pair(pair: Json, name: str, names: dict[int, str], where: str, report: Reporter) -> str:
    """The key of an id-and-key pair; the id counts only without a key."""
    key, number_of_key = key_of(pair.get(f"{name}Key")), whole(pair.get(f"{name}Id"))
    key = _SAME.get(key, key)
    by_id = names.get(number_of_key, "") if number_of_key is not None else ""
    if key and by_id and key != by_id and key in names.values():
        report.approximated(
            where, f'the id {number_of_key} means "{by_id}", the key says "{key}"; the key counts'
        )
    return key or by_id


# --- writing

LONGEST_NOTES: Final = 512
LONGEST_DESCRIPTION: Final = 1024
"""Most letters that the site keeps of a step's notes and of a description; judged: the limit of its editor."""

_SPORT: Final = {"sportTypeId": 1, "sportTypeKey": "running", "displayOrder": 1}
_STEP_IDS: Final = {
    "warmup": 1,
    "cooldown": 2,
    "interval": 3,
    "active": 3,
    "recovery": 4,
    "rest": 5,
    "repeat": 6,
}
_KEYS: Final = {"active": "interval"}
"""Its words, if they differ from those of other sites."""
_CONDITION_IDS: Final = {"lap.button": 1, "time": 2, "distance": 3, "heart.rate": 6, "iterations": 7}
_TARGET_IDS: Final = {
    Quantity.SPEED: (6, "pace.zone"),
    Quantity.HEART_RATE: (4, "heart.rate.zone"),
    Quantity.CADENCE: (3, "cadence"),
    Quantity.POWER: (2, "power.zone"),
}
_NO_TARGET: Final = (1, "no.target")


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a workout as Garmin Connect does."""
    plan = plan_of(request.document, request.athlete, ExportFormat.GARMIN_JSON, losses)
    writer = _GarminStepWriter(losses)
    steps = [each for _, nodes in plan.sections for each in writer.steps(_with_skip_flag(nodes))]
    tree: dict[str, Any] = {
        "workoutName": plan.name,
        "description": _cut("\n".join(plan.description), LONGEST_DESCRIPTION, "description", losses),
        "sportType": _SPORT,
        "estimatedDurationInSecs": round(plan.size.seconds),
        "workoutSegments": [{"segmentOrder": 1, "sportType": _SPORT, "workoutSteps": steps}],
    }
    tree = {key: value for key, value in tree.items() if value != ""}
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _with_skip_flag(nodes: list[PlanNode]) -> list[PlanNode]:
    """Repeats that leave out one rest keep it, because the site has a flag for that; others are written out."""
    result: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanRepeat) and node.tail == 1 and _is_rest(node.nodes[-1]):
            result.append(PlanRepeat(node.where, node.count, _with_skip_flag(node.nodes), 1))
        elif isinstance(node, PlanRepeat):
            outer = exact([PlanRepeat(node.where, node.count, _with_skip_flag(node.nodes), node.tail)])
            result += outer
        else:
            result.append(node)
    return result


def _is_rest(node: PlanNode) -> bool:
    return isinstance(node, PlanStep) and node.kind is Kind.RECOVERY


class _GarminStepWriter:
    """Writes the steps of one workout and numbers them."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._order = 0
        self._groups = 0

    def steps(self, nodes: list[PlanNode], group: int | None = None) -> list[dict[str, Any]]:
        """The steps and groups of a list."""
        return [
            self._group(node) if isinstance(node, PlanRepeat) else self._step(node, group) for node in nodes
        ]

    def _group(self, node: PlanRepeat) -> dict[str, Any]:
        self._groups += 1
        head = self._head("RepeatGroupDTO", "repeat", self._groups)
        return head | {
            "numberOfIterations": node.count,
            "endCondition": _condition("iterations"),
            "endConditionValue": float(node.count),
            "smartRepeat": False,
            "skipLastRestStep": bool(node.tail),
            "workoutSteps": self.steps(node.nodes, self._groups),
        }

    def _step(self, node: PlanStep, group: int | None) -> dict[str, Any]:
        step = self._head("ExecutableStepDTO", _KEYS.get(node.role, node.role), group)
        notes = _cut(" ".join(node.notes), LONGEST_NOTES, node.where, self._losses)
        if notes:
            step["description"] = notes
        step |= _end(node) | _target_json(node.target, "target")
        return step | (_target_json(node.limit, "secondaryTarget") if node.limit is not None else {})

    def _head(self, form: str, key: str, group: int | None) -> dict[str, Any]:
        self._order += 1
        step_type = {"stepTypeId": _STEP_IDS[key], "stepTypeKey": key, "displayOrder": _STEP_IDS[key]}
        head: dict[str, Any] = {"type": form, "stepOrder": self._order, "stepType": step_type}
        return head if group is None else head | {"childStepId": group}


def _end(node: PlanStep) -> dict[str, Any]:
    match node.end:
        case TimeEnd(seconds):
            return {"endCondition": _condition("time"), "endConditionValue": round(seconds, 3)}
        case DistanceEnd(metres):
            return {"endCondition": _condition("distance"), "endConditionValue": round(metres, 4)}
        case HeartRateEnd(bpm, below):
            compare = {"endConditionCompare": "lt" if below else "gt"}
            return {
                "endCondition": _condition("heart.rate"),
                "endConditionValue": float(round(bpm)),
            } | compare
    return {"endCondition": _condition("lap.button")}


def _condition(key: str) -> dict[str, Any]:
    number = _CONDITION_IDS[key]
    is_shown = key != "iterations"
    return {
        "conditionTypeId": number,
        "conditionTypeKey": key,
        "displayOrder": number,
        "displayable": is_shown,
    }


def _target_json(target: PlanTarget | None, name: str) -> dict[str, Any]:
    number, key = _NO_TARGET if target is None else _TARGET_IDS[target.quantity]
    kind = {"workoutTargetTypeId": number, "workoutTargetTypeKey": key, "displayOrder": number}
    if target is None:
        return {f"{name}Type": kind}
    least, most = OPEN_SIDES[target.quantity.value]
    low = least if target.low is None else target.low
    high = most if target.high is None else target.high
    digits = 5 if target.quantity is Quantity.SPEED else 0
    return {
        f"{name}Type": kind,
        f"{name}ValueOne": float(round(low, digits)),
        f"{name}ValueTwo": float(round(high, digits)),
    }


def _cut(text: str, most: int, where: str, losses: Losses) -> str:
    if len(text) <= most:
        return text
    losses.report_as(
        Support.NEAR,
        WorkoutPart.LENGTH,
        where,
        f"what stands behind the first {most} letters of a text is cut off",
    )
    return f"{text[: most - 1].rstrip()}…"
