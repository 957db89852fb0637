"""An athlete's sheet in words: blocks of a heading and a table, for terminals and screens to set in their own way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from coach.physiology.critical_speed import TYPICAL_ERROR_M, TYPICAL_ERROR_MPS
from coach.physiology.predictions import Prediction
from coach.physiology.zones import PaceZone, Zone
from coach.quantities import Seconds, format_clock, format_pace
from coach.workout.sheet import PaceLine, Sheet


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A part of the sheet."""

    heading: str
    head: tuple[str, ...] = ()
    """The heads of the columns; empty when there is no table."""
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    """What stands below the heading in plain lines."""


def sheet_blocks(sheet: Sheet) -> Iterator[SheetSection]:
    """Everything of the sheet but its predictions: paces, zones, critical speed, notes, what is missing."""
    unit = sheet.athlete.units
    if sheet.paces:
        heading = "Paces"
        if sheet.fitness is not None:
            heading += f", derived from VDOT {sheet.fitness.vdot:.1f}: {sheet.fitness.words}"
        paces = tuple((line.name, pace_words(line, unit), _source(line, unit)) for line in sheet.paces)
        yield SheetSection(heading, ("pace", f"per {unit}", "from"), paces)
    for each in sheet.tables:
        guessed = " (an estimate: no cue is made from it)" if each.estimated else ""
        beats = tuple((zone.name, beats_words(zone), zone.meaning) for zone in each.zones)
        yield SheetSection(f"Heart rate: {each.source}{guessed}", ("zone", "bpm", ""), beats)
    if sheet.pace_zones:
        speeds = tuple((zone.name, zone_words(zone, unit), zone.meaning) for zone in sheet.pace_zones)
        yield SheetSection("Pace: Friel, by threshold pace", ("zone", f"per {unit}", ""), speeds)
    found = sheet.critical_speed
    if found is not None:
        pace = format_pace(found.speed, unit=unit)
        lines = (
            f"{pace} (± {TYPICAL_ERROR_MPS} m/s), reserve above it {found.reserve:.0f} m (± {TYPICAL_ERROR_M:.0f} m)",
            f"from {found.trials} runs, the worst {found.worst_s:.0f} s off the line",
        )
        yield SheetSection("Critical speed", lines=lines)
    if sheet.remarks:
        yield SheetSection("Notes", lines=sheet.remarks)
    if sheet.missing:
        missing = tuple((one.what, one.gives, one.command) for one in sheet.missing)
        yield SheetSection("Not known yet", ("what", "would give", "set it with"), missing)


def prediction_block(found: Sequence[Prediction], unit: str = "km") -> SheetSection:
    """What each race would take by each formula, its pace per `unit`, and below it what refuses to be said."""
    has_critical = any(one.critical_speed_s is not None for one in found)
    rows = []
    for one in found:
        if one.by is None:
            continue
        seconds = one.vdot_s or one.riegel_s
        pace = "" if seconds is None else format_pace(one.metres / seconds, unit=unit, with_unit=False)
        times = [one.vdot_s, one.riegel_s, *([one.critical_speed_s] if has_critical else [])]
        rows.append((one.name, *(_clock(each) for each in times), pace, _spread(one), prediction_source(one)))
    refused = tuple(f"{one.name}: no prediction. {one.refused}" for one in found if one.by is None)
    head = (
        "race",
        "VDOT",
        "Riegel",
        *(["critical speed"] if has_critical else []),
        f"per {unit}",
        "between",
        "from",
    )
    return SheetSection("Predictions", head if rows else (), tuple(rows), refused)


def prediction_source(one: Prediction) -> str:
    """What a prediction is made from, and how far that is from the race where it is far."""
    if one.by is None or one.nearest is None:
        return ""
    words = one.by.words
    if one.nearest.words != words:
        words += f", Riegel from {one.nearest.words}"
    return f"{words}: wide, {_far(one.times_off, one.metres > one.nearest.metres)}" if one.is_far else words


def _far(times_off: float, is_longer: bool) -> str:
    return f"{times_off:.1f} times as {'far' if is_longer else 'short'}"


def pace_words(line: PaceLine, unit: str) -> str:
    """A pace or a range of paces, the faster first: `4:56-5:34`."""
    slow = format_pace(line.slow, unit=unit, with_unit=False)
    fast = format_pace(line.fast, unit=unit, with_unit=False)
    return slow if slow == fast else f"{fast}-{slow}"


def beats_words(zone: Zone) -> str:
    """The whole heart rates of a zone: `145-152`, `under 145`, `182 and over`; `-` where the heart says nothing."""
    if zone.low is None:
        return "-" if zone.high is None else f"under {ceil(zone.high)}"
    low = ceil(zone.low)
    return f"{low} and over" if zone.high is None else f"{low}-{ceil(zone.high) - 1}"


def zone_words(zone: PaceZone, unit: str) -> str:
    """The paces of a zone: `4:14-4:34`, `slower than 5:10`, `3:36 and faster`."""
    if zone.slow is None:
        return f"slower than {format_pace(zone.fast or 0.0, unit=unit, with_unit=False)}"
    slow = format_pace(zone.slow, unit=unit, with_unit=False)
    if zone.fast is None:
        return f"{slow} and faster"
    return f"{format_pace(zone.fast, unit=unit, with_unit=False)}-{slow}"


def _source(line: PaceLine, unit: str) -> str:
    source = "derived" if line.derived and line.source.startswith("VDOT") else line.source
    if line.between is None:
        return source
    slow, fast = (format_pace(speed, unit=unit, with_unit=False) for speed in line.between)
    return f"{source}, wide: {fast}-{slow}, as no race is near"


def _clock(seconds: Seconds | None) -> str:
    return "" if seconds is None else format_clock(seconds)


def _spread(one: Prediction) -> str:
    return f"{_clock(one.quickest_s)}-{_clock(one.slowest_s)}"
