"""`coach plan today` and `coach plan missed`: what to run today and why, and what a missed session costs."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import athlete_option, day_options, weather_options
from coach.cli.plan import say_clock
from coach.cli.text import narrate, out, out_json, out_table

if TYPE_CHECKING:
    from coach.app.today import TodayDesk
    from coach.plan.ladder import DayWeather
    from coach.plan.missed import Mend
    from coach.plan.model import PlannedSession
    from coach.plan.today import DayLimits, Suggestion

_UNDO: Final = "coach plan undo"
_MOST_UNKNOWN: Final = 4
"""More of what is not known is in `--json`."""


def _desk(athlete: str | None) -> "TodayDesk":
    from coach.app.plan import PlanDesk
    from coach.app.today import TodayDesk

    return TodayDesk(PlanDesk(athlete=athlete))


# --- today


@click.command("today", cls=CoachCommand)
@day_options
@weather_options
@click.option("--take", is_flag=True, help="Keep the suggestion in the plan; coach plan undo takes it back.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")
def today(
    *,
    limits: "DayLimits | None",
    weather: tuple[float, float] | None,
    wind: float | None,
    hills: bool,
    take: bool,
    as_json: bool,
    athlete: str | None,
) -> None:
    """Say what to run today, and why.

    It is the session as planned, or what one rung of a ladder makes of it: longer warm-up, longer rests, fewer reps,
    effort day, moved, easy, rest. Each rung has its rules, with your value and the limit; what is not known is named.
    You decide: coach run today runs what is suggested, and with --as-planned what was planned.

    With --minutes, --no-track or --treadmill the session comes in a form that fits and keeps its point. An easy run may
    become a swim, a bike ride or a walk of the same minutes (--instead).
    """
    desk = _desk(athlete)
    say_clock(desk.desk.plan, desk.day)
    desk.notice()
    told = (
        None
        if weather is None and wind is None and not hills
        else day_weather(desk, weather, wind, hills=hills)
    )
    suggestion = desk.suggestion(limits, told)
    mend = desk.mend()
    if take and suggestion.edited is not None:
        desk.desk.apply(suggestion.edited, "coach plan today --take")
    if as_json:
        tree = suggestion_tree(suggestion) | {"meals": list(desk.meals(suggestion))}
        tree |= {"last_week": sentence} if (sentence := desk.last_week(_note)) else {}
        out_json(tree if mend is None else tree | {"missed": mend_tree(mend)})
        return
    _show(desk, suggestion)
    if sentence := desk.last_week(_note):
        narrate(sentence)
    if take and suggestion.edited is not None:
        narrate(f"Kept in the plan. Take it back: {_UNDO}")
    if mend is not None and (mend.edited is not None or _is_fresh(mend, desk.day)):
        _say_mend(mend, is_taken=False)


def _note(said: str) -> None:
    narrate(f"Note: {said}")


def _is_fresh(mend: "Mend", day: date) -> bool:
    """Whether something was missed yesterday; what is let go is said once."""
    return any((day - each.day).days == 1 for each in mend.missed)


def day_weather(
    desk: "TodayDesk", weather: tuple[float, float] | None, wind: float | None, *, hills: bool
) -> "DayWeather":
    """The weather of the command line, and of the settings where it says nothing."""
    from dataclasses import replace

    known = desk.weather()
    if weather is not None:
        known = replace(known, temperature_c=weather[0], dew_point_c=weather[1])
    return replace(known, wind_mps=wind, is_hilly=hills or None)


def _show(desk: "TodayDesk", suggestion: "Suggestion") -> None:
    """Print today's answer: what was planned, what is suggested, every rule that fired, and what is not known."""
    from coach.plan.model import SessionKind

    planned, proposed = suggestion.planned, suggestion.proposed
    out(f"{suggestion.day:%a} {suggestion.day}: {_head(suggestion).upper()}")
    if planned is None:
        out(_why_nothing(desk, suggestion.day))
        for rest in suggestion.others:
            out(f"Why {rest.title}: {rest.why}")
    rows = [("planned", *_row(planned, desk.desk.unit))] if planned is not None else []
    if suggestion.is_changed:
        rows.append(
            ("today", *(_row(proposed, desk.desk.unit) if proposed is not None else ("Rest", "", "")))
        )
    rows += [
        ("too", *_row(each, desk.desk.unit))
        for each in suggestion.others
        if each.kind is not SessionKind.REST
    ]
    if rows:
        out_table(("", "session", "time", "miles" if desk.desk.unit == "mile" else "km"), rows)
    if suggestion.is_changed:
        out(f"What changes: {suggestion.what}.")
    if planned is not None and planned.why:
        out(f"Why: {planned.why}")
    if suggestion.reasons:
        out("")
        out_table(
            ("", "because", "you", "limit", "from"),
            [
                ("▶" if each.has_decided else "", each.says, each.you, each.limit, each.source)
                for each in suggestion.reasons
            ],
        )
    for words in desk.meals(suggestion):
        out(words)
    if suggestion.not_known:
        shown, more = suggestion.not_known[:_MOST_UNKNOWN], len(suggestion.not_known) - _MOST_UNKNOWN
        narrate(f"Not known: {'; '.join(shown)}{f'; {more} more (--json has them)' if more > 0 else ''}.")
    _say_what_next(suggestion)


def _say_what_next(suggestion: "Suggestion") -> None:
    """Say how it is run, and that the runner decides."""
    from coach.plan.ladder import Rung
    from coach.plan.model import SessionKind

    proposed = suggestion.proposed
    if suggestion.rung is not Rung.REST and proposed is not None:
        narrate("Run it: coach run today")
        if proposed.kind is SessionKind.RACE:
            narrate("Its splits, checklist and wristband: coach plan race")
    if suggestion.is_changed:
        narrate(
            "You decide: coach run today --as-planned is kept as your choice. Keep this: coach plan today --take"
        )


def _head(suggestion: "Suggestion") -> str:
    """Today's answer in some words."""
    from coach.plan.ladder import RUNG_WORDS, Rung

    if suggestion.planned is None:
        return "no run"
    is_form = suggestion.is_changed and suggestion.rung is Rung.AS_PLANNED
    return f"{RUNG_WORDS[suggestion.rung]}{', in another form' if is_form else ''}"


def _why_nothing(desk: "TodayDesk", day: date) -> str:
    """Say why no run is planned on a day."""
    from coach.plan.model import WEEKDAYS

    plan = desk.desk.plan
    if day < plan.first:
        return f"The plan begins on {plan.first:%a} {plan.first}."
    if day > plan.last:
        return f"The plan ended on {plan.last:%a} {plan.last}. Make the next one: coach plan new"
    off = plan.day(day).off
    if off is not None:
        return f"A day off ({off})."
    taken = next((each for each in plan.day(day).sessions if each.instead_of), None)
    if taken is not None:
        return f"{taken.title} was taken, in place of {taken.instead_of}."
    if day.weekday() in plan.availability.weekdays:
        return "No run is planned, because this day is kept free."
    names = [WEEKDAYS[each].capitalize() for each in plan.availability.weekdays]
    return f"No run is planned, because you run on {', '.join(names)}."


def say_missed(desk: "TodayDesk") -> None:
    """Say on stderr that a session was missed, and what the smallest change is called, once it is one."""
    desk.notice()
    mend = desk.mend()
    if mend is not None and (mend.edited is not None or _is_fresh(mend, desk.day)):
        names = ", ".join(f"{each.session.title} ({each.day:%a} {each.day})" for each in mend.missed)
        narrate(f"Missed: {names}. What becomes of it: coach plan missed")


def _row(session: "PlannedSession", unit: str) -> tuple[str, str, str]:
    from coach.quantities import long_distance

    title = f"{session.title}{' *' if session.is_hard else ''}"
    minutes = "" if session.minutes is None else f"{session.minutes:.0f} min"
    return title, minutes, "" if not session.distance_m else long_distance(session.distance_m, unit)[0]


def suggestion_tree(suggestion: "Suggestion") -> dict[str, Any]:
    """A suggestion for programs; what is not known is absent."""
    from coach.plan.model import session_tree

    tree: dict[str, Any] = {
        "v": 1,
        "date": suggestion.day.isoformat(),
        "answer": suggestion.answer,
        "rung": suggestion.rung.value,
        "changed": suggestion.is_changed,
    }
    for key, session in (("planned", suggestion.planned), ("proposed", suggestion.proposed)):
        if session is not None:
            tree[key] = session_tree(session)
    if suggestion.what:
        tree["what"] = suggestion.what
    if suggestion.slower_percent:
        tree["slower_percent"] = round(suggestion.slower_percent, 2)
    if suggestion.is_by_effort:
        tree["by_effort"] = True
    if suggestion.moved_to is not None:
        tree["moved_to"] = suggestion.moved_to.isoformat()
    tree["because"] = [
        {
            "rule": each.rule,
            "says": each.says,
            "you": each.you,
            "limit": each.limit,
            "source": each.source,
            "rung": each.rung.value,
            "decided": each.has_decided,
        }
        for each in suggestion.reasons
    ]
    tree["not_known"] = list(suggestion.not_known)
    tree["others"] = [session_tree(each) for each in suggestion.others]
    if suggestion.edited is not None:
        tree |= {"touched": _dates(suggestion.edited.touched), "undo": _UNDO}
    return tree


# --- missed


@click.command("missed", cls=CoachCommand)
@click.option("--take", is_flag=True, help="Make the change; coach plan undo takes it back.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object; nothing was missed: an empty one."
)
@athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")
def missed(*, take: bool, as_json: bool, athlete: str | None) -> None:
    """Propose the smallest change after sessions were missed.

    Mostly that is none. At most one quality session finds another day, in its own week, where all spacing is kept, and
    never in the last ten days before an A race. Everything else is let go, and the rest of the season stays as it is.
    Runs that were done are linked to their sessions first.
    """
    desk = _desk(athlete)
    desk.notice()
    mend = desk.mend()
    if take and mend is not None and mend.edited is not None:
        desk.desk.apply(mend.edited, "coach plan missed --take")
    if as_json:
        out_json({"v": 1} if mend is None else {"v": 1} | mend_tree(mend))
    elif mend is None:
        out("Nothing was missed in the last seven days.")
    else:
        _say_mend(mend, is_taken=take)


def mend_tree(mend: "Mend") -> dict[str, Any]:
    """What becomes of missed sessions, for programs."""
    tree: dict[str, Any] = {
        "sessions": [
            {"date": each.day.isoformat(), "id": each.session.id, "title": each.session.title}
            for each in mend.missed
        ],
        "says": list(mend.says),
        "reason": mend.reason,
        "touched": _dates(mend.touched),
    }
    return tree if mend.edited is None else tree | {"undo": _UNDO}


def _say_mend(mend: "Mend", *, is_taken: bool) -> None:
    """Say what was missed, what becomes of it, why, how many days change, and how it is taken back."""
    names = ", ".join(f"{each.session.title} ({each.day:%a} {each.day})" for each in mend.missed)
    out(f"Missed: {names}.")
    for sentence in mend.says:
        out(f"  {sentence}")
    count = len(mend.touched)
    out(f"  {mend.reason} Days touched: {count}.")
    if mend.edited is not None:
        narrate(f"Take it back: {_UNDO}" if is_taken else "Do it: coach plan missed --take")


def _dates(days: tuple[date, ...]) -> list[str]:
    return [each.isoformat() for each in days]
