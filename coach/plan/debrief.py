"""A review of a week, and at most three changes of the next one, from a literal table of rules.

Each rule names its data, its condition, its limit and its source. One that lacks its data is listed as not known,
never as fine. Its proposal is an edit of the plan that the runner accepts or refuses; an edit that would break a
rule of the plan, or add load after a week that went badly, is never proposed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean
from typing import Final, NamedTuple

from coach.cues.language import ENGLISH
from coach.physiology.performance import GAIN_WEEKS, LARGEST_GAIN, cadence_goal
from coach.plan.check import check, new_findings
from coach.plan.edit import (
    ComingDays,
    EditedPlan,
    SmallStep,
    fewer_reps,
    lighter_week,
    longer_rests,
    one_more_rep,
    recovery_day,
    shorter_long_run,
    take_step,
)
from coach.plan.facts import (
    PlanFacts,
    distance_words,
    is_more,
    load_of,
    percent,
    runs_words,
    signed_percent,
    total,
)
from coach.plan.model import Family, Plan, PlannedSession, TrainingPhase, monday_of
from coach.plan.mornings import CADENCE_GOAL, DROPPED, CheckIn, DebriefAnswer, RecoveryLine
from coach.review.season import SeasonRun

MOST: Final = 3
"""Most proposals of a week. Judged."""
EASY: Final = frozenset({Family.EASY, Family.RECOVERY, Family.LONG, Family.STRIDES})
"""Families that are meant to be easy."""
GREY_SHARE: Final = 0.15
"""Time between the thresholds on days planned easy, above which those days were not easy (the brief of the season)."""
FADED: Final = 0.03
"""Last rep over first rep less 1 (science 1.8). Judged: three times the spread of a steady set."""
IN_BAND: Final = 0.5
"""Less of the time in the band means that the target did not fit the runner in that week. Judged."""
WELL_IN_BAND: Final = 0.8
DECOUPLED: Final = 0.05
"""Pa:HR of a long run above which it was longer than the base carries (Friel's 5 %)."""
DONE_SHARE: Final = 0.7
"""Below this share of the planned distance the next week starts lower than planned. Judged."""
EASY_RPE: Final = 6
"""An easy day of this effort was not easy: 6 of 10 is `hard` in Foster's words. Judged."""
HARD_RPE: Final = 7
FLAG_DAYS: Final = 2
"""Days of the week with two red flags or more. Judged."""
SLEEP_H: Final = 7.0
CADENCE_BPM: Final = 2.0
"""Rise of the heart rate at one pace that ends the goal. Judged: days differ by as much."""
EVEN_400S: Final = 10


class PaceCadence(NamedTuple):
    """A cadence at the reference pace, and the heart rate there."""

    spm: float
    bpm: float | None = None


@dataclass(frozen=True, slots=True)
class DoneSession:
    """A run of the week, its plan and its review; unknown values are None."""

    run: SeasonRun
    planned: PlannedSession | None = None
    in_band: float | None = None
    """Share of the time in the band, mean of its hard steps."""
    fade: float | None = None
    """Time of the last rep over that of the first, less 1."""
    decoupling: float | None = None
    negative_split: float | None = None
    even_400s: int | None = None
    """Reps of 400 m at 5k pace that were even; None with fewer than eight of them."""
    gates: Mapping[str, int] = field(default_factory=dict)
    """The count of cues by each of the runner's own rules."""
    has_fuel: bool | None = None
    worked: str = ""
    failed: str = ""

    @property
    def is_planned_easy(self) -> bool:
        """True if an easy run was planned."""
        return self.planned is not None and self.planned.family in EASY and not self.planned.is_hard


@dataclass(frozen=True)
class DebriefFacts:
    """The data for a debrief."""

    plan: Plan | None = None
    plan_facts: PlanFacts = field(default_factory=PlanFacts)
    """The data for the rules of the plan."""
    sessions: tuple[DoneSession, ...] = ()
    """The runs of the week, oldest first; each is in `plan_facts.runs` too."""
    check_ins: Mapping[date, CheckIn] = field(default_factory=dict)
    answers: tuple[DebriefAnswer, ...] = ()
    """Of all weeks, in the order they were given; undone ones are left out."""
    lines: tuple[RecoveryLine, ...] = ()
    cadence: Mapping[date, PaceCadence] = field(default_factory=dict)
    """By the Monday of the week: cadence at the reference pace."""


@dataclass(frozen=True, slots=True)
class DebriefFinding:
    """A rule that fired, with its value."""

    rule: str
    value: str
    limit: str
    says: str
    source: str
    is_bad: bool
    """True if nothing may grow in the coming week."""
    is_dropped: bool = False
    """True if the goal that it checks ends with this week."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change of the week to come."""

    number: int
    fired: DebriefFinding
    edited: EditedPlan | None
    """None for a proposal that was answered."""
    answer: str = ""
    """`accepted` or `refused`; empty while it is open."""
    refused_before: int = 0
    """Number of other weeks in which it was refused."""


@dataclass(frozen=True, slots=True)
class Debrief:
    """The findings on last week, and the changes of the next."""

    week: date
    """The Monday of the week of the debrief."""
    lines: tuple[tuple[str, str], ...]
    """Planned and done, and other figures: name and words."""
    proposals: tuple[Proposal, ...] = ()
    notes: tuple[DebriefFinding, ...] = ()
    """Rules that fired without a change, or for which no change keeps the rules of the plan."""
    not_known: tuple[tuple[str, str], ...] = ()
    """Rules that could not be judged, and why."""

    @property
    def sentence(self) -> str:
        """The changes from last week to this one, in a sentence."""
        waiting = [each for each in self.proposals if not each.answer]
        if waiting:
            first, more = waiting[0].fired.says, len(waiting) - 1
            also = "" if not more else f" And {more} more change{'s' if more > 1 else ''}."
            return f"Last week: {first}{also} See it: coach debrief"
        if any(each.answer == "accepted" for each in self.proposals):
            return "Last week was debriefed, and this one was changed by it."
        if self.notes:
            return f"Last week: {self.notes[0].says} Nothing changes in this one."
        unknown = f" {len(self.not_known)} rules lack their data." if self.not_known else ""
        return f"Nothing of last week asks for a change of this one.{unknown}"


# --- the rules


@dataclass(frozen=True)
class _Week:
    """The data for the rules: the past week, and the days to come."""

    facts: DebriefFacts
    monday: date
    today: date

    @property
    def sessions(self) -> tuple[DoneSession, ...]:
        return tuple(each for each in self.facts.sessions if monday_of(each.run.day) == self.monday)

    @property
    def on_foot(self) -> tuple[DoneSession, ...]:
        return tuple(each for each in self.sessions if not each.run.is_cross)

    @property
    def coming(self) -> ComingDays:
        """The days of the next week that can still be changed."""
        plan = self.facts.plan
        if plan is None:
            return ComingDays()
        dates = (self.monday + timedelta(days=7 + place) for place in range(7))
        days = (plan.day(day) for day in dates if day >= self.today)
        after = self.monday + timedelta(days=14)
        return ComingDays(
            tuple(days), self.facts.plan_facts.unit, tuple(each for each in plan.days if each.date >= after)
        )

    @property
    def check_ins(self) -> tuple[CheckIn, ...]:
        days = (self.monday + timedelta(days=place) for place in range(7))
        return tuple(self.facts.check_ins[day] for day in days if day in self.facts.check_ins)

    @property
    def planned(self) -> tuple[PlannedSession, ...]:
        plan = self.facts.plan
        week = None if plan is None else plan.week_of(self.monday)
        if plan is None or week is None:
            return ()
        return tuple(each for day in plan.days_of(week) for each in day.sessions if each.is_run)


@dataclass(frozen=True, slots=True)
class _Fired:
    value: str
    steps: Iterator[SmallStep] | None = None
    """Changes of the week to come, the best first."""
    says: str = ""
    """Empty: the words of the table."""
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class _NotKnown:
    why: str


_Outcome = _Fired | _NotKnown | None


@dataclass(frozen=True, slots=True)
class DebriefRule:
    """One row of the table."""

    id: str
    needs: str
    condition: str
    limit: str
    proposal: str
    """Its text, and the change."""
    source: str
    judge: Callable[[_Week], _Outcome]
    is_on: bool = True
    """True if it is on by default; coach debrief --off RULE switches it off."""
    is_bad: bool = True
    """True if it shows that the week went badly."""


def _flags(week: _Week) -> _Outcome:
    flags_by_day = [each.flags for each in week.check_ins if each.flags is not None]
    if not flags_by_day:
        return _NotKnown("no morning of the week says anything of red flags")
    days = sum(len(flags) > 1 for flags in flags_by_day)
    if days < FLAG_DAYS:
        return None
    return _Fired(f"{days} of {len(flags_by_day)} mornings", lighter_week(week.coming))


def _easy_hard(week: _Week) -> _Outcome:
    rated = [each.run.rpe for each in week.on_foot if each.is_planned_easy and each.run.rpe is not None]
    if not rated:
        return _NotKnown("no easy run has its effort: coach runs note RUN --rpe 4")
    mean = fmean(rated)
    return (
        None
        if mean < EASY_RPE
        else _Fired(f"{mean:.1f} of 10, {runs_words(len(rated))}", lighter_week(week.coming))
    )


def _little_done(week: _Week) -> _Outcome:
    planned_m = total(each.distance_m for each in week.planned)
    run_m = total(each.run.distance_m for each in week.on_foot)
    if week.today < week.monday + timedelta(days=7):
        return _NotKnown("the week is not over")
    if not planned_m:
        return _NotKnown("no distance was planned for the week")
    if run_m is None:
        return _NotKnown("a run of the week has no distance")
    if not week.facts.plan_facts.runs:
        return _NotKnown("no run is recorded")
    share = run_m / planned_m
    return (
        None
        if share >= DONE_SHARE
        else _Fired(f"{percent(share)} of what was planned", shorter_long_run(week.coming))
    )


def _fades(week: _Week) -> _Outcome:
    faded = [each for each in week.on_foot if each.fade is not None]
    if not faded:
        return _NotKnown("no session with reps was reviewed")
    worst = max(faded, key=lambda each: each.fade or 0.0)
    if (worst.fade or 0.0) < FADED:
        return None
    return _Fired(
        f"{signed_percent(worst.fade)} in {title_of(worst)}", longer_rests(week.coming, _family(worst))
    )


def _off_the_band(week: _Week) -> _Outcome:
    runs = [each for each in week.on_foot if each.in_band is not None and _was_hard(each)]
    if not runs:
        return _NotKnown("no hard session with a target was reviewed")
    worst = min(runs, key=lambda each: each.in_band or 0.0)
    if (worst.in_band or 0.0) >= IN_BAND:
        return None
    return _Fired(
        f"{percent(worst.in_band or 0.0)} in {title_of(worst)}", fewer_reps(week.coming, _family(worst))
    )


def _grey(week: _Week) -> _Outcome:
    grey = grey_share(week.sessions)
    if grey is None:
        return _NotKnown("no run planned easy has heart rates and thresholds")
    return None if grey <= GREY_SHARE else _Fired(percent(grey), recovery_day(week.coming))


def _decoupling(week: _Week) -> _Outcome:
    runs = [each for each in week.on_foot if each.is_planned_easy and each.decoupling is not None]
    if not runs:
        return _NotKnown("no easy run is long enough, with heart rate, for its decoupling")
    worst = max(runs, key=lambda each: each.decoupling or 0.0)
    if (worst.decoupling or 0.0) <= DECOUPLED:
        return None
    return _Fired(f"{signed_percent(worst.decoupling)} in {title_of(worst)}", shorter_long_run(week.coming))


def _short_nights(week: _Week) -> _Outcome:
    hours = [each.sleep_h for each in week.check_ins if each.sleep_h is not None]
    if not hours:
        return _NotKnown("no night of the week is known")
    mean = fmean(hours)
    return None if mean >= SLEEP_H else _Fired(f"{mean:.1f} h, {len(hours)} nights")


def _ready(week: _Week) -> _Outcome:
    even = [each for each in week.on_foot if each.even_400s is not None and each.even_400s >= EVEN_400S]
    if not even:
        return None  # most weeks have no such session
    return _Fired(f"{even[-1].even_400s} even 400s at 5k pace")


def _cadence(week: _Week) -> _Outcome:
    since, by_week = cadence_since(week.facts.answers), week.facts.cadence
    number = 0 if since is None else _goal_week(since, week.monday + timedelta(days=7))
    if since is None or not 1 <= number <= GAIN_WEEKS + 1:
        return None
    # their own is what they ran before the goal; without runs then, the first week of the goal counts
    start, now = by_week.get(since - timedelta(days=7)) or by_week.get(since), by_week.get(week.monday)
    if start is None:
        return _NotKnown("no cadence at one pace is known of the week it began in, or of the one before")
    text = f"{_cadence_words(now)}, {start.spm:.0f} at the start"
    if number > GAIN_WEEKS:
        return _Fired(text, says="The four weeks of your cadence goal are over. Keep what feels natural.")
    is_over = week.today >= week.monday + timedelta(days=7)
    if is_over and now and start.bpm and now.bpm and now.bpm - start.bpm > CADENCE_BPM:
        return _Fired(
            f"{now.bpm:.0f} bpm at one pace, {start.bpm:.0f} at the start",
            says="The cadence goal is dropped: at the same pace your heart beats faster than before it.",
            is_dropped=True,
        )
    goal, cue = cadence_goal(start.spm, number), form_words(ENGLISH.form, number)
    return _Fired(text, says=f"Cadence goal of this week: {goal:.0f} at your easy pace. One cue a run: {cue}")


def cadence_since(answers: Iterable[DebriefAnswer]) -> date | None:
    """The Monday of the week a cadence goal began in; None where none is on."""
    switches = [each for each in answers if each.rule == CADENCE_GOAL and each.answer in _SWITCHES]
    return monday_of(switches[-1].week) if switches and switches[-1].answer == "on" else None


def cadence_goal_week(answers: Iterable[DebriefAnswer], today: date) -> int | None:
    """The week of a cadence goal of a day, 1 to 4; None without a goal."""
    since = cadence_since(answers)
    number = 0 if since is None else _goal_week(since, today)
    return number if 1 <= number <= GAIN_WEEKS else None


def _goal_week(since: date, day: date) -> int:
    return (monday_of(day) - since).days // 7 + 1


def form_words(form: Sequence[str], week: int) -> str:
    """The one form cue of the runs of a week of a cadence goal, another each week."""
    return form[(week - 1) % len(form)]


def _cadence_words(standing: PaceCadence | None) -> str:
    return "not known this week" if standing is None else f"{standing.spm:.0f} a minute"


def _went_well(week: _Week) -> _Outcome:
    """Return whether all data is known and good; unknown data never is."""
    hard = [each for each in week.on_foot if _was_hard(each) and each.planned is not None]
    if not hard:
        return None
    bands, rated = [each.in_band for each in hard], [each.run.rpe for each in hard]
    fades = [each.fade if _has_reps(each) else 0.0 for each in hard]
    answers = [each for each in week.check_ins if each.flags is not None]
    if None in (*bands, *rated, *fades):
        return _NotKnown("a hard session lacks its share in the band, its fade or its effort")
    if not answers:
        return _NotKnown("no morning of the week says anything of red flags")
    if any((fade or 0.0) >= FADED for fade in fades) or any(len(each.flags or ()) > 1 for each in answers):
        return None
    planned_hard = [each for each in week.planned if each.is_hard]
    is_whole = len(hard) >= len(planned_hard)
    share, effort = min(each or 0.0 for each in bands), max(each or 10 for each in rated)
    if not is_whole or share < WELL_IN_BAND or effort > HARD_RPE:
        return None
    return _Fired(
        f"{len(hard)} of {len(planned_hard)} hard sessions, {percent(share)} in the band, effort {effort}",
        one_more_rep(week.coming, _family(hard[-1])),
    )


RULES: Final[Sequence[DebriefRule]] = (
    DebriefRule(
        "red-flags",
        "check-ins of the week",
        "mornings with two red flags or more",
        f"{FLAG_DAYS} mornings",
        "Take a lighter week: each run is four fifths of its length.",
        "science 1.5 H6, 1.8 (cutback week); the number is ours",
        _flags,
    ),
    DebriefRule(
        "easy-felt-hard",
        "effort of runs planned easy",
        "mean effort of easy runs",
        f"{EASY_RPE} of 10",
        "Your easy days felt hard: a lighter week before anything grows.",
        "science 1.8 (all hard); the number is ours",
        _easy_hard,
    ),
    DebriefRule(
        "fade",
        "a reviewed session with reps",
        "last rep over first rep",
        f"+{100 * FADED:.0f} %",
        "You faded over the reps: rest longer between them next time.",
        "science 1.8 (fade on rep 4 -> longer rest)",
        _fades,
    ),
    DebriefRule(
        "off-the-band",
        "a reviewed hard session with a target",
        "share of the time in the band",
        f"under {100 * IN_BAND:.0f} %",
        "The target was not yours of that day: fewer reps at it next time.",
        "science 1.8 (train where you are), P16; the number is ours",
        _off_the_band,
    ),
    DebriefRule(
        "grey-zone",
        "heart rates of runs planned easy, and thresholds",
        "time between the thresholds on days planned easy",
        f"over {100 * GREY_SHARE:.0f} %",
        "Your easy days were not easy: one of them is a recovery run next week.",
        "science 1.1 (polarised); the number is ours",
        _grey,
    ),
    DebriefRule(
        "decoupling",
        "heart rate and speed of a long easy run",
        "speed against heart rate, first half to second",
        f"over {100 * DECOUPLED:.0f} %",
        "The long run was longer than your base carries: the next one is shorter.",
        "Friel (5 %)",
        _decoupling,
    ),
    DebriefRule(
        "little-done",
        "planned and recorded distance",
        "share of the planned distance that was run",
        f"under {100 * DONE_SHARE:.0f} %",
        "Go on from what you ran, not from where the plan stood: a shorter long run.",
        "science P16 (small defendable steps); the number is ours",
        _little_done,
    ),
    DebriefRule(
        "short-nights",
        "hours slept, of the check-ins",
        "mean of the week",
        f"under {SLEEP_H:g} h",
        "Sleep is the first thing to fix. Aim at 7 to 9 hours.",
        "science H10, 1.8 (all hard -> sleep)",
        _short_nights,
    ),
    DebriefRule(
        "ready-for-5k",
        "a session of 400s at 5k pace",
        "400s within 2 % of 5k pace and of their mean",
        f"{EVEN_400S}",
        "You are ready for a 5k at that pace.",
        "coaching practice (McMillan)",
        _ready,
        is_bad=False,
    ),
    DebriefRule(
        CADENCE_GOAL,
        "cadence and heart rate at the reference pace",
        "own mean and up to 5 % over four weeks",
        f"+{100 * LARGEST_GAIN:.0f} %",
        "A cadence goal; begin one: coach debrief --on cadence-goal",
        "science 1.7",
        _cadence,
        is_on=False,
        is_bad=False,
    ),
    DebriefRule(
        "one-more-rep",
        "every hard session reviewed and rated, and a check-in",
        "all done, in the band, without fade or red flags",
        f"{100 * WELL_IN_BAND:.0f} % in the band, effort {HARD_RPE} at most",
        "The week went well: one more rep next time.",
        "science P15, P16 (small defendable steps)",
        _went_well,
        is_bad=False,
    ),
)
"""Every rule, in the order their proposals are made in."""
RULE_IDS: Final = tuple(rule.id for rule in RULES)
_SWITCHES: Final = frozenset({"on", "off", DROPPED})


def is_on(rule: str, answers: Iterable[DebriefAnswer], *, default: bool = True) -> bool:
    """Return whether a rule is on: as the runner switched it last, else by its default."""
    switches = [each.answer for each in answers if each.rule == rule and each.answer in _SWITCHES]
    return switches[-1] == "on" if switches else default


# --- a week


def debrief(facts: DebriefFacts, monday: date, today: date) -> Debrief:
    """Review a week, and propose at most three changes of the one after it.

    Args:
        facts: the data of the week.
        monday: the first day of the week that is looked back at.
        today: the local day; earlier days are not changed.
    """
    week = _Week(facts, monday, today)
    fired: list[tuple[DebriefFinding, _Fired]] = []
    not_known: list[tuple[str, str]] = []
    for rule in RULES:
        if not is_on(rule.id, facts.answers, default=rule.is_on):
            continue
        outcome = rule.judge(week)
        if isinstance(outcome, _NotKnown):
            not_known.append((rule.id, outcome.why))
        elif outcome is not None:
            says = outcome.says or rule.proposal
            finding = DebriefFinding(
                rule.id, outcome.value, rule.limit, says, rule.source, rule.is_bad, outcome.is_dropped
            )
            fired.append((finding, outcome))
    proposals, notes = _proposals(week, fired)
    return Debrief(monday, tuple(_figures(week)), proposals, notes, tuple(not_known))


def _proposals(
    week: _Week, fired: Sequence[tuple[DebriefFinding, _Fired]]
) -> tuple[tuple[Proposal, ...], tuple[DebriefFinding, ...]]:
    """The answered proposals, the open ones, and the rules that fired without one."""
    answered = {
        each.rule: each
        for each in week.facts.answers
        if each.week == week.monday and each.answer in {"accepted", "refused"}
    }
    by_rule = {each.rule: each for each, _ in fired}
    proposals = [
        Proposal(each.number, by_rule.get(rule) or _of_table(rule), None, each.answer)
        for rule, each in answered.items()
        if rule in RULE_IDS
    ]
    is_bad = any(each.is_bad for each, _ in fired) or any(
        each.answer == "accepted" and _of_table(rule).is_bad
        for rule, each in answered.items()
        if rule in RULE_IDS
    )
    days = {day for each in answered.values() if each.answer == "accepted" for day in each.days}
    numbers = iter(sorted(set(range(1, MOST + 1)) - {each.number for each in proposals}))
    notes: list[DebriefFinding] = []
    for each, outcome in fired:
        if each.rule in answered:
            continue
        edited = _first_sound(week, each, outcome, days, is_bad=is_bad)
        number = None if edited is None or len(proposals) >= MOST else next(numbers, None)
        if edited is None or number is None:
            notes.append(each)
            continue
        days |= set(edited.touched)
        before = sum(a.rule == each.rule and a.answer == "refused" for a in week.facts.answers)
        proposals.append(Proposal(number, each, edited, refused_before=before))
    return tuple(sorted(proposals, key=lambda each: each.number)), tuple(notes)


def _of_table(rule: str) -> DebriefFinding:
    row = next(each for each in RULES if each.id == rule)
    return DebriefFinding(row.id, "", row.limit, row.proposal, row.source, row.is_bad)


def _first_sound(
    week: _Week, fired: DebriefFinding, outcome: _Fired, days: set[date], *, is_bad: bool
) -> EditedPlan | None:
    """The first edit that overlaps with no other, breaks no rule, and adds nothing after a bad week."""
    plan = week.facts.plan
    if plan is None or outcome.steps is None or (is_bad and not fired.is_bad):
        return None
    next_monday = week.monday + timedelta(days=7)
    before = check(plan, week.facts.plan_facts, week.today)
    load = load_of(plan, week.facts.plan_facts, next_monday, week.today)
    for step in outcome.steps:
        edited = take_step(plan, step, f"{fired.says} You: {fired.value}; limit: {fired.limit}.")
        is_heavier = is_bad and is_more(
            load, load_of(edited.plan, week.facts.plan_facts, next_monday, week.today)
        )
        if is_heavier or not edited.touched or days & set(edited.touched):
            continue
        if not new_findings(before, check(edited.plan, week.facts.plan_facts, week.today)):
            return edited
    return None


def grey_share(sessions: Iterable[DoneSession]) -> float | None:
    """The share of time between the thresholds on days planned easy; None where no such run has zones."""
    thirds = [each.run.zone_s for each in sessions if each.is_planned_easy and each.run.zone_s is not None]
    seconds = sum(sum(third) for third in thirds)
    return sum(third[1] for third in thirds) / seconds if seconds else None


# --- figures


def _figures(week: _Week) -> Iterator[tuple[str, str]]:
    unit = week.facts.plan_facts.unit
    planned_m = total(each.distance_m for each in week.planned)
    lengths = [each.run.distance_m for each in week.on_foot]
    metres = sum(each or 0.0 for each in lengths)
    unmeasured = sum(each is None for each in lengths)
    words = f"{runs_words(len(lengths))}, {distance_words(metres, unit)}" if lengths else "no run is recorded"
    if unmeasured:
        words += f" and {runs_words(unmeasured)} without a distance"
    if week.planned:
        of = "" if planned_m is None else f", {distance_words(planned_m, unit)}"
        words += f" of {runs_words(len(week.planned))} planned{of}"
    yield "done", words
    for name, values, form in (
        ("in the band", [each.in_band for each in week.on_foot if _was_hard(each)], percent),
        ("fade over the reps", [each.fade for each in week.on_foot], signed_percent),
        ("decoupling", [each.decoupling for each in week.on_foot], signed_percent),
        ("effort", [each.run.rpe for each in week.on_foot], lambda value: f"{value:g}"),
    ):
        texts = [form(value) for value in values if value is not None]
        if texts:
            yield name, ", ".join(texts)
    grey = grey_share(week.sessions)
    if grey is not None:
        yield "between the thresholds on easy days", percent(grey)
    for line in week.facts.lines:
        if monday_of(line.day) == week.monday:
            yield f"{line.day:%a} {line.day}", " / ".join(filter(None, (line.body, line.mind, line.wish)))


def is_recovering(plan: Plan, day: date) -> bool:
    """Return whether a day lies in the recovery after a race."""
    week = plan.week_of(day)
    return week is not None and week.phase is TrainingPhase.RECOVERY


def _was_hard(session: DoneSession) -> bool:
    return session.planned.is_hard if session.planned is not None else bool(session.run.is_hard)


def _has_reps(session: DoneSession) -> bool:
    return session.planned is not None and session.planned.dose is not None and session.planned.dose.reps > 1


def title_of(session: DoneSession) -> str:
    """The title of a run: by its plan, else by its workout."""
    return (session.planned.title if session.planned is not None else session.run.workout) or "a free run"


def _family(session: DoneSession) -> Family | None:
    return None if session.planned is None else session.planned.family
