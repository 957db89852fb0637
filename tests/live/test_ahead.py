"""What a run will be by the clock alone, held against what the same run then does."""

from dataclasses import replace

import pytest

from coach.cues.cue import Cue, CueKind, Sound
from coach.live.ahead import HORIZON_S, look_ahead
from coach.live.inputs import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.buttons import Button, Pressed
from coach.session.config import StartPolicy
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    Context,
    DelayStart,
    DistanceEnd,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    PressStart,
    Quantity,
    SlotEnd,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

FIVE_K = StepTarget(Quantity.SPEED, Band(low=3.9, aim=4.0, high=4.1), "4:10/km")


def timed(kind: Kind, name: str, seconds: float, **changes) -> Step:
    """A step by time."""
    return Step(name, name, "Main", kind, name, EndConditions((TimeEnd(Seconds(seconds)),)), **changes)


def paced(name: str, metres: float = 400.0, **changes) -> Step:
    """A rep by distance at 4 m/s."""
    end = EndConditions((DistanceEnd(Metres(metres)),))
    return Step(name, name, "Main", Kind.WORK, name, end, FIVE_K, **changes)


def run_of(
    *steps: Step, starts: StartPolicy | None = None, surface: str = "track"
) -> tuple[RunSetup, LiveRun]:
    """A run of these steps that has just begun."""
    timeline = Timeline("Test", steps, Context(surface=surface))
    setup = RunSetup("01TEST", timeline, starts=starts or StartPolicy())
    run = LiveRun(setup)
    run.receive(Opened(Seconds(0.0)))
    return setup, run


def ahead_of(setup: RunSetup, run: LiveRun, at: float):
    """What comes after a moment, with every deadline up to it fired."""
    run.fire(Seconds(at))
    return look_ahead(setup, run.snapshot(Seconds(at)))


def heard(run: LiveRun, until: float) -> list[tuple[float, str]]:
    """The countdowns of a run that goes on, as they are said."""
    cues = [each for each in run.fire(Seconds(until)) if isinstance(each, Cue)]
    return [(round(each.at, 3), each.text) for each in cues if each.kind is CueKind.COUNTDOWN]


def beats_of(ahead) -> list[tuple[float, str]]:
    """When what is counted or beeped."""
    return [(round(beat.at, 3), beat.text) for beat in ahead.beats]


def test_countdowns_are_those_that_are_then_said():
    """Rests and timed reps, thirty, ten, three, two, one and go: the same words at the same moments."""
    setup, run = run_of(
        timed(Kind.WARM_UP, "w", 90),
        timed(Kind.WORK, "a", 45),
        timed(Kind.RECOVERY, "r", 60),
        timed(Kind.WORK, "b", 20),
    )
    ahead = ahead_of(setup, run, 5.0)
    assert beats_of(ahead) == heard(run, 300.0)
    assert [(each.step.step_id, each.starts_at, each.ends_at) for each in ahead.steps] == [
        ("w", 0, 90),
        ("a", 90, 135),
        ("r", 135, 195),
        ("b", 195, 215),
    ]
    assert not any(each.is_estimated or each.is_start_estimated for each in ahead.steps)
    ten = next(beat for beat in ahead.beats if beat.text == "Ten.")
    assert (ten.sound, ten.speech) == (Sound.NONE, "Ten.")
    assert next(beat for beat in ahead.beats if beat.text == "Go.").sound is Sound.GO


def test_a_start_by_a_delay_is_counted_down():
    """The first step after a minute, and one that begins half a minute after the one before."""
    delayed = timed(Kind.WORK, "a", 40, start=DelayStart(Seconds(30.0)))
    setup, run = run_of(
        timed(Kind.WARM_UP, "w", 20), delayed, starts=StartPolicy(first=DelayStart(Seconds(60.0)))
    )
    ahead = ahead_of(setup, run, 1.0)
    assert [(each.starts_at, each.ends_at) for each in ahead.steps] == [(60, 80), (110, 150)]
    assert beats_of(ahead) == heard(run, 200.0)


def test_a_send_off_goes_by_its_slots():
    """The go of the next rep is on the clock, however long the rep takes; where the rest begins is a guess."""
    slot = EndConditions((SlotEnd(Seconds(120.0)),))
    reps = []
    for name in "ab":
        rest = Step(f"r{name}", "rest", "Main", Kind.RECOVERY, "rest", slot)
        reps += [paced(name, send_off_s=Seconds(120.0)), rest]
    setup, run = run_of(*reps)
    ahead = ahead_of(setup, run, 10.0)
    starts = {each.step.step_id: each for each in ahead.steps}
    assert (starts["ra"].ends_at, starts["b"].starts_at, starts["rb"].ends_at) == (120, 120, 240)
    assert not starts["b"].is_start_estimated
    waiting, at_start = run_of(*reps, starts=StartPolicy(first=DelayStart(Seconds(30.0))))
    assert ahead_of(waiting, at_start, 1.0).steps[1].ends_at == 150
    assert ahead_of(waiting, at_start, 1.0).steps[1].is_start_estimated


def test_the_light_runs_on_in_a_rep():
    """Every hundred metres of it, at its own pace; of a rep that comes later it rests on how the one before ends."""
    setup, run = run_of(paced("a"), timed(Kind.RECOVERY, "r", 60), paced("b"))
    run.receive(Reported(Seconds(0.5), Source.POD, speed=MetresPerSecond(4.2), distance=Metres(0.0)))
    for second in range(1, 11):
        at = Seconds(second + 0.5)
        run.receive(Reported(at, Source.POD, speed=MetresPerSecond(4.2), distance=Metres(4.2 * second)))
    ahead = ahead_of(setup, run, 10.6)
    first, rest, second_rep = ahead.steps
    assert (first.light_from, first.speed) == (0.0, pytest.approx(4.0))
    assert first.ends_at == pytest.approx(400 / 4.0, abs=6.0)
    assert first.ends_at < 100.0  # they are faster than planned
    assert [first.is_estimated, rest.is_estimated, second_rep.is_start_estimated] == [True, True, True]
    lights = [(round(beat.at, 1), beat.text, beat.is_estimated) for beat in ahead.beats if beat.is_light]
    assert lights[:3] == [
        (25.0, "One hundred.", False),
        (50.0, "Two hundred.", False),
        (75.0, "Three hundred.", False),
    ]
    assert len(lights) == 6
    assert lights[3][2]
    assert not [beat for beat in ahead.beats if beat.text == "Three." and beat.at < rest.starts_at]


def test_a_step_by_distance_without_a_light_ends_at_its_pace():
    """As they ran so far, else as planned, else at a typical speed."""
    jog = Step("j", "jog", "Main", Kind.RECOVERY, "jog", EndConditions((DistanceEnd(Metres(200.0)),)))
    setup, run = run_of(timed(Kind.WORK, "a", 30), jog, timed(Kind.WORK, "b", 30))
    before = ahead_of(setup, run, 1.0)
    assert before.steps[1].is_estimated
    assert before.steps[2].is_start_estimated
    for second in range(1, 45):
        run.receive(
            Reported(Seconds(second), Source.POD, speed=MetresPerSecond(2.5), distance=Metres(2.5 * second))
        )
    ahead = ahead_of(setup, run, 44.5)
    assert ahead.steps[0].step.step_id == "j"
    assert ahead.steps[0].ends_at == pytest.approx(30 + 200 / 2.5, abs=3.0)


def test_without_a_sensor_a_rep_is_on_the_clock():
    """Nothing measures it, so it ends at its target time and is counted down like a timed one."""
    setup, run = run_of(paced("a"), timed(Kind.RECOVERY, "r", 60))
    ahead = ahead_of(setup, run, 1.0)
    assert (ahead.steps[0].ends_at, ahead.steps[0].is_timed) == (100.0, True)
    assert beats_of(ahead) == heard(run, 200.0)


@pytest.mark.parametrize(
    "end", [MarkEnd(), HeartRateEnd(120.0, below=True)], ids=lambda end: type(end).__name__
)
def test_it_ends_where_nobody_can_know(end):
    """A mark or a heart rate ends the step: what comes behind it is not told."""
    open_step = Step("o", "o", "Main", Kind.RECOVERY, "o", EndConditions((end,)))
    setup, run = run_of(timed(Kind.WORK, "a", 60), open_step, timed(Kind.WORK, "b", 60))
    ahead = ahead_of(setup, run, 1.0)
    assert [each.step.step_id for each in ahead.steps] == ["a", "o"]
    assert ahead.steps[-1].ends_at is None
    during = ahead_of(setup, run, 70.0)
    assert [(each.step.step_id, each.ends_at) for each in during.steps] == [("o", None)]
    assert during.beats == ()


def test_a_recovery_with_a_cap_is_not_counted_down_to_it():
    """The heart rate may end it sooner."""
    rest = EndConditions((HeartRateEnd(120.0, below=True), TimeEnd(Seconds(90.0))))
    setup, run = run_of(Step("r", "r", "Main", Kind.RECOVERY, "r", rest), timed(Kind.WORK, "b", 60))
    ahead = ahead_of(setup, run, 1.0)
    assert [(each.step.step_id, each.ends_at) for each in ahead.steps] == [("r", None)]


def test_a_start_by_press_is_waited_for():
    """Before it nothing is ahead; and a rep that begins by a press is not gone to."""
    setup, run = run_of(
        timed(Kind.RECOVERY, "r", 60),
        timed(Kind.WORK, "b", 60, start=PressStart()),
        starts=StartPolicy(first=PressStart()),
    )
    assert ahead_of(setup, run, 5.0).steps == ()
    run.receive(Pressed(Seconds(6.0), Button.GO))
    ahead = ahead_of(setup, run, 7.0)
    assert [each.step.step_id for each in ahead.steps] == ["r"]
    assert "Go." not in [text for _, text in beats_of(ahead)]
    over = ahead_of(setup, run, 70.0)  # in overtime
    assert [each.ends_at for each in over.steps] == [None]


def test_a_pause_and_the_end_have_nothing_ahead():
    """What is paused is counted by nobody."""
    setup, run = run_of(timed(Kind.WORK, "a", 60))
    run.receive(Pressed(Seconds(6.0), Button.PAUSE))
    assert ahead_of(setup, run, 7.0).steps == ()
    run.receive(Pressed(Seconds(8.0), Button.RESUME))
    assert ahead_of(setup, run, 9.0).steps[0].ends_at == 62.0
    assert ahead_of(setup, run, 70.0).steps == ()


def test_a_checklist_ends_when_it_is_done():
    """Nobody knows when."""
    drills = Step("d", "d", "Main", Kind.CHECKLIST, "d", EndConditions((MarkEnd(),)))
    setup, run = run_of(timed(Kind.WARM_UP, "w", 30), drills, timed(Kind.WORK, "b", 60))
    ahead = ahead_of(setup, run, 1.0)
    assert [(each.step.step_id, each.ends_at) for each in ahead.steps] == [("w", 30), ("d", None)]


def test_a_stride_ends_with_a_tone():
    """Twenty seconds are not counted down."""
    setup, run = run_of(timed(Kind.STRIDE, "s", 20), timed(Kind.RECOVERY, "r", 20))
    tones = [(beat.at, beat.sound) for beat in ahead_of(setup, run, 1.0).beats]
    assert tones[0] == (20.0, Sound.EASE)


def test_it_looks_ten_minutes_ahead():
    """A long evening is told as it comes."""
    steps = [timed(Kind.WORK if place % 2 else Kind.RECOVERY, str(place), 30) for place in range(120)]
    setup, run = run_of(*steps)
    ahead = ahead_of(setup, run, 0.0)
    assert ahead.steps[-1].starts_at == HORIZON_S + 0.0
    short = [timed(Kind.WORK if place % 2 else Kind.RECOVERY, str(place), 5) for place in range(120)]
    setup, run = run_of(*short)
    assert len(ahead_of(setup, run, 0.0).steps) == 40


def test_a_belt_is_set_ten_seconds_ahead():
    """On a treadmill the ten belongs to the belt, so it is not counted."""
    setup, run = run_of(timed(Kind.WORK, "a", 60), timed(Kind.WORK, "b", 60), surface="treadmill")
    assert "Ten." not in [text for _, text in beats_of(ahead_of(setup, run, 1.0))]


def test_a_light_that_was_set_back_is_where_the_runner_hears_it():
    """The plan's light ran on; the one for the runner set out later."""
    setup, run = run_of(paced("a"))
    run.receive(Reported(Seconds(0.5), Source.POD, speed=MetresPerSecond(4.0), distance=Metres(0.0)))
    run.receive(Reported(Seconds(1.5), Source.POD, speed=MetresPerSecond(4.0), distance=Metres(4.0)))
    snapshot = run.snapshot(Seconds(1.6))
    assert snapshot.light is not None
    later = replace(snapshot, light=replace(snapshot.light, set_back_s=Seconds(6.0)))
    assert look_ahead(setup, later).steps[0].light_from == pytest.approx(6.0)
