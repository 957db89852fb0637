"""The property that matters: a runner of a squad hears what they would hear alone, byte for byte.

It is held against the live squad: conductors, inboxes and all, on a clock that moves when it is told to.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.app.live_run import RunContext
from coach.app.squad import LiveSquad, Member
from coach.app.terminal import SILENT, RunMode
from coach.edge.settings import Settings
from coach.live.contract import (
    Alive,
    Closed,
    Input,
    LoopBlocked,
    Opened,
    Output,
    RecorderTrouble,
    encode_event,
    encode_line,
)
from coach.live.run import LiveRun
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source
from coach.squad.run import GivenBy, RunnerInput, SplitGiven
from tests.edge.doubles import FakeClock
from tests.squad.squads import NAMES, FoldedSquad, alone, at, lines_of, roster, setup

PEOPLE = [name.lower() for name in NAMES[:3]]
WHO = st.sampled_from(PEOPLE)
LATER = st.floats(0.0, 20.0)
BYTES = st.builds(
    partial(Notified, at(0.0)), st.sampled_from(Source), st.sampled_from(Characteristic), st.binary(max_size=20)
)  # fmt: skip
SAMPLES = st.builds(
    lambda speed, metres: Reported(at(0.0), Source.POD, speed=speed, distance=metres),
    st.floats(0.0, 8.0), st.floats(0.0, 5000.0),
)  # fmt: skip
PRESSES = st.builds(
    partial(Pressed, at(0.0)),
    st.sampled_from(Button), st.sampled_from([Origin.KEY, Origin.LINE, Origin.PHONE]),
)  # fmt: skip
OTHERS = st.sampled_from(
    [
        Closed(at(0.0)),
        Alive(at(0.0)),
        LoopBlocked(at(0.0), at(0.0)),
        RecorderTrouble(at(0.0), "the disk is full", lasts=True),
        LinkChanged(at(0.0), Source.STRAP, LinkState.LOST),
    ]
)
OWN = st.tuples(WHO, LATER, BYTES | SAMPLES | PRESSES | OTHERS)
KEYS = st.tuples(
    st.sampled_from(["cross", "name", "undo", "was", "fewer", "wave", "left", "move", "out"]), WHO, LATER
)


def _press(squad: LiveSquad, key: str, one: str) -> None:
    """Do what the coach does with a key."""
    match key:
        case "cross":
            squad.cross()
        case "name":
            squad.name(one)
        case "undo":
            squad.undo()
        case "was":
            squad.give_last_to(one)
        case "fewer":
            squad.command([one, "ana"], Button.DROP_REP, 2)
        case "wave":
            squad.start_wave(PEOPLE)
        case "left":
            squad.drop_out(one)
        case "move":
            squad.move(one, "new" if squad.roster.runner(one).group != "new" else squad.roster.groups[0].name)
        case _:
            squad.leave_out(one)


class _KeptRun(LiveRun):
    """A run that keeps its inputs as they were stamped."""

    def __init__(self, setup: Any) -> None:
        super().__init__(setup)
        self.received: list[Input] = []

    def receive(self, event: Input) -> list[Output]:
        """Keep the input, and receive it."""
        self.received.append(event)
        return super().receive(event)


async def _lived(drawn: Sequence[Any]) -> tuple[dict[str, _KeptRun], dict[str, list[str]]]:
    """Run the drawn inputs; returns the runs and the lines of each."""
    clock = FakeClock()
    runs = {one: _KeptRun(setup(one)) for one in PEOPLE}
    people = roster(len(PEOPLE))
    context = RunContext(Settings(), clock, RunMode.SCREEN, SILENT)
    squad = LiveSquad(people, [Member(people.runner(one), run) for one, run in runs.items()], context)
    heard: dict[str, list[str]] = {one: [] for one in PEOPLE}
    squad.listen(lambda one, timed: heard[one].append(encode_line(encode_event(timed.output, timed.run_s))))
    conducting = asyncio.ensure_future(squad.conduct())
    await clock.advance(0.0)
    for first, second, third in drawn:
        if isinstance(second, str):
            await clock.advance(third)
            _press(squad, first, second)
        else:
            await clock.advance(second)
            squad.assembled[first].conductor.put(third)
    await clock.advance(61.0)
    squad.close()
    await conducting
    return runs, heard


@settings(max_examples=60, deadline=None)
@given(st.lists(OWN | KEYS, max_size=40))
def test_each_runners_lines_are_those_of_a_run_alone(drawn):
    """Each runner's lines are those of a solo run with the same inputs."""
    runs, heard = asyncio.run(_lived(drawn))
    for one, run in runs.items():
        assert heard[one] == alone(run.setup, run.received)


def test_one_runners_end_and_bad_bytes_change_nothing_for_another():
    """The same squad with a runner who sends nonsense and leaves: the other's lines are the same."""
    lines = []
    for is_hostile in (False, True):
        people = roster(2)
        whole = FoldedSquad(people, {one.slug: LiveRun(setup(one.slug)) for one in people.runners})
        outputs = []
        for one in ("ana", "ben"):
            outputs += whole.receive(RunnerInput(one, Opened(at(0.0))))
        outputs += whole.receive(SplitGiven(at(5.0), 1, "ana", at(5.0), GivenBy.KEY))
        for second in range(6, 120):
            if is_hostile:
                junk = Notified(at(second), Source.POD, Characteristic.RSC_MEASUREMENT, b"\xff\x00")
                outputs += whole.receive(RunnerInput("ben", junk))
                outputs += whole.receive(RunnerInput("ben", Closed(at(second + 0.5))))
            outputs += whole.receive(RunnerInput("ana", Alive(at(second + 0.9))))
        outputs += whole.receive(SplitGiven(at(107.0), 2, "ana", at(106.8), GivenBy.ORDER))
        lines.append(lines_of(outputs, "ana"))
    assert lines[0] == lines[1]
    assert any('"event":"step_ended"' in line for line in lines[0])


def test_nobodys_input_brings_nothing():
    """An input for a runner who is not in the squad is ignored, and raises nothing."""
    whole = FoldedSquad(roster(1), {"ana": LiveRun(setup("ana"))})
    assert whole.squad.receive(SplitGiven(at(5.0), 1, "zoe", at(5.0), GivenBy.KEY)) == []
    assert whole.receive(RunnerInput("zoe", Opened(at(0.0)))) == []
