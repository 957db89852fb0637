"""The lessons of a run: factors, kinetics, cadence at speed; and nothing without evidence."""

import pytest

from coach.athlete import Lesson
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import BeatsPerMinute, MetresPerSecond, Seconds, StepsPerMinute
from coach.review.lessons import Pod, lesson_of
from coach.session.phases import Button, Origin, Pressed
from coach.signals.config import PooledSensor, SignalSettings
from coach.signals.readings import LinkChanged, LinkState, Reported, Source
from coach.workout.document import compile_workout, document_from
from coach.workout.timeline import Timeline, free_run

MINE: dict[Source | int, Pod] = {Source.POD: Pod("D4:22", "racers")}


def taught(inputs: list[Input], timeline: Timeline | None = None) -> Lesson:
    """The lesson of these inputs."""
    end = Closed(Seconds(inputs[-1].at + 1))
    run = LiveRun(RunSetup(run="01", timeline=timeline or free_run()))
    return lesson_of(run, [Opened(Seconds(0.0)), *inputs, end], day="2026-05-31", pods=MINE)


def pod(at: float, speed: float, spm: float) -> Reported:
    """A second of a footpod."""
    return Reported(
        Seconds(at), Source.POD, speed=MetresPerSecond(speed), cadence=StepsPerMinute(spm), distance=None
    )


def test_even_running_teaches_cadence_at_speed():
    """Ten minutes at two speeds: thirty stretches of twenty seconds or so, and how cadence goes with speed."""
    inputs: list[Input] = [
        pod(at, 3.0 if at <= 300 else 4.0, 170.0 if at <= 300 else 178.0) for at in range(1, 601)
    ]
    cadence = taught(inputs).cadence
    assert cadence is not None
    assert 26 <= cadence.stretches <= 30
    assert cadence.speed_mps == pytest.approx(3.5, abs=0.05)
    assert cadence.covariance / cadence.speed_variance == pytest.approx(8.0, abs=0.01)


def test_walking_and_changing_speed_teach_nothing():
    """A walk is no run, and a run that changes all the time has no cadence at a speed."""
    assert taught([pod(at, 1.5, 110.0) for at in range(1, 200)]).is_empty
    assert taught([pod(at, 3.0 + 0.5 * (at % 2), 170.0) for at in range(1, 200)]).is_empty


def test_a_hole_ends_a_stretch():
    """Fifteen seconds, a gap, fifteen seconds: no stretch of twenty."""
    there = [*range(1, 16), *range(30, 45)]
    assert taught([pod(at, 3.0, 170.0) for at in there]).is_empty


def intervals() -> Timeline:
    """Six times three minutes with two easy."""
    work = {"kind": "work", "until": {"time": "3:00"}}
    rest = {"kind": "recovery", "until": {"time": "2:00"}}
    tree: dict[str, object] = {
        "format": "coach-workout/1",
        "name": "Six",
        "sections": [{"name": "Main", "steps": [{"repeat": 6, "steps": [work, rest]}]}],
    }
    return compile_workout(document_from(tree, name="six"), None)


def heart_in_intervals(tau_up: float, tau_down: float) -> list[Input]:
    """A heart that follows with these time constants, no dead time, in six reps."""
    rate, inputs = 120.0, []
    for at in range(1, 1800):
        hard = (at - 1) % 300 < 180
        goal, tau = (175.0, tau_up) if hard else (120.0, tau_down)
        rate += (goal - rate) / tau
        inputs.append(Reported(Seconds(at), Source.STRAP, heart_rate=BeatsPerMinute(round(rate))))
    return list(inputs)


def test_reps_teach_how_fast_the_heart_follows():
    """A heart quicker than most moves the kinetics towards it, both ways."""
    heart = taught(heart_in_intervals(22.0, 35.0), intervals()).heart
    assert heart is not None
    assert (heart.ups, heart.downs) == (5, 6)
    assert heart.tau_up_s < 32.0
    assert heart.tau_down_s < 50.0


def test_a_run_without_reps_teaches_nothing_of_the_heart():
    """An even effort has no change to follow."""
    steady = [Reported(Seconds(at), Source.STRAP, heart_rate=BeatsPerMinute(150)) for at in range(1, 900)]
    assert taught(list(steady)).heart is None


def marked(factor: float, start: int = 0) -> list[Input]:
    """A mark at every 400 m, with a pod of a given error."""
    inputs: list[Input] = []
    for at in range(start + 1, start + 401):
        inputs.append(pod(at, 4.0 * factor, 170.0))
        if (at - start) % 100 == 0:
            inputs.append(Pressed(Seconds(at), Button.MARK, Origin.KEY))
    return inputs


def reps_of_400(count: int = 4) -> Timeline:
    """Repeated 400 m on a track, one after the other."""
    tree: dict[str, object] = {
        "format": "coach-workout/1",
        "name": "Four",
        "context": {"surface": "track"},
        "sections": [
            {
                "name": "Main",
                "steps": [{"repeat": count, "steps": [{"kind": "work", "until": {"distance": "400 m"}}]}],
            }
        ],
    }
    return compile_workout(document_from(tree, name="four"), None)


def test_marks_teach_the_factor_of_a_pod_that_is_known():
    """A pod that reads 2 % long is kept with its id, its shoe and a factor near 0.98; a stranger's is not."""
    lesson = taught(marked(1.02), reps_of_400())
    (one,) = lesson.pods
    assert (one.pod, one.shoe) == ("D4:22", "racers")
    assert one.factor == pytest.approx(1 / 1.02, abs=0.004)
    run = LiveRun(RunSetup(run="01", timeline=reps_of_400()))
    inputs = [Opened(Seconds(0.0)), *marked(1.02), Closed(Seconds(401))]
    assert lesson_of(run, inputs, day="2026-05-31", pods={}).pods == ()


def test_of_several_pods_each_is_taught_its_own():
    """The likeliest stays at home, one is worn and then another: each factor is kept under the id of its own pod."""
    known = PooledSensor(3, factor=0.99, sd=0.004)
    setup = RunSetup(
        "01", reps_of_400(9), signals=SignalSettings(learnt_of_pool=(PooledSensor(1, 1.05, 0.004), known))
    )
    inputs: list[Input] = [
        Opened(Seconds(0.0)),
        LinkChanged(Seconds(0.0), Source.POD, LinkState.SEARCHING, device=1),
        LinkChanged(Seconds(0.0), Source.POD, LinkState.SEARCHING, device=2),
        *marked(1.02),
        LinkChanged(Seconds(400.5), Source.POD, LinkState.CONNECTED, device=3),
        *marked(1.03, 401),
        LinkChanged(Seconds(801.2), Source.POD, LinkState.LOST, device=3),
        LinkChanged(Seconds(801.5), Source.POD, LinkState.CONNECTED, device=2),
        pod(802.0, 4.08, 170.0),
        Closed(Seconds(803.0)),
    ]
    pods: dict[Source | int, Pod] = {1: Pod("AA"), 2: Pod("BB", "racers"), 3: Pod("CC")}
    lesson = lesson_of(LiveRun(setup), inputs, day="2026-05-31", pods=pods)
    factors = {each.pod: each.factor for each in lesson.pods}
    assert factors.keys() == {"BB", "CC"}
    assert factors["BB"] == pytest.approx(1 / 1.02, abs=0.005)
    assert 0.965 < factors["CC"] < 0.99
    assert next(each.shoe for each in lesson.pods if each.pod == "BB") == "racers"
