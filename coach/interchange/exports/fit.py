"""FIT workout files.

A repeat is a step behind those it repeats, which says to which number to jump back and how many times they are run in
all (FIT profile, `workout_step`). A range needs both sides, so an open one is written as the last value that our
documents take, which nobody runs out of; `imports` reads it as open again.
"""

from binascii import crc32
from typing import Any, Final

from coach.interchange.exports.exporting import ExportRequest
from coach.interchange.exports.formats import ExportFormat
from coach.interchange.exports.parts import Fate, Part
from coach.interchange.exports.plan import (
    HeartShareEnd,
    Losses,
    PlanNode,
    PlanRepeat,
    PlanStep,
    PlanTarget,
    exact,
)
from coach.interchange.exports.planner import plan_of
from coach.interchange.fit_encoder import EPOCH_S, BaseType, FitEncoder, FitField, MessageType, cut_text
from coach.interchange.imports.step_builder import ONE_FOOT_SPM
from coach.interchange.imports.writing import OPEN_SIDES
from coach.problems import WorkoutProblem
from coach.workout.timeline import DistanceEnd, HeartRateEnd, Quantity, TimeEnd

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
"""The type of the file; the maker, "development", that the profile has for whoever has no number; the sport."""
_TIME, _DISTANCE, _HEART_BELOW, _HEART_ABOVE, _LAP_KEY, _REPEAT = 0, 1, 2, 3, 5, 6
"""`wkt_step_duration`."""
_NO_TARGET: Final = 2
_TARGETS: Final = {Quantity.SPEED: 0, Quantity.HEART_RATE: 1, Quantity.CADENCE: 3, Quantity.POWER: 4}
"""`wkt_step_target`."""
_INTENSITIES: Final = {"interval": 0, "active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4}
"""`intensity` by what a step is called elsewhere; an old watch knows no interval (5), and active means the same."""
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
    for index, step in enumerate(steps):
        encoder.add(WORKOUT_STEP, {"index": index, **step})
    return encoder.file()


def _add(nodes: list[PlanNode], steps: list[dict[str, Any]], losses: Losses) -> None:
    for node in nodes:
        if isinstance(node, PlanRepeat):
            first = len(steps)
            _add(node.nodes, steps, losses)
            back = {
                "duration_type": _REPEAT,
                "duration": first,
                "target": node.count,
                "intensity": _INTENSITIES["active"],
            }
            steps.append(back)
        else:
            steps.append(_step(node, losses))


def _step(node: PlanStep, losses: Losses) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": _text(node.name, f"{node.where}.name", losses),
        **_end(node),
        "target_type": _NO_TARGET,
        "intensity": _INTENSITIES[node.role],
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
    """The two sides of a range as the profile writes them; zone 0 says that they count."""
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


def _text(text: str, where: str, losses: Losses) -> str | None:
    """A text as far as it fits; None for none."""
    if not text:
        return None
    cut = cut_text(text)
    if cut != text:
        losses.tell_as(
            Fate.NEAR, Part.LENGTH, where, "what stands behind the first 254 bytes of a text is cut off"
        )
    return cut
