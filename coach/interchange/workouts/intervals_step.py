"""The steps of intervals.icu in a neutral form, from its text or from its JSON, and the kind of each step.

intervals.icu rarely gives the kind of a step. Without `intensity=`, a word or a section for it, a step in zone 1 or 2
is easy running: a recovery inside a repeat and, if short, after a hard step; the warm-up before the first hard step and
the cool-down after the last, if no section is called that; else a run.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coach.interchange.workouts.builder import (
    FRIEL_BY_NUMBER,
    FRIEL_PACE_ZONES,
    MARK,
    NO_LENGTH,
    Json,
    Sport,
    StepBuilder,
    clock,
    one_line,
    pace_target,
    plain_number,
    repeat_steps,
    short_name,
    step,
)
from coach.physiology.zones import FRIEL_ZONES
from coach.quantities import METRES_PER_MILE
from coach.workout.kinds import EASY, HARD

KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
    "other": "work",
}
"""The kind of each `intensity`."""
PER: Final = {
    "km": 1000.0,
    "mi": METRES_PER_MILE,
    "mile": METRES_PER_MILE,
    "100m": 100.0,
    "250m": 250.0,
    "400m": 400.0,
    "500m": 500.0,
    "100y": 91.44,
}
"""The metres of each unit of pace."""
_SHARES: Final = {
    "%pace": "threshold speed",
    "%hr": "maximum heart rate",
    "%lthr": "threshold heart rate",
    "%ftp": "threshold power",
    "%mmp": "mean maximal power",
}
_ZONES: Final = {"hr_zone": "heart-rate", "pace_zone": "pace", "power_zone": "power", "custom_zone": "custom"}
EASIER: Final = 10.0
"""A step this many per cent points of threshold below the hardest step of a repeat is a recovery."""
_EASIER_SHARE: Final = 0.9
"""The same for paces, beats and watts, as a share of the hardest. Not measured."""
_EASY: Final = {"%pace": 87.7, "%lthr": 90.0, "%hr": 80.0, "%ftp": 75.0, **dict.fromkeys(_ZONES, 2.0)}
"""The top of zone 2, up to which a step is easy: Friel's for pace and threshold heart rate, about the same of the
maximum, and the default of intervals.icu for power."""
LONGEST_JOG_S: Final = 600.0
LONGEST_JOG_M: Final = 2000.0
"""Longest easy running between hard steps that counts as a recovery. Not measured."""
_ZONE_SHARE: Final = dict(enumerate((70.0, 83.0, 91.0, 97.0, 102.0, 107.0, 115.0), 1))
"""The approximate effort of a heart-rate zone, in per cent of threshold speed, used only to distinguish the steps of a
repeat."""


@dataclass(frozen=True, slots=True)
class IntervalsTarget:
    """A target of intervals.icu: its two values in the order they are written in."""

    where: str
    unit: str
    """In the spelling of its JSON: `%pace`, `hr_zone`, `secs/km`, `w`; also `rpe` and `custom_zone`."""
    first: float
    second: float
    over: str = ""
    """The duration of the mean maximal power that a share refers to."""

    @property
    def is_easy(self) -> bool | None:
        """True if it is within zone 2; None if that depends on the athlete."""
        limit = _EASY.get(self.unit) if self.unit != "custom_zone" else None
        return None if limit is None else max(self.first, self.second) <= limit

    @property
    def hardness(self) -> tuple[str, float] | None:
        """About how hard it is, and in which measure; None if unknown."""
        top = max(self.first, self.second)
        match self.unit:
            case "%pace" | "%lthr":
                return "threshold", top
            case "hr_zone":
                return "threshold", _ZONE_SHARE.get(int(top), 0.0)
            case "pace_zone":
                low, high = FRIEL_PACE_ZONES.get(int(top), (None, None))
                return "threshold", high or low or 0.0
            case "bpm" | "w" | "%hr" | "%ftp" | "power_zone":
                return self.unit, top
            case "m/s":
                return "speed", top
        metres = metres_of(self.unit)
        fastest = min(self.first, self.second)
        return ("speed", metres / fastest) if metres and fastest > 0 else None


@dataclass(slots=True, kw_only=True)
class IntervalsStep:
    """A step that was read, before its kind is known."""

    where: str
    seconds: float | None = None
    metres: float | None = None
    by_lap: bool = False
    targets: list[IntervalsTarget] = field(default_factory=list)
    is_ramp: bool = False
    is_max: bool = False
    kind: str = ""
    """A kind of our documents; empty until `settle_kinds` decides it."""
    is_easy: bool = False
    """True if it is easy running, by its target, its words or its section."""
    move: str = ""
    name: str = ""
    notes: str = ""
    prompts: list[tuple[float, str]] = field(default_factory=list)
    """Texts and the seconds after the start at which they are spoken."""
    choices: list[str] = field(default_factory=list)
    """Decisions about what the file leaves open."""
    losses: list[tuple[str, str]] = field(default_factory=list)
    """Places, and the losses there."""

    def lose(self, text: str, where: str = "") -> None:
        """Keep a loss until the step is made, so that the report has both together."""
        self.losses.append((where or self.where, text))

    @property
    def is_short(self) -> bool:
        """True if it is short enough for a recovery between two hard steps."""
        return (self.seconds or 0) <= LONGEST_JOG_S and (self.metres or 0) <= LONGEST_JOG_M


@dataclass(slots=True)
class IntervalsRepeat:
    """Steps and repeats that are repeated."""

    where: str
    times: int | None
    items: "list[IntervalsStep | IntervalsRepeat]"


Items = list[IntervalsStep | IntervalsRepeat]


def metres_of(unit: str) -> float | None:
    """The metres that the seconds, or minutes, of a pace refer to; None for another unit."""
    seconds, _, per = unit.partition("/")
    if seconds not in {"secs", "mins"} or per not in PER:
        return None
    return PER[per] if seconds == "secs" else PER[per] / 60


def settle_kinds(sections: Sequence[tuple[str, Items]]) -> None:
    """Give a kind to every step that has none."""
    for _, items in sections:
        _settle_repeats(items)
    steps = [(each, not name or len(sections) == 1) for name, items in sections for each in flat(items)]
    for each, _ in steps:
        if not each.kind and not each.is_easy:
            each.kind = "work"
    hard = [place for place, (each, _) in enumerate(steps) if each.kind in HARD]
    is_named = any(each.kind in EASY for each, _ in steps)
    for place, (each, is_loose) in enumerate(steps):
        if each.kind:
            continue
        is_outside = bool(hard) and not hard[0] < place < hard[-1]
        if is_outside and is_loose and not is_named:
            each.kind = "warm_up" if place < hard[0] else "cool_down"
        elif hard and place > hard[0] and each.is_short:
            each.kind = "recovery"
        else:
            each.kind = "open"


def nodes_of(items: Items, builder: StepBuilder) -> list[Json]:
    """The steps of a document."""
    nodes: list[Json] = []
    for each in items:
        if isinstance(each, IntervalsRepeat):
            nodes += repeat_steps(builder.report, each.where, each.times, nodes_of(each.items, builder))
        else:
            nodes += _node(each, builder)
    return nodes


def flat(items: Items) -> Iterator[IntervalsStep]:
    """The steps, those of repeats once each."""
    for each in items:
        if isinstance(each, IntervalsRepeat):
            yield from flat(each.items)
        else:
            yield each


def _settle_repeats(items: Items, *, is_repeat: bool = False) -> None:
    """Make recoveries of the steps of a repeat that are easy, or clearly easier than its hardest one."""
    plain = [each for each in items if isinstance(each, IntervalsStep)]
    for each in items:
        if isinstance(each, IntervalsRepeat):
            _settle_repeats(each.items, is_repeat=True)
    if not is_repeat or all(each.is_easy or each.kind == "recovery" for each in flat(items)):
        return
    hardest: dict[str, float] = {}
    pairs = [(each, target.hardness) for each in plain for target in each.targets[:1]]
    for _, hardness in pairs:
        if hardness is not None:
            hardest[hardness[0]] = max(hardness[1], hardest.get(hardness[0], 0.0))
    for each, hardness in pairs:
        if hardness is not None and not each.kind:
            measure, value = hardness
            top = hardest[measure]
            each.is_easy |= value <= (top - EASIER if measure == "threshold" else top * _EASIER_SHARE)
    for each in plain:
        if each.is_easy and not each.kind:
            each.kind = "recovery"


def _node(each: IntervalsStep, builder: StepBuilder) -> list[Json]:
    for text in each.choices:
        builder.report.approximated(each.where, text)
    for where, text in each.losses:
        builder.report.dropped(where, text)
    until = _until(each, builder)
    if until is NO_LENGTH:
        return []
    more: dict[str, Any] = {"move": each.move} if each.move and each.kind == "recovery" else {}
    if each.is_ramp and each.targets:
        target, ramp = _ramp(each.targets[0], builder)
        more |= ramp
    else:
        target = _target(each.targets[0], builder) if each.targets else None
    caps = [_target(limit, builder) for limit in each.targets[1:]]
    if each.is_max and target is None:
        target = {"effort": "as hard as you can"}
    if each.prompts:
        more["says"] = _says(each, builder)
    name, notes = each.name, each.notes
    return [
        step(
            builder.report, each.where, each.kind, until, target=target, caps=caps, name=name, notes=notes, **more
        )
    ]  # fmt: skip


def _until(each: IntervalsStep, builder: StepBuilder) -> Json:
    if each.by_lap:
        if each.seconds or each.metres:
            length_text = f"{each.metres:g} m" if each.metres else f"{each.seconds:g} s"
            text = f"the step ends when you press lap; its planned {length_text} are not kept"
            builder.report.dropped(each.where, text)
        return dict(MARK)
    if each.metres is not None:
        return builder.after_metres(each.where, each.metres)
    return builder.after_seconds(each.where, each.seconds)


def _says(each: IntervalsStep, builder: StepBuilder) -> list[Json]:
    texts: list[Json] = []
    for at, prompt in each.prompts:
        text = short_name(builder.report, each.where, prompt)
        if not text or len(texts) >= 50 or (each.seconds is not None and at >= each.seconds):
            label = f'"{text[:60]}" at {clock(at)}'
            builder.report.dropped(
                each.where, f"the text {label}, which is empty or not before the step's end"
            )
            continue
        texts.append({"text": text, "at": clock(max(at, 1.0))})
    return texts


# --- targets


def _target(stated: IntervalsTarget, builder: StepBuilder) -> Json | None:
    """A target of our documents; what it cannot express is reported."""
    where, unit, sides = stated.where, stated.unit, (stated.first, stated.second)
    plain = {
        "%pace": builder.threshold_share,
        "bpm": builder.heart_rate,
        "w": builder.power,
        "rpm": builder.cadence,
        "spm": builder.cadence,
        "m/s": builder.speed,
    }
    if unit in plain:
        return plain[unit](where, *sides)
    if unit in _ZONES:
        return _zone(stated, builder)
    if unit in {"%hr", "%lthr"}:
        return builder.heart_rate(where, *sides, "%max" if unit == "%hr" else unit)
    if unit in _SHARES:
        return builder.in_words(where, f"{_range_words(sides)} % of {_of(stated)}")
    if unit == "rpe":
        return {"effort": f"RPE {_range_words(sides)}"}
    metres = metres_of(unit)
    if metres is None:
        return builder.no_target(where, f"{_range_words(sides)} {one_line(unit, 30) or 'without a unit'}")
    if min(sides) <= 0:
        return builder.no_target(where, "a pace of zero")
    if builder.sport is not Sport.RUN:
        return builder.speed(where, metres / sides[0], metres / sides[1])
    text = f"a pace of {clock(sides[0])} for {metres:g} m, which is not possible"
    return pace_target(metres / sides[0], metres / sides[1]) or builder.no_target(where, text)


def _zone(stated: IntervalsTarget, builder: StepBuilder) -> Json | None:
    low, high = sorted((int(stated.first), int(stated.second)))
    if {stated.first, stated.second} != {low, high} or not 0 < low <= high < 20:
        return builder.no_target(
            stated.where, f"{_ZONES[stated.unit]} zone {stated.first:g}-{stated.second:g}"
        )
    match stated.unit:
        case "hr_zone":
            return builder.friel_heart_zone(stated.where, low, high)
        case "pace_zone":
            return builder.pace_zone(stated.where, low, high)
    return builder.in_words(stated.where, f"{_ZONES[stated.unit]} zone {_range_words((low, high))}")


def _ramp(stated: IntervalsTarget, builder: StepBuilder) -> tuple[Json | None, Json]:
    """A target at the start and at the end; a range if there is no such pair."""
    where, unit = stated.where, stated.unit
    if unit in {"%ftp", "%mmp", "power_zone", "custom_zone"} and stated.first != stated.second:
        range_text = f"{plain_number(stated.first)} to {plain_number(stated.second)}"
        of = f"{_ZONES[unit]} zone {range_text}" if unit in _ZONES else f"{range_text} % of {_of(stated)}"
        return builder.in_words(where, f"a ramp from {of}"), {}
    pair = (stated.first, stated.second)
    if unit in {"hr_zone", "pace_zone"}:
        middles = [_middle(unit, value) for value in pair]
        if None not in middles and pair[0] != pair[1]:
            unit = "%lthr" if unit == "hr_zone" else "%pace"
            pair = (middles[0] or 0.0, middles[1] or 0.0)
            range_text = f"{pair[0]:g} to {pair[1]:g} % of your {_SHARES[unit]}"
            builder.report.approximated(
                where, f"a ramp between zones was read as one from {range_text}, their middles"
            )
    ends = [
        _target(IntervalsTarget(where, unit, value, value), builder) for value in pair if pair[0] != pair[1]
    ]
    if len(ends) == 2 and ends[0] and ends[1] and not any("effort" in end for end in ends if end):
        return ends[0], {"ramp": ends[1]}
    builder.report.approximated(where, "a ramp between these targets became a range")
    return _target(stated, builder), {}


def _middle(unit: str, zone: float) -> float | None:
    """The middle of a zone in per cent; its only border if it has just one."""
    if unit == "pace_zone":
        borders: tuple[float | None, float | None] = FRIEL_PACE_ZONES.get(int(zone), (None, None))
    elif int(zone) in FRIEL_BY_NUMBER:
        low, high = FRIEL_ZONES[FRIEL_BY_NUMBER[int(zone)]]
        borders = (low * 100 or None, high * 100 if high < 2 else None)
    else:
        return None
    there = [side for side in borders if side is not None]
    return round(sum(there) / len(there), 1) if there else None


def _of(stated: IntervalsTarget) -> str:
    return f"{_SHARES[stated.unit]} over {stated.over}" if stated.over else _SHARES[stated.unit]


def _range_words(sides: tuple[float, float]) -> str:
    return "-".join(dict.fromkeys(f"{side:g}" for side in sides))


# --- the kinds that words mean

_WARM_UP: Final = re.compile(r"\bwarm[\s-]*up\b", re.IGNORECASE)
_COOL_DOWN: Final = re.compile(r"\b(?:cool|warm)[\s-]*down\b", re.IGNORECASE)
REST_WORDS: Final = re.compile(r"\b(?:rest|stand\w*|recover\w*)\b(?!\s+run)", re.IGNORECASE)
_EASY_WORDS: Final = re.compile(r"\b(?:easy|recover\w*|jog\w*|shuffle|walk\w*)\b", re.IGNORECASE)


def words_kind(text: str) -> str:
    """The kind that a section or a line names: `warm_up`, `cool_down`, `easy`, or none."""
    if _WARM_UP.search(text):
        return "warm_up"
    if _COOL_DOWN.search(text):
        return "cool_down"
    return "easy" if _EASY_WORDS.search(text) or REST_WORDS.search(text) else ""
