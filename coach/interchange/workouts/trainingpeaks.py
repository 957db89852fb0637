"""TrainingPeaks' workout structure: a list of steps and repetitions, targets as shares of a threshold."""

from typing import Any, Final

from coach.interchange.workouts import Reporter
from coach.interchange.workouts.builder import (
    MARK,
    NO_LENGTH,
    Json,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    items,
    key_of,
    number,
    one_line,
    part,
    read_json,
    read_sport,
    repeat_steps,
    step,
    whole,
)
from coach.problems import WorkoutProblem

_KINDS: Final = {"warmup": "warm_up", "active": "work", "rest": "recovery", "cooldown": "cool_down"}
_SPORTS: Final = {
    1: "swimming",
    2: "bike",
    3: "run",
    4: "brick",
    5: "crosstrain",
    8: "mtb",
    9: "strength",
    13: "walk",
}
"""`workoutTypeValueId`."""
_CALENDAR: Final = ("workoutTypeValueId", "workoutId", "workoutDay", "totalTimePlanned", "tssPlanned")
"""Keys of an entry of the calendar, which may lack a structure."""
_SECONDS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_METRES: Final = {"meter": 1.0, "kilometer": 1000.0, "mile": 1609.344, "yard": 0.9144}


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is JSON with a `structure` of steps, or a workout of the calendar that has none."""
    return any(_is_workout(each) for each in file.objects)


def _is_workout(tree: Json) -> bool:
    outer = tree.get("structure")
    if isinstance(outer, str):
        return outer.lstrip().startswith(("{", "["))
    if isinstance(outer, dict):
        return isinstance(outer.get("structure"), list) or "primaryIntensityMetric" in outer
    if isinstance(outer, list):
        return all(isinstance(each, dict) and ("length" in each or "steps" in each) for each in outer)
    return "structure" in tree and any(key in tree for key in _CALENDAR)


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout.

    Raises:
        WorkoutProblem: no step of one can be run.
    """
    return file.each_json(read_trainingpeaks, report)


def read_trainingpeaks(tree: Json, report: Reporter, where: str = "") -> Json:
    """Make a document of one workout.

    Raises:
        WorkoutProblem: no step of it can be run.
    """
    outer = tree.get("structure")
    if outer is None:
        raise WorkoutProblem(
            "this entry of TrainingPeaks has no structure: it is a day off, or a workout in words",
            "Only workouts that are built of steps there can be imported.",
            where=where,
        )
    if isinstance(outer, str):  # the calendar's own interface sends it as a text
        outer = read_json(outer, report)
    inner = outer.get("structure") if isinstance(outer, dict) else None
    head = outer if isinstance(outer, dict) and inner is not None else tree
    entries = items(inner if inner is not None else outer)
    path = f"{where}." if where else ""
    path += "structure.structure" if inner is not None else "structure"
    number_of_sport = whole(tree.get("workoutTypeValueId"))
    sport_name = key_of(tree.get("workoutType") or tree.get("sport") or tree.get("sportType"))
    if number_of_sport is not None:
        sport_name = _SPORTS.get(number_of_sport, sport_name)
    builder = StepBuilder(report, read_sport(sport_name, f"{where}.workoutTypeValueId".lstrip("."), report))
    reader = _TrainingPeaksReader(builder, key_of(head.get("primaryIntensityMetric")))
    workout_builder = WorkoutBuilder(
        name=str(tree.get("title") or tree.get("name") or tree.get("workoutName") or ""),
        where=where,
        named_at=f"{where}.title".lstrip("."),
        description=tree.get("description"),
        source="TrainingPeaks",
    )
    nodes = [node for n, one in enumerate(entries) for node in reader.nodes(one, f"{path}[{n}]")]
    workout_builder.sections.append(("", nodes))
    return workout_builder.document(report)


class _TrainingPeaksReader:
    """Reads the steps of one workout."""

    def __init__(self, builder: StepBuilder, metric: str) -> None:
        self.builder = builder
        self.metric = metric

    def nodes(self, entry: object, where: str) -> list[Json]:
        """The steps of one entry."""
        if not isinstance(entry, dict):
            raise WorkoutProblem("this step is not an object", where=where)
        inner = items(entry.get("steps"))
        if not inner:
            return self._step(entry, where)
        nodes = [node for n, child in enumerate(inner) for node in self.nodes(child, f"{where}.steps[{n}]")]
        length = part(entry, "length")
        count = whole(length.get("value")) if key_of(length.get("unit")) == "repetition" else 1
        if key_of(entry.get("type")) not in {"repetition", "step", ""}:
            text = f"its type is {one_line(entry.get('type'), 30)}; its steps were read as they stand"
            self.builder.report.approximated(where, text)
        if count == 1:
            return nodes
        return repeat_steps(self.builder.report, where, count, nodes)

    def _step(self, entry: Json, where: str) -> list[Json]:
        intensity = key_of(entry.get("intensityClass"))
        kind = _KINDS.get(intensity)
        if kind is None:
            text = f"a step of the intensity {one_line(intensity, 30) or 'not said'} was taken for work"
            self.builder.report.approximated(where, text)
        until = self._until(entry, where)
        if until is NO_LENGTH:
            return []
        target, caps = self._targets(items(entry.get("targets")), where)
        report, name, notes = self.builder.report, entry.get("name"), entry.get("notes")
        return [step(report, where, kind or "work", until, target=target, caps=caps, name=name, notes=notes)]

    def _until(self, entry: Json, where: str) -> Json:
        length = part(entry, "length")
        value, unit = number(length.get("value")), key_of(length.get("unit"))
        if entry.get("openDuration") is True:
            if value:
                text = f"the step is open; its planned {value:g} {one_line(unit, 20)} are not kept"
                self.builder.report.dropped(where, text)
            return dict(MARK)
        if unit in _SECONDS:
            return self.builder.after_seconds(where, None if value is None else value * _SECONDS[unit])
        if unit in _METRES:
            return self.builder.after_metres(where, None if value is None else value * _METRES[unit])
        return self.builder.no_end(where, one_line(unit, 30) or "not said")

    def _targets(self, targets: list[Any], where: str) -> tuple[Json | None, list[Json | None]]:
        primary: Json | None = None
        caps: list[Json | None] = []
        for place, target in enumerate(targets):
            here = f"{where}.targets[{place}]"
            if not isinstance(target, dict):
                self.builder.no_target(here, "no object")
                continue
            low, high = number(target.get("minValue")), number(target.get("maxValue"))
            unit = key_of(target.get("unit"))
            if unit == "roundorstrideperminute":
                caps.append(self.builder.cadence(here, low or None, high or None, one_foot=True))
            elif primary is None:
                primary = self._target(here, low or None, high or None)
            else:
                caps.append(self._target(here, low or None, high or None))
        return primary, caps

    def _target(self, where: str, low: float | None, high: float | None) -> Json | None:
        """A target from its lowest and highest value; a single one is the value itself."""
        low, high = low if low is not None else high, high if high is not None else low
        if low is None or high is None:
            return None
        range_text = "-".join(dict.fromkeys(f"{side:g}" for side in (low, high)))
        match self.metric:
            case "percentofthresholdpace" | "percentofthresholdspeed":
                return self.builder.threshold_share(where, low, high)
            case "percentofthresholdhr":
                return self.builder.heart_rate(where, low, high, "%lthr")
            case "percentofmaxhr":
                return self.builder.heart_rate(where, low, high, "%max")
            case "percentofftp":
                return self.builder.in_words(where, f"{range_text} % of threshold power")
            case "rpe":
                self.builder.report.understood(where, f"RPE {range_text}")
                return {"effort": f"RPE {range_text}"}
            case "watts" | "power":
                return self.builder.power(where, low, high)
            case "heartrate" | "bpm":
                return self.builder.heart_rate(where, low, high)
        return self.builder.no_target(
            where, f"{range_text} {one_line(self.metric, 40) or 'of an unknown kind'}"
        )
