"""The look ahead by the clock, compared with what the same run then does."""

from dataclasses import replace
from itertools import pairwise

import pytest

from coach.cues.cue import Cue, CueKind, Sound
from coach.live.ahead import HORIZON_S, LapLight, LapLights, lap_lights, look_ahead
from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import StartPolicy
from coach.session.events import light_metres, light_time
from coach.session.phases import Button, Pressed
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
    """Nothing is counted down in a pause, or after the end."""
    setup, run = run_of(timed(Kind.WORK, "a", 60))
    run.receive(Pressed(Seconds(6.0), Button.PAUSE))
    assert ahead_of(setup, run, 7.0).steps == ()
    run.receive(Pressed(Seconds(8.0), Button.RESUME))
    assert ahead_of(setup, run, 9.0).steps[0].ends_at == 62.0
    assert ahead_of(setup, run, 70.0).steps == ()


def test_a_checklist_ends_when_it_is_done():
    """The end of a checklist is unknown."""
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
    """A longer future is left for a later look."""
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


# --- lights round the track


def lights_at(setup: RunSetup, run: LiveRun, at: float) -> LapLights | None:
    """The lights at a moment, with every deadline up to it fired."""
    run.fire(Seconds(at))
    return lap_lights(setup, run.snapshot(Seconds(at)))


def moments(lights: LapLights | None) -> list[tuple[str, float, float | None]]:
    """Of which step the lights are, when they set out and how long those that stand are on their way."""
    if lights is None:
        return []
    return [(lights.step.step_id, round(each.starts_at, 3), each.stands_s) for each in lights.lights]


def test_a_light_runs_in_its_rep_and_waits_before_it():
    """It knows when it sets out where the clock starts its rep; after a rest that a mark ends it stands there."""
    jog = Step("j", "j", "Main", Kind.RECOVERY, "j", EndConditions((MarkEnd(),)))
    setup, run = run_of(
        timed(Kind.WARM_UP, "w", 30), timed(Kind.WORK, "a", 60, target=FIVE_K), jog, paced("b")
    )

    assert moments(lights_at(setup, run, 5.0)) == [("a", 30.0, None)]
    assert moments(lights_at(setup, run, 45.0)) == [("a", 30.0, None)]
    assert moments(lights_at(setup, run, 95.0)) == [("b", 95.0, 0.0)]
    running = lights_at(*run_of(paced("a")), 10.0)
    assert running is not None
    assert running.lights[0].metres_at(Seconds(10.0)) == pytest.approx(40.0)
    assert running.lights[0].metres_at(Seconds(-5.0)) == 0.0
    assert running.lights[0].metres_at(Seconds(100.0)) == pytest.approx(400.0)
    assert running.lights[0].metres_at(Seconds(100.1)) is None


def test_a_light_that_waits_for_a_press_stands_at_its_start():
    """The time of its start is unknown."""
    setup, run = run_of(paced("a"), starts=StartPolicy(first=PressStart()))

    assert moments(lights_at(setup, run, 7.0)) == [("a", 7.0, 0.0)]
    assert moments(
        lights_at(*run_of(paced("a"), starts=StartPolicy(first=DelayStart(Seconds(20.0)))), 7.0)
    ) == [("a", 20.0, None)]


def test_a_light_stands_in_a_pause():
    """The ghost too; when the run goes on, both set out later by what it lasted."""
    setup, run = run_of(paced("a"))
    setup = replace(setup, light={"a": MetresPerSecond(4.0)}, planned={"a": MetresPerSecond(3.8)})
    run.fire(Seconds(20.0))
    run.receive(Pressed(Seconds(20.0), Button.PAUSE))
    standing = lights_at(setup, run, 50.0)
    run.receive(Pressed(Seconds(60.0), Button.RESUME))
    running = lights_at(setup, run, 61.0)

    assert moments(standing) == [("a", 30.0, 20.0), ("a", 30.0, 20.0)]
    assert moments(running) == [("a", 40.0, None), ("a", 40.0, None)]
    assert standing is not None
    assert not standing.is_like(running)
    assert [light.is_ghost for light in standing.lights] == [True, False]
    assert standing.lights[1].metres_at(Seconds(99.0)) == pytest.approx(3.8 * 20)


def test_a_light_waits_for_a_runner_who_stands_and_is_set_back_to_one_who_is_late():
    """By as much as the session says."""
    setup, run = run_of(paced("a", 1000.0))
    run.receive(Reported(Seconds(0.5), Source.POD, speed=MetresPerSecond(4.0), distance=Metres(0.0)))
    run.receive(Reported(Seconds(40.5), Source.POD, speed=MetresPerSecond(4.0), distance=Metres(160.0)))
    snapshot = run.snapshot(Seconds(40.5))
    assert snapshot.light is not None
    late = replace(snapshot.light, set_back_s=Seconds(3.0), waited_s=Seconds(2.0), on_way_s=Seconds(31.0))
    set_back = lap_lights(setup, replace(snapshot, light=late))
    stopped = lap_lights(setup, replace(snapshot, light=late, stopped_s=Seconds(4.0)))

    assert set_back is not None
    assert moments(set_back) == [("a", 5.0, None)]
    assert set_back.lights[0].delay_s == 5.0
    assert moments(stopped) == [("a", 9.5, 31.0)]


def test_no_light_runs_where_none_belongs():
    """On a belt, in an easy step before another, after the end, and where no pace is planned."""
    assert lights_at(*run_of(paced("a"), surface="treadmill"), 5.0) is None
    assert lights_at(*run_of(timed(Kind.WARM_UP, "w", 60), timed(Kind.COOL_DOWN, "c", 60)), 5.0) is None
    assert lights_at(*run_of(timed(Kind.WORK, "a", 60)), 5.0) is None
    assert lights_at(*run_of(timed(Kind.WORK, "a", 60), starts=StartPolicy(first=PressStart())), 5.0) is None
    assert lights_at(*run_of(timed(Kind.WORK, "a", 60, target=FIVE_K)), 70.0) is None


RAMP = replace(FIVE_K, ramp=Band(low=4.9, aim=5.0, high=5.1))
RAMPS = {
    "by distance": paced("a", 900.0),
    "by time": timed(Kind.WORK, "a", 200, target=RAMP),
}
RAMPS["by distance"] = replace(RAMPS["by distance"], target=RAMP)


@pytest.mark.parametrize("step", RAMPS.values(), ids=RAMPS)
def test_a_light_that_runs_faster_and_faster_is_told_by_points(step):
    """Where it is after so many seconds is what its time at so many metres says, and between points it runs evenly."""
    for seconds in (1.0, 50.0, 150.0):
        metres = light_metres(step, seconds)
        assert metres is not None
        assert light_time(step, metres, step.until.time()) == pytest.approx(seconds)
    light = LapLight(step, is_ghost=False, share=1.0, starts_at=Seconds(0.0))
    points = light.points()
    worst = max(
        abs((one[0] + other[0]) / 2 - light.metres_after((one[1] + other[1]) / 2))
        for one, other in pairwise(points)
    )
    end_m, end_s = points[-1]

    assert not light.is_even
    assert points[0] == (0.0, 0.0)
    assert end_m == pytest.approx(light.length_m, abs=0.01)
    assert worst < 0.1
    beyond = light_metres(step, end_s + 10.0)
    assert beyond == pytest.approx(end_m + 50.0, abs=0.1)


@pytest.mark.parametrize("step", [*RAMPS.values(), paced("a")], ids=[*RAMPS, "even"])
def test_the_plans_light_beside_a_ghost_runs_at_its_own_share(step):
    """A rep by distance takes it longer by that, in one by time it comes as much less far."""
    whole, slower = (
        LapLight(step, is_ghost=False, share=share, starts_at=Seconds(0.0)) for share in (1.0, 0.9)
    )
    length = step.until.distance()

    assert slower.speed == pytest.approx(0.9 * whole.speed)
    if length is not None:
        time_s = light_time(step, length, None)
        assert time_s is not None
        assert slower.length_m == length
        assert slower.metres_after(time_s / 0.9) == pytest.approx(length)
    else:
        assert slower.length_m == pytest.approx(0.9 * (whole.length_m or 0.0))


def test_a_step_that_a_mark_ends_has_a_light_without_an_end():
    """It runs on until then, evenly even where the pace was to change."""
    step = Step("a", "a", "Main", Kind.WORK, "a", EndConditions((MarkEnd(),)), RAMP)
    light = LapLight(step, is_ghost=False, share=1.0, starts_at=Seconds(0.0))

    assert light.length_m is None
    assert light.is_even
    assert light.metres_at(Seconds(1000.0)) == 4000.0
    assert light_metres(timed(Kind.WORK, "a", 60), 5.0) is None


def test_a_light_sets_out_where_its_rep_begins():
    """At its mark, or before it; the places of a lap in another lane are shares of it."""
    setup, run = run_of(replace(paced("a", 1609.3), start_mark="B", line_m=Metres(9.3)))
    in_lane_3 = replace(setup.timeline, context=Context(lane=3))
    lights = lap_lights(setup, replace(run.snapshot(Seconds(1.0)), timeline=in_lane_3))

    assert lights is not None
    assert (lights.track_m, round(lights.lap_m, 1)) == (400.0, 414.7)
    assert lights.start_m == pytest.approx(lights.lap_m / 2 - 9.3)
    assert lights.place(9.3) == pytest.approx(0.5)
    assert lights.place(9.3 + lights.lap_m) == pytest.approx(0.5)


def test_two_plans_are_alike_where_nobody_sees_a_difference():
    """By a tenth of a second; another step, start or number of lights is seen."""
    lights = lights_at(*run_of(paced("a")), 10.0)
    assert lights is not None
    (light,) = lights.lights

    def other(**changes) -> LapLights:
        return replace(lights, lights=(replace(light, **changes),))

    assert lights.is_like(other(starts_at=Seconds(0.05)))
    assert not lights.is_like(other(starts_at=Seconds(0.2)))
    assert not lights.is_like(other(share=0.9))
    assert not lights.is_like(other(stands_s=Seconds(10.0)))
    assert other(stands_s=Seconds(10.0)).is_like(other(stands_s=Seconds(10.05), starts_at=Seconds(9.0)))
    assert not lights.is_like(None)
    assert not lights.is_like(replace(lights, lights=(light, light)))
    assert not lights.is_like(replace(lights, start_m=Metres(100.0)))
