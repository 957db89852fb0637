"""Timing by hand: every press at the line, the runner each belongs to, and the sheet of a session.

A press is stored at once and has no runner until it is assigned: by the order of crossing, by a key, or later from the
list. `HandTiming` is a fold of the stored inputs; the order, the times of each runner and the next to cross follow
from them alone. Times are seconds since the session began.

Rule 1: a press is never lost and never doubled. One that is taken back stays in the list, and can be assigned again.
Rule 2: the runner of a press is part of the input, so that replaying a session needs no prediction.
Rule 3: a time counts from the runner's own start: that of their heat and their place in the waves.
Rule 4: backspace undoes exactly the last manual action; a gate that was passed meanwhile stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from statistics import median
from typing import Any, Final

from coach.interchange.text import csv_table
from coach.quantities import Metres, Seconds, format_clock
from coach.review.journaled import JournaledRep
from coach.squad.roster import LETTERS, Roster, SquadRunner
from coach.squad.run import MISSED_SHARE, NEAR_S, OVERRULE_S, RECENT_LAPS, Expected, GivenBy

LAP_M: Final = Metres(400.0)
"""The length of a lap if none is given."""
_FASTEST_MPS: Final = 10.5
"""Fastest possible speed: closer crossings are of two runners. Judged; the 400 m record is run at 9.3 m/s."""
_GONE: Final = 1.5
"""Laps without a crossing after which a runner is no longer expected."""
_NEAR: Final = 0.1
"""Share of a lap within which a runner is still the next. Judged: 7 s of a lap of 72 s."""

# --- inputs


class PressSource(StrEnum):
    """The device a press came from."""

    KEY = "key"
    GATE = "gate"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """The clock of a heat starts."""

    at: Seconds
    heat: int
    moment: Seconds
    is_early: bool = False
    """True if it runs only until the start signal: the session has begun, the heat has not."""
    is_anew: bool = False
    """True if it is the start signal for a clock that ran early, and replaces it."""


@dataclass(frozen=True, slots=True)
class LinePressed:
    """A runner crossed the line."""

    at: Seconds
    moment: Seconds
    """The time of the key, or of passing the gate."""
    source: PressSource = PressSource.KEY
    place: str = ""
    """The name of the gate or phone."""
    runner: str = ""
    """The runner's slug; empty if not known yet."""
    by: GivenBy | None = None


@dataclass(frozen=True, slots=True)
class PressGiven:
    """A press is assigned to a runner; before, it had none, another one, or was taken back."""

    at: Seconds
    press: int
    runner: str
    by: GivenBy = GivenBy.ANSWER


@dataclass(frozen=True, slots=True)
class PressesSwapped:
    """Two presses change their runners."""

    at: Seconds
    press: int
    other: int


@dataclass(frozen=True, slots=True)
class PressesTakenBack:
    """Presses are removed, because nobody crossed the line."""

    at: Seconds
    presses: tuple[int, ...]
    is_held_key: bool = False
    """True if a key was held down, which is one press."""


@dataclass(frozen=True, slots=True)
class OrderLeft:
    """A runner stopped or was lapped, and is no longer expected."""

    at: Seconds
    runner: str


@dataclass(frozen=True, slots=True)
class RunnerNamed:
    """A runner gets a name."""

    at: Seconds
    runner: str
    name: str


@dataclass(frozen=True, slots=True)
class HandUndone:
    """The last manual action is undone."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class TimingEnded:
    """The timing is over."""

    at: Seconds


HandInput = (
    ClockStarted
    | LinePressed
    | PressGiven
    | PressesSwapped
    | PressesTakenBack
    | OrderLeft
    | RunnerNamed
    | HandUndone
    | TimingEnded
)
"""The inputs of a session by hand."""

# --- the session


@dataclass(frozen=True, slots=True)
class HandSetup:
    """The runners, distance and heats of a session."""

    roster: Roster
    lap_m: Metres = LAP_M
    distance_m: Metres | None = None
    """None if the distance is not known yet."""
    heats: tuple[tuple[str, ...], ...] = ()
    """The slugs of each heat, in the order of their starts."""
    is_numbered: bool = False
    """True if runners are numbers, in the order of their first crossings."""
    started: str = ""
    """Local time of its start."""
    started_s: float = 0.0
    """The same in seconds since 1970; the clock uses it after the program was cut off."""

    @property
    def crossings(self) -> int | None:
        """The number of crossings of each runner; None if the distance is open."""
        return None if self.distance_m is None else max(1, ceil(self.distance_m / self.lap_m - 1e-6))

    def metres_at(self, crossing: int) -> Metres:
        """The metres run at a crossing, counted from 1; a part of a lap is run first."""
        count = self.crossings
        if self.distance_m is None or count is None or crossing > count:
            return Metres(crossing * self.lap_m)
        return Metres(self.distance_m - (count - crossing) * self.lap_m) if crossing > 0 else Metres(0.0)


def heats_of(roster: Roster, count: int | None = None) -> tuple[tuple[str, ...], ...]:
    """The heats of a roster: `count` heats of similar size in its order, else its groups."""
    slugs = [runner.slug for runner in roster.runners]
    if count is not None:
        size = ceil(len(slugs) / count)
        return tuple(tuple(slugs[at : at + size]) for at in range(0, len(slugs), size))
    groups = [tuple(runner.slug for runner in roster.members(group.name)) for group in roster.groups]
    filled = tuple(group for group in groups if group)
    return filled if len(filled) > 1 and sum(map(len, filled)) == len(slugs) else (tuple(slugs),)


@dataclass(frozen=True, slots=True)
class HandPress:
    """A press at the line."""

    number: int
    """From 1, in the order in which presses were received."""
    moment: Seconds
    source: PressSource
    place: str = ""


@dataclass(frozen=True, slots=True)
class HandCrossing:
    """A runner at the line."""

    runner: str
    press: int
    moment: Seconds
    heat: int
    """-1 before their first start."""
    rep: int
    """The number of their start, from 1; 0 before the first."""
    lap: int
    """The number of the crossing in this rep, from 1."""
    metres: Metres
    """Metres run since the start."""
    lap_m: Metres
    time_s: Seconds | None
    """Since their start; None before the first."""
    lap_s: Seconds | None
    """Since the crossing before, or the start."""


@dataclass(frozen=True, slots=True)
class HeatClock:
    """The clock of a heat."""

    heat: int
    moment: Seconds
    is_early: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """The state before a manual action, as far as the action could change it."""

    out: frozenset[str]
    clocks: tuple[HeatClock, ...]
    names: Mapping[str, str]
    last_given: int | None
    owners: Mapping[int, str | None]
    """The runners of the presses that it changed."""
    given_by: Mapping[int, GivenBy | None]
    press: int | None = None
    """The press that it added, which is taken back when it is undone."""


HandEvent = dict[str, Any]
"""An output of a session by hand: an object of `--json`."""


class HandTiming:
    """A session by hand."""

    def __init__(self, setup: HandSetup) -> None:
        """Start without presses."""
        self.setup = setup
        self.presses: list[HandPress] = []
        self.owners: dict[int, str | None] = {}
        """The runner of each press: a slug, empty if none yet, None if taken back."""
        self.clocks: tuple[HeatClock, ...] = ()
        self.out: frozenset[str] = frozenset()
        self.names: Mapping[str, str] = {runner.slug: runner.name for runner in setup.roster.runners}
        self.has_ended = False
        self.last_given: int | None = None
        """The press that was assigned last."""
        self.given_by: dict[int, GivenBy] = {}
        self._steps: list[_Step] = []
        runners = setup.roster.runners
        self._keys = dict(zip(LETTERS, runners, strict=False)) | {runner.key: runner for runner in runners}
        self._offsets = setup.roster.waves.starts(runners, {})
        self._crossings: dict[str, list[HandCrossing]] = {}
        self._confirmed: int | None = None
        self.message = ""
        """The result of the last key, in a sentence."""

    # --- folded

    def receive(self, event: HandInput) -> list[HandEvent]:
        """Apply an input; returns the changes as events."""
        before = (dict(self.owners), self.out, self.names)
        clocks = self.clocks
        self.message = ""
        self._apply(event)
        if self.clocks != clocks:
            self._crossings.clear()
        for number, owner in self.owners.items():
            if before[0].get(number) != owner:
                self._crossings.pop(owner or "", None)
                self._crossings.pop(before[0].get(number) or "", None)
        return self._changes(event, *before)

    def _apply(self, event: HandInput) -> None:
        match event:
            case ClockStarted():
                if not event.is_early:
                    self._remember()
                earlier = self.clocks[:-1] if event.is_anew else self.clocks
                self.clocks = (*earlier, HeatClock(event.heat, event.moment, event.is_early))
            case LinePressed():
                self._press(event)
            case PressGiven():
                self._give(event)
            case PressesSwapped():
                self._swap(event)
            case PressesTakenBack():
                self._take_back(event)
            case OrderLeft():
                self._remember()
                self.out = self.out | {event.runner}
                self.message = f"{self.name_of(event.runner)} is out of the order; their key puts them back."
            case RunnerNamed():
                self._remember()
                self.names = {**self.names, event.runner: event.name}
            case HandUndone():
                self._undo()
            case TimingEnded():
                self.has_ended = True

    def _remember(self, *numbers: int, press: int | None = None) -> None:
        """Store the state before some presses are changed by hand."""
        owners = {number: self.owners[number] for number in numbers}
        by = {number: self.given_by.get(number) for number in numbers}
        self._steps.append(_Step(self.out, self.clocks, self.names, self.last_given, owners, by, press))

    def _press(self, event: LinePressed) -> None:
        number = len(self.presses) + 1
        self.presses.append(HandPress(number, event.moment, event.source, event.place))
        if event.source is PressSource.KEY:
            self._remember(press=number)
        self.owners[number] = event.runner
        if event.runner:
            self._assign(number, event.runner, event.by or GivenBy.KEY)

    def _assign(self, number: int, runner: str, by: GivenBy) -> None:
        self.owners[number] = runner
        self.last_given = number
        self.given_by[number] = by
        self.out = self.out - {runner}

    def _give(self, event: PressGiven) -> None:
        before = self.owners.get(event.press, event.runner)
        if before == event.runner:
            return
        self._remember(event.press)
        self._assign(event.press, event.runner, event.by)
        if before:
            self.message = f"That was {self.name_of(event.runner)}, not {self.name_of(before)}."

    def _swap(self, event: PressesSwapped) -> None:
        if event.press not in self.owners or event.other not in self.owners:
            return
        self._remember(event.press, event.other)
        first, second = self.owners[event.press], self.owners[event.other]
        self.owners |= {event.press: second, event.other: first}
        self.message = f"{self.name_of(first or '')} and {self.name_of(second or '')} have changed places."

    def _take_back(self, event: PressesTakenBack) -> None:
        numbers = [number for number in event.presses if number in self.owners]
        if event.is_held_key:  # they were never done by hand
            self._steps = [step for step in self._steps if step.press not in numbers]
            self.message = "A held key is one press."
        elif numbers:
            self._remember(*numbers)
            self.message = "The press is taken back; it stays in the list."
        for number in numbers:
            self._remove(number)

    def _remove(self, number: int) -> None:
        """Take a press back, so that it is nobody's."""
        self.owners[number] = None
        self.given_by.pop(number, None)
        if self.last_given == number:
            self.last_given = max((each for each, whose in self.owners.items() if whose), default=None)

    def _undo(self) -> None:
        if not self._steps:
            self.message = "There is nothing to undo."
            return
        step = self._steps.pop()
        self.message = "Undone." if step.clocks == self.clocks else "The clock is taken back."
        self.out, self.clocks, self.names = step.out, step.clocks, step.names
        for number, owner in step.owners.items():
            self.owners[number] = owner
            by = step.given_by[number]
            if by is None:
                self.given_by.pop(number, None)
            else:
                self.given_by[number] = by
        self.last_given = step.last_given
        if step.press is not None:
            self._remove(step.press)
            self.message = "The press is taken back; it stays in the list."

    def _changes(
        self,
        event: HandInput,
        owners: Mapping[int, str | None],
        out: frozenset[str],
        names: Mapping[str, str],
    ) -> list[HandEvent]:
        """The changes by an input: presses by their runner, heats, the order, names."""
        events: list[HandEvent] = []
        if isinstance(event, ClockStarted):
            events.append(
                {**_head(event.at, "clock_started"), "heat": event.heat + 1, "from_s": _ms(event.moment)}
            )
        for number, owner in self.owners.items():
            if number not in owners:
                events.append(self._line_event(event.at, "line", number))
            elif owners[number] != owner:
                kind = (
                    "line_taken_back" if owner is None else "line_moved" if owners[number] else "line_given"
                )
                kind = "line_loose" if owner == "" else kind
                row = self._line_event(event.at, kind, number)
                events.append(row | ({"before": owners[number]} if owners[number] else {}))
        events += [_head(event.at, "left_order", runner) for runner in sorted(self.out - out)]
        events += [_head(event.at, "back_in_order", runner) for runner in sorted(out - self.out)]
        events += [
            {**_head(event.at, "named", slug), "name": name}
            for slug, name in self.names.items()
            if names.get(slug) != name
        ]
        if isinstance(event, HandUndone):
            events.insert(0, {**_head(event.at, "undone"), "changes": len(events)})
        if isinstance(event, TimingEnded):
            loose = len(self.loose())
            removals = sum(owner is None for owner in self.owners.values())
            counts = {"presses": len(self.presses), "loose": loose, "taken_back": removals}
            events.append({**_head(event.at, "timing_ended"), **counts})
        return events

    def _line_event(self, at: Seconds, kind: str, number: int) -> HandEvent:
        press = self.presses[number - 1]
        owner = self.owners[number]
        event = _head(at, kind, owner or "")
        event |= {"press": number, "effective_at_s": _ms(press.moment), "source": press.source.value}
        if press.place:
            event["place"] = press.place
        if owner:
            event["by"] = self.given_by.get(number, GivenBy.KEY).value
            crossing = next((each for each in self.crossings(owner) if each.press == number), None)
            if crossing is not None and crossing.time_s is not None and crossing.lap_s is not None:
                event |= {"heat": crossing.heat + 1, "rep": crossing.rep, "lap": crossing.lap}
                event |= {"metres": round(crossing.metres), "lap_s": _ms(crossing.lap_s)}
                event["time_s"] = _ms(crossing.time_s)
        return event

    # --- results

    def name_of(self, runner: str) -> str:
        """The name of a runner."""
        return self.names.get(runner, runner) or "nobody"

    def by_key(self, key: str) -> SquadRunner | None:
        """The runner of a key, ignoring caps lock; a letter that is no runner's key counts runners from a."""
        return self._keys.get(key) or self._keys.get(key.swapcase())

    def starts(self, runner: str) -> list[HeatClock]:
        """A runner's own starts, in order of time."""
        offset = self._offsets.get(runner, Seconds(0.0))
        own = [
            HeatClock(clock.heat, Seconds(clock.moment + offset), clock.is_early)
            for clock in self.clocks
            if runner in self.setup.heats[clock.heat]
        ]
        return sorted(own, key=lambda clock: clock.moment)

    def crossings(self, runner: str) -> list[HandCrossing]:
        """A runner's crossings, in order of time."""
        crossings = self._crossings.get(runner)
        if crossings is None:
            own = [number for number, owner in self.owners.items() if owner == runner]
            moments = sorted((self.presses[number - 1].moment, number) for number in own)
            crossings = self._crossings[runner] = self._time_crossings(runner, moments)
        return crossings

    def _time_crossings(self, runner: str, moments: Sequence[tuple[Seconds, int]]) -> list[HandCrossing]:
        starts, crossings = self.starts(runner), list[HandCrossing]()
        for moment, number in moments:
            rep = sum(start.moment <= moment for start in starts)
            lap = crossings[-1].lap + 1 if crossings and crossings[-1].rep == rep else 1
            metres, before = self.setup.metres_at(lap), self.setup.metres_at(lap - 1)
            start = starts[rep - 1] if rep else None
            since = crossings[-1].moment if lap > 1 else None if start is None else start.moment
            crossings.append(
                HandCrossing(
                    runner,
                    number,
                    moment,
                    -1 if start is None else start.heat,
                    rep,
                    lap,
                    metres,
                    Metres(metres - before),
                    None if start is None else Seconds(moment - start.moment),
                    None if since is None else Seconds(moment - since),
                )
            )
        return crossings

    def in_rep(self, runner: str) -> list[HandCrossing]:
        """A runner's crossings since their last start."""
        rep = len(self.starts(runner))
        return [crossing for crossing in self.crossings(runner) if crossing.rep == rep]

    def is_finished(self, runner: str) -> bool:
        """Return whether a runner has run the distance since their last start."""
        count = self.setup.crossings
        return count is not None and bool(self.starts(runner)) and len(self.in_rep(runner)) >= count

    def next_crossing(self, runner: str, now: Seconds) -> Expected | None:
        """A runner's next crossing; None if unknown, and for a runner who is out or has finished."""
        starts = self.starts(runner)
        if not starts or runner in self.out or self.is_finished(runner):
            return None
        crossings, start = self.in_rep(runner), starts[-1]
        if not crossings:
            earlier = [each for each in self.crossings(runner) if each.lap == 1 and each.time_s is not None]
            if not earlier or start.moment > now:
                return None
            return Expected(runner, Seconds(start.moment + (earlier[-1].time_s or 0.0)))
        metres = self.setup.metres_at(len(crossings) + 1) - crossings[-1].metres
        paces = [each.lap_s / each.lap_m for each in crossings[-RECENT_LAPS:] if each.lap_s is not None]
        lap = median(paces) * metres
        due = crossings[-1].moment + lap
        if lap <= 0 or now - due > lap * _GONE:
            return None
        return Expected(runner, Seconds(due + lap if now - due > lap * MISSED_SHARE else due))

    def following(self, now: Seconds) -> list[Expected]:
        """The expected runners, the next one first."""
        slugs = dict.fromkeys(slug for clock in self.clocks for slug in self.setup.heats[clock.heat])
        predictions = [each for slug in slugs if (each := self.next_crossing(slug, now)) is not None]
        return sorted(predictions, key=lambda each: each.at)

    def first(self, now: Seconds) -> Expected | None:
        """The runner that a press now is assigned to by the order; None if nobody is near."""
        return next((each for each in self.following(now) if self._is_near(each, now)), None)

    def _is_near(self, expected: Expected, moment: Seconds) -> bool:
        """Return whether a press may be theirs: within 5 s or a tenth of a longer lap, and not faster than possible."""
        crossings = self.in_rep(expected.runner)
        since = crossings[-1].moment if crossings else self.starts(expected.runner)[-1].moment
        metres = self.setup.metres_at(len(crossings) + 1) - self.setup.metres_at(len(crossings))
        if moment - since < metres / _FASTEST_MPS:
            return False
        return abs(expected.at - moment) <= max(NEAR_S, _NEAR * (expected.at - since))

    def candidates(self, press: HandPress) -> list[str]:
        """The runners who may have crossed at a press, the most likely first."""
        near = [each for each in self.following(press.moment) if self._is_near(each, press.moment)]
        return [each.runner for each in sorted(near, key=lambda each: abs(each.at - press.moment))]

    def loose(self) -> list[HandPress]:
        """The presses without a runner, in order of time."""
        nobodys = [press for press in self.presses if self.owners[press.number] == ""]
        return sorted(nobodys, key=lambda press: (press.moment, press.number))

    def by_clock(self, press: HandPress) -> Seconds:
        """The time of a press by the clock on the page: since the last start signal."""
        start = max((each.moment for each in self.clocks if each.moment <= press.moment), default=0.0)
        return Seconds(press.moment - start)

    def runners_on_page(self) -> list[SquadRunner]:
        """The runners on the page: the whole roster; of numbers those that have crossed or have a name."""
        runners = self.setup.roster.runners
        if not self.setup.is_numbered:
            return list(runners)
        return [
            runner
            for runner in runners
            if self.crossings(runner.slug) or self.names[runner.slug] != runner.name
        ]

    # --- the inputs that a key makes; they are stored before they are applied

    def early_clock(self, at: Seconds) -> ClockStarted:
        """Return the clock that runs from the start of the session until the start signal."""
        return ClockStarted(at, 0, at, is_early=True)

    def next_heat(self, at: Seconds, moment: Seconds) -> ClockStarted:
        """Return the start signal of the next heat; the first heat restarts if nobody has crossed yet."""
        if not self.clocks:
            return ClockStarted(at, 0, moment)
        if self.clocks[-1].is_early and not any(self.owners.values()):
            return ClockStarted(at, 0, moment, is_anew=True)
        return ClockStarted(at, (self.clocks[-1].heat + 1) % len(self.setup.heats), moment)

    def line_press(self, at: Seconds, moment: Seconds, *, is_loose: bool = False) -> LinePressed:
        """Return a press at the line: by the next in the order, a new number, or nobody yet."""
        runner = "" if is_loose or self.loose() else self._next_runner(moment)
        return LinePressed(at, moment, runner=runner, by=GivenBy.ORDER if runner else None)

    def _next_runner(self, moment: Seconds) -> str:
        expected = self.first(moment)
        if expected is not None:
            return expected.runner
        if not self.setup.is_numbered:
            return ""
        fresh = (runner.slug for runner in self.setup.roster.runners if not self.crossings(runner.slug))
        return next(fresh, "")

    def device_press(
        self, at: Seconds, moment: Seconds, source: PressSource, place: str, tag: str
    ) -> LinePressed:
        """Return a press by a gate or a phone: it has its own time, and a runner if the device names one."""
        owner = self.by_key(tag) or next(
            (each for each in self.setup.roster.runners if tag and tag in {each.slug, self.names[each.slug]}),
            None,
        )
        runner = "" if owner is None else owner.slug
        return LinePressed(at, moment, source, place, runner, GivenBy.KEY if runner else None)

    def inputs_of_key(
        self, runner: str, at: Seconds, moment: Seconds, selection: int | None = None
    ) -> list[HandInput]:
        """Return the inputs of a runner's key: for the chosen press, the oldest loose one, the last, or a new one."""
        if selection is not None and selection in self.owners:
            return [] if self.owners[selection] == runner else [self._give_or_swap(selection, runner, at)]
        loose = self.loose()
        if loose:
            return [PressGiven(at, loose[0].number, runner, GivenBy.ANSWER)]
        last = len(self.presses)
        is_open = (
            last > 0
            and self.given_by.get(last) is GivenBy.ORDER
            and bool(self.owners[last])
            and last != self._confirmed
            and moment - self.presses[-1].moment <= OVERRULE_S
        )
        if is_open and self.owners[last] == runner:
            self._confirmed = last
            self.message = f"{self.name_of(runner)}: timed just before."
            return []
        if is_open:
            return [PressGiven(at, last, runner, GivenBy.KEY)]
        return [LinePressed(at, moment, runner=runner, by=GivenBy.KEY)]

    def inputs_of_swap(self, runner: str, at: Seconds, selection: int | None = None) -> list[HandInput]:
        """Return the inputs that assign the last assigned press to this runner, swapping it for the press they had."""
        number = self.last_given if selection is None else selection
        if number is None or self.owners.get(number) == runner:
            self.message = "There is no press of another's." if number is None else "It is theirs already."
            return []
        return [self._give_or_swap(number, runner, at)]

    def _give_or_swap(self, number: int, runner: str, at: Seconds) -> HandInput:
        press = self.presses[number - 1]
        least = self.setup.lap_m / _FASTEST_MPS
        near = [each for each in self.crossings(runner) if abs(each.moment - press.moment) < least]
        if self.owners[number] and near:
            other = min(near, key=lambda each: abs(each.moment - press.moment)).press
            return PressesSwapped(at, number, other)
        return PressGiven(at, number, runner, GivenBy.ANSWER)

    def inputs_of_drop(self, at: Seconds, runner: str | None = None) -> list[HandInput]:
        """Return the inputs that take the next runner, or the given one, out of the order."""
        if runner is not None:
            return [] if runner in self.out else [OrderLeft(at, runner)]
        expected = self.first(at) or next(iter(self.following(at)), None)
        if expected is None:
            self.message = "Nobody is expected."
            return []
        return [OrderLeft(at, expected.runner)]


def _head(at: Seconds, kind: str, runner: str = "") -> HandEvent:
    head: HandEvent = {"v": 1}
    if runner:
        head["runner"] = runner
    return {**head, "at_s": _ms(at), "event": kind}


def _ms(seconds: float) -> float:
    return round(seconds, 3) + 0.0


# --- splits compared with earlier ones
#
# A word says how a split is against this runner's earlier ones: of this session, of those that are kept, and of the
# reps of their recorded runs. It is for the coach's eyes alone.

SEASON_DAYS: Final = 183
"""Days of a season: half a year. Judged: a track season is a summer or a winter."""
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastSplit:
    """A crossing of an earlier session."""

    day: str
    """`2026-05-14`."""
    metres: Metres
    lap_m: Metres
    time_s: Seconds
    lap_s: Seconds


PastSplits = Mapping[str, Sequence[PastSplit]]
"""Earlier crossings of each runner, by slug, the oldest first."""


def past_splits_of(timing: HandTiming) -> dict[str, list[PastSplit]]:
    """The crossings of a session in the form that later ones read."""
    day = timing.setup.started[:10]
    return {
        runner.slug: [
            PastSplit(day, each.metres, each.lap_m, each.time_s, each.lap_s)
            for each in timing.crossings(runner.slug)
            if each.time_s is not None and each.lap_s is not None
        ]
        for runner in timing.setup.roster.runners
    }


def splits_of_reps(reps: Iterable[tuple[str, JournaledRep]], lap_m: Metres) -> list[PastSplit]:
    """The laps of a length in the reps of recorded runs: each such stretch between two timed marks.

    A rep is a mark at its beginning, at each of its splits and at its planned end; one that was cut tells of nothing.
    """
    splits = []
    for day, rep in reps:
        if not rep.is_timed or not rep.is_whole or rep.length_m is None:
            continue
        marks = {0.0: 0.0} | {each.metres: each.time_s for each in rep.splits if each.metres is not None}
        marks[rep.length_m] = rep.time_s
        for metres, time_s in sorted(marks.items()):
            before_s = next((at for mark, at in marks.items() if abs(metres - mark - lap_m) < 1.0), None)
            if before_s is not None and time_s > before_s:
                lap_s = Seconds(time_s - before_s)
                splits.append(PastSplit(day, Metres(metres), lap_m, Seconds(time_s), lap_s))
    return splits


def split_words(timing: HandTiming, crossing: HandCrossing, past: PastSplits) -> str:
    """Compare a split with this runner's earlier ones, in a few words; empty without a comparison."""
    if crossing.time_s is None or crossing.lap_s is None:
        return ""
    earlier = past.get(crossing.runner, ())
    same = [each for each in earlier if abs(each.metres - crossing.metres) < 1.0]
    if crossing.lap > 1 and same and crossing.time_s < min(each.time_s for each in same):
        return "PB so far"
    own = [
        each.lap_s
        for each in timing.crossings(crossing.runner)
        if each.moment < crossing.moment and each.lap_s is not None and abs(each.lap_m - crossing.lap_m) < 1.0
    ]
    laps = [
        each.lap_s for each in earlier if abs(each.lap_m - crossing.lap_m) < 1.0 and _is_recent(timing, each)
    ]
    if laps and crossing.lap_s < min([*laps, *own]):
        return f"best {crossing.lap_m:.0f} this season"
    if crossing.rep > 1:
        first = next(
            (
                each.time_s
                for each in timing.crossings(crossing.runner)
                if each.rep == 1 and each.lap == crossing.lap and each.time_s is not None
            ),
            None,
        )
        return "" if first is None else f"{_signed(crossing.time_s - first)} to rep 1"
    if same:
        day = same[-1].day
        when = "earlier" if day == timing.setup.started[:10] else f"on {_MONTHS[int(day[5:7]) - 1]}"
        return f"{_signed(crossing.time_s - same[-1].time_s)} {when}"
    return "first time here" if past and not earlier and crossing.lap == 1 else ""


def _signed(seconds: float) -> str:
    return f"{round(seconds, 1) + 0.0:+.1f}"  # + 0.0 turns -0.0 into 0.0


def _is_recent(timing: HandTiming, split: PastSplit) -> bool:
    try:
        today, day = date.fromisoformat(timing.setup.started[:10]), date.fromisoformat(split.day)
    except ValueError:
        return False
    return 0 <= (today - day).days <= SEASON_DAYS


# --- the sheet

HEADS: Final = (
    "press", "runner", "name", "heat", "rep", "lap", "metres",
    "lap_s", "time_s", "moment_s", "source", "word",
)  # fmt: skip
"""The columns of the table: a row for each press."""


def sheet_table(timing: HandTiming, past: PastSplits) -> list[tuple[str | float | None, ...]]:
    """The table of a session, a row for each press in order of time; an unassigned press has no runner."""
    rows: list[tuple[str | float | None, ...]] = [HEADS]
    by_press = {
        each.press: each for entry in timing.setup.roster.runners for each in timing.crossings(entry.slug)
    }
    for press in sorted(timing.presses, key=lambda each: (each.moment, each.number)):
        crossing = by_press.get(press.number)
        moment, source = round(press.moment, 3), press.place or press.source.value
        if crossing is None:
            word = "taken back" if timing.owners[press.number] is None else "nobody's"
            rows.append((press.number, *[None] * 8, moment, source, word))
            continue
        runner = crossing.runner
        is_timed = crossing.time_s is not None
        rows.append(
            (
                press.number,
                runner,
                timing.name_of(runner),
                crossing.heat + 1 if is_timed else None,
                crossing.rep if is_timed else None,
                crossing.lap,
                round(crossing.metres),
                None if crossing.lap_s is None else round(crossing.lap_s, 3),
                None if crossing.time_s is None else round(crossing.time_s, 3),
                moment,
                source,
                split_words(timing, crossing, past),
            )
        )
    return rows


def sheet_csv(timing: HandTiming, past: PastSplits) -> bytes:
    """The table as a file; no cell is a formula for a spreadsheet."""
    return csv_table(sheet_table(timing, past))


def sheet_lines(timing: HandTiming, past: PastSplits) -> Iterator[str]:
    """The sheet as text: a line for each runner in the order of each heat, then the unassigned presses."""
    setup = timing.setup
    distance = "" if setup.distance_m is None else f"{setup.distance_m:.0f} m, "
    count = len(timing.runners_on_page())
    yield f"Timing by hand   {distance}{count} {'runner' if count == 1 else 'runners'}   {setup.started[:16]}".rstrip()
    starts = sorted({(clock.moment, clock.heat) for clock in timing.clocks})
    width = max((len(timing.name_of(runner.slug)) for runner in timing.runners_on_page()), default=0)
    rounds: dict[int, int] = {}
    for _, heat in starts:
        rep = rounds[heat] = rounds.get(heat, 0) + 1
        rows = _rows_of(timing, heat, rep)
        if len(starts) > 1 and rows:
            yield ""
            yield f"heat {heat + 1}" + (f", rep {rep}" if rep > 1 or len(starts) > len(setup.heats) else "")
        for place, row in enumerate(rows, 1):
            yield _sheet_line(timing, place, row, width, past)
    loose = timing.loose()
    if loose:
        yield ""
        yield "presses without a runner"
        for press in loose:
            yield f"{press.number:>4}  {format_clock(timing.by_clock(press), tenths=True):>8}  {press.place}".rstrip()


def _rows_of(timing: HandTiming, heat: int, rep: int) -> list[list[HandCrossing]]:
    """The crossings of each runner of a heat in one rep: the furthest first, then by time."""
    rows = [
        own
        for slug in timing.setup.heats[heat]
        if (own := [each for each in timing.crossings(slug) if each.rep == rep])
    ]
    return sorted(rows, key=lambda own: (-own[-1].lap, own[-1].time_s or 0.0))


def _sheet_line(
    timing: HandTiming, place: int, row: Sequence[HandCrossing], width: int, past: PastSplits
) -> str:
    last = row[-1]
    name = timing.name_of(last.runner)
    laps = " ".join("--" if each.lap_s is None else f"{each.lap_s:.1f}" for each in row)
    time = "--" if last.time_s is None else format_clock(last.time_s, tenths=True)
    out = "  out" if last.runner in timing.out else ""
    word = split_words(timing, last, past)
    return f"{place:>3}  {name:<{width}}  {time:>8}  {last.metres:>5.0f} m  {laps}{out}{'  ' + word if word else ''}"
