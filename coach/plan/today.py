"""Today's session: as planned, or changed by one rung of the ladder, in a form that fits the day.

Nothing here makes a day harder than it was planned, moves two quality sessions at once, or moves one into the last days
before an A race. The runner has the last word: a suggestion has a plan of its own, stored only when they accept it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from coach.plan.edit import HEAVY, EditedPlan, next_day_for, say_day
from coach.plan.ladder import (
    ANSWERS,
    NEXT_RUNG,
    DayFacts,
    DayQuestion,
    DayWeather,
    Reason,
    Rung,
    check_rules,
    in_order,
    is_quality,
    main_session,
    rung_for,
)
from coach.plan.model import Family, Plan, PlannedSession, SessionKind
from coach.plan.readiness import ReadinessAnswer, Verdict
from coach.problems import PlanProblem
from coach.workout.edits import effort_day
from coach.workout.kinds import HARD
from coach.workout.timeline import Quantity

if TYPE_CHECKING:
    from coach.athlete import Athlete
    from coach.workout.model import WorkoutDocument
    from coach.workout.variants import Variant


@dataclass(frozen=True, slots=True)
class DayLimits:
    """The limits of the day."""

    minutes: float | None = None
    no_track: bool = False
    treadmill: bool = False
    instead: str = ""
    """`swim`, `bike` or `walk` in place of an easy run; empty for the run."""


TIRED_PERCENT: Final = 3.0
"""Slowdown on a tired runner's effort day, as `session.effort_day_percent` has it."""
EASED_SHARE: Final = 0.75
"""Share of a session without a document on a day with fewer reps. Judged, as `coach.workout.variants`."""
_EASY: Final = frozenset({Family.EASY, Family.RECOVERY})
"""Families that are easy already, and may become a swim, a bike ride or a walk."""

Workouts = Callable[[PlannedSession], "WorkoutDocument | None"]
"""Finds the document of a session; None where it has none."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Today's session, beside the planned one."""

    day: date
    rung: Rung
    planned: PlannedSession | None
    """None on a day without a session of its own."""
    proposed: PlannedSession | None
    """The session in its place; the same if nothing changes, None for no session."""
    what: str = ""
    """The difference in a few words; empty without one."""
    reasons: tuple[Reason, ...] = ()
    """Every rule that fired, the deciding ones first."""
    not_known: tuple[str, ...] = ()
    """The rules that could not be checked."""
    slower_percent: float = 0.0
    """Slowdown of all running on an effort day, in per cent."""
    is_by_effort: bool = False
    """True if no pace counts today: targets are effort and heart rate, and the light is off."""
    edited: EditedPlan | None = None
    """The plan with the suggestion taken; None if it is the plan unchanged."""
    others: tuple[PlannedSession, ...] = ()
    """The other sessions of the day that stay."""
    moved_to: date | None = None

    @property
    def answer(self) -> str:
        """Today's answer in a word: `PLANNED`, `EASIER`, `EASY`, `REST`."""
        return ANSWERS[self.rung]

    @property
    def is_changed(self) -> bool:
        """True if the suggestion differs from the plan."""
        return self.edited is not None


# --- today


def today(
    plan: Plan,
    day: date,
    *,
    readiness: ReadinessAnswer | None = None,
    facts: DayFacts | None = None,
    weather: DayWeather | None = None,
    limits: DayLimits | None = None,
    workouts: Workouts = lambda _: None,
) -> Suggestion:
    """Suggest the session of a day.

    Args:
        plan: the plan as it is.
        day: the local day.
        readiness: this morning's answer; None if it was not requested.
        facts: the facts of the runner.
        weather: the weather and the ground.
        limits: the limits of the day.
        workouts: finds the document of a session.

    Raises:
        PlanProblem: something that is not easy is to become a swim, a bike ride or a walk.
    """
    facts, weather, limits = facts or DayFacts(), weather or DayWeather(), limits or DayLimits()
    sessions = plan.day(day).sessions
    session = main_session(sessions)
    if session is None:
        _refuse_instead(limits, None)
        stay = tuple(
            each for each in sessions if each.kind is SessionKind.REST or each.choice != Rung.REST.value
        )
        return Suggestion(day, Rung.AS_PLANNED, None, None, others=stay)
    others = tuple(each for each in sessions if each.id != session.id)
    about = DayQuestion(plan, day, session, readiness, facts, weather)
    reasons, not_known = check_rules(about)
    rung = rung_for(about, reasons)
    step = _take_rung(about, rung, reasons, workouts)
    decided = Rung.AS_PLANNED if step.rung is Rung.AS_PLANNED else rung  # the session may not have the rung
    suggestion = _within_limits(about, step, limits, workouts)
    dropped = [each.title for each in others if _beside(each, suggestion.rung) != each]
    if dropped and suggestion.proposed is not None:
        others = tuple(each for each in others if each.title not in dropped)
        suggestion = replace(suggestion, what=f"{suggestion.what}; {' and '.join(dropped)} left out too")
    return replace(
        _with_plan(about, suggestion),
        reasons=(*in_order(about, reasons, decided), *suggestion.reasons),
        not_known=not_known,
        others=others,
    )


def is_sized_by_nobody(
    plan: Plan, day: date, *, readiness: ReadinessAnswer | None, facts: DayFacts, weather: DayWeather
) -> bool:
    """Return whether the day's suggestion keeps the planned size, so that no paces are needed."""
    session = main_session(plan.day(day).sessions)
    if session is None:
        return True
    about = DayQuestion(plan, day, session, readiness, facts, weather)
    rung = rung_for(about, check_rules(about)[0])
    is_slower = rung is Rung.EFFORT_DAY and session.is_hard and _is_paced(session)
    return is_slower or rung in {Rung.AS_PLANNED, Rung.RIDE_THE_WAVE, Rung.REST}


# --- taking a rung


def _take_rung(about: DayQuestion, rung: Rung, reasons: Sequence[Reason], workouts: Workouts) -> Suggestion:
    """The suggestion of a rung, or of the next one that this session has."""
    session, day = about.session, about.day
    unchanged = Suggestion(day, Rung.AS_PLANNED, session, session)
    while True:
        if rung is Rung.AS_PLANNED:
            return unchanged
        if rung is Rung.RIDE_THE_WAVE:
            session_today = replace(session, choice=rung.value)
            what = "by effort: no pace holds you back today"
            return replace(unchanged, rung=rung, proposed=session_today, is_by_effort=True, what=what)
        suggestion = _RUNGS[rung](about, reasons, workouts)
        if suggestion is not None:
            return suggestion
        rung = NEXT_RUNG[rung]


def _variant(name: str) -> Callable[["WorkoutDocument", "Athlete | None"], "Variant | None"]:
    def make(document: "WorkoutDocument", athlete: "Athlete | None") -> "Variant | None":
        from coach.workout import variants  # noqa: PLC0415 - the editor of workouts: most days need none

        return variants.first_that_fits(document, (getattr(variants, name),), athlete)

    return make


def _by_variant(
    rung: Rung, name: str
) -> Callable[[DayQuestion, Sequence[Reason], Workouts], Suggestion | None]:
    def take(about: DayQuestion, _reasons: Sequence[Reason], workouts: Workouts) -> Suggestion | None:
        document = workouts(about.session)
        variant = None if document is None else _variant(name)(document, about.facts.athlete)
        if variant is None or document is None:
            return None
        session = in_form(about.session, document, variant, about.facts.athlete)
        return Suggestion(
            about.day, rung, about.session, _as_choice(session, rung, about.session), what=variant.says
        )

    return take


def _fewer(about: DayQuestion, reasons: Sequence[Reason], workouts: Workouts) -> Suggestion | None:
    """Fewer reps; after days off the share of the time that is due; of a session without a document three quarters."""
    session, share = about.session, _share(about)
    document = workouts(session)
    if document is not None and share == 1.0:
        return _by_variant(Rung.FEWER_REPS, "fewer_reps")(about, reasons, workouts)
    share_left = min(share, EASED_SHARE)
    what = f"about {share_left:.0%} of it".replace("%", " %")
    smaller = _scale(session, share_left, share_left)
    planned = _planned_minutes(session, workouts, about.facts.athlete)
    if document is not None and planned is not None:
        from coach.workout.variants import within_minutes  # noqa: PLC0415 - as in `_variant`

        variant = within_minutes(document, planned * share, about.facts.athlete)
        if variant is None:
            return None
        smaller, what = in_form(session, document, variant, about.facts.athlete), variant.says or what
    else:
        smaller = replace(smaller, title=f"{session.title}, {what}"[:_LONGEST_TITLE])
    return Suggestion(
        about.day, Rung.FEWER_REPS, session, _as_choice(smaller, Rung.FEWER_REPS, session), what=what
    )


def _effort(about: DayQuestion, reasons: Sequence[Reason], workouts: Workouts) -> Suggestion | None:
    """The same session by slower paces, or by none; one that has no pace is run by effort anyway."""
    session = about.session
    if not session.is_hard:
        return None
    ids = {each.rule for each in reasons}
    outside = ids & {"heat", "wind", "hills"}
    is_tired = (about.readiness is not None and about.readiness.verdict is Verdict.EASIER) or not outside
    if not _is_paced(session) and not _has_paces(workouts(session)):
        return None if is_tired else Suggestion(about.day, Rung.AS_PLANNED, session, session)
    is_by_effort = bool(ids & {"wind", "hills"})
    hot, tired = effort_day(0.0, about.weather.heat_sum_f), TIRED_PERCENT if is_tired else 0.0
    percent, reps_percent = hot.percent + tired, hot.reps_percent + tired
    what = "by effort and heart rate: no pace counts, and the light is off"
    if not is_by_effort:
        what = f"paces {round(percent, 1):g} % slower"
        what += f", reps of up to a mile {round(reps_percent, 1):g} %" if reps_percent != percent else ""
    slower = replace(session, choice=Rung.EFFORT_DAY.value)
    if is_tired:
        slower = _as_choice(session, Rung.EFFORT_DAY, session)
    return Suggestion(
        about.day,
        Rung.EFFORT_DAY,
        session,
        slower,
        what=what,
        slower_percent=percent,
        is_by_effort=is_by_effort,
    )


_PACES: Final = frozenset({"mile", "3k", "5k", "10k", "goal", "threshold", "half", "marathon"})
"""Paces of a dose that a watch can judge; uphill and strides are efforts."""


def _is_paced(session: PlannedSession) -> bool:
    """Return whether the plan itself names the pace of a session, so that its workout need not be read for it."""
    return session.dose is not None and session.dose.pace in _PACES and session.document is None


def _has_paces(document: "WorkoutDocument | None") -> bool:
    """Return whether hard steps of a workout have a pace; True for one without a document."""
    if document is None:
        return True
    from coach.workout.document import outline  # noqa: PLC0415 - as in `_variant`

    targets = [step.target for step in outline(document).steps if step.kind in HARD]
    return any(target is not None and (target.quantity is Quantity.SPEED or target.ref) for target in targets)


def _move(about: DayQuestion, _reasons: Sequence[Reason], _workouts: Workouts) -> Suggestion | None:
    """The session on the next day that keeps all spacing, and that day's run today."""
    if not is_quality(about.session):
        return None
    edited = next_day_for(about.plan, about.day, about.session, about.facts, about.day)
    if edited is None:
        return None
    to = max(edited.touched)
    now = main_session(edited.plan.day(about.day).sessions)
    what = f"moved to {say_day(to)}, today {'rest' if now is None else now.title}"
    return Suggestion(about.day, Rung.MOVED, about.session, now, what=what, edited=edited, moved_to=to)


def _easy(about: DayQuestion, _reasons: Sequence[Reason], workouts: Workouts) -> Suggestion | None:
    """Easy for 20 to 30 minutes, and never longer than it was planned."""
    session = about.session
    from coach.workout.variants import EASY_MINUTES, easy_run  # noqa: PLC0415 - as in `_variant`

    if session.family in _EASY or session.kind is SessionKind.CROSS:
        return Suggestion(about.day, Rung.EASY, session, session, what="it is easy already")
    planned = _planned_minutes(session, workouts, about.facts.athlete)
    (least, most), share = EASY_MINUTES, _share(about)
    minutes = most if planned is None else min(planned, most, max(least, planned / 2))
    if planned is not None and share < 1.0:
        minutes = planned * share
    minutes = max(1.0, float(int(minutes)))
    document = easy_run(minutes, about.facts.easy_cap_bpm)
    return Suggestion(
        about.day,
        Rung.EASY,
        session,
        _as_choice(_easy_session(session, document, minutes), Rung.EASY, session),
        what=f"easy for {minutes:.0f} min",
    )


def _share(about: DayQuestion) -> float:
    """The share of the plan that is run on return after days off."""
    return 1.0 if about.readiness is None else about.readiness.share


def _rest(about: DayQuestion, _reasons: Sequence[Reason], _workouts: Workouts) -> Suggestion:
    session = about.session
    rest = PlannedSession(
        id=session.id,
        kind=SessionKind.REST,
        family=Family.REST,
        title="Rest",
        why="Rest is what helps today.",
        is_fixed=session.is_fixed,
        moved_from=session.moved_from,
    )
    return Suggestion(about.day, Rung.REST, session, _as_choice(rest, Rung.REST, session), what="rest")


_RUNGS: Final[Mapping[Rung, Callable[[DayQuestion, Sequence[Reason], Workouts], Suggestion | None]]] = {
    Rung.LONGER_WARM_UP: _by_variant(Rung.LONGER_WARM_UP, "longer_warm_up"),
    Rung.LONGER_RESTS: _by_variant(Rung.LONGER_RESTS, "longer_rests"),
    Rung.FEWER_REPS: _fewer,
    Rung.EFFORT_DAY: _effort,
    Rung.MOVED: _move,
    Rung.EASY: _easy,
    Rung.REST: _rest,
}


def _as_choice(session: PlannedSession, rung: Rung, planned: PlannedSession) -> PlannedSession:
    """A session that replaces another, with the rung behind it."""
    return replace(session, choice=rung.value, instead_of=planned.instead_of or planned.title)


def _easy_session(planned: PlannedSession, document: "WorkoutDocument", minutes: float) -> PlannedSession:
    """An easy run in place of a session."""
    distance = planned.distance_m
    if distance is not None:
        distance = distance * min(1.0, minutes / planned.minutes) if planned.minutes else None
    return replace(
        planned,
        kind=SessionKind.RUN,
        family=Family.EASY,
        title=document.name,
        why="Easy today, so that the next hard day is a good one.",
        workout="",
        document=document.source,
        is_hard=False,
        is_unknown=False,
        minutes=minutes,
        distance_m=distance,
        hard_minutes=None,
        hard_m=None,
        dose=None,
    )


def in_form(
    session: PlannedSession, document: "WorkoutDocument", variant: "Variant", athlete: "Athlete | None"
) -> PlannedSession:
    """A session in another form: its workout, and its size in proportion to the document's."""
    from coach.workout.variants import size_of  # noqa: PLC0415 - as in `_variant`

    before, after = size_of(document, athlete), size_of(variant.document, athlete)
    share = min(1.0, after.seconds / before.seconds) if before.seconds else 1.0
    hard = min(1.0, after.hard_s / before.hard_s) if before.hard_s else 1.0
    scaled = _scale(session, share, hard)
    if scaled.minutes is not None:
        scaled = replace(scaled, minutes=min(session.minutes or scaled.minutes, round(after.seconds / 60, 1)))
    title = f"{session.title}, {variant.says}" if variant.says else session.title
    return replace(scaled, title=title[:_LONGEST_TITLE], workout="", document=variant.document.source)


_LONGEST_TITLE: Final = 120


def _scale(session: PlannedSession, share: float, hard: float) -> PlannedSession:
    """A session with less of each known amount."""

    def less(value: float | None, by: float) -> float | None:
        return None if value is None else round(value * by, 1)

    dose = session.dose
    if dose is not None and hard < 1.0:
        dose = replace(dose, reps=max(1, round(dose.reps * hard)))
    return replace(
        session,
        minutes=less(session.minutes, share),
        distance_m=less(session.distance_m, share),
        hard_minutes=less(session.hard_minutes, hard),
        hard_m=less(session.hard_m, hard),
        dose=dose,
    )


def _planned_minutes(session: PlannedSession, workouts: Workouts, athlete: "Athlete | None") -> float | None:
    """The minutes of a session, by the plan, else by its workout."""
    if session.minutes is not None:
        return session.minutes
    document = workouts(session)
    if document is None:
        return None
    from coach.workout.variants import size_of  # noqa: PLC0415 - as in `_variant`

    return size_of(document, athlete).seconds / 60 or None


def _with_plan(about: DayQuestion, suggestion: Suggestion) -> Suggestion:
    """The suggestion with the plan in which it is taken, if that differs."""
    if suggestion.proposed is None or suggestion.proposed == about.session:
        return suggestion
    plan = about.plan if suggestion.edited is None else suggestion.edited.plan
    day = plan.day(about.day)
    sessions = tuple(
        suggestion.proposed if each.id == suggestion.proposed.id else _beside(each, suggestion.rung)
        for each in day.sessions
    )
    if sessions == day.sessions:
        return suggestion
    new_plan = plan.with_days([replace(day, sessions=sessions)])
    touched = (about.day,) if suggestion.edited is None else suggestion.edited.touched
    edited = EditedPlan(new_plan, touched, (f"{say_day(about.day)}: {suggestion.what}",), suggestion.what)
    return replace(suggestion, edited=edited)


def _beside(session: PlannedSession, rung: Rung) -> PlannedSession:
    """Another session of the day: none on a rest day, and a heavy one waits for a better day."""
    is_off = rung is Rung.REST or (rung is Rung.EASY and session.family in HEAVY)
    if not is_off or session.is_done or session.kind is SessionKind.REST:
        return session
    return replace(session, choice=Rung.REST.value)


# --- the limits of a day


def _within_limits(
    about: DayQuestion, suggestion: Suggestion, limits: DayLimits, workouts: Workouts
) -> Suggestion:
    """The suggestion in a form that fits the limits of the day."""
    session = suggestion.proposed
    _refuse_instead(limits, session)
    if session is None or session.kind in {SessionKind.REST, SessionKind.RACE}:
        return suggestion
    if limits.instead:
        return _instead(about, suggestion, session, limits, workouts)
    variant_names = tuple(_variant_names(limits))
    document = workouts(session) if variant_names else None  # it is read only where it is changed
    if document is None:
        return suggestion
    for variant_name in variant_names:
        suggestion, document = _in_room(about, suggestion, document, variant_name, limits)
    return suggestion


def _variant_names(limits: DayLimits) -> Iterator[str]:
    if limits.treadmill:
        yield "on_treadmill"
    elif limits.no_track:
        yield "off_the_track"
    if limits.minutes is not None:
        yield "within_minutes"


def _in_room(
    about: DayQuestion,
    suggestion: Suggestion,
    document: "WorkoutDocument",
    variant_name: str,
    limits: DayLimits,
) -> tuple[Suggestion, "WorkoutDocument"]:
    """One limit: another form where the workout has one, else an easy run in the time there is."""
    from coach.workout import variants  # noqa: PLC0415 - as in `_variant`

    athlete, session = about.facts.athlete, suggestion.proposed
    assert session is not None  # it was looked at
    if variant_name == "within_minutes":
        minutes = limits.minutes or 0.0
        variant = variants.within_minutes(document, minutes, athlete)
    else:
        variant = _variant(variant_name)(document, athlete)
        if variant is None and (variant_name == "off_the_track" or _is_elsewhere(document, "treadmill")):
            return suggestion, document  # it is not run on a track, or on a belt already
    if variant is not None:
        if not variant.says:
            return suggestion, document
        session_in_form = in_form(session, document, variant, athlete)
        words = variant.says
        document = variant.document
    else:
        size = variants.size_of(document, athlete).seconds / 60
        limit = limits.minutes if limits.minutes is not None else variants.EASY_MINUTES[1]
        length = max(1.0, float(int(min(limit, size or limit))))
        document = variants.easy_run(length, about.facts.easy_cap_bpm)
        session_in_form = _easy_session(session, document, length)
        words = f"easy for {length:.0f} min: less would have lost its point"
    what = f"{suggestion.what}; {words}" if suggestion.what else words
    suggestion = replace(suggestion, reasons=(*suggestion.reasons, _LIMIT_REASONS[variant_name](limits)))
    session_in_form = replace(session_in_form, instead_of=session.instead_of or about.session.title)
    return replace(suggestion, proposed=session_in_form, what=what), document


def _limit_reason(rule: str, says: str, you: str, option: str) -> Reason:
    return Reason(rule, says, you, "--", option, Rung.AS_PLANNED)


_LIMIT_REASONS: Final[Mapping[str, Callable[[DayLimits], Reason]]] = {
    "within_minutes": lambda limits: _limit_reason(
        "minutes", "that is the time there is today", f"{limits.minutes:.0f} min", "--minutes"
    ),
    "off_the_track": lambda _: _limit_reason("no-track", "no track today", "no track", "--no-track"),
    "on_treadmill": lambda _: _limit_reason("treadmill", "a treadmill today", "treadmill", "--treadmill"),
}
"""The reason of another form: the runner's limit for the day."""


def _is_elsewhere(document: "WorkoutDocument", surface: str) -> bool:
    context = document.workout.context
    return context is not None and context.surface == surface


def meals(plan: Plan, day: date) -> tuple[PlannedSession | None, PlannedSession | None]:
    """The hard or long session of a day, to eat for an hour before, and that of the next, to eat for tonight."""
    here, after = (
        next((each for each in plan.day(at).sessions if is_quality(each) and not each.is_done), None)
        for at in (day, day + timedelta(days=1))
    )
    return here, after


def _refuse_instead(limits: DayLimits, session: PlannedSession | None) -> None:
    if not limits.instead:
        return
    if session is None or session.is_hard or session.family not in _EASY:
        what = "today has no run" if session is None else f"{session.title} is not an easy run"
        raise PlanProblem(
            f"Only an easy run becomes a {limits.instead}, and {what}.",
            "coach plan today says what there is.",
        )


def _instead(
    about: DayQuestion, suggestion: Suggestion, session: PlannedSession, limits: DayLimits, workouts: Workouts
) -> Suggestion:
    """The same minutes in the water, on a bike or on foot."""
    from coach.workout.variants import SPORTS, cross_training  # noqa: PLC0415 - as in `_variant`

    planned = _planned_minutes(session, workouts, about.facts.athlete) or 30.0
    minutes = float(int(planned if limits.minutes is None else min(planned, limits.minutes)))
    document = cross_training(limits.instead, minutes, about.facts.easy_cap_bpm)
    cross = replace(
        session,
        kind=SessionKind.CROSS,
        family=Family.CROSS,
        title=document.name,
        why="The same easy minutes without the steps: load counts them, kilometres do not.",
        workout="",
        document=document.source,
        minutes=minutes,
        distance_m=None,
        instead_of=session.instead_of or about.session.title,
    )
    words = f"{SPORTS[limits.instead].lower()} for {minutes:.0f} min"
    return replace(
        suggestion, proposed=cross, what=f"{suggestion.what}; {words}" if suggestion.what else words
    )
