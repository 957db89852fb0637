"""Converts any workout file to our documents and back, with a report of the losses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from importlib import import_module
from typing import Any, Final, Protocol, cast

from coach.athlete import Athlete
from coach.interchange.workouts import (
    EXPORT_FORMATS,
    EXPORTED,
    FORMATS,
    KNOWN,
    ExportFormat,
    Format,
    LossReport,
    Reporter,
    WordsPlace,
)
from coach.interchange.workouts.builder import OURS, Durations, Json, WorkoutFile, check_size, is_ours, number
from coach.problems import WorkoutProblem
from coach.quantities import Metres, Seconds
from coach.workout.describe import Estimate
from coach.workout.document import document_from, load_document
from coach.workout.kinds import KINDS, RESTS, Kind
from coach.workout.model import WorkoutDocument
from coach.workout.timeline import (
    DistanceEnd,
    HeartRateEnd,
    MarkEnd,
    Move,
    Quantity,
    Step,
    TimeEnd,
)


class Support(Enum):
    """How a format supports a part of a workout."""

    FULL = "yes"
    """It means the same there; the changes of a repeat may be written out."""
    NEAR = "near"
    """Something similar is written, and the report names it."""
    WORDS = "in words"
    """The format cannot express it; it is written where the runner reads it, and nothing acts on it."""
    NONE = "no"
    """It is not in the file."""


class WorkoutPart(StrEnum):
    """The parts of a workout, in the words of the reference page."""

    TEXTS = "purpose, description, caution, notes, source"
    TAGS = "tags"
    SURFACE = "surface, length of a lap, lane"
    SECTION_NAME = "names of sections other than warm-up, main and cool-down"
    RUN_REMINDER = "reminders of the whole run"
    FREE_WARM_UP = "a warm-up or cool-down without a pace"
    RECOVERY = "that a step is a recovery"
    FLOAT = "a float"
    STRIDE = "a stride"
    HILL = "a hill"
    OPEN = "an easy run (`open`)"
    FARTLEK = "fartlek"
    WALK = "a walked recovery"
    STAND = "a standing recovery"
    NAME = "the name of a step"
    NOTES = "purpose and notes of a step"
    TIME = "an end by time"
    DISTANCE = "an end by distance"
    OTHER_UNIT = "times and distances in one workout"
    LAP_KEY = "an end by `mark`, or `open`"
    HEART_END = "an end by heart rate"
    FIRST_OF = "the first of several ends (`any`)"
    FLOOR = "`not_before`"
    LATEST = "`cap`, the latest end"
    PACE = "a pace or speed"
    PACE_RANGE = "a range of pace"
    ONE_SIDED = "a pace with one side: easy has no slow one"
    NAMED_PACE = "a pace by name, of an athlete who gives it"
    UNKNOWN_PACE = "a pace by name without a number"
    HEART_RATE = "a heart rate in bpm"
    HEART_SHARE = "a share of the maximum or threshold heart rate"
    UNKNOWN_HEART = "a share of an unknown heart rate"
    CADENCE = "a cadence"
    POWER = "a power"
    METRIC = "an external metric"
    EFFORT = "an effort in words"
    RAMP = "a ramp"
    LIMIT = "a limit (`caps`) beside a target"
    LONE_LIMIT = "a limit without a target"
    MORE_LIMITS = "further limits, and those of a metric"
    START = "how a step starts"
    STEER = "`steer`"
    ELSE_TIME = "`else_time`"
    CALIBRATE = "`calibrate`"
    SAYS = "a text said at a point (`says`)"
    REMINDER = "reminders of a step"
    GATE = "gates"
    CHECKLIST = "a checklist"
    PROMPT = "a question"
    REPEAT = "repeats, their last recovery left out, `between`"
    NESTED = "repeats within repeats"
    CHANGE = "what changes from repeat to repeat"
    RANGE = "a range of repeats"
    SEND_OFF = "a send-off"
    REPEAT_NAME = "the name of a repeat"
    LENGTH = "texts, steps and numbers beyond what the format takes"


def _row(*supports: Support) -> Mapping[ExportFormat, Support]:
    """A row of the table; a single support applies to every format."""
    return dict(zip(COLUMNS, supports * len(COLUMNS) if len(supports) == 1 else supports, strict=True))


COLUMNS: Final = (
    ExportFormat.FIT,
    ExportFormat.GARMIN_JSON,
    ExportFormat.ZWO,
    ExportFormat.TCX,
    ExportFormat.INTERVALS,
)
"""The formats in the order of the columns below; the notation reports its losses itself."""

_YES, _NEAR, _WORDS, _NO = Support.FULL, Support.NEAR, Support.WORDS, Support.NONE

SUPPORT: Final[Mapping[WorkoutPart, Mapping[ExportFormat, Support]]] = {
    WorkoutPart.TEXTS: _row(_YES),
    WorkoutPart.TAGS: _row(_NO),
    WorkoutPart.SURFACE: _row(_WORDS),
    WorkoutPart.SECTION_NAME: _row(_NO, _NO, _NO, _NO, _YES),
    WorkoutPart.RUN_REMINDER: _row(_WORDS),
    WorkoutPart.FREE_WARM_UP: _row(_YES, _YES, _NEAR, _YES, _YES),
    WorkoutPart.RECOVERY: _row(_YES, _YES, _NEAR, _YES, _YES),
    WorkoutPart.FLOAT: _row(_NEAR),
    WorkoutPart.STRIDE: _row(_NEAR),
    WorkoutPart.HILL: _row(_NEAR),
    WorkoutPart.OPEN: _row(_NEAR),
    WorkoutPart.FARTLEK: _row(_NEAR),
    WorkoutPart.WALK: _row(_YES, _YES, _WORDS, _WORDS, _YES),
    WorkoutPart.STAND: _row(_WORDS, _WORDS, _WORDS, _WORDS, _YES),
    WorkoutPart.NAME: _row(_YES, _WORDS, _WORDS, _YES, _YES),
    WorkoutPart.NOTES: _row(_YES, _YES, _WORDS, _WORDS, _WORDS),
    WorkoutPart.TIME: _row(_YES),
    WorkoutPart.DISTANCE: _row(_YES),
    WorkoutPart.OTHER_UNIT: _row(_YES, _YES, _NEAR, _YES, _YES),
    WorkoutPart.LAP_KEY: _row(_YES, _YES, _NEAR, _YES, _YES),
    WorkoutPart.HEART_END: _row(_YES, _YES, _NEAR, _YES, _NEAR),
    WorkoutPart.FIRST_OF: _row(_NEAR),
    WorkoutPart.FLOOR: _row(_WORDS),
    WorkoutPart.LATEST: _row(_WORDS),
    WorkoutPart.PACE: _row(_YES),
    WorkoutPart.PACE_RANGE: _row(_YES, _YES, _NEAR, _YES, _YES),
    WorkoutPart.ONE_SIDED: _row(_YES, _YES, _NEAR, _YES, _NEAR),
    WorkoutPart.NAMED_PACE: _row(_YES),
    WorkoutPart.UNKNOWN_PACE: _row(_WORDS),
    WorkoutPart.HEART_RATE: _row(_YES, _YES, _WORDS, _YES, _WORDS),
    WorkoutPart.HEART_SHARE: _row(_YES, _YES, _WORDS, _YES, _YES),
    WorkoutPart.UNKNOWN_HEART: _row(_WORDS),
    WorkoutPart.CADENCE: _row(_YES, _YES, _YES, _YES, _WORDS),
    WorkoutPart.POWER: _row(_YES, _YES, _WORDS, _WORDS, _YES),
    WorkoutPart.METRIC: _row(_WORDS),
    WorkoutPart.EFFORT: _row(_WORDS),
    WorkoutPart.RAMP: _row(_NEAR, _NEAR, _YES, _NEAR, _YES),
    WorkoutPart.LIMIT: _row(_YES, _YES, _WORDS, _WORDS, _WORDS),
    WorkoutPart.LONE_LIMIT: _row(_NEAR, _NEAR, _WORDS, _WORDS, _WORDS),
    WorkoutPart.MORE_LIMITS: _row(_WORDS),
    WorkoutPart.START: _row(_WORDS),
    WorkoutPart.STEER: _row(_NO),
    WorkoutPart.ELSE_TIME: _row(_NO),
    WorkoutPart.CALIBRATE: _row(_NO),
    WorkoutPart.SAYS: _row(_WORDS, _WORDS, _YES, _WORDS, _YES),
    WorkoutPart.REMINDER: _row(_WORDS),
    WorkoutPart.GATE: _row(_WORDS),
    WorkoutPart.CHECKLIST: _row(_NEAR, _NEAR, _WORDS, _NEAR, _NEAR),
    WorkoutPart.PROMPT: _row(_WORDS),
    WorkoutPart.REPEAT: _row(_YES),
    WorkoutPart.NESTED: _row(_YES),
    WorkoutPart.CHANGE: _row(_YES),
    WorkoutPart.RANGE: _row(_NEAR),
    WorkoutPart.SEND_OFF: _row(_NEAR),
    WorkoutPart.REPEAT_NAME: _row(_NO),
    WorkoutPart.LENGTH: _row(_NEAR),
}
"""The support of every part in each format."""

# --- the plan of a workout for a format

LAP_KEY: Final = MarkEnd()
_OF_THE_WHOLE: Final = frozenset(
    {WorkoutPart.SURFACE, WorkoutPart.RUN_REMINDER, WorkoutPart.PROMPT, WorkoutPart.CHECKLIST}
)
"""Parts whose words belong to the whole workout."""


@dataclass(frozen=True, slots=True)
class HeartShareEnd:
    """Ends once the heart rate is below, or above, a share of the maximum in per cent."""

    percent: float
    below: bool


PlanEnd = TimeEnd | DistanceEnd | MarkEnd | HeartRateEnd | HeartShareEnd


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """The target of a step in numbers: m/s, bpm, steps per minute, watts, or a share of a heart rate."""

    quantity: Quantity
    low: float | None
    high: float | None
    aim: float | None = None
    """The single value as written, around which the range lies; None for a range."""
    ramp: "PlanTarget | None" = None
    """Its value at the end of the step."""
    share_of: str = ""
    """The base of a percentage: `max` or `lthr` heart rate, or the speed of a pace by name; empty for SI units."""

    @property
    def whole(self) -> tuple[float | None, float | None]:
        """The range, both ends of a ramp included."""
        last = self.ramp or self
        lows, highs = (self.low, last.low), (self.high, last.high)
        low = None if None in lows else min(side for side in lows if side is not None)
        return low, None if None in highs else max(side for side in highs if side is not None)


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text spoken at a time or a distance of a step; the other one is None."""

    text: str
    at_s: Seconds | None
    at_m: Metres | None


@dataclass(slots=True)
class PlanStep:
    """A step of the plan."""

    where: str
    """Its place in the document."""
    step: Step
    """The step as compiled for the athlete."""
    end: PlanEnd
    name: str = ""
    target: PlanTarget | None = None
    limit: PlanTarget | None = None
    says: list[SpokenText] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Its notes, if the format has notes."""

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return self.step.kind

    @property
    def role(self) -> str:
        """Its role in the words of other programs: a recovery that is not a jog is a rest."""
        is_still = self.kind in RESTS and self.step.move is not Move.JOG
        return "rest" if is_still else KINDS[self.kind].elsewhere


@dataclass(slots=True)
class PlanRepeat:
    """Steps that are repeated."""

    where: str
    count: int
    """At least two: one turn is not a repeat."""
    nodes: "list[PlanNode]"
    tail: int = 0
    """The number of its final nodes that are left out of the last repeat."""


PlanNode = PlanStep | PlanRepeat


@dataclass(slots=True)
class WorkoutPlan:
    """A workout in the form that other programs can express."""

    name: str
    size: Estimate
    sections: list[tuple[str, list[PlanNode]]]
    description: list[str]
    """Paragraphs: the texts of the workout, and parts of its steps that have no other place."""


class Losses:
    """Reports the parts that a format does not support fully, by its table."""

    def __init__(self, to: ExportFormat, reporter: Reporter) -> None:
        self.reporter = reporter
        self.parts: set[WorkoutPart] = set()
        """The parts that were lost or changed."""
        self._to = to

    def support(self, part: WorkoutPart) -> Support:
        """How the format supports a part."""
        return SUPPORT[part][self._to]

    def report(self, part: WorkoutPart, where: str, what: str, *, near: str = "") -> Support:
        """Report a part of the workout; nothing if it is kept. `near` names what is written instead."""
        support = self.support(part)
        if support is not Support.FULL:
            self.report_as(support, part, where, what, near=near)
        return support

    def report_as(
        self, support: Support, part: WorkoutPart, where: str, what: str, *, near: str = ""
    ) -> None:
        """Report a part whose support differs from the table's, because of its contents in this workout."""
        self.parts.add(part)
        match support:
            case Support.NONE:
                self.reporter.dropped(where, what)
            case Support.NEAR:
                self.reporter.approximated(where, f"{what}{near}")
            case _:
                is_whole = part in _OF_THE_WHOLE or where.startswith("gates[")
                words = None if is_whole else EXPORT_FORMATS[self._to].words
                place = words or WordsPlace.DESCRIPTION
                self.reporter.approximated(where, f"{what} is kept in words, in {place.value}")


def flat(nodes: Sequence[PlanNode]) -> Iterator[PlanStep]:
    """Every step, those of a repeat once."""
    for node in nodes:
        if isinstance(node, PlanRepeat):
            yield from flat(node.nodes)
        else:
            yield node


def exact(nodes: Sequence[PlanNode]) -> list[PlanNode]:
    """The same run without tails: a last repeat that leaves steps out is written as steps of its own."""
    result: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanStep):
            result.append(node)
            continue
        inner = exact(node.nodes)
        if not node.tail:
            result.append(replace(node, nodes=inner))
            continue
        result += [PlanRepeat(node.where, node.count - 1, inner)] if node.count > 2 else inner
        result += exact(node.nodes[: -node.tail])
    return result


def unroll(nodes: Sequence[PlanNode], *, keeps_inner: bool = False) -> list[PlanNode]:
    """Write repeats out; with `keeps_inner` only those that hold others."""
    result: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanStep):
            result.append(node)
            continue
        inner = unroll(node.nodes, keeps_inner=keeps_inner)
        if keeps_inner and all(isinstance(each, PlanStep) for each in inner):
            result.append(replace(node, nodes=inner))
        else:
            result += inner * node.count
    return result


# --- files that are often mistaken for workouts: other tools' JSON and XML, refused by name

_XML: Final = {
    "gpx": "a GPX track, which is a recording: `coach replay` reads it",
    "kml": "a KML map",
    "HealthData": "an export of Apple Health",
    "opml": "an outline (OPML)",
    "rss": "a news feed",
    "svg": "a picture (SVG)",
    "html": "a web page",
}
"""Outermost elements."""
_JSON: Final = (
    ("a Garmin activity", ("activityId", "summaryDTO")),
    ("a Garmin activity", ("activityId", "activityName")),
    ("a Garmin activity", ("activityId", "activityType")),
    ("a Garmin activity", ("activityDetailMetrics",)),
    ("a Garmin activity", ("metricDescriptors",)),
    ("an export of Garmin activities", ("summarizedActivitiesExport",)),
    ("a day of a Garmin watch", ("totalSteps",)),
    ("a day of a Garmin watch", ("dailyStepGoal",)),
    ("a day of a Garmin watch", ("startGMT", "steps")),
    ("a Strava activity", ("moving_time", "elapsed_time")),
    ("Strava streams", ("series_type", "data")),
    ("an activity of intervals.icu", ("icu_recording_time",)),
    ("an export of a Polar watch", ("exportVersion",)),
    ("an export of a Polar watch", ("exercises", "startTime")),
    ("an export of Suunto", ("DeviceLog",)),
    ("an export of Fitbit", ("activities-steps",)),
    ("an export of Fitbit", ("dateTime", "value")),
    ("an export of Google Fit", ("bucket",)),
    ("an export of Google Fit", ("Data Points",)),
    ("an export of Apple Health", ("workoutActivityType",)),
    ("an export of Apple Health", ("sourceName", "startDate")),
    ("a map (GeoJSON)", ("features",)),
    ("a route of a map", ("routes",)),
    ("a workout of a Zwift Hub", ("ftp", "intervals")),
)
"""Keys that occur together in an object of another tool."""


def kind_in_words(file: WorkoutFile) -> str:
    """What a file is that no reader takes, in words; empty if unknown."""
    if file.is_xml:
        return _XML.get(file.root, "")
    if OURS.search(file.data) is not None:
        return "a list of our workouts; each needs a file of its own"
    return next((words for each in file.objects if (words := _json_kind(each))), "")


def _json_kind(tree: Json) -> str:
    for words, keys in _JSON:
        if all(key in tree for key in keys):
            return words
    if any(key.startswith(("HKQuantityType", "HKWorkout", "HKCategoryType")) for key in tree):
        return "an export of Apple Health"
    inner = tree.get("data")
    if isinstance(inner, dict) and ("metrics" in inner or "workouts" in inner):
        return "an export of Apple Health"
    streams = [value for value in tree.values() if isinstance(value, dict) and "data" in value]
    if streams and all("series_type" in value or "original_size" in value for value in streams):
        return "Strava streams"
    steps = tree.get("steps")
    counts = [each for each in steps if isinstance(each, dict)] if isinstance(steps, list) else []
    if number(steps) is not None or any({"value", "count"} & each.keys() for each in counts):
        return "an export of a step counter"
    if isinstance(steps, list) and all(isinstance(each, int | float) for each in steps):
        return "an export of a step counter"
    return ""


# --- importing


class WorkoutReader(Protocol):
    """The functions that the module of a format offers."""

    def looks_like(self, file: WorkoutFile) -> bool:
        """Return whether the file is certainly of this format."""
        ...

    def read(self, file: WorkoutFile, report: Reporter) -> list[dict[str, Any]]:
        """Make a `coach-workout/1` document of each workout in the file.

        Raises:
            WorkoutProblem: there is none in it, or no step of one can be run.
        """
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """The contents of an imported file."""

    documents: tuple[Json, ...]
    """One `coach-workout/1` document for each workout in it, in order; each is valid."""
    report: LossReport


def reader_of(format_: Format) -> WorkoutReader:
    """Load the module that reads a format."""
    return cast("WorkoutReader", import_module(FORMATS[format_].module))


def format_of(data: bytes) -> Format | None:
    """The foreign format of the bytes, if it is certain; None for our own documents and unknown files."""
    if is_ours(data):
        return None
    file = WorkoutFile(data)
    return next((each for each in FORMATS if reader_of(each).looks_like(file)), None)


def import_workout(
    data: bytes,
    *,
    name: str,
    source: Format | None = None,
    durations: Durations | None = None,
    strict: bool = False,
) -> Imported:
    """Import the workouts in a file.

    Args:
        data: the whole file.
        name: its name in a problem.
        source: the format; None detects it from the contents.
        durations: what lengths are that the file leaves open (ZWO without `durationType`, `800m` of
            intervals.icu); None decides, and reports it.
        strict: refuse a file of which anything is lost.

    Raises:
        WorkoutProblem: it is no workout we know, nothing in it can be run, or (strict) something is lost.
    """
    check_size(data, name)
    format_ = source or format_of(data)
    if format_ is None:
        return _own_document(data, name)
    report = Reporter(FORMATS[format_].title)
    try:
        documents = tuple(reader_of(format_).read(WorkoutFile(data, durations), report))
    except WorkoutProblem as problem:
        raise WorkoutProblem(f"{name}: {problem.message}", problem.hint, where="") from None
    for document in documents:
        _check_document(document, name)
    imported = Imported(documents, report.report())
    if strict:
        imported.report.refuse_losses(name)
    return imported


def read_workout(data: bytes, *, name: str) -> tuple[WorkoutDocument, LossReport | None]:
    """Read one of our documents or, on the fly, the one workout of a foreign file, with its report.

    Raises:
        WorkoutProblem: as `load_document` and `import_workout`; or the file holds several workouts.
    """
    if format_of(data) is None:
        file = WorkoutFile(data)
        if not is_ours(data) and (file.is_xml or kind_in_words(file)):
            raise _unknown_file(file, name)
        return load_document(data, name=name), None
    imported = import_workout(data, name=name)
    if len(imported.documents) > 1:
        raise WorkoutProblem(
            f"{name} holds {len(imported.documents)} workouts, and only one can be run",
            "coach workout import FILE --out FOLDER writes each into a file of its own.",
        )
    return document_from(imported.documents[0], name=name), imported.report


def _check_document(document: Json, name: str) -> None:
    """Load a document like its reader will.

    Raises:
        WorkoutProblem: it is larger than a document may be.
    """
    try:
        document_from(document, name=name)
    except WorkoutProblem as problem:
        raise WorkoutProblem(
            f"{name}: the result is not a valid workout: {problem.message}", problem.hint
        ) from None


def _unknown_file(file: WorkoutFile, name: str) -> WorkoutProblem:
    """The problem of a file that no reader takes; it names the kind of file, or its damage, if it can."""
    try:
        file.check_json()
    except WorkoutProblem as problem:
        return WorkoutProblem(f"{name}: {problem.message}", problem.hint)
    words = kind_in_words(file)
    return WorkoutProblem(
        f"{name} is not a workout file in a known format{f': it is {words}' if words else ''}", KNOWN
    )


def _own_document(data: bytes, name: str) -> Imported:
    """One of our documents as it is; anything else is refused."""
    if not is_ours(data):
        raise _unknown_file(WorkoutFile(data), name)
    report = Reporter("coach-workout/1")
    document = load_document(data, name=name)
    report.understood("", "it is a workout of Trackside Coach already")
    return Imported((document.source,), report.report())


# --- exporting


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported, for which athlete and when."""

    document: WorkoutDocument
    athlete: Athlete | None = None
    """The athlete whose numbers replace names of paces and shares of heart rates."""
    unix_s: float = 0.0
    """The time of the export, which a FIT file contains, in seconds of Unix time."""


class WorkoutWriter(Protocol):
    """The function that the module of a format offers."""

    def write(self, request: ExportRequest, losses: Losses) -> bytes:
        """Write the file; what it cannot express is reported.

        Raises:
            WorkoutProblem: the workout comes to an impossible pace, time or distance, or nothing of it can be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """The exported file."""

    data: bytes
    report: LossReport
    lost: frozenset[WorkoutPart]
    """The parts of the workout that were lost or changed."""


def export_workout(request: ExportRequest, to: ExportFormat) -> Exported:
    """Export a workout.

    Raises:
        WorkoutProblem: as the writers.
    """
    row = EXPORT_FORMATS[to]
    losses = Losses(to, Reporter(row.title, EXPORTED))
    writer = cast("WorkoutWriter", import_module(row.module))
    data = writer.write(request, losses)
    return Exported(data, losses.reporter.report(), frozenset(losses.parts))


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write a workout as one line of our own notation; paces keep their names there.

    Raises:
        WorkoutProblem: no step of the workout is run.
    """
    from coach.workout import notation  # noqa: PLC0415 - the other formats do without

    line, left_out = notation.write(request.document)
    if not line:
        raise WorkoutProblem(
            "it has no running step, so it cannot be written as one line", "Choose another format."
        )
    losses.reporter.understood("", line)
    for what in left_out:
        losses.reporter.dropped("", what)
    return f"{line}\n".encode()
