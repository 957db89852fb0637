"""The rules of days, sessions and races: their order, the requirements of a workout, the days around a race.

Each row names the source of its number. The rows are at the end.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from coach.physiology.performance import race_time
from coach.plan.facts import (
    BAREFOOT,
    COACHING,
    SHORT_SPRINT_S,
    CheckView,
    Finding,
    PlanRule,
    Severity,
    day_words,
    workout_key,
)
from coach.plan.model import (
    Family,
    PlannedRace,
    PlannedSession,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    monday_of,
)
from coach.quantities import format_clock

_LEVELS: Final = {level: rank for rank, level in enumerate(RunnerLevel)}
_HARD_DAYS: Final = {RunnerLevel.BEGINNER: 2, RunnerLevel.INTERMEDIATE: 3, RunnerLevel.ADVANCED: 3}
"""Most hard days of a week, by level: one or two for beginners, two or three for the advanced."""
_DAY: Final = timedelta(days=1)


def _move(day: date, to: date | None = None) -> str:
    """The command that moves the session of a day."""
    return f"coach plan move {day} {to or day + _DAY}"


def _hard_adjacent(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    if PlanOptIn.BACK_TO_BACK in view.plan.opt_ins:
        return
    for before, day in pairwise(view.days):
        if before.hard and day.hard and day.date >= view.today:
            yield rule.at(
                (before.date, day.date),
                f"{day.hard[0]} on {day_words(day.date)} comes the day after {before.hard[0]}.",
                f"Put an easy day between them: {_move(day.date)}",
                "none",
            )


def _after_long(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for before, day in pairwise(view.days):
        if before.long and not before.hard and day.hard and day.date >= view.today:
            yield rule.at(
                (before.date, day.date),
                f"{day.hard[0]} on {day_words(day.date)} comes the day after the long run.",
                f"Move it to a day with rested legs: {_move(day.date)}",
                "none",
            )


def _hard_days(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    most = _HARD_DAYS[view.plan.level]
    article = "a" if view.plan.level is RunnerLevel.BEGINNER else "an"
    for week in view.coming_weeks:
        hard = [day.date for day in week.days if day.hard]
        if len(hard) > most:
            yield rule.at(
                hard,
                f"The week of {day_words(week.monday)} has {len(hard)} hard days; "
                f"{most} are the most for {article} {view.plan.level} runner.",
                "Make one of them easy, or move it to another week.",
                f"{len(hard)} days",
                limit=f"{most} days",
            )


def _heavy_legs(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    days = int(rule.limit // 24)
    for day in view.days:
        heavy = [place for place, session in enumerate(day.sessions) if view.is_heavy(session)]
        if not heavy:
            continue
        later = [session for session in day.sessions[heavy[0] + 1 :] if _is_quality(view, session)]
        if later:
            yield rule.at(
                (day.date,),
                f"{day.sessions[heavy[0]].title} is planned before {later[0].title} on {day_words(day.date)}.",
                "Lift after the run, not before it.",
                "0 hours",
            )
            continue
        for number in range(1, days + 1):
            after = view.day(day.date + number * _DAY)
            quality = [session for session in after.sessions if _is_quality(view, session)]
            if quality:
                yield rule.at(
                    (day.date, after.date),
                    f"{day.sessions[heavy[0]].title} on {day_words(day.date)} leaves heavy legs for "
                    f"{quality[0].title} on {day_words(after.date)}.",
                    f"Lift on the day of the run, after it: {_move(day.date, after.date)}",
                    f"{24 * number} hours",
                )
                break


def _is_quality(view: CheckView, session: PlannedSession) -> bool:
    """Return whether a session needs legs that can be quick."""
    return session.is_run and (view.is_hard(session) or view.is_fresh(session))


def _sprints_fresh(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for before, day in pairwise(view.days):
        if not (before.hard or before.long) or day.date < view.today:
            continue
        for session in day.sessions:
            if view.is_fresh(session) and not day.hard:  # else another rule reports hard days in a row
                yield rule.at(
                    (before.date, day.date),
                    f"{session.title} on {day_words(day.date)} needs rested legs, "
                    f"and the day before has {(before.hard or (before.long,))[0]}.",
                    f"Sprint after a day of rest or easy running: {_move(day.date)}",
                    "none",
                )


_DRILL_DAYS: Final = 21


def _form_gate(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    drilled = [each.date for each in view.days for session in each.sessions if _has_drills(view, session)]
    drilled += [sheet.day for sheet in view.facts.sheets if sheet.system == "drills"]
    for day, session in view.coming:
        facts = view.of(session)
        if not view.is_flat_sprint(session) or (facts is not None and facts.has_drills):
            continue
        if facts is None and session.workout:
            continue  # its content is unknown
        count = len({each for each in drilled if day - timedelta(days=_DRILL_DAYS) <= each < day})
        if count < rule.limit:
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} is flat sprinting with {count or 'no'} form drills in the three "
                "weeks before.",
                "Do the drills first (coach run drills), or sprint uphill (hill-sprints).",
                f"{count} times",
            )


def _has_drills(view: CheckView, session: PlannedSession) -> bool:
    facts = view.of(session)
    return session.family is Family.DRILLS or (facts is not None and facts.has_drills)


def _needs_level(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for day, session in view.coming:
        facts = view.of(session)
        if facts is None or not facts.needs_level:
            continue
        if _LEVELS[RunnerLevel(facts.needs_level)] > _LEVELS[view.plan.level]:
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} is for runners who are {facts.needs_level}; "
                f"your plan says {view.plan.level}.",
                f"Choose another: coach workout list --level {view.plan.level}",
                view.plan.level,
                limit=facts.needs_level,
            )


def _needs_seasons(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    seasons = view.facts.seasons
    if seasons is None:
        return
    for day, session in view.coming:
        facts = view.of(session)
        if facts is not None and facts.needs_seasons > seasons:
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} needs {_count(facts.needs_seasons, 'season')} of running; "
                f"you have {seasons}.",
                "Keep it for a later season.",
                _count(seasons, "season"),
                limit=_count(facts.needs_seasons, "season"),
            )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _needs_base(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for day, session in view.coming:
        facts = view.of(session)
        if facts is None or not facts.needs_base_weeks:
            continue
        weeks = _base_weeks(view, day, facts.needs_base_weeks, int(rule.limit))
        if weeks is not None and weeks < facts.needs_base_weeks:
            weeks_text = _count(facts.needs_base_weeks, "week")
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} needs {weeks_text} of regular running before it; "
                f"there are {weeks or 'none'}.",
                f"Move it to a later week: {_move(day, day + timedelta(weeks=facts.needs_base_weeks - weeks))}",
                _count(weeks, "week"),
                limit=weeks_text,
            )


def _base_weeks(view: CheckView, day: date, most: int, least_runs: int) -> int | None:
    """Weeks in a row with regular running before the week of a day, up to `most`; None if unknown."""
    monday, since = monday_of(day), view.known_since()
    known_from = view.plan.first if since is None else min(monday_of(since + 6 * _DAY), view.plan.first)
    for count in range(most):
        monday -= timedelta(weeks=1)
        if monday < known_from or (since is None and monday < view.plan.created):
            return None
        if sum(view.day(monday + number * _DAY).has_run for number in range(7)) < least_runs:
            return count
    return most


def _needs_warm_up(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for day, session in view.coming:
        facts = view.of(session)
        if facts is None or facts.warm_up_s >= facts.needs_warm_up_s:
            continue
        has_more = any(
            other is not session
            and (warm_up := view.of(other)) is not None
            and warm_up.system == "activation"
            for other in view.day(day).sessions
        )
        if not has_more:
            minutes = facts.needs_warm_up_s / 60
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} needs {minutes:g} minutes of warm-up and has "
                f"{facts.warm_up_s / 60:.0f}.",
                "Warm up longer: warm-up-extended before it, or a longer jog in it.",
                f"{facts.warm_up_s / 60:.0f} minutes",
                limit=f"{minutes:g} minutes",
            )


_GRACE_DAYS: Final = 1
"""A weekly easy or long run may come a day early and still count as weekly. Judged."""


def _often(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    uses: dict[str, list[tuple[date, PlannedSession]]] = {}
    for checked_day in view.days:
        for session in checked_day.sessions:
            if key := workout_key(session):
                uses.setdefault(key, []).append((checked_day.date, session))
    for key, each in uses.items():
        facts = view.facts.workouts.get(key)
        if facts is None or facts.often is None:
            continue
        times, days = facts.often
        for earlier, (day, session) in zip(each, each[times:], strict=False):
            apart = (day - earlier[0]).days
            strict = view.is_hard(session) or view.is_fresh(session)
            if apart < (days if strict else days - _GRACE_DAYS) and day >= view.today:
                limit = f"every {days} days" if times == 1 else f"{times} times in {days} days"
                yield rule.at(
                    (earlier[0], day),
                    f"{session.title} on {day_words(day)} comes {_count(apart, 'day')} after "
                    f"{'the last one' if times == 1 else f'the last but {times - 1}'}; {limit} is the most.",
                    f"Leave it out, or move it: {_move(day, earlier[0] + timedelta(days=days))}",
                    _count(apart, "day"),
                    limit=limit,
                )


_FLAT_HISTORIES: Final = ("hamstring", "achilles")


def _not_with(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    histories = {each.casefold(): each for each in (*view.plan.histories, *view.facts.histories)}
    if not histories:
        return
    for day, session in view.coming:
        facts = view.of(session)
        wrong = [] if facts is None else [each.casefold() for each in facts.not_with]
        is_short = (dose := view.dose(session)) is not None and (
            dose.rep_s or SHORT_SPRINT_S + 1
        ) <= SHORT_SPRINT_S
        if view.is_flat_sprint(session) and not is_short:
            wrong += _FLAT_HISTORIES
        history = next((histories[each] for each in histories if _is_among(each, wrong)), "")
        if history:
            is_sprint = view.is_flat_sprint(session)
            fix = (
                "Take hill sprints, or sprints of 10 s at most: hill-sprints"
                if is_sprint
                else "Choose another."
            )
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} is the wrong choice with a history of {history} trouble.",
                fix,
                history,
                limit="none",
            )


def _is_among(history: str, wrong: list[str]) -> bool:
    """Return whether a history is one of those, however it is worded: `left Achilles tendon` is `achilles`."""
    return any(each in history or history in each for each in wrong)


def _barefoot(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    days = [(day, session) for day, session in view.coming if session.workout == BAREFOOT]
    if days and PlanOptIn.BAREFOOT not in view.plan.opt_ins:
        day, session = days[0]
        yield rule.at(
            (day,),
            f"{session.title} on {day_words(day)} is for those who asked for it.",
            f'Add "{PlanOptIn.BAREFOOT}" to the plan\'s opt_ins, or take it out.',
            "not asked for",
            limit="opt-in",
        )


def _missing(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for day, session in view.coming:
        if workout_key(session) in view.facts.missing:
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)} is {session.workout}, which the library does not have.",
                "Choose another: coach workout list",
                "missing",
                limit="in the library",
            )


_NEW_SHOE_DAYS: Final = 7


def _new_shoes(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    race = view.plan.next_race(view.today)
    if race is None or (race.date - view.today).days > _NEW_SHOE_DAYS:
        return
    for shoe in view.facts.shoes:
        if shoe.runs < rule.limit and (view.today - shoe.last).days <= _NEW_SHOE_DAYS:
            yield rule.at(
                (view.today, race.date),
                f"{shoe.name} has {_count(shoe.runs, 'run')} in it, and {race.label} is on {day_words(race.date)}.",
                "Race in a pair you have trained in: three easy days and two at race pace.",
                _count(shoe.runs, "run"),
            )


_GOAL_WEEKS: Final = 4


def _beyond_fitness(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    reported: set[str] = set()
    for day, session in view.coming:
        facts = view.of(session)
        if facts is not None and facts.too_fast and facts.name not in reported:
            reported.add(facts.name)
            yield rule.at(
                (day,),
                f"{session.title} on {day_words(day)}: {facts.too_fast}",
                "Run at your current level: faster paces come with the next result.",
                view.facts.fitness.vdot_words,
            )


def _goal_beyond(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    vdot = view.facts.fitness.vdot
    for race in view.plan.races:
        if vdot is None or race.goal_s is None or race.priority is RacePriority.C:
            continue
        weeks = (race.date - view.today).days / 7
        if not 0 <= weeks <= _GOAL_WEEKS:
            continue
        able = race_time(vdot, race.distance_m)
        if able / race.goal_s - 1 > rule.limit:
            yield rule.at(
                (race.date,),
                f"{race.label} on {day_words(race.date)} in {format_clock(race.goal_s)} is faster than "
                f"{view.facts.fitness.vdot_words} predicts: {format_clock(able)}.",
                "Start by what you can run now, or enter a newer result: coach athlete set --race",
                f"{100 * (able / race.goal_s - 1):.0f} %",
            )


def _availability(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for day in view.days:
        if day.date < view.today or not day.has_run:
            continue
        off, why = view.plan.availability.off_on(day.date), view.plan.day(day.date).off
        race = any(session.kind is SessionKind.RACE for session in day.sessions)
        if day.is_off and not race:
            yield rule.at(
                (day.date,),
                f"{day_words(day.date)} is a day off ({off.why if off else why}), and a run is planned on it.",
                f"Move it: {_move(day.date, (off.last if off else day.date) + _DAY)}",
                "a run",
                limit="none",
            )
            continue
        most = view.plan.availability.minutes.get(day.date.weekday())
        if most is not None and day.minutes is not None and day.minutes > most + rule.limit and not race:
            yield rule.at(
                (day.date,),
                f"{day_words(day.date)} takes {day.minutes:.0f} minutes; you have {most:.0f} on that day of the week.",
                "Make it shorter, or move it to a longer day.",
                f"{day.minutes:.0f} minutes",
                limit=f"{most:.0f} minutes",
            )


# --- races


_SHORT_M: Final = 10_000.0
_YEAR: Final = timedelta(days=365)


def _many_races(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    races = [race for race in view.plan.races if race.priority is RacePriority.A]
    for place, race in enumerate(races):
        year = [each for each in races[: place + 1] if race.date - each.date < _YEAR]
        most = rule.limit + 1 if all(each.distance_m <= _SHORT_M for each in year) else rule.limit
        if len(year) > most:
            yield rule.at(
                tuple(each.date for each in year),
                f"{race.label} on {day_words(race.date)} is the {_count_words(len(year))} A race within a year.",
                "Two peaks a year, three if all are 10 km or shorter: make one of them B.",
                f"{len(year)} races",
                limit=f"{most:g} races",
            )


def _count_words(number: int) -> str:
    return {3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")


_APART_DAYS: Final = ((10_000.0, 7), (21_200.0, 14), (float("inf"), 28))
"""Days from a race to the next, by its length: one to four weeks of recovery (science P6)."""


def _days_after(race: PlannedRace) -> int:
    return next(days for metres, days in _APART_DAYS if race.distance_m <= metres + 1)


def _close_races(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    races = [race for race in view.plan.races if race.priority is not RacePriority.C]
    for before, race in pairwise(races):
        apart, least = (race.date - before.date).days, _days_after(before)
        if apart < least:
            yield rule.at(
                (before.date, race.date),
                f"{race.label} on {day_words(race.date)} comes {apart} days after {before.label}.",
                f"Leave {least} days between them, or run one as training (C).",
                f"{apart} days",
                limit=f"{least} days",
            )


def _recovery_block(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for race in view.plan.races:
        after = [race.date + number * _DAY for number in range(1, int(rule.limit) + 1)]
        if race.priority is not RacePriority.A or after[0] > view.plan.last:
            continue
        hard = [day for day in after if view.day(day).hard and day >= view.today]
        if hard:
            yield rule.at(
                (race.date, *hard),
                f"{view.day(hard[0]).hard[0]} on {day_words(hard[0])} lies in the recovery from {race.label}.",
                "Only easy running of 20 to 30 minutes for a week at least; longer after longer races.",
                f"{(hard[0] - race.date).days} days",
            )


def _long_peak(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    weeks = 0
    for week in view.weeks:
        weeks = weeks + 1 if week.week.phase is TrainingPhase.PEAK else 0
        if weeks == rule.limit + 1 and week.week.sunday >= view.today:
            yield rule.at(
                week.dates,
                f"{week.words} is the {weeks}th of one peak.",
                "A peak is held for three weeks at most: end it with a race, or build again.",
                f"{weeks} weeks",
            )


DAY_RULES: Final = (
    PlanRule(
        "hard-days-apart",
        "Between two hard days is one that is not; back-to-back is an opt-in.",
        1,
        "day between",
        Severity.HIGH,
        f"{COACHING} (science K7)",
        _hard_adjacent,
    ),
    PlanRule(
        "after-the-long-run",
        "The day after the long run is not hard.",
        1,
        "day after",
        Severity.HIGH,
        f"{COACHING} (science P17, 1.8)",
        _after_long,
    ),
    PlanRule(
        "hard-days",
        "A week has two hard days at most for beginners, three for others.",
        3,
        "days",
        Severity.HIGH,
        f"{COACHING} (science K7)",
        _hard_days,
    ),
    PlanRule(
        "heavy-legs",
        "Heavy strength work is not done in the 48 hours before a fast or hard run.",
        48,
        "hours",
        Severity.MEDIUM,
        f"{COACHING} (science F17)",
        _heavy_legs,
    ),
    PlanRule(
        "sprints-on-fresh-legs",
        "Sprints and tests come after rest or an easy day, not after intervals or the long run.",
        1,
        "day",
        Severity.HIGH,
        f"{COACHING} (science W3, W20)",
        _sprints_fresh,
    ),
    PlanRule(
        "drills-before-sprints",
        "Form drills come before flat sprints: in the workout, or twice in the three weeks before.",
        2,
        "times in 21 days",
        Severity.MEDIUM,
        f"{COACHING} (science F5, F7)",
        _form_gate,
    ),
    PlanRule(
        "level",
        "A workout is not above the level of the runner.",
        0,
        "levels above",
        Severity.MEDIUM,
        f"{COACHING} (science W1 to W28)",
        _needs_level,
    ),
    PlanRule(
        "seasons",
        "A workout that needs seasons of running has them before it.",
        0,
        "seasons short",
        Severity.MEDIUM,
        f"{COACHING} (science W20, W23)",
        _needs_seasons,
    ),
    PlanRule(
        "base-weeks",
        "A workout that needs weeks of regular running has them before it, with two runs a week at least.",
        2,
        "runs a week",
        Severity.MEDIUM,
        f"{COACHING} (science P1, P15)",
        _needs_base,
    ),
    PlanRule(
        "warm-up",
        "A workout that needs a warm-up has one of that length.",
        0,
        "minutes short",
        Severity.MEDIUM,
        f"{COACHING} (science F7)",
        _needs_warm_up,
    ),
    PlanRule(
        "how-often",
        "A workout is not done more often than its tags say.",
        0,
        "times over",
        Severity.MEDIUM,
        f"{COACHING} (science W1 to W28)",
        _often,
    ),
    PlanRule(
        "old-injuries",
        "A workout is not the wrong choice for an old injury; flat sprints become hill sprints, or 10 s at most.",
        0,
        "of them",
        Severity.HIGH,
        f"{COACHING} (science W3, W4)",
        _not_with,
    ),
    PlanRule(
        "barefoot",
        "Barefoot strides are for those who asked for them.",
        0,
        "unasked",
        Severity.MEDIUM,
        f"{COACHING} (science N7, N13)",
        _barefoot,
    ),
    PlanRule(
        "workout-exists",
        "Every workout of the plan is in the library.",
        0,
        "missing",
        Severity.HIGH,
        "the plan itself",
        _missing,
        has_switch=False,
    ),
    PlanRule(
        "shoes-run-in",
        "Shoes worn in race week have five runs in them.",
        5,
        "runs",
        Severity.MEDIUM,
        f"{COACHING} (science N7)",
        _new_shoes,
    ),
    PlanRule(
        "within-fitness",
        "No target of a workout is more than 3 % faster than the fitness on record allows.",
        0.03,
        "%",
        Severity.MEDIUM,
        f"{COACHING} (science 1.8)",
        _beyond_fitness,
    ),
    PlanRule(
        "goal-within-fitness",
        "Four weeks before a race its goal is no more than 3 % faster than the fitness on record.",
        0.03,
        "%",
        Severity.LOW,
        f"{COACHING} (science 1.8)",
        _goal_beyond,
    ),
    PlanRule(
        "days-and-minutes",
        "Nothing is planned on a day off, and no day is longer than the runner has.",
        5,
        "minutes over",
        Severity.MEDIUM,
        "the plan itself",
        _availability,
    ),
)
"""`coach.plan.check` runs each of them."""
RACE_RULES: Final = (
    PlanRule(
        "peaks-a-year",
        "Two A races a year, three if all are 10 km or shorter.",
        2,
        "races",
        Severity.MEDIUM,
        f"{COACHING} (science P8)",
        _many_races,
    ),
    PlanRule(
        "races-apart",
        "Races lie 7 days apart, 14 after a half marathon, 28 after a marathon.",
        7,
        "days",
        Severity.MEDIUM,
        f"{COACHING} (science P6)",
        _close_races,
    ),
    PlanRule(
        "recovery-after-a-race",
        "After an A race nothing is hard for a week at least.",
        7,
        "days",
        Severity.HIGH,
        f"{COACHING} (science P6)",
        _recovery_block,
        has_switch=False,
    ),
    PlanRule(
        "peak-held",
        "A peak is held for three weeks at most.",
        3,
        "weeks",
        Severity.MEDIUM,
        f"{COACHING} (science P5)",
        _long_peak,
    ),
)
"""`coach.plan.check` runs each of them."""
