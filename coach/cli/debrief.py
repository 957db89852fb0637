"""`coach debrief`: what last week changes in this one, what a race leaves, and why somebody is stuck."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import DayType, athlete_option
from coach.cli.text import CONSOLE, narrate, out, out_json, out_table

if TYPE_CHECKING:
    from coach.app.debrief import DebriefDesk
    from coach.plan.debrief import Debrief, DebriefFinding, Proposal
    from coach.plan.mornings import RaceLook
    from coach.plan.plateau import Cause, PlateauAnswer

_WIDTH: Final = 100
"""Columns of the longest line: programs read --json."""
_SYMPTOMS: Final = ("heavy-legs", "cannot-hold-pace", "dying-halfway", "no-progress", "everything-hard")
_MOST_INPUT: Final = 4096


@click.command("debrief", cls=CoachCommand)
@click.option(
    "--week",
    type=DayType(),
    metavar="DATE",
    help="Look back on the week of that day; without it the last one that is over.",
)
@click.option(
    "--accept", type=click.IntRange(1, 3), multiple=True, metavar="N", help="Make change N of the plan."
)
@click.option(
    "--refuse", type=click.IntRange(1, 3), multiple=True, metavar="N", help="Keep that you do not want it."
)
@click.option("--plateau", type=click.Choice(_SYMPTOMS), help="Look in your history for why you are stuck.")
@click.option(
    "--line", is_flag=True, help="Write your line of today: three questions, kept and never judged."
)
@click.option("--races", is_flag=True, help="Say what your races left for the next block.")
@click.option("--rules", is_flag=True, help="List every rule: limit, source, on or off.")
@click.option("--on", "on", metavar="RULE", help="Switch a rule on, such as the opt-in cadence-goal.")
@click.option("--off", "off", metavar="RULE", help="Switch a rule off.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@athlete_option("Whose week it is (default: the chosen athlete, or the only one).")
def command(
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
    """Say what last week changes in this one.

    What was planned and done, the share in the band, fade, decoupling and effort propose at most three changes of the
    next week. Each is a change of the plan that you accept or refuse; nothing is changed before. None breaks a rule of
    the plan, and after a week that went badly none adds anything. What is not known is named, and is never "fine".

    With --plateau it looks for the evidence of each cause in your own runs and mornings first, then names the fix.

    A race of the last weeks is looked back on by itself: what worked, what did not, pacing, endurance, recovery. That
    is kept, and shown when the next plan is made.
    """
    from coach.app.debrief import DebriefDesk
    from coach.app.plan import PlanDesk

    desk = DebriefDesk(PlanDesk(athlete=athlete), lambda said: narrate(f"Note: {said}"))
    for name in filter(None, (on, off)):
        desk.switch(name, on=name == on)
        narrate(f"{name} is {'on' if name == on else 'off'} now.")
    if line:
        _write_line(desk, as_json=as_json)
    elif rules:
        _list_rules(desk, as_json=as_json)
    elif races:
        _show_races(desk, as_json=as_json)
    elif plateau is not None:
        _show_plateau(desk, plateau, as_json=as_json)
    elif not (on or off):
        _show_week(desk, week, accept, refuse, as_json=as_json)


# --- a week


def _show_week(
    desk: "DebriefDesk", day: date | None, accept: Sequence[int], refuse: Sequence[int], *, as_json: bool
) -> None:
    from coach.plan.model import monday_of

    desk.link()
    week = monday_of(day or desk.last_week())
    for each in desk.answer(week, accept, refuse):
        for sentence in each.says if each.answer == "accepted" else ():
            narrate(f"Done: {sentence}")
        if each.answer == "refused":
            narrate(f"Kept: you do not want {each.proposal.fired.rule} for this week.")
    made = desk.debrief(week)
    looks = desk.keep_races(week)
    year = desk.year(week)
    if as_json:
        tree = debrief_tree(made) | ({"year": year} if year else {})
        out_json(tree | {"races": [race_tree(each) for each in looks]})
        return
    for text in debrief_lines(made, year, has_plan=desk.plan is not None):
        out(text)
    for look in looks:
        _print_race(look)
    if desk.is_recovering:
        narrate("You are in the recovery after a race. A line a day, if you like: coach debrief --line")
    if any(not each.answer for each in made.proposals):
        narrate("You decide: coach debrief --accept N or --refuse N. Take a change back: coach plan undo")


def debrief_lines(made: "Debrief", year: str = "", *, has_plan: bool = True) -> Iterator[str]:
    """The look back on a week as text."""
    yield f"Week of {made.week:%a} {made.week}"
    for name, words in (*made.lines, *((("four weeks against last year", year),) if year else ())):
        yield f"  {name}: {words}"
    for proposal in made.proposals:
        yield ""
        yield from _proposal_lines(proposal)
    for note in made.notes:
        yield ""
        yield from _finding_lines(note, "-")
    if not made.proposals:
        yield ""
        yield _nothing(made, has_plan=has_plan)
    if made.not_known:
        yield ""
        words = "; ".join(f"{rule}: {why}" for rule, why in made.not_known)
        yield from wrap(f"Not known: {words}.", _WIDTH)


def _nothing(made: "Debrief", *, has_plan: bool) -> str:
    if not has_plan:
        return "There is no plan, so nothing can be changed in it: coach plan new makes one."
    unknown = ", as far as it is known" if made.not_known else ""
    return f"Nothing of that week changes the next one{unknown}."


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


def _finding_lines(found: "DebriefFinding", head: str) -> Iterator[str]:
    yield f"{head} {found.says}"
    if found.value:
        yield f"    you    {found.value}"
    yield f"    limit  {found.limit}"
    yield f"    rule   {found.rule} ({found.source})"


def debrief_tree(made: "Debrief") -> dict[str, Any]:
    """The look back for programs; what is not known is absent."""
    return {
        "v": 1,
        "week": made.week.isoformat(),
        "sentence": made.sentence,
        "figures": dict(made.lines),
        "proposals": [_proposal_tree(each) for each in made.proposals],
        "notes": [_finding_tree(each) for each in made.notes],
        "not_known": [{"rule": rule, "why": why} for rule, why in made.not_known],
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


def _finding_tree(found: "DebriefFinding") -> dict[str, Any]:
    tree = {"rule": found.rule, "says": found.says, "limit": found.limit, "source": found.source}
    return tree | ({"value": found.value} if found.value else {})


# --- races, lines, rules


def _show_races(desk: "DebriefDesk", *, as_json: bool) -> None:
    looks = desk.mornings.kept.races
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
        narrate('Say it of the run of the race: coach runs note RUN --worked "..." --failed "..."')


def race_tree(look: "RaceLook") -> dict[str, str]:
    """What a race left, for programs; what is not known is absent."""
    names = ("race", "worked", "failed", "pacing", "endurance", "recovery")
    known = {name: getattr(look, name) for name in names if getattr(look, name)}
    return {"day": look.day.isoformat(), **known}


def _write_line(desk: "DebriefDesk", *, as_json: bool) -> None:
    from coach.app.debrief import ask_line

    answers = ask_line(CONSOLE.ask) if CONSOLE.can_ask() else sys.stdin.read(_MOST_INPUT).splitlines()
    written = desk.write_line(answers)
    if as_json:
        tree = {} if written is None else {"body": written.body, "mind": written.mind, "wish": written.wish}
        out_json({"v": 1, "day": desk.today.isoformat()} | {key: text for key, text in tree.items() if text})
    narrate("Nothing was written." if written is None else "Kept. Nothing is judged by it.")


def _list_rules(desk: "DebriefDesk", *, as_json: bool) -> None:
    from coach.plan.debrief import RULES, is_on
    from coach.plan.plateau import RULES as CAUSES

    answers = desk.mornings.kept.answers
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


# --- a plateau


def _show_plateau(desk: "DebriefDesk", name: str, *, as_json: bool) -> None:
    from coach.plan.plateau import SYMPTOM_WORDS, Symptom

    symptom = Symptom(name)
    answer = desk.plateau(symptom)
    if as_json:
        out_json(plateau_tree(answer))
        return
    out(f"{SYMPTOM_WORDS[symptom].capitalize()}: what your own history says")
    for cause in answer.found:
        out("")
        for text in _cause_lines(cause):
            out(text)
    out("")
    if not answer.found:
        unknown = ", but much is not known" if answer.not_known else ""
        out(f"Nothing of what was looked at speaks for a cause{unknown}.")
    if answer.against:
        out_table(
            ("looked at, and not it", "you", "limit"),
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
        for text in wrap(f"Not known, so not ruled out: {words}.", _WIDTH):
            out(text)


def _cause_lines(cause: "Cause") -> Iterator[str]:
    yield f"  {cause.fix}"
    yield f"    {cause.condition}"
    yield f"    you    {cause.value}"
    yield f"    limit  {cause.limit}"
    yield f"    rule   {cause.rule} ({cause.source})"


def plateau_tree(answer: "PlateauAnswer") -> dict[str, Any]:
    """What the history says of a symptom, for programs."""
    names = ("rule", "condition", "value", "limit", "fix", "source")
    return {
        "v": 1,
        "symptom": answer.symptom.value,
        "found": [{name: getattr(each, name) for name in names} for each in answer.found],
        "against": [
            {name: getattr(each, name) for name in names if name != "fix"} for each in answer.against
        ],
        "not_known": [{"rule": rule, "why": why} for rule, why in answer.not_known],
        "gates": dict(answer.gates),
        "words": list(answer.words),
    }
