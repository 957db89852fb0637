"""Workouts in Garmin's Training Center XML (TrainingCenterDatabasev2.xsd), read and written.

The schema knows two intensities, names of 15 letters, whole seconds and metres up to 65535, 20 steps, and repeats of 2
to 99. Steps have no notes there, so their words are in the workout's.
"""

import re
from math import ceil, floor
from typing import Final

from coach.interchange.text import Element, XmlNode
from coach.interchange.workouts import ExportFormat, Reporter
from coach.interchange.workouts.builder import (
    MARK,
    MOST_WORKOUTS,
    NO_LENGTH,
    ONE_FOOT_SPM,
    OPEN_SIDES,
    Json,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    number,
    one_line,
    read_sport,
    repeat_steps,
    step,
    whole,
)
from coach.interchange.workouts.converting import (
    ExportRequest,
    HeartShareEnd,
    Losses,
    PlanNode,
    PlanStep,
    PlanTarget,
    Support,
    WorkoutPart,
    exact,
)
from coach.interchange.workouts.planner import plan_of
from coach.problems import WorkoutProblem
from coach.workout.kinds import EASY, KINDS
from coach.workout.timeline import DistanceEnd, HeartRateEnd, Quantity, TimeEnd

_WARM_UP = re.compile(r"warm[\s-]*up|einlaufen|échauffement|calentamiento", re.IGNORECASE)
_COOL_DOWN = re.compile(r"cool[\s-]*down|auslaufen|retour au calme|enfriamiento", re.IGNORECASE)
_ROOT: Final = "TrainingCenterDatabase"


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is XML of the Training Center."""
    return file.root == _ROOT


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout of a TCX file.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    root = file.xml(_ROOT, report)
    workouts = [workout for part in root.all("Workouts") for workout in part.all("Workout")]
    if not workouts:
        raise WorkoutProblem(
            "this TCX file has no workout in it: it holds activities or courses",
            "coach replay shows a recording; a workout is exported from where it was planned.",
        )
    if len(workouts) > MOST_WORKOUTS:
        raise WorkoutProblem(f"the file holds more than {MOST_WORKOUTS} workouts", "Split it.")
    return [_workout(workout, report) for workout in workouts]


def _workout(workout: Element, report: Reporter) -> Json:
    sport = read_sport(workout.get("Sport") or "", f"{workout.where} Sport", report)
    builder = StepBuilder(report, sport)
    for name in ("ScheduledOn", "Extensions"):
        for element in workout.all(name):
            report.dropped(element.where, f"{name}: {one_line(element.text, 40)}".rstrip(": "))
    workout_builder = WorkoutBuilder(
        name=workout.says("Name"),
        where=workout.where,
        description=workout.says("Notes"),
        source="TCX workout",
    )
    workout_builder.sections.append(("", _nodes(workout.all("Step"), builder)))
    return workout_builder.document(report)


def _nodes(steps: list[Element], builder: StepBuilder) -> list[Json]:
    nodes: list[Json] = []
    for element in steps:
        if element.get("type") == "Repeat_t" or element.first("Repetitions") is not None:
            inner = _nodes(element.all("Child"), builder)
            nodes += repeat_steps(builder.report, element.where, whole(element.says("Repetitions")), inner)
        else:
            nodes += _step(element, builder)
    return nodes


def _step(element: Element, builder: StepBuilder) -> list[Json]:
    name, intensity = element.says("Name"), element.says("Intensity").lower()
    if _WARM_UP.search(name):
        kind = "warm_up"
    elif _COOL_DOWN.search(name):
        kind = "cool_down"
    else:
        kind = "recovery" if intensity == "resting" else "work"
    until = _until(element, builder)
    if until is NO_LENGTH:
        return []
    return [
        step(
            builder.report,
            element.where,
            kind,
            until,
            target=_target(element, builder),
            name=name,
            notes=element.says("Notes"),
        )
    ]


def _until(step: Element, builder: StepBuilder) -> Json:
    end = step.first("Duration")
    if end is None:
        return builder.no_end(step.where, "not said")
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


def _target(step: Element, builder: StepBuilder) -> Json | None:
    target = step.first("Target")
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


# --- writing

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
    writer = _TcxStepWriter(losses)
    for _, nodes in plan.sections:
        for node in exact(nodes):
            writer.add(workout, "Step", node)
    if writer.steps > MOST_STEPS:
        text = f"{writer.steps} steps and repeats: the schema numbers {MOST_STEPS}, and a strict reader may refuse it"
        losses.report_as(Support.NEAR, WorkoutPart.LENGTH, "sections", text)
    if len(plan.name) > LONGEST_NAME:
        plan.description.insert(0, plan.name)
    if plan.description:
        workout.add("Notes", "\n".join(plan.description))
    return root.document()


class _TcxStepWriter:
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
        # only a name marks a warm-up and a cool-down
        called = node.name or (KINDS[node.kind].name.capitalize() if node.kind in EASY else "")
        if called:
            element.add("Name", _name(called, f"{node.where}.name", self._losses))
        self._end(element, node)
        element.add("Intensity", "Resting" if node.role in _RESTING else "Active")
        if node.target is None:
            element.add("Target", **{"xsi:type": "None_t"})
        else:
            _add_target(element, node.target)

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
            self._losses.report_as(Support.NEAR, WorkoutPart.LENGTH, f"{node.where}.until", text)
        return number


def _counts(count: int) -> list[int]:
    """A count split into counts that the schema accepts."""
    whole, rest = divmod(count, MOST_REPEATS)
    return [MOST_REPEATS] * whole + ([rest] if rest else [])


def _heart(element: XmlNode, value: float, form: str, *, below: bool) -> None:
    end = element.add("Duration", **{"xsi:type": f"HeartRate{'Below' if below else 'Above'}_t"})
    end.add("HeartRate", **{"xsi:type": form}).add("Value", f"{round(value)}")


def _add_target(element: XmlNode, target: PlanTarget) -> None:
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
    losses.report_as(Support.NEAR, WorkoutPart.LENGTH, where, f"a name is cut to {LONGEST_NAME} letters")
    return f"{text[: LONGEST_NAME - 1].rstrip()}…"
