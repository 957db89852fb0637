"""Playing a recording: the log is the clock."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.edge.conductor import Playback, close_inputs, replay_max
from coach.live.contract import Alive, Closed, Input, Opened, Resumed
from coach.quantities import Seconds
from coach.session.events import ResumeChoice
from coach.session.phases import Button, Origin, Pressed
from tests.edge.doubles import FakeClock, Kept, StubRun, settle_down


def log(*times: float) -> tuple[Input, ...]:
    """A recording with a press at each time and an end a second after the last."""
    presses = [Pressed(Seconds(at), Button.MARK, Origin.RECORDING) for at in times]
    return (Opened(Seconds(0.0)), *presses, Closed(Seconds(times[-1] + 1.0)))


LOG = log(1.0, 2.4, 2.4, 7.0, 30.0)
EXPECTED = [said.output for said in replay_max(StubRun(every_s=0.7), LOG)]


async def played(speed: float | None, steer: Callable[[Playback], None] = lambda playback: None) -> Kept:
    """Play the log to its end on a clock that stands still, steering once on the way."""
    clock, sink = FakeClock(), Kept()
    playback = Playback(StubRun(every_s=0.7), LOG, clock, sinks=[sink], speed=speed)
    playing = asyncio.create_task(playback.play())
    await clock.advance(1.7)
    steer(playback)
    while not playing.done():
        await clock.advance(5.0)
    assert playing.result()
    return sink


@pytest.mark.asyncio
@pytest.mark.parametrize("speed", [0.5, 1.0, 7.3, 60.0, 1000.0, None])
async def test_says_the_same_at_any_speed(speed):
    """Whatever the speed, the outputs are those of a fold as fast as possible."""
    assert (await played(speed)).outputs == EXPECTED


@pytest.mark.asyncio
async def test_says_the_same_when_steered():
    """Changing the speed on the way, up to as fast as possible, changes nothing that is said."""
    for speed in (0.3, 12.0, None):
        assert (await played(1.0, partial(Playback.set_speed, speed=speed))).outputs == EXPECTED


@given(
    st.lists(st.floats(0.0, 100.0), min_size=1, max_size=8),
    st.floats(0.1, 100.0),
    st.lists(
        st.tuples(st.floats(0.01, 20.0), st.sampled_from(["pause", "resume", "faster", "slower"])), max_size=5
    ),
)
@settings(max_examples=60, deadline=None)
def test_no_pause_and_no_speed_is_heard(times, speed, steering):
    """Any recording, played at any speed with any pauses and changes of speed, says what its fold says."""

    async def play() -> list[object]:
        clock, sink = FakeClock(), Kept()
        playback = Playback(StubRun(every_s=9.1), inputs, clock, sinks=[sink], speed=speed)
        playing = asyncio.create_task(playback.play())
        for wait, action in steering:
            await clock.advance(wait)
            {
                "pause": playback.pause,
                "resume": playback.resume,
                "faster": lambda: playback.set_speed(50.0),
                "slower": lambda: playback.set_speed(0.5),
            }[action]()
        playback.resume()
        playback.set_speed(20.0)
        while not playing.done():
            await clock.advance(5.0)
        return list(sink.outputs)

    inputs = log(*sorted(times))
    assert asyncio.run(play()) == [said.output for said in replay_max(StubRun(every_s=9.1), inputs)]


@pytest.mark.asyncio
async def test_paces_by_the_wall():
    """At double speed an input of second 7 is played after 3.5 seconds, not before."""
    clock, run = FakeClock(), StubRun()
    playback = Playback(run, LOG, clock, speed=2.0)
    playing = asyncio.create_task(playback.play())
    await clock.advance(3.49)
    assert run.inputs[-1].at == 2.4
    assert playback.now() == pytest.approx(6.98)
    await clock.advance(0.02)
    assert run.inputs[-1].at == 7.0
    playback.leave()
    assert not await playing


@pytest.mark.asyncio
async def test_stands_still_while_paused():
    """Paused, the log's own time does not move; resumed, it goes on from there."""
    clock, run = FakeClock(), StubRun()
    playback = Playback(run, LOG, clock)
    playing = asyncio.create_task(playback.play())
    await clock.advance(5.0)
    playback.pause()
    await clock.advance(100.0)
    assert (playback.is_paused, playback.now(), run.inputs[-1].at) == (True, 5.0, 2.4)
    playback.resume()
    await clock.advance(1.0)
    assert playback.now() == 6.0
    playback.leave()
    assert not await playing


@pytest.mark.asyncio
async def test_as_fast_as_possible_lets_others_breathe():
    """A long recording at full speed still lets a screen paint in between."""
    inputs = log(*(float(second) for second in range(2000)))
    playback = Playback(StubRun(), inputs, FakeClock(), speed=None)
    playing = asyncio.create_task(playback.play())
    await settle_down(2)
    assert not playing.done()
    assert 0.0 < playback.now() < 2000.0
    assert await playing
    assert (playback.is_finished, playback.now()) == (True, inputs[-1].at)


def test_a_recording_that_was_cut_off_is_closed_where_it_ends():
    """The end of a recording ends its run; a closed one is left as it is, an empty one too."""
    cut = LOG[:-1]
    assert close_inputs(cut) == (*cut, Closed(Seconds(30.0)))
    assert close_inputs(LOG) is LOG
    assert close_inputs(()) == ()


@pytest.mark.asyncio
async def test_a_gap_takes_no_time_and_says_nothing():
    """A run that was cut off for an hour is played on at once: nothing fires in the gap, at any speed."""
    resumed = Resumed(Seconds(3605.0), Seconds(5.0), ResumeChoice.CONTINUE)
    inputs = (Opened(Seconds(0.0)), Alive(Seconds(4.5)), resumed, Closed(Seconds(3606.0)))
    clock, run, sink = FakeClock(), StubRun(every_s=0.7), Kept()
    playback = Playback(run, inputs, clock, sinks=[sink])
    playing = asyncio.create_task(playback.play())
    await clock.advance(4.9)
    assert playback.now() == 4.9
    await clock.advance(0.1)
    assert playback.now() == 3605.0
    assert run.fired[-1] < 5.0
    await clock.advance(1.0)
    assert await playing


@pytest.mark.asyncio
async def test_a_playback_does_not_rush_after_a_sleep():
    """The lid was shut for a minute: the next input plays, and those behind it come at their own distances."""
    clock, sink = FakeClock(), Kept()
    playback = Playback(StubRun(), log(1.0, 11.0, 21.0), clock, sinks=[sink], speed=1.0)
    playing = asyncio.create_task(playback.play())
    await clock.advance(2.0)
    clock.sleep(60.0)
    await clock.advance(0.1)
    assert playback.now() < 12.0
    await clock.advance(9.0)
    assert playback.now() < 21.0
    await clock.advance(3.0)
    assert await playing
