"""`coach plan today`, `missed`, `check`, `ease`, `rules`, `export`: the commands on an existing season.

Today's session with its reasons, the cost of a missed one, the rules that the plan breaks, and the season for other
programs.
"""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import athlete_option, day_options, weather_options
from coach.cli.plan import has_fresh, say_clock
from coach.cli.text import narrate, out, out_json, out_table
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from coach.app.plan import PlanService, WatchFiles
    from coach.app.plan_facts import CheckedPlan
    from coach.app.today import TodayService
    from coach.plan.check import WeekChange
    from coach.plan.checked import Finding, PlanRule
    from coach.plan.edit import Mend
    from coach.plan.ladder import DayWeather
    from coach.plan.model import Plan, PlannedSession
    from coach.plan.today import DayLimits, Suggestion


_UNDO: Final = "coach plan undo"
_MOST_UNKNOWN: Final = 4
"""More of what is not known is in `--json`."""


def _service(athlete: str | None) -> "TodayService":
    from coach.app.plan import PlanService
    from coach.app.today import TodayService

    return TodayService(PlanService(athlete=athlete))


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
    service = _service(athlete)
    say_clock(service.plans.plan, service.day)
    service.notice()
    told = (
        None
        if weather is None and wind is None and not hills
        else day_weather(service, weather, wind, hills=hills)
    )
    suggestion = service.suggestion(limits, told)
    mend = service.mend()
    if take and suggestion.edited is not None:
        service.plans.apply(suggestion.edited, "coach plan today --take")
    if as_json:
        tree = suggestion_tree(suggestion) | {"meals": list(service.meals(suggestion))}
        tree |= {"last_week": sentence} if (sentence := service.last_week(_note)) else {}
        out_json(tree if mend is None else tree | {"missed": mend_tree(mend)})
        return
    _show(service, suggestion)
    if sentence := service.last_week(_note):
        narrate(sentence)
    if take and suggestion.edited is not None:
        narrate(f"Kept in the plan. Take it back: {_UNDO}")
    if mend is not None and (mend.edited is not None or has_fresh(mend, service.day)):
        _say_mend(mend, is_taken=False)


def _note(said: str) -> None:
    narrate(f"Note: {said}")


def day_weather(
    service: "TodayService", weather: tuple[float, float] | None, wind: float | None, *, hills: bool
) -> "DayWeather":
    """The weather of the command line, and of the settings where it says nothing."""
    from dataclasses import replace

    known = service.weather()
    if weather is not None:
        known = replace(known, temperature_c=weather[0], dew_point_c=weather[1])
    return replace(known, wind_mps=wind, is_hilly=hills or None)


def _show(service: "TodayService", suggestion: "Suggestion") -> None:
    """Print today's answer: what was planned, what is suggested, every rule that fired, and what is not known."""
    from coach.plan.model import SessionKind

    planned, proposed = suggestion.planned, suggestion.proposed
    out(f"{suggestion.day:%a} {suggestion.day}: {_head(suggestion).upper()}")
    if planned is None:
        out(_why_nothing(service, suggestion.day))
        for rest in suggestion.others:
            out(f"Why {rest.title}: {rest.why}")
    rows = [("planned", *_row(planned, service.plans.unit))] if planned is not None else []
    if suggestion.is_changed:
        rows.append(
            ("today", *(_row(proposed, service.plans.unit) if proposed is not None else ("Rest", "", "")))
        )
    rows += [
        ("too", *_row(each, service.plans.unit))
        for each in suggestion.others
        if each.kind is not SessionKind.REST
    ]
    if rows:
        out_table(("", "session", "time", "miles" if service.plans.unit == "mile" else "km"), rows)
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
    for words in service.meals(suggestion):
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


def _why_nothing(service: "TodayService", day: date) -> str:
    """Say why no run is planned on a day."""
    from coach.plan.model import WEEKDAYS

    plan = service.plans.plan
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
    service = _service(athlete)
    service.notice()
    mend = service.mend()
    if take and mend is not None and mend.edited is not None:
        service.plans.apply(mend.edited, "coach plan missed --take")
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


# --- Broken rules, an easier plan, and the switches of the rules -----------------------------------------------------

_whose = athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")


@click.command("check", cls=CoachCommand)
@click.option(
    "--all", "shows_all", is_flag=True, help="Show every finding, and every week against the one before."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding, all of them.")
@_whose
def check(shows_all: bool, as_json: bool, athlete: str | None) -> None:
    """Check the plan against its rules.

    Shown are the three worst findings from today on, each with what would mend it. No rule stops anybody, and
    each has a switch (coach plan rules). What nobody knows is not judged: without a recorded run nothing is
    said that needs one.
    """
    from coach.app.plan import PlanService

    service = PlanService(athlete=athlete)
    plan, found = service.plan, service.checked()
    if as_json:
        for finding in found.findings:
            out_json(finding_tree(finding))
        return
    shown_lines(found, shows_all=shows_all)
    _say_figures(plan, found, service.this_monday, service.unit)
    if shows_all:
        out("")
        rows = [_week_row(week, service.unit) for week in found.weeks if week.monday >= service.this_monday]
        out_table(
            [("miles" if service.unit == "mile" else "km") if name == "distance" else name for name in _HEAD],
            rows,
        )


def finding_tree(finding: "Finding") -> dict[str, Any]:
    """A finding for programs."""
    tree = {
        "v": 1,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "days": [day.isoformat() for day in finding.days],
        "sentence": finding.sentence,
        "fix": finding.fix,
        "source": finding.source,
    }
    if finding.you:
        tree["you"] = finding.you
    return tree | ({"limit": finding.limit} if finding.limit else {})


def shown_lines(found: "CheckedPlan", *, shows_all: bool) -> None:
    """Print findings, the worst first: three, or all."""
    from coach.plan.check import shown

    if not found.findings:
        out("Nothing breaks a rule.")
        return
    short = shown(found.findings)
    findings = found.findings if shows_all else short.findings
    more = [0] * len(findings) if shows_all else list(short.more)
    for finding, count in zip(findings, more, strict=True):
        behind = f" (and {count} more like it)" if count else ""
        out(f"{_MARKS[finding.severity.value]} {finding.sentence}{behind}")
        out(f"  {finding.fix}")
        out(f"  {finding.rule}: {finding.you or 'so'}, limit {finding.limit}; {finding.source}")
    if short.hidden and not shows_all:
        narrate(f"{_count(short.hidden, 'more finding')}: coach plan check --all")


_MARKS = {"high": "!!", "medium": "!", "low": "-"}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


_HEAD = ("week of", "distance", "hours", "change", "easy by time", "by distance", "by sessions")


def _say_figures(plan: "Plan", found: "CheckedPlan", monday: "date", unit: str) -> None:
    """Say the coming weeks against the ones before them, and how regular the last twelve were."""
    out("")
    for week in [week for week in found.weeks if week.monday >= monday][:2]:
        row = dict(zip(_HEAD, _week_row(week, unit), strict=True))
        amount = (
            f"{row['distance']} {'miles' if unit == 'mile' else 'km'}" if row["distance"] else row["hours"]
        )
        change = f", {row['change']} on the week before" if row["change"] else ""
        easy = f"; {row['easy by time']} easy by time" if row["easy by time"] else ""
        out(f"Week of {row['week of']}: {amount}{change}{easy}.")
    if found.regular_weeks is not None:
        out(f"{found.regular_weeks} of the last 12 weeks had {found.regular_runs} runs or more.")
    off = [choice.rule for choice in plan.rules if choice.is_on is False]
    if off:
        narrate(f"Switched off: {', '.join(off)}. coach plan rules --on RULE brings one back.")


def _week_row(week: "WeekChange", unit: str) -> tuple[str, ...]:
    from coach.quantities import format_hours, long_distance

    shares = (week.easy_by_time, week.easy_by_distance, week.easy_by_sessions)
    return (
        week.monday.isoformat(),
        "" if week.metres is None else long_distance(week.metres, unit)[0],
        "" if week.minutes is None else format_hours(week.minutes * 60),
        "" if week.change is None else f"{100 * week.change:+.0f} %",
        *("" if share is None else f"{100 * share:.0f} %" for share in shares),
    )


def _why_not_eased(service: "PlanService") -> str:
    from coach.plan.strength import eased_until

    until = eased_until(service.facts.tests)
    if until is None or until < service.today:
        return "no simple test fell by a fifth in the last four weeks"
    planned = f"no second day of jumps a week and no flat sprints are planned up to {until}"
    return f"a simple test fell by a fifth, but {planned}"


@click.command("ease", cls=CoachCommand)
@click.option("--take", is_flag=True, help="Make the change; coach plan undo takes it back.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; nothing to ease: an empty one.")
@_whose
def ease(take: bool, as_json: bool, athlete: str | None) -> None:
    """Propose an easier plan after a fall in the simple tests.

    A test that is a fifth or more lower than last time (coach athlete tests) leaves jumps once a week and no flat
    sprints for four weeks. A new plan is made so; of the plan that is there this is a proposal, day by day. Nothing
    is changed before you take it.
    """
    from coach.app.plan import UNDO, PlanService

    service = PlanService(athlete=athlete)
    edited = service.eased()
    if edited is None:
        if as_json:
            out_json({"v": 1})
        else:
            out(f"Nothing is to be eased: {_why_not_eased(service)}.")
        return
    if take:
        service.apply(edited, "coach plan ease --take")
    if as_json:
        touched = [each.isoformat() for each in edited.touched]
        out_json(
            {"v": 1, "says": list(edited.says), "reason": edited.reason, "touched": touched, "undo": UNDO}
        )
        return
    for sentence in edited.says:
        out(f"  {sentence}")
    out(f"{edited.reason} Days touched: {len(edited.touched)}.")
    narrate(f"Take it back: {UNDO}" if take else "Do it: coach plan ease --take")


@click.command("rules", cls=CoachCommand)
@click.option("--off", "off", metavar="RULE", multiple=True, help="Switch a rule off; may be repeated.")
@click.option("--on", "on", metavar="RULE", multiple=True, help="Switch a rule on; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rule.")
@_whose
def rules(off: tuple[str, ...], on: tuple[str, ...], as_json: bool, athlete: str | None) -> None:
    """List the rules of plans, and switch them.

    Each has its limit, and says whether it is on; docs/reference/plan-rules.md has their sources. A switch is
    kept in the plan. Two rules have none: a workout must be there to be run, and the recovery after an A race
    is not up for choice.
    """
    from coach.app.plan import PlanService
    from coach.plan.check import RULES, is_on

    service = PlanService(athlete=athlete)
    if off or on:
        _switch(off, on, service)
        return
    plan = service.plan if service.exists else None
    if as_json:
        for rule in RULES.values():
            out_json(_rule_tree(rule, is_on=rule.is_on if plan is None else is_on(rule, plan)))
        return
    rows = [
        (
            "" if plan is None or is_on(rule, plan) else "off",
            rule.id,
            rule.what,
            rule.limit_words,
            rule.severity.value,
        )
        for rule in RULES.values()
    ]
    out_table(("", "rule", "what", "limit", "matters"), rows)


def _rule_tree(rule: "PlanRule", *, is_on: bool) -> dict[str, Any]:
    return {
        "v": 1,
        "rule": rule.id,
        "what": rule.what,
        "limit": rule.limit,
        "unit": rule.unit,
        "severity": rule.severity.value,
        "source": rule.source,
        "on": is_on,
        "has_switch": rule.has_switch,
    }


def _switch(off: tuple[str, ...], on: tuple[str, ...], service: Any) -> None:
    """Switch rules in the plan, and say so."""
    from coach.documents.reading import did_you_mean
    from coach.plan.check import RULES, switched
    from coach.plan.edit import EditedPlan

    plan, says = service.plan, []
    for names, is_on in ((off, False), (on, True)):
        for name in names:
            if name not in RULES:
                raise UsageProblem(f"there is no rule {name!r}", did_you_mean(name, RULES))
            try:
                plan = switched(plan, name, on=is_on)
            except ValueError as reason:
                raise UsageProblem(f"the rule {name} has no switch", str(reason)) from None
            says.append(f"The rule {name} is {'on' if is_on else 'off'}.")
    service.apply(EditedPlan(plan, (), tuple(says)), "coach plan rules")
    for sentence in says:
        out(sentence)


# --- For other programs: a calendar, workouts for a watch, JSON, a table ---------------------------------------------

_TO: Final = ("ics", "fit", "json", "csv")
_SHOWN: Final = 3
"""Sessions that could not be written which are named; the rest is counted."""


@click.command("export", cls=CoachCommand)
@click.option("--to", type=click.Choice(_TO), required=True, help="The format.")
@click.option("--out", metavar="FILE", help="Write it there; - is stdout. FIT goes into a folder, or a .zip.")
@click.option(
    "--at",
    "starts",
    metavar="TIME",
    multiple=True,
    help="With ics: when sessions begin, such as 18:00, or sat=8:30 for a day; without it they take whole days.",
)
@click.option(
    "--weeks",
    metavar="N",
    type=click.IntRange(1, 160),
    help="Only this week and so many in all (default: all).",
)
@athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")
def export(to: str, out: str | None, starts: tuple[str, ...], weeks: int | None, athlete: str | None) -> None:
    """Write the season for other programs: ics, fit, json, csv. Nothing leaves this computer.

    ics is for every calendar: a session keeps its identifier, so that a second import moves what was moved. Times are
    local wherever you are, and no alarm rings. fit writes the workouts to come for a watch, each under its day. json is
    the plan itself, which can be edited and read again. csv is a row a session, for a spreadsheet.
    """
    from coach.app.plan import PlanService

    if starts and to != "ics":
        raise click.UsageError("--at goes with --to ics.")
    is_terminal = to == "fit" and out in {None, "-"} and sys.stdout.isatty()
    if is_terminal:
        raise click.UsageError("FIT is no text; write it into a folder or a file: --out week.zip.")
    service = PlanService(athlete=athlete)
    plan = service.plan
    first, last = _span(plan, service.today, weeks)
    if to == "fit":
        _export_fit(service.athlete, plan, (max(first, service.today), last), out)
        return
    from coach.app.plan import written
    from coach.app.today import TodayService

    given = service.files.folder / "calendar.json"
    before = TodayService(service).hour_before
    data = written(plan, to, (first, last), starts=starts, unit=service.unit, given=given, before=before)
    _write(data, out, f"{plan.id}.{to}")


def _span(plan: "Plan", today: date, weeks: int | None) -> tuple[date, date]:
    """The first and the last day that are written."""
    from coach.plan.model import monday_of

    if weeks is None:
        return plan.first, plan.last
    monday = monday_of(today)
    return monday, monday + timedelta(days=7 * weeks - 1)


def _write(data: bytes, out: str | None, name: str) -> None:
    from coach.cli.parameters import STDOUT, write_new_file
    from coach.edge.files import plain

    path = Path(STDOUT if out is None else out).expanduser()
    if path.is_dir():
        path /= name
    write_new_file(path, data, what="plan")
    if plain(path) != STDOUT:
        narrate(f"Wrote {plain(path)}")


def _export_fit(athlete: str | None, plan: "Plan", span: tuple[date, date], out: str | None) -> None:
    """Write the workouts of the days to come into a folder, or into one file."""
    from coach.app.athletes import runner_for
    from coach.app.plan import sessions_between, watch_files
    from coach.edge.clock import MachineClock
    from coach.problems import PlanProblem

    now_s = MachineClock().wall().epoch_s
    made = watch_files(sessions_between(plan, *span), runner_for(athlete, None), now_s)
    _tell(made)
    if not made.files:
        raise PlanProblem("there is no workout to write in these days", "See coach plan show --week.")
    if out is None or out == "-" or out.casefold().endswith(".zip"):
        _write(made.zipped(), out, "")
    else:
        _write_folder(made.files, Path(out).expanduser())
    if made.faults:
        raise click.exceptions.Exit(1)


def _write_folder(files: "Mapping[str, bytes]", folder: Path) -> None:
    from coach.cli.parameters import write_new_file
    from coach.edge.files import plain
    from coach.problems import CoachProblem

    there = next((folder / name for name in files if (folder / name).exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} is there already", "Nothing was written; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise CoachProblem(
            f"{plain(folder)} is no folder and cannot be made: {reason}", "Name another."
        ) from None
    for name, data in files.items():
        write_new_file(folder / name, data, what="workout")
    count = f"{len(files)} {'workout' if len(files) == 1 else 'workouts'}"
    narrate(f"Wrote {count} into {plain(folder)}")


def _tell(made: "WatchFiles") -> None:
    """Say what is not in the files."""
    if made.without:
        count = "1 session has" if made.without == 1 else f"{made.without} sessions have"
        narrate(f"Note: {count} no workout: sheets, races, what others decide.")
    if made.changed:
        count = "1 file" if made.changed == 1 else f"{made.changed} files"
        narrate(f"Note: in {count} something is in words only: coach workout export NAME --to fit tells.")
    for fault in made.faults[:_SHOWN]:
        narrate(f"Left out: {fault}")
    if len(made.faults) > _SHOWN:
        narrate(f"and {len(made.faults) - _SHOWN} more could not be written")
