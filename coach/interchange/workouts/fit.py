"""FIT workout files, read and written, and the workout inside a FIT activity, which replays also read.

Steps are numbered; a repeat is a step behind those it repeats, with the number of the first one and the total number of
turns (FIT profile, `workout_step`). Targets that name a zone of the watch are distinguished from those with their own
numbers. Numbers are read as they stand in the file, because the profile replaces a few by words. A range needs both
sides, so an open side is written as the limit of our documents, which no runner exceeds; reading makes it open again.
"""

from binascii import crc32
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from coach.interchange.fit_file import (
    EPOCH_S,
    WORKOUT_FIELDS,
    BaseType,
    File,
    FitEncoder,
    FitField,
    FitWorkout,
    Message,
    MessageType,
    cut_text,
    gather,
    is_fit,
    whole,
)
from coach.interchange.workouts import ExportFormat, Reporter
from coach.interchange.workouts.builder import (
    MARK,
    MOST_WORKOUTS,
    NO_LENGTH,
    ONE_FOOT_SPM,
    OPEN_SIDES,
    Json,
    Sport,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    one_line,
    read_sport,
    repeat_steps,
    step,
)
from coach.interchange.workouts.converting import (
    LAP_KEY,
    ExportRequest,
    HeartShareEnd,
    Losses,
    PlanEnd,
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
from coach.session.config import only_asks
from coach.workout.timeline import Band, DistanceEnd, HeartRateEnd, Quantity, Step, TimeEnd

KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
    "other": "work",
}
MOST_STEPS: Final = 10_000

_DURATION, _FIRST_TARGET, _SECOND_TARGET, _INDEX = 2, 4, 20, 254
"""Numbers of fields of `workout_step`. The low and the high side of a range follow the number of its target."""
_INDEX_BITS: Final = 0x0FFF
"""The number within a `message_index`; the other bits are flags."""

PERCENT_OF_SPRINTS: Final = 150
"""Ten seconds flat out are some 150 % of a runner's threshold power; other steps then have lower shares."""
MOST_PERCENT: Final = 200
"""Largest share of threshold power."""
MOST_WATTS: Final = 700
"""Largest power of a target."""
LOWEST_TOP_BPM: Final = 100
"""Lowest upper side of a heart-rate target."""


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is a FIT file."""
    return is_fit(file.data)


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout in a FIT file.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    problems: list[str] = []
    fit = gather(file.data, problems, WORKOUT_FIELDS)
    for problem in problems:
        report.dropped("", problem.rstrip("."))
    return workouts_of(fit, report)


def _without_workout(kind: str) -> WorkoutProblem:
    """The problem of a file without a workout, by the file's own type."""
    if kind in {"", "activity"}:
        return WorkoutProblem(
            "this FIT file has no workout in it: it is a recording of a free run",
            "coach replay shows a recording; a workout is exported from where it was planned.",
        )
    holds = (
        "a workout without a step" if kind == "workout" else f"{kind.replace('_', ' ')} data, and no workout"
    )
    return WorkoutProblem(
        f"this FIT file holds {holds}", "Export the workout itself from where it was planned."
    )


def workouts_of(file: File, report: Reporter) -> list[Json]:
    """Make a document of each workout in a FIT file that was read.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    workouts = [each for each in file.workouts if each.steps]
    if not workouts:
        raise _without_workout(file.kind)
    if len(workouts) > MOST_WORKOUTS:
        raise WorkoutProblem(f"it has {len(workouts)} workouts; {MOST_WORKOUTS} is the most")
    workouts = [each for number, each in enumerate(workouts) if each not in workouts[:number]]
    source = "FIT file" if file.kind == "workout" else "Workout inside a FIT recording"
    sport = next((str(each.values["sport"]) for each in file.sessions if "sport" in each.values), "")
    return [_document(each, source, sport, report) for each in workouts]


def _document(workout: FitWorkout, source: str, sport: str, report: Reporter) -> Json:
    if len(workout.steps) > MOST_STEPS:
        raise WorkoutProblem(f"it has {len(workout.steps)} steps; {MOST_STEPS} is the most")
    head = workout.head or {}
    builder = StepBuilder(report, read_sport(_sport(head, sport), "workout.sport", report))
    count = head.get("num_valid_steps")
    if isinstance(count, int) and count != len(workout.steps):
        text = f"the file says it has {count} steps and holds {len(workout.steps)}; all of them were read"
        report.understood("workout.num_valid_steps", text)
    workout_builder = WorkoutBuilder(
        name=one_line(head.get("wkt_name"), 1000),
        named_at="workout.wkt_name",
        description=head.get("wkt_description"),
        source=source,
    )
    workout_builder.sections.append(("", _fold_repeats(_in_order(workout.steps, report), builder)))
    return workout_builder.document(report)


def in_words(document: Any) -> Any:
    """The same document for a runner without a maximum heart rate: shares become words, ends by them become marks."""
    if isinstance(document, list):
        return [in_words(each) for each in document]
    if not isinstance(document, Mapping):
        return document
    result = {key: in_words(value) for key, value in document.items()}
    if _is_share(result.get("target")):
        bounds = result["target"]["heart_rate"]
        sides = bounds.values() if isinstance(bounds, Mapping) else [bounds]
        result["target"] = {"effort": f"heart rate {' to '.join(sides)}"}
    if _is_share(result.get("until")):
        result["until"] = dict(MARK)
    if "caps" in result:
        result["caps"] = [cap for cap in result["caps"] if not _is_share(cap)]
    return result


def _is_share(value: object) -> bool:
    return isinstance(value, Mapping) and "%max" in str(value)


def _sport(head: Mapping[str, Any], recorded: str) -> str:
    sub, sport = str(head.get("sub_sport") or ""), str(head.get("sport") or recorded)
    return sub if sport in {"training", "fitness_equipment"} and sub not in {"", "generic"} else sport


def _in_order(steps: Sequence[Message], report: Reporter) -> list[tuple[int, Message]]:
    """The steps by their numbers; in the order of the file if the numbering has gaps."""
    numbers = [whole(each.raw.get(_INDEX)) for each in steps]
    indices = [number & _INDEX_BITS for number in numbers if number is not None]
    if len(set(indices)) < len(steps):
        if indices:
            report.approximated(
                "workout_step", "steps without a number or with the same; their order is the file's"
            )
        return list(enumerate(steps))
    if indices != sorted(indices):
        report.understood("workout_step", "the steps were put in the order of their numbers")
    return sorted(zip(indices, steps, strict=True), key=lambda pair: pair[0])


def _fold_repeats(steps: Sequence[tuple[int, Message]], builder: StepBuilder) -> list[Json]:
    """The flat list folded into repeats."""
    placed: list[tuple[int, list[Json]]] = []
    reader = _StepReader(builder, _units([each for _, each in steps], builder.report))
    for index, each in steps:
        where = f"workout_step[{index}]"
        if str(each.values.get("duration_type", "")).startswith("repeat_"):
            _fold(placed, each, where, builder.report)
        else:
            placed.append((index, reader.step(each, where)))
    return [node for _, nodes in placed for node in nodes]


def _fold(placed: list[tuple[int, list[Json]]], repeat: Message, where: str, report: Reporter) -> None:
    back, how = whole(repeat.raw.get(_DURATION)), str(repeat.values.get("duration_type"))
    if back is None or not placed or back > placed[-1][0]:
        report.dropped(where, "a repeat that points at no step before it was left out")
        return
    first = next(place for place, (start, _) in enumerate(placed) if start >= back)
    if placed[first][0] != back:
        report.approximated(
            where, f"a repeat from step {back}, where none begins; it begins at {placed[first][0]}"
        )
    inner = [node for _, nodes in placed[first:] for node in nodes]
    if how != "repeat_until_steps_cmplt":
        words = how.removeprefix("repeat_until_").replace("_", " ")
        report.dropped(
            where,
            f"a repeat until {words}{_limit(how, whole(repeat.raw.get(_FIRST_TARGET)))}; its steps are run once",
        )
        nodes = inner
    else:
        nodes = repeat_steps(report, where, whole(repeat.raw.get(_FIRST_TARGET)), inner)
    placed[first:] = [(placed[first][0], nodes)]


def _limit(how: str, raw: int | None) -> str:
    """The end of a repeat in words; empty if the file does not say."""
    if raw is None:
        return ""
    if "_hr_" in how:
        return f" ({raw} % of the maximum)" if raw <= 100 else f" ({raw - 100} bpm)"
    if "_power_" in how:
        return f" ({raw} % of threshold power)" if raw <= 1000 else f" ({raw - 1000} W)"
    scale, unit = {"repeat_until_time": (1000, " s"), "repeat_until_distance": (100, " m")}.get(how, (1, ""))
    return f" ({raw / scale:g}{unit})"


class _Units(NamedTuple):
    """How a workout encodes its powers and heart rates."""

    watts_above: int = 1000
    """The offset of watts; values up to it are shares of threshold power (`workout_power`)."""
    power_percent: float = 1.0
    """One unit of such a share, in per cent."""
    has_plain_bpm: bool = False
    """Beats per minute have no offset; in the profile they have 100, and values up to 100 are % of the maximum."""

    def beats(self, low: float | None, high: float | None) -> tuple[float | None, float | None, str]:
        """The sides of a heart rate and their unit; the unit is empty if the sides differ in it."""
        sides = [side for side in (low, high) if side is not None]
        if all(side <= 100 for side in sides):
            return low, high, "%max"
        if self.has_plain_bpm:
            return low, high, "bpm"
        unit = "bpm" if all(side > 100 for side in sides) else ""
        return low and low - 100, high and high - 100, unit


def _units(steps: Sequence[Message], report: Reporter) -> _Units:
    """The encoding of a workout's numbers, judged by all its targets together; deviations of the file are reported."""
    powers, rates = _sides(steps, "power"), _sides(steps, "heart_rate")
    units = _Units()
    if powers and MOST_WATTS < max(powers) <= 1000:
        text = f"powers of {min(powers)} to {max(powers)} % of threshold were read as tenths of a per cent"
        report.approximated("workout_step", text)
        units = units._replace(power_percent=0.1)
    elif powers and _are_watts(min(powers), max(powers)):
        text = f"powers of {min(powers)} to {max(powers)} % of threshold were read as watts"
        report.approximated("workout_step", text)
        units = units._replace(watts_above=0)
    if rates and 100 < max(rates) <= 100 + LOWEST_TOP_BPM:
        text = f"heart rates that end at {max(rates) - 100} bpm were read as ending at {max(rates)} bpm"
        report.approximated("workout_step", text)
        units = units._replace(has_plain_bpm=True)
    return units


def _are_watts(lowest: int, highest: int) -> bool:
    """Return whether these powers, all up to 1000, are higher than shares of a threshold can be."""
    return MOST_PERCENT < highest <= 1000 or (PERCENT_OF_SPRINTS < highest <= MOST_PERCENT and lowest > 100)


def _sides(steps: Sequence[Message], quantity: str) -> list[int]:
    """The borders of every range of a quantity, as in the file."""
    return [
        side
        for each in steps
        for key, target in (("target", _FIRST_TARGET), ("secondary_target", _SECOND_TARGET))
        if str(each.values.get(f"{key}_type", "")).startswith(quantity) and not whole(each.raw.get(target))
        for number in (target + 1, target + 2)
        if (side := whole(each.raw.get(number)))
    ]


class _StepReader:
    """Reads the steps of one workout."""

    def __init__(self, builder: StepBuilder, units: _Units) -> None:
        self._maker = builder
        self._units = units

    def step(self, message: Message, where: str) -> list[Json]:
        """The step as a list, which is empty if it has no length."""
        builder, values = self._maker, message.values
        intensity = str(values.get("intensity", "active"))
        if intensity not in KINDS:
            builder.report.approximated(
                where, f"a step of the intensity {one_line(intensity, 40)} was taken for work"
            )
        kind = KINDS.get(intensity, "work")
        if builder.sport is Sport.GYM and kind == "work":
            return _exercise(message, where, builder.report)
        until = self._until(message, where)
        if until is NO_LENGTH:
            return []
        return [
            step(
                builder.report,
                where,
                kind,
                until,
                target=self._target(message, where, "target", _FIRST_TARGET),
                caps=(self._target(message, where, "secondary_target", _SECOND_TARGET),),
                name=values.get("wkt_step_name"),
                notes=values.get("notes"),
                **({"move": "walk"} if intensity == "rest" else {}),
            )
        ]

    def _until(self, message: Message, where: str) -> Json:
        how = str(message.values.get("duration_type", "open"))
        raw = whole(message.raw.get(_DURATION))
        match how:
            case "open":
                return dict(MARK)
            case "time" | "repetition_time" | "time_only":
                return self._maker.after_seconds(where, None if raw is None else raw / 1000)
            case "distance":
                return self._maker.after_metres(where, None if raw is None else raw / 100)
            case "hr_less_than" | "hr_greater_than":
                beats, _, unit = self._units.beats(raw, raw)
                return self._maker.at_heart_rate(where, beats, unit, below=how == "hr_less_than")
        words = how.replace("_", " ")
        if how.startswith("power") and raw is not None:
            return self._maker.no_end(where, f"{words} {self._power_words(raw)}")
        return self._maker.no_end(where, words if raw is None else f"{words} {raw}")

    def _power_words(self, raw: int) -> str:
        if raw > self._units.watts_above:
            return f"{raw - self._units.watts_above} W"
        return f"{raw * self._units.power_percent:g} % of threshold power"

    def _target(self, message: Message, where: str, key: str, field: int) -> Json | None:
        """The first or second target of a step."""
        builder = self._maker
        how = str(message.values.get(f"{key}_type", "open"))
        zone = whole(message.raw.get(field)) or 0
        low, high = (whole(message.raw.get(field + side)) or None for side in (1, 2))
        if how == "open":
            return None
        if 0 < zone < 20:
            return _by_zone(how, zone, where, builder)
        if how in {"speed", "speed_lap"}:
            return builder.speed(where, low and low / 1000, high and high / 1000)
        if how in {"heart_rate", "heart_rate_lap"}:
            bottom, top, unit = self._units.beats(low, high)
            if not unit:
                return builder.no_target(
                    where, "a heart rate from a share of the maximum to beats per minute"
                )
            return builder.heart_rate(where, bottom, top, unit)
        if how == "cadence":
            return builder.cadence(where, low, high, one_foot=True)
        if how.startswith("power"):
            return self._power(low, high, where)
        return builder.no_target(where, one_line(how.replace("_", " "), 60))

    def _power(self, low: int | None, high: int | None, where: str) -> Json | None:
        sides = sorted(side for side in (low, high) if side is not None)
        above, percent = self._units.watts_above, self._units.power_percent
        if sides and sides[-1] <= above:
            range_text = "-".join(dict.fromkeys(f"{side * percent:g}" for side in sides))
            return self._maker.in_words(where, f"{range_text} % of threshold power")
        if sides and sides[0] <= above:
            return self._maker.no_target(where, "a power from a share of threshold to watts")
        return self._maker.power(where, low and low - above, high and high - above)


def _exercise(message: Message, where: str, report: Reporter) -> list[Json]:
    values, how = message.values, message.values.get("duration_type")
    raw = whole(message.raw.get(_DURATION)) or 0
    name = values.get("wkt_step_name") or values.get("exercise_category")
    item: Json = {"do": one_line(str(name or "").replace("_", " ").capitalize(), 100) or "Exercise"}
    if how == "reps" and 1 <= raw <= 1000:
        item["reps"] = raw
    elif how == "time" and 0 < raw <= 3_600_000:
        item["seconds"] = raw / 1000
    else:
        report.dropped(where, "how much of the exercise")
    report.understood(where, f"exercise: {item['do']}")
    return [{"kind": "checklist", "items": [item]}]


def _by_zone(how: str, zone: int, where: str, builder: StepBuilder) -> Json | None:
    if how.startswith("heart_rate"):
        return builder.garmin_heart_zone(where, zone)
    if how.startswith(("power", "speed", "cadence")):
        return builder.in_words(where, f"{how.partition('_')[0].replace('speed', 'pace')} zone {zone}")
    return builder.no_target(where, one_line(f"{how.replace('_', ' ')} {zone}", 60))


# --- writing

FILE_ID: Final = MessageType(
    0,
    {
        "type": FitField(0, BaseType.ENUM),
        "manufacturer": FitField(1, BaseType.UINT16),
        "product": FitField(2, BaseType.UINT16),
        "serial_number": FitField(3, BaseType.UINT32Z),
        "time_created": FitField(4, BaseType.UINT32),
    },
)
WORKOUT: Final = MessageType(
    26,
    {
        "sport": FitField(4, BaseType.ENUM),
        "num_valid_steps": FitField(6, BaseType.UINT16),
        "name": FitField(8, BaseType.TEXT),
        "description": FitField(17, BaseType.TEXT),
    },
)
WORKOUT_STEP: Final = MessageType(
    27,
    {
        "index": FitField(254, BaseType.UINT16),
        "name": FitField(0, BaseType.TEXT),
        "duration_type": FitField(1, BaseType.ENUM),
        "duration": FitField(2, BaseType.UINT32),
        "target_type": FitField(3, BaseType.ENUM),
        "target": FitField(4, BaseType.UINT32),
        "low": FitField(5, BaseType.UINT32),
        "high": FitField(6, BaseType.UINT32),
        "intensity": FitField(7, BaseType.ENUM),
        "notes": FitField(8, BaseType.TEXT),
        "second_type": FitField(19, BaseType.ENUM),
        "second_target": FitField(20, BaseType.UINT32),
        "second_low": FitField(21, BaseType.UINT32),
        "second_high": FitField(22, BaseType.UINT32),
    },
)
_WORKOUT_FILE, _DEVELOPMENT, _RUNNING = 5, 255, 1
"""The type of the file; the maker "development", which the profile has for software without a number; the sport."""
_TIME, _DISTANCE, _HEART_BELOW, _HEART_ABOVE, _LAP_KEY, _REPEAT = 0, 1, 2, 3, 5, 6
"""`wkt_step_duration`."""
_NO_TARGET: Final = 2
_TARGETS: Final = {Quantity.SPEED: 0, Quantity.HEART_RATE: 1, Quantity.CADENCE: 3, Quantity.POWER: 4}
"""`wkt_step_target`."""
INTENSITIES: Final = {"interval": 0, "active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4}
"""`intensity` of each role; an old watch does not know interval (5), and active means the same."""
MOST_INDEX: Final = 0x0FFF
"""The number of a step has twelve bits."""


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a FIT workout file.

    Raises:
        WorkoutProblem: it has more steps than FIT can number.
    """
    plan = plan_of(request.document, request.athlete, ExportFormat.FIT, losses)
    steps: list[dict[str, Any]] = []
    for _, nodes in plan.sections:
        _add(exact(nodes), steps, losses)
    if len(steps) > MOST_INDEX:
        raise WorkoutProblem(
            f"it comes to {len(steps)} steps, and FIT can number {MOST_INDEX}", "Export a part of it."
        )
    created = max(0, round(request.unix_s) - EPOCH_S)
    encoder = FitEncoder()
    encoder.add(
        FILE_ID,
        {
            "type": _WORKOUT_FILE,
            "manufacturer": _DEVELOPMENT,
            "product": 0,
            "serial_number": crc32(plan.name.encode()) or 1,
            "time_created": created,
        },
    )
    about = "\n".join(plan.description)
    encoder.add(
        WORKOUT,
        {
            "sport": _RUNNING,
            "num_valid_steps": len(steps),
            "name": _text(plan.name, "name", losses),
            "description": _text(about, "description", losses),
        },
    )
    for index, values in enumerate(steps):
        encoder.add(WORKOUT_STEP, {"index": index, **values})
    return encoder.file()


def add_steps(encoder: FitEncoder, name: str, steps: Sequence[Step]) -> Mapping[str, int]:
    """Write compiled steps into a file, one by one and without repeats, as the workout of its run.

    Returns: the number of each step that was written, by its id; a question is none.
    """
    run = [each for each in steps if not only_asks(each)][:MOST_INDEX]
    about = {"sport": _RUNNING, "num_valid_steps": len(run), "name": cut_text(name) or None}
    encoder.add(WORKOUT, about)
    for index, each in enumerate(run):
        plan_step = PlanStep("", each, _planned_end(each), each.name, target=_planned_target(each))
        encoder.add(WORKOUT_STEP, {"index": index, **_step(plan_step, None)})
    return {each.step_id: index for index, each in enumerate(run)}


def _planned_target(run: Step) -> PlanTarget | None:
    """The target of a step in numbers, both ends of a ramp included; None for words or no target."""
    target = run.target
    if target is None or target.quantity not in _TARGETS or target.band == Band():
        return None
    last = None if target.ramp is None else PlanTarget(target.quantity, target.ramp.low, target.ramp.high)
    low, high = PlanTarget(target.quantity, target.band.low, target.band.high, ramp=last).whole
    return PlanTarget(target.quantity, low, high)


def _planned_end(run: Step) -> PlanEnd:
    """The end of a step, if watches support it; else the lap key."""
    kinds = (TimeEnd, DistanceEnd, HeartRateEnd)
    return next((end for end in run.until.ends if isinstance(end, kinds)), LAP_KEY)


def _add(nodes: list[PlanNode], steps: list[dict[str, Any]], losses: Losses) -> None:
    for node in nodes:
        if isinstance(node, PlanRepeat):
            first = len(steps)
            _add(node.nodes, steps, losses)
            back = {
                "duration_type": _REPEAT,
                "duration": first,
                "target": node.count,
                "intensity": INTENSITIES["active"],
            }
            steps.append(back)
        else:
            steps.append(_step(node, losses))


def _step(node: PlanStep, losses: Losses | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": _text(node.name, f"{node.where}.name", losses),
        **_end(node),
        "target_type": _NO_TARGET,
        "intensity": INTENSITIES[node.role],
        "notes": _text(" ".join(node.notes), node.where, losses),
    }
    if node.target is not None:
        values |= _target(node.target, "target", "low", "high")
        values["target_type"] = _TARGETS[node.target.quantity]
    if node.limit is not None:
        values |= _target(node.limit, "second_target", "second_low", "second_high")
        values["second_type"] = _TARGETS[node.limit.quantity]
    return values


def _end(node: PlanStep) -> dict[str, Any]:
    match node.end:
        case TimeEnd(seconds):
            return {"duration_type": _TIME, "duration": max(1, round(seconds * 1000))}
        case DistanceEnd(metres):
            return {"duration_type": _DISTANCE, "duration": round(metres * 100)}
        case HeartRateEnd(bpm, below):
            return {"duration_type": _HEART_BELOW if below else _HEART_ABOVE, "duration": round(bpm) + 100}
        case HeartShareEnd(percent, below):
            return {
                "duration_type": _HEART_BELOW if below else _HEART_ABOVE,
                "duration": min(100, round(percent)),
            }
    return {"duration_type": _LAP_KEY}


def _target(target: PlanTarget, zone: str, low: str, high: str) -> dict[str, Any]:
    """The two sides of a range as in the profile; zone 0 marks them as valid."""
    least, most = OPEN_SIDES[target.share_of or target.quantity.value]
    bottom = least if target.low is None else target.low
    top = most if target.high is None else target.high
    match target.quantity:
        case Quantity.SPEED:
            sides = (bottom * 1000, top * 1000)
        case Quantity.HEART_RATE if target.share_of:
            sides = (max(1.0, bottom), min(100.0, top))
        case Quantity.HEART_RATE:
            sides = (bottom + 100, top + 100)
        case Quantity.CADENCE:
            sides = (bottom / 2, min(ONE_FOOT_SPM, top / 2))
        case _:
            sides = (bottom + 1000, top + 1000)
    return {zone: 0, low: sides[0], high: sides[1]}


def _text(text: str, where: str, losses: Losses | None) -> str | None:
    """A text shortened to its field; None for none."""
    if not text:
        return None
    cut = cut_text(text)
    if cut != text and losses is not None:
        losses.report_as(
            Support.NEAR,
            WorkoutPart.LENGTH,
            where,
            "a text is cut off after 254 bytes",
        )
    return cut
