"""An athlete's sheet as lines for people and as JSON for programs; what is not known is absent."""

from collections.abc import Iterator, Sequence
from typing import Any

from coach.cli.text import table
from coach.physiology.predictions import Prediction
from coach.workout.sheet import Sheet, ZoneTable
from coach.workout.sheet_text import Block, prediction_block, sheet_blocks


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """Say paces, zones, critical speed, notes and what is missing."""
    yield sheet.athlete.name
    for block in sheet_blocks(sheet):
        yield ""
        yield block.heading
        yield from _body(block)


def prediction_lines(found: Sequence[Prediction]) -> Iterator[str]:
    """Say what each race would take, and what refuses to be said."""
    yield from _body(prediction_block(found))


def sheet_tree(sheet: Sheet) -> dict[str, Any]:
    """The sheet with units in its keys."""
    told: dict[str, Any] = {"v": 1, "athlete": sheet.athlete.slug}
    if sheet.fitness is not None:
        told |= {"vdot": round(sheet.fitness.vdot, 2), "vdot_from": sheet.fitness.words}
    told["paces"] = [
        {
            "name": line.name,
            "slowest_mps": round(line.slow, 4),
            "fastest_mps": round(line.fast, 4),
            "source": line.source,
            "derived": line.derived,
        }
        for line in sheet.paces
    ]
    told["heart_rate_zones"] = [_table_tree(each) for each in sheet.tables]
    told["pace_zones"] = [
        _present({"zone": zone.name, "slowest_mps": zone.slow, "fastest_mps": zone.fast}, 4)
        for zone in sheet.pace_zones
    ]
    if sheet.critical_speed is not None:
        found = sheet.critical_speed
        told["critical_speed"] = {
            "critical_speed_mps": round(found.speed, 4),
            "d_prime_m": round(found.reserve, 1),
            "trials": found.trials,
            "worst_s": round(found.worst_s, 1),
        }
    told["predictions"] = [prediction_tree(one) for one in sheet.predictions]
    told["missing"] = [
        {"what": one.what, "gives": one.gives, "command": one.command} for one in sheet.missing
    ]
    told["notes"] = list(sheet.remarks)
    return told


def prediction_tree(one: Prediction) -> dict[str, Any]:
    """A prediction with units in its keys."""
    told: dict[str, Any] = {"race": one.name, "distance_m": round(one.metres, 1)}
    times = {
        "vdot_s": one.vdot_s,
        "riegel_s": one.riegel_s,
        "critical_speed_s": one.critical_speed_s,
        "quickest_s": one.quickest_s,
        "slowest_s": one.slowest_s,
    }
    told |= _present(times, 1)
    if one.by is not None:
        told |= {"from": one.by.words, "from_race": one.by.is_race}
    return told | ({"refused": one.refused} if one.refused else {})


def _body(block: Block) -> Iterator[str]:
    """The table of a block and its lines, a blank line between."""
    if block.head:
        yield from table(block.head, block.rows)
    if block.head and block.lines:
        yield ""
    yield from block.lines


def _table_tree(each: ZoneTable) -> dict[str, Any]:
    rows = [
        _present({"zone": zone.name, "low_bpm": zone.low, "high_bpm": zone.high}, 1) for zone in each.zones
    ]
    return {"model": each.model, "source": each.source, "estimated": each.estimated, "zones": rows}


def _present(values: dict[str, Any], digits: int) -> dict[str, Any]:
    return {
        key: round(value, digits) if isinstance(value, float) else value
        for key, value in values.items()
        if value is not None
    }
