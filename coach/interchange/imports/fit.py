"""FIT workout files, and the workout inside a FIT activity: one reader for the importer and for replays.

Steps are numbered; a repeat is a step that says to which number to jump back and how many times in all (FIT profile,
`workout_step`). Targets that name a zone of the watch are told apart from those with their own numbers. Numbers are
taken as they stand in the file: of a few the profile makes words.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from coach.interchange.fit_file import WORKOUT_FIELDS, File, FitWorkout, Message, gathered, is_fit, whole
from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.json_access import Json
from coach.interchange.imports.sport import Sport, read_sport
from coach.interchange.imports.step_builder import MARK, NO_LENGTH, StepBuilder
from coach.interchange.imports.workout_builder import WorkoutBuilder, document, repeated, step
from coach.interchange.imports.workout_file import MOST_WORKOUTS, WorkoutFile
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

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
"""Ten seconds flat out are some 150 % of a runner's threshold power; a higher share stands beside easier steps."""
MOST_PERCENT: Final = 200
"""Nobody runs at a higher share of threshold power."""
MOST_WATTS: Final = 700
"""No runner has more to hold."""
LOWEST_TOP_BPM: Final = 100
"""No heart rate to run at ends below it."""


def looks_like(file: WorkoutFile) -> bool:
    """Is it a FIT file?"""
    return is_fit(file.data)


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout in a FIT file.

    Raises:
        WorkoutProblem: there is none in it, or no step of one can be run.
    """
    problems: list[str] = []
    found = gathered(file.data, problems, WORKOUT_FIELDS)
    for problem in problems:
        report.dropped("", problem.rstrip("."))
    return workouts_of(found, report)


def _without_workout(kind: str) -> WorkoutProblem:
    """The problem of a file in which there is none, by the type that the file gives itself."""
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
    told = head.get("num_valid_steps")
    if isinstance(told, int) and told != len(workout.steps):
        text = f"the file says it has {told} steps and holds {len(workout.steps)}; all of them were read"
        report.understood("workout.num_valid_steps", text)
    draft = WorkoutBuilder(
        name=one_line(head.get("wkt_name"), 1000),
        named_at="workout.wkt_name",
        description=head.get("wkt_description"),
        source=source,
    )
    draft.sections.append(("", _folded(_in_order(workout.steps, report), builder)))
    return document(draft, report)


def in_words(document: Any) -> Any:
    """The same document for a runner without a maximum heart rate: its shares are words, ends by them are marks."""
    if isinstance(document, list):
        return [in_words(each) for each in document]
    if not isinstance(document, Mapping):
        return document
    made = {key: in_words(value) for key, value in document.items()}
    if _is_share(made.get("target")):
        bounds = made["target"]["heart_rate"]
        sides = bounds.values() if isinstance(bounds, Mapping) else [bounds]
        made["target"] = {"effort": f"heart rate {' to '.join(sides)}"}
    if _is_share(made.get("until")):
        made["until"] = dict(MARK)
    if "caps" in made:
        made["caps"] = [cap for cap in made["caps"] if not _is_share(cap)]
    return made


def _is_share(value: object) -> bool:
    return isinstance(value, Mapping) and "%max" in str(value)


def _sport(head: Mapping[str, Any], recorded: str) -> str:
    sub, sport = str(head.get("sub_sport") or ""), str(head.get("sport") or recorded)
    return sub if sport in {"training", "fitness_equipment"} and sub not in {"", "generic"} else sport


def _in_order(steps: Sequence[Message], report: Reporter) -> list[tuple[int, Message]]:
    """The steps by their numbers; in the order of the file where they are not numbered through."""
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


def _folded(steps: Sequence[tuple[int, Message]], builder: StepBuilder) -> list[Json]:
    """The flat row folded into repeats."""
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
        nodes = repeated(report, where, whole(repeat.raw.get(_FIRST_TARGET)), inner)
    placed[first:] = [(placed[first][0], nodes)]


def _limit(how: str, raw: int | None) -> str:
    """What a repeat waits for, in words; empty if the file does not say."""
    if raw is None:
        return ""
    if "_hr_" in how:
        return f" ({raw} % of the maximum)" if raw <= 100 else f" ({raw - 100} bpm)"
    if "_power_" in how:
        return f" ({raw} % of threshold power)" if raw <= 1000 else f" ({raw - 1000} W)"
    scale, unit = {"repeat_until_time": (1000, " s"), "repeat_until_distance": (100, " m")}.get(how, (1, ""))
    return f" ({raw / scale:g}{unit})"


class _Units(NamedTuple):
    """How a workout writes its powers and heart rates."""

    watts_above: int = 1000
    """Watts have so much added, and what is not above it is a share of threshold power (`workout_power`)."""
    power_percent: float = 1.0
    """What one of such a share is, in per cent."""
    has_plain_bpm: bool = False
    """Beats per minute have nothing added; they have 100 in the profile, and up to 100 it is % of the maximum."""

    def beats(self, low: float | None, high: float | None) -> tuple[float | None, float | None, str]:
        """The sides of a heart rate and their unit; the unit is empty where the sides have different ones."""
        sides = [side for side in (low, high) if side is not None]
        if all(side <= 100 for side in sides):
            return low, high, "%max"
        if self.has_plain_bpm:
            return low, high, "bpm"
        unit = "bpm" if all(side > 100 for side in sides) else ""
        return low and low - 100, high and high - 100, unit


def _units(steps: Sequence[Message], report: Reporter) -> _Units:
    """How a workout writes its numbers, seen from all its targets together; what is not the profile's way is told."""
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
    """Are these powers, all up to 1000, more than shares of a threshold can be?"""
    return MOST_PERCENT < highest <= 1000 or (PERCENT_OF_SPRINTS < highest <= MOST_PERCENT and lowest > 100)


def _sides(steps: Sequence[Message], quantity: str) -> list[int]:
    """The borders of every range of a quantity, as they stand in the file."""
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
        """The step, as a list: empty where it has no length."""
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
            shown = "-".join(dict.fromkeys(f"{side * percent:g}" for side in sides))
            return self._maker.in_words(where, f"{shown} % of threshold power")
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
