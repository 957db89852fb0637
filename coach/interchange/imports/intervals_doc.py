"""intervals.icu's `workout_doc` JSON: the parsed workout as its servers give it, alone or inside an event."""

from typing import Final

from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.draft import Draft, document, repeated, step
from coach.interchange.imports.ground import ground_of
from coach.interchange.imports.intervals_targets import pace, share, zone
from coach.interchange.imports.maker import MARK, NO_LENGTH, Maker
from coach.interchange.imports.report import Reporter
from coach.interchange.imports.trees import Json, items, key_of, number, part, whole
from coach.problems import WorkoutProblem

_KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
    "other": "work",
}
_PACE_METRES: Final = {
    "secs/km": 1000.0,
    "secs/mile": 1609.344,
    "secs/mi": 1609.344,
    "secs/100m": 100.0,
    "secs/400m": 400.0,
    "secs/500m": 500.0,
    "mins/km": 1000 / 60,
    "mins/mile": 1609.344 / 60,
}
"""Units of a pace: the metres that so many seconds, or minutes, are for."""
_SHARES: Final = {"%pace": "pace", "%hr": "hr", "%lthr": "lthr", "%ftp": "ftp", "%mmp": "mmp"}
_ZONES: Final = {"hr_zone": "hr", "pace_zone": "pace", "power_zone": "power"}


def read_workout_doc(tree: Json, report: Reporter, where: str = "") -> Json:
    """Make a document of one workout: an event with a `workout_doc`, or the `workout_doc` itself.

    Raises:
        WorkoutProblem: no step of it can be run.
    """
    base = f"{where}." if where else ""
    inner = tree.get("workout_doc")
    told = inner if isinstance(inner, dict) else tree
    path = f"{base}workout_doc.steps" if told is inner else f"{base}steps"
    sport = key_of(tree.get("type") or tree.get("sport"))
    if not sport and ("pace_units" in told or key_of(told.get("target")) == "pace"):
        sport = "run"
    maker = Maker(report, ground_of(sport, f"{base}type", report))
    draft = Draft(
        name=str(tree.get("name") or told.get("name") or ""),
        where=where,
        named_at=f"{base}name",
        description=told.get("description"),
        source="intervals.icu",
    )
    draft.sections.append(("", _nodes(items(told.get("steps")), path, maker)))
    return document(draft, report)


def _nodes(listed: list[object], path: str, maker: Maker) -> list[Json]:
    nodes: list[Json] = []
    for place, one in enumerate(listed):
        where = f"{path}[{place}]"
        if not isinstance(one, dict):
            raise WorkoutProblem("this step is no object", where=where)
        inner = items(one.get("steps"))
        if inner or one.get("reps") is not None:
            made = _nodes(inner, f"{where}.steps", maker)
            nodes += repeated(maker.report, where, whole(one.get("reps")), made)
        else:
            nodes += _step(one, where, maker)
    return nodes


def _step(one: Json, where: str, maker: Maker) -> list[Json]:
    until = _until(one, where, maker)
    if until is NO_LENGTH:
        return []
    made = [target for name in _ORDER if (target := _target(one, name, where, maker)) is not None]
    target = made.pop(0) if made else None
    more: Json = {}
    if one.get("ramp") is True and target is not None:
        target, more = _ramp(one, target, where, maker)
    if target is None and one.get("maxeffort") is True:
        target = {"effort": "as hard as you can"}
    kind = _kind(one)
    return [step(maker.report, where, kind, until, target=target, caps=made, name=one.get("text"), **more)]


_ORDER: Final = ("pace", "hr", "power", "cadence")
"""The first of these a step has is its target, the others are limits."""


def _kind(one: Json) -> str:
    if one.get("warmup") is True:
        return "warm_up"
    if one.get("cooldown") is True:
        return "cool_down"
    kind = _KINDS.get(key_of(one.get("intensity")), "work")
    return "open" if kind == "work" and one.get("freeride") is True else kind


def _until(one: Json, where: str, maker: Maker) -> Json:
    seconds, metres = number(one.get("duration")), number(one.get("distance"))
    if one.get("until_lap_press") is True:
        if seconds or metres:
            planned = f"{metres:g} m" if metres else f"{seconds:g} s"
            maker.report.dropped(
                where, f"the step ends when you press lap; its planned {planned} are not kept"
            )
        return dict(MARK)
    if metres:
        return maker.after_metres(where, metres)
    return maker.after_seconds(where, seconds)


def _target(one: Json, name: str, where: str, maker: Maker) -> Json | None:
    told = part(one, name)
    if not told:
        return None
    here = f"{where}.{name}"
    value = number(told.get("value"))
    low = number(told.get("start")) if value is None else value
    high = number(told.get("end")) if value is None else value
    low, high = low if low is not None else high, high if high is not None else low
    unit = key_of(told.get("units"))
    if low is None or high is None or low <= 0 or high <= 0:
        return maker.no_target(here, f"{name} without usable numbers")
    if unit in _SHARES:
        return share(here, low, high, _SHARES[unit], maker)
    if unit in _ZONES:
        return _zone(here, low, high, unit, maker)
    if unit in _PACE_METRES:
        return pace(here, low, high, _PACE_METRES[unit], maker)
    match unit:
        case "w":
            return maker.power(here, low, high)
        case "bpm":
            return maker.heart_rate(here, low, high)
        case "rpm" | "spm":
            return maker.cadence(here, low, high)
        case "m/s":
            return maker.speed(here, low, high)
    return maker.no_target(here, f"{low:g}-{high:g} {one_line(unit, 30) or 'without a unit'}")


def _zone(where: str, low: float, high: float, unit: str, maker: Maker) -> Json | None:
    first, last = whole(low), whole(high)
    if first is None or last is None or not 0 < first < 20 or not 0 < last < 20:
        return maker.no_target(where, f"{unit.replace('_', ' ')} {low:g}-{high:g}")
    return zone(where, first, last, _ZONES[unit], maker)


def _ramp(one: Json, target: Json, where: str, maker: Maker) -> tuple[Json, Json]:
    """A target at the start and what it becomes; a range where the ends cannot be told apart."""
    name = next(name for name in _ORDER if part(one, name))
    told = part(one, name)
    ends: list[Json] = []
    for side in ("start", "end"):
        single = {name: {"value": told.get(side), "units": told.get("units")}}
        made = _target(single, name, where, maker)
        if made is not None and "effort" not in made and not isinstance(next(iter(made.values())), dict):
            ends.append(made)
    if len(ends) == 2 and ends[0].keys() == ends[1].keys():
        return ends[0], {"ramp": ends[1]}
    maker.report.approximated(where, "a ramp between these targets became a range")
    return target, {}
