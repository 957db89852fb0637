"""The speed that the virtual runner aims at."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Sound, Why
from coach.live.contract import RunEnded
from coach.session.events import EndReason, PhaseChanged, StepEnded, StepStarted, Waiting
from coach.session.phases import Phase
from coach.signals.readings import SensorChanged, SensorState, Source
from coach.simulate import Behaviour, Rng, RunnerProfile
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    DistanceEnd,
    EndConditions,
    Move,
    MovementStart,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

EVEN = RunnerProfile(pace_sense=0.0, eagerness=0.0, fatigue_per_km=0.0, obedience=1.0)


def a_step(kind=Kind.WORK, *, end=None, target=None, speed=None, **more):
    """A step; at a speed if one is given, for 60 s unless it says otherwise."""
    if speed is not None:
        target = StepTarget(Quantity.SPEED, Band(speed * 0.98, speed, speed * 1.02), "")
    return Step("0", "Main", "Main", kind, "", EndConditions((end or TimeEnd(60.0),)), target, **more)


def told(*outputs, profile=EVEN, timeline=None):
    """A mind that has heard some outputs."""
    behaviour = Behaviour(profile, Rng(1), timeline)
    for output in outputs:
        behaviour.hear(output)
    return behaviour


def begun(step, **more):
    """A mind that was told at 0 to begin a step, and has taken it in."""
    behaviour = told(PhaseChanged(0.0, Phase.WORK), StepStarted(0.0, 0, step), **more)
    behaviour.goal(1.0, 0.0)
    return behaviour


def a_cue(at, kind, why=None, *, spoken=True):
    """A cue of the coach."""
    sound = Sound.EASE if spoken else Sound.NONE
    return Cue(at, kind, CueClass.COACH, "", why or Why("rule"), 5.0, spoken, sound=sound)


def test_he_stands_until_he_is_told():
    """Ready is standing; after "go" he reacts within his time and not before."""
    behaviour = told(PhaseChanged(0.0, Phase.READY), StepStarted(10.0, 0, a_step(speed=4.0)))
    behaviour.hear(PhaseChanged(10.0, Phase.WORK))
    assert behaviour.goal(10.25, 0.0) == 0.0
    assert behaviour.goal(10.5, 0.0) == pytest.approx(4.0)


@pytest.mark.parametrize(("move", "speed"), [(Move.JOG, 2.4), (Move.WALK, 1.4), (Move.STAND, 0.0)])
def test_recoveries_are_spent_as_they_say(move, speed):
    """He jogs, walks or stands, without the faults of a paced rep."""
    assert begun(a_step(Kind.RECOVERY, move=move)).goal(1.0, 0.0) == speed


@pytest.mark.parametrize(
    ("band", "speed"),
    [
        (Band(4.0, 4.2, 4.3), 4.2),
        (Band(4.0, None, 4.2), 4.1),
        (Band(None, None, 4.0), 3.88),
        (Band(4.0), 4.08),
    ],
)
def test_he_aims_inside_the_band(band, speed):
    """At its aim, else its middle, else a little inside its one side."""
    assert begun(a_step(target=StepTarget(Quantity.SPEED, band, ""))).goal(1.0, 0.0) == pytest.approx(speed)


def test_a_ramp_is_followed_by_time_or_distance():
    """Half way through a step from 3 to 4 m/s he goes for 3.5, whatever the step counts in."""
    target = StepTarget(Quantity.SPEED, Band(aim=3.0), "", ramp=Band(aim=4.0))
    by_time = begun(a_step(target=target, end=TimeEnd(100.0)))
    by_distance = begun(a_step(target=target, end=DistanceEnd(400.0)))
    assert by_time.goal(51.0, 0.0) == pytest.approx(3.5)
    assert by_distance.goal(9.0, 200.0) == pytest.approx(3.5)
    assert by_distance.goal(500.0, 900.0) == pytest.approx(4.0)


def test_a_heart_rate_is_run_at_the_pace_that_leads_to_it():
    """A target in beats becomes the speed whose steady state it is."""
    target = StepTarget(Quantity.HEART_RATE, Band(aim=144.49), "")
    assert begun(a_step(target=target)).goal(1.0, 0.0) == pytest.approx(3.5, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "speed"),
    [
        (Kind.WARM_UP, 3.15),
        (Kind.STRIDE, 5.25),
        (Kind.CHECKLIST, 0.0),
        (Kind.PROMPT, 0.0),
        (Kind.FARTLEK, 4.2),
    ],
)
def test_steps_without_a_pace_are_run_by_feel(kind, speed):
    """Warm-ups are easy, strides fast, and nobody runs through a checklist."""
    step = a_step(kind, end=OpenEnd(), items=(ChecklistItem("A-skips"),))
    effort = a_step(kind, end=OpenEnd(), target=StepTarget(Quantity.EFFORT, Band(), "by feel"))
    assert begun(step).goal(1.0, 0.0) == pytest.approx(speed)
    assert begun(effort).goal(1.0, 0.0) == pytest.approx(speed)


def test_a_target_that_is_no_pace_is_run_by_feel():
    """A cadence to keep, or a band without a number, says nothing of speed."""
    cadence = a_step(target=StepTarget(Quantity.CADENCE, Band(aim=180.0), ""))
    nothing = a_step(target=StepTarget(Quantity.SPEED, Band(), ""))
    assert begun(cadence).goal(1.0, 0.0) == pytest.approx(1.05 * 4.2)
    assert begun(nothing).goal(1.0, 0.0) == pytest.approx(1.05 * 4.2)


def test_eagerness_may_be_switched_off():
    """A time constant of 0 is no eagerness at all."""
    calm = RunnerProfile(pace_sense=0.0, fatigue_per_km=0.0, eagerness=0.05, eagerness_s=0.0)
    assert begun(a_step(speed=4.0), profile=calm).goal(1.0, 0.0) == pytest.approx(4.0)


def test_what_is_no_business_of_his_is_not_heard():
    """The end of the run and a sensor gone leave him as he is."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(RunEnded(5.0, True, 1, None, None))
    behaviour.hear(SensorChanged(5.0, Source.POD, SensorState.GONE))
    assert behaviour.goal(10.0, 0.0) == pytest.approx(4.0)


def test_rest_is_no_work():
    """What was jogged between reps makes nobody tired."""
    tired = RunnerProfile(pace_sense=0.0, eagerness=0.0, fatigue_per_km=0.01)
    behaviour = begun(a_step(Kind.RECOVERY), profile=tired)
    behaviour.hear(StepEnded(250.0, 0, a_step(Kind.RECOVERY), EndReason.DONE, 250.0, 250.0))
    behaviour.hear(StepStarted(250.0, 1, a_step(speed=4.0)))
    assert behaviour.goal(251.0, 1000.0) == pytest.approx(4.0)


def test_the_first_rep_begins_too_fast_and_the_second_does_not():
    """Eagerness is of the first work step and wears off."""
    eager = RunnerProfile(pace_sense=0.0, fatigue_per_km=0.0, eagerness=0.05, eagerness_s=30.0)
    behaviour = begun(a_step(speed=4.0), profile=eager)
    assert behaviour.goal(1.0, 0.0) == pytest.approx(4.2, abs=0.01)
    assert behaviour.goal(200.0, 800.0) == pytest.approx(4.0, abs=0.01)
    behaviour.hear(StepStarted(210.0, 1, a_step(speed=4.0)))
    assert behaviour.goal(211.0, 840.0) == pytest.approx(4.0, abs=0.01)


def test_work_makes_tired():
    """Each kilometre of work costs its share of speed; recovery costs none."""
    tired = RunnerProfile(pace_sense=0.0, eagerness=0.0, fatigue_per_km=0.01)
    behaviour = begun(a_step(speed=4.0, end=DistanceEnd(1000.0)), profile=tired)
    assert behaviour.goal(200.0, 1000.0) == pytest.approx(3.96)
    behaviour.hear(StepEnded(250.0, 0, a_step(), EndReason.DONE, 250.0, 250.0))
    behaviour.hear(StepStarted(250.0, 1, a_step(speed=4.0, end=DistanceEnd(1000.0))))
    assert behaviour.goal(251.0, 1000.0) == pytest.approx(3.96)


def test_a_cue_is_followed_late_and_by_what_it_says():
    """Told "too fast" at 4.2 for a band about 4.0, he slows by 5 % two seconds later."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(a_cue(10.0, CueKind.TOO_FAST, Why("pace_band", 4.2, "speed_mps", 3.92, 4.08)))
    assert behaviour.goal(11.9, 40.0) == pytest.approx(4.0)
    assert behaviour.goal(12.0, 40.0) == pytest.approx(3.8)


def test_a_cue_without_numbers_is_worth_two_per_cent():
    """Seconds behind the light tell him which way, not how much."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(a_cue(10.0, CueKind.BEHIND_LIGHT, Why("light", 3.0, "light_s")))
    assert behaviour.goal(12.0, 40.0) == pytest.approx(4.08)


def test_what_is_not_said_aloud_is_not_heard():
    """A cue for the screen, praise, and the rest of the coach's talk change nothing."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(a_cue(10.0, CueKind.TOO_FAST, spoken=False))
    behaviour.hear(a_cue(10.0, CueKind.BACK_ON_TARGET))
    behaviour.hear(a_cue(10.0, CueKind.COUNTDOWN))
    assert behaviour.goal(20.0, 40.0) == pytest.approx(4.0)


def test_a_cue_while_he_stands_about_is_for_nobody():
    """After the last step a late cue moves him no more."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(a_cue(10.0, CueKind.TOO_SLOW))
    behaviour.hear(PhaseChanged(10.0, Phase.FINISHED))
    assert behaviour.goal(20.0, 40.0) == 0.0


def test_a_pause_stands_still_and_resume_goes_on():
    """While paused he stands; afterwards the same step goes on."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(PhaseChanged(10.0, Phase.PAUSED))
    assert behaviour.goal(11.0, 40.0) == 0.0
    behaviour.hear(PhaseChanged(20.0, Phase.WORK))
    assert behaviour.goal(21.0, 40.0) == pytest.approx(4.0)


def test_a_rep_that_is_called_early_is_run_to_its_line():
    """When a long-reading pod ends 400 m at 392, he runs on to the line and recovers then."""
    behaviour = begun(a_step(speed=4.0, end=DistanceEnd(400.0)))
    behaviour.hear(StepStarted(98.0, 1, a_step(Kind.RECOVERY)))
    assert behaviour.goal(99.0, 392.0) == pytest.approx(4.0)
    assert behaviour.goal(100.0, 399.9) == pytest.approx(4.0)
    assert behaviour.goal(100.25, 400.1) == EVEN.jog_speed


def test_a_rep_that_was_cut_is_not():
    """When a rep is ended half way, he recovers at once."""
    behaviour = begun(a_step(speed=4.0, end=DistanceEnd(400.0)))
    behaviour.hear(StepStarted(50.0, 1, a_step(Kind.RECOVERY)))
    assert behaviour.goal(51.0, 200.0) == EVEN.jog_speed


def test_a_start_by_movement_is_his_to_make():
    """In ready, before a step that starts by movement, he moves when he is ready, and only then."""
    timeline = Timeline("test", (a_step(speed=4.0, start=MovementStart()),))
    behaviour = told(PhaseChanged(0.0, Phase.READY), timeline=timeline)
    assert behaviour.goal(7.75, 0.0) == 0.0
    assert behaviour.goal(8.0, 0.0) == pytest.approx(4.0)
    other = told(PhaseChanged(0.0, Phase.READY), timeline=Timeline("test", (a_step(speed=4.0),)))
    assert other.goal(60.0, 0.0) == 0.0
    nothing_left = told(PhaseChanged(0.0, Phase.READY), timeline=Timeline("test", ()))
    assert nothing_left.goal(60.0, 0.0) == 0.0


def test_a_rest_before_a_start_by_movement_is_ended_by_moving():
    """When the rest is over he starts the next rep by running, where it starts so; else he waits for a key."""
    rest, rep = a_step(Kind.RECOVERY, move=Move.WALK), a_step(speed=4.0, start=MovementStart())
    by_movement = begun(rest, timeline=Timeline("test", (rest, rep)))
    by_press = begun(rest, timeline=Timeline("test", (rest, a_step(speed=4.0))))
    for behaviour, speed in ((by_movement, 4.0), (by_press, EVEN.walk_speed)):
        assert behaviour.goal(59.0, 80.0) == EVEN.walk_speed
        behaviour.hear(PhaseChanged(60.0, Phase.OVERTIME))
        assert behaviour.goal(61.0, 83.0) == pytest.approx(speed)


def test_somebody_who_waited_begins_when_he_is_told():
    """When the coach says that it waits for him, he runs the step he had missed."""
    behaviour = begun(a_step(speed=4.0))
    behaviour.hear(PhaseChanged(10.0, Phase.READY))
    assert behaviour.goal(11.0, 0.0) == 0.0
    behaviour.hear(Waiting(12.0, "0"))
    assert behaviour.goal(13.0, 0.0) == pytest.approx(4.0)
    stranger = told(Waiting(0.0, "0"))
    assert stranger.goal(5.0, 0.0) == 0.0
