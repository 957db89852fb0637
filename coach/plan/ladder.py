"""The ladder of a day, from the session as planned down to rest, and the rules that ask for its rungs.

Each rule is a row: its rung, its limit and its source. The lowest rung that is asked for is taken, one at a
time, and every rule that fired is listed. A rule that lacks its data asks for nothing and is named as not known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coach.physiology.surroundings import CAUTION_SUM_F, heat_sum
from coach.plan.model import Family, Plan, PlannedSession, PlanOptIn, RacePriority, SessionKind
from coach.plan.readiness import FiredRule, ReadinessAnswer, Verdict
from coach.workout.edits import HOT_SUM_F

if TYPE_CHECKING:
    from coach.athlete import Athlete

PROTECTED_DAYS: Final = 10
"""In the last days before an A race nothing is moved: a session adds no fitness before the race."""
WINDY_MPS: Final = 8.0
"""29 km/h, a fresh breeze, in which no pace shows the effort. Judged."""
COLD_C: Final = 5.0
"""Colder air needs a longer warm-up. Judged."""
FADED: Final = 0.03
"""Last rep over first rep less 1: from here on the rests were too short (science, 1.8). Judged: three times the
ordinary spread of a steady set, whose CV is about 1 % (science, 2.10)."""
BREAK_DAYS: Final = 3
"""Days without a run before today that need a longer warm-up before anything quick. Judged."""
AGAIN_DAYS: Final = 7
"""If a rung taken within this time is asked for again, it was not enough. Judged."""

# --- the ladder


class Rung(StrEnum):
    """The form of a session today, from the best day to the worst."""

    RIDE_THE_WAVE = "ride-the-wave"
    """By effort, without a pace that holds back; opt-in."""
    AS_PLANNED = "as-planned"
    LONGER_WARM_UP = "longer-warm-up"
    LONGER_RESTS = "longer-rests"
    FEWER_REPS = "fewer-reps"
    EFFORT_DAY = "effort-day"
    """The same session with paces that are slower by a given share, or without paces."""
    MOVED = "moved"
    """On the next day that keeps all spacing."""
    EASY = "easy"
    """Easy for 20 to 30 minutes under the easy cap."""
    REST = "rest"


RUNG_WORDS: Final[Mapping[Rung, str]] = {
    Rung.RIDE_THE_WAVE: "ride the wave",
    Rung.AS_PLANNED: "as planned",
    Rung.LONGER_WARM_UP: "longer warm-up",
    Rung.LONGER_RESTS: "longer rests",
    Rung.FEWER_REPS: "fewer reps",
    Rung.EFFORT_DAY: "effort day",
    Rung.MOVED: "moved",
    Rung.EASY: "easy only",
    Rung.REST: "rest",
}
ANSWERS: Final[Mapping[Rung, str]] = {
    Rung.RIDE_THE_WAVE: "PLANNED",
    Rung.AS_PLANNED: "PLANNED",
    Rung.LONGER_WARM_UP: "EASIER",
    Rung.LONGER_RESTS: "EASIER",
    Rung.FEWER_REPS: "EASIER",
    Rung.EFFORT_DAY: "EASIER",
    Rung.MOVED: "EASY",
    Rung.EASY: "EASY",
    Rung.REST: "REST",
}
"""Today's answer in a word, shown in block letters."""

_ORDER: Final = {rung: place for place, rung in enumerate(Rung)}
NEXT_RUNG: Final[Mapping[Rung, Rung]] = {
    Rung.LONGER_WARM_UP: Rung.AS_PLANNED,
    Rung.LONGER_RESTS: Rung.AS_PLANNED,
    Rung.FEWER_REPS: Rung.EFFORT_DAY,
    Rung.EFFORT_DAY: Rung.MOVED,
    Rung.MOVED: Rung.EASY,
    Rung.EASY: Rung.REST,
}
"""The rung in place of one that a session does not have; rungs about warm-ups and rests then have none."""
_AGAIN: Final[Mapping[str, Rung]] = {
    Rung.FEWER_REPS.value: Rung.EFFORT_DAY,
    Rung.EFFORT_DAY.value: Rung.MOVED,
    Rung.MOVED.value: Rung.EASY,
}
"""The rung below one that was taken because of tiredness. After an easy day the ladder starts again."""


# --- facts


@dataclass(frozen=True, slots=True)
class DayWeather:
    """The weather and the ground of a day; unknown values are None."""

    temperature_c: float | None = None
    dew_point_c: float | None = None
    wind_mps: float | None = None
    is_hilly: bool | None = None

    @property
    def heat_sum_f(self) -> float | None:
        """Sum of temperature and dew point in Fahrenheit; None without both."""
        if self.temperature_c is None or self.dew_point_c is None:
            return None
        return heat_sum(self.temperature_c, self.dew_point_c)


@dataclass(frozen=True, slots=True)
class DoneRun:
    """A completed run."""

    id: str
    day: date
    is_hard: bool | None = None
    """None if unknown."""
    workout: str = ""
    """The name of its workout; empty for a free run."""
    minutes: float | None = None
    is_cross: bool = False


@dataclass(frozen=True, slots=True)
class DayFacts:
    """The facts of the runner on a day; unknown values are None."""

    runs: Sequence[DoneRun] = ()
    """The runs of the last weeks, in any order."""
    fade: Mapping[Family, float] = field(default_factory=dict)
    """Last rep over first rep less 1, of the last session of a family."""
    reps_left_out: Mapping[Family, int] = field(default_factory=dict)
    """Reps left out of the last session of a family."""
    easy_cap_bpm: float | None = None
    """Upper heart rate of an easy run."""
    athlete: "Athlete | None" = None
    """The athlete whose paces estimate lengths."""

    def on(self, day: date) -> tuple[DoneRun, ...]:
        """The runs of a day."""
        return tuple(run for run in self.runs if run.day == day)


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired."""

    rule: str
    says: str
    """The rule in words."""
    you: str
    """The runner's value."""
    limit: str
    source: str
    rung: Rung
    """The rung it asks for."""
    has_decided: bool = False
    """True if its rung is the suggested one."""


# --- the rules of a day


@dataclass(frozen=True, slots=True)
class DayQuestion:
    """The data of a rule."""

    plan: Plan
    day: date
    session: PlannedSession
    readiness: ReadinessAnswer | None
    facts: DayFacts
    weather: DayWeather


RuleAnswer = str | None
"""The result of a rule: the runner's value if it fires, empty if it does not, None if unknown."""


@dataclass(frozen=True, slots=True)
class TodayRule:
    """One rule of the ladder."""

    id: str
    rung: Rung
    says: str
    limit: str
    source: str
    ask: Callable[[DayQuestion], RuleAnswer]
    only_hard: bool = True
    """True if it applies only to hard sessions."""
    unknown: str = ""
    """The missing data if it could not be checked."""


def _is_verdict(verdict: Verdict) -> Callable[[DayQuestion], RuleAnswer]:
    def ask(day: DayQuestion) -> RuleAnswer:
        if day.readiness is None:
            return None
        return verdict.value if day.readiness.verdict is verdict and not _is_about_legs(day.readiness) else ""

    return ask


_STALE: Final = "stale_legs"
"""The rule of the morning for stale legs: a longer warm-up is enough for them."""


def _is_about_legs(readiness: ReadinessAnswer) -> bool:
    """Return whether stale legs are the only finding of the morning."""
    heavy = {each.rule for each in readiness.fired if each.verdict is not Verdict.AS_PLANNED}
    return heavy == {_STALE}


def _stale(day: DayQuestion) -> RuleAnswer:
    if day.readiness is None:
        return None
    return "stale" if _is_about_legs(day.readiness) else ""


def _back_after_days_off(day: DayQuestion) -> RuleAnswer:
    if day.readiness is None:
        return None
    share = f"{day.readiness.share:.0%} of the plan".replace("%", " %")
    return share if day.readiness.share < 1.0 else ""


def _easier_again(day: DayQuestion) -> RuleAnswer:
    """The rung that was taken on the last hard day, if less is needed again."""
    if day.readiness is None:
        return None
    last = _last_choice(day.plan, day.day)
    if day.readiness.verdict is not Verdict.EASIER or last is None or last.choice not in _AGAIN:
        return ""
    return f"{RUNG_WORDS[Rung(last.choice)]} last time"


def _last_choice(plan: Plan, day: date) -> PlannedSession | None:
    """The last quality session before a day, within a week, if something easier was taken for it."""
    since = day - timedelta(days=AGAIN_DAYS)
    before = [
        session
        for at, session in plan.sessions()
        if since <= at < day and session.choice and (is_quality(session) or session.choice == Rung.EASY.value)
    ]
    return before[-1] if before and before[-1].instead_of else None


def _hard_yesterday(day: DayQuestion) -> RuleAnswer:
    if PlanOptIn.BACK_TO_BACK in day.plan.opt_ins:
        return ""
    yesterday = day.day - timedelta(days=1)
    if any(run.is_hard for run in day.facts.on(yesterday)):
        return "a hard run yesterday"
    sessions = [each for each in day.plan.day(yesterday).sessions if each.is_done]
    return "the long run yesterday" if any(each.family is Family.LONG for each in sessions) else ""


def _heat(over: float, upto: float) -> Callable[[DayQuestion], RuleAnswer]:
    def ask(day: DayQuestion) -> RuleAnswer:
        heat = day.weather.heat_sum_f
        if heat is None:
            return None
        return f"{heat:.0f} F" if over < heat <= upto else ""

    return ask


def _wind(day: DayQuestion) -> RuleAnswer:
    wind = day.weather.wind_mps
    return None if wind is None else f"{wind:.0f} m/s" if wind >= WINDY_MPS else ""


def _hills(day: DayQuestion) -> RuleAnswer:
    return None if day.weather.is_hilly is None else "hills" if day.weather.is_hilly else ""


def _reps_left_out(day: DayQuestion) -> RuleAnswer:
    count = day.facts.reps_left_out.get(day.session.family)
    return None if count is None else f"{count} left out last time" if count else ""


def _fade(day: DayQuestion) -> RuleAnswer:
    fade = day.facts.fade.get(day.session.family)
    return None if fade is None else f"{fade:+.1%} last time".replace("%", " %") if fade >= FADED else ""


def _cold(day: DayQuestion) -> RuleAnswer:
    temperature = day.weather.temperature_c
    return None if temperature is None else f"{temperature:.0f} C" if temperature <= COLD_C else ""


def _long_break(day: DayQuestion) -> RuleAnswer:
    before = [run.day for run in day.facts.runs if run.day < day.day]
    if not before:
        return None
    days = (day.day - max(before)).days - 1
    return f"{days} days" if days >= BREAK_DAYS else ""


_BODY: Final = "coach readiness: what the body says this morning"

TODAY_RULES: Final[tuple[TodayRule, ...]] = (
    TodayRule(
        "readiness-rest",
        Rung.REST,
        "this morning's answer is rest",
        "rest",
        _BODY,
        _is_verdict(Verdict.REST),
        only_hard=False,
        unknown="this morning: coach readiness",
    ),
    TodayRule(
        "readiness-easy",
        Rung.EASY,
        "this morning's answer is easy only",
        "easy only",
        _BODY,
        _is_verdict(Verdict.EASY_ONLY),
        only_hard=False,
    ),
    TodayRule(
        "great-heat",
        Rung.MOVED,
        "in this heat hard running is not recommended at all",
        f"over {CAUTION_SUM_F:.0f} F, temperature and dew point",
        "M. Hadley's table of heat",
        _heat(CAUTION_SUM_F, 1e9),
        unknown="the weather: --temperature and --dew-point",
    ),
    TodayRule(
        "spacing-as-run",
        Rung.MOVED,
        "hard days are not next to each other, and none follows the long run",
        "an easy day between",
        "coaching practice",
        _hard_yesterday,
    ),
    TodayRule(
        "easier-again",
        Rung.MOVED,
        "last time was easier already and the body asks again: one rung further",
        f"within {AGAIN_DAYS} days",
        "our own, judged",
        _easier_again,
    ),
    TodayRule(
        "heat",
        Rung.EFFORT_DAY,
        "heat makes the same effort slower",
        f"over {HOT_SUM_F:.0f} F, temperature and dew point",
        "M. Hadley's table of heat",
        _heat(HOT_SUM_F, CAUTION_SUM_F),
    ),
    TodayRule(
        "wind",
        Rung.EFFORT_DAY,
        "in wind no pace says how hard it is",
        f"from {WINDY_MPS:.0f} m/s",
        "our own, judged",
        _wind,
        unknown="the wind: --wind",
    ),
    TodayRule(
        "hills",
        Rung.EFFORT_DAY,
        "on hills no pace says how hard it is",
        "a flat course",
        "Minetti 2002: what slopes cost",
        _hills,
    ),
    TodayRule(
        "readiness-easier",
        Rung.FEWER_REPS,
        "this morning's answer is easier",
        "easier",
        _BODY,
        _is_verdict(Verdict.EASIER),
        only_hard=False,
    ),
    TodayRule(
        "reps-left-out",
        Rung.FEWER_REPS,
        "last time reps of such a session were left out",
        "all of them run",
        "coaching practice",
        _reps_left_out,
    ),
    TodayRule(
        "faded",
        Rung.LONGER_RESTS,
        "last time the reps became slower: fading calls for longer rests",
        f"under +{FADED:.0%}".replace("%", " %"),
        "coaching practice; the limit our own",
        _fade,
        unknown="how evenly the last such session was run",
    ),
    TodayRule(
        "back-after-days-off",
        Rung.EASY,
        "after days off nothing hard is run at first, and less of the rest",
        "all of the way back gone",
        "Daniels, Running Formula: 6 to 28 days off",
        _back_after_days_off,
    ),
    TodayRule(
        "cold",
        Rung.LONGER_WARM_UP,
        "in the cold muscles take longer to warm",
        f"over {COLD_C:.0f} C",
        "our own, judged",
        _cold,
    ),
    TodayRule(
        "stale-legs",
        Rung.LONGER_WARM_UP,
        "stale legs are given time to wake",
        "sharp",
        "coaching practice",
        _stale,
    ),
    TodayRule(
        "first-after-a-break",
        Rung.LONGER_WARM_UP,
        "the first run after some days off begins slowly",
        f"under {BREAK_DAYS} days without a run",
        "our own, judged",
        _long_break,
    ),
)
"""The rules, of each rung the gravest first; each asks for a rung of the ladder."""


def check_rules(about: DayQuestion) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Check every rule that is on: those that fired, and the unknown ones."""
    fired: list[Reason] = []
    missing: list[str] = []
    for rule in TODAY_RULES:
        if (rule.only_hard and not about.session.is_hard) or about.plan.rule(rule.id).is_on is False:
            continue
        you = rule.ask(about)
        if you is None and rule.unknown:
            missing.append(rule.unknown)
        elif you:
            rung = rule.rung
            if rule.ask is _easier_again:
                last = _last_choice(about.plan, about.day)
                rung = _AGAIN[last.choice] if last is not None else rung
            fired.append(Reason(rule.id, rule.says, you, rule.limit, rule.source, rung))
    if about.readiness is not None:
        missing += [each.why for each in about.readiness.not_known]
    return tuple(fired), tuple(missing)


def rung_for(about: DayQuestion, reasons: Sequence[Reason]) -> Rung:
    """The lowest rung asked for; of a race only rest counts, and an earlier decision stays."""
    session = about.session
    lowest = max((each.rung for each in reasons), key=_ORDER.__getitem__, default=Rung.AS_PLANNED)
    if session.kind is SessionKind.RACE and lowest is not Rung.REST:
        return Rung.AS_PLANNED
    if session.choice or session.is_done:
        return Rung.AS_PLANNED
    if lowest is Rung.AS_PLANNED and _rides_the_wave(about):
        return Rung.RIDE_THE_WAVE
    return lowest


def in_order(about: DayQuestion, reasons: Sequence[Reason], rung: Rung) -> tuple[Reason, ...]:
    """The rules that fired, the deciding ones first; this morning's answer is replaced by its rules."""
    rows: list[Reason] = []
    for each in reasons:
        body = _of_the_body(about.readiness, each) if each.rule in _OF_THE_BODY else ()
        rows += body or (each,)
    if about.readiness is not None:
        rules = {each.rule for each in rows}
        notes = (each for each in about.readiness.fired if each.rule not in rules)
        rows += [_as_reason(each, Rung.AS_PLANNED) for each in notes]
    marked = [replace(each, has_decided=each.rung is rung and rung is not Rung.AS_PLANNED) for each in rows]
    return tuple(sorted(marked, key=lambda each: (not each.has_decided, -_ORDER[each.rung])))


_OF_THE_BODY: Final = {
    "readiness-rest": Verdict.REST,
    "readiness-easy": Verdict.EASY_ONLY,
    "readiness-easier": Verdict.EASIER,
    "stale-legs": Verdict.EASIER,
    "back-after-days-off": Verdict.EASIER,
}
"""Rules that repeat an answer of the morning, with that answer."""


def _of_the_body(readiness: ReadinessAnswer | None, reason: Reason) -> tuple[Reason, ...]:
    """The rules of the morning that led to the answer behind a reason."""
    if readiness is None:
        return ()
    verdict = _OF_THE_BODY[reason.rule]
    return tuple(_as_reason(each, reason.rung) for each in readiness.fired if each.verdict is verdict)


def _as_reason(fired: FiredRule, rung: Rung) -> Reason:
    return Reason(fired.rule, fired.says, fired.value, fired.limit, fired.source, rung)


def _rides_the_wave(about: DayQuestion) -> bool:
    """Return whether a hard session may be run by effort on a very good day; never two days running."""
    if (
        PlanOptIn.RIDE_THE_WAVE not in about.plan.opt_ins
        or not about.session.is_hard
        or about.readiness is None
    ):
        return False
    yesterday = about.plan.day(about.day - timedelta(days=1)).sessions
    return (
        about.readiness.verdict is Verdict.AS_PLANNED
        and not about.readiness.is_maintain
        and not any(each.rule == _STALE for each in about.readiness.not_known)
        and not is_protected(about.plan, about.day)
        and not any(each.choice == Rung.RIDE_THE_WAVE.value for each in yesterday)
    )


# --- sessions


def main_session(sessions: Sequence[PlannedSession]) -> PlannedSession | None:
    """The main session of a day: its race, else its hard run, else any run, else cross-training."""
    kinds = (SessionKind.RACE, SessionKind.RUN, SessionKind.CROSS)
    ordered = sorted(
        (each for each in sessions if each.kind in kinds),
        key=lambda each: (kinds.index(each.kind), not each.is_hard, -(each.minutes or 0.0)),
    )
    return ordered[0] if ordered else None


def is_quality(session: PlannedSession) -> bool:
    """Return whether a week is built around it: it is hard, or the long run."""
    return session.is_hard or session.family is Family.LONG


def is_protected(plan: Plan, day: date) -> bool:
    """Return whether a day lies in the last ones before an A race, or is its day."""
    race = plan.next_race(day, RacePriority.A)
    return race is not None and (race.date - day).days <= PROTECTED_DAYS
