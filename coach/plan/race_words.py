"""A race plan in words and as data: splits with food and phrases, the checklist, the last hour by the clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from coach.physiology.surroundings import FLATTERS_BELOW, LABEL
from coach.plan.gear import ShoeWear
from coach.plan.race import (
    CAUTION,
    FUEL_ADVISED,
    FUEL_FROM_S,
    FUEL_MOST,
    GOVERNED_M,
    FuelStop,
    RacePlan,
    RaceSplit,
)
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock

# --- Facts of the runner, for the checklist


@dataclass(frozen=True, slots=True)
class RaceFacts:
    """The facts of runs, shoes and the calendar for the checklist."""

    shoe: ShoeWear | None = None
    """The pair for the race; None without one."""
    has_runs: bool = False
    """True if there are runs to judge by."""
    fuel_practised: date | None = None
    """The last long run with a cue to eat; None without one."""
    start_minute: int | None = None
    """The start of the race, in minutes after midnight; None if not given."""


LONG_RUN_S: Final = 75 * 60.0
"""A run of this length is one to practise fuel in. Judged."""


class ChecklistLine(NamedTuple):
    """One item of the checklist."""

    text: str
    is_flagged: bool = False
    """True if known facts show that it is not done."""


def checklist(plan: RacePlan, facts: RaceFacts) -> list[ChecklistLine]:
    """The checklist before a race, the week before first."""
    lines = [
        ChecklistLine("Sleep: as much as you need in the whole week, not the last night alone."),
        _shoe_line(facts.shoe),
        ChecklistLine("Kit worn before, number, pins, clothes for the wait."),
        ChecklistLine("Pod on the race shoe, strap wetted, both heard by the coach."),
        ChecklistLine("Batteries: pod, strap, watch, phone. Page and wristband at hand."),
        ChecklistLine("Carbohydrates 30 to 60 minutes before the start."),
        ChecklistLine("Ten quiet minutes: through the plan, and the cue phrases."),
        ChecklistLine(f"Warm-up: {_warm_up(plan)}"),
    ]
    if plan.fuel_stops:
        lines.insert(3, _fuel_line(plan, facts))
    if not plan.request.phrases:
        lines.append(
            ChecklistLine("Three cue phrases of your own (--phrase), spoken in a rehearsal.", is_flagged=True)
        )
    return lines


def _shoe_line(shoe: ShoeWear | None) -> ChecklistLine:
    if shoe is None:
        return ChecklistLine("Shoes broken in: 3 slow days, 2 at race pace.")
    if shoe.is_retired:
        return ChecklistLine(f"Shoes: {shoe.name} are retired.", is_flagged=True)
    if shoe.is_race_ready:
        return ChecklistLine(f"Shoes: {shoe.name}, broken in.")
    return ChecklistLine(f"Shoes: {shoe.name}: {shoe.ready_words}.", is_flagged=True)


def _fuel_line(plan: RacePlan, facts: RaceFacts) -> ChecklistLine:
    packed = f"Fuel packed: {len(plan.fuel_stops)} x {_stop_words(plan)}"
    if facts.fuel_practised is not None:
        return ChecklistLine(f"{packed}; practised on {facts.fuel_practised.isoformat()}.")
    if facts.has_runs:
        return ChecklistLine(f"{packed}; never practised in a long run.", is_flagged=True)
    return ChecklistLine(f"{packed}; practised in a long run?")


_SHORT_S: Final = 3600.0


def _warm_up(plan: RacePlan) -> str:
    if plan.pacing.total_s <= _SHORT_S:
        return "10 to 15 minutes of jogging, drills, four strides."
    return "5 to 10 minutes of jogging, drills, two strides."


def routine(plan: RacePlan) -> list[tuple[int, str]]:
    """The last hour: minutes before the start, and the action."""
    is_short = plan.pacing.total_s <= _SHORT_S
    return [
        (60, "At the place. Carbohydrates now, or in the next half hour."),
        (50, "Ten quiet minutes: through the plan, and the cue phrases."),
        (40, "Number, shoes, pod, strap, fuel; toilet."),
        (
            30 if is_short else 25,
            "Jog easily, 10 to 15 minutes." if is_short else "Jog easily, 5 to 10 minutes.",
        ),
        (15, "Leg swings, skips, high knees."),
        (10, "Four strides, not faster than race pace." if is_short else "Two strides at race pace."),
        (5, "To the start. Watch or page ready."),
        (0, "Go, and hold back: the first kilometre is not faster than the plan."),
    ]


def routine_lines(plan: RacePlan, facts: RaceFacts) -> list[str]:
    """The last hour as lines, by the clock if the start is known, else by the minutes before it."""
    lines = []
    for before, words in routine(plan):
        if facts.start_minute is None:
            at = f"-{before} min" if before else "start"
        else:
            minute = (facts.start_minute - before) % 1440
            at = f"{minute // 60:02d}:{minute % 60:02d}"
        lines.append(f"{at:>7}  {words}")
    return lines


# --- Words of a plan

UNITS: Final[Mapping[str, float]] = {"km": METRES_PER_KM, "mile": METRES_PER_MILE}


SPLIT_UNITS: Final = ("km", "mile", "lap")
"""The units of splits."""


def split_length(plan: RacePlan, by: str) -> float:
    """The length of a split by `km`, `mile` or `lap`."""
    return float(plan.request.lap_m) if by == "lap" else UNITS[by]


def _pace(plan: RacePlan, seconds_per_km: float, *, tenths: bool = True) -> str:
    """A pace in the runner's unit, without the unit."""
    return format_clock(seconds_per_km * UNITS[plan.request.unit] / METRES_PER_KM, tenths=tenths)


def _stop_words(plan: RacePlan) -> str:
    fuel = plan.request.fuel
    assert fuel is not None
    return f"{fuel.grams:g} g" + (f" + {fuel.sodium_mg:g} mg sodium" if fuel.sodium_mg else "")


def split_name(split: RaceSplit, by: str, length: float) -> str:
    """The name of a split by its end: `7`, or the distance of a broken one."""
    is_whole = abs(split.end_m - split.start_m - length) < 1
    unit = length if by == "lap" else UNITS[by]
    return str(split.number) if is_whole else f"{split.end_m / unit:.2f}".rstrip("0").rstrip(".")


def heat_lines(plan: RacePlan) -> Iterator[str]:
    """The effect of the weather on the plan."""
    weather, heat = plan.request.weather, plan.heat
    if weather is None or heat is None or plan.heat_sum_f is None:
        return
    warm, dew = (f"{each:.0f} °C" for each in (weather.temperature, weather.dew_point))
    both = f"Heat: {warm} and dew point {dew}, {plan.heat_sum_f:.0f} °F in all"
    cool = format_clock(plan.cool.total_s)
    if heat.caution:
        yield f"{both}. {CAUTION} No pace of this plan is faster than {_pace(plan, _mean(plan))}."
        return
    if heat.most == 0:
        yield f"{both}: nothing to add."
        return
    least, most = (format_clock(plan.cool.slowed(each).total_s) for each in (heat.least, heat.most))
    paces = [_pace(plan, _mean_cool(plan) * (1 + each / 100)) for each in (heat.least, heat.most)]
    yield (
        f"{both}: {heat.least:g} to {heat.most:g} % slower, {least} to {most} for {cool}, "
        f"{paces[0]} to {paces[1]} a {plan.request.unit} for {_pace(plan, _mean_cool(plan))}. "
        f"The splits are {heat.least:g} % slower."
    )
    halves = plan.cool.time_at(plan.metres / 2)
    rest = format_clock(plan.cool.total_s - halves, tenths=True)
    yield f"On a cool day: {cool}, halves {format_clock(halves, tenths=True)} and {rest}."


def _mean(plan: RacePlan) -> float:
    return METRES_PER_KM * plan.pacing.total_s / plan.metres


def _mean_cool(plan: RacePlan) -> float:
    return METRES_PER_KM * plan.cool.total_s / plan.metres


def fuel_lines(plan: RacePlan, facts: RaceFacts) -> Iterator[str]:
    """Food and drink, in all and an hour, with remarks."""
    fuel, total_s = plan.request.fuel, plan.pacing.total_s
    stops = plan.fuel_stops
    if fuel is None:
        yield "Fuel: none, as you said."
    elif fuel.is_example and total_s <= FUEL_FROM_S:
        yield "Fuel: none needed on the way in a race of up to an hour."
    elif not stops:
        yield "Fuel: nothing falls before the last five minutes; --fuel says another plan."
    else:
        last = stops[-1]
        yield (
            f"Fuel: {len(stops)} x {_stop_words(plan)}, at {format_clock(stops[0].at_s)} "
            f"({stops[0].at_m / 1000:.1f} km) and each {fuel.every_s / 60:g} min: {last.grams:.0f} g, "
            f"{plan.grams_an_hour:.0f} g/h"
            + (f", {last.sodium_mg:.0f} mg sodium" if last.sodium_mg else "")
            + "."
        )
        yield from _fuel_notes(plan, facts)
    drink = plan.request.drink
    if drink is not None:
        count = len(plan.drinks)
        yield (
            "Drink: nothing falls before the finish."
            if not count
            else f"Drink: {count} x {drink.millilitres:g} ml, {count * drink.millilitres:g} ml in all."
        )


def _fuel_notes(plan: RacePlan, facts: RaceFacts) -> Iterator[str]:
    low, high = FUEL_ADVISED
    an_hour, fuel = plan.grams_an_hour, plan.request.fuel
    if fuel is not None and fuel.is_example:
        yield "      An example: --fuel takes your own, such as '25g 200mg every 20min from 5km'."
    if an_hour > FUEL_MOST:
        yield f"      Over {FUEL_MOST:g} g an hour: more than the review behind these numbers goes to."
    elif an_hour > high:
        yield f"      Over {high:g} g an hour it takes glucose and fructose together."
    elif an_hour < low and plan.pacing.total_s > FUEL_FROM_S:
        yield f"      Under the {low:g} to {high:g} g an hour that are advised beyond an hour."
    if facts.has_runs and facts.fuel_practised is None:
        yield "      Never practised in a long run: do so before the race."


def durability_lines(plan: RacePlan) -> list[str]:
    """The results of one study on the speed at threshold late in a race."""
    lines = []
    for line in plan.durability:
        share = (
            ""
            if line.share is None
            else f"; the plan is then {100 * line.share:.0f} % of your threshold speed"
        )
        lines.append(
            f"After {line.after_s / 60:.0f} min ({line.at_m / 1000:.0f} km): speed at threshold -{line.loss:g} % "
            f"in one study{share}."
        )
    return lines


def plan_lines(plan: RacePlan, facts: RaceFacts, by: str) -> Iterator[str]:
    """The whole plan as text."""
    unit = plan.request.unit
    first, second = (format_clock(each, tenths=True) for each in plan.halves)
    start, end = plan.pacing.stretches[0].start_pace * 1000, plan.pacing.stretches[-1].end_pace * 1000
    yield f"{plan.title}: {plan.pacing.words}"
    yield f"Halves {first} and {second}, pace from {_pace(plan, start)} to {_pace(plan, end)} a {unit}."
    least_400, least_km = (format_clock(each, tenths=True) for each in plan.governor)
    yield f"Start: first {GOVERNED_M:.0f} m not under {least_400}, first km not under {least_km} (plan - 2 %)."
    yield from heat_lines(plan)
    yield ""
    yield from split_lines(plan, by)
    yield ""
    yield from fuel_lines(plan, facts)
    yield from durability_lines(plan)
    for each in plan.alternatives:
        yield (
            f"Plan {each.name}: {each.when} {each.do} {_pace(plan, each.pace_s, tenths=False)} a {unit}, "
            f"about {format_clock(each.finish_s)}."
        )
    for phrase in plan.request.phrases:
        yield f"At {phrase.at_m / 1000:g} km: “{phrase.words}”"
    yield ""
    yield "Before the start"
    for line in checklist(plan, facts):
        yield f"[{'!' if line.is_flagged else ' '}] {line.text}"
    yield ""
    yield "The last hour"
    yield from routine_lines(plan, facts)


def split_lines(plan: RacePlan, by: str) -> Iterator[str]:
    """The splits as a table."""
    length = split_length(plan, by)
    rows = plan.splits(length)
    has_hills = any(row.metabolic_s is not None for row in rows)
    unit = plan.request.unit
    head = [f"{by:>5}", f"{'per ' + unit:>8}", f"{'time':>9}"]
    if has_hills:
        head += [f"{'up':>5}", f"{'down':>5}", f"{'even effort*':>13}"]
    yield "  ".join(head)
    for row in rows:
        cells = [
            f"{split_name(row, by, length):>5}",
            f"{_pace(plan, row.pace):>8}",
            f"{format_clock(row.passed_s, tenths=by == 'lap'):>9}",
        ]
        if row.climb_m is not None and row.descent_m is not None and row.metabolic_s is not None:
            even = METRES_PER_KM * row.metabolic_s / (row.end_m - row.start_m)
            cells += [f"{row.climb_m:>5.0f}", f"{row.descent_m:>5.0f}", f"{_pace(plan, even):>13}"]
        yield "  ".join([*cells, *_beside(plan, row)]).rstrip()
    if has_hills:
        yield f"* {LABEL}: the same time, spread by what the slopes cost."
        course = plan.request.course
        if course is not None and _is_steep(plan):
            yield f"  Below {100 * FLATTERS_BELOW:.0f} % it flatters: legs, not oxygen, limit a descent."


def _is_steep(plan: RacePlan) -> bool:
    course = plan.request.course
    return course is not None and any(
        course.slope(place) < FLATTERS_BELOW for place in range(0, int(plan.metres), 25)
    )


def on_the_way(plan: RacePlan, row: RaceSplit) -> tuple[list[FuelStop], list[float], list[str]]:
    """Food, drink and phrases up to the end of a split; those planned for a mark are beside that mark."""
    began_s = row.passed_s - row.time_s
    stops = [stop for stop in plan.fuel_stops if began_s + _AT_MARK < stop.at_s <= row.passed_s + _AT_MARK]
    drinks = [place for place in plan.drinks if row.start_m + _AT_MARK < place <= row.end_m + _AT_MARK]
    phrases = [each.words for each in plan.request.phrases if row.start_m < each.at_m <= row.end_m]
    return stops, drinks, phrases


_AT_MARK: Final = 0.1
"""Largest distance in metres and seconds between a mark and its plan by rounding of fractions."""


def _beside(plan: RacePlan, row: RaceSplit) -> list[str]:
    """Remarks beside a split: fuel, drink, phrases, and the threshold so late in the race."""
    stops, drinks, phrases = on_the_way(plan, row)
    words = [f"gel ({stop.grams:g} g)" for stop in stops] + ["drink"] * len(drinks)
    words += [f"“{each}”" for each in phrases]
    words += [
        f"threshold -{line.loss:g} %"
        for line in plan.durability
        if row.passed_s - row.time_s <= line.after_s < row.passed_s
    ]
    return [", ".join(words)] if words else []


# --- As data


def plan_tree(plan: RacePlan, facts: RaceFacts) -> dict[str, Any]:
    """The plan for other programs; unknown values are absent."""
    least_400, least_km = plan.governor
    first, second = plan.halves
    stretches = plan.pacing.stretches
    tree: dict[str, Any] = {
        "name": plan.title,
        "distance_m": plan.metres,
        "goal_s": round(plan.cool.total_s, 1),
        "time_s": round(plan.pacing.total_s, 1),
        "split": plan.pacing.words,
        "halves_s": [round(first, 1), round(second, 1)],
        "pace_from_s_per_km": round(1000 * stretches[0].start_pace, 1),
        "pace_to_s_per_km": round(1000 * stretches[-1].end_pace, 1),
        "start": {"first_400_m_s": round(least_400, 1), "first_km_s": round(least_km, 1)},
        "splits": {by: [_split_tree(row) for row in plan.splits(split_length(plan, by))] for by in SPLIT_UNITS},
        "fuel": [_stop_tree(stop) for stop in plan.fuel_stops],
        "grams_per_hour": round(plan.grams_an_hour, 1),
        "drinks_m": plan.drinks,
        "alternatives": [
            {"name": each.name, "when": each.when, "do": each.do, "pace_s_per_km": round(each.pace_s, 1),
             "time_s": round(each.finish_s, 1)}
            for each in plan.alternatives
        ],
        "durability": [
            {"after_s": each.after_s, "loss_percent": each.loss, "at_m": round(each.at_m)}
            | ({} if each.share is None else {"share_of_threshold": round(each.share, 3)})
            for each in plan.durability
        ],
        "phrases": [{"text": each.words, "at_m": each.at_m} for each in plan.request.phrases],
        "checklist": [{"text": each.text, "flagged": each.is_flagged} for each in checklist(plan, facts)],
        "last_hour": [{"before_min": before, "text": words} for before, words in routine(plan)],
        "notes": [*heat_lines(plan), *fuel_lines(plan, facts)],
    }  # fmt: skip
    if plan.heat is not None and plan.heat_sum_f is not None:
        tree["heat"] = {
            "sum_f": round(plan.heat_sum_f, 1),
            "slower_percent": [plan.heat.least, plan.heat.most],
            "caution": plan.heat.caution,
            "time_s": [
                round(plan.cool.slowed(each).total_s, 1) for each in (plan.heat.least, plan.heat.most)
            ],
        }
    return tree


def _split_tree(row: RaceSplit) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "number": row.number,
        "at_m": round(row.end_m, 1),
        "pace_s_per_km": round(row.pace, 1),
        "time_s": round(row.time_s, 1),
        "passed_s": round(row.passed_s, 1),
    }
    if row.climb_m is not None and row.descent_m is not None and row.metabolic_s is not None:
        tree |= {
            "climb_m": round(row.climb_m, 1),
            "descent_m": round(row.descent_m, 1),
            "metabolic_equivalent_s": round(row.metabolic_s, 1),
        }
    return tree


def _stop_tree(stop: FuelStop) -> dict[str, Any]:
    return {
        "at_s": round(stop.at_s, 1),
        "at_m": round(stop.at_m),
        "total_g": round(stop.grams, 1),
        "total_sodium_mg": round(stop.sodium_mg),
    }
