"""Garmin Connect's workout JSON, the current form: `workoutSegments` with steps and repeat groups.

Keys rule over ids, because public files mix up the ids (`conditionTypeId` 3 beside `time`). Order is the
order of the lists: `stepOrder` counts differently in different exports. Values are SI: seconds, metres, m/s.
"""

from typing import Any, Final

from coach.interchange.imports.draft import Draft, document
from coach.interchange.imports.garmin_legacy import ROOT, read_legacy
from coach.interchange.imports.garmin_steps import Aim, RawStep, nodes_of
from coach.interchange.imports.ground import ground_of
from coach.interchange.imports.maker import Maker
from coach.interchange.imports.trees import Json, items, key_of, number, part, whole
from coach.interchange.imports.workout_file import WorkoutFile
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

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
    """Is it JSON of Garmin Connect, of today's form or the old one?"""
    return file.has_key(ROOT, "workoutSegments", "workoutSteps")


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout.

    Raises:
        WorkoutProblem: no step of one can be run.
    """
    return file.each_json(_read_either, report)


def _read_either(tree: Json, report: Reporter, where: str) -> Json:
    """Read today's form, or the old one, whole or without its outermost key."""
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
    own = _keyed(part(tree, "sportType"), "sportType", _SPORTS, f"{base}sportType", report)
    draft = Draft(
        name=str(tree.get("workoutName") or ""),
        where=where,
        named_at=f"{base}workoutName",
        description=tree.get("description"),
        source="Garmin Connect",
    )
    listed = items(segments)
    for place, segment in enumerate(listed):
        here = f"{base}workoutSegments[{place}]" if isinstance(segments, list) else f"{base}workoutSegments"
        sport = _keyed(part(segment, "sportType"), "sportType", _SPORTS, f"{here}.sportType", report) or own
        if len(listed) > 1 and sport in {"swimming", "lap_swimming"}:
            report.dropped(here, "a part for swimming was left out")
            continue
        ground = ground_of("" if sport == "multi_sport" else sport, f"{here}.sportType", report)
        raw = [_raw(node, f"{here}.workoutSteps[{n}]", report) for n, node in enumerate(_steps(segment))]
        name = f"Part {place + 1}" if len(listed) > 1 else ""
        draft.sections.append((name, nodes_of(raw, Maker(report, ground))))
    return document(draft, report)


def _steps(segment: object) -> list[Any]:
    return items(segment.get("workoutSteps")) if isinstance(segment, dict) else []


def _raw(node: object, where: str, report: Reporter) -> RawStep:
    """Read one step or repeat group."""
    if not isinstance(node, dict):
        raise WorkoutProblem("this step is no object", "Export the workout again.", where=where)
    key = _keyed(part(node, "stepType"), "stepType", _STEPS, f"{where}.stepType", report)
    inner = _steps(node)
    if inner or key == "repeat" or node.get("type") == "RepeatGroupDTO":
        children = [_raw(child, f"{where}.workoutSteps[{n}]", report) for n, child in enumerate(inner)]
        end = _keyed(
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
        _keyed(condition, "conditionType", _CONDITIONS, f"{where}.endCondition", report),
        number(node.get("endConditionValue")),
        key_of(node.get("endConditionCompare")),
        _aim(node, "target", "zoneNumber", where, report),
        _aim(node, "secondaryTarget", "secondaryZoneNumber", where, report),
        str(node.get("description") or ""),
        str(node.get("exerciseName") or node.get("category") or ""),
        number(node.get("weightValue")),
    )


def _count(node: Json, end: str, where: str, report: Reporter) -> int | None:
    """How often a group is repeated; the two places that say so may disagree, and another end is no count."""
    count = whole(node.get("numberOfIterations"))
    other = None if end else whole(node.get("endConditionValue"))
    if count is not None and other is not None and count != other:
        report.approximated(where, f"repeat counts of {count} and {other}; {count} was taken")
    return other if count is None else count


def _aim(node: Json, prefix: str, zone: str, where: str, report: Reporter) -> Aim:
    told = part(node, f"{prefix}Type")
    key = _keyed(told, "workoutTargetType", _TARGETS, f"{where}.{prefix}Type", report)
    one, two = number(node.get(f"{prefix}ValueOne")), number(node.get(f"{prefix}ValueTwo"))
    return Aim(key, one, two, whole(node.get(zone)))


def _keyed(told: Json, name: str, known: dict[int, str], where: str, report: Reporter) -> str:
    """The key of an id-and-key pair; the id helps only where there is no key."""
    key, found = key_of(told.get(f"{name}Key")), whole(told.get(f"{name}Id"))
    key = _SAME.get(key, key)
    by_id = known.get(found, "") if found is not None else ""
    if key and by_id and key != by_id and key in known.values():
        report.approximated(where, f'the id {found} means "{by_id}", the key says "{key}"; the key counts')
    return key or by_id
