"""The review of a week: the rules that fire, the proposals, and what is never proposed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.physiology.performance import cadence_goal
from coach.plan.check import check, new_findings
from coach.plan.debrief import (
    MOST,
    RULE_IDS,
    RULES,
    Debrief,
    DebriefFacts,
    DoneSession,
    PaceCadence,
    cadence_goal_week,
    debrief,
    form_words,
    grey_share,
    is_on,
    is_recovering,
)
from coach.plan.document import read_plan
from coach.plan.edit import ComingDays, lighter_week, longer_rests, one_more_rep, shorter_long_run, with_reps
from coach.plan.facts import PlanFacts, is_more, load_of
from coach.plan.model import Family, Plan, PlannedSession, TrainingPhase, write_plan
from coach.plan.mornings import CheckIn, DebriefAnswer, LegFeel, RaceLook, RecoveryLine, RedFlag
from coach.plan.plateau import against_last_year, race_lines, race_look
from tests.plan.checking import MONDAY, day, easy, long, phases, plan_of, put, ran, ran_weeks, reps

NEXT = MONDAY + timedelta(days=7)
BAD = frozenset({RedFlag.DEAD_LEGS, RedFlag.SLEEPLESS})


def done_week(plan: Plan, **known: Any) -> tuple[DoneSession, ...]:
    """Every run of the first week as it was planned; fields are those of the hard one's review."""
    made = []
    for number in range(7):
        for session in plan.day(day(0, number)).sessions:
            if session.is_run:
                metres = (session.distance_m or 0.0) / 1000
                run = ran(day(0, number), metres, is_hard=session.is_hard)
                made.append(DoneSession(run, session, **(known if session.is_hard else {})))
    return tuple(made)


def facts_of(plan: Plan | None, done: Sequence[DoneSession] = (), **known: Any) -> DebriefFacts:
    """The facts of the first week, with eight regular weeks before it."""
    runs = (*ran_weeks(8), *(each.run for each in done))
    return DebriefFacts(plan, PlanFacts(runs=runs), tuple(done), **known)


def looked(facts: DebriefFacts, today: date = NEXT) -> Debrief:
    """The look back on the first week."""
    return debrief(facts, MONDAY, today)


def rules_of(made: Debrief) -> list[str]:
    """The rules with a proposal that is open."""
    return [each.fired.rule for each in made.proposals if not each.answer]


def mornings(number: int, flags: frozenset[RedFlag] | None = BAD, **known: Any) -> dict[date, CheckIn]:
    """Check-ins of so many days of the week."""
    return {day(0, each): CheckIn(day(0, each), flags=flags, **known) for each in range(number)}


def test_every_rule_is_a_row():
    """Ids are unique; needs, limit, sentence and source stand in each; the cadence goal alone is opt-in."""
    assert len(set(RULE_IDS)) == len(RULES) == 11
    assert all(each.needs and each.limit and each.source and each.proposal for each in RULES)
    assert [each.id for each in RULES if not each.is_on] == ["cadence-goal"]


def test_nothing_known_is_never_fine():
    """Without a run, a review or a morning no rule fires, and each says what it lacks."""
    made = looked(DebriefFacts(plan_of(4)))
    assert made.proposals == ()
    assert made.notes == ()
    assert {rule for rule, _ in made.not_known} == set(RULE_IDS) - {
        "ready-for-5k",
        "cadence-goal",
        "one-more-rep",
    }
    assert "lack their data" in made.sentence


def test_without_a_plan_it_is_told_and_nothing_is_changed():
    """A rule that fires gives a note."""
    made = looked(facts_of(None, done_week(plan_of(4), fade=0.06)))
    assert made.proposals == ()
    assert [each.rule for each in made.notes] == ["fade"]


def test_red_flags_ask_for_a_lighter_week():
    """Two mornings with two flags: each easy run is four fifths, and the hard one has a rep less."""
    plan = plan_of(4)
    made = looked(facts_of(plan, done_week(plan), check_ins=mornings(2)))
    (proposal,) = made.proposals
    assert proposal.fired.rule == "red-flags"
    assert proposal.fired.value == "2 of 2 mornings"
    assert proposal.edited is not None
    titles = [each.title for _, each in proposal.edited.plan.sessions() if _ in proposal.edited.touched]
    assert "4 x 800 m" in titles
    before, after = (load_of(each, PlanFacts(), NEXT, NEXT) for each in (plan, proposal.edited.plan))
    assert not is_more(before, after)
    assert (after[1] or 0) < 0.9 * (before[1] or 0)
    assert rules_of(looked(facts_of(plan, done_week(plan), check_ins=mornings(1)))) == []


def test_a_fade_asks_for_longer_rests():
    """From +3 % on, in the next session of that family, which takes no longer in all."""
    plan = plan_of(4)
    (proposal,) = looked(facts_of(plan, done_week(plan, fade=0.04))).proposals
    assert proposal.fired.rule == "fade"
    assert proposal.edited is not None
    changed = proposal.edited.plan.day(day(1, 1)).sessions[0]
    assert changed.dose is not None
    assert (changed.dose.rest_s, changed.dose.reps, changed.minutes) == (150.0, 5, 50.0)
    assert proposal.edited.touched == (day(1, 1), day(2, 1), day(3, 1)), (
        "a rest that fell back is a second change"
    )
    assert looked(facts_of(plan, done_week(plan, fade=0.029))).proposals == ()


def test_a_target_that_was_missed_asks_for_fewer_reps():
    """Less than half of the time in the band; one rep less is another size too."""
    plan = plan_of(4)
    (proposal,) = looked(facts_of(plan, done_week(plan, in_band=0.4))).proposals
    assert proposal.fired.rule == "off-the-band"
    assert proposal.edited is not None
    changed = proposal.edited.plan.day(day(1, 1)).sessions[0]
    assert (changed.title, changed.hard_m, changed.distance_m) == ("4 x 800 m", 3200, 8200)


def test_easy_days_that_were_not_easy():
    """Time between the thresholds on days planned easy, over 15 %."""
    plan = plan_of(4)

    def grey(share: float) -> tuple[DoneSession, ...]:
        thirds = (3000.0 * (1 - share), 3000.0 * share, 0.0)
        return tuple(
            replace(each, run=replace(each.run, zone_s=thirds)) if each.is_planned_easy else each
            for each in done_week(plan)
        )

    (proposal,) = looked(facts_of(plan, grey(0.2))).proposals
    assert "your easy days were not easy" in proposal.fired.says.casefold()
    assert proposal.edited is not None
    assert Family.RECOVERY in {each.family for _, each in proposal.edited.plan.sessions()}
    assert looked(facts_of(plan, grey(0.15))).proposals == ()
    assert grey_share(done_week(plan)) is None


def test_little_done_long_runs_and_short_nights():
    """The week goes on from the recorded runs; sleep is a note, as no change of a plan fixes it."""
    plan = plan_of(4)
    few = done_week(plan)[:2]
    made = looked(facts_of(plan, few, check_ins=mornings(3, None, sleep_h=6.0)))
    assert rules_of(made) == ["little-done"]
    assert [each.rule for each in made.notes] == ["short-nights"]
    assert made.proposals[0].edited is not None
    assert made.proposals[0].edited.touched == (day(1, 6),)
    drifting = tuple(
        replace(each, decoupling=0.07) if each.planned and each.planned.family is Family.LONG else each
        for each in done_week(plan)
    )
    assert rules_of(looked(facts_of(plan, drifting))) == ["decoupling"]


def test_ten_even_400s_say_ready_for_a_5k():
    """Ten even reps make a note, nine do not; no change is proposed."""
    plan = plan_of(4)
    made = looked(facts_of(plan, done_week(plan, even_400s=10)))
    assert [each.says for each in made.notes] == ["You are ready for a 5k at that pace."]
    assert looked(facts_of(plan, done_week(plan, even_400s=9))).notes == ()


def test_a_good_week_adds_a_rep_and_only_where_all_is_known():
    """Done, in the band, rated, without a fade and without flags; one thing unknown, and nothing is added."""
    plan = put(plan_of(4), day(1, 1), reps(4))
    good = tuple(
        replace(each, run=replace(each.run, rpe=6)) if each.planned and each.planned.is_hard else each
        for each in done_week(plan, in_band=0.9, fade=0.0)
    )
    well = mornings(3, frozenset())
    made = looked(facts_of(plan, good, check_ins=well))
    (proposal,) = made.proposals
    assert proposal.fired.rule == "one-more-rep"
    assert proposal.edited is not None
    assert proposal.edited.plan.day(day(1, 1)).sessions[0].title == "5 x 800 m"
    assert rules_of(looked(facts_of(plan, good))) == []
    assert rules_of(looked(facts_of(plan, done_week(plan, in_band=0.9, fade=0.0), check_ins=well))) == []
    assert "one-more-rep" not in rules_of(looked(facts_of(plan, good, check_ins=mornings(3))))
    no_fade = [replace(each, fade=None) for each in good]
    assert dict(looked(facts_of(plan, no_fade, check_ins=well)).not_known)["one-more-rep"].startswith(
        "a hard session lacks"
    )


def test_what_was_answered_keeps_its_number_and_is_not_asked_again():
    """A refusal is told in later weeks; numbers of what is open stay."""
    plan = plan_of(4)
    done = done_week(plan, fade=0.05)
    check_ins = mornings(2)
    both = looked(facts_of(plan, done, check_ins=check_ins))
    assert [(each.number, each.fired.rule) for each in both.proposals] == [(1, "red-flags")]
    assert [each.rule for each in both.notes] == ["fade"], "it would touch the same day"
    no = DebriefAnswer(MONDAY, "red-flags", "refused", 1)
    made = looked(facts_of(plan, done, check_ins=check_ins, answers=(no,)))
    assert [(each.number, each.fired.rule, each.answer) for each in made.proposals] == [
        (1, "red-flags", "refused"),
        (2, "fade", ""),
    ]
    earlier = DebriefAnswer(MONDAY - timedelta(days=7), "fade", "refused", 1)
    made = looked(facts_of(plan, done, answers=(earlier,)))
    assert [each.refused_before for each in made.proposals] == [1]
    off = DebriefAnswer(MONDAY, "fade", "off")
    assert looked(facts_of(plan, done, answers=(off,))).proposals == ()


def test_only_days_to_come_are_changed():
    """On a Wednesday the Tuesday of that week stays as it is."""
    plan = plan_of(4)
    made = looked(facts_of(plan, done_week(plan), check_ins=mornings(2)), NEXT + timedelta(days=2))
    assert made.proposals[0].edited is not None
    assert min(made.proposals[0].edited.touched) >= NEXT + timedelta(days=2)


def test_a_cadence_goal_lasts_four_weeks_and_is_dropped_where_the_heart_works_harder():
    """Own mean and up to 5 %, one cue a run; unknown without a week before it or a first one."""
    on = DebriefAnswer(MONDAY, "cadence-goal", "on")
    before = MONDAY - timedelta(days=7)
    known = {before: PaceCadence(160.0, 140.0), MONDAY: PaceCadence(163.0, 142.0)}

    def noted(monday: date, cadence: dict[date, PaceCadence], days: int = 7) -> Debrief:
        return debrief(DebriefFacts(None, answers=(on,), cadence=cadence), monday, monday + timedelta(days))

    def said(monday: date, cadence: dict[date, PaceCadence], days: int = 7) -> str:
        made = noted(monday, cadence, days)
        return " ".join(each.says for each in made.notes) or dict(made.not_known).get("cadence-goal", "")

    assert [cadence_goal(160, week) for week in (1, 2, 4, 9)] == pytest.approx([162, 164, 168, 168])
    assert "162 at your easy pace. One cue a run: Tall. Quick feet." in said(before, known)
    assert "164 at your easy pace. One cue a run: Loose shoulders." in said(MONDAY, known)
    assert "167 at your easy pace" in said(MONDAY, {MONDAY: PaceCadence(163.0, 142.0)}), "from its first week"
    faster = known | {NEXT: PaceCadence(164, 143.0)}
    assert "The cadence goal is dropped" in said(NEXT, faster)
    assert [each.is_dropped for each in noted(NEXT, faster).notes] == [True]
    assert "166" in said(NEXT, faster, 6), "half a week drops nothing"
    assert "166" in said(NEXT, known | {NEXT: PaceCadence(164, 142.0)})
    assert "166" in said(NEXT, known | {NEXT: PaceCadence(164)}), "an unknown heart drops nothing"
    assert "are over" in said(MONDAY + timedelta(weeks=3), known)
    assert said(MONDAY + timedelta(weeks=4), known) == said(before - timedelta(weeks=1), known) == ""
    assert "no cadence" in said(MONDAY, {})


def test_the_week_of_a_cadence_goal_goes_by_its_last_switch():
    """1 to 4 from the Monday it is switched on in; nothing before, after, and once it is off or dropped."""
    on = DebriefAnswer(MONDAY, "cadence-goal", "on")
    weeks = [cadence_goal_week((on,), MONDAY + timedelta(days=each)) for each in (-1, 0, 6, 7, 27, 28)]
    assert weeks == [None, 1, 1, 2, 4, None]
    assert cadence_goal_week((), NEXT) is None
    for last in ("off", "dropped"):
        switched = (on, DebriefAnswer(MONDAY, "cadence-goal", last))
        assert cadence_goal_week(switched, NEXT) is None
        assert not is_on("cadence-goal", switched, default=False)
        assert cadence_goal_week((*switched, DebriefAnswer(NEXT, "cadence-goal", "on")), NEXT) == 1
    assert [form_words(("a", "b", "c"), week) for week in (1, 2, 3, 4)] == ["a", "b", "c", "a"]


def test_a_race_leaves_what_is_known():
    """Pacing, endurance and recovery in words, and the runner's own; the rest is named as not known."""
    race = DoneSession(ran(MONDAY, 10.0), None, negative_split=0.021, decoupling=0.08, worked="the light")
    after = [CheckIn(day(0, 1), legs=LegFeel.STALE), CheckIn(day(0, 4), legs=LegFeel.SHARP)]
    look = race_look(race, after, "City 10 km", (ran(day(0, 3)),))
    text = "\n".join(race_lines(look))
    assert "second half 2.1 % slower" in text
    assert "legs sharp again after 4 days, first run after 3 days" in text
    assert "not known: what did not" in text
    stale = race_look(race, after[:1])
    assert stale.recovery == "legs not sharp yet after 1 day"
    whole = RaceLook(MONDAY, "City run", "a", "b", "c", "d", "e")
    assert "not known" not in "\n".join(race_lines(whole))
    nothing = race_look(DoneSession(ran(MONDAY, 10.0)))
    assert "not known: what worked, what did not, pacing, endurance, recovery" in "\n".join(
        race_lines(nothing)
    )


def test_a_year_is_compared_where_both_are_known():
    """Four weeks beside the same four a year before."""
    now, then = ran_weeks(4), tuple(ran(each.day - timedelta(weeks=52), 5.0) for each in ran_weeks(4))
    assert (
        against_last_year((*then, *now), MONDAY)
        == "40.0 km a week in 16 runs, 20.0 km a week in 16 runs then"
    )
    assert against_last_year(now, MONDAY) == ""


def test_lines_of_recovery_are_shown_and_judge_nothing():
    """Lines of a recovery are among the figures of their week, and change no rule."""
    line = RecoveryLine(day(0, 2), "heavy", "", "a walk")
    made = looked(DebriefFacts(plan_of(4), lines=(line,)))
    assert (f"{day(0, 2):%a} {day(0, 2)}", "heavy / a walk") in made.lines
    assert made == replace(looked(DebriefFacts(plan_of(4))), lines=made.lines)
    assert is_recovering(phases(plan_of(2), TrainingPhase.RECOVERY), MONDAY)
    assert not is_recovering(plan_of(2), MONDAY)


def test_a_session_whose_reps_are_not_known_has_none_less():
    """Two reps, a title of its own, or an appointment stay as they are."""
    six = reps(6)
    assert with_reps(six, -1) is not None
    for other in (
        reps(2),
        replace(six, title="Club track"),
        replace(six, is_fixed=True),
        replace(six, dose=None),
    ):
        assert with_reps(other, -1) is None


def test_what_is_measured_in_part_is_said():
    """A run without a distance is named, a week that is not over is not held against its plan, a note is a sentence."""
    plan = plan_of(4)
    first, *rest = done_week(plan)
    unmeasured = replace(first, run=replace(first.run, distance_m=None))
    made = looked(facts_of(plan, (unmeasured, *rest)))
    assert "and 1 run without a distance" in dict(made.lines)["done"]
    assert dict(made.not_known)["little-done"] == "a run of the week has no distance"
    early = looked(facts_of(plan, (first,)), day(0, 3))
    assert dict(early.not_known)["little-done"] == "the week is not over"
    tired = looked(facts_of(plan, done_week(plan), check_ins=mornings(2, None, sleep_h=6.0)))
    assert tired.sentence.endswith("Nothing changes in this one.")
    line = RecoveryLine(day(2, 0), "of another week")
    assert looked(DebriefFacts(plan, lines=(line,))).lines == looked(DebriefFacts(plan)).lines


def test_a_week_that_is_only_middling_adds_nothing():
    """Short of a session, of the band, or hard: no rep more, and nothing less either; a switched goal says nothing."""
    plan = plan_of(4)
    well = mornings(1, frozenset())
    rated = [
        replace(each, run=replace(each.run, rpe=3 if each.is_planned_easy else 9))
        for each in done_week(plan, in_band=0.9, fade=0.0)
    ]
    assert looked(facts_of(plan, rated, check_ins=well)).proposals == ()
    unknown = [replace(each, run=replace(each.run, rpe=5)) for each in done_week(plan, in_band=0.9, fade=0.0)]
    (why,) = [why for rule, why in looked(facts_of(plan, unknown)).not_known if rule == "one-more-rep"]
    assert "red flags" in why
    on = DebriefAnswer(MONDAY, "cadence-goal", "on")
    assert looked(DebriefFacts(plan, answers=(on,))).notes == ()


def test_what_was_accepted_keeps_its_days_and_holds_the_week():
    """Its sentence says so, its days are not touched again, and nothing is added after it."""
    plan = plan_of(4)
    yes = DebriefAnswer(MONDAY, "red-flags", "accepted", 1, (day(1, 1),), 3)
    made = looked(facts_of(plan, done_week(plan, fade=0.05), answers=(yes,)))
    assert [(each.fired.rule, each.answer) for each in made.proposals] == [("red-flags", "accepted")]
    assert [each.rule for each in made.notes] == ["fade"]
    assert made.sentence == "Last week was debriefed, and this one was changed by it."
    calm = looked(facts_of(plan, done_week(plan), check_ins=mornings(2)))
    assert (
        calm.sentence
        == "Last week: Take a lighter week: each run is four fifths of its length. See it: coach debrief"
    )


def test_a_hard_session_short_adds_nothing():
    """No rep is added after a week in which a hard session was not run."""
    plan = put(plan_of(4), day(0, 4), reps(4, "threshold", 1000, 60, Family.THRESHOLD))
    plan = put(plan, day(1, 1), reps(4))
    done = [
        replace(each, run=replace(each.run, rpe=5))
        for each in done_week(plan, in_band=0.9, fade=0.0)
        if each.run.day != day(0, 4)
    ]
    made = looked(facts_of(plan, done, check_ins=mornings(1, frozenset())))
    assert "one-more-rep" not in rules_of(made)


def test_steps_leave_alone_what_they_cannot_judge():
    """Rests that are not there, runs too short to shrink, a session that was run, other families."""
    nothing = ComingDays()
    assert list(lighter_week(nothing)) == list(shorter_long_run(nothing)) == []
    days = (
        replace(plan_of(1).day(day(0, 1)), sessions=(reps(5, rest_s=0.0),)),
        replace(plan_of(1).day(day(0, 2)), sessions=(replace(reps(2), title="Two of them"), easy(1.5))),
        replace(plan_of(1).day(day(0, 3)), sessions=(replace(easy(), runs=("r1",)),)),
    )
    coming = ComingDays(days, later=days)
    assert list(lighter_week(coming)) == []
    titles = [step.sessions[0].title for step in longer_rests(coming, Family.VO2MAX)]
    assert titles == ["Two of them", "Two of them", "4 x 800 m"], (
        "alone, with the later ones, then a rep less"
    )
    assert list(one_more_rep(coming, Family.SPEED)) == []
    first = next(one_more_rep(coming, Family.VO2MAX))
    assert first.sessions[0].title == "6 x 800 m"
    assert is_more((1.0, 1.0, 1.0), (1.0, None, 1.0)), "what is not known any more may be more"
    assert not is_more((1.0, None, 1.0), (1.0, None, 0.5))


shares = st.one_of(st.none(), st.floats(0.0, 1.0))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[DebriefFacts, date]:
    """A week as it may come: any figures, any mornings, any answers, a plan with other things in the next week."""
    plan = plan_of(4)
    others: list[PlannedSession] = [
        easy(6.0),
        long(22.0),
        reps(3, rest_s=60),
        reps(8, "threshold", 1000, 60, Family.THRESHOLD),
    ]
    for place in draw(st.sets(st.integers(0, 6), max_size=3)):
        plan = put(plan, day(1, place), draw(st.sampled_from(others)))
    plan = replace(plan, days=_with_ids(plan), next_id=100)
    done = []
    for each in done_week(plan):
        if draw(st.booleans()):
            thirds = draw(st.one_of(st.none(), st.tuples(*(st.floats(0, 4000) for _ in range(3)))))
            run = replace(each.run, rpe=draw(st.one_of(st.none(), st.integers(1, 10))), zone_s=thirds)
            drift = draw(st.one_of(st.none(), st.floats(-0.2, 0.2)))
            done.append(
                replace(
                    each,
                    run=run,
                    in_band=draw(shares),
                    fade=draw(st.one_of(st.none(), st.floats(-0.1, 0.1))),
                    decoupling=drift,
                )
            )
    flags = st.one_of(st.none(), st.frozensets(st.sampled_from(list(RedFlag)), max_size=3))
    check_ins = {
        day(0, each): CheckIn(
            day(0, each), flags=draw(flags), sleep_h=draw(st.one_of(st.none(), st.floats(3, 10)))
        )
        for each in draw(st.sets(st.integers(0, 6)))
    }
    answers = [
        DebriefAnswer(MONDAY, rule, "refused", number)
        for number, rule in enumerate(draw(st.lists(st.sampled_from(RULE_IDS), unique=True, max_size=3)), 1)
    ]
    today = NEXT + timedelta(days=draw(st.integers(-1, 7)))
    return facts_of(plan, done, check_ins=check_ins, answers=tuple(answers)), today


def _with_ids(plan: Plan) -> tuple[Any, ...]:
    """The days with ids that are unique in the plan."""
    number, days = 0, []
    for each in plan.days:
        sessions = []
        for session in each.sessions:
            number += 1
            sessions.append(replace(session, id=f"s{number}"))
        days.append(replace(each, sessions=tuple(sessions)))
    return tuple(days)


@given(weeks())
@settings(max_examples=60, deadline=None)
def test_a_proposal_is_one_of_three_breaks_nothing_and_adds_nothing_after_a_bad_week(
    week: tuple[DebriefFacts, date],
):
    """Whatever the week was; taken together they touch each day once, and all of them can be accepted."""
    facts, today = week
    plan = facts.plan
    assert plan is not None
    made = debrief(facts, MONDAY, today)
    assert len(made.proposals) <= MOST
    numbers = [each.number for each in made.proposals]
    assert numbers == sorted(set(numbers))
    is_bad = any(
        each.is_bad for each in (*made.notes, *(each.fired for each in made.proposals if not each.answer))
    )
    before, load = check(plan, facts.plan_facts, today), load_of(plan, facts.plan_facts, NEXT, today)
    touched: list[date] = []
    for proposal in made.proposals:
        if proposal.edited is None:
            assert proposal.answer
            continue
        edited = proposal.edited.plan
        assert new_findings(before, check(edited, facts.plan_facts, today)) == ()
        if is_bad:
            assert not is_more(load, load_of(edited, facts.plan_facts, NEXT, today))
        first, last = proposal.edited.touched[0], proposal.edited.touched[-1]
        assert first >= max(today, NEXT)
        assert last < NEXT + timedelta(days=7) or proposal.fired.rule == "fade"
        for later in plan.weeks[2:]:
            then, now = (load_of(each, facts.plan_facts, later.monday, today) for each in (plan, edited))
            assert not is_more(then, now)
        touched += proposal.edited.touched
        changed = [old.date for old, new in zip(plan.days, edited.days, strict=True) if old != new]
        assert tuple(changed) == proposal.edited.touched
    assert len(touched) == len(set(touched))


@given(weeks())
@settings(max_examples=20, deadline=None)
def test_a_changed_plan_is_written_and_read_as_it_is(week: tuple[DebriefFacts, date]):
    """The version before, which undo restores, is enough to get every byte of it back."""
    facts, today = week
    for proposal in debrief(facts, MONDAY, today).proposals:
        if proposal.edited is not None:
            data = write_plan(proposal.edited.plan)
            assert write_plan(read_plan(data, name="it")) == data
