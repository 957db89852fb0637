"""Predicts who crosses the line next, and assigns presses at the line to runners.

`Crossings` predicts when each is at the line: by what their run says, else by
their own last laps. `PressAssigner` gives every press to one runner at once, and takes back what was given wrongly.
Both are pure: times are seconds since the session began.

Rule 1: a press is given to a runner before anybody else learns of it; what comes later is a further event.
Rule 2: two presses for one runner are at least 2 s apart; those for two runners may be at the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Final, assert_never

from coach.quantities import Seconds

GUARD_S: Final = Seconds(2.0)
"""Two presses for one runner closer than this are a bounce: nobody passes two lines so fast."""
NEAR_S: Final = Seconds(5.0)
"""A press belongs to the runner expected within this time; without one, the coach is asked for the runner."""
OVERRULE_S: Final = Seconds(3.0)
"""Time after a press assigned by the order in which a key can still assign it to another runner."""
_MISSED: Final = 0.5
"""Share of a lap after which an overdue runner was missed rather than late, and the next lap is expected."""
_LAPS: Final = 3
"""Number of last laps that a prediction uses, so that one that was cut or doubled does not count alone."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A runner's predicted crossing."""

    runner: str
    at: Seconds


class Crossings:
    """Predicts each runner's next crossing."""

    def __init__(self, runners: Iterable[str]) -> None:
        """Start without predictions."""
        self._passed: dict[str, list[Seconds]] = {runner: [] for runner in runners}
        self._line_at: dict[str, Seconds] = {}
        """The next line of each runner, as predicted by their run."""
        self._out: set[str] = set()

    @property
    def count(self) -> int:
        """The number of runners."""
        return len(self._passed)

    def expect(self, runner: str, at: Seconds | None) -> None:
        """Take the next line predicted by a runner's own run; None if it predicts none."""
        if at is None:
            self._line_at.pop(runner, None)
        else:
            self._line_at[runner] = at

    def started(self, runner: str, at: Seconds) -> None:
        """Start a runner from the line: laps count from here."""
        self._passed[runner] = [at]

    def passed(self, runner: str, at: Seconds) -> None:
        """Note that a runner crossed the line."""
        times = self._passed[runner]
        times.append(at)
        times.sort()
        self._line_at.pop(runner, None)

    def taken_back(self, runner: str, at: Seconds) -> None:
        """Forget a crossing that was none of this runner's; an unknown runner has none."""
        times = self._passed.get(runner, [])
        if at in times:
            times.remove(at)

    def leave_out(self, runner: str) -> None:
        """Take a runner out of the order, because they stopped or were lapped."""
        self._out.add(runner)

    def take_in(self, runner: str) -> None:
        """Put a runner back into the order."""
        self._out.discard(runner)

    def is_out(self, runner: str) -> bool:
        """Return whether a runner was taken out of the order."""
        return runner in self._out

    def of(self, runner: str, now: Seconds) -> Expected | None:
        """A runner's next crossing; None if unknown, and for a runner who is out."""
        if runner in self._out:
            return None
        line_at = self._line_at.get(runner)
        if line_at is not None:
            return Expected(runner, line_at)
        times = self._passed[runner]
        if len(times) < 2:
            return None
        laps = [after - before for before, after in pairwise(times[-_LAPS - 1 :])]
        lap = median(laps)
        due = times[-1] + lap
        while lap > 0 and now - due > lap * _MISSED:
            due += lap
        return Expected(runner, Seconds(due))

    def following(self, now: Seconds, most: int = 3) -> tuple[Expected, ...]:
        """The next runners to cross, the first of them first."""
        predictions = [expected for runner in self._passed if (expected := self.of(runner, now)) is not None]
        return tuple(sorted(predictions, key=lambda expected: expected.at)[:most])


# --- presses


class GivenBy(StrEnum):
    """The way in which a press was assigned to a runner."""

    KEY = "key"
    """By the runner's own key."""
    ORDER = "order"
    """By the order of crossing."""
    ANSWER = "answer"
    """By a key after a question."""


@dataclass(frozen=True, slots=True)
class SplitGiven:
    """A press at the line, assigned to a runner."""

    at: Seconds
    """The time of the assignment."""
    press: int
    """The number of the press in the session, from 1."""
    runner: str
    moment: Seconds
    """The time of the key, which is that of the crossing."""
    by: GivenBy


@dataclass(frozen=True, slots=True)
class SplitMoved:
    """A press is reassigned from one runner to another."""

    at: Seconds
    press: int
    runner: str
    """The new runner."""
    before: str
    """The former runner."""
    moment: Seconds


@dataclass(frozen=True, slots=True)
class SplitTaken:
    """A press is taken back, because nobody crossed the line."""

    at: Seconds
    press: int
    runner: str
    """The former runner."""
    moment: Seconds


LineEvent = SplitGiven | SplitMoved | SplitTaken
"""The events of a press at the line. No event is rewritten: a correction is a further event."""


@dataclass(frozen=True, slots=True)
class _Press:
    """A press with a runner."""

    number: int
    runner: str
    moment: Seconds
    at: Seconds
    may_be_overruled: bool = False


class PressAssigner:
    """Assigns each press at the line to a runner, by their key or by the order of crossing."""

    def __init__(
        self,
        crossings: Crossings,
        *,
        guard_s: Seconds = GUARD_S,
        keeps_s: Seconds | None = NEAR_S,
        names: Mapping[str, str] | None = None,
        count: int = 0,
    ) -> None:
        """Use these crossings; an unassigned press is dropped after `keeps_s`, or never if that is None.

        `names` are what runners are called in messages; `count` is how many presses there were before.
        """
        self._crossings = crossings
        self._names = names or {}
        self._guard_s = guard_s
        self._keeps_s = keeps_s
        self._presses: list[_Press] = []
        self._count = count
        self._loose: list[tuple[int, Seconds]] = []
        self.message = ""
        """The result of the last key, in a sentence."""

    @property
    def count(self) -> int:
        """The number of presses."""
        return self._count

    def loose(self, now: Seconds) -> Sequence[tuple[int, Seconds]]:
        """The presses without a runner, oldest first: number and moment."""
        if self._keeps_s is not None:
            self._loose = [press for press in self._loose if now - press[1] <= self._keeps_s]
        return tuple(self._loose)

    def last(self) -> SplitGiven | None:
        """The last press that has a runner; None before the first."""
        if not self._presses:
            return None
        press = self._presses[-1]
        return SplitGiven(press.at, press.number, press.runner, press.moment, GivenBy.KEY)

    def first(self, now: Seconds) -> Expected | None:
        """The runner of a press made now; None if it would be asked for."""
        for expected in self._crossings.following(now, most=self._crossings.count):
            if abs(expected.at - now) <= NEAR_S and not self._is_bounce(expected.runner, now):
                return expected
        return None

    def press(self, now: Seconds, moment: Seconds | None = None) -> list[LineEvent]:
        """Assign a press to the next runner; if nobody is near, it waits for a key."""
        moment = now if moment is None else moment
        self._count += 1
        expected = None if self.loose(now) else self.first(moment)
        if expected is None:
            self._loose.append((self._count, moment))
            self.message = "Whose was it? Press a runner's key."
            return []
        return [self._give(self._count, expected.runner, moment, now, GivenBy.ORDER)]

    def name(self, runner: str, now: Seconds, moment: Seconds | None = None) -> list[LineEvent]:
        """Apply a runner's key: it assigns a waiting press, else overrules the order, else is a press itself."""
        moment = now if moment is None else moment
        if self.loose(now):
            number, pressed_at = self._loose.pop(0)
            if self._is_bounce(runner, pressed_at):
                self.message = (
                    f"{self._called(runner)}: timed {self._guard_s:g} s before; the press is given up."
                )
                return []
            return [self._give(number, runner, pressed_at, now, GivenBy.ANSWER)]
        last = self._presses[-1] if self._presses else None
        if last is not None and last.may_be_overruled and now - last.moment <= OVERRULE_S:
            if last.runner == runner:
                self._presses[-1] = replace(last, may_be_overruled=False)
                self.message = f"{self._called(runner)}: timed just before."
                return []
            return self.move(last.number, runner, now)
        if self._is_bounce(runner, moment):
            self.message = f"{self._called(runner)}: timed just before."
            return []
        self._count += 1
        return [self._give(self._count, runner, moment, now, GivenBy.KEY)]

    def move(self, number: int, runner: str, now: Seconds) -> list[LineEvent]:
        """Reassign a press to another runner; no event if there is no such press, or it is already theirs."""
        place = next((at for at, press in enumerate(self._presses) if press.number == number), None)
        if place is None or self._presses[place].runner == runner:
            return []
        press = self._presses[place]
        return [self._noted(SplitMoved(now, number, runner, press.runner, press.moment))]

    def undo(self, now: Seconds) -> list[LineEvent]:
        """Take back the last press: a waiting one, else the last assigned one."""
        if self.loose(now):
            self._loose.pop()
            self.message = "The press is taken back."
            return []
        if not self._presses:
            self.message = "There is no press to take back."
            return []
        press = self._presses[-1]
        return [self._noted(SplitTaken(now, press.number, press.runner, press.moment))]

    def note(self, event: LineEvent) -> None:
        """Apply the event of a press: a new one, or one of a replayed session."""
        number, runner, moment = event.press, event.runner, event.moment
        place = next((at for at, press in enumerate(self._presses) if press.number == number), None)
        match event:
            case SplitGiven():
                self._count = max(self._count, number)
                self._presses.append(_Press(number, runner, moment, event.at, event.by is GivenBy.ORDER))
                self._crossings.passed(runner, moment)
                self.message = ""
            case SplitMoved():
                self._crossings.taken_back(event.before, moment)
                self._crossings.passed(runner, moment)
                if place is not None:
                    self._presses[place] = _Press(number, runner, moment, self._presses[place].at)
                self.message = f"That was {self._called(runner)}, not {self._called(event.before)}."
            case SplitTaken():
                self._crossings.taken_back(runner, moment)
                if place is not None:
                    del self._presses[place]
                self.message = f"{self._called(runner)}: the press is taken back."
            case _:
                assert_never(event)

    def _noted(self, event: LineEvent) -> LineEvent:
        self.note(event)
        return event

    def _called(self, runner: str) -> str:
        return self._names.get(runner, runner)

    def _give(self, number: int, runner: str, moment: Seconds, now: Seconds, by: GivenBy) -> LineEvent:
        return self._noted(SplitGiven(now, number, runner, moment, by))

    def _is_bounce(self, runner: str, moment: Seconds) -> bool:
        """Return whether a runner was at the line just before; their start is no crossing."""
        moments = [press.moment for press in self._presses if press.runner == runner]
        return bool(moments) and abs(moment - moments[-1]) < self._guard_s
