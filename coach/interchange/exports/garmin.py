"""Garmin Connect's workout JSON, the current form: `workoutSegments` with steps and repeat groups.

Ids and keys are those of `/workout-service/workout/types`. A repeat group names `iterations` as its end: without it the
site loses the count. `stepOrder` counts on through the groups, as the site's own exports do.
"""

import json
from typing import Any, Final

from coach.interchange.exports.exporting import ExportRequest
from coach.interchange.exports.formats import ExportFormat
from coach.interchange.exports.parts import Fate, Part
from coach.interchange.exports.plan import Losses, PlanNode, PlanRepeat, PlanStep, PlanTarget, exact
from coach.interchange.exports.planner import plan_of
from coach.interchange.imports.writing import OPEN_SIDES
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, HeartRateEnd, Quantity, TimeEnd

LONGEST_NOTES: Final = 512
LONGEST_DESCRIPTION: Final = 1024
"""Letters that the site keeps of a step's notes and of a description; judged: what its editor takes."""

_SPORT: Final = {"sportTypeId": 1, "sportTypeKey": "running", "displayOrder": 1}
_STEPS: Final = {
    "warmup": 1,
    "cooldown": 2,
    "interval": 3,
    "active": 3,
    "recovery": 4,
    "rest": 5,
    "repeat": 6,
}
_KEYS: Final = {"active": "interval"}
"""Its words where they are not those of other sites."""
_CONDITIONS: Final = {"lap.button": 1, "time": 2, "distance": 3, "heart.rate": 6, "iterations": 7}
_TARGETS: Final = {
    Quantity.SPEED: (6, "pace.zone"),
    Quantity.HEART_RATE: (4, "heart.rate.zone"),
    Quantity.CADENCE: (3, "cadence"),
    Quantity.POWER: (2, "power.zone"),
}
_NO_TARGET: Final = (1, "no.target")


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a workout as Garmin Connect does."""
    plan = plan_of(request.document, request.athlete, ExportFormat.GARMIN_JSON, losses)
    writer = _StepWriter(losses)
    steps = [each for _, nodes in plan.sections for each in writer.steps(_flagged(nodes))]
    tree: dict[str, Any] = {
        "workoutName": plan.name,
        "description": _cut("\n".join(plan.description), LONGEST_DESCRIPTION, "description", losses),
        "sportType": _SPORT,
        "estimatedDurationInSecs": round(plan.size.seconds),
        "workoutSegments": [{"segmentOrder": 1, "sportType": _SPORT, "workoutSteps": steps}],
    }
    tree = {key: value for key, value in tree.items() if value != ""}
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _flagged(nodes: list[PlanNode]) -> list[PlanNode]:
    """Repeats that leave out one rest keep it, for which the site has a flag; others are written out."""
    made: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanRepeat) and node.tail == 1 and _is_rest(node.nodes[-1]):
            made.append(PlanRepeat(node.where, node.count, _flagged(node.nodes), 1))
        elif isinstance(node, PlanRepeat):
            outer = exact([PlanRepeat(node.where, node.count, _flagged(node.nodes), node.tail)])
            made += outer
        else:
            made.append(node)
    return made


def _is_rest(node: PlanNode) -> bool:
    return isinstance(node, PlanStep) and node.kind is Kind.RECOVERY


class _StepWriter:
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
        step |= _end(node) | _target(node.target, "target")
        return step | (_target(node.limit, "secondaryTarget") if node.limit is not None else {})

    def _head(self, form: str, key: str, group: int | None) -> dict[str, Any]:
        self._order += 1
        step_type = {"stepTypeId": _STEPS[key], "stepTypeKey": key, "displayOrder": _STEPS[key]}
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
    number = _CONDITIONS[key]
    is_shown = key != "iterations"
    return {
        "conditionTypeId": number,
        "conditionTypeKey": key,
        "displayOrder": number,
        "displayable": is_shown,
    }


def _target(target: PlanTarget | None, name: str) -> dict[str, Any]:
    number, key = _NO_TARGET if target is None else _TARGETS[target.quantity]
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
    losses.tell_as(
        Fate.NEAR, Part.LENGTH, where, f"what stands behind the first {most} letters of a text is cut off"
    )
    return f"{text[: most - 1].rstrip()}…"
