"""Fills the days of a week with sessions and their lengths, so that the week reaches its target.

Hard sessions have the size of their reps, the long run a share of the week, and the remainder is spread over the easy
days. Nothing is shorter than a quarter of an hour, nor longer than the day's minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from coach.plan.model import (
    Appointment,
    Family,
    PlannedRace,
    PlannedSession,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
)
from coach.plan.sessions import (
    BLASTS_WHY,
    CHAINS,
    GOAL_PACE_LONG,
    LONG_WHY,
    STRIDES_WHY,
    Chain,
    DoseLog,
    Speeds,
    chain_of,
    chains_for,
    cross_training,
    easy,
    finish_for,
    goal_pace_long,
    hill_blasts,
    long_run,
    quality,
    race_class,
    race_session,
    race_week,
    rest_day,
    short_quality,
    with_strides,
)
from coach.plan.templates import (
    IN_ORDER,
    LONG_SHARES,
    RUN_ROLES,
    SIX_STAGES,
    SPRINT_ENDURANCE,
    STAGES,
    THREE_THREE_ONE,
    WEIGHTS,
    BlockWeek,
    DayRole,
    WeekTemplate,
)

SHORTEST_RUN_M: Final = 2_500.0
"""15 minutes; shorter runs are not planned. Judged."""
LONGEST_EASY_S: Final = 100 * 60.0
"""Longest easy run, except for the long run. Judged."""
LONGEST_LONG_S: Final[Mapping[str, float]] = {
    "mile": 110 * 60.0,
    "5k": 120 * 60.0,
    "10k": 135 * 60.0,
    "half": 150 * 60.0,
    "marathon": 180 * 60.0,
}
"""Longest long run, by the race it is for. Coaching practice."""
LONGEST_RECOVERY_M: Final = 9_000.0
"""A longer run is called easy, not recovery. Judged."""
MOST_OF_A_WEEK: Final = 0.5
"""Largest share of the long run in a week with three runs or more. Judged."""
EASY_SHARE: Final = 0.81
"""Least easy share of a week's time; a finish of the long run or reps beyond it are left out."""
RECOVERY_RUN_S: Final = (20 * 60.0, 25 * 60.0, 30 * 60.0, 30 * 60.0)
"""Length of the runs in the weeks after a race: 20 to 30 min. Coaching practice."""
RECOVERY_RUNS: Final = (2, 3, 4, 4)
"""Most runs in each of them. Judged."""
_DAY: Final = timedelta(days=1)
_NO_FLAT_SPRINTS: Final = ("hamstring", "achilles")
"""Histories that turn flat sprints into hills."""
_TASTE_S: Final = 720.0
_APART_DAYS: Final = 7
"""Least days between two uses of a hard session, as in the library."""
_LONG_APART_DAYS: Final = 7
"""Least days between two long runs; sooner it is a steady run."""
_WARM_M, _COOL_M = 1_500.0, 1_000.0
"""The shortest warm-up and cool-down of a hard day: of one with few minutes. Judged."""
_HARD_DAY_SHARE: Final = 0.165
"""Share of a week that a hard day takes with its warm-up and cool-down, if its reps are less. Judged."""
_BASE_LIKE: Final = frozenset({TrainingPhase.BASE, TrainingPhase.FREE})


@dataclass(slots=True)
class DaySlot:
    """The role of a day, before it has a session."""

    role: DayRole
    appointment: Appointment | None = None
    race: PlannedRace | None = None
    before_race: str = ""
    """`shakeout` or `strides`."""
    why: str = ""
    """The reason for a changed role."""

    @property
    def is_hard(self) -> bool:
        """True if it is meant to be hard."""
        return self.role is DayRole.QUALITY or self.race is not None

    @property
    def label(self) -> str:
        """The race or the appointment it is for; empty without one."""
        if self.race is not None:
            return self.race.label
        return "" if self.appointment is None else self.appointment.title

    @property
    def is_fixed(self) -> bool:
        """True if it cannot be changed."""
        return self.appointment is not None or self.race is not None

    @property
    def is_run(self) -> bool:
        """True if there is a run."""
        return self.race is not None or self.role in RUN_ROLES


@dataclass(slots=True)
class WeekToFill:
    """A week during planning."""

    block: BlockWeek
    amount: float = 0.0
    """Its target, in the unit of the volume, races not counted."""
    is_down: bool = False
    number: int = 0
    """Place in its cycle, from 0."""
    before_peak: int = 0
    """Weeks of its cycle before the peak."""
    share: float = 1.0
    """Share of it that is still to come: less for the current week, and with days off."""

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.block.monday

    @property
    def dates(self) -> tuple[date, ...]:
        """Its seven days."""
        return tuple(self.monday + number * _DAY for number in range(7))

    @property
    def phase(self) -> TrainingPhase:
        """Its phase of the season."""
        return self.block.phase


@dataclass(slots=True)
class WeekFiller:
    """Fills week after week; the last sessions decide the next ones."""

    template: WeekTemplate
    level: RunnerLevel
    speeds: Speeds
    is_metres: bool
    minutes: Mapping[int, float]
    """Most minutes by weekday."""
    histories: tuple[str, ...]
    grain_m: float
    doses: DoseLog = field(default_factory=DoseLog)
    last_days: dict[str, date] = field(default_factory=dict)
    """The last use of each workout."""
    last_long: date | None = None
    last_hard: date | None = None
    """The last hard day of the weeks before."""
    down_weeks: int = 0
    longs: int = 0

    def fill(self, week: WeekToFill, slots: Mapping[date, DaySlot]) -> dict[date, PlannedSession]:
        """The sessions of the days with a slot."""
        if week.number == 0:
            self.doses.begin_cycle()
        amount = week.amount * week.share
        metres = amount if self.is_metres else amount * self.speeds.easy
        if week.phase is TrainingPhase.RECOVERY:
            return self._recovery(week, slots, metres)
        sessions: dict[date, PlannedSession] = {}
        flexible: dict[date, float] = {}
        hard = [day for day, slot in slots.items() if slot.role is DayRole.QUALITY and not slot.is_fixed]
        if week.is_down:
            self.down_weeks += 1
        hard_sessions = self._hard(week, hard, metres / (week.share or 1.0))
        strides = self._strides_days(week, slots, hard_sessions)
        for day, slot in slots.items():
            if slot.race is not None:
                sessions[day] = race_session(slot.race, self.speeds)
            elif slot.appointment is not None and slot.role is not DayRole.LONG:
                sessions[day] = self._appointment(slot.appointment, slot)
            elif day in hard_sessions:
                sessions[day] = hard_sessions[day]
            elif slot.role is DayRole.LONG:
                continue
            elif slot.role is DayRole.CROSS:
                sessions[day] = cross_training(40.0)
            elif slot.role in RUN_ROLES:
                weight = WEIGHTS.get(slot.role, 1.0)
                flexible[day] = self._sample_weight(day, weight)
            else:
                sessions[day] = rest_day(slot.why)
        self._size(week, slots, sessions, flexible, strides)
        self._dress(week, slots, sessions, strides)
        self.last_hard = max((day for day, each in sessions.items() if each.is_hard), default=self.last_hard)
        return dict(sorted(sessions.items()))

    # --- hard sessions

    def _hard(self, week: WeekToFill, days: list[date], metres: float) -> dict[date, PlannedSession]:
        """The hard sessions of a week; in base they are blasts and strides, which `_dress` adds to easy runs."""
        if week.is_down and week.phase not in _BASE_LIKE:
            return {day: short_quality(self.down_weeks, self.speeds) for day in days[:1]}
        names = self._chains(week)
        if len(days) == 1 and len(names) > 1 and week.number % 2 and week.phase is not TrainingPhase.RACE:
            names = names[1:] + names[:1]
        sessions: dict[date, PlannedSession] = {}
        for place, day in enumerate(days):
            if self.template.name == THREE_THREE_ONE and len(days) > 2 and place == len(days) - 1:
                sessions[day] = self._taste()
                continue
            # A session used within the week is not repeated: the other session of the phase takes its place.
            for name in [*names[place : place + 1], *names[:place], *names[place + 1 :]] if names else []:
                chain = CHAINS[name]
                is_used = any(chain.is_of(each.workout) for each in sessions.values())
                last = self.last_days.get(name)
                if is_used or (last is not None and (day - last).days < _APART_DAYS):
                    continue
                session = self._quality(chain, week, metres, day)
                if session is not None:
                    sessions[day] = session
                    self.last_days[name] = day
                    break
        return sessions

    def _chains(self, week: WeekToFill) -> tuple[str, ...]:
        """The hard sessions of a week, by its phase or by its template."""
        race = week.block.race
        race_m = race.distance_m if race is not None else 10_000.0
        names = chains_for(week.phase, race_m, self.level)
        own = self._own_order(week, race_m)
        names = names if own is None else own
        if any(part in history.casefold() for history in self.histories for part in _NO_FLAT_SPRINTS):
            names = tuple(dict.fromkeys("hills" if name == "200s" else name for name in names))
        return names

    def _own_order(self, week: WeekToFill, race_m: float) -> tuple[str, ...] | None:
        """The order of an opt-in template before the peak; None if the phase decides."""
        if week.number >= week.before_peak or self.level is RunnerLevel.BEGINNER:
            return None
        specific = chains_for(TrainingPhase.SPEED, race_m, self.level)
        match self.template.name:
            case name if name == SPRINT_ENDURANCE:
                return ("200s",) if week.number // 4 % 2 == 0 else ("cruise", "hills")
            case name if name == IN_ORDER:
                quarter = 4 * week.number // max(1, week.before_peak)
                return ((), ("hills",), ("200s", "hills"), specific)[quarter]
            case name if name == SIX_STAGES:
                weeks_left = week.block.to_race
                at = STAGES[-1][0] - weeks_left if weeks_left is not None else 0
                stages = (
                    (),
                    ("broken", "hills"),
                    ("200s", "hills"),
                    ("hills", "cruise"),
                    ("race-blocks", "cruise"),
                )
                place = next((n for n, (last, _) in enumerate(STAGES) if at <= last), 0)
                return stages[min(place, len(stages) - 1)] if at >= 1 else ()
        return None

    def _quality(self, chain: Chain, week: WeekToFill, metres: float, day: date) -> PlannedSession | None:
        """The next session of a chain; None where the week is too small for it."""
        least = 2 if (chain.rep_s or 0.0) >= 300 or (chain.rep_m or 0.0) >= 800 else 3
        most = self._most_in(day, chain, chain.most_reps(metres, self.speeds), least)
        if most < least:
            return None
        dose, change = self.doses.next(chain, week.phase, most, least)
        if change == "stale":
            return None
        bare = quality(chain, dose, change, self.speeds, warm_m=0, cool_m=0)
        around = min(7_000.0, max(2_600.0, _HARD_DAY_SHARE * metres - (bare.distance_m or 0.0)))
        session = quality(chain, dose, change, self.speeds, warm_m=0.58 * around, cool_m=0.42 * around)
        limit = self.minutes.get(day.weekday())
        if limit is not None and (session.minutes or 0.0) > limit:
            session = quality(chain, dose, change, self.speeds, warm_m=_WARM_M, cool_m=_COOL_M)
        return None if limit is not None and (session.minutes or 0.0) > limit + 1 else session

    def _most_in(self, day: date, chain: Chain, most: int, least: int) -> int:
        """The most reps of a chain that fit into the minutes of a day with full rests."""
        limit = self.minutes.get(day.weekday())
        while limit is not None and most > least:
            dose = chain.dose(most, chain.rest_s[0])
            session = quality(chain, dose, "", self.speeds, warm_m=_WARM_M, cool_m=_COOL_M)
            if (session.minutes or 0.0) <= limit:
                break
            most -= 1
        return most

    def _taste(self) -> PlannedSession:
        """The test of twelve minutes at goal pace."""
        hard_m = _TASTE_S * self.speeds.of("goal")
        return PlannedSession(
            id="",
            kind=SessionKind.RUN,
            family=Family.TUNE_UP,
            title="12 minutes at goal pace",
            why="The taste test of the template: twelve minutes at the pace of the goal, judged by how even they are.",
            workout="taste-test",
            is_hard=True,
            minutes=34.0,
            distance_m=round(hard_m + 22 * 60 * self.speeds.easy, -2),
            hard_minutes=_TASTE_S / 60,
            hard_m=round(hard_m),
        )

    def _appointment(self, each: Appointment, slot: DaySlot) -> PlannedSession:
        """A session that is agreed with others."""
        is_hard = each.is_hard and slot.role is DayRole.QUALITY
        if each.family is Family.LONG:
            each = replace(each, family=Family.EASY, distance_m=6_000.0, minutes=None, workout="easy-run")
        minutes = each.minutes or (each.distance_m / self.speeds.easy / 60 if each.distance_m else 60.0)
        metres = each.distance_m or minutes * 60 * self.speeds.easy
        why = slot.why or "Agreed with others: everything else is planned around it, and it is moved last."
        if each.is_unknown and is_hard:
            why = "The club decides what it is, and it is hard: everything else is planned around it."
        hard_minutes = round(0.4 * minutes, 1) if is_hard else None
        return PlannedSession(
            id="",
            kind=SessionKind.RUN,
            family=each.family,
            title=each.title,
            why=why,
            workout=each.workout,
            is_hard=is_hard,
            minutes=round(minutes),
            distance_m=round(metres, -2),
            hard_minutes=hard_minutes,
            is_fixed=True,
            is_unknown=each.is_unknown and is_hard,
        )

    # --- sizes

    def _size(
        self,
        week: WeekToFill,
        slots: Mapping[date, DaySlot],
        sessions: dict[date, PlannedSession],
        flexible: dict[date, float],
        strides: Sequence[date],
    ) -> None:
        """Spread the remainder after the hard sessions over the long run and the easy days."""
        hard_size = sum(
            self._size_of(session) for session in sessions.values() if self._counts(week, session)
        )
        target = week.amount * week.share
        metres = target if self.is_metres else target * self.speeds.easy
        long_day = next((day for day, slot in slots.items() if slot.role is DayRole.LONG), None)
        runs = len(flexible) + sum(1 for each in sessions.values() if each.is_run) + (long_day is not None)
        remainder = max(0.0, target - hard_size)
        if long_day is not None:
            even = remainder / (len(flexible) + 1) * (1.0 if self.is_metres else self.speeds.easy)
            before = slots.get(long_day - _DAY)
            is_rested = (before is None or not before.is_hard) and self.last_hard != long_day - _DAY
            session = self._long(
                week, long_day, slots[long_day], metres, runs, even=even, is_rested=is_rested
            )
            room = self._amount(SHORTEST_RUN_M) * len(flexible)
            size = self._size_of(session)
            if session.hard_m is None and size > remainder - room:
                least = self._amount(1.2 * SHORTEST_RUN_M)
                shorter = max(least, remainder - room)
                session = self._easy_of(min(size, shorter), Family.LONG)
                session = replace(session, why=LONG_WHY)
            if (friends := slots[long_day].appointment) is not None:
                session = self._long_with_others(session, friends)
            if self.last_long is not None and (long_day - self.last_long).days < _LONG_APART_DAYS:
                plain = long_run(session.distance_m or 0.0, self.speeds)
                session = replace(plain, workout="steady-run")
            self.last_long = long_day
            sessions[long_day] = session
            remainder = max(0.0, remainder - self._size_of(session))
        # An amount that is too small for a run leaves the day free.
        while flexible and remainder / len(flexible) < self._amount(SHORTEST_RUN_M) and len(flexible) > 1:
            day = min(
                flexible,
                key=lambda each: (slots[each].before_race != "", each in strides, flexible[each]),
            )
            del flexible[day]
            sessions[day] = rest_day("Rest: the week is too small to be spread over more days.")
        self._spread(slots, sessions, flexible, remainder)
        self._use_up(week, slots, sessions, flexible, target)

    def _spread(
        self,
        slots: Mapping[date, DaySlot],
        sessions: dict[date, PlannedSession],
        flexible: Mapping[date, float],
        remainder: float,
    ) -> None:
        """Spread an amount over the easy days by their weights, each within its limits."""
        open_days = dict(flexible)
        longest = min(LONGEST_EASY_S * self.speeds.easy, 45_000.0)
        while open_days:
            unit = remainder / sum(open_days.values())
            capped = {
                day: cap
                for day, weight in open_days.items()
                if unit * weight > (cap := self._amount(min(longest, self._room_m(day))))
            }
            sizes = capped or {day: unit * weight for day, weight in open_days.items()}
            for day, share in sizes.items():
                size = max(share, min(self._amount(SHORTEST_RUN_M), self._amount(self._room_m(day))))
                is_recovery = slots[day].role is DayRole.RECOVERY and size <= self._amount(LONGEST_RECOVERY_M)
                family = Family.RECOVERY if is_recovery else Family.EASY
                sessions[day] = replace(self._easy_of(size, family), why=slots[day].why)
                remainder -= size
                del open_days[day]

    def _use_up(
        self,
        week: WeekToFill,
        slots: Mapping[date, DaySlot],
        sessions: dict[date, PlannedSession],
        flexible: Mapping[date, float],
        target: float,
    ) -> None:
        """Add the remainder of rounding to the longest easy run."""
        total = sum(self._size_of(each) for each in sessions.values() if self._counts(week, each))
        shortfall = target - total
        days = [day for day in flexible if day in sessions]
        if not days or abs(shortfall) > self._amount(10 * self.grain_m):
            return
        day = max(days, key=lambda each: self._size_of(sessions[each]))
        size = self._size_of(sessions[day]) + shortfall
        if self._amount(SHORTEST_RUN_M) <= size <= self._amount(self._room_m(day)):
            family = sessions[day].family
            sessions[day] = replace(self._easy_of(size, family), why=slots[day].why)

    def _long(
        self,
        week: WeekToFill,
        day: date,
        slot: DaySlot,
        metres: float,
        runs: int,
        *,
        even: float,
        is_rested: bool,
    ) -> PlannedSession:
        """The long run of a week: no shorter than an easy run of the week, and easy after a hard day."""
        race = week.block.race
        race_m = race.distance_m if race is not None else 10_000.0
        share = LONG_SHARES[min(7, max(1, runs)) - 1]
        if self.template.miles:
            share = max(self.template.miles) / sum(self.template.miles)
        if week.phase in {TrainingPhase.PEAK, TrainingPhase.TAPER}:
            share *= 0.9 if week.block.to_race != 1 else 0.65
        longest = LONGEST_LONG_S[race_class(race_m)] * self.speeds.easy
        size = min(max(share * metres, even), longest, self._room_m(day))
        if runs >= 3:
            size = min(size, MOST_OF_A_WEEK * metres)
        size = max(size, SHORTEST_RUN_M)
        is_two_weeks_out = week.block.to_race == 2 and race_class(race_m) == "marathon"
        if (
            is_rested
            and is_two_weeks_out
            and self.level is not RunnerLevel.BEGINNER
            and slot.appointment is None
        ):
            return goal_pace_long(metres, self.speeds)
        self.longs += not week.is_down
        finish = "" if week.is_down else finish_for(week.phase, race_m, self.level, self.longs)
        return long_run(self._round(size), self.speeds, finish)

    def _long_with_others(self, session: PlannedSession, each: Appointment) -> PlannedSession:
        metres = each.distance_m or (each.minutes or 0.0) * 60 * self.speeds.easy or session.distance_m or 0.0
        plain = easy(round(metres, -2), self.speeds, family=Family.LONG)
        return replace(
            plain,
            title=each.title,
            why="The long run with others: everything else is planned around it, and it is moved last.",
            workout=each.workout or plain.workout,
            is_fixed=True,
            is_hard=each.is_hard and not each.is_unknown,
        )

    def _easy_of(self, size: float, family: Family) -> PlannedSession:
        """An easy run of a size in the unit of the volume."""
        metres = size if self.is_metres else size * self.speeds.easy
        return easy(self._round(metres), self.speeds, family=family)

    def _round(self, metres: float) -> float:
        grain = self.grain_m
        return round(metres / grain) * grain

    def _amount(self, metres: float) -> float:
        """Metres of easy running in the unit of the volume."""
        return metres if self.is_metres else metres / self.speeds.easy

    def _size_of(self, session: PlannedSession) -> float:
        """A session in the unit of the volume."""
        return (session.distance_m or 0.0) if self.is_metres else 60 * (session.minutes or 0.0)

    @staticmethod
    def _counts(week: WeekToFill, session: PlannedSession) -> bool:
        """Return whether a session counts toward its week's target: every run, and minor races."""
        is_great = week.phase is TrainingPhase.RACE
        return session.kind is SessionKind.RUN or (session.kind is SessionKind.RACE and not is_great)

    def _room_m(self, day: date) -> float:
        """The metres that fit into the minutes of a day, with strides at the end."""
        minutes = self.minutes.get(day.weekday())
        return 60_000.0 if minutes is None else max(1_000.0, (minutes - 1) * 60 * self.speeds.easy)

    def _sample_weight(self, day: date, weight: float) -> float:
        """The weight of an easy day: the miles of the template's sample, if it has one."""
        miles = self.template.miles
        return miles[day.weekday()] if miles and miles[day.weekday()] else weight * (4.0 if miles else 1.0)

    # --- the ends of easy runs

    def _strides_days(
        self, week: WeekToFill, slots: Mapping[date, DaySlot], hard_sessions: Mapping[date, PlannedSession]
    ) -> list[date]:
        """The easy runs that get strides or blasts: those meant to be hard in base, and one more."""
        days = sorted(slots)
        free = [
            day
            for day in days
            if slots[day].role in RUN_ROLES - {DayRole.LONG}
            and not slots[day].is_fixed
            and day not in hard_sessions
            and not slots[day].before_race
        ]
        quality_days = [day for day in free if slots[day].role is DayRole.QUALITY]
        others = [day for day in free if slots[day].role is not DayRole.QUALITY]

        def is_rested(day: date) -> bool:
            before = slots.get(day - _DAY)
            return before is None or not (before.is_hard or before.role is DayRole.LONG)

        rested_days = [day for day in others if is_rested(day)]
        more = (
            max(0, _STRIDES_A_WEEK - len(quality_days))
            if week.phase in _BASE_LIKE or not hard_sessions
            else 1
        )
        if week.phase is TrainingPhase.RACE:
            more = 0
        strides = [*quality_days, *(rested_days or others)[:more]]
        return strides[:1] if week.share < 1 else strides  # the whole week beside it has its own

    def _dress(
        self,
        week: WeekToFill,
        slots: Mapping[date, DaySlot],
        sessions: dict[date, PlannedSession],
        strides: list[date],
    ) -> None:
        """Put strides, blasts and the shakeout into easy runs."""
        for day, slot in slots.items():
            if slot.before_race and day in sessions and sessions[day].kind is SessionKind.RUN:
                shakeout = min(
                    sessions[day].distance_m or 0.0, 5_000.0 if slot.before_race == "shakeout" else 7_000.0
                )
                sessions[day] = race_week(slot.before_race, self.speeds, max(SHORTEST_RUN_M, shakeout))
        is_first = True
        for day in strides:
            session = sessions.get(day)
            if session is None or session.kind is not SessionKind.RUN or session.family not in _PLAIN:
                continue
            last = self.last_days.get(_BLASTS)
            is_due = last is None or (day - last).days >= _APART_DAYS
            if (
                week.phase is TrainingPhase.BASE
                and is_first
                and is_due
                and slots[day].role is DayRole.QUALITY
            ):
                self.last_days[_BLASTS] = day
                sessions[day] = hill_blasts(self._shorter(day, session, 10), BLASTS_WHY)
            else:
                sessions[day] = with_strides(self._shorter(day, session, 6), self.speeds, STRIDES_WHY)
            is_first = False
        self._keep_quick(week, slots, sessions)
        self._keep_share(week, slots, sessions)
        self._keep_easy(week, slots, sessions)

    def _shorter(self, day: date, session: PlannedSession, extra: float) -> PlannedSession:
        """An easy run shortened by the extra minutes at its end, within its day, or its week by time."""
        limit = self.minutes.get(day.weekday())
        minutes = session.minutes or 0.0
        if not self.is_metres:
            limit = minutes if limit is None else min(limit, minutes)
        if limit is None or minutes + extra <= limit:
            return session
        metres = max(1_000.0, (limit - extra) * 60 * self.speeds.easy)
        return easy(self._round(metres), self.speeds, family=session.family)

    def _keep_quick(
        self, week: WeekToFill, slots: Mapping[date, DaySlot], sessions: dict[date, PlannedSession]
    ) -> None:
        """Let the long run end quicker in a week in which nothing else is fast, as with one or two running days."""
        if week.phase is TrainingPhase.RACE or any(
            each.hard_minutes or each.is_hard for each in sessions.values()
        ):
            return
        for day, session in sessions.items():
            if session.family is Family.LONG and session.workout != "steady-run" and not slots[day].is_fixed:
                sessions[day] = long_run(session.distance_m or 0.0, self.speeds, "long-run-quick-last-mile")

    def _keep_share(
        self, week: WeekToFill, slots: Mapping[date, DaySlot], sessions: dict[date, PlannedSession]
    ) -> None:
        """Take reps out of a session whose share of the week is too large, as the days had no room for the rest."""
        for day, session in sessions.items():
            chain = chain_of(session.workout)
            dose = session.dose
            if chain is None or dose is None or slots[day].is_fixed:
                continue
            total = sum(each.distance_m or 0.0 for each in sessions.values() if self._counts(week, each))
            most = max(1, chain.most_reps(total, self.speeds))
            if dose.reps > most:
                fewer, change = self.doses.fewer(chain, week.phase, most)
                bare = quality(chain, fewer, change, self.speeds, warm_m=0, cool_m=0)
                around = max(2_600.0, (session.distance_m or 0.0) - (bare.distance_m or 0.0))
                sessions[day] = quality(
                    chain, fewer, change, self.speeds, warm_m=0.58 * around, cool_m=0.42 * around
                )

    def _keep_easy(
        self, week: WeekToFill, slots: Mapping[date, DaySlot], sessions: dict[date, PlannedSession]
    ) -> None:
        """Leave out the finish of the long run, then hard sessions, where the week would not be easy enough."""
        if self._easy_share(week, sessions) >= EASY_SHARE:
            return
        for day, session in sessions.items():
            is_plain = session.family is Family.LONG and session.workout != GOAL_PACE_LONG
            if is_plain and session.hard_m and not slots[day].is_fixed:
                sessions[day] = long_run(session.distance_m or 0.0, self.speeds)
        if self._easy_share(week, sessions) >= EASY_SHARE:
            return
        hard = [
            day
            for day, each in sessions.items()
            if each.is_hard and each.workout != GOAL_PACE_LONG and not slots[day].is_fixed
        ]
        while hard and self._easy_share(week, sessions) < EASY_SHARE:
            day = hard.pop()
            if (chain := chain_of(sessions[day].workout)) is not None:
                self.doses.forget(chain)
            plain = self._shorter(day, easy(sessions[day].distance_m or SHORTEST_RUN_M, self.speeds), 6)
            why = "Easy with strides: another hard session would leave less than 80 % of the week easy."
            sessions[day] = with_strides(plain, self.speeds, why)

    def _easy_share(self, week: WeekToFill, sessions: Mapping[date, PlannedSession]) -> float:
        runs = [each for each in sessions.values() if self._counts(week, each)]
        minutes = sum(each.minutes or 0.0 for each in runs)
        hard = sum(each.hard_minutes or 0.0 for each in runs)
        return 1 - hard / minutes if minutes else 1.0

    # --- after a race

    def _recovery(
        self, week: WeekToFill, slots: Mapping[date, DaySlot], metres: float
    ) -> dict[date, PlannedSession]:
        """A few short easy runs; none where the week has no volume."""
        place = min(week.block.place, len(RECOVERY_RUNS) - 1)
        sessions: dict[date, PlannedSession] = {}
        runs = [day for day, slot in slots.items() if slot.role in RUN_ROLES and not slot.is_fixed]
        # The later days of the week, so that the first ones are free.
        run_days = runs[-RECOVERY_RUNS[place] :] if metres > 0 else []
        seconds = RECOVERY_RUN_S[place]
        for day, slot in slots.items():
            if slot.race is not None:
                sessions[day] = race_session(slot.race, self.speeds)
            elif slot.appointment is not None:
                sessions[day] = self._appointment(slot.appointment, slot)
            elif day in run_days:
                size = min(self._round(seconds * self.speeds.easy), self._room_m(day))
                why = "A short easy run: after the race legs and head come back, without workouts."
                sessions[day] = replace(easy(size, self.speeds, family=Family.RECOVERY), why=why)
            else:
                sessions[day] = rest_day("Rest: the weeks after a race are for coming back.")
        return sessions


_STRIDES_A_WEEK: Final = 2
"""Easy runs with strides or blasts in a week without anything hard. The library takes three in seven days."""
_PLAIN: Final = frozenset({Family.EASY, Family.RECOVERY})
_BLASTS: Final = "blasts"
