"""A runner who stops in a paced step is not coached as a slow one, and the result has both times."""

import pytest

from coach.cues.cue import VERDICTS, CueClass, CueKind
from coach.quantities import Seconds
from coach.session.events import StepEnded, Stopped
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy
from tests.cues.bench import Bench, kinds, pace, rep, rest, step

BOTH = pytest.mark.parametrize("steer", [CoachBy.TIME, CoachBy.RATE])
SOURCES = pytest.mark.parametrize("source", [Source.POD, Source.WATCH, Source.POSITIONS])


def stops(bench: Bench) -> list[Stopped]:
    """The stops that were told, each as it began and as it was over."""
    return [output for output in bench.outputs if isinstance(output, Stopped)]


def result(bench: Bench) -> StepEnded:
    """The last step of work that ended."""
    ends = [output for output in bench.outputs if isinstance(output, StepEnded)]
    return [end for end in ends if end.step.kind is Kind.WORK][-1]


def judged(bench: Bench) -> list[str]:
    """The words that judged or advised the runner."""
    return [cue.text for cue in bench.cues if cue.kind in VERDICTS or cue.kind is CueKind.ADVICE]


@BOTH
@SOURCES
@pytest.mark.parametrize("stand_s", [8, 30, 180])
def test_a_runner_on_pace_who_stops_is_told_nothing(steer: CoachBy, source: Source, stand_s: int) -> None:
    """Two reps at their pace with a stop in each: no verdict, no advice, and the moving time is the target's."""
    bench = Bench(
        rep(steer=steer, set_id="a"), rest(60), rep(steer=steer, set_id="a"), pod=source is Source.POD
    )
    bench.start()
    for index in range(2):
        bench.run(100, 4.0, source=source)
        bench.run(stand_s, 0.0, source=source)
        bench.finish(4.0, source=source)
        if index == 0:
            bench.finish(2.5, source=source)

    assert judged(bench) == []
    ended = result(bench)
    assert ended.time_s == pytest.approx(250 + stand_s, abs=1.1)
    assert ended.moving_time_s == pytest.approx(250, abs=1.1)
    assert ended.moving_speed == pytest.approx(4.0, abs=0.01)
    assert ended.mean_speed == pytest.approx(1000 / (250 + stand_s), abs=0.02)


@BOTH
def test_the_light_waits_and_the_result_is_against_the_plan(steer: CoachBy) -> None:
    """A runner level with the light is level with it after a stop of 30 s, and 30 s behind the plan at the end."""
    bench = Bench(rep(steer=steer), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(15, 0.0)
    light = bench.session.light(Seconds(bench.now))
    assert light is not None
    assert abs(light.behind_s) < 0.1
    bench.run(15, 0.0)
    bench.run(30, 4.0)
    light = bench.session.light(Seconds(bench.now))
    assert light is not None
    assert abs(light.behind_s) < 0.1
    assert light.projected_s == pytest.approx(280, abs=0.5)
    bench.finish(4.0)

    assert result(bench).light_s == pytest.approx(30, abs=0.5)


def test_a_stop_is_told_once_and_closed_once() -> None:
    """Its event comes after 3 s of standing and says when the runner eased off, the second when they run again."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(50, 4.0)
    bench.run(20, 0.0)
    began = stops(bench)
    bench.run(10, 4.0)
    over = stops(bench)

    assert [(stop.at, stop.from_s, stop.to_s) for stop in began] == [(Seconds(54.0), Seconds(50.0), None)]
    assert [(stop.from_s, stop.to_s, stop.time_s) for stop in over[1:]] == [
        (Seconds(50.0), Seconds(71.0), Seconds(21.0))
    ]


def test_a_drop_out_of_two_seconds_is_no_stop() -> None:
    """A speed of 0 for 2 s is nothing; a walk at 1.9 m/s is slow running, not a stop."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(60, 4.0)
    bench.run(2, 0.0)
    bench.run(60, 4.0)
    bench.run(20, 1.9)
    bench.finish(4.0)

    assert stops(bench) == []
    assert result(bench).moving_time_s is None
    assert result(bench).moving_speed == result(bench).mean_speed


def test_the_low_samples_of_a_noisy_source_count() -> None:
    """Positions that read 2.2 and 5.8 m/s in turn are at pace: leaving the low ones out would call them fast."""
    bench = Bench(step(seconds=600, target=pace(), steer=CoachBy.RATE), rest(), pod=False)
    bench.start()
    for _ in range(240):
        bench.run(1, 2.2, source=Source.POSITIONS)
        bench.run(1, 5.8, source=Source.POSITIONS)

    assert stops(bench) == []
    assert judged(bench) == []


def test_one_sample_of_movement_is_no_end_of_a_stop() -> None:
    """Positions of a runner who stands jump now and then: the stop goes on."""
    bench = Bench(rep(), rest(), pod=False)
    bench.start()
    bench.run(60, 4.0, source=Source.POSITIONS)
    for _ in range(4):
        bench.run(5, 0.4, source=Source.POSITIONS)
        bench.run(1, 2.5, source=Source.POSITIONS)
    bench.finish(4.0, source=Source.POSITIONS)

    assert len(stops(bench)) == 2
    assert result(bench).moving_speed == pytest.approx(4.0, abs=0.02)


def test_to_a_runner_who_stands_only_safety_is_spoken() -> None:
    """A countdown falls into the stop: it is shown and not spoken, and spoken again once they run."""
    bench = Bench(step(seconds=120, target=pace(), steer=CoachBy.RATE), rest())
    bench.start()
    bench.run(80, 4.0)
    stood = bench.run(32, 0.0)
    ran = bench.run(7.9, 4.0)

    assert CueKind.COUNTDOWN in kinds(stood)
    assert not any(cue.spoken for cue in stood if cue.cue_class is not CueClass.SAFETY)
    assert [cue.text for cue in ran if cue.spoken and cue.kind is CueKind.COUNTDOWN] == [
        "Three.",
        "Two.",
        "One.",
    ]


def test_the_ceiling_is_told_to_a_runner_who_stands() -> None:
    """Safety is never silenced by a stop."""
    bench = Bench(step(seconds=900, target=pace(), steer=CoachBy.RATE), rest(), ceiling_bpm=180)
    bench.start()
    bench.run(60, 4.0, heart=170)
    cues = bench.run(30, 0.0, heart=182)

    assert [cue.spoken for cue in cues if cue.kind is CueKind.HEART_RATE_CEILING][:1] == [True]


def test_standing_at_the_line_after_go_is_a_stop_from_six_seconds_on() -> None:
    """A standing start takes a pod 3 s; whoever stands for 20 s starts with a light that waited."""
    prompt, late = Bench(rep(steer=CoachBy.TIME), rest()), Bench(rep(steer=CoachBy.TIME), rest())
    for bench, stand_s in ((prompt, 3), (late, 20)):
        bench.start()
        bench.run(stand_s, 0.0)
        bench.finish(4.0)

    assert stops(prompt) == []
    assert [stop.from_s for stop in stops(late)] == [Seconds(0.0)] * 2
    assert result(late).moving_time_s == pytest.approx(250, abs=1)
    assert judged(late) == []


def test_a_pause_inside_a_stop_is_no_part_of_it() -> None:
    """Ten seconds at a light, a minute of pause, ten more seconds: the stop lasted twenty."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(10, 0.0)
    bench.press(Button.PAUSE)
    bench.run(60, 0.0)
    bench.press(Button.RESUME)
    bench.run(10, 0.0)
    bench.finish(4.0)

    ended = result(bench)
    assert ended.broken
    assert ended.time_s == pytest.approx(270, abs=1.1)
    assert ended.moving_time_s == pytest.approx(250, abs=1.1)
    assert stops(bench)[-1].time_s == pytest.approx(21, abs=0.1)


def test_a_pause_pressed_at_once_is_a_pause_and_no_stop() -> None:
    """The runner pauses a second after standing: no running time was lost."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(1, 0.0)
    bench.press(Button.PAUSE)
    bench.run(60, 0.0)
    bench.press(Button.RESUME)
    bench.finish(4.0)

    assert stops(bench) == []
    assert result(bench).moving_time_s is None


def test_a_pod_that_falls_silent_in_a_stop_tells_by_its_metres_how_long_it_was() -> None:
    """Silent from 10 s into the stop to 10 s after it: those ten seconds were run, at the target."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(10, 0.0)
    bench.run(20)
    assert not bench.session.is_stopped(Seconds(bench.now))
    assert bench.session.step_metres(Seconds(bench.now)) is None
    bench.run(10)
    bench.metres += 10 * 4.0
    bench.finish(4.0)

    assert stops(bench)[-1].to_s == pytest.approx(130, abs=1.1)
    assert result(bench).moving_time_s == pytest.approx(250, abs=2)
    assert judged(bench) == []


def test_a_stop_inside_a_silence_is_found_by_its_metres() -> None:
    """A silence of 60 s in which 80 m were run held 40 s of standing."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(60)
    bench.metres += 80
    bench.finish(4.0)

    assert stops(bench)[-1].time_s == pytest.approx(40, abs=2)
    assert result(bench).moving_time_s == pytest.approx(250, abs=2)


def test_a_step_that_ends_in_a_stop_counts_it() -> None:
    """A runner who gives up and presses next has the time they ran, and the time they stood."""
    bench = Bench(rep(), rest())
    bench.start()
    bench.run(100, 4.0)
    bench.run(60, 0.0)
    bench.press(Button.NEXT)
    bench.run(10, 0.0)

    ended = result(bench)
    assert ended.time_s == Seconds(160.0)
    assert ended.moving_time_s == pytest.approx(100, abs=0.1)
    assert len(stops(bench)) == 1


def test_standing_in_a_rest_is_no_stop() -> None:
    """Whoever stands in a recovery rests, also in one with a pace."""
    bench = Bench(rep(400), rest(90, target=pace(2.5)), rep(400))
    bench.start()
    bench.finish(4.0)
    bench.run(60, 0.0)

    assert stops(bench) == []


@BOTH
def test_a_runner_really_slow_after_a_stop_is_called(steer: CoachBy) -> None:
    """Ten per cent slow for two minutes after a stop: it is said once the runner has settled."""
    bench = Bench(rep(2000, steer=steer), rest())
    bench.start()
    bench.run(60, 4.0)
    bench.run(20, 0.0)
    bench.run(120, 3.6)

    assert [cue for cue in bench.cues if cue.kind in {CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT}]


def test_a_stop_that_a_restart_ended_is_none_of_the_next_attempt() -> None:
    """The light of the new attempt waits for nothing, however often it is looked at."""
    bench = Bench(rep(steer=CoachBy.TIME), rest())
    bench.start()
    bench.run(60, 4.0)
    bench.run(20, 0.0)
    bench.press(Button.RESTART)
    bench.press(Button.GO)
    for _ in range(3):
        bench.run(10, 4.0)
        light = bench.session.light(Seconds(bench.now))
        assert light is not None
        assert abs(light.behind_s) < 1.0
