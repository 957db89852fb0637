"""Workouts in Garmin's Training Center XML (TrainingCenterDatabasev2.xsd).

The schema knows two intensities, names of 15 letters, whole seconds and metres up to 65535, 20 steps, and repeats of 2
to 99. Steps have no notes there: their words stand in the workout's.
"""

from math import ceil, floor
from typing import Final

from coach.interchange.exports.exporting import ExportRequest
from coach.interchange.exports.formats import ExportFormat
from coach.interchange.exports.parts import Fate, Part
from coach.interchange.exports.plan import (
    HeartShareEnd,
    Losses,
    PlanNode,
    PlanStep,
    PlanTarget,
    exact,
)
from coach.interchange.exports.planner import plan_of
from coach.interchange.imports.step_builder import ONE_FOOT_SPM
from coach.interchange.imports.writing import OPEN_SIDES
from coach.interchange.xml import XmlNode
from coach.workout.kinds import EASY, KINDS
from coach.workout.timeline import DistanceEnd, HeartRateEnd, Quantity, TimeEnd

LONGEST_NAME: Final = 15
"""Letters of a `RestrictedToken_t`."""
MOST_STEPS: Final = 20
"""The greatest `StepId_t`."""
MOST_REPEATS: Final = 99
LONGEST: Final = 65_535
"""Seconds or metres of a step, an `unsignedShort`."""
_RESTING: Final = frozenset({"recovery", "rest"})
_SPACE: Final = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a TCX workout."""
    plan = plan_of(request.document, request.athlete, ExportFormat.TCX, losses)
    schema = f"{_SPACE} http://www.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd"
    space = {
        "xmlns": _SPACE,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": schema,
    }
    root = XmlNode("TrainingCenterDatabase", space)
    workout = root.add("Workouts").add("Workout", Sport="Running")
    workout.add("Name", _name(plan.name, "name", losses))
    writer = _StepWriter(losses)
    for _, nodes in plan.sections:
        for node in exact(nodes):
            writer.add(workout, "Step", node)
    if writer.steps > MOST_STEPS:
        text = f"{writer.steps} steps and repeats: the schema numbers {MOST_STEPS}, and a strict reader may refuse it"
        losses.tell_as(Fate.NEAR, Part.LENGTH, "sections", text)
    if len(plan.name) > LONGEST_NAME:
        plan.description.insert(0, plan.name)
    if plan.description:
        workout.add("Notes", "\n".join(plan.description))
    return root.document()


class _StepWriter:
    """Writes steps and numbers them."""

    def __init__(self, losses: Losses) -> None:
        self.steps = 0
        self._losses = losses

    def add(self, parent: XmlNode, name: str, node: PlanNode) -> None:
        """Add a step or repeat."""
        if isinstance(node, PlanStep):
            self._step(parent, name, node)
            return
        for count in _counts(node.count):
            repeat = self._numbered(parent, name, "Repeat_t" if count > 1 else "")
            if count > 1:
                repeat.add("Repetitions", f"{count}")
            for child in node.nodes:
                self.add(repeat, "Child" if count > 1 else name, child)

    def _numbered(self, parent: XmlNode, name: str, form: str) -> XmlNode:
        if not form:
            return parent
        self.steps += 1
        element = parent.add(name, **{"xsi:type": form})
        element.add("StepId", f"{self.steps}")
        return element

    def _step(self, parent: XmlNode, name: str, node: PlanStep) -> None:
        element = self._numbered(parent, name, "Step_t")
        # Only a name tells a warm-up and a cool-down.
        called = node.name or (KINDS[node.kind].name.capitalize() if node.kind in EASY else "")
        if called:
            element.add("Name", _name(called, f"{node.where}.name", self._losses))
        self._end(element, node)
        element.add("Intensity", "Resting" if node.role in _RESTING else "Active")
        if node.target is None:
            element.add("Target", **{"xsi:type": "None_t"})
        else:
            _target(element, node.target)

    def _end(self, element: XmlNode, node: PlanStep) -> None:
        match node.end:
            case TimeEnd(seconds):
                number = self._whole(seconds, node)
                element.add("Duration", **{"xsi:type": "Time_t"}).add("Seconds", f"{number}")
            case DistanceEnd(metres):
                number = self._whole(metres, node)
                element.add("Duration", **{"xsi:type": "Distance_t"}).add("Meters", f"{number}")
            case HeartRateEnd(bpm, below):
                _heart(element, bpm, "HeartRateInBeatsPerMinute_t", below=below)
            case HeartShareEnd(percent, below):
                _heart(element, min(100.0, percent), "HeartRateAsPercentOfMax_t", below=below)
            case _:
                element.add("Duration", **{"xsi:type": "UserInitiated_t"})

    def _whole(self, value: float, node: PlanStep) -> int:
        """Whole seconds or metres."""
        number = min(max(1, round(value)), LONGEST)
        if number != value:
            text = (
                f"{value:g} is written as {number}: seconds and metres are whole there, and {LONGEST} at most"
            )
            self._losses.tell_as(Fate.NEAR, Part.LENGTH, f"{node.where}.until", text)
        return number


def _counts(count: int) -> list[int]:
    """A count as counts that the schema takes."""
    whole, rest = divmod(count, MOST_REPEATS)
    return [MOST_REPEATS] * whole + ([rest] if rest else [])


def _heart(element: XmlNode, value: float, form: str, *, below: bool) -> None:
    end = element.add("Duration", **{"xsi:type": f"HeartRate{'Below' if below else 'Above'}_t"})
    end.add("HeartRate", **{"xsi:type": form}).add("Value", f"{round(value)}")


def _target(element: XmlNode, target: PlanTarget) -> None:
    least, most = OPEN_SIDES[target.share_of or target.quantity.value]
    low = least if target.low is None else target.low
    high = most if target.high is None else target.high
    if target.quantity is Quantity.SPEED:
        zone = element.add("Target", **{"xsi:type": "Speed_t"}).add(
            "SpeedZone", **{"xsi:type": "CustomSpeedZone_t"}
        )
        zone.add("ViewAs", "Pace")
        zone.add("LowInMetersPerSecond", f"{floor(low * 1e4) / 1e4:.4f}")
        zone.add("HighInMetersPerSecond", f"{ceil(high * 1e4) / 1e4:.4f}")
    elif target.quantity is Quantity.CADENCE:
        cadence = element.add("Target", **{"xsi:type": "Cadence_t"})
        cadence.add("Low", f"{floor(low / 2)}")
        cadence.add("High", f"{ceil(min(ONE_FOOT_SPM, high / 2))}")
    else:
        form = "HeartRateAsPercentOfMax_t" if target.share_of else "HeartRateInBeatsPerMinute_t"
        zone = element.add("Target", **{"xsi:type": "HeartRate_t"}).add(
            "HeartRateZone", **{"xsi:type": "CustomHeartRateZone_t"}
        )
        top = min(100.0, high) if target.share_of else high
        zone.add("Low", **{"xsi:type": form}).add("Value", f"{floor(low)}")
        zone.add("High", **{"xsi:type": form}).add("Value", f"{ceil(top)}")


def _name(text: str, where: str, losses: Losses) -> str:
    if len(text) <= LONGEST_NAME:
        return text
    losses.tell_as(Fate.NEAR, Part.LENGTH, where, f"a name is cut to {LONGEST_NAME} letters")
    return f"{text[: LONGEST_NAME - 1].rstrip()}…"
