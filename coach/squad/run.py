"""Many runs side by side: each input goes to the run it is for, and what one runner does starts another.

A squad is not a run of its own: it is as many runs as there are runners, each a fold of its own inputs alone. So
whatever one runner sends, loses or ends changes nothing for the others. What ties runners to each other (waves, a rest
that lasts until the last has come in, a partner's turn) is written down as ordinary inputs of the runs it concerns:
`Ties` asks for them, and once they are given every run stands on its own again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from coach.live.inputs import Closed, Input
from coach.live.outputs import VERSION, Event, Output, RunEnded, encode_event, put_measure
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.physiology.surroundings import MARK_TOLERANCE_M
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin, Pressed
from coach.session.config import SessionSettings
from coach.session.events import COUNTS_AS_DONE, PhaseChanged, SplitRole, StepEnded
from coach.session.marks import mark_spacing, planned_marks
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from coach.squad.crossing import Crossings, GivenBy, LineEvent, SplitGiven, SplitMoved, SplitTaken
from coach.squad.roster import RestUntil, Roster
from coach.workout.kinds import REPS, RESTS
from coach.workout.timeline import Step, TimeEnd

_SAME_S: Final = 0.05
"""An end of a step this close to a press was brought by it: both are in whole milliseconds."""
_MISSED: Final = 0.5
"""Share of the way between two lines after which a runner has passed the first unseen, and the next one counts."""
_BEHIND_M: Final = 15.0
"""Metres behind a line after which a runner who is measured has passed it: a pod is a few per cent off. Judged."""
_PICK_UP_S: Final = Seconds(8.0)
"""Until then a runner picks up their pace, and what is measured says nothing of the next line; reps settle in 7 s."""
_RUNNING: Final = frozenset({Phase.WORK, Phase.SEND_OFF_REP})
_AT_REST: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.FLOAT})
_WAITING: Final = frozenset({Phase.READY, Phase.OVERTIME})


@dataclass(frozen=True, slots=True)
class RunnerInput:
    """An input of one runner's run."""

    runner: str
    event: Input

    @property
    def at(self) -> Seconds:
        """When it happened."""
        return self.event.at


@dataclass(frozen=True, slots=True)
class SquadPressed:
    """A button for several runners at once: pause, next, one rep less."""

    at: Seconds
    runners: tuple[str, ...]
    button: Button
    times: int = 1
    """How often it is pressed for each: a rep less, three times."""


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """A wave sets off: each of its runners so long after this as the roster says."""

    at: Seconds
    starts: tuple[tuple[str, Seconds], ...]
    """Runners and their own starts, in seconds since the session began."""


@dataclass(frozen=True, slots=True)
class RunnerLeft:
    """A runner drops out: their run is ended, and kept."""

    at: Seconds
    runner: str


@dataclass(frozen=True, slots=True)
class RunnerMoved:
    """A runner is in another group from here on: its buttons and rests are theirs."""

    at: Seconds
    runner: str
    group: str


SquadInput = RunnerInput | LineEvent | SquadPressed | WaveStarted | RunnerLeft | RunnerMoved
"""What a squad receives."""


@dataclass(frozen=True, slots=True)
class RunnerOutput:
    """One output of one runner's run."""

    runner: str
    output: Output
    run_s: Seconds | None = None

    @property
    def at(self) -> Seconds:
        """When it is emitted."""
        return self.output.at


SquadOutput = RunnerOutput | SplitGiven | SplitMoved | SplitTaken
"""What a squad gives: the outputs of its runs, and what became of presses at the line."""


def encode_squad_event(output: SquadOutput) -> Event:
    """Encode an output as an event: that of a run alone with the runner added, or what became of a press."""
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


# --- as records of the journal of a session


def squad_record(event: SquadInput) -> dict[str, Any]:
    """An input of the squad as a JSON object; those of one runner are in the journal of their own run.

    Raises:
        ValueError: it is one of those.
    """
    match event:
        case RunnerInput():
            raise ValueError(event)
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
        case _:
            assert_never(event)
    return {"squad": kind, "at": event.at, **rest}


def squad_input_of(record: Mapping[str, Any]) -> SquadInput | None:
    """The input that a record holds; None for one that this program does not know, or that is damaged."""
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
                return RunnerMoved(at, str(record["runner"]), str(record["group"]))
            case _:
                return None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


# --- what ties runners to each other


class Ties:
    """Asks for the inputs that one runner's doings, or the time, bring another."""

    def __init__(self, roster: Roster) -> None:
        """Tie nobody yet."""
        self._roster = roster
        self._phase: dict[str, Phase] = {runner.slug: Phase.READY for runner in roster.runners}
        self._finished: dict[str, list[Seconds]] = {runner.slug: [] for runner in roster.runners}
        self._rests: dict[str, Seconds] = {}
        self._gone: set[str] = set()
        self._due: list[tuple[Seconds, str, int]] = []
        self._given: dict[str, SplitGiven] = {}
        self._batons: dict[int, str] = {}

    @property
    def roster(self) -> Roster:
        """Who is in the squad, in which groups now."""
        return self._roster

    def phase(self, runner: str) -> Phase:
        """The phase a runner's run is in."""
        return self._phase[runner]

    def is_gone(self, runner: str) -> bool:
        """Tell whether a runner's run has ended."""
        return runner in self._gone

    def in_turn(self, runners: Sequence[str]) -> list[str]:
        """Who of some that wait for a rep sets off when all are told to: of a team one, and nobody while one runs."""
        chosen = list(runners)
        for team in self._roster.teams:
            is_one_out = any(self._phase.get(each) is Phase.WORK for each in team)
            waiting = [each for each in team if each in runners]
            for each in waiting[0 if is_one_out else 1 :]:
                chosen.remove(each)
        return chosen

    def wake_at(self) -> Seconds | None:
        """When the next start is due that nobody presses; None if there is none."""
        return min((at for at, _, _ in self._due), default=None)

    def due(self, now: Seconds) -> list[RunnerInput]:
        """The starts that are due by now, each at its own time."""
        ready = sorted(start for start in self._due if start[0] <= now)
        self._due = [start for start in self._due if start[0] > now]
        return [
            pressed
            for at, runner, reps in ready
            if reps < 0 or len(self._finished[runner]) == reps
            for pressed in self._set_off(runner, at)
        ]

    def routed(self, event: SquadInput) -> list[RunnerInput]:
        """The inputs of the runs that an input of the squad is."""
        match event:
            case RunnerInput():
                return [event]
            case SplitGiven():
                self._given[event.runner] = event
                return [_mark(event.runner, event.at, event.moment)]
            case SplitTaken():
                return self._taken_back(event.press, event.runner, event.at)
            case SplitMoved():
                moved = SplitGiven(event.at, event.press, event.runner, event.moment, GivenBy.KEY)
                back = self._taken_back(event.press, event.before, event.at)
                self._given[event.runner] = moved
                return [*back, _mark(event.runner, event.at, event.moment)]
            case SquadPressed():
                pressed = Pressed(event.at, event.button, Origin.LINE)
                return [RunnerInput(runner, pressed) for runner in event.runners for _ in range(event.times)]
            case WaveStarted():
                self._due += [(max(event.at, at), runner, -1) for runner, at in event.starts]
                return []
            case RunnerLeft():
                return [RunnerInput(event.runner, Closed(event.at))]
            case RunnerMoved():
                self._roster = self._roster.moved(event.runner, event.group)
                return []
            case _:
                assert_never(event)

    def note(self, runner: str, outputs: Sequence[Output]) -> list[RunnerInput]:
        """Take what a runner's run gave, and ask for what it brings others."""
        asked: list[RunnerInput] = []
        for output in outputs:
            match output:
                case PhaseChanged():
                    self._phase[runner] = output.phase
                case StepEnded() if output.step.kind in REPS and output.reason in COUNTS_AS_DONE:
                    asked += self._on_rep(runner, output)
                case RunEnded():
                    self._gone.add(runner)
                    self._await_last(runner, output.at)
                case _:
                    pass
        return asked

    def rest_of(self, runner: str, rest_s: Seconds | None) -> None:
        """Take how long the rest after a runner's rep lasts; None for one that the clock does not end."""
        if rest_s is None:
            self._rests.pop(runner, None)
        else:
            self._rests[runner] = rest_s

    def _taken_back(self, press: int, runner: str, at: Seconds) -> list[RunnerInput]:
        """Undo a press in the run it was given to, and the start of the partner it was the baton for."""
        partner = self._batons.pop(press, None)
        undo = Pressed(at, Button.UNDO, Origin.LINE)
        return [RunnerInput(each, undo) for each in (runner, partner) if each is not None]

    def _on_rep(self, runner: str, ended: StepEnded) -> list[RunnerInput]:
        self._finished[runner].append(ended.ended_at)
        follower = self._follower(runner)
        if follower is not None:
            given = self._given.get(runner)
            started = self._set_off(follower, ended.at)
            if started and given is not None and abs(given.moment - ended.ended_at) <= _SAME_S:
                self._batons[given.press] = follower
            return started
        if self._roster.group(self._roster.runner(runner).group).rest_until is RestUntil.FIRST:
            self._await_first(runner, ended.ended_at)
        self._await_last(runner, ended.ended_at)
        return []

    def _follower(self, runner: str) -> str | None:
        for other in self._roster.runners:
            if self._roster.partner_before(other.slug) == runner and other.slug not in self._gone:
                return other.slug
        return None

    def _await_first(self, runner: str, at: Seconds) -> None:
        """Let everybody's rest run from the first of the group that has finished this rep."""
        reps, rest_s = len(self._finished[runner]), self._rests.get(runner)
        others = self._others(runner)
        if rest_s is None or any(len(self._finished[other]) >= reps for other in others):
            return
        self._due += [(Seconds(at + rest_s), each, reps) for each in (runner, *others)]

    def _await_last(self, runner: str, at: Seconds) -> None:
        """Let everybody's rest run from the last of the group that has finished this rep."""
        group = self._roster.group(self._roster.runner(runner).group)
        if group.rest_until is not RestUntil.LAST:
            return
        members = [each.slug for each in self._roster.members(group.name) if each.slug not in self._gone]
        counts = {len(self._finished[each]) for each in members}
        rest_s = self._rests.get(runner, next(iter(self._rests.values()), None))
        if len(counts) == 1 and rest_s is not None and (reps := counts.pop()):
            last = max(self._finished[each][-1] for each in members)
            self._due = [start for start in self._due if start[1] not in members]
            self._due += [(Seconds(max(at, last) + rest_s), each, reps) for each in members]

    def _others(self, runner: str) -> list[str]:
        members = self._roster.members(self._roster.runner(runner).group)
        return [each.slug for each in members if each.slug != runner and each.slug not in self._gone]

    def _set_off(self, runner: str, at: Seconds) -> list[RunnerInput]:
        """Start the next rep of a runner who waits or rests; nothing for who runs or has ended."""
        phase = self._phase[runner]
        if runner in self._gone or phase not in _WAITING | _AT_REST:
            return []
        button = Button.GO if phase in _WAITING else Button.NEXT
        return [RunnerInput(runner, Pressed(at, button, Origin.LINE))]


def _mark(runner: str, at: Seconds, moment: Seconds) -> RunnerInput:
    """The mark of a press at the line, credited to when the key was pressed."""
    pressed_at = moment if moment < at else None
    return RunnerInput(runner, Pressed(at, Button.MARK, Origin.LINE, pressed_at=pressed_at))


# --- the fold


class SquadRun:
    """The runs of a squad, each a fold of its own inputs."""

    def __init__(
        self,
        roster: Roster,
        runs: Mapping[str, LiveRun],
        *,
        on_input: Callable[[RunnerInput], None] = lambda _: None,
    ) -> None:
        """Fold these runs, by slug; `on_input` is told of each input of a run before the run receives it."""
        self.ties = Ties(roster)
        self.runs = dict(runs)
        self._on_input = on_input

    def receive(self, event: SquadInput) -> list[SquadOutput]:
        """Give an input to the runs it is for, after the starts that were due before; returns what they gave.

        An input of a runner who is none of the squad is nobody's, and brings nothing.
        """
        outputs = self.fire_starts(event.at)
        if isinstance(event, LineEvent):
            outputs.append(event)
        for routed in self.ties.routed(event):
            outputs += self._give(routed)
        return outputs

    def fire_starts(self, at: Seconds) -> list[SquadOutput]:
        """Give the runs the starts that were due by `at`, each at its own time."""
        outputs: list[SquadOutput] = []
        while (due := self.ties.wake_at()) is not None and due <= at:
            for routed in self.ties.due(due):
                outputs += self._give(routed)
        return outputs

    def fire(self, at: Seconds) -> list[SquadOutput]:
        """Fire everything that is due by `at`: the starts, then the deadlines of each run."""
        outputs = self.fire_starts(at)
        for runner, run in self.runs.items():
            outputs += self._noted(runner, run.fire(at))
        return outputs

    def wake_at(self) -> Seconds | None:
        """When something is due next, in any run; None if nothing is."""
        times = [self.ties.wake_at(), *(run.wake_at() for run in self.runs.values())]
        return min((at for at in times if at is not None), default=None)

    def _give(self, routed: RunnerInput) -> list[SquadOutput]:
        run = self.runs.get(routed.runner)
        if run is None:
            return []
        self._on_input(routed)
        return self._noted(routed.runner, run.receive(routed.event))

    def _noted(self, runner: str, given: Sequence[Output]) -> list[SquadOutput]:
        run = self.runs[runner]
        outputs: list[SquadOutput] = [RunnerOutput(runner, output, run.run_s(output.at)) for output in given]
        self.ties.rest_of(runner, rest_after(run.session.timeline.steps, run.session.index))
        for asked in self.ties.note(runner, given):
            outputs += self._give(asked)
        return outputs


def rest_after(steps: Sequence[Step], index: int) -> Seconds | None:
    """How long the rest under way lasts, or the next one; None for one that the clock does not end."""
    rest = next((step for step in steps[index : index + 2] if step.kind in RESTS), None)
    ends = () if rest is None else rest.until.ends
    return next((end.seconds for end in ends if isinstance(end, TimeEnd)), None)


def merged(outputs: Mapping[str, Iterable[RunnerOutput]]) -> list[RunnerOutput]:
    """The outputs of all runs in order of time; of those at one moment in the order of the runners."""
    every = [output for given in outputs.values() for output in given]
    return sorted(every, key=lambda output: output.at)


# --- who is at the line next


def next_line(snapshot: Snapshot, settings: SessionSettings) -> Seconds | None:
    """When a runner passes their next line by what is measured, else by their splits and the pace that is asked for.

    None for who rests, waits or runs by the clock.
    """
    step, step_s = snapshot.step, snapshot.step_time_s
    length = None if step is None else step.until.distance()
    if step is None or step_s is None or length is None or snapshot.phase not in _RUNNING:
        return None
    credited = [row for row in snapshot.splits if row.rep == step.rep and row.metres is not None]
    credited = [row for row in credited if row.time_s <= step_s and row.role is not SplitRole.START]
    at_m, at_s = (credited[-1].metres or 0.0, credited[-1].time_s) if credited else (0.0, 0.0)
    spacing = mark_spacing(snapshot.timeline.context, settings)
    marks = planned_marks(length, spacing, step.line_m)
    speed = _speed(snapshot, at_m, at_s)
    if speed is None:
        return None
    run_m, since_s = at_m, step_s - at_s
    if snapshot.step_m is not None and snapshot.speed is not None:
        run_m, since_s = max(at_m, snapshot.step_m), 0.0
    missed_s = _MISSED * spacing / speed if since_s else _BEHIND_M / speed
    for line in marks:
        at = snapshot.at - since_s + (line - run_m) / speed
        if line > at_m + MARK_TOLERANCE_M and at >= snapshot.at - missed_s:
            return Seconds(at)
    return None


def _speed(snapshot: Snapshot, at_m: float, at_s: float) -> float | None:
    """The speed to the next line: measured now, else that of the rep so far, else what is asked for."""
    shown, is_under_way = snapshot.speed, (snapshot.step_time_s or 0.0) >= _PICK_UP_S
    if shown is not None and is_under_way and shown.freshness is not Freshness.STALE and shown.value > 1.0:
        return shown.value
    if at_m > 0 and at_s > 0:
        return at_m / at_s
    band = snapshot.band
    aim = None if band is None else band.aim or band.high or band.low
    return aim if aim is not None and aim > 0 else None


def expect_all(crossings: Crossings, snapshots: Mapping[str, Snapshot], settings: SessionSettings) -> None:
    """Let the runs say when each runner is at the line next."""
    for runner, snapshot in snapshots.items():
        crossings.expect(runner, next_line(snapshot, settings))
