"""The planner: a season of sessions from races, free days and a volume, backwards from each A race.

It is made in three passes. The first gives each day of a week its role, the second keeps the spacing across weeks and
around the races, the third chooses sessions and sizes, one variable at a time. Parts without room are reported.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from coach.plan.filling import DaySlot, WeekFiller, WeekToFill
from coach.plan.model import (
    WEEKDAYS,
    Appointment,
    Family,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanOptIn,
    PlanWeek,
    RacePriority,
    RunnerLevel,
    TaperStyle,
    TrainingPhase,
    monday_of,
)
from coach.plan.sessions import with_reasons
from coach.plan.strength import with_sheets
from coach.plan.templates import (
    DOWN,
    EVE_DAYS,
    NO_LONG_DAYS,
    OFF_DAYS_OF_A_DOWN_WEEK,
    PHASE_SHARE,
    QUIET_DAYS,
    RECOVERY_SHARES,
    RUN_ROLES,
    SIX_STAGES,
    TAPER_CUTS,
    TAPER_EVIDENCE,
    TEMPLATES,
    THREE_THREE_ONE,
    TWO_PEAKS,
    USUAL_TEMPLATES,
    USUAL_WEEKDAYS,
    BlockWeek,
    DayRole,
    SeasonBlocks,
    SeasonRequest,
    WeekTemplate,
    check_request,
    down_weeks,
    hard_days,
    lay_out,
    quiet_after,
    season_blocks,
    stage_of,
    taper_days,
    taper_share,
    weeks_to_reach,
    with_priorities,
    without_one,
)
from coach.quantities import format_hours, long_distance

__all__ = ["SLEEP_NIGHTS", "SLEEP_NOTE", "PlannedSeason", "SeasonRequest", "make_plan"]

FASTEST_QUALITY_WEEK_M: Final = 18_000.0
"""A shorter week has at most one hard session, and one of less than two thirds of it none. Judged."""
SLEEP_NIGHTS: Final = 8
SLEEP_NOTE: Final = "Go to bed 20 minutes earlier tonight, as on each of the eight nights before the race."
_DAY: Final = timedelta(days=1)
_QUIET: Final = frozenset({TrainingPhase.RECOVERY, TrainingPhase.RACE})


@dataclass(frozen=True, slots=True)
class PlannedSeason:
    """A plan, and the parts left out of it with reasons, a sentence each."""

    plan: Plan
    cut: tuple[str, ...]


def make_plan(request: SeasonRequest, today: date) -> PlannedSeason:
    """Plan a season from a day on.

    Raises:
        PlanProblem: the races or the volume cannot be planned for; with the reason and a fix.
    """
    check_request(request, today)
    planner = _Planner(request, today)
    season, room = planner.season(), planner.room
    if room is None or room >= request.volume.peak:
        return season
    # A target beyond the room of the days is lowered; otherwise down weeks would not be lower.
    volume = replace(request.volume, start=min(request.volume.start, room), peak=room)
    again = _Planner(replace(request, volume=volume), today)
    note = f"Your days have room for {again.text_of(room)} a week, not {again.text_of(request.volume.peak)}."
    again.cut.append(note)
    return again.season()


class _Planner:
    """Plans one season."""

    def __init__(self, request: SeasonRequest, today: date) -> None:
        self.request = request
        self.today = today
        self.cut: list[str] = []
        self.races, demoted = with_priorities(request.races)
        self.cut += demoted
        self.template = self._template()
        self.weekdays = self._weekdays()
        self.free = replace(request.availability, weekdays=self.weekdays, minutes=self._minutes())
        self.taper_cut = self._taper_cut()
        self.is_metres = request.volume.unit == "m"
        self.speeds = request.speeds
        self.slots: dict[date, DaySlot] = {}
        self.reached = request.volume.start
        self.empty: list[date] = []
        """The Mondays of weeks without a day to run on."""
        self.room: float | None = None
        """The volume that fits into the fullest week, if weeks are short of their target."""
        self._layouts: dict[object, tuple[DayRole, ...]] = {}

    # --- the request

    def _template(self) -> WeekTemplate:
        request = self.request
        name = request.template or USUAL_TEMPLATES.get(request.days or len(request.weekdays), "")
        return TEMPLATES[name or "5-days"]

    def _weekdays(self) -> tuple[int, ...]:
        request = self.request
        if request.weekdays:
            days = request.weekdays
        elif request.days:
            own = self.template.weekdays
            days = own if len(own) == request.days else USUAL_WEEKDAYS[request.days]
        else:
            days = self.template.weekdays
        return tuple(sorted({*days, *(each.weekday for each in request.availability.fixed)}))

    def _minutes(self) -> dict[int, float]:
        """The most minutes of each day; an appointment that takes longer is kept, with a note."""
        minutes = dict(self.request.availability.minutes)
        for each in self.request.availability.fixed:
            takes = each.minutes or (each.distance_m or 0.0) / self.request.speeds.easy / 60 or 60.0
            limit = minutes.get(each.weekday)
            if limit is not None and takes > limit:
                del minutes[each.weekday]
                day = WEEKDAYS[each.weekday]
                self.cut.append(
                    f"{each.title} takes {takes:.0f} minutes; you have {limit:.0f} on {day}. It stays."
                )
        return minutes

    def _taper_cut(self) -> float:
        style = self.request.taper or self.template.taper or TaperStyle.STANDARD
        percent = self.request.taper_percent
        return TAPER_CUTS[style] if percent is None else percent / 100

    # --- the whole

    def season(self) -> PlannedSeason:
        """Return the plan of the season."""
        blocks = self._blocks()
        self.cut += blocks.cut
        low, high = TAPER_EVIDENCE
        if (self.request.taper or self.request.taper_percent) and not low <= 100 * self.taper_cut <= high:
            self.cut.append(
                f"A taper of -{100 * self.taper_cut:.0f} %, as you asked for; studies found -{low:.0f} to "
                f"-{high:.0f} % best, over two weeks, with intensity and frequency kept (Bosquet 2007)."
            )
        if len(self.weekdays) <= _FEW_DAYS:
            keep = (
                "One running day a week keeps" if len(self.weekdays) == 1 else "Two running days a week keep"
            )
            self.cut.append(f"{keep} what you have; separate hard, easy and long runs need three or more.")
        weeks = self._weeks(blocks.weeks)
        for week in weeks:
            self._lay_out(week)
        self._say_empty()
        self._settle()
        filler = WeekFiller(
            self.template,
            self.request.level,
            self.speeds,
            self.is_metres,
            self.free.minutes,
            self.request.histories,
            self.request.grain_m,
        )
        days: list[PlanDay] = []
        plan_weeks: list[PlanWeek] = []
        for week in weeks:
            week.share = self._share(week)
            slots = {day: self.slots[day] for day in week.dates if day in self.slots}
            sessions = filler.fill(week, slots)
            plan_weeks.append(self._plan_week(week, sessions))
            days += [self._plan_day(each, sessions.get(each)) for each in week.dates]
        days = with_reasons(days)
        plan = self._plan(plan_weeks, _with_ids(days))
        plan = with_sheets(plan, self.today, easier_until=self.request.easier_until)
        return PlannedSeason(plan, tuple(dict.fromkeys(self.cut)))

    def _blocks(self) -> SeasonBlocks:
        first = monday_of(self.today)
        is_partial = self.today.weekday() > 2
        great = next(race for race in self.races if race.priority is RacePriority.A)
        recovery, until = self.request.recovery, None
        if self.template.name == TWO_PEAKS:
            recovery = recovery or 4
            until = date(self.races[-1].date.year, 12, 31)
        if not is_partial or monday_of(great.date) == first:
            return season_blocks(first, self.races, recovery=recovery, until=until, is_even=until is not None)
        blocks = season_blocks(
            first + timedelta(weeks=1), self.races, recovery=recovery, until=until, is_even=until is not None
        )
        # The remaining days of this week count as no week: they have the phase of the first one.
        partial = replace(blocks.weeks[0], monday=first, place=0)
        if partial.phase is TrainingPhase.RACE:
            partial = replace(partial, phase=TrainingPhase.SHARPEN)
        return replace(blocks, weeks=(partial, *blocks.weeks))

    # --- how much

    def _weeks(self, blocks: Sequence[BlockWeek]) -> list[WeekToFill]:
        weeks = [WeekToFill(block) for block in blocks]
        barred = {
            week.monday
            for week in weeks
            if week.phase
            in {TrainingPhase.PEAK, TrainingPhase.TAPER, TrainingPhase.RACE, TrainingPhase.RECOVERY}
        }
        downs = down_weeks(
            [week.monday for week in weeks], self.free.off, every=self.request.down_every, barred=barred
        )
        for week, is_down in zip(weeks, downs, strict=True):
            week.is_down = is_down
        self._count(weeks)
        for week in weeks:
            if self._is_taper(week):
                week.block = replace(week.block, phase=TrainingPhase.TAPER)
        self._amounts(weeks)
        self._note_peak_not_reached(weeks)
        return weeks

    def _count(self, weeks: Sequence[WeekToFill]) -> None:
        """Number the weeks of each cycle."""
        race: PlannedRace | None = None
        number = 0
        for week in weeks:
            if week.block.race is not race:
                race, number = week.block.race, 0
            week.number = number
            number += 1
        for week in weeks:
            week.before_peak = sum(
                1 for each in weeks if each.block.race is week.block.race and each.phase in _GROWING
            )

    def _amounts(self, weeks: Sequence[WeekToFill]) -> None:
        start, peak = self.request.volume.start, self.request.volume.peak
        up, top, peak_now = start, start, peak
        is_first, was_short = True, False
        before = start
        for week in weeks:
            phase = week.phase
            if phase is TrainingPhase.RECOVERY:
                shares = RECOVERY_SHARES
                place = min(len(shares) - 1, week.block.place)
                week.amount = shares[place] * top
                up, is_first = max(start, 0.7 * top), True
                if self.template.name == TWO_PEAKS:
                    peak_now = peak * _SECOND_PEAK
                    week.amount = 0.0 if week.block.place < 2 else week.amount
                continue
            can_rise = phase in _RISING and not week.is_down and up < peak_now
            if can_rise and not is_first and not was_short:
                up = min(peak_now, up * (1 + self.request.growth))
            if phase in _RISING:
                is_first = False
            # A week with days off or short days gives no growth: the next one has its planned volume.
            was_short = (
                was_short
                if week.is_down
                else self._has_days_off(week) or any(self._is_eve(race, week) for race in self.races)
            )
            top = max(start, up) if phase in _GROWING else top
            share = PHASE_SHARE[phase]
            if phase is TrainingPhase.BUILD and up < peak_now:
                share = 1.0
            level = up * share
            if phase in {TrainingPhase.PEAK, TrainingPhase.TAPER, TrainingPhase.RACE, TrainingPhase.SHARPEN}:
                level = self._taper_volume(week, up)
            elif week.is_down:
                level = min(level, before) * (1 - DOWN)
            # Targets are round numbers, so that a week's sessions add up to them.
            grain = self.request.grain_m
            week.amount = round(level / grain) * grain if self.is_metres else level
            before = level
        self.reached = max((week.amount for week in weeks), default=start)

    def _has_days_off(self, week: WeekToFill) -> bool:
        """Return whether a running day of a week is off."""
        return any(day.weekday() in self.weekdays and self.free.off_on(day) is not None for day in week.dates)

    def _is_eve(self, race: PlannedRace, week: WeekToFill) -> bool:
        """Return whether a week has one of the short days before a B race."""
        first, last = week.monday + _DAY, week.monday + 6 * _DAY + EVE_DAYS["strides"] * _DAY
        return race.priority is RacePriority.B and first <= race.date <= last

    def _taper_volume(self, week: WeekToFill, up: float) -> float:
        """The volume of a week of peak or race, day by day: before the taper a share of it, then less each day."""
        race = week.block.race
        assert race is not None
        days = self._taper_length(week, race)
        ordinary = up * PHASE_SHARE[TrainingPhase.SPEED]
        level = up * PHASE_SHARE[week.phase]
        total = 0.0
        for day in week.dates:
            if day >= race.date:
                break
            share = taper_share(day, race.date, days, self.taper_cut)
            total += level if share >= 1 else min(level, ordinary * share)
        return total / 7

    def _taper_length(self, week: WeekToFill, race: PlannedRace) -> int:
        """Days of the taper before the race of a week: within the peak, where there is more than that."""
        days = taper_days(race.distance_m, week.before_peak + week.block.peak_weeks)
        peak = monday_of(race.date) - timedelta(weeks=week.block.peak_weeks - 1)
        return min(days, (race.date - peak).days) if week.before_peak else days

    def _is_taper(self, week: WeekToFill) -> bool:
        """Return whether a week of the peak lies in the taper for the most part."""
        race = week.block.race
        if race is None or week.phase is not TrainingPhase.PEAK:
            return False
        days = self._taper_length(week, race)
        return sum((race.date - day).days <= days for day in week.dates) >= _TAPER_WEEK_DAYS

    def _taper_note(self, week: WeekToFill) -> str:
        """A sentence for the week in which a taper begins."""
        race = week.block.race
        if race is None or week.phase not in _BEFORE_RACE:
            return ""
        first = max(race.date - self._taper_length(week, race) * _DAY, self.today)
        if monday_of(first) != week.monday or first >= race.date:
            return ""
        return f"The taper begins on {first:%a}: {100 * self.taper_cut:.0f} % less, as quick and as often."

    def _note_peak_not_reached(self, weeks: Sequence[WeekToFill]) -> None:
        """Note that the peak was not reached, and what it needs."""
        peak, start = self.request.volume.peak, self.request.volume.start
        growing = [week for week in weeks if week.phase in _GROWING]
        if self.reached >= 0.99 * peak or not growing:
            if not growing and peak > 1.05 * start:
                self.cut.append(
                    f"There is no time to build up to {self.text_of(peak)}: the volume stays near the start."
                )
            return
        needed = weeks_to_reach(start, peak, every=self.request.down_every, growth=self.request.growth)
        self.cut.append(
            f"The weeks reach {self.text_of(self.reached)}: {self.text_of(peak)} would take {needed} weeks at "
            f"+{100 * self.request.growth:.0f} % an up week."
        )

    def text_of(self, amount: float) -> str:
        """An amount as a person reads it."""
        if not self.is_metres:
            return f"{format_hours(amount)} hours"
        figure, unit = long_distance(amount, self.request.unit)
        return f"{figure} {unit}"

    # --- the roles of days

    def _lay_out(self, week: WeekToFill) -> None:
        """Choose the role of each day of a week."""
        off = {day.weekday() for day in week.dates if self.free.off_on(day) is not None}
        past = {day.weekday() for day in week.dates if day < self.today}
        days = [day for day in self.weekdays if day not in off | past]
        races = {race.date.weekday(): race for race in self.races if monday_of(race.date) == week.monday}
        fixed = [each for each in self.free.fixed if each.weekday not in off | past | races.keys()]
        fixed = [self._in_phase(each, week) for each in fixed]
        pseudo = [Appointment(day, race.label, Family.RACE) for day, race in races.items()]
        roles = self._roles(week, tuple(days), (*fixed, *pseudo))
        if not days and not races and week.phase not in _QUIET:
            self.empty.append(week.monday)
        roles = without_one(roles, races, days)
        appointments = {each.weekday: each for each in fixed}
        hard = {each.weekday: each.is_hard for each in self.free.fixed}
        for day in week.dates:
            weekday = day.weekday()
            if weekday in past or (weekday in off and weekday not in races):
                continue
            role = roles[weekday]
            slot = DaySlot(role, appointments.get(weekday), races.get(weekday))
            if slot.appointment is not None and hard[weekday] and not slot.appointment.is_hard:
                slot.why = (
                    "Agreed with others: go along and run it easy, because a race is near or just over."
                )
            self.slots[day] = slot

    def _in_phase(self, appointment: Appointment, week: WeekToFill) -> Appointment:
        """An appointment in a week: easy in recovery and close to an A or B race."""
        day = week.monday + appointment.weekday * _DAY
        near = {RacePriority.A: (-7, 3), RacePriority.B: (-1, 3), RacePriority.C: (-1, 1)}
        is_close = any(
            near[race.priority][0] <= (race.date - day).days <= near[race.priority][1] for race in self.races
        )
        if week.phase is TrainingPhase.RECOVERY or is_close:
            family = appointment.family if not appointment.is_hard else Family.EASY
            return replace(appointment, is_hard=False, is_unknown=False, family=family, workout="easy-run")
        return appointment

    def _roles(
        self, week: WeekToFill, days: tuple[int, ...], fixed: tuple[Appointment, ...]
    ) -> tuple[DayRole, ...]:
        hard = self._hard_sessions(week, len(days))
        yesterday = self.slots.get(week.monday - _DAY)
        after_hard = yesterday is not None and (yesterday.is_hard or yesterday.role is DayRole.LONG)
        is_quiet = week.phase is TrainingPhase.RECOVERY
        barred = tuple(
            day.weekday()
            for day in week.dates
            if any(1 <= (race.date - day).days <= QUIET_DAYS[race.priority] for race in self.races)
        )
        no_long = tuple(
            day.weekday()
            for day in week.dates
            if any(-1 <= (race.date - day).days <= NO_LONG_DAYS[race.priority] for race in self.races)
            or any(
                (slot := self.slots.get(day - back * _DAY)) is not None and slot.role is DayRole.LONG
                for back in range(1, _LONG_AFTER_DAYS)
            )
        )
        key = (days, fixed, hard, after_hard, is_quiet, barred, no_long)
        if key not in self._layouts:
            layout = lay_out(
                self.template,
                days,
                hard,
                fixed,
                minutes=self.free.minutes,
                barred=barred,
                no_long=no_long,
                after_hard=after_hard,
            )
            roles = list(layout.roles)
            if is_quiet:
                roles = [DayRole.EASY if role in RUN_ROLES else DayRole.REST for role in roles]
            self._layouts[key] = tuple(roles)
            is_usual = len(days) == len(self.weekdays) and week.phase in _GROWING and not after_hard
            if layout.cut and is_usual:
                self.cut.append(layout.cut)
        return self._layouts[key]

    def _hard_sessions(self, week: WeekToFill, days: int) -> int:
        if week.phase is TrainingPhase.RECOVERY:
            return 0
        most = hard_days(self.request.level, days)
        if self.template.name == THREE_THREE_ONE and days == 7 and week.phase not in _QUIET:
            if self.request.level is not RunnerLevel.BEGINNER:
                most = 3
            elif _NOT_FOR_BEGINNERS not in self.cut:
                self.cut.append(_NOT_FOR_BEGINNERS)
        metres = week.amount if self.is_metres else week.amount * self.speeds.easy
        if metres < FASTEST_QUALITY_WEEK_M:
            most = min(most, 1 if metres >= FASTEST_QUALITY_WEEK_M * 2 / 3 else 0)
        if week.phase is TrainingPhase.RACE:
            return 1 + sum(monday_of(race.date) == week.monday for race in self.races) if most else 0
        if week.is_down and week.phase not in {TrainingPhase.BASE, TrainingPhase.FREE}:
            return min(most, 1)
        return most

    # --- spacing

    def _settle(self) -> None:
        """Keep the days around the races easy, and hard days apart across the weeks."""
        for race in self.races:
            self._settle_race(race)
        self._settle_longs()
        if PlanOptIn.BACK_TO_BACK in self.request.opt_ins:
            return
        for day in sorted(self.slots):
            slot, before = self.slots[day], self.slots.get(day - _DAY)
            if before is None or not slot.is_hard or not (before.is_hard or before.role is DayRole.LONG):
                continue
            victim = before if slot.is_fixed else slot
            if victim.is_fixed:
                both = f"{before.label} and {slot.label} are hard and follow each other"
                self.cut.append(f"{both}, such as on {day}: neither gives way.")
            else:
                victim.role, victim.why = DayRole.EASY, "Easy, because the day beside it is hard."

    def _settle_longs(self) -> None:
        """Leave out a long run that comes a few days after the last one, as in a week with days off."""
        last: date | None = None
        for day in sorted(self.slots):
            slot = self.slots[day]
            if slot.role is not DayRole.LONG:
                continue
            if last is not None and (day - last).days < _LONG_AFTER_DAYS and slot.appointment is None:
                slot.role = DayRole.EASY
            else:
                last = day

    def _settle_race(self, race: PlannedRace) -> None:
        great = race.priority is RacePriority.A
        quiet_before = QUIET_DAYS[race.priority]
        for back in range(1, 7):
            slot = self.slots.get(race.date - back * _DAY)
            if slot is None or slot.race is not None:
                continue
            if slot.role is DayRole.LONG and back <= NO_LONG_DAYS[race.priority]:
                slot.role = DayRole.EASY
            if slot.role is DayRole.CROSS and back <= quiet_before:
                slot.role = DayRole.REST
        if race.priority is not RacePriority.C:
            self._lay_race_eve(race)
        after = 7 if great else quiet_after(race)
        for step in range(1, after + 1):
            day = race.date + step * _DAY
            slot = self.slots.get(day)
            if slot is None or slot.race is not None:
                continue
            if great and monday_of(day) == monday_of(race.date):
                slot.role, slot.why = (
                    DayRole.REST,
                    f"Rest: {race.label} is over, and the legs are to come back.",
                )
                if slot.appointment is not None:
                    slot.role = DayRole.EASY
            elif (
                slot.role in {DayRole.QUALITY, DayRole.LONG}
                and not slot.is_fixed
                and step <= max(2, quiet_after(race))
            ):
                slot.role = DayRole.RECOVERY

    def _lay_race_eve(self, race: PlannedRace) -> None:
        """Put the shakeout on the last running day before a race, and strides on the one before it, or alone."""
        running = [
            day
            for back in range(1, 6)
            if (slot := self.slots.get(day := race.date - back * _DAY)) is not None
            and slot.role in RUN_ROLES - {DayRole.QUALITY, DayRole.LONG}
            and not slot.is_fixed
        ]
        names: tuple[str, ...] = ("shakeout", "strides")
        if running and (race.date - running[0]).days > EVE_DAYS["shakeout"]:
            names = ("strides",)
        for day, name in zip(running, names, strict=False):
            if (race.date - day).days <= EVE_DAYS[name]:
                self.slots[day].before_race = name

    # --- the plan

    def _share(self, week: WeekToFill) -> float:
        """The share of a week that is left: by its running days that are over or off; a race is one, on any day."""
        usual = [day for day in week.dates if day.weekday() in self.weekdays]
        if week.phase in _QUIET or not usual:
            return 1.0
        slots = [(day, slot) for day in week.dates if (slot := self.slots.get(day)) is not None]
        ahead = sum(slot.race is not None or (slot.is_run and day in usual) for day, slot in slots)
        return min(1.0, ahead / len(usual))

    def _plan_week(self, week: WeekToFill, sessions: Mapping[date, PlannedSession]) -> PlanWeek:
        is_race = week.phase is TrainingPhase.RACE
        runs = [
            each for each in sessions.values() if each.is_run and not (is_race and each.family is Family.RACE)
        ]
        planned = sum(
            (each.distance_m or 0.0) if self.is_metres else 60 * (each.minutes or 0.0) for each in runs
        )
        target = planned if week.phase is TrainingPhase.RECOVERY or week.share < 1 else week.amount
        grain = self.request.grain_m if self.is_metres else 300.0
        short = target - planned
        notes = [self._stage(week), self._taper_note(week)]
        if week.is_down:
            off = sum(self.free.off_on(day) is not None for day in week.dates)
            notes.append("The down week is laid on the days off." if off >= OFF_DAYS_OF_A_DOWN_WEEK else "")
        if short > 0.06 * target and week.phase is not TrainingPhase.RACE:
            eve = next((race for race in self.races if self._is_eve(race, week)), None)
            have = "Your days have room for" if eve is None else f"The days before {eve.label} are short:"
            notes.append(f"{have} {self.text_of(planned)} of {self.text_of(target)}.")
            self._say_once("Some weeks have less than they aim at", week, notes[-1])
            target = planned
            if week.phase in _RISING and not week.is_down and eve is None:
                self.room = max(self.room or 0.0, planned)
        elif -short > _MORE_THAN_AIMED * target and week.phase is not TrainingPhase.RECOVERY:
            notes.append(
                f"The sessions that cannot be shorter come to {self.text_of(planned)}, not {self.text_of(target)}."
            )
            self._say_once("Some weeks have more than they aim at", week, notes[-1])
            target = planned
        amount = round(max(target, 0.0) / grain) * grain if abs(target - planned) > grain else planned
        note = " ".join(filter(None, notes))
        metres, seconds = (round(amount), None) if self.is_metres else (None, round(amount))
        return PlanWeek(week.monday, week.phase, metres, seconds, week.is_down, note)

    def _say_empty(self) -> None:
        """Name the weeks without a day to run on."""
        if len(self.empty) == 1:
            self.cut.append(f"The week of {self.empty[0]} has no day to run on.")
        elif self.empty:
            weeks = f"{len(self.empty)} weeks have no day to run on"
            self.cut.append(f"{weeks}, from that of {self.empty[0]} to that of {self.empty[-1]}.")

    def _say_once(self, what: str, week: WeekToFill, why: str) -> None:
        """Write a note for several weeks once, with the first of them."""
        if not any(each.startswith(what) for each in self.cut):
            self.cut.append(f"{what}, as in the week of {week.monday}: {why[0].lower()}{why[1:]}")

    def _stage(self, week: WeekToFill) -> str:
        weeks_left = week.block.to_race
        if self.template.name != SIX_STAGES or weeks_left is None or not (stage := stage_of(weeks_left)):
            return ""
        return f"{stage}."

    def _plan_day(self, day: date, session: PlannedSession | None) -> PlanDay:
        off = self.free.off_on(day)
        note = ""
        for race in self.races:
            if (
                race.priority is RacePriority.A
                and 1 <= (race.date - day).days <= SLEEP_NIGHTS
                and day >= self.today
            ):
                note = SLEEP_NOTE
        reason = off.why if off is not None and day >= self.today else None
        return PlanDay(day, () if session is None else (session,), reason, note)

    def _plan(self, weeks: Sequence[PlanWeek], days: Sequence[PlanDay]) -> Plan:
        request = self.request
        great = next(race for race in self.races if race.priority is RacePriority.A)
        words = great.distance.replace(".", "-").replace(" ", "-").lower()
        count = sum(len(day.sessions) for day in days)
        return Plan(
            id=f"{great.date}-{words}"[:32].strip("-"),
            athlete=request.athlete,
            created=self.today,
            level=request.level,
            races=self.races,
            availability=self.free,
            volume=request.volume,
            weeks=tuple(weeks),
            days=tuple(days),
            template=self.template.name,
            taper=request.taper or self.template.taper or TaperStyle.STANDARD,
            taper_percent=request.taper_percent,
            opt_ins=request.opt_ins,
            histories=request.histories,
            notes=tuple(dict.fromkeys([*self.cut, *filter(None, [self.template.note])])),
            next_id=count + 1,
        )


_GROWING: Final = frozenset(
    {TrainingPhase.FREE, TrainingPhase.BASE, TrainingPhase.BUILD, TrainingPhase.SPEED}
)
"""Phases before the peak."""
_RISING: Final = frozenset({TrainingPhase.BASE, TrainingPhase.BUILD})
"""Phases in which the volume grows."""
_LONG_AFTER_DAYS: Final = 4
"""A long run sooner after the last one is left out. Judged."""
_BEFORE_RACE: Final = frozenset(
    {TrainingPhase.PEAK, TrainingPhase.TAPER, TrainingPhase.RACE, TrainingPhase.SHARPEN}
)
_TAPER_WEEK_DAYS: Final = 4
"""A week of the peak with this many days of the taper is called one of the taper."""
_MORE_THAN_AIMED: Final = 0.03
"""Excess over the target from which a week has a note: 8 % of growth and 3 % more break a rule."""
_NOT_FOR_BEGINNERS: Final = "Three hard days a week are not for beginners: there are two."
_FEW_DAYS: Final = 2
"""Too few running days to keep hard and easy ones apart."""
_SECOND_PEAK: Final = 50 / 45
"""The second half of a year of two peaks has more volume: 45, then 50 miles."""


def _with_ids(days: Iterable[PlanDay]) -> list[PlanDay]:
    """The days with an id for each session."""
    number = 0
    numbered = []
    for day in days:
        sessions = []
        for session in day.sessions:
            number += 1
            sessions.append(replace(session, id=f"s{number}"))
        numbered.append(replace(day, sessions=tuple(sessions)))
    return numbered
