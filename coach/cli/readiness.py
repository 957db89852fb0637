"""`coach readiness`: one minute in the morning, and what it says about today."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import exp
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachGroup
from coach.cli.parameters import DayType, athlete_option
from coach.cli.text import CONSOLE, exit_with, narrate, out, out_json, out_table

if TYPE_CHECKING:
    from coach.app.readiness import ReadinessDesk
    from coach.plan.checkin import CheckIn
    from coach.plan.mornings import Morning
    from coach.plan.readiness import ReadinessAnswer

_WIDTH: Final = 78
"""Columns of the longest line: programs read --json."""
_POSTURES: Final = ("lying", "sitting")


@click.group(cls=CoachGroup, invoke_without_command=True, no_args_is_help=False)
@athlete_option("Whose morning it is.")
@click.option("--day", type=DayType(), metavar="DATE", help="Answer for that day instead of today.")
@click.option(
    "--posture", type=click.Choice(_POSTURES), help="How you lie or sit; without it that of the settings."
)
@click.option(
    "--sensors",
    type=click.Choice(["ble", "sim", "none"]),
    help="What measures; without it your strap, if one is remembered.",
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
    r"""Measure the morning, answer ten questions, see what today can take.

    With a strap: a minute to settle, then three that are measured, then ten questions, all optional. Without one it
    asks the questions only. The answer is as planned, easier, easy only or rest, with each rule that spoke, what it
    saw and its limit, and what is not known. You decide.

    Where lines are piped in they are the answers: each begins with the word of its question, or answers the next one;
    an empty line leaves one out.

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
    """Print what a day comes to, with what was measured on it."""
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
    """The answer for programs; what is not known is absent."""
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
    """The answer as text."""
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
        yield "Hold what you have: nothing longer and nothing harder while life asks much."
    if answer.not_known:
        yield ""
        yield from wrap(f"Not known: {not_known_words(answer)}.", _WIDTH)
    yield ""
    yield "You decide. As planned is kept as your choice, without a word."


@command.command("import")
@click.argument("table")
@athlete_option("Whose mornings they are.")
@click.option("--posture", type=click.Choice(_POSTURES), help="How they were measured; without it not known.")
@click.option("--source", metavar="NAME", help="What to call the source; without it the file's name.")
@click.option(
    "--day", type=DayType(), metavar="DATE", help="The morning of a file that has intervals and no date."
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
    """Take mornings from another program's table.

    TABLE is a CSV with a head: date, and rmssd or lnrmssd, resting_hr, or rr (intervals between beats). What each
    column was taken for is said; nothing is guessed in silence. Importing the same table again adds only what is new.

    A baseline never mixes sources: mornings of a table are compared with those of the same table, posture and unit.
    """
    from coach.app.readiness import open_desk
    from coach.plan.config import Posture

    desk = open_desk(athlete)
    _read(desk)
    done = desk.import_table(
        table, posture=None if posture is None else Posture(posture), source=source, day=day
    )
    for line in done.said:
        narrate(line)
    if as_json:
        out_json(
            {
                "read": done.read,
                "new": done.new,
                "first": done.first.isoformat(),
                "last": done.last.isoformat(),
                "source": done.source,
                "unit": done.unit,
            }
        )
        return
    mornings = "1 morning" if done.read == 1 else f"{done.read} mornings"
    out(f"{mornings} from {done.first} to {done.last}, {done.new} of them new. Source: {done.source}.")


@command.command("history")
@athlete_option("Whose mornings.")
@click.option(
    "--since", type=DayType(), metavar="DATE", help="From this day on: 2026-09-01, or 4w for 4 weeks ago."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def history(athlete: str | None, *, since: date | None, as_json: bool) -> None:
    """List the mornings so far, with the verdict of each day.

    A row has what was measured and what was said. Of several measurements of a date the first usable one counts. The
    verdict is "not known" where no rule had its data.
    """
    from coach.app.readiness import open_desk

    desk = open_desk(athlete)
    _read(desk)
    days = sorted({each.day for each in desk.kept.mornings} | set(desk.kept.by_day))
    if days:
        desk.load_runs(days[-1])
    days = [day for day in days if since is None or day >= since]
    answers = desk.answers(days)
    measured: dict[date, list[Morning]] = {}
    for each in desk.kept.mornings:
        measured.setdefault(each.day, []).append(each)
    rows = [_row(desk, answers[day], measured.get(day, [])) for day in days]
    if as_json:
        for row in rows:
            out_json(row)
        return
    if not rows:
        narrate("No morning is kept yet. Begin: coach readiness")
        return
    head = ("day", "HRV", "rest", "posture", "source", "said", "verdict")
    out_table(head, [_cells(row) for row in rows])


def _row(desk: "ReadinessDesk", answer: "ReadinessAnswer", mornings: "list[Morning]") -> dict[str, Any]:
    day = answer.day
    mornings = sorted(mornings, key=_quality)
    row: dict[str, Any] = {
        "day": day.isoformat(),
        "verdict": answer.verdict.value,
        "nothing_known": answer.is_blind,
    }
    if mornings:
        row["measured"] = [_measured(each) for each in mornings]
    check_in = desk.kept.by_day.get(day)
    if check_in is not None:
        row["said"] = _answers(check_in)
    return row


def _quality(morning: "Morning") -> tuple[bool, bool, int]:
    """The one that counts first: usable, and the earliest of its day."""
    return not morning.is_usable, morning.minute is None, morning.minute or 0


def _measured(morning: "Morning") -> dict[str, Any]:
    known = {
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
    return {key: value for key, value in known.items() if value is not None}


def _answers(check_in: "CheckIn") -> dict[str, str]:
    from coach.plan.checkin import CYCLE, QUESTIONS, answer_text

    texts = {question.id: answer_text(check_in, question) for question in (*QUESTIONS, CYCLE)}
    return {question: text for question, text in texts.items() if text is not None}


def _cells(row: dict[str, Any]) -> Sequence[str]:
    measured = row.get("measured", ({},))[0]
    hrv, resting = measured.get("rmssd_ms"), measured.get("resting_bpm")
    is_usable = measured.get("usable", True)
    return (
        row["day"],
        "" if hrv is None else f"{hrv:.0f} ms" if is_usable else "not usable",
        "" if resting is None else f"{resting:.0f}",
        str(measured.get("posture") or ""),
        measured.get("source", ""),
        ", ".join(f"{question} {answer}" for question, answer in row.get("said", {}).items()),
        "not known" if row["nothing_known"] else row["verdict"],
    )


@command.command("rules")
@athlete_option("Whose own days the shares are of.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def rules(athlete: str | None, *, as_json: bool) -> None:
    """List the rules of the morning: limit, verdict, source, on or off.

    Switch a rule off: coach config set readiness.off gut_check,stale_legs. Switch an opt-in on: readiness.on. The
    questions that rules ask are listed below them.
    """
    from coach.app.readiness import open_desk
    from coach.plan.checkin import QUESTIONS
    from coach.plan.mornings import Mornings, share_within
    from coach.plan.readiness import HRV_WITHIN, RULES, is_on

    desk = open_desk(athlete)
    _read(desk)
    days = [each.day for each in desk.kept.mornings]
    own = (
        share_within(Mornings(desk.kept.mornings, {}).of_hrv(max(days)), desk.settings.within_percent)
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
                "limit": rule.limit,
                "verdict": rule.verdict.value,
                "source": rule.source,
                "on": is_on(rule, desk.settings),
                "default": rule.is_on,
            }
            if rule.id in shares:
                tree |= {"own_share_passed": round(shares[rule.id][0], 4), "own_mornings": shares[rule.id][1]}
            out_json(tree)
        return
    for rule in RULES:
        state = "on" if is_on(rule, desk.settings) else "off"
        out(f"{rule.id} ({state}{'' if rule.is_on else ', opt-in'}) -> {rule.verdict.value}")
        out(f"    {rule.condition}")
        out(f"    limit {rule.limit}; needs {rule.needs}; source {rule.source}")
        if rule.id in shares:
            share, count = shares[rule.id]
            out(f"    it would have passed {share:.0%} of your own {count} mornings")
    out("")
    for question in QUESTIONS:
        words = ", ".join(f"{word} ({meaning})" for word, meaning in question.words.items())
        out(f"{question.id}: {question.text} {words or question.example}")


def _read(desk: "ReadinessDesk") -> None:
    """Read what is kept, and say what is wrong with it."""
    for said in desk.load():
        narrate(f"Note: {said}")
