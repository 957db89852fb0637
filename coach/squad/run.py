"""Several runs side by side: whose a press at the line is, and the inputs that one runner's actions bring another.

A squad is not a run of its own: it is as many runs as there are runners, each a fold of its own inputs alone. So the
inputs, losses and ends of one runner change nothing for the others. The ties between runners (waves, a rest that lasts
until the last has come in, a partner's turn, a change of group) are written down as ordinary inputs of the runs they
concern: `SquadRun` routes and makes them, and once they are applied every run is independent again.

`Crossings` predicts when each is at the line: by what their run says, else by their own last laps. `PressAssigner`
gives every press to one runner at once, and takes back what was given wrongly. Both are pure: times are seconds since
the session began. A press is given to a runner before anybody else learns of it; what comes later is a further event.
Two presses for one runner are at least 2 s apart; those for two runners may be at the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Any, Final, assert_never

from coach.live.contract import (
    VERSION,
    Closed,
    Event,
    Input,
    Output,
    RunEnded,
    WorkoutSwitched,
    encode_event,
    put_measure,
)
from coach.quantities import Seconds
from coach.session.events import (
    COUNTS_AS_DONE,
    BoundaryMoved,
    EndReason,
    PhaseChanged,
    StepEnded,
    StepStarted,
    Undone,
)
from coach.session.phases import Button, Origin, Phase, Pressed
from coach.squad.roster import RestUntil, Roster
from coach.workout.kinds import REPS, RESTS

# --- what the coach does


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
class SquadPressed:
    """A button for several runners at once: pause, next, one rep less."""

    at: Seconds
    runners: tuple[str, ...]
    button: Button
    times: int = 1
    """The number of presses for each: a rep less, three times."""


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """A wave starts: each of its runners after their delay in the roster."""

    at: Seconds
    starts: tuple[tuple[str, Seconds], ...]
    """Runners and their own starts, in seconds since the session began."""


@dataclass(frozen=True, slots=True)
class RunnerLeft:
    """A runner drops out: their run is ended, and stored."""

    at: Seconds
    runner: str


@dataclass(frozen=True, slots=True)
class RunnerMoved:
    """A runner is in another group from here on: its workout, its buttons and its rests are theirs."""

    at: Seconds
    runner: str
    group: str
    reps: int | None = None
    """Reps of the group's workout that lie behind the one they go with next; None in journals of before 0.2."""
    switch: WorkoutSwitched | None = None
    """The workout that their run goes on with; it is in the journal of the run, not in that of the session."""


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """A runner is taken out of the order of crossing, or put back: they stopped, or were lapped."""

    at: Seconds
    runner: str
    is_out: bool


SquadInput = LineEvent | SquadPressed | WaveStarted | RunnerLeft | RunnerMoved | OrderChanged
"""Actions for several runners, or at the line."""

# --- inputs and outputs of the runs


@dataclass(frozen=True, slots=True)
class RunnerInput:
    """An input of one runner's run."""

    runner: str
    event: Input

    @property
    def at(self) -> Seconds:
        """Time of the input."""
        return self.event.at


@dataclass(frozen=True, slots=True)
class RunnerOutput:
    """One output of one runner's run."""

    runner: str
    output: Output
    run_s: Seconds | None = None

    @property
    def at(self) -> Seconds:
        """Time of the output."""
        return self.output.at


SquadOutput = RunnerOutput | SplitGiven | SplitMoved | SplitTaken
"""The outputs of a squad: those of its runs, and the events of presses at the line."""


def encode_squad_event(output: SquadOutput) -> Event:
    """Encode an output as an event: that of a single run with the runner added, or the event of a press."""
    if isinstance(output, RunnerOutput):
        event = encode_event(output.output, output.run_s)
        return {"v": event.pop("v"), "runner": output.runner, **event}
    line: Event = {"v": VERSION, "runner": output.runner}
    put_measure(line, "at_s", output.at)
    line["press"] = output.press
    put_measure(line, "effective_at_s", output.moment)
    match output:
        case SplitGiven():
            return {**line, "event": "line", "by": output.by.value}
        case SplitMoved():
            return {**line, "event": "line_moved", "before": output.before}
        case SplitTaken():
            return {**line, "event": "line_taken_back"}
        case _:
            assert_never(output)


# --- records of the journal of a session


def squad_record(event: SquadInput) -> dict[str, Any]:
    """An input of the squad as a JSON object; those of one runner are in the journal of their own run."""
    match event:
        case SplitGiven():
            kind, rest = "given", {"press": event.press, "runner": event.runner, "moment": event.moment}
            rest["by"] = event.by.value
        case SplitMoved():
            kind, rest = "moved", {"press": event.press, "runner": event.runner, "before": event.before}
            rest["moment"] = event.moment
        case SplitTaken():
            kind, rest = "taken", {"press": event.press, "runner": event.runner, "moment": event.moment}
        case SquadPressed():
            kind, rest = "pressed", {"runners": list(event.runners), "button": event.button.value}
            rest["times"] = event.times
        case WaveStarted():
            kind, rest = "wave", {"starts": [[runner, at] for runner, at in event.starts]}
        case RunnerLeft():
            kind, rest = "left", {"runner": event.runner}
        case RunnerMoved():
            kind, rest = "group", {"runner": event.runner, "group": event.group}
            rest |= {} if event.reps is None else {"reps": event.reps}
        case OrderChanged():
            kind, rest = "order", {"runner": event.runner, "out": event.is_out}
        case _:
            assert_never(event)
    return {"squad": kind, "at": event.at, **rest}


def squad_input_of(record: Mapping[str, Any]) -> SquadInput | None:
    """The input of a record; None if this program does not know it, or if it is damaged."""
    try:
        at = Seconds(float(record["at"]))
        match record.get("squad"):
            case "given":
                moment = Seconds(float(record["moment"]))
                return SplitGiven(
                    at, int(record["press"]), str(record["runner"]), moment, GivenBy(record["by"])
                )
            case "moved":
                runner, before = str(record["runner"]), str(record["before"])
                return SplitMoved(at, int(record["press"]), runner, before, Seconds(float(record["moment"])))
            case "taken":
                moment = Seconds(float(record["moment"]))
                return SplitTaken(at, int(record["press"]), str(record["runner"]), moment)
            case "pressed":
                runners = tuple(str(runner) for runner in record["runners"])
                return SquadPressed(at, runners, Button(record["button"]), int(record["times"]))
            case "wave":
                starts = tuple((str(runner), Seconds(float(start))) for runner, start in record["starts"])
                return WaveStarted(at, starts)
            case "left":
                return RunnerLeft(at, str(record["runner"]))
            case "group":
                reps = None if record.get("reps") is None else int(record["reps"])
                return RunnerMoved(at, str(record["runner"]), str(record["group"]), reps)
            case "order":
                return OrderChanged(at, str(record["runner"]), bool(record["out"]))
            case _:
                return None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


# --- who crosses the line next

MISSED_SHARE: Final = 0.5
"""Share of a lap after which an overdue runner was missed rather than late, and the next lap is expected."""
RECENT_LAPS: Final = 3
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

    def start(self, runner: str, at: Seconds) -> None:
        """Start a runner from the line: laps count from here."""
        self._passed[runner] = [at]

    def cross(self, runner: str, at: Seconds) -> None:
        """Note that a runner crossed the line."""
        times = self._passed[runner]
        times.append(at)
        times.sort()
        self._line_at.pop(runner, None)

    def forget(self, runner: str, at: Seconds) -> None:
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
        laps = [after - before for before, after in pairwise(times[-RECENT_LAPS - 1 :])]
        lap = median(laps)
        due = times[-1] + lap
        while lap > 0 and now - due > lap * MISSED_SHARE:
            due += lap
        return Expected(runner, Seconds(due))

    def following(self, now: Seconds, most: int = 3) -> tuple[Expected, ...]:
        """The next runners to cross, the first of them first."""
        predictions = [expected for runner in self._passed if (expected := self.of(runner, now)) is not None]
        return tuple(sorted(predictions, key=lambda expected: expected.at)[:most])


# --- whose a press is

GUARD_S: Final = Seconds(2.0)
"""Two presses for one runner closer than this are a bounce: nobody passes two lines so fast."""
NEAR_S: Final = Seconds(5.0)
"""A press belongs to the runner expected within this time; without one, the coach is asked for the runner."""
OVERRULE_S: Final = Seconds(3.0)
"""Time after a press assigned by the order in which a key can still assign it to another runner."""


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
        return self._give(self._count, expected.runner, moment, now, GivenBy.ORDER)

    def name(self, runner: str, now: Seconds, moment: Seconds | None = None) -> list[LineEvent]:
        """Apply a runner's key: it assigns a waiting press, else overrules the order, else is a press itself."""
        moment = now if moment is None else moment
        if self.loose(now):
            number, pressed_at = self._loose.pop(0)
            if self._is_bounce(runner, pressed_at):
                self.message = (
                    f"{self._name_of(runner)}: timed {self._guard_s:g} s before; the press is given up."
                )
                return []
            return self._give(number, runner, pressed_at, now, GivenBy.ANSWER)
        last = self._presses[-1] if self._presses else None
        if last is not None and last.may_be_overruled and now - last.moment <= OVERRULE_S:
            if last.runner == runner:
                self._presses[-1] = replace(last, may_be_overruled=False)
                self.message = f"{self._name_of(runner)}: timed just before."
                return []
            return self.move(last.number, runner, now)
        if self._is_bounce(runner, moment):
            self.message = f"{self._name_of(runner)}: timed just before."
            return []
        self._count += 1
        return self._give(self._count, runner, moment, now, GivenBy.KEY)

    def move(self, number: int, runner: str, now: Seconds) -> list[LineEvent]:
        """Reassign a press to another runner; no event if there is no such press, or it is already theirs."""
        place = next((at for at, press in enumerate(self._presses) if press.number == number), None)
        if place is None or self._presses[place].runner == runner:
            return []
        press = self._presses[place]
        return self._apply(SplitMoved(now, number, runner, press.runner, press.moment))

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
        return self._apply(SplitTaken(now, press.number, press.runner, press.moment))

    def note(self, event: LineEvent) -> None:
        """Apply the event of a press: a new one, or one of a replayed session."""
        number, runner, moment = event.press, event.runner, event.moment
        place = next((at for at, press in enumerate(self._presses) if press.number == number), None)
        match event:
            case SplitGiven():
                self._count = max(self._count, number)
                self._presses.append(_Press(number, runner, moment, event.at, event.by is GivenBy.ORDER))
                self._crossings.cross(runner, moment)
                self.message = ""
            case SplitMoved():
                self._crossings.forget(event.before, moment)
                self._crossings.cross(runner, moment)
                if place is not None:
                    self._presses[place] = _Press(number, runner, moment, self._presses[place].at)
                self.message = f"That was {self._name_of(runner)}, not {self._name_of(event.before)}."
            case SplitTaken():
                self._crossings.forget(runner, moment)
                if place is not None:
                    del self._presses[place]
                self.message = f"{self._name_of(runner)}: the press is taken back."
            case _:
                assert_never(event)

    def _apply(self, event: LineEvent) -> list[LineEvent]:
        self.note(event)
        return [event]

    def _name_of(self, runner: str) -> str:
        return self._names.get(runner, runner)

    def _give(self, number: int, runner: str, moment: Seconds, now: Seconds, by: GivenBy) -> list[LineEvent]:
        return self._apply(SplitGiven(now, number, runner, moment, by))

    def _is_bounce(self, runner: str, moment: Seconds) -> bool:
        """Return whether a runner was at the line just before; their start is no crossing."""
        moments = [press.moment for press in self._presses if press.runner == runner]
        return bool(moments) and abs(moment - moments[-1]) < self._guard_s


# --- ties between runs

_SAME_S: Final = 0.05
"""An end of a step this close to a press was caused by it: both are in whole milliseconds."""
_AT_REST: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.FLOAT})
_WAITING: Final = frozenset({Phase.READY, Phase.OVERTIME})


@dataclass(slots=True)
class _RunnerState:
    """The state of a runner, by the outputs of their run."""

    phase: Phase = Phase.READY
    has_begun: bool = False
    rep: str = ""
    """The id of the rep under way; empty between reps."""
    reps: set[str] = field(default_factory=set)
    """The ids of the reps that were begun."""
    finished: dict[str, Seconds] = field(default_factory=dict)
    """The end of each rep, by its id."""
    ahead: int = 0
    """Reps of their group's workout that were behind the group when they joined it, over those they have run."""
    rest_s: Seconds | None = None
    """The length of the rest under way, or the last one; None for one that the clock does not end."""
    joins: bool = False
    """True if they go with the next rep of the group they have joined."""
    leaves: bool = False
    """True if they drop out."""
    is_cut: bool = False
    """True if the end of their run cut a rep short."""
    is_gone: bool = False

    @property
    def is_in_rep(self) -> bool:
        """True if a rep is under way."""
        return bool(self.rep) and self.phase not in _WAITING | _AT_REST | {Phase.FINISHED}

    @property
    def count(self) -> int:
        """Reps of the workout that lie behind the runner."""
        return len(self.finished) + self.ahead


class SquadRun:
    """Routes the coach's actions to their runs, and derives the inputs that one runner's actions bring another.

    It folds the actions of the coach and the outputs of the runs, and returns inputs of runs. The conductor of the runs
    passes them on: each run is a fold of its own inputs alone, so the others cannot change its outputs.
    """

    def __init__(self, roster: Roster) -> None:
        """Start without runs."""
        self._roster = roster
        self._states = {runner.slug: _RunnerState() for runner in roster.runners}
        self._due: list[tuple[Seconds, str, int]] = []
        self._splits: dict[str, SplitGiven] = {}
        self._batons: dict[int, str] = {}

    @property
    def roster(self) -> Roster:
        """The squad with its present groups."""
        return self._roster

    def phase(self, runner: str) -> Phase:
        """The phase of a runner's run."""
        return self._states[runner].phase

    def is_gone(self, runner: str) -> bool:
        """Return whether a runner's run has ended, or is not conducted."""
        return runner not in self._states or self._states[runner].is_gone

    def in_turn(self, runners: Sequence[str]) -> list[str]:
        """The runners who start if all of these wait for a rep: of a team one, and none while one of it runs."""
        starters = list(runners)
        for team in self._roster.teams:
            there = [each for each in team if not self.is_gone(each)]
            is_one_out = any(self._states[each].is_in_rep for each in there)
            waiting = [each for each in self._from_turn(there) if each in runners]
            for each in waiting[0 if is_one_out else 1 :]:
                starters.remove(each)
        return starters

    def place_of(self, group: str, *, without: str) -> int | None:
        """The number of reps of a group's workout that are over or have begun; None before the first.

        It is that of the furthest runner, without those who have ended.
        """
        others = [
            self._states[runner.slug] for runner in self._roster.members(group) if runner.slug != without
        ]
        places = [each.count + each.is_in_rep for each in others if each.has_begun and not each.is_gone]
        return max(places, default=None)

    def wake_at(self) -> Seconds | None:
        """Time of the next automatic start; None without one."""
        return min((at for at, _, _ in self._due), default=None)

    def fire(self, at: Seconds) -> list[RunnerInput]:
        """The starts that are due by `at`, each at its own time."""
        ready = sorted(start for start in self._due if start[0] <= at)
        self._due = [start for start in self._due if start[0] > at]
        return [
            pressed
            for due, runner, reps in ready
            if reps < 0 or len(self._states[runner].finished) == reps
            for pressed in self._set_off(runner, due)
        ]

    def receive(self, event: SquadInput | RunnerOutput) -> list[RunnerInput]:
        """Apply an action of the coach, or an output of a run; returns inputs of runs, due starts first.

        An input of a runner who is not in the squad is ignored.
        """
        if not isinstance(event, SquadPressed | WaveStarted) and event.runner not in self._states:
            return []
        inputs = self.fire(event.at)
        inputs += self._note(event) if isinstance(event, RunnerOutput) else self._route(event)
        return inputs + self.fire(event.at)

    def _route(self, event: SquadInput) -> list[RunnerInput]:
        """The inputs of runs that an action of the coach is."""
        match event:
            case SplitGiven():
                self._splits[event.runner] = event
                return [_mark(event.runner, event.at, event.moment)]
            case SplitTaken():
                return self._undo_press(event.press, event.runner, event.at)
            case SplitMoved():
                split = SplitGiven(event.at, event.press, event.runner, event.moment, GivenBy.KEY)
                back = self._undo_press(event.press, event.before, event.at)
                self._splits[event.runner] = split
                return [*back, _mark(event.runner, event.at, event.moment)]
            case SquadPressed():
                pressed = Pressed(event.at, event.button, Origin.LINE)
                return [RunnerInput(runner, pressed) for runner in event.runners for _ in range(event.times)]
            case WaveStarted():
                self._due += [(max(event.at, at), runner, -1) for runner, at in event.starts]
                return []
            case RunnerLeft():
                self._states[event.runner].leaves = True
                return [RunnerInput(event.runner, Closed(event.at))]
            case RunnerMoved():
                return self._move(event)
            case OrderChanged():
                return []
            case _:
                assert_never(event)

    def _move(self, event: RunnerMoved) -> list[RunnerInput]:
        """Put a runner into a group, and let them go over to its workout."""
        former_group = self._roster.runner(event.runner).group
        self._roster = self._roster.with_group(event.runner, event.group)
        self._stop_waiting(former_group, event.at)
        state = self._states[event.runner]
        if event.reps is not None:
            state.ahead = event.reps - len(state.finished) - state.is_in_rep
            state.joins = True
        return [] if event.switch is None else [RunnerInput(event.runner, event.switch)]

    def _note(self, event: RunnerOutput) -> list[RunnerInput]:
        """Apply an output of a run, and return the inputs that it brings others."""
        runner, output, state = event.runner, event.output, self._states[event.runner]
        match output:
            case PhaseChanged():
                state.phase = output.phase
            case StepStarted():
                return self._on_start(runner, output)
            case StepEnded() if output.step.kind in REPS:
                state.rep = ""
                if output.reason in COUNTS_AS_DONE:
                    return self._on_rep(runner, output)
                state.is_cut = output.reason is EndReason.FINISHED
            case BoundaryMoved() if output.step_id in state.finished:
                state.finished[output.step_id] = output.to_s
            case Undone():
                state.finished.pop(output.step_id, None)
                state.rep = output.step_id if output.step_id in state.reps else ""
            case RunEnded():
                return self._on_end(runner, output.at)
            case _:
                pass
        return []

    def _undo_press(self, press: int, runner: str, at: Seconds) -> list[RunnerInput]:
        """Undo a press in the run of its runner, and the start of a partner that it caused."""
        partner = self._batons.pop(press, None)
        undo = Pressed(at, Button.UNDO, Origin.LINE)
        return [RunnerInput(each, undo) for each in (runner, partner) if each is not None]

    def _on_start(self, runner: str, started: StepStarted) -> list[RunnerInput]:
        """Start those who have joined the group with it, and let a rest last as long as the group's."""
        state, step = self._states[runner], started.step
        state.has_begun, state.rep = True, ""
        if step.kind in REPS:
            state.rep, state.joins = step.step_id, False
            state.reps.add(step.step_id)
            joined = []
            for each in self._joiners(runner):
                own = self._states[each]
                own.joins, own.ahead = False, state.count - len(own.finished)
                joined += self._set_off(each, started.at)
            return joined
        if step.kind in RESTS:
            state.rest_s = step.until.time()
            if state.finished:
                self._await_group(runner, started.at)
        return []

    def _joiners(self, runner: str) -> list[str]:
        """The runners who have joined the group of a runner and start with their rep; not those who still run one."""
        count = self._states[runner].count
        others = ((other, self._states[other]) for other in self._others(runner))
        return [
            other
            for other, state in others
            if state.joins and state.count <= count and state.phase in _WAITING | _AT_REST
        ]

    def _on_rep(self, runner: str, ended: StepEnded) -> list[RunnerInput]:
        """Pass the baton on at the end of a rep."""
        self._states[runner].finished[ended.step.step_id] = ended.ended_at
        follower, split = self._follower(runner), self._splits.get(runner)
        started = [] if follower is None else self._set_off(follower, ended.at)
        if follower and started and split is not None and abs(split.moment - ended.ended_at) <= _SAME_S:
            self._batons[split.press] = follower
        return started

    def _on_end(self, runner: str, at: Seconds) -> list[RunnerInput]:
        """Stop waiting for a runner whose run has ended; one who drops out in a rep of a team hands the baton on."""
        state = self._states[runner]
        state.is_gone = True
        follower = self._follower(runner)
        if follower is not None:
            return self._set_off(follower, at) if state.leaves and state.is_cut else []
        self._stop_waiting(self._roster.runner(runner).group, at)
        return []

    def _stop_waiting(self, group: str, at: Seconds) -> None:
        """Start a group that waited only for a runner who has left it; a planned start stays."""
        members = [member.slug for member in self._roster.members(group) if not self.is_gone(member.slug)]
        if members and not any(starter in members for _, starter, _ in self._due):
            self._await_last(members[0], at)

    def _from_turn(self, team: Sequence[str]) -> list[str]:
        """Some runners of a team in the order of their turns: after the one who finished last."""
        ends = {each: max(self._states[each].finished.values(), default=Seconds(-1.0)) for each in team}
        last = max(ends, key=lambda each: ends[each], default=None)
        if last is None or ends[last] < 0:
            return list(team)
        place = team.index(last) + 1
        return [*team[place:], *team[:place]]

    def _follower(self, runner: str) -> str | None:
        """The next runner of a team who has not ended; None without a team, or for its last runner."""
        team = self._roster.team_of(runner)
        if not team:
            return None
        place = team.index(runner) + 1
        return next((each for each in (*team[place:], *team[: place - 1]) if not self.is_gone(each)), None)

    def _await_group(self, runner: str, at: Seconds) -> None:
        """Let the new rest last as long as the group's; for the last of a team, as planned."""
        state = self._states[runner]
        ended = max(state.finished.values())
        if self._roster.team_of(runner):
            if self._follower(runner) is None and state.rest_s is not None:
                self._schedule([(Seconds(at + state.rest_s), runner, len(state.finished))])
            return
        if self._roster.group(self._roster.runner(runner).group).rest_until is RestUntil.FIRST:
            self._await_first(runner, ended)
        self._await_last(runner, ended)

    def _await_first(self, runner: str, at: Seconds) -> None:
        """Start all recoveries with the first of the group that has finished this rep.

        A runner who finishes after the others have set off rests as planned.
        """
        state, others = self._states[runner], self._others(runner)
        if state.rest_s is None:
            return
        together = [runner]
        if not any(
            self._states[each].count >= state.count and not self._states[each].joins for each in others
        ):
            together += others
        elif any(starter == runner for _, starter, _ in self._due):
            return
        self._schedule([self._start_of(each, state.count, at + state.rest_s) for each in together])

    def _await_last(self, runner: str, at: Seconds) -> None:
        """Start all recoveries with the last of the group that has finished this rep."""
        group = self._roster.group(self._roster.runner(runner).group)
        if group.rest_until is not RestUntil.LAST:
            return
        there = (member.slug for member in self._roster.members(group.name) if not self.is_gone(member.slug))
        members = [each for each in there if not self._states[each].joins]
        counts = {self._states[each].count for each in members}
        rests = (self._states[each].rest_s for each in (runner, *members))
        rest_s = next((each for each in rests if each is not None), None)
        if len(counts) == 1 and rest_s is not None and (reps := counts.pop()):
            ends = [max(self._states[each].finished.values(), default=at) for each in members]
            self._schedule([self._start_of(each, reps, max(at, *ends) + rest_s) for each in members])

    def _start_of(self, runner: str, reps: int, at: float) -> tuple[Seconds, str, int]:
        """The start of a runner after a number of the group's reps, counted in reps of their own."""
        return Seconds(at), runner, reps - self._states[runner].ahead

    def _schedule(self, starts: Sequence[tuple[Seconds, str, int]]) -> None:
        """Start runners after a rest, in place of their planned start."""
        starters = {runner for _, runner, _ in starts}
        self._due = [start for start in self._due if start[1] not in starters] + list(starts)

    def _others(self, runner: str) -> list[str]:
        members = self._roster.members(self._roster.runner(runner).group)
        return [each.slug for each in members if each.slug != runner and not self.is_gone(each.slug)]

    def _set_off(self, runner: str, at: Seconds) -> list[RunnerInput]:
        """Start the next rep of a runner who waits or rests; nothing for others."""
        phase = self._states[runner].phase
        if self.is_gone(runner) or phase not in _WAITING | _AT_REST:
            return []
        button = Button.GO if phase in _WAITING else Button.NEXT
        return [RunnerInput(runner, Pressed(at, button, Origin.LINE))]


def _mark(runner: str, at: Seconds, moment: Seconds) -> RunnerInput:
    """The mark of a press at the line, credited to the time of the key."""
    pressed_at = moment if moment < at else None
    return RunnerInput(runner, Pressed(at, Button.MARK, Origin.LINE, pressed_at=pressed_at))
