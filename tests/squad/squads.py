"""Squads under test: rosters, runs of a few short steps, and what a squad gave as lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from coach.edge.conductor import replay_max
from coach.live.contract import Input, Output, RunSetup, encode_event, encode_line
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.squad.roster import Roster, roster_of_names
from coach.squad.run import (
    LineEvent,
    RunnerInput,
    RunnerOutput,
    SquadInput,
    SquadOutput,
    SquadRun,
    encode_squad_event,
)
from coach.workout.timeline import Context, PressStart, Step, Timeline
from tests.session.builders import rest, work

NAMES = ("Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Hana")
BY_KEY = StartPolicy(first=PressStart())


def roster(count: int = 8) -> Roster:
    """A roster of some runners in one group."""
    return roster_of_names(NAMES[:count])


def setup(runner: str, *steps: Step, starts: StartPolicy = BY_KEY, by_hand: bool = True) -> RunSetup:
    """The setup of a runner's run; two reps of 400 m unless steps are given."""
    steps = steps or (work(400.0, "rep 1", rep=1, of=2), rest(60.0), work(400.0, "rep 2", rep=2, of=2))
    return RunSetup(
        f"run-{runner}", Timeline("reps", steps, Context()), runner, starts=starts, by_hand=by_hand
    )


class FoldedSquad:
    """Runs of a squad that are given at once what `SquadRun` asks for: no clock, no loop, no journal."""

    def __init__(
        self,
        people: Roster,
        runs: Mapping[str, LiveRun],
        *,
        on_input: Callable[[RunnerInput], None] = lambda _: None,
    ) -> None:
        """Fold these runs; `on_input` is called with each input of a run before the run receives it."""
        self.squad = SquadRun(people)
        self.runs = dict(runs)
        self._on_input = on_input

    def receive(self, event: SquadInput | RunnerInput) -> list[SquadOutput]:
        """Take an input of a run, or what was done for several; returns what the runs gave."""
        outputs: list[SquadOutput] = [event] if isinstance(event, LineEvent) else []
        if isinstance(event, RunnerInput):
            return self.fire_starts(event.at) + self._given([event])
        return outputs + self._given(self.squad.receive(event))

    def fire_starts(self, at: Seconds) -> list[SquadOutput]:
        """Give the runs the starts that were due by `at`, each at its own time."""
        outputs: list[SquadOutput] = []
        while (due := self.squad.wake_at()) is not None and due <= at:
            outputs += self._given(self.squad.fire(due))
        return outputs

    def fire(self, at: Seconds) -> list[SquadOutput]:
        """Fire everything that is due by `at`: the starts, then the deadlines of each run."""
        outputs = self.fire_starts(at)
        for runner, run in self.runs.items():
            outputs += self._noted(runner, run.fire(at))
        return outputs

    def _given(self, inputs: Sequence[RunnerInput]) -> list[SquadOutput]:
        outputs: list[SquadOutput] = []
        for routed in inputs:
            if routed.runner in self.runs:
                self._on_input(routed)
                outputs += self._noted(routed.runner, self.runs[routed.runner].receive(routed.event))
        return outputs

    def _noted(self, runner: str, outputs: Sequence[Output]) -> list[SquadOutput]:
        run, noted = self.runs[runner], list[SquadOutput]()
        for output in outputs:
            given = RunnerOutput(runner, output, run.run_s(output.at))
            noted.append(given)
            noted += self._given(self.squad.receive(given))
        return noted


def squad(people: Roster, *steps: Step, starts: StartPolicy = BY_KEY) -> FoldedSquad:
    """A squad of runs alike, one for each of a roster."""
    return FoldedSquad(
        people, {one.slug: LiveRun(setup(one.slug, *steps, starts=starts)) for one in people.runners}
    )


def lines_of(outputs: Iterable[SquadOutput], runner: str) -> list[str]:
    """The lines of one runner, without the key `runner`."""
    lines = []
    for output in outputs:
        if isinstance(output, RunnerOutput) and output.runner == runner:
            event = encode_squad_event(output)
            assert event.pop("runner") == runner
            lines.append(encode_line(event))
    return lines


def alone(one: RunSetup, inputs: Sequence[Input]) -> list[str]:
    """The lines of a run by itself."""
    return [
        encode_line(encode_event(timed.output, timed.run_s)) for timed in replay_max(LiveRun(one), inputs)
    ]


def at(seconds: float) -> Seconds:
    """A moment."""
    return Seconds(seconds)
