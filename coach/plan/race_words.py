"""A race plan in words, as data, on paper and on a phone.

Splits with food and phrases, the checklist, the last hour by the clock; a wristband to print, and one page that
counts and speaks by its own clock. A road race is run without the laptop: the page for a phone needs nothing but itself
(one file, no network), speaks the plan's words at each moment, and is corrected by a tap at a split.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from coach.physiology.surroundings import FLATTERS_BELOW, LABEL
from coach.plan.pacing import LONG_M
from coach.plan.race import (
    CAUTION,
    FUEL_FROM_S,
    GOVERNED_M,
    UNITS,
    FuelStop,
    RacePlan,
    RaceSplit,
    ShoeWear,
)
from coach.quantities import METRES_PER_KM, format_clock
from coach.review.html_page import escape, list_html, page, section_html, table_html

# --- the checklist

LONG_RUN_S: Final = 75 * 60.0
"""A run of this length is one to practise fuel in. Judged."""


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
    if plan.pacing.total_s > _LONG_DAY_S:
        lines.insert(
            4, ChecklistLine("Lamp and its batteries, jacket, what lies where on the way, the cut-offs.")
        )
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
_LONG_DAY_S: Final = 8 * 3600.0
"""A longer race can go into the night, and has depots and cut-offs. Judged."""


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


# --- words of a plan

_FUEL_ADVISED: Final = (30.0, 60.0)
"""Grams an hour; beyond, glucose and fructose together (same review, up to 90)."""
_FUEL_MOST: Final = 90.0
_AT_MARK: Final = 0.1
"""Largest distance in metres and seconds between a mark and its plan by rounding of fractions."""


def _pace_words(plan: RacePlan, seconds_per_km: float, *, tenths: bool = True) -> str:
    """A pace in the runner's unit, without the unit."""
    return format_clock(seconds_per_km * UNITS[plan.request.unit] / METRES_PER_KM, tenths=tenths)


def _stop_words(plan: RacePlan) -> str:
    fuel = plan.request.fuel
    assert fuel is not None
    return f"{fuel.grams:g} g" + (f" + {fuel.sodium_mg:g} mg sodium" if fuel.sodium_mg else "")


def heat_lines(plan: RacePlan) -> Iterator[str]:
    """The effect of the weather on the plan."""
    weather, heat = plan.request.weather, plan.heat
    if weather is None or heat is None or plan.heat_sum_f is None:
        return
    warm, dew = (f"{each:.0f} °C" for each in (weather.temperature, weather.dew_point))
    both = f"Heat: {warm} and dew point {dew}, {plan.heat_sum_f:.0f} °F in all"
    cool = format_clock(plan.cool.total_s)
    if heat.caution:
        yield f"{both}. {CAUTION} No pace of this plan is faster than {_pace_words(plan, plan.pacing.mean_pace)}."
        return
    if heat.most == 0:
        yield f"{both}: nothing to add."
        return
    least, most = (format_clock(plan.cool.slow_by(each).total_s) for each in (heat.least, heat.most))
    paces = [_pace_words(plan, plan.cool.mean_pace * (1 + each / 100)) for each in (heat.least, heat.most)]
    yield (
        f"{both}: {heat.least:g} to {heat.most:g} % slower, {least} to {most} for {cool}, "
        f"{paces[0]} to {paces[1]} a {plan.request.unit} for {_pace_words(plan, plan.cool.mean_pace)}. "
        f"The splits are {heat.least:g} % slower."
    )
    halves = plan.cool.time_at(plan.metres / 2)
    rest = format_clock(plan.cool.total_s - halves, tenths=True)
    yield f"On a cool day: {cool}, halves {format_clock(halves, tenths=True)} and {rest}."


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
    low, high = _FUEL_ADVISED
    an_hour, fuel = plan.grams_an_hour, plan.request.fuel
    if fuel is not None and fuel.is_example:
        yield "      An example: --fuel takes your own, such as '25g 200mg every 20min from 5km'."
    if an_hour > _FUEL_MOST:
        yield f"      Over {_FUEL_MOST:g} g an hour: more than the review behind these numbers goes to."
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
    if plan.metres > LONG_M and plan.pacing.words == "even":
        lines.append("Hardly anybody runs so far evenly: --split positive:8% plans a slower second half.")
    return lines


def plan_lines(plan: RacePlan, facts: RaceFacts, by: str) -> Iterator[str]:
    """The whole plan as text."""
    unit = plan.request.unit
    first, second = (format_clock(each, tenths=True) for each in plan.halves)
    start, end = plan.pacing.stretches[0].start_pace * 1000, plan.pacing.stretches[-1].end_pace * 1000
    yield f"{plan.title}: {plan.pacing.words}"
    yield f"Halves {first} and {second}, pace from {_pace_words(plan, start)} to {_pace_words(plan, end)} a {unit}."
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
            f"Plan {each.name}: {each.when} {each.do} {_pace_words(plan, each.pace_s, tenths=False)} a {unit}, "
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
    length = plan.split_length(by)
    rows = plan.splits(length)
    has_hills = any(row.metabolic_s is not None for row in rows)
    unit = plan.request.unit
    head = [f"{by:>5}", f"{'per ' + unit:>8}", f"{'time':>9}"]
    if has_hills:
        head += [f"{'up':>5}", f"{'down':>5}", f"{'even effort*':>13}"]
    yield "  ".join(head)
    for row in rows:
        cells = [
            f"{_split_name(row, by, length):>5}",
            f"{_pace_words(plan, row.pace):>8}",
            f"{format_clock(row.passed_s, tenths=by == 'lap'):>9}",
        ]
        if row.climb_m is not None and row.descent_m is not None and row.metabolic_s is not None:
            even = METRES_PER_KM * row.metabolic_s / (row.end_m - row.start_m)
            cells += [f"{row.climb_m:>5.0f}", f"{row.descent_m:>5.0f}", f"{_pace_words(plan, even):>13}"]
        yield "  ".join([*cells, *_beside(plan, row)]).rstrip()
    if has_hills:
        yield f"* {LABEL}: the same time, spread by what the slopes cost."
        course = plan.request.course
        if course is not None and _is_steep(plan):
            yield f"  Below {100 * FLATTERS_BELOW:.0f} % it flatters: legs, not oxygen, limit a descent."


def _split_name(split: RaceSplit, by: str, length: float) -> str:
    """The name of a split by its end: `7`, or the distance of a broken one."""
    is_whole = by == "lap" and abs(split.end_m - split.start_m - length) < 1
    unit = length if by == "lap" else UNITS[by]
    return str(split.number) if is_whole else f"{split.end_m / unit:.2f}".rstrip("0").rstrip(".")


def _is_steep(plan: RacePlan) -> bool:
    """Return whether a slope of the course is so steep that the metabolic cost flatters it."""
    course = plan.request.course
    return course is not None and any(
        course.slope(place) < FLATTERS_BELOW for place in range(0, int(plan.metres), 25)
    )


def _beside(plan: RacePlan, row: RaceSplit) -> list[str]:
    """Remarks beside a split: fuel, drink, phrases, and the threshold so late in the race."""
    stops, drinks, phrases = _on_the_way(plan, row)
    words = [f"gel ({stop.grams:g} g)" for stop in stops] + ["drink"] * len(drinks)
    words += [f"“{each}”" for each in phrases]
    words += [
        f"threshold -{line.loss:g} %"
        for line in plan.durability
        if row.passed_s - row.time_s <= line.after_s < row.passed_s
    ]
    return [", ".join(words)] if words else []


def _on_the_way(plan: RacePlan, row: RaceSplit) -> tuple[list[FuelStop], list[float], list[str]]:
    """Food, drink and phrases up to the end of a split; those planned for a mark are beside that mark."""
    began_s = row.passed_s - row.time_s
    stops = [stop for stop in plan.fuel_stops if began_s + _AT_MARK < stop.at_s <= row.passed_s + _AT_MARK]
    drinks = [place for place in plan.drinks if row.start_m + _AT_MARK < place <= row.end_m + _AT_MARK]
    phrases = [each.words for each in plan.request.phrases if row.start_m < each.at_m <= row.end_m]
    return stops, drinks, phrases


# --- as data

_SPLIT_UNITS: Final = ("km", "mile", "lap")
"""The units of splits."""


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
        "splits": {by: [_split_tree(row) for row in plan.splits(plan.split_length(by))] for by in _SPLIT_UNITS},
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
                round(plan.cool.slow_by(each).total_s, 1) for each in (plan.heat.least, plan.heat.most)
            ],
        }
    return tree


def _split_tree(row: RaceSplit) -> dict[str, Any]:
    """A split for other programs; unknown values are absent."""
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
    """A moment at which something is eaten, for other programs."""
    return {
        "at_s": round(stop.at_s, 1),
        "at_m": round(stop.at_m),
        "total_g": round(stop.grams, 1),
        "total_sodium_mg": round(stop.sodium_mg),
    }


# --- the wristband

_MOST_ROWS: Final = 50
"""Most rows of a wristband: longer races have a split each 5 or 10 units."""


def _band_length(plan: RacePlan) -> float:
    """The length of a row of the wristband: 1, 5 or 10 kilometres or miles; the longest race has 500 km."""
    unit_m = UNITS[plan.request.unit]
    return next((unit_m * each for each in (1, 5) if plan.metres / unit_m <= each * _MOST_ROWS), unit_m * 10)


def band_rows(plan: RacePlan) -> list[tuple[str, str, str]]:
    """The rows of a wristband: place, time, and food, drink or phrases before it."""
    rows = []
    for row in plan.splits(_band_length(plan)):
        stops, drinks, _ = _on_the_way(plan, row)
        marks = ["gel"] * len(stops) + ["drink"] * len(drinks)
        where = f"{row.end_m / UNITS[plan.request.unit]:.2f}".rstrip("0").rstrip(".")
        rows.append((where, format_clock(row.passed_s), " ".join(marks)))
    return rows


def wristband_lines(plan: RacePlan) -> Iterator[str]:
    """The wristband as text."""
    least_400, least_km = (format_clock(each) for each in plan.governor)
    yield plan.title
    yield f"400 m >= {least_400}, 1 km >= {least_km}"
    for where, time, marks in band_rows(plan):
        yield f"{where:>6}  {time:>8}  {marks}".rstrip()
    for each in plan.request.phrases:
        yield f"{each.words} ({each.at_m / 1000:g} km)"


_BAND_STYLE: Final = """
.band{width:62mm;border:1px dashed var(--stale);padding:2mm 3mm;margin:1rem 0;font-size:10pt;line-height:1.1}
.band h2,.wrist .band h2{font-size:10.5pt;margin:0 0 .5mm}
.band p,.wrist .band p{margin:0 0 .5mm;font-size:8.5pt}
.band table{width:100%;min-width:0}
.band th,.band td{padding:.25mm 1mm;font-size:10pt}
.band th{font-weight:700}
.band thead{display:none}
.band td.w{font-size:8.5pt;min-width:0;white-space:nowrap}
@media print{html.wrist{zoom:1}html.wrist body{padding:0;max-width:none}.wrist main{columns:2;column-gap:10mm}
.wrist h1,.wrist .sub{column-span:all;margin:0 0 1mm}.wrist h1{font-size:13pt}
.wrist .band{break-inside:avoid;margin:0}.wrist h2{font-size:10.5pt;margin:2mm 0 .5mm}
.wrist li,.wrist p{font-size:8.5pt}#theme{display:none}}
"""


def wristband_html(plan: RacePlan, facts: RaceFacts) -> str:
    """A page to print: the wristband to cut out, the other plans, the checklist and the last hour."""
    least_400, least_km = (format_clock(each, tenths=True) for each in plan.governor)
    rows = [tuple(map(escape, row)) for row in band_rows(plan)]
    band = (
        '<section class="band">'
        f"<h2>{escape(plan.title)}</h2><p>400 m not under {least_400}, 1 km not under {least_km}</p>"
        + table_html("Splits", ("", "time", "on the way"), rows, words=(2,))
        + "".join(f"<p>{escape(each.words)} ({each.at_m / 1000:g} km)</p>" for each in plan.request.phrases)
        + "</section>"
    )
    others = [
        f"Plan {each.name}: {each.when} {each.do} About {format_clock(each.finish_s)}."
        for each in plan.alternatives
    ]
    body = (
        f"<h1>{escape(plan.title)}</h1>",
        f'<p class="sub">{escape(plan.pacing.words)}. Cut along the dashes; clear tape keeps the sweat out.</p>',
        band,
        section_html("If the day is another", list_html([*heat_lines(plan), *others])),
        section_html("On the way", list_html([*fuel_lines(plan, facts), *durability_lines(plan)])),
        section_html("Before the start", list_html(line.text for line in checklist(plan, facts))),
        section_html(
            "The last hour", list_html(" ".join(each.split()) for each in routine_lines(plan, facts))
        ),
    )
    return page(plan.title, body, plan_tree(plan, facts), paper="wrist", style=_BAND_STYLE)


# --- the page for a phone


def _salt_words(stop: FuelStop) -> str:
    return f", {stop.sodium_mg:.0f} milligrams of sodium" if stop.sodium_mg else ""


def phone_tree(plan: RacePlan) -> dict[str, Any]:
    """The data of the page for a phone: moments in seconds from the start, in order.

    A race over 100 km has the marks of its wristband, a shorter one a mark each kilometre or mile.
    """
    unit_m = UNITS[plan.request.unit]
    word = "kilometre" if plan.request.unit == "km" else "mile"
    splits = []
    for row in plan.splits(_band_length(plan) if plan.metres > LONG_M else unit_m):
        is_finish = row.end_m > plan.metres - 0.5
        where = f"{row.end_m / unit_m:.2f}".rstrip("0").rstrip(".")
        splits.append(
            {
                "at": round(row.passed_s, 1),
                "m": round(row.end_m, 1),
                "name": "finish" if is_finish else f"{plan.request.unit} {where}",
                "say": "Finish" if is_finish else f"{word} {where}",
            }
        )
    remarks = [
        {"at": round(stop.at_s, 1), "say": f"Gel. {stop.grams:.0f} grams{_salt_words(stop)} in all", "kind": "fuel",
         "total": f"{stop.grams:.0f} g" + (f", {stop.sodium_mg:.0f} mg sodium" if stop.sodium_mg else "")}
        for stop in plan.fuel_stops
    ]  # fmt: skip
    drink = plan.request.drink
    remarks += [
        {"at": round(plan.pacing.time_at(place), 1), "say": "Drink", "kind": "drink",
         "total": f"{number * (drink.millilitres if drink else 0):g} ml"}
        for number, place in enumerate(plan.drinks, 1)
    ]  # fmt: skip
    remarks += [
        {"at": round(plan.pacing.time_at(each.at_m), 1), "say": each.words, "kind": "phrase", "total": ""}
        for each in plan.request.phrases
    ]
    least_400, least_km = plan.governor
    return {
        "title": plan.title,
        "words": plan.pacing.words,
        "metres": plan.metres,
        "splits": splits,
        "said": sorted(remarks, key=lambda each: float(str(each["at"]))),
        "least": [[GOVERNED_M, round(least_400, 1)], [METRES_PER_KM, round(least_km, 1)]],
        "caution": CAUTION if plan.heat is not None and plan.heat.caution else "",
    }


_PHONE_STYLE: Final = """
html.phone,html.phone body{height:100%}
.phone body{padding:.75rem;max-width:34rem}
.phone main{display:flex;flex-direction:column;gap:.6rem;min-height:100%}
.phone h1{font-size:1.15rem;margin:0}
.phone #time{font-size:min(24vw,7.5rem);font-weight:700;line-height:1;text-align:center}
.phone #next{display:grid;grid-template-columns:1fr auto;gap:.2rem .75rem;font-size:1.35rem;align-items:baseline}
.phone #next>*{white-space:nowrap}
.phone #by,.phone #left{text-align:right;grid-column:2}
.phone #total{grid-column:1/-1;grid-row:3;min-height:1.4em;font-size:1.1rem;white-space:normal}
.phone #next b{font-size:1.7rem}
.phone #off{font-size:2.2rem;font-weight:700;text-align:center;min-height:1.3em}
.phone #off.slow{color:#fff;background:var(--slow)}
.phone #off.fast{color:#000;background:var(--fast)}
.phone #word{font-size:1.5rem;text-align:center;min-height:1.4em;margin:0}
.phone button{font:inherit;font-weight:700;min-height:3rem;color:var(--ink);background:var(--paper);
border:2px solid var(--ink);border-radius:.6rem;touch-action:manipulation}
.phone #tap{min-height:7rem;font-size:1.8rem}
.phone .row{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
.phone #theme{position:static;float:none;margin:0;order:9}
.phone #list{margin:.5rem 0 0;padding:0;list-style:none;columns:2;font-size:1rem}
.phone #list li.done{color:var(--stale)}
@media(min-aspect-ratio:1/1) and (max-height:600px){.phone body{max-width:none}
.phone main{display:grid;grid-template-columns:1fr 1fr;grid-auto-flow:row dense;align-content:start;gap:.3rem 1rem}
.phone main>*{grid-column:1;margin:0}.phone #tap,.phone .row,.phone #again,.phone #theme{grid-column:2}
.phone #tap{grid-row:1/span 3}.phone #time{font-size:min(14vw,5rem)}.phone #list{grid-column:1/-1;columns:4}}
.phone [hidden]{display:none!important}
@media print{.phone button{display:none}html.phone{zoom:1}}
"""
_PHONE_SCRIPT: Final = """'use strict';
(() => {
const plan = JSON.parse(document.getElementById('data').textContent);
const find = (name) => document.getElementById(name);
const KEPT = 'coach-race ' + plan.title, LATE_S = 8, AGAIN_S = 5;
/* The clock: that of the calendar finds a start again after the page was closed, the other one never jumps. */
const origin = Date.now() - performance.now();
const now = () => (origin + performance.now()) / 1000;
const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds)), h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60, s = String(whole % 60).padStart(2, '0');
  return h ? h + ':' + String(m).padStart(2, '0') + ':' + s : m + ':' + s;
};
const spoken = (seconds) => {
  const whole = Math.round(seconds), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, s = whole % 60;
  return [...(h ? [h + (h > 1 ? ' hours' : ' hour')] : []), ...(m ? [m + (m > 1 ? ' minutes' : ' minute')] : []),
    ...(s ? [String(s)] : [])].join(' ');
};
let state = {start: null, taps: [], all: false, said: []};
const keep = () => {
  try { localStorage.setItem(KEPT, JSON.stringify(state)); } catch { /* a browser that keeps nothing */ }
};
try {
  const kept = JSON.parse(localStorage.getItem(KEPT));
  if (kept && kept.start !== null && now() - kept.start < 2 * plan.splits.at(-1).at) state = kept;
} catch { /* the same */ }

/* Tones and words. Both begin inside the tap at the start: a browser lets nothing sound before. */
let audio = null, lock = null;
const wake = async () => {
  try {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    audio ??= Context ? new Context() : null;
    audio?.resume?.();
    globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance(''));
    lock = await navigator.wakeLock?.request('screen');
  } catch { /* nothing holds the screen: its lock must be switched off by hand */ }
};
document.addEventListener('visibilitychange', () => { if (!document.hidden && state.start !== null) wake(); });
const beep = () => {
  if (!audio) return;
  const tone = audio.createOscillator(), level = audio.createGain();
  tone.frequency.value = 880;
  level.gain.setValueAtTime(0.3, audio.currentTime);
  level.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
  tone.connect(level).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.26);
};
globalThis.heard = [];
const say = (words) => {
  globalThis.heard.push(words);
  find('word').textContent = words;
  beep();
  const voice = globalThis.speechSynthesis;
  if (!voice) return;
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = 'en';
  voice.speak(utterance);
};

/* How far behind the plan the last tap was, + is behind: what is still to come is that much later. */
const off = () => (state.taps.length ? state.taps.at(-1).off : 0);
/* The split ahead: the one after the last tap, and a later one where nobody tapped for a quarter of the way on. */
const next = () => {
  let place = state.taps.length ? state.taps.at(-1).place + 1 : 0;
  const at = state.start === null ? 0 : now() - state.start, splits = plan.splits;
  while (place < splits.length - 1
    && at > splits[place].at + off() + 0.25 * (splits[place + 1].at - splits[place].at)) place += 1;
  return place;
};
const begin = () => { state = {...state, start: now(), taps: [], said: []}; keep(); wake(); show(); };
const tap = () => {
  if (state.start === null) { begin(); return; }
  const place = next(), split = plan.splits[place];
  if (!split) return;
  const at = now() - state.start, before = place ? plan.splits[place - 1].at : 0;
  /* A second tap at once is the same one: no mark lies so near the start or the mark before it. */
  if (at - (state.taps.at(-1)?.at ?? 0) < Math.min(AGAIN_S, (split.at - before) / 2)) return;
  state.taps.push({place, at, off: at - split.at});
  keep();
  show();
};
const undo = () => { state.taps.pop(); keep(); show(); };
const again = () => {
  if (!confirm('End this race and begin again?')) return;
  state = {...state, start: null, taps: [], said: []};
  keep();
  show();
};
const switchVoice = () => { state.all = !state.all; keep(); show(); };

const due = (at) => {
  const moments = plan.said.map((each, place) => ({key: 's' + place, at: each.at + off(), say: each.say}));
  if (state.all) {
    plan.splits.forEach((each, place) => moments.push(
      {key: 'k' + place, at: each.at, say: each.say + ', ' + spoken(each.at)}));
  }
  for (const each of moments.sort((one, other) => one.at - other.at)) {
    if (each.at > at || state.said.includes(each.key)) continue;
    state.said.push(each.key);
    keep();
    if (at - each.at <= LATE_S) say(each.say); /* what is late is not said */
  }
};
const show = () => {
  const isOn = state.start !== null, at = isOn ? now() - state.start : 0;
  const split = plan.splits[next()], isDone = !split, last = state.taps.at(-1);
  if (isOn && !isDone) due(at);
  find('time').textContent = clock(isDone && last ? last.at : at);
  find('where').textContent = split ? split.name : 'done';
  find('by').textContent = split ? clock(Math.round(split.at)) : '';
  const ahead = split ? split.at - at : 0;
  find('left').textContent = !split || !isOn ? '' : ahead >= 0 ? 'in ' + clock(ahead) : clock(-ahead) + ' ago by plan';
  const behind = Math.round(off()), banner = find('off');
  const words = behind === 0 ? 'on plan' : Math.abs(behind) + ' s ' + (behind > 0 ? 'behind' : 'ahead');
  banner.textContent = last ? words : '';
  banner.className = behind > 2 ? 'slow' : behind < -2 ? 'fast' : '';
  const gone = plan.said.filter((each, place) => each.total && state.said.includes('s' + place));
  const food = gone.filter((each) => each.kind === 'fuel').at(-1);
  const water = gone.filter((each) => each.kind === 'drink').at(-1);
  find('total').textContent = [food?.total, water?.total].filter(Boolean).join(', ');
  find('tap').textContent = !isOn ? 'Start' : isDone ? 'Finished' : 'At ' + split.name;
  find('tap').disabled = isDone;
  find('undo').hidden = !state.taps.length;
  find('again').hidden = !isOn;
  find('voice').textContent = state.all ? 'Says: every split' : 'Says: your phrases and fuel';
  [...find('list').children].forEach((row, place) => row.classList.toggle('done', place < next()));
};
for (const each of plan.splits) {
  const row = document.createElement('li');
  row.textContent = each.name + '  ' + clock(Math.round(each.at));
  find('list').append(row);
}
find('tap').addEventListener('click', tap);
find('undo').addEventListener('click', undo);
find('again').addEventListener('click', again);
find('voice').addEventListener('click', switchVoice);
const theme = find('theme');
theme.hidden = false;
theme.addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  theme.textContent = dark ? 'dark' : 'light';
});
document.querySelectorAll('.live').forEach((each) => { each.hidden = false; });
show();
setInterval(show, 250);
})();
"""
"""Counts by its own clock. It loads nothing, and speaks nothing that is over."""


def phone_html(plan: RacePlan) -> str:
    """One file for a phone: it counts and speaks by its own clock, without the laptop and without a network."""
    tree = phone_tree(plan)
    least = ", ".join(
        f"{metres:.0f} m not under {format_clock(seconds)}" for metres, seconds in tree["least"]
    )
    caution = f'<p class="lead"><b>{escape(tree["caution"])}</b></p>' if tree["caution"] else ""
    body = (
        f"<h1>{escape(plan.title)}</h1>",
        f'<p class="sub">{escape(plan.pacing.words)}; {least}</p>',
        caution,
        '<div class="live" id="time" role="timer" hidden>0:00</div>',
        '<div class="live" id="next" hidden><b id="where"></b><b id="by"></b>',
        '<span id="left"></span><span id="total"></span></div>',
        '<div class="live" id="off" role="status" hidden></div>',
        '<p class="live" id="word" hidden></p>',
        '<button class="live" id="tap" type="button" hidden>Start</button>',
        '<div class="row live" hidden><button id="undo" type="button">Undo</button>',
        '<button id="voice" type="button">Says</button></div>',
        '<button id="again" type="button" hidden>Begin again</button>',
        '<ol id="list"></ol>',
        "<noscript><p>Without JavaScript this page cannot count.</p></noscript>",
    )
    return page(plan.title, body, tree, paper="phone", style=_PHONE_STYLE, script=_PHONE_SCRIPT)
