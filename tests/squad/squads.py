"""Squads under test: rosters, runs of a few short steps, and what a squad gave as lines."""

from collections.abc import Iterable, Sequence

from coach.live.inputs import Input, RunSetup
from coach.live.outputs import encode_event, encode_line
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.squad.document import roster_of_names
from coach.squad.roster import Roster
from coach.squad.run import RunnerOutput, SquadOutput, SquadRun, encode_squad_event
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


def squad(people: Roster, *steps: Step, starts: StartPolicy = BY_KEY) -> SquadRun:
    """A squad of runs alike, one for each of a roster."""
    return SquadRun(
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
    run = LiveRun(one)
    said = [(output, run.run_s(output.at)) for event in inputs for output in run.receive(event)]
    return [encode_line(encode_event(output, run_s)) for output, run_s in said]


def at(seconds: float) -> Seconds:
    """A moment."""
    return Seconds(seconds)
