"""An athlete's sheet as lines for people and as JSON for programs; what is not known is absent."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

from coach.cli.text import table
from coach.physiology.predictions import Prediction
from coach.physiology.zones import Zone
from coach.quantities import Seconds, format_clock, format_pace
from coach.workout.sheet import PaceLine, Sheet, ZoneTable


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """Say paces, zones, critical speed, remarks and what is missing."""
    unit = sheet.athlete.units
    yield sheet.athlete.name
    if sheet.fitness is not None:
        yield f"Paces are derived from VDOT {sheet.fitness.vdot:.1f}: {sheet.fitness.words}"
    if sheet.paces:
        yield ""
        rows = [(line.name, pace_words(line, unit), _source(line)) for line in sheet.paces]
        yield from table(("pace", f"per {unit}", "from"), rows)
    for each in sheet.tables:
        yield ""
        yield f"Heart rate: {each.source}" + (
            " (an estimate: no cue is made from it)" if each.estimated else ""
        )
        yield from table(
            ("zone", "bpm", ""), [(zone.name, beats_words(zone), zone.meaning) for zone in each.zones]
        )
    if sheet.pace_zones:
        yield ""
        yield "Pace: Friel, by threshold pace"
        rows = [(zone.name, _between(zone.slow, zone.fast, unit), zone.meaning) for zone in sheet.pace_zones]
        yield from table(("zone", f"per {unit}", ""), rows)
    yield from _critical_lines(sheet)
    if sheet.remarks:
        yield ""
        yield from (f"Note: {remark}" for remark in sheet.remarks)
    if sheet.missing:
        yield ""
        rows = [(one.what, one.gives, one.command) for one in sheet.missing]
        yield from table(("not known yet", "would give", "set it with"), rows)


def pace_words(line: PaceLine, unit: str) -> str:
    """A pace or a range of paces, the slower last: `4:56-5:34`."""
    slow = format_pace(line.slow, unit=unit, with_unit=False)
    fast = format_pace(line.fast, unit=unit, with_unit=False)
    return slow if slow == fast else f"{fast}-{slow}"


def beats_words(zone: Zone) -> str:
    """The whole heart rates of a zone: `145-152`, `under 145`, `182 and over`."""
    low = None if zone.low is None else ceil(zone.low)
    high = None if zone.high is None else ceil(zone.high) - 1
    if low is None:
        return "-" if high is None else f"under {high + 1}"
    return f"{low} and over" if high is None else f"{low}-{high}"


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


def prediction_lines(found: Sequence[Prediction]) -> Iterator[str]:
    """Say what each race would take, and what refuses to be said."""
    rows = [
        (
            one.name,
            _clock(one.vdot_s),
            _clock(one.riegel_s),
            _clock(one.critical_speed_s),
            _spread(one),
            one.by.words,
        )
        for one in found
        if one.by is not None
    ]
    if rows:
        yield from table(("race", "VDOT", "Riegel", "critical speed", "between", "from"), rows)
    refused = [one for one in found if one.by is None]
    if rows and refused:
        yield ""
    yield from (f"{one.name}: no prediction. {one.refused}" for one in refused)


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


def _critical_lines(sheet: Sheet) -> Iterable[str]:
    found = sheet.critical_speed
    if found is None:
        return ()
    pace = format_pace(found.speed, unit=sheet.athlete.units)
    return (
        "",
        f"Critical speed {pace} (± 0.14 m/s), reserve above it {found.reserve:.0f} m (± 88 m)",
        f"  from {found.trials} runs, the worst {found.worst_s:.0f} s off the line",
    )


def _source(line: PaceLine) -> str:
    return "derived" if line.derived and line.source.startswith("VDOT") else line.source


def _between(slow: float | None, fast: float | None, unit: str) -> str:
    if slow is None:
        return f"slower than {format_pace(fast or 0.0, unit=unit, with_unit=False)}"
    if fast is None:
        return f"{format_pace(slow, unit=unit, with_unit=False)} and faster"
    return f"{format_pace(fast, unit=unit, with_unit=False)}-{format_pace(slow, unit=unit, with_unit=False)}"


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


def _clock(seconds: Seconds | None) -> str:
    return "" if seconds is None else format_clock(seconds)


def _spread(one: Prediction) -> str:
    if one.quickest_s is None or one.slowest_s is None:
        return ""
    return f"{format_clock(one.quickest_s)}-{format_clock(one.slowest_s)}"
