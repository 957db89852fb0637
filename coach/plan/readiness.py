"""The verdict of a morning: a literal table of rules, of which the worst that fired wins.

A rule without its data gives no verdict and is listed under what is not known; it never says "fine". The runner can
override the verdict. Every limit has its source in the table, and `docs/explanation/how_readiness_decides.md` says how
often a rule fires by chance.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from math import exp
from typing import Final

from coach.plan.config import ReadinessSettings
from coach.plan.mornings import (
    CYCLE_DAYS,
    FEWEST_RESTING,
    MONTH_DAYS,
    OF_THE_HEART,
    RESTING_DAYS,
    WEEK_DAYS,
    AcuteSign,
    CheckIn,
    LegFeel,
    LifeStress,
    Morning,
    Mornings,
    UsualRange,
    mean_of,
    share_within,
    up_to,
    usual_range,
)
from coach.problems import suggestion

# --- verdicts


class Verdict(StrEnum):
    """The load a day can take, from the plan down to nothing."""

    AS_PLANNED = "as planned"
    EASIER = "easier"
    """A shorter or lighter form of the plan."""
    EASY_ONLY = "easy only"
    REST = "rest"


SEVERITY: Final[Mapping[Verdict, int]] = {verdict: place for place, verdict in enumerate(Verdict)}
"""The order of verdicts."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The most restrictive verdict; as planned if there is none."""
    return max(verdicts, key=SEVERITY.__getitem__, default=Verdict.AS_PLANNED)


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired, with its value and its limit."""

    rule: str
    """Its id in `RULES`."""
    verdict: Verdict
    """Its verdict; a rule that fires with `as planned` is a note."""
    value: str
    """The value in words: `51 (mean of 5 in 7 days)`."""
    limit: str
    says: str
    """Its meaning for today, in a sentence."""
    source: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A rule that could not be judged."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadinessAnswer:
    """The answer for the morning of a day."""

    day: date
    verdict: Verdict
    fired: tuple[FiredRule, ...] = ()
    """Every rule that fired, the worst first; those of verdict `as planned` are notes."""
    not_known: tuple[NotKnown, ...] = ()
    is_blind: bool = False
    """True if no rule has data, so that nothing can contradict the plan."""
    is_measured: bool = False
    """True if something was measured this morning, even if there is nothing yet to compare it with."""
    share: float = 1.0
    """The share of the planned length on return after days off: 0.5, then 0.75."""
    is_maintain: bool = False
    """True if nothing may be made longer or harder now, whatever the verdict."""
    acute: tuple[str, ...] = ()
    """Signs of today that mean rest; they are stored with a run that goes ahead as planned."""
    needs_doctor: bool = False
    """True if one of them needs a doctor."""
    usual: UsualRange | None = None
    """None without enough mornings."""


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """The data of a runner's mornings, in any order."""

    mornings: tuple[Morning, ...] = ()
    check_ins: Mapping[date, CheckIn] = field(default_factory=dict)
    """One a day, as `merge_check_ins` makes them."""
    run_days: tuple[date, ...] = ()
    """Days with a run, in order; empty where no run is known."""
    max_bpm: float | None = None
    """The measured maximum heart rate."""


# --- the data of one day

ALONE_DAYS: Final = 2
"""Days in a row on which numbers alone reduce the plan. Judged."""
BREAK_DAYS: Final = 6
"""Days without a run from which a break counts (Daniels: up to 5 days cost nothing)."""
LONGEST_BREAK_DAYS: Final = 28
"""The way back after a longer break is as long as after one of this length."""
SLEEP_H: Final = 7.0
LOOK_BACK_DAYS: Final = CYCLE_DAYS + ALONE_DAYS
"""Mornings further back change no verdict."""


@dataclass(frozen=True, slots=True)
class _Day:
    """The data of one day for the rules."""

    day: date
    facts: ReadinessFacts
    settings: ReadinessSettings
    mornings: Mornings
    check_in: CheckIn
    so_far: Verdict = Verdict.AS_PLANNED
    """The worst verdict of the rules before, for those that depend on it."""
    rules: tuple[str, ...] = ()
    """The rules that fired before."""
    is_earlier: bool = False
    """True for a day before the requested one, which gives no text."""


@dataclass(frozen=True, slots=True)
class _Fires:
    value: str
    says: str
    limit: str = ""
    """Empty for the limit of the table."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    why: str


_Outcome = _Fires | _Unknown | None


@dataclass(frozen=True, slots=True)
class ReadinessRule:
    """One row of the table."""

    id: str
    """Its name in settings."""
    needs: str
    condition: str
    limit: str
    """With the names of the settings that are in it; see `limit_by`."""
    verdict: Verdict
    source: str
    judge: Callable[[_Day], _Outcome]
    """Returns whether it fires; `_Unknown` without its data."""
    is_on: bool = True
    """True if it is on by default."""
    is_fixed: bool = False
    """True if it cannot be switched off."""
    is_number: bool = False
    """True for heart rate variability and resting heart rate, which alone mean little."""

    def limit_by(self, settings: ReadinessSettings) -> str:
        """The limit as the runner has set it."""
        return self.limit.format(settings)


def _hrv_low(day: _Day) -> _Outcome:
    usual = usual_range(day.mornings, day.day)
    if isinstance(usual, str):
        return _Unknown(usual)
    if usual.mean >= usual.low:
        return None
    return _Fires(
        _hrv_value(usual),
        "Your week of mornings lies below your usual range.",
        f"under {exp(usual.low):.0f} ms (ln {usual.low:.2f})",
    )


def _hrv_high(day: _Day) -> _Outcome:
    usual = usual_range(day.mornings, day.day)
    if isinstance(usual, str) or usual.mean <= usual.high:
        return None  # `hrv_low` reports the missing data
    return _Fires(
        _hrv_value(usual),
        "Unusually high. Mostly that is rest; in a hard block it can be fatigue too.",
        f"over {exp(usual.high):.0f} ms (ln {usual.high:.2f})",
    )


def _hrv_value(usual: UsualRange) -> str:
    return f"{exp(usual.mean):.0f} ms (ln {usual.mean:.2f}), {usual.days} of {WEEK_DAYS} days"


def _resting(day: _Day) -> _Outcome:
    values = day.mornings.of_resting(day.day)
    today = values.get(day.day)
    if today is None:
        return _Unknown("no resting heart rate this morning")
    before, is_alike = day.mornings.like(
        {on: value for on, value in values.items() if on < day.day}, day.day, RESTING_DAYS + 1
    )
    if len(before) < FEWEST_RESTING:
        return _Unknown(
            f"{len(before)} of {FEWEST_RESTING} resting heart rates in the {RESTING_DAYS} days before"
        )
    limit = mean_of(before) * (1 + day.settings.resting_percent / 100)
    if today <= limit:
        return None
    alike = ", same half of the cycle" if is_alike else ""
    return _Fires(
        f"{today:.0f} bpm",
        "Your heart beats faster at rest than it usually does.",
        f"over {limit:.1f} bpm (mean + {day.settings.resting_percent:g} %{alike})",
    )


# --- the check-in

NOT_ANSWERED: Final = ": not answered"


def _acute(day: _Day) -> _Outcome:
    return _signs_of(day.check_in.acute, of_the_heart=False)


def _heart(day: _Day) -> _Outcome:
    if day.check_in.acute is None:
        return None  # `acute` says that it was not answered
    return _signs_of(day.check_in.acute, of_the_heart=True)


def _signs_of(signs: frozenset[AcuteSign] | None, *, of_the_heart: bool) -> _Outcome:
    if signs is None:
        return _Unknown(f"acute{NOT_ANSWERED}")
    mine = [sign for sign in AcuteSign if sign in signs and (sign in OF_THE_HEART) is of_the_heart]
    if not mine:
        return None
    words = " and ".join(sign.replace("-", " ") for sign in mine)
    if of_the_heart:
        return _Fires(words, f"Do not run. See a doctor about the {words}, today.")
    return _Fires(words, "Do not run today. Training while ill costs more time than it gains.")


def _flags(fewest: int) -> Callable[[_Day], _Outcome]:
    def judge(day: _Day) -> _Outcome:
        flags = day.check_in.flags
        if flags is None:
            return _Unknown(f"flags{NOT_ANSWERED}")
        if len(flags) < fewest:
            return None
        names = ", ".join(sorted(flag.replace("-", " ") for flag in flags))
        return _Fires(f"{len(flags)} of 8: {names}", "Recovery is falling behind.")

    return judge


def _gut(day: _Day) -> _Outcome:
    if day.check_in.gut is None:
        return _Unknown(f"gut{NOT_ANSWERED}")
    if len(day.check_in.gut) < 2:
        return None
    return _Fires(
        f"{len(day.check_in.gut)} of 4", "Two or more of the gut check are true: more rest, not more work."
    )


def _stale(day: _Day) -> _Outcome:
    if day.check_in.legs is None:
        return _Unknown(f"legs{NOT_ANSWERED}")
    return _Fires("stale", "Flat legs.") if day.check_in.legs is LegFeel.STALE else None


def _niggle(day: _Day) -> _Outcome:
    niggle = day.check_in.niggle
    if niggle is None:
        return _Unknown(f"niggle{NOT_ANSWERED}")
    if not niggle.changes_gait:
        if niggle.changes_gait is None and (niggle.level or niggle.where):
            return _Unknown("whether the niggle changes how you run")
        return None
    return _Fires(_niggle_words(day.check_in), "Do not run on it. Show it to somebody who may examine it.")


def _niggle_note(day: _Day) -> _Outcome:
    niggle = day.check_in.niggle
    if niggle is None or niggle.changes_gait or not niggle.level:
        return None
    return _Fires(_niggle_words(day.check_in), "If it changes how you run, stop.")


def _niggle_words(check_in: CheckIn) -> str:
    niggle = check_in.niggle
    if niggle is None:
        return ""
    level = "" if niggle.level is None else f"{niggle.level} of 10"
    return ", ".join(filter(None, (niggle.where, level))) or "a niggle"


def _stress(day: _Day) -> _Outcome:
    if day.check_in.stress is None:
        return _Unknown(f"stress{NOT_ANSWERED}")
    if day.check_in.stress is not LifeStress.HIGH:
        return None
    return _Fires("high", "Stress is stress: hold what you have, and make nothing longer or harder.")


def _sleep(day: _Day) -> _Outcome:
    if day.check_in.sleep_h is None:
        return _Unknown(f"sleep{NOT_ANSWERED}")
    if day.check_in.sleep_h >= SLEEP_H:
        return None
    nap = "" if day.check_in.nap_min is None else f", and a nap of {day.check_in.nap_min:g} min"
    return _Fires(f"{day.check_in.sleep_h:.3g} h{nap}", "A short night. One is nothing; several are.")


def _mood(day: _Day) -> _Outcome:
    if day.check_in.mood is None or day.check_in.mood > 2:
        return None
    return _Fires(f"{day.check_in.mood} of 5", "A low mood is worth a look if it stays.")


def _food(day: _Day) -> _Outcome:
    if day.check_in.has_eaten is None or day.check_in.has_eaten:
        return None
    return _Fires(
        "not enough",
        "Eat before a hard session. Too little for weeks costs health (RED-S, iron), which is for a doctor.",
    )


# --- days off


def days_off(run_days: Sequence[date], day: date) -> tuple[int, int] | None:
    """The last break that still counts on a day: its length in days, and the days since it ended.

    0 days ago is today: today's run would be the first. None where no break counts, or no run is known.
    """
    before = run_days[: bisect_left(run_days, day)]
    if not before:
        return None
    off = (day - before[-1]).days - 1
    if off >= BREAK_DAYS:
        return off, 0
    for at in range(len(before) - 1, 0, -1):
        since = (day - before[at]).days
        if since >= LONGEST_BREAK_DAYS:
            return None
        off = (before[at] - before[at - 1]).days - 1
        if off >= BREAK_DAYS:
            return (off, since) if since < min(off, LONGEST_BREAK_DAYS) else None
    return None


def _back(share: float) -> Callable[[_Day], _Outcome]:
    def judge(day: _Day) -> _Outcome:
        if not day.facts.run_days:
            return _Unknown("days off: no run is recorded") if share == FIRST_SHARE else None
        pause = days_off(day.facts.run_days, day.day)
        if pause is None:
            return None
        off, since = pause
        length = min(off, LONGEST_BREAK_DAYS)
        if (FIRST_SHARE if since < length / 2 else SECOND_SHARE) != share:
            return None
        words = "half" if share == FIRST_SHARE else "three quarters"
        return _Fires(
            f"{off} days without a recorded run, day {since + 1} of {length} of the way back",
            f"{words.capitalize()} of what is planned, and not where the plan stood.",
        )

    return judge


FIRST_SHARE: Final = 0.5
SECOND_SHARE: Final = 0.75
_SHARES: Final[Mapping[str, float]] = {"back_half": FIRST_SHARE, "back_three_quarters": SECOND_SHARE}
"""The rules of the return after a break, each with its share of the plan."""

# --- opt-in


def _hrv_within(day: _Day) -> _Outcome:
    values = day.mornings.of_hrv(day.day)
    today = values.get(day.day)
    before = [exp(value) for on, value in up_to(values, day.day, MONTH_DAYS + 1) if on < day.day]
    if today is None:
        return _Unknown("no HRV this morning")
    if len(before) < FEWEST_RESTING:
        return _Unknown(f"{len(before)} of {FEWEST_RESTING} mornings in the {MONTH_DAYS} days before")
    percent = day.settings.within_percent
    off = (exp(today) / mean_of(before) - 1) * 100
    if abs(off) <= percent:
        return None
    own = None  # an earlier day gives no text
    if not day.is_earlier:
        own = share_within(Mornings(day.facts.mornings, {}).of_hrv(day.day), percent)
    words = "" if own is None else f" It would have passed {own[0]:.0%} of your {own[1]} days."
    return _Fires(
        f"{exp(today):.0f} ms, {off:+.1f} %",
        f"Outside the range you set.{words}",
        f"within {percent:g} % of {mean_of(before):.0f} ms, the mean of {len(before)} mornings",
    )


def _fallback(day: _Day) -> _Outcome:
    if HRV_WITHIN not in day.rules:
        return None
    return _Fires(
        f"{day.settings.fallback_bpm:g} bpm",
        f"Run at {day.settings.fallback_bpm:g} bpm today, as you set it.",
    )


def _walk(day: _Day) -> _Outcome:
    if day.so_far not in {Verdict.EASIER, Verdict.EASY_ONLY}:
        return None
    if day.facts.max_bpm is None:
        return _Unknown("the measured maximum heart rate")
    bpm = day.settings.walk_percent / 100 * day.facts.max_bpm
    return _Fires(
        f"{bpm:.0f} bpm at most",
        "This is a walk.",
        f"{day.settings.walk_percent:g} % of a maximum of {day.facts.max_bpm:.0f} bpm",
    )


def _ratio(day: _Day) -> _Outcome:
    settings = day.settings
    values = day.mornings.of_hrv(day.day)
    means: list[float] = []
    for days in (settings.ratio_days, settings.ratio_by_days):
        window = [exp(value) for _, value in up_to(values, day.day, days)]
        if len(window) < (days + 1) // 2:
            return _Unknown(f"{len(window)} mornings with HRV in {days} days")
        means.append(mean_of(window))
    ratio = means[0] / means[1]
    is_above = bool(settings.ratio_above) and ratio > settings.ratio_above
    is_below = bool(settings.ratio_below) and ratio < settings.ratio_below
    if not is_above and not is_below:
        return None
    limit = f"over {settings.ratio_above:g}" if is_above else f"under {settings.ratio_below:g}"
    return _Fires(
        f"{ratio:.2f}: mean of {settings.ratio_days} days by mean of {settings.ratio_by_days}",
        "Beyond the ratio you set.",
        limit,
    )


# --- numbers alone


def _alone(day: _Day) -> _Outcome:
    """Limit the verdict of numbers alone; judged after the rules, if only numbers have fired."""
    check_in = day.check_in
    has_symptom = bool(check_in.acute or check_in.flags or check_in.gut)
    if (
        check_in.legs is not LegFeel.SHARP
        or has_symptom
        or (check_in.niggle is not None and check_in.niggle.level)
    ):
        return None
    before = 0
    while before < ALONE_DAYS and _was_numbers_alone(day, day.day - timedelta(days=before + 1)):
        before += 1
    if before >= ALONE_DAYS:
        return _Fires(
            f"day {ALONE_DAYS + 1} or later",
            "As planned, with a note: numbers alone have held you back two days running, and nothing else speaks.",
        )
    return _Fires(
        f"day {before + 1} of {ALONE_DAYS}", "Numbers alone, no symptom and good legs: easier at most."
    )


def _was_numbers_alone(day: _Day, on: date) -> bool:
    """Return whether on an earlier day only numbers fired with a verdict below `as planned`."""
    check_in = day.facts.check_ins.get(on, CheckIn(on))
    earlier = replace(day, day=on, check_in=check_in, is_earlier=True)
    fired = [rule for rule in _rules_to_judge(day.settings) if isinstance(rule.judge(earlier), _Fires)]
    return _is_of_numbers_alone(fired)


def _is_of_numbers_alone(fired: Sequence[ReadinessRule]) -> bool:
    """Return whether only numbers reduce the plan; days off say nothing about the body this morning."""
    heavy = [rule for rule in fired if rule.verdict is not Verdict.AS_PLANNED and rule.id not in _SHARES]
    return bool(heavy) and all(rule.is_number for rule in heavy)


# --- the table of rules

HRV_WITHIN: Final = "hrv_within"
NUMBERS_ALONE: Final = "numbers_alone"
_OURS: Final = "our number, judged"
_DANIELS: Final = "Daniels, Running Formula: 6 to 28 days off"
_V: Final = Verdict

RULES: Final[Sequence[ReadinessRule]] = (
    ReadinessRule("acute_heart", "acute", "chest pain, palpitations or faintness", "one of them", _V.REST,
                  "for a doctor, not for a program", _heart, is_fixed=True),
    ReadinessRule("acute", "acute", "fever, or ill below the neck", "one of them", _V.REST,
                  "the neck check, coaching practice", _acute, is_fixed=True),
    ReadinessRule("niggle_gait", "niggle", "a niggle that changes how you run", "yes", _V.REST, _OURS, _niggle),
    ReadinessRule("red_flags_4", "flags", "four red flags or more", "4 of 8", _V.REST, f"001; {_OURS}", _flags(4)),
    ReadinessRule("hrv_low", "3 mornings in 7 days, 21 in 60", "the week's mean of ln RMSSD below the usual range",
                  "mean - 0.5 SD of 60 days", _V.EASY_ONLY, "Plews 2013, 2014; Vesterinen 2016; Javaloyes 2019",
                  _hrv_low, is_number=True),
    ReadinessRule("resting_high", "this morning, 14 in the 28 days before", "resting heart rate over its mean",
                  "28-day mean + {0.resting_percent:g} %", _V.EASY_ONLY, "001; yours to set: readiness.resting_percent",
                  _resting, is_number=True),
    ReadinessRule("red_flags_2", "flags", "two red flags or more", "2 of 8", _V.EASIER, f"001; {_OURS}", _flags(2)),
    ReadinessRule("gut_check", "gut", "two of the gut check or more", "2 of 4", _V.EASIER, f"001; {_OURS}", _gut),
    ReadinessRule("stale_legs", "legs", "stale legs", "stale", _V.EASIER, f"001; {_OURS}", _stale),
    ReadinessRule("back_half", "recorded runs", "first half of the way back after 6 days off or more",
                  "half of the plan", _V.EASIER, _DANIELS, _back(FIRST_SHARE)),
    ReadinessRule("back_three_quarters", "recorded runs", "second half of the way back",
                  "three quarters of the plan", _V.EASIER, _DANIELS, _back(SECOND_SHARE)),
    ReadinessRule("stress_high", "stress", "high: hold what you have, no new progression", "high",
                  _V.AS_PLANNED, "001", _stress),
    ReadinessRule("hrv_high", "3 mornings in 7 days, 21 in 60", "the week's mean of ln RMSSD above the usual range",
                  "mean + 0.5 SD of 60 days", _V.AS_PLANNED, "Plews 2013, 2014", _hrv_high),
    ReadinessRule("sleep_short", "sleep", "fewer hours than 7; 7 to 9 are aimed at", "7 h", _V.AS_PLANNED, "001",
                  _sleep),
    ReadinessRule("mood_low", "mood", "2 of 5 or less", "2 of 5", _V.AS_PLANNED, _OURS, _mood),
    ReadinessRule("food_short", "food", "not eaten enough", "no", _V.AS_PLANNED, "001; words, never a verdict", _food),
    ReadinessRule("niggle", "niggle", "a niggle that leaves the gait alone", "over 0 of 10", _V.AS_PLANNED, _OURS,
                  _niggle_note),
    ReadinessRule(HRV_WITHIN, "this morning, 14 in the 30 days before", "RMSSD off the mean of 30 days",
                  "{0.within_percent:g} % either way", _V.EASY_ONLY, "000; no evidence: passes 45, 24, 16 % of ordinary"
                  " days at a CV of 5, 10, 15 %", _hrv_within, is_on=False, is_number=True),
    ReadinessRule("ratio", "mornings of the days you name", "the mean RMSSD of some days by that of others",
                  "{0.ratio_days} days by {0.ratio_by_days}: over {0.ratio_above:g}, under {0.ratio_below:g}",
                  _V.EASIER, "your own formula; no evidence", _ratio, is_on=False,
                  is_number=True),
    ReadinessRule("fallback", HRV_WITHIN, "that rule says no: run at one heart rate", "{0.fallback_bpm:g} bpm",
                  _V.AS_PLANNED,
                  "000; no evidence for one number for everybody", _fallback, is_on=False),
    ReadinessRule("walk", "the measured maximum heart rate", "recovery at a share of the maximum is a walk",
                  "{0.walk_percent:g} % of the maximum", _V.AS_PLANNED, "000", _walk, is_on=False),
    ReadinessRule(NUMBERS_ALONE, "legs, and no symptom", "only HRV or resting heart rate fired, and the legs are sharp:"
                  " easier at most, as planned from day 3 on", "2 days running", _V.EASIER, "ours: HRV-guided training"
                  " changed performance by g = 0.079, not significant, in eight studies", _alone),
)  # fmt: skip
"""Every rule; a word in `needs` that is the id of a question is that question. The last limits numbers alone."""
RULES_BY_ID: Final[Mapping[str, ReadinessRule]] = {rule.id: rule for rule in RULES}


def is_on(rule: ReadinessRule, settings: ReadinessSettings) -> bool:
    """Return whether a rule is on."""
    return rule.id not in settings.off and (rule.is_on or rule.id in settings.on)


def check_switches(off: Sequence[str], on: Sequence[str]) -> None:
    """Check the ids of rules to be switched off and on.

    Raises:
        ValueError: there is no such rule, or it cannot be switched off.
    """
    for rule in (*off, *on):
        if rule not in RULES_BY_ID:
            raise ValueError(f"there is no rule {rule!r}{suggestion(rule, RULES_BY_ID)}")
    for rule in off:
        if RULES_BY_ID[rule].is_fixed:
            raise ValueError(f"{rule} cannot be switched off; a run as planned goes ahead all the same")


def _rules_to_judge(settings: ReadinessSettings) -> list[ReadinessRule]:
    return [rule for rule in RULES if rule.id != NUMBERS_ALONE and is_on(rule, settings)]


# --- the verdict of a morning


def readiness(facts: ReadinessFacts, day: date, settings: ReadinessSettings | None = None) -> ReadinessAnswer:
    """Judge the morning of a day by the rules that are on.

    The order of the mornings and of the answers changes nothing.
    """
    settings = settings or ReadinessSettings()
    first = day - timedelta(days=LOOK_BACK_DAYS)
    near = [each for each in facts.mornings if first <= each.day <= day]
    cycle_days = {
        on: check_in.cycle_day for on, check_in in facts.check_ins.items() if check_in.cycle_day is not None
    }
    own = facts.check_ins.get(day, CheckIn(day))
    context = _Day(day, facts, settings, Mornings(near, cycle_days), own)
    fired: list[FiredRule] = []
    not_known: list[NotKnown] = []
    for rule in _rules_to_judge(settings):
        so_far = worst(each.verdict for each in fired)
        outcome = rule.judge(replace(context, so_far=so_far, rules=tuple(each.rule for each in fired)))
        if isinstance(outcome, _Unknown):
            not_known.append(NotKnown(rule.id, outcome.why))
        elif outcome is not None:
            fired.append(_fired_rule(rule, outcome, settings))
    fired = _without_lesser(_cap_numbers(fired, context))
    usual = usual_range(context.mornings, day)
    usual_known = isinstance(usual, UsualRange)
    acute = own.acute or frozenset()
    silent = {each.rule for each in not_known}
    has_number = usual_known or any(
        rule.is_number and rule.id not in silent for rule in _rules_to_judge(settings)
    )
    return ReadinessAnswer(
        day,
        worst(each.verdict for each in fired),
        tuple(sorted(fired, key=lambda each: -SEVERITY[each.verdict])),
        tuple(_once(not_known)),
        is_blind=own.is_empty and not fired and not has_number,
        is_measured=any(each.day == day for each in near),
        share=_share(fired),
        is_maintain=any(each.rule == "stress_high" for each in fired),
        acute=tuple(sign for sign in AcuteSign if sign in acute),
        needs_doctor=bool(acute & OF_THE_HEART),
        usual=usual if isinstance(usual, UsualRange) else None,
    )


def _fired_rule(rule: ReadinessRule, outcome: _Fires, settings: ReadinessSettings) -> FiredRule:
    limit = outcome.limit or rule.limit_by(settings)
    return FiredRule(rule.id, rule.verdict, outcome.value, limit, outcome.says, rule.source)


def _cap_numbers(fired: list[FiredRule], day: _Day) -> list[FiredRule]:
    """Lower the verdict of numbers if nothing else fired."""
    rule = RULES_BY_ID[NUMBERS_ALONE]
    is_alone = _is_of_numbers_alone([RULES_BY_ID[each.rule] for each in fired])
    outcome = rule.judge(day) if is_alone and is_on(rule, day.settings) else None
    if not isinstance(outcome, _Fires):
        return fired
    cap = Verdict.EASIER if outcome.value.endswith(f"of {ALONE_DAYS}") else Verdict.AS_PLANNED
    lowered = [
        replace(each, verdict=min(each.verdict, cap, key=SEVERITY.__getitem__))
        if RULES_BY_ID[each.rule].is_number
        else each
        for each in fired
    ]
    return [*lowered, replace(_fired_rule(rule, outcome, day.settings), verdict=cap)]


def _without_lesser(fired: list[FiredRule]) -> list[FiredRule]:
    """Leave out the rule of two red flags if that of four has fired."""
    rules = Counter(each.rule for each in fired)
    return [each for each in fired if each.rule != "red_flags_2" or not rules["red_flags_4"]]


def _once(not_known: Sequence[NotKnown]) -> list[NotKnown]:
    """Each reason once: two rules may lack the same answer."""
    by_reason: dict[str, NotKnown] = {}
    for each in not_known:
        by_reason.setdefault(each.why, each)
    return list(by_reason.values())


def _share(fired: Sequence[FiredRule]) -> float:
    return min((_SHARES[each.rule] for each in fired if each.rule in _SHARES), default=1.0)


def blind_words(answer: ReadinessAnswer) -> str:
    """Say in a sentence that no rule could be judged; empty if one was."""
    if not answer.is_blind:
        return ""
    if answer.is_measured:
        return "What was measured cannot be compared yet, so nothing speaks against the plan."
    return "Nothing is known of this morning, so nothing speaks against the plan."


def not_known_words(answer: ReadinessAnswer) -> str:
    """Name the unknown parts of a morning, in a sentence without its full stop; empty if there are none."""
    reasons = [each.why for each in answer.not_known]
    names = [why.removesuffix(NOT_ANSWERED) for why in reasons if why.endswith(NOT_ANSWERED)]
    others = [why for why in reasons if not why.endswith(NOT_ANSWERED)]
    return "; ".join([*others, *([f"not answered: {', '.join(names)}"] if names else ())])
