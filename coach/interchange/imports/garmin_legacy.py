"""Garmin Connect's workout JSON, the form of 2013 and 2014: one flat list, nested by group numbers.

A child's `parentGroupId` is its repeat's `groupId`; 0 means no group at all in some exports. Values have units
of their own: centimetres, milliseconds, and speeds in centimetres per millisecond (10 m/s).
"""

from typing import Any, Final

from coach.interchange.imports.draft import Draft, document
from coach.interchange.imports.garmin_steps import Aim, RawStep, nodes_of
from coach.interchange.imports.ground import ground_of
from coach.interchange.imports.maker import Maker
from coach.interchange.imports.trees import Json, items, key_of, number, whole
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

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
"""Units in SI; others (`bpm`, `dimensionless`) are taken as they are."""
_END_UNITS: Final = {"distance": "centimeter", "time": "ms"}
_TARGET_UNITS: Final = {"pace.zone": "centimeterspermillisecond", "speed.zone": "centimeterspermillisecond"}


def read_legacy(tree: Json, report: Reporter) -> Json:
    """Make a document of one workout of the old form, without its outermost key.

    Raises:
        WorkoutProblem: no step of it can be run.
    """
    ground = ground_of(key_of(tree.get("sportTypeKey")), "sportTypeKey", report)
    draft = Draft(
        name=str(tree.get("workoutName") or ""),
        named_at="workoutName",
        description=tree.get("description"),
        source="Garmin Connect",
    )
    draft.sections.append(
        ("", nodes_of(_nested(items(tree.get("workoutSteps")), report), Maker(report, ground)))
    )
    return document(draft, report)


class _Flat:
    """The flat list, its steps by the group they belong to."""

    def __init__(self, listed: list[Any], report: Reporter) -> None:
        self.report = report
        self.nodes = sorted(enumerate(listed), key=_order)
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


def _nested(listed: list[Any], report: Reporter) -> list[RawStep]:
    """The flat list as a tree."""
    for place, node in enumerate(listed):
        if not isinstance(node, dict):
            raise WorkoutProblem("this step is no object", where=f"workoutSteps[{place}]")
    flat = _Flat(listed, report)
    raw = flat.raw(0)
    for place in range(len(listed)):
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
    aim = Aim(target, one and one * scale, two and two * scale, whole(node.get("zoneNumber")))
    compare = key_of(node.get("endConditionCompare"))
    notes = str(node.get("description") or "")
    return RawStep(where, key, end, None if value is None else value * factor, compare, aim, notes=notes)


def _factor(unit: object, usual: str) -> float:
    """What a value in this unit is multiplied by; the usual unit of such a value where none is known."""
    return _UNITS.get(key_of(unit), _UNITS.get(usual, 1.0)) if usual else 1.0
