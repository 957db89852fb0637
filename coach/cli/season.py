"""`coach plan today`, `missed`, `check`, `ease`, `rules`, `export`: the commands on an existing season.

Today's session with its reasons, the cost of a missed one, the rules that the plan breaks, and the season for other
programs.
"""

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.plan import athlete_of_plan, has_fresh, say_clock
from coach.cli.shared import (
    STDOUT,
    day_options,
    narrate,
    out,
    out_json,
    out_table,
    weather_options,
    write_new_file,
)
from coach.edge.files import plain
from coach.problems import CoachProblem, PlanProblem, UsageProblem
from coach.quantities import format_hours, long_distance, unit_word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from coach.app.plan import CheckedPlan, PlanService, WatchFiles
    from coach.app.today import TodayService
    from coach.plan.edit import MissedChange
    from coach.plan.facts import Finding, PlanRule, WeekChange
    from coach.plan.ladder import DayWeather
    from coach.plan.model import Plan, PlannedSession
    from coach.plan.today import DayLimits, Suggestion


_UNDO: Final = "coach plan undo"
_MOST_UNKNOWN: Final = 4
"""Unknown facts that are named; `--json` has all of them."""


def _service(athlete: str | None) -> "TodayService":
    from coach.app.plan import PlanService
    from coach.app.today import TodayService

    return TodayService(PlanService(athlete=athlete))


# --- today


@click.command("today", cls=CoachCommand)
@day_options
@weather_options
@click.option("--take", is_flag=True, help="Save the suggestion in the plan; coach plan undo undoes it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@athlete_of_plan
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

    The answer is the session as planned, or an easier form of it. The easier forms are a longer warm-up, longer
    rests, fewer reps, an effort day, another day, an easy run and rest. Each rule that fired is printed with your
    value and the limit, and missing data is named. You decide: coach run today runs the suggestion, and with
    --as-planned the planned session.

    With --minutes, --no-track or --treadmill the session is adapted and keeps its purpose. An easy run may become a
    swim, a bike ride or a walk of the same minutes (--instead).
    """
    service = _service(athlete)
    say_clock(service.plans.plan, service.day)
    service.notice()
    conditions = (
        None
        if weather is None and wind is None and not hills
        else day_weather(service, weather, wind, hills=hills)
    )
    suggestion = service.suggestion(limits, conditions)
    change = service.change_for_missed()
    if take and suggestion.edited is not None:
        service.plans.apply(suggestion.edited, "coach plan today --take")
    if as_json:
        tree = suggestion_tree(suggestion) | {"meals": list(service.meals(suggestion))}
        tree |= {"last_week": sentence} if (sentence := service.last_week(_note)) else {}
        out_json(tree if change is None else tree | {"missed": missed_tree(change)})
        return
    _show(service, suggestion)
    if sentence := service.last_week(_note):
        narrate(sentence)
    if take and suggestion.edited is not None:
        narrate(f"Saved in the plan. Undo it: {_UNDO}")
    if change is not None and (change.edited is not None or has_fresh(change, service.day)):
        _say_missed(change, is_taken=False)


def _note(text: str) -> None:
    narrate(f"Note: {text}")


def day_weather(
    service: "TodayService", weather: tuple[float, float] | None, wind: float | None, *, hills: bool
) -> "DayWeather":
    """Return the weather by the options, else by the settings."""
    conditions = service.weather()
    if weather is not None:
        conditions = replace(conditions, temperature_c=weather[0], dew_point_c=weather[1])
    return replace(conditions, wind_mps=wind, is_hilly=hills or None)


def _show(service: "TodayService", suggestion: "Suggestion") -> None:
    """Print the planned session, the suggestion, every rule that fired, and the facts that are unknown."""
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
        out_table(("", "session", "time", unit_word(service.plans.unit)), rows)
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
        named, more = suggestion.not_known[:_MOST_UNKNOWN], len(suggestion.not_known) - _MOST_UNKNOWN
        narrate(f"Not known: {'; '.join(named)}{f'; {more} more (--json has them)' if more > 0 else ''}.")
    _say_what_next(suggestion)


def _say_what_next(suggestion: "Suggestion") -> None:
    """Print the command that runs it, and how to decide otherwise."""
    from coach.plan.ladder import Rung
    from coach.plan.model import SessionKind

    proposed = suggestion.proposed
    if suggestion.rung is not Rung.REST and proposed is not None:
        narrate("Run it: coach run today")
        if proposed.kind is SessionKind.RACE:
            narrate("Its splits, checklist and wristband: coach plan race")
    if suggestion.is_changed:
        narrate(
            "You decide: coach run today --as-planned runs the planned session. Save this: coach plan today --take"
        )


def _head(suggestion: "Suggestion") -> str:
    """Return today's answer in a few words."""
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
    replacement = next((each for each in plan.day(day).sessions if each.instead_of), None)
    if replacement is not None:
        return f"{replacement.title} replaces {replacement.instead_of}."
    if day.weekday() in plan.availability.weekdays:
        return "No run is planned, because this day is kept free."
    names = [WEEKDAYS[each].capitalize() for each in plan.availability.weekdays]
    return f"No run is planned, because you run on {', '.join(names)}."


def _row(session: "PlannedSession", unit: str) -> tuple[str, str, str]:
    title = f"{session.title}{' *' if session.is_hard else ''}"
    minutes = "" if session.minutes is None else f"{session.minutes:.0f} min"
    return title, minutes, "" if not session.distance_m else long_distance(session.distance_m, unit)[0]


def suggestion_tree(suggestion: "Suggestion") -> dict[str, Any]:
    """Return a suggestion for `--json`; unknown values are absent."""
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
@click.option("--take", is_flag=True, help="Make the change; coach plan undo undoes it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, empty if nothing was missed.")
@athlete_of_plan
def missed(*, take: bool, as_json: bool, athlete: str | None) -> None:
    """Propose the smallest change after sessions were missed.

    Usually nothing changes. At most one quality session moves to another day of its week, if the spacing allows it, and
    never in the last ten days before an A race. All others are dropped, and the rest of the season stays as it is. New
    runs are linked to their sessions first.
    """
    service = _service(athlete)
    service.notice()
    change = service.change_for_missed()
    if take and change is not None and change.edited is not None:
        service.plans.apply(change.edited, "coach plan missed --take")
    if as_json:
        out_json({"v": 1} if change is None else {"v": 1} | missed_tree(change))
    elif change is None:
        out("Nothing was missed in the last seven days.")
    else:
        _say_missed(change, is_taken=take)


def missed_tree(change: "MissedChange") -> dict[str, Any]:
    """Return the change after missed sessions for `--json`."""
    tree: dict[str, Any] = {
        "sessions": [
            {"date": each.day.isoformat(), "id": each.session.id, "title": each.session.title}
            for each in change.missed
        ],
        "says": list(change.says),
        "reason": change.reason,
        "touched": _dates(change.touched),
    }
    return tree if change.edited is None else tree | {"undo": _UNDO}


def _say_missed(change: "MissedChange", *, is_taken: bool) -> None:
    """Print what was missed, the change after it, its reason, the days it touches, and how to undo it."""
    names = ", ".join(f"{each.session.title} ({each.day:%a} {each.day})" for each in change.missed)
    out(f"Missed: {names}.")
    for sentence in change.says:
        out(f"  {sentence}")
    count = len(change.touched)
    out(f"  {change.reason} Days changed: {count}.")
    if change.edited is not None:
        narrate(f"Undo it: {_UNDO}" if is_taken else "Do it: coach plan missed --take")


def _dates(days: tuple[date, ...]) -> list[str]:
    return [each.isoformat() for each in days]


# --- broken rules, an easier plan, and the switches of the rules -----------------------------------------------------


@click.command("check", cls=CoachCommand)
@click.option(
    "--all", "shows_all", is_flag=True, help="Show every finding, and every week against the one before."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding, all of them.")
@athlete_of_plan
def check(shows_all: bool, as_json: bool, athlete: str | None) -> None:
    """Check the plan against its rules.

    It prints the three worst findings from today on, each with a fix. The rules are advice, and each has a switch
    (coach plan rules). A rule without its data is silent; some need recorded runs.
    """
    from coach.app.plan import PlanService

    service = PlanService(athlete=athlete)
    plan, result = service.plan, service.check()
    if as_json:
        for finding in result.findings:
            out_json(finding_tree(finding))
        return
    print_findings(result, shows_all=shows_all)
    _say_figures(plan, result, service.this_monday, service.unit)
    if shows_all:
        out("")
        rows = [_week_row(week, service.unit) for week in result.weeks if week.monday >= service.this_monday]
        out_table(
            [unit_word(service.unit) if name == "distance" else name for name in _HEAD],
            rows,
        )


def finding_tree(finding: "Finding") -> dict[str, Any]:
    """Return a finding for `--json`."""
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


def print_findings(result: "CheckedPlan", *, shows_all: bool) -> None:
    """Print findings, the worst first: three, or all."""
    from coach.plan.check import findings_to_show

    if not result.findings:
        out("No rule is broken.")
        return
    short = findings_to_show(result.findings)
    findings = result.findings if shows_all else short.findings
    more = [0] * len(findings) if shows_all else list(short.more)
    for finding, count in zip(findings, more, strict=True):
        behind = f" (and {count} more like it)" if count else ""
        out(f"{_MARKS[finding.severity.value]} {finding.sentence}{behind}")
        out(f"  {finding.fix}")
        out(
            f"  {finding.rule}: {f'{finding.you}, ' if finding.you else ''}limit {finding.limit}; {finding.source}"
        )
    if short.hidden and not shows_all:
        narrate(f"{short.hidden} more finding{'' if short.hidden == 1 else 's'}: coach plan check --all")


_MARKS = {"high": "!!", "medium": "!", "low": "-"}


_HEAD = ("week of", "distance", "hours", "change", "easy by time", "by distance", "by sessions")


def _say_figures(plan: "Plan", result: "CheckedPlan", monday: "date", unit: str) -> None:
    """Compare the coming weeks with the ones before, and count the regular ones of the last twelve."""
    out("")
    for week in [week for week in result.weeks if week.monday >= monday][:2]:
        row = dict(zip(_HEAD, _week_row(week, unit), strict=True))
        amount = f"{row['distance']} {unit_word(unit)}" if row["distance"] else row["hours"]
        change = f", {row['change']} on the week before" if row["change"] else ""
        easy = f"; {row['easy by time']} easy by time" if row["easy by time"] else ""
        out(f"Week of {row['week of']}: {amount}{change}{easy}.")
    if result.regular_weeks is not None:
        out(f"{result.regular_weeks} of the last 12 weeks had {result.regular_runs} runs or more.")
    off = [choice.rule for choice in plan.rules if choice.is_on is False]
    if off:
        narrate(f"Switched off: {', '.join(off)}. coach plan rules --on RULE switches one on again.")


def _week_row(week: "WeekChange", unit: str) -> tuple[str, ...]:
    shares = (week.easy_by_time, week.easy_by_distance, week.easy_by_sessions)
    return (
        week.monday.isoformat(),
        "" if week.metres is None else long_distance(week.metres, unit)[0],
        "" if week.minutes is None else format_hours(week.minutes * 60),
        "" if week.change is None else f"{100 * week.change:+.0f} %",
        *("" if share is None else f"{100 * share:.0f} %" for share in shares),
    )


def _why_nothing_to_ease(service: "PlanService") -> str:
    from coach.plan.strength import easier_until

    until = easier_until(service.facts.tests)
    if until is None or until < service.today:
        return "no simple test fell by a fifth in the last four weeks"
    reason = f"no second day of jumps a week and no flat sprints are planned up to {until}"
    return f"a simple test fell by a fifth, but {reason}"


@click.command("ease", cls=CoachCommand)
@click.option("--take", is_flag=True, help="Make the change; coach plan undo undoes it.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, empty if there is nothing to ease."
)
@athlete_of_plan
def ease(take: bool, as_json: bool, athlete: str | None) -> None:
    """Propose an easier plan after a fall in the simple tests.

    If a test is a fifth or more lower than last time (coach athlete tests), jumps are planned once a week, and no flat
    sprints, for four weeks. New plans follow this; the current plan gets a proposal, day by day, that --take accepts.
    """
    from coach.app.plan import UNDO, PlanService

    service = PlanService(athlete=athlete)
    edited = service.ease_after_tests()
    if edited is None:
        if as_json:
            out_json({"v": 1})
        else:
            out(f"There is nothing to ease: {_why_nothing_to_ease(service)}.")
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
    out(f"{edited.reason} Days changed: {len(edited.touched)}.")
    narrate(f"Undo it: {UNDO}" if take else "Do it: coach plan ease --take")


@click.command("rules", cls=CoachCommand)
@click.option("--off", "off", metavar="RULE", multiple=True, help="Switch a rule off; may be repeated.")
@click.option("--on", "on", metavar="RULE", multiple=True, help="Switch a rule on; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rule.")
@athlete_of_plan
def rules(off: tuple[str, ...], on: tuple[str, ...], as_json: bool, athlete: str | None) -> None:
    """List the rules of plans, and switch them.

    Each is listed with its limit, and marked if it is off; docs/reference/plan-rules.md has their sources. A switch is
    saved in the plan. Two rules have no switch: a missing workout, and the recovery after an A race.
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
    out_table(("", "rule", "what", "limit", "severity"), rows)


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
    """Switch rules in the plan, and print the result."""
    from coach.documents import did_you_mean
    from coach.plan.check import RULES, switch_rule
    from coach.plan.edit import EditedPlan

    plan, says = service.plan, []
    for names, is_on in ((off, False), (on, True)):
        for name in names:
            if name not in RULES:
                raise UsageProblem(f"there is no rule {name!r}", did_you_mean(name, RULES))
            try:
                plan = switch_rule(plan, name, on=is_on)
            except ValueError as reason:
                raise UsageProblem(f"the rule {name} has no switch", str(reason)) from None
            says.append(f"The rule {name} is {'on' if is_on else 'off'}.")
    service.apply(EditedPlan(plan, (), tuple(says)), "coach plan rules")
    for sentence in says:
        out(sentence)


# --- for other programs: a calendar, workouts for a watch, JSON, a table ---------------------------------------------

_TO: Final = ("ics", "fit", "json", "csv")
_SHOWN: Final = 3
"""Faults that are printed; more are counted."""


@click.command("export", cls=CoachCommand)
@click.option("--to", type=click.Choice(_TO), required=True, help="The format.")
@click.option("--out", metavar="FILE", help="Write to FILE; - is stdout. FIT needs a folder or a .zip.")
@click.option(
    "--at",
    "starts",
    metavar="TIME",
    multiple=True,
    help="For ics: the start of sessions, such as 18:00, or sat=8:30 for one day (default: whole days).",
)
@click.option(
    "--weeks",
    metavar="N",
    type=click.IntRange(1, 160),
    help="Only N weeks, from this one on (default: all).",
)
@athlete_of_plan
def export(to: str, out: str | None, starts: tuple[str, ...], weeks: int | None, athlete: str | None) -> None:
    """Write the season for other programs: ics, fit, json, csv. Nothing leaves this computer.

    ics is for calendar programs: a session keeps its identifier, so a second import moves its entry. Times are local
    wherever you are, and there is no alarm. fit writes the coming workouts for a watch, each under its day. json is the
    plan itself, which can be edited and read again. csv has a row for each session.
    """
    from coach.app.plan import PlanService

    if starts and to != "ics":
        raise click.UsageError("--at goes with --to ics.")
    is_terminal = to == "fit" and out in {None, "-"} and sys.stdout.isatty()
    if is_terminal:
        raise click.UsageError("FIT is not text; write it into a folder or a file: --out week.zip.")
    service = PlanService(athlete=athlete)
    plan = service.plan
    first, last = _span(plan, service.today, weeks)
    if to == "fit":
        _export_fit(service.athlete, plan, (max(first, service.today), last), out)
        return
    from coach.app.plan import export_plan
    from coach.app.today import TodayService

    sent = service.files.folder / "calendar.json"
    before = TodayService(service).hour_before
    data = export_plan(plan, to, (first, last), starts=starts, unit=service.unit, sent=sent, before=before)
    _write(data, out, f"{plan.id}.{to}")


def _span(plan: "Plan", today: date, weeks: int | None) -> tuple[date, date]:
    """Return the first and the last day of the export."""
    from coach.plan.model import monday_of

    if weeks is None:
        return plan.first, plan.last
    monday = monday_of(today)
    return monday, monday + timedelta(days=7 * weeks - 1)


def _write(data: bytes, out: str | None, name: str) -> None:
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

    now_s = MachineClock().wall().epoch_s
    result = watch_files(sessions_between(plan, *span), runner_for(athlete, None), now_s)
    _report(result)
    if not result.files:
        raise PlanProblem("there is no workout to write in these days", "See coach plan show --week.")
    if out is None or out == "-" or out.casefold().endswith(".zip"):
        _write(result.zipped(), out, "")
    else:
        _write_folder(result.files, Path(out).expanduser())
    if result.faults:
        raise click.exceptions.Exit(1)


def _write_folder(files: "Mapping[str, bytes]", folder: Path) -> None:
    there = next((folder / name for name in files if (folder / name).exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} exists already", "Nothing was written; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise CoachProblem(
            f"{plain(folder)} is not a folder and cannot be created: {reason}", "Name another."
        ) from None
    for name, data in files.items():
        write_new_file(folder / name, data, what="workout")
    count = f"{len(files)} {'workout' if len(files) == 1 else 'workouts'}"
    narrate(f"Wrote {count} into {plain(folder)}")


def _report(result: "WatchFiles") -> None:
    """Print what the files lack."""
    if result.without:
        count = "1 session has" if result.without == 1 else f"{result.without} sessions have"
        narrate(f"Note: {count} no workout: sheets, races, appointments.")
    if result.changed:
        count = "1 file" if result.changed == 1 else f"{result.changed} files"
        narrate(f"Note: in {count} something is in words only; see coach workout export NAME --to fit.")
    for fault in result.faults[:_SHOWN]:
        narrate(f"Left out: {fault}")
    if len(result.faults) > _SHOWN:
        narrate(f"and {len(result.faults) - _SHOWN} more could not be written")
