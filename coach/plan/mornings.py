"""A runner's mornings as dated facts, the mornings that may be compared, and the ten questions.

A fact that was not given is None, never "fine"; of several answers to a question the last counts (`merge_check_ins`).
Mornings of another posture, source or unit are never compared. Sources: Plews, Buchheit et al. (2013, 2014) and
Vesterinen et al. (2016) for the week's mean of ln RMSSD against half a SD around the own mean, 60 days of it as
HRV4Training has it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from math import exp
from typing import Any, Final

from coach.physiology import heart_rate
from coach.plan.config import Posture

WEEK_DAYS: Final = 7
BASELINE_DAYS: Final = 60
"""Days up to today, those of the week among them (HRV4Training)."""
FEWEST_IN_BASELINE: Final = 21
"""Three weeks of mornings."""
FEWEST_IN_WEEK: Final = heart_rate.FEWEST_DAYS
RESTING_DAYS: Final = 28
FEWEST_RESTING: Final = 14
"""Mornings of the 28 before today. Judged: half of them."""
MONTH_DAYS: Final = 30
CYCLE_DAYS: Final = 120
"""Days in which mornings of the same half of the cycle are searched: about four cycles. Judged."""
CYCLE_HALF: Final = 14
"""The last day of the first half. Judged: cycles differ."""
MEASURED_HERE: Final = "strap"
"""The source of a morning measured with this program."""
SIMULATED: Final = "simulated"
"""The source of a made-up morning: it is never kept, and compared with nothing."""


@dataclass(frozen=True, slots=True)
class Morning:
    """The measurements of one morning; unknown values are None."""

    day: date
    minute: int | None = None
    """Minutes since midnight of the measurement, 0 to 1439; None if only the day is known."""
    ln_rmssd: float | None = None
    """Natural logarithm of RMSSD in ms."""
    resting_bpm: float | None = None
    posture: Posture | None = None
    source: str = MEASURED_HERE
    """`strap`, or the name of the program it was imported from."""
    unit: str = "ms"
    """Unit of the value as written: RMSSD in `ms`, its logarithm `ln`, or intervals between beats `rr`."""
    corrected_share: float | None = None
    """Beats that were corrected, as a share of all, 0 to 1; None where the source does not say."""
    is_usable: bool = True
    """False if too many beats were corrected, or too few were received, for the value to count."""
    run: str = ""
    """The id of the recorded measurement; empty for an imported one."""

    @property
    def stream(self) -> tuple[str, str, str]:
        """Posture, source and unit: mornings that differ in one of them are never compared."""
        return (self.posture or "", self.source, self.unit)


class Mornings:
    """The mornings around a day, divided by posture, source and unit, which are never compared."""

    def __init__(self, mornings: Iterable[Morning], cycle_days: Mapping[date, int]) -> None:
        """Store the first usable morning of each date in each stream."""
        self.cycle_days = cycle_days
        self.left_out: list[Morning] = []
        self._known: dict[tuple[str, date], dict[date, float]] = {}
        self._streams: dict[tuple[str, str, str], dict[date, Morning]] = {}
        for morning in sorted(mornings, key=_in_order):
            if not morning.is_usable or morning.source == SIMULATED:
                self.left_out.append(morning)
                continue
            days = self._streams.setdefault(morning.stream, {})
            days.setdefault(morning.day, morning)

    def of_hrv(self, day: date) -> dict[date, float]:
        """Values of ln RMSSD by day, of the stream with most mornings in the week; of two, the later one."""
        if ("hrv", day) not in self._known:
            self._known["hrv", day] = self._best(lambda each: each.ln_rmssd, day, WEEK_DAYS)
        return self._known["hrv", day]

    def of_resting(self, day: date) -> dict[date, float]:
        """Resting heart rate by day, of the stream of today with most mornings in the weeks before."""
        values = self._best(lambda each: each.resting_bpm, day, RESTING_DAYS, only=day)
        return values or self._best(lambda each: each.resting_bpm, day, RESTING_DAYS)

    def like(self, values: Mapping[date, float], day: date, days: int) -> tuple[list[float], bool]:
        """The values of the days up to a day, and True if they are only of the same half of the cycle."""
        half = _half(self.cycle_days.get(day))
        if half is not None:
            alike = up_to(values, day, CYCLE_DAYS)
            same = [value for on, value in alike if _half(self.cycle_days.get(on)) == half]
            if len(same) >= FEWEST_IN_BASELINE:
                return same, True
        return [value for _, value in up_to(values, day, days)], False

    def others(self, values: Mapping[date, float]) -> int:
        """The number of mornings of another posture, source or unit than these."""
        return sum(len(days) for days in self._streams.values()) - len(values)

    def _best(
        self, value_of: Callable[[Morning], float | None], day: date, days: int, only: date | None = None
    ) -> dict[date, float]:
        best: dict[date, float] = {}
        rank: tuple[int, date, int] | None = None
        for stream in sorted(self._streams):
            values = {
                on: value
                for on, morning in self._streams[stream].items()
                if on <= day and (value := value_of(morning)) is not None
            }
            if not values or (only is not None and only not in values):
                continue
            own = (len(up_to(values, day, days)), max(values), len(values))
            if rank is None or own > rank:
                best, rank = values, own
        return best


def _in_order(morning: Morning) -> tuple[date, bool, int]:
    return morning.day, morning.minute is None, morning.minute or 0


def _half(cycle_day: int | None) -> bool | None:
    return None if cycle_day is None else cycle_day <= CYCLE_HALF


def up_to(values: Mapping[date, float], day: date, days: int) -> list[tuple[date, float]]:
    """The values of the `days` days up to a day, in order."""
    first = day - timedelta(days=days - 1)
    return sorted((on, value) for on, value in values.items() if first <= on <= day)


def mean_of(values: Sequence[float]) -> float:
    """The mean of at least one value."""
    return sum(values) / len(values)


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The week's mean of ln RMSSD, and the runner's usual range; all in ln ms."""

    mean: float
    low: float
    high: float
    days: int
    """Mornings of the last 7 days."""
    baseline_days: int
    week: tuple[tuple[date, float], ...] = ()
    """The mornings of the last 7 days."""


def usual_range(mornings: Mornings, day: date) -> UsualRange | str:
    """The week's mean and the usual range; the reason in words if mornings are missing."""
    values = mornings.of_hrv(day)
    week = up_to(values, day, WEEK_DAYS)
    if len(week) < FEWEST_IN_WEEK:
        return f"{len(week)} of {FEWEST_IN_WEEK} mornings with HRV in the last {WEEK_DAYS} days"
    baseline, _ = mornings.like(values, day, BASELINE_DAYS)
    if len(baseline) < FEWEST_IN_BASELINE:
        why = f"{len(baseline)} of {FEWEST_IN_BASELINE} mornings with HRV in {BASELINE_DAYS} days"
        others = mornings.others(values)
        return f"{why}; {others} of another posture, source or unit are not mixed in" if others else why
    low, high = heart_rate.usual_band(baseline)
    mean = mean_of([value for _, value in week])
    return UsualRange(mean, low, high, len(week), len(baseline), tuple(week))


def share_within(values: Mapping[date, float], percent: float) -> tuple[float, int] | None:
    """The share of a runner's mornings within `percent` of the mean RMSSD of the 30 days before.

    Args:
        values: ln RMSSD by day.
        percent: how far from the mean is allowed.

    Returns the share and of how many mornings; None without one that has 14 before it.
    """
    passed = judged = 0
    days = sorted(values)
    sizes = [exp(values[day]) for day in days]
    first, total = 0, 0.0
    for at, day in enumerate(days):
        while (day - days[first]).days > MONTH_DAYS:
            total -= sizes[first]
            first += 1
        count = at - first
        if count >= FEWEST_RESTING:
            judged += 1
            passed += abs(sizes[at] / (total / count) - 1) <= percent / 100
        total += sizes[at]
    return (passed / judged, judged) if judged else None


# --- the check-in


class AcuteSign(StrEnum):
    """Signs of today that mean rest."""

    FEVER = "fever"
    CHEST_PAIN = "chest-pain"
    PALPITATIONS = "palpitations"
    FAINTNESS = "faintness"
    BELOW_THE_NECK = "ill-below-the-neck"


OF_THE_HEART: Final = frozenset({AcuteSign.CHEST_PAIN, AcuteSign.PALPITATIONS, AcuteSign.FAINTNESS})
"""Signs that need a doctor."""


class RedFlag(StrEnum):
    """Signs of the last days that recovery is too slow (001)."""

    DEAD_LEGS = "dead-legs"
    HIGH_PULSE = "high-pulse"
    SLEEPLESS = "sleepless"
    IRRITABLE = "irritable"
    OFTEN_ILL = "often-ill"
    APPETITE = "appetite"
    PUNISHMENT = "punishment"
    DREAD = "dread"


class GutSign(StrEnum):
    """The four questions of a gut check (001)."""

    HEAVY = "heavy-every-day"
    UNMOTIVATED = "unmotivated"
    WIRED = "moody-or-wired"
    HARDER = "easy-is-harder"


class LegFeel(StrEnum):
    """The feeling of the legs."""

    SHARP = "sharp"
    """Perhaps a little tired, and ready to change gear."""
    STALE = "stale"
    """Heavy and flat, no bounce."""


class LifeStress(StrEnum):
    """The stress of the rest of life."""

    LOW = "low"
    USUAL = "usual"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Niggle:
    """A pain or tightness somewhere; level 0 is none at all."""

    where: str = ""
    level: int | None = None
    """0 (none) to 10."""
    changes_gait: bool | None = None
    """True if it makes them run or walk differently."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Answers of one day; unanswered questions are None."""

    day: date
    acute: frozenset[AcuteSign] | None = None
    """Signs of today; empty: asked, and none of them."""
    flags: frozenset[RedFlag] | None = None
    gut: frozenset[GutSign] | None = None
    legs: LegFeel | None = None
    mood: int | None = None
    """1 (bad) to 5 (good)."""
    stress: LifeStress | None = None
    sleep_h: float | None = None
    nap_min: float | None = None
    has_eaten: bool | None = None
    """True if they ate enough yesterday."""
    niggle: Niggle | None = None
    yesterday_rpe: int | None = None
    """Effort of yesterday's run, 1 to 10."""
    cycle_day: int | None = None
    """Day of the cycle, 1 on its first day."""

    @property
    def is_empty(self) -> bool:
        """True if nothing was answered."""
        return all(getattr(self, each.name) is None for each in fields(self) if each.name != "day")


def merge_check_ins(check_ins: Iterable[CheckIn]) -> dict[date, CheckIn]:
    """One check-in a day; the last of several answers to one question counts."""
    days: dict[date, CheckIn] = {}
    for each in check_ins:
        earlier = days.get(each.day)
        days[each.day] = each if earlier is None else _over(earlier, each)
    return days


def _over(earlier: CheckIn, later: CheckIn) -> CheckIn:
    answers = {each.name: getattr(later, each.name) for each in fields(later) if each.name != "day"}
    return replace(earlier, **{name: answer for name, answer in answers.items() if answer is not None})


# --- entries of other days, which are not judged


@dataclass(frozen=True, slots=True)
class DebriefAnswer:
    """The runner's answer to a proposal of a debrief, or their switch of a rule."""

    week: date
    """The Monday of the week of the debrief; for a typed switch that of the week it was made in."""
    rule: str
    answer: str
    """`accepted`, `refused`, `on`, `off`; `dropped`: the goal of a rule ended with that week."""
    number: int = 0
    """The number of the proposal; 0 for a switch."""
    days: tuple[date, ...] = ()
    """The days of the plan that were changed."""
    version: int = 0
    """The version of the plan that was made; 0 if nothing was changed."""


CADENCE_GOAL: Final = "cadence-goal"
"""The rule of a debrief that is looked at in runs, too."""
DROPPED: Final = "dropped"
"""The answer that a rule gives itself: a cadence goal whose week cost too many beats is off from then on."""


@dataclass(frozen=True, slots=True)
class RaceLook:
    """The lessons of a race for the next block; unknown ones are empty."""

    day: date
    race: str
    worked: str = ""
    failed: str = ""
    pacing: str = ""
    endurance: str = ""
    recovery: str = ""


@dataclass(frozen=True, slots=True)
class RecoveryLine:
    """A day of the recovery phase in the runner's own words, stored and never judged."""

    day: date
    body: str = ""
    mind: str = ""
    wish: str = ""

    @property
    def is_empty(self) -> bool:
        """True if nothing was written."""
        return not (self.body or self.mind or self.wish)


LINE_QUESTIONS: Final[Mapping[str, str]] = {
    "body": "How did your body feel today?",
    "mind": "What went through your mind about running?",
    "wish": "What would you like to do tomorrow?",
}
"""The three questions of a day of recovery, by the field that keeps the answer."""


# --- the questions


class AnswerKind(StrEnum):
    """The kind of an answer."""

    SIGNS = "signs"
    """Any number of words, or `none`."""
    CHOICE = "choice"
    """One of its words."""
    SCALE = "scale"
    """A whole number."""
    HOURS = "hours"
    """Hours of sleep; `nap 20` behind them adds minutes."""
    YES_NO = "yes-no"
    NIGGLE = "niggle"
    """Place, 0 to 10, and `gait` if it changes how they run; or `none`."""


@dataclass(frozen=True, slots=True)
class CheckInQuestion:
    """A question of the morning. All are optional."""

    id: str
    """The first word of an answer."""
    text: str
    kind: AnswerKind
    words: Mapping[str, str]
    """The possible answers with their meanings; empty for numbers."""
    example: str
    """A typed answer."""
    low: int = 0
    high: int = 0
    """The range of a scale."""

    @property
    def field(self) -> str:
        """The field of a check-in that it answers."""
        return _FIELDS.get(self.id, self.id)


_FIELDS: Final = {"sleep": "sleep_h", "food": "has_eaten", "rpe": "yesterday_rpe", "cycle": "cycle_day"}
"""The fields whose names differ from their questions."""


QUESTIONS: Final[Sequence[CheckInQuestion]] = (
    CheckInQuestion(
        "acute",
        "Any of these today?",
        AnswerKind.SIGNS,
        {
            AcuteSign.FEVER: "fever",
            AcuteSign.CHEST_PAIN: "chest pain",
            AcuteSign.PALPITATIONS: "palpitations",
            AcuteSign.FAINTNESS: "faintness",
            AcuteSign.BELOW_THE_NECK: "ill below the neck",
        },
        "acute none",
    ),
    CheckInQuestion(
        "flags",
        "In the last days?",
        AnswerKind.SIGNS,
        {
            RedFlag.DEAD_LEGS: "dead legs for days",
            RedFlag.HIGH_PULSE: "morning heart rate up 10 %",
            RedFlag.SLEEPLESS: "cannot sleep",
            RedFlag.IRRITABLE: "irritable",
            RedFlag.OFTEN_ILL: "often ill",
            RedFlag.APPETITE: "appetite swings",
            RedFlag.PUNISHMENT: "workouts feel like punishment",
            RedFlag.DREAD: "dread of running",
        },
        "flags dead-legs sleepless",
    ),
    CheckInQuestion(
        "gut",
        "Gut check: which are true?",
        AnswerKind.SIGNS,
        {
            GutSign.HEAVY: "legs heavy every day",
            GutSign.UNMOTIVATED: "motivation is going",
            GutSign.WIRED: "moody, wired but tired, every little cold",
            GutSign.HARDER: "easy runs get harder",
        },
        "gut none",
    ),
    CheckInQuestion(
        "legs",
        "Sharp or stale?",
        AnswerKind.CHOICE,
        {LegFeel.SHARP: "ready to change gear", LegFeel.STALE: "heavy and flat"},
        "legs sharp",
    ),
    CheckInQuestion("mood", "Mood, 1 bad to 5 good?", AnswerKind.SCALE, {}, "mood 4", 1, 5),
    CheckInQuestion(
        "stress",
        "Stress in life?",
        AnswerKind.CHOICE,
        {LifeStress.LOW: "low", LifeStress.USUAL: "as usual", LifeStress.HIGH: "high"},
        "stress usual",
    ),
    CheckInQuestion("sleep", "Hours slept? 7 to 9 are aimed at.", AnswerKind.HOURS, {}, "sleep 7:30 nap 20"),
    CheckInQuestion(
        "food", "Eaten enough yesterday?", AnswerKind.YES_NO, {"yes": "yes", "no": "no"}, "food yes"
    ),
    CheckInQuestion(
        "niggle",
        "A niggle? Where, 0 to 10, does it change your gait?",
        AnswerKind.NIGGLE,
        {},
        "niggle left calf 3",
    ),
    CheckInQuestion("rpe", "How hard was yesterday, 1 to 10?", AnswerKind.SCALE, {}, "rpe 6", 1, 10),
)
"""The ten questions, in their order; `cycle 12` may be added, and is never asked for."""
CYCLE: Final = CheckInQuestion("cycle", "Day of the cycle?", AnswerKind.SCALE, {}, "cycle 12", 1, 60)
"""For those who want mornings of the same half of the cycle compared; never asked for."""
ACUTE: Final = QUESTIONS[0]

NO_SIGN: Final = "none"
"""The answer that none of the signs is present."""
_NONE: Final = frozenset({"none", "no", "nothing", "n", "0", "nil"})
_YES: Final = frozenset({"yes", "y", "true", "1", "enough"})
_NO: Final = frozenset({"no", "n", "false", "0", "not enough"})
_LONGEST_WHERE: Final = 60
_MOST_NAP_MIN: Final = 300.0
_MOST_SLEEP_H: Final = 24.0
_ALIASES: Final[Mapping[str, str]] = {
    "chest": AcuteSign.CHEST_PAIN,
    "palpitation": AcuteSign.PALPITATIONS,
    "faint": AcuteSign.FAINTNESS,
    "dizzy": AcuteSign.FAINTNESS,
    "below the neck": AcuteSign.BELOW_THE_NECK,
    "ill": AcuteSign.BELOW_THE_NECK,
    "sick": AcuteSign.BELOW_THE_NECK,
    "dead legs": RedFlag.DEAD_LEGS,
    "cannot sleep": RedFlag.SLEEPLESS,
    "no sleep": RedFlag.SLEEPLESS,
    "punishment": RedFlag.PUNISHMENT,
    "heavy": GutSign.HEAVY,
    "wired": GutSign.WIRED,
    "moody": GutSign.WIRED,
    "harder": GutSign.HARDER,
    "unmotivated": GutSign.UNMOTIVATED,
}
"""Other words for a sign, beside its own name and meaning."""


def question_of(line: str) -> tuple[CheckInQuestion | None, str]:
    """Split a typed line into its question and the answer; no question if its first word belongs to none."""
    first, _, rest = line.strip().partition(" ")
    word = first.casefold().rstrip(":=")
    for question in (*QUESTIONS, CYCLE):
        if word == question.id:
            return question, rest.strip()
    return None, line.strip()


def read_answer(question: CheckInQuestion, text: str, day: date) -> CheckIn:
    """Read a typed answer.

    Raises:
        ValueError: it is no answer to the question; the message lists the possible answers.
    """
    answer = " ".join(text.casefold().replace("_", "-").split())
    if not answer:
        raise ValueError(f"answer as in: {question.example}")
    if question.kind is AnswerKind.HOURS:
        return _sleep(CheckIn(day), question, answer)
    return replace(CheckIn(day), **{question.field: _READERS[question.kind](question, answer)})


def _yes_no(_question: CheckInQuestion, answer: str) -> bool:
    if answer in _YES or answer in _NO:
        return answer in _YES
    raise ValueError("answer yes or no")


def _sleep(blank: CheckIn, question: CheckInQuestion, answer: str) -> CheckIn:
    night, _, nap = answer.partition("nap")
    minutes = None
    if nap.strip():
        match = re.fullmatch(r"(\d{1,3})\s*(?:m|min|minutes?)?", nap.strip())
        if match is None or float(match[1]) > _MOST_NAP_MIN:
            raise ValueError(f"a nap is 0 to {_MOST_NAP_MIN:g} minutes, as in: {question.example}")
        minutes = float(match[1])
    hours = _hours(night.strip(" ,;+"), question) if night.strip(" ,;+") else None
    if hours is None and minutes is None:
        raise ValueError(f"answer as in: {question.example}")
    return replace(blank, sleep_h=hours, nap_min=minutes)


def _hours(text: str, question: CheckInQuestion) -> float:
    match = re.fullmatch(r"(\d{1,2})(?:[.,](\d{1,2})|\s*[:h]\s*(\d{2})\s*(?:min|m)?)?\s*(?:h|hours?)?", text)
    if match is None or int(match[3] or 0) >= 60:
        raise ValueError(f"{text[:20]!r} is not a number of hours; answer as in: {question.example}")
    hours = float(f"{match[1]}.{match[2] or 0}") + int(match[3] or 0) / 60
    if hours > _MOST_SLEEP_H:
        raise ValueError("a night has 0 to 24 hours")
    return hours


def _niggle(question: CheckInQuestion, answer: str) -> Niggle:
    if answer in _NONE:
        return Niggle("", 0, changes_gait=False)
    changes = None
    if match := _GAIT.search(answer):
        changes = not (match["not"] or match["unchanged"])
    rest = _GAIT.sub(" ", answer)
    level = None
    if match := re.search(r"\b(\d{1,3})(?:\s*(?:/|of)\s*10)?\b", rest):
        level = int(match[1])
        if level > 10:
            raise ValueError(f"a niggle is 0 to 10; answer as in: {question.example}")
        rest = rest[: match.start()] + rest[match.end() :]
    where = " ".join(rest.replace(",", " ").split())[:_LONGEST_WHERE]
    if changes is None and level is not None:
        changes = False if level == 0 else None
    return Niggle(where, level, changes)


_GAIT: Final = re.compile(
    r"(?:\b(?P<not>no|not|without|never|does\s?n[o']?t|don't|do not|does not|doesn\u2019t|don\u2019t)\s+(?:an?\s+)?)?"
    r"(?:\b(?:it\s+)?(?:chang\w*|alter\w*|affect\w*)\s+(?:in\s+)?)?(?:\b(?:my|the|of)\s+)?"
    r"\b(?:gait|limp\w*|how (?:i|you) run)\b(?P<unchanged>:?\s+(?:is\s+)?(?:no|not|unchanged|fine|normal|ok)\b)?"
)
"""Spellings of whether a niggle changes the gait: `gait`, `no gait`, `does not change my gait`, `gait no`."""


def _scale(question: CheckInQuestion, answer: str) -> int:
    match = re.fullmatch(r"(\d{1,3})(?:\s*(?:/|of)\s*\d{1,2})?", answer)
    if match is None or not question.low <= int(match[1]) <= question.high:
        raise ValueError(f"answer {question.low} to {question.high}, as in: {question.example}")
    return int(match[1])


def _choice(question: CheckInQuestion, answer: str) -> str:
    for word, meaning in question.words.items():
        if answer in {word, meaning}:
            return word
    words = [word for word in question.words if word.startswith(answer)]
    if len(words) == 1:  # `s` may be sharp or stale
        return words[0]
    raise ValueError(f"answer {' or '.join(question.words)}")


def _signs(question: CheckInQuestion, answer: str) -> frozenset[str]:
    """The signs that an answer names; beside signs of today, other words are ignored unless they negate."""
    is_lenient = question is ACUTE
    if is_lenient:
        answer = re.sub(r"^(?:no|none|nothing)\b[ ,;]*(?:but|except|only)\b", "", answer)
    if answer in _NONE:
        return frozenset()
    rest_of_it = f" {answer} "
    signs: set[str] = set()
    for spelling, sign in _spellings(question):
        if re.search(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])", rest_of_it):
            signs.add(sign)
            rest_of_it = re.sub(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])", " ", rest_of_it)
    numbers = re.findall(r"\b\d{1,2}\b", rest_of_it)
    for number in numbers:
        if not 1 <= int(number) <= len(question.words):
            raise ValueError(f"there is no sign {number}: answer 1 to {len(question.words)}, or none")
        signs.add(list(question.words)[int(number) - 1])
    rest = re.sub(r"\b\d{1,2}\b|\band\b|[,;+&.]", " ", rest_of_it).strip()
    if rest and not (is_lenient and signs and not _NEGATION.search(rest)):
        raise ValueError(f"{rest[:30]!r} is none of {', '.join(question.words)}, or none")
    return frozenset(signs)


_NEGATION: Final = re.compile(
    r"\b(?:no|not|none|nothing|never|without|gone|over|was|yesterday)\b|n['\u2019]t\b"
)
"""Words that may negate a sign: an answer with one of them must be typed again."""


def _spellings(question: CheckInQuestion) -> list[tuple[str, str]]:
    """Every way a sign of a question is written, the longest first."""
    spellings = [(word, word) for word in question.words]
    spellings += [(word.replace("-", " "), word) for word in question.words]
    spellings += [(meaning, word) for word, meaning in question.words.items()]
    spellings += [(alias, sign) for alias, sign in _ALIASES.items() if sign in question.words]
    return sorted(spellings, key=lambda each: -len(each[0]))


_READERS: Final[Mapping[AnswerKind, Callable[[CheckInQuestion, str], Any]]] = {
    AnswerKind.SIGNS: _signs,
    AnswerKind.CHOICE: _choice,
    AnswerKind.SCALE: _scale,
    AnswerKind.YES_NO: _yes_no,
    AnswerKind.NIGGLE: _niggle,
}
"""The reader of each kind of answer but hours."""


def answer_text(check_in: CheckIn, question: CheckInQuestion) -> str | None:
    """Write an answer in the form that `read_answer` reads; None if it was not answered."""
    if question.kind is AnswerKind.HOURS:
        return _text_of_sleep(check_in)
    answer: Any = getattr(check_in, question.field)
    if answer is None:
        return None
    match question.kind:
        case AnswerKind.SIGNS:
            return " ".join(sorted(answer)) or NO_SIGN
        case AnswerKind.NIGGLE:
            return _text_of_niggle(answer)
        case AnswerKind.YES_NO:
            return "yes" if answer else "no"
        case _:
            return str(answer)


def _text_of_sleep(check_in: CheckIn) -> str | None:
    night = None if check_in.sleep_h is None else f"{check_in.sleep_h:.4g}"
    nap = None if check_in.nap_min is None else f"nap {check_in.nap_min:g}"
    return " ".join(filter(None, (night, nap))) or None


def _text_of_niggle(niggle: Niggle) -> str:
    if niggle.level == 0 and not niggle.where:
        return NO_SIGN
    gait = {True: "gait", False: "no gait", None: ""}[niggle.changes_gait]
    level = "" if niggle.level is None else str(niggle.level)
    return " ".join(filter(None, (niggle.where, level, gait)))
