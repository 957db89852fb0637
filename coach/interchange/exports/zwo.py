"""Zwift's ZWO files, for running.

`Power` is a share of a speed: of the one of `thresholdSecPerKm`, or, with `pace`, of the pace each runner has set there
(0 the mile, 1 the 5 km, 2 the 10 km, 3 the half, 4 the marathon). The first is written where there are numbers, the
second for paces by name that nobody gives. One file is all in seconds or all in metres (`durationType`), Zwift has no
lap key, and a stretch without a speed is free (`FreeRide`).
"""

from typing import Final

from coach.athlete import Athlete
from coach.interchange.exports.exporting import ExportRequest
from coach.interchange.exports.formats import ExportFormat
from coach.interchange.exports.parts import Fate, Part
from coach.interchange.exports.plan import (
    Losses,
    PlanStep,
    PlanTarget,
    SaidText,
    exact,
    unrolled,
)
from coach.interchange.exports.planner import plan_of
from coach.interchange.imports.writing import plain_number
from coach.interchange.imports.zwo import PACES
from coach.interchange.xml import XmlNode
from coach.problems import AthleteProblem
from coach.quantities import Metres, Seconds, format_clock, format_metres, format_pace, pace_s_per_km
from coach.workout.defaults import TYPICAL_WALK_MPS
from coach.workout.estimate import planned_speed, typical_speed
from coach.workout.kinds import EASY, HARD
from coach.workout.numbers import Numbers
from coach.workout.timeline import DistanceEnd, Quantity, TimeEnd

OPEN_S: Final = 600.0
"""What a stretch without an end is given, for every stretch has one there: ten minutes, a usual cool-down. Judged."""
_MOST_SHARE: Final = 1.5
"""Readers take shares up to 1.6 of a threshold."""
_EASY_NAMES: Final = {"warmup": "Warmup", "cooldown": "Cooldown"}


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a ZWO file."""
    plan = plan_of(request.document, request.athlete, ExportFormat.ZWO, losses)
    steps = [
        node for _, nodes in plan.sections for node in unrolled(exact(nodes)) if isinstance(node, PlanStep)
    ]
    in_metres = _is_in_metres(steps)
    speeds = [each for step in steps for each in _speeds(step)]
    numbers = [each for each in speeds if not each.share_of]
    anchor = _anchor(request.athlete, numbers) if numbers else None
    root = XmlNode("workout_file")
    root.add("author", "Trackside Coach")
    root.add("name", plan.name)
    root.add("sportType", "run")
    root.add("durationType", "distance" if in_metres else "time")
    if anchor is not None:
        root.add("thresholdSecPerKm", f"{anchor}")
    body = XmlNode("workout")
    writer = _StepWriter(losses, in_metres=in_metres, anchor=anchor)
    for step in steps:
        body.children.append(writer.element(step))
    root.add("description", "\n".join(plan.description))
    root.children.append(body)
    return root.document()


def _is_in_metres(steps: list[PlanStep]) -> bool:
    """Is most of the hard running by distance? Of a workout without any, most of all steps."""
    measured = [step for step in steps if isinstance(step.end, TimeEnd | DistanceEnd)]
    asked = [step for step in measured if step.kind in HARD] or measured
    return sum(isinstance(step.end, DistanceEnd) for step in asked) * 2 > len(asked)


def _speeds(step: PlanStep) -> list[PlanTarget]:
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return []
    return [target] if target.ramp is None else [target, target.ramp]


def _anchor(athlete: Athlete | None, targets: list[PlanTarget]) -> int:
    """Seconds per km that shares are of: the athlete's threshold, else the fastest pace of the workout.

    The second is a unit and no more; a reader makes the same paces of the shares. Sprints are too far above a
    threshold for readers, so theirs is a unit as well.
    """
    try:
        speed = Numbers.of(athlete).pace("threshold")[0] if athlete is not None else 0.0
    except AthleteProblem:
        speed = 0.0
    fastest = max(_aim(each) for each in targets)
    return round(pace_s_per_km(speed if speed * _MOST_SHARE >= fastest else fastest / _MOST_SHARE))


def _aim(target: PlanTarget) -> float:
    """The one speed of a target."""
    sides = [side for side in (target.low, target.high) if side is not None]
    return target.aim if target.aim is not None else sum(sides) / len(sides)


class _StepWriter:
    """Writes the stretches of one workout."""

    def __init__(self, losses: Losses, *, in_metres: bool, anchor: int | None) -> None:
        self._losses = losses
        self._in_metres = in_metres
        self._anchor = anchor

    def element(self, step: PlanStep) -> XmlNode:
        """The element of a step."""
        length = self._length(step)
        target = step.target
        if target is not None and target.share_of and self._anchor is not None:
            assert step.step.target is not None
            what = f"the target {step.step.target.label}, beside paces in numbers,"
            self._losses.tell_as(Fate.WORDS, Part.UNKNOWN_PACE, f"{step.where}.target", what)
            step.says.insert(0, SaidText(step.step.target.label, Seconds(0.0), Metres(0.0)))
            target = None
        is_paced = target is not None and target.quantity is Quantity.SPEED
        name = self._name(step, is_paced=is_paced)
        element = XmlNode(name, {"Duration": plain_number(length, 2)})
        if target is not None and is_paced:
            element.attributes |= self._powers(target, is_range=name != "SteadyState")
        elif target is not None:
            low, high = target.low or target.high or 0.0, target.high or target.low or 0.0
            element.attributes |= {"CadenceLow": f"{round(low)}", "CadenceHigh": f"{round(high)}"}
        self._texts(element, step, length)
        return element

    def _name(self, step: PlanStep, *, is_paced: bool) -> str:
        if not is_paced:
            if step.kind in EASY:
                near = " is written as a free run"
                what = f"that it is a {step.kind.value.replace('_', '-')}"
                self._losses.tell(Part.FREE_WARM_UP, step.where, what, near=near)
            return "FreeRide"
        if step.role in _EASY_NAMES:
            return _EASY_NAMES[step.role]
        is_ramp = step.target is not None and step.target.ramp is not None
        return "Ramp" if is_ramp else "SteadyState"

    def _powers(self, target: PlanTarget, *, is_range: bool) -> dict[str, str]:
        """The attributes of a speed: one share, or the one it begins with and the one it ends with."""
        first = self._share(target)
        last = first if target.ramp is None else self._share(target.ramp)
        powers = {"PowerLow": first, "PowerHigh": last} if is_range else {"Power": first}
        return powers | ({"pace": f"{PACES.index(target.share_of)}"} if target.share_of else {})

    def _share(self, target: PlanTarget) -> str:
        if target.share_of:
            return plain_number(_aim(target) / 100, 5)
        assert self._anchor is not None
        return plain_number(_aim(target) * self._anchor / 1000, 5)

    def _length(self, step: PlanStep) -> float:
        """The length of a stretch in the unit of the file."""
        speed = self._speed(step)
        where, end = f"{step.where}.until", step.end
        cap = step.step.until.cap_s
        if isinstance(end, DistanceEnd):
            seconds, metres = float(max(1, round(end.metres / speed))), float(end.metres)
        else:
            seconds = (
                float(end.seconds) if isinstance(end, TimeEnd) else OPEN_S if cap is None else float(cap)
            )
            metres = float(max(10, round(seconds * speed / 10) * 10))
        length, shown = (
            (metres, format_metres(metres)) if self._in_metres else (seconds, format_clock(seconds))
        )
        if not isinstance(end, TimeEnd | DistanceEnd):
            text = f"an end by the lap key is written as {shown}: Zwift has no such key"
            self._losses.tell(Part.LAP_KEY, where, text)
        elif isinstance(end, TimeEnd) is self._in_metres:
            planned = format_clock(seconds) if self._in_metres else format_metres(metres)
            unit = "metres" if self._in_metres else "seconds"
            text = f"{planned} is written as {shown}, at {format_pace(speed)}: a file is all in {unit}"
            self._losses.tell(Part.OTHER_UNIT, where, text)
        return length

    def _speed(self, step: PlanStep) -> float:
        """How fast a step is planned to be, else how fast such steps are."""
        distance, time = step.step.until.distance(), step.step.else_time_s
        if planned_speed(step.step) is None and distance is not None and time is not None:
            return distance / time
        return planned_speed(step.step) or max(typical_speed(step.step), TYPICAL_WALK_MPS)

    def _texts(self, element: XmlNode, step: PlanStep, length: float) -> None:
        name, lost = "distoffset" if self._in_metres else "timeoffset", list[str]()
        for said in step.says:
            offset = said.at_m if self._in_metres else said.at_s
            if offset is None or offset > length:
                what = f'the text "{said.text}", which has its point in the other unit, or beyond the end,'
                self._losses.tell_as(Fate.WORDS, Part.SAYS, f"{step.where}.says", what)
                lost.append(said.text)
            else:
                element.add("textevent", **{name: plain_number(offset, 1), "message": said.text})
        if lost:
            element.add("textevent", **{name: "0", "message": " ".join(lost)})
