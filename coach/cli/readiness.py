"""`coach readiness` and `coach debrief`: the minute in the morning, and the look back on the last week."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from math import exp
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand, CoachGroup
from coach.cli.shared import CONSOLE, DayType, athlete_option, exit_with, narrate, out, out_json, out_table

if TYPE_CHECKING:
    from coach.app.readiness import DebriefService, ReadinessService
    from coach.plan.debrief import Debrief, DebriefFinding, Proposal
    from coach.plan.mornings import CheckIn, Morning, RaceLook
    from coach.plan.plateau import Cause, PlateauAnswer
    from coach.plan.readiness import ReadinessAnswer


# --- coach readiness

_READINESS_COLUMNS: Final = 78
"""Columns of the longest line: less than a terminal of 80. Judged; programs read --json."""
_POSTURES: Final = ("lying", "sitting")


@click.group(cls=CoachGroup, invoke_without_command=True, no_args_is_help=False)
@athlete_option("The athlete.")
@click.option("--day", type=DayType(), metavar="DATE", help="Answer for that day instead of today.")
@click.option("--posture", type=click.Choice(_POSTURES), help="Your posture (default: that of the settings).")
@click.option(
    "--sensors",
    type=click.Choice(["ble", "sim", "none"]),
    help="The sensor (default: your paired strap).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    context: click.Context,
    *,
    athlete: str | None,
    day: date | None,
    posture: str | None,
    sensors: str | None,
    as_json: bool,
) -> None:
    r"""Measure the morning, answer ten questions, get advice for today.

    With a strap: a minute to settle, then three that are measured, then ten questions, all optional. Without one it
    asks the questions only. The answer is as planned, easier, easy only or rest, with each rule that fired, its value
    and its limit, and what is not known. You decide.

    Lines that are piped in are answers: each begins with the word of its question, or answers the next one; an empty
    line skips one.

      printf 'acute none\nlegs sharp\nsleep 7:30\n' | coach readiness
    """
    if context.invoked_subcommand is not None:
        return
    from coach.app.morning import MorningRequest, morning_here

    request = MorningRequest(athlete, day, posture, sensors, as_json=as_json)
    outcome = morning_here(request, CONSOLE)
    if outcome.answer is not None:
        print_answer(outcome.answer, outcome.measured, as_json=as_json)
    exit_with(outcome.exit_code)


def print_answer(answer: "ReadinessAnswer", mornings: "Sequence[Morning]" = (), *, as_json: bool) -> None:
    """Print the answer for a day, with its measurement."""
    measured = [_measured(each) for each in sorted(mornings, key=_quality)]
    if as_json:
        out_json(answer_tree(answer) | ({"measured": measured} if measured else {}))
        return
    for each in measured[:1]:
        if not each["usable"]:
            narrate(f"Measured, and not usable ({each['source']}).")
            continue
        values = [("RMSSD {} ms", each.get("rmssd_ms")), ("resting heart rate {}", each.get("resting_bpm"))]
        words = ", ".join(text.format(f"{value:.0f}") for text, value in values if value is not None)
        narrate(f"Measured: {words or 'nothing that can be used'} ({each['source']}).")
    for line in answer_lines(answer):
        out(line)


def answer_tree(answer: "ReadinessAnswer") -> dict[str, Any]:
    """Return the answer for `--json`; unknown values are absent."""
    tree: dict[str, Any] = {
        "day": answer.day.isoformat(),
        "verdict": answer.verdict.value,
        "fired": [
            {
                "rule": each.rule,
                "verdict": each.verdict.value,
                "value": each.value,
                "limit": each.limit,
                "says": each.says,
                "source": each.source,
            }
            for each in answer.fired
        ],
        "not_known": [{"rule": each.rule, "why": each.why} for each in answer.not_known],
        "nothing_known": answer.is_blind,
        "share": answer.share,
        "maintain": answer.is_maintain,
        "acute": list(answer.acute),
        "see_a_doctor": answer.needs_doctor,
    }
    if (usual := answer.usual) is not None:
        tree["hrv"] = {
            "mean_ln_rmssd": round(usual.mean, 4),
            "low_ln_rmssd": round(usual.low, 4),
            "high_ln_rmssd": round(usual.high, 4),
            "mean_rmssd_ms": round(exp(usual.mean), 1),
            "mornings": usual.days,
            "baseline_mornings": usual.baseline_days,
        }
    return tree


def answer_lines(answer: "ReadinessAnswer") -> Iterator[str]:
    """Yield the answer as lines."""
    from coach.plan.readiness import blind_words, not_known_words

    day = answer.day
    yield f"{day:%a} {day.day} {day:%b %Y}: {answer.verdict.upper()}"
    if answer.needs_doctor:
        yield "See a doctor today. Do not run before."
    if answer.is_blind:
        yield blind_words(answer)
    for each in answer.fired:
        yield ""
        yield f"  {each.says}"
        yield f"    you    {each.value}"
        yield f"    limit  {each.limit}  ->  {each.verdict.value}"
        yield f"    rule   {each.rule} ({each.source})"
    if answer.share < 1:
        yield ""
        yield f"Today: {answer.share:.0%} of what is planned."
    if answer.is_maintain:
        yield ""
        yield "Keep your level: nothing longer and nothing harder in a stressful time."
    if answer.not_known:
        yield ""
        yield from wrap(f"Not known: {not_known_words(answer)}.", _READINESS_COLUMNS)
    yield ""
    yield "You decide. A run as planned is saved as your choice."


def _read(service: "ReadinessService") -> None:
    """Read the journal, and print its problems."""
    service.load(lambda text: narrate(f"Note: {text}"))


# --- coach readiness import


@command.command("import")
@click.argument("table")
@athlete_option("The athlete.")
@click.option("--posture", type=click.Choice(_POSTURES), help="The posture (default: unknown).")
@click.option("--source", metavar="NAME", help="The name of the source (default: the file's name).")
@click.option(
    "--day", type=DayType(), metavar="DATE", help="The day of a file that has intervals and no date."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_(
    table: str,
    *,
    athlete: str | None,
    posture: str | None,
    source: str | None,
    day: date | None,
    as_json: bool,
) -> None:
    """Import mornings from another program's table.

    TABLE is a CSV file with headings: date, and rmssd or lnrmssd, resting_hr, or rr (intervals between beats). The
    reading of each column is printed. Importing the same table again adds only new mornings.

    A baseline never mixes sources: mornings of a table are compared with those of the same table, posture and unit.
    """
    from coach.app.readiness import open_service
    from coach.plan.config import Posture

    service = open_service(athlete)
    _read(service)
    where = None if posture is None else Posture(posture)
    result = service.import_table(table, posture=where, source=source, day=day, say=narrate)
    for line in result.notes:
        narrate(line)
    if as_json:
        out_json(
            {
                "read": result.read,
                "new": result.new,
                "first": result.first.isoformat(),
                "last": result.last.isoformat(),
                "source": result.source,
                "unit": result.unit,
            }
        )
        return
    mornings = "1 morning" if result.read == 1 else f"{result.read} mornings"
    out(
        f"{mornings} from {result.first} to {result.last}, {result.new} of them new. Source: {result.source}."
    )


# --- coach readiness history


@command.command("history")
@athlete_option("The athlete.")
@click.option(
    "--since", type=DayType(), metavar="DATE", help="From this day on: 2026-09-01, or 4w for 4 weeks ago."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def history(athlete: str | None, *, since: date | None, as_json: bool) -> None:
    """List the mornings so far, with the verdict of each day.

    A row has the measurement and the answers. Of several measurements of a date the first usable one counts. The
    verdict is "not known" if no rule had its data.
    """
    from coach.app.readiness import open_service

    service = open_service(athlete)
    _read(service)
    days = sorted({each.day for each in service.entries.mornings} | set(service.entries.by_day))
    if days:
        service.load_runs(days[-1])
    days = [day for day in days if since is None or day >= since]
    answers = service.answers(days)
    measured: dict[date, list[Morning]] = {}
    for each in service.entries.mornings:
        measured.setdefault(each.day, []).append(each)
    rows = [_row(service, answers[day], measured.get(day, [])) for day in days]
    if as_json:
        for row in rows:
            out_json(row)
        return
    if not rows:
        narrate("No morning is saved yet. Start: coach readiness")
        return
    head = ("day", "HRV", "rest", "posture", "source", "answers", "verdict")
    out_table(head, [_cells(row) for row in rows])


def _row(service: "ReadinessService", answer: "ReadinessAnswer", mornings: "list[Morning]") -> dict[str, Any]:
    day = answer.day
    mornings = sorted(mornings, key=_quality)
    row: dict[str, Any] = {
        "day": day.isoformat(),
        "verdict": answer.verdict.value,
        "nothing_known": answer.is_blind,
    }
    if mornings:
        row["measured"] = [_measured(each) for each in mornings]
    check_in = service.entries.by_day.get(day)
    if check_in is not None:
        row["said"] = _answers(check_in)
    return row


def _quality(morning: "Morning") -> tuple[bool, bool, int]:
    """Return a sort key: usable mornings first, then the earliest of the day."""
    return not morning.is_usable, morning.minute is None, morning.minute or 0


def _measured(morning: "Morning") -> dict[str, Any]:
    values = {
        "time": None if morning.minute is None else f"{morning.minute // 60:02d}:{morning.minute % 60:02d}",
        "rmssd_ms": None if morning.ln_rmssd is None else round(exp(morning.ln_rmssd), 1),
        "ln_rmssd": None if morning.ln_rmssd is None else round(morning.ln_rmssd, 4),
        "resting_bpm": None if morning.resting_bpm is None else round(morning.resting_bpm, 1),
        "posture": morning.posture,
        "source": morning.source,
        "unit": morning.unit,
        "corrected_share": morning.corrected_share,
        "usable": morning.is_usable,
        "run": morning.run or None,
    }
    return {key: value for key, value in values.items() if value is not None}


def _answers(check_in: "CheckIn") -> dict[str, str]:
    from coach.plan.mornings import CYCLE, QUESTIONS, answer_text

    texts = {question.id: answer_text(check_in, question) for question in (*QUESTIONS, CYCLE)}
    return {question: text for question, text in texts.items() if text is not None}


def _cells(row: dict[str, Any]) -> Sequence[str]:
    measured = row.get("measured", ({},))[0]
    hrv, resting = measured.get("rmssd_ms"), measured.get("resting_bpm")
    is_usable = measured.get("usable", True)
    return (
        row["day"],
        "not usable" if not is_usable else "" if hrv is None else f"{hrv:.0f} ms",
        "" if resting is None else f"{resting:.0f}",
        str(measured.get("posture") or ""),
        measured.get("source", ""),
        ", ".join(f"{question} {answer}" for question, answer in row.get("said", {}).items()),
        "not known" if row["nothing_known"] else row["verdict"],
    )


# --- coach readiness rules


@command.command("rules")
@athlete_option("The athlete whose mornings are used.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def rules(athlete: str | None, *, as_json: bool) -> None:
    """List the rules of the morning: limit, verdict, source, on or off.

    Switch a rule off: coach config set readiness.off gut_check,stale_legs. Switch an opt-in on: readiness.on. The
    questions that rules ask are listed below them.
    """
    from coach.app.readiness import open_service
    from coach.plan.mornings import QUESTIONS, Mornings, share_within
    from coach.plan.readiness import HRV_WITHIN, RULES, is_on

    service = open_service(athlete)
    _read(service)
    days = [each.day for each in service.entries.mornings]
    own = (
        share_within(
            Mornings(service.entries.mornings, {}).of_hrv(max(days)), service.settings.within_percent
        )
        if days
        else None
    )
    shares = {} if own is None else {HRV_WITHIN: own}
    if as_json:
        for rule in RULES:
            tree: dict[str, Any] = {
                "rule": rule.id,
                "needs": rule.needs,
                "condition": rule.condition,
                "limit": rule.limit_by(service.settings),
                "verdict": rule.verdict.value,
                "source": rule.source,
                "on": is_on(rule, service.settings),
                "default": rule.is_on,
            }
            if rule.id in shares:
                tree |= {"own_share_passed": round(shares[rule.id][0], 4), "own_mornings": shares[rule.id][1]}
            out_json(tree)
        return
    for rule in RULES:
        state = "on" if is_on(rule, service.settings) else "off"
        out(f"{rule.id} ({state}{'' if rule.is_on else ', opt-in'}) -> {rule.verdict.value}")
        out(f"    {rule.condition}")
        out(f"    limit {rule.limit_by(service.settings)}; needs {rule.needs}; source {rule.source}")
        if rule.id in shares:
            share, count = shares[rule.id]
            out(f"    it would have passed {share:.0%} of your {count} mornings")
    out("")
    for question in QUESTIONS:
        words = ", ".join(f"{word} ({meaning})" for word, meaning in question.words.items())
        out(f"{question.id}: {question.text} {words or question.example}")


# --- coach debrief: a look back on a week, races, lines, and the causes of a plateau

_DEBRIEF_COLUMNS: Final = 100
"""Columns of the longest line: more than that of the morning. Judged; programs read --json."""
_SYMPTOMS: Final = ("heavy-legs", "cannot-hold-pace", "dying-halfway", "no-progress", "everything-hard")
_MOST_INPUT: Final = 4096
"""Letters that are read of piped answers, which are three short lines. Judged."""


@click.command("debrief", cls=CoachCommand)
@click.option(
    "--week",
    type=DayType(),
    metavar="DATE",
    help="Look back on the week of that day (default: last week).",
)
@click.option(
    "--accept", type=click.IntRange(1, 3), multiple=True, metavar="N", help="Make change N of the plan."
)
@click.option("--refuse", type=click.IntRange(1, 3), multiple=True, metavar="N", help="Refuse change N.")
@click.option(
    "--plateau", type=click.Choice(_SYMPTOMS), help="Look for the causes of a plateau in your history."
)
@click.option(
    "--line", is_flag=True, help="Answer today's three questions; they are saved, and no rule uses them."
)
@click.option("--races", is_flag=True, help="Print the lessons of your races for the next block.")
@click.option("--rules", is_flag=True, help="List every rule: limit, source, on or off.")
@click.option("--on", "on", metavar="RULE", help="Switch a rule on, such as the opt-in cadence-goal.")
@click.option("--off", "off", metavar="RULE", help="Switch a rule off.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@athlete_option("The athlete (default: the chosen or only one).")
def debrief(
    *,
    week: date | None,
    accept: tuple[int, ...],
    refuse: tuple[int, ...],
    plateau: str | None,
    line: bool,
    races: bool,
    rules: bool,
    on: str | None,
    off: str | None,
    as_json: bool,
    athlete: str | None,
) -> None:
    """Look back on last week, and propose changes of this one.

    At most three changes are proposed, from the sessions planned and done, the share in the band, fade, decoupling and
    effort. You accept or refuse each; nothing changes before that. No proposal breaks a rule of the plan, and after a
    bad week none adds load. Missing data is named, and never counts as good.

    With --plateau it looks for the evidence of each cause in your own runs and mornings first, then names the fix.

    A race of the last weeks gets its own review: what worked, what did not, pacing, endurance, recovery. It is
    saved, and shown when the next plan is made.
    """
    from coach.app.plan import PlanService
    from coach.app.readiness import DebriefService

    service = DebriefService(PlanService(athlete=athlete), lambda text: narrate(f"Note: {text}"))
    for name in filter(None, (on, off)):
        service.switch(name, on=name == on)
        narrate(f"{name} is {'on' if name == on else 'off'} now.")
    if line:
        _write_line(service, as_json=as_json)
    elif rules:
        _list_rules(service, as_json=as_json)
    elif races:
        _show_races(service, as_json=as_json)
    elif plateau is not None:
        _show_plateau(service, plateau, as_json=as_json)
    elif not (on or off):
        _show_week(service, week, accept, refuse, as_json=as_json)


# --- debrief: a week


def _show_week(
    service: "DebriefService",
    day: date | None,
    accept: Sequence[int],
    refuse: Sequence[int],
    *,
    as_json: bool,
) -> None:
    from coach.plan.model import monday_of

    service.link()
    week = monday_of(day or service.last_week())
    for each in service.answer(week, accept, refuse):
        for sentence in each.says if each.answer == "accepted" else ():
            narrate(f"Done: {sentence}")
        if each.answer == "refused":
            narrate(f"Refused: {each.proposal.fired.rule} for this week.")
    look_back = service.debrief(week)
    looks = service.keep_races(week)
    year = service.year(week)
    if as_json:
        tree = debrief_tree(look_back) | ({"year": year} if year else {})
        out_json(tree | {"races": [race_tree(each) for each in looks]})
        return
    for text in debrief_lines(look_back, year, has_plan=service.plan is not None):
        out(text)
    for look in looks:
        _print_race(look)
    if service.is_recovering:
        narrate("You are in the recovery after a race. A line a day, if you like: coach debrief --line")
    if any(not each.answer for each in look_back.proposals):
        narrate("You decide: coach debrief --accept N or --refuse N. Undo a change: coach plan undo")


def debrief_lines(look_back: "Debrief", year: str = "", *, has_plan: bool = True) -> Iterator[str]:
    """Yield the look back on a week as lines."""
    yield f"Week of {look_back.week:%a} {look_back.week}"
    for name, words in (*look_back.lines, *((("four weeks against last year", year),) if year else ())):
        yield f"  {name}: {words}"
    for proposal in look_back.proposals:
        yield ""
        yield from _proposal_lines(proposal)
    for note in look_back.notes:
        yield ""
        yield from _finding_lines(note, "-")
    if not look_back.proposals:
        yield ""
        yield _nothing(look_back, has_plan=has_plan)
    if look_back.not_known:
        yield ""
        words = "; ".join(f"{rule}: {why}" for rule, why in look_back.not_known)
        yield from wrap(f"Not known: {words}.", _DEBRIEF_COLUMNS, break_on_hyphens=False)


def _nothing(look_back: "Debrief", *, has_plan: bool) -> str:
    if not has_plan:
        return "There is no plan to change: coach plan new makes one."
    unknown = ", as far as it is known" if look_back.not_known else ""
    return f"That week changes nothing in the next one{unknown}."


def _proposal_lines(proposal: "Proposal") -> Iterator[str]:
    yield from _finding_lines(proposal.fired, f"{proposal.number}.")
    if proposal.answer:
        yield f"    {proposal.answer}"
    elif proposal.edited is not None:
        for sentence in proposal.edited.says:
            yield f"    change {sentence}"
        yield f"    days   {', '.join(f'{day:%a} {day}' for day in proposal.edited.touched)}"
    if proposal.refused_before:
        times = "once" if proposal.refused_before == 1 else f"{proposal.refused_before} times"
        yield f"    you refused it {times} before; coach debrief --off {proposal.fired.rule} switches it off"


def _finding_lines(finding: "DebriefFinding", head: str) -> Iterator[str]:
    yield f"{head} {finding.says}"
    if finding.value:
        yield f"    you    {finding.value}"
    yield f"    limit  {finding.limit}"
    yield f"    rule   {finding.rule} ({finding.source})"


def debrief_tree(look_back: "Debrief") -> dict[str, Any]:
    """Return the look back for `--json`; unknown values are absent."""
    return {
        "v": 1,
        "week": look_back.week.isoformat(),
        "sentence": look_back.sentence,
        "figures": dict(look_back.lines),
        "proposals": [_proposal_tree(each) for each in look_back.proposals],
        "notes": [_finding_tree(each) for each in look_back.notes],
        "not_known": [{"rule": rule, "why": why} for rule, why in look_back.not_known],
    }


def _proposal_tree(proposal: "Proposal") -> dict[str, Any]:
    tree: dict[str, Any] = {"number": proposal.number, **_finding_tree(proposal.fired)}
    tree["answer"] = proposal.answer or "open"
    if proposal.edited is not None:
        days = [day.isoformat() for day in proposal.edited.touched]
        tree |= {"changes": list(proposal.edited.says), "touched": days}
    if proposal.refused_before:
        tree["refused_before"] = proposal.refused_before
    return tree


def _finding_tree(finding: "DebriefFinding") -> dict[str, Any]:
    tree = {"rule": finding.rule, "says": finding.says, "limit": finding.limit, "source": finding.source}
    return tree | ({"value": finding.value} if finding.value else {})


# --- debrief: races, lines, rules


def _show_races(service: "DebriefService", *, as_json: bool) -> None:
    looks = service.mornings.entries.races
    if as_json:
        out_json([race_tree(each) for each in looks])
        return
    if not looks:
        narrate("No race was looked back on yet: coach debrief does, in the weeks after one of the plan.")
    for look in looks:
        _print_race(look)


def _print_race(look: "RaceLook") -> None:
    from coach.plan.plateau import race_lines

    out("")
    for text in race_lines(look):
        out(text)
    if not (look.worked and look.failed):
        narrate('Note it with the run of the race: coach runs note RUN --worked "..." --failed "..."')


def race_tree(look: "RaceLook") -> dict[str, str]:
    """Return the look back on a race for `--json`; unknown values are absent."""
    names = ("race", "worked", "failed", "pacing", "endurance", "recovery")
    values = {name: getattr(look, name) for name in names if getattr(look, name)}
    return {"day": look.day.isoformat(), **values}


def _write_line(service: "DebriefService", *, as_json: bool) -> None:
    from coach.app.readiness import ask_line

    answers = ask_line(CONSOLE.ask) if CONSOLE.can_ask() else sys.stdin.read(_MOST_INPUT).splitlines()
    line = service.write_line(answers)
    if as_json:
        tree = {} if line is None else {"body": line.body, "mind": line.mind, "wish": line.wish}
        out_json(
            {"v": 1, "day": service.today.isoformat()} | {key: text for key, text in tree.items() if text}
        )
    narrate("Nothing was written." if line is None else "Saved. It is never judged.")


def _list_rules(service: "DebriefService", *, as_json: bool) -> None:
    from coach.plan.debrief import RULES, is_on
    from coach.plan.plateau import RULES as CAUSES

    answers = service.mornings.entries.answers
    rows = [
        {"rule": each.id, "of": "week", "needs": each.needs, "condition": each.condition, "limit": each.limit}
        | {"proposal": each.proposal, "source": each.source}
        | {"on": is_on(each.id, answers, default=each.is_on), "default": each.is_on}
        for each in RULES
    ] + [
        {"rule": each.id, "of": "plateau", "symptoms": sorted(each.symptoms), "needs": each.needs}
        | {"condition": each.condition, "limit": each.limit, "proposal": each.fix, "source": each.source}
        | {"on": is_on(each.id, answers, default=each.is_on), "default": each.is_on}
        for each in CAUSES
    ]
    if as_json:
        out_json(rows)
        return
    for row in rows:
        state = "on" if row["on"] else "off"
        out(f"{row['rule']} ({row['of']}, {state}{'' if row['default'] else ', opt-in'})")
        out(f"    {row['condition']}: {row['limit']}; needs {row['needs']}")
        out(f"    {row['proposal']} ({row['source']})")


# --- debrief: a plateau


def _show_plateau(service: "DebriefService", name: str, *, as_json: bool) -> None:
    from coach.plan.plateau import SYMPTOM_WORDS, Symptom

    symptom = Symptom(name)
    answer = service.plateau(symptom)
    if as_json:
        out_json(plateau_tree(answer))
        return
    out(f"{SYMPTOM_WORDS[symptom].capitalize()}: the evidence in your history")
    for cause in answer.causes:
        out("")
        for text in _cause_lines(cause):
            out(text)
    out("")
    if not answer.causes:
        unknown = ", but much is not known" if answer.not_known else ""
        out(f"No cause was found{unknown}.")
    if answer.against:
        out_table(
            ("checked, and not the cause", "you", "limit"),
            [(c.condition, c.value, c.limit) for c in answer.against],
        )
    if answer.gates:
        times = ", ".join(f"{rule}: {count}" for rule, count in sorted(answer.gates.items()))
        out(f"Your own gates in four weeks: {times}.")
    for text in answer.words:
        out(text)
    if answer.not_known:
        out("")
        words = "; ".join(f"{rule}: {why}" for rule, why in answer.not_known)
        for text in wrap(f"Not known, so not ruled out: {words}.", _DEBRIEF_COLUMNS, break_on_hyphens=False):
            out(text)


def _cause_lines(cause: "Cause") -> Iterator[str]:
    yield f"  {cause.fix}"
    yield f"    {cause.condition}"
    yield f"    you    {cause.value}"
    yield f"    limit  {cause.limit}"
    yield f"    rule   {cause.rule} ({cause.source})"


def plateau_tree(answer: "PlateauAnswer") -> dict[str, Any]:
    """Return the evidence about a symptom for `--json`."""
    names = ("rule", "condition", "value", "limit", "fix", "source")
    return {
        "v": 1,
        "symptom": answer.symptom.value,
        "found": [{name: getattr(each, name) for name in names} for each in answer.causes],
        "against": [
            {name: getattr(each, name) for name in names if name != "fix"} for each in answer.against
        ],
        "not_known": [{"rule": rule, "why": why} for rule, why in answer.not_known],
        "gates": dict(answer.gates),
        "words": list(answer.words),
    }
