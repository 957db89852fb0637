"""The virtual runner as a source of inputs."""
# mypy: disable-error-code="arg-type,union-attr"
# plain numbers stand for quantities here

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.contract import Output
from coach.physiology.surroundings import Course
from coach.session.events import PhaseChanged, StepStarted
from coach.session.phases import Button, Phase, Pressed
from coach.signals.readings import LinkChanged, Notified, Source
from coach.simulate import RunnerProfile, VirtualRunner
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    DistanceEnd,
    EndConditions,
    MarkEnd,
    MovementStart,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

OPEN_AIR = RunnerProfile(lap_loss=0.0, packet_loss=0.0)


def a_step(end, kind=Kind.WORK, speed=4.0, **more):
    """A step at a speed."""
    target = StepTarget(Quantity.SPEED, Band(aim=speed), "") if speed else None
    return Step("0", "Main", "Main", kind, "", EndConditions((end,)), target, **more)


def sent_by(runner, seconds, *, step=None, chunk=1.0):
    """What comes of a runner who is told a step at 0 and left alone for some seconds."""
    if step is not None:
        runner.hear(PhaseChanged(0.0, Phase.WORK))
        runner.hear(StepStarted(0.0, 0, step))
    events, at = [], 0.0
    while at <= seconds:
        events += runner.advance(at)
        at += chunk
    return events


def test_each_sensor_sends_once_a_second_at_its_own_moment():
    """In open air a minute is 60 packets of each sensor, in order of time, never two at once."""
    events = sent_by(VirtualRunner(OPEN_AIR, 1), 60, step=a_step(TimeEnd(60.0)))
    times = [event.at for event in events]
    assert times == sorted(times)
    for source in (Source.POD, Source.STRAP):
        packets = [event.at for event in events if isinstance(event, Notified) and event.source is source]
        assert len(packets) == 60
        assert {round(after - before, 9) for before, after in pairwise(packets)} == {1.0}
    assert len(set(times)) == len(times) - 1  # only the two links are found at once
    assert [event.source for event in events if isinstance(event, LinkChanged)] == [Source.STRAP, Source.POD]


def test_sensors_he_does_not_wear_are_silent():
    """Without pod and strap nothing comes at all."""
    profile = RunnerProfile(has_pod=False, has_strap=False)
    assert sent_by(VirtualRunner(profile, 1), 30, step=a_step(TimeEnd(30.0))) == []


@settings(max_examples=20)
@given(st.integers(0, 2**64), st.sampled_from([0.1, 0.25, 0.7, 1.0, 13.0]))
def test_the_same_seed_sends_the_same_bytes(seed, chunk):
    """However often he is asked, one seed is one run."""
    step = a_step(TimeEnd(130.0))
    one = sent_by(VirtualRunner(seed=seed), 130, step=step)
    same = sent_by(VirtualRunner(seed=seed), 130, step=step, chunk=chunk)
    rest = min(one[-1].at, same[-1].at)
    assert [event for event in same if event.at <= rest] == [event for event in one if event.at <= rest]


def test_another_seed_is_another_run():
    """Two seeds do not send the same bytes."""
    step = a_step(TimeEnd(60.0))
    assert sent_by(VirtualRunner(seed=1), 60, step=step) != sent_by(VirtualRunner(seed=2), 60, step=step)


def test_the_radio_fails_on_the_far_side_of_every_lap():
    """Packets are lost around 240 m of each lap and nowhere else, and the pod's count survives it."""
    profile = RunnerProfile(packet_loss=0.0, pod_noise=0.0)
    runner = VirtualRunner(profile, 1)
    runner.hear(PhaseChanged(0.0, Phase.WORK))
    runner.hear(StepStarted(0.0, 0, a_step(TimeEnd(600.0))))
    heard, last = [], None
    for second in range(600):
        for event in runner.advance(float(second)):
            if isinstance(event, Notified) and event.source is Source.POD:
                heard.append(runner.metres)
                last = event
    gaps = [(before, after) for before, after in pairwise(heard) if after - before > 10]
    assert len(gaps) >= 5
    for before, after in gaps:
        assert 30 < after - before < 60
        assert 210 < before % 400 < 240 < after % 400 < 270
    read = RunningSpeedCadenceMeasurement.from_bytes(last.payload)
    assert isinstance(read, RunningSpeedCadenceMeasurement)
    assert read.distance is not None
    assert abs(read.distance - runner.metres) < 6.0


def test_a_straight_road_has_no_far_side():
    """Without a lap only single packets are lost."""
    profile = RunnerProfile(lap_m=0.0, packet_loss=0.1)
    events = sent_by(VirtualRunner(profile, 1), 1000, step=a_step(TimeEnd(1000.0)))
    packets = [event for event in events if isinstance(event, Notified)]
    assert 1700 < len(packets) < 1900


def test_a_treadmill_sends_from_near_by():
    """On a belt the treadmill speaks in the pod's place, and no lap comes between."""
    profile = RunnerProfile(on_treadmill=True, packet_loss=0.0)
    events = sent_by(VirtualRunner(profile, 1), 300, step=a_step(TimeEnd(300.0)))
    packets = [event.source for event in events if isinstance(event, Notified)]
    assert packets.count(Source.TREADMILL) == packets.count(Source.STRAP) == 300
    assert Source.POD not in packets


def test_he_tells_the_truth_to_those_who_ask():
    """His true speed and heart rate can be read, for tests that judge the coach."""
    runner = VirtualRunner(OPEN_AIR, 1)
    sent_by(runner, 120, step=a_step(TimeEnd(120.0)))
    assert 3.7 < runner.speed < 4.3
    assert 120 < runner.heart_rate < 170
    assert 430 < runner.metres < 500


def test_a_coach_marks_the_line_within_a_quarter_second():
    """With marks every 200 m each press lies within a second of the runner's passing, and none beyond the rep."""
    profile = RunnerProfile(has_pod=False, has_strap=False, marks_every_m=200.0, wobble=0.0, pace_sense=0.0)
    runner = VirtualRunner(profile, 3)
    runner.hear(PhaseChanged(0.0, Phase.WORK))
    runner.hear(StepStarted(0.0, 0, a_step(DistanceEnd(800.0))))
    passed, marks = [], []
    for quarter in range(4 * 300):
        before = runner.metres
        marks += runner.advance(quarter / 4)
        if before // 200 < runner.metres // 200 and runner.metres < 900:
            passed.append(quarter / 4)
    assert [mark.button for mark in marks] == [Button.MARK] * 4
    assert all(abs(mark.at - at) < 1.1 for mark, at in zip(marks, passed, strict=True))


def test_a_rep_called_early_is_marked_at_its_line():
    """When a pod that reads long ends 400 m at about 392, the coach still presses as the runner crosses the line."""
    profile = RunnerProfile(has_strap=False, marks_every_m=400.0)
    runner = VirtualRunner(profile, 3)
    runner.hear(PhaseChanged(0.0, Phase.WORK))
    runner.hear(StepStarted(0.0, 0, a_step(DistanceEnd(400.0))))
    at = 0.0
    while runner.metres < 392:
        runner.advance(at)
        at += 0.25
    runner.hear(StepStarted(at, 1, a_step(TimeEnd(60.0), Kind.RECOVERY, speed=None)))
    marks = []
    for quarter in range(80):
        marks += [event for event in runner.advance(at + quarter / 4) if isinstance(event, Pressed)]
        if runner.metres < 400:
            assert not marks
    assert [mark.button for mark in marks] == [Button.MARK]


def test_the_end_of_a_step_is_marked_too():
    """A rep of 300 m has a mark at 200 m and one at its end."""
    profile = RunnerProfile(has_pod=False, has_strap=False, marks_every_m=200.0)
    step = a_step(DistanceEnd(300.0), Kind.WARM_UP)
    marks = [event.at for event in sent_by(VirtualRunner(profile, 3), 120, step=step)]
    assert len(marks) == 2
    assert 20 < marks[1] - marks[0] < 30


def test_somebody_at_the_keys_gets_a_run_going():
    """Go in ready and overtime, marks through a checklist and an open step, an answer to a prompt."""
    item = ChecklistItem("A-skips")
    told: dict[Button, list[Output]] = {
        Button.GO: [PhaseChanged(0.0, Phase.OVERTIME)],
        Button.MARK: [
            PhaseChanged(0.0, Phase.CHECKLIST),
            StepStarted(0.0, 0, a_step(OpenEnd(), Kind.CHECKLIST, items=(item,))),
        ],
        Button.ANSWER: [PhaseChanged(0.0, Phase.PROMPT), StepStarted(0.0, 0, a_step(OpenEnd(), Kind.PROMPT))],
    }
    for button, outputs in told.items():
        runner = VirtualRunner(OPEN_AIR, 1, presses=True)
        for output in outputs:
            runner.hear(output)
        pressed = [event.button for event in sent_by(runner, 7.0) if isinstance(event, Pressed)]
        assert set(pressed) == {button}
    standing = VirtualRunner(OPEN_AIR, 1, presses=True)
    assert [event.at for event in sent_by(standing, 9.0) if isinstance(event, Pressed)] == [8.0]


def test_nobody_presses_go_for_a_runner_who_starts_by_moving_until_patience_ends():
    """Before a start by movement a key is pressed only when half a minute of it has begun nothing."""
    timeline = Timeline("test", (a_step(TimeEnd(60.0), start=MovementStart()),))
    runner = VirtualRunner(OPEN_AIR, 1, timeline=timeline, presses=True)
    pressed = [event for event in sent_by(runner, 50.0) if isinstance(event, Pressed)]
    assert runner.metres > 100
    assert [event.at for event in pressed] == [8.0 + 38.0]
    nothing_left = VirtualRunner(OPEN_AIR, 1, timeline=Timeline("test", ()), presses=True)
    assert [event.at for event in sent_by(nothing_left, 9.0) if isinstance(event, Pressed)] == [8.0]


def test_after_the_last_step_nobody_presses():
    """Finished is finished: no key, and no running."""
    runner = VirtualRunner(OPEN_AIR, 1, presses=True)
    runner.hear(PhaseChanged(0.0, Phase.FINISHED))
    assert not [event for event in sent_by(runner, 60.0) if isinstance(event, Pressed)]
    assert runner.metres == 0.0


def test_a_step_that_ends_by_itself_is_left_alone():
    """Nobody presses in a timed rep; a step by mark is marked after its time."""
    timed, by_mark = VirtualRunner(OPEN_AIR, 1, presses=True), VirtualRunner(OPEN_AIR, 1, presses=True)
    assert not [each for each in sent_by(timed, 90, step=a_step(TimeEnd(90.0))) if isinstance(each, Pressed)]
    marks = [
        each
        for each in sent_by(by_mark, 90, step=a_step(MarkEnd(), else_time_s=40.0))
        if isinstance(each, Pressed)
    ]
    assert [mark.button for mark in marks] == [Button.MARK, Button.MARK]
    assert 40.0 <= marks[0].at <= 41.5


def test_a_hill_is_felt_by_the_heart_and_slows_whom_it_takes_too_much_oxygen():
    """At one pace a climb of 4 % drives the heart up and a descent lets it down; at 20 % nobody holds the pace."""

    def after(heights):
        course = None if heights is None else Course.of([(0.0, heights[0]), (3000.0, heights[1])])
        runner = VirtualRunner(OPEN_AIR, 1, course=course)
        sent_by(runner, 200, step=a_step(DistanceEnd(3000.0), speed=3.5))
        return runner

    level, up, down, wall = map(after, (None, (0.0, 120.0), (120.0, 0.0), (0.0, 600.0)))
    assert down.heart_rate + 5 < level.heart_rate < up.heart_rate - 5
    assert all(abs(each.metres / level.metres - 1) < 0.02 for each in (up, down))
    assert wall.metres < 0.8 * level.metres
