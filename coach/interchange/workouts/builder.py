"""What the readers of other tools' workouts share: the file, its texts and numbers, and our document made of its steps.

The document stays within the bounds of every document. Everything that is lost or approximated is reported.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from math import ceil, floor, isfinite
from typing import Any, Final, Literal

from coach.interchange.text import Element, ForeignText, read_tree, root_of, text_of
from coach.interchange.workouts import KNOWN, Reporter
from coach.physiology.zones import FRIEL_ZONES
from coach.problems import WorkoutProblem
from coach.quantities import format_clock, pace_s_per_km
from coach.spelling import (
    FASTEST_S_PER_KM,
    LONGEST_M,
    LONGEST_NAME,
    LONGEST_PROSE,
    LONGEST_S,
    SLOWEST_S_PER_KM,
)
from coach.workout.kinds import FLOATS, MAX_NESTING, MAX_STEPS, RESTS

# --- texts and numbers in a file

Json = dict[str, Any]
MAX_DEPTH: Final = 100
"""Deepest nesting of brackets: eight nested repeats of Garmin's form need about 30."""
MAX_VALUES: Final = 400_000
"""Most commas in a file: ten thousand steps of Garmin's form have about 350,000."""
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def read_json(text: str, report: Reporter | None = None) -> object:
    """Read JSON; of a repeated key the last value counts, which is reported.

    Raises:
        WorkoutProblem: it is not JSON, or nested or large beyond any workout.
    """
    _check_shape(text)
    twice: list[str] = []

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) < len(pairs) and not twice:
            counts = Counter(key for key, _ in pairs)
            twice.append(counts.most_common(1)[0][0])
        return result

    try:
        tree: object = json.loads(text, object_pairs_hook=gather, strict=False)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        hint = "Is the file complete? Export it again."
        raise WorkoutProblem(f"this is not JSON: {error.msg.removesuffix(' at')} at {place}", hint) from None
    except (ValueError, RecursionError):  # a number of more than 4300 digits
        raise WorkoutProblem("this JSON cannot be read: a number in it is far too long") from None
    if twice and report is not None:
        report.dropped("", f'the key "{twice[0][:40]}" is written twice in one object; the last counts')
    return tree


def _check_shape(text: str) -> None:
    depth = commas = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case ",":
                commas += 1
        if depth > MAX_DEPTH:
            raise WorkoutProblem(f"brackets are nested more than {MAX_DEPTH} deep; no workout is like that")
        if commas > MAX_VALUES:
            raise WorkoutProblem("the file holds more values than any workout")


def part(tree: object, key: str) -> Json:
    """The object under a key; an empty one if there is none."""
    value = tree.get(key) if isinstance(tree, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list as it is, a single object as a list of one, anything else as an empty list."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) and value else []


def number(value: object) -> float | None:
    """A finite number, also from a text; None for anything else."""
    if isinstance(value, str):
        try:
            value = None if "_" in value else float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if isfinite(result) else None


def whole(value: object) -> int | None:
    """A whole number, also from `4.0` or a text; None for anything else."""
    result = number(value)
    return int(result) if result is not None and result == int(result) else None


def key_of(value: object) -> str:
    """A word of a format in lower case; empty if it is not a text."""
    return value.strip().lower()[:60] if isinstance(value, str) else ""


def one_line(value: object, longest: int = LONGEST_NAME) -> str:
    """A text from a file as one harmless line, cut to a length; empty if it is not a text."""
    if not isinstance(value, str):
        return ""
    words = "".join(letter if letter.isprintable() else " " for letter in value[:20_000])
    text = " ".join(words.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def prose(value: object) -> str:
    """A longer text from a file, its lines kept, cut to the length of a document; empty if it is not a text."""
    if not isinstance(value, str):
        return ""
    letters = (letter if letter.isprintable() or letter == "\n" else " " for letter in value[:20_000])
    text = "".join(letters).strip()
    return text if len(text) <= LONGEST_PROSE else text[: LONGEST_PROSE - 1].rstrip() + "…"


# --- the file, parsed on first use

MAX_BYTES: Final = 1 << 20
"""1 MB: ten thousand steps written out."""
OURS: Final = re.compile(rb'"format"\s*:\s*"coach-')


def is_ours(data: bytes) -> bool:
    """Return whether the bytes look like one of our documents, intact or damaged."""
    return OURS.search(data) is not None and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def check_size(data: bytes, name: str) -> None:
    """Refuse an empty file, or one larger than any workout.

    Raises:
        WorkoutProblem: it is.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise WorkoutProblem(f"{name} is empty", "Export the workout again.")
    if len(data) > MAX_BYTES:
        raise WorkoutProblem(f"{name} is larger than 1 MB, which no workout is", "Is it the right file?")


MOST_WORKOUTS: Final = 200
_SHOWN: Final = 3
"""Number of entries of a list that a problem names."""
_NEAR: Final = 4096
_NAMES: Final = ("name", "title", "workoutName")
Durations = Literal["seconds", "metres"]


class WorkoutFile:
    """The bytes of a file, and their contents.

    Args:
        data: the whole file.
        durations: the unit of lengths that the file leaves open (ZWO without `durationType`, `800m` of
            intervals.icu); None decides, and reports it.
    """

    def __init__(self, data: bytes, durations: Durations | None = None) -> None:
        self.data = data
        self.durations = durations

    @cached_property
    def root(self) -> str:
        """The name of the outermost element of XML; empty if it is not XML."""
        return root_of((self._text or "")[: 16 * _NEAR])

    @cached_property
    def is_xml(self) -> bool:
        """True if the text begins like XML."""
        return self._begins("<") or bool(self.root)

    @cached_property
    def is_json(self) -> bool:
        """True if the text begins like an object or a list."""
        return self._begins("{", "[")

    @cached_property
    def plain(self) -> str:
        """The text of a file that is neither XML nor JSON; empty for those and for no text."""
        return "" if self.is_xml or self.is_json else self._text or ""

    @cached_property
    def objects(self) -> tuple[Json, ...]:
        """The outermost object, or those of a list; none for a document that names its own format."""
        try:
            tree = read_json(self._text or "") if self.is_json else None
        except WorkoutProblem:
            return ()
        trees = tree if isinstance(tree, list) else [tree]
        return tuple(each for each in trees if isinstance(each, dict) and "format" not in each)

    def check_json(self) -> None:
        """Refuse a file that begins like JSON and is not, with the place of the fault.

        Raises:
            WorkoutProblem: it is.
        """
        if self.is_json:
            read_json(self._text or "")

    def has_key(self, *keys: str) -> bool:
        """Return whether one of the objects has one of these keys."""
        return any(key in each for each in self.objects for key in keys)

    def text(self, report: Reporter) -> str:
        """Return the whole text; the report names the places that were not UTF-8.

        Raises:
            WorkoutProblem: it is no text.
        """
        text = self._foreign_text()
        if text.note:
            report.understood(f"line {text.line}", text.note)
        return self._text or ""

    def xml(self, root: str, report: Reporter) -> Element:
        """Return the outermost element, which must have this name.

        Raises:
            WorkoutProblem: it is no XML, or another element.
        """
        element = read_tree(self._foreign_text(), report)
        if element.name != root:
            raise WorkoutProblem(f"this XML is not a {report.format} file: it has no <{root}>", KNOWN)
        return element

    def each_json(self, read: Callable[[Json, Reporter, str], Json], report: Reporter) -> list[Json]:
        """Read the outermost object, or each of a list, with the given reader, which also gets the place in the list.

        Entries of a list that cannot be run are left out and reported by name: a calendar has races and days off.

        Raises:
            WorkoutProblem: it is not JSON, neither an object nor a list of them, a list too long, or none can be run.
        """
        tree = read_json(self.text(report), report)
        trees: list[Any] = tree if isinstance(tree, list) else [tree]
        if not trees or len(trees) > MOST_WORKOUTS or not all(isinstance(each, dict) for each in trees):
            raise WorkoutProblem(
                f"this is not a {report.format} workout, or a list of at most {MOST_WORKOUTS}", KNOWN
            )
        if len(trees) == 1:
            return [read(trees[0], report, "")]
        documents: list[Json] = []
        left_out: list[str] = []
        for n, each in enumerate(trees):
            try:
                documents.append(read(each, report, f"[{n}]"))
            except WorkoutProblem as problem:
                called = next((one_line(each[key], 60) for key in _NAMES if one_line(each.get(key))), "")
                label = f'"{called}"' if called else "an entry"
                why = re.sub(r"^\[\d+\][^: ]*: ", "", problem.message)
                left_out.append(f"[{n}] {label}: {why}")
                report.dropped(f"[{n}]", f"{label} was left out: {why}")
        if not documents:
            more = f"; and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
            raise WorkoutProblem(
                f"none of its {len(left_out)} entries is a workout that can be run: "
                f"{'; '.join(left_out[:_SHOWN])}{more}",
                "Export the planned workouts themselves.",
            )
        return documents

    def _foreign_text(self) -> ForeignText:
        if self._utf8 is None:
            raise WorkoutProblem("this is not a text file", KNOWN)
        return self._utf8

    @cached_property
    def _utf8(self) -> ForeignText | None:
        return text_of(self.data)

    @cached_property
    def _text(self) -> str | None:
        if self._utf8 is None:
            return None
        text = self._utf8.utf8.decode("utf-8", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _begins(self, *marks: str) -> bool:
        return (self._text or "")[:_NEAR].lstrip().startswith(marks)


# --- sports


class Sport(Enum):
    """The sport of a workout, as far as it matters to a runner."""

    RUN = "running"
    BIKE = "cycling and the like"
    """Times and heart rates can be used; distances, speeds, powers and cadences cannot."""
    GYM = "exercises"
    """Becomes checklists and rests."""


_RUNNING: Final = frozenset(
    [
        "run",
        "running",
        "trail_running",
        "trail",
        "treadmill_running",
        "track_running",
        "street_running",
        "indoor_running",
        "virtualrun",
        "virtual_run",
        "trailrun",
        "treadmill",
        "ultra_run",
    ]
)
_ON_FOOT: Final = frozenset(["walk", "walking", "hike", "hiking", "other", "generic", "unknown", "all"])
_BIKE: Final = frozenset(
    [
        "bike",
        "biking",
        "cycling",
        "ride",
        "virtualride",
        "road_biking",
        "mountain_biking",
        "gravel_cycling",
        "indoor_cycling",
        "e_biking",
        "mtb",
        "rowing",
        "row",
        "nordicski",
        "cross_country_skiing",
        "elliptical",
        "ebikeride",
        "mountainbikeride",
        "gravelride",
    ]
)
_GYM: Final = frozenset(
    [
        "strength_training",
        "strength",
        "cardio",
        "cardio_training",
        "yoga",
        "pilates",
        "hiit",
        "mobility",
        "training",
        "fitness_equipment",
        "weighttraining",
        "crossfit",
        "workout",
        "floor_climbing",
        "cross_training",
        "crosstrain",
    ]
)


def read_sport(name: str, where: str, report: Reporter) -> Sport:
    """Decide what can be made of a workout of this sport, and report the losses.

    Raises:
        WorkoutProblem: nothing a runner could do: swimming, and unknown sports.
    """
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    if key in _RUNNING:
        return Sport.RUN
    if not key:
        report.approximated(where, "the file does not say for which sport it is; it was taken for running")
        return Sport.RUN
    if key in _ON_FOOT:
        report.approximated(where, f'its sport is "{key}"; it was taken for running')
        return Sport.RUN
    if key in _BIKE:
        text = f'it was written for another sport ("{key}"): its times and heart rates are kept, nothing else'
        report.dropped(where, text)
        return Sport.BIKE
    if key in _GYM:
        text = f'it was written for another sport ("{key}"): exercises become checklists'
        report.approximated(where, text)
        return Sport.GYM
    raise WorkoutProblem(
        f'this workout is for another sport ("{key[:40]}"), and a runner can use nothing of it',
        "Only workouts for running are imported whole.",
        where=where,
    )


# --- the spelling of other tools' numbers in our documents; None if no document may contain them

FASTEST_MPS: Final = 1000 / FASTEST_S_PER_KM
SLOWEST_MPS: Final = 1000 / SLOWEST_S_PER_KM
_MOST_PERCENT: Final = 130.0
"""The largest share of an athlete's number in a document, in per cent."""
OPEN_SIDES: Final[Mapping[str, tuple[float, float]]] = {
    "speed": (0.278, FASTEST_MPS),
    "heart_rate": (30.0, 240.0),
    "cadence": (60.0, 300.0),
    "power": (1.0, 2000.0),
    "max": (1.0, _MOST_PERCENT),
    "lthr": (1.0, _MOST_PERCENT),
}
"""The smallest and the largest value of documents, by quantity or share.

Formats whose ranges need both sides get these for an open side, and reading turns them back: a side that no value
exceeds is open. 0.278 m/s is `SLOWEST_MPS` in whole mm/s.
"""
GARMIN_HEART_ZONES: Final = {1: (50, 60), 2: (60, 70), 3: (70, 80), 4: (80, 90), 5: (90, 100)}
"""Garmin's own default zones, per cent of the maximum heart rate (owner's manuals, "heart rate zones")."""
FRIEL_BY_NUMBER: Final = dict(enumerate(("1", "2", "3", "4", "5a", "5b", "5c"), 1))
"""intervals.icu numbers Friel's seven running zones; so does a runner who keeps its defaults."""
FRIEL_PACE_ZONES: Final[Mapping[int, tuple[float | None, float | None]]] = {
    1: (None, 77.5),
    2: (77.5, 87.7),
    3: (87.7, 94.3),
    4: (94.3, 100.0),
    5: (100.0, 103.4),
    6: (103.4, 111.5),
    7: (111.5, None),
}
"""Seven pace zones after Friel as intervals.icu numbers them, per cent of threshold speed.

`coach.physiology.zones.friel_pace` has the printed borders, which differ by up to half a per cent; a file uses the
borders of the program that wrote it.
"""


def plain_number(value: float, digits: int = 3) -> str:
    """A number with as many decimals as it needs, at most `digits`."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def time_end(seconds: float) -> Json | None:
    """An end after so many seconds, to the millisecond; None for an impossible time, infinity among them."""
    if not 0 < seconds <= LONGEST_S:
        return None
    milliseconds = round(seconds * 1000)
    if not milliseconds:
        return None
    return {"time": clock(milliseconds / 1000)}


def clock(seconds: float) -> str:
    """A duration as documents write it, `1:30` or `1:30.25`."""
    milliseconds = round(seconds * 1000)
    rest = milliseconds % 1000
    text = format_clock(milliseconds // 1000)
    return f"{text}.{rest:03d}".rstrip("0") if rest else text


def distance_end(metres: float) -> Json | None:
    """An end after so many metres, to a tenth of a millimetre."""
    text = plain_number(metres, 4)
    return {"distance": f"{text} m"} if 1 <= float(text) <= LONGEST_M else None


def pace_target(low: float, high: float) -> Json | None:
    """A pace between two speeds in m/s, in either order.

    A range is written in whole seconds per km and opened outward, so it is never stricter than the file; a
    single speed in tenths of a second.
    """
    low, high = sorted((low, high))
    if not SLOWEST_MPS <= low <= high <= FASTEST_MPS:
        return None
    slowest, fastest = OPEN_SIDES["speed"]
    if low <= slowest < high < fastest:
        return {"pace": {"fastest": f"{format_clock(floor(pace_s_per_km(high) + 1e-6))}/km"}}
    if slowest < low < high == fastest:
        return {"pace": {"slowest": f"{format_clock(ceil(pace_s_per_km(low) - 1e-6))}/km"}}
    if low == high:
        return {"pace": f"{clock(round(pace_s_per_km(low), 1))}/km"}
    fast, slow = floor(pace_s_per_km(high) + 1e-6), ceil(pace_s_per_km(low) - 1e-6)
    text = format_clock(fast) if fast == slow else f"{format_clock(fast)}-{format_clock(slow)}"
    return {"pace": f"{text}/km"}


def speed_share(low: float | None, high: float | None) -> Json | None:
    """A speed as per cent of the athlete's threshold speed; an open side is None."""
    return _bounds("speed", low, high, "%threshold", (1.0, _MOST_PERCENT))


def heart_rate(low: float | None, high: float | None, unit: str) -> Json | None:
    """A heart rate in `bpm`, `%max`, `%lthr` or `%reserve`; an open side is None."""
    return _bounds("heart_rate", low, high, unit, OPEN_SIDES["heart_rate" if unit == "bpm" else "max"])


def friel_heart_rate(low: int, high: int) -> Json | None:
    """Friel's zones `low` to `high`, counted from 1 to 7."""
    if not 1 <= low <= high <= len(FRIEL_BY_NUMBER):
        return None
    if low == high:
        return {"heart_rate": f"zone {FRIEL_BY_NUMBER[low]}"}
    bottom, top = FRIEL_ZONES[FRIEL_BY_NUMBER[low]][0], FRIEL_ZONES[FRIEL_BY_NUMBER[high]][1]
    return heart_rate(bottom * 100 or None, top * 100 if top < 2 else None, "%lthr")


def cadence(low: float | None, high: float | None) -> Json | None:
    """A cadence in steps per minute, both feet."""
    return _bounds("cadence", low, high, "spm", OPEN_SIDES["cadence"])


def power(low: float | None, high: float | None) -> Json | None:
    """A power in watts."""
    return _bounds("power", low, high, "W", OPEN_SIDES["power"])


def _bounds(
    key: str, low: float | None, high: float | None, unit: str, limits: tuple[float, float]
) -> Json | None:
    """A single value as a text, a range as bounds; None if a side is out of the limits or both are missing."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is not None and high is not None and low < high:
        low, high = (None if low == limits[0] else low), (None if high == limits[1] else high)
    sides = [side for side in (low, high) if side is not None]
    if not sides or any(not limits[0] <= side <= limits[1] for side in sides):
        return None
    if low is not None and low == high:
        return {key: f"{plain_number(low)} {unit}"}
    bounds = {"min": low, "max": high}
    return {key: {name: f"{plain_number(side)} {unit}" for name, side in bounds.items() if side is not None}}


def as_cap(target: Json) -> Json:
    """The target as a limit: a single value or a zone becomes bounds, since a bare text would be a maximum."""
    ((key, value),) = target.items()
    if key == "heart_rate" and isinstance(value, str) and value.startswith("zone "):
        bottom, top = FRIEL_ZONES[value[5:]]
        result = heart_rate(bottom * 100 or None, top * 100 if top < 2 else None, "%lthr")
        return result or target
    if key == "pace" and isinstance(value, str):
        fast, _, slow = value.removesuffix("/km").partition("-")
        return {key: {"fastest": f"{fast}/km", "slowest": f"{slow or fast}/km"}}
    return {key: {"min": value, "max": value}} if isinstance(value, str) else target


def words(node: Json) -> str:
    """A step in a few words, for the report."""
    parts = [str(node.get("kind", "step")).replace("_", "-")]
    for key in ("until", "target"):
        for name, value in node.get(key, {}).items():
            parts.append(_value_words(name, value))
    return " ".join(parts)


def _value_words(name: str, value: object) -> str:
    if value is True:
        return f"until {name}"
    if isinstance(value, Mapping):
        value = " to ".join(str(side) for side in value.values())
    return f"{value}" if name in {"time", "distance"} else f"{name.replace('_', ' ')} {value}"


# --- ends and targets of our steps; what cannot be expressed is reported

ONE_FOOT_SPM: Final = 110.0
"""A cadence up to this counts one foot: no run has 110 steps per minute, both feet counted."""
MARK: Final[Json] = {"mark": True}
NO_LENGTH: Final[Json] = {}
"""The end of a step of length zero, which is left out."""


@dataclass(frozen=True, slots=True)
class StepBuilder:
    """Makes ends and targets for one workout."""

    report: Reporter
    sport: Sport = Sport.RUN

    def after_seconds(self, where: str, seconds: float | None) -> Json:
        """An end by time; `NO_LENGTH` for zero, a mark for an impossible time."""
        if seconds == 0:
            return self._no_length(where)
        end = time_end(seconds) if seconds is not None else None
        return end or self.no_end(where, "no usable time")

    def after_metres(self, where: str, metres: float | None) -> Json:
        """An end by distance; `NO_LENGTH` for zero, a mark for an impossible distance.

        Raises:
            WorkoutProblem: the workout is for another sport, whose distances do not apply to running.
        """
        if self.sport is not Sport.RUN:
            raise WorkoutProblem(
                "a distance of another sport cannot be run instead",
                "Write the workout for running and export it again.",
                where=where,
            )
        if metres == 0:
            return self._no_length(where)
        end = distance_end(metres) if metres is not None else None
        return end or self.no_end(where, "no usable distance")

    def at_heart_rate(self, where: str, value: float | None, unit: str, *, below: bool) -> Json:
        """An end by heart rate in `bpm` or `%max`."""
        end = heart_rate(value, value, unit)
        if end is None:
            return self.no_end(where, "no usable heart rate")
        return {"heart_rate_below" if below else "heart_rate_above": end["heart_rate"]}

    def no_end(self, where: str, what: str) -> Json:
        """A mark in place of an unknown end, which is reported."""
        self.report.dropped(where, f"the end of the step ({what}); it ends when you press mark")
        return dict(MARK)

    def _no_length(self, where: str) -> Json:
        self.report.dropped(where, "a step of length zero was left out")
        return NO_LENGTH

    def speed(self, where: str, low: float | None, high: float | None) -> Json | None:
        """A pace between two speeds in m/s, in either order; seconds per metre are recognised."""
        if self._is_foreign(where, "a speed"):
            return None
        low, high = low if low is not None else high, high if high is not None else low
        if low is None or high is None:
            return self.no_target(where, "a pace without a number")
        if 0.08 <= min(low, high) <= max(low, high) <= 0.6:  # 1:20 to 10:00 per km, in seconds per metre
            text = f"{low:g} and {high:g} are not speeds in m/s; they were read as seconds per metre"
            self.report.approximated(where, text)
            low, high = 1 / high, 1 / low
        target = pace_target(low, high)
        return target or self.no_target(where, f"a speed of {low:g} to {high:g} m/s, which is not possible")

    def threshold_share(self, where: str, low: float | None, high: float | None) -> Json | None:
        """Per cent of threshold speed."""
        if self._is_foreign(where, "a speed"):
            return None
        target = speed_share(low, high)
        return target or self._share_in_words(where, low, high, "threshold speed")

    def pace_zone(self, where: str, low: int, high: int) -> Json | None:
        """Zones of threshold pace, counted from 1 to 7, as Friel's."""
        if self._is_foreign(where, "a pace zone"):
            return None
        if not 1 <= low <= high <= 7:
            return self.no_target(where, f"pace zone {low}-{high}")
        bottom, top = FRIEL_PACE_ZONES[low][0], FRIEL_PACE_ZONES[high][1]
        text = f"pace zone {_span(low, high)} was read as Friel's, a share of your threshold speed"
        self.report.approximated(where, text)
        return speed_share(bottom, top)

    def heart_rate(self, where: str, low: float | None, high: float | None, unit: str = "bpm") -> Json | None:
        """A heart rate in `bpm`, `%max` or `%lthr`."""
        target = heart_rate(low, high, unit)
        range_text = " to ".join(f"{side:g}" for side in (low, high) if side is not None)
        return target or self.no_target(where, f"a heart rate of {range_text or 'no number'} {unit}")

    def garmin_heart_zone(self, where: str, zone: int) -> Json | None:
        """A heart-rate zone of a watch, by Garmin's defaults: the watch's own settings are not in the file."""
        if zone not in GARMIN_HEART_ZONES:
            return self.no_target(where, f"heart-rate zone {zone}")
        low, high = GARMIN_HEART_ZONES[zone]
        text = f"heart-rate zone {zone} rests on the watch's settings; its default is {low}-{high} % of the maximum"
        self.report.approximated(where, text)
        return heart_rate(low, high, "%max")

    def friel_heart_zone(self, where: str, low: int, high: int) -> Json | None:
        """Heart-rate zones counted from 1 to 7, as Friel's."""
        target = friel_heart_rate(low, high)
        if target is None:
            return self.no_target(where, f"heart-rate zone {_span(low, high)}")
        text = f"heart-rate zone {_span(low, high)} was read as Friel's, a share of your threshold heart rate"
        self.report.approximated(where, text)
        return target

    def power(self, where: str, low: float | None, high: float | None) -> Json | None:
        """A power in watts."""
        if self._is_foreign(where, "a power"):
            return None
        return power(low, high) or self.no_target(where, "a power without usable numbers")

    def cadence(
        self, where: str, low: float | None, high: float | None, *, one_foot: bool = False
    ) -> Json | None:
        """A cadence; `one_foot` if the format counts one foot, as every value up to 110 does."""
        if self._is_foreign(where, "a cadence"):
            return None
        if one_foot and low is not None and low < (high or 0.0) == ONE_FOOT_SPM:
            high = None  # the highest one-footed value: the range has no upper side
        top = max((side for side in (low, high) if side is not None), default=0.0)
        if top <= ONE_FOOT_SPM:
            if not one_foot:
                self.report.approximated(where, f"a cadence of {top:g} counts one foot; it was doubled")
            low, high = low and low * 2, high and high * 2
        elif one_foot:
            self.report.approximated(where, f"a cadence of {top:g} already counts both feet; it was kept")
        return cadence(low, high) or self.no_target(where, "a cadence without usable numbers")

    def in_words(self, where: str, what: str) -> Json:
        """A target without numbers in the file, kept as words; nothing is measured against it."""
        self.report.approximated(
            where, f"{what} rests on numbers that are not in the file; it is kept as words"
        )
        return {"effort": what[:LONGEST_NAME]}

    def no_target(self, where: str, what: str) -> Json | None:
        """Report a target that our document cannot express; always None."""
        self.report.dropped(where, f"the target: {what}")
        return None

    def _share_in_words(self, where: str, low: float | None, high: float | None, of: str) -> Json | None:
        sides = [f"{side:g}" for side in (low, high) if side is not None and 0 < side < 1000]
        if not sides:
            return self.no_target(where, f"a share of {of} without usable numbers")
        text = f"{'-'.join(dict.fromkeys(sides))} % of {of}"
        self.report.approximated(where, f"{text} is beyond what a target may say; it is kept as words")
        return {"effort": text}

    def _is_foreign(self, where: str, what: str) -> bool:
        if self.sport is Sport.RUN:
            return False
        self.report.dropped(where, f"{what} of another sport")
        return True


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


# --- a whole document from the steps that were read, within the bounds of every document

LONGEST_LIST: Final = 1000
"""Entries in one list of steps."""
MOST_SECTIONS: Final = 100
MOST_REPEATS: Final = 10_000
_BETWEEN: Final = RESTS | FLOATS
"""Kinds that a repeat may leave out of its last turn."""


def step(
    report: Reporter,
    where: str,
    kind: str,
    until: Json,
    *,
    target: Json | None = None,
    caps: Sequence[Json | None] = (),
    name: object = "",
    notes: object = "",
    **more: Any,
) -> Json:
    """Make a step of a document; its first limit becomes the target if it has no other, which is reported."""
    limits = [cap for cap in caps if cap is not None]
    if target is None and limits:
        target = limits.pop(0)
    worded = [cap for cap in limits if "effort" in cap]
    if worded:
        report.dropped(where, f"a second target in words: {worded[0]['effort']}")
    node: Json = {"kind": kind, "name": short_name(report, where, name), "until": until, "target": target}
    node |= {"caps": [as_cap(cap) for cap in limits if "effort" not in cap], "notes": prose(notes)} | more
    node = {key: value for key, value in node.items() if value or key == "until"}
    report.settled(where, words(node))
    return node


def short_name(report: Reporter, where: str, text: object) -> str:
    """A name cut to the length of a document; cutting is reported."""
    name = one_line(text, LONGEST_NAME)
    if name and isinstance(text, str) and len(" ".join(text.split())) > LONGEST_NAME:
        report.approximated(where, f"a name or text is longer than {LONGEST_NAME} characters and was cut")
    return name


def repeat_steps(
    report: Reporter, where: str, count: int | None, nodes: list[Json], **more: Any
) -> list[Json]:
    """Repeat steps; nothing for an empty repeat, once for an impossible count."""
    if not nodes:
        report.dropped(where, "an empty repeat was left out")
        return []
    if count is None or not 1 <= count <= MOST_REPEATS:
        label = "no number" if count is None else f"{count}"
        report.dropped(where, f"a repeat count of {label}; its steps are run once")
        return nodes
    report.understood(where, f"repeated {count} times")
    return [{"repeat": count, "steps": nodes} | more]


@dataclass(slots=True)
class WorkoutBuilder:
    """Collects a workout of a foreign file for a document."""

    name: str = ""
    where: str = ""
    """The place of the workout in the file."""
    named_at: str = ""
    """The place of its name, if it has one of its own."""
    description: object = None
    source: str = ""
    sections: list[tuple[str, list[Json]]] = field(default_factory=list)
    """Names and steps; one section without a name is split into warm-up, main and cool-down."""
    surface: str = ""
    tags: Json = field(default_factory=dict)

    def document(self, report: Reporter) -> Json:
        """Make the document.

        Raises:
            WorkoutProblem: nothing in it can be run, or it is larger than any workout.
        """
        sections = _join([(name, steps) for name, steps in self.sections if steps])
        if not sections:
            raise WorkoutProblem("no step that can be run was found in it", where=self.where)
        if len(sections) == 1 and not sections[0][0]:
            sections = _split_ends(sections[0][1])
        sections = [piece for name, steps in sections for piece in _chunks(name or "Workout", steps)]
        if len(sections) > MOST_SECTIONS:
            report.approximated(self.where, f"more than {MOST_SECTIONS} parts were joined into one")
            sections = _chunks("Workout", [node for _, steps in sections for node in steps])
        total = sum(_size(steps, 0, self.where) for _, steps in sections)
        if total > MAX_STEPS:
            raise WorkoutProblem(
                f"it has {total} steps when repeats are counted; {MAX_STEPS} is the most",
                where=self.where,
            )
        sections = [(name, join_last_turns(steps)) for name, steps in sections]
        document: Json = {
            "format": "coach-workout/1",
            "name": short_name(report, self.named_at or self.where, self.name) or "Imported workout",
            "description": prose(self.description),
            "source": one_line(self.source, 400),
            "tags": self.tags,
            "context": {"surface": self.surface} if self.surface else None,
        }
        if isinstance(self.description, str) and len(self.description.strip()) > LONGEST_PROSE:
            report.approximated(
                self.where, f"the description is longer than {LONGEST_PROSE} characters and was cut"
            )
        parts = [{"name": short_name(report, self.where, name), "steps": steps} for name, steps in sections]
        return {key: value for key, value in document.items() if value} | {"sections": parts}


def _join(sections: list[tuple[str, list[Json]]]) -> list[tuple[str, list[Json]]]:
    """Join sections of one name that follow each other: some formats start a new one after each repeat."""
    result: list[tuple[str, list[Json]]] = []
    for name, steps in sections:
        if result and name and result[-1][0] == name:
            result[-1] = (name, [*result[-1][1], *steps])
        else:
            result.append((name, steps))
    return result


def join_last_turns(steps: list[Json]) -> list[Json]:
    """Join repeats with the final turn behind them that lacks only the rest.

    5 x (800, jog) and 800 become 6 x 800 with 5 jogs. The run is the same, and a runner hears "six of six". Formats
    that cannot skip the last rest are written that way.
    """
    result: list[Json] = []
    steps = [node | {"steps": join_last_turns(node["steps"])} if "repeat" in node else node for node in steps]
    place = 0
    while place < len(steps):
        node = steps[place]
        place += 1
        inner = node.get("steps", [])
        turn = inner[:-1]
        may_join = node.keys() == {"repeat", "steps"} and inner[-1].get("kind") in _BETWEEN
        if turn and may_join and node["repeat"] < MOST_REPEATS and steps[place : place + len(turn)] == turn:
            node = node | {"repeat": node["repeat"] + 1, "skip_last_recovery": True}
            place += len(turn)
        result.append(node)
    return result


def _split_ends(steps: list[Json]) -> list[tuple[str, list[Json]]]:
    """Split steps into the warm-up, the main part, and the cool-down."""
    first, last = 0, len(steps)
    while first < last and steps[first].get("kind") == "warm_up":
        first += 1
    while last > first and steps[last - 1].get("kind") == "cool_down":
        last -= 1
    main = steps[first:last]
    if not main or (first == 0 and last == len(steps)):
        return [("Workout", steps)]
    parts = [("Warm-up", steps[:first]), ("Main", main), ("Cool-down", steps[last:])]
    return [(name, part) for name, part in parts if part]


def _chunks(name: str, steps: list[Json]) -> list[tuple[str, list[Json]]]:
    """Split a part into lists of the length of a document."""
    starts = range(0, len(steps), LONGEST_LIST)
    return [
        (name if start == 0 else f"{name} ({start // LONGEST_LIST + 1})", steps[start : start + LONGEST_LIST])
        for start in starts
    ]


def _size(steps: list[Json], depth: int, where: str) -> int:
    """The number of steps, counted without making them; refuses what is nested too deep or too long."""
    if depth > MAX_NESTING:
        raise WorkoutProblem(f"its repeats are nested more than {MAX_NESTING} deep", where=where)
    if depth and len(steps) > LONGEST_LIST:
        raise WorkoutProblem(f"a repeat in it holds more than {LONGEST_LIST} steps", where=where)
    return sum(
        node["repeat"] * _size(node["steps"], depth + 1, where) if "repeat" in node else 1 for node in steps
    )
