"""A live run and a virtual runner, from the first input to the last."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import itertools

import pytest

from coach.live.contract import Closed, Opened, RunEnded, RunSetup
from coach.live.run import LiveRun
from coach.session.events import EndReason, PhaseChanged, StepEnded, StepStarted
from coach.session.phases import Phase
from coach.signals.readings import Notified, Source
from coach.simulate import RunnerProfile, VirtualRunner, simulate
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    EndConditions,
    Move,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)


def a_rep(name, metres, speed):
    """A rep of some metres at a speed."""
    target = StepTarget(Quantity.SPEED, Band(speed * 0.98, speed, speed * 1.02), "fast")
    return Step(name, name, "Main", Kind.WORK, name, EndConditions((DistanceEnd(metres),)), target)


def a_rest(name, seconds):
    """A walk of some seconds."""
    return Step(name, name, "Main", Kind.RECOVERY, name, EndConditions((TimeEnd(seconds),)), move=Move.WALK)


TWO_LAPS = Timeline("2 x 400 m", (a_rep("0", 400.0, 4.5), a_rest("1", 60.0), a_rep("2", 400.0, 4.5)))


def a_run(ends_after_s=0.0):
    """A live run of two laps."""
    return LiveRun(RunSetup("test", TWO_LAPS, ends_after_s=ends_after_s))


class Said:
    """A run that says what it was given to say, and never ends by itself."""

    def __init__(self, *outputs):
        """Hold the outputs until their time."""
        self.waiting = list(outputs)
        self.received = []
        self.settled = []

    def fire(self, at):
        """Say what is due."""
        self.settled.append(at)
        due = [output for output in self.waiting if output.at <= at]
        self.waiting = [output for output in self.waiting if output.at > at]
        return due

    def receive(self, event):
        """Note what came."""
        self.received.append(event)
        return [] if not isinstance(event, Closed) else [RunEnded(event.at, True, 0, None, None)]


def test_two_laps_from_opened_to_closed():
    """The runner gets through the workout: every step done, at about its pace, the last line last."""
    made = simulate(a_run(), VirtualRunner(RunnerProfile(), 5, timeline=TWO_LAPS, presses=True))
    assert isinstance(made.inputs[0], Opened)
    assert isinstance(made.inputs[-1], Closed)
    assert isinstance(made.outputs[-1], RunEnded)
    assert made.completed
    ends = [output for output in made.outputs if isinstance(output, StepEnded)]
    assert [end.reason for end in ends] == [EndReason.DONE] * 3
    for rep in (ends[0], ends[2]):
        assert 400 / 4.5 * 0.93 < rep.time_s < 400 / 4.5 * 1.1
    assert ends[1].time_s == pytest.approx(60.0, abs=2.0)
    times = [event.at for event in made.inputs]
    assert times == sorted(times)


def test_the_same_seed_makes_the_same_run_and_its_inputs_fold_to_the_same_outputs():
    """Twice one seed is twice the same bytes; a fresh run that eats them, without wakes, says the same."""
    made = simulate(a_run(), VirtualRunner(seed=11, presses=True))
    again = simulate(a_run(), VirtualRunner(seed=11, presses=True))
    other = simulate(a_run(), VirtualRunner(seed=12, presses=True))
    assert again == made
    assert other.inputs != made.inputs
    folded = a_run()
    outputs = [output for event in made.inputs for output in folded.receive(event)]
    assert tuple(outputs) == made.outputs


def test_a_pod_that_reads_long_is_run_to_the_line_all_the_same():
    """With a pod 2 % long the run still goes on to its end, and the pod says its metres, not the true ones."""
    profile = RunnerProfile(pod_factor=1.02, pod_noise=0.0)
    runner = VirtualRunner(profile, 5, timeline=TWO_LAPS, presses=True)
    made = simulate(a_run(), runner)
    assert made.completed
    ends = [output for output in made.outputs if isinstance(output, StepEnded)]
    assert ends[0].distance == pytest.approx(400.0)


def test_a_runner_without_sensors_is_brought_to_the_end_by_the_clock_or_the_keys():
    """Without pod and strap every step still ends."""
    profile = RunnerProfile(has_pod=False, has_strap=False)
    made = simulate(a_run(), VirtualRunner(profile, 5, presses=True))
    assert made.completed
    assert not [event for event in made.inputs if isinstance(event, Notified)]


def test_it_lingers_after_the_last_step_where_the_run_does():
    """A run that does not close itself is closed a few seconds after it finished."""
    run = Said(
        PhaseChanged(0.0, Phase.WORK),
        StepStarted(0.0, 0, a_rep("0", 400.0, 4.0)),
        PhaseChanged(9.5, Phase.FINISHED),
    )
    made = simulate(run, VirtualRunner(seed=1))
    assert made.completed
    assert made.inputs[-1].at == pytest.approx(14.5, abs=0.3)
    assert run.received == list(made.inputs)


def test_finished_may_be_taken_back():
    """When the finish is undone the run goes on, until it is finished again."""
    phases = [(5.0, Phase.FINISHED), (7.0, Phase.WORK), (20.0, Phase.FINISHED)]
    made = simulate(Said(*(PhaseChanged(at, phase) for at, phase in phases)), VirtualRunner(seed=1))
    assert made.inputs[-1].at == pytest.approx(25.0, abs=0.3)


def test_a_run_that_never_ends_is_closed():
    """After the longest time allowed the run is closed as it stands, and said not to be complete."""
    made = simulate(Said(), VirtualRunner(seed=1), longest_s=30.0)
    assert not made.completed
    assert made.inputs[-1] == Closed(30.0)


def test_the_run_is_woken_between_packets():
    """Deadlines are settled every quarter second, so the runner hears "go" when it is said."""
    run = Said()
    simulate(run, VirtualRunner(RunnerProfile(has_pod=False, has_strap=False), 1), longest_s=2.0)
    assert run.settled == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0]


def test_the_link_is_lost_every_lap_and_the_laps_are_measured_all_the_same():
    """Packets are missing on the far side of each lap; the pod's count still gives 400 m."""
    made = simulate(a_run(), VirtualRunner(RunnerProfile(packet_loss=0.0), 5, presses=True))
    pods = [event.at for event in made.inputs if isinstance(event, Notified) and event.source is Source.POD]
    gaps = [after - before for before, after in itertools.pairwise(pods) if after - before > 5]
    assert len(gaps) >= 2
    ends = [output for output in made.outputs if isinstance(output, StepEnded)]
    assert ends[0].distance == pytest.approx(400.0)
