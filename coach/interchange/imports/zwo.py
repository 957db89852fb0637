"""Zwift's ZWO files, for running.

`Power` of a running file is a share of the *speed* at a reference pace: `pace` 0 is the mile, 1 the 5 km, 2 the
10 km, 3 the half, 4 the marathon; with `thresholdSecPerKm` it is a share of that speed. `durationType` says
whether `Duration` is in seconds or metres; where it is missing, one has to be chosen, which is told.
"""

from dataclasses import dataclass
from typing import Final

from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.json_access import Json, number, whole
from coach.interchange.imports.sport import Sport, read_sport
from coach.interchange.imports.step_builder import NO_LENGTH, StepBuilder
from coach.interchange.imports.workout_builder import WorkoutBuilder, document, repeated, step
from coach.interchange.imports.workout_file import Durations, WorkoutFile
from coach.interchange.imports.writing import clock, pace_target, plain_number
from coach.interchange.report import Reporter
from coach.interchange.xml import Element
from coach.problems import WorkoutProblem

_ROOT: Final = "workout_file"
PACES: Final = ("mile", "5k", "10k", "half", "marathon")
"""What `pace` counts."""
_SLOWEST, _FASTEST = 0.3, 1.6
"""Shares of a reference speed that make sense; public files hold thousands and negative ones."""

_STEADY: Final = ("SteadyState", "SolidState")
_RAMPS: Final = {"Warmup": "warm_up", "Cooldown": "cool_down", "Ramp": "work"}
_FREE: Final = ("FreeRide", "Freeride", "FreeRun")
_KNOWN: Final = (*_STEADY, *_RAMPS, *_FREE, "IntervalsT", "MaxEffort", "RestDay")
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
"""The attributes that are read of an element, in lower case."""
_SHOWN: Final = frozenset(["flatroad", "show_avg", "units", "textscale", "text", "y"])
"""Attributes that only say how Zwift shows a stretch."""
_TEXTS: Final = ("textevent", "TextEvent", "TextNotification")


def looks_like(file: WorkoutFile) -> bool:
    """Is it XML with Zwift's element?"""
    return file.root == _ROOT


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of a ZWO file.

    Raises:
        WorkoutProblem: it is for another sport, or no step of it can be run.
    """
    return [read_zwo(file.xml(_ROOT, report), report, file.durations)]


def read_zwo(root: Element, report: Reporter, durations: Durations | None = None) -> Json:
    """Make a document of a ZWO file.

    Raises:
        WorkoutProblem: it is for another sport, or no step of it can be run.
    """
    body = root.first("workout")
    if body is None:
        raise WorkoutProblem("this Zwift file has no workout in it", where=root.where)
    sport = _sport_of(root, body, report)
    reader = _ZwoReader(
        StepBuilder(report, sport), _unit(root, body, report, durations), _threshold(root, report)
    )
    tags = root.first("tags")
    names = [one_line(tag.get("name"), 40) for tag in tags.children] if tags else []
    about = root.says("description")
    if any(names):
        about = f"{about}\n{', '.join(name for name in names if name)}".strip()
    author = one_line(root.says("author"), 100)
    draft = WorkoutBuilder(
        name=root.says("name"),
        where=body.where,
        description=about,
        source=f"Zwift workout by {author}" if author else "Zwift workout",
    )
    draft.sections.append(("", [node for child in body.children for node in reader.nodes(child)]))
    return document(draft, report)


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
    """Are the Durations seconds or metres?"""
    said = {"time": "seconds", "distance": "metres"}.get(root.says("durationType").lower())
    if wish is not None:
        if said and said != wish:
            text = f"the file says its Durations are {said}; they were read as {wish}, as you wished"
            report.approximated("/workout_file/durationType", text)
        return wish
    if said is not None:
        return "seconds" if said == "seconds" else "metres"
    guess: Durations = "metres" if _looks_like_metres(body) else "seconds"
    other = "seconds" if guess == "metres" else "metres"
    text = f"the file does not say what Durations are; {guess} was taken (--durations {other} changes it)"
    report.approximated("/workout_file/durationType", text)
    return guess


def _looks_like_metres(body: Element) -> bool:
    """Do texts stand at distances, or are the lengths hundreds of metres rather than half minutes?

    None of 66 public running files without a `durationType` is in metres, so the evidence must be clear: at
    least two lengths that are whole hundreds and no half minutes, and none that is the other way round.
    """
    if any(text.get("distoffset") is not None for child in body.children for text in child.children):
        return True
    names = ("Duration", "OnDuration", "OffDuration")
    values = {number(child.get(name)) for child in body.children for name in names} - {None}
    lengths = [value for value in values if value]
    hundreds = sum(value % 100 == 0 and value % 30 != 0 for value in lengths)
    return hundreds >= 2 and all(value % 100 == 0 for value in lengths)


def _threshold(root: Element, report: Reporter) -> float | None:
    """Threshold speed in m/s, if the file has one that somebody could run."""
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
        """The steps an element comes to."""
        report = self.builder.report
        if element.get("Incline") is not None and number(element.get("Incline")) != 0:
            report.dropped(element.where, f"an incline of {one_line(element.get('Incline'), 20)}")
        self._tell_unread(element)
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
            report.dropped(element.where, f"{one_line(element.name, 40)} is no stretch of running")
        return []

    def _tell_unread(self, element: Element) -> None:
        """Tell of attributes that would be lost: a pace is read only as what a Power is a share of."""
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
        """A stretch from one speed to another; a cool-down slows down, whichever way it is written."""
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
        return repeated(report, where, whole(element.get("Repeat")), nodes)

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
        told = element.get("pace")
        place = whole(told)
        if place is not None and 0 <= place < len(PACES):
            percent = round((1 / share - 1) * 100, 1)
            offset = (
                {"offset": f"{'+' if percent > 0 else '-'}{plain_number(abs(percent), 1)} %"}
                if percent
                else {}
            )
            return {"pace": {"ref": PACES[place], **offset}}
        if told is not None:
            self.builder.report.dropped(where, f"pace {one_line(told, 20)}, which names no reference pace")
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
        """Texts at their times or distances; what lies beyond the stretch or says nothing is told."""
        length = number(element.get("Duration")) or 0.0
        told: list[Json] = []
        for event in element.all(*_TEXTS):
            in_metres = event.get("distoffset") is not None
            offset = number(event.get("timeoffset", "distoffset")) or 0.0
            text = one_line(event.get("message", "text") or event.text)
            beyond = offset > length and in_metres == (self.unit == "metres")
            if not text or offset < 0 or beyond or len(told) >= 50:
                self.builder.report.dropped(
                    event.where, "a text that is empty, or beyond the end of its stretch"
                )
                continue
            point = f"{plain_number(max(offset, 1), 1)} m" if in_metres else clock(max(offset, 1))
            told.append({"text": text, "at": point})
        return told
