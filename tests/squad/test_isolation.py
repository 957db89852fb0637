"""The property that matters: a runner of a squad hears what they would hear alone, byte for byte."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.live.inputs import Alive, Closed, Input, LoopBlocked, Opened, RecorderTrouble, Resumed
from coach.live.run import LiveRun
from coach.session.buttons import Button, Origin, Pressed
from coach.session.events import ResumeChoice
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source
from coach.squad.crossing import GivenBy, SplitGiven, SplitMoved, SplitTaken
from coach.squad.run import (
    RunnerInput,
    RunnerLeft,
    SquadInput,
    SquadPressed,
    SquadRun,
    WaveStarted,
)
from tests.squad.squads import NAMES, alone, at, lines_of, roster, setup

PEOPLE = [name.lower() for name in NAMES[:4]]
WHO = st.sampled_from(PEOPLE)
LATER = st.floats(0.0, 20.0)
BYTES = st.builds(
    lambda source, what, payload: lambda when: Notified(when, source, what, payload),
    st.sampled_from(Source), st.sampled_from(Characteristic), st.binary(max_size=20),
)  # fmt: skip
SAMPLES = st.builds(
    lambda speed, metres: lambda when: Reported(when, Source.POD, speed=speed, distance=metres),
    st.floats(0.0, 8.0), st.floats(0.0, 5000.0),
)  # fmt: skip
PRESSES = st.builds(
    lambda button, origin: lambda when: Pressed(when, button, origin),
    st.sampled_from(Button), st.sampled_from([Origin.KEY, Origin.LINE, Origin.PHONE]),
)  # fmt: skip
OTHERS = st.sampled_from(
    [
        Closed,
        Alive,
        lambda when: LoopBlocked(when, max(at(0.0), at(when - 3.0))),
        lambda when: RecorderTrouble(when, "the disk is full", lasts=True),
        lambda when: Resumed(when, max(at(0.0), at(when - 90.0)), ResumeChoice.RESTART),
        lambda when: LinkChanged(when, Source.STRAP, LinkState.LOST),
    ]
)
OWN = st.tuples(WHO, LATER, BYTES | SAMPLES | PRESSES | OTHERS)
JOINT = st.tuples(st.sampled_from(["given", "taken", "moved", "pressed", "wave", "left"]), WHO, WHO, LATER)


def _joint(kind: str, one: str, other: str, now: float, press: int) -> SquadInput:
    """An input of the squad as a whole."""
    match kind:
        case "given":
            return SplitGiven(at(now), press, one, at(max(0.0, now - 1.0)), GivenBy.KEY)
        case "taken":
            return SplitTaken(at(now), press, one, at(now))
        case "moved":
            return SplitMoved(at(now), press, one, other, at(max(0.0, now - 2.0)))
        case "pressed":
            return SquadPressed(at(now), (one, other), Button.DROP_REP, 2)
        case "wave":
            return WaveStarted(at(now), ((one, at(now + 1.0)), (other, at(now + 4.0))))
        case _:
            return RunnerLeft(at(now), one)


@settings(max_examples=150)
@given(st.lists(OWN | JOINT, max_size=80))
def test_each_runners_lines_are_those_of_a_run_alone(drawn):
    """Whatever comes, from whomever: each runner's lines are those of a solo run with the same inputs."""
    people = roster(4)
    received: dict[str, list[Input]] = {one: [] for one in PEOPLE}
    setups = {one: setup(one) for one in PEOPLE}
    whole = SquadRun(
        people,
        {one: LiveRun(setups[one]) for one in PEOPLE},
        on_input=lambda routed: received[routed.runner].append(routed.event),
    )
    outputs = [output for one in PEOPLE for output in whole.receive(RunnerInput(one, Opened(at(0.0))))]
    now = 0.0
    for press, each in enumerate(drawn):
        now += each[-1] if isinstance(each[-1], float) else each[1]
        if len(each) == 4:
            outputs += whole.receive(_joint(each[0], each[1], each[2], now, press))
        else:
            outputs += whole.receive(RunnerInput(each[0], each[2](at(now))))
    outputs += whole.fire_starts(at(now + 60.0))
    for one in PEOPLE:
        outputs += whole.receive(RunnerInput(one, Closed(at(now + 60.0))))
    for one in PEOPLE:
        assert lines_of(outputs, one) == alone(setups[one], received[one])


def test_one_runners_end_and_bad_bytes_change_nothing_for_another():
    """The same squad with a runner who sends nonsense and leaves: the other's lines are the same."""
    lines = []
    for is_hostile in (False, True):
        people = roster(2)
        whole = SquadRun(people, {one.slug: LiveRun(setup(one.slug)) for one in people.runners})
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
    """An input for who is none of the squad is taken by nobody, and raises nothing."""
    whole = SquadRun(roster(1), {"ana": LiveRun(setup("ana"))})
    assert whole.receive(RunnerInput("zoe", Opened(at(0.0)))) == []
