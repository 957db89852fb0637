"""Zwift's ZWO files for running, read and written.

`Power` of a running file is a share of the *speed* at a reference pace: `pace` 0 is the mile, 1 the 5 km, 2 the 10 km,
3 the half, 4 the marathon, as each runner has set them there; with `thresholdSecPerKm` it is a share of that speed.
`durationType` says for the whole file whether `Duration` is in seconds or metres; if it is missing, one has to be
chosen, which is reported.

Numbers are written as a share of `thresholdSecPerKm`, paces by name without numbers as a share of the reference pace.
Zwift has no lap key, and a stretch without a speed is free (`FreeRide`).
"""

from dataclasses import dataclass
from typing import Final

from coach.athlete import Athlete
from coach.interchange.text import Element, XmlNode
from coach.interchange.workouts import ExportFormat, Reporter
from coach.interchange.workouts.builder import (
    NO_LENGTH,
    Durations,
    Json,
    Sport,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    clock,
    number,
    one_line,
    pace_target,
    plain_number,
    read_sport,
    repeat_steps,
    step,
    whole,
)
from coach.interchange.workouts.converting import (
    ExportRequest,
    Losses,
    PlanStep,
    PlanTarget,
    SpokenText,
    Support,
    WorkoutPart,
    exact,
    unroll,
)
from coach.interchange.workouts.planner import plan_of
from coach.problems import AthleteProblem, WorkoutProblem
from coach.quantities import Metres, Seconds, format_clock, format_metres, format_pace, pace_s_per_km
from coach.workout.describe import planned_speed, typical_speed
from coach.workout.kinds import EASY, HARD, TYPICAL_WALK_MPS
from coach.workout.resolve import Numbers
from coach.workout.timeline import DistanceEnd, Quantity, TimeEnd

_ROOT: Final = "workout_file"
PACES: Final = ("mile", "5k", "10k", "half", "marathon")
"""The races of the values of `pace`."""
_SLOWEST, _FASTEST = 0.3, 1.6
"""Plausible shares of a reference speed; public files hold thousands and negative ones."""

_STEADY: Final = ("SteadyState", "SolidState")
_RAMPS: Final = {"Warmup": "warm_up", "Cooldown": "cool_down", "Ramp": "work"}
_FREE: Final = ("FreeRide", "Freeride", "FreeRun")
_LENGTHS: Final = frozenset(["duration", "cadence", "cadencelow", "cadencehigh", "incline"])
_POWERS: Final = frozenset(["power", "powerlow", "powerhigh", "pace"])
_READ: Final = {
    **dict.fromkeys((*_STEADY, *_RAMPS), _LENGTHS | _POWERS),
    **dict.fromkeys((*_FREE, "MaxEffort"), _LENGTHS),
    "IntervalsT": _LENGTHS
    | {"repeat", "pace", "onduration", "offduration", "onpower", "offpower"}
    | {"poweronlow", "poweronhigh", "powerofflow", "poweroffhigh"}
    | {"cadenceresting", "cadencerestinglow", "cadencerestinghigh"},
}
"""The attributes of an element that are read, in lower case."""
_SHOWN: Final = frozenset(["flatroad", "show_avg", "units", "textscale", "text", "y"])
"""Attributes that only affect the display in Zwift."""
_TEXTS: Final = ("textevent", "TextEvent", "TextNotification")


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is XML with Zwift's element."""
    return file.root == _ROOT


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of a ZWO file.

    Raises:
        WorkoutProblem: it is for another sport, or no step of it can be run.
    """
    root = file.xml(_ROOT, report)
    body = root.first("workout")
    if body is None:
        raise WorkoutProblem("this Zwift file has no workout in it", where=root.where)
    sport = _sport_of(root, body, report)
    reader = _ZwoReader(
        StepBuilder(report, sport), _unit(root, body, report, file.durations), _threshold(root, report)
    )
    tags = root.first("tags")
    names = [one_line(tag.get("name"), 40) for tag in tags.children] if tags else []
    about = root.says("description")
    if any(names):
        about = f"{about}\n{', '.join(name for name in names if name)}".strip()
    author = one_line(root.says("author"), 100)
    workout_builder = WorkoutBuilder(
        name=root.says("name"),
        where=body.where,
        description=about,
        source=f"Zwift workout by {author}" if author else "Zwift workout",
    )
    workout_builder.sections.append(("", [node for child in body.children for node in reader.nodes(child)]))
    return [workout_builder.document(report)]


def _sport_of(root: Element, body: Element, report: Reporter) -> Sport:
    sport_name = root.says("sportType")
    if (
        not sport_name
        and not root.says("thresholdSecPerKm")
        and all(c.get("pace") is None for c in body.children)
    ):
        raise WorkoutProblem(
            "this Zwift file does not say it is for running, and Zwift takes such a file for cycling",
            "If it is for running, add <sportType>run</sportType> to it.",
            where=root.where,
        )
    return read_sport(sport_name, "/workout_file/sportType", report)


def _unit(root: Element, body: Element, report: Reporter, wish: Durations | None) -> Durations:
    """Choose the unit of the Durations, seconds or metres."""
    unit = {"time": "seconds", "distance": "metres"}.get(root.says("durationType").lower())
    if wish is not None:
        if unit and unit != wish:
            text = f"the file says its Durations are {unit}; they were read as {wish}, as you wished"
            report.approximated("/workout_file/durationType", text)
        return wish
    if unit is not None:
        return "seconds" if unit == "seconds" else "metres"
    guess: Durations = "metres" if _looks_like_metres(body) else "seconds"
    other = "seconds" if guess == "metres" else "metres"
    text = f"the file does not say what Durations are; {guess} was taken (--durations {other} changes it)"
    report.approximated("/workout_file/durationType", text)
    return guess


def _looks_like_metres(body: Element) -> bool:
    """Return whether texts stand at distances, or the lengths are hundreds of metres rather than half minutes.

    None of 66 public running files without a `durationType` is in metres, so the evidence must be clear: at least two
    lengths that are whole hundreds and no half minutes, and none the other way round.
    """
    if any(text.get("distoffset") is not None for child in body.children for text in child.children):
        return True
    names = ("Duration", "OnDuration", "OffDuration")
    values = {number(child.get(name)) for child in body.children for name in names} - {None}
    lengths = [value for value in values if value]
    hundreds = sum(value % 100 == 0 and value % 30 != 0 for value in lengths)
    return hundreds >= 2 and all(value % 100 == 0 for value in lengths)


def _threshold(root: Element, report: Reporter) -> float | None:
    """Threshold speed in m/s, if the file has a possible one."""
    text = root.says("thresholdSecPerKm")
    seconds = number(text) if text else None
    if text and (seconds is None or not 120 <= seconds <= 900):
        report.dropped("/workout_file/thresholdSecPerKm", f"a threshold pace of {one_line(text, 20)} s/km")
        return None
    return 1000 / seconds if seconds else None


@dataclass(frozen=True, slots=True)
class _ZwoReader:
    """Reads the elements of one workout."""

    builder: StepBuilder
    unit: Durations
    threshold: float | None

    def nodes(self, element: Element) -> list[Json]:
        """The steps of an element."""
        report = self.builder.report
        if element.get("Incline") is not None and number(element.get("Incline")) != 0:
            report.dropped(element.where, f"an incline of {one_line(element.get('Incline'), 20)}")
        self._report_unread(element)
        match element.name:
            case "IntervalsT":
                return self._intervals(element)
            case name if name in _STEADY:
                return self._one(element, "work", self._target(element, "Power"))
            case name if name in _RAMPS:
                return self._ramp(element, _RAMPS[name])
            case name if name in _FREE:
                return self._one(element, "open", None)
            case "MaxEffort":
                return self._one(element, "work", {"effort": "as hard as you can"})
        if element.name not in {*_TEXTS, "gameplayevent"} or element.get("message") is not None:
            report.dropped(element.where, f"{one_line(element.name, 40)} is not a stretch of running")
        return []

    def _report_unread(self, element: Element) -> None:
        """Report attributes that would be lost: a pace is only used as the base of a Power."""
        read = _READ.get(element.name)
        if read is None:
            return
        if not any("power" in key.lower() for key in element.attributes):
            read -= {"pace"}
        for key, value in element.attributes.items():
            is_told = key.lower() in read | _SHOWN or (number(value) == 0 and key.lower() != "pace")
            if not is_told:
                alone = ", which is not read without a Power" if key.lower() == "pace" else ""
                text = f"{one_line(key, 30)} {one_line(value, 30)}{alone}"
                self.builder.report.dropped(element.where, text)

    def _one(self, element: Element, kind: str, target: Json | None, **more: Json) -> list[Json]:
        until = self._until(element, "Duration")
        if until is NO_LENGTH:
            return []
        cap, says = self._cadence(element, "Cadence"), self._says(element)
        return [
            step(
                self.builder.report, element.where, kind, until, target=target, caps=(cap,), says=says, **more
            )
        ]

    def _ramp(self, element: Element, kind: str) -> list[Json]:
        """A stretch from one speed to another; a cool-down slows down, in whichever order it is written."""
        low, high = number(element.get("PowerLow")), number(element.get("PowerHigh"))
        if low is None or high is None:
            return self._one(element, kind, self._target(element, "Power"))
        first, last = (max(low, high), min(low, high)) if kind == "cool_down" else (low, high)
        start, end = self._share(element, first), self._share(element, last)
        more = {"ramp": end} if start and end and start != end and "effort" not in {*start, *end} else {}
        return self._one(element, kind, start, **more)

    def _intervals(self, element: Element) -> list[Json]:
        where, report = element.where, self.builder.report
        nodes: list[Json] = []
        for side, kind, spin in (("On", "work", "Cadence"), ("Off", "recovery", "CadenceResting")):
            until = self._until(element, f"{side}Duration")
            if until is not NO_LENGTH:
                target, cap = (
                    self._target(element, f"{side}Power", f"Power{side}"),
                    self._cadence(element, spin),
                )
                nodes.append(step(report, where, kind, until, target=target, caps=(cap,)))
        for event in element.all(*_TEXTS):
            report.dropped(event.where, "a text inside IntervalsT, which no single rep owns")
        return repeat_steps(report, where, whole(element.get("Repeat")), nodes)

    def _until(self, element: Element, name: str) -> Json:
        length = number(element.get(name))
        if length is None and name == "OffDuration":
            return NO_LENGTH
        if length is None:
            return self.builder.no_end(element.where, f"no {name}")
        if self.unit == "metres":
            return self.builder.after_metres(element.where, length)
        return self.builder.after_seconds(element.where, length)

    def _target(self, element: Element, name: str, stem: str = "") -> Json | None:
        """A single share, or the middle of a range."""
        stem = stem or name
        single = number(element.get(name))
        low, high = number(element.get(f"{stem}Low")), number(element.get(f"{stem}High"))
        if single is None and low is not None and high is not None:
            if low != high and self.threshold and self._usable(low) and self._usable(high):
                return self.builder.speed(element.where, self.threshold * low, self.threshold * high)
            if low != high:
                text = f"a range of {low:g} to {high:g} of a reference pace became its middle"
                self.builder.report.approximated(element.where, text)
            single = (low + high) / 2
        if single is None:
            single = low if low is not None else high
        if single is None:
            return None
        return self._share(element, single)

    def _share(self, element: Element, share: float) -> Json | None:
        """A share of the reference speed the element or the file names."""
        where = element.where
        if self.builder.sport is not Sport.RUN or not self._usable(share):
            return self.builder.no_target(where, f"Power {share:g}")
        if self.threshold:
            return pace_target(self.threshold * share, self.threshold * share)
        pace = element.get("pace")
        place = whole(pace)
        if place is not None and 0 <= place < len(PACES):
            percent = round((1 / share - 1) * 100, 1)
            offset = (
                {"offset": f"{'+' if percent > 0 else '-'}{plain_number(abs(percent), 1)} %"}
                if percent
                else {}
            )
            return {"pace": {"ref": PACES[place], **offset}}
        if pace is not None:
            self.builder.report.dropped(where, f"pace {one_line(pace, 20)}, which names no reference pace")
        self.builder.report.approximated(
            where, "Power without a reference pace was read as a share of threshold speed"
        )
        return self.builder.threshold_share(where, round(share * 100, 1), round(share * 100, 1))

    @staticmethod
    def _usable(share: float) -> bool:
        return _SLOWEST <= share <= _FASTEST

    def _cadence(self, element: Element, name: str) -> Json | None:
        single = number(element.get(name))
        low, high = number(element.get(f"{name}Low")), number(element.get(f"{name}High"))
        low, high = (low or single) or None, (high or single) or None
        return None if low is None and high is None else self.builder.cadence(element.where, low, high)

    def _says(self, element: Element) -> list[Json]:
        """Texts at their times or distances; empty ones, and those beyond the stretch, are reported."""
        length = number(element.get("Duration")) or 0.0
        texts: list[Json] = []
        for event in element.all(*_TEXTS):
            in_metres = event.get("distoffset") is not None
            offset = number(event.get("timeoffset", "distoffset")) or 0.0
            text = one_line(event.get("message", "text") or event.text)
            beyond = offset > length and in_metres == (self.unit == "metres")
            if not text or offset < 0 or beyond or len(texts) >= 50:
                self.builder.report.dropped(
                    event.where, "a text that is empty, or beyond the end of its stretch"
                )
                continue
            point = f"{plain_number(max(offset, 1), 1)} m" if in_metres else clock(max(offset, 1))
            texts.append({"text": text, "at": point})
        return texts


# --- writing

OPEN_S: Final = 600.0
"""The length of a stretch without an end, because the format requires one: ten minutes, a usual cool-down. Judged."""
_MOST_SHARE: Final = 1.5
"""Readers take shares up to 1.6 of a threshold."""
_EASY_NAMES: Final = {"warmup": "Warmup", "cooldown": "Cooldown"}


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a ZWO file."""
    plan = plan_of(request.document, request.athlete, ExportFormat.ZWO, losses)
    steps = [
        node for _, nodes in plan.sections for node in unroll(exact(nodes)) if isinstance(node, PlanStep)
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
    writer = _ZwoStepWriter(losses, in_metres=in_metres, anchor=anchor)
    for each in steps:
        body.children.append(writer.element(each))
    root.add("description", "\n".join(plan.description))
    root.children.append(body)
    return root.document()


def _is_in_metres(steps: list[PlanStep]) -> bool:
    """Return whether most of the hard running is by distance; without any hard running, most of all steps."""
    measured = [step for step in steps if isinstance(step.end, TimeEnd | DistanceEnd)]
    steps_that_count = [step for step in measured if step.kind in HARD] or measured
    return sum(isinstance(step.end, DistanceEnd) for step in steps_that_count) * 2 > len(steps_that_count)


def _speeds(step: PlanStep) -> list[PlanTarget]:
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return []
    return [target] if target.ramp is None else [target, target.ramp]


def _anchor(athlete: Athlete | None, targets: list[PlanTarget]) -> int:
    """Seconds per km that shares refer to: the athlete's threshold, else the fastest pace of the workout.

    The number is only a unit; a reader derives the same paces from the shares. Shares of a sprint would be too high for
    readers, so sprints have a unit of their own as well.
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


class _ZwoStepWriter:
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
            self._losses.report_as(Support.WORDS, WorkoutPart.UNKNOWN_PACE, f"{step.where}.target", what)
            step.says.insert(0, SpokenText(step.step.target.label, Seconds(0.0), Metres(0.0)))
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
                self._losses.report(WorkoutPart.FREE_WARM_UP, step.where, what, near=near)
            return "FreeRide"
        if step.role in _EASY_NAMES:
            return _EASY_NAMES[step.role]
        is_ramp = step.target is not None and step.target.ramp is not None
        return "Ramp" if is_ramp else "SteadyState"

    def _powers(self, target: PlanTarget, *, is_range: bool) -> dict[str, str]:
        """The attributes of a speed: one share, or one at the start and one at the end."""
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
        length, label = (
            (metres, format_metres(metres)) if self._in_metres else (seconds, format_clock(seconds))
        )
        if not isinstance(end, TimeEnd | DistanceEnd):
            text = f"an end by the lap key is written as {label}: Zwift has no such key"
            self._losses.report(WorkoutPart.LAP_KEY, where, text)
        elif isinstance(end, TimeEnd) is self._in_metres:
            length_text = format_clock(seconds) if self._in_metres else format_metres(metres)
            unit = "metres" if self._in_metres else "seconds"
            text = f"{length_text} is written as {label}, at {format_pace(speed)}: a file is all in {unit}"
            self._losses.report(WorkoutPart.OTHER_UNIT, where, text)
        return length

    def _speed(self, step: PlanStep) -> float:
        """The planned speed of a step, else the usual speed of such steps."""
        distance, time = step.step.until.distance(), step.step.else_time_s
        if planned_speed(step.step) is None and distance is not None and time is not None:
            return distance / time
        return planned_speed(step.step) or max(typical_speed(step.step), TYPICAL_WALK_MPS)

    def _texts(self, element: XmlNode, step: PlanStep, length: float) -> None:
        name, rest = "distoffset" if self._in_metres else "timeoffset", list[str]()
        for text in step.says:
            offset = text.at_m if self._in_metres else text.at_s
            if offset is None or offset > length:
                what = f'the text "{text.text}", which has its point in the other unit, or beyond the end,'
                self._losses.report_as(Support.WORDS, WorkoutPart.SAYS, f"{step.where}.says", what)
                rest.append(text.text)
            else:
                element.add("textevent", **{name: plain_number(offset, 1), "message": text.text})
        if rest:
            element.add("textevent", **{name: "0", "message": " ".join(rest)})
