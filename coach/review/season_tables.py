"""The season as lines of text and as an object for programs."""

from collections.abc import Iterator
from typing import Any, Final

from coach.quantities import format_hours, long_distance, signed
from coach.review.measures import Thirds
from coach.review.season import KIND_WORDS, Distribution, Season, SeasonWeek, day_text
from coach.review.tables import column_lines

_NONE: Final = "–"
_UNKNOWN: Final = "--"


def season_lines(made: Season) -> Iterator[str]:
    """The season as lines of text."""
    yield f"Season, {day_text(made.since)} to {day_text(made.until)}: {made.runs} run{'' if made.runs == 1 else 's'}"
    if not made.runs:
        yield "Nothing was run in these weeks. coach review --season --since DATE looks further back."
        yield from (f"Note: {note}" for note in made.notes)
        return
    yield ""
    yield from _week_lines(made)
    for lines in (_fitness_lines(made), _easy_lines(made), _best_lines(made), _heart_lines(made)):
        shown = list(lines)
        if shown:
            yield ""
            yield from shown
    if made.sentences or made.notes:
        yield ""
        yield from made.sentences
        yield from (f"Note: {note}" for note in made.notes)


def _week_lines(made: Season) -> Iterator[str]:
    unit = made.unit
    kind = "load" if made.load is None else f"load, {KIND_WORDS[made.load]}"
    head = ("week from", "runs", "time", unit, "hard", kind, "change", "monotony", "strain")
    rows = [head]
    for week in made.weeks:
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
    """A sum, and of how many of the runs it is where it is not of all."""
    return text if value is None or count == runs else f"{text} ({count} of {runs})"


def _hard(week: SeasonWeek, unit: str) -> str:
    """The distance of hard steps, with a + where more was run that was not measured."""
    if week.hard_m is None:
        return _UNKNOWN if week.unmeasured_hard else _NONE
    return _long(week.hard_m, unit) + ("+" if week.unmeasured_hard else "")


def _fitness_lines(made: Season) -> Iterator[str]:
    if not made.fitness:
        return
    day = made.fitness[-1]
    is_warm = made.warm_until is not None and made.until >= made.warm_until
    warm = "" if is_warm or made.warm_until is None else f"   warming up until {day_text(made.warm_until)}"
    parts = (
        f"fitness (CTL, 42 days) {day.ctl:.1f}",
        f"fatigue (ATL, 7 days) {day.atl:.1f}",
        f"form (TSB) {signed(day.tsb, 1)}{warm}",
    )
    yield "   ".join(parts)


def _easy_lines(made: Season) -> Iterator[str]:
    rows = [("easy / steady / hard", "by time", "by distance", "easy and hard sessions", "measured")]
    for each in made.distributions:
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


def _best_lines(made: Season) -> Iterator[str]:
    if made.bests:
        yield "best efforts"
        rows = [(best.name, best.time_text, day_text(best.day)) for best in made.bests]
        yield from (f"  {line}" for line in column_lines(rows))


def _heart_lines(made: Season) -> Iterator[str]:
    if made.pace_s_per_km is not None:
        yield f"heart rate at {made.pace_text}"
        rows = [
            (day_text(each.monday), f"{each.bpm:.0f}", f"{each.seconds / 60:.0f} min in {each.runs}")
            for each in made.heart
        ]
        yield from (f"  {line}" for line in column_lines(rows))


def _share_text(thirds: Thirds | None) -> str:
    return _UNKNOWN if thirds is None else " / ".join(f"{100 * each:.0f} %" for each in thirds)


def _long(metres: float | None, unit: str) -> str:
    return _UNKNOWN if metres is None else long_distance(metres, unit)[0]


def season_tree(made: Season) -> dict[str, Any]:
    """The season as an object; what is not known is left out."""
    return _tidy(
        {
            "v": 1,
            "since": made.since.isoformat(),
            "until": made.until.isoformat(),
            "runs": made.runs,
            "simulated_runs": made.simulated or None,
            "load": made.load,
            "unloaded_runs": made.unloaded,
            "warm_until": None if made.warm_until is None else made.warm_until.isoformat(),
            "weeks": [_week_tree(week) for week in made.weeks],
            "fitness": [
                {
                    "day": each.day.isoformat(),
                    "load": round(each.load, 1),
                    "ctl": round(each.ctl, 2),
                    "atl": round(each.atl, 2),
                    "tsb": round(each.tsb, 2),
                }
                for each in made.fitness
            ],
            "distributions": [_distribution_tree(each) for each in made.distributions],
            "bests": [
                {
                    "distance": best.distance,
                    "distance_m": best.metres,
                    "time_s": round(best.time_s, 2),
                    "day": best.day.isoformat(),
                    "run": best.run,
                }
                for best in made.bests
            ],
            "heart_at_pace": None
            if made.pace_s_per_km is None
            else {
                "pace_s_per_km": made.pace_s_per_km,
                "weeks": [
                    {
                        "monday": each.monday.isoformat(),
                        "mean_heart_rate_bpm": round(each.bpm, 1),
                        "time_s": round(each.seconds),
                        "runs": each.runs,
                    }
                    for each in made.heart
                ],
            },
            "sentences": list(made.sentences),
            "notes": list(made.notes),
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
