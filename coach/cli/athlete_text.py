"""An athlete as lines for people and as JSON for programs; what is not known is absent."""

from collections.abc import Iterator, Sequence
from typing import Any

from coach.athlete import Athlete, Now, Shoe
from coach.cli.text import table
from coach.physiology.fitness import words_of
from coach.physiology.predictions import Prediction
from coach.workout.sheet import Sheet, ZoneTable
from coach.workout.sheet_text import SheetSection, prediction_block, sheet_blocks


def athlete_lines(athlete: Athlete) -> Iterator[str]:
    """Describe what is known of an athlete, a line each."""
    now, rates = athlete.now, athlete.now.heart_rate
    yield athlete.name if athlete.name == athlete.slug else f"{athlete.name} ({athlete.slug})"
    for name, rate in (("maximum", rates.max), ("threshold", rates.threshold), ("at rest", rates.rest)):
        if rate is not None:
            yield f"  heart rate {name:10}{rate.bpm:.0f} bpm, {rate.source}"
    if athlete.ceiling_bpm is not None:
        yield f"  never above {athlete.ceiling_bpm:.0f} bpm"
    for words, value in (
        ("threshold pace       {}", now.threshold_pace),
        ("top speed            {:.1f} m/s", now.top_speed_mps),
        ("weighs {:g} kg", now.weight_kg),
        ("cadence easy         {:.0f} steps a minute", now.cadence.easy),
        ("cadence fast         {:.0f} steps a minute", now.cadence.fast),
    ):
        if value is not None:
            yield f"  {words.format(value)}"
    yield from _pace_lines(now)
    for shoe in athlete.shoes:
        yield from _shoe_lines(shoe)


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """Say paces, zones, critical speed, notes and what is missing."""
    yield sheet.athlete.name
    for block in sheet_blocks(sheet):
        yield ""
        yield block.heading
        yield from _body(block)


def prediction_lines(races: Sequence[Prediction]) -> Iterator[str]:
    """Say what each race would take, and what refuses to be said."""
    yield from _body(prediction_block(races))


def sheet_tree(sheet: Sheet) -> dict[str, Any]:
    """The sheet with units in its keys."""
    tree: dict[str, Any] = {"v": 1, "athlete": sheet.athlete.slug}
    if sheet.fitness is not None:
        tree |= {"vdot": round(sheet.fitness.vdot, 2), "vdot_from": sheet.fitness.words}
    tree["paces"] = [
        {
            "name": line.name,
            "slowest_mps": round(line.slow, 4),
            "fastest_mps": round(line.fast, 4),
            "source": line.source,
            "derived": line.derived,
        }
        for line in sheet.paces
    ]
    tree["heart_rate_zones"] = [_table_tree(each) for each in sheet.tables]
    tree["pace_zones"] = [
        _present({"zone": zone.name, "slowest_mps": zone.slow, "fastest_mps": zone.fast}, 4)
        for zone in sheet.pace_zones
    ]
    if sheet.critical_speed is not None:
        fit = sheet.critical_speed
        tree["critical_speed"] = {
            "critical_speed_mps": round(fit.speed, 4),
            "d_prime_m": round(fit.reserve, 1),
            "trials": fit.trials,
            "worst_s": round(fit.worst_s, 1),
        }
    tree["predictions"] = [prediction_tree(race) for race in sheet.predictions]
    tree["missing"] = [
        {"what": gap.what, "gives": gap.gives, "command": gap.command} for gap in sheet.missing
    ]
    tree["notes"] = list(sheet.remarks)
    return tree


def prediction_tree(race: Prediction) -> dict[str, Any]:
    """A prediction with units in its keys."""
    tree: dict[str, Any] = {"race": race.name, "distance_m": round(race.metres, 1)}
    times = {
        "vdot_s": race.vdot_s,
        "riegel_s": race.riegel_s,
        "critical_speed_s": race.critical_speed_s,
        "quickest_s": race.quickest_s,
        "slowest_s": race.slowest_s,
    }
    tree |= _present(times, 1)
    if race.by is not None:
        tree |= {"from": race.by.words, "from_race": race.by.is_race}
    return tree | ({"refused": race.refused} if race.refused else {})


def _body(block: SheetSection) -> Iterator[str]:
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


def _pace_lines(now: Now) -> Iterator[str]:
    for pace_name, pace in now.paces.items():
        yield f"  {pace_name} pace by hand: {pace}"
    for race in now.races:
        yield f"  raced {words_of(race)}"
    for trial in now.trials:
        yield f"  critical-speed trial {words_of(trial)}"
    if now.goal is not None:
        yield f"  trains for {now.goal.pace or f'{now.goal.distance} in {now.goal.time}'}"


def _shoe_lines(shoe: Shoe) -> Iterator[str]:
    yield f"  shoes {shoe.name} ({shoe.slug})"
    for factor in shoe.factors:
        how = "long" if factor.factor < 1 else "short"
        off = abs(1 / factor.factor - 1)
        yield f"    {factor.pod} reads {how} {off:.1%}, factor {factor.factor:.3f} ± {factor.sd:.3f}"
