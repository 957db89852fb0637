"""The season as lines of text, as an object for programs, and as one HTML page."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from coach.quantities import format_clock, format_hours, format_metres, format_pace, long_distance, signed
from coach.review import html_page as html
from coach.review.measures import Thirds
from coach.review.season import KIND_WORDS, SEASON, Distribution, Season, SeasonWeek, day_text
from coach.review.tables import column_lines

_NONE: Final = "–"
_UNKNOWN: Final = "--"


def season_lines(season: Season) -> Iterator[str]:
    """The season as lines of text."""
    count = "1 run" if season.runs == 1 else f"{season.runs} runs"
    yield f"Season, {day_text(season.since)} to {day_text(season.until)}: {count}"
    if not season.runs:
        yield "Nothing was run in these weeks. coach review --season --since DATE looks further back."
        yield from (f"Note: {note}" for note in season.notes)
        return
    yield ""
    yield from _week_lines(season)
    for lines in (_fitness_lines(season), _easy_lines(season), _best_lines(season), _heart_lines(season)):
        block = list(lines)
        if block:
            yield ""
            yield from block
    if season.sentences or season.notes:
        yield ""
        yield from season.sentences
        yield from (f"Note: {note}" for note in season.notes)


def _week_lines(season: Season) -> Iterator[str]:
    unit = season.unit
    kind = "load" if season.load is None else f"load, {KIND_WORDS[season.load]}"
    head = ("week from", "runs", "time", unit, "hard", kind, "change", "monotony", "strain")
    rows = [head]
    for week in season.weeks:
        load = _UNKNOWN if week.load is None else f"{week.load:.0f}"
        rows.append(
            (
                day_text(week.monday) + (" now" if week.is_now else ""),
                str(week.runs),
                _UNKNOWN if week.time_s is None else format_hours(week.time_s),
                _of(_long(week.distance_m, unit), week.distance_m, week.measured_runs, week.runs),
                _hard(week, unit),
                _of(load, week.load, week.loaded_runs, week.runs),
                _NONE if week.change is None else f"{signed(100 * week.change)} %",
                _NONE if week.monotony is None else f"{week.monotony:.2f}",
                _NONE if week.strain is None else f"{week.strain:.0f}",
            )
        )
    yield from column_lines(rows)


def _of(text: str, value: float | None, count: int, runs: int) -> str:
    """A sum, and the number of runs it includes if it does not include all."""
    return text if value is None or count == runs else f"{text} ({count} of {runs})"


def _hard(week: SeasonWeek, unit: str) -> str:
    """The distance of hard steps, with a + if more was run that was not measured."""
    if week.hard_m is None:
        return _UNKNOWN if week.unmeasured_hard else _NONE
    return _long(week.hard_m, unit) + ("+" if week.unmeasured_hard else "")


def _fitness_lines(season: Season) -> Iterator[str]:
    if not season.fitness:
        return
    day = season.fitness[-1]
    is_warm = season.warm_until is not None and season.until >= season.warm_until
    warm = (
        "" if is_warm or season.warm_until is None else f"   warming up until {day_text(season.warm_until)}"
    )
    parts = (
        f"fitness (CTL, 42 days) {day.ctl:.1f}",
        f"fatigue (ATL, 7 days) {day.atl:.1f}",
        f"form (TSB) {signed(day.tsb, 1)}{warm}",
    )
    yield "   ".join(parts)


def _easy_lines(season: Season) -> Iterator[str]:
    rows = [("easy / steady / hard", "by time", "by distance", "easy and hard sessions", "measured")]
    for each in season.distributions:
        if each.sessions is None:
            continue
        sessions = f"{each.sessions.easy} and {each.sessions.hard}"
        if each.sessions.unknown:
            sessions += f", {each.sessions.unknown} not known"
        rows.append(
            (
                each.window,
                _share_text(each.time),
                _share_text(each.metres),
                sessions,
                f"{each.measured} of {each.runs}",
            )
        )
    if len(rows) > 1:
        yield from column_lines(rows)


def _best_lines(season: Season) -> Iterator[str]:
    if season.bests:
        yield "best efforts"
        rows = [(best.name, best.time_text, day_text(best.day)) for best in season.bests]
        yield from (f"  {line}" for line in column_lines(rows))


def _heart_lines(season: Season) -> Iterator[str]:
    if season.pace_s_per_km is not None:
        yield f"heart rate at {season.pace_text}"
        rows = [
            (day_text(each.monday), f"{each.bpm:.0f}", f"{each.seconds / 60:.0f} min in {each.runs}")
            for each in season.heart
        ]
        yield from (f"  {line}" for line in column_lines(rows))


def _share_text(thirds: Thirds | None) -> str:
    return _UNKNOWN if thirds is None else " / ".join(f"{100 * each:.0f} %" for each in thirds)


def _long(metres: float | None, unit: str) -> str:
    return _UNKNOWN if metres is None else long_distance(metres, unit)[0]


def season_tree(season: Season) -> dict[str, Any]:
    """The season as an object; unknown values are left out."""
    return _tidy(
        {
            "v": 1,
            "since": season.since.isoformat(),
            "until": season.until.isoformat(),
            "runs": season.runs,
            "simulated_runs": season.simulated or None,
            "load": season.load,
            "unloaded_runs": season.unloaded,
            "warm_until": None if season.warm_until is None else season.warm_until.isoformat(),
            "weeks": [_week_tree(week) for week in season.weeks],
            "fitness": [
                {
                    "day": each.day.isoformat(),
                    "load": round(each.load, 1),
                    "ctl": round(each.ctl, 2),
                    "atl": round(each.atl, 2),
                    "tsb": round(each.tsb, 2),
                }
                for each in season.fitness
            ],
            "distributions": [_distribution_tree(each) for each in season.distributions],
            "bests": [
                {
                    "distance": best.distance,
                    "distance_m": best.metres,
                    "time_s": round(best.time_s, 2),
                    "day": best.day.isoformat(),
                    "run": best.run,
                }
                for best in season.bests
            ],
            "heart_at_pace": None
            if season.pace_s_per_km is None
            else {
                "pace_s_per_km": season.pace_s_per_km,
                "weeks": [
                    {
                        "monday": each.monday.isoformat(),
                        "mean_heart_rate_bpm": round(each.bpm, 1),
                        "time_s": round(each.seconds),
                        "runs": each.runs,
                    }
                    for each in season.heart
                ],
            },
            "sentences": list(season.sentences),
            "notes": list(season.notes),
        }
    )


def _week_tree(week: SeasonWeek) -> dict[str, Any]:
    tree = {
        "monday": week.monday.isoformat(),
        "runs": week.runs,
        "time_s": week.time_s,
        "distance_m": week.distance_m,
        "measured_runs": week.measured_runs,
        "hard_m": week.hard_m,
        "unmeasured_hard_runs": week.unmeasured_hard,
        "load": week.load,
        "loaded_runs": week.loaded_runs,
        "monotony": week.monotony,
        "strain": week.strain,
        "change_fraction": week.change,
        "easy_s": week.easy_s,
        "hard_s": week.hard_s,
        "zoned_runs": week.zoned_runs,
        "is_now": True if week.is_now else None,
    }
    return _tidy({key: round(value, 3) if isinstance(value, float) else value for key, value in tree.items()})


def _distribution_tree(each: Distribution) -> dict[str, Any]:
    names = ("easy", "steady", "hard")
    shares = {"time": each.time, "distance": each.metres}
    tree: dict[str, Any] = {
        name: None
        if thirds is None
        else {part: round(share, 4) for part, share in zip(names, thirds, strict=True)}
        for name, thirds in shares.items()
    }
    sessions = None if each.sessions is None else each.sessions._asdict()
    return _tidy(
        {"window": each.window, "days": each.days, "runs": each.runs, "measured_runs": each.measured}
        | tree
        | {"sessions": sessions}
    )


def _tidy(tree: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if value is not None}


# --- the season as one page

FORMAT: Final = "coach-season/1"
_MOST_DAYS: Final = 365
"""Most days of fitness that are drawn; of more, every second or third day is. More look no different on a phone."""


def season_report(season: Season) -> str:
    """The whole page."""
    unit, count = season.unit, "1 run" if season.runs == 1 else f"{season.runs} runs"
    body = (
        "<h1>Season</h1>",
        f'<p class="sub">{day_text(season.since)} to {day_text(season.until)}, {count}</p>',
        html.tiles_html(_tiles(season, unit)),
        "".join(f'<p class="lead">{html.escape(line)}</p>' for line in season.sentences or _empty(season)),
        html.section_html("Load a week", *_load(season)),
        html.section_html("Distance a week", *_distance(season, unit)),
        html.section_html("Fitness and fatigue", *_fitness(season)),
        '<div class="two">',
        html.section_html("Easy and hard", *_distributions(season)),
        html.section_html("Best this season", _bests(season, unit)),
        html.section_html(*_heart(season)),
        html.section_html("What is missing", html.list_html(season.notes)),
        "</div>",
        html.section_html("Every week", html.details_html("The weeks as a table", _weeks(season, unit))),
        html.details_html("How each number is made", html.formulas_html(SEASON.values())),
    )
    tree = {"format": FORMAT, "unit": unit, "season": season_tree(season)}
    return html.page(f"Season to {season.until.isoformat()}", body, tree)


def _empty(season: Season) -> tuple[str, ...]:
    """The text of a season without a run."""
    return () if season.runs else ("Nothing was run in these weeks.",)


def _tiles(season: Season, unit: str) -> Iterator[tuple[str, str, str]]:
    """Figures of a season: distance a week, share of easy running, best pace over 5 km."""
    now, before = season.weekly
    if now is not None:
        figure, name = long_distance(now.metres, unit)
        against = f"mean of the last {now.weeks} whole weeks" if now.weeks > 1 else "the last whole week"
        if now.unmeasured:
            against += f", without {now.unmeasured} not measured"
        if before is not None:
            against += f"; {long_distance(before.metres, unit)[0]} in the {before.weeks} before"
        yield figure, f"{name} a week", against
    recent = season.distributions[0] if season.distributions else None
    if recent is not None and recent.time is not None:
        yield (
            f"{100 * recent.time[0]:.0f}%",
            "easy, by time",
            "this season" if recent.window == "season" else f"last {recent.window}",
        )
    best = next((best for best in season.bests if best.distance == "5k"), None)
    if best is not None:
        pace = format_pace(best.metres / best.time_s, unit=unit, with_unit=False)
        yield pace, f"best 5k, pace /{unit}", f"{format_clock(best.time_s)} on {best.day.day} {best.day:%B}"
    if season.fitness:
        yield f"{season.fitness[-1].ctl:.0f}", "fitness (CTL)", f"fatigue (ATL) {season.fitness[-1].atl:.0f}"


# --- load


def _load(season: Season) -> Iterator[str]:
    """A column for each week; hard and easy by the share of their time, if the zones are known."""
    loads = [week.load for week in season.weeks]
    if season.load is None or not any(loads):
        return
    bars = [
        html.ChartColumn(
            week.load,
            hard=_hard_share(week),
            title=f"week from {day_text(week.monday)}: " + _load_title(week),
        )
        for week in season.weeks
    ]
    yield html.columns_html(f"load ({KIND_WORDS[season.load]})", bars, _month_words(season))
    yield html.legend_html(
        ((html.swatch("bar hard"), "steady and hard"), (html.swatch("bar"), "easy, or not known"))
    )


def _distance(season: Season, unit: str) -> Iterator[str]:
    """A column for each week, with the hard steps at its foot."""
    if not any(week.distance_m for week in season.weeks):
        return
    bars = [
        html.ChartColumn(
            None if week.distance_m is None else float(long_distance(week.distance_m, unit)[0]),
            hard=0.0
            if not week.distance_m or week.hard_m is None
            else min(1.0, week.hard_m / week.distance_m),
            title=f"week from {day_text(week.monday)}: {_run_count(week.measured_runs, week.runs)}",
        )
        for week in season.weeks
    ]
    yield html.columns_html("miles" if unit == "mile" else "km", bars, _month_words(season), height=110)
    yield html.legend_html(
        ((html.swatch("bar hard"), "hard steps"), (html.swatch("bar"), "all other running"))
    )


def _load_title(week: SeasonWeek) -> str:
    if week.load is None:
        return "no load known"
    return f"load {week.load:.0f}, {_run_count(week.loaded_runs, week.runs)}"


def _run_count(count: int, runs: int) -> str:
    """The number of runs in a sum: `4 runs`, `3 of 4 runs`."""
    return f"{'' if count == runs else f'{count} of '}{runs} {'run' if runs == 1 else 'runs'}"


def _hard_share(week: SeasonWeek) -> float:
    if week.easy_s is None or week.hard_s is None or week.easy_s + week.hard_s <= 0:
        return 0.0
    return week.hard_s / (week.easy_s + week.hard_s)


def _month_words(season: Season) -> list[str]:
    """The month under the first week that begins in it, and `now` under the last week."""
    words = [""] * len(season.weeks)
    for place, (before, week) in enumerate(pairwise(season.weeks), 1):
        if before.monday.month != week.monday.month:
            words[place] = f"{week.monday:%b}"
    if season.weeks and season.weeks[-1].is_now:
        words[-1] = "now"
    return words


def _fitness(season: Season) -> Iterator[str]:
    """Fitness and fatigue day by day; in the first weeks they are still rising to their level."""
    days = season.fitness
    if not days:
        return
    every = max(1, -(-len(days) // _MOST_DAYS))
    points = days[::-every][::-1]  # the last one is always seen
    ctl, atl = [day.ctl for day in points], [day.atl for day in points]
    axis = html.value_axis([*ctl, *atl, 0.0], (), least=10.0, low=-1.0)
    warming = (
        [html.ChartStretch(0.0, sum(day.day < season.warm_until for day in points), "rest")]
        if season.warm_until is not None
        else []
    )
    yield html.plot_html(
        "load a day",
        "",
        axis,
        [html.Curve(ctl), html.Curve(atl, "other")],
        stretches=warming,
        description=f"fitness {ctl[-1]:.0f} and fatigue {atl[-1]:.0f} at the end",
    )
    yield html.words_html([day_text(points[0].day), day_text(points[-1].day)])
    yield (
        '<p class="legend">unbroken: fitness (CTL), the load of six weeks; dotted: fatigue (ATL), the load of one week'
        + ("; grey: still warming up" if warming and warming[0].until else "")
        + "</p>"
    )


# --- intensity, best efforts, heart rate at one pace


def _distributions(season: Season) -> Iterator[str]:
    """The shares of easy, steady and hard as bars, and beside them in words."""
    rows = [each for each in season.distributions if each.time is not None]
    for each in rows:
        assert each.time is not None
        yield f"<p><b>{html.escape(each.window)}</b> {html.escape(_shares(each.time))}</p>"
        yield html.share_html(list(zip(("bar", "bar steady", "bar hard"), each.time, strict=True)))
        yield f'<p class="legend">{html.escape(_further(each))}</p>'


def _shares(shares: Sequence[float]) -> str:
    return ", ".join(
        f"{name} {100 * share:.0f} %" for name, share in zip(("easy", "steady", "hard"), shares, strict=True)
    )


def _further(each: Distribution) -> str:
    parts = [f"{each.measured} of {each.runs} {'run' if each.runs == 1 else 'runs'} with zones"]
    if each.metres is not None:
        parts.append(f"by distance: {_shares(each.metres)}")
    if each.sessions is not None:
        unknown = f", {each.sessions.unknown} not known" if each.sessions.unknown else ""
        parts.append(f"sessions: {each.sessions.easy} easy, {each.sessions.hard} hard{unknown}")
    return "; ".join(parts)


def _bests(season: Season, unit: str) -> str:
    rows = [
        [
            html.escape(best.name),
            f"<b>{best.time_text}</b>",
            format_pace(best.metres / best.time_s, unit=unit),
            day_text(best.day),
        ]
        for best in season.bests
    ]
    return html.table_html("Best efforts", ("distance", "time", "pace", "day"), rows)


def _heart(season: Season) -> tuple[str, ...]:
    """The heart rate at one pace as dots, one for each week, on an axis with printed limits."""
    if season.pace_s_per_km is None or not season.heart:
        return "Heart rate at one pace", ""
    pace = season.pace_text
    rates = [week.bpm for week in season.heart]
    low, high = min(rates) - 5, max(rates) + 5
    rows = [
        [
            day_text(week.monday),
            f"<b>{week.bpm:.0f}</b>",
            html.dot_html((week.bpm - low) / (high - low)),
            f"{week.seconds / 60:.0f} min, {week.runs} {'run' if week.runs == 1 else 'runs'}",
        ]
        for week in season.heart
    ]
    table = html.table_html(
        f"Heart rate at {pace}", ("week from", "bpm", f"{low:.0f} to {high:.0f}", "from"), rows, wide=(3,)
    )
    return f"Heart rate at {pace}", table


def _weeks(season: Season, unit: str) -> str:
    rows = [
        [
            day_text(week.monday) + (" (now)" if week.is_now else ""),
            str(week.runs),
            _measured(week.distance_m, unit, week.measured_runs < week.runs),
            "" if week.time_s is None else format_clock(week.time_s),
            _measured(week.hard_m, unit, week.unmeasured_hard > 0),
            "" if week.load is None else f"{week.load:.0f}" + ("+" if week.loaded_runs < week.runs else ""),
            "" if week.change is None else f"{signed(100 * week.change)} %",
            "" if week.monotony is None else f"{week.monotony:.1f}",
            "" if week.strain is None else f"{week.strain:.0f}",
        ]
        for week in reversed(season.weeks)
    ]
    head = ("week from", "runs", "distance", "time", "hard", "load", "change", "monotony", "strain")
    return html.table_html("Every week, the newest first; a + where a run of it is not known", head, rows)


def _measured(metres: float | None, unit: str, has_more: bool) -> str:
    """A distance, with a + if more was run that was not measured."""
    return "" if metres is None else format_metres(metres, unit) + ("+" if has_more else "")
