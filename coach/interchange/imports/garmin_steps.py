"""What a step of Garmin Connect comes to, whichever form of its JSON it was read from."""

from dataclasses import dataclass, replace
from typing import Final

from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.draft import repeated, step
from coach.interchange.imports.ground import Ground
from coach.interchange.imports.maker import MARK, NO_LENGTH, Maker
from coach.interchange.imports.trees import Json, whole
from coach.workout.kinds import EASING_OFF, FLOATS

KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "interval": "work",
    "main": "work",
    "other": "work",
    "recovery": "recovery",
    "rest": "recovery",
}


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as the file says it."""

    key: str = ""
    one: float | None = None
    two: float | None = None
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class RawStep:
    """A step or repeat of either form, in SI units."""

    where: str
    key: str
    """`warmup`, `interval`, ..., `repeat`."""
    end: str = ""
    value: float | None = None
    compare: str = ""
    aim: Aim = Aim()
    second: Aim = Aim()
    notes: str = ""
    exercise: str = ""
    weight: float | None = None
    count: int | None = None
    """How often a repeat is run; None where it ends by `end`, or does not say."""
    skip_last: bool = False
    children: tuple["RawStep", ...] = ()


def nodes_of(raw: list[RawStep], maker: Maker) -> list[Json]:
    """The steps of a document for steps of either form."""
    nodes: list[Json] = []
    for one in raw:
        if one.key == "repeat":
            nodes += _repeat(one, maker)
        elif maker.ground is Ground.GYM and not (one.key in {"warmup", "cooldown"} and one.end == "time"):
            nodes += _exercise(one, maker)
        else:
            nodes += _run(one, maker)
    return nodes


def _repeat(one: RawStep, maker: Maker) -> list[Json]:
    inner = nodes_of(list(one.children), maker)
    if one.count is None and one.end and inner:
        maker.report.dropped(one.where, f"a repeat until {_repeat_end(one)}; its steps are run once")
        return inner
    if not one.skip_last:
        return repeated(maker.report, one.where, one.count, inner)
    if inner and inner[-1].get("kind") == "recovery":
        return repeated(maker.report, one.where, one.count, inner, skip_last_recovery=True)
    maker.report.dropped(one.where, "the last rest was to be skipped, but there is none at the end")
    return repeated(maker.report, one.where, one.count, inner)


def _repeat_end(one: RawStep) -> str:
    """What a repeat waits for, in words."""
    unit = {"time": " s", "distance": " m"}.get(one.end, "")
    amount = f" ({one.value:g}{unit})" if one.value is not None else ""
    return f"{one.end.replace('.', ' ')}{amount}"


def _run(one: RawStep, maker: Maker) -> list[Json]:
    kind = KINDS.get(one.key)
    if kind is None:
        maker.report.approximated(one.where, f'a step of the kind "{one.key}" was taken for work')
        kind = "work"
    until = _until(one, kind, maker)
    if until is NO_LENGTH:
        return []
    target, second = _target(one.aim, one.where, maker), _target(one.second, one.where, maker)
    move = {"move": "stand" if maker.ground is Ground.GYM else "walk"} if one.key == "rest" else {}
    return [
        step(
            maker.report, one.where, kind, until, target=target, caps=(second,), notes=one.notes, **move
        )
    ]  # fmt: skip


def _exercise(one: RawStep, maker: Maker) -> list[Json]:
    """A step of a strength workout: a rest stays one, all else becomes a checklist with one entry."""
    if one.key in {"rest", "recovery"}:
        return _run(replace(one, key="rest"), maker)
    name = one_line(one.exercise.replace("_", " ").capitalize(), 100) or "Exercise"
    weight = f" with {one.weight:g} kg" if one.weight else ""
    item: Json = {"do": f"{name}{weight}"}
    reps = whole(one.value) if one.end == "reps" else None
    if reps is not None and 1 <= reps <= 1000:
        item["reps"] = reps
    elif one.end in {"time", "fixed.rest"} and one.value and 0 < one.value <= 3600:
        item["seconds"] = one.value
    elif one.end != "lap.button":
        maker.report.dropped(one.where, f"how much of the exercise ({one.end or 'not said'})")
    maker.report.understood(one.where, f"exercise: {item['do']}")
    return [{"kind": "checklist", "items": [item]}]


def _until(one: RawStep, kind: str, maker: Maker) -> Json:
    match one.end:
        case "lap.button":
            return dict(MARK)
        case "time" | "fixed.rest":
            return maker.after_seconds(one.where, one.value)
        case "distance":
            return maker.after_metres(one.where, one.value)
        case "heart.rate":
            below = one.compare in {"lt", "lte", "less_than", "below"}
            if not below and one.compare not in {"gt", "gte", "greater_than", "above"}:
                below = kind in EASING_OFF - FLOATS
                side = "below" if below else "above"
                text = f"the file does not say from which side the heart rate comes; read as {side}"
                maker.report.approximated(one.where, text)
            return maker.at_heart_rate(one.where, one.value, "bpm", below=below)
    amount = f"{one.value:g} " if one.value is not None else ""
    return maker.no_end(one.where, f"{amount}{one.end or 'not said'}")


def _target(aim: Aim, where: str, maker: Maker) -> Json | None:
    low, high = aim.one or aim.two, aim.two or aim.one
    has_zone, has_numbers = bool(aim.zone), low is not None and low > 0
    match aim.key:
        case "" | "no.target":
            return None
        case "pace.zone" | "speed.zone":
            if has_numbers:
                return maker.speed(where, low, high)
            return maker.in_words(where, f"pace zone {aim.zone}") if has_zone else _bare(aim, where, maker)
        case "heart.rate.zone" | "heart.rate.lap":
            if has_zone and has_numbers:
                text = "both a heart-rate zone and a range are given; the range counts"
                maker.report.approximated(where, text)
            if has_numbers:
                return maker.heart_rate(where, low, high)
            return maker.garmin_heart_zone(where, aim.zone or 0) if has_zone else _bare(aim, where, maker)
        case "power.zone" | "power.lap":
            if has_numbers:
                return maker.power(where, low, high)
            return maker.in_words(where, f"power zone {aim.zone}") if has_zone else _bare(aim, where, maker)
        case "cadence":
            return maker.cadence(where, low, high)
    return maker.no_target(where, f"{aim.key}")


def _bare(aim: Aim, where: str, maker: Maker) -> Json | None:
    return maker.no_target(where, f"{aim.key} without a number")
