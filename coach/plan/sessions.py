"""The sessions of a plan: their content and sizes, and the reasons for them.

A session names a workout of the library for its purpose, and has a size of its own: metres, minutes, reps, rests.
Hard sessions are built up in chains: between two uses of one its reps, its rest or its pace changes. `runnable` writes
a session as an argument of `coach run`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil
from typing import Final

from coach.plan.model import (
    Dose,
    Family,
    PlanDay,
    PlannedRace,
    PlannedSession,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
)

# --- speeds

EASY_MPS: Final = 2.75
"""6:04/km: easy running if the pace is unknown; the library's easy run has the same."""
_RATIOS: Final = {
    "easy": 1.0,
    "marathon": 1.16,
    "half": 1.21,
    "threshold": 1.24,
    "10k": 1.28,
    "goal": 1.30,
    "5k": 1.34,
    "3k": 1.40,
    "mile": 1.50,
    "hill": 1.15,
    "strides": 1.8,
}
"""Speeds relative to easy running, those of VDOT 45 (Daniels and Gilbert); uphill, strides and `goal` are judged."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """A runner's speeds in m/s, for the size of sessions; no target is made from them."""

    easy: float = EASY_MPS
    """`EASY_MPS` if the pace is unknown."""
    by_pace: Mapping[str, float] | None = None
    """Speeds by the names of paces, if known."""

    def of(self, pace: str) -> float:
        """The speed of a pace; an effort counts as the pace it is nearest to."""
        if self.by_pace and pace in self.by_pace:
            return self.by_pace[pace]
        return self.easy * _RATIOS.get(pace, 1.2)


_SHORT_M: Final = 2_000.0
_FIVE_M: Final = 5_500.0
_TEN_M: Final = 12_000.0


def race_class(distance_m: float) -> str:
    """The kind of training for a race: `mile`, `5k`, `10k`, `half` or `marathon`."""
    if distance_m <= _SHORT_M:
        return "mile"
    if distance_m <= _FIVE_M:
        return "5k"
    if distance_m <= _TEN_M:
        return "10k"
    return "half" if distance_m <= 25_000 else "marathon"


# --- easy runs

_EASY: Final = {
    Family.EASY: ("Easy run", "easy-run"),
    Family.RECOVERY: ("Recovery run", "recovery-run"),
    Family.LONG: ("Long run", "long-8-miles"),
}


def easy(metres: float, speeds: Speeds, *, family: Family = Family.EASY) -> PlannedSession:
    """An easy run; its reason is added once its neighbours are known."""
    title, workout = _EASY[family]
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=family,
        title=title,
        why="",
        workout=workout,
        minutes=max(1.0, round(metres / speeds.easy / 60)),
        distance_m=round(metres),
    )


STRIDES: Final = 6
STRIDE_S: Final = 20.0
STRIDES_WHY: Final = "Strides at the end of an easy run keep the legs quick and cost nothing."


def with_strides(session: PlannedSession, speeds: Speeds, why: str) -> PlannedSession:
    """An easy run with strides at its end: they are part of its metres."""
    hard_s = STRIDES * STRIDE_S
    return replace(
        session,
        family=Family.STRIDES,
        title="Easy run with strides",
        why=why,
        workout="easy-strides",
        minutes=(session.minutes or 0.0) + STRIDES,
        hard_minutes=round(hard_s / 60, 1),
        hard_m=round(hard_s * speeds.of("strides") / 50) * 50,
    )


BLASTS_WHY: Final = (
    "Ten seconds uphill make legs strong and quick and hardly tire: the only fast running of the base."
)


def hill_blasts(session: PlannedSession, why: str) -> PlannedSession:
    """An easy run with a few blasts of ten seconds uphill at its end: hardly tiring, and part of its metres."""
    return replace(
        session,
        family=Family.SPRINTS,
        title="Easy run with 10 s hill blasts",
        why=why,
        workout="hill-blasts-weekly",
        minutes=(session.minutes or 0.0) + 10,
        hard_minutes=0.8,
        hard_m=200,
    )


# --- long runs

LONG_WHY: Final = "The long run: time on the feet, at a pace at which one can talk."


@dataclass(frozen=True, slots=True)
class LongRun:
    """A long run with a finish."""

    workout: str
    title: str
    why: str
    quick_m: float
    pace: str
    least_m: float
    """Least metres of a long run with this finish."""


LONG_FINISHES: Final[Mapping[str, LongRun]] = {
    each.workout: each
    for each in (
        LongRun(
            "long-run-quick-last-mile",
            "Long run with a quick last mile",
            "A quick last mile teaches tired legs to hold their form.",
            1_600,
            "marathon",
            6_000,
        ),
        LongRun(
            "long-12-miles-steady-finish",
            "Long run, the last part steady",
            "The last part steady: easy running made long, with a little of the race in it.",
            3_200,
            "marathon",
            14_000,
        ),
        LongRun(
            "long-12-miles-hmp-finish",
            "Long run, the end at half-marathon pace",
            "The end at the pace of the half, on tired legs: that is where the race is decided.",
            4_000,
            "half",
            16_000,
        ),
        LongRun(
            "long-16-miles-mp-finish",
            "Long run, the end at marathon pace",
            "The end at marathon pace, on tired legs: that is where the race is decided.",
            6_400,
            "marathon",
            21_000,
        ),
    )
}


def long_run(metres: float, speeds: Speeds, finish: str = "") -> PlannedSession:
    """The long run of a week, with a finish if it is long enough for one."""
    session = easy(metres, speeds, family=Family.LONG)
    kind = LONG_FINISHES.get(finish)
    if kind is None or metres < kind.least_m:
        return replace(session, why=LONG_WHY)
    quick_s = kind.quick_m / speeds.of(kind.pace)
    minutes = (metres - kind.quick_m) / speeds.easy / 60 + quick_s / 60
    return replace(
        session,
        title=kind.title,
        workout=kind.workout,
        why=kind.why,
        minutes=round(minutes),
        hard_minutes=round(quick_s / 60, 1),
        hard_m=kind.quick_m,
    )


def finish_for(phase: TrainingPhase, race_m: float, level: RunnerLevel, number: int) -> str:
    """The finish of the long run of a week; every second one has none, nor has any in base and before a race."""
    if phase not in {TrainingPhase.BUILD, TrainingPhase.SPEED} or number % 2:
        return ""
    if level is RunnerLevel.BEGINNER:
        return "long-run-quick-last-mile"
    race = race_class(race_m)
    if phase is TrainingPhase.SPEED and race == "half":
        return "long-12-miles-hmp-finish"
    if phase is TrainingPhase.SPEED and race == "marathon":
        return "long-16-miles-mp-finish"
    return "long-12-miles-steady-finish"


GOAL_PACE_LONG: Final = "medium-long-goal-pace"
"""The last run at goal pace before a marathon, two weeks out."""
GOAL_PACE_M: Final = (3_200.0, 12_900.0, 1_600.0)
"""Metres easy, at goal pace, easy of that run in the library."""


def goal_pace_long(week_m: float, speeds: Speeds) -> PlannedSession:
    """The medium-long run at goal pace two weeks before a marathon; shorter where the weeks are."""
    warm, goal, cool = GOAL_PACE_M
    goal = min(goal, round(0.20 * week_m, -2))
    metres = warm + goal + cool
    goal_s = goal / speeds.of("marathon")
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=Family.LONG,
        title="Medium-long run at goal pace",
        why="Two weeks out: the last time at the pace of the marathon, long enough to know it.",
        workout=GOAL_PACE_LONG,
        is_hard=True,
        minutes=round((warm + cool) / speeds.easy / 60 + goal_s / 60),
        distance_m=round(metres, -2),
        hard_minutes=round(goal_s / 60, 1),
        hard_m=round(goal),
    )


# --- hard sessions

_FIRST_SHARE: Final = 0.65
"""A block starts with this share of the reps that fit into the week. Judged."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A hard session and its progression: rests go from full to short and reps from few to many, one at a time."""

    name: str
    family: Family
    workouts: Mapping[int, str]
    """The workout of the library by reps; 0 is for all other numbers."""
    what: str
    """One rep in words, `800 m at 5k pace`."""
    purpose: str
    pace: str
    """The reference pace it begins with, or an effort."""
    reps: tuple[int, int]
    """The fewest and the most."""
    rest_s: tuple[float, float]
    """Full and short."""
    rep_m: float | None = None
    rep_s: float | None = None
    rest_step_s: float = 30.0
    move: str = "jog"
    week_share: float = 0.08
    """Largest share of a week's metres for its reps."""
    faster: str = ""
    """The pace it moves to once reps and rest have moved as far as they go; empty where the pace must not change."""

    def workout(self, reps: int) -> str:
        """The workout of the library that is nearest."""
        return self.workouts.get(reps, self.workouts[0])

    def is_of(self, workout: str) -> bool:
        """Return whether a workout of the library is one of its own."""
        return workout in self.workouts.values()

    def rep_metres(self, speeds: Speeds) -> float:
        """The metres of a rep."""
        return self.rep_m if self.rep_m is not None else (self.rep_s or 0.0) * speeds.of(self.pace)

    def most_reps(self, week_m: float, speeds: Speeds) -> int:
        """The most reps that fit into a week of `week_m` metres."""
        return min(self.reps[1], int(self.week_share * week_m / self.rep_metres(speeds) + 1e-6))

    def dose(self, reps: int, rest_s: float) -> Dose:
        """The dose of a number of reps with these rests."""
        return Dose(reps, self.pace, self.rep_m, self.rep_s, rest_s, self.move)

    def next(self, last: Dose | None, most: int) -> tuple[Dose, str]:
        """The dose after the last use, with at most `most` reps, and the variable that changed.

        A faster pace begins with the fewest reps and full rests again, so that only the pace is harder; the reps do
        not grow at that pace.
        """
        full, short = self.rest_s
        fewest = min(most, max(self.reps[0], ceil(_FIRST_SHARE * most)))
        if last is None:
            return self.dose(fewest, full), ""
        if last.reps > most:
            return replace(last, reps=most), "fewer"
        is_faster = last.pace != self.pace
        can_rest, can_reps = last.rest_s - 1 > short, last.reps < most and not is_faster
        if last.reps < fewest:
            return replace(last, reps=last.reps + 1), "reps"
        # Familiar reps get shorter rests first, then there is one more of them.
        is_rest_turn = (full - last.rest_s) / self.rest_step_s <= last.reps - fewest
        if can_rest and (is_rest_turn or not can_reps):
            return replace(last, rest_s=max(short, last.rest_s - self.rest_step_s)), "rest"
        if can_reps:
            return replace(last, reps=last.reps + 1), "reps"
        if self.faster and not is_faster:
            return replace(self.dose(fewest, full), pace=self.faster), "pace"
        return last, "same"

    def at(self, pace: str, words: str) -> str:
        """Words about its reps, by the pace that they have now."""
        if pace == self.pace:
            return words
        return words.replace(f"{self.pace} pace", f"{pace} pace").replace(_spaced(self.pace), _spaced(pace))


def _spaced(pace: str) -> str:
    """A pace as a sentence has it: `5 k`."""
    return f"{pace[:-1]} {pace[-1]}"


CHAINS: Final[Mapping[str, Chain]] = {
    chain.name: chain
    for chain in (
        Chain(
            "fartlek",
            Family.FARTLEK,
            {0: "fartlek-1-2"},
            "1 min hard",
            "Quick minutes teach to change pace, before a watch judges it",
            "5k",
            (6, 10),
            (120, 60),
            rep_s=60,
        ),
        Chain(
            "hills",
            Family.HILLS,
            {0: "hills-6x1min"},
            "1 min uphill",
            "Hills make legs strong without the pounding of speed on the flat",
            "hill",
            (5, 9),
            (150, 150),
            rep_s=60,
        ),
        Chain(
            "brisk",
            Family.THRESHOLD,
            {0: "short-aerobic-6x2min"},
            "2 min brisk",
            "Brisk minutes near the pace of a 10 k, with rest before they hurt",
            "10k",
            (4, 8),
            (120, 60),
            rep_s=120,
            week_share=0.10,
        ),
        Chain(
            "threes",
            Family.VO2MAX,
            {0: "5x3min-hard"},
            "3 min hard",
            "Three hard minutes are long enough for heart and lungs to get to work",
            "5k",
            (3, 6),
            (180, 120),
            rep_s=180,
        ),
        Chain(
            "800s",
            Family.VO2MAX,
            {0: "5x800-5k", 6: "6x800-5k"},
            "800 m at 5k pace",
            "Reps at the pace of a 5 k raise what the heart can deliver",
            "5k",
            (4, 7),
            (180, 120),
            rep_m=800,
            faster="3k",
        ),
        Chain(
            "1000s",
            Family.VO2MAX,
            {0: "5x1000-5k"},
            "1000 m at 5k pace",
            "Kilometres at the pace of a 5 k raise what the heart can deliver",
            "5k",
            (3, 6),
            (210, 150),
            rep_m=1000,
            faster="3k",
        ),
        Chain(
            "200s",
            Family.SPEED,
            {0: "10x200-mile"},
            "200 m at mile pace",
            "Short fast reps make a quick stride a cheap one",
            "mile",
            (6, 12),
            (90, 60),
            rep_m=200,
            rest_step_s=15,
            week_share=0.05,
        ),
        Chain(
            "cruise",
            Family.THRESHOLD,
            {0: "cruise-intervals-4x5min"},
            "5 min at threshold",
            "Threshold pace in pieces: the pace that could be held for an hour, held calmly",
            "threshold",
            (3, 7),
            (90, 60),
            rep_s=300,
            rest_step_s=15,
            week_share=0.10,
        ),
        Chain(
            "broken",
            Family.THRESHOLD,
            {0: "broken-tempo"},
            "8 min at threshold",
            "A tempo run in pieces: long at the pace that could be held for an hour",
            "threshold",
            (2, 5),
            (120, 60),
            rep_s=480,
            week_share=0.10,
        ),
        Chain(
            "race-blocks",
            Family.RACE_PACE,
            {0: "blocks-3min-race-pace"},
            "3 min at 10k pace",
            "Pieces of the race at its own pace",
            "10k",
            (4, 7),
            (180, 120),
            rep_s=180,
        ),
        Chain(
            "race-400s",
            Family.RACE_PACE,
            {0: "4x400-race-pace"},
            "400 m at goal pace",
            "A few laps at the pace of the race, and no more: the work is done",
            "goal",
            (3, 4),
            (150, 150),
            rep_m=400,
        ),
    )
}


def chain_of(workout: str) -> Chain | None:
    """The chain that a workout of the library belongs to; None without one."""
    return next((chain for chain in CHAINS.values() if chain.is_of(workout)), None)


_FLAT: Final = {
    "mile": ("200s", "800s"),
    "5k": ("800s", "cruise"),
    "10k": ("1000s", "cruise"),
    "half": ("broken", "1000s"),
    "marathon": ("broken", "1000s"),
}
"""The two hard sessions of the speed part, the one that matters more first."""
_EARLY: Final = {
    "mile": ("hills", "cruise"),
    "5k": ("hills", "cruise"),
    "10k": ("hills", "cruise"),
    "half": ("broken", "hills"),
    "marathon": ("broken", "hills"),
}


def chains_for(phase: TrainingPhase, race_m: float, level: RunnerLevel) -> tuple[str, ...]:
    """The hard sessions of a phase for a race, the one that matters more first; none in base and recovery."""
    race = race_class(race_m)
    is_beginner = level is RunnerLevel.BEGINNER
    match phase:
        case TrainingPhase.BUILD:
            return ("fartlek", "brisk") if is_beginner else _EARLY[race]
        case TrainingPhase.SPEED:
            return ("threes", "brisk") if is_beginner else _FLAT[race]
        case TrainingPhase.PEAK | TrainingPhase.TAPER:
            if is_beginner:
                return ("threes", "brisk")
            return (
                ("broken", "race-blocks") if race in {"half", "marathon"} else (_FLAT[race][0], "race-blocks")
            )
        case TrainingPhase.RACE:
            return ("fartlek",) if is_beginner else ("race-400s",)
        case TrainingPhase.SHARPEN:
            return ("fartlek", "threes") if is_beginner else (_FLAT[race][0], "race-blocks")
        case _:
            return ()


_RESTING: Final = {"jog": 0.75, "walk": 0.5, "stand": 0.0, "float": 1.1}
"""Speed in a rest against easy running. Judged."""


def quality(
    chain: Chain, dose: Dose, change: str, speeds: Speeds, *, warm_m: float, cool_m: float
) -> PlannedSession:
    """A hard session with its warm-up and cool-down; `change` is the change since the last use."""
    hard_m = dose.reps * chain.rep_metres(speeds)
    hard_s = hard_m / speeds.of(dose.pace)
    rests_s = dose.reps * dose.rest_s
    metres = warm_m + cool_m + hard_m + rests_s * speeds.easy * _RESTING[dose.move]
    seconds = (warm_m + cool_m) / speeds.easy + hard_s + rests_s
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=chain.family,
        title=f"{dose.reps} x {chain.at(dose.pace, chain.what)}",
        why=_change_words(
            chain.at(dose.pace, chain.purpose), dose, change, has_full_rests=chain.rest_s[0] > chain.rest_s[1]
        ),
        workout=chain.workout(dose.reps),
        is_hard=True,
        minutes=round(seconds / 60),
        distance_m=round(metres, -2),
        hard_minutes=round(hard_s / 60, 1),
        hard_m=round(hard_m),
        dose=dose,
    )


def _change_words(purpose: str, dose: Dose, change: str, *, has_full_rests: bool) -> str:
    """The reason of a session's size, a sentence: which of reps, pace and rest changed."""
    match change:
        case "rest":
            return f"{purpose}; of reps, pace and rest only the rest moved, to {dose.rest_s:.0f} s."
        case "reps":
            return f"{purpose}; of reps, pace and rest only the reps moved: {dose.reps}."
        case "pace":
            return f"{purpose}; of reps, pace and rest only the pace moved, to {dose.pace}: reps and rest start again."
        case "fewer":
            return f"{purpose}; fewer reps at the same pace, because the week is smaller."
        case "peak":
            return f"{purpose}; fewer reps at the same pace: the peak keeps the speed and rests the legs."
        case "less":
            return f"{purpose}; a little less this time, to come back to it with something new."
        case "same":
            return f"{purpose}; the same as last time, and it should feel easier."
        case _:
            full = ", with full rests until the reps are familiar" if has_full_rests else ""
            return f"{purpose}; new in this block{full}."


SHORT_QUALITY: Final = (
    ("fast-finish", "30 minutes with a fast finish", 1_000.0),
    ("progression-30min", "30 minutes, each ten quicker", 500.0),
)
"""The one short quality session of a down week, in turn: name, title, metres above easy."""


def short_quality(number: int, speeds: Speeds) -> PlannedSession:
    """The short quality session of a down week."""
    workout, title, hard_m = SHORT_QUALITY[number % len(SHORT_QUALITY)]
    hard_s = hard_m / speeds.of("half")
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=Family.THRESHOLD,
        title=title,
        why="A down week keeps strides and one short quality session: only the volume falls.",
        workout=workout,
        is_hard=True,
        minutes=30.0,
        distance_m=round(30 * 60 * speeds.easy * 1.05, -2),
        hard_minutes=round(hard_s / 60, 1),
        hard_m=hard_m,
    )


# --- hard sessions from use to use

_ALIKE: Final = 3
"""Times a new session is repeated unchanged before it changes. A fourth repetition is one too many."""


@dataclass(slots=True)
class DoseLog:
    """The last dose of each chain of hard sessions, which decides the next one."""

    _last: dict[str, Dose] = field(default_factory=dict)
    _alike: dict[str, int] = field(default_factory=dict)
    """Number of equal uses of a chain in a row."""
    _before: dict[str, tuple[Dose | None, int]] = field(default_factory=dict)
    """The use before the last, and how often it had been repeated."""

    def begin_cycle(self) -> None:
        """Start every chain again, as after a race."""
        self._last.clear()
        self._alike.clear()

    def next(self, chain: Chain, phase: TrainingPhase, most: int, least: int) -> tuple[Dose, str]:
        """The next dose of a chain, with at most `most` reps, and the variable that changed.

        The change is `stale` if it was the same too often and cannot change.
        """
        last, alike = self._last.get(chain.name), self._alike.get(chain.name, 0)
        self._before[chain.name] = (last, alike)
        if phase in {TrainingPhase.PEAK, TrainingPhase.TAPER} and last is not None:
            reps = max(least, min(last.reps - 1, round(last.reps * 0.6)))
            dose = replace(last, reps=min(most, reps))
            change = "peak" if dose.reps < last.reps else "same"
            if change == "peak":
                return dose, change
        else:
            dose, change = chain.next(last, most)
        alike = alike + 1 if change == "same" else 0
        if alike >= _ALIKE:
            dose, change, alike = *_change_stale(chain, dose, least), 0
        self._last[chain.name], self._alike[chain.name] = dose, alike
        return dose, change

    def forget(self, chain: Chain) -> None:
        """Forget the last use of a chain, because it is not in the plan."""
        last, alike = self._before.get(chain.name, (None, 0))
        self._last.pop(chain.name, None)
        if last is not None:
            self._last[chain.name] = last
        self._alike[chain.name] = alike

    def fewer(self, chain: Chain, phase: TrainingPhase, most: int) -> tuple[Dose, str]:
        """The dose in place of the last use, with at most `most` reps."""
        self.forget(chain)
        return self.next(chain, phase, most, 1)


def _change_stale(chain: Chain, dose: Dose, least: int) -> tuple[Dose, str]:
    """A session that was the same too often, made easier or its rest shorter; `stale` if neither is possible."""
    full, short = chain.rest_s
    if dose.reps > least:
        return replace(dose, reps=dose.reps - 1), "less"
    if dose.rest_s < full:
        return replace(dose, rest_s=full), "less"
    return (
        (replace(dose, rest_s=max(short, full - chain.rest_step_s)), "rest")
        if short < full
        else (dose, "stale")
    )


# --- races and other days


def race_session(race: PlannedRace, speeds: Speeds) -> PlannedSession:
    """A race on its day."""
    seconds = race.goal_s or race.distance_m / speeds.of(race_class(race.distance_m))
    why = {
        "A": "The race everything was built for.",
        "B": "A race to learn from: a few easy days before it, no taper.",
        "C": "A race in the place of a hard session, trained through.",
    }[race.priority.value]
    return PlannedSession(
        id="",
        kind=SessionKind.RACE,
        family=Family.RACE,
        title=race.label,
        why=why,
        is_hard=True,
        minutes=max(1.0, round(seconds / 60)),
        distance_m=round(race.distance_m),
        hard_minutes=round(seconds / 60, 1),
        hard_m=round(race.distance_m),
        is_fixed=True,
    )


_RACE_WEEK: Final = {
    "strides": (
        "Easy run with strides",
        "race-week-strides",
        "Strides keep the legs quick while everything else gets less.",
    ),
    "shakeout": (
        "Shakeout",
        "shakeout-3-miles",
        "A few easy minutes before the race, so that the legs are awake on the start line.",
    ),
}


def race_week(kind: str, speeds: Speeds, metres: float) -> PlannedSession:
    """The strides or the shakeout before a race."""
    title, workout, why = _RACE_WEEK[kind]
    session = easy(metres, speeds)
    return replace(
        session,
        family=Family.STRIDES,
        title=title,
        workout=workout,
        why=why,
        hard_minutes=1.0,
        hard_m=300,
    )


def cross_training(minutes: float) -> PlannedSession:
    """Swim, bike or walk between running days."""
    return PlannedSession(
        id="",
        kind=SessionKind.CROSS,
        family=Family.CROSS,
        title="Swim, bike or walk",
        why="Work for heart and lungs that spares the legs; its load counts, its kilometres do not.",
        minutes=minutes,
    )


def rest_day(why: str) -> PlannedSession:
    """A day without a session."""
    return PlannedSession(id="", kind=SessionKind.REST, family=Family.REST, title="Rest", why=why)


# --- arguments of `coach run`


def runnable(session: PlannedSession) -> str:
    """The argument of `coach run` for a session: a line if it has a size of its own, else the name of its workout.

    Empty where nothing of it can be run: a rest, a race, a day on which the club decides.
    """
    if session.kind is not SessionKind.RUN or not session.workout:
        return session.workout
    metres, dose = session.distance_m, session.dose
    if dose is not None:
        return _dose_line(session, dose)
    if (metres and session.family in {Family.EASY, Family.RECOVERY}) or (
        metres and session.family is Family.LONG and not session.hard_m
    ):
        return f"{_spelt_km(metres)} easy"
    if metres and session.family is Family.STRIDES:
        return f'{_spelt_km(metres)} easy + {STRIDES}x20s stride @ "fast, smooth" / 1:00 walk'
    return session.workout


def _dose_line(session: PlannedSession, dose: Dose) -> str:
    """A hard session in the notation of workouts, with a warm-up and a cool-down of its own size."""
    length = f"{dose.rep_m:.0f}m" if dose.rep_m else _clock(dose.rep_s or 0.0)
    around = (session.distance_m or 0.0) - (session.hard_m or 0.0)
    rests = dose.reps * dose.rest_s * EASY_MPS * _RESTING[dose.move]
    warm = max(1_500.0, 0.58 * (around - rests))
    target = 'hill @ "hard, even"' if dose.pace == "hill" else f"@ {dose.pace}"
    rest = f" / {_clock(dose.rest_s)} {dose.move}" if dose.rest_s and dose.reps > 1 else ""
    reps = f"{dose.reps}x{length}" if dose.reps > 1 else length
    return f"{_spelt_km(round(warm, -2))} easy + {reps} {target}{rest} + {_spelt_km(round(0.72 * warm, -2))} easy"


def _spelt_km(metres: float) -> str:
    """A distance in the notation of workouts: `8.5km`."""
    return f"{metres / 1000:.2f}".rstrip("0").rstrip(".") + "km"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


# --- the reason of a day by its neighbours

_DAY: Final = timedelta(days=1)


def with_reasons(days: Sequence[PlanDay]) -> list[PlanDay]:
    """The days with a reason for each session that has none yet, derived from its neighbours."""
    by_date = {day.date: day for day in days}
    result = []
    for day in days:
        sessions = tuple(
            each if each.why else replace(each, why=_easy_why(each, by_date, day.date))
            for each in day.sessions
        )
        result.append(replace(day, sessions=sessions))
    return result


def _easy_why(session: PlannedSession, days: Mapping[date, PlanDay], day: date) -> str:
    """The reason of an easy run or a rest."""
    before, after = (_key(days.get(day + step * _DAY)) for step in (-1, 1))
    if session.kind is SessionKind.REST:
        if before:
            return f"Rest after {before}: the body adapts while it rests."
        return (
            f"Rest, so that {after} finds fresh legs."
            if after
            else "Rest: fitness comes in the days between."
        )
    if before and session.family is Family.RECOVERY:
        return f"Easy after {before}: it brings the legs back, and no more is asked of it."
    if after:
        return f"Easy, so that {after} tomorrow finds fresh legs."
    if before:
        return f"Easy after {before}: slow enough to recover, long enough to count."
    return "Easy kilometres: the base of all other training."


def _key(day: PlanDay | None) -> str:
    """The main topic of a day, for a sentence about its neighbour; empty for an ordinary day."""
    if day is None:
        return ""
    session = next((each for each in day.sessions if each.is_hard or each.family is Family.LONG), None)
    if session is None:
        return ""
    if session.family is Family.LONG and not session.is_fixed:
        return "the long run"
    if session.kind is SessionKind.RACE:
        return f"the {session.title}"
    return session.title
